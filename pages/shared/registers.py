"""Caches of what people keep: the store, workspaces and their actors, and counts over these.

Keyed as in ``cache``, and on a workspace's id with the versions of just those kinds of kept things
that are counted: a mark that is saved opens no actors again.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mapping import access, actors, gaps, places, stewardship, workspaces
from mapping.access import Action, Role
from mapping.actors import Register, as_places, defaults, extent, finding, presence
from mapping.errors import MappingError
from mapping.gaps import ActorQuantiles, ThemesHeld, provision
from mapping.geography import directory, layers, lenses
from mapping.places import Place
from mapping.workspaces import KINDS, Kind, Opened, Workspace, kinds
from pages.shared import answers, people, upkeep, visit
from pages.shared.cache import COUNTING, Key, ward_names

if TYPE_CHECKING:
    from mapping.workspaces.store import Store

T = TypeVar("T")


class WorkspaceKey(NamedTuple):
    """A workspace as it is for a reader: its id, its version, and those of the kinds that it keeps.

    ``hides_contacts`` tells that the reader may not see the contacts of its organisations.
    """

    workspace: str
    version: int
    kinds: tuple[tuple[str, int], ...] = ()
    hides_contacts: bool = False

    def find_version(self, kind: Kind[Any]) -> int:
        """Return the version of a kind: that of the workspace when the kind was changed last."""
        return dict(self.kinds)[kind.name]


WAITING = "Others are saving just now. Your change waits its turn: please leave this page open."
NO_WORKSPACE = WorkspaceKey("", 0)
"""None is open: the actors that ship."""


@st.cache_resource(show_spinner=False)
def store() -> "Store":
    """Return the store of this server: loaded and opened once somebody needs it."""
    from mapping.workspaces.store import Store

    found = Store(
        tell_session=visit.name_session,
        tell_person=people.find,
        waiting=_say_waiting,
    )
    upkeep.look_after(found)
    return found


def _say_waiting() -> AbstractContextManager[None]:
    """Say while a write waits that it does; a thread of the server has nobody to say it to."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return nullcontext()
    return st.spinner(WAITING)


def identify(workspace: str) -> WorkspaceKey:
    """Return what identifies a workspace as it is now for whoever is at this session.

    Raises MappingError if there is none, AccessError if it is not open to her.
    """
    if not workspace:
        return NO_WORKSPACE
    found = store().versions(workspace)
    hides = people.is_on() and not access.may(find_role(workspace), Action.SEE_CONTACTS)
    return WorkspaceKey(workspace, found.workspace, tuple(found.kinds.items()), hides)


def find_role(workspace: str) -> Role:
    """Return what whoever is at this session is to a workspace; a steward while access is off."""
    return store().find_role(workspace) if people.is_on() else Role.STEWARD


def may(key: WorkspaceKey, action: Action) -> bool:
    """Tell whether a page should offer something; the store asks again when it is done."""
    return key != NO_WORKSPACE and access.may(find_role(key.workspace), action)


def may_change(key: WorkspaceKey) -> bool:
    """Tell whether a page should offer to change the open workspace, or to make one."""
    return key == NO_WORKSPACE or may(key, Action.CHANGE)


def _watch(*kinds: Kind[Any]) -> answers.HashFuncs:
    """Let a cache look at the versions of some kinds alone, of a workspace's key."""

    def shorten(key: WorkspaceKey) -> tuple[str, ...]:
        names = {kind.name for kind in kinds}
        told = (f"{name} {v}" for name, v in key.kinds if name in names)
        return (key.workspace, f"hides {key.hides_contacts}", *told)

    return {WorkspaceKey: shorten}


BY_ACTORS = _watch(kinds.actors.KIND)
BY_ACTORS_AND_MARKS = _watch(kinds.actors.KIND, kinds.marks.KIND, kinds.claims.KIND)


