"""What two shapes of a coverage have in common: corner by corner, and as lines."""

import numpy as np
import shapely


def shared_segments(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the segments that two shapes of a coverage share.

    Returns the positions of both shapes and the segments, (m,), (m,), (m, 2, 2).
    """
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
    twin = np.flatnonzero((ends[1:] == ends[:-1]).all(axis=1))
    return whose[twin], whose[twin + 1], ends[twin].reshape(-1, 2, 2)


def shared_lines(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find what every two shapes of a coverage share, each as one geometry.

    Returns the positions of both shapes and their lines, (n,), (n,), (n,).
    """
    left, right, segments = shared_segments(shapes)
    order = np.lexsort([right, left])
    left, right = left[order], right[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (left[1:] != left[:-1]) | (right[1:] != right[:-1])
    lines = shapely.linestrings(segments[order])
    pairs = shapely.multilinestrings(lines, indices=np.cumsum(first) - 1)
    return left[first], right[first], shapely.line_merge(pairs)
