"""Postcodes as a faint dot density: pictures in Web Mercator that lie under the boundaries."""

import math
import struct
import zlib
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mapping.atoms import TO_DEGREES
from mapping.drawing.signs import INK, RUST
from mapping.errors import MappingError

MAX_BYTES = 100_000
MAX_PIXELS = 12_000_000
FEW_POSTCODES = 30_000
"""A place with fewer postcodes has room for larger dots."""
TILE_PX = 256
_EARTH_RADIUS_M = 6_378_137.0
_HALF_WORLD_M = math.pi * _EARTH_RADIUS_M

# How strongly a pixel is drawn, of 255: with one postcode, with more, and the fullest.
DENSITY_ALPHAS = (70, 120, 175)

MAX_MARKED_SHARE = 0.15
"""Marked postcodes that are a smaller share than this may be drawn large: they hide no lines."""


def _disc(low: int, high: int) -> tuple[tuple[int, int], ...]:
    """Return the pixels of a square without its corners, from the pixel of the postcode."""
    side = range(low, high + 1)
    return tuple((x, y) for x in side for y in side if not {x, y} <= {low, high})


# Where the pixels of a dot lie, from the pixel of the postcode. Dots of odd sizes share their
# middle, and so do those of even sizes.
_STAMPS: dict[int, tuple[tuple[int, int], ...]] = {
    1: ((0, 0),),
    2: ((0, 0), (0, 1), (1, 0), (1, 1)),
    3: _disc(-1, 1),
    4: _disc(-1, 2),
    5: _disc(-2, 2),
}


@dataclass(frozen=True)
class DotPicture:
    """Hold a PNG of postcodes, its edges in degrees, and how many of them it shows.

    ``bounds`` are west, south, east, north; ``zoom`` is the Web Mercator zoom at which a pixel of
    the picture is a pixel of the screen; ``drawn`` of ``total`` postcodes are in it.
    """

    png: bytes
    bounds: tuple[float, float, float, float]
    zoom: float
    drawn: int
    total: int


def start_zoom(
    bounds: tuple[float, float, float, float], *, width_px: int = 1000, height_px: int = 560
) -> float:
    """Return the zoom at which west, south, east, north (degrees) fit a map of that size.

    In quarter steps, as the maps zoom.
    """
    x, y = _world(*_mercator_of_degrees(np.array(bounds[0::2]), np.array(bounds[1::2])), zoom=0.0)
    width, height = max(float(np.ptp(x)), 1e-9), max(float(np.ptp(y)), 1e-9)
    zoom = math.log2(min(width_px / width, height_px / height))
    return min(max(math.floor(zoom * 4) / 4, 0.0), 16.0)


