"""Ground: the postcodes inside circles and drawn shapes."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping import ground, postcodes

CAMDEN_DEGREES = "POLYGON((-0.2 51.5,-0.1 51.5,-0.1 51.6,-0.2 51.6,-0.2 51.5))"


def one(text: str) -> ground.Shape:
    return ground.shapes([text])[0]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1_700_000), st.floats(1, 20_000)), min_size=1, max_size=5))
def test_circles_hold_the_postcodes_that_one_by_one_they_hold(some):
    atoms = postcodes.table()
    at = np.array([position for position, _ in some])
    east, north = atoms.easting[at] + 0.5, atoms.northing[at] - 0.25
    radius = np.array([r for _, r in some])
    of, found = ground.circles(east, north, radius)
    for i in range(len(some)):
        expected = postcodes.within(float(east[i]), float(north[i]), float(radius[i]))
        assert np.array_equal(np.sort(found[of == i]), expected)


def test_many_circles_are_cut_into_parts_that_give_the_same(monkeypatch):
    atoms = postcodes.table()
    at = np.arange(1000, 1_000_000, 50_000)
    args = atoms.easting[at].astype(float), atoms.northing[at].astype(float), np.full(len(at), 2e3)
    whole = ground.circles(*args)
    monkeypatch.setattr(ground, "MOST_PAIRS", 20_000)
    parts = ground.circles(*args)
    assert np.array_equal(whole[0], parts[0])
    assert np.array_equal(whole[1], parts[1])


def test_no_circles_hold_nothing():
    none = np.empty(0)
    assert [len(a) for a in ground.circles(none, none, none)] == [0, 0]


def test_a_shape_holds_the_postcodes_inside_it():
    atoms = postcodes.table()
    shape = shapely.Point(530_000, 180_000).buffer(1_500)
    found = one(shape.wkt)
    assert found.note == found.problem == ""
    expected = np.flatnonzero(shapely.contains_xy(shape, atoms.easting, atoms.northing))
    assert np.array_equal(found.positions, expected)


def test_degrees_grid_metres_swapped_axes_and_geojson_mean_the_same_ground():
    degrees = one(CAMDEN_DEGREES)
    assert len(degrees.positions) > 5_000
    swapped = one("POLYGON((51.5 -0.2,51.5 -0.1,51.6 -0.1,51.6 -0.2,51.5 -0.2))")
    assert "wrong way round" in swapped.note
    assert np.array_equal(degrees.positions, swapped.positions)
    geojson = shapely.to_geojson(shapely.from_wkt(CAMDEN_DEGREES))
    for text in (geojson, f"SRID=4326;{CAMDEN_DEGREES}",
                 f'{{"type": "Feature", "properties": {{}}, "geometry": {geojson}}}'):  # fmt: skip
        assert np.array_equal(degrees.positions, one(text).positions)
    metres = shapely.transform(
        shapely.from_wkt(CAMDEN_DEGREES),
        ground.to_grid, interleaved=False,
    )  # fmt: skip
    assert np.array_equal(degrees.positions, one(metres.wkt).positions)


@pytest.mark.parametrize(
    ("text", "says"),
    [("POLYGON((1 2", "cannot be read"), ('{"type": "Polygon", "coordinates": [[[', "cannot be"),
     ('{"type": "Nonsense"}', "cannot be read"), ("POLYGON EMPTY", "empty"),
     ("POINT(-0.1 51.5)", "radius"), ("LINESTRING(0 51, 1 52)", "covers no ground"),
     ("POLYGON((0 0,1 0,1 1,0 0))", "outside Great Britain"),
     ("POLYGON((2 51.2,2.1 51.2,2.1 51.3,2 51.2))", "no postcode")],
)  # fmt: skip
def test_what_is_no_area_says_why(text, says):
    found = one(text)
    assert says in found.problem
    assert len(found.positions) == 0


def test_an_outline_that_crosses_itself_is_mended_and_told():
    found = one("POLYGON((-0.2 51.5,-0.1 51.6,-0.1 51.5,-0.2 51.6,-0.2 51.5))")
    assert "crosses itself" in found.note
    assert 0 < len(found.positions) < len(one(CAMDEN_DEGREES).positions)


def test_a_shape_of_very_many_corners_is_thinned_and_told():
    ring = shapely.Point(530_000, 180_000).buffer(1_500, quad_segs=30_000)
    found = one(ring.wkt)
    assert "thinned" in found.note
    plain = one(shapely.Point(530_000, 180_000).buffer(1_500, quad_segs=500).wkt)
    assert abs(len(found.positions) - len(plain.positions)) <= 5


@pytest.mark.parametrize("text", ["POLYGON ((0 0, 1 1))", " multipolygon(((", '{"type": "x"}'])
def test_texts_that_look_like_shapes_are_taken_for_them(text):
    assert ground.is_shape(text)


@pytest.mark.parametrize("text", ["Camden", "Polygonal Ward", "{0}", "{{7*7}}", "", "Point Clear"])
def test_names_are_not_taken_for_shapes(text):
    assert not ground.is_shape(text)
