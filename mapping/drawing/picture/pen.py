"""What draws on a picture: areas, lines, dots and samples of signs, on a sharper sheet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageColor, ImageDraw

from mapping.drawing.signs import (
    AREAS,
    PATTERNS,
    WHITE,
    AreaSign,
    LineSign,
    Pattern,
    area,
    line,
)

SHEET_SCALE = 2
"""The sheet is drawn on at so many times its size, and made smaller at the end."""
ROOM_PX, SMALL_PX = 34, 22
"""Lines so far apart, and areas so wide, are drawn at full width, as in the browser."""
MIN_WIDTH_PX = 0.7
PATTERN_SCALE = 1.2
"""So much coarser are patterns than on a screen."""
MAX_DOTS = 12
"""So many dots on one pixel are as strong as any more."""
NEARLY_PX = 0.01
"""So near to the end of a path is at its end."""
Pixels = NDArray[np.float64]


@dataclass(frozen=True)
class Frame:
    """Place metres (EPSG:27700) on the sheet: where the north-west corner lies, and the scale."""

    west: float
    north: float
    left: float
    top: float
    px_a_metre: float

    @classmethod
    def around(cls, extent: tuple[float, float, float, float], box: tuple[float, ...]) -> "Frame":
        """Fit west, south, east, north (metres) into left, top, right, bottom (pixels)."""
        west, south, east, north = extent
        left, top, right, bottom = box
        wide, high = max(east - west, 1.0), max(north - south, 1.0)
        scale = min((right - left) / wide, (bottom - top) / high) * 0.99
        left += (right - left - wide * scale) / 2
        top += (bottom - top - high * scale) / 2
        return cls(west, north, left, top, scale)

    def pixels(self, metres: NDArray[np.float64]) -> Pixels:
        """Return positions on the sheet, shape ``(n, 2)``."""
        east, north = np.asarray(metres, dtype=float).reshape(-1, 2).T
        x = self.left + (east - self.west) * self.px_a_metre
        y = self.top + (self.north - north) * self.px_a_metre
        return np.column_stack([x, y])


class Thread(NamedTuple):
    """Paths as one thread, so that points along all of them are found in one go.

    ``xy`` (n, 2) are their corners, ``owner`` (n,) the path of each, ``gone`` (n,) its distance
    from that path's begin; ``length`` (paths,).
    """

    xy: Pixels
    owner: NDArray[np.int64]
    gone: NDArray[np.float64]
    length: NDArray[np.float64]

    @classmethod
    def of(cls, paths: Sequence[Pixels]) -> "Thread":
        """Measure paths of at least one corner each."""
        sizes = np.fromiter(map(len, paths), dtype="int64", count=len(paths))
        xy = np.concatenate(paths) if paths else np.empty((0, 2))
        owner = np.repeat(np.arange(len(paths)), sizes)
        first = np.cumsum(sizes) - sizes
        steps = np.zeros(len(xy))
        steps[1:] = np.hypot(*np.diff(xy, axis=0).T)
        steps[first] = 0.0
        total = np.cumsum(steps)
        gone = total - total[first][owner]
        return cls(xy, owner, gone, gone[first + sizes - 1])

    def marks(
        self, step: float, *, at_end: bool = False
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return a mark at the begin of each path and every ``step`` on: its path, and distance.

        ``at_end`` has one at a path's very end as well, and one on a path of no length.
        """
        reach = self.length + (NEARLY_PX if at_end else -NEARLY_PX)  # sums of lengths are rounded
        count = np.maximum(np.ceil(reach / step), 0)
        owner = np.repeat(np.arange(len(count)), count.astype(int))
        nth = np.arange(len(owner)) - np.searchsorted(owner, owner)
        return owner, np.minimum(nth * step, self.length[owner])

    def points(self, owner: NDArray[np.int64], at: NDArray[np.float64]) -> Pixels:
        """Return the points of paths at distances from their begin, shape ``(n, 2)``."""
        begin = np.r_[0.0, np.cumsum(self.length + 1.0)]  # one path lies after the other
        along, corners = begin[owner] + at, begin[self.owner] + self.gone
        return np.column_stack([np.interp(along, corners, self.xy[:, axis]) for axis in (0, 1)])


def find_sign(sign: str | LineSign | AreaSign) -> LineSign | AreaSign:
    """Return the sign of that name, or the sign itself; raise MappingError if there is none."""
    if not isinstance(sign, str):
        return sign
    return area(sign) if sign in AREAS else line(sign)


def room(total_m: float, frame: Frame) -> float:
    """Return by how much lines of a length are thinned so that they stay apart: 1 for not at all.

    The map is taken to be as large as the lines' own surroundings, some two thirds of its box.
    """
    ground_m2 = 0.66 * (1_500 * 900 * SHEET_SCALE**2) / frame.px_a_metre**2
    return min(1.0, ground_m2 / max(total_m, 1.0) * frame.px_a_metre / (ROOM_PX * SHEET_SCALE))


