"""Files of boundaries as tests make them: every format, honest and broken, and all harmless."""

import io
import json
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import shapely

WEST, SOUTH, SIDE_M = 526_000, 182_000, 1_000
"""Where the squares begin: in Camden."""


def squares(count: int = 4, names: str = "patch") -> gpd.GeoDataFrame:
    """Draw squares beside each other in Camden, the first with a hole, on the British grid."""
    x = [WEST + SIDE_M * i for i in range(count)]
    drawn = [shapely.box(w, SOUTH, w + SIDE_M, SOUTH + SIDE_M) for w in x]
    drawn[0] = drawn[0].difference(shapely.box(WEST + 100, SOUTH + 100, WEST + 300, SOUTH + 300))
    told = {names: [f"Patch {chr(65 + i)}" for i in range(count)], "homes": range(10, 10 + count)}
    return gpd.GeoDataFrame(told, geometry=drawn, crs=27700)


def write(frame: gpd.GeoDataFrame, folder: Path, suffix: str, **options: object) -> bytes:
    """Write a frame as a file of some format, and return its bytes."""
    path = folder / f"patches{suffix}"
    if suffix == ".parquet":
        frame.to_parquet(path)
    elif suffix == ".kml":
        frame.to_crs(4326).to_file(path, driver="KML", **options)
    else:
        frame.to_file(path, **options)
    return path.read_bytes()


def write_shapefile(frame: gpd.GeoDataFrame, folder: Path, **options: object) -> dict[str, bytes]:
    """Write a frame as a shapefile, and return its files by suffix."""
    frame.to_file(folder / "patches.shp", **options)
    return {one.suffix[1:]: one.read_bytes() for one in folder.glob("patches.*")}


def pack(files: Mapping[str, bytes]) -> bytes:
    """Zip some files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def geojson(*geometries: object, **more: object) -> bytes:
    """Write geometries as GeoJSON, each called by its number; ``more`` stands beside them."""
    features = [
        {
            "type": "Feature",
            "properties": {"name": f"Area {i}"},
            "geometry": json.loads(shapely.to_geojson(one)) if one is not None else None,
        }
        for i, one in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def kml(folders: Mapping[str, Mapping[str, str]], inside: str = "") -> bytes:
    """Write KML of folders: the corners of placemarks by their names."""
    written = "".join(
        f"<Folder><name>{folder}</name>"
        + "".join(
            f"<Placemark><name>{name}</name>{inside}<Polygon><outerBoundaryIs><LinearRing>"
            f"<coordinates>{corners}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
            "</Placemark>"
            for name, corners in marks.items()
        )
        + "</Folder>"
        for folder, marks in folders.items()
    )
    head = '<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2">'
    return f"{head}<Document>{written}</Document></kml>".encode()


def dbf_mark(dbf: bytes, mark: int) -> bytes:
    """Return a table with another mark of its encoding."""
    return dbf[:29] + struct.pack("B", mark) + dbf[30:]
