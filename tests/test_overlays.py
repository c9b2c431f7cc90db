"""What each varying layer of a map carries."""

import base64
import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from mapping.drawing import (
    AREAS,
    RUST,
    AreaSign,
    LineSign,
    PublishedPicture,
    PublishedShapes,
    assets,
    overlays,
)
from mapping.drawing.labels import pack, unpack
from mapping.errors import MappingError

TOWN = PublishedShapes("geo/town.json", ("a", "b", "c"))


def config(layer: overlays.Overlay) -> dict[str, Any]:
    return json.loads(base64.b64decode(layer.payload))


def test_signs_travel_as_one_character_an_area_in_the_order_of_the_file() -> None:
    sent = config(overlays.areas(TOWN, {"c": "one", "a": "several"}, default="torn"))
    assert sent["codes"] == "#$%"
    assert [sign["fill"] for sign in sent["signs"]] == [
        AREAS[name].fill for name in ("several", "torn", "one")
    ]
    assert set(sent["patterns"]) == {"solid", "cross", "hatch", "horizontal"}


def test_codes_that_are_not_on_the_map_are_ignored() -> None:
    sent = config(overlays.areas(TOWN, {"elsewhere": "one"}))
    assert sent["codes"] == "", "all have the first sign"
    assert len(sent["signs"]) == 1


def test_an_unknown_sign_is_refused_with_the_known_ones() -> None:
    with pytest.raises(MappingError, match=r"one of plain, .*'purple' was given"):
        overlays.areas(TOWN, {"a": "purple"})


def test_more_signs_than_there_are_characters_are_refused() -> None:
    many = PublishedShapes("geo/x.json", tuple(map(str, range(91))))
    signs = {code: AreaSign(f"#0000{int(code):02x}") for code in many.codes}
    with pytest.raises(MappingError, match="90 different signs; 91 were given"):
        overlays.areas(many, signs)
    del signs["90"]
    assert len(config(overlays.areas(many, signs, default=signs["0"]))["signs"]) == 90


@given(st.dictionaries(st.sampled_from("abc"), st.text(max_size=12), min_size=1))
def test_labels_come_out_as_they_went_in(labels: dict[str, str]) -> None:
    sent = config(overlays.areas(TOWN, labels=labels))["labels"]
    assert unpack(sent) == [labels.get(code) for code in TOWN.codes]


def test_what_all_labels_share_is_sent_once() -> None:
    labels = {
        "a": "12 people (estimated)",
        "b": "15 people (estimated)",
        "c": "1 people (estimated)",
    }
    sent = config(overlays.areas(TOWN, labels=labels))["labels"]
    assert sent == {"before": "1", "after": " people (estimated)", "texts": "2|5|"}


def test_labels_that_many_areas_share_travel_as_one_character_an_area() -> None:
    many = PublishedShapes("geo/x.json", tuple(f"T{n}" for n in range(700)))
    labels = {code: ["nobody on record", "one", "a|b"][int(code[1:]) % 3] for code in many.codes}
    del labels["T7"]
    sent = config(overlays.areas(many, labels=labels))["labels"]
    assert len(json.dumps(sent)) < 900
    assert set(sent["texts"]) == set("#$%&")
    assert unpack(sent) == [labels.get(code) for code in many.codes]


def test_what_most_labels_begin_with_is_sent_once() -> None:
    labels = {"a": "about 1,200 residents", "b": "under 10 residents", "c": "about 50 residents"}
    sent = config(overlays.areas(TOWN, labels=labels))["labels"]
    assert sent == {"before": "about ", "after": "0 residents", "texts": "1,20|!under 1|5"}
    assert unpack(sent) == list(labels.values())
    assert unpack(pack("ab", {"a": "x !", "b": "x y", "c": "z"})) == ["x !", "x y"]


def test_published_labels_are_named_and_do_not_travel(tmp_path: Path) -> None:
    labels = {"a": "about 1,200 residents", "b": "under 10 residents"}
    published = assets.publish_labels(TOWN, labels, "people", tmp_path)
    assert config(overlays.areas(TOWN, labels=published))["labels"] == {"path": published.path}
    held = json.loads((tmp_path / published.path).read_text(encoding="utf-8"))
    assert unpack(held) == [labels.get(code) for code in TOWN.codes]


def test_the_projector_draws_lines_much_thicker() -> None:
    plain = config(overlays.lines(TOWN))["lines"]
    thick = config(overlays.lines(TOWN, projector=True))["lines"]
    assert list(plain) == ["outline", "a_only", "b_only", "both"]
    for part in plain:
        assert thick[part]["width"] == pytest.approx(1.8 * plain[part]["width"])


def test_lines_can_be_given_other_signs() -> None:
    sign = LineSign(RUST, 2.0)
    sent = config(overlays.lines(TOWN, parts={"both": "a_only", "context": sign}))["lines"]
    assert sent["both"]["dash"] == [13.0, 7.0]
    assert sent["context"]["colour"] == RUST


def test_an_unknown_line_is_refused() -> None:
    with pytest.raises(MappingError, match="'wavy' was given"):
        overlays.borders(TOWN, "wavy")


def test_borders_are_all_lines_of_the_layer() -> None:
    assert list(config(overlays.borders(TOWN, "regional"))["lines"]) == ["*"]


def test_points_travel_as_steps_that_lead_to_each_position() -> None:
    lat, lon = [51.5, 51.50001, 51.4], [-0.1, -0.10002, 0.0]
    steps = config(overlays.points(lat, lon))["steps"]
    positions = list(itertools.accumulate(zip(steps[::2], steps[1::2], strict=True), _add))
    expected = [(round(a * 1e5), round(b * 1e5)) for a, b in zip(lat, lon, strict=True)]
    assert positions == expected


