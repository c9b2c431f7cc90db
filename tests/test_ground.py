"""Ground: the postcodes inside circles and drawn shapes."""

import json

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping.atoms import index, postcodes
from mapping.errors import MappingError
from mapping.footprints import ground

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
        expected = index.find_within(float(east[i]), float(north[i]), float(radius[i]))
        assert np.array_equal(np.sort(found[of == i]), expected)


def test_many_circles_are_cut_into_parts_that_give_the_same(monkeypatch):
    atoms = postcodes.table()
    at = np.arange(1000, 1_000_000, 50_000)
    args = atoms.easting[at].astype(float), atoms.northing[at].astype(float), np.full(len(at), 2e3)
    whole = ground.circles(*args)
    monkeypatch.setattr(ground, "MAX_CIRCLE_PAIRS", 20_000)
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


OUTLINES = {
    "square": shapely.box(0, 0, 1_900, 1_700),
    "with a hole": shapely.box(0, 0, 2_500, 2_500) - shapely.box(700, 800, 1_600, 1_900),
    "in two parts": shapely.MultiPolygon(
        [shapely.box(0, 0, 900, 900), shapely.box(2e3, 0, 3e3, 9e2)]
    ),
    "round": shapely.Point(1_000, 1_000).buffer(1_000, quad_segs=40),
    "tiny": shapely.box(0, 0, 3, 3),
    "wide": shapely.box(0, 0, 60_000, 50_000),
    "corners on postcodes": shapely.Polygon([(0, 0), (1_000, 40), (300, 900)]),
}


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(OUTLINES)), st.integers(0, 1_700_000)),
        min_size=1,
        max_size=8,
    )
)
def test_shapes_of_all_kinds_hold_together_what_every_postcode_asked_alone_says(some):
    atoms = postcodes.table()
    drawn = [
        shapely.transform(
            OUTLINES[name],
            lambda xy, at=at: (
                xy + np.array([atoms.easting[at], atoms.northing[at]])
            ),  # touches a postcode
        )
        for name, at in some
    ]
    found = ground.shapes([shape.wkt for shape in drawn])
    for shape, answer in zip(drawn, found, strict=True):
        box = shapely.box(*shape.bounds)
        around = np.flatnonzero(shapely.intersects_xy(box, atoms.easting, atoms.northing))
        shapely.prepare(shape)
        inside = shapely.intersects_xy(shape, atoms.easting[around], atoms.northing[around])
        assert answer.positions.tolist() == around[inside].tolist()
        assert (answer.problem == "") == inside.any()


def test_degrees_grid_metres_swapped_axes_and_geojson_mean_the_same_ground():
    degrees = one(CAMDEN_DEGREES)
    assert len(degrees.positions) > 5_000
    swapped = one("POLYGON((51.5 -0.2,51.5 -0.1,51.6 -0.1,51.6 -0.2,51.5 -0.2))")
    assert "wrong way round" in swapped.note
    assert np.array_equal(degrees.positions, swapped.positions)
    geojson = shapely.to_geojson(shapely.from_wkt(CAMDEN_DEGREES))
    for text in (
        geojson,
        f"SRID=4326;{CAMDEN_DEGREES}",
        f'{{"type": "Feature", "properties": {{}}, "geometry": {geojson}}}',
    ):
        assert np.array_equal(degrees.positions, one(text).positions)
    metres = shapely.transform(
        shapely.from_wkt(CAMDEN_DEGREES),
        ground.project_to_grid,
        interleaved=False,
    )
    assert np.array_equal(degrees.positions, one(metres.wkt).positions)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("POLYGON((1 2", "cannot read this shape (WKT)"),
        ('{"type": "Polygon", "coordinates": [[[', "cannot read this shape (GeoJSON)"),
        ('{"type": "Nonsense"}', "cannot read this shape (GeoJSON)"),
        ("POLYGON EMPTY", "empty"),
        ("POINT(-0.1 51.5)", "covers no area; give a distance"),
        ("LINESTRING(0 51, 1 52)", "covers no area"),
        ("POLYGON((0 0,1 0,1 1,0 0))", "outside Great Britain"),
        ("POLYGON((2 51.2,2.1 51.2,2.1 51.3,2 51.2))", "no postcode"),
    ],
)
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
    assert "simplified from 60,001 corners to " in found.note
    plain = one(shapely.Point(530_000, 180_000).buffer(1_500, quad_segs=500).wkt)
    assert abs(len(found.positions) - len(plain.positions)) <= 5


@pytest.mark.parametrize("text", ["POLYGON ((0 0, 1 1))", " multipolygon(((", '{"type": "x"}'])
def test_texts_that_look_like_shapes_are_taken_for_them(text):
    assert ground.is_shape(text)


@pytest.mark.parametrize("text", ["Camden", "Polygonal Ward", "{0}", "{{7*7}}", "", "Point Clear"])
def test_names_are_not_taken_for_shapes(text):
    assert not ground.is_shape(text)


def _crossed(corners: int) -> str:
    """Write a polygon whose edges cross each other wherever they can."""
    around = np.random.default_rng(1).uniform((529_000, 180_000), (531_000, 182_000), (corners, 2))
    return f"POLYGON(({', '.join(f'{x:.0f} {y:.0f}' for x, y in [*around, around[0]])}))"


