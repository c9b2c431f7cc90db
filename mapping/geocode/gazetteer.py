"""The gazetteer: every place's name, how it may be typed, and what is like it.

All who look names up share its ``key``, ``readings`` and ``find_named``.
"""

import difflib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import DATA
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
MAX_LETTERS = 200
"""Letters of the longest text that is read for more than its very words."""
_BEFORE = {
    "": "isle of|isles of",
    "borough": "city of|city and county of|city and borough of|city and district of|borough of|"
    "county borough of|metropolitan borough of|metropolitan district of|district of|"
    "cyngor|bwrdeistref sirol|dinas|sir",
    "county": "county of|county|co",
    "ward": "ward of|electoral ward of",
    "london": "london borough of|london borough|lb of|lb|lbc",
    "royal": "royal borough of|royal borough|rb of|rb",
}
_AFTER = {
    "combined_authority": "combined authority|combined county authority|ca|cca|mca|"
    "mayoral combined authority|strategic authority|mayoral strategic authority",
    "borough county": "council|cc|corporation|local authority|council area",
    "borough": "city|borough|district|metropolitan borough|metropolitan district|county borough|"
    "council district|unitary authority|unitary|ua|bc|dc|cbc|mbc|mdc|district b|b",
    **{kind: kind for kind in ("county", "region", "nation")},
    "ward": "ward|electoral ward",
    "postal_district": "postal district|postcode district",
    "britain": "without northern ireland",
    "london": "london borough|london boro|lbc|lb",
    "royal": "royal borough",
}
_IN_FULL = {
    "n": "north",
    "e": "east",
    "s": "south",
    "w": "west",
    "ne": "north east",
    "nw": "north west",
    "se": "south east",
    "sw": "south west",
    "gt": "great",
    "gtr": "greater",
    "mids": "midlands",
    "beds": "bedfordshire",
    "berks": "berkshire",
    "bucks": "buckinghamshire",
    "cambs": "cambridgeshire",
    "carms": "carmarthenshire",
    "derbys": "derbyshire",
    "glos": "gloucestershire",
    "hants": "hampshire",
    "herts": "hertfordshire",
    "lancs": "lancashire",
    "leics": "leicestershire",
    "lincs": "lincolnshire",
    "northants": "northamptonshire",
    "notts": "nottinghamshire",
    "oxon": "oxfordshire",
    "pembs": "pembrokeshire",
    "shrops": "shropshire",
    "staffs": "staffordshire",
    "warks": "warwickshire",
    "wilts": "wiltshire",
    "worcs": "worcestershire",
    "yorks": "yorkshire",
}
_CITY, _NOT_ITS_CITY = (["city"], ["city", "of"]), (["london"], ["durham"])
"""Districts that are not the city of their name: "City of London" never means London."""


def _file_phrases(phrases: dict[str, str], at: int) -> dict[str, list[tuple[list[str], str]]]:
    """File phrases, as words and with what they mean, under one of their words, longest first."""
    found: dict[str, list[tuple[list[str], str]]] = {}
    pairs = [(said.split(), means) for means, some in phrases.items() for said in some.split("|")]
    for words, means in sorted(pairs, key=lambda pair: -len(pair[0])):
        found.setdefault(words[at], []).append((words, means))
    return found


_BEGINNINGS, _ENDINGS = _file_phrases(_BEFORE, 0), _file_phrases(_AFTER, -1)
_KINDS = {
    said: frozenset(re.sub("london|royal", "borough", said).split()) for said in _BEFORE | _AFTER
}
_ANY: frozenset[str] = frozenset()
_WORD = re.compile(r"[^\W_]+")
_WRITTEN_AS = str.maketrans(
    ",()[]–—", "\n\n\n\n\n--", "'’‘‛`´ʼ′\u00ad\u200b\u200c\u200d\u2060\ufeff"
)


class Reading(NamedTuple):
    """What a typed name may say: a key, the kinds of place it may be, and where it lies.

    Without ``kinds`` it may be any; ``within`` holds the keys of places that contain it.
    """

    key: str
    kinds: frozenset[str] = _ANY
    within: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def list_places() -> pd.DataFrame:
    """List every named place: kind, code, name, from the largest kinds to wards.

    Postal districts in which nobody lives are left out.
    """
    rows = [BRITAIN, *NATIONS]
    for kind in KINDS[2:]:
        layer = layers.get(kind)
        lived_in = np.ones(len(layer.codes), dtype=bool)
        if kind == "postal_district":
            lived_in = np.bincount(layer.unit, weights=lenses.get().values) > 0
        pairs = zip(layer.codes[lived_in], layer.names[lived_in], strict=True)
        rows += [(kind, str(code), str(name)) for code, name in pairs]
    return pd.DataFrame(rows, columns=["kind", "code", "name"], dtype="str")


