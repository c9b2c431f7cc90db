"""How organisations are seen to work as one: schemes, spread of ratings, and who looks after it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import actors, places, stewardship
from mapping.actors import Links
from mapping.errors import MappingError
from mapping.geography import layers
from mapping.overlap import people_in
from mapping.wording import stewardship_findings

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
            "In Camden one organisation is on record as looking after how all work together "
            "(Likewise); at neighbourhood or regional scale there is none.",
        ),
        (
            "Oldham",
            "In Oldham one organisation is on record as looking after how all work together "
            "(Oldham place-based teams); at borough or regional scale there is none.",
        ),
        (
            "Islington",
            "In Islington one organisation is on record as looking after how all work "
            "together (Help on Your Doorstep); at neighbourhood or regional scale there is none.",
        ),
        (
            "Barnet",
            "Nobody is on record as looking after how organisations in Barnet work together.",
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
        "but 8.06 million residents (estimated), 92 % of all, live where nobody on record does."
    )


@pytest.mark.parametrize(
    ("given_", "sentence"),
    [
        (
            (("Ada", "person", 1), ("Ward", "group", 5)),
            "In Camden one person and one group said "
            "how well organisations work as one; they are far apart most of all on “trusting "
            "relationships” at borough scale.",
        ),
        (
            (("Ada", "person", 3), ("Bo", "person", 3)),
            "In Camden two people said how well "
            "organisations work as one; on everything that two or more rated they see it much "
            "alike.",
        ),
        (
            (("Ada", "person", 3),),
            "In Camden one person said how well organisations work as one; "
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