def thin(sign: LineSign, share: float) -> LineSign:
    """Return a sign for crowded lines: from afar whole lines stay the heavier ones."""
    afar = max(0.0, 1 - 2 * share)
    weight = share * (1 + (-0.4 if sign.dash_px else 0.6) * afar)
    return replace(
        sign.scaled(max(share, 0.3)),
        width_px=max(MIN_WIDTH_PX, sign.width_px * weight),
        casing_px=0.0 if share < 0.5 else sign.casing_px * share,
    )


def tightness(shapes: NDArray[np.object_], frame: Frame) -> float:
    """Return by how much the edges of areas are thinned where areas are small: 1 for not at all."""
    mean_m2 = float(shapely.area(shapes).sum()) / max(len(shapes), 1)
    return min(1.0, max(0.2, mean_m2**0.5 * frame.px_a_metre / (SMALL_PX * SHEET_SCALE)))


def fill(
    paper: Image.Image, shapes: NDArray[np.object_], sign: AreaSign, frame: Frame, tight: float
) -> None:
    """Fill areas with tint and pattern, and draw their edges ``tight`` times as wide."""
    if sign.opacity > 0:
        mask = Image.new("L", paper.size)
        _stamp(mask, shapes, frame)
        _tint(paper, mask, sign)
    if sign.width_px:
        rule(paper, shapes, LineSign(sign.line, sign.width_px * tight), frame)


def _stamp(mask: Image.Image, shapes: NDArray[np.object_], frame: Frame) -> None:
    """Cover the inside of areas; holes stay open, whatever lies in them."""
    parts = shapely.get_parts(shapes)
    sheet = ImageDraw.Draw(mask)
    holed = shapely.get_num_interior_rings(parts) > 0
    for ring in shapely.get_exterior_ring(parts[~holed]):
        sheet.polygon(_flat(frame.pixels(shapely.get_coordinates(ring))), fill=255)
    for part in parts[holed]:
        _stamp_holed(
            mask, [frame.pixels(shapely.get_coordinates(r)) for r in shapely.get_rings(part)]
        )


def _stamp_holed(mask: Image.Image, rings: list[Pixels]) -> None:
    """Cover the inside of the first ring but for that of the others."""
    corner = np.floor(rings[0].min(axis=0)).astype(int)
    size = np.ceil(rings[0].max(axis=0)).astype(int) - corner + 1
    single = Image.new("L", (int(size[0]), int(size[1])))
    sheet = ImageDraw.Draw(single)
    for number, ring in enumerate(rings):
        sheet.polygon(_flat(ring - corner), fill=0 if number else 255)
    mask.paste(255, (int(corner[0]), int(corner[1])), single)


def _flat(pixels: Pixels) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in pixels]


def _tint(paper: Image.Image, mask: Image.Image, sign: AreaSign) -> None:
    """Lay a sign's tint and pattern on what a mask covers."""
    box = mask.getbbox()
    if box is None:
        return
    mask = mask.crop(box)
    paper.paste(sign.fill, box[:2], mask.point([round(v * sign.opacity) for v in range(256)]))
    pattern = PATTERNS[sign.pattern]
    if pattern.strokes or pattern.dots:
        marks = _marks(pattern, mask.size, box[:2])
        paper.paste(sign.mark, box[:2], ImageChops.multiply(mask, marks))


def _marks(pattern: Pattern, size: tuple[int, int], corner: tuple[int, int]) -> Image.Image:
    """Return the strokes and dots of a pattern as a mask that continues from area to area."""
    pattern = pattern.scaled(SHEET_SCALE * PATTERN_SCALE)
    tile = Image.new("L", (pattern.size_px, pattern.size_px))
    sheet = ImageDraw.Draw(tile)
    for stroke in pattern.strokes:
        sheet.line(stroke, fill=255, width=max(1, round(pattern.width_px)))
    for x, y, r in pattern.dots:
        sheet.ellipse((x - r, y - r, x + r, y + r), fill=255)
    rows = (np.arange(size[1]) + corner[1]) % pattern.size_px
    columns = (np.arange(size[0]) + corner[0]) % pattern.size_px
    return Image.fromarray(np.asarray(tile)[np.ix_(rows, columns)])


def rule(paper: Image.Image, shapes: NDArray[np.object_], sign: LineSign, frame: Frame) -> None:
    """Draw lines, and the edges of areas, in a sign: casing, then the line over all, then core."""
    paths = [path for path in _paths(shapes, frame) if len(path) > 1]
    if not paths:
        return
    sheet = ImageDraw.Draw(paper)
    width = sign.width_px * SHEET_SCALE
    if sign.casing_px:
        for path in paths:
            _stroke(sheet, path, WHITE, width + 2 * sign.casing_px * SHEET_SCALE)
    if sign.round_ends and sign.dash_px:
        _beads(sheet, paths, sign)
        return
    for path in _dashes(paths, sign) if sign.dash_px else paths:
        _stroke(sheet, path, sign.colour, width)
    if sign.core_px:
        for path in paths:
            _stroke(sheet, path, WHITE, sign.core_px * SHEET_SCALE)


