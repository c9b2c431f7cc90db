"""The same answers worked out another way: slowly, plainly, one case at a time."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import shapely


def pairs(a: Iterable[int], b: Iterable[int], people: Iterable[float]) -> dict:
    """Count people by pair of units with one dictionary."""
    counted: dict[tuple[int, int], float] = defaultdict(float)
    for one, other, weight in zip(a, b, people, strict=True):
        counted[int(one), int(other)] += float(weight)
    return {pair: weight for pair, weight in counted.items() if weight != 0}


def aligned_share(a: Iterable[int], b: Iterable[int], people: Iterable[float]) -> float:
    """Walk through every unit of A and look for its fullest B unit."""
    counted = {p: w for p, w in pairs(a, b, people).items() if min(p) >= 0}
    units = {one for one, _ in counted}
    main = sum(max(w for (one, _), w in counted.items() if one == unit) for unit in units)
    total = sum(counted.values())
    return main / total if total else math.nan


def sabre(table: Sequence[Sequence[float]]) -> tuple[float, float, float]:
    """Write out V, homogeneity and completeness as equations 1 to 5 of the paper do.

    Nowosad & Stepinski 2018, with regions (rows) i and zones (columns) j.
    """
    total = sum(sum(row) for row in table)
    columns = list(zip(*table, strict=True))

    def inhomogeneity(parts: Sequence[float]) -> float:
        whole = sum(parts)
        return -sum(p / whole * math.log(p / whole) for p in parts if p > 0) if whole else 0.0

    def part(groups: Sequence[Sequence[float]], others: Sequence[Sequence[float]]) -> float:
        overall = inhomogeneity([sum(g) for g in others])
        if overall < 1e-12:
            return 1.0
        mean = sum(sum(g) / total * inhomogeneity(g) for g in groups)
        return 1 - mean / overall

    homogeneity, completeness = part(columns, table), part(table, columns)
    together = homogeneity + completeness
    v = 2 * homogeneity * completeness / together if together > 0 else 0.0
    return v, homogeneity, completeness


def near_another(
    easting: np.ndarray,
    northing: np.ndarray,
    unit: np.ndarray,
    homes: np.ndarray,
    distance_m: float,
) -> np.ndarray:
    """Compare every postcode with every residential one, in whole metres."""
    squared = (easting[:, None].astype(np.int64) - easting) ** 2
    squared += (northing[:, None].astype(np.int64) - northing) ** 2
    other = (unit[:, None] != unit) & (unit[:, None] >= 0) & (unit >= 0)
    return (other & homes & (squared <= distance_m**2)).any(axis=1)


def relation(unit: int, a: np.ndarray, b: np.ndarray, people: np.ndarray) -> str:
    """Decide how one unit of A stands to B, straight from the words of the definition."""
    inside = a == unit
    total = people[inside].sum()
    shared = {u: people[inside & (b == u)].sum() for u in np.unique(b[b >= 0])}
    shared = {u: s for u, s in shared.items() if s > 0}
    if not shared:
        return "none"
    main = max(shared, key=lambda u: (shared[u], -u))
    whole_b = {u: people[b == u].sum() for u in shared}
    if shared[main] / (total + whole_b[main] - shared[main]) >= 0.99:
        return "same"
    if shared[main] / total >= 0.99:
        return "inside"
    parts = sum(s for u, s in shared.items() if s / whole_b[u] >= 0.99)
    return "made of" if parts / total >= 0.99 else "split"


def shared_segments(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find what two shapes share by sorting the sides of all: twins lie beside each other.

    The positions of both shapes and the segments, (m,), (m,), (m, 2, 2), the lower end first.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    together = ring[1:] == ring[:-1]
    start, end = xy[:-1][together], xy[1:][together]
    back = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    ends = np.where(back[:, None], np.hstack([end, start]), np.hstack([start, end]))
    whose = owner[part[ring[:-1][together]]]
    order = np.lexsort(ends.T)
    ends, whose = ends[order], whose[order]
    twin = np.flatnonzero((ends[1:] == ends[:-1]).all(axis=1))
    return whose[twin], whose[twin + 1], ends[twin].reshape(-1, 2, 2)
