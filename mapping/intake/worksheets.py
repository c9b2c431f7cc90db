"""The cells of a worksheet as texts, row by row from openpyxl's own parser.

openpyxl has two ways to read a workbook. The full one keeps an object for each cell of every
sheet, writes out merged cells and links one by one (a range may claim 17 thousand million) and
opens the pictures; the other one says nothing of merged cells and hidden rows, and pads rows to
what a sheet claims. Both rest on the parser that is used here: it gives the rows one by one, and
at the end what is merged and hidden.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

from mapping.errors import MappingError
from mapping.intake import headings, sheets
from mapping.intake.parts import Part
from mapping.intake.sheets import count, name_rows

LAST_ROW = 1_048_576
"""The last row that a spreadsheet has."""
REPORT_EVERY = 1_000
"""After so many rows it is told how far the reading is."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HALF_SECOND = timedelta(milliseconds=500)


class MergedCells(NamedTuple):
    """Cells merged over rows: the first and last row, and their first column, from 0."""

    first: int
    last: int
    column: int


class Formulas(WorkSheetParser):
    """openpyxl's parser, which also counts formulas and keeps the text of those never computed.

    computed : how many formulas have a value; uncomputed : where the others stand.
    """

    def __init__(self, *given: Any, **told: Any) -> None:
        super().__init__(*given, data_only=True, **told)
        self.computed = 0
        self.uncomputed: list[str] = []

    def parse_cell(self, element: Element) -> dict[str, Any]:
        """Return a cell as openpyxl does, with a formula's text where it has no value."""
        cell = super().parse_cell(element)
        formula = element.find(FORMULA_TAG)
        if formula is not None:
            if cell["value"] is None and element.get("t") != "str":
                cell["value"] = f"={formula.text or ''}"
                self.uncomputed.append(element.get("r") or f"row {cell['row']}")
            else:
                self.computed += 1
        elif cell["data_type"] == "e" and element.get("t", "n") == "n":
            cell["value"] = element.findtext(VALUE_TAG)  # a day that no calendar has
        return cell


class Cells:
    """The filled cells of a worksheet.

    rows : the texts of each row with a filled cell; numbers : of these rows; across : rows in
    which neighbouring columns are merged; down : cells merged over rows; notes : what was hidden,
    and what of the cells are formulas.
    """

    def __init__(self) -> None:
        self.rows: list[list[str]] = []
        self.numbers: list[int] = []
        self.across: set[int] = set()
        self.down: list[MergedCells] = []
        self.notes: list[str] = []


def cells(parser: Formulas, part: Part, advance: Callable[[int], None]) -> Cells:
    """Read all rows of a worksheet whose ``parser`` reads from ``part``.

    ``advance`` is told the bytes read, now and then. Raises MappingError at a limit of
    ``sheets``, ValueError for rows that are out of order; openpyxl raises many others for
    damaged parts.
    """
    found, hidden = Cells(), []
    last = filled = 0
    for number, row in parser.parse():
        if not last < number <= LAST_ROW:
            raise ValueError(f"row {number} after row {last}")
        last = number
        texts = _row(row, number)
        filled += len(texts)
        part.account(len(texts), len(row) - len(texts))
        is_hidden = parser.row_dimensions.pop(str(number), {}).get("hidden") in ("1", "true")
        if not texts:
            continue
        found.rows.append([texts.get(i, "") for i in range(max(texts) + 1)])
        found.numbers.append(number)
        hidden += [number] * is_hidden
        _check_size(len(found.rows), filled, number)
        if len(found.rows) % REPORT_EVERY == 0:
            advance(part.read_bytes)
    _merge(found, parser)
    found.notes = _notes(parser, hidden)
    return found


def _row(row: list[dict[str, Any]], number: int) -> dict[int, str]:
    """Return the texts of a row by their columns, from 0."""
    texts: dict[int, str] = {}
    for cell in row:
        text, column = write_value(cell["value"]), cell["column"] - 1
        if not text or (column >= sheets.MAX_COLUMNS and text.isspace()):
            continue
        sheets.check_columns(column + 1, number)
        if len(text) > sheets.MAX_SHAPE_CHARACTERS:
            sheets.refuse_cell(len(text), number, f"column {headings.letter(column)}")
        texts[column] = text
    return texts


def _check_size(rows: int, filled: int, number: int) -> None:
    if rows > sheets.MAX_ROWS + headings.MAX_TITLES:
        sheets.check_rows(rows)
    if filled > sheets.MAX_CELLS:
        raise MappingError(
            f"Expected at most {sheets.MAX_CELLS:,} filled cells; found more in row {number:,}. "
            f"{sheets.SPLIT}"
        )


def _merge(found: Cells, parser: Formulas) -> None:
    for area in parser.merged_cells.mergeCell if parser.merged_cells else ():
        if area.min_col != area.max_col:
            found.across.add(area.min_row)
        if area.min_row != area.max_row:
            found.down.append(MergedCells(area.min_row, area.max_row, area.min_col - 1))


def _notes(parser: Formulas, hidden: list[int]) -> list[str]:
    told = []
    if hidden:
        verb = "is hidden" if len(hidden) == 1 else "are hidden"
        told.append(f"{name_rows(hidden).capitalize()} {verb} in the workbook; read too.")
    if any(one.get("hidden") in ("1", "true") for one in parser.column_dimensions.values()):
        told.append("Columns that are hidden in the workbook were read too.")
    if parser.computed:
        formulas = "is a formula" if parser.computed == 1 else "are formulas"
        told.append(
            f"{count(parser.computed, 'cell', formulas)}: the value last saved was read, "
            "nothing was computed."
        )
    if parser.uncomputed:
        some = ", ".join(parser.uncomputed[:5])
        told.append(
            f"{count(len(parser.uncomputed), 'formula')} never computed ({some}): "
            "its text was read instead."
        )
    return told


def write_value(value: object) -> str:
    """Write a cell's value as a spreadsheet shows it, dates as ISO: 1.0 is "1", True is "TRUE"."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _unescape(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e21
        return str(int(value)) if whole else repr(value)
    if isinstance(value, datetime):
        moment = (value + _HALF_SECOND).replace(microsecond=0)
        return f"{moment:%Y-%m-%d}" if moment.time() == time() else moment.isoformat()
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        minutes = abs(seconds) // 60
        return f"{'-' * (seconds < 0)}{minutes // 60}:{minutes % 60:02}:{abs(seconds) % 60:02}"
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _unescape(text: str) -> str:
    """Put characters for the escapes of XLSX ("_x000D_"), and line ends as ``\\n``."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda code: _character(int(code[1], 16), code[0]), text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _character(code: int, typed: str) -> str:
    return typed if 0xD800 <= code < 0xE000 else "" if code == 0 else chr(code)
