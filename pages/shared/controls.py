"""Controls that several pages share, tied to the choices in the link."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import streamlit as st

from mapping.atoms import index, postcodes
from mapping.errors import MappingError
from mapping.geography import Layer, layers
from mapping.wording import findings
from pages.shared import cache, choices, layout, state
from pages.shared.choices import Choice

MAX_BASE_UNITS = 1_500
MAX_OFFERED_WARDS = 120
"""So many wards are offered beside a map that has other work to do."""
NEAR_M = 150
DEGREES = re.compile(r"\s*-?[0-9]{1,3}(\.[0-9]*)?\s*,\s*-?[0-9]{1,3}(\.[0-9]*)?\s*")
"""Latitude and longitude, as a click on the map writes them."""


class Spot(NamedTuple):
    """A spot whose partners are asked for; ``position`` is its nearest postcode."""

    lat: float
    lon: float
    name: str
    position: int
    ward: str


def base_layer(choice: Choice) -> Layer:
    """Return the smallest layer to draw: the reader's, or wards where they are not too many."""
    found = layers.get(_base_key(choice, _list_drawn(choice)))
    state.hold(base=found.key)
    return found


def base_box(choice: Choice) -> None:
    """Let the reader choose the smallest areas on the map."""
    keys = _list_drawn(choice)
    present = cache.present_keys(cache.key_of(choice.place), choice.own_layers)
    _say_absent(choice, [choice.base], present)
    if choice.base in present and choice.base not in keys:
        finer = findings.capitalise(layers.get(choice.base).plural)
        layout.note(
            f"{finer} are too fine to draw for {choice.place.name}; choose a smaller place."
        )
    state.preset("base", _base_key(choice, keys))
    st.selectbox("Smallest areas on the map", keys, format_func=_title, **state.chooser("base"))


def _base_key(choice: Choice, keys: Sequence[str]) -> str:
    fits = [key for key in ("ward", "borough", "region") if _count(choice, key) <= MAX_BASE_UNITS]
    return choice.base if choice.base in keys else fits[0]


def _list_drawn(choice: Choice) -> Sequence[str]:
    return cache.drawn_keys(cache.key_of(choice.place), choice.own_layers)


def _title(key: str) -> str:
    return layers.get(key).title


def _count(choice: Choice, key: str) -> int:
    return cache.unit_count(cache.key_of(choice.place), key)


def layers_chosen(choice: Choice) -> list[Layer]:
    """Return the layers to compare: the reader's, or the usual partners of the place."""
    key = cache.key_of(choice.place)
    present = list(cache.present_keys(key, choice.own_layers))
    usual = list(cache.partner_keys(key)) or present[:3]
    chosen = [k for k in choice.layers if k in present] or usual
    _say_absent(choice, choice.layers, present)
    state.hold(layers=",".join(chosen))
    return [layers.get(k) for k in chosen]


def _say_absent(choice: Choice, keys: Sequence[str], present: Sequence[str]) -> None:
    absent = [_title(key) for key in keys if key and key not in present]
    if absent:
        layout.note(
            f"{findings.capitalise(findings.name_place(choice.place))} has no unit of: "
            f"{findings.join_names(absent)}. Choose other maps below, or a larger place."
        )


def layers_box(choice: Choice, chosen: Sequence[Layer]) -> None:
    """Let the reader choose the layers to compare."""
    state.preset("layers", [layer.key for layer in chosen])
    st.multiselect(
        "Maps to compare",
        list(cache.present_keys(cache.key_of(choice.place), choice.own_layers)),
        format_func=_title,
        **state.chooser("layers", lambda keys: ",".join(keys)),
    )


def pair(choice: Choice, chosen: Sequence[Layer]) -> tuple[Layer, Layer]:
    """Return the two layers to look at closely: the reader's, or those that disagree most."""
    key = cache.key_of(choice.place)
    present = list(cache.present_keys(key, choice.own_layers))
    worst = cache.worst_pair(key, tuple(layer.key for layer in chosen), choice.by)
    _say_absent(choice, [k for k in (choice.a, choice.b) if k not in choice.layers], present)
    usual = _find_informative(choice)
    if worst is not None and (worst.mismatch > 0 or "layers" in choice.chosen):
        usual = (worst.a, worst.b)
    if choice.a in present and choice.a == choice.b:
        usual = (choice.a, next(k for k in (*usual, *present) if k != choice.a))
        layout.note(
            f"Both maps of the pair are “{_title(choice.a)}”; it is compared with "
            f"“{_title(usual[1])}” instead of with itself."
        )
    elif choice.a in present and choice.b in present:
        usual = (choice.a, choice.b)
    elif choice.a in present and not choice.b:
        usual = (choice.a, next(k for k in (*usual, *present) if k != choice.a))
    elif choice.b in present and not choice.a:
        usual = (next(k for k in (*usual, *present) if k != choice.b), choice.b)
    state.hold(a=usual[0], b=usual[1])
    return layers.get(usual[0]), layers.get(usual[1])


