"""Proximity: who lives near a line."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree

from mapping import postcodes
from mapping.counts import Weights, people_in
from mapping.errors import MappingError
from mapping.layers import Layer
from mapping.places import Place


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
    by: str = "residents",
    weights: Weights = None,
) -> EdgeDwellers:
    """Find the people within a distance of a postcode in another unit of the layer.

    The other postcode may lie outside the place; "no unit" is not another unit, on either
    side. Returns their share of the place's people, their number, and the positions of
    their postcodes in the national table. Some only look across a river.
    """
    if not 0 < distance_m <= 5_000:
        raise MappingError(
            f"Expected a distance between 0 and 5,000 metres; found {distance_m:g}. "
            "Try the 300 metres it starts with."
        )
    people = people_in(place, by, weights)
    near = _near_another(place, layer, distance_m)
    total = people.sum()
    count = float(people[near].sum())
    share = count / total if total > 0 else 0.0
    return EdgeDwellers(float(share), count, place.positions[near])


@lru_cache(maxsize=32)
def _near_another(place: Place, layer: Layer, distance_m: float) -> np.ndarray:
    """Tell which postcodes of the place are near another unit, (len(place),) bool."""
    around = postcodes.in_box(place.positions, distance_m)
    atoms = postcodes.table()
    unit = layer.unit[around]
    around, unit = around[unit >= 0], unit[unit >= 0]
    xy = np.column_stack([atoms.easting[around], atoms.northing[around]]).astype(float)
    torn = _in_mixed_cells(xy, unit, distance_m)
    near = np.zeros(len(atoms), dtype=bool)
    near[around[torn][_has_other(xy[torn], unit[torn], distance_m)]] = True
    return near[place.positions]


def _in_mixed_cells(xy: np.ndarray, unit: np.ndarray, distance_m: float) -> np.ndarray:
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


def _has_other(xy: np.ndarray, unit: np.ndarray, distance_m: float) -> np.ndarray:
    """Tell which points have one of another unit within a distance, growing the search.

    The k nearest are looked at, for k = 8, 32, 128, …, and only by points not yet decided.
    """
    found = np.zeros(len(xy), dtype=bool)
    todo = np.arange(len(xy))
    tree = cKDTree(xy) if len(xy) else None
    k = 8
    while tree is not None and len(todo):
        gap, other = tree.query(xy[todo], k=min(k, len(xy)), distance_upper_bound=distance_m + 0.01)
        real = np.isfinite(gap)
        unlike = real & (unit[np.minimum(other, len(xy) - 1)] != unit[todo, None])
        hit = unlike.any(axis=1)
        found[todo[hit]] = True
        todo = todo[~hit & real[:, -1]] if k < len(xy) else todo[:0]
        k *= 4
    return found
