"""Pasted lists: postcodes, codes, names or shapes out of an email, with words around them."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from mapping.geocode import gazetteer, resolve
from mapping.intake import headings, items, letters, sentences
from mapping.intake.headings import Layout, Rows
from mapping.intake.items import ITEM
from mapping.intake.sheets import MAX_EXAMPLES, SHAPE, UNREAD

_ADDRESSED = re.compile(rf"(?:[A-Z][\w'’-]*(?: [A-Z][\w'’-]*){{0,3}},? )?{ITEM.pattern}")
"""A code or postcode with the name before it that an address has: "London N1 9GU"."""
_LABEL = re.compile(r"([^:;|\t]{2,80}?)\s*:\s+(\S.*)")


class Values(NamedTuple):
    """The values of a list: one row each, the number of the line each stands on, the layout."""

    rows: list[list[str]]
    numbers: list[int]
    layout: Layout


def is_list(lines: Sequence[str], cells: Rows) -> bool:
    """Tell whether a text is a list rather than a table, by its first lines.

    ``cells`` are the same rows cut at the likeliest delimiter. A text is a table if one of its
    rows is made of usual headings; else a list if it is a letter, if most of its lines are
    shapes, sentences, or behind a bullet or a label of their own; else a table if most rows have
    other texts in cells beside a code or postcode; else a list if no delimiter cuts more than
    half of its rows alike, if at least half of its lines hold nothing but codes and postcodes
    (or have one in each of several cells), or if it is a single line.
    """
    lines = [line for line in lines if line.strip()]
    cells = [row for row in cells if any(cell.strip() for cell in row)]
    widths = [len(row) for row in cells]
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
    is_letter = letters.is_letter(lines)
    headers = [row for row in cells if len(row) > 1 and _is_header(row, usual)]
    if any(not is_letter or sum(map(headings.is_heading, row)) > 1 for row in headers):
        return False
    if is_letter:
        return True
    for of_list in (SHAPE.match, letters.is_sentence, _is_behind_bullet, _match_label):
        if 2 * sum(bool(of_list(line)) for line in lines) > len(lines):
            return True
    if len(lines) > 1 and 2 * sum(map(_is_mixed, cells)) >= max(1, len(cells)):
        return False
    alike = usual > 1 and 2 * widths.count(usual) > len(widths)
    alone = sum(ITEM.search(line) is not None and items.is_bare(line) for line in lines)
    alone = max(alone, sum(map(_is_itemised, cells)))
    return not alike or len(lines) == 1 or 2 * alone >= len(lines)


def _is_header(row: Sequence[str], usual: int) -> bool:
    known = sum(map(headings.is_heading, row))
    return known > 0 and (2 * known >= len(row) or len(row) == usual)


def _is_mixed(row: Sequence[str]) -> bool:
    """Tell whether a row has a code or postcode in a cell, and other texts in two others."""
    filled = [cell[:100] for cell in row if cell.strip()]
    items = sum(ITEM.search(cell) is not None for cell in filled)
    return items > 0 and len(filled) - items > 1


def _is_itemised(row: Sequence[str]) -> bool:
    filled = [cell[:100] for cell in row if cell.strip()]
    return len(filled) > 1 and all(ITEM.search(cell) for cell in filled)


def _is_behind_bullet(line: str) -> bool:
    """Tell whether a tab parts a bullet or number from the one text of a line."""
    mark, _, rest = line.partition("\t")
    is_mark = letters.strip_bullet(f"{mark}\tx") == "x" and bool(mark.strip())
    return is_mark and bool(rest.strip()) and "\t" not in rest.strip()


def _match_label(line: str) -> re.Match[str] | None:
    """Tell the label of a line from what stands behind its colon: "Age UK: Camden, Brent"."""
    told = _LABEL.fullmatch(letters.strip_bullet(line))
    return None if told is None or letters.opens(line) or "://" in told[1] else told


class _List:
    """A list as it is read: its values with their line, larger area or label, and all the rest."""

    def __init__(self) -> None:
        self.values: list[list[str]] = []
        self.numbers: list[int] = []
        self.beside: list[str] = []
        self.left: list[tuple[int, str, str]] = []
        self.mixed: list[tuple[int, str]] = []
        self.read_names = 0
        self.words: list[tuple[int, str]] = []

    def take(self, number: int, parts: Sequence[str], beside: str = "") -> None:
        """Add the values of a line."""
        self.values += [[part] for part in parts]
        self.numbers += [number] * len(parts)
        self.beside += [beside] * len(parts)

    def take_names(self, number: int, found: sentences.NamesInText, beside: str) -> None:
        """Add the names that were found in a line of text, and say which words are left."""
        self.take(number, found.names, beside)
        if sentences.has_more_words(found.left):
            self.read_names += len(found.names)
            self.words.append((number, found.left))


def read(rows: Rows, numbers: Sequence[int]) -> Values:
    """Read a list: every record of a text (one cell each) with its number.

    A line with codes or postcodes gives one value for each of them; any other line is one value,
    without its bullet or numbering; of a sentence, or a single line, the names of areas in it are
    the values (see ``sentences``). In a letter (see ``letters``), lines without any of these are
    left out if they greet, close, ask, announce or are sentences, if they have more than six
    words, or if they follow the closing; an address below the closing is left out as well. A line
    that ends with a colon and names an area larger than a ward says where the lines below it lie:
    they get a second column, "within". Where most lines have a label before a colon and names of
    areas behind it, the labels become a column, "organisation" or "within". The first line names
    the column if it is a usual heading; else it is called "value".
    """
    lines = [(n, row[0]) for n, row in zip(numbers, rows, strict=True) if row and row[0].strip()]
    heading = _heading(lines)
    below = lines[1:] if heading else lines
    found = _List()
    kind = _kind_of_labels([text for _, text in below])
    if kind:
        _read_labelled(below, found)
    else:
        _read_lines(below, found)
    beside = kind or "within"
    if any(found.beside):
        wide = [[*pair] for pair in zip(found.beside, (v[0] for v in found.values), strict=True)]
        names = headings.name_columns([beside, " ".join(heading.split()) or "value"])
    else:
        wide, names = found.values, headings.name_columns([" ".join(heading.split()) or "value"])
    return Values(wide, found.numbers, _layout(heading, names, lines[0][0] if lines else 1, found))


def _read_lines(lines: Sequence[tuple[int, str]], found: _List) -> None:
    """Read a list without labels, line by line."""
    texts = [text for _, text in lines]
    is_letter = letters.is_letter(texts) or any(text.strip().endswith(":") for text in texts)
    has_items = _count_in_use(texts) > 0
    is_text = len(lines) == 1 or letters.is_letter(texts) or any(map(letters.is_sentence, texts))
    over, within = False, ""
    for at, (number, text) in enumerate(lines):
        if letters.is_unticked(text):
            found.left.append((number, "text", text.strip()))
            continue
        held = items.find(text)
        if held and not (over and not items.is_bare(text)):
            found.take(number, [item.text for item in held])
            if not items.is_bare(text):
                _take_beside_items(number, text, within, found)
            continue
        if not held and at + 1 < len(lines) and (larger := _find_announced(text)):
            within = larger
            found.left.append((number, "text", text.strip()))
            continue
        names = sentences.NamesInText([], "")
        if is_text and not has_items and not over and _may_name(text):
            names = _names(text, single=len(lines) == 1)
        if names.names:
            found.take_names(number, names, within)
        elif is_letter and (over or letters.is_prose(text)):
            over = over or (bool(found.values) and letters.closes(text))
            found.left.append((number, "text", text.strip()))
        else:
            single = len(lines) == 1 and not has_items and not sentences.denies(text)
            found.take(number, _parts(text, single=single), within)


def _take_beside_items(number: int, text: str, within: str, found: _List) -> None:
    """Take the names beside codes and postcodes of which some are not in use, or are ruled out.

    Beside good ones alone they say where these lie, or are the town of an address.
    """
    names, good = sentences.NamesInText([], ""), _count_in_use([text])
    held = items.find(text)
    if good < len(held) and (letters.is_sentence(text) or not good):
        around = _ADDRESSED if good or any(one.is_ruled_out for one in held) else ITEM
        names = sentences.names(around.sub("…", letters.strip_bullet(text)))
    if names.names:
        found.take_names(number, names, within)
    else:
        found.mixed.append((number, text.strip()))


def _count_in_use(lines: Sequence[str]) -> int:
    """Count the codes and postcodes in lines that are meant and in use, or lead to some."""
    found = (one for text in lines for one in items.find(text))
    meant = Counter(one.text for one in found if not one.is_ruled_out)
    told = zip(resolve([*meant], kind="postcode"), meant.values(), strict=True)
    return sum(times for answer, times in told if answer.area >= 0 or answer.candidates)


def _may_name(text: str) -> bool:
    """Tell whether a line of text may say where somebody works: it asks and announces nothing."""
    is_answer = not letters.strip_bullet(text).endswith((":", "?"))
    return is_answer and not (SHAPE.match(text) or letters.opens(text) or letters.closes(text))


def _names(text: str, *, single: bool) -> sentences.NamesInText:
    """Find the names in a line of text; none in one that is a name, or a list of names."""
    plain = letters.strip_bullet(text)
    if _is_area(plain) or (single and all(map(_is_area, _parts(text, single=True)))):
        return sentences.NamesInText([], "")
    return sentences.names(plain)


def _is_area(text: str) -> bool:
    return len(text) <= letters.MAX_LETTERS and bool(gazetteer.find_named(text))


def _find_announced(text: str) -> str:
    """Return the one area larger than a ward in a line that announces others; or nothing."""
    plain = letters.strip_bullet(text)
    if not plain.endswith(":") or letters.opens(text) or len(plain) > letters.MAX_LETTERS:
        return ""
    name = plain.rstrip(": ")
    named = [name] if gazetteer.find_named(name) else sentences.names(name).names
    larger = [one for one in named if any(kind != "ward" for kind, _ in gazetteer.find_named(one))]
    return larger[0] if len(named) == 1 and larger else ""


def _kind_of_labels(lines: Sequence[str]) -> str:
    """Tell what labels before colons are: an "organisation", a "within", or none ("")."""
    told = [label for line in lines if (label := _match_label(line))]
    if len(lines) < 2 or 3 * len(told) < 2 * len(lines) or any(map(items.find, lines)):
        return ""
    behind = [part for label in told for part in re.split(r"[;,|]|\band\b|&", label[2])]
    named = sum(_is_area(part.strip(" .")) for part in behind)
    if 2 * named < len(behind):
        return ""
    areas = sum(_is_area(label[1]) for label in told)
    return "within" if 2 * areas > len(told) else "organisation"


def _read_labelled(lines: Sequence[tuple[int, str]], found: _List) -> None:
    for number, text in lines:
        label = _match_label(text)
        if label is None:
            found.take(number, [letters.strip_bullet(text) or text])
        else:
            found.take(number, [label[2].rstrip(" .")], label[1].strip())


def _heading(lines: Sequence[tuple[int, str]]) -> str:
    text = lines[0][1].strip() if len(lines) > 1 else ""
    return (
        text
        if headings.is_heading(text) and not text.endswith(":") and not items.find(text)
        else ""
    )


def _layout(heading: str, names: list[str], first: int, found: _List) -> Layout:
    notes = []
    above = [*found.left]
    if heading:
        above.append((first, "header", heading))
    elif len(names) > 1:
        notes.append(
            f"Read as a list without a heading: the columns are called “{names[0]}”, from "
            f"the words before colons, and “{names[1]}”."
        )
    else:
        notes.append("Read as a list without a heading: the column is called “value”.")
    if found.words:
        read = "name of an area" if found.read_names == 1 else "names of areas"
        notes.append(f"Read {found.read_names:,} {read} out of text.")
        notes.append(f"{UNREAD} around them (… is a name): {_quote(found.words)}.")
    if found.left:
        told = [(number, text) for number, _, text in found.left]
        notes.append(f"{UNREAD} around the list: {_quote(told)}.")
    if found.mixed:
        notes.append(f"{UNREAD} next to codes and postcodes: {_quote(found.mixed)}.")
    return Layout(names, first if heading else 0, 0, above, notes)


def _quote(lines: Sequence[tuple[int, str]]) -> str:
    """Quote some lines with their numbers."""
    some = ", ".join(f"row {number:,} “{text[:80]}”" for number, text in lines[:MAX_EXAMPLES])
    more = len(lines) - MAX_EXAMPLES
    return f"{some} and {more:,} other{'s' if more > 1 else ''}" if more > 0 else some


def _parts(text: str, *, single: bool) -> list[str]:
    if SHAPE.match(text):
        return [text]
    plain = letters.strip_bullet(text) or text
    parts = re.split(r"[;|,\t]", plain) if single else [plain]
    parts = [re.sub(r'^\s*["“]([^"“”]*)["”]\s*$', r"\1", part).strip() for part in parts]
    return [part for part in parts if part] or [plain]
