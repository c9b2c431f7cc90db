"""Redraw: three doors, a link that holds all that is drawn, and maps that are kept."""

import json
import re
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from redrawing import CAMDEN, WEST, by_hand, draw, press, put
from shown import Shown, keep_map, opened, payloads

from mapping import places, redraw
from mapping.drawing import webmap
from mapping.geography import layers
from mapping.wording import findings
from pages.redraw import asking, changing, drawing
from pages.shared import registers, state


def test_each_door_opens_with_a_sentence_and_says_what_the_page_is_for() -> None:
    shown = opened("redraw", place=CAMDEN)
    for door in ("follow", "suggest", "hand"):
        shown.choose("door", door)
        assert shown.finding.endswith(".")
        assert shown.notes == []
        assert "aid to experiment and practice" in shown.captions
        assert len(shown.maps()) == 1


def test_who_would_move_is_said_drawn_and_listed_and_the_figures_agree() -> None:
    shown = opened("redraw", place="county.greater-london", a="icb", b="police_bcu")
    london = places.get("Greater London")
    moved = redraw.people_moved(london, layers.get("icb"), along=layers.get("police_bcu"))
    assert f"{round(moved, -2):,.0f}"[:4] in shown.finding
    table = shown.table("Integrated care boards of Greater London along")
    assert len(table) == int(
        (
            redraw.follow(london, layers.get("icb"), along=layers.get("police_bcu")).moves["moved"]
            > 0
        ).sum()
    )
    kinds_drawn = [one["kind"] for one in payloads(shown.map())[1:]]
    assert kinds_drawn[:2] == ["areas", "lines"]
    common = shown.table("Common lines for")
    assert "Whose" in common.columns


def test_a_map_along_itself_or_one_that_it_nests_in_moves_nobody() -> None:
    shown = opened("redraw", place="county.greater-london", a="borough", b="ward")
    assert shown.finding.startswith("Nothing would change")
    assert shown.numbers["Would move"] == "0%"


def test_districts_of_a_county_are_what_is_grouped_first_and_wards_of_a_council() -> None:
    assert "11 council areas of Surrey" in by_hand().finding
    assert "20 wards of Camden" in opened("redraw", place=CAMDEN, door="hand").finding


def test_what_is_drawn_stays_in_the_link_and_opens_again() -> None:
    shown = put(by_hand(), WEST, 1)
    assert shown.finding.startswith("One group with")
    text = shown.chosen()["drawn"]
    assert redraw.read_scenario(places.get("Surrey"), text).groups == [1]
    again = by_hand(drawn=text)
    assert again.finding == shown.finding
    assert again.link()["drawn"] == text


def test_steps_are_undone_done_again_and_begun_anew() -> None:
    shown = put(put(by_hand(), WEST, 1), WEST[:1], 2)
    after = shown.finding
    assert press(shown, "Undo").finding.startswith("One group")
    assert press(shown, "Redo").finding == after
    assert press(shown, "Start again").finding.startswith("None of the 11")
    assert press(shown, "Undo").finding == after


def test_the_back_button_of_a_browser_is_an_undo_that_can_be_done_again() -> None:
    shown = put(by_hand(), WEST, 1)
    first = shown.chosen()["drawn"]
    put(shown, WEST[:1], 2)
    shown.app.query_params["drawn"] = first
    shown.run()
    assert shown.finding.startswith("One group")
    assert press(shown, "Redo").finding.startswith("Two groups")


def test_the_rest_goes_into_a_group_at_once_and_two_halves_are_told() -> None:
    shown = put(by_hand(), WEST, 1)
    shown.choose("into", "2")
    press(shown, "All the rest into group 2")
    assert re.match(r"Two groups, of an estimated [\d,]+ and [\d,]+ residents", shown.finding)
    table = shown.table("Groups of council areas")
    assert table["Council areas"].astype(int).sum() == 11


