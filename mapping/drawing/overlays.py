"""What varies on a map: areas, lines, outlines, names, points, pictures, spots.

Each function returns an ``Overlay`` for ``webmap.group``. Its configuration travels as base64 of
JSON, which no template compiles and no script runs; ``static/commonground.js`` reads it and shows
texts as text. Layers lie on the map in a fixed order: areas, dots, points and pictures, lines,
outlines, names, spots.
"""

import base64
import itertools
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from branca.element import MacroElement, Template
from numpy.typing import ArrayLike

from mapping.drawing.assets import PublishedLabels, PublishedPicture, PublishedShapes
from mapping.drawing.labels import pack
from mapping.drawing.signs import (
    INK,
    LINES,
    PATTERNS,
    PROJECTOR_SCALE,
    RUST,
    AreaSign,
    LineSign,
    area,
    line,
)
from mapping.errors import MappingError

MAX_POINTS = 2_500
MAX_OWN_BYTES = 30_000
PROJECTOR_PATTERN_SCALE = 1.5
"""So much coarser are patterns on a projector."""
NAME_PX, PROJECTOR_NAME_PX = 13, 20
"""The size of areas' names."""
MAX_SIGNS = 90
_FIRST_SIGN = ord("#")
METRES_A_DEGREE = 111_320
"""Of latitude."""
Bounds = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


class Overlay(MacroElement):
    """Draw one varying layer of a map, from a configuration as base64 of JSON."""

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        'commonGround.layer({{ this._parent.get_name() }}, "{{ this.payload }}");\n'
        "{% endmacro %}"
    )

    def __init__(self, kind: str, **config: Any) -> None:
        super().__init__()
        self._name = "Layer"
        self.payload = payload({"kind": kind, **config})


