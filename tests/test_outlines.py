"""Files of boundaries: every format, the traps of each, and hostile ones refused in a sentence."""

import json
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import boundary_files as files
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from mapping import outlines
from mapping.errors import MappingError
from mapping.outlines import Outlines, flatgeobuf, formats, found, geopackage, shapefile

ROOT = Path(__file__).resolve().parents[1]
FORMATS = (".gpkg", ".geojson", ".fgb", ".parquet", ".kml")
AREAS_M2 = {"Patch A": 960_000, "Patch B": 1_000_000, "Patch C": 1_000_000, "Patch D": 1_000_000}
CORNERS = "-0.14,51.54 -0.13,51.54 -0.13,51.55 -0.14,51.54"


def read_one(content: bytes, name: str = "patches.bin") -> Outlines:
    (layer,) = outlines.read(content, name=name)
    return layer


def measure(layer: Outlines, system: str = "", names: str = "patch") -> dict[str, int]:
    """Return the ground of each area in square metres, to ten metres, by its name."""
    placed = outlines.place_on_grid(layer, system)
    assert placed.question == ""
    areas = shapely.area(placed.shapes)
    return {
        name: round(m2 / 1000) * 1000 for name, m2 in zip(layer.columns[names], areas, strict=True)
    }


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_comes_to_the_same_areas(suffix, tmp_path):
    layer = read_one(files.write(files.squares(), tmp_path, suffix))
    assert measure(layer) == AREAS_M2
    assert dict(zip(layer.columns["patch"], layer.columns["homes"], strict=True)) == {
        "Patch A": "10",
        "Patch B": "11",
        "Patch C": "12",
        "Patch D": "13",
    }


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_format_is_told_by_its_content_whatever_it_is_called(suffix, tmp_path):
    content = files.write(files.squares(), tmp_path, suffix)
    assert measure(read_one(content, "report.pdf")) == AREAS_M2
    zipped = files.pack({f"a/b/c/layer{suffix}": content, "a/readme.txt": b"hello"})
    assert measure(read_one(zipped, "a.zip")) == AREAS_M2


@pytest.mark.parametrize("folder", ["", "deep/er and/deeper/"])
def test_a_zipped_shapefile_is_found_at_any_depth(folder, tmp_path):
    parts = files.write_shapefile(files.squares(), tmp_path)
    packed = {f"{folder}Patches.{kind.upper()}": part for kind, part in parts.items()}
    packed["__MACOSX/._Patches.shp"] = b"\x00\x05\x16\x07"
    layer = read_one(files.pack(packed))
    assert (layer.name, layer.crs) == ("Patches", "EPSG:27700")
    assert measure(layer) == AREAS_M2


def test_the_holes_of_a_shapefile_lie_in_the_smallest_edge_around_them(tmp_path):
    big, lake = shapely.box(0, 0, 100, 100), shapely.box(20, 20, 80, 80)
    island, pond = shapely.box(40, 40, 60, 60), shapely.box(45, 45, 50, 50)
    drawn = shapely.MultiPolygon([big.difference(lake), island.difference(pond)])
    moved = shapely.transform(drawn, lambda xy: xy * 10 + (files.WEST, files.SOUTH))
    frame = gpd.GeoDataFrame({"patch": ["A"]}, geometry=[moved], crs=27700)
    layer = read_one(
        files.pack({f"a.{k}": v for k, v in files.write_shapefile(frame, tmp_path).items()})
    )
    assert shapely.equals(layer.shapes[0], moved)
    assert len(layer.shapes[0].geoms) == 2


def test_rings_that_run_the_wrong_way_round_are_areas_all_the_same():
    rings = [[[0, 0], [0, 10], [10, 10], [10, 0], [0, 0]][::way] for way in (1, -1)]
    esri = {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 102100, "latestWkid": 3857},
        "features": [{"attributes": {"name": "a"}, "geometry": {"rings": [r]}} for r in rings],
    }
    layer = read_one(json.dumps(esri).encode())
    assert shapely.area(layer.shapes).tolist() == [100, 100]
    assert layer.crs == "EPSG:3857"


# --- several layers ---------------------------------------------------------------------------


