"""The signs of the maps: colours, lines, fill patterns, and their legend."""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from mapping.errors import MappingError

GROUND = "#fbf8f3"
INK = "#1b2733"
TEAL = "#0f766e"
RUST = "#b94e34"
GREY = "#66707a"
SLATE = "#3c4650"
WHITE = "#ffffff"

PROJECTOR_SCALE = 1.8


def _check_colours(*colours: str) -> None:
    for colour in colours:
        if not re.fullmatch(r"#[0-9a-f]{6}", colour):
            raise MappingError(
                f"A colour must be written as #rrggbb in small letters; {colour!r} was given. "
                "Write it so."
            )


@dataclass(frozen=True)
class Pattern:
    """Describe one tile of a fill pattern: strokes and dots in a square of ``size_px``."""

    size_px: int = 10
    width_px: float = 1.1
    strokes: tuple[tuple[float, float, float, float], ...] = ()
    dots: tuple[tuple[float, float, float], ...] = ()

    def scaled(self, factor: float) -> "Pattern":
        """Return the same pattern with every length multiplied, in whole pixels of the tile."""
        size_px = round(self.size_px * factor)
        exact = size_px / self.size_px
        strokes = tuple(tuple(part * exact for part in stroke) for stroke in self.strokes)
        dots = tuple(tuple(part * exact for part in dot) for dot in self.dots)
        return Pattern(size_px, self.width_px * exact, strokes, dots)  # type: ignore[arg-type]


# Diagonals run past the corners of their tile so that they join without a notch.
_RISING = ((-2.0, 2.0, 2.0, -2.0), (0.0, 10.0, 10.0, 0.0), (8.0, 12.0, 12.0, 8.0))
_FALLING = ((-2.0, 8.0, 2.0, 12.0), (0.0, 0.0, 10.0, 10.0), (8.0, -2.0, 12.0, 2.0))
_ACROSS = ((0.0, 5.0, 10.0, 5.0),)
_UPRIGHT = ((5.0, 0.0, 5.0, 10.0),)

_EVEN: dict[str, Pattern] = {
    "solid": Pattern(),
    "hatch": Pattern(strokes=_RISING),
    "dots": Pattern(dots=((2.5, 2.5, 1.3), (7.5, 7.5, 1.3))),
    "horizontal": Pattern(strokes=_ACROSS),
    "cross": Pattern(width_px=0.9, strokes=_RISING + _FALLING),
    "vertical": Pattern(strokes=_UPRIGHT),
    "backhatch": Pattern(strokes=_FALLING),
    "grid": Pattern(width_px=0.9, strokes=_ACROSS + _UPRIGHT),
}
"""For ``pick_signs``, each as strong as the others."""
PATTERNS: dict[str, Pattern] = _EVEN | {
    "heavy": Pattern(width_px=2.6, strokes=_RISING),
    "plus": Pattern(strokes=((2.5, 5.0, 7.5, 5.0), (5.0, 2.5, 5.0, 7.5))),
}


@dataclass(frozen=True)
class LineSign:
    """Describe how a line is drawn: colour, width, dashes, and a pale casing under it.

    A pale core along its middle makes two thin lines of it.
    """

    colour: str
    width_px: float
    dash_px: tuple[float, ...] = ()
    round_ends: bool = False
    casing_px: float = 0.0
    core_px: float = 0.0

    def __post_init__(self) -> None:
        _check_colours(self.colour)

    def scaled(self, factor: float) -> "LineSign":
        """Return the same sign with every length multiplied."""
        return replace(
            self,
            width_px=self.width_px * factor,
            casing_px=self.casing_px * factor,
            core_px=self.core_px * factor,
            dash_px=tuple(length * factor for length in self.dash_px),
        )


# Drawn in this order: what both layers agree on lies on top.
LINES: dict[str, LineSign] = {
    "outline": LineSign(GREY, 1.2),
    "a_only": LineSign(TEAL, 4.0, dash_px=(13.0, 7.0), casing_px=1.5),
    "b_only": LineSign(RUST, 5.0, dash_px=(0.0, 9.0), round_ends=True, casing_px=1.5),
    "both": LineSign(INK, 4.0, casing_px=1.8),
}


def line_signs(factor: float) -> dict[str, LineSign]:
    """Return the signs of ``LINES`` with every length but the outline's multiplied.

    So does the map where lines are many; the legend shows what the map shows.
    """
    return {
        part: sign if part == "outline" else sign.scaled(factor) for part, sign in LINES.items()
    }


