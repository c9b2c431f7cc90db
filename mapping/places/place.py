"""Place: a named set of postcodes, from one unit of any layer to the whole of Great Britain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np

from mapping.atoms import blocks, postcodes
from mapping.errors import MappingError
from mapping.geocode import gazetteer
from mapping.geography import layers, lenses
from mapping.memory import keep, once
from mapping.places import kinds
from mapping.places.kinds import KIND_NAMES, MADE_KIND_NAMES

MAX_EXAMPLES = 5
"""How many examples a message gives."""
MAX_NAMED_PARTS = 3
"""So many parts of a union are all named."""


@dataclass(frozen=True)
class Place:
    """The set of postcodes under study, with a name.

    ``kind`` and ``code`` identify it and stand in links; two places are equal if both are. The kind
    is one of ``KIND_NAMES``, the key of a layer whose unit it is, or that of an organisation.
    ``what`` is what a reader calls its kind, where ``KIND_NAMES`` does not say so.
    """

    kind: str
    code: str
    name: str = field(compare=False)
    what: str = field(default="", compare=False)

    @cached_property
    def wards(self) -> np.ndarray | None:
        """Return the numbers of its wards, sorted; None if it is not made of whole wards."""
        if self.kind == "postal_district":
            return None
        if self.kind == "union":
            parts = [part.wards for part in self.parts]
            found = [p for p in parts if p is not None]
            return np.unique(np.concatenate(found)) if len(found) == len(parts) else None
        if self._is_found_by_postcodes:
            return _find_whole_wards(self)
        return np.flatnonzero(_is_member(self.kind, self.code))

    @property
    def _is_found_by_postcodes(self) -> bool:
        """Tell whether a place is known by its postcodes first, and only then by whole wards."""
        if self.kind in ("wards", "union", *KIND_NAMES):
            return False
        if kinds.is_provided(self.kind):
            return True
        return kinds.find_layer(self.kind, self.code)[0].of_ward is None

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
        if kinds.is_provided(self.kind) and self.what.casefold() in self.name.casefold():
            return self.name  # "Moray Council"
        named = {**KIND_NAMES, **MADE_KIND_NAMES}
        return f"{self.name} ({self.what or named[self.kind]})"

    def __len__(self) -> int:
        return len(self.positions)


@keep
def _positions(place: Place) -> np.ndarray:
    atoms = postcodes.table()
    if place._is_found_by_postcodes:
        return _find_postcodes(place)
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
    if kinds.is_provided(place.kind):
        return None
    layer, code = kinds.find_layer(place.kind, place.code)
    if layer.of_block is None:
        return None
    return np.flatnonzero(layer.of_block == layer.number_of(code))


def _find_postcodes(place: Place) -> np.ndarray:
    """Return the positions of the postcodes of an organisation, or of a layer's unit."""
    if kinds.is_provided(place.kind):
        return kinds.find_provided(place.kind, place.code).find_positions().astype("int32")
    layer, code = kinds.find_layer(place.kind, place.code)
    unit = layer.number_of(code)
    if layer.of_block is not None:
        return np.flatnonzero((layer.of_block == unit)[blocks().of_postcode]).astype("int32")
    return np.flatnonzero(layer.unit == unit).astype("int32")


def _find_whole_wards(place: Place) -> np.ndarray | None:
    """Return the wards of a place known by its postcodes, if it is made of whole ones."""
    ward, wards = postcodes.table().ward, len(postcodes.table().ward_codes)
    here = np.bincount(ward[place.positions], minlength=wards)
    met = np.flatnonzero(here)
    return met if (here[met] == _count_in_wards()[met]).all() else None


@once
def _count_in_wards() -> np.ndarray:
    """Return how many postcodes each ward has, (wards,)."""
    return np.bincount(postcodes.table().ward, minlength=len(postcodes.table().ward_codes))


def _is_member(kind: str, code: str) -> np.ndarray:
    facts = layers.wards()
    if kind == "britain":
        return np.ones(len(facts), dtype=bool)
    if kind == "nation":
        return (facts["nation"] == code).to_numpy()
    if kind == "wards":
        return facts["code"].isin(code.split(",")).to_numpy()
    layer, code = kinds.find_layer(kind, code)
    assert layer.of_ward is not None
    return layer.of_ward == layer.number_of(code)


def _district_of_ward(code: str) -> str:
    facts = layers.wards()
    return str(facts.loc[facts["code"] == code, "lad_name"].iloc[0])


def at(kind: str, code: str) -> Place:
    """Return the place of a link's kind and code; raises MappingError if there is none.

    ``kind`` is one of ``KIND_NAMES``, "wards" or "union"; the key of a layer, of which the place is
    a unit; or a kind that somebody provides: see ``kinds.provide``. The postcodes of places that
    were asked for lately are found once: see ``memory``.

    >>> from mapping import places
    >>> places.at("icb", "E54000037").label
    'Devon ICB (integrated care board)'
    """
    if kind == "wards":
        return of_wards(code.split(","))
    if kind == "union":
        return union([at(*_split(part)) for part in code.split("+")])
    if kinds.is_provided(kind):
        found = kinds.find_provided(kind, code)
        return Place(kind, code, found.name, found.what)
    if kind == kinds.OWN:
        return _find_unit(kind, code)
    return _find_lasting(kind, code)


@lru_cache(maxsize=64)
def _find_lasting(kind: str, code: str) -> Place:
    """Return a place of a kind that is there as long as the process."""
    if kind not in KIND_NAMES:
        return _find_unit(kind, code)
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


def _find_unit(kind: str, code: str) -> Place:
    """Return the place that is a unit of a layer."""
    layer, unit_code = kinds.find_layer(kind, code)
    found = np.flatnonzero(layer.codes == unit_code)
    if not len(found):
        raise MappingError(
            f"Expected the code of one of the {layer.plural}; found “{unit_code[:40]}”, which is "
            "not in use. Choose the place by its name instead."
        )
    return of_unit(layer, int(found[0]))


def of_unit(layer: layers.Layer, unit: int) -> Place:
    """Return the place that is a unit of a layer, by its number.

    >>> from mapping import layers, places
    >>> places.of_unit(layers.get("postal_sector"), 0)
    Place(kind='postal_sector', code='AB10~201', name='AB10 1', what='postcode sector')
    """
    kind, code = kinds.name_unit(layer, unit)
    if kind in KIND_NAMES:
        return at(kind, code)
    if not (layer.numbers == unit).any():
        raise MappingError(
            f"Expected one of the {layer.plural} with postcodes in it; {layer.name_of(unit)} has "
            "none. Choose another place."
        )
    return Place(kind, code, layer.name_of(unit), layer.noun)


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
    residents = lenses.get().by_grain(layer.grain)
    if kind == "postal_district" and not residents[layer.numbers == found[0]].any():
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
