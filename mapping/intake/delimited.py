"""Delimited text: tables with an unknown delimiter, and pasted lists, as sheets.

Clean tables go through Arrow's reader; anything odd is read record by record, with the same
result wherever both can read a file.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from mapping.errors import MappingError, TooLargeError
from mapping.intake import headings, items, pasted, sheets
from mapping.intake.encodings import DecodedText
from mapping.intake.headings import Layout
from mapping.intake.sheets import Sheet, name_rows

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
MIN_THREADED_BYTES = 1_000_000
"""Fewer bytes are read before threads would have started."""
MAX_LINES = 2_000_000
"""Most lines of a file, blank ones and line breaks in cells among them."""
MAX_LINE_CELLS = 16_384
"""Cells in a line from which on nothing is looked at: a spreadsheet has no more columns."""
SAMPLE_LINES = 3 * headings.HEAD_ROWS
"""Lines by which delimiter, header and kind of a text are told."""
MAX_SPAN, MAX_STRAYS = 20_000, 200
"""Most lines of one record; most stray quotation marks for which so many are looked through."""
NO_DELIMITER = "\x1f"
_WRAPPED = re.compile(r'\s*"(?:[^"]|"")*[,;\t|](?:[^"]|"")*"\s*')
"""A line that is one cell in quotation marks, with a delimiter in it."""
_QUOTED = re.compile(r'"(?:[^"]|"")*+"')
"""A cell in quotation marks."""
csv.field_size_limit(max(csv.field_size_limit(), 2 * sheets.MAX_SHAPE_CHARACTERS))


class Record(NamedTuple):
    """One row as it was cut into cells, the lines it takes, and if a quotation mark was stray."""

    cells: list[str]
    lines: int
    stray: bool


def read(
    told: DecodedText,
    *,
    delimiter: str = "",
    header_row: int | None = None,
    most_rows: int | None = None,
) -> Sheet:
    """Make a sheet of a text; ``delimiter`` and ``header_row`` overrule what is found out.

    Up to ``most_rows`` are read of a table that needs no care, ``sheets.MAX_ROWS`` of others.
    Raises MappingError if there is no table in it, or it passes a limit.
    """
    told = _unwrap(told)
    text = told.text.removesuffix("\n")
    lines = text.count("\n") + 1
    if lines > MAX_LINES:
        raise TooLargeError(
            f"Expected at most {MAX_LINES:,} lines; found {lines:,}. {sheets.SPLIT}"
        )
    if delimiter and (len(delimiter) != 1 or delimiter in '"\n\r\x00'):
        raise MappingError(
            f"Expected one character as delimiter; found “{delimiter[:20]}”. "
            "Choose comma, semicolon, tab or pipe."
        )
    if not text.strip(' \t\n,;|"'):
        raise MappingError("This file has no data in it. Upload a file with headings and rows.")
    head = text.split("\n", SAMPLE_LINES)
    whole = len(head) <= SAMPLE_LINES
    head = head[:SAMPLE_LINES]
    cut = delimiter or _guess(head)
    rows = list(islice(records(head, cut), headings.HEAD_ROWS))
    if not whole and len(rows) > 1 and sum(r.lines for r in rows) >= len(head):
        rows.pop()  # the sample may end within it
    if not delimiter and not header_row:
        single = [r.cells[0] for r in islice(records(head, NO_DELIMITER), headings.HEAD_ROWS)]
        if pasted.is_list(single, [r.cells for r in rows]):
            return _read_list(text, told)
    for number, row in enumerate(rows, 1):
        sheets.check_columns(len("".join(row.cells)) and _trim_width(row.cells), number)
    numbers = list(range(1, len(rows) + 1))
    layout = headings.find_header([r.cells for r in rows], numbers, header_row=header_row)
    return _table(text, told, cut, layout, rows[: layout.begins], most_rows)


def _unwrap(told: DecodedText) -> DecodedText:
    """Take the quotation marks off lines that each stand in a pair of them as a whole."""
    lines = told.text.strip("\n").split("\n")
    if len(lines) < 2 or not all(_WRAPPED.fullmatch(line) for line in lines[:SAMPLE_LINES]):
        return told
    if not all(_WRAPPED.fullmatch(line) for line in lines):
        return told
    inside = [line.strip()[1:-1].replace('""', '"') for line in lines]
    if _guess(inside[:SAMPLE_LINES]) == NO_DELIMITER:
        return told
    note = "Each line was in quotation marks as a whole; we took them off."
    return DecodedText("\n".join(inside), told.encoding, [*told.notes, note])


def _trim_width(cells: Sequence[str]) -> int:
    return max((i + 1 for i, cell in enumerate(cells) if cell.strip()), default=0)


def _table(
    text: str,
    told: DecodedText,
    delimiter: str,
    layout: Layout,
    above: Sequence[Record],
    most_rows: int | None,
) -> Sheet:
    begins = sum(record.lines for record in above)
    offset = 0
    for _ in range(begins):
        offset = text.find("\n", offset) + 1 or len(text) + 1
    below, first = text[offset:], len(above) + 1
    shown = "" if delimiter == NO_DELIMITER else delimiter
    about: dict[str, Any] = {"kind": "csv", "encoding": told.encoding, "delimiter": shown}
    if begins == len(above) and (clean := _clean(below, delimiter, layout.names)) is not None:
        numbers = np.arange(first, first + len(clean))
        return sheets.make_sheet(
            clean,
            layout,
            numbers,
            notes=told.notes,
            last_row=first + len(clean) - 1,
            most_rows=most_rows,
            **about,
        )
    found = (
        _read_carefully(below, delimiter, len(layout.names), first) if offset <= len(text) else []
    )
    numbers = np.arange(first, first + len(found))
    notes = [*told.notes, *_say_odd(above, found, numbers)]
    return sheets.make_sheet_of_rows(
        [record.cells for record in found],
        layout,
        numbers,
        notes=notes,
        last_row=first + len(found) - 1,
        **about,
    )


def _read_list(text: str, told: DecodedText) -> Sheet:
    found = _read_carefully(text, NO_DELIMITER, 1, 1)
    whole = [[NO_DELIMITER.join(record.cells)] for record in found]
    values = pasted.read(whole, range(1, len(found) + 1))
    return sheets.make_sheet_of_rows(
        values.rows,
        values.layout,
        np.array(values.numbers, dtype="int64"),
        kind="csv",
        encoding=told.encoding,
        notes=told.notes,
        last_row=len(found),
    )


def _guess(lines: Sequence[str]) -> str:
    """Return the delimiter that cuts most lines alike, into most cells; none without one."""
    best, found = (0.0, 0), NO_DELIMITER
    for delimiter in DELIMITERS:
        some = [line for line in lines if _cuts(line, delimiter) <= MAX_LINE_CELLS]
        rows = islice(records(some, delimiter), headings.HEAD_ROWS)
        widths = [len(row.cells) for row in rows if any(cell.strip() for cell in row.cells)]
        several = [width for width in widths if width > 1]
        if several:
            usual = max(set(several), key=lambda width: (several.count(width), width))
            score = (round(several.count(usual) / len(widths), 1), usual)
            best, found = max((best, found), (score, delimiter), key=lambda pair: pair[0])
    if found == NO_DELIMITER:
        _check_wide(lines)
    return found


def _check_wide(lines: Sequence[str]) -> None:
    """Raise MappingError for a line of too many cells, unless it is a shape or a long list."""
    for number, line in enumerate(lines, 1):
        columns = max(_cuts(line, delimiter) for delimiter in DELIMITERS) + 1
        if columns > MAX_LINE_CELLS and not (
            sheets.SHAPE.match(line) or items.is_bare(line[:2000])
        ):
            sheets.check_columns(columns, number)


def _clean(text: str, delimiter: str, names: Sequence[str]) -> pd.DataFrame | None:
    """Read rows of one line each with as many cells as there are names; None for all others."""
    if not text or not delimiter.isascii() or delimiter == NO_DELIMITER:
        return None
    if '"' in text and re.search(
        rf'"(?<=[^{re.escape(delimiter)}\n"]")(?=[^{re.escape(delimiter)}'
        r'\n"])',
        text,
    ):
        return None
    lines = text.count("\n") + 1
    sheets.check_columns(len(names))
    keys = [str(i) for i in range(len(names))]
    data = text.encode()
    try:
        table = pyarrow.csv.read_csv(
            pa.BufferReader(data),
            read_options=pyarrow.csv.ReadOptions(
                column_names=keys,
                block_size=min(1 << 24, len(data) + 1),
                use_threads=len(data) >= MIN_THREADED_BYTES,
            ),
            parse_options=pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(keys, pa.large_string()),
                null_values=[],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != lines:
        return None
    return sheets.frame_of(table.columns, names)


def _read_carefully(text: str, delimiter: str, width: int, first: int) -> list[Record]:
    """Read all records; raises MappingError for too many, or a line of too many cells."""
    lines, found, rows = text.split("\n"), [], 0
    for record in records(lines, delimiter, width, first):
        found.append(record)
        rows += any(record.cells)
        if rows > sheets.MAX_ROWS:
            sheets.check_rows(rows)
    return found


def records(
    lines: Sequence[str], delimiter: str, width: int = 0, first: int = 1
) -> Iterator[Record]:
    """Cut lines into records of cells; a cell in quotation marks may hold line breaks.

    A record whose quotation marks are at odds (opened and never closed, or closed in the middle
    of a cell) is read as one line, in the way that gives ``width`` cells, so that a stray mark
    never takes other rows with it. ``first`` is the number of the first record. Raises
    MappingError for a line of more cells than a spreadsheet has columns, or with a cell in
    quotation marks that is longer than any may be.
    """
    at, number, strays = 0, first, 0
    while at < len(lines):
        line = lines[at]
        if (cuts := _cuts(line, delimiter)) > MAX_LINE_CELLS:
            sheets.check_columns(cuts + 1, number)
        if '"' not in line:
            record = Record(line.split(delimiter), 1, False)
        else:
            _check_long(line, delimiter, number)
            record = _read_quoted(
                lines, at, delimiter, width, MAX_SPAN if strays < MAX_STRAYS else 1
            )
            strays += record.stray
        yield record
        at += record.lines
        number += 1


def _check_long(line: str, delimiter: str, number: int) -> None:
    """Refuse a line with a cell in quotation marks that is longer than the longest may be.

    The reader of records takes such a cell's marks for stray ones, and its commas for columns.
    """
    if len(line) <= sheets.MAX_SHAPE_CHARACTERS:
        return
    for found in _QUOTED.finditer(line):
        inside = found.end() - found.start() - 2
        if inside > sheets.MAX_SHAPE_CHARACTERS:
            column = _QUOTED.sub("", line[: found.start()]).count(delimiter) + 1
            sheets.refuse_cell(inside, number, f"column {column}")


def _cuts(line: str, delimiter: str) -> int:
    """Count a line's delimiters, outside of quotation marks if they are many."""
    count = line.count(delimiter)
    return count if count <= MAX_LINE_CELLS else re.sub('"[^"]*"', "", line).count(delimiter)


