"""Matching: what each row of a table was matched to, by name, code and people."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.geocode import areas
from mapping.geography import layers, lenses
from mapping.memory import once

MAX_NAMED = 3
"""So many areas of a row are named; the others are counted."""
MAX_REMEMBERED = 80_000
"""So many areas' names are kept for the next file: all that there are but the postcodes."""
MAX_PIECES = 20_000_000
"""Up to so many wards and postcodes, people in several areas of a row count once."""


@once
def map_nouns() -> dict[str, str]:
    """Map the kinds of areas to what a reader calls them: "borough" is "council area"."""
    layer = {key: layers.get(key).noun for key in areas.list_layers()}
    return {**layer, **areas.OTHER_KINDS, "postcode": "postcode", "shape": "shape", "": ""}


def name_kinds(some: np.ndarray) -> np.ndarray:
    """Return in words of what kind each area is, "" for -1: (n,) objects."""
    kinds, which = np.unique(areas.kinds_of(some).astype(str), return_inverse=True)
    nouns = map_nouns()
    return np.array([nouns.get(kind, kind) for kind in kinds.tolist()], dtype=object)[which]


def name_areas(some: np.ndarray, is_: np.ndarray, shapes: Sequence[np.ndarray] = ()) -> np.ndarray:
    """Name each area with kind and code, "" for -1: "Camden (council area, E09000007)".

    ``some`` (n,) are numbers of areas, ``is_`` (n,) their kinds in words; ``shapes`` holds the
    positions of the postcodes of each shape, by which the district that holds most of them is
    named. Returns (n,) objects.
    """
    found = np.full(len(some), "", dtype=object)
    first, shape = len(areas.index()), areas.first_shape()
    drawn, single = some >= shape, (some >= first) & (some < shape)
    lies = {at: _say_where(shapes[at]) for at in set((some[drawn] - shape).tolist())}
    told = zip(is_[drawn], (some[drawn] - shape).tolist(), strict=True)
    found[drawn] = [f"a {noun} in {lies[at]}" for noun, at in told]
    names = postcodes.table().name[some[single] - first].tolist()
    found[single] = [f"{name.decode()} (postcode)" for name in names]
    units = np.flatnonzero((some >= 0) & (some < first))
    found[units] = [_name_unit(unit) for unit in some[units].tolist()]
    return found


def _say_where(positions: np.ndarray) -> str:
    """Name the council area that holds most of some postcodes, and count the others."""
    borough = layers.get("borough")
    many = np.bincount(borough.at(positions))
    first, others = int(many.argmax()), int((many > 0).sum()) - 1
    more = f" and {others} {'other' if others == 1 else 'others'}" if others else ""
    return f"{_name_district(first)}{more}"


@lru_cache(maxsize=1_000)
def _name_district(unit: int) -> str:
    return _name_unit(areas.number("borough", str(layers.get("borough").codes[unit])))


@lru_cache(maxsize=MAX_REMEMBERED)
def _name_unit(area: int) -> str:
    label, code = areas.label(area), areas.code_of(area)
    if not label.endswith(")") or label.startswith(f"{code} (") or not _is_official(code):
        return label
    return f"{label[:-1]}, {code})"


def _is_official(code: str) -> bool:
    """Tell whether a code is published; those of derived areas are words of our own."""
    return not code.islower()


def join_names(row: np.ndarray, names: np.ndarray, count: int) -> np.ndarray:
    """Join the different names of each row's areas, a few of them: (count,) objects."""
    found = np.full(count, "", dtype=object)
    known = names != ""
    row, names = row[known], names[known]
    alone = np.bincount(row, minlength=count)[row] == 1
    found[row[alone]] = names[alone]
    several: dict[int, dict[str, None]] = {}
    for at, name in zip(row[~alone].tolist(), names[~alone], strict=True):
        several.setdefault(at, {})[name] = None
    for at, some in several.items():
        told, more = list(some)[:MAX_NAMED], len(some) - MAX_NAMED
        found[at] = "; ".join(told) + (f"; and {more:,} more" if more > 0 else "")
    return found


def count_people(
    row: np.ndarray, area: np.ndarray, count: int, shapes: Sequence[np.ndarray]
) -> np.ndarray:
    """Count the estimated residents of each row's areas, each once: (count,) int64.

    ``row`` and ``area`` (n,) say which areas are of which row, -1 for none; ``shapes`` holds the
    positions of the postcodes of each shape.
    """
    known = area >= 0
    row, area = row[known], area[known]
    numbers, which = np.unique(area, return_inverse=True)
    people = np.bincount(row, weights=_count_each(numbers, shapes)[which], minlength=count)
    several = np.bincount(row, minlength=count)[row] > 1
    if several.any() and areas.sizes(area[several], shapes).sum() <= MAX_PIECES:
        people[row[several]] = 0
        people += _count_together(row[several], area[several], count, shapes)
    return np.rint(people).astype("int64")


def _count_each(area: np.ndarray, shapes: Sequence[np.ndarray]) -> np.ndarray:
    """Count the residents of each area: (n,)."""
    known, lens = areas.index(), lenses.get()
    people = np.zeros(len(area))
    units = area < len(known)
    kinds = np.where(units, known.kind[np.where(units, area, 0)], -1)
    for kind in np.unique(kinds[units]).tolist():
        some = kinds == kind
        people[some] = _count_units(kind)[area[some] - known.first[kind]]
    single = ~units & (area < areas.first_shape())
    people[single] = lens.values[area[single] - len(known)]
    for at in np.flatnonzero(area >= areas.first_shape()).tolist():
        people[at] = lens.values[shapes[area[at] - areas.first_shape()]].sum()
    return people


@lru_cache(maxsize=64)
def _count_units(kind: int) -> np.ndarray:
    """Count the residents of all areas of a kind, a number into ``areas.index().kinds``."""
    known, lens = areas.index(), lenses.get()
    numbers = np.arange(known.first[kind], known.first[kind + 1])
    wards, loose = areas.wards_and_postcodes(numbers)
    return np.bincount(
        wards.of, weights=lens.by_ward[wards.area], minlength=len(numbers)
    ) + np.bincount(loose.of, weights=lens.values[loose.area], minlength=len(numbers))


def _count_together(
    row: np.ndarray, area: np.ndarray, count: int, shapes: Sequence[np.ndarray]
) -> np.ndarray:
    """Count the residents of each row's areas, those in several once: (count,)."""
    lens, ward_of = lenses.get(), postcodes.table().ward
    wards, loose = areas.wards_and_postcodes(area, shapes)
    whole = _pair(row[wards.of], wards.area)
    single = _pair(row[loose.of], loose.area)
    inside = pd.MultiIndex.from_arrays([single["row"], ward_of[single["area"]]]).isin(
        pd.MultiIndex.from_frame(whole)
    )
    single = single[~inside]
    return np.bincount(
        whole["row"], weights=lens.by_ward[whole["area"]], minlength=count
    ) + np.bincount(single["row"], weights=lens.values[single["area"]], minlength=count)


def _pair(row: np.ndarray, area: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"row": row, "area": area}).drop_duplicates()
