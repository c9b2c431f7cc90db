"""The convening list in a real Chromium: ticks stay while tables open, and are what is copied."""

import pytest
from playwright.sync_api import expect
from reader import CAMDEN, Reader

pytestmark = pytest.mark.browser


@pytest.fixture
def reader(page, serve) -> Reader:
    return Reader(page, serve("app.py"))


def test_who_is_ticked_is_copied_and_stays_ticked_on_both_pages(reader: Reader) -> None:
    reader.open("who_works_here", place=CAMDEN)
    page = reader.page
    page.get_by_label("Camden Council", exact=True).check()
    page.get_by_label("Likewise", exact=True).press("Space")
    expect(page.get_by_text("2 ticked: these alone are copied.")).to_be_visible()
    expect(page.get_by_label("Likewise", exact=True)).to_be_focused()
    page.get_by_text("Ward-level teams (40)", exact=True).click()
    page.get_by_label("Councillors for Belsize ward, Camden").check()
    page.get_by_text("Copy the list", exact=True).click()
    text = page.locator(".st-key-copy-invitations code")
    expect(text).to_contain_text("• Councillors for Belsize ward, Camden")
    expect(text).to_contain_text("• Likewise (mental health")
    expect(text).not_to_contain_text("Metropolitan Police")
    page.get_by_label("Likewise", exact=True).uncheck()
    expect(text).not_to_contain_text("Likewise")
    page.get_by_role("link", name="Partner sets").first.click()
    reader.says("Camden")
    expect(page.get_by_label("Camden Council", exact=True)).to_be_checked()
    expect(page.get_by_label("Likewise", exact=True)).not_to_be_checked()
    assert reader.errors == []