def workspace(key: WorkspaceKey) -> Workspace:
    """Return a workspace as it was at a version, its lenses lent; shared, not to be changed."""
    own_lenses(key)
    kept = {kind.name: open_kind(key, kind) for kind in KINDS}
    return Workspace(**{**_read_facts(key), "version": key.version}, kept=kept)


@answers.share(max_entries=64)
def _read_facts(key: WorkspaceKey) -> dict[str, Any]:
    return store().facts(key.workspace)


def read_kind(key: WorkspaceKey, kind: Kind[T]) -> T:
    """Return what a workspace has of a kind; shared, not to be changed.

    Raises MappingError without a workspace.
    """
    if key == NO_WORKSPACE:
        raise MappingError("No workspace is open. Open one and try again.")
    return open_kind(key, kind).value


def open_kind(key: WorkspaceKey, kind: Kind[T]) -> Opened[T]:
    """Return what a workspace has of a kind, and what of it is no longer in use; shared."""
    version = max(key.find_version(one) for one in (kind, *_RESTS_ON.get(kind.name, ())))
    return _open_kind(key.workspace, kind.name, version, key.hides_contacts)


_RESTS_ON: dict[str, tuple[Kind[Any], ...]] = {kinds.scenarios.KIND.name: (kinds.maps.KIND,)}
"""Kinds by what they are opened on: the blocks of a redrawn map may be areas of somebody's own."""


@answers.share(max_entries=64, show_spinner="Opening the workspace…")
def _open_kind(workspace: str, kind: str, version: int, hides_contacts: bool) -> Opened[Any]:
    found = store().open_kind(workspace, kinds.BY_NAME[kind])
    if not hides_contacts or kind != kinds.actors.KIND.name:
        return found
    kept = found.value
    return found._replace(value=kept._replace(register=kept.register.without_contacts()))


def own_lenses(key: WorkspaceKey) -> tuple[workspaces.OwnLens, ...]:
    """Return the lenses that a workspace has of its own, lent to be counted by."""
    if key == NO_WORKSPACE:
        return ()
    for by, counts, note in _list_lenses(key):
        lenses.lend(by, partial(_numbers, key, by), counts, note=note)
    return read_kind(key, kinds.weights.KIND)


@answers.share(max_entries=64, hash_funcs=_watch(kinds.weights.KIND))
def _list_lenses(key: WorkspaceKey) -> list[tuple[str, str, str]]:
    """Return the key of each lens of a workspace, what it counts, and what it leaves over."""
    from mapping.own_weights import own_lens  # reads files as well: no first map waits for it

    found = open_kind(key, kinds.weights.KIND)
    gone = found.residual["id"].value_counts()
    return [
        (lens.by, lens.counts, own_lens.note(lens, int(gone.get(lens.id, 0))))
        for lens in found.value
    ]


def own_maps(key: WorkspaceKey) -> tuple[workspaces.OwnMap, ...]:
    """Return the maps that a workspace has of its own; their layers are found by their keys."""
    return read_kind(key, kinds.maps.KIND) if key != NO_WORKSPACE else ()


def own_scenarios(key: WorkspaceKey) -> tuple[workspaces.KeptScenario, ...]:
    """Return the redrawn maps that a workspace has; their layers are found by their keys.

    One whose blocks are areas of a map that was removed has no layer, also while the server still
    holds that map.
    """
    if key == NO_WORKSPACE:
        return ()
    known = {one.layer.key for one in own_maps(key)}
    found = read_kind(key, kinds.scenarios.KIND)
    while True:  # the blocks of one may be areas of another
        keys = known | {one.layer.key for one in found if one.layer is not None}
        gone = [one for one in found if one.layer is not None and not _is_among(one.blocks, keys)]
        if not gone:
            return found
        found = tuple(replace(one, layer=None) if one in gone else one for one in found)


def _is_among(key: str, own: Collection[str]) -> bool:
    return key in own or not key.startswith(layers.OWN)