def _add(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]


def test_2500_points_take_less_than_40_kilobytes() -> None:
    lat = [51.3 + 0.4 * (n * 0.618 % 1) for n in range(2500)]
    lon = [-0.5 + 0.8 * (n * 0.414 % 1) for n in range(2500)]
    assert len(overlays.points(sorted(lat), lon).payload) < 40_000


@pytest.mark.parametrize(("lat", "lon"), [([51.5] * 2501, [0.0] * 2501), ([float("nan")], [0.0])])
def test_too_many_or_endless_points_are_refused(lat: list[float], lon: list[float]) -> None:
    with pytest.raises(MappingError, match="At most 2,500 finite positions"):
        overlays.points(lat, lon)


def test_latitudes_and_longitudes_must_be_equally_many() -> None:
    with pytest.raises(MappingError, match="2 latitudes and 1 longitudes"):
        overlays.points([51.5, 51.6], [0.0])


def test_a_picture_lies_where_it_was_drawn() -> None:
    sent = config(overlays.picture(PublishedPicture("geo/p.png", (-1.0, 51.0, 0.0, 52.0))))
    assert sent == {"kind": "picture", "path": "geo/p.png", "bounds": [-1.0, 51.0, 0.0, 52.0]}


def test_a_picture_may_wait_until_one_is_close() -> None:
    published = PublishedPicture("geo/p.png", (-1.0, 51.0, 0.0, 52.0))
    assert config(overlays.picture(published, from_zoom=13.5))["from"] == 13.5


def test_crowded_lines_are_thinned_but_the_outline_stays_as_it_is() -> None:
    sent = config(overlays.lines(TOWN, crowded=True, projector=True))
    assert sent["crowded"]
    assert sent["scale"] == 1.8
    assert [part for part, sign in sent["lines"].items() if sign.get("steady")] == ["outline"]
    assert not config(overlays.lines(TOWN))["crowded"]


def test_borders_may_show_from_a_zoom_level_on_only() -> None:
    assert config(overlays.borders(TOWN, "near", from_zoom=12.5))["from"] == 12.5
    assert "from" not in config(overlays.borders(TOWN))


def test_a_spot_may_say_what_is_to_be_seen_of_it() -> None:
    sent = config(overlays.spot(51.5, -0.1, focus=(-0.11, 51.49, -0.09, 51.5100001)))
    assert sent["focus"] == [-0.11, 51.49, -0.09, 51.51]
    assert "focus" not in config(overlays.spot(51.5, -0.1))


@pytest.mark.parametrize("lat", [50.0, 60.5])
def test_a_box_around_a_spot_is_as_wide_as_it_is_high(lat: float) -> None:
    west, south, east, north = overlays.make_bounds(lat, -3.0, 900)
    to_metres = Transformer.from_crs(4326, 27700, always_xy=True)
    x, y = to_metres.transform([west, east, -3.0, -3.0], [lat, lat, south, north])
    assert x[1] - x[0] == pytest.approx(1_800, rel=0.01)
    assert y[3] - y[2] == pytest.approx(1_800, rel=0.01)


def test_labels_with_a_bar_or_missing_ones_travel_one_by_one() -> None:
    assert config(overlays.areas(TOWN, labels={"a": "x|y"}))["labels"]["texts"] == [
        "x|y",
        None,
        None,
    ]
    all_three = {"a": "x|y", "b": "z", "c": "w"}
    assert config(overlays.areas(TOWN, labels=all_three))["labels"]["texts"] == ["x|y", "z", "w"]


def test_circles_have_a_radius_in_metres_one_for_all_or_one_each() -> None:
    lat, lon = [51.5, 51.6], [0.0, 0.1]
    assert config(overlays.points(lat, lon, radius_m=400))["metres"] == [400, 400]
    assert config(overlays.points(lat, lon, radius_m=[250.4, 900]))["metres"] == [250, 900]
    assert "metres" not in config(overlays.points(lat, lon))


@pytest.mark.parametrize("radius_m", [[1.0, 2.0, 3.0], [0.0], [float("nan")], []])
def test_circles_without_a_size_are_refused(radius_m: list[float]) -> None:
    with pytest.raises(MappingError, match="2 circles need one radius or 2"):
        overlays.points([51.5, 51.6], [0.0, 0.1], radius_m=radius_m)


def test_a_picture_of_ones_own_travels_with_the_page_and_is_published_nowhere() -> None:
    sent = config(overlays.own_picture(b"\x89PNG", (-1.0, 51.0, 0.0, 52.0), from_zoom=11))
    assert base64.b64decode(sent["path"].removeprefix("data:image/png;base64,")) == b"\x89PNG"
    assert (sent["kind"], sent["from"]) == ("picture", 11)
    with pytest.raises(MappingError, match="30,000 bytes; 30,001 were given"):
        overlays.own_picture(b"x" * 30_001, (-1.0, 51.0, 0.0, 52.0))


def test_patterns_are_coarser_on_a_projector() -> None:
    kinds = {"a": "known gap", "b": "not recorded"}
    plain = config(overlays.areas(TOWN, kinds))["patterns"]
    coarse = config(overlays.areas(TOWN, kinds, projector=True))["patterns"]
    for name in ("heavy", "plus"):
        assert coarse[name]["size"] == 1.5 * plain[name]["size"]
        assert coarse[name]["width"] == pytest.approx(1.5 * plain[name]["width"])
        assert coarse[name]["strokes"][0][1] == pytest.approx(1.5 * plain[name]["strokes"][0][1])
