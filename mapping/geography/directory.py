"""Directory: the official geographies of the postcode directory, as layers, if a pack is at hand.

A geography is one key, ``onspd_lad``, at one or several editions: those of the packs' columns.
Nothing of a pack is read until a layer's numbers, codes or presence are asked for.

>>> is_key("ward"), is_key("onspd_lad")
(False, True)
"""

import re
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from mapping import packs
from mapping.atoms import table
from mapping.errors import MappingError
from mapping.geography.catalogue import NOBODYS_SECTORS
from mapping.geography.layer import SCALES, Layer
from mapping.memory import keep, once
from mapping.packs import Column, Found, Others, Pack

PREFIX = "onspd_"
"""How the keys of official geographies begin."""
SMALL_AREAS = f"{PREFIX}lsoa21"
"""The small census areas of 2021, by which the figures of later years are published."""
AT = "@"
MONTH = re.compile(r"[12][0-9]{3}-(0[1-9]|1[0-2])")
DATED = re.compile(r"([a-z]+)([0-9]{2})")
"""A column's name without its "cd": "lad25" is the key onspd_lad at its edition 2025."""


class PackLayer(Layer):
    """A layer of a pack: its codes, names and numbers are read when they are asked for.

    The numbers stay as long as there is room for them (``memory.keep``), the codes and names as
    long as the process.
    """

    def __init__(self, found: Pack, column: Column, *, is_newest: bool) -> None:
        texts = {
            "key": column.key if is_newest else f"{column.key}{AT}{column.edition}",
            "title": _date(column.title, column.edition),
            "plural": _date(column.plural, column.edition),
            "scale": column.scale,
            "sector": column.sector,
            "source": f"{found.title}, {name_month(found.as_at)} ({column.column})",
            "as_at": column.edition,
            "valid_from": "",
            "valid_to": "",
            "licence": "OGL v3",
            "description": column.description,
            "grain": column.grain,
            "edition": column.edition,
            "residual": pd.DataFrame(),
        }
        self.__dict__.update(texts, load=lambda: packs.read_numbers(found, column))
        self.__dict__.update(_pack=found, _column=column)

    def __repr__(self) -> str:
        return f"PackLayer({self.key}, {self.source})"

    @cached_property
    def _read_labels(self) -> tuple[np.ndarray, np.ndarray]:
        return packs.read_units(self.__dict__["_pack"], self.__dict__["_column"])

    @property
    def codes(self) -> np.ndarray:
        """Return the code of each unit."""
        return self._read_labels[0]

    @property
    def names(self) -> np.ndarray:
        """Return the name of each unit; its code where the directory has none."""
        return self._read_labels[1]

    @property
    def numbers(self) -> np.ndarray:
        """Return the number of the unit of each ward, block or postcode: see ``grain``."""
        return _load_numbers(self)

    @property
    def nbytes(self) -> int:
        """Return 0: its numbers are kept, and let go of, by themselves."""
        return 0

    @property
    def _parts(self) -> tuple[np.ndarray, np.ndarray]:
        return _order_parts(self)

    @property
    def count(self) -> int:
        """Return how many units it has, without reading them."""
        return int(self.__dict__["_column"].units)

    @property
    def units_in_wards(self) -> np.ndarray:
        """Return how many units reach into each ward, (7,934,), without reading its numbers."""
        column = self.__dict__["_column"]
        counts = _read_presence(self.__dict__["_pack"])
        return counts[column.key, column.edition]


@keep
def _load_numbers(layer: PackLayer) -> np.ndarray:
    return layer.load()


@keep
def _order_parts(layer: PackLayer) -> tuple[np.ndarray, np.ndarray]:
    return layer.order_parts()


@once
def _read_presence(found: Pack) -> dict[tuple[str, str], np.ndarray]:
    return packs.read_presence(found)


def is_key(key: str) -> bool:
    """Tell whether a key is one of an official geography, at hand or not."""
    return key.startswith(PREFIX)


def find_key(key: str) -> str:
    """Return the key of a geography however it is called: "lad25" is "onspd_lad@2025".

    Anything else that no pack has is returned as it is.
    """
    if key.startswith(PREFIX):
        return key
    known = _columns(packs.find())
    if PREFIX + key in known:
        return PREFIX + key
    dated = DATED.fullmatch(key)
    if dated and f"20{dated[2]}" in known.get(PREFIX + dated[1], {}):
        return f"{PREFIX}{dated[1]}{AT}20{dated[2]}"
    return key


def keys() -> list[str]:
    """List the keys of the geographies that are at hand, from the smallest scale to the largest."""
    return list(_columns(packs.find()))


def editions(key: str) -> list[str]:
    """List the editions of a geography, the newest first; raises MappingError if none has it."""
    known = _columns(packs.find())
    if key not in known:
        raise _explain_unknown(key)
    return list(known[key])


