"""Looks: what the cells of a column look like, told from a sample spread over the whole table."""

import re
from collections.abc import Callable, Sequence
from itertools import chain, islice

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.footprints import points
from mapping.geocode import areas, beside, bodies, gazetteer, index, spelling, typed_postcodes

SIZES = (
    "postcode",
    "lsoa",
    "ward",
    "postal_district",
    "borough",
    "county",
    *bodies.KINDS,
    "combined_authority",
    "region",
    "nation",
    "britain",
)
"""Kinds of areas, from small to large."""
SAMPLE_CELLS = 200
"""Cells of a column that are looked at."""
MAX_PARTS = 2_000
"""So many texts of these cells, which may join thousands, are looked up."""
MIN_ALIKE_SHARE = 0.6
"""Share of the cells looked at that must look alike to tell what a column says."""
MAX_LOOKUPS = 30
"""So many texts are looked up with what stands around their names."""
MAX_NAME_LETTERS = 90
"""A text with more letters is told in a sentence, and is nobody's name."""
PSEUDO = re.compile(r"[A-Z](?:99999999|93000001|83000003)", re.I)
"""Codes of the statistics office that mean no area."""
CODE = re.compile(r"[EWSNK]\d{8}(\s*;.*)?", re.I).fullmatch
_POSTCODE = re.compile(
    r"(?=.{0,6}\d)[A-Z]{1,2}[\dOI][A-Z\d]?([\s._-]*[\dOI][A-Z]{2})?(\s*[;,].*)?", re.I
).fullmatch
_LOOKS = (
    ("area", CODE),
    ("postcode", _POSTCODE),
    ("point", points.is_in_britain),
    (
        "area",
        re.compile(
            r"(SRID=\d+;\s*)?(MULTI)?(POLYGON|POINT)\s*(Z\s*)?\(.*|\{.*\"type\".*|"
            r"(\\x)?0[01][0-9a-f]{40,}",
            re.I | re.S,
        ).fullmatch,
    ),
    (
        "contact",
        re.compile(
            r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+|https?://.*|(\+44|0)[\d ]{9,13}", re.I
        ).fullmatch,
    ),
    ("scale", re.compile(r"hyper ?-?local|borough|regional|national", re.I).fullmatch),
)
_DATE = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}([ T,].*)?|\d{1,2}:\d\d.*|"
    r"\d{1,2}(st|nd|rd|th)? [A-Za-z]{3,9}\.? \d{4}.*|[A-Za-z]{3,9} \d{1,2}(st|nd|rd|th)?,? \d{4}.*",
    re.I,
)
_REFERENCE = re.compile(r"(?=\S*\d)[\w./:#-]+|[A-Z]{1,4} ?\d+[\w./-]*", re.I)
_ADDRESS = re.compile(r"\d+\s?[a-z]?[,-]?\s.*|(flat|unit|suite|po box)\b.*", re.I)
_WEB = re.compile(r".*@\S+\.\S+|(https?://|www\.).*|[\w.-]+\.(org|com|co|gov|ac|nhs|net)\b.*", re.I)
_FLAG = frozenset(
    (
        "true",
        "false",
        "yes",
        "no",
        "y",
        "n",
        "n/a",
        "na",
        "none",
        "nil",
        "tbc",
        "unknown",
        "anonymous",
    )
)
_LETTER, _WORD = re.compile("[A-Za-z]"), re.compile(r"[^\W\d_]")
_JOINT = re.compile(r"[;,\n|/+&]|\band\b| - ")


def sample_cells(cells: pd.Series, most: int = SAMPLE_CELLS) -> list[str]:
    """Return filled cells of a column, spread over all of it, without blanks around them."""
    if len(cells) > most:
        filled = np.flatnonzero(cells != "")
        if len(filled) > most:
            filled = filled[np.linspace(0, len(filled) - 1, most).astype(int)]
        cells = cells.iloc[filled]
    return [text for cell in cells.tolist() if (text := cell.strip())]


def are_mostly(some: Sequence[str], look: Callable[[str], object]) -> bool:
    """Tell whether most of some texts, of which there is one, have a look."""
    return bool(some) and sum(bool(look(text)) for text in some) / len(some) >= MIN_ALIKE_SHARE


def guess_content(some: Sequence[str]) -> str:
    """Return the role that most cells of a column look like; "ignore" for none."""
    told = [text for text in some if not PSEUDO.fullmatch(text)]
    for role, look in _LOOKS:
        if are_mostly(told, look):
            return "ignore" if role == "postcode" and not _are_postal(told) else role
    return "area" if are_areas(told) else "ignore"


