"""What is not allowed, tried from other sessions by messages of streamlit's own protocol.

One server has access switched on, by a proxy's header. ann keeps a workspace for each kind of
action (``intruding``). Others try it, with ann's own link and the ids of her controls:

- a former steward, whose page had every control when her role was taken away;
- a stranger, who is signed in, and a reader, to whom the workspace is open but for that;
- somebody who is not signed in.

Nothing of the workspace may change, and nothing of it be told. To know that the messages are the
right ones ann sends them herself, last: then they must do what they say.
"""

import asyncio
import re
import sqlite3
import tempfile
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.bars import Row
from benchmarks.intruding import ACTS, READS, Kind, Press
from benchmarks.server import ROOT, await_ready, serving
from benchmarks.visitors import Control, Visitor, visiting
from mapping import actors
from mapping.access import Person, Role, setting
from mapping.actors import Links
from mapping.geography import layers
from mapping.workspaces import OwnLens, ReceivedFile, kinds
from mapping.workspaces.store import Store, database

HERE = "wards.E05013653"
"""A ward alone: its pages are quickly drawn."""
HEADER = "X-Remote-User"
ANN, FORMER, STRANGER, READER = (f"{one}@example.org" for one in ("ann", "fay", "sam", "rae"))
NOBODY = ""
SECRETS = ("Zyxquor", "Vexmoor", "Blimford", "Tarnholt", "Wibsey", "Quuxley", "plovdene")
"""Words of the workspace: none may reach those to whom it is not open."""
CONTACT = "0161 496 0000"
"""What no reader may see either."""
LEAST = 40
ANSWER_S = 20.0
"""So long an answer is awaited."""
MOMENT = "2026-11-22T09:30:00.000000+00:00"
LENS = OwnLens("Blimford homes", "homes", np.array([1]), np.array([2.0]), id="w1", by="")
TEAMS = pd.DataFrame({"area": ["E01000842", "E01000843"], "team": ["Tarnholt", "South"]})

GIVEN = {"areas": "area", "units": "team", "scale": "hyperlocal"}


@dataclass
class Ground:
    """A server with access switched on, ann's hand on its database, and a workspace of hers."""

    url: str
    path: Path
    store: Store
    workspace: str = ""

    def fill(self, *, is_deleted: bool = False) -> None:
        """Let ann make another workspace, with something of every kind in it."""
        store = self.store
        for earlier in store.list()["id"]:
            store.delete(earlier)
        made = store.create("Zyxquor Circle", HERE)
        store.save_actors(made, _make_register(), _make_file())
        store.save_weights(made, LENS)
        teams = layers.from_lookup(TEAMS, title="Tarnholt teams", **GIVEN)
        store.put(made, kinds.maps.KIND, kinds.maps.write_row(teams, id="map1"))
        rating = ("r1", "conditions", "trust", "borough", "Wibsey", "person", 4, "so", MOMENT)
        store.put(made, kinds.ratings.KIND, kinds.ratings.KIND.make_rows([rating]))
        steps = [(f"v{n}", n, "gaps", f"place={HERE}", "Quuxley", MOMENT) for n in (1, 2)]
        store.put(made, kinds.storyline.KIND, kinds.storyline.KIND.make_rows(steps))
        store.mark(made, "health", "borough")
        store.give_role(made, READER, Role.READER)
        store.give_role(made, FORMER, Role.STEWARD)
        if is_deleted:
            store.delete(made)
        self.workspace = made

    def take_role(self) -> None:
        """Take the former steward's role away, of what was deleted too."""
        with sqlite3.connect(self.path, timeout=20) as db:
            which = (self.workspace, FORMER)
            db.execute("DELETE FROM roles WHERE workspace = ? AND person = ?", which)

    def rows(self) -> dict[str, list]:
        """Return all that is kept of the workspace, by table."""
        with sqlite3.connect(self.path, timeout=20) as db:
            tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            found = {}
            for (name,) in tables:
                key = "id" if name == "workspaces" else "workspace"
                if name != "schema_version":
                    asked = f"SELECT * FROM {name} WHERE {key} = ?"
                    found[name] = db.execute(asked, [self.workspace]).fetchall()
        return found

    @asynccontextmanager
    async def visit(self, person: str, page: str) -> AsyncIterator[Visitor]:
        """Connect somebody, in a browser of her own."""
        async with visiting(self.url, page, headers(person)) as visitor:
            yield visitor

    def link(self, kind: Kind) -> str:
        """Return ann's link to what a kind of action is about."""
        shown = "" if kind.is_deleted else f"&workspace={self.workspace}"
        return f"place={HERE}{shown}{kind.link}"


