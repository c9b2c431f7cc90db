"""Voronoi cells of postcodes: their neighbours, their size, and the shapes they merge into.

Every postcode owns the ground that is nearer to it than to any other postcode. The edges
between those cells carry everything that is drawn: a layer's lines are the edges whose two
sides lie in different units. All coordinates are metres in EPSG:27700.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

FAR_M = 3_000_000.0
"""How far outside the points four helper points stand, so that every real cell is closed."""
MEET_M = 1e-6
"""Middles of neighbouring triangles that are no farther apart are one corner: four or more
positions lie on one circle. So are those in the wrong order, which Qhull takes for on one."""
TILE_VERTICES = 256
"""Land is cut into pieces of at most so many vertices before it is intersected."""
SEAM_M = 0.3
"""Pieces meet off the whole and half metres on which an edge could run along their seam."""


@dataclass(frozen=True, eq=False)
class Tessellation:
    """The cells of a set of positions.

    Attributes
    ----------
    points : (n, 2) distinct positions, metres
    point_of : (k,) which of them each input position is
    left, right : (m,) the two cells on either side of each edge; ``right`` is -1 outside
    segments : (m, 2, 2) the ends of each edge, metres
    """

    points: np.ndarray
    point_of: np.ndarray
    left: np.ndarray
    right: np.ndarray
    segments: np.ndarray

    @property
    def lengths_m(self) -> np.ndarray:
        """Return the length of each edge, (m,) metres."""
        return np.hypot(*(self.segments[:, 1] - self.segments[:, 0]).T)


def tessellate(easting: np.ndarray, northing: np.ndarray) -> Tessellation:
    """Compute the Voronoi cells of positions in EPSG:27700 (positions may repeat).

    Source: Qhull through ``scipy.spatial.Delaunay``, whose triangles' middles the cells' edges
    join. ``scipy.spatial.Voronoi`` makes a list for each of them, which takes half as long again,
    twice the memory for all of Great Britain, and joins corners that are centimetres apart.
    """
    from scipy.spatial import Delaunay  # takes longer to load than the first map to draw

    xy = np.column_stack([easting, northing]).astype(float)
    points, point_of = np.unique(xy, axis=0, return_inverse=True)
    centre = np.rint(points.mean(axis=0))
    helpers = FAR_M * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    mesh = Delaunay(np.vstack([points - centre, helpers]), qhull_options="Qbb Qc Qz Q12")
    triangle, across = np.nonzero(mesh.neighbors > np.arange(len(mesh.simplices))[:, np.newaxis])
    beyond = mesh.neighbors[triangle, across]
    opposite, *sides = (mesh.simplices[triangle, (across + turn) % 3] for turn in range(3))
    middles = _find_middles(mesh.points[mesh.simplices])
    step, along = middles[beyond] - middles[triangle], mesh.points[sides[1]] - mesh.points[sides[0]]
    height = _cross(along, mesh.points[opposite] - mesh.points[sides[0]])
    meet = (np.hypot(*step.T) < MEET_M) | (_cross(along, step) * height > 0)
    corner = _join(len(middles), triangle[meet], beyond[meet])
    cells = np.column_stack(sides)
    cells = np.sort(np.where(cells < len(points), cells, -1), axis=1)[:, ::-1]
    real = (cells[:, 0] >= 0) & (corner[triangle] != corner[beyond])
    ends = np.column_stack([corner[triangle[real]], corner[beyond[real]]])
    return Tessellation(
        points, point_of.ravel(), cells[real, 0], cells[real, 1], middles[ends] + centre
    )


def _find_middles(triangles: np.ndarray) -> np.ndarray:
    """Return the middle of the circle through the corners of each triangle: (n, 3, 2) to (n, 2)."""
    first = triangles[:, 0]
    b, c = triangles[:, 1] - first, triangles[:, 2] - first
    bb, cc = (b**2).sum(axis=1), (c**2).sum(axis=1)
    moved = np.column_stack([c[:, 1] * bb - b[:, 1] * cc, b[:, 0] * cc - c[:, 0] * bb])
    return first + moved / (2 * _cross(b, c))[:, np.newaxis]


def _join(count: int, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Number ``count`` things so that pairs which are one have the number of their first."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    pairs = coo_array((np.ones(len(one), dtype=bool), (one, other)), shape=(count, count))
    _, group = connected_components(pairs, directed=False)
    _, first = np.unique(group, return_index=True)
    return first[group]


def label_points(cells: Tessellation, labels: np.ndarray) -> np.ndarray:
    """Give each distinct point the label of the first of its positions that has one, (n,).

    Several postcodes may share one point; their cell can be drawn in one unit only, and
    the first in the order of the input decides. ``labels`` has one entry an input
    position; below zero means none.
    """
    labels = np.asarray(labels)
    has = np.flatnonzero(labels >= 0)
    first = np.full(len(cells.points), len(labels), dtype=np.int64)
    np.minimum.at(first, cells.point_of[has], has)
    return np.append(labels, -1)[first]


def cell_areas_m2(cells: Tessellation, land: shapely.Geometry) -> np.ndarray:
    """Return the area of each cell on land, (n,) square metres.

    A cell is the sum of the triangles between its point and its edges; only cells that
    reach the coast are cut out as polygons.
    """
    areas = np.zeros(len(cells.points))
    for side in (cells.left, cells.right):
        ok = side >= 0
        start, end = cells.segments[ok, 0], cells.segments[ok, 1]
        point = cells.points[side[ok]]
        np.add.at(areas, side[ok], 0.5 * np.abs(_cross(start - point, end - point)))
    wet = _find_at_sea(cells, land)
    if len(wet):
        areas[wet] = _measure_on(land, _cell_polygons(cells, wet), shapely.area)
    return areas


def _measure_on(
    land: shapely.Geometry, shapes: np.ndarray, measure: Callable[[np.ndarray], np.ndarray]
) -> np.ndarray:
    """Measure the part of each shape on land, tile by tile: cutting by all of it is slow."""
    tiles = np.array(_tiles(land), dtype=object)
    shape, tile = shapely.STRtree(tiles).query(shapes, predicate="intersects")
    parts = measure(shapely.intersection(shapes[shape], tiles[tile]))
    return np.bincount(shape, weights=parts, minlength=len(shapes))


def _tiles(land: shapely.Geometry) -> list[shapely.Geometry]:
    """Halve land until no piece has more than ``TILE_VERTICES`` vertices."""
    if shapely.get_num_coordinates(land) <= TILE_VERTICES:
        return [land] if not shapely.is_empty(land) else []
    west, south, east, north = shapely.bounds(land)
    if east - west > north - south:
        middle = np.floor((west + east) / 2) + SEAM_M
        halves = [(west, south, middle, north), (middle, south, east, north)]
    else:
        middle = np.floor((south + north) / 2) + SEAM_M
        halves = [(west, south, east, middle), (west, middle, east, north)]
    return [t for half in halves for t in _tiles(shapely.intersection(land, shapely.box(*half)))]


def _cross(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def _find_at_sea(cells: Tessellation, land: shapely.Geometry) -> np.ndarray:
    wet_edge = ~edges_on_land(cells.segments, land)
    touched = np.r_[cells.left[wet_edge], cells.right[wet_edge]]
    return np.unique(touched[touched >= 0])


def _cell_polygons(cells: Tessellation, which: np.ndarray) -> np.ndarray:
    """Return the polygons of some cells, in their order: the hull of each one's edge ends."""
    rank = np.full(len(cells.points), -1)
    rank[which] = np.arange(len(which))
    owner, ends = [], []
    for side in (cells.left, cells.right):
        mine = (side >= 0) & (rank[side] >= 0)
        owner.append(np.repeat(rank[side[mine]], 2))
        ends.append(cells.segments[mine].reshape(-1, 2))
    owners, coordinates = np.concatenate(owner), np.concatenate(ends)
    order = np.argsort(owners, kind="stable")
    clouds = shapely.multipoints(shapely.points(coordinates[order]), indices=owners[order])
    return shapely.convex_hull(clouds)