def test_areas_that_are_cut_off_are_said_by_name() -> None:
    shown = by_hand(drawn=draw({1: ["E07000215", "E07000216"]}))
    graph = redraw.find_graph(places.get("Surrey"), layers.get("borough"))
    off = redraw.read_scenario(places.get("Surrey"), shown.link()["drawn"]).find_cut_off()
    assert len(graph) == 11
    assert len(off) == 1
    assert f"cut off from the rest of its group: {off['name'].iloc[0]}" in shown.finding


def test_a_part_that_is_cut_off_becomes_a_group_of_its_own() -> None:
    shown = by_hand(drawn=draw({1: ["E07000215", "E07000216"]}))
    press(shown, "Make the cut-off part of group 1 a group of its own")
    assert shown.finding.startswith("Two groups, of ")
    assert shown.finding.endswith("each is in one piece.")


def test_against_todays_lines_who_moves_is_said_and_listed() -> None:
    shown = opened(
        "redraw", place="county.greater-london", door="hand", before="borough", drawn=_move_two()
    )
    assert shown.finding.startswith("Two of 704 wards would move")
    assert "cut off" in shown.finding
    assert len(shown.table("Wards that would move")) == 2


def _move_two() -> str:
    """Return London's boroughs with two wards of the first at its edge in another one."""
    begun = redraw.begin(places.get("Greater London"), "ward", like=layers.get("borough"))
    graph, groups = begun.graph, begun.group_of
    edge = [(a, b) for a, b in zip(graph.a, graph.b, strict=True) if groups[a] != groups[b]]
    (a, b), (c, d) = edge[0], next(e for e in edge if e[0] != edge[0][0])
    return begun.move([graph.codes[a]], int(groups[b])).move([graph.codes[c]], int(groups[d])).text


def test_groups_have_names_are_merged_and_locked() -> None:
    shown = by_hand(drawn=draw({1: WEST, 2: ["E07000208"]}), called="1=West")
    assert "Group 1 (West)" in shown.table("Groups of council areas")["Group"].tolist()
    press(shown, "Lock group 1 as it is")
    put(shown, WEST[:1], 2)
    now = redraw.read_scenario(places.get("Surrey"), shown.link()["drawn"])
    assert (now.group_of[now.graph.find(WEST)] == 1).all()
    assert shown.notes[0].startswith("What is locked stays")
    boxes = {b.key: b for b in shown.app.selectbox}
    boxes["_widget_merge_1"].set_value(2)
    shown.run()
    now = redraw.read_scenario(places.get("Surrey"), shown.link()["drawn"])
    assert (now.group_of[now.graph.find(WEST)] == 1).all()
    shown.choose("into", "1")
    press(shown, "Unlock group 1")
    boxes = {b.key: b for b in shown.app.selectbox}
    boxes["_widget_merge_1"].set_value(2)
    shown.run()
    now = redraw.read_scenario(places.get("Surrey"), shown.link()["drawn"])
    assert now.groups == [2]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("drawn", "1.00000000.abc.borough"),
        ("drawn", "<b>{{7*7}}</b>"),
        ("drawn", "x" * 3000),
        ("locked", "%%%"),
        ("before", "kept.nobody"),
        ("before", "no such layer"),
    ],
)
def test_what_a_link_has_that_is_none_is_told_in_a_sentence(name: str, text: str) -> None:
    shown = by_hand(**{name: text})
    assert shown.finding.startswith("None of the 11")
    assert len(shown.notes) == 1
    assert "{{" not in shown.notes[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [("into", "-3"), ("called", "=|1=|x=y|9999=z"), ("parent", "icb"), ("ask", ";;=;")],
)
def test_what_a_link_has_that_says_nothing_changes_nothing(name: str, text: str) -> None:
    shown = by_hand(**{name: text})
    assert shown.finding.startswith("None of the 11")
    assert shown.notes == []


def test_a_drawing_of_another_place_is_not_taken_for_one_of_this_place() -> None:
    shown = opened(
        "redraw", place="county.E10000016", door="hand", blocks="borough", drawn=draw({1: WEST})
    )
    assert shown.finding.startswith("None of the")
    assert "another place" in shown.notes[0]


