"""By hand: areas are put into groups on the map, and everything is counted as one goes."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from mapping import redraw
from mapping.drawing import groups, webmap
from mapping.geography import Layer
from mapping.redraw import Scenario
from mapping.wording import findings, redraw_findings
from pages.redraw import changing, doors, drawing, keeping, side_by_side, starting_point
from pages.redraw.drawing import Before, Held
from pages.shared import (
    cache,
    fetched,
    following,
    glossary,
    layout,
    maps,
    meeting_report,
    state,
    tables,
)
from pages.shared.choices import Choice
from pages.shared.layout import Number

MAX_OUTLINED = 40
STEADY = (
    "<style>.st-key-cg-redraw-said { position: fixed; right: 1rem; bottom: 1rem; left: 1rem;"
    " z-index: 90; width: auto; max-width: 34rem; margin-left: auto;"
    " background: light-dark(#fbf8f3, #111920); }"
    " [data-testid=stLayoutWrapper]:has(> .st-key-cg-redraw-said) { position: absolute; }</style>"
)
"""What is said of a click stands over the page, so that it does not move the map."""
STEADY_WIDE = (
    "<style>@media (min-width: 1000px) {"
    " .cg-finding { font-size: 1.5rem; min-height: 2.5em; margin-top: 0; }"
    " .st-key-_widget_into .stButtonGroup { display: flex; align-items: center; gap: .6rem; } }"
    "</style>"
)
"""Room for a sentence that grows, so that the map does not move under the pointer."""
MIN_MAP_PX = 380
"""The map is no lower than this, however small the window."""
HOW_TORN = (
    "Somebody is pulled away from a map's lines if most of their group is with another of its "
    "areas, or most of their area with another group, whichever is fewer: so groups that are made "
    "of whole areas, or that lie inside one, pull nobody away."
)
HOW_OFF = "How far the group that is furthest from an equal share of people is from it."
HOW_CUT = "Borders between neighbouring areas that now lie between two groups, of all borders."
HOW_FREE = "Areas that are in no group yet are white with red crosses, with their people on them."
HOW_MOVES = "Areas that are in another group than before, with the people who live there."


def show(choice: Choice) -> None:
    """Show the map to draw on, what comes of it, and how to do it without a mouse."""
    following.follow(draw, stays=lambda _: True)
    if choice.projector:
        return
    blocks = doors.choose_blocks(choice)
    changing.show_form(choice, blocks)
    starting_point.show(choice, blocks)
    keeping.show(choice, blocks)


def draw(choice: Choice) -> None:
    """Draw what a change by hand changes: the sentence, the map, the numbers, the tables."""
    st.html(STEADY if choice.projector else STEADY + STEADY_WIDE)
    blocks = doors.choose_blocks(choice)
    with st.container(key="cg-redraw-said"):
        if said := state.take_announcement():
            layout.note(said)
        held = drawing.find(choice, blocks)
        before = drawing.find_before(choice, held.now)
    now = held.now
    names = {**(before.names if before else {}), **drawing.read_names(choice.called)}
    kept = doors.choose_kept(choice, blocks)
    torn = count_torn(choice, now, kept)
    moves = list_moves(now, before)
    off = now.find_cut_off()
    layout.view(
        choice,
        redraw_findings.hand_finding(now, moves, off, choice.by),
        _count(choice, now, moves),
        lambda: _draw_map(choice, held, before, names, off),
        explain=" ".join(
            filter(
                None,
                [
                    redraw_findings.left_finding(now, choice.by),
                    redraw_findings.balance_finding(now),
                    redraw_findings.torn_finding(torn, choice.by),
                ],
            )
        ),
        how=HOW_TORN,
        explains_beside=True,
        under=None if choice.projector else partial(changing.show_controls, choice, held, names),
        aside=partial(
            changing.show_controls if choice.projector else changing.show_group,
            choice,
            held,
            names,
        ),
    )
    if not choice.projector:
        _list_groups(choice, now, names, torn)
        _list_moves(choice, now, moves, names, before)
        if now.groups:
            meeting_report.offer(
                lambda: [now.as_plan(kept)],
                question=f"What if {findings.name_place(choice.place)} were divided so?",
                titles=["Drawn by hand"],
                names=[names],
                today=kept,
            )
        if before is not None and _wants_both():
            side_by_side.show(choice, now, before, names, kept)


def _wants_both() -> bool:
    return st.toggle("Show before and after side by side", key="_redraw_side_by_side")


def count_torn(choice: Choice, now: Scenario, kept: list[Layer]) -> list[redraw_findings.Torn]:
    """Count whom the groups pull away from each kept layer."""
    graph = now.graph
    found = [(one, redraw.count_torn(redraw.count_tally(graph, one), now.group_of)) for one in kept]
    return [redraw_findings.Torn(layer, one.people, one.share) for layer, one in found]


def list_moves(now: Scenario, before: Before | None) -> pd.DataFrame | None:
    """List the blocks that are in another group than before; None without a before."""
    if before is None:
        return None
    moves = now.list_moves(redraw.start_from(now.graph, before.groups))
    return moves[(moves["old"] > 0) & (moves["new"] > 0)].reset_index(drop=True)


def _count(choice: Choice, now: Scenario, moves: pd.DataFrame | None) -> list[Number]:
    graph, by = now.graph, choice.by
    free = graph.people[now.group_of == 0].sum()
    sizes = np.bincount(now.group_of, weights=graph.people)[now.groups]
    off = np.abs(sizes / sizes.mean() - 1).max() if sizes.sum() > 0 else np.nan
    cut = redraw.count_cut(graph, now.group_of)[0]
    found = [
        Number(
            "In no group yet" if free else "Furthest from equal",
            findings.amount(free, by) if free else _write_share(off),
            HOW_FREE if free else HOW_OFF,
        ),
        Number("Borders cut", f"{cut:,} of {len(graph.a):,}", HOW_CUT),
    ]
    if moves is not None:
        found.insert(0, Number("Would move", _amount(moves["people"].sum(), by), HOW_MOVES))
    if free and len(sizes) > 1:
        found.append(Number("Furthest from equal", _write_share(off), HOW_OFF))
    return found


def _amount(value: float, by: str) -> str:
    return findings.amount(value, by)


def _write_share(value: float) -> str:
    return "–" if np.isnan(value) else findings.share(value)


def _draw_map(
    choice: Choice, held: Held, before: Before | None, names: dict[int, str], off: pd.DataFrame
) -> None:
    """Draw the blocks in their groups; a click puts one into the group that is drawn."""
    now, key = held.now, cache.key_of(choice.place)
    layer = now.graph.layer
    cells = cache.list_cells(choice.place, layer.key)
    with maps.preparing(choice, layer.key):
        areas = fetched.areas(key, layer.key, cells)
        labels = fetched.label_people(key, layer.key, choice.by, areas)
    drawing.note_codes(held, areas.codes)
    codes = now.graph.codes
    was = before.groups.tolist() if before is not None and now.groups else None
    drawn = webmap.draw_groups(
        areas,
        dict(zip(codes, now.group_of.tolist(), strict=True)),
        before=None if was is None else dict(zip(codes, was, strict=True)),
        locked=frozenset(codes[held.locked].tolist()),
        current=drawing.read_group(choice),
        names=names,
        labels=labels,
        picking=True,
        taken=drawing.read_taken(),
        block_names=choice.names,
        projector=choice.projector,
    )
    if 0 < len(off) <= MAX_OUTLINED:
        drawn.append(webmap.highlight(areas, off["code"].tolist(), projector=choice.projector))
    legend = groups.list_signs(
        has_before=was is not None,
        has_free=bool((now.group_of == 0).any()),
        has_locked=bool(held.locked.any()),
    )
    if 0 < len(off) <= MAX_OUTLINED:
        legend.append((maps.OUTLINE, "Cut off from its group"))
    title = f"{findings.capitalise(layer.plural)} of {findings.name_place(choice.place)} in groups"
    maps.show(choice, "hand", title, drawn, legend, on_pick=changing.pick, least_px=MIN_MAP_PX)
    if not choice.projector:
        larger = held.parent.noun if held.parent else ""
        whole = f", with Shift its whole {larger}" if larger else ""
        st.caption(
            layout.escape_markdown(
                f"A click puts a {layer.noun} into the chosen group{whole}. The pencil on the map "
                "lets you paint by dragging. By keyboard: arrows and Enter."
            )
        )


def _list_groups(
    choice: Choice, now: Scenario, names: dict[int, str], torn: list[redraw_findings.Torn]
) -> None:
    """List the groups, and whom they pull away from each map's lines."""
    if not now.groups:
        return
    layer, summary = now.graph.layer, now.as_plan().summary
    summary = summary[summary["blocks"] > 0]
    frame = summary.assign(
        called=[
            findings.capitalise(redraw_findings.name_group(g, names)) for g in summary["group"]
        ],
        off=summary["people"] / summary["people"].mean() - 1 if len(summary) else 0.0,
        pieces=np.where(summary["connected"], "one piece", "several pieces"),
    )
    amount = tables.amounts(choice.by)
    tables.show(
        frame,
        {
            "called": "Group",
            "blocks": findings.capitalise(layer.plural),
            "people": findings.heading(choice.by),
            "off": "From an equal share",
            "pieces": "Hangs together",
        },
        {"blocks": tables.write_whole, "people": amount, "off": write_off},
        f"Groups of {layer.plural} in {findings.name_place(choice.place)}.",
        key="groups",
        used=[layer],
        how=lambda: glossary.offer_how(choice, "Pulled away", of=[layer]),
    )
    if torn:
        _list_torn(choice, torn)


