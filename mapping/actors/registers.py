"""Actors: who works where. One register and one schema, for those that ship and those uploaded.

A footprint is a set of postcodes. It is kept as the numbers of the wards that lie wholly in it
and the positions of its other postcodes, for all actors of a register together, in two long
tables: so a council's footprint is twenty numbers, and everything is counted over arrays.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geocode import spelling
from mapping.geography import By, layers, lenses
from mapping.memory import once
from mapping.overlap import people_in, ratio
from mapping.places import Place

TEXTS = (
    "id",
    "actor",
    "actor_type",
    "sector",
    "themes",
    "scale",
    "steward",
    "contact",
    "note",
    "source",
)
"""The columns of text that every register has; ``themes`` are joined with "; "."""
COLUMNS = (*TEXTS, "people")
MAX_EXAMPLES = 5
CONTACT = re.compile(
    r"[^\s@<>,;()]+@[^\s@<>,;()]+\.[^\s@<>,;()]+|(?<![\w.])\+?\(?\d[\d ()-]{8,}\d(?!\w)"
)
"""An e-mail address, or what may be a telephone number."""
HIDDEN = "(contact not shown)"
ID_SUFFIX = re.compile(r"-\d+$")
"""The end of an id that was numbered because it repeated."""
MAX_FLAGS = 50_000_000
"""So many flags, a byte each, are written at a time: quicker than to search."""
PIECE_LINKS = 500_000
"""So many pairs are summed at a time, in about 10 ms: nobody else can go on meanwhile."""
ROW_BYTES = 1_000
"""Counted for an actor's texts."""


class Links(NamedTuple):
    """Which actor (number of its row) has which ward or postcode: two arrays of one length.

    Sorted by actor, then by ward or postcode, each pair once.
    """

    actor: np.ndarray
    area: np.ndarray


