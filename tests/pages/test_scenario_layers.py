"""A redrawn map that a workspace keeps is a layer on every page, like a map that was uploaded."""

import io
import json
import zipfile
from unittest.mock import patch

import pandas as pd
import pytest
import streamlit as st
from shown import keep_map, opened

from mapping import layers, places, redraw
from mapping.takeaway import layer_files as takeaway_files
from mapping.workspaces import kinds
from mapping.workspaces.kinds import storyline
from pages.shared import layer_files, lost, registers
from pages.shared.choices import USUAL, Check, Choice, read

CAMDEN = "borough.E09000007"
KINDS = ("small-area", "postcode")
TITLE, NOTE = "North & <b>south", "For the meeting: who goes with whom?"


@pytest.fixture(scope="module")
def drawn() -> redraw.Scenario:
    begun = redraw.begin(places.get("Camden"), "ward")
    codes = begun.graph.codes.tolist()
    return begun.move(codes[:9], 1).move(codes[9:], 2)


@pytest.fixture(scope="module")
def workspace(drawn: redraw.Scenario) -> str:
    return keep(drawn)


def keep(drawn: redraw.Scenario, **facts) -> str:
    made = registers.store().create("Our neighbourhoods", CAMDEN)
    told = {"title": TITLE, "scale": "hyperlocal", "author": "Ada", "note": NOTE, **facts}
    row = kinds.scenarios.write_row(drawn, id="d1", names={1: "North", 2: "{{7*7}}"}, **told)
    registers.store().put(made, kinds.scenarios.KIND, row)
    return made


@pytest.fixture(scope="module")
def layer(workspace: str):
    (found,) = registers.own_layers(registers.identify(workspace))
    return found


def press(shown, label: str):
    next(b for b in shown.app.button if b.label == label).click()
    return shown.run()


@pytest.mark.parametrize("sides", ["ab", "ba"])
def test_it_is_compared_with_any_partner_both_ways(workspace: str, layer, sides: str) -> None:
    own, other = sides
    asked = {own: layer.key, other: "postal_district"}
    shown = opened("mismatches", place=CAMDEN, workspace=workspace, **asked)
    assert shown.notes == []
    assert "“North & <b>south” group" in shown.finding
    assert (shown.control("a"), shown.control("b")) == (asked["a"], asked["b"])
    cells = " ".join(str(t.to_numpy().tolist()) for t in shown.tables().values())
    assert "North" in cells
    assert "{{7*7}}" in cells


def test_it_stands_where_layers_are_chosen_and_drawn(workspace: str, layer) -> None:
    place = opened("place", place=CAMDEN, workspace=workspace, base=layer.key, over=layer.key)
    assert (place.notes, place.control("base")) == ([], layer.key)
    sets = opened("partner_sets", place=CAMDEN, workspace=workspace, layers=f"{layer.key},ward")
    assert sets.notes == []
    assert "North & <b>south" in sets.table("Partner sets in Camden").columns
    spot = opened("who_works_here", place=CAMDEN, workspace=workspace, at="NW5 2AA")
    cells = " ".join(str(t.to_numpy().tolist()) for t in spot.tables().values())
    assert "{{7*7}}" in cells
    listed = opened("data_and_method", place=CAMDEN, workspace=workspace)
    row = listed.table("Maps that somebody has uploaded").iloc[0].tolist()
    assert row[0] == TITLE
    assert "a draft, nobody's official line" in " ".join(map(str, row))


def test_a_group_is_a_place(workspace: str, layer) -> None:
    shown = opened("gaps", place=f"{layer.key}.1", workspace=workspace)
    assert shown.notes == []
    assert "North" in shown.finding


def test_without_its_workspace_a_link_says_so(workspace: str, layer) -> None:
    for other in ("", registers.store().create("Another", CAMDEN)):
        shown = opened("mismatches", place=CAMDEN, workspace=other, a=layer.key, b="ward")
        assert lost.OWN_LAYER in shown.notes
        assert TITLE not in " ".join(shown.html)


def test_upload_says_who_drew_it_and_removes_it(drawn: redraw.Scenario) -> None:
    workspace = keep(drawn)
    (layer,) = registers.own_layers(registers.identify(workspace))
    shown = opened("upload", place=CAMDEN, workspace=workspace, bring="map")
    assert shown.finding == "“Our neighbourhoods” has one redrawn map; it is on every page."
    said = shown.captions.replace("\\", "")
    assert "Two areas, two of them in Camden, drawn by Ada on" in said
    assert "a draft, nobody's official line. For the meeting" in said
    lists = opened("upload", place=CAMDEN, workspace=workspace)
    assert lists.finding == "“Our neighbourhoods” has no organisations yet, but one redrawn map."
    press(shown, "Remove permanently")
    assert "was removed." in " ".join(shown.notes)
    gone = opened("mismatches", place=CAMDEN, workspace=workspace, a=layer.key, b="ward")
    assert lost.OWN_LAYER in gone.notes