def _list_torn(choice: Choice, torn: list[redraw_findings.Torn]) -> None:
    frame = pd.DataFrame(
        {
            "title": [one.layer.title for one in torn],
            "people": [one.people for one in torn],
            "share": [one.share for one in torn],
        }
    )
    headings = {
        "title": "Lines of",
        "people": f"{findings.heading(choice.by)} pulled away",
        "share": "% of all in both",
    }
    formats = {"people": tables.amounts(choice.by), "share": tables.percent}
    caption = "Who is pulled away from whose lines."
    st.html(tables.html(frame, headings, formats, caption))
    used = [one.layer for one in torn]
    tables.take(frame, caption, key="torn", used=used, headings=headings, limits=HOW_TORN)


def write_off(value: float) -> str:
    """Write how far something is from an equal share: "+4.2%"."""
    return "–" if pd.isna(value) else f"{100 * value:+.1f}%".replace("-", "−")


def _list_moves(
    choice: Choice,
    now: Scenario,
    moves: pd.DataFrame | None,
    names: dict[int, str],
    before: Before | None,
) -> None:
    if moves is None or before is None or moves.empty:
        return
    layer = now.graph.layer
    named = {**before.names, **names}
    frame = moves.assign(
        was=[findings.capitalise(redraw_findings.name_group(g, named)) for g in moves["old"]],
        is_now=[findings.capitalise(redraw_findings.name_group(g, names)) for g in moves["new"]],
    ).sort_values("people", ascending=False, kind="stable")
    tables.show(
        frame,
        {
            "name": findings.capitalise(layer.noun),
            "was": "Before",
            "is_now": "After",
            "people": findings.heading(choice.by),
        },
        {"people": tables.amounts(choice.by)},
        f"{findings.capitalise(layer.plural)} that would move, against “{before.title}”.",
        key="moved",
        used=[layer],
    )
