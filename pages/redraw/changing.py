"""What changes the groups by hand: clicks on the map, and controls that do all they do."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import streamlit as st

from mapping import redraw
from mapping.drawing import webmap
from mapping.geography import Layer
from mapping.redraw import Scenario
from mapping.wording import findings, redraw_findings
from pages.redraw import drawing
from pages.redraw.drawing import Held
from pages.shared import layout, state
from pages.shared.choices import Choice

MAX_BUTTONS = 9
"""So many groups have a button each; more are in a list."""
MAX_LISTED = 1_500
"""So many blocks are offered in a list; of more their names are typed."""
OUT = 0


def pick(said: Mapping[str, Any]) -> None:
    """Put what was picked on the map into its group (for callbacks), each pick once."""
    held = drawing.get_held()
    if held is None:
        return
    for one in webmap.read_picked(said, len(held.codes), drawing.read_taken()):
        drawing.note_taken(one.number)
        if not 0 <= one.group <= redraw.MAX_GROUPS:
            continue
        codes = [held.codes[at] for at in one.blocks]
        drawing.put_in(drawing.list_whole(held, codes) if one.whole else codes, one.group)


def show_controls(choice: Choice, held: Held, names: dict[int, str]) -> None:
    """Draw which group is drawn, and the steps that can be taken back."""
    now, group = held.now, drawing.read_group(choice)
    known = sorted({*now.groups, group, _find_free(now)})
    state.preset("into", str(group))
    label = "A click puts an area into"
    options = [str(n) for n in known]

    def name(number: str) -> str:
        told = layout.escape_markdown(names.get(int(number), ""))
        new = "" if int(number) in now.groups else " (new)"
        return f"{number} {told}{new}".strip()

    with st.container(
        horizontal=True, vertical_alignment="center", key="cg-redraw-steps", gap="small"
    ):
        if len(options) <= MAX_BUTTONS:
            st.segmented_control(
                label, options, format_func=name, required=True, **state.chooser("into")
            )
        else:
            st.selectbox(label, options, format_func=name, width=260, **state.chooser("into"))
        _button("Undo", "undo", now.done, lambda now, _: now.undo())
        _button("Redo", "redo", now.undone, lambda now, _: now.redo())
        _button("Start again", "reset", now.done, lambda now, _: now.reset())
        if (now.group_of == 0).any():
            st.button(
                f"All the rest into group {group}",
                key="_redraw_rest",
                on_click=put_rest,
                args=(group,),
            )


def _button(label: str, key: str, is_on: object, make: Any) -> None:
    st.button(
        label,
        key=f"_redraw_{key}",
        disabled=not is_on,
        on_click=drawing.change,
        args=(make,),
    )


def _find_free(now: Scenario) -> int:
    return next(n for n in range(1, redraw.MAX_GROUPS + 2) if n not in now.groups)


def put_rest(group: int) -> None:
    """Put all blocks that are in no group into one (for callbacks)."""
    drawing.change(
        lambda now, held: now.move(
            drawing.leave_locked(held, now.graph.codes[now.group_of == 0].tolist()), group
        )
    )


def show_group(choice: Choice, held: Held, names: dict[int, str]) -> None:
    """Let the reader name, merge and lock the group that is drawn."""
    now, group = held.now, drawing.read_group(choice)
    with st.popover(f"Change group {group}", icon=":material/edit:", key="cg-redraw-group"):
        widget = f"called_{group}"
        state.preset(widget, names.get(group, ""))
        st.text_input(
            f"Name of group {group}",
            max_chars=drawing.MAX_NAME,
            **state.asker(widget, lambda name: _rename(group, name)),
        )
        others = [n for n in now.groups if n != group]
        if group in now.groups and others:
            st.selectbox(
                f"Merge group {group} into",
                others,
                index=None,
                placeholder="Choose a group",
                format_func=lambda n: findings.capitalise(redraw_findings.name_group(n, names)),
                **state.asker(f"merge_{group}", lambda into: _merge(group, into)),
            )
        off = now.find_cut_off()
        parts = off.loc[off["group"] == group, "code"].tolist()
        if parts:
            st.button(
                f"Make the cut-off part of group {group} a group of its own",
                key="_redraw_split",
                on_click=_split,
                args=(parts,),
            )
        own = now.group_of == group
        if own.any():
            is_locked = bool(held.locked[own].all())
            st.button(
                f"Unlock group {group}" if is_locked else f"Lock group {group} as it is",
                key="_redraw_lock",
                on_click=_lock,
                args=(group, not is_locked),
                help="What is locked stays in its group, whatever is clicked.",
            )


def _rename(group: int, name: str) -> None:
    names = drawing.read_names(state.current().called)
    state.choose(called=drawing.write_names({**names, group: str(name or "")}))


def _merge(group: int, into: int | None) -> None:
    if into is None:
        return

    def merge(now: Scenario, held: Held) -> Scenario:
        own = now.graph.codes[now.group_of == group].tolist()
        return now.move(drawing.leave_locked(held, own), into)

    drawing.change(merge, into=str(into))


def _split(codes: list[str]) -> None:
    """Make a new group of blocks that are cut off (for callbacks); locked ones stay."""
    drawing.change(lambda now, held: now.split(drawing.leave_locked(held, codes)))


def _lock(group: int, locks: bool) -> None:
    held = drawing.get_held()
    if held is None:
        return
    locked = np.where(held.now.group_of == group, locks, held.locked)
    state.choose(locked=redraw.write_locked(locked))


def show_form(choice: Choice, blocks: Layer) -> None:
    """Let the reader do without a mouse what a click on the map does."""
    held = drawing.get_held()
    if held is None:
        return
    graph = held.now.graph
    st.header("Without a mouse", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", key="cg-redraw-form"):
        if len(graph) <= MAX_LISTED:
            names = name_blocks(graph.codes.tolist(), graph.names.tolist())
            st.multiselect(
                findings.capitalise(blocks.plural),
                list(names),
                format_func=names.__getitem__,
                key=f"_redraw_blocks_{blocks.key}",
                width=520,
                on_change=state.stay,
            )
        else:
            st.text_input(
                f"Names or codes of {blocks.plural}, with commas between",
                key=f"_redraw_typed_{blocks.key}",
                width=520,
                on_change=state.stay,
            )
        if held.parent is not None:
            st.checkbox(f"the whole {held.parent.noun}", key="_redraw_whole", on_change=state.stay)
        free = _find_free(held.now)
        st.selectbox(
            "into",
            [OUT, *sorted({*held.now.groups, free})],
            index=1,
            format_func=lambda n: _name_target(n, free),
            key="_redraw_target",
            width=170,
            on_change=state.stay,
        )
        st.button("Put them there", key="_redraw_put", on_click=_put, args=(blocks.key,))


def _name_target(group: int, free: int) -> str:
    if group == OUT:
        return "no group"
    return f"a new group, {group}" if group == free else f"group {group}"


def name_blocks(codes: list[str], names: list[str]) -> dict[str, str]:
    """Name blocks by their codes for a list, in the order of names; the same ones with codes."""
    found = {
        code: f"{name} ({code})" if names.count(name) > 1 else name
        for code, name in zip(codes, names, strict=True)
    }
    return dict(sorted(found.items(), key=lambda item: item[1]))


def _put(blocks: str) -> None:
    held = drawing.get_held()
    if held is None:
        return
    graph = held.now.graph
    codes = list(state.read_widget(f"_redraw_blocks_{blocks}") or [])
    if typed := str(state.read_widget(f"_redraw_typed_{blocks}") or ""):
        codes += find_typed(graph.codes, graph.names, typed)
    known = set(graph.codes.tolist())
    codes = [code for code in codes if code in known]
    if not codes:
        state.announce(f"Choose at least one of the {graph.layer.plural} first.")
        state.stay()
        return
    if state.read_widget("_redraw_whole"):
        codes = drawing.list_whole(held, codes)
    group = int(state.read_widget("_redraw_target") or OUT)
    drawing.put_in(codes, group)


def find_typed(codes: np.ndarray, names: np.ndarray, typed: str) -> list[str]:
    """Return the codes of blocks whose names or codes were typed, with commas between."""
    wanted = {part.strip().casefold() for part in typed.split(",") if part.strip()}
    return [
        str(code)
        for code, name in zip(codes, names, strict=True)
        if str(code).casefold() in wanted or str(name).casefold() in wanted
    ]
