"""Polygons: the postcodes inside a drawn shape, and the work that finding them takes.

Of a shape only the squares that its outline crosses are asked postcode by postcode; each other
square is inside or outside as a whole, as one of its postcodes is.
"""

from typing import NamedTuple

import numpy as np
import shapely

from mapping.atoms import index, postcodes
from mapping.atoms.grid import CELL_M, count_runs

MAX_ASKED = 4_000
"""Among so few postcodes each is asked."""
PIECE_M = 500
"""An outline is cut into pieces of at most this length, so that each meets at most four squares."""
MAX_PIECES = 200_000
"""Of an outline with more pieces all squares count as crossed."""
MAX_PLAIN_CORNERS = 64
"""Polygons with so few corners are asked about many at a time."""
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


def estimate_work(pieces: np.ndarray) -> np.ndarray:
    """Return what finding out the work of each of some polygons takes; (n,) geometries and int."""
    known = index.grid()
    squares, _ = known.count_in(*known.span(*shapely.bounds(pieces).T))
    return STEP + LOOK * (squares + shapely.get_num_coordinates(pieces))


def _block(found: shapely.Geometry) -> tuple[int, int, int, int]:
    """Return the first and last column, and the lowest and highest row, of a shape's squares.

    As ``Grid.span``, which takes arrays: for one box plain numbers are many times as quick.
    """
    known = index.grid()
    last = int(known.keys[-1]) // known.rows
    west, south, east, north = (int(side // CELL_M) for side in shapely.bounds(found).tolist())
    return (
        min(max(west, 0), last),
        min(max(east, 0), last),
        min(max(south, 0), known.rows - 1),
        min(max(north, 0), known.rows - 1),
    )


def plan_enquiry(found: shapely.Geometry) -> Enquiry:
    """Tell about which postcodes a polygon, or several in one, is to be asked."""
    known, block = index.grid(), _block(found)
    held = known.list_squares(*block)
    if known.count_in(*block)[1] <= MAX_ASKED:
        alone, squares = known.list_points(held), held[:0]
    else:
        crossed = _find_crossed(found)
        border = np.isin(known.keys[held], crossed) if crossed is not None else held >= 0
        alone, squares = known.list_points(held[border]), held[~border]
    work = ASK * (len(alone) + len(squares)) + _edges_met(found, _spots(alone, squares)[1])
    return Enquiry(alone, squares, work)


def find_inside(found: shapely.Geometry, about: Enquiry) -> np.ndarray:
    """Return the postcodes in a polygon or on its edge, sorted positions; see ``plan_enquiry``."""
    shapely.prepare(found)
    holds = shapely.intersects_xy(found, *_spots(about.alone, about.squares))
    few = len(about.alone)
    whole = index.grid().list_points(about.squares[holds[few:]])
    return np.sort(np.concatenate([about.alone[holds[:few]], whole]))


def plan_plain(pieces: np.ndarray) -> np.ndarray:
    """Return the work of each polygon with few corners and few postcodes around, 0 for others.

    The work, (n,) int, is at least what an ``Enquiry`` about it would have.
    """
    known = index.grid()
    corners = shapely.get_num_coordinates(pieces)
    points = known.count_in(*known.span(*shapely.bounds(pieces).T))[1]
    is_plain = (corners <= MAX_PLAIN_CORNERS) & (points <= MAX_ASKED)
    return np.where(is_plain, 1 + points * (ASK + corners), 0)


def find_inside_each(pieces: np.ndarray) -> list[np.ndarray]:
    """Return the postcodes in or on the edge of each of some polygons, all asked at once.

    Sorted positions, as ``find_inside`` returns them for one; for those of ``plan_plain``.
    """
    if not len(pieces):
        return []
    shapely.prepare(pieces)
    atoms = postcodes.table()
    piece, at = index.find_in_boxes(*shapely.bounds(pieces).T)
    holds = shapely.intersects_xy(pieces[piece], atoms.easting[at], atoms.northing[at])
    keys = np.sort(piece[holds] * len(atoms) + at[holds])
    ends = np.searchsorted(keys, np.arange(1, len(pieces)) * len(atoms))
    return np.split((keys % len(atoms)).astype("int32"), ends)


def _spots(alone: np.ndarray, squares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    at = np.concatenate([alone, index.grid().order[index.grid().start[squares]]])
    return postcodes.table().easting[at], postcodes.table().northing[at]


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
    return np.unique([column * index.grid().rows + row for column in columns for row in rows])


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
