"""Two processes behind the proxy that ships: one app for whoever looks, whichever she is with."""

import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, WebError, expect
from reader import CAMDEN, MORAY, OLDHAM, WITH_AREAS, WITH_FINDING, Reader

from benchmarks import postgres
from benchmarks.browser import VIEWPORT
from benchmarks.proxy import COOKIE, Behind, behind_proxy, executable
from benchmarks.server import Server
from pages.shared import headers

pytestmark = pytest.mark.browser

Visit = Callable[[Server], Reader]
TEAMS = b"organisation,area\nNorth Kitchen (illustrative),NW5 2AA\nSouth Kitchen,Camden Square\n"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give one database for all: PostgreSQL where it is installed, else a file."""
    programs = postgres.programs()
    if programs is None:
        yield str(tmp_path_factory.mktemp("shared") / "workspaces.sqlite")
        return
    with postgres.running(programs, is_lasting=False) as url:
        yield postgres.database(url, "commonground")


@pytest.fixture(scope="module")
def behind(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    if not executable():
        missing = "HAProxy is not installed (Debian: apt-get install haproxy)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    with behind_proxy(2, Path(os.environ["COMMON_GROUND_CACHE"]), database) as running:
        yield running


@pytest.fixture
def visit(browser: Browser, behind: Behind) -> Iterator[Visit]:
    """Return a function that opens a window which the proxy leads to a process.

    What a policy forbids in it is among the reader's ``errors``.
    """
    with ExitStack() as opened:

        def come(to: Server) -> Reader:
            context = browser.new_context(viewport=VIEWPORT)
            opened.callback(context.close)
            stay_with(context, behind, to)
            reader = Reader(context.new_page(), behind.url)
            _note_faults(context, reader)
            return reader

        yield come


def stay_with(context: BrowserContext, behind: Behind, to: Server) -> None:
    port = str(urlsplit(to.url).port)
    context.add_cookies([{"name": COOKIE, "value": port, "url": behind.url}])


def _note_faults(context: BrowserContext, reader: Reader) -> None:
    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            reader.errors.append(message.text)

    def note_fault(fault: WebError) -> None:
        reader.errors.append(str(fault.error))

    context.on("console", note)
    context.on("weberror", note_fault)


WITH_SPOT = ("", "who_works_here", "gaps", "partner_sets")
"""The pages whose address tells where their map was clicked."""


def process_of(context: BrowserContext) -> str:
    return next(cookie["value"] for cookie in context.cookies() if cookie["name"] == COOKIE)


def test_no_page_does_what_its_policy_forbids(behind: Behind, visit: Visit) -> None:
    """Pages are turned, which is one document for all: what comes with each is tried below."""
    reader = visit(behind.processes[0]).open(WITH_FINDING[0], place=CAMDEN)
    for name in WITH_FINDING:
        if name != reader.name:
            reader.turn(name, place=CAMDEN)
        if name in WITH_AREAS:
            shape = reader.map().locator("path.cg-area").first
            reader.page.mouse.click(*reader.point_in(shape))
            if name in WITH_SPOT:  # a page that is turned before the click is told keeps the click
                expect(reader.page).to_have_url(re.compile("[?&](at|ward|set)="))
            reader.rested()
    reader.turn("mismatches", place=OLDHAM, a="ward", b="postal_district")
    reader.map()
    chart = reader.page.locator("[data-testid=stVegaLiteChart]").first
    expect(chart.locator("canvas, svg").first).to_be_visible()
    reader.turn("gaps", place=MORAY, projector="1")
    reader.map()
    assert reader.errors == []
    assert reader.outside == []
    assert process_of(reader.page.context) == str(urlsplit(behind.processes[0].url).port)


def test_the_policies_come_once_with_pages_and_with_frames(behind: Behind) -> None:
    frame = "/component/streamlit_folium.st_folium/index.html"
    for path, policy in (
        ("/", headers.write_page_policy()),
        ("/gaps", headers.write_page_policy()),
        (frame, headers.write_frame_policy()),
    ):
        with urllib.request.urlopen(behind.url + path) as answer:
            assert answer.headers.get_all("Content-Security-Policy") == [policy], path
            assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"], path
            assert len(answer.headers.get_all("X-Frame-Options")) == 1, path
            assert len(answer.headers.get_all("Referrer-Policy")) == 1, path


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/ready"])
def test_what_is_for_programs_is_not_let_through(behind: Behind, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(behind.url + path)
    assert refused.value.code == 404


def test_what_is_saved_by_one_process_is_seen_by_the_other(behind: Behind, visit: Visit) -> None:
    first, second = behind.processes
    reader = visit(first).open("upload", place=CAMDEN)
    box = reader.page.locator("[data-testid=stFileUploader]", has_text="Upload a file")
    file = {"name": "teams.csv", "mimeType": "text/csv", "buffer": TEAMS}
    box.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    reader.says("matched")
    reader.page.get_by_label("Name of the new workspace").fill("Kitchens")
    reader.page.get_by_role("button", name="Save", exact=True).click()
    expect(reader.page.get_by_text("Saved: two organisations of this file in")).to_be_visible()
    assert "workspace" in reader.link()
    saved = reader.page.url

    other = visit(second).paste(saved)
    assert other.sentence.startswith("“Kitchens” has two organisations")
    assert process_of(other.page.context) == str(urlsplit(second.url).port)

    stay_with(reader.page.context, behind, second)  # as where her own process has ended
    reader.paste(saved)
    assert reader.sentence == other.sentence
    assert reader.errors == []
    assert other.errors == []


def test_who_is_with_a_process_that_ends_goes_on_with_the_other(
    behind: Behind, visit: Visit
) -> None:
    first, second = behind.processes  # the last test of this file: one of them is gone after it
    reader = visit(first).open("gaps", place=CAMDEN)
    reader.map()
    said = reader.sentence
    first.process.terminate()
    first.process.wait(timeout=20)
    reader.open("gaps", place=CAMDEN)
    assert reader.sentence == said
    reader.map()
    assert process_of(reader.page.context) == str(urlsplit(second.url).port)
    assert reader.errors == []
