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
from mapping.wording import terms

CAMDEN = Place("borough", "E09000007", "Camden")
CITY = Place("borough", "E09000001", "City of London")
MARKED = [("mental health", "hyperlocal")]


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
        "We have no record of anyone working on mental health at neighbourhood level in Camden. "
        f"{told.NOT_TOLD}"
    )


def test_nobody_in_a_complete_register_is_a_known_gap():
    nobody = cell(8_600, actors=0, complete=MARKED)
    said = told.gap_finding(CITY, nobody, complete=MARKED, told_by="Partners in the City")
    assert said == (
        "Nobody works on mental health at neighbourhood level in the City of London, according to "
        "“Partners in the City”, which is marked as complete for this. This is a known gap."
    )


def test_everybody_is_told_how_many_have_only_one():
    assert told.gap_finding(CAMDEN, cell(one=36, several=64)) == (
        "Everyone in Camden has at least one organisation on record that works on mental health at "
        "neighbourhood level. For an estimated 36% of residents it is the only one on record."
    )
    assert told.gap_finding(CAMDEN, cell(one=5)) == (
        "Everyone in Camden has one organisation on record that works on mental health at "
        "neighbourhood level."
    )
    sure = told.gap_finding(CAMDEN, cell(one=5), complete=MARKED)
    assert sure.startswith("Everyone in Camden has one organisation that works")
    assert told.gap_finding(CAMDEN, cell(several=5)).endswith("at neighbourhood level.")


@pytest.mark.parametrize(
    ("by", "none", "expected"),
    [
        ("residents", 31, "Under 100 residents in Camden (31%) live where"),
        ("residents", 0.2, "Under 100 residents in Camden (less than 1%) live where"),
        ("postcodes", 31, "31 postcodes in Camden (31%) lie where"),
        ("postcodes", 1, "One postcode in Camden (1%) lies where"),
        ("land", 31, "31.0 km² of land in Camden (31%) lies where"),
    ],
)
def test_a_part_without_cover_is_told_in_the_grammar_of_the_lens(by, none, expected):
    said = told.gap_finding(CAMDEN, cell(none, one=100 - none), by=by)
    assert said.startswith(f"{expected} we have no record of an organisation")
    assert said.endswith(told.NOT_TOLD)
    known = told.gap_finding(CAMDEN, cell(none, one=100 - none), complete=MARKED, by=by)
    assert known.startswith(f"{expected} no organisation works")
    assert "a known gap" in known
    assert told.NOT_TOLD not in known
    assert "on record" not in known


def test_an_actor_that_reaches_nobody_leaves_all_of_them_uncovered():
    said = told.gap_finding(CITY, cell(8_600))
    assert said.startswith("About 8,600 residents in the City of London (all of them) live where")
    land = told.gap_finding(CITY, cell(3.1), by="land")
    assert "of land in the City of London (all of it) lies" in land


@pytest.mark.parametrize(
    ("by", "word"),
    [
        ("residents", "Everyone in Camden has"),
        ("postcodes", "All postcodes in Camden have"),
        ("land", "All land in Camden has"),
    ],
)
def test_full_cover_is_told_in_the_grammar_of_the_lens(by, word):
    assert f"{word} at least one organisation" in told.gap_finding(CAMDEN, cell(several=9), by=by)


def test_where_nobody_lives_there_is_nothing_to_count():
    assert told.gap_finding(CITY, cell(actors=0)) == (
        "There are no residents in the City of London to count."
    )


def test_actors_without_a_scale_or_theme_are_counted_apart():
    said = told.gap_finding(CAMDEN, cell(one=5, actors=3, scale=NO_SCALE))
    assert said == (
        "In Camden three organisations work on mental health at a level we do not know."
    )
    alone = told.gap_finding(CAMDEN, cell(one=5, theme=NO_THEME, scale="borough"))
    assert alone == ("In Camden one organisation works on themes we do not know council-wide.")


def test_any_theme_and_any_scale_need_no_words():
    said = told.gap_finding(CAMDEN, cell(several=5, theme="", scale=""))
    assert said == "Everyone in Camden has at least one organisation or ward-level team on record."
    assert told.work() == "works"
    assert told.work("housing", "", "work") == "work on housing"


def held(everybody=(), some=(), nobody=(), known_gaps=()) -> gaps.ThemesHeld:
    return gaps.ThemesHeld(list(everybody), list(some), list(nobody), list(known_gaps))


