"""A view is taken away as a zip, and opened again a week later in another browser."""

import io
import json
import re
import zipfile
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from reader import CAMDEN, LONDON, MORAY, OLDHAM, Reader

pytestmark = pytest.mark.browser

SIZES = [(1400, 900), (390, 844)]
VIEW = {"place": LONDON, "set": "3", "by": "land"}


@pytest.fixture
def reader(page, serve) -> Reader:
    return Reader(page, serve("app.py"))


def take_away(reader: Reader, folder: Path) -> Path:
    """Press Take away, wait until the bundle is made, and save it."""
    page = reader.page
    page.get_by_role("button", name="Download this page").click()
    button = page.get_by_role("button", name=re.compile("Download the zip"))
    expect(button).to_be_visible(timeout=20_000)
    with page.expect_download() as waited:
        button.click()
    path = folder / waited.value.suggested_filename
    waited.value.save_as(path)
    return path


def reopen(reader: Reader, file: Path) -> Locator:
    """Put a file into the box under the place's name, and return the box."""
    reader.page.locator(".st-key-cg-place button").first.click()
    box = reader.page.locator("[class*=st-key-_widget_reopen] input[type=file]")
    box.set_input_files(file, timeout=20_000)
    return box


def seen(reader: Reader) -> dict[str, object]:
    return {
        "page": reader.name,
        "link": reader.link(),
        "sentence": reader.sentence,
        "numbers": reader.page.locator("[data-testid=stMetric]").all_inner_texts(),
        "captions": reader.page.locator("caption").all_inner_texts(),
    }


def test_a_view_taken_away_opens_again_in_another_browser(
    reader: Reader, other_page: Page, tmp_path: Path
) -> None:
    reader.open("partner_sets", **VIEW)
    reader.map(areas=False)
    first, path = seen(reader), take_away(reader, tmp_path)
    assert reader.outside == []
    other = Reader(other_page, reader.address).open("data_and_method", place=MORAY)
    reopen(other, path)
    expect(other.finding).to_have_text(reader.finding.inner_text(), timeout=30_000)
    other.map(areas=False)
    assert seen(other) == first
    assert other.page.locator(".cg-note").count() == reader.page.locator(".cg-note").count()


def test_an_officer_opens_the_table_the_areas_and_the_picture(
    reader: Reader, tmp_path: Path
) -> None:
    reader.open("", place=CAMDEN, at="NW5 2AA")
    path = take_away(reader, tmp_path)
    assert path.name == "camden-place.zip"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    table = pd.read_csv(tmp_path / "table.csv")
    areas = gpd.read_file(tmp_path / "areas.gpkg")
    web = json.loads((tmp_path / "areas.geojson").read_text())
    shown = [row[0] for row in reader.table("Wards in Camden")]
    assert table["name"].tolist() == shown
    assert sorted(areas["name"]) == sorted(shown)
    assert len(web["features"]) == len(shown)
    picture = Image.open(io.BytesIO((tmp_path / "map.png").read_bytes()))
    assert picture.size == (1600, 1200)
    assert reader.sentence in (tmp_path / "method.md").read_text()


@pytest.mark.parametrize("is_open", [False, True])
def test_what_is_taken_away_after_clicks_is_what_the_page_shows_then(
    reader: Reader, tmp_path: Path, is_open: bool
) -> None:
    page = reader.open("gaps", place=CAMDEN).page
    button = page.get_by_role("button", name=re.compile("Download the zip"))
    if is_open:
        page.get_by_role("button", name="Download this page").click()
        expect(button).to_be_visible(timeout=20_000)
    for ward in ("Hampstead Town", "Belsize"):
        page.mouse.click(*reader.point_in(reader.area(ward)))
        expect(page.locator("h2.cg-here")).to_have_text(f"{ward} ward", timeout=20_000)
        reader.rested()
    if not is_open:
        page.get_by_role("button", name="Download this page").click()
    expect(button).to_be_visible(timeout=20_000)
    with page.expect_download() as waited:
        button.click()
    waited.value.save_as(tmp_path / "gaps.zip")
    with zipfile.ZipFile(tmp_path / "gaps.zip") as archive:
        note = archive.read("method.md").decode()
        asked = json.loads(archive.read("request.json"))["choices"]
    assert "Ward: Belsize" in note
    assert "in Belsize ward" in note
    assert "Hampstead Town" not in note
    assert asked["ward"] == reader.link()["ward"]


def test_a_request_out_of_the_zip_opens_the_view_and_a_file_that_is_none_says_so(
    reader: Reader, tmp_path: Path
) -> None:
    reader.open("mismatches", place=OLDHAM, a="ward", b="postal_district")
    sentence = reader.sentence
    with zipfile.ZipFile(take_away(reader, tmp_path)) as archive:
        archive.extract("request.json", tmp_path)
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"<b>": "{{7*7}}"}')
    reader.open("", place=CAMDEN)
    before = reader.sentence
    box = reopen(reader, wrong)
    expect(reader.page.locator(".cg-note")).to_contain_text(
        "This is not a saved view", timeout=20_000
    )
    assert reader.rested().sentence == before
    box.set_input_files(tmp_path / "request.json", timeout=20_000)
    reader.page.wait_for_url("**/mismatches?*", timeout=20_000)
    reader.rested()
    expect(reader.finding).to_have_text(sentence, timeout=30_000)
    assert reader.name == "mismatches"


def test_the_button_to_download_is_in_sight_and_makes_nothing_that_nobody_asked_for(
    reader: Reader,
) -> None:
    page = reader.open("", place=CAMDEN).page
    button = page.get_by_role("button", name=re.compile("Download the zip"))
    for width, height in reversed(SIZES):
        page.set_viewport_size({"width": width, "height": height})
        page.get_by_role("button", name="Download this page").click()
        expect(button).to_be_in_viewport(ratio=1, timeout=20_000)
        reader.press("Escape")
        expect(button).to_have_count(0)
    for link in ("Mismatches", "Place"):
        page.get_by_role("link", name=link, exact=True).click()
        reader.rested()
        expect(page.get_by_role("button", name="Download this page")).to_be_visible(timeout=20_000)
        assert button.count() == 0

    page.locator("h1.cg-finding").click()
    reader.press("p")
    expect(page.get_by_role("button", name="Download this page")).to_have_count(0, timeout=20_000)
    reader.map()
    page.locator(".st-key-cg-place button").first.click()
    expect(page.get_by_label("Find a place by name or postcode")).to_be_visible()
    expect(page.locator("input[type=file]")).to_have_count(0)
