"""Refusals: files that are no table, told by their content, and what to do with each."""

import re
from typing import NamedTuple

from mapping import books, zips

_SAVE = "Open it, save the table as CSV or as an Excel workbook (.xlsx), and upload that."
_COPY = (
    "Open it, copy the table into a spreadsheet, save that as CSV or .xlsx and upload it; a list "
    "can be copied and pasted into the box instead."
)
_SHAPES = (
    "Upload it as a map of areas; or, for footprints of organisations, open it in a map program "
    "and save the layer as CSV with the geometry as WKT (in QGIS: Export, Save Features As, CSV, "
    "GEOMETRY AS_WKT), with a column for the organisation's name, and upload that."
)
_TYPE = "Type the table into a spreadsheet, save it as CSV or .xlsx, and upload that."
_UNZIP = "Unpack it and upload the CSV or the Excel workbook inside."
_SIGNATURES = (
    (b"%PDF", "a PDF", _COPY),
    (b"\x89PNG", "a picture (PNG)", _TYPE),
    (b"\xff\xd8\xff", "a picture (JPEG)", _TYPE),
    (b"GIF8", "a picture (GIF)", _TYPE),
    (b"BM", "a picture (BMP)", _TYPE),
    (b"II*\x00", "a picture (TIFF)", _TYPE),
    (b"MM\x00*", "a picture (TIFF)", _TYPE),
    (b"RIFF", "a picture or a recording (RIFF)", _TYPE),
    (b"PAR1", "a Parquet file", _SAVE),
    (b"SQLite format 3\x00", "a GeoPackage or another database", _SHAPES),
    (b"\x00\x00\x27\x0a", "a shapefile", _SHAPES),
    (b"{\\rtf", "a text document (RTF)", _COPY),
    (b"\x1f\x8b", "a compressed file (gzip)", _UNZIP),
    (b"7z\xbc\xaf\x27\x1c", "a compressed file (7z)", _UNZIP),
    (b"Rar!", "a compressed file (RAR)", _UNZIP),
    (b"BZh", "a compressed file (bzip2)", _UNZIP),
    (b"\xfd7zXZ", "a compressed file (xz)", _UNZIP),
)
"""How other files begin, what they are, and what to do."""
_INSIDE = (
    (r"word/document\.xml", "a Word document", _COPY),
    (r"ppt/.*", "a PowerPoint presentation", _COPY),
    (r"Index(/.*\.iwa|\.zip)", "an Apple Numbers or Pages document", _SAVE),
    (r"doc\.kml|.*\.kml", "a KML file (KMZ)", _SHAPES),
    (r"(?i).*\.(shp|gpkg|geojson|gdb/.*|tab|mif)", "a zip with boundaries", _SHAPES),
)
"""What zip archives hold that are something else."""
_MARKUP = (
    (r"<!doctype html|<html|<head|<table|<body", "a web page (HTML)", _COPY),
    (r"<ogrvrt|<vrt|<ogrwfs|<wfs", "a description of other data (VRT or WFS), not a table", _SAVE),
    (r"<kml|<gml|<wfs:|<osm|<gpx", "a file of boundaries (KML, GML or GPX)", _SHAPES),
    (r"<svg", "a picture (SVG)", _TYPE),
    (r"<workbook|<\?mso-application progid=\"excel", "an old Excel workbook as XML", _SAVE),
)
"""How texts begin that are markup, behind their ``<?xml …?>``."""


class Refusal(NamedTuple):
    """What a file is that is no table, and what to do with it."""

    found: str
    do: str


def find_signature(content: bytes) -> Refusal | None:
    """Tell a file that begins as pictures, databases and archives do."""
    for begins, found, do in _SIGNATURES:
        if content.startswith(begins) and (begins != b"BM" or b"\x00" in content[:32]):
            return Refusal(found, do)
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"):
        return Refusal("a picture (HEIC)", _TYPE)
    if content.startswith(books.COMPOUND):
        return _identify_compound(content)
    if _is_dbase(content):
        return Refusal("a dBase table (.dbf), as it is part of a shapefile", _SAVE)
    return None


def _is_dbase(content: bytes) -> bool:
    """Tell a dBase table by its version, its date, and the mark at the end of its header."""
    if len(content) < 65 or content[0] not in (0x03, 0x30, 0x83, 0x8B, 0xF5):
        return False
    header = int.from_bytes(content[8:10], "little")
    dated = 1 <= content[2] <= 12 and 1 <= content[3] <= 31
    return dated and 65 <= header <= len(content) and 0x0D in content[header - 2 : header]


def _identify_compound(content: bytes) -> Refusal | None:
    """Tell what an OLE container holds by the names of its streams; None for a workbook."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if has("EncryptedPackage"):
        do = "Open it, save it without the password, and upload that."
        return Refusal("a workbook that is locked with a password", do)
    if books.identify(content):
        return None
    if has("__substg1.0_") or has("__properties_version1.0"):
        do = "Open it, copy the list and paste it into the box."
        return Refusal("an Outlook message (.msg)", do)
    found = "an old Word document (.doc)" if has("WordDocument") else "an older Office file"
    return Refusal(found, _COPY)


def identify_archive(content: bytes) -> Refusal | None:
    """Tell what a zip archive is that is no workbook."""
    if books.identify(content):
        return None
    with zips.open_zip(content, books.ANY_ZIP) as archive:
        names = archive.namelist()
        kind = archive.read("mimetype")[:60] if _is_small(archive, "mimetype") else b""
    if b"opendocument" in kind:
        return Refusal("an OpenDocument file that is not a spreadsheet (.odt, .odp)", _SAVE)
    for pattern, found, do in _INSIDE:
        if any(re.fullmatch(pattern, name) for name in names):
            return Refusal(found, do)
    return Refusal("a zip archive", _UNZIP)


def _is_small(archive: zips.CheckedZip, name: str) -> bool:
    return name in archive.namelist() and archive.getinfo(name).file_size < 1000


def find_markup(text: str, name: str) -> Refusal | None:
    """Tell markup and JSON; a table may well have cells of them."""
    begins = text[:5000].lstrip().lower()
    bare = re.sub(r"^(<\?xml[^>]*>|<!--.*?-->|\s)+", "", begins, flags=re.S)
    called = " called .csv" if name.lower().endswith(".csv") else ""
    for pattern, found, do in _MARKUP:
        if re.match(pattern, bare):
            return Refusal(found + called, do)
    if begins.startswith("<?xml"):
        return Refusal("an XML file", _SAVE)
    is_json = re.match(r"\{\s*\"|\[\s*[\[{]", begins) and text.rstrip()[-1:] in "}]"
    if is_json and re.search(r'"(features|coordinates|geometry|arcs)"', text[:100_000]):
        return Refusal("a GeoJSON or TopoJSON file", _SHAPES)
    if is_json:
        return Refusal("a JSON file", _SAVE)
    return None
