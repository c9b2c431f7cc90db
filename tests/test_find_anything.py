"""Organisations and areas of any map are found by their names, parts of them, and codes."""

import string
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import actors, places
from mapping.actors import finding
from mapping.atoms import postcodes
from mapping.geocode import Like, NameList, find_like, spelling
from mapping.geography import layers

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = finding.list_shipped()
HOSTILE = [
    "{{7*7}}",
    "<script>alert(1)</script>",
    "\\",
    "(((",
    "\x00",
    "%00",
    "…",
    "🏠",
    "[qx-",
    "",
]


def find(text: str, **how) -> list[str]:
    return [one.place.label for one in finding.search(text, SHIPPED, **how)]


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Help on Your Doorstep", "Help on Your Doorstep (charity)"),
        ("help on your door", "Help on Your Doorstep (charity)"),
        ("Plymouth Octopus", "Plymouth Octopus Project (charity)"),
        ("octopus", "Plymouth Octopus Project (charity)"),
        ("octopus plymouth", "Plymouth Octopus Project (charity)"),
        ("Plymouth Octapus", "Plymouth Octopus Project (charity)"),
        ("NHS Devon", "NHS Devon ICB (integrated care board)"),
        ("Met Police", "Metropolitan Police (police force)"),
        ("the met", "Metropolitan Police (police force)"),
        ("GMP", "Greater Manchester Police (police force)"),
        ("Wallsend Childrens Community", "Wallsend Children's Community (partnership)"),
        ("Lankelly", "Lankelly Chase Foundation (funder)"),
        ("Moray Council", "Moray Council"),
    ],
)
def test_an_organisation_is_found_by_its_name_words_of_it_or_a_usual_short_one(typed, label):
    assert find(typed)[0] == label


def test_ward_councillors_and_police_teams_are_found_by_their_wards_and_fill_no_list():
    assert find("Councillors for Bloomsbury ward, Camden") == []
    assert not any("Councillors for" in label for label in find("Camden", limit=50))


def test_who_works_in_the_place_under_study_comes_first_of_those_as_much_alike():
    assert find("city council", near=places.get("Plymouth"))[0].startswith("Plymouth City Council")
    assert find("police", near=places.get("Moray"))[0].startswith("Police Scotland")


def test_what_is_only_spelt_so_comes_only_where_nothing_has_the_name():
    assert find("Help on your dorstep") == ["Help on Your Doorstep (charity)"]
    assert find("Help on your dorstep", alike=False) == []
    assert find("qqqqqqq") == []


def test_there_are_no_more_suggestions_than_asked_for():
    assert len(find("council", limit=4)) == 4
    assert len(places.search_units("police", limit=3)) == 3


def test_an_organisation_that_somebody_brought_is_found_beside_those_that_ship():
    frame = pd.DataFrame(
        {"actor": ["Octopus Kitchen", "Nowhere Cafe"], "actor_type": "charity", "id": ["a", "b"]}
    )
    whole = actors.Links(np.zeros(2, dtype=int), np.array([5, 9]))
    none = actors.Links(np.empty(0, dtype=int), np.empty(0, dtype=int))
    own = finding.list_own(actors.register(frame, whole, none))
    found = finding.search("octopus", SHIPPED, own)
    assert [one.place.name for one in found] == ["Octopus Kitchen", "Plymouth Octopus Project"]
    assert found[0].place.kind == "own_actor"
    assert places.at(found[0].place.kind, found[0].place.code) == found[0].place
    assert finding.search("nowhere cafe", SHIPPED, own) == []


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("Devon ICB", "Devon ICB (integrated care board)"),
        ("NHS Devon", "Devon ICB (integrated care board)"),
        ("Met Police", "Metropolitan Police (police force)"),
        ("E23000001", "Metropolitan Police (police force)"),
        ("E54000037", "Devon ICB (integrated care board)"),
        ("Barnet and Camden", "Barnet and Camden (London Assembly constituency)"),
        ("E01000001", "City of London 001A (small census area)"),
        ("e0100000", "City of London 001A (small census area)"),
        ("Oldham 012B", "Oldham 012B (small census area)"),
        ("NW5 2", "NW5 2 (postcode sector)"),
        ("central north", "Central North BCU (police command)"),
        ("Grampian", "Grampian (health board)"),
    ],
)
def test_an_area_of_any_map_is_found_by_its_name_or_code_with_its_kind_beside_it(typed, label):
    assert places.search_units(typed)[0].place.label == label


def test_a_postcode_gives_all_areas_that_it_lies_in():
    found = [one.place for one in places.search_units("n1 9gu")]
    kinds = [place.kind for place in found]
    assert {"icb", "police_bcu", "lsoa", "postal_sector", "assembly_constituency"} <= set(kinds)
    assert len(kinds) == len(set(kinds))
    at = postcodes.find("N1 9GU")["position"]
    assert all(at in place.positions for place in found)
    assert places.search_units("N1 9ZZ") == []


def test_an_area_within_the_place_under_study_comes_first():
    found = places.search_units("fire and rescue", near=places.get("Plymouth"))
    assert found[0].place.name == "Devon and Somerset Fire and Rescue Service"


def test_small_areas_with_numbers_wait_for_a_digit():
    assert {one.place.kind for one in places.search_units("Camden", limit=50)} == {
        "assembly_constituency"
    }
    kinds = [one.place.kind for one in places.search_units("Camden 001", limit=50)]
    assert kinds == ["lsoa"] * 3


def test_an_area_of_somebodys_own_map_is_found_where_it_is_open():
    table = pd.DataFrame({"area": ["E09000007", "E09000019"], "unit": ["Team Fox", "Team Owl"]})
    layer = layers.from_lookup(table, areas="area", units="unit", title="Our team", scale="borough")
    assert places.search_units("team owl") == []
    (found,) = places.search_units("team owl", own=[layer.key])
    assert found.place.label == "Team Owl (our team)"
    assert found.place.positions.tobytes() == places.get("Islington").positions.tobytes()


@pytest.mark.parametrize("text", ["Met Police", "Camden", "Camden 001", "N1 9GU", "council", "a"])
def test_an_answer_takes_less_than_a_tenth_of_a_second_once_names_are_loaded(text):
    near = places.get("Plymouth")

    def measure() -> float:
        begun = time.thread_time()
        finding.search(text, SHIPPED, near=near, alike=False)
        places.search_units(text, near=near)
        places.search_former(text, near=near)
        return time.thread_time() - begun

    assert min(measure() for _ in range(3)) < 0.1


def test_no_name_is_loaded_before_somebody_opens_the_box():
    code = (
        "from pages.shared import frame; from mapping.geocode import gazetteer;"
        "print(gazetteer.rows.cache_info().currsize, gazetteer.map_keys.cache_info().currsize)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == ["0", "0"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_looked_up_as_any_others(text):
    for one in places.search_units(text):
        assert one.like <= Like.BEGINS
    assert find(text) == []


@given(st.text(max_size=60))
def test_whatever_is_typed_has_an_answer(text):
    for found in (places.search_units(text), finding.search(text, SHIPPED)):
        assert all(one.place.label and len(one.place) for one in found)


NAMES = st.text(string.ascii_letters + " '&-.,éÉßŵ\n", max_size=20)


@given(st.lists(NAMES, max_size=8), NAMES)
def test_a_list_of_names_finds_what_each_name_by_itself_holds(names, typed):
    said = spelling.key(typed)
    each = {at: find_like(said, spelling.key(name)) for at, name in enumerate(names)}
    wanted = {at: like for at, like in each.items() if like is not None} if said else {}
    assert dict(NameList(names).find(said)) == wanted
