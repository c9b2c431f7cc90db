"""Running: the searches for plans, on plain lists, so that another process can do them.

``advance`` is told the share of what was asked that is done, now and then; it may raise what ends
the search.
"""

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from mapping.redraw.grouping import Grouping, Task
from mapping.redraw.searching import Result, grow, search

RUNS = 3
"""Searches for a suggestion; as many again are tried before it is given up."""
HOTS = 1.0, 2.0, 2.0
"""The temperatures at which these begin: hotter ones find other plans."""
WARM = 0.2
"""The temperature at which a search goes on from a given start."""
EXTRA_TRIES, SHORTER = 12, 4
"""Searches for suggestions that differ, and how many times shorter each is."""
PAIRS_APART = 2
"""So many pairs of blocks that the best plan has together must be apart in each of these."""

Advance = Callable[[float], object]
Tell = Callable[[float], None]


class Work(NamedTuple):
    """A task with what a search needs beside it.

    ``quotas`` have the blocks of each piece of land and its number of groups: the first ``RUNS``
    searches begin with the first, more searches with the others. ``steps`` are those of each.
    """

    task: Task
    quotas: list[list[tuple[list[int], int]]]
    seed: int
    steps: int


def run_all(work: Work, first: int, *, advance: Advance) -> list[Result]:
    """Search from several first plans, those from number ``first`` on."""
    return [_run(work, first + n, _make_tell(advance, n, RUNS)) for n in range(RUNS)]


def _make_tell(advance: Advance, done: int = 0, of: int = 1) -> Tell:
    """Return what tells how far one of several searches is."""

    def tell(share: float) -> None:
        advance((done + share) / of)

    return tell


def _run(work: Work, number: int, tell: Tell) -> Result:
    """Search from a first plan of its own."""
    rng = random.Random(f"{work.seed}.{number}")
    quota = work.quotas[max(number - RUNS + 1, 0) % len(work.quotas)]
    start, hot = grow(work.task, quota, rng), HOTS[number % RUNS]
    return search(work.task, start, work.steps, rng, hot=hot, tell=tell)


def run_others(work: Work, best: Sequence[int], *, advance: Advance) -> list[Result]:
    """Search for plans that differ from the ``best`` one, each less long."""
    return [
        _run_otherwise(work, best, n, _make_tell(advance, n, EXTRA_TRIES))
        for n in range(EXTRA_TRIES)
    ]


def _run_otherwise(work: Work, best: Sequence[int], number: int, tell: Tell) -> Result:
    """Search less long for a plan that differs from the best one.

    Every other one parts some blocks that it has together, or puts one kept layer first.
    """
    rng = random.Random(f"{work.seed}.other.{number}")
    task = work.task
    parted = task._replace(apart=_part_some(task, best, rng))
    if number % 2:
        parted = task._replace(weights=_lean(task.weights, number // 2))
    start = grow(task, work.quotas[0], rng)
    found = search(parted, start, work.steps // SHORTER, rng, tell=tell)
    truly = Grouping(task, found.group_of)
    first = found.first or found.group_of
    return found._replace(excess=truly.excess, cost=truly.cost, first=first)


def _lean(weights: Sequence[int], number: int) -> list[int]:
    """Weigh one kept layer several times as much as it is: each in its turn."""
    return [w * (4 if i == number % len(weights) else 1) for i, w in enumerate(weights)]


def _part_some(task: Task, group_of: Sequence[int], rng: random.Random) -> dict[int, list[int]]:
    """Add, to the blocks that must be apart, random pairs of such as are in one group."""
    apart = {block: list(others) for block, others in task.apart.items()}
    for _ in range(PAIRS_APART):
        one = int(rng.random() * len(group_of))
        others = [b for b, group in enumerate(group_of) if group == group_of[one] and b != one]
        if others:
            other = others[int(rng.random() * len(others))]
            apart.setdefault(one, []).append(other)
            apart.setdefault(other, []).append(one)
    return apart


def go_on(work: Work, given: list[int], *, advance: Advance) -> list[Result]:
    """Search from given groups, without undoing them all."""
    rng = random.Random(f"{work.seed}.start")
    return [search(work.task, given, work.steps, rng, hot=WARM, tell=_make_tell(advance))]
