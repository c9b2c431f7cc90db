"""Which one of many polygons each postcode lies in, against GEOS asked one by one."""

from unittest.mock import patch

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from town import atoms_at

from mapping import boundaries
from mapping.atoms import grid, partition, postcodes
from mapping.geography import layers

NONE = np.empty((0, 2), dtype="int64")


def divide_among(atoms: postcodes.Postcodes, polygons: list) -> partition.Partition:
    with patch.object(postcodes, "table", lambda: atoms):
        return partition.divide(np.array(polygons, dtype=object))


def ask_each(atoms: postcodes.Postcodes, polygons: list) -> tuple[np.ndarray, list]:
    """Ask GEOS about every pair: the polygon of each postcode by the rule, and what is shared."""
    points = shapely.points(atoms.easting, atoms.northing)
    polygon, shared = np.full(len(points), -1), []
    for at, point in enumerate(points):
        inside = [i for i, shape in enumerate(polygons) if shapely.contains_properly(shape, point)]
        touched = [i for i, shape in enumerate(polygons) if shapely.intersects(shape, point)]
        if len(inside) == 1:
            polygon[at] = inside[0]
        elif inside:
            shared += [(at, i) for i in inside]
        elif touched:
            polygon[at] = touched[0]
    return polygon, shared


def stars(draw, size: int) -> list:
    """Draw star-shaped polygons with corners on whole metres, some with a hole or two parts."""
    found = []
    for _ in range(size):
        corners = draw(st.integers(3, 9))
        turn = np.linspace(0, 2 * np.pi, corners, endpoint=False) + draw(st.floats(0, 1))
        away = np.array([draw(st.integers(20, 700)) for _ in range(corners)])
        x, y = draw(st.integers(0, 1_500)), draw(st.integers(0, 1_500))
        ring = np.c_[500_000 + x + away * np.cos(turn), 200_000 + y + away * np.sin(turn)].round()
        shape = shapely.make_valid(shapely.Polygon(ring))
        if draw(st.booleans()):
            shape = shapely.difference(shape, shapely.box(500_300, 200_300, 500_700, 200_700))
        parts = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
        found.append(shapely.multipolygons(parts))
    return found


@st.composite
def drawn(draw):
    size = draw(st.integers(1, 40))
    where = st.integers(0, 60).map(lambda step: step * 25)
    east, north = (np.array([draw(where) for _ in range(size)]) for _ in range(2))
    return atoms_at(east + 500_000, north + 200_000), stars(draw, draw(st.integers(1, 5)))


@settings(max_examples=60)
@given(drawn())
def test_each_postcode_is_where_asking_one_by_one_puts_it(case):
    atoms, polygons = case
    found = divide_among(atoms, polygons)
    polygon, shared = ask_each(atoms, polygons)
    assert found.polygon.tolist() == polygon.tolist()
    assert list(map(tuple, found.shared)) == shared


def test_polygons_whose_edges_pass_no_postcode_hold_none():
    atoms = atoms_at(np.array([500_000]), np.array([200_000]))
    east = shapely.MultiPolygon([shapely.box(500_096, 199_983, 500_126, 200_017)])
    found = divide_among(atoms, [east])
    assert found.polygon.tolist() == [-1]
    assert len(found.shared) == 0


@given(drawn(), st.sampled_from([1, 3, 10]))
def test_what_is_looked_at_in_runs_comes_to_the_same(case, most):
    atoms, polygons = case
    whole = divide_among(atoms, polygons)
    with patch.object(partition, "MAX_PAIRS", most):
        runs = divide_among(atoms, polygons)
    assert runs.polygon.tolist() == whole.polygon.tolist()
    assert runs.shared.tolist() == whole.shared.tolist()


def test_a_postcode_on_a_common_edge_goes_to_the_first_polygon():
    atoms = atoms_at([500_100, 500_100, 500_050], [200_050, 200_100, 200_100])
    left, right = shapely.box(5e5, 2e5, 500_100, 200_100), shapely.box(500_100, 2e5, 500_200, 2.1e5)
    assert divide_among(atoms, [left, right]).polygon.tolist() == [0, 0, 0]
    assert divide_among(atoms, [right, left]).polygon.tolist() == [0, 0, 1]


def test_a_postcode_inside_one_polygon_is_not_drawn_away_by_the_edge_of_another():
    atoms = atoms_at([500_050], [200_050])
    whole, half = shapely.box(5e5, 2e5, 500_100, 200_100), shapely.box(5e5, 2e5, 500_050, 200_100)
    found = divide_among(atoms, [half, whole])
    assert found.polygon.tolist() == [1]
    assert len(found.shared) == 0


def test_a_postcode_inside_two_polygons_is_in_neither_and_is_listed_with_both():
    atoms = atoms_at([500_050, 500_090], [200_050, 200_050])
    found = divide_among(
        atoms, [shapely.box(5e5, 2e5, 500_080, 200_100), shapely.box(5e5, 2e5, 500_100, 200_100)]
    )
    assert found.polygon.tolist() == [-1, 1]
    assert found.shared.tolist() == [[0, 0], [0, 1]]


@pytest.mark.parametrize("shapes", [[], [shapely.Polygon()]])
def test_without_ground_nobody_is_anywhere(shapes):
    found = partition.divide(np.array(shapes, dtype=object))
    assert (found.polygon == -1).all()
    assert found.shared.shape == NONE.shape


def test_a_shape_larger_than_the_world_holds_everybody():
    found = partition.divide(np.array([shapely.box(-1e9, -1e9, 1e9, 1e9)], dtype=object))
    assert (found.polygon == 0).all()


def test_londons_wards_hold_the_postcodes_that_a_spatial_join_finds(london):
    wards = boundaries.polygons(london, layers.get("ward"))[["geometry"]]
    atoms = postcodes.table()
    points = gpd.points_from_xy(atoms.easting[london.positions], atoms.northing[london.positions])
    frame = gpd.GeoDataFrame(geometry=points, crs=27700, index=london.positions)
    joined = gpd.sjoin(frame, wards)["index_right"]
    found = partition.divide(wards.geometry.to_numpy())
    assert (found.polygon[joined.index] == joined.to_numpy()).all()
    assert (found.polygon >= 0).sum() == len(joined)


def test_overlaps_are_found_with_their_area_and_touching_is_none():
    a, b, c = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10), shapely.box(9, 0, 12, 10)
    found = partition.find_overlaps([a, b, c])
    assert found[["a", "b"]].to_numpy().tolist() == [[0, 2], [1, 2]]
    assert found["area_m2"].tolist() == [10, 20]
    assert found["share_of_smaller"].tolist() == pytest.approx([1 / 3, 2 / 3])


def test_columns_list_every_postcode_from_the_south():
    order, start = grid.sort_into_columns(np.array([300, 10, 20, 310]), np.array([5, 9, 1, 2]))
    assert order.tolist() == [2, 1, 3, 0]
    assert start.tolist() == [0, 2, 2, 4]
