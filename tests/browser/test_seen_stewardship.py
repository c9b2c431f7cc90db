"""Stewardship in a real Chromium: its charts, its parts by keyboard, ratings of two readers."""

import pytest
from playwright.sync_api import expect
from reader import CAMDEN, OLDHAM, Reader, Visit

from mapping.wording import terms

pytestmark = pytest.mark.browser

PHONE, PROJECTOR = (390, 844), (1280, 720)


@pytest.fixture
def reader(page, serve) -> Reader:
    return Reader(page, serve("app.py"))


@pytest.mark.parametrize("part", terms.PARTS)
def test_a_part_fits_a_phone_and_nothing_scrolls_sideways(visit: Visit, part: str) -> None:
    page = visit("stewardship", size=PHONE, place=OLDHAM, part=part).page
    over = page.locator("[data-testid=stMain]").evaluate("m => m.scrollWidth - m.clientWidth")
    assert over <= 0
    for chart in page.locator("img.cg-chart:visible").all():
        box = chart.bounding_box()
        assert box["width"] <= PHONE[0]
        assert box["height"] > 200
        assert len(chart.get_attribute("alt")) > 40
        assert chart.evaluate("image => image.complete && image.naturalWidth > 0")
    assert page.locator("img.cg-chart:visible").count() <= 1


@pytest.mark.parametrize("part", terms.PARTS)
def test_a_part_fits_a_projector_whole(visit: Visit, part: str) -> None:
    reader = visit("stewardship", size=PROJECTOR, place=CAMDEN, part=part, projector="1")
    over = reader.page.locator("[data-testid=stMain]").evaluate(
        "m => [m.scrollWidth - m.clientWidth, m.scrollHeight - m.clientHeight]"
    )
    assert max(over) <= 0, over
    assert reader.page.locator("table:visible").count() == 0


def test_a_part_is_chosen_with_the_keyboard_and_stands_in_the_link(reader: Reader) -> None:
    reader.open("stewardship", place=CAMDEN)
    name = terms.PARTS["stewards"]
    button = reader.page.get_by_role("radio", name=name).or_(
        reader.page.get_by_role("button", name=name)
    )
    button.first.focus()
    reader.press("Enter")
    reader.says("none at neighbourhood level")
    assert reader.link()["part"] == "stewards"
    assert reader.errors == []
    assert reader.outside == []


def test_what_one_reader_rates_another_sees(reader: Reader, other_page, serve) -> None:
    reader.open("stewardship", place=CAMDEN)
    reader.page.get_by_role("button", name="Start a workspace for Camden").click()
    expect(reader.page.locator(".cg-note")).to_contain_text("is open", timeout=20_000)
    reader.page.get_by_text("Rate the conditions at one level").click()
    reader.page.get_by_label("Who rates").fill("Ada")
    level = reader.page.locator("label", has_text="4 Mostly").first
    level.click()
    reader.page.get_by_role("button", name="Keep what is rated").click()
    reader.says("one person said")
    other = Reader(other_page, serve("app.py")).open("stewardship", **reader.link())
    other.says("In this workspace one person said how well organisations work as one")
    assert [
        text
        for text in other.page.locator("[data-testid=stMetricValue]").all_inner_texts()
        if "of" in text
    ] == ["1 of 24"]


def test_a_first_step_leads_to_its_page_and_keeps_the_place(reader: Reader) -> None:
    reader.open("stewardship", place=OLDHAM, part="start")
    reader.page.get_by_role("link", name="Gaps, for Oldham").click()
    reader.page.wait_for_url("**/gaps?**", timeout=20_000)
    reader.says("Oldham")
    assert reader.chosen()["place"] == OLDHAM
