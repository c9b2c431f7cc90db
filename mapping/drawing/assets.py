"""Files that the browser fetches once: Leaflet, boundaries, pictures of dots."""

import functools
import hashlib
import importlib.metadata
import importlib.util
import itertools
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mapping import derived
from mapping.drawing import names, steps
from mapping.drawing.labels import pack
from mapping.errors import DiskError, MappingError

STATIC_DIR = Path(__file__).resolve().parents[2] / "static"
OWN_SCRIPTS = ("commonground.js", "ground.js", "areas.js", "marks.js", "names.js", "groups.js")

# Browsers keep a file without an expiry for a tenth of its age. Names that carry the content's
# hash or version never go stale, so they get an old date and are fetched once.
_OLD_DATE_S = 1_000_000_000

PRUNE_EVERY = 200
"""After so many new files a server looks whether old ones are to be cleared away."""
_writes = itertools.count(1)

_LEAFLET_PACKAGE = "XStatic-Leaflet"
_LEAFLET_MODULE = "xstatic.pkg.leaflet"
_LEAFLET_FILES = (
    "leaflet.js",
    "images/layers.png",
    "images/layers-2x.png",
    "images/marker-icon.png",
    "images/marker-icon-2x.png",
    "images/marker-shadow.png",
)
_STYLE = "leaflet-style.js"


@dataclass(frozen=True)
class PublishedShapes:
    """Name a layer that the browser can fetch: its path below ``static/`` and its codes.

    The codes stand in the order of the file's features; lines have none.
    """

    path: str
    codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PublishedLabels:
    """Name the labels of a published layer that the browser can fetch, below ``static/``."""

    path: str


@dataclass(frozen=True)
class PublishedPicture:
    """Name a picture that the browser can fetch, and its place: west, south, east, north."""

    path: str
    bounds: tuple[float, float, float, float]


def install_assets(static_dir: Path = STATIC_DIR) -> Path:
    """Copy Leaflet from its installed package to ``static/vendor/`` and return that folder.

    Nothing is copied where the same version lies there already; several processes may do this at
    the same moment. The stylesheet becomes a script, so that the map waits for it.

    Raises
    ------
    MappingError
        If the package that carries Leaflet is not installed or lacks a file.
    DiskError
        If the folder cannot be written to.
    """
    target = static_dir / vendor_path()
    if any(not (target / name).is_file() for name in (*_LEAFLET_FILES, _STYLE)):
        try:
            _copy_leaflet(_leaflet_source(), target)
        except OSError as fault:
            raise derived.explain_unwritten("the map program") from fault
    return target


def clear_published(static_dir: Path = STATIC_DIR) -> None:
    """Delete files in ``static/geo/`` that nobody used for long: see ``derived.prune``."""
    derived.prune(static_dir / "geo", "*")


