"""One area around what it must contain: found, or refused for a reason that holds."""

import random
from itertools import combinations

import numpy as np
import pytest
from drawn_blocks import drawn_blocks

from mapping import layers, places, redraw
from mapping.errors import PlanError
from mapping.redraw import count_torn_around

PLACES = ("Camden", "Plymouth", "Oldham", "Moray", "Merthyr Tydfil", "City of Edinburgh")
STARTS = 6


def is_connected(graph: redraw.BlockGraph, blocks: set[int]) -> bool:
    seen, todo = {min(blocks)}, [min(blocks)]
    while todo:
        for near in graph.neighbours[todo.pop()]:
            if near in blocks and near not in seen:
                seen.add(near)
                todo.append(near)
    return seen == blocks


def grow(graph: redraw.BlockGraph, people: float, seed: int) -> list[int]:
    rng = random.Random(seed)
    inside = [int(rng.random() * len(graph))]
    while graph.people[inside].sum() < people:
        near = sorted({n for one in inside for n in graph.neighbours[one]} - set(inside))
        inside.append(near[int(rng.random() * len(near))])
    return inside


@pytest.mark.parametrize("name", PLACES)
def test_an_area_of_ten_thousand_contains_what_it_must_or_is_refused_for_a_reason(name):
    place = places.get(name)
    graph = redraw.find_graph(place, layers.get("lsoa"))
    for seed in range(STARTS):
        core = grow(graph, 7_200, seed)
        codes = graph.codes[core].tolist()
        question = {"blocks": "lsoa", "groups": 1, "people": 10_000, "tolerance": 0.1}
        if graph.people[core].sum() > 11_000:
            with pytest.raises(PlanError, match="by itself"):
                redraw.suggest(place, contains=codes, **question)
            continue
        plan = redraw.suggest(place, contains=codes, keep=["ward"], seed=seed, **question)
        inside = set(np.flatnonzero(plan.group_of == 1).tolist())
        assert set(core) <= inside
        assert is_connected(graph, inside)
        assert 9_000 <= graph.people[list(inside)].sum() <= 11_000
        assert plan.groups == 1
        assert plan.summary["connected"].all()


def test_of_wards_it_is_found_if_and_only_if_there_is_one(camden):
    """Every set of up to three further wards is looked at here; four would be too many people."""
    graph = redraw.find_graph(camden, layers.get("ward"))
    for core in range(0, len(graph), 3):
        low, high = 0.95 * 28_000, 1.05 * 28_000
        others = [i for i in range(len(graph)) if i != core]
        right = [
            {core, *some}
            for size in range(4)
            for some in combinations(others, size)
            if low <= graph.people[[core, *some]].sum() <= high
            and is_connected(graph, {core, *some})
        ]
        question = {"groups": 1, "people": 28_000, "tolerance": 0.05, "keep": ["postal_district"]}
        contains = [graph.codes[core]]
        if not right:
            with pytest.raises(PlanError, match="there is no such area"):
                redraw.suggest(camden, contains=contains, **question)
            continue
        plan = redraw.suggest(camden, contains=contains, **question)
        assert set(np.flatnonzero(plan.group_of).tolist()) in right
        torn = [plan_of(plan, inside).torn["people"].sum() for inside in right]
        assert plan.torn["people"].sum() == pytest.approx(min(torn), abs=1e-3)


def plan_of(plan: redraw.Plan, inside: set[int]) -> redraw.Plan:
    groups = np.zeros(len(plan.graph), dtype=np.int64)
    groups[list(inside)] = 1
    return redraw.Plan(plan.graph, groups, plan.limits, plan.keep, plan.weights, is_area=True)


def test_an_area_takes_in_what_lies_between_its_parts():
    with drawn_blocks("ABCDE\nFGHIJ", people=1) as (town, _):
        question = {"blocks": town.layers[0], "groups": 1, "tolerance": 0.1}
        plan = redraw.suggest(town.place, people=3, contains=["A", "C"], **question)
        assert plan.blocks["code"][plan.group_of == 1].tolist() == ["A", "B", "C"]
        with pytest.raises(PlanError, match="with what lies between them, has 5") as told:
            redraw.suggest(town.place, people=4, contains=["A", "E"], **question)
        assert told.value.constraint == "contains"


def test_what_must_stay_outside_does():
    with drawn_blocks("ABC", people=1) as (town, _):
        question = {"blocks": town.layers[0], "groups": 1, "people": 2, "tolerance": 0}
        plan = redraw.suggest(town.place, contains=["B"], apart=["B", "A"], **question)
        assert plan.group_of.tolist() == [0, 1, 1]
        with pytest.raises(PlanError, match="no such area"):
            redraw.suggest(town.place, contains=["A"], apart=["A", "B"], **question)


def test_a_neighbourhood_that_nests_tears_nobody_and_one_of_whole_units_neither():
    with drawn_blocks("ABCDEF", "XXXXXX", "PPQQRR") as (town, graph):
        large, small = (redraw.count_tally(graph, one) for one in town.layers[1:])
        inside = np.array([1, 1, 1, 1, 0, 0], dtype=bool)
        assert count_torn_around(large, inside).people == 0
        assert count_torn_around(small, inside).people == 0
        torn = count_torn_around(small, np.array([0, 1, 1, 1, 0, 0], dtype=bool))
        assert (torn.people, torn.counted) == (1, 3)


def test_an_area_given_as_a_place_is_contained(camden):
    area = places.get("WC1H")
    plan = redraw.suggest(
        camden, blocks="lsoa", groups=1, people=20_000, tolerance=0.2, contains=area
    )
    drawn = plan.layer("Around WC1H", scale="hyperlocal")
    both = np.intersect1d(area.positions, camden.positions)
    share = (drawn.unit[both] == 0).mean()
    assert share > 0.98
