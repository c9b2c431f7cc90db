"""Lines as whole steps, kept once for all maps of a place, and joined where they meet."""

import itertools
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from mapping.atoms import TO_DEGREES
from mapping.drawing import steps


@dataclass(frozen=True, eq=False)
class StepLines:
    """Lines whose corners lie at whole steps, with the text that they become: see ``steps``.

    Attributes
    ----------
    corners : (c, 2) the corners of all lines, one line after the other
    begins : (n + 1,) where each line begins in ``corners``, and where the last one ends
    ends : (n, 2) the number of the spot that each line begins at, and of the one it ends at
    of : (n,) which of the geometries that they were made of each is a part of
    text : the steps of each line after its first corner, a comma before each number; then those
        of each line walked backwards
    told : (2, n + 1) where the steps of each line begin in ``text``, ahead and backwards
    """

    corners: np.ndarray
    begins: np.ndarray
    ends: np.ndarray
    of: np.ndarray
    text: str
    told: np.ndarray

    @property
    def nbytes(self) -> int:
        """Return how many bytes they take, ``metres`` with them."""
        arrays = (self.corners, self.begins, self.ends, self.of, self.told)
        return sum(one.nbytes for one in arrays) + len(self.text) + 16 * len(self.corners)

    @cached_property
    def metres(self) -> np.ndarray:
        """The corners in EPSG:27700, (c, 2)."""
        lon, lat = self.corners.T / steps.STEPS_A_DEGREE
        return np.column_stack(TO_DEGREES.transform(lon, lat, direction="INVERSE"))


def measure(lines: np.ndarray) -> StepLines:
    """Put geometries of lines, in degrees (EPSG:4326), in whole steps: see ``measure_corners``."""
    parts, of = shapely.get_parts(lines, return_index=True)
    begins = np.append(0, np.cumsum(shapely.get_num_coordinates(parts)))
    found = measure_corners(shapely.get_coordinates(parts), begins)
    return replace(found, of=of[found.of])


def measure_corners(degrees: np.ndarray, begins: np.ndarray) -> StepLines:
    """Put lines in whole steps; those shorter than a step are gone.

    ``degrees`` are the corners of all lines (EPSG:4326), (c, 2), and ``begins`` is where each line
    begins in them, and where the last one ends, (n + 1,).
    """
    line = np.repeat(np.arange(len(begins) - 1), np.diff(begins))
    corners = np.round(degrees * steps.STEPS_A_DEGREE).astype(np.int32)
    is_new = np.ones(len(corners), dtype=bool)
    is_new[1:] = (line[1:] != line[:-1]) | (corners[1:] != corners[:-1]).any(axis=1)
    count = np.bincount(line[is_new], minlength=len(begins) - 1)
    is_kept = is_new & (count > 1)[line]
    corners, of, count = corners[is_kept], np.flatnonzero(count > 1), count[count > 1]
    begins = np.append(0, np.cumsum(count))
    both = np.concatenate([corners[begins[:-1]], corners[begins[1:] - 1]]).astype(np.int64)
    spot, _ = pd.factorize(both[:, 0] << 32 ^ both[:, 1])
    text, told = _tell(corners, count)
    return StepLines(corners, begins, spot.reshape(2, -1).T, of, text, told)


def _tell(corners: np.ndarray, count: np.ndarray) -> tuple[str, np.ndarray]:
    """Write the steps of all lines, there and back; ``text`` and ``told`` of ``StepLines``."""
    nth, size = _count_in(count), np.repeat(count, count)
    turned = corners[np.arange(len(corners)) - nth + size - 1 - nth]
    whole = np.concatenate([corners, turned]).astype(np.int64)
    gone = np.diff(whole, axis=0, prepend=whole[:1])[np.tile(nth > 0, 2)].ravel()
    written = list(map(str, gone.tolist()))
    ends = np.cumsum([0, *map(len, written)]) + np.arange(len(written) + 1)
    pairs = np.concatenate([[0], np.cumsum(np.tile(count - 1, 2))])
    at = ends[2 * pairs]
    return "," + ",".join(written), np.stack([at[: len(count) + 1], at[len(count) :]])


def write(lines: StepLines, chosen: np.ndarray) -> str:
    """Return some lines as one geometry of ``steps``, joined where two alone meet.

    ``chosen`` are their numbers, (m,).
    """
    way, first = join(lines.ends[chosen])
    told = tell(lines, chosen[way >> 1], way & 1, first)
    drawn = f"[{'],['.join(told)}]" if told else ""
    return f'{{"type":"MultiLineString","coordinates":[{drawn}]}}'


