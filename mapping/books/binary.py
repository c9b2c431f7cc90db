"""What calamine leaves out of binary workbooks (.xls, .xlsb): errors, and what is hidden.

Both are records in a row, each with its kind and length, which differ in their numbers and widths.
"""

import struct
from collections.abc import Iterator

from mapping import zips
from mapping.books import markup
from mapping.books.compound import read_stream
from mapping.books.reading import Book

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
"""What a spreadsheet shows for each of its errors."""


def _put_error(found: Book, row: int, column: int, code: int) -> None:
    """Put an error into a cell, which counts from 0."""
    found.put(row + 1, column, ERRORS.get(code, "#ERROR"))


class Binary:
    """The records of an XLSB, each worksheet a part of the zip."""

    def __init__(self, archive: zips.CheckedZip) -> None:
        self._archive = archive

    def add(self, found: Book) -> None:
        """Add errors as texts, and say what is merged, hidden and computed."""
        workbook, part = markup.find_workbook(self._archive), ""
        targets = markup.map_targets(self._archive, workbook)
        for kind, told in _split_xlsb(self._archive.read(workbook)):
            if kind == 156:  # a sheet: state, number, link, name
                link, at = _read_wide(told, 8)
                if _read_wide(told, at)[0] == found.sheet:
                    part = targets.get(link, "")
        row = 0
        for kind, told in _split_xlsb(self._archive.read(part)) if part else ():
            if kind == 0:  # a row
                row = struct.unpack_from("<I", told)[0]
                if told[11] & 0x10:
                    found.hidden.append(row + 1)
            elif kind in (3, 11):  # an error, typed or computed
                _put_error(found, row, struct.unpack_from("<I", told)[0], told[8])
            elif kind == 60 and told[16] & 1:
                found.hidden_columns = True
            elif kind == 176:
                top, bottom, first, last = struct.unpack_from("<IIII", told)
                found.merged.append((top + 1, first, bottom + 1, last))
            found.computed += 8 <= kind <= 11


def _split_xlsb(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the kind and content of each record of a part."""
    at = 0
    while at < len(part):
        kind, at = part[at], at + 1
        if kind & 0x80:
            kind, at = (kind & 0x7F) | part[at] << 7, at + 1
        size = shift = 0
        while True:
            byte, at = part[at], at + 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift == 28:
                break
        yield kind, part[at : at + size]
        at += size


def _read_wide(told: bytes, at: int) -> tuple[str, int]:
    """Return a text that begins with its length, and where it ends."""
    length = struct.unpack_from("<I", told, at)[0]
    length = 0 if length == 0xFFFFFFFF else length
    end = at + 4 + 2 * length
    return told[at + 4 : end].decode("utf-16-le", "replace"), end


class OldExcel:
    """The records of an XLS, all worksheets behind each other in one stream."""

    def __init__(self, content: bytes) -> None:
        self._stream = read_stream(content, "Workbook", "Book")

    def add(self, found: Book) -> None:
        """Add errors as texts, and say what is hidden and computed; what is merged is known."""
        begin = next((at for at, name in self._list_sheets() if name == found.sheet), None)
        for kind, told in self._split(begin) if begin is not None else ():
            if kind == 0x208 and told[12] & 0x20:
                found.hidden.append(struct.unpack_from("<H", told)[0] + 1)
            elif kind == 0x205 and told[7]:
                _put_error(found, *_place(told), told[6])
            elif kind == 0x06:
                found.computed += 1
                if told[12:14] == b"\xff\xff" and told[6] == 2:
                    _put_error(found, *_place(told), told[8])
            elif kind == 0x7D and told[8] & 1:
                found.hidden_columns = True

    def _list_sheets(self) -> Iterator[tuple[int, str]]:
        """Yield where each worksheet begins, and its name."""
        is_newest = self._stream[4:6] == b"\x00\x06"
        for kind, told in self._split(0):
            if kind == 0x85:
                length = told[6]
                if not is_newest:
                    name = told[7 : 7 + length].decode("cp1252", "replace")
                elif told[7] & 1:
                    name = told[8 : 8 + 2 * length].decode("utf-16-le", "replace")
                else:
                    name = told[8 : 8 + length].decode("latin-1")
                yield struct.unpack_from("<I", told)[0], name

    def _split(self, at: int) -> Iterator[tuple[int, bytes]]:
        """Yield the kind and content of each record up to the end of a part of the stream."""
        while at + 4 <= len(self._stream):
            kind, size = struct.unpack_from("<HH", self._stream, at)
            if kind == 0x0A:
                return
            yield kind, self._stream[at + 4 : at + 4 + size]
            at += 4 + size


def _place(told: bytes) -> tuple[int, int]:
    """Return the row and column of a cell of an XLS, from 0."""
    row, column = struct.unpack_from("<HH", told)
    return row, column
