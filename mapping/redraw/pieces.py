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
from mapping.redraw.rules import Limits, Rules, find_main_units

NEAR = 1e-9
"""Sums of people round."""


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


def share_out(
    people: np.ndarray, blocks: np.ndarray, limits: Limits, groups: int
) -> list[int] | None:
    """Share a number of groups out among pieces; None if their sizes do not allow it.

    ``people`` and ``blocks`` are of each piece; one gets no more groups than it has blocks.
    """
    ranges = [count_groups(float(p), limits) for p in people]
    ranges = [(fewest, min(most, int(b))) for (fewest, most), b in zip(ranges, blocks, strict=True)]
    if any(fewest > most for fewest, most in ranges):
        return None
    if not sum(r[0] for r in ranges) <= groups <= sum(r[1] for r in ranges):
        return None
    wanted = people / limits.mean
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


def join_islands(graph: BlockGraph, rules: Rules, limits: Limits) -> list[Crossing]:
    """Choose the crossings by which pieces that cannot be divided by themselves join others.

    Only water is crossed, never a line of ``rules.within``.
    """
    crossings: list[Crossing] = []
    side = find_sides(graph, rules)
    while True:
        a = np.r_[rules.a, [c.a for c in crossings]].astype(np.int64)
        b = np.r_[rules.b, [c.b for c in crossings]].astype(np.int64)
        piece = find_pieces(len(graph), a, b)
        people = np.bincount(piece, weights=graph.people)
        for number in np.argsort(people, kind="stable").tolist():
            fewest, most = count_groups(float(people[number]), limits)
            if fewest <= min(most, int((piece == number).sum())):
                continue
            crossing = _find_crossing(graph, piece, number, side)
            if crossing is not None:
                crossings.append(crossing)
                break
        else:
            return crossings


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
    people: np.ndarray, names: Sequence[str], limits: Limits, groups: int, rule: str
) -> PlanError:
    """Say which pieces cannot be divided into the wanted groups, and what would do."""
    ranges = [count_groups(float(p), limits) for p in people]
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
        f"Expected {groups:,} groups of {limits.words}; found that the {len(people):,} parts of "
        f"the place, each divided by itself, make {low:,} to {high:,} such groups. Allow a larger "
        "tolerance, or another number of groups.",
        rule,
    )
