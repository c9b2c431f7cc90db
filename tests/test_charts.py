"""The flow of people between two layers: nobody is lost on the way."""

import itertools
import json

import altair
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping import overlap, places
from mapping.drawing import charts
from mapping.geography import layers
from mapping.places import Place
from mapping.wording import findings

DRAWN_EXAMPLES = settings(max_examples=12)
"""A chart takes a hundred times as long to make as the table it is made of."""

names = st.text("abcdefghijklmnop", min_size=1, max_size=2)
people = st.floats(0.5, 1e6)
crosses = st.lists(st.tuples(names, names, people), min_size=1, max_size=60).map(
    lambda rows: (
        pd.DataFrame(rows, columns=["a_name", "b_name", "people"])
        .groupby(["a_name", "b_name"], as_index=False)
        .sum()
    )
)


def read(cross: pd.DataFrame, **options: str) -> list[tuple[pd.DataFrame, dict]]:
    """Return the data and the mark of every layer of the chart."""
    layers_ = charts.draw_flow(cross, "A", "B", **options).spec["layer"]
    return [(pd.DataFrame(one["data"]["values"]), one["mark"]) for one in layers_]


def ribbons(cross: pd.DataFrame) -> pd.DataFrame:
    """Return both ends of every ribbon that the chart draws, those of the others too."""
    found = pd.concat([data for data, _ in read(cross) if "pair" in data], ignore_index=True)
    ends = [found.assign(x=x, high=found[top]) for x, top in ((0.0, "start"), (1.0, "end"))]
    both = pd.concat(ends, ignore_index=True)
    return both.assign(low=both["high"] - both["part"])


@given(crosses)
def test_gathering_small_units_keeps_everybody(cross: pd.DataFrame) -> None:
    kept = pd.DataFrame(charts.gather_others(cross))
    assert kept["people"].sum() == pytest.approx(cross["people"].sum())
    for side in ("a_name", "b_name"):
        assert kept[side].nunique() <= charts.MAX_UNITS + 1
        assert set(kept[side]) <= set(cross[side]) | {charts.REST}


@DRAWN_EXAMPLES
@given(crosses)
def test_every_ribbon_is_as_wide_as_its_people_from_end_to_end(cross: pd.DataFrame) -> None:
    drawn = ribbons(cross)
    assert drawn["part"].to_numpy() == pytest.approx(drawn["people"] / cross["people"].sum())
    for x in (0.0, 1.0):
        assert drawn.loc[drawn["x"] == x, "part"].sum() == pytest.approx(1)


@DRAWN_EXAMPLES
@given(crosses)
def test_ribbons_of_one_side_never_overlap(cross: pd.DataFrame) -> None:
    drawn = ribbons(cross)
    for x in (0.0, 1.0):
        ends = drawn[drawn["x"] == x].sort_values("high", ascending=False)
        gaps = ends["low"].to_numpy()[:-1] - ends["high"].to_numpy()[1:]
        assert (gaps > -1e-9).all()


def gather_plainly(cross: pd.DataFrame) -> pd.DataFrame:
    """Do what ``gather_others`` does, by tables."""
    named = cross[["people"]].copy()
    for side in "ab":
        names = cross[f"{side}_name"].astype(object)
        if f"{side}_code" in cross:
            codes = cross[f"{side}_code"].astype(object)
            several = codes.groupby(names).transform("nunique") > 1
            names = names.where(~several, names + " (" + codes + ")")
        largest = cross["people"].groupby(names).sum().round(6).nlargest(charts.MAX_UNITS)
        named[f"{side}_name"] = names.where(names.isin(largest.index), charts.REST)
    return named.groupby(["a_name", "b_name"], as_index=False)["people"].sum()


def stack_plainly(pairs: pd.DataFrame, side: str) -> pd.DataFrame:
    """Return the units of a side from the top, with the shares of all people above each."""
    sizes = pairs.groupby(side)["people"].sum()
    sizes = sizes.loc[sizes.round(6).sort_values(ascending=False, kind="stable").index]
    sizes = pd.concat([sizes.drop(charts.REST, errors="ignore"), sizes[sizes.index == charts.REST]])
    part = sizes / sizes.sum()
    room = (part + charts.GAP).clip(lower=charts.MIN_NAME_SHARE)
    low = 1 - room.cumsum() + (room - part) / 2
    return pd.DataFrame({"low": low, "high": low + part})


