"""Organisations and areas of any map are found, shown as places on every page, and in links."""

import time
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from shown import PAGES, Shown, keep_map, opened, unmapped

from mapping import actors, places
from mapping.actors import case_studies
from mapping.geography import layers
from mapping.workspaces import ReceivedFile
from pages.shared import finder, opening, registers

PLYMOUTH = "borough.E06000026"
ANY = {
    "the area of Plymouth Octopus Project": "actor.case.plymouth-octopus-project",
    "City of London 001A": "lsoa.E01000001",
    "the constituency of Barnet and Camden": "assembly_constituency.barnet-and-camden",
}
pytestmark = pytest.mark.usefixtures("own_database")


def offered(shown: Shown) -> list[str]:
    found = [one for one in shown.app.button if str(one.key).startswith("_found_")]
    return [one.label.replace("\\", "") for one in found]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ANY)
def test_every_page_works_with_any_place(name: str, page: str) -> None:
    shown = opened(page, place=ANY[name])
    assert shown.notes == []
    assert shown.link()["place"] == ANY[name]
    if page not in ("upload", "data_and_method"):
        assert name.lower() in shown.finding.lower()


@pytest.mark.parametrize(
    ("typed", "first", "place"),
    [
        ("Help on Your Doorstep", "Help on Your Doorstep (charity)", "actor.case."),
        ("Plymouth Octopus", "Plymouth Octopus Project (charity)", "actor.case."),
        ("NHS Devon", "NHS Devon ICB (integrated care board)", "actor.icb.E54000037"),
        ("Met Police", "Metropolitan Police (police force)", "actor.police_force."),
        ("E01000001", "City of London 001A (small census area)", "lsoa.E01000001"),
        ("NW5 2", "NW5 (postcode district)", "postal_district.NW5"),
        ("Devonport", "Devonport (ward of Plymouth)", "ward."),
    ],
)
def test_the_box_finds_organisations_and_areas_and_opens_them(typed, first, place) -> None:
    with unmapped():
        shown = opened("place", place=PLYMOUTH).find(typed)
        assert offered(shown)[0] == first
        shown.app.button(key="_found_0").click()
        shown.run()
    assert shown.link()["place"].startswith(place)
    assert shown.notes == []


def test_towns_come_before_organisations_and_these_before_areas_each_under_its_heading() -> None:
    with unmapped():
        shown = opened("place", place=PLYMOUTH).find("Barnet")
    labels = offered(shown)
    assert labels[0] == "Barnet (council area)"
    assert "Barnet Council (London borough council)" in labels
    assert labels[-1] == "Barnet and Camden (London Assembly constituency)"
    heads = [one.value for one in shown.app.caption if one.value in ("Places", "Organisations")]
    assert heads == ["Places", "Organisations"]
    assert len(labels) <= 16


def test_an_organisation_and_the_area_it_works_to_are_offered_once() -> None:
    with unmapped():
        shown = opened("place", place=PLYMOUTH).find("Metropolitan Police")
    assert offered(shown).count("Metropolitan Police (police force)") == 1


@pytest.mark.parametrize("text", ["{{7*7}}", "<img src=x>", "$x$ **b**", "\\", "%00", "a" * 5_000])
def test_a_hostile_search_is_answered(text: str) -> None:
    with unmapped():
        shown = opened("place", place=PLYMOUTH).find(text)
    assert "<img" not in "".join(shown.html)


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("actor.case.nobody", "We no longer have the organisation in this link (“case.nobody”)"),
        ("actor.{{7*7}}", "We no longer have the organisation in this link"),
        ("own_actor.0123456789.kitchen", "or its workspace is not open"),
        ("own.0123456789abcdef.Team", "an area of somebody's own map, which is not available here"),
        ("lsoa.E09000099", "We do not recognise the place in this link"),
    ],
)
def test_a_place_that_is_not_there_any_more_is_told_in_a_sentence(place: str, said: str) -> None:
    with unmapped():
        shown = opened("place", place=place)
    assert said in shown.notes[0]
    assert "so we are showing Greater London" in shown.notes[0]
    assert "Greater London" in shown.finding


