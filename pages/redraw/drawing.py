"""What is drawn by hand: kept in the visit with its changes, and whole in the link."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from mapping import redraw
from mapping.errors import MappingError
from mapping.geography import Layer, layers
from mapping.redraw import Scenario
from mapping.workspaces import kinds
from pages.shared import cache, layout, registers, state, visit
from pages.shared.choices import Choice

MAX_NAME = 40
KEPT = "kept."
"""How the choice of lines of before begins, if they are those of a map that a workspace keeps."""
PARENTS = ("ward", "borough", "county", "region")


class Held(NamedTuple):
    """What a visit holds: whose blocks they are, the groups, and what a link calls them.

    ``codes`` are those of the blocks in the order of the map's file, ``parent`` the layer whose
    units are moved whole, or None, ``locked`` the blocks that stay where they are.
    """

    about: tuple[object, ...]
    now: Scenario
    text: str
    locked: np.ndarray
    codes: tuple[str, ...] = ()
    parent: Layer | None = None


def find(choice: Choice, blocks: Layer) -> Held:
    """Return what is drawn, as the link has it; what it was before can be had back, if it was here.

    What a link holds that does not belong here is told, and left out.
    """
    about = (*cache.key_of(choice.place), blocks.key, choice.by)
    held = get_held()
    if held is None or held.about != about or held.text != choice.drawn:
        held = _take_up(choice, blocks, about, held)
    held = held._replace(locked=_read_locked(choice, held.now), parent=find_parent(choice, blocks))
    _put(held)
    return held


def _take_up(choice: Choice, blocks: Layer, about: tuple[object, ...], held: Held | None) -> Held:
    """Make what the link has: a step back or forward of what is here, or a new drawing."""
    if held is not None and held.about == about:
        for one in (held.now.undo(), held.now.redo()):
            if write(one) == choice.drawn:
                return held._replace(now=one, text=choice.drawn)
    now = redraw.begin(choice.place, blocks, by=choice.by)
    try:
        if choice.drawn:
            read = redraw.read_scenario(choice.place, choice.drawn, by=choice.by)
            if read.graph.layer.key != blocks.key:
                read = redraw.begin(choice.place, blocks, by=choice.by, like=read.as_plan())
            now = read
    except MappingError as fault:
        layout.problem(fault)
    is_same_map = held is not None and held.about[:-1] == about[:-1]
    codes = held.codes if held is not None and is_same_map else ()
    return Held(about, now, choice.drawn, np.zeros(len(now.graph), bool), codes)


def _read_locked(choice: Choice, now: Scenario) -> np.ndarray:
    try:
        return redraw.read_locked(choice.locked, len(now.graph))
    except MappingError as fault:
        layout.problem(fault)
        return np.zeros(len(now.graph), bool)


def get_held() -> Held | None:
    """Return what the visit holds, as this run or the one before has found it."""
    return visit.get_redrawn().get("held")


def _put(held: Held) -> None:
    visit.get_redrawn()["held"] = held


def note_codes(held: Held, codes: tuple[str, ...]) -> None:
    """Note in which order the map has the blocks, for what is picked on it."""
    _put(held._replace(codes=codes))


def read_taken() -> int:
    """Return the number of the last pick on the map that was taken over."""
    return int(visit.get_redrawn().get("taken", 0))


def note_taken(number: int) -> None:
    """Note the number of the last pick on the map that was taken over (for callbacks)."""
    visit.get_redrawn()["taken"] = number


def write(now: Scenario) -> str:
    """Write groups for a link: "" if no block is in one."""
    return now.text if now.groups else ""


def change(make: Callable[[Scenario, Held], Scenario], **more: str) -> None:
    """Change what is drawn (for callbacks); a fault is told by the next run."""
    held = get_held()
    if held is None:
        return
    try:
        now = make(held.now, held)
    except MappingError as fault:
        state.announce(str(fault))
        return
    text = write(now)
    _put(held._replace(now=now, text=text))
    state.choose(drawn=text, **more)


def put_in(codes: list[str], group: int) -> None:
    """Put blocks into a group (for callbacks); locked ones stay, which is said."""
    held = get_held()
    if held is not None and len(leave_locked(held, codes)) < len(set(codes)):
        state.announce("What is locked stays in its group. Unlock the group first to move it.")
    change(lambda now, held: now.move(leave_locked(held, codes), group))


def leave_locked(held: Held, codes: list[str]) -> list[str]:
    """Leave out the blocks that are locked."""
    locked = set(held.now.graph.codes[held.locked].tolist())
    return [code for code in codes if code not in locked]


def list_whole(held: Held, codes: list[str]) -> list[str]:
    """List all blocks of the larger areas that some blocks lie in; themselves without any."""
    if held.parent is None:
        return codes
    graph = held.now.graph
    main = redraw.find_main_units(graph, held.parent)
    wanted = set(main[graph.find(codes)].tolist()) - {-1}
    return [*codes, *graph.codes[np.isin(main, list(wanted))].tolist()]


def find_parent(choice: Choice, blocks: Layer) -> Layer | None:
    """Return the layer of larger areas that are moved whole: the reader's, or the usual one."""
    known = list_parents(choice, blocks)
    if choice.parent in known:
        return layers.get(choice.parent)
    usual = next((key for key in PARENTS if key in known), "")
    return layers.get(usual) if usual else None


