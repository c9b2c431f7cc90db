"""Boundaries for looking at: polygons of layers, and the lines that two layers draw.

Everything is derived from the postcodes' cells, so a line that two layers share is one
line. Derived boundaries are no official ones. Compared once, while this was designed, with 667
official wards of the same codes (no part of the data or of the tests): 99.9% of the wards'
postcodes lay inside the official line; the two areas' intersection over union was 0.81 (median).
"""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mapping.atoms import postcodes
from mapping.boundaries import coverage
from mapping.geography import By, Layer
from mapping.overlap import counts, units
from mapping.places import Place

PIXELS = 1_900
"""Shapes are simplified to about the extent of the place divided by this number."""
FINEST_M = 5.0
LINE_KINDS = {"both": 1, "a_only": 2, "b_only": 3}
"""Which of two layers draw a line, by the number that ``compare_lines`` gives it."""


def detail_m(place: Place) -> float:
    """Return the tolerance in metres at which a place is drawn whole: 30 for London."""
    west, south, east, north = place.bounds
    return float(max(FINEST_M, round(max(east - west, north - south) / PIXELS)))


def bounds_degrees(place: Place) -> tuple[float, float, float, float]:
    """Return a box of degrees (west, south, east, north; EPSG:4326) that holds a place's land."""
    west, south, east, north = shapely.total_bounds(coverage.get(place, ()).shapes)
    x, y = np.linspace(west, east, 9), np.linspace(south, north, 9)
    edge = np.r_[x, x, np.full(9, west), np.full(9, east)]
    side = np.r_[np.full(9, south), np.full(9, north), y, y]
    lon, lat = postcodes.TO_DEGREES.transform(edge, side)
    return lon.min(), lat.min(), lon.max(), lat.max()


def polygons(
    place: Place,
    layer: Layer,
    *,
    tolerance_m: float = 0,
    with_layers: tuple[Layer, ...] = (),
    by: By = "residents",
) -> gpd.GeoDataFrame:
    """Return the units of a layer inside a place as polygons, clipped to land and place.

    Columns: code, name, people, geometry (EPSG:27700; missing for a unit whose postcodes
    all share their points with others, so that it has no area of its own). One row a unit
    with a postcode in the place; people in no unit have no row. Where bodies share areas out, the
    ground is that of the largest share, and people are counted by shares. ``with_layers`` names
    further layers that are drawn beside it, so that all come from the same shapes. Raises
    MappingError where cells would be needed for more than a region.

    >>> from mapping import layers, places
    >>> found = polygons(places.get("Camden"), layers.get("ward"))
    >>> len(found), found.crs.to_epsg(), found.columns.tolist()
    (20, 27700, ['code', 'name', 'people', 'geometry'])
    """
    shapes = coverage.get(place, (layer, *with_layers), tolerance_m)
    geometry = _dissolve(shapes.shapes, shapes.unit(layer), len(layer.codes))
    local = units(place, layer)
    people = counts.count_inside_units(place, layer, by)[:-1]
    present = np.unique(local[local >= 0])
    columns = {
        "code": layer.labels[0].take(present),
        "name": layer.labels[1].take(present),
        "people": people[present],
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(geometry[present], crs=27700))


def unite(
    place: Place,
    layer: Layer,
    units: np.ndarray,
    *,
    tolerance_m: float = 0,
    with_layers: tuple[Layer, ...] = (),
) -> gpd.GeoSeries:
    """Return the polygons of some units of a layer, by their numbers: those of ``polygons``."""
    shapes = coverage.get(place, (layer, *with_layers), tolerance_m)
    rank = np.full(len(layer.codes) + 1, -1)  # the last is that of no unit
    rank[units] = np.arange(len(units))
    united = _dissolve(shapes.shapes, rank[shapes.unit(layer)], len(units))
    return gpd.GeoSeries(united, crs=27700)


def _dissolve(shapes: np.ndarray, unit: np.ndarray, size: int) -> np.ndarray:
    """Unite the shapes of each unit, (size,); None for units without any."""
    united = np.full(size, None, dtype=object)
    order = np.argsort(unit, kind="stable")
    order = order[unit[order] >= 0]
    found, start = np.unique(unit[order], return_index=True)
    groups = np.split(shapes[order], start[1:]) if len(found) else []
    for number, group in zip(found, groups, strict=True):
        united[number] = group[0] if len(group) == 1 else shapely.coverage_union_all(group)
    return united