def test_all_layers_of_a_geopackage_are_listed(tmp_path):
    path = tmp_path / "two.gpkg"
    files.squares(2).to_file(path, layer="localities")
    files.squares(4).to_file(path, layer="teams")
    found_ = outlines.read(path.read_bytes(), name="two.gpkg")
    assert [(one.name, len(one.columns)) for one in found_] == [("localities", 2), ("teams", 4)]


def test_all_shapefiles_of_a_zip_are_listed(tmp_path):
    packed = {}
    for name, count in (("one", 1), ("three", 3)):
        (tmp_path / name).mkdir()
        for kind, part in files.write_shapefile(files.squares(count), tmp_path / name).items():
            packed[f"{name}/{name}.{kind}"] = part
    found_ = outlines.read(files.pack(packed), name="x.zip")
    assert {one.name: len(one.columns) for one in found_} == {"one": 1, "three": 3}


def test_folders_of_kml_are_layers_also_if_they_are_called_alike_and_may_be_joined():
    told = {"Wards": {"North": CORNERS}, "Pins": {}, "Wards ": {"South": CORNERS, "East": CORNERS}}
    found_ = outlines.read(files.kml(told), name="map.kml")
    assert [(one.name, len(one.columns)) for one in found_] == [("Wards", 1), ("Wards", 2)]
    assert outlines.are_alike(found_)
    whole = outlines.join(found_, "map")
    assert whole.columns["name"].tolist() == ["North", "South", "East"]
    assert whole.columns["folder"].tolist() == ["Wards"] * 3
    assert whole.is_area.all()
    other = outlines.read(
        files.kml(
            {"Sites": {"Hub": CORNERS}},
            '<ExtendedData><Data name="beds"><value>3</value></Data></ExtendedData>',
        ),
        name="b.kml",
    )
    assert not outlines.are_alike([*found_, *other])


def test_a_placemarks_own_name_stands_beside_a_field_of_that_name():
    data = '<ExtendedData><Data name="name"><value>E05000128</value></Data></ExtendedData>'
    layer = read_one(files.kml({"": {"North": CORNERS}}, data))
    assert layer.columns.loc[0, ["name", "name (data)"]].tolist() == ["North", "E05000128"]


def test_kml_that_links_elsewhere_says_that_areas_are_missing():
    link = b"<NetworkLink><Link><href>http://127.0.0.1:9/more.kml</href></Link></NetworkLink>"
    content = files.kml({"A": {"North": CORNERS}}).replace(b"<Document>", b"<Document>" + link)
    assert "not fetched" in read_one(content).notes[0]


# --- texts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cpg", "written", "read_as"),
    [
        (b"ISO-8859-1", "utf-8", "Rhôs-on-Sea"),  # says Latin, is UTF-8
        (b"65001", "utf-8", "Rhôs-on-Sea"),
        (None, "utf-8", "Rhôs-on-Sea"),
        (b"UTF-8", "cp1252", "Rhôs-on-Sea"),  # says UTF-8, is not
        (b"OEM 850", "cp850", "Rhôs-on-Sea"),
        (None, "cp1252", "Rhôs-on-Sea"),
    ],
)
def test_texts_of_a_shapefile_are_tried_as_utf_8_before_its_cpg_is_believed(
    cpg, written, read_as, tmp_path
):
    frame = files.squares(1).assign(patch=["Rhôs-on-Sea"])
    parts = files.write_shapefile(frame, tmp_path, encoding=written)
    parts["dbf"] = files.dbf_mark(parts["dbf"], 0)
    parts.pop("cpg")
    packed = {f"a.{kind}": part for kind, part in parts.items()}
    if cpg is not None:
        packed["a.cpg"] = cpg
    layer = read_one(files.pack(packed))
    assert layer.columns["patch"].tolist() == [read_as]
    assert bool(layer.notes) == (written != "utf-8")


def test_a_text_of_a_shapefile_that_is_cut_within_a_letter_is_utf_8_still(tmp_path):
    frame = files.squares(2).assign(patch=["Rhôs", "x" * 253 + "ô"])
    parts = files.write_shapefile(frame, tmp_path, encoding="utf-8")
    layer = read_one(files.pack({f"a.{kind}": part for kind, part in parts.items()}))
    assert layer.columns["patch"][0] == "Rhôs"


