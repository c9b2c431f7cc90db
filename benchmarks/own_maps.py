"""Maps that somebody brings: a table as it is uploaded, files of boundaries, and hostile ones."""

import io
import json
import sqlite3
import struct
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.bars import Row
from benchmarks.timing import medians_s, seconds
from mapping import boundaries, intake, outlines, own_maps, places
from mapping.errors import MappingError
from mapping.geography import layers

LOOKUP_BAR = 8
"""A table may take so many times as long as pandas reads and joins it."""
MOST_S = 20
FACTS = own_maps.Facts("Team")
REACHING = ("socket.connect", "socket.getaddrinfo", "urllib.Request", "subprocess.Popen")
SUFFIXES = (".gpkg", ".geojson", ".fgb", ".parquet", ".kml")


def rows() -> Iterator[Row]:
    """Measure a table of England's small areas, London's wards as files, and hostile files."""
    yield from _table()
    yield from _files()
    yield from _hostile()


def _table() -> Iterator[Row]:
    codes = layers.get("lsoa").codes.astype(str)
    england = codes[np.char.startswith(codes, "E")]
    lines = "".join(f"{code},{code[:6]}\n" for code in england)
    content = f"lsoa,team\n{lines}".encode()
    known = pd.DataFrame({"lsoa": codes})

    def ours() -> own_maps.OwnMap:
        sheet = intake.read_sheet(content, name="teams.csv")
        roles = own_maps.choose_roles(sheet.frame, {})
        return own_maps.read_table(sheet, roles, FACTS)

    def peer() -> pd.DataFrame:
        return known.merge(pd.read_csv(io.BytesIO(content)), on="lsoa", how="left")

    ours_s, peers_s = medians_s(ours, {"pandas": peer}, calls=3)
    what = f"a table of {len(england):,} small areas"
    yield Row(f"{what} → map, with an outcome a row", ours_s * 1e3, "ms")
    times = ours_s / peers_s["pandas"]
    yield Row(f"{what}: times as long as pandas.read_csv and merge", times, "×", LOOKUP_BAR, "less")


def _files() -> Iterator[Row]:
    """Time the wards of London as files: read, put on the grid, and made a map."""
    london = places.get("Greater London")
    wards = boundaries.polygons(london, layers.get("ward"))[["code", "name", "geometry"]]
    wards = wards[wards.geometry.notna()]
    for suffix, content in _write_all(wards).items():

        def read(content: bytes = content) -> None:
            (layer,) = outlines.read(content, name="wards")
            placed = outlines.place_on_grid(layer)
            own_maps.read_drawing(layer, placed, FACTS, name="name", code="code")

        taken_s, _ = medians_s(read, {}, calls=3)
        note = f"{len(content) / 1e6:.1f} MB"
        yield Row(f"{len(wards)} wards as {suffix} → map", taken_s * 1e3, "ms", note=note)