def place_plainly(pairs: pd.DataFrame, side: str, other: str) -> pd.Series:
    """Return the top of each ribbon at one end."""
    ends, ranks = stack_plainly(pairs, side), stack_plainly(pairs, other).index.tolist()
    found = pairs.assign(rank=pairs[other].map(ranks.index)).sort_values("rank")
    part = found["people"] / pairs["people"].sum()
    return found[side].map(ends["high"]) - (part.groupby(found[side]).cumsum() - part)


def assert_drawn_as_plainly(cross: pd.DataFrame) -> None:
    pairs = gather_plainly(cross)
    widest = pairs["people"].nlargest(charts.MAX_RIBBONS)
    drawn = pd.concat([data for data, _ in read(cross) if "pair" in data]).set_index("pair")
    assert sorted(drawn["people"], reverse=True) == pytest.approx(widest.tolist())
    told = drawn.sort_index()
    expected = pairs.loc[told.index]
    assert told[["a_name", "b_name"]].equals(expected[["a_name", "b_name"]].astype("str"))
    for end, sides in (("start", ("a_name", "b_name")), ("end", ("b_name", "a_name"))):
        ends = place_plainly(pairs, *sides).loc[told.index]
        assert told[end].tolist() == pytest.approx(ends.tolist(), abs=1e-9)
    bars = [data for data, mark in read(cross) if mark["type"] == "bar"]
    for bar, side in zip(bars, ("a_name", "b_name"), strict=True):
        stacked = stack_plainly(pairs, side)
        assert bar["name"].tolist() == stacked.index.tolist()
        assert bar["low"].tolist() == pytest.approx(stacked["low"].tolist(), abs=1e-9)
        assert bar["high"].tolist() == pytest.approx(stacked["high"].tolist(), abs=1e-9)


@pytest.mark.parametrize("name", ["Greater London", "Camden", "Plymouth", "Oldham", "Moray"])
def test_a_real_flow_is_the_same_as_worked_out_by_tables(name: str) -> None:
    place = places.get(name)
    known = ("ward", "postal_district", "postal_sector", "borough", "icb", "police_bcu")
    chosen = [layers.get(key) for key in known if layers.list_present(place, [key])]
    for a, b in itertools.permutations(chosen, 2):
        assert_drawn_as_plainly(overlap.cross_table(place, a, b))


def test_a_cross_table_is_not_changed_by_drawing_it() -> None:
    cross = pd.DataFrame({"a_name": ["x", "y"], "b_name": ["u", "u"], "people": [3.0, 1.0]})
    before = cross.copy()
    charts.draw_flow(cross, "A", "B")
    pd.testing.assert_frame_equal(cross, before)


def test_a_real_cross_table_is_drawn_with_the_names_of_both_sides() -> None:
    london = places.get("Greater London")
    a, b = layers.get("icb"), layers.get("subregional_partnership")
    cross = overlap.cross_table(london, a, b)
    chart = charts.draw_flow(cross, a.title, b.title).spec
    rows = [row for one in chart["layer"] for row in one["data"]["values"]]
    texts = [row["name"] for row in rows if "name" in row]
    assert set(cross["a_name"]) | set(cross["b_name"]) <= set(texts)
    tips = [tip["title"] for tip in chart["layer"][0]["encoding"]["tooltip"]]
    assert tips[:2] == [a.title, b.title]


def test_people_in_no_unit_are_drawn_too() -> None:
    cross = pd.DataFrame({"a_name": ["x", "x"], "b_name": ["u", "none"], "people": [3.0, 1.0]})
    assert set(ribbons(cross)["b_name"]) == {"u", "none"}


def test_units_that_share_a_name_with_others_are_still_all_counted() -> None:
    rows = [(f"unit {i}", charts.REST if i == 0 else "b", float(i + 1)) for i in range(20)]
    cross = pd.DataFrame(rows, columns=["a_name", "b_name", "people"])
    drawn = ribbons(cross)
    assert drawn[drawn["x"] == 0]["people"].sum() == pytest.approx(np.arange(1, 21).sum())


