"""Partition: which one of many polygons each postcode lies in, and where polygons overlap.

Postcodes are counted over: no polygon is cut. Britain is sliced into columns from south to
north. In the middle of each column the polygons' edges are sorted by height, so that how often,
and by which polygons, a spot there is surrounded is one look-up; from there to a postcode of the
same height only the few edges between the two are crossed (winding numbers, kept for all polygons
in one sum). Postcodes within a hundredth of a millimetre of an edge, and those that several
polygons hold, are asked of GEOS one by one, so that the answer is GEOS's own.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely

from mapping.atoms import postcodes
from mapping.atoms.grid import COLUMN_M, count_runs

MIDDLE_M = 64.3137
"""Where in a column its edges are sorted: off the metres on which corners and postcodes lie."""
NEAR_M = 1e-5
"""A postcode so near to an edge, or nearer, is asked of GEOS."""
BITS = 32
ONE = 1 << BITS
"""What each polygon around a spot adds to its sum, beside the polygon's number."""
HEIGHTS = 1 << 21
"""More than the metres from the south of the British grid to its north."""
MAX_PAIRS = 2_000_000
"""Pairs of edge and postcode that are looked at together."""


@dataclass(frozen=True, eq=False)
class Partition:
    """Which polygon each postcode lies in.

    Attributes
    ----------
    polygon : (1.74 million,) number of the polygon that each postcode belongs to, int32; -1
        where none holds it, or several do
    shared : (m, 2) a row a postcode and polygon where several hold it: position, polygon

    A postcode inside one polygon belongs to it, though it may lie on the edge of others. On edges
    only, it belongs to the first of them.
    """

    polygon: np.ndarray
    shared: np.ndarray


class _Edges(NamedTuple):
    """Edges, or parts of them in one column, (m,): from (x, y) to (x2, y2).

    The ground of an edge's polygon lies on its left; ``weight`` is what that adds to a sum.
    """

    x: np.ndarray
    y: np.ndarray
    x2: np.ndarray
    y2: np.ndarray
    weight: np.ndarray

    def take(self, which: np.ndarray | slice) -> "_Edges":
        """Return some of the edges."""
        return _Edges(*(column[which] for column in self))


def divide(polygons: np.ndarray) -> Partition:
    """Find the postcodes in each of many polygons, (n,) valid (multi)polygons, EPSG:27700.

    Source of the method: winding numbers, as in Hormann & Agathos 2001, "The point in polygon
    problem for arbitrary polygons", Computational Geometry 20.

    >>> import shapely
    >>> from mapping.atoms import partition
    >>> halves = [shapely.box(520_000, 180_000, 530_000, 190_000)]
    >>> halves += [shapely.box(530_000, 180_000, 540_000, 190_000)]
    >>> len(partition.divide(halves).shared)
    0
    """
    shapes = np.asarray(polygons, dtype=object)
    found = np.full(len(postcodes.table()), -1, dtype="int32")
    if not len(shapes) or shapely.is_empty(shapes).all():
        return Partition(found, np.empty((0, 2), dtype="int64"))
    at, key = _list_by_column(*shapely.total_bounds(shapes))
    total, doubtful = _sum_around(_list_edges(shapes), at, key)
    around = total >> BITS
    found[at] = np.where(around == 1, total & (ONE - 1), -1)
    asked = at[doubtful | (around > 1) | (around < 0)]
    found[asked], shared = _ask_each(shapes, asked)
    return Partition(found, shared)