def keep(name: str, wards: list[int], workspace: str = "") -> str:
    """Keep one organisation in a workspace, a new one or one that is there; returns its id."""
    frame = pd.DataFrame({"id": ["kitchen"], "actor": [name], "actor_type": ["charity"]})
    none = actors.Links(np.empty(0, dtype=int), np.empty(0, dtype=int))
    whole = actors.Links(np.zeros(len(wards), dtype=int), np.array(wards))
    workspace = workspace or registers.store().create("Ours", PLYMOUTH)
    received = ReceivedFile("ours.csv", "f", pd.DataFrame({"outcome": ["matched"]}), "file")
    registers.store().save_actors(workspace, actors.register(frame, whole, none), received)
    return workspace


def test_own_organisations_are_found_opened_kept_in_links_and_told_of_when_they_change() -> None:
    wards = [int(one) for one in places.get("Camden").wards]
    workspace = keep("Harbour *Kitchen*", wards[:2])
    with unmapped():
        shown = opened("place", place=PLYMOUTH, workspace=workspace).find("kitchen")
        assert offered(shown)[0] == "Harbour *Kitchen* (charity)"
        shown.app.button(key="_found_0").click()
        shown.run()
        assert "the area of Harbour *Kitchen*" in shown.finding
        asked = shown.link()["place"]
        assert asked.startswith("own_actor.")
        again = opened("gaps", place=asked, workspace=workspace)
        assert "the area of Harbour *Kitchen*" in again.finding
        assert again.notes == []
        keep("Harbour *Kitchen*", wards[:3], workspace)
        later = opened("place", place=asked, workspace=workspace)
        assert "The area of Harbour *Kitchen* has changed since this link" in later.notes[0]
        assert later.link()["place"] not in (asked, "county.greater-london")
        gone = opened("place", place=asked.replace("kitchen", "gone"), workspace=workspace)
        assert "We no longer have the organisation in this link" in gone.notes[0]


def test_an_own_organisation_is_shown_to_nobody_without_its_workspace() -> None:
    workspace = keep("Harbour Kitchen", [int(one) for one in places.get("Camden").wards])
    place = registers.find_own_place(registers.identify(workspace), "kitchen")
    text = f"{place.kind}.{place.code}"
    other = registers.store().create("Another", PLYMOUTH)
    with unmapped():
        held = opened("place", place=text, workspace=workspace)
        assert "Harbour Kitchen" in held.finding
        for link in ({}, {"workspace": other}):
            for asked in (text, f"union.borough.E09000007+{text}"):
                shown = opened("place", place=asked, **link)
                assert "or its workspace is not open, so we are showing" in shown.notes[0]
                assert "Harbour" not in "".join([shown.finding, *shown.notes, *shown.html])
        held.app.session_state["cg-workspace"] = True
        held.run()
        next(b for b in held.app.button if b.label == "Close workspace").click()
        assert "or its workspace is not open" in held.run().notes[0]
        assert "Greater London" in held.finding


@pytest.mark.parametrize("page", ["place", "mismatches", "gaps"])
@pytest.mark.parametrize("count", [1, 700])
def test_an_organisation_that_works_at_single_postcodes_has_its_pages(
    page: str, count: int
) -> None:
    frame = pd.DataFrame({"id": ["door"], "actor": ["One Door"]})
    here = places.get("Camden").positions[:count]
    none = actors.Links(np.empty(0, dtype=int), np.empty(0, dtype=int))
    door = actors.register(frame, none, actors.Links(np.zeros(count, dtype=int), here))
    workspace = registers.store().create("Ours", PLYMOUTH)
    received = ReceivedFile("ours.csv", "f", pd.DataFrame({"outcome": ["matched"]}), "file")
    registers.store().save_actors(workspace, door, received)
    place = registers.find_own_place(registers.identify(workspace), "door")
    shown = opened(page, place=f"{place.kind}.{place.code}", workspace=workspace)
    assert "the area of One Door" in shown.finding
    assert shown.notes == []


def test_an_area_of_a_map_in_the_workspace_can_be_the_place() -> None:
    table = pd.DataFrame({"area": ["E09000007", "E09000019"], "unit": ["Team Fox", "Team Owl + 1"]})
    layer = layers.from_lookup(table, areas="area", units="unit", title="Our team", scale="borough")
    workspace = registers.store().create("Ours", PLYMOUTH)
    layer = keep_map(layer, workspace)
    owl = places.of_unit(layer, list(layer.names).index("Team Owl + 1"))
    with unmapped():
        shown = opened("place", place=f"{owl.kind}.{owl.code}", workspace=workspace)
    assert "Team Owl + 1" in shown.finding
    assert shown.link()["place"] == f"{owl.kind}.{owl.code}"


