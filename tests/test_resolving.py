"""Resolving: from what a cell says to the area it means."""

import time
from concurrent.futures import CancelledError

import numpy as np
import pandas as pd
import pytest

from mapping import places
from mapping.footprints import ground, question, resolving
from mapping.geocode import areas, beside


def answers(*texts, kind="", within="", **options):
    frame = pd.DataFrame({"text": texts, "kind": kind, "within": within})
    return resolving.resolve(frame, shapes=[], **options)


def answer(text, **options):
    return answers(text, **options)[0]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("E09000007", "Camden (council area)"),
        (" e09000007 ", "Camden (council area)"),
        ("Camden", "Camden (council area)"),
        ("CAMDEN", "Camden (council area)"),
        ("n1 9gu", "N1 9GU (postcode)"),
        ("N19GU", "N1 9GU (postcode)"),
        ("NW5", "NW5 (postcode district)"),
        ("nw5 2", "NW5 2 (postcode sector)"),
        ("NW", "NW (postcode area)"),
        ("Wales", "Wales (nation)"),
        ("St Helens", None),
        ("Caerdydd", "Cardiff (council area)"),
        ("Greater Manchester Police", None),
    ],
)
def test_codes_names_and_postcodes_are_matched(text, label):
    found = answer(text)
    assert found.outcome == "matched"
    assert found.reason == ""
    if label:
        assert areas.label(found.area) == label


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("LB Camden", "Camden"),
        ("London Borough of Camden", "Camden"),
        ("Camden Council", "Camden"),
        ("St. Helens Council", "St Helens"),
        ("Oldham MBC", "Oldham"),
        ("Surrey County Council", "Surrey"),
    ],
)
def test_known_variants_are_corrected_and_say_so(text, name):
    found = answer(text)
    assert found.outcome == "corrected"
    assert areas.index().names[found.area] == name
    assert text in found.reason
    assert name in found.reason


def test_a_superseded_code_and_name_map_forward_with_a_note():
    for text in ("E07000026", "Allerdale"):
        found = answer(text)
        assert found.outcome == "corrected"
        assert areas.label(found.area) == "Cumberland (council area)"
        assert "Cumberland" in found.reason


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("E09999999", "the code of a London borough, but not a current one"),
        ("N09000003", "Northern Ireland"),
        ("BT1 1AA", "Northern Ireland"),
        ("Belfast", "Northern Ireland"),
        ("ZZ9 9ZZ", "is not a current postcode"),
        ("Zzyzx qqq", "cannot find “Zzyzx qqq”"),
        ("???", "no letters"),
    ],
)
def test_what_cannot_be_placed_says_why(text, says):
    found = answer(text)
    assert found.outcome == "unmatched"
    assert found.area == -1
    assert says in found.reason


def test_a_misspelt_name_is_offered_and_not_taken():
    found = answer("Islingtn")
    assert found.outcome == "ambiguous"
    assert found.area == -1
    assert areas.label(found.candidates[0].area) == "Islington (council area)"
    assert 85 <= found.candidates[0].score < 100


def test_a_misspelt_name_is_taken_where_that_is_let():
    found = answer("Islingtn", accept=85)
    assert found.outcome == "corrected"
    assert areas.label(found.area) == "Islington (council area)"
    assert "88% match" in found.reason
    assert answer("Islingtn", accept=89).outcome == "ambiguous"


def test_a_name_of_many_wards_is_ambiguous_and_never_taken_for_likeness():
    found = answer("Abbey", accept=80)
    assert found.outcome == "ambiguous"
    assert len(found.candidates) > 5


def test_a_larger_area_a_place_or_a_choice_settles_a_name_of_many_wards():
    assert areas.label(answer("Abbey", within="Merton").area) == "Abbey (ward of Merton)"
    assert areas.label(answer("Abbey", within="E09000024").area) == "Abbey (ward of Merton)"
    inside = answer("Abbey", place=places.get("Merton"))
    assert inside.outcome == "corrected"
    assert "in Merton" in inside.reason
    key = question("Abbey")
    chosen = answer("Abbey", choices={key: "ward.E05013810"})
    assert chosen.outcome == "corrected"
    assert areas.code_of(chosen.area) == "E05013810"
    assert answer("Abbey", choices={key: ""}).outcome == "unmatched"


def test_a_larger_area_is_remembered_once_however_it_is_typed():
    beside._find_ground.cache_clear()
    for within in ("Merton", " MERTON ", "merton"):
        assert areas.label(answer("Abbey", within=within).area) == "Abbey (ward of Merton)"
    assert beside._find_ground.cache_info().currsize == 1
    assert areas.label(answer("Abbey", within="e09000024 ").area) == "Abbey (ward of Merton)"


def test_a_divided_county_is_asked_about_and_never_taken_for_likeness():
    found = answer("E10000009", accept=1)
    assert found.outcome == "ambiguous"
    labels = [str(candidate) for candidate in found.candidates]
    assert labels[0] == "Dorset (council area)"
    assert len(labels) > 1
    assert not any("alike" in label for label in labels)
    assert "%" in found.reason


