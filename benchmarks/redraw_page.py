"""The page Redraw on a server: what a move by hand costs, in seconds and bytes on their way."""

import asyncio
import json
import statistics
from collections.abc import Iterator

from benchmarks import visitors
from benchmarks.bars import Row
from benchmarks.server import ROOT, await_ready, serving
from mapping import places, redraw
from mapping.geography import layers
from mapping.places import Place

MOVES = 12
HAND_BAR_S, HAND_BAR_KB = 0.25, 40
COUNTRY_BAR_S, COUNTRY_BAR_KB = 0.5, 60


def rows() -> Iterator[Row]:
    """Move wards by hand in London and in Great Britain, as clicks on the map do."""
    with serving(ROOT / "app.py") as server:
        await_ready(server)
        for title, place, bar_s, bar_kb in (
            ("London, 704 wards", places.get("Greater London"), HAND_BAR_S, HAND_BAR_KB),
            (
                "Great Britain, 7,934 wards",
                places.get("Great Britain"),
                COUNTRY_BAR_S,
                COUNTRY_BAR_KB,
            ),
        ):
            times, sizes = asyncio.run(_move(server.url, place))
            what = f"Redraw, {title}, by hand: a click"
            note = f"the slowest {max(times):.2f} s"
            yield Row(what, statistics.median(times), "s", bar_s, "less", note)
            yield Row(
                "  over the websocket",
                statistics.median(sizes) / 1000,
                "kB",
                bar_kb,
                "less",
                f"the most {max(sizes) / 1000:.0f} kB",
            )


async def _move(url: str, place: Place) -> tuple[list[float], list[int]]:
    """Open a place in its council areas, put wards into group 1; seconds and bytes of each."""
    begun = redraw.begin(place, "ward", like=layers.get("borough"))
    link = {
        "place": f"{place.kind}.{place.code}",
        "door": "hand",
        "blocks": "ward",
        "before": "borough",
        "drawn": begun.text,
    }
    times, sizes, seen = [], [], set()
    async with visitors.visiting(url, "redraw") as visitor:
        await visitor.open("&".join(f"{name}={text}" for name, text in link.items()))
        for number in range(MOVES):
            pick = {"blocks": [30 + 7 * number], "group": 1 + number % 2, "n": number + 1}
            said = {"lat": 51.5, "lng": -0.1, "picks": [pick]}
            before = len(visitor.heard)
            picked = json.dumps({"last_clicked": said})
            times.append(await visitor.change(visitors.MAP, json_value=picked))
            sizes.append(len(visitor.heard) - before)
            seen.add(visitor.link)
        assert not visitor.failures, "a page showed a fault"
        assert len(seen) == MOVES, "a click moved nothing"
    return times, sizes