def edges_on_land(segments: np.ndarray, land: shapely.Geometry) -> np.ndarray:
    """Tell which edges lie on land from end to end, (m,) bool; ``land`` in EPSG:27700."""
    shapely.prepare(land)
    ends = shapely.contains_xy(land, segments.reshape(-1, 2)).reshape(-1, 2).all(axis=1)
    coast = shapely.STRtree(
        shapely.linestrings(unique_segments(shapely.get_rings(shapely.get_parts(land))))
    )
    candidates = np.flatnonzero(ends)
    crossing, _ = coast.query(shapely.linestrings(segments[candidates]), predicate="intersects")
    ends[candidates[np.unique(crossing)]] = False
    return ends


def lengths_on_land_m(segments: np.ndarray, land: shapely.Geometry) -> np.ndarray:
    """Return how much of each edge lies on land, (m,) metres."""
    lengths = np.hypot(*(segments[:, 1] - segments[:, 0]).T)
    wet = np.flatnonzero(~edges_on_land(segments, land))
    if len(wet):
        lengths[wet] = _measure_on(land, shapely.linestrings(segments[wet]), shapely.length)
    return lengths


def merge(cells: Tessellation, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Merge cells with the same label (n,) into one shape a label.

    Cells labelled below zero, and the outside, are left away. Returns the labels that
    occur, sorted, and their (multi)polygons, which form a valid coverage: neighbours
    share every vertex of their common border.
    """
    from scipy.spatial import cKDTree

    labels = np.asarray(labels)
    right = np.where(cells.right >= 0, labels[cells.right], -1)
    border = labels[cells.left] != right
    lines = shapely.linestrings(cells.segments[border])
    faces = shapely.get_parts(shapely.polygonize(lines))
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    face_label = labels[cKDTree(cells.points).query(inside)[1]]
    return collect(faces, face_label)


def collect(faces: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gather polygons by label: the labels from zero up, sorted, and one geometry each."""
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] >= 0]
    found, start = np.unique(labels[order], return_index=True)
    groups = np.split(faces[order], start[1:]) if len(found) else []
    shapes = [g[0] if len(g) == 1 else shapely.union_all(g) for g in groups]
    return found, np.array(shapes, dtype=object)


