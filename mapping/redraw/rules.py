"""Rules: what groups of blocks must keep to, and what that says before any plan is looked for.

Whatever must be together is made one block before the search, so that no plan can break it.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from mapping.errors import MappingError, PlanError
from mapping.geography import Layer
from mapping.overlap import people_in
from mapping.places import Place
from mapping.redraw.graph import BlockGraph, find_pieces, list_neighbours
from mapping.redraw.tally import count_tally, round_sums

Area = Place | Sequence[str]
"""A place, or the codes of some blocks."""
MIN_SHARE = 0.01
"""A block that has less of its people in an area is not needed to contain it."""
MAX_EXAMPLES = 5


class Limits(NamedTuple):
    """How many people a group may have: ``mean`` in the middle, ``tolerance`` (0–1) around it."""

    mean: float
    tolerance: float

    @property
    def least(self) -> float:
        """Return the fewest people of a group."""
        return self.mean * (1 - self.tolerance)

    @property
    def most(self) -> float:
        """Return the most people of a group."""
        return self.mean * (1 + self.tolerance)

    @property
    def words(self) -> str:
        """Write the limits: "35,700 to 48,300 people (42,000 ±15%)"."""
        least, most, mean = map(_write_count, (self.least, self.most, self.mean))
        return f"{least} to {most} people ({mean} ±{100 * self.tolerance:g}%)"


def _write_count(people: float) -> str:
    """Write whole people; fewer than ten, as square kilometres may be, to three digits."""
    return f"{people:,.0f}" if people >= 10 or people == round(people) else f"{people:.3g}"


def write_groups(number: int) -> str:
    """Write how many groups: "1 group", "12 groups"."""
    return f"{number:,} group{'s' * (number != 1)}"


@dataclass(frozen=True, eq=False)
class Rules:
    """What groups must keep to, by the numbers of blocks.

    Attributes
    ----------
    joined : sets of blocks that must lie in one group each, with the rule that says so
    apart : pairs of blocks that must lie in different groups
    a, b : the borders that groups may reach across
    within : the layers whose lines no group may cross
    """

    joined: tuple[tuple[str, tuple[int, ...]], ...]
    apart: tuple[tuple[int, int], ...]
    a: np.ndarray
    b: np.ndarray
    within: tuple[Layer, ...]

    @property
    def partners(self) -> dict[int, set[int]]:
        """Return, of the blocks that must be apart from others, which those are."""
        found: dict[int, set[int]] = {}
        for one, other in self.apart:
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
        return found


def find_blocks(graph: BlockGraph, area: Area) -> tuple[int, ...]:
    """Return the blocks that an area needs: those of the codes, or those a place's people live in.

    Of a place that is not made of whole blocks, one with less than a hundredth of its people there
    is not needed. Raises MappingError for unknown codes and for an area without any block.
    """
    if not isinstance(area, Place):
        found = np.unique(graph.find(_list_codes(area)))
    else:
        found = _find_in_place(graph, area)
    if not len(found):
        raise MappingError(
            f"Expected an area with {graph.layer.plural} of {graph.place.name} in it; found none. "
            "Choose an area within the place."
        )
    return tuple(found.tolist())


def _list_codes(area: Sequence[str]) -> list[str]:
    codes = [area] if isinstance(area, str) or not isinstance(area, Iterable) else list(area)
    wrong = [one for one in codes if not isinstance(one, str)]
    if wrong:
        raise MappingError(
            "Expected an area as a place, or as a list of codes in text; found "
            f"{ascii(wrong[0])[:40]}. Name a place, or give codes."
        )
    return codes


def _find_in_place(graph: BlockGraph, area: Place) -> np.ndarray:
    positions = graph.place.positions
    inside = np.isin(positions, area.positions, assume_unique=True)
    people = people_in(graph.place, graph.by)
    block = graph.find_block_of_postcodes()
    here = np.bincount(block[inside & (block >= 0)], people[inside & (block >= 0)], len(graph))
    return np.flatnonzero((here > 0) & (here >= MIN_SHARE * graph.people))


def make_rules(
    graph: BlockGraph,
    *,
    contains: Sequence[Area] = (),
    together: Sequence[Area] = (),
    apart: Sequence[Sequence[str]] = (),
    within: Sequence[Layer] = (),
) -> Rules:
    """Make rules of what somebody asks for; a flat list of codes is one area.

    Raises MappingError for unknown codes, and PlanError for blocks that must be together and apart.
    """
    joined = [("contains", find_blocks(graph, one)) for one in _list_areas(contains)]
    joined += [("together", find_blocks(graph, one)) for one in _list_areas(together)]
    pairs = {
        (min(a, b), max(a, b))
        for some in _list_areas(apart)
        for a in find_blocks(graph, some)
        for b in find_blocks(graph, some)
        if a != b
    }
    open_ = np.ones(len(graph.a), dtype=bool)
    for layer in within:
        main = find_main_units(graph, layer)
        open_ &= main[graph.a] == main[graph.b]
    return Rules(tuple(joined), tuple(sorted(pairs)), graph.a[open_], graph.b[open_], tuple(within))


def _list_areas(areas: Sequence[Area] | Place) -> list[Area]:
    """List areas, of which a single one may be given as it is: a place, a code, or codes."""
    if isinstance(areas, Place | str):
        return [areas]
    some = list(areas)
    if some and all(isinstance(one, str) for one in some):
        return [[str(one) for one in some]]
    return some


def find_main_units(graph: BlockGraph, layer: Layer) -> np.ndarray:
    """Return the unit of a layer that most people of each block are in, (n,); -1 for none.

    Of a block without people it is the unit that most of its postcodes are in.
    """
    by_postcodes = count_tally(graph, layer, "postcodes")
    main = np.full(len(graph), -1, dtype=np.int64)
    for tally in (by_postcodes, count_tally(graph, layer)):
        most = round_sums(tally.people)
        order = np.lexsort((-tally.unit, most))  # the most last; of ties the first unit
        main[tally.block[order]] = tally.unit[order]
    return main


class Merged(NamedTuple):
    """Blocks of which those that must be together are one.

    ``node`` (n,) which of them each block is; ``people`` of each; ``neighbours`` of each;
    ``size`` how many there are.
    """

    node: np.ndarray
    people: np.ndarray
    neighbours: list[list[int]]

    @property
    def size(self) -> int:
        """Return how many merged blocks there are."""
        return len(self.people)

    @property
    def pieces(self) -> np.ndarray:
        """Return the piece that each merged block lies in."""
        a = np.repeat(np.arange(self.size), [len(some) for some in self.neighbours])
        b = np.array([n for some in self.neighbours for n in some], dtype=np.int64)
        return find_pieces(self.size, a, b)


def merge_blocks(
    graph: BlockGraph, sets: Sequence[Sequence[int]], a: np.ndarray, b: np.ndarray
) -> Merged:
    """Make one of the blocks of each set; sets with blocks in common are one."""
    pairs = [(some[0], other) for some in sets for other in some[1:]]
    first, second = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    node = find_pieces(len(graph), first, second)
    size = int(node.max()) + 1
    people = np.bincount(node, weights=graph.people, minlength=size)
    low, high = np.minimum(node[a], node[b]), np.maximum(node[a], node[b])
    pair = np.unique((low * size + high)[low != high])
    return Merged(node, people, list_neighbours(size, pair // size, pair % size))


def connect(
    blocks: Sequence[int],
    neighbours: list[list[int]],
    people: np.ndarray,
    apart: Mapping[int, Set[int]] = MappingProxyType({}),
) -> list[int] | None:
    """Add the blocks with the fewest people that make a set connected; None if nothing can.

    Of a set in two parts no other way has fewer people; of more, parts are joined one by one,
    the nearest first (Dijkstra's shortest paths, by people). ``apart`` has, of some blocks, those
    that must not be in one set with them: no way leads through them.
    """
    chosen = set(blocks)
    while True:
        part = spread(min(chosen), chosen, neighbours)
        if part == chosen:
            return sorted(chosen)
        shut = {other for one in chosen for other in apart.get(one, ())} - chosen
        way = _find_way(part, chosen - part, neighbours, people, shut)
        if way is None:
            return None
        chosen |= set(way)


def spread(start: int, inside: Set[int], neighbours: list[list[int]]) -> set[int]:
    """Return the blocks of a set that its borders join to one of them."""
    found, todo = {start}, [start]
    while todo:
        for near in neighbours[todo.pop()]:
            if near in inside and near not in found:
                found.add(near)
                todo.append(near)
    return found


def _find_way(
    start: set[int],
    goal: set[int],
    neighbours: list[list[int]],
    people: np.ndarray,
    shut: Set[int],
) -> list[int] | None:
    """Return the fewest blocks between two sets that have the fewest people, none of them shut."""
    queue = [(0.0, 0, block) for block in sorted(start)]
    before: dict[int, int] = dict.fromkeys(start, -1)
    done: set[int] = set(shut)
    best = dict.fromkeys(start, (0.0, 0))
    while queue:
        length, blocks, block = heapq.heappop(queue)
        if block in done:
            continue
        done.add(block)
        if block in goal:
            return _walk_back(block, before)
        for near in neighbours[block]:
            longer = length + (0.0 if near in goal else float(people[near])), blocks + 1
            if near not in done and longer < best.get(near, (np.inf, 0)):
                best[near], before[near] = longer, block
                heapq.heappush(queue, (*longer, near))
    return None


def _walk_back(block: int, before: dict[int, int]) -> list[int]:
    way = [block]
    while before[way[-1]] >= 0:
        way.append(before[way[-1]])
    return way


def connect_sets(
    graph: BlockGraph, rules: Rules, crossings: Sequence[tuple[int, int]] = ()
) -> list[list[int]]:
    """Return the sets of blocks that must be together, each with what joins it.

    Raises PlanError for a set that lies on both sides of a line, of water, or of what must be
    apart from it.
    """
    neighbours = list_neighbours(len(graph), rules.a, rules.b)
    for one, other in crossings:
        neighbours[one].append(other)
        neighbours[other].append(one)
    found = []
    for rule, blocks in rules.joined:
        whole = connect(blocks, neighbours, graph.people, rules.partners)
        if whole is None:
            is_apart = connect(blocks, neighbours, graph.people) is not None
            raise _explain_parts(graph, rules, "apart" if is_apart else rule, blocks)
        found.append(whole)
    return found


def _explain_parts(graph: BlockGraph, rules: Rules, rule: str, blocks: Sequence[int]) -> PlanError:
    """Say what lies between blocks that must be in one group."""
    names = ", ".join(map(str, graph.names[list(blocks)][:MAX_EXAMPLES]))
    what = "a line that no group may cross" if rules.within else "water without a crossing"
    if rule == "apart":
        what = f"one of the {graph.layer.plural} that must be apart from them"
    return PlanError(
        f"Expected blocks that one group can hold; found that {what} lies between some of "
        f"{names}. Leave that rule out, or choose an area on one side.",
        rule,
    )
