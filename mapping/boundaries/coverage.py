"""Coverages: the smallest shapes from which every layer of a place is drawn.

A coverage is a set of shapes that neither overlap nor leave gaps, each all in one unit of every
layer that it was made for. Layers made of wards are drawn from wards, all others from the cells
of the place's postcodes, merged by building block and split where a layer by postcode has a line.
Because a coverage is simplified as a whole, layers that share a line go on sharing it.
"""

import hashlib
import io
import os
import threading
import zipfile
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import shapely

from mapping import derived, memory
from mapping.atoms import blocks, index, postcodes
from mapping.boundaries import tessellation
from mapping.boundaries.segments import SideLines, side_lines
from mapping.errors import MappingError
from mapping.geography import Layer, layers, lenses
from mapping.memory import Cache, keep, once
from mapping.places import Place

MAX_FINE_POSTCODES = 300_000
"""The largest place whose cells are drawn: a region. The national tessellation needs 2.7 GB."""
MAX_CUT = 0.01
"""So many of a larger place's postcodes may lie off their ward's main unit where it is drawn."""
MARGIN_M = (2_000, 40_000)
SPACINGS = 60
"""Postcodes so far outside a place still bound its cells: 60 times the usual spacing of their
district, within these limits. Measured: twice as much changes no cell of moors or Highlands."""
PARTS = ("ward", "block", "position")
FILE_PATTERN = "fine-*"
"""What the files of derived shapes are called in their folder."""
VERSION = 5
"""To be raised whenever this module or ``tessellation`` derives other shapes from the same data."""
CORNER_BYTES = 32
"""What a corner takes: twice eight bytes, and as many in the line that two shapes share."""
SHAPE_BYTES = 1_000
"""What a shape takes beside its corners, and its lines."""
COVERAGES = Cache(64)
"""The coverages drawn lately."""
MAX_DERIVING = 2
"""Places derived at once: each keeps a processor busy, and takes memory meanwhile."""
_deriving = threading.BoundedSemaphore(MAX_DERIVING)
_locks = memory.Locks()


