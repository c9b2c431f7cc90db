"""The chart of focus: every organisation by how far it reaches and how many themes it has."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from mapping.drawing import svg
from mapping.drawing.signs import GREY, GROUND, INK, RUST, TEAL
from mapping.stewardship import FAMILY_NAMES

WIDE, NARROW = (960.0, 500.0), (360.0, 470.0)
MAX_NUMBERED = 40
"""More points are not numbered: their numbers could not be read."""
TICKS = (100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
ABREAST = 4
"""So many points of one spot stand side by side, the next ones above them."""
COLOURS = (TEAL, RUST, "#3f5f8a", "#8a6d1f", GREY)
MARKS = ("circle", "square", "triangle", "diamond", "cross")
R, NUMBERED_R = 6.5, 9.5
"""Half the size of a point, and of one with a number on it."""


def draw(
    placed: pd.DataFrame, heading: str, *, is_narrow: bool = False, is_projected: bool = False
) -> str:
    """Draw organisations as points: an SVG; ``heading`` names what their reach counts.

    ``placed`` is of ``stewardship.place_focus`` with a column label (their numbers in the table).
    Families of types differ in shape and in colour; broken lines stand at the medians. Points
    that would lie on one another stand side by side. On a projector, where no table tells what the
    numbers stand for, points have none.
    """
    width, height = NARROW if is_narrow else WIDE
    px = svg.PROJECTED_PX if is_projected else 12 if is_narrow else 14
    line = round(1.4 * px)  # from one line of words to the next
    left, right = 20.0 + px, width - 14
    top, bottom = 34.0 + line * (3 if is_narrow or is_projected else 2), height - 2.4 * line
    low, high = math.log10(placed["reach"].min()) - 0.16, math.log10(placed["reach"].max()) + 0.16
    most = int(placed["breadth"].max()) + 1
    x = left + (np.log10(placed["reach"].to_numpy()) - low) / (high - low) * (right - left)
    step = (bottom - top) / most
    y = bottom - step * placed["breadth"].to_numpy("float64")
    is_numbered = len(placed) <= MAX_NUMBERED and not is_projected
    r = NUMBERED_R if is_numbered else R
    x, y = _stand_apart(x, y, 2 * r + 1, step / 2)
    parts = [
        *_legend(placed, px, line, is_narrow),
        *_axes(left, right, top, bottom, step, most),
    ]
    for tick in TICKS:
        at = left + (math.log10(tick) - low) / (high - low) * (right - left)
        if left <= at <= right:
            parts.append(_stroke(at, at, bottom, bottom + 5))
            parts.append(svg.text(at, bottom + line, _shorten(tick), text_anchor="middle"))
    parts.append(svg.text(right, bottom + 2 * line, f"{heading} it reaches →", text_anchor="end"))
    middle_x = left + (math.log10(placed["reach"].median()) - low) / (high - low) * (right - left)
    middle_y = bottom - step * (placed["breadth"].median() + 0.5)
    for a, b, c, d in ((middle_x, middle_x, top, bottom), (left, right, middle_y, middle_y)):
        parts.append(_stroke(a, b, c, d, stroke_dasharray="6 5"))
    for row, at_x, at_y in zip(placed.itertuples(), x, y, strict=True):
        parts.append(_mark(at_x, at_y, FAMILY_NAMES.index(row.family), GROUND, r))
        if is_numbered:
            colour = COLOURS[FAMILY_NAMES.index(row.family)]
            halo = {"stroke": colour, "stroke_width": 2.5, "paint_order": "stroke"}
            inside = {"text_anchor": "middle", "font_size": 10.5, "font_weight": 700, **halo}
            parts.append(svg.text(at_x, at_y + 3.8, str(row.label), fill="#ffffff", **inside))
    return svg.document(width, height, parts, px=px)


def _stand_apart(
    x: np.ndarray, y: np.ndarray, across: float, up: float
) -> tuple[np.ndarray, np.ndarray]:
    """Move points of one spot so that they stand side by side, and then above each other."""
    spots: dict[tuple[int, int], list[int]] = {}
    order = np.argsort(x, kind="stable").tolist()
    for at in order:
        key = next(
            (k for k in spots if k[1] == int(y[at]) and abs(x[at] - x[spots[k][0]]) < across),
            (at, int(y[at])),
        )
        spots.setdefault(key, []).append(at)
    moved_x, moved_y = x.copy(), y.copy()
    for some in spots.values():
        for nth, at in enumerate(some):
            row = nth // ABREAST
            abreast = min(len(some) - row * ABREAST, ABREAST)
            moved_x[at] = x[some[0]] + (nth % ABREAST - (abreast - 1) / 2) * across
            moved_y[at] = y[at] - row * up
    return moved_x, moved_y


def _axes(
    left: float, right: float, top: float, bottom: float, step: float, most: int
) -> list[str]:
    parts = [_stroke(left, right, bottom, bottom), _stroke(left, left, top, bottom)]
    parts.append(svg.text(0, top - 12, "↑ themes"))
    every = max(1, round(most / 12))
    for number in range(every, most, every):
        parts.append(svg.text(left - 7, bottom - step * number + 5, str(number), text_anchor="end"))
    return parts


def _legend(placed: pd.DataFrame, px: float, line: float, is_narrow: bool) -> list[str]:
    """Name the families that are there, in rows of what has room."""
    there = [name for name in FAMILY_NAMES if (placed["family"] == name).any()]
    parts: list[str] = []
    x, y, across = 8.0, px + 2, NARROW[0] if is_narrow else WIDE[0]
    for name in there:
        room = 26 + px * 0.56 * len(name)
        if x + room > across:
            x, y = 8.0, y + line
        mark = _mark(x, y - 0.35 * px, FAMILY_NAMES.index(name), GROUND)
        parts += [mark, svg.text(x + 12, y, name)]
        x += room
    return parts


def _mark(x: float, y: float, family: int, ground: str, r: float = R) -> str:
    style = {"fill": COLOURS[family], "stroke": ground, "stroke_width": 1.2}
    name = MARKS[family]
    if name == "circle":
        return svg.shape("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=r, **style)
    points: Sequence[tuple[float, float]] = {
        "square": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        "triangle": ((0, -1.2), (1.2, 1), (-1.2, 1)),
        "diamond": ((0, -1.35), (1.35, 0), (0, 1.35), (-1.35, 0)),
        "cross": (
            *((-0.4, -1.2), (0.4, -1.2), (0.4, -0.4), (1.2, -0.4), (1.2, 0.4), (0.4, 0.4)),
            *((0.4, 1.2), (-0.4, 1.2), (-0.4, 0.4), (-1.2, 0.4), (-1.2, -0.4), (-0.4, -0.4)),
        ),
    }[name]
    drawn = " ".join(f"{x + r * a:.1f},{y + r * b:.1f}" for a, b in points)
    return svg.shape("polygon", points=drawn, **style)


def _stroke(x1: float, x2: float, y1: float, y2: float, **style: object) -> str:
    ends = {"x1": f"{x1:.1f}", "x2": f"{x2:.1f}", "y1": f"{y1:.1f}", "y2": f"{y2:.1f}"}
    return svg.shape("line", **ends, stroke=INK, stroke_opacity=0.6, **style)


def _shorten(value: int) -> str:
    return f"{value // 1_000_000} million" if value >= 1_000_000 else f"{value:,}"
