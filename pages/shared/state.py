"""What the reader has chosen: kept in the session, written into the link.

The only file beside ``visit`` that touches ``st.session_state``. A link holds the page
and every choice of ``USUAL_CHOICES`` that differs from the usual one. It does not hold how a map
was moved or zoomed, what was searched or sorted in a table, or what was opened or closed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

import streamlit as st

from mapping import places
from mapping.drawing import webmap
from mapping.errors import MappingError, StoreError
from mapping.geography import layers
from mapping.places import Place
from pages.shared import lost, own_lenses, registers, router
from pages.shared.registers import Draft, WorkspaceKey

USUAL_PLACE = "county.greater-london"
USUAL_CHOICES = {
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
    "theme": "",
    "scale": "",
    "need": "",
    "workspace": "",
    "projector": "",
    "keys": "1",
    "tiles": "",
}
"""Every choice by the name it has in a link, and its usual value."""
DISTANCES_M = (100, 200, 300, 500, 1000)
MIN_SHARES = (0, 1, 5, 10)
"""Smallest share, in per cent, of a unit that a listed overlap has."""
CHOICE_WORDS = {
    "by": "what is counted",
    "layers": "maps to compare",
    "a": "whose areas",
    "b": "against whose lines",
    "base": "smallest areas on the map",
    "distance": "how near a line",
    "least": "smallest overlap",
    "theme": "theme",
    "scale": "scale",
    "need": "need",
    "workspace": "workspace",
    "projector": "projector mode",
    "keys": "keyboard shortcuts",
    "tiles": "street map",
}
"""What a reader calls a choice."""
FORGETS = {
    "place": ("at", "ward", "set", "layers", "base"),
    "workspace": ("need",),
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
    theme: str
    scale: str
    need: str
    kept: WorkspaceKey
    projector: bool
    keys: bool
    tiles: bool
    problems: tuple[str, ...] = ()


def read() -> Choice:
    """Return the current choices: those of a link just opened, or the session's."""
    raw = _read_raw()
    linked = {key: st.query_params[key] for key in st.query_params if key in USUAL_CHOICES}
    if linked and linked != st.session_state.get("_linked"):
        raw.clear()
        raw.update({**USUAL_CHOICES, **linked})
    problems = [lost.say_no_page(name)] if (name := st.session_state.pop("_lost", "")) else []
    choice = _check(raw, problems)
    _write_link(raw)
    return choice


def lead_home(name: str) -> NoReturn:
    """Go from an address that is no page to the first page, which says so."""
    st.session_state["_lost"] = name
    linked = {key: st.query_params[key] for key in st.query_params if key in USUAL_CHOICES}
    st.switch_page(router.HOME, query_params=linked)


def lens() -> str:
    """Return what the reader counts by."""
    return _read_raw()["by"]


def hand_over(choice: Choice) -> None:
    """Leave the choices for the page that app.py is about to run."""
    st.session_state["_handed_over"] = choice


def current() -> Choice:
    """Return the choices that app.py left for this run of the page."""
    return st.session_state.pop("_handed_over")


def _read_raw() -> dict[str, str]:
    return st.session_state.setdefault("_choice", dict(USUAL_CHOICES))


def _write_link(raw: dict[str, str]) -> None:
    link = {k: v for k, v in raw.items() if v != USUAL_CHOICES[k] or k == "place"}
    if {k: st.query_params[k] for k in st.query_params if k in USUAL_CHOICES} != link:
        st.query_params.from_dict(link)
    st.session_state["_linked"] = link


def link_params() -> dict[str, str]:
    """Return the choices that a link to another page should carry."""
    return {k: v for k, v in _read_raw().items() if v != USUAL_CHOICES[k] or k == "place"}


def choose(**changes: Any) -> None:
    """Change choices by their name in a link (for callbacks), and forget what they outdate."""
    raw = _read_raw()
    texts = {key: str(value) for key, value in changes.items()}
    if texts.get("workspace", raw["workspace"]) != raw["workspace"]:
        texts.setdefault("by", own_lenses.drop_own(raw["by"]))
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


def asker(key: str, take: Callable[[Any], None]) -> dict[str, Any]:
    """Return the ``key`` and ``on_change`` that hand what a widget was set to to a function."""
    widget = f"_widget_{key}"

    def changed() -> None:
        take(st.session_state[widget])

    return {"key": widget, "on_change": changed}


def read_widget(key: str) -> Any:
    """Return what a widget with a key of its own was set to (for callbacks); None if nothing."""
    return st.session_state.get(key)


