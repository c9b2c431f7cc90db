"""Cells: the texts that the cells of a column join, each of which may name an area."""

import csv
import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mapping.errors import MappingError
from mapping.footprints import ground, looks
from mapping.geocode import GSS, bodies, gazetteer, lists, spelling, typed_postcodes

POSTCODE_JOINT = r"[;,\n|/&+]|\band\b"
_RANGE = re.compile(r"([A-Z]{1,2})(\d{1,2})\s*(-|–|to)\s*([A-Z]{1,2})?(\d{1,2})", re.I)
"""Postcode districts from one to another: "NW1-NW6"; "NW1-6" is a sector."""
_JOINED = r"(?i)\d\s*(?:-|–|to)\s*\w*\d|\d[a-z]{2}[^a-z0-9].*\d[a-z]{2}$"
"""How such a range may look, and several postcodes with nothing that joins them."""
_TO = re.compile(r"\s*(?:to|until|through|thru|[-–—]>?|→|\.\.+)\s*", re.I)
_AROUND_POSTCODE = re.compile(r"^[\s()\[\]\"'“”.:•*-]+|[\s()\[\]\"'“”.:]+$")
_BEGINS_POSTCODE = re.compile(r"[\W_]*(?:[A-Z]{1,2}\d|(?-i:[A-Z]{1,2}[OI][\dA-Z]?\s?[\dOI]))", re.I)
"""How a text begins that may be a postcode or part of one; others beside a postcode are words."""
_LISTED = rf"(?i)\d\s+[ewsnk]\d{{8}}|[a-z]\d{{1,2}}\s*(?:-|–|to)\s*[a-z]{{1,2}}\d|{lists.JOINT}"
"""What a text has that may be a list of areas: a joint, or a code behind another."""
MAX_RANGE = 30
"""So many districts such a range may hold."""
_MARK = r"(?:[•·▪●‣◦*–—]\s*|-\s+|\(?\d{1,3}[.)]\s+)"
_NOWHERE = (
    r"(?:#?n\.?/?a\.?|none|nil|null|nan|tb[acd]|unknown|to be (?:confirmed|decided|agreed)|"
    r"not (?:applicable|known|stated|given|available)|"
    r"[EWSNKLM]\d{2}9{6}(?: \(pseudo\).*)?|[-–—?./]+)"
)
"""What a cell holds that says nothing; a code of nines stands where there is no area."""
_BULLET, _NOTHING = re.compile(rf"^\s*{_MARK}"), re.compile(_NOWHERE, re.I)
_WHOLE = re.compile(
    r"^(?:the )?(?:whole|all|entire(?:ty)?)(?: of)?(?: the)? |"
    r"^(?:right )?(?:across|throughout)(?: the)? |^pan[- ]|"
    r"^(?:(?:we|they) )?(?:cover|work|serve|operate)(?:s|ing)?(?: in| across)?(?: the)? |"
    r"(?: ?- ?|[ -])(?:wide|only)$| boroughs$| \((?:all|whole)(?: of)?(?: the)?(?: \w+)?\)$",
    re.I,
)
"""Words that say that all of an area is meant."""
_ODD = (
    rf"(?i)^\s*{_MARK}|^{_NOWHERE}$|.[EWSNK]\d{{8}}|[EWSNK]\d{{8}}.|"
    r"^(?:the )?(?:whole|all|entire|entirety|right|across|throughout|we|they|cover|"
    r"covers|covering|work|works|working|serve|serves|serving|operates?|operating) |^pan[ -]|"
    r"[ -](?:wide|only)$|\((?:all|whole)\b"
)
"""Cells that may be looked at for what stands around an area."""
MAX_TEXTS = 2_000_000
"""Texts of a column that may name an area: a cell may join thousands."""