@dataclass(frozen=True, eq=False)
class Coverage:
    """Shapes that tile a place, EPSG:27700.

    Attributes
    ----------
    shapes : (n,) polygons
    ward, block : (n,) the ward and building block that each lies in (-1 where not known)
    position : (n,) one of the postcodes of each, in the national table
    borders : one row a pair of neighbours: a, b (positions in ``shapes``) and length_m of
        their common cell edges on land, never simplified
    split_by : the layers by postcode that it was made for
    """

    shapes: np.ndarray
    ward: np.ndarray
    block: np.ndarray
    position: np.ndarray
    borders: pd.DataFrame
    split_by: tuple[Layer, ...] = ()

    def unit(self, layer: Layer) -> np.ndarray:
        """Return the number of each shape's unit in a layer, (n,); -1 for none.

        Raises MappingError for a layer by postcode that it was not made for.
        """
        if layer.grain == "ward":
            return layer.numbers[self.ward]
        if (self.block < 0).any():
            return layer.main_of_ward[self.ward]
        if layer.grain == "block":
            return layer.numbers[self.block]
        if layer in self.split_by:
            return layer.at(self.position)
        raise MappingError(
            f"Expected a layer that these shapes were made for; found “{layer.title}”. Ask for "
            "the shapes together with it."
        )

    @cached_property
    def sides(self) -> SideLines:
        """The lines round all shapes, for every layer that is drawn: ``side_lines``."""
        return side_lines(self.shapes)

    @property
    def lines(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Those of them between neighbours: the positions of both shapes, and the lines."""
        inner = self.sides.right >= 0
        return self.sides.left[inner], self.sides.right[inner], self.sides.lines[inner]

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The shapes, to be found by where they lie."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def outline(self) -> shapely.Geometry:
        """The shapes as one."""
        return shapely.coverage_union_all(self.shapes)

    @property
    def nbytes(self) -> int:
        """Return about how many bytes the shapes, their lines and the borders take."""
        corners = int(shapely.get_num_coordinates(self.shapes).sum())
        return CORNER_BYTES * corners + SHAPE_BYTES * len(self.shapes) + 24 * len(self.borders)


def get(place: Place, chosen: tuple[Layer, ...], tolerance_m: float = 0) -> Coverage:
    """Return the coverage from which all chosen layers of a place can be drawn.

    ``tolerance_m`` simplifies it, all shapes together (Visvalingam-Whyatt, as
    ``shapely.coverage_simplify``). Raises MappingError if cells would be needed for more
    than a region.
    """
    own = _list_by_postcode(chosen)
    return _get_simplified(place, not needs_cells(place, chosen), own, float(tolerance_m))


def _list_by_postcode(chosen: tuple[Layer, ...]) -> tuple[Layer, ...]:
    """List the layers that are not made of building blocks, each once, whatever their order."""
    return tuple(sorted({layer for layer in chosen if layer.grain == "postcode"}, key=id))


def _get_simplified(
    place: Place, coarse: bool, own: tuple[Layer, ...], tolerance_m: float
) -> Coverage:
    key = (place, coarse, own, tolerance_m)
    with _locks.of(key):  # two who ask at the same time have it made once
        return COVERAGES.get(key, partial(_simplify, *key))


def _simplify(place: Place, coarse: bool, own: tuple[Layer, ...], tolerance_m: float) -> Coverage:
    if not tolerance_m:
        return _take_wards(place) if coarse else load_fine(place, own)
    # What is drawn is simplified; the whole is seldom asked for again, and as quickly read.
    whole = COVERAGES.find((place, coarse, own, 0.0)) or _simplify(place, coarse, own, 0.0)
    return replace(whole, shapes=shapely.coverage_simplify(whole.shapes, tolerance_m))


@once
def load_wards() -> tuple[np.ndarray, pd.DataFrame]:
    """Load the wards' shapes in the order of their numbers (None without a cell), and borders."""
    frame = gpd.read_parquet(postcodes.DATA / "wards.parquet", columns=["code", "geometry"])
    shapes = frame.set_index("code").geometry.reindex(postcodes.table().ward_codes)
    return shapes.to_numpy(), pd.read_parquet(postcodes.DATA / "borders.parquet")


def _take_wards(place: Place) -> Coverage:
    shapes, borders = load_wards()
    assert place.wards is not None
    drawn = place.wards[~shapely.is_missing(shapes[place.wards])]
    rank = np.full(len(shapes), -1)
    rank[drawn] = np.arange(len(drawn))
    a, b = rank[borders["a"]], rank[borders["b"]]
    inside = (a >= 0) & (b >= 0)
    length_m = borders["length_m"].to_numpy()[inside].astype(float)
    none = np.full(len(drawn), -1)
    kept = pd.DataFrame({"a": a[inside], "b": b[inside], "length_m": length_m})
    position = blocks().first[np.searchsorted(blocks().ward, drawn)]
    return Coverage(shapes[drawn], drawn, none, position, kept)


@once
def land() -> shapely.Geometry:
    """Load Great Britain's land, one multipolygon in EPSG:27700."""
    parts = gpd.read_parquet(postcodes.DATA / "land.parquet").geometry.to_numpy()
    return shapely.multipolygons(parts)


def load_fine(place: Place, own: tuple[Layer, ...] = ()) -> Coverage:
    """Return the coverage of a place's cells by building block, cached on disk or in memory.

    ``own`` are layers by postcode, whose lines split the blocks. London takes about 10 s the
    first time. What is kept on disk is found again only for the same postcodes, units, land and
    way of deriving, and derived again if its file is damaged. Raises MappingError for more than a
    region.
    """
    if len(place) > MAX_FINE_POSTCODES:
        raise MappingError(
            f"Expected a place of at most {MAX_FINE_POSTCODES:,} postcodes to draw areas smaller "
            f"than wards; {place.name} has {len(place):,}. Choose a region, a county or a council."
        )
    path = _file(place, own)
    with _locks.of(path):  # whoever asks for the same place waits for the first, nobody else
        found = _read_kept(path, own)
        if found is not None:
            return found
        with _deriving:
            content = _pack(_derive(place, own))
        derived.keep_sealed(path, content)
        derived.prune(path.parent, FILE_PATTERN)
    memory.trim()
    return _unpack(content, own)


def needs_cells(place: Place, chosen: tuple[Layer, ...]) -> bool:
    """Tell whether the place or one of the layers is not made of whole wards there.

    In a place too large for cells a layer that all but follows the wards is drawn by them as well.
    """
    if place.wards is None:
        return True
    cut = [count_cut(place, layer) for layer in chosen]
    most = MAX_CUT * len(place) if len(place) > MAX_FINE_POSTCODES else 0
    return any(postcodes_cut > most for _, postcodes_cut in cut)


@keep
def count_cut(place: Place, layer: Layer) -> tuple[int, int]:
    """Count the wards of a place that lines of a layer cut, and their postcodes off its main unit.

    The place is made of wards; a layer by postcode cuts all that it has.
    """
    if layer.of_ward is not None:
        return 0, 0
    if layer.of_block is None or place.blocks is None:
        return len(place), len(place)
    own = place.blocks
    ward = blocks().ward[own]
    off = layer.of_block[own] != layer.main_of_ward[ward]
    size = lenses.get("postcodes").by_block[own]
    return len(np.unique(ward[off])), int(size[off].sum())


def is_drawable(place: Place, chosen: tuple[Layer, ...]) -> bool:
    """Tell whether a place is small enough to draw all chosen layers."""
    return not needs_cells(place, chosen) or len(place) <= MAX_FINE_POSTCODES


def is_ready(place: Place, chosen: tuple[Layer, ...]) -> bool:
    """Tell whether the coverage can be had without deriving cells first."""
    if not needs_cells(place, chosen):
        return True
    return derived.is_kept(_file(place, _list_by_postcode(chosen)))


def cache_folder() -> Path:
    """Return the folder of derived shapes: $COMMON_GROUND_CACHE, or .cache beside the app."""
    fallback = postcodes.DATA.parent / ".cache"
    return Path(os.environ.get("COMMON_GROUND_CACHE", fallback))


def _file(place: Place, own: tuple[Layer, ...]) -> Path:
    """Name a place's file after all that its shapes depend on."""
    made_from = (VERSION, postcodes.fingerprint(), _land_fingerprint(), MARGIN_M, SPACINGS)
    key = hashlib.sha1(repr(made_from).encode(), usedforsecurity=False)
    key.update(place.positions.tobytes())
    for content in sorted(layer.at(place.positions).astype("<i4").tobytes() for layer in own):
        key.update(content)
    return cache_folder() / f"fine-{key.hexdigest()[:16]}"


@lru_cache(maxsize=1)
def _land_fingerprint() -> str:
    content = (postcodes.DATA / "land.parquet").read_bytes()
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()[:12]


def _derive(place: Place, own: tuple[Layer, ...] = ()) -> Coverage:
    atoms = postcodes.table()
    around = _find_around(place.positions)
    cells = tessellation.tessellate(atoms.easting[around], atoms.northing[around])
    inside = np.isin(around, place.positions, assume_unique=True)
    first, number = _number_alike(around, own)
    at_point = tessellation.label_points(cells, np.where(inside, number, -1))
    ground = _land_around(around)
    found, shapes = tessellation.merge(cells, at_point)
    shapes = _cut_to_land(shapes, ground)
    real = ~shapely.is_empty(shapes)
    rank = np.full(len(first), -1)
    rank[found[real]] = np.arange(real.sum())
    borders = tessellation.borders(cells, np.where(at_point >= 0, rank[at_point], -1), ground)
    position = around[first[found[real]]].astype(np.int64)
    block = blocks().of_postcode[position].astype(np.int64)
    ward = blocks().ward[block].astype(np.int64)
    return Coverage(shapes[real], ward, block, position, borders, own)


def _number_alike(around: np.ndarray, own: tuple[Layer, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Number postcodes by block and units; return the first postcode of each, and the numbers."""
    number = blocks().of_postcode[around].astype(np.int64)
    for layer in own:
        number = np.unique(number, return_inverse=True)[1]
        number = number * (len(layer.codes) + 1) + layer.at(around) + 1
    _, first, number = np.unique(number, return_index=True, return_inverse=True)
    return first, number


def _find_around(positions: np.ndarray) -> np.ndarray:
    """Return the postcodes that bound the cells of some, district by district.

    Places taken together may lie far apart: nothing between them is needed.
    """
    district = layers.get("borough").unit
    boxes = []
    for number in np.unique(district[positions]):
        margin_m = _margin_m(np.flatnonzero(district == number))
        mine = positions[district[positions] == number]
        boxes.append(index.find_in_box(mine, margin_m))
    return np.unique(np.concatenate(boxes))


def _margin_m(positions: np.ndarray) -> float:
    atoms = postcodes.table()
    sides = [np.ptp(axis[positions]).astype(float) for axis in (atoms.easting, atoms.northing)]
    return float(np.clip(SPACINGS * np.sqrt(sides[0] * sides[1] / len(positions)), *MARGIN_M))


def _land_around(around: np.ndarray) -> shapely.Geometry:
    atoms = postcodes.table()
    east, north = atoms.easting[around], atoms.northing[around]
    window = shapely.box(east.min() - 1e4, north.min() - 1e4, east.max() + 1e4, north.max() + 1e4)
    return shapely.intersection(land(), window)


def _cut_to_land(shapes: np.ndarray, ground: shapely.Geometry) -> np.ndarray:
    """Cut the shapes that reach the sea; points and lines that remain are no area."""
    shapely.prepare(ground)
    wet = np.flatnonzero(~shapely.contains_properly(ground, shapes))
    cut = shapely.intersection(shapes[wet], ground)
    areas = [[p for p in shapely.get_parts(c) if p.geom_type == "Polygon"] for c in cut]
    shapes = shapes.copy()
    shapes[wet] = [shapely.multipolygons(a) if len(a) != 1 else a[0] for a in areas]
    return shapes


def _pack(found: Coverage) -> bytes:
    columns = {part: getattr(found, part) for part in PARTS}
    zones = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(found.shapes, crs=27700))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, frame in (("zones.parquet", zones), ("borders.parquet", found.borders)):
            part = io.BytesIO()
            frame.to_parquet(part, compression="zstd", index=False)
            archive.writestr(zipfile.ZipInfo(name), part.getvalue())  # a clock may be before 1980
    return file.getvalue()


def _read_kept(path: Path, own: tuple[Layer, ...]) -> Coverage | None:
    """Return the coverage of a file; None if there is none, or not of this version's form."""
    content = derived.read_sealed(path)
    try:
        return _unpack(content, own) if content is not None else None
    except (zipfile.BadZipFile, pa.ArrowException, KeyError, ValueError):
        return None


def _unpack(content: bytes, own: tuple[Layer, ...]) -> Coverage:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        zones = gpd.read_parquet(io.BytesIO(archive.read("zones.parquet")))
        borders = pd.read_parquet(io.BytesIO(archive.read("borders.parquet")))
    ward, block, position = (zones[part].to_numpy() for part in PARTS)
    return Coverage(zones.geometry.to_numpy(), ward, block, position, borders, own)
