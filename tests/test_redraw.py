"""Suggested groups: known answers worked by hand, rules that are kept, refusals that say why."""

import numpy as np
import pytest
from drawn_blocks import drawn_blocks

from mapping import actors, gaps, layers, overlap, places, redraw
from mapping.errors import MappingError, PlanError, StoppedError

EIGHT = "ABCD\nEFGH"
FEW = 4_000


@pytest.fixture(scope="module")
def five() -> redraw.Plan:
    """The issue's own question."""
    return redraw.suggest(
        places.get("Camden"),
        blocks="lsoa",
        groups=5,
        tolerance=0.15,
        keep=["ward", "postal_district"],
        contains=[],
        seed=1,
    )


def groups_of(plan: redraw.Plan) -> dict[str, int]:
    return dict(zip(plan.blocks["code"], plan.blocks["group"].tolist(), strict=True))


def ask(place, blocks, keep, **question) -> redraw.Plan:
    return redraw.suggest(place, blocks=blocks, keep=keep, steps=FEW, **question)


def test_groups_follow_the_lines_that_they_are_to_keep():
    with drawn_blocks(EIGHT, "XXYY\nXXYY") as (town, _):
        plan = ask(town.place, town.layers[0], town.layers[1:], groups=2, tolerance=0)
        assert groups_of(plan) == dict(zip("ABEFCDGH", [1] * 4 + [2] * 4, strict=True))
        assert plan.torn[["share", "people"]].values.tolist() == [[0.0, 0.0]]
        assert plan.summary["people"].tolist() == [4.0, 4.0]


def test_lines_across_each_other_tear_half_of_one():
    """Two columns are two groups: of each row, whoever is in the lesser half, 2 + 2 of 8."""
    with drawn_blocks(EIGHT, "XXYY\nXXYY", "PPPP\nQQQQ") as (town, _):
        plan = ask(town.place, town.layers[0], town.layers[1:], groups=2, tolerance=0)
        assert sorted(plan.torn["people"].tolist()) == [0.0, 4.0]
        assert plan.mean_torn == 0.25


def test_the_heavier_layer_is_kept():
    for weights, torn in (([9, 1], [0.0, 4.0]), ([1, 9], [4.0, 0.0])):
        with drawn_blocks(EIGHT, "XXYY\nXXYY", "PPPP\nQQQQ") as (town, _):
            keep = dict(zip(town.layers[1:], weights, strict=True))
            plan = ask(town.place, town.layers[0], keep, groups=2, tolerance=0)
            assert plan.torn["people"].tolist() == torn
            assert plan.torn["weight"].tolist() == weights


def test_a_plan_has_the_columns_that_were_promised(five):
    assert five.blocks.columns.tolist() == ["code", "name", "group", "people"]
    promised = ["group", "people", "blocks", "connected", "share_of_mean"]
    assert five.summary.columns.tolist()[:5] == promised
    assert five.torn.columns.tolist() == ["layer", "title", "share", "people", "weight"]
    assert five.summary["group"].tolist() == [1, 2, 3, 4, 5]
    assert five.summary["connected"].all()
    assert five.summary["share_of_mean"].between(0.85, 1.15).all()
    assert five.summary["people"].sum() == pytest.approx(210_100)
    assert five.summary["blocks"].sum() == len(five.blocks) == 134


def test_five_neighbourhoods_of_camden_tear_half_of_what_spanning_trees_tear(five):
    """The best of 20 balanced plans of gerrychain's ``recursive_tree_part`` tears 0.166."""
    assert five.mean_torn == pytest.approx(0.0691, abs=0.0005)
    assert five.torn["layer"].tolist() == ["ward", "postal_district"]


def test_whom_a_plan_tears_is_the_mismatch_of_its_layer(five, camden):
    drawn = five.layer("Neighbourhoods, draft", scale="hyperlocal")
    for row in five.torn.itertuples():
        found = overlap.mismatch(camden, drawn, layers.get(row.layer))
        assert found == pytest.approx(row.share, abs=1e-9)
    assert layers.get(drawn.key) is drawn
    inside = overlap.counts.count_inside_units(camden, drawn)
    assert inside[:-1].tolist() == pytest.approx(five.summary["people"].tolist())
    assert inside[-1] == 0
    everywhere = overlap.counts.count_whole_units(drawn)[:-1]
    assert everywhere.tolist() == pytest.approx(five.summary["people"].tolist())


