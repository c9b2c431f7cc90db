"""Saving of maps: what a map is called and who runs it; it is kept."""

from dataclasses import replace

import streamlit as st

from mapping import own_maps
from mapping.errors import MappingError
from mapping.geography import SCALES, Layer
from mapping.own_maps import Facts
from mapping.wording import terms
from mapping.workspaces import kinds
from pages.shared import door, held, registers, starting, state
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
