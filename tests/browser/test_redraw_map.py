"""Redraw in a real Chromium: areas are clicked, painted and stepped to, and the map says so."""

import re

import numpy as np
import pytest
from playwright.sync_api import Frame, expect
from reader import CAMDEN, Reader, Visit, await_true, find_violations

from mapping.redraw import write_locked

pytestmark = pytest.mark.browser

SURREY = "county.E10000030"
EAST = "1.1e1cd7bd.eNpjZGBkYAJDEIDQTAwAAMAADw.borough"
"""Surrey's districts in two groups, three in none."""
LOCKED = write_locked(np.ones(11, dtype=bool))
WHERE = """(name) => {
  let found = null;
  map.eachLayer((layer) => {
    if (layer.feature?.properties.name === name && layer.cgIndex >= 0) found = layer;
  });
  const point = map.latLngToContainerPoint(commonGround.parts.insidePoint(found));
  return [point.x, point.y];
}"""
CROWDED = """() => {
  const at = (x, y) => Object.values(map.containerPointToLatLng([x, y])).slice(0, 2);
  const name = (of, x, y) => ({ name: `${of}`, at: at(x, y), radius: 1e7, of });
  const names = [name(1, 300, 200), name(2, 303, 203), name(2, 360, 240), name(1, 420, 300)];
  const layers = [{ look: { bold: true, colour: "black" }, names }];
  const write = window.commonGround.parts.writeNames;
  const boxes = write(map, document.createElement("canvas"), layers, { size: 14 });
  return boxes.map((box) => [box.name, Math.round((box[0] + box[2]) / 2)]);
}"""
PICKS = "() => typeof window.commonGround?.picker === 'function'"


@pytest.fixture
def reader(page, serve) -> Reader:
    return Reader(page, serve("app.py"))


def by_hand(reader: Reader, **more: str) -> Frame:
    """Open Surrey by hand, and return its map's frame once areas can be picked."""
    reader.open("redraw", place=SURREY, door="hand", **more)
    frame = reader.map()
    await_true(frame, PICKS)
    return frame


def find(reader: Reader, name: str) -> tuple[float, float]:
    """Return a point on the page that lies in an area."""
    frame = reader.map()
    x, y = frame.evaluate(WHERE, name)
    box = reader.page.locator("iframe").bounding_box()
    assert box is not None
    return box["x"] + x, box["y"] + y


def test_clicks_put_areas_into_the_chosen_group_and_back_takes_them_out(reader: Reader) -> None:
    by_hand(reader)
    reader.page.mouse.click(*find(reader, "Elmbridge"))
    reader.says("One group with an estimated 138,700 residents; each is in one piece.")
    expect(reader.area("Elmbridge")).to_have_attribute(
        "aria-label", "Elmbridge, about 138,700 residents, group 1"
    )
    reader.page.mouse.click(*find(reader, "Tandridge"))
    reader.says("one council area is cut off from the rest of its group")
    reader.page.mouse.click(*find(reader, "Tandridge"))  # it is there already: nothing changes
    reader.page.get_by_role("button", name="Undo").click()
    reader.says("One group with an estimated 138,700 residents; each is in one piece.")
    reader.control("into").get_by_text("2 (new)").click()
    reader.page.wait_for_url("**into=2*")  # at rest it also is before it has begun
    reader.rested()
    reader.page.mouse.click(*find(reader, "Elmbridge"))
    expect(reader.area("Elmbridge")).to_have_attribute(
        "aria-label", "Elmbridge, about 138,700 residents, group 2"
    )
    held = reader.finding.inner_text()
    reader.page.reload()
    expect(reader.finding).to_have_text(held)
    assert reader.errors == []
    assert reader.outside == []


def test_a_stroke_paints_what_it_goes_over_and_does_not_move_the_map(reader: Reader) -> None:
    frame = by_hand(reader)
    start, end = find(reader, "Woking"), find(reader, "Guildford")
    frame.locator(".cg-paint").click()
    expect(frame.locator(".cg-paint")).to_have_attribute("aria-pressed", "true")
    middle = frame.evaluate("() => `${map.getCenter()}`")
    reader.page.mouse.move(*start)
    reader.page.mouse.down()
    reader.page.mouse.move(*end, steps=12)
    reader.page.mouse.up()
    reader.says("One group with")
    for name in ("Woking", "Guildford"):
        expect(reader.area(name)).to_have_attribute(
            "aria-label", f"{_label(reader, name)}, group 1"
        )
    assert frame.evaluate("() => `${map.getCenter()}`") == middle
    assert reader.errors == []


def _label(reader: Reader, name: str) -> str:
    said = reader.area(name).get_attribute("aria-label") or ""
    return ", ".join(said.split(", ")[:2])


def test_a_click_with_shift_takes_the_whole_council_along(reader: Reader) -> None:
    reader.open("redraw", place="union.borough.E09000007+borough.E09000019", door="hand")
    await_true(reader.map(), PICKS)
    reader.page.keyboard.down("Shift")
    reader.page.mouse.click(*find(reader, "Highgate"))
    reader.page.keyboard.up("Shift")
    reader.says("One group with an estimated 210,100 residents; each is in one piece.")
    assert reader.errors == []


