"""Names as people type them: without accents, in another language, without "Isle of"."""

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mapping import gazetteer, places, postcodes

OTHER_NAMES = pd.read_csv(postcodes.DATA / "other_names.csv", dtype=str, keep_default_na=False)


@pytest.mark.parametrize("row", list(OTHER_NAMES.itertuples()), ids=lambda row: row.other_name)
def test_every_other_name_finds_its_place_first_with_and_without_accents(row):
    expected = places.at(row.kind, row.code)
    for typed in (row.other_name, gazetteer.folded(row.other_name), row.other_name.upper()):
        assert places.get(typed) == expected
        assert places.search(typed)[0] == expected


@pytest.mark.parametrize("typed", ["Ynys Môn", "Ynys Mon", "ynys mo", "Anglesey", "anglese"])
def test_anglesey_is_found_before_the_wards_that_share_its_name(typed):
    assert places.search(typed)[0] == places.at("borough", "W06000001")


@pytest.mark.parametrize(
    ("typed", "name"),
    [("Wight", "Isle of Wight"), ("wigh", "Isle of Wight"), ("Scilly", "Isles of Scilly"),
     ("scil", "Isles of Scilly"), ("isle of wi", "Isle of Wight"),
     ("edinb", "City of Edinburgh")],
)  # fmt: skip
def test_what_stands_after_isle_of_begins_the_name(typed, name):
    assert places.search(typed)[0].name == name


def test_no_other_name_is_that_of_another_council_or_larger_place():
    rows = gazetteer.listing()
    large = rows[~rows["kind"].isin(["ward", "postal_district"])]
    keys = {gazetteer.key(n): (k, c) for k, c, n in large.itertuples(index=False)}
    for kind, code, other in OTHER_NAMES[["kind", "code", "other_name"]].itertuples(index=False):
        assert keys.get(gazetteer.key(other), (kind, code)) == (kind, code)


def test_every_other_name_belongs_to_a_place_and_stands_once():
    rows = gazetteer.listing()
    known = set(rows[["kind", "code"]].itertuples(index=False, name=None))
    assert set(OTHER_NAMES[["kind", "code"]].itertuples(index=False, name=None)) <= known
    assert not OTHER_NAMES["other_name"].duplicated().any()


LATIN = st.text(st.characters(max_codepoint=0x24F), max_size=30)


@given(LATIN | st.sampled_from(gazetteer.listing()["name"].tolist()))
@example("Saint-Ives & Saint Blaise")
def test_a_key_is_its_own_key_and_has_no_accents_or_capitals(text):
    key = gazetteer.key(text)
    assert gazetteer.key(key) == key
    assert gazetteer.folded(key) == key


def test_newer_codes_of_districts_find_the_district():
    aliases = pd.read_csv(postcodes.DATA / "code_aliases.csv", dtype=str)
    assert len(aliases)
    for newer, known in aliases[["code", "alias_of"]].itertuples(index=False):
        assert places.at("borough", newer) == places.get(newer) == places.at("borough", known)
        assert places.get(newer, "borough").code == known
        linked = places.at("union", f"borough.{newer}+borough.E09000007")
        assert linked == places.union([places.at("borough", known), places.get("Camden")])


def test_a_code_without_an_alias_stays_as_it_is():
    assert gazetteer.known_code("E09000007") == "E09000007"
    assert gazetteer.known_code("E08000038") == "E08000016"
