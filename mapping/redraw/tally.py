"""Tallies: the people of each block in each unit of a layer, and those whom groups tear from it.

Whom a plan tears from a layer is counted as every mismatch is: of all people who have a unit in
both, those outside the main unit of their group, or those outside the main group of their unit,
whichever are fewer. So groups that nest in units tear nobody, nor do groups of whole units.
"""

from typing import NamedTuple

import numpy as np

from mapping.geography import By, Layer
from mapping.memory import keep
from mapping.overlap import counts
from mapping.redraw.graph import BlockGraph, rank_units

MAX_DIGITS = 1e12
"""So many digits of sums are told apart."""


class Tally(NamedTuple):
    """The people of blocks by unit of a layer: a row for each pair that anybody lives in.

    ``block`` and ``unit`` (rows,) numbers, ``people`` (rows,); nobody without a unit.
    """

    layer: Layer
    block: np.ndarray
    unit: np.ndarray
    people: np.ndarray


class Torn(NamedTuple):
    """The people that groups tear from a layer, of all who have a group and a unit."""

    people: float
    counted: float

    @property
    def share(self) -> float:
        """Return the mismatch of groups and layer, 0 to 1; NaN if nobody has both."""
        return self.people / self.counted if self.counted > 0 else float("nan")


def count_tally(graph: BlockGraph, layer: Layer, by: By | None = None) -> Tally:
    """Count the people of each block in each unit of a layer; by the graph's lens or another."""
    by = graph.by if by is None else by
    return _count_kept(graph, layer, by) if isinstance(by, str) else _count(graph, layer, by)


@keep
def _count_kept(graph: BlockGraph, layer: Layer, by: str) -> Tally:
    return _count(graph, layer, by)


def _count(graph: BlockGraph, layer: Layer, by: By) -> Tally:
    found = counts.pairs_in(graph.place, graph.layer, layer, by)
    block = rank_units(graph.unit, len(graph.layer.codes))[found.a]
    real = (block >= 0) & (found.b >= 0)
    return Tally(layer, block[real], found.b[real], found.people[real])


def round_sums(people: np.ndarray) -> np.ndarray:
    """Round sums of people, so that as many are the same number in whatever order they are summed.

    >>> a, b = round_sums(np.array([0.1 + 0.2, 0.3]))
    >>> bool(a == b)
    True
    """
    most = float(people.max(initial=0.0))
    return np.rint(people * (MAX_DIGITS / most)) if most > 0 else people


def count_torn(tally: Tally, group_of: np.ndarray) -> Torn:
    """Count the people whom groups of blocks tear from a layer.

    ``group_of`` (n,) has the group of each block, 0 for none; blocks without one are left out.
    """
    group = group_of[tally.block]
    real = group > 0
    size = (int(group.max(initial=0)) + 1, len(tally.layer.codes))
    found = counts.pairs(group[real], tally.unit[real], size, tally.people[real])
    total = float(found.people.sum())
    best = max(_sum_largest(found.a, found.people), _sum_largest(found.b, found.people))
    torn = max(total - best, 0.0)
    return Torn(torn if torn > 1e-9 * total else 0.0, total)  # sums round


def _sum_largest(unit: np.ndarray, people: np.ndarray) -> float:
    most = np.zeros(int(unit.max(initial=-1)) + 1)
    np.maximum.at(most, unit, people)
    return float(most.sum())


def count_cut(graph: BlockGraph, group_of: np.ndarray) -> tuple[int, float]:
    """Count the borders between blocks that groups cut, and their length in metres."""
    cut = group_of[graph.a] != group_of[graph.b]
    return int(cut.sum()), float(graph.length_m[cut].sum())


def count_torn_around(tally: Tally, inside: np.ndarray) -> Torn:
    """Count the people whom the line around one area tears from a layer.

    ``inside`` (n,) tells which blocks are in the area. Torn are those of the area outside the unit
    that most of it is in, or those of any unit whom the line parts from most of their unit in the
    place, whichever are fewer; ``counted`` are the people of the area who are in a unit.
    """
    size = len(tally.layer.codes)
    within = inside[tally.block]
    here = np.bincount(tally.unit[within], tally.people[within], size)
    there = np.bincount(tally.unit[~within], tally.people[~within], size)
    total = float(here.sum())
    torn = min(total - float(here.max(initial=0.0)), float(np.minimum(here, there).sum()))
    return Torn(torn if torn > 1e-9 * total else 0.0, total)
