"""What a steward does: clicks, types, switches, turns pages, takes tables away."""

import re
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from playwright.sync_api import Locator, expect
from reader import CAMDEN, LONDON, MORAY, OLDHAM, OTHERS, TITLES, Reader, await_true

from mapping import overlap, places
from mapping.geography import layers

pytestmark = pytest.mark.browser

HOSTILE = [
    "<img src=x onerror=\"window.hacked='img'\">",
    "{{7*7}}",
    "${7*7}",
    "back\\slash \\u0041",
    "*_$:zqj[x]`y`$",
    "</p><script>window.hacked=1</script>",
    "https://a.example/b www.a.example a@b.example",
    "&lt;b&gt; &amp; # - 1.",
]


@pytest.fixture
def reader(page, serve) -> Reader:
    return Reader(page, serve("app.py"))


def click_area(reader: Reader, name: str) -> None:
    """Click in the middle of an area of the map, as a hand does."""
    reader.page.mouse.click(*reader.point_in(reader.area(name)))


def find(reader: Reader, text: str) -> Locator:
    """Type into the place picker and return its results."""
    reader.page.locator(".st-key-cg-place button").first.click()
    box = reader.page.get_by_label("Find a place by name or postcode")
    box.fill(text)
    box.press("Enter")
    reader.rested()
    return reader.page.locator("[class*=st-key-_found_] button")


def test_a_click_on_a_ward_says_who_works_there_and_the_page_about_the_spot_says_more(
    reader: Reader,
) -> None:
    reader.open(place=CAMDEN)
    click_area(reader, "Bloomsbury")
    heading = reader.page.locator("h2.cg-here")
    expect(heading).to_have_text("Bloomsbury ward", timeout=20_000)
    partners = reader.page.locator("ul.cg-here li").all_inner_texts()
    for title in ("Integrated care board", "Police command (BCU)", "Sub-regional partnership"):
        assert any(title in partner for partner in partners), title
    assert any("West and North London" in partner for partner in partners)
    assert re.fullmatch(r"51\.5\d+,-0\.1\d+", reader.link()["at"])
    chosen = reader.map().locator("path.cg-chosen")
    expect(chosen).to_have_count(1)
    reader.page.get_by_role("link", name="Everyone who covers this point").click()
    reader.says("on record cover the point near ")
    rows = reader.table("Who covers")
    councillors = ["Councillors for Bloomsbury ward, Camden", "Ward councillors", "covers it"]
    assert councillors in [row[:3] for row in rows]


def test_a_typed_postcode_shows_everybody_who_works_there(reader: Reader) -> None:
    reader.open("who_works_here", place=CAMDEN)
    box = reader.page.get_by_label("Postcode", exact=True)
    box.fill("n1 9gu")
    box.press("Enter")
    reader.says("on record cover N1 9GU")
    rows = reader.table("Who covers N1 9GU")
    found = {what: who for who, what, where, *_ in rows if where == "covers it"}
    assert found["London borough council"] == "Islington Council"
    assert found["Integrated care board"] == "NHS West and North London ICB"
    assert found["Postcode district"] == "N1"
    assert any(re.fullmatch(r"\d+ m away", row[2]) for row in rows)
    assert reader.link()["at"] == "n1 9gu"
    spot = reader.map().locator(".cg-spot span")
    expect(spot).to_have_text("N1 9GU")
    reader.page.get_by_text("Copy as a list").first.click()
    expect(reader.page.locator("pre").first).to_contain_text(
        "London borough council: Islington Council (covers it)"
    )


def test_switching_a_layer_changes_sentence_map_and_table_together(reader: Reader) -> None:
    reader.open("mismatches", place=OLDHAM, a="ward", b="postal_district")
    reader.map()
    before = reader.sentence
    reader.choose("a", "Small census area (LSOA or data zone)")
    reader.says("small census areas")
    assert reader.sentence != before
    assert reader.link()["a"] == "lsoa"
    await_true(reader.map(), "document.querySelectorAll('path.cg-area').length > 100")
    assert reader.table("Small census areas in Oldham")


