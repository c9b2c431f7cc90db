"""Before and after side by side: two maps in the same colours, and whom each pulls away."""

from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from mapping import redraw
from mapping.drawing import groups, webmap
from mapping.geography import Layer
from mapping.redraw import Scenario
from mapping.wording import findings
from pages.redraw.drawing import Before
from pages.shared import cache, fetched, layout, maps, tables, visit
from pages.shared.choices import Choice

HEIGHT_PX = 400
HOW = (
    "Somebody is pulled away from a map's lines if most of their group is with another of its "
    "areas, or most of their area with another group, whichever is fewer."
)


def show(
    choice: Choice, now: Scenario, before: Before, names: dict[int, str], kept: list[Layer]
) -> None:
    """Draw both, and put their figures beside each other."""
    st.header("Before and after, side by side", anchor=False)
    shown = visit.get_shown()
    main = shown.map_title, shown.legend, shown.drawn  # what is taken away is the map above
    for column, title, group_of in zip(
        st.columns(2, gap="small"),
        (before.title, "After"),
        (before.groups, now.group_of),
        strict=True,
    ):
        with column:
            st.html(f"<h3 class='cg-here'>{webmap.encode(title)}</h3>")
            layout.attempt(choice.place, partial(_draw, choice, now, group_of, names, title))
    shown.map_title, shown.legend, shown.drawn = main
    _list_scores(choice, now, before, kept)


def _draw(
    choice: Choice, now: Scenario, group_of: np.ndarray, names: dict[int, str], title: str
) -> None:
    key, layer = cache.key_of(choice.place), now.graph.layer
    areas = fetched.areas(key, layer.key, cache.list_cells(choice.place, layer.key))
    drawn = webmap.draw_groups(
        areas,
        dict(zip(now.graph.codes, group_of.tolist(), strict=True)),
        names=names,
        labels=fetched.label_people(key, layer.key, choice.by, areas),
        block_names=False,
    )
    free = bool((group_of == 0).any())
    legend = groups.list_signs(has_before=False, has_free=free, has_locked=False)
    which = "before" if title != "After" else "after"
    maps.show(choice, f"side-{which}", f"Groups {which}", drawn, legend, height_px=HEIGHT_PX)


def _list_scores(choice: Choice, now: Scenario, before: Before, kept: list[Layer]) -> None:
    """Put whom each pulls away, how equal it is and how many borders it cuts side by side."""
    by, was = choice.by, redraw.start_from(now.graph, before.groups)
    rows: list[tuple[str, str, str]] = []
    for layer in kept:
        tally = redraw.count_tally(now.graph, layer)
        torn = [redraw.count_torn(tally, one.group_of) for one in (was, now)]
        said = [f"{findings.amount(t.people, by)} ({tables.percent(t.share)})" for t in torn]
        rows.append((f"Pulled away from their {layer.noun}", said[0], said[1]))
    for label, write in (
        ("Groups", lambda one: f"{len(one.groups):,}"),
        ("Smallest and largest group", lambda one: _say_sizes(one, by)),
        ("Borders cut", lambda one: f"{redraw.count_cut(one.graph, one.group_of)[0]:,}"),
        ("Areas cut off", lambda one: f"{len(one.find_cut_off()):,}"),
    ):
        rows.append((label, write(was), write(now)))
    headings = {"what": "", "before": before.title, "after": "After"}
    frame = pd.DataFrame(rows, columns=list(headings))
    caption = f"Before and after, in {findings.name_counted(by)}."
    st.html(tables.html(frame, {**headings, "what": "What"}, {}, caption))
    tables.take(frame, caption, key="before_after", used=kept, limits=HOW)


def _say_sizes(one: Scenario, by: str) -> str:
    sizes = one.as_plan().summary
    people = sizes.loc[sizes["blocks"] > 0, "people"]
    if people.empty:
        return "–"
    return f"{findings.amount(people.min(), by)} to {findings.amount(people.max(), by)}"
