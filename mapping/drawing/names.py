"""Where the names of areas stand, and which of them: the same rules for screen and picture.

A name stands in the middle of the largest circle that fits into its area, in up to three lines.
It shows once that circle is wide enough for it, and if no name before it has its room.
``static/names.js`` follows the same rules, by the same numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from mapping.atoms import TO_DEGREES

SPILLS = (1.4, 2.2)
"""So many times as wide as the circle may a name be, as it may lie on the area's edges: in more
lines rather than wider than the first, and no wider than the last."""
MAX_LINES = 3
LEADING = 1.1
APART = 0.25
"""So much of its size is left free around a name."""
PRECISION = 400
"""A circle is found to about its area's extent divided by this number, and to ``FINEST_M``."""
FINEST_M = 10.0
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def find_rooms(shapes: gpd.GeoSeries) -> NDArray[np.float64]:
    """Return the largest circle inside each area: easting, northing, radius in metres, (n, 3).

    Shapes may be in any CRS; what is no valid area has NaN.
    """
    metres = shapes if shapes.crs and shapes.crs.to_epsg() == 27700 else shapes.to_crs(27700)
    areas = metres.to_numpy()
    found = np.full((len(areas), 3), np.nan)
    real = np.isin(shapely.get_type_id(areas), (3, 6)) & ~shapely.is_empty(areas)
    real &= shapely.is_valid(areas)
    if not real.any():
        return found
    west, south, east, north = shapely.bounds(areas[real]).T
    fine_m = max(FINEST_M, float(np.median(np.hypot(east - west, north - south))) / PRECISION)
    circles = shapely.maximum_inscribed_circle(areas[real], fine_m)  # from its middle to its edge
    middle = shapely.get_point(circles, 0)
    found[real] = np.column_stack(
        [shapely.get_x(middle), shapely.get_y(middle), shapely.length(circles)]
    )
    return found


@dataclass(frozen=True)
class Placed:
    """A name that is to be written: its lines, their middle, and the box they take."""

    lines: list[str]
    x: float
    y: float
    box: Box


def place_names(
    names: Sequence[str],
    circles: NDArray[np.float64],
    size_px: float,
    measure: Callable[[str], float],
    taken: list[Box],
    within: Box,
) -> list[Placed]:
    """Choose the names that have room, the widest areas first, and break them into lines.

    ``circles`` are x, y and radius in pixels, (n, 3); ``measure`` tells how wide a text is.
    ``taken`` are boxes in which no name may lie; those of the chosen names are added.
    """
    chosen = []
    for number in np.argsort(-circles[:, 2], kind="stable"):
        x, y, radius = circles[number]
        if not np.isfinite(radius):
            continue
        lines = _break_to_fit(names[number], radius, size_px, measure)
        if not lines:
            continue
        wide = max(map(measure, lines)) / 2 + APART * size_px
        high = len(lines) * LEADING * size_px / 2 + APART * size_px / 2
        box = (x - wide, y - high, x + wide, y + high)
        if not _holds(within, box) or any(_meet(box, other) for other in taken):
            continue
        taken.append(box)
        chosen.append(Placed(lines, float(x), float(y), box))
    return chosen


def _break_to_fit(
    name: str, radius_px: float, size_px: float, measure: Callable[[str], float]
) -> list[str]:
    """Return a name in as few lines as fit into a square; nothing if it does not."""
    for spill in SPILLS:
        room_px = 2 * spill * radius_px
        for count in range(1, min(MAX_LINES, int(room_px / (LEADING * size_px))) + 1):
            lines = break_name(name, count)
            if max(map(measure, lines)) <= room_px:
                return lines
    return []


def break_name(name: str, count: int) -> list[str]:
    """Break a name at blanks into at most so many lines, each as short as its words allow."""
    words = name.split()
    if not words:
        return [""]
    goal = len(" ".join(words)) / count
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        is_nearer = len(longer) - goal <= goal - len(lines[-1])
        if is_nearer or len(lines) == count:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[2] <= outer[2]
        and inner[3] <= outer[3]
    )


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def write_circles(circles: NDArray[np.float64], steps_a_degree: int) -> list[list[int] | None]:
    """Write circles of ``find_rooms`` for a published file: steps east and north, metres."""
    known = (~np.isnan(circles[:, 0])).tolist()
    east, north, radius_m = np.nan_to_num(circles).T
    lon, lat = TO_DEGREES.transform(east, north)
    rows = np.round(np.column_stack([lon * steps_a_degree, lat * steps_a_degree, radius_m]))
    return [
        row if kept else None for row, kept in zip(rows.astype(int).tolist(), known, strict=True)
    ]


def read_circles(written: Sequence[Sequence[int]], steps_a_degree: int) -> NDArray[np.float64]:
    """Return circles of ``write_circles`` as easting, northing, radius in metres, (n, 3)."""
    x, y, radius_m = np.asarray(written, dtype=float).reshape(-1, 3).T
    degrees = x / steps_a_degree, y / steps_a_degree
    east, north = TO_DEGREES.transform(*degrees, direction="INVERSE")
    return np.column_stack([east, north, radius_m])
