"""Maps of a report, as SVG: groups in patterns, and the lines that they and kept layers draw.

Solid is a line that both draw, dashes are drawn by the groups alone, dots by a kept layer alone.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import shapely

from mapping import boundaries
from mapping.boundaries import coverage
from mapping.drawing import names, signs
from mapping.geography import Layer
from mapping.places import Place

WIDE, HIGH, LOW = 900.0, 580.0, 440.0
"""A map fills this box, high or low, in pixels; 900 of them are as wide as the text on paper."""
SMALL = 300.0
"""How wide, and at most how high, small maps are that stand beside each other."""
LETTER, SMALL_LETTER, LEAST_LETTER = 27.0, 20.0, 11.0
"""The number of a group is as large as there is room for, between these."""
MAX_FINE = 250_000
"""Of places with more postcodes, shapes finer than wards take too long to wait for."""
STRENGTH = 0.55
"""Of patterns, so that the lines on them stand out."""
ROOM_PX, LEAST = 30.0, 0.34
"""Lines closer together than this, on average, are thinned, at most to so much of their width."""
FAINTER = 0.55
"""Lines that groups do not follow are so much thinner than those that they draw."""
PARTS = ("outline", "b_only", "a_only", "both")
"""From the bottom up."""

Project = Callable[[np.ndarray], np.ndarray]


class Drawn(NamedTuple):
    """The groups of a place to draw: areas with code (of the group), and lines by their part."""

    areas: gpd.GeoDataFrame
    lines: Mapping[str, shapely.Geometry]
    outline: shapely.Geometry
    kept: tuple[Layer, ...]


def find_drawn(place: Place, layer: Layer, kept: Sequence[Layer]) -> Drawn | None:
    """Find the areas and lines of groups and kept layers in a place; None if it is too large.

    Kept layers that need finer shapes than can soon be drawn there are left out: ``kept`` are those
    that are drawn.
    """
    kept = [one.by_majority for one in kept]
    if len(place.positions) > MAX_FINE or not coverage.is_drawable(place, (layer, *kept)):
        kept = [one for one in kept if not coverage.needs_cells(place, (one,))]
    if not coverage.is_drawable(place, (layer, *kept)):
        return None
    tolerance_m = boundaries.detail_m(place)
    shapes = coverage.get(place, (layer, *kept), tolerance_m)
    areas = boundaries.polygons(place, layer, tolerance_m=tolerance_m, with_layers=tuple(kept))
    left, right, shared = shapes.lines
    own = shapes.unit(layer)
    in_own = own[left] != own[right]
    in_kept = np.zeros(len(left), dtype=bool)
    for unit in map(shapes.unit, kept):
        in_kept |= unit[left] != unit[right]
    if not kept:
        in_kept = in_own  # there is nothing to tell them apart from: all are solid
    drawn = {"both": in_own & in_kept, "a_only": in_own & ~in_kept, "b_only": in_kept & ~in_own}
    lines = {part: _join(shared[some]) for part, some in drawn.items()}
    return Drawn(areas[areas.geometry.notna()], lines, shapes.outline, tuple(kept))


def _join(shared: np.ndarray) -> shapely.Geometry:
    if not len(shared):
        return shapely.MultiLineString()
    return shapely.line_merge(shapely.multilinestrings(shapely.get_parts(shared)))


def draw(drawn: Drawn, name: str, *, small: bool = False, is_low: bool = False) -> str:
    """Draw groups and lines as SVG; ``name`` (letters) tells its patterns from those of others.

    Groups are labelled by their numbers, the codes of their areas. A small map has the groups'
    lines alone.
    """
    box = (SMALL, SMALL) if small else (WIDE, LOW if is_low else HIGH)
    project, width, height = _fit(drawn.outline.bounds, box)
    chosen = pick_group_signs(drawn)
    body = [_fill(row, chosen[row.code], f"{name}{row.code}", project) for row in _rows(drawn)]
    body += _rule(drawn, project, width * height, small=small)
    body += _label(drawn, project, SMALL_LETTER if small else LETTER)
    tiles = "".join(_tile(sign, f"{name}{code}") for code, sign in chosen.items())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}"><defs>{tiles}</defs>'
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="{signs.GROUND}"/>'
        f"{''.join(body)}</svg>"
    )


def pick_group_signs(drawn: Drawn) -> dict[str, signs.AreaSign]:
    """Return a sign for each group by its code; neighbours in the list differ."""
    codes = drawn.areas["code"].tolist()
    return dict(zip(codes, signs.pick_signs(len(codes)), strict=True))


def make_legend(drawn: Drawn) -> list[tuple[str, str]]:
    """Return samples of lines with words."""
    kept = [layer.plural for layer in drawn.kept]
    if not drawn.kept:
        return [(signs.sample(signs.LINES["both"]), "Line between groups")]
    of = " or ".join(kept) if len(kept) < 3 else "a map to keep to"
    told = {
        "both": f"Groups follow a line of {of}",
        "a_only": "Groups draw a line of their own",
        "b_only": f"Line of {of} that groups do not follow",
    }
    return [(signs.sample(signs.LINES[part]), words) for part, words in told.items()]


def _rows(drawn: Drawn) -> Iterator[Any]:
    return iter(drawn.areas.itertuples(index=False))


def _fit(bounds: Sequence[float], box: tuple[float, float]) -> tuple[Project, float, float]:
    """Fit an extent in metres into a box; the projection into pixels, and the size that it takes.

    A tall place takes less width, a wide one less height.
    """
    west, south, east, north = bounds
    margin = 8.0
    scale = min((box[0] - 2 * margin) / (east - west), (box[1] - 2 * margin) / (north - south))
    width, height = (east - west) * scale + 2 * margin, (north - south) * scale + 2 * margin
    left = (box[0] - width) / 2  # all maps are as wide, so that they stand alike

    def project(metres: np.ndarray) -> np.ndarray:
        x = left + margin + (metres[:, 0] - west) * scale
        return np.column_stack([x, margin + (north - metres[:, 1]) * scale])

    return project, box[0], height


def _path(shape: shapely.Geometry, project: Project, *, closed: bool) -> str:
    """Write the corners of areas or lines as the path of SVG, in tenths of a pixel."""
    parts = shapely.get_parts(shape)
    rings = shapely.get_rings(parts) if closed else parts
    end = "Z" if closed else ""
    return "".join(_write(project(shapely.get_coordinates(ring))) + end for ring in rings)


def _write(corners: np.ndarray) -> str:
    steps = np.round(corners, 1)
    keep = np.r_[True, (np.diff(steps, axis=0) != 0).any(axis=1)]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in steps[keep].tolist())


def _fill(row: Any, sign: signs.AreaSign, name: str, project: Project) -> str:
    path = f'<path d="{_path(row.geometry, project, closed=True)}" fill-rule="evenodd"'
    pattern = f'{path} fill="url(#{name})"/>' if _has_marks(sign) else ""
    return f'{path} fill="{sign.fill}"/>{pattern}'


def _has_marks(sign: signs.AreaSign) -> bool:
    pattern = signs.PATTERNS[sign.pattern]
    return bool(pattern.strokes or pattern.dots)


def _tile(sign: signs.AreaSign, name: str) -> str:
    if not _has_marks(sign):
        return ""
    pattern = signs.PATTERNS[sign.pattern]
    strokes = "".join(f"M{a:g} {b:g}L{c:g} {d:g}" for a, b, c, d in pattern.strokes)
    dots = "".join(f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}"/>' for x, y, r in pattern.dots)
    size = f'width="{pattern.size_px}" height="{pattern.size_px}"'
    return (
        f'<pattern id="{name}" {size} patternUnits="userSpaceOnUse">'
        f'<g fill="{sign.mark}" fill-opacity="{STRENGTH}">{dots}</g><path d="{strokes}" '
        f'fill="none" stroke="{sign.mark}" stroke-opacity="{STRENGTH}" '
        f'stroke-width="{pattern.width_px:g}"/></pattern>'
    )


def _rule(drawn: Drawn, project: Project, ground: float, *, small: bool) -> list[str]:
    """Draw the outline, and the lines of each part in its sign, thinned where they are many."""
    shapes = {"outline": shapely.boundary(drawn.outline), **drawn.lines}
    paths = {part: _path(shapes[part], project, closed=False) for part in PARTS}
    corners = project(np.array([[0.0, 0.0], [1_000.0, 0.0]]))
    length = sum(shapely.length(line) for line in drawn.lines.values())
    length *= float(corners[1, 0] - corners[0, 0]) / 1_000
    room = min(1.0, max(LEAST, 0.5 * ground / max(length, 1.0) / ROOM_PX))
    if small:
        whole = signs.LineSign(signs.INK, 2.2)
        return [_stroke(paths["outline"], signs.LINES["outline"])] + [
            _stroke(paths[part], whole) for part in ("a_only", "both")
        ]
    weight = {"outline": 1.0, "b_only": FAINTER * room, "a_only": room, "both": room}
    return [_stroke(paths[part], signs.LINES[part].scaled(weight[part])) for part in PARTS]


def _stroke(path: str, sign: signs.LineSign) -> str:
    if not path:
        return ""
    cap = "round" if sign.round_ends else "butt"
    dash = " ".join(f"{length:g}" for length in sign.dash_px)
    shape = f'<path d="{path}" fill="none" stroke-linejoin="round" stroke-linecap="{cap}"'
    under = f'stroke="#ffffff" stroke-width="{sign.width_px + 2 * sign.casing_px:.2f}"/>'
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    line = f'{shape} stroke="{sign.colour}" stroke-width="{sign.width_px:.2f}"{dashes}/>'
    return f"{shape} {under}{line}" if sign.casing_px else line


def _label(drawn: Drawn, project: Project, letter: float) -> list[str]:
    """Write the number of each group into the largest circle in it."""
    rooms = names.find_rooms(drawn.areas.geometry)
    at = project(np.nan_to_num(rooms[:, :2]))
    edge = project(np.nan_to_num(rooms[:, :2] + np.column_stack([rooms[:, 2], 0 * rooms[:, 2]])))
    size = np.clip(1.3 * (edge[:, 0] - at[:, 0]), min(LEAST_LETTER, letter), letter)
    known = np.isfinite(rooms[:, 2])
    style = (
        'font-family="Libertinus Serif, Georgia, serif" font-weight="700" text-anchor="middle" '
        f'paint-order="stroke" stroke="{signs.GROUND}" stroke-linejoin="round" fill="{signs.INK}"'
    )
    return [
        f'<text x="{x:.1f}" y="{y + high / 3:.1f}" font-size="{high:.1f}" '
        f'stroke-width="{high / 4:.1f}" {style}>{code}</text>'
        for code, (x, y), high in itertools.compress(
            zip(drawn.areas["code"], at.tolist(), size.tolist(), strict=True), known
        )
    ]