def headers(person: str) -> dict[str, str]:
    """Return what the proxy and her browser say of somebody."""
    key = (person.replace("@", "-").replace(".", "-") or "nobody").ljust(43, "_")
    return {"Cookie": f"common_ground_browser={key}", **({HEADER: person} if person else {})}


def _make_register() -> actors.Register:
    told = {"id": ["1"], "actor": ["Vexmoor Befrienders"], "contact": [CONTACT], "themes": ["food"]}
    wards = np.flatnonzero(np.asarray(layers.get("ward").codes) == "E05013653").astype("int32")
    none = np.empty(0, "int32")
    first = np.zeros(len(wards), "int32")
    return actors.register(pd.DataFrame(told), Links(first, wards), Links(none, none))


def _make_file() -> ReceivedFile:
    told = pd.DataFrame({"outcome": ["Vexmoor"], "contact": [CONTACT]})
    return ReceivedFile("plovdene.csv", "f", told, "up1")


def _find(visitor: Visitor, control: str, workspace: str) -> str:
    """Return the key of the control whose key ends so."""
    end = control.replace("ID", workspace)
    found = [key for key in visitor.controls if key.endswith(end)]
    found = found or [key for key in visitor.controls if end in key]
    assert found, f"no control {end} among {sorted(visitor.controls)}"
    return found[-1]


async def _do(
    visitor: Visitor, presses: tuple[Press, ...], workspace: str, within_s: float = ANSWER_S
) -> None:
    """Let controls hold what they are told, and press the last; all in one message at its end."""
    for number, press in enumerate(presses, start=1):
        key = _find(visitor, press.control, workspace)
        control, value = visitor.controls[key], press.value
        if value is not None:
            visitor.held[control.id] = dict(value or {"string_value": control.options[0]})
        if number == len(presses):
            sent = (
                visitor.press(key)
                if value is None
                else visitor.change(key, **visitor.held[control.id])
            )
            await asyncio.wait_for(sent, within_s)


async def _prepare(visitor: Visitor, ground: Ground, kind: Kind) -> None:
    await visitor.open(ground.link(kind))
    for press in kind.before:
        await _do(visitor, (press,), ground.workspace)


async def try_kind(ground: Ground, kind: Kind) -> list[str]:
    """Let everybody try a kind of action; return what was not refused, and to whom."""
    ground.fill(is_deleted=kind.is_deleted)
    before, wrong = ground.rows(), []
    async with ground.visit(FORMER, kind.page) as former:
        await _prepare(former, ground, kind)
        ground.take_role()
        before["roles"] = ground.rows()["roles"]
        told, known = len(former.heard), dict(former.controls)
        await _send(former, ground, kind, known)
        wrong += _judge(ground, kind, "a former steward", former.heard[told:], before)
    others = {"a stranger": STRANGER, "a reader": READER, "nobody": NOBODY}
    if kind.for_readers:
        del others["a reader"]
    tried = await asyncio.gather(*(_try_as(ground, kind, one, known) for one in others.values()))
    for who, visitor in zip(others, tried, strict=True):
        wrong += _judge(ground, kind, who, visitor.heard, before)
    faults = sum(one.failures for one in (former, *tried))
    wrong += [f"{kind.what}: a fault was shown, which is no refusal"] * bool(faults)
    return wrong + await _try_allowed(ground, kind, before)


async def _try_as(ground: Ground, kind: Kind, person: str, controls: dict[str, Control]) -> Visitor:
    """Let somebody try a kind of action; return her, with all that she was told."""
    async with ground.visit(person, kind.page) as visitor:
        await visitor.open(ground.link(kind))
        await _send(visitor, ground, kind, controls)
    return visitor


async def _send(visitor: Visitor, ground: Ground, kind: Kind, controls: dict[str, Control]) -> None:
    """Send the messages of a kind, with another session's controls."""
    steps = [*((press,) for press in kind.before), tuple(kind.does)]
    parts = {"", *(control.part for control in visitor.controls.values())}
    for presses in filter(None, steps):
        visitor.controls = {**controls}
        last = controls[_find(visitor, presses[-1].control, ground.workspace)]
        with suppress(TimeoutError):  # a part that its session does not have goes unanswered
            await _do(visitor, presses, ground.workspace, ANSWER_S if last.part in parts else 0.5)
    if not kind.does and not kind.before:
        await visitor.open(ground.link(kind))


