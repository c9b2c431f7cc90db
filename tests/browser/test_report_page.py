"""The report for a meeting as a page: read without eyes, or on a phone; it fetches nothing."""

import pytest
from playwright.sync_api import BrowserContext
from reader import find_violations

from mapping import places, redraw
from mapping.takeaway import report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def html() -> str:
    kept = ["postal_district", "ward"]
    plans = redraw.suggest_several(places.get("Camden"), groups=4, keep=kept, seed=1)
    told = {"question": "Where <might> lines run?", "made": "30 November 2026"}
    return report.write_report(plans, form="html", author="A" * 80, **told).decode()


@pytest.mark.parametrize("size", [(1400, 900), (390, 844)])
def test_it_can_be_read_without_eyes_and_fits_its_window(
    window: BrowserContext, html: str, size: tuple[int, int]
) -> None:
    tab = window.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.set_viewport_size({"width": size[0], "height": size[1]})
    tab.set_content(html)
    assert find_violations(tab.main_frame) == []
    assert tab.get_by_role("img").count() == 6
    assert "Suggestion 2" in (tab.get_by_role("img").nth(1).get_attribute("aria-label") or "")
    assert tab.evaluate("document.documentElement.scrollWidth") <= size[0]
    heights = tab.evaluate(
        "[...document.querySelectorAll('figure > svg')].map(s => s.clientHeight)"
    )
    assert min(heights) > 60
    assert asked == []
    tab.close()