def test_a_shapefile_without_its_table_or_with_deleted_rows_says_so(tmp_path):
    parts = files.write_shapefile(files.squares(3), tmp_path)
    alone = {f"a.{kind}": parts[kind] for kind in ("shp", "prj")}
    assert "no names" in read_one(files.pack(alone)).notes[0]
    start, width = struct.unpack_from("<HH", parts["dbf"], 8)
    dbf = bytearray(parts["dbf"])
    dbf[start + width] = ord("*")
    layer = read_one(files.pack({"a.shp": parts["shp"], "a.dbf": bytes(dbf)}))
    assert layer.columns["patch"].tolist() == ["Patch A", "Patch C"]
    assert "1 row that is marked as deleted" in layer.notes[0]


def test_values_are_written_as_they_would_be_read():
    values = [3, 3.0, 1.5, None, float("nan"), True, b"\x00", {"a": [1]}, " x\x00 ", "007"]
    told = [found.write_cell(value) for value in values]
    assert told == ["3", "3", "1.5", "", "", "True", "", '{"a": [1]}', "x", "007"]


# --- coordinate systems -----------------------------------------------------------------------


def grid_box() -> shapely.Geometry:
    return shapely.box(files.WEST, files.SOUTH, files.WEST + 1000, files.SOUTH + 1000)


def test_geojson_without_a_crs_is_in_degrees_and_asked_about_where_it_cannot_be():
    degrees = gpd.GeoSeries([grid_box()], crs=27700).to_crs(4326)[0]
    assert outlines.place_on_grid(read_one(files.geojson(degrees))).question == ""
    layer = read_one(files.geojson(grid_box()))
    asked = outlines.place_on_grid(layer)
    assert asked.options == ("grid",)
    assert asked.question == (
        "The file says that its coordinates are degrees, but they run from 526,000, 182,000 to "
        "527,000, 183,000."
    )
    assert measure(layer, "grid", "name") == {"Area 0": 1_000_000}


def test_degrees_that_are_the_wrong_way_round_are_asked_about():
    degrees = gpd.GeoSeries([grid_box()], crs=27700).to_crs(4326)[0]
    turned = shapely.transform(degrees, lambda xy: xy[:, ::-1])
    layer = read_one(files.geojson(turned))
    asked = outlines.place_on_grid(layer)
    assert asked.options == ("turned",)
    assert abs(measure(layer, "turned", "name")["Area 0"] - 1_000_000) < 2_000


@pytest.mark.parametrize("system", ["degrees", "grid", "web"])
def test_a_shapefile_without_a_prj_is_asked_about(system, tmp_path):
    frame = files.squares().to_crs({"degrees": 4326, "grid": 27700, "web": 3857}[system])
    parts = files.write_shapefile(frame, tmp_path)
    layer = read_one(files.pack({"a.shp": parts["shp"], "a.dbf": parts["dbf"]}))
    asked = outlines.place_on_grid(layer)
    assert layer.crs == ""
    assert system in asked.options
    assert asked.question.startswith("The file does not say what its coordinates are")
    assert measure(layer, system).keys() == AREAS_M2.keys()


def test_a_geopackage_whose_crs_is_wrong_is_asked_about(tmp_path):
    wrong = files.squares().to_crs(4326).set_crs(27700, allow_override=True)
    layer = read_one(files.write(wrong, tmp_path, ".gpkg"))
    assert outlines.place_on_grid(layer).options == ("degrees",)


@pytest.mark.parametrize("crs", [3857, 4258, 32630, 29902])
def test_a_system_that_a_file_names_is_followed(crs, tmp_path):
    placed = outlines.place_on_grid(
        read_one(files.write(files.squares().to_crs(crs), tmp_path, ".gpkg"))
    )
    assert placed.question == ""
    assert shapely.hausdorff_distance(placed.shapes[1], files.squares().geometry[1]) < 5


def test_geoparquet_without_a_crs_is_in_degrees_and_one_of_null_is_asked_about(tmp_path):
    frame = files.squares().to_crs(4326)
    assert read_one(files.write(frame, tmp_path, ".parquet")).crs == "EPSG:4326"
    layer = read_one(files.write(frame.set_crs(None, allow_override=True), tmp_path, ".parquet"))
    assert layer.crs == ""
    assert outlines.place_on_grid(layer).options == ("degrees",)


