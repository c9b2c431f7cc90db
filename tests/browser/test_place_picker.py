"""The place picker: finds a place, takes several together, and gives the focus back."""

import pytest
from playwright.sync_api import Locator, expect
from reader import CAMDEN, MORAY, Reader

pytestmark = pytest.mark.browser


@pytest.fixture
def reader(page, serve) -> Reader:
    return Reader(page, serve("app.py"))


def picker(reader: Reader) -> Locator:
    return reader.page.locator(".st-key-cg-place button").first


def type_in(reader: Reader, text: str) -> None:
    picker(reader).click()
    box = reader.page.get_by_label("Find a place by name or postcode")
    box.fill(text)
    box.press("Enter")
    reader.rested()


def test_the_picker_closes_once_a_place_is_chosen_and_takes_several_together(
    reader: Reader,
) -> None:
    reader.open(place=MORAY)
    type_in(reader, "Camden")
    reader.page.get_by_role("button", name="Camden (council area)").click()
    reader.says("Camden")
    expect(reader.page.locator("[data-testid=stPopoverBody]")).to_have_count(0)
    expect(picker(reader)).to_be_focused()
    picker(reader).click()
    box = reader.page.get_by_label("Find a place by name or postcode")
    expect(box).to_have_value("")
    expect(reader.page.locator("[class*=st-key-_found_]")).to_have_count(0)

    box.fill("Islington")
    box.press("Enter")
    reader.rested()
    reader.page.get_by_text("Add to Camden").click()
    reader.rested()
    reader.page.get_by_role("button", name="Islington (council area)").click()
    reader.says("Camden and Islington")
    assert reader.link()["place"] == "union.borough.E09000007+borough.E09000019"
    picker(reader).click()
    reader.page.get_by_role("button", name="Remove Camden (council area)").click()
    reader.says("Everyone in Islington")
    assert reader.link()["place"] == "borough.E09000019"


def test_a_ward_chosen_in_the_box_does_what_a_click_does_and_a_new_finding_is_told_aloud(
    reader: Reader,
) -> None:
    reader.open(place=CAMDEN)
    told = reader.page.locator(".cg-told[role=status]")
    expect(told).to_have_text("")
    reader.choose("ward", "Bloomsbury")
    expect(reader.page.locator("h2.cg-here")).to_have_text("Bloomsbury ward", timeout=20_000)
    shares = reader.page.locator("ul.cg-here li", has_text="Integrated care board")
    expect(shares).to_contain_text("all of Camden, which has 6% of its residents")
    expect(told).to_have_text("")  # the finding is the same
    reader.page.get_by_role("link", name="Partner sets").click()
    reader.says("Everyone in Camden has the same partner set")
    expect(told).to_have_text(reader.sentence)