def own_layers(key: WorkspaceKey) -> tuple[layers.Layer, ...]:
    """Return every layer that a workspace has of its own, registered: maps, and redrawn ones.

    A redrawn map whose place or blocks are no longer there has none.
    """
    drawn = (one.layer for one in own_scenarios(key))
    return *(one.layer for one in own_maps(key)), *filter(None, drawn)


def _numbers(key: WorkspaceKey, by: str) -> np.ndarray:
    """Return the array of a lens; only the workspace's own cache keeps what it is made of."""
    for lens in read_kind(key, kinds.weights.KIND):
        if lens.by == by:
            return lens.values
    raise MappingError(
        "Expected numbers of somebody's own that are kept in a workspace; they were removed from "
        "it. Choose something else under Count."
    )


@answers.share(max_entries=16, show_spinner="Gathering who works where…", hash_funcs=BY_ACTORS)
def register(key: WorkspaceKey) -> Register:
    """Return the actors that ship and those of a workspace; shared, not to be changed."""
    if key == NO_WORKSPACE:
        return actors.shipped()
    return actors.shipped() + read_kind(key, kinds.actors.KIND).register


def list_names(key: WorkspaceKey) -> tuple[finding.Listed, ...]:
    """List the names by which the organisations that ship, and those of a workspace, are found."""
    if key == NO_WORKSPACE:
        return (finding.list_shipped(),)
    return finding.list_shipped(), _list_own_names(key)


@answers.share(max_entries=16, hash_funcs=BY_ACTORS)
def _list_own_names(key: WorkspaceKey) -> finding.Listed:
    return finding.list_own(read_kind(key, kinds.actors.KIND).register)


def list_own(key: WorkspaceKey) -> list[str]:
    """List the names of a workspace's own actors; none without one."""
    if key == NO_WORKSPACE:
        return []
    return sorted(read_kind(key, kinds.actors.KIND).register.actors["actor"].unique())


def has_layer(key: WorkspaceKey, layer: str) -> bool:
    """Tell whether a layer may be used: of those brought, the open workspace's own alone."""
    if layer.startswith(layers.OWN):
        return any(one.key == layer for one in own_layers(key))
    return layers.is_known(layer)


def bring_own(workspace: str, parts: Sequence[str]) -> dict[str, str]:
    """Let ``places.at`` know what a link's place has of a workspace's own: maps, organisations.

    ``parts`` are those of the place, as the link has them, that are somebody's own. Returns those
    that the workspace has, with how a link has them now: what is another workspace's stays unknown
    here, though the server may still hold it. Nothing if the workspace cannot be opened: its own
    choice says so.
    """
    try:
        key = identify(workspace)
        own_layers(key)
    except MappingError:
        return {}
    found = {part: _find_own(key, *part.split(".", 1)) for part in parts}
    return {part: now for part, now in found.items() if now}


def _find_own(key: WorkspaceKey, kind: str, code: str) -> str:
    """Return how a link has an organisation, or an area of a map, of a workspace; "" for none."""
    if kind != as_places.OWN_KIND:
        return f"{kind}.{code}" if has_layer(key, f"{kind}.{code.partition('.')[0]}") else ""
    place = find_own_place(key, as_places.read_id_of(kind, code))
    return "" if place is None else f"{place.kind}.{place.code}"


def find_own_place(key: WorkspaceKey, actor: str) -> Place | None:
    """Return the area of a workspace's own organisation as a place, by its id; None without one."""
    if key == NO_WORKSPACE:
        return None
    own = read_kind(key, kinds.actors.KIND).register
    try:
        return actors.own_place(own, own.number_of(actor))
    except MappingError:
        return None


