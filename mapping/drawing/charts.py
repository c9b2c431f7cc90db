"""Charts, as Vega-Lite: the flow of people between the units of two layers."""

import math
from collections import Counter
from textwrap import wrap
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from mapping.drawing.signs import GREY, INK, TEAL

MAX_UNITS = 14
"""Units drawn one by one on either side; the rest are gathered as "others"."""
MAX_RIBBONS = 60
"""The widest are drawn; of 225 that two sides can have, most would be thinner than a line."""
SHARE_DIGITS = 12
"""Shares that are the same to so many digits are a tie: small areas have the same estimate each,
and which of them is drawn must not hang on how sums round."""
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


class Pair(NamedTuple):
    """A unit of A and one of B, by name, and the people who live in both."""

    a_name: str
    b_name: str
    people: float


class Bar(NamedTuple):
    """A unit of one side: its name, its edges and lowest edge of its room, and its short name.

    In shares of all people, counted from below.
    """

    name: str
    high: float
    low: float
    floor: float
    short: str


class Ribbon(NamedTuple):
    """A pair: its top at the left and the right, its width, and the number of the pair."""

    a_name: str
    b_name: str
    people: float
    start: float
    end: float
    part: float
    pair: int


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
    ribbons = _place_ribbons(pairs, left, right)
    ribbons.sort(key=lambda ribbon: -round(ribbon.part, SHARE_DIGITS))
    drawn, left_out = ribbons[:MAX_RIBBONS], ribbons[MAX_RIBBONS:]
    rest = [one for one in drawn if REST in one[:2]]
    named = [one for one in drawn if REST not in one[:2]]
    part = _share_width(left, right)
    layers = [
        *(_band(some, (a_title, b_title), some is rest) for some in (named, rest) if some),
        _bars(left, 0.0, ink),
        _bars(right, 1.0, ink),
        *_names(left, "left", 0.96 * part, ink),
        *_names(right, "right", 0.96 * (1 - part), ink),
    ]
    bottom = min(bar.floor for bar in (*left, *right))
    for layer in layers:
        layer["encoding"]["y"]["scale"] = {"domain": [bottom, 1], "nice": False}
    told = (
        f"Ribbons from each {a_title} on the left to each {b_title} on the right, as wide as what "
        "they have in common. The table below the chart has the same in numbers."
    )
    height = round((NAME_PX + 1) / MIN_NAME_SHARE * (1 - bottom))
    spec = _put_together(layers, height, told)
    return Flow(spec, len(drawn), len(left_out), math.fsum(one.people for one in left_out))


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


