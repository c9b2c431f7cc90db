"""The three doors of Redraw, and what they have in common."""

import streamlit as st

from mapping.geography import Layer, layers
from mapping.wording import redraw_findings, terms
from pages.shared import cache, controls, layout, registers, state
from pages.shared.choices import Choice

MIN_BLOCKS, MAX_BLOCKS = 2, 8_000
FEW_DISTRICTS, MANY_DISTRICTS = 4, 20
"""A county of so many districts is divided by districts first, others by wards."""
MIN_WARDS = 4
MAX_BROUGHT = 6
"""So many of the maps that somebody brought are asked about where nobody chose any."""
FINER = ("lsoa", "postal_sector", "postal_district")


def show(choice: Choice) -> None:
    """Let the reader choose a door."""
    if choice.projector:
        return
    state.preset("door", choice.door)
    st.segmented_control(
        "What if we drew the lines differently?",
        list(terms.DOORS),
        format_func=lambda key: terms.DOORS[key],
        required=True,
        label_visibility="collapsed",
        **state.chooser("door"),
    )


def say_aid(choice: Choice) -> None:
    """Say what the page is for, and what it is not."""
    if not choice.projector:
        st.caption(redraw_findings.AID)


def list_blocks(choice: Choice) -> list[str]:
    """List the keys of the layers whose units can be put into groups here."""
    key = cache.key_of(choice.place)
    drawn = cache.drawn_keys(key, choice.own_layers)
    return [k for k in drawn if MIN_BLOCKS <= cache.unit_count(key, k) <= MAX_BLOCKS]


def choose_blocks(choice: Choice) -> Layer:
    """Return the layer whose units are put into groups: the reader's, or the place's usual one."""
    known = list_blocks(choice)
    controls.say_absent(
        choice, [choice.blocks], cache.present_keys(cache.key_of(choice.place), choice.own_layers)
    )
    found = choice.blocks if choice.blocks in known else _find_usual(choice, known)
    state.hold(blocks=found)
    return layers.get(found).by_majority


def _find_usual(choice: Choice, known: list[str]) -> str:
    key = cache.key_of(choice.place)
    districts, wards = (cache.unit_count(key, k) for k in ("borough", "ward"))
    if choice.place.kind == "county" and FEW_DISTRICTS <= districts <= MANY_DISTRICTS:
        return "borough"
    if "ward" in known and wards >= MIN_WARDS:
        return "ward"
    return next((k for k in FINER if k in known), "ward")


def blocks_box(choice: Choice, layer: Layer) -> None:
    """Let the reader choose whose units are put into groups."""
    known = list_blocks(choice)
    state.preset("blocks", layer.key if layer.key in known else None)
    st.selectbox(
        "Areas to put into groups",
        known,
        format_func=layout.name_each(known, controls.name_layer),
        **state.chooser("blocks"),
    )


def choose_kept(choice: Choice, blocks: Layer) -> list[Layer]:
    """Return the layers whose lines the group cares about, with a line in the place."""
    key = cache.key_of(choice.place)
    many = {k for k in list_lines(choice) if k != blocks.key}
    usual = [k for k in list_brought(choice) if k in many]
    usual = usual or [k for k in cache.line_up_keys(key) if k in many][:2]
    usual = usual or [k for k in ("ward",) if k in many and not _is_coarser(choice, blocks.key, k)]
    usual += [k for k in ("postal_district",) if k in many and len(usual) < 2]
    chosen = [k for k in choice.layers if k in many] or usual
    state.hold(layers=",".join(chosen))
    return [layers.get(k) for k in chosen]


def list_brought(choice: Choice) -> list[str]:
    """List the keys of the open workspace's uploaded maps that have a line in the place.

    Whoever has brought the maps of their services asks about these first.
    """
    lines = set(list_lines(choice))
    brought = [one.layer.key for one in registers.own_maps(choice.kept)]
    return [key for key in brought if key in lines][:MAX_BROUGHT]


def _is_coarser(choice: Choice, key: str, other: str) -> bool:
    here = cache.key_of(choice.place)
    return cache.unit_count(here, key) < cache.unit_count(here, other)


def list_lines(choice: Choice) -> list[str]:
    """List the keys of all layers that have a line in the place."""
    key = cache.key_of(choice.place)
    return [k for k in cache.present_keys(key, choice.own_layers) if cache.unit_count(key, k) > 1]


def kept_box(choice: Choice, kept: list[Layer], label: str) -> None:
    """Let the reader choose the layers whose lines count."""
    state.preset("layers", [layer.key for layer in kept])
    lines = list_lines(choice)
    st.multiselect(
        label,
        lines,
        format_func=layout.name_each(lines, controls.name_layer),
        **state.chooser("layers", ",".join),
    )


def draw_safely(choice: Choice, draw) -> None:
    """Draw a map, or say why it cannot be."""
    layout.attempt(choice.place, draw)
