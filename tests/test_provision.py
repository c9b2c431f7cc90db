"""Provision: who works in a ward, and which question is asked of a place first."""

import numpy as np
import pandas as pd
import pytest

from mapping import actors, footprints, gaps, places
from mapping.actors import Links, Register, defaults
from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.gaps import Question, provision
from mapping.geography import layers

KENTISH_TOWN_NORTH = "E05013663"
NONE = np.empty(0, dtype="int64")


def register(rows: list[tuple[str, str, str]], where: list[np.ndarray]) -> Register:
    """Make a register of actors (name, themes, scale), each with the postcodes it covers."""
    frame = pd.DataFrame(rows, columns=["actor", "themes", "scale"])
    number = np.repeat(np.arange(len(where)), [len(some) for some in where])
    return actors.register(frame, Links(NONE, NONE), Links(number, np.concatenate(where)))


def asked_of(place, found: Register, complete=()) -> pd.DataFrame:
    themes = ["", *provision.themes(found, complete)]
    return gaps.grid(place, found, complete=complete, themes=themes, scales=["", *layers.SCALES])


@pytest.fixture(scope="module")
def ward():
    return places.at("ward", KENTISH_TOWN_NORTH)


def test_themes_begin_with_the_list_and_other_words_follow_by_letter():
    found = provision.themes(
        register([("A", "zebras; health; ants", "borough")], [np.array([1])]),
        [("moths", "borough")],
    )
    listed = defaults.vocabulary()["theme"].tolist()
    assert found == (*listed, "ants", "moths", "zebras")


def test_themes_of_the_list_have_a_meaning_and_other_words_none():
    assert provision.meaning("waste collection") == "Emptying bins, recycling, clean streets."
    assert provision.meaning("zebras") == ""


def test_everybody_who_covers_a_ward_is_listed_as_covering_finds_them(ward):
    found = provision.list_in_ward(footprints.shipped(), KENTISH_TOWN_NORTH)
    inside = footprints.shipped().find_covering(int(ward.positions[0]))
    assert set(found["number"]) == set(np.flatnonzero(inside))
    assert (found["share"] == 1).all()
    assert list(found["actor"].iloc[:2]) == sorted(found["actor"].iloc[:2])
    order = [layers.SCALES.index(scale) for scale in found["scale"]]
    assert order == sorted(order)


def test_an_actor_in_a_part_of_a_ward_has_the_share_of_its_people(ward):
    half = ward.positions[::2]
    found = register(
        [("Half", "food", "hyperlocal"), ("Elsewhere", "food", "borough")],
        [half, places.get("Oldham").positions[:9]],
    )
    here = provision.list_in_ward(found, KENTISH_TOWN_NORTH)
    assert here["actor"].tolist() == ["Half"]
    people = actors.reach(found, ward)["share_of_place"].iloc[0]
    assert here["share"].iloc[0] == pytest.approx(people)
    by_postcode = provision.list_in_ward(found, KENTISH_TOWN_NORTH, by="postcodes")["share"].iloc[0]
    assert by_postcode == pytest.approx(len(half) / len(ward))


def test_a_ward_that_is_not_in_use_is_refused():
    with pytest.raises(MappingError):
        provision.list_in_ward(footprints.shipped(), "E05999999")


def test_a_question_keeps_the_actors_with_its_theme_and_scale():
    frame = pd.DataFrame(
        {"themes": ["health; food", "food", ""], "scale": ["borough", "hyperlocal", "borough"]}
    )
    kept = {
        q: provision.select_actors(frame, Question(*q)).index.tolist()
        for q in (("food", ""), ("food", "borough"), ("", "borough"), ("", ""))
    }
    assert kept == {
        ("food", ""): [0, 1],
        ("food", "borough"): [0],
        ("", "borough"): [0, 2],
        ("", ""): [0, 1, 2],
    }


def first_question(place, found: Register, own: Register | None) -> Question:
    cells = asked_of(place, found)
    return provision.first_question(cells, own, provision.sum_up_themes(cells, found))


def test_without_own_actors_the_first_question_is_the_first_theme_to_ask_about(camden):
    shipped = footprints.shipped()
    assert first_question(camden, shipped, None) == ("homelessness", "")
    own = register([("Far", "food", "borough")], [places.get("Oldham").positions])
    assert first_question(camden, shipped + own, own) == ("homelessness", "")
    assert first_question(places.get("Great Britain"), shipped, None)[0] == "disadvantage"
    everything = "; ".join(defaults.vocabulary()["theme"])
    covering = register([("All", everything, "borough")], [camden.positions])
    assert first_question(camden, covering, None) == ("local democracy", "")


