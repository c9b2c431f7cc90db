"""Cells, their edges, sizes and merged shapes, against looking for the nearest point."""

import tracemalloc

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from town import letters

from mapping.boundaries import coast, tessellation

LAND = shapely.box(0, 0, 1_000, 1_000)


def grid(side=10, step=100):
    rows, columns = np.indices((side, side))
    return columns.ravel() * step + step / 2, rows.ravel() * step + step / 2


def labels_of(cells, drawing):
    """Letters to a number a cell, "." to −1; the south first, as northings run."""
    flat = letters(drawing)[::-1].ravel()
    number = np.where(flat == ".", -1, np.searchsorted(np.unique(flat[flat != "."]), flat))
    return tessellation.label_points(cells, number)


@pytest.fixture(scope="module")
def scattered():
    random = np.random.default_rng(7)
    return tessellation.tessellate(*random.integers(0, 1_000, (2, 300)))


def test_positions_that_repeat_share_one_cell():
    cells = tessellation.tessellate(np.array([5, 900, 5, 400]), np.array([5, 100, 5, 800]))
    assert cells.points.tolist() == [[5, 5], [400, 800], [900, 100]]
    assert cells.point_of.tolist() == [0, 2, 0, 1]


def test_an_edge_has_a_real_cell_on_its_left_and_ends_at_equal_distance(scattered):
    assert (scattered.left >= 0).all()
    assert scattered.right.min() == -1
    inner = scattered.right >= 0
    for end in (0, 1):
        ends = scattered.segments[inner, end]
        left = np.hypot(*(ends - scattered.points[scattered.left[inner]]).T)
        right = np.hypot(*(ends - scattered.points[scattered.right[inner]]).T)
        assert np.allclose(left, right, atol=1e-3)
    difference = scattered.segments[:, 0] - scattered.segments[:, 1]
    assert np.allclose(scattered.lengths_m, np.linalg.norm(difference, axis=1))


@given(
    arrays.arrays(np.int64, st.tuples(st.integers(1, 60), st.just(2)), elements=st.integers(0, 12))
)
def test_no_third_position_is_nearer_to_an_edge_than_its_two_cells(positions):
    """On a grid so small that many positions lie on one circle."""
    cells = tessellation.tessellate(*(positions.T * 10 + 500_000))
    inner = cells.right >= 0
    middle = cells.segments[inner].mean(axis=1)
    distance = np.linalg.norm(middle[:, np.newaxis] - cells.points, axis=2)
    near = np.arange(len(middle))
    for side in (cells.left[inner], cells.right[inner]):
        assert distance[near, side] == pytest.approx(distance.min(axis=1), abs=1e-3)
    assert (cells.lengths_m > 0).all()
    pairs = np.sort(np.column_stack([cells.left, cells.right])[inner], axis=1)
    assert len(np.unique(pairs, axis=0)) == len(pairs)


def test_cells_of_a_grid_meet_in_one_corner():
    cells = tessellation.tessellate(*grid(side=10))
    inner = cells.right >= 0
    assert inner.sum() == 2 * 10 * 9  # none between cells that touch in a corner
    ends = cells.segments[inner].reshape(-1, 2)
    middle = np.abs(ends - 500).max(axis=1) < 401
    assert len(np.unique(ends[middle], axis=0)) == 9 * 9


def test_cells_that_all_but_touch_in_a_corner_are_neighbours():
    """In Islington, two with a border of 28 mm: scipy's Voronoi 1.17.1 makes one corner of it."""
    around = [(530728, 185098), (530744, 185180), (530754, 185261), (530766, 185277)]
    around += [(530782, 185151), (530802, 185128), (530853, 185182), (530853, 185112)]
    one, other = (530744, 185179), (530801, 185191)
    cells = tessellation.tessellate(*np.array([one, other, *around]).T)
    rank = {tuple(xy): at for at, xy in enumerate(cells.points.astype(int).tolist())}
    between = np.sort(np.column_stack([cells.left, cells.right]), axis=1)
    (edge,) = np.flatnonzero((between == sorted([rank[one], rank[other]])).all(axis=1))
    assert cells.lengths_m[edge] == pytest.approx(0.0284, abs=1e-4)


def test_cells_need_no_list_for_each_edge():
    """A server derives beside others; lists of numbers took half as much again, and in pieces."""
    positions = np.random.default_rng(7).integers(0, 100_000, (2, 20_000))
    tessellation.tessellate(*positions[:, :100])  # scipy is loaded
    tracemalloc.start()
    try:
        cells = tessellation.tessellate(*positions)
        assert tracemalloc.get_traced_memory()[1] < 900 * len(cells.points)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("points", [[(5, 5)], [(5, 5), (900, 5)], [(0, 0), (10, 0), (20, 0)]])
def test_very_few_points_have_cells_too(points):
    cells = tessellation.tessellate(*np.array(points).T)
    areas = tessellation.cell_areas_m2(cells, LAND)
    assert areas.sum() == pytest.approx(1e6)


def test_cells_on_land_add_up_to_the_land(scattered):
    areas = tessellation.cell_areas_m2(scattered, LAND)
    assert areas.shape == (len(scattered.points),)
    assert areas.sum() == pytest.approx(1e6)
    island = shapely.union_all(
        [shapely.Point(300, 300).buffer(200), shapely.box(700, 700, 800, 950)]
    )
    assert tessellation.cell_areas_m2(scattered, island).sum() == pytest.approx(island.area)


