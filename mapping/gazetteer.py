"""The gazetteer: every place's name, how it may be typed, and what is like it."""

import difflib
import re
import unicodedata
from functools import lru_cache

import numpy as np
import pandas as pd

from mapping import layers, weights
from mapping.postcodes import DATA

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
def _keys() -> list[set[str]]:
    """List the spellings of each row's name and of its other names (``data/other_names.csv``)."""
    others = pd.read_csv(DATA / "other_names.csv", dtype=str, keep_default_na=False)
    also = others.groupby(["kind", "code"])["other_name"].agg(list).to_dict()
    return [
        set().union(*(spellings(n) for n in (name, *also.get((kind, code), ()))))
        for kind, code, name in listing().itertuples(index=False)
    ]


@lru_cache(maxsize=1)
def _by_name() -> dict[str, list[int]]:
    """Map each spelling to the rows that have it."""
    found: dict[str, list[int]] = {}
    for row, keys in enumerate(_keys()):
        for typed in keys:
            found.setdefault(typed, []).append(row)
    return found


@lru_cache(maxsize=1)
def _newer_codes() -> dict[str, str]:
    rows = pd.read_csv(DATA / "code_aliases.csv", dtype=str)
    return dict(zip(rows["code"], rows["alias_of"], strict=True))


def known_code(code: str) -> str:
    """Return the code that the data have for a district's newer code; any other as it is."""
    return _newer_codes().get(code, code)


def spellings(name: str) -> set[str]:
    """Return the ways a name may be typed: "Bristol, City of" is also "Bristol"."""
    bare = re.sub(
        r"(?<!London), (City|County) of$|^City of (?!London)|^Isles? of ", "", name, flags=re.I
    )
    return {key(name), key(bare)}


def folded(text: str) -> str:
    """Write a text as it is compared: small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def key(name: str) -> str:
    """Write a name as it is compared: folded, no punctuation, "and" and "st" one way."""
    text = re.sub("['’]", "", folded(name).replace("&", " and "))
    return re.sub(r"\bsaint\b", "st", re.sub(r"[^\w]+", " ", text)).strip()


def named(name: str) -> list[tuple[str, str]]:
    """Return the kind and code of every place of that name; an empty list if there is none."""
    hits = (_by_name().get(typed, []) for typed in (key(name), *spellings(name.strip())))
    rows = listing()[["kind", "code"]]
    return [tuple(rows.iloc[row]) for row in next(filter(None, hits), [])]


def matching(typed: str) -> list[int]:
    """Return the rows of which a name is, begins with, or has a word that begins with a key.

    The very name first; then larger kinds before smaller ones, beginnings before words. What
    stands after "Isle of" or "City of" begins a name as well.
    """
    kinds = listing()["kind"].tolist()
    size = {kind: rank for rank, kind in enumerate(dict.fromkeys(kinds))}
    ranked = [
        (rank > 0, size[kinds[i]], rank, i)
        for i, names in enumerate(_keys())
        if (rank := _rank(typed, names)) is not None
    ]
    return [i for *_, i in sorted(ranked)]


def similar(typed: str, *, most: int = 20) -> list[int]:
    """Return the rows whose name is spelt like a key, the closest first."""
    close = difflib.get_close_matches(typed, _by_name(), n=most, cutoff=0.75)
    return list(dict.fromkeys(row for near in close for row in _by_name()[near]))


def half_postcode(typed: str) -> list[int]:
    """Return the rows of the postal district that half a postcode lies in: N1 for "N1 9"."""
    rows = listing()
    for first in (r"[A-Z]{1,2}[0-9][0-9A-Z]?", r"[A-Z]{1,2}[0-9]"):
        half = re.fullmatch(rf"({first})\s*([0-9][A-Z]?)?", typed)
        found = rows["code"] == half[1] if half else np.zeros(len(rows), dtype=bool)
        if found.any():
            return list(rows.index[(rows["kind"] == "postal_district") & found])
    return []


def _rank(typed: str, names: set[str]) -> int | None:
    """Rank a match: a whole name, its beginning, the beginning of a word; None if neither."""
    if typed in names:
        return 0
    if any(name.startswith(typed) for name in names):
        return 1
    return 2 if any(f" {typed}" in name for name in names) else None
