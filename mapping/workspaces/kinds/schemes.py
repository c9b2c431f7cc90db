"""Schemes: lists of conditions, or maturity matrices, that somebody typed in to rate by."""

import pandas as pd

from mapping.stewardship import Scheme, write_scheme
from mapping.workspaces import texts
from mapping.workspaces.kinds.kind import Cell, Kind, Opened, list_lost

__all__ = ["KIND", "write_row"]


def write_row(title: str, text: str) -> pd.DataFrame:
    """Write down a scheme as it was typed: one row, the columns but ``made``."""
    row = (texts.make_id(), title.strip(), text.strip())
    return pd.DataFrame([row], columns=[name for name in KIND.columns if name != "made"])


def _open(rows: pd.DataFrame) -> Opened[tuple[Scheme, ...]]:
    found = (write_scheme(row.id, row.title, row.text) for row in rows.itertuples(index=False))
    return Opened(tuple(found), list_lost())


def _check(rows: pd.DataFrame) -> None:
    for row in rows.itertuples(index=False):
        texts.check_text(row.title, "name of a scheme")
        write_scheme(row.id, row.title, row.text)


KIND: Kind[tuple[Scheme, ...]] = Kind(
    name="schemes",
    columns={"id": Cell.ID, "title": Cell.TEXT, "text": Cell.TEXT, "made": Cell.MOMENT},
    key=("id",),
    order=("made", "id"),
    about="schemes.csv      conditions to rate by that were typed in: a line each, as typed\n",
    nouns=("scheme of one's own", "schemes of one's own"),
    open=_open,
    check=_check,
)
