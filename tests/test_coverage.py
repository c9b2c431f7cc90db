"""The shapes from which every layer is drawn: valid, on land, and kept on disk."""

import threading
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from mapping import derived, places
from mapping.atoms import index, postcodes
from mapping.boundaries import Coverage, coverage
from mapping.errors import MappingError
from mapping.geography import layers

WARD = ("ward",)
FINE = ("ward", "lsoa", "postal_sector", "postal_district")


def drawn(place, keys=FINE, tolerance_m=0.0) -> Coverage:
    return coverage.get(place, tuple(layers.get(k) for k in keys), tolerance_m)


@pytest.mark.parametrize("tolerance_m", [0, 10, 30, 100, 300])
@pytest.mark.parametrize("name", ["Greater London", "Oldham", "Moray"])
def test_wards_form_a_valid_coverage_at_every_tolerance(name, tolerance_m):
    found = drawn(places.get(name), WARD, tolerance_m)
    assert shapely.coverage_is_valid(found.shapes)
    assert shapely.is_valid(found.shapes).all()
    assert not shapely.is_empty(found.shapes).any()


@pytest.mark.parametrize("tolerance_m", [0, 10, 30, 100, 300])
@pytest.mark.parametrize("name", ["Camden", "Oldham", "Moray", "OL1"])
def test_cells_form_a_valid_coverage_at_every_tolerance(name, tolerance_m):
    found = drawn(places.get(name), FINE, tolerance_m)
    assert shapely.coverage_is_valid(found.shapes)
    assert shapely.is_valid(found.shapes).all()
    assert not shapely.is_empty(found.shapes).any()


def test_simplifying_saves_points_and_keeps_the_pieces(oldham):
    full, simple = drawn(oldham, FINE), drawn(oldham, FINE, 100)
    assert len(full.shapes) == len(simple.shapes)
    points = [shapely.get_num_coordinates(c.shapes).sum() for c in (full, simple)]
    assert points[1] < points[0] / 2
    pd.testing.assert_frame_equal(full.borders, simple.borders)
    assert shapely.area(simple.shapes).sum() == pytest.approx(
        shapely.area(full.shapes).sum(), rel=0.02
    )


@pytest.mark.parametrize("keys", [WARD, FINE])
@pytest.mark.parametrize("name", ["Camden", "Oldham", "Moray"])
def test_all_shapes_lie_within_land(name, keys):
    if keys == FINE and name == "Oldham":  # far from the sea: nothing to cut
        keys = ("postal_sector",)
    shapes = drawn(places.get(name), keys).shapes
    dry = shapely.area(shapely.intersection(shapes, coverage.land()))
    assert dry == pytest.approx(shapely.area(shapes), rel=1e-3, abs=200)


def test_every_shape_knows_its_units_in_every_layer(oldham):
    found = drawn(oldham)
    inside = shapely.get_coordinates(shapely.point_on_surface(found.shapes))
    atoms = postcodes.table()
    for spot, *numbers in zip(
        inside[::7], *(found.unit(layers.get(k))[::7] for k in FINE), strict=True
    ):
        gap = np.hypot(atoms.easting - spot[0], atoms.northing - spot[1])
        at = np.flatnonzero(gap == gap.min())
        units = {tuple(layers.get(k).unit[i] for k in FINE) for i in at}
        assert tuple(numbers) in units


def test_a_layer_made_of_wards_is_drawn_from_wards_and_cells_alike(oldham):
    borough = layers.get("borough")
    coarse, cells = drawn(oldham, ("borough",)), drawn(oldham, ("borough", "lsoa"))
    assert (len(coarse.shapes), coarse.block.max()) == (20, -1)
    assert len(cells.shapes) > 200
    assert set(coarse.unit(borough)) == set(cells.unit(borough)) == {borough.number_of("E08000004")}
    assert shapely.area(cells.shapes).sum() == pytest.approx(
        shapely.area(coarse.shapes).sum(), rel=0.01
    )


