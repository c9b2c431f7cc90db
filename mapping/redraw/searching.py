"""Searching: groups of blocks that tear fewer people, found by many small changes.

Simulated annealing (Kirkpatrick, Gelatt & Vecchi 1983, doi:10.1126/science.220.4598.671) over
connected groups. A change moves one block, or all of a group's blocks in one unit of a kept layer,
across a line; a block may push another on, so that two groups stay as large as they were. Groups
out of balance are allowed on the way, at a cost. A search ends after so many steps, never by the
clock, and counts in whole numbers: the same seed gives the same groups on every machine.
"""

import heapq
import math
import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from mapping.redraw.grouping import Grouping, Task

Pairs = list[list[tuple[int, int]]]
CHUNKS = 100
"""The parts of a search, between which it tells how far it is and cools."""
HOT, COLD = 1.0, 0.03
"""The temperature at the start and end, in people of a mean block."""
EXCESS = 2, 8
"""What a person too many in a group costs at the start and end, in torn people."""
UNIT_SHARE, CHAIN_SHARE = 0.25, 0.65
"""How often blocks of a whole unit are moved, and how often a block pushes another on."""
LOGS = [round(-4096 * math.log((i + 0.5) / 4096)) for i in range(4096)]
"""Random patience, in 4096ths: whole numbers, as the last digit of a logarithm is not the same
everywhere."""


class Result(NamedTuple):
    """What a search found: the groups of blocks, whether all keep to the rules, and the cost.

    ``first`` are the first groups that kept to the rules; ``excess`` is 0 if they do.
    """

    group_of: list[int]
    excess: int
    cost: int
    first: list[int] | None


def grow(task: Task, quota: Sequence[tuple[Sequence[int], int]], rng: random.Random) -> list[int]:
    """Grow groups from random blocks, always the smallest first; connected, roughly balanced.

    ``quota`` has the blocks of each piece and how many groups it is to have.
    """
    group_of = [-1] * len(task.people)
    first = 0
    for blocks, groups in quota:
        _grow_piece(task, sorted(blocks), range(first, first + groups), group_of, rng)
        first += groups
    return group_of


def _grow_piece(
    task: Task, blocks: list[int], groups: range, group_of: list[int], rng: random.Random
) -> None:
    inside = set(blocks)
    fronts: list[list[int]] = []
    queue = []
    for group, seed in zip(groups, _sample(blocks, len(groups), rng), strict=True):
        group_of[seed] = group
        queue.append((task.people[seed], group))
        fronts.append([n for n in task.neighbours[seed] if n in inside])
    heapq.heapify(queue)
    while queue:
        people, group = heapq.heappop(queue)
        front = fronts[group - groups.start] = [
            block for block in fronts[group - groups.start] if group_of[block] < 0
        ]
        if not front:
            continue
        block = front[int(rng.random() * len(front))]
        group_of[block] = group
        front.extend(n for n in task.neighbours[block] if n in inside and group_of[n] < 0)
        heapq.heappush(queue, (people + task.people[block], group))


def _sample(blocks: list[int], size: int, rng: random.Random) -> list[int]:
    """Draw different blocks; by ``random()`` alone, whose numbers are the same for ever."""
    left = list(blocks)
    for i in range(size):
        j = i + int(rng.random() * (len(left) - i))
        left[i], left[j] = left[j], left[i]
    return left[:size]