def _write_all(frame: gpd.GeoDataFrame) -> dict[str, bytes]:
    """Write a frame in every format that is read, by its suffix."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for suffix in SUFFIXES:
            path = Path(folder) / f"a{suffix}"
            if suffix == ".parquet":
                frame.to_parquet(path)
            else:
                driver = {"driver": "KML"} if suffix == ".kml" else {}
                frame.to_crs(4326 if driver else 27700).to_file(path, **driver)
            found[suffix] = path.read_bytes()
        frame.to_file(Path(folder) / "z.shp")
        found[".zip"] = _pack({p.name: p.read_bytes() for p in Path(folder).glob("z.*")})
    return found


def _pack(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _hostile() -> Iterator[Row]:
    """Put hostile files through all that is made of one; all of them are harmless by themselves."""
    seen: list[str] = []
    is_on = [True]

    with tempfile.TemporaryDirectory() as folder:
        secret = Path(folder) / "harmless.csv"
        secret.write_text("name\nharmless\n")

        def listen(event: str, arguments: tuple) -> None:
            named = event == "open" and str(arguments[0]).startswith(str(secret))
            if is_on[0] and (named or event in REACHING):
                seen.append(f"{event} {arguments[0]}")

        sys.addaudithook(listen)
        crashes: list[str] = []
        sentences: set[str] = set()
        took: dict[str, float] = {}
        for name, make in _list_hostile(secret).items():
            took[name] = seconds(partial(_attempt, name, make(), crashes, sentences))
        is_on[0] = False
    slowest = max(took, key=took.__getitem__)
    yield Row("hostile boundary files", len(took), "")
    yield Row("hostile boundary files: different sentences", len(sentences), "")
    yield Row("hostile boundary files: the slowest", took[slowest], "s", MOST_S, "less", slowest)
    read = [one for one in seen if one.startswith("open")]
    for what, faults in (
        ("crashes", sorted(set(crashes))),
        ("files of the server read", read),
        ("calls out", [one for one in seen if one not in read]),
    ):
        yield Row(f"hostile boundary files: {what}", len(faults), "", 0, "less", "; ".join(faults))


def _attempt(name: str, content: bytes, crashes: list[str], sentences: set[str]) -> None:
    try:
        for layer in outlines.read(content, name=name):
            placed = outlines.place_on_grid(layer)
            if not placed.question:
                own_maps.read_drawing(layer, placed, FACTS, name=own_maps.guess_name(layer))
    except MappingError as fault:
        sentences.add(str(fault))
    except Exception as fault:  # noqa: BLE001 - a crash of any kind is what is counted
        crashes.append(f"{name}: {type(fault).__name__} {fault}"[:200])


def _list_hostile(secret: Path) -> dict[str, Callable[[], bytes]]:
    """List hostile files by name: descriptions of other data, bombs, and shapes that are none."""
    vrt = f"<OGRVRTDataSource><OGRVRTLayer name='a'><SrcDataSource>{secret}</SrcDataSource>"
    vrt += "</OGRVRTLayer></OGRVRTDataSource>"
    wfs = "<OGRWFSDataSource><URL>http://127.0.0.1:9/wfs</URL></OGRWFSDataSource>"
    link = {"type": "link", "properties": {"href": "http://127.0.0.1:9/", "type": "proj4"}}
    grids = {"type": "name", "properties": {"name": f"+proj=longlat +nadgrids={secret}"}}
    box = shapely.box(-0.14, 51.54, -0.13, 51.55)
    bow = shapely.Polygon([(-0.14, 51.54), (-0.13, 51.55), (-0.13, 51.54), (-0.14, 51.55)])
    zeros = b"\x00" * 12_000_000
    named = {
        f"{kind} as a{suffix}": partial(str.encode, text)
        for kind, text in {"vrt": vrt, "wfs": wfs, "address": "http://127.0.0.1:9/a.gpkg"}.items()
        for suffix in (*SUFFIXES, ".shp", ".zip")
    }
    return {
        **named,
        "vrt in a zip": lambda: _pack({"a.geojson": vrt.encode()}),
        "vrt within a shapefile": lambda: _pack({"a.shp": _hide(vrt), "a.dbf": b""}),
        "a system by link": lambda: _write_geojson([box], crs=link),
        "a system with a grid of its own": lambda: _write_geojson([box], crs=grids),
        "a bomb": lambda: _pack({"a.shp": zeros, "a.dbf": zeros}),
        "traversal": lambda: _pack({f"../../{secret.name}": b"x", "a.shp": b"x"}),
        "a bow-tie": lambda: _write_geojson([bow]),
        "null, empty and mixed": lambda: _write_geojson(
            [None, shapely.Polygon(), box, bow.centroid]
        ),
        "3D": lambda: _write_geojson([shapely.force_3d(box, 5.0)]),
        "10,000 columns": lambda: _write_geojson([box], **{f"c{i}": i for i in range(10_000)}),
        "deep lists": lambda: b'{"features":' + b"[" * 200_000,
        "many lists": lambda: b'{"features":[' + b"[]," * 3_500_000 + b"[]]}",
        "a view without end": _write_endless,
        "entities": lambda: b'<!DOCTYPE kml [<!ENTITY a "aaaa">]><kml>&a;</kml>',
    }


def _hide(text: str) -> bytes:
    head = struct.pack(">i", 9994) + text.encode()[:20].ljust(20, b"\x00")
    return head + struct.pack(">i", 50) + struct.pack("<ii", 1000, 5) + b"\x00" * 64


def _write_geojson(shapes: list[shapely.Geometry | None], crs: object = None, **told: int) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"name": f"a{i}", **told},
            "geometry": json.loads(shapely.to_geojson(one)) if one is not None else None,
        }
        for i, one in enumerate(shapes)
    ]
    return json.dumps({"type": "FeatureCollection", "crs": crs, "features": features}).encode()


def _write_endless() -> bytes:
    """Write a GeoPackage whose one layer is a view that never ends."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        gpd.GeoDataFrame(geometry=[shapely.box(0, 0, 1, 1)], crs=27700).to_file(path, layer="a")
        with sqlite3.connect(path) as database:
            database.execute(
                "CREATE VIEW endless AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT "
                "fid + 1 FROM n) SELECT fid, NULL AS geom FROM n"
            )
            database.execute("UPDATE gpkg_geometry_columns SET table_name = 'endless'")
        return path.read_bytes()