def test_borders_join_neighbours_and_are_listed_once(oldham):
    for keys in (WARD, FINE):
        found = drawn(oldham, keys)
        borders = found.borders
        assert list(borders.columns) == ["a", "b", "length_m"]
        assert (borders["a"] != borders["b"]).all()
        pairs = np.sort(borders[["a", "b"]].to_numpy(), axis=1)
        assert len(np.unique(pairs, axis=0)) == len(pairs)
        assert (borders["length_m"] > 0).all()
        assert borders[["a", "b"]].to_numpy().max() < len(found.shapes)
        touching = shapely.distance(
            found.shapes[borders["a"]], found.shapes[borders["b"]]
        )  # metres that simplifying at build and the grid may put between neighbours
        assert touching.max() < 50


def test_a_layer_by_postcode_is_not_drawn_from_shapes_that_were_made_without_it(oldham):
    table = pd.DataFrame({"area": ["OL1 1AA"], "unit": ["x"]})
    table["area"] = postcodes.describe(oldham.positions[0])["postcode"]
    mine = layers.from_lookup(table, areas="area", units="unit", title="Team", scale="borough")
    for key in ("mine", "lsoa", "postal_district"):
        with pytest.raises(MappingError, match=r"these shapes were made for; found “Team”"):
            drawn(oldham).unit(replace(mine, key=key))


def test_areas_finer_than_wards_are_refused_for_great_britain(britain):
    with pytest.raises(MappingError, match=r"at most 300,000 postcodes.*1,742,406.*a region"):
        drawn(britain, ("lsoa",))
    with pytest.raises(MappingError, match="Choose a region, a county or a council"):
        coverage.load_fine(places.get("England"))


def test_every_region_and_small_nation_may_be_drawn_finely():
    for code in layers.get("region").codes:
        assert len(places.at("region", code)) <= coverage.MAX_FINE_POSTCODES


def test_a_derived_coverage_is_read_back_as_it_was(camden, tmp_path, monkeypatch):
    monkeypatch.setenv("COMMON_GROUND_CACHE", str(tmp_path / "new"))
    lsoa = (layers.get("lsoa"),)
    assert not coverage.is_ready(camden, lsoa)
    assert coverage.is_ready(camden, (layers.get("ward"),))
    first = coverage.load_fine(camden)
    assert coverage.is_ready(camden, lsoa)
    assert len(list((tmp_path / "new").iterdir())) == 1
    monkeypatch.setattr(coverage, "_derive", lambda *asked: pytest.fail("derived twice"))
    again = coverage.load_fine(camden)
    assert shapely.equals_exact(first.shapes, again.shapes).all()
    for part in coverage.PARTS:
        assert np.array_equal(getattr(first, part), getattr(again, part))
    pd.testing.assert_frame_equal(first.borders, again.borders)


@pytest.fixture
def elgin(tmp_path, monkeypatch):
    """A ward whose shapes are kept in a folder of their own."""
    monkeypatch.setenv("COMMON_GROUND_CACHE", str(tmp_path))
    return places.at("ward", postcodes.find("IV30 1BA")["ward_code"])


@pytest.mark.parametrize("damage", ["empty", "half", "nearly whole", "one byte", "other bytes"])
def test_a_damaged_cache_file_is_derived_again(damage, elgin, tmp_path):
    first = coverage.load_fine(elgin)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    middle = len(whole) // 2
    file.write_bytes(
        {
            "empty": b"",
            "half": whole[:middle],
            "nearly whole": whole[:-1],
            "one byte": whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :],
            "other bytes": b"PAR1" * middle,
        }[damage]
    )
    again = coverage.load_fine(elgin)
    assert shapely.equals_exact(first.shapes, again.shapes).all()
    assert list(tmp_path.iterdir()) == [file]
    assert derived.read_sealed(file) is not None


CHANGES = {
    "the postcodes": (postcodes, "fingerprint", lambda: "newer"),
    "the land": (coverage, "_land_fingerprint", lambda: "finer"),
    "the margin": (coverage, "MARGIN_M", (3_000, 60_000)),
    "the spacing": (coverage, "SPACINGS", 61),
    "the way of deriving": (coverage, "VERSION", coverage.VERSION + 1),
}


@pytest.mark.parametrize("what", CHANGES)
def test_shapes_kept_on_disk_are_not_taken_where_something_else_goes_in(what, elgin, monkeypatch):
    lsoa = (layers.get("lsoa"),)
    coverage.load_fine(elgin)
    assert coverage.is_ready(elgin, lsoa)
    monkeypatch.setattr(*CHANGES[what])
    assert not coverage.is_ready(elgin, lsoa)


