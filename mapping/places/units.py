"""Units: the areas of any layer that somebody may mean by a name or a code, as places."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geocode import GSS, Like, NameList, areas, bodies, gazetteer, official_codes, spelling
from mapping.geography import layers
from mapping.places.place import Place, of_unit

NUMBERED = ("lsoa", "postal_sector")
"""Layers of tens of thousands of units with a number in their names: they wait for a digit."""
MIN_CODE_LETTERS = 5
"""So much of a code is typed before those that begin with it are shown."""
MAX_AROUND = 12
"""So many of the areas that a postcode lies in are shown."""
MAX_OF_LAYER = 3
"""So many units of one layer are shown."""
_DIGIT = re.compile(r"\d")


class Unit(NamedTuple):
    """A place that is a unit of a layer, and how its name is like what was typed."""

    place: Place
    like: Like


def search_units(
    text: str, *, near: Place | None = None, own: Sequence[str] = (), limit: int = 4
) -> list[Unit]:
    """Find units of layers by what somebody typed: a name, a part of one, or a code.

    They are those of all layers at hand whose units are in no gazetteer: care boards, forces,
    constituencies, small census areas, postcode sectors; and of the layers of one's ``own``, by
    their keys. The most alike first (``geocode.Like``); of these what lies in ``near``, the place
    under study, then what is of the larger scale. A postcode gives the
    areas it lies in. An empty list if nothing is found.

    >>> from mapping import places
    >>> [unit.place.label for unit in places.search_units("barnet and camden")]
    ['Barnet and Camden (London Assembly constituency)']
    >>> [unit.place.label for unit in places.search_units("E01000001")]
    ['City of London 001A (small census area)']
    """
    said, code = spelling.key(text), spelling.compact(text)
    if postcodes.UNIT.fullmatch(code):
        return _list_around(code, own)
    found: dict[tuple[str, int], Like] = {}
    for layer, unit, like in (*_find_bodies(said, code), *_find_named(said, code, own)):
        found[layer, unit] = min(like, found.get((layer, unit), Like.ALIKE))
    present = {key: _find_present(near, key) for key in {layer for layer, _ in found}}
    order = sorted(found, key=lambda one: (found[one], one[1] not in present[one[0]]))
    shown: list[Unit] = []
    for key, unit in order:
        if sum(one.place.kind == key for one in shown) < MAX_OF_LAYER and len(shown) < limit:
            shown += [Unit(place, found[key, unit]) for place in _make(key, unit)]
    return shown


def _list_around(code: str, own: Iterable[str]) -> list[Unit]:
    """List the units that a postcode in use lies in: one's own, bodies', then small areas."""
    try:
        position = int(postcodes.find(code)["position"])
    except MappingError:
        return []
    at_hand = layers.keys()
    known = [key for key in at_hand if key not in gazetteer.KINDS]
    asked = [key for key in own if layers.is_known(key)]
    keys = dict.fromkeys([*asked, *sorted(known, key=lambda key: key in NUMBERED)])
    numbers = [(layer, int(layer.at(position))) for layer in map(layers.get, keys)]
    found = [Unit(of_unit(layer, unit), Like.BEGINS) for layer, unit in numbers if unit >= 0]
    return found[:MAX_AROUND]


def _make(key: str, unit: int) -> list[Place]:
    """Return the place of a unit; none for one without postcodes."""
    layer = layers.get(key)
    return [of_unit(layer, unit)] if (layer.numbers == unit).any() else []


def _list_layers(own: Iterable[str]) -> list[str]:
    """List the layers that are looked through, of the larger scales first; one's own before all."""
    known = [key for key in reversed(layers.keys()) if key not in gazetteer.KINDS]
    return [*dict.fromkeys(key for key in own if layers.is_known(key)), *known]


def _find_named(said: str, code: str, own: Iterable[str]) -> Iterable[tuple[str, int, Like]]:
    for key in _list_layers(own):
        for unit in _find_coded(key, code):
            yield key, unit, Like.NAMED
        if key not in NUMBERED or _DIGIT.search(said):
            least = Like.BEGINS if key in NUMBERED else Like.HOLDS
            for unit, like in _list_names(key).find(said):
                if like <= least:
                    yield key, unit, like


def _find_coded(key: str, code: str) -> list[int]:
    """Return the units whose code was typed, or of which a long beginning of it was."""
    codes = layers.get(key).codes
    exact = np.flatnonzero(codes == code).tolist()
    if exact or len(code) < MIN_CODE_LETTERS or not _DIGIT.search(code):
        return exact
    return [unit for unit, one in enumerate(codes.tolist()) if one.startswith(code)][:MAX_OF_LAYER]


def _find_bodies(said: str, code: str) -> Iterable[tuple[str, int, Like]]:
    """Find the units whose bodies are called so by other names, or have an official code."""
    told, barely = bodies.list_units(said)
    meant = dict.fromkeys(barely, Like.BEGINS) | dict.fromkeys(told, Like.NAMED)
    if GSS.fullmatch(code) and (area := official_codes.map_in_use().get(code, -1)) >= 0:
        meant[areas.kind_of(area), areas.code_of(area)] = Like.NAMED
    for (key, unit), like in meant.items():
        if layers.is_known(key) and key not in gazetteer.KINDS:
            yield key, layers.get(key).number_of(unit), like


@lru_cache(maxsize=64)
def _list_names(key: str) -> NameList:
    return NameList(map(str, layers.get(key).names))


def _find_present(near: Place | None, key: str) -> set[int]:
    """Return the units of a layer that have ground in the place under study."""
    return set() if near is None else set(layers.find_present(near, layers.get(key)).tolist())