@DRAWN_EXAMPLES
@given(crosses)
def test_every_unit_drawn_has_room_for_its_name(cross: pd.DataFrame) -> None:
    chart = charts.draw_flow(cross, "A", "B").spec
    named = [data for data, _ in read(cross) if "y" in data]
    bottom, top = chart["layer"][0]["encoding"]["y"]["scale"]["domain"]
    for side in named:
        edge = charts.MIN_NAME_SHARE / 2 - 1e-9
        assert side["y"].between(bottom + edge, top - edge).all()
        apart = -np.diff(side["y"]) * chart["height"] / (top - bottom)
        assert (apart >= charts.NAME_PX).all()


def test_ribbons_of_the_others_are_told_apart_without_colour() -> None:
    rows = [(f"unit {i}", "b", float(i + 1)) for i in range(20)]
    drawn = read(pd.DataFrame(rows, columns=["a_name", "b_name", "people"]))
    one_by_one, rest = (one for one in drawn if "pair" in one[0])
    assert set(rest[0]["a_name"]) == {charts.REST}
    assert charts.REST not in set(one_by_one[0]["a_name"])
    assert rest[1]["strokeDash"]
    assert "strokeDash" not in one_by_one[1]


def test_units_of_one_name_are_told_apart_by_their_codes() -> None:
    cross = pd.DataFrame(
        {
            "a_code": ["1", "2", "3"],
            "a_name": ["High Street", "High Street", "Low Street"],
            "b_code": ["x"] * 3,
            "b_name": ["b"] * 3,
            "people": [1.0, 2.0, 3.0],
        }
    )
    kept = pd.DataFrame(charts.gather_others(cross))
    assert set(kept["a_name"]) == {"High Street (1)", "High Street (2)", "Low Street"}
    assert set(kept["b_name"]) == {"b"}


def test_without_people_the_chart_is_a_sentence_that_says_what_to_do() -> None:
    london = places.get("Greater London")
    cross = overlap.cross_table(london, layers.get("icb"), layers.get("borough"))
    for nobody in (cross[:0], cross.assign(people=0.0)):
        drawn = charts.draw_flow(nobody, "A", "B").spec
        (said,) = [row["said"] for one in drawn["layer"] for row in one["data"]["values"]]
        assert said.startswith("There is nothing to draw here")
        assert "Choose a larger place" in drawn["description"]
        assert "pair" not in str(drawn["layer"])


def test_a_place_of_post_office_boxes_has_a_flow_of_postcodes_and_none_of_residents() -> None:
    boxes = Place("postal_district", "BS98", "BS98")
    a, b = layers.get("ward"), layers.get("borough")
    nobody = charts.draw_flow(overlap.cross_table(boxes, a, b), a.title, b.title)
    assert "There is nothing to draw here" in nobody.spec["description"]
    some = charts.draw_flow(overlap.cross_table(boxes, a, b, by="postcodes"), a.title, b.title)
    assert "Ribbons from each Ward" in some.spec["description"]
    assert overlap.two_way_shares(boxes, [a, b]).empty
    assert findings.reach_finding(boxes, overlap.two_way_shares(boxes, [a, b])) == ""


FIRE = [
    "Kent Fire and Rescue Service",
    "Essex County Fire and Rescue Service",
    "Lancashire Fire and Rescue Service",
    "London Fire Brigade",
    charts.REST,
]


def test_long_names_lose_what_most_of_them_end_with() -> None:
    assert charts.shorten_names(FIRE) == ["Kent", "Essex County", "Lancashire", *FIRE[3:]]
    trusts = [f"{part} London NHS Foundation Trust" for part in ("East", "North", "North East")]
    others = [
        "Oxleas NHS Foundation Trust",
        "West London NHS Trust",
        "Central NHS Foundation Trust",
    ]
    kept = charts.shorten_names(trusts + others)
    assert kept[:4] == ["East London", "North London", "North East London", "Oxleas"]
    assert kept[4] == "West London NHS Trust"


