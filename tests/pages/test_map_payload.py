"""What a map sends to the browser: own addresses, inert texts, few bytes."""

import json
import re
from html import unescape

import pytest
from shown import PLACES, WITH_AREAS, Shown, opened, payloads, seen

from mapping.geography import layers
from pages.shared import fetched

MOST_BYTES = 40_000


@pytest.mark.parametrize("page", WITH_AREAS)
def test_every_script_and_style_comes_from_the_app_itself(page: str) -> None:
    sent = seen(page).map()
    links = [*sent["js_links"], *sent["css_links"]]
    assert sent["js_links"]
    assert all(link.startswith("/app/static/") for link in links), links
    assert not re.search(r"https?://(?!www\.w3\.org)", json.dumps(sent))


@pytest.mark.parametrize("page", WITH_AREAS)
@pytest.mark.parametrize("name", ["Greater London", "Great Britain"])
def test_a_map_travels_in_less_than_forty_kilobytes(page: str, name: str) -> None:
    shown = seen(page, place=PLACES[name])
    [message] = shown.app.get("component_instance")
    assert len(message.proto.json_args) < MOST_BYTES


@pytest.mark.parametrize("name", ["Greater London", "Great Britain"])
def test_the_whole_home_page_travels_in_less_than_forty_kilobytes(name: str) -> None:
    app = seen(place=PLACES[name]).app
    sizes = [
        len(one.proto.SerializeToString())
        for kind in ("html", "component_instance", "metric", "selectbox", "download_button")
        for one in app.get(kind)
    ]
    assert sum(sizes) < MOST_BYTES


@pytest.mark.parametrize("page", WITH_AREAS)
def test_nothing_in_a_map_s_script_is_text_that_somebody_could_have_written(page: str) -> None:
    sent = seen(page).map()
    texts = [value for value in sent.values() if isinstance(value, str)]
    assert any("commonGround" in text for text in texts)
    for text in texts:
        bare = re.sub(r'"[A-Za-z0-9+/=]*"', '""', text)
        for mark in ("{{", "{%", "${", "`", "\\", "Kingston", "Camden", "residents"):
            assert mark not in bare, mark


def base_of(shown: Shown) -> dict:
    return payloads(shown.map())[0]


def kinds_of(shown: Shown) -> list[str]:
    return [config["kind"] for config in payloads(shown.map())[1:]]


@pytest.mark.parametrize("projector", ["", "1"])
@pytest.mark.parametrize("page", WITH_AREAS)
def test_the_attribution_is_on_the_map_in_every_mode(page: str, projector: str) -> None:
    credit = " ".join(base_of(seen(page, projector=projector))["attribution"])
    for owner in ("Contains OS, Royal Mail and National Statistics data", "ONS, Open Government"):
        assert owner in credit


def test_the_home_map_shows_three_scales() -> None:
    configs = payloads(seen().map())[1:]
    paths = [config["path"].split("/")[-1] for config in configs if "path" in config]
    for key in ("ward", "borough", "icb"):
        assert any(path.startswith(f"{key}-greater-london") for path in paths), key


def test_a_spot_is_drawn_with_its_own_area_outlined() -> None:
    at = {"at": "N1 9GU"}
    for page in ("who_works_here", "place"):
        shown = seen(page, **at)
        configs = payloads(shown.map())[1:]
        assert "E05013700" in json.dumps(configs), "its ward"
        assert any("N1 9GU" in json.dumps(config) for config in configs)


def test_the_lines_of_a_pair_are_drawn_solid_broken_and_dotted() -> None:
    configs = payloads(seen("mismatches").map())[1:]
    drawn = next(config["lines"] for config in configs if "lines" in config)
    dashes = {part: sign["dash"] for part, sign in drawn.items()}
    assert dashes["both"] == []
    assert dashes["a_only"][0] > 0 or dashes["a_only"][1] > 0
    assert len({tuple(dashes[part]) for part in ("both", "a_only", "b_only")}) == 3


def lines_of(shown: Shown) -> dict:
    return next(config for config in payloads(shown.map())[1:] if config["kind"] == "lines")


def test_lines_that_are_many_say_so_and_hatch_nothing() -> None:
    dense = seen("mismatches", a="ward", b="postal_district")
    wide = seen("mismatches")
    assert lines_of(dense)["crowded"]
    for shown, is_told in ((dense, True), (wide, False)):
        captions = " ".join(one.value for one in shown.app.caption)
        assert ("Zoom in to tell the boundaries apart" in captions) is is_told
    [areas] = [config for config in payloads(dense.map())[1:] if config["kind"] == "areas"]
    assert {sign["pattern"] for sign in areas["signs"]} == {"solid"}
    assert not any("Split " in words for words in legend_of(dense))


def test_units_that_are_split_are_hatched_where_they_are_few() -> None:
    shown = seen("mismatches", a="postal_district", b="borough")
    [areas] = [config for config in payloads(shown.map())[1:] if config["kind"] == "areas"]
    assert {sign["pattern"] for sign in areas["signs"]} == {"solid", "hatch"}
    assert "Split postcode district" in legend_of(shown)