def test_a_cell_is_as_large_as_the_ground_nearest_to_its_point(scattered):
    east, north = np.meshgrid(np.arange(0, 1_000, 5) + 2.5, np.arange(0, 1_000, 5) + 2.5)
    spots = np.column_stack([east.ravel(), north.ravel()])
    gap = ((spots[:, None] - scattered.points[None]) ** 2).sum(axis=2)
    counted = np.bincount(gap.argmin(axis=1), minlength=len(scattered.points)) * 25
    areas = tessellation.cell_areas_m2(scattered, LAND)
    assert np.abs(areas - counted).max() < 900
    assert np.corrcoef(areas, counted)[0, 1] > 0.99


def test_the_first_postcode_at_a_point_decides_its_unit():
    cells = tessellation.tessellate(np.array([5, 5, 900, 5]), np.array([5, 5, 100, 5]))
    assert tessellation.label_points(cells, np.array([-1, 3, 2, 1])).tolist() == [3, 2]
    assert tessellation.label_points(cells, np.array([-1, -1, 2, -1])).tolist() == [-1, 2]
    assert tessellation.label_points(cells, np.full(4, -1)).tolist() == [-1, -1]


def test_merged_cells_are_the_drawn_shapes():
    cells = tessellation.tessellate(*grid(side=4))
    found, shapes = tessellation.merge(cells, labels_of(cells, "A..D\n.AB.\n.BB.\nC..."))
    assert found.tolist() == [0, 1, 2, 3]
    assert shapely.area(shapes[1]) == pytest.approx(30_000)
    assert shapely.coverage_is_valid(shapes)
    assert shapes[1].touches(shapes[0])


@given(arrays.arrays(np.int64, 300, elements=st.integers(-1, 5)))
def test_merged_shapes_form_a_coverage_and_hold_their_points(labels):
    random = np.random.default_rng(7)
    cells = tessellation.tessellate(*random.integers(0, 1_000, (2, 300)))
    labels = labels[: len(cells.points)]
    found, shapes = tessellation.merge(cells, labels)
    assert found.tolist() == np.unique(labels[labels >= 0]).tolist()
    assert shapely.coverage_is_valid(shapes)
    assert shapely.is_valid(shapes).all()
    for label, shape in zip(found, shapes, strict=True):
        assert np.array_equal(shapely.contains_xy(shape, cells.points), labels == label)


def test_nothing_labelled_is_nothing_merged():
    cells = tessellation.tessellate(*grid(side=3))
    found, shapes = tessellation.merge(cells, np.full(9, -1))
    assert (len(found), len(shapes)) == (0, 0)
    assert tessellation.borders(cells, np.full(9, -1), LAND).empty


def test_borders_are_measured_by_pair_along_the_cells():
    cells = tessellation.tessellate(*grid(side=4))
    labels = labels_of(cells, "AABB\nAABB\nCCBB\n..BB")
    found = tessellation.borders(cells, labels, shapely.box(0, 0, 400, 400))
    assert found.to_numpy().tolist() == [
        [0, 1, 200],
        [0, 2, 200],
        [1, 2, 100],
    ]
    assert list(found.columns) == ["a", "b", "length_m"]


def test_borders_are_measured_on_land_only():
    cells = tessellation.tessellate(*grid(side=4))
    labels = labels_of(cells, "AABB\nAABB\nAABB\nAABB")
    half = shapely.box(0, 0, 1_000, 150)
    assert tessellation.borders(cells, labels, half)["length_m"].tolist() == pytest.approx([150])
    far = shapely.box(5_000, 5_000, 6_000, 6_000)
    assert tessellation.borders(cells, labels, far).empty


def test_an_edge_over_an_inlet_is_partly_on_land():
    inlet = shapely.box(0, 0, 100, 100) - shapely.box(40, 0, 60, 100)
    segments = np.array([[[0, 50], [100, 50]], [[10, 10], [30, 30]], [[200, 0], [300, 0]]], float)
    assert tessellation.edges_on_land(segments, inlet).tolist() == [False, True, False]
    lengths = tessellation.lengths_on_land_m(segments, inlet)
    assert lengths.tolist() == pytest.approx([80, np.hypot(20, 20), 0])


def test_a_line_on_a_seam_between_tiles_of_land_is_measured_once():
    shore = shapely.Point(0, 0).buffer(1_000, quad_segs=300)
    segments = np.array([[[-500, 0], [500, 0]], [[0, -2_000], [0, 2_000]]], float)
    assert tessellation.lengths_on_land_m(segments, shore) == pytest.approx(
        [1_000, 2_000], rel=1e-6
    )


def test_segments_are_kept_once_whichever_way_they_run():
    lines = shapely.linestrings([[(0, 0), (1, 0), (1, 1)], [(1, 0), (0, 0), (0, 1)]])
    found = tessellation.unique_segments(np.array(list(lines), dtype=object))
    assert {tuple(map(tuple, s)) for s in found.tolist()} == {
        ((0, 0), (1, 0)),
        ((1, 0), (1, 1)),
        ((0, 0), (0, 1)),
    }


def test_a_coverage_cut_at_the_coast_stays_one():
    shapes = np.array(
        [shapely.box(0, 0, 50, 100), shapely.box(50, 0, 100, 100), shapely.box(200, 0, 210, 10)]
    )
    shore = shapely.Point(50, 50).buffer(40)
    found, cut = coast.cut(np.array([4, 7, 9]), shapes, shore)
    assert found.tolist() == [4, 7]
    assert shapely.coverage_is_valid(cut)
    assert shapely.area(cut).sum() == pytest.approx(shore.area, rel=0.02)
    assert (shapely.get_coordinates(cut) % 1 == 0).all()
