"""The gazetteer: every place's name, how it may be typed, and what is like it."""

import difflib
import re
from functools import lru_cache

import numpy as np
import pandas as pd

from mapping import layers, weights

BRITAIN = ("britain", "gb", "Great Britain")
NATIONS = [("nation", name, name) for name in ("England", "Scotland", "Wales")]
NORTHERN_IRELAND = frozenset(
    ["northern ireland", "ulster", "belfast", "derry", "londonderry", "lisburn", "newry", "armagh",
     "antrim", "omagh", "enniskillen", "ballymena", "coleraine", "fermanagh", "tyrone"]
)  # fmt: skip
"""Names that mean somewhere the postcode file does not reach."""


@lru_cache(maxsize=1)
def listing() -> pd.DataFrame:
    """List every named place: kind, code, name, from the largest kinds to wards.

    Postal districts in which nobody lives are left out.
    """
    rows = [BRITAIN, *NATIONS]
    for kind in ("region", "combined_authority", "county", "borough", "postal_district", "ward"):
        layer = layers.get(kind)
        lived_in = np.ones(len(layer.codes), dtype=bool)
        if kind == "postal_district":
            lived_in = np.bincount(layer.unit, weights=weights.lens()) > 0
        pairs = zip(layer.codes[lived_in], layer.names[lived_in], strict=True)
        rows += [(kind, str(code), str(name)) for code, name in pairs]
    return pd.DataFrame(rows, columns=["kind", "code", "name"], dtype="str")


@lru_cache(maxsize=1)
def _by_name() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, code, name in listing().itertuples(index=False):
        for typed in spellings(name):
            found.setdefault(typed, []).append((kind, code))
    return found


def spellings(name: str) -> set[str]:
    """Return the ways a name may be typed: "Bristol, City of" is also "Bristol"."""
    bare = re.sub(r"(?<!London), (City|County) of$|^City of (?!London)", "", name, flags=re.I)
    return {key(name), key(bare)}


def key(name: str) -> str:
    """Write a name as it is compared: small letters, no punctuation, "and" and "st" one way."""
    text = name.casefold().replace("&", " and ").replace("saint ", "st ").replace("'", "")
    return re.sub(r"[^\w]+", " ", text).strip()


def named(name: str) -> list[tuple[str, str]]:
    """Return the kind and code of every place of that name; an empty list if there is none."""
    hits = (_by_name().get(typed, []) for typed in (key(name), *spellings(name.strip())))
    return next(filter(None, hits), [])


def matching(typed: str) -> list[int]:
    """Return the rows whose name is, begins with, or has a word that begins with a key.

    The very name first; then larger kinds before smaller ones, beginnings before words.
    """
    kinds = listing()["kind"].tolist()
    size = {kind: rank for rank, kind in enumerate(dict.fromkeys(kinds))}
    ranked = [
        (rank > 0, size[kinds[i]], rank, i)
        for i, name in enumerate(_keys())
        if (rank := _rank(typed, name)) is not None
    ]
    return [i for *_, i in sorted(ranked)]


def similar(typed: str, *, most: int = 20) -> list[int]:
    """Return the rows whose name is spelt like a key, the closest first."""
    close = difflib.get_close_matches(typed, dict.fromkeys(_keys()), n=most, cutoff=0.75)
    return [i for near in close for i, name in enumerate(_keys()) if name == near]


def half_postcode(typed: str) -> list[int]:
    """Return the rows of the postal district that half a postcode lies in: N1 for "N1 9"."""
    rows = listing()
    for first in (r"[A-Z]{1,2}[0-9][0-9A-Z]?", r"[A-Z]{1,2}[0-9]"):
        half = re.fullmatch(rf"({first})\s*([0-9][A-Z]?)?", typed)
        found = rows["code"] == half[1] if half else np.zeros(len(rows), dtype=bool)
        if found.any():
            return list(rows.index[(rows["kind"] == "postal_district") & found])
    return []


@lru_cache(maxsize=1)
def _keys() -> list[str]:
    return [key(name) for name in listing()["name"]]


def _rank(typed: str, name: str) -> int | None:
    """Rank a match: the whole name, its beginning, the beginning of a word; None if neither."""
    if name == typed:
        return 0
    if name.startswith(typed):
        return 1
    return 2 if f" {typed}" in name else None