@pytest.mark.parametrize(
    "told",
    [
        {"type": "link", "properties": {"href": "http://127.0.0.1:9/crs", "type": "proj4"}},
        {"type": "name", "properties": {"name": "+proj=longlat +nadgrids=/etc/hostname"}},
        {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::99999999999"}},
        {"type": "name", "properties": [1]},
    ],
)
def test_a_crs_that_points_elsewhere_is_not_followed(told):
    degrees = gpd.GeoSeries([grid_box()], crs=27700).to_crs(4326)[0]
    layer = read_one(files.geojson(degrees, crs=told))
    assert layer.crs == ""
    assert outlines.place_on_grid(layer).options == ("degrees",)


def test_corners_beyond_the_earth_are_refused(tmp_path):
    frame = files.squares()
    shapes = frame.geometry.to_numpy().copy()
    shapes[3] = shapely.box(0, 0, 1e300, 1e300)
    layer = read_one(
        files.write(frame.set_geometry(gpd.GeoSeries(shapes, crs=27700)), tmp_path, ".parquet")
    )
    with pytest.raises(MappingError, match="corners that lie far beyond it"):
        outlines.place_on_grid(layer)


def test_areas_elsewhere_are_refused():
    with pytest.raises(MappingError, match="areas in Great Britain; found some from 100, 10 to"):
        outlines.place_on_grid(read_one(files.geojson(shapely.box(100, 10, 101, 11))))
    with pytest.raises(MappingError, match="none as degrees"):
        outlines.place_on_grid(read_one(files.geojson(grid_box())), "degrees")


# --- services ---------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["top", "properties"])
def test_one_page_of_a_service_is_said_to_be_one(where):
    flag = {"exceededTransferLimit": True}
    more = flag if where == "top" else {"properties": flag}
    layer = read_one(files.geojson(grid_box(), **more))
    assert "areas may be missing" in layer.notes[0]
    assert read_one(files.geojson(grid_box(), exceededTransferLimit=False)).notes == ()
    ring = [[0, 0], [0, 10], [10, 10], [10, 0], [0, 0]]
    features = [{"attributes": {"name": "a"}, "geometry": {"rings": [ring]}}]
    esri = {"spatialReference": {"wkid": 27700}, "features": features, **flag}
    assert "areas may be missing" in read_one(json.dumps(esri).encode()).notes[0]


# --- rows without a shape, and others ---------------------------------------------------------


def test_rows_without_a_shape_stay_and_other_shapes_are_none():
    point, line = shapely.Point(-0.1, 51.5), shapely.LineString([(-0.1, 51.5), (-0.1, 51.6)])
    degrees = gpd.GeoSeries([grid_box()], crs=27700).to_crs(4326)[0]
    both = shapely.GeometryCollection([degrees, point])
    layer = read_one(files.geojson(None, degrees, point, line, both, shapely.Polygon()))
    assert layer.is_area.tolist() == [False, True, False, False, True, False]
    assert outlines.place_on_grid(layer).question == ""
    with pytest.raises(MappingError, match="2 rows without one: points, lines or nothing"):
        outlines.place_on_grid(read_one(files.geojson(point, line)))


def test_a_shape_that_cannot_be_read_does_not_cost_the_others():
    content = files.geojson(grid_box(), grid_box()).decode()
    first = content.index("[[[")
    half = f"{content[:first]}[[[1,2],[3,4]]]{content[content.index(']]]') + 3 :]}".encode()
    layer = read_one(half)
    assert layer.is_area.tolist() == [False, True]
    assert layer.notes == ("1 shape is written otherwise than GeoJSON is, and left out.",)


def test_texts_that_look_like_corners_stay_as_they_are():
    odd = 'see \\"coordinates\\": [1, 2] and "rings"'
    content = files.geojson(grid_box()).decode().replace("Area 0", odd.replace('"rings"', "rings"))
    assert read_one(content.encode()).columns["name"][0] == 'see "coordinates": [1, 2] and rings'


def test_heights_are_left_out(tmp_path):
    frame = files.squares()
    frame = frame.set_geometry(shapely.force_3d(frame.geometry.to_numpy(), 7.0))
    for suffix in FORMATS:
        layer = read_one(files.write(frame, tmp_path, suffix))
        assert not shapely.has_z(layer.shapes).any()
        assert measure(layer) == AREAS_M2
    parts = files.write_shapefile(frame, tmp_path)
    assert (
        measure(
            read_one(
                files.pack({f"a.{k}": v for k, v in parts.items() if k in ("shp", "dbf", "prj")})
            )
        )
        == AREAS_M2
    )


def test_a_geopackage_that_was_copied_while_it_was_open_is_read(tmp_path):
    content = bytearray(files.write(files.squares(), tmp_path, ".gpkg"))
    content[18:20] = b"\x02\x02"
    assert measure(read_one(bytes(content))) == AREAS_M2


@pytest.mark.parametrize("suffix", [".gpkg", ".fgb", ".parquet"])
def test_a_million_corners_are_read(suffix, tmp_path):
    turn = np.linspace(0, 2 * np.pi, 1_000_001)
    ring = np.c_[530_000 + 5_000 * np.cos(turn), 180_000 + 5_000 * np.sin(turn)]
    frame = gpd.GeoDataFrame({"patch": ["A"]}, geometry=[shapely.Polygon(ring)], crs=27700)
    assert read_one(files.write(frame, tmp_path, suffix)).corners == 1_000_001


# --- hostile files ----------------------------------------------------------------------------


@pytest.fixture
def watched(monkeypatch) -> Iterator[list[str]]:
    """List the files that are opened, and the addresses that are asked for, in a test."""
    seen: list[str] = []
    active = [True]

    def listen(event: str, arguments: tuple) -> None:
        if active[0] and event in (
            "open",
            "socket.connect",
            "socket.getaddrinfo",
            "urllib.Request",
            "sqlite3.connect",
            "subprocess.Popen",
        ):
            seen.append(f"{event} {arguments[0]}")

    sys.addaudithook(listen)
    yield seen
    active[0] = False


NAMES = ("a.geojson", "a.gpkg", "a.shp", "a.kml", "a.fgb", "a.parquet", "a.zip")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["vrt", "wfs", "address", "web page"])
def test_a_description_of_data_elsewhere_is_refused_under_any_name(kind, name, tmp_path, watched):
    secret = tmp_path / "harmless.csv"
    secret.write_text("name,WKT\nSecret,POINT (0 0)\n")
    content = {
        "vrt": f'<OGRVRTDataSource><OGRVRTLayer name="harmless"><SrcDataSource>{secret}'
        "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>",
        "wfs": "<OGRWFSDataSource><URL>http://127.0.0.1:9/wfs</URL></OGRWFSDataSource>",
        "address": "http://127.0.0.1:9/areas.geojson",
        "web page": "<!DOCTYPE html><html><body>Areas</body></html>",
    }[kind].encode()
    watched.clear()
    with pytest.raises(MappingError, match=r"not followed|not fetched|a web page"):
        outlines.read(content, name=name)
    with pytest.raises(MappingError):
        outlines.read(files.pack({name: content}), name="a.zip")
    assert not [one for one in watched if str(secret) in one or "127.0.0.1" in one]


