"""Formats: the kinds of file that a table is read from, each told by its content.

A new format is a module that reads it and a record here: ``intake.read_sheet``, what Upload says
that it takes, and the sentences about other files go by the records.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mapping import books
from mapping.errors import MappingError
from mapping.intake import delimited, encodings, refusals, workbook
from mapping.intake.sheets import Sheet


@dataclass(frozen=True)
class Options:
    """How a file is to be read: see ``intake.read_sheet`` for each of these."""

    name: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int | None = None
    most_rows: int | None = None


@dataclass(frozen=True)
class Format:
    """One kind of file: what a reader calls it, how it is told, and what reads it.

    ``name`` follows "a" or "or" in a sentence; ``suffixes`` are those that such files usually
    have, the first of which is also ``Sheet.kind``, without its stop. ``recognise`` looks at the
    content alone. ``read`` raises MappingError for a file that seems to be of the kind and is not.
    """

    name: str
    suffixes: tuple[str, ...]
    recognise: Callable[[bytes], bool]
    read: Callable[[bytes, Options], Sheet]

    @property
    def kind(self) -> str:
        """Return what its sheets have as their kind: "csv"."""
        return self.suffixes[0].removeprefix(".")


def _read_excel(content: bytes, options: Options) -> Sheet:
    refuse(refusals.identify_archive(content))
    return _read_workbook(content, options, "xlsx")


def _read_open_document(content: bytes, options: Options) -> Sheet:
    return _read_workbook(content, options, "ods")


def _read_workbook(content: bytes, options: Options, kind: str) -> Sheet:
    return workbook.read(
        content,
        books.identify(content),
        kind=kind,
        sheet=options.sheet,
        header_row=options.header_row,
    )


def _read_text(content: bytes, options: Options) -> Sheet:
    decoded = encodings.decode(content, options.encoding)
    refuse(refusals.find_markup(decoded.text, options.name))
    return delimited.read(
        decoded,
        delimiter=options.delimiter,
        header_row=options.header_row,
        most_rows=options.most_rows,
    )


FORMATS = (
    Format(
        "OpenDocument spreadsheet",
        (".ods",),
        lambda content: books.identify(content) == "ods",
        _read_open_document,
    ),
    Format(
        "Excel workbook",
        (".xlsx", ".xlsm", ".xls", ".xlsb"),
        lambda content: content.startswith((*books.ZIP, books.COMPOUND)),
        _read_excel,
    ),
    Format("CSV file", (".csv", ".tsv", ".txt"), lambda content: True, _read_text),
)
"""The formats in the order in which a file is tried: the last takes whatever is left."""


def name_formats(*, suffixes: bool = False) -> str:
    """Name all formats for a sentence: "CSV file or Excel workbook", on request with suffixes."""
    names = [
        f"{one.name} ({', '.join(one.suffixes)})" if suffixes else one.name
        for one in reversed(FORMATS)
    ]
    return " or ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def refuse(other: refusals.Refusal | None) -> None:
    """Raise MappingError for a file that is no table, if it is told to be none."""
    if other is not None:
        raise MappingError(f"We cannot read {other.found} as a table. {other.do}")
