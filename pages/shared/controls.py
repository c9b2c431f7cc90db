"""Controls that several pages share, tied to the choices in the link."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import streamlit as st

from mapping.atoms import index, postcodes
from mapping.errors import MappingError
from mapping.geocode import typed_postcodes
from mapping.geography import Layer, layers
from mapping.wording import findings
from pages.shared import cache, layout, state
from pages.shared.choices import Choice

MAX_BASE_UNITS = 1_500
MAX_OFFERED_WARDS = 120
"""So many wards are offered beside a map that has other work to do."""
NEAR_M = 150
DEGREES = re.compile(r"\s*-?[0-9]{1,3}(\.[0-9]*)?\s*,\s*-?[0-9]{1,3}(\.[0-9]*)?\s*")
"""Latitude and longitude, as a click on the map writes them."""


class Spot(NamedTuple):
    """A spot whose partners are asked for; ``position`` is its nearest postcode.

    ``note`` says for which postcode, not in use, it was taken; else "".
    """

    lat: float
    lon: float
    name: str
    position: int
    ward: str
    note: str = ""


def base_layer(choice: Choice) -> Layer:
    """Return the smallest layer to draw: the reader's, or wards where they are not too many."""
    found = layers.get(_base_key(choice, _list_drawn(choice)))
    state.hold(base=found.key)
    return found


def base_box(choice: Choice) -> None:
    """Let the reader choose the smallest areas on the map."""
    keys = _list_drawn(choice)
    present = cache.present_keys(cache.key_of(choice.place), choice.own_layers)
    say_absent(choice, [choice.base], present)
    if choice.base in present and choice.base not in keys:
        layout.note(
            f"{findings.capitalise(findings.name_place(choice.place))} is too big to show "
            f"{layers.get(choice.base).plural}. Choose a smaller place."
        )
    state.preset("base", _base_key(choice, keys))
    st.selectbox(
        "Smallest areas to show on the map",
        keys,
        format_func=layout.name_each(keys, name_layer),
        **state.chooser("base"),
    )


def _base_key(choice: Choice, keys: Sequence[str]) -> str:
    fits = [key for key in ("ward", "borough", "region") if _count(choice, key) <= MAX_BASE_UNITS]
    return choice.base if choice.base in keys else fits[0]


def _list_drawn(choice: Choice) -> Sequence[str]:
    return cache.drawn_keys(cache.key_of(choice.place), choice.own_layers)


def name_layer(key: str) -> str:
    """Name a layer by its title."""
    return layers.get(key).title


def _count(choice: Choice, key: str) -> int:
    return cache.unit_count(cache.key_of(choice.place), key)


def layers_chosen(choice: Choice, usual: Sequence[str]) -> list[Layer]:
    """Return the layers to compare: the reader's, or the ``usual`` ones of the place."""
    present = list(cache.present_keys(cache.key_of(choice.place), choice.own_layers))
    usual = list(usual) or present[:3]
    chosen = [k for k in choice.layers if k in present] or usual
    say_absent(choice, choice.layers, present)
    state.hold(layers=",".join(chosen))
    return [layers.get(k) for k in chosen]


def say_absent(choice: Choice, keys: Sequence[str], present: Sequence[str]) -> None:
    """Say which of some layers have no unit in the place."""
    absent = [layers.get(key).plural for key in keys if key and key not in present]
    if absent:
        layout.note(
            f"There are no {' or '.join(absent)} in "
            f"{findings.name_place(choice.place)}. Choose something else to compare, or a bigger "
            "place."
        )


def layers_box(choice: Choice, chosen: Sequence[Layer]) -> None:
    """Let the reader choose the layers to compare."""
    state.preset("layers", [layer.key for layer in chosen])
    keys = list(cache.present_keys(cache.key_of(choice.place), choice.own_layers))
    st.multiselect(
        "Boundary maps to compare",
        keys,
        format_func=layout.name_each(keys, name_layer),
        **state.chooser("layers", lambda keys: ",".join(keys)),
    )


def spot_boxes(choice: Choice, most_wards: int = MAX_BASE_UNITS) -> None:
    """Let the reader type a postcode or choose a ward: what a click on the map does.

    A place with more than ``most_wards`` has no box of wards: a long list is slow to come.
    """
    state.preset("at", read_boxes(choice)[0])
    example = choice.place.example_postcode
    st.text_input("Postcode", placeholder=example, width=220, max_chars=12, **state.chooser("at"))
    if not choice.projector:
        _ward_box(choice, most_wards)