def test_the_lands_fingerprint_is_that_of_its_file(tmp_path, monkeypatch):
    before = coverage._land_fingerprint()
    (tmp_path / "land.parquet").write_bytes(b"another coast")
    monkeypatch.setattr(postcodes, "DATA", tmp_path)
    assert coverage._land_fingerprint.__wrapped__() != before


def test_a_place_by_another_name_has_the_same_shapes_and_other_postcodes_have_not(elgin):
    coverage.load_fine(elgin)
    lsoa = (layers.get("lsoa"),)
    assert coverage.is_ready(replace(elgin, kind="wards", name="Elgin"), lsoa)
    assert not coverage.is_ready(places.get("IV30"), lsoa)


def test_other_peoples_files_in_the_cache_folder_are_left_alone(elgin, tmp_path, monkeypatch):
    (tmp_path / "thesis.doc").write_bytes(b"x")
    kept = {"keep_s": -1, "keep_bytes": 0}
    monkeypatch.setattr(derived.prune, "__kwdefaults__", kept)
    coverage.load_fine(elgin)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_union_of_places_far_apart_derives_only_what_is_near_them(oldham, moray):
    both = np.union1d(oldham.positions, moray.positions)
    around = coverage._find_around(both)
    apart = [coverage._find_around(p.positions) for p in (oldham, moray)]
    assert np.array_equal(around, np.union1d(*apart))
    assert 2 * len(around) < len(index.find_in_box(both, 0))


@pytest.mark.parametrize("name", ["Oldham", "Moray"])
def test_looking_half_as_far_again_changes_no_cell_of_a_moor(name, monkeypatch):
    place = places.get(name)
    usual = coverage._derive(place)
    monkeypatch.setattr(coverage, "SPACINGS", 1.5 * coverage.SPACINGS)
    monkeypatch.setattr(coverage, "MARGIN_M", (3_000, 60_000))
    wide = coverage._derive(place)
    assert shapely.area(usual.shapes) == pytest.approx(shapely.area(wide.shapes), rel=1e-6)


def test_the_cache_stays_beside_the_app_unless_told_otherwise(monkeypatch):
    monkeypatch.delenv("COMMON_GROUND_CACHE")
    assert coverage.cache_folder() == postcodes.DATA.parent / ".cache"


def test_two_visitors_at_once_derive_once(tmp_path, monkeypatch):
    monkeypatch.setenv("COMMON_GROUND_CACHE", str(tmp_path))
    ward = places.at("ward", postcodes.find("IV30 1BA")["ward_code"])
    derive, calls = coverage._derive, []

    def counted(place, own):
        calls.append(place)
        return derive(place, own)

    monkeypatch.setattr(coverage, "_derive", counted)
    threads = [threading.Thread(target=coverage.load_fine, args=(ward,)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1


def test_nobody_waits_for_the_cells_of_another_place(camden, tmp_path, monkeypatch):
    monkeypatch.setenv("COMMON_GROUND_CACHE", str(tmp_path))
    elgin = places.at("ward", postcodes.find("IV30 1BA")["ward_code"])
    coverage.load_fine(elgin)  # its cells are kept
    derive, begun, may_end = coverage._derive, threading.Event(), threading.Event()

    def wait(place, own):
        begun.set()
        assert may_end.wait(60)
        return derive(place, own)

    monkeypatch.setattr(coverage, "_derive", wait)
    forres = places.at("ward", postcodes.find("IV36 1BX")["ward_code"])
    deriving = threading.Thread(target=coverage.load_fine, args=(forres,))
    deriving.start()
    assert begun.wait(60)
    read = threading.Thread(target=coverage.load_fine, args=(elgin,))
    read.start()
    read.join(60)
    was_held_up = read.is_alive()
    may_end.set()
    deriving.join(60)
    assert not was_held_up


def test_land_is_one_valid_multipolygon_of_great_britain():
    land = coverage.land()
    assert shapely.is_valid(land)
    assert land.geom_type == "MultiPolygon"
    assert land.area / 1e6 == pytest.approx(230_000, rel=0.02)
    atoms = postcodes.table()
    some = slice(None, None, 501)
    spots = np.column_stack([atoms.easting[some], atoms.northing[some]]).astype(float)
    shapely.prepare(land)
    assert shapely.contains_xy(land, spots).mean() > 0.999