@pytest.mark.parametrize(
    ("themes", "said"),
    [
        (
            held("ab", nobody=["homelessness", "arts", "c", "d"]),
            "In Camden 2 of 6 themes have somebody on record; nobody yet on homelessness, arts and "
            "two more: ask about these first.",
        ),
        (
            held("ab", some="c", nobody="d"),
            "In Camden 3 of 4 themes have somebody on record; nobody yet on d: ask about this "
            "first.",
        ),
        (
            held("ab", some="cd"),
            "In Camden all 4 themes have somebody on record, two only in parts: ask first about c "
            "and d.",
        ),
        (
            held(nobody="ab"),
            "In Camden none of 2 themes have somebody on record; nobody yet on a and b: ask about "
            "these first.",
        ),
        (
            held("ab"),
            "In Camden all 2 themes have somebody on record for everyone.",
        ),
        (
            held("ab", nobody="cd", known_gaps="d"),
            "In Camden 2 of 4 themes have somebody on record; nobody yet on c: ask about this "
            "first. Known gap, according to “Ours”: d.",
        ),
        (
            held("a", nobody="b", known_gaps="b"),
            "In Camden 1 of 2 themes has somebody on record. Known gap, according to “Ours”: b.",
        ),
    ],
)
def test_without_a_theme_it_is_said_how_many_have_somebody_and_what_to_ask_about(themes, said):
    assert told.themes_finding(CAMDEN, themes, 5, told_by="Ours") == said


def test_themes_are_told_in_the_grammar_of_the_lens():
    said = told.themes_finding(CAMDEN, held("a", some="b"), 5, by="land")
    assert said.endswith(", one only in parts: ask first about b.")
    said = told.themes_finding(CAMDEN, held("ab"), 5, by="postcodes")
    assert said.endswith("have somebody on record for all postcodes.")


def test_where_nobody_lives_no_themes_are_counted():
    assert told.themes_finding(CITY, held("a"), 0) == (
        "There are no residents in the City of London to count."
    )


def test_all_themes_are_named_below_a_sentence_that_has_no_room():
    assert told.list_themes(held("a", nobody="bc")) == ""
    assert told.list_themes(held("a", some="x", nobody="bcd")) == (
        "Nobody on record: b, c and d. Only in parts: x."
    )


@given(st.floats(0, 1e7), st.floats(0, 1e7), st.floats(0, 1e7), st.booleans())
def test_the_three_states_are_never_mixed(none, one, several, is_marked):
    complete = MARKED if is_marked else []
    actors = int(one + several > 0)
    said = told.gap_finding(
        CAMDEN, cell(none, one, several, actors=actors, complete=complete), complete=complete
    )
    assert ("a known gap" in said) == (none > 0 and is_marked)
    assert (told.NOT_TOLD in said) == (none > 0 and not is_marked)


def test_every_sign_has_words_that_keep_them_apart():
    assert len(set(told.SIGN_WORDS.values())) == len(told.SIGN_WORDS) == 5
    assert list(terms.LEVELS) == list(terms.AT_LEVEL) == list(layers.SCALES)
    assert "on record" in told.SIGN_WORDS["not recorded"]
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
        "Most people without anyone on record: Haverstock (about 12,300, the whole ward) and "
        "Belsize (under 100, 33% of the ward)."
    )
    assert told.ranking_finding(wards(), by="land").startswith(
        "The most are in Haverstock (12,345 "
    )
    every = wards(people=[3, 2, 1], share=[1.0, 1.0, 1.0])
    assert told.ranking_finding(every) == "No part of any ward has anyone on record for this."
    assert told.ranking_finding(wards(people=[0, 0, 0])) == ""
    assert told.ranking_finding(wards()[:1]) == ""


def test_a_ranking_by_need_says_so_and_leaves_out_wards_without_one():
    said = told.ranking_finding(wards(score=[90.0, float("nan"), 0.0]))
    assert said.startswith("Taking need into account, first comes Haverstock (")
    assert "Belsize" not in said
    assert told.ranking_finding(wards(score=[0.0, 0.0, 0.0])) == ""


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            missing(),
            "For mental health, Camden has somebody on record council-wide and across several "
            "councils, but nobody at neighbourhood level.",
        ),
        (
            missing(missing="hyperlocal; national", known="national"),
            "For mental health, Camden has somebody on record council-wide and across several "
            "councils, but nobody at neighbourhood level or nationally. Known gap at this level: "
            "national.",
        ),
        (
            missing(known="hyperlocal"),
            "For mental health, Camden has somebody on record council-wide and across several "
            "councils, but nobody at neighbourhood level. Known gap at this level: neighbourhood.",
        ),
        (
            missing(hardly="hyperlocal"),
            "For mental health, Camden has somebody on record council-wide and across several "
            "councils. Very few people in Camden are covered by an organisation on record working "
            "at neighbourhood level.",
        ),
        (
            missing(theme="", present="", missing="hyperlocal; borough; regional; national"),
            "Camden has nobody on record at any level.",
        ),
        (
            missing(present="hyperlocal; borough; regional; national", missing="", untold=2),
            "For mental health, Camden has somebody on record at every level. We do not know "
            "the level of two organisations.",
        ),
    ],
)
def test_the_scales_that_a_theme_lacks_are_named(row, said):
    assert told.missing_finding(CAMDEN, row) == said


