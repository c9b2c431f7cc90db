"""Admission: which requests and messages reach the app, and how many at once.

What is refused is told in a sentence, where streamlit would show an empty page or a number.
"""

import asyncio
import logging
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from html import escape
from typing import Any

from google.protobuf.message import DecodeError
from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLsRequest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from pages.shared import headers

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Server = Callable[[Message, Receive, Send], Awaitable[None]]

MAX_SESSIONS = 200
"""So many may have the app open on one process; COMMON_GROUND_SESSIONS says another number."""
VARIABLE = "COMMON_GROUND_SESSIONS"
MAX_LATE = 20
"""So many more are let in whose page was sent before the last place was taken."""
MAX_SESSION_BYTES, MAX_SESSION_FILES = 150_000_000, 20
"""Of files that one session has sent and no page has read."""
MAX_BYTES = 500_000_000
"""Of all such files on one process."""
MAX_UPLOAD_S = 900.0
"""So long a file may be on its way: 50 MB over half a megabit a second."""

KINDS = frozenset(
    {
        "rerun_script",
        "stop_script",
        "app_heartbeat",
        "file_urls_request",
        "backend_operation_request",
    }
)
"""The messages of a browser that a reader's page needs. Others clear the caches of everybody
(``clear_cache``), tell of the server's files, or end it."""
CLOSED = ("/_stcore/metrics", "/_stcore/agent/", "/_stcore/script-health-check")
"""Paths that are streamlit's for programs, not for readers."""
OPEN = ("/_stcore/health", "/ready")
"""Paths by which a machine asks whether the server is well, under whatever name."""
_NO_PAGES = ("/_stcore/", "/media/", "/app/static/", headers.FRAME_PATH)
_UPLOAD = "/_stcore/upload_file/"

NOT_HERE = (
    "Common Ground does not answer at this address.",
    "Use the address that you were given. Whoever runs the app can add this one to "
    "server.allowedHosts.",
)
FULL = (
    "Common Ground is full just now.",
    "As many people have it open as this server can serve. Try again in a few minutes; your link "
    "stays the same.",
)
OF_SESSION = (
    "You have sent many files that were not read yet, so this one was not taken. Reload the page, "
    "then upload one file at a time."
)
OF_ALL = (
    "This server holds as many unread files as it can, so yours was not taken. Nothing was saved. "
    "Try again in a few minutes."
)
TOO_SLOW = "This file was too long on its way, so it was not taken. Nothing was saved. Try again."
NO_LENGTH = "The size of this file was not told, so it was not taken. Upload it in a browser."
PAGE = (
    '<!DOCTYPE html><html lang="en-GB"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>Common Ground</title>'
    '<body style="font:1.1rem/1.5 sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem;'
    'color:#1b2733;background:#fbf8f3"><h1 style="font-size:1.5rem">{said}</h1><p>{do}</p>'
)


