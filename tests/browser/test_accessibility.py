"""Without eyes, mouse or colours: headings, names, contrast, focus."""

import re
import tomllib
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect
from reader import (
    LONDON,
    OLDHAM,
    PAGES,
    WITH_AREAS,
    WITH_FINDING,
    WITH_MAP,
    Visit,
    await_true,
    find_violations,
)

from mapping.drawing import signs
from pages.mismatches import matrix

pytestmark = pytest.mark.browser

THEME = tomllib.loads((Path(__file__).parents[2] / ".streamlit/config.toml").read_text())["theme"]
CSS = (Path(__file__).parents[2] / "pages/shared/page.css").read_text()
ESTIMATED = r".+, (about [\d,]+|under 100) residents"
"""What an area of the map is called: its name, and its residents as the estimate they are."""
READABLE = 4.5
VISIBLE = 3.0


def luminance(colour: tuple[float, ...]) -> float:
    parts = [c / 255 for c in colour[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the ratio of WCAG 2, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def rgb(hexadecimal: str) -> tuple[int, ...]:
    return tuple(int(hexadecimal[i : i + 2], 16) for i in (1, 3, 5))


def test_the_contrast_of_black_on_white_is_twenty_one() -> None:
    assert contrast(rgb("#000000"), rgb("#ffffff")) == pytest.approx(21)
    assert contrast(rgb("#777777"), rgb("#ffffff")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("text", ["textColor", "linkColor", "redColor", "greenColor", "grayColor"])
def test_every_text_colour_of_the_theme_can_be_read_on_both_grounds(mode: str, text: str) -> None:
    colours = THEME[mode]
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(rgb(colours[text]), rgb(colours[ground])) >= READABLE, (text, ground)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_borders_and_buttons_of_the_theme_can_be_seen(mode: str) -> None:
    colours = THEME[mode]
    assert contrast(rgb(colours["borderColor"]), rgb(colours["backgroundColor"])) >= VISIBLE
    assert contrast(rgb(colours["primaryColor"]), rgb("#ffffff")) >= READABLE


@pytest.mark.parametrize("name", ["outline", "a_only", "b_only", "both"])
def test_lines_that_carry_meaning_stand_out_from_the_ground(name: str) -> None:
    assert contrast(rgb(signs.LINES[name].colour), rgb(signs.GROUND)) >= VISIBLE


SMALL_TEXTS = """() => {
  const seen = [];
  const rgba = (text) => {
    const parts = (text.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
    return text.startsWith("color(srgb") ? parts.map((v, i) => (i < 3 ? 255 * v : v)) : parts;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = rgba(getComputedStyle(one).backgroundColor);
      if (colour.length < 4 || colour[3] > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const opacity = (element) => {
    let product = 1;
    for (let one = element; one; one = one.parentElement) {
      product *= Number(getComputedStyle(one).opacity);
    }
    return product;
  };
  for (const selector of SELECTORS) {
    for (const element of [...document.querySelectorAll(selector)].slice(0, 4)) {
      const colour = rgba(getComputedStyle(element).color);
      const under = ground(element);
      const cover = (colour[3] ?? 1) * opacity(element);
      const seenAs = (i) => colour[i] * cover + under[i] * (1 - cover);
      seen.push([selector, [0, 1, 2].map(seenAs), under]);
    }
  }
  return seen;
}"""
STANDS_ON = """(scheme) => {
  const app = document.querySelector("[data-testid=stApp]");
  const [red] = getComputedStyle(app).backgroundColor.match(/[0-9]+/g).map(Number);
  return red < 128 === (scheme === "dark");
}"""
"""Whether the app's ground is that of a scheme, light or dark."""
IS_DARK = "(dark) => document.documentElement.classList.contains('cg-dark') === dark"
"""Whether the map is dark."""
SELECTORS = [
    "h1.cg-finding",
    ".cg-explain",
    ".cg-table caption",
    ".cg-table th",
    ".cg-table td",
    ".cg-legend li",
    ".cg-footer",
    "[data-testid=stMetricValue]",
    "[data-testid=stMetricLabel] p",
    "[data-testid=stCaptionContainer] p",
    "[data-testid=stBaseButton-secondary] p",
    "[data-testid=stTopNavLink]",
    "[data-testid=stWidgetLabel] p",
    "ul.cg-here small",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_on_the_page_can_be_read_against_what_is_under_it(
    visit: Visit, scheme: Literal["light", "dark"]
) -> None:
    reader = visit("mismatches", place=LONDON)
    reader.page.emulate_media(color_scheme=scheme)
    await_true(reader.page, STANDS_ON, arg=scheme)
    found = reader.page.evaluate(SMALL_TEXTS.replace("SELECTORS", repr(SELECTORS)))
    reader.page.emulate_media(color_scheme="light")
    assert len({row[0] for row in found}) >= 10
    assert (luminance(found[0][2]) < 0.2) == (scheme == "dark")
    faint = [(row[0], row[1:]) for row in found if contrast(row[1], row[2]) < READABLE]
    assert faint == []
    assert reader.errors == []


@pytest.mark.parametrize("name", PAGES, scope="module")
def test_axe_finds_nothing_on_any_page_or_map_light_or_dark(visit: Visit, name: str) -> None:
    reader = visit(name, place=LONDON)
    frames = [reader.page.main_frame]
    if name in WITH_MAP:
        reader.map(areas=name in WITH_AREAS)
        frames += [one for one in reader.page.frames if "streamlit_folium" in one.url]
        assert len(frames) == 2
    for scheme in ("dark", "light"):
        reader.page.emulate_media(color_scheme=scheme)
        await_true(reader.page, STANDS_ON, arg=scheme)
        for frame in frames[1:]:
            await_true(frame, IS_DARK, arg=scheme == "dark")
        assert [(scheme, *found) for one in frames if (found := find_violations(one))] == []


@pytest.mark.parametrize("name", ["", "mismatches", "gaps"], scope="module")
def test_on_a_phone_axe_finds_nothing_and_what_is_wider_than_the_screen_says_so(
    visit: Visit, name: str
) -> None:
    page = visit(name, place=OLDHAM, size=(390, 844)).page
    page.wait_for_timeout(600)  # wide tables are marked a moment after they come
    boxes = page.locator(".cg-scroll:visible")
    wide = boxes.evaluate_all("all => all.filter((one) => one.scrollWidth > one.clientWidth + 4)")
    assert page.locator(".cg-wide[role=region][tabindex='0'][aria-label]:visible").count() == len(
        wide
    )
    assert len(wide) >= (1 if name == "gaps" else 0)
    assert find_violations(page.main_frame) == []


@pytest.mark.parametrize("name", PAGES, scope="module")
def test_every_page_has_one_first_heading_a_language_and_a_title(visit: Visit, name: str) -> None:
    page = visit(name, place=OLDHAM).page
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.title().strip()


@pytest.mark.parametrize("name", PAGES, scope="module")
def test_no_page_skips_a_level_of_headings(visit: Visit, name: str) -> None:
    choices = {"at": "N1 9GU"} if name == "who_works_here" else {}
    page = visit(name, place=LONDON, **choices).page
    levels = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
        "all => all.filter(one => one.checkVisibility()).map(one => Number(one.tagName[1]))"
    )
    assert len(levels) >= 2
    assert levels[0] == 1
    assert [b for a, b in pairwise(levels) if b > a + 1] == []


def test_the_flow_chart_says_what_it_is_and_where_its_numbers_are(visit: Visit) -> None:
    page = visit("mismatches", place=LONDON).page
    chart = page.locator("[data-testid=stVegaLiteChart]")
    chart.scroll_into_view_if_needed()
    expect(chart).to_have_attribute("role", "graphics-document")
    expect(chart).to_have_attribute(
        "aria-label", re.compile("Sub-regional partnership on the left")
    )
    expect(chart).to_have_attribute("aria-label", re.compile("table below"))
    assert page.get_by_text("The table below has the figures").is_visible()


def test_names_of_the_flow_chart_fit_a_phone(visit: Visit) -> None:
    page = visit("mismatches", place=LONDON, size=(390, 844)).page
    chart = page.locator("[data-testid=stVegaLiteChart] svg")
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    names = chart.locator("text").all()
    assert {name.text_content() for name in names} >= {"West and North", "Local London"}
    for name in names:
        inside = name.bounding_box()
        assert box["x"] <= inside["x"]
        assert inside["x"] + inside["width"] <= box["x"] + box["width"]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_numbers_of_the_matrix_can_be_read_on_the_strongest_tint(mode: str) -> None:
    ground, text = rgb(THEME[mode]["backgroundColor"]), rgb(THEME[mode]["textColor"])
    part = matrix.STRONGEST / 100
    mixed = zip(rgb(signs.RUST), ground, strict=True)
    assert contrast(text, tuple(part * a + (1 - part) * b for a, b in mixed)) >= READABLE


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_what_stays_in_sight_stands_on_the_ground_of_the_theme(mode: str) -> None:
    grounds = re.search(r"--ground: light-dark\((#\w+), (#\w+)\)", CSS)
    assert grounds is not None
    assert grounds[["light", "dark"].index(mode) + 1] == THEME[mode]["backgroundColor"]


def test_the_rows_of_a_wide_table_keep_their_names_in_sight_on_a_phone(visit: Visit) -> None:
    page = visit("mismatches", place=LONDON, size=(390, 844)).page
    head = page.locator(".cg-matrix tbody th").first
    head.scroll_into_view_if_needed()
    before = head.bounding_box()
    page.locator(".cg-scroll:has(.cg-matrix)").evaluate("one => one.scrollTo(200, 0)")
    page.wait_for_timeout(200)
    last = page.locator(".cg-matrix tbody tr").first.locator("td").last.bounding_box()
    assert head.bounding_box()["x"] == pytest.approx(before["x"], abs=1)
    assert last["x"] + last["width"] <= 391


def test_the_head_of_a_long_table_stays_in_sight(visit: Visit) -> None:
    page = visit(place=LONDON).page
    table = page.locator(".cg-tall table")
    table.locator("tbody tr").last.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    head, last = (table.locator(one).last.bounding_box() for one in ("thead th", "tbody tr"))
    assert 0 <= head["y"] < last["y"] <= 900


@pytest.mark.parametrize("name", WITH_FINDING, scope="module")
def test_every_table_and_chart_can_be_asked_how_it_is_counted(visit: Visit, name: str) -> None:
    page = visit(name, place=LONDON).page
    asked = page.get_by_text("How is this counted?").count()
    drawn = {
        "": 1,
        "who_works_here": 2,
        "mismatches": 4,  # and one where the scores for analysts are opened
        "partner_sets": 2,
        "gaps": 2,
        "redraw": 2,
        "stewardship": 1,
        "data_and_method": 1,
    }
    assert asked == 1 + drawn[name]  # one for the numbers beside the map


@pytest.mark.parametrize("name", WITH_FINDING, scope="module")
def test_every_picture_has_words_or_is_marked_as_decoration(visit: Visit, name: str) -> None:
    reader = visit(name, place=OLDHAM)
    assert reader.page.locator("img:not([alt])").count() == 0
    if name in WITH_MAP:
        assert reader.map(areas=name in WITH_AREAS).locator("img:not([alt])").count() == 0


@pytest.mark.parametrize("name", PAGES, scope="module")
def test_every_button_and_box_has_a_name(visit: Visit, name: str) -> None:
    page = visit(name, place=OLDHAM).page
    nameless = page.locator("main button:visible, main input:visible").evaluate_all(
        """all => all.filter((one) => !(one.innerText.trim() || one.getAttribute("aria-label") ||
        one.getAttribute("aria-labelledby") || one.labels?.length || one.title))
        .map((one) => one.outerHTML.slice(0, 160))"""
    )
    assert nameless == []


@pytest.mark.parametrize("name", PAGES, scope="module")
def test_names_that_are_read_out_hold_no_escapes(visit: Visit, name: str) -> None:
    page = visit(name, place=OLDHAM).page
    labels = page.locator("[aria-label]").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-label'))"
    )
    assert [label for label in labels if "\\" in label] == []


def test_the_map_says_what_it_is_and_each_area_who_it_is(visit: Visit) -> None:
    frame = visit(place=OLDHAM).map()
    region = frame.locator("#map_div")
    assert region.get_attribute("aria-label") == "Map of Oldham"
    assert region.get_attribute("role") == "application"
    areas = frame.locator("path.cg-area")
    labels = areas.evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert len(labels) == 20
    assert all(re.fullmatch(ESTIMATED, label) for label in labels)


def test_a_screen_reader_is_not_told_that_a_drawn_map_could_not_be_drawn(visit: Visit) -> None:
    reader = visit(place=OLDHAM)
    reader.map()
    reader.page.wait_for_timeout(5_000)
    told = reader.page.locator("main").aria_snapshot()
    assert "Wards in Oldham" in told
    assert "could not be drawn" not in told


def test_cells_of_the_matrix_say_in_text_what_their_colour_says(visit: Visit) -> None:
    page = visit("mismatches", place=LONDON).page
    cells = page.locator(".cg-matrix tbody td").all_inner_texts()
    assert len(cells) == 25
    assert all(text == "·" or re.fullmatch(r"(under |over )?\d+%", text) for text in cells)
    worst = page.locator(".cg-matrix .cg-worst")
    assert worst.count() == 2
    for cell in worst.all():
        assert cell.evaluate("cell => getComputedStyle(cell).outlineStyle") == "solid"


def test_what_has_the_focus_can_be_seen(visit: Visit) -> None:
    page = visit("partner_sets", place=OLDHAM).page
    page.mouse.click(5, 300)
    looks = """() => { const look = getComputedStyle(document.activeElement);
        return [look.outlineStyle, look.outlineWidth, look.boxShadow, look.borderColor,
                look.backgroundColor]; }"""
    unseen = []
    for _ in range(10):
        page.keyboard.press("Tab")
        tag = page.evaluate("document.activeElement.tagName")
        if tag in ("BODY", "IFRAME", "MAIN"):
            continue
        page.wait_for_timeout(250)
        focused = page.evaluate(looks)
        ring = (focused[0] != "none" and focused[1] != "0px") or focused[2] != "none"
        if not ring and tag != "INPUT":
            unseen.append(
                (page.evaluate("document.activeElement.outerHTML.slice(0, 120)"), focused)
            )
    assert unseen == []


def test_the_map_is_one_stop_in_which_arrows_lead_from_area_to_area(visit: Visit) -> None:
    page, frame = visit(place=LONDON).page, visit(place=LONDON).map()
    stops = frame.locator("[tabindex='0'], a[href]:not([tabindex='-1'])")
    assert stops.evaluate_all("all => all.map(one => one.id)") == ["map_div"]
    assert frame.locator(".leaflet-map-pane").get_attribute("aria-hidden") == "true"
    frame.locator("#map_div").focus()
    told = []
    for key in ("ArrowRight", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        expect(frame.locator(".cg-tip")).to_be_visible()
        told.append(frame.locator("[role=status]").inner_text())
    assert all(re.fullmatch(ESTIMATED, name) for name in told)
    assert told[0] != told[1] != told[2]
