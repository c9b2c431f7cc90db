"""Spots: the units that cover a point, and those that begin near it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mapping.atoms import index, postcodes
from mapping.geography import Layer


def units_at(
    *, lat: float, lon: float, layers: Sequence[Layer], near_m: float = 150
) -> pd.DataFrame:
    """List the units that cover a spot, and those that begin within ``near_m`` metres of it.

    One row per layer and unit; columns: layer, title, scale, code, name, here (bool: the
    spot's own unit), distance_m (0 for it, else to the nearest postcode of that unit).
    The spot stands for its nearest postcode; a layer without a unit there gives a row
    with code "" and name "none". Neighbours are found by residential postcodes: those of
    sorting offices lie at one point, whatever area they belong to. Raises MappingError if nobody
    lives within 5 km.

    >>> from mapping import layers
    >>> found = units_at(lat=51.5353, lon=-0.1028, layers=[layers.get("borough")])
    >>> found.loc[found["here"], "name"].tolist()
    ['Islington']
    """
    spot = index.nearest(lat, lon)
    easting, northing = postcodes.TO_DEGREES.transform(lon, lat, direction="INVERSE")
    atoms = postcodes.table()
    near = index.find_within(easting, northing, near_m)
    around = np.union1d(near[atoms.residential[near]], [spot])
    gap = np.hypot(atoms.easting[around] - easting, atoms.northing[around] - northing)
    rows = [row for layer in layers for row in _candidates(layer, spot, around, gap)]
    columns = ["layer", "title", "scale", "code", "name", "here", "distance_m"]
    return pd.DataFrame(rows, columns=columns)


def _candidates(layer: Layer, spot: int, around: np.ndarray, gap: np.ndarray) -> list[tuple]:
    own = int(layer.at(spot))
    units = layer.at(around)
    reach = {int(u): float(gap[units == u].min()) for u in np.unique(units) if u not in (own, -1)}
    head = (layer.key, layer.title, layer.scale)
    rows = [(*head, layer.code_of(own), layer.name_of(own), True, 0.0)]
    for unit, distance_m in sorted(reach.items(), key=lambda item: item[1]):
        rows.append((*head, layer.code_of(unit), layer.name_of(unit), False, round(distance_m)))
    return rows