def outline(place: Place, *, tolerance_m: float = 0) -> gpd.GeoDataFrame:
    """Return a place as one row: code, name, geometry (EPSG:27700), clipped to land."""
    shapes = coverage.get(place, (), tolerance_m)
    geometry = gpd.GeoSeries([shapes.outline], crs=27700)
    return gpd.GeoDataFrame({"code": [place.code], "name": [place.name]}, geometry=geometry)


def line_agreement(place: Place, a: Layer, b: Layer, *, tolerance_m: float = 0) -> gpd.GeoDataFrame:
    """Compare the lines that two layers draw inside a place.

    Three rows, indexed "both", "a_only", "b_only"; columns: those of ``compare_lines``, and
    geometry (EPSG:27700, simplified by ``tolerance_m``).

    >>> from mapping import layers, places
    >>> london = places.get("Greater London")
    >>> found = line_agreement(london, layers.get("icb"), layers.get("police_bcu"))
    >>> found.loc["both", ["share_of_a", "share_of_b"]].astype(float).round(3).tolist()
    [0.879, 0.387]
    """
    found, kind = compare_lines(place, a, b, tolerance_m=tolerance_m)
    drawn = coverage.get(place, (a, b), tolerance_m).sides.lines
    lines = [_lines(drawn[kind == k]) for k in LINE_KINDS.values()]
    geometry = gpd.GeoSeries(lines, crs=27700, index=found.index)
    return gpd.GeoDataFrame(found, geometry=geometry, crs=27700)


def compare_lines(
    place: Place, a: Layer, b: Layer, *, tolerance_m: float = 0
) -> tuple[pd.DataFrame, np.ndarray]:
    """Compare the lines that two layers draw inside a place, without drawing them.

    Returns three rows, indexed "both", "a_only", "b_only", with the columns length_m (on land,
    along unsimplified cell edges), share_of_a and share_of_b (of that layer's lines, missing
    where it has none); and, for each of ``find_lines`` of the same place and layers, which of the
    three it is (``LINE_KINDS``), or 0 for none of them. The outline of the place belongs to
    neither. Shares of a layer without lines are missing.
    """
    shapes = coverage.get(place, (a, b), tolerance_m)
    unit_a, unit_b = shapes.unit(a), shapes.unit(b)
    borders = shapes.borders
    kind = _kind(unit_a, unit_b, borders["a"].to_numpy(), borders["b"].to_numpy())
    length = np.bincount(kind, weights=borders["length_m"], minlength=4)[1:]
    both, a_only, b_only = length
    total_a, total_b = both + a_only or np.nan, both + b_only or np.nan
    found = pd.DataFrame(
        {
            "length_m": length,
            "share_of_a": [both / total_a, a_only / total_a, np.nan],
            "share_of_b": [both / total_b, np.nan, b_only / total_b],
        },
        index=pd.Index([*LINE_KINDS], name="part"),
    )
    left, right = shapes.sides.left, shapes.sides.right
    return found, np.where(right >= 0, _kind(unit_a, unit_b, left, right), 0)


