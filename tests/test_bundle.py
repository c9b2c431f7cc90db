"""The bundle: whole, harmless, the same bytes each time, and read by the programs it is for."""

import io
import json
import sqlite3
import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from mapping import boundaries, places
from mapping.errors import MappingError
from mapping.geography import layers
from mapping.takeaway import (
    MethodNote,
    Request,
    Shapes,
    TableFile,
    bundle,
    export,
    request,
)

ASKED = Request("place", {"place": "borough.E09000007"}, "abc", "2025-05", "A finding.")
WORDS = MethodNote(
    page="Place",
    place="Camden",
    finding="Everyone deals with the same five partners.",
    numbers=[
        (
            "Wards that cross a boundary",
            "4 of 20",
            "More than 1% on the other side.",
        )
    ],
    choices=[("How near a line", "300 metres")],
    counted="Estimated residents.",
    layers=[layers.get("icb", edition=2022)],
    residuals=["In no county: 4% of residents."],
    limits=["Everything is listed."],
    made="1 June 2025",
    data="Postcodes of May 2025.",
)
SOURCE = "Wards. Contains OS data."
HOSTILE = [
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "<script>alert(1)</script>",
    "{{7*7}} ${7*7}",
    "[a](javascript:b)",
]


def squares(count: int = 4, **columns: object) -> gpd.GeoDataFrame:
    shapes = [
        shapely.box(530_000 + n * 100, 180_000, 530_100 + n * 100, 180_100) for n in range(count)
    ]
    told = {"code": [f"T{n}" for n in range(count)], "people": np.arange(count) + 0.125}
    return gpd.GeoDataFrame({**told, **columns}, geometry=shapes, crs=27700)


