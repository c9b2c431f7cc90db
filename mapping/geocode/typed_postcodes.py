"""Typed postcodes: whole ones as people write them, with words around or a letter for a digit."""

import re
from collections.abc import Sequence
from itertools import product

import numpy as np

from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geocode import areas, not_in_use, spelling
from mapping.geocode.answers import MAX_SCORE, MAX_SHOWN, Answer, Candidate
from mapping.geocode.not_in_use import Instead

_INSIDE = re.compile(
    r"(?<![A-Z0-9])[A-Z]{1,2}[0-9OIL][0-9A-Z]?[\s._-]{0,3}[0-9OIL][A-Z]{2}(?![A-Z0-9])", re.I
)
"""A whole postcode in a text, in which letters may have been typed for digits."""
_OTHERWISE = re.compile(
    r"\b(not|never|no longer|except\w*|exclud\w*|excl|apart from|former\w*|previous\w*|used to|"
    r"mov(ed|ing)|relocat\w*|closed|until|till|from (\w+ ){0,2}20\d\d|surround\w*|miles?|km)\b|"
    r"\b(near\w*|nr|around|within|outside|beyond|was|were|old|opposite|offices?|hq|"
    r"based|write to|our postcode|contact us) …|…\s*\?|\?\s*…",
    re.I,
)
"""Words around a postcode, for which three dots stand, that may say that it is not meant."""
_GAPS = re.compile(r"[\s\-._]+")
_DIGIT = re.compile("[0-9]")
_MISTYPED = re.compile(r"(?=.*[0-9])[A-Z01]{1,2}[0-9OIL][0-9A-Z]?[0-9OIL][A-Z]{2}")
_ENDING = re.compile(r"[A-Z]\d[A-Z\d]?[-–][a-z]{3}\W*$")
"""Small letters behind capitals and a dash are a word's, and none stands for a digit: "NW5-ish"."""
MOST_IN_POSTCODE = 7
"""How many letters and digits a postcode has at most."""
_ALIKE = {"O": "O0", "0": "0O", "I": "I1", "L": "L1", "1": "1IL"}
"""Letters and digits that are typed for each other."""


def find(text: str) -> list[tuple[int, str]]:
    """Find the whole postcodes in a text, in use or not: where each begins, and its letters.

    >>> from mapping.geocode import typed_postcodes
    >>> typed_postcodes.find("12 High St, N1 9GU (office)")
    [(12, 'N1 9GU')]
    """
    if len(text) > spelling.MAX_LETTERS or not _DIGIT.search(text):
        return []
    return [(m.start(), m[0]) for m in _INSIDE.finditer(text) if _DIGIT.search(m[0])]


def answer(texts: Sequence[str]) -> list[Answer | None]:
    """Answer the texts that are whole postcodes, or are but for letters typed for digits.

    None for all other texts. A letter O, I or L typed for a digit, and such a digit for a letter,
    is mended if one postcode in use is then meant; of several it is asked.
    """
    tight = [_tighten(text) for text in texts]
    found: list[Answer | None] = [None] * len(texts)
    full = [at for at, one in enumerate(tight) if postcodes.UNIT.fullmatch(one)]
    for at, number in zip(full, _find_units([tight[at] for at in full]), strict=True):
        if number >= 0:
            found[at] = Answer(number, "matched")
    gone = [at for at in full if found[at] is None]
    for at, told in zip(gone, not_in_use.answer([tight[at] for at in gone]), strict=True):
        found[at] = told
    odd = [at for at, one in enumerate(tight) if found[at] is None and _MISTYPED.fullmatch(one)]
    odd = [at for at in odd if not _ENDING.search(texts[at])]
    for at, told in zip(odd, _mend([tight[at] for at in odd]), strict=True):
        found[at] = told
    for at in gone:
        found[at] = found[at] or Answer(-1, "unmatched", _explain(texts[at]))
    return found


