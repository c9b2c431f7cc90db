"""Take away: each page's bundle holds what the page shows, and opens the view again."""

import io
import json
import zipfile
from dataclasses import dataclass, replace
from functools import cache
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
import streamlit as st
from PIL import Image
from shown import PLACES, Shown, opened

from mapping import actors, places
from mapping.actors import Links
from mapping.atoms import postcodes, vintage
from mapping.gaps import Question, provision
from mapping.takeaway import Request, export, request
from mapping.workspaces import ReceivedFile
from pages.shared import registers, reopening, visit

VIEWS: dict[str, dict[str, str]] = {
    "place": {"place": PLACES["Camden"]},
    "who_works_here": {"place": PLACES["Camden"], "at": "NW5 2AA"},
    "mismatches": {"place": PLACES["Oldham"], "a": "ward", "b": "postal_district", "least": "10"},
    "partner_sets": {"by": "postcodes"},
    "gaps": {"place": PLACES["Camden"]},
    "data_and_method": {"place": PLACES["Moray"]},
}
PAGES = tuple(VIEWS)
COLUMNS = ["actor", "themes", "scale"]


def asked_away(shown: Shown, page: str, *, with_key: bool = False) -> dict[str, Any]:
    """Open Take away and return what its button would send: name → bytes."""
    found: dict[str, Any] = {}

    def button(label: str, data: Any, file_name: str, *_: object, **__: object) -> None:
        if file_name.endswith(".zip"):
            found[file_name] = data

    with patch.object(st, "download_button", button):
        shown.app.session_state[f"cg-take-{page}"] = True
        shown.run()
        if with_key:
            found.clear()
            [box] = [one for one in shown.app.checkbox if one.key == "_with_key"]
            box.check()
            shown.run()
    return found


def taken(page: str, *, with_key: bool = False, **choices: str) -> dict[str, bytes]:
    """Open a page from a link, take it away and unpack it."""
    (content,) = asked_away(opened(page, **choices), page, with_key=with_key).values()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@dataclass(frozen=True)
class View:
    """What a page showed before it was taken away, and the bundle."""

    finding: str
    numbers: dict[str, str]
    link: dict[str, str]
    notes: list[str]
    captions: set[str]
    bundle: bytes

    def unpack(self) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(self.bundle)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}


@cache
def view_of(page: str) -> View:
    """Open a page as ``VIEWS`` has it, once for all tests that look at its bundle."""
    shown = opened(page, **VIEWS[page])
    before = shown.finding, shown.numbers, shown.link(), shown.notes, set(shown.tables())
    (content,) = asked_away(shown, page).values()
    return View(*before, content)


def put_in(content: bytes, page: str = "data_and_method", **choices: str) -> Shown:
    """Put a file into the box that re-opens views, on an open page."""
    shown = opened(page, **{"place": PLACES["Moray"], **choices})
    shown.app.session_state["cg-place"] = True
    found = SimpleNamespace(getvalue=lambda: content)

    def uploader(label: str, key: str, on_change: Any, **_: object) -> None:
        st.button("Put it in", key="put-in", on_click=reopening._take, args=(found,))

    with patch.object(st, "file_uploader", uploader):
        shown.run()
        [one] = [b for b in shown.app.button if b.key == "put-in"]
        one.click()
        return shown.run()


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_taken_away_with_its_sentence_its_numbers_and_its_tables(page: str) -> None:
    shown = view_of(page)
    files = shown.unpack()
    note = files["method.md"].decode().replace("\\", "")
    assert note.startswith(f"# {shown.finding}")
    for label, value in shown.numbers.items():
        assert f"**{label}: {value}.**" in note
    assert all(line in note for line in export.attribution())
    image = Image.open(io.BytesIO(files["map.png"]))
    assert image.size == (1600, 1200)
    assert len(image.convert("RGB").getcolors(10**7)) > 50
    tables = [name for name in files if name.endswith(".csv")]
    assert "table.csv" in tables
    for name in tables:
        frame = pd.read_csv(io.BytesIO(files[name]), dtype=str, keep_default_na=False)
        assert len(frame)
        assert export.DERIVED in frame.iloc[0, -1]
    if page != "data_and_method":
        assert {"areas.gpkg", "areas.geojson"} <= set(files)


@pytest.mark.parametrize(
    ("page", "choices", "file", "name", "said"),
    [
        ("place", {"at": "nw52aa"}, "table-spot.csv", "Camden Council", "Point: NW5 2AA"),
        ("place", {"ward": "E05013663"}, "table-spot.csv", "Camden Council", "Kentish Town North"),
        ("gaps", {"ward": "E05013663", "theme": "housing"}, "table-ward.csv", "Camden Council", ""),
    ],
)
def test_who_is_named_beside_the_map_is_in_the_bundle(
    page: str, choices: dict[str, str], file: str, name: str, said: str
) -> None:
    files = taken(page, place=PLACES["Camden"], **choices)
    frame = pd.read_csv(io.BytesIO(files[file]))
    assert name in frame["actor" if page == "gaps" else "name"].tolist()
    assert said in files["method.md"].decode()
    assert "spot" not in "".join(taken(page, place=PLACES["Camden"]))