def test_a_layer_carries_name_author_note_and_date(five):
    drawn = five.layer(
        "Neighbourhoods",
        scale="hyperlocal",
        names={1: "North"},
        note="Drawn in May.",
        author="Ada",
        as_at="2026-05-01",
    )
    assert (drawn.title, drawn.source, drawn.description) == (
        "Neighbourhoods",
        "drawn by Ada on 1 May 2026, a draft, nobody's official line",
        "Drawn in May.",
    )
    assert drawn.as_at == "2026-05-01"
    assert drawn.names.tolist() == ["North", "Group 2", "Group 3", "Group 4", "Group 5"]
    with pytest.raises(MappingError, match="scale"):
        five.layer("Neighbourhoods", scale="huge")


def test_the_same_seed_has_the_same_plan_and_another_may_differ(oldham):
    question = {"groups": 3, "tolerance": 0.2, "keep": ["postal_district"], "steps": 2_000}
    plans = [redraw.suggest(oldham, **question, seed=seed) for seed in (3, 3, 4)]
    assert (plans[0].group_of == plans[1].group_of).all()
    assert plans[2].is_balanced


def test_a_known_plan_is_the_same_on_every_machine(oldham):
    plan = redraw.suggest(
        oldham, groups=3, tolerance=0.2, keep=["postal_district"], steps=2_000, seed=3
    )
    assert "".join(map(str, plan.group_of)) == "12223211112233323331"


def test_a_plan_gets_no_worse_than_the_first_that_kept_to_the_rules(five):
    first = redraw.Plan(five.graph, five.first, five.limits, five.keep, five.weights)
    assert first.is_balanced
    assert first.summary["connected"].all()
    assert five.mean_torn <= first.mean_torn


def test_a_search_goes_on_from_given_groups_and_makes_them_no_worse(oldham):
    question = {"groups": 3, "tolerance": 0.2, "keep": ["postal_district"], "steps": 1_000}
    first = redraw.suggest(oldham, **question)
    better = redraw.suggest(oldham, start=first.group_of, **question)
    assert better.mean_torn <= first.mean_torn + 1e-9
    with pytest.raises(MappingError, match="Put every area into one"):
        redraw.suggest(oldham, start=first.group_of * 0, **question)
    mixed = np.arange(len(first.graph)) % 3 + 1
    with pytest.raises(MappingError, match="in one piece"):
        redraw.suggest(oldham, start=mixed, **question)


def test_what_must_be_together_is_and_what_must_be_apart_is_not():
    with drawn_blocks("ABCDEF\nGHIJKL", "XXXYYY\nXXXYYY") as (town, _):
        blocks, keep = town.layers[0], town.layers[1:]
        found = groups_of(ask(town.place, blocks, keep, groups=2, tolerance=0, together=["A", "F"]))
        assert found["A"] == found["F"]
        found = groups_of(ask(town.place, blocks, keep, groups=3, tolerance=0, apart=["A", "B"]))
        assert found["A"] != found["B"]


def test_groups_stay_within_a_line_that_they_may_not_cross():
    with drawn_blocks("ABCDEF\nGHIJKL", "XXYYYY\nXXYYYY") as (town, _):
        blocks, line = town.layers
        found = groups_of(ask(town.place, blocks, (), groups=3, tolerance=0, within=[line]))
        assert {found[one] for one in "ABGH"}.isdisjoint({found[one] for one in "CDEFIJKL"})
        with pytest.raises(PlanError, match="2 of 2 parts that do not") as told:
            ask(town.place, blocks, (), groups=2, tolerance=0.1, within=[line])
        assert told.value.constraint == "within"


def test_an_island_too_small_for_a_group_goes_with_its_nearest_neighbour():
    with drawn_blocks("ABCDEFG", people=1, water=["FG"]) as (town, graph):
        assert graph.pieces.tolist() == [0] * 6 + [1]
        plan = ask(town.place, town.layers[0], (), groups=2, tolerance=0.2)
        found = groups_of(plan)
        assert found["G"] == found["F"] != found["A"]
        assert plan.summary["connected"].all()
        assert plan.summary["crossings"].tolist() == [0, 1]
        assert plan.islands["joined_to"].tolist() == ["", "Unit F"]
        assert plan.islands["distance_m"].tolist()[1] == 100


def test_an_island_large_enough_has_groups_of_its_own():
    with drawn_blocks("ABCDEFGH", people=1, water=["DE"]) as (town, _):
        plan = ask(town.place, town.layers[0], (), groups=4, tolerance=0.1)
        assert plan.islands["groups"].tolist() == [2, 2]
        assert plan.summary["crossings"].sum() == 0
        assert plan.crossings == ()


