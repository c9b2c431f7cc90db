"""Succession: which council took over from one that is gone, so that superseded codes still work.

Two tables tell. ``data/former_districts.csv`` is made by the build: the districts that the
lookup of postcodes has and today's postcodes do not, with shares from the postcodes themselves.
``data/mergers.csv`` holds known facts: dates, and mergers from before that lookup.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import Vintage, postcodes, tables
from mapping.geocode import gazetteer, spelling
from mapping.geography import layers
from mapping.memory import once

FILE = "former_districts.csv"
"""The table that the build derives, in ``data/``."""
MIN_WHOLE_SHARE = 0.99
"""A successor with this share of a former area is a correction; else there are candidates."""
NOISE = 0.005
"""Successors with a smaller share are postcodes moved across a line; they count as elsewhere."""
DISTRICT = re.compile(r"(?:[EW]0[6-9]|S12)\d{6}")
SUCCESSION_COLUMNS = (
    "code",
    "name",
    "successor",
    "successor_name",
    "share",
    "elsewhere",
    "postcodes",
    "last_seen",
)
COUNCIL_KINDS = frozenset(["borough", "county"])
"""The kinds of place that former names are names of."""
SMALLER = frozenset(["ward", "postal_district"])
"""The kinds of place whose names hide no former one."""


class Successor(NamedTuple):
    """A district in use today, its share (0-1) of the former area, and a note: one sentence."""

    code: str
    name: str
    share: float
    note: str


class Step(NamedTuple):
    """One change of a former area: who has how much of it (0-1), since when, and how it came.

    ``since`` is a month, ``last_seen`` the last one in which the code is known to have been in
    use; either may be "". ``change`` is part, same or split; ``times`` the successor's postcodes
    for each of the former area's, not a number where it is not known.
    """

    code: str
    share: float
    since: str
    last_seen: str
    change: str
    times: float


def derive(now: pd.DataFrame, lookup: pd.DataFrame, as_at: str) -> pd.DataFrame:
    """Find the districts of a lookup that are gone, and where their postcodes in use lie today.

    ``now`` has the columns postcode, lad_code, lad_name; ``lookup`` lad_code, lad_name and
    introduced (a month, ``"202204"``), and the postcode as its index; ``as_at`` is the month of
    ``now``, ``"2025-05"``. If the lookup is the newer of the two, nothing is known to be gone.
    Columns of the result: code, name, successor, successor_name, share (of the former district's
    postcodes), elsewhere (the share that is left out, see ``NOISE``), postcodes (how many the
    share is), last_seen (month of the lookup, ``"2022-04"``; "" if it does not tell).
    """
    told = lookup["introduced"]
    month = told[told.str.fullmatch(r"\d{6}")].max() if len(told) else ""
    last_seen = f"{month[:4]}-{month[4:]}" if isinstance(month, str) and month else ""
    before = lookup[["lad_code", "lad_name"]].rename(columns=lambda name: f"former_{name}")
    joined = now.join(before, on="postcode")
    codes = joined["former_lad_code"].fillna("")
    gone = codes.str.fullmatch(DISTRICT.pattern) & ~codes.isin(now["lad_code"].unique())
    gone &= last_seen < as_at
    names = ["former_lad_code", "former_lad_name", "lad_code", "lad_name"]
    found = joined[gone].groupby(names, observed=True).size().rename("postcodes").reset_index()
    found = found.set_axis([*SUCCESSION_COLUMNS[:4], "postcodes"], axis=1)
    found["share"] = found["postcodes"] / found.groupby("code")["postcodes"].transform("sum")
    found = found[found["share"] >= NOISE]
    found["elsewhere"] = 1 - found.groupby("code")["share"].transform("sum")
    found = found.assign(last_seen=last_seen).round({"share": 5, "elsewhere": 5})
    found = found.sort_values(["code", "share"], ascending=[True, False], ignore_index=True)
    return found[list(SUCCESSION_COLUMNS)]


def find_successors(code: str) -> list[Successor]:
    """Return the districts in which the area of a former district or county lies today.

    The largest share first; the shares and what is left out as noise add up to 1. An empty list
    for a code that is in use or that nobody knows. A code newer than those of the data
    (``data/code_aliases.csv``) leads to the district that the data have.

    >>> from mapping.geocode import succession
    >>> [(one.name, round(one.share, 2)) for one in succession.find_successors("E10000006")]
    [('Cumberland', 0.52), ('Westmorland and Furness', 0.48)]
    """
    return list(_successors().get(spelling.compact(code), ()))


def find_successors_by_name(name: str) -> list[Successor]:
    """Return what ``find_successors`` does for a former name: "Allerdale Borough Council".

    An empty list for the name of a district or larger place of today, such as "Somerset".
    """
    return find_successors(find_code(spelling.readings(name)))


def find_code(ways: Iterable[spelling.Reading]) -> str:
    """Return the code of a former area by the readings of its name; "" if none is called so.

    A name that a strategic authority has today is a former council's only where it is called one:
    "Cumbria County Council".
    """
    former, councils = map_former_names(), _map_former_councils()
    for way in ways:
        if way.key in former and (not way.kinds or way.kinds & COUNCIL_KINDS):
            return former[way.key]
        if way.key in councils and way.kinds & COUNCIL_KINDS:
            return councils[way.key]
    return ""


@once
def table() -> pd.DataFrame:
    """List every former (or newer) code and where it leads: one row a code and successor.

    Columns: code, name, successor, successor_name, share, note; by code, the largest share
    first. Not to be changed: it is shared.
    """
    names = {step.code: step.name for step in _list_changes().itertuples()}
    rows = [
        (code, names.get(code, found[0].name), *one)
        for code, found in sorted(_successors().items())
        for one in found
    ]
    columns = ["code", "name", "successor", "successor_name", "share", "note"]
    return pd.DataFrame(rows, columns=columns)


@once
def _map_in_use() -> dict[str, tuple[str, int]]:
    """Map the code of each district in use to its name and its number of postcodes."""
    borough, atoms = layers.get("borough"), postcodes.table()
    assert borough.of_ward is not None
    size = np.bincount(atoms.ward, minlength=len(atoms.ward_codes))
    held = np.bincount(borough.of_ward, weights=size, minlength=len(borough.codes))
    rows = zip(borough.codes, borough.names, held, strict=True)
    return {str(code): (str(name), int(n)) for code, name, n in rows}


@once
def _list_changes() -> pd.DataFrame:
    """List all changes: columns code, name, successor, share, since, last_seen, change, postcodes.

    What the postcodes tell comes before the facts, which add its dates. Blanks are "".
    """
    told = tables.read(postcodes.DATA / "mergers.csv")
    made = tables.read(postcodes.DATA / FILE)
    dates = told.set_index(["code", "successor"])["since"]
    keys = pd.MultiIndex.from_frame(made[["code", "successor"]])
    made["since"] = dates.reindex(keys).fillna("").to_numpy()
    several = made.groupby("code")["code"].transform("size") > 1
    made["change"] = np.where(several, "split", "part")
    both = pd.concat([made, told[~told["code"].isin(made["code"])]]).fillna("")
    gone = both[~both["code"].isin(list(_map_in_use()))]
    return gone.reset_index(drop=True)


@once
def _steps() -> dict[str, list[Step]]:
    """Map each former code to the steps that its changes are."""
    found: dict[str, list[Step]] = {}
    grouped: dict[str, list] = {}
    for row in _list_changes().itertuples():
        grouped.setdefault(str(row.code), []).append(row)
    for code, rows in grouped.items():
        size = [_map_in_use().get(row.successor, ("", 0))[1] for row in rows]
        for row, held in zip(rows, size, strict=True):
            share = float(row.share or (held / sum(size) if len(rows) > 1 else 1))
            times = held / int(row.postcodes) if row.postcodes else np.nan
            step = Step(row.successor, share, row.since, row.last_seen, row.change, times)
            found.setdefault(code, []).append(step)
    return found


@once
def _successors() -> dict[str, list[Successor]]:
    """Map each former or newer code to its successors of today, the largest share first."""
    names = {row.code: row.name for row in _list_changes().itertuples()}
    found: dict[str, list[Successor]] = {}
    for code, own in names.items():
        ways = [way for way in _ways(code) if way[-1].code in _map_in_use()]
        ways.sort(key=lambda way: -float(np.prod([step.share for step in way])))
        for way in ways:
            name = _map_in_use()[way[-1].code][0]
            share = float(np.prod([step.share for step in way]))
            found.setdefault(code, []).append(
                Successor(way[-1].code, name, share, _note(f"{own} ({code})", way, ways))
            )
    aliases = tables.read(postcodes.DATA / "code_aliases.csv", keep_default_na=True)
    for newer, known in aliases[["code", "alias_of"]].itertuples(index=False):
        if known in _map_in_use() and newer not in _map_in_use():
            name = _map_in_use()[known][0]
            note = f"{newer} is a newer code of {name}, shown in our data as {known}"
            found[newer] = [Successor(known, name, 1.0, note)]
    return found


def _ways(code: str) -> list[tuple[Step, ...]]:
    """Follow a code from step to step until districts that have not changed since."""
    ways: list[tuple[Step, ...]] = []
    for step in _steps()[code]:
        further = _ways(step.code) if step.code in _steps() else [()]
        ways += [(step, *rest) for rest in further]
    return ways


def _note(former: str, way: tuple[Step, ...], ways: list[tuple[Step, ...]]) -> str:
    """Say what became of a former area, and how much larger its successor is."""
    last, names = way[-1], {code: name for code, (name, _) in _map_in_use().items()}
    if len(ways) > 1:
        parts = ", ".join(
            f"{100 * float(np.prod([s.share for s in one])):.0f}% is now in {names[one[-1].code]}"
            for one in ways
        )
        return f"{former} was split {_write_when(last, 'in')}: {parts}"
    if last.change == "same":
        now = f"has had the code {last.code} {_write_when(last, 'since')}"
        now = now if last.since else f"has the code {last.code} today"
        return f"{former} {now}; its boundary has hardly changed"
    name = names[last.code]
    size = f"{name} is larger"
    if len(way) == 1 and not np.isnan(last.times):
        size = f"{name} has about {last.times:.1f} times as many postcodes"
    if len(way) > 1:
        middle = {row.code: row.name for row in _list_changes().itertuples()}.get(way[0].code, "")
        return (
            f"{former} became part of {middle} {_write_when(way[0], 'in')}, which has been part of "
            f"{name} {_write_when(last, 'since')}; {size}"
        )
    return f"{former} has been part of {name} {_write_when(last, 'since')}; {size}"


def _write_when(step: Step, word: str) -> str:
    """Write the month of a change, or that it came after the last month of the former code."""
    if step.since:
        return f"{word} {Vintage('', step.since).month}"
    if step.last_seen:
        return f"after {Vintage('', step.last_seen).month}"
    return "for some time"


@once
def map_former_names() -> dict[str, str]:
    """Map the keys of former names to codes, but for names that larger places than wards have."""
    return _map_former(SMALLER)


@once
def _map_former_councils() -> dict[str, str]:
    """Map the keys of former names that councils of today do not have to codes."""
    return _map_former(SMALLER | {"combined_authority"})


def _map_former(namesakes: frozenset[str]) -> dict[str, str]:
    """Map the keys of former names to codes, but for those that other than ``namesakes`` have."""
    found: dict[str, str] = {}
    for row in _list_changes().itertuples():
        key = spelling.key(row.name)
        rows = gazetteer.map_keys().get(key, ())
        if {gazetteer.rows()[at][0] for at in rows} <= namesakes:
            found.setdefault(key, row.code)
    return found
