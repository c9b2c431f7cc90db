"""The door of a real server: a raw client clears no caches, and a browser is told what is full."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Origin
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from benchmarks.server import Server, await_ready, serving
from pages.shared import admission

SCRIPT = Path(__file__).parent / "apps" / "door.py"
ROOT = Path(__file__).resolve().parents[2]
TURN = BackMsg()
TURN.rerun_script.query_string = ""


def run(socket: ClientConnection, message: BackMsg = TURN) -> str:
    """Let the page run, and return what it says."""
    said, kind = "", ""
    socket.send(message.SerializeToString())
    while kind != "script_finished":
        heard = ForwardMsg.FromString(socket.recv(30, decode=False))
        kind = str(heard.WhichOneof("type"))
        if kind == "delta" and heard.delta.new_element.WhichOneof("type") == "text":
            said = heard.delta.new_element.text.body
    return said


def clear_between(server: Server) -> list[str]:
    """Let the page run twice, ask to clear the caches, and let it run once more."""
    await_ready(server)
    with connect(f"{server.url.replace('http', 'ws', 1)}/_stcore/stream") as socket:
        said = [run(socket), run(socket)]
        socket.send(BackMsg(clear_cache=True).SerializeToString())
        return [*said, run(socket)]


def test_a_message_that_clears_the_caches_of_everybody_is_refused():
    with serving(SCRIPT) as server:
        assert clear_between(server) == ["runs: 1", "runs: 2", "runs: 3"]
    with serving(SCRIPT, env={"DOOR_IS_OPEN": "1"}) as server:  # what streamlit does by itself
        assert clear_between(server) == ["runs: 1", "runs: 2", "runs: 1"]


@pytest.mark.browser
def test_a_file_too_many_is_told_in_the_box_that_it_was_put_into(page, serve):
    page.goto(serve(SCRIPT))
    box = page.locator("[data-testid=stFileUploader]")
    for name in ("one.csv", "two.csv"):
        file = {"name": name, "mimeType": "text/csv", "buffer": b"a,b\n"}
        box.locator("input[type=file]").set_input_files(file)
        expect(box.get_by_text(name)).to_be_visible()
    expect(box).to_contain_text(admission.OF_SESSION)
    expect(box.get_by_text(re.compile("AxiosError|status code"))).to_have_count(0)


@pytest.mark.browser
def test_the_key_that_clears_caches_elsewhere_does_nothing_here(page, serve):
    page.goto(f"{serve('app.py')}/upload")
    page.wait_for_selector(".cg-finding")
    page.locator("h1").click()
    page.keyboard.press("c")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.wait_for_timeout(500)
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.browser
def test_an_address_that_is_not_ours_is_told_and_so_is_a_full_server(page, tmp_path):
    env = {
        "STREAMLIT_SERVER_ALLOWED_HOSTS": "127.0.0.1",
        admission.VARIABLE: "1",
    }
    log = tmp_path / "log"
    with log.open("wb") as said, serving(ROOT / "app.py", env=env, log=said) as server:
        await_ready(server)
        stream = f"{server.url.replace('http', 'ws', 1)}/_stcore/stream"
        with pytest.raises(InvalidStatus):  # as of a page of another site, in somebody's browser
            connect(stream, origin=Origin("https://evil.example"))
        page.goto(server.url)
        page.wait_for_selector(".cg-finding")
        late = page.context.new_page()
        late.goto(server.url)
        expect(late.get_by_role("heading")).to_have_text(admission.FULL[0])
        late.goto(server.url.replace("127.0.0.1", "localhost"))
        expect(late.get_by_role("heading")).to_have_text(admission.NOT_HERE[0])
        page.goto("about:blank")
        for _ in range(20):  # the server notices in a moment that she has left
            late.goto(server.url)
            if late.locator("h1").first.text_content(timeout=20_000) != admission.FULL[0]:
                break
            late.wait_for_timeout(250)
        late.wait_for_selector(".cg-finding")
    assert "disallowed Origin" in log.read_text()
    assert "external IP" not in log.read_text()  # what streamlit says once it has asked for it
