"""Squares: the postcodes by square kilometre, those in boxes, and those inside a drawn shape.

Of a shape only the squares that its outline crosses are asked postcode by postcode; each other
square is inside or outside as a whole, as one of its postcodes is.
"""

from typing import NamedTuple

import numpy as np
import shapely

from mapping.atoms import postcodes
from mapping.memory import once

CELL_M = 1_000
MAX_ASKED = 4_000
"""Among so few postcodes each is asked."""
PIECE_M = 500
"""An outline is cut into pieces of at most this length, so that each meets at most four squares."""
MAX_PIECES = 200_000
"""Of an outline with more pieces all squares count as crossed."""
STEP, ASK, LOOK = 20_000, 100, 20
"""Work, in edges that one postcode is held against: of any shape, of a postcode, of a square."""


class Enquiry(NamedTuple):
    """The postcodes that a shape is asked about: ``alone`` for themselves, others for a square.

    ``squares`` numbers of the squares that stand and fall as a whole, with the first postcode of
    each; ``work`` is how many edges postcodes are held against, and what else takes as long.
    """

    alone: np.ndarray
    squares: np.ndarray
    work: int


class Grid(NamedTuple):
    """The postcodes sorted by square: ``order`` (postcodes,) positions, ``key`` their squares.

    ``keys`` (squares,) those with postcodes, ``start`` and ``size`` their stretch of ``order``;
    ``rows`` squares from south to north; ``before`` how many squares and how many postcodes lie
    south-west of a corner, (2, columns + 1, rows + 1).
    """

    order: np.ndarray
    key: np.ndarray
    keys: np.ndarray
    start: np.ndarray
    size: np.ndarray
    rows: int
    before: np.ndarray