def _paths(shapes: NDArray[np.object_], frame: Frame) -> list[Pixels]:
    parts = shapely.get_parts(shapely.get_parts(shapes[~shapely.is_empty(shapes)]))
    areas = shapely.get_type_id(parts) == 3
    lines = np.concatenate([shapely.get_rings(parts[areas]), parts[~areas]])
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    pixels = frame.pixels(xy)
    return np.split(pixels, np.flatnonzero(np.diff(owner)) + 1) if len(pixels) else []


def _stroke(sheet: ImageDraw.ImageDraw, path: Pixels, colour: str, width: float) -> None:
    line_ = path.ravel().tolist()
    sheet.line(line_, fill=colour, width=max(1, round(width)), joint="curve")


def _beads(sheet: ImageDraw.ImageDraw, paths: list[Pixels], sign: LineSign) -> None:
    radius, step = sign.width_px * SHEET_SCALE / 2, max(sum(sign.dash_px) * SHEET_SCALE, 2.0)
    thread = Thread.of(paths)
    owner, at = thread.marks(step, at_end=True)
    beads = thread.points(owner, at)
    for box in np.hstack([beads - radius, beads + radius]).tolist():
        sheet.ellipse(box, fill=sign.colour)


def _dashes(paths: list[Pixels], sign: LineSign) -> list[Pixels]:
    """Cut paths into their dashes, each with the path's own bends; every path begins with one."""
    lengths = [max(length * SHEET_SCALE, 1.0) for length in sign.dash_px]
    begins = np.r_[0.0, np.cumsum(lengths)]
    thread = Thread.of(paths)
    return [
        dash
        for begin, length in zip(begins[:-1:2], lengths[::2], strict=True)
        for dash in _cut(thread, float(begin), length, float(begins[-1]))
    ]


def _cut(thread: Thread, offset: float, dash: float, period: float) -> list[Pixels]:
    """Cut paths into dashes of one length, the first ``offset`` from the begin of each path."""
    owner, begin = thread.marks(period)
    begin = begin + offset
    real = begin < thread.length[owner] - NEARLY_PX
    owner, begin = owner[real], begin[real]
    if not len(owner):
        return []
    end = np.minimum(begin + dash, thread.length[owner])
    first = np.searchsorted(owner, np.arange(len(thread.length)))  # dashes come path by path
    nth = ((thread.gone - offset) // period).astype(int)
    nth -= thread.gone == nth * period + offset  # where a dash begins is no bend of it
    bend_of = np.clip(first[thread.owner] + nth, 0, len(owner) - 1)
    bends = (nth >= 0) & (owner[bend_of] == thread.owner)
    bends &= (thread.gone > begin[bend_of]) & (thread.gone < end[bend_of])
    number = np.arange(len(owner))
    dash_of = np.r_[number, bend_of[bends], number]
    at = np.r_[begin, thread.gone[bends], end]
    order = np.lexsort((at, dash_of))
    points = thread.points(owner[dash_of[order]], at[order])
    return np.split(points, np.flatnonzero(np.diff(dash_of[order])) + 1)


def dots(paper: Image.Image, at: Pixels, colour: str, size: float, strength: float) -> None:
    """Draw square dots of a size; where several lie on each other they are stronger."""
    side = max(1, round(size))
    width, height = paper.size
    corner = np.round(at - side / 2).astype(int)
    inside = ((corner >= 0) & (corner < [width - side, height - side])).all(axis=1)
    x, y = corner[inside].T
    held = np.bincount(y * width + x, minlength=width * height).reshape(height, width)
    counts = np.minimum(held, MAX_DOTS).astype(np.uint8)
    spread = counts.copy()
    for step in range(1, side):
        spread[:, step:] += counts[:, :-step]
    counts = np.minimum(spread, MAX_DOTS)
    spread = counts.copy()
    for step in range(1, side):
        spread[step:] += counts[:-step]
    shade = 255 * (1 - (1 - strength) ** np.minimum(np.arange(256), MAX_DOTS))
    mask = Image.fromarray(shade.astype(np.uint8)[spread])
    paper.paste(ImageColor.getrgb(colour), mask=mask)


def sample(paper: Image.Image, sign: LineSign | AreaSign, box: tuple[int, ...]) -> None:
    """Draw a sample of a sign into a box of the sheet, as a legend shows it."""
    left, top, right, bottom = box
    if isinstance(sign, AreaSign):
        mask = Image.new("L", paper.size)
        ImageDraw.Draw(mask).rectangle(box, fill=255)
        _tint(paper, mask, sign)
        edge = (left, top, right, bottom)
        ImageDraw.Draw(paper).rectangle(edge, outline=sign.line, width=max(1, SHEET_SCALE))
        return
    middle = (top + bottom) / 2
    flat = Frame(0.0, 0.0, 0.0, 0.0, 1.0)
    path = np.array([shapely.LineString([(left, -middle), (right, -middle)])], dtype=object)
    rule(paper, path, sign, flat)
