"""The gazetteer: every place's name, and the places that a name as it is typed may be of.

All who look names up share its ``find_named``; how names are written stands in ``spelling``.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import pandas as pd

from mapping.atoms import DATA, blocks, tables
from mapping.geocode import spoken
from mapping.geocode.spelling import Reading, compact, key, readings
from mapping.geography import layers, lenses

BRITAIN = ("britain", "gb", "Great Britain")
NATIONS = [("nation", name, name) for name in ("England", "Scotland", "Wales")]
KINDS = (
    "britain",
    "nation",
    "region",
    "combined_authority",
    "county",
    "borough",
    "postal_district",
    "ward",
)
"""The kinds of named places, the largest first."""
_PART_OF_TOWN = re.compile(r"(.+?)(?: (?:north|south|east|west|central|centre|town|and))+")
UNITED_KINGDOM = frozenset(
    ["uk", "united kingdom", "united kingdom of great britain and northern ireland"]
)
"""Names of what Great Britain is only a part of."""
ISLANDS = frozenset(
    [
        "jersey",
        "guernsey",
        "alderney",
        "sark",
        "herm",
        "channel islands",
        "the channel islands",
        "bailiwick of jersey",
        "bailiwick of guernsey",
        "isle of man",
        "the isle of man",
    ]
)
"""Names of islands that are no part of the United Kingdom."""
NORTHERN_IRELAND = frozenset(
    [
        "northern ireland",
        "ulster",
        "belfast",
        "derry",
        "londonderry",
        "lisburn",
        "newry",
        "armagh",
        "antrim",
        "omagh",
        "enniskillen",
        "ballymena",
        "coleraine",
        "fermanagh",
        "tyrone",
        "derry city and strabane",
        "newry mourne and down",
        "causeway coast and glens",
        "mid ulster",
        "armagh city banbridge and craigavon",
        "antrim and newtownabbey",
        "mid and east antrim",
        "ards and north down",
        "fermanagh and omagh",
        "lisburn and castlereagh",
    ]
)
"""Names that mean somewhere the postcode file does not reach."""


@lru_cache(maxsize=1)
def list_places() -> pd.DataFrame:
    """List every named place: kind, code, name, from the largest kinds to wards.

    Postcode districts in which nobody lives are left out.
    """
    return pd.DataFrame(rows(), columns=["kind", "code", "name"], dtype="str")


@lru_cache(maxsize=1)
def rows() -> list[tuple[str, str, str]]:
    """Return the rows of ``list_places`` as tuples, which one row is read from much faster."""
    found = [BRITAIN, *NATIONS]
    for kind in KINDS[2:]:
        layer = layers.get(kind)
        lived_in = np.ones(len(layer.codes), dtype=bool)
        if kind == "postal_district":
            lived_in = np.bincount(layer.at(blocks().first), lenses.get().by_block) > 0
        pairs = zip(layer.codes[lived_in].tolist(), layer.names[lived_in].tolist(), strict=True)
        found += [(kind, str(code), str(name)) for code, name in pairs]
    return found


@lru_cache(maxsize=1)
def map_keys() -> dict[str, list[int]]:
    """Map the key of each name, and of other names (``data/other_names.csv``), to its rows."""
    others = tables.read(DATA / "other_names.csv")
    also = others.groupby(["kind", "code"])["other_name"].agg(list).to_dict()
    found: dict[str, list[int]] = {}
    for row, (kind, code, name) in enumerate(rows()):
        keys = {key(one) for one in (name, *also.get((kind, code), ()))}
        keys |= {re.sub("^(city of(?! london)|isles? of) ", "", one) for one in keys}
        if code.startswith("W06"):  # all of Wales's districts are counties
            keys |= {f"{one} county" for one in keys}
        for one in sorted(keys):
            found.setdefault(one, []).append(row)
    return found


@lru_cache(maxsize=1)
def _map_first_parts() -> dict[str, list[int]]:
    """Map "kingston" to both Kingstons upon a river, and so on."""
    found: dict[str, list[int]] = {}
    for row, (kind, _, name) in enumerate(rows()):
        if kind == "borough" and (parts := re.fullmatch(r"(.+?) (upon|on|under) .+", key(name))):
            found.setdefault(parts[1], []).append(row)
    return found


@lru_cache(maxsize=1)
def _newer_codes() -> dict[str, str]:
    aliases = tables.read(DATA / "code_aliases.csv", keep_default_na=True)
    return dict(zip(aliases["code"], aliases["alias_of"], strict=True))


def translate_code(code: str) -> str:
    """Return the code that the data have for a district's newer code; any other as it is."""
    return _newer_codes().get(code, code)