def find_actor(key: WorkspaceKey, place: Place) -> "pd.Series[str] | None":
    """Return the row of the organisation whose area a place is; None where it is not on record."""
    actor = as_places.read_id(place)
    found = actors.shipped()
    if place.kind == as_places.OWN_KIND:
        if key == NO_WORKSPACE:
            return None
        found = read_kind(key, kinds.actors.KIND).register
    rows = found.actors[found.actors["id"] == actor]
    return None if rows.empty else rows.iloc[0]


def marks(key: WorkspaceKey, place: Key) -> frozenset[tuple[str, str]]:
    """Return the themes and scales for which a workspace says its list is complete in a place."""
    return frozenset((theme, scale) for theme, scale, _ in list_claims(key, place))


def list_claims(key: WorkspaceKey, place: Key | None = None) -> list[tuple[str, str, str]]:
    """List the themes, scales and places for which a workspace says that its list is complete.

    With a ``place`` only the claims that hold in all of it.
    """
    if key == NO_WORKSPACE:
        return []
    home = _read_facts(key)["place"]
    own = {(theme, scale, home) for theme, scale in read_kind(key, kinds.marks.KIND)}
    told = sorted(read_kind(key, kinds.claims.KIND) | own)
    return [one for one in told if place is None or _lies_in(place, one[2])]


@answers.keep(max_entries=512)
def _lies_in(place: Key, other: str) -> bool:
    """Tell whether a place lies in another; not in one that there is no more."""
    try:
        return places.at(*place).lies_in(places.at(*other.split(".", 1)))
    except MappingError:
        return False


def name_list(key: WorkspaceKey) -> str:
    """Name the list of organisations that a workspace is; "" without one."""
    return str(_read_facts(key)["name"]) if key != NO_WORKSPACE else ""


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=BY_ACTORS)
def list_convening(place: Key, key: WorkspaceKey, by: str) -> pd.DataFrame:
    """Return everybody who works in a place, with two-way shares: ``presence.list_convening``."""
    found = register(key)
    return presence.list_convening(found, actors.reach(found, places.at(*place), by=by))


@answers.share(max_entries=64, show_spinner=COUNTING, hash_funcs=BY_ACTORS)
def index_convening(place: Key, key: WorkspaceKey, by: str) -> dict[int, tuple[float, float]]:
    """Map an actor's number to its shares in ``list_convening``: of the place, of its footprint."""
    found = list_convening(place, key, by)
    shares = zip(found["share_of_place"], found["share_of_footprint"], strict=True)
    return dict(zip(found["number"].tolist(), shares, strict=True))


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=BY_ACTORS)
def list_invited(place: Key, key: WorkspaceKey, by: str) -> pd.DataFrame:
    """Return the same in the order in which somebody invites: ``stewardship.order_convening``."""
    return stewardship.order_convening(list_convening(place, key, by))


@answers.share(max_entries=64, show_spinner=COUNTING, hash_funcs=BY_ACTORS)
def count_in_units(place: Key, key: WorkspaceKey, layer: str) -> dict[str, int]:
    """Count the organisations in each unit of a layer of wards: ``extent.count_in_units``."""
    return extent.count_in_units(
        register(key), places.at(*place), layers.get(layer), leave_out=defaults.TEAMS
    )


