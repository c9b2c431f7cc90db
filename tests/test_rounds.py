"""Shapes in hexadecimal, and points with a radius in one cell, beside shapes and names."""

import numpy as np
import pytest
import shapely

from mapping import footprints
from mapping.atoms import postcodes
from mapping.footprints import ground, points

DEGREES = shapely.box(-0.15, 51.54, -0.13, 51.55)
METRES = shapely.box(528_000, 184_000, 529_500, 185_500)
TALE = "POLYGON((-0.15 51.54,-0.13 51.54,-0.13 51.55,-0.15 51.55,-0.15 51.54))"


def read(*cells: str, heading: str = "Area"):
    rows = "".join(f'Illustrative {n}\t"{cell}"\n' for n, cell in enumerate(cells))
    return footprints.read(f"Organisation\t{heading}\n{rows}".encode(), name="a.tsv")


def code(shape: shapely.Geometry, srid: int = 0, **options) -> str:
    placed = shapely.set_srid(shape, srid) if srid else shape
    return shapely.to_wkb(placed, hex=True, include_srid=bool(srid), **options)


@pytest.mark.parametrize(
    ("shape", "srid"), [(DEGREES, 0), (DEGREES, 4326), (METRES, 0), (METRES, 27700)]
)
def test_a_shape_in_hexadecimal_is_the_shape_as_text(shape, srid):
    plain = ground.shapes([shapely.to_wkt(shape)])[0]
    assert len(plain.positions) > 50
    for text in (code(shape, srid), code(shape, srid).lower(), "\\x" + code(shape, srid)):
        assert ground.is_shape(text)
        assert np.array_equal(ground.shapes([text])[0].positions, plain.positions)
    big_endian = shapely.to_wkb(shape, hex=True, byte_order=0)
    assert np.array_equal(ground.shapes([big_endian])[0].positions, plain.positions)


def test_the_system_of_a_shape_in_hexadecimal_decides_and_contradictions_are_told():
    for shape, srid, says in (
        (DEGREES, 27700, "its numbers are degrees"),
        (METRES, 4326, "its numbers are metres"),
        (METRES, 3857, "only EPSG:4326"),
    ):
        (found,) = ground.shapes([code(shape, srid)])
        assert says in found.problem


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (code(DEGREES)[:-20], "it may be cut short"),
        (code(shapely.Point(-0.1, 51.5), 4326), "a Point covers no area"),
        (code(shapely.Polygon()) + "0" * 40, ""),
        ("0107000000" * 40 + "00" * 20, "shapes within shapes"),
    ],
)
def test_what_is_wrong_with_a_shape_in_hexadecimal_is_told(text, says):
    (found,) = ground.shapes([text])
    assert found.problem
    assert says in found.problem


def test_a_column_of_shapes_in_hexadecimal_says_where():
    upload = read(code(METRES, 27700), code(DEGREES, 4326), heading="geom_wkb")
    assert upload.rows["outcome"].tolist() == ["matched", "matched"]


def around(x: float, y: float, radius_m: float) -> np.ndarray:
    atoms = postcodes.table()
    away = np.hypot(atoms.easting - x, atoms.northing - y)
    return np.flatnonzero(away <= radius_m)


@pytest.mark.parametrize(
    ("cell", "metres"),
    [
        ("SU 71 73, 2 km", 2_000),
        ("SU 71 73 and 3 miles", 4_828.032),
        ("SU7173 within 800 m", 800),
        ("SU 71 73 (1.5 km radius)", 1_500),
    ],
)
def test_a_grid_reference_and_a_radius_in_a_cell_beside_shapes_are_a_circle(cell, metres):
    upload = read(TALE, cell, "Camden")
    assert upload.rows["outcome"].tolist() == ["matched"] * 3
    found = upload.footprint("Illustrative 1")
    assert np.array_equal(found, around(471_500, 173_500, metres))


def test_degrees_and_a_radius_in_one_cell_are_a_circle():
    x, y = ground.project_to_grid(np.array([-1.0]), np.array([51.5]))
    wanted = around(x[0], y[0], 3 * 1_609.344)
    for cell in ("51.5, -1.0 and 3 miles", "51.5,-1.0 (3 miles)", "51.5 -1.0, 3 miles radius"):
        assert np.array_equal(read(TALE, cell).footprint("Illustrative 1"), wanted)
    turned = read(TALE, "-1.0, 51.5 and 3 miles")
    assert turned.rows["outcome"].tolist() == ["matched", "corrected"]


def test_a_postcode_and_a_radius_in_one_cell_are_a_circle():
    place = postcodes.find("N1 9GU")
    upload = read(TALE, "N1 9GU and 2 miles")
    assert np.array_equal(
        upload.footprint("Illustrative 1"),
        around(place["easting"], place["northing"], 2 * 1_609.344),
    )


def test_a_point_without_a_radius_says_so_and_takes_that_of_its_row():
    upload = read(TALE, "SU 71 73", "51.5, -1.0")
    assert upload.rows["outcome"].tolist() == ["matched", "unmatched", "unmatched"]
    assert upload.rows["reason"].str.contains("a point without a radius").tolist()[1:] == [True] * 2
    text = f'Organisation\tArea\tRadius km\nA\t"{TALE}"\t\nB\tSU 71 73\t2\nC\tCamden\t\n'
    told = footprints.read(text.encode(), name="a.tsv")
    assert told.rows["outcome"].tolist() == ["matched"] * 3
    assert np.array_equal(told.footprint("B"), around(471_500, 173_500, 2_000))


@pytest.mark.parametrize("cell", ["Camden and 3 miles", "3 miles", "Ward 7, 2 km", "2, 3 and 4 m"])
def test_a_radius_around_no_point_is_no_circle(cell):
    assert read(TALE, cell).rows["kind"].iloc[1] != "shape"


def test_a_spot_is_a_point_or_a_postcode_in_use():
    assert points.is_spot("SU 71 73")
    assert points.is_spot("n1 9gu")
    assert not points.is_spot("N7 0ZZ")
    assert not points.is_spot("Camden")