def vendor_path() -> str:
    """Return where Leaflet lies below ``static/``, with its version in the name."""
    try:
        version = importlib.metadata.version(_LEAFLET_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        raise _explain_no_leaflet("it is not installed") from None
    return f"vendor/leaflet-{version}"


def _explain_no_leaflet(found: str) -> MappingError:
    return MappingError(
        f"Maps need the Python package {_LEAFLET_PACKAGE}, which carries Leaflet; {found}. "
        "Install what requirements.txt lists: python -m pip install -r requirements.txt"
    )


def _leaflet_source() -> Path:
    spec = importlib.util.find_spec(_LEAFLET_MODULE)
    if spec is None or spec.origin is None:
        raise _explain_no_leaflet("its module was not found")
    return Path(spec.origin).parent / "data"


def _copy_leaflet(source: Path, folder: Path) -> None:
    missing = [name for name in (*_LEAFLET_FILES, "leaflet.css") if not (source / name).is_file()]
    if missing:
        raise _explain_no_leaflet(
            f"{len(missing)} of its files are missing ({', '.join(missing[:5])})"
        )
    css = json.dumps((source / "leaflet.css").read_text(encoding="utf-8"))
    style = f"commonGround.style({css}, document.currentScript.src);\n"
    copied = {name: (source / name).read_bytes() for name in _LEAFLET_FILES}
    for name, content in {**copied, _STYLE: style.encode()}.items():
        derived.write(folder / name, content, modified_s=_OLD_DATE_S)


def _read_own(name: str) -> bytes:
    """Read a script of ours; raises MappingError if it is not there."""
    try:
        return (STATIC_DIR / name).read_bytes()
    except OSError as fault:
        raise MappingError(
            f"Maps and keys need the file {name} of static/; it cannot be read. Restore static/ "
            "from the repository."
        ) from fault


@functools.cache
def version(name: str) -> str:
    """Return the name of a script of ours below ``static/`` with a hash of what it holds."""
    content = _read_own(name)
    return f"{name}?v={hashlib.sha1(content, usedforsecurity=False).hexdigest()[:12]}"


@functools.cache
def scripts(static_url: str) -> tuple[str, ...]:
    """Return the addresses of the map's scripts, in the order in which they must load.

    They are named after what they hold when a server first asks: restart it after an edit.
    """
    vendor = f"{static_url}/{vendor_path()}"
    content = b"".join(map(_read_own, OWN_SCRIPTS))
    version = hashlib.sha1(content, usedforsecurity=False).hexdigest()[:12]
    ours = [f"{static_url}/{name}?v={version}" for name in OWN_SCRIPTS]
    return (*ours, f"{vendor}/leaflet-style.js", f"{vendor}/leaflet.js")


def publish(frame: gpd.GeoDataFrame, name: str, static_dir: Path = STATIC_DIR) -> PublishedShapes:
    """Write boundaries to ``static/geo/`` for the browser to fetch once, as ``steps`` says.

    Only for public boundaries: whoever knows the address can read the file.

    Parameters
    ----------
    frame
        Areas with the columns ``code`` (unique) and ``name``, or lines with the column ``part``
        (a key of ``signs.LINES``), in any CRS. Other columns are not written; rows without a
        geometry are left out. The frame is not changed.
    name
        What the file is called, before the hash of its content.
    static_dir
        The folder that is served as ``/app/static``.

    Returns
    -------
    Published
        The path below ``static/`` and the codes in the order of the file.

    Raises
    ------
    MappingError
        If the frame has no CRS, lacks a column, or repeats a code.
    """
    columns = _check_columns(frame)
    kept = frame[~(frame.geometry.isna() | frame.geometry.is_empty)]
    shapes = write_shapes(kept.geometry, is_line="part" in columns)
    if "code" in columns:
        return publish_areas(kept, shapes, names.find_rooms(kept.geometry), name, static_dir)
    return publish_lines(zip(kept["part"], shapes, strict=True), name, static_dir)


def publish_areas(
    units: pd.DataFrame,
    drawn: Sequence[str],
    rooms: np.ndarray,
    name: str,
    static_dir: Path = STATIC_DIR,
) -> PublishedShapes:
    """Write areas to ``static/geo/`` whose text is at hand, as ``publish`` does.

    ``units`` has a row for each, with the columns ``code`` and ``name``; ``drawn`` are their texts
    as of ``steps.write_geometries``, and ``rooms`` the circles of ``names.find_rooms``, (n, 3).
    """
    at = names.write_circles(rooms, steps.STEPS_A_DEGREE)
    rows = [
        {"code": code, "name": called} | ({"at": room} if room else {})
        for code, called, room in zip(units["code"], units["name"], at, strict=True)
    ]
    content = steps.write(rows, drawn).encode()
    return PublishedShapes(_write(content, name, "json", static_dir), tuple(units["code"]))


def publish_lines(
    parts: Iterable[tuple[str, str]], name: str, static_dir: Path = STATIC_DIR
) -> PublishedShapes:
    """Write lines to ``static/geo/`` whose text is at hand, as ``publish`` does.

    ``parts`` are the key of ``signs.LINES`` that each is drawn by, and its text, as of
    ``joined.write``.
    """
    known = list(parts)
    rows = [{"part": kind} for kind, _ in known]
    content = steps.write(rows, [drawn for _, drawn in known]).encode()
    return PublishedShapes(_write(content, name, "json", static_dir))


def publish_borders(
    lines: gpd.GeoSeries, units: gpd.GeoDataFrame, name: str, static_dir: Path = STATIC_DIR
) -> PublishedShapes:
    """Write borders, each once, to ``static/geo/``, with the names of the units between them.

    ``lines`` are the borders of the layer whose ``units`` (columns ``name`` and geometry) have
    their names written; of both the CRS is known. The units' own shapes are not written.
    """
    real = lines[~(lines.isna() | lines.is_empty)]  # islands have no border with each other
    shapes = write_shapes(real, is_line=True)
    kept = units[~(units.geometry.isna() | units.geometry.is_empty)]
    at = names.write_circles(names.find_rooms(kept.geometry), steps.STEPS_A_DEGREE)
    named = [[said, *room] for said, room in zip(kept["name"], at, strict=True) if room]
    side_m = round(float(np.sqrt(kept.geometry.to_crs(27700).area.mean())))
    rows = [{"part": "*"}] * len(shapes)
    content = steps.write(rows, shapes, side=side_m, names=named).encode()
    return PublishedShapes(_write(content, name, "json", static_dir))


def publish_labels(
    published: PublishedShapes, labels: Mapping[str, str], name: str, static_dir: Path = STATIC_DIR
) -> PublishedLabels:
    """Write what stands under the names of published areas (code → words) to ``static/geo/``.

    Only what everybody may read: whoever knows the address can read the file.
    """
    content = json.dumps(pack(published.codes, labels), separators=(",", ":")).encode()
    return PublishedLabels(_write(content, name, "json", static_dir))


def _check_columns(frame: gpd.GeoDataFrame) -> list[str]:
    if frame.crs is None:
        raise MappingError(
            f"Boundaries must have a CRS; these {len(frame)} rows have none. "
            'Set it where they are read, for example frame.set_crs("EPSG:27700").'
        )
    columns = ["part"] if "part" in frame.columns else ["code", "name"]
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise MappingError(
            "Boundaries must have the columns code and name (areas) or part (lines); "
            f"{', '.join(missing)} is missing among {', '.join(map(str, frame.columns[:5]))}. "
            "Add it before publishing."
        )
    if columns == ["code", "name"] and frame["code"].duplicated().any():
        repeated = pd.unique(frame.loc[frame["code"].duplicated(), "code"])
        raise MappingError(
            f"Each area must have a code of its own; {len(repeated)} codes are repeated "
            f"({', '.join(map(str, repeated[:5]))}). Dissolve by code first."
        )
    return columns


def write_shapes(shapes: gpd.GeoSeries, *, is_line: bool = False) -> list[str]:
    """Return shapes as texts of ``steps``, in any CRS; short lines joined for dashes."""
    a_degree = steps.STEPS_A_DEGREE
    degrees = shapes.to_crs("EPSG:4326").to_numpy()
    rounded = shapely.transform(degrees, lambda at: np.round(at * a_degree) / a_degree)
    rounded = shapely.remove_repeated_points(rounded, 0.0)
    return steps.write_geometries(shapely.line_merge(rounded) if is_line else rounded)


def publish_picture(
    png: bytes,
    bounds: tuple[float, float, float, float],
    name: str,
    static_dir: Path = STATIC_DIR,
) -> PublishedPicture:
    """Write a picture in Web Mercator to ``static/geo/`` for the browser to fetch once.

    ``bounds`` are its west, south, east and north edges in degrees, as ``dots.png`` returns them.
    """
    return PublishedPicture(_write(png, name, "png", static_dir), bounds)


def is_there(path: str, static_dir: Path = STATIC_DIR) -> bool:
    """Tell whether a published file is still in its place below ``static/``; it counts as used."""
    return _note_use(static_dir / path)


def read_published(path: Path) -> bytes:
    """Read a published file; raises DiskError if it was deleted since, or cannot be read."""
    try:
        return path.read_bytes()
    except OSError as fault:
        raise DiskError(
            "A file of this map is no longer on the server. Open the page again, and it is made "
            "anew."
        ) from fault


def _note_use(target: Path) -> bool:
    """Note that a published file is used (see ``derived.prune``); tell whether it is there."""
    try:
        os.utime(target, (_OLD_DATE_S, _OLD_DATE_S))
    except OSError:  # not there, or another user's
        return target.is_file()
    return True


def _write(content: bytes, name: str, suffix: str, static_dir: Path) -> str:
    """Write a file named after its content, whole or not at all, and return its path.

    Raises DiskError where the folder cannot be written to.
    """
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()[:12]
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "layer"
    path = f"geo/{slug}-{digest}.{suffix}"
    target = static_dir / path
    if not _note_use(target):
        try:
            derived.write(target, content, modified_s=_OLD_DATE_S)
        except OSError as fault:
            raise derived.explain_unwritten("a file of the map") from fault
        if next(_writes) % PRUNE_EVERY == 0:
            derived.prune(target.parent, "*")
    return path