# Borders by scale, and those close to a spot: told apart by width. For outlines of areas, which
# meet and run twice: no dashes.
SCALE_LINES: dict[str, LineSign] = {
    "hyperlocal": LineSign(SLATE, 1.0),
    "borough": LineSign(INK, 1.8),
    "regional": LineSign(TEAL, 4.5, casing_px=1.5),
    "near": LineSign(RUST, 2.5, casing_px=1.2),
}


BLUE, PLUM = "#1d4f91", "#6d2b6f"
OVER: tuple[LineSign, ...] = (
    LineSign(TEAL, 5.5),
    LineSign(INK, 2.2, dash_px=(14.0, 8.0)),
    LineSign(RUST, 5.0, dash_px=(0.0, 11.0), round_ends=True),
    LineSign(BLUE, 2.4, dash_px=(12.0, 5.0, 3.0, 5.0)),
    LineSign(PLUM, 9.0, core_px=6.6),
)
"""Of maps drawn over each other, in the order in which they are chosen: solid, long dashes, dots,
dashes and dots, double. For borders that are drawn once. None has a casing, so that lines that run
together show through each other; the double one lies at the bottom, around them."""


@dataclass(frozen=True)
class AreaSign:
    """Describe how an area is filled and edged; the pattern is drawn in ``mark``."""

    fill: str
    pattern: str = "solid"
    mark: str = INK
    opacity: float = 0.85
    line: str = GREY
    width_px: float = 1.0

    def __post_init__(self) -> None:
        _check_colours(self.fill, self.mark, self.line)
        if self.pattern not in PATTERNS:
            raise MappingError(
                f"A fill pattern must be one of {', '.join(PATTERNS)}; "
                f"{self.pattern!r} was given. Choose one of these."
            )


AREAS: dict[str, AreaSign] = {
    "plain": AreaSign(GROUND, opacity=0.0, line=SLATE),
    "bare": AreaSign(GROUND, opacity=0.0, width_px=0.0),
    # A unit that another layer's line splits.
    "torn": AreaSign("#f1ece2", "hatch", "#8d8578", width_px=0.0),
    # Who covers an area, named as mapping.gaps names it. What calls for attention is darkest; a
    # gap that is known and one that nobody recorded differ in every way.
    "several": AreaSign("#9fcac2", "cross", "#0a4f4a", line=SLATE),
    "one": AreaSign("#e4f1ee", "horizontal", TEAL, line=GREY),
    "known gap": AreaSign(RUST, "heavy", WHITE, opacity=1.0, line=INK),
    "not recorded": AreaSign(GROUND, "plus", GREY, line=GREY),
    "nobody lives here": AreaSign("#d9d4c9", "solid", SLATE, line="#5c6670"),
}
COVERAGE: dict[str, str] = {
    "several": "Covered by several",
    "one": "Covered by one",
    "known gap": "Known gap",
    "not recorded": "Not recorded",
    "nobody lives here": "Nobody lives here",
}
"""The signs of coverage and what they are called, in the order of a legend."""

TINTS: tuple[tuple[str, str], ...] = (
    ("#cfe5f3", "#1b658f"),
    ("#f6e0b8", "#8a5800"),
    ("#c5e5d8", "#00664b"),
    ("#f2c9b8", "#9c3d06"),
    ("#e7cfde", "#85396a"),
    ("#f3efbf", "#6e6600"),
    ("#c3d2ea", "#0a4a80"),
    ("#dcdad4", "#50555b"),
)
"""After Okabe and Ito (2008), each with a dark mark of its own hue."""


def line(sign: str | LineSign) -> LineSign:
    """Return the sign of that name in ``LINES`` or ``SCALE_LINES``, or the sign itself."""
    if isinstance(sign, LineSign):
        return sign
    known = LINES | SCALE_LINES
    if sign not in known:
        raise MappingError(
            f"A line's sign must be one of {', '.join(known)}; {sign!r} was given. "
            "Choose one of these or pass a LineSign."
        )
    return known[sign]


def pick_signs(count: int) -> list[AreaSign]:
    """Return signs for ``count`` kinds of area, told apart by pattern as well as by tint.

    Neighbours in the list differ in both; after 64 the signs repeat.
    """
    patterns = list(_EVEN)
    signs = []
    for number in range(count):
        fill, mark = TINTS[number % len(TINTS)]
        turn = number + number // len(TINTS)
        signs.append(AreaSign(fill, patterns[turn % len(patterns)], mark))
    return signs


def area(sign: str | AreaSign) -> AreaSign:
    """Return the sign of that name, or the sign itself."""
    if isinstance(sign, AreaSign):
        return sign
    if sign not in AREAS:
        raise MappingError(
            f"An area's sign must be one of {', '.join(AREAS)}; {sign!r} was given. "
            "Choose one of these or pass an AreaSign."
        )
    return AREAS[sign]


