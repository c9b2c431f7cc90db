"""Intake: the bytes of an uploaded file become a sheet of texts, or a sentence says why not.

What is read stands in ``formats``; every other kind of file is told by its content and gets a
sentence of its own, in ``refusals``. Nothing is executed, fetched or unpacked to disk; a workbook
lies in a temporary file while it is read.
"""

from mapping.errors import MappingError, TooLargeError
from mapping.intake import census, delimited, encodings, formats, official, refusals
from mapping.intake.census import COMMAND as CENSUS_COMMAND
from mapping.intake.formats import FORMATS, Format, Options, name_formats
from mapping.intake.sheets import MAX_ROWS, Sheet

__all__ = [
    "CENSUS_COMMAND",
    "FORMATS",
    "MAX_FILE_BYTES",
    "MAX_ROWS",
    "Format",
    "Sheet",
    "delimited",
    "encodings",
    "name_formats",
    "official",
    "read_sheet",
    "sheets",
]

MAX_FILE_BYTES = 50_000_000
"""Most bytes of an uploaded file."""


def read_sheet(
    content: bytes,
    *,
    name: str,
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    header_row: int | None = None,
    most_rows: int | None = None,
) -> Sheet:
    """Read an uploaded file as a sheet of texts; see ``Sheet``.

    Its content decides what the file is; ``name`` only helps to say what was found. The others
    overrule what is found out: ``encoding`` (a key of ``encodings.ENCODINGS``), ``delimiter``
    (one character), ``sheet`` (a worksheet's name), ``header_row`` (its number as a spreadsheet
    counts, 0 for a file without headings). ``most_rows`` allows more rows, and as many times the
    cells, in a CSV without oddities; else ``sheets.MAX_ROWS`` are. Raises MappingError if the file
    is larger than ``MAX_FILE_BYTES``, no table can be read from it, or it passes a limit of
    ``sheets``; of the census's own counts it says how they are read.
    """
    options = Options(name, encoding, delimiter, sheet, header_row, most_rows)
    try:
        return _read_sheet(content, options)
    except TooLargeError:
        if advice := census.advise(content, name):
            raise TooLargeError(advice) from None
        raise


def _read_sheet(content: bytes, options: Options) -> Sheet:
    if len(content) > MAX_FILE_BYTES:
        raise TooLargeError(
            f"Expected a file of at most {MAX_FILE_BYTES // 10**6} MB; found "
            f"{len(content) / 10**6:,.1f} MB. Delete columns that are not needed, or split it."
        )
    if not content.strip(b"\x00\t\n\r \xef\xbb\xbf\xff\xfe"):
        what = "is empty" if not content else "has nothing but blanks in it"
        raise MappingError(f"This file {what}. Save it again, with rows.")
    formats.refuse(refusals.find_signature(content))
    kind = next(one for one in FORMATS if one.recognise(content))
    return kind.read(content, options)
