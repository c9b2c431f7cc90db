"""Finding: the places that somebody may mean who types, and those of former names."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from mapping import geocode
from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geocode import gazetteer, spelling, succession, suggestions, typed_postcodes
from mapping.geography import layers, lenses
from mapping.places.place import Place, at, union


def search(
    text: str, *, limit: int = 20, near: Place | None = None, alike: bool = True
) -> list[Place]:
    """Find places for what somebody typed: part of a name, a code, a postcode, or half of one.

    A postcode gives the district, ward and postcode district it lies in; one that has ended, where
    a directory knows it, those of the nearest in use; a letter typed for a digit, and words around
    it, do no harm. What is named as typed comes first, then what begins so, or else what is spelt
    like it (see ``geocode.search``); of each of these, what has ground in ``near``, the place under
    study. Without ``alike`` what is only spelt so is left out. An empty list if nothing is found.
    Raises MappingError for a full postcode that is not in use, and for Northern Ireland and the
    islands that are not covered.

    >>> from mapping import places
    >>> [place.label for place in places.search("newcaslte")][:2]
    ['Newcastle-under-Lyme (council area)', 'Newcastle upon Tyne (council area)']
    >>> places.search("Abbey", near=places.get("Merton"))[0].label
    'Abbey (ward of Merton)'
    """
    tight = spelling.compact(text)
    instead = typed_postcodes.find_instead(text)
    if instead or postcodes.UNIT.fullmatch(tight):
        return list_around(instead.position if instead else postcodes.find(tight)["position"])
    _refuse_elsewhere(text)
    around = frozenset() if near is None else _list_near(near)
    rows = geocode.search(text, near=around, alike=alike)[: 2 * limit]
    found = [Place(*gazetteer.rows()[row]) for row in rows]
    if found and found[0].kind == "postal_district":
        found[1:1] = _districts_of(found[0])
    return keep_differing(found)[:limit]


def _refuse_elsewhere(text: str) -> None:
    ulster = any(read.key in gazetteer.NORTHERN_IRELAND for read in spelling.readings(text))
    if spelling.key(text) in gazetteer.ISLANDS:
        raise MappingError(f"{text.strip()[:40]} is not covered. {postcodes.COVERED}")
    if elsewhere := postcodes.explain_elsewhere(text):
        raise MappingError(elsewhere)
    if ulster and not gazetteer.find_named(text):
        raise MappingError(postcodes.explain_northern_ireland(text))


@lru_cache(maxsize=16)
def _list_near(place: Place) -> frozenset[int]:
    """List the rows of the gazetteer's places that have ground in a place."""
    wards = place.wards
    if wards is None:
        wards = np.unique(postcodes.table().ward[place.positions])
    district = layers.get("postal_district")
    postal = district.codes[np.unique(district.at(place.positions))]
    return gazetteer.list_holding(postcodes.table().ward_codes[wards], postal)


def keep_differing(found: Sequence[Place]) -> list[Place]:
    """Keep the first of places that are the same postcodes: a nation that is also a region."""
    kept: dict[object, Place] = {}
    for place in found:
        wards = place.wards
        kept.setdefault(place if wards is None else wards.tobytes(), place)
    return list(kept.values())


def _districts_of(postal: Place) -> list[Place]:
    """Return the council areas that a postcode district meets, by people."""
    borough = layers.get("borough")
    unit = borough.at(postal.positions)
    people = np.bincount(unit, weights=lenses.get().values[postal.positions])
    order = [int(u) for u in np.argsort(-people, kind="stable") if people[u] > 0]
    return [Place("borough", borough.code_of(u), borough.name_of(u)) for u in order]


def list_around(position: int) -> list[Place]:
    """Return the named places that a postcode lies in: council, ward, postcode district, larger."""
    order = ("borough", "ward", "postal_district", "county", "combined_authority", "region")
    found = []
    for kind in order:
        layer = layers.get(kind)
        unit = int(layer.at(position))
        if unit >= 0:
            found.append(Place(kind, layer.code_of(unit), layer.name_of(unit)))
    return [
        p for p in found if p.kind != "postal_district" or lenses.get().values[p.positions].sum()
    ]


def heirs(code: str) -> tuple[Place | None, str]:
    """Return the place that a former area is part of today, and a sentence on how that came.

    Several districts that took over are taken together; (None, "") for a code without any.
    """
    found = succession.find_successors(code)
    if not found:
        return None, ""
    note = re.sub(rf" \((?:{succession.DISTRICT.pattern}|E10\d{{6}})\)", "", found[0].note)
    return union([at("borough", one.code) for one in found]), f"{note}."


def search_former(
    text: str, *, limit: int = 20, near: Place | None = None, alike: bool = True
) -> tuple[list[Place], str]:
    """Find places as ``search`` does, and those that former names and codes lead to.

    What took over from a former council (see ``suggestions.find_former``) comes first, and the
    second of the pair is a sentence about it, or about a postcode that has ended, else "". Raises
    what ``search`` raises.
    """
    found = search(text, limit=limit, near=near, alike=alike)
    if instead := typed_postcodes.find_instead(text):
        return found, instead.note
    said = spelling.key(text)
    named = [place for place in found if said in spelling.key(place.name)]
    code, guessed = suggestions.find_former(text, {place.kind for place in named}, alike)
    code = code or ("" if found else spelling.compact(text))
    today, note = heirs(code)
    if today is None:
        return found, ""
    first = [*today.parts, *([today] if len(today.parts) > 1 else [])]
    rest = (place for place in (found if guessed else named) if place not in first)
    return [*first, *rest][:limit], note
