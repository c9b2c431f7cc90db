"""Files that the browser fetches."""

import importlib.metadata
import itertools
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from test_steps import as_geojson

from mapping import derived
from mapping.drawing import assets
from mapping.drawing.steps import STEPS_A_DEGREE
from mapping.errors import MappingError


def town() -> gpd.GeoDataFrame:
    boxes = [shapely.box(x, 180_000, x + 1_000, 181_000) for x in (530_000, 531_000, 532_000)]
    columns = {"code": ["b", "a", "c"], "name": ["Bee", "Ay </script>", "Sea"], "people": [1, 2, 3]}
    return gpd.GeoDataFrame(columns, geometry=boxes, crs="EPSG:27700")


def read(static: Path, published: assets.PublishedShapes) -> dict:
    return json.loads((static / published.path).read_text())


def test_leaflet_is_copied_once_and_whole(tmp_path: Path) -> None:
    folder = assets.install_assets(tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == [
        "images",
        "leaflet-style.js",
        "leaflet.js",
    ]
    assert len(list((folder / "images").iterdir())) == 5
    inode = (folder / "leaflet.js").stat().st_ino
    assert assets.install_assets(tmp_path) == folder
    assert (folder / "leaflet.js").stat().st_ino == inode
    assert [path.name for path in (tmp_path / "vendor").iterdir()] == [folder.name]


def test_many_servers_may_copy_leaflet_at_the_same_moment(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        folders = list(pool.map(assets.install_assets, [tmp_path] * 8))
    assert len(set(folders)) == 1
    assert [path.name for path in (tmp_path / "vendor").iterdir()] == [folders[0].name]


def test_another_version_of_leaflet_is_copied_beside_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "vendor" / "leaflet-0.7").mkdir(parents=True)
    assert (assets.install_assets(tmp_path) / "leaflet.js").is_file()


def test_a_missing_package_is_named_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(_: str) -> str:
        raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(importlib.metadata, "version", absent)
    with pytest.raises(MappingError, match=r"XStatic-Leaflet.*not installed.*requirements\.txt"):
        assets.install_assets(tmp_path)


def test_a_broken_package_is_named_and_nothing_half_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "_leaflet_source", lambda: tmp_path)
    with pytest.raises(MappingError, match="7 of its files are missing"):
        assets.install_assets(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_only_code_and_name_are_published_in_degrees(tmp_path: Path) -> None:
    frame = town()
    before = frame.copy()
    published = assets.publish(frame, "Town & Co", tmp_path)
    features = read(tmp_path, published)["features"]
    assert [(*feature["properties"],) for feature in features] == [("code", "name", "at")] * 3
    told = [{key: feature["properties"][key] for key in ("code", "name")} for feature in features]
    assert told == [
        {"code": "b", "name": "Bee"},
        {"code": "a", "name": "Ay </script>"},
        {"code": "c", "name": "Sea"},
    ]
    assert published.codes == ("b", "a", "c")
    lon, lat = as_geojson(read(tmp_path, published))["features"][0]["geometry"]["coordinates"][0][0]
    assert -0.2 < lon < 0.2
    assert 51 < lat < 52
    for degrees in (lon, lat):
        assert degrees * STEPS_A_DEGREE == pytest.approx(round(degrees * STEPS_A_DEGREE), abs=1e-6)
    pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(before))


def test_the_name_of_a_file_is_the_hash_of_what_it_holds(tmp_path: Path) -> None:
    first = assets.publish(town(), "Town & Co", tmp_path)
    assert first.path.startswith("geo/town-co-")
    assert assets.publish(town(), "Town & Co", tmp_path) == first
    renamed = town().assign(name=["x", "y", "z"])
    assert assets.publish(renamed, "Town & Co", tmp_path).path != first.path
    assert len(list((tmp_path / "geo").iterdir())) == 2


