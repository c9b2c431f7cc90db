"""Workspaces: those on this server; open, rename, download, restore, delete."""

from html import escape

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mapping import access, places
from mapping.access import Action, Role
from mapping.errors import MappingError, StoreError
from mapping.takeaway import export
from mapping.wording import findings
from mapping.workspaces import KINDS, Workspace
from pages.shared import (
    controls,
    door,
    drafts,
    files,
    held,
    layout,
    people,
    registers,
    state,
    tables,
)
from pages.shared.choices import Choice
from pages.shared.registers import WorkspaceKey
from pages.upload import sharing, what_happened
from pages.upload.sharing import attempt

WHAT = "A workspace stores what you upload or redraw: organisations, maps and figures."
MAX_OFFERED = 200
"""So many workspaces are offered to save in, the last changed first; and the open one."""
PAGE = 30
"""More workspaces than this can be searched, and are offered a page at a time."""
MAX_UNFOLDED = 10
"""A longer list of workspaces is folded: it is beside the box in which one is found."""


def names(kept: WorkspaceKey) -> dict[str, str]:
    """Return what the open workspace and those last changed are called, by id, to save in.

    None if they cannot be read.
    """
    try:
        found = _keep_changeable(registers.store().list(opened=kept.workspace))
    except StoreError:  # ``show`` says so, at the foot of the same page
        return {}
    offered = found[(found.index < MAX_OFFERED) | (found["id"] == kept.workspace)]
    return _tell_apart(offered)


def find_home(kept: WorkspaceKey) -> str:
    """Return the id of the open workspace if it may be saved in, "" for a new one."""
    return kept.workspace if kept.workspace in names(kept) else ""


def read_home(kept: WorkspaceKey, key: str) -> tuple[str, str]:
    """Return for which workspace the box of a key stood, and what was chosen in it (for callbacks).

    It stood for the open one, or for none ("") where whoever is here may not change that.
    """
    for home in (kept.workspace, ""):
        if (chosen := state.read_widget(f"{key}_{home}")) is not None:
            return home, str(chosen)
    return "", ""


def show(choice: Choice) -> None:
    """Draw everything about workspaces: the open one, and the list to choose from."""
    st.header("Workspaces", anchor=False)
    st.caption(f"{WHAT} {door.say_who_sees()}")
    try:
        found = registers.store().list(opened=choice.kept.workspace)
    except MappingError as fault:
        layout.problem(fault)
        return
    if choice.kept != registers.NO_WORKSPACE:
        opened = registers.workspace(choice.kept)
        _show_open(opened, choice.kept, _count_kept(found, choice.kept.workspace))
        sharing.show(opened, choice.kept)
        if registers.may(choice.kept, Action.SEE_HISTORY):
            what_happened.show(choice.kept)
    left, right = st.columns(2, gap="large")
    with right if _open_box(left, found, choice.kept[0]) else left:
        st.file_uploader(
            "Restore a workspace from a zip",
            **state.asker(state.number_key("zip"), _bring_back),
        )
    if len(found) > MAX_UNFOLDED:
        whose = "open to you" if people.is_on() else "of this server"
        with st.expander(f"All workspaces {whose} ({len(found):,})"):
            _show_list(found)
    elif len(found):
        _show_list(found)
    sharing.show_deleted()


def _keep_changeable(found: pd.DataFrame) -> pd.DataFrame:
    """Keep the workspaces that whoever is here may change."""
    if not people.is_on():
        return found
    held = registers.store().list_roles()
    may = [access.may(held.get(key, Role.NONE), Action.CHANGE) for key in found["id"]]
    return found[np.array(may, dtype=bool)].reset_index(drop=True)  # [] would ask for no column


def _show_list(found: pd.DataFrame) -> None:
    frame = found.assign(
        place=found["place"].map(_place_name), updated=found["updated"].map(layout.write_moment)
    ).drop(columns=["id", "created", "version"])  # whoever has an id has the workspace
    counted = {
        kind.name: findings.capitalise(kind.nouns[1])
        for kind in KINDS
        if kind.nouns and (frame[kind.name] > 0).any()  # what nobody has needs no column
    }
    tables.show(
        frame,
        {"name": "Workspace", "place": "Place", "updated": "Last changed", **counted},
        dict.fromkeys(counted, tables.write_whole),
        "Workspaces that are open to you." if people.is_on() else "Workspaces on this server.",
        key="workspaces",
        stacked=True,
    )


def _place_name(place: str) -> str:
    try:
        return places.at(*place.split(".", 1)).name
    except MappingError:
        return place


def _open_box(column: DeltaGenerator, found: pd.DataFrame, opened: str) -> bool:
    """Let the reader open a workspace; tells whether there is one to open."""
    others = found[found["id"] != opened]
    if others.empty:
        return False
    with column:
        known = _tell_apart(_find(others) if len(others) > PAGE else others)
        state.preset("open_workspace", None)
        st.selectbox(
            "Open a different workspace" if opened else "Open a workspace",
            list(known),
            index=None,
            format_func=known.__getitem__,
            placeholder="Choose by its name",
            **state.asker("open_workspace", _open),
        )
    return True


