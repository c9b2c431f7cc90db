"""Columns: what each column of an uploaded table is taken for."""

import pandas as pd
import pytest

from mapping.errors import MappingError
from mapping.footprints import columns


def roles(**cells: list[str]) -> dict[str, str]:
    frame = pd.DataFrame({name.replace("_", " "): texts for name, texts in cells.items()})
    return {name: guess.role for name, guess in columns.guess_roles(frame).items()}


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Organisation", "actor"),
        ("PROVIDER NAME", "actor"),
        ("theme(s)", "themes"),
        ("Level", "scale"),
        ("E-mail", "contact"),
        ("LAD21CD", "borough"),
        ("wd_code", "ward"),
        ("LSOA11CD", "lsoa"),
        ("Post Code", "postcode"),
        ("Areas covered", "area"),
        ("radius (km)", "radius_km"),
        ("Radius", "radius_m"),
        ("Latitude", "lat"),
    ],
)
def test_a_known_heading_decides(heading, role):
    frame = pd.DataFrame({heading: ["1", "2"]})
    assert columns.guess_roles(frame)[heading][:2] == (role, "heading")


@pytest.mark.parametrize(
    ("cells", "role"),
    [
        (["E09000007", "E05013654"], "area"),
        (["NW5 2AA", "n1 9gu"], "postcode"),
        (["Camden", "Islington; Hackney"], "area"),
        (["a@b.org", "c@d.org"], "contact"),
        (["POLYGON((0 51,1 51,1 52,0 51))"], "area"),
        (["", ""], "ignore"),
    ],
)
def test_without_a_known_heading_the_cells_decide(cells, role):
    frame = pd.DataFrame({"Xyz": cells, "Organisation": ["A"] * len(cells)})
    assert columns.guess_roles(frame)["Xyz"].role == role


@pytest.mark.parametrize(
    "cells",
    [
        ["10,000.00", "12,500.00"],
        ["2019/2020", "2020/2021"],
        ["01/2020", "12/2021"],
        ["9.30 17.30", "10.00 16.00"],
        ["3.5/5", "4.5/5"],
        ["1865 123456", "1223 654321"],
    ],
)
def test_numbers_that_are_no_coordinates_are_not_taken_for_points(cells):
    assert roles(Organisation=["A", "B"], Xyz=cells, Where=["Camden", "Brent"])["Xyz"] != "point"
    assert roles(Organisation=["A", "B"], Xyz=cells)["Xyz"] != "point"


@pytest.mark.parametrize("cells", [["51.55, -0.14", "51.5, 0.1"], ["TQ 299 804", "SU 12 34"]])
def test_coordinates_and_grid_references_are_points_under_any_heading(cells):
    assert roles(Organisation=["A", "B"], Xyz=cells)["Xyz"] == "point"


def test_a_column_called_name_is_the_actor_beside_areas_and_areas_alone():
    assert roles(name=["Mind", "Shelter"], areas=["Camden", "Brent"])["name"] == "actor"
    assert roles(name=["Camden", "Brent"])["name"] == "area"
    both = roles(organisation=["A", "B"], name=["Camden", "Brent"])
    assert both == {"organisation": "actor", "name": "area"}


def test_a_larger_area_beside_a_smaller_one_says_where_it_lies():
    found = roles(who=["A", "B"], ward=["Abbey", "Abbey"], borough=["Merton", "Barking"])
    assert found["ward"] == "ward"
    assert found["borough"] == "within"


def test_larger_and_smaller_areas_in_different_rows_both_say_where():
    found = roles(who=["A", "B"], ward=["Abbey", ""], borough=["", "Merton"])
    assert (found["ward"], found["borough"]) == ("ward", "borough")


def test_of_a_code_and_a_name_the_code_counts():
    found = roles(ward_code=["E05013810"], ward_name=["Abbey"], who=["A"])
    assert found["ward code"] == "ward"
    assert found["ward name"] == "ignore"


def test_an_address_beside_coordinates_and_a_radius_is_no_footprint():
    found = roles(who=["A"], postcode=["NW5 2AA"], lat=["51.5"], lon=["-0.1"], radius=["500"])
    assert found["postcode"] == "ignore"
    assert found["lat"] == "lat"


def test_only_one_column_names_the_actors():
    found = roles(organisation=["A"], provider=["B"], areas=["Camden"])
    assert list(found.values()).count("actor") == 1


def test_headings_of_numbers_without_numbers_are_not_coordinates():
    assert roles(y=["yes", "no"], areas=["Camden", "Brent"])["y"] != "lat"


def test_a_choice_replaces_a_guess_and_nonsense_is_refused():
    frame = pd.DataFrame({"Organisation": ["A"], "Where": ["Camden"]})
    found = columns.choose_roles(frame, {"Where": "note"})
    assert found["Where"] == columns.Guess("note", "chosen", 100)
    assert found["Organisation"].role == "actor"
    with pytest.raises(MappingError, match="nonsense"):
        columns.choose_roles(frame, {"Where": "nonsense"})
    with pytest.raises(MappingError, match="Nowhere"):
        columns.choose_roles(frame, {"Nowhere": "area"})


def test_every_column_of_a_wide_table_is_told():
    frame = pd.DataFrame({f"c{i}": ["x", "y"] for i in range(200)})
    assert len(columns.guess_roles(frame)) == 200
