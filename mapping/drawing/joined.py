"""Lines as whole steps, kept once for all maps of a place, and joined where they meet."""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from mapping.drawing import steps


@dataclass(frozen=True, eq=False)
class StepLines:
    """Lines whose corners lie at whole steps: see ``steps``.

    Attributes
    ----------
    corners : (c, 2) the corners of all lines, one line after the other
    begins : (n + 1,) where each line begins in ``corners``, and where the last one ends
    ends : (n, 2) the number of the spot that each line begins at, and of the one it ends at
    of : (n,) which of the geometries that they were made of each is a part of
    """

    corners: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    of: np.ndarray

    @property
    def nbytes(self) -> int:
        """Return how many bytes they take."""
        return sum(one.nbytes for one in (self.corners, self.begins, self.ends, self.of))


def measure(lines: np.ndarray) -> StepLines:
    """Put lines, or geometries of several, in whole steps; those shorter than a step are gone.

    ``lines`` are in degrees (EPSG:4326).
    """
    parts, of = shapely.get_parts(lines, return_index=True)
    degrees, line = shapely.get_coordinates(parts, return_index=True)
    corners = np.round(degrees * steps.STEPS_A_DEGREE).astype(np.int32)
    is_new = np.ones(len(corners), dtype=bool)
    is_new[1:] = (line[1:] != line[:-1]) | (corners[1:] != corners[:-1]).any(axis=1)
    count = np.bincount(line[is_new], minlength=len(parts))
    is_kept = is_new & (count > 1)[line]
    corners, count = corners[is_kept], count[count > 1]
    begins = np.concatenate([[0], np.cumsum(count)])
    both = np.concatenate([corners[begins[:-1]], corners[begins[1:] - 1]])
    _, spot = np.unique(both, axis=0, return_inverse=True)
    kept = np.bincount(line[is_new], minlength=len(parts)) > 1
    return StepLines(corners, begins, spot.reshape(2, -1).T, of[kept])


def write(lines: StepLines, chosen: np.ndarray) -> dict[str, Any]:
    """Return some lines as one geometry of ``steps``, joined where two alone meet.

    ``chosen`` are their numbers, (m,), at least one.
    """
    chains = join(lines.ends[chosen])
    way = np.array(list(itertools.chain.from_iterable(chains)), dtype=np.int64)
    first = np.cumsum([0, *map(len, chains[:-1])])
    is_first = np.zeros(len(way), dtype=bool)
    is_first[first] = True
    which = chosen[way >> 1]
    begin, size = lines.begins[which], np.diff(lines.begins)[which]
    nth = _count_in(size)
    back = np.repeat(way & 1 == 1, size)
    at = np.repeat(begin, size) + np.where(back, np.repeat(size, size) - 1 - nth, nth)
    is_kept = (nth > 0) | np.repeat(is_first, size)  # a corner where two meet is written once
    counts = np.add.reduceat(size - ~is_first, first)
    corners = _turn_east(lines.corners[at[is_kept]], counts)
    return {"type": "MultiLineString", "coordinates": steps.write_steps(corners, counts)}


def _count_in(size: np.ndarray) -> np.ndarray:
    """Count from 0 within each of several, (sum of ``size``,)."""
    return np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)


def _turn_east(corners: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Turn round the lines that lead west or south on the whole: fewer signs have to be written."""
    ends = np.cumsum(counts)
    leads_west = (corners[ends - 1] - corners[ends - counts]).sum(axis=1) < 0
    nth, size = _count_in(counts), np.repeat(counts, counts)
    at = np.where(np.repeat(leads_west, counts), size - 1 - nth, nth)
    return corners[np.repeat(ends - counts, counts) + at]


def join(ends: np.ndarray) -> list[list[int]]:
    """Find lines that meet end to end, where no third one does.

    ``ends`` are the spots at which each begins and ends, (m, 2). Returns chains of lines in the
    order in which they follow each other: twice the number of each, and one more where it is
    walked backwards. Every line is in one chain.
    """
    spot = ends.ravel()
    order = np.argsort(spot, kind="stable")
    begins = np.flatnonzero(np.diff(spot[order], prepend=-1))
    two = begins[np.diff(begins, append=len(order)) == 2]
    partner = np.full(len(spot), -1)
    partner[order[two]], partner[order[two + 1]] = order[two + 1], order[two]
    follows = partner.tolist()
    chains: list[list[int]] = []
    seen = bytearray(len(ends))
    firsts = np.flatnonzero(partner < 0).tolist()  # then closed ones, wherever they begin
    for first in itertools.chain(firsts, range(0, len(spot), 2)):
        if seen[first >> 1]:
            continue
        chain, at = [], first
        while at >= 0 and not seen[at >> 1]:
            seen[at >> 1] = 1
            chain.append(at)
            at = follows[at ^ 1]
        chains.append(chain)
    return chains
