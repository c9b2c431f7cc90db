"""The map recipe in a real Chromium that can reach nothing but this machine."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Response, Route, expect
from reader import await_true

from mapping.drawing import assets

ROOT = Path(__file__).resolve().parents[2]
APP = Path(__file__).parent / "apps" / "map_app.py"
DRAWN_MS = 20_000
Answer = Callable[[Route], object]
WORDS_WITHIN_S = 5.0
"""So long after a map's frame stands, words may take its place."""

pytestmark = pytest.mark.browser

TILE = '<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"/>'
HOSTILE = [
    "<img src=x onerror=\"window.top.hacked='img'\">",
    "{{ 7*7 }} {% raw %} {# no #}",
    "${7*7} ${window.top.hacked='literal'}",
    "back\\slash \\u0041 `tick`",
    "</script><script>window.top.hacked='script'</script>",
    'O\'Brien & "Söns" – Ynys Môn',
]


@dataclass
class Drawn:
    """A drawn map: what its page asked for, what was answered, what scripts threw."""

    page: Page
    asked: list[str] = field(default_factory=list)
    answers: list[Response] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def frame(self) -> Frame:
        self.page.bring_to_front()
        return frame_of(self.page)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay out the little app with a static folder of its own."""
    folder = tmp_path_factory.mktemp("map_app")
    shutil.copy(APP, folder)
    (folder / "static").mkdir()
    for name in assets.OWN_SCRIPTS:
        shutil.copy(ROOT / "static" / name, folder / "static")
    return folder / APP.name


BASE = "common/ground"
"""The app is served below a path; the app of the other tests is at the root."""


@pytest.fixture(scope="module")
def address(serve, app: Path) -> str:
    return serve(app, base=BASE)


def frame_of(page: Page) -> Frame:
    """Return the map's own frame."""
    handle = page.wait_for_selector("iframe", state="attached", timeout=DRAWN_MS)
    frame = handle.content_frame()
    assert frame is not None
    return frame


def draw(page: Page, address: str) -> Frame:
    """Open the app and wait until the town stands on the map."""
    page.goto(address)
    frame = frame_of(page)
    await_true(frame, "document.querySelectorAll('path.cg-area').length === 6", timeout=DRAWN_MS)
    frame.wait_for_selector(".cg-spot", state="attached")
    return frame


def reruns(page: Page) -> int:
    text = page.get_by_text(re.compile(r"^reruns: \d+$")).inner_text()
    return int(text.removeprefix("reruns: "))


@pytest.fixture(scope="module")
def drawn(window: BrowserContext, address: str) -> Iterator[Drawn]:
    """Draw the map once for the tests that only look at it."""
    found = Drawn(window.new_page())
    found.page.on("pageerror", lambda fault: found.faults.append(str(fault)))
    found.page.on("response", lambda answer: found.answers.append(answer))
    found.page.on("request", lambda request: found.asked.append(request.url))
    draw(found.page, address)
    yield found
    found.page.close()


@pytest.fixture(scope="module")
def tried(window: BrowserContext, address: str) -> Iterator[Page]:
    """Draw the map once for the tests that act on it, each from wherever the last has left it."""
    opened = window.new_page()
    draw(opened, address)
    yield opened
    opened.close()


@pytest.fixture
def used(tried: Page) -> Page:
    tried.bring_to_front()
    return tried


@pytest.fixture(scope="module")
def held(browser: Browser, address: str) -> Iterator[Page]:
    """Draw the map once on a phone."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True
    )
    opened = context.new_page()
    draw(opened, address)
    yield opened
    context.close()


def redraw(page: Page) -> Frame:
    """Load the map's frame anew, alone; nothing of it comes from a cache while a route is set."""
    frame = frame_of(page)
    with page.expect_event("framenavigated", lambda it: it == frame):
        frame.evaluate("void setTimeout(() => location.reload())")
    return frame


def test_the_map_is_drawn_with_the_network_unplugged(drawn: Drawn) -> None:
    page, frame = drawn.page, drawn.frame
    dots = frame.locator("img.cg-dots")
    expect(dots).to_have_count(1)
    assert dots.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    for part in ("outline", "a-only", "b-only", "both"):
        assert frame.locator(f"path.cg-line-{part}").count() == 1, part
    assert frame.locator("path.cg-chosen").count() == 1
    assert frame.locator(".cg-spot").count() == 1
    assert page.locator("iframe").bounding_box()["height"] == 500
    assert frame.locator(".cg-say:visible").count() == 0
    assert {urlsplit(url).hostname for url in drawn.asked if url.startswith("http")} == {
        "127.0.0.1"
    }
    assert drawn.faults == []


