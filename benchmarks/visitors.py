"""Visitors without a browser: they speak streamlit's protocol, as many at once as a hall has.

A visitor opens a page, keeps what its controls are called on the server, and makes one change at a
time, as a browser would: with what all its controls hold, the part of the page that the control
is in, and the messages that it has already.
"""

import asyncio
import itertools
import json
import time
import urllib.request
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

MAP = "map"
"""The control that a click on the map is."""
FINDING = 'class="cg-finding"'
RUNS_AGAIN = ForwardMsg.FINISHED_EARLY_FOR_RERUN
"""How a run ends that begins the page anew by itself."""


@dataclass
class Control:
    """A control of a page: its id on the server, the part it is in, and what may be chosen."""

    id: str
    part: str
    options: Sequence[str] = ()


@dataclass
class Visitor:
    """Somebody with a page open; ``controls`` by their keys, "map" among them.

    ``finding`` is what the page says first, ``heard`` all that the server has sent, ``files`` where
    what is offered to download lies; of the last run ``ran`` are the parts of the page that ran, ""
    for what is in none, and ``html`` is what was written.
    """

    socket: websockets.ClientConnection
    url: str
    page: str
    controls: dict[str, Control] = field(default_factory=dict)
    held: dict[str, dict] = field(default_factory=dict)
    cached: set[str] = field(default_factory=set)
    script: str = ""
    link: str = ""
    said: float = 0.0
    finding: str = ""
    ran: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    failures: int = 0
    session: str = ""
    heard: bytearray = field(default_factory=bytearray)
    files: dict[str, str] = field(default_factory=dict)

    async def open(self, link: str) -> float:
        """Open the page with a link's choices, and return the seconds until its run was over."""
        self.link = link
        return await self._run(BackMsg())

    async def change(self, key: str, **value: str) -> float:
        """Let a control hold a value, and return the seconds until the run was over.

        ``value`` is one of ``string_value``, ``json_value`` and whatever else a control holds.
        """
        control = self.controls[key]
        self.held[control.id] = value
        message = BackMsg()
        message.rerun_script.fragment_id = control.part
        return await self._run(message)

    async def press(self, key: str, **value: object) -> float:
        """Press what holds nothing afterwards, and return the seconds until the run was over.

        ``value`` is a ``trigger_value`` unless told.
        """
        control = self.controls[key]
        message = BackMsg()
        message.rerun_script.fragment_id = control.part
        pressed = message.rerun_script.widget_states.widgets
        pressed.add(id=control.id, **(value or {"trigger_value": True}))
        return await self._run(message)

    async def put_in(self, key: str, name: str, content: bytes) -> float:
        """Put a file into a box as a browser does, and return the seconds until the run was over.

        The way of the bytes is counted as well.
        """
        begun = time.perf_counter()
        message = BackMsg()
        message.file_urls_request.request_id = name
        message.file_urls_request.file_names.append(name)
        message.file_urls_request.session_id = self.session
        await self.socket.send(message.SerializeToString())
        received = ForwardMsg()
        while received.WhichOneof("type") != "file_urls_response":
            received.ParseFromString(await self.socket.recv())
        (urls,) = received.file_urls_response.file_urls
        await asyncio.to_thread(_send, self.url, urls.upload_url, name, content)
        told = {"name": name, "size": len(content), "file_id": urls.file_id, "file_urls": urls}
        control = self.controls[key]
        self.held[control.id] = {"file_uploader_state_value": {"uploaded_file_info": [told]}}
        await self._run(BackMsg())
        self.held.pop(control.id)
        return time.perf_counter() - begun

    async def _run(self, message: BackMsg) -> float:
        wanted = message.rerun_script
        wanted.query_string, wanted.page_name = self.link, "" if self.script else self.page
        wanted.page_script_hash = self.script
        wanted.context_info.timezone, wanted.context_info.locale = "UTC", "en-GB"
        wanted.context_info.url = f"{self.url}/{self.page}"
        wanted.cached_message_hashes.extend(self.cached)
        for name, value in self.held.items():
            wanted.widget_states.widgets.add(id=name, **value)
        begun = time.perf_counter()
        self.said, self.html, self.ran = 0.0, [], []
        await self.socket.send(message.SerializeToString())
        while True:
            received = ForwardMsg()
            sent = await self.socket.recv()
            self.heard += sent if isinstance(sent, bytes) else sent.encode()
            received.ParseFromString(self.heard[-len(sent) :])
            kind = received.WhichOneof("type")
            if received.hash:
                self.cached.add(received.hash)
            if kind == "new_session":
                self.session = received.new_session.initialize.session_id
            elif kind == "navigation":
                self.script = received.navigation.page_script_hash
            elif kind == "page_info_changed":
                self.link = received.page_info_changed.query_string
            elif kind == "delta":
                self._note(received, time.perf_counter() - begun)
            elif kind == "script_finished" and received.script_finished != RUNS_AGAIN:
                return time.perf_counter() - begun

    def _note(self, received: ForwardMsg, at_s: float) -> None:
        """Keep what a page's element is called; ``said`` is when its finding arrived."""
        if received.delta.fragment_id not in self.ran:
            self.ran.append(received.delta.fragment_id)
        if received.delta.WhichOneof("type") != "new_element":
            block = received.delta.add_block
            for name in (block.expandable.id, block.popover.id):
                if name:
                    key = name.split("-", 2)[-1]
                    self.controls[key] = Control(name, received.delta.fragment_id)
            return
        element = received.delta.new_element
        kind = str(element.WhichOneof("type"))
        content = getattr(element, kind)
        self.failures += kind == "exception"
        if kind == "html":
            self.html.append(content.body)
            if FINDING in content.body:
                self.said, self.finding = at_s, content.body
        if name := getattr(content, "id", ""):
            key = MAP if kind == "component_instance" else name.rpartition("_widget_")[2]
            options = list(content.options) if kind in ("selectbox", "radio") else []
            self.controls[key] = Control(name, received.delta.fragment_id, options)
            if kind == "download_button":
                self.files[key] = content.deferred_file_id or content.url


