"""What a report tells: the question, each plan with its map and figures, the method and sources."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from mapping import redraw
from mapping.geography import Layer, counted, layers, lenses
from mapping.redraw import Plan, Tally
from mapping.takeaway import export
from mapping.takeaway.report import maps
from mapping.takeaway.report.content import Heading, Listing, Map, Part, Report, Row, Table, Text
from mapping.wording import (
    capitalise,
    findings,
    heading,
    join_names,
    name_counted,
    people,
    say_share,
    share,
    write_count,
    write_estimate,
    write_sum,
)

MAX_LISTED = 12
"""So many groups are listed; of more, those at the ends are."""
FEW = 6
"""Of so many groups there is room to name more of what each is made of."""
MAX_NAMED, MAX_NAMED_OF_MANY, MAX_WORST, MAX_KEPT, MAX_SIDE_BY_SIDE = 4, 2, 3, 5, 3
DRAFT = "A draft, nobody's official line."
AID = (
    "A map is an aid to talking about how to work together. It does not say where a boundary "
    "belongs: the people who live and work there do."
)


@dataclass(frozen=True)
class Asked:
    """What a report is about beside its plans.

    Attributes
    ----------
    question : what the meeting asks, the report's title
    titles : what each plan is called; "" for "Suggestion 1" and so on
    names : of groups that have one, by their number, for each plan
    author, note, made : who drew it, why, and the day in words: "30 November 2026"
    today : layers that stand beside the plans, as lines of today
    """

    question: str
    titles: Sequence[str]
    names: Sequence[Mapping[int, str]]
    author: str
    note: str
    made: str
    today: Sequence[Layer]


def tell(plans: Sequence[Plan], asked: Asked) -> Report:
    """Put together what a report holds."""
    first = plans[0]
    drawn = [
        maps.find_drawn(one.graph.place, _make_layer(one, title, names), one.keep)
        for one, title, names in zip(plans, asked.titles, asked.names, strict=True)
    ]
    parts: list[Part] = [Text(_say_finding(plans, asked), is_lead=True)]
    parts += [Text(line) for line in asked.note.splitlines() if line.strip()]
    parts.append(Text(_say_kept(first), is_small=True))
    if len(plans) > 1 or asked.today:
        parts += _stand_side_by_side(plans, drawn, asked)
    for at, (plan, seen) in enumerate(zip(plans, drawn, strict=True)):
        parts += _tell_plan(plan, seen, asked, at)
    parts += _tell_method(plans, asked)
    place = capitalise(findings.name_place(first.graph.place))
    who = f"drawn by {asked.author}" if asked.author else "drawn in Common Ground"
    under = f"{place}, {who} on {asked.made}. {DRAFT}"
    return Report(asked.question, under, f"{place}. {DRAFT}", asked.author, tuple(parts))


def _make_layer(plan: Plan, title: str, names: Mapping[int, str]) -> Layer:
    return plan.layer(title, "hyperlocal", names=names, as_at="2000-01-01")  # for its shapes alone


# ---- the first page --------------------------------------------------------------------------


def _say_finding(plans: Sequence[Plan], asked: Asked) -> str:
    """Say in a sentence or two what the plans are, and whom the best of them tears."""
    first, by = plans[0], _by(plans[0])
    many = write_count(first.groups, "group", "groups")
    of = f"{write_count(len(first.graph), first.graph.layer.noun, first.graph.layer.plural)}"
    sizes = first.summary["people"]
    size = f"{_round(sizes.min(), by)} to {_round(sizes.max(), by)} {name_counted(by)} each"
    if first.groups == 1:
        size = f"{_round(sizes.max(), by)} {name_counted(by)}"
    is_hand = len(plans) == 1
    lead = (
        f"{asked.titles[0]}: {of} of {findings.name_place(first.graph.place)} in {many} of {size}."
        if is_hand
        else f"{capitalise(write_count(len(plans), 'way', 'ways'))} to put {of} of "
        f"{findings.name_place(first.graph.place)} into {many}."
    )
    if not len(first.keep) or np.isnan(first.mean_torn):
        return lead
    best = min(plans, key=lambda one: np.nan_to_num(one.mean_torn, nan=1.0))
    which = "It" if is_hand else f"“{asked.titles[list(plans).index(best)]}”"
    torn = _torn(best)
    told = [f"{say_share(torn[0].share, by)} from their {_noun(torn[0].layer)}"]
    told += [f"{share(one.share)} from their {_noun(one.layer)}" for one in torn[1:]]
    return f"{lead} {which} parts {join_names(told, 99)}."


def _say_kept(plan: Plan) -> str:
    """Say what being parted from a map means, of the maps that the plan is to keep to."""
    if not plan.keep:
        return "No other map was chosen to keep to."
    kept = join_names([layer.plural for layer in plan.keep], 99)
    return (
        f"Groups are to keep to the lines of {kept}. People are parted from theirs if they live "
        "outside the group that most of it is in, or outside the area that most of their group is "
        "in, whichever are fewer: so groups of whole areas, and groups within one, part nobody."
    )


def _stand_side_by_side(
    plans: Sequence[Plan], drawn: Sequence[maps.Drawn | None], asked: Asked
) -> list[Part]:
    """Tell of all plans beside each other, and of the lines of today: small maps, and a table."""
    first, by = plans[0], _by(plans[0])
    frame = redraw.stand_among(plans, asked.today)
    titles = [*asked.titles, *(f"{capitalise(one.plural)} of today" for one in asked.today)]
    measures: dict[str, tuple[str, Callable[[float], str]]] = {
        "groups": ("Groups", lambda value: f"{value:,.0f}"),
        "smallest": ("Smallest group", partial(_round, by=by)),
        "largest": ("Largest group", partial(_round, by=by)),
        **{
            f"torn_{layer.key}": (f"Parted from their {layer.noun}", _share) for layer in first.keep
        },
    }
    if len(titles) > 1:
        measures["different"] = (f"In another group than in “{titles[0]}”", _share)
    rows = [[words, *map(write, frame[name].tolist())] for name, (words, write) in measures.items()]
    caption = f"Beside each other, in {name_counted(by)}."
    table = Table(caption, ["", *titles], rows, frozenset(range(1, len(titles) + 1)))
    small = [
        Map(maps.draw(seen, f"s{at}x", small=True), _describe(plan, asked, at), asked.titles[at])
        for at, (plan, seen) in enumerate(zip(plans, drawn, strict=True))
        if seen is not None
    ]
    told_maps = [
        Row(small[at : at + MAX_SIDE_BY_SIDE]) for at in range(0, len(small), MAX_SIDE_BY_SIDE)
    ]
    return [Heading("Side by side"), *(told_maps if len(plans) > 1 else []), table]


# ---- one plan --------------------------------------------------------------------------------


def _tell_plan(plan: Plan, seen: maps.Drawn | None, asked: Asked, at: int) -> list[Part]:
    """Tell of one plan: its map, its groups, whom it parts from what, and what is amiss."""
    is_alone = len(asked.titles) == 1
    parts: list[Part] = [Heading(asked.titles[at], starts_page=not is_alone)]
    if seen is None:
        parts.append(Text("There is no map: the place is too large to draw with such small areas."))
    else:
        caption = "Each group is named by its number, as in the table."
        left = [one.plural for one in plan.keep if one.by_majority not in seen.kept]
        if left:
            caption += f" The lines of {join_names(left, 99)} are too fine to draw here."
        is_tight = len(asked.titles) > 1 and plan.groups > FEW
        svg = maps.draw(seen, f"p{at}x", is_low=is_tight)
        alt = _describe(plan, asked, at)
        parts.append(Map(svg, alt, caption, maps.make_legend(seen)))
    parts += [_list_groups(plan, asked.names[at])]
    if plan.keep:
        parts.append(_list_torn(plan, asked.names[at]))
    parts += [Text(line, is_small=True) for line in _say_amiss(plan)]
    return parts


def _describe(plan: Plan, asked: Asked, at: int) -> str:
    """Say what a map shows, for whoever cannot see it."""
    by, size = _by(plan), plan.summary["people"]
    sizes = f"from {_round(size.min(), by)} to {_round(size.max(), by)} {name_counted(by)}"
    return (
        f"Map of {findings.name_place(plan.graph.place)}, {asked.titles[at]}: "
        f"{write_count(plan.groups, 'group', 'groups')} {sizes}. The table lists them."
    )


def _list_groups(plan: Plan, names: Mapping[int, str]) -> Table:
    """List the groups: what they are mostly made of, how many people, how near the mean."""
    by, summary, made_of = _by(plan), plan.summary, _name_parts(plan)
    rows = [
        [
            _name_group(row.group, names),
            made_of.get(row.group, ""),
            _round(row.people, by),
            f"{row.share_of_mean - 1:+.0%}".replace("-", "−"),
            "yes" if row.connected else "no",
        ]
        for row in summary.itertuples()
    ]
    caption = f"Groups, by {name_counted(by)}."
    if len(rows) > MAX_LISTED:
        order = summary["people"].argsort(kind="stable").tolist()
        half = MAX_LISTED // 2
        rows = [rows[i] for i in (*order[:half], *order[-half:])]
        caption = f"The {half} smallest and the {half} largest of {len(summary)} groups."
    against = "Against what was asked" if plan.limits else "Against the mean"
    headings = ["Group", "Mostly", capitalise(heading(by)), against, "In one piece"]
    return Table(caption, headings, rows, frozenset({2, 3}), wide=1)


def _name_group(group: int, names: Mapping[int, str]) -> str:
    return f"{group} {names[group]}" if names.get(group) else f"{group}"


def _name_parts(plan: Plan) -> dict[int, str]:
    """Name what most people of each group live in: its blocks, or wards where those are small."""
    most = MAX_NAMED if plan.groups <= FEW else MAX_NAMED_OF_MANY
    base = plan.graph.layer
    use = base if base.key in ("ward", "borough") else layers.get("ward")
    tally = redraw.count_tally(plan.graph, use)
    frame = pd.DataFrame(
        {"group": plan.group_of[tally.block], "unit": tally.unit, "people": tally.people}
    )
    sums = frame[frame["group"] > 0].groupby(["group", "unit"], as_index=False)["people"].sum()
    inside = sums.groupby("unit")["people"].transform("sum")
    ours = sums[sums["people"] >= inside / 2]
    ranked = ours.sort_values(["people", "unit"], ascending=[False, True])
    return {
        int(group): join_names([str(use.names[unit]) for unit in some["unit"]], most)
        for group, some in ranked.groupby("group")
    }


def _list_torn(plan: Plan, names: Mapping[int, str]) -> Table:
    """List the kept maps: how many people are parted from each, and where most of them."""
    by = _by(plan)
    rows = []
    pairs = sorted(zip(_torn(plan), plan.tallies, strict=True), key=lambda one: -one[0].people)
    caption = "What is parted from what."
    if len(pairs) > MAX_KEPT:
        caption = f"The {MAX_KEPT} maps from which most are parted, of {len(pairs)}."
    for row, tally in pairs[:MAX_KEPT]:
        layer = tally.layer
        where = "" if plan.is_area else _name_worst(plan, tally, names)
        rows.append(
            [
                capitalise(layer.plural),
                _round(row.people, by),
                _share(row.share),
                where or ("–" if row.people else "nobody"),
            ]
        )
    headings = ["Map", "People parted", "Share", "Most of them"]
    return Table(caption, headings, rows, frozenset({1, 2}), wide=3)


def _name_worst(plan: Plan, tally: Tally, names: Mapping[int, str]) -> str:
    """Name the areas, or groups, of which most people are parted: with how many each."""
    group = plan.group_of[tally.block]
    frame = pd.DataFrame({"group": group, "unit": tally.unit, "people": tally.people})
    sums = frame[frame["group"] > 0].groupby(["group", "unit"], as_index=False)["people"].sum()
    parted = {}
    for side in ("unit", "group"):
        each = sums.groupby(side)["people"]
        parted[side] = each.sum() - each.max()
    side = min(parted, key=lambda one: parted[one].sum())
    worst = parted[side].sort_values(ascending=False, kind="stable")
    worst = worst[worst > 1e-6 * float(plan.graph.people.sum())].head(MAX_WORST)
    called = [
        str(tally.layer.names[key]) if side == "unit" else f"group {_name_group(int(key), names)}"
        for key in worst.index
    ]
    told = [
        f"{name} ({_round(count, _by(plan))})"
        for name, count in zip(called, worst.tolist(), strict=True)
    ]
    return "; ".join(told)


def _say_amiss(plan: Plan) -> list[str]:
    """Say what is not as one would take it to be: pieces, people in no group, ways across water."""
    by, said = _by(plan), []
    left = float(plan.graph.people[plan.group_of == 0].sum())
    if left > 0 and not plan.is_area:
        said.append(f"In no group: {people(left, by)}.")
    apart = int((~plan.summary["connected"].astype(bool)).sum())
    if apart:
        said.append(f"{capitalise(write_count(apart, 'group is', 'groups are'))} in pieces.")
    if not plan.is_balanced and plan.limits:
        said.append(f"Not all groups have {plan.limits.words}.")
    for row in plan.islands.itertuples():
        if row.joined_to:
            km = write_sum(row.distance_m / 1_000)
            said.append(f"{row.name} goes with {row.joined_to}, {km} km across the water.")
    return said


# ---- method and sources ----------------------------------------------------------------------


def _tell_method(plans: Sequence[Plan], asked: Asked) -> list[Part]:
    """Tell how it was counted, within which limits, and from whose data."""
    first, by = plans[0], _by(plans[0])
    used = dict.fromkeys([first.graph.layer, *first.keep, *asked.today])
    method = [
        f"Counted: {lenses.counts(by)}. Every postcode counts once, with the people who live "
        "there.",
        f"The groups are made of {first.graph.layer.plural}, each of which goes whole into one.",
    ]
    if first.first is not None or first.limits is not None:
        method.append(
            "Suggestions come of searches that start from groups grown at random and move one "
            "area after the other for as long as fewer people are parted. The same question has "
            f"the same answer (seed {first.seed})."
        )
        method.append("They are the best that was found. There may be better ones.")
    if first.limits is not None:
        method.append(f"Asked for: {first.limits.words} in each group.")
    limits = [AID, export.DERIVED]
    if counted.is_estimate(by):
        limits.insert(1, "Residents are estimates from postcodes and the census, and rounded.")
    sources = [_say_source(layer) for layer in used]
    return [
        Heading("How this was worked out", starts_page=len(plans) > 1),
        Listing(method),
        Heading("Limits"),
        Listing(limits),
        Heading("Sources"),
        Listing([*sources, *(f"{line}." for line in export.attribution())]),
    ]


def _say_source(layer: Layer) -> str:
    dated = findings.say_dates([layer]).removeprefix("Boundary maps used here: ")
    source = capitalise(layer.source)
    return f"{capitalise(dated)} {source}." if not layer.called else f"{layer.title}: {source}."


def _torn(plan: Plan) -> list[Any]:
    return list(plan.torn.itertuples(index=False))


def _noun(key: str) -> str:
    return layers.get(key).noun


def _by(plan: Plan) -> str:
    return plan.graph.by if isinstance(plan.graph.by, str) else "residents"


def _round(value: float, by: str) -> str:
    """Write people of a table: rounded where they are estimated."""
    return write_estimate(value) if counted.is_estimate(by) else write_sum(value)


def _share(value: float) -> str:
    return "–" if np.isnan(value) else share(value)
