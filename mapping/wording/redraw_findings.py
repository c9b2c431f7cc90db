"""What comes of lines that are drawn differently, in sentences."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.errors import MappingError, PlanError
from mapping.geography import Layer, counted
from mapping.overlap import Straddling
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
MAX_TORN = 2
"""So many kept lines are named in the sentence of a plan; of more the most and the least."""
MIN_DIVIDED = 0.01
"""An area with a smaller share of its people elsewhere is not called divided: see Mismatches."""
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


def follow_finding(place: Place, found: Following, torn: Straddling, by: str) -> str:
    """Say who would change units if a layer followed the lines of another.

    ``torn`` is of ``overlap.straddling`` for the layer that is followed and the one redrawn, so
    that as many areas are said to be divided as on Mismatches.
    """
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
    total = float(found.people.sum())
    part = f", {share(found.people_moved / total)} of all," if total > 0 else ""
    units = write_count(torn.units, along.noun, along.plural)
    ends = f": {units} would no longer be divided" if torn.units else ""
    return (
        f"If the {layer.plural} of {here} followed the lines of the {along.plural}, "
        f"{_say(found.people_moved, by)}{part} would come under another {layer.noun}{ends}."
    )


def hardly_divided_finding(found: Following, torn: Straddling) -> str:
    """Say which areas people would move in that ``follow_finding`` does not call divided."""
    moves = found.moved > 0
    least = int((moves & (found.moved <= MIN_DIVIDED * found.people)).sum())
    rest = int(moves.sum()) - torn.units - least
    layer, along = found.layer, found.along
    told = []
    if least:
        other = "other " if torn.units else ""
        many = capitalise(write_count(least, f"{other}{along.noun}", f"{other}{along.plural}"))
        are, their, them = ("is", "its", "it") if least == 1 else ("are", "their", "them")
        as_well = " as well" if torn.units else ""
        told.append(
            f"{many} {are} divided{as_well}, but for no more than {share(MIN_DIVIDED)} of {their} "
            f"people, so we do not count {them}."
        )
    if rest:
        many = capitalise(write_count(rest, along.noun, along.plural))
        are = "is" if rest == 1 else "are each"
        told.append(
            f"{many} in which people would move {are} made up of whole {layer.plural}, or "
            f"{'has' if rest == 1 else 'have'} fewer than 100 residents, and so not called divided."
        )
    return " ".join(told)


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
    if len(known) > 1 and not any(one.people > 0 for one in known):
        return "These lines pull nobody away from the lines that should hold people together."
    told = []
    has_told = False  # what is counted is told once
    for one in known:
        many = amount(one.people, by) if has_told else _say(one.people, by)
        their = "its" if one.layer.count == 1 else "their"
        told.append(f"{many if one.people > 0 else 'nobody'} from {their} {one.layer.noun}")
        has_told |= one.people > 0
    return f"These lines pull away {join_names(told, len(told))}."


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
    torn = _say_torn(best, by)
    least = "; nobody is pulled away from the lines you keep to" if best.keep else ""
    if torn:
        least = f"; the first plan pulls away {join_names(torn, MAX_TORN)}"
    if len(torn) > MAX_TORN:
        least = f"; the first plan pulls away between {torn[-1]} and {torn[0]}"
    return (
        f"{capitalise(groups)} of {_say_two(low, 'to', high, by)} in {name_place(place)}"
        f"{', each in one piece' if pieces else ''}{least}.{others if more else ''}"
    )


def _say_torn(plan: Plan, by: str) -> list[str]:
    """Say whom a plan pulls away from each of the kept lines, the most first."""
    people = [
        (row.people, layer.noun)
        for row, layer in zip(plan.torn.itertuples(), plan.keep, strict=True)
    ]
    ranked = sorted((one for one in people if one[0] > 0), key=lambda one: -one[0])
    return [f"{amount(value, by)} from their {noun}" for value, noun in ranked]


def pulled_finding(plan: Plan, by: str) -> str:
    """Say whom a plan pulls away from whose lines, where that is too much for its sentence."""
    torn = _say_torn(plan, by)
    if len(torn) <= MAX_TORN:
        return ""
    return f"The first plan pulls away {join_names(torn, len(torn))}."


def brief_plan_finding(plan: Plan, by: str) -> str:
    """Say in a line what stands under a plan's number: its sizes, and whom it pulls away."""
    people = plan.summary["people"]
    low, high = amount(float(people.min()), by), amount(float(people.max()), by)
    sizes = low if low == high else f"{low} to {high}"
    mean = plan.mean_torn
    if mean != mean:
        return f"{sizes} in each."
    each = "your lines" if len(plan.keep) == 1 else "each of your lines, on average"
    return f"{sizes} in each; {share(mean)} are pulled away from {each}."


def refusal_finding(place: Place, layer: Layer, fault: MappingError) -> str:
    """Say which of the things that were asked of a plan stands in the way of any.

    ``layer`` is the one whose areas are put into groups; what would do is the fault's own sentence.
    """
    here, rule = name_place(place), fault.constraint if isinstance(fault, PlanError) else ""
    return {
        "groups": f"{capitalise(here)} has fewer {layer.plural} than the neighbourhoods you want.",
        "tolerance": (
            f"No way was found to put the {layer.plural} of {here} into neighbourhoods that all "
            "have the size you want."
        ),
        "contains": "What one neighbourhood must contain does not fit into one.",
        "together": "The areas that are to stay together do not fit into one neighbourhood.",
        "apart": "The areas that are to be apart cannot all be kept apart.",
        "within": (
            "Neighbourhoods of the size you want cannot all stay within the lines that none may "
            "cross."
        ),
        "pieces": (
            f"{capitalise(here)} lies in several pieces of land, and not each divides into "
            "neighbourhoods of the size you want."
        ),
    }.get(rule, f"Nothing can be suggested for {here} yet.")


def lost_finding(layer: Layer, maps: int, areas: int) -> str:
    """Say how much of what a link asks of suggestions is not here; "" if all of it is."""
    if not maps + areas:
        return ""
    told = [write_count(maps, "map", "maps")] * (maps > 0)
    told += [write_count(areas, layer.noun, layer.plural)] * (areas > 0)
    are = "is" if maps + areas == 1 else "are"
    return f"{capitalise(join_names(told))} that this link asks about {are} not here, and left out."


def ask_finding(place: Place, layer: Layer, blocks: int) -> str:
    """Say what may be asked of suggestions, before anything is."""
    return (
        f"{capitalise(name_place(place))} has {write_count(blocks, layer.noun, layer.plural)}: say "
        "how many neighbourhoods you want, and which lines they should cut the least."
    )


def head_moves(by: str) -> str:
    """Head a column of people who would move."""
    return f"{words(by).heading}: would move"
