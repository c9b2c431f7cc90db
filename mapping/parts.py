"""The parts of a zipped document: its list of contents checked, then each part streamed.

Document types and entities are refused, and nothing is unpacked to disk.
"""

import zipfile
from collections.abc import Callable, Iterator
from xml.parsers import expat

from mapping.errors import MappingError

MEMBERS, UNPACKED_BYTES, RATIO = 5_000, 250_000_000, 100
"""Most files in a document, most bytes of them unpacked, and how many times the packed ones."""
SMALL_BYTES = 20_000_000
"""Unpacked bytes up to which the ratio does not matter."""
ELEMENTS = 15_000_000
"""Most elements of a part; five million cells have ten million."""
PIECE_BYTES = 1 << 16
DAMAGED = "Open it in a spreadsheet, save it again as .xlsx or as CSV, and upload that."

Begin = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]


def check(archive: zipfile.ZipFile, packed_bytes: int) -> None:
    """Raise MappingError if what an archive says of its files is more, or other, than allowed."""
    members = archive.infolist()
    if len(members) > MEMBERS:
        raise MappingError(f"Expected at most {MEMBERS:,} files in a workbook; found "
                           f"{len(members):,}. {DAMAGED}")  # fmt: skip
    total = sum(member.file_size for member in members)
    if total > UNPACKED_BYTES or total > max(SMALL_BYTES, RATIO * packed_bytes):
        raise MappingError(
            f"Expected a workbook of at most {UNPACKED_BYTES // 10**6} MB unpacked, and {RATIO} "
            f"times its packed size; found {total / 10**6:,.0f} MB out of "
            f"{packed_bytes / 10**6:,.1f}. Delete what is not needed, or save it as CSV."
        )
    for member in members:
        parts = member.filename.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or ":" in parts[0]:
            raise MappingError(
                f"Expected a workbook; a file in it is named “{member.filename[:60]}”, which "
                f"points outside. {DAMAGED}"
            )
        if member.flag_bits & 1:
            raise MappingError(
                "Expected a workbook that can be read; found one protected by a password. "
                "Save it without the password and upload that."
            )


def stream(
    archive: zipfile.ZipFile,
    path: str,
    start: Begin,
    end: End | None = None,
    text: End | None = None,
) -> None:
    """Stream a part through a parser; elements are told by their names without prefixes.

    Raises MappingError for a part with a document type or more than ``ELEMENTS`` elements.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.CharacterDataHandler = text

    def first(name: str, given: dict[str, str]) -> None:
        """Choose the handlers by the first element: few parts have prefixes, and they cost."""
        prefixed = ":" in name
        parser.StartElementHandler = (
            (lambda name, given: start(name.rpartition(":")[2], given)) if prefixed else start
        )
        if end is not None:
            parser.EndElementHandler = (
                (lambda name: end(name.rpartition(":")[2])) if prefixed else end
            )
        parser.StartElementHandler(name, given)

    parser.StartElementHandler = first
    tags = 0
    for piece in _pieces(archive, path):
        tags += piece.count(b"<")
        if tags > 2 * ELEMENTS:
            raise MappingError(
                f"Expected at most {ELEMENTS:,} elements in a part of the workbook; {path} has "
                f"more. {DAMAGED}"
            )
        parser.Parse(piece, False)
    parser.Parse(b"", True)


def _refuse_doctype(*_: object) -> None:
    raise MappingError(
        "Expected a plain workbook; found one that defines a document type or entities, which "
        f"spreadsheets never do. {DAMAGED}"
    )


def _pieces(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    with archive.open(path) as part:
        read_bytes = 0
        while piece := part.read(PIECE_BYTES):
            read_bytes += len(piece)
            if read_bytes > UNPACKED_BYTES:
                raise ValueError("larger than it says")
            yield piece