def test_another_place_or_other_areas_take_a_drawing_back() -> None:
    shown = by_hand(drawn=draw({1: WEST}), called="1=West", locked="", into="2")
    shown.choose("blocks", "ward")
    assert not {"drawn", "called", "into"} & set(shown.chosen())


@pytest.fixture
def picking() -> tuple[Shown, tuple[str, ...]]:
    """Open Surrey by hand; also the codes in the order of the map's file."""
    shown = by_hand()
    return shown, shown.app.session_state["_redrawn"]["held"].codes


def click(shown: Shown, *picks: object) -> Shown:
    """Say what the frame says of picks."""
    chosen: dict[str, str] = {}
    with (
        patch.object(
            drawing.visit, "get_redrawn", return_value=dict(shown.app.session_state["_redrawn"])
        ) as redrawn,
        patch.object(state, "choose", side_effect=lambda **texts: chosen.update(texts)),
    ):
        changing.pick({"last_clicked": {"lat": 51, "lng": 0, "picks": list(picks)}})
    assert redrawn.called
    for name, text in chosen.items():
        shown.app.query_params[name] = text
    return shown.run()


def test_a_click_puts_a_block_into_the_group_that_the_reader_saw(picking) -> None:
    shown, codes = picking
    click(shown, {"blocks": [3], "group": 2, "whole": False, "n": 1})
    now = redraw.read_scenario(places.get("Surrey"), shown.link()["drawn"])
    assert now.groups == [2]
    assert now.group_of[now.graph.find([codes[3]])[0]] == 2


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"blocks": [], "group": 1},
        {"blocks": [99], "group": 1},
        {"blocks": [-1], "group": 1},
        {"blocks": ["0"], "group": 1},
        {"blocks": [True], "group": 1},
        {"blocks": [0], "group": "1"},
        {"blocks": [0], "group": 1_000_000},
        {"blocks": "012", "group": 1},
        {"blocks": [0] * 30_000, "group": 1},
        {"blocks": [0], "group": 1, "n": "1"},
        {"blocks": [0], "group": 1, "n": -1},
        {"blocks": [0], "group": 1, "n": 0.5},
        {"blocks": [0], "group": 1, "n": 2**60},
    ],
)
def test_whatever_else_a_browser_says_moves_nothing(picking, said: dict[str, object]) -> None:
    shown, _ = picking
    click(shown, {"n": 1, **said})
    assert shown.finding.startswith("None of the 11")
    assert shown.notes == []


def test_clicks_that_come_together_are_all_taken_over_each_once(picking) -> None:
    shown, codes = picking
    picks = [{"blocks": [at], "group": 1 + at % 2, "n": 10 + at} for at in range(4)]
    click(shown, *reversed(picks))
    now = redraw.read_scenario(places.get("Surrey"), shown.link()["drawn"])
    assert [now.group_of[now.graph.find([codes[at]])[0]] for at in range(4)] == [1, 2, 1, 2]
    assert webmap.read_picked({"last_clicked": {"picks": picks}}, 11, taken=12) == [
        webmap.Picked((3,), 2, False, 13)
    ]


def test_with_shift_all_of_the_larger_area_goes_along() -> None:
    shown = opened("redraw", place="county.greater-london", door="hand", blocks="ward")
    click(shown, {"blocks": [0], "group": 1, "whole": True, "n": 1})
    held = shown.app.session_state["_redrawn"]["held"]
    assert held.parent is not None
    main = redraw.find_main_units(held.now.graph, held.parent)
    own = held.now.group_of == 1
    assert own.sum() > 1
    assert len(set(main[own])) == 1
    assert own.sum() == (main == main[own][0]).sum()


def test_the_map_is_told_groups_and_geometry_stays_where_it_is() -> None:
    shown = by_hand(drawn=draw({1: WEST}))
    areas, told = [one for one in payloads(shown.map())[1:] if one["kind"] in ("areas", "groups")]
    assert areas["path"] == told["path"]
    assert len(json.dumps(told)) < 2_000
    before = shown.map()["script"]
    put(shown, WEST[:1], 2)
    assert shown.map()["script"] == before, "the ground of the map is constant"


