"""Sentences about gaps: the three states are told apart, in the grammar of every lens."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import gaps, places
from mapping.gaps import NO_SCALE, NO_THEME, ActorQuantiles
from mapping.geography import layers
from mapping.places import Place
from mapping.wording import gap_findings as told

CAMDEN = Place("borough", "E09000007", "Camden")
CITY = Place("borough", "E09000001", "City of London")
MARKED = [("mental health", "hyperlocal")]
NO_GAP = "which is not the same as a gap"


def cell(
    none: float = 0,
    one: float = 0,
    several: float = 0,
    *,
    actors: int = 1,
    theme: str = "mental health",
    scale: str = "hyperlocal",
    complete=(),
) -> pd.Series:
    total = (none + one + several) or 1
    known = gaps.is_complete(theme, scale, complete)
    state = "partly" if actors and none else "covered"
    if not actors:
        state = "known gap" if known else "not recorded"
    if theme == NO_THEME or scale == NO_SCALE:
        state = "untold"
    return pd.Series(
        {
            "theme": theme,
            "scale": scale,
            "actors": actors,
            "none": none,
            "one": one,
            "several": several,
            "share_none": none / total,
            "share_one": one / total,
            "share_several": several / total,
            "state": state,
        }
    )


def missing(**changes) -> pd.Series:
    row = {
        "theme": "mental health",
        "present": "borough; regional",
        "missing": "hyperlocal",
        "hardly": "",
        "known": "",
        "untold": 0,
    }
    return pd.Series(row | changes)


# --- the sentence that opens the page -------------------------------------------------------


def test_nobody_on_record_is_said_not_to_be_a_gap():
    said = told.gap_finding(CAMDEN, cell(210_123, actors=0))
    assert said == (
        "Nobody on record works on mental health at neighbourhood scale in Camden. Nobody told us "
        f"of anyone, {NO_GAP}."
    )


def test_nobody_in_a_complete_register_is_a_known_gap():
    said = told.gap_finding(CITY, cell(8_600, actors=0, complete=MARKED), complete=MARKED)
    assert said == (
        "Nobody works on mental health at neighbourhood scale in the City of London: a known gap, "
        "as the list of organisations is marked complete for it."
    )


def test_everybody_is_told_how_many_have_only_one():
    assert told.gap_finding(CAMDEN, cell(one=36, several=64)) == (
        "In Camden everyone has at least one organisation that works on mental health at "
        "neighbourhood scale. For 36 % of residents (estimated) it is the only one on record."
    )
    assert told.gap_finding(CAMDEN, cell(one=5)) == (
        "In Camden everyone has exactly one organisation on record that works on mental health "
        "at neighbourhood scale."
    )
    sure = told.gap_finding(CAMDEN, cell(one=5), complete=MARKED)
    assert sure.startswith("In Camden everyone has exactly one organisation that works")
    assert told.gap_finding(CAMDEN, cell(several=5)).endswith("at neighbourhood scale.")


@pytest.mark.parametrize(
    ("by", "none", "expected"),
    [
        ("residents", 31, "under 100 residents (estimated), 31 % of all, live where no org"),
        ("residents", 0.2, "under 100 residents (estimated), under 1 % of all, live where"),
        ("postcodes", 31, "31 postcodes, 31 % of all, lie where no organisation"),
        ("postcodes", 1, "one postcode, 1 % of all, lies where no organisation"),
        ("land", 31, "31.0 km² of land, 31 % of all, lies where no organisation"),
    ],
)
def test_a_part_without_cover_is_told_in_the_grammar_of_the_lens(by, none, expected):
    said = told.gap_finding(CAMDEN, cell(none, one=100 - none), by=by)
    assert said.startswith(f"In Camden {expected}")
    assert said.endswith(f"{NO_GAP}.")
    known = told.gap_finding(CAMDEN, cell(none, one=100 - none), complete=MARKED, by=by)
    assert known.startswith(f"In Camden {expected}")
    assert "a known gap" in known
    assert NO_GAP not in known
    assert "on record" not in known


def test_an_actor_that_reaches_nobody_leaves_all_of_them_uncovered():
    assert "8,600 residents (estimated), all of them, live where" in told.gap_finding(
        CITY, cell(8_600)
    )
    assert "of land, all of it, lies" in told.gap_finding(CITY, cell(3.1), by="land")


@pytest.mark.parametrize(
    ("by", "word"),
    [("residents", "everyone has"), ("postcodes", "all postcodes have"), ("land", "all land has")],
)
def test_full_cover_is_told_in_the_grammar_of_the_lens(by, word):
    assert f"In Camden {word} at least one organisation" in told.gap_finding(
        CAMDEN, cell(several=9), by=by
    )


def test_where_nobody_lives_there_is_nothing_to_count():
    assert told.gap_finding(CITY, cell(actors=0)) == (
        "The City of London has no residents: there is nothing to count."
    )


def test_actors_without_a_scale_or_theme_are_counted_apart():
    said = told.gap_finding(CAMDEN, cell(one=5, actors=3, scale=NO_SCALE))
    assert said == (
        "In Camden three organisations work on mental health at a scale that is not recorded."
    )
    alone = told.gap_finding(CAMDEN, cell(one=5, theme=NO_THEME, scale="borough"))
    assert alone == (
        "In Camden one organisation works on a theme that is not recorded at borough scale."
    )


def test_any_theme_and_any_scale_need_no_words():
    said = told.gap_finding(CAMDEN, cell(several=5, theme="", scale=""))
    assert said == "In Camden everyone has at least one organisation."
    assert told.work() == "works"
    assert told.work("housing", "", "work") == "work on housing"


@given(st.floats(0, 1e7), st.floats(0, 1e7), st.floats(0, 1e7), st.booleans())
def test_the_three_states_are_never_mixed(none, one, several, is_marked):
    complete = MARKED if is_marked else []
    actors = int(one + several > 0)
    said = told.gap_finding(
        CAMDEN, cell(none, one, several, actors=actors, complete=complete), complete=complete
    )
    assert ("a known gap" in said) == (none > 0 and is_marked)
    assert (NO_GAP in said) == (none > 0 and not is_marked)


def test_every_sign_has_words_that_keep_them_apart():
    assert len(set(told.SIGN_WORDS.values())) == len(told.SIGN_WORDS) == 5
    assert set(told.SCALE_WORDS) == set(layers.SCALES)
    assert "not the same as a gap" in told.SIGN_WORDS["not recorded"]
    assert "known gap" in told.SIGN_WORDS["known gap"]


# --- the other sentences --------------------------------------------------------------------


def wards(**columns) -> pd.DataFrame:
    shown = {
        "name": ["Haverstock", "Belsize", "Highgate"],
        "people": [12_345.0, 60.0, 0.0],
        "share": [1.0, 0.333, 0.0],
    }
    return pd.DataFrame(shown | columns)


def test_the_wards_with_most_people_uncovered_are_named():
    assert told.ranking_finding(wards()) == (
        "The largest numbers are in Haverstock (12,300 residents (estimated), all of the ward) "
        "and Belsize (under 100 residents (estimated), 33 % of the ward)."
    )
    assert told.ranking_finding(wards(), by="land").startswith("The largest parts are in")
    assert told.ranking_finding(wards(people=[0, 0, 0])) == ""
    assert told.ranking_finding(wards()[:1]) == ""


def test_a_ranking_by_need_says_so_and_leaves_out_wards_without_one():
    said = told.ranking_finding(wards(score=[90.0, float("nan"), 0.0]))
    assert said.startswith("Weighed by need, first comes Haverstock (")
    assert "Belsize" not in said
    assert told.ranking_finding(wards(score=[0.0, 0.0, 0.0])) == ""


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            missing(),
            "Mental health in Camden has regional and borough organisations, and nobody "
            "on record at neighbourhood scale.",
        ),
        (
            missing(missing="hyperlocal; national", known="national"),
            "Mental health in Camden has regional and borough organisations, and nobody on record "
            "at neighbourhood or national scale. National scale is a known gap.",
        ),
        (
            missing(known="hyperlocal"),
            "Mental health in Camden has regional and borough organisations, and nobody at "
            "neighbourhood scale. Neighbourhood scale is a known gap.",
        ),
        (
            missing(hardly="hyperlocal"),
            "Mental health in Camden has regional and borough organisations. Neighbourhood work in "
            "Camden reaches hardly anybody.",
        ),
        (
            missing(theme="", present="", missing="hyperlocal; borough; regional; national"),
            "Work of any kind in Camden has nobody on record at any scale.",
        ),
        (
            missing(present="hyperlocal; borough; regional; national", missing="", untold=2),
            "Mental health in Camden has organisations at every scale. The scale of two "
            "organisations is not recorded.",
        ),
    ],
)
def test_the_scales_that_a_theme_lacks_are_named(row, said):
    assert told.missing_finding(CAMDEN, row) == said


def test_organisations_without_a_theme_or_scale_are_told():
    rows = pd.DataFrame({"missing": ["scale", "theme and scale", "scale"]})
    assert told.untold_finding(CAMDEN, rows).startswith(
        "In Camden there is one organisation without a theme and three organisations without a "
        "scale on record: what they do stands apart"
    )
    assert told.untold_finding(CAMDEN, rows[:1]) == (
        "In Camden there is one organisation without a scale on record: what it does stands apart "
        "and fills no gap."
    )
    assert told.untold_finding(CAMDEN, rows[:0]) == ""


def test_orphans_are_told_layer_by_layer():
    some = pd.DataFrame(
        {
            "title": ["Ward", "London Assembly constituency", "Postal district"],
            "people": [0.0, 5.0, 40.0],
            "share": [0, 0.05, 0.4],
        }
    )
    assert told.orphan_finding(CAMDEN, some) == (
        "Of residents (estimated) in Camden 40 % are in no postal district on record and 5 % are "
        "in no London Assembly constituency on record."
    )
    assert "Of the land in Camden 40 % is in no" in told.orphan_finding(CAMDEN, some, by="land")
    assert told.orphan_finding(CAMDEN, some[:1]) == (
        "Everyone in Camden is in an area of each of these maps."
    )


def test_thin_and_crowded_wards_are_named():
    rows = pd.DataFrame(
        {"name": list("ABCDE"), "part": ["thin", "usual", "usual", "crowded", "crowded"]}
    )
    usual = ActorQuantiles(1, 2, 7, 9, 12, 6.5)
    assert told.crowding_finding(CAMDEN, usual, rows, theme="housing") == (
        "Half of residents (estimated) in Camden have seven organisations or fewer that work on "
        "housing where they live. Fewest in A; most in E and D."
    )
    land = told.crowding_finding(CAMDEN, usual, rows[1:3], by="land")
    assert land == "Half of the land in Camden has seven organisations or fewer that work there."
    alike = [
        told.crowding_finding(CAMDEN, ActorQuantiles(*[many] * 6), rows[1:3], theme="housing")
        for many in (1.0, 3.0)
    ]
    assert alike == [
        "Everyone in Camden has one organisation that works on housing where they live.",
        "Everyone in Camden has three organisations that work on housing where they live.",
    ]
    nobody = told.crowding_finding(CAMDEN, ActorQuantiles(*[float("nan")] * 6), rows)
    assert nobody == "Camden has no residents: there is nothing to count."


@pytest.mark.parametrize(
    ("place", "theme", "is_told"),
    [
        ("Oldham", "mental health", True),
        ("Great Britain", "mental health", True),
        ("Great Britain", "health", False),
        ("Oldham", "health", False),
        ("Oldham", "housing", False),
        ("Camden", "mental health", False),
        ("Moray", "mental health", False),
        ("Cardiff", "mental health", False),
    ],
)
def test_trusts_that_are_not_on_record_are_told_where_they_are_missed(place, theme, is_told):
    found = told.partial_finding(places.get(place), theme)
    assert found == (
        "Of England's mental health trusts only those of London are on record." if is_told else ""
    )
