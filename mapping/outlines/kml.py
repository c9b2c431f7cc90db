"""KML: each folder of placemarks becomes a layer."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import numpy as np
import shapely
from defusedxml import DefusedXmlException, ElementTree

from mapping.errors import MappingError
from mapping.outlines import found, rings
from mapping.outlines.found import Outlines

MAX_TAGS = 2_000_000
DEGREES = "EPSG:4326"
FOLDER = "folder"
"""The column that says which folder a row came from, where several are joined."""
LINKED = "It links to files elsewhere, which are not fetched: areas in these are missing."


def read(content: bytes, name: str) -> list[Outlines]:
    """Read a KML file as a layer a folder; ``name`` is the file's.

    A placemark's own name and description come first; a field of its data that is called the same
    has a column beside. Links are not followed. Raises MappingError for a file that is damaged,
    defines entities, or passes a limit.
    """
    if content.count(b"<") > 2 * MAX_TAGS:
        found.refuse(f"KML of at most {MAX_TAGS:,} tags", "more", found.SAVE)
    try:
        root = ElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException:
        found.refuse("plain KML", "KML that defines a document type or entities", found.SAVE)
    except (ParseError, ValueError, LookupError) as fault:
        raise MappingError(
            "Expected KML; found XML that cannot be read: it may be cut off. Save it again."
        ) from fault
    folders: dict[tuple[int, ...], tuple[str, list[Element]]] = {}
    notes = []
    for path, title, element in _walk(root):
        if _tag(element) == "NetworkLink":
            notes = [LINKED]
        elif _tag(element) == "Placemark":
            folders.setdefault(path, (title, []))[1].append(element)
    found.check_layers(len(folders))
    if not folders:
        found.refuse("KML with areas", "one without any", found.SAVE)
    return [_read_folder(title or name, marks, notes) for title, marks in folders.values()]


def join(folders: list[Outlines], name: str) -> Outlines:
    """Join folders into one layer, with a column that says which folder a row came from."""
    columns: dict[str, list[Any]] = {}
    rows = 0
    for one in folders:
        for column in one.columns:
            columns.setdefault(column, [""] * rows).extend(one.columns[column])
        columns.setdefault(FOLDER, [""] * rows)[rows:] = [one.name] * len(one.columns)
        rows += len(one.columns)
        columns = {key: cells + [""] * (rows - len(cells)) for key, cells in columns.items()}
    shapes = np.concatenate([one.shapes for one in folders])
    notes = dict.fromkeys(note for one in folders for note in one.notes)
    return found.make_outlines(name, columns, shapes, folders[0].crs, notes)


def are_alike(folders: list[Outlines]) -> bool:
    """Tell whether several folders hold areas with the same columns, and so are of one kind."""
    drawn = [one for one in folders if one.is_area.any() and one.is_folder]
    return len(drawn) > 1 and len({tuple(one.columns) for one in drawn}) == 1


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _walk(root: Element) -> Iterator[tuple[tuple[int, ...], str, Element]]:
    """List placemarks and links with the numbers and the name of the folder that they lie in."""
    waiting: list[tuple[tuple[int, ...], str, Element]] = [((), "", root)]
    while waiting:
        path, title, element = waiting.pop()
        if _tag(element) in ("Placemark", "NetworkLink"):
            yield path, title, element
            continue
        inside = []
        for number, child in enumerate(element):
            tag = _tag(child)
            if tag == "Folder":
                inside.append(((*path, number)[-3:], _find_text(child, "name"), child))
            elif tag in ("Document", "Placemark", "NetworkLink"):
                inside.append((path, title, child))
        waiting += inside[::-1]


def _find_text(element: Element, tag: str) -> str:
    for child in element:
        if _tag(child) == tag:
            return "".join(child.itertext()).strip()
    return ""


def _read_folder(name: str, marks: list[Element], notes: list[str]) -> Outlines:
    found.check_rows(len(marks), name)
    rows = [_read_data(mark) for mark in marks]
    columns = dict.fromkeys(key for row in rows for key in row)
    found.check_columns(len(columns), name)
    told = {key: [row.get(key, "") for row in rows] for key in columns}
    told = {key: cells for key, cells in told.items() if any(cells) or key == "name"}
    try:
        shapes = _read_shapes(marks)
    except (ValueError, shapely.errors.GEOSException) as fault:
        raise MappingError(
            "Expected corners as longitude,latitude in KML; found others. Save it again."
        ) from fault
    return replace(found.make_outlines(name, told, shapes, DEGREES, notes), is_folder=True)


def _read_data(mark: Element) -> dict[str, str]:
    """Return what a placemark says about itself, by column."""
    told = {"name": _find_text(mark, "name"), "description": _find_text(mark, "description")}
    for field in mark.iter():
        if _tag(field) == "Data":
            key, value = field.get("name", ""), _find_text(field, "value")
        elif _tag(field) == "SimpleData":
            key, value = field.get("name", ""), "".join(field.itertext()).strip()
        else:
            continue
        told[f"{key} (data)" if key in ("name", "description") else key] = value
    return told


def _read_shapes(marks: list[Element]) -> np.ndarray:
    """Return the polygons of each placemark; None for points, lines and nothing."""
    lines: list[np.ndarray] = []
    line_of: list[int] = []
    row_of: list[int] = []
    for row, mark in enumerate(marks):
        for polygon in mark.iter():
            if _tag(polygon) != "Polygon":
                continue
            edges = _list_rings(polygon)
            if edges:
                line_of += [len(row_of)] * len(edges)
                row_of.append(row)
                lines += edges
    shapes = np.full(len(marks), None, dtype=object)
    if not lines:
        return shapes
    size = [len(line) for line in lines]
    found.check_corners(sum(size), "")
    xy = np.concatenate(lines)
    found.check_numbers(xy)
    edges = shapely.linearrings(xy, indices=np.repeat(range(len(size)), size))
    polygons = shapely.polygons(edges, indices=np.array(line_of))
    present, rank = np.unique(row_of, return_inverse=True)
    shapes[present] = shapely.multipolygons(polygons, indices=rank)
    return shapes


def _list_rings(polygon: Element) -> list[np.ndarray]:
    """Return the corners of a polygon's rings, the outer one first; [] without an outer one."""
    outer: list[np.ndarray] = []
    inner: list[np.ndarray] = []
    for side in polygon:
        for text in (
            _find_text(ring, "coordinates") for ring in side if _tag(ring) == "LinearRing"
        ):
            corners = [corner.split(",")[:2] for corner in text.split()]
            if len(corners) >= rings.FEWEST_CORNERS:
                (outer if _tag(side) == "outerBoundaryIs" else inner).append(
                    np.array(corners, dtype="float64")
                )
    return outer[:1] + inner if outer else []
