"""Suggest neighbourhoods: how many, of which size, keeping to which lines; and what comes of it."""

from functools import partial

import pandas as pd
import streamlit as st

from mapping import redraw, wording
from mapping.drawing import groups, webmap
from mapping.errors import MappingError, PlanError
from mapping.geography import Layer, layers
from mapping.redraw import BlockGraph, Plan
from mapping.wording import findings, redraw_findings
from pages.redraw import asking, by_hand, doors, question_boxes, searching
from pages.redraw.asking import Ask
from pages.shared import cache, fetched, glossary, layout, maps, meeting_report, state, tables
from pages.shared.choices import Choice
from pages.shared.layout import Number

SIDE_BY_SIDE_PX = {2: 380, 3: 316}
"""How high maps are, by how many stand side by side."""
MAX_NUMBERS = 3
LOOKING = "Whatever else you choose on this page stops the search."
HOW_SUGGESTED = (
    "A search begins with neighbourhoods that were grown at random and moves areas between "
    "neighbours, as long as everyone stays in one piece and within the size, so that fewer and "
    "fewer people are pulled away from the lines you keep to. It is good, not proven best. Where "
    "land is divided by water, each part is divided by itself."
)
HOW_BALANCE = "The neighbourhood with the fewest people, and the one with the most."
HOW_AREA = "Everybody who lives in the areas that were put together."


def show(choice: Choice) -> None:
    """Show what is asked and what was found; each can be taken further by hand."""
    blocks = doors.choose_blocks(choice)
    graph = redraw.find_graph(choice.place, blocks, by=choice.by)
    kept = doors.choose_kept(choice, blocks)
    ask = asking.read(choice.ask, graph, kept)
    if lost := redraw_findings.lost_finding(blocks, *asking.find_lost(choice.ask, graph)):
        layout.note(lost)
    plans, fault = _find(graph, ask) if ask.is_going else ([], None)
    if fault is not None:
        sentence = redraw_findings.refusal_finding(choice.place, blocks, fault)
    elif plans:
        sentence = redraw_findings.plan_finding(choice.place, plans, choice.by)
    else:
        sentence = redraw_findings.ask_finding(choice.place, blocks, len(graph))
    layout.view(
        choice,
        sentence,
        _count(choice, plans),
        partial(_draw, choice, graph, plans),
        explain=_explain(choice, plans, fault),
        under=None if choice.projector else partial(_offer_tolerance, ask, fault),
        how=HOW_SUGGESTED,
        aside=None if choice.projector else partial(question_boxes.show, choice, graph, ask),
    )
    if plans and not choice.projector:
        _list_plans(choice, plans)
        _offer_report(choice, plans)
        _list_neighbourhoods(choice, plans[0])


def _explain(choice: Choice, plans: list[Plan], fault: MappingError | None) -> str:
    """Say what is counted, or what stands in the way of a plan and what would do."""
    if fault is not None:
        return wording.say_problem(fault)
    if not plans or plans[0].is_area:
        return layout.lens_note(choice) if plans else ""
    told = redraw_findings.pulled_finding(plans[0], choice.by), layout.lens_note(choice)
    return " ".join(filter(None, told))


def _offer_tolerance(ask: Ask, fault: MappingError | None) -> None:
    """Offer to search with the tolerance that would do, if one is known."""
    if isinstance(fault, PlanError) and fault.would_do > ask.tolerance:
        st.button(
            f"Allow {fault.would_do}% larger or smaller",
            key="_redraw_allow",
            on_click=state.choose,
            kwargs={"ask": asking.change(ask, tolerance=fault.would_do, is_going=True)},
        )


def _find(graph: BlockGraph, ask: Ask) -> tuple[list[Plan], MappingError | None]:
    """Search, with the progress shown and a way to stop; returns what stood in its way as well."""
    slot = st.empty()
    with slot.container():
        layout.finding(f"Looking for suggestions for {findings.name_place(graph.place)}.")
        bar = st.progress(0.0, LOOKING)
        st.button("Stop", key="_redraw_stop", on_click=state.choose, kwargs={"ask": stop(ask)})
    try:
        found = searching.search(graph, ask, lambda share: bar.progress(share, LOOKING))
    except MappingError as fault:
        return [], fault
    finally:
        slot.empty()
    return found, None


def stop(ask: Ask) -> str:
    """Return the text of a question that is no longer searched for."""
    return asking.change(ask)


def _count(choice: Choice, plans: list[Plan]) -> list[Number]:
    if not plans:
        return []
    best, by = plans[0], choice.by
    people = best.summary["people"]
    sizes = f"{findings.amount(people.min(), by)} to {findings.amount(people.max(), by)}"
    found = [Number("Smallest and largest", sizes, HOW_BALANCE)]
    if best.is_area:
        found = [Number(findings.heading(by), findings.amount(people.iloc[0], by), HOW_AREA)]
    for row in best.torn.sort_values("people", ascending=False, kind="stable").itertuples():
        label = f"Pulled away from their {layers.get(str(row.layer)).noun}"
        found.append(Number(label, findings.amount(row.people, by), by_hand.HOW_TORN))
    return found[:MAX_NUMBERS]


