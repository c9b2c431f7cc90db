"""Caches of files that were put in: what they were read as, and where their actors work.

Keyed on the file's fingerprint and how it is read.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from mapping import actors, memory, places
from mapping.actors import Register, extent
from mapping.atoms import postcodes
from mapping.drawing import RUST, dots
from mapping.overlap import people_in
from mapping.wording import findings
from pages.shared.cache import COUNTING, Key, bounds
from pages.shared.drafts import Draft, ReadOptions

if TYPE_CHECKING:
    from mapping.footprints import ColumnQuestion, Upload

MAX_UPLOADS_MB = 300
"""What the files that were read and not yet saved may take together, of all readers."""
IDLE_S = 600.0
"""What was read is kept so long after it was last looked at: a small file is read again at once."""
MAX_LARGE_DOTS, EXTRA_ZOOM = 8_000, 0.75
"""So few postcodes are drawn large; zoom levels by which their picture is finer than the map."""
MAX_OWN_BYTES = 30_000
"""The most that a picture which travels with the page may take: it is published nowhere."""


@st.cache_resource(show_spinner=False)
def _uploads() -> memory.Cache:
    return memory.Cache(MAX_UPLOADS_MB, idle_s=IDLE_S)


def say_turn(before: int) -> str:
    """Say how many large files are read before somebody's."""
    many = findings.write_count(before, "other file", "other files")
    return f"Large files are read in turn: {many} before yours. You can stay here or come back."


class Turn:
    """What is shown while a large file waits for its turn, and nothing once it has it."""

    def __init__(self) -> None:
        self._slot: Any = None

    def wait(self, before: int) -> None:
        """Say how many come before it, and nothing once none does."""
        self._slot = self._slot or st.empty()
        if before:
            self._slot.caption(say_turn(before))
        else:
            self.end()

    def end(self) -> None:
        """Show nothing any more."""
        if self._slot is not None:
            self._slot.empty()


def upload(draft: Draft, advance: Any) -> "Upload":
    """Read a draft; ``advance`` is told how far it is, unless it was read so before.

    No cache of streamlit's: that would show the bar of its first reader to all others.
    """
    from mapping import footprints  # only who uploads a file needs what reads it

    kept, reading, turn = _uploads(), draft.reading, Turn()
    try:
        return kept.get(
            (draft.fingerprint, reading),
            lambda: footprints.read_apart(
                draft.content, kept=kept, advance=advance, waits=turn.wait, **reading.options()
            ),
        )
    finally:
        turn.end()


@st.cache_resource(max_entries=16, show_spinner=False)
def _rows(fingerprint: str, reading: ReadOptions, outcome: str, _upload: "Upload") -> pd.DataFrame:
    from mapping.footprints import outcomes

    rows = _upload.rows[_upload.rows["outcome"] == outcome]
    says = outcomes.quote_rows(_upload.sheet, _upload.columns)
    why = rows["reason"].map(outcomes.say_why).astype("str")
    return rows.assign(says=says[rows.index], reason=why).reset_index(drop=True)


def rows(draft: Draft, found: "Upload", outcome: str) -> pd.DataFrame:
    """Return the rows of an upload with one outcome: columns of ``Upload.rows``, and says.

    Why stands there without the row's number. Shared, not to be changed.
    """
    return _rows(draft.fingerprint, draft.reading, outcome, found)


@st.cache_resource(max_entries=16, show_spinner=False)
def _questions(
    place: Key, fingerprint: str, reading: ReadOptions, _upload: "Upload"
) -> pd.DataFrame:
    from mapping.footprints import ranking

    return ranking.rank_candidates(_upload.questions, places.at(*place))


def rank_questions(place: Key, draft: Draft, found: "Upload") -> pd.DataFrame:
    """Return the questions of an upload, with candidates in a place first.

    Shared, not to be changed.
    """
    return _questions(place, draft.fingerprint, draft.reading, found)