@dataclass(frozen=True, eq=False)
class Spots:
    """Where a place's postcodes lie in Web Mercator, and how near its pictures show it.

    Attributes
    ----------
    x, y : (n,) metres (EPSG:3857)
    zoom : that of the picture of the whole place; the sharper one's is one more
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    zoom: float

    @property
    def nbytes(self) -> int:
        """Return how many bytes they take."""
        return self.x.nbytes + self.y.nbytes


def lay_out(easting: ArrayLike, northing: ArrayLike) -> Spots:
    """Lay out a place's postcodes for its pictures, which takes longer than to draw one.

    ``easting`` and ``northing`` are in metres (EPSG:27700), shape ``(n,)``. The place is drawn for
    the zoom that shows it whole, and a little finer, for screens with small pixels. Raises
    MappingError if there is no position, or one is not finite.
    """
    x, y = _mercator(easting, northing)
    lon, lat = _degrees_of_mercator(np.array([x.min(), x.max()]), np.array([y.min(), y.max()]))
    return Spots(x, y, start_zoom((lon[0], lat[0], lon[1], lat[1])) + 0.75)


def pictures(spots: Spots) -> list[DotPicture]:
    """Draw a place's postcodes twice: for the whole place, and sharper for a look from nearer.

    The second is drawn one zoom further in. Both are at most ``MAX_BYTES`` long: where
    there are too many postcodes for that, ``png`` leaves out a share of them evenly. The
    fewer there are, the larger and darker they are drawn. ``spots`` are those of ``lay_out``.
    """
    few = len(spots.x) < FEW_POSTCODES
    alphas = DENSITY_ALPHAS[1:] if few else DENSITY_ALPHAS
    size = 2 if few else 1
    draw = partial(_picture, spots.x, spots.y, dot_px=size)
    return [draw(zoom=spots.zoom, alphas=alphas), draw(zoom=spots.zoom + 1, alphas=alphas[-2:-1])]


def draw_some(spots: Spots, which: ArrayLike, *, colour: str = RUST) -> DotPicture:
    """Draw some of a place's postcodes in a colour, to lie over its ``pictures``.

    Each dot lies on the very pixels of the same postcode in the sharper of the two pictures, and
    reaches over them. Where many are marked the dots are small and pale, so that lines still show.

    Parameters
    ----------
    spots
        All of the place's postcodes, from ``lay_out``.
    which
        Whether each is marked, shape ``(n,)``.

    Raises
    ------
    MappingError
        If nothing is marked, or it is not said for each.
    """
    chosen = np.asarray(which, dtype=bool)
    if chosen.shape != spots.x.shape or not chosen.any():
        raise MappingError(
            "Marks need a yes or no for each postcode and at least one yes; "
            f"{len(chosen):,} for {len(spots.x):,} postcodes were given, {int(chosen.sum()):,} of "
            "them yes. Leave the picture out where nothing is marked."
        )
    few = len(spots.x) < FEW_POSTCODES
    strong = few or chosen.mean() < MAX_MARKED_SHARE
    return _picture(
        spots.x[chosen],
        spots.y[chosen],
        zoom=spots.zoom + 1,
        colour=colour,
        alphas=(235,) if strong else (130,),
        dot_px=4 if few else 5 if strong else 3,
    )


def png(
    easting: ArrayLike,
    northing: ArrayLike,
    *,
    zoom: float,
    colour: str = INK,
    alphas: tuple[int, ...] = DENSITY_ALPHAS,
    dot_px: int = 1,
    max_bytes: int = MAX_BYTES,
) -> DotPicture:
    """Draw postcodes as a PNG of one colour whose pixels are those of Web Mercator at ``zoom``.

    A pixel is the stronger the more postcodes it holds (one; more than the median pixel; as many
    as the fullest seventh). A picture that would be longer than
    ``max_bytes`` leaves out a share of the postcodes, chosen evenly by their position: the same
    postcodes always give the same picture.

    Parameters
    ----------
    easting, northing
        Positions in metres (EPSG:27700), shape ``(n,)``.
    zoom
        Web Mercator zoom level; fractions are allowed.
    colour
        ``#rrggbb``.
    alphas
        One to three strengths of 255, from a pixel with one postcode to the fullest ones.
    dot_px
        Size of a dot: 1 to 5 pixels.
    max_bytes
        The most that the picture may take.

    Raises
    ------
    MappingError
        If there is no position, one is not finite, or the picture would be too large to show.
    """
    x, y = _mercator(easting, northing)
    return _picture(
        x, y, zoom=zoom, colour=colour, alphas=alphas, dot_px=dot_px, max_bytes=max_bytes
    )


def _picture(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    *,
    zoom: float,
    colour: str = INK,
    alphas: tuple[int, ...],
    dot_px: int = 1,
    max_bytes: int = MAX_BYTES,
) -> DotPicture:
    if dot_px not in _STAMPS or not 1 <= len(alphas) <= 3:
        raise MappingError(
            "A dot must be 1 to 5 pixels wide with one to three strengths; "
            f"{dot_px} pixels with {len(alphas)} strengths were given. Choose within these."
        )
    columns, rows, frame = _grid(x, y, zoom, margin_px=dot_px)
    rank = _even_order(x, y)
    share, data = 1.0, b""
    for _ in range(12):
        kept = rank < share
        levels = _levels(columns[kept], rows[kept], frame, dot_px, len(alphas))
        data = _encode(levels, colour, alphas)
        if len(data) <= max_bytes or not kept.any():
            break
        # Half the postcodes take more than half the bytes: what is left out saves less than its
        # share, and the next try should fit.
        share *= (0.97 * max_bytes / len(data)) ** 1.6
    bounds = _frame_bounds(frame, zoom)
    return DotPicture(data, bounds, zoom, drawn=int(kept.sum()), total=len(x))


def _mercator(
    easting: ArrayLike, northing: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return positions of EPSG:27700 in EPSG:3857, checked."""
    east, north = np.asarray(easting, dtype=float), np.asarray(northing, dtype=float)
    bad = int((~(np.isfinite(east) & np.isfinite(north))).sum()) if east.shape == north.shape else 0
    if east.ndim != 1 or east.shape != north.shape or not len(east) or bad:
        raise MappingError(
            "Dots need at least one position, an easting and a northing each, all finite; "
            f"{east.size} eastings and {north.size} northings were given, {bad} of them not "
            "finite. Leave out postcodes without a position."
        )
    return _mercator_of_degrees(*TO_DEGREES.transform(east, north))


def _mercator_of_degrees(
    lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x = np.radians(lon) * _EARTH_RADIUS_M
    return x, np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) * _EARTH_RADIUS_M


