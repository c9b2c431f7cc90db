"""Reading of maps: what a file holds, read as its reader says, kept while it is looked at."""

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd
import streamlit as st

from mapping import apart, intake, memory, outlines, own_maps, places
from mapping.actors import extent
from mapping.atoms import table
from mapping.errors import MappingError
from mapping.geography import Layer, layers, lenses, registry
from mapping.intake import Sheet
from mapping.outlines import Outlines, Placed
from mapping.own_maps import Facts, OwnMap, Roles
from pages.shared.cache import Key
from pages.shared.own_maps import MapFile
from pages.upload import reading

T = TypeVar("T")
NO_GROUPS = (
    "We found no column in {} with most of what is in “{}”, and no heading about a network or "
    "group. Upload a table that says which group each is in."
)
ALL_FOLDERS = -1
"""The number of all folders of a KML file, joined to one layer."""
MAX_TABLE_ROWS = 500_000
"""Rows of a CSV without oddities; other tables have ``intake.MAX_ROWS`` at most."""
MAX_READ_MB = 200
"""What files of maps that were read take together, of all readers."""


class Reading(NamedTuple):
    """What a file of a map holds, as far as it is known how to read it.

    Attributes
    ----------
    offered : layers of a file of boundaries by their number; {} for a table
    others : names of its layers without areas
    drawn, placed : the one that is read, and its areas on the grid; None where nobody has chosen
    sheet, roles : of a table; None for a file of boundaries
    found : the map; None while something is to be chosen first
    facts : what it is called, as its reader said or as is guessed
    problem : why a second table, of groups, is not used, a sentence; else ""
    """

    offered: dict[int, Outlines]
    drawn: Outlines | None = None
    placed: Placed | None = None
    sheet: Sheet | None = None
    roles: Roles | None = None
    found: OwnMap | None = None
    facts: Facts = Facts("Own map")
    others: tuple[str, ...] = ()
    problem: str = ""


class _Kept(NamedTuple):
    """Something to keep, with about how many bytes it takes."""

    value: Any
    nbytes: int


@st.cache_resource(show_spinner=False)
def _readings() -> memory.Cache:
    return memory.Cache(MAX_READ_MB, idle_s=reading.IDLE_S)


def _keep(key: tuple, make: Callable[[], Any], weigh: Callable[[Any], int]) -> Any:
    def made() -> _Kept:
        value = make()
        return _Kept(value, weigh(value))

    return _readings().get(key, made)[0]


def _call(draft: MapFile, function: Callable[..., T], *given: Any, **named: Any) -> T:
    """Call what reads a part of a file: of a large one, in a process of its own."""
    call = apart.call if apart.is_heavy(draft.content) else apart.call_here
    turn = reading.Turn()
    try:
        return call(function, None, *given, waits=turn.wait, **named)
    finally:
        turn.end()


def _register(found: OwnMap) -> OwnMap:
    """Let the layer of a map be found by its key here, wherever it was made."""
    if found.layer is None:
        return found
    return replace(found, layer=registry.register(found.layer))


def read(draft: MapFile, place: Key) -> Reading:
    """Read a file of a map as far as it is known how; raises MappingError if it cannot be."""
    return _read_drawn(draft) if draft.is_drawn else _read_table(draft, place)


def _read_drawn(draft: MapFile) -> Reading:
    offered, others = _list_layers(draft)
    number = next(iter(offered)) if len(offered) == 1 else draft.layer
    if number not in offered:
        return Reading(offered, others=others)
    drawn = offered[number]
    key = ("placed", draft.fingerprint, number, draft.system)
    placed = _keep(
        key,
        lambda: _call(draft, outlines.place_on_grid, drawn, draft.system),
        lambda found: drawn.nbytes,
    )
    if placed.question:
        return Reading(offered, drawn, placed, others=others)
    columns = {"name": own_maps.guess_name(drawn), "code": "", **dict(draft.columns)}
    columns = {role: name for role, name in columns.items() if name in (*drawn.columns, "")}
    facts = own_maps.guess_facts(draft.name, drawn.name if len(offered) > 1 and number >= 0 else "")
    found = _keep(
        (*key, tuple(columns.items())),
        lambda: _register(_call(draft, own_maps.read_drawing, drawn, placed, facts, **columns)),
        lambda found: found.nbytes,
    )
    told = draft.facts or facts
    return Reading(offered, drawn, placed, found=found, facts=told, others=others)


