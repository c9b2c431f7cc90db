"""Preparing: a place, a number of groups and rules become a task that can be searched.

What no plan can keep to is said here, before any search, with the rule that stands in the way.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mapping.errors import PlanError
from mapping.redraw.graph import BlockGraph
from mapping.redraw.grouping import UNIT_PEOPLE, Task
from mapping.redraw.pieces import (
    Crossing,
    check_number,
    explain_pieces,
    join_islands,
    share_out,
)
from mapping.redraw.rules import Limits, Merged, Rules, connect_sets, merge_blocks
from mapping.redraw.tally import Tally

WEIGHTS = 1000
"""What the weights of all kept layers add up to."""
BORDER_SHARE = 0.01
"""What a cut border costs, in people of a mean block, beside kept layers; half of one without."""
MAX_EXAMPLES = 3


class Prepared(NamedTuple):
    """A task with what it was made of.

    ``quota`` has the merged blocks of each piece of land and its number of groups; ``crossings``
    are where water is crossed.
    """

    task: Task
    merged: Merged
    limits: Limits
    quota: list[tuple[list[int], int]]
    crossings: list[Crossing]


def prepare(
    graph: BlockGraph,
    rules: Rules,
    groups: int,
    limits: Limits,
    kept: Sequence[tuple[Tally, float]],
) -> Prepared:
    """Make a task of blocks, rules and kept layers with their weights.

    Raises PlanError with the constraint that no plan can keep to.
    """
    check_number(graph, groups, len(graph))
    crossings = join_islands(graph, rules, limits)
    ends = [(one.a, one.b) for one in crossings]
    sets = connect_sets(graph, rules, ends)
    a = np.r_[rules.a, [one for one, _ in ends]].astype(np.int64)
    b = np.r_[rules.b, [other for _, other in ends]].astype(np.int64)
    merged = merge_blocks(graph, sets, a, b)
    check_number(graph, groups, merged.size)
    _check_sizes(graph, rules, merged, sets, limits)
    pairs = [(int(merged.node[one]), int(merged.node[other])) for one, other in rules.apart]
    _check_apart(graph, rules, pairs)
    quota = _share_out_groups(graph, rules, merged, limits, groups)
    task = make_task(merged, limits, groups, kept, pairs)
    return Prepared(task, merged, limits, quota, crossings)


def _check_sizes(
    graph: BlockGraph, rules: Rules, merged: Merged, sets: list[list[int]], limits: Limits
) -> None:
    """Raise PlanError for what must be together and has more people than a group may have."""
    for (rule, asked), blocks in zip(rules.joined, sets, strict=True):
        people = float(merged.people[merged.node[blocks[0]]])
        if people > limits.most * (1 + 1e-9):
            more = len(blocks) - len(asked)
            joined = f", {more:,} of them between its parts" * (more > 0)
            raise PlanError(
                f"Expected groups of {limits.words}; found {people:,.0f} in the "
                f"{len(blocks):,} {graph.layer.plural} that must be in one group{joined}. Fix a "
                "smaller area, make fewer groups, or allow a larger tolerance.",
                rule,
            )
    large = np.flatnonzero(graph.people > limits.most * (1 + 1e-9))
    if len(large):
        order = large[np.argsort(-graph.people[large], kind="stable")][:MAX_EXAMPLES]
        told = ", ".join(f"{graph.names[i]} ({graph.people[i]:,.0f})" for i in order)
        raise PlanError(
            f"Expected groups of {limits.words}; found {len(large):,} of {len(graph):,} "
            f"{graph.layer.plural} with more by themselves: {told}. Make fewer groups, allow a "
            "larger tolerance, or group smaller areas.",
            "tolerance",
        )


def _check_apart(graph: BlockGraph, rules: Rules, pairs: list[tuple[int, int]]) -> None:
    for (one, other), (a, b) in zip(rules.apart, pairs, strict=True):
        if a == b:
            names = f"{graph.names[one]} and {graph.names[other]}"
            raise PlanError(
                f"Expected areas that may be apart; found {names} among those that must be in one "
                "group. Leave one of the two rules out.",
                "apart",
            )


def _share_out_groups(
    graph: BlockGraph, rules: Rules, merged: Merged, limits: Limits, groups: int
) -> list[tuple[list[int], int]]:
    piece = merged.pieces
    people = np.bincount(piece, weights=merged.people)
    quota = share_out(people, np.bincount(piece), limits, groups)
    if quota is None:
        first = [int(np.flatnonzero(piece[merged.node] == i)[0]) for i in range(len(people))]
        names = [f"the land around {graph.names[block]}" for block in first]
        rule = "within" if rules.within else "pieces" if len(people) > 1 else "tolerance"
        raise explain_pieces(people, names, limits, groups, rule)
    blocks = [np.flatnonzero(piece == i).tolist() for i in range(len(people))]
    return list(zip(blocks, quota, strict=True))


def make_task(
    merged: Merged,
    limits: Limits,
    groups: int,
    kept: Sequence[tuple[Tally, float]],
    apart: Sequence[tuple[int, int]],
) -> Task:
    """Write merged blocks in whole numbers, as a search counts them."""
    exact = merged.people * UNIT_PEOPLE
    people = np.rint(exact).astype(np.int64)
    slack = math.ceil(float(np.abs(exact - people).sum()) - 1e-6)
    weights = _scale_weights([weight for _, weight in kept])
    mean = max(int(people.sum()) // max(len(people), 1), 1)
    conflicts: dict[int, list[int]] = {}
    for a, b in sorted(set(apart)):
        conflicts.setdefault(a, []).append(b)
        conflicts.setdefault(b, []).append(a)
    return Task(
        merged.neighbours,
        people.tolist(),
        [_list_units(merged, tally) for tally, _ in kept],
        weights,
        math.ceil(limits.least * UNIT_PEOPLE - 1e-6) + slack,
        math.floor(limits.most * UNIT_PEOPLE + 1e-6) - slack,
        groups,
        conflicts,
        round(mean * max(sum(weights), 1) * (BORDER_SHARE if kept else 0.5)),
    )


def _scale_weights(weights: Sequence[float]) -> list[int]:
    total = sum(weights)
    return [round(WEIGHTS * weight / total) for weight in weights] if total > 0 else []


def _list_units(merged: Merged, tally: Tally) -> list[list[tuple[int, int]]]:
    """List the units of a layer that each merged block lies in, and hundredths of people."""
    present, unit = np.unique(tally.unit, return_inverse=True)
    cell = merged.node[tally.block] * max(len(present), 1) + unit
    summed = np.bincount(cell, weights=tally.people, minlength=1)
    found: list[list[tuple[int, int]]] = [[] for _ in range(merged.size)]
    for at in np.flatnonzero(summed).tolist():
        node, number = divmod(at, len(present))
        if people := round(float(summed[at]) * UNIT_PEOPLE):
            found[node].append((number, people))
    return found
