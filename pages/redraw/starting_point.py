"""What a drawing by hand begins with, what it is compared with, and which areas are moved whole."""

import streamlit as st

from mapping import redraw
from mapping.errors import MappingError
from mapping.geography import Layer, layers
from mapping.wording import findings
from pages.redraw import doors, drawing
from pages.shared import cache, controls, layout, state
from pages.shared.choices import Choice

NOTHING = ""


def show(choice: Choice, blocks: Layer) -> None:
    """Let the reader choose the areas, what is begun with, and what lines are compared."""
    st.header("Start and compare", anchor=False)
    kept = doors.choose_kept(choice, blocks)
    left, right = st.columns(2, gap="medium")
    with left:
        doors.blocks_box(choice, blocks)
        _start_box(choice, blocks)
    with right:
        _before_box(choice, blocks)
        _parent_box(choice, blocks)
    doors.kept_box(choice, kept, "Whose lines should hold people together")


def _start_box(choice: Choice, blocks: Layer) -> None:
    known = [NOTHING, *drawing.list_parents(choice, blocks)]
    widget = f"start_{blocks.key}"
    state.preset(widget, None)
    st.selectbox(
        "Start again from",
        known,
        index=None,
        placeholder="Choose what to start from",
        format_func=layout.name_each(
            known, lambda key: _name(key) if key else "Nothing: no area is in a group"
        ),
        **state.asker(widget, lambda key: _start(choice, blocks, key)),
    )


def _name(key: str) -> str:
    return f"Today's lines: {controls.name_layer(key)}"


def _start(choice: Choice, blocks: Layer, key: str | None) -> None:
    """Begin with nothing, or with the units of a layer as groups (for callbacks)."""
    if key is None:
        return
    try:
        like = layers.get(key).by_majority if key else None
        now = redraw.begin(choice.place, blocks, by=choice.by, like=like)
    except MappingError as fault:
        state.announce(str(fault))
        return
    state.choose(drawn=drawing.write(now), before=key, called="", locked="", into="1")


def _before_box(choice: Choice, blocks: Layer) -> None:
    kept = {f"{drawing.KEPT}{one.id}": one.title for one in drawing.list_comparable(choice)}
    known = [NOTHING, *drawing.list_parents(choice, blocks), *kept]
    state.preset("before", choice.before if choice.before in known else NOTHING)
    st.selectbox(
        "Compare with the lines of",
        known,
        format_func=layout.name_each(
            known, lambda key: kept.get(key) or controls.name_layer(key) if key else "Nothing"
        ),
        **state.chooser("before"),
    )


def _parent_box(choice: Choice, blocks: Layer) -> None:
    known = drawing.list_parents(choice, blocks)
    if not known:
        return
    parent = drawing.find_parent(choice, blocks)
    state.preset("parent", parent.key if parent else None)
    st.selectbox(
        "Larger areas that Shift and a click move whole",
        known,
        format_func=layout.name_each(known, controls.name_layer),
        index=None if parent is None else 0,
        **state.chooser("parent", lambda key: key or ""),
    )
    few = cache.unit_count(cache.key_of(choice.place), blocks.key)
    many = findings.write_count(few, blocks.noun, blocks.plural)
    st.caption(layout.escape_markdown(f"There are {many} here."))
