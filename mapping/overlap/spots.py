"""Spots: the units that cover a point, by how much, and those that begin near it."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mapping.atoms import index, postcodes
from mapping.geography import By, Layer, lenses
from mapping.overlap.counts import find_profiles, ratio, sum_by_unit


def units_at(
    *, lat: float, lon: float, layers: Sequence[Layer], near_m: float = 150
) -> pd.DataFrame:
    """List the units that cover a spot, and those that begin within ``near_m`` metres of it.

    One row per layer and unit; columns: layer, title, scale, code, name, here (bool: the
    spot's own unit), distance_m (0 for it, else to the nearest postcode of that unit), share (of
    the people there who are its own: 1, or less where bodies share areas out and it is the one
    with most; see ``shares_at``; missing for all other rows). Such bodies have no line, and none
    of them begins near a spot.
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
    columns = ["layer", "title", "scale", "code", "name", "here", "distance_m", "share"]
    return pd.DataFrame(rows, columns=columns)


def shares_at(positions: np.ndarray, layer: Layer, *, by: By = "residents") -> pd.DataFrame:
    """List the units that some postcodes are in, by their positions, and how much of them each has.

    Columns: code, name, share (of their people, or of the postcodes if none of them has any); the
    largest first, of equal ones the first by code. The shares add up to 1; those in no unit stand
    under "none". Where bodies share areas out, people count by shares.

    >>> from mapping import layers, places
    >>> shares_at(places.get("NW5").positions, layers.get("borough"))["name"].tolist()
    ['Camden', 'Islington']
    """
    people, counted = lenses.get(by).values[positions], find_profiles(layer)
    if not people.any():
        people = np.ones(len(positions))
    found = sum_by_unit(counted.at(positions), people, len(counted.codes))
    if layer.shares is not None:
        found = layer.shares.sum_by_unit(found, len(layer.codes))
    order = np.argsort(-found, kind="stable")
    order = order[found[order] > 0]
    return pd.DataFrame(
        {
            "code": layer.labels[0].take(order),
            "name": layer.labels[1].take(order),
            "share": ratio(found[order], np.full(len(order), found.sum())),
        }
    )


def _candidates(layer: Layer, spot: int, around: np.ndarray, gap: np.ndarray) -> list[tuple]:
    own, head = int(layer.at(spot)), (layer.key, layer.title, layer.scale)
    named = (*head, layer.code_of(own), layer.name_of(own), True, 0.0)
    if own < 0:
        share = np.nan
    else:
        share = 1.0 if layer.shares is None else shares_at(np.array([spot]), layer)["share"].max()
    rows = [(*named, share)]
    if layer.shares is not None:
        return rows
    units = layer.at(around)
    reach = {int(u): float(gap[units == u].min()) for u in np.unique(units) if u not in (own, -1)}
    for unit, distance_m in sorted(reach.items(), key=lambda item: item[1]):
        told = (layer.code_of(unit), layer.name_of(unit), False, round(distance_m), np.nan)
        rows.append((*head, *told))
    return rows
