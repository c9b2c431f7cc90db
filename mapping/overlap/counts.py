"""Counting: people by unit, by pair of units, and by zone.

All arrays of units hold numbers into a layer's codes, -1 for "no unit". Where bodies share areas
out (``Layer.shares``), people are counted by the profile of their area first, and then divided
among the bodies by their shares; ``units`` and ``zones`` are by majority.
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
    if layer.grain == "postcode" and place.is_britain:
        return layer.numbers
    return _units_in(place, layer)


@keep
def _units_in(place: Place, layer: Layer) -> np.ndarray:
    return layer.unit if place.is_britain else layer.at(place.positions)


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
    by = find_profiles(layer)
    found = sum_by_unit(by.numbers, lens.by_grain(by.grain), len(by.codes))
    return _divide_sums(found, layer)


def find_profiles(layer: Layer) -> Layer:
    """Return the layer that people are counted by before shares divide them: mostly itself."""
    return layer if layer.shares is None else layer.shares.profiles


def _divide_sums(people: np.ndarray, layer: Layer) -> np.ndarray:
    if layer.shares is None:
        return people
    return layer.shares.sum_by_unit(people, len(layer.codes))


def count_whole_units(layer: Layer, by: By = "residents") -> np.ndarray:
    """Return the people in each unit wherever it lies, (units + 1,); the last is "none"."""
    if isinstance(by, str):
        return _count_whole_units(layer, by)
    return _sum_whole_units(layer, lenses.get(by))


def count_whole(layer: Layer, unit: np.ndarray, by: By = "residents") -> np.ndarray:
    """Return the people in some units of a layer, wherever they live; -1 has NaN.

    Only the wards or blocks of those units are looked at: see ``Layer.find_parts``.
    """
    if layer.grain == "postcode" or layer.shares is not None:
        return np.where(unit < 0, np.nan, count_whole_units(layer, by)[unit])
    found = np.full(len(unit), np.nan)
    real = unit >= 0
    parts, begins = layer.find_parts(unit[real])
    if len(parts):
        found[real] = np.add.reduceat(lenses.get(by).by_grain(layer.grain)[parts], begins)
    return found


def count_inside_units(place: Place, layer: Layer, by: By = "residents") -> np.ndarray:
    """Return the people of a place in each unit of a layer, (units + 1,); the last is "none"."""
    counted = find_profiles(layer)
    grain = choose_grain(place, counted)
    people = count_people(place, grain, by)
    found = sum_by_unit(find_units(place, grain, counted), people, len(counted.codes))
    return _divide_sums(found, layer)


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

    Returns only pairs with people, ordered by both numbers, "none" last. Neighbours in the
    arrays that are of one pair are summed first: mostly that is all there is to do, as blocks
    and postcodes are ordered by where they are.
    """
    rows, columns = size[0] + 1, size[1] + 1
    cell = np.multiply(_put_none_last(a, rows), columns, dtype=np.intp)
    cell += _put_none_last(b, columns)
    begins = find_runs(cell)
    cell, found = cell[begins], np.add.reduceat(people, begins) if len(begins) else people
    if not (cell[1:] > cell[:-1]).all():
        cell, found = _sum_cells(cell, (rows, columns), found)
    lived_in = found != 0
    if not lived_in.all():
        cell, found = cell[lived_in], found[lived_in]
    row, column = np.divmod(cell, columns)
    return Pairs(_mark_none(row, rows), _mark_none(column, columns), found)


def find_runs(values: np.ndarray) -> np.ndarray:
    """Return where each run of equal values begins."""
    begins = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    return np.flatnonzero(begins)


def _put_none_last(unit: np.ndarray, size: int) -> np.ndarray:
    return np.where(unit < 0, size - 1, unit) if unit.min(initial=0) < 0 else unit


def _mark_none(number: np.ndarray, size: int) -> np.ndarray:
    return np.where(number == size - 1, -1, number)


def _sum_cells(
    cell: np.ndarray, size: tuple[int, int], people: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Sum people by cell of a table of ``size``; cells ordered, each once."""
    (rows, a), (columns, b) = (
        _rank_units(unit, most) for unit, most in zip(np.divmod(cell, size[1]), size, strict=True)
    )
    if len(rows) * len(columns) <= MAX_DENSE_CELLS:
        summed = np.bincount(a * len(columns) + b, people, len(rows) * len(columns))
        at = np.flatnonzero(summed)
        row, column, summed = *np.divmod(at, len(columns)), summed[at]
    else:
        from scipy import sparse  # most tables are small: no first map waits for it

        table = sparse.coo_array((people, (a, b)), shape=(len(rows), len(columns))).tocsr()
        table.sort_indices()
        (row, column), summed = table.tocoo().coords, table.data
    return rows[row] * size[1] + columns[column], summed


def _rank_units(unit: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the units that there are, in order, and the rank of each among them."""
    present = np.zeros(size, dtype=bool)
    present[unit] = True
    rank = np.cumsum(present) - 1
    return np.flatnonzero(present), rank[unit]


def pairs_in(place: Place, a: Layer, b: Layer, by: By = "residents") -> Pairs:
    """Count people by pair of units of two layers inside a place, as ``pairs`` does.

    Over wards if both layers and the place are made of them, else over building blocks, as
    all that ships is, else over postcodes. The same people are found, but for the rounding of sums.
    """
    counted = find_profiles(a), find_profiles(b)
    grain = choose_grain(place, *counted)
    unit_a, unit_b = (find_units(place, grain, layer) for layer in counted)
    size = (len(counted[0].codes), len(counted[1].codes))
    return divide_pairs(pairs(unit_a, unit_b, size, count_people(place, grain, by)), a, b)


def divide_pairs(found: Pairs, a: Layer, b: Layer) -> Pairs:
    """Divide people, counted by pair of ``find_profiles``, among the units of both layers.

    Of two layers by shares it is not known who is in which pair: the shares of one hold for
    everybody in an area, whichever unit of the other they are in.
    """
    if a.shares is None and b.shares is None:
        return found
    unit_a, unit_b, people = found
    if a.shares is not None:
        row, unit_a, share = a.shares.divide(unit_a)
        unit_b, people = (unit_a if b is a else unit_b[row]), people[row] * share
    if b.shares is not None and b is not a:
        row, unit_b, share = b.shares.divide(unit_b)
        unit_a, people = unit_a[row], people[row] * share
    return pairs(unit_a, unit_b, (len(a.codes), len(b.codes)), people)


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