@answers.keep(max_entries=128)
def count_teams(place: Key) -> int:
    """Count the teams of a place's wards, which are no organisations: see ``defaults``."""
    return defaults.count_teams(ward_names(place))


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=BY_ACTORS_AND_MARKS)
def grid(place: Key, key: WorkspaceKey, by: str) -> pd.DataFrame:
    """Return theme × scale, any theme and any scale too, as ``gaps.grid`` counts them."""
    found, complete = register(key), marks(key, place)
    return gaps.grid(
        places.at(*place),
        found,
        complete=complete,
        by=by,
        themes=["", *provision.themes(found, complete)],
        scales=["", *layers.SCALES],
    )


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=BY_ACTORS_AND_MARKS)
def index_grid(place: Key, key: WorkspaceKey, by: str) -> pd.DataFrame:
    """Return the rows of ``grid`` by theme and scale, which stay columns too."""
    return grid(place, key, by).set_index(["theme", "scale"], drop=False)


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=BY_ACTORS)
def list_untold(place: Key, key: WorkspaceKey) -> pd.DataFrame:
    """List the actors of a place without a theme or a scale: ``gaps.list_untold``."""
    return gaps.list_untold(places.at(*place), register(key))


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=BY_ACTORS_AND_MARKS)
def sum_up_themes(place: Key, key: WorkspaceKey, by: str) -> ThemesHeld:
    """Sum up for which themes a place has somebody on record: ``provision.sum_up_themes``."""
    return provision.sum_up_themes(grid(place, key, by), register(key))


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=BY_ACTORS_AND_MARKS)
def status(place: Key, key: WorkspaceKey, theme: str, scale: str, by: str) -> pd.DataFrame:
    """Return how each ward of a place is covered, with its sign on the map."""
    return gaps.status(
        places.at(*place),
        register(key),
        theme=theme,
        scale=scale,
        complete=marks(key, place),
        by=by,
    )


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=BY_ACTORS_AND_MARKS)
def find_missing(place: Key, key: WorkspaceKey, theme: str, by: str) -> pd.Series:
    """Return the row of ``gaps.missing_scales`` of one theme, or of work of any kind."""
    return gaps.missing_scales(
        places.at(*place), register(key), theme, complete=marks(key, place), by=by
    ).iloc[0]


@answers.keep(
    max_entries=64,
    show_spinner=COUNTING,
    hash_funcs=_watch(kinds.actors.KIND, kinds.marks.KIND, kinds.claims.KIND, kinds.weights.KIND),
)
def rank_uncovered(
    place: Key, key: WorkspaceKey, theme: str, scale: str, by: str, need: str = ""
) -> pd.DataFrame:
    """Rank the wards of a place by people without anybody; with columns of ``status`` too.

    ``need`` is the key of a lens of the workspace by whose numbers, as its file gives them,
    people count the more; "" for none.
    """
    found = gaps.uncovered(
        places.at(*place),
        register(key),
        theme=theme,
        scale=scale,
        by=by,
        need=_need(key, need) if need else None,
    )
    told = status(place, key, theme, scale, by)[["code", "one", "several", "sign"]]
    return found.merge(told, on="code", validate="1:1")


@answers.keep(max_entries=64, show_spinner=COUNTING, hash_funcs=BY_ACTORS)
def crowding(
    place: Key, key: WorkspaceKey, theme: str, scale: str, by: str
) -> tuple[ActorQuantiles, pd.DataFrame]:
    """Return how many actors the people of a place have, and those of each ward."""
    found, where = register(key), places.at(*place)
    return (
        gaps.spread(where, found, theme=theme, scale=scale, by=by),
        gaps.crowding(where, found, theme=theme, scale=scale, by=by),
    )


@answers.keep(max_entries=64, show_spinner=COUNTING)
def orphans(place: Key, keys: tuple[str, ...], by: str) -> pd.DataFrame:
    """Count the people of a place who are in no unit of these layers, layer by layer."""
    return gaps.orphans(places.at(*place), [layers.get(key) for key in keys], by=by)


@answers.keep(max_entries=256, hash_funcs=BY_ACTORS)
def list_in_ward(ward: str, key: WorkspaceKey, by: str) -> pd.DataFrame:
    """List the actors that work in a ward."""
    return provision.list_in_ward(register(key), ward, by=by)


def _need(key: WorkspaceKey, by: str) -> np.ndarray:
    from mapping.own_weights import own_lens

    if directory.is_key(by):
        return np.nan_to_num(directory.read_need(by))
    for lens in own_lenses(key):
        if lens.by == by:
            return own_lens.restore_given(lens)
    raise MappingError(
        "Those figures are no longer in the workspace. Choose others, or do not weight."
    )
