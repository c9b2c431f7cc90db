"""Shapefiles: the parts of one, as they lie beside each other in a zip, become a layer.

They are read here and not by a library of formats: such a library tells a file by its content,
and would follow a description of other data that is called a shapefile.
"""

import codecs
import re
import struct
from typing import NamedTuple

import numpy as np
import pyproj

from mapping.errors import MappingError
from mapping.outlines import found, rings
from mapping.outlines.found import Outlines

HEAD, RECORD = 100, 8
BEGINS = b"\x00\x00\x27\x0a"
POLYGONS, NULL = (5, 15, 25), 0
"""Types of shapes that are areas, flat, with heights, and with measures."""
OTHERS = {
    1: "points",
    3: "lines",
    8: "points",
    11: "points",
    13: "lines",
    18: "points",
    21: "points",
    23: "lines",
    28: "points",
    31: "surfaces",
}
BY_NUMBER = {
    "65001": "utf-8",
    "1252": "cp1252",
    "1250": "cp1250",
    "850": "cp850",
    "437": "cp437",
    "28591": "iso-8859-1",
    "88591": "iso-8859-1",
    "28605": "iso-8859-15",
    "885915": "iso-8859-15",
}
"""Encodings by the numbers that a .cpg gives them, whatever letters stand around."""
BY_MARK = {0x01: "cp437", 0x02: "cp850", 0x03: "cp1252", 0x57: "cp1252"}
"""Encodings by the mark that a table itself has."""
DAMAGED = "Save it again and zip all its files (.shp, .dbf, .shx, .prj) together."
_DAMAGE = (struct.error, ValueError, IndexError, OverflowError)


class Parts(NamedTuple):
    """The files of a shapefile: what each holds, b"" for one that is not there."""

    shp: bytes
    dbf: bytes = b""
    prj: bytes = b""
    cpg: bytes = b""


class _Field(NamedTuple):
    name: bytes
    kind: str
    start: int
    width: int


def read(name: str, parts: Parts) -> Outlines:
    """Read a shapefile as a layer.

    Its texts are UTF-8 if all of them are; only else is its .cpg believed, then the mark in its
    table. Raises MappingError if it is damaged, holds surfaces, or passes a limit of ``found``.
    """
    try:
        shapes, notes = _read_shapes(parts.shp)
        columns, gone, encoding = _read_table(parts, len(shapes))
    except _DAMAGE as fault:
        raise MappingError(
            f"Expected a shapefile; found one that is damaged in “{name[:40]}”. {DAMAGED}"
        ) from fault
    if not parts.dbf:
        notes.append("Its .dbf file is missing, so the areas have no names.")
    if encoding not in ("", "utf-8"):
        notes.append(f"Its texts are not UTF-8; we read them as {encoding}.")
    kept = np.flatnonzero(~gone)
    if len(kept) < len(shapes):
        lost = len(shapes) - len(kept)
        many = "1 row that is" if lost == 1 else f"{lost:,} rows that are"
        notes.append(f"Left out: {many} marked as deleted.")
        columns = {key: [cells[i] for i in kept] for key, cells in columns.items()}
    return found.make_outlines(name, columns, shapes[kept], read_prj(parts.prj), notes)


def read_prj(prj: bytes) -> str:
    """Return the coordinate system that a text of a .prj stands for; "" for none that is known."""
    text = prj[: found.MAX_CELL_LETTERS].decode("utf-8", "replace").strip().strip("\ufeff")
    if not text:
        return ""
    try:
        known = pyproj.CRS.from_wkt(text).to_epsg()
    except pyproj.exceptions.CRSError:
        return ""
    return f"EPSG:{known}" if known else ""


