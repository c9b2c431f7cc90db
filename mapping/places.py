"""Places: named sets of postcodes, from one ward to the whole of Great Britain."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from mapping import geocode
from mapping.atoms import blocks, postcodes
from mapping.errors import AmbiguousPlaceError, MappingError
from mapping.geocode import gazetteer, spelling, succession, suggestions, typed_postcodes
from mapping.geography import layers, lenses
from mapping.memory import keep

KIND_NAMES = {
    "borough": "council area",
    "county": "county",
    "combined_authority": "strategic authority",
    "region": "region",
    "nation": "nation",
    "britain": "Great Britain",
    "postal_district": "postcode district",
    "ward": "ward",
}
"""The kinds of places that have a name of their own, and what a reader calls each."""
MADE_KIND_NAMES = {"wards": "selected wards", "union": "combined"}
MAX_EXAMPLES = 5
"""How many examples a message gives."""
MAX_NAMED_PARTS = 3
"""So many parts of a union are all named."""


@dataclass(frozen=True)
class Place:
    """The set of postcodes under study, with a name.

    ``kind`` and ``code`` identify it and stand in links; two places are equal if both are.
    """

    kind: str
    code: str
    name: str = field(compare=False)

    @cached_property
    def wards(self) -> np.ndarray | None:
        """Return the numbers of its wards, sorted; None if it is not made of whole wards."""
        if self.kind == "postal_district":
            return None
        if self.kind == "union":
            parts = [part.wards for part in self.parts]
            found = [p for p in parts if p is not None]
            return np.unique(np.concatenate(found)) if len(found) == len(parts) else None
        return np.flatnonzero(_is_member(self.kind, self.code))

    @property
    def blocks(self) -> np.ndarray | None:
        """Return the numbers of its building blocks (``atoms.blocks``), sorted; None without."""
        return _find_blocks(self)

    @cached_property
    def parts(self) -> "list[Place]":
        """Return the places that a union consists of; the place itself for any other kind."""
        if self.kind != "union":
            return [self]
        return [at(*part.split(".", 1)) for part in self.code.split("+")]

    @property
    def positions(self) -> np.ndarray:
        """Return the positions of its postcodes in the national table, sorted int32."""
        return _positions(self)

    @cached_property
    def bounds(self) -> tuple[int, int, int, int]:
        """Return west, south, east, north of its postcodes, EPSG:27700 metres."""
        atoms = postcodes.table()
        east, north = atoms.easting[self.positions], atoms.northing[self.positions]
        return int(east.min()), int(north.min()), int(east.max()), int(north.max())

    @property
    def bounds_degrees(self) -> tuple[float, float, float, float]:
        """Return a box of degrees (west, south, east, north; EPSG:4326) that holds the place."""
        west, south, east, north = self.bounds
        x = [west, east, west, min(max(west, 400_000), east), east]  # the grid's own meridian
        y = [south, south, north, north, north]
        lon, lat = postcodes.TO_DEGREES.transform(x, y)
        return min(lon), min(lat), max(lon), max(lat)

    @property
    def is_britain(self) -> bool:
        """Tell whether the place holds every postcode there is."""
        if self.wards is not None:
            return len(self.wards) == len(postcodes.table().ward_codes)
        if self.blocks is not None:
            return len(self.blocks) == len(blocks().ward)
        return len(self.positions) == len(postcodes.table())

    @cached_property
    def example_postcode(self) -> str:
        """Return a postcode of the place where people live, if there is one: "PL4 7BQ"."""
        later = self.positions[len(self.positions) // 2 :]
        lived_in = lenses.get().values[later] > 0
        return postcodes.table().name[later[int(lived_in.argmax())]].decode()

    def lies_in(self, other: "Place") -> bool:
        """Tell whether all postcodes of the place are in another one."""
        if self == other or other.is_britain:
            return True
        if self.wards is not None and other.wards is not None:
            return bool(np.isin(self.wards, other.wards).all())
        return bool(np.isin(self.positions, other.positions).all())

    @property
    def label(self) -> str:
        """Return the name with the kind in brackets, for lists in which names repeat."""
        if self.kind == "britain":
            return f"{self.name} (England, Scotland and Wales)"
        if self.kind == "ward":
            return f"{self.name} (ward of {_district_of_ward(self.code)})"
        return f"{self.name} ({ {**KIND_NAMES, **MADE_KIND_NAMES}[self.kind] })"

    def __len__(self) -> int:
        return len(self.positions)


@keep
def _positions(place: Place) -> np.ndarray:
    atoms = postcodes.table()
    if place.wards is not None:
        mask = np.zeros(len(atoms.ward_codes), dtype=bool)
        mask[place.wards] = True
        return np.flatnonzero(mask[atoms.ward]).astype("int32")
    if place.kind == "union":
        return np.unique(np.concatenate([part.positions for part in place.parts]))
    mask = np.zeros(len(blocks().ward), dtype=bool)
    mask[place.blocks] = True
    return np.flatnonzero(mask[blocks().of_postcode]).astype("int32")


@keep
def _find_blocks(place: Place) -> np.ndarray | None:
    if place.wards is not None:
        return blocks().find_in_wards(place.wards)
    if place.kind == "union":
        parts = [part.blocks for part in place.parts]
        known = [part for part in parts if part is not None]
        return np.unique(np.concatenate(known)) if len(known) == len(parts) else None
    layer = layers.get(place.kind)
    return np.flatnonzero(layer.of_block == layer.number_of(place.code))


def _is_member(kind: str, code: str) -> np.ndarray:
    facts = layers.wards()
    if kind == "britain":
        return np.ones(len(facts), dtype=bool)
    if kind == "nation":
        return (facts["nation"] == code).to_numpy()
    if kind == "wards":
        return facts["code"].isin(code.split(",")).to_numpy()
    layer = layers.get(kind)
    assert layer.of_ward is not None
    return layer.of_ward == layer.number_of(code)


def _district_of_ward(code: str) -> str:
    facts = layers.wards()
    return str(facts.loc[facts["code"] == code, "lad_name"].iloc[0])


@lru_cache(maxsize=64)
def at(kind: str, code: str) -> Place:
    """Return the place of a link's kind and code; raises MappingError if there is none.

    The postcodes of places that were asked for lately are found once: see ``memory``.
    """
    if kind == "wards":
        return of_wards(code.split(","))
    if kind == "union":
        return union([at(*_split(part)) for part in code.split("+")])
    if kind not in KIND_NAMES:
        raise MappingError(
            f"Expected a kind of place ({', '.join([*KIND_NAMES, *MADE_KIND_NAMES])}); found "
            f"“{kind[:40]}”. "
            "Choose the place by its name instead."
        )
    if kind == "borough" and (known := gazetteer.translate_code(code)) != code:
        return at(kind, known)
    name = _name(kind, code)
    if name is None:
        raise MappingError(
            f"Expected the code of a {KIND_NAMES[kind]}; found “{code[:40]}”, which is not in "
            "use, or "
            "has no residents. Choose the place by its name instead."
        )
    return Place(kind, code, name)


def _name(kind: str, code: str) -> str | None:
    """Return a place's name without listing all places; None if there is no such place."""
    if kind in ("britain", "nation"):
        return {
            row[1]: row[2] for row in (gazetteer.BRITAIN, *gazetteer.NATIONS) if row[0] == kind
        }.get(code)
    layer = layers.get(kind)
    found = np.flatnonzero(layer.codes == code)
    if not len(found):
        return None
    if kind == "postal_district" and not lenses.get().values[layer.unit == found[0]].any():
        return None
    return layer.name_of(int(found[0]))


