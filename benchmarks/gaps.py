"""Gaps of Greater London: 700 actors, 300 of them circles, with 12 themes and 3 scales."""

import statistics
from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.bars import Row
from benchmarks.timing import seconds
from mapping import actors, gaps, memory, places
from mapping.actors import Links, Register
from mapping.atoms import index, postcodes
from mapping.gaps import actor_zones
from mapping.geography import layers
from mapping.places import Place

BAR_S = 1.0
ROUNDS = 5
ACTORS, CIRCLES = 700, 300
THEMES = tuple(f"theme {number}" for number in range(1, 13))
SCALES = ("hyperlocal", "borough", "regional")
FIRST = "nothing is kept: neither the place's postcodes, people and zones nor the actors' themes"
WARM = "zones, people and themes are kept from earlier calls"


def rows() -> Iterator[Row]:
    """Measure coverage, grid and ranking of wards, each at its first call and later."""
    place = places.get("Greater London")
    register = made_up(place)
    taken_s: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        memory.ARRAYS.clear()
        for words in ("first call", "warm"):
            for part, part_s in _once(place, register).items():
                taken_s.setdefault(f"{part}, {words}", []).append(part_s)
    title = f"London, {ACTORS} actors × {len(THEMES)} themes × {len(SCALES)} scales"
    for what, all_s in taken_s.items():
        bar = BAR_S if what.startswith("all three") else None
        note = FIRST if what.endswith("first call") else WARM
        yield Row(f"{title}: {what}", statistics.median(all_s), "s", bar, "less", note)
    found = actor_zones.zones(place, register)
    yield Row(f"{title}: zones", float(len(found)), "zones", note=f"{len(place):,} postcodes")


def _once(place: Place, register: Register) -> dict[str, float]:
    """Time the parts in the order in which a page asks for them, and their sum."""
    taken = {
        "coverage": seconds(lambda: gaps.coverage(place, register, scales=SCALES)),
        "grid": seconds(lambda: gaps.grid(place, register, scales=SCALES)),
        "uncovered wards": seconds(
            lambda: gaps.uncovered(place, register, theme=THEMES[0], scale=SCALES[0])
        ),
    }
    return taken | {"all three": sum(taken.values())}


def made_up(place: Place, seed: int = 1) -> Register:
    """Make up 300 actors within 1 to 3 km of a postcode, 200 with a borough and 200 with wards.

    Each has one to three themes and a scale, drawn at random, alike in every run.
    """
    draw, atoms = np.random.default_rng(seed), postcodes.table()
    middles = draw.choice(place.positions, CIRCLES, replace=False)
    circles = [
        index.find_within(atoms.easting[p], atoms.northing[p], draw.uniform(1_000, 3_000))
        for p in middles
    ]
    wards = [_some_wards(place, draw, number) for number in range(ACTORS - CIRCLES)]
    frame = pd.DataFrame(
        {
            "actor": [f"Actor {number}" for number in range(1, ACTORS + 1)],
            "themes": [
                "; ".join(draw.choice(THEMES, draw.integers(1, 4), replace=False))
                for _ in range(ACTORS)
            ],
            "scale": draw.choice(SCALES, ACTORS),
        }
    )
    return actors.register(frame, _links(wards, CIRCLES), _links(circles, 0))


def _some_wards(place: Place, draw: np.random.Generator, number: int) -> np.ndarray:
    borough, own = layers.get("borough").of_ward, place.wards
    assert borough is not None
    assert own is not None
    if number % 2:
        return np.flatnonzero(borough == draw.choice(np.unique(borough[own])))
    return draw.choice(own, draw.integers(1, 12), replace=False)


def _links(areas: list[np.ndarray], first: int) -> Links:
    number = np.arange(first, first + len(areas))
    return Links(np.repeat(number, [len(some) for some in areas]), np.concatenate(areas))