def find_lines(
    place: Place, chosen: tuple[Layer, ...], *, tolerance_m: float = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Return the lines round all pieces of ground, of which layers' lines and areas are made.

    The pieces are those from which all ``chosen`` layers can be drawn; what two of them share is a
    line or several, and what a piece shares with none others. Returns the corners of all lines in
    degrees (EPSG:4326), (c, 2), and where each line begins in them, (n + 1,). Raises MappingError
    where cells would be needed for more than a region.
    """
    sides = coverage.get(place, chosen, tolerance_m).sides
    return np.column_stack(postcodes.TO_DEGREES.transform(*sides.corners.T)), sides.begins


def find_sides(
    place: Place, layer: Layer, *, tolerance_m: float = 0, with_layers: tuple[Layer, ...] = ()
) -> np.ndarray:
    """Return the numbers of a layer's units on both sides of each of ``find_lines``, (n, 2).

    They are -1 for no unit, and outside the place. ``with_layers`` is as for ``polygons``; with
    the layer they are those for which the lines were found.
    """
    shapes = coverage.get(place, (layer, *with_layers), tolerance_m)
    both = np.column_stack([shapes.sides.left, shapes.sides.right])
    return np.append(shapes.unit(layer), -1)[both]


def lie_inside(
    place: Place,
    layer: Layer,
    points: np.ndarray,
    units: np.ndarray,
    *,
    tolerance_m: float = 0,
    with_layers: tuple[Layer, ...] = (),
) -> np.ndarray:
    """Tell whether points lie in the polygons of units of a layer, (n,) bool.

    ``points`` are (n, 2) in EPSG:27700, ``units`` the number of each one's unit, (n,); the polygons
    are those of ``polygons`` with the same arguments.
    """
    shapes = coverage.get(place, (layer, *with_layers), tolerance_m)
    point, shape = shapes.tree.query(shapely.points(points), predicate="intersects")
    inside = np.zeros(len(points), dtype=bool)
    inside[point[shapes.unit(layer)[shape] == units[point]]] = True
    return inside


def borders(
    place: Place,
    layer: Layer,
    *,
    tolerance_m: float = 0,
    with_layers: tuple[Layer, ...] = (),
) -> gpd.GeoSeries:
    """Return the lines that a layer draws inside a place, each once: one multi-part geometry.

    In EPSG:27700; the outline of the place is none of them. ``with_layers`` is as for
    ``polygons``. Raises MappingError where cells would be needed for more than a region.
    """
    shapes = coverage.get(place, (layer, *with_layers), tolerance_m)
    unit = shapes.unit(layer)
    left, right, shared = shapes.lines
    return gpd.GeoSeries([_lines(shared[unit[left] != unit[right]])], crs=27700)


def _kind(
    unit_a: np.ndarray, unit_b: np.ndarray, left: np.ndarray, right: np.ndarray
) -> np.ndarray:
    """Tell which layers draw a line between two shapes: 0 neither, 1 both, 2 A only, 3 B only."""
    in_a, in_b = unit_a[left] != unit_a[right], unit_b[left] != unit_b[right]
    return np.select([in_a & in_b, in_a, in_b], [1, 2, 3], 0)


def _lines(shared: np.ndarray) -> shapely.Geometry:
    """Join lines that meet end to end, into one multi-part geometry."""
    if not len(shared):
        return shapely.MultiLineString()
    merged = shapely.line_merge(shapely.multilinestrings(shapely.get_parts(shared)))
    return shapely.multilinestrings(shapely.get_parts(merged))


def set_polygons(
    place: Place, partners: Sequence[Layer], sets: pd.DataFrame, *, tolerance_m: float = 0
) -> gpd.GeoDataFrame:
    """Return the shapes of a frame of ``overlap.partner_sets``.

    Columns: code (the set's number as text), name (the districts it touches), those of the
    frame, geometry (EPSG:27700; missing for a set whose postcodes all share others' points).
    """
    geometry = _pieces(place, {f"{p.key}_code": p for p in partners}, sets, tolerance_m)
    told = {"code": sets["set"].astype(str), "name": sets["boroughs"]}
    return gpd.GeoDataFrame(sets.assign(**told)[[*told, *sets.columns]], geometry=geometry)


def pair_polygons(
    place: Place, a: Layer, b: Layer, cross: pd.DataFrame, *, tolerance_m: float = 0
) -> gpd.GeoDataFrame:
    """Return the shapes of a frame of ``overlap.cross_table`` (all or some of its rows).

    One row a pair, in the order of the frame and with its columns; geometry is the ground that
    the pair's two units share inside the place (EPSG:27700; missing for a pair whose postcodes
    all share others' points). Raises MappingError where cells would be needed for more than a
    region.
    """
    geometry = _pieces(place, {"a_code": a, "b_code": b}, cross, tolerance_m)
    return gpd.GeoDataFrame(cross.reset_index(drop=True), geometry=geometry)


def _pieces(
    place: Place, chosen: dict[str, Layer], rows: pd.DataFrame, tolerance_m: float
) -> gpd.GeoSeries:
    """Unite the shapes that lie in the units of each row; ``chosen`` tells columns of codes."""
    shapes = coverage.get(place, tuple(chosen.values()), tolerance_m)
    codes = {key: layer.labels[0].take(shapes.unit(layer)) for key, layer in chosen.items()}
    of_shape = pd.MultiIndex.from_frame(pd.DataFrame(codes))
    number = pd.MultiIndex.from_frame(rows[list(chosen)]).get_indexer(of_shape)
    return gpd.GeoSeries(_dissolve(shapes.shapes, number, len(rows)), crs=27700)
