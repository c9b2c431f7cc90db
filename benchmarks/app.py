"""The app beside its bars: bytes and time of the first map and of clicks, start and memory."""

import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.bars import Row
from benchmarks.browser import MAP_FRAME, Traffic, await_map, chromium, cold_start_s, watched_page
from benchmarks.server import ROOT, Server, await_ready, prepare_empty_app, serving

LONDON = "/?place=county.greater-london"
BRITAIN = "/?place=britain.gb"
AREA = "path.cg-area"
"""One drawn area of our map."""
OURS = ("/app/static/",)
"""What our maps fetch; the rest is streamlit's own program, the same for every app."""
QUIET_MS = 2_500
ROUNDS = 3


def rows() -> Iterator[Row]:
    """Measure the app in a real browser; one row a figure."""
    with chromium() as browser:
        with _served() as server:
            yield from _traffic(browser, server)
        for path, name, bar in ((LONDON, "Greater London", 600), (BRITAIN, "Great Britain", 1200)):
            with _served() as server:
                yield _memory(browser, server, path, name, bar)
        yield _cold_start(browser)


@contextmanager
def _served() -> Iterator[Server]:
    with serving(ROOT / "app.py") as server:
        await_ready(server)
        yield server


def _traffic(browser: Browser, server: Server) -> Iterator[Row]:
    page, traffic = watched_page(browser)
    _open(page, server.url + LONDON)  # the first visitor of a server waits for its caches
    page.context.close()
    page, traffic = watched_page(browser)
    _open(page, server.url + LONDON)
    socket, files = traffic.websocket_bytes(), traffic.http_bytes_below(*OURS)
    yield Row("first map of Greater London's wards: all bytes", (socket + files) / 1e3, "kB", 500,
              "less", "websocket payload before compression; files as sent")  # fmt: skip
    yield Row("  of which the websocket", socket / 1e3, "kB", 40, "less")
    yield from _acted(page, traffic, "a click on a ward", _click)
    yield from _acted(page, traffic, "recolouring: another lens", _choose_lens)
    yield from _acted(page, traffic, "switching a layer: council districts for wards", _switch)
    page.context.close()


def _open(page: Page, url: str) -> None:
    page.goto(url, wait_until="commit")
    await_map(page, AREA)
    page.wait_for_timeout(QUIET_MS)


def _acted(page: Page, traffic: Traffic, what: str, act: Callable[[Page], None]) -> Iterator[Row]:
    traffic.reset()
    act(page)
    page.wait_for_timeout(QUIET_MS)
    moved = traffic.websocket_bytes() + traffic.http_bytes_below(*OURS)
    yield Row(f"{what}: bytes", moved / 1e3, "kB", 60, "less")
    yield Row(f"{what}: server time", traffic.server_s(), "s", 0.4, "less",
              "from the first frame sent to the end of the last run")  # fmt: skip


def _click(page: Page) -> None:
    box = page.locator(MAP_FRAME).first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.45)


def _choose_lens(page: Page) -> None:
    page.get_by_role("combobox", name="Count").click()
    page.get_by_role("option", name="postcodes", exact=True).click()


def _switch(page: Page) -> None:
    box = page.get_by_role("combobox", name="Smallest areas")
    box.click()
    box.fill("Council district")
    page.get_by_role("option", name="Council district", exact=True).click()


def _memory(browser: Browser, server: Server, path: str, name: str, bar: float) -> Row:
    page, _ = watched_page(browser)
    _open(page, server.url + path)
    page.context.close()
    return Row(f"server memory, {name} open", server.memory_mb(), "MB", bar, "less")


def _cold_start(browser: Browser) -> Row:
    ours, empty = [], []
    with tempfile.TemporaryDirectory() as folder:
        bare = prepare_empty_app(Path(folder))
        for _ in range(ROUNDS):
            empty.append(cold_start_s(browser, bare, cwd=bare.parent))
            ours.append(cold_start_s(browser, ROOT / "app.py", path=LONDON, drawn=AREA))
    ratio = statistics.median(o / e for o, e in zip(ours, empty, strict=True))
    note = f"medians {statistics.median(ours):.1f} s and {statistics.median(empty):.1f} s"
    return Row("cold start to drawn map, against an empty app", ratio, "x", 2.5, "less", note)
