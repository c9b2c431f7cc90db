"""GeoPackage: the tables of areas in one become layers.

A GeoPackage is an SQLite database. It is opened from memory, by SQLite itself, and may only be
asked for the cells of plain tables: views and virtual tables, which may run on or reach out, are
not read.
"""

import sqlite3
from contextlib import closing
from typing import Any

import numpy as np
import shapely

from mapping.errors import MappingError
from mapping.outlines import found
from mapping.outlines.found import Outlines

BEGINS = b"SQLite format 3\x00"
MAX_STEPS = 3_000
"""After so many times ``STEP`` of SQLite's own steps a question is broken off."""
STEP = 100_000
ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_PRAGMA}
ENVELOPES = (0, 32, 48, 48, 64)
"""Bytes of the box that stands before a shape, by its number."""
DAMAGED = "Save the layer again as a GeoPackage, and upload that."


def read(content: bytes, name: str) -> list[Outlines]:
    """Read every table of shapes as a layer; ``name`` is the file's.

    Raises MappingError for another database, a damaged one, and one that passes a limit.
    """
    whole = bytearray(content)
    whole[18:20] = b"\x01\x01"  # written while its program was open: it would wait for a log
    with closing(sqlite3.connect(":memory:")) as database:
        try:
            database.deserialize(bytes(whole))
            return _read_layers(database)
        except (sqlite3.Error, shapely.errors.GEOSException, ValueError, TypeError) as fault:
            raise MappingError(
                f"Expected a GeoPackage; found a database that cannot be read as one. {DAMAGED}"
            ) from fault


def _read_layers(database: sqlite3.Connection) -> list[Outlines]:
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 100_000_000)
    database.text_factory = lambda text: text.decode("utf-8", "replace")
    left = iter(range(MAX_STEPS))
    database.set_progress_handler(lambda: next(left, None) is None, STEP)
    database.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_OK if action in ALLOWED else sqlite3.SQLITE_DENY
    )
    plain = {
        row[0].lower(): row[0]
        for row in database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
        )
        if not str(row[1]).lstrip().upper().startswith("CREATE VIRTUAL")
    }
    if "gpkg_geometry_columns" not in plain:
        found.refuse("a GeoPackage", "a database without tables of shapes", found.SAVE)
    tables = database.execute(
        "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
    ).fetchmany(found.MAX_LAYERS + 1)
    found.check_layers(len(tables))
    known = [
        (plain[str(table).lower()], column, srs)
        for table, column, srs in tables
        if str(table).lower() in plain
    ]
    if not known:
        found.refuse("a GeoPackage with tables of shapes", "views or none", DAMAGED)
    return [_read_table(database, *one) for one in known]


def _read_table(database: sqlite3.Connection, table: str, column: str, srs: Any) -> Outlines:
    asked = database.execute(f"SELECT * FROM {_quote(table)}")
    names = [one[0] for one in asked.description]
    found.check_columns(len(names), table)
    rows = asked.fetchmany(found.MAX_ROWS + 1)
    found.check_rows(len(rows), table)
    at = [name.lower() for name in names].index(str(column).lower())
    shapes = shapely.from_wkb(np.array([_cut_wkb(row[at]) for row in rows], dtype=object))
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names) if i != at}
    return found.make_outlines(table, columns, np.atleast_1d(shapes), _read_crs(database, srs))


def _cut_wkb(cell: Any) -> bytes | None:
    """Return the shape in a cell without what a GeoPackage writes before it."""
    if cell is None:
        return None
    if not isinstance(cell, bytes) or cell[:2] != b"GP" or len(cell) < 8:
        raise ValueError("no shape")
    return cell[8 + ENVELOPES[min(cell[3] >> 1 & 7, 4)] :]


def _read_crs(database: sqlite3.Connection, srs: Any) -> str:
    told = database.execute(
        "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
        (srs,),
    ).fetchone()
    if told is None or str(told[0]).upper() != "EPSG" or not isinstance(told[1], int):
        return ""
    return f"EPSG:{told[1]}" if told[1] > 0 else ""


def _quote(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
