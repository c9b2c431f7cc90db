"""What a steward does: drops a map of neighbourhood teams, keeps it, and compares it."""

import json

import pytest
from playwright.sync_api import expect
from reader import CAMDEN, Reader

from mapping.geography import layers

pytestmark = pytest.mark.browser


@pytest.fixture
def reader(page, serve) -> Reader:
    return Reader(page, serve("app.py"))


def put(reader: Reader, name: str, content: bytes) -> None:
    box = reader.page.locator("[data-testid=stFileUploader]", has_text="Upload a map of areas")
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    box.locator("input[type=file]").set_input_files(file)


def list_teams() -> bytes:
    wards = layers.wards()
    codes = wards["code"][wards["lad_code"] == "E09000007"].tolist()[:-1]
    rows = "".join(f"{code},Team {i % 3}\n" for i, code in enumerate(codes))
    return f"Ward code,Neighbourhood team\n{rows}Zzyzx qqq,Team 1\n".encode()


def test_a_map_of_teams_is_kept_and_compared_with_the_maps_that_ship(reader: Reader) -> None:
    reader.open("upload", place=CAMDEN)
    reader.page.get_by_role("radio", name="a map of areas").click()
    reader.says("Upload a map of areas")
    put(reader, "teams.csv", list_teams())
    reader.says("Three neighbourhood teams hold about ")
    reader.says("in Camden are in none: in ")
    expect(
        reader.page.get_by_text("19 rows matched and 1 could not be matched to a place.")
    ).to_be_visible()
    expect(reader.area("Team 1")).to_have_count(1)
    reader.page.get_by_role("textbox", name="Who runs it").fill("The care board")
    reader.page.get_by_role("button", name="Save the map").click()
    reader.says("has one map of areas; it is on every page.")
    expect(reader.page.get_by_text("Three areas, The care board")).to_be_visible()
    reader.page.get_by_role("link", name="Compare with other boundaries").click()
    reader.says("one ward is outside any neighbourhood team, wholly or in part")
    link = reader.page.url

    again = Reader(reader.page.context.new_page(), reader.address).paste(link)
    again.says("one ward is outside any neighbourhood team, wholly or in part")
    assert (again.errors, reader.errors) == ([], [])
    assert (again.outside, reader.outside) == ([], [])


def test_a_file_that_says_degrees_and_holds_metres_is_asked_about(reader: Reader) -> None:
    ring = [[526_000, 182_000], [527_000, 182_000], [527_000, 183_000], [526_000, 182_000]]
    shape = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"name": "<b>Patch</b>"}, "geometry": shape}
    reader.open("upload", place=CAMDEN, bring="map")
    put(reader, "patches.geojson", json.dumps(feature).encode())
    reader.says("Where are these areas? Say what their coordinates are.")
    reader.page.get_by_role("combobox", name="The coordinates are").click()
    reader.page.get_by_role("option", name="metres of the British grid").click()
    reader.says("One patch holds about ")
    assert (reader.errors, reader.outside) == ([], [])