def test_no_address_answers_with_an_error(drawn: Drawn) -> None:
    ours = [answer for answer in drawn.answers if "/app/static/" in answer.url]
    assert len(ours) >= 5
    assert [answer.url for answer in ours if answer.status >= 400] == []


def test_the_script_is_served_as_a_script(drawn: Drawn) -> None:
    kinds = {
        answer.url: answer.headers.get("content-type", "")
        for answer in drawn.answers
        if re.search(r"/app/static/.*\.js(\?|$)", answer.url)
    }
    assert len(kinds) == 8
    assert all("javascript" in kind for kind in kinds.values())


def test_the_map_is_drawn_under_a_base_url_path(drawn: Drawn) -> None:
    image = drawn.frame.locator("img.cg-dots")
    assert f"/{BASE}/app/static/geo/" in image.get_attribute("src")
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100


def test_dashes_and_widths_tell_the_lines_apart_without_colour(drawn: Drawn) -> None:
    frame = drawn.frame

    def dashes(part: str) -> str | None:
        return frame.locator(f"path.cg-line-{part}").get_attribute("stroke-dasharray")

    assert dashes("both") is None
    assert dashes("a-only") == "13 7"
    assert dashes("b-only") == "0 9"
    assert frame.locator("path.cg-line-b-only").get_attribute("stroke-linecap") == "round"


def test_fills_carry_patterns_beside_colours(drawn: Drawn) -> None:
    frame = drawn.frame
    fills = frame.eval_on_selector_all(
        "path.cg-area", "paths => paths.map(path => getComputedStyle(path).fill)"
    )
    patterned = [fill for fill in fills if fill.startswith("url(")]
    assert len(set(patterned)) == 5  # all signs of coverage but the plain one, and torn
    for fill in patterned:
        name = re.search(r"#([\w-]+)", fill).group(1)
        assert frame.locator(f"pattern[id='{name}']").count() == 1


def test_hostile_names_come_out_as_typed_and_nothing_runs(drawn: Drawn) -> None:
    page, frame = drawn.page, drawn.frame

    assert frame.locator(".cg-spot span").text_content() == HOSTILE[0]
    legend = page.locator(".cg-legend li").all_text_contents()
    assert legend == ["Both draw this line", *HOSTILE]
    credit = frame.locator(".cg-attribution").text_content()
    assert credit == "Contains data © {{ 7*7 }} <b>Town</b> ${1+1} · Second line"

    for number, path in enumerate(frame.locator("path.cg-area").all()):
        path.dispatch_event("mouseover")
        path.dispatch_event("mousemove")
        tip = frame.locator(".cg-tip p")
        expect(tip.first).to_have_text(HOSTILE[number], use_inner_text=False)
        assert tip.all_text_contents() == [HOSTILE[number], f"12 people {HOSTILE[number]}"]
        path.dispatch_event("mouseout")
    assert page.evaluate("window.hacked") is None
    assert drawn.faults == []


def test_the_legend_shows_samples_of_every_sign(drawn: Drawn) -> None:
    widths = drawn.page.eval_on_selector_all(
        ".cg-legend img",
        "images => Promise.all(images.map(i => i.decode().then(() => i.naturalWidth)))",
    )
    assert widths == [52] * 7


def test_a_click_on_an_area_reaches_the_server_and_a_mouse_sees_no_cross(used: Page) -> None:
    frame = frame_of(used)
    before = reruns(used)
    frame.locator("path.cg-area").nth(5).click()
    expect(used.get_by_text(re.compile(r"^clicked: 51\.\d+ "))).to_be_visible()
    assert reruns(used) == before + 1
    expect(frame.locator(".cg-cross")).to_be_hidden()


def test_an_area_can_be_reached_and_chosen_with_the_keyboard(used: Page) -> None:
    frame = frame_of(used)
    frame.locator("#map_div").focus()
    used.keyboard.press("ArrowRight")
    name = frame.locator(".cg-tip p").first.text_content()
    assert name in HOSTILE
    area = frame.locator("path.cg-area").nth(HOSTILE.index(name))
    assert area.get_attribute("aria-label") == frame.locator("[role=status]").text_content()
    used.keyboard.press("Enter")
    expect(used.get_by_text(re.compile(r"^clicked: 51\.\d+ "))).to_be_visible()


def test_the_map_tells_screen_readers_what_it_shows(drawn: Drawn) -> None:
    page, frame = drawn.page, drawn.frame
    ground = frame.locator("#map_div")
    assert ground.get_attribute("aria-label") == "Map of the little town"
    assert page.locator("iframe").get_attribute("title") == "Map of the little town"
    help_ = frame.locator(f"#{ground.get_attribute('aria-describedby')}").text_content()
    for key in ("Arrow keys", "plus and minus", "Enter"):
        assert key in help_


