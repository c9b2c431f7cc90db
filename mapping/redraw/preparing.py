"""Preparing: a place, a number of groups and rules become a task that can be searched.

What no plan can keep to is said here, before any search, with the rule that stands in the way.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mapping.errors import PlanError
from mapping.redraw.graph import BlockGraph
from mapping.redraw.grouping import PARTS, Task
from mapping.redraw.pieces import (
    Crossing,
    check_number,
    explain_pieces,
    join_islands,
    share_out,
    share_out_otherwise,
)
from mapping.redraw.rules import (
    Limits,
    Merged,
    Rules,
    connect_sets,
    merge_blocks,
    write_groups,
)
from mapping.redraw.tally import Tally

WEIGHTS = 1000
"""What the weights of all kept layers add up to."""
BORDER_SHARE = 0.01
"""What a cut border costs, in people of a mean block, beside kept layers; half of one without."""
MAX_EXAMPLES = 3
NEAR = 1e-9
"""Sums of people round."""
MAX_ROUNDED = 0.01
"""What whole numbers may round, of the room that a group has between too few and too many."""
MAX_EXACT = 2**53
"""Larger whole numbers are not exact as floating-point numbers."""


Quota = list[tuple[list[int], int]]
"""The merged blocks of each piece of land, and its number of groups."""


class Prepared(NamedTuple):
    """A task with what it was made of.

    ``quotas`` have the merged blocks of each piece of land and its number of groups, the first as
    it is best by people, others to be tried after it; ``crossings`` are where water is crossed.
    """

    task: Task
    merged: Merged
    limits: Limits
    quotas: list[Quota]
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
    crossings = join_islands(graph, rules, limits, groups)
    ends = [(one.a, one.b) for one in crossings]
    sets = connect_sets(graph, rules, ends)
    a = np.r_[rules.a, [one for one, _ in ends]].astype(np.int64)
    b = np.r_[rules.b, [other for _, other in ends]].astype(np.int64)
    merged = merge_blocks(graph, sets, a, b)
    check_number(graph, groups, merged.size)
    _check_sizes(graph, rules, merged, sets, limits)
    pairs = [(int(merged.node[one]), int(merged.node[other])) for one, other in rules.apart]
    _check_apart(graph, rules, pairs)
    quotas = _share_out_groups(graph, rules, merged, limits, groups, pairs)
    task = make_task(merged, limits, groups, kept, pairs)
    return Prepared(task, merged, limits, quotas, crossings)


def _check_sizes(
    graph: BlockGraph, rules: Rules, merged: Merged, sets: list[list[int]], limits: Limits
) -> None:
    """Raise PlanError for what must be together and has more people than a group may have."""
    for (rule, asked), blocks in zip(rules.joined, sets, strict=True):
        people = float(merged.people[merged.node[blocks[0]]])
        if people > limits.most * (1 + NEAR):
            more = len(blocks) - len(asked)
            joined = f", {more:,} of them between its parts" * (more > 0)
            raise PlanError(
                f"Expected groups of {limits.words}; found {people:,.0f} in the "
                f"{len(blocks):,} {graph.layer.plural} that must be in one group{joined}. Fix a "
                "smaller area, make fewer groups, or allow a larger tolerance.",
                rule,
            )
    large = np.flatnonzero(graph.people > limits.most * (1 + NEAR))
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
    graph: BlockGraph,
    rules: Rules,
    merged: Merged,
    limits: Limits,
    groups: int,
    apart: Sequence[tuple[int, int]],
) -> list[Quota]:
    piece = merged.pieces
    people, sizes = np.bincount(piece, weights=merged.people), np.bincount(piece)
    usual = share_out(people, sizes, limits, groups)
    if usual is None:
        first = [int(np.flatnonzero(piece[merged.node] == i)[0]) for i in range(len(people))]
        names = [f"the land around {graph.names[block]}" for block in first]
        rule = "within" if rules.within else "pieces" if len(people) > 1 else "tolerance"
        raise explain_pieces(people, sizes, names, limits, groups, rule)
    least = count_apart(apart, piece)
    usual = share_out(people, sizes, limits, groups, least)
    if usual is None:
        raise PlanError(
            f"Expected {write_groups(groups)} of {limits.words}, areas apart that must be; "
            f"found that {max(least):,} groups would be needed on one piece of land, or more "
            "in all. Make more groups, allow a larger tolerance, or take one of those rules back.",
            "apart",
        )
    others = share_out_otherwise(people, sizes, limits, groups, least)
    blocks = [np.flatnonzero(piece == i).tolist() for i in range(len(people))]
    return [list(zip(blocks, one, strict=True)) for one in (usual, *others)]


def count_apart(apart: Sequence[tuple[int, int]], piece: np.ndarray) -> list[int]:
    """Count, of each piece, blocks of which every two must be apart: as many groups it needs.

    They are sought one by one, those that must be apart from most others first; there may be more.

    >>> count_apart([(0, 1), (0, 2), (1, 2), (2, 3)], np.array([0, 0, 0, 1]))
    [3, 1]
    """
    others: dict[int, set[int]] = {}
    for one, other in apart:
        if piece[one] == piece[other]:
            others.setdefault(one, set()).add(other)
            others.setdefault(other, set()).add(one)
    found = [1] * (int(piece.max(initial=-1)) + 1)
    order = sorted(others, key=lambda block: (-len(others[block]), block))
    for first in order:
        chosen = {first}
        for block in order:
            if chosen <= others[block]:
                chosen.add(block)
        found[piece[first]] = max(found[piece[first]], len(chosen))
    return found


def make_task(
    merged: Merged,
    limits: Limits,
    groups: int,
    kept: Sequence[tuple[Tally, float]],
    apart: Sequence[tuple[int, int]],
) -> Task:
    """Write merged blocks in whole numbers, as a search counts them."""
    parts = choose_parts(merged.people, limits)
    people = np.rint(merged.people * parts).astype(np.int64)
    slack = math.ceil(_sum_rounded(merged.people, parts) * parts - 1e-6)
    weights = _scale_weights([weight for _, weight in kept])
    mean = max(int(people.sum()) // max(len(people), 1), 1)
    conflicts: dict[int, list[int]] = {}
    for a, b in sorted(set(apart)):
        conflicts.setdefault(a, []).append(b)
        conflicts.setdefault(b, []).append(a)
    return Task(
        merged.neighbours,
        people.tolist(),
        [_list_units(merged, tally, parts) for tally, _ in kept],
        weights,
        math.ceil(limits.least * (1 - NEAR) * parts) + slack,
        math.floor(limits.most * (1 + NEAR) * parts) - slack,
        groups,
        conflicts,
        round(mean * max(sum(weights), 1) * (BORDER_SHARE if kept else 0.5)),
    )


def choose_parts(people: np.ndarray, limits: Limits) -> int:
    """Choose the parts of a person that blocks are counted in: hundredths, mostly.

    Finer ones where rounding to hundredths could decide whether a group has too few or too many:
    with a narrow tolerance, or for square kilometres and other small numbers.

    >>> choose_parts(np.array([1500.125, 1400.25]), Limits(1450, 0.1))
    100
    >>> choose_parts(np.array([0.125, 0.25]), Limits(0.1875, 0.4))
    100000
    """
    room = max(limits.most - limits.least, NEAR * limits.mean)
    parts, most = PARTS, MAX_EXACT / 1000 / max(float(people.sum()), NEAR)
    while parts <= most and _sum_rounded(people, parts) > MAX_ROUNDED * room:
        parts *= 1000
    return parts


def _sum_rounded(people: np.ndarray, parts: int) -> float:
    """Return how many people rounding adds or takes away at most, in sums of any blocks."""
    exact = people * parts
    return float(np.abs(exact - np.rint(exact)).sum()) / parts


def _scale_weights(weights: Sequence[float]) -> list[int]:
    total = sum(weights)
    return [round(WEIGHTS * weight / total) for weight in weights] if total > 0 else []


def _list_units(merged: Merged, tally: Tally, parts: int) -> list[list[tuple[int, int]]]:
    """List the units of a layer that each merged block lies in, and parts of people."""
    present, unit = np.unique(tally.unit, return_inverse=True)
    cell = merged.node[tally.block] * max(len(present), 1) + unit
    summed = np.bincount(cell, weights=tally.people, minlength=1)
    found: list[list[tuple[int, int]]] = [[] for _ in range(merged.size)]
    for at in np.flatnonzero(summed).tolist():
        node, number = divmod(at, len(present))
        if people := round(float(summed[at]) * parts):
            found[node].append((number, people))
    return found