@once
def grid() -> Grid:
    """Sort the postcodes by square."""
    atoms = postcodes.table()
    rows = int(atoms.northing.max() // CELL_M) + 1
    square = (atoms.easting // CELL_M).astype("int32") * rows + atoms.northing // CELL_M
    order = np.argsort(square, kind="stable").astype("int32")
    key = square[order].astype("int32")
    keys, start, size = np.unique(key, return_index=True, return_counts=True)
    columns = int(key[-1] // rows) + 1
    before = np.zeros((2, columns + 1, rows + 1), dtype="int64")
    for number, weight in enumerate((np.ones(len(keys), "int64"), size)):
        flat = np.zeros(columns * rows, dtype="int64")
        flat[keys] = weight
        before[number, 1:, 1:] = flat.reshape(columns, rows).cumsum(axis=0).cumsum(axis=1)
    return Grid(order, key, keys, start, size, rows, before)


def find_in_boxes(
    west: np.ndarray, south: np.ndarray, east: np.ndarray, north: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the postcodes in the squares that boxes meet: which box, and the position."""
    known = grid()
    first, stop, low, high = _span(west, south, east, north)
    columns = stop - first + 1
    box = np.repeat(np.arange(len(west)), columns)
    column = count_runs(columns) + first[box]
    bottom, top = (column * known.rows + edge[box] for edge in (low, high))
    begin = np.searchsorted(known.key, bottom.astype("int32"))  # of another kind of number, the
    end = np.searchsorted(known.key, top.astype("int32"), side="right")  # key would be copied
    found = np.repeat(begin, end - begin) + count_runs(end - begin)
    return np.repeat(box, end - begin), known.order[found]


def _span(*box: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the first and last column, and the lowest and highest row, of the squares of boxes."""
    rows, last = grid().rows, int(grid().key[-1] // grid().rows)
    west, south, east, north = box
    first, stop = (np.clip(v // CELL_M, 0, last).astype("int64") for v in (west, east))
    low, high = (np.clip(v // CELL_M, 0, rows - 1).astype("int64") for v in (south, north))
    return first, stop, low, high


def count_runs(sizes: np.ndarray) -> np.ndarray:
    """Count from 0 within each run of so many."""
    return np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)


def estimate_work(found: shapely.Geometry) -> int:
    """Return what finding out a shape's work takes; the shape itself is not looked at."""
    first, stop, low, high = (int(v[0]) for v in _span(*_box(found)))
    squares = _sum(0, first, stop, low, high)
    return STEP + LOOK * (squares + shapely.count_coordinates(found))


def _box(found: shapely.Geometry) -> list[np.ndarray]:
    return [np.array([side]) for side in shapely.bounds(found)]


def _sum(number: int, first: int, stop: int, low: int, high: int) -> int:
    """Return how many squares (0) or postcodes (1) lie in a block of squares."""
    before = grid().before[number]
    return int(
        before[stop + 1, high + 1]
        - before[first, high + 1]
        - before[stop + 1, low]
        + before[first, low]
    )


def plan_enquiry(found: shapely.Geometry) -> Enquiry:
    """Tell about which postcodes a polygon, or several in one, is to be asked."""
    box = _box(found)
    none = np.empty(0, dtype="int64")
    if _sum(1, *(int(v[0]) for v in _span(*box))) <= MAX_ASKED:
        alone, squares = find_in_boxes(*box)[1], none
    else:
        known, held = grid(), _squares(*(int(v[0]) for v in _span(*box)))
        crossed = _find_crossed(found)
        border = np.isin(known.keys[held], crossed) if crossed is not None else held >= 0
        alone, squares = _list_in_squares(held[border]), held[~border]
    work = ASK * (len(alone) + len(squares)) + _edges_met(found, _spots(alone, squares)[1])
    return Enquiry(alone, squares, work)


def find_inside(found: shapely.Geometry, about: Enquiry) -> np.ndarray:
    """Return the postcodes in a polygon or on its edge, sorted positions; see ``plan_enquiry``."""
    shapely.prepare(found)
    holds = shapely.intersects_xy(found, *_spots(about.alone, about.squares))
    few = len(about.alone)
    whole = _list_in_squares(about.squares[holds[few:]])
    return np.sort(np.concatenate([about.alone[holds[:few]], whole]))


def _spots(alone: np.ndarray, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    at = np.concatenate([alone, grid().order[grid().start[squares]]])
    return postcodes.table().easting[at], postcodes.table().northing[at]


def _squares(first: int, stop: int, low: int, high: int) -> np.ndarray:
    """Return the numbers of the squares with postcodes in a block, column by column."""
    column = np.arange(first, stop + 1) * grid().rows
    begin = np.searchsorted(grid().keys, (column + low).astype("int32"))
    end = np.searchsorted(grid().keys, (column + high).astype("int32"), side="right")
    return np.repeat(begin, end - begin) + count_runs(end - begin)


def _list_in_squares(squares: np.ndarray) -> np.ndarray:
    size = grid().size[squares]
    return grid().order[np.repeat(grid().start[squares], size) + count_runs(size)]


def _find_crossed(found: shapely.Geometry) -> np.ndarray | None:
    """Return the squares that an outline comes near, sorted; None if it is too long to tell."""
    x, y, same = _lines(found)
    west, south = x[:-1][same], y[:-1][same]
    across, up = np.diff(x)[same], np.diff(y)[same]
    pieces = np.maximum(np.ceil(np.hypot(across, up) / PIECE_M), 1)
    if pieces.sum() > MAX_PIECES:
        return None
    edge = np.repeat(np.arange(len(pieces)), pieces.astype("int64"))
    done = count_runs(pieces.astype("int64"))
    begin, end = done / pieces[edge], (done + 1) / pieces[edge]
    columns = _reach(west[edge] + begin * across[edge], west[edge] + end * across[edge])
    rows = _reach(south[edge] + begin * up[edge], south[edge] + end * up[edge])
    return np.unique([column * grid().rows + row for column in columns for row in rows])


def _reach(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the first and the last column, or row, within a metre of pieces that are short."""
    low, high = np.minimum(one, other) - 1, np.maximum(one, other) + 1
    return tuple(np.maximum(v // CELL_M, 0).astype("int64") for v in (low, high))


def _lines(found: shapely.Geometry) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all corners, x and y, and for each but the last whether an edge leads to the next."""
    rings = shapely.get_rings(shapely.get_parts(found))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    return corners[:, 0], corners[:, 1], ring[1:] == ring[:-1]


def _edges_met(found: shapely.Geometry, north_m: np.ndarray) -> int:
    """Count the edges at whose height each postcode lies: what it is held against."""
    _, y, same = _lines(found)
    low, high = np.minimum(y[:-1], y[1:])[same], np.maximum(y[:-1], y[1:])[same]
    heights = np.sort(north_m)
    begin, end = np.searchsorted(heights, low), np.searchsorted(heights, high, side="right")
    return int((end - begin).sum())
