"""Two plans beside each other: who is in another group, whatever groups are numbered."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping import layers, overlap, redraw
from mapping.errors import MappingError
from mapping.wording import plan_findings


@pytest.fixture(scope="module")
def graph(camden) -> redraw.BlockGraph:
    return redraw.find_graph(camden, layers.get("ward"))


def plan_of(graph, groups, keep=()) -> redraw.Plan:
    return redraw.start_from(graph, np.array(groups)).as_plan(keep)


GROUPS = st.lists(st.integers(0, 4), min_size=20, max_size=20)


@given(GROUPS, GROUPS)
@settings(max_examples=60, deadline=None)
def test_people_in_another_group_are_counted_alike_both_ways(graph, one, other):
    a, b = plan_of(graph, one), plan_of(graph, other)
    found, back = redraw.compare_plans(a, b), redraw.compare_plans(b, a)
    assert found.people == pytest.approx(back.people)
    assert found.people == pytest.approx(found.moves["people"].sum())
    assert 0 <= found.share <= 1 + 1e-9
    if min(min(one), min(other)) > 0:
        same = redraw.count_difference(a.group_of, b.group_of, graph.people)
        assert found.share == pytest.approx(same, abs=1e-9)


@given(GROUPS, st.permutations([1, 2, 3, 4]))
@settings(max_examples=40, deadline=None)
def test_other_numbers_for_the_same_groups_move_nobody(graph, groups, numbers):
    renamed = [numbers[group - 1] if group else 0 for group in groups]
    found = redraw.compare_plans(plan_of(graph, groups), plan_of(graph, renamed))
    assert (found.people, len(found.moves)) == (0.0, 0)


def test_a_known_pair_moves_one_ward(graph, camden):
    half = [1] * 10 + [2] * 10
    other = [2] * 10 + [1] * 9 + [2]
    keep = ["postal_district"]
    found = redraw.compare_plans(plan_of(graph, half, keep), plan_of(graph, other, keep))
    assert found.people == pytest.approx(graph.people[19])
    assert found.matched == {1: 2, 2: 1}
    assert found.moves[["group", "to_group"]].values.tolist() == [[2, 2]]
    assert found.torn["layer"].tolist() == keep
    said = plan_findings.say_difference(found, "One", "Two", names_a={2: "East"})
    assert said.startswith("Between “One” and “Two” about ")
    assert "residents of “East”." in said
    assert "from their postcode district, “Two” " in said


def test_blocks_may_be_of_different_kinds(graph, camden):
    wards = plan_of(graph, [1] * 10 + [2] * 10)
    small = redraw.begin(camden, "lsoa", like=wards).as_plan()
    found = redraw.compare_plans(wards, small)
    assert 0 < found.share < 0.05
    assert found.people < overlap.people_in(camden, "residents").sum()


def test_plans_of_two_places_are_refused(graph, oldham):
    other = redraw.begin(oldham, "ward", like=layers.get("ward")).as_plan()
    with pytest.raises(MappingError, match="two plans of one place"):
        redraw.compare_plans(plan_of(graph, [1] * 20), other)


def test_the_same_people_together_are_said_to_be(graph):
    same = plan_of(graph, [1] * 10 + [2] * 10)
    said = plan_findings.say_difference(redraw.compare_plans(same, same), "A", "B")
    assert said == "“A” and “B” put the same people together."
