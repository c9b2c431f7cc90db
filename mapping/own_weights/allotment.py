"""Allotment: the numbers of areas, shared among their postcodes."""

import numpy as np

from mapping.atoms import postcodes
from mapping.geocode import areas
from mapping.geography import layers, lenses

ALLOTMENT_WORDS = (
    "Figures for a postcode are its own. Figures for a small census area are shared equally among "
    "its residential postcodes; figures for a larger area are shared in line with residents."
)
"""How numbers come to postcodes."""
FITS, OVERLAPS, TOO_LARGE = range(3)
"""Whether an area may count: it does, the file has parts of it as well, it is a whole nation."""


def kinds(area: np.ndarray) -> np.ndarray:
    """Return the kind of each area, a number into ``areas.index().kinds``; -1 for a postcode."""
    known = areas.index()
    return np.where(area < len(known), known.kind[np.minimum(area, len(known) - 1)], -1)


def _units(kind: int, area: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the unit of every postcode in a kind of area, -1 for none, and the areas' units."""
    known = areas.index()
    if kind < 0:
        return np.arange(len(postcodes.table())), area - len(known)
    return layers.get(known.kinds[kind]).unit, area - known.first[kind]


def check_fit(area: np.ndarray) -> np.ndarray:
    """Tell which areas may count beside each other: ``FITS`` and so on, (n,) as ``area``.

    Where areas of several kinds overlap, such as wards and their total, those of the kind that
    comes most often count, then the smallest. No postcode lies in two areas that fit.
    """
    known, kind = areas.index(), kinds(area)
    taken = np.zeros(len(postcodes.table()), dtype=bool)
    found = np.full(len(area), FITS)
    often, units = {}, {}
    for one in np.unique(kind):
        often[int(one)] = int((kind == one).sum())
        units[int(one)] = len(taken) if one < 0 else int(known.first[one + 1] - known.first[one])
    usual = max(often, key=lambda k: (often[k], units[k]), default=-1)
    for one in sorted(often, key=lambda k: (k != usual, -units[k])):
        some = kind == one
        if one >= 0 and known.kinds[one] in areas.OTHER_KINDS:
            found[some] = TOO_LARGE
            continue
        unit, at = _units(one, area[some])
        again = np.isin(at, np.unique(unit[taken]))
        found[some] = np.where(again, OVERLAPS, FITS)
        taken |= np.isin(unit, at[~again])
    return found


def spread(
    area: np.ndarray, number: np.ndarray, *, mean: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Share the numbers of areas among their postcodes; see ``ALLOTMENT_WORDS``.

    ``area`` (n,) are numbers of ``areas`` that fit together, though each may come several times,
    ``number`` (n,) theirs. Returns the positions of all their postcodes, and the number of each;
    they add up to those given, or with ``mean`` to the mean of each area's. An area without homes
    shares its number equally.
    """
    if mean:
        _, of, count = np.unique(area, return_inverse=True, return_counts=True)
        number = number / count[of]
    values = np.zeros(len(postcodes.table()))
    covered = np.zeros(len(values), dtype=bool)
    kind = kinds(area)
    for one in np.unique(kind):
        some = kind == one
        unit, at = _units(int(one), area[some])
        size = int(max(unit.max(), at.max())) + 1
        total = np.bincount(at, weights=number[some], minlength=size)
        is_named = np.append(np.bincount(at, minlength=size) > 0, False)  # the last is no unit
        inside = np.flatnonzero(is_named[unit])
        part = _parts(int(one), unit[inside], inside, size)
        values[inside] += total[unit[inside]] * part
        covered[inside] = True
    positions = np.flatnonzero(covered)
    return positions, values[positions]


def sum_by_kind(values: np.ndarray, kind: str) -> np.ndarray:
    """Give each postcode the sum of its area of a kind, a layer's key or "postcode".

    ``values`` (1.74 million,) as ``weights.lens``; 0 where there is no such area. What ``spread``
    shared among the postcodes of an area all of them have again.
    """
    if kind not in areas.index().kinds or kind in areas.OTHER_KINDS:
        return values
    layer = layers.get(kind)
    number = layer.unit + 1
    total = np.bincount(number, weights=values, minlength=len(layer.codes) + 1)
    total[0] = 0.0
    return total[number]


def _parts(kind: int, unit: np.ndarray, positions: np.ndarray, size: int) -> np.ndarray:
    """Return the part of its unit's number that each of some postcodes has, (n,)."""
    if kind < 0:
        return np.ones(len(positions))
    if areas.index().kinds[kind] in ("lsoa", layers.SMALL_AREAS):
        base = postcodes.table().residential[positions].astype(float)
    else:
        base = lenses.get().values[positions]
    held = np.bincount(unit, weights=base, minlength=size)
    empty = held[unit] == 0
    if empty.any():
        base = np.where(empty, 1.0, base)
        held = np.bincount(unit, weights=base, minlength=size)
    return base / held[unit]
