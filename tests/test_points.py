"""Points: coordinates, grid references and radii, as people write them."""

import numpy as np
import pandas as pd
import pytest

from mapping import footprints
from mapping.atoms import postcodes
from mapping.footprints import points


@pytest.mark.parametrize(
    "text",
    [
        "51.5489, -0.136",
        "51.5489 -0.136",
        "51.5489;-0.136",
        "(51.5489, -0.136)",
        "51,5489; -0,136",
        "51.5489° N, 0.136° W",
        "N51.5489 W0.136",
        "51°32'56.04\"N, 0°08'09.6\"W",
        "POINT(-0.136 51.5489)",
        "SRID=4326;POINT (-0.136 51.5489)",
        '{"type": "Point", "coordinates": [-0.136, 51.5489]}',
    ],
)
def test_latitude_and_longitude_in_one_cell_are_read(text):
    assert points.is_point(text)
    x, y = points.spots([text])
    assert x[0] == pytest.approx(-0.136, abs=1e-9)
    assert y[0] == pytest.approx(51.5489, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "east", "north"),
    [
        ("TQ 299 804", 529_950, 180_450),
        ("TQ299804", 529_950, 180_450),
        ("tq 29980 80400", 529_980.5, 180_400.5),
        ("SV 00 00", 500, 500),
        ("HP 40 40", 440_500, 1_240_500),
        ("NH 66 45", 266_500, 845_500),
        ("529950, 180450", 529_950, 180_450),
    ],
)
def test_grid_references_are_the_middle_of_their_square(text, east, north):
    assert points.is_point(text)
    x, y = points.spots([text])
    assert (x[0], y[0]) == (east, north)


@pytest.mark.parametrize(
    "text",
    [
        "TQ 29 804",
        "TQ299",
        "ZZ 12 34",
        "SI 12 34",
        "TQ12",
        "NW5 2AA",
        "Camden",
        "020 7946 0958",
        "07700 900123",
        "12 13",
        "1204",
        "",
        "1.5",
        "x" * 9_999,
    ],
)
def test_other_texts_are_no_points(text):
    assert not points.is_point(text)


@pytest.mark.parametrize(
    "text",
    [
        "10,000.00",
        "2019/2020",
        "01/2020",
        "9.30 17.30",
        "3.5/5",
        "1865 123456",
        "40.7, -74.0",
        "0.5, 100",
        "x",
    ],
)
def test_prices_years_times_scores_and_telephone_numbers_are_no_points_in_britain(text):
    assert not points.is_in_britain(text)


@pytest.mark.parametrize(
    "text",
    [
        "51.5489, -0.136",
        "-0.136, 51.5489",
        "51,5489; -0,136",
        "60.15 N 1.14 W",
        "TQ 299 804",
        "HP 40 40",
        "529950, 180450",
        "POINT(529950 180450)",
        "POINT(-0.136 51.5489)",
    ],
)
def test_points_in_britain_are_known_however_they_are_written(text):
    assert points.is_in_britain(text)


def test_a_postcode_is_where_it_lies():
    found = postcodes.find("NW5 2AA")
    x, y = points.spots(["nw52aa", "ZZ9 9ZZ"])
    assert (x[0], y[0]) == (found["easting"], found["northing"])
    assert np.isnan([x[1], y[1]]).all()


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("800", 800),
        ("1.5 km", 1_500),
        ("1,5 km", 1_500),
        ("1,000 metres", 1_000),
        ("2 miles", 3_218.688),
        ("1.5mi.", 2_414.016),
        ("1/2 mile", 804.672),
        ("half a mile", 804.672),
        ("a mile", 1_609.344),
        ("500 yards", 457.2),
        ("approx. 2 km", 2_000),
        ("2 km radius", 2_000),
        ("within 1 mile", 1_609.344),
        ("~500m", 500),
        ("2kms", 2_000),
        ("0,8 km", 800),
        (" 12 ", 12),
    ],
)
def test_a_radius_may_have_its_unit_and_words_around_it(text, metres):
    assert points.radius_m(pd.Series([text]), 1.0)[0] == pytest.approx(metres)


@pytest.mark.parametrize(
    "text", ["far", "10 minute walk", "0.5-1 mile", "half", "km", "2 km or more", "1/0", "1/0 km"]
)
def test_what_is_no_radius_is_infinite(text):
    assert np.isinf(points.radius_m(pd.Series([text]), 1.0)[0])


def test_blank_is_no_radius_and_a_number_has_the_unit_of_its_heading():
    found = points.radius_m(pd.Series(["", "1.5", "800 m"]), 1_000.0)
    assert np.isnan(found[0])
    assert found[1:].tolist() == [1_500, 800]


def test_commas_are_decimal_where_no_thousands_can_be_meant():
    cells = pd.Series(["529,912.5", "529912,5", "529.912,5", "1,500", "51,5", "x"])
    assert points.numbers(cells, degrees=False)[:5].tolist() == [
        529912.5,
        529912.5,
        529912.5,
        1500,
        51.5,
    ]
    assert np.isnan(points.numbers(cells, degrees=False)[5])
    degrees = points.numbers(pd.Series(["51,548", "-0,136", "529,912"]), degrees=True)
    assert degrees.tolist() == [51.548, -0.136, 529912]


@pytest.mark.parametrize(
    "text",
    [
        "1" + " " * 5_000 + "x",
        "approx" * 40,
        "1" * 9_999,
        "(" * 999,
        "1.5 " * 60,
        "POINT(" + "1" * 190,
        "51°" * 60,
    ],
)
def test_hostile_cells_are_neither_points_nor_numbers(text):
    assert not points.is_point(text)
    assert np.isnan(points.spots([text])).all()
    assert np.isinf(points.radius_m(pd.Series([text]), 1.0)).all()
    assert np.isnan(points.numbers(pd.Series([text]), degrees=True)).all()


@pytest.mark.parametrize(
    ("text", "outcome", "says"),
    [
        ("SRID=27700;POINT(529950 180450)", "matched", ""),
        ("SRID=4326;POINT(-0.136 51.5489)", "matched", ""),
        ("SRID=29902;POINT(529950 180450)", "unmatched", "“EPSG:29902”"),
        ("SRID=27700;POINT(-0.136 51.5489)", "unmatched", "its numbers are degrees"),
        ("SRID=4326;POINT(529950 180450)", "unmatched", "its numbers are metres"),
        (
            '{"type": "Point", "coordinates": [529950, 180450],'
            ' "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}}',
            "matched",
            "",
        ),
        (
            '{"type": "Point", "coordinates": [529950, 180450],'
            ' "crs": {"type": "name", "properties": {"name": "EPSG:3857"}}}',
            "unmatched",
            "“EPSG:3857”",
        ),
    ],
)
def test_a_point_is_read_in_the_system_that_it_names_and_others_are_told(text, outcome, says):
    table = pd.DataFrame({"who": ["A"], "coordinates": [text], "radius": ["800"]})
    found = footprints.read(table.to_csv(index=False).encode(), name="points.csv")
    assert found.rows["outcome"].tolist() == [outcome]
    assert says in found.rows["reason"][0]
