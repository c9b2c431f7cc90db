"""Finding organisations and areas in a real Chromium, and the case studies on their map."""

import pytest
from playwright.sync_api import expect
from reader import MORAY, Reader, Visit

pytestmark = pytest.mark.browser

PLYMOUTH = "borough.E06000026"


@pytest.fixture
def reader(page, serve) -> Reader:
    return Reader(page, serve("app.py"))


def type_in(reader: Reader, text: str) -> None:
    reader.page.locator(".st-key-cg-place button").first.click()
    box = reader.page.get_by_label("Find a place by name or postcode")
    box.fill(text)
    box.press("Enter")
    expect(reader.page.locator(".st-key-_found_0 button")).to_be_visible(timeout=20_000)
    reader.rested()


def test_an_organisation_is_found_looked_at_and_leads_to_the_case_studies(reader: Reader) -> None:
    reader.open(place=PLYMOUTH)
    type_in(reader, "Plymouth Octopus")
    first = reader.page.locator(".st-key-_found_0 button")
    expect(first).to_have_text("Plymouth Octopus Project (charity)")
    first.focus()
    reader.press("Enter")
    reader.says("the area of Plymouth Octopus Project")
    assert reader.chosen()["place"] == "actor.case.plymouth-octopus-project"
    reader.map()
    expect(reader.page.get_by_text("Links community groups in networks").first).to_be_visible()
    reader.page.get_by_role("link", name="All 19 case studies").click()
    reader.page.wait_for_url("**/stewardship?**", timeout=20_000)
    reader.says("case studies of stewardship are from the area of Plymouth Octopus Project")
    reader.map()
    reader.choose("case", "Hartlepower")
    expect(reader.page.locator("h2.cg-here")).to_have_text("Hartlepower", timeout=20_000)
    assert reader.chosen()["case"] == "case.hartlepower"
    reader.page.locator(".st-key-_open_chosen button").click()
    reader.says("the area of Hartlepower")
    assert reader.chosen()["place"] == "actor.case.hartlepower"
    assert reader.name == ""
    assert reader.errors == []
    assert reader.outside == []


def test_a_small_area_and_a_constituency_are_found_and_drawn(reader: Reader) -> None:
    reader.open(place=MORAY)
    type_in(reader, "E01000001")
    reader.page.get_by_role("button", name="City of London 001A (small census area)").click()
    reader.says("City of London 001A")
    reader.map()
    type_in(reader, "Barnet and Camden")
    reader.page.get_by_role("button", name="(London Assembly constituency)").click()
    reader.says("the constituency of Barnet and Camden")
    reader.map()
    assert reader.errors == []


def test_a_click_on_the_map_of_britain_chooses_the_case_study_there(reader: Reader) -> None:
    reader.open("stewardship", place=MORAY, part="cases")
    reader.page.mouse.click(*reader.point_in(reader.area("Moray")))
    expect(reader.page.locator("h2.cg-here")).to_have_text("Moray Wellbeing Hub", timeout=20_000)


def test_on_a_phone_the_case_studies_are_folded_and_nothing_is_wider_than_it(visit: Visit) -> None:
    reader = visit("stewardship", size=(390, 844), place=MORAY, part="cases")
    main = reader.page.locator("[data-testid=stMain]")
    assert main.evaluate("m => m.scrollWidth - m.clientWidth") <= 0
    assert reader.page.locator(".cg-stack table:visible").count() == 0
    row = reader.page.locator(".st-key-cg-cases summary").first
    assert row.bounding_box()["height"] < 90
    row.click()
    expect(reader.page.locator(".st-key-_open_case_0 button")).to_be_visible()
