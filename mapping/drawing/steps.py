"""Boundaries as whole steps from point to point: half of what GeoJSON weighs on its way.

A collection in this form is GeoJSON but for its coordinates: each ring or line is one flat list
of whole numbers, x and y by turns. The first pair says where it begins, in steps of
1/``STEPS_A_DEGREE`` of a degree, every other how far it is from the one before.
``static/commonground.js`` turns it back.
"""

import itertools
import json
from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

KINDS = {1: "LineString", 3: "Polygon", 5: "MultiLineString", 6: "MultiPolygon"}
SEVERAL = (5, 6)
"""What GeoJSON calls a geometry by shapely's number of its type; those in several parts."""
STEPS_A_DEGREE = 40_000
"""Not three metres north, less to the east: a tenth of what lines are simplified by."""


def write(rows: Iterable[Mapping[str, Any]], geometries: Iterable[str], **told: Any) -> str:
    """Return features as text: properties from ``rows``, geometry from ``write_geometries``.

    ``told`` is what else the collection says of itself.
    """
    lines = ",\n".join(
        f'{{"type":"Feature","properties":{_dump(row)},"geometry":{geometry}}}'
        for row, geometry in zip(rows, geometries, strict=True)
    )
    head = _dump({"type": "FeatureCollection", "steps": STEPS_A_DEGREE, **told})
    return f'{head[:-1]},"features":[\n{lines}\n]}}\n'


def _dump(found: Any) -> str:
    return json.dumps(found, separators=(",", ":"))


def write_geometries(shapes: np.ndarray) -> list[str]:
    """Return areas and lines as GeoJSON has them, but for their coordinates: a text each."""
    parts, of_shape = shapely.get_parts(shapes, return_index=True)
    is_area = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, of_ring = shapely.get_rings(parts[is_area], return_index=True)
    rings = np.concatenate([rings, parts[~is_area]])
    of_part = np.concatenate([np.flatnonzero(is_area)[of_ring], np.flatnonzero(~is_area)])
    order = np.argsort(of_part, kind="stable")
    by_part = _group(_write_steps(rings[order]), of_part[order], len(parts))
    told = [found if area else found[0] for found, area in zip(by_part, is_area, strict=True)]
    by_shape = _group(told, of_shape, len(shapes))
    return [
        _dump({"type": KINDS[kind], "coordinates": found if kind in SEVERAL else found[0]})
        for kind, found in zip(shapely.get_type_id(shapes).tolist(), by_shape, strict=True)
    ]


def _write_steps(lines: np.ndarray) -> list[list[int]]:
    """Return lines or rings as flat lists of steps."""
    whole = np.round(shapely.get_coordinates(lines) * STEPS_A_DEGREE).astype(int)
    counts = shapely.get_num_coordinates(lines)
    ends = np.cumsum(counts, dtype=int)
    first = (ends - counts)[counts > 0].astype(int)
    gone = np.diff(whole, axis=0, prepend=np.zeros((1, 2), int))
    gone[first] = whole[first]
    flat = gone.ravel().tolist()
    return [flat[begin:end] for begin, end in itertools.pairwise([0, *(2 * ends).tolist()])]


def _group(found: list, of: np.ndarray, size: int) -> list[list]:
    """Gather what stands in a row, by whose it is."""
    ends = np.cumsum(np.bincount(of, minlength=size)).tolist()
    return [found[begin:end] for begin, end in itertools.pairwise([0, *ends])]


def list_names(text: str) -> list[list[Any]]:
    """Return the names in a text of ``write``, each with its circle (three numbers)."""
    found = json.loads(text)
    if "names" in found:
        return found["names"]
    told = [each["properties"] for each in found["features"]]
    return [[one["name"], *one["at"]] for one in told if "at" in one]


def frame(text: str) -> gpd.GeoDataFrame:
    """Return the features of a text of ``write``: its properties, geometry (EPSG:4326).

    They are areas if the first one is, else lines; all come back in several parts.
    """
    found = json.loads(text)["features"]
    parts = [
        (number, part)
        for number, each in enumerate(found)
        for part in _parts(each["geometry"]["type"], each["geometry"]["coordinates"])
    ]
    of_feature = np.array([number for number, _ in parts], dtype=int)
    rings = [(number, ring) for number, (_, part) in enumerate(parts) for ring in part]
    of_part = np.array([number for number, _ in rings], dtype=int)
    xy, of_ring = _degrees([ring for _, ring in rings])
    if not found or found[0]["geometry"]["type"].endswith("LineString"):
        lines = shapely.linestrings(xy, indices=of_ring)
        shapes = shapely.multilinestrings(lines, indices=of_feature[of_part])
    else:
        areas = shapely.polygons(shapely.linearrings(xy, indices=of_ring), indices=of_part)
        shapes = shapely.multipolygons(areas, indices=of_feature)
    return gpd.GeoDataFrame([each["properties"] for each in found], geometry=shapes, crs=4326)


def _parts(kind: str, coordinates: list) -> list:
    """Return the parts of a geometry, each a list of rings; a line is a part of one."""
    if kind == "MultiPolygon":
        return coordinates
    if kind == "MultiLineString":
        return [[line] for line in coordinates]
    return [coordinates] if kind == "Polygon" else [[coordinates]]


def _degrees(rings: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    """Add up the steps of each ring; returns positions, (n, 2), and the ring of each."""
    lengths = np.array([len(ring) // 2 for ring in rings], dtype=int)
    flat = np.fromiter(itertools.chain.from_iterable(rings), dtype=np.int64).reshape(-1, 2)
    of_ring = np.repeat(np.arange(len(rings)), lengths)
    start = np.cumsum(lengths) - lengths
    gone = flat.cumsum(axis=0)
    return (gone - (gone[start] - flat[start])[of_ring]) / STEPS_A_DEGREE, of_ring
