"""The box in which a place is found: towns and councils, organisations, areas of any map."""

import threading
from functools import cache
from typing import NamedTuple

import streamlit as st

from mapping import places
from mapping.actors import finding
from mapping.errors import MappingError
from mapping.geocode import Like, find_like, spelling
from mapping.places import Place
from mapping.wording import findings
from pages.shared import registers, reopening, state
from pages.shared.choices import Choice
from pages.shared.layout import escape_markdown, note, problem

PLACES, ORGANISATIONS, AREAS = "Places", "Organisations", "Areas on other maps"
MAX_PLACES = 8
MAX_OTHERS = 4
"""So many organisations, and so many areas of other maps, are suggested beside places."""
MAX_SHOWN_PARTS = 12
MAX_LETTERS = 200
"""So much of what was typed is looked up."""


class Found(NamedTuple):
    """Suggestions of one kind under their heading, and how the best is like what was typed."""

    heading: str
    like: Like
    places: list[Place]


def picker(choice: Choice) -> None:
    """Draw the button that says which place is shown, and the box behind it to find another."""
    opened = state.popover("cg-place")
    box = st.popover(choice.place.label, icon=":material/place:", **opened)
    with box:
        text = st.text_input(
            "Find a place by name or postcode, or an organisation",
            key=state.number_key("_place"),
            placeholder="Camden, NW5, N1 9GU, NHS Devon…",
        )
        st.caption("Covers England, Scotland and Wales, but not Northern Ireland.")
        _parts(choice.place)
        if text.strip():
            _offer(choice, text[:MAX_LETTERS])
        if box.open:
            load_names_beside()
        if box.open and not choice.projector:
            reopening.box()


def _parts(place: Place) -> None:
    """List what a place of several consists of; each can be left out again."""
    for rank, part in enumerate(place.parts[:MAX_SHOWN_PARTS] if place.kind == "union" else []):
        rest = [other for other in place.parts if other != part]
        st.button(
            f"Remove {escape_markdown(part.label)}",
            key=f"_part_{rank}",
            icon=":material/close:",
            type="tertiary",
            on_click=go,
            args=(places.union(rest),),
        )


def _offer(choice: Choice, text: str) -> None:
    """Offer what was found, each as a button; or say why there is nothing."""
    try:
        found, told = search(choice, text)
    except MappingError as error:
        problem(error)
        return
    if not found:
        note(
            f"We cannot find “{text.strip()[:40]}”. Try a council (such as Oldham), ward, county, "
            "organisation or postcode."
        )
        return
    if told:
        st.caption(escape_markdown(told))
    words = f"Add to {escape_markdown(findings.name_place(choice.place))}"
    st.checkbox(words, key=state.number_key("_together"))
    rank = 0
    for group in found:
        if len(found) > 1 or group.heading != PLACES:
            st.caption(group.heading)
        for one in group.places:
            st.button(
                escape_markdown(one.label),
                key=f"_found_{rank}",
                width="stretch",
                on_click=_take,
                args=(choice.place, one),
            )
            rank += 1


def _take(place: Place, one: Place) -> None:
    """Choose what was found, or add it to the place, as the box says by now (for a callback)."""
    added = state.read_widget(state.number_key("_together"))
    go(places.union([place, one]) if added else one)


def go(place: Place) -> None:
    """Choose a place (for callbacks)."""
    state.choose(place=f"{place.kind}.{place.code}")
    state.renumber()
    state.close("cg-place")


def search(choice: Choice, text: str) -> tuple[list[Found], str]:
    """Find places, organisations and areas for what was typed, the kind with the best first.

    Returns them, and a sentence about a former council or postcode, or "". What is only spelt like
    it is left out where something is named or begins so. Raises MappingError for what is not
    covered, unless an organisation or area is called so.
    """
    near, lists = choice.place, registers.list_names(choice.kept)
    bodies = finding.search(text, *lists, near=near, alike=False, limit=MAX_OTHERS)
    areas = places.search_units(text, near=near, own=choice.own_layers, limit=MAX_OTHERS)
    same = {(one.id, _write_bare(one.place)) for one in bodies}
    areas = [
        one
        for one in areas
        if (f"{one.place.kind}.{one.place.code}", _write_bare(one.place)) not in same
    ]
    best = [min((one.like for one in some), default=Like.ALIKE) for some in (bodies, areas)]
    try:
        towns, told = places.search_former(
            text, limit=MAX_PLACES, near=near, alike=min(best) > Like.BEGINS
        )
    except MappingError:
        if not bodies and not areas:
            raise
        towns, told = [], ""
    like = Like.NAMED if told else _find_like(text, towns)
    if like == min(best) == Like.ALIKE:
        bodies = finding.search(text, *lists, near=near, limit=MAX_OTHERS)
    found = [
        Found(PLACES, like, towns),
        Found(ORGANISATIONS, best[0], [one.place for one in bodies]),
        Found(AREAS, best[1], [one.place for one in areas]),
    ]
    return sorted((one for one in found if one.places), key=lambda one: one.like), told


def _write_bare(place: Place) -> str:
    """Write the name by which an organisation and the area it works to are told to be one."""
    return spelling.key(place.name).removeprefix("nhs ")


def _find_like(text: str, found: list[Place]) -> Like:
    """Tell how the best of the places found is like what was typed; what has a digit is a code."""
    if any(letter.isdigit() for letter in text) and found:
        return Like.NAMED
    said = {read.key for read in spelling.readings(text) if read.key}
    keys = [spelling.key(one.name) for one in found]
    held = (find_like(one, key) for one in said for key in keys)
    return min((like for like in held if like is not None), default=Like.ALIKE)


@cache
def load_names_beside() -> None:
    """Load the names, once, in a thread of its own: while the reader who opened the box types."""
    threading.Thread(target=load_names, name="names", daemon=True).start()


def load_names() -> None:
    """Load the names of all that can be found: the first search would wait for them."""
    near = places.at("borough", "E09000007")
    finding.search("any", finding.list_shipped(), near=near)
    places.search_units("any 1", near=near)
    try:
        places.search_former("any", near=near)
    except MappingError:
        return