def test_another_place_is_found_by_half_a_postcode_and_chosen(reader: Reader) -> None:
    reader.open("partner_sets", place=OLDHAM)
    results = find(reader, "NW5")
    results.filter(has_text="Camden (council area)").click()
    reader.says("Camden")
    assert reader.chosen() == {"place": CAMDEN}
    assert reader.name == "partner_sets"
    reader.map()


def test_turning_pages_by_the_navigation_keeps_the_place_and_names_page_and_place_in_the_title(
    reader: Reader,
) -> None:
    reader.open(place=MORAY, by="postcodes")
    expect(reader.page).to_have_title(f"{TITLES[0]}: Moray – Common Ground")
    for record in OTHERS:
        name = record.name
        reader.page.get_by_role("link", name=record.title).first.click()
        reader.page.wait_for_url(f"**/{name}?**", timeout=20_000)
        reader.rested()
        assert reader.chosen() == {"place": MORAY, "by": "postcodes"}
        expect(reader.page).to_have_title(f"{record.title}: Moray – Common Ground")
        if name not in ("data_and_method", "upload"):
            expect(reader.finding).to_contain_text("Moray")


def saved(reader: Reader, button: Locator, folder: Path) -> Path:
    with reader.page.expect_download(timeout=30_000) as caught:
        button.click()
    path = folder / caught.value.suggested_filename
    caught.value.save_as(path)
    return path


def test_a_table_is_taken_away_as_csv_with_every_row_and_its_shapes_as_geopackage_in_metres(
    reader: Reader, tmp_path: Path
) -> None:
    reader.open(place=LONDON)
    assert len(reader.table("Wards in Greater London")) == 30, "the page shows a part of its rows"
    path = saved(
        reader, reader.page.get_by_role("button", name="Download table (CSV)").first, tmp_path
    )
    assert path.name == "wards-in-greater-london.csv"
    table = pd.read_csv(path, dtype={"code": str})
    expected = overlap.two_way_shares(places.get("Greater London"), [layers.get("ward")])
    assert len(table) == 704
    assert set(table["code"]) == set(expected["code"])
    assert table["people"].sum() == pytest.approx(8_800_300, rel=1e-4)

    button = reader.page.get_by_role("button", name="Download map areas (GeoPackage)").first
    path = saved(reader, button, tmp_path)
    frame = gpd.read_file(path)
    assert path.name == "wards-in-greater-london.gpkg"
    assert len(frame) == 704
    assert frame.crs.to_epsg() == 27700
    assert frame.geometry.is_valid.all()
    assert frame.area.sum() / 1e6 == pytest.approx(1_572, rel=0.05)


def test_a_steward_without_a_mouse_finds_a_place_and_chooses_an_area_of_its_map(
    reader: Reader,
) -> None:
    reader.open(place=CAMDEN)
    page = reader.page
    for _ in range(12):
        reader.press("Tab")
        if page.evaluate("!!document.activeElement.closest('.st-key-cg-place')"):
            break
    assert page.evaluate("!!document.activeElement.closest('.st-key-cg-place')")
    reader.press("Enter")
    box = page.get_by_label("Find a place by name or postcode")
    expect(box).to_be_focused()
    page.keyboard.type("Oldham", delay=20)
    reader.press("Enter")
    expect(page.locator(".st-key-_found_0 button")).to_be_visible(timeout=20_000)
    expect(page.get_by_label("Add to Camden")).to_be_visible()  # its program comes by itself
    reader.press("Tab")
    expect(page.get_by_label("Add to Camden")).to_be_focused()
    reader.press("Tab")
    expect(page.locator(".st-key-_found_0 button")).to_be_focused()
    reader.press("Enter")
    reader.says("Oldham")
    assert reader.link()["place"] == OLDHAM
    frame = reader.map()
    frame.locator("#map_div").focus()
    reader.press("ArrowRight")
    name = frame.locator(".cg-tip p").first.inner_text()
    assert name in [row[0] for row in reader.table("Wards in Oldham")]
    reader.press("Enter")
    expect(page.locator("h2.cg-here")).to_have_text(f"{name} ward", timeout=20_000)