def test_all_that_a_click_does_can_be_done_with_the_keys(used: Page) -> None:
    frame = frame_of(used)
    cross = frame.locator(".cg-cross svg")
    expect(cross).to_be_hidden()
    frame.locator("#map_div").focus()
    used.keyboard.press("0")
    expect(cross).to_be_visible()
    centre = "map.getCenter().lng"
    before, zoom = frame.evaluate(centre), frame.evaluate("map.getZoom()")
    used.keyboard.press("+")
    await_true(frame, f"map.getZoom() > {zoom}")
    used.keyboard.press("Shift+ArrowRight")
    await_true(frame, f"{centre} > {before} && !map._panAnim?._inProgress")
    spot = frame.evaluate("[map.getCenter().lat, map.getCenter().lng]")
    used.keyboard.press("Enter")
    expect(used.get_by_text(f"clicked: {spot[0]:.3f} {spot[1]:.3f}")).to_be_visible()


def test_panning_and_zooming_do_not_rerun_the_app(used: Page) -> None:
    frame = frame_of(used)
    before = reruns(used)
    frame.evaluate("void map.panBy([80, 40], {animate: false})")
    frame.evaluate("void map.zoomIn(1, {animate: false})")
    used.wait_for_timeout(1000)
    assert reruns(used) == before


def test_recolouring_keeps_the_view_the_shapes_and_the_downloads(used: Page) -> None:
    frame = frame_of(used)
    frame.evaluate("void map.panBy([80, 40], {animate: false})")
    frame.evaluate("document.querySelectorAll('path.cg-area')[5].dataset.mark = 'kept'")
    view = frame.evaluate("JSON.stringify([map.getCenter(), map.getZoom()])")
    asked: list[str] = []
    used.on(
        "request", lambda request: asked.append(request.url) if "/geo/" in request.url else None
    )

    used.get_by_text("Recolour").click()

    last = frame.locator("path.cg-area[data-mark=kept]")
    expect(last).to_have_attribute("fill", re.compile("hatch"))
    assert frame.locator("path.cg-area").count() == 6
    assert frame.evaluate("JSON.stringify([map.getCenter(), map.getZoom()])") == view
    assert asked == []


def test_a_second_visit_downloads_no_boundaries_again(used: Page) -> None:
    used.reload()
    frame = frame_of(used)
    await_true(frame, "document.querySelectorAll('path.cg-area').length === 6", timeout=DRAWN_MS)
    sizes = frame.evaluate(
        "performance.getEntriesByType('resource')"
        ".filter(entry => /\\/(geo|vendor)\\//.test(entry.name))"
        ".map(entry => [entry.name, entry.transferSize])"
    )
    assert len(sizes) >= 5
    assert [name for name, size in sizes if size > 0] == []


def test_a_sharper_picture_of_the_dots_is_shown_two_levels_in(used: Page) -> None:
    frame = frame_of(used)
    first = frame.locator("img.cg-dots").get_attribute("src")
    frame.evaluate("void map.setZoom(map.getZoom() + 1, {animate: false})")
    assert frame.locator("img.cg-dots").get_attribute("src") == first
    frame.evaluate("void map.setZoom(map.getZoom() + 1, {animate: false})")
    await_true(frame, "document.querySelectorAll('img.cg-dots').length === 1")
    second = frame.locator("img.cg-dots")
    assert second.get_attribute("src") != first
    assert second.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100


@pytest.fixture
def refusing(used: Page) -> Iterator[Callable[[str, Answer], Frame]]:
    """Return a function that answers some addresses otherwise, and draws the map again so."""

    def refuse(pattern: str, answer: Answer) -> Frame:
        used.route(pattern, answer)
        return redraw(used)

    yield refuse
    used.unroute_all(behavior="ignoreErrors")


@pytest.mark.parametrize(
    ("blocked", "words"),
    [
        ("**/marks.js*", "a part of the map program did not load"),
        ("**/leaflet.js", "a part of the map program did not load"),
        ("**/leaflet-style.js", "a part of the map program did not load"),
        ("**/geo/town-*.json", "the boundaries did not load"),
    ],
)
def test_a_map_that_cannot_be_drawn_says_so_in_words(
    used: Page, refusing: Callable[[str, Answer], Frame], blocked: str, words: str
) -> None:
    box = refusing(blocked, lambda route: route.abort()).locator(".cg-say")
    expect(box).to_contain_text(f"The map could not be drawn: {words}.", timeout=DRAWN_MS)
    expect(box).to_contain_text("The table below shows the same information.")
    assert box.bounding_box()["height"] > 20
    assert used.locator("iframe").bounding_box()["height"] > 100


