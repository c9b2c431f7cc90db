"""Items: the codes and postcodes in a line of text, and those that its words may rule out."""

import re
from bisect import bisect_right
from typing import NamedTuple

from mapping.intake import letters
from mapping.intake.sheets import SHAPE

_UNIT = r"[A-Za-z]{1,2}\d[A-Za-z\d]?[\s._-]{0,3}\d[A-Za-z]{2}"
_GSS = r"[EWSNKewsnk]\d{8}"
_MIXED_UP = (
    r"(?=[A-Z]{1,2}[\dOI]?[A-Z]?\s{0,3}\d|[A-Z]{1,2}\d)"
    r"[A-Z]{1,2}[\dOI][A-Z\d]?\s{0,3}[\dO][A-Z]{2}"
)
_LARGER = r"[A-Z]{1,2}\d[A-Z\d]?(?: \d)?"
ITEM = re.compile(rf"(?<![A-Za-z0-9])(?:{_GSS}|{_UNIT}|{_MIXED_UP}|{_LARGER})(?![A-Za-z0-9])")
"""A GSS code, a postcode in any case, a postcode in capitals with O for 0 or I for 1, or a postal
sector or district in capitals."""
_TO = re.compile(r"\s*(?:to|until|through|[-–—]>?|→)\s*", re.I)
_TO_NUMBER = re.compile(r"(?:[-–]|\s?to\s?)\d{1,2}\b|(?:\s?/\s?\d\b)+")
"""Behind a district or sector, that it is a range or a list: "NW1-6", "NW5 1/2"."""
_STOP = re.compile(r"[.!?;](?=\s|$)|\n")
_REMARK = re.compile(r"\([^()]*\)")
_NOTHING = re.compile(r"(?:\band\b|\bto\b|[\W_])*", re.I)
_RULED_OUT = re.compile(
    r"\b(not(?! (?:only|just))|never|no longer|\w+n['’]t|except\w*|exclud\w*|excl|apart from|"
    r"other than|outside|without|former\w*|previous\w*|used to|left|leaving|mov(?:ed|ing)|based|"
    r"(?<!post )offices?|hq|headquarters|(?:our|postal|registered|office) address|"
    r"contact (?:us|me)|correspondence|write to|our postcode)\b",
    re.I,
)
"""From such a word to the end of its sentence, codes and postcodes are not where somebody works."""
_AROUND = re.compile(
    r"(?:\b(?:was|were|within|around|near\w*|outside|beyond|radius|parts?|some|most|"
    r"[\d.]+ ?(?:miles?|mi|km|kilometres?|m|metres))\b(?: radius)?(?: (?:of|from|around|to))?"
    r"(?: the)?\s*)+$",
    re.I,
)
_BEHIND = re.compile(
    r"\s*\(?\?\)?|\s*\(?(?:part|partly|north|south|east|west|until|left|closed|former\w*|tb[acd]|"
    r"temporar\w*|any ?more|except\w*|excl\w*|apart from|minus|not|and (?:the )?surround\w*|"
    r"from (?:\w+ )?20\d\d)\b[^();.,\n]{0,40}\)?",
    re.I,
)
"""Words directly before and behind a postcode that make another place or time of it."""
MAX_LETTERS = 60
"""So many letters before a postcode are looked at, and so many of it and its words are taken."""


class Item(NamedTuple):
    """A code or postcode in a line, or a range of them, and where it stands.

    ``is_ruled_out`` tells whether words may rule it out; these are then in ``text``, so that it
    is asked about.
    """

    text: str
    is_ruled_out: bool


def find(line: str) -> list[Item]:
    """Find the codes and postcodes in a line, in their order; none in a shape."""
    if SHAPE.match(line):
        return []
    spans = _list_spans(line)
    if is_bare(line) and "?" not in line:
        return [Item(line[begin:end], False) for begin, end in spans]
    begins = [0, *(stop.end() for stop in _STOP.finditer(line))]
    plain = _REMARK.sub(lambda remark: " " * len(remark[0]), line)
    ruling = [(found.start(), found[0]) for found in _RULED_OUT.finditer(plain)]
    held = []
    for begin, end in spans:
        start = begins[bisect_right(begins, begin) - 1]
        first = bisect_right(ruling, (start, ""))
        word = ruling[first][1] if first < len(ruling) and ruling[first][0] < begin else ""
        held.append(_hold(line, word, begin, end))
    return held


def is_bare(text: str) -> bool:
    """Tell whether a line holds nothing but codes, postcodes, bullets and marks between them."""
    return _NOTHING.fullmatch(ITEM.sub(" ", letters.strip_bullet(text))) is not None


def _list_spans(line: str) -> list[tuple[int, int]]:
    """Return where each code, postcode or range of them begins and ends."""
    spans: list[tuple[int, int]] = []
    for found in ITEM.finditer(line):
        begin, end = found.span()
        more = _TO_NUMBER.match(line, end)
        if more and re.fullmatch(_LARGER, found[0]):
            end = more.end()
        before = spans[-1] if spans else (0, 0)
        is_led_to = _TO.fullmatch(line, before[1], begin)
        if is_led_to and _is_range(line[slice(*before)], found[0]):
            spans[-1] = (before[0], end)
        else:
            spans.append((begin, end))
    return spans


def _is_range(first: str, last: str) -> bool:
    """Tell whether all between two postcodes, or districts, may be meant with them."""
    for kind in (_UNIT, _LARGER):
        if re.fullmatch(kind, first) and re.fullmatch(kind, last):
            return re.split(r"\d", first)[0].upper() == re.split(r"\d", last)[0].upper()
    return False


def _hold(line: str, word: str, begin: int, end: int) -> Item:
    """Hold an item against a word of its sentence that rules it out, "" for none, and others."""
    around = _AROUND.search(line[max(0, begin - MAX_LETTERS) : begin])
    behind = _BEHIND.match(line, end)
    if not (word or around or behind):
        return Item(line[begin:end], False)
    text = line[begin : behind.end() if behind else end].rstrip()
    said = " ".join(filter(None, [word, around[0].strip() if around else "", text]))
    return Item(said[:MAX_LETTERS], True)
