"""Upload: here are our footprints."""

from functools import partial

import streamlit as st

from mapping.footprints import outcomes
from pages.shared import layout, registers, state
from pages.upload import preview, rows, saving, uploading, weighing, workspace_box

choice = state.current()
draft = state.draft()
if done := state.take_announcement():
    layout.note(done)
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
if not choice.projector:
    if draft is not None:
        uploading.show_how_read(draft, upload)
        st.header("Another file", anchor=False)
        st.caption("It takes the place of the one you are looking at.")
    elif choice.kept != registers.NO_WORKSPACE:
        st.header("Add a file", anchor=False)
        st.caption(uploading.BEGINNING)
    uploading.boxes()
    if draft is None:
        uploading.ways()
        weighing.box(choice)
    workspace_box.show(choice)
