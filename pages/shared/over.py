"""Which maps are drawn over the areas of a map: chosen by the reader, each in a sign of its own."""

from collections.abc import Sequence

import streamlit as st

from mapping.drawing import Overlay, PublishedShapes, webmap
from mapping.geography import SCALES, Layer, layers
from mapping.wording import findings, terms
from pages.shared import cache, fetched, layout, state
from pages.shared.choices import Choice
from pages.shared.readers import MAX_OVER

LARGEST_FIRST = {scale: rank for rank, scale in enumerate(reversed(SCALES))}


def list_chosen(choice: Choice) -> list[Layer]:
    """Return the layers that the reader wants drawn, in the order of their signs.

    Those that cannot be drawn in the place are left out, and ``box`` says so.
    """
    keys = list_drawable(choice)
    return [layers.get(key) for key in choice.over if key in keys]


def list_drawable(choice: Choice) -> list[str]:
    """List the keys of all layers that can be drawn in the place, the largest scale first."""
    keys = cache.drawn_keys(cache.key_of(choice.place), choice.own_layers)
    return sorted(keys, key=lambda key: LARGEST_FIRST[layers.get(key).scale])


def box(choice: Choice) -> None:
    """Let the reader choose which maps are drawn; the list comes once it is opened."""
    picker = st.popover(
        "Which boundaries are drawn",
        icon=":material/layers:",
        **state.popover("cg-over", is_apart=True),
    )
    _say_missing(choice)
    if not picker.open:
        return
    chosen = list_chosen(choice)
    state.preset("over", [layer.key for layer in chosen])
    with picker:
        drawable = list_drawable(choice)
        st.multiselect(
            f"Up to {MAX_OVER} boundary maps over the smallest areas",
            drawable,
            format_func=layout.name_each(drawable, lambda key: _name_with_scale(choice, key)),
            max_selections=MAX_OVER,
            select_all=False,
            placeholder="Those usual for the place",
            width=420,
            **state.chooser("over", ",".join),
        )
        for layer in chosen:
            _describe(choice, layer)


def _name_with_scale(choice: Choice, key: str) -> str:
    layer = layers.get(key)
    no_line = "" if _has_lines(choice, layer) else " · no boundary here"
    return f"{layer.title} · {terms.LEVELS[layer.scale].lower()}{no_line}"


def _describe(choice: Choice, layer: Layer) -> None:
    """Say in plain words what a map is of, and whether it has a line in the place at all."""
    said = [layer.description]
    if not _has_lines(choice, layer):
        said.append(
            f"{findings.capitalise(findings.name_place(choice.place))} is in one {layer.noun}, so "
            "there is no boundary to draw."
        )
    title = layout.escape_markdown(layer.title)
    st.caption(f"**{title}.** {layout.escape_markdown(' '.join(said))}")


def _say_missing(choice: Choice) -> None:
    keys = list_drawable(choice)
    missing = [layers.get(key).title for key in choice.over if key not in keys]
    if missing:
        layout.note(
            f"Not drawn in {findings.name_place(choice.place)}: {findings.join_names(missing)}. "
            "There are none of these areas here, or too many to draw."
        )


def say_without_lines(choice: Choice, chosen: Sequence[Layer]) -> None:
    """Say which of the chosen maps have no line in the place, and in whose areas it lies."""
    of_one = []
    for layer in chosen:
        here = layers.find_present(choice.place, layer)
        if not _has_lines(choice, layer) and here[0] >= 0:
            of_one.append(f"{layer.noun} {layer.name_of(int(here[0]))}")
    if of_one:
        place = findings.capitalise(findings.name_place(choice.place))
        said = f"{place} is in one area of each of these, so no boundary is drawn: "
        st.caption(layout.escape_markdown(f"{said}{findings.join_names(of_one)}."))


def _has_lines(choice: Choice, layer: Layer) -> bool:
    return cache.unit_count(cache.key_of(choice.place), layer.key) > 1


def draw_lines(
    choice: Choice, chosen: Sequence[Layer], cells: cache.Cells
) -> tuple[list[Overlay], list[tuple], list[tuple[PublishedShapes, str]]]:
    """Draw the lines of the chosen layers, each border once, in signs told apart without colour.

    Returns what is drawn, its legend, and whose names are to be written in which colour: the
    largest scale first.
    """
    key = cache.key_of(choice.place)
    drawn, legend, named = [], [], []
    for number, (layer, sign) in enumerate(zip(chosen, webmap.OVER, strict=False)):
        if not _has_lines(choice, layer):
            continue
        lines = fetched.borders(key, layer.key, cells)
        rank = number if not sign.core_px else -1  # a double line lies around the others
        drawn.append(webmap.borders(lines, sign, rank=rank, projector=choice.projector))
        legend.append((sign, findings.capitalise(layer.plural)))
        named.append((LARGEST_FIRST[layer.scale], number, lines, sign.colour))
    in_order = [(lines, colour) for _, _, lines, colour in sorted(named, key=lambda row: row[:2])]
    return drawn, legend, in_order
