"""Before and after: one map at two dates, what changed between them, and for whom."""

from datetime import UTC, date, datetime

import pandas as pd
import streamlit as st

from mapping import overlap
from mapping.errors import MappingError
from mapping.geography import Layer, layers
from mapping.wording import changes, findings
from mapping.workspaces import kinds
from pages.mismatches import change_map
from pages.shared import cache, layout, registers, state, tables
from pages.shared.choices import Choice
from pages.shared.layout import Number
from pages.shared.readers import JOINED

TWO_MAPS = "Two kinds of boundary"
MAX_NAMED = 3
HOW_CHANGED = (
    "We count everybody whose postcode is in an area with a different name from before. An area "
    "was renamed if 99% of the old one is also in the new one and the other way round, merged if "
    "99% of it is in a larger one, and divided otherwise. We compare whole areas, including any "
    "part outside the place."
)
HEADINGS = {
    "before_name": "Before",
    "after_name": "After",
    "change": "What became of it",
    "share_of_before": "% of the old area here",
}
SHAPES = {"share_of_before": tables.percent}


def find_compared(choice: Choice) -> tuple[Layer, Layer] | None:
    """Return the map before and after that the reader chose to compare; None for two maps."""
    if choice.change == JOINED:
        return layers.get("borough"), _join(choice)
    if not choice.change:
        return None
    return order_editions(layers.get(choice.change))


def order_editions(other: Layer) -> tuple[Layer, Layer]:
    """Return an edition and the one in use, the earlier first."""
    in_use = layers.get(other.key.partition(layers.AT)[0])
    return (other, in_use) if other.edition < in_use.edition else (in_use, other)


def _join(choice: Choice) -> Layer:
    """Return the council areas, those of each group made one."""
    borough = layers.get("borough")
    names = {}
    for group in choice.groups:
        named = [borough.name_of(borough.number_of(code)) for code in group]
        names[f"{findings.join_names(named, MAX_NAMED)} together"] = group
    return layers.join_units(borough, names)


def box(choice: Choice) -> None:
    """Let the reader choose between two maps and one map at two dates."""
    known = ["", *cache.list_changed(cache.key_of(choice.place)), JOINED]
    if choice.change not in known:
        known.append(choice.change)
    state.preset("change", choice.change)
    st.selectbox("Compare", known, format_func=_name, **state.chooser("change"))


def _name(key: str) -> str:
    if not key:
        return TWO_MAPS
    if key == JOINED:
        return "Council areas, some merged"
    return changes.name_briefly(*order_editions(layers.get(key)))


def show(choice: Choice, before: Layer, after: Layer) -> None:
    """Show what changed, on the map and by area, by district and for a footprint."""
    place, key, today = choice.place, cache.key_of(choice.place), datetime.now(UTC).date()
    found = cache.list_changes(key, before.key, after.key, choice.by)
    moved = found[found["change"] != "same"]
    layout.view(
        choice,
        changes.change_finding(place, before, after, found, choice.by, today),
        _count(choice, found, moved),
        lambda: change_map.show(choice, before, after, found),
        explain=layout.join_sentences(
            [after],
            changes.joined_finding(overlap.list_joined(moved), after, today),
            layout.lens_note(choice),
        ),
        how=HOW_CHANGED,
        aside=None if choice.projector else lambda: _aside(choice),
    )
    if not choice.projector:
        _show_areas(choice, before, after, found)
        _show_districts(choice, before, after)
        _show_footprint(choice, before, after, today)


def _count(choice: Choice, found: pd.DataFrame, moved: pd.DataFrame) -> list[Number]:
    total = cache.people(cache.key_of(choice.place), choice.by)
    share = findings.share(moved["people"].sum() / total) if total > 0 and len(found) else "–"
    before, after = (
        found.loc[found[f"{when}_code"] != "", f"{when}_name"].nunique()
        for when in ("before", "after")
    )
    return [
        Number("In a different area from before", share, HOW_CHANGED),
        Number("Areas before", f"{before:,}", "On the earlier map, with people in the place."),
        Number("Areas after", f"{after:,}", "On the later map, with people in the place."),
    ]


