"""Containing: one area of a given size that must contain another one, such as a pilot's.

Up to ``MAX_SETS`` ways of adding blocks to what must be inside are all looked at, so that a refusal
is certain. Where there are more, the best of a search from many starts is taken.
"""

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from mapping.errors import PlanError
from mapping.redraw.graph import BlockGraph
from mapping.redraw.rules import Limits, Merged, Rules, connect_sets, merge_blocks
from mapping.redraw.tally import Tally, count_torn_around

MAX_SETS = 4_000
STARTS, STEPS = 12, 400
"""The starts of a search, and the steps of each."""
NEAR = 1e-9
"""Sums of people round."""


class _Ground(NamedTuple):
    """Merged blocks, of which one set must be inside, and how sets of them are judged."""

    merged: Merged
    core: frozenset[int]
    shut: frozenset[int]
    limits: Limits
    judge: Callable[[frozenset[int]], tuple[float, int]]


def draw_around(
    graph: BlockGraph,
    rules: Rules,
    limits: Limits,
    kept: Sequence[tuple[Tally, float]],
    seed: int,
    tell: Callable[[float], None],
) -> np.ndarray:
    """Return which blocks an area takes in, (n,) bool: connected, of the wanted size.

    Of all that were looked at it tears the fewest people (see ``count_torn_around``), then cuts
    the fewest borders. Raises PlanError, with the constraint, if there is none.
    """
    sets = connect_sets(graph, rules)
    merged = merge_blocks(graph, sets, rules.a, rules.b)
    core = frozenset(int(merged.node[blocks[0]]) for blocks in sets)
    if len(core) > 1:  # areas that must all be inside are one
        whole = [block for blocks in sets for block in blocks]
        joined = Rules((("contains", tuple(sorted(whole))),), (), rules.a, rules.b, rules.within)
        return draw_around(graph, joined, limits, kept, seed, tell)
    _check_core(graph, merged, core, sets, limits)
    ground = _Ground(merged, core, _find_shut(merged, core, rules), limits, _judge(merged, kept))
    found, is_all = _list_sets(ground)
    tell(0.5)
    if not is_all:
        found += [_search(ground, random.Random(f"{seed}.{n}")) for n in range(STARTS)]
    right = [one for one in found if _is_right(ground, one)]
    if not right:
        raise _explain_none(graph, ground, is_all)
    best = min(right, key=lambda one: (*ground.judge(one), sorted(one)))
    return np.isin(merged.node, list(best))


def _check_core(
    graph: BlockGraph,
    merged: Merged,
    core: frozenset[int],
    sets: Sequence[Sequence[int]],
    limits: Limits,
) -> None:
    people = float(sum(merged.people[node] for node in core))
    if people > limits.most * (1 + NEAR):
        raise PlanError(
            f"Expected an area of {limits.words}; found that what it must contain, "
            f"{sum(map(len, sets)):,} {graph.layer.plural} with what lies between them, has "
            f"{people:,.0f} by itself. Contain a smaller area, or allow more people.",
            "contains",
        )


def _find_shut(merged: Merged, core: frozenset[int], rules: Rules) -> frozenset[int]:
    """Return the merged blocks that may not be with those inside."""
    pairs = [(int(merged.node[a]), int(merged.node[b])) for a, b in rules.apart]
    if any(a in core and b in core for a, b in pairs):
        raise PlanError(
            "Expected areas that may be apart; found some among those that must be inside. Leave "
            "one of the two rules out.",
            "apart",
        )
    return frozenset(b if a in core else a for a, b in pairs if a in core or b in core)


def _judge(
    merged: Merged, kept: Sequence[tuple[Tally, float]]
) -> Callable[[frozenset[int]], tuple[float, int]]:
    """Return what judges a set: the people whom it tears, by weight, and the borders it cuts."""

    def judge(inside: frozenset[int]) -> tuple[float, int]:
        blocks = np.isin(merged.node, list(inside))
        torn = sum(count_torn_around(tally, blocks).people * weight for tally, weight in kept)
        cut = sum(n not in inside for node in inside for n in merged.neighbours[node])
        return round(torn, 6), cut

    return judge


