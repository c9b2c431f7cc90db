"""Upload: here are our footprints, our map of areas, our numbers."""

from functools import partial

import streamlit as st

from mapping.footprints import outcomes
from pages.shared import held, layout, registers, state
from pages.shared.choices import BROUGHT, Choice
from pages.upload import (
    how_kept,
    how_read,
    map_file,
    preview,
    rows,
    saving,
    uploading,
    weighing,
    workspace_box,
)


def show_organisations(choice: Choice) -> None:
    """Draw the organisations of a file that was put in, those of a workspace, or how to begin."""
    draft = held.draft()
    upload = uploading.read(draft) if draft is not None else None
    if draft is not None and upload is not None:
        preview.view(
            choice,
            upload,
            outcomes.sentence(upload.counts),
            explain=uploading.say_file(draft, upload),
            under=partial(rows.parts, choice, draft, upload),
            aside=partial(saving.box, choice, draft, upload),
        )
    elif choice.kept != registers.NO_WORKSPACE and draft is None:
        kept = registers.workspace(choice.kept)
        preview.view(choice, kept.register, saving.finding(choice, kept))
    elif draft is None:
        uploading.begin(choice)
    if choice.projector:
        return
    if draft is not None:
        if upload is None:
            how_kept.show(held.ORGANISATIONS)
        how_read.show(draft, upload)
        st.header("Upload another file", anchor=False)
        st.caption("It will replace the one you are looking at.")
    elif choice.kept != registers.NO_WORKSPACE:
        st.header("Add a file", anchor=False)
        st.caption(uploading.BEGINNING)
    uploading.boxes()
    if draft is None:
        uploading.ways()


def show_numbers(choice: Choice) -> None:
    """Draw the numbers of a file that was put in, and those of a workspace."""
    sentence = "Upload your own figures, and every page can use them."
    if choice.projector:
        uploading.begin(choice, sentence)
        return
    layout.finding(sentence)
    weighing.box(choice)


SHOW = {"organisations": show_organisations, "map": map_file.show, "numbers": show_numbers}
choice = state.current()
if done := state.take_announcement():
    layout.note(done)
if not choice.projector:
    state.preset("bring", choice.bring)
    st.segmented_control(
        "What are you uploading?",
        list(BROUGHT),
        format_func=BROUGHT.__getitem__,
        **state.chooser("bring", lambda kind: kind or choice.bring),
    )
SHOW[choice.bring](choice)
if not choice.projector:
    workspace_box.show(choice)
