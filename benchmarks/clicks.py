"""A click beside the build before: from the button's release to the changed words on the screen.

Both builds are served at once and clicked in turns. Where the repository does not have the build
before (a download without its history), the row that needs it is left out.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack

from playwright.sync_api import Browser, Frame, Page, sync_playwright

from benchmarks.bars import Row
from benchmarks.browser import MAP_FRAME, TIMEOUT_S, await_answer, await_map, chromium, watched_page
from benchmarks.server import ROOT, await_ready, checked_out, serving

BEFORE = "ff6b2d0"
"""The build whose clicks waited a quarter of a second in the browser and ran the whole page."""
MAX_SHARE = 1 / 3
SPOTS = tuple((0.34 + 0.08 * column, 0.3 + 0.1 * row) for row in range(5) for column in range(4))
"""Where the map is clicked, as shares of its width and height: each in another ward of London."""
FIRST = "place=county.greater-london&at=51.50000,-0.12000"
"""A spot that is there at the start, so that all clicks are alike."""
PAGES = {"Place": ("", "h2.cg-here"), "Who works here": ("who_works_here", "h1.cg-finding")}
"""The pages that are clicked: the address of each, and the words that a click changes."""
AWAIT_RELEASE = """() => window.addEventListener("mouseup", (event) => {
  window.released = performance.timeOrigin + event.timeStamp;
}, { capture: true, once: true })"""
AWAIT_CHANGE = """(words) => {
  const read = () => document.querySelector(words)?.textContent;
  const before = read();
  window.changed = 0;
  new MutationObserver((_, observer) => {
    if (!read() || read() === before) return;
    observer.disconnect();
    const drawn = new MessageChannel();
    drawn.port1.onmessage = () => { window.changed = performance.timeOrigin + performance.now(); };
    requestAnimationFrame(() => drawn.port2.postMessage(0));
  }).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


def rows() -> Iterator[Row]:
    """Measure clicks on each page, in both builds where there are two."""
    with (
        checked_out(BEFORE) as before,
        sync_playwright() as playwright,
        chromium(playwright) as browser,
        ExitStack() as running,
    ):
        urls = []
        for folder in (ROOT, before) if before else (ROOT,):
            server = running.enter_context(serving(folder / "app.py", cwd=folder))
            await_ready(server)
            urls.append(server.url)
        for title, (path, words) in PAGES.items():
            yield from _compare(browser, title, [f"{url}/{path}?{FIRST}" for url in urls], words)


def _compare(browser: Browser, title: str, addresses: list[str], words: str) -> Iterator[Row]:
    """Return the rows of one page; ``addresses`` are those of this build and of the one before."""
    pages = [_open(browser, address, words) for address in addresses]
    times_ms = [[_time_click(page, spot, words) for page in pages] for spot in SPOTS]
    now_ms, *before_ms = (statistics.median(one) for one in zip(*times_ms, strict=True))
    what = f"{title}: a click → its words on the screen"
    yield Row(f"{what}, median of {len(SPOTS)}", now_ms, "ms", note="from the button's release")
    if before_ms:
        yield Row(f"  in {BEFORE}, clicked in turns", before_ms[0], "ms")
        yield Row("  against it", now_ms / before_ms[0], "×", MAX_SHARE, "less")
    for page in pages:
        page.context.close()


def _open(browser: Browser, address: str, words: str) -> Page:
    """Open a page, and click once: the first click of a server makes what later ones find."""
    page, traffic = watched_page(browser)
    page.goto(address, wait_until="commit")
    await_map(page, "path.cg-area")
    await_answer(page, traffic)
    page.locator(MAP_FRAME).first.scroll_into_view_if_needed()
    _time_click(page, (0.5, 0.48), words)
    return page


def _time_click(page: Page, spot: tuple[float, float], words: str) -> float:
    """Return the milliseconds from the release of the button to the frame with changed words."""
    page.wait_for_timeout(1500)  # the last click is over, in the other build too
    _map_of(page).evaluate(AWAIT_RELEASE)
    page.evaluate(AWAIT_CHANGE, words)
    box = page.locator(MAP_FRAME).first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * spot[0], box["y"] + box["height"] * spot[1])
    until = time.perf_counter() + TIMEOUT_S
    while not page.evaluate("window.changed"):  # asked from outside, as the policy wants it
        assert time.perf_counter() < until, "a click changed nothing"
        page.wait_for_timeout(20)
    return float(page.evaluate("window.changed") - _map_of(page).evaluate("window.released"))


def _map_of(page: Page) -> Frame:
    frame = page.query_selector(MAP_FRAME).content_frame()  # type: ignore[union-attr]
    assert frame is not None
    return frame