def test_the_first_question_divides_people_most_evenly(camden):
    n = len(camden)
    own = register(
        [("All", "food", "borough"), ("Few", "youth", "hyperlocal"), ("Half", "debt", "borough")],
        [camden.positions, camden.positions[: n // 50], camden.positions[: n // 2]],
    )
    assert first_question(camden, own, own) == ("debt", "borough")


def themes_in(rows: pd.DataFrame) -> set[str]:
    return {theme for text in rows["themes"] for theme in actors.split(text)}


def test_themes_with_nobody_on_record_are_themes_that_somebody_in_britain_has(camden):
    found = footprints.shipped()
    held = provision.sum_up_themes(asked_of(camden, found), found)
    recorded = themes_in(found.actors[found.actors["people"] > 0])
    listed = set(defaults.vocabulary()["theme"])
    assert held.asked == len(listed & recorded) > 20
    here = actors.reach(found, camden)["number"]
    assert set(held.nobody) == (listed & recorded) - themes_in(found.actors.iloc[here])
    assert held.nobody[0] == "homelessness"  # of which our record has fewest anywhere
    assert "housing" in held.everybody
    assert held.some == held.known_gaps == []


def test_themes_are_summed_up_as_for_everybody_for_some_for_nobody_or_a_known_gap(camden):
    half = camden.positions[::2]
    found = register(
        [("All", "housing", "borough"), ("Half", "food", "borough"), ("Far", "health; skills", "")],
        [camden.positions, half, places.get("Oldham").positions],
    )
    complete = [("skills", scale) for scale in layers.SCALES]
    held = provision.sum_up_themes(asked_of(camden, found, complete), found)
    assert held.everybody == ["housing"]
    assert held.some == ["disadvantage"]  # food is part of it
    assert held.nobody == ["health", "skills"]
    assert held.known_gaps == ["skills"]
    assert held.to_ask == ["health", "disadvantage"]
    assert held.asked == 4


def test_a_register_marked_complete_is_asked_about_its_marks_only(camden):
    found, marks = footprints.shipped(), [("housing", "borough"), ("food", "hyperlocal")]
    widest = provision.widest_gap(asked_of(camden, found, marks), marks)
    assert widest is not None
    assert (widest["theme"], widest["scale"], widest["state"]) == (
        "food",
        "hyperlocal",
        "known gap",
    )
    covered = marks[:1]
    assert provision.widest_gap(asked_of(camden, found, covered), covered) is None
    assert provision.widest_gap(asked_of(camden, found), ()) is None


def test_districts_add_up_their_wards_and_keep_known_gaps_apart(london):
    wards = gaps.status(london, footprints.shipped(), theme="mental health", scale="borough")
    found = gaps.sum_by_district(wards)
    assert len(found) == 33
    assert list(found.columns) == list(wards.columns)
    for part in ("people", "none", "one", "several"):
        assert found[part].sum() == pytest.approx(wards[part].sum())
    assert found.set_index("name").loc[["Camden", "Brent"], "sign"].tolist() == [
        "one",
        "not recorded",
    ]
    known = gaps.sum_by_district(wards, known=True)
    assert set(known["sign"]) == {"one", "known gap"}
    assert (found["share"] <= 1 + 1e-9).all()


def test_the_wards_of_the_national_table_are_the_wards_of_places(ward):
    number = postcodes.table().ward[ward.positions]
    assert (number == number[0]).all()


@pytest.mark.parametrize(
    ("kind", "code", "bodies"),
    [
        ("borough", "E07000214", {"Surrey County Council", "Surrey Heath Borough Council"}),
        ("county", "E10000030", {"Surrey County Council"}),
        ("borough", "E09000007", {"Camden Council"}),
        ("borough", "S12000020", {"Moray Council"}),
        ("borough", "E06000052", {"Cornwall Council"}),
    ],
)
def test_councils_of_one_tier_or_two_cover_all_their_themes_council_wide(kind, code, bodies):
    place, found = places.at(kind, code), footprints.shipped()
    duties = ["adult social care", "children's social care", "education", "libraries", "highways"]
    duties += ["housing", "planning", "waste collection", "leisure"]
    duties += [] if code.startswith("S") else ["public health"]
    cells = gaps.grid(place, found, themes=duties, scales=["borough"])
    assert set(cells["state"]) == {"covered"}
    assert cells["share_one"].tolist() == pytest.approx([1] * len(duties))
    here = found.actors.iloc[gaps.actor_zones.zones(place, found).actors()]
    local = here[(here["scale"] == "borough") & (here["sector"] == "local government")]
    assert bodies <= set(local["actor"])
    assert len(local) == len(bodies) + (11 if kind == "county" else 0)
