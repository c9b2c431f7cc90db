"""What the reader has chosen: kept in the session, written into the link.

The only file that touches ``st.session_state`` and ``st.query_params``. A link holds every
choice that differs from the usual one, so a pasted link restores the exact view.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from mapping import layers, places, webmap, weights
from mapping.errors import MappingError
from mapping.places import Place
from pages.shared import router

USUAL_PLACE = "county.greater-london"
USUAL = {
    "place": USUAL_PLACE,
    "by": "residents",
    "layers": "",
    "a": "",
    "b": "",
    "base": "",
    "at": "",
    "ward": "",
    "set": "",
    "distance": "300",
    "least": "1",
    "projector": "",
    "keys": "1",
    "tiles": "",
}
"""Every choice by the name it has in a link, and its usual value."""
DISTANCES_M = (100, 200, 300, 500, 1000)
LEAST = (0, 1, 5, 10)
"""Smallest share, in per cent, of a unit that a listed overlap has."""
WORDS = {
    "by": "what is counted",
    "layers": "maps to compare",
    "a": "whose areas",
    "b": "against whose lines",
    "base": "smallest areas on the map",
    "distance": "how near a line",
    "least": "smallest overlap",
}
"""What a reader calls a choice."""
FORGETS = {
    "place": ("at", "ward", "set", "layers", "base"),
    "at": ("ward",),
    "ward": ("at",),
    "layers": ("set",),
    "by": ("set",),
}
"""What a change of one choice takes back: a new place its spot, other layers a set's number."""


@dataclass(frozen=True)
class Choice:
    """One reader's choices, checked; ``problems`` are sentences about those that were not."""

    place: Place
    by: str
    layers: tuple[str, ...]
    a: str
    b: str
    base: str
    at: str
    ward: str
    set_: str
    distance_m: int
    least: int
    projector: bool
    keys: bool
    tiles: bool
    problems: tuple[str, ...] = ()


def read() -> Choice:
    """Return the current choices: those of a link just opened, or the session's."""
    raw = _raw()
    linked = {key: st.query_params[key] for key in st.query_params if key in USUAL}
    if linked and linked != st.session_state.get("_linked"):
        raw.clear()
        raw.update({**USUAL, **linked})
    choice = _checked(raw)
    _write_link(raw)
    return choice


def lens() -> str:
    """Return what the reader counts by."""
    return _raw()["by"]


def hand_over(choice: Choice) -> None:
    """Leave the choices for the page that app.py is about to run."""
    st.session_state["_handed_over"] = choice


def current() -> Choice:
    """Return the choices that app.py left for this run of the page.

    The first visitor of a new server who opens a page's own link makes streamlit run the
    file in ``pages/`` alone, as it does for apps without a router. Drawing the navigation
    once tells streamlit that there is one; then the run begins again, with app.py.
    """
    if "_handed_over" not in st.session_state:
        router.navigate()
        st.rerun()
    return st.session_state.pop("_handed_over")


def _raw() -> dict[str, str]:
    return st.session_state.setdefault("_choice", dict(USUAL))


def _write_link(raw: dict[str, str]) -> None:
    link = {k: v for k, v in raw.items() if v != USUAL[k] or k == "place"}
    if {k: st.query_params[k] for k in st.query_params if k in USUAL} != link:
        st.query_params.from_dict(link)
    st.session_state["_linked"] = link


def link_params() -> dict[str, str]:
    """Return the choices that a link to another page should carry."""
    return {k: v for k, v in _raw().items() if v != USUAL[k] or k == "place"}


def choose(**changes: Any) -> None:
    """Change choices by their name in a link (for callbacks), and forget what they outdate."""
    raw = _raw()
    texts = {key: str(value) for key, value in changes.items()}
    for key in [key for key, text in texts.items() if text != raw[key]]:
        raw.update(dict.fromkeys(FORGETS.get(key, ()), ""))
    raw.update(texts)
    _write_link(raw)