def say_why_pair(choice: Choice, chosen: Sequence[Layer], a: Layer, b: Layer) -> str:
    """Say why a pair is shown that is not among the partners' maps; nothing if it is.

    Nothing either if the reader chose one of the two.
    """
    keys, shown = {layer.key for layer in chosen}, {"a": a.key, "b": b.key}
    is_own = any(getattr(choice, name) == shown[name] for name in choice.chosen & {"a", "b"})
    if is_own or len(keys) < 2 or {a.key, b.key} <= keys:
        return ""
    if choice.place.kind == "ward":
        return f"Each partner has one area here; {a.plural} and {b.plural} are compared instead."
    return (
        f"The maps of {findings.name_place(choice.place)}'s partners agree everywhere here; "
        f"{a.plural} "
        f"and {b.plural} are compared instead."
    )


def _find_informative(choice: Choice) -> tuple[str, str]:
    """Return a pair that says something where all partners' maps agree: the post and the wards."""
    if "postal_district" not in _list_drawn(choice):
        return "ward", "borough"
    for post in ("postal_district", "postal_sector"):
        kinder = cache.worst_pair(cache.key_of(choice.place), ("ward", post), choice.by)
        if kinder is not None and kinder.mismatch > 0:
            return kinder.a, kinder.b
    return "ward", "postal_district"


def pair_boxes(choice: Choice, a: Layer, b: Layer) -> None:
    """Let the reader choose the two layers to look at closely."""
    present = list(cache.present_keys(cache.key_of(choice.place), choice.own_layers))
    state.preset("a", a.key)
    state.preset("b", b.key)
    _layer_box("Whose areas", "a", present)
    _layer_box("against whose lines", "b", [k for k in present if k != a.key])


def _layer_box(label: str, key: str, options: list[str]) -> None:
    st.selectbox(label, options, format_func=_title, **state.chooser(key))


def spot_boxes(choice: Choice, most_wards: int = MAX_BASE_UNITS) -> None:
    """Let the reader type a postcode or choose a ward: what a click on the map does.

    A place with more than ``most_wards`` has no box of wards: a long list is slow to come.
    """
    state.preset("at", choice.at if not _is_degrees(choice.at) else "")
    st.text_input("Postcode", placeholder="N1 9GU", width=220, max_chars=12, **state.chooser("at"))
    if not choice.projector:
        _ward_box(choice, most_wards)


def spot_of(choice: Choice) -> Spot | None:
    """Return the spot of the link; a sentence and None where it cannot be found."""
    try:
        if choice.at:
            return _spot_at(choice.at)
        return _spot_of_ward(choice.ward) if choice.ward else None
    except MappingError as problem:
        layout.note(_say_no_spot(choice, str(problem)))
        return None


def _say_no_spot(choice: Choice, problem: str) -> str:
    """Say in a resident's words why a postcode or ward is no spot, and what to do."""
    if not choice.at:
        return (
            f"No ward in use has the code “{choice.ward}” that stands in the link. Type a "
            f"postcode{say_or_ward(choice)} or click on the map."
        )
    if _is_degrees(choice.at) or _is_whole(choice.at):
        return problem
    typed = choice.at
    return (
        f"“{typed[:40]}” is not a whole postcode. Type one like N1 9GU{say_or_ward(choice)} or "
        "click on the map; to look at another place, find it by its name at the top."
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
        return Spot(lat, lon, f"the spot near {found.postcode}", found.position, found.ward_code)
    found = postcodes.find(text)
    return Spot(found.lat, found.lon, found.postcode, found.position, found.ward_code)


def _spot_of_ward(code: str) -> Spot:
    found = postcodes.describe(cache.middle_of_ward(code))
    ward = layers.get("ward")
    name = f"the middle of {ward.name_of(ward.number_of(code))}"
    return Spot(found.lat, found.lon, name, found.position, code)


def spot_note(choice: Choice, chosen: Spot) -> str:
    """Say whether a spot lies in the place at all."""
    inside = cache.is_inside(cache.key_of(choice.place), chosen.position)
    return "" if inside else f"It lies outside {choice.place.name}; shares are of that place."


def hide_small(choice: Choice, cross: pd.DataFrame) -> pd.DataFrame:
    """Hide small overlaps, and say how many rows and people that hides."""
    state.preset("least", choice.least)
    st.segmented_control(
        "Hide overlaps below this share of both areas, per cent",
        list(choices.MIN_SHARES),
        required=True,
        **state.chooser("least"),
    )
    keep = (cross[["share_of_a", "share_of_b"]] * 100 >= choice.least).any(axis=1)
    hidden = cross.loc[~keep, "people"]
    if len(hidden):
        st.caption(
            f"Hidden: {len(hidden):,} of {len(cross):,} overlaps, with "
            f"{findings.people(hidden.sum(), choice.by)}."
        )
    return cross[keep]
