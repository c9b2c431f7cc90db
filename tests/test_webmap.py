"""The map's constant part, its texts, and what travels to the browser."""

import base64
import copy
import json
import pickle
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import folium  # noqa: TID251
import geopandas as gpd
import numpy as np
import pytest
import shapely
import streamlit_folium
from branca.element import Element, Figure, Html

from mapping.drawing import webmap
from mapping.errors import MappingError

LONDON = (-0.51, 51.28, 0.34, 51.70)
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "{{ 7*7 }}",
    "{% for x in y %}",
    "${7*7}",
    "back\\slash",
    "`tick`",
    "</script><script>alert(1)</script>",
]

Sent = Callable[..., dict[str, Any]]


def town(count: int = 704) -> gpd.GeoDataFrame:
    """Return as many areas as London has wards, around random points."""
    points = np.random.default_rng(7).uniform((504_000, 156_000), (561_000, 200_000), (count, 2))
    cells = shapely.voronoi_polygons(shapely.multipoints(points)).geoms
    codes = [f"E0500{number:04}" for number in range(count)]
    names = [f"Ward {number}" for number in range(count)]
    frame = {"code": codes, "name": names}
    return gpd.GeoDataFrame(frame, geometry=list(cells), crs="EPSG:27700")


def base(**changes: Any) -> folium.Map:
    settings = {"title": "Map of London", "attribution": ["Contains OS data"], **changes}
    return webmap.base_map(LONDON, **settings)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Return a function that calls st_folium and gives what it sends to the browser."""
    caught: dict[str, Any] = {}

    def catch(**arguments: Any) -> dict[str, Any]:
        caught.update(arguments)
        return {}

    monkeypatch.setattr(streamlit_folium, "_component_func", catch)

    def call(drawn: folium.Map, *layers: webmap.Overlay) -> dict[str, Any]:
        caught.clear()
        streamlit_folium.st_folium(
            drawn,
            key="map",
            feature_group_to_add=webmap.group(*layers),
            returned_objects=["last_clicked"],
        )
        return {name: value for name, value in caught.items() if name != "on_change"}

    return call


def payloads(script: str) -> list[dict[str, Any]]:
    """Return the configurations that a script carries."""
    found = re.findall(r'commonGround\.\w+\(\w+, "([A-Za-z0-9+/=]*)"\)', script)
    return [json.loads(base64.b64decode(text)) for text in found]


def test_every_script_and_stylesheet_comes_from_this_server(sent: Sent) -> None:
    arguments = sent(base(online_tiles=True), webmap.spot(51.5, 0, "here"))
    links = arguments["js_links"] + arguments["css_links"]
    assert len(links) == 8
    assert all(link.startswith("/") and not link.startswith("//") for link in links)
    assert arguments["js_links"][0].startswith("/app/static/commonground.js?v=")


def test_scripts_lie_below_the_base_url_path(sent: Sent) -> None:
    arguments = sent(base(static_url=webmap.static_url("/common/ground/")))
    assert all(link.startswith("/common/ground/app/static/") for link in arguments["js_links"])


@pytest.mark.parametrize("base_url_path", ["", "/"])
def test_without_a_base_url_path_the_static_folder_is_at_the_root(base_url_path: str) -> None:
    assert webmap.static_url(base_url_path) == "/app/static"


def test_a_plain_folium_map_asks_no_other_server_for_scripts(sent: Sent) -> None:
    arguments = sent(folium.Map(tiles=None))
    assert arguments["js_links"] == arguments["css_links"] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_no_typed_text_reaches_folium_as_typed(sent: Sent, text: str) -> None:
    published = webmap.PublishedShapes("geo/x.json", ("a",))
    arguments = sent(
        base(title=text, attribution=[text]),
        webmap.areas(published, labels={"a": text}),
        webmap.highlight(published, [text]),
        webmap.spot(51.5, 0, text),
    )
    assert text not in json.dumps(arguments)
    configs = payloads(arguments["script"]) + payloads(arguments["feature_group"])
    assert [config.get("kind") for config in configs] == [None, "areas", "chosen", "spot"]
    assert configs[0]["title"] == configs[0]["attribution"][0] == text
    assert configs[1]["labels"]["texts"] == text or text in configs[1]["labels"]["texts"]
    assert configs[2]["chosen"] == [text]


@pytest.mark.parametrize("text", HOSTILE)
def test_encoded_text_holds_no_character_that_a_template_or_script_reads(text: str) -> None:
    encoded = webmap.encode(text)
    assert not set(encoded) & set("<>\"'\\`${}")
    assert re.fullmatch(r"(?:&#\d+;|[^&])*", encoded)


def test_encoded_text_is_read_back_as_typed() -> None:
    assert [unescape(webmap.encode(text)) for text in HOSTILE] == HOSTILE


@pytest.mark.parametrize("text", [*HOSTILE, "{{", "{% raw %}{% endraw %}{{ 7*7 }}"])
def test_text_passed_as_a_template_is_shown_and_not_compiled(text: str) -> None:
    assert Element(text).render() == text
    assert copy.deepcopy(Element(text)).render() == text
    assert pickle.loads(pickle.dumps(Element(text))).render() == text


def test_a_name_in_a_plain_folium_map_does_not_run_in_the_server() -> None:
    figure = Figure()
    drawn = folium.Map(tiles=None).add_to(figure)
    folium.Marker([51, 0], tooltip="{{ 12345 * 2 }}").add_to(drawn)
    Html("{{ 12345 * 2 }}").add_to(figure.html)
    rendered = figure.render()
    assert rendered.count("{{ 12345 * 2 }}") == 2
    assert "24690" not in rendered


def test_branca_is_wrapped_once() -> None:
    before = Element.__init__
    webmap._show_templates_literally()
    assert Element.__init__ is before


def test_704_styled_areas_with_labels_take_less_than_40_kilobytes(tmp_path, sent: Sent) -> None:
    frame = town()
    published = webmap.publish(frame, "wards", tmp_path)
    people = {code: f"{9_000 + 7 * n:,} people (estimated)" for n, code in enumerate(frame["code"])}
    kinds = list(webmap.COVERAGE)
    signs = {code: kinds[number % 5] for number, code in enumerate(published.codes)}
    first = sent(base(), webmap.areas(published, signs, labels=people))
    assert len(json.dumps(first)) < 20_000
    second = sent(base(), webmap.areas(published, {}, labels=people))
    assert len(json.dumps(second)) < 20_000
    assert first["key"] == second["key"], "a recolouring must not rebuild the map"


def test_another_place_gets_another_map(sent: Sent) -> None:
    first = sent(base())
    second = sent(webmap.base_map((-4, 57, -2, 58), title="Moray", attribution=["OS"]))
    assert first["key"] != second["key"]


def test_the_attribution_of_online_tiles_comes_with_them_only(sent: Sent) -> None:
    assert "OpenStreetMap" not in str(payloads(sent(base())["script"]))
    assert "OpenStreetMap" in str(payloads(sent(base(online_tiles=True))["script"])[0])


@pytest.mark.parametrize("bounds", [(530_000, 180_000, 531_000, 181_000), (1, 51, 0, 52)])
def test_bounds_that_are_no_box_of_degrees_are_refused(bounds: webmap.Bounds) -> None:
    with pytest.raises(MappingError, match="must be west, south, east, north in degrees"):
        webmap.base_map(bounds, title="", attribution=["OS"])


@pytest.mark.parametrize("attribution", [[], [""], ["OS", "  "]])
def test_a_map_without_attribution_is_refused(attribution: list[str]) -> None:
    with pytest.raises(MappingError, match="needs the attribution"):
        base(attribution=attribution)


def test_the_stand_in_keeps_the_room_of_the_map() -> None:
    html = webmap.stand_in("map", 520)
    assert ".st-key-map{" in html
    assert "520px" in html
    assert "The table below shows the same information." in html
    projected = webmap.stand_in("map", 520, has_table=False)
    assert "The table below" not in projected
    assert 'data-elsewhere="Leave presentation mode for a table with' in projected
    assert '<p class="cg-soon" aria-hidden="true">Drawing the map…</p>' in html
