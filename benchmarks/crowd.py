"""A full room: what a change costs the server, and how long forty people wait for theirs.

Beside the build before, served after this one on the same machine. People are visitors without a
browser (``visitors.py``), so the processor time of forty screens is not in it. The first round of
changes on each page is not counted: it makes what later ones find.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import visitors
from benchmarks.bars import Row
from benchmarks.server import ROOT, Server, await_ready, checked_out, processor_s, serving
from benchmarks.visitors import Act, Visitor

BEFORE = "f64a1bd"
"""The build that the full room was measured with first."""
CAMDEN, LONDON = "place=borough.E09000007", "place=county.greater-london"
CHANGES = 24
PEOPLE, EVERY_S, FOR_S = 40, 3.0, 30.0
ARRIVING, WITHIN_S = 60, 10.0


@dataclass(frozen=True)
class Room:
    """A page, what people do on it, and the bars: of a change beside before, and of the p95."""

    title: str
    page: str
    link: str
    does: Act
    max_p95_s: float
    again: bool = True  # the changes that are counted were all made once before


def _click(_: Visitor, step: int) -> tuple[str, dict[str, str]]:
    across, down = step % 6, step // 6 % 5
    return visitors.MAP, visitors.click(51.530 + 0.006 * down, -0.17 + 0.008 * across)


def _choose(key: str, take: slice) -> Act:
    """Choose the options of a control, one after another."""

    def choose(visitor: Visitor, step: int) -> tuple[str, dict[str, str]]:
        options = visitor.controls[key].options[take]
        return key, {"string_value": options[step % len(options)]}

    return choose


def _choose_pair(visitor: Visitor, step: int) -> tuple[str, dict[str, str]]:
    """Choose layers to compare, so that each pair is another: seven with one, then the next."""
    key, number = ("a", step // 8) if step % 8 == 7 else ("b", step % 8)
    options = visitor.controls[key].options[1 if key == "a" else 2 :]
    return key, {"string_value": options[number % len(options)]}


ROOMS = (
    Room("Place, a click", "", CAMDEN, _click, 1.0),
    Room("Gaps, a theme", "gaps", CAMDEN, _choose("theme", slice(1, 13)), 1.0),
    Room("Mismatches, a new pair", "mismatches", LONDON, _choose_pair, 1.5),
)


def rows() -> Iterator[Row]:
    """Measure a change, forty people and sixty that arrive, in both builds where there are two."""
    with checked_out(BEFORE) as before:
        found = {folder: _measure(folder) for folder in filter(None, (ROOT, before))}
    now = found[ROOT]
    then = found.get(before) if before else None
    for room in ROOMS:
        cost, waits = now.cost_ms[room.title], now.waits_s[room.title]
        yield Row(f"{room.title}: processor time of the server", cost, "ms")
        if then:
            yield Row(f"  in {BEFORE}", then.cost_ms[room.title], "ms")
            share = cost / then.cost_ms[room.title]
            yield Row("  against it", share, "×", 1 / 3, "less")
        people = f"{room.title}: {PEOPLE} people, each one change in {EVERY_S:.0f} s"
        yield Row(f"{people}, p50", float(np.median(waits)), "s")
        yield Row("  p95", float(np.percentile(waits, 95)), "s", room.max_p95_s, "less")
        if then:
            before_s = float(np.percentile(then.waits_s[room.title], 95))
            yield Row(f"  p95 in {BEFORE}", before_s, "s")
    what = f"{ARRIVING} people arrive within {WITHIN_S:.0f} s: each has the finding, p95"
    yield Row(what, float(np.percentile(now.arrivals_s, 95)), "s", 3.0, "less")
    if then:
        yield Row(f"  in {BEFORE}", float(np.percentile(then.arrivals_s, 95)), "s")
    yield Row("memory after all that", now.memory_mb, "MB", 650, "less")
    if then:
        yield Row(f"  in {BEFORE}", then.memory_mb, "MB")


@dataclass(frozen=True)
class _Measured:
    cost_ms: dict[str, float]
    waits_s: dict[str, list[float]]
    arrivals_s: list[float]
    memory_mb: float


def _measure(folder: Path) -> _Measured:
    """Serve a build and fill the room."""
    with _ready(folder) as server:
        arrivals = asyncio.run(
            visitors.arrive(server.url, "", CAMDEN, people=ARRIVING, within_s=WITHIN_S)
        )
        cost = {room.title: _cost_ms(server, room) for room in ROOMS}
        waits = {room.title: fill(server.url, room) for room in ROOMS}
        return _Measured(cost, waits, arrivals, server.memory_mb())


@contextmanager
def _ready(folder: Path) -> Iterator[Server]:
    with serving(folder / "app.py", cwd=folder) as server:
        await_ready(server)
        asyncio.run(visitors.arrive(server.url, "", CAMDEN, people=1, within_s=0))
        yield server


def _cost_ms(server: Server, room: Room) -> float:
    """Return the processor time of one change; opening the page is not in it."""

    def act(times: int) -> float:
        before_s = processor_s(server)
        asyncio.run(visitors.act(server.url, room.page, room.link, room.does, times))
        return processor_s(server) - before_s

    act(CHANGES if room.again else 0)
    opened_s = act(0)
    return (act(CHANGES) - opened_s) / CHANGES * 1e3


def fill(url: str, room: Room, for_s: float = FOR_S) -> list[float]:
    """Let forty people use a page side by side, and return the seconds that each act took."""
    return asyncio.run(
        visitors.gather(
            url,
            room.page,
            room.link,
            room.does,
            people=PEOPLE,
            every_s=EVERY_S,
            for_s=for_s,
        )
    )
