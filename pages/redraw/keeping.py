"""Keeping: what was redrawn goes into a workspace with a name and a note, and is opened again."""

from html import escape

import streamlit as st

from mapping.errors import MappingError
from mapping.geography import SCALES, Layer
from mapping.wording import findings, terms
from mapping.workspaces import kinds, texts
from pages.redraw import drawing
from pages.shared import controls, door, layer_files, layout, registers, starting, state, visit
from pages.shared.choices import Choice

NEW = ""


def show(choice: Choice, blocks: Layer) -> None:
    """Let the reader keep what is drawn, and list what was kept."""
    st.header("Keep this map", anchor=False)
    kept = drawing.list_kept(choice)
    if _may_keep(choice):
        _form(choice, blocks, kept)
    else:
        st.caption("You may read this workspace, but not keep maps in it.")
    for one in kept:
        _show_kept(choice, one)


def _may_keep(choice: Choice) -> bool:
    return registers.may_change(choice.kept)


def _key(part: str) -> str:
    return state.number_key(f"_redraw_keep_{part}")


def _form(choice: Choice, blocks: Layer, kept: list[kinds.scenarios.KeptScenario]) -> None:
    """Ask what the map is called, who drew it and why; and whether it takes another one's place."""
    st.caption(
        "A map that is kept is in the workspace for everybody who has its link, and can be opened "
        "and changed later. What you draw is in this page's link as well, kept or not."
    )
    with st.form(key="cg-redraw-keep", border=False, enter_to_submit=False):
        left, right = st.columns(2, gap="medium")
        with left:
            st.text_input(
                "Name of the map",
                max_chars=kinds.scenarios.MAX_TITLE_LETTERS,
                key=_key("title"),
                placeholder="Neighbourhoods, draft 1",
            )
            st.text_input(
                "Who drew it", max_chars=kinds.scenarios.MAX_AUTHOR_LETTERS, key=_key("author")
            )
            st.selectbox(
                "Level",
                SCALES,
                0 if blocks.key != "borough" else 1,
                format_func=lambda scale: terms.LEVEL_CHOICES[scale],
                key=_key("scale"),
            )
        with right:
            st.text_area("Why, and what is open", max_chars=1_000, key=_key("note"), height=120)
            names = {one.id: one.title for one in kept}
            if names:
                st.selectbox(
                    "Keep it as",
                    [NEW, *names],
                    format_func=lambda id_: f"“{names[id_]}”, changed" if id_ else "a new map",
                    key=_key("over"),
                )
        st.form_submit_button("Keep this map", on_click=_keep, args=(choice,))


def _read(part: str) -> str:
    return str(state.read_widget(_key(part)) or "").strip()


def _keep(choice: Choice) -> None:
    """Keep what is drawn (for callbacks); asked for twice it is kept once."""
    state.stay()
    held = drawing.get_held()
    if held is None:
        return
    if not held.now.groups:
        state.announce("There is nothing to keep yet: put some areas into a group first.")
        return
    over = _read("over")
    id_ = over or visit.get_redrawn().setdefault("keep_id", texts.make_id())
    save_id = texts.make_id()
    before = drawing.find_before(choice, held.now)
    called = {**(before.names if before else {}), **drawing.read_names(state.current().called)}
    names = {n: name for n, name in called.items() if n in held.now.groups}
    title = _read("title") or next(
        (one.title for one in drawing.list_kept(choice) if one.id == over), ""
    )

    def save(workspace: str) -> None:
        row = kinds.scenarios.write_row(
            held.now,
            id=id_,
            title=title,
            scale=_read("scale") or SCALES[0],
            author=_read("author"),
            note=_read("note"),
            names=names,
        )
        registers.store().put(workspace, kinds.scenarios.KIND, row, save_id=save_id)

    try:
        if not title:
            raise MappingError("Give the map a name first, so that others know which one it is.")
        into = choice.kept.workspace
        name = f"Partners in {choice.place.name}"[:120]
        workspace = starting.keep_in(choice, into, name, save, save_id=save_id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    visit.get_redrawn().pop("keep_id", None)
    state.renumber()
    state.choose(workspace=workspace)
    state.announce(f"Kept. “{title}” is in the workspace. {door.say_who_opens()}")


def _show_kept(choice: Choice, one: kinds.scenarios.KeptScenario) -> None:
    """Say what a kept map is, and let the reader open, compare or remove it."""
    is_here = one.place == f"{choice.place.kind}.{choice.place.code}"
    many = len({group for group in one.group_of.values() if group})
    about = [
        findings.write_count(many, "group", "groups"),
        f"drawn by {one.author}" if one.author else "",
        f"kept on {one.saved[:10]}",
        "" if is_here else "of another place",
    ]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f"<p><strong>{escape(one.title)}</strong></p>")
        st.button(
            "Open and change",
            key=f"_redraw_open_{one.id}",
            icon=":material/edit:",
            on_click=_open,
            args=(one,),
        )
        if is_here:
            st.button(
                "Compare with this",
                key=f"_redraw_compare_{one.id}",
                icon=":material/compare:",
                on_click=state.choose,
                kwargs={"before": f"{drawing.KEPT}{one.id}"},
            )
            if one.layer is not None:
                layer_files.offer(choice, one.layer, choice.place)
        if _may_keep(choice):
            with st.popover("Remove", icon=":material/delete:"):
                controls.confirm_removal(f"_redraw_remove_{one.id}", _remove, choice, one)
    said = findings.capitalise(", ".join(filter(None, about)))
    st.caption(layout.escape_markdown(f"{said}. {one.note}".strip()))


def _open(one: kinds.scenarios.KeptScenario) -> None:
    """Open a kept map to be changed (for callbacks)."""
    try:
        now = one.open()
    except MappingError as fault:
        state.announce(str(fault))
        state.stay()
        return
    state.choose(
        place=one.place,
        door="hand",
        blocks=one.blocks,
        drawn=drawing.write(now),
        called=drawing.write_names(dict(one.names)),
        into="1",
        locked="",
        before="",
    )


def _remove(choice: Choice, one: kinds.scenarios.KeptScenario) -> None:
    """Remove a kept map from the open workspace (for callbacks)."""
    state.stay()
    try:
        registers.store().remove(choice.kept.workspace, kinds.scenarios.KIND, one.id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    state.announce(f"“{one.title}” was removed.")
