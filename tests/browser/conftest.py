"""A real Chromium without the network, and streamlit servers for it to look at."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Nothing but this machine can be reached: names and addresses alike are not found.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
LOOPBACK = {"127.0.0.1", "localhost"}
START_S = 60

Serve = Callable[..., str]


def _chromium() -> str:
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        words = (
            "No Chromium was found: install it (Debian: apt-get install chromium) or set CHROMIUM."
        )
        if os.environ.get("CI"):
            pytest.fail(words)
        pytest.skip(words)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one headless Chromium for all tests."""
    executable = _chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
        yield started
        started.close()


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


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """Return a function that serves a streamlit script and gives its address.

    ``serve("app.py", server_baseUrlPath="here")`` takes a path from the project's root (or an
    absolute one) and streamlit's options with ``_`` for the dot. The same script with the same
    options is served once a module; servers end with the module.
    """
    with ExitStack() as servers:
        running: dict[tuple[object, ...], str] = {}

        def start(script: str | Path, **options: object) -> str:
            key = (str(script), *sorted(options.items()))
            if key not in running:
                running[key] = _start(servers, ROOT / script, options)
            return running[key]

        yield start


def _start(servers: ExitStack, script: Path, options: dict[str, object]) -> str:
    port = _free_port()
    settings = {
        "server_port": port,
        "server_address": "127.0.0.1",
        "server_headless": "true",
        "server_enableStaticServing": "true",
        "server_fileWatcherType": "none",
        "browser_gatherUsageStats": "false",
        **options,
    }
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += [f"--{name.replace('_', '.')}={value}" for name, value in settings.items()]
    log = servers.enter_context(tempfile.NamedTemporaryFile(suffix=".log"))  # noqa: SIM115
    process = subprocess.Popen(
        command,
        cwd=ROOT if script.is_relative_to(ROOT) else script.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    servers.callback(_stop, process)
    address = f"http://127.0.0.1:{port}"
    base = str(options.get("server_baseUrlPath", "")).strip("/")
    if base:
        address += f"/{base}"
    _await_health(address, process, Path(log.name))
    return address


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_health(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"streamlit did not start at {address}:\n{log.read_text(errors='replace')[-3000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=10)