@dataclass(frozen=True, eq=False)
class Register:
    """Actors and their footprints; made by ``register``, not to be changed.

    Attributes
    ----------
    actors : one row an actor, numbered from 0; columns: id, actor, actor_type, sector, themes
        (joined with "; "), scale (hyperlocal, borough, regional, national or ""), steward
        (yes, no, implied or ""), contact, note, source: texts; people: estimated residents
        of the footprint
    whole : the wards that lie wholly in a footprint: ``area`` is the ward's number
    loose : all other postcodes of footprints: ``area`` is the position in the national table
    """

    actors: pd.DataFrame
    whole: Links
    loose: Links

    def __len__(self) -> int:
        return len(self.actors)

    @property
    def nbytes(self) -> int:
        """Return about how many bytes keeping it keeps from being freed."""
        links = sum(int(part.nbytes) for part in (*self.whole, *self.loose))
        return links + len(self) * ROW_BYTES

    def __add__(self, other: "Register") -> "Register":
        """Put two registers into one; ids that repeat get a number of their own."""
        n = len(self)
        frame = pd.concat([self.actors, other.actors], ignore_index=True)[list(COLUMNS)]
        frame["id"] = _number_repeats(frame["id"])
        return Register(
            frame,
            _join_links(self.whole, other.whole, n),
            _join_links(self.loose, other.loose, n),
        )

    def without_contacts(self) -> "Register":
        """Return the same actors without their contacts, those in notes and sources too.

        E-mail addresses and telephone numbers in other columns are left out where they stand.
        """
        columns = ("note", "source", "themes", "actor_type")
        told = {
            name: self.actors[name].str.replace(CONTACT, HIDDEN, regex=True) for name in columns
        }
        return Register(self.actors.assign(contact="", **told), self.whole, self.loose)

    def footprint(self, actor: str) -> np.ndarray:
        """Return the postcodes an actor covers, by its name or id: sorted positions, int32.

        Raises MappingError if there is no such actor, or if several have the name.
        """
        return self.postcodes_of(self.number_of(actor))

    def number_of(self, actor: str) -> int:
        """Return the number of an actor by its name or id; raises as ``footprint`` does."""
        for column in ("id", "actor"):
            found = np.flatnonzero(self.actors[column] == actor)
            if len(found) == 1:
                return int(found[0])
        asked = spelling.key(actor)
        found = np.flatnonzero(self.actors["actor"].map(spelling.key) == asked)
        if len(found) == 1:
            return int(found[0])
        if len(found):
            ids = ", ".join(self.actors["id"].to_numpy()[found[:MAX_EXAMPLES]])
            raise MappingError(
                f"Expected the name of one actor; {len(found):,} are called “{actor[:60]}”. "
                f"Give the id of the one you mean: {ids}."
            )
        raise MappingError(
            f"Expected the name of an actor; none of {len(self):,} is called “{actor[:60]}”. "
            "Names stand in the column actor."
        )

    def postcodes_of(self, number: int) -> np.ndarray:
        """Return the postcodes an actor covers, by its number: sorted positions, int32."""
        inside = np.zeros(len(postcodes.table().ward_codes), dtype=bool)
        inside[_areas_of(self.whole, number)] = True
        wards = np.flatnonzero(inside[postcodes.table().ward]).astype("int32")
        return np.union1d(wards, _areas_of(self.loose, number)).astype("int32")

    def has_area(self, number: int) -> bool:
        """Tell whether an actor, by its number, covers any postcode."""
        return bool(len(_areas_of(self.whole, number)) or len(_areas_of(self.loose, number)))

    def works_in(self, number: int, wards: np.ndarray) -> bool:
        """Tell whether an actor covers a postcode in one of some wards, (wards,) bool."""
        loose = postcodes.table().ward[_areas_of(self.loose, number)]
        return bool(wards[_areas_of(self.whole, number)].any() or wards[loose].any())

    def take(self, chosen: np.ndarray | Sequence[int]) -> "Register":
        """Keep some actors, by a mask or their numbers in rising order."""
        picked = np.asarray(chosen)
        numbers = np.flatnonzero(picked) if picked.dtype == bool else picked.astype("int64")
        rank = np.full(len(self), -1, dtype="int64")
        rank[numbers] = np.arange(len(numbers))
        return Register(
            self.actors.iloc[numbers].reset_index(drop=True),
            _renumber(self.whole, rank),
            _renumber(self.loose, rank),
        )

    def find_covering(self, position: int) -> np.ndarray:
        """Tell which actors cover a postcode, by its position: (actors,) bool."""
        found = np.zeros(len(self), dtype=bool)
        found[self.whole.actor[self.whole.area == postcodes.table().ward[position]]] = True
        found[self.loose.actor[self.loose.area == position]] = True
        return found

    def people(self, by: By = "residents") -> np.ndarray:
        """Return what a lens counts in each footprint, wherever it lies: (actors,) float64."""
        lens = lenses.get(by)
        return _sums(self, lens.by_ward, lens.values)

    @cached_property
    def number_by_id(self) -> dict[str, int]:
        """Map each actor's id to its number; not to be changed: it is kept."""
        return {one: number for number, one in enumerate(self.actors["id"])}

    @cached_property
    def fingerprint(self) -> str:
        """Return a short hash of all actors and footprints, for the keys of caches."""
        digest = hashlib.sha1(usedforsecurity=False)
        for name in TEXTS:
            digest.update("\x1f".join(self.actors[name]).encode())
        for part in (*self.whole, *self.loose):
            digest.update(np.ascontiguousarray(part, dtype="int64").data)
        return digest.hexdigest()[:12]

    @cached_property
    def themes(self) -> tuple[str, ...]:
        """Return every theme that an actor has, in alphabetical order."""
        return tuple(
            sorted({theme for text in self.actors["themes"].unique() for theme in split(text)})
        )


def split(themes: str) -> list[str]:
    """Return the themes that a text joins with ";": small letters, without blanks or repeats."""
    told = (" ".join(theme.split()).casefold() for theme in themes.split(";"))
    return list(dict.fromkeys(filter(None, told)))


def register(actors: pd.DataFrame, whole: Links, loose: Links) -> Register:
    """Make a register of actors and of pairs of actor and ward, actor and postcode.

    ``actors`` has the columns of ``Register.actors`` but ``people``, and missing ones are
    blank; pairs may repeat and come in any order. A ward all of whose postcodes are given
    one by one becomes a whole one.
    """
    blank = pd.array([""] * len(actors), dtype="str")
    texts = {name: _read_texts(actors[name]) if name in actors else blank for name in TEXTS}
    frame = pd.DataFrame(texts)
    frame["id"] = _number_repeats(frame["id"])
    themes = texts["themes"].tolist()
    tidy = {text: "; ".join(split(text)) for text in set(themes)}
    frame["themes"] = pd.array([tidy[text] for text in themes], dtype="str")
    atoms = postcodes.table()
    kept_whole, kept_loose = _normalise_links(whole, loose, atoms.ward, len(atoms.ward_codes))
    made = Register(frame, kept_whole, kept_loose)
    frame["people"] = made.people()
    return made


