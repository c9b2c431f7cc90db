"""GeoParquet: its rows become a layer."""

import io
import json
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from mapping.errors import MappingError
from mapping.outlines import found
from mapping.outlines.found import Outlines

BEGINS = b"PAR1"
DEGREES = "EPSG:4326"
MAX_BYTES = 500_000_000
"""Most bytes that all shapes, or all texts, of a layer take as they are told apart."""
PLAIN = "Save it with its shapes as WKB (in GeoPandas: to_parquet), or as a GeoPackage."


def read(content: bytes, name: str) -> list[Outlines]:
    """Read a GeoParquet as one layer; ``name`` is the file's.

    Equal cells are kept once while they are read, for a small file may repeat a large one. Raises
    MappingError for Parquet without shapes, a damaged file, and one that passes a limit.
    """
    try:
        return [_read_layer(content, name)]
    except (pa.ArrowException, OSError, ValueError, TypeError, KeyError) as fault:
        raise MappingError(
            f"Expected GeoParquet; found a file that is damaged, or written otherwise. {PLAIN}"
        ) from fault
    except shapely.errors.GEOSException as fault:
        raise MappingError(f"Expected shapes as WKB; found others. {PLAIN}") from fault


def _read_layer(content: bytes, name: str) -> Outlines:
    about = pq.read_metadata(io.BytesIO(content))
    told = json.loads((about.metadata or {}).get(b"geo", b"null"))
    if not isinstance(told, dict):
        found.refuse("GeoParquet", "Parquet that does not say which column holds shapes", PLAIN)
    found.check_rows(about.num_rows, name)
    found.check_columns(about.num_columns, name)
    column = told["primary_column"]
    geometry = told["columns"][column]
    if str(geometry.get("encoding", "")).upper() != "WKB":
        found.refuse("shapes as WKB", "another way of writing them", PLAIN)
    texts = [
        field.name
        for field in pq.read_schema(io.BytesIO(content))
        if pa.types.is_string(field.type) or pa.types.is_binary(field.type)
    ]
    whole = pq.read_table(io.BytesIO(content), read_dictionary=texts, use_threads=False)
    shapes = _read_shapes(whole.column(column))
    columns = {
        field: _list_cells(whole.column(field)) for field in whole.column_names if field != column
    }
    return found.make_outlines(name, columns, shapes, _read_crs(geometry))


def _read_shapes(column: pa.ChunkedArray) -> np.ndarray:
    different, of = _part(column)
    drawn = np.full(len(different) + 1, None, dtype=object)
    drawn[:-1] = shapely.from_wkb(different)
    found.check_corners(int(shapely.get_num_coordinates(drawn)[of].sum()), "")
    return drawn[of]


def _list_cells(column: pa.ChunkedArray) -> list[Any]:
    if pa.types.is_dictionary(column.type):
        different, of = _part(column)
        cells = [found.write_cell(value) for value in different] + [""]
        if sum(map(len, cells)) + sum(len(cells[at]) for at in of) > MAX_BYTES:
            found.refuse("texts of an ordinary length", "far longer ones", PLAIN)
        return [cells[at] for at in of]
    if pa.types.is_nested(column.type):
        return [""] * len(column)
    return column.to_pylist()


def _part(column: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray]:
    """Return the different values of a column, and which of them each row has; -1 for none."""
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    whole = whole.chunk(0) if isinstance(whole, pa.ChunkedArray) else whole
    different = np.array(whole.dictionary.to_pylist(), dtype=object)
    return different, whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)


def _read_crs(geometry: dict[str, Any]) -> str:
    """Return the coordinate system: degrees if none is named, unknown if it says null."""
    if "crs" not in geometry:
        return DEGREES
    told = geometry["crs"]
    number = told.get("id") if isinstance(told, dict) else None
    if not isinstance(number, dict):
        return ""
    if (number.get("authority"), number.get("code")) == ("OGC", "CRS84"):
        return DEGREES
    return f"EPSG:{number['code']}" if number.get("authority") == "EPSG" else ""
