"""The bundle that a view is taken away as: one zip for spreadsheet, map program and slide.

bundle.written(
    bundle.Words("Mismatches", "Camden", "4 of 20 wards straddle …", made="1 June 2025", ...),
    tables=[bundle.Table("cross", "Wards and districts.", frame, source)],
    shapes=[bundle.Shapes("cross", "Wards and districts.", frame, source)],
    png=picture.png(...),
    asked=request.Request(...),
)
"""

import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from mapping import derived
from mapping.errors import MappingError
from mapping.geography import Layer
from mapping.takeaway import export, request
from mapping.takeaway.request import Request

MAX_SHAPES, MAX_CORNERS = 60_000, 1_500_000
"""More shapes are left out, and those with more corners are simplified; both are said."""
COARSE_M = 50.0
MAX_SHEET_ROWS = 1_048_576
"""A spreadsheet shows no more rows, the headings among them."""
DECIMALS = 6
"""Of degrees: a tenth of a metre."""
FIXED_TIME = "1980-01-01T00:00:00.000Z"
"""The time that every file says it was made at, so that the same view gives the same bytes."""


@dataclass(frozen=True, eq=False)
class TableFile:
    """A table: a short name, its caption, its rows, whose data it is, and what columns are called.

    ``headings`` has columns with the words that the page has over them.
    """

    name: str
    caption: str
    frame: pd.DataFrame
    source: str
    headings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Shapes:
    """Areas or lines in any CRS: a short name, a caption, the frame, and whose data it is."""

    name: str
    caption: str
    frame: gpd.GeoDataFrame
    source: str


@dataclass(frozen=True, eq=False)
class MethodNote:
    """What the method note says of a view, in sentences.

    Attributes
    ----------
    page, place, finding, explain : "Mismatches", "Camden", the sentence and what stands under it
    numbers : label, value and how it is counted
    choices : what was chosen, and the choice
    counted : what the lens counts and how, in sentences
    layers : the maps that were used
    residuals : who is left out of what
    limits : further sentences, on thresholds and on what was left out of the bundle
    made : the day, "1 June 2025"
    data : the build of the data in words
    own : whose workspace or file it rests on; "" for the data that ship alone
    """

    page: str
    place: str
    finding: str
    explain: str = ""
    numbers: Sequence[tuple[str, str, str]] = ()
    choices: Sequence[tuple[str, str]] = ()
    counted: str = ""
    layers: Sequence[Layer] = ()
    residuals: Sequence[str] = ()
    limits: Sequence[str] = ()
    made: str = ""
    data: str = ""
    own: str = ""


def write(
    words: MethodNote,
    *,
    tables: Sequence[TableFile],
    shapes: Sequence[Shapes],
    png: bytes | None,
    asked: Request,
) -> bytes:
    """Write a view as a zip; the same view always gives the same bytes.

    It holds ``table.csv`` and ``table-<name>.csv`` for further tables, ``areas.gpkg`` (a layer
    each, EPSG:27700), ``areas.geojson`` (and ``areas-<name>.geojson``; EPSG:4326, RFC 7946),
    ``map.png``, ``method.md``, ``request.json`` and ``README.txt``. Texts that a spreadsheet
    would run are neutralised in all of them. Raises MappingError if shapes have no CRS.
    """
    drawn, said = _limit_shapes(shapes)
    files: dict[str, bytes] = {}
    if png is not None:
        files["map.png"] = png
    for file, table in zip(_name_files("table", tables, "csv"), tables, strict=True):
        files[file] = export.csv(table.frame, table.source)
    if drawn:
        files["areas.gpkg"] = _geopackage(drawn)
    for file, one in zip(_name_files("areas", drawn, "geojson"), drawn, strict=True):
        files[file] = geojson(one)
    held = {**_describe_tables(tables), **_describe_shapes(drawn)}
    files["method.md"] = method(words, held, said).encode()
    files[request.NAME] = request.write(asked)
    files = {"README.txt": _readme(words, files, asked).encode(), **files}
    return _zip_files(files)


def _name_files(first: str, several: Sequence[TableFile | Shapes], suffix: str) -> list[str]:
    """Name files: the first plainly, the others after what they hold, each name once."""
    names = [first, *(f"{first}-{export.file_stem(one.name)}" for one in several[1:])]
    seen: dict[str, int] = {}
    numbered = []
    for name in names[: len(several)]:
        seen[name] = seen.get(name, 0) + 1
        numbered.append(f"{name}-{seen[name]}" if seen[name] > 1 else name)
    return [f"{name}.{suffix}" for name in numbered]


def _zip_files(files: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name)  # of 1980
            member.external_attr = 0o644 << 16
            how = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            archive.writestr(member, content, how)
    return file.getvalue()


# ---- shapes ----------------------------------------------------------------------------------