def _read_shapes(shp: bytes) -> tuple[np.ndarray, list[str]]:
    """Return the shape of each record, None for those without one, and what is to be said."""
    if not shp.startswith(BEGINS):
        raise ValueError("no shapefile")
    size, row, xy, rows, others = [], [], [], 0, set()
    at = HEAD
    while at + RECORD <= len(shp):
        (words,) = struct.unpack_from(">i", shp, at + 4)
        if words < 2:
            raise ValueError("a record without an end")
        (kind,) = struct.unpack_from("<i", shp, at + RECORD)
        if kind in POLYGONS:
            ends, corners = _read_rings(shp, at + RECORD)
            size.append(ends)
            row.append(np.full(len(ends), rows))
            xy.append(corners)
        elif kind != NULL:
            others.add(OTHERS.get(kind, "shapes that are none"))
        rows += 1
        found.check_rows(rows, "")
        at += RECORD + 2 * words
    if others and not xy:
        found.refuse(
            "areas in a shapefile", " and ".join(sorted(others)), "Upload the layer of the areas."
        )
    if not xy:
        return np.full(rows, None, dtype=object), []
    found.check_corners(sum(map(len, xy)), "")
    return rings.make_areas(np.concatenate(xy), np.concatenate(size), np.concatenate(row), rows), []


def _read_rings(shp: bytes, at: int) -> tuple[np.ndarray, np.ndarray]:
    """Return how many corners each ring of a record has, (rings,), and these, (corners, 2)."""
    parts, points = struct.unpack_from("<ii", shp, at + 36)
    if min(parts, points) < 0:
        raise ValueError("fewer than no corners")
    begins = np.frombuffer(shp, "<i4", parts, at + 44)
    corners = np.frombuffer(shp, "<f8", 2 * points, at + 44 + 4 * parts).reshape(-1, 2)
    size = np.diff(np.r_[begins, points])
    if parts and (begins[0] != 0 or (size < 0).any()):
        raise ValueError("rings in no order")
    return size, corners


def _read_table(parts: Parts, rows: int) -> tuple[dict[str, list[str]], np.ndarray, str]:
    """Return the columns of a table, which rows are marked as deleted, and the encoding."""
    gone = np.zeros(rows, dtype=bool)
    if not parts.dbf:
        return {}, gone, ""
    count, start, width = struct.unpack_from("<IHH", parts.dbf, 4)
    if count < rows or width < 1:
        raise ValueError("fewer rows than shapes")
    fields = _list_fields(parts.dbf, start, width)
    found.check_columns(len(fields), "")
    table = np.frombuffer(parts.dbf, f"S{width}", rows, start) if rows else np.empty(0, "S1")
    cells = np.frombuffer(parts.dbf, "u1", rows * width, start).reshape(rows, width)
    gone = cells[:, 0] == ord("*") if len(table) else gone
    raw = {
        field: np.ascontiguousarray(cells[:, field.start : field.start + field.width])
        .view(f"S{field.width}")
        .ravel()
        .tolist()
        for field in fields
    }
    encoding = _choose_encoding(parts, raw)
    columns: dict[str, list[str]] = {}
    for field, texts in raw.items():
        name = field.name.decode(encoding, "replace").strip() or "column"
        while name in columns:
            name += "_"
        columns[name] = [_write(field.kind, text.decode(encoding, "ignore")) for text in texts]
    return columns, gone, encoding


def _list_fields(dbf: bytes, start: int, width: int) -> list[_Field]:
    fields, at, offset = [], 32, 1
    while at + 32 <= start and dbf[at] != 0x0D:
        name = dbf[at : at + 11].split(b"\x00")[0]
        kind, size = chr(dbf[at + 11]), dbf[at + 16]
        if size:
            fields.append(_Field(name, kind, offset, size))
        offset += size
        at += 32
    if offset > width:
        raise ValueError("columns beyond the row")
    return fields


def _choose_encoding(parts: Parts, raw: dict[_Field, list[bytes]]) -> str:
    """Return the encoding of the texts: UTF-8 if all are, then what the files say."""
    try:
        for field, texts in raw.items():
            field.name.decode("utf-8")
            for text in texts:
                codecs.utf_8_decode(text, "strict", False)  # a cell may end within a letter
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8"
    said = parts.cpg[:40].decode("ascii", "replace")
    digits = re.sub(r"\D", "", said)
    if digits in BY_NUMBER and BY_NUMBER[digits] != "utf-8":
        return BY_NUMBER[digits]
    return BY_MARK.get(parts.dbf[29], "cp1252")


def _write(kind: str, text: str) -> str:
    text = text.replace("\x00", "").strip()
    if kind in "NF" and text.strip("*") == "":
        return ""
    if kind == "D" and re.fullmatch(r"\d{8}", text):
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if kind in "NF" and re.fullmatch(r"-?\d+\.0+", text):
        return text.partition(".")[0]
    return text
