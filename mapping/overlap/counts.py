"""Counting: people by unit, by pair of units, and by zone.

All arrays of units hold numbers into a layer's codes, -1 for "no unit".
"""

from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

import numpy as np
from scipy import sparse

from mapping.atoms import postcodes
from mapping.geography import Layer, layers, lenses
from mapping.memory import keep
from mapping.places import Place

Weights = Sequence[float] | np.ndarray | lenses.Own | None
MAX_DENSE_CELLS = 300_000
"""Pairs of units up to which a full table is counted; beyond, a sparse one."""
CHUNK_POSTCODES = 131_072
"""So many postcodes are summed at a time."""
MAX_STRAIGHT_COUNTS = 2
"""So often the pairs of a place are counted over its postcodes before blocks are made."""


def units(place: Place, layer: Layer) -> np.ndarray:
    """Return the number of the layer's unit for each postcode of the place; -1 for none."""
    return layer.unit if place.is_britain else _units_in(place, layer)


@keep
def _units_in(place: Place, layer: Layer) -> np.ndarray:
    return layer.at(place.positions)


@keep
def _lens_in(place: Place, by: str) -> np.ndarray:
    return lenses.lens(by)[place.positions]


def people_in(place: Place, by: str = "residents", weights: Weights = None) -> np.ndarray:
    """Return what each postcode of the place counts: its people, (len(place),) float64."""
    if place.is_britain:
        return lenses.choose_weights(by, weights)
    if weights is None:
        return _lens_in(place, by)
    return lenses.choose_weights(by, weights)[place.positions]


@keep
def _sum_by_ward(by: str) -> np.ndarray:
    atoms = postcodes.table()
    return sum_by_unit(atoms.ward, lenses.lens(by), len(atoms.ward_codes))[:-1]


@keep
def _sum_by_lens(layer: Layer, by: str) -> np.ndarray:
    if layer.of_ward is not None:
        return sum_by_unit(layer.of_ward, _sum_by_ward(by), len(layer.codes))
    return sum_by_unit(layer.unit, lenses.lens(by), len(layer.codes))


def count_whole_units(layer: Layer, by: str = "residents", weights: Weights = None) -> np.ndarray:
    """Return the people in each unit wherever it lies, (units + 1,); the last is "none"."""
    if weights is None:
        return _sum_by_lens(layer, by)
    if layer.of_ward is not None:
        own = lenses.check_weights(weights)
        assert own is not None
        return sum_by_unit(layer.of_ward, own.by_ward, len(layer.codes))
    return sum_by_unit(layer.unit, lenses.choose_weights(by, weights), len(layer.codes))


def sum_by_unit(unit: np.ndarray, people: np.ndarray, size: int) -> np.ndarray:
    """Sum people by unit, (size + 1,), with those in no unit at the end.

    A part at a time: numpy widens the numbers that it counts, and a copy of the country's
    takes longer to come by than the counting.
    """
    found = np.zeros(size + 1)
    for at in range(0, len(unit), CHUNK_POSTCODES):
        part = unit[at : at + CHUNK_POSTCODES].astype(np.intp)
        found += np.bincount(
            part + 1, weights=people[at : at + CHUNK_POSTCODES], minlength=size + 1
        )
    return np.roll(found, -1)


class Pairs(NamedTuple):
    """Pairs of units that people live in: numbers of both (-1 for none), and people."""

    a: np.ndarray
    b: np.ndarray
    people: np.ndarray


def pairs(a: np.ndarray, b: np.ndarray, size: tuple[int, int], people: np.ndarray) -> Pairs:
    """Count people by pair of unit numbers; arrays of one length, -1 for no unit.

    Returns only pairs with people, ordered by both numbers, "none" last.
    """
    rows, columns = size[0] + 1, size[1] + 1
    a, b = _put_none_last(a, rows), _put_none_last(b, columns)
    if rows * columns <= MAX_DENSE_CELLS:
        row, column, found = _count_dense(a, b, (rows, columns), people)
    else:
        summed = sparse.coo_array((people, (a, b)), shape=(rows, columns)).tocsr()
        summed.sort_indices()
        summed.eliminate_zeros()
        (row, column), found = summed.tocoo().coords, summed.data
    return Pairs(_mark_none(row, rows), _mark_none(column, columns), found)


