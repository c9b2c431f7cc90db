"""What a map shows of its place, and how lines grow as the reader goes nearer."""

import itertools
import json

import pytest
from playwright.sync_api import Frame, expect
from reader import CAMDEN, LONDON, MORAY, Reader, await_true

pytestmark = pytest.mark.browser

WIDTH_M = "map.distance(map.getBounds().getNorthWest(), map.getBounds().getNorthEast())"
HEIGHT_M = "map.distance(map.getBounds().getNorthWest(), map.getBounds().getSouthWest())"
WAITING = """(() => {
  window.told = [];
  const isSeen = (part) => {
    const box = part.getBoundingClientRect();
    const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const shown = box.width > 0 && getComputedStyle(part).visibility === "visible";
    return shown && on?.tagName !== "IFRAME";
  };
  window.setInterval(() => {
    const all = document.querySelectorAll("[data-testid=stSpinner], .cg-soon");
    const parts = [...all].filter(isSeen);
    const words = parts.map((part) => part.textContent).join(" | ");
    if (words && words !== window.told.at(-1)) window.told.push(words);
  }, 30);
})()"""
VIEW = "JSON.stringify([map.getZoom(), map.getCenter()])"


@pytest.fixture
def reader(page, serve) -> Reader:
    return Reader(page, serve("app.py"))


def wait_for_width(frame: Frame, *, least_m: float = 0, most_m: float = 1e9) -> None:
    await_true(frame, f"{least_m} < {WIDTH_M} && {WIDTH_M} < {most_m}")


def test_a_link_with_a_postcode_shows_its_neighbourhood_and_what_the_reader_moves_stays(
    reader: Reader,
) -> None:
    reader.open("who_works_here", place=LONDON, at="N1 9GU")
    frame = reader.map()
    assert 1_800 <= frame.evaluate(HEIGHT_M) < 3_000
    inside = "map.getBounds().contains([51.5385, -0.117])"
    assert frame.evaluate(inside)
    expect(frame.locator("path.cg-chosen")).to_have_count(1)
    near = frame.locator("path.cg-line[stroke='#b94e34']")
    expect(near.first).to_be_attached()  # another partner's line within 150 m

    frame.evaluate("void map.setZoom(map.getZoom() - 2, {animate: false})")
    view = frame.evaluate(VIEW)
    reader.page.get_by_role("combobox", name="Count").click()
    reader.page.get_by_role("option", name="Postcodes", exact=True).click()
    reader.rested()
    assert reader.map().evaluate(VIEW) == view


def test_a_typed_postcode_is_gone_to_and_the_place_comes_back_without_it(reader: Reader) -> None:
    reader.open("who_works_here", place=LONDON)
    frame = reader.map()
    assert frame.evaluate(WIDTH_M) > 50_000
    box = reader.page.get_by_label("Postcode", exact=True)
    box.fill("N1 9GU")
    box.press("Enter")
    wait_for_width(frame, most_m=6_000)
    box.fill("CR0 1NX")
    box.press("Enter")
    await_true(frame, "map.getCenter().lat < 51.4")
    box.fill("")
    box.press("Enter")
    wait_for_width(frame, least_m=50_000)


def test_a_click_does_not_move_the_map(reader: Reader) -> None:
    reader.open(place=LONDON)
    frame = reader.map()
    view = frame.evaluate(VIEW)
    box = reader.page.locator("iframe").bounding_box()
    reader.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.45)
    expect(frame.locator(".cg-spot")).to_have_count(1)
    reader.rested()
    assert frame.evaluate(VIEW) == view


def looks(frame: Frame, part: str, name: str) -> list[float]:
    """Return an attribute of all paths of one kind of line."""
    read = "(paths, name) => paths.map((path) => Number(path.getAttribute(name)))"
    return frame.locator(f"path.cg-line-{part}").evaluate_all(read, name)


def assert_lines_that_agree_are_heaviest(reader: Reader, frame: Frame) -> str:
    """Look at a projected map from afar; return what its legend says."""
    (both,) = looks(frame, "both", "stroke-width")
    others = looks(frame, "a-only", "stroke-width") + looks(frame, "b-only", "stroke-width")
    assert both >= 1.8, "seen from six metres"
    assert min(others) < both / 2, "thinnest where they are most crowded"
    assert max(others) <= both
    return reader.page.locator(".cg-legend").inner_text()


THIN = "Thin lines: zoom in to tell them apart"


def test_many_lines_are_thin_and_grow_to_their_full_width_and_signs(reader: Reader) -> None:
    reader.open("mismatches", place=LONDON, a="ward", b="postal_district")
    frame = reader.map()
    frame.locator("path.cg-line-a-only").first.wait_for(state="attached")
    assert min(looks(frame, "a-only", "stroke-width")) > 0.5
    assert max(looks(frame, "a-only", "stroke-width")) < 1.5
    assert max(looks(frame, "a-only", "stroke-opacity")) < 0.9
    assert looks(frame, "outline", "stroke-width") == [1.2]
    frame.evaluate("void map.setView([51.62, 0.2], map.getZoom() + 5, {animate: false})")
    dashes = {
        part: frame.locator(f"path.cg-line-{part}").first.get_attribute("stroke-dasharray")
        for part in ("both", "a-only", "b-only")
    }
    assert dashes == {"both": None, "a-only": "13 7", "b-only": "0 9"}
    assert set(looks(frame, "both", "stroke-width")) == {4}
    assert set(looks(frame, "a-only", "stroke-width")) == {4}
    assert set(looks(frame, "b-only", "stroke-opacity")) == {1}