def _share_width(left: list[Bar], right: list[Bar]) -> float:
    """Return how much of a narrow chart's width the names on the left may take."""
    longest = [
        min(max(len(line) for bar in side for line in bar.short.split("\n")), MAX_NAME_CHARS)
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


def _band(ribbons: list[Ribbon], titles: tuple[str, str], is_rest: bool) -> dict[str, Any]:
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
        "data": {"values": [ribbon._asdict() for ribbon in ribbons]},
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


def _bars(side: list[Bar], x: float, ink: str) -> dict[str, Any]:
    """Draw the units of one side as a bar each; that of the others hollow."""
    rows = [{**bar._asdict(), "x": x, "full": 0.0 if bar.name == REST else 0.85} for bar in side]
    look = {"size": BAR_PX, "fill": ink, "stroke": ink, "strokeWidth": 0.8}
    return {
        "data": {"values": rows},
        "mark": {"type": "bar", "aria": False, "orient": "vertical", **look},
        "encoding": {
            "x": _leave_room(),
            "y": _measure("low"),
            "y2": {"field": "high"},
            "fillOpacity": _measure("full", scale=None, legend=None),
        },
    }


def gather_others(cross: pd.DataFrame) -> list[Pair]:
    """Keep the largest units of both sides and gather the others; people are kept.

    Units of one name are told apart by their codes, if there are a_code and b_code. The pairs
    are ordered by both names.
    """
    people = cross["people"].to_numpy(float)
    (unit_a, a_names), (unit_b, b_names) = (_keep_largest(cross, side, people) for side in "ab")
    cell = unit_a * len(b_names) + unit_b
    summed = np.bincount(cell, people).tolist()
    found = np.flatnonzero(np.bincount(cell)).tolist()
    return [Pair(a_names[i // len(b_names)], b_names[i % len(b_names)], summed[i]) for i in found]


def _keep_largest(
    cross: pd.DataFrame, side: str, people: np.ndarray
) -> tuple[np.ndarray, list[str]]:
    """Number the units of one side that are drawn, for each row, the others as one; their names.

    The numbers are those of the names in their order.
    """
    unit, names = _name_units(cross, side)
    size = (np.bincount(unit, people, len(names)) / people.sum()).round(SHARE_DIGITS)
    least = np.partition(size, -MAX_UNITS)[-MAX_UNITS] if len(size) > MAX_UNITS else 0.0
    large = sorted(np.flatnonzero(size >= least).tolist(), key=lambda i: (-size[i], names[i]))
    shown = {i: names[i] for i in large[:MAX_UNITS]}
    kept = sorted({*shown.values(), *([REST] if len(shown) < len(names) else [])})
    number = np.full(len(names), kept.index(REST) if REST in kept else 0)
    for i, name in shown.items():
        number[i] = kept.index(name)
    return number[unit], kept


def _name_units(cross: pd.DataFrame, side: str) -> tuple[np.ndarray, list[str]]:
    """Number the units of one side, for each row, and name each; of several, with their codes."""
    unit, names = _factorize(cross[f"{side}_name"])
    if f"{side}_code" not in cross:
        return unit, names
    code, codes = _factorize(cross[f"{side}_code"])
    cell, number = np.unique(unit * len(codes) + code, return_inverse=True)
    named, coded = (part.tolist() for part in np.divmod(cell, len(codes)))
    several = np.bincount(named) > 1
    told = [
        f"{names[i]} ({codes[j]})" if several[i] else names[i]
        for i, j in zip(named, coded, strict=True)
    ]
    return number, told


def _factorize(texts: pd.Series) -> tuple[np.ndarray, list[str]]:
    number, found = pd.factorize(texts)
    return number, found.tolist()


def _stack(pairs: list[Pair], side: Literal["a_name", "b_name"]) -> list[Bar]:
    """Stack the units of one side from the top, the largest first and the others last."""
    total = sum(pair.people for pair in pairs)
    parts: dict[str, float] = {}
    for pair in pairs:
        name = getattr(pair, side)
        parts[name] = parts.get(name, 0.0) + pair.people / total
    names = sorted(parts, key=lambda name: (name == REST, -round(parts[name], SHARE_DIGITS), name))
    bars, floor = [], 1.0
    for name, brief in zip(names, shorten_names(names), strict=True):
        part = parts[name]
        room = max(part + GAP, MIN_NAME_SHARE)
        floor -= room
        low = floor + (room - part) / 2
        lines = int(room / MIN_NAME_SHARE + 1e-9)
        bars.append(Bar(name, low + part, low, floor, _wrap(brief, lines)))
    return bars


def shorten_names(names: list[str]) -> list[str]:
    """Leave out of long names what most of all names, and at least three, end with.

    "Kent Fire and Rescue Service" becomes "Kent" among others of its kind. A name that would
    be left without a word, or the same as another, stays whole.
    """
    ends = Counter(end for name in names for end in _endings(name))
    common = [end for end, count in ends.items() if count > max(2, len(names) / 2)]
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


def _place_ribbons(pairs: list[Pair], left: list[Bar], right: list[Bar]) -> list[Ribbon]:
    """Place each pair of units, from the top: by the unit on the left, then that on the right."""
    total = sum(pair.people for pair in pairs)
    start, end = ({bar.name: bar.high for bar in side} for side in (left, right))
    rank_a, rank_b = ({bar.name: i for i, bar in enumerate(side)} for side in (left, right))
    ranks = [(rank_a[pair.a_name], rank_b[pair.b_name]) for pair in pairs]
    order = sorted(range(len(pairs)), key=ranks.__getitem__)
    at_a, at_b = {}, {}
    for i in order:
        at_a[i] = start[pairs[i].a_name]
        start[pairs[i].a_name] -= pairs[i].people / total
    for i in sorted(order, key=lambda i: ranks[i][::-1]):
        at_b[i] = end[pairs[i].b_name]
        end[pairs[i].b_name] -= pairs[i].people / total
    return [Ribbon(*pairs[i], at_a[i], at_b[i], pairs[i].people / total, i) for i in order]


def _names(
    side: list[Bar], where: Literal["left", "right"], part: float, ink: str
) -> list[dict[str, Any]]:
    """Write the units' names beside their bars, or inside where the chart is narrow.

    There they are short, stand on a margin of the page's colour, and are cut off at ``part``
    of its width; the table has them in full.
    """
    x = float(where == "right")
    rows = [{**bar._asdict(), "x": x, "y": (bar.high + bar.low) / 2} for bar in side]
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
            "data": {"values": rows},
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
