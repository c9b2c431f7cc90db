"""A soak: a day's coming and going in twenty minutes, and what of the server grows by it.

Eight visitors without a browser (``visitors.py``) each open a page of a place somewhere in
Britain, change a few things or put in a file that nobody has put in before, leave, and come as
another session.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pyproj

from benchmarks import visitors
from benchmarks.bars import Row
from benchmarks.server import ROOT, Server, await_ready, serving
from benchmarks.visitors import Visitor
from mapping import layers, places
from mapping.atoms import postcodes

MINUTES = 20.0
PEOPLE, CHANGES, PAUSE_S = 8, 6, 0.3
SAMPLE_S = 5.0
WARM, EARLY, LATE = 0.25, 0.4, 0.85
"""Shares of the time: when the server counts as warm, the first figures end, the last begin."""
PAGES = ("", "who_works_here", "mismatches", "partner_sets", "gaps", "stewardship", "upload")
BOXES = {"organisations": "file", "map": "map_file", "numbers": "weights"}


@dataclass
class Diary:
    """What was met: of each change when and how many seconds, of the memory when and how many MB.

    Moments are shares of the whole time. ``machine`` holds when and how many seconds of processor
    time a fixed piece of work took, which tells how quick the machine itself was.
    """

    changes: list[tuple[float, float]] = field(default_factory=list)
    memory_mb: list[tuple[float, float]] = field(default_factory=list)
    machine: list[tuple[float, float]] = field(default_factory=list)
    visits: int = 0
    files: int = 0

    def early_and_late(self, what: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
        """Return the figures of the first minutes once it is warm, and those of the last."""
        early = [figure for at, figure in what if WARM <= at < EARLY]
        return early, [figure for at, figure in what if at >= LATE]


def rows(minutes: float = MINUTES) -> Iterator[Row]:
    """Let visitors come and go, and compare the last minutes with the first."""
    with serving(ROOT / "app.py") as server:
        await_ready(server)
        diary = asyncio.run(_soak(server, minutes * 60))
    what = f"a soak of {minutes:g} minutes"
    yield Row(f"{what}: sessions", diary.visits, "")
    yield Row("  changes", len(diary.changes), "")
    yield Row("  files put in", diary.files, "")
    early, late = (float(np.median(one)) for one in diary.early_and_late(diary.memory_mb))
    yield Row("  memory, once warm", early, "MB")
    yield Row("  memory, at the end", late, "MB")
    yield Row("  memory: growth", (late / early - 1) * 100, "%", 10, "less")
    early, late = (float(np.percentile(one, 95)) for one in diary.early_and_late(diary.changes))
    yield Row("  a change, p95, once warm", early, "s")
    yield Row("  a change, p95, at the end", late, "s")
    yield Row("  against the first", late / early, "×", 1.3, "less")
    early, late = (float(np.mean(one)) for one in diary.early_and_late(diary.machine))
    yield Row("  a fixed piece of work, once warm", early * 1000, "ms", better="less")
    yield Row("  at the end, as the machine was by then", late / early, "×", better="less")


async def _soak(server: Server, seconds: float) -> Diary:
    diary, begun = Diary(), time.perf_counter()

    def now() -> float:
        return (time.perf_counter() - begun) / seconds

    async def look() -> None:
        while now() < 1:
            diary.memory_mb.append((now(), server.memory_mb()))
            diary.machine.append((now(), _time_fixed_work()))
            await asyncio.sleep(SAMPLE_S)

    async def come_and_go(person: int) -> None:
        for visit in itertools.count():
            if now() >= 1:
                return
            await _visit(server.url, diary, now, random.Random(f"{person} {visit}"))

    await asyncio.gather(look(), *map(come_and_go, range(PEOPLE)))
    return diary


def _time_fixed_work() -> float:
    begun = time.process_time()
    sum(number * number for number in range(100_000))
    return time.process_time() - begun


async def _visit(url: str, diary: Diary, now: Callable[[], float], chance: random.Random) -> None:
    """Open a page, change a few things, and leave."""
    page, code = chance.choice(PAGES), chance.choice(layers.get("borough").codes.tolist())
    kind = chance.choice(list(BOXES))
    link = f"place=borough.{code}" + (f"&bring={kind}" if page == "upload" else "")
    diary.visits += 1
    async with visitors.visiting(url, page) as visitor:
        await visitor.open(link)
        for number in range(CHANGES):
            await asyncio.sleep(chance.uniform(0, 2 * PAUSE_S))
            act = partial(_put_in, kind=kind) if page == "upload" else _change
            if page == "upload" and number:
                return
            seconds = await act(visitor, code, chance)
            diary.files += page == "upload"
            if seconds is None or visitor.failures:
                assert not visitor.failures, f"a page showed a fault: {page}?{link}"
                return
            if page != "upload":
                diary.changes.append((now(), seconds))


async def _change(visitor: Visitor, code: str, chance: random.Random) -> float | None:
    """Click on the map, or choose in one of the boxes; None on a page that has neither."""
    boxes = {key: one for key, one in visitor.controls.items() if len(one.options) > 2}
    known = [key for key in ("theme", "b", "a", "base", "scale") if key in boxes]
    if visitors.MAP in visitor.controls and (not known or chance.random() < 0.5):
        return await visitor.change(visitors.MAP, **visitors.click(*_find_spot(code, chance)))
    if known:
        key = chance.choice(known)
        return await visitor.change(key, string_value=chance.choice(list(boxes[key].options[1:])))
    return None


async def _put_in(visitor: Visitor, code: str, chance: random.Random, *, kind: str) -> float:
    """Put in a file of a few hundred rows about the place, unlike all others."""
    box = next(key for key in visitor.controls if key.startswith(f"{BOXES[kind]}_"))
    return await visitor.put_in(box, f"{kind}.csv", write_file(kind, code, chance))


def write_file(kind: str, code: str, chance: random.Random) -> bytes:
    """Write a table of a kind about a council area: organisations, teams, or numbers."""
    atoms = postcodes.table()
    at = chance.choices(places.at("borough", code).positions.tolist(), k=300)
    wards = [atoms.ward_codes[atoms.ward[one]] for one in at]
    if kind == "map":
        wards = list(dict.fromkeys(wards))
    told = {
        "organisations": ["Organisation,Where", *(f"Org {chance.random()},{w}" for w in wards)],
        "map": ["ward,team", *(f"{w},Team {chance.randrange(5)}" for w in wards)],
        "numbers": ["ward,households", *(f"{w},{chance.randrange(900)}" for w in {*wards})],
    }
    return "\n".join(told[kind]).encode()


def _find_spot(code: str, chance: random.Random) -> tuple[float, float]:
    """Return the latitude and longitude of one of a council area's postcodes."""
    atoms = postcodes.table()
    at = chance.choice(places.at("borough", code).positions.tolist())
    turn = pyproj.Transformer.from_crs(27700, 4326)
    lat, lng = turn.transform(atoms.easting[at], atoms.northing[at])
    return float(lat), float(lng)
