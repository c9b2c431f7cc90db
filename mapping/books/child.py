"""The process that reads one workbook: its memory and time have an end, and so may it.

It is started with the path of the file and what it is told as JSON, and writes its answer as JSON.
"""

import gc
import json
import re
import struct
import sys
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorksheetNotFound,
)

from mapping.apart import set_limits
from mapping.books import unsaid, values
from mapping.books.reading import Book, SheetEntry, write_answer
from mapping.books.recognising import DAMAGED
from mapping.errors import MappingError

_COVER = re.compile(r"cover|read\s?me|notes?|contents|instructions?|about|guidance|info", re.I)
_BROKEN = (CalamineError, OSError, ValueError, LookupError, ParseError, BadZipFile, struct.error)
"""What damaged workbooks end in."""
COSTLY = 3
"""How the process ends if it had no memory left."""


def main() -> None:
    """Read the workbook that the command line names, and write what was found."""
    gc.disable()  # there are no circles, and millions of texts to look through
    path, told = Path(sys.argv[2]), json.loads(sys.argv[3])
    set_limits(told["memory_bytes"], told["processor_s"])
    try:
        found: Book | MappingError = read(path, told)
        answer = write_answer(found)
    except MappingError as fault:
        answer = write_answer(fault)
    except MemoryError:
        sys.exit(COSTLY)
    sys.stdout.write(answer)


def read(path: Path, told: dict[str, Any]) -> Book:
    """Read a worksheet as ``reading.read`` says, in this process; ``told`` are its limits."""
    try:
        return _read(path, told)
    except PasswordError:
        raise MappingError(
            "Expected a workbook that anybody can open; found one that is locked with a password. "
            "Open it, save it without the password, and upload that."
        ) from None
    except _BROKEN as fault:
        why = " ".join(str(fault).split())[:80].rstrip(".") or type(fault).__name__
        raise MappingError(f"Expected a workbook; found a damaged one ({why}). {DAMAGED}") from None


def _read(path: Path, told: dict[str, Any]) -> Book:
    kind, content = path.suffix[1:], path.read_bytes()
    beside = unsaid.open_beside(content, kind)
    book = CalamineWorkbook.from_path(path)
    known = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    entries = [SheetEntry(one.name, one.visible != SheetVisibleEnum.Visible) for one in known]
    wanted = told["sheet"]
    if wanted and wanted not in (one.name for one in entries):
        raise MappingError(
            f"Expected the worksheet “{wanted[:60]}”; found "
            f"{', '.join(one.name for one in entries[:5])}. "
            "Choose one of these, or save the table as CSV."
        )
    order = sorted(entries, key=lambda one: (one.hidden, _COVER.fullmatch(one.name) is not None))
    for name in [wanted] if wanted else [one.name for one in order]:
        sheet = _open_sheet(book, name, kind)
        if sheet is None:
            entries = [one for one in entries if one.name != name]
            continue
        found = Book(entries, name)
        _take_cells(found, sheet, told)
        beside.add(found)
        there = set(found.numbers)
        found.hidden = [row for row in found.hidden if row in there]
        if found.rows:
            return found
    if not entries:
        raise MappingError(f"Expected a workbook with a worksheet; found none in it. {DAMAGED}")
    raise MappingError(
        f"Expected a worksheet with a table; found {len(entries)} without a filled cell. "
        "Choose another sheet, or upload another file."
    )


def _open_sheet(book: CalamineWorkbook, name: str, kind: str) -> CalamineSheet | None:
    """Open a worksheet; None if it lies outside the file, or is a chart after all."""
    try:
        return book.get_sheet_by_name(name)
    except WorksheetNotFound:
        return None
    except OSError:
        if kind != "xlsb":
            raise
        return None


def _take_cells(found: Book, sheet: CalamineSheet, told: dict[str, Any]) -> None:
    """Add the texts of all filled rows, up to one more than may be."""
    writers, left = values.WRITERS, sheet.start[1] if sheet.start else 0
    filled = characters = 0
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts = [str(one) if (of := one.__class__) is str else writers[of](one) for one in cells]
        joined = "".join(texts)
        if not joined or joined.isspace():
            continue
        if "\r" in joined or "\0" in joined:
            texts = [values.clean(text) for text in texts]
        while not texts[-1] or texts[-1].isspace():
            texts.pop()
        found.numbers.append(number)
        found.rows.append([""] * left + texts)
        found.inexact += [
            values.name_cell(number, left + i)
            for i, one in enumerate(cells)
            if one.__class__ is float and not -values.INEXACT < one < values.INEXACT
        ]
        filled += len(texts) - texts.count("")
        characters += len(joined)
        if characters > told["most_characters"]:
            raise MappingError(
                f"Expected at most {told['most_characters']:,} characters in a worksheet; found "
                f"more by row {number:,}. Delete columns that are not needed, or split it."
            )
        if len(found.rows) > told["most_rows"] or filled > told["most_cells"]:
            break
    found.merged = [
        (top + 1, first, bottom + 1, last)
        for (top, first), (bottom, last) in sheet.merged_cell_ranges or ()
    ]
