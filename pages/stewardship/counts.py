"""Caches of what Stewardship counts, keyed as in ``registers``."""

import pandas as pd

from mapping import places, stewardship
from mapping.stewardship import Bridges, FocusTest, Scheme
from mapping.workspaces import kinds
from pages.shared import answers, registers
from pages.shared.cache import COUNTING, Key
from pages.shared.registers import NO_WORKSPACE, WorkspaceKey


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=registers.BY_ACTORS)
def list_organisations(place: Key, key: WorkspaceKey, by: str) -> tuple[pd.DataFrame, int]:
    """Return the organisations of a place, and how many parts of them in wards are left out."""
    return stewardship.list_organisations(registers.register(key), places.at(*place), by=by)


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=registers.BY_ACTORS)
def list_stewards(place: Key, key: WorkspaceKey, by: str) -> pd.DataFrame:
    """Return who holds the stewardship function in a place."""
    return stewardship.list_stewards(registers.register(key), places.at(*place), by=by)


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=registers.BY_ACTORS)
def count_without(place: Key, key: WorkspaceKey, by: str) -> pd.DataFrame:
    """Return how many people of a place have no steward, at any scale and at each."""
    return stewardship.count_without(registers.register(key), places.at(*place), by=by)


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=registers.BY_ACTORS)
def place_focus(place: Key, key: WorkspaceKey, by: str) -> tuple[pd.DataFrame, FocusTest]:
    """Return the organisations of a place by reach and themes, and whether these go together."""
    placed = stewardship.place_focus(list_organisations(place, key, by)[0])
    return placed, stewardship.correlate_focus(placed)


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=registers.BY_ACTORS)
def find_bridges(place: Key, key: WorkspaceKey, by: str) -> Bridges:
    """Return which organisations of a place lie between its line-ups."""
    return stewardship.find_bridges(registers.register(key), places.at(*place), by=by)


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=registers.BY_ACTORS)
def count_without_community(
    place: Key, key: WorkspaceKey, by: str
) -> tuple[pd.Series, pd.DataFrame]:
    """Return how many have no community-led organisation nearby, in all and ward by ward."""
    found = registers.register(key)
    return stewardship.count_without_community(found, places.at(*place), by=by)


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=registers.BY_ACTORS)
def list_absent(place: Key, key: WorkspaceKey) -> pd.DataFrame:
    """Return who is on record for a place and has no area."""
    return stewardship.list_absent(registers.register(key), places.at(*place))


def list_schemes(key: WorkspaceKey) -> dict[str, Scheme]:
    """Return the schemes that ship and those typed into a workspace, by their keys."""
    own = registers.read_kind(key, kinds.schemes.KIND) if key != NO_WORKSPACE else ()
    return {**stewardship.shipped_schemes(), **{scheme.key: scheme for scheme in own}}


def read_ratings(key: WorkspaceKey) -> pd.DataFrame:
    """Return all ratings of a workspace, the earliest first; none without one."""
    if key == NO_WORKSPACE:
        return kinds.ratings.KIND.make_rows()
    return registers.read_kind(key, kinds.ratings.KIND)
