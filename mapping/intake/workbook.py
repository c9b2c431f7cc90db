"""Workbooks: the sheets of an XLSX file as rows of texts, read by openpyxl, narrowly.

Links are never followed, formulas never computed, pictures never opened.
"""

import io
import re
import warnings
import zipfile
import zlib
from bisect import bisect_left
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

import numpy as np
from defusedxml.common import DefusedXmlException
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet

from mapping import zips
from mapping.errors import MappingError
from mapping.intake import headings, parts, sheets, worksheets
from mapping.intake.sheets import Progress, Sheet, count
from mapping.intake.worksheets import Cells

warnings.filterwarnings("ignore", module=r"openpyxl\.")  # they would log what cells hold
_COVER = re.compile(r"cover|read\s?me|notes?|contents|instructions?|about|guidance|info", re.I)
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    ParseError,
)
"""What damaged archives and parts end in."""


class SheetEntry(NamedTuple):
    """A worksheet: its name, where it is kept, and if it is hidden."""

    name: str
    path: str
    hidden: bool


def read(
    content: bytes,
    *,
    sheet: str = "",
    header_row: int | None = None,
    advance: Progress = lambda share: None,
) -> Sheet:
    """Make a sheet of a workbook's worksheet: the one named, else the first with data.

    Sheets named like a cover page are passed over if another one has data, hidden ones if a
    visible one has. Values come as they were last computed; whole numbers without decimals,
    dates as ISO, truth values as TRUE and FALSE. A cell merged over several rows counts in each
    of them. ``advance`` is told the share of the worksheet that is read. Raises MappingError for
    a damaged, protected or oversized file.
    """
    try:
        one, known, found = _first(content, sheet, advance)
    except MappingError:
        raise
    except _BROKEN as fault:
        why = fault.__cause__ or fault
        if isinstance(why, DefusedXmlException):
            parts.refuse_document_type()
        raise MappingError(
            f"Expected an Excel workbook; found a damaged one ({_quote_fault(why)}). "
            f"{parts.DAMAGED}"
        ) from None
    return _sheet(one, known, found, header_row)


def _quote_fault(fault: BaseException) -> str:
    return " ".join(str(fault).split())[:80].rstrip(".") or type(fault).__name__


def _first(
    content: bytes, sheet: str, advance: Progress
) -> tuple[SheetEntry, list[SheetEntry], Cells]:
    """Return the sheet named, else the first with data; all sheets; and the cells of the one."""
    with zips.open_zip(content, parts.WORKBOOK) as archive:
        parts.check_tags(archive)
        reader = _make_reader(content, archive)
        notes = _begin(reader)
        known = _worksheets(reader)
        by_name = {one.name: one for one in known}
        if not known:
            raise MappingError(
                f"Expected a workbook with a worksheet; found none in it. {parts.DAMAGED}"
            )
        if sheet and sheet not in by_name:
            raise MappingError(
                f"Expected the worksheet “{sheet[:60]}”; found {', '.join(list(by_name)[:5])}. "
                "Choose one of these, or save the table as CSV."
            )
        order = sorted(known, key=lambda one: (one.hidden, _COVER.fullmatch(one.name) is not None))
        for one in [by_name[sheet]] if sheet else order:
            found = _cells(reader, one.path, advance)
            if found.rows:
                found.notes += notes
                return one, known, found
    raise MappingError(
        f"Expected a worksheet with a table; found {len(known)} without a filled cell. "
        "Choose another sheet, or upload another file."
    )


def _make_reader(content: bytes, archive: zips.CheckedZip) -> ExcelReader:
    """Return openpyxl's reader of a workbook; it unpacks nothing past its limits."""
    reader = ExcelReader(io.BytesIO(content), read_only=True, keep_links=False)
    reader.archive.close()
    reader.archive = archive
    return reader


def _begin(reader: ExcelReader) -> list[str]:
    """Read what all sheets share, and nothing else; return sentences on what could not be."""
    for name in reader.valid_files:
        if name.lower().endswith("workbook.xml") and b"purl.oclc.org" in reader.archive.read(name):
            raise MappingError(
                "Expected an Excel workbook; found one in the kind “Strict Open XML”. Save it as "
                "an ordinary Excel workbook (.xlsx) or as CSV, and upload that."
            )
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    try:
        apply_stylesheet(reader.archive, reader.wb)
    except MappingError:
        raise
    except _BROKEN:
        return ["The workbook's styles are damaged: dates were read as numbers of days."]
    return []


def _worksheets(reader: ExcelReader) -> list[SheetEntry]:
    return [
        SheetEntry(sheet.name, link.target, sheet.state != "visible")
        for sheet, link in reader.parser.find_sheets()
        if link.Type.endswith("/worksheet") and link.target in reader.valid_files
    ]


def _cells(reader: ExcelReader, path: str, advance: Progress) -> Cells:
    size = reader.archive.getinfo(path).file_size
    with reader.archive.open(path) as file:
        part = parts.Part(file)
        parser = worksheets.Formulas(
            part,
            reader.shared_strings,
            epoch=reader.wb.epoch,
            date_formats=reader.wb._date_formats,
            timedelta_formats=reader.wb._timedelta_formats,
        )
        return worksheets.cells(parser, part, lambda read_bytes: advance(read_bytes / size))


def _sheet(one: SheetEntry, known: list[SheetEntry], found: Cells, header_row: int | None) -> Sheet:
    vertical = _fill_down(found)
    numbers = np.array(found.numbers, dtype="int64")
    top = headings.HEAD_ROWS
    layout = headings.find_header(
        found.rows[:top], found.numbers[:top], header_row=header_row, merged=found.across
    )
    notes = [*_say_which(one, known), *found.notes]
    if vertical:
        notes.append(f"{count(vertical, 'cell')} merged over several rows: each row has its text.")
    return sheets.make_sheet_of_rows(
        found.rows[layout.begins :],
        layout,
        numbers[layout.begins :],
        ragged=False,
        kind="xlsx",
        notes=notes,
        last_row=found.numbers[-1],
        sheets=tuple(one.name for one in known),
        sheet=one.name,
    )


def _say_which(one: SheetEntry, known: list[SheetEntry]) -> list[str]:
    others = [f"“{other.name}”" for other in known if other is not one]
    hidden = " It is hidden in the workbook." if one.hidden else ""
    if not others:
        return [f"The sheet “{one.name}” was read.{hidden}"] if hidden else []
    return [
        f"The sheet “{one.name}” was read.{hidden} The workbook also has "
        f"{', '.join(others[:10])}{' and others' if len(others) > 10 else ''}."
    ]


def _fill_down(cells: Cells) -> int:
    """Give the rows below a cell that is merged over several rows its text; count the cells."""
    filled = looked = 0
    for first, last, column in cells.down:
        at, end = bisect_left(cells.numbers, first), bisect_left(cells.numbers, last + 1)
        if at == end or cells.numbers[at] != first or column >= len(cells.rows[at]):
            continue
        text = cells.rows[at][column]
        for row in cells.rows[at + 1 : end] if text else []:
            row += [""] * (column + 1 - len(row))
            filled += row[column] == ""
            row[column] = row[column] or text
        looked += end - at
        if looked > sheets.MAX_CELLS:  # no honest file merges so many
            break
    return filled
