"""A real browser that counts bytes and time: what a map costs whoever looks at it."""

import base64
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from google.protobuf.message import DecodeError
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    ViewportSize,
)
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.server import ROOT, await_ready, serving
from mapping.errors import MappingError

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
"""The last one unplugs the internet and, unlike intercepting requests, leaves the cache on."""
VIEWPORT: ViewportSize = {"width": 1400, "height": 900}
MAP_FRAME = "iframe[src*='streamlit_folium']"
EMPTY_MAP = ".leaflet-container .leaflet-map-pane"
"""What an empty map has in its frame when it is drawn."""
TIMEOUT_S = 60
QUIET_S = 1.0
"""So long after the last word of server and files an act is over."""


@dataclass
class Traffic:
    """What went over the network since the last ``reset``.

    Attributes
    ----------
    http_bytes : by path, bytes received as sent (compressed, with headers; 0 from a cache)
    received, sent : websocket frames as (seconds, bytes); bytes are those of the payload
        before any compression
    begun, finished : seconds at which the server told that a run of the script began, was over
    """

    http_bytes: dict[str, int] = field(default_factory=dict)
    received: list[tuple[float, int]] = field(default_factory=list)
    sent: list[tuple[float, int]] = field(default_factory=list)
    begun: list[float] = field(default_factory=list)
    finished: list[float] = field(default_factory=list)
    _paths: dict[str, str] = field(default_factory=dict, repr=False)
    _awaited: set[str] = field(default_factory=set, repr=False)
    _heard: float = field(default=0.0, repr=False)

    def reset(self) -> None:
        """Forget what was counted so far."""
        for part in (self.http_bytes, self.received, self.sent, self.begun, self.finished):
            part.clear()

    def is_over(self) -> bool:
        """Tell whether something was asked and all is answered: runs finished, files there.

        And nothing was heard for ``QUIET_S``, in which the page might have asked again.
        """
        return (
            bool(self.sent)
            and 0 < len(self.begun) <= len(self.finished)
            and self.finished[-1] > self.sent[-1][0]
            and not self._awaited
            and time.perf_counter() > self._heard + QUIET_S
        )

    def websocket_bytes(self) -> int:
        """Return the bytes of all websocket frames, both ways."""
        return sum(size for _, size in (*self.received, *self.sent))

    def http_bytes_below(self, *beginnings: str) -> int:
        """Return the bytes of answers whose path begins in one of these ways."""
        return sum(size for path, size in self.http_bytes.items() if path.startswith(beginnings))

    def server_s(self) -> float:
        """Return seconds from the first frame sent to the last word of a finished run.

        That is the server's time and the way there and back, which is short on one machine.
        Raises MappingError if nothing was asked, or no answer came.
        """
        if not self.sent or not self.finished:
            raise MappingError(
                f"Expected a question and its answer; found {len(self.sent)} frames sent and "
                f"{len(self.finished)} finished runs. Act on the page, then await the result."
            )
        return self.finished[-1] - self.sent[0][0]

    def _listen(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._on_request)
        session.on("Network.loadingFinished", self._on_loaded)
        session.on("Network.loadingFailed", self._on_failed)
        session.on("Network.webSocketFrameSent", self._on_sent)
        session.on("Network.webSocketFrameReceived", self._on_received)
        session.send("Network.enable")

    def _on_request(self, event: dict[str, Any]) -> None:
        self._paths[event["requestId"]] = urlsplit(event["request"]["url"]).path
        self._awaited.add(event["requestId"])

    def _on_loaded(self, event: dict[str, Any]) -> None:
        path = self._paths.get(event["requestId"], "")
        size = int(event["encodedDataLength"])
        self.http_bytes[path] = self.http_bytes.get(path, 0) + size
        self._on_failed(event)

    def _on_failed(self, event: dict[str, Any]) -> None:
        self._awaited.discard(event["requestId"])
        self._heard = time.perf_counter()

    def _on_sent(self, event: dict[str, Any]) -> None:
        self.sent.append((event["timestamp"], len(_payload(event))))
        self._heard = time.perf_counter()

    def _on_received(self, event: dict[str, Any]) -> None:
        payload = _payload(event)
        self.received.append((event["timestamp"], len(payload)))
        self._heard = time.perf_counter()
        kind = _kind(payload)
        if kind == "new_session":
            self.begun.append(event["timestamp"])
        elif kind == "script_finished":
            self.finished.append(event["timestamp"])


def _payload(event: dict[str, Any]) -> bytes:
    answer = event["response"]
    text: str = answer["payloadData"]
    return base64.b64decode(text) if answer["opcode"] == 2 else text.encode()


def _kind(payload: bytes) -> str | None:
    """Return what a message of the server is; a run begins with "new_session"."""
    try:
        kind: str | None = ForwardMsg.FromString(payload).WhichOneof("type")
    except DecodeError:
        return None
    return kind


def executable() -> str:
    """Return the path of the Chromium that $CHROMIUM names or the system has.

    Raises MappingError if there is none.
    """
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), "")
    if not found:
        raise MappingError(
            f"Expected a Chromium; found none of {', '.join(CHROMIUM_NAMES)}. "
            "Install it (Debian: apt-get install chromium) or set CHROMIUM to its path."
        )
    return found


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Start a headless Chromium that reaches this machine and nothing else."""
    browser = playwright.chromium.launch(executable_path=executable(), args=CHROMIUM_ARGS)
    yield browser
    browser.close()


@contextmanager
def remembering_window(playwright: Playwright, profile: Path) -> Iterator[BrowserContext]:
    """Open a window, in a Chromium of its own, that keeps on disk what it compiled of scripts.

    Opening the app again takes it a quarter less processor time than other windows.
    """
    window = playwright.chromium.launch_persistent_context(
        profile, executable_path=executable(), args=CHROMIUM_ARGS, viewport=VIEWPORT
    )
    yield window
    window.close()


def watched_page(browser: Browser) -> tuple[Page, Traffic]:
    """Open an empty page, with an empty cache of its own, and watch it."""
    page = browser.new_context(viewport=VIEWPORT).new_page()
    traffic = Traffic()
    traffic._listen(page)
    return page, traffic


def await_map(page: Page, drawn: str = EMPTY_MAP) -> None:
    """Return when the first map of the page shows an element that fits ``drawn``."""
    shown = page.frame_locator(MAP_FRAME).first.locator(drawn).first
    shown.wait_for(state="attached", timeout=TIMEOUT_S * 1e3)


def await_answer(page: Page, traffic: Traffic, timeout_s: float = TIMEOUT_S) -> None:
    """Return when all that the page asked since the last ``reset`` is answered.

    Raises MappingError if that takes longer than ``timeout_s``, or nothing was asked.
    """
    until = time.perf_counter() + timeout_s
    while not traffic.is_over():
        if time.perf_counter() > until:
            raise MappingError(
                f"Expected a question and its answer within {timeout_s:g} s; found "
                f"{len(traffic.sent)} frames sent, {len(traffic.begun)} runs begun and "
                f"{len(traffic.finished)} finished. See whether the act reaches the page."
            )
        page.wait_for_timeout(50)


def cold_start_s(
    browser: Browser, script: Path, *, cwd: Path = ROOT, path: str = "/", drawn: str = EMPTY_MAP
) -> float:
    """Return the seconds from the start of a server to a drawn map in an open browser."""
    page, _ = watched_page(browser)
    with serving(script, cwd=cwd) as server:
        await_ready(server)
        page.goto(server.url + path, wait_until="commit")
        await_map(page, drawn)
        taken = time.perf_counter() - server.started
    page.context.close()
    return taken
