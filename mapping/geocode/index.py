"""Index: every name and code there is, and what each may mean.

Names of places, parts of councils' names, names of the units of other layers and of former
councils stand in one table by their key (``spelling.key``); whoever looks a text up, for a search
or for a file, looks here, and the names that a misspelt one is compared with are these.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.geocode import (
    areas,
    bodies,
    former_units,
    gazetteer,
    official_codes,
    parts,
    spelling,
    spoken,
    succession,
)
from mapping.geocode.spelling import Reading
from mapping.geography import layers
from mapping.memory import once

GSS = re.compile(r"[EWSNKLM]\d{8}")
"""A code of the Office for National Statistics, in capitals."""
_DIGIT = re.compile("[0-9]")
SMALL_LAYER = "lsoa"
"""A layer of tens of thousands of units, most with a number in their names: these wait."""


class Entry(NamedTuple):
    """What a key may mean.

    Attributes
    ----------
    rows : of the gazetteer, of that very name or other name
    parts : rows of the councils that may be called so for short
    units : areas of other layers of that name: forces, boards, …
    former : the code of a former council of that name; "" if there is none
    """

    rows: tuple[int, ...] = ()
    parts: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    former: str = ""


NOTHING = Entry()


def find(key: str) -> Entry:
    """Return what a key may mean; an entry of nothing where no name is written so."""
    found = entries().get(key, NOTHING)
    if _DIGIT.search(key) and (small := map_small_areas().get(key)):
        return found._replace(units=found.units + small.units)
    return found


def find_called(ways: Sequence[Reading]) -> tuple[int, ...]:
    """Return the areas that some readings of a name mean though no area has it as its own.

    These are regions of speech, and bodies by their shorter names.
    """
    if regions := spoken.find(ways):
        return tuple(_find_meant(region) for region in regions)
    return bodies.find(ways[0].key) or bodies.find_called_barely(ways[0].key)


def _find_meant(region: spoken.Region) -> int:
    """Return the area that is one meaning of a spoken name."""
    if len(region.parts) > 1:
        return areas.number("spoken", region.code)
    (code,) = region.parts
    known = map_codes()
    return known[code] if code in known else areas.number("county", code)


@once
def entries() -> dict[str, Entry]:
    """Return every key but those of numbered small census areas, with what it may mean."""
    rows, short = gazetteer.map_keys(), parts.map_parts()
    units = _map_units(_list_named())
    former = succession.map_former_names()
    return {
        key: Entry(
            tuple(rows.get(key, ())), short.get(key, ()), units.get(key, ()), former.get(key, "")
        )
        for key in {**rows, **short, **units, **former}
    }


@once
def map_small_areas() -> dict[str, Entry]:
    """Return the keys of numbered small census areas ("camden 001a"), with what they mean."""
    found = _map_units(_list_small(numbered=True))
    return {key: Entry(units=units) for key, units in found.items()}


def _list_layers() -> tuple[str, ...]:
    """List the layers, but small census areas, whose units' names count where no place has them."""
    return tuple(kind for kind in areas.list_fallback_layers() if kind != SMALL_LAYER)


def _list_units(kind: str) -> np.ndarray:
    first, at = areas.index().first, areas.index().kinds.index(kind)
    return np.arange(first[at], first[at + 1])


def _list_named() -> np.ndarray:
    """List the areas of other layers but small census areas with a number in their names."""
    return np.concatenate([*map(_list_units, _list_layers()), _list_small(numbered=False)])


def _list_small(*, numbered: bool) -> np.ndarray:
    """List the small census areas with, or without, a number in their names."""
    small = _list_units(SMALL_LAYER)
    names = pd.Series(areas.index().names[small], dtype="str")
    return small[names.str.contains("[0-9]").to_numpy(bool) == numbered]


def _map_units(some: np.ndarray) -> dict[str, tuple[int, ...]]:
    """Map the keys of the names of areas to them."""
    names, kinds = areas.index().names, areas.index().kinds
    found: dict[str, tuple[int, ...]] = {}
    for area in some.tolist():
        kind = kinds[areas.index().kind[area]]
        for way in former_units.list_ways(layers.get(kind), str(names[area])):
            key = spelling.key(way)
            found[key] = (*found.get(key, ()), area)
    return found


@once
def map_codes() -> dict[str, int]:
    """Map GSS codes to areas; a code is that of the layer with the smallest units.

    Bodies, nations and Great Britain have official codes as well (``official_codes``).
    """
    upper = pd.Index(areas.index().codes.astype(str)).str.upper()
    codes = pd.Series(np.arange(len(upper)), index=upper)
    gss = codes[codes.index.str.fullmatch(GSS.pattern)]
    return {**official_codes.map_in_use(), **gss[~gss.index.duplicated()].to_dict()}