def _read_texts(given: pd.Series) -> pd.api.extensions.ExtensionArray:
    """Return a column as texts, "" where it has none."""
    texts = pd.array(given.array, dtype="str")
    return texts.fillna("") if texts.isna().any() else texts


@once
def _count_in_wards() -> np.ndarray:
    """Return how many postcodes each ward has, (wards,)."""
    atoms = postcodes.table()
    return np.bincount(atoms.ward, minlength=len(atoms.ward_codes))


def _normalise_links(
    whole: Links, loose: Links, ward: np.ndarray, wards: int
) -> tuple[Links, Links]:
    """Sort pairs, drop repeats, and move complete wards of loose postcodes to the whole ones."""
    whole_key = _sort_unique(_pair(whole, wards))
    sorted_ = _split(_sort_unique(_pair(loose, len(ward))), len(ward))
    in_ward = _pair(Links(sorted_.actor, ward[sorted_.area]), wards)
    whole_key = _sort_unique(np.concatenate([whole_key, _find_complete(in_ward, wards)]))
    covered = _are_among(in_ward, whole_key)
    if covered.any():
        sorted_ = Links(*(part[~covered] for part in sorted_))
    return _split(whole_key, wards), sorted_


def _pair(links: Links, size: int) -> np.ndarray:
    """Write pairs as one number each, the bits of areas below ``size`` after those of actors.

    In half the bytes where these do.
    """
    bits = size.bit_length()
    most = (int(links.actor.max(initial=0)) + 1) << bits
    key = links.actor.astype("int32" if most <= 2**31 else "int64")
    key <<= bits
    key |= links.area.astype("int32", copy=False)
    return key


def _split(key: np.ndarray, size: int) -> Links:
    """Return the pairs that ``_pair`` wrote."""
    bits = size.bit_length()
    return Links((key >> bits).astype("int32"), (key & ((1 << bits) - 1)).astype("int32"))


