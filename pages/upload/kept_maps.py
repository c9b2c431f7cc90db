"""Maps of the open workspace, redrawn ones too: compared, downloaded, renamed, removed."""

from collections.abc import Callable
from functools import partial
from html import escape

import streamlit as st

from mapping import places
from mapping.errors import MappingError
from mapping.geography import Layer
from mapping.places import Place
from mapping.wording import findings
from mapping.workspaces import KeptScenario, Kind, OwnMap, kinds
from pages.shared import cache, controls, layer_files, layout, registers, router, state
from pages.shared.choices import Choice

GONE = "The place or the areas that it was drawn with are no longer here, so no page can use it."


def say(choice: Choice) -> str:
    """Say how many maps the open workspace keeps; "" if none."""
    uploaded, drawn = registers.own_maps(choice.kept), registers.own_scenarios(choice.kept)
    kept = [
        findings.write_count(len(some), *nouns)
        for some, nouns in (
            (uploaded, ("map of areas", "maps of areas")),
            (drawn, ("redrawn map", "redrawn maps")),
        )
        if some
    ]
    if not kept:
        return ""
    name = registers.workspace(choice.kept).name
    is_one = len(uploaded) + len(drawn) == 1
    are = "it is" if is_one else "they are"
    return f"“{name}” has {findings.join_names(kept)}; {are} on every page."


def show(choice: Choice) -> None:
    """List the maps of the open workspace: what each is, compare it, take it away, take it out."""
    uploaded, drawn = registers.own_maps(choice.kept), registers.own_scenarios(choice.kept)
    if uploaded or drawn:
        st.header("Maps in this workspace", anchor=False)
    for one in uploaded:
        rests = sum(kept.blocks == one.layer.key for kept in drawn)
        _show_map(choice, one, rests)
    for kept in drawn:
        _show_scenario(choice, kept)


def _show_map(choice: Choice, one: OwnMap, rests: int) -> None:
    """Draw the row of a map that was uploaded; ``rests`` redrawn maps are made of its areas."""
    layer = one.layer
    with _row(layer.title):
        _lead(choice, layer, choice.place)
        if registers.may_change(choice.kept):
            with st.popover("Remove", icon=":material/delete:"):
                if rests:
                    many = findings.write_count(rests, "redrawn map", "redrawn maps")
                    st.write(f"{findings.capitalise(many)} made of its areas will be lost as well.")
                _offer_removal(choice, kinds.maps.KIND, one.id, layer.title)
    about = [_count(layer), layer.sector, layer.as_at, _say_where(choice.place, layer)]
    said = findings.capitalise(", ".join(filter(None, about)))
    st.caption(layout.escape_markdown(f"{said}. From {layer.source}."))


def _show_scenario(choice: Choice, kept: KeptScenario) -> None:
    """Draw the row of a redrawn map: who drew it and when, and why."""
    layer = kept.layer
    with _row(kept.title):
        if layer is not None:
            _lead(choice, layer, places.at(*kept.place.split(".", 1)))
        if registers.may_change(choice.kept):
            _rename_box(choice, kept)
            with st.popover("Remove", icon=":material/delete:"):
                _offer_removal(choice, kinds.scenarios.KIND, kept.id, kept.title)
    if layer is None:
        st.caption(GONE)
        return
    about = [_count(layer), _say_where(choice.place, layer), layer.source]
    said = f"{findings.capitalise(', '.join(about))}. {kept.note}".strip()
    st.caption(layout.escape_markdown(said))


def _row(title: str) -> "st.delta_generator.DeltaGenerator":
    row = st.container(horizontal=True, vertical_alignment="center")
    row.html(f"<p><strong>{escape(title)}</strong></p>")
    return row


def _count(layer: Layer) -> str:
    return findings.write_count(len(layer.codes), "area", "areas")


def _say_where(place: Place, layer: Layer) -> str:
    here = cache.unit_count(cache.key_of(place), layer.key)
    return f"{findings.number(here) if here else 'none'} of them in {findings.name_place(place)}"


def _lead(choice: Choice, layer: Layer, home: Place) -> None:
    """Lead to where a map is compared, and offer its files, if it has areas in the place."""
    if cache.unit_count(cache.key_of(choice.place), layer.key):
        st.page_link(
            router.BY_NAME["mismatches"].file,
            label="Compare with other boundaries",
            icon=":material/compare:",
            query_params={**state.link_params(), "b": layer.key},
        )
    if cache.unit_count(cache.key_of(home), layer.key):
        layer_files.offer(choice, layer, home)


def _rename_box(choice: Choice, kept: KeptScenario) -> None:
    """Let the reader change what a redrawn map is called, who drew it and why."""
    with st.popover("Rename", icon=":material/edit:"), st.form(f"_rename_map_{kept.id}"):
        given = {"title": kept.title, "author": kept.author, "note": kept.note}
        st.text_input(
            "Name",
            given["title"],
            kinds.scenarios.MAX_TITLE_LETTERS,
            key=f"_rename_title_{kept.id}",
        )
        st.text_input(
            "Drawn by",
            given["author"],
            kinds.scenarios.MAX_AUTHOR_LETTERS,
            key=f"_rename_author_{kept.id}",
        )
        st.text_area(
            "Note",
            given["note"],
            max_chars=kinds.scenarios.MAX_NOTE_LETTERS,
            key=f"_rename_note_{kept.id}",
        )
        st.caption("Links that were shared before to this map will say that it has changed.")
        st.form_submit_button("Save", on_click=_rename, args=(choice, kept.id))


def _rename(choice: Choice, id: str) -> None:  # noqa: A002 - that of the row
    """Give a redrawn map another name, author and note (for callbacks)."""
    given = {
        part: str(state.read_widget(f"_rename_{part}_{id}") or "").strip()
        for part in ("title", "author", "note")
    }

    def change() -> str:
        now = registers.own_scenarios(registers.identify(choice.kept.workspace))
        kept = next((one for one in now if one.id == id), None)
        if kept is None:
            raise MappingError("This map was removed by somebody else. Open the page again.")
        row = kinds.scenarios.rename(kept, **given)
        registers.store().put(choice.kept.workspace, kinds.scenarios.KIND, row)
        return (
            f"Renamed “{kept.title}” to “{given['title']}”."
            if (given["title"] != kept.title)
            else f"“{kept.title}” was changed."
        )

    _attempt(change)


def _offer_removal(choice: Choice, kind: Kind, id: str, title: str) -> None:  # noqa: A002
    controls.confirm_removal(
        f"_remove_map_{id}", _attempt, partial(_remove, choice, kind, id, title)
    )


def _remove(choice: Choice, kind: Kind, id: str, title: str) -> str:  # noqa: A002
    registers.store().remove(choice.kept.workspace, kind, id)
    return f"“{title}” was removed."


def _attempt(change: Callable[[], str]) -> None:
    """Change the open workspace and say what was done, or why not (for callbacks)."""
    try:
        state.announce(change())
    except MappingError as fault:
        state.announce(str(fault))
