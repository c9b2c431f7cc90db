"""Which conditions are rated: those that ship, or those that somebody types in."""

import streamlit as st

from mapping.errors import MappingError
from mapping.stewardship import MAX_CONDITIONS, USUAL_SCHEME, Scheme
from mapping.workspaces import kinds, make_id
from pages.shared import layout, registers, state
from pages.shared.choices import Choice
from pages.stewardship import counts

MAX_TEXT_LETTERS = 12_000
EXAMPLE = "Open doors | nobody asks | some ask | all ask\nOne list | none | each has one | shared"
EXPLAIN = (
    f"Up to {MAX_CONDITIONS} lines. A line is a condition, with a colon and what it means if you "
    "like. Or paste a maturity matrix from a spreadsheet: in each row its title, then the words "
    "for each level, separated by | or tabs. It is kept in the workspace."
)


def read_scheme(choice: Choice) -> Scheme:
    """Return the scheme of the link, or the usual one and why."""
    known = counts.list_schemes(choice.kept)
    if choice.scheme not in known:
        layout.note(
            "The conditions that the link asks for are not in the open workspace; the usual "
            "eight are shown. Open the workspace that they were typed into."
        )
        return known[USUAL_SCHEME]
    return known[choice.scheme]


def show(choice: Choice, scheme: Scheme) -> None:
    """Let the reader choose what is rated, and type in a list of their own."""
    known = counts.list_schemes(choice.kept)
    state.preset("scheme", scheme.key)
    st.selectbox(
        "Conditions",
        list(known),
        format_func=lambda key: known[key].title,
        **state.chooser("scheme"),
    )
    if scheme.source:
        st.caption(layout.escape_markdown(f"After: {scheme.source}."))
    if choice.kept == registers.NO_WORKSPACE or not registers.may_change(choice.kept):
        return
    with st.popover("Type in your own", icon=":material/edit_note:", key="own-scheme"):
        _form(choice)


def _form(choice: Choice) -> None:
    with st.form(state.number_key("scheme-form"), border=False):
        title, text = state.number_key("scheme-title"), state.number_key("scheme-text")
        st.text_input("What to call it", max_chars=120, key=title)
        st.text_area(
            "Conditions, one a line",
            max_chars=MAX_TEXT_LETTERS,
            placeholder=EXAMPLE,
            help=EXPLAIN,
            height=160,
            key=text,
        )
        st.caption(EXPLAIN)
        st.form_submit_button(
            "Keep and use it", on_click=_save, args=(choice.kept.workspace, title, text, make_id())
        )


def _save(workspace: str, title: str, text: str, save_id: str) -> None:
    """Keep what was typed as a scheme of the workspace, and rate by it."""
    named, typed = (str(state.read_widget(key) or "") for key in (title, text))
    row = kinds.schemes.write_row(named, typed)
    try:
        registers.store().put(workspace, kinds.schemes.KIND, row, save_id=save_id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    state.renumber()
    state.choose(scheme=row["id"].iloc[0])