def _split(part: str) -> tuple[str, str]:
    kind, _, code = part.partition(".")
    if kind == "union":
        raise MappingError(
            "Expected places of other kinds in a union; found a union within it. Choose the "
            "places by their names instead."
        )
    return kind, code


def get(name: str, kind: str | None = None) -> Place:
    """Return the place with a name (or GSS code), of any kind or of one kind.

    "LB Camden", "Camden Council", "Camden, London" and every ``label`` will do as well (see
    ``spelling.readings``); "UK" means Great Britain, which is without Northern Ireland.
    Raises MappingError with the nearest names if there is none, and AmbiguousPlaceError
    with the ``candidates`` if the name means several different sets of postcodes: "North
    East" is a region and a strategic authority, many wards share a name, and "Ely" is a ward of
    Cardiff and a city in three wards of another council. Wards come second: "Wales" is the nation,
    and the ward of Rotherham only with kind="ward".

    >>> from mapping import places
    >>> places.get("Wales").label, places.get("Wales", kind="ward").label
    ('Wales (nation)', 'Wales (ward of Rotherham)')
    >>> places.get("LB Camden").code
    'E09000007'
    """
    if kind is not None and kind not in KIND_NAMES:
        raise MappingError(
            f"Expected one of the kinds {', '.join(KIND_NAMES)}; found “{kind[:40]}”. Leave kind "
            "out "
            "to search them all."
        )
    found = gazetteer.find_named(name, kind) or [
        gazetteer.rows()[row][:2] for row in gazetteer.find_coded(name, kind)
    ]
    if not found:
        raise MappingError(_say_no_such(name, kind))
    candidates = [at(*one) for one in found]
    if len(_keep_differing(candidates)) > 1:
        shown = "; ".join(
            f"{p.label}, kind={p.kind!r} code={p.code!r}" for p in candidates[:MAX_EXAMPLES]
        )
        more = (
            f" and {len(candidates) - MAX_EXAMPLES} more" if len(candidates) > MAX_EXAMPLES else ""
        )
        raise AmbiguousPlaceError(
            f"Expected one place named “{name}”; {len(candidates)} differ: {shown}{more}. "
            "Give its kind, or use places.at(kind, code).",
            candidates,
        )
    return candidates[0]


