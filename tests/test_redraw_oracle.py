"""Suggested groups beside every grouping that there is, counted plainly, in towns of few blocks."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import pytest
from drawn_blocks import drawn_blocks
from hypothesis import given
from hypothesis import strategies as st

from mapping import redraw
from mapping.errors import PlanError
from mapping.redraw.preparing import choose_parts, count_apart

NEAR = 1e-9
SHAPES = ((1, 4), (1, 6), (2, 2), (2, 3))
PEOPLE = {
    "one": lambda rng: 1.0,
    "whole": lambda rng: float(rng.randint(0, 9)),
    "thirds": lambda rng: 1 / 3,
    "few": lambda rng: rng.random() * 1e-3,
    "many": lambda rng: rng.random() * 1e9,
    "some nobody": lambda rng: rng.choice([0.0, 0.0, 2.0]),
    "nobody": lambda rng: 0.0,
}


@dataclass
class Case:
    """A town of blocks in rows and columns, and what is asked of groups of them."""

    seed: int
    people: list[float] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    line: str = ""
    water: list[str] = field(default_factory=list)
    together: list[list[str]] = field(default_factory=list)
    apart: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        rng = self.rng = random.Random(self.seed)
        self.rows, self.columns = rng.choice(SHAPES)
        self.letters = "ABCDEF"[: self.rows * self.columns]
        make = PEOPLE[rng.choice(sorted(PEOPLE))]
        self.people = [make(rng) for _ in self.letters]
        self.kept = [self._draw("XYZ.") for _ in range(rng.randint(0, 2))]
        self.line = self._draw("PQ") if rng.random() < 0.25 else ""
        if rng.random() < 0.3:
            self.water = [pair for pair in self._list_pairs() if rng.random() < 0.2]
        if rng.random() < 0.3:
            at = rng.randint(0, len(self.letters) - 2)  # beside each other, mostly
            self.together = [list(self.letters[at : at + 2])]
        if rng.random() < 0.4:
            self.apart = [rng.sample(self.letters, rng.randint(2, 3))]

    def _draw(self, units: str) -> str:
        drawn = "".join(self.rng.choice(units) for _ in self.letters)
        return self._lay_out(drawn)

    def _lay_out(self, drawn: str) -> str:
        step = self.columns
        return "\n".join(drawn[i : i + step] for i in range(0, len(drawn), step))

    def _list_pairs(self) -> Iterator[str]:
        step = self.columns
        for at, letter in enumerate(self.letters):
            if (at + 1) % step:
                yield letter + self.letters[at + 1]
            if at + step < len(self.letters):
                yield letter + self.letters[at + step]

    @property
    def drawings(self) -> list[str]:
        """The blocks, the kept layers, and the line, if there is one."""
        return [self._lay_out(self.letters), *self.kept, *filter(None, [self.line])]

    def find_neighbours(self) -> dict[str, set[str]]:
        """Pair blocks that no water and no line parts."""
        side = dict(zip(self.letters, self.line.replace("\n", "") or self.letters, strict=True))
        found: dict[str, set[str]] = {letter: set() for letter in self.letters}
        for one, other in self._list_pairs():
            if one + other not in self.water and (not self.line or side[one] == side[other]):
                found[one].add(other)
                found[other].add(one)
        return found


def is_whole(neighbours: dict[str, set[str]], blocks: Sequence[str]) -> bool:
    seen, todo = {blocks[0]}, [blocks[0]]
    while todo:
        for near in neighbours[todo.pop()] & set(blocks) - seen:
            seen.add(near)
            todo.append(near)
    return seen == set(blocks)


def list_groupings(size: int, groups: int) -> Iterator[list[int]]:
    """List every way to put blocks into groups, each once."""

    def go_on(chosen: list[int], most: int) -> Iterator[list[int]]:
        if len(chosen) == size:
            if most == groups:
                yield list(chosen)
            return
        for group in range(1, min(most + 1, groups) + 1):
            yield from go_on([*chosen, group], max(most, group))

    yield from go_on([], 0)


def keeps_to_all(case: Case, group_of: Sequence[int], groups: int, tolerance: float) -> bool:
    neighbours, of = case.find_neighbours(), dict(zip(case.letters, group_of, strict=True))
    mean = sum(case.people) / groups
    inside = defaultdict(list)
    for letter, group in of.items():
        inside[group].append(letter)
    people = Counter()
    for group, one in zip(group_of, case.people, strict=True):
        people[group] += one
    low, high = mean * (1 - tolerance) * (1 - NEAR), mean * (1 + tolerance) * (1 + NEAR)
    return (
        all(low <= people[group] <= high for group in inside)
        and all(is_whole(neighbours, blocks) for blocks in inside.values())
        and all(len({of[one] for one in some}) == 1 for some in case.together)
        and all(len({of[one] for one in some}) == len(some) for some in case.apart)
    )


def count_torn(case: Case, group_of: Sequence[int], layer: str) -> float:
    table: Counter[tuple[int, str]] = Counter()
    for group, unit, one in zip(group_of, layer.replace("\n", ""), case.people, strict=True):
        if unit != ".":
            table[group, unit] += one
    rows, columns = defaultdict(float), defaultdict(float)
    for (group, unit), one in table.items():
        rows[group] = max(rows[group], one)
        columns[unit] = max(columns[unit], one)
    return sum(table.values()) - max(sum(rows.values()), sum(columns.values()))


@given(st.integers(0, 10**6), st.integers(1, 6), st.sampled_from([0, 0.1, 0.3, 0.5, 0.9]))
def test_groups_keep_to_all_rules_or_none_could(seed: int, groups: int, tolerance: float) -> None:
    """Where water is in the way a plan may cross it, and where none need to, one is found."""
    case = Case(seed)
    right = [
        one
        for one in list_groupings(len(case.letters), groups)
        if keeps_to_all(case, one, groups, tolerance)
    ]
    with drawn_blocks(*case.drawings, people=case.people, water=case.water) as (town, _):
        plan = try_to_suggest(
            town.place,
            blocks=town.layers[0],
            keep=town.layers[1 : 1 + len(case.kept)],
            within=town.layers[1 + len(case.kept) :],
            groups=groups,
            tolerance=tolerance,
            together=case.together,
            apart=case.apart,
            steps=2_000,
        )
        if plan is None:
            assert not right or needs_another_way(case)
            return
        group_of = plan.group_of.tolist()
        crossed = [(town.layers[0].codes[one.a], one.b) for one in plan.crossings]
        assert keeps_to_all(case, group_of, groups, tolerance) or crossed
        assert plan.summary["connected"].all()
        assert plan.is_balanced
        assert plan.summary["people"].sum() == pytest.approx(sum(case.people))
        for layer, torn in zip(case.kept, plan.torn["people"], strict=True):
            least = NEAR * sum(case.people)
            assert torn == pytest.approx(count_torn(case, group_of, layer), abs=least)


def try_to_suggest(*place, **question) -> redraw.Plan | None:
    """Return a plan, or None where it is refused with the rule that stands in its way."""
    try:
        return redraw.suggest(*place, **question)
    except PlanError as error:
        assert error.constraint  # noqa: PT017 - every refusal has one
        return None


def needs_another_way(case: Case) -> bool:
    """Tell whether what is together is in parts, which more than one way may join."""
    neighbours = case.find_neighbours()
    return any(not is_whole(neighbours, some) for some in case.together)


@given(st.integers(0, 10**6), st.floats(0.2, 0.8), st.sampled_from([0, 0.1, 0.3, 0.6]))
def test_of_all_areas_around_a_start_the_best_is_found(
    seed: int, share: float, tolerance: float
) -> None:
    case = Case(seed)
    start = case.together[0] if case.together else list(case.letters[:1])
    neighbours, wanted = case.find_neighbours(), max(sum(case.people) * share, 1e-6)
    low, high = wanted * (1 - tolerance) * (1 - NEAR), wanted * (1 + tolerance) * (1 + NEAR)
    people = dict(zip(case.letters, case.people, strict=True))
    right = [
        "".join(some)
        for size in range(1, len(people) + 1)
        for some in combinations(case.letters, size)
        if set(start) <= set(some)
        and is_whole(neighbours, some)
        and low <= sum(people[one] for one in some) <= high
        and not any(len(set(some) & set(pair)) > 1 for pair in case.apart)
    ]
    with drawn_blocks(*case.drawings, people=case.people, water=case.water) as (town, graph):
        keep = town.layers[1 : 1 + len(case.kept)]

        def judge(inside: str) -> float:
            blocks = np.array([letter in inside for letter in case.letters])
            found = [redraw.count_tally(graph, layer) for layer in keep]
            return sum(redraw.count_torn_around(one, blocks).people for one in found)

        plan = try_to_suggest(
            town.place,
            blocks=town.layers[0],
            keep=keep,
            within=town.layers[1 + len(case.kept) :],
            groups=1,
            people=wanted,
            tolerance=tolerance,
            contains=[start],
            apart=case.apart,
        )
        if plan is None:
            assert not right
            return
        inside = "".join(plan.blocks["code"][plan.group_of == 1])
        assert inside in right
        assert judge(inside) <= min(map(judge, right)) + 1e-6 * max(sum(case.people), 1)


def ask(drawing: str, *layers: str, people=1.0, water=(), **question) -> list[int]:
    """Return the groups that are suggested in a drawn town; ``layers`` are kept to."""
    with drawn_blocks(drawing, *layers, people=people, water=water) as (town, _):
        asked = {"steps": 2_000, "keep": town.layers[1:], **question}
        if asked.pop("within", False):
            asked |= {"within": town.layers[1:], "keep": ()}
        return redraw.suggest(town.place, blocks=town.layers[0], **asked).group_of.tolist()


def test_groups_as_large_as_each_other_are_found_whatever_people_are_counted_in():
    for one in (1 / 3, 1e-6 / 3, 1e9 / 3):
        assert ask("ABCD", people=one, groups=2, tolerance=0) == [1, 1, 2, 2]
    assert ask("ABC", people=[0.1, 0.2, 0.3], groups=1, tolerance=0) == [1, 1, 1]


def test_a_group_may_be_exactly_as_large_as_the_largest_that_is_allowed():
    """Three thirds are half as many again as the mean of two."""
    found = ask("ABCD", people=1 / 3, groups=2, tolerance=0.5, apart=["C", "D"])
    assert found == [1, 1, 1, 2]


def test_small_numbers_are_counted_in_parts_that_are_small_enough():
    people = np.array([0.16, 0.164, 0.155] * 40)
    parts = choose_parts(people, redraw.Limits(float(people.sum()) / 5, 0.15))
    assert np.abs(people * parts - np.rint(people * parts)).sum() / parts < 0.01
    assert choose_parts(people * 1e4, redraw.Limits(6_400, 0.15)) == 100


def test_where_nobody_lives_groups_are_made_all_the_same():
    found = ask("ABCDEF", people=0.0, water=["BC"], groups=3, tolerance=0)
    assert len(set(found)) == 3
    assert found[1] != found[2]
    found = ask("ABCD\nEFGH", people=0.0, groups=3, tolerance=0, apart=["A", "B", "F"])
    assert len({found[0], found[1], found[5]}) == 3


def test_what_joins_the_parts_of_an_area_has_few_people_and_then_few_blocks():
    found = ask("ABC\nDEF\nGHI", people=0.0, groups=7, tolerance=0, together=["G", "I"])
    assert len(set(found)) == 7  # of nine blocks three are one: the way is straight


def test_what_joins_the_parts_of_an_area_goes_round_what_must_be_apart_from_it():
    people = [1.0, 1.0, 1.0, 5.0, 5.0, 5.0]
    question = {"groups": 2, "tolerance": 0.99, "together": ["A", "C"]}
    found = ask("ABC\nDEF", people=people, apart=["A", "B"], **question)
    assert found == [1, 2, 1, 1, 1, 1]
    with pytest.raises(PlanError, match="must be apart from them lies between") as told:
        ask("ABC", apart=["A", "B"], **question)
    assert told.value.constraint == "apart"


def test_an_area_has_no_two_blocks_that_must_be_apart_wherever_it_begins():
    """B and C are the nearest to three people; A, D and E are further."""
    with drawn_blocks("DABC\nEFGH", people=1.0) as (town, _):
        plan = redraw.suggest(
            town.place,
            blocks=town.layers[0],
            groups=1,
            people=3,
            tolerance=0,
            contains=["A"],
            apart=[["B", "D"], ["B", "F"], ["B", "C"]],
        )
    inside = set(plan.blocks["code"][plan.group_of == 1])
    assert len(inside) == 3
    assert not any({"B", other} <= inside for other in "DFC")


def test_an_area_may_join_its_parts_by_another_way_than_the_shortest():
    """H and C, by G with one more person or by B with four: 20 people are there only by B."""
    people = [9.0, 4.0, 8.0, 9.0, 9.0, 1.0, 9.0, 8.0, 9.0]
    with drawn_blocks("ABC\nDEF\nGHI", people=people, water=["EF", "EH", "HI"]) as (town, _):
        question = {"blocks": town.layers[0], "groups": 1, "tolerance": 0, "contains": ["H", "C"]}
        plan = redraw.suggest(town.place, people=8 + 9 + 9 + 9 + 4 + 8, **question)
        assert set(plan.blocks["code"][plan.group_of == 1]) == set("HGDABC")


def test_groups_are_shared_out_so_that_each_side_of_a_line_has_enough_to_be_apart():
    """Of four groups the column of B and E needs two, though each of three could have them."""
    found = ask("ABC\nDEF", "PQR\nPQR", groups=4, tolerance=0.5, apart=["A", "B", "E"], within=True)
    assert len({found[0], found[1], found[4]}) == 3
    assert count_apart([(1, 4), (0, 1), (0, 4)], np.array([0, 1, 2, 0, 1, 2])) == [1, 2, 1]
    with pytest.raises(PlanError, match="3 groups would be needed") as told:
        ask("ABCD", groups=2, tolerance=0.9, apart=["A", "B", "C"])
    assert told.value.constraint == "apart"


def test_islands_that_would_each_be_a_group_join_where_fewer_are_wanted():
    """Five islands of one block each: three groups of one or two, two of which cross water."""
    parted = ["AB", "BC", "CD", "DE"]
    found = ask("ABCDE", water=parted, groups=3, tolerance=0.5)
    assert sorted(Counter(found).values()) == [1, 2, 2]
    assert ask("ABCDE", water=parted, groups=5, tolerance=0.5) == [1, 2, 3, 4, 5]


@given(st.integers(0, 10**6))
def test_a_search_that_goes_on_never_tears_more_than_its_start(seed: int) -> None:
    """Cut borders count a little in a search: they never make up for people."""
    rng = random.Random(seed)
    lines = ["\n".join("".join(rng.choice("XYZ") for _ in range(4)) for _ in range(3))] * 2
    with drawn_blocks("ABCD\nEFGH\nIJKL", *lines, people=[rng.random() for _ in "A" * 12]) as (
        town,
        _,
    ):
        question = {
            "blocks": town.layers[0],
            "groups": 3,
            "tolerance": 0.9,
            "keep": town.layers[1:],
            "steps": 300,
        }
        first = redraw.suggest(town.place, seed=seed, **question)
        for number in range(3):
            after = redraw.suggest(town.place, start=first.group_of, seed=number, **question)
            assert after.torn["people"].sum() <= first.torn["people"].sum() + 0.01
            first = after