def test_published_files_are_old_so_that_browsers_keep_them(tmp_path: Path) -> None:
    published = assets.publish(town(), "town", tmp_path)
    file = tmp_path / published.path
    assert file.stat().st_mtime < 1_100_000_000
    assert os.access(file, os.R_OK)
    assert file.stat().st_mode & 0o044 == 0o044


def test_publishing_again_keeps_the_file_and_its_date_but_counts_as_use(tmp_path: Path) -> None:
    file = tmp_path / assets.publish(town(), "town", tmp_path).path
    before = file.stat()
    time.sleep(0.02)
    assets.publish(town(), "town", tmp_path)
    after = file.stat()
    assert (after.st_ino, after.st_mtime) == (before.st_ino, before.st_mtime)
    assert after.st_ctime > before.st_ctime


def test_a_start_clears_published_files_away_that_nobody_used_for_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / assets.publish(town(), "town", tmp_path).path
    monkeypatch.setattr(derived.prune, "__kwdefaults__", {"keep_s": 60, "keep_bytes": 0})
    assets.clear_published(tmp_path)
    assert file.is_file()
    later = time.time() + 600  # all that is written here, however slowly, is old by then
    monkeypatch.setattr(derived.time, "time", lambda: later)
    assets.clear_published(tmp_path)
    assert not file.exists()
    assert assets.publish(town(), "town", tmp_path).path
    assert file.is_file()


def test_a_server_that_runs_for_long_holds_its_published_files_to_their_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bounds = (-0.2, 51.0, 0.2, 52.0)
    monkeypatch.setattr(assets, "_writes", itertools.count(1))
    monkeypatch.setattr(derived.prune, "__kwdefaults__", {"keep_s": 60, "keep_bytes": 1_000})
    used = assets.publish_picture(b"u" * 100, bounds, "used", tmp_path).path
    later = time.time() + 600  # all that is written here, however slowly, is old by then
    monkeypatch.setattr(derived.time, "time", lambda: later)
    real = Path.lstat

    def used_now(path: Path) -> os.stat_result:
        facts = real(path)
        return os.stat_result((*facts[:9], later)) if path.name in used else facts

    monkeypatch.setattr(Path, "lstat", used_now)
    most = 0
    for number in range(2, 2 * assets.PRUNE_EVERY + 1):
        assets.publish_picture(b"%100d" % number, bounds, "dots", tmp_path)
        most = max(most, len(list((tmp_path / "geo").iterdir())))
    assert most == assets.PRUNE_EVERY + 10 - 1
    left = list((tmp_path / "geo").iterdir())
    assert sum(file.stat().st_size for file in left) <= 1_000
    assert assets.is_there(used, tmp_path)


def test_asking_whether_a_file_is_there_counts_as_use_and_keeps_its_date(tmp_path: Path) -> None:
    file = tmp_path / assets.publish(town(), "town", tmp_path).path
    before = file.stat()
    time.sleep(0.02)
    assert assets.is_there(str(file.relative_to(tmp_path)), tmp_path)
    after = file.stat()
    assert (after.st_mtime, after.st_ctime > before.st_ctime) == (before.st_mtime, True)
    assert not assets.is_there("geo/none.json", tmp_path)
    assert [path.name for path in (tmp_path / "geo").iterdir()] == [file.name]


def test_neighbours_still_share_their_border(tmp_path: Path) -> None:
    published = assets.publish(town(), "town", tmp_path)
    collection = as_geojson(read(tmp_path, published))
    shapes = gpd.GeoDataFrame.from_features(collection, crs=4326).geometry
    assert len(shapes) == 3
    assert shapely.coverage_is_valid(shapes.to_numpy())


def test_areas_without_a_shape_are_left_out(tmp_path: Path) -> None:
    frame = town()
    frame.loc[0, "geometry"] = None
    frame.loc[2, "geometry"] = shapely.Polygon()
    published = assets.publish(frame, "town", tmp_path)
    assert published.codes == ("a",)
    assert len(read(tmp_path, published)["features"]) == 1