async def _try_allowed(ground: Ground, kind: Kind, before: dict[str, list]) -> list[str]:
    """Let ann do it: what is refused to all must have been the right messages."""
    async with ground.visit(ANN, kind.page) as ann:
        await _prepare(ann, ground, kind)
        if kind.does:
            await _do(ann, tuple(kind.does), ground.workspace)
        assert not ann.failures, kind.what
        does = any(word.encode() in ann.heard for word in SECRETS)
    if not kind.reads:
        does = ground.rows() != before
    return [] if does else [f"{kind.what}: not even ann could, so nothing was tried"]


def _judge(
    ground: Ground, kind: Kind, who: str, heard: bytes | bytearray, before: dict[str, list]
) -> list[str]:
    """Return what went wrong when somebody tried a kind of action."""
    words = (CONTACT, *(() if who == "a reader" else SECRETS))
    told = [word for word in words if word.encode() in heard]
    changed = [name for name, rows in ground.rows().items() if rows != before[name]]
    wrong = [f"{kind.what}, by {who}: told {word}" for word in told]
    return wrong + [f"{kind.what}, by {who}: changed {name}" for name in changed]


@dataclass(frozen=True)
class Reach:
    """A way past the page: what it is, and what tries it; that returns whatever was had."""

    what: str
    does: Callable[[Ground, Visitor, str], Awaitable[bytes]]


def _by_link(link: str) -> Callable[[Ground, Visitor, str], Awaitable[bytes]]:
    """Open a link in which ID, NAME and TOKEN stand for what ann's has, and a slip in it."""

    async def reach(ground: Ground, ann: Visitor, person: str) -> bytes:
        key = ground.workspace
        slip = key[:-1] + ("A" if key[-1] != "A" else "B")
        told = {"TOKEN": slip, "LOWER": key.swapcase(), "NAME": "Zyxquor+Circle", "ID": key}
        asked = re.sub("|".join(told), lambda found: told[found[0]], link)
        async with ground.visit(person, "upload") as visitor:
            await visitor.open(f"place={HERE}&{asked}")
            typed = b"Zyxquor Circle" if "NAME" in link else b"-"  # a page says what was asked for
            return bytes(visitor.heard).replace(typed, b"")

    return reach


async def _by_page_hash(ground: Ground, ann: Visitor, person: str) -> bytes:
    async with ground.visit(person, "upload") as visitor:
        visitor.script = ann.script
        await visitor.open(ann.link)
        return bytes(visitor.heard)


async def _by_fragment(ground: Ground, ann: Visitor, person: str) -> bytes:
    async with ground.visit(person, "upload") as visitor:
        await visitor.open(f"place={HERE}")
        visitor.link = ann.link
        part = next(control.part for control in ann.controls.values() if control.part)
        visitor.controls["theirs"] = Control("theirs", part)
        with suppress(TimeoutError):
            await asyncio.wait_for(visitor.press("theirs"), 1)
        return bytes(visitor.heard)


async def _by_held(ground: Ground, ann: Visitor, person: str) -> bytes:
    """Choose ann's workspace in the box in which those that are open to one are offered."""
    async with ground.visit(person, "upload") as visitor:
        await visitor.open(f"place={HERE}")
        visitor.held = {**ann.held}
        for value in (ground.workspace, "Zyxquor Circle"):
            box = next(c.id for k, c in ann.controls.items() if k == "bring")
            visitor.controls["box"] = Control(box.replace("bring", "open_workspace"), "")
            with suppress(TimeoutError):
                await asyncio.wait_for(visitor.press("box", string_value=value), ANSWER_S)
        return bytes(visitor.heard).replace(b"Zyxquor Circle", b"", 1)


def _by_deferred(key: str) -> Callable[[Ground, Visitor, str], Awaitable[bytes]]:
    """Have a file made that ann is offered, and fetch it."""

    async def reach(ground: Ground, ann: Visitor, person: str) -> bytes:
        made = next(at for name, at in ann.files.items() if name.endswith(key))
        async with ground.visit(person, "upload") as visitor:
            await visitor.open(f"place={HERE}")
            url = await _have_made(visitor, made)
            return _fetch(ground, url, person) if url else b""

    return reach


