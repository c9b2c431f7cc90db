"""Areas made of the lines round them, which are kept once for all maps of a place."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import shapely

from mapping.drawing import joined
from mapping.drawing.joined import StepLines

MIN_STEPS = 3
"""A ring of fewer encloses nothing."""


@dataclass(frozen=True, eq=False)
class _Rings:
    """Closed chains of lines: ``which`` lines, walked ``back`` or not, as ``joined.tell`` has them.

    ``first`` is where each ring begins in these, ``of`` the area it belongs to, and ``is_clear``
    whether that area is known by its rings.
    """

    which: np.ndarray
    back: np.ndarray
    first: np.ndarray
    of: np.ndarray
    is_clear: np.ndarray


def write(lines: StepLines, sides: np.ndarray) -> dict[int, str]:
    """Return areas as geometries of ``steps``, by their numbers.

    ``sides`` are the numbers of the areas on both sides of each line, (n, 2), -1 for none. Left
    out are areas whose rings meet in several corners, or enclose nothing: the lines round
    them can be followed in more than one way, or in none.
    """
    rings = _find_rings(lines, sides)
    told = joined.tell(lines, rings.which, rings.back, rings.first)
    around = np.where(rings.is_clear, -1, len(told))
    several = np.flatnonzero(rings.is_clear & (np.bincount(rings.of)[rings.of] > 1))
    if len(several):
        found = _find_around(_shape(lines, rings, several), rings.of[several])
        around[several] = np.where(found < 0, -1, several[found])
    return _write_areas(told, rings.of, around)


def _find_rings(lines: StepLines, sides: np.ndarray) -> _Rings:
    line, side = np.nonzero((sides[:, :1] != sides[:, 1:]) & (sides >= 0))
    area = sides[line, side]
    spots = lines.ends[line] + area[:, None] * (lines.ends.max(initial=0) + 1)  # each area's own
    way, first = joined.join(spots)
    which, back, of = line[way >> 1], way & 1, area[way[first] >> 1]
    last = first + np.diff(first, append=len(way)) - 1
    is_open = spots[way[first] >> 1, back[first]] != spots[way[last] >> 1, 1 - back[last]]
    size = np.diff(np.append(0, np.cumsum(np.diff(lines.begins)[which] - 1))[[*first, len(way)]])
    is_clear = ~np.isin(of, of[is_open | (size < MIN_STEPS)])
    return _Rings(which, back, first, of, is_clear)


def _shape(lines: StepLines, rings: _Rings, chosen: np.ndarray) -> np.ndarray:
    """Return the ground within some rings, each by itself, in steps."""
    ring = np.repeat(np.arange(len(rings.first)), np.diff(rings.first, append=len(rings.which)))
    rank = np.full(len(rings.first), -1)
    rank[chosen] = np.arange(len(chosen))
    mine = np.flatnonzero(rank[ring] >= 0)
    corners, of_line = joined.list_corners(lines, rings.which[mine], rings.back[mine])
    return shapely.polygons(shapely.linearrings(corners, indices=rank[ring[mine]][of_line]))


def _find_around(shapes: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Find for each hole the ring directly round it, (n,); -1 for what is no hole.

    ``shapes`` is the ground within each ring, ``of`` tells their area. Rings meet in corners alone.
    """
    edge = shapely.get_exterior_ring(shapes)
    side = shapely.distance(shapely.get_point(edge, 0), shapely.get_point(edge, 1))
    between = shapely.line_interpolate_point(edge, side / 2)
    inner, outer = shapely.STRtree(shapes).query(between, predicate="within")
    own = (of[inner] == of[outer]) & (inner != outer)
    inner, outer = inner[own], outer[own]
    depth = np.bincount(inner, minlength=len(shapes))
    direct = (depth[inner] % 2 == 1) & (depth[outer] == depth[inner] - 1)
    around = np.full(len(shapes), -1)
    around[inner[direct]] = outer[direct]
    return around


def _write_areas(told: list[str], of: np.ndarray, around: np.ndarray) -> dict[int, str]:
    """Write areas, of one part or several, each with its holes."""
    holes, parts = defaultdict(list), defaultdict(list)
    for hole in np.flatnonzero((around >= 0) & (around < len(told))).tolist():
        holes[int(around[hole])].append(f",[{told[hole]}]")
    for ring in np.flatnonzero(around == -1).tolist():
        parts[int(of[ring])].append(f"[[{told[ring]}]{''.join(holes[ring])}]")
    return {
        area: f'{{"type":"Polygon","coordinates":{found[0]}}}'
        if len(found) == 1
        else f'{{"type":"MultiPolygon","coordinates":[{",".join(found)}]}}'
        for area, found in parts.items()
    }