@pytest.mark.parametrize(
    "text",
    [
        "GEOMETRYCOLLECTION(" * 50_000 + "POINT(1 2)" + ")" * 50_000,
        '{"type":"GeometryCollection","geometries":[' * 20_000 + "]}" * 20_000,
        '{"type":"Polygon","coordinates":' + "[" * 400_000 + "]" * 400_000 + "}",
    ],
    ids=["wkt", "collections", "arrays"],
)
def test_shapes_within_shapes_without_end_are_refused_and_end_nothing(text):
    [found] = ground.shapes([text])
    assert "brackets within brackets" in found.problem


@pytest.mark.parametrize("corners", [199_999, 60_001])
def test_very_many_corners_to_and_fro_end_nothing(corners):
    edges = "530000 180000, 530001 180001, " * (corners // 2)
    [found] = ground.shapes([f"POLYGON(({edges}530000 180000))"])
    assert found.problem


def test_a_shape_that_crosses_itself_everywhere_is_mended_and_told():
    [found] = ground.shapes([_crossed(19_000)])
    assert "crosses itself" in found.note
    assert len(found.positions)


def test_a_shape_that_crosses_itself_all_over_the_country_is_refused():
    around = np.random.default_rng(1).uniform((300_000, 100_000), (600_000, 600_000), (9_000, 2))
    found = one(f"POLYGON(({', '.join(f'{x:.0f} {y:.0f}' for x, y in [*around, around[0]])}))")
    assert "too complicated (9,001" in found.problem


def test_parts_that_overlap_count_once():
    one = "((529000 180000, 531000 180000, 531000 182000, 529000 182000, 529000 180000))"
    other = one.replace("529000", "530000").replace("531000", "532000")
    both, a, b = ground.shapes(
        [f"MULTIPOLYGON({one}, {other})", f"POLYGON{one}", f"POLYGON{other}"]
    )
    assert set(both.positions) == {*a.positions, *b.positions}
    assert (np.diff(both.positions) > 0).all()


def test_many_parts_that_cross_each_other_are_refused():
    part = "((530000 180000, 531000 180000, 531000 181000, 530000 180000))"
    [found] = ground.shapes([f"MULTIPOLYGON({', '.join([part] * 4_000)})"])
    assert "4,000 parts" in found.problem


def test_circles_of_more_postcodes_than_fit_say_so(monkeypatch):
    monkeypatch.setattr(ground, "MAX_CIRCLE_POSTCODES", 1_000)
    some = np.full(40, 530_000.0), np.full(40, 180_000.0), np.full(40, 2_000.0)
    with pytest.raises(MappingError, match="at most 1,000 postcodes in all"):
        ground.circles(*some)


def _ring(corners: int, dent: float = 0.0) -> str:
    """Write a polygon round most of the country; with a dent every other corner lies further in."""
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    away = 390_000 * (1 - dent * (np.arange(corners) % 2))
    x, y = 360_000 + 0.85 * away * np.cos(turn), np.maximum(500_000 + away * np.sin(turn), 1)
    return shapely.Polygon(np.c_[x, y]).wkt


@settings(max_examples=15, deadline=None)
@given(
    st.tuples(st.integers(100_000, 650_000), st.integers(20_000, 900_000)),
    st.integers(3_000, 120_000),
    st.integers(3, 60),
    st.floats(0, 0.9),
    st.integers(0, 1_000),
)
def test_a_large_shape_holds_the_postcodes_that_each_asked_alone_it_holds(
    middle, size_m, corners, dent, turned
):
    turn = np.linspace(0, 2 * np.pi, corners, endpoint=False) + turned
    away = size_m * (1 - dent * (np.arange(corners) % 2))
    x, y = middle[0] + away * np.cos(turn), middle[1] + away * np.sin(turn)
    around = shapely.Polygon(np.c_[np.clip(x, 0, 7e5).round(), np.clip(y, 0, 13e5).round()])
    if not around.is_valid:
        return
    atoms = postcodes.table()
    expected = np.flatnonzero(shapely.intersects_xy(around, atoms.easting, atoms.northing))
    assert np.array_equal(one(around.wkt).positions, expected)


def test_a_shape_along_the_lines_of_the_grid_holds_the_postcodes_on_its_edge():
    atoms = postcodes.table()
    found = one("POLYGON((520000 170000,540000 170000,540000 190000,520000 190000,520000 170000))")
    inside = (atoms.easting >= 520_000) & (atoms.easting <= 540_000)
    inside &= (atoms.northing >= 170_000) & (atoms.northing <= 190_000)
    assert np.array_equal(found.positions, np.flatnonzero(inside))


def test_a_shape_of_the_whole_country_holds_its_postcodes():
    assert len(one(_ring(19_000)).positions) > 1_400_000


def test_spikes_all_over_the_country_are_refused():
    found = one(_ring(19_001, dent=0.9))
    assert "too complicated (19,002 corners" in found.problem


def test_more_large_shapes_than_are_worked_out_are_refused_the_least_come_first():
    texts = [_ring(corners, dent=0.5) for corners in range(50, 1_050)] * 2
    found = ground.shapes([*texts, CAMDEN_DEGREES])
    assert found[-1].problem == ""  # the least come first, wherever they stand
    refused = [shape for shape in found if shape.problem]
    assert len(refused) > 1_000
    assert {shape.problem for shape in refused} == {ground.TOO_MUCH}
    assert sum(len(shape.positions) for shape in found) < ground.MAX_HELD + 1_750_000


def test_what_is_refused_does_not_depend_on_the_clock_or_the_order(monkeypatch):
    monkeypatch.setattr(ground, "MAX_WORK", 30_000_000)
    texts = [_ring(corners, dent=0.3) for corners in (4, 60, 12, 300, 20)]
    there = {text: shape.problem for text, shape in zip(texts, ground.shapes(texts), strict=True)}
    back = ground.shapes(texts[::-1])
    assert there == {text: shape.problem for text, shape in zip(texts[::-1], back, strict=True)}
    assert 0 < sum(map(bool, there.values())) < len(texts)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("GEOMETRYCOLLECTION(POLYGON EMPTY,POINT(530000 180000))", "no postcode is inside"),
        (
            '{"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": []},'
            ' {"type": "Point", "coordinates": [-0.1, 51.5]}]}',
            "no postcode is inside",
        ),
        (
            "POLYGON((520000 170000,nan nan,540000 170000,540000 190000,520000 170000))",
            "corners that are not numbers",
        ),
    ],
)
def test_empty_parts_and_corners_that_are_no_numbers_are_said(text, problem):
    assert problem in one(text).problem


