"""A map of areas: put in on Upload, looked at, kept, and one of the maps on every page."""

import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shown import PLACES, WITH_MAP, Shown, opened, payloads

from mapping import own_maps
from mapping.geography import layers
from pages.shared import registers
from pages.upload import map_file

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import boundary_files as files

CAMDEN = PLACES["Camden"]


@pytest.fixture(autouse=True)
def kept(tmp_path, monkeypatch):
    """Give each test a store of its own."""
    monkeypatch.setenv("COMMON_GROUND_DATABASE", f"sqlite:///{tmp_path / 'kept.sqlite'}")
    registers.store.clear()
    yield
    registers.store.clear()


@pytest.fixture(scope="module")
def teams() -> bytes:
    facts = layers.wards()
    codes = facts["code"][facts["lad_code"] == "E09000007"]
    rows = "".join(f"{code},Team {i % 4}\n" for i, code in enumerate(codes))
    return f"ward,team\n{rows}Nowhere,Team 1\n".encode()


def put(content: bytes, name: str, place: str = CAMDEN) -> Shown:
    shown = opened("upload", place=place, bring="map")
    box = next(b for b in shown.app.file_uploader if b.label.startswith("Upload a map"))
    box.set_value((name, content, "application/octet-stream"))
    return shown.run()


def press(shown: Shown, label: str) -> Shown:
    next(b for b in shown.app.button if b.label == label).click()
    return shown.run()


def control(shown: Shown, label: str):
    kinds = (shown.app.selectbox, shown.app.text_input, shown.app.checkbox)
    return next(w for kind in kinds for w in kind if w.label.startswith(label))


def keep(shown: Shown, **said: str) -> str:
    """Keep the map that is looked at; returns the id of the workspace."""
    for label, text in said.items():
        control(shown, label.replace("_", " ")).set_value(text)
    press(shown, "Save the map")
    return shown.link()["workspace"]


def test_the_areas_of_a_map_are_named_on_it_before_it_is_kept(teams) -> None:
    shown = put(teams, "teams.csv")
    assert "names" in {config.get("kind") for config in payloads(shown.map())}


def test_upload_asks_what_is_brought() -> None:
    shown = opened("upload", place=CAMDEN)
    assert shown.finding.startswith("Upload a list of who works where")
    shown.choose("bring", "map")
    assert shown.finding == map_file.BEGINNING
    assert shown.link()["bring"] == "map"
    shown.choose("bring", "numbers")
    assert "every page can use them" in shown.finding


def test_a_table_is_read_kept_and_found_on_every_page(teams) -> None:
    shown = put(teams, "neighbourhood_teams.csv")
    assert shown.finding.startswith("Four teams hold about 210,")
    assert shown.finding.endswith("everyone in Camden is in one.")
    assert shown.numbers["Areas"] == "4"
    assert "20 rows matched and 1 could not be matched to a place." in " ".join(shown.html)
    assert registers.store().list().empty
    workspace = keep(shown, What_one="Team <b>of us", Who="NHS", As="April 2026")
    assert "is now on every page" in " ".join(shown.notes)
    assert "Four areas, NHS, April 2026, four of them in Camden." in shown.captions
    (found,) = registers.store().open(workspace).maps
    key = found.layer.key
    assert (found.layer.title, found.layer.sector) == ("Team <b>of us", "NHS")
    asked = {"place": {"base": key}, "who_works_here": {"at": "NW5 2AA"}}
    on = {
        page: opened(page, place=CAMDEN, workspace=workspace, **asked.get(page, {}))
        for page in WITH_MAP
    }
    assert {page: shown.notes for page, shown in on.items() if shown.notes} == {}
    listed = on["data_and_method"].table("Maps that somebody has uploaded").iloc[0].tolist()
    assert listed[0] == "Team <b>of us"
    assert listed[-1] == "4"
    offered = next(w for w in on["mismatches"].app.multiselect if w.key == "_widget_layers").options
    assert "Team <b>of us" in [option.replace("\\", "") for option in offered]
    assert on["place"].control("base") == key
    tables = on["who_works_here"].tables().values()
    assert any("Team " in " ".join(t.to_numpy().astype(str).ravel()) for t in tables)
    assert opened("mismatches", place=CAMDEN, workspace=workspace, a=key, b="ward").notes == []


def test_the_example_is_read_whole_and_says_that_it_is_invented() -> None:
    shown = opened("upload", bring="map")
    press(shown, own_maps.EXAMPLE.title)
    assert shown.finding.startswith("Five neighbourhood teams hold about ")
    assert "in Camden are in none: in " in shown.finding
    assert all(
        "Illustrative" in name for name in shown.table("Neighbourhood teams in Camden").iloc[:5, 0]
    )
    assert "128 rows matched and 1 could not be matched to a place." in " ".join(shown.html)


def test_a_kept_map_is_removed(teams) -> None:
    shown = put(teams, "teams.csv")
    workspace = keep(shown)
    press(shown, "Remove permanently")
    assert registers.store().open(workspace).maps == ()
    assert "“Team” was removed." in " ".join(shown.notes)


