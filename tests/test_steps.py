"""Boundaries as whole steps, as the browser reads them."""

import json
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapping.drawing import steps


def as_geojson(collection: dict[str, Any]) -> dict[str, Any]:
    """Turn steps back into degrees, as static/commonground.js does."""

    def points(part: list) -> list:
        if part and isinstance(part[0], list):
            return [points(inner) for inner in part]
        summed = np.cumsum(np.reshape(part, (-1, 2)), axis=0)
        return [[x / collection["steps"], y / collection["steps"]] for x, y in summed.tolist()]

    for feature in collection["features"]:
        geometry = feature["geometry"]
        geometry["coordinates"] = points(geometry["coordinates"])
    return collection


def there_and_back(shape: shapely.Geometry) -> shapely.Geometry:
    text = steps.write([{"code": "x"}], steps.write_geometries(np.array([shape])))
    [feature] = as_geojson(json.loads(text))["features"]
    assert feature["properties"] == {"code": "x"}
    return shapely.from_geojson(json.dumps(feature["geometry"]))


degrees = st.tuples(
    st.integers(-800_000, 200_000).map(lambda x: x / steps.STEPS_A_DEGREE),
    st.integers(4_900_000, 6_100_000).map(lambda y: y / steps.STEPS_A_DEGREE),
)


@given(st.lists(degrees, min_size=2, max_size=20))
def test_lines_come_back_to_the_last_digit(points: list[tuple[float, float]]) -> None:
    line = shapely.LineString(points)
    assert there_and_back(line).equals_exact(line)


@pytest.mark.parametrize(
    "shape",
    [
        shapely.box(0, 51, 1, 52),
        shapely.box(0, 51, 1, 52).difference(shapely.box(0.25, 51.25, 0.75, 51.75)),
        shapely.union_all([shapely.box(0, 51, 1, 52), shapely.box(2, 51, 3, 52)]),
        shapely.MultiLineString([[(0, 51), (1, 52)], [(-1, 51), (-2, 52), (-3, 51)]]),
    ],
)
def test_areas_holes_and_parts_come_back_as_they_were(shape: shapely.Geometry) -> None:
    assert there_and_back(shape).equals_exact(shape)


def test_steps_are_whole_numbers_that_begin_at_the_first_point() -> None:
    line = shapely.LineString([(-0.1, 51.5), (-0.100025, 51.50005)])
    collection = json.loads(steps.write([{}], steps.write_geometries(np.array([line]))))
    [feature] = collection["features"]
    assert feature["geometry"]["coordinates"] == [-4_000, 2_060_000, -1, 2]


def test_boundaries_weigh_less_than_half_of_geojson() -> None:
    circle = shapely.Point(0, 51).buffer(0.1, quad_segs=200)
    whole = shapely.transform(
        circle, lambda at: np.round(at * steps.STEPS_A_DEGREE) / steps.STEPS_A_DEGREE
    )
    [written] = steps.write_geometries(np.array([whole]))
    assert len(written) < 0.5 * len(shapely.to_geojson(whole))
