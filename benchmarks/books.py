"""Small workbooks of the kinds that no package of ours writes: .ods, .xlsb and .xls, by hand.

Each holds one visible worksheet "S", and beside it others if asked. A cell is a text, a number, a
truth value, None, or an ``Error``; ``Formula`` has a number or an error as its saved value.
"""

import struct
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from benchmarks.corpus import LINKS, OFFICE, TYPES, zipped

NOT_AVAILABLE = 0x2A
ODS_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_NAMES = "urn:oasis:names:tc:opendocument:xmlns"
_SECTOR = 512
_SMALLEST = 4096
"""Shorter streams of a compound file lie elsewhere in it."""


class Error(NamedTuple):
    """An error of a spreadsheet by its code."""

    code: int = NOT_AVAILABLE


class Formula(NamedTuple):
    """A formula by what it came to."""

    value: float | Error


Cell = str | float | bool | Error | Formula | None
Merged = tuple[int, int, int, int]
"""First and last row, first and last column, from 0."""


# ---- .ods ------------------------------------------------------------------------------------


def ods(rows: str, *, more: str = "", mimetype: str = ODS_MIMETYPE, manifest: str = "") -> bytes:
    """Pack an OpenDocument spreadsheet of the XML of its rows, with ``more`` tables behind."""
    spaces = "".join(
        f' xmlns:{name}="{_NAMES}:{name}:1.0"' for name in ("office", "table", "text", "style")
    )
    spaces += (
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    )
    content = (
        f'<office:document-content{spaces} office:version="1.3"><office:body><office:spreadsheet>'
        f'<table:table table:name="S">{rows}</table:table>{more}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mimetype}"/>'
    listed = f'<manifest:manifest xmlns:manifest="{_NAMES}:manifest:1.0">{manifest or entry}'
    return zipped(
        {
            "mimetype": mimetype,
            "content.xml": content,
            "META-INF/manifest.xml": f"{listed}</manifest:manifest>",
        }
    )


def ods_row(*cells: Cell, told: str = "") -> str:
    """Write a row of an OpenDocument spreadsheet; ``told`` are attributes of its own."""
    return f"<table:table-row {told}>{''.join(map(ods_cell, cells))}</table:table-row>"


def ods_cell(cell: Cell, told: str = "") -> str:
    """Write a cell of an OpenDocument spreadsheet; ``told`` are further attributes."""
    shown = ""
    if isinstance(cell, Formula):
        return ods_cell(cell.value, 'table:formula="of:=1+1"')
    if isinstance(cell, Error):
        told += ' office:value-type="string" office:string-value="" calcext:value-type="error"'
        shown = "#N/A"
    elif isinstance(cell, str):
        told += ' office:value-type="string"'
        shown = cell
    elif isinstance(cell, bool):
        told += f' office:value-type="boolean" office:boolean-value="{str(cell).lower()}"'
    elif cell is not None:
        told += f' office:value-type="float" office:value="{cell}"'
    return f"<table:table-cell {told}><text:p>{escape(shown)}</text:p></table:table-cell>"


# ---- .xlsb -----------------------------------------------------------------------------------


def xlsb(
    rows: Sequence[Sequence[Cell]], *, hidden: Iterable[int] = (), merged: Sequence[Merged] = ()
) -> bytes:
    """Pack a binary workbook; ``hidden`` are rows from 0."""
    hidden, last = set(hidden), max((len(row) for row in rows), default=1)
    sheet = _record(129) + _record(148, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, last - 1))
    sheet += _record(145)
    for number, row in enumerate(rows):
        flags = 0x1000 if number in hidden else 0
        sheet += _record(0, struct.pack("<IIHHBI", number, 0, 300, flags, 0, 0))
        sheet += b"".join(_xlsb_cell(column, cell) for column, cell in enumerate(row))
    sheet += _record(146)
    if merged:
        sheet += _record(177, struct.pack("<I", len(merged)))
        sheet += b"".join(_record(176, struct.pack("<IIII", *area)) for area in merged)
        sheet += _record(178)
    return pack_xlsb(sheet + _record(130))