async def _by_made_file(ground: Ground, ann: Visitor, person: str) -> bytes:
    made = next(at for name, at in ann.files.items() if name.endswith("workspace-zip"))
    url = await _have_made(ann, made)
    assert b"PK" in _fetch(ground, url, ANN), "ann has her own file"
    return _fetch(ground, url, person)


async def _have_made(visitor: Visitor, file: str) -> str:
    """Ask for a file that is made when it is asked for; its address, or "" if it is not made."""
    message = BackMsg()
    asked = message.backend_operation_request
    asked.request_id, asked.session_id = "1", visitor.session
    asked.deferred_file.file_id = file
    await visitor.socket.send(message.SerializeToString())
    while True:
        received = ForwardMsg()
        sent = await asyncio.wait_for(visitor.socket.recv(), ANSWER_S)
        assert isinstance(sent, bytes)
        received.ParseFromString(sent)
        if received.WhichOneof("type") == "backend_operation_response":
            return received.backend_operation_response.deferred_file.url


async def _by_upload(ground: Ground, ann: Visitor, person: str) -> bytes:
    return await _ask_upload(ground, ann, person, "PUT")


async def _by_removal(ground: Ground, ann: Visitor, person: str) -> bytes:
    return await _ask_upload(ground, ann, person, "DELETE")


async def _ask_upload(ground: Ground, ann: Visitor, person: str, method: str) -> bytes:
    """Ask for the address of a file that ann puts in; what was had is "done" if it was taken."""
    url = f"/_stcore/upload_file/{ann.session}/theirs"
    body = b"--x\r\nContent-Disposition: form-data; name=a; filename=a\r\n\r\nx\r\n--x--\r\n"
    assert _status(ground, url, ANN, method, body) != 404, "ann may, as far as that goes"
    status = _status(ground, url, person, method, body)
    return b"" if status == 404 else SECRETS[0].encode()


async def _by_drawn(ground: Ground, ann: Visitor, person: str) -> bytes:
    """Fetch what the map of the areas of ann's own is drawn from."""
    own = layers.from_lookup(TEAMS, title="Tarnholt teams", **GIVEN).key
    async with ground.visit(ANN, "mismatches") as map_of_ann:
        await map_of_ann.open(
            f"place=borough.E09000007&workspace={ground.workspace}&a={own}&b=ward"
        )
    found = [f"/app/static/geo/{path.name}" for path in (ROOT / "static" / "geo").iterdir()]
    had = [one for one in found if b"Tarnholt" in _fetch(ground, one, ANN)]
    assert had, "ann has her own map"
    return b"".join(_fetch(ground, one, person) for one in had)


async def _by_session(ground: Ground, ann: Visitor, person: str) -> bytes:
    """Go on with ann's session, after its link has dropped."""
    address = f"{ground.url.replace('http', 'ws', 1)}/_stcore/stream"
    async with ground.visit(ANN, "upload") as other:
        await other.open(f"place={HERE}&workspace={ground.workspace}")
        theirs = other.session
    asked = [websockets.Subprotocol(one) for one in ("streamlit", "x", theirs)]
    given: dict[str, Any] = {"additional_headers": headers(person), "subprotocols": asked}
    async with websockets.connect(address, max_size=None, **given) as socket:
        visitor = Visitor(socket, ground.url, "upload")
        await visitor.open("")
        return bytes(visitor.heard) + (SECRETS[0].encode() if visitor.session == theirs else b"")


def _by_headers(*told: tuple[str, str]) -> Callable[[Ground, Visitor, str], Awaitable[bytes]]:
    """Say that one is ann in headers that do not count."""

    async def reach(ground: Ground, ann: Visitor, person: str) -> bytes:
        address = f"{ground.url.replace('http', 'ws', 1)}/_stcore/stream"
        given: dict[str, Any] = {"additional_headers": [*headers(person).items(), *told]}
        async with websockets.connect(address, max_size=None, **given) as socket:
            visitor = Visitor(socket, ground.url, "upload")
            await visitor.open(f"place={HERE}&workspace={ground.workspace}")
            return bytes(visitor.heard)

    return reach


async def _by_address(ground: Ground, ann: Visitor, person: str) -> bytes:
    """Say that one comes from the proxy's address, as the proxy says from where others come."""
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    async with visiting(ground.url, "upload", {**headers(ANN), **forwarded}) as visitor:
        await visitor.open(f"place={HERE}&workspace={ground.workspace}")
        assert SECRETS[0].encode() in visitor.heard, "the proxy is believed, whoever it forwards"
    told = {**headers(person), "X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"}
    async with visiting(ground.url, "upload", told) as visitor:
        await visitor.open(f"place={HERE}&workspace={ground.workspace}")
        return bytes(visitor.heard)


