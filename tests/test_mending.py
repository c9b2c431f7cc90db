"""Mending: outlines with too many corners, or that cross themselves, within what can be borne."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from mapping import layers
from mapping.atoms import mending
from mapping.errors import MappingError

BOW_TIE = shapely.from_wkt(
    "POLYGON ((528000 184000, 530000 186000, 530000 184000, 528000 186000, 528000 184000))"
)


def draw_ring(corners: int) -> shapely.Geometry:
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    return shapely.polygons(np.column_stack([np.cos(angle), np.sin(angle)]) * 10_000)


def draw_teeth(teeth: int) -> shapely.Geometry:
    """Draw a line to and fro, and a straight one back through all of it."""
    zigzag = [(at, at % 2 * 10) for at in range(teeth)]
    return shapely.polygons([*zigzag, (teeth, 5), (-1, 5), (-1, 0)])


def test_a_shape_with_few_corners_stays_as_it_is():
    ring = draw_ring(49)
    assert mending.thin(ring, 50, (1, 5)) is ring


@pytest.mark.parametrize("most", [40, 400])
def test_corners_near_the_one_before_are_left_out_no_farther_than_needed(most):
    ring = draw_ring(4_000)
    thinner = mending.thin(ring, most, (1, 20, 200, 2_000))
    assert shapely.count_coordinates(thinner) <= most
    assert shapely.area(thinner) == pytest.approx(shapely.area(ring), rel=0.1)


def test_what_keeps_too_many_corners_is_returned_at_the_last_distance():
    assert shapely.count_coordinates(mending.thin(draw_ring(4_000), 10, (1, 20))) > 10


def test_no_shape_is_simplified_by_a_way_that_calls_itself(monkeypatch):
    monkeypatch.setattr(shapely, "simplify", lambda *given: pytest.fail("simplified"))
    mending.thin(draw_ring(20_000), 15_000, (1, 5, 25, 100))


def test_crossings_are_counted_where_all_edges_are_looked_at():
    assert mending.estimate_crossings(BOW_TIE) == 1
    assert mending.estimate_crossings(draw_ring(1_000)) == 0
    assert mending.estimate_crossings(draw_teeth(101)) == pytest.approx(100, abs=2)


def test_crossings_of_many_edges_are_estimated_to_about_the_half():
    assert 4_000 < mending.estimate_crossings(draw_teeth(9_001)) < 18_000
    assert mending.estimate_crossings(draw_ring(50_000)) == 0


def test_an_outline_that_crosses_itself_is_mended_and_others_stay():
    shapes = np.array([BOW_TIE, draw_ring(9), None], dtype=object)
    mended = mending.mend(shapes)
    assert shapely.is_valid(mended[:2]).all()
    assert shapely.area(mended[0]) == pytest.approx(2_000_000)
    assert mended[1] is shapes[1]
    assert mended[2] is None


def test_a_tangle_is_refused_before_it_is_mended(monkeypatch):
    monkeypatch.setattr(mending, "MAX_CROSSINGS", 50)
    monkeypatch.setattr(shapely, "make_valid", lambda *given, **how: pytest.fail("mended"))
    with pytest.raises(MappingError, match=r"found a tangle: shape 2 of 2 crosses itself"):
        mending.mend(np.array([BOW_TIE, draw_teeth(101)], dtype=object))


def test_more_corners_than_are_mended_are_refused_only_where_they_cross(monkeypatch):
    monkeypatch.setattr(mending, "MAX_MENDED_CORNERS", 4)
    sound = np.array([draw_ring(9)], dtype=object)
    assert mending.mend(sound)[0] is sound[0]
    with pytest.raises(MappingError, match="tangle"):
        mending.mend(np.array([BOW_TIE], dtype=object))


def test_a_map_with_a_tangle_is_refused_in_a_sentence(monkeypatch):
    monkeypatch.setattr(mending, "MAX_CROSSINGS", 0)
    frame = gpd.GeoDataFrame({"name": ["A"]}, geometry=[BOW_TIE], crs=27700)
    with pytest.raises(MappingError, match="Draw it anew, or mend it where it was drawn"):
        layers.from_polygons(frame, names="name", title="Patches", scale="hyperlocal")


ROUND = [(0, 0), (10, 0), (10, 10), (6, 10), (6, 4), (4, 4), (4, 6), (8, 6), (8, 12), (0, 12)]
POCKET = shapely.Polygon(ROUND)
"""An outline whose loop encloses a pocket of 4 square metres that is on its other side."""


@pytest.mark.parametrize(
    ("shape", "size", "lost"),
    [
        (BOW_TIE, 2_000_000, 0),
        (POCKET, 112, 4),
        (shapely.Polygon(shapely.box(0, 0, 10, 10).exterior, [[(5, 5), (15, 5), (15, 6)]]), 0, 0),
        (shapely.MultiPolygon([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)]), 7, 0),
    ],
)
def test_what_mending_leaves_out_is_measured(shape, size, lost):
    (mended,) = mending.mend(np.array([shape], dtype=object))
    assert size == 0 or shapely.area(mended) == pytest.approx(size)
    assert mending.measure_lost(shape, mended) == pytest.approx(lost)
    assert mending.measure_lost(shape, shapely.Polygon()) >= shapely.area(mended) - 1e-6


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        (0.4, "nothing that it goes round is left out"),
        (12.0, "12 m² that it goes round are left out"),
        (31_000, "3.1 hectares that it goes round are left out"),
        (2.5e6, "2.5 km² that it goes round are left out"),
        (float("nan"), "parts of it may be left out"),
    ],
)
def test_what_is_lost_is_said_in_a_unit_of_its_size(lost, told):
    assert mending.say_lost(lost) == told


def test_a_tangle_is_not_measured(monkeypatch):
    monkeypatch.setattr(mending, "MAX_MEASURED", 0)
    assert np.isnan(mending.measure_lost(BOW_TIE, BOW_TIE))
