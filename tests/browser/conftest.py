"""A real Chromium without the network, and streamlit servers for it to look at."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request

from benchmarks.browser import chromium, executable
from benchmarks.server import ROOT, await_ready, serving
from mapping.errors import MappingError

LOOPBACK = {"127.0.0.1", "localhost"}

Serve = Callable[..., str]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one headless Chromium for all tests; where there is none, skip, or fail in CI."""
    try:
        executable()
    except MappingError as missing:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(str(missing))
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a fresh context whose only network is this machine.

    ``page.refused`` lists what was asked of anywhere else, ``page.faults`` what scripts threw.
    """
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    opened = context.new_page()
    refused: list[str] = []
    faults: list[str] = []
    opened.refused, opened.faults = refused, faults  # type: ignore[attr-defined]

    def note(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.hostname not in LOOPBACK:
            refused.append(request.url)

    context.on("request", note)
    context.on("weberror", lambda fault: faults.append(str(fault.error)))
    yield opened
    context.close()


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
