"""Where the names of areas stand: inside, apart from each other, and only where there is room."""

import itertools

import geopandas as gpd
import numpy as np
import pytest
import shapely

from mapping import boundaries, layers, places
from mapping.drawing import assets, names, overlays, picture, steps
from mapping.drawing.picture import naming, still

SIZE_PX = 10.0
SHEET = (0.0, 0.0, 400.0, 400.0)


def measure(text: str) -> float:
    """Take every letter to be half as wide as the type is high."""
    return SIZE_PX / 2 * len(text)


def place(said: list[str], circles: list[tuple[float, float, float]]) -> list[names.Placed]:
    return names.place_names(said, np.array(circles), SIZE_PX, measure, [], SHEET)


def lie_apart(boxes: list[names.Box]) -> bool:
    return not any(
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        for one, other in itertools.combinations(boxes, 2)
    )


def test_every_ward_of_london_has_a_circle_that_lies_in_it() -> None:
    frame = boundaries.polygons(places.get("Greater London"), layers.get("ward"), tolerance_m=30)
    circles = names.find_rooms(frame.geometry)
    assert np.isfinite(circles).all()
    discs = shapely.buffer(shapely.points(circles[:, :2]), 0.95 * circles[:, 2])
    assert shapely.contains(frame.geometry.to_numpy(), discs).mean() > 0.99
    assert shapely.contains(frame.geometry.to_numpy(), shapely.points(circles[:, :2])).all()


def test_the_largest_part_has_the_name_and_what_is_no_area_has_none() -> None:
    near, far = shapely.box(0, 0, 100, 100), shapely.box(5_000, 0, 9_000, 4_000)
    bow_tie = shapely.Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    shapes = [shapely.MultiPolygon([near, far]), None, shapely.Polygon(), bow_tie]
    found = names.find_rooms(gpd.GeoSeries(shapes, crs=27700))
    assert found[0] == pytest.approx([7_000, 2_000, 2_000], abs=15)
    assert np.isnan(found[1:]).all()
    assert np.isnan(names.find_rooms(gpd.GeoSeries([None], crs=27700))).all()


def test_circles_come_back_from_a_published_file() -> None:
    circles = np.array([[530_000.0, 180_000.0, 420.4], [np.nan] * 3])
    written = names.write_circles(circles, steps.STEPS_A_DEGREE)
    assert written[1] is None
    half_a_step_m = 111_400 / steps.STEPS_A_DEGREE / 2
    assert names.read_circles(written[:1], steps.STEPS_A_DEGREE) == pytest.approx(
        circles[:1], abs=half_a_step_m
    )


@pytest.mark.parametrize(
    ("count", "lines"),
    [
        (1, ["Dartmouth Park and Highgate"]),
        (2, ["Dartmouth Park", "and Highgate"]),
        (3, ["Dartmouth", "Park and", "Highgate"]),
    ],
)
def test_a_name_is_broken_at_its_blanks(count: int, lines: list[str]) -> None:
    assert names.break_name("Dartmouth Park and Highgate", count) == lines


def test_a_word_is_never_broken_and_no_name_is_one_empty_line() -> None:
    assert names.break_name("Llanfairpwllgwyngyll", 3) == ["Llanfairpwllgwyngyll"]
    assert names.break_name(" ", 3) == [""]


def test_a_name_shows_once_its_area_is_wide_enough() -> None:
    assert place(["Oldham"], [(200, 200, 6)]) == []
    assert [one.lines for one in place(["Oldham"], [(200, 200, 12)])] == [["Oldham"]]
    assert place(["Oldham"], [(np.nan, np.nan, np.nan)]) == []


def test_a_name_takes_more_lines_rather_than_spill_over_its_area() -> None:
    (one,) = place(["Saddleworth South"], [(200, 200, 25)])
    assert one.lines == ["Saddleworth", "South"]


def test_of_two_names_in_the_same_room_the_wider_area_has_it() -> None:
    found = place(["Small", "Large", "Beside"], [(200, 200, 20), (205, 203, 40), (300, 200, 20)])
    assert [one.lines for one in found] == [["Large"], ["Beside"]]


def test_a_name_that_would_leave_the_map_is_left_out() -> None:
    assert place(["Corner"], [(5, 200, 50)]) == []


def test_names_of_earlier_layers_come_first_and_bold() -> None:
    shapes = [assets.PublishedShapes(f"geo/{n}.json", ()) for n in range(2)]
    config = overlays.names(*shapes, colours=["#123456"])
    sent = still.json.loads(still.base64.b64decode(config.payload))
    assert [(one["bold"], one["colour"]) for one in sent["of"]] == [
        (True, "#123456"),
        (False, "#1b2733"),
    ]


def test_names_on_a_picture_are_those_of_the_map_and_lie_apart(tmp_path, monkeypatch) -> None:
    frame = boundaries.polygons(places.get("Oldham"), layers.get("ward"), tolerance_m=8)
    published = assets.publish(frame, "wards", tmp_path)
    drawn = [overlays.areas(published), overlays.names(published)]
    west, south, east, north = frame.to_crs(4326).total_bounds
    seen = still.make_still(drawn, [], [], bounds=(west, south, east, north), static_dir=tmp_path)
    named = seen.layers[-1]
    assert isinstance(named, picture.Names)
    assert set(named.names) == set(frame["name"])
    boxes = []
    write = naming.write_names
    monkeypatch.setattr(picture, "write_names", lambda *given: boxes.extend(write(*given)))
    picture.png("Wards.", seen.layers, attribution=["Data"], extent=seen.extent)
    assert len(boxes) >= 15
    assert lie_apart(boxes)
    assert "at" not in still.areas(drawn, tmp_path).columns
