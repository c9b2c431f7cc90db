"""What comes of lines that are drawn differently, in sentences."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.geography import Layer, counted
from mapping.places import Place
from mapping.redraw import Following, Plan, Scenario
from mapping.wording.findings import name_place
from mapping.wording.numbers import (
    amount,
    capitalise,
    join_names,
    people,
    share,
    words,
    write_count,
)

AID = (
    "Lines on a map are an aid to experiment and practice: they show what a change would mean, not "
    "whether it is right. Who lives and works there knows more than a map does."
)
MAX_NAMED = 3
NEARLY_EVEN = 0.005
"""Groups that are no further from the mean are told as equal."""


class Torn(NamedTuple):
    """Whom groups tear from one layer: how many people, of all who count."""

    layer: Layer
    people: float
    share: float


def _say(value: float, by: str) -> str:
    """Write how much a lens counted, and that it is estimated where it is."""
    if not counted.is_estimate(by):
        return people(value, by)
    return f"an estimated {people(value, by)}".replace("estimated about", "estimated")


def _say_two(low: float, between: str, high: float, by: str) -> str:
    """Write two counts and what they are of, once: "an estimated 46,100 to 57,700 residents"."""
    said, sign = _say(high, by), "an estimated "
    begins = sign if said.startswith(sign) else ""
    return f"{begins}{amount(low, by)} {between} {said.removeprefix(sign)}"


def name_group(group: int, names: Mapping[int, str]) -> str:
    """Name a group: "group 2 (North)", or by its number alone."""
    name = names.get(group)
    return f"group {group} ({name})" if name else f"group {group}"


def follow_finding(place: Place, found: Following, by: str) -> str:
    """Say who would change units if a layer followed the lines of another."""
    here, layer, along = name_place(place), found.layer, found.along
    if not len(found.unit):
        return (
            f"Nowhere in {here} is there both {layer.noun} and {along.noun}, so there is nothing "
            "to redraw."
        )
    if not found.moved.any():
        return (
            f"Nothing would change in {here} if the {layer.plural} followed the lines of the "
            f"{along.plural}: no line of the one cuts the other."
        )
    many = int((found.moved > 0).sum())
    units = write_count(many, along.noun, along.plural)
    total = float(found.people.sum())
    part = f", {share(found.people_moved / total)} of all," if total > 0 else ""
    return (
        f"If the {layer.plural} of {here} followed the lines of the {along.plural}, "
        f"{_say(found.people_moved, by)}{part} would come under another {layer.noun}: "
        f"{units} would no longer be divided."
    )


def ranking_finding(ranked: pd.DataFrame, partners: Sequence[Layer], by: str) -> str:
    """Say which layer would be the common line of some partners at the least cost."""
    own = ranked[ranked["is_partner"]]
    if len(partners) < 2 or ranked.empty or own.empty:
        return ""
    best = own.iloc[0]
    named = {one.key: f"the {one.plural}" for one in partners}.get(best["layer"], best["title"])
    said = join_names([one.plural for one in partners], 6)
    if not best["people"] > 0:
        return f"The lines of {said} fit into each other already: nobody would have to move."
    return (
        f"Of these partners' own lines, those of {named} would move the fewest if all "
        f"followed them: {_say(best['people'], by)}, counted once for each partner."
    )


def hand_finding(
    now: Scenario,
    moves: pd.DataFrame | None,
    off: pd.DataFrame,
    by: str,
) -> str:
    """Say what the groups drawn by hand come to: who moves, and what is cut off.

    ``moves`` is as of ``Scenario.list_moves``, None where there is nothing before; ``off`` is of
    ``find_cut_off``.
    """
    graph = now.graph
    total, plural = len(graph), graph.layer.plural
    groups = len(now.groups)
    if not groups:
        return (
            f"None of the {write_count(total, graph.layer.noun, plural)} of "
            f"{name_place(graph.place)} is in a group yet: choose a group and click the first."
        )
    parts = [
        _say_moves(now, moves, by) if moves is not None else _say_groups(now, groups, by),
        _say_off(off, graph.layer, has_told=moves is not None),
    ]
    return f"{'; '.join(parts)}."


def _say_moves(now: Scenario, moves: pd.DataFrame, by: str) -> str:
    graph = now.graph
    if moves.empty:
        return f"No {graph.layer.noun} would move: the lines are as they were before"
    many = capitalise(write_count(len(moves), "", "").strip())
    return (
        f"{many} of {len(graph):,} {graph.layer.plural} would move, "
        f"{_say(moves['people'].sum(), by)}"
    )


def _say_groups(now: Scenario, groups: int, by: str) -> str:
    sizes = np.bincount(now.group_of, weights=now.graph.people)[now.groups]
    many = capitalise(write_count(groups, "group", "groups"))
    if groups == 1:
        return f"One group with {_say(sizes[0], by)}"
    if groups == 2:
        return f"Two groups, of {_say_two(sizes[0], 'and', sizes[1], by)}"
    return f"{many} of {_say_two(sizes.min(), 'to', sizes.max(), by)}"


def left_finding(now: Scenario, by: str) -> str:
    """Say what is in no group yet; "" if nothing is, or everything."""
    left = int((now.group_of == 0).sum())
    if not left or not now.groups:
        return ""
    free = now.graph.people[now.group_of == 0].sum()
    verb, layer = "is" if left == 1 else "are", now.graph.layer
    many = capitalise(write_count(left, layer.noun, layer.plural))
    return f"{many}, with {_say(free, by)}, {verb} in no group yet."


def _say_off(off: pd.DataFrame, layer: Layer, *, has_told: bool) -> str:
    if off.empty:
        return "nobody's area is cut off" if has_told else "each is in one piece"
    verb, their = ("is", "its") if len(off) == 1 else ("are", "their")
    many = write_count(len(off), layer.noun, layer.plural)
    named = join_names(off["name"].head(MAX_NAMED).tolist())
    more = f", {named} among them" if len(off) > MAX_NAMED else f": {named}"
    return f"{many} {verb} cut off from the rest of {their} group{more}"


def balance_finding(now: Scenario) -> str:
    """Say how equal groups are in people; "" for fewer than two."""
    sizes = np.bincount(now.group_of, weights=now.graph.people)[now.groups]
    if len(sizes) < 2 or not sizes.sum() > 0:
        return ""
    off = np.abs(sizes / sizes.mean() - 1).max()
    if off < NEARLY_EVEN:
        return "The groups are nearly equal."
    return f"The largest difference from an equal share is {share(off)}."


def torn_finding(torn: Sequence[Torn], by: str) -> str:
    """Say whom groups pull away from each layer's lines, named; "" without any layer."""
    known = [one for one in torn if one.share == one.share]
    if not known:
        return ""
    told = [
        f"{'nobody' if not one.people > 0 else _say(one.people, by)} from "
        f"{'its' if one.layer.count == 1 else 'their'} {one.layer.noun}"
        for one in known
    ]
    return f"These lines pull away {join_names(told, 9)}."