def test_the_isle_of_wight_goes_with_the_mainland_where_it_is_no_group_by_itself():
    both = places.union([places.get("Isle of Wight"), places.get("Southampton")])
    plan = redraw.suggest(both, groups=2, tolerance=0.1, steps=2_000)
    assert plan.is_balanced
    assert plan.summary["connected"].all()
    assert plan.summary["crossings"].sum() == 1
    island = plan.islands.set_index("blocks")["joined_to"]
    assert (island != "").sum() == 1


REFUSED = {
    "groups": ({"groups": 9}, "1 to 8 groups"),
    "tolerance": ({"groups": 3, "tolerance": 0.1}, "no such plan"),
    "contains": ({"groups": 4, "tolerance": 0.2, "contains": ["A", "C"]}, "must be in one group"),
    "together": ({"groups": 4, "tolerance": 0.2, "together": [["A", "D"]]}, "between its parts"),
    "apart": (
        {"groups": 4, "tolerance": 0.2, "together": ["A", "B"], "apart": ["A", "B"]},
        "may be apart",
    ),
}


@pytest.mark.parametrize("constraint", REFUSED)
def test_a_plan_that_cannot_be_found_is_refused_with_the_rule_that_stands_in_its_way(constraint):
    question, said = REFUSED[constraint]
    with drawn_blocks(EIGHT) as (town, _), pytest.raises(PlanError, match=said) as told:
        ask(town.place, town.layers[0], (), **question)
    assert told.value.constraint == constraint
    assert str(told.value).endswith(".")


def test_the_tolerance_that_is_told_would_do():
    """Three groups of eight are of 2, 3 and 3: a quarter off the mean of 2.67."""
    with drawn_blocks(EIGHT) as (town, _):
        with pytest.raises(PlanError, match="tolerance of 25% would do"):
            ask(town.place, town.layers[0], (), groups=3, tolerance=0.1)
        plan = ask(town.place, town.layers[0], (), groups=3, tolerance=0.25)
        assert sorted(plan.summary["people"]) == [2, 3, 3]


def test_more_blocks_than_may_be_apart_are_refused():
    with drawn_blocks(EIGHT) as (town, _), pytest.raises(PlanError) as told:
        ask(town.place, town.layers[0], (), groups=2, tolerance=0, apart=["A", "B", "C"])
    assert told.value.constraint == "apart"


def test_a_block_with_more_people_than_a_group_may_have_is_named():
    people = [9, 1, 1, 1, 1, 1, 1, 1]
    with drawn_blocks(EIGHT, people=people) as (town, _), pytest.raises(PlanError, match=r"Unit A"):
        ask(town.place, town.layers[0], (), groups=4, tolerance=0.2)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({}, "found neither"),
        ({"groups": 2, "people": 100}, "found both"),
        ({"groups": 2, "tolerance": 1}, "tolerance from 0 to below 1"),
        ({"groups": 2, "tolerance": float("nan")}, "tolerance from 0 to below 1"),
        ({"people": float("nan")}, "some people"),
        ({"groups": 2, "contains": ["X"]}, "found 1 of 1 others"),
        ({"groups": 2, "keep": {"borough": 0}}, "weights above 0"),
        ({"groups": 2, "keep": ["nonsense"]}, "key of a layer"),
        ({"groups": 2, "blocks": "police_bcu"}, "has none"),
        ({"groups": 1, "people": 10_000}, "found none"),
        ({"groups": 2, "steps": -1}, "steps"),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_sentence(question, said, moray):
    with pytest.raises(MappingError, match=said):
        redraw.suggest(moray, **question)


def test_groups_of_about_so_many_people_are_as_many_as_fit(camden):
    plan = redraw.suggest(camden, blocks="lsoa", people=40_000, tolerance=0.2, steps=20_000)
    assert plan.groups == 5
    assert plan.summary["people"].between(32_000, 48_000).all()
    with pytest.raises(PlanError, match="no whole number") as told:
        redraw.suggest(camden, people=150_000, tolerance=0.2)
    assert told.value.constraint == "tolerance"


def test_progress_is_told_and_a_search_that_is_stopped_says_so(oldham):
    told: list[float] = []
    redraw.suggest(oldham, groups=3, tolerance=0.2, steps=1_000, progress=told.append)
    assert told == sorted(told)
    assert (min(told), max(told)) == (0, 1)
    with pytest.raises(StoppedError, match="stopped before its end"):
        redraw.suggest(oldham, groups=3, tolerance=0.2, cancel=lambda: len(told) > 0)


