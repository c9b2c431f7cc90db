"""What reaches the app: hosts, paths, messages, files and numbers, each refused in words."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import looping
import pytest
from google.protobuf.message import DecodeError
from hypothesis import given
from hypothesis import strategies as st
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from mapping.drawing import webmap
from pages.shared import admission, headers, serving

STREAM = "/_stcore/stream"


class Behind:
    """What stands behind the admission: notes what reaches it, and answers."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        self.heard: list[bytes] = []
        self.hold: asyncio.Event | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.reached.append(scope["path"])
        if scope["type"] == "http":
            if self.hold:
                await self.hold.wait()
            kind = [(b"content-type", b"text/html; charset=utf-8"), (b"x-frame-options", b"ALLOW")]
            await send({"type": "http.response.start", "status": 200, "headers": kind})
            await send({"type": "http.response.body", "body": b"whole"})
            return
        named = ForwardMsg()
        named.new_session.initialize.session_id = "mine"
        await send({"type": "websocket.send", "bytes": named.SerializeToString()})
        while (message := await receive())["type"] == "websocket.receive":
            self.heard.append(message.get("bytes") or b"")


def ask(
    door: admission.Admission, path: str = "/", method: str = "GET", **sent: str
) -> tuple[int, dict[str, str], str]:
    return looping.run(_ask(door, path, method, **sent))


async def _ask(door: Any, path: str, method: str = "GET", **sent: str) -> Any:
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    told = {"host": "127.0.0.1:8501", "accept": "text/html,*/*"} | sent
    pairs = [(name.replace("_", "-").encode(), text.encode()) for name, text in told.items()]
    scope = {"type": "http", "path": path, "method": method, "headers": pairs}
    await door(scope, receive, send)
    found = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return said[0]["status"], found, said[1]["body"].decode()


def talk(door: Any, *messages: bytes) -> list[Any]:
    """Connect, say some things and leave; returns what was said back."""
    return looping.run(_talk(door, *messages))


async def _talk(door: Any, *messages: bytes) -> list[Any]:
    said: list[Any] = []
    queue = [
        {"type": "websocket.connect"},
        *({"type": "websocket.receive", "bytes": one} for one in messages),
        {"type": "websocket.disconnect"},
    ]

    async def receive() -> Any:
        return queue.pop(0)

    async def send(message: Any) -> None:
        said.append(message)

    async def behind(scope: Any, receiving: Any, sending: Any) -> None:
        await receiving()  # "connect"
        await door_app(scope, receiving, sending)

    door_app, door._app = door._app, behind
    try:
        await door({"type": "websocket", "path": STREAM, "headers": []}, receive, send)
    finally:
        door._app = door_app
    return said


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def door(behind: Behind) -> admission.Admission:
    return admission.Admission(behind)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, Any]]:
    """Return the files that the server holds, by session and file."""
    files: dict[str, dict[str, Any]] = {}
    manager = SimpleNamespace(uploaded_file_mgr=SimpleNamespace(file_storage=files))
    monkeypatch.setattr(admission.runtime, "exists", lambda: True)
    monkeypatch.setattr(admission.runtime, "get_instance", lambda: manager)
    return files


@pytest.fixture
def only_here() -> Iterator[None]:
    config.set_option("server.allowedHosts", ["maps.example", "127.0.0.1"])
    yield
    config.set_option("server.allowedHosts", [])


def file_of(size: int) -> Any:
    return SimpleNamespace(data=bytes(size))


def message(**kind: Any) -> bytes:
    return BackMsg(**kind).SerializeToString()


OTHERS = [
    message(clear_cache=True),
    message(set_run_on_save=True),
    message(load_git_info=True),
    message(debug_disconnect_websocket=True),
    message(debug_shutdown_runtime=True),
]


@pytest.mark.parametrize("refused", OTHERS)
def test_messages_that_no_reader_needs_do_not_reach_the_app(
    door: admission.Admission, behind: Behind, refused: bytes
) -> None:
    wanted = BackMsg()
    wanted.rerun_script.query_string = "place=borough.E09000007"
    talk(door, refused, wanted.SerializeToString(), refused * 3)
    assert behind.heard == [wanted.SerializeToString()]


def test_every_message_of_streamlit_is_let_in_or_refused_by_its_name() -> None:
    fields = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    assert fields >= admission.KINDS
    assert fields - admission.KINDS == {
        "clear_cache",
        "set_run_on_save",
        "load_git_info",
        "debug_disconnect_websocket",
        "debug_shutdown_runtime",
    }


@given(st.binary(min_size=1, max_size=60))
def test_no_bytes_whatever_clear_a_cache(content: bytes) -> None:
    behind = Behind()
    talk(admission.Admission(behind), content + message(clear_cache=True))
    for heard in behind.heard:
        with suppress(DecodeError):  # streamlit ends a connection that says such a thing
            assert BackMsg.FromString(heard).WhichOneof("type") in admission.KINDS