def _put_none_last(unit: np.ndarray, size: int) -> np.ndarray:
    return np.where(unit < 0, size - 1, unit) if unit.min(initial=0) < 0 else unit


def _mark_none(number: np.ndarray, size: int) -> np.ndarray:
    return np.where(number == size - 1, -1, number)


class Blocks(NamedTuple):
    """The building blocks of a place: postcodes with the same ward, LSOA and postal sector.

    ``block`` (len(place),) is the block of each postcode, ``first`` (blocks,) the position of
    one of its postcodes within the place. Every layer that ships is made of whole blocks,
    so anything between two of them is counted over blocks: London has 11,422.
    """

    block: np.ndarray
    first: np.ndarray


@keep
def blocks(place: Place) -> Blocks:
    """Merge the postcodes of a place into its building blocks."""
    key = np.zeros(len(place), dtype=np.int64)
    for layer in (layers.get("ward"), layers.get("lsoa"), layers.get("postal_sector")):
        key *= len(layer.codes)
        key += units(place, layer)
    _, first, block = np.unique(key, return_index=True, return_inverse=True)
    return Blocks(block.astype(np.int32), first.astype(np.int32))


def are_whole_wards(place: Place, *chosen: Layer) -> bool:
    """Tell whether a place and layers are made of whole wards: the quickest to count over."""
    return all(layer.of_ward is not None for layer in chosen) and place.wards is not None


@keep
def _lens_by_block(place: Place, by: str) -> np.ndarray:
    return np.bincount(blocks(place).block, weights=people_in(place, by))


def _people_by(grain: str, place: Place, by: str, weights: Weights) -> np.ndarray:
    """Return the people of each ward or block of a place."""
    if grain == "ward":
        own = lenses.check_weights(weights)
        return (_sum_by_ward(by) if own is None else own.by_ward)[place.wards]
    if weights is None:
        return _lens_by_block(place, by)
    return np.bincount(blocks(place).block, weights=people_in(place, by, weights))


def _units_by(grain: str, place: Place, layer: Layer) -> np.ndarray:
    """Return the number of the layer's unit for each ward or block of a place; -1 for none."""
    if grain == "ward":
        assert layer.of_ward is not None
        return layer.of_ward[place.wards]
    first = blocks(place).first
    return layer.at(first if place.is_britain else place.positions[first])


@keep
def _rank_units(grain: str, place: Place, layer: Layer) -> tuple[np.ndarray, np.ndarray]:
    """Return the units that a place has (-1 last), and each ward's or block's rank among them."""
    size = len(layer.codes)
    unit = _put_none_last(_units_by(grain, place, layer), size + 1)
    present, rank = np.unique(unit, return_inverse=True)
    return np.where(present == size, -1, present), rank.astype(np.int32)


def count_inside_units(
    place: Place, layer: Layer, by: str = "residents", weights: Weights = None
) -> np.ndarray:
    """Return the people of a place in each unit of a layer, (units + 1,); the last is "none"."""
    size = len(layer.codes)
    if are_whole_wards(place, layer):
        return sum_by_unit(
            _units_by("ward", place, layer), _people_by("ward", place, by, weights), size
        )
    return sum_by_unit(units(place, layer), people_in(place, by, weights), size)


@keep
def _calls(place: Place) -> count:
    """Return what numbers the calls for pairs of a place, from 0."""
    return count()


