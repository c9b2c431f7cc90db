"""A real Chromium without the network, and streamlit servers for it to look at."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Request,
    WebError,
    sync_playwright,
)
from reader import Visit, visits

from benchmarks.browser import (
    VIEWPORT,
    chromium,
    executable,
    remembering_window,
)
from benchmarks.server import ROOT, await_ready, serving
from mapping.errors import MappingError

LOOPBACK = {"127.0.0.1", "localhost"}

STORED = "cookies,local_storage,indexeddb,cache_storage,service_workers"
"""What a page may keep in a browser, other than the files it loaded."""

Serve = Callable[..., str]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Start what drives a browser; where there is none, skip, or fail in CI."""
    try:
        executable()
    except MappingError as missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(missing))
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Start a headless Chromium that knows nothing of what other windows do."""
    with chromium(playwright) as started:
        yield started


@pytest.fixture(scope="session")
def window(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """Open the window whose tabs the tests look at; it keeps the app's scripts once compiled."""
    with remembering_window(playwright, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="session")
def other_window(browser: Browser) -> Iterator[BrowserContext]:
    """Open another window, which knows nothing of what the first one's tabs do."""
    context = browser.new_context(viewport=VIEWPORT)
    yield context
    context.close()


@contextmanager
def fresh_tab(window: BrowserContext) -> Iterator[Page]:
    """Open a tab that finds nothing stored; whatever else its window opens ends with it."""
    others = {*window.pages}
    opened = window.new_page()
    opened.bring_to_front()  # a tab behind others draws nothing, and is waited for in vain
    try:
        yield opened
    finally:
        session = window.new_cdp_session(opened)
        for address in {_origin(page.url) for page in window.pages} - {""}:
            kept = {"origin": address, "storageTypes": STORED}
            session.send("Storage.clearDataForOrigin", kept)
        for page in {*window.pages} - others:
            page.close()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


@pytest.fixture
def page(window: BrowserContext) -> Iterator[Page]:
    """Open a fresh tab whose only network is this machine.

    ``page.refused`` lists what was asked of anywhere else, ``page.faults`` what scripts threw.
    """
    refused: list[str] = []
    faults: list[str] = []

    def note(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.hostname not in LOOPBACK:
            refused.append(request.url)

    def note_fault(fault: WebError) -> None:
        faults.append(str(fault.error))

    with fresh_tab(window) as opened:
        opened.refused, opened.faults = refused, faults  # type: ignore[attr-defined]
        window.on("request", note)
        window.on("weberror", note_fault)
        yield opened
        window.remove_listener("request", note)
        window.remove_listener("weberror", note_fault)


@pytest.fixture
def other_page(other_window: BrowserContext) -> Iterator[Page]:
    """Open a fresh tab in another browser than ``page`` is in, as far as a page can tell."""
    with fresh_tab(other_window) as opened:
        yield opened


@pytest.fixture(scope="session")
def serve() -> Iterator[Serve]:
    """Return a function that serves a streamlit script and gives its address.

    ``serve("app.py", base="here")`` takes a path from the project's root (or an absolute one) and
    the path to serve it below. The same script is served once for all tests of a process, which
    share a database whoever serves it; what one reader chooses stays in that reader's session.
    """
    with ExitStack() as servers:
        running: dict[tuple[str, str], str] = {}

        def start(script: str | Path, base: str = "") -> str:
            key = (str(script), base)
            if key not in running:
                running[key] = _start(servers, ROOT / script, base)
            return running[key]

        yield start


def _start(servers: ExitStack, script: Path, base: str) -> str:
    log = servers.enter_context(tempfile.NamedTemporaryFile(suffix=".log"))  # noqa: SIM115
    server = servers.enter_context(serving(script, base=base, log=log.file))
    try:
        await_ready(server)
    except MappingError as late:
        pytest.fail(f"{late}\n{Path(log.name).read_text(errors='replace')[-3000:]}")
    return server.url


@pytest.fixture(scope="session")
def visit(window: BrowserContext, serve: Serve) -> Iterator[Visit]:
    """Return a function that opens each view of the app once, for tests that only look."""
    with visits(window, serve("app.py")) as opened:
        yield opened
