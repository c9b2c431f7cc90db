"""Browsers, told apart by a cookie made by chance, while access is switched on.

What a session shows is fetched by the browser from addresses of its own: files to download, files
put in, boundaries. ``Guard`` gives them to the browser that the session is in, and to no other,
whoever knows the address. It is also what tells a proxy's word on who somebody is from everybody
else's: only what it passes on counts. All of it is kept in the memory of one process.
"""

import hashlib
import json
import posixpath
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, Generic, NamedTuple, TypeVar

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mapping.access import Person, Setting, Way

COOKIE = "common_ground_browser"
KEY = re.compile(r"[A-Za-z0-9_-]{43}")
PASSED_ON = f"x-common-ground-{secrets.token_hex(16)}"
"""The header in which ``Guard`` passes on what a proxy said: nobody else can know its name."""
PEER = "common_ground.peer"
"""Where a scope holds from where a connection really comes: see ``note_peers``."""
LET_IN_S = 12 * 60 * 60.0
"""So long a passphrase holds."""
TRYING_S = 15 * 60.0
"""So long after somebody went to sign in it is told that it did not work."""
MAX_KEPT = 20_000
MAX_LINK_LETTERS = 8_000
UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+")
MEDIA = re.compile(r"/media/[^/]+")
DRAWN = re.compile(r"/app/static/(geo/[^/]+)")
OURS = re.compile(
    r"/(_stcore|media|component|static|app|auth|vendor)/.*|.*\.[a-z0-9]+|/oauth2callback"
)
"""What is fetched by a page that is open, and so is none itself."""
T = TypeVar("T")


class Trial(NamedTuple):
    """Somebody went to sign in: when, and from which page and link."""

    at: float
    page: str
    link: dict[str, str]


