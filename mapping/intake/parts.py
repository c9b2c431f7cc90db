"""The parts of a workbook: what may be in the zip, and how much markup in each part.

All of it is known before a parser sees anything; nothing is unpacked to disk.
"""

import re
import zipfile
from typing import IO

from mapping import zips
from mapping.errors import MappingError

MAX_TAGS, MAX_STRING_TAGS, MAX_OTHER_TAGS = 30_000_000, 8_000_000, 500_000
"""Most tags in all parts, in the one with shared texts, and in all others but worksheets."""
TAGS_PER_CELL, SPARE_TAGS = 6, 200_000
"""Tags that a filled cell may take in a worksheet; those for all else: links, merged cells, …"""
PIECE_BYTES = 1 << 16
DAMAGED = "Open it in a spreadsheet, save it again as .xlsx or as CSV, and upload that."
_ENCODINGS = (b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1", b"windows-1252")
WORKBOOK = zips.Limits(
    what="a workbook",
    advice=DAMAGED,
    max_files=5_000,
    max_unpacked_bytes=250_000_000,
    small_bytes=20_000_000,
    may_repeat=True,
)
"""What may be in the zip of a workbook."""


def check_tags(archive: zips.CheckedZip) -> None:
    """Raise MappingError if the parts that are XML hold more tags than a workbook may.

    Document types are refused, and so are encodings in which tags may look like anything.
    """
    tags = others = 0
    for member in archive.infolist():
        name = member.filename.lower()
        if not name.endswith((".xml", ".rels")):
            continue
        found = _tags(archive, member)
        tags += found
        if "sharedstrings" in name and found > MAX_STRING_TAGS:
            _refuse_tags(MAX_STRING_TAGS, member.filename)
        elif not name.startswith("xl/worksheets/"):
            others += found * ("sharedstrings" not in name)
        if tags > MAX_TAGS or others > MAX_OTHER_TAGS:
            _refuse_tags(MAX_TAGS if tags > MAX_TAGS else MAX_OTHER_TAGS, member.filename)


def _tags(archive: zips.CheckedZip, member: zipfile.ZipInfo) -> int:
    tags, end = 0, b""
    with archive.open(member) as part:
        while piece := part.read(PIECE_BYTES):
            plain = piece.translate(None, b"\x00")  # UTF-16 as well
            if not tags:
                _check_encoding(plain, member.filename)
            tags += piece.count(b"<")
            if b"<!DOCTYPE" in end + plain:
                refuse_document_type()
            end = plain[-9:]
    return tags


def _check_encoding(begins: bytes, name: str) -> None:
    """Raise MappingError for an encoding in which tags may look like anything."""
    head, ends, _ = begins.partition(b"?>")
    said = re.search(rb"encoding\s*=\s*[\"']([^\"']*)", head)
    if b"<?xml" in head[:10] and (not ends or (said and said[1].lower() not in _ENCODINGS)):
        raise MappingError(
            f"Expected a workbook in UTF-8 or UTF-16; “{name[:60]}” in it is in another encoding. "
            f"{DAMAGED}"
        )


def _refuse_tags(most: int, name: str) -> None:
    raise MappingError(
        f"Expected at most {most:,} tags in the parts of a workbook; with {name[:60]} it has "
        f"more. Save the table as CSV, and upload that."
    )


def refuse_document_type() -> None:
    """Raise MappingError for a document type: no spreadsheet writes one, and they can bite."""
    raise MappingError(
        "Expected a plain workbook; found one that defines a document type or entities, which "
        f"spreadsheets never do. {DAMAGED}"
    )


class Part:
    """A worksheet's part as a file to read, which ends at more tags than its cells account for.

    A parser keeps what it has read until a row is over, or for good; so tags that are no
    cells would fill the memory.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.read_bytes = self._tags = 0
        self._most = SPARE_TAGS

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes; raises MappingError at too many tags."""
        piece = self._file.read(size)
        self.read_bytes += len(piece)
        self._tags += piece.count(b"<")
        if self._tags > self._most:
            raise MappingError(
                f"Expected a worksheet made of cells; found {self._tags:,} tags where its cells "
                f"take {self._most - SPARE_TAGS:,} at most. Save the table as CSV, and upload that."
            )
        return piece

    def account(self, filled: int, blank: int) -> None:
        """Allow the tags of a row with so many filled and blank cells."""
        self._most += TAGS_PER_CELL * filled + 2 * (blank + 1)
