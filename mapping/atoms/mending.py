"""Mending: outlines that have too many corners, or cross themselves, within what can be borne.

GEOS's own ways to simplify call themselves for each corner, and mending an outline that crosses
itself takes a time that grows faster than the crossings do: an upload could end the program with
the one, and stop it with the other.
"""

from collections.abc import Sequence

import numpy as np
import shapely

from mapping.errors import MappingError

MAX_MENDED_CORNERS = 200_000
"""Corners that the outlines of one shape may have to be mended; sound ones may have more."""
MAX_CROSSINGS = 20_000
"""So often the outlines of all shapes may cross themselves: mending them takes a second."""
FEW, SOME = 20, 2_000
"""So many of a shape's edges, evenly spread, are looked at first, and for an estimate."""
MAX_NEAR = 1_000
"""An edge with more others around it is one of a tangle."""


def thin(shape: shapely.Geometry, most: int, distances: Sequence[float]) -> shapely.Geometry:
    """Leave out corners within a distance of the one before: the first that leaves few enough.

    ``most`` corners are few enough; a shape that has no more stays as it is, and one that keeps
    more at the last of ``distances``, in its own units, is returned so.
    """
    thinner = shape
    for distance in distances:
        if shapely.count_coordinates(thinner) <= most:
            break
        try:
            thinner = shapely.remove_repeated_points(shape, distance)
        except shapely.errors.GEOSException:  # nothing would be left of a part
            break
    return thinner


def mend(shapes: np.ndarray) -> np.ndarray:
    """Make valid areas of polygons (n,) whose outlines cross themselves; others stay as they are.

    Raises MappingError where they cross themselves so often that it would take minutes.
    """
    mended = shapes.copy()
    wrong = np.flatnonzero(~shapely.is_missing(shapes) & ~shapely.is_valid(shapes))
    crossings = 0.0
    for at in wrong.tolist():
        crossings += estimate_crossings(shapes[at])
        if crossings > MAX_CROSSINGS:
            raise MappingError(
                "Expected areas whose outlines hardly cross themselves; found a tangle: shape "
                f"{at + 1:,} of {len(shapes):,} crosses itself thousands of times, or has more "
                f"than {MAX_MENDED_CORNERS:,} corners and crosses itself. Draw it anew, or mend "
                "it where it was drawn."
            )
    mended[wrong] = shapely.make_valid(shapes[wrong], method="structure", keep_collapsed=False)
    return mended


def estimate_crossings(shape: shapely.Geometry) -> float:
    """Estimate how often the outlines of a polygon cross; endless beyond what is looked at."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    if len(corners) > MAX_MENDED_CORNERS:
        return np.inf
    begins = np.flatnonzero(ring[1:] == ring[:-1])
    edges = shapely.linestrings(np.stack([corners[begins], corners[begins + 1]], axis=1))
    if not len(edges):
        return 0.0
    tree = shapely.STRtree(edges)
    few, some = (edges[:: max(1, len(edges) // most)] for most in (FEW, SOME))
    if tree.query(few).shape[1] > MAX_NEAR * len(few):
        return np.inf
    met = tree.query(some, predicate="intersects").shape[1]
    own = 3 * len(some)  # an edge meets itself and the two beside it
    return max(0, met - own) / 2 * len(edges) / len(some)
