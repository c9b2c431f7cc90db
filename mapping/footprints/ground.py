"""Ground: the postcodes inside circles and drawn shapes, many at a time.

Postcodes are looked up by ``mapping.atoms``; no polygon is intersected with another, only asked
which points lie in it. What the shapes of one file may take together is limited.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely

from mapping.atoms import index, mending, polygons, postcodes
from mapping.errors import MappingError
from mapping.footprints import systems

MAX_RADIUS_M = 100_000
MAX_VERTICES = 20_000
"""Corners that a shape may have; one with more is thinned, then refused."""
THINNED_M = (1, 5, 25)
"""How near to the one before a corner may be left out, if there are too many."""
MAX_DEPTH = 24
"""Brackets within brackets that a shape may have; collections may hold others."""
MAX_CROSSED = 100
"""Parts of a shape whose outline crosses itself: they are looked at one by one."""
MAX_WORK = 1_000_000_000
"""Edges that postcodes are held against, for all shapes of a file: about ten seconds."""
MAX_LOST_MEASURED = 5_000
"""Of so many shapes of a file that cross themselves the loss is measured: a millisecond each."""
MAX_HELD = 15_000_000
"""Postcodes that the shapes of a file hold, one shape after the other, before the last of them."""
REPORT_EVERY = 100
"""After so many shapes it is said how many are done."""
MAX_CIRCLE_POSTCODES = 20_000_000
"""Postcodes in all circles together."""
MAX_CIRCLE_PAIRS = 8_000_000
"""Pairs of circle and postcode that are looked at together."""
GRID_BOUNDS_M = (0, 0, 700_000, 1_300_000)
"""West, south, east and north of the British National Grid, metres."""
BRITAIN_DEGREES = (-9.5, 49.0, 2.5, 61.5)
"""West, south, east and north of Great Britain, degrees."""

WKT = re.compile(
    r"\s*(SRID=\d+;\s*)?(MULTI)?(POINT|LINESTRING|POLYGON|GEOMETRYCOLLECTION|LINEARRING)"
    r"\s*(Z|M|ZM)?\s*(\(|EMPTY)",
    re.I,
)


_BEGIN = frozenset("{SsMmPpLlGg0\\")
_HEX = re.compile(r"\s*(?:\\x)?(0[01](?:[0-9a-f]{2}){20,})\s*", re.I)
"""A shape as databases write it: WKB or EWKB in hexadecimal."""
_HEX_NESTED = re.compile(
    r"01(?:070000[02468ace]0|ef03|d707|bf0b)|00(?:[02468ace]0000007|000003ef|000007d7|00000bbf)",
    re.I,
)
"""How a collection of shapes begins in it; collections may hold others."""


class ShapeError(MappingError):
    """A shape that cannot be read."""


class Shape(NamedTuple):
    """What a text that holds a shape came to: its postcodes, and what was done or is wrong.

    ``positions`` sorted; ``note`` is a sentence about a correction, ``problem`` one about why
    nothing could be made of it; each may be "".
    """

    positions: np.ndarray
    note: str = ""
    problem: str = ""


NO_POSTCODES = np.empty(0, dtype="int32")


def is_shape(text: str) -> bool:
    """Tell whether a text looks like WKT, GeoJSON, or WKB in hexadecimal."""
    begins = text[:1] if text[:1].strip() else text.lstrip()[:1]
    if begins not in _BEGIN:  # most texts are names: quicker than what follows
        return False
    if begins in "0\\":
        return _HEX.fullmatch(text) is not None
    return bool(WKT.match(text)) or (begins == "{" and '"type"' in text)


@dataclass
class Crossed:
    """How many shapes of a file crossed themselves so far: it is measured what some lose."""

    count: int = 0

    def has_time(self) -> bool:
        """Count one more, and tell whether there is time to measure what it loses."""
        self.count += 1
        return self.count <= MAX_LOST_MEASURED


@dataclass
class Budget:
    """What the shapes of a file have taken of its work, and the postcodes that they hold."""

    work: int = 0
    held: int = 0

    def allows(self, work: int) -> bool:
        """Take so much work if it is left; tell whether it was."""
        if self.work + work > MAX_WORK:
            return False
        self.work += work
        return True


class GridShape(NamedTuple):
    """A shape on the British grid: its polygons, and a sentence on what was corrected."""

    pieces: list[shapely.Geometry]
    note: str


TOO_MUCH = (
    "the shapes of this file are larger, or have more corners, than we can read together, and this "
    "is one of the largest; put it in another file, or name its areas"
)


def shapes(
    texts: Sequence[str], *, advance: Callable[[int], None] = lambda done: None
) -> list[Shape]:
    """Read WKT, GeoJSON and WKB in hexadecimal, and find the postcodes inside each or on its edge.

    The texts are those of one file: together they may take so much work (``MAX_WORK``) and hold
    so many postcodes (``MAX_HELD``). Those that take the least come first, whatever their order;
    what is beyond is told as a problem. ``advance`` is told how many are done.
    """
    crossed = Crossed()
    read = [_shape(text, crossed) for text in texts]
    found = [one if isinstance(one, Shape) else _refuse_shape(TOO_MUCH) for one in read]
    drawn = [(at, one) for at, one in enumerate(read) if isinstance(one, GridShape)]
    least = _estimate_work([one for _, one in drawn])
    order = np.argsort(least, kind="stable").tolist()
    spent = Budget()
    for done in range(0, len(order), REPORT_EVERY):
        advance(done)
        some = order[done : done + REPORT_EVERY]
        plain = _find_inside_plain([drawn[which][1] for which in some])
        for which, known in zip(some, plain, strict=True):
            at, one = drawn[which]
            found[at] = _find_inside(one, int(least[which]), spent, known)
    return found


def _estimate_work(drawn: Sequence[GridShape]) -> np.ndarray:
    """Return the work of finding out what each of some shapes takes."""
    pieces = _gather([piece for one in drawn for piece in one.pieces])
    of = np.repeat(np.arange(len(drawn)), [len(one.pieces) for one in drawn])
    return np.bincount(of, polygons.estimate_work(pieces), len(drawn)).astype("int64")


def _gather(pieces: list[shapely.Geometry]) -> np.ndarray:
    found = np.empty(len(pieces), dtype=object)
    found[:] = pieces
    return found


class Plain(NamedTuple):
    """What a shape of one plain polygon takes, and the postcodes inside: no work, no answer."""

    work: int
    positions: np.ndarray


def _find_inside_plain(drawn: Sequence[GridShape]) -> list[Plain]:
    """Find the postcodes inside those of some shapes that are plain polygons, all at once."""
    single = np.array([i for i, one in enumerate(drawn) if len(one.pieces) == 1], dtype="int64")
    pieces = _gather([drawn[i].pieces[0] for i in single])
    work = polygons.plan_plain(pieces)
    plain = work > 0
    inside = polygons.find_inside_each(pieces[plain])
    found = [Plain(0, NO_POSTCODES)] * len(drawn)
    for i, took, positions in zip(single[plain], work[plain].tolist(), inside, strict=True):
        found[i] = Plain(took, positions)
    return found


def _shape(text: str, crossed: Crossed) -> Shape | GridShape:
    try:
        found, system = read_outline(text)
    except ShapeError as fault:
        return _refuse_shape(str(fault))
    return _check(found, system, crossed)


def read_outline(text: str) -> tuple[shapely.Geometry | None, str]:
    """Read what a text draws, unchecked, and the system that it names, as written; "" for none.

    Raises ShapeError, with a sentence, for what cannot be read.
    """
    text = text.strip()
    system = systems.find_system(text)
    if text.upper().startswith("SRID="):
        text = text.partition(";")[2]
    if coded := _HEX.fullmatch(text):
        found = _read_coded(coded[1])
        return found, f"EPSG:{shapely.get_srid(found)}"
    if _depth(text) > MAX_DEPTH:
        raise ShapeError("this shape is too complicated (brackets within brackets); simplify it")
    read = shapely.from_geojson if text.startswith("{") else shapely.from_wkt
    try:
        return read(text), system
    except (shapely.errors.GEOSException, ValueError, TypeError):
        kind = "GeoJSON" if text.startswith("{") else "WKT"
        raise ShapeError(
            f"we cannot read this shape ({kind}); it may be cut short or missing a bracket"
        ) from None


def _read_coded(text: str) -> shapely.Geometry:
    """Read a shape in hexadecimal; the system that it names, if any, decides how it is read."""
    if len(_HEX_NESTED.findall(text)) > MAX_DEPTH:
        raise ShapeError("this shape is too complicated (shapes within shapes); simplify it")
    try:
        return shapely.from_wkb(text)
    except (shapely.errors.GEOSException, ValueError, TypeError):
        raise ShapeError(
            "we cannot read this shape (in hexadecimal); it may be cut short"
        ) from None


def _check(found: shapely.Geometry | None, system: str, crossed: Crossed) -> Shape | GridShape:
    """Check that a shape covers ground and is in the system that its text names."""
    if found is None or shapely.is_empty(found):
        return _refuse_shape("this shape is empty")
    if shapely.get_type_id(found) not in (3, 6, 7):
        said = found.geom_type
        hint = "; give a distance in a column of its own" if "Point" in said else ""
        return _refuse_shape(f"a {said} covers no area{hint}")
    if problem := systems.explain_name(system, max(map(abs, shapely.bounds(found)))):
        return _refuse_shape(problem)
    return _place_on_grid(shapely.force_2d(found), crossed)


def _depth(text: str) -> int:
    """Return how deep a text's brackets lie in each other: its reader calls itself for each.

    Of few brackets their number is told: they cannot lie deeper.
    """
    if (few := sum(map(text.count, "([{"))) <= MAX_DEPTH:
        return few
    signs = np.frombuffer(text.encode(), dtype="uint8")
    begun, ended = (np.isin(signs, np.frombuffer(kind, dtype="uint8")) for kind in (b"([{", b")]}"))
    return int(np.cumsum(begun.astype("int32") - ended.astype("int32")).max(initial=0))


def _refuse_shape(problem: str) -> Shape:
    return Shape(NO_POSTCODES, "", problem)


def _place_on_grid(found: shapely.Geometry, crossings: Crossed) -> Shape | GridShape:
    notes = []
    if not np.isfinite(shapely.get_coordinates(found)).all():
        return _refuse_shape("this shape has corners that are not numbers")
    corners = shapely.count_coordinates(found)
    if corners > MAX_VERTICES:
        metre = 1e-5 if _is_in(tuple(shapely.bounds(found)), BRITAIN_DEGREES) else 1.0
        found = mending.thin(found, MAX_VERTICES, [metre * far for far in THINNED_M])
        left = shapely.count_coordinates(found)
        if left > MAX_VERTICES:
            return _refuse_shape(
                f"this shape has {corners:,} corners; we can read at most {MAX_VERTICES:,}"
            )
        notes.append(f"its outline was simplified from {corners:,} corners to {left:,}")
    placed, note = _bring_to_grid(found)
    if placed is None:
        return _refuse_shape(note)
    notes += [note] if note else []
    crossed = not shapely.is_valid(placed)
    pieces = _polygons(placed) if crossed or shapely.get_type_id(placed) == 7 else [placed]
    if crossed and len(pieces) > MAX_CROSSED:
        return _refuse_shape(f"its outline crosses itself, and it has {len(pieces):,} parts")
    if crossed:
        lost = _measure_lost(placed, pieces) if crossings.has_time() else np.nan
        notes.append(f"its outline crosses itself; {mending.say_lost(lost)}")
    return GridShape(pieces, "; ".join(notes))


def _measure_lost(placed: shapely.Geometry, pieces: Sequence[shapely.Geometry]) -> float:
    """Measure what is lost of a shape that crosses itself, of which some pieces count."""
    if not mending.is_measured(placed):  # GEOS does not come back from mending every tangle
        return np.nan
    kept = shapely.union_all(shapely.make_valid(np.array(pieces, dtype=object)))
    return mending.measure_lost(placed, kept)


def _find_inside(drawn: GridShape, least: int, spent: Budget, plain: Plain) -> Shape:
    """Find the postcodes inside a shape, if what is left of the file's work allows it.

    ``least`` is the work of finding out what it takes.
    """
    if spent.held > MAX_HELD or not spent.allows(least + plain.work):
        return _refuse_shape(TOO_MUCH)
    if plain.work:
        return _take_inside(plain.positions, drawn.note, spent)
    asked = [polygons.plan_enquiry(piece) for piece in drawn.pieces]
    work = sum(about.work for about in asked)
    if work > MAX_WORK:
        corners = sum(map(shapely.count_coordinates, drawn.pieces))
        return _refuse_shape(
            f"its outline is too complicated ({corners:,} corners for the area it covers); "
            "simplify it"
        )
    if not spent.allows(work):
        return _refuse_shape(TOO_MUCH)
    found = [polygons.find_inside(p, about) for p, about in zip(drawn.pieces, asked, strict=True)]
    inside = found[0] if len(found) == 1 else np.unique(np.concatenate([NO_POSTCODES, *found]))
    return _take_inside(inside, drawn.note, spent)


def _take_inside(positions: np.ndarray, note: str, spent: Budget) -> Shape:
    if not len(positions):
        return _refuse_shape("no postcode is inside this shape")
    spent.held += len(positions)
    return Shape(positions, note)


def _polygons(found: shapely.Geometry) -> list[shapely.Geometry]:
    """Return the polygons that a shape consists of."""
    parts = np.atleast_1d(np.asarray(found, dtype=object))
    while (shapely.get_type_id(parts) > 3).any():
        parts = shapely.get_parts(parts)
    return list(parts[(shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)])


def _bring_to_grid(found: shapely.Geometry) -> tuple[shapely.Geometry | None, str]:
    """Bring a shape to EPSG:27700, by the size of its numbers; None and why not."""
    west, south, east, north = bounds = tuple(shapely.bounds(found).tolist())
    if _is_in(bounds, BRITAIN_DEGREES):
        return _project(found, swap=False), ""
    if _is_in((south, west, north, east), BRITAIN_DEGREES):
        return _project(
            found, swap=True
        ), "we swapped its latitudes and longitudes, which were the wrong way round"
    if _is_in(bounds, GRID_BOUNDS_M) and max(map(abs, bounds)) > 360:
        return found, ""
    return None, (
        f"this shape is outside Great Britain (from {west:.6g}, {south:.6g} to {east:.6g}, "
        f"{north:.6g}); use latitude and longitude, or National Grid metres"
    )


def _is_in(bounds: tuple[float, ...], box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    return west >= box[0] and south >= box[1] and east <= box[2] and north <= box[3]


def _project(found: shapely.Geometry, *, swap: bool) -> shapely.Geometry:
    def moved(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return project_to_grid(y, x) if swap else project_to_grid(x, y)

    return shapely.transform(found, moved, interleaved=False)


def project_to_grid(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Turn degrees (EPSG:4326) into eastings and northings (EPSG:27700 metres)."""
    return postcodes.TO_DEGREES.transform(lon, lat, direction="INVERSE")


def circles(
    easting: np.ndarray, northing: np.ndarray, radius_m: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the postcodes inside circles (EPSG:27700 metres), their edges included.

    Three arrays of one length. Returns two: which circle, and the position of a postcode. Raises
    MappingError if they have more than ``MAX_CIRCLE_POSTCODES`` together.
    """
    of: list[np.ndarray] = []
    found: list[np.ndarray] = []
    for part in index.split_circles(radius_m, MAX_CIRCLE_PAIRS):
        circle, position = index.find_in_circles(easting[part], northing[part], radius_m[part])
        of.append(circle + part.start)
        found.append(position)
        if sum(map(len, found)) > MAX_CIRCLE_POSTCODES:
            raise MappingError(
                f"Expected circles with at most {MAX_CIRCLE_POSTCODES:,} postcodes in all; found "
                "more in the "
                f"first {part.stop:,} of {len(radius_m):,}. Split the file, or check the unit of "
                "the radius."
            )
    return np.concatenate([NO_POSTCODES, *of]), np.concatenate([NO_POSTCODES, *found])
