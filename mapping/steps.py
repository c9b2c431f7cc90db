"""Boundaries as whole steps from point to point: half of what GeoJSON weighs on its way.

A collection in this form is GeoJSON but for its coordinates: each ring or line is one flat list
of whole numbers, x and y by turns. The first pair says where it begins, in steps of
1/``STEPS_A_DEGREE`` of a degree, every other how far it is from the one before.
``static/commonground.js`` turns it back.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

STEPS_A_DEGREE = 100_000
"""About a metre."""


def collection(rows: Iterable[Mapping[str, Any]], shapes: np.ndarray) -> str:
    """Return features as text: properties from ``rows``, geometry from ``shapes`` (degrees)."""
    features = (
        {"type": "Feature", "properties": dict(row), "geometry": _geometry(json.loads(shape))}
        for row, shape in zip(rows, shapely.to_geojson(shapes), strict=True)
    )
    lines = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in features)
    return f'{{"type":"FeatureCollection","steps":{STEPS_A_DEGREE},"features":[\n{lines}\n]}}\n'


def _geometry(shape: dict[str, Any]) -> dict[str, Any]:
    return {"type": shape["type"], "coordinates": _in_steps(shape["coordinates"])}


def _in_steps(coordinates: list) -> list:
    if coordinates and not isinstance(coordinates[0][0], list):
        whole = np.round(np.asarray(coordinates) * STEPS_A_DEGREE).astype(int)
        return np.diff(whole, axis=0, prepend=np.zeros((1, 2), int)).ravel().tolist()
    return [_in_steps(part) for part in coordinates]


def frame(text: str) -> gpd.GeoDataFrame:
    """Return the features of a text of ``collection``: its properties, geometry (EPSG:4326)."""
    found = json.loads(text)["features"]
    told = (each["geometry"] for each in found)
    shapes = [json.dumps({**one, "coordinates": _in_degrees(one["coordinates"])}) for one in told]
    properties = [each["properties"] for each in found]
    return gpd.GeoDataFrame(properties, geometry=shapely.from_geojson(shapes), crs=4326)


def _in_degrees(part: list) -> list:
    if part and isinstance(part[0], list):
        return [_in_degrees(inner) for inner in part]
    return (np.cumsum(np.reshape(part, (-1, 2)), axis=0) / STEPS_A_DEGREE).tolist()
