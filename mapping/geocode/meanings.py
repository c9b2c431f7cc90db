"""Meanings: what a text may say, whatever its column is about: looked up once for each text.

Codes and postcodes are looked up all at once; names by their very words, then by known variants
(see ``spelling.readings``). Nothing is decided: see ``decisions``.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from mapping.atoms import postcodes
from mapping.geocode import (
    areas,
    bodies,
    former_units,
    gazetteer,
    index,
    lists,
    official_codes,
    spelling,
    spoken,
    succession,
    typed_postcodes,
)
from mapping.geocode.answers import MAX_SCORE, MAX_SHOWN, Answer, Candidate
from mapping.geocode.spelling import Reading
from mapping.geography import layers
from mapping.memory import once

SMALL_AREA = re.compile(r"[EWS]01\d{6}")
CENSUS_NAME = re.compile(r"(.*\D) \d{3}[A-Z]?", re.I)
"""A census area of England or Wales is called by its council and a number: "Camden 011B"."""
NOT_COVERED = {
    "N": "Northern Ireland",
    "L": "the Channel Islands",
    "M": "the Isle of Man",
}
"""Where codes lie that begin with these letters."""
_DIGIT = re.compile("[0-9]")
_CODE_BESIDE = re.compile(rf"(?<![A-Z0-9]){index.GSS.pattern}(?![A-Z0-9])")
_KIND_OF_CODE = {
    **dict.fromkeys(("E05", "W05", "S13"), "ward"),
    **dict.fromkeys(("E06", "E07", "E08", "E09", "W06", "S12"), "borough"),
    "E10": "county",
}
"""Of what kind the areas are that have codes with these beginnings."""
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
    inside : an answer for the postcodes that stand among other words, if there are any
    formerly : what became of a former council that had the name of wards of today
    note : what is said of a code that stands beside the name
    """

    named: tuple[int, ...] = ()
    others: tuple[int, ...] = ()
    councils: tuple[int, ...] = ()
    readings: tuple[tuple[int, ...], ...] = ()
    gone: Answer | None = None
    core: str = ""
    inside: Answer | None = None
    formerly: str = ""
    note: str = ""


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
    codes = [text.strip().upper() for text in texts]
    given = {at: code for at, code in enumerate(codes) if index.GSS.fullmatch(code)}
    known, newer = index.map_codes(), _map_small_areas(given.values())
    for at, code in given.items():
        number = newer.get(code, known.get(code, -1))
        found[at] = Answer(number, "matched") if number >= 0 else _answer_former_code(code)


def _answer_code(code: str) -> Answer:
    number = index.map_codes().get(code, -1)
    return Answer(number, "matched") if number >= 0 else _answer_former_code(code)


def _map_small_areas(codes: Iterable[str]) -> dict[str, int]:
    """Map the small areas of a file of 2021 to areas: those that it shares with 2011 as well.

    A file is one of 2021 if it names an area that was drawn for that census, and the postcode
    directory is at hand; else nothing is mapped, and its areas are those of 2011.
    """
    kind, known = layers.SMALL_AREAS, index.map_codes()
    if kind not in areas.index().kinds:
        return {}
    small = {code for code in codes if SMALL_AREA.fullmatch(code)}
    if not any(areas.kind_of(known[code]) == kind for code in small if code in known):
        return {}
    numbers = {code: areas.number(kind, code) for code in small}
    return {code: number for code, number in numbers.items() if number >= 0}


def _answer_former_code(code: str) -> Answer:
    """Answer a code that no area in use has: by what it became, or by what it is the code of."""
    if code[0] in NOT_COVERED:
        return Answer(-1, "unmatched", f"{code} is in {NOT_COVERED[code[0]]}, which is not covered")
    if answer := _answer_successors(succession.find_successors(code)):
        return answer
    if name := official_codes.find_name(code):
        return _answer_meant(code, name)
    if former := official_codes.map_former().get(code):
        if former.area >= 0:
            return Answer(former.area, "corrected", f"{code} is a former code of {former.name}")
        return answer_former(former.name) or Answer(-1, "unmatched", f"{former.name} is gone")
    what = official_codes.name_kind(code)
    if not what:
        return Answer(-1, "unmatched", f"there is no current area with the code {code}")
    if SMALL_AREA.fullmatch(code):
        return Answer(-1, "unmatched", _say_newer_small_area(code))
    if code[:3] in _list_held_prefixes():
        return Answer(-1, "unmatched", f"{code} is the code of {what}, but not a current one")
    return Answer(-1, "unmatched", f"{code} is the code of {what}: we do not have such areas")


