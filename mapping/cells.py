"""The cells of a worksheet as texts, as its parser meets them."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from mapping import headings, sheets
from mapping.errors import MappingError
from mapping.sheets import count, listed

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""The last row and column that a spreadsheet has."""
MERGES = 100_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Styles(NamedTuple):
    """Which cell styles are dates, and from which day dates are counted."""

    dates: frozenset[int]
    epoch: datetime


class Cells:
    """The filled cells of a worksheet, as its parser meets them.

    rows : the texts of each row with a filled cell; numbers : of these rows; across :
    rows in which neighbouring columns are merged; down : first and last row and column of cells
    merged over rows.
    """

    def __init__(self, strings: list[str], styles: Styles):
        self.strings, self.styles = strings, styles
        self.rows: list[list[str]] = []
        self.numbers: list[int] = []
        self.across: set[int] = set()
        self.down: list[tuple[int, int, int]] = []
        self.hidden: list[int] = []
        self.hidden_columns = self.computed = self.count = 0
        self.uncomputed: list[str] = []
        self._columns: dict[str, int] = {}
        self._cells: dict[int, str] = {}
        self._row, self._row_hidden = 0, False
        self._column, self._kind, self._style, self._place = -1, "n", 0, ""
        self._value, self._formula, self._into = "", "", ""
        self._is_formula = self._phonetic = False

    def start(self, name: str, given: dict[str, str]) -> None:
        """Meet the beginning of an element."""
        if name == "c":
            self._column = self._place_of(given.get("r", ""))
            self._kind, self._style = given.get("t", "n"), int(given.get("s", 0))
            self._value = self._formula = ""
            self._is_formula = False
        elif name in ("v", "t", "f"):
            self._into = "" if self._phonetic else name
            self._is_formula |= name == "f"
        elif name == "row":
            self._begin_row(given)
        elif name == "rPh":
            self._phonetic = True
        elif name == "mergeCell":
            self._merge(given.get("ref", ""))
        elif name == "col" and given.get("hidden") in ("1", "true"):
            self.hidden_columns += 1

    def text(self, piece: str) -> None:
        """Meet text."""
        if self._into == "f":
            self._formula += piece
        elif self._into:
            self._value += piece
            if len(self._value) > sheets.SHAPE_CHARACTERS:
                sheets.refuse_cell(
                    len(self._value), self._row, f"column {headings.letter(self._column)}"
                )

    def end(self, name: str) -> None:
        """Meet the end of an element."""
        if name == "c":
            self._keep()
        elif name in ("v", "t", "f"):
            self._into = ""
        elif name == "rPh":
            self._phonetic = False
        elif name == "row" and self._cells:
            row = [""] * (max(self._cells) + 1)
            for column, text in self._cells.items():
                row[column] = text
            self.rows.append(row)
            self.numbers.append(self._row)
            if self._row_hidden:
                self.hidden.append(self._row)
            if len(self.rows) > sheets.ROWS + headings.TITLES:
                sheets.check_rows(len(self.rows))

    def notes(self) -> list[str]:
        """Say what was hidden, and what of the cells are formulas."""
        told = []
        if self.hidden:
            hidden = "is hidden" if len(self.hidden) == 1 else "are hidden"
            told.append(f"{listed(self.hidden).capitalize()} {hidden} in the workbook; read too.")
        if self.hidden_columns:
            told.append("Columns that are hidden in the workbook were read too.")
        if self.computed:
            formulas = "is a formula" if self.computed == 1 else "are formulas"
            told.append(
                f"{count(self.computed, 'cell', formulas)}: the value last saved was read, "
                "nothing was computed."
            )
        if self.uncomputed:
            some = ", ".join(self.uncomputed[:5])
            told.append(
                f"{count(len(self.uncomputed), 'formula')} never computed ({some}): "
                "its text was read instead."
            )
        return told

    def _begin_row(self, given: dict[str, str]) -> None:
        number = int(given["r"]) if "r" in given else self._row + 1
        if not self._row < number <= LAST_ROW:
            raise ValueError(f"row {number} after row {self._row}")
        self._row, self._column, self._cells = number, -1, {}
        self._row_hidden = given.get("hidden") in ("1", "true")

    def _place_of(self, place: str) -> int:
        """Return a cell's column from its place ("AB12"), or the next one without any."""
        self._place = place
        if not place:
            return self._column + 1
        letters = place.rstrip("0123456789")
        if letters not in self._columns:
            self._columns[letters] = _number(letters)
        return self._columns[letters]

    def _keep(self) -> None:
        value = self._text_of()
        if self._is_formula and (value or self._kind == "str"):
            self.computed += 1
        elif self._is_formula:
            value = f"={self._formula}"
            self.uncomputed.append(self._place or f"row {self._row}")
        if not value:
            return
        if self._column >= sheets.COLUMNS:
            if value.isspace():
                return
            sheets.check_columns(self._column + 1, self._row)
        self.count += 1
        if self.count > sheets.CELLS:
            raise MappingError(
                f"Expected at most {sheets.CELLS:,} filled cells; found more in row {self._row:,}. "
                f"{sheets.SPLIT}"
            )
        self._cells[self._column] = value

    def _text_of(self) -> str:
        raw, kind = self._value, self._kind
        if kind == "s":
            return self.strings[int(raw)] if raw else ""
        if kind == "n":
            style = self._style
            return _dated(raw, self.styles.epoch) if style in self.styles.dates else number(raw)
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(raw.strip(), raw)
        return unescaped(raw)

    def _merge(self, reference: str) -> None:
        found = re.fullmatch(r"\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})", reference)
        if not found or len(self.across) + len(self.down) > MERGES:
            return
        first, last = int(found[2]), int(found[4])
        if found[1] != found[3]:
            self.across.add(first)
        if first != last:
            self.down.append((first, last, _number(found[1])))


def number(raw: str) -> str:
    """Write a number as a spreadsheet shows it: "1.0" is "1", "0.28999999999999998" is "0.29"."""
    raw = raw.strip()
    if raw.isascii() and raw.isdecimal():
        return raw.lstrip("0") or "0"
    try:
        value = float(raw)
    except ValueError:
        return raw
    if not np.isfinite(value):
        return raw
    return str(int(value)) if value.is_integer() and abs(value) < 1e21 else repr(value)


def _number(letters: str) -> int:
    """Return the column that letters mean, from 0; raises ValueError for none."""
    column = 0
    for char in letters:
        column = 26 * column + ord(char) - 64 if "A" <= char <= "Z" else LAST_COLUMN + 1
    if not 0 < column <= LAST_COLUMN:
        raise ValueError(f"column {letters[:10]}")
    return column - 1


def _dated(raw: str, epoch: datetime) -> str:
    """Write a date's number as ISO; a fraction alone is a time."""
    try:
        days = float(raw)
        early = 0 < days < 60 and epoch.year == 1899  # its 29 February 1900 never was
        moment = epoch + timedelta(days=days + early, microseconds=500)
    except (ValueError, OverflowError):
        return number(raw)
    if days < 0:
        return number(raw)
    moment = moment.replace(microsecond=0)
    if days < 1:
        return moment.time().isoformat()
    return moment.isoformat() if moment.time().isoformat() != "00:00:00" else f"{moment:%Y-%m-%d}"


def unescaped(text: str) -> str:
    """Put characters for the escapes of XLSX ("_x000D_"), and line ends as ``\\n``."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda code: _character(int(code[1], 16), code[0]), text)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _character(code: int, typed: str) -> str:
    return typed if 0xD800 <= code < 0xE000 else "" if code == 0 else chr(code)