class _Kept(Generic[T]):
    """What is kept under a text, up to a number of them; the longest unused go first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[str, T] = OrderedDict()

    def get(self, key: str) -> T | None:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def put(self, key: str, value: T) -> None:
        with self._lock:
            self._held[key] = value
            self._held.move_to_end(key)
            while len(self._held) > MAX_KEPT:
                self._held.popitem(last=False)

    def pop(self, key: str) -> T | None:
        with self._lock:
            return self._held.pop(key, None)

    def clear(self) -> None:
        with self._lock:
            self._held.clear()


_owners: _Kept[str] = _Kept()
"""The browser of each session."""
_drawn: _Kept[frozenset[str]] = _Kept()
"""The browsers that were shown each file below ``static/geo/``."""
_files: _Kept[frozenset[str]] = _Kept()
"""The browsers that were offered each file to download, by the hash of its content."""
_let_in: _Kept[tuple[Person, float]] = _Kept()
"""Who gave a passphrase in each browser, and until when that holds."""
_trying: _Kept[Trial] = _Kept()
_ended: _Kept[bool] = _Kept()
"""Sign-ins that somebody ended by signing out, by the hash of what the provider said of them."""
_lock = threading.Lock()


def note_session(session: str, browser: str) -> None:
    """Note in which browser a session is."""
    if browser:
        _owners.put(session, browser)


def note_drawn(paths: Iterable[str], browser: str) -> None:
    """Let a browser fetch what was published for it."""
    for path in paths:
        _add(_drawn, path, browser)


def note_file(content: bytes, browser: str) -> None:
    """Let a browser download what it was offered."""
    _add(_files, _sum_up(content), browser)


def _add(kept: _Kept[frozenset[str]], key: str, browser: str) -> None:
    if browser:
        with _lock:
            kept.put(key, (kept.get(key) or frozenset()) | {browser})


def let_in(browser: str, person: Person) -> None:
    """Let whoever is at a browser be somebody, until ``LET_IN_S`` have passed."""
    _let_in.put(_sum_up(browser.encode()), (person, time.time() + LET_IN_S))


def find_let_in(browser: str) -> tuple[Person, float] | None:
    """Return who gave a passphrase in a browser, and until when that holds; None for nobody."""
    found = _let_in.get(_sum_up(browser.encode())) if browser else None
    return found if found and time.time() < found[1] else None


def let_out(browser: str) -> None:
    """Forget that somebody gave a passphrase in a browser."""
    _let_in.pop(_sum_up(browser.encode()))


def end_sign_in(claims: Mapping[str, Any]) -> None:
    """Note that a sign-in is over: a cookie that still says so is not believed."""
    _ended.put(_sum_up_claims(claims), True)


def has_ended(claims: Mapping[str, Any]) -> bool:
    """Tell whether somebody ended the sign-in that claims are of; claims of nobody have none."""
    return bool(claims.get("is_logged_in")) and _ended.get(_sum_up_claims(claims)) is not None


def _sum_up_claims(claims: Mapping[str, Any]) -> str:
    """Return what tells a sign-in from another: each has a nonce of its own."""
    told = {name: value for name, value in claims.items() if name != "tokens"}
    return _sum_up(json.dumps(told, sort_keys=True, default=str).encode())


def note_trial(browser: str, page: str, link: dict[str, str]) -> None:
    """Note that somebody goes to sign in, and to where she is led afterwards."""
    if browser and sum(map(len, link.values())) <= MAX_LINK_LETTERS:
        _trying.put(browser, Trial(time.time(), page, link))


def read_trial(browser: str) -> Trial | None:
    """Return from where somebody went to sign in, not long ago; None if nobody did."""
    found = _trying.get(browser) if browser else None
    return found if found and time.time() < found.at + TRYING_S else None


def forget_trial(browser: str) -> None:
    """Forget that somebody went to sign in."""
    _trying.pop(browser)


def _sum_up(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def list_middleware(setting: Setting) -> list[Middleware]:
    """Return what stands before the app: nothing while access is not switched on."""
    if not setting.is_on:
        return []
    if setting.way is Way.HEADER:
        note_peers()
    return [Middleware(Guard, setting=setting)]


def note_peers() -> None:
    """Let the server note where connections really come from.

    It replaces that by what a proxy on the same machine says (X-Forwarded-For), which whoever
    connects from there may write as well. To be called before the server wraps the app.
    """
    from uvicorn import config

    before = config.ProxyHeadersMiddleware
    if getattr(before, "notes_peers", False):
        return

    class NotingPeers(before):  # type: ignore[misc, valid-type]
        notes_peers = True

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            scope[PEER] = scope.get("client")
            await super().__call__(scope, receive, send)

    config.ProxyHeadersMiddleware = NotingPeers  # type: ignore[misc]


class Guard:
    """What stands before the app while access is switched on: see the module."""

    def __init__(self, app: ASGIApp, setting: Setting) -> None:
        self._app, self._setting = app, setting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may pass, as the app may take it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        browser = read_browser(scope)
        if scope["type"] == "websocket":
            headers = _leave_out_session(self._pass_on(scope), browser)
            await self._app({**scope, "headers": headers}, receive, send)
            return
        path = _find_path(scope)
        if scope["method"] != "OPTIONS" and not _may_fetch(path, browser):
            await _refuse(send)
        elif MEDIA.fullmatch(path):
            await self._give_file(scope, receive, send, browser)
        elif not browser and scope["method"] == "GET" and not OURS.fullmatch(path):
            await self._app(scope, receive, _with_cookie(scope, send))
        else:
            await self._app(scope, receive, send)

    def _pass_on(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """Return the headers of a connection, with what the proxy says of who it is, if it does.

        Whatever it says counts once, and from its own addresses alone.
        """
        name = self._setting.header.encode()
        passed = PASSED_ON.encode()
        headers = [(n, v) for n, v in scope["headers"] if n.lower() not in (name, passed)]
        told = [value for n, value in scope["headers"] if n.lower() == name]
        if name and len(told) == 1 and self._setting.comes_from_proxy(_find_peer(scope)):
            headers.append((passed, told[0]))
        return headers

    async def _give_file(self, scope: Scope, receive: Receive, send: Send, browser: str) -> None:
        """Give a file to download to the browser that was offered it; pictures to everybody."""
        begun: Message = {}
        body = bytearray()

        async def gather(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = message
            elif message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        whole = [(n, v) for n, v in scope["headers"] if n.lower() not in (b"range", b"if-range")]
        await self._app({**scope, "headers": whole}, receive, gather)
        names = {name.lower() for name, _ in begun.get("headers", [])}
        owners = _files.get(_sum_up(bytes(body))) or frozenset()
        if b"content-disposition" in names and browser not in owners:
            await _refuse(send)
            return
        await send(begun)
        await send({"type": "http.response.body", "body": bytes(body)})


def _may_fetch(path: str, browser: str) -> bool:
    """Tell whether a browser may ask for what lies at a path, as far as the path tells."""
    if found := UPLOAD.fullmatch(path):
        return bool(browser) and _owners.get(found[1]) == browser
    if found := DRAWN.fullmatch(path):
        return bool(browser) and browser in (_drawn.get(found[1]) or ())
    return not path.startswith(("/_stcore/upload_file", "/app/static/geo"))


def _leave_out_session(
    headers: list[tuple[bytes, bytes]], browser: str
) -> list[tuple[bytes, bytes]]:
    """Leave out the session that a browser wants to go on with, unless it is of that browser."""
    name = b"sec-websocket-protocol"
    found = next((v for n, v in headers if n.lower() == name), b"").decode("latin-1")
    parts = [part.strip() for part in found.split(",")]
    if len(parts) < 3 or (browser and _owners.get(parts[2]) == browser):
        return headers
    rest = [(n, v) for n, v in headers if n.lower() != name]
    return [*rest, (name, ", ".join(parts[:2]).encode("latin-1"))]


def read_browser(scope: Scope) -> str:
    """Return the key of the browser that asks; "" for one that has none."""
    for name, value in scope["headers"]:
        if name.lower() == b"cookie":
            try:
                found = SimpleCookie(value.decode("latin-1")).get(COOKIE)
            except CookieError:
                continue
            if found is not None and KEY.fullmatch(found.value):
                return found.value
    return ""


def _find_path(scope: Scope) -> str:
    """Return the path that is asked for, below the one that the app is served at."""
    from streamlit import get_option

    base = str(get_option("server.baseUrlPath")).strip("/")
    path = posixpath.normpath("/" + str(scope["path"]).replace("\\", "/").lstrip("/"))
    return path.removeprefix(f"/{base}") if base else path


def _find_peer(scope: Scope) -> str:
    """Return the address that a connection comes from; "" where that cannot be told."""
    forwarded = any(n.lower() == b"x-forwarded-for" for n, _ in scope["headers"])
    if PEER not in scope and forwarded:
        return ""
    client = scope.get(PEER) or scope.get("client")
    return str(client[0]) if client else ""


def _with_cookie(scope: Scope, send: Send) -> Send:
    """Let the answer to a browser's first question give it its cookie."""
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    key = secrets.token_urlsafe(32)
    cookie = f"{COOKIE}={key}; Path=/; HttpOnly; SameSite=Lax{secure}".encode()

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"set-cookie", cookie)]}
        await send(message)

    return answer


async def _refuse(send: Send) -> None:
    """Answer as where there is nothing."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"There is nothing here for you."})
