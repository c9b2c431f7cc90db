"""Finding postcodes, what a postcode knows, and who covers a spot."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from mapping import overlap, places
from mapping.atoms import index, postcodes
from mapping.errors import MappingError
from mapping.geography import layers

BRITAIN = 1_742_406


def test_the_national_table_has_columns_of_one_length_in_the_order_of_names():
    atoms = postcodes.table()
    columns = [atoms.name, atoms.easting, atoms.northing, atoms.ward, atoms.lsoa]
    columns += [atoms.small_user, atoms.residential, atoms.cell_km2]
    assert {len(column) for column in columns} == {BRITAIN} == {len(atoms)}
    assert (atoms.name[:-1] < atoms.name[1:]).all()
    assert [str(c.dtype) for c in columns] == (
        ["|S8", "int32", "int32", "int16", "uint16", "bool", "bool", "float32"]
    )
    assert postcodes.table() is atoms


def test_every_number_in_the_national_table_points_at_a_code():
    atoms = postcodes.table()
    for number, codes in ((atoms.ward, atoms.ward_codes), (atoms.lsoa, atoms.lsoa_codes)):
        assert (codes[:-1] < codes[1:]).all()
        assert np.array_equal(np.unique(number), np.arange(len(codes)))
    assert len(atoms.ward_codes) == 7_934


def test_names_in_the_national_table_are_written_the_one_way():
    some = pd.Series(postcodes.table().name[::97].astype(str))
    assert some.str.fullmatch(r"[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}").all()
    assert (postcodes.normalise(some) == some).all()
    assert not some.str.startswith("BT").any()


def test_homes_are_small_users_with_fewer_than_ten_postcodes_at_their_point():
    atoms = postcodes.table()
    _, point, size = np.unique(
        atoms.easting.astype(np.int64) * 10_000_000 + atoms.northing,
        return_inverse=True,
        return_counts=True,
    )
    assert np.array_equal(atoms.residential, atoms.small_user & (size[point] < 10))


def test_cells_add_up_to_the_land_of_great_britain():
    assert postcodes.table().cell_km2.sum() == pytest.approx(230_000, rel=0.02)


@pytest.mark.parametrize(
    "typed",
    [
        "N1 9GU",
        "n1 9gu",
        "N19GU",
        " n1  9gu ",
        "n1\t9GU",
        "n 19 gu",
        "N1\u00a09GU\n",
        "n1-9gu",
        "N1.9GU",
        "N1_9GU.",
        "N1 – 9GU",
    ],
)
def test_a_postcode_is_found_however_it_is_typed(typed):
    found = postcodes.find(typed)
    assert list(found.index) == [
        "position",
        "postcode",
        "easting",
        "northing",
        "lat",
        "lon",
        "ward_code",
        "lsoa_code",
        "small_user",
    ]
    assert found["postcode"] == "N1 9GU"
    assert (found["easting"], found["northing"]) == (530374, 183450)
    assert (found["lat"], found["lon"]) == (51.534909, -0.121693)
    assert found["ward_code"].startswith("E05")
    assert found["lsoa_code"].startswith("E01")
    assert isinstance(found["small_user"], bool)
    assert isinstance(found["position"], int)


@given(st.integers(0, BRITAIN - 1), st.booleans(), st.sampled_from(["", " ", "   "]))
def test_every_postcode_finds_itself(position, small, gap):
    name = postcodes.table().name[position].decode().replace(" ", gap)
    found = postcodes.find(name.lower() if small else name)
    assert found["position"] == position
    assert found.equals(postcodes.describe(position))


def test_degrees_lead_back_to_metres():
    for position in (0, 952_408, BRITAIN - 1):
        spot = postcodes.describe(position)
        east, north = postcodes.TO_DEGREES.transform(spot["lon"], spot["lat"], direction="INVERSE")
        assert np.hypot(east - spot["easting"], north - spot["northing"]) < 0.2


@pytest.mark.parametrize("typed", ["", "   ", "\n\t"])
def test_an_empty_search_is_answered_with_an_example(typed):
    with pytest.raises(MappingError, match=r"nothing was typed. Try one like N1 9GU"):
        postcodes.find(typed)


@pytest.mark.parametrize("typed", ["BT1 1AA", "bt7 1nn", "BT1", "bt94 5xy"])
def test_a_postcode_in_northern_ireland_is_told_apart(typed):
    with pytest.raises(MappingError, match=r"Northern Ireland.*England, Scotland and Wales"):
        postcodes.find(typed)


@pytest.mark.parametrize(
    ("typed", "told"),
    [("BT11AA", "BT1 1AA"), ("bt1-1aa", "BT1 1AA"), ("bt11", "bt11"), ("im11aa", "IM1 1AA")],
)
def test_a_postcode_typed_without_a_space_is_told_back_with_it(typed, told):
    with pytest.raises(MappingError, match=f"^{told} (is in|belongs to)"):
        postcodes.find(typed)
    assert postcodes.write_typed(typed) == told


@pytest.mark.parametrize(
    "typed",
    [
        "N1",
        "N1 9",
        "Camden",
        "N1 9GUX",
        "1N 9GU",
        "{{7*7}}",
        "${7*7}",
        "<b>N1</b>",
        "\\",
        "N1 9GÜ",
        "Ｎ1 9GU",
        "N1 ９GU",
        "N1;9GU",
        "x" * 100_000,
    ],
)
def test_text_that_is_no_postcode_is_refused_with_what_was_found(typed):
    with pytest.raises(MappingError, match="Expected a full postcode like N1 9GU; found") as fault:
        postcodes.find(typed)
    assert typed.strip()[:40] in str(fault.value)
    assert len(str(fault.value)) < 200


def test_a_postcode_not_in_use_is_answered_with_its_neighbours():
    with pytest.raises(MappingError, match="N1 9ZZ is not a current postcode") as fault:
        postcodes.find("n19zz")
    suggested = re.findall(
        r"[A-Z0-9]+ [0-9][A-Z]{2}", str(fault.value).split("A similar one is ")[1]
    )
    assert suggested
    assert all(postcodes.find(name)["postcode"] == name for name in suggested)


def test_a_postcode_with_an_unknown_first_half_says_so():
    with pytest.raises(MappingError, match="No current postcode begins with ZZ9"):
        postcodes.find("ZZ9 9ZZ")
    with pytest.raises(MappingError, match="A0 0AA is not a current postcode"):
        postcodes.find("A0 0AA")


def test_the_nearest_postcode_of_its_own_point_is_at_that_point():
    spot = postcodes.find("NW5 2AA")
    near = postcodes.describe(index.nearest(spot["lat"], spot["lon"]))
    assert np.hypot(near["easting"] - spot["easting"], near["northing"] - spot["northing"]) < 1


@pytest.mark.parametrize(
    ("easting", "northing", "distance_m"),
    [(530374, 183450, 400), (325000, 860000.5, 3000.5), (0, 0, 10)],
)
def test_postcodes_within_a_distance_are_those_that_measuring_each_one_finds(
    easting, northing, distance_m
):
    atoms = postcodes.table()
    gap = np.hypot(atoms.easting - easting, atoms.northing - northing)
    found = index.find_within(easting, northing, distance_m)
    assert np.array_equal(found, np.flatnonzero(gap <= distance_m))


def test_a_box_holds_every_postcode_up_to_its_margin(camden):
    atoms = postcodes.table()
    west, south, east, north = camden.bounds
    found = index.find_in_box(camden.positions, 250)
    inside = (atoms.easting >= west - 250) & (atoms.easting <= east + 250)
    inside &= (atoms.northing >= south - 250) & (atoms.northing <= north + 250)
    assert np.array_equal(found, np.flatnonzero(inside))
    assert np.isin(camden.positions, found).all()


def test_a_spot_at_sea_is_refused_in_a_sentence():
    with pytest.raises(MappingError, match="There are no postcodes within 5 km"):
        index.nearest(55.0, 3.0)


@pytest.mark.parametrize(("lat", "lon"), [(float("nan"), 0.0), (91.0, 0.0), (51.5, float("inf"))])
def test_a_spot_that_is_no_point_is_refused_in_a_sentence(lat, lon):
    with pytest.raises(MappingError, match=r"Choose a point on land in Great Britain"):
        index.nearest(lat, lon)
    assert index.nearest_or_none(lat, lon) is None


def test_a_spot_lists_one_own_unit_of_every_layer(london, partners):
    found = overlap.units_at(lat=51.5, lon=-0.1, layers=partners, near_m=150)
    said = ["layer", "title", "scale", "code", "name", "here", "distance_m", "share"]
    assert list(found.columns) == said
    assert found["share"][found["here"]].dropna().eq(1).all()
    assert list(found["layer"][found["here"]]) == [p.key for p in partners]
    assert (found["distance_m"][found["here"]] == 0).all()


def test_near_a_line_every_unit_in_reach_is_listed_with_its_distance(london):
    borough = layers.get("borough")
    spot = postcodes.find("NW6 5TE")
    found = overlap.units_at(lat=spot["lat"], lon=spot["lon"], layers=[borough], near_m=400)
    atoms = postcodes.table()
    gap = np.hypot(atoms.easting - spot["easting"], atoms.northing - spot["northing"])
    own = borough.unit[spot["position"]]
    nearest = {u: gap[borough.unit == u].min() for u in np.unique(borough.unit[gap <= 400])}
    nearest.pop(own)
    others = found[~found["here"]]
    assert len(nearest) == 2
    assert set(others["code"]) == {borough.code_of(u) for u in nearest}
    assert others["distance_m"].is_monotonic_increasing
    by_code = others.set_index("code")["distance_m"]
    for unit, distance_m in nearest.items():
        assert by_code[borough.code_of(unit)] == pytest.approx(distance_m, abs=1)


def test_a_layer_without_a_unit_at_the_spot_gives_a_row_named_none(oldham):
    found = overlap.units_at(lat=53.54, lon=-2.11, layers=[layers.get("police_bcu")])
    assert found[["code", "name", "here"]].to_numpy().tolist() == [["", "none", True]]


def test_a_spot_without_layers_gives_an_empty_table_with_its_columns(oldham):
    found = overlap.units_at(lat=53.54, lon=-2.11, layers=[])
    assert len(found) == 0
    assert "distance_m" in found.columns


def test_a_reach_of_nothing_leaves_the_own_units_only(london, partners):
    found = overlap.units_at(lat=51.5, lon=-0.1, layers=partners, near_m=0)
    assert found["here"].all()


def test_the_fingerprint_is_short_and_stable():
    assert re.fullmatch(r"[0-9a-f]{12}", postcodes.fingerprint())
    assert postcodes.fingerprint() == postcodes.fingerprint.__wrapped__()


def test_a_missing_table_is_answered_with_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(postcodes, "DATA", tmp_path)
    with pytest.raises(MappingError, match=r"in data/; postcodes\.parquet.*mapping\.build"):
        postcodes.table.__wrapped__()


def test_the_middle_of_a_ward_is_among_its_homes_not_at_its_sorting_office():
    atoms = postcodes.table()
    positions = places.at("ward", "E05013664").positions  # 250 of its postcodes are one office
    found = postcodes.find_middle(positions)
    assert found in positions
    assert atoms.residential[found]
    homes = positions[atoms.residential[positions]]
    east = atoms.easting[homes]
    assert np.quantile(east, 0.3) <= atoms.easting[found] <= np.quantile(east, 0.7)


def test_the_middle_of_postcodes_without_homes_is_one_of_them():
    atoms = postcodes.table()
    offices = np.flatnonzero(~atoms.residential)[:50]
    assert postcodes.find_middle(offices) in offices


def test_degrees_are_those_that_pyproj_finds_itself_all_over_britain_to_some_metres():
    atoms = postcodes.table()
    some = slice(None, None, 20_000)
    at = atoms.easting[some], atoms.northing[some]
    chosen = Transformer.from_crs(27700, 4326, always_xy=True)
    lon, lat = postcodes.TO_DEGREES.transform(*at)
    expected = chosen.transform(*at)
    east_m = (lon - expected[0]) * 111_320 * np.cos(np.radians(lat))
    assert np.hypot(east_m, (lat - expected[1]) * 111_320).max() < 5
    back = postcodes.TO_DEGREES.transform(lon, lat, direction="INVERSE")
    assert np.abs(np.subtract(back, at)).max() < 0.01
