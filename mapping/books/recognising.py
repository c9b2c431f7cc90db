"""Which kind of workbook some bytes are, by their content alone."""

import re
from dataclasses import replace

from mapping import zips
from mapping.errors import MappingError

KINDS = ("xlsx", "xlsb", "xls", "ods")
"""The kinds of workbooks that are read; a workbook with macros (.xlsm) is an xlsx."""
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
"""How a zip begins, as a workbook is one: "PK" alone is a heading that people write."""
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How the container of an old Excel workbook begins."""
DAMAGED = "Open it in a spreadsheet, save it again as .xlsx or as CSV, and upload that."
ZIP_LIMITS = zips.Limits(
    what="a workbook",
    advice=DAMAGED,
    max_files=5_000,
    max_unpacked_bytes=250_000_000,
    small_bytes=20_000_000,
    may_repeat=True,
)
"""What may be in the zip of a workbook."""
ANY_ZIP = replace(ZIP_LIMITS, max_unpacked_bytes=None, names=re.compile(r"(?s).*"))
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_MOST_BYTES = 1_000


def identify(content: bytes) -> str:
    """Return which of ``KINDS`` a file is; "" if it is none of them, or damaged."""
    if content.startswith(COMPOUND):
        return "xls" if _has_stream(content, "Workbook") or _has_stream(content, "Book") else ""
    if not content.startswith(ZIP):
        return ""
    try:
        with zips.open_zip(content, ANY_ZIP) as archive:
            names = {name.lower() for name in archive.namelist()}
            if "mimetype" in archive.namelist():
                kind = archive.open("mimetype").read(_MOST_BYTES)
                return "ods" if kind.strip() == _ODS else ""
    except MappingError:
        return ""
    if any(name.endswith("workbook.xml") for name in names):
        return "xlsx"
    return "xlsb" if "xl/workbook.bin" in names else ""


def _has_stream(content: bytes, name: str) -> bool:
    """Tell whether a compound file names a stream; one that is encrypted has another name."""
    return f"{name}\0".encode("utf-16-le") in content