def _are_postal(some: Sequence[str]) -> bool:
    """Tell whether texts that look like postcodes begin as postcodes in use do, for the most."""
    return are_mostly(some, lambda text: is_postal_area(re.split(r"\d", text)[0]))


def is_postal_area(text: str) -> bool:
    """Tell whether a text is the letters with which some postcodes in use begin: "NW", "MK"."""
    return areas.number("postal_area", text.strip().upper()) >= 0


def are_areas(some: Sequence[str]) -> bool:
    """Tell whether most of some cells name areas, one or several each."""
    known = gazetteer.map_keys()
    parts = [[cell] if spelling.key(cell) in known else _JOINT.split(cell) for cell in some]
    single = list(islice(chain.from_iterable(parts), MAX_PARTS))
    filled = [text for part in single if (text := part.strip())]
    if are_mostly(filled, lambda part: spelling.key(part) in known):
        return True
    short = (text for text in some if len(text) <= spelling.MAX_LETTERS and _LETTER.search(text))
    few = list(islice(dict.fromkeys(short), MAX_LOOKUPS))
    return are_mostly(few, gazetteer.find_named)


def are_placed(some: Sequence[str]) -> bool:
    """Tell whether most of some cells name areas or are postcodes."""
    return are_areas(some) or are_mostly(some, is_postal)


def has_words(some: Sequence[str]) -> bool:
    """Tell whether most cells have letters: no organisation is called by a number."""
    return are_mostly(some, _WORD.search)


def is_name(text: str) -> bool:
    """Tell whether a text may be somebody's name: no date, code, flag, address, e-mail or essay."""
    if len(text) > MAX_NAME_LETTERS or not _WORD.search(text) or text.casefold() in _FLAG:
        return False
    others = (_DATE, _REFERENCE, _ADDRESS, _WEB)
    return not any(look.fullmatch(text) for look in others)


def is_postal(text: str) -> bool:
    """Tell whether a text is written as a postcode, or as the beginning of one with a digit."""
    return _POSTCODE(text) is not None


def hold_postcodes(some: Sequence[str]) -> bool:
    """Tell whether most of some texts have a whole postcode in them."""
    return are_mostly(some, typed_postcodes.find)


def is_britain(text: str) -> bool:
    """Tell whether a text says which country this is, as addresses do: "GB", "United Kingdom"."""
    return text.casefold() in ("gb", "gbr", "uk", "united kingdom", "great britain", "britain")


def are_plain_areas(some: Sequence[str]) -> bool:
    """Tell whether most of some texts are the very names of areas."""
    known = gazetteer.map_keys()
    return are_mostly(some, lambda text: spelling.key(text) in known)


def is_reference(text: str) -> bool:
    """Tell whether a text looks like a number or code: "SC012345", "360G-a-1", "1234567"."""
    return _REFERENCE.fullmatch(text) is not None


def is_number(text: str) -> bool:
    """Tell whether a text is a number, as of seats or of people: "30", "1,200", "12.5%"."""
    return re.fullmatch(r"[£€]?\d[\d,]*(\.\d+)?\s*%?", text) is not None


def is_mail(text: str) -> bool:
    """Tell whether a text is an e-mail address."""
    return re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", text) is not None


def is_unit(text: str) -> bool:
    """Tell whether a text is written as a whole postcode."""
    return postcodes.UNIT.fullmatch(text.replace(" ", "").upper()) is not None


def are_beside(frame: pd.DataFrame, one: str, other: str) -> bool:
    """Tell whether two columns are mostly filled in the same rows, of some spread over a table."""
    at = np.linspace(0, len(frame) - 1, min(len(frame), SAMPLE_CELLS)).astype(int)
    a, b = (frame[name].iloc[at] != "" for name in (one, other))
    either = (a | b).sum()
    return bool(either) and (a & b).sum() / either >= MIN_ALIKE_SHARE


def find_coded_size(some: Sequence[str]) -> str:
    """Return of what kind the codes are that most of some cells hold, or "postcode"; else ""."""
    if are_mostly(some, is_unit):
        return "postcode"
    codes = index.map_codes()
    return find_commonest(
        [areas.kind_of(codes[c]) if (c := t.upper()) in codes else "" for t in some]
    )


def find_named_size(some: Sequence[str]) -> str:
    """Return the kind of area that most of some cells name; "" if they name no one kind."""
    named = [beside.find_larger(text.casefold()) for text in some[:MAX_LOOKUPS]]
    return find_commonest([areas.kind_of(one[0]) if one else "" for one in named])


def find_commonest(kinds: Sequence[str]) -> str:
    """Return what most of some kinds of areas are; "" if none is so common, or is no size."""
    most = max(SIZES, key=list(kinds).count)
    return most if are_mostly(kinds, lambda kind: kind == most) else ""