def test_a_host_that_is_not_ours_gets_a_sentence(
    door: admission.Admission, behind: Behind, only_here: None
) -> None:
    assert ask(door, host="maps.example")[0] == 200
    assert ask(door, host="127.0.0.1:8501")[0] == 200
    for host in ("evil.example", "maps.example.evil.example", "", "maps.example@evil.example"):
        status, _, said = ask(door, host=host)
        assert status == 421
        assert "does not answer at this address" in said
        assert "evil" not in said
    assert ask(door, "/_stcore/health", host="10.0.0.7")[0] == 200
    assert ask(door, "/base/ready", host="10.0.0.7")[0] == 200
    assert len(behind.reached) == 4


def test_without_a_list_any_host_is_answered(door: admission.Admission) -> None:
    assert ask(door, host="a-laptop.local:8501")[0] == 200


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/mcp", "/b/_stcore/metrics"])
def test_paths_for_programs_are_closed(
    door: admission.Admission, behind: Behind, path: str
) -> None:
    assert ask(door, path)[0] == 404
    assert behind.reached == []


def test_answers_have_each_header_once(door: admission.Admission) -> None:
    _, told, _ = ask(door)
    assert told["content-security-policy"] == headers.write_page_policy()
    assert told["x-frame-options"] == "DENY"
    assert told["x-content-type-options"] == "nosniff"
    assert told["referrer-policy"] == "same-origin"
    _, told, _ = ask(door, "/component/streamlit_folium.st_folium/index.html")
    assert told["content-security-policy"] == headers.write_frame_policy()
    assert told["x-frame-options"] == "SAMEORIGIN"


