"""The spectrum: how ratings of each condition lie at each scale, as a picture."""

from collections.abc import Mapping

import pandas as pd

from mapping.drawing import svg
from mapping.drawing.signs import INK, RUST, TEAL
from mapping.stewardship import APART, Scheme

TITLE, CELL, ROW, HEAD = 250, 226, 46, 54
"""Widths of the titles' column and of a cell, heights of a row and of the head."""
NARROW, NARROW_ROW, SIDE = 360, 30, 134
"""A narrow picture: its width, a row of it, and room for a scale's name before its cell."""
PROJECTED_ROW, PROJECTED_HEAD = 58, 86
"""The same heights with the letters of a projector."""
PX, ROOM = 15, 50
"""The size of letters, and the room at the end of a cell for the number of ratings."""


def draw(
    spread: pd.DataFrame,
    scheme: Scheme,
    scales: Mapping[str, str],
    *,
    is_narrow: bool = False,
    is_projected: bool = False,
) -> str:
    """Draw how ratings lie: an SVG with a row a condition and a column a scale.

    ``spread`` is of ``stewardship.spread``, ``scales`` names each scale. A line goes from the
    least to the most level, a box holds the middle half, a bar stands at the median; the box is
    hatched where ratings lie far apart. A cell that nobody rated is said to be so.
    """
    cells = {(row.condition, row.scale): row for row in spread.itertuples()}
    parts = [f"<defs>{svg.HATCH.format(fill='#f3ddd5', mark=RUST)}</defs>"]
    if is_narrow:
        return _draw_narrow(cells, scheme, scales, parts)
    if is_projected:
        return _draw_projected(cells, scheme, scales, parts)
    for at, title in enumerate(scales.values()):
        left = TITLE + CELL * at + 8
        parts.append(svg.text(left, 20, title, font_weight=600))
        parts += _name_ends(scheme, left, 42, CELL - 24)
    y = HEAD
    for condition in scheme.conditions:
        wrapped = len(condition.title) > 32
        shown = svg.lines(0, y + (19 if wrapped else 28), condition.title, 32, 17)
        parts += [_rule(0, TITLE + CELL * len(scales), y), shown]
        for at, scale in enumerate(scales):
            cell = cells[condition.key, scale]
            parts.append(_cell(cell, scheme, TITLE + CELL * at + 8, y, CELL - 24))
        y += ROW
    return svg.document(TITLE + CELL * len(scales), y + 4, parts, px=PX)


def _draw_projected(
    cells: Mapping, scheme: Scheme, scales: Mapping[str, str], parts: list[str]
) -> str:
    """Draw the same with letters that a back row reads: the levels' names on two lines."""
    px = svg.PROJECTED_PX
    for at, title in enumerate(scales.values()):
        left, width = TITLE + CELL * at + 8, CELL - 24
        parts.append(svg.text(left, 22, title, font_weight=600))
        parts.append(svg.text(left + 2, 50, scheme.levels[0]))
        parts.append(svg.text(left + width, 76, scheme.levels[-1], text_anchor="end"))
    y = PROJECTED_HEAD
    for condition in scheme.conditions:
        wrapped = len(condition.title) > 22
        shown = svg.lines(0, y + (23 if wrapped else 36), condition.title, 22, 24)
        parts += [_rule(0, TITLE + CELL * len(scales), y), shown]
        for at, scale in enumerate(scales):
            left = TITLE + CELL * at + 8
            parts.append(_cell(cells[condition.key, scale], scheme, left, y + 6, CELL - 24, px))
        y += PROJECTED_ROW
    return svg.document(TITLE + CELL * len(scales), y + 4, parts, px=px)


def _draw_narrow(
    cells: Mapping, scheme: Scheme, scales: Mapping[str, str], parts: list[str]
) -> str:
    parts += _name_ends(scheme, SIDE, 16, NARROW - SIDE - 8)
    y = 24.0
    for condition in scheme.conditions:
        parts.append(_rule(0, NARROW, y))
        parts.append(svg.lines(0, y + 20, condition.title, 44, 17, font_weight=600))
        y += 28 + 17 * (len(condition.title) // 45)
        for scale, title in scales.items():
            parts.append(svg.text(0, y + 20, title))
            parts.append(_cell(cells[condition.key, scale], scheme, SIDE, y - 8, NARROW - SIDE - 8))
            y += NARROW_ROW
    return svg.document(NARROW, y + 6, parts, px=PX)


def _name_ends(scheme: Scheme, x: float, y: float, width: float) -> list[str]:
    """Name the least and the most level above the cells of a column."""
    ends = ((x + 2, scheme.levels[0], "start"), (x + width - ROOM + 10, scheme.levels[-1], "end"))
    return [svg.text(at, y, word, font_size=12, text_anchor=side) for at, word, side in ends]


def _rule(x: float, end: float, y: float) -> str:
    return svg.shape("line", x1=x, x2=end, y1=y, y2=y, stroke=INK, stroke_opacity=0.25)


def _cell(cell, scheme: Scheme, x: float, y: float, width: float, px: float = 13) -> str:
    """Draw the ratings of a cell on its own scale of levels, with their number beside it."""
    if not cell.number:
        return svg.text(x, y + 28, "nobody yet", font_size=px, fill_opacity=0.75)
    across = width - ROOM
    step = across / (len(scheme.levels) - 1)
    middle = y + 23

    def at(level: float) -> float:
        return x + 6 + step * (level - 1)

    ticks = "".join(
        svg.shape("circle", cx=f"{at(level):g}", cy=middle, r=2.2, fill=INK, fill_opacity=0.45)
        for level in range(1, len(scheme.levels) + 1)
    )
    far = cell.disagreement >= APART
    low, high = at(cell.lower) - 5, at(cell.upper) + 5
    box = svg.shape(
        "rect",
        x=f"{low:g}",
        y=middle - 9,
        width=f"{high - low:g}",
        height=18,
        rx=3,
        fill="url(#hatch)" if far else "#9fcac2",
        stroke=RUST if far else TEAL,
        stroke_width=2 if far else 1.2,
    )
    ends = {"x1": f"{at(cell.least):g}", "x2": f"{at(cell.most):g}", "y1": middle, "y2": middle}
    line = svg.shape("line", **ends, stroke=INK, stroke_width=2)
    where = f"{at(cell.median):g}"
    bar = "".join(
        svg.shape("line", x1=where, x2=where, y1=middle - 12, y2=middle + 12, **stroke)
        for stroke in (
            {"stroke": "#ffffff", "stroke_width": 7},
            {"stroke": "#1b2733", "stroke_width": 4},
        )
    )
    many = svg.text(x + width, middle + 5, f"{cell.number:,}", text_anchor="end", font_size=px)
    return ticks + line + box + bar + many