def _list_by_column(
    west: float, south: float, east: float, north: float
) -> tuple[np.ndarray, np.ndarray]:
    """List the postcodes in a box by column, then from the south: positions and sorted keys."""
    atoms, (order, start) = postcodes.table(), postcodes.table().columns
    first, stop = (int(np.clip(v // COLUMN_M, 0, len(start) - 2)) for v in (west, east))
    at = order[start[first] : start[stop + 1]]
    y = atoms.northing[at]
    within = (y >= south) & (y <= north)
    at, y = at[within], y[within]
    return at, (atoms.easting[at] // COLUMN_M) * np.int64(HEIGHTS) + y


def _list_edges(shapes: np.ndarray) -> _Edges:
    """List all edges, so that the ground of their polygon lies on their left."""
    parts, owner = shapely.get_parts(shapely.orient_polygons(shapes), return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[1:] == ring[:-1]
    weight = ONE + owner[part[ring[:-1][same]]]
    (x, y), (x2, y2) = xy[:-1][same].T, xy[1:][same].T
    return _Edges(x, y, x2, y2, weight)


def _sum_around(edges: _Edges, at: np.ndarray, key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum over the polygons around each postcode, and tell which sums are in doubt: two (n,)."""
    doubtful = np.zeros(len(key), dtype=bool)
    if not len(key):
        return key, doubtful
    edge, column = _cut_at_columns(edges, key // HEIGHTS)
    parts = edges.take(edge)
    total = _sum_at_middles(parts, column, key)
    begin, size = _find_beside(parts, column, key)
    for some in _cut_into_runs(size):
        part = np.repeat(np.arange(some.start, some.stop), size[some])
        point = begin[part] + count_runs(size[some])
        step, near = _cross_over(parts.take(part), column[part], at[point])
        np.add.at(total, point, step)
        doubtful[point[near]] = True
    return total, doubtful


def _cut_at_columns(edges: _Edges, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """List which edge lies in which column, by column; ``columns`` sorted, those of postcodes."""
    west, east = (np.floor(end(edges.x, edges.x2) / COLUMN_M) for end in (np.minimum, np.maximum))
    first = np.maximum(west, columns[0]).astype("int64")
    size = np.maximum(np.minimum(east, columns[-1]).astype("int64") - first + 1, 0)
    edge = np.repeat(np.arange(len(size)), size)
    column = first[edge] + count_runs(size)
    order = np.argsort(column.astype("int16"), kind="stable")
    return edge[order], column[order]


def _sum_at_middles(parts: _Edges, column: np.ndarray, key: np.ndarray) -> np.ndarray:
    """Sum over the edges below the spot in the middle of its column as far north as each key."""
    middle = column * COLUMN_M + MIDDLE_M
    met = (parts.x <= middle) != (parts.x2 <= middle)
    x, y, x2, y2, weight = parts.take(met)
    height = y + (middle[met] - x) / (x2 - x) * (y2 - y)
    where = column[met] * HEIGHTS + np.clip(height, -1, HEIGHTS - 1)
    step = np.zeros(len(key) + 1, dtype="int64")  # those of a whole column add up to nothing
    np.add.at(step, np.searchsorted(key, where, side="right"), np.where(x2 > x, weight, -weight))
    return np.cumsum(step)[:-1]


def _find_beside(
    parts: _Edges, column: np.ndarray, key: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the stretch of postcodes as far north as each part of an edge: begin and size."""
    x, y, x2, y2, _ = parts
    upright = x == x2
    across = np.where(upright, 1.0, x2 - x)
    west, east = ((side * COLUMN_M - x) / across for side in (column, column + 1))
    one = y + np.where(upright, 0.0, np.clip(west, 0, 1)) * (y2 - y)
    other = y + np.where(upright, 1.0, np.clip(east, 0, 1)) * (y2 - y)
    low = np.ceil(np.clip(np.minimum(one, other) - NEAR_M, 0, HEIGHTS - 1))
    high = np.floor(np.clip(np.maximum(one, other) + NEAR_M, -1, HEIGHTS - 1))
    first = np.searchsorted(key, column * HEIGHTS + low.astype("int64"))
    stop = np.searchsorted(key, column * HEIGHTS + high.astype("int64"), side="right")
    return first, np.maximum(stop - first, 0)


def _cut_into_runs(size: np.ndarray) -> list[slice]:
    """Cut parts of edges into runs that meet about ``MAX_PAIRS`` postcodes together, or are one."""
    before = np.cumsum(size)
    cuts = np.unique(np.searchsorted(before, np.arange(MAX_PAIRS, size.sum(), MAX_PAIRS)))
    ends = zip([0, *cuts], [*cuts, len(size)], strict=True)
    return [slice(int(a), int(b)) for a, b in ends if b > a]


def _cross_over(edges: _Edges, column: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Go from the middle of a column to postcodes: what crossing an edge adds, and is it near."""
    atoms = postcodes.table()
    east, north = atoms.easting[at].astype(float), atoms.northing[at].astype(float)
    x, y, x2, y2, weight = edges
    across, up = x2 - x, y2 - y
    rise = across * (north - y)
    here, middle = rise - up * (east - x), rise - up * (column * COLUMN_M + MIDDLE_M - x)
    between = ((y <= north) != (y2 <= north)) & ((here > 0) != (middle > 0))
    near = np.minimum(np.abs(here), np.abs(middle)) <= NEAR_M * np.hypot(across, up)
    return np.where(between, np.where(here > 0, weight, -weight), 0), near


def _ask_each(shapes: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ask GEOS which polygons hold postcodes: the one of each or -1, and those of several."""
    atoms = postcodes.table()
    x, y = atoms.easting[at].astype(float), atoms.northing[at].astype(float)
    polygon, point = shapely.STRtree(shapely.points(x, y)).query(shapes, predicate="intersects")
    inside = shapely.relate_pattern(
        shapes[polygon], shapely.points(x[point], y[point]), "0********"
    )
    settled = np.full(len(at), len(shapes))
    np.minimum.at(settled, point, polygon)
    settled[point[inside]] = polygon[inside]
    settled[settled == len(shapes)] = -1
    several = np.bincount(point[inside], minlength=len(at)) > 1
    settled[several] = -1
    kept = inside & several[point]
    order = np.lexsort([polygon[kept], at[point[kept]]])
    return settled, np.column_stack([at[point[kept]], polygon[kept]])[order]


def find_overlaps(polygons: np.ndarray) -> pd.DataFrame:
    """List the pairs of polygons that have ground in common, (n,) valid ones, EPSG:27700.

    One row a pair; columns: a, b (numbers, a < b), area_m2 (of the common ground) and
    share_of_smaller (of the smaller one's area, 0–1). Neighbours that only touch are no pair.
    """
    shapes = np.asarray(polygons, dtype=object)
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    shared = _has_common_ground(shapes[a], shapes[b])
    a, b = a[shared], b[shared]
    area_m2 = shapely.area(shapely.intersection(shapes[a], shapes[b]))
    smaller = np.minimum(shapely.area(shapes[a]), shapely.area(shapes[b]))
    frame = pd.DataFrame({"a": a, "b": b, "area_m2": area_m2})
    frame["share_of_smaller"] = area_m2 / np.maximum(smaller, 1e-9)
    return frame.sort_values(["a", "b"], ignore_index=True)


def _has_common_ground(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Tell which pairs share more than lines and corners."""
    return shapely.relate_pattern(one, other, "2********")
