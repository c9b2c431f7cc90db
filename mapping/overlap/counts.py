"""Counting: people by unit, by pair of units, and by zone.

All arrays of units hold numbers into a layer's codes, -1 for "no unit".
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from mapping.atoms import blocks
from mapping.atoms import table as atoms_table
from mapping.geography import By, Layer, Lens, lenses
from mapping.memory import keep
from mapping.places import Place

MAX_DENSE_CELLS = 300_000
"""Pairs of units up to which a full table is counted; beyond, a sparse one."""
CHUNK_POSTCODES = 131_072
"""So many postcodes are summed at a time."""
Grain = Literal["ward", "block", "postcode"]
"""What is counted over: the coarsest of which a place and layers are whole ones."""


def units(place: Place, layer: Layer) -> np.ndarray:
    """Return the number of the layer's unit for each postcode of the place; -1 for none."""
    return layer.unit if place.is_britain else _units_in(place, layer)


@keep
def _units_in(place: Place, layer: Layer) -> np.ndarray:
    return layer.at(place.positions)


@keep
def _values_in(place: Place, by: str) -> np.ndarray:
    return lenses.get(by).values[place.positions]


def people_in(place: Place, by: By = "residents") -> np.ndarray:
    """Return what each postcode of the place counts: its people, (len(place),) float64."""
    if place.is_britain:
        return lenses.get(by).values
    if isinstance(by, str):
        return _values_in(place, by)
    return lenses.get(by).values[place.positions]


def choose_grain(place: Place, *chosen: Layer) -> Grain:
    """Tell over what a place and layers are counted: the fewer parts, the quicker."""
    if place.wards is not None and all(layer.grain == "ward" for layer in chosen):
        return "ward"
    if place.blocks is not None and all(layer.grain != "postcode" for layer in chosen):
        return "block"
    return "postcode"


def count_people(place: Place, grain: Grain, by: By) -> np.ndarray:
    """Return the people of each ward, block or postcode of a place."""
    if grain == "postcode":
        return people_in(place, by)
    lens = lenses.get(by)
    return lens.by_ward[place.wards] if grain == "ward" else lens.by_block[place.blocks]


def find_units(place: Place, grain: Grain, layer: Layer) -> np.ndarray:
    """Return the number of the layer's unit for each ward, block or postcode of a place."""
    if grain == "postcode":
        return units(place, layer)
    if grain == "ward":
        return layer.numbers[place.wards]
    own = place.blocks
    return layer.numbers[own if layer.grain == "block" else blocks().ward[own]]


@keep
def _count_whole_units(layer: Layer, by: str) -> np.ndarray:
    return _sum_whole_units(layer, lenses.get(by))


def _sum_whole_units(layer: Layer, lens: Lens) -> np.ndarray:
    if layer.grain == "ward":
        people = lens.by_ward
    else:
        people = lens.by_block if layer.grain == "block" else lens.values
    return sum_by_unit(layer.numbers, people, len(layer.codes))


def count_whole_units(layer: Layer, by: By = "residents") -> np.ndarray:
    """Return the people in each unit wherever it lies, (units + 1,); the last is "none"."""
    if isinstance(by, str):
        return _count_whole_units(layer, by)
    return _sum_whole_units(layer, lenses.get(by))


def count_inside_units(place: Place, layer: Layer, by: By = "residents") -> np.ndarray:
    """Return the people of a place in each unit of a layer, (units + 1,); the last is "none"."""
    grain = choose_grain(place, layer)
    people = count_people(place, grain, by)
    return sum_by_unit(find_units(place, grain, layer), people, len(layer.codes))


def sum_by_unit(unit: np.ndarray, people: np.ndarray, size: int) -> np.ndarray:
    """Sum people by unit, (size + 1,), with those in no unit at the end.

    A part at a time: numpy widens the numbers that it counts, and a copy of the country's
    takes longer to come by than the counting.
    """
    found = np.zeros(size + 1)
    for at in range(0, len(unit), CHUNK_POSTCODES):
        part = unit[at : at + CHUNK_POSTCODES].astype(np.intp)
        part += 1
        found += np.bincount(part, people[at : at + CHUNK_POSTCODES], size + 1)
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
        from scipy import sparse  # most tables are small: no first map waits for it

        summed = sparse.coo_array((people, (a, b)), shape=(rows, columns)).tocsr()
        summed.sort_indices()
        summed.eliminate_zeros()
        (row, column), found = summed.tocoo().coords, summed.data
    return Pairs(_mark_none(row, rows), _mark_none(column, columns), found)


def _put_none_last(unit: np.ndarray, size: int) -> np.ndarray:
    return np.where(unit < 0, size - 1, unit) if unit.min(initial=0) < 0 else unit


def _mark_none(number: np.ndarray, size: int) -> np.ndarray:
    return np.where(number == size - 1, -1, number)


def pairs_in(place: Place, a: Layer, b: Layer, by: By = "residents") -> Pairs:
    """Count people by pair of units of two layers inside a place, as ``pairs`` does.

    Over wards if both layers and the place are made of them, else over building blocks, as
    all that ships is, else over postcodes. The same people are found, but for the rounding of sums.
    """
    grain = choose_grain(place, a, b)
    people = count_people(place, grain, by)
    units_a, at_a = _rank_units(find_units(place, grain, a), len(a.codes))
    units_b, at_b = _rank_units(find_units(place, grain, b), len(b.codes))
    found = pairs(at_a, at_b, (len(units_a), len(units_b)), people)
    return Pairs(units_a[found.a], units_b[found.b], found.people)


def _rank_units(unit: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the units that there are, none (-1) last, and the rank of each among them."""
    present = np.zeros(size + 1, dtype=bool)
    present[unit] = True  # -1 is the last
    rank = np.cumsum(present) - 1
    there = np.flatnonzero(present)
    return np.where(there == size, -1, there), rank[unit]


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


def zones(place: Place, chosen: Sequence[Layer], *, by: By = "residents") -> Zones:
    """Merge postcodes that have the same unit in every chosen layer."""
    grain = choose_grain(place, *chosen)
    numbers = [find_units(place, grain, layer) for layer in chosen]
    people = count_people(place, grain, by)
    zone = np.zeros(len(people), dtype=np.int64)
    for layer, unit in zip(chosen, numbers, strict=True):
        _, zone = np.unique(zone * (len(layer.codes) + 1) + unit + 1, return_inverse=True)
    _, first = np.unique(zone, return_index=True)
    table = np.empty((len(first), len(chosen)), dtype=np.int64)
    for column, unit in enumerate(numbers):
        table[:, column] = unit[first]
    inside = np.bincount(zone, weights=people, minlength=len(first))
    of_postcode = zone[_find_parts(place, grain)]
    return Zones(table, inside, np.bincount(of_postcode, minlength=len(first)), of_postcode)


def _find_parts(place: Place, grain: Grain) -> np.ndarray | slice:
    """Return which of its wards, blocks or postcodes each postcode of a place lies in."""
    if grain == "postcode":
        return slice(None)
    of_postcode = atoms_table().ward if grain == "ward" else blocks().of_postcode
    own = place.wards if grain == "ward" else place.blocks
    assert own is not None
    rank = np.zeros(int(own.max(initial=0)) + 1, dtype=np.int32)
    rank[own] = np.arange(len(own))
    return rank[of_postcode if place.is_britain else of_postcode[place.positions]]
