"""What calamine leaves out of an XLSX: errors, formulas never computed, hidden rows and columns."""

import re
from xml.etree.ElementTree import Element

from mapping import zips
from mapping.books import markup
from mapping.books.reading import Book
from mapping.books.values import name_cell

_MARKS = (b"hidden=", b'"e"', b"<f")
"""A worksheet without any of these has nothing that calamine leaves out."""
_RELATION = re.compile(r"\{[^}]*relationships\}id")
_CELL = re.compile(r"([A-Z]{1,4})\d+")
_TRUE = ("1", "true")


class SpreadsheetML:
    """Reads a worksheet's XML once more, if there is something in it."""

    def __init__(self, archive: zips.CheckedZip) -> None:
        self._archive = archive

    def add(self, found: Book) -> None:
        """Add errors and formulas as texts, and say what is hidden and computed."""
        workbook = markup.find_workbook(self._archive)
        targets = markup.map_targets(self._archive, workbook)
        for sheet in markup.parse(self._archive, workbook).iter():
            if sheet.tag.endswith("}sheet") and sheet.get("name") == found.sheet:
                part = targets[_get_link(sheet)]
                if markup.is_marked(self._archive, part, _MARKS, b"<worksheet"):
                    markup.feed(self._archive, part, _Worksheet(found))
                return


def _get_link(sheet: Element) -> str:
    return next((text for name, text in sheet.items() if _RELATION.fullmatch(name)), "")


class _Worksheet:
    """What a parser tells of a worksheet's tags."""

    def __init__(self, found: Book) -> None:
        self._found = found
        self._row, self._column = 0, -1
        self._texts: dict[str, list[str]] = {}
        self._into: list[str] | None = None
        self._is_error = self._is_text = False

    def start(self, tag: str, told: dict[str, str]) -> None:
        """Take up the begin of an element."""
        name = tag.rpartition("}")[2]
        if name == "c":
            self._column = _number_column(told.get("r", ""), self._column)
            self._texts = {}
            self._is_error, self._is_text = told.get("t") == "e", told.get("t") == "str"
        elif name in ("f", "v"):
            self._into = self._texts.setdefault(name, [])
        elif name == "row":
            self._row, self._column = int(told.get("r", self._row + 1)), -1
            if told.get("hidden") in _TRUE:
                self._found.hidden.append(self._row)
        elif name == "col" and told.get("hidden") in _TRUE:
            self._found.hidden_columns = True

    def data(self, text: str) -> None:
        """Take up a piece of text."""
        if self._into is not None:
            self._into.append(text)

    def end(self, tag: str) -> None:
        """Take up the end of an element, of a cell what it came to."""
        name = tag.rpartition("}")[2]
        if name in ("f", "v"):
            self._into = None
        elif name == "c":
            self._end_cell("".join(self._texts.get("v", ())), self._texts.get("f"))

    def _end_cell(self, value: str, formula: list[str] | None) -> None:
        if formula is not None:
            if not value and not self._is_text:
                self._found.put(self._row, self._column, f"={''.join(formula)}")
                self._found.uncomputed.append(name_cell(self._row, self._column))
                return
            self._found.computed += 1
        if self._is_error and value:
            self._found.put(self._row, self._column, value)

    def close(self) -> None:
        """Take up the end of the file."""


def _number_column(reference: str, last: int) -> int:
    """Return the column of a cell from 0; without a reference it is the next."""
    letters = _CELL.fullmatch(reference)
    if not letters:
        return last + 1
    column = 0
    for letter in letters[1]:
        column = 26 * column + ord(letter) - ord("A") + 1
    return column - 1
