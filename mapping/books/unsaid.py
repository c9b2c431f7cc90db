"""What python-calamine does not say of a worksheet is read beside it, from the same file.

It leaves errors blank, formulas that were never computed too, and says nothing of hidden rows;
other gaps differ by kind. Here the parts of a zip are checked, and the reader of a kind is chosen.
"""

from typing import Protocol

from mapping import zips
from mapping.books import binary, opendocument, spreadsheetml
from mapping.books.reading import Book
from mapping.books.recognising import DAMAGED, ZIP_LIMITS
from mapping.errors import MappingError


class Beside(Protocol):
    """Reads what else there is of a worksheet."""

    def add(self, found: Book) -> None:
        """Add to a worksheet what calamine left out."""


def open_beside(content: bytes, kind: str) -> Beside:
    """Open a workbook of one of ``KINDS`` for what calamine leaves out.

    Raises MappingError if its zip passes a limit, or a part of it defines a document type.
    """
    if kind == "xls":
        return binary.OldExcel(content)
    archive = zips.open_zip(content, ZIP_LIMITS)
    _refuse_document_types(archive)
    if kind == "xlsb":
        return binary.Binary(archive)
    if kind == "ods":
        return opendocument.OpenDocument(archive)
    return spreadsheetml.SpreadsheetML(archive)


def _refuse_document_types(archive: zips.CheckedZip) -> None:
    """Raise MappingError if a part of XML begins with a document type: no spreadsheet has one."""
    for member in archive.infolist():
        if member.filename.lower().endswith((".xml", ".rels")):
            with archive.open(member) as part:
                begins = part.read(zips.PIECE_BYTES).replace(b"\0", b"")  # UTF-16 as well
            if b"<!DOCTYPE" in begins:
                raise MappingError(f"This workbook is in an unusual Excel format. {DAMAGED}")