def search(
    task: Task,
    start: Sequence[int],
    steps: int,
    rng: random.Random,
    *,
    hot: float = HOT,
    tell: Callable[[float], None] = lambda share: None,
) -> Result:
    """Change groups step by step, and return the best that were met.

    ``tell`` is told the share that is done, and may raise to end the search.
    """
    walk = _Walk(task, start, rng)
    scale = max(sum(task.people) // len(task.people), 1) * max(sum(task.weights), 1)
    for chunk in range(CHUNKS):
        tell(chunk / CHUNKS)
        heat = round(scale * hot * (COLD / hot) ** (chunk / (CHUNKS - 1)))
        walk.fine = scale_fine(task, chunk)
        walk.go(steps // CHUNKS, heat)
    return walk.finish()


def scale_fine(task: Task, chunk: int) -> int:
    """Return what a part of a person too many costs in a part of a search: ever more."""
    low, high = EXCESS
    return max(sum(task.weights), 1) * (low * CHUNKS + (high - low) * chunk) // CHUNKS


class _Walk:
    """A search on its way: the groups, their cost, and the best that were met."""

    def __init__(self, task: Task, start: Sequence[int], rng: random.Random) -> None:
        self.task = task
        self.now = Grouping(task, start)
        self.random = rng.random
        blocks = range(len(task.people))
        self.edges = [(a, b) for a in blocks for b in task.neighbours[a]]
        self.kept: list[Pairs] = [[units[block] for units in task.kept] for block in blocks]
        self.main = [[_find_main(one) for one in units] for units in task.kept]
        self.fine = self.most_torn = 0
        self.excess, self.cost = self.now.excess, self.now.cost
        self.best = Result(list(start), self.excess, self.cost, None)
        self.note()

    def go(self, steps: int, heat: int) -> None:
        """Try so many changes at a temperature."""
        rnd, edges, group_of = self.random, self.edges, self.now.group_of
        size = len(edges)
        for _ in range(steps if size else 0):
            block, other = edges[int(rnd() * size)]
            new = group_of[other]
            if group_of[block] == new:
                continue
            kind = rnd()
            limit = heat * LOGS[int(rnd() * 4096)] >> 12
            if kind < UNIT_SHARE and self.kept[0]:
                self.try_unit(block, new, limit)
            else:
                self.try_block(block, new, limit, is_chain=kind > CHAIN_SHARE)

    def try_block(self, block: int, new: int, limit: int, *, is_chain: bool) -> None:
        """Move a block if that costs less than a limit; or let it push another one on."""
        kept, people = self.kept[block], self.task.people[block]
        change = self.weigh((block,), kept, people, new)
        if change[2] <= limit:
            if self.now.is_connected_without((block,)):
                self.take((block,), kept, people, new, change)
        elif is_chain and change[1] <= limit and self.now.is_connected_without((block,)):
            old = self.now.group_of[block]
            self.now.shift((block,), kept, people, new)
            if not self.push_on(block, new, limit, change):
                self.now.shift((block,), kept, people, old)

    def push_on(self, block: int, group: int, limit: int, first: tuple[int, int, int]) -> bool:
        """Move one more block out of a group that has just got one; tell whether that was done."""
        rnd, group_of, neighbours = self.random, self.now.group_of, self.task.neighbours
        near = [n for n in neighbours[block] if group_of[n] == group]
        if not near:
            return False
        pushed = near[int(rnd() * len(near))]
        around = [group_of[n] for n in neighbours[pushed] if group_of[n] != group]
        if not around:
            return False
        new = around[int(rnd() * len(around))]
        kept, people = self.kept[pushed], self.task.people[pushed]
        change = self.weigh((pushed,), kept, people, new)
        if change[2] + first[2] > limit or not self.now.is_connected_without((pushed,)):
            return False
        self.excess, self.cost = self.excess + first[0], self.cost + first[1]
        self.take((pushed,), kept, people, new, change)
        return True

    def try_unit(self, block: int, new: int, limit: int) -> None:
        """Move all of a group's blocks in one unit of a kept layer that lie around a block."""
        blocks = self.find_in_unit(block, int(self.random() * len(self.kept[block])))
        if len(blocks) == self.now.size[self.now.group_of[block]]:
            return
        kept = self.sum_kept(blocks)
        people = sum(self.task.people[one] for one in blocks)
        change = self.weigh(blocks, kept, people, new)
        if change[2] <= limit and self.now.is_connected_without(blocks):
            self.take(blocks, kept, people, new, change)

    def find_in_unit(self, block: int, layer: int) -> list[int]:
        """Find the blocks of a group that lie mainly in one unit, around one of them."""
        main, group_of, neighbours = self.main[layer], self.now.group_of, self.task.neighbours
        unit, group = main[block], group_of[block]
        found, seen = [block], {block}
        for one in found:
            for near in neighbours[one]:
                if near not in seen and group_of[near] == group and main[near] == unit:
                    seen.add(near)
                    found.append(near)
        return found

    def sum_kept(self, blocks: Sequence[int]) -> Pairs:
        """Sum the people of blocks by unit of each kept layer."""
        if len(blocks) == 1:
            return self.kept[blocks[0]]
        summed: list[dict[int, int]] = [{} for _ in self.task.kept]
        for block in blocks:
            for count, units in zip(summed, self.kept[block], strict=True):
                for unit, people in units:
                    count[unit] = count.get(unit, 0) + people
        return [list(count.items()) for count in summed]

    def weigh(
        self, blocks: Sequence[int], kept: Pairs, people: int, new: int
    ) -> tuple[int, int, int]:
        """Return by how much excess, cost, and both together would grow by a move."""
        now, task = self.now, self.task
        old = now.group_of[blocks[0]]
        excess = now.count_excess_change(people, old, new)
        if task.apart:
            excess += max(task.most, 1) * now.count_unparted_change(blocks, old, new)
        cost = now.count_torn_change(kept, old, new)
        if task.border:
            cost += task.border * now.count_cut_change(blocks, old, new)
        return excess, cost, cost + self.fine * excess

    def take(
        self,
        blocks: Sequence[int],
        kept: Pairs,
        people: int,
        new: int,
        change: tuple[int, int, int],
    ) -> None:
        """Move blocks, and keep the groups if they are the best yet."""
        self.now.shift(blocks, kept, people, new)
        self.excess += change[0]
        self.cost += change[1]
        self.note()

    def note(self) -> None:
        """Keep the groups if none that keep better to the rules, or cost less, were met.

        Once some kept to all rules, none that tear more people than these are kept, however few
        borders they cut.
        """
        best = self.best
        if best.first is None and not self.excess:
            groups = list(self.now.group_of)
            self.most_torn = self.now.weighted_torn
            self.best = Result(groups, self.excess, self.cost, groups)
        elif (self.excess, self.cost) < (best.excess, best.cost) and (
            best.first is None or self.now.weighted_torn <= self.most_torn
        ):
            self.best = Result(list(self.now.group_of), self.excess, self.cost, best.first)

    def finish(self) -> Result:
        """Return the best groups that were met."""
        return self.best


def _find_main(units: Sequence[tuple[int, int]]) -> int:
    """Return the unit that most of a block's people are in; -1 for none."""
    return max(units, key=lambda one: one[1])[0] if units else -1
