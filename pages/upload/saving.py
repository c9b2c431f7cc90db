"""Saving: the organisations of a file go into a workspace, a new one or one that is there."""

from typing import NamedTuple

import streamlit as st

from mapping.errors import MappingError
from mapping.footprints import Upload
from mapping.wording import findings
from mapping.workspaces import ReceivedFile, Workspace
from pages.shared import (
    cache,
    door,
    drafts,
    held,
    layout,
    registers,
    starting,
    state,
)
from pages.shared.choices import Choice
from pages.shared.drafts import Draft
from pages.upload import how_kept, questions, reading, workspace_box

NEW = ""
BESIDE = ""
PRINT = 12
"""Letters of a file's fingerprint that are kept."""


class _File(NamedTuple):
    """A file of the open workspace, as its reader sees it."""

    file_name: str
    fingerprint: str
    saved: str


def box(choice: Choice, draft: Draft, upload: Upload) -> None:
    """Let the reader save the draft; nothing is saved before the button is pressed."""
    if draft.saved and draft.saved == choice.kept[0]:
        name = registers.workspace(choice.kept).name
        many = findings.write_count(len(upload), "organisation", "organisations")
        st.caption(
            f"Saved: {many} of this file in {layout.escape_markdown(f'“{name}”')}. "
            f"{door.say_who_opens()}"
        )
        st.button(
            "Close this file",
            key="_put_away",
            icon=":material/check:",
            on_click=held.forget,
            args=(held.ORGANISATIONS,),
        )
        return
    known, here = workspace_box.names(choice.kept), workspace_box.find_home(choice.kept)
    with st.form(key=f"save-{here}", border=True):
        st.selectbox(
            "Save to",
            [NEW, *known],
            index=[NEW, *known].index(here),
            format_func=lambda w: known.get(w, "new workspace"),
            key=f"_into_{here}",
        )
        st.text_input(
            "Name of the new workspace",
            max_chars=120,
            key="_workspace_name",
            placeholder=f"Partners in {choice.place.name}",
        )
        _replaced_box(choice, draft)
        asked = (choice, draft, upload, _list_files(choice))
        st.form_submit_button(
            "Save", type="primary", icon=":material/save:", on_click=_save, args=asked
        )
    how_kept.show(held.ORGANISATIONS)


def _replaced_box(choice: Choice, draft: Draft) -> None:
    """Let the reader put the file in the place of an earlier one: at first, of the same one."""
    there = _list_files(choice)
    files = layout.tell_apart(
        {upload: one.file_name for upload, one in there.items()},
        {upload: f"saved {layout.write_moment(one.saved)}" for upload, one in there.items()},
    )
    if files:
        options = [BESIDE, *files]
        st.selectbox(
            "Replace an earlier file?",
            options,
            index=options.index(_find_earlier(draft, there)),
            key=_replaced_key(choice),
            format_func=lambda upload: files.get(upload, "No, add to what is there"),
        )


def _replaced_key(choice: Choice) -> str:
    """Return the key of that box: a new one with every change of the workspace."""
    return f"_replaced_{choice.kept.workspace}_{choice.kept.version}"


def _find_earlier(draft: Draft, there: dict[str, _File]) -> str:
    """Return the id of the file that a draft most likely renews: of its bytes, else of its name."""
    same = [upload for upload, one in there.items() if one.fingerprint == draft.fingerprint[:PRINT]]
    named = [upload for upload, one in there.items() if one.file_name == draft.file_name]
    return next(iter([*same, *named]), BESIDE)


def _list_files(choice: Choice) -> dict[str, _File]:
    """Return the files of the open workspace by id."""
    if choice.kept == registers.NO_WORKSPACE:
        return {}
    uploads = registers.workspace(choice.kept).uploads.set_index("id")
    return {
        str(row.Index): _File(row.file_name, row.fingerprint, row.saved)
        for row in uploads.itertuples()
    }


def _find_replaced(chosen: str, draft: Draft, there: dict[str, _File]) -> tuple[str, str]:
    """Return the id to save under, and when what it replaces was saved ("" for nothing)."""
    if chosen in there:
        return chosen, there[chosen].saved
    return draft.save_id, ""


def _save(choice: Choice, draft: Draft, upload: Upload, there: dict[str, _File]) -> None:
    """Save (for callbacks); the link carries the workspace. Where that fails, say why.

    ``there`` are the files that the open workspace had when its reader last saw it.
    """
    now = held.draft()
    if now is not None and now.picked:
        state.announce(f"Not saved. Press “{questions.USE}” or “{questions.CLEAR}” first.")
        return
    here, into = workspace_box.read_home(choice.kept, "_into")
    name = (
        state.read_widget("_workspace_name") or ""
    ).strip() or f"Partners in {choice.place.name}"
    chosen = (state.read_widget(_replaced_key(choice)) if into == here else BESIDE) or BESIDE
    replaced, seen = _find_replaced(chosen, draft, there if into == here else {})
    print_ = draft.fingerprint[:PRINT]
    received = ReceivedFile(draft.file_name, print_, upload.rows, replaced, seen)

    def save(workspace: str) -> None:
        registers.store().save_actors(workspace, upload, received, save_id=draft.save_id)

    try:
        workspace = starting.keep_in(choice, into, name, save, save_id=draft.save_id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    held.settle(held.ORGANISATIONS, lambda now: _mark_saved(now, draft, workspace))
    state.choose(workspace=workspace)


def _mark_saved(now: Draft, asked: Draft, workspace: str) -> Draft:
    """Mark what is held as saved, unless another tab has it read in another way since."""
    return drafts.mark_saved(now, workspace) if now.save_id == asked.save_id else now


def finding(choice: Choice, found: Workspace) -> str:
    """Say what a workspace holds, and how many of it work in the place."""
    if not len(found.register):
        own = [
            findings.write_count(len(kept), *nouns)
            for kept, nouns in (
                (found.weights, ("file of your own figures", "files of your own figures")),
                (found.maps, ("map of areas", "maps of areas")),
                (found.scenarios, ("redrawn map", "redrawn maps")),
            )
            if kept
        ]
        others = f", but {findings.join_names(own)}" if own else ""
        return f"“{found.name}” has no organisations yet{others}."
    key = cache.key_of(choice.place)
    listing = reading.list_actors(key, found.register, choice.by)
    here = int(listing["share_of_place"].notna().sum())
    many = findings.write_count(len(found.register), "organisation", "organisations")
    place = findings.name_place(choice.place)
    if len(found.register) == 1:
        where = f"which works in {place}" if here else f"which does not work in {place}"
        return f"“{found.name}” has {many}, {where}."
    inside = findings.number(here) if here else "none"
    return f"“{found.name}” has {many}, {inside} of them in {place}."
