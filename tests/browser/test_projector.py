"""Projector mode: one sentence, one map, three numbers, and a clicker."""

import pytest
from playwright.sync_api import expect
from reader import (
    BRITAIN,
    CAMDEN,
    LONDON,
    MORAY,
    OLDHAM,
    PAGES,
    STOPS,
    WITH_AREAS,
    WITH_MAP,
    Reader,
    Visit,
)

pytestmark = pytest.mark.browser

SIZE = (1280, 720)
CHROME = ("stHeader", "stSidebar", "stToolbar", "stDecoration")
LEAST_PX = 28
LEAST_SHARE = 0.6
"""Of the screen, that the map takes."""


@pytest.fixture
def reader(page, serve) -> Reader:
    page.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})
    return Reader(page, serve("app.py"))


def on_projector(reader: Reader) -> bool:
    return reader.link().get("projector") == "1"


def await_projector(reader: Reader, is_on: bool = True) -> None:
    header = reader.page.locator("[data-testid=stHeader]")
    (expect(header).to_be_hidden if is_on else expect(header).to_be_visible)(timeout=20_000)
    reader.rested()
    assert on_projector(reader) == is_on


def await_page(reader: Reader, name: str) -> None:
    reader.page.wait_for_url(f"{reader.address}/{name}?**", timeout=20_000)
    reader.rested()


@pytest.mark.parametrize("name", PAGES)
def test_a_projected_page_has_no_header_sidebar_or_footer(visit: Visit, name: str) -> None:
    page = visit(name, size=SIZE, place=LONDON, projector="1").page
    for part in CHROME:
        for found in page.locator(f"[data-testid={part}]").all():
            expect(found).to_be_hidden()
    assert page.locator("footer:visible").count() == (0 if page.locator("iframe").count() else 1)
    assert page.locator("table:visible").count() == 0
    assert page.locator("h1").count() == 1
    assert page.locator("[data-testid=stMetric]").count() <= 3


@pytest.mark.parametrize("name", PAGES)
def test_the_attribution_stays_on_the_projected_map_or_below_what_has_none(
    visit: Visit, name: str
) -> None:
    reader = visit(name, size=SIZE, place=LONDON, projector="1")
    if name in WITH_MAP or reader.page.locator("iframe").count():
        credit = reader.map(areas=name in WITH_AREAS).locator(".cg-attribution")
    else:
        credit = reader.page.locator("footer")
    expect(credit).to_be_visible()
    assert "Contains OS data" in credit.inner_text()


@pytest.mark.parametrize(
    ("name", "place"),
    [*((name, LONDON) for name in PAGES), ("", BRITAIN), ("mismatches", MORAY)],
)
def test_nothing_scrolls_or_is_cut_off_on_a_projector(visit: Visit, name: str, place: str) -> None:
    reader = visit(name, size=SIZE, place=place, projector="1")
    has_map = name in WITH_MAP or reader.page.locator("iframe").count() > 0
    if has_map:
        reader.map(areas=name in WITH_AREAS)
    page, (width, height) = reader.page, SIZE
    over = page.locator("[data-testid=stMain]").evaluate(
        "main => [main.scrollWidth - main.clientWidth, main.scrollHeight - main.clientHeight]"
    )
    assert max(over) <= 0, over
    parts = ["iframe", "h1.cg-finding", "[data-testid=stMetricValue]"]
    parts += [".cg-legend"] if page.locator(".cg-legend").count() else []
    for part in parts:
        for found in page.locator(part).all():
            box = found.bounding_box()
            assert box["x"] >= 0, part
            assert box["y"] >= 0, part
            assert box["x"] + box["width"] <= width, part
            assert box["y"] + box["height"] <= height, part
    if has_map:
        drawn = page.locator("iframe").bounding_box()
        assert drawn["height"] >= 240
        if place == LONDON and name in STOPS and name != "who_works_here":  # which has a box above
            assert drawn["width"] * drawn["height"] >= LEAST_SHARE * width * height


@pytest.mark.parametrize("name", PAGES)
def test_the_projected_sentence_and_numbers_can_be_read_from_the_back_row(
    visit: Visit, name: str
) -> None:
    page = visit(name, size=SIZE, place=LONDON, projector="1").page
    size = "part => parseFloat(getComputedStyle(part).fontSize)"
    assert page.locator("h1.cg-finding").evaluate(size) >= LEAST_PX
    for value in page.locator("[data-testid=stMetricValue]").all():
        assert value.evaluate(size) >= LEAST_PX


def test_the_chosen_place_does_not_cover_the_projected_sentence(visit: Visit) -> None:
    page = visit("", size=SIZE, place=LONDON, projector="1").page
    bar = page.locator(".st-key-cg-bar").bounding_box()
    lines = page.locator("h1.cg-finding").evaluate(
        """heading => { const range = document.createRange(); range.selectNodeContents(heading);
        return [...range.getClientRects()].map((line) => [line.x, line.y, line.right, line.bottom]);
        }"""
    )
    for left, top, right, bottom in lines:
        apart = (
            right <= bar["x"]
            or left >= bar["x"] + bar["width"]
            or bottom <= bar["y"]
            or top >= bar["y"] + bar["height"]
        )
        assert apart, (left, top, right, bottom, bar)


def test_p_turns_the_projector_on_and_escape_turns_it_off(reader: Reader) -> None:
    reader.open(place=OLDHAM).map()
    reader.press("p")
    await_projector(reader)
    assert reader.link()["place"] == OLDHAM
    reader.press("Escape")
    await_projector(reader, False)
    reader.press("P")
    await_projector(reader)
    reader.press("p")
    await_projector(reader, False)