def test_tables_of_the_part_that_follows_a_click_go_with_the_spot_that_they_were_about() -> None:
    run = visit.PageRun("place")
    table = visit.ShownTable(pd.DataFrame(), "", {}, None, (), "")
    run.note_table("before", table)
    for drawn in (["spot"], [], ["ward", "spot"]):
        with run.gathering_part("spot"):
            for key in drawn:
                run.note_table(key, table)
        run.note_table("after", table)
        assert list(run.tables) == ["before", *drawn, "after"]


def test_tables_of_parts_in_one_another_stand_where_they_are_drawn() -> None:
    run = visit.PageRun("gaps")
    table = visit.ShownTable(pd.DataFrame(), "", {}, None, (), "")

    def draw_inside(spot: str) -> None:
        with run.gathering_part("spot"):
            if spot:
                run.note_table(spot, table)

    def draw(first: str, spot: str, last: str) -> None:
        with run.gathering_part("theme"):
            run.note_table(first, table)
            draw_inside(spot)
            run.note_table(last, table)

    run.note_table("before", table)
    draw("grid", "ward", "crowding")
    run.note_table("after", table)
    assert list(run.tables) == ["before", "grid", "ward", "crowding", "after"]
    draw_inside("other")
    assert list(run.tables) == ["before", "grid", "other", "crowding", "after"]
    draw_inside("")
    run.note_table("crowding", table)  # drawn again by itself, as when it is sorted
    assert list(run.tables) == ["before", "grid", "crowding", "after"]
    draw("grid", "ward", "orphans")
    assert list(run.tables) == ["before", "grid", "ward", "orphans", "after"]


def test_the_first_table_is_the_maps_twin() -> None:
    files = view_of("mismatches").unpack()
    table = pd.read_csv(io.BytesIO(files["table.csv"]))
    shapes = json.loads(files["areas.geojson"])["features"]
    assert len(table) == len(shapes)
    assert table["a_code"].tolist() == [one["properties"]["a_code"] for one in shapes]
    assert "areas-lines.geojson" in files


def test_the_request_names_the_page_every_choice_and_the_data() -> None:
    files = view_of("mismatches").unpack()
    found = request.read(files["request.json"], pages=PAGES)
    assert found.page == "mismatches"
    assert found.choices.items() >= VIEWS["mismatches"].items()
    assert found.choices["by"] == "residents"
    assert found.build == vintage.read_vintage(postcodes.DATA).build


@pytest.mark.parametrize("page", PAGES)
def test_a_bundle_opens_the_same_view_again(page: str) -> None:
    first = view_of(page)
    start = "data_and_method" if page != "data_and_method" else "place"
    again = put_in(first.bundle, start, place=PLACES["Oldham"])
    assert again.finding == first.finding
    assert again.numbers == first.numbers
    assert again.link() == first.link
    assert again.notes == first.notes
    assert again.tables().keys() == first.captions


def test_a_request_holds_what_the_page_shows_where_its_reader_chose_nothing() -> None:
    files = view_of("gaps").unpack()
    found = request.read(files["request.json"], pages=PAGES).choices
    assert (found["theme"], found["scale"]) == ("homelessness", "")
    assert found["shown"] == "theme"
    assert "Theme: homelessness (chosen by the page)" in files["method.md"].decode()
    with patch.object(provision, "first_question", return_value=Question("housing", "borough")):
        again = put_in(files["request.json"])
        assert again.control("theme") == "homelessness"
        assert again.control("scale") == ""


def test_a_view_of_other_data_says_so_and_what_it_said_then() -> None:
    data = vintage.read_vintage(postcodes.DATA)
    asked = Request("place", {"place": PLACES["Moray"]}, "other", "2024-11", "It was <b>so</b>.")
    told = " ".join(put_in(request.write(asked)).notes)
    assert f"saved with data of November 2024 (ours are of {data.month}" in told
    assert "At the time it said: “It was <b>so</b>.”" in told
    same_month = put_in(request.write(replace(asked, as_at=data.as_at)))
    assert "another version of the data" in " ".join(same_month.notes)
    assert "saved with data of whenever" in " ".join(
        put_in(request.write(replace(asked, as_at="whenever"))).notes
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not it", "This is not a saved view"),
        (b"PK\x03\x04broken", "We expected the zip of a saved view"),
        (b"{}", "This is not a saved view"),
    ],
)
def test_a_file_that_is_no_request_changes_nothing_and_is_told(content: bytes, said: str) -> None:
    before = view_of("mismatches")
    after = put_in(content, "mismatches", **VIEWS["mismatches"])
    assert after.finding == before.finding
    assert said in " ".join(after.notes)
    assert after.run().notes == before.notes, "it is told once"