def test_a_click_before_areas_can_be_picked_is_kept_until_they_can(reader: Reader) -> None:
    """Of many areas the map stands while the lines between groups are still being found."""
    frame = by_hand(reader, drawn=EAST)
    before = reader.sentence
    free = reader.map().locator('path.cg-area[aria-label$="in no group yet"]').first
    name = (free.get_attribute("aria-label") or "").split(",")[0]
    frame.evaluate("() => { commonGround.picker = null; }")
    reader.page.mouse.click(*find(reader, name))
    assert reader.rested().sentence == before
    reader.control("into").get_by_text("2", exact=True).click()  # the map is told anew
    expect(reader.area(name)).to_have_attribute("aria-label", re.compile("group 2$"))
    assert reader.rested().sentence != before
    assert reader.errors == []


FINGERS = """(events) => {
  for (const [kind, pointerId, clientX, clientY] of events) {
    const target = kind === "pointermove" ? window : document.elementFromPoint(clientX, clientY);
    const told = { pointerId, clientX, clientY, pointerType: "touch", bubbles: true };
    target.dispatchEvent(new PointerEvent(kind, { ...told, cancelable: true }));
  }
}"""


def test_a_finger_paints_and_a_second_one_takes_the_stroke_back(reader: Reader) -> None:
    frame = by_hand(reader)
    start, end = frame.evaluate(WHERE, "Woking"), frame.evaluate(WHERE, "Guildford")
    frame.locator(".cg-paint").click()
    before = (reader.area("Woking").get_attribute("fill"), reader.sentence)
    stroke = [("pointerdown", 1, *start), ("pointermove", 1, *end)]
    frame.evaluate(FINGERS, stroke)
    assert reader.area("Woking").get_attribute("fill") != before[0]
    frame.evaluate(FINGERS, [("pointerdown", 2, *start), ("pointerup", 1, *end)])
    frame.evaluate(FINGERS, [("pointerup", 2, *start)])
    assert (reader.area("Woking").get_attribute("fill"), reader.rested().sentence) == before
    frame.evaluate(FINGERS, [*stroke, ("pointerup", 1, *end)])
    reader.says("One group with")
    assert reader.errors == []


@pytest.mark.parametrize("size", [(1400, 900), (1280, 720)])
def test_all_of_the_map_is_in_sight_where_the_page_opens(
    visit: Visit, size: tuple[int, int]
) -> None:
    reader = visit("redraw", size=size, place="borough.S12000020", door="hand")
    reader.map()
    box = reader.page.locator("iframe").bounding_box()
    assert box is not None
    assert box["height"] >= 380
    assert box["y"] + box["height"] <= size[1]


def test_areas_are_stepped_to_and_put_into_the_group_by_keyboard(reader: Reader) -> None:
    frame = by_hand(reader)
    frame.locator(".leaflet-container").focus()
    reader.press("ArrowRight")
    reader.press("Enter")
    reader.says("One group with")
    reader.press("ArrowLeft")
    reader.press("Enter")
    expect(reader.page.locator(".cg-explain")).to_contain_text("Nine council areas")
    assert reader.errors == []


def test_a_click_leaves_the_keys_with_the_map_and_the_note_under_the_pointer_is_right(
    reader: Reader,
) -> None:
    frame = by_hand(reader)
    reader.page.mouse.click(*find(reader, "Woking"))
    reader.says("One group with")
    expect(frame.locator(".cg-tip")).to_contain_text("group 1")
    assert frame.evaluate("() => document.activeElement === map.getContainer()")
    assert frame.locator(".cg-cross").is_hidden()
    reader.press("ArrowRight")
    reader.press("Enter")
    expect(reader.page.locator(".cg-explain")).to_contain_text("Nine council areas")
    assert reader.errors == []


def test_what_is_said_of_a_click_neither_moves_the_map_nor_draws_it_anew(reader: Reader) -> None:
    frame = by_hand(reader, drawn=EAST, into="2", locked=LOCKED)
    frame.evaluate("() => { window.isTheSame = true; }")
    before = reader.page.locator("iframe").bounding_box()
    reader.page.mouse.click(*find(reader, "Elmbridge"))
    expect(reader.page.get_by_role("alert")).to_contain_text("What is locked stays")
    assert reader.map().evaluate("() => window.isTheSame")
    assert reader.page.locator("iframe").bounding_box() == before


def test_names_of_groups_are_shown_as_they_were_typed(reader: Reader) -> None:
    hostile = "<b>{{7*7}}</b>${1}"
    frame = by_hand(reader, drawn=EAST, called=f"1={hostile}")
    expect(reader.area("Elmbridge")).to_have_attribute(
        "aria-label", f"Elmbridge, about 138,700 residents, group 1 {hostile}"
    )
    assert frame.evaluate("() => document.querySelectorAll('b').length") == 0
    assert reader.errors == []


def test_a_number_that_finds_no_room_stands_in_another_area_of_its_group(reader: Reader) -> None:
    assert by_hand(reader).evaluate(CROWDED) == [["1", 300], ["2", 360]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_door_or_in_the_frame_of_its_map(
    visit: Visit, scheme: str
) -> None:
    asked = {"ask": "groups=2;tolerance=20;go=1"}
    for door, more in (("hand", {}), ("suggest", asked)):
        reader = visit("redraw", place=CAMDEN, door=door, **more)
        reader.page.emulate_media(color_scheme=scheme)
        reader.map()
        reader.rested()
        frames = [
            one
            for one in reader.page.frames
            if one == reader.page.main_frame or "st_folium" in one.url
        ]
        assert [found for one in frames if (found := find_violations(one))] == []


def test_on_a_phone_nothing_is_wider_than_the_screen(visit: Visit) -> None:
    reader = visit("redraw", size=(390, 844), place=SURREY, door="hand", drawn=EAST)
    reader.map()
    wide = reader.page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= 390