def test_a_description_that_stands_within_a_shapefile_or_a_table_is_not_followed(tmp_path, watched):
    parts = files.write_shapefile(files.squares(), tmp_path)
    shp = bytearray(parts["shp"])
    shp[4:21] = b"<OGRVRTDataSource"  # where the head of a shapefile has nothing
    layer = read_one(files.pack({"a.shp": bytes(shp), "a.dbf": parts["dbf"]}))
    assert len(layer.columns) == 4
    assert [one for one in watched if "socket" in one] == []


BOMB = 12_000_000


@pytest.mark.parametrize(
    ("name", "make", "said"),
    [
        (
            "bomb",
            lambda: files.pack({"a.shp": b"\x00" * BOMB, "b.dbf": b"\x00" * BOMB}),
            "times its packed size",
        ),
        ("traversal", lambda: files.pack({"../../a.shp": b"x"}), "none of which points outside"),
        ("root", lambda: files.pack({"/a.gpkg": b"x"}), "none of which points outside"),
        (
            "zip in zip",
            lambda: files.pack({"a.geojson": files.pack({"a": b"x"})}),
            "another zip in it",
        ),
        ("empty zip", lambda: files.pack({}), "found 0 files of boundaries"),
        ("two files", lambda: files.pack({"a.kml": b"x", "b.kml": b"x"}), "found 2 files"),
        ("nothing", lambda: b"", "an empty one"),
        ("lone shapefile", lambda: shapefile.BEGINS + b"\x00" * 96, "Zip it together"),
        ("gml", lambda: b"<gml:FeatureCollection/>", "found GML"),
        ("text", lambda: b"hello", "another kind of file"),
        ("picture", lambda: b"\x89PNG\r\n", "a picture"),
        ("pdf", lambda: b"%PDF-1.7", "a PDF"),
        ("json", lambda: b'{"a": 1}', "JSON without any"),
        ("cut json", lambda: b'{"type": "FeatureCollection", "features": [', "may be cut off"),
        ("deep json", lambda: b'{"features":' + b"[" * 100_000, "may be cut off"),
        (
            "many lists",
            lambda: b'{"features":[' + b"[]," * 3_000_001 + b"[]]}",
            "lists and objects",
        ),
        ("topology", lambda: b'{"type": "Topology", "objects": {}}', "found TopoJSON"),
        (
            "odd shapes",
            lambda: b'{"type":"Polygon","coordinates":[[["a"],["b"],["c"],["d"]]]}',
            "written otherwise",
        ),
        (
            "no numbers",
            lambda: b'{"type":"Polygon","coordinates":[[[NaN,1],[2,2],[3,1],[NaN,1]]]}',
            "written otherwise",
        ),
        (
            "entities",
            lambda: b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a "b">]><kml>&a;</kml>',
            "XML file of another kind|document type",
        ),
        ("cut kml", lambda: b"<kml><Document>", "may be cut off"),
        ("kml without areas", lambda: b"<kml></kml>", "one without any"),
        ("odd kml", lambda: files.kml({"A": {"B": "a,b c,d e,f g,h"}}), "longitude,latitude"),
        ("database", lambda: geopackage.BEGINS + b"\x00" * 500, "cannot be read as one"),
        ("parquet", lambda: b"PAR1" + b"\x00" * 50 + b"PAR1", "damaged"),
        ("fgb", lambda: flatgeobuf.BEGINS + b"\x00" + b"\xff" * 100, "damaged or cut off"),
    ],
)
def test_a_hostile_or_broken_file_gets_a_sentence_of_its_own(name, make, said, watched):
    with pytest.raises(MappingError, match=said) as fault:
        outlines.read(make(), name=f"{name}.geojson")
    assert str(fault.value).startswith("Expected ")
    assert [one for one in watched if "socket" in one] == []