def _say_newer_small_area(code: str) -> str:
    """Say of a code of a small census area that is not among ours whether 2021 brought it."""
    last = _find_last_small_areas().get(code[:3], "")
    if not last or code <= last:
        return f"{code} is the code of a small census area, but not a current one"
    return (
        f"{code} is the code of a small census area of 2021 or later; ours are those of 2011: name "
        "its council or ward, or add a postcode directory"
    )


@once
def _find_last_small_areas() -> dict[str, str]:
    """Find the last code of the small areas of 2011, by its first three letters."""
    codes = sorted(str(code) for code in layers.get(index.SMALL_LAYER).codes)
    return {code[:3]: code for code in codes}


@once
def _list_held_prefixes() -> frozenset[str]:
    return frozenset(code[:3] for code in index.map_codes())


def _answer_meant(code: str, name: str) -> Answer:
    """Answer the code of several nations by the area that they are here."""
    meant = _name(name)
    found = [meant.named, *meant.readings] if isinstance(meant, Meaning) else []
    area = next(some[0] for some in found if some)
    return Answer(area, "corrected", f"{code}, {name}, was read as {areas.label(area)}")


def _answer_successors(successors: Sequence[succession.Successor]) -> Answer | None:
    """Take what a former area became; offer all of it where it was divided."""
    if not successors:
        return None
    found = [Candidate(areas.index().number("borough", s.code), MAX_SCORE) for s in successors]
    if len(successors) == 1 or successors[0].share >= succession.MIN_WHOLE_SHARE:
        return Answer(found[0].area, "corrected", successors[0].note)
    return Answer(-1, "ambiguous", successors[0].note, tuple(found[:MAX_SHOWN]))


def _answer_postcodes(texts: Sequence[str], found: list[Meaning | Answer | None]) -> None:
    """Answer the texts that are full postcodes, and those that are but for a letter."""
    left = [at for at, one in enumerate(found) if one is None]
    for at, told in zip(left, typed_postcodes.answer([texts[at] for at in left]), strict=True):
        found[at] = told


def _name(text: str) -> Meaning | Answer:
    has_digits = _DIGIT.search(text) is not None
    codes = set(_CODE_BESIDE.findall(text.upper())) if has_digits else ()
    if len(codes) == 1:
        return _answer_code_beside(text, *codes)
    ways = list(spelling.readings(text))
    if not ways[0].key:
        return Answer(-1, "unmatched", f"“{text[:40]}” has no letters or numbers in it")
    entry = index.find(ways[0].key)
    named = tuple(map(areas.number_of_row, entry.rows))
    if ways[0].key in gazetteer.UNITED_KINGDOM:  # Great Britain is less
        return Meaning(readings=(named,), core=ways[0].key)
    is_spoken = spoken.is_name(ways[0].key)
    others = () if is_spoken else entry.units
    readings = tuple(filter(None, _list_readings(ways, is_spoken, entry)))
    if not named and not readings:
        found = index.find_called(ways) or tuple(map(areas.number_of_row, lists.join_council(text)))
        readings = (found,) if found else ()
    if not (named or readings or entry.units) and (numbered := _answer_census_name(text)):
        return numbered
    councils = tuple(map(areas.number_of_row, entry.parts))
    became = _find_former_namesake(entry, named)
    return Meaning(
        named=named,
        others=others,
        councils=councils + tuple(areas.number("borough", one.code) for one in became),
        readings=readings,
        gone=None if named or readings else answer_former(text, ways),
        core=_find_core(text, ways),
        inside=typed_postcodes.answer_inside(text) if has_digits else None,
        formerly=became[0].note if became else "",
    )