def cut_cells(cells: pd.Series, role: str) -> tuple[np.ndarray, list[str]]:
    """Cut cells into the texts they join: the row of each, and the texts; shapes stay whole."""
    of_cell, different = pd.factorize(cells)
    texts = [text.strip() for text in different.tolist()]
    for at in np.flatnonzero(_has(texts, f"(?i)^{_NOWHERE}$")):
        texts[at] = ""
    mark = POSTCODE_JOINT if role == "postcode" else r"[;\n|]"
    marks = np.asarray(pc.count_substring_regex(pa.array(texts, pa.large_string()), mark))
    filled = np.array([text != "" for text in texts], dtype=bool)[of_cell]
    if (most := int(filled.sum()) + int(marks[of_cell].sum())) > MAX_TEXTS:
        raise MappingError(
            f"Expected at most {MAX_TEXTS:,} areas in a column; found {most:,}, joined "
            f"in {int(filled.sum()):,} cells of “{cells.name}”. Split the file and upload one "
            "after the other."
        )
    cut = _cut_texts(texts, marks > 0, mark, role)
    size = np.array([len(some) for some in cut], dtype="int64")[of_cell]
    row = np.repeat(np.arange(len(cells)), size)
    return row, [text for at in of_cell.tolist() for text in cut[at]]


def _cut_texts(texts: list[str], marked: np.ndarray, mark: str, role: str) -> list[list[str]]:
    """Cut each text where it is ``marked``, tidy its pieces, and write out what these join.

    Pieces that join nothing come first.
    """
    pieces = {
        at: _cut_addresses(texts[at]) if role == "postcode" else _cut_quoted(texts[at], mark)
        for at in np.flatnonzero(marked | _has(texts, '"')).tolist()
        if not ground.is_shape(texts[at])
    }
    different = dict.fromkeys(text for at, text in enumerate(texts) if at not in pieces)
    different.update(dict.fromkeys(piece for some in pieces.values() for piece in some))
    plain = _tidy(list(different), role)
    joined = _write_out(plain, role)
    found = [joined.get(text) or [text] if (text := plain.get(whole)) else [] for whole in texts]
    for at, some in pieces.items():
        told = [plain[piece] for piece in some]
        alone = [text for text in told if text and text not in joined]
        found[at] = alone + [text for whole in told for text in joined.get(whole, ())]
    return found


def _cut_quoted(text: str, mark: str) -> list[str]:
    """Cut a cell at a mark, and first into its options, if some of these stand in quotation marks.

    Forms join what somebody chose so: "Bristol, City of",Swindon.
    """
    options = [text]
    if '"' in text:
        cell = " ".join(text.split())
        options = next(csv.reader([cell], skipinitialspace=True), [text])
    return [piece.strip(' "') for option in options for piece in re.split(mark, option)]


def _cut_addresses(text: str) -> list[str]:
    """Cut a cell of postcodes; the words of an address stay with the whole postcode beside them.

    "12 High St, N1 9GU, N7 6AA" holds "12 High St, N1 9GU" and "N7 6AA".
    """
    parts = re.split(f"({POSTCODE_JOINT})", text)
    found = [parts[0]]
    for mark, piece in zip(parts[1::2], parts[2::2], strict=True):
        before, is_words = found[-1], _is_words(piece)
        if (_is_words(before) and typed_postcodes.find(text)) or (
            is_words and typed_postcodes.find(before)
        ):
            found[-1] = f"{before}{mark}{piece}"
        else:
            found.append(piece)
    return [piece.strip() for piece in found]


def _is_words(text: str) -> bool:
    """Tell whether a piece of a cell of postcodes is words, and neither a postcode nor nothing."""
    plain = text.strip()
    return bool(plain) and not (_NOTHING.fullmatch(plain) or _BEGINS_POSTCODE.match(plain))


def _tidy(texts: list[str], role: str) -> dict[str, str]:
    """Take off what stands around an area and says nothing: bullets, "all of", "n/a", its name."""
    if role == "postcode":
        return {text: _tidy_postcode(text) for text in texts}
    plain = dict(zip(texts, texts, strict=True))
    odd = np.flatnonzero(_has(texts, _ODD)).tolist()
    plain.update((texts[at], _strip_area(texts[at])) for at in odd)
    return plain


def _tidy_postcode(text: str) -> str:
    plain = _AROUND_POSTCODE.sub("", text.replace("_", " "))
    if _NOTHING.fullmatch(plain):
        return ""
    return f"{plain})" if "(" in plain and ")" not in plain else plain