def _find(others: pd.DataFrame) -> pd.DataFrame:
    """Let the reader search among many workspaces and turn pages; return those of the page."""
    text = st.text_input(
        "Find a workspace by its name or place",
        type="search",
        live=True,
        max_chars=60,
        key="_find_workspace",
        on_change=state.preset,
        args=("workspace_page", 1),
    )
    named = others.assign(called=others["place"].map(_place_name))
    found = tables.keep_matching(named, ["name", "called"], text or "")
    pages, page = max(1, -(-len(found) // PAGE)), state.chooser("workspace_page")["key"]
    if (state.read_widget(page) or 1) > pages:  # others were deleted since
        state.preset("workspace_page", 1)
    with st.container():  # also where there is one page: what follows keeps its place
        at = PAGE * (int(st.pagination(pages, key=page)) - 1) if pages > 1 else 0
    some = found.iloc[at : at + PAGE]
    told = f"Workspaces {at + 1:,} to {at + len(some):,} of {len(found):,}, the last changed first."
    st.caption(told if len(some) else "No workspace matches. Try part of its name.")
    return some


def _tell_apart(offered: pd.DataFrame) -> dict[str, str]:
    """Return what workspaces are called, by id: with when they were changed if that is needed."""
    changed = "changed " + offered["updated"].map(layout.write_moment)
    names, days = (dict(zip(offered["id"], of, strict=True)) for of in (offered["name"], changed))
    return layout.tell_apart(names, days)


def _open(workspace: str | None) -> None:
    if workspace:
        state.choose(workspace=workspace)
        state.renumber()


def _show_open(found: Workspace, key: WorkspaceKey, holds: str) -> None:
    """Draw what whoever is here can do with the open workspace."""
    st.html(f"<h3>{escape(found.name)}</h3>")
    if len(found.residual):
        gone = findings.write_count(len(found.residual), "area or postcode", "areas and postcodes")
        are = "is" if len(found.residual) == 1 else "are"
        st.caption(f"{findings.capitalise(gone)} that it names {are} no longer in use.")
    if not registers.may_change(key):
        st.caption(door.READS)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        state.preset(f"rename_{found.id}", found.name)
        st.text_input(
            "Name",
            max_chars=120,
            width=320,
            **state.asker(f"rename_{found.id}", lambda name: attempt(lambda: _rename(found, name))),
        )
        files.offer(
            "Download workspace (zip)",
            lambda: registers.store().export_whole(found.id),
            f"{export.file_stem(found.name)}.zip",
            "application/zip",
            key="workspace-zip",
            icon=":material/download:",
        )
        if registers.may(key, Action.DELETE):
            _delete_box(found, holds)
    _uploads(found)


def _delete_box(found: Workspace, holds: str) -> None:
    """Let a steward delete the open workspace."""
    with st.popover("Delete", icon=":material/delete:"):
        st.write(
            layout.escape_markdown(
                f"This deletes “{found.name}”, which has {holds}, for everyone. "
                f"{sharing.say_undone()}"
            )
        )
        st.button(
            "Delete" if people.is_on() else "Delete permanently",
            key="_delete_workspace",
            type="primary",
            on_click=attempt,
            args=(lambda: _delete(found),),
        )


def _count_kept(listed: pd.DataFrame, workspace: str) -> str:
    """Say how much a workspace holds of every kind that is counted."""
    sizes = listed.set_index("id").to_dict("index").get(workspace, {})
    counts = [
        findings.write_count(sizes[kind.name], *kind.nouns)
        for kind in KINDS
        if kind.nouns and sizes.get(kind.name)
    ]
    return findings.join_names(counts) or "nothing yet"


def _uploads(found: Workspace) -> None:
    """List the files of a workspace; each can be removed with its organisations."""
    if not len(found.uploads):
        return
    frame = found.uploads.assign(saved=found.uploads["saved"].map(layout.write_moment))
    st.html(
        tables.html(
            frame,
            {"file_name": "File", "saved": "Saved", "actors": "Organisations"},
            {"actors": tables.write_whole},
            "Files in this workspace.",
        )
    )
    called = dict(zip(frame["id"], frame["file_name"], strict=True))
    files = layout.tell_apart(
        called, dict(zip(frame["id"], "saved " + frame["saved"], strict=True))
    )
    with st.popover("Remove a file", icon=":material/delete:"):
        chosen = st.selectbox(
            "Which file?",
            list(files),
            format_func=lambda u: files[u],
            key=f"_remove_{found.version}",
        )
        actors = int(frame.set_index("id").loc[chosen, "actors"])
        many = findings.write_count(actors, "organisation", "organisations")
        controls.confirm_removal(
            f"_remove_upload_{chosen}",
            attempt,
            lambda: _remove(found, chosen),
            what=f"This also removes {many},",
        )


def _rename(found: Workspace, name: str) -> None:
    registers.store().rename(found.id, name, seen=found.name)
    state.announce(f"Renamed “{found.name}” to “{name}”.")


def _delete(found: Workspace) -> None:
    registers.store().delete(found.id, version=found.version)
    state.choose(workspace="")
    _unsave(found.id)
    state.announce(f"“{found.name}” was deleted.")


def _remove(found: Workspace, upload: str) -> None:
    file = found.uploads.set_index("id").loc[upload]
    registers.store().remove_upload(found.id, upload, seen=file["saved"])
    _unsave(found.id)
    state.announce(f"“{file['file_name']}” and its organisations were removed from “{found.name}”.")


def _unsave(workspace: str) -> None:
    """Let a draft that was saved in a workspace be saved anew."""
    draft = held.draft()
    if draft is not None and draft.saved == workspace:
        held.change(held.ORGANISATIONS, lambda now: drafts.mark_saved(now, ""))


def _bring_back(given) -> None:
    if given is None:
        return

    def bring() -> None:
        found = registers.store().import_whole(given.getvalue(), name=given.name)
        state.choose(workspace=found.id)
        said = "Restored as a new workspace with its own link."
        state.announce(f"{said} {found.left_out}".strip())

    attempt(bring)
    state.renumber()