def _are_among(keys: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Tell which numbers, none below zero, are among some that are sorted."""
    most = int(keys.max(initial=-1)) + 1
    if most <= min(MAX_FLAGS, 20 * len(keys)):
        flags = np.zeros(most, dtype=bool)
        flags[known[known < most]] = True
        return flags[keys]
    at = np.searchsorted(known, keys)
    return np.append(known, -1)[at] == keys


def _find_complete(in_ward: np.ndarray, wards: int) -> np.ndarray:
    """Return the pairs of actor and ward, as one number each, of which all postcodes are there."""
    groups = np.sort(in_ward)
    begins = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]]) if len(groups) else in_ward
    keys, count = groups[begins], np.diff(begins, append=len(groups))
    return keys[count == _count_in_wards()[_split(keys, wards).area]]


def _sort_unique(keys: np.ndarray) -> np.ndarray:
    """Return numbers sorted and each once; quick for those that are so already."""
    if not (keys[1:] > keys[:-1]).all():
        keys = np.sort(keys)
        keys = keys[np.r_[True, keys[1:] != keys[:-1]]]
    return keys


def reach(register: Register, place: Place, *, by: By = "residents") -> pd.DataFrame:
    """Count how much of a place each actor covers, and how much of its footprint that is.

    One row per actor that covers a postcode of the place, in the register's order; columns:
    number (the actor's), people (of the place in the footprint), share_of_place,
    share_of_footprint, postcodes.
    """
    atoms = postcodes.table()
    inside = people_in(place, by)
    counted = np.zeros(len(atoms))
    counted[place.positions] = inside
    here = np.zeros(len(atoms))
    here[place.positions] = 1
    ward, wards = atoms.ward[place.positions], len(atoms.ward_codes)
    near = Register(register.actors, register.whole, _keep_within(register.loose, here > 0))
    people = _sums(near, np.bincount(ward, weights=inside, minlength=wards), counted)
    found = _sums(near, np.bincount(ward, minlength=wards).astype(float), here)
    meets = np.flatnonzero(found)
    all_people = register.people(by)
    return pd.DataFrame(
        {
            "number": meets,
            "people": people[meets],
            "share_of_place": ratio(people[meets], np.full(len(meets), inside.sum())),
            "share_of_footprint": ratio(people[meets], all_people[meets]),
            "postcodes": found[meets].astype("int64"),
        }
    )


def _sums(register: Register, by_ward: np.ndarray, by_postcode: np.ndarray) -> np.ndarray:
    """Sum numbers of wards and of postcodes over each footprint, (actors,)."""
    whole, loose, n = register.whole, register.loose, len(register)
    found = np.bincount(whole.actor, weights=by_ward[whole.area], minlength=n).astype(float)
    for piece in _cut(loose):
        first = int(piece.actor[0])
        sums = np.bincount(piece.actor - first, weights=by_postcode[piece.area])
        found[first : first + len(sums)] += sums
    return found


def _cut(links: Links) -> Iterator[Links]:
    """Cut pairs where an actor ends, after so many that other threads wait no longer than that."""
    begin, count = 0, len(links.actor)
    while begin < count:
        last = links.actor[min(begin + PIECE_LINKS, count) - 1]
        end = int(np.searchsorted(links.actor, last, side="right"))
        yield Links(links.actor[begin:end], links.area[begin:end])
        begin = end


def _keep_within(links: Links, inside: np.ndarray) -> Links:
    """Keep the pairs whose postcode is one of some, (postcodes,) bool."""
    kept = np.flatnonzero(inside[links.area])
    return Links(links.actor[kept], links.area[kept])


def register_units(layer: layers.Layer, actors: pd.DataFrame, units: Iterable[int]) -> Register:
    """Make a register in which actor ``i`` works in unit ``units[i]`` (a number) of a layer.

    Several actors may work in one unit. Raises ValueError unless there is one unit an actor,
    each the number of a unit of the layer: this is a slip in a program, not in data.
    """
    asked = np.asarray(list(units), dtype="int64")
    if len(asked) != len(actors):
        raise ValueError(
            f"Expected one unit for each of {len(actors):,} actors; found {len(asked):,} units. "
            "Give the number of each actor's unit, in the order of the actors."
        )
    wrong = asked[(asked < 0) | (asked >= len(layer.codes))]
    if len(wrong):
        raise ValueError(
            f"Expected numbers of {len(layer.codes):,} {layer.plural}, from 0; found "
            f"{len(wrong):,} others ({', '.join(map(str, wrong[:MAX_EXAMPLES]))}). Take them from "
            "layer.number_of."
        )
    none = Links(np.empty(0, dtype="int64"), np.empty(0, dtype="int64"))
    if layer.of_ward is not None:
        return register(actors, _pair_with_areas(asked, layer.of_ward), none)
    return register(actors, none, _pair_with_areas(asked, layer.unit))


def _pair_with_areas(units: np.ndarray, unit_of: np.ndarray) -> Links:
    """Pair each actor with the areas (wards or postcodes) of its unit, sorted by actor."""
    order = np.argsort(unit_of, kind="stable")
    first, last = np.searchsorted(unit_of, [units, units + 1], sorter=order)
    size = last - first
    actor = np.repeat(np.arange(len(units)), size)
    nth = np.arange(len(actor)) - np.repeat(np.cumsum(size) - size, size)
    return Links(actor, order[np.repeat(first, size) + nth])


def _areas_of(links: Links, number: int) -> np.ndarray:
    first, last = np.searchsorted(links.actor, [number, number + 1])
    return links.area[first:last]


def _join_links(first: Links, second: Links, actors: int) -> Links:
    """Put the links of two registers one after the other; the first has so many actors."""
    actor = np.concatenate([first.actor, second.actor + np.int32(actors)])
    return Links(actor, np.concatenate([first.area, second.area]))


def _renumber(links: Links, rank: np.ndarray) -> Links:
    keep = rank[links.actor] >= 0
    return Links(rank[links.actor[keep]].astype("int32"), links.area[keep])


def _number_repeats(ids: pd.Series) -> pd.Series:
    """Number ids that repeat: the second "a" becomes "a-2"; blank ones are "actor", numbered.

    Numbers go up from one that is free, so that adding registers is associative.
    """
    named = ids.where(ids != "", "actor")
    if named.is_unique:
        return named
    taken: set[str] = set()
    following: dict[str, int] = {}
    told = []
    for name in named:
        if name in taken:
            base = ID_SUFFIX.sub("", name)
            number = following.get(base, 2)
            while (name := f"{base}-{number}") in taken:
                number += 1
            following[base] = number
        taken.add(name)
        told.append(name)
    return pd.Series(told, index=ids.index, dtype="str")