def made(
    frame: gpd.GeoDataFrame | None = None,
    words: MethodNote = WORDS,
    asked: Request = ASKED,
    png: bytes | None = b"PNG",
) -> dict[str, bytes]:
    frame = squares() if frame is None else frame
    plain = pd.DataFrame(frame.drop(columns="geometry"))
    return unpacked(
        bundle.write(
            words,
            tables=[TableFile("areas", "Wards.", plain, SOURCE, {"people": "Residents"})],
            shapes=[Shapes("areas", "Wards.", frame, SOURCE)],
            png=png,
            asked=asked,
        )
    )


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def on_disk(content: bytes, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_it_holds_what_the_readme_says() -> None:
    files = made()
    assert list(files) == [
        "README.txt",
        "map.png",
        "table.csv",
        "areas.gpkg",
        "areas.geojson",
        "method.md",
        "request.json",
    ]
    readme = files["README.txt"].decode()
    assert len(readme.splitlines()) == 3
    assert all(name in readme for name in files if name != "README.txt")


def test_the_same_view_gives_the_same_bytes() -> None:
    def once() -> bytes:
        return bundle.write(
            WORDS,
            tables=[],
            shapes=[Shapes("areas", "Wards.", squares(), SOURCE)],
            png=b"PNG",
            asked=ASKED,
        )

    first = once()
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert once() == first


def test_a_spreadsheet_reads_the_table_with_its_letters_and_its_source() -> None:
    data = made(squares(name=["Ynys Môn", "São", "b", "c"]))["table.csv"]
    assert data.startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(io.BytesIO(data))
    assert frame["name"].tolist() == ["Ynys Môn", "São", "b", "c"]
    assert set(frame["source"]) == {SOURCE}


def test_the_geopackage_is_read_with_its_coordinates_and_says_whose_data_it_is(
    tmp_path: Path,
) -> None:
    path = on_disk(made()["areas.gpkg"], tmp_path, "areas.gpkg")
    frame = gpd.read_file(path)
    assert frame.crs.to_epsg() == 27700
    assert frame["code"].tolist() == ["T0", "T1", "T2", "T3"]
    assert frame.geometry.iloc[0].equals(squares().geometry.iloc[0])
    assert set(frame["source"]) == {SOURCE}
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        told = database.execute("SELECT identifier, description FROM gpkg_contents").fetchall()
    assert told == [("Wards", SOURCE)]


def test_several_shapes_are_layers_of_one_geopackage_and_a_geojson_each(tmp_path: Path) -> None:
    lines = gpd.GeoDataFrame(
        {"part": ["both"]}, crs=27700, geometry=[shapely.LineString([(0, 0), (9, 9)])]
    )
    shapes = [
        Shapes("a", "Wards.", squares(), SOURCE),
        Shapes("lines", "Lines.", lines, SOURCE),
        Shapes("lines", "More.", lines, SOURCE),
    ]
    files = unpacked(bundle.write(WORDS, tables=[], shapes=shapes, png=None, asked=ASKED))
    path = on_disk(files["areas.gpkg"], tmp_path, "areas.gpkg")
    assert pyogrio.list_layers(path)[:, 0].tolist() == ["areas", "areas-lines", "areas-lines-2"]
    assert {"areas.geojson", "areas-lines.geojson", "areas-lines-2.geojson"} <= set(files)
    assert "map.png" not in files
    assert "map.png" not in files["README.txt"].decode()


def test_geojson_follows_rfc_7946(tmp_path: Path) -> None:
    data = made()["areas.geojson"]
    told = json.loads(data)
    assert told["type"] == "FeatureCollection"
    assert "crs" not in told
    assert told["attribution"] == SOURCE
    ring = np.array(told["features"][0]["geometry"]["coordinates"][0])
    assert shapely.LinearRing(ring).is_ccw
    assert (abs(ring) <= [180, 90]).all()
    assert (np.round(ring, 6) == ring).all()
    frame = gpd.read_file(on_disk(data, tmp_path, "areas.geojson"))
    assert frame.crs.to_epsg() == 4326
    assert frame.to_crs(27700).geometry.iloc[0].hausdorff_distance(squares().geometry.iloc[0]) < 1


def test_rows_without_a_shape_are_kept_and_told() -> None:
    frame = squares(name=["Wood", "Hill", "Dale", "Moor"])
    frame.loc[1, "geometry"] = None
    files = made(frame)
    told = json.loads(files["areas.geojson"])
    assert [one["geometry"] is None for one in told["features"]] == [False, True, False, False]
    assert "1 of 4 rows has no map area (Hill)" in told["note"]
    assert "1 of 4 rows has no map area (Hill)" in files["method.md"].decode()


def test_missing_numbers_are_null_in_geojson() -> None:
    told = json.loads(made(squares(share=[0.5, np.nan, 1, 0]))["areas.geojson"])
    assert [one["properties"]["share"] for one in told["features"]] == [0.5, None, 1, 0]


def test_no_file_holds_a_text_that_a_spreadsheet_or_a_browser_would_run(tmp_path: Path) -> None:
    frame = squares(5, name=HOSTILE).rename(columns={"people": "=people"})
    words = replace(WORDS, finding=HOSTILE[2], own=HOSTILE[4], place="a\n# b")
    files = made(frame, words, replace(ASKED, workspace=HOSTILE[2]))
    taken = gpd.read_file(on_disk(files["areas.gpkg"], tmp_path, "a.gpkg"))
    told = [one["properties"] for one in json.loads(files["areas.geojson"])["features"]]
    table = pd.read_csv(io.BytesIO(files["table.csv"]), dtype=str)
    for names in (taken["name"], [one["name"] for one in told], table["name"]):
        assert [name.startswith(export.FORMULA) for name in names] == [False] * 5
        assert list(names)[2:] == HOSTILE[2:]
    assert "'=people" in table.columns
    assert "'=people" in told[0]
    note = files["method.md"].decode()
    assert "<script>" not in note.replace(r"\<script\>", "")
    assert "\n# b" not in note
    assert "[a](javascript:b)" not in note
    assert len(files["README.txt"].decode().splitlines()) == 3


def test_the_method_note_says_all_that_a_reader_must_know() -> None:
    note = made()["method.md"].decode()
    for words in (
        "Everyone deals with",
        "Wards that cross a boundary: 4 of 20",
        "More than 1%",
        "300 metres",
        "In no county: 4%",
        layers.get("icb", edition=2022).source,
        "valid to 2026-03-31",
        "Postcodes of May 2025",
        "1 June 2025",
        "`people`: Residents",
        "4 rows",
        export.DERIVED,
        *export.attribution(),
    ):
        assert words in note, words


def test_whoever_gets_the_key_of_a_workspace_is_told_so() -> None:
    named = replace(ASKED, workspace="Ours", workspace_version=2)
    assert "You will also need access" in made(asked=named)["README.txt"].decode()
    keyed = made(asked=replace(named, workspace_id="secret"))
    assert "anyone who has it can open and change it" in keyed["README.txt"].decode()
    assert b"secret" in keyed["request.json"]
    assert request.read(keyed["request.json"], pages=["place"]).workspace_id == "secret"


def test_shapes_with_too_many_corners_are_simplified_and_the_note_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bundle, "MAX_CORNERS", 4_000)
    oldham = places.get("Oldham")
    frame = boundaries.polygons(oldham, layers.get("lsoa"))
    frame.loc[3, "geometry"] = None
    assert shapely.get_num_coordinates(frame.geometry.to_numpy()).sum() > 4_000
    files = made(frame)
    assert "simplified to" in files["method.md"].decode()
    told = json.loads(files["areas.geojson"])
    assert len(told["features"]) == len(frame)
    drawn = [one["geometry"] for one in told["features"] if one["geometry"]]
    shapes = shapely.from_geojson([json.dumps(one) for one in drawn])
    assert len(shapes) == len(frame) - 1
    assert shapely.get_num_coordinates(shapes).sum() <= 4_000


def test_too_many_shapes_are_left_out_and_the_note_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MAX_SHAPES", 3)
    files = made()
    assert not {"areas.gpkg", "areas.geojson"} & set(files)
    assert "4 map areas are too many to include (at most 3)" in files["method.md"].decode()
    assert "table.csv" in files


def test_shapes_without_a_crs_are_refused() -> None:
    frame = squares().set_crs(None, allow_override=True)
    with pytest.raises(MappingError, match="must have a CRS"):
        made(frame)