def test_suggestions_are_found_stand_beside_today_and_are_taken_further() -> None:
    shown = opened("redraw", place=CAMDEN, door="suggest", ask="groups=2;tolerance=20;go=1")
    assert re.match(r"Two neighbourhoods of an estimated [\d,]+ to [\d,]+ residents", shown.finding)
    table = shown.table("Suggestions for Camden")
    rows = table["Lines"].tolist()
    assert rows[0] == "Suggestion 1"
    assert any(row.startswith("Today: ") for row in rows)
    assert len(shown.maps()) == sum(row.startswith("Suggestion") for row in rows)
    press(shown, "Take suggestion 1 further by hand")
    assert shown.finding.startswith("Two groups, of ")
    assert shown.chosen()["door"] == "hand"


def test_a_plan_that_cannot_be_found_is_said_calmly() -> None:
    shown = opened("redraw", place=CAMDEN, door="suggest", ask="groups=19;tolerance=1;go=1")
    assert shown.finding == (
        "No way was found to put the wards of Camden into neighbourhoods that all have the size "
        "you want."
    )
    assert shown.explanation.startswith("We expected ")
    assert len(shown.maps()) == 1


def test_the_tolerance_that_would_do_is_offered_and_does() -> None:
    ask = "groups=3;tolerance=1;keep=;go=1"
    shown = opened("redraw", place="borough.S12000020", door="suggest", ask=ask)
    told = re.search(r"tolerance of (\d+)% would do", shown.explanation)
    assert told is not None
    press(shown, f"Allow {told[1]}% larger or smaller")
    assert shown.finding.startswith("Three neighbourhoods of")


def test_a_size_that_no_whole_number_has_names_those_that_do() -> None:
    ask = "kind=people;people=150000;tolerance=10;go=1"
    shown = opened("redraw", place=CAMDEN, door="suggest", ask=ask)
    assert "all have the size you want" in shown.finding
    assert re.search(r"Ask for 210,\d+ people each \(1 group\) or 105,\d+", shown.explanation)


@pytest.mark.parametrize("place", ["borough.E08000004", "borough.S12000020"])
def test_as_many_areas_are_divided_here_as_cross_a_boundary_on_mismatches(place: str) -> None:
    pair = {"place": place, "a": "ward", "b": "postal_district"}
    crossing = re.match(r"(\d+) of \d+ wards", opened("mismatches", **pair).finding)
    shown = opened("redraw", place=place, a="postal_district", b="ward")
    assert crossing is not None
    assert shown.numbers["Wards divided today"].startswith(f"{crossing[1]} of ")
    many = int(crossing[1])
    assert re.search(rf"\b({many}|{findings.number(many)}) wards would no longer", shown.finding)
    listed = len(shown.table("Postcode districts of"))
    if listed > many:
        assert "divided as well, but for no more than 1% of" in shown.explanation


def test_what_a_link_asks_that_is_not_here_is_said_and_left_out() -> None:
    ask = "groups=2;tolerance=20;keep=ward,own.0123456789abcdef;together=E05013652,E05000000"
    shown = opened("redraw", place=CAMDEN, door="suggest", blocks="lsoa", ask=ask)
    assert shown.notes == [
        "One map and two small census areas that this link asks about are not here, and left out."
    ]
    assert opened("redraw", place=CAMDEN, door="suggest", ask="groups=2;keep=ward").notes == []


def test_an_area_without_a_start_asks_for_one() -> None:
    shown = opened("redraw", place=CAMDEN, door="suggest", ask="kind=area;people=30000;go=1")
    assert "Fixed parts" in shown.explanation


def test_an_area_contains_its_start() -> None:
    shown = opened(
        "redraw",
        place=CAMDEN,
        door="suggest",
        ask="kind=area;people=40000;tolerance=20;contains=E05013652;go=1",
    )
    assert shown.finding.startswith("One area of")
    press(shown, "Take suggestion 1 further by hand")
    now = redraw.read_scenario(places.get("Camden"), shown.link()["drawn"])
    assert now.group_of[now.graph.find(["E05013652"])[0]] == 1


