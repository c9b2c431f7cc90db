"""Neighbours: which postcodes are near one of another unit, for the units of any layer."""

from typing import NamedTuple

import numpy as np

from mapping.atoms import index, postcodes

STEPS = [(0, 1), (0, 2), *((east, north) for east in (1, 2) for north in range(-2, 3))]
"""From a square to those that a distance of two squares can reach, but for the way back."""
NOBODY = np.int32(np.iinfo("int32").max)
"""Stands for the lowest unit of a square in which there is none."""


class Surroundings(NamedTuple):
    """Postcodes sorted by squares half as wide as a distance: the same for every layer.

    ``positions`` (n,) in the national table, ``xy`` (n, 2) int32 metres (EPSG:27700), ``homes``
    (n,) which are residential, ``square`` (n,) the number of the square of each; ``begins``
    (squares,) where each square begins; ``pairs`` a step of ``STEPS`` each: which squares
    it leads from, and where to, (2, pairs).
    """

    distance_m: float
    positions: np.ndarray
    xy: np.ndarray
    homes: np.ndarray
    square: np.ndarray
    begins: np.ndarray
    pairs: tuple[np.ndarray, ...]


def look_around(positions: np.ndarray, distance_m: float) -> Surroundings:
    """Sort some postcodes, and all others in their bounding box and within a distance of it."""
    atoms, around = postcodes.table(), index.find_in_box(positions, distance_m)
    xy = np.column_stack([atoms.easting[around], atoms.northing[around]]).astype("int32")
    side_m = (distance_m + index.ROUNDING_M) / 2
    east, north = ((xy - xy.min(axis=0, initial=NOBODY)) / side_m).astype(np.int64).T
    rows = int(north.max(initial=0)) + 5  # two more on either side: no step leads around
    key = east * rows + north + 2
    order = np.argsort(key, kind="stable")
    key = key[order]
    begins = np.flatnonzero(np.diff(key, prepend=-1))
    square = np.repeat(np.arange(len(begins), dtype="int32"), np.diff(begins, append=len(key)))
    pairs = tuple(_pair(key[begins], column * rows + row) for column, row in STEPS)
    around = around[order]
    return Surroundings(
        distance_m, around, xy[order], atoms.residential[around], square, begins, pairs
    )


def _pair(keys: np.ndarray, step: int) -> np.ndarray:
    """Return which of some sorted numbers are a step apart, (2, pairs)."""
    to = np.searchsorted(keys, keys + step)
    has = np.flatnonzero(keys.take(to, mode="clip") == keys + step)
    return np.stack([has, to[has]]).astype("int32")


def find_near_another(around: Surroundings, unit: np.ndarray) -> np.ndarray:
    """Tell which postcodes have a residential one of another unit within the distance, (n,) bool.

    ``unit`` (n,) is the number of the unit of each, in the order of ``around``; -1 is no unit, and
    no other one. At exactly the distance two are near. Squares settle most of it: whoever
    shares one with another unit is near, and whoever has none in the squares around is not; only
    the others are measured. Time and memory do not grow with the distance.
    """
    others = around.homes & (unit >= 0)
    low, high = _find_extremes(around, unit, others)
    near = _meets_another(low, high, around.square, unit)
    lowest, highest = low.copy(), high.copy()
    for pair in around.pairs:
        for to, from_ in (pair, pair[::-1]):
            lowest[to] = np.minimum(lowest[to], low[from_])
            highest[to] = np.maximum(highest[to], high[from_])
    at = np.flatnonzero(~near & _meets_another(lowest, highest, around.square, unit))
    reached = _find_reached(around, at)
    homes = np.flatnonzero(others & reached[around.square])
    xy = around.xy
    near[at] = _has_other(xy[at], unit[at], xy[homes], unit[homes], around.distance_m)
    return near


def _find_extremes(
    around: Surroundings, unit: np.ndarray, others: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and the highest unit of each square's homes: ``NOBODY`` and -1 if none."""
    if not len(around.begins):
        return np.empty(0, "int32"), np.empty(0, "int32")
    low = np.minimum.reduceat(np.where(others, unit, NOBODY), around.begins)
    return low, np.maximum.reduceat(np.where(others, unit, -1), around.begins)


def _meets_another(
    low: np.ndarray, high: np.ndarray, square: np.ndarray, unit: np.ndarray
) -> np.ndarray:
    """Tell for whom the units from ``low`` to ``high`` of their squares are not all their own."""
    low, high = low[square], high[square]
    return (unit >= 0) & (high >= 0) & ((low != unit) | (high != unit))


def _find_reached(around: Surroundings, at: np.ndarray) -> np.ndarray:
    """Tell which squares can be reached from those of some postcodes, (squares,) bool."""
    begun = np.zeros(len(around.begins), dtype=bool)
    begun[around.square[at]] = True
    reached = begun.copy()
    for pair in around.pairs:
        for to, from_ in (pair, pair[::-1]):
            reached[to] |= begun[from_]
    return reached


def _has_other(
    xy: np.ndarray, unit: np.ndarray, homes: np.ndarray, of_home: np.ndarray, distance_m: float
) -> np.ndarray:
    """Tell which points have a home of another unit within a distance.

    Two units differ if some binary digit of their numbers does: for each digit the points
    on one side look for their nearest on the other, so that time and memory grow with the
    logarithm of the number of units, whatever the distance.
    """
    from scipy.spatial import cKDTree  # no first map waits for it

    found = np.zeros(len(xy), dtype=bool)
    number = np.unique(np.r_[unit, of_home], return_inverse=True)[1]
    for digit in range(int(number.max(initial=0)).bit_length()):
        is_one = (number >> digit) & 1 == 1
        seeks, has = is_one[: len(xy)], is_one[len(xy) :]
        for one in (True, False):
            todo = np.flatnonzero((seeks == one) & ~found)
            tree = cKDTree(homes[has != one], balanced_tree=False, compact_nodes=False)
            gap = tree.query(xy[todo], distance_upper_bound=distance_m + index.ROUNDING_M)[0]
            found[todo[np.isfinite(gap)]] = True
    return found