def preset(key: str, value: Any) -> None:
    """Set what the widget tied to a choice shows, before it is drawn."""
    st.session_state[f"_widget_{key}"] = value


def number_key(key: str) -> str:
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
        spot = webmap.read_click(st.session_state.get(widget))
        if spot is not None and on_click is not None:
            on_click(*spot)

    return {"key": widget, "on_change": changed}


def _check(raw: dict[str, str], problems: list[str]) -> Choice:
    place = _place(raw, problems)
    ignored: dict[str, str] = {}
    kept = _read_workspace(raw, problems)
    raw["by"] = own_lenses.check_at_hand(kept, raw["by"], problems)
    _keep_known(raw, "by", own_lenses.keys(kept), ignored)
    _keep_known(raw, "need", ["", *own_lenses.map_own(kept)], ignored)
    _keep_known_layers(raw, ignored)
    for key in ("a", "b", "base"):
        _keep_known(raw, key, ["", *layers.keys()], ignored)
    _keep_known(raw, "distance", map(str, DISTANCES_M), ignored)
    _keep_known(raw, "least", map(str, MIN_SHARES), ignored)
    _keep_known(raw, "scale", ["", *layers.SCALES], ignored)
    for key in ("projector", "keys", "tiles"):
        _keep_known(raw, key, ["", "0", "1"], ignored)
    if ignored:
        problems.append(lost.say_left_out(CHOICE_WORDS, ignored))
    return Choice(
        place=place,
        by=raw["by"],
        layers=tuple(key for key in raw["layers"].split(",") if key),
        a=raw["a"],
        b=raw["b"],
        base=raw["base"],
        at=raw["at"].strip()[:60],
        ward=raw["ward"][:12],
        set_=raw["set"][:6],
        distance_m=int(raw["distance"]),
        least=int(raw["least"]),
        theme=" ".join(raw["theme"].split()).casefold()[:80],
        scale=raw["scale"],
        need=raw["need"],
        kept=kept,
        projector=raw["projector"] == "1",
        keys=raw["keys"] == "1",
        tiles=raw["tiles"] == "1",
        problems=tuple(problems),
    )


def _read_workspace(raw: dict[str, str], problems: list[str]) -> WorkspaceKey:
    """Return the workspace of a link, or none and why."""
    try:
        return registers.identify(raw["workspace"])
    except MappingError as fault:
        problems.append(f"The link's workspace cannot be opened: {fault}")
        if not isinstance(fault, StoreError):  # else it may be there again soon
            raw["workspace"] = ""
        return registers.NO_WORKSPACE


def draft() -> Draft | None:
    """Return the file that the reader has put in and not saved yet."""
    return st.session_state.get("_draft")


def put_draft(found: Draft | None) -> None:
    """Keep a file for this reader until it is saved or another is put in; None forgets it."""
    st.session_state["_draft"] = found


def get_picked() -> dict[str, str]:
    """Return what the reader has picked for questions of the draft and not used yet."""
    return st.session_state.setdefault("_picked", {})


def announce(sentence: str) -> None:
    """Leave a sentence for the next run of the page: what was done, or why it could not be."""
    st.session_state["_announced"] = sentence


def take_announcement() -> str:
    """Return the sentence that was left for this run, once; "" without one."""
    return st.session_state.pop("_announced", "")


def _place(raw: dict[str, str], problems: list[str]) -> Place:
    asked = raw["place"]
    raw["place"] = asked.strip().replace(" ", "+")  # a bare + in an address is a space
    kind, _, code = raw["place"].partition(".")
    try:
        return places.at(kind, code)
    except MappingError:
        found, told = lost.place(kind, code, places.at(*USUAL_PLACE.split(".")), asked)
        problems.append(told)
        raw["place"] = f"{found.kind}.{found.code}"
        return found


def _keep_known(
    raw: dict[str, str], key: str, known: Iterable[str], ignored: dict[str, str]
) -> None:
    if raw[key] not in list(known):
        ignored[key] = raw[key]
        raw[key] = USUAL_CHOICES[key]


def _keep_known_layers(raw: dict[str, str], ignored: dict[str, str]) -> None:
    """Keep the known layers of a link, each once; a link of commas alone names none."""
    asked, known = raw["layers"], layers.keys()
    named = dict.fromkeys(key for key in asked.split(",") if key)
    unknown = ", ".join(key for key in named if key not in known)
    if unknown or (asked and not named):
        ignored["layers"] = unknown or asked
    raw["layers"] = ",".join(key for key in named if key in known)
