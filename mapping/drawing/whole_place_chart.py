"""The whole place as a picture: four outcomes that overlap, what enables them, stewardship within.

The outcomes are four ellipses that meet in all fifteen ways (Venn 1880, as ellipses after
Grünbaum 1975); in each part stands how many organisations work on just these outcomes.
"""

from collections.abc import Sequence
from math import sqrt
from textwrap import wrap

import pandas as pd

from mapping.drawing import svg
from mapping.drawing.signs import GROUND, INK, RUST, TEAL
from mapping.stewardship import WholePlace, list_parts

ELLIPSES = ((0.35, 0.40, 140), (0.45, 0.50, 140), (0.544, 0.50, 40), (0.644, 0.40, 40))
"""The middle and turn of each ellipse, of 0.72 by 0.45, in a square with 0 at its foot."""
SPOTS = {
    (0,): (0.14, 0.42),
    (1,): (0.32, 0.74),
    (2,): (0.68, 0.74),
    (3,): (0.86, 0.42),
    (0, 1): (0.23, 0.59),
    (0, 2): (0.29, 0.30),
    (0, 3): (0.50, 0.17),
    (1, 2): (0.50, 0.66),
    (1, 3): (0.71, 0.30),
    (2, 3): (0.77, 0.59),
    (0, 1, 2): (0.35, 0.50),
    (0, 1, 3): (0.61, 0.24),
    (0, 2, 3): (0.39, 0.24),
    (1, 2, 3): (0.65, 0.50),
    (0, 1, 2, 3): (0.50, 0.47),
}
"""Where the number of each part stands, by the outcomes that meet there."""
LINES = ((TEAL, "none"), (RUST, "10 5"), ("#3f5f8a", "2 4"), ("#8a6d1f", "14 4 2 4"))
FILLS = ("#9fcac2", "#ecc7b8", "#c3d2e6", "#e3d5a8")
LETTERS = "ABCD"
WIDE_LETTER = 0.6
"""How wide a letter is, of its height, in the widest letters that a reader's system may have."""
MIDDLE = (0.5, 0.36)
"""Where stewardship stands."""


def draw(whole: WholePlace, *, is_narrow: bool = False, is_projected: bool = False) -> str:
    """Draw the template with this place's organisations on it: an SVG.

    A disc holds how many work on just these outcomes; a part without anybody has a bare 0.
    """
    parts = list_parts(whole)
    keys = [aim.key for aim in whole.outcomes]
    many = {
        tuple(keys.index(key) for key in row.outcomes): row.number
        for row in parts[parts["part"] == "outcomes"].itertuples()
    }
    totals = {aim.key: int(whole.actors[aim.key].sum()) for aim in whole.outcomes}
    enablers = parts[parts["part"] == "enabler"]
    stewards = int(whole.actors["is_steward"].sum())
    if is_narrow:
        return _draw_narrow(whole, many, totals, enablers, stewards)
    px = svg.PROJECTED_PX if is_projected else 16
    return _draw_wide(whole, many, totals, enablers, stewards, px)


def _draw_wide(
    whole: WholePlace,
    many: dict[tuple[int, ...], int],
    totals: dict[str, int],
    enablers: pd.DataFrame,
    stewards: int,
    px: float,
) -> str:
    width, size, left, top = 960, 470, 245, 8
    parts = [*_citizens(40, 4, 880, 466), *_ellipses(left, top, size)]
    small, line = 0.88 * px if px == 16 else px, round(1.15 * px)
    parts += _numbers(many, left, top, size, px=small)
    parts += _steward(left, top, size, stewards, px=small)
    above = {"text_anchor": "middle", "font_size": f"{small:g}", **_halo()}
    parts.append(svg.text(480, 28, "Citizens throughout", **above))
    where = ((60, 300, "start"), (84, 84, "start"), (876, 84, "end"), (900, 300, "end"))
    for at, (aim, (x, y, anchor)) in enumerate(zip(whole.outcomes, where, strict=True)):
        words = _title(aim.title, totals[aim.key])
        style = {"text_anchor": anchor, "font_weight": 600, **_halo()}
        parts.append(svg.lines(x, y, f"{LETTERS[at]}  {words}", int(320 / px), line, **style))
    titles = [_title(row.title, row.number) for row in enablers.itertuples()]
    letters = int(290 / WIDE_LETTER / px)
    most = max(len(wrap(words, letters)) for words in titles)
    high = max(56, line * most + 12)
    for x, words in zip((170, 480, 790), titles, strict=True):
        box = {"x": x - 145, "y": 486, "width": 290, "height": high, "rx": 28}
        style = {"fill": GROUND, "stroke": INK, "stroke_width": 1.5}
        parts.append(svg.shape("rect", **box, **style))
        at_y = 486 + (high - line * len(wrap(words, letters))) / 2 + 0.85 * px
        parts.append(svg.lines(x, at_y, words, letters, line, text_anchor="middle"))
    return svg.document(width, 504 + high, parts, px=px)


