"""What a visit remembers: what a page has shown, files put in, where one leads, whom one invites.

The only file beside ``state`` that touches ``st.session_state``.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from mapping.geography import Layer
from mapping.places import Place
from mapping.takeaway import export


class SentOverlay(NamedTuple):
    """One overlay of a map, as it was sent to the browser: see ``overlays.payload``."""

    payload: str


@dataclass(frozen=True, eq=False)
class ShownTable:
    """A table that can be taken away, as ``tables.downloads`` is given it.

    ``by`` is the lens whose numbers it holds as counted; "" if they are as they are to be told.
    """

    frame: pd.DataFrame
    caption: str
    headings: Mapping[str, str]
    shapes: Callable[[], gpd.GeoDataFrame] | None
    used: Sequence[Layer]
    limits: str
    by: str = ""

    def round(self) -> pd.DataFrame:
        """Return the table with estimates of people as they may be told."""
        return export.round_estimates(self.frame, self.by)


@dataclass(eq=False)
class PageRun:
    """What one run of a page has shown; filled while it runs.

    ``map_place`` is what the map shows where that is not the place of the page, ``slot`` where the
    button of Take away belongs, ``made`` keeps the bundles that were made of it, by whether they
    hold the workspace's key. ``at_step`` tells whether this is the step of the storyline that is
    followed, with nothing changed. ``has_footer`` tells whether a part of the page has drawn
    the footer. ``order`` keeps where each table stands, ``parts`` where each part of the page that
    runs again by itself begins: numbers from the outermost part inwards.
    """

    page: str = ""
    finding: str = ""
    explain: str = ""
    numbers: list[tuple[str, str, str]] = field(default_factory=list)
    map_title: str = ""
    map_place: Place | None = None
    drawn: Sequence[SentOverlay] = ()
    legend: Sequence[tuple] = ()
    tables: dict[str, ShownTable] = field(default_factory=dict)
    layers: dict[str, Layer] = field(default_factory=dict)
    slot: Any = None
    made: dict[bool, bytes] = field(default_factory=dict)
    at_step: bool = False
    has_footer: bool = False
    order: dict[str, tuple[int, ...]] = field(default_factory=dict)
    parts: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _path: tuple[int, ...] = ()
    _counts: dict[tuple[int, ...], int] = field(default_factory=dict)

    def begin_again(self) -> None:
        """Forget what all of a page's view has shown, before it is drawn again."""
        self.map_title, self.map_place, self.drawn, self.legend = "", None, (), ()
        self.layers = {}

    def uses(self, layers: Sequence[Layer]) -> None:
        """Note that some layers are used."""
        self.layers |= {layer.key: layer for layer in layers}

    def note_table(self, key: str, table: ShownTable) -> None:
        """Note a table where it stands: one that is drawn again by itself stands where it stood."""
        if self._path or key not in self.order:
            self.order[key] = self._count_on()
        tables = {**self.tables, key: table}
        self.tables = dict(sorted(tables.items(), key=lambda item: self.order[item[0]]))

    @contextmanager
    def gathering_part(self, name: str) -> Iterator[None]:
        """Gather the tables of a part that runs again by itself: those it had before are gone.

        Parts may stand in one another.
        """
        around = self._path
        if around or name not in self.parts:
            self.parts[name] = self._count_on()
        begins = self.parts[name]
        self.tables = {
            key: table
            for key, table in self.tables.items()
            if self.order[key][: len(begins)] != begins
        }
        self._path, self._counts[begins] = begins, 0
        try:
            yield
        finally:
            self._path = around

    def _count_on(self) -> tuple[int, ...]:
        """Return the place of what comes next in the part that is being drawn."""
        count = self._counts.get(self._path, 0)
        self._counts[self._path] = count + 1
        return (*self._path, count)


def name_session() -> str:
    """Return the letters, made by chance, that stand for this session in what happened.

    They name no person; "" where no session asks, as in a thread of the server.
    """
    if get_script_run_ctx(suppress_warning=True) is None:
        return ""
    return st.session_state.setdefault("_session", secrets.token_hex(4))


def begin(page: str) -> None:
    """Begin anew with what a run of a page shows."""
    st.session_state["_shown"] = PageRun(page)


def get_shown() -> PageRun:
    """Return what this run has shown so far."""
    return st.session_state.setdefault("_shown", PageRun())


def lead(page: str, told: Sequence[str]) -> None:
    """Lead the reader to a page in the next run, with sentences on why (for callbacks)."""
    st.session_state["_leads"] = (page, tuple(told))


def read_lead() -> tuple[str, tuple[str, ...]]:
    """Return where the reader is led and what is told; ("", ()) if nowhere."""
    return st.session_state.get("_leads", ("", ()))


def forget_lead() -> None:
    """Forget where the reader was led."""
    st.session_state.pop("_leads", None)


def get_held() -> dict[str, Any]:
    """Return what the reader has put in and not saved yet, by kind: see ``held``."""
    return _find("_held", {})


def list_made() -> list[str]:
    """Return the ids of the drafts that this visit has made, to add to."""
    return _find("_made_drafts", [])


def note_loss(sentence: str) -> None:
    """Note that something that was held is gone, for the next run of the page."""
    _find("_losses", []).append(sentence)


def take_losses() -> list[str]:
    """Return what was noted as gone, once."""
    return st.session_state.pop("_losses", [])


def _find(key: str, new: Any) -> Any:
    """Look into the session without a pause, as in ``state``: a callback is done as a whole."""
    found = st.session_state.to_dict().get(key)
    return st.session_state.setdefault(key, new) if found is None else found


def get_redrawn() -> dict[str, Any]:
    """Return what Redraw holds of this visit: what is drawn by hand with its changes, and so on."""
    return _find("_redrawn", {})


def read_ticks(place: str) -> list[str]:
    """Return the ids of those that the reader has ticked to invite for a place ("kind.code")."""
    return st.session_state.setdefault("_ticks", {}).get(place, [])


def put_ticks(place: str, ids: list[str]) -> None:
    """Keep whom the reader has ticked for a place, as long as the visit lasts."""
    held = st.session_state.to_dict().get("_ticks")  # without a pause, as in state: none is lost
    (st.session_state.setdefault("_ticks", {}) if held is None else held)[place] = ids


def belongs_to_another(person: str) -> bool:
    """Tell whether somebody else was at this session before, by her id."""
    return st.session_state.get("_person", person) != person


def belong_to(person: str) -> None:
    """Note whose session this is, by her id."""
    st.session_state["_person"] = person


def leave() -> None:
    """Forget everything of this session: somebody else is at it now."""
    st.session_state.clear()


def put_word(told: str) -> None:
    """Leave a sentence for the next run of the door (for callbacks)."""
    st.session_state["_word"] = told


def take_word() -> str:
    """Return the sentence that was left for the door, once; "" without one."""
    return st.session_state.pop("_word", "")


def read_typed(key: str) -> str:
    """Return what was typed into a box of the door (for callbacks)."""
    return str(st.session_state.to_dict().get(key) or "")
