"""Workbooks: the sheets of an XLSX file as rows of texts, read narrowly.

The parts are streamed through a parser that keeps filled cells only, so what a file claims about
its size costs nothing; document types and entities are refused, links are never followed,
formulas never computed.
"""

import io
import posixpath
import re
import zipfile
import zlib
from bisect import bisect_left
from datetime import datetime
from typing import NamedTuple
from xml.parsers import expat

import numpy as np

from mapping import headings, parts, sheets
from mapping.cells import Cells, Styles, unescaped
from mapping.errors import MappingError
from mapping.sheets import Sheet, count

_COVER = re.compile(r"cover|read\s?me|notes?|contents|instructions?|about|guidance|info", re.I)
_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Built-in number formats of dates and times."""
_NOT_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.I)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
           ValueError, IndexError, KeyError, OverflowError, expat.ExpatError)  # fmt: skip
"""What damaged archives and parts end in."""


class Named(NamedTuple):
    """A worksheet: its name, where it is kept, and if it is hidden."""

    name: str
    path: str
    hidden: bool


def read(content: bytes, *, sheet: str = "", header_row: int | None = None) -> Sheet:
    """Make a sheet of a workbook's worksheet: the one named, else the first with data.

    Sheets named like a cover page are passed over if another one has data, hidden ones if a
    visible one has. Values come as they were last computed; whole numbers without decimals,
    dates as ISO, truth values as TRUE and FALSE. A cell merged over several rows counts in each
    of them. Raises MappingError for a damaged, protected or oversized file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts.check(archive, len(content))
            one, known, cells = _first(archive, sheet)
    except MappingError:
        raise
    except _BROKEN as fault:
        raise MappingError(
            f"Expected an Excel workbook; found a damaged one ({str(fault)[:80]}). {parts.DAMAGED}"
        ) from None
    return _sheet(one, known, cells, header_row)


def _first(archive: zipfile.ZipFile, sheet: str) -> tuple[Named, list[Named], Cells]:
    """Return the sheet named, else the first with data; all sheets; and the cells of the one."""
    known, epoch = _worksheets(archive)
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
    strings, styles = _strings(archive), Styles(_date_styles(archive), epoch)
    order = sorted(known, key=lambda one: (one.hidden, _COVER.fullmatch(one.name) is not None))
    for one in [by_name[sheet]] if sheet else order:
        cells = Cells(strings, styles)
        parts.stream(archive, one.path, cells.start, cells.end, cells.text)
        if cells.rows:
            return one, known, cells
    raise MappingError(
        f"Expected a worksheet with a table; found {len(known)} without a filled cell. "
        "Choose another sheet, or upload another file."
    )


def _sheet(one: Named, known: list[Named], cells: Cells, header_row: int | None) -> Sheet:
    vertical = _fill_down(cells)
    numbers = np.array(cells.numbers, dtype="int64")
    top = headings.HEAD_ROWS
    layout = headings.found(
        cells.rows[:top], cells.numbers[:top], header_row=header_row, merged=cells.across
    )
    notes = [*_which(one, known), *cells.notes()]
    if vertical:
        notes.append(f"{count(vertical, 'cell')} merged over several rows: each row has its text.")
    return sheets.of_rows(
        cells.rows[layout.begins :], layout, numbers[layout.begins :], ragged=False, kind="xlsx",
        notes=notes, last_row=cells.numbers[-1], sheets=tuple(one.name for one in known),
        sheet=one.name,
    )  # fmt: skip


def _which(one: Named, known: list[Named]) -> list[str]:
    others = [f"“{other.name}”" for other in known if other is not one]
    hidden = " It is hidden in the workbook." if one.hidden else ""
    if not others:
        return [f"The sheet “{one.name}” was read.{hidden}"] if hidden else []
    return [f"The sheet “{one.name}” was read.{hidden} The workbook also has "
            f"{', '.join(others[:10])}{' and others' if len(others) > 10 else ''}."]  # fmt: skip


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
        if looked > sheets.CELLS:  # no honest file merges so many
            break
    return filled


def _strings(archive: zipfile.ZipFile) -> list[str]:
    """Return the texts that cells share."""
    found: list[str] = []
    pieces: list[str] = []
    state = {"t": False, "rPh": False}

    def start(name: str, given: dict[str, str]) -> None:
        if name in state:
            state[name] = True

    def end(name: str) -> None:
        if name in state:
            state[name] = False
        elif name == "si":
            found.append(unescaped("".join(pieces)))
            pieces.clear()

    def text(piece: str) -> None:
        if state["t"] and not state["rPh"]:
            pieces.append(piece)

    path = next((n for n in archive.namelist() if n.lower() == "xl/sharedstrings.xml"), "")
    if path:
        parts.stream(archive, path, start, end, text)
    return found


def _date_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """Return the numbers of the cell styles that show dates or times."""
    codes: dict[int, str] = {}
    formats: list[int] = []
    inside: list[str] = []

    def start(name: str, given: dict[str, str]) -> None:
        if name == "numFmt":
            codes[int(given.get("numFmtId", -1))] = given.get("formatCode", "")[:255]
        elif name == "cellXfs":
            inside.append(name)
        elif name == "xf" and inside:
            formats.append(int(given.get("numFmtId", 0)))

    def end(name: str) -> None:
        if name == "cellXfs":
            inside.clear()

    if "xl/styles.xml" in archive.namelist():
        parts.stream(archive, "xl/styles.xml", start, end)
    dated = {i: re.search(r"[dmyhs]", _NOT_CODE.sub("", code.split(";")[0]), re.I) is not None
             and "[" not in _NOT_CODE.sub("", code) for i, code in codes.items()}  # fmt: skip
    return frozenset(i for i, f in enumerate(formats) if dated.get(f, f in _DATES))


def _worksheets(archive: zipfile.ZipFile) -> tuple[list[Named], datetime]:
    """List a workbook's worksheets, and tell the day from which its dates are counted."""
    main = next((n for n in archive.namelist() if n.endswith("workbook.xml")), "xl/workbook.xml")
    folder, name = posixpath.split(main)
    listed_: list[dict[str, str]] = []
    targets: dict[str, str] = {}
    epoch = [datetime(1899, 12, 30)]

    def start(name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            listed_.append(given)
        elif name == "workbookPr" and given.get("date1904") in ("1", "true"):
            epoch[0] = datetime(1904, 1, 1)
        elif (name == "Relationship" and given.get("Type", "").endswith("/worksheet")
              and given.get("TargetMode") != "External"):  # fmt: skip
            path = posixpath.join("/", folder, given.get("Target", ""))
            targets[given.get("Id", "")] = posixpath.normpath(path).lstrip("/")

    parts.stream(archive, main, start)
    parts.stream(archive, f"{folder}/_rels/{name}.rels".lstrip("/"), start)
    keys = [next((v for k, v in one.items() if k.rpartition(":")[2] == "id"), "")
            for one in listed_]  # fmt: skip
    return [
        Named(one.get("name", ""), targets[key], one.get("state", "visible") != "visible")
        for one, key in zip(listed_, keys, strict=True) if key in targets
    ], epoch[0]  # fmt: skip