def find_named(name: str, kind: str | None = None) -> list[tuple[str, str]]:
    """Return the kind and code of every place of that name; an empty list if there is none.

    The first of its ``readings`` that names something (of a ``kind``) counts. Wards do without a
    kind if nothing larger has the name; then "Kingston" means Kingston upon Thames as well, and
    "Ely" those of another council's wards that are parts of such a town: see ``list_parted``.
    """
    every = rows()
    for reading in readings(name):
        found = find_rows(reading)
        if kind is not None:
            found = [row for row in found if every[row][0] == kind]
        elif found:
            found = [row for row in found if every[row][0] != "ward"] or keep_fitting(
                [*find_likely(reading), *([] if reading.kinds else list_parted(reading.key))],
                reading,
            )
        if found:
            return [every[row][:2] for row in found]
    return []


def list_parted(name: str) -> list[int]:
    """List the rows of wards that are parts of a town, by its key: Ely East and North for "ely".

    They count where a ward of another council has the whole name, and no larger place has it.
    """
    whole = map_keys().get(name, ())
    if any(rows()[row][0] != "ward" for row in whole):
        return []
    districts = _map_districts()
    own = {districts[rows()[row][1]] for row in whole}
    parts = _map_parted_towns().get(name, ())
    count = Counter(districts[rows()[row][1]] for row in parts)
    return [
        row for row in parts if (held := districts[rows()[row][1]]) not in own and count[held] > 1
    ]


@lru_cache(maxsize=1)
def _map_parted_towns() -> dict[str, list[int]]:
    """Map "ely" to the rows of the wards that are called after it and a part of the town."""
    found: dict[str, list[int]] = {}
    for name, named in map_keys().items():
        if parts := _PART_OF_TOWN.fullmatch(name):
            found.setdefault(parts[1], []).extend(r for r in named if rows()[r][0] == "ward")
    return found


@lru_cache(maxsize=1)
def _map_districts() -> dict[str, str]:
    """Map the code of each ward to that of its council area."""
    facts = layers.wards()
    return dict(zip(facts["code"], facts["lad_code"], strict=True))


def find_rows(reading: Reading) -> list[int]:
    """Return the rows that a reading names: "RB Kingston" does name Kingston upon Thames."""
    found = keep_fitting(map_keys().get(reading.key, ()), reading)
    return found or (find_likely(reading) if reading.kinds or reading.within else [])


def find_likely(reading: Reading) -> list[int]:
    """Return the rows that a reading names, and both Kingstons for "Kingston", larger first."""
    named_so = map_keys().get(reading.key, ())
    begun_so = _map_first_parts().get(reading.key, ())
    return keep_fitting(sorted({*named_so, *begun_so}) if begun_so else named_so, reading)


def keep_fitting(found: Iterable[int], reading: Reading) -> list[int]:
    """Keep the rows of a reading's kinds that lie within its larger places."""
    if reading.kinds:
        found = [row for row in found if rows()[row][0] in reading.kinds]
    for larger in map(_find_larger, reading.within):
        found = [row for row in found if not _list_holders()[row].isdisjoint(larger)]
        found = [row for row in found if row not in larger] or found  # Gedling, Gedling: a ward
    return list(found)


