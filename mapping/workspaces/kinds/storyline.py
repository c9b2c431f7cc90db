"""The storyline: views in an order, with a note each, to go through in a meeting.

A view is a page by its name and the choices of its link. Which pages and choices there are is for
the app to say: what was kept for years may name some that are no more.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

import pandas as pd

from mapping.workspaces.kinds.files import CORRECT, refuse
from mapping.workspaces.kinds.kind import Cell, Kind, Opened, list_lost

__all__ = ["KIND", "MAX_NOTE_LETTERS", "MAX_STEPS", "Step", "clean_note", "write_rows"]

MAX_STEPS = 50
MAX_NOTE_LETTERS = 200
MAX_LINK_LETTERS = 60_000
"""Of all choices of a view: a place may be a union of many wards."""
MAX_CHOICES = 100
PAGE = re.compile(r"[a-z][a-z_]{0,39}")


class Step(NamedTuple):
    """One view: its page's name, the choices of its link by name, and what is said about it.

    ``position`` is its number in the order, from 1; numbers may be left out.
    """

    id: str
    position: int
    page: str
    link: Mapping[str, str]
    note: str


def clean_note(text: str) -> str:
    """Return a note as it can be kept: one line, without what cannot be shown."""
    line = " ".join(text.split())
    return "".join(letter for letter in line if letter.isprintable())[:MAX_NOTE_LETTERS]


def write_rows(steps: Iterable[Step]) -> pd.DataFrame:
    """Write down steps: a row each, the columns but ``changed``."""
    rows = [(one.id, one.position, one.page, urlencode(one.link), one.note) for one in steps]
    return pd.DataFrame(rows, columns=[name for name in KIND.columns if name != "changed"])


def _open(rows: pd.DataFrame) -> Opened[tuple[Step, ...]]:
    found = [
        Step(row.id, row.position, row.page, dict(_read_link(row.link)), row.note)
        for row in rows.itertuples(index=False)
    ]
    return Opened(tuple(found), list_lost())


def _read_link(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=MAX_CHOICES)


def _check(rows: pd.DataFrame) -> None:
    for row in rows.itertuples(index=False):
        if not PAGE.fullmatch(row.page):
            refuse("pages by their names in storyline", ascii(row.page)[:40], CORRECT)
        if row.position < 1:
            refuse("positions from 1 in storyline", str(row.position), CORRECT)
        if len(row.note) > MAX_NOTE_LETTERS or not row.note.isprintable():
            found = f"{len(row.note):,} ({row.note[:30]!a})"
            refuse(f"notes of one line, up to {MAX_NOTE_LETTERS} letters", found, "Shorten it.")
        _check_link(row.link)


def _check_link(text: str) -> None:
    try:
        fits = len(text) <= MAX_LINK_LETTERS and (not text or bool(_read_link(text)))
    except ValueError:
        fits = False
    if not fits:
        expected = f"choices as a link has them, up to {MAX_LINK_LETTERS:,} letters, in storyline"
        refuse(expected, f"{len(text):,} letters ({text[:40]!a})", CORRECT)


KIND: Kind[tuple[Step, ...]] = Kind(
    name="storyline",
    columns={
        "id": Cell.ID,
        "position": Cell.NUMBER,
        "page": Cell.TEXT,
        "link": Cell.TEXT,
        "note": Cell.TEXT,
        "changed": Cell.MOMENT,
    },
    key=("id",),
    order=("position", "changed", "id"),
    about="storyline.csv    views for a meeting in their order: page, choices of its link, note\n",
    nouns=("step of the storyline", "steps of the storyline"),
    most=MAX_STEPS,
    open=_open,
    check=_check,
)
