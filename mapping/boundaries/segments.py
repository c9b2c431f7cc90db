"""What two shapes of a coverage have in common: corner by corner, and as lines."""

import numpy as np
import shapely


def shared_segments(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the segments that two shapes of a coverage share.

    Returns the positions of both shapes and the segments, (m,), (m,), (m, 2, 2).
    """
    left, right, segments = _side_segments(shapes)
    inner = right >= 0
    return left[inner], right[inner], segments[inner]


def _side_segments(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the segments of all shapes, each once; one on the rim has -1 in place of a neighbour."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    together = ring[1:] == ring[:-1]
    start, end = xy[:-1][together], xy[1:][together]
    back = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    ends = np.where(back[:, None], np.hstack([end, start]), np.hstack([start, end]))
    whose = owner[part[ring[:-1][together]]]
    order = np.lexsort(ends.T)
    ends, whose = ends[order], whose[order]
    twin = 1 + np.flatnonzero((ends[1:] == ends[:-1]).all(axis=1))
    right = np.full(len(whose), -1)
    right[twin - 1] = whose[twin]
    once = np.setdiff1d(np.arange(len(whose)), twin, assume_unique=True)
    return whose[once], right[once], ends[once].reshape(-1, 2, 2)


def shared_lines(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find what every two shapes of a coverage share, each as one geometry.

    Returns the positions of both shapes and their lines, (n,), (n,), (n,).
    """
    left, right, lines = side_lines(shapes)
    inner = right >= 0
    return left[inner], right[inner], lines[inner]


def side_lines(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find all lines of a coverage: as ``shared_lines``, and beside these what shapes do not share.

    That has -1 in place of the position of a second shape.
    """
    left, right, segments = _side_segments(shapes)
    order = np.lexsort([right, left])
    left, right = left[order], right[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    lines = shapely.linestrings(segments[order])
    pairs = shapely.multilinestrings(lines, indices=np.cumsum(first) - 1)
    return left[first], right[first], shapely.line_merge(pairs)
