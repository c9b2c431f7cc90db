"""Spoken regions: names that people give to several areas, and that no council has: Berkshire.

A row of ``data/spoken_regions.csv`` is one meaning of a name; one with several is asked about.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import DATA, tables
from mapping.geocode import spelling
from mapping.geography import layers
from mapping.memory import once

NATION_CODES = {"England": "E92000001", "Scotland": "S92000003", "Wales": "W92000004"}
BRITAIN_CODE = "K03000001"
"""The official codes of the nations and of Great Britain."""
MAX_NAMED_PARTS = 8
"""So many parts of a region are all named beside it."""
_KINDS = frozenset(["county", "region"])
"""What a name may be called that stands for a spoken region: "Avon County"."""


class Region(NamedTuple):
    """One meaning of a name: what it is, and the codes of the areas that it consists of."""

    code: str
    name: str
    what: str
    parts: tuple[str, ...]

    @property
    def label(self) -> str:
        """Return its name with what it is and its parts: "Gwent (preserved county: …)"."""
        if len(self.parts) > MAX_NAMED_PARTS:
            return f"{self.name} ({self.what}, {len(self.parts)} areas)"
        return f"{self.name} ({self.what}: {', '.join(_name_part(part) for part in self.parts)})"


@once
def list_regions() -> list[Region]:
    """List the regions that consist of several areas."""
    return [region for region in _list_meanings() if len(region.parts) > 1]


@once
def map_names() -> dict[str, list[Region]]:
    """Map the keys of names, and of other names, to what each may mean.

    A meaning with one part is that area itself.
    """
    found: dict[str, list[Region]] = {}
    others = _read()["other_names"].str.split(";")
    for region, also in zip(_list_meanings(), others, strict=True):
        for name in filter(None, [region.name, *also]):
            found.setdefault(spelling.key(name), []).append(region)
    return found


def find(ways: Sequence[spelling.Reading]) -> list[Region]:
    """Find what a name may mean, by its readings; none where a reading says it is something else.

    >>> from mapping.geocode import spelling, spoken
    >>> [region.code for region in spoken.find(list(spelling.readings("Berks")))]
    ['berkshire']
    """
    for way in ways:
        fits = not way.within and (not way.kinds or way.kinds & _KINDS)
        if fits and (found := map_names().get(way.key)):
            return found
    return []


def is_name(key: str) -> bool:
    """Tell whether a key is that of a region of speech."""
    return key in map_names()


def find_wards(region: Region) -> np.ndarray:
    """Return the numbers of the wards of a region, sorted."""
    return np.unique(np.concatenate([_find_wards_of(part) for part in region.parts]))


@once
def _read() -> pd.DataFrame:
    return tables.read(DATA / "spoken_regions.csv")


@once
def _list_meanings() -> list[Region]:
    rows = _read()[["code", "name", "what", "parts"]].itertuples(index=False, name=None)
    return [Region(code, name, what, tuple(parts.split(";"))) for code, name, what, parts in rows]


def _find_wards_of(part: str) -> np.ndarray:
    facts = layers.wards()
    for nation, code in NATION_CODES.items():
        if part == code:
            return np.flatnonzero(facts["nation"] == nation)
    layer = _find_layer(part)
    assert layer.of_ward is not None
    return np.flatnonzero(layer.of_ward == layer.number_of(part))


def _find_layer(part: str) -> layers.Layer:
    kinds = map(layers.get, ("borough", "county", "region"))
    return next(layer for layer in kinds if part in layer.codes)


def _name_part(part: str) -> str:
    for nation, code in NATION_CODES.items():
        if part == code:
            return nation
    layer = _find_layer(part)
    return layer.name_of(layer.number_of(part))