def test_several_suggestions_differ_by_a_tenth_of_the_people_and_the_first_is_the_best(oldham):
    question = {"groups": 3, "tolerance": 0.2, "keep": ["postal_district"], "steps": 4_000}
    plans = redraw.suggest_several(oldham, count=3, **question)
    assert len(plans) > 1
    assert (plans[0].group_of == redraw.suggest(oldham, **question).group_of).all()
    people = plans[0].graph.people
    for i, one in enumerate(plans):
        assert one.is_balanced
        assert one.summary["connected"].all()
        assert one.mean_torn >= plans[0].mean_torn - 0.005  # borders count a little as well
        for other in plans[:i]:
            apart = redraw.count_difference(one.group_of, other.group_of, people)
            assert apart >= redraw.MIN_DIFFERENCE


def test_plans_stand_beside_the_lines_of_today(london):
    begun = redraw.begin(london, "ward", like=layers.get("borough"))
    boroughs = begun.as_plan(["postal_district"])
    found = redraw.stand_among([boroughs], [layers.get("borough"), layers.get("icb")])
    assert found["groups"].tolist() == [33, 33, 4]
    assert found["cut_share"].round(2).tolist() == [0.26, 0.26, 0.07]
    assert found["different"].tolist()[:2] == [0, 0]
    expected = overlap.mismatch(london, layers.get("borough"), layers.get("postal_district"))
    assert found["torn"].tolist()[0] == pytest.approx(expected)


def test_scores_before_and_after_are_those_of_overlap(london):
    old, new = layers.get("icb", edition="2022"), layers.get("icb")
    partners = [layers.get("police_bcu"), layers.get("subregional_partnership")]
    found = redraw.compare_scores(london, old, new, partners)
    for row, partner in zip(found.itertuples(), partners, strict=True):
        assert row.mismatch_before == overlap.mismatch(london, old, partner)
        assert row.mismatch_after == overlap.mismatch(london, new, partner)
        assert row.v_after == overlap.association(london, new, partner).v


def test_gaps_lie_elsewhere_after_lines_are_redrawn_but_are_as_many(five, camden):
    register = actors.shipped()
    question = {"theme": "no such theme", "scale": "hyperlocal"}
    wards = redraw.count_gaps(camden, layers.get("ward"), register, **question)
    drawn = five.layer("Neighbourhoods", scale="hyperlocal")
    groups = redraw.count_gaps(camden, drawn, register, **question)
    assert groups["uncovered"].tolist() == pytest.approx(five.summary["people"].tolist())
    expected = gaps.uncovered(camden, register, **question)["people"].sum()
    assert wards["uncovered"].sum() == pytest.approx(expected)


def test_a_block_without_people_lies_within_the_line_of_its_postcodes():
    with drawn_blocks("ABCDEF", "XXXYYY", people=[2, 2, 0, 0, 2, 2]) as (town, _):
        blocks, line = town.layers
        found = groups_of(ask(town.place, blocks, (), groups=2, tolerance=0.1, within=[line]))
        assert [found[one] for one in "ABCDEF"] == [1, 1, 1, 2, 2, 2]


def test_borders_are_those_that_ship(london):
    graph = redraw.find_graph(london, layers.get("ward"))
    assert (len(graph), len(graph.a)) == (704, 2_048)
    cut = redraw.count_cut(graph, redraw.find_groups_of(graph, layers.get("borough")))
    assert cut[0] == 539


def test_blocks_across_the_edge_of_a_place_are_cut_by_it(camden):
    graph = redraw.find_graph(camden, layers.get("postal_sector"))
    assert graph.people.sum() == pytest.approx(210_100)
    drawn = redraw.suggest(
        camden, blocks="postal_sector", groups=3, tolerance=0.2, steps=2_000
    ).layer("Sectors", scale="hyperlocal")
    outside = np.ones(len(drawn.unit), dtype=bool)
    outside[camden.positions] = False
    assert (drawn.unit[outside] == -1).all()
    assert (drawn.unit[camden.positions] >= 0).all()


def test_people_in_no_block_are_counted_and_in_no_group():
    with drawn_blocks("AB.D\nEF.H", people=1) as (town, graph):
        assert graph.people_in_none == 2
        assert graph.people.sum() == 6
        assert graph.pieces.max() == 1
        plan = ask(town.place, town.layers[0], (), groups=2, tolerance=0.4)
        assert plan.islands["blocks"].tolist() == [4, 2]
        assert plan.summary["people"].tolist() == [4, 2]