@lru_cache(maxsize=1)
def rows() -> list[tuple[str, str, str]]:
    """Return the rows of ``list_places`` as tuples, which one row is read from much faster."""
    return list(list_places().itertuples(index=False, name=None))


@lru_cache(maxsize=1)
def map_keys() -> dict[str, list[int]]:
    """Map the key of each name, and of other names (``data/other_names.csv``), to its rows."""
    others = pd.read_csv(DATA / "other_names.csv", dtype=str, keep_default_na=False)
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
    aliases = pd.read_csv(DATA / "code_aliases.csv", dtype=str)
    return dict(zip(aliases["code"], aliases["alias_of"], strict=True))


def translate_code(code: str) -> str:
    """Return the code that the data have for a district's newer code; any other as it is."""
    return _newer_codes().get(code, code)


def fold(text: str) -> str:
    """Write a text as it is compared: small letters without accents."""
    text = unicodedata.normalize("NFKD", text.casefold())
    return text if text.isascii() else "".join(c for c in text if not unicodedata.combining(c))


def key(name: str) -> str:
    """Write a name as it is compared: folded, no punctuation, "and" and "st" one way."""
    return " ".join(_words(fold(name.casefold().translate(_WRITTEN_AS))))


def _words(text: str) -> list[str]:
    words = _WORD.findall(text.replace("&", " and "))
    return ["st" if word == "saint" else word for word in words] if "saint" in text else words


def compact(text: str) -> str:
    """Write a code or postcode as it is compared: capitals and digits, nothing between them."""
    return "".join(_WORD.findall(text.translate(_WRITTEN_AS))).upper()


def readings(name: str) -> Iterator[Reading]:
    """Tell what a typed name may say, its very words first, then without what stands around it.

    "Camden Council", "LB Camden", "Camden LBC", "Camden, London" and "Camden (council
    district)" all say "camden", with the kinds of place and the larger places that this leaves.
    The data are not asked: see ``find_named``.
    """
    text = fold(name.casefold().translate(_WRITTEN_AS)).replace(" - ", "\n")
    parts = [words for part in text.split("\n") if (words := _words(part))]
    yield from _readings([word for part in parts for word in part], ())
    if len(parts) == 2 and parts[1][-1] == "of":  # Bristol, City of
        yield from _readings([*parts[1], *parts[0]], ())
    for cut in range(len(parts) - 1 if len(text) <= MAX_LETTERS else 0, 0, -1):
        head = [word for part in parts[:cut] for word in part]
        larger = tuple(map(" ".join, parts[cut:]))
        yield from _readings(head, larger)
        if len(larger) > 1:  # the larger place may have commas of its own
            yield from _readings(head, (" ".join(larger),))


def _readings(words: list[str], within: tuple[str, ...]) -> Iterator[Reading]:
    said = " ".join(words)
    yield Reading(said, _ANY, within)
    if not words or len(said) > MAX_LETTERS:
        return
    if words[0] in _BEGINNINGS or words[-1] in _ENDINGS:
        yield from _strip(words, within)
    if words[0] == "the" and len(words) > 1:
        yield from _readings(words[1:], within)
    if " ward of " in said:
        ward, _, larger = said.partition(" ward of ")
        yield Reading(ward, _KINDS["ward"], (larger, *within))
    if len(said) > 2 and not _IN_FULL.keys().isdisjoint(words):
        yield from _readings(" ".join(_IN_FULL.get(word, word) for word in words).split(), within)


def _strip(words: list[str], within: tuple[str, ...]) -> Iterator[Reading]:
    """Tell what is left of a key as "council", "city of" and their like are taken off it."""
    kinds = _ANY
    while taken := _take_off(words):
        phrase, means, rest = taken
        only = _KINDS[means]
        if (kinds and only and not kinds & only) or (phrase in _CITY and rest in _NOT_ITS_CITY):
            return
        kinds = kinds & only if kinds and only else kinds or only
        said = " ".join(rest)
        if means == "county" and rest[-1] == words[-1]:
            yield Reading(f"{said} county", _KINDS["borough"], within)
        if means in ("london", "royal"):
            yield Reading(said, kinds, ("london", *within))
        if means != "london":
            yield Reading(said, kinds, within)
        words = rest