def _list_layers(draft: MapFile) -> tuple[dict[int, Outlines], tuple[str, ...]]:
    """Return the layers that have areas, by number, joined ones first; and names of the others."""
    every: list[Outlines] = _keep(
        ("layers", draft.fingerprint, draft.name),
        lambda: _call(draft, outlines.read, draft.content, name=draft.name),
        lambda found: sum(one.nbytes for one in found),
    )
    drawn = {number: one for number, one in enumerate(every) if one.is_area.any()}
    if not drawn:
        return dict(enumerate(every)), ()
    others = tuple(one.name for number, one in enumerate(every) if number not in drawn)
    if not outlines.are_alike(every):
        return drawn, others
    joined = _keep(
        ("joined", draft.fingerprint),
        lambda: outlines.join(list(drawn.values()), draft.name),
        lambda found: found.nbytes,
    )
    return {ALL_FOLDERS: joined, **drawn}, others


def _read_table(draft: MapFile, place: Key) -> Reading:
    sheet: Sheet = _keep(
        ("sheet", draft.fingerprint, draft.sheet),
        lambda: _call(
            draft,
            intake.read_sheet,
            draft.content,
            name=draft.name,
            sheet=draft.sheet,
            most_rows=MAX_TABLE_ROWS,
        ),
        lambda found: int(found.frame.memory_usage(deep=True).sum()),
    )
    roles = own_maps.choose_roles(sheet.frame, dict(draft.columns))
    where = place if draft.inside else None
    groups, heading, problem = _read_groups(draft, sheet, roles)
    told = sha256(draft.groups).hexdigest() if groups is not None else ""
    key = ("table", draft.fingerprint, draft.sheet, roles, draft.choices, where, told)
    facts = own_maps.guess_facts(draft.name, heading or roles.name or roles.unit)
    found: OwnMap = _keep(
        key,
        lambda: _register(
            _call(
                draft,
                own_maps.read_table,
                sheet,
                roles,
                facts,
                place=places.at(*where) if where else None,
                choices=dict(draft.choices),
                groups=groups,
            )
        ),
        lambda found: found.nbytes,
    )
    facts = draft.facts or facts
    return Reading({}, sheet=sheet, roles=roles, found=found, facts=facts, problem=problem)


def _read_groups(
    draft: MapFile, sheet: Sheet, roles: Roles
) -> tuple[pd.DataFrame | None, str, str]:
    """Return the groups of units, by a second table, and their heading; or why there are none."""
    if not (draft.groups and roles.people and roles.unit):
        return None, "", ""
    try:
        table = intake.read_sheet(draft.groups, name=draft.groups_name).frame
    except MappingError as fault:
        return None, "", str(fault)
    found = own_maps.recognise_groups(table, sheet.frame[roles.unit])
    if found is None:
        return None, "", NO_GROUPS.format(draft.groups_name, roles.unit)
    return found.choose(table), found.name or found.group, ""


@st.cache_data(max_entries=64, show_spinner=False)
def say_left_over(layer: str) -> str:
    """Say who is in no area of a map, by the layer's key."""
    found = layers.get(layer)
    return own_maps.say_left_over(found, own_maps.count_left_over(found))


@st.cache_data(max_entries=64, show_spinner=False)
def find_home(layer: str) -> Key | None:
    """Return the place where nearly all of those live whom a map has in an area."""
    found: Layer = layers.get(layer)
    people = np.where(found.unit >= 0, lenses.get().values, 0.0)
    home = extent.find_home(np.bincount(table().ward, people, len(table().ward_codes)))
    return (home.kind, home.code) if home else None
