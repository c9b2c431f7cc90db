"""Saving of maps: what a map is called and who runs it; it is kept, listed and removed."""

from dataclasses import replace
from html import escape

import streamlit as st

from mapping import own_maps
from mapping.errors import MappingError
from mapping.geography import SCALES, Layer
from mapping.own_maps import Facts
from mapping.wording import findings, terms
from mapping.workspaces import OwnMap, kinds
from pages.shared import (
    cache,
    door,
    held,
    layout,
    registers,
    router,
    starting,
    state,
)
from pages.shared.choices import Choice
from pages.shared.own_maps import MapFile
from pages.upload import boxes, how_kept

MAX_WORDS_LETTERS = 80


def box(choice: Choice, draft: MapFile, facts: Facts, layer: Layer) -> None:
    """Let the reader say what the map is and keep it; nothing is saved before the button."""
    with st.form(key=f"save-map-{boxes.find_workspace(choice)}", border=True):
        _facts_boxes(facts)
        boxes.choose_workspace(choice, "Save to", "map")
        st.form_submit_button(
            "Save the map",
            type="primary",
            icon=":material/save:",
            on_click=_keep,
            args=(choice, draft, layer),
        )
    how_kept.show(held.MAP)


def _facts_boxes(facts: Facts) -> None:
    st.text_input(
        "What one area is called",
        facts.title,
        own_maps.MAX_TITLE_LETTERS,
        key=_key("title"),
        help="As in “Neighbourhood team”.",
    )
    st.text_input(
        "What several are called",
        facts.plural,
        MAX_WORDS_LETTERS,
        key=_key("plural"),
        placeholder="neighbourhood teams",
    )
    st.selectbox(
        "Level",
        SCALES,
        SCALES.index(facts.scale),
        key=_key("scale"),
        format_func=terms.LEVEL_CHOICES.__getitem__,
    )
    st.text_input(
        "Who runs it",
        facts.sector,
        MAX_WORDS_LETTERS,
        key=_key("sector"),
        placeholder="The care board",
    )
    st.text_input(
        "As at", facts.as_at, MAX_WORDS_LETTERS, key=_key("as_at"), placeholder="April 2026"
    )


def _key(part: str) -> str:
    return state.number_key(f"_map_{part}")


def _keep(choice: Choice, draft: MapFile, layer: Layer) -> None:
    """Keep a map (for callbacks); asked for twice it is kept once. If it fails, say why."""
    said = {
        part: (state.read_widget(_key(part)) or "").strip()
        for part in ("title", "plural", "scale", "sector", "as_at")
    }
    facts = Facts(**said, source=draft.name[:120])
    into, name = boxes.read_workspace(choice, "map")

    def save(workspace: str) -> None:
        row = kinds.maps.write_row(own_maps.rename(layer, facts), id=draft.save_id)
        registers.store().put(workspace, kinds.maps.KIND, row, save_id=draft.save_id)

    try:
        workspace = starting.keep_in(choice, into, name, save, save_id=draft.save_id)
    except MappingError as fault:
        if facts.title:
            held.change(held.MAP, lambda now: replace(now, facts=facts))
        state.announce(str(fault))
        return
    held.forget(held.MAP)
    state.renumber()
    state.choose(workspace=workspace)
    state.announce(f"Saved. “{facts.title}” is now on every page. {door.say_who_opens()}")


def say_kept(choice: Choice) -> str:
    """Say how many maps the open workspace keeps; "" if none."""
    kept = registers.own_maps(choice.kept)
    if not kept:
        return ""
    name = registers.workspace(choice.kept).name
    many = findings.write_count(len(kept), "map of areas", "maps of areas")
    return f"“{name}” has {many}; {'it is' if len(kept) == 1 else 'they are'} on every page."


def show_kept(choice: Choice) -> None:
    """List the maps of the open workspace: what each is, where it is compared, take it out."""
    kept = registers.own_maps(choice.kept)
    if not kept:
        return
    st.header("Maps in this workspace", anchor=False)
    for one in kept:
        _show(choice, one)


def _show(choice: Choice, one: OwnMap) -> None:
    layer = one.layer
    about = [findings.write_count(len(layer.codes), "area", "areas"), layer.sector, layer.as_at]
    here = cache.unit_count(cache.key_of(choice.place), layer.key)
    where = findings.name_place(choice.place)
    many = f"{findings.number(here)} of them in {where}" if here else f"none of them in {where}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.html(f"<p><strong>{escape(layer.title)}</strong></p>")
        if here:
            st.page_link(
                router.BY_NAME["mismatches"].file,
                label="Compare with other boundaries",
                icon=":material/compare:",
                query_params={**state.link_params(), "b": layer.key},
            )
        if registers.may_change(choice.kept):
            with st.popover("Remove", icon=":material/delete:"):
                st.write("This removes it for everyone. You cannot undo this.")
                st.button(
                    "Remove permanently",
                    key=f"_remove_map_{one.id}",
                    type="primary",
                    on_click=_remove,
                    args=(choice, one),
                )
    said = ", ".join(filter(None, [*about, many]))
    st.caption(layout.escape_markdown(f"{findings.capitalise(said)}. From {layer.source}."))


def _remove(choice: Choice, one: OwnMap) -> None:
    """Remove a map from the open workspace (for callbacks)."""
    try:
        registers.store().remove(choice.kept[0], kinds.maps.KIND, one.id)
    except MappingError as fault:
        state.announce(str(fault))
        return
    state.announce(f"“{one.layer.title}” was removed.")