def _write_out(plain: dict[str, str], role: str) -> dict[str, list[str]]:
    """Write out the texts that join several areas, and ranges of postcode districts."""
    texts = list(dict.fromkeys(plain.values()))
    if role in bodies.KINDS:
        return {text: _name_bodies(text, role) for text in texts if text}
    joint, cut = (_JOINED, _cut_joined) if role == "postcode" else (_LISTED, _split_list)
    some = {texts[at]: cut(texts[at]) for at in np.flatnonzero(_has(texts, joint)).tolist()}
    return {text: list(filter(None, parts)) for text, parts in some.items() if parts}


def _name_bodies(text: str, kind: str) -> list[str]:
    """Write each body of a text in full; "Devon and Cornwall" may be one, or two."""
    if GSS.fullmatch(text.upper()):
        return [text]
    whole = bodies.write_in_full(text, kind)
    if lists.is_known(whole):
        return [whole]
    parts = [bodies.write_in_full(part, kind) for part in lists.cut(text)]
    return parts if parts and all(map(lists.is_known, parts)) else [whole]


def _has(texts: list[str], pattern: str) -> np.ndarray:
    """Tell which texts have a pattern in them, by Arrow: all at once."""
    return np.asarray(pc.match_substring_regex(pa.array(texts, pa.large_string()), pattern))


def _cut_joined(text: str) -> list[str]:
    """Write out a range of postcode districts, or cut a text before each postcode but the first."""
    found = typed_postcodes.find(text)
    begins = [begin for begin, _ in found[1:]]
    if not begins:
        return _districts(text)
    between = [text[a + len(name) : b] for (a, name), b in zip(found, begins, strict=False)]
    if any(map(_TO.fullmatch, between)):  # all between them is meant too, which nobody knows
        return []
    return [text[a:b].strip(" ,-–") for a, b in pairwise([0, *begins, len(text)])]


def _districts(text: str) -> list[str]:
    """Write out "NW1-NW3" as the districts NW1, NW2 and NW3; nothing for other texts."""
    parts = _RANGE.fullmatch(text)
    if parts is None or (parts[4] or parts[1]).upper() != parts[1].upper():
        return []
    if parts[3] == "-" and not parts[4]:
        return []
    first, last = int(parts[2]), int(parts[5])
    if not first < last <= first + MAX_RANGE:
        return []
    return [f"{parts[1].upper()}{number}" for number in range(first, last + 1)]


def _list_ranges(cell: str) -> list[str]:
    """Write out a list of postcode districts of which some are ranges: "NW1 - NW3, NW6"."""
    parts = [part.strip() for part in re.split(POSTCODE_JOINT, cell) if part.strip()]
    if not all(_RANGE.fullmatch(part) or _BEGINS_POSTCODE.match(part) for part in parts):
        return []
    found = [_districts(part) for part in parts]
    if not any(found):
        return []
    return [name for part, some in zip(parts, found, strict=True) for name in some or [part]]


def _strip_area(text: str) -> str:
    """Return an area without what stands around it; the text itself where that is not sure."""
    if ground.is_shape(text) or len(text) > spelling.MAX_LETTERS:
        return text
    if _NOTHING.fullmatch(text):
        return ""
    text = _BULLET.sub("", text) or text
    codes = GSS.findall(text.upper())
    if len(codes) == 1:
        beside = re.sub(codes[0], " ", text, flags=re.I).strip(" ()[]-–:,")
        named = (
            gazetteer.find_named(beside) + gazetteer.find_named(beside, "ward") if beside else []
        )
        return codes[0] if codes[0] in {code for _, code in named} else text
    if spelling.key(text) in gazetteer.map_keys():
        return text
    core = text
    while (shorter := _WHOLE.sub("", core).strip()) != core:
        core = shorter
    return core if core and (lists.is_known(core) or lists.cut(core)) else text


def _split_list(cell: str) -> list[str]:
    """Cut a list of names, and take off what stands around each; nothing for one name."""
    if ground.is_shape(cell) or spelling.key(cell) in gazetteer.map_keys():
        return []
    if districts := _list_ranges(cell):
        return districts
    pieces = [piece.strip(" .") for piece in cell.split(",")]
    if len(pieces) > 1 and all(map(looks.is_unit, pieces)):
        return pieces
    return [_strip_area(name) for name in lists.cut(cell)]
