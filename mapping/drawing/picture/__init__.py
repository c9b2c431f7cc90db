"""A map as a picture, drawn on the server: the same signs as in the browser, without one.

    picture.png(
        "490 of 691 wards straddle a postcode district line.",
        [
            picture.Areas(wards, {"E05009288": "known gap"}, default="one"),
            picture.Dots(easting, northing),
            picture.Lines(agreement.reset_index()),
        ],
        legend=[("known gap", "Known gap"), ("both", "Both draw this line")],
        attribution=export.attribution(),
    )

Everything is drawn in EPSG:27700 at twice its size and made smaller, which smooths it. Sizes below
are pixels of the picture.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw

from mapping.drawing.picture import pen
from mapping.drawing.picture.lettering import BOLD, REGULAR, Font, font, limit_lines, wrap
from mapping.drawing.picture.naming import Names, write_names
from mapping.drawing.picture.pen import SHEET_SCALE, Frame
from mapping.drawing.signs import GROUND, INK, LINES, SLATE, AreaSign, LineSign, area, line
from mapping.errors import MappingError

__all__ = [
    "LEADING",
    "MAX_LEGEND_LINES",
    "MIN_MAP_SHARE",
    "MIN_SIZE_PX",
    "SAMPLE_PX",
    "SIZE_PX",
    "Areas",
    "Dots",
    "Item",
    "Lines",
    "Names",
    "PictureLayer",
    "png",
    "still",
]

SIZE_PX = (1600, 1200)
MIN_SIZE_PX = (600, 450)
MARGIN_PX, GAP_PX = 40, 18
TITLE_PX, MIN_TITLE_PX, MAX_TITLE_LINES = 46, 26, 4
WORDS_PX, CREDIT_PX = 26, 18
LEADING = 1.25
SAMPLE_PX = (52, 26)
MAX_LEGEND_LINES = 2
MIN_MAP_SHARE = 0.4
"""The map keeps at least this share of the height."""
Item = tuple[str | LineSign | AreaSign, str]


@dataclass(frozen=True, eq=False)
class Areas:
    """Areas to fill: a frame with the column ``code``, and code → sign, as ``overlays.areas``."""

    frame: gpd.GeoDataFrame
    signs: Mapping[str, str | AreaSign] = field(default_factory=dict)
    default: str | AreaSign = "plain"


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines to draw: a frame whose column ``part`` names signs of ``signs.LINES``, or one sign.

    With a sign every geometry of the frame is drawn in it, areas by their edges. ``crowded``
    thins lines that lie close together, as the map in the browser does.
    """

    frame: gpd.GeoDataFrame
    sign: str | LineSign | None = None
    crowded: bool = False


@dataclass(frozen=True, eq=False)
class Dots:
    """Positions to draw as dots: eastings and northings in metres (EPSG:27700), shape ``(n,)``."""

    easting: ArrayLike
    northing: ArrayLike
    colour: str = INK
    size_px: float = 1.5
    strength: float = 0.22


PictureLayer = Areas | Lines | Dots | Names


def png(
    title: str,
    layers: Sequence[PictureLayer],
    *,
    attribution: Sequence[str],
    legend: Sequence[Item] = (),
    note: str = "",
    size_px: tuple[int, int] = SIZE_PX,
    extent: tuple[float, float, float, float] | None = None,
) -> bytes:
    """Draw a map with its finding, its legend and the attribution of its data as a PNG.

    Layers lie on each other in the order given, the first at the bottom, all names where the
    first of them stand; the extent of all is shown, or what is around ``extent``. No text leaves
    the picture: a title or note that is too long is set smaller and ends in "…" if it still does
    not fit; the attribution is never shortened.

    Parameters
    ----------
    title
        The finding, one sentence.
    legend
        Pairs of a sign (or the name of one) and words, as for ``signs.legend``.
    attribution
        The lines of ``export.attribution()``; they stand in the picture's foot.
    note
        What else must be said: date, lens, limits.
    size_px
        Width and height.
    extent
        West, south, east, north of what must be seen, in metres (EPSG:27700).

    Raises
    ------
    MappingError
        If there is nothing to draw, a frame has no CRS, a sign is unknown, the attribution is
        empty, or the picture is too small for its text.
    """
    _check(attribution, size_px)
    width = size_px[0] - 2 * MARGIN_PX
    paper = Image.new("RGB", (SHEET_SCALE * size_px[0], SHEET_SCALE * size_px[1]), GROUND)
    sheet = ImageDraw.Draw(paper)
    top = MARGIN_PX + _write(sheet, _title(title, width), MARGIN_PX, MARGIN_PX) + GAP_PX
    foot = _foot(attribution, note, width, size_px[1])
    bottom = size_px[1] - MARGIN_PX - foot.height
    _write(sheet, foot, MARGIN_PX, bottom)
    rows = _legend_rows(legend, width)
    bottom -= GAP_PX + sum(height for height, _ in rows)
    if bottom - top < MIN_MAP_SHARE / 2 * size_px[1]:
        raise MappingError(
            f"A map of {size_px[0]} by {size_px[1]} pixels has no room beside its text; "
            f"{len(legend)} signs and {len(attribution)} lines of attribution were given. "
            "Draw a larger picture, or explain fewer signs."
        )
    _draw_legend(paper, rows, bottom + GAP_PX / 2)
    _draw_layers(paper, layers, (MARGIN_PX, top, size_px[0] - MARGIN_PX, bottom), extent)
    return _encode(paper, size_px)


