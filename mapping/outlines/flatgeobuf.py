"""FlatGeobuf: its features become a layer, in the order in which the file has them.

The file is a row of tables as FlatBuffers writes them: a table begins with the way to a list of
where each of its fields lies, 0 for one that is not there.
"""

import struct
from typing import Any, NamedTuple

import numpy as np
import shapely

from mapping.errors import MappingError
from mapping.outlines import found, rings
from mapping.outlines.found import Outlines

BEGINS = b"fgb\x03fgb"
HEAD, NODE_BYTES = 8, 40
POLYGON, MULTIPOLYGON = 3, 6
TYPES = ("<b", "<B", "<?", "<h", "<H", "<i", "<I", "<q", "<Q", "<f", "<d")
"""How numbers are written, by the number of their type; the types after these are texts."""
TEXTS = (11, 12, 13, 14)
_DAMAGE = (struct.error, ValueError, IndexError, OverflowError, UnicodeDecodeError)


class _Table(NamedTuple):
    """A table in a file, and where it begins."""

    content: bytes
    at: int

    def find(self, field: int) -> int:
        """Return where a field lies; 0 if it is not there."""
        places = self.at - _read(self.content, "<i", self.at)
        if 4 + 2 * field >= _read(self.content, "<H", places):
            return 0
        offset = _read(self.content, "<H", places + 4 + 2 * field)
        return self.at + offset if offset else 0

    def number(self, field: int, form: str, usual: int = 0) -> int:
        """Return a number, or the usual one."""
        at = self.find(field)
        return _read(self.content, form, at) if at else usual

    def span(self, field: int) -> tuple[int, int]:
        """Return where the parts of a list begin, and how many it has."""
        at = self.find(field)
        if not at:
            return 0, 0
        at += _read(self.content, "<I", at)
        return at + 4, _read(self.content, "<I", at)

    def text(self, field: int) -> str:
        """Return a text, "" for none."""
        at, size = self.span(field)
        return self.content[at : at + size].decode("utf-8", "replace")

    def tables(self, field: int) -> list["_Table"]:
        """Return the tables of a list."""
        at, size = self.span(field)
        if size > len(self.content):
            raise ValueError("more tables than bytes")
        places = range(at, at + 4 * size, 4)
        return [_Table(self.content, p + _read(self.content, "<I", p)) for p in places]


def _read(content: bytes, form: str, at: int) -> Any:
    if at < 0:
        raise ValueError("before the file")
    return struct.unpack_from(form, content, at)[0]


def read(content: bytes, name: str) -> list[Outlines]:
    """Read the features of a FlatGeobuf as one layer; ``name`` is the file's.

    Raises MappingError for one that is damaged, holds points or lines, or passes a limit.
    """
    try:
        return [_read_layer(content, name)]
    except _DAMAGE as fault:
        raise MappingError(
            f"Expected a FlatGeobuf; found one that is damaged or cut off. {found.SAVE}"
        ) from fault


def _read_layer(content: bytes, name: str) -> Outlines:
    size = _read(content, "<I", HEAD)
    header = _Table(content, HEAD + 4 + _read(content, "<I", HEAD + 4))
    columns = [(one.text(0), one.number(1, "<B")) for one in header.tables(7)]
    found.check_columns(len(columns), name)
    count = header.number(8, "<Q")
    found.check_rows(count, name)
    at = HEAD + 4 + size + _measure_index(count, header.number(9, "<H", 16))
    features: list[_Table] = []
    while at + 4 <= len(content):
        features.append(_Table(content, at + 4 + _read(content, "<I", at + 4)))
        at += 4 + _read(content, "<I", at)
        found.check_rows(len(features), name)
    if len(features) < count or at != len(content):
        raise ValueError("cut off")
    told = [_read_properties(one, columns) for one in features]
    cells = {key: [row.get(i) for row in told] for i, (key, _) in enumerate(columns)}
    shapes = _read_shapes(features, header.number(2, "<B"))
    return found.make_outlines(header.text(0) or name, cells, shapes, _read_crs(header))


def _measure_index(count: int, node_size: int) -> int:
    """Return the bytes of the tree of boxes that stands before the features."""
    if not count or node_size < 2:
        return 0
    levels = [count]
    while levels[-1] > 1 or len(levels) == 1:  # one feature has a tree of two boxes
        levels.append(-(-levels[-1] // node_size))
    return sum(levels) * NODE_BYTES


def _read_crs(header: _Table) -> str:
    at = header.find(10)
    if not at:
        return ""
    told = _Table(header.content, at + _read(header.content, "<I", at))
    number = told.number(1, "<i")
    return f"EPSG:{number}" if number > 0 and told.text(0).upper() in ("", "EPSG") else ""


def _read_properties(feature: _Table, columns: list[tuple[str, int]]) -> dict[int, Any]:
    """Return the values of a feature by the number of their column."""
    at, size = feature.span(1)
    end, values = at + size, {}
    while at + 2 <= end:
        column = _read(feature.content, "<H", at)
        kind, at = columns[column][1], at + 2
        if kind < len(TYPES):
            values[column] = _read(feature.content, TYPES[kind], at)
            at += struct.calcsize(TYPES[kind])
        elif kind in TEXTS:
            length = _read(feature.content, "<I", at)
            text = feature.content[at + 4 : min(at + 4 + length, end)]
            values[column] = text.decode("utf-8", "replace") if kind != TEXTS[-1] else ""
            at += 4 + length
        else:
            raise ValueError("a column of no known type")
    return values


def _read_shapes(features: list[_Table], usual: int) -> np.ndarray:
    """Return the polygons of each feature; None for those without one."""
    parts: list[tuple[int, np.ndarray, np.ndarray]] = []
    for row, feature in enumerate(features):
        at = feature.find(0)
        if not at:
            continue
        shape = _Table(feature.content, at + _read(feature.content, "<I", at))
        kind = shape.number(6, "<B") or usual
        some = [shape] if kind == POLYGON else shape.tables(7) if kind == MULTIPOLYGON else []
        parts += [(row, *_read_polygon(one)) for one in some]
    shapes = np.full(len(features), None, dtype=object)
    parts = [part for part in parts if len(part[1])]
    if not parts:
        return shapes
    size = np.concatenate([part[1] for part in parts])
    found.check_corners(int(size.sum()), "")
    polygon = np.repeat(np.arange(len(parts)), [len(part[1]) for part in parts])
    wide = size >= rings.FEWEST_CORNERS
    if not wide.all():
        raise ValueError("rings without ground")
    xy = np.concatenate([part[2] for part in parts])
    found.check_numbers(xy)
    lines = shapely.linearrings(xy, indices=np.repeat(np.arange(len(size)), size))
    present, rank = np.unique([part[0] for part in parts], return_inverse=True)
    shapes[present] = shapely.multipolygons(shapely.polygons(lines, indices=polygon), indices=rank)
    return shapes


def _read_polygon(shape: _Table) -> tuple[np.ndarray, np.ndarray]:
    """Return how many corners each ring of a polygon has, and the corners."""
    at, numbers = shape.span(1)
    xy = np.frombuffer(shape.content, "<f8", numbers, at).reshape(-1, 2)
    at, size = shape.span(0)
    ends = np.frombuffer(shape.content, "<u4", size, at) if size else np.array([len(xy)])
    if not len(xy):
        return ends[:0].astype("int64"), xy
    lengths = np.diff(np.r_[0, ends.astype("int64")])
    if ends[-1] != len(xy) or (lengths < 0).any():
        raise ValueError("rings in no order")
    return lengths, xy
