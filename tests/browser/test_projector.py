"""Projector mode: one sentence, one map, three numbers, and a clicker."""

import itertools
import re

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
    await_true,
)

pytestmark = pytest.mark.browser

SIZE = (1280, 720)
CHROME = ("stHeader", "stSidebar", "stToolbar", "stDecoration")
LEAST_PX = 28
MAP_PX = 20
"""Letters on the map."""
LEAST_SHARE = 0.6
"""Of the screen, that the map takes."""
PRESSED_THRICE = """(key) => {
  for (let press = 0; press < 3; press += 1) {
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  }
}"""
FORWARD, BACK = ("PageDown", "ArrowRight"), ("PageUp", "ArrowLeft")


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


@pytest.mark.parametrize("name", PAGES, scope="module")
def test_a_projected_page_has_no_header_sidebar_or_footer(visit: Visit, name: str) -> None:
    page = visit(name, size=SIZE, place=LONDON, projector="1").page
    for part in CHROME:
        for found in page.locator(f"[data-testid={part}]").all():
            expect(found).to_be_hidden()
    assert page.locator("footer:visible").count() == (0 if page.locator("iframe").count() else 1)
    assert page.locator("table:visible").count() == 0
    assert page.locator("h1").count() == 1
    assert page.locator("[data-testid=stMetric]").count() <= 3


@pytest.mark.parametrize("name", PAGES, scope="module")
def test_the_attribution_stays_on_the_projected_map_or_below_what_has_none(
    visit: Visit, name: str
) -> None:
    reader = visit(name, size=SIZE, place=LONDON, projector="1")
    if name in WITH_MAP or reader.page.locator("iframe").count():
        credit = reader.map(areas=name in WITH_AREAS).locator(".cg-attribution")
    else:
        credit = reader.page.locator("footer")
    expect(credit).to_be_visible()
    assert "Royal Mail copyright" in credit.inner_text()


@pytest.mark.parametrize("name", PAGES, scope="module")
def test_nothing_scrolls_or_is_cut_off_on_a_projector(visit: Visit, name: str) -> None:
    reader = visit(name, size=SIZE, place=LONDON, projector="1")
    assert_all_is_in_sight(reader, name)
    if name in STOPS and name in WITH_MAP:
        drawn = reader.page.locator("iframe").bounding_box()
        assert drawn["width"] * drawn["height"] >= LEAST_SHARE * SIZE[0] * SIZE[1]


@pytest.mark.parametrize(("stop", "place"), [("", BRITAIN), ("mismatches", MORAY)])
def test_nothing_is_cut_off_where_names_or_legends_are_long(
    visit: Visit, stop: str, place: str
) -> None:
    assert_all_is_in_sight(visit(stop, size=SIZE, place=place, projector="1"), stop)


def assert_all_is_in_sight(reader: Reader, name: str) -> None:
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


@pytest.mark.parametrize("name", PAGES, scope="module")
def test_the_projected_sentence_and_numbers_can_be_read_from_the_back_row(
    visit: Visit, name: str
) -> None:
    page = visit(name, size=SIZE, place=LONDON, projector="1").page
    size = "part => parseFloat(getComputedStyle(part).fontSize)"
    assert page.locator("h1.cg-finding").evaluate(size) >= LEAST_PX
    for part in ("[data-testid=stMetricValue]", "[data-testid=stMetricLabel] p", "ul.cg-here li"):
        for found in page.locator(part).all():
            assert found.evaluate(size) >= LEAST_PX


@pytest.mark.parametrize(
    ("name", "chosen", "said"),
    [
        ("", {"at": "N1 9GU"}, "Who covers N1 9GU, in .+ ward:"),
        ("gaps", {"at": "N1 9GU", "theme": "health"}, ".+ ward: .+ organisations work on health"),
        ("partner_sets", {"set": "3"}, "About [0-9,]+ residents in .+ have the same partners: "),
    ],
)
def test_what_is_clicked_on_a_projector_is_the_sentence_and_names_its_partners(
    visit: Visit, name: str, chosen: dict[str, str], said: str
) -> None:
    reader = visit(name, size=SIZE, place=LONDON, projector="1", **chosen)
    assert_all_is_in_sight(reader, name)
    assert re.match(said, reader.page.locator("h1.cg-finding").inner_text())
    partners = reader.page.locator("ul.cg-here li").count()
    assert partners >= 2 or name == "partner_sets"
    tip = reader.map().locator(".cg-spot span")
    for label in tip.all():
        assert label.evaluate("part => parseFloat(getComputedStyle(part).fontSize)") >= MAP_PX


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


def test_a_name_under_the_pointer_does_not_lie_on_the_name_of_the_spot(visit: Visit) -> None:
    reader = visit("who_works_here", size=SIZE, place=LONDON, at="N1 9GU", projector="1")
    frame = reader.map()
    label = frame.locator(".cg-spot span").bounding_box()
    map_ = reader.page.locator("iframe").bounding_box()
    assert label is not None
    assert map_ is not None
    for across in (-40, 10, 60, 110):
        for down in (-20, 0, 16, 40):
            reader.page.mouse.move(label["x"] + across, label["y"] + down)
            tip = frame.locator(".cg-tip")
            expect(tip).to_be_visible()
            reader.page.wait_for_timeout(80)
            box = tip.bounding_box()
            assert box is not None
            apart = (
                box["x"] >= label["x"] + label["width"]
                or box["x"] + box["width"] <= label["x"]
                or box["y"] >= label["y"] + label["height"]
                or box["y"] + box["height"] <= label["y"]
            )
            assert apart, (across, down, box, label)
            assert map_["y"] <= box["y"]
            assert box["y"] + box["height"] <= map_["y"] + map_["height"]


