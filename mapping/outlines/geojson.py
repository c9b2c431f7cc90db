"""GeoJSON, and the JSON of ArcGIS services: features become a layer."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
import shapely

from mapping.errors import MappingError
from mapping.outlines import found, rings
from mapping.outlines.found import Outlines

MAX_BRACKETS = 1_000_000
"""Most lists and objects in a file beside its corners: each takes memory of its own."""
_CORNERS = re.compile(r'(?<!\\)"(coordinates|rings)"\s*:\s*(\[[\[\]\s\d.,eE+-]*\])')
"""A list of corners: nothing but numbers, in brackets."""
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
    data, lists = _parse(content)
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
        shapes = read_shapes([one.get("geometry") for one in features], lists)
    except (TypeError, ValueError, IndexError) as fault:
        raise MappingError(
            "Expected shapes as GeoJSON writes them; found some that are written otherwise. "
            f"{found.SAVE}"
        ) from fault
    columns = _list_columns([one.get("attributes" if esri else "properties") for one in features])
    crs = _read_esri_crs(data) if esri else _read_crs(data)
    notes = [ONE_PAGE] if _is_page(data) else []
    told = [list(_list_polygons(one.get("geometry"))) for one in features]
    lost = sum(bool(some) and shape is None for some, shape in zip(told, shapes, strict=True))
    if lost:
        many = "1 shape is" if lost == 1 else f"{lost:,} shapes are"
        notes.append(f"{many} written otherwise than GeoJSON is, and left out.")
    return [found.make_outlines(name, columns, shapes, crs, notes)]


def _parse(content: bytes) -> tuple[Any, list[str]]:
    """Return JSON with a number in the place of each list of corners, and these lists as texts.

    Of a million corners Python would make four million things, and look through them again and
    again; so their lists are left to GEOS.
    """
    lists: list[str] = []

    def lift(found_: re.Match[str]) -> str:
        lists.append(found_[2])
        return f'"{found_[1]}":{len(lists) - 1}'

    try:
        rest = _CORNERS.sub(lift, content.decode(json.detect_encoding(content)).lstrip("\ufeff"))
        corners = sum(one.count("[") for one in lists)
        found.check_corners(corners * 2 // 3, "")  # those of rings and polygons among them
        _check_brackets(rest)
        return json.loads(rest), lists
    except (ValueError, RecursionError) as fault:
        raise MappingError(
            "Expected JSON; found some that cannot be read: it may be cut off. Save it again."
        ) from fault


def _check_brackets(text: str) -> None:
    brackets = text.count("[") + text.count("{")
    if brackets > MAX_BRACKETS:
        found.refuse(
            f"JSON of at most {MAX_BRACKETS:,} lists and objects beside its corners",
            f"{brackets:,}",
            "Save the layer as a GeoPackage, which takes less.",
        )


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


def _read_esri(geometries: list[Any], lists: list[str]) -> np.ndarray:
    """Return the shapes of ArcGIS: rings in any order; None for points, lines and nothing."""
    drawn = [
        (row, f'{{"type":"MultiLineString","coordinates":{lists[one["rings"]]}}}')
        for row, one in enumerate(geometries)
        if isinstance(one, dict) and one.get("rings") is not None
    ]
    lines, of = shapely.get_parts(_draw([text for _, text in drawn]), return_index=True)
    row = np.array([row for row, _ in drawn], dtype="int64")[of]
    xy, size = shapely.get_coordinates(lines), shapely.get_num_coordinates(lines)
    return rings.make_areas(xy, size, row, len(geometries))


def _read_geometries(geometries: list[Any], lists: list[str]) -> np.ndarray:
    """Return the polygons of each geometry; None for points, lines and nothing."""
    drawn = [
        (row, f'{{"type":"{kind}","coordinates":{lists[number]}}}')
        for row, one in enumerate(geometries)
        for kind, number in _list_polygons(one)
    ]
    polygons, of = shapely.get_parts(_draw([text for _, text in drawn]), return_index=True)
    shapes = np.full(len(geometries), None, dtype=object)
    row = np.array([row for row, _ in drawn], dtype="int64")[of]
    present, rank = np.unique(row, return_inverse=True)
    if len(present):
        shapes[present] = shapely.multipolygons(polygons, indices=rank)
    return shapes


def _list_polygons(geometry: Any, depth: int = 0) -> Iterator[tuple[str, int]]:
    """List the polygons of a geometry: of which kind each is, and the number of its corners."""
    if not isinstance(geometry, dict) or depth > MAX_DEPTH:
        return
    kind = geometry.get("type")
    if kind in ("Polygon", "MultiPolygon") and geometry.get("coordinates") is not None:
        yield kind, geometry["coordinates"]
    elif kind == "GeometryCollection":
        for part in geometry.get("geometries") or []:
            yield from _list_polygons(part, depth + 1)


def _draw(texts: list[str]) -> np.ndarray:
    """Make geometries of GeoJSON, (texts,), None where it is none; ValueError if all are none."""
    drawn = np.atleast_1d(shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore"))
    if len(drawn) and shapely.is_missing(drawn).all():
        raise ValueError("no GeoJSON")
    return drawn
