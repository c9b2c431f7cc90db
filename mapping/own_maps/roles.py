"""Roles: which columns of a table hold areas, the unit of each, and the units' names."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.errors import MappingError
from mapping.footprints import columns, ticks
from mapping.geography import coded_areas
from mapping.own_maps.share_tables import recognise_shares, says_people

SAMPLE_CELLS = 200
"""Cells of a column that are looked at."""
MIN_KNOWN_SHARE = 0.6
"""Share of these that must be codes of areas for the column to hold areas."""
MIN_DISTINCT_SHARE = 0.9
"""Share of a column's cells that differ where each row is an area of its own."""
MAX_UNIT_SHARE = 0.8
"""Most units for each row: a column with more names the areas themselves."""
HEADED = re.compile(
    r"team|neighbou?rhood|localit|network|pcn|hub|patch|cluster|zone|unit|group|division|"
    r"catchment|federation|partnership|belongs|assigned|area team",
    re.I,
)
"""What headings of units often say."""
NUMBER = r"\d[\d,]*(\.\d+)?%?"
WHERE = ("postcode", "lsoa", "ward", "area", "borough", "county", "region")
"""Roles of columns with areas, as ``footprints`` tells them, from the smallest."""


class Roles(NamedTuple):
    """Columns of a table, "" for none: areas, units, the units' names, and larger areas.

    ``people`` is one of numbers of people, where several units share an area.
    """

    area: str
    unit: str
    name: str = ""
    within: str = ""
    people: str = ""


class _Column(NamedTuple):
    """What the cells of a column are: how many are codes, of which kind, how many differ."""

    known_share: float
    kind: int
    distinct_share: float
    distinct: int
    is_ticked: bool = False
    is_number: bool = False


def choose_roles(frame: pd.DataFrame, told: Mapping[str, str]) -> Roles:
    """Choose the columns of a sheet by what they hold, or as somebody says.

    ``told`` has columns by what they are for, as ``Roles`` names it; "" leaves one out. The areas
    are the column of codes that differ most from row to row, of these the smallest areas; the
    unit is another column, with fewer different cells, which are no ticks or counts. A table of
    areas, bodies and people is told by ``recognise_shares``. Raises MappingError for a column that
    is not there.
    """
    wrong = [name for name in told.values() if name and name not in frame.columns]
    wrong += [role for role in told if role not in Roles._fields]
    if wrong:
        raise MappingError(
            f"Expected columns of the file for {', '.join(Roles._fields)}; found "
            f"“{str(wrong[0])[:40]}”. Choose from the columns there are."
        )
    shared = recognise_shares(frame)
    if shared is not None and "people" not in told:
        told = {**shared._asdict(), "within": "", **told}
        is_so = (told["area"], told["unit"]) == (shared.area, shared.unit)
        told["people"] = shared.people if is_so else ""
    looked = {str(name): _look_at(frame[name]) for name in frame.columns}
    guesses = columns.choose_roles(frame, {})
    area = told.get("area", _guess_area(looked, guesses))
    unit = told.get("unit", _guess_unit(frame, looked, guesses, area))
    unit, name = _guess_name(frame, area, unit, is_told="unit" in told)
    within = columns.find_columns(guesses, "within")
    known = looked[area].known_share if area else 1.0
    usual = within[0] if within and known < MIN_KNOWN_SHARE and within[0] != area else ""
    people = told.get("people", "")
    return Roles(area, unit, told.get("name", name), told.get("within", usual), people)


def _look_at(cells: pd.Series) -> _Column:
    filled = cells[cells.str.strip() != ""]
    some = filled.head(SAMPLE_CELLS)
    if not len(some):
        return _Column(0.0, len(coded_areas.KINDS), 0.0, 0)
    found = coded_areas.identify(some)
    known = found.kind[found.kind >= 0]
    kind = int(np.bincount(known).argmax()) if len(known) else len(coded_areas.KINDS)
    distinct = int(filled.nunique())
    return _Column(
        len(known) / len(some),
        kind,
        distinct / len(filled),
        distinct,
        is_ticked=ticks.is_ticked(cells),
        is_number=are_numbers(some),
    )


def are_numbers(cells: pd.Series) -> bool:
    """Tell whether the filled cells of a column of texts are numbers, of which there are some."""
    filled = cells[cells.str.strip() != ""].head(SAMPLE_CELLS)
    return bool(len(filled)) and bool(filled.str.strip().str.fullmatch(NUMBER).all())


def _guess_area(looked: Mapping[str, _Column], guesses: Mapping[str, columns.Guess]) -> str:
    """Return the column that most likely holds the areas: codes, or else names."""
    size = {role: rank for rank, role in enumerate(WHERE)}
    found = [
        name
        for name, one in looked.items()
        if one.known_share >= MIN_KNOWN_SHARE or guesses[name].role in size
    ]

    def rank(name: str) -> tuple:
        one = looked[name]
        is_code = one.known_share >= MIN_KNOWN_SHARE
        repeats = one.distinct_share < MIN_DISTINCT_SHARE
        return (repeats, not is_code, one.kind if is_code else size[guesses[name].role])

    return min(found, key=rank, default="")


def _guess_unit(
    frame: pd.DataFrame,
    looked: Mapping[str, _Column],
    guesses: Mapping[str, columns.Guess],
    area: str,
) -> str:
    """Return the column that most likely says where each area belongs; "" if none does."""
    rows = len(frame)
    told = _list_units(looked, area)
    others = [name for name in told if looked[name].distinct <= max(MAX_UNIT_SHARE * rows, 1)]
    if not others:
        return next(iter(told), "")
    return min(
        others,
        key=lambda name: (
            not HEADED.search(name),
            looked[name].known_share >= MIN_KNOWN_SHARE,
            guesses[name].role in (*WHERE, "within", "note", "contact"),
            -looked[name].distinct,
        ),
    )


def _list_units(looked: Mapping[str, _Column], area: str) -> list[str]:
    """List the columns that may say where areas belong: of those with numbers one that says so.

    Ticks and counts do not, which stand in a column for each unit.
    """
    told = [n for n, one in looked.items() if n != area and one.distinct and not one.is_ticked]
    numbers = [n for n in told if looked[n].is_number]
    named = [n for n in numbers if HEADED.search(n)]
    if not named and len(told) == 1:
        named = [n for n in numbers if not says_people(n)]
    kept = named if len(named) == 1 else []
    return [n for n in told if n not in numbers or n in kept]


def _guess_name(frame: pd.DataFrame, area: str, unit: str, *, is_told: bool) -> tuple[str, str]:
    """Return the columns of the units and of their names, where codes stand beside names."""
    if not unit:
        return "", ""
    for other in frame.columns:
        if other in (area, unit) or not _are_paired(frame, unit, other):
            continue
        is_code, is_other_code = (_are_codes(frame[name]) for name in (unit, other))
        if is_code and not is_other_code:
            return unit, str(other)
        if is_other_code and not is_code and not is_told:
            return str(other), unit
    return unit, ""


def _are_paired(frame: pd.DataFrame, one: str, other: str) -> bool:
    """Tell whether each text of a column has one of its own in another."""
    pairs = frame[[one, other]].drop_duplicates()
    return (
        1 < len(pairs) < len(frame)
        and not pairs[one].duplicated().any()
        and not pairs[other].duplicated().any()
    )


def _are_codes(cells: pd.Series) -> bool:
    some = cells[cells != ""].head(SAMPLE_CELLS)
    return bool(len(some)) and bool(some.str.fullmatch(r"(?=.*\d)[A-Za-z0-9_-]{1,12}").all())
