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

STEPS_A_DEGREE = 40_000
"""Not three metres north, less to the east: a tenth of what lines are simplified by."""


def collection(rows: Iterable[Mapping[str, Any]], shapes: np.ndarray, **told: Any) -> str:
    """Return features as text: properties from ``rows``, geometry from ``shapes`` (degrees).

    ``told`` is what else the collection says of itself.
    """
    features = (
        {"type": "Feature", "properties": dict(row), "geometry": _geometry(json.loads(shape))}
        for row, shape in zip(rows, shapely.to_geojson(shapes), strict=True)
    )
    lines = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in features)
    said = {"type": "FeatureCollection", "steps": STEPS_A_DEGREE, **told}
    head = json.dumps(said, separators=(",", ":"))
    return f'{head[:-1]},"features":[\n{lines}\n]}}\n'


def _geometry(shape: dict[str, Any]) -> dict[str, Any]:
    return {"type": shape["type"], "coordinates": _convert_to_steps(shape["coordinates"])}


def _convert_to_steps(coordinates: list) -> list:
    if coordinates and not isinstance(coordinates[0][0], list):
        whole = np.round(np.asarray(coordinates) * STEPS_A_DEGREE).astype(int)
        return np.diff(whole, axis=0, prepend=np.zeros((1, 2), int)).ravel().tolist()
    return [_convert_to_steps(part) for part in coordinates]


def list_names(text: str) -> list[list[Any]]:
    """Return the names in a text of ``collection``, each with its circle (three numbers)."""
    found = json.loads(text)
    if "names" in found:
        return found["names"]
    told = [each["properties"] for each in found["features"]]
    return [[one["name"], *one["at"]] for one in told if "at" in one]


def frame(text: str) -> gpd.GeoDataFrame:
    """Return the features of a text of ``collection``: its properties, geometry (EPSG:4326).

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