def _limit_shapes(shapes: Sequence[Shapes]) -> tuple[list[Shapes], list[str]]:
    """Leave out what is too many shapes, simplify what has too many corners, and say so."""
    kept, said = [], []
    for one in shapes:
        if one.frame.crs is None:
            raise MappingError(
                f"Shapes must have a CRS; the {len(one.frame)} of “{one.name}” have none. "
                'Set it where they are read, for example frame.set_crs("EPSG:27700").'
            )
        if len(one.frame) > MAX_SHAPES:
            said.append(
                f"{_strip_full_stop(one.caption)}: {len(one.frame):,} map areas are too many to "
                f"include (at most {MAX_SHAPES:,}). Choose a smaller place."
            )
            continue
        frame, tolerance_m = _simplify(one.frame.to_crs(27700))
        if tolerance_m:
            said.append(
                f"The outlines of “{_strip_full_stop(one.caption)}” are simplified to "
                f"{tolerance_m:,.0f} m to keep the file small."
            )
        kept.append(Shapes(one.name, one.caption, frame, one.source))
    return kept, said


def _strip_full_stop(caption: str) -> str:
    return caption.rstrip(".")


def _simplify(frame: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, float]:
    """Simplify shapes until they have few enough corners; return the tolerance, 0 for none."""
    tolerance_m = 0.0
    found = frame
    while int(shapely.get_num_coordinates(found.geometry.to_numpy()).sum()) > MAX_CORNERS:
        tolerance_m = 2 * tolerance_m or COARSE_M
        areal = frame.geom_type.isin(["Polygon", "MultiPolygon"]).all()
        simpler = frame.geometry.simplify_coverage if areal else frame.geometry.simplify
        found = frame.set_geometry(simpler(tolerance_m))
        if tolerance_m > 10_000:
            break
    return found, tolerance_m