def test_ten_thousand_columns_are_refused(tmp_path):
    properties = {f"c{i}": i for i in range(10_000)}
    feature = {"type": "Feature", "properties": properties, "geometry": None}
    many = json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()
    data = "".join(f'<Data name="c{i}"><value>1</value></Data>' for i in range(10_000))
    marks = files.kml({"A": {"B": CORNERS}}, f"<ExtendedData>{data}</ExtendedData>")
    wide = pd.concat(
        [files.squares(1), pd.DataFrame({f"c{i}": [i] for i in range(10_000)})], axis=1
    )
    table = files.write(gpd.GeoDataFrame(wide, geometry="geometry"), tmp_path, ".parquet")
    for content in (many, marks, table):
        with pytest.raises(
            MappingError, match=r"at most 200 columns beside the shapes; found 10,00"
        ):
            outlines.read(content, name="wide")


def test_a_view_that_never_ends_and_a_virtual_table_are_not_read(tmp_path):
    path = tmp_path / "patches.gpkg"
    files.squares().to_file(path, layer="real")
    with sqlite3.connect(path) as database:
        database.execute(
            "CREATE VIEW endless AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 "
            "FROM n) SELECT fid, NULL AS geom FROM n"
        )
        database.execute("CREATE VIRTUAL TABLE words USING fts5(geom)")
        for name in ("endless", "words"):
            database.execute(
                "INSERT INTO gpkg_geometry_columns SELECT ?, column_name, geometry_type_name, "
                "srs_id, z, m FROM gpkg_geometry_columns WHERE table_name = 'real'",
                (name,),
            )
    assert [one.name for one in outlines.read(path.read_bytes(), name="a.gpkg")] == ["real"]


