"""Case studies: each is found from the places where it worked, and only from those."""

import pandas as pd
import pytest

from mapping import places
from mapping.actors import case_studies
from mapping.geography import layers

CODES = layers.wards()[["code", "lad_code", "county_code"]]


def actors(name: str, kind: str | None = None) -> set[str]:
    return set(case_studies.list_near(places.get(name, kind))["actor"])


def test_there_are_nineteen_case_studies_with_all_facts_as_text() -> None:
    studies = case_studies.case_studies()
    assert len(studies) == 19
    assert studies["actor"].is_unique
    needed = studies[["actor", "place", "themes", "what_it_shows", "source"]]
    assert (needed != "").all(axis=None)
    assert all(isinstance(year, str) for year in studies["year"])


def test_every_area_of_a_case_study_exists_today() -> None:
    known = set(CODES.to_numpy().ravel())
    for codes in case_studies.case_studies()["areas"]:
        assert set(case_studies.areas(codes)) <= known, codes
    assert case_studies.areas("") == []
    assert case_studies.areas("E07000167;E09000007") == ["E06000065", "E09000007"]


def test_a_case_study_is_found_from_its_borough_and_what_holds_it() -> None:
    assert "Black Thrive" in actors("Lambeth")
    assert "Black Thrive" in actors("Greater London")
    assert "Black Thrive" in actors("Great Britain")
    assert "Black Thrive" not in actors("Camden")
    assert "Black Thrive" not in actors("Moray")


def test_a_ward_finds_the_case_studies_of_its_borough() -> None:
    ward = CODES.loc[CODES["lad_code"] == "E09000022", "code"].iloc[0]
    assert "Black Thrive" in set(case_studies.list_near(places.at("ward", ward))["actor"])


def test_a_postal_district_finds_those_of_the_boroughs_it_meets() -> None:
    assert actors("NW5", "postal_district") == actors("Camden") | actors("Islington")


def test_districts_of_before_2023_are_found_from_the_council_that_took_over() -> None:
    old = case_studies.case_studies()["areas"].str.contains("E07000168")
    assert old.any()
    assert set(case_studies.case_studies().loc[old, "actor"]) <= actors(
        "North Yorkshire", "borough"
    )


@pytest.mark.parametrize("name", ["Camden", "Oldham", "Moray"])
def test_near_is_a_part_of_all_in_the_same_columns(name: str) -> None:
    near, everything = case_studies.list_near(places.get(name)), case_studies.case_studies()
    assert list(near.columns) == list(everything.columns)
    assert near.index.tolist() == list(range(len(near)))
    assert set(near["actor"]) <= set(everything["actor"])


def test_a_larger_place_finds_at_least_what_its_parts_find() -> None:
    found = pd.concat([case_studies.list_near(places.get(n)) for n in ("Camden", "Islington")])
    both = case_studies.list_near(places.union([places.get("Camden"), places.get("Islington")]))
    assert set(both["actor"]) == set(found["actor"])
