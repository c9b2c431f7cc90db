"""Heavy files: how much longer others wait for their clicks while one person puts in large files.

Rounds with and without the files take turns, so that whatever else the machine does strikes both.
"""

import asyncio
import json
from collections.abc import Iterator

import numpy as np

from benchmarks import footprints, visitors
from benchmarks.bars import Row
from benchmarks.crowd import CAMDEN, ROOMS
from benchmarks.server import ROOT, Server, await_ready, serving

ROWS, CORNERS, AREAS = 100_000, 1_000_000, 100
PEOPLE, EVERY_S, FOR_S, ROUNDS = 8, 2.0, 30.0, 2
FILES = {"organisations": "file_", "map": "map_file_"}
"""The kinds of heavy files, and what the boxes that take them are called."""


SAID = {"organisations": "rows matched", "map": "hold about"}
"""What the page's finding says of a file that was read."""


def rows() -> Iterator[Row]:
    """Let eight people click on Place, with and without somebody who puts in heavy files."""
    with serving(ROOT / "app.py") as server:
        await_ready(server)
        content = {"organisations": footprints.table(ROWS), "map": draw(CORNERS)}
        for kind, told in (
            ("organisations", f"tables of {ROWS:,} rows"),
            ("map", f"boundaries of {CORNERS:,} corners"),
        ):
            yield from _measure(server, kind, content[kind], told)


def _measure(server: Server, kind: str, content: bytes, told: str) -> Iterator[Row]:
    waits: dict[bool, list[float]] = {False: [], True: []}
    taken: list[float] = []
    asyncio.run(_click(server.url))  # what later clicks find kept
    for number in range(ROUNDS):
        waits[False] += asyncio.run(_click(server.url))
        found, reads = asyncio.run(_click_beside(server.url, kind, content, number))
        waits[True] += found
        taken += reads
    quiet, beside = (float(np.percentile(waits[is_beside], 95)) for is_beside in (False, True))
    yield Row(f"a click of {PEOPLE} people on Place, p95", quiet, "s")
    yield Row(f"  while one puts in {told}", beside, "s")
    yield Row("  against without", beside / quiet, "×", 1.3, "less")
    yield Row(f"  {told}: until the page shows them", float(np.median(taken)), "s")


async def _click(url: str) -> list[float]:
    room = ROOMS[0]
    return await visitors.gather(
        url, room.page, CAMDEN, room.does, people=PEOPLE, every_s=EVERY_S, for_s=FOR_S
    )


async def _click_beside(
    url: str, kind: str, content: bytes, number: int
) -> tuple[list[float], list[float]]:
    """Click while somebody puts in one heavy file after the other."""
    taken: list[float] = []

    async def put_in() -> None:
        async with visitors.visiting(url, "upload") as visitor:
            await visitor.open(f"{CAMDEN}&bring={kind}")
            while True:
                box = [key for key in visitor.controls if key.startswith(FILES[kind])][-1]
                unlike = make_unlike(content, kind, 1_000 * number + len(taken))
                taken.append(await visitor.put_in(box, f"{kind}.{_suffix(kind)}", unlike))
                assert SAID[kind] in visitor.finding, f"not read: {visitor.finding}"

    putting = asyncio.create_task(put_in())
    try:
        found = await _click(url)
        while not taken:
            await asyncio.sleep(0.5)
            if putting.done():
                putting.result()  # a file that was not read is no heavy file
    finally:
        putting.cancel()
    return found, taken


def make_unlike(content: bytes, kind: str, number: int) -> bytes:
    """Return a file that is read as another is, and that nobody has put in before."""
    more = b" " * number if kind == "map" else f"Organisation {number},health,,Camden,,,".encode()
    return content + more + b"\n"


def _suffix(kind: str) -> str:
    return "geojson" if kind == "map" else "csv"


def draw(corners: int, *, areas: int = AREAS) -> bytes:
    """Draw areas side by side in London, with so many corners together, as GeoJSON in degrees."""
    each = corners // areas
    angle = np.linspace(0, 2 * np.pi, each, endpoint=False)
    wave = 1 + 0.05 * np.sin(40 * angle)
    features = []
    for number in range(areas):
        x, y = -0.3 + 0.04 * (number % 10), 51.4 + 0.02 * (number // 10)
        ring = np.c_[x + 0.015 * wave * np.cos(angle), y + 0.008 * wave * np.sin(angle)].round(7)
        outline = np.vstack([ring, ring[:1]]).tolist()
        shape = {"type": "Polygon", "coordinates": [outline]}
        told = {"type": "Feature", "properties": {"name": f"Area {number}"}, "geometry": shape}
        features.append(told)
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()