def _neutralise_columns(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the columns beside the geometry: rounded, and with no text that would run."""
    plain = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return export.neutralise(export.round_numbers(plain)).reset_index(drop=True)


def _geopackage(shapes: Sequence[Shapes]) -> bytes:
    """Write a GeoPackage with a layer for each; its description has the source, for a program."""
    with derived.make_folder(RuntimeError, sqlite3.OperationalError) as folder:
        path = folder / "areas.gpkg"
        for name, one in zip(_name_files("areas", shapes, ""), shapes, strict=True):
            told = " ".join(filter(None, (one.source, export.say_shapeless(one.frame))))
            columns = _neutralise_columns(one.frame)
            source = next(n for n in ("source", "about", "about_") if n not in columns.columns)
            frame = gpd.GeoDataFrame(
                columns.assign(**{source: told}), geometry=one.frame.geometry.to_numpy(), crs=27700
            )
            frame.to_file(
                path,
                layer=name.rstrip("."),
                driver="GPKG",
                mode="a",
                layer_options={
                    "IDENTIFIER": _strip_full_stop(one.caption)[:200],
                    "DESCRIPTION": told,
                },
            )
        with sqlite3.connect(path) as database:
            database.execute("UPDATE gpkg_contents SET last_change = ?", [FIXED_TIME])
        database.close()
        content = bytearray(path.read_bytes())
        for counter in (24, 92):  # how often SQLite wrote the file: once more or less, by the clock
            content[counter : counter + 4] = (1).to_bytes(4, "big")
        return bytes(content)


def geojson(one: Shapes) -> bytes:
    """Write shapes as GeoJSON after RFC 7946: EPSG:4326, outer rings against the clock.

    The source stands once, in ``attribution`` beside the features; rows without a shape are
    kept, with ``null`` for their geometry.
    """
    degrees = one.frame.geometry.to_crs(4326).to_numpy()
    rounded = shapely.transform(degrees, lambda xy: np.round(xy, DECIMALS))
    turned = shapely.orient_polygons(rounded, exterior_cw=False)
    columns = _neutralise_columns(one.frame)
    rows = columns.astype(object).where(columns.notna(), None).to_dict("records")
    features = (
        f'{{"type":"Feature","properties":{_json(row)},"geometry":{_geometry(shape)}}}'
        for row, shape in zip(rows, turned, strict=True)
    )
    head = {
        "name": _strip_full_stop(one.caption),
        "attribution": one.source,
        "note": export.say_shapeless(one.frame),
    }
    told = _json({key: text for key, text in head.items() if text})[1:-1]
    lines = ",\n".join(features)
    return f'{{"type":"FeatureCollection",{told},"features":[\n{lines}\n]}}\n'.encode()


def _geometry(shape: shapely.Geometry | None) -> str:
    return "null" if shape is None or shape.is_empty else str(shapely.to_geojson(shape))


def _json(told: Mapping) -> str:
    return json.dumps(dict(told), ensure_ascii=False, allow_nan=False, default=str)


# ---- words -----------------------------------------------------------------------------------


def escape_markdown(text: object) -> str:
    """Write somebody's text for Markdown: in one line, and read as text by whatever shows it."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", " ".join(str(text).split()))


def _describe_tables(tables: Sequence[TableFile]) -> dict[str, str]:
    told = {}
    for file, one in zip(_name_files("table", tables, "csv"), tables, strict=True):
        count = f"{len(one.frame):,} row{'' if len(one.frame) == 1 else 's'}"
        long = " More than a spreadsheet shows." if len(one.frame) >= MAX_SHEET_ROWS else ""
        told[file] = (
            f"{escape_markdown(_strip_full_stop(one.caption))} ({count}).{long}{_columns(one)}"
        )
    return told


def _columns(one: TableFile) -> str:
    named = [
        f"`{name}`: {escape_markdown(words)}"
        for name, words in one.headings.items()
        if name in one.frame.columns and name != words
    ]
    return f" Columns: {'; '.join(named)}." if named else ""


def _describe_shapes(shapes: Sequence[Shapes]) -> dict[str, str]:
    if not shapes:
        return {}
    layers = [file.removesuffix(".") for file in _name_files("areas", shapes, "")]
    listed = "; ".join(
        f"layer `{layer}`: {escape_markdown(_strip_full_stop(one.caption))} ({len(one.frame):,})"
        for layer, one in zip(layers, shapes, strict=True)
    )
    web = " and ".join(f"`{file}`" for file in _name_files("areas", shapes, "geojson"))
    bare = " ".join(filter(None, (export.say_shapeless(one.frame) for one in shapes)))
    return {
        "areas.gpkg": f"GeoPackage in British National Grid (EPSG:27700): {listed}. The same "
        f"in degrees (EPSG:4326) in {web}. {escape_markdown(bare)}".rstrip()
    }


def method(words: MethodNote, held: Mapping[str, str], said: Sequence[str] = ()) -> str:
    """Write the method note as Markdown: what was counted, how, from what, and what is left out.

    ``held`` tells of each file with a table or shapes, ``said`` what was done to them.
    """
    numbers = [
        f"**{escape_markdown(label)}: {escape_markdown(value)}.** {escape_markdown(how)}"
        for label, value, how in words.numbers
    ]
    sections = {
        "What we counted": [escape_markdown(words.counted), escape_markdown(words.own)],
        "The figures, and how we count them": numbers,
        "Your settings": [
            f"{escape_markdown(what)}: {escape_markdown(chosen)}" for what, chosen in words.choices
        ],
        "Who is not covered": [escape_markdown(one) for one in words.residuals],
        "Boundary maps used": [_layer(one) for one in words.layers],
        "What is in the files": [f"`{file}`: {told}" for file, told in held.items()],
        "Limitations": [*map(escape_markdown, [*words.limits, *said]), export.DERIVED],
        "Sources": [escape_markdown(words.data), *export.attribution()],
    }
    body = (
        f"## {title}\n\n" + "\n".join(f"- {line}" for line in lines if line)
        for title, lines in sections.items()
        if any(lines)
    )
    head = f"# {escape_markdown(words.finding)}\n\n{escape_markdown(words.explain)}".rstrip()
    where = f"{words.page}: {escape_markdown(words.place)}"
    when = f"{where}. Downloaded from Common Ground on {words.made}."
    return "\n\n".join([head, when, *body]) + "\n"


def _layer(layer: Layer) -> str:
    until = f", valid to {layer.valid_to}" if layer.valid_to else ""
    dated = f", as at {layer.as_at}{until}" if layer.as_at else until
    terms = f"; {escape_markdown(layer.licence)}" if layer.licence else ""
    head = f"**{escape_markdown(layer.title)}** ({escape_markdown(layer.source)}{dated}{terms})."
    left = escape_markdown(export.say_residual(layer).strip())
    return " ".join(filter(None, (head, escape_markdown(layer.description), left)))


def _readme(words: MethodNote, files: Mapping[str, bytes], asked: Request) -> str:
    """Say in three lines what this is, which file is for what, and how the view is opened again."""
    uses = {
        "map.png": "(for slides)",
        "table.csv": "(for spreadsheets)",
        "areas.gpkg": "(for QGIS and other GIS)",
        "areas.geojson": "(for web maps)",
    }
    listed = ", ".join(f"{file} {use}" for file, use in uses.items() if file in files)
    said = [
        f"{words.page}, {words.place}: {words.finding}",
        f"Contents: {listed}. See method.md for sources and limitations.",
        "To reopen this view, click the place name at the top of any page in Common Ground and "
        f"upload this zip, or its request.json. {_key(asked)}",
    ]
    return "".join(" ".join(line.split()) + "\r\n" for line in said)


def _key(asked: Request) -> str:
    if asked.workspace_id:
        return "This file gives access to the workspace: anyone who has it can open and change it."
    if asked.workspace:
        return f"You will also need access to the workspace “{asked.workspace}”."
    return ""
