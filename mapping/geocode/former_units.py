"""Former units: what became of the care boards and other bodies of earlier editions.

For councils see ``succession``, which follows codes over many years.
"""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from mapping.atoms import blocks
from mapping.geocode import areas, bodies, spelling
from mapping.geocode.succession import MIN_WHOLE_SHARE, NOISE
from mapping.geography import Layer, layers
from mapping.memory import once

MIN_LARGER = 1.05
"""How many times the postcodes of a former unit its successor has to have to be called larger."""


class FormerUnit(NamedTuple):
    """A unit of an earlier edition that is gone: where its postcodes lie now, and a note.

    ``areas`` are those of ``areas.index``, the one with most of them first; ``is_whole`` tells
    whether that one has all but a hundredth.
    """

    areas: tuple[int, ...]
    is_whole: bool
    note: str


def list_ways(layer: Layer, name: str) -> list[str]:
    """List how a body's unit is called in files: "Devon ICB", "NHS Devon Integrated Care Board".

    >>> list_ways(layers.get("icb"), "Devon ICB")[-1]
    'NHS Devon Integrated care board'
    """
    pattern, short, in_full = _read_pattern(layer.key)
    ways = [name, pattern.format(name=name)] if pattern else [name]
    if name.endswith(f" {short}"):
        ways += [way.removesuffix(short) + in_full for way in ways]
    return list(dict.fromkeys(ways))


@lru_cache(maxsize=64)
def _read_pattern(key: str) -> tuple[str, str, str]:
    """Return how a layer's bodies are called ("NHS {name}"), its title's initials, and its title.

    The first is "" where a name alone does not tell it.
    """
    row = layers.catalogue().loc[key.partition(layers.AT)[0]]
    pattern, title = str(row["actor"]), str(row["title"])
    initials = "".join(word[0] for word in title.split()).upper()
    return pattern if pattern.count("{") == 1 and "{name}" in pattern else "", initials, title


@once
def map_former() -> dict[str, FormerUnit]:
    """Map the keys of the names of units that are gone to what became of them."""
    found: dict[str, FormerUnit] = {}
    for kind in areas.list_fallback_layers():
        now = layers.get(kind)
        earlier = [one for one in layers.editions(kind)[1:] if one < now.edition]
        for before in (layers.get(kind, edition=one) for one in earlier):
            gone = np.flatnonzero(~np.isin(before.names.astype(str), now.names.astype(str)))
            for unit in gone.tolist():
                became = _find_became(before, unit, now)
                for way in list_ways(before, before.name_of(unit)):
                    found.setdefault(spelling.key(way), became)
    return found


def find(key: str) -> FormerUnit | None:
    """Find what became of a unit that is gone, by the key of its name; None if none is called so.

    "NHS North Central London" is the board of that name.
    """
    core = bodies.take_core(key)
    return map_former().get(key) or map_former().get(f"{core.name} icb" if core.is_told else "")


def _find_became(before: Layer, unit: int, now: Layer) -> FormerUnit:
    own, here = np.flatnonzero(before.at(blocks().first) == unit), now.at(blocks().first)
    size = np.bincount(blocks().of_postcode, minlength=len(blocks().ward))[own]
    held = np.bincount(here[own] + 1, size, len(now.codes) + 1)[1:] / size.sum()
    order = [int(u) for u in np.argsort(-held, kind="stable") if held[u] >= NOISE]
    numbers = tuple(areas.number(now.key, now.code_of(u)) for u in order)
    name, ended = before.name_of(unit), before.valid_to
    when = f"ended on {_write_day(ended)}" if ended else "is gone"
    parts = ", ".join(f"{100 * held[u]:.0f}% in {now.name_of(u)}" for u in order)
    is_whole = held[order[0]] >= MIN_WHOLE_SHARE
    where = f"its area is in {now.name_of(order[0])}" if is_whole else f"its area is {parts}"
    every = np.bincount(blocks().of_postcode, minlength=len(here))
    times = every[here == order[0]].sum() / every[own].sum()
    if is_whole and times > MIN_LARGER:
        where = f"{where}, which has {times:.1f} times as many postcodes"
    return FormerUnit(numbers, bool(is_whole), f"{name} {when}; {where}")


def _write_day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"
