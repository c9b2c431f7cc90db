"""What may be asked of suggested groups, however it is written; ties, and starts to go on from."""

import math

import numpy as np
import pytest
import town
from drawn_blocks import drawn_blocks

from mapping import layers, overlap, places, redraw
from mapping.errors import MappingError, PlanError
from mapping.redraw.asking import read_kept

NOT_ASKED = [
    ({"groups": 2.5}, "whole number of groups"),
    ({"groups": "5"}, "whole number of groups"),
    ({"groups": True}, "whole number of groups"),
    ({"groups": math.nan}, "whole number of groups"),
    ({"groups": 0}, "1 to 8 groups"),
    ({"groups": -3}, "1 to 8 groups"),
    ({"groups": 10**9}, "1 to 8 groups"),
    ({"groups": 2, "tolerance": -0.1}, "tolerance from 0"),
    ({"groups": 2, "tolerance": math.inf}, "tolerance from 0"),
    ({"people": 1e300}, "no whole number"),
    ({"people": math.inf}, "some people"),
    ({"groups": 2, "contains": np.array([1, 2])}, "list of codes in text"),
    ({"groups": 2, "together": [[7]]}, "list of codes in text"),
    ({"groups": 2, "contains": "Z"}, "1 of 1 others"),
    ({"groups": 2, "keep": {"drawn": math.nan}}, "weights above 0"),
]


@pytest.mark.parametrize(("question", "said"), NOT_ASKED)
def test_what_makes_no_sense_is_told_in_a_sentence(question, said):
    with drawn_blocks("ABCD\nEFGH") as (drawn, _), pytest.raises(MappingError, match=said) as told:
        redraw.suggest(drawn.place, blocks=drawn.layers[0], steps=100, **question)
    assert str(told.value).endswith(".")


def test_a_single_layer_or_code_may_be_given_as_it_is(camden):
    question = {"groups": 2, "tolerance": 0.2, "steps": 1_000}
    one, more = (
        redraw.suggest(camden, keep=keep, together=area, within=within, **question)
        for keep, area, within in (
            (layers.get("postal_district"), "E05013652", "borough"),
            (["postal_district"], [["E05013652"]], [layers.get("borough")]),
        )
    )
    assert (one.group_of == more.group_of).all()


def test_a_layer_that_is_named_twice_counts_once_or_by_both_its_weights():
    ward = layers.get("ward")
    assert read_kept(["ward", ward, "ward"]) == ((ward,), (1.0,))
    assert read_kept({"ward": 2, ward: 3, "borough": 1}) == ((ward, layers.get("borough")), (5, 1))


@pytest.mark.parametrize("wrong", [np.nan, 1.5, -1, 1_000, "1"])
def test_groups_that_are_no_whole_numbers_are_no_start(wrong, camden):
    graph = redraw.find_graph(camden, layers.get("ward"))
    groups = np.full(len(graph), wrong)
    with pytest.raises(MappingError, match="group from 0 to 999"):
        redraw.start_from(graph, groups)


def test_a_start_says_how_many_groups_there_are(camden):
    """Groups of 50,000 may be four or five of Camden's; the start has five."""
    question = {"people": 47_000, "tolerance": 0.3, "steps": 1_000}
    first = redraw.suggest(camden, groups=5, tolerance=0.1, steps=5_000)
    assert redraw.suggest(camden, **question).groups == 4
    assert redraw.suggest(camden, start=first.group_of, **question).groups == 5


def test_units_that_hold_as_many_are_ties_however_their_people_are_summed():
    """0.1 + 0.2 is a little more than 0.3 to a computer, and no more to anybody else."""
    with town.town("AAAB", "YYXY", people=[0.1, 0.2, 0.3, 1.0]) as built:
        along, layer = built.layers
        found = redraw.follow(built.place, layer, along=along)
        assert dict(zip(found.moves["code"], found.moves["to_code"], strict=True)) == {
            "A": "X",
            "B": "Y",
        }
        assert found.people_moved == pytest.approx(0.3)


def test_no_tolerance_is_told_that_cannot_be_asked():
    people = [1.0, 1.0, 1.0, 1.0, 0.0]
    with (
        drawn_blocks("ABCDE", people=people) as (drawn, _),
        pytest.raises(PlanError, match="What may do: fewer groups") as told,
    ):
        redraw.suggest(drawn.place, blocks=drawn.layers[0], groups=5, tolerance=0.99)
    assert "1 group of" not in str(told.value)
    assert "tolerance of" not in str(told.value)


@pytest.mark.parametrize("by", ["land", "postcodes"])
def test_groups_are_balanced_by_whatever_people_are_counted_by(by, camden):
    plan = redraw.suggest(camden, groups=3, tolerance=0.2, keep=["lsoa"], by=by, steps=3_000)
    unit = overlap.units(camden, layers.get("ward"))
    group = plan.group_of[np.searchsorted(np.unique(unit), unit)]
    counted = np.bincount(group, overlap.people_in(camden, by))[1:]
    assert plan.summary["people"].tolist() == pytest.approx(counted.tolist())
    assert np.abs(counted / counted.mean() - 1).max() <= 0.2


def test_own_numbers_with_many_zeros_are_balanced_too(oldham):
    own = np.zeros(len(overlap.people_in(places.get("Great Britain"), "postcodes")))
    own[oldham.positions[::7]] = 1e-4
    plan = redraw.suggest(oldham, groups=4, tolerance=0.25, by=own, steps=3_000)
    assert plan.is_balanced
    assert plan.summary["people"].sum() == pytest.approx(own.sum())
    with pytest.raises(MappingError):
        redraw.suggest(oldham, groups=4, by=-own)


@pytest.mark.parametrize(
    ("question", "is_found"),
    [
        ({"groups": 2, "tolerance": 0.1}, True),
        ({"groups": 3, "tolerance": 0.1}, False),
        ({"people": 2.5, "tolerance": 0.3}, True),
        ({"people": 2, "groups": 1, "contains": ["A"]}, True),
    ],
)
@pytest.mark.parametrize("find", [redraw.suggest, redraw.suggest_several])
def test_what_is_told_of_a_search_never_goes_back_and_ends_with_all_of_it(question, is_found, find):
    """Where the first searches find nothing more follow; only of what is found is all done."""
    told: list[float] = []
    with drawn_blocks("ABCD\nEFGH") as (drawn, _):
        asked = {"blocks": drawn.layers[0], "steps": 400, "progress": told.append, **question}
        if is_found:
            find(drawn.place, **asked)
            assert told[-1] == 1
        else:
            with pytest.raises(PlanError):
                find(drawn.place, **asked)
    assert told == sorted(told)
    assert told[0] < 0.5
