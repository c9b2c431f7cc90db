"""Charts, as Vega-Lite: the flow of people between the units of two layers."""

from textwrap import wrap
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from mapping.drawing.signs import GREY, INK, TEAL

MAX_UNITS = 14
"""Units drawn one by one on either side; the rest are gathered as "others"."""
MAX_RIBBONS = 60
"""The widest are drawn; of 225 that two sides can have, most would be thinner than a line."""
GAP = 0.012
MIN_NAME_SHARE = 0.036
"""The room that a unit has for its name, however few its people: a share of all people."""
STEPS = 24
REST = "others"
NAME_PX = 13
BAR_PX = 6
NARROW_PX = 600
"""Below this width names stand on the ribbons; above it beside them."""
BESIDE_PX = 250
LINE_CHARS, MAX_NAME_CHARS = 24, 28
"""A longer name is shortened on a narrow chart, and set in lines where its bar is high; names
of more than the second get no more room for it."""
PAPER, NIGHT = "#fbf8f3", "#111920"
"""What lies behind names on a narrow chart: the colour of the page, light or dark."""
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
NO_FLOW = "There is nothing to draw here.\nChoose a larger place or a different measure."


class Flow(NamedTuple):
    """A chart ready to be sent; the ribbons it draws, and those it leaves out, with people."""

    spec: dict[str, Any]
    drawn: int
    left_out: int
    people: float


def draw_flow(cross: pd.DataFrame, a_title: str, b_title: str, *, ink: str = INK) -> Flow:
    """Draw a cross-table as ribbons from the units of A (left) to those of B (right).

    ``cross`` has a_name, b_name and people, and codes where names are not enough to tell units
    apart. Each side shows its largest units; smaller ones are gathered as "others" (pale,
    with a broken edge), so that every bar has all its people; of the ribbons between them the
    ``MAX_RIBBONS`` widest are drawn. ``ink`` is the colour of the names. On
    a narrow screen names stand on the ribbons, long ones in lines or without the words
    that most names of their side end with. Without people the chart is a sentence.

    The specification is written out, with a row a ribbon in it: building and checking one by
    Altair takes a quarter of a second, which is too long for somebody who compares maps. A test
    holds it to Vega-Lite's schema.
    """
    if not cross["people"].sum() > 0:
        return Flow(_draw_nothing(ink), 0, 0, 0.0)
    pairs = gather_others(cross)
    left, right = _stack(pairs, "a_name"), _stack(pairs, "b_name")
    ribbons = _list_widest(_ribbons(pairs, left, right))
    left_out, ribbons = ribbons[MAX_RIBBONS:], ribbons[:MAX_RIBBONS]
    rest = (ribbons[["a_name", "b_name"]] == REST).any(axis=1)
    titles = a_title, b_title
    bands = [_band(ribbons[is_rest], titles, is_rest is rest) for is_rest in (~rest, rest)]
    part = _share_width(left, right)
    layers = [
        *(band for band in bands if band["data"]["values"]),
        _bars(left, 0.0, ink),
        _bars(right, 1.0, ink),
        *_names(left, "left", 0.96 * part, ink),
        *_names(right, "right", 0.96 * (1 - part), ink),
    ]
    bottom = min(side["floor"].min() for side in (left, right))
    for layer in layers:
        layer["encoding"]["y"]["scale"] = {"domain": [bottom, 1], "nice": False}
    told = (
        f"Ribbons from each {a_title} on the left to each {b_title} on the right, as wide as what "
        "they have in common. The table below the chart has the same in numbers."
    )
    height = round((NAME_PX + 1) / MIN_NAME_SHARE * (1 - bottom))
    spec = _put_together(layers, height, told)
    return Flow(spec, len(ribbons), len(left_out), float(left_out["people"].sum()))


def _put_together(layers: list[dict[str, Any]], height: int, told: str) -> dict[str, Any]:
    return {
        "$schema": SCHEMA,
        "config": {"view": {"stroke": None}},
        "description": told,
        "height": height,
        "layer": layers,
    }


def _draw_nothing(ink: str) -> dict[str, Any]:
    """Say in the chart's place that there is nothing to draw."""
    mark = {
        "type": "text",
        "x": 0,
        "y": NAME_PX,
        "align": "left",
        "fontSize": NAME_PX,
        "color": ink,
        "lineBreak": "\n",
    }
    said = {
        "data": {"values": [{"said": NO_FLOW}]},
        "mark": mark,
        "encoding": {"text": {"field": "said", "type": "nominal"}},
    }
    return _put_together([said], 4 * NAME_PX, NO_FLOW.replace("\n", " "))


def _share_width(left: pd.DataFrame, right: pd.DataFrame) -> float:
    """Return how much of a narrow chart's width the names on the left may take."""
    longest = [
        min(max(map(len, "\n".join(side["short"]).split("\n"))), MAX_NAME_CHARS)
        for side in (left, right)
    ]
    return min(max(longest[0] / sum(longest), 0.3), 0.7)