REACHES = (
    Reach("its link by its name", _by_link("workspace=NAME")),
    Reach("its link with one letter wrong", _by_link("workspace=TOKEN")),
    Reach("its link in other letters", _by_link("workspace=LOWER")),
    Reach("its link as a pattern", _by_link("workspace=%25")),
    Reach("its link in a question to the database", _by_link("workspace=' OR 1=1 --")),
    Reach("its link twice", _by_link("workspace=TOKEN&workspace=ID")),
    Reach("the area of its organisation", _by_link("workspace=ID&place=actor_own.1")),
    Reach("its page's hash", _by_page_hash),
    Reach("a part of its page", _by_fragment),
    Reach("what its controls hold", _by_held),
    Reach("have its zip made", _by_deferred("workspace-zip")),
    Reach("have its table made", _by_deferred("own-actors-csv")),
    Reach("the address of its zip", _by_made_file),
    Reach("put a file in for ann", _by_upload),
    Reach("take ann's file out", _by_removal),
    Reach("what its map is drawn from", _by_drawn),
    Reach("go on with ann's session", _by_session),
    Reach("a header said twice", _by_headers((HEADER, ANN), (HEADER, ANN))),
    Reach("the header that the guard passes on", _by_headers(("X-Common-Ground-0", ANN))),
    Reach("the address of the proxy", _by_address),
    Reach("a header of streamlit's", _by_headers(("X-Streamlit-User", "YW5u"))),
)
"""Ways past the pages."""


async def try_reaches(ground: Ground, reaches: Sequence[Reach]) -> dict[str, list[str]]:
    """Let a stranger and somebody who is not signed in try ways; return what they had, by way.

    None changes anything: all try them on the same workspace, until one does.
    """
    found: dict[str, list[str]] = {}
    while len(found) < len(reaches):
        ground.fill()
        async with ground.visit(ANN, "upload") as ann:
            await ann.open(f"place={HERE}&workspace={ground.workspace}")
            before = ground.rows()
            for reach in reaches[len(found) :]:
                found[reach.what] = await _try_reach(ground, reach, ann, before)
                if found[reach.what]:
                    break
    return found


async def _try_reach(
    ground: Ground, reach: Reach, ann: Visitor, before: dict[str, list]
) -> list[str]:
    wrong, kind = [], Kind(reach.what)
    for who, person in (("a stranger", STRANGER), ("nobody", NOBODY)):
        had = await reach.does(ground, ann, person)
        wrong += _judge(ground, kind, who, had, before)
    return wrong


def _fetch(ground: Ground, url: str, person: str) -> bytes:
    asked = urllib.request.Request(f"{ground.url}/{url.lstrip('/')}", headers=headers(person))
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.read()
    except urllib.error.HTTPError:
        return b""


def _status(ground: Ground, url: str, person: str, method: str, body: bytes) -> int:
    given = {**headers(person), "Content-Type": "multipart/form-data; boundary=x"}
    asked = urllib.request.Request(f"{ground.url}{url}", body, given, method=method)
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code


def try_all() -> dict[str, list[str]]:
    """Try every kind of action; return what was not refused, by the kind: empty lists, all well."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        path = Path(folder) / "kept.sqlite"
        told = {database.VARIABLE: str(path), setting.VARIABLE: f"header {HEADER} from 127.0.0.1"}
        with patch.dict("os.environ", told), serving(ROOT / "app.py") as server:
            await_ready(server)
            store = Store(str(path), tell_person=lambda: Person(ANN, "ann"))
            found = asyncio.run(_try_all(Ground(server.url, path, store)))
            store.close()
    return found


async def _try_all(ground: Ground) -> dict[str, list[str]]:
    found = {kind.what: await try_kind(ground, kind) for kind in (*ACTS, *READS)}
    return found | await try_reaches(ground, REACHES)


def rows() -> Iterator[Row]:
    """Yield how many kinds of forbidden actions were refused to everybody who may not."""
    found = try_all()
    refused = sum(1 for wrong in found.values() if not wrong)
    note = "; ".join(one for wrong in found.values() for one in wrong)[:300]
    what = f"forbidden actions tried from other sessions, of {len(found)} kinds: refused"
    yield Row(what, refused, "", max(LEAST, len(found)), note=note)
