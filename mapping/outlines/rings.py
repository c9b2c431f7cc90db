"""Rings: closed lines in no order become areas with holes, by the way round that they run."""

import numpy as np
import shapely

from mapping.outlines import found

FEWEST_CORNERS = 4
"""A ring comes back to where it began: three corners, and the first again."""


def make_areas(xy: np.ndarray, size: np.ndarray, row: np.ndarray, rows: int) -> np.ndarray:
    """Make the area of each row of the rings that belong to it, as shapefiles order them.

    ``xy`` (corners, 2) those of all rings, one after the other; ``size`` (rings,) how many each
    has; ``row`` (rings,) the row of each, in any order. A ring that runs clockwise is an edge,
    one that runs the other way a hole in the smallest of its row that holds it; a hole that none
    holds is an edge, drawn the wrong way round. Returns (rows,) MultiPolygons, None for rows
    without a ring. Rings of fewer than three corners are left out. Raises MappingError for corners
    that are no numbers.
    """
    found.check_numbers(xy)
    areas = np.full(rows, None, dtype=object)
    kept = np.flatnonzero(size >= FEWEST_CORNERS)
    if not len(kept):
        return areas
    of_corner = np.repeat(np.arange(len(size)), size)
    wide = size[of_corner] >= FEWEST_CORNERS
    rings = shapely.linearrings(xy[wide], indices=np.searchsorted(kept, of_corner[wide]))
    own = row[kept]
    shell = _find_shells(rings, own)
    order = np.lexsort([np.arange(len(rings)) != shell, shell, own])
    begins = np.r_[True, np.diff(shell[order]) != 0]
    polygons = shapely.polygons(rings[order], indices=np.cumsum(begins) - 1)
    present, rank = np.unique(own[order][begins], return_inverse=True)
    areas[present] = shapely.multipolygons(polygons, indices=rank)
    return areas


def _find_shells(rings: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return for each ring the number of the one that it is a hole in, or its own."""
    shell = np.arange(len(rings))
    holes = np.flatnonzero(shapely.is_ccw(rings))
    if not len(holes):
        return shell
    edges = np.setdiff1d(shell, holes)
    grounds = shapely.polygons(rings[edges])
    points = shapely.get_point(rings[holes], 0)
    hole, edge = shapely.STRtree(grounds).query(points, predicate="intersects")
    same = row[holes[hole]] == row[edges[edge]]
    hole, edge = hole[same], edge[same]
    smallest = np.lexsort([shapely.area(grounds[edge]), hole])
    hole, edge = hole[smallest], edge[smallest]
    first = np.r_[True, np.diff(hole) != 0][: len(hole)]
    shell[holes[hole[first]]] = edges[edge[first]]
    return shell