def test_a_link_to_a_map_opens_it_out_of_its_workspace(teams) -> None:
    workspace = keep(put(teams, "teams.csv"))
    (found,) = registers.store().open(workspace).maps
    shown = opened("mismatches", place=CAMDEN, workspace=workspace, a=found.layer.key)
    assert shown.control("a") == found.layer.key


def test_other_columns_can_be_chosen(teams) -> None:
    rows = teams.decode().splitlines()
    text = f"{rows[0]},locality\n" + "".join(f"{row},L{i % 2}\n" for i, row in enumerate(rows[1:]))
    shown = put(text.encode(), "teams.csv")
    control(shown, "Column that says where each belongs").set_value("locality")
    assert shown.run().numbers["Areas"] == "2"


def test_boundaries_are_read_and_led_to_where_they_lie(tmp_path) -> None:
    content = files.write(files.squares(), tmp_path, ".gpkg")
    shown = put(content, "patches.gpkg", place=PLACES["Oldham"])
    assert shown.finding.startswith("Four patches hold about ")
    assert any("None of the four areas is in Oldham" in note for note in shown.notes)
    home = next(b for b in shown.app.button if b.label.startswith("Go to"))
    home.click()
    assert int(shown.run().numbers["Areas"]) == 4
    assert shown.link()["place"] != PLACES["Oldham"]


def test_of_several_layers_none_is_taken_in_silence(tmp_path) -> None:
    path = tmp_path / "two.gpkg"
    files.squares(2).to_file(path, layer="localities")
    files.squares(4).to_file(path, layer="teams")
    shown = put(path.read_bytes(), "two.gpkg")
    assert shown.finding == "This file has two layers: choose the one to read."
    box = control(shown, "Which layer is the map?")
    assert box.options == ["localities (two areas)", "teams (four areas)"]
    box.set_value(1)
    assert shown.run().numbers["Areas"] == "4"


def test_layers_without_areas_are_named(tmp_path) -> None:
    path = tmp_path / "two.gpkg"
    files.squares(2).boundary.to_frame("geometry").to_file(path, layer="lines")
    files.squares(4).to_file(path, layer="teams")
    shown = put(path.read_bytes(), "two.gpkg")
    assert shown.numbers["Areas"] == "4"
    assert "We left out layers without areas: lines." in " ".join(shown.html)
    part = next(b for b in shown.app.button_group if "Matched 4" in str(b.options))
    part.set_value("matched")
    shown.run()
    assert list(shown.table("Rows that matched").columns) == ["Row", "Area"]


def test_coordinates_that_do_not_fit_are_asked_about() -> None:
    box = shapely.box(files.WEST, files.SOUTH, files.WEST + 1_000, files.SOUTH + 1_000)
    shown = put(files.geojson(box), "patch.geojson")
    assert shown.finding == "Where are these areas? Say what their coordinates are."
    assert "they run from 526,000" in shown.notes[0]
    control(shown, "The coordinates are").set_value("grid")
    assert shown.run().numbers["Areas"] == "1"
    assert "Read as metres of the British grid" in " ".join(shown.html)


def test_areas_that_overlap_go_on_as_footprints(tmp_path) -> None:
    frame = files.squares()
    shapes = frame.geometry.to_numpy().copy()
    shapes[1] = shapely.box(*shapes[0].bounds).buffer(100)
    frame = frame.set_geometry(gpd.GeoSeries(shapes, crs=27700))
    shown = put(files.write(frame, tmp_path, ".gpkg"), "patches.gpkg")
    assert (
        shown.finding
        == "The areas in this file overlap, so they are not a map: read them as organisations."
    )
    assert "share no ground" in shown.notes[0]
    press(shown, "Read them as organisations' areas")
    assert shown.finding == "All 4 rows matched."
    assert shown.link().get("bring", "organisations") == "organisations"


def test_boundaries_that_are_dropped_as_organisations_are_theirs_or_go_on_as_a_map(
    tmp_path,
) -> None:
    shown = opened("upload", place=CAMDEN)
    box = next(b for b in shown.app.file_uploader if b.label.startswith("Upload a file"))
    content = files.write(files.squares(), tmp_path, ".gpkg")
    box.set_value(("patches.gpkg", content, "application/octet-stream"))
    shown.run()
    assert shown.finding == "All 4 rows matched."
    assert set(shown.table("Organisations, and how")["Organisation"]) == {
        f"Patch {n}" for n in "ABCD"
    }
    press(shown, "Read it as a map of areas")
    assert shown.finding.startswith("Four patches hold about ")


def test_a_hostile_file_gets_its_sentence_and_nothing_else() -> None:
    shown = put(b"<OGRVRTDataSource/>", "areas.geojson")
    assert shown.finding == map_file.UNREADABLE
    assert "which is not followed" in shown.notes[0]
    press(shown, "Forget this file now")
    assert shown.finding == map_file.BEGINNING