def test_organisations_without_a_theme_or_scale_are_told():
    rows = pd.DataFrame({"missing": ["scale", "theme and scale", "scale"]})
    assert told.untold_finding(CAMDEN, rows) == (
        "Three organisations in Camden have no theme or level on record, so we cannot count them "
        "towards any gap."
    )
    assert told.untold_finding(CAMDEN, rows[:1]) == (
        "One organisation in Camden has no level on record, so we cannot count it towards any gap."
    )
    assert told.untold_finding(CAMDEN, rows[:0]) == ""


def test_orphans_are_told_layer_by_layer():
    some = pd.DataFrame(
        {
            "layer": ["ward", "assembly_constituency", "postal_district"],
            "title": ["Ward", "London Assembly constituency", "Postcode district"],
            "people": [0.0, 5.0, 40.0],
            "share": [0, 0.05, 0.4],
        }
    )
    assert told.orphan_finding(CAMDEN, some) == (
        "An estimated 40% of residents in Camden live outside any postcode district and 5% outside "
        "any London Assembly constituency. Not every council area has these, so this is not a gap."
    )
    land = told.orphan_finding(CAMDEN, some, by="land")
    assert land.startswith("40% of the land in Camden lies outside any postcode district")
    assert told.orphan_finding(CAMDEN, some[:1]) == (
        "Everyone in Camden is covered by each of these."
    )


def orphans_of(name: str) -> str:
    place, keys = places.get(name), ["county", "mental_health_trust", "icb"]
    return told.orphan_finding(place, gaps.orphans(place, [layers.get(key) for key in keys]))


def test_what_does_not_exist_is_told_apart_from_what_is_not_in_the_data():
    assert orphans_of("Plymouth") == (
        "All of Plymouth is outside any county. There is none there, so this is not a gap. All of "
        "Plymouth is outside any mental health trust: we have mental health trusts for London only."
    )
    assert "integrated care board. There are none of these there" in orphans_of("Moray")
    assert "on record" not in orphans_of("Great Britain")
    assert "Not every council area has one, so this is not a gap." in orphans_of("South West")
    assert told.explain_no_county(places.get("Moray")) == "Scotland has no county councils."
    assert "Bristol" in told.explain_no_county(places.get("Great Britain"))


def test_thin_and_crowded_wards_are_named():
    rows = pd.DataFrame(
        {"name": list("ABCDE"), "part": ["thin", "usual", "usual", "crowded", "crowded"]}
    )
    usual = ActorQuantiles(1, 2, 7, 9, 12, 6.5)
    assert told.crowding_finding(CAMDEN, usual, rows, theme="housing") == (
        "Half of the residents in Camden have at most seven organisations on record that work on "
        "housing. There are most in E and D. There are fewest in A."
    )
    land = told.crowding_finding(CAMDEN, usual, rows[1:3], by="land")
    assert land == (
        "Half of the land in Camden has at most seven organisations or ward-level teams on record."
    )
    alike = [
        told.crowding_finding(CAMDEN, ActorQuantiles(*[many] * 6), rows[1:3], theme="housing")
        for many in (1.0, 3.0)
    ]
    assert alike == [
        "Everyone in Camden has one organisation on record that works on housing.",
        "Everyone in Camden has three organisations on record that work on housing.",
    ]
    nobody = told.crowding_finding(CAMDEN, ActorQuantiles(*[float("nan")] * 6), rows)
    assert nobody == "There are no residents in Camden to count."
    none = told.crowding_finding(CAMDEN, ActorQuantiles(0, 0, 0, 1, 2, 0.1), rows[1:3])
    assert none == "For half of the residents in Camden we have no record of anyone working."


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
        "Outside London we do not have England's mental health trusts on record." if is_told else ""
    )
