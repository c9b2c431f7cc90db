"""Proximity: who lives near a line."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geography import By, Layer, lenses
from mapping.memory import keep
from mapping.overlap.counts import people_in
from mapping.places import Place

ROUNDING_M = 1e-6
"""Added to a distance, so that postcodes exactly so far apart count as within it."""


class EdgeDwellers(NamedTuple):
    """People near a line: their share of the place, their number, and which postcodes."""

    share: float
    people: float
    positions: np.ndarray


def edge_dwellers(
    place: Place,
    layer: Layer,
    *,
    distance_m: float = 300,
    by: By = "residents",
) -> EdgeDwellers:
    """Find the people within a distance of a residential postcode in another unit of the layer.

    The other postcode may lie outside the place; "no unit" is not another unit, on either
    side. Postcodes of sorting offices lie at one point, whatever area they belong to, and so
    are nobody's other side, as in ``postcodes.units_at``; who is near is asked of all
    postcodes. Returns their share of the place's people, their number, and the positions of
    their postcodes in the national table. Some only look across a river.

    >>> from mapping import layers, places
    >>> near = edge_dwellers(places.get("Camden"), layers.get("borough"), distance_m=300)
    >>> 0 < near.share < 1, len(near.positions) > 1_000
    (True, True)
    """
    if not 0 < distance_m <= 5_000:
        raise MappingError(
            f"Expected a distance between 0 and 5,000 metres; found {distance_m:g}. "
            "Try the 300 metres it starts with."
        )
    people = people_in(place, by)
    near = _find_near_another(place, layer, distance_m)
    total = people.sum()
    count = float(people[near].sum())
    share = count / total if total > 0 else 0.0
    return EdgeDwellers(float(share), count, place.positions[near])


def postcodes_near(near: EdgeDwellers, layer: Layer, *, by: By = "residents") -> pd.DataFrame:
    """List the postcodes that ``edge_dwellers`` found, by name; count as it was asked to.

    Columns: postcode, easting, northing (EPSG:27700 metres), lat, lon (EPSG:4326 degrees),
    code and name of its own unit of the layer, people. The people add up to ``near.people``.
    """
    atoms, at = postcodes.table(), near.positions
    easting, northing = atoms.easting[at], atoms.northing[at]
    lon, lat = postcodes.TO_DEGREES.transform(easting, northing)
    return pd.DataFrame(
        {
            "postcode": atoms.name[at].astype(str),
            "easting": easting,
            "northing": northing,
            "lat": np.round(lat, 6),
            "lon": np.round(lon, 6),
            "code": layer.labels[0].take(layer.unit[at]),
            "name": layer.labels[1].take(layer.unit[at]),
            "people": lenses.get(by).values[at],
        }
    )


@keep
def _find_near_another(place: Place, layer: Layer, distance_m: float) -> np.ndarray:
    """Tell which postcodes of the place are near another unit, (len(place),) bool."""
    around = postcodes.find_in_box(place.positions, distance_m)
    atoms = postcodes.table()
    unit = layer.at(around)
    around, unit = around[unit >= 0], unit[unit >= 0]
    near = np.zeros(len(atoms), dtype=bool)
    if not len(around):  # the layer is absent here
        return near[place.positions]
    xy = np.column_stack([atoms.easting[around], atoms.northing[around]]).astype(float)
    torn = _find_in_mixed_cells(xy, unit, distance_m)
    homes = atoms.residential[around[torn]]
    near[around[torn][_has_other(xy[torn], unit[torn], homes, distance_m)]] = True
    return near[place.positions]


def _find_in_mixed_cells(xy: np.ndarray, unit: np.ndarray, distance_m: float) -> np.ndarray:
    """Find points whose grid cell or its eight neighbours hold more than one unit."""
    cell = ((xy - xy.min(axis=0)) // distance_m).astype(np.int64) + 1
    width = int(cell[:, 1].max()) + 2
    key, at = np.unique(cell[:, 0] * width + cell[:, 1], return_inverse=True)
    low, high = np.full(len(key), unit.max()), np.full(len(key), -1)
    np.minimum.at(low, at, unit)
    np.maximum.at(high, at, unit)
    lowest, highest = low.copy(), high.copy()
    for step in (1, width - 1, width, width + 1):
        other = np.clip(np.searchsorted(key, key + step), 0, len(key) - 1)
        i = np.flatnonzero(key[other] == key + step)
        j = other[i]
        np.minimum.at(lowest, i, low[j])
        np.minimum.at(lowest, j, low[i])
        np.maximum.at(highest, i, high[j])
        np.maximum.at(highest, j, high[i])
    return (lowest != highest)[at]


def _has_other(
    xy: np.ndarray, unit: np.ndarray, homes: np.ndarray, distance_m: float
) -> np.ndarray:
    """Tell which points have one of another unit, among ``homes``, within a distance.

    Two units differ if some binary digit of their numbers does: for each digit the points
    on one side look for their nearest on the other, so that time and memory grow with the
    logarithm of the number of units, whatever the distance.
    """
    from scipy.spatial import cKDTree  # no first map waits for it

    found = np.zeros(len(xy), dtype=bool)
    number = np.unique(unit, return_inverse=True)[1]
    for digit in range(int(number.max(initial=0)).bit_length()):
        side = (number >> digit) & 1 == 1
        for own in (side, ~side):
            todo = np.flatnonzero(own & ~found)
            other = cKDTree(xy[~own & homes], balanced_tree=False, compact_nodes=False)
            gap = other.query(xy[todo], distance_upper_bound=distance_m + ROUNDING_M)[0]
            found[todo[np.isfinite(gap)]] = True
    return found
