"""What calamine leaves out of an OpenDocument spreadsheet: merged and hidden cells, and some texts.

It joins words across a tab or a break, writes durations as "PT36H", leaves errors blank, and names
neither merged cells nor hidden rows.
"""

import re

from mapping import zips
from mapping.books import markup
from mapping.books.reading import Book
from mapping.books.values import name_cell, write_duration

_MARKS = (
    b"-spanned=",
    b"visibility=",
    b":tab",
    b":line-break",
    b"time-value=",
    b'"error"',
    b":formula=",
)
"""A document without any of these has nothing that calamine leaves out."""
_CONTENT = "content.xml"
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?")
_HIDDEN = ("collapse", "filter")
_ASIDE = ("annotation", "frame", "shapes", "custom-shape", "tracked-changes")
"""Elements whose text is none of a cell's: comments, pictures."""
_LAST_ROW = 1_048_576


class OpenDocument:
    """Reads the XML of all tables once more, if there is something in it."""

    def __init__(self, archive: zips.CheckedZip) -> None:
        self._archive = archive

    def add(self, found: Book) -> None:
        """Add what is merged and hidden, durations, errors, formulas, and texts with tabs."""
        if markup.is_marked(self._archive, _CONTENT, _MARKS, b"<office:document-content"):
            markup.feed(self._archive, _CONTENT, _Tables(found))


class _Tables:
    """What a parser tells of the tags of a document; only those of one table count."""

    def __init__(self, found: Book) -> None:
        self._found = found
        self._is_in = False
        self._aside = 0
        self._next_row, self._rows = 1, 1
        self._next_column, self._columns = 0, 1
        self._cell: dict[str, str] = {}
        self._lines: list[str] = []
        self._is_joined = self._is_text = False

    @property
    def _row(self) -> int:
        return self._next_row - self._rows

    def start(self, tag: str, told: dict[str, str]) -> None:
        """Take up the begin of an element."""
        name = _local(tag)
        if name == "table":
            self._is_in = _told(told, "name") == self._found.sheet
            self._next_row = 1
        if not self._is_in:
            return
        self._aside += name in _ASIDE
        if name == "table-row":
            self._begin_row(told)
        elif name in ("table-cell", "covered-table-cell"):
            self._begin_cell({_local(key): text for key, text in told.items()})
        elif name == "table-column":
            self._found.hidden_columns |= _told(told, "visibility") in _HIDDEN
        elif not self._aside:
            self._begin_text(name, told)

    def _begin_row(self, told: dict[str, str]) -> None:
        self._rows = int(_told(told, "number-rows-repeated") or 1)
        self._next_row += self._rows
        self._next_column = 0
        if _told(told, "visibility") in _HIDDEN:
            self._found.hidden += range(self._row, min(self._next_row, _LAST_ROW + 1))

    def _begin_cell(self, told: dict[str, str]) -> None:
        self._cell, self._lines, self._is_joined = told, [], False
        self._columns = int(told.get("number-columns-repeated", 1))
        column, row = self._next_column, self._row
        self._next_column += self._columns
        down, across = (int(told.get(f"number-{n}-spanned", 1)) for n in ("rows", "columns"))
        if down > 1 or across > 1:
            self._found.merged.append((row, column, row + down - 1, column + across - 1))

    def _begin_text(self, name: str, told: dict[str, str]) -> None:
        if name == "p":
            self._lines.append("")
            self._is_text = True
        elif self._lines and name in ("tab", "line-break", "s"):
            self._is_joined |= name != "s"
            sign = {"tab": "\t", "line-break": "\n", "s": " "}[name]
            self._lines[-1] += sign * min(int(_told(told, "c") or 1), 1_000)

    def data(self, text: str) -> None:
        """Take up a piece of text."""
        if self._is_text and not self._aside and self._lines:
            self._lines[-1] += text

    def end(self, tag: str) -> None:
        """Take up the end of an element, of a cell what it came to."""
        name = _local(tag)
        if not self._is_in:
            return
        self._aside -= name in _ASIDE
        if name == "p" and not self._aside:
            self._is_text = False
        elif name in ("table-cell", "covered-table-cell"):
            self._end_cell()
        elif name == "table":
            self._is_in = False

    def _end_cell(self) -> None:
        if (text := self._write_cell()) is None:
            return
        for row in range(self._row, self._next_row):
            for column in range(self._next_column - self._columns, self._next_column):
                self._found.put(row, column, text)

    def _write_cell(self) -> str | None:
        """Return the text of a cell that calamine reads otherwise."""
        formula, shown = self._cell.get("formula"), "\n".join(self._lines)
        if formula is not None and not (self._cell.get("value-type") or shown):
            self._found.uncomputed.append(name_cell(self._row, self._next_column - 1))
            return f"={formula.partition('=')[2]}"
        self._found.computed += formula is not None
        if span := _DURATION.fullmatch(self._cell.get("time-value", "")):
            days, hours, minutes, seconds = (int(part or 0) for part in span.groups()[1:])
            whole = ((24 * days + hours) * 60 + minutes) * 60 + seconds
            return write_duration(-whole if span[1] else whole)
        is_error = "error" in (self._cell.get("value-type"), self._cell.get("calcext-type"))
        return shown if shown and (is_error or self._is_joined) else None

    def close(self) -> None:
        """Take up the end of the file."""


def _local(tag: str) -> str:
    """Name an element or attribute without its namespace; calcext's type is not the office's."""
    space, _, name = tag.rpartition("}")
    return "calcext-type" if name == "value-type" and "calcext" in space else name


def _told(attributes: dict[str, str], name: str) -> str:
    return next((text for key, text in attributes.items() if _local(key) == name), "")
