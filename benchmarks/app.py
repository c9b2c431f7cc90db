"""The app beside its bars: bytes and time of the first map and of clicks, start and memory."""

import statistics
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.bars import Row
from benchmarks.browser import (
    MAP_FRAME,
    Traffic,
    await_answer,
    await_map,
    chromium,
    cold_start_s,
    watched_page,
)
from benchmarks.server import (
    ROOT,
    Server,
    await_ready,
    prepare_empty_app,
    processor_s,
    serving,
)

LONDON = "/?place=county.greater-london"
BRITAIN = "/?place=britain.gb"
OVER = f"{LONDON}&over=icb,borough,police_bcu,mental_health_trust,assembly_constituency"
"""London with as many layers drawn as can be."""
FINE = f"{LONDON}&base=lsoa&over=postal_sector,postal_district,icb,borough"
"""The same with layers that are not made of wards: their cells are derived first."""
WRITE_MS = """(canvas) => {
  const begun = performance.now();
  canvas.cgWrite();
  canvas.getContext("2d").getImageData(0, 0, 1, 1);
  return performance.now() - begun;
}"""
AREA = "path.cg-area"
"""One drawn area of our map."""
AREAS = f"{AREA}, .leaflet-cg-areas-pane canvas"
"""The same, or all areas where they are too many for elements of their own."""
OURS = ("/app/static/",)
"""What our maps fetch; the rest is streamlit's own program, the same for every app."""
OPENED = (
    (LONDON, "Greater London", 600),
    (OVER, "Greater London with five layers drawn", 500),
    (FINE, "Greater London with five layers of small areas drawn", 500),
    (BRITAIN, "Great Britain", 1200),
)
"""What is opened by a server's first visitor, and what its memory may then be (MB)."""
ROUNDS = 3
SPOTS = ((0.50, 0.45), (0.42, 0.55), (0.58, 0.50), (0.50, 0.60), (0.45, 0.36))
"""Where the map is clicked, as shares of its width and height: all lie in London."""
LENSES = ("postcodes", "square kilometres of land", "estimated residents") * 2
"""Chosen one after the other: the first two are new to the server, the rest come back."""
LAYERS = (
    "Council area",
    "Integrated care board",
    "Police command (BCU)",
    "London Assembly constituency",
    "Ward",
)
"""Switched to one after the other: all but the last are new to the server."""


def rows() -> Iterator[Row]:
    """Measure the app in a real browser; one row a figure."""
    with sync_playwright() as playwright, chromium(playwright) as browser:
        with _served() as server:
            yield from _traffic(browser, server)
        for path, name, bar in OPENED:
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
    _open(page, traffic, server.url + LONDON)  # a server's first visitor waits for its caches
    page.context.close()
    page, traffic = watched_page(browser)
    _open(page, traffic, server.url + LONDON)
    socket, files = traffic.websocket_bytes(), traffic.http_bytes_below(*OURS)
    yield Row(
        "first map of Greater London's wards: all bytes",
        (socket + files) / 1e3,
        "kB",
        380,
        "less",
        "websocket payload before compression; files as sent",
    )
    yield Row("  of which the websocket", socket / 1e3, "kB", 35, "less")
    yield _names(page)
    acts = {
        "a click on a ward": [partial(_click, page, spot) for spot in SPOTS],
        "recolouring: another lens": [partial(_choose, page, "Count in", lens) for lens in LENSES],
        "switching a layer": [partial(_choose, page, "Smallest areas", one) for one in LAYERS],
    }
    for what, each in acts.items():
        yield from acted(what, [_measured(page, traffic, server, act) for act in each])
    page.context.close()


def _open(page: Page, traffic: Traffic, url: str) -> None:
    page.goto(url, wait_until="commit")
    await_map(page, AREAS)
    await_answer(page, traffic)


def _names(page: Page) -> Row:
    """Time how long all names of a map take to be placed and written, as after each move."""
    canvas = page.frame_locator(MAP_FRAME).first.locator("canvas.cg-names")
    canvas.wait_for(state="attached")
    taken_ms = statistics.median(canvas.evaluate(WRITE_MS) for _ in range(2 * ROUNDS + 1))
    return Row("names on the map, placed and written", taken_ms, "ms", 400, "less")


class Cost(NamedTuple):
    """What an act costs: bytes moved, seconds to the answer, and the processor's seconds."""

    size: int
    server_s: float
    processor_s: float


def _measured(page: Page, traffic: Traffic, server: Server, act: Callable[[], None]) -> Cost:
    traffic.reset()
    before_s = processor_s(server)
    act()
    await_answer(page, traffic)
    moved = traffic.websocket_bytes() + traffic.http_bytes_below(*OURS)
    return Cost(moved, traffic.server_s(), processor_s(server) - before_s)


def acted(what: str, found: Sequence[Cost]) -> Iterator[Row]:
    """Return the rows of one kind of act from the costs of each, in their order.

    The bars are held to the most bytes and to the median time; all acts count, the first too.
    """
    sizes, times_s, busy_s = zip(*found, strict=True)
    yield Row(
        f"{what}: bytes, the most of {len(found)}",
        max(sizes) / 1e3,
        "kB",
        25 if "click" in what else 60,
        "less",
    )
    yield Row(
        f"{what}: server time, median of {len(found)}",
        statistics.median(times_s),
        "s",
        0.4,
        "less",
        "from the first frame sent to the end of the last run",
    )
    yield Row(f"{what}: server time, the first after a start", times_s[0], "s")
    yield Row(f"{what}: server time, the slowest", max(times_s), "s")
    yield Row(
        f"{what}: processor time, median",
        statistics.median(busy_s),
        "s",
        note="what server time is without waiting for a core that other programs hold",
    )


def _click(page: Page, spot: tuple[float, float]) -> None:
    frame = page.locator(MAP_FRAME).first
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * spot[0], box["y"] + box["height"] * spot[1])


def _choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option, exact=True).click()


def _memory(browser: Browser, server: Server, path: str, name: str, bar: float) -> Row:
    page, traffic = watched_page(browser)
    _open(page, traffic, server.url + path)
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
    return Row("cold start to drawn map, against an empty app", ratio, "x", 1.7, "less", note)