def _take_off(words: list[str]) -> tuple[list[str], str, list[str]] | None:
    """Return the phrase at a key's end, or else its beginning, what it means, and the rest."""
    for phrase, means in _ENDINGS.get(words[-1], ()):
        if words[-len(phrase) :] == phrase and len(words) > len(phrase):
            return phrase, means, words[: -len(phrase)]
    for phrase, means in _BEGINNINGS.get(words[0], ()):
        if words[: len(phrase)] == phrase and len(words) > len(phrase):
            return phrase, means, words[len(phrase) :]
    return None


def find_named(name: str, kind: str | None = None) -> list[tuple[str, str]]:
    """Return the kind and code of every place of that name; an empty list if there is none.

    The first of its ``readings`` that names something (of a ``kind``) counts. Wards do without a
    kind if nothing larger has the name; then "Kingston" means Kingston upon Thames as well.
    """
    every = rows()
    for reading in readings(name):
        found = find_rows(reading)
        if kind is not None:
            found = [row for row in found if every[row][0] == kind]
        elif found:
            found = [row for row in found if every[row][0] != "ward"] or find_likely(reading)
        if found:
            return [every[row][:2] for row in found]
    return []


def find_rows(reading: Reading) -> list[int]:
    """Return the rows that a reading names: "RB Kingston" does name Kingston upon Thames."""
    found = _keep_fitting(map_keys().get(reading.key, ()), reading)
    return found or (find_likely(reading) if reading.kinds or reading.within else [])


def find_likely(reading: Reading) -> list[int]:
    """Return the rows that a reading names, and both Kingstons for "Kingston", larger first."""
    named_so = map_keys().get(reading.key, ())
    begun_so = _map_first_parts().get(reading.key, ())
    return _keep_fitting(sorted({*named_so, *begun_so}) if begun_so else named_so, reading)


def _keep_fitting(found: Iterable[int], reading: Reading) -> list[int]:
    """Keep the rows of a reading's kinds that lie within its larger places."""
    if reading.kinds:
        found = [row for row in found if rows()[row][0] in reading.kinds]
    for larger in map(_find_larger, reading.within):
        found = [row for row in found if not _list_around()[row].isdisjoint(larger)]
        found = [row for row in found if row not in larger] or found  # Gedling, Gedling: a ward
    return list(found)


@lru_cache(maxsize=1_024)
def _find_larger(said: str) -> tuple[int, ...]:
    """Return the rows, larger than wards, that may be meant by a key that contains others."""
    for reading in _readings(said.split(), ()):
        if found := [row for row in find_rows(reading) if rows()[row][0] in KINDS[:-2]]:
            return tuple(found)
    return ()


@lru_cache(maxsize=1)
def _list_around() -> list[set[int]]:
    """List the rows of the places that hold the whole of each row's place, itself among them."""
    codes = {row[:2]: at for at, row in enumerate(rows())}
    names = {(kind, name): at for at, (kind, _, name) in enumerate(rows())}
    facts = layers.wards()
    kinds = ["nation", "region", "combined_authority", "county"]
    found: dict[int, set[int]] = {}
    for own, district, *larger in facts[["code", "lad_code", *kinds]].itertuples(index=False):
        held = {0, codes["ward", own], codes["borough", district]}
        held |= {names[pair] for pair in zip(kinds, larger, strict=True) if pair in names}
        for row in held:
            found[row] = found.get(row, held) & held
    return [found.get(row, {row}) for row in range(len(rows()))]


def find_matching(reading: Reading) -> list[int]:
    """Return the rows of which a name is, begins with, or has a word that begins with a key.

    The very name first; then larger kinds before smaller ones, beginnings before words. What
    stands after "Isle of" or "City of" begins a name as well.
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
    found = _keep_fitting(best, reading)
    return sorted(found, key=lambda r: (best[r] > 0, KINDS.index(rows()[r][0]), best[r], r))


@lru_cache(maxsize=1)
def _write_keys() -> tuple[str, list[int], list[int]]:
    """Write all keys into one text, a line each; with where lines start and whose they are."""
    pairs = [(one, row) for one, found in map_keys().items() for row in found]
    starts = np.cumsum([0, *(len(one) + 1 for one, _ in pairs)])
    return "\n".join(["", *(one for one, _ in pairs), ""]), starts.tolist(), [r for _, r in pairs]


def find_similar(reading: Reading, *, most: int = 20) -> list[int]:
    """Return the rows whose name is spelt like that of a reading, the closest first."""
    close = difflib.get_close_matches(reading.key, map_keys(), n=most, cutoff=0.75)
    found = dict.fromkeys(row for near in close for row in map_keys()[near])
    return _keep_fitting(found, reading)