def test_choices_that_are_not_known_are_left_out_and_told() -> None:
    data = vintage.read_vintage(postcodes.DATA)
    choices = {"place": PLACES["Moray"], "by": "votes", "surprise": "1", "projector": "1"}
    asked = Request("place", choices, data.build, data.as_at)
    shown = put_in(request.write(asked), "place", place=PLACES["Oldham"])
    assert "We ignored settings that we do not recognise: surprise." in " ".join(shown.notes)
    assert "what is counted (“votes”)" in " ".join(shown.notes)
    assert shown.chosen() == {"place": PLACES["Moray"]}


def test_a_projector_has_no_take_away_and_no_place_to_put_one_in() -> None:
    shown = opened("place", projector="1")
    shown.app.session_state["cg-place"] = True
    asked = asked_away(shown, "place")
    assert asked == {}
    assert not shown.app.get("file_uploader")


def test_nothing_is_made_before_it_is_asked_for() -> None:
    with patch("pages.shared.take_away.make_bundle") as made:
        opened("place", place=PLACES["Camden"])
    assert made.call_count == 0


def test_a_file_that_is_not_saved_is_taken_away_and_the_note_says_what_a_request_cannot() -> None:
    shown = opened("upload")
    [example] = [one for one in shown.app.button if one.key == "_example_0"]
    example.click()
    shown.run()
    finding = shown.finding
    (content,) = asked_away(shown, "upload").values()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        note = archive.read("method.md").decode().replace("\\", "")
        assert "map.png" in archive.namelist()
        assert any("own-actors" in name or name == "table.csv" for name in archive.namelist())
    assert finding in note
    assert "is not saved" in note


def test_an_empty_upload_page_has_nothing_to_take_away() -> None:
    assert asked_away(opened("upload"), "upload") == {}


class TestWorkspace:
    """The key of a workspace leaves the server only if the reader says so."""

    @pytest.fixture
    def workspace(self) -> Any:
        store = registers.store()
        made = store.create("Ours & <theirs>", PLACES["Camden"], save_id="take-away-test")
        yield made
        store.delete(made)

    def test_its_name_is_in_the_request_and_its_key_is_not(self, workspace: str) -> None:
        files = taken("place", place=PLACES["Camden"], workspace=workspace)
        found = request.read(files["request.json"], pages=PAGES)
        assert (found.workspace, found.workspace_id) == ("Ours & <theirs>", "")
        assert workspace not in str(files)
        assert "You will also need access" in files["README.txt"].decode()
        assert r"Ours & \<theirs\>" in files["method.md"].decode()

    def test_its_key_is_in_the_request_once_the_reader_ticks_the_box(self, workspace: str) -> None:
        files = taken("place", place=PLACES["Camden"], workspace=workspace, with_key=True)
        asked = request.read(files["request.json"], pages=PAGES)
        assert asked.workspace_id == workspace
        assert "can open and change" in files["README.txt"].decode()
        assert put_in(files["request.json"]).link()["workspace"] == workspace

    @pytest.mark.parametrize("with_key", [True, False])
    def test_the_question_of_a_workspaces_own_organisations_is_asked_again(
        self, workspace: str, with_key: bool
    ) -> None:
        half = places.get("Camden").positions[::2]
        frame = pd.DataFrame([("Us", "community support", "borough")], columns=COLUMNS)
        pairs = Links(np.zeros(len(half), dtype="int64"), half)
        none = Links(np.empty(0, dtype="int64"), np.empty(0, dtype="int64"))
        received = ReceivedFile("us.csv", "f", pd.DataFrame({"outcome": ["matched"]}))
        registers.store().save_actors(workspace, actors.register(frame, none, pairs), received)
        shown = opened("gaps", place=PLACES["Camden"], workspace=workspace)
        assert "community support council-wide" in shown.explanation
        files = taken("gaps", place=PLACES["Camden"], workspace=workspace, with_key=with_key)
        again = put_in(files["request.json"], "gaps", place=PLACES["Moray"])
        assert again.control("theme") == "community support"
        assert again.control("scale") == "borough"
        assert "community support council-wide" in again.explanation
        assert "Camden" in again.finding
        assert (again.finding == shown.finding) == with_key

    def test_a_request_without_the_key_says_what_is_missing(self, workspace: str) -> None:
        files = taken("place", place=PLACES["Camden"], workspace=workspace)
        told = " ".join(put_in(files["request.json"]).notes)
        assert "“Ours & <theirs>”. Open that on the Upload page" in told

    def test_the_readers_own_workspace_stays_open(self, workspace: str) -> None:
        files = taken("place", place=PLACES["Moray"])
        shown = put_in(files["request.json"], workspace=workspace)
        assert shown.chosen() == {"place": PLACES["Moray"], "workspace": workspace}
        assert "stays open and is included" in " ".join(shown.notes)

    def test_the_list_of_workspaces_is_no_part_of_a_bundle(self, workspace: str) -> None:
        from pages.shared import take_away, visit

        shown = visit.PageRun("upload")
        table = visit.ShownTable(pd.DataFrame({"name": ["x"]}), "Workspaces.", {}, None, (), "")
        shown.tables = {"workspaces": table, "own-actors": table}
        assert list(take_away._list_ours(shown)) == ["own-actors"]