def payload(config: Mapping[str, Any]) -> str:
    """Return a configuration as base64 of JSON: inert in templates, HTML and scripts."""
    text = json.dumps(config, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(text.encode("ascii")).decode("ascii")


def picture_config(picture: PublishedPicture) -> dict[str, Any]:
    """Return what the map needs to know of a published picture."""
    return {"path": picture.path, "bounds": [round(edge, 7) for edge in picture.bounds]}


def areas(
    published: PublishedShapes,
    signs: Mapping[str, str | AreaSign] | None = None,
    *,
    default: str | AreaSign = "plain",
    labels: Mapping[str, str] | PublishedLabels | None = None,
    projector: bool = False,
) -> Overlay:
    """Fill the areas of a published layer; their names show when pointed at or reached by Tab.

    Parameters
    ----------
    published
        From ``publish``.
    signs
        Code → sign, or the name of one in ``signs.AREAS``; other codes get ``default``.
    labels
        Code → what stands under the name (people, for example); may have several lines. From
        ``publish_labels`` they are fetched once, and do not travel with every click.
    projector
        Whether patterns are drawn coarser, to be seen from six metres.

    Raises
    ------
    MappingError
        If a sign is unknown, or more than 90 different ones are used.
    """
    chosen = [area((signs or {}).get(code, default)) for code in published.codes]
    table = list(dict.fromkeys(chosen))
    number = {sign: index for index, sign in enumerate(table)}
    return fill(published, table, [number[sign] for sign in chosen], labels, projector=projector)


def fill(
    published: PublishedShapes,
    table: Sequence[AreaSign],
    numbers: Sequence[int],
    labels: Mapping[str, str] | PublishedLabels | None = None,
    *,
    projector: bool = False,
) -> Overlay:
    """Fill the areas of a published layer, each in the sign of a ``table`` that has its number.

    ``numbers`` are in the order of the published codes. See ``areas``.
    """
    if len(table) > MAX_SIGNS:
        raise MappingError(
            f"A layer may use {MAX_SIGNS} different signs; {len(table)} were given. "
            "Use fewer kinds of area."
        )
    letters = "".join(map(chr, range(_FIRST_SIGN, _FIRST_SIGN + len(table))))
    return Overlay(
        "areas",
        path=published.path,
        signs=[area_config(sign) for sign in table],
        patterns={sign.pattern: pattern_config(sign.pattern, projector) for sign in table}
        | {"solid": None},
        codes="".join([letters[number] for number in numbers]) if len(table) > 1 else "",
        labels=labels_config(published.codes, labels),
    )


def labels_config(
    codes: Sequence[str], given: Mapping[str, str] | PublishedLabels | None
) -> dict[str, Any] | None:
    """Return what the map needs to know of labels."""
    if isinstance(given, PublishedLabels):
        return {"path": given.path}
    return pack(codes, given) if given else None


def area_config(sign: AreaSign) -> dict[str, Any]:
    """Return what the map needs to know of an area's sign."""
    return {
        "fill": sign.fill,
        "pattern": sign.pattern,
        "mark": sign.mark,
        "opacity": sign.opacity,
        "line": sign.line,
        "width": sign.width_px,
    }


def pattern_config(name: str, projector: bool) -> dict[str, Any]:
    """Return what the map needs to know of a pattern."""
    pattern = PATTERNS[name].scaled(PROJECTOR_PATTERN_SCALE if projector else 1.0)
    return {key.removesuffix("_px"): value for key, value in asdict(pattern).items()}


def lines(
    published: PublishedShapes,
    *,
    parts: Mapping[str, str | LineSign] | None = None,
    crowded: bool = False,
    projector: bool = False,
) -> Overlay:
    """Draw published lines, each part (column ``part``) in its sign of ``signs.LINES``.

    ``parts`` gives other signs to parts, or chooses some: part → sign or the name of one.
    With ``crowded`` all but the outline are thinner the closer together they lie on the screen,
    and grow as the reader goes nearer; from afar solid lines stay the heavier ones.
    ``projector`` draws everything much thicker.
    """
    scale = PROJECTOR_SCALE if projector else 1.0
    config = {}
    for part, sign in (parts or LINES).items():
        config[part] = line_config(line(sign).scaled(scale))
        if part == "outline":
            config[part]["steady"] = True
    return Overlay("lines", path=published.path, lines=config, crowded=crowded, scale=scale)


def borders(
    published: PublishedShapes,
    sign: str | LineSign = "borough",
    *,
    from_zoom: float | None = None,
    rank: int | None = None,
    projector: bool = False,
) -> Overlay:
    """Draw published borders, or the outlines of areas, above all areas; clicks pass through.

    ``sign`` is the name of one in ``signs.SCALE_LINES`` or a sign; for outlines, which meet and run
    twice, one without dashes. Thicker borders lie above thinner ones, and those with a ``rank``
    above those without, the highest on top. With ``from_zoom`` they show only from that zoom level
    on.
    """
    scale = PROJECTOR_SCALE if projector else 1.0
    config = {"*": line_config(line(sign).scaled(scale))}
    more: dict[str, Any] = {} if from_zoom is None else {"from": from_zoom}
    if rank is not None:
        more["rank"] = rank
    return Overlay("lines", path=published.path, lines=config, **more)


def names(
    *published: PublishedShapes, colours: Sequence[str] = (), projector: bool = False
) -> Overlay:
    """Write the names of published areas into them, where there is room and none lies on another.

    Those of the first layer come first, and bold; areas or ``borders`` of a layer will do.
    ``colours`` gives layers another colour than ink. ``projector`` writes them to be read from
    six metres.
    """
    look = []
    for rank, (one, colour) in enumerate(itertools.zip_longest(published, colours)):
        is_bold = projector or rank < len(published) - 1
        look.append({"path": one.path, "colour": colour or INK, "bold": is_bold})
    size = PROJECTOR_NAME_PX if projector else NAME_PX
    return Overlay("names", of=look, size=size)


def line_config(sign: LineSign) -> dict[str, Any]:
    """Return what the map needs to know of a line's sign."""
    core = {"core": round(sign.core_px, 2)} if sign.core_px else {}
    return core | {
        "colour": sign.colour,
        "width": round(sign.width_px, 2),
        "dash": [round(length, 2) for length in sign.dash_px],
        "round": sign.round_ends,
        "casing": round(sign.casing_px, 2),
    }


def highlight(
    published: PublishedShapes, codes: Iterable[str], *, projector: bool = False
) -> Overlay:
    """Outline areas of a published layer heavily."""
    width = 4.0 * (PROJECTOR_SCALE if projector else 1.0)
    return Overlay("chosen", path=published.path, chosen=list(codes), width=width)


def points(
    lat: ArrayLike,
    lon: ArrayLike,
    *,
    radius_m: ArrayLike | None = None,
    colour: str = RUST,
    projector: bool = False,
) -> Overlay:
    """Draw up to 2,500 positions (degrees, shape ``(n,)`` each) as dots with a pale ring.

    With ``radius_m`` (one for all or one each, metres) they are circles of that size. Nothing is
    published: positions travel with the page, so they may be a participant's. For more use
    ``picture`` or ``own_picture``.

    Raises
    ------
    MappingError
        If there are more, their numbers differ, or one is not finite.
    """
    north, east = np.atleast_1d(np.asarray(lat, float)), np.atleast_1d(np.asarray(lon, float))
    if len(north) != len(east):
        raise MappingError(
            "Each position needs a latitude and a longitude; "
            f"{len(north):,} latitudes and {len(east):,} longitudes were given. Pass pairs."
        )
    degrees = np.column_stack([north, east])
    if len(degrees) > MAX_POINTS or not np.isfinite(degrees).all():
        raise MappingError(
            f"At most {MAX_POINTS:,} finite positions can be drawn one by one; {len(degrees):,} "
            "were given. Draw more of them as a picture."
        )
    whole = np.round(degrees * 1e5).astype(int)
    steps = np.diff(whole, axis=0, prepend=0).ravel().tolist()
    sign = LineSign(colour, 3.5 * (PROJECTOR_SCALE if projector else 1.0))  # checks the colour
    round_ = {} if radius_m is None else {"metres": _radii(radius_m, len(degrees))}
    return Overlay("points", steps=steps, colour=sign.colour, radius=sign.width_px, **round_)


def _radii(radius_m: ArrayLike, count: int) -> list[int]:
    radii = np.atleast_1d(np.asarray(radius_m, float))
    if len(radii) not in (1, count) or not (np.isfinite(radii) & (radii > 0)).all():
        raise MappingError(
            f"{count:,} circles need one radius or {count:,}, in metres and above 0; "
            f"{len(radii):,} were given ({', '.join(f'{r:g}' for r in radii[:5])}). Check them."
        )
    return np.round(np.broadcast_to(radii, count)).astype(int).tolist()


def picture(published: PublishedPicture, *, from_zoom: float | None = None) -> Overlay:
    """Lay a published picture over the areas and under the lines.

    With ``from_zoom`` it shows only from that zoom level on.
    """
    near = {} if from_zoom is None else {"from": from_zoom}
    return Overlay("picture", **picture_config(published), **near)


def own_picture(png: bytes, bounds: Bounds, *, from_zoom: float | None = None) -> Overlay:
    """Lay a picture on the map that is published nowhere: it travels with the page.

    For what people add, a footprint for example: ``dots.draw_some`` gives ``png`` and ``bounds``.

    Raises
    ------
    MappingError
        If it is longer than 30,000 bytes.
    """
    if len(png) > MAX_OWN_BYTES:
        raise MappingError(
            f"A picture that travels with the page may have {MAX_OWN_BYTES:,} bytes; "
            f"{len(png):,} were given. Draw it with max_bytes={MAX_OWN_BYTES}."
        )
    address = f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
    return picture(PublishedPicture(address, bounds), from_zoom=from_zoom)


def make_bounds(lat: float, lon: float, side_m: float) -> Bounds:
    """Return a box (west, south, east, north in degrees) of ``side_m`` metres to each side."""
    high = side_m / METRES_A_DEGREE
    wide = high / math.cos(math.radians(lat))
    return lon - wide, lat - high, lon + wide, lat + high


def spot(
    lat: float,
    lon: float,
    label: str = "",
    *,
    focus: Bounds | None = None,
    projector: bool = False,
) -> Overlay:
    """Light up one position (degrees) with a ring and a label that is always shown.

    ``focus`` (west, south, east, north in degrees) is what the map moves to, once for each new
    one; when the spot is taken away again the map shows the whole place.
    """
    size = 24 if projector else 14
    box = {} if focus is None else {"focus": [round(edge, 5) for edge in focus]}
    return Overlay("spot", lat=lat, lon=lon, label=label, colour=RUST, size=size, **box)
