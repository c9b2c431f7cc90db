"""A still of a map: what the browser's map shows, as the layers of a picture.

    seen = still.of(drawn, easting, northing, bounds=bounds)
    picture.png(sentence, seen.layers, legend=[*seen.legend, *legend], extent=seen.extent, ...)

It is made from the very overlays that the browser is sent, so that both show the same: the same
areas and lines with the same signs, and nothing that shows only from nearer.
"""

import base64
import functools
import io
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import geopandas as gpd
import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from mapping.atoms import TO_DEGREES, index, postcodes
from mapping.drawing import dots, names, steps
from mapping.drawing.assets import STATIC_DIR, read_published
from mapping.drawing.labels import unpack
from mapping.drawing.picture import Areas, Dots, Item, Lines, Names, PictureLayer
from mapping.drawing.signs import INK, LINES, RUST, WHITE, AreaSign, LineSign

Bounds = tuple[float, float, float, float]
"""West, south, east, north."""
WIDE_PX, HIGH_PX = 1_500, 850
"""About as large is the map on a picture."""
WINDOW_PX = (850, 520)
"""About as large is the map in a window."""
GROUND_PX, FEW_GROUND_PX = 1.0, 1.8
CROWDED_POSTCODES = 400_000
"""With more postcodes than this each is drawn paler."""
CHOSEN_LINE = LineSign(INK, 4.0)
RING = LineSign(RUST, 4.0, casing_px=1.5)
SPOT = LineSign(RUST, 16.0, dash_px=(0.0, 60.0), round_ends=True)
"""In a legend: one dot."""
RING_PX, POINT_PX = 13, 9
MERCATOR_M = 20_037_508.342789244
"""Half the width of the world in Web Mercator."""


class OverlayLike(Protocol):
    """One of ``overlays``: its configuration travels as base64 of JSON."""

    @property
    def payload(self) -> str:
        """Return the configuration."""


class Still(NamedTuple):
    """Layers of a picture from the bottom up, what they show, and signs that need words.

    ``extent`` is west, south, east, north in metres (EPSG:27700).
    """

    layers: list[PictureLayer]
    extent: Bounds
    legend: list[Item]


def make_still(
    drawn: Sequence[OverlayLike],
    easting: ArrayLike,
    northing: ArrayLike,
    *,
    bounds: Bounds,
    static_dir: Path = STATIC_DIR,
) -> Still:
    """Turn the overlays of a map into the layers of a picture.

    Parameters
    ----------
    drawn
        What ``webmap.group`` is given.
    easting, northing
        The postcodes under the areas, in metres (EPSG:27700), shape ``(n,)``.
    bounds
        What the map shows first, in degrees; where a spot asks for a closer look that is shown.
    static_dir
        Where published boundaries and pictures lie.
    """
    configs = [json.loads(base64.b64decode(one.payload)) for one in drawn]
    focus = next((c["focus"] for c in configs if "focus" in c), None)
    zoom = dots.start_zoom(focus or bounds, width_px=WINDOW_PX[0], height_px=WINDOW_PX[1])
    shown = [c for c in configs if c.get("from", 0.0) <= zoom]
    layers: list[PictureLayer] = [_areas(c, static_dir) for c in shown if c["kind"] == "areas"]
    extent = _metres_of(focus) if focus else _bound_areas(layers, bounds)
    sheet = _LayerMaker(extent, static_dir)
    if focus:  # instead of pictures of what lies around
        layers.append(_ground_around(extent))
        shown = [c for c in shown if not (c["kind"] == "picture" and "from" in c)]
    else:
        layers.append(_ground(np.asarray(easting), np.asarray(northing)))
    for kind in ("picture", "points"):
        layers += [layer for c in shown if c["kind"] == kind for layer in sheet.made(c)]
    for config in sorted((c for c in shown if c["kind"] == "lines"), key=_find_order):
        layers += sheet.lines(config)
    for kind in ("chosen", "names", "spot"):
        layers += [layer for c in shown if c["kind"] == kind for layer in sheet.made(c)]
    labels: list[Item] = [(SPOT, c["label"]) for c in shown if c["kind"] == "spot" and c["label"]]
    return Still(layers, extent, labels)


def areas(drawn: Sequence[OverlayLike], static_dir: Path = STATIC_DIR) -> gpd.GeoDataFrame | None:
    """Return the areas that a map fills: code, name, geometry (EPSG:27700); None without any.

    A column ``note`` has what the map says of each, where it says something.
    """
    configs = (json.loads(base64.b64decode(one.payload)) for one in drawn)
    config = next((c for c in configs if c["kind"] == "areas"), None)
    if config is None:
        return None
    frame = _read(static_dir / config["path"]).drop(columns="at", errors="ignore")
    told = _read_labels(config["labels"], len(frame), static_dir) if config["labels"] else None
    return frame if told is None else frame.assign(note=told)