def test_areas_have_no_edges_under_the_lines_of_a_pair() -> None:
    [areas] = [
        config
        for config in payloads(seen("mismatches", a="ward", b="postal_district").map())[1:]
        if config["kind"] == "areas"
    ]
    assert {sign["width"] for sign in areas["signs"]} == {0}


def legend_of(shown: Shown) -> list[str]:
    [legend] = [
        one.proto.body
        for one in shown.app.get("html")
        if "cg-legend" in one.proto.body and "<li" in one.proto.body
    ]
    return [unescape(words) for words in re.findall(r"<span>(.*?)</span>", legend)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Greater London", ["Wards", "Council areas", "Integrated care boards"]),
        ("Great Britain", ["Council areas", "Counties"]),
        ("Camden", ["Wards", "Boundary of Camden"]),
    ],
)
def test_the_legend_lists_the_lines_that_can_be_seen_and_no_others(
    name: str, words: list[str]
) -> None:
    place = {"Camden": "borough.E09000007"}.get(name) or PLACES[name]
    shown = seen(place=place)
    assert legend_of(shown) == words
    drawn = [config for config in payloads(shown.map())[1:] if config["kind"] == "lines"]
    assert len(drawn) == len(words) - 1


def test_a_typed_postcode_and_a_chosen_ward_are_gone_to_and_a_click_is_not() -> None:
    def focus(**choices: str) -> list[float] | None:
        configs = payloads(opened("who_works_here", **choices).map())[1:]
        [spot] = [config for config in configs if config["kind"] == "spot"]
        return spot.get("focus")

    west, south, east, north = focus(at="N1 9GU")
    assert west < -0.117 < east
    assert south < 51.5385 < north
    assert (north - south) * 111_320 == pytest.approx(1_800, rel=0.01)
    ward = focus(ward="E05013700")
    assert ward[0] < -0.117 < ward[2]
    assert ward[3] - ward[1] >= (north - south) * 0.99
    assert focus(at="51.538,-0.117") is None
    assert focus(place=PLACES["Oldham"], at="N1 9GU") is None  # it lies elsewhere


def test_near_a_line_other_partners_lines_are_drawn_from_close_by() -> None:
    shown = seen("who_works_here", at="N1 9GU")
    near = [c for c in payloads(shown.map())[1:] if c["kind"] == "lines" and "from" in c]
    assert [c["path"].split("/")[-1].split("-greater")[0] for c in near] == [
        "assembly-constituency"
    ]
    assert legend_of(shown)[-2:] == [
        "Also within 150 m: boundaries of London Assembly constituencies",
        "Caledonian (ward)",
    ]


def test_only_maps_that_take_a_click_answer_the_enter_key() -> None:
    assert base_of(opened())["choosing"] is True
    assert base_of(opened("mismatches"))["choosing"] is False


def test_lines_are_thicker_on_a_projector() -> None:
    def widths(projector: str) -> list[float]:
        configs = payloads(seen("mismatches", projector=projector).map())[1:]
        drawn = next(config["lines"] for config in configs if "lines" in config)
        return [drawn[part]["width"] for part in ("both", "a_only", "b_only")]

    for thin, thick in zip(widths(""), widths("1"), strict=True):
        assert thick > 1.3 * thin


def test_five_shared_sets_of_london_are_outlined() -> None:
    configs = payloads(seen("partner_sets").map())[1:]
    [chosen] = [config["chosen"] for config in configs if "chosen" in config]
    assert len(chosen) == 5


def test_a_chosen_set_is_the_one_that_is_outlined() -> None:
    configs = payloads(seen("partner_sets", set="3").map())[1:]
    [chosen] = [config["chosen"] for config in configs if "chosen" in config]
    assert chosen == ["3"]


def test_the_street_map_is_asked_for_only_when_it_is_wanted() -> None:
    assert base_of(seen())["tiles"] is None
    assert "openstreetmap.org" in base_of(seen(tiles="1"))["tiles"]["url"]


def test_the_map_fits_the_place() -> None:
    west, south, east, north = base_of(seen(place=PLACES["Oldham"]))["bounds"]
    assert (west, south, east, north) == pytest.approx((-2.19, 53.49, -1.91, 53.63), abs=0.01)


@pytest.mark.parametrize("key", ["lsoa", "postal_district", "borough"])
def test_another_smallest_layer_changes_the_map_and_the_table_together(key: str) -> None:
    shown = seen(place=PLACES["Oldham"], base=key)
    paths = [config.get("path", "") for config in payloads(shown.map())[1:]]
    assert any(f"/{key.replace('_', '-')}-" in path or f"/{key}-" in path for path in paths)
    layer = layers.get(key)
    assert shown.table(f"{layer.plural.capitalize()} in Oldham").columns[0] == layer.title


def test_a_set_of_many_districts_has_a_short_name_on_its_map() -> None:
    keys = ("county", "police_force", "icb")
    found = fetched.set_shapes(("county", "E10000030"), keys, "residents")[1]
    assert found["name"].tolist() == ["Reigate and Banstead, Guildford, Elmbridge and eight more"]