def _say_no_such(name: str, kind: str | None) -> str:
    near = [p.label for p in search(name, limit=MAX_EXAMPLES) if kind in (None, p.kind)]
    hint = f"Names near it: {', '.join(near)}." if near else "Try a council's name or a postcode."
    what = KIND_NAMES[kind] if kind else "place"
    return f"Expected the name of a {what} in Great Britain; “{name[:60]}” is none. {hint}"


def of_wards(codes: Iterable[str]) -> Place:
    """Return the place made of some wards; raises MappingError naming unknown codes."""
    chosen = sorted(set(codes))
    known = set(postcodes.table().ward_codes)
    unknown = [code for code in chosen if code not in known]
    if unknown or not chosen:
        raise MappingError(
            f"Expected codes of wards in use; found {len(unknown)} of {len(chosen)} unknown "
            f"({', '.join(c[:20] for c in unknown[:MAX_EXAMPLES])}). Choose wards from the list."
        )
    if len(chosen) == 1:
        return at("ward", chosen[0])
    return Place("wards", ",".join(chosen), f"{len(chosen)} wards")


def union(parts: Sequence[Place], name: str | None = None) -> Place:
    """Return several places taken together; their order does not matter.

    Without a ``name`` they are all named up to three; of more the first two are.
    """
    if not parts:
        raise MappingError("Expected at least one place to take together; found none.")
    flat = {(p.kind, p.code): p for part in parts for p in part.parts}
    if len(flat) == 1:
        return next(iter(flat.values()))
    ordered = [flat[key] for key in sorted(flat)]
    code = "+".join(f"{p.kind}.{p.code}" for p in ordered)
    names = [p.name for p in ordered]
    if len(names) > MAX_NAMED_PARTS:
        names = [*names[:2], f"{len(names) - 2} more places"]
    joined = " and ".join([", ".join(names[:-1]), names[-1]])
    return Place("union", code, name or joined)


def search(text: str, *, limit: int = 20, near: Place | None = None) -> list[Place]:
    """Find places for what somebody typed: part of a name, a code, a postcode, or half of one.

    A postcode gives the district, ward and postcode district it lies in; one that has ended, where
    a directory knows it, those of the nearest in use; a letter typed for a digit, and words around
    it, do no harm. What is named as typed comes first, then what begins so, or else what is spelt
    like it (see ``geocode.search``); of each of these, what has ground in ``near``, the place under
    study. An empty list if nothing is found. Raises MappingError for a full postcode that is not in
    use, and for Northern Ireland and the islands that are not covered.

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
    rows = geocode.search(text, near=around)[: 2 * limit]
    found = [Place(*gazetteer.rows()[row]) for row in rows]
    if found and found[0].kind == "postal_district":
        found[1:1] = _districts_of(found[0])
    return _keep_differing(found)[:limit]


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
    postal = district.codes[np.unique(district.unit[place.positions])]
    return gazetteer.list_holding(postcodes.table().ward_codes[wards], postal)


def _keep_differing(found: Sequence[Place]) -> list[Place]:
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
    text: str, *, limit: int = 20, near: Place | None = None
) -> tuple[list[Place], str]:
    """Find places as ``search`` does, and those that former names and codes lead to.

    What took over from a former council (see ``suggestions.find_former``) comes first, and the
    second of the pair is a sentence about it, or about a postcode that has ended, else "". Raises
    what ``search`` raises.
    """
    found = search(text, limit=limit, near=near)
    if instead := typed_postcodes.find_instead(text):
        return found, instead.note
    said = spelling.key(text)
    named = [place for place in found if said in spelling.key(place.name)]
    code, guessed = suggestions.find_former(text, {place.kind for place in named})
    code = code or ("" if found else spelling.compact(text))
    today, note = heirs(code)
    if today is None:
        return found, ""
    first = [*today.parts, *([today] if len(today.parts) > 1 else [])]
    rest = (place for place in (found if guessed else named) if place not in first)
    return [*first, *rest][:limit], note