def _send(url: str, to: str, name: str, content: bytes) -> None:
    """Send a file to the address that the server gave for it."""
    with urllib.request.urlopen(f"{url}/_stcore/health", timeout=60) as answer:
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
    edge = "a-line-between-the-parts-of-a-form"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={edge}",
        "Cookie": cookie,
        "X-Xsrftoken": cookie.partition("=")[2].strip('"'),
    }
    asked = urllib.request.Request(f"{url}{to}", body, headers, method="PUT")
    urllib.request.urlopen(asked, timeout=60).close()


@asynccontextmanager
async def visiting(
    url: str, page: str, headers: dict[str, str] | None = None
) -> AsyncIterator[Visitor]:
    """Connect a visitor who has nothing open yet, and let go of it afterwards.

    ``headers`` are what her connection says beside what every connection does.
    """
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    async with websockets.connect(
        address, max_size=None, compression=None, additional_headers=headers or {}
    ) as socket:
        yield Visitor(socket, url, page)


Act = Callable[[Visitor, int], tuple[str, dict[str, str]]]
"""What a visitor does at each step: which control she changes, and to what."""


async def act(url: str, page: str, link: str, does: Act, times: int, begin: int = 0) -> list[float]:
    """Let one visitor open a page and act some times, one after another; seconds of each act."""
    async with visiting(url, page) as visitor:
        await visitor.open(link)
        steps = (does(visitor, begin + number) for number in range(times))
        found = [await visitor.change(key, **value) for key, value in steps]
    return _whole(found, visitor)


async def gather(
    url: str, page: str, link: str, does: Act, *, people: int, every_s: float, for_s: float
) -> list[float]:
    """Let many visitors act side by side, each once in ``every_s``; the seconds of all acts.

    They open the page at once, before the clock starts, and begin at different moments. A visitor
    whose act takes longer than ``every_s`` acts again at once.
    """
    found: list[float] = []

    async def stay(visitor: Visitor, number: int) -> None:
        due = time.perf_counter() + every_s * number / people
        ends = time.perf_counter() + for_s
        for step in itertools.count(number * 7):
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if time.perf_counter() > ends:
                return
            key, value = does(visitor, step)
            found.append(await visitor.change(key, **value))
            due += every_s

    rooms = [visiting(url, page) for _ in range(people)]
    visitors = [await room.__aenter__() for room in rooms]
    try:
        await asyncio.gather(*(visitor.open(link) for visitor in visitors))
        await asyncio.gather(*(stay(one, number) for number, one in enumerate(visitors)))
    finally:
        for room in rooms:
            await room.__aexit__(None, None, None)
    return _whole(found, *visitors)


async def arrive(url: str, page: str, link: str, *, people: int, within_s: float) -> list[float]:
    """Let people open a page, evenly over ``within_s``; the seconds until each has its finding."""

    async def come(number: int) -> float:
        await asyncio.sleep(within_s * number / people)
        async with visiting(url, page) as visitor:
            await visitor.open(link)
            return _whole([visitor.said], visitor)[0]

    return await asyncio.gather(*map(come, range(people)))


def click(lat: float, lng: float) -> dict[str, str]:
    """Return what a click on the map is."""
    return {"json_value": json.dumps({"last_clicked": {"lat": lat, "lng": lng}})}


def _whole(found: list[float], *visitors: Visitor) -> list[float]:
    """Return figures as they are, if no page showed a fault."""
    assert not any(visitor.failures for visitor in visitors), "a page showed a fault"
    return found