def test_from_afar_lines_that_agree_are_much_heavier_than_all_others(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 1280, "height": 720})
    reader.open("mismatches", place=LONDON, a="ward", b="postal_district", projector="1")
    assert THIN in assert_lines_that_agree_are_heaviest(reader, reader.map())
    reader.turn("place", place=LONDON, projector="1")
    reader.turn("mismatches", place=LONDON, a="ward", b="borough", projector="1")
    assert THIN not in assert_lines_that_agree_are_heaviest(reader, reader.map())


def test_whoever_waits_for_a_new_map_is_told_so_once_at_a_time(reader: Reader) -> None:
    reader.page.add_init_script(WAITING)
    reader.open("mismatches", place=MORAY, a="postal_sector", b="lsoa")
    reader.map()
    told = reader.page.evaluate("window.told")
    assert any("Drawing the map" in words for words in told)
    assert [words for words in told if "|" in words] == []


def written(frame: Frame) -> list[dict]:
    """Return the names on the map with their boxes, once they are written."""
    await_true(frame, "document.querySelector('canvas.cg-names')?.cgBoxes?.length > 0")
    read = "Array.from(document.querySelector('canvas.cg-names').cgBoxes, (b) => [b.name, ...b])"
    return [dict(zip(("name", *"ltrb"), row, strict=True)) for row in frame.evaluate(read)]


def lie_apart(one: dict, other: dict) -> bool:
    return (
        one["l"] >= other["r"]
        or other["l"] >= one["r"]
        or one["t"] >= other["b"]
        or other["t"] >= one["b"]
    )


def test_names_are_written_from_afar_and_near_and_maps_are_drawn_over_in_their_own_signs(
    reader: Reader,
) -> None:
    reader.open(place=LONDON)
    frame = reader.map()
    start = frame.evaluate(VIEW)
    afar = written(frame)
    assert {"Croydon", "Enfield", "Hillingdon"} <= {one["name"] for one in afar}
    frame.evaluate("void map.setView([51.55, -0.14], 13, {animate: false})")
    is_near = "(b) => b.name === 'Kentish Town South'"
    await_true(frame, f"document.querySelector('.cg-names').cgBoxes.some({is_near})")
    for names in (afar, written(frame)):
        assert len(names) > 10
        assert all(lie_apart(one, other) for one, other in itertools.combinations(names, 2))
    zoom_out = "([zoom, centre]) => void map.setView(centre, zoom, {animate: false})"
    frame.evaluate(zoom_out, json.loads(start))

    reader.page.get_by_role("button", name="Which boundaries are drawn").click()
    box = reader.page.get_by_role("combobox", name="Up to 5 boundary maps")
    titles = {
        "Integrated care board": ("icb", "Integrated care boards"),
        "Police command (BCU)": ("police_bcu", "Police commands"),
    }
    for title, (key, plural) in titles.items():
        box.fill(title)  # the last of the list lies half below its edge
        reader.page.get_by_role("option", name=f"{title} · several councils").click()
        reader.page.wait_for_url(f"**{key}*", timeout=20_000)  # boards are in the legend before
        reader.rested()
        expect(reader.page.locator(".cg-legend")).to_contain_text(plural, timeout=20_000)
    frame = reader.map()
    solid = frame.locator("path.cg-line[stroke='#0f766e']")
    expect(solid).to_have_count(1)
    assert solid.get_attribute("stroke-dasharray") is None
    expect(frame.locator("path.cg-line[stroke='#1b2733'][stroke-dasharray]")).to_have_count(1)
    legend = reader.page.locator(".cg-legend li").all_inner_texts()
    assert legend == ["Wards", "Integrated care boards", "Police commands"]
    assert "over=icb%2Cpolice_bcu" in reader.page.url
    assert any("ICB" in name["name"] for name in written(frame))
    assert reader.errors == []


def test_names_stay_out_of_the_way_of_keyboard_and_pointer_and_can_be_switched_off(
    reader: Reader,
) -> None:
    reader.open(place=CAMDEN, at="N1 9GU")
    frame = reader.map()
    canvas = frame.locator("canvas.cg-names")
    written(frame)
    assert canvas.get_attribute("aria-hidden") == "true"
    assert canvas.get_attribute("tabindex") is None
    assert canvas.evaluate("it => getComputedStyle(it.parentElement).pointerEvents") == "none"
    spot = frame.locator(".cg-spot span").bounding_box()
    map_ = reader.page.locator("iframe").bounding_box()
    left, top = spot["x"] - map_["x"], spot["y"] - map_["y"]
    label = {"l": left, "t": top, "r": left + spot["width"], "b": top + spot["height"]}
    assert all(lie_apart(label, name) for name in written(frame))
    reader.turn("who_works_here", place=CAMDEN, names="")
    assert reader.map().locator("canvas.cg-names").count() == 0