def test_a_table_that_says_it_is_larger_than_it_is_is_damaged(tmp_path):
    parts = files.write_shapefile(files.squares(), tmp_path)
    for kind, at, value in (
        ("dbf", 4, struct.pack("<I", 2)),
        ("dbf", 8, struct.pack("<H", 65_000)),
        ("shp", 104, struct.pack(">i", 0)),
        ("shp", 144, struct.pack("<i", 2**31 - 1)),
        ("shp", 148, struct.pack("<i", 2**31 - 1)),
    ):
        broken = bytearray(parts[kind])
        broken[at : at + len(value)] = value
        packed = files.pack({f"a.{k}": v for k, v in {**parts, kind: bytes(broken)}.items()})
        with pytest.raises(MappingError, match=r"damaged|at most"):
            outlines.read(packed, name="a.zip")


@pytest.mark.parametrize("suffix", [*FORMATS, ".zip"])
def test_a_file_with_bytes_changed_or_cut_off_never_breaks_the_reader(suffix, tmp_path):
    if suffix == ".zip":
        parts = files.write_shapefile(files.squares(), tmp_path)
    else:
        parts = {"x": files.write(files.squares(), tmp_path, suffix)}
    dice = np.random.default_rng(2026)
    for _ in range(60):
        broken = {}
        for kind, part in parts.items():
            whole = bytearray(part)
            for at in dice.integers(0, len(whole), dice.integers(1, 12)):
                whole[at] = dice.integers(256)
            broken[kind] = bytes(whole[: dice.integers(1, len(whole) + 1)])
        if suffix == ".zip":
            content = files.pack({f"a.{kind}": part for kind, part in broken.items()})
        else:
            content = broken["x"]
        with suppress(MappingError):
            for layer in outlines.read(content, name="a"):
                outlines.place_on_grid(layer)


def test_limits_hold(monkeypatch, tmp_path):
    monkeypatch.setattr(found, "MAX_ROWS", 3)
    for suffix in FORMATS:
        with pytest.raises(MappingError, match="at most 3 areas in a layer"):
            outlines.read(files.write(files.squares(), tmp_path, suffix), name="a")
    monkeypatch.setattr(found, "MAX_ROWS", 100)
    monkeypatch.setattr(found, "MAX_CORNERS", 10)
    for suffix in FORMATS:
        with pytest.raises(MappingError, match="at most 10 corners together"):
            outlines.read(files.write(files.squares(), tmp_path, suffix), name="a")


def test_boundaries_are_told_from_tables(tmp_path):
    for suffix in FORMATS:
        assert outlines.is_boundaries(files.write(files.squares(), tmp_path, suffix))
    assert outlines.is_boundaries(files.pack({"a.shp": b"x"}))
    for table in (b"area,team\nE01000842,North\n", files.pack({"xl/workbook.xml": b"<a/>"})):
        assert not outlines.is_boundaries(table)


def test_the_formats_are_named_in_a_sentence():
    assert formats.name_formats() == (
        "zipped shapefile, GeoPackage, FlatGeobuf, GeoParquet, KML or GeoJSON"
    )
    assert "(.kml, .kmz)" in outlines.name_formats(suffixes=True)


def test_no_library_of_formats_is_asked(tmp_path):
    for suffix in FORMATS:
        files.write(files.squares(), tmp_path, suffix)
    code = (
        "import sys; from pathlib import Path; sys.modules['pyogrio'] = None;"
        "from mapping import outlines\n"
        f"for suffix in {FORMATS!r}:\n"
        f"    content = Path({str(tmp_path)!r}, 'patches' + suffix).read_bytes()\n"
        "    [layer] = outlines.read(content, name='patches')\n"
        "    assert outlines.place_on_grid(layer).question == ''\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, f"ended with {ran.returncode}: {ran.stderr}"


def test_a_prj_that_names_a_grid_of_its_own_is_not_followed(tmp_path):
    parts = files.write_shapefile(files.squares().to_crs(4326), tmp_path)
    grid = f'EXTENSION["PROJ4","+proj=longlat +nadgrids={tmp_path}/harmless.gsb"]'
    prj = (
        'GEOGCS["Somewhere",DATUM["Of its own",SPHEROID["Its own",6378000,300],'
        f'{grid}],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
    )
    packed = {"a.shp": parts["shp"], "a.dbf": parts["dbf"], "a.prj": prj.encode()}
    layer = read_one(files.pack(packed))
    assert layer.crs == ""
    assert "degrees" in outlines.place_on_grid(layer).options