def lines(drawn: Sequence[OverlayLike], static_dir: Path = STATIC_DIR) -> gpd.GeoDataFrame | None:
    """Return the lines of two layers: part ("both", …), geometry (EPSG:27700); None without any."""
    configs = (json.loads(base64.b64decode(one.payload)) for one in drawn)
    config = next((c for c in configs if c["kind"] == "lines" and "*" not in c["lines"]), None)
    if config is None:
        return None
    frame = _read(static_dir / config["path"])
    return frame[frame["part"] != "outline"].reset_index(drop=True)


def _read_labels(config: dict[str, Any], count: int, static_dir: Path) -> list[str] | None:
    if "path" in config:
        config = json.loads(read_published(static_dir / config["path"]).decode())
    told = unpack(config)
    return [(text or "").replace("\n", "; ") for text in told] if len(told) == count else None


@functools.lru_cache(maxsize=6)
def _read(path: Path) -> gpd.GeoDataFrame:
    """Read a published file, whose name changes with its content; shared, not to be changed."""
    return steps.frame(read_published(path).decode()).to_crs(27700)


@functools.lru_cache(maxsize=6)
def _read_names(path: Path) -> tuple[list[str], NDArray[np.float64]]:
    """Read the names of a published file of areas or borders, and the circle of each (metres)."""
    found = steps.list_names(read_published(path).decode())
    circles = names.read_circles([at for _, *at in found], steps.STEPS_A_DEGREE)
    return [str(name) for name, *_ in found], circles


def _metres_of(bounds: Bounds) -> Bounds:
    """Return the box of metres around a box of degrees."""
    west, south, east, north = bounds
    lon, lat = np.linspace(west, east, 9), np.linspace(south, north, 9)
    edge = np.r_[lon, lon, np.full(9, west), np.full(9, east)]
    side = np.r_[np.full(9, south), np.full(9, north), lat, lat]
    x, y = _metres(edge, side)
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _ground(easting: NDArray[Any], northing: NDArray[Any]) -> Dots:
    size = FEW_GROUND_PX if len(easting) < dots.FEW_POSTCODES else GROUND_PX
    return Dots(
        easting, northing, size_px=size, strength=0.22 if len(easting) < CROWDED_POSTCODES else 0.08
    )


def _ground_around(extent: Bounds) -> Dots:
    """Draw the postcodes around a spot sharply, in the place and outside it."""
    west, south, east, north = extent
    reach_m = 2 * max(east - west, north - south)
    found = index.find_within((west + east) / 2, (south + north) / 2, reach_m)
    atoms = postcodes.table()
    return Dots(atoms.easting[found], atoms.northing[found], size_px=4.0, strength=0.6)


def _areas(config: dict[str, Any], folder: Path) -> Areas:
    frame = _read(folder / config["path"])
    table = [_area_sign(sign) for sign in config["signs"]]
    letters = config["codes"] or "#" * len(frame)
    chosen = [table[ord(letter) - ord("#")] for letter in letters]
    return Areas(frame, dict(zip(frame["code"], chosen, strict=True)))


def _bound_areas(layers: Sequence[PictureLayer], bounds: Bounds) -> Bounds:
    """Return the box of metres around the areas; without any, around a box of degrees."""
    boxes = [one.frame.total_bounds for one in layers if isinstance(one, Areas) and len(one.frame)]
    if not boxes:
        return _metres_of(bounds)
    west, south, east, north = boxes[0].tolist()
    return west, south, east, north


def _find_order(config: dict[str, Any]) -> tuple[float, float]:
    """Return what lines are sorted by, from the bottom up: as on the map."""
    return config.get("rank", -1), _measure_widest(config)


def _measure_widest(config: dict[str, Any]) -> float:
    return max((line["width"] for line in config["lines"].values()), default=0.0)


