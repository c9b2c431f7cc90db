"""What a second process brings: the same full room before one process, and before two.

Both stand behind the proxy that ships, with one database and one folder for derived shapes. The
visitors, the proxy and the processes share the machine's cores. What people do was done once on
each process before.
"""

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks import crowd, visitors
from benchmarks.bars import Row
from benchmarks.proxy import Behind, behind_proxy, executable

COUNTS = (1, 2)


@dataclass(frozen=True)
class _Measured:
    waits_s: dict[str, list[float]]
    arrivals_s: list[float]
    memory_mb: float


def rows() -> Iterator[Row]:
    """Measure forty people and sixty that arrive, before one process and before two."""
    if not executable():
        print("HAProxy is not installed: rows of several processes are left out", file=sys.stderr)
        return
    one, two = (_measure(count) for count in COUNTS)
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
    yield Row("memory after that, one process", one.memory_mb, "MB")
    yield Row("  two, together", two.memory_mb, "MB")


def _measure(count: int) -> _Measured:
    with TemporaryDirectory() as folder:
        kept = Path(folder)
        with behind_proxy(count, kept / "cache", str(kept / "workspaces.sqlite")) as behind:
            for process in behind.processes:
                for room in crowd.ROOMS:
                    does = visitors.act(process.url, room.page, room.link, room.does, crowd.CHANGES)
                    asyncio.run(does)
            arrivals = asyncio.run(_arrive(behind))
            waits = {room.title: crowd.fill(behind.url, room) for room in crowd.ROOMS}
            memory = sum(process.memory_mb() for process in behind.processes)
            return _Measured(waits, arrivals, memory)


async def _arrive(behind: Behind) -> list[float]:
    return await visitors.arrive(
        behind.url, "", crowd.CAMDEN, people=crowd.ARRIVING, within_s=crowd.WITHIN_S
    )
