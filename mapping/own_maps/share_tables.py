"""Share tables: tables of areas, bodies and people are told by their headings and by their cells.

The NHS's table of patients by practice and small area is one, and with it goes a second one that
says which network each practice is in.
"""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.geography import coded_areas, shares

SAMPLE_CELLS = 300
MIN_KNOWN_SHARE = 0.6
"""Share of a column's cells that must be areas in use, or numbers, for it to hold these."""
MIN_HELD_SHARE = 0.5
"""Share of the bodies that must be in a column of a second table for it to name them."""
PEOPLE = (
    re.compile(r"\b(patients?|registered|clients?|members?|pupils?|users?)\b"),
    re.compile(r"\b(people|persons?|residents?|population|headcount|list size)\b"),
    re.compile(r"\b(number|count|total|n)\b"),
)
"""What headings of people say, the surest first."""
NO_PEOPLE = re.compile(
    r"\b(code|id|year|date|month|rank|decile|quintile|index|per ?cent(age)?|rate|mean|average|"
    r"lat(itude)?|lon(gitude)?|easting|northing|\w*\d\dcd|of practices)\b"
)
BODIES = re.compile(
    r"\b(practices?|surger(y|ies)|gp|networks?|pcn|providers?|schools?|hubs?|services?|trusts?|"
    r"organi[sz]ations?|teams?|bod(y|ies)|clinics?|hospitals?|librar(y|ies)|centres?)\b"
)
GROUPS = re.compile(r"\b(networks?|pcn|groups?|federations?|partnerships?|clusters?|trusts?)\b")
CODE = re.compile(r"\b(code|id|cd|\w*\d\dcd)\b")


class Columns(NamedTuple):
    """Columns of a table of areas, bodies and people; ``name`` is "" where bodies have none."""

    area: str
    unit: str
    people: str
    name: str = ""


class GroupColumns(NamedTuple):
    """Columns of a table of bodies and the group of each; ``name``, the group's, may be ""."""

    body: str
    group: str
    name: str = ""

    def choose(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return these columns of a table, as ``layers.from_shares`` takes groups."""
        return frame[[column for column in self if column]]


def recognise_shares(frame: pd.DataFrame) -> Columns | None:
    """Tell which columns of texts say areas, bodies and people; None if it is no such table.

    It has a column of areas by code, one of numbers whose heading speaks of people, and one whose
    heading speaks of bodies such that several stand beside one area, by code where there is one.
    A table that names one body for each area is none: that is a lookup.

    >>> recognise_shares(pd.DataFrame({
    ...     "PRACTICE_CODE": ["F83003", "F83615", "F83003"],
    ...     "LSOA_CODE": ["E01000842", "E01000842", "E01000843"],
    ...     "NUMBER_OF_PATIENTS": ["1240", "420", "980"],
    ... }))
    Columns(area='LSOA_CODE', unit='PRACTICE_CODE', people='NUMBER_OF_PATIENTS', name='')
    """
    people = _find_people(frame)
    area = _find_areas(frame) if people else ""
    if not area:
        return None
    named = [n for n in map(str, frame.columns) if n not in (area, people)]
    bodies = [n for n in named if BODIES.search(_words(n)) and _are_several(frame, area, n)]
    if not bodies:
        return None
    unit = min(bodies, key=lambda name: not CODE.search(_words(name)))
    return Columns(area, unit, people, _find_name(frame, unit, (area, people)))


def recognise_groups(frame: pd.DataFrame, bodies: pd.Series) -> GroupColumns | None:
    """Tell which columns of texts say the group of each of some bodies; None if none do.

    ``bodies`` are the cells of the first table's column of units. The group's heading speaks of a
    network or the like.
    """
    asked = pd.Index(bodies.str.strip().unique())
    held = {str(n): float(asked.isin(frame[n].str.strip()).mean()) for n in frame.columns}
    body = max(held, key=lambda name: held[name], default="")
    if held.get(body, 0.0) < MIN_HELD_SHARE:
        return None
    found = [
        name
        for name in map(str, frame.columns)
        if name != body and GROUPS.search(_words(name)) and (frame[name] != "").any()
    ]
    if not found:
        return None
    group = min(found, key=lambda name: not CODE.search(_words(name)))
    return GroupColumns(body, group, _find_name(frame, group, (body,)))


def says_people(heading: str) -> bool:
    """Tell whether a heading speaks of numbers of people."""
    words = _words(heading)
    return any(pattern.search(words) for pattern in PEOPLE) and not NO_PEOPLE.search(words)


def _words(heading: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", heading.lower()).split())


def _sample(cells: pd.Series) -> pd.Series:
    """Return some filled cells, from all of a column."""
    filled = cells[cells.str.strip() != ""]
    return filled.iloc[:: max(1, len(filled) // SAMPLE_CELLS)]


def _find_people(frame: pd.DataFrame) -> str:
    """Return the column of numbers whose heading speaks most surely of people; "" for none."""
    ranks = {}
    for name in map(str, frame.columns):
        words = _words(name)
        said = [rank for rank, pattern in enumerate(PEOPLE) if pattern.search(words)]
        if not said or NO_PEOPLE.search(words):
            continue
        some = _sample(frame[name])
        some = some[~shares.are_kept_back(some)]
        if len(some) and np.isfinite(shares.read_people(some)).mean() >= MIN_KNOWN_SHARE:
            ranks[name] = said[0]
    return min(ranks, key=lambda name: ranks[name], default="")


def _find_areas(frame: pd.DataFrame) -> str:
    """Return the column of codes of areas, the smallest if there are several; "" for none."""
    kinds = {}
    for name in map(str, frame.columns):
        some = _sample(frame[name])
        kind = coded_areas.identify(some).kind
        known = kind[kind >= 0]
        if len(known) and len(known) >= MIN_KNOWN_SHARE * len(some):
            kinds[name] = int(np.bincount(known).argmax())
    return min(kinds, key=lambda name: kinds[name], default="")


def _are_several(frame: pd.DataFrame, area: str, name: str) -> bool:
    """Tell whether different texts of a column stand beside one area."""
    pairs = frame.loc[frame[name] != "", [area, name]].drop_duplicates()
    return bool(pairs[area].duplicated().any())


def _find_name(frame: pd.DataFrame, unit: str, taken: tuple[str, ...]) -> str:
    """Return the column that names each unit, which two may share; "" for none."""
    stem = set(_words(unit).split()) - {"code", "id", "cd"}
    for name in map(str, frame.columns):
        words = set(_words(name).split())
        if name == unit or name in taken or not (stem & words or not stem) or "name" not in words:
            continue
        pairs = frame.loc[frame[unit] != "", [unit, name]].drop_duplicates()
        if not pairs[unit].duplicated().any():
            return name
    return ""