def answer_inside(text: str) -> Answer | None:
    """Answer a text that holds whole postcodes among other words; None for one that holds none.

    One is taken, but asked about where words beside it may rule it out; of several it is asked.
    """
    held = [one for _, one in find(text)]
    if not held or _tighten(text) == _tighten(held[0]):
        return None
    told = [one for one in answer(held) if one is not None]
    if len(told) == 1 and told[0].area < 0:
        return told[0]
    candidates = [Candidate(one.area, MAX_SCORE) for one in told if one.area >= 0]
    if len(told) == 1 and _OTHERWISE.search(text.replace(held[0], "…")):
        reason = f"“{text[:60]}” has a postcode in it, beside words that may rule it out"
        return Answer(-1, "ambiguous", reason, tuple(candidates))
    if len(told) == 1:
        name = areas.code_of(told[0].area)
        said = f"; {told[0].reason}" if told[0].reason else ""
        return Answer(told[0].area, "corrected", f"“{text[:60]}” was read as {name}{said}")
    reason = f"“{text[:60]}” has {len(told)} postcodes in it"
    return Answer(-1, "ambiguous", reason, tuple(candidates[:MAX_SHOWN]))


def find_instead(text: str) -> Instead | None:
    """Find what is taken for a typed text that is no postcode in use but holds one, or nearly.

    None where nothing can be. Raises MappingError as ``not_in_use.find_instead`` does.
    """
    if instead := not_in_use.find_instead(text):
        return instead
    (told,) = answer([text])
    told = told or answer_inside(text)
    if told is None or told.outcome != "corrected":
        return None
    return Instead(postcodes.find(areas.code_of(told.area))["position"], f"{told.reason}.")


def _tighten(text: str) -> str:
    """Write a text in capitals without gaps; "" for one that is too long for a postcode."""
    if len(text) > spelling.MAX_LETTERS:
        return ""
    tight = _GAPS.sub("", text.upper())
    return tight if len(tight) <= MOST_IN_POSTCODE else ""


def _mend(tight: Sequence[str]) -> list[Answer | None]:
    """Answer postcodes not in use by those that are once a letter is taken for a digit."""
    ways = [_list_ways(one) for one in tight]
    numbers = iter(_find_units([way for some in ways for way in some]))
    found: list[Answer | None] = []
    for one, some in zip(tight, ways, strict=True):
        meant = [number for number in (next(numbers) for _ in some) if number >= 0]
        said = f"{one[:-3]} {one[-3:]} is not a current postcode"
        if len(meant) == 1:
            name = areas.code_of(meant[0])
            found.append(
                Answer(meant[0], "corrected", f"read as {name} (a letter typed for a number)")
            )
        elif meant:
            candidates = tuple(Candidate(area, MAX_SCORE) for area in meant)
            found.append(
                Answer(-1, "ambiguous", f"{said}; a letter could be meant as a number", candidates)
            )
        else:
            found.append(None)
    return found


def _list_ways(tight: str) -> list[str]:
    """List the postcodes that letters and digits typed for each other may stand for."""
    outward = product(*(_ALIKE.get(one, one) for one in tight[:-3]))
    inward = tight[-3].translate(str.maketrans("OIL", "011")) + tight[-2:]
    ways = dict.fromkeys("".join(first) + inward for first in outward)
    return [way for way in ways if postcodes.UNIT.fullmatch(way) and way != tight]


def _find_units(tight: Sequence[str]) -> list[int]:
    """Return the area of each postcode written without a space; -1 for those not in use."""
    if not tight:
        return []
    wanted = np.array([f"{text[:-3]} {text[-3:]}" for text in tight], dtype="S8")
    names = postcodes.table().name
    position = np.clip(np.searchsorted(names, wanted), 0, len(names) - 1)
    return np.where(names[position] == wanted, areas.postcode(position), -1).tolist()


def _explain(text: str) -> str:
    try:
        postcodes.find(text)
    except MappingError as fault:
        return str(fault).rstrip(".").replace("There is no postcode", "there is no postcode")
    return ""