def _leave_room() -> dict[str, Any]:
    """Leave room for names beside the ribbons where the chart is wide."""
    beside = f"width < {NARROW_PX} ? {BAR_PX} : {BESIDE_PX}"
    ends = [{"expr": beside}, {"expr": f"width - ({beside})"}]
    return _measure("x", axis=None, scale={"domain": [0, 1], "range": ends})


def _measure(field: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", **more}


def _band(ribbons: pd.DataFrame, titles: tuple[str, str], is_rest: bool) -> dict[str, Any]:
    """Draw ribbons; those of the others pale, with a broken edge."""
    look: dict[str, Any] = {"color": TEAL, "opacity": 0.45, "stroke": "white", "strokeWidth": 0.6}
    if is_rest:
        look = {
            "color": GREY,
            "fillOpacity": 0.16,
            "stroke": GREY,
            "strokeDash": [4, 3],
            "strokeOpacity": 0.6,
        }
    names = [
        {"field": field, "title": title, "type": "nominal"}
        for field, title in zip(("a_name", "b_name"), titles, strict=True)
    ]
    return {
        "data": {"values": ribbons.to_dict("records")},
        "transform": _bend(),
        "mark": {"type": "area", "aria": False, **look},
        "encoding": {
            "x": _leave_room(),
            "y": _measure("low", axis=None),
            "y2": {"field": "high"},
            "detail": {"field": "pair", "type": "nominal"},
            "tooltip": [*names, _measure("people", format=",.5~r", title="in both")],
        },
    }


def _bend() -> list[dict[str, Any]]:
    """Let the browser work out a ribbon's edges, from where it starts and ends: a row each."""
    eased = "datum.x * datum.x * (3 - 2 * datum.x)"
    return [
        {"calculate": f"sequence({STEPS})", "as": "step"},
        {"flatten": ["step"]},
        {"calculate": f"datum.step / {STEPS - 1}", "as": "x"},
        {"calculate": f"datum.start + (datum.end - datum.start) * {eased}", "as": "high"},
        {"calculate": "datum.high - datum.part", "as": "low"},
    ]


def _bars(side: pd.DataFrame, x: float, ink: str) -> dict[str, Any]:
    """Draw the units of one side as a bar each; that of the others hollow."""
    frame = side.assign(x=x, full=np.where(side["name"] == REST, 0.0, 0.85))
    look = {"size": BAR_PX, "fill": ink, "stroke": ink, "strokeWidth": 0.8}
    return {
        "data": {"values": frame.to_dict("records")},
        "mark": {"type": "bar", "aria": False, "orient": "vertical", **look},
        "encoding": {
            "x": _leave_room(),
            "y": _measure("low"),
            "y2": {"field": "high"},
            "fillOpacity": _measure("full", scale=None, legend=None),
        },
    }


def gather_others(cross: pd.DataFrame) -> pd.DataFrame:
    """Keep the largest units of both sides and gather the others; people are kept.

    Units of one name are told apart by their codes, if there are a_code and b_code.
    """
    sides = ("a_name", "b_name")
    named = pd.DataFrame({side: _qualify_repeats(cross, side) for side in sides})
    named["people"] = cross["people"]
    for side in sides:
        sizes = named.groupby(side)["people"].sum().nlargest(MAX_UNITS)
        named[side] = named[side].where(named[side].isin(sizes.index), REST)
    return named.groupby(list(sides), as_index=False)["people"].sum()


def _qualify_repeats(cross: pd.DataFrame, side: str) -> pd.Series:
    names = cross[side].astype(object)
    code = side.replace("name", "code")
    if code not in cross:
        return names
    several = cross.groupby(side)[code].transform("nunique") > 1
    return names.where(~several, names + " (" + cross[code].astype(object) + ")")


def _stack(pairs: pd.DataFrame, side: str) -> pd.DataFrame:
    """Stack the units of one side from the top: name, low, high (shares of all people), floor."""
    sizes = pairs.groupby(side)["people"].sum().sort_values(ascending=False)
    sizes = pd.concat([sizes.drop(REST, errors="ignore"), sizes[sizes.index == REST]])
    part = (sizes / sizes.sum()).to_numpy()
    room = np.maximum(part + GAP, MIN_NAME_SHARE)
    floor = 1 - np.cumsum(room)
    low = floor + (room - part) / 2
    frame = pd.DataFrame({"name": sizes.index, "high": low + part, "low": low, "floor": floor})
    lines = np.floor(room / MIN_NAME_SHARE + 1e-9)
    named = zip(shorten_names(list(frame["name"])), lines, strict=True)
    return frame.assign(short=[_wrap(name, int(most)) for name, most in named])


def shorten_names(names: list[str]) -> list[str]:
    """Leave out of long names what most of all names, and at least three, end with.

    "Kent Fire and Rescue Service" becomes "Kent" among others of its kind. A name that would
    be left without a word, or the same as another, stays whole.
    """
    ends = [end for name in names for end in _endings(name)]
    common = {end for end in ends if ends.count(end) > max(2, len(names) / 2)}
    ending = max(common, key=len, default="")
    cut = [name.removesuffix(ending) if len(name) > LINE_CHARS else name for name in names]
    return [
        short if cut.count(short) == 1 else name for name, short in zip(names, cut, strict=True)
    ]


def _endings(name: str) -> list[str]:
    """Return all that follows a first word, then a second: " Rescue Service", " Service"."""
    words = name.split(" ")
    return [" " + " ".join(words[at:]) for at in range(1, len(words))]


def _wrap(name: str, lines: int) -> str:
    """Break a long name between its words into at most so many lines."""
    if lines < 2 or len(name) <= LINE_CHARS:
        return name
    found = wrap(name, LINE_CHARS, max_lines=lines, placeholder=" …", break_long_words=False)
    return "\n".join(found)


def _ribbons(pairs: pd.DataFrame, left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Place each pair of units: the top of its ribbon at the left and the right, and its part."""
    total = pairs["people"].sum()
    start = left.set_index("name")["high"].to_dict()
    end = right.set_index("name")["high"].to_dict()
    rank_a = {name: i for i, name in enumerate(left["name"])}
    rank_b = {name: i for i, name in enumerate(right["name"])}
    a, b, people = (pairs[column].to_dict() for column in ("a_name", "b_name", "people"))
    order = sorted(pairs.index, key=lambda i: (rank_a[a[i]], rank_b[b[i]]))
    at_a, at_b = {}, {}
    for i in order:
        at_a[i] = start[a[i]]
        start[a[i]] -= people[i] / total
    for i in sorted(order, key=lambda i: (rank_b[b[i]], rank_a[a[i]])):
        at_b[i] = end[b[i]]
        end[b[i]] -= people[i] / total
    ribbons = pairs.loc[order, ["a_name", "b_name", "people"]]
    return ribbons.assign(
        start=[at_a[i] for i in order],
        end=[at_b[i] for i in order],
        part=ribbons["people"] / total,
        pair=ribbons.index,
    ).reset_index(drop=True)


def _list_widest(ribbons: pd.DataFrame) -> pd.DataFrame:
    """Put ribbons, or pairs of units, with the most people first; of equal ones as they stand."""
    return ribbons.sort_values("people", ascending=False, kind="stable", ignore_index=True)


def _names(
    side: pd.DataFrame, where: Literal["left", "right"], part: float, ink: str
) -> list[dict[str, Any]]:
    """Write the units' names beside their bars, or inside where the chart is narrow.

    There they are short, stand on a margin of the page's colour, and are cut off at ``part``
    of its width; the table has them in full.
    """
    frame = side.assign(x=float(where == "right"), y=(side["high"] + side["low"]) / 2)
    narrow = f"width < {NARROW_PX}"
    behind = {
        "stroke": _choose_background(ink),
        "strokeWidth": 4,
        "strokeJoin": "round",
        "strokeOpacity": {"expr": f"{narrow} ? 0.8 : 0"},
        "fillOpacity": 0,
        "aria": False,
    }
    return [
        {
            "data": {"values": frame.to_dict("records")},
            "mark": {**_write_name(where, part), **look},
            "encoding": {"x": _leave_room(), "y": _measure("y")},
        }
        for look in (behind, {"color": ink})
    ]


def _write_name(where: Literal["left", "right"], part: float) -> dict[str, Any]:
    """Return the mark that writes names on one side: where it begins, and how much has room."""
    narrow, away = f"width < {NARROW_PX}", BAR_PX + 3
    inwards, outwards = ("left", "right") if where == "left" else ("right", "left")
    sign = 1 if where == "left" else -1
    lines = "split(datum.short, '\\n')"
    lifted = -(NAME_PX + 1) / 2
    room = f"{narrow} ? width * {part:.2f} - {away} : {BESIDE_PX - 2 * away}"
    return {
        "type": "text",
        "align": {"expr": f"{narrow} ? '{inwards}' : '{outwards}'"},
        "dx": {"expr": f"{narrow} ? {sign * away} : {-sign * away}"},
        "limit": {"expr": room},
        "text": {"expr": f"{narrow} ? {lines} : datum.name"},
        "baseline": "middle",
        "dy": {"expr": f"{narrow} ? {lifted} * (length({lines}) - 1) : 0"},
        "fontSize": NAME_PX,
        "lineHeight": NAME_PX + 1,
    }


def _choose_background(ink: str) -> str:
    """Return the colour of the page on which names of a colour are written."""
    light = sum(int(ink[at : at + 2], 16) for at in (1, 3, 5))
    return NIGHT if light > 3 * 128 else PAPER