def list_parents(choice: Choice, blocks: Layer) -> list[str]:
    """List the keys of layers with fewer units than there are blocks, but several."""
    key = cache.key_of(choice.place)
    most = cache.unit_count(key, blocks.key)
    return [
        k for k in cache.present_keys(key, choice.own_layers) if 1 < cache.unit_count(key, k) < most
    ]


def read_group(choice: Choice) -> int:
    """Return the number of the group that is drawn."""
    text = choice.into
    is_number = text.isascii() and text.isdigit()
    return min(max(int(text), 1), redraw.MAX_GROUPS) if is_number else 1


def read_names(text: str) -> dict[int, str]:
    """Read the names of groups out of a link: "1=North|2=South"."""
    found = {}
    for part in text.split("|"):
        number, _, name = part.partition("=")
        if number.isascii() and number.isdigit() and 0 < int(number) <= redraw.MAX_GROUPS:
            found[int(number)] = name.strip()[:MAX_NAME]
    return {number: name for number, name in found.items() if name}


def write_names(names: dict[int, str]) -> str:
    """Write the names of groups for a link."""
    told = {n: name.replace("|", " ").replace("=", " ").strip() for n, name in names.items()}
    return "|".join(f"{n}={name[:MAX_NAME]}" for n, name in sorted(told.items()) if name)


class Before(NamedTuple):
    """The lines of before: the group of each block, and what the groups and all are called."""

    groups: np.ndarray
    names: dict[int, str]
    title: str


def find_before(choice: Choice, now: Scenario) -> Before | None:
    """Return the lines of before that the reader compares with; None for none, said if unknown.

    Groups are numbered as those that are drawn, so that as few people as possible seem to move.
    """
    if not choice.before:
        return None
    graph = now.graph
    if choice.before.startswith(KEPT):
        id_ = choice.before.removeprefix(KEPT)
        kept = next((one for one in list_comparable(choice) if one.id == id_), None)
        if kept is None:
            layout.note(
                "The redrawn map in this link to compare with is not here. Choose another one "
                "under “Start and compare”."
            )
            return None
        groups = redraw.begin(choice.place, graph.layer, like=kept.open().as_plan()).group_of
        names, title = dict(kept.names), kept.title
    elif layers.is_known(choice.before):
        layer = layers.get(choice.before).by_majority
        groups = redraw.find_groups_of(graph, layer)
        main = redraw.find_main_units(graph, layer)
        names = {int(g): layer.name_of(int(u)) for g, u in zip(groups, main, strict=True) if g}
        title = layer.title
    else:
        layout.note("The lines to compare with in this link are not known. Choose others.")
        return None
    matched = redraw.match_groups(groups, now.group_of, graph.people)
    renamed = {int(to): names.get(int(one), "") for one, to in zip(groups, matched, strict=True)}
    return Before(matched, {n: name for n, name in renamed.items() if n and name}, title)


def list_comparable(choice: Choice) -> list[kinds.scenarios.KeptScenario]:
    """List the redrawn maps of the open workspace that are of this place, and can be opened."""
    here = f"{choice.place.kind}.{choice.place.code}"
    return [one for one in list_kept(choice) if one.place == here and one.layer is not None]


def list_kept(choice: Choice) -> list[kinds.scenarios.KeptScenario]:
    """List the redrawn maps of the open workspace."""
    return list(registers.own_scenarios(choice.kept))