def test_hostile_text_in_the_place_search_or_as_a_postcode_comes_out_as_typed(
    reader: Reader,
) -> None:
    reader.open("who_works_here", place=OLDHAM)
    box = reader.page.get_by_label("Postcode", exact=True)
    for text in HOSTILE:
        box.fill("")
        box.focus()
        reader.page.keyboard.type(text)
        box.press("Enter")
        kept = text[:12].strip()
        said = reader.page.locator(".cg-note").first
        expect(said).to_contain_text(f"“{kept}” is not a full postcode", timeout=20_000)
        assert_nothing_ran(reader)
    reader.page.locator(".st-key-cg-place button").first.click()
    box = reader.page.get_by_label("Find a place by name or postcode")
    said = reader.page.locator("[data-testid=stPopoverBody] .cg-note")
    for text in HOSTILE:
        box.fill(text)
        box.press("Enter")
        expect(said).to_contain_text(f"We cannot find “{text[:40]}”.", timeout=20_000)
        assert_nothing_ran(reader)


def assert_nothing_ran(reader: Reader) -> None:
    page = reader.page
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src=x]").count() == 0
    assert page.locator(".katex, .cg-note a, .cg-note b, .cg-note h1").count() == 0
    assert reader.outside == []
    assert not [error for error in reader.errors if "hacked" in error]


def test_choices_typed_with_stars_and_dollars_in_a_link_are_named_as_typed(
    reader: Reader,
) -> None:
    names = ("by", "base", "layers", "a", "b", "distance", "least", "projector")
    reader.open("mismatches", place=OLDHAM, **dict(zip(names, HOSTILE, strict=True)))
    said = reader.page.locator(".cg-note").first
    for text in HOSTILE:
        expect(said).to_contain_text(f"(“{text[:40]}”)")
    assert_nothing_ran(reader)


def test_every_parameter_of_a_link_may_be_hostile_and_nothing_runs(reader: Reader) -> None:
    names = (
        "place",
        "by",
        "layers",
        "a",
        "b",
        "base",
        "at",
        "ward",
        "set",
        "distance",
        "least",
        "projector",
        "keys",
        "tiles",
    )
    choices = dict.fromkeys(names, HOSTILE[1] + HOSTILE[0])
    reader.open("who_works_here", **choices)
    assert_link_did_nothing(reader)
    for page in ("place", "partner_sets"):
        reader.turn(page, **choices)
        assert_link_did_nothing(reader)


def assert_link_did_nothing(reader: Reader) -> None:
    reader.map()
    assert "Greater London" in reader.sentence
    assert_nothing_ran(reader)
    in_map = reader.page.frame_locator("iframe").locator("body")
    assert in_map.evaluate("() => window.hacked") is None


def test_a_click_changes_link_and_words_alone_and_back_leads_to_the_spot_before(
    reader: Reader,
) -> None:
    reader.open(place=CAMDEN).map()
    here = reader.page.locator("h2.cg-here")
    reader.page.evaluate("document.querySelector('iframe').dataset.seen = 'yes'")
    for name in ("Bloomsbury", "Highgate"):
        click_area(reader, name)
        expect(here).to_have_text(f"{name} ward", timeout=20_000)
        reader.rested()
    assert reader.page.locator("iframe").get_attribute("data-seen") == "yes"
    at = reader.chosen()["at"]
    reader.page.go_back()
    expect(here).to_have_text("Bloomsbury ward", timeout=20_000)
    assert reader.rested().chosen()["at"] != at
    reader.page.go_back()
    expect(here).to_have_count(0, timeout=20_000)
    assert "at" not in reader.rested().chosen()


def test_square_brackets_lead_to_the_theme_before_and_after(reader: Reader) -> None:
    reader.open("gaps", place=OLDHAM, theme="housing").map()
    first = reader.sentence
    reader.press("]")
    expect(reader.finding).not_to_have_text(first, timeout=20_000)
    assert reader.rested().chosen()["theme"]
    reader.press("[")
    expect(reader.finding).to_have_text(first, timeout=20_000)
    assert reader.errors == []
