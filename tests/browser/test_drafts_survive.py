"""A file that is looked at survives a reload, and the death of the server's process, in one tab."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect
from reader import CAMDEN, LOADED_MS, Reader

from benchmarks.server import ROOT, Server, await_ready, serving

pytestmark = pytest.mark.browser
MESSY = b"""Organisation,Where
Heath Hub,Kentish Town North
Quiet Trust,Abbey
Nowhere Trust,Zzyzx qqq
"""
ANSWERED, HERE_AGAIN = "One answer to apply.", "“partners.csv” is here again"


class Mortal:
    """A server on one port that can be ended with kill -9 and started again."""

    def __init__(self, running: ExitStack) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._running = running
        self.server = self.start()

    def start(self) -> Server:
        self.server = self._running.enter_context(serving(ROOT / "app.py", port=self.port))
        await_ready(self.server)
        return self.server

    def die(self) -> None:
        self.server.process.kill()
        self.server.process.wait()


@pytest.fixture(scope="module")
def mortal() -> Iterator[Mortal]:
    with ExitStack() as running:
        yield Mortal(running)


def look(page: Page, mortal: Mortal) -> Reader:
    """Put a file in and answer a question about it."""
    reader = Reader(page, mortal.server.url).open("upload", place=CAMDEN)
    box = page.locator("[data-testid=stFileUploader]", has_text="Upload a file")
    file = FilePayload(name="partners.csv", mimeType="text/csv", buffer=MESSY)
    box.locator("input[type=file]").set_input_files(file)
    reader.says("1 row matched")
    open_questions(reader).get_by_text("Abbey (ward of Merton)").click()
    expect(page.get_by_text(ANSWERED)).to_be_visible()
    return reader


def open_questions(reader: Reader) -> Locator:
    reader.page.get_by_role("radio", name="Need a decision").click()
    return reader.page.get_by_role("radiogroup", name="1 row says “Abbey”")


def find_again(reader: Reader) -> None:
    """See that the file is here, and the answer that was given before."""
    expect(reader.page.get_by_text(HERE_AGAIN)).to_be_visible()
    open_questions(reader)
    expect(reader.page.get_by_text(ANSWERED)).to_be_visible()


@pytest.fixture(scope="module")
def reader(window: BrowserContext, mortal: Mortal) -> Iterator[Reader]:
    """Look at a file in one tab, in which the server's process ends, and which is loaded anew."""
    page = window.new_page()
    page.bring_to_front()
    yield look(page, mortal)
    page.close()


def test_kill_9_and_a_new_process_lose_neither_and_the_tab_goes_on(
    reader: Reader, mortal: Mortal
) -> None:
    mortal.die()
    mortal.start()
    expect(reader.page.get_by_text(HERE_AGAIN)).to_be_visible(timeout=LOADED_MS)
    reader.rested()
    find_again(reader)


def test_a_reload_loses_neither_the_file_nor_an_answer(reader: Reader) -> None:
    page, dropped = reader.page, len(reader.errors)  # its browser tells that the link had dropped
    page.reload()
    reader.says("1 row matched")
    find_again(reader)
    page.get_by_role("button", name="Apply my answers").click()
    reader.says("1 row matched, 1 was corrected")
    page.get_by_label("Name of the new workspace").fill("Went on")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved: three organisations of this file in")).to_be_visible()
    assert reader.errors[dropped:] == []