@pytest.mark.parametrize(("forward", "back"), [("PageDown", "PageUp"), ("ArrowRight", "ArrowLeft")])
def test_a_clicker_turns_all_pages_and_keeps_place_and_projector(
    reader: Reader, forward: str, back: str
) -> None:
    reader.open(place=CAMDEN, projector="1")
    home, *others = STOPS
    for name in (*others, home):
        reader.press(forward)
        await_page(reader, name)
        assert reader.chosen() == {"place": CAMDEN, "projector": "1"}
    for name in reversed(others):
        reader.press(back)
        await_page(reader, name)
    assert reader.chosen() == {"place": CAMDEN, "projector": "1"}
    reader.says("Camden")


def test_off_the_projector_the_arrows_and_pages_belong_to_the_browser(reader: Reader) -> None:
    reader.open(place=OLDHAM)
    for key in ("PageDown", "ArrowRight", "PageUp", "ArrowLeft", "Escape"):
        reader.press(key)
    reader.page.wait_for_timeout(600)
    assert reader.name == ""
    assert not on_projector(reader)


def test_no_shortcut_fires_while_a_postcode_is_typed(reader: Reader) -> None:
    reader.open("who_works_here", place=LONDON)
    box = reader.page.get_by_label("Postcode", exact=True)
    box.click()
    reader.page.keyboard.type("pP p")
    for key in ("PageDown", "ArrowLeft", "ArrowRight", "PageUp"):
        reader.press(key)
    reader.page.wait_for_timeout(600)
    assert box.input_value() == "pP p"
    assert (reader.name, on_projector(reader)) == ("who_works_here", False)


def test_no_shortcut_fires_while_a_place_is_searched(reader: Reader) -> None:
    reader.open("mismatches", place=OLDHAM)
    reader.page.locator(".st-key-cg-place button").first.click()
    box = reader.page.get_by_label("Find your place: name or postcode")
    box.click()
    reader.page.keyboard.type("pap")
    reader.press("PageDown")
    reader.page.wait_for_timeout(600)
    assert box.input_value() == "pap"
    assert (reader.name, on_projector(reader)) == ("mismatches", False)


def test_on_a_projector_a_postcode_can_be_typed_without_turning_pages(reader: Reader) -> None:
    reader.open("who_works_here", place=LONDON, projector="1")
    box = reader.page.get_by_label("Postcode", exact=True)
    box.click()
    reader.page.keyboard.type("nw5 2aa")
    reader.press("ArrowLeft")
    reader.press("Enter")
    reader.says("NW5 2AA lies in")
    assert (reader.name, on_projector(reader)) == ("who_works_here", True)


def test_after_a_postcode_the_projected_page_still_fits(visit: Visit) -> None:
    reader = visit("who_works_here", size=SIZE, place=LONDON, at="N1 9GU", projector="1")
    reader.map()
    main = reader.page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollHeight - main.clientHeight") <= 0
    box = reader.page.locator("iframe").bounding_box()
    assert box["y"] + box["height"] <= SIZE[1]


def test_the_clicker_works_while_the_map_has_the_focus(reader: Reader) -> None:
    reader.open(place=OLDHAM, projector="1")
    reader.map().locator("#map_div").focus()
    reader.press("PageDown")
    await_page(reader, "who_works_here")
    reader.map().locator("#map_div").focus()
    reader.press("Escape")
    await_projector(reader, False)
    reader.map().locator("#map_div").focus()
    reader.press("p")
    await_projector(reader)


def test_arrows_on_a_focused_map_move_the_map_and_turn_no_page(reader: Reader) -> None:
    reader.open(place=OLDHAM, projector="1")
    frame = reader.map()
    frame.locator("#map_div").focus()
    before = frame.evaluate("map.getCenter().lng")
    reader.press("ArrowRight")
    frame.wait_for_function(f"map.getCenter().lng > {before}")
    assert reader.name == ""


def test_shortcuts_can_be_switched_off(reader: Reader) -> None:
    reader.open(place=OLDHAM)
    reader.page.get_by_role("button", name="View").click()
    reader.page.get_by_text("Keyboard shortcuts").click()
    reader.page.wait_for_url("**keys=**", timeout=20_000)
    reader.press("Escape")
    reader.page.locator("h1.cg-finding").click()
    reader.press("p")
    reader.page.wait_for_timeout(600)
    assert not on_projector(reader)
    reader.open(place=OLDHAM, projector="1", keys="")
    reader.press("PageDown")
    reader.page.wait_for_timeout(600)
    assert reader.name == ""


def test_the_projector_can_be_switched_on_by_hand(reader: Reader) -> None:
    reader.open(place=OLDHAM)
    reader.page.get_by_role("button", name="View").click()
    reader.page.get_by_text("Projector mode (key p)").click()
    await_projector(reader)


def test_the_clicker_works_again_once_a_postcode_is_typed(reader: Reader) -> None:
    reader.open("who_works_here", place=OLDHAM, projector="1")
    box = reader.page.get_by_label("Postcode", exact=True)
    box.fill("OL1 1NL")
    box.press("Enter")
    reader.says("OL1 1NL lies in the areas of")
    expect(box).not_to_be_focused()
    reader.press("PageDown")
    await_page(reader, "mismatches")


def test_quick_presses_of_a_clicker_add_up(reader: Reader) -> None:
    reader.open("who_works_here", place=OLDHAM, projector="1")
    for _ in range(3):
        reader.press("PageDown")
    await_page(reader, STOPS[STOPS.index("who_works_here") + 3])


def test_a_projected_line_up_is_not_cut_off(reader: Reader) -> None:
    reader.open("", place=OLDHAM, projector="1", at="OL1 1NL")
    reader.map()
    last = reader.page.locator("ul.cg-here li").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= SIZE[1]
    assert reader.page.locator("[data-testid=stMetric]").count() == 0
