"""A form to rate the conditions at one scale, as a person or a group; kept in the workspace."""

import streamlit as st

from mapping.errors import MappingError
from mapping.stewardship import GROUP, PERSON, Scheme
from mapping.workspaces import kinds, make_id
from pages.shared import door, layout, registers, starting, state
from pages.shared.choices import Choice
from pages.stewardship.parts import LEVELS

KINDS = {PERSON: "A person", GROUP: "A group, after talking"}
WHO_READS = (
    "Name, level and notes are kept in the workspace: whoever opens it can read them. Initials or "
    "a group's name will do. The same name rating again adds to the history; the latest counts."
)


def show(choice: Choice, scheme: Scheme) -> None:
    """Offer the form; without a workspace, a way to start one."""
    st.header("Say how it is going", anchor=False)
    if told := state.take_announcement():
        layout.note(told)
    if choice.kept == registers.NO_WORKSPACE:
        _offer_workspace(choice)
        return
    if not registers.may_change(choice.kept):
        st.caption(door.READS)
        return
    opened = st.expander("Rate the conditions at one level", key="rate", on_change="rerun")
    if opened.open:  # its many boxes travel only when they are asked for
        with opened:
            _form(choice, scheme)


def _form(choice: Choice, scheme: Scheme) -> None:
    scale = st.segmented_control(
        "At which level",
        list(LEVELS),
        format_func=lambda scale: LEVELS[scale],
        default="hyperlocal",
        key="_rated",
    )
    with st.form(state.number_key("rating-form"), border=False):
        who, kind = state.number_key("rating-who"), state.number_key("rating-kind")
        with st.container(horizontal=True):
            st.text_input("Who rates", max_chars=120, width=320, key=who)
            st.radio(
                "As", list(KINDS), format_func=lambda kind: KINDS[kind], horizontal=True, key=kind
            )
        st.caption(WHO_READS)
        for number, condition in enumerate(scheme.conditions):
            words = condition.levels or scheme.levels
            levels = [f"{level} {word}" for level, word in enumerate(words, 1)]
            st.radio(
                layout.escape_markdown(_ask(condition)),
                levels,
                format_func=layout.escape_markdown,
                index=None,
                horizontal=True,
                key=state.number_key(f"rating-level-{number}"),
            )
            st.text_input(
                layout.escape_markdown(f"Why? A note on {condition.title} (may be left out)"),
                max_chars=kinds.ratings.MAX_NOTE_LETTERS,
                key=state.number_key(f"rating-note-{number}"),
            )
        st.form_submit_button(
            f"Keep what is rated, {LEVELS[scale or 'hyperlocal'].lower()}",
            type="primary",
            on_click=_save,
            args=(choice.kept.workspace, scheme, scale or "hyperlocal", make_id()),
        )


def _ask(condition) -> str:
    return f"{condition.title}: {condition.meaning}" if condition.meaning else condition.title


def _save(workspace: str, scheme: Scheme, scale: str, save_id: str) -> None:
    """Keep all ratings of the form at once (for callbacks); pressed twice it is done once."""
    who, kind = (state.read_widget(state.number_key(f"rating-{one}")) for one in ("who", "kind"))
    levels, notes = {}, {}
    for number, condition in enumerate(scheme.conditions):
        level = state.read_widget(state.number_key(f"rating-level-{number}"))
        note = state.read_widget(state.number_key(f"rating-note-{number}"))
        if level is not None:
            levels[condition.key] = int(str(level).split()[0])
            notes[condition.key] = str(note or "")
    if not levels:
        state.announce("Nothing was rated. Choose a level for one of the conditions at least.")
        return
    rows = kinds.ratings.write_rows(scheme.key, scale, str(who or ""), str(kind), levels, notes)
    try:
        registers.store().put(workspace, kinds.ratings.KIND, rows, save_id=save_id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    state.renumber()
    many = "One rating was kept" if len(levels) == 1 else f"{len(levels)} ratings were kept"
    state.announce(f"{many}. Rate another level below, or hand over to the next person.")


def _offer_workspace(choice: Choice) -> None:
    st.write(
        "Ratings are kept in a workspace. Start one for this place, which those who are to rate "
        "then open as well, or open yours on the Upload page."
    )
    st.button(
        layout.escape_markdown(f"Start a workspace for {choice.place.name}"),
        key="_start_rating",
        icon=":material/create_new_folder:",
        on_click=_start,
        args=(choice, make_id()),
    )


def _start(choice: Choice, save_id: str) -> None:
    try:
        name = starting.start(choice, save_id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    state.announce(
        f"“{name}” is open. The link in the address bar opens it again. {door.say_who_opens()}"
    )