class Admission:
    """What stands before the app's server (ASGI): hosts, paths, messages, numbers, headers."""

    def __init__(self, app: Server) -> None:
        self._app = app
        self._open = 0
        self._coming: Counter[str] = Counter()
        self._promised: dict[str, list[float]] = {}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let a request or a connection through, or refuse it."""
        if scope["type"] == "http":
            await self._answer(scope, receive, _add_headers(scope["path"], send))
        elif scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        path, sent = scope["path"], _read_headers(scope)
        if not path.endswith(OPEN) and not is_host_allowed(sent.get("host")):
            await _say(send, 421, *NOT_HERE)
        elif any(closed in path for closed in CLOSED):
            await _say(send, 404, "There is no such page.", "Begin at the app's first page.")
        elif self._open >= read_max_sessions() and _is_page(scope, sent):
            await _say(send, 503, *FULL)
        elif scope["method"] == "PUT" and _UPLOAD in path:
            await self._take_file(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _take_file(self, scope: Message, receive: Receive, send: Send) -> None:
        """Let a file in if there is room for it beside those that are held, or on their way."""
        session = scope["path"].partition(_UPLOAD)[2].split("/")[0]
        length = _read_headers(scope).get("content-length", "")
        if not length.isdecimal():
            await _refuse_file(send, 411, NO_LENGTH)
            return
        if said := self._find_no_room(session, size=int(length)):
            await _refuse_file(send, 413, said)
            return
        self._coming[session] += int(length)
        try:
            async with asyncio.timeout(MAX_UPLOAD_S):
                await self._app(scope, receive, send)
        except TimeoutError:
            await _refuse_file(send, 408, TOO_SLOW)
        finally:
            self._coming[session] -= int(length)
            self._coming += Counter()  # forgets sessions that send nothing
            if promised := self._promised.get(session):
                promised.pop(0)

    def promise(self, session: str, files: int) -> str:
        """Promise room for so many files that a session will send; a sentence if there is none."""
        said = self._find_no_room(session, files=files)
        if not said:
            promised = self._promised.setdefault(session, [])
            promised += [time.monotonic()] * files
        return said

    def _find_no_room(self, session: str, *, files: int = 0, size: int = 1) -> str:
        """Say why there is no room for more files of a session, of so many bytes; "" if there is.

        ``files`` are those that come beside the promised ones; 0 for one of these itself.
        """
        held = _measure_held()
        count, bytes_held = held.get(session, (0, 0))
        is_much = bytes_held + self._coming[session] + size > MAX_SESSION_BYTES
        if is_much or count + max(self._count_promised(session) + files, 1) > MAX_SESSION_FILES:
            return OF_SESSION
        whole = sum(of_one for _, of_one in held.values()) + self._coming.total() + size
        return OF_ALL if whole > MAX_BYTES else ""

    def _count_promised(self, session: str) -> int:
        """Count the files of a session that may still come; forget those that took too long."""
        since = time.monotonic() - MAX_UPLOAD_S
        left = [moment for moment in self._promised.pop(session, []) if moment > since]
        if left:
            self._promised[session] = left
        return len(left)

    async def _connect(self, scope: Message, receive: Receive, send: Send) -> None:
        if self._open >= read_max_sessions() + MAX_LATE:
            await receive()
            await send({"type": "websocket.close", "code": 1013})
            return
        connection = _Connection(receive, send, self.promise)
        self._open += 1
        try:
            await self._app(scope, connection.receive, connection.send)
        finally:
            self._open -= 1
            self._promised.pop(connection.session, None)


class _Connection:
    """One browser's connection: what it may ask, and whose session it is."""

    def __init__(self, receive: Receive, send: Send, promise: Callable[[str, int], str]) -> None:
        self._receive, self._send, self._promise = receive, send, promise
        self.session = ""

    async def receive(self) -> Message:
        """Return the next message that the app needs."""
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive" or not message.get("bytes"):
                return message
            asked = BackMsg()
            try:
                asked.ParseFromString(message["bytes"])
            except DecodeError:
                return message  # streamlit ends such a connection
            if await self._is_wanted(asked):
                return message

    async def _is_wanted(self, asked: BackMsg) -> bool:
        kind = asked.WhichOneof("type")
        if kind not in KINDS:
            logging.getLogger(__name__).warning("A browser's message was refused: %s.", kind)
            return False
        return kind != "file_urls_request" or await self._has_room(asked.file_urls_request)

    async def _has_room(self, asked: FileURLsRequest) -> bool:
        """Tell whether there is room for files; if not, the browser is told so where they were."""
        if said := self._promise(self.session, len(asked.file_names)):
            answer = ForwardMsg()
            answer.file_urls_response.response_id = asked.request_id
            answer.file_urls_response.error_msg = said
            await self._send({"type": "websocket.send", "bytes": answer.SerializeToString()})
        return not said

    async def send(self, message: Message) -> None:
        """Send on what the app says; the first of it names the session."""
        if not self.session and message.get("bytes"):
            said = ForwardMsg()
            with suppress(DecodeError):
                said.ParseFromString(message["bytes"])
            self.session = said.new_session.initialize.session_id
        await self._send(message)


def read_max_sessions() -> int:
    """Return how many may have the app open on this process."""
    asked = os.environ.get(VARIABLE, "")
    return int(asked) if asked.isdecimal() else MAX_SESSIONS


def _measure_held() -> dict[str, tuple[int, int]]:
    """Return the number and bytes of files that each session has sent and no page has read."""
    if not runtime.exists():
        return {}
    held: Any = runtime.get_instance().uploaded_file_mgr
    return {
        session: (len(files), sum(len(file.data) for file in list(files.values())))
        for session, files in list(held.file_storage.items())
    }


def _read_headers(scope: Message) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _is_page(scope: Message, sent: dict[str, str]) -> bool:
    """Tell whether a person asks for a page, not a page for its parts."""
    is_read = scope["method"] in ("GET", "HEAD") and "text/html" in sent.get("accept", "")
    return is_read and not any(part in scope["path"] for part in _NO_PAGES)


def _add_headers(path: str, send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            sent = list(message.get("headers", ()))
            kind = next((value for name, value in sent if name.lower() == b"content-type"), b"")
            told = headers.list_headers(path, kind.decode("latin-1"))
            added = [(name.lower().encode(), value.encode()) for name, value in told.items()]
            names = {name for name, _ in added}
            kept = [pair for pair in sent if pair[0].lower() not in names]
            message = {**message, "headers": [*kept, *added]}
        await send(message)

    return sending


async def _say(send: Send, status: int, said: str, do: str) -> None:
    content = PAGE.format(said=escape(said), do=escape(do)).encode()
    await _respond(send, status, "text/html; charset=utf-8", content)


async def _refuse_file(send: Send, status: int, said: str) -> None:
    await _respond(send, status, "text/plain; charset=utf-8", said.encode())


async def _respond(send: Send, status: int, kind: str, content: bytes) -> None:
    told = [
        (b"content-type", kind.encode()),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", b"no-store"),
        *([(b"retry-after", b"60")] if status == 503 else []),
        *([(b"connection", b"close")] if status in (408, 411, 413) else []),
    ]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": content})
