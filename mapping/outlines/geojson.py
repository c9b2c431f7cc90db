"""GeoJSON, and the JSON of ArcGIS services: features become a layer."""

import json
from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
import shapely

from mapping.errors import MappingError
from mapping.outlines import found, rings
from mapping.outlines.found import Outlines

MAX_BRACKETS = 3_000_000
"""Most lists and objects in a file: each corner is one, and each takes memory of its own."""
MAX_DEPTH = 40
DEGREES = "EPSG:4326"
ONE_PAGE = (
    "It is one page of a longer answer of an ArcGIS service (it says exceededTransferLimit): areas "
    "may be missing. Save all pages, or take the whole layer from its publisher."
)
WEB_MERCATOR = (102100, 102113, 900913)
"""How ArcGIS numbers what everybody else calls EPSG:3857."""


def read(content: bytes, name: str) -> list[Outlines]:
    """Read features as one layer; ``name`` is the file's.

    Without a system of its own GeoJSON is in degrees, as its standard says. A reference to one
    elsewhere is not followed. Raises MappingError for JSON that is damaged, holds no features, or
    passes a limit.
    """
    data = _parse(content)
    if not isinstance(data, dict):
        found.refuse("GeoJSON with features", "JSON without any", found.SAVE)
    if data.get("type") == "Topology":
        found.refuse("GeoJSON", "TopoJSON", found.SAVE)
    esri = "geometryType" in data or "spatialReference" in data
    features = data.get("features", [data] if data.get("type") == "Feature" else None)
    if features is None and "coordinates" in data:
        features = [{"geometry": data, "properties": {}}]
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        found.refuse("GeoJSON with features", "JSON without any", found.SAVE)
    found.check_rows(len(features), name)
    read_shapes = _read_esri if esri else _read_geometries
    try:
        shapes = read_shapes([one.get("geometry") for one in features])
    except (TypeError, ValueError, OverflowError, KeyError, shapely.errors.GEOSException) as fault:
        raise MappingError(
            "Expected shapes as GeoJSON writes them; found some that are written otherwise. "
            f"{found.SAVE}"
        ) from fault
    columns = _list_columns([one.get("attributes" if esri else "properties") for one in features])
    is_page = _is_page(data)
    crs = _read_esri_crs(data) if esri else _read_crs(data)
    return [found.make_outlines(name, columns, shapes, crs, [ONE_PAGE] if is_page else [])]


def _parse(content: bytes) -> Any:
    brackets = content.count(b"[") + content.count(b"{")
    if brackets > MAX_BRACKETS:
        found.refuse(
            f"JSON of at most {MAX_BRACKETS:,} lists and objects",
            f"{brackets:,}",
            "Save the layer as a GeoPackage, which takes less, or simplify its shapes.",
        )
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as fault:
        raise MappingError(
            "Expected JSON; found some that cannot be read: it may be cut off. Save it again."
        ) from fault


def _is_page(data: dict[str, Any]) -> bool:
    """Tell whether a service says that there is more than it sent, wherever it says so."""
    places = (data, data.get("properties"), data.get("metadata"))
    return any(isinstance(one, dict) and one.get("exceededTransferLimit") is True for one in places)


def _read_crs(data: dict[str, Any]) -> str:
    """Return the coordinate system that GeoJSON of before 2016 may name; degrees without."""
    crs = data.get("crs")
    if not isinstance(crs, dict):
        return DEGREES
    told = crs.get("properties")
    name = told.get("name", "") if isinstance(told, dict) else ""
    number = str(name).upper().replace("/", ":").rpartition(":")[2]
    if number in ("CRS84", "84"):
        return DEGREES
    return f"EPSG:{number}" if number.isdecimal() and len(number) <= 6 else ""


def _read_esri_crs(data: dict[str, Any]) -> str:
    told = data.get("spatialReference")
    if not isinstance(told, dict):
        return ""
    number = told.get("latestWkid") or told.get("wkid")
    if not isinstance(number, int):
        return ""
    return f"EPSG:{3857 if number in WEB_MERCATOR else number}"


def _list_columns(rows: list[Any]) -> dict[str, list[Any]]:
    """Return the values of all rows by the name of each property, in the order of the first."""
    told = [row if isinstance(row, dict) else {} for row in rows]
    names = dict.fromkeys(chain.from_iterable(told))
    found.check_columns(len(names), "")
    return {name: [row.get(name) for row in told] for name in names}


def _read_esri(geometries: list[Any]) -> np.ndarray:
    """Return the shapes of ArcGIS: rings in any order; None for points, lines and nothing."""
    drawn = [
        (row, ring)
        for row, one in enumerate(geometries)
        if isinstance(one, dict)
        for ring in one.get("rings", ())
    ]
    if not drawn:
        return np.full(len(geometries), None, dtype=object)
    xy = _list_corners(ring for _, ring in drawn)
    size = np.array([len(ring) for _, ring in drawn])
    return rings.make_areas(xy, size, np.array([row for row, _ in drawn]), len(geometries))


def _read_geometries(geometries: list[Any]) -> np.ndarray:
    """Return the polygons of each geometry; None for points, lines and nothing."""
    polygons = [
        (row, [ring for ring in polygon if len(ring) >= rings.FEWEST_CORNERS])
        for row, one in enumerate(geometries)
        for polygon in _list_polygons(one)
    ]
    drawn = [(row, some) for row, some in polygons if some]
    shapes = np.full(len(geometries), None, dtype=object)
    if not drawn:
        return shapes
    all_rings = [ring for _, some in drawn for ring in some]
    xy, size = _list_corners(all_rings), [len(ring) for ring in all_rings]
    lines = shapely.linearrings(xy, indices=np.repeat(np.arange(len(size)), size))
    of = np.repeat(np.arange(len(drawn)), [len(some) for _, some in drawn])
    areas = shapely.polygons(lines, indices=of)
    present, rank = np.unique([row for row, _ in drawn], return_inverse=True)
    shapes[present] = shapely.multipolygons(areas, indices=rank)
    return shapes


def _list_polygons(geometry: Any, depth: int = 0) -> Iterator[list[Any]]:
    """List the polygons of a geometry: each a list of rings, the outer one first."""
    if not isinstance(geometry, dict) or depth > MAX_DEPTH:
        return
    kind, coordinates = geometry.get("type"), geometry.get("coordinates") or []
    if kind == "Polygon":
        yield coordinates
    elif kind == "MultiPolygon":
        yield from coordinates
    elif kind == "GeometryCollection":
        for part in geometry.get("geometries") or []:
            yield from _list_polygons(part, depth + 1)


def _list_corners(all_rings: Any) -> np.ndarray:
    corners = [corner[:2] for ring in all_rings for corner in ring]
    xy = np.array(corners, dtype="float64").reshape(-1, 2)
    found.check_numbers(xy)
    return xy