@st.cache_resource(max_entries=16, show_spinner=False)
def _column_questions(
    fingerprint: str, reading: ReadOptions, _upload: "Upload"
) -> list["ColumnQuestion"]:
    from mapping.footprints import ColumnQuestion, columns

    open_ = [ColumnQuestion(*row) for row in _upload.column_questions.itertuples(index=False)]
    chosen, headings = dict(reading.roles), list(_upload.columns)
    first = columns.read_columns(_upload.sheet.frame, {}).asked if chosen else ()
    answered = [one for one in first if chosen.get(one.heading) in one.options]
    return sorted([*answered, *open_], key=lambda one: headings.index(one.heading))


def list_column_questions(draft: Draft, found: "Upload") -> list["ColumnQuestion"]:
    """Return what is asked about the columns of an upload, in their order.

    What the reader has answered is among them.
    """
    return _column_questions(draft.fingerprint, draft.reading, found)


@st.cache_data(max_entries=32, show_spinner=COUNTING)
def _list_actors(place: Key, fingerprint: str, by: str, _register: Register) -> pd.DataFrame:
    found = actors.reach(_register, places.at(*place), by=by).set_index("number")
    everybody = _register.actors.assign(people=_register.people(by), number=range(len(_register)))
    return everybody.join(found[["share_of_place", "share_of_footprint"]])


def list_actors(place: Key, register: Register, by: str) -> pd.DataFrame:
    """Return all actors of a register, with what they cover of a place: nan for those elsewhere.

    Columns of ``Register.actors`` with the people that a lens counts, number, share_of_place,
    share_of_footprint.
    """
    return _list_actors(place, register.fingerprint, by, register)


@st.cache_data(max_entries=64, show_spinner=COUNTING)
def _measure_reach(place: Key, fingerprint: str, by: str, _register: Register) -> float:
    found = places.at(*place)
    people = people_in(found, by)
    inside = people[extent.find_spread(_register, found).find_covered(found)].sum()
    return float(inside / people.sum()) if people.sum() else 0.0


def measure_reach(place: Key, register: Register, by: str) -> float:
    """Return the share of a place that at least one actor of a register covers."""
    return _measure_reach(place, register.fingerprint, by, register)


@st.cache_data(max_entries=64, show_spinner=False)
def _home(fingerprint: str, _register: Register) -> Key | None:
    found = extent.home(_register)
    return (found.kind, found.code) if found else None


def home(register: Register) -> Key | None:
    """Return the place where the actors of a register work; None if they work nowhere."""
    return _home(register.fingerprint, register)


@st.cache_resource(max_entries=32, show_spinner="Drawing where they work…")
def _dots(
    place: Key, fingerprint: str, actor: int, all_: bool, _register: Register
) -> tuple[extent.Spread, dots.DotPicture | None]:
    found, atoms = places.at(*place), postcodes.table()
    where = extent.find_spread(_register, found, actor)
    which = where.find_covered(found) if all_ else np.isin(found.positions, where.loose)
    if not which.any():
        return where, None
    at = found.positions[which]
    few = len(at) <= MAX_LARGE_DOTS
    return where, dots.png(
        atoms.easting[at],
        atoms.northing[at],
        zoom=dots.start_zoom(bounds(place)) + EXTRA_ZOOM,
        colour=RUST,
        alphas=(230,) if few else (170,),
        dot_px=5 if few else 3,
        max_bytes=MAX_OWN_BYTES,
    )


def draw_spread(
    place: Key, register: Register, actor: int, *, all_: bool
) -> tuple[extent.Spread, dots.DotPicture | None]:
    """Return where actors work in a place, and the dots of it.

    The dots are the postcodes outside wards that are covered as a whole, or with ``all_`` all
    that are covered; None if there are none. They are published nowhere.
    """
    return _dots(place, register.fingerprint, actor, all_, register)
