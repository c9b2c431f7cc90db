"""The Gaps page in a real Chromium: cells, wards, marks, and what a change costs."""

import re

import pytest
from playwright.sync_api import Locator, expect
from reader import CAMDEN, LONDON, Reader

from benchmarks.app import OURS
from benchmarks.browser import await_answer, await_map, watched_page

pytestmark = pytest.mark.browser

MOST_BYTES = 60_000


@pytest.fixture
def reader(page, serve) -> Reader:
    return Reader(page, serve("app.py"))


def cell(reader: Reader, theme: str, scale: str) -> Locator:
    """Return the button of the grid for a theme (its row) and a scale (its column)."""
    column = [
        "At any level",
        "Neighbourhood",
        "Council-wide",
        "Several councils",
        "National",
    ].index(scale)
    head = reader.page.locator("th[scope=row]", has_text=re.compile(f"^{theme}$"))
    row = reader.page.locator(".cg-themes tbody tr", has=head)
    return row.locator("td").nth(column).locator("button")


def test_cells_of_the_grid_and_words_choose_the_theme_and_scale(reader: Reader) -> None:
    reader.open("gaps", place=CAMDEN)
    expect(reader.area("Highgate")).to_have_attribute("aria-label", "Highgate, nobody on record")
    cell(reader, "Housing", "Council-wide").click()
    reader.says("works on housing council-wide")
    assert reader.link()["theme"] == "housing"
    assert reader.link()["scale"] == "borough"
    expect(cell(reader, "Housing", "Council-wide")).to_have_attribute("aria-pressed", "true")
    expect(reader.finding).to_be_in_viewport()
    cell(reader, "Any theme", "At any level").click()
    reader.says("Everyone in Camden has at least one organisation or ward-level team on record.")
    assert reader.link()["theme"] == "any"

    cell(reader, "Health", "Several councils").focus()
    reader.press("Enter")
    reader.says("works on health across several councils")
    expect(cell(reader, "Health", "Several councils")).to_be_focused()

    box = reader.control("theme").locator("input")
    box.click()
    box.fill("bins")
    reader.page.get_by_role("option", name=re.compile("Waste collection")).click()
    reader.says("We have no record of anyone working on waste collection across several councils")
    assert reader.errors == []


def test_a_ward_clicked_on_the_map_tells_who_works_there_by_name(reader: Reader) -> None:
    reader.open("gaps", place=CAMDEN, theme="mental health", scale="borough")
    expect(reader.area("Highgate")).to_have_attribute("aria-label", "Highgate, one organisation")
    x, y = reader.point_in(reader.area("Kentish Town North"))
    reader.page.mouse.click(x, y)
    expect(reader.page.locator("h2.cg-here")).to_have_text("Kentish Town North ward")
    reader.rested()
    expect(reader.page.locator("ul.cg-here").first).to_have_text("Likewise")
    assert reader.link()["ward"] == "E05013663"
    reader.choose("ward", "Highgate")
    expect(reader.page.locator("h2.cg-here")).to_have_text("Highgate ward")


def test_a_list_marked_complete_changes_sentence_map_and_words_and_back(reader: Reader) -> None:
    page = reader.open("gaps", place=CAMDEN, theme="homelessness", scale="hyperlocal").page
    page.get_by_role("button", name="Start a workspace for Camden").click()
    expect(page.locator(".cg-note")).to_contain_text("“Partners in Camden” is open.")
    page.get_by_role("button", name="Mark it complete").click()
    reader.says("which is marked as complete for this. This is a known gap")
    label = "Highgate, known gap"
    expect(reader.area("Highgate")).to_have_attribute("aria-label", label)
    fill = reader.area("Highgate").get_attribute("fill")
    expect(page.locator(".cg-legend")).to_contain_text("Known gap")
    page.get_by_role("button", name="Unmark it").click()
    reader.says("or we may not have been told")
    assert reader.area("Highgate").get_attribute("fill") != fill
    assert reader.errors == []
    assert reader.outside == []


def test_another_theme_or_scale_costs_less_than_sixty_kilobytes(browser, serve) -> None:
    page, traffic = watched_page(browser)
    page.goto(f"{serve('app.py')}/gaps?place={LONDON}", wait_until="commit")
    await_map(page, "path.cg-area")
    await_answer(page, traffic)
    for label, option in (
        ("Theme", "Housing"),
        ("Level", "Council-wide"),
        ("Level", "Any level"),
        ("Theme", "Mental health"),
    ):
        traffic.reset()
        box = page.get_by_role("combobox", name=label)
        box.click()
        box.fill(option)
        page.get_by_role("option", name=re.compile(rf"^{re.escape(option)}( \(|$)")).click()
        await_answer(page, traffic)
        assert 5_000 < traffic.websocket_bytes() < MOST_BYTES
        assert traffic.http_bytes_below(*OURS) == 0  # the wards are there already
    page.context.close()
