"""Pieces: land that no border joins, and how many groups each piece gets.

An island that cannot be divided into groups of the wanted size by itself goes with its nearest
neighbour across the water, and the plan says so.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mapping.atoms import postcodes
from mapping.errors import PlanError
from mapping.redraw.graph import BlockGraph, find_pieces
from mapping.redraw.rules import Limits, Rules, find_main_units, write_groups

NEAR = 1e-9
"""Sums of people round."""
MAX_OTHERS = 3


class Crossing(NamedTuple):
    """Two blocks that one group may hold although water lies between them."""

    a: int
    b: int
    distance_m: float


def count_groups(people: float, limits: Limits) -> tuple[int, int]:
    """Return the fewest and the most groups that a piece with so many people can be divided into.

    If the first is larger it cannot be divided so at all.

    >>> count_groups(100, Limits(30, 0.2)), count_groups(45, Limits(30, 0.2))
    ((3, 4), (2, 1))
    """
    fewest = max(math.ceil(people / limits.most * (1 - NEAR)), 1) if limits.most > 0 else 1
    most = math.floor(people / limits.least * (1 + NEAR)) if limits.least > 0 else 10**9
    return fewest, most


def find_ranges(
    people: np.ndarray, blocks: np.ndarray, limits: Limits, least: Sequence[int] = ()
) -> list[tuple[int, int]]:
    """Return the fewest and the most groups of each piece: see ``count_groups``.

    One gets no more groups than it has blocks, and no fewer than ``least`` says, if it does.
    """
    ranges = [count_groups(float(p), limits) for p in people]
    return [
        (max(fewest, lowest), min(most, int(b)))
        for (fewest, most), b, lowest in zip(
            ranges, blocks, least or [1] * len(people), strict=True
        )
    ]


def share_out(
    people: np.ndarray,
    blocks: np.ndarray,
    limits: Limits,
    groups: int,
    least: Sequence[int] = (),
) -> list[int] | None:
    """Share a number of groups out among pieces; None if their sizes do not allow it.

    ``people`` and ``blocks`` are of each piece, ``least`` the fewest groups that it needs for other
    reasons. Where nobody lives blocks count instead of people.
    """
    ranges = find_ranges(people, blocks, limits, least)
    if any(fewest > most for fewest, most in ranges):
        return None
    if not sum(r[0] for r in ranges) <= groups <= sum(r[1] for r in ranges):
        return None
    wanted = _find_wanted(people, blocks, limits, groups)
    found = [
        min(max(round(w), fewest), most)
        for w, (fewest, most) in zip(wanted.tolist(), ranges, strict=True)
    ]
    while (left := groups - sum(found)) != 0:
        step = 1 if left > 0 else -1
        able = [i for i, r in enumerate(ranges) if r[0] <= found[i] + step <= r[1]]
        best = max(able, key=lambda i: step * (wanted[i] / (found[i] + max(step, 0))))
        found[best] += step
    return found


def share_out_otherwise(
    people: np.ndarray,
    blocks: np.ndarray,
    limits: Limits,
    groups: int,
    least: Sequence[int] = (),
) -> list[list[int]]:
    """List other ways to share groups out, of which one group is in another piece each.

    At most ``MAX_OTHERS``, those whose groups are the most equal first.
    """
    usual = share_out(people, blocks, limits, groups, least)
    if usual is None or len(people) < 2:
        return []
    ranges = find_ranges(people, blocks, limits, least)
    more = [i for i, (_, most) in enumerate(ranges) if usual[i] < most]
    fewer = [i for i, (fewest, _) in enumerate(ranges) if usual[i] > fewest]
    found = [
        [n + (i == one) - (i == other) for i, n in enumerate(usual)]
        for one in more
        for other in fewer
        if one != other
    ]
    wanted = _find_wanted(people, blocks, limits, groups)
    return sorted(found, key=lambda some: np.abs(wanted / some - 1).max())[:MAX_OTHERS]


def _find_wanted(people: np.ndarray, blocks: np.ndarray, limits: Limits, groups: int) -> np.ndarray:
    """Return how many groups, and parts of one, fall to each piece."""
    return people / limits.mean if limits.mean > 0 else groups * blocks / blocks.sum()


def join_islands(graph: BlockGraph, rules: Rules, limits: Limits, groups: int) -> list[Crossing]:
    """Choose the crossings by which pieces that cannot be divided by themselves join others.

    Where each can, but all of them make only other numbers of groups than wanted, the smallest
    joins another. Only water is crossed, never a line of ``rules.within``.
    """
    crossings: list[Crossing] = []
    side = find_sides(graph, rules)
    while True:
        a = np.r_[rules.a, [c.a for c in crossings]].astype(np.int64)
        b = np.r_[rules.b, [c.b for c in crossings]].astype(np.int64)
        piece = find_pieces(len(graph), a, b)
        people = np.bincount(piece, weights=graph.people)
        for number in _list_to_join(people, np.bincount(piece), limits, groups):
            crossing = _find_crossing(graph, piece, number, side)
            if crossing is not None:
                crossings.append(crossing)
                break
        else:
            return crossings


def _list_to_join(people: np.ndarray, blocks: np.ndarray, limits: Limits, groups: int) -> list[int]:
    """List the pieces that are to join another one, that with the fewest people first."""
    order = np.argsort(people, kind="stable").tolist()
    ranges = find_ranges(people, blocks, limits)
    if whole := [number for number in order if ranges[number][0] > ranges[number][1]]:
        return whole
    fewest, most = (sum(ends) for ends in zip(*ranges, strict=True))
    return [] if fewest <= groups <= most else order


def find_sides(graph: BlockGraph, rules: Rules) -> np.ndarray:
    """Number blocks by the sides of the lines that no group may cross, (n,): 0 without any."""
    side = np.zeros(len(graph), dtype=np.int64)
    for layer in rules.within:
        _, side = np.unique(
            side * (len(layer.codes) + 1) + find_main_units(graph, layer) + 1, return_inverse=True
        )
    return side


def _find_crossing(
    graph: BlockGraph, piece: np.ndarray, number: int, side: np.ndarray
) -> Crossing | None:
    """Return the shortest way from a piece to another one on the same side of all lines."""
    from scipy.spatial import cKDTree  # no first map waits for it

    atoms, positions = postcodes.table(), graph.place.positions
    xy = np.column_stack([atoms.easting[positions], atoms.northing[positions]]).astype(float)
    block = graph.find_block_of_postcodes()
    best: Crossing | None = None
    for one in np.unique(side[piece == number]).tolist():
        own = np.flatnonzero((block >= 0) & (piece[block] == number) & (side[block] == one))
        others = np.flatnonzero((block >= 0) & (piece[block] != number) & (side[block] == one))
        if not len(own) or not len(others):
            continue
        distance, nearest = cKDTree(xy[others]).query(xy[own])
        at = int(np.argmin(distance))
        ends = int(block[own[at]]), int(block[others[nearest[at]]])
        if best is None or distance[at] < best.distance_m:
            best = Crossing(*ends, float(distance[at]))
    return best


def check_number(graph: BlockGraph, groups: int, nodes: int) -> None:
    """Raise PlanError for more groups than there are blocks to group, or none."""
    if not 1 <= groups <= nodes:
        raise PlanError(
            f"Expected 1 to {nodes:,} groups, as {graph.place.name} has {nodes:,} "
            f"{graph.layer.plural} to put into them; found {groups:,}. Make fewer groups, or group "
            "smaller areas.",
            "groups",
        )


def explain_pieces(
    people: np.ndarray,
    blocks: np.ndarray,
    names: Sequence[str],
    limits: Limits,
    groups: int,
    rule: str,
) -> PlanError:
    """Say which pieces cannot be divided into the wanted groups, and what would do."""
    ranges = find_ranges(people, blocks, limits)
    bad = [i for i, (fewest, most) in enumerate(ranges) if fewest > most]
    if bad:
        told = ", ".join(f"{names[i]} with {people[i]:,.0f}" for i in bad[:5])
        return PlanError(
            f"Expected land that divides into groups of {limits.words}; found "
            f"{len(bad):,} of {len(people):,} parts that do not: {told}. Allow a larger tolerance, "
            f"another number of groups{', or let groups cross that line' * (rule == 'within')}.",
            rule,
        )
    low, high = sum(r[0] for r in ranges), sum(r[1] for r in ranges)
    return PlanError(
        f"Expected {write_groups(groups)} of {limits.words}; found that the {len(people):,} parts "
        f"of the place, each divided by itself, make {low:,} to {high:,} such groups. Allow a "
        "larger tolerance, or another number of groups.",
        rule,
    )