def encode(text: str) -> str:
    """Encode a text so that it shows as typed in HTML, templates and template literals.

    Beside the characters of HTML, the backslash, backtick, ``$``, ``{`` and ``}`` become
    character references: folium compiles rendered text as a template a second time, and puts
    tooltips into JavaScript template literals.
    """
    return "".join(_REFERENCES.get(letter, letter) for letter in text)


_REFERENCES = {letter: f"&#{ord(letter)};" for letter in "&<>\"'\\`${}"}


@dataclass(frozen=True)
class LegendItem:
    """Pair a sign with the words that explain it."""

    sign: LineSign | AreaSign
    words: str
    scale: float = field(default=1.0, kw_only=True)


def legend(items: Iterable[LegendItem | tuple[str | LineSign | AreaSign, str]]) -> str:
    """Return a legend as HTML: a sample of each sign with its words.

    Items are ``LegendItem`` or pairs of a sign (or the name of one in ``LINES``, ``SCALE_LINES``
    or ``AREAS``) and
    words. The samples are drawn from the very definitions that the map uses, as pictures, because
    streamlit strips inline SVG; the words are encoded.
    """
    rows = "".join(_legend_row(_legend_item(item)) for item in items)
    return f'<ul class="cg-legend">{rows}</ul>'


def _legend_item(item: LegendItem | tuple[str | LineSign | AreaSign, str]) -> LegendItem:
    if isinstance(item, LegendItem):
        return item
    sign, words = item
    if isinstance(sign, str):
        sign = area(sign) if sign in AREAS else line(sign)
    return LegendItem(sign, words)


def _legend_row(item: LegendItem) -> str:
    picture = base64.b64encode(sample(item.sign, scale=item.scale).encode()).decode()
    width, height = round(52 * item.scale), round(20 * item.scale)
    image = f'<img alt="" width="{width}" height="{height}" src="data:image/svg+xml;base64,'
    return f'<li>{image}{picture}"><span>{encode(item.words)}</span></li>'


def sample(sign: LineSign | AreaSign, *, scale: float = 1.0) -> str:
    """Return a small SVG picture (52 by 20 pixels times ``scale``) of a line or of a fill.

    It lies on the map's ground, so that it looks the same on a dark page.
    """
    body = _line_sample(sign) if isinstance(sign, LineSign) else _area_sample(sign)
    body = f'<rect width="52" height="20" rx="3" fill="{GROUND}"/>{body}'
    size = f'width="{52 * scale:g}" height="{20 * scale:g}" viewBox="0 0 52 20"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{body}</svg>'


def _line_sample(sign: LineSign) -> str:
    cap = "round" if sign.round_ends else "butt"
    dash = " ".join(f"{length:g}" for length in sign.dash_px)
    middle = 10.5 if sign.width_px <= 1 else 10  # so that a thin line fills one row of pixels
    path = f'<path d="M4 {middle:g}H48" fill="none" stroke-linecap="{cap}"'
    casing = f'{path} stroke="{WHITE}" stroke-width="{sign.width_px + 2 * sign.casing_px:g}"/>'
    line = f'stroke="{sign.colour}" stroke-width="{sign.width_px:g}" stroke-dasharray="{dash}"/>'
    core = f'{path} stroke="{WHITE}" stroke-width="{sign.core_px:g}"/>' if sign.core_px else ""
    return (casing if sign.casing_px else "") + f"{path} {line}{core}"


def _area_sample(sign: AreaSign) -> str:
    pattern = PATTERNS[sign.pattern]
    strokes = "".join(f"M{a:g} {b:g}L{c:g} {d:g}" for a, b, c, d in pattern.strokes)
    dots = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}"/>' for x, y, r in pattern.dots)
    tile = (
        f'<pattern id="p" width="{pattern.size_px}" height="{pattern.size_px}" '
        f'patternUnits="userSpaceOnUse"><g fill="{sign.mark}">{dots}</g>'
        f'<path d="{strokes}" stroke="{sign.mark}" stroke-width="{pattern.width_px:g}"/></pattern>'
    )
    box = '<rect x="1" y="1" width="50" height="18"'
    ground = f'{box} fill="{sign.fill}" fill-opacity="{sign.opacity:g}"/>'
    edge = f'stroke="{sign.line}" stroke-width="{sign.width_px:g}"'
    return f'<defs>{tile}</defs>{ground}{box} fill="url(#p)" {edge}/>'
