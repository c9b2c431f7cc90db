"""The search: what it counts on the way is what is there, and groups keep in one piece."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping.redraw import searching
from mapping.redraw.grouping import Grouping, Task
from mapping.redraw.pieces import share_out
from mapping.redraw.rules import Limits


def make_task(
    columns: int, rows: int, groups: int, seed: int, *, tolerance: float = 0.5, layers: int = 2
) -> Task:
    """Make a grid with random people, in random units of some layers."""
    rng = random.Random(seed)
    size = columns * rows
    neighbours: list[list[int]] = [[] for _ in range(size)]
    for one in range(size):
        for other in (one + 1 if (one + 1) % columns else size, one + columns):
            if other < size:
                neighbours[one].append(other)
                neighbours[other].append(one)
    people = [rng.randint(0, 300) for _ in range(size)]
    kept = []
    for _ in range(layers):
        units = []
        for one in people:
            part = rng.randint(0, one)
            pairs = {rng.randint(0, 3): part}
            other = rng.randint(0, 3)
            pairs[other] = pairs.get(other, 0) + one - part
            units.append([(unit, count) for unit, count in sorted(pairs.items()) if count])
        kept.append(units)
    mean = sum(people) / groups
    least, most = int(mean * (1 - tolerance)), int(mean * (1 + tolerance)) + 1
    return Task(
        [sorted(some) for some in neighbours],
        people,
        kept,
        [400, 600][:layers],
        least,
        most,
        groups,
        {},
        1_000,
    )


def is_whole(task: Task, group_of: list[int], group: int) -> bool:
    inside = {block for block, own in enumerate(group_of) if own == group}
    if not inside:
        return False
    seen, todo = {min(inside)}, [min(inside)]
    while todo:
        for near in task.neighbours[todo.pop()]:
            if near in inside and near not in seen:
                seen.add(near)
                todo.append(near)
    return seen == inside


def begin(task: Task, seed: int) -> list[int]:
    blocks = range(len(task.people))
    return searching.grow(task, [(blocks, task.groups)], random.Random(seed))


sizes = st.tuples(st.integers(2, 5), st.integers(2, 5), st.integers(1, 4))


@given(sizes, st.integers(0, 10_000), st.integers(0, 2))
def test_what_is_counted_on_the_way_is_what_is_there(size, seed, layers):
    task = make_task(*size, seed, layers=layers)
    walk = searching._Walk(task, begin(task, seed), random.Random(seed))
    for heat in (200_000, 20_000, 0):
        walk.fine = 2_000
        walk.go(300, heat)
        anew = Grouping(task, walk.now.group_of)
        for name in ("people", "size", "rows", "columns", "row_most", "column_most"):
            assert getattr(walk.now, name) == getattr(anew, name), name
        assert walk.now.torn == anew.torn
        assert (walk.excess, walk.cost) == (anew.excess, anew.cost)
        assert all(is_whole(task, walk.now.group_of, g) for g in range(task.groups))


@given(sizes, st.integers(0, 10_000))
def test_a_search_is_no_worse_than_its_start_and_repeats_itself(size, seed):
    task = make_task(*size, seed)
    start = begin(task, seed)
    found = searching.search(task, start, 1_000, random.Random(seed))
    again = searching.search(task, start, 1_000, random.Random(seed))
    assert found == again
    first, last = Grouping(task, start), Grouping(task, found.group_of)
    assert (last.excess, last.cost) == (found.excess, found.cost)
    assert (last.excess, last.cost) <= (first.excess, first.cost)
    assert sum(last.people) == sum(task.people)
    assert all(is_whole(task, found.group_of, g) for g in range(task.groups))
    if found.first is not None:
        assert Grouping(task, found.first).excess == 0 == found.excess


@pytest.mark.parametrize("seed", range(8))
def test_a_search_finds_the_best_of_all_groupings(seed):
    """Of nine blocks in two groups, or eight in three, every grouping is looked at."""
    task = make_task(*((3, 3, 2) if seed % 2 else (4, 2, 3)), seed, tolerance=0.4)
    best = min(
        (one.excess, one.cost)
        for groups in itertools.product(range(task.groups), repeat=len(task.people))
        if all(is_whole(task, list(groups), g) for g in range(task.groups))
        for one in [Grouping(task, groups)]
    )
    runs = [searching.search(task, begin(task, run), 8_000, random.Random(run)) for run in range(3)]
    assert min((one.excess, one.cost) for one in runs) == best


@given(st.lists(st.integers(1, 400), min_size=1, max_size=5), st.integers(1, 20), st.floats(0, 0.9))
def test_groups_are_shared_out_so_that_each_piece_can_be_divided(people, groups, tolerance):
    import numpy as np

    sizes, blocks = np.array(people, dtype=float), np.array(people)
    limits = Limits(float(sizes.sum()) / groups, tolerance)
    found = share_out(sizes, blocks, limits, groups)
    if found is None:
        return
    assert sum(found) == groups
    for one, number in zip(people, found, strict=True):
        assert limits.least * (1 - 1e-6) <= one / number <= limits.most * (1 + 1e-6)


@pytest.mark.parametrize(
    ("people", "groups", "found"),
    [
        ([100, 100], 4, [2, 2]),
        ([100, 200], 3, [1, 2]),
        ([100, 150], 5, [2, 3]),
        ([90, 10], 2, None),
    ],
)
def test_known_shares_of_groups(people, groups, found):
    import numpy as np

    limits = Limits(sum(people) / groups, 0.1)
    assert share_out(np.array(people, dtype=float), np.array(people), limits, groups) == found


@pytest.mark.parametrize("seed", range(6))
def test_prices_prove_how_many_people_any_plan_can_keep(seed):
    """Of six blocks in two groups of like size every plan is looked at; any prices hold."""
    import numpy as np

    from benchmarks.redraw_bound import find_most_beyond

    rng = np.random.default_rng(seed)
    table = rng.integers(0, 50, (6, 3)) * (rng.random((6, 3)) < 0.6)
    people, prices = table.sum(axis=1) + 1.0, (rng.random(6) * 40, rng.random(3) * 40)
    low, high = people.sum() / 2 * 0.6, people.sum() / 2 * 1.4
    most = find_most_beyond(table.astype(float), people, *prices, (low, high))
    kept = [
        np.maximum(table[inside].sum(axis=0), table[~inside].sum(axis=0)).sum()
        for number in range(1, 63)
        for inside in [np.array([number >> i & 1 for i in range(6)], dtype=bool)]
        if low <= people[inside].sum() <= high and low <= people[~inside].sum() <= high
    ]
    assert kept
    assert max(kept) <= sum(map(np.sum, prices)) + 2 * most + 1e-6