def tell(lines: StepLines, which: np.ndarray, back: np.ndarray, first: np.ndarray) -> list[str]:
    """Return chains of lines as text: where each begins, and its steps.

    ``which`` are the lines of all chains in their order, ``back`` whether each is walked backwards
    (1) or not (0), and ``first`` where each chain begins in them. A chain is told from the end
    from which fewer signs have to be written.
    """
    which, back = _turn_to_shorter(lines, which, back, first)
    begin, end = lines.told[back, which].tolist(), lines.told[back, which + 1].tolist()
    pieces = [lines.text[b:e] for b, e in zip(begin, end, strict=True)]
    from_x, from_y = _find_corners(lines, which[first], back[first]).T.tolist()
    chains = itertools.pairwise([*first.tolist(), len(pieces)])
    return [
        f"{x},{y}{''.join(pieces[b:e])}"
        for x, y, (b, e) in zip(from_x, from_y, chains, strict=True)
    ]


def _turn_to_shorter(
    lines: StepLines, which: np.ndarray, back: np.ndarray, first: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Turn round the chains that are longer to tell as they are: ``which`` and ``back`` anew."""
    long = np.diff(lines.told)
    more = np.cumsum(np.append(0, long[back, which] - long[1 - back, which]))
    ends = np.append(first, len(which))
    size = np.diff(ends)
    turned = np.repeat(np.diff(more[ends]) > 0, size)
    nth = _count_in(size)
    at = np.repeat(first, size) + np.where(turned, np.repeat(size, size) - 1 - nth, nth)
    return which[at], back[at] ^ turned


def list_corners(
    lines: StepLines, which: np.ndarray, back: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """List the corners of some lines, each walked ahead (0) or backwards (1).

    Returns their places in ``corners``, (c,), one line after the other; and which of ``which``
    each is of, (c,).
    """
    size = np.diff(lines.begins)[which]
    of, nth = np.repeat(np.arange(len(which)), size), _count_in(size)
    return lines.begins[which][of] + np.where(back[of] == 1, size[of] - 1 - nth, nth), of


def _find_corners(lines: StepLines, which: np.ndarray, back: np.ndarray) -> np.ndarray:
    """Return where some lines begin, walked ahead (0) or backwards (1): (m, 2) steps."""
    return lines.corners[lines.begins[which + back] - back]


def _count_in(size: np.ndarray) -> np.ndarray:
    """Count from 0 within each of several, (sum of ``size``,)."""
    return np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)


def join(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find lines that meet end to end, where no third one does.

    ``ends`` are the spots at which each begins and ends, (m, 2). Returns chains of lines in the
    order in which they follow each other, one chain after the other, (m,): twice the number of
    each line, and one more where it is walked backwards; and where each chain begins in that.
    Every line is in one chain.
    """
    partner = _open_rings(_find_partners(ends.ravel()))
    own = np.arange(len(partner))
    before = np.where(partner < 0, own, partner ^ 1)  # whence each is come to, walked from its end
    begin, nth = _walk_back(before)
    way = own[begin < begin[own ^ 1]]  # of each chain the one direction
    size = np.bincount(begin[way], minlength=len(own))
    at = (np.cumsum(size) - size)[begin[way]] + nth[way]
    ordered = np.empty_like(way)
    ordered[at] = way
    return ordered, np.flatnonzero(nth[ordered] == 0)


def _find_partners(spot: np.ndarray) -> np.ndarray:
    """Find for each end the other end at its spot, where there is but one; else -1."""
    order = np.argsort(spot, kind="stable")
    begins = np.flatnonzero(np.diff(spot[order], prepend=-1))
    two = begins[np.diff(begins, append=len(order)) == 2]
    partner = np.full(len(spot), -1)
    partner[order[two]], partner[order[two + 1]] = order[two + 1], order[two]
    return partner


def _open_rings(partner: np.ndarray) -> np.ndarray:
    """Part the first line of each closed chain from the one before it.

    Each round looks twice as far back: who has not come to a beginning once all lines would be
    passed goes round in a ring.
    """
    own = np.arange(len(partner))
    before = np.where(partner < 0, own, partner ^ 1)
    lowest, far = own >> 1, before.copy()
    under_way = np.flatnonzero(before != own)
    for _ in range(len(own).bit_length()):
        at = far[under_way]
        lowest[under_way] = np.minimum(lowest[under_way], lowest[at])
        far[under_way] = far[at]
        under_way = under_way[before[far[under_way]] != far[under_way]]
    cut = 2 * np.unique(lowest[under_way])
    partner[partner[cut]] = -1
    partner[cut] = -1
    return partner


def _walk_back(before: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find where each one's chain begins, and the how-manieth of it each is, from 0.

    ``before`` are the numbers of those before each; the first of a chain has its own. Each round
    looks twice as far back.
    """
    begin, nth = before.copy(), (before != np.arange(len(before))).astype(int)
    under_way = np.flatnonzero(nth)
    while len(under_way):
        at = begin[under_way]
        nth[under_way] += nth[at]
        begin[under_way] = begin[at]
        at = begin[under_way]
        under_way = under_way[before[at] != at]
    return begin, nth