class _LayerMaker:
    """Turn configurations into layers for a picture of one extent."""

    def __init__(self, extent: Bounds, static_dir: Path) -> None:
        self.extent, self.folder = extent, static_dir
        west, south, east, north = extent
        self.metres_a_px = max((east - west) / WIDE_PX, (north - south) / HIGH_PX)

    def lines(self, config: dict[str, Any]) -> Iterator[PictureLayer]:
        """Draw lines in their parts' signs, or all borders in one."""
        frame, signs = _read(self.folder / config["path"]), config["lines"]
        if "*" in signs:
            yield Lines(frame, _line_sign(signs["*"]))
            return
        usual = {part for part, sign in signs.items() if _line_sign(sign) == LINES.get(part)}
        if usual:
            yield Lines(frame[frame["part"].isin(usual)], crowded=config["crowded"])
        for part in signs.keys() - usual:
            yield Lines(frame[frame["part"] == part], _line_sign(signs[part]))

    def made(self, config: dict[str, Any]) -> Iterator[PictureLayer]:
        """Draw a picture of dots, points, chosen areas, a spot or names."""
        kinds: dict[str, Callable[[dict[str, Any]], Iterator[PictureLayer]]] = {
            "picture": self._picture,
            "points": self._points,
            "chosen": self._chosen,
            "spot": self._spot,
            "names": self._names,
        }
        return kinds[config["kind"]](config)

    def _chosen(self, config: dict[str, Any]) -> Iterator[PictureLayer]:
        frame = _read(self.folder / config["path"])
        some = frame[frame["code"].isin(config["chosen"])]
        if len(some):
            yield Lines(some, CHOSEN_LINE)

    def _picture(self, config: dict[str, Any]) -> Iterator[PictureLayer]:
        """Draw every pixel of a picture of dots where it lies."""
        pixels = np.asarray(Image.open(io.BytesIO(self._png(config["path"]))).convert("RGBA"))
        west, south, east, north = _mercator(config["bounds"])
        high, wide = pixels.shape[:2]
        pixel_m = (east - west) / wide * np.cos(np.radians(np.mean(config["bounds"][1::2])))
        rows, columns = np.nonzero(pixels[:, :, 3])
        colours = np.ascontiguousarray(pixels[rows, columns]).view(np.uint32)[:, 0]
        x = west + (columns + 0.5) / wide * (east - west)
        y = north - (rows + 0.5) / high * (north - south)
        easting, northing = _metres(*_degrees(x, y))
        for colour in np.unique(colours):
            some, (*rgb, alpha) = colours == colour, colour.tobytes()
            yield Dots(
                easting[some],
                northing[some],
                f"#{bytes(rgb).hex()}",
                size_px=max(0.5, pixel_m / self.metres_a_px),
                strength=alpha / 255,
            )

    def _png(self, path: str) -> bytes:
        _, comma, data = path.partition("base64,")
        return base64.b64decode(data) if comma else read_published(self.folder / path)

    def _points(self, config: dict[str, Any]) -> Iterator[PictureLayer]:
        lat, lon = np.cumsum(np.reshape(config["steps"], (-1, 2)), axis=0).T / 1e5
        easting, northing = _metres(lon, lat)
        if "metres" in config:
            yield from self._circles(easting, northing, config["metres"], config["colour"])
            return
        yield Dots(easting, northing, WHITE, size_px=POINT_PX + 3, strength=1.0)
        yield Dots(easting, northing, config["colour"], size_px=POINT_PX, strength=1.0)

    def _circles(
        self, easting: ArrayLike, northing: ArrayLike, radius_m: ArrayLike, colour: str
    ) -> Iterator[PictureLayer]:
        middles = gpd.GeoSeries(gpd.points_from_xy(easting, northing), crs=27700)
        frame = gpd.GeoDataFrame(geometry=middles.buffer(np.asarray(radius_m)))
        yield Lines(frame, LineSign(colour, 2.5, casing_px=1.2))

    def _spot(self, config: dict[str, Any]) -> Iterator[PictureLayer]:
        easting, northing = _metres(np.array([config["lon"]]), np.array([config["lat"]]))
        ring = gpd.GeoSeries(gpd.points_from_xy(easting, northing), crs=27700)
        yield Lines(gpd.GeoDataFrame(geometry=ring.buffer(RING_PX * self.metres_a_px)), RING)
        yield Dots(easting, northing, RUST, size_px=5.0, strength=1.0)

    def _names(self, config: dict[str, Any]) -> Iterator[PictureLayer]:
        for one in config["of"]:
            said, circles = _read_names(self.folder / one["path"])
            yield Names(said, circles, one["bold"], one["colour"])


def _area_sign(config: dict[str, Any]) -> AreaSign:
    return AreaSign(
        config["fill"],
        config["pattern"],
        config["mark"],
        config["opacity"],
        config["line"],
        config["width"],
    )


def _line_sign(config: dict[str, Any]) -> LineSign:
    return LineSign(
        config["colour"],
        config["width"],
        tuple(config["dash"]),
        config["round"],
        config["casing"],
        config.get("core", 0.0),
    )


def _metres(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return TO_DEGREES.transform(lon, lat, direction="INVERSE")


def _mercator(bounds: Bounds) -> Bounds:
    west, south, east, north = bounds
    y = np.log(np.tan(np.pi / 4 + np.radians([south, north]) / 2)) / np.pi * MERCATOR_M
    return west / 180 * MERCATOR_M, float(y[0]), east / 180 * MERCATOR_M, float(y[1])


def _degrees(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lat = np.degrees(2 * np.arctan(np.exp(y / MERCATOR_M * np.pi)) - np.pi / 2)
    return x / MERCATOR_M * 180, lat