def plan_finding(place: Place, plans: Sequence[Plan], by: str) -> str:
    """Say what the best of some suggestions comes to, and how many differ truly from it."""
    best = plans[0]
    graph, sizes = best.graph, best.summary["people"]
    if best.is_area:
        return (
            f"One area of {_say(float(sizes.iloc[0]), by)} in {name_place(place)}, of "
            f"{write_count(int((best.group_of > 0).sum()), graph.layer.noun, graph.layer.plural)}."
        )
    groups = write_count(best.groups, "neighbourhood", "neighbourhoods")
    low, high = float(sizes.min()), float(sizes.max())
    pieces = best.summary["connected"].all()
    more = len(plans) - 1
    others = f" {capitalise(write_count(more, 'other', 'others'))} differ truly from it."
    if more == 1:
        others = " One other differs truly from it."
    torn = [row.people for row in best.torn.itertuples() if row.people == row.people]
    told = [
        f"{amount(value, by)} from their {layer.noun}"
        for layer, value in zip(best.keep, torn, strict=False)
        if value > 0
    ]
    least = "; nobody is pulled away from the lines you keep to" if torn else ""
    if told:
        least = f"; the first plan pulls away {join_names(told, 9)}"
    return (
        f"{capitalise(groups)} of {_say_two(low, 'to', high, by)} in {name_place(place)}"
        f"{', each in one piece' if pieces else ''}{least}.{others if more else ''}"
    )


def ask_finding(place: Place, layer: Layer, blocks: int) -> str:
    """Say what may be asked of suggestions, before anything is."""
    return (
        f"{capitalise(name_place(place))} has {write_count(blocks, layer.noun, layer.plural)}: say "
        "how many neighbourhoods you want, and which lines they should cut the least."
    )


def head_moves(by: str) -> str:
    """Head a column of people who would move."""
    return f"{words(by).heading}: would move"
