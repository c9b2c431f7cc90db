"""Grid: points sorted by square kilometre, so that those near a spot are quickly found."""

from typing import NamedTuple

import numpy as np

Numbers = int | np.ndarray
CELL_M = 1_000
COLUMN_M = 128
"""How wide the columns of ``sort_into_columns`` are: for wards, half or twice takes longer."""


class Grid(NamedTuple):
    """Points sorted by square: ``order`` (points,) their positions.

    ``keys`` (squares,) the squares with points, ``size`` how many each has, ``start`` where their
    stretch of ``order`` begins and, last, where all end (squares + 1,); ``rows`` squares from
    south to north; ``before`` how many squares and how many points lie south-west of a corner,
    (2, columns + 1, rows + 1).
    """

    order: np.ndarray
    keys: np.ndarray
    start: np.ndarray
    size: np.ndarray
    rows: int
    before: np.ndarray

    def span(self, *box: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the first and last column, and the lowest and highest row, of boxes' squares.

        ``box`` is west, south, east and north (metres), each (n,); beyond the grid its outermost
        squares stand for what lies there.
        """
        last = int(self.keys[-1] // self.rows)
        west, south, east, north = box
        first, stop = (np.clip(v // CELL_M, 0, last).astype("int64") for v in (west, east))
        low, high = (np.clip(v // CELL_M, 0, self.rows - 1).astype("int64") for v in (south, north))
        return first, stop, low, high

    def count_in(
        self, first: Numbers, stop: Numbers, low: Numbers, high: Numbers
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return how many squares, and how many points in them, lie in blocks of squares."""
        before = self.before
        found = (
            before[:, stop + 1, high + 1]
            - before[:, first, high + 1]
            - before[:, stop + 1, low]
            + before[:, first, low]
        )
        return found[0], found[1]

    def find_runs(self, bottom: np.ndarray, top: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return at which of ``keys`` runs of squares of one column begin, and before which end."""
        begin = np.searchsorted(self.keys, bottom.astype("int32"))  # of another kind of number,
        end = np.searchsorted(self.keys, top.astype("int32"), side="right")  # keys would be copied
        return begin, end

    def list_squares(self, first: int, stop: int, low: int, high: int) -> np.ndarray:
        """Return the numbers of the squares with points in a block, column by column."""
        column = np.arange(first, stop + 1) * self.rows
        begin, end = self.find_runs(column + low, column + high)
        return np.repeat(begin, end - begin) + count_runs(end - begin)

    def list_points(self, squares: np.ndarray) -> np.ndarray:
        """Return the positions of the points in some squares, square by square."""
        size = self.size[squares]
        return self.order[np.repeat(self.start[squares], size) + count_runs(size)]


def sort_into_squares(easting: np.ndarray, northing: np.ndarray) -> Grid:
    """Sort points (whole metres, EPSG:27700, none below zero; at least one) by square."""
    rows = int(northing.max() // CELL_M) + 1
    square = (easting // CELL_M).astype("int32") * rows + northing // CELL_M
    order = np.argsort(square, kind="stable").astype("int32")
    keys, size = np.unique(square, return_counts=True)
    columns = int(keys[-1] // rows) + 1
    before = np.zeros((2, columns + 1, rows + 1), dtype="int32")
    for number, weight in enumerate((np.ones(len(keys), "int32"), size)):
        flat = np.zeros(columns * rows, dtype="int32")
        flat[keys] = weight
        before[number, 1:, 1:] = flat.reshape(columns, rows).cumsum(axis=0).cumsum(axis=1)
    return Grid(order, keys, np.r_[0, np.cumsum(size)], size, rows, before)


def sort_into_columns(easting: np.ndarray, northing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sort points (metres, as above) by narrow column, then from the south.

    Returns their positions, int32, and where in them each column begins (columns + 1,).
    """
    column = easting // COLUMN_M
    order = np.lexsort((northing, column)).astype("int32")
    return order, np.r_[0, np.cumsum(np.bincount(column))]


def count_runs(sizes: np.ndarray) -> np.ndarray:
    """Count from 0 within each run of so many."""
    return np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