def _count_people(ground: _Ground, inside: frozenset[int]) -> float:
    return float(ground.merged.people[list(inside)].sum())


def _is_right(ground: _Ground, inside: frozenset[int]) -> bool:
    low, high = ground.limits.least * (1 - NEAR), ground.limits.most * (1 + NEAR)
    apart = ground.shut & inside
    return not apart and low <= _count_people(ground, inside) <= high


def _list_around(ground: _Ground, inside: frozenset[int]) -> list[int]:
    """List what can be added to a set without it having too many people."""
    left = ground.limits.most * (1 + NEAR) - _count_people(ground, inside)
    near = {n for node in inside for n in ground.merged.neighbours[node]}
    people = ground.merged.people
    return sorted(n for n in near - inside - ground.shut if people[n] <= left)


def _list_sets(ground: _Ground) -> tuple[list[frozenset[int]], bool]:
    """List connected sets that hold the core and not too many people; tell whether it is all."""
    found = [ground.core]
    seen = {ground.core}
    for inside in found:
        for node in _list_around(ground, inside):
            larger = inside | {node}
            if larger not in seen:
                seen.add(larger)
                found.append(larger)
        if len(found) > MAX_SETS:
            return found[:MAX_SETS], False
    return found, True


def _search(ground: _Ground, rng: random.Random) -> frozenset[int]:
    """Grow a set by chance, and then change it as long as that is for the better."""
    inside = _grow(ground, ground.core, rng)
    best = _rank(ground, inside)
    for _ in range(STEPS):
        other = _change(ground, inside, rng)
        rank = _rank(ground, other)
        if rank <= best:
            inside, best = other, rank
    return inside


def _rank(ground: _Ground, inside: frozenset[int]) -> tuple[float, float, int]:
    people, limits = _count_people(ground, inside), ground.limits
    return max(limits.least - people, people - limits.most, 0.0), *ground.judge(inside)


def _grow(ground: _Ground, inside: frozenset[int], rng: random.Random) -> frozenset[int]:
    """Add neighbours by chance until enough people are inside."""
    while _count_people(ground, inside) < ground.limits.mean:
        around = _list_around(ground, inside)
        if not around:
            break
        inside |= {around[int(rng.random() * len(around))]}
    return inside


def _change(ground: _Ground, inside: frozenset[int], rng: random.Random) -> frozenset[int]:
    """Take a block out that holds nothing else on, and grow again; or only grow."""
    loose = sorted(inside - ground.core)
    if loose and rng.random() < 0.8:
        node = loose[int(rng.random() * len(loose))]
        left = inside - {node}
        if _is_connected(ground, left):
            inside = left
    around = _list_around(ground, inside)
    if around and rng.random() < 0.8:
        inside |= {around[int(rng.random() * len(around))]}
    return inside


def _is_connected(ground: _Ground, inside: frozenset[int]) -> bool:
    start = min(inside)
    seen, todo = {start}, [start]
    while todo:
        for near in ground.merged.neighbours[todo.pop()]:
            if near in inside and near not in seen:
                seen.add(near)
                todo.append(near)
    return len(seen) == len(inside)


def _explain_none(graph: BlockGraph, ground: _Ground, is_all: bool) -> PlanError:
    limits, core = ground.limits, _count_people(ground, ground.core)
    sure = "there is no such area" if is_all else "no such area was found"
    return PlanError(
        f"Expected an area of {limits.words} around the {core:,.0f} people that it must contain, "
        f"made of whole {graph.layer.plural}; {sure}: with their neighbours they make fewer people "
        "or more. Allow a larger tolerance or another number of people, or use smaller areas.",
        "tolerance",
    )
