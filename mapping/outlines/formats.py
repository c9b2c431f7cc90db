"""Formats: the kinds of files of boundaries that are read, each told by its content alone.

What a file is called is not believed: a description of data that lie elsewhere may be called
anything, and is refused, as is every other file that is none of ``FORMATS``.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from mapping import zips
from mapping.errors import MappingError
from mapping.outlines import (
    flatgeobuf,
    found,
    geojson,
    geopackage,
    geoparquet,
    kml,
    shapefile,
)
from mapping.outlines.found import Outlines

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
HEAD_BYTES = 4_000
"""So much of a text is looked at to tell what it is."""
BOUNDARIES = zips.Limits(
    what="a zip with a shapefile, or one file of boundaries,",
    advice="Zip the files of the layer alone, and upload that.",
    max_files=1_000,
    max_unpacked_bytes=250_000_000,
    max_file_bytes=200_000_000,
)
"""What may be in the zip of a file of boundaries."""
_PARTS = ("shp", "dbf", "prj", "cpg")


@dataclass(frozen=True)
class Format:
    """One kind of file: what a reader calls it, usual suffixes, how it is told, what reads it."""

    name: str
    suffixes: tuple[str, ...]
    recognise: Callable[[bytes], bool]
    read: Callable[[bytes, str], list[Outlines]]


def _begin(content: bytes) -> bytes:
    """Return how a text begins, without marks of its encoding, blanks and XML's own lines."""
    head = content[:HEAD_BYTES]
    for mark in MARKS:
        head = head.removeprefix(mark)
    return re.sub(rb"^(<\?xml[^>]*>|<!--.*?-->|\s|\x00)+", b"", head, flags=re.S)


def _is_kml(content: bytes) -> bool:
    return re.match(rb"<(\w+:)?kml[\s>]", _begin(content).replace(b"\x00", b"")) is not None


def _read_zip(content: bytes, name: str) -> list[Outlines]:
    """Read the shapefiles in a zip, in whatever folders, or its one file of another kind."""
    with zips.open_zip(content, BOUNDARIES) as archive:
        there = [one for one in archive.namelist() if not _is_aside(one)]
        by_stem: dict[str, dict[str, str]] = defaultdict(dict)
        for one in there:
            stem, _, suffix = one.rpartition(".")
            by_stem[stem.lower()].setdefault(suffix.lower(), one)
        drawn = [parts for parts in by_stem.values() if "shp" in parts]
        found.check_layers(len(drawn))
        if drawn:
            return [_read_shapefile(archive, parts) for parts in drawn]
        files = [one for one in there if _is_other(one)]
        if len(files) != 1:
            inside = ", ".join(ascii(one[-40:]) for one in there[: found.MAX_EXAMPLES]) or "nothing"
            BOUNDARIES.refuse(
                f"{len(files):,} files of boundaries in it ({inside})",
                "a zip with a shapefile, or with one file of boundaries",
            )
        inner, inside = archive.read(files[0]), PurePosixPath(files[0]).stem
    if inner.startswith(ZIP):
        BOUNDARIES.refuse("another zip in it")
    return recognise(inner).read(inner, inside)


def _is_aside(name: str) -> bool:
    """Tell folders, and what a Mac packs beside each file."""
    return name.endswith("/") or name.startswith("__MACOSX/") or "/." in f"/{name}"


def _is_other(name: str) -> bool:
    return name.lower().endswith(OTHER_SUFFIXES)


def _read_shapefile(archive: zips.CheckedZip, parts: dict[str, str]) -> Outlines:
    some = {kind: archive.read(parts[kind]) for kind in _PARTS if kind in parts}
    return shapefile.read(PurePosixPath(parts["shp"]).stem, shapefile.Parts(**some))


FORMATS = (
    Format("zipped shapefile", (".zip",), lambda c: c.startswith(ZIP), _read_zip),
    Format("GeoPackage", (".gpkg",), lambda c: c.startswith(geopackage.BEGINS), geopackage.read),
    Format("FlatGeobuf", (".fgb",), lambda c: c.startswith(flatgeobuf.BEGINS), flatgeobuf.read),
    Format("GeoParquet", (".parquet",), lambda c: c.startswith(geoparquet.BEGINS), geoparquet.read),
    Format("KML", (".kml", ".kmz"), _is_kml, kml.read),
    Format("GeoJSON", (".geojson", ".json"), lambda c: _begin(c).startswith(b"{"), geojson.read),
)
"""The formats in the order in which a file is tried."""
OTHER_SUFFIXES = tuple(s for one in FORMATS[1:] for s in one.suffixes)
_REFUSED = (
    (rb"<\s*ogrvrt", "a description of data that lie elsewhere (VRT), which is not followed"),
    (rb"<\s*(ogrwfs|wfs|ogrcsw|gdal|oapif)", "a reference to a web service, which is not followed"),
    (rb"<\s*(\w+:)?(wfs_)?(featurecollection|gml)", "GML"),
    (rb"<\s*(gpx|osm)", "a GPX or OpenStreetMap file"),
    (rb"<\s*(!doctype html|html|head|body)", "a web page (HTML)"),
    (rb"<", "an XML file of another kind"),
    (rb"%pdf", "a PDF"),
    (rb"\x00\x00\x27\x0a", "a shapefile without its other files"),
    (rb"(\x89png|\xff\xd8\xff|gif8)", "a picture"),
    (rb"https?://\S+\s*$", "a web address, which is not fetched"),
)
"""How files begin that are no boundaries, or boundaries that are not read, and what they are."""
ZIP_IT = "Zip it together with its .dbf, .shx and .prj, and upload the zip."


def recognise(content: bytes) -> Format:
    """Return the format of a file, by its content; raises MappingError if it is none."""
    for one in FORMATS:
        if one.recognise(content):
            return one
    begins = _begin(content).lower()
    if content.startswith(shapefile.BEGINS):
        begins = content[:4]
    for pattern, what in _REFUSED:
        if re.match(pattern, begins):
            do = ZIP_IT if "other files" in what else found.SAVE
            raise MappingError(
                f"Expected a file of boundaries as {name_formats()}; found {what}. {do}"
            )
    raise MappingError(
        f"Expected a file of boundaries as {name_formats()}; found another kind of file. "
        f"{found.SAVE}"
    )


def is_boundaries(content: bytes) -> bool:
    """Tell whether a file is more likely boundaries than a table, or is to be refused as such."""
    if content.startswith(ZIP):
        try:
            with zips.open_zip(content, BOUNDARIES) as archive:
                names = [one.lower() for one in archive.namelist()]
        except MappingError:
            return True
        return not any(one.endswith(("workbook.xml", "workbook.bin")) for one in names)
    begins = _begin(content).lower()
    return (
        begins.startswith((b"<", b"{"))
        or any(one.recognise(content) for one in FORMATS)
        or content.startswith(shapefile.BEGINS)
    )


def name_formats(*, suffixes: bool = False) -> str:
    """Name all formats for a sentence: "GeoPackage, KML or GeoJSON", on request with suffixes."""
    names = [f"{one.name} ({', '.join(one.suffixes)})" if suffixes else one.name for one in FORMATS]
    return f"{', '.join(names[:-1])} or {names[-1]}"
