"""Spelling: how names are written to be compared, and what a name that somebody typed may say."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

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
    "britain": "without northern ireland|england scotland and wales",
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


def fold(text: str) -> str:
    """Write a text as it is compared: small letters without accents."""
    if text.isascii():
        return text.casefold()
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in text if not unicodedata.combining(c))


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