def test_hostile_texts_are_shown_as_they_are(tmp_path) -> None:
    evil = "{{7*7}}<script>alert(1)</script>`${1}"
    frame = files.squares().assign(patch=[evil, "b", "c", "d"])
    shown = put(files.write(frame, tmp_path, ".gpkg"), "patches.gpkg")
    assert shown.numbers["Areas"] == "4"
    assert not any("<script>alert" in piece for piece in shown.html)


def test_names_of_several_areas_are_asked_about(teams) -> None:
    shown = put(teams + b"St James,Team 9\n", "teams.csv")
    box = control(shown, "“St James” is")
    box.set_value("ward.E05011953")
    assert shown.run().numbers["Areas"] == "5"


def test_folders_of_kml_are_offered_together_and_one_by_one() -> None:
    corners = "-0.14,51.54 -0.13,51.54 -0.13,51.55 -0.14,51.54"
    content = files.kml({"North": {"A": corners}, "South": {"B": corners.replace("-0.1", "-0.2")}})
    shown = put(content, "patches.kml")
    box = control(shown, "Which layer is the map?")
    assert box.options == [
        "All folders together (two areas)",
        "North (one area)",
        "South (one area)",
    ]
    box.set_value(-1)
    assert shown.run().numbers["Areas"] == "2"


def test_sheets_of_a_workbook_can_be_chosen(tmp_path) -> None:
    facts = layers.wards()
    codes = facts["code"][facts["lad_code"] == "E09000007"].to_numpy()
    path = tmp_path / "teams.xlsx"
    with pd.ExcelWriter(path) as book:
        for sheet, units in (("Two", 2), ("Three", 3)):
            told = {"ward": codes, "team": [f"T{i}" for i in np.arange(len(codes)) % units]}
            pd.DataFrame(told).to_excel(book, sheet_name=sheet, index=False)
    shown = put(path.read_bytes(), "teams.xlsx")
    assert shown.numbers["Areas"] == "2"
    control(shown, "Sheet").set_value("Three")
    assert shown.run().numbers["Areas"] == "3"


def test_a_projector_shows_the_sentence_and_the_map_alone(teams) -> None:
    shown = opened("upload", place=CAMDEN, bring="map", projector="1")
    assert shown.finding == map_file.BEGINNING
    assert not shown.app.file_uploader


def test_patients_of_practices_become_a_map_of_networks_counted_by_shares() -> None:
    codes = layers.get("lsoa").codes
    small = codes[np.unique(layers.get("lsoa").unit[layers.get("borough").unit == _camden()])]
    rows = "".join(
        f"F8300{n},Practice {n},{code},ALL,{100 * (n + 1) + i}\n"
        for i, code in enumerate(small)
        for n in range(4)
    )
    heading = "PRACTICE_CODE,PRACTICE_NAME,LSOA_CODE,SEX,NUMBER_OF_PATIENTS\n"
    shown = put(f"{heading}{rows}".encode(), "gp-reg-pat-prac-lsoa-all.csv")
    assert control(shown, "Column of people").value == "NUMBER_OF_PATIENTS"
    assert control(shown, "What one area is called").value == "Practice"
    assert "Practices are counted by shares" in " ".join(shown.html)
    networks = "".join(f"F8300{n},{'U1,North' if n < 3 else 'U2,South'}\n" for n in range(4))
    table = f"PRACTICE_CODE,PCN_CODE,PCN_NAME\n{networks}".encode()
    box = next(b for b in shown.app.file_uploader if b.label.startswith("Are they in networks"))
    box.set_value(("map.csv", table, "text/csv"))
    shown = shown.run()
    assert shown.numbers["Areas"] == "2"
    workspace = keep(shown, What_one="Care network", What_several="care networks")
    kept = opened("who_works_here", place=CAMDEN, at="NW5 2AA", workspace=workspace)
    (lineup,) = (t for t in kept.tables().values() if "Distance" in t.columns)
    (where,) = lineup.loc[lineup["Type"] == "Care network", "Distance"]
    assert where.startswith("covers it, by shares: ")
    assert where.endswith("% South")


def test_a_second_table_that_names_no_groups_is_said_to_be_none(teams) -> None:
    rows = "LSOA,Practice,Patients\nE01000842,A,3\nE01000842,B,4\nE01000843,B,4\n"
    shown = put(rows.encode(), "lists.csv")
    box = next(b for b in shown.app.file_uploader if b.label.startswith("Are they in networks"))
    box.set_value(("teams.csv", teams, "text/csv"))
    assert any("about a network or group" in note for note in shown.run().notes)


def _camden() -> int:
    return layers.get("borough").number_of("E09000007")


def test_rows_of_a_file_that_is_no_map_are_listed():
    shown = put(b"lsoa,North,South\nE01000842,x,\nE01000843,,x\n", "ticks.csv")
    assert shown.finding == "This file is not a map of areas yet. Nothing has been saved."
    (part,) = [b for b in shown.app.button_group if "_map_part" in str(b.key)]
    part.set_value("unmatched")
    shown.run()
    assert any("E01000842" in piece for piece in shown.html)