def _draw_narrow(
    whole: WholePlace,
    many: dict[tuple[int, ...], int],
    totals: dict[str, int],
    enablers: pd.DataFrame,
    stewards: int,
) -> str:
    width, left, size, y = 360, 20, 320, 330.0
    parts = [*_citizens(2, 2, 356, 306), *_ellipses(left, 6, size)]
    parts += _numbers(many, left, 6, size, px=13, is_small=True)
    parts += _steward(left, 6, size, stewards, px=12, is_small=True)
    style = {"text_anchor": "middle", "font_weight": 700, **_halo()}
    for at, (x, high) in enumerate(((46, 148), (84, 66), (276, 66), (314, 148))):
        parts.append(svg.text(x, high, LETTERS[at], **style))
    lines = [
        *(
            f"{LETTERS[at]}  {_title(aim.title, totals[aim.key])}"
            for at, aim in enumerate(whole.outcomes)
        ),
        "Round them:",
        *(_title(row.title, row.number) for row in enablers.itertuples()),
        "Dots: citizens throughout",
    ]
    for line in lines:
        parts.append(svg.lines(4, y, line, 46, 18))
        y += 22 + 18 * (len(line) // 47)
    return svg.document(width, y, parts, px=15)


def _title(title: str, number: int) -> str:
    return f"{title}:\xa0{number or 'nobody'}"  # the number never stands in a line alone


def _halo() -> dict[str, object]:
    """Let words stand on lines: with the page's colour round them."""
    return {"stroke": GROUND, "stroke_width": 4, "paint_order": "stroke"}


def _citizens(x: float, y: float, width: float, height: float) -> list[str]:
    """Draw citizens as dots all over a field."""
    tile = (
        '<pattern id="citizens" width="14" height="14" patternUnits="userSpaceOnUse">'
        f'<circle cx="3" cy="4" r="1.3" fill="{INK}" fill-opacity=".4"/>'
        f'<circle cx="10" cy="11" r="1.3" fill="{INK}" fill-opacity=".4"/></pattern>'
    )
    box = {"x": x, "y": y, "width": width, "height": height, "rx": 40}
    style = {"stroke": INK, "stroke_width": 1.2, "fill": "url(#citizens)"}
    return [f"<defs>{tile}</defs>", svg.shape("rect", **box, **style)]


def _ellipses(left: float, top: float, size: float) -> list[str]:
    drawn = []
    for (x, y, turn), (line, dashes), fill in zip(ELLIPSES, LINES, FILLS, strict=True):
        at_x, at_y = left + x * size, top + (1 - y) * size
        drawn.append(
            svg.shape(
                "ellipse",
                cx=f"{at_x:.1f}",
                cy=f"{at_y:.1f}",
                rx=f"{0.36 * size:.1f}",
                ry=f"{0.225 * size:.1f}",
                transform=f"rotate({-turn} {at_x:.1f} {at_y:.1f})",
                fill=fill,
                fill_opacity=0.45,
                stroke=line,
                stroke_width=2.6,
                stroke_dasharray=dashes,
            )
        )
    return drawn


def _numbers(
    many: dict[tuple[int, ...], int],
    left: float,
    top: float,
    size: float,
    *,
    px: float,
    is_small: bool = False,
) -> list[str]:
    """Write how many stand in each part, on a disc as large as they are many."""
    drawn = []
    most = 20 if is_small else 27
    for some, (x, y) in SPOTS.items():
        number = many[some]
        at_x, at_y = left + x * size, top + (1 - y) * size
        if not number:
            style = {"text_anchor": "middle", "font_size": f"{px:g}", **_halo()}
            drawn.append(svg.text(at_x, at_y + 5, "0", **style))
            continue
        radius = min(11 + 2.2 * sqrt(number), most)
        disc = {"cx": f"{at_x:.1f}", "cy": f"{at_y:.1f}", "r": f"{radius:.1f}"}
        drawn.append(
            svg.shape("circle", **disc, fill="#1b2733", stroke="#ffffff", stroke_width=1.5)
        )
        style = {"text_anchor": "middle", "font_weight": 700, "fill": "#ffffff"}
        drawn.append(svg.text(at_x, at_y + 5.5, f"{number:,}", **style))
    return drawn


def _steward(
    left: float, top: float, size: float, stewards: int, *, px: float, is_small: bool = False
) -> list[str]:
    x, y = left + MIDDLE[0] * size, top + (1 - MIDDLE[1]) * size
    half, high = (46, 22) if is_small else (64, 28) if px < 20 else (86, 32)
    box = {"x": f"{x - half:.1f}", "y": f"{y - high / 2:.1f}", "width": 2 * half, "height": high}
    style = {"text_anchor": "middle", "font_weight": 700, "fill": "#ffffff"}
    return [
        svg.shape("rect", **box, rx=high / 2, fill=RUST, stroke="#ffffff", stroke_width=1.5),
        svg.text(x, y + 0.36 * px, f"Stewards: {stewards or 'none'}", **style, font_size=f"{px:g}"),
    ]


def tell(whole: WholePlace) -> str:
    """Tell the picture in words: who has how many, and what is empty."""
    said: Sequence[str] = [
        f"{aim.title} {int(whole.actors[aim.key].sum())}"
        for aim in (*whole.outcomes, *whole.enablers)
    ]
    return f"Organisations by outcome, then by what enables them: {'; '.join(said)}."