def _check(attribution: Sequence[str], size_px: tuple[int, int]) -> None:
    if not attribution or not all(text.strip() for text in attribution):
        raise MappingError(
            f"A picture needs the attribution of its data; {list(attribution)!r} was given. "
            "Pass export.attribution()."
        )
    if size_px[0] < MIN_SIZE_PX[0] or size_px[1] < MIN_SIZE_PX[1]:
        raise MappingError(
            f"A picture must have at least {MIN_SIZE_PX[0]} by {MIN_SIZE_PX[1]} pixels; "
            f"{size_px[0]} by {size_px[1]} were asked for. Ask for more."
        )


def _encode(paper: Image.Image, size_px: tuple[int, int]) -> bytes:
    small = paper.reduce(SHEET_SCALE)
    assert small.size == size_px
    buffer = io.BytesIO()
    small.save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()


# ---- words -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Text:
    """Hold lines of text with their type (its size is that of the sharper sheet) and colour."""

    lines: list[str]
    size_px: float
    weight: int = REGULAR
    colour: str = SLATE

    @property
    def height(self) -> float:
        """Return the height of all lines."""
        return len(self.lines) * self.size_px * LEADING


def _type(size_px: float, weight: int = REGULAR) -> Font:
    return font(size_px * SHEET_SCALE, weight)


def _title(title: str, width: float) -> _Text:
    """Set the title as large as it fits into its lines."""
    size = TITLE_PX
    lines = wrap(title, _type(size, BOLD), width * SHEET_SCALE)
    while len(lines) > MAX_TITLE_LINES // 2 and size > MIN_TITLE_PX:
        size -= 4
        lines = wrap(title, _type(size, BOLD), width * SHEET_SCALE)
    lines = limit_lines(lines, MAX_TITLE_LINES, _type(size, BOLD), width * SHEET_SCALE)
    return _Text(lines, size, BOLD, INK)


def _foot(attribution: Sequence[str], note: str, width: float, height_px: int) -> _Text:
    """Set the note, as far as there is room, and the whole attribution under it."""
    type_ = _type(CREDIT_PX)
    credit = wrap(" · ".join(attribution), type_, width * SHEET_SCALE)
    room = max(1, int(0.2 * height_px / (CREDIT_PX * LEADING)) - len(credit))
    said = limit_lines(wrap(note, type_, width * SHEET_SCALE), room, type_, width * SHEET_SCALE)
    return _Text([*(said if note.strip() else []), *credit], CREDIT_PX)


def _write(sheet: ImageDraw.ImageDraw, text: _Text, left: float, top: float) -> float:
    """Write a text and return its height."""
    type_ = _type(text.size_px, text.weight)
    for number, said in enumerate(text.lines):
        at = (left * SHEET_SCALE, (top + number * text.size_px * LEADING) * SHEET_SCALE)
        sheet.text(at, said, font=type_, fill=text.colour)
    return text.height


# ---- legend ----------------------------------------------------------------------------------

_Entry = tuple[float, LineSign | AreaSign, _Text]


def _legend_rows(legend: Sequence[Item], width: float) -> list[tuple[float, list[_Entry]]]:
    """Set the legend in rows: each with its height and where its entries begin."""
    rows: list[tuple[float, list[_Entry]]] = []
    across = width + 1.0
    for sign, words in legend:
        before = SAMPLE_PX[0] + 12
        room = (width - before) * SHEET_SCALE
        lines = wrap(words, _type(WORDS_PX), room)
        said = _Text(
            limit_lines(lines, MAX_LEGEND_LINES, _type(WORDS_PX), room), WORDS_PX, colour=INK
        )
        long = before + max(_type(WORDS_PX).getlength(part) for part in said.lines) / SHEET_SCALE
        if across + long > width:
            rows.append((0.0, []))
            across = 0.0
        height, entries = rows[-1]
        entries.append((MARGIN_PX + across, pen.find_sign(sign), said))
        rows[-1] = (max(height, said.height + 6), entries)
        across += long + 28
    return rows


