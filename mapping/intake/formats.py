"""Formats: the kinds of file that a table is read from, each told by its content.

A new format is a module that reads it and a record here: ``intake.read_sheet``, the page and the
sentences about other files go by the records.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mapping.intake import delimited, encodings, refusals
from mapping.intake.sheets import Progress, Sheet


@dataclass(frozen=True)
class Options:
    """How a file is to be read: see ``intake.read_sheet`` for each of these."""

    name: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int | None = None
    most_rows: int | None = None
    advance: Progress = lambda share: None


@dataclass(frozen=True)
class Format:
    """One kind of file: what a reader calls it, how it is told, and what reads it.

    ``suffixes`` are those that such files usually have; ``recognise`` looks at the content alone.
    ``read`` raises MappingError for a file that seems to be of the kind and is not.
    """

    name: str
    suffixes: tuple[str, ...]
    recognise: Callable[[bytes], bool]
    read: Callable[[bytes, Options], Sheet]


def _read_workbook(content: bytes, options: Options) -> Sheet:
    refusals.check_archive(content)
    from mapping.intake import workbook  # loads openpyxl, which only workbooks need

    return workbook.read(
        content, sheet=options.sheet, header_row=options.header_row, advance=options.advance
    )


def _read_text(content: bytes, options: Options) -> Sheet:
    decoded = encodings.decode(content, options.encoding)
    refusals.check_markup(decoded.text, options.name)
    return delimited.read(
        decoded,
        delimiter=options.delimiter,
        header_row=options.header_row,
        most_rows=options.most_rows,
    )


FORMATS = (
    Format("Excel workbook", (".xlsx", ".xlsm"), lambda c: c.startswith(b"PK"), _read_workbook),
    Format("CSV", (".csv", ".tsv", ".txt"), lambda content: True, _read_text),
)
"""The formats in the order in which a file is tried: the last takes whatever is left."""