def test_boundaries_that_never_answer_are_spoken_of_too(
    refusing: Callable[[str, Answer], Frame],
) -> None:
    box = refusing("**/geo/*.json", lambda route: None).locator(".cg-say")
    expect(box).to_contain_text("taking a long time to load", timeout=DRAWN_MS)


def test_dots_that_do_not_load_are_mentioned_and_the_areas_still_drawn(
    refusing: Callable[[str, Answer], Frame],
) -> None:
    frame = refusing("**/geo/*.png", lambda route: route.abort())
    expect(frame.locator(".cg-say")).to_contain_text("Postcode dots could not be loaded")
    expect(frame.locator("path.cg-area")).to_have_count(6, timeout=DRAWN_MS)


def test_without_any_script_the_page_itself_says_that_there_is_no_map(
    page: Page, address: str
) -> None:
    page.route("**/app/static/**", lambda route: route.abort())
    page.goto(address)
    words = page.get_by_text("The map could not be drawn: its program did not load.")
    words.wait_for(state="attached", timeout=DRAWN_MS)
    delay = words.evaluate("words => parseFloat(getComputedStyle(words).animationDelay)")
    assert delay < WORDS_WITHIN_S
    expect(words).to_be_visible(timeout=DRAWN_MS)


def test_online_tiles_are_asked_for_only_on_request_and_given_up_in_words(
    page: Page, address: str
) -> None:
    draw(page, address)
    assert page.refused == []
    page.get_by_text("Online").click()
    frame = page.locator("iframe").last.content_frame  # for a moment the old map stands too
    expect(frame.locator(".cg-say")).to_contain_text(
        "The street map is not available", timeout=DRAWN_MS
    )
    assert {url.split("/")[2] for url in page.refused} == {"tile.openstreetmap.org"}
    expect(frame.locator("path.cg-area")).to_have_count(6)
    assert "OpenStreetMap" in frame.locator(".cg-attribution").text_content()
    frame.get_by_role("button", name="Close").click()
    expect(frame.locator(".cg-say")).to_be_hidden()


def test_the_words_about_missing_tiles_go_when_tiles_come(page: Page, address: str) -> None:
    wanted: list[Route] = []
    page.route("https://tile.openstreetmap.org/**", lambda route: wanted.append(route))
    draw(page, address)
    page.get_by_text("Online").click()
    said = page.locator("iframe").last.content_frame.locator(".cg-say")
    expect(said).to_contain_text("The street map is not available", timeout=DRAWN_MS)
    for route in wanted:
        route.fulfill(content_type="image/svg+xml", body=TILE)
    expect(said).to_be_hidden()


def test_on_a_phone_the_map_is_no_taller_than_it_needs(held: Page) -> None:
    box = held.locator("iframe").bounding_box()
    assert box["width"] <= 390
    assert box["height"] < 450
    drawn_to = held.evaluate("document.documentElement.scrollWidth")
    assert drawn_to <= 390


def test_the_map_s_buttons_are_wide_enough_for_a_thumb(held: Page) -> None:
    for button in frame_of(held).locator(".leaflet-bar a").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44


def test_on_a_phone_one_finger_scrolls_the_page_and_two_move_the_map(held: Page) -> None:
    frame = frame_of(held)
    held.add_style_tag(content="[data-testid=stMainBlockContainer] { padding-bottom: 1500px }")
    view = "[map.getZoom(), map.getCenter().lat]"
    zoom, lat = frame.evaluate(view)

    box = held.locator("iframe").bounding_box()
    drag(held, [[(0, -10 * step)] for step in range(16)])
    expect(frame.locator(".cg-fingers")).to_have_text("Use two fingers to move the map")
    held.wait_for_timeout(300)
    assert held.locator("iframe").bounding_box()["y"] < box["y"] - 80
    assert frame.evaluate(view) == [zoom, lat]

    drag(held, [[(-20 - 5 * step, -20), (20 + 5 * step, 20)] for step in range(14)])
    await_true(frame, f"map.getZoom() > {zoom} + 0.4 && !map._animatingZoom", timeout=8_000)
    held.wait_for_timeout(500)
    lat = frame.evaluate("map.getCenter().lat")
    drag(held, [[(-40, -20 + 8 * step), (40, 20 + 8 * step)] for step in range(14)])
    await_true(frame, f"map.getCenter().lat > {lat}", timeout=8_000)


def drag(page: Page, steps: list[list[tuple[int, int]]]) -> None:
    """Move fingers over the map, from steps of offsets to its middle, one pair for a finger."""
    box = page.locator("iframe").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)
    for number, fingers in enumerate(steps):
        points = [{"x": x + dx, "y": y + dy, "id": n} for n, (dx, dy) in enumerate(fingers)]
        kind = "touchMove" if number else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        page.wait_for_timeout(16)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