def chooser(key: str, as_text: Callable[[Any], str] = str) -> dict[str, Any]:
    """Return the ``key`` and ``on_change`` that tie a widget to one choice."""
    widget = f"_widget_{key}"

    def changed() -> None:
        choose(**{key: as_text(st.session_state[widget])})

    return {"key": widget, "on_change": changed}


def preset(key: str, value: Any) -> None:
    """Set what the widget tied to a choice shows, before it is drawn."""
    st.session_state[f"_widget_{key}"] = value


def numbered(key: str) -> str:
    """Return the key of a widget that is a new, empty one after each ``renumber``."""
    return f"{key}_{st.session_state.get('_numbered', 0)}"


def renumber() -> None:
    """Make the widgets with numbered keys new ones (for callbacks)."""
    st.session_state["_numbered"] = st.session_state.get("_numbered", 0) + 1


def popover(key: str) -> dict[str, Any]:
    """Return the ``key`` and ``on_change`` of a popover that ``close`` can close."""
    return {"key": key, "on_change": "rerun"}


def close(key: str) -> None:
    """Close the popover of that key (for callbacks)."""
    st.session_state[key] = False


def map_widget(key: str, on_click: Callable[[float, float], None] | None) -> dict[str, Any]:
    """Return the ``key`` and ``on_change`` that hand a click on a map to a function."""
    widget = f"_map_{key}"

    def changed() -> None:
        spot = webmap.clicked(st.session_state.get(widget))
        if spot is not None and on_click is not None:
            on_click(*spot)

    return {"key": widget, "on_change": changed}


def _checked(raw: dict[str, str]) -> Choice:
    problems: list[str] = []
    place = _place(raw, problems)
    _keep_known(raw, "by", weights.LENSES, problems)
    for key in ("a", "b", "base"):
        _keep_known(raw, key, ["", *layers.keys()], problems)
    known = set(layers.keys())
    named = [key for key in raw["layers"].split(",") if key]
    unknown = [key for key in named if key not in known]
    if unknown:
        problems.append(_not_known("layers", ", ".join(unknown)))
        raw["layers"] = ",".join(key for key in named if key in known)
    _keep_known(raw, "distance", map(str, DISTANCES_M), problems)
    _keep_known(raw, "least", map(str, LEAST), problems)
    return Choice(
        place=place,
        by=raw["by"],
        layers=tuple(key for key in raw["layers"].split(",") if key),
        a=raw["a"],
        b=raw["b"],
        base=raw["base"],
        at=raw["at"][:60],
        ward=raw["ward"][:12],
        set_=raw["set"][:6],
        distance_m=int(raw["distance"]),
        least=int(raw["least"]),
        projector=raw["projector"] == "1",
        keys=raw["keys"] == "1",
        tiles=raw["tiles"] == "1",
        problems=tuple(problems),
    )


def _place(raw: dict[str, str], problems: list[str]) -> Place:
    asked = raw["place"]
    raw["place"] = asked.strip().replace(" ", "+")  # a bare + in an address is a space
    kind, _, code = raw["place"].partition(".")
    try:
        return places.at(kind, code)
    except MappingError:
        usual = places.at(*USUAL_PLACE.split("."))
        problems.append(
            f"The link's place, “{asked[:60]}”, is not known here; {usual.name} is shown "
            "instead. Find your place by its name or a postcode."
        )
        raw["place"] = USUAL_PLACE
        return usual


def _keep_known(raw: dict[str, str], key: str, known: Iterable[str], problems: list[str]) -> None:
    if raw[key] not in list(known):
        problems.append(_not_known(key, raw[key]))
        raw[key] = USUAL[key]


def _not_known(key: str, found: str) -> str:
    return (
        f"The link's choice of {WORDS[key]} is “{found[:40]}”, which is not known here; it was "
        "left out."
    )