def _aside(choice: Choice) -> None:
    box(choice)
    if choice.change == JOINED:
        _group_box(choice)
        _keep_box(choice)


def _group_box(choice: Choice) -> None:
    """Let the reader make districts one; a press adds a group."""
    names = cache.district_names(cache.key_of(choice.place))
    taken = {code for group in choice.groups for code in group}
    picked = st.multiselect(
        "Merge these",
        [code for code in names if code not in taken],
        format_func=lambda code: names[code],
        key=state.number_key("group"),
    )

    def add() -> None:
        groups = [*map(" ".join, choice.groups), " ".join(picked)]
        state.renumber()
        state.choose(groups=",".join(groups))

    st.button("Merge them", disabled=len(picked) < 2, on_click=add)
    if choice.groups:
        st.button("Start again", on_click=lambda: state.choose(groups=""))


def _keep_box(choice: Choice) -> None:
    """Let the reader keep the districts as they are joined: a map in the open workspace."""
    if not choice.groups:
        return
    if choice.kept == registers.NO_WORKSPACE:
        st.caption(
            "The link in the address bar keeps them. An open workspace can save them as a map."
        )
        return
    if not registers.may_change(choice.kept):
        return
    joined = _join(choice)

    def keep() -> None:
        once = joined.key.removeprefix(layers.OWN)
        try:
            row = kinds.maps.write_row(joined, id=once)
            registers.store().put(choice.kept.workspace, kinds.maps.KIND, row, save_id=once)
        except MappingError as fault:
            state.announce(str(fault))
            return
        state.announce(
            f"“{joined.title}” is saved and is now one of the boundary maps on every page."
        )

    st.button("Save as a map in the workspace", on_click=keep)


def _show_areas(choice: Choice, before: Layer, after: Layer, found: pd.DataFrame) -> None:
    if found.empty:
        return
    st.header("What became of each area", anchor=False)
    tables.show(
        found,
        {**HEADINGS, "people": findings.heading(choice.by)},
        {**SHAPES, "people": tables.amounts(choice.by)},
        f"{changes.name_comparison(before, after)}, in {findings.name_place(choice.place)}.",
        key="changes",
        used=[before, after],
        limits=HOW_CHANGED,
    )


def _show_districts(choice: Choice, before: Layer, after: Layer) -> None:
    frame = cache.count_changed(
        cache.key_of(choice.place), before.key, after.key, "borough", choice.by
    )
    frame = frame[frame["changed"] > 0]
    if before.key == "borough" or frame.empty:
        return
    st.header("For whom", anchor=False)
    tables.show(
        frame,
        {
            "name": "Council area",
            "changed": f"{findings.heading(choice.by)} in a different area",
            "share": "% of all there",
        },
        {"changed": tables.amounts(choice.by), "share": tables.percent},
        f"Council areas in {findings.name_place(choice.place)} with people in a different area "
        "from before.",
        key="changed_districts",
        used=[before, after],
    )


def _show_footprint(choice: Choice, before: Layer, after: Layer, today: date) -> None:
    """Say whom an organisation of the open workspace must talk to now."""
    st.header("Who do we need to talk to now?", anchor=False)
    own = registers.list_own(choice.kept)
    if not own:
        st.caption(
            "Open a workspace with your organisations (on the Upload page) to see here, for each, "
            "the areas before and after."
        )
        return
    state.preset("whom", choice.whom if choice.whom in own else own[0])
    who = st.selectbox("Which organisation", own, **state.chooser("whom"))
    try:
        positions = registers.register(choice.kept).footprint(who)
    except MappingError as problem:
        layout.problem(problem)
        return
    found = overlap.list_changes_at(positions, before, after, by=choice.by)
    st.write(layout.escape_markdown(changes.footprint_finding(who, before, after, found, today)))
    tables.show(
        found,
        {
            **HEADINGS,
            "share_of_before": "% of its part of the old area",
            "people": findings.heading(choice.by),
        },
        {**SHAPES, "people": tables.amounts(choice.by)},
        f"{who}: {changes.name_comparison(before, after)}.",
        key="changed_footprint",
        used=[before, after],
    )