def test_nothing_is_searched_before_it_is_asked_for_nor_after_a_change() -> None:
    with patch("pages.redraw.searching.search") as search:
        shown = opened("redraw", place=CAMDEN, door="suggest")
        assert "say how many neighbourhoods" in shown.finding
        assert not search.called
    graph = redraw.find_graph(places.get("Camden"), layers.get("ward"))
    asked = asking.read("groups=4;go=1", graph, [])
    assert asked.is_going
    assert not asking.read(asking.change(asked, groups=5), graph, []).is_going


def test_a_question_is_read_as_it_was_written() -> None:
    graph = redraw.find_graph(places.get("Camden"), layers.get("ward"))
    codes = tuple(graph.codes[:3].tolist())
    asked = asking.Ask(
        kind=asking.PEOPLE,
        groups=7,
        people=12_345,
        tolerance=22,
        keep=(("postal_district", "2"), ("icb", "1")),
        contains=codes[:1],
        together=codes,
        apart=codes[1:],
        within=("borough",),
        seed=9,
        is_going=True,
    )
    assert asking.read(asked.text, graph, []) == asked
    assert asking.read(asking.Ask().text, graph, [layers.get("icb")]).keep == ()


def test_names_of_groups_survive_the_link() -> None:
    names = {1: "North", 12: "South East"}
    assert drawing.read_names(drawing.write_names(names)) == names
    assert drawing.read_names(drawing.write_names({1: "a|b=c"})) == {1: "a b c"}


def test_a_projected_page_has_a_sentence_a_map_and_the_groups_to_choose() -> None:
    shown = by_hand(drawn=draw({1: WEST}), projector="1")
    assert shown.finding
    assert shown.tables() == {}
    assert shown.control("into") == "1"
    assert len(shown.maps()) == 1


def test_moves_that_are_shown_are_people_who_are_counted() -> None:
    before = np.array([1, 1, 2, 2, 3])
    after = np.array([2, 2, 1, 1, 1])
    matched = redraw.match_groups(before, after, np.array([5.0, 5, 5, 5, 1]))
    assert matched.tolist()[:4] == after.tolist()[:4]
    assert matched[4] not in (1, 2)


def test_signs_of_the_legend_are_those_of_the_map() -> None:
    shown = by_hand(drawn=draw({1: WEST}))
    assert any("In no group yet" in piece for piece in shown.html)
    assert webmap.read_picked(None, 5) == []


def test_maps_that_services_brought_are_kept_to_like_any_other() -> None:
    workspace = registers.store().create("Five services", CAMDEN, save_id="five")
    codes = layers.get("lsoa").codes
    camden = redraw.find_graph(places.get("Camden"), layers.get("lsoa")).codes
    own = []
    for number, title in enumerate(("Nursing", "Social care", "Police", "Housing", "Schools")):
        teams = [
            f"{title} {1 + (at + 9 * number) * 4 // (len(camden) + 40)}"
            for at in range(len(camden))
        ]
        frame = pd.DataFrame({"area": camden, "team": teams})
        made = layers.from_lookup(
            frame, areas="area", units="team", title=title, scale="hyperlocal"
        )
        own.append(keep_map(made, workspace).key)
    assert set(camden) <= set(codes)
    asked = f"groups=3;tolerance=20;keep={','.join(own)};go=1"
    shown = opened(
        "redraw", place=CAMDEN, door="suggest", workspace=workspace, blocks="lsoa", ask=asked
    )
    assert shown.finding.startswith("Three neighbourhoods of")
    for title in ("nursing", "social care", "police", "housing", "schools"):
        assert f"from their {title}" in shown.explanation
    asked = opened("redraw", place=CAMDEN, workspace=workspace)
    assert asked.finding.startswith("If the nursings of Camden followed the lines of the social")
    assert asked.made()["layers"].split(",") == own
    shown.choose("door", "follow")
    assert shown.notes == []
    shown.choose("layers", own)
    assert "Nursing" in shown.table("Common lines for")["If all followed the lines of"].tolist()
