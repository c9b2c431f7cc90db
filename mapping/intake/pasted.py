"""Pasted lists: postcodes, codes, names or shapes out of an email, with words around them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from mapping.intake import headings
from mapping.intake.headings import Layout, Rows
from mapping.intake.sheets import SHAPE, SHOWN

_UNIT = r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s{0,3}\d[A-Za-z]{2}"
_GSS = r"[EWSNKewsnk]\d{8}"
_LARGER = r"[A-Z]{1,2}\d[A-Z\d]?(?: \d)?"
ITEM = re.compile(rf"(?<![A-Za-z0-9])(?:{_GSS}|{_UNIT}|{_LARGER})(?![A-Za-z0-9])")
"""A GSS code, a postcode in any case, or a postal sector or district in capitals."""
_BULLET = re.compile(r"[\s>•·▪●‣◦*–—-]*(?:\(?\d{1,4}[.)]\s+)?")
_NOTHING = re.compile(r"(?:\band\b|[\W_])*", re.I)
_OPENING = re.compile(
    r"(hi|hello|dear|hey|good (morning|afternoon|evening)|many thanks|thank you|thanks|cheers|"
    r"((kind|best|warm) )?(regards|wishes)|best|yours|sincerely|sent from my)\b[^;|\t]{0,60}$|"
    r"(from|to|cc|sent|date|subject)\s*:",
    re.I,
)
_CLOSING = re.compile(
    r"(many thanks|thank you|thanks|cheers|((kind|best|warm) )?(regards|wishes)|best,?$|yours)\b",
    re.I,
)
LONG = 6
"""Words from which on a line of a letter is no name."""


class Values(NamedTuple):
    """The values of a list: one row each, the number of the line each stands on, the layout."""

    rows: list[list[str]]
    numbers: list[int]
    layout: Layout


def is_list(lines: Sequence[str], cells: Rows) -> bool:
    """Tell whether a text is a list rather than a table, by its first lines.

    ``cells`` are the same rows cut at the likeliest delimiter. A text is a table if one of its
    rows is made of usual headings; else a list if most of its lines are shapes; else a table if
    most rows have other texts in cells beside a code or postcode; else a list if no delimiter
    cuts more than half of its rows alike, if at least half of its lines hold nothing but codes
    and postcodes (or have one in each of several cells), or if it is a single line.
    """
    lines = [line for line in lines if line.strip()]
    cells = [row for row in cells if any(cell.strip() for cell in row)]
    widths = [len(row) for row in cells]
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
    if any(len(row) > 1 and _is_header(row, usual) for row in cells):
        return False
    if 2 * sum(SHAPE.match(line) is not None for line in lines) > len(lines):
        return True
    if 2 * sum(map(_is_mixed, cells)) >= max(1, len(cells)):
        return False
    alike = usual > 1 and 2 * widths.count(usual) > len(widths)
    alone = sum(ITEM.search(line) is not None and is_bare(line) for line in lines)
    alone = max(alone, sum(map(_is_itemised, cells)))
    return not alike or len(lines) == 1 or 2 * alone >= len(lines)


def _is_header(row: Sequence[str], usual: int) -> bool:
    known = sum(map(headings.known, row))
    return known > 0 and (2 * known >= len(row) or len(row) == usual)


def _is_mixed(row: Sequence[str]) -> bool:
    """Tell whether a row has a code or postcode in a cell, and other texts in two others."""
    filled = [cell[:100] for cell in row if cell.strip()]
    items = sum(ITEM.search(cell) is not None for cell in filled)
    return items > 0 and len(filled) - items > 1


def _is_itemised(row: Sequence[str]) -> bool:
    filled = [cell[:100] for cell in row if cell.strip()]
    return len(filled) > 1 and all(ITEM.search(cell) for cell in filled)


def is_bare(text: str) -> bool:
    """Tell whether a line holds nothing but codes, postcodes, bullets and marks between them."""
    return _NOTHING.fullmatch(ITEM.sub(" ", _plain(text))) is not None


def read(rows: Rows, numbers: Sequence[int]) -> Values:
    """Read a list: every record of a text (one cell each) with its number.

    A line with codes or postcodes gives one value for each of them; any other line is one value,
    without its bullet or numbering; a single line of names is cut at ``;``, ``|``, tab or comma.
    In a letter (a text with a greeting, a closing, or a line that ends with a colon), lines
    without a code or postcode are left out if they end with a comma, a colon, ``!`` or ``?``, if
    they have more than six words, or if they follow the closing. The first line names the column
    if it is a usual heading; else the column is called "value".
    """
    lines = [(n, row[0]) for n, row in zip(numbers, rows, strict=True) if row and row[0].strip()]
    is_letter = any(_OPENING.match(_plain(t)) or _ends(t, ":") for _, t in lines)
    has_items = any(_items(text) for _, text in lines)
    heading = _heading(lines)
    values: list[list[str]] = []
    where: list[int] = []
    left: list[tuple[int, str, str]] = []
    mixed: list[tuple[int, str]] = []
    over = False
    for number, text in lines[1:] if heading else lines:
        items = _items(text)
        if not items and is_letter and (over or _is_prose(text)):
            over = over or (bool(values) and _CLOSING.match(_plain(text)) is not None)
            left.append((number, "text", text.strip()))
            continue
        if items and not is_bare(text):
            mixed.append((number, text.strip()))
        parts = items or _names(text, single=len(lines) == 1 and not has_items)
        values += [[part] for part in parts]
        where += [number] * len(parts)
    layout = _layout(heading, lines[0][0] if lines else 1, left, mixed)
    return Values(values, where, layout)


def _heading(lines: Sequence[tuple[int, str]]) -> str:
    text = lines[0][1].strip() if len(lines) > 1 else ""
    return text if headings.known(text) and not _ends(text, ":") and not _items(text) else ""


def _layout(
    heading: str, first: int, left: list[tuple[int, str, str]], mixed: list[tuple[int, str]]
) -> Layout:
    notes = []
    above = [*left]
    if heading:
        above.append((first, "header", heading))
    else:
        notes.append("Read as a list without a heading: the column is called “value”.")
    if left:
        told = [(number, text) for number, _, text in left]
        notes.append(f"Words around the list were left out: {_quoted(told)}.")
    if mixed:
        notes.append(
            "Of some lines only the codes and postcodes were read, not the words beside them: "
            f"{_quoted(mixed)}."
        )
    names = headings.named([" ".join(heading.split()) or "value"])
    return Layout(names, first if heading else 0, 0, above, notes)


def _quoted(lines: Sequence[tuple[int, str]]) -> str:
    """Quote some lines with their numbers."""
    some = ", ".join(f"row {number:,} “{text[:80]}”" for number, text in lines[:SHOWN])
    more = len(lines) - SHOWN
    return f"{some} and {more:,} other{'s' if more > 1 else ''}" if more > 0 else some


def _plain(text: str) -> str:
    return text[_BULLET.match(text).end() :].strip()  # type: ignore[union-attr]


def _ends(text: str, marks: str) -> bool:
    return text.strip().endswith(tuple(marks))


def _items(text: str) -> list[str]:
    return [] if SHAPE.match(text) else ITEM.findall(text)


def _is_prose(text: str) -> bool:
    plain = _plain(text)
    if _OPENING.match(plain) or _ends(plain, ",:!?"):
        return True
    return len(plain.split()) > LONG and not SHAPE.match(plain)


def _names(text: str, *, single: bool) -> list[str]:
    if SHAPE.match(text):
        return [text]
    plain = _plain(text) or text
    parts = [part.strip() for part in re.split(r"[;|,\t]", plain)] if single else [plain]
    return [part for part in parts if part] or [plain]
