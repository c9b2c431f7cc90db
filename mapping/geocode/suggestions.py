"""Suggestions: the places that somebody may mean who types into a search box."""

import re
from collections.abc import Collection, Iterable, Sequence
from string import ascii_uppercase

from mapping.geocode import (
    areas,
    gazetteer,
    likeness,
    official_codes,
    spelling,
    spoken,
    succession,
)
from mapping.geocode.spelling import Reading

MIN_FORMER_LETTERS = 4
"""So many letters of the beginning of a former name have to be typed."""
NOWHERE: frozenset[int] = frozenset()
_STEM = re.compile(r"[A-Z]{1,2}[0-9]")
_GSS = re.compile(r"[A-Z][0-9]{8}")


def search(text: str, *, near: Collection[int] = NOWHERE, alike: bool = True) -> list[int]:
    """Return the rows of the gazetteer that a text may mean, the likeliest first.

    What is named as typed (see ``spelling.readings``) comes first, then what begins so, by size of
    kind; or else half a postcode, a code, or what is spelt like it. Of each of these, the rows in
    ``near`` (see ``gazetteer.list_holding``) come first; of names that are only alike, one of these
    counts as ``likeness.NEAR_POINTS`` more alike. Without ``alike`` these are left out.

    >>> from mapping.geocode import gazetteer, search
    >>> [gazetteer.rows()[row][2] for row in search("hamersmith")][:1]
    ['Hammersmith and Fulham']
    """
    read = list(spelling.readings(text))
    if not read[0].key:
        return []
    return (
        _list_once([_list_spoken(read), _list_lettered(text), _list_named(read, near)])
        or _find_half_postcode(text)
        or gazetteer.find_coded(text)
        or _find_officially_coded(text)
        or (_list_alike(read, near) if alike else [])
    )


def _list_named(read: Sequence[Reading], near: Collection[int]) -> list[int]:
    """List the rows that are named, then those that only begin so.

    If nothing lies within the larger place that was typed, it counts for nothing.
    """
    for some in (read, [reading._replace(within=()) for reading in read if reading.within]):
        named = next(filter(None, map(gazetteer.find_likely, some)), [])
        whole, begun = next(filter(any, map(gazetteer.find_matching, some)), ([], []))
        if named or whole or begun:
            return _list_once(_put_first(rows, near) for rows in (named, whole, begun))
    return []


def _list_spoken(read: Sequence[Reading]) -> list[int]:
    """List the rows of the parts of a region of speech: six councils for Berkshire."""
    parts = [part for region in spoken.find(list(read)) for part in region.parts]
    return [row for part in parts for row in _find_officially_coded(part)]


def _list_lettered(text: str) -> list[int]:
    """List the rows of the districts that a letter more makes of a text: SW1A to SW1Y for SW1."""
    stem = spelling.compact(text)
    if not _STEM.fullmatch(stem) or areas.number("lettered_district", stem) < 0:
        return []
    codes = (f"{stem}{letter}" for letter in ascii_uppercase)
    return [row for code in codes for row in gazetteer.find_coded(code, "postal_district")]


def _find_officially_coded(text: str) -> list[int]:
    """List the row of a place by a code of its own, or by an official one: E92000001."""
    if found := gazetteer.find_coded(text):
        return found
    code = spelling.compact(text)
    area = official_codes.map_in_use().get(code, -1) if _GSS.fullmatch(code) else -1
    return gazetteer.find_coded(areas.code_of(area), areas.kind_of(area)) if area >= 0 else []


def _put_first(rows: Sequence[int], near: Collection[int]) -> list[int]:
    """Put the rows near the place under study first; else they keep their order."""
    return sorted(rows, key=lambda row: row not in near)


def _list_once(lists: Iterable[list[int]]) -> list[int]:
    return list(dict.fromkeys(row for rows in lists for row in rows))


def _find_half_postcode(text: str) -> list[int]:
    """List the row of the postcode district that half a postcode lies in: N1 for "N1 9"."""
    typed = spelling.key(text).upper()
    for first in (r"[A-Z]{1,2}[0-9][0-9A-Z]?", r"[A-Z]{1,2}[0-9]"):
        half = re.fullmatch(rf"({first}) ?([0-9][A-Z]?)?", typed)
        postal = Reading(half[1].lower() if half else "", frozenset(["postal_district"]))
        if found := gazetteer.find_rows(postal):
            return found
    return []


def _list_alike(read: Sequence[Reading], near: Collection[int]) -> list[int]:
    """List the rows spelt like what was typed, without what stands around it or with it."""
    for reading in dict.fromkeys([read[-1], read[0]]):
        if found := likeness.find_rows(reading):
            scores = {row: s + likeness.NEAR_POINTS * (row in near) for row, s in found}
            return sorted(scores, key=lambda row: -scores[row])
    return []


def find_former(text: str, kinds: Collection[str], alike: bool = True) -> tuple[str, bool]:
    """Return the code of the former area that is meant, "" if none is; and whether by likeness.

    ``kinds`` are those of the places in use that have the text in their name. A former name counts
    if all of it is typed; or, if nothing larger than a ward is named so, if it is the only one
    that begins as typed, or else, with ``alike``, if it is nearest of all names and no ward is
    named so either.
    """
    exact = succession.find_code(spelling.readings(text))
    if exact or not set(kinds) <= {"ward"}:
        return exact, False
    said = spelling.key(text)
    begun = [name for name in succession.map_former_names() if name.startswith(said)]
    if len(begun) == 1 and len(said) >= MIN_FORMER_LETTERS:
        return succession.map_former_names()[begun[0]], False
    if kinds or not said or not alike or re.search(r"\d", said) or gazetteer.find_named(text):
        return "", False
    like = likeness.find_former(list(spelling.readings(text))[-1].key)
    return like, bool(like)
