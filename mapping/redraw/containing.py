"""Containing: one area of a given size that must contain another one, such as a pilot's.

Up to ``MAX_SETS`` ways of adding blocks to what must be inside are all looked at, so that a refusal
is certain. Where there are more, the best of a search from many starts is taken.
"""

import random
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from mapping.errors import PlanError
from mapping.redraw.graph import BlockGraph, list_neighbours
from mapping.redraw.rules import Limits, Rules, connect_sets, spread
from mapping.redraw.tally import Tally, count_torn_around

MAX_SETS = 4_000
STARTS, STEPS = 12, 400
"""The starts of a search, and the steps of each."""
NEAR = 1e-9
"""Sums of people round."""


class _Ground(NamedTuple):
    """Blocks, of which a core must be inside, and how sets of them are judged.

    ``apart`` has, of some blocks, those that may not be inside with them.
    """

    people: np.ndarray
    neighbours: list[list[int]]
    core: frozenset[int]
    apart: Mapping[int, Set[int]]
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
    core = frozenset(block for _, blocks in rules.joined for block in blocks)
    _check_apart(rules, core)
    joined = replace(rules, joined=(("contains", tuple(sorted(core))),))
    whole = frozenset(connect_sets(graph, joined)[0])
    neighbours = list_neighbours(len(graph), rules.a, rules.b)
    judge = _judge(len(graph), neighbours, kept)
    ground = _Ground(graph.people, neighbours, core, rules.partners, limits, judge)
    found, is_all = _list_sets(ground)
    tell(0.5)
    if not is_all and _has_room(ground, whole):
        found += _search_around(ground, whole, seed)
    right = [one for one in found if _is_right(ground, one)]
    if not right:
        raise _explain_none(graph, ground, whole, is_all)
    best = min(right, key=lambda one: (*ground.judge(one), sorted(one)))
    return np.isin(np.arange(len(graph)), list(best))


def _check_apart(rules: Rules, core: frozenset[int]) -> None:
    if any(one in core and other in core for one, other in rules.apart):
        raise PlanError(
            "Expected areas that may be apart; found some among those that must be inside. Leave "
            "one of the two rules out.",
            "apart",
        )


def _judge(
    size: int, neighbours: list[list[int]], kept: Sequence[tuple[Tally, float]]
) -> Callable[[frozenset[int]], tuple[float, int]]:
    """Return what judges a set: the people whom it tears, by weight, and the borders it cuts."""

    def judge(inside: frozenset[int]) -> tuple[float, int]:
        blocks = np.zeros(size, dtype=bool)
        blocks[list(inside)] = True
        torn = sum(count_torn_around(tally, blocks).people * weight for tally, weight in kept)
        cut = sum(n not in inside for block in inside for n in neighbours[block])
        return round(torn, 6), cut

    return judge


def _count_people(ground: _Ground, inside: frozenset[int]) -> float:
    return float(ground.people[list(inside)].sum())


def _has_room(ground: _Ground, inside: frozenset[int]) -> bool:
    return _count_people(ground, inside) <= ground.limits.most * (1 + NEAR)


def _is_right(ground: _Ground, inside: frozenset[int]) -> bool:
    is_enough = _count_people(ground, inside) >= ground.limits.least * (1 - NEAR)
    is_apart = not _find_shut(ground, inside) & inside
    return ground.core <= inside and is_apart and is_enough and _has_room(ground, inside)


def _find_shut(ground: _Ground, inside: frozenset[int]) -> set[int]:
    """Return the blocks that may not be with those inside."""
    return {other for block in inside for other in ground.apart.get(block, ())}


def _list_around(ground: _Ground, inside: frozenset[int]) -> list[int]:
    """List what can be added to a set without it having too many people."""
    needed = inside | ground.core
    left = ground.limits.most * (1 + NEAR) - _count_people(ground, needed)
    near = {n for block in inside for n in ground.neighbours[block]}
    free = near - inside - _find_shut(ground, needed)
    return sorted(n for n in free if n in ground.core or ground.people[n] <= left)


def _list_sets(ground: _Ground) -> tuple[list[frozenset[int]], bool]:
    """List connected sets that begin with a part of the core and have not too many people.

    Tells as well whether it is all of them.
    """
    if not _has_room(ground, ground.core):
        return [], True
    found = [frozenset(spread(min(ground.core), ground.core, ground.neighbours))]
    seen = set(found)
    for inside in found:
        for node in _list_around(ground, inside):
            larger = inside | {node}
            if larger not in seen:
                seen.add(larger)
                found.append(larger)
        if len(found) > MAX_SETS:
            return found[:MAX_SETS], False
    return found, True


def _search_around(ground: _Ground, whole: frozenset[int], seed: int) -> list[frozenset[int]]:
    """Search around a core with what joins its parts, from many starts."""
    joined = ground._replace(core=whole)
    found = [] if whole == ground.core else _list_sets(joined)[0]
    return found + [_search(joined, random.Random(f"{seed}.{n}")) for n in range(STARTS)]


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
        left = inside - {loose[int(rng.random() * len(loose))]}
        if spread(min(left), left, ground.neighbours) == left:
            inside = left
    around = _list_around(ground, inside)
    if around and rng.random() < 0.8:
        inside |= {around[int(rng.random() * len(around))]}
    return inside


def _explain_none(
    graph: BlockGraph, ground: _Ground, whole: frozenset[int], is_all: bool
) -> PlanError:
    """Say why there is no area; ``whole`` is the core with what joins its parts."""
    limits, core = ground.limits, _count_people(ground, ground.core)
    if not _has_room(ground, whole):
        return PlanError(
            f"Expected an area of {limits.words}; found that what it must contain, "
            f"{len(whole):,} {graph.layer.plural} with what lies between them, has "
            f"{_count_people(ground, whole):,.0f} by itself. Contain a smaller area, or allow more "
            "people.",
            "contains",
        )
    sure = "there is no such area" if is_all else "no such area was found"
    return PlanError(
        f"Expected an area of {limits.words} around the {core:,.0f} people that it must contain, "
        f"made of whole {graph.layer.plural}; {sure}: with their neighbours they make fewer people "
        "or more. Allow a larger tolerance or another number of people, or use smaller areas.",
        "tolerance",
    )
