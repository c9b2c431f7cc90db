"""Grid: which coordinate system the numbers of a layer are in, and the layer on the British grid.

A file says one, but not always the right one. Where its numbers do not fit what it says, or it
says nothing, the reader is asked; what they may be is told by where they would lie.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from mapping.errors import MappingError
from mapping.outlines import found
from mapping.outlines.found import Outlines

SYSTEMS = {
    "grid": "metres of the British grid (Ordnance Survey, EPSG:27700)",
    "degrees": "degrees, longitude before latitude (EPSG:4326)",
    "turned": "degrees, latitude before longitude (EPSG:4326)",
    "web": "metres of web maps (Web Mercator, EPSG:3857)",
}
"""What a reader may say that the numbers are."""
_CODES = {"grid": 27700, "degrees": 4326, "turned": 4326, "web": 3857}
_BOXES = {
    "grid": (0, 0, 700_000, 1_300_000),
    "degrees": (-9.5, 49.0, 2.5, 61.5),
    "turned": (49.0, -9.5, 61.5, 2.5),
    "web": (-1_060_000, 6_270_000, 280_000, 8_760_000),
}
"""West, south, east and north of Great Britain in each."""
LEAST_METRES = 1_000
"""Metres of the grid are larger than this, and degrees are not."""
MIN_SHARE = 0.5
"""So many of the areas have to lie in Great Britain for a system to be thought of."""


@dataclass(frozen=True, eq=False)
class Placed:
    """A layer on the British grid, or the question in which system it is.

    Attributes
    ----------
    shapes : (rows,) as of ``Outlines``, EPSG:27700; all None while there is a question
    question : a sentence; "" if there is none
    options : keys of ``SYSTEMS`` to answer it with
    note : a sentence on what the numbers were taken for
    """

    shapes: np.ndarray
    question: str = ""
    options: tuple[str, ...] = ()
    note: str = ""


def place_on_grid(outlines: Outlines, system: str = "") -> Placed:
    """Bring a layer to the British grid, by what its file says or by what the reader says.

    ``system`` is a key of ``SYSTEMS``, "" where the reader has said nothing. Raises MappingError
    for another one, for a layer without areas, or with none in Great Britain in any system.
    """
    if system and system not in SYSTEMS:
        raise MappingError(
            f"Expected one of {', '.join(SYSTEMS)}; found “{system[:40]}”. Choose one of them."
        )
    drawn = outlines.is_area
    if not drawn.any():
        found.refuse(
            "a layer of areas",
            f"{len(drawn):,} {'row' if len(drawn) == 1 else 'rows'} without one: points, lines or "
            "nothing",
            "Choose another layer, or upload the one of the areas.",
        )
    shapes = outlines.shapes[drawn]
    fitting = tuple(key for key in SYSTEMS if _measure_fit(shapes, key) >= MIN_SHARE)
    if system:
        return _place(outlines, drawn, _project(shapes, system), f"Read as {SYSTEMS[system]}.")
    moved = _follow(shapes, outlines.crs) if outlines.crs else None
    if moved is not None and _measure_fit(moved, "grid") >= MIN_SHARE:
        return _place(outlines, drawn, moved, "")
    if not fitting:
        west, south, east, north = shapely.total_bounds(shapes)
        found.refuse(
            "areas in Great Britain",
            f"some from {west:,.6g}, {south:,.6g} to {east:,.6g}, {north:,.6g}",
            "Check the coordinate system that they were saved in.",
        )
    return Placed(np.full(len(drawn), None, dtype=object), _ask(outlines), fitting)


def _ask(outlines: Outlines) -> str:
    west, south, east, north = shapely.total_bounds(outlines.shapes)
    numbers = f"from {west:,.6g}, {south:,.6g} to {east:,.6g}, {north:,.6g}"
    if not outlines.crs:
        return f"The file does not say what its coordinates are: they run {numbers}."
    said = "degrees" if outlines.crs == "EPSG:4326" else outlines.crs
    return f"The file says that its coordinates are {said}, but they run {numbers}."


def _measure_fit(shapes: np.ndarray, system: str) -> float:
    """Return the share of shapes whose middle lies in Great Britain, if they are in a system."""
    bounds = shapely.bounds(shapes)
    x, y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    west, south, east, north = _BOXES[system]
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    if system == "grid":
        inside &= np.maximum(np.abs(x), np.abs(y)) > LEAST_METRES
    return float(inside.mean())


def _project(shapes: np.ndarray, system: str) -> np.ndarray:
    if system == "turned":
        shapes = shapely.transform(shapes, lambda xy: xy[:, ::-1])
    found_ = _follow(shapes, f"EPSG:{_CODES[system]}")
    if found_ is None or _measure_fit(found_, "grid") < MIN_SHARE:
        found.refuse("areas in Great Britain", f"none as {SYSTEMS[system]}", "Choose another.")
    return found_


def _follow(shapes: np.ndarray, crs: str) -> np.ndarray | None:
    """Bring shapes from a system to the grid; None where that is none, or they do not fit in it."""
    try:
        known = pyproj.CRS.from_authority(*crs.split(":", 1))
        moved = gpd.GeoSeries(shapes, crs=known).to_crs(27700).to_numpy()
    except (pyproj.exceptions.ProjError, ValueError):
        return None
    return moved if np.isfinite(shapely.get_coordinates(moved)).all() else None


def _place(outlines: Outlines, drawn: np.ndarray, moved: np.ndarray, note: str) -> Placed:
    shapes = np.full(len(outlines.shapes), None, dtype=object)
    shapes[drawn] = moved
    return Placed(shapes, note=note)
