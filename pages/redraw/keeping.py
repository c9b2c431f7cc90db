"""Keeping: what was redrawn goes into a workspace with a name and a note, and is opened again."""

from html import escape

import pandas as pd
import streamlit as st

from mapping import redraw
from mapping.errors import MappingError
from mapping.geography import SCALES, Layer, layers
from mapping.wording import findings, terms
from mapping.workspaces import KeptScenario, kinds, texts
from pages.redraw import drawing
from pages.redraw.drawing import Held
from pages.shared import controls, door, layer_files, layout, registers, starting, state, visit
from pages.shared.choices import Choice

NEW = ""
HOW_KEPT = (
    "A map that is kept is in the workspace for everybody who may open that, and can be opened and "
    "changed later. What you draw is in this page's link as well, kept or not."
)
READS = (
    "You may read this workspace, but not keep maps in it. A map that you keep goes into a new "
    "workspace of your own, which is opened instead. What you draw is in this page's link as well, "
    "for whoever may open this workspace."
)
READS_ALONE = (
    "You may read this workspace, but not keep maps in it, and these areas are nowhere else. What "
    "you draw is in this page's link: send it to one of the workspace's editors, who can keep it."
)
GONE = (
    "The areas that it was drawn with are no longer here, so it cannot be opened. Put them back on "
    "Upload, or remove it."
)


def show(choice: Choice, blocks: Layer) -> None:
    """Let the reader keep what is drawn, and list what was kept."""
    st.header("Keep this map", anchor=False)
    kept = drawing.list_kept(choice)
    if _may_keep(choice):
        st.caption(HOW_KEPT)
        _form(choice, blocks, kept)
    elif blocks.key.startswith(layers.OWN):
        st.caption(READS_ALONE)
    else:
        st.caption(READS)
        _form(choice, blocks, [])
    for one in kept:
        _show_kept(choice, one)


def _may_keep(choice: Choice) -> bool:
    return registers.may_change(choice.kept)


def _key(part: str) -> str:
    return state.number_key(f"_redraw_keep_{part}")


def _form(choice: Choice, blocks: Layer, kept: list[KeptScenario]) -> None:
    """Ask what the map is called, who drew it and why; and whether it takes another one's place."""
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
            names = layout.tell_apart(
                {one.id: one.title for one in kept},
                {one.id: f"kept {layout.write_moment(one.saved)}" for one in kept},
            )
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
    try:
        old = _find_unchanged(choice, over) if over else None
        said = _read_facts(old)
        row = kinds.scenarios.write_row(held.now, id=id_, names=_name_groups(choice, held), **said)
        workspace = _put(choice, row, old)
    except MappingError as fault:
        state.announce(str(fault))
        return
    visit.get_redrawn().pop("keep_id", None)
    _note_seen(workspace, id_)
    state.renumber()
    state.choose(workspace=workspace)
    state.announce(f"Kept. “{said['title']}” is in the workspace. {door.say_who_opens()}")


def _read_facts(old: KeptScenario | None) -> dict[str, str]:
    """Read what was typed about the map; what was not is as in the one that it replaces."""
    said = {
        part: _read(part) or (getattr(old, part) if old else "")
        for part in ("title", "author", "note")
    }
    if not said["title"]:
        raise MappingError("Give the map a name first, so that others know which one it is.")
    return {**said, "scale": _read("scale") or SCALES[0]}


def _name_groups(choice: Choice, held: Held) -> dict[int, str]:
    """Return the names of the groups that are drawn, those of before where nobody gave others."""
    before = drawing.find_before(choice, held.now)
    called = {**(before.names if before else {}), **drawing.read_names(state.current().called)}
    return {n: name for n, name in called.items() if n in held.now.groups}


def _put(choice: Choice, row: pd.DataFrame, old: KeptScenario | None) -> str:
    """Put a map into the open workspace, in place of the one as it is known, or a new one."""
    seen = {old.id: old.saved} if old else None
    save_id = texts.make_id()
    into = choice.kept.workspace if _may_keep(choice) else NEW
    name = f"Partners in {choice.place.name}"[:120]

    def save(workspace: str) -> None:
        registers.store().put(workspace, kinds.scenarios.KIND, row, seen=seen, save_id=save_id)

    return starting.keep_in(choice, into, name, save, save_id=save_id)


def _find_unchanged(choice: Choice, id_: str) -> KeptScenario:
    """Return the kept map that is to be replaced, as the workspace has it now.

    Raises MappingError if it was removed, or changed since this visit opened or kept it.
    """
    now = registers.read_kind(registers.identify(choice.kept.workspace), kinds.scenarios.KIND)
    old = next((one for one in now if one.id == id_), None)
    if old is None:
        raise MappingError("That map was removed meanwhile. Keep yours as a new map.")
    if visit.get_redrawn().get("seen", {}).get(id_, old.saved) != old.saved:
        raise MappingError(
            f"“{old.title}” was changed after you opened it, in another window or by somebody "
            "else. Keep yours as a new map, and compare the two."
        )
    return old


def _note_seen(workspace: str, id_: str) -> None:
    """Note when a kept map was last changed, as this visit knows it."""
    now = registers.read_kind(registers.identify(workspace), kinds.scenarios.KIND)
    seen = {one.id: one.saved for one in now if one.id == id_}
    visit.get_redrawn().setdefault("seen", {}).update(seen)


def _show_kept(choice: Choice, one: KeptScenario) -> None:
    """Say what a kept map is, and let the reader open, compare or remove it."""
    is_here = one.place == f"{choice.place.kind}.{choice.place.code}"
    many = len({group for group in one.group_of.values() if group})
    about = [
        findings.write_count(many, "group", "groups"),
        redraw.say_drawn(one.author, one.saved[:10]),
        "" if is_here else "of another place",
    ]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f"<p><strong>{escape(one.title)}</strong></p>")
        if one.layer is not None:
            st.button(
                "Open and change",
                key=f"_redraw_open_{one.id}",
                icon=":material/edit:",
                on_click=_open,
                args=(one,),
            )
        if is_here and one.layer is not None:
            st.button(
                "Compare with this",
                key=f"_redraw_compare_{one.id}",
                icon=":material/compare:",
                on_click=_compare,
                args=(one,),
            )
            layer_files.offer(choice, one.layer, choice.place)
        if _may_keep(choice):
            with st.popover("Remove", icon=":material/delete:"):
                controls.confirm_removal(f"_redraw_remove_{one.id}", _remove, choice, one)
    said = findings.capitalise(", ".join(filter(None, about)))
    gone = GONE if one.layer is None else ""
    st.caption(layout.escape_markdown(" ".join(filter(None, (f"{said}.", one.note, gone)))))


def _compare(one: KeptScenario) -> None:
    """Compare what is drawn with a kept map (for callbacks)."""
    state.choose(before=f"{drawing.KEPT}{one.id}")
    state.announce(f"Compared with “{one.title}”: the map above shows who would move.")


def _open(one: KeptScenario) -> None:
    """Open a kept map to be changed (for callbacks)."""
    try:
        now = one.open()
    except MappingError as fault:
        state.announce(str(fault))
        state.stay()
        return
    visit.get_redrawn().setdefault("seen", {})[one.id] = one.saved
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
    state.announce(f"“{one.title}” is open: change it on the map above.")


def _remove(choice: Choice, one: KeptScenario) -> None:
    """Remove a kept map from the open workspace (for callbacks)."""
    state.stay()
    try:
        registers.store().remove(choice.kept.workspace, kinds.scenarios.KIND, one.id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    state.announce(f"“{one.title}” was removed.")
