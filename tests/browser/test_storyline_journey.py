"""A facilitator's storyline in a real Chromium: added, put in order, presented, passed on."""

import re

import pytest
from playwright.sync_api import Page, expect
from reader import CAMDEN, LISTENING, LOADED_MS, LONDON, OLDHAM, Reader, find_violations

pytestmark = pytest.mark.browser

PROJECTOR, PHONE = (1280, 720), (390, 844)
LEAST_SHARE, LEAST_PX = 0.6, 28
LONG = "Who is in the room, who is not, and who has never met the people across the line? " * 2
VIEWS = (
    ("", {"place": CAMDEN}, "Everyone has the same five partners."),
    ("mismatches", {"place": LONDON, "a": "subregional_partnership", "b": "icb"}, LONG),
    ("stewardship", {"place": OLDHAM, "part": "stewards"}, "Who looks after the whole?"),
)


@pytest.fixture
def reader(page, serve) -> Reader:
    return Reader(page, serve("app.py"))


def open_box(reader: Reader) -> None:
    if not reader.page.get_by_role("button", name="Add this view").is_visible():
        reader.page.locator(".st-key-cg-storyline button").first.click()
    expect(reader.page.get_by_role("button", name="Add this view")).to_be_visible(timeout=20_000)


def add(reader: Reader, note: str, number: int) -> None:
    open_box(reader)
    reader.page.get_by_label("Note for this view (optional)", exact=True).fill(note)
    reader.page.get_by_role(
        "button", name=f"Add this view to the storyline as step {number}"
    ).click()
    expect(reader.page.get_by_label(f"Note of step {number}").first).to_have_value(note.strip())
    reader.rested()


def stands(reader: Reader, said: str) -> None:
    """Wait until the step that is followed is told so, and the page under it stands."""
    expect(reader.page.locator(".cg-step")).to_have_text(re.compile(said), timeout=20_000)
    reader.rested()


def fits(reader: Reader) -> None:
    """Look whether a projected step is whole: nothing scrolls, its note is one legible line."""
    page, (width, height) = reader.page, PROJECTOR
    over = page.locator("[data-testid=stMain]").evaluate(
        "m => [m.scrollWidth - m.clientWidth, m.scrollHeight - m.clientHeight]"
    )
    assert max(over) <= 0, over
    note = page.locator(".cg-step")
    size = float(note.evaluate("part => parseFloat(getComputedStyle(part).fontSize)"))
    assert size >= LEAST_PX
    assert note.bounding_box()["height"] < 2 * size
    if page.locator("iframe").count():
        reader.map()
        drawn = page.locator("iframe").bounding_box()
        assert drawn["width"] * drawn["height"] >= LEAST_SHARE * width * height
        assert drawn["y"] >= note.bounding_box()["y"] + note.bounding_box()["height"] - 1


def size_to(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def test_three_views_are_added_put_in_order_presented_and_passed_on(
    reader: Reader, other_page, serve
) -> None:
    page = reader.open(place=CAMDEN).page
    page.get_by_role("button", name="View", exact=True).click()
    page.get_by_role("button", name="Start a workspace with a storyline").click()
    expect(page.locator(".cg-note")).to_contain_text("is open", timeout=20_000)
    workspace = reader.link()["workspace"]
    for number, (name, link, note) in enumerate(VIEWS, start=1):
        if number > 1:
            reader.turn(name, workspace=workspace, **link)
        add(reader, note, number)
    page.get_by_role("button", name="Move step 3 up").click()
    expect(page.get_by_label("Note of step 2").first).to_have_value(VIEWS[2][2])

    size_to(page, PROJECTOR)
    page.get_by_role("button", name="Present from the first step").click()
    stands(reader, "1 of 3: Everyone has")
    fits(reader)
    reader.press("PageDown")
    stands(reader, "2 of 3: Who looks after")
    assert (reader.name, reader.link()["part"]) == ("stewardship", "stewards")
    fits(reader)
    reader.press("PageDown")
    stands(reader, "3 of 3: Who is in the room")
    reader.says("sub-regional")
    fits(reader)
    reader.press("PageDown")
    reader.press("PageUp")
    stands(reader, "2 of 3")
    second = page.url
    page.reload()
    page.wait_for_selector(LISTENING, state="attached", timeout=LOADED_MS)
    stands(reader, "2 of 3: Who looks after")
    reader.press("ArrowLeft")
    stands(reader, "1 of 3")

    other = Reader(other_page, serve("app.py")).paste(second)
    stands(other, "2 of 3: Who looks after")
    other.says("Oldham")
    assert other.name == "stewardship"

    reader.press("Escape")
    expect(page.locator(".cg-step")).to_have_count(0, timeout=20_000)
    assert "story" not in reader.link()
    assert reader.link()["projector"] == "1"
    reader.press("PageDown")
    page.wait_for_url("**/who_works_here?**", timeout=20_000)
    assert [*reader.errors, *other.errors, *reader.outside, *other.outside] == []


def test_a_click_on_the_map_leaves_the_step_and_a_button_leads_back(reader: Reader) -> None:
    reader.open(place=CAMDEN)
    page = reader.page
    page.get_by_role("button", name="View", exact=True).click()
    page.get_by_role("button", name="Start a workspace with a storyline").click()
    expect(page.locator(".cg-note")).to_contain_text("is open", timeout=20_000)
    for number in (1, 2):
        add(reader, f"Note {number}", number)
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(1_000)
        assert find_violations(page.main_frame) == []
    reader.press("Tab")  # from here on the keyboard is what is used
    page.get_by_role("button", name="Move step 2 up").focus()
    reader.press("Enter")
    expect(page.get_by_label("Note of step 1").first).to_have_value("Note 2")
    below = page.get_by_role("button", name="Move step 1 down")
    below.focus()
    reader.press("Enter")
    expect(page.get_by_label("Note of step 1").first).to_have_value("Note 1")
    expect(page.get_by_role("button", name="2. Place, Camden")).to_be_focused()  # it is the last
    page.get_by_role("button", name="1. Place, Camden").click()
    stands(reader, "Step 1 of 2: Note 1")
    page.mouse.click(*reader.point_in(reader.area("Belsize")))
    stands(reader, "Step 1 of 2: the view has changed")
    page.get_by_role("button", name="Back to step 1").click()
    stands(reader, "Step 1 of 2: Note 1")
    assert "at" not in reader.link()
    page.get_by_role("button", name="Next step").focus()
    reader.press("Enter")
    stands(reader, "Step 2 of 2: Note 2")
    size_to(page, PHONE)
    over = page.locator("[data-testid=stMain]").evaluate("m => m.scrollWidth - m.clientWidth")
    assert over <= 0
    assert reader.errors == []
