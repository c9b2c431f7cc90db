"""A still of a map: the same areas, lines and signs as the overlays that the browser is sent."""

import json
from pathlib import Path
from types import SimpleNamespace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from mapping.atoms import postcodes
from mapping.drawing import assets, dots, overlays, picture, signs
from mapping.drawing.picture import Areas, Dots, Lines, still

EAST, NORTH = 530_000, 180_000
WEST_TO_EAST = np.array([EAST + 50, EAST + 350])
SOUTH_TO_NORTH = np.array([NORTH + 50, NORTH + 50])


def town() -> gpd.GeoDataFrame:
    """Four squares in a row; the second has a hole, the third two parts."""
    shapes = [
        shapely.box(EAST + n * 100, NORTH, EAST + n * 100 + 100, NORTH + 100) for n in range(4)
    ]
    shapes[1] = shapes[1].difference(shapes[1].buffer(-30))
    shapes[2] = shapely.union(shapes[2], shapes[2].buffer(-30).buffer(0)).difference(
        shapely.box(EAST + 240, NORTH - 1, EAST + 260, NORTH + 101)
    )
    codes = [f"T{n}" for n in range(4)]
    return gpd.GeoDataFrame({"code": codes, "name": codes}, geometry=shapes, crs=27700)


@pytest.fixture
def published(tmp_path: Path) -> assets.PublishedShapes:
    return assets.publish(town(), "town", tmp_path)


def seen(folder: Path, *drawn: overlays.Overlay) -> still.Still:
    lon, lat = postcodes.TO_DEGREES.transform([EAST, EAST + 400], [NORTH, NORTH + 100])
    return still.make_still(
        drawn,
        WEST_TO_EAST,
        SOUTH_TO_NORTH,
        static_dir=folder,
        bounds=(lon[0], lat[0], lon[1], lat[1]),
    )


def kinds(found: still.Still) -> list[type]:
    return [type(one) for one in found.layers]


def test_areas_have_the_shapes_and_signs_of_the_map(
    tmp_path: Path, published: assets.PublishedShapes
) -> None:
    own = signs.AreaSign("#123456", "hatch", "#654321")
    found = seen(tmp_path, overlays.areas(published, {"T1": "known gap", "T2": own}))
    areas = found.layers[0]
    assert isinstance(areas, Areas)
    assert areas.signs == {
        "T0": signs.AREAS["plain"],
        "T1": signs.AREAS["known gap"],
        "T2": own,
        "T3": signs.AREAS["plain"],
    }
    drawn = areas.frame.set_index("code").to_crs(27700)
    for row in town().itertuples():
        assert drawn.geometry[row.code].hausdorff_distance(row.geometry) < 2
        assert drawn.geometry[row.code].area == pytest.approx(row.geometry.area, rel=0.05)


def test_the_extent_is_that_of_the_areas(tmp_path: Path, published: assets.PublishedShapes) -> None:
    found = seen(tmp_path, overlays.areas(published))
    assert found.extent == pytest.approx((EAST, NORTH, EAST + 400, NORTH + 100), abs=2)
    assert seen(tmp_path).extent == pytest.approx(found.extent, abs=10)


def test_layers_lie_on_each_other_as_on_the_map(
    tmp_path: Path, published: assets.PublishedShapes
) -> None:
    found = seen(
        tmp_path,
        overlays.spot(51.503, -0.127, "Here"),
        overlays.highlight(published, ["T1"]),
        overlays.borders(published, "regional"),
        overlays.borders(published, "borough"),
        overlays.areas(published),
    )
    assert kinds(found) == [Areas, Dots, Lines, Lines, Lines, Lines, Dots]
    borough, regional, chosen = found.layers[2:5]
    assert (borough.sign, regional.sign) == (
        signs.SCALE_LINES["borough"],
        signs.SCALE_LINES["regional"],
    )
    assert chosen.frame["code"].tolist() == ["T1"]
    assert [words for _, words in found.legend] == ["Here"]


def test_lines_of_two_layers_keep_their_parts(tmp_path: Path) -> None:
    line = shapely.LineString([(EAST, NORTH), (EAST + 100, NORTH + 90), (EAST + 300, NORTH)])
    frame = gpd.GeoDataFrame(
        {"part": ["both", "a_only", "outline"]}, crs=27700, geometry=[line, line, line]
    )
    published = assets.publish(frame, "lines", tmp_path)
    found = seen(tmp_path, overlays.lines(published, crowded=True))
    lines = found.layers[-1]
    assert isinstance(lines, Lines)
    assert (lines.sign, lines.crowded) == (None, True)
    assert set(lines.frame["part"]) == {"both", "a_only", "outline"}
    own = signs.LineSign("#123456", 3.0)
    other = seen(tmp_path, overlays.lines(published, parts={"both": own, "a_only": "a_only"}))
    assert [(set(one.frame["part"]), one.sign) for one in other.layers[1:]] == [
        ({"a_only"}, None),
        ({"both"}, own),
    ]
    sent = [overlays.lines(published)]
    assert still.lines(sent, tmp_path)["part"].tolist() == ["both", "a_only"]