@lru_cache(maxsize=1_024)
def _find_larger(said: str) -> tuple[int, ...]:
    """Return the rows, larger than wards, that may be meant by a key that contains others."""
    for reading in readings(said):
        if found := [row for row in find_rows(reading) if rows()[row][0] in KINDS[:-2]]:
            return tuple(found)
    parts = [part for region in spoken.map_names().get(said, ()) for part in region.parts]
    return tuple(row for part in parts for row in find_coded(part))


def find_parts_in(name: str, larger: str) -> list[int]:
    """Return the rows of wards that are parts of a town and lie in a larger place.

    Newport Central for "Newport" in "Isle of Wight": the council of that name is another's.
    """
    parted = _map_parted_towns().get(key(name), ())
    return keep_fitting(parted, Reading("", within=(key(larger),))) if parted else []


@lru_cache(maxsize=1)
def _list_holders() -> list[set[int]]:
    """List the rows of the places that hold the whole of each row's place, itself among them."""
    codes = {row[:2]: at for at, row in enumerate(rows())}
    names = {(kind, name): at for at, (kind, _, name) in enumerate(rows())}
    facts = layers.wards()
    kinds = ["nation", "region", "combined_authority", "county"]
    found: dict[int, set[int]] = {}
    columns = [facts[column].tolist() for column in ("code", "lad_code", *kinds)]
    for own, district, *larger in zip(*columns, strict=True):
        held = {0, codes["ward", own], codes["borough", district]}
        held |= {names[pair] for pair in zip(kinds, larger, strict=True) if pair in names}
        for row in held:
            found[row] = found.get(row, held) & held
    return [found.get(row, {row}) for row in range(len(rows()))]


def list_holding(wards: Iterable[str], postal: Iterable[str] = ()) -> frozenset[int]:
    """Return the rows of all places that hold one of some wards, and of some postcode districts.

    Both are given by their codes.
    """
    held = [_list_holders()[row] for code in wards for row in find_coded(str(code), "ward")]
    also = [row for code in postal for row in find_coded(str(code), "postal_district")]
    return frozenset().union(also, *held)


def find_coded(text: str, kind: str | None = None) -> list[int]:
    """Return the rows of the places with a code, in capitals or not."""
    codes = {translate_code(text.strip()), translate_code(compact(text))}
    found = [row for code in codes for row in _map_codes().get(code, ())]
    return sorted(row for row in found if kind in (None, rows()[row][0]))


@lru_cache(maxsize=1)
def _map_codes() -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row, (_, code, _) in enumerate(rows()):
        found.setdefault(code, []).append(row)
    return found


def find_matching(reading: Reading) -> tuple[list[int], list[int]]:
    """Return the rows of which a name is a key, and those with a word that begins with it.

    Larger kinds come before smaller ones, beginnings of names before words. What stands after
    "Isle of" or "City of" begins a name as well.
    """
    text, starts, owners = _write_keys()
    best: dict[int, int] = {}
    for before, rank in (("\n", 1), (" ", 2)):
        at = text.find(before + reading.key)
        while at >= 0:
            row = owners[bisect_right(starts, at) - 1]
            whole = rank == 1 and text[at + 1 + len(reading.key)] == "\n"
            best[row] = min(best.get(row, rank), 0 if whole else rank)
            at = text.find(before + reading.key, at + 1)
    found = keep_fitting(best, reading)
    found.sort(key=lambda r: (KINDS.index(rows()[r][0]), best[r], r))
    return [row for row in found if not best[row]], [row for row in found if best[row]]


@lru_cache(maxsize=1)
def _write_keys() -> tuple[str, list[int], list[int]]:
    """Write all keys into one text, a line each; with where lines start and whose they are."""
    pairs = [(one, row) for one, found in map_keys().items() for row in found]
    starts = np.cumsum([0, *(len(one) + 1 for one, _ in pairs)])
    return "\n".join(["", *(one for one, _ in pairs), ""]), starts.tolist(), [r for _, r in pairs]
