"""Scenarios by hand: changes are undone and done again, and a link holds the exact state."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import layers, overlap, places, redraw
from mapping.errors import MappingError


@pytest.fixture
def wards(camden) -> redraw.Scenario:
    return redraw.begin(camden, "ward")


def test_fifty_random_moves_are_undone_to_the_exact_first_state_and_done_again(london):
    begun = redraw.begin(london, "ward", like=layers.get("borough"))
    rng, now = random.Random(1), begun
    for _ in range(50):
        codes = rng.sample(begun.graph.codes.tolist(), rng.randint(1, 9))
        now = now.move(codes, rng.randint(0, 40))
    last = now
    while now.done:
        now = now.undo()
    assert (now.group_of == begun.group_of).all()
    assert now.text == begun.text
    while now.undone:
        now = now.redo()
    assert now.text == last.text
    assert last.reset().text == begun.text
    assert last.reset().undo().text == last.text


def test_a_change_leaves_the_scenario_before_it_as_it_was(wards):
    codes = wards.graph.codes[:3].tolist()
    after = wards.move(codes, 2)
    assert wards.groups == []
    assert after.groups == [2]
    with pytest.raises(ValueError, match="read-only"):
        after.group_of[0] = 1


def test_nothing_is_undone_or_done_again_where_there_is_nothing(wards):
    assert wards.undo() is wards
    assert wards.redo() is wards
    one = wards.move(wards.graph.codes[:1].tolist(), 1)
    assert one.move(wards.graph.codes[:1].tolist(), 1) is one
    assert one.undo().move(wards.graph.codes[:1].tolist(), 2).undone == ()


def test_groups_are_merged_and_split(wards):
    codes = wards.graph.codes.tolist()
    two = wards.move(codes[:4], 1).move(codes[4:6], 3)
    assert two.merge(3, into=1).as_plan().summary["blocks"].tolist() == [6]
    split = two.split(codes[:1])
    assert split.groups == [1, 2, 3]
    assert split.group_of[0] == 2
    with pytest.raises(MappingError, match="There are 1, 3"):
        two.merge(2, into=1)


def test_a_whole_council_or_place_goes_into_a_group_at_once(london):
    begun = redraw.begin(london, "ward")
    borough = layers.get("borough")
    camden = begun.move_unit(borough, "E09000007", 1)
    assert len(camden.ungrouped) == 704 - 20
    assert camden.text == begun.move_area(places.get("Camden"), 1).text


def test_blocks_in_no_group_stand_first_by_their_people(wards):
    left = wards.ungrouped
    assert left["people"].is_monotonic_decreasing
    assert len(left) == 20


def test_a_part_that_is_cut_off_is_named(wards):
    graph = wards.graph
    a = 0
    far = next(i for i in range(1, len(graph)) if i not in graph.neighbours[a])
    now = wards.move(graph.codes[[a, far]].tolist(), 1)
    off = now.find_cut_off()
    assert len(off) == 1
    assert off["people"][0] == graph.people[[a, far]].min()
    assert not now.as_plan().summary["connected"][0]


def test_moves_are_listed_with_their_people(wards):
    codes = wards.graph.codes[:2].tolist()
    now = wards.move(codes, 4)
    assert now.list_moves()[["code", "old", "new"]].values.tolist() == [[c, 0, 4] for c in codes]
    assert now.list_moves(now).empty
    assert now.list_moves()["people"].sum() == wards.graph.people[:2].sum()


def test_scores_by_hand_are_those_of_its_layer(london):
    now = redraw.begin(london, "ward", like=layers.get("borough")).merge(3, into=4)
    plan = now.as_plan(["icb", "postal_district"])
    drawn = now.layer("Merged", scale="borough")
    for row in plan.torn.itertuples():
        expected = overlap.mismatch(london, drawn, layers.get(row.layer))
        assert row.share == pytest.approx(expected, abs=1e-12)
    assert drawn.count == 32
    assert drawn.grain == "ward"


@given(st.lists(st.integers(0, redraw.MAX_GROUPS), min_size=20, max_size=20))
def test_a_text_holds_the_group_of_every_block(groups):
    camden = places.get("Camden")
    graph = redraw.find_graph(camden, layers.get("ward"))
    begun = redraw.start_from(graph, np.array(groups))
    assert redraw.read_scenario(camden, begun.text).group_of.tolist() == groups


def test_the_text_of_a_country_by_hand_fits_into_a_link(britain):
    begun = redraw.begin(britain, "ward", like=layers.get("borough"))
    assert len(begun.graph) > 4_800
    assert len(begun.text) < 2_000
    assert begun.text.isascii()


TEXTS = st.one_of(st.text(max_size=60), st.from_regex(r"1\.[0-9a-f]{8}\.[A-Za-z0-9_-]{0,30}\.ward"))


@given(TEXTS)
def test_any_other_text_is_refused_in_a_sentence(text):
    with pytest.raises(MappingError, match=r"Expected .*\."):
        redraw.read_scenario(places.get("Camden"), text)


def test_a_text_of_another_place_is_refused(wards, oldham, moray):
    for place in (oldham, moray):
        with pytest.raises(MappingError, match=r"drawn for|link holds"):
            redraw.read_scenario(place, wards.text)


def test_a_text_that_would_unpack_without_end_is_refused(camden):
    import base64
    import zlib

    bomb = base64.urlsafe_b64encode(zlib.compress(bytes(10**7), 9)).decode()
    with pytest.raises(MappingError, match="link holds"):
        redraw.read_scenario(camden, f"1.00000000.{bomb}.ward")


@pytest.mark.parametrize("group", [-1, 1_000, 1.5, True, "1", None])
def test_a_group_that_is_none_is_refused(group, wards):
    with pytest.raises(MappingError, match="group"):
        wards.move(wards.graph.codes[:1].tolist(), group)


def test_unknown_codes_are_named(wards):
    with pytest.raises(MappingError, match=r"found 1 of 2 others \(E1\)"):
        wards.move([str(wards.graph.codes[0]), "E1"], 1)


def test_a_scenario_begins_like_a_plan_or_a_layer(camden):
    plan = redraw.suggest(camden, groups=2, steps=1_000)
    assert (
        redraw.begin(camden, "ward", like=plan).text
        == redraw.begin(camden, "ward", like=plan.layer("Two", scale="borough")).text
    )


def test_a_scenario_without_groups_is_no_layer_and_says_so(wards):
    with pytest.raises(MappingError, match="at least one group"):
        wards.layer("Empty", scale="borough")
    assert wards.as_plan(["postal_district"]).torn["share"].isna().all()


def test_a_plan_of_small_areas_is_gone_on_with_by_wards(camden, oldham):
    plan = redraw.suggest(camden, blocks="lsoa", groups=2, steps=1_000)
    begun = redraw.begin(camden, "ward", like=plan)
    assert begun.groups == [1, 2]
    drawn = plan.layer("Two", scale="borough")
    assert begun.text == redraw.begin(camden, "ward", like=drawn).text
    with pytest.raises(MappingError, match="found one of Camden"):
        redraw.begin(oldham, "ward", like=plan)