def test_dots_of_a_picture_lie_where_the_postcodes_lie(tmp_path: Path) -> None:
    east = np.array([EAST, EAST + 40_000, EAST + 20_000])
    north = np.array([NORTH, NORTH + 30_000, NORTH + 10_000])
    marked = dots.draw_some(dots.lay_out(east, north), [False, False, True])
    found = seen(tmp_path, overlays.own_picture(marked.png, marked.bounds))
    (drawn,) = found.layers[1:]
    assert isinstance(drawn, Dots)
    assert drawn.colour == signs.RUST
    middle = np.mean(drawn.easting), np.mean(drawn.northing)
    assert middle == pytest.approx((east[2], north[2]), abs=60)


def test_what_shows_only_from_nearer_shows_only_from_nearer(
    tmp_path: Path, published: assets.PublishedShapes
) -> None:
    near = overlays.borders(published, "near", from_zoom=12.5)
    whole = (-0.5, 51.3, 0.3, 51.7)
    afar = still.make_still([near], WEST_TO_EAST, SOUTH_TO_NORTH, bounds=whole, static_dir=tmp_path)
    assert kinds(afar) == [Dots]
    close = overlays.spot(51.503, -0.127, focus=overlays.make_bounds(51.503, -0.127, 900))
    nearer = still.make_still(
        [near, close], WEST_TO_EAST, SOUTH_TO_NORTH, bounds=whole, static_dir=tmp_path
    )
    assert kinds(nearer) == [Dots, Lines, Lines, Dots]


def test_a_spot_that_is_gone_to_is_seen_from_close_with_the_postcodes_around_it(
    tmp_path: Path, published: assets.PublishedShapes
) -> None:
    box = overlays.make_bounds(51.503, -0.127, 900)
    found = seen(tmp_path, overlays.areas(published), overlays.spot(51.503, -0.127, focus=box))
    west, south, east, north = found.extent
    assert (east - west, north - south) == pytest.approx((1_800, 1_800), rel=0.1)
    ground = found.layers[1]
    assert isinstance(ground, Dots)
    assert len(ground.easting) > 1_000


def test_points_and_circles_are_drawn_where_they_lie(tmp_path: Path) -> None:
    lat, lon = [51.5, 51.51], [-0.12, -0.13]
    point = seen(tmp_path, overlays.points(lat, lon)).layers[-1]
    assert isinstance(point, Dots)
    back = postcodes.TO_DEGREES.transform(point.easting, point.northing)
    assert np.allclose(back, [lon, lat], atol=1e-4)
    circles = seen(tmp_path, overlays.points(lat, lon, radius_m=200)).layers[-1]
    assert isinstance(circles, Lines)
    assert np.sqrt(circles.frame.area.to_numpy() / np.pi) == pytest.approx([200, 200], rel=0.01)


def test_the_areas_of_a_map_are_taken_away_with_what_it_says_of_them(
    tmp_path: Path, published: assets.PublishedShapes
) -> None:
    labels = {"T0": "10 people\nhere", "T1": "12 people", "T3": "1|2 people"}
    sent = [overlays.areas(published, labels=labels)]
    assert still.areas(sent, tmp_path)["note"].tolist() == [
        "10 people; here",
        "12 people",
        "",
        "1|2 people",
    ]
    of_kinds = {"before": "", "after": "!", "kinds": ["one", None], "texts": "#$##"}
    (tmp_path / "geo/told.json").write_text(json.dumps(of_kinds))
    fetched = [overlays.areas(published, labels=assets.PublishedLabels("geo/told.json"))]
    assert still.areas(fetched, tmp_path)["note"].tolist() == ["one!", "", "one!", "one!"]
    bare = [overlays.areas(published)]
    assert "note" not in still.areas(bare, tmp_path).columns
    assert still.areas([], tmp_path) is None
    assert still.lines(sent, tmp_path) is None


def test_a_still_becomes_a_picture(tmp_path: Path, published: assets.PublishedShapes) -> None:
    found = seen(
        tmp_path,
        overlays.areas(published, {"T1": "known gap"}),
        overlays.spot(51.503, -0.127, "Here"),
    )
    png = picture.png(
        "A finding.",
        found.layers,
        legend=found.legend,
        attribution=["Data"],
        extent=found.extent,
        size_px=(800, 600),
    )
    assert png.startswith(b"\x89PNG")


def test_only_the_payload_of_an_overlay_is_looked_at(
    tmp_path: Path, published: assets.PublishedShapes
) -> None:
    sent = SimpleNamespace(payload=overlays.areas(published).payload)
    assert kinds(seen(tmp_path, sent)) == [Areas, Dots]
