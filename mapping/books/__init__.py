"""Workbooks of Excel and OpenDocument: their bytes become the texts of one worksheet.

python-calamine reads their cells, and what it leaves out is read beside it: errors, formulas that
were never computed, what is hidden, what is merged. As it makes of two cells far apart a table of
all that lies between, it works in a process of its own, whose memory and time have an end.
"""

from mapping.books.reading import COMMAND, Book, SheetEntry, read
from mapping.books.recognising import ANY_ZIP, COMPOUND, KINDS, ZIP, identify

__all__ = [
    "ANY_ZIP",
    "COMMAND",
    "COMPOUND",
    "KINDS",
    "ZIP",
    "Book",
    "SheetEntry",
    "identify",
    "read",
]
