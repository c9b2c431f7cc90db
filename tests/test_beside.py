"""Beside: areas of several columns in one row that nest are one place; others contradict it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping import footprints, places
from mapping.atoms import postcodes
from mapping.geocode import resolve
from mapping.geography import layers

HEADING = {"lsoa": "LSOA code", "ward": "Ward", "borough": "Council", "region": "Region"}
SMALLER = ("postcode", "lsoa", "ward")
KINDS = [
    (small, large, by)
    for small in SMALLER
    for large in HEADING
    for by in ("code", "name")
    if [*SMALLER, *HEADING].index(small) < ["postcode", *HEADING].index(large)
    if (large, by) != ("lsoa", "name")
]


def read(text: str):
    return footprints.read(text.encode(), name="partners.csv")


def describe(kind: str, position: int, by: str = "code") -> str:
    """Return what a cell says of the area of a kind that a postcode lies in."""
    if kind == "postcode":
        return postcodes.table().name[position].decode()
    layer = layers.get(kind)
    return str((layer.codes if by == "code" else layer.names)[layer.unit[position]])


def is_elsewhere(large: str, here: int, there: int, by: str) -> bool:
    return describe(large, here, by) != describe(large, there, by)


@pytest.mark.parametrize(("small", "large", "by"), KINDS)
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_of_areas_that_nest_the_smaller_counts_and_others_are_asked(small, large, by, data):
    some = st.integers(0, len(postcodes.table()) - 1)
    here, there = data.draw(some), data.draw(some)
    own = describe(small, here)
    heading = HEADING.get(small, "Postcode") + (" code" if small == "ward" else "")
    table = f"Organisation,{heading},{HEADING[large]}\n"
    inside = read(f'{table}A,{own},"{describe(large, here, by)}"\n')
    wanted = places.at(small, own).positions if small == "ward" else None
    if small == "postcode":
        assert inside.footprint("A").tolist() == [here]
        assert inside.rows["outcome"].tolist() == ["corrected"]
        assert f"{own} is in “{describe(large, here, by)}”" in inside.rows["reason"][0]
    elif not (small == "lsoa" and large == "ward"):  # which need not nest
        assert inside.rows["outcome"].tolist() == ["matched"]
    if wanted is not None:
        assert np.array_equal(inside.footprint("A"), wanted)
    if is_elsewhere(large, here, there, by) and not (small == "lsoa" and large == "ward"):
        outside = read(f'{table}A,{own},"{describe(large, there, by)}"\n')
        assert outside.rows["outcome"].tolist() == ["ambiguous"]
        assert "is not in" in outside.rows["reason"][0]
        assert not len(outside.footprint("A"))


@pytest.mark.parametrize(
    "columns",
    [
        {"Area": "E05013664", "Area 2": "Camden"},
        {"Area code": "E05013664", "Borough code": "E09000007"},
        {"Where": "Camden", "Postcode": "NW5 2AA"},
        {"Places": "NW5", "Postcode": "NW5 2AA"},
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_codes_and_postcodes_under_any_heading_are_told_from_larger_areas(columns, turned):
    order = list(columns)[::-1] if turned else list(columns)
    cells = ",".join(columns[name] for name in order)
    found = read(f"Organisation,{','.join(order)}\nA,{cells}\n")
    assert found.rows["outcome"].tolist() == ["corrected"]
    assert "we used the smaller one" in found.rows["reason"][0]
    assert found.rows["kind"][0] in ("ward", "postcode")


def test_areas_of_one_cell_or_column_stay_a_list():
    for text in ("Organisation,Area\nA,Camden; NW5 2AA\n", "Organisation,Area\nA,Camden\nA,NW5\n"):
        found = read(text)
        assert set(found.rows["outcome"]) == {"matched"}
        camden = places.at("borough", "E09000007").positions
        assert np.isin(camden, found.footprint("A")).all()


def test_a_row_of_nothing_but_its_larger_area_means_that():
    rows = "A,NW5 2AA,Camden\nB,,Islington\nC,N1 9GU,Islington\n"
    found = read(f"Organisation,Postcode,Borough\n{rows}")
    assert found.rows["outcome"].tolist() == ["corrected", "matched", "corrected"]
    assert np.array_equal(found.footprint("B"), places.at("borough", "E09000019").positions)


def test_a_larger_area_may_be_several_or_none_that_is_known():
    several = read('Organisation,Postcode,Borough\nA,NW5 2AA,"Islington; Camden"\n')
    assert several.rows["outcome"].tolist() == ["corrected"]
    unknown = read("Organisation,Postcode,Borough\nA,NW5 2AA,Nowhereshire\n")
    assert unknown.rows["outcome"].tolist() == ["matched"]
    assert any("read as a label (“Nowhereshire”)" in note for note in unknown.notes)


def test_whoever_answers_a_contradiction_may_mean_either_area():
    text = "Organisation,Postcode,Borough\nA,M1 1AE,Camden\n"
    [question] = read(text).questions.itertuples()
    assert [key for key, _ in question.candidates] == ["postcode.M1 1AE", "borough.E09000007"]
    chosen = footprints.read(
        text.encode(), name="a.csv", choices={question.question: "borough.E09000007"}
    )
    assert np.array_equal(chosen.footprint("A"), places.at("borough", "E09000007").positions)


@pytest.mark.parametrize(
    ("text", "within", "outcome"),
    [
        ("Camden 001A", "Camden", "matched"),
        ("Camden 001A", "E09000007", "matched"),
        ("Camden 001A", "Oldham", "ambiguous"),
    ],
)
def test_a_small_census_area_lies_in_the_council_of_its_postcodes(text, within, outcome):
    [found] = resolve([text], kind="lsoa", within=within)
    assert found.outcome == outcome