CAMDEN_METRES = "POLYGON((524000 179000,531000 179000,531000 190000,524000 190000,524000 179000))"
DEGREES_NAMES = [
    "EPSG:4326",
    "urn:ogc:def:crs:EPSG::4326",
    "urn:ogc:def:crs:OGC:1.3:CRS84",
    "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
]
METRES_NAMES = [
    "EPSG:27700",
    "urn:ogc:def:crs:EPSG::27700",
    "urn:ogc:def:crs:EPSG:9.9.1:27700",
    "http://www.opengis.net/def/crs/EPSG/0/27700",
]
OTHERS = ["EPSG:29902", "EPSG:3857", "urn:ogc:def:crs:EPSG::4258", "a village's own"]


def write_as(wkt: str, system: object) -> str:
    """Write a shape as GeoJSON that says which system it is in, or as WKT for a number."""
    if isinstance(system, int):
        return f"SRID={system};{wkt}"
    crs = {"type": "name", "properties": {"name": system}}
    return json.dumps({**json.loads(shapely.to_geojson(shapely.from_wkt(wkt))), "crs": crs})


@pytest.mark.parametrize(
    ("wkt", "systems"),
    [(CAMDEN_DEGREES, [4326, 0, *DEGREES_NAMES]), (CAMDEN_METRES, [27700, 0, *METRES_NAMES])],
)
def test_a_shape_is_read_in_the_system_that_it_names(wkt, systems):
    plain = one(wkt)
    for system in systems:
        found = one(write_as(wkt, system))
        assert np.array_equal(found.positions, plain.positions)
        assert (found.note, found.problem) == ("", "")


@pytest.mark.parametrize("wkt", [CAMDEN_DEGREES, CAMDEN_METRES])
@pytest.mark.parametrize("system", [29902, 3857, *OTHERS])
def test_a_shape_in_another_system_is_told(wkt, system):
    found = one(write_as(wkt, system))
    assert not len(found.positions)
    assert str(system).split(":")[-1] in found.problem
    assert "EPSG:4326" in found.problem
    assert "EPSG:27700" in found.problem


@pytest.mark.parametrize(
    ("wkt", "systems"),
    [(CAMDEN_METRES, [4326, *DEGREES_NAMES]), (CAMDEN_DEGREES, [27700, *METRES_NAMES])],
)
def test_a_shape_whose_numbers_are_not_of_its_system_is_told(wkt, systems):
    for system in systems:
        found = one(write_as(wkt, system))
        assert "but its numbers are" in found.problem


@pytest.mark.parametrize("crs", ["null", '"EPSG:29902"', "[]", "7", '{"type": "link"}'])
def test_a_system_that_is_written_oddly_ends_nothing(crs):
    shape = shapely.to_geojson(shapely.from_wkt(CAMDEN_METRES))
    found = one(f'{shape[:-1]}, "crs": {crs}}}')
    assert (found.problem == "") == (crs == "null")


def test_of_many_crossed_outlines_the_loss_is_measured_for_some_and_all_count(monkeypatch):
    tie = "POLYGON((528000 184000, 530000 186000, 530000 184000, 528000 186000, 528000 184000))"
    monkeypatch.setattr(ground, "MAX_LOST_MEASURED", 1)
    first, second = ground.shapes([tie, tie.replace("528000", "528001")])
    assert "nothing that it goes round is left out" in first.note
    assert "parts of it may be left out" in second.note
    assert len(first.positions) > 100
    assert len(second.positions) > 100