def read_boxes(choice: Choice) -> tuple[str, str]:
    """Return what the boxes of ``spot_boxes`` show: of a click neither has anything."""
    return "" if _is_degrees(choice.at) else choice.at, choice.ward


def read_around(choice: Choice) -> tuple[str, str]:
    """Return what of a spot stands around a map: the boxes; a projected sentence is about it."""
    return (choice.at, choice.ward) if choice.projector else read_boxes(choice)


def spot_of(choice: Choice) -> Spot | None:
    """Return the spot of the link; a sentence and None where it cannot be found."""
    try:
        return _read_spot(choice)
    except MappingError as problem:
        layout.note(_say_no_spot(choice, str(problem)))
        return None


def find_projected_spot(choice: Choice) -> Spot | None:
    """Return the spot that a projected sentence is about; the part with the map says what is not.

    None where it cannot be found, and where the page is not projected.
    """
    try:
        return _read_spot(choice) if choice.projector else None
    except MappingError:
        return None


def _read_spot(choice: Choice) -> Spot | None:
    if choice.at:
        return _spot_at(choice.at)
    return _spot_of_ward(choice.ward) if choice.ward else None


def _say_no_spot(choice: Choice, problem: str) -> str:
    """Say in a resident's words why a postcode or ward is no spot, and what to do."""
    if not choice.at:
        return (
            f"The ward in this link ({choice.ward}) no longer exists, or never did. Type a "
            f"postcode{say_or_ward(choice)} or click the map."
        )
    if _is_degrees(choice.at) or _is_whole(choice.at):
        return problem
    typed, example = choice.at, choice.place.example_postcode
    return (
        f"“{typed[:40]}” is not a full postcode. Please enter one, such as {example}. To look at "
        "another place, find it by its name at the top."
    )


def say_or_ward(choice: Choice) -> str:
    """Say ", choose a ward" where ``spot_boxes`` has a box for it, to stand within a sentence."""
    wards = len(cache.ward_names(cache.key_of(choice.place)))
    return "" if choice.projector or wards > MAX_BASE_UNITS else ", choose a ward"


def _ward_box(choice: Choice, most: int) -> None:
    names = cache.ward_names(cache.key_of(choice.place))
    if len(names) > most:
        return
    state.preset("ward", choice.ward if choice.ward in names else None)
    st.selectbox(
        "or a ward",
        list(names),
        format_func=lambda code: names[code],
        index=None,
        placeholder="Choose a ward",
        width=360,
        **state.chooser("ward", lambda code: code or ""),
    )


def _is_degrees(text: str) -> bool:
    return DEGREES.fullmatch(text) is not None


def _is_whole(text: str) -> bool:
    """Tell whether a text is written like a whole postcode, or like Northern Ireland's."""
    tight = postcodes.compact(text)
    return bool(postcodes.UNIT.fullmatch(tight) or re.match("BT[0-9]", tight))


def _spot_at(text: str) -> Spot:
    if _is_degrees(text):
        lat, lon = map(float, text.split(","))
        found = postcodes.describe(index.nearest(lat, lon))
        return Spot(lat, lon, f"the point near {found.postcode}", found.position, found.ward_code)
    instead = typed_postcodes.find_instead(text)
    found = postcodes.describe(instead.position) if instead else postcodes.find(text)
    note = instead.note if instead else ""
    return Spot(found.lat, found.lon, found.postcode, found.position, found.ward_code, note)


def _spot_of_ward(code: str) -> Spot:
    found = postcodes.describe(cache.middle_of_ward(code))
    ward = layers.get("ward")
    name = f"{found.postcode}, in the middle of {ward.name_of(ward.number_of(code))}"
    return Spot(found.lat, found.lon, name, found.position, code)


def spot_note(choice: Choice, chosen: Spot) -> str:
    """Say for which postcode a spot was taken, and whether it lies in the place at all."""
    inside = cache.is_inside(cache.key_of(choice.place), chosen.position)
    outside = (
        f"{findings.capitalise(chosen.name)} is outside {findings.name_place(choice.place)}. The "
        f"percentages are for {findings.name_place(choice.place)}."
    )
    return " ".join(filter(None, (chosen.note, "" if inside else outside)))


def confirm_removal(
    key: str, remove: Callable[..., None], *given: Any, what: str = "This removes it"
) -> None:
    """Say what a removal takes from everyone, and let the reader do it: ``remove(*given)``."""
    st.write(f"{what} for everyone. You cannot undo this.")
    st.button("Remove permanently", key=key, type="primary", on_click=remove, args=given)