@given(st.lists(st.text("ab ", min_size=1, max_size=40), max_size=20, unique=True))
def test_no_two_names_become_one_by_being_shortened(some: list[str]) -> None:
    short = charts.shorten_names(some)
    assert len(set(short)) == len(some)
    assert all(name.startswith(one) and one for one, name in zip(short, some, strict=True))


def test_short_names_stay_whole() -> None:
    boards = [f"{part} London ICB" for part in ("North West", "South East", "North Central")]
    assert charts.shorten_names(boards) == boards


def test_a_long_name_is_set_in_lines_where_its_bar_is_high_enough() -> None:
    long = "South West London and St George's Mental Health NHS Trust"
    rows = [(long, "b", 99.0), (f"{long} too", "b", 1.0)]
    drawn = read(pd.DataFrame(rows, columns=["a_name", "b_name", "people"]))
    (left, *_) = [data for data, _ in drawn if "y" in data and len(data) == 2]
    short = dict(zip(left["name"], left["short"], strict=True))
    assert short[long].replace("\n", " ") == long
    assert max(map(len, short[long].split("\n"))) <= charts.LINE_CHARS
    assert "\n" not in short[f"{long} too"]


def test_names_stand_before_a_margin_of_the_page_s_colour_light_or_dark() -> None:
    cross = pd.DataFrame({"a_name": ["x"], "b_name": ["u"], "people": [3.0]})
    for ink, behind in (("#1b2733", charts.PAPER), ("#f3eee5", charts.NIGHT)):
        marks = [mark for _, mark in read(cross, ink=ink)]
        written = [mark for mark in marks if mark["type"] == "text"]
        assert [m.get("stroke") for m in written] == [behind, None] * 2
        assert [m.get("color") for m in written] == [None, ink] * 2


def test_the_chart_says_in_words_what_it_shows_and_where_its_numbers_are() -> None:
    cross = pd.DataFrame({"a_name": ["x"], "b_name": ["u"], "people": [3.0]})
    told = charts.draw_flow(cross, "Ward", "Postcode district").spec["description"]
    assert "Ward on the left" in told
    assert "Postcode district on the right" in told
    assert "table below" in told


def test_of_many_ribbons_the_widest_are_drawn_and_the_others_counted() -> None:
    rows = [(f"a{i:02}", f"b{j:02}", 10.0 + i * j) for i in range(10) for j in range(10)]
    cross = pd.DataFrame(rows, columns=["a_name", "b_name", "people"])
    drawn = ribbons(cross)
    widest = cross["people"].nlargest(charts.MAX_RIBBONS)
    assert drawn[drawn["x"] == 0]["people"].sum() == pytest.approx(widest.sum())
    ready = charts.draw_flow(cross, "A", "B")
    assert ready.left_out == 100 - charts.MAX_RIBBONS
    assert ready.people + widest.sum() == pytest.approx(cross["people"].sum())


@pytest.mark.parametrize("pair", [("icb", "police_bcu"), ("ward", "borough"), None])
def test_the_chart_keeps_to_the_schema_of_vega_lite(pair: tuple[str, str] | None) -> None:
    cross = pd.DataFrame({"a_name": [], "b_name": [], "people": []})
    if pair:
        a, b = map(layers.get, pair)
        cross = overlap.cross_table(places.get("Greater London"), a, b)
    spec = charts.draw_flow(cross, "A", "B").spec
    altair.LayerChart.from_dict(spec, validate=True)
    with pytest.raises(Exception, match="ribbon"):
        altair.LayerChart.from_dict({**spec, "layer": [{"mark": "ribbon"}]}, validate=True)


def test_a_chart_to_be_sent_has_its_data_in_it_a_row_a_ribbon() -> None:
    london = places.get("Greater London")
    cross = overlap.cross_table(london, layers.get("icb"), layers.get("borough"))
    spec = charts.draw_flow(cross, "Board", "Council").spec
    assert "datasets" not in spec
    nobody = charts.draw_flow(cross[:0], "Board", "Council")
    assert nobody.left_out == nobody.drawn == 0
    assert "There is nothing to draw here" in str(nobody.spec["layer"])
    assert all(layer["data"]["values"] for layer in spec["layer"])
    assert len(json.dumps(spec)) < 40_000
