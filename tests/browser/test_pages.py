"""Every page in a real Chromium that can reach nothing but this machine."""

import pytest
from playwright.sync_api import expect
from reader import (
    BRITAIN,
    LONDON,
    MORAY,
    OLDHAM,
    PAGES,
    TITLES,
    WITH_AREAS,
    Reader,
    Visit,
    await_true,
)

pytestmark = pytest.mark.browser

WARDS = 704
PHONE = (390, 844)


@pytest.fixture
def reader(page, serve) -> Reader:
    return Reader(page, serve("app.py"))


@pytest.mark.parametrize("name", WITH_AREAS, scope="module")
def test_the_map_of_every_page_is_drawn_with_the_network_unplugged(visit: Visit, name: str) -> None:
    reader = visit(name, place=LONDON)
    frame = reader.map()
    assert frame.locator("img.cg-dots").first.evaluate("image => image.naturalWidth") > 300
    assert frame.locator(".cg-say:visible").count() == 0
    assert "Contains OS, Royal Mail" in frame.locator(".cg-attribution").inner_text()
    assert reader.page.locator("iframe").bounding_box()["height"] > 400


@pytest.mark.parametrize("name", PAGES, scope="module")
def test_no_page_asks_the_internet_or_complains_in_the_console(visit: Visit, name: str) -> None:
    reader = visit(name, place=LONDON)
    if name in WITH_AREAS:
        reader.map()
    assert reader.outside == []
    assert reader.errors == []


@pytest.mark.parametrize(("place", "areas"), [(LONDON, WARDS), (OLDHAM, 20), (MORAY, 8)])
def test_every_ward_of_a_place_is_drawn(visit: Visit, place: str, areas: int) -> None:
    frame = visit(place=place).map()
    codes = frame.evaluate(
        """() => { const found = new Set(); map.eachLayer((layer) => {
        if (layer.cgIndex !== undefined) found.add(layer.feature.properties.code); });
        return found.size; }"""
    )
    assert codes == areas


def test_the_whole_of_great_britain_is_drawn(visit: Visit) -> None:
    reader = visit(place=BRITAIN)
    reader.map()
    assert "98 combinations" in reader.sentence
    assert reader.outside == []


def test_the_borders_of_districts_and_regional_bodies_lie_over_the_wards(visit: Visit) -> None:
    lines = visit(place=LONDON).map().locator("path.cg-line")
    expect(lines.first).to_be_attached()
    widths = lines.evaluate_all("paths => paths.map(path => +path.getAttribute('stroke-width'))")
    assert len(set(widths)) >= 2


def test_lines_are_solid_broken_and_dotted(visit: Visit) -> None:
    frame = visit("mismatches", place=LONDON).map()
    dashes = {
        part: frame.locator(f"path.cg-line-{part}").first.get_attribute("stroke-dasharray")
        for part in ("both", "a-only", "b-only")
    }
    assert dashes["both"] is None
    assert dashes["a-only"] not in (None, dashes["b-only"])
    assert dashes["b-only"].startswith("0")


def test_the_legend_stands_under_the_map_with_a_sample_of_every_sign(visit: Visit) -> None:
    reader = visit("mismatches", place=LONDON)
    reader.map()
    legend = reader.page.locator(".cg-legend")
    words = legend.locator("li").all_inner_texts()
    assert words[0] == "Boundary of both"
    assert len(words) >= 4
    samples = legend.locator("img").evaluate_all(
        "all => Promise.all(all.map(i => i.decode().then(() => i.naturalWidth)))"
    )
    assert len(samples) == len(words)
    assert min(samples) > 10


@pytest.mark.parametrize("name", PAGES, scope="module")
def test_a_page_opened_by_its_own_link_has_its_navigation(visit: Visit, name: str) -> None:
    reader = visit(name, place=LONDON)
    for title in TITLES:
        expect(reader.page.get_by_role("link", name=title).first).to_be_visible()


