"""Areas that are made of the lines round them: as if their pieces had been united."""

import json
from collections import Counter

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mapping import boundaries
from mapping.drawing import joined, rings, steps

A_STEP = 1 / steps.STEPS_A_DEGREE
WEST, SOUTH = -4_000, 2_060_000
"""Where the chessboards begin, in steps: in London."""


def follow(labels: np.ndarray) -> rings.Rings:
    """Follow the lines round labelled fields of a chessboard: -1 is no area, -2 no field."""
    rows, columns = np.nonzero(labels > -2)
    fields = draw_fields(rows, columns)
    lines = boundaries.side_lines(shapely.transform(fields, lambda at: at * A_STEP))
    of = np.append(labels[rows, columns], -1)[np.column_stack([lines.left, lines.right])]
    found = joined.measure_corners(lines.corners, lines.begins)
    return rings.follow(found, of[found.of])


def unite(labels: np.ndarray, number: int) -> shapely.Geometry:
    """Unite the fields of one label, in steps."""
    rows, columns = np.nonzero(labels == number)
    return shapely.union_all(draw_fields(rows, columns))


def draw_fields(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return fields of the chessboard, in steps."""
    west, south = columns + WEST, rows + SOUTH
    return shapely.box(west, south, west + 1, south + 1)


def read(written: dict[int, str]) -> dict[int, shapely.Geometry]:
    """Return areas that were written, in steps."""
    if not written:
        return {}
    text = steps.write([{"number": number} for number in written], written.values())
    found = steps.frame(text)
    shapes = shapely.transform(found.geometry.to_numpy(), lambda at: np.round(at / A_STEP))
    return dict(zip(found["number"], shapes, strict=True))


def touches_itself(shape: shapely.Geometry) -> bool:
    """Tell whether more than one stretch of an area's edge comes to the same corner."""
    closed = shapely.get_rings(shapely.get_parts(shape))
    corners = [tuple(at) for ring in closed for at in shapely.get_coordinates(ring)[:-1].tolist()]
    return max(Counter(corners).values()) > 1


ISLAND = np.array([[0, 0, 0, 0, 0], [0, 1, 1, 1, 0], [0, 1, 0, 1, 0], [0, 1, 1, 1, 0], [0] * 5])
APART = np.array([[0, 1, 0], [0, 1, 0]])
HOLES = np.array([[2, 2, 2, 2, 2], [2, -1, 2, 0, 2], [2, 2, 2, 2, 2]])
CORNER = np.array([[0, 1], [1, 0]])
boards = arrays(
    np.int64, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=st.integers(-2, 3)
)


@example(ISLAND)
@example(APART)
@example(HOLES)
@example(CORNER)
@given(boards)
def test_areas_are_those_that_come_of_uniting_their_pieces(labels: np.ndarray) -> None:
    followed = follow(labels)
    found = read(rings.write(followed))
    for number in set(labels[labels >= 0].tolist()):
        united = unite(labels, number)
        assert number in found or touches_itself(united)
        if number in found:
            assert found[number].is_valid
            assert found[number].equals(united)
    assert min(found, default=0) >= 0
    numbers, shapes = rings.shape(followed)
    assert numbers.tolist() == sorted(found)
    degrees = gpd.GeoSeries(shapes, crs=27700).to_crs(4326).to_numpy()
    in_steps = shapely.transform(degrees, lambda at: np.round(at / A_STEP))
    assert all(shapely.equals(in_steps, [found[number] for number in numbers]))


@pytest.mark.parametrize(
    ("labels", "kinds"),
    [
        (ISLAND, {0: "MultiPolygon", 1: "Polygon"}),
        (APART, {0: "MultiPolygon", 1: "Polygon"}),
        (HOLES, {0: "Polygon", 2: "Polygon"}),
        (CORNER, {0: "MultiPolygon", 1: "MultiPolygon"}),
    ],
)
def test_an_area_of_one_part_is_written_as_one(labels: np.ndarray, kinds: dict) -> None:
    assert {
        number: json.loads(text)["type"] for number, text in rings.write(follow(labels)).items()
    } == kinds


def test_what_is_smaller_than_a_step_and_what_has_no_line_is_left_out() -> None:
    tiny = shapely.box(0, 0, 0.3 * A_STEP, 0.3 * A_STEP)
    flat = shapely.box(0, 0, 3 * A_STEP, 0.3 * A_STEP)
    for shape in (tiny, flat):
        found = joined.measure(shapely.boundary([shape]))
        assert rings.write(rings.follow(found, np.array([[0, -1]])[found.of])) == {}
    none = joined.measure(np.array([], dtype=object))
    assert rings.write(rings.follow(none, np.empty((0, 2), dtype=int))) == {}