def pack_xlsb(sheet: bytes) -> bytes:
    """Pack a binary workbook of the records of its worksheet."""
    entry = struct.pack("<II", 0, 1) + _wide("rId1") + _wide("S")
    book = _record(131) + _record(143) + _record(156, entry) + _record(144) + _record(132)
    overrides = (
        '<Override PartName="/xl/workbook.bin" '
        'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    )
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{TYPES}">{overrides}</Types>',
            "_rels/.rels": _link("officeDocument", "xl/workbook.bin"),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": _link("worksheet", "worksheets/sheet1.bin"),
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def _link(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{LINKS}"><Relationship Id="rId1" Type="{OFFICE}/{kind}" '
        f"Target={quoteattr(target)}/></Relationships>"
    )


def _xlsb_cell(column: int, cell: Cell) -> bytes:
    head = struct.pack("<II", column, 0)
    if isinstance(cell, Formula):
        if isinstance(cell.value, Error):
            return _record(11, head + bytes([cell.value.code]) + bytes(10))
        return _record(9, head + struct.pack("<d", cell.value) + bytes(10))
    if isinstance(cell, Error):
        return _record(3, head + bytes([cell.code]))
    if isinstance(cell, bool):
        return _record(4, head + bytes([cell]))
    if isinstance(cell, str):
        return _record(6, head + _wide(cell))
    return b"" if cell is None else _record(5, head + struct.pack("<d", cell))


def _record(kind: int, told: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = len(told), b""
    while True:
        length += bytes([size & 0x7F | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            return head + length + told


def _wide(text: str) -> bytes:
    letters = text.encode("utf-16-le")
    return struct.pack("<I", len(letters) // 2) + letters


# ---- .xls ------------------------------------------------------------------------------------


def xls(
    rows: Sequence[Sequence[Cell]],
    *,
    hidden: Iterable[int] = (),
    merged: Sequence[Merged] = (),
    is_locked: bool = False,
) -> bytes:
    """Pack an old Excel workbook (BIFF8); ``hidden`` are rows from 0."""
    hidden = set(hidden)
    sheet = _old(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for number, row in enumerate(rows):
        flags = 0x20 if number in hidden else 0
        sheet += _old(0x208, struct.pack("<HHHHHHHH", number, 0, len(row), 300, 0, 0, flags, 0))
        sheet += b"".join(_xls_cell(number, column, cell) for column, cell in enumerate(row))
    if merged:
        areas = b"".join(struct.pack("<HHHH", *area) for area in merged)
        sheet += _old(0xE5, struct.pack("<H", len(merged)) + areas)
    return pack_xls(sheet + _old(0x0A), is_locked=is_locked)


def pack_xls(sheet: bytes, *, is_locked: bool = False) -> bytes:
    """Pack an old Excel workbook of the records of its worksheet."""
    begins = _old(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    if is_locked:
        begins += _old(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
    begins += _old(0x42, struct.pack("<H", 1200))
    at = len(begins) + len(_old(0x85, bytes(9))) + 4
    listed = _old(0x85, struct.pack("<IBBBB", at, 0, 0, 1, 0) + b"S")
    return compound("Workbook", begins + listed + _old(0x0A) + sheet)


def _old(kind: int, told: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(told)) + told


def _xls_cell(row: int, column: int, cell: Cell) -> bytes:
    head = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, Formula):
        if isinstance(cell.value, Error):
            value = struct.pack("<BBBBHH", 2, 0, cell.value.code, 0, 0, 0xFFFF)
        else:
            value = struct.pack("<d", cell.value)
        return _old(0x06, head + value + struct.pack("<HIH", 0, 0, 3) + b"\x1e\x01\x00")
    if isinstance(cell, Error):
        return _old(0x205, head + bytes([cell.code, 1]))
    if isinstance(cell, bool):
        return _old(0x205, head + bytes([cell, 0]))
    if isinstance(cell, str):
        letters = cell.encode("utf-16-le")
        return _old(0x204, head + struct.pack("<HB", len(letters) // 2, 1) + letters)
    return b"" if cell is None else _old(0x203, head + struct.pack("<d", cell))


def compound(name: str, stream: bytes) -> bytes:
    """Pack a compound file of one stream: its header, one or more tables, names, and the stream."""
    stream = stream.ljust(_SMALLEST, b"\0")
    stream += bytes(-len(stream) % _SECTOR)
    count = len(stream) // _SECTOR
    tables = 1
    while tables + 1 + count > tables * _SECTOR // 4:
        tables += 1
    chain = [0xFFFFFFFD] * tables + [0xFFFFFFFE]
    chain += [tables + 2 + n for n in range(count - 1)] + [0xFFFFFFFE]
    chain += [0xFFFFFFFF] * (tables * _SECTOR // 4 - len(chain))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<III", 0, tables, tables) + struct.pack("<II", 0, _SMALLEST)
    head += struct.pack("<IIII", 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", *range(tables), *[0xFFFFFFFF] * (109 - tables))
    entries = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)
    entries += _entry(name, 2, tables + 1, len(stream))
    entries = entries.ljust(_SECTOR, b"\0")
    return head + struct.pack(f"<{len(chain)}I", *chain) + entries + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    said = name.encode("utf-16-le") + b"\0\0"
    told = struct.pack("<HBBIII", len(said), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return said.ljust(64, b"\0") + told + bytes(36) + struct.pack("<IQ", start, size)