@pytest.mark.parametrize("name", PAGES, scope="module")
def test_a_phone_shows_every_page_without_sideways_scrolling(visit: Visit, name: str) -> None:
    reader = visit(name, place=LONDON, size=PHONE)
    if name in WITH_AREAS:
        reader.map()
        box = reader.page.locator("iframe").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE[0]
        assert box["height"] < 500
    wide = """() => Math.max(...[document.documentElement,
        document.querySelector("[data-testid=stMain]"),
        document.querySelector("[data-testid=stMainBlockContainer]")]
        .map((part) => part.scrollWidth - part.clientWidth))"""
    await_true(reader.page, f"() => ({wide})() <= 0")  # a tab that was wide shrinks first
    assert reader.page.evaluate(wide) <= 0
    box = reader.finding.bounding_box()
    assert box["x"] + box["width"] <= PHONE[0]


@pytest.mark.parametrize("name", PAGES, scope="module")
def test_every_page_has_real_tables_with_header_cells(visit: Visit, name: str) -> None:
    reader = visit(name, place=LONDON)
    tables = reader.page.locator("table.cg-table")
    assert tables.count() >= 1
    for table in tables.all():
        assert table.locator("caption").count() == 1
        assert table.locator("thead th[scope=col]").count() >= 1
        rows = table.locator("tbody tr").count()
        assert table.locator("tbody th[scope=row]").count() == rows


COUNT_TABLES = """(called) => {
    const count = () => [...document.querySelectorAll("table.cg-table caption")]
        .filter((one) => one.textContent.includes(called)).length;
    window.most = count();
    new MutationObserver(() => { window.most = Math.max(window.most, count()); })
        .observe(document.body, {childList: true, subtree: true, characterData: true});
}"""
"""Note the most tables of a name that a page shows at once from now on."""


def test_a_first_page_is_sent_in_few_kilobytes_and_its_long_table_is_paged_searched_and_sorted(
    reader: Reader,
) -> None:
    received: list[int] = []
    reader.page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))),
    )
    page = reader.open(place=LONDON).page
    reader.map()
    assert 5_000 < sum(received) < 37_000  # of which a new process has 500 to say it is counting
    caption = page.locator("caption", has_text="Wards in Greater London")
    rows = page.locator("table.cg-table", has=caption).locator("tbody tr")
    expect(caption).to_contain_text(f"Showing 1 to 30 of {WARDS}.")
    assert rows.count() == 30
    page.get_by_test_id("stPagination").get_by_role("button", name="Page 2", exact=True).click()
    expect(caption).to_contain_text(f"Showing 31 to 60 of {WARDS}.")
    reader.rested().page.evaluate(COUNT_TABLES, "Wards in Greater London")
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 8})
    page.get_by_label("Find in this table").fill("KENTISH town")
    expect(caption).to_contain_text("Two rows match “KENTISH town”. Showing 1 to 2 of 2.")
    assert {row[1] for row in reader.table("Wards in Greater London")} == {"Camden"}
    assert page.evaluate("() => window.most") == 1  # the table before is never beside it
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    page.get_by_label("Find in this table").fill("")
    expect(caption).to_contain_text(f"Showing 1 to 30 of {WARDS}.")
    page.get_by_role("combobox", name="Sort by").click()
    page.get_by_role("option", name="Council area").click()
    expect(rows.first).to_contain_text("Barking and Dagenham")


def test_an_unreachable_layer_is_said_in_words_and_the_table_still_stands(reader: Reader) -> None:
    reader.page.route("**/geo/*.json", lambda route: route.abort())
    reader.open(place=OLDHAM)
    frame = reader.page.frame_locator("iframe")
    expect(frame.locator(".cg-say")).to_contain_text(
        "The map could not be drawn: the boundaries did not load.", timeout=10_000
    )
    assert len(reader.table("Wards in Oldham")) == 20