def test_a_name_of_two_larger_areas_is_ambiguous():
    found = answer("North East")
    assert {areas.kind_of(c.area) for c in found.candidates} == {"region", "combined_authority"}


def test_the_kind_of_a_column_decides_among_areas_of_one_name():
    assert areas.kind_of(answer("Brent").area) == "borough"
    assert areas.kind_of(answer("Barnet", kind="borough").area) == "borough"
    assert {areas.kind_of(c.area) for c in answer("Abbey", kind="ward").candidates} == {"ward"}


@pytest.mark.parametrize("text", ["{0}", "{{7*7}}", "${7*7}", "%s", "<b>x</b>", "=1+1", "\\", "'"])
def test_hostile_texts_are_only_texts(text):
    found = answer(text)
    assert found.area == -1


def test_each_text_has_an_answer_in_its_order():
    texts = ["Camden", "Zzyzx qqq", "E09000007", "N1 9GU", "Islingtn", "LB Camden"] * 3
    found = answers(*texts)
    assert [a.area for a in found] == [answer(t).area for t in texts]
    assert np.unique([a.outcome for a in found]).tolist() == [
        "ambiguous",
        "corrected",
        "matched",
        "unmatched",
    ]


@pytest.mark.parametrize(
    ("text", "councils", "wards"),
    [
        ("Kingston", {"Kingston upon Thames", "Kingston upon Hull"}, True),
        ("Richmond", {"Richmond upon Thames"}, True),
        ("Stoke", {"Stoke-on-Trent"}, True),
        ("Newcastle", {"Newcastle upon Tyne", "Newcastle-under-Lyme"}, False),
        ("Bath", {"Bath and North East Somerset"}, False),
        ("Epping", {"Epping Forest"}, False),
        ("Brighton", {"Brighton and Hove"}, False),
        ("Hove", {"Brighton and Hove"}, False),
        ("Barking", {"Barking and Dagenham"}, False),
        ("Hammersmith", {"Hammersmith and Fulham"}, False),
        ("Kensington", {"Kensington and Chelsea"}, False),
    ],
)
def test_a_bare_word_of_a_councils_name_is_asked_about_and_councils_come_first(
    text, councils, wards
):
    found = answer(text)
    assert found.outcome == "ambiguous"
    assert f"“{text}” could be short for " in found.reason
    first = [areas.label(c.area) for c in found.candidates[: len(councils)]]
    assert set(first) == {f"{name} (council area)" for name in councils}
    alike = [c for c in found.candidates if c.score == 100 and areas.kind_of(c.area) == "ward"]
    assert bool(alike) == wards
    assert all(areas.index().names[c.area] == text for c in alike)
    assert answer(text, accept=70).outcome == "ambiguous"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Durham", "County Durham (council area)"),
        ("York", "York (council area)"),
        ("Hull", "Kingston upon Hull (council area)"),
        ("Trent", None),
        ("Weston", None),
    ],
)
def test_a_whole_name_is_no_part_of_another(text, label):
    found = answer(text)
    assert found.outcome == "matched"
    assert label is None or areas.label(found.area) == label


@pytest.mark.parametrize("text", ["North", "Forest", "City", "St", "Isle"])
def test_words_of_many_councils_are_short_for_none(text):
    assert "could be short for" not in answer(text).reason


def test_the_place_or_the_column_settles_a_bare_word():
    inside = answer("Kingston", place=places.get("Surrey"))
    assert inside.outcome == "ambiguous"
    thames = answer("Brighton", place=places.get("Brighton and Hove"))
    assert areas.label(thames.area) == "Brighton and Hove (council area)"
    assert (
        "we used the “Brighton” in Brighton and Hove: Brighton and Hove (council area)"
        in thames.reason
    )
    ward = answer("Kingston", kind="ward")
    assert areas.label(ward.area) == "Kingston (ward of Lewes)"
    london = answer("Kingston", within="London")
    assert areas.label(london.area) == "Kingston upon Thames (council area)"
    assert london.outcome == "corrected"


def test_a_reason_is_a_sentence_without_signs_of_the_program():
    for text in ("Abbey", "Kingston", "Highgate"):
        for name in ("Merton", "Camden", "Lewes"):
            assert "{" not in answer(text, place=places.get(name)).reason


def test_whoever_stops_the_reading_stops_the_filling_of_shapes_too(monkeypatch):
    ended = []

    def fill(texts, *, advance):
        for done in range(10_000):
            time.sleep(0.001)
            try:
                advance(done)
            except CancelledError:
                ended.append(done)
                raise

    def stop(share, what):
        if "compared" in what:
            raise KeyboardInterrupt

    monkeypatch.setattr(ground, "shapes", fill)
    with pytest.raises(KeyboardInterrupt):
        answers("POLYGON ((0 0, 0 1, 1 1, 0 0))", "hamersmith", advance=stop)
    assert len(ended) == 1