def test_it_is_renamed_and_keeps_its_day(drawn: redraw.Scenario) -> None:
    workspace = keep(drawn)
    (before,) = registers.own_scenarios(registers.identify(workspace))
    shown = opened("upload", place=CAMDEN, workspace=workspace, bring="map")
    name = next(w for w in shown.app.text_input if (w.label, w.value) == ("Name", TITLE))
    name.set_value("Ours")
    press(shown, "Save")
    assert "to “Ours”" in " ".join(shown.notes)
    (after,) = registers.own_scenarios(registers.identify(workspace))
    assert (after.title, after.author, after.note) == ("Ours", "Ada", NOTE)
    assert (after.saved, after.group_of, after.names) == (
        before.saved,
        before.group_of,
        before.names,
    )
    assert after.layer.key != before.layer.key


def test_its_files_hold_lookups_areas_and_what_opens_it_again(workspace: str, layer) -> None:
    choice = _read(workspace)
    request = layer_files.make_request(choice, layer, places.get("Camden"))
    made = takeaway_files.write(places.get("Camden"), layer, request, made="1 June 2026")
    assert made == takeaway_files.write(places.get("Camden"), layer, request, made="1 June 2026")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert {"areas.gpkg", "areas.geojson", "map.png", "method.md"} <= files.keys()
    small, exact = (pd.read_csv(io.BytesIO(files[f"table-by-{n}.csv"])) for n in KINDS)
    for frame in (small, exact):
        columns = {"areas": "area", "units": "code", "names": "name"}
        plain = frame.astype({"code": str})
        again = layers.from_lookup(plain, **columns, title="A", scale="hyperlocal")
        assert set(again.names) == {"North", "{{7*7}}"}
        inside = places.get("Camden").positions
        same = again.at(inside) == layer.at(inside)
        assert same.mean() > 0.95
        assert frame is small or same.all()
    assert "nobody's official line" in files["method.md"].decode().replace("\\", "")
    assert json.loads(files["request.json"])["choices"]["over"] == layer.key
    assert len(json.loads(files["areas.geojson"])["features"]) == 2


def test_blocks_of_an_uploaded_map_come_and_go_with_it(workspace: str) -> None:
    made = registers.store().create("On our own ground", CAMDEN)
    codes = redraw.find_graph(places.get("Camden"), layers.get("ward")).codes
    frame = pd.DataFrame({"area": codes, "team": [f"Team {i % 4}" for i in range(len(codes))]})
    own = layers.from_lookup(frame, areas="area", units="team", title="Team", scale="hyperlocal")
    teams = keep_map(own, made)
    begun = redraw.begin(places.get("Camden"), teams)
    row = kinds.scenarios.write_row(
        begun.move(["Team 0", "Team 1"], 1), id="d2", title="Half", scale="borough"
    )
    registers.store().put(made, kinds.scenarios.KIND, row)
    assert [one.title for one in registers.own_layers(registers.identify(made))] == ["Team", "Half"]
    shown = opened("upload", place=CAMDEN, workspace=made, bring="map")
    assert "has one map of areas and one redrawn map; they are on every page" in shown.finding
    said = " ".join(one.value for one in shown.app.markdown)
    assert "One redrawn map made of its areas will be lost as well." in said


def _read(workspace: str) -> Choice:
    return read(Check({**USUAL, "place": CAMDEN, "workspace": workspace}), ())


def test_a_view_with_it_is_taken_away_told_as_a_draft_and_opened_again(
    workspace: str, layer
) -> None:
    asked = {"place": CAMDEN, "a": "postal_district", "b": layer.key}
    shown = opened("mismatches", workspace=workspace, **asked)
    files = _take_away(shown)
    note = files["method.md"].decode().replace("\\", "")
    assert f"**{TITLE}** (drawn by Ada on " in note
    assert f"a draft, nobody's official line, as at {layer.as_at}). {NOTE}" in note
    assert "drawn by Ada on" in files["table.csv"].decode()
    choices = json.loads(files["request.json"])["choices"]
    assert (choices["a"], choices["b"]) == (asked["a"], asked["b"])
    again = opened("mismatches", workspace=workspace, **choices)
    assert (again.finding, again.notes) == (shown.finding, [])


def _take_away(shown) -> dict[str, bytes]:
    made: dict[str, bytes] = {}

    def button(_: str, data: bytes, name: str, *__: object, **___: object) -> None:
        if name.endswith(".zip"):
            made[name] = data

    with patch.object(st, "download_button", button):
        shown.app.session_state["cg-take-mismatches"] = True
        shown.run()
    (content,) = made.values()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_step_of_a_storyline_shows_it(workspace: str, layer) -> None:
    link = {"place": CAMDEN, "a": "ward", "b": layer.key}
    step = storyline.Step("s1", 1, "mismatches", link, "Who goes with whom?")
    registers.store().put(workspace, storyline.KIND, storyline.write_rows([step]))
    shown = opened("mismatches", workspace=workspace, story="s1", **link)
    assert shown.notes == []
    assert shown.control("b") == layer.key


def test_one_drawn_on_another_day_is_another_layer(drawn: redraw.Scenario) -> None:
    row = kinds.scenarios.write_row(drawn, id="d1", title=TITLE, scale="hyperlocal")
    days = ["2026-11-22T09:30:00.000000+00:00", "2026-11-23T09:30:00.000000+00:00"]
    first, second = (kinds.scenarios.KIND.open(row.assign(saved=day)).value[0] for day in days)
    assert "22 November 2026" in first.layer.source
    assert "23 November 2026" in second.layer.source