def test_policies_allow_nothing_but_what_is_said() -> None:
    page, frame = headers.write_page_policy(), headers.write_frame_policy()
    for policy in (page, frame):
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe-eval" not in policy
        assert "*" not in policy
    assert "frame-ancestors 'none'" in page
    assert "frame-ancestors 'self'" in frame
    scripts = next(part for part in page.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in scripts
    assert scripts.count("sha256-") == 1
    assert "//" not in page
    assert webmap.ONLINE_TILES["url"].startswith(f"{headers.STREET_MAP}/")


def test_a_full_server_says_so_and_serves_those_who_are_in(
    door: admission.Admission, behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(admission.VARIABLE, "2")
    door._open = 2
    status, told, said = ask(door, "/gaps")
    assert status == 503
    assert told["retry-after"] == "60"
    assert "full just now" in said
    assert "<p>" in said
    for path, accept in (
        ("/_stcore/health", "*/*"),
        ("/app/static/geo/a.json", "*/*"),
        ("/component/streamlit_folium.st_folium/index.html", "text/html"),
        ("/media/a.csv", "text/html"),
        ("/static/js/index.js", "*/*"),
    ):
        assert ask(door, path, accept=accept)[0] == 200
    talk(door, message(app_heartbeat=True))  # whose page was sent a moment before
    assert behind.heard
    assert door._open == 2
    door._open = 2 + admission.MAX_LATE
    assert talk(door, message(app_heartbeat=True)) == [{"type": "websocket.close", "code": 1013}]
    door._open = 1
    assert ask(door, "/gaps")[0] == 200


@pytest.mark.parametrize("said", ["", "many", "-3", "1e3"])
def test_a_number_of_sessions_that_is_none_counts_as_unsaid(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(admission.VARIABLE, said)
    assert admission.read_max_sessions() == admission.MAX_SESSIONS


def put(door: admission.Admission, session: str, size: int | str) -> tuple[int, str]:
    path = f"/_stcore/upload_file/{session}/a-file"
    status, _, said = ask(door, path, "PUT", content_length=str(size))
    return status, said


def test_files_of_one_session_have_a_limit(
    door: admission.Admission, held: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "MAX_SESSION_BYTES", 100)
    held["mine"] = {"a": file_of(60)}
    assert put(door, "mine", 40) == (200, "whole")
    assert put(door, "mine", 41) == (413, admission.OF_SESSION)
    assert put(door, "other", 41) == (200, "whole")
    held["mine"] = {str(n): file_of(0) for n in range(admission.MAX_SESSION_FILES)}
    assert put(door, "mine", 1) == (413, admission.OF_SESSION)
    held["mine"] = {}
    assert put(door, "mine", 41) == (200, "whole")


def test_files_of_all_sessions_have_a_limit(
    door: admission.Admission, held: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "MAX_BYTES", 100)
    held |= {"one": {"a": file_of(50)}, "two": {"a": file_of(30)}}
    assert put(door, "mine", 20) == (200, "whole")
    assert put(door, "mine", 21) == (413, admission.OF_ALL)


@pytest.mark.parametrize("length", ["", "-1", "12a"])
def test_a_file_without_a_size_is_not_taken(door: admission.Admission, length: str) -> None:
    assert put(door, "mine", length) == (411, admission.NO_LENGTH)


def test_files_on_their_way_count_as_well(
    door: admission.Admission,
    behind: Behind,
    held: dict[str, dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission, "MAX_SESSION_BYTES", 100)
    path = "/_stcore/upload_file/mine/a"

    async def send_two() -> list[int]:
        behind.hold = asyncio.Event()
        first = asyncio.create_task(_ask(door, path, "PUT", content_length="60"))
        await asyncio.sleep(0)
        status, *_ = await _ask(door, path, "PUT", content_length="60")
        behind.hold.set()
        return [(await first)[0], status]

    assert looping.run(send_two()) == [200, 413]
    assert not door._coming
    assert put(door, "mine", 60)[0] == 200


def test_a_reader_is_told_before_she_sends_a_file_for_which_there_is_no_room(
    door: admission.Admission,
    behind: Behind,
    held: dict[str, dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission, "MAX_SESSION_BYTES", 100)
    asked = BackMsg()
    asked.file_urls_request.request_id = "a-request"
    asked.file_urls_request.file_names.append("teams.csv")
    held["mine"] = {"a": file_of(99)}
    talk(door, asked.SerializeToString())
    assert behind.heard == [asked.SerializeToString()]
    held["mine"] = {"a": file_of(100)}
    *_, last = talk(door, asked.SerializeToString())
    answer = ForwardMsg.FromString(last["bytes"]).file_urls_response
    assert (answer.response_id, answer.error_msg) == ("a-request", admission.OF_SESSION)
    assert len(behind.heard) == 1
    held["mine"] = {}
    asked.file_urls_request.file_names.extend(["a.csv"] * admission.MAX_SESSION_FILES)
    talk(door, asked.SerializeToString())
    assert len(behind.heard) == 1


def test_room_is_promised_once_and_given_back_by_whoever_leaves(
    door: admission.Admission, held: dict[str, dict[str, Any]]
) -> None:
    """Two files that are put in at once are not both told that there is room for one."""
    most = admission.MAX_SESSION_FILES
    assert door.promise("mine", most) == ""
    assert door.promise("mine", 1) == admission.OF_SESSION
    assert door.promise("another", 1) == ""
    assert put(door, "mine", 60)[0] == 200  # one of those that were promised
    assert door.promise("mine", 1) == ""
    held["mine"] = {str(number): file_of(1) for number in range(most)}
    assert put(door, "mine", 60)[0] == 413
    held["mine"] = {}
    asked = BackMsg()
    asked.file_urls_request.file_names.append("teams.csv")
    for _ in range(2 * most):
        *_, _last = talk(door, asked.SerializeToString())
    assert door.promise("", most) == ""  # whoever talked has left, each time


def test_a_promise_of_room_ends(door: admission.Admission, monkeypatch: pytest.MonkeyPatch) -> None:
    assert door.promise("mine", admission.MAX_SESSION_FILES) == ""
    monkeypatch.setattr(admission, "MAX_UPLOAD_S", 0.0)
    assert door.promise("mine", 1) == ""


def test_a_file_that_never_arrives_gives_its_room_back(
    door: admission.Admission, behind: Behind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "MAX_UPLOAD_S", 0.01)

    async def send() -> Any:
        behind.hold = asyncio.Event()
        return await _ask(door, "/_stcore/upload_file/mine/a", "PUT", content_length="60")

    status, _, said = looping.run(send())
    assert (status, said) == (408, admission.TOO_SLOW)
    assert not door._coming


def test_readiness_is_told_below_the_path_that_the_app_is_served_at() -> None:
    assert [route.path for route in serving.prepare()["routes"]] == ["/ready"]
    config.set_option("server.baseUrlPath", "/here/")
    try:
        assert [route.path for route in serving.prepare()["routes"]] == ["/here/ready"]
    finally:
        config.set_option("server.baseUrlPath", "")


def test_the_server_asks_no_host_outside_for_its_own_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from streamlit.web.server import server_util

    def fail(*_: Any, **__: Any) -> str:
        raise AssertionError("somebody outside was asked")

    net = serving.net_util
    monkeypatch.setattr(net, "_make_blocking_http_get", fail)
    monkeypatch.setattr(net, "_external_ip", None)
    with pytest.raises(AssertionError, match="outside"):
        server_util.is_url_from_allowed_origins("https://evil.example")
    serving.prepare()
    assert not server_util.is_url_from_allowed_origins("https://evil.example")
    assert not server_util.is_url_from_allowed_origins("")
    assert net.get_external_ip() == ""