def borders(cells: Tessellation, labels: np.ndarray, land: shapely.Geometry) -> pd.DataFrame:
    """Measure the edges between cells of different labels (n,) on land, by pair of labels.

    One row a pair of labels from zero up; columns: a, b (a < b), length_m, not simplified.
    """
    inner = np.flatnonzero(cells.right >= 0)
    sides = np.column_stack([labels[cells.left[inner]], labels[cells.right[inner]]])
    apart = (sides[:, 0] != sides[:, 1]) & (sides >= 0).all(axis=1)
    pairs = np.sort(sides[apart], axis=1)
    length = lengths_on_land_m(cells.segments[inner[apart]], land)
    frame = pd.DataFrame({"a": pairs[:, 0], "b": pairs[:, 1], "length_m": length})
    frame = frame.groupby(["a", "b"])["length_m"].sum().reset_index()
    return frame[frame["length_m"] > 0].reset_index(drop=True)


def unique_segments(lines: np.ndarray) -> np.ndarray:
    """Break lines into segments and keep each once, whichever way it runs: (m, 2, 2)."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    together = line[1:] == line[:-1]
    segments = np.stack([xy[:-1][together], xy[1:][together]], axis=1)
    backward = (segments[:, 0] > segments[:, 1]) @ np.array([2, 1]) > (
        segments[:, 0] < segments[:, 1]
    ) @ np.array([2, 1])
    segments[backward] = segments[backward][:, ::-1]
    return np.unique(segments.reshape(-1, 4), axis=0).reshape(-1, 2, 2)
