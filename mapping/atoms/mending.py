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
MAX_MEASURED = 500
"""So often the outline of a shape may cross itself for its loss to be measured: a quarter of a
second."""
MIN_LOST_M2 = 1.0
"""Less ground that is lost by mending is none: what rounding leaves."""
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


def measure_lost(shape: shapely.Geometry, kept: shapely.Geometry) -> float:
    """Measure the ground that a polygon's outline goes round and that is not ``kept`` of it.

    ``shape`` is one whose outline crosses itself; both have coordinates in metres, and so the
    answer is in square metres. Holes are no loss, nor is ground that the outline goes round
    twice and that is kept once. It is nan where the outline is a tangle.

    >>> tie = shapely.Polygon([(0, 0), (20, 20), (20, 0), (0, 20)])
    >>> measure_lost(tie, shapely.make_valid(tie))
    0.0
    >>> measure_lost(tie, shapely.buffer(tie, 0))
    100.0
    """
    if not is_measured(shape):
        return np.nan
    parts = shapely.get_parts(shape)
    holes = [ring for part in parts for ring in part.interiors]
    outer = shapely.get_exterior_ring(parts)
    beyond = shapely.union_all([kept, _find_enclosed(np.array(holes, dtype=object))])
    return float(shapely.difference(_find_enclosed(outer), beyond).area)


def is_measured(shape: shapely.Geometry) -> bool:
    """Tell whether it is measured what a shape loses: not where it crosses itself all over.

    Each crossing makes a piece, and to unite them takes a time that grows faster than they do.
    """
    return estimate_crossings(shape) <= MAX_MEASURED


def say_lost(square_metres: float) -> str:
    """Say how much of what an outline goes round is left out, as the end of a sentence."""
    if np.isnan(square_metres):
        return "parts of it may be left out"
    if square_metres < MIN_LOST_M2:
        return "nothing that it goes round is left out"
    for unit, size in (("km²", 1e6), ("hectares", 1e4)):
        if square_metres >= size:
            return f"{square_metres / size:,.1f} {unit} that it goes round are left out"
    return f"{square_metres:,.0f} m² that it goes round are left out"


def _find_enclosed(rings: np.ndarray) -> shapely.Geometry:
    """Return all ground that some rings go round, together."""
    if not len(rings):
        return shapely.Polygon()
    edges = shapely.get_parts(shapely.node(shapely.union_all(rings)))
    return shapely.union_all(shapely.get_parts(shapely.polygonize(edges)))


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
