"""Beside: the larger area that stands beside a text, and whether what the text means lies in it."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from mapping.atoms import postcodes
from mapping.geocode import areas, gazetteer, index, spelling


class Ground(NamedTuple):
    """What areas consist of: whole wards, and postcodes; ``touched`` are the wards of both."""

    wards: frozenset[int]
    postcodes: frozenset[int]
    touched: frozenset[int]


@lru_cache(maxsize=512)
def find_larger(within: str) -> tuple[int, ...]:
    """Find the larger areas that a cell may mean, by name or code, in small letters.

    There are none if one is not known. A cell may join several with semicolons.
    """
    codes = index.map_codes()
    found: list[int] = []
    for part in filter(None, map(str.strip, re.split(r"[;\n|]", within))):
        if (code := part.upper()) in codes:
            found.append(codes[code])
            continue
        named = [areas.number(*pair) for pair in gazetteer.find_named(part)]
        some = named or list(index.find(spelling.key(part)).units)
        if not some:
            return ()
        found += some
    return tuple(dict.fromkeys(found))


def meet_any(found: Iterable[int], within: str) -> bool:
    """Tell whether some area shares ground with a larger one; yes, if that one is not known."""
    larger = _find_ground(within.strip().casefold())
    return larger is None or any(not larger.touched.isdisjoint(ground(a).touched) for a in found)


def keep_inside(found: Sequence[int], within: str) -> list[int]:
    """Keep the areas that lie in a larger area, given by name or code."""
    larger = _find_ground(within.strip().casefold())
    return [] if larger is None else [area for area in found if _lies_in(area, larger)]


@lru_cache(maxsize=512)
def _find_ground(within: str) -> Ground | None:
    some = find_larger(within)
    if not some:
        return None
    return Ground(*(frozenset().union(*parts) for parts in zip(*map(ground, some), strict=True)))


@lru_cache(maxsize=8_192)
def ground(area: int) -> Ground:
    """Return what an area consists of."""
    if areas.kind_of(area) == "postcode":  # quicker than what follows
        whole, loose = frozenset[int](), frozenset([area - int(areas.postcode(0))])
    else:
        parts = areas.wards_and_postcodes(np.array([area]))
        whole, loose = (frozenset(pieces.area.tolist()) for pieces in parts)
    return Ground(whole, loose, whole.union(postcodes.table().ward[list(loose)].tolist()))


def _lies_in(area: int, larger: Ground) -> bool:
    own = ground(area)
    return own.wards <= larger.wards and (
        own.touched <= larger.wards or own.postcodes <= larger.postcodes
    )