def _draw(choice: Choice, graph: BlockGraph, plans: list[Plan]) -> None:
    """Draw the suggestions side by side, the best one first; before there are any, the areas."""
    shown = plans[:1] if choice.projector else plans
    if len(shown) < 2:
        _draw_plan(choice, graph, shown[0] if shown else None, 1)
        return
    for number, column in reversed(list(enumerate(st.columns(len(shown), gap="small"), 1))):
        with column:  # the first is drawn last: it is the one that is taken away
            plan = shown[number - 1]
            st.html(f"<h2 class='cg-here'>Suggestion {number}</h2>")
            st.caption(redraw_findings.brief_plan_finding(plan, choice.by))
            _draw_plan(choice, graph, plan, number, height_px=SIDE_BY_SIDE_PX[len(shown)])


def _draw_plan(
    choice: Choice, graph: BlockGraph, plan: Plan | None, number: int, height_px: int = 0
) -> None:
    key, layer = cache.key_of(choice.place), graph.layer
    cells = cache.list_cells(choice.place, layer.key)
    with maps.preparing(choice, layer.key):
        areas = fetched.areas(key, layer.key, cells)
        labels = fetched.label_people(key, layer.key, choice.by, areas)
    group_of = plan.group_of.tolist() if plan else [0] * len(graph)
    drawn = webmap.draw_groups(
        areas,
        dict(zip(graph.codes, group_of, strict=True)),
        labels=labels,
        block_names=choice.names and not height_px,
        projector=choice.projector,
    )
    has_free = plan is None or bool((plan.group_of == 0).any())
    legend = groups.list_signs(has_before=False, has_free=has_free, has_locked=False)
    title = f"Suggestion {number} for {findings.name_place(choice.place)}"
    maps.show(choice, f"plan{number}", title, drawn, legend, height_px=height_px)
    if plan is not None and not choice.projector:
        st.button(
            f"Take suggestion {number} further by hand",
            key=f"_redraw_take_{number}",
            on_click=_take_further,
            args=(plan,),
        )


def _take_further(plan: Plan) -> None:
    state.choose(
        door="hand",
        drawn=asking.start_by_hand(plan),
        into="1",
        called="",
        locked="",
        before="",
    )


def _offer_report(choice: Choice, plans: list[Plan]) -> None:
    here = findings.name_place(choice.place)
    groups = plans[0].groups
    many = findings.write_count(groups, "neighbourhood", "neighbourhoods")
    meeting_report.offer(
        lambda: plans, question=f"Where could {many} of {here} lie?", today=plans[0].keep
    )


def _list_plans(choice: Choice, plans: list[Plan]) -> None:
    """Put the suggestions beside each other, and beside the lines of today."""
    st.header("Beside each other, and today's lines", anchor=False)
    first = plans[0]
    if first.is_area:
        return
    today = [one for one in first.keep if one.key != first.graph.layer.key]
    borough = layers.get("borough")
    if borough not in today and cache.unit_count(cache.key_of(choice.place), "borough") > 1:
        today.append(borough)
    frame = redraw.stand_among(plans, today)
    counted = [*plans, *(_make_plan_of(first, one) for one in today)]
    for layer in first.keep:
        frame[f"people_{layer.key}"] = [_find_torn(one, layer.key) for one in counted]
    frame["what"] = [
        f"Suggestion {n}" if n <= len(plans) else f"Today: {title}"
        for n, title in enumerate(frame["what"], 1)
    ]
    amount = tables.amounts(choice.by)
    torn = {f"people_{one.key}": f"Pulled away from their {one.noun}" for one in first.keep}
    tables.show(
        frame,
        {
            "what": "Lines",
            "groups": "Areas",
            "smallest": "Smallest",
            "largest": "Largest",
            **torn,
            "cut_share": "Borders cut",
            "different": "Different from suggestion 1",
        },
        {
            "groups": tables.write_whole,
            "smallest": amount,
            "largest": amount,
            **dict.fromkeys(torn, amount),
            "cut_share": tables.percent,
            "different": tables.percent,
        },
        f"Suggestions for {findings.name_place(choice.place)} and today's lines, in "
        f"{findings.name_counted(choice.by)}.",
        key="suggestions",
        how=lambda: glossary.offer_how(
            choice, "Suggested neighbourhoods", "Pulled away", of=[first.graph.layer, *first.keep]
        ),
        used=[first.graph.layer, *first.keep],
        limits=HOW_SUGGESTED,
    )


def _make_plan_of(first: Plan, layer: Layer) -> Plan:
    found = redraw.find_groups_of(first.graph, layer)
    return Plan(first.graph, found, None, first.keep, first.weights)


def _find_torn(plan: Plan, key: str) -> float:
    return float(plan.torn.set_index("layer")["people"][key])


def _list_neighbourhoods(choice: Choice, plan: Plan) -> None:
    layer = plan.graph.layer
    frame = plan.summary.assign(
        called=[f"Group {n}" for n in plan.summary["group"]],
        off=plan.summary["share_of_mean"] - 1,
        wards=[_name_members(plan, int(n)) for n in plan.summary["group"]],
    )
    st.header("The first suggestion", anchor=False)
    tables.show(
        pd.DataFrame(frame),
        {
            "called": "Neighbourhood",
            "people": findings.heading(choice.by),
            "off": "From the size asked for",
            "wards": findings.capitalise(layer.plural),
        },
        {"people": tables.amounts(choice.by), "off": by_hand.write_off},
        f"Neighbourhoods of suggestion 1 for {findings.name_place(choice.place)}.",
        key="neighbourhoods",
        used=[layer],
        stacked=True,
    )


def _name_members(plan: Plan, group: int) -> str:
    return findings.join_names(plan.graph.names[plan.group_of == group].tolist(), 12)