def _find_former_namesake(
    entry: index.Entry, named: Sequence[int]
) -> Sequence[succession.Successor]:
    """Find what became of a former council whose name only wards have today."""
    if not entry.former or not named or any(areas.kind_of(area) != "ward" for area in named):
        return ()
    return succession.find_successors(entry.former)


def _answer_census_name(text: str) -> Answer | None:
    """Offer the council in whose name a census area is numbered: "Lewisham 040A" is not ours.

    Each census numbers anew those that it draws anew, so another number is never what was meant.
    """
    if not (numbered := CENSUS_NAME.fullmatch(text.strip())):
        return None
    council = numbered[1]
    called = [areas.number(*pair) for pair in gazetteer.find_named(council)]
    named = [area for area in called if areas.kind_of(area) == "borough"]
    former = None if named else answer_former(council)
    if former is not None:
        named = [one.area for one in former.candidates] if former.area < 0 else [former.area]
    if not named:
        return None
    offered = tuple(Candidate(area, MAX_SCORE) for area in named)
    reason = (
        "is not one of the census areas of 2011, which are those held here; its council is offered"
    )
    return Answer(-1, "ambiguous", f"“{text[:60]}” {reason}", offered)


def _answer_code_beside(text: str, code: str) -> Meaning | Answer:
    """Answer a name with a code beside it: by the code, or, if it is none in use, by the name.

    Where they contradict each other it is asked.
    """
    told, kind = _answer_code(code), _KIND_OF_CODE.get(code[:3], "")
    meant = _name(re.sub(code, " ", text, flags=re.I).strip(" ()[]-–:,"))
    if isinstance(meant, Answer):
        is_offered = told.outcome == "unmatched" and SMALL_AREA.fullmatch(code)
        return meant if is_offered and meant.candidates else told
    ways = [meant.named + meant.others, *meant.readings]
    if told.area >= 0:
        return _compare_with_name(text, code, told, [area for some in ways for area in some])
    if told.candidates or not kind:
        return told
    fitting = (tuple(a for a in some if areas.kind_of(a) == kind) for some in ways)
    note = f"{code} is not a current code"
    return Meaning(readings=tuple(filter(None, fitting)), core=meant.core, note=note)


def _compare_with_name(text: str, code: str, told: Answer, named: Sequence[int]) -> Answer:
    """Take the area of a code if the name beside it is its own, or is none; else ask."""
    if told.outcome != "matched" or told.area in named:
        return told
    label = areas.label(told.area)
    if not named:
        return Answer(told.area, "corrected", f"“{text[:60]}” was read as {label}, by its code")
    offered = tuple(Candidate(area, MAX_SCORE) for area in (told.area, *dict.fromkeys(named)))
    reason = f"{code} is the code of {label}, but “{text[:60]}” names something else"
    return Answer(-1, "ambiguous", reason, offered[:MAX_SHOWN])


def _list_readings(
    ways: Sequence[Reading], is_spoken: bool, entry: index.Entry
) -> Iterator[tuple[int, ...]]:
    """List the areas that each way to read a name means, the surest way first."""
    yield bodies.find(ways[0].key)
    if is_spoken:
        yield (*index.find_called(ways[:1]), *entry.units)
    for way in ways:
        yield tuple(map(areas.number_of_row, gazetteer.find_rows(way)))


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
    if gone := former_units.find(ways[0].key):
        if gone.is_whole:
            return Answer(gone.areas[0], "corrected", gone.note)
        near = [Candidate(area, MAX_SCORE) for area in gone.areas]
        return Answer(-1, "ambiguous", gone.note, tuple(near[:MAX_SHOWN]))
    if ways[0].key in gazetteer.ISLANDS:
        return Answer(-1, "unmatched", f"{text[:60]} is not covered: only Great Britain is")
    if ways[0].key in gazetteer.NORTHERN_IRELAND:
        return Answer(-1, "unmatched", postcodes.explain_northern_ireland(text).rstrip("."))
    return None