def pairs_in(
    place: Place, a: Layer, b: Layer, by: str = "residents", weights: Weights = None
) -> Pairs:
    """Count people by pair of units of two layers inside a place, as ``pairs`` does.

    Layers made of wards are counted over wards. Others that ship are counted over building
    blocks if the place was asked for before, so that these are worth making; else, as any
    other layer, over postcodes. The same people are found, but for the rounding of sums.
    """
    if are_whole_wards(place, a, b):
        grain = "ward"
    elif a.by_block and b.by_block and next(_calls(place)) >= MAX_STRAIGHT_COUNTS:
        grain = "block"
    else:
        size = (len(a.codes), len(b.codes))
        return pairs(units(place, a), units(place, b), size, people_in(place, by, weights))
    (found_a, at_a), (found_b, at_b) = _rank_units(grain, place, a), _rank_units(grain, place, b)
    size = (len(found_a), len(found_b))
    found = pairs(at_a, at_b, size, _people_by(grain, place, by, weights))
    return Pairs(found_a[found.a], found_b[found.b], found.people)


def _count_dense(
    a: np.ndarray, b: np.ndarray, size: tuple[int, int], people: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Count over a full table of ``size``: row, column and people of the cells with people."""
    flat = np.multiply(a, size[1], dtype=np.intp)
    flat += b
    counted = np.bincount(flat, weights=people, minlength=size[0] * size[1])
    cell = np.flatnonzero(counted != 0)
    row, column = np.divmod(cell, size[1])
    return row, column, counted[cell]


def keep_in_both(found: Pairs) -> Pairs:
    """Keep the pairs in which both layers have a unit."""
    both = (found.a >= 0) & (found.b >= 0)
    return found if both.all() else Pairs(found.a[both], found.b[both], found.people[both])


def ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Divide element by element; 0 where the whole is not above 0."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def entropy(people: np.ndarray) -> float:
    """Return the entropy of people over groups, in nats; groups without people count nothing."""
    share = people[people > 0] / people.sum()
    return float(-(share * np.log(share)).sum())


class Zones(NamedTuple):
    """Postcodes with the same units in every layer, merged.

    ``units`` (zones, layers) numbers, -1 for none; ``people`` (zones,); ``postcodes``
    (zones,) their count; ``zone`` (len(place),) the zone of each postcode.
    """

    units: np.ndarray
    people: np.ndarray
    postcodes: np.ndarray
    zone: np.ndarray


def zones(
    place: Place, chosen: Sequence[Layer], *, by: str = "residents", weights: Weights = None
) -> Zones:
    """Merge postcodes that have the same unit in every chosen layer."""
    part, numbers = _parts(place, chosen)
    zone = np.zeros(int(part.max(initial=-1)) + 1, dtype=np.int64)
    for layer, unit in zip(chosen, numbers, strict=True):
        _, zone = np.unique(zone * (len(layer.codes) + 1) + unit + 1, return_inverse=True)
    _, first = np.unique(zone, return_index=True)
    table = np.empty((len(first), len(chosen)), dtype=np.int64)
    for column, unit in enumerate(numbers):
        table[:, column] = unit[first]
    zone = zone[part]
    people = np.bincount(zone, weights=people_in(place, by, weights), minlength=len(first))
    return Zones(table, people, np.bincount(zone, minlength=len(first)), zone)


def _parts(place: Place, chosen: Sequence[Layer]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return each postcode's ward, block or itself, counted from 0, and their units by layer."""
    if are_whole_wards(place, *chosen):
        assert place.wards is not None
        atoms = postcodes.table()
        rank = np.zeros(len(atoms.ward_codes), dtype=np.int32)
        rank[place.wards] = np.arange(len(place.wards))
        ward = atoms.ward if place.is_britain else atoms.ward[place.positions]
        return rank[ward], [_units_by("ward", place, layer) for layer in chosen]
    if all(layer.by_block for layer in chosen):
        return blocks(place).block, [_units_by("block", place, layer) for layer in chosen]
    return np.arange(len(place)), [units(place, layer) for layer in chosen]
