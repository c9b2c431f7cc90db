"""How organisations are seen to work as one: schemes, spread of ratings, and who looks after it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mapping import actors, places, stewardship
from mapping.actors import Links, defaults
from mapping.errors import MappingError
from mapping.geography import layers
from mapping.overlap import people_in
from mapping.wording import stewardship_findings
from pages.shared import choices, router

SCHEME = stewardship.shipped_schemes()["conditions"]


def rate(*given: tuple) -> pd.DataFrame:
    """Write ratings of trust at borough scale: who, kind, level and, where it matters, the day."""
    rows = [
        ("conditions", "trust", "borough", who, kind, level, "", f"2026-11-{day:02}T10:00:00+00:00")
        for who, kind, level, day in ((*one, 1)[:4] for one in given)
    ]
    return pd.DataFrame(rows, columns=list(stewardship.RATING_COLUMNS))


def find_cell(spread: pd.DataFrame) -> pd.Series:
    return spread.set_index(["condition", "scale"]).loc[("trust", "borough")]


def test_there_are_eight_conditions_and_nine_behaviours_with_words_for_each_scale():
    schemes = stewardship.shipped_schemes()
    assert [len(one.conditions) for one in schemes.values()] == [8, 9]
    for scheme in schemes.values():
        assert len(scheme.levels) == 5
        for condition in scheme.conditions:
            assert all(condition.actions[scale] for scale in stewardship.RATED_SCALES)
            assert condition.meaning.endswith(".")


def test_conditions_are_typed_in_a_line_each():
    scheme = stewardship.write_scheme("own", "Ours", "Open doors: nobody is turned away\n\nKind")
    assert [(one.title, one.meaning) for one in scheme.conditions] == [
        ("Open doors", "nobody is turned away"),
        ("Kind", ""),
    ]
    assert scheme.levels == stewardship.USUAL_LEVELS


def test_a_maturity_matrix_is_pasted_from_a_spreadsheet():
    scheme = stewardship.write_scheme("own", "Ours", "Open\tno\tsome\tall\nKind\tno\tsome\tall")
    assert [one.levels for one in scheme.conditions] == [("no", "some", "all")] * 2
    assert scheme.levels == ("Level 1", "Level 2", "Level 3")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "A\nA",
        "x" * 81,
        "A | 1 | 2\nB | 1",
        "A | only",
        "\n".join("abcdefghijklmnopqrstu"),
    ],
)
def test_what_is_no_scheme_is_refused_in_a_sentence(text):
    with pytest.raises(MappingError, match=r"Expected .*; found"):
        stewardship.write_scheme("own", "Ours", text)


def test_quartiles_are_numpys_and_each_rater_counts_once_with_the_latest():
    ratings = rate(
        ("Ada", "person", 1), ("Bo", "person", 2), ("Ward", "group", 5), ("ada ", "person", 4)
    )
    cell = find_cell(stewardship.spread(ratings, SCHEME))
    assert cell[["number", "people", "groups"]].tolist() == [3, 2, 1]
    found = cell[["least", "lower", "median", "upper", "most"]].astype(float)
    assert found.tolist() == np.percentile([4, 2, 5], [0, 25, 50, 75, 100]).tolist()


def test_a_person_and_a_group_of_one_name_are_two_raters():
    spread = stewardship.spread(rate(("Ada", "person", 1), ("Ada", "group", 5)), SCHEME)
    assert find_cell(spread)["number"] == 2
    assert find_cell(spread)["disagreement"] == 1


def test_cells_without_ratings_are_there_and_say_nothing():
    spread = stewardship.spread(rate(), SCHEME)
    assert len(spread) == 24
    assert (spread["number"] == 0).all()
    assert spread["median"].isna().all()


def test_levels_that_a_scheme_has_not_are_left_out():
    spread = stewardship.spread(rate(("Ada", "person", 7), ("Bo", "person", 5)), SCHEME)
    assert find_cell(spread)["number"] == 1


@given(st.lists(st.integers(1, 5), min_size=2, max_size=40))
def test_disagreement_lies_between_agreement_and_half_at_either_end(levels):
    given_ = np.array(levels)
    apart = stewardship.disagreement(given_, 5)
    assert 0 <= apart <= 1
    assert (apart == 0) == (len(set(levels)) == 1)
    assert apart == pytest.approx(stewardship.disagreement(6 - given_, 5))
    assert apart == pytest.approx(stewardship.disagreement(np.sort(given_)[::-1], 5))


def test_disagreement_of_leiks_extremes():
    assert stewardship.disagreement(np.array([1, 1, 5, 5]), 5) == 1
    assert stewardship.disagreement(np.array([1, 2]), 5) == pytest.approx(0.25)
    assert np.isnan(stewardship.disagreement(np.array([3]), 5))


def test_history_says_how_it_stood_at_the_end_of_each_day():
    ratings = rate(("Ada", "person", 1, 1), ("Bo", "person", 5, 2), ("Ada", "person", 4, 3))
    days = stewardship.list_days(ratings, SCHEME, "trust", "borough")
    assert days["day"].tolist() == ["2026-11-01", "2026-11-02", "2026-11-03"]
    assert days["number"].tolist() == [1, 2, 2]
    assert days["least"].tolist() == [1, 1, 4]


def test_ward_teams_and_councillors_are_folded_and_nobody_else_is():
    place = places.get("Camden")
    register = actors.shipped()
    found, folded = stewardship.list_organisations(register, place)
    assert folded == 40
    assert len(found) + folded == len(actors.reach(register, place))
    assert not found["actor_type"].isin(["councillors", "police team"]).any()
    assert found["reach"].is_monotonic_decreasing
    assert (found["people"] <= found["reach"] + 1e-6).all()


def test_themes_that_are_words_of_one_theme_count_once():
    assert stewardship.count_themes("maternity; primary care; chess") == 2
    assert stewardship.count_themes("") == 0


def make_register(*stewards: tuple[str, str, str]) -> actors.Register:
    """Make actors, each in one ward: its code, its scale, and what is said of it as a steward."""
    ward = layers.get("ward")
    frame = pd.DataFrame(
        {
            "actor": [f"Actor {at}" for at in range(len(stewards))],
            "scale": [scale for _, scale, _ in stewards],
            "steward": [said for *_, said in stewards],
        }
    )
    whole = Links(
        np.arange(len(stewards)), np.array([ward.number_of(code) for code, *_ in stewards])
    )
    none = Links(np.empty(0, dtype="int64"), np.empty(0, dtype="int64"))
    return actors.register(frame, whole, none)


def test_people_without_a_steward_are_counted_postcode_by_postcode():
    place = places.at("wards", "E05013653,E05013654")
    register = make_register(
        ("E05013653", "hyperlocal", "yes"), ("E05013654", "hyperlocal", "no"), ("E05013654", "", "")
    )
    without = stewardship.count_without(register, place).set_index("scale")
    other = people_in(places.at("wards", "E05013654"), "residents").sum()
    everybody = people_in(place, "residents").sum()
    assert without.loc["", "people"] == pytest.approx(other)
    assert without.loc["hyperlocal", "people"] == pytest.approx(other)
    assert without.loc["borough", "people"] == pytest.approx(everybody)
    stewards = stewardship.list_stewards(register, place)
    assert stewards["actor"].tolist() == ["Actor 0"]
    assert stewards["people"].sum() + without.loc["", "people"] == pytest.approx(everybody)


def test_those_who_say_so_stand_before_those_who_do_so_by_what_they_do():
    found = stewardship.list_stewards(actors.shipped(), places.get("Plymouth"))
    assert found["steward"].tolist() == ["yes", "implied"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "Camden",
            "In Camden one organisation on record looks after how all work together "
            "(Likewise); none at neighbourhood level or across several councils.",
        ),
        (
            "Oldham",
            "In Oldham one organisation on record looks after how all work together "
            "(Oldham place-based teams); none council-wide or across several councils.",
        ),
        (
            "Islington",
            "In Islington one organisation on record looks after how all work "
            "together (Help on Your Doorstep); none at neighbourhood level or across "
            "several councils.",
        ),
        (
            "Barnet",
            "Nobody on record looks after how organisations in Barnet work together.",
        ),
    ],
)
def test_the_sentence_says_who_looks_after_the_whole(name, sentence):
    place, register = places.get(name), actors.shipped()
    stewards = stewardship.list_stewards(register, place)
    without = stewardship.count_without(register, place)
    said = stewardship_findings.steward_finding(place, stewards, without, "residents")
    assert said == sentence


def test_the_sentence_says_how_many_have_no_steward_at_all():
    place, register = places.get("Greater London"), actors.shipped()
    stewards = stewardship.list_stewards(register, place)
    without = stewardship.count_without(register, place)
    said = stewardship_findings.steward_finding(place, stewards, without, "residents")
    assert said.endswith(
        "together; about 8.06 million residents, 92% of all, live where none does."
    )


@pytest.mark.parametrize(
    ("given_", "sentence"),
    [
        (
            (("Ada", "person", 1), ("Ward", "group", 5)),
            "In this workspace one person and one group said "
            "how well organisations work as one; they are furthest apart on “trusting "
            "relationships” council-wide.",
        ),
        (
            (("Ada", "person", 3), ("Bo", "person", 3)),
            "In this workspace two people said how well "
            "organisations work as one; on everything that two or more rated they see it much "
            "alike.",
        ),
        (
            (("Ada", "person", 3),),
            "In this workspace one person said how well organisations work as one; "
            "nothing is rated by two yet, so nobody can differ.",
        ),
    ],
)
def test_the_sentence_says_where_people_differ_and_never_a_mean(given_, sentence):
    ratings = rate(*given_)
    spread = stewardship.spread(ratings, SCHEME)
    raters = stewardship.count_raters(ratings)
    place = places.get("Camden")
    assert stewardship_findings.rating_finding(place, spread, SCHEME, raters, []) == sentence


def place_made_up(pairs: list[tuple[float, int]]) -> pd.DataFrame:
    """Place organisations of a reach and a number of themes."""
    frame = pd.DataFrame(pairs, columns=["reach", "breadth"])
    frame = frame.assign(actor=[f"Actor {at}" for at in range(len(frame))], sector="health")
    return stewardship.place_focus(frame)


def test_near_and_broad_go_together_where_they_do_and_the_interval_says_so():
    tested = stewardship.correlate_focus(place_made_up([(10**at, 20 - at) for at in range(1, 13)]))
    assert tested.correlation == pytest.approx(-1)
    assert tested.is_told
    assert tested.high < 0


def test_the_correlation_is_spearmans():
    draw = np.random.default_rng(3)
    pairs = [
        (float(r), int(b))
        for r, b in zip(draw.integers(1, 9, 30), draw.integers(1, 5, 30), strict=True)
    ]
    tested = stewardship.correlate_focus(place_made_up(pairs))
    reach, breadth = zip(*pairs, strict=True)
    assert tested.correlation == pytest.approx(stats.spearmanr(reach, breadth).statistic)
    assert tested.low <= tested.correlation <= tested.high
    assert stewardship.correlate_focus(place_made_up(pairs)) == tested


def test_nine_organisations_are_too_few_and_so_are_any_that_are_all_alike():
    for pairs in ([(10**at, at) for at in range(1, 10)], [(100.0, 2)] * 30, []):
        tested = stewardship.correlate_focus(place_made_up(pairs))
        assert np.isnan(tested.correlation)
        assert not tested.is_told


def test_everybody_with_a_theme_has_one_quadrant():
    placed = place_made_up([(10, 1), (10, 9), (1000, 1), (1000, 9), (50, 0), (0, 3)])
    assert placed["quadrant"].tolist() == [
        "close to home, few themes",
        "close to home, many themes",
        "far and wide, few themes",
        "far and wide, many themes",
    ]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "Greater London",
            "In Greater London organisations close to home take on more themes than "
            "those far and wide.",
        ),
        (
            "Camden",
            "In Camden nothing shows that organisations close to home take on more themes "
            "than those far and wide; it may be either way.",
        ),
        (
            "Moray",
            "In Moray the six organisations on record are too few to tell whether "
            "organisations close to home take on more themes than those far and wide.",
        ),
    ],
)
def test_the_sentence_on_focus_says_no_more_than_can_be_told(name, sentence):
    place = places.get(name)
    found, _ = stewardship.list_organisations(actors.shipped(), place)
    tested = stewardship.correlate_focus(stewardship.place_focus(found))
    assert stewardship_findings.focus_finding(place, tested) == sentence


def make_path() -> actors.Register:
    """Make R in ward A, P in A and B, Q in B and C: a path R–a–P–b–Q–c of three line-ups."""
    ward = layers.get("ward")
    a, b, c = (ward.number_of(code) for code in ("E05013653", "E05013654", "E05013655"))
    frame = pd.DataFrame({"actor": ["R", "P", "Q"]})
    whole = Links(np.array([0, 1, 1, 2, 2]), np.array([a, a, b, b, c]))
    none = Links(np.empty(0, dtype="int64"), np.empty(0, dtype="int64"))
    return actors.register(frame, whole, none)


def test_betweenness_is_that_of_a_path_drawn_by_hand():
    place = places.at("wards", "E05013653,E05013654,E05013655")
    found = stewardship.find_bridges(make_path(), place)
    table = found.table.set_index("actor")
    assert table["betweenness"].to_dict() == pytest.approx({"P": 0.6, "Q": 0.4, "R": 0})
    assert table["line_ups"].to_dict() == {"P": 2, "Q": 2, "R": 1}
    assert (found.line_ups, found.is_sampled) == (3, False)
    everybody = people_in(place, "residents").sum()
    alone = people_in(places.at("wards", "E05013653"), "residents").sum()
    assert table.loc["R", "people"] == pytest.approx(alone)
    assert table.loc["Q", "people"] == pytest.approx(everybody - alone)
    said = stewardship_findings.bridge_finding(place, found)
    assert said.startswith("P does most to connect the three combinations of organisations in ")
    assert said.endswith("60% lead through it.")


def test_ward_parts_bridge_nothing_and_one_line_up_has_no_bridge():
    camden = places.get("Camden")
    found = stewardship.find_bridges(actors.shipped(), camden)
    assert found.line_ups == 1
    assert (found.table["betweenness"] == 0).all()
    assert not found.table["actor_type"].isin(["councillors", "police team"]).any()
    said = stewardship_findings.bridge_finding(camden, found)
    assert said.startswith("Everyone in Camden has the same organisations")


def test_everybody_on_the_template_stands_in_just_one_part_of_the_outcomes():
    for name in ("Camden", "Hartlepool", "Greater London"):
        found, _ = stewardship.list_organisations(actors.shipped(), places.get(name))
        whole = stewardship.place_on_template(found)
        parts = stewardship.list_parts(whole)
        own = parts[parts["part"] == "outcomes"]
        bare = (whole.actors["across"] == 0).sum()
        assert own["number"].sum() + bare == len(found)
        assert len(own) == 15


def test_hartlepools_own_stewards_stand_on_all_four_outcomes():
    found, _ = stewardship.list_organisations(actors.shipped(), places.get("Hartlepool"))
    whole = stewardship.place_on_template(found)
    own = whole.actors.set_index("actor").loc["Hartlepower"]
    assert own["across"] == 4
    assert own["is_steward"]


def test_every_theme_of_the_template_is_one_that_somebody_may_have():
    themes = set(defaults.vocabulary()["theme"])
    whole = stewardship.place_on_template(
        stewardship.list_organisations(actors.shipped(), places.get("Camden"))[0]
    )
    on_it = set().union(*(aim.themes for aim in (*whole.outcomes, *whole.enablers)))
    assert themes - on_it == {"systems change"}


def test_outcomes_are_renamed_and_names_that_cannot_be_are_refused():
    found, _ = stewardship.list_organisations(actors.shipped(), places.get("Camden"))
    whole = stewardship.place_on_template(found, ["Safe", "", "Work"])
    assert [aim.title for aim in whole.outcomes] == [
        "Safe",
        "Healthy citizens",
        "Work",
        "Social justice",
    ]
    for titles in (["a"] * 2, ["x" * 61], list("abcde"), ["a\nb"]):
        with pytest.raises(MappingError, match="Expected up to 4 names"):
            stewardship.place_on_template(found, titles)


def test_every_type_that_ships_has_a_power_but_partnerships_and_funders():
    rows = actors.shipped().actors.drop_duplicates("actor_type")
    powers = dict(zip(rows["actor_type"], stewardship.tell_powers(rows), strict=True))
    unknown = {kind for kind, power in powers.items() if power == stewardship.UNKNOWN}
    assert unknown == {"partnership", "funder"}
    assert powers["charity"] == stewardship.COMMUNITY
    assert powers["social enterprise"] == stewardship.COMMISSIONED
    assert stewardship.find_power("", "Voluntary sector") == stewardship.COMMUNITY


def test_people_without_anybody_of_their_own_are_counted_and_sum_with_the_others():
    place = places.at("wards", "E05013653,E05013654")
    register = make_register(("E05013653", "hyperlocal", ""), ("E05013654", "borough", ""))
    frame = register.actors.assign(actor_type="residents' association")
    cell, wards = stewardship.count_without_community(
        actors.register(frame, register.whole, register.loose), place
    )
    everybody = people_in(place, "residents").sum()
    other = people_in(places.at("wards", "E05013654"), "residents").sum()
    assert cell["none"] == pytest.approx(other)
    assert cell["none"] + cell["one"] + cell["several"] == pytest.approx(everybody)
    assert wards["people"].sum() == pytest.approx(other)


def test_the_sentence_on_power_says_nothing_of_community_led_ones_where_there_are_none():
    place = places.get("Camden")
    nowhere = pd.Series({"none": 210_100.0, "share_none": 1.0})
    told = [
        stewardship_findings.power_finding(
            place, pd.Series({stewardship.STATUTORY: 7, stewardship.COMMUNITY: many}), nowhere
        )
        for many in (0, 2)
    ]
    begin = (
        "Of the organisations on record in Camden seven are made by law, none is paid to deliver"
    )
    assert told[0] == f"{begin} and none is led by the community."
    assert told[1] == (
        f"{begin} and two are led by the community; none led by the community works at "
        "neighbourhood level."
    )


def test_those_without_an_area_are_on_no_list_where_they_belong():
    shipped = actors.shipped()
    closed = stewardship.list_absent(shipped, places.get("Waltham Forest"))["actor"].tolist()
    assert closed == ["Neighbourhood Midwives", "Lankelly Chase Foundation"]
    assert stewardship.list_absent(shipped, places.get("Moray"))["actor"].tolist() == closed[1:]


def test_every_step_leads_to_a_page_that_is_there():
    steps = stewardship.first_steps()
    assert len(steps) == 9
    pages = {page.name for page in router.PAGES}
    assert {step.page for step in steps} <= pages
    known = {name for step in steps for name in step.choices}
    assert known <= set(choices.USUAL)