def test_after_a_postcode_the_projected_page_still_fits(visit: Visit) -> None:
    reader = visit("who_works_here", size=SIZE, place=LONDON, at="N1 9GU", projector="1")
    reader.map()
    main = reader.page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollHeight - main.clientHeight") <= 0
    box = reader.page.locator("iframe").bounding_box()
    assert box["y"] + box["height"] <= SIZE[1]


def test_the_projector_is_switched_by_keys_and_by_hand_and_the_keys_can_be_switched_off(
    reader: Reader,
) -> None:
    page = reader.open(place=OLDHAM).page
    reader.map()
    for key in ("PageDown", "ArrowRight", "PageUp", "ArrowLeft", "Escape"):
        reader.press(key)  # off the projector they belong to the browser
    page.wait_for_timeout(600)
    assert reader.name == ""
    assert not on_projector(reader)
    for key, is_on in (("p", True), ("Escape", False), ("P", True), ("p", False)):
        reader.press(key)
        await_projector(reader, is_on)
        assert reader.link()["place"] == OLDHAM

    page.get_by_role("button", name="View").click()
    page.get_by_text("Keyboard shortcuts").click()
    page.wait_for_url("**keys=**", timeout=20_000)
    reader.rested()  # the address says so before whatever listens to keys has heard it
    reader.press("Escape")
    page.locator("h1.cg-finding").click()
    reader.press("p")
    page.wait_for_timeout(600)
    assert not on_projector(reader)
    page.get_by_role("button", name="View").click()
    page.get_by_text("Presentation mode (press P)").click()
    await_projector(reader)
    page.locator("h1.cg-finding").click()
    reader.press("PageDown")
    page.wait_for_timeout(600)
    assert reader.name == ""


def test_a_clicker_of_either_kind_turns_all_pages_and_keeps_place_and_projector(
    reader: Reader,
) -> None:
    reader.open(place=CAMDEN, projector="1")
    home, *others = STOPS
    forward, back = (itertools.cycle(keys) for keys in (FORWARD, BACK))
    for name in (*others, home):
        reader.press(next(forward))
        await_page(reader, name)
        assert reader.chosen() == {"place": CAMDEN, "projector": "1"}
    for name in reversed(others):
        reader.press(next(back))
        await_page(reader, name)
    assert reader.chosen() == {"place": CAMDEN, "projector": "1"}
    reader.says("Camden")


def test_no_shortcut_fires_while_a_postcode_is_typed_or_a_place_is_searched(
    reader: Reader,
) -> None:
    reader.open("who_works_here", place=OLDHAM)
    box = reader.page.get_by_label("Postcode", exact=True)
    box.click()
    reader.page.keyboard.type("pP p")
    for key in ("PageDown", "ArrowLeft", "ArrowRight", "PageUp"):
        reader.press(key)
    reader.page.wait_for_timeout(600)
    assert box.input_value() == "pP p"
    assert (reader.name, on_projector(reader)) == ("who_works_here", False)
    box.fill("")
    reader.page.locator(".st-key-cg-place button").first.click()
    box = reader.page.get_by_label("Find a place by name or postcode")
    box.click()
    reader.page.keyboard.type("pap")
    reader.press("PageDown")
    reader.page.wait_for_timeout(600)
    assert box.input_value() == "pap"
    assert (reader.name, on_projector(reader)) == ("who_works_here", False)


def test_a_clicker_works_with_the_focus_on_the_map_and_once_a_postcode_is_typed(
    reader: Reader,
) -> None:
    reader.open(place=OLDHAM, projector="1")
    frame = reader.map()
    frame.locator("#map_div").focus()
    before = frame.evaluate("map.getCenter().lng")
    reader.press("Shift+ArrowRight")  # a focused map takes the arrows: no page is turned
    await_true(frame, f"map.getCenter().lng > {before}")
    assert reader.name == ""
    reader.press("PageDown")
    await_page(reader, "who_works_here")

    box = reader.page.get_by_label("Postcode", exact=True)
    box.click()
    reader.page.keyboard.type("ol1 1nl")
    reader.press("ArrowLeft")
    reader.press("Enter")
    reader.says("on record cover OL1 1NL")
    assert (reader.name, on_projector(reader)) == ("who_works_here", True)
    expect(box).not_to_be_focused()
    reader.page.evaluate(PRESSED_THRICE, "PageDown")  # quick presses add up
    await_page(reader, STOPS[STOPS.index("who_works_here") + 3])
    reader.press("PageUp")
    await_page(reader, STOPS[STOPS.index("who_works_here") + 2])

    reader.map().locator("#map_div").focus()
    reader.press("Escape")
    await_projector(reader, False)
    reader.map().locator("#map_div").focus()
    reader.press("p")
    await_projector(reader)


def test_a_projected_line_up_is_not_cut_off(reader: Reader) -> None:
    reader.open("", place=OLDHAM, projector="1", at="OL1 1NL")
    reader.map()
    last = reader.page.locator("ul.cg-here li").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= SIZE[1]
    assert reader.page.locator("[data-testid=stMetric]").count() == 0