def _degrees_of_mercator(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    lat = np.degrees(2 * np.arctan(np.exp(y / _EARTH_RADIUS_M)) - np.pi / 2)
    return np.degrees(x / _EARTH_RADIUS_M), lat


def _world(
    x: NDArray[np.float64], y: NDArray[np.float64], *, zoom: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return positions in pixels of the whole world, from its north-west corner."""
    scale = TILE_PX * 2**zoom / (2 * _HALF_WORLD_M)
    return (x + _HALF_WORLD_M) * scale, (_HALF_WORLD_M - y) * scale


def _grid(
    x: NDArray[np.float64], y: NDArray[np.float64], zoom: float, margin_px: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], tuple[int, int, int, int]]:
    """Return the pixel of each position, and the frame: left, top, width, height in pixels."""
    across, down = (np.floor(part).astype(np.int64) for part in _world(x, y, zoom=zoom))
    left, top = int(across.min()) - margin_px, int(down.min()) - margin_px
    width, height = int(across.max()) - left + 1 + margin_px, int(down.max()) - top + 1 + margin_px
    if width * height > MAX_PIXELS:
        raise MappingError(
            f"A picture of dots may have {MAX_PIXELS:,} pixels; {width:,} by {height:,} at zoom "
            f"{zoom:g} are more. Choose a lower zoom."
        )
    return across - left, down - top, (left, top, width, height)


def _frame_bounds(
    frame: tuple[int, int, int, int], zoom: float
) -> tuple[float, float, float, float]:
    left, top, width, height = frame
    metres = 2 * _HALF_WORLD_M / (TILE_PX * 2**zoom)
    x = np.array([left, left + width]) * metres - _HALF_WORLD_M
    y = _HALF_WORLD_M - np.array([top + height, top]) * metres
    lon, lat = _degrees_of_mercator(x, y)
    return float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1])


def _even_order(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a number in [0, 1) for each position that depends on nothing but the position."""
    mixed = np.round(x).astype(np.int64) * 73_856_093 ^ np.round(y).astype(np.int64) * 19_349_663
    mixed = (mixed ^ (mixed >> 16)) * 0x45D9F3B & 0xFFFFFFFF
    return ((mixed ^ (mixed >> 16)) & 0xFFFFFFFF) / 2.0**32


def _levels(
    columns: NDArray[np.int64],
    rows: NDArray[np.int64],
    frame: tuple[int, int, int, int],
    dot_px: int,
    strengths: int,
) -> NDArray[np.uint8]:
    """Return an image of 0 to ``strengths``: how many postcodes each pixel holds, in classes."""
    _, _, width, height = frame
    middles = rows * width + columns
    cells = np.concatenate([middles + down * width + across for across, down in _STAMPS[dot_px]])
    levels = np.zeros(width * height, dtype=np.uint8)
    if strengths == 1:  # how many a pixel holds is not told
        levels[cells] = 1
        return levels.reshape(height, width)
    held, counts = np.unique(cells.astype(np.int32), return_counts=True)
    levels[held] = np.digitize(counts, _steps(counts)[:strengths])
    return levels.reshape(height, width)


def _steps(counts: NDArray[np.int64]) -> list[float]:
    """Return where the classes begin: at one postcode, above the median, in the top seventh."""
    if not len(counts):
        return [1.0, 2.0, 3.0]
    middle, high = np.quantile(counts, [0.5, 0.86])
    second = max(2.0, middle + 1)
    return [1.0, second, max(second + 1, high + 1)]


def _encode(levels: NDArray[np.uint8], colour: str, alphas: tuple[int, ...]) -> bytes:
    """Write an image of one colour as a PNG: level 0 is clear, the others as strong as ``alphas``.

    Source: Portable Network Graphics, third edition, W3C 2025, sections 5 and 11.
    """
    height, width = levels.shape
    bits = 1 if len(alphas) == 1 else 2
    rows = np.zeros((height, 1 + -(-width * bits // 8)), dtype=np.uint8)  # a row begins: unfiltered
    rows[:, 1:] = np.packbits(levels if bits == 1 else _split_bits(levels), axis=1)
    # Runs of equal bytes are nearly all there is to compress: Z_RLE is both smallest and fastest.
    squeeze = zlib.compressobj(strategy=zlib.Z_RLE, memLevel=9)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 3, 0, 0, 0)),
        (b"PLTE", bytes.fromhex(colour.removeprefix("#")) * (1 + len(alphas))),
        (b"tRNS", bytes([0, *alphas])),
        (b"IDAT", squeeze.compress(rows.tobytes()) + squeeze.flush()),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(told)) + kind + told + struct.pack(">I", zlib.crc32(kind + told))
        for kind, told in chunks
    )


def _split_bits(levels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return two bits for each level, beside each other."""
    return np.stack([levels >> 1, levels & 1], axis=2).reshape(len(levels), -1)
