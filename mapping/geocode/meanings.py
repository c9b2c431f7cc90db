"""Meanings: what a text may say, whatever its column is about: looked up once for each text.

Codes and postcodes are looked up all at once; names by their very words, then by known variants
(see ``spelling.readings``). Nothing is decided: see ``decisions``.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geocode import areas, former_units, gazetteer, index, spelling, succession
from mapping.geocode.answers import MAX_SCORE, MAX_SHOWN, Answer, Candidate
from mapping.geocode.spelling import Reading

MISTYPED = re.compile(r"([A-Z]{1,2})([0-9OI][0-9A-Z]?)([0-9OI])([A-Z]{2})")
"""A postcode in which a letter may have been typed for a digit."""
GSS_LETTERS, MOST_IN_POSTCODE = 9, 7
"""How many letters and digits a GSS code has, and a postcode at most."""
_GAPS = re.compile(r"[\s\-.]+")
LETTERS_FOR_DIGITS = str.maketrans("OI", "01")
MAX_CORE_LETTERS = 200
"""So much of a text is compared with names."""
REPORT_EVERY = 2_000
"""After so many names it is said how many are done."""


class Meaning(NamedTuple):
    """What a name may say: areas by name.

    Attributes
    ----------
    named : the areas of the gazetteer of that very name
    others : those of other layers: forces, boards, …
    councils : the councils that may be called so for short
    readings : the areas that each way to read it names, where there are any
    gone : an answer for the name of a former area, if nothing else has it
    core : the key that is left of a name without what stands around it: "LB Camdn" has "camdn"
    """

    named: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    councils: tuple[int, ...] = ()
    readings: tuple[tuple[int, ...], ...] = ()
    gone: Answer | None = None
    core: str = ""


SHAPE = Meaning()
"""What a drawn shape means: it is to be looked at with the other shapes of its file."""


def find_meanings(
    texts: Iterable[str],
    *,
    is_shape: Callable[[str], bool] = lambda text: False,
    advance: Callable[[int, int], None] | None = None,
) -> list[Meaning | Answer]:
    """Tell what each of some texts may say; ``advance`` is told how many names are done of all.

    A code, a full postcode and a text without letters have an answer that holds in any column.
    ``is_shape`` tells which texts are drawn shapes: these are left, as ``SHAPE``, to whoever
    knows shapes.
    """
    texts = list(texts)
    found: list[Meaning | Answer | None] = [None] * len(texts)
    _answer_codes(texts, found)
    _answer_postcodes(texts, found)
    left = [(i, text) for i, text in enumerate(texts) if found[i] is None]
    for done, (at, text) in enumerate(left):
        if advance is not None and done % REPORT_EVERY == 0:
            advance(done, len(left))
        found[at] = SHAPE if is_shape(text) else _name(text)
    return [meant for meant in found if meant is not None]


def _answer_codes(texts: Sequence[str], found: list[Meaning | Answer | None]) -> None:
    """Answer the texts that are GSS codes, in use or former."""
    known = index.map_codes()
    for at, text in enumerate(texts):
        code = text.strip().upper()
        if len(code) == GSS_LETTERS and index.GSS.fullmatch(code):
            is_known = code in known
            found[at] = Answer(known[code], "matched") if is_known else _answer_former_code(code)


def _answer_former_code(code: str) -> Answer:
    if code.startswith("N"):
        return Answer(-1, "unmatched", f"{code} is in Northern Ireland, which is not covered")
    answer = _answer_successors(succession.find_successors(code))
    return answer or Answer(-1, "unmatched", f"no area in use has the code {code}")


def _answer_successors(successors: Sequence[succession.Successor]) -> Answer | None:
    """Take what a former area became; offer all of it where it was divided."""
    if not successors:
        return None
    found = [Candidate(areas.index().number("borough", s.code), MAX_SCORE) for s in successors]
    if len(successors) == 1 or successors[0].share >= succession.MIN_WHOLE_SHARE:
        return Answer(found[0].area, "corrected", successors[0].note)
    return Answer(-1, "ambiguous", successors[0].note, tuple(found[:MAX_SHOWN]))


def _answer_postcodes(texts: Sequence[str], found: list[Meaning | Answer | None]) -> None:
    """Answer the texts that are full postcodes, and those that are but for a letter.

    A letter O or I typed for a digit is mended if the postcode is then one in use.
    """
    full: list[tuple[int, str]] = []
    mended: list[tuple[int, str]] = []
    for at, text in enumerate(texts):
        if found[at] is None and len(text) <= spelling.MAX_LETTERS:
            tight = _GAPS.sub("", text.upper())
            if len(tight) > MOST_IN_POSTCODE:
                continue
            if postcodes.UNIT.fullmatch(tight):
                full.append((at, tight))
            elif parts := MISTYPED.fullmatch(tight):
                digits = (parts[2] + parts[3]).translate(LETTERS_FOR_DIGITS)
                mended.append((at, parts[1] + digits + parts[4]))
    for (at, _), number in zip(full, _find_units([t for _, t in full]), strict=True):
        if number >= 0:
            found[at] = Answer(number, "matched")
        else:
            found[at] = Answer(-1, "unmatched", _explain_no_postcode(texts[at]))
    for (at, tight), number in zip(mended, _find_units([t for _, t in mended]), strict=True):
        if number >= 0:
            said = f"read as {tight[:-3]} {tight[-3:]}: a letter for a digit"
            found[at] = Answer(number, "corrected", said)


def _find_units(tight: list[str]) -> list[int]:
    """Return the area of each postcode written without a space; -1 for those not in use."""
    if not tight:
        return []
    wanted = np.array([f"{text[:-3]} {text[-3:]}" for text in tight], dtype="S8")
    names = postcodes.table().name
    position = np.clip(np.searchsorted(names, wanted), 0, len(names) - 1)
    return np.where(names[position] == wanted, areas.postcode(position), -1).tolist()


def _explain_no_postcode(text: str) -> str:
    try:
        postcodes.find(text)
    except MappingError as fault:
        return str(fault).rstrip(".").replace("There is no postcode", "there is no postcode")
    return ""


def _name(text: str) -> Meaning | Answer:
    ways = list(spelling.readings(text))
    if not ways[0].key:
        return Answer(-1, "unmatched", f"“{text[:40]}” holds no letters or digits")
    entry = index.find(ways[0].key)
    named = tuple(map(areas.number_of_row, entry.rows))
    some = (tuple(map(areas.number_of_row, gazetteer.find_rows(way))) for way in ways)
    readings = tuple(filter(None, some))
    return Meaning(
        named=named,
        others=entry.units,
        councils=tuple(map(areas.number_of_row, entry.parts)),
        readings=readings,
        gone=None if named or readings else answer_former(text, ways),
        core=_find_core(text, ways),
    )


def _find_core(text: str, ways: Sequence[Reading]) -> str:
    """Return the last key of a text's readings, or of those of its beginning if it is long."""
    beginning = text[:MAX_CORE_LETTERS]
    return (ways if beginning == text else list(spelling.readings(beginning)))[-1].key


def answer_former(text: str, ways: Sequence[Reading] | None = None) -> Answer | None:
    """Answer the name of a former area by what it became, and of one that is not covered.

    ``ways`` are the readings of the text, if they are known.
    """
    ways = list(spelling.readings(text)) if ways is None else ways
    if answer := _answer_successors(succession.find_successors(succession.find_code(ways))):
        return answer
    if gone := former_units.map_former().get(ways[0].key):
        if gone.is_whole:
            return Answer(gone.areas[0], "corrected", gone.note)
        near = [Candidate(area, MAX_SCORE) for area in gone.areas]
        return Answer(-1, "ambiguous", gone.note, tuple(near[:MAX_SHOWN]))
    if ways[0].key in gazetteer.NORTHERN_IRELAND:
        return Answer(-1, "unmatched", postcodes.explain_northern_ireland(text).rstrip("."))
    return None
