"""Proximity: who lives near a line."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import neighbours, postcodes
from mapping.errors import MappingError
from mapping.geography import By, Layer, lenses
from mapping.memory import keep
from mapping.overlap.counts import people_in
from mapping.places import Place

MAX_KEPT_POSTCODES = 300_000
"""What lies around a place of so many is kept for its other layers: for London's 200,000, 8 MB."""


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
            "code": layer.labels[0].take(layer.at(at)),
            "name": layer.labels[1].take(layer.at(at)),
            "people": lenses.get(by).values[at],
        }
    )


def _find_around(place: Place, distance_m: float) -> neighbours.Surroundings:
    if len(place) > MAX_KEPT_POSTCODES:
        return neighbours.look_around(place.positions, distance_m)
    return _look_around(place, distance_m)


@keep
def _look_around(place: Place, distance_m: float) -> neighbours.Surroundings:
    return neighbours.look_around(place.positions, distance_m)


@keep
def _find_near_another(place: Place, layer: Layer, distance_m: float) -> np.ndarray:
    """Tell which postcodes of the place are near another unit, (len(place),) bool."""
    around = _find_around(place, distance_m)
    near = np.zeros(len(postcodes.table()), dtype=bool)
    near[around.positions] = neighbours.find_near_another(around, layer.at(around.positions))
    return near[place.positions]