def is_known(key: str) -> bool:
    """Tell whether ``get`` finds a geography of this key: "onspd_lad", "onspd_lad@2024"."""
    name, _, dated = key.partition(AT)
    known = _columns(packs.find()).get(name, {})
    return bool(known) and (not dated or dated in known)


def is_worked_to(key: str) -> bool:
    """Tell whether some organisation works to a geography."""
    return get(key).sector not in NOBODYS_SECTORS


def get(key: str, edition: str = "") -> Layer:
    """Return the one layer of a geography, at an edition or the newest.

    Raises MappingError if no pack that is at hand has it, with how to have one.
    """
    name, _, dated = key.partition(AT)
    known = editions(name)
    asked = edition or dated or known[0]
    if asked not in known:
        raise MappingError(
            f"Expected an edition of {name}; found “{asked[:40]}”. There are: {', '.join(known)}."
        )
    return _make(packs.find(), name, asked)


@once
def _make(found: Found, key: str, edition: str) -> Layer:
    columns = _columns(found)[key]
    return PackLayer(*columns[edition], is_newest=edition == next(iter(columns)))


@once
def _columns(found: Found) -> dict[str, dict[str, tuple[Pack, Column]]]:
    """Map keys to their editions, the newest first, each of the newest pack that has it."""
    listed = [
        (one, column)
        for one in found.packs
        for column in one.columns
        if column.reading == "layer" and column.key.startswith(PREFIX)
    ]
    listed.sort(key=lambda pair: pair[1].edition, reverse=True)  # of one, the newest pack's first
    by_key: dict[str, dict[str, tuple[Pack, Column]]] = {}
    for one, column in listed:
        by_key.setdefault(column.key, {}).setdefault(column.edition, (one, column))

    def rank(key: str) -> tuple[int, int]:
        newest = next(iter(by_key[key].values()))[1]
        return SCALES.index(newest.scale), -newest.units

    return {key: by_key[key] for key in sorted(by_key, key=rank)}


def needs() -> dict[str, str]:
    """Map the keys of the numbers at hand, such as ranks of deprivation, to their titles."""
    return {key: _date(c.title, c.edition) for key, (_, c) in _numbers(packs.find()).items()}


def read_need(key: str) -> np.ndarray:
    """Return a rank as need by postcode, (1.74 million,): how many per cent of ranks are better.

    The first of a nation, its most deprived area, has 100; NaN for postcodes without a rank. Each
    nation ranks its own areas. Raises MappingError for a key that is not at hand.
    """
    known = _numbers(packs.find())
    if key not in known:
        raise _explain_unknown(key)
    return _weigh_ranks(*known[key])


@keep
def _weigh_ranks(found: Pack, column: Column) -> np.ndarray:
    rank = packs.read_by_postcode(found, column)
    nation = _nations()[table().ward]
    last = np.zeros(int(nation.max()) + 1)
    np.maximum.at(last, nation, rank)
    better = last[nation] - rank
    return np.where(rank > 0, 100 * (better + 1) / np.maximum(last[nation], 1), np.nan)


def _nations() -> np.ndarray:
    """Return the number of each ward's nation."""
    return np.unique(table().ward_codes.astype("U1"), return_inverse=True)[1]


@once
def _numbers(found: Found) -> dict[str, tuple[Pack, Column]]:
    """Map the keys of columns that are numbers to those of the newest edition."""
    listed = [(one, c) for one in found.packs for c in one.columns if c.reading == "number"]
    listed.sort(key=lambda pair: pair[1].edition)
    return {column.key: (one, column) for one, column in listed}


def find_others(names: np.ndarray) -> tuple[Others | None, np.ndarray]:
    """Look postcodes up (``S8``) that are not among ours, in the newest directory at hand.

    Returns its postcodes, None without a pack, and the row of each there, -1 for none.
    """
    for one in packs.find().packs:
        if one.kind == packs.DIRECTORY:
            others = _read_others(one)
            return others, others.find(names)
    return None, np.full(len(names), -1)


@keep
def _read_others(found: Pack) -> Others:
    return packs.read_others(found)


def name_month(as_at: str) -> str:
    """Write "2025-11" as "November 2025"; a year, or somebody's own words, stay as they are."""
    is_month = MONTH.fullmatch(as_at)
    return date.fromisoformat(f"{as_at}-01").strftime("%B %Y") if is_month else as_at


def _date(text: str, edition: str) -> str:
    """Add the year of an edition to a title that does not have it."""
    year = edition[:4]
    return text if not year or year in text else f"{text} ({year})"


def _explain_unknown(key: str) -> MappingError:
    return MappingError(
        f"Expected the key of an official geography at hand; found “{key[:40]}”. They come from "
        "the postcode directory of the Office for National Statistics: the page Data and method "
        "says how to have it in three steps."
    )
