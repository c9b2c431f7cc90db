"""Bars: a part of a whole in each row, as a picture; what is missing is hatched."""

from collections.abc import Sequence
from typing import NamedTuple

from mapping.drawing import svg
from mapping.drawing.signs import INK, RUST, TEAL

LABEL, BAR, ROW = 210, 480, 58
PROJECTED_BAR = 380
"""A bar beside the larger words of a projector."""
NARROW, NARROW_ROW = 360, 62
THICK = 26


class Bar(NamedTuple):
    """One bar: its label, the part that is full (0 to 1), and what is said beside it."""

    label: str
    full: float
    said: str


def draw(
    rows: Sequence[Bar], *, shows_rest: bool, is_narrow: bool = False, is_projected: bool = False
) -> str:
    """Draw bars: an SVG. With ``shows_rest`` what is missing of a whole is hatched."""
    across = PROJECTED_BAR if is_projected else BAR
    parts = [f"<defs>{svg.HATCH.format(fill='#f3ddd5', mark=RUST)}</defs>"]
    y = 0.0
    for row in rows:
        if is_narrow:
            parts.append(svg.text(0, y + 18, f"{row.label}: {row.said}"))
            parts.append(_bar(row.full, 0, y + 28, NARROW, shows_rest))
            y += NARROW_ROW
        else:
            parts.append(svg.text(0, y + 34, row.label))
            parts.append(_bar(row.full, LABEL, y + 15, across, shows_rest))
            parts.append(svg.text(LABEL + across + 14, y + 34, row.said))
            y += ROW
    width = NARROW if is_narrow else LABEL + BAR + 270
    px = svg.PROJECTED_PX if is_projected else 17
    return svg.document(width, y, parts, px=15 if is_narrow else px)


def _bar(full: float, x: float, y: float, width: float, shows_rest: bool) -> str:
    edge = {"stroke": INK, "stroke_width": 1.2}
    at = {"x": x, "y": y, "height": THICK}
    rest = svg.shape("rect", **at, width=width, fill="url(#hatch)", **edge) if shows_rest else ""
    if full <= 0:
        return rest
    return rest + svg.shape("rect", **at, width=f"{width * full:.1f}", fill=TEAL, **edge)
