"""Boxes that several kinds of file need: what is chosen of it, and the place where it belongs."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd
import streamlit as st

from mapping import places
from mapping.wording import findings
from pages.shared import cache, layout, state
from pages.shared.cache import Key
from pages.shared.choices import Choice
from pages.upload import workspace_box

NEW = LEAVE_OUT = ""
MAX_QUESTIONS = 10
"""So many names are asked about at a time."""


def select(
    label: str,
    key: str,
    options: list[Any],
    value: Any,
    take: Callable[[Any], None],
    **more: Any,
) -> None:
    """Draw a box that shows what is so, and hands on what is chosen; ``key`` is its own."""
    widget = state.number_key(key)
    state.preset(widget, value)
    st.selectbox(
        label,
        options,
        index=None if value is None else 0,
        width=more.pop("width", 280),
        **more,
        **state.asker(widget, take),
    )


def ask_meanings(
    choice: Choice,
    questions: pd.DataFrame,
    key: str,
    *,
    inside: bool,
    chosen: Mapping[str, str] = MappingProxyType({}),
    tell_inside: Callable[[bool], None],
    tell_meaning: Callable[[str], Callable[[Any], None]],
) -> None:
    """Ask which area is meant by names of several: those in the place, and others one by one.

    ``questions`` has the columns text, question and candidates (pairs of area and words).
    """
    widget = state.number_key(f"{key}_inside")
    state.preset(widget, inside)
    label = f"If a name could be several places, use the one in {findings.name_place(choice.place)}"
    st.checkbox(layout.escape_markdown(label), **state.asker(widget, tell_inside))
    for rank, question in enumerate(questions.head(MAX_QUESTIONS).to_dict("records")):
        labels = {LEAVE_OUT: "Choose, or leave this out", **dict(question["candidates"])}
        select(
            layout.escape_markdown(f"“{question['text'][:60]}” is"),
            f"{key}_meant_{rank}",
            list(labels),
            chosen.get(question["question"], LEAVE_OUT),
            tell_meaning(question["question"]),
            width=420,
            format_func=labels.__getitem__,
        )
    if (more := len(questions) - MAX_QUESTIONS) > 0:
        many = findings.write_count(more, "other name", "other names")
        left = "it is" if more == 1 else "they are"
        st.caption(
            f"{findings.capitalise(many)} could mean several areas: {left} left out, and listed "
            "below."
        )


def choose_workspace(choice: Choice, label: str, key: str) -> None:
    """Let the reader choose the workspace that something is kept in, or name a new one."""
    known = workspace_box.names(choice.kept)
    here = find_workspace(choice)
    st.selectbox(
        label,
        [NEW, *known],
        [NEW, *known].index(here),
        format_func=lambda w: known.get(w, "new workspace"),
        key=f"_{key}_into_{here}",
    )
    st.text_input(
        "Name of the new workspace",
        max_chars=120,
        key=f"_{key}_workspace",
        placeholder=_suggest_name(choice),
    )


def find_workspace(choice: Choice) -> str:
    """Return the id of the open workspace, or "" for a new one."""
    return workspace_box.find_home(choice.kept)


def read_workspace(choice: Choice, key: str) -> tuple[str, str]:
    """Return what was chosen (for callbacks): the id of a workspace, "" if new, and a new name."""
    _, into = workspace_box.read_home(choice.kept, f"_{key}_into")
    name = (state.read_widget(f"_{key}_workspace") or "").strip()
    return into, name or _suggest_name(choice)


def _suggest_name(choice: Choice) -> str:
    return f"Partners in {choice.place.name}"


def offer_home(choice: Choice, home: Key | None, key: str, why: str) -> None:
    """Offer the place where a file's areas are, if another one is looked at."""
    if home is None or home == cache.key_of(choice.place):
        return
    place = places.at(*home)
    st.button(
        f"Go to {layout.escape_markdown(findings.name_place(place))}",
        key=key,
        icon=":material/my_location:",
        help=why,
        on_click=state.choose,
        kwargs={"place": f"{place.kind}.{place.code}"},
    )
