"""The lines round the shapes of a coverage: what two of them have in common, and its rim."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely


@dataclass(frozen=True, eq=False)
class SideLines:
    """The lines round all shapes of a coverage, each once.

    Attributes
    ----------
    left, right : (n,) the positions of the shapes on both sides of each; ``right`` is -1 on the rim
    corners : (c, 2) the corners of all lines, one line after the other
    begins : (n + 1,) where each line begins in ``corners``, and where the last one ends
    """

    left: np.ndarray
    right: np.ndarray
    corners: np.ndarray
    begins: np.ndarray

    @property
    def lines(self) -> np.ndarray:
        """The lines as geometries, (n,): made at each look, as they take more room."""
        of = np.repeat(np.arange(len(self.left)), np.diff(self.begins))
        return shapely.linestrings(self.corners, indices=of) if len(of) else np.array([], object)


def side_lines(shapes: np.ndarray) -> SideLines:
    """Find the lines round all shapes of a coverage, those that two share and those on its rim.

    A ring of a shape is one line as long as the same shape, or none, lies on its other side.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    start = np.flatnonzero(ring[1:] == ring[:-1])  # each side leads from a corner to the next one
    whose, ring = owner[part[ring[start]]], ring[start]
    is_first, right = _find_other_sides(xy, start, whose)
    begins = _find_breaks(ring, np.where(is_first, right, -2))
    order = _turn_rings(ring, begins)
    order = order[is_first[order]]
    first = np.flatnonzero(begins[order])
    size = np.diff(first, append=len(order))
    ends = np.cumsum(size + 1)
    corners = np.empty((len(order) + len(first), 2))
    corners[np.arange(len(order)) + np.cumsum(begins[order]) - 1] = xy[start[order]]
    corners[ends - 1] = xy[start[order[first + size - 1]] + 1]
    of = order[first]
    return SideLines(whose[of], right[of], corners, np.append(0, ends))


def _find_other_sides(
    xy: np.ndarray, start: np.ndarray, whose: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Tell whether each side of a shape is the first of its two, and whose the other one is.

    (m,), (m,); that is -1 where there is no other.
    """
    corner, known = pd.factorize(np.ascontiguousarray(xy).view(complex).ravel())
    a, b = corner[start], corner[start + 1]
    side, _ = pd.factorize(np.minimum(a, b) * len(known) + np.maximum(a, b))
    own = np.arange(len(side))
    first, last = np.empty(len(side), dtype=int), np.empty(len(side), dtype=int)
    first[side[::-1]] = own[::-1]
    last[side] = own
    return first[side] == own, np.where(first[side] == last[side], -1, whose[last[side]])


def _find_breaks(ring: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Tell where a line begins: where a ring's sides are of another kind than the one before.

    ``ring`` is that of each side, in their order; a ring all of one kind begins with its first.
    """
    new = np.diff(ring, prepend=-1) != 0
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(ring)) - 1 if len(first) else first
    before = np.arange(len(ring)) - 1
    before[first] = last
    breaks = kind != kind[before]
    number = np.cumsum(new) - 1
    has_none = np.bincount(number, weights=breaks) == 0
    breaks[first[has_none]] = True
    return breaks


def _turn_rings(ring: np.ndarray, breaks: np.ndarray) -> np.ndarray:
    """Return the sides of all rings in order, each ring from the first of its breaks on."""
    first = np.flatnonzero(np.diff(ring, prepend=-1))
    size = np.diff(first, append=len(ring))
    at = np.flatnonzero(breaks)
    begin = at[np.flatnonzero(np.diff(ring[at], prepend=-1))] - first
    nth = np.arange(len(ring)) - np.repeat(first, size)
    return np.repeat(first, size) + (nth + np.repeat(begin, size)) % np.repeat(size, size)
