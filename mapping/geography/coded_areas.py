"""Coded areas: which postcode, small area, ward or larger area a text is the code of."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import table
from mapping.geography import catalogue, directory
from mapping.geography.directory import SMALL_AREAS
from mapping.geography.layer import Layer
from mapping.memory import once

KINDS = (
    "postcode",
    SMALL_AREAS,
    "lsoa",
    "postal_sector",
    "ward",
    "postal_district",
    "borough",
    "county",
    "region",
)
"""What an area may be, from the smallest: the keys of layers, and postcodes.

Small areas of 2021 are known if a postcode directory is at hand.
"""
POSTAL = ("postal_sector", "postal_district")
OFFICIAL = tuple(key for key in KINDS if key not in ("postcode", SMALL_AREAS, *POSTAL))


class Areas(NamedTuple):
    """What the rows of a table name: kind (a number into ``KINDS``; -1 unknown) and number."""

    kind: np.ndarray
    number: np.ndarray


def identify(areas: pd.Series) -> Areas:
    """Find out which area each text is the code of, however it is typed: see ``KINDS``."""
    given = areas.to_numpy(object)
    kind, number = _find_codes(given, OFFICIAL)  # most codes are typed as they are
    todo = np.flatnonzero(kind < 0)
    texts = np.array([" ".join(text.upper().split()) for text in given[todo]], dtype=object)
    for find in (
        lambda some: _find_codes(some, OFFICIAL),
        lambda some: _find_codes(some, POSTAL),
        _find_small_areas,
        _find_postcodes,
    ):
        if not len(todo):
            break
        kind[todo], number[todo] = find(texts)
        rest = kind[todo] < 0
        todo, texts = todo[rest], texts[rest]
    return _read_as_2021(given, Areas(kind, number))


def _read_as_2021(given: np.ndarray, found: Areas) -> Areas:
    """Take the small areas of a table for those of 2021 if it names one that was drawn then."""
    kind, number = found
    if (kind == KINDS.index(SMALL_AREAS)).any():
        both = np.flatnonzero(kind == KINDS.index("lsoa"))
        own = _find_small_areas(np.array([text.strip().upper() for text in given[both]], object))
        is_own = own.kind >= 0
        kind[both[is_own]], number[both[is_own]] = own.kind[is_own], own.number[is_own]
    return Areas(kind, number)


class _Codes(NamedTuple):
    """Some codes, in capitals, with the kind and number of each."""

    codes: pd.Index
    kind: np.ndarray
    number: np.ndarray


def _find_codes(texts: np.ndarray, keys: tuple[str, ...]) -> Areas:
    known = _index_codes(keys)
    at = known.codes.get_indexer(texts)
    return Areas(np.where(at >= 0, known.kind[at], -1), known.number[at])


@once
def _index_codes(keys: tuple[str, ...]) -> _Codes:
    """List the codes of some kinds that ship; what several have counts for the largest."""
    bases = [catalogue.make_base(key) for key in reversed(keys)]
    sizes = [len(base.codes) for base in bases]
    whole = pd.DataFrame(
        {
            "code": [code.upper() for base in bases for code in base.codes.tolist()],
            "kind": np.repeat([KINDS.index(base.key) for base in bases], sizes),
            "number": np.concatenate([np.arange(size) for size in sizes]),
        },
    ).drop_duplicates("code")
    index = pd.Index(whole["code"].to_numpy(object), dtype=object)
    return _Codes(index, whole["kind"].to_numpy(), whole["number"].to_numpy())


def _find_postcodes(texts: np.ndarray) -> Areas:
    tight = [text.replace(" ", "") for text in texts]
    asked = [
        f"{text[:-3]} {text[-3:]}" if 5 <= len(text) <= 7 and text.isascii() else ""
        for text in tight
    ]
    names, known = np.array(asked, dtype="S8"), table().name
    at = np.clip(np.searchsorted(known, names), 0, len(known) - 1)
    return Areas(np.where(known[at] == names, KINDS.index("postcode"), -1), at)


def _find_small_areas(texts: np.ndarray) -> Areas:
    """Find the small areas of 2021, if a postcode directory is at hand."""
    if not directory.is_known(SMALL_AREAS):
        return Areas(np.full(len(texts), -1), np.full(len(texts), -1))
    codes = pd.Index(directory.get(SMALL_AREAS).codes.astype(object))
    at = codes.get_indexer(pd.Index(texts))
    return Areas(np.where(at >= 0, KINDS.index(SMALL_AREAS), -1), at)


def get_base(key: str) -> Layer:
    """Return the layer that areas of a kind are units of."""
    return directory.get(key) if directory.is_key(key) else catalogue.make_base(key)
