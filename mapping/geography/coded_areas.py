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


class Areas(NamedTuple):
    """What the rows of a table name: kind (a number into ``KINDS``; -1 unknown) and number."""

    kind: np.ndarray
    number: np.ndarray


def identify(areas: pd.Series) -> Areas:
    """Find out which area each text is the code of, however it is typed: see ``KINDS``."""
    known = _index_codes()
    given = areas.to_numpy(object)
    at = known.codes.get_indexer(given)
    todo = np.flatnonzero(at < 0)  # most codes are typed as they are
    texts = np.array([" ".join(text.upper().split()) for text in given[todo]], dtype=object)
    at[todo] = known.codes.get_indexer(texts)
    kind, number = known.kind[at], known.number[at]
    rest = at[todo] < 0
    kind[todo[rest]] = -1
    for key, find in ((SMALL_AREAS, _find_small_areas), ("postcode", _find_postcodes)):
        left = rest & (kind[todo] < 0)
        found = find(texts[left]) if left.any() else todo[left]
        kind[todo[left]] = np.where(found >= 0, KINDS.index(key), -1)
        number[todo[left]] = found
    return _read_as_2021(given, Areas(kind, number))


def _read_as_2021(given: np.ndarray, found: Areas) -> Areas:
    """Take the small areas of a table for those of 2021 if it names one that was drawn then."""
    kind, number = found
    if (kind == KINDS.index(SMALL_AREAS)).any():
        both = np.flatnonzero(kind == KINDS.index("lsoa"))
        own = _find_small_areas(np.array([text.strip().upper() for text in given[both]], object))
        kind[both[own >= 0]] = KINDS.index(SMALL_AREAS)
        number[both[own >= 0]] = own[own >= 0]
    return Areas(kind, number)


class _Codes(NamedTuple):
    """All codes but postcodes, in capitals, with the kind and number of each."""

    codes: pd.Index
    kind: np.ndarray
    number: np.ndarray


@once
def _index_codes() -> _Codes:
    """List the codes of all kinds that ship; what several have counts for the largest."""
    kinds = [(at, key) for at, key in [*enumerate(KINDS)][:0:-1] if key != SMALL_AREAS]
    codes = [np.char.upper(catalogue.make_base(key).codes.astype(str)) for _, key in kinds]
    whole = pd.DataFrame(
        {
            "code": np.concatenate([some.astype(object) for some in codes]),
            "kind": np.repeat([at for at, _ in kinds], [len(some) for some in codes]),
            "number": np.concatenate([np.arange(len(some)) for some in codes]),
        }
    ).drop_duplicates("code")
    index = pd.Index(whole["code"].to_numpy(object), dtype=object)
    return _Codes(index, whole["kind"].to_numpy(), whole["number"].to_numpy())


def _find_postcodes(texts: np.ndarray) -> np.ndarray:
    tight = [text.replace(" ", "") for text in texts]
    asked = [
        f"{text[:-3]} {text[-3:]}" if 5 <= len(text) <= 7 and text.isascii() else ""
        for text in tight
    ]
    names, known = np.array(asked, dtype="S8"), table().name
    at = np.clip(np.searchsorted(known, names), 0, len(known) - 1)
    return np.where(known[at] == names, at, -1)


def _find_small_areas(texts: np.ndarray) -> np.ndarray:
    """Find the small areas of 2021, if a postcode directory is at hand; -1 for others."""
    if not directory.is_known(SMALL_AREAS):
        return np.full(len(texts), -1)
    return pd.Index(directory.get(SMALL_AREAS).codes.astype(object)).get_indexer(pd.Index(texts))


def get_base(key: str) -> Layer:
    """Return the layer that areas of a kind are units of."""
    return directory.get(key) if directory.is_key(key) else catalogue.make_base(key)
