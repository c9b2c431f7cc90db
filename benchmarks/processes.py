"""What a second process brings: the same full room before one process, and before two.

Both stand behind the proxy that ships, with one database and one folder for derived shapes. The
visitors, the proxy and the processes share the machine's cores. What people do was done once on
each process before.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks import crowd, visitors
from benchmarks.bars import Row
from benchmarks.proxy import Behind, behind_proxy, executable

COUNTS = (1, 2)
ROUNDS, FOR_S = 2, 15.0


@dataclass
class _Measured:
    """The waits of people before some processes, and the memory of these."""

    behind: Behind
    waits_s: dict[str, list[float]] = field(default_factory=dict)
    arrivals_s: list[float] = field(default_factory=list)

    def memory_mb(self) -> float:
        return sum(process.memory_mb() for process in self.behind.processes)


def rows() -> Iterator[Row]:
    """Measure forty people and sixty that arrive, before one process and before two."""
    if not executable():
        print("HAProxy is not installed: rows of several processes are left out", file=sys.stderr)
        return
    with ExitStack() as stack:
        one, two = (_Measured(stack.enter_context(_ready(count))) for count in COUNTS)
        for found in (one, two) * ROUNDS:  # in turns: what else the machine does strikes both
            _fill(found)
        yield from _tell(one, two)


def _tell(one: _Measured, two: _Measured) -> Iterator[Row]:
    for room in crowd.ROOMS:
        people = f"{room.title}: {crowd.PEOPLE} people, each one change in {crowd.EVERY_S:.0f} s"
        for title, found in (("one process", one), ("two", two)):
            waits = found.waits_s[room.title]
            yield Row(f"{people}, {title}, p50", float(np.median(waits)), "s")
            yield Row("  p95", float(np.percentile(waits, 95)), "s")
        served = [len(found.waits_s[room.title]) for found in (one, two)]
        yield Row("  changes served by two, against one", served[1] / served[0], "×")
    what = f"{crowd.ARRIVING} people arrive within {crowd.WITHIN_S:.0f} s: each has the finding"
    yield Row(f"{what}, one process, p95", float(np.percentile(one.arrivals_s, 95)), "s")
    yield Row("  two", float(np.percentile(two.arrivals_s, 95)), "s")
    yield Row("memory after that, one process", one.memory_mb(), "MB")
    yield Row("  two, together", two.memory_mb(), "MB")


@contextmanager
def _ready(count: int) -> Iterator[Behind]:
    """Serve by some processes, on each of which all was done once."""
    with TemporaryDirectory() as folder:
        kept = Path(folder)
        with behind_proxy(count, kept / "cache", str(kept / "workspaces.sqlite")) as behind:
            for process in behind.processes:
                for room in crowd.ROOMS:
                    does = visitors.act(process.url, room.page, room.link, room.does, crowd.CHANGES)
                    asyncio.run(does)
            yield behind


def _fill(found: _Measured) -> None:
    url = found.behind.url
    found.arrivals_s += asyncio.run(
        visitors.arrive(url, "", crowd.CAMDEN, people=crowd.ARRIVING, within_s=crowd.WITHIN_S)
    )
    for room in crowd.ROOMS:
        found.waits_s.setdefault(room.title, []).extend(crowd.fill(url, room, for_s=FOR_S))
