"""Layer: one partition of the postcodes into units, and what is known about it."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from mapping.atoms import blocks, count_runs, table
from mapping.errors import MappingError
from mapping.memory import keep

if TYPE_CHECKING:
    from mapping.geography.shares import Shares

NONE = "none"
"""The name of "no unit": its code is the empty text and its number -1."""
SCALES = ("hyperlocal", "borough", "regional", "national")
Grain = Literal["ward", "block", "postcode"]
"""What a layer is made of: all of it has one unit, or none."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One partition of the postcodes into units, with what is known about it.

    Attributes
    ----------
    key, title, plural : ``"postal_district"``, ``"Postcode district"``, ``"postcode districts"``
    scale : hyperlocal, borough, regional or national
    sector, source, as_at, licence, description : text for the reader
    valid_from, valid_to : ISO date or ""
    codes, names : one entry a unit; GSS codes where the unit has one
    grain : what all of has one unit: "ward", "block" (see ``atoms.blocks``) or "postcode"
    load : makes the number of the unit of each ward, block or postcode, -1 for none
    edition : the date that it is told apart by from the same layer at other dates: "2022"
    called : what one unit is called inside a sentence, where the title is a name; "" where not
    residual : what of a lookup or of polygons is in no unit, and why: see ``from_lookup`` and
        ``from_polygons``; without rows for layers that ship
    """

    key: str
    title: str
    plural: str
    scale: str
    sector: str
    source: str
    as_at: str
    valid_from: str
    valid_to: str
    licence: str
    description: str
    codes: np.ndarray
    names: np.ndarray
    grain: Grain
    load: Callable[[], np.ndarray] = field(repr=False)
    edition: str = ""
    called: str = ""
    residual: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)

    @cached_property
    def numbers(self) -> np.ndarray:
        """Return the number of the unit of each ward, block or postcode: see ``grain``."""
        return self.load()

    @property
    def of_ward(self) -> np.ndarray | None:
        """Return the number of each ward's unit, (7,934,); None if it is not made of wards."""
        return self.numbers if self.grain == "ward" else None

    @cached_property
    def main_of_ward(self) -> np.ndarray:
        """Return the unit that most postcodes of each ward lie in, (7,934,); -1 for none."""
        if self.grain == "ward":
            return self.numbers
        ward = blocks().ward if self.grain == "block" else table().ward
        weight = None
        if self.grain == "block":
            weight = np.bincount(blocks().of_postcode, minlength=len(ward))
        cell = ward.astype("int64") * (len(self.codes) + 1) + self.numbers + 1
        cell, number = np.unique(cell, return_inverse=True)
        size = np.bincount(number, weight)
        of_ward, unit = np.divmod(cell, len(self.codes) + 1)
        main = np.full(len(table().ward_codes), -1, dtype=self.numbers.dtype)
        order = np.argsort(size, kind="stable")
        main[of_ward[order]] = unit[order] - 1  # the largest is written last
        return main

    @property
    def of_block(self) -> np.ndarray | None:
        """Return the number of each block's unit, (95,000,); None if it is not made of blocks."""
        return None if self.grain == "postcode" else _load_blocks(self)

    @property
    def unit(self) -> np.ndarray:
        """Return the number of each postcode's unit, (1.74 million,) int16 or int32.

        Laid out anew at each look but for a layer by postcode: ask ``at`` for some postcodes.
        """
        return self.at(slice(None))

    def at(self, positions: np.ndarray | int | slice) -> np.ndarray:
        """Return ``unit[positions]``, without laying out the country."""
        if self.grain == "ward":
            return self.numbers[table().ward[positions]]
        if self.grain == "block":
            return self.numbers[blocks().of_postcode[positions]]
        return self.numbers[positions]

    @cached_property
    def _parts(self) -> tuple[np.ndarray, np.ndarray]:
        return self.order_parts()

    def order_parts(self) -> tuple[np.ndarray, np.ndarray]:
        """Order the parts by unit; where each unit's begin, and where the last ones end."""
        order = np.argsort(self.numbers, kind="stable").astype("int32")
        size = np.bincount(self.numbers + 1, minlength=len(self.codes) + 1)
        return order, np.cumsum(size)

    def find_parts(self, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the wards, blocks or postcodes (see ``grain``) of some units, one after the other.

        Two arrays: the parts, and where each unit's begin among them. "No unit" (-1) is not
        asked for. What they are ordered by is made once a layer.
        """
        order, start = self._parts
        size = start[unit + 1] - start[unit]
        parts = order[np.repeat(start[unit], size) + count_runs(size)]
        return parts, np.cumsum(size) - size

    @property
    def count(self) -> int:
        """Return how many units it has."""
        return len(self.codes)

    @property
    def units_in_wards(self) -> np.ndarray | None:
        """Return how many units reach into each ward, (7,934,), if that is known by itself."""
        return None

    @property
    def nbytes(self) -> int:
        """Return the bytes that keeping it keeps from being freed; layers that ship stay anyway."""
        own = int(self.numbers.nbytes) if self.grain == "postcode" else 0
        return own + int(self.residual.memory_usage(index=False).sum())

    @property
    def shares(self) -> "Shares | None":
        """Return who answers for how much of each area; None but for a layer of ``from_shares``."""
        return None

    @property
    def by_majority(self) -> "Layer":
        """Return the layer without shares, each area being all of the unit of its largest."""
        return self

    @cached_property
    def labels(self) -> tuple[pd.api.extensions.ExtensionArray, pd.api.extensions.ExtensionArray]:
        """Return codes and names as text arrays with "none" as their last entry."""
        return pd.array([*self.codes, ""], dtype="str"), pd.array([*self.names, NONE], dtype="str")

    @property
    def noun(self) -> str:
        """Return the title as it stands inside a sentence, without what explains it in brackets."""
        if self.called:
            return self.called
        plain, _, more = self.title.partition(" (")
        return as_noun(self.title if more == f"{self.edition})" else plain)

    def code_of(self, unit: int) -> str:
        """Return the code of a unit by number; "" for -1."""
        return str(self.codes[unit]) if unit >= 0 else ""

    def name_of(self, unit: int) -> str:
        """Return the name of a unit by number; "none" for -1."""
        return str(self.names[unit]) if unit >= 0 else NONE

    def number_of(self, code: str) -> int:
        """Return the number of a unit by code; raises MappingError if there is none."""
        found = np.flatnonzero(self.codes == code)
        if not len(found):
            raise MappingError(
                f"Expected the code of one of {len(self.codes):,} {self.plural}; found "
                f"“{code[:40]}”. Codes look like {', '.join(self.codes[:3])}."
            )
        return int(found[0])

    def is_out_of_date(self, today: date) -> bool:
        """Tell whether the layer is past its last known day."""
        return bool(self.valid_to) and today > date.fromisoformat(self.valid_to)


@keep
def _load_blocks(layer: Layer) -> np.ndarray:
    return layer.numbers if layer.grain == "block" else layer.numbers[blocks().ward]


@lru_cache(maxsize=4096)
def as_noun(title: str) -> str:
    """Write a title as inside a sentence: only London and abbreviations keep their capitals."""
    if title.startswith("London") or title[1:2].isupper():
        return title
    return title[0].lower() + title[1:]


def pluralise(noun: str) -> str:
    """Write several of what a noun names: "teams", "patches", "localities"; "teams" stays.

    What stands in brackets after it is left out.
    """
    noun = noun.partition(" (")[0]
    last = noun.lower()
    if last.endswith("y") and last[-2:-1] not in ("a", "e", "i", "o", "u", ""):
        return f"{noun[:-1]}ies"
    if last.endswith(("ss", "us", "x", "z", "ch", "sh")):
        return f"{noun}es"
    return noun if last.endswith("s") or not last[-1].isalpha() else f"{noun}s"


def slug(name: str) -> str:
    """Write a name as a code of small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower().replace("'", "")).strip("-")
