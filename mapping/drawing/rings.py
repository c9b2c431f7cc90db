"""Areas made of the lines round them, which are kept once for all maps of a place."""

from collections import defaultdict
from dataclasses import dataclass, replace

import numpy as np
import shapely

from mapping.drawing import joined
from mapping.drawing.joined import StepLines

MIN_STEPS = 3
"""A ring of fewer encloses nothing."""


@dataclass(frozen=True, eq=False)
class Rings:
    """The rings round areas: closed chains of lines.

    Attributes
    ----------
    lines : the lines of which they are made
    which, back : the lines of all rings, and whether each is walked backwards: see ``joined.tell``
    first : (k,) where each ring begins in these
    of : (k,) the number of the area that each is of
    around : (k,) the ring directly round each hole; -1 for one that is no hole, and k for those of
        areas that are not known by their rings
    """

    lines: StepLines
    which: np.ndarray
    back: np.ndarray
    first: np.ndarray
    of: np.ndarray
    around: np.ndarray


def follow(lines: StepLines, sides: np.ndarray) -> Rings:
    """Follow the lines round areas.

    ``sides`` are the numbers of the areas on both sides of each line, (n, 2), -1 for none. Areas
    are not known by their rings where these meet in several corners, or enclose nothing: the lines
    round them can be followed in more than one way, or in none.
    """
    line, side = np.nonzero((sides[:, :1] != sides[:, 1:]) & (sides >= 0))
    area = sides[line, side]
    spots = lines.ends[line] + area[:, None] * (lines.ends.max(initial=0) + 1)  # each area's own
    way, first = joined.join(spots)
    which, back, of = line[way >> 1], way & 1, area[way[first] >> 1]
    last = first + np.diff(first, append=len(way)) - 1
    is_open = spots[way[first] >> 1, back[first]] != spots[way[last] >> 1, 1 - back[last]]
    size = np.diff(np.append(0, np.cumsum(np.diff(lines.begins)[which] - 1))[[*first, len(way)]])
    is_clear = ~np.isin(of, of[is_open | (size < MIN_STEPS)])
    found = Rings(lines, which, back, first, of, np.where(is_clear, -1, len(first)))
    return replace(found, around=_find_around(found))


def write(rings: Rings) -> dict[int, str]:
    """Return areas as geometries of ``steps``, by number; those not known by rings are left out."""
    told = joined.tell(rings.lines, rings.which, rings.back, rings.first)
    holes: dict[int, list[str]] = defaultdict(list)
    parts: dict[int, list[str]] = defaultdict(list)
    for hole in np.flatnonzero((rings.around >= 0) & (rings.around < len(told))).tolist():
        holes[int(rings.around[hole])].append(f",[{told[hole]}]")
    for ring in np.flatnonzero(rings.around == -1).tolist():
        parts[int(rings.of[ring])].append(f"[[{told[ring]}]{''.join(holes[ring])}]")
    return {
        area: f'{{"type":"Polygon","coordinates":{found[0]}}}'
        if len(found) == 1
        else f'{{"type":"MultiPolygon","coordinates":[{",".join(found)}]}}'
        for area, found in parts.items()
    }


def shape(rings: Rings) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of areas, and their shapes (EPSG:27700); left out are those as above."""
    outer = np.flatnonzero(rings.around == -1)
    parts = _shape(rings, outer)
    inner = np.flatnonzero((rings.around >= 0) & (rings.around < len(rings.of)))
    holes = shapely.get_exterior_ring(_shape(rings, inner))
    for ring in np.unique(rings.around[inner]):
        at = np.searchsorted(outer, ring)
        own = holes[rings.around[inner] == ring]
        parts[at] = shapely.Polygon(parts[at].exterior, own.tolist())
    numbers, of = np.unique(rings.of[outer], return_inverse=True)
    order = np.argsort(of, kind="stable")
    return numbers, shapely.multipolygons(parts[order], indices=of[order])


def _shape(rings: Rings, chosen: np.ndarray) -> np.ndarray:
    """Return the ground within some rings, each by itself."""
    if not len(chosen):
        return np.array([], dtype=object)
    ring = np.repeat(np.arange(len(rings.first)), np.diff(rings.first, append=len(rings.which)))
    rank = np.full(len(rings.first), -1)
    rank[chosen] = np.arange(len(chosen))
    mine = np.flatnonzero(rank[ring] >= 0)
    at, of_line = joined.list_corners(rings.lines, rings.which[mine], rings.back[mine])
    closed = shapely.linearrings(rings.lines.metres[at], indices=rank[ring[mine]][of_line])
    return shapely.polygons(closed)


def _find_around(rings: Rings) -> np.ndarray:
    """Find the ring directly round each hole. Rings of an area meet in corners alone."""
    around = rings.around.copy()
    several = np.flatnonzero((around == -1) & (np.bincount(rings.of)[rings.of] > 1))
    shapes, of = _shape(rings, several), rings.of[several]
    edge = shapely.get_exterior_ring(shapes)
    side = shapely.distance(shapely.get_point(edge, 0), shapely.get_point(edge, 1))
    between = shapely.line_interpolate_point(edge, side / 2)
    inner, outer = shapely.STRtree(shapes).query(between, predicate="within")
    own = (of[inner] == of[outer]) & (inner != outer)
    inner, outer = inner[own], outer[own]
    depth = np.bincount(inner, minlength=len(shapes))
    direct = (depth[inner] % 2 == 1) & (depth[outer] == depth[inner] - 1)
    around[several[inner[direct]]] = several[outer[direct]]
    return around
