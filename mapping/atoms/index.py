"""The index: which postcodes lie near a spot, in boxes and circles.

All that asks where postcodes lie asks here, or in ``polygons`` for those inside polygons. Both
look in one grid of square kilometres, made once for a national table.
"""

import numpy as np

from mapping.atoms import postcodes
from mapping.atoms.grid import CELL_M, Grid, count_runs
from mapping.errors import MappingError

ROUNDING_M = 1e-6
"""Added to a distance, so that postcodes exactly so far apart count as within it."""
NEAR_M = 500.0
"""The nearest postcode is first looked for so far away: in a town one is nearer."""
CITY_PER_KM2 = 500
"""Postcodes in a square kilometre of a city, to foresee what circles take."""


def grid() -> Grid:
    """Return the national table sorted by square, made when it is first asked for."""
    return postcodes.table().grid


def find_in_boxes(
    west: np.ndarray, south: np.ndarray, east: np.ndarray, north: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the postcodes in the squares that boxes meet, so more than those inside.

    Four arrays (n,) of metres, EPSG:27700. Returns two: which box, and the position of a
    postcode in the national table.
    """
    known = grid()
    first, stop, low, high = known.span(west, south, east, north)
    columns = stop - first + 1
    box = np.repeat(np.arange(len(west)), columns)
    column = count_runs(columns) + first[box]
    bottom, top = (column * known.rows + edge[box] for edge in (low, high))
    begin, end = (known.start[squares] for squares in known.find_runs(bottom, top))
    found = np.repeat(begin, end - begin) + count_runs(end - begin)
    return np.repeat(box, end - begin), known.order[found]


def find_within(easting: float, northing: float, distance_m: float) -> np.ndarray:
    """Return the sorted positions of all postcodes within a distance of a point (EPSG:27700).

    >>> from mapping.atoms import index
    >>> len(index.find_within(530_374, 183_450, 100))
    5
    """
    box = (easting - distance_m, northing - distance_m, easting + distance_m, northing + distance_m)
    around = find_in_boxes(*(np.array([side]) for side in box))[1]
    atoms = postcodes.table()
    gap = _square(atoms.easting[around] - easting) + _square(atoms.northing[around] - northing)
    return np.sort(around[gap <= distance_m * distance_m])


def _square(values: np.ndarray) -> np.ndarray:
    """Square numbers as float64: whole metres stay exact, and no root is taken."""
    return np.multiply(values, values, dtype="float64")


def find_in_box(positions: np.ndarray, margin_m: float) -> np.ndarray:
    """Return the sorted positions of all postcodes in the bounding box of some, and a margin."""
    atoms = postcodes.table()
    low, high = (
        [float(edge(axis[positions])) for axis in (atoms.easting, atoms.northing)]
        for edge in (np.min, np.max)
    )
    west, south, east, north = (*(v - margin_m for v in low), *(v + margin_m for v in high))
    around = find_in_boxes(*(np.array([side]) for side in (west, south, east, north)))[1]
    x, y = atoms.easting[around], atoms.northing[around]
    return np.sort(around[(x >= west) & (x <= east) & (y >= south) & (y <= north)])


def nearest(lat: float, lon: float, *, limit_m: float = 5_000) -> int:
    """Return the position of the postcode nearest to a point in degrees (EPSG:4326).

    Raises MappingError if none lies within ``limit_m`` metres.
    """
    found = nearest_or_none(lat, lon, limit_m=limit_m)
    if found is None:
        raise MappingError(
            f"There are no postcodes within {limit_m / 1000:g} km of {lat:.4f}, {lon:.4f}. "
            "Choose a point on land in Great Britain, nearer to where people live."
        )
    return found


def nearest_or_none(lat: float, lon: float, *, limit_m: float = 5_000) -> int | None:
    """Return what ``nearest`` does, and None where nobody lives near."""
    easting, northing = postcodes.TO_DEGREES.transform(lon, lat, direction="INVERSE")
    if not np.isfinite([easting, northing]).all():
        return None
    for distance_m in (min(NEAR_M, limit_m), limit_m):
        found = find_within(easting, northing, distance_m)
        if len(found):
            atoms = postcodes.table()
            gap = np.hypot(atoms.easting[found] - easting, atoms.northing[found] - northing)
            return int(found[np.argmin(gap)])
    return None


def find_in_circles(
    easting: np.ndarray, northing: np.ndarray, radius_m: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the postcodes inside circles (EPSG:27700 metres), their edges included.

    Three arrays (n,). Returns two: which circle, and the position of a postcode. All are looked
    at together: ``split_circles`` cuts many of them into runs for which there is room.
    """
    atoms = postcodes.table()
    box = (easting - radius_m, northing - radius_m, easting + radius_m, northing + radius_m)
    circle, at = find_in_boxes(*box)
    gap = _square(atoms.easting[at] - easting[circle])
    gap += _square(atoms.northing[at] - northing[circle])
    inside = gap <= _square(radius_m)[circle]
    return circle[inside], at[inside]


def split_circles(radius_m: np.ndarray, max_pairs: int) -> list[slice]:
    """Cut circles into runs that meet about so many postcodes each, at a city's density."""
    if not len(radius_m):
        return []
    cost = np.cumsum((2 * radius_m + CELL_M) ** 2 / 1e6 * CITY_PER_KM2)
    edges = np.unique(np.searchsorted(cost, np.arange(0, cost[-1], max_pairs)))
    ends = [*edges[1:], len(radius_m)]
    return [slice(int(a), int(b)) for a, b in zip(edges, ends, strict=True) if b > a]