def _read_quoted(lines: Sequence[str], at: int, delimiter: str, width: int, span: int) -> Record:
    some = (lines[i] + "\n" for i in range(at, min(at + span, len(lines))))
    reader = csv.reader(some, delimiter=delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error:
        return Record(_cut_line(lines[at], delimiter, width), 1, True)
    is_sure = len(cells) > 1 and _is_well_quoted(lines[at], delimiter)
    if reader.line_num == 1 and width and len(cells) != width and not is_sure:
        cells = _cut_line(lines[at], delimiter, width)
    return Record(cells, reader.line_num, False)


def _is_well_quoted(line: str, delimiter: str) -> bool:
    """Tell whether each quotation mark of a line opens or closes a whole cell, or is doubled."""
    plain = rf'[^"{re.escape(delimiter)}]*+'
    cell = rf'(?:"(?:[^"]|"")*+"|{plain})'
    return re.fullmatch(rf"{cell}(?:{re.escape(delimiter)}{cell})*+", line) is not None


def _cut_line(line: str, delimiter: str, width: int) -> list[str]:
    """Cut a line in the way that gives ``width`` cells; else in the one that gives most."""
    if len(line) > sheets.MAX_SHAPE_CHARACTERS:
        return line.split(delimiter)
    ways = [
        next(csv.reader([line], delimiter=delimiter)),
        next(csv.reader([line], delimiter=delimiter, skipinitialspace=True)),
        line.split(delimiter),
    ]
    return next((cells for cells in ways if len(cells) == width), max(ways, key=len))


def _say_odd(above: Sequence[Record], found: Sequence[Record], numbers: np.ndarray) -> list[str]:
    """Say which rows hold line breaks, and which a stray quotation mark."""
    notes = []
    long = [
        *(i + 1 for i, r in enumerate(above) if r.lines > 1),
        *(int(n) for n, r in zip(numbers, found, strict=True) if r.lines > 1),
    ]
    stray = [int(n) for n, r in zip(numbers, found, strict=True) if r.stray]
    if long:
        notes.append(
            f"{name_rows(long).capitalize()} {'holds' if len(long) == 1 else 'hold'} line breaks "
            "within cells. Rows are numbered as in a spreadsheet; a text editor counts more lines."
        )
    if stray:
        notes.append(
            f"In {name_rows(stray)} there is a stray quotation mark: we read each as one line."
        )
    return notes