def test_short_lines_are_joined_so_that_dashes_show(tmp_path: Path) -> None:
    steps = [
        shapely.LineString([(530_000 + 50 * n, 180_000), (530_050 + 50 * n, 180_000)])
        for n in range(40)
    ]
    frame = gpd.GeoDataFrame(
        {"part": ["a_only"]}, geometry=[shapely.MultiLineString(steps)], crs="EPSG:27700"
    )
    published = assets.publish(frame, "lines", tmp_path)
    feature = read(tmp_path, published)["features"][0]
    assert feature["properties"] == {"part": "a_only"}
    assert feature["geometry"]["type"] == "LineString"
    assert published.codes == ()


def test_boundaries_without_a_crs_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="must have a CRS; these 3 rows have none"):
        assets.publish(town().set_crs(None, allow_override=True), "town", tmp_path)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="name is missing among code, people, geometry"):
        assets.publish(town().drop(columns="name"), "town", tmp_path)


def test_repeated_codes_are_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"1 codes are repeated \(a\)"):
        assets.publish(town().assign(code=["a", "a", "c"]), "town", tmp_path)


def test_a_picture_is_published_with_its_place(tmp_path: Path) -> None:
    published = assets.publish_picture(b"png", (-1.0, 51.0, 0.0, 52.0), "dots", tmp_path)
    assert (tmp_path / published.path).read_bytes() == b"png"
    assert published.path.endswith(".png")
    assert published.bounds == (-1.0, 51.0, 0.0, 52.0)


def test_the_map_program_loads_before_leaflet() -> None:
    own, ground, areas, marks, names, groups, style, leaflet = assets.scripts("/app/static")
    assert own.startswith("/app/static/commonground.js?v=")
    assert ground.startswith("/app/static/ground.js?v=")
    assert areas.startswith("/app/static/areas.js?v=")
    assert marks.startswith("/app/static/marks.js?v=")
    assert names.startswith("/app/static/names.js?v=")
    assert groups.startswith("/app/static/groups.js?v=")
    assert style.endswith("/leaflet-style.js")
    assert leaflet.endswith("/leaflet.js")


def test_borders_are_published_each_once_with_the_names_of_the_areas_between(
    tmp_path: Path,
) -> None:
    units = gpd.GeoDataFrame(
        {"name": ["West", "East", "Nowhere"]},
        geometry=[shapely.box(0, 0, 1e3, 1e3), shapely.box(1e3, 0, 2e3, 1e3), None],
        crs=27700,
    )
    line = gpd.GeoSeries([shapely.MultiLineString([[(1e3, 0), (1e3, 1e3)]])], crs=27700)
    published = assets.publish_borders(line, units, "lines", tmp_path)
    sent = read(tmp_path, published)
    assert published.codes == ()
    assert [feature["properties"] for feature in sent["features"]] == [{"part": "*"}]
    assert sent["side"] == 1_000
    assert [(name, radius) for name, _, _, radius in sent["names"]] == [
        ("West", pytest.approx(500, abs=15)),
        ("East", pytest.approx(500, abs=15)),
    ]


def test_islands_without_a_border_between_them_are_published_with_their_names(
    tmp_path: Path,
) -> None:
    units = gpd.GeoDataFrame(
        {"name": ["Orkney", "Shetland"]},
        geometry=[shapely.box(0, 0, 1e3, 1e3), shapely.box(5e3, 0, 6e3, 1e3)],
        crs=27700,
    )
    for none in (shapely.MultiLineString(), None):
        sent = read(
            tmp_path, assets.publish_borders(gpd.GeoSeries([none], crs=27700), units, "l", tmp_path)
        )
        assert sent["features"] == []
        assert [name for name, *_ in sent["names"]] == ["Orkney", "Shetland"]