def _is_point(sign: LineSign | AreaSign) -> bool:
    """Tell whether a sign is a single dot, which stands in the middle of its sample."""
    return isinstance(sign, LineSign) and max(sign.dash_px, default=0) > SAMPLE_PX[0]


def _draw_legend(paper: Image.Image, rows: list[tuple[float, list[_Entry]]], top: float) -> None:
    sheet = ImageDraw.Draw(paper)
    for height, entries in rows:
        for left, sign, said in entries:
            middle = top + WORDS_PX * LEADING / 2
            begin = left + (SAMPLE_PX[0] / 2 if _is_point(sign) else 0)
            box = (begin, middle - SAMPLE_PX[1] / 2, left + SAMPLE_PX[0], middle + SAMPLE_PX[1] / 2)
            pen.sample(paper, sign, tuple(round(side * SHEET_SCALE) for side in box))
            _write(sheet, said, left + SAMPLE_PX[0] + 12, top)
        top += height


# ---- the map ---------------------------------------------------------------------------------


def _draw_layers(
    paper: Image.Image,
    layers: Sequence[PictureLayer],
    box: tuple[float, float, float, float],
    extent: tuple[float, float, float, float] | None,
) -> None:
    """Draw the map on a sheet of its own, so that nothing reaches over the texts around it."""
    left, top, right, bottom = (round(side * SHEET_SCALE) for side in box)
    sheet = Image.new("RGB", (right - left, bottom - top), GROUND)
    frame = Frame.around(extent or _extent(layers), (0.0, 0.0, *sheet.size))
    _draw_on(sheet, layers, frame)
    paper.paste(sheet, (left, top))


def _draw_on(paper: Image.Image, layers: Sequence[PictureLayer], frame: Frame) -> None:
    named = [layer for layer in layers if isinstance(layer, Names)]
    for layer in layers:
        if isinstance(layer, Areas):
            _fill(paper, layer, frame)
        elif isinstance(layer, Lines):
            _rule(paper, layer, frame)
        elif isinstance(layer, Dots):
            at = frame.pixels(np.column_stack([layer.easting, layer.northing]))
            pen.dots(paper, at, layer.colour, layer.size_px * SHEET_SCALE, layer.strength)
        elif layer is named[0]:
            write_names(paper, named, frame)


def _extent(layers: Sequence[PictureLayer]) -> tuple[float, float, float, float]:
    """Return west, south, east, north of all layers in metres."""
    boxes = []
    for layer in layers:
        if isinstance(layer, Dots):
            at = np.column_stack([layer.easting, layer.northing]).astype(float)
            boxes.append([*at.min(axis=0), *at.max(axis=0)] if len(at) else [np.nan] * 4)
        elif not isinstance(layer, Names):
            boxes.append(_convert_to_metres(layer.frame).total_bounds)
    found = np.array(boxes, dtype=float).reshape(-1, 4)
    found = found[np.isfinite(found).all(axis=1)]
    if not len(found):
        raise MappingError(
            f"A picture needs something to show; {len(layers)} layers without any geometry were "
            "given. Leave the picture out where there is nothing on the map."
        )
    low, high = found[:, :2].min(axis=0), found[:, 2:].max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _convert_to_metres(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if frame.crs is None:
        raise MappingError(
            f"Boundaries must have a CRS; these {len(frame)} rows have none. "
            'Set it where they are read, for example frame.set_crs("EPSG:27700").'
        )
    return frame if frame.crs.to_epsg() == 27700 else frame.to_crs(27700)


def _fill(paper: Image.Image, layer: Areas, frame: Frame) -> None:
    rows = _convert_to_metres(layer.frame)
    shapes = rows.geometry.to_numpy()
    chosen = [area(layer.signs.get(code, layer.default)) for code in rows["code"]]
    tight = pen.tightness(shapes, frame)
    for sign in dict.fromkeys(chosen):
        pen.fill(paper, shapes[[one == sign for one in chosen]], sign, frame, tight=tight)


def _rule(paper: Image.Image, layer: Lines, frame: Frame) -> None:
    rows = _convert_to_metres(layer.frame)
    if layer.sign is not None:
        pen.rule(paper, rows.geometry.to_numpy(), line(layer.sign), frame)
        return
    total_m = float(shapely.length(rows.geometry.to_numpy()[rows["part"] != "outline"]).sum())
    room = pen.room(total_m, frame) if layer.crowded else 1.0
    for part, sign in LINES.items():
        drawn = sign if part == "outline" else pen.thin(sign, room)
        pen.rule(paper, rows.geometry.to_numpy()[rows["part"] == part], drawn, frame)