def test_what_is_taken_away_says_whose_area_it_is_and_opens_it_again() -> None:
    shown = opened("place", place=ANY["the area of Plymouth Octopus Project"])
    assert shown.link()["place"] == "actor.case.plymouth-octopus-project"
    about = [piece for piece in shown.html if "Links community groups in networks" in piece]
    assert about, "what is on record of the organisation"


def test_why_all_of_england_is_shown_for_one_is_told_wherever_it_is() -> None:
    with unmapped():
        place = opened("place", place="actor.case.lankelly-chase-foundation")
        part = opened("stewardship", part="cases", case="case.lankelly-chase-foundation")
    for shown in (place, part):
        assert "do not name, so we show all of England" in "".join(shown.html)


def test_case_studies_near_a_place_are_told_in_the_open_and_open_their_areas() -> None:
    with unmapped():
        shown = opened("place", place="borough.E09000007")
        text = "".join(shown.html)
        assert "Long unsure of its place in the system" in text
        assert "2021" in text
        shown.app.button(key="_near_0").click()
        shown.run()
    assert shown.link()["place"] == "actor.case.likewise"


def test_where_no_case_study_is_from_the_nearest_is_told_with_its_distance() -> None:
    with unmapped():
        shown = opened("place", place="borough.E07000148")
    assert "None is from here. The nearest is about 60 km away." in shown.captions
    assert "CHS Group" in "".join(shown.html)


@pytest.mark.parametrize("place", [PLYMOUTH, "county.greater-london", "borough.S12000020"])
def test_all_case_studies_are_listed_with_what_they_show_and_a_button(place: str) -> None:
    with unmapped():
        shown = opened("stewardship", place=place, part="cases")
    studies = case_studies.case_studies()
    table = shown.table("Case studies of systems stewardship")
    assert table["Organisation"].tolist() == studies["actor"].tolist()
    facts = ["What it shows", "Level", "Themes", "Described in", "Area shown"]
    assert (table[facts] != "").all(axis=None)
    assert table["Described in"].str.endswith("2021").all()
    row = table.set_index("Organisation").loc["Lankelly Chase Foundation"]
    assert "do not name, so we show all of England" in row["Area shown"]
    buttons = [one for one in shown.app.button if str(one.key).startswith("_open_case_")]
    assert len(buttons) == 19


@pytest.mark.parametrize("rank", [0, 3, 4, 7, 9])
def test_a_case_study_opens_its_area_on_the_page_place(rank: int) -> None:
    studies = case_studies.case_studies()
    with unmapped():
        shown = opened("stewardship", place=PLYMOUTH, part="cases")
        shown.app.button(key=f"_open_case_{rank}").click()
        shown.run()
    place = places.at(*shown.link()["place"].split(".", 1))
    assert place.name == studies["actor"][rank]
    assert place.name in shown.finding


def test_a_chosen_case_study_stands_beside_the_map_of_britain() -> None:
    shown = opened("stewardship", place=PLYMOUTH, part="cases", case="case.hartlepower")
    text = "".join(shown.html)
    assert '<h2 class="cg-here">Hartlepower</h2>' in text
    assert shown.notes == []
    assert len(shown.maps()) == 1
    assert shown.control("case") == "case.hartlepower"
    assert shown.link()["case"] == "case.hartlepower"


@pytest.mark.parametrize("case", ["case.nobody", "{{7*7}}", "*_$:red[x]"])
def test_a_case_study_that_there_is_not_is_told_of(case: str) -> None:
    with unmapped():
        shown = opened("stewardship", place=PLYMOUTH, part="cases", case=case)
    assert shown.notes == [f"We have no case study “{case}”. Choose one from the list."]


def test_the_picture_that_is_taken_away_is_of_britain_where_the_map_is() -> None:
    shown = opened("stewardship", place="borough.S12000020", part="cases")
    run = shown.app.session_state["_shown"]
    assert run.map_place == places.at("britain", "gb")
    assert run.map_title == "Case studies of stewardship in Great Britain"


def test_a_first_search_waits_for_no_names_once_the_server_has_loaded_them() -> None:
    opening._load_names()
    shown = SimpleNamespace(place=places.get("Camden"), kept=registers.NO_WORKSPACE, own_layers=())
    begun = time.process_time()
    found, _ = finder.search(shown, "devon")  # type: ignore[arg-type]
    assert time.process_time() - begun < 0.1
    assert found
