"""What happened in each workspace: written with each change, read, and forgotten in time."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pandas as pd
from sqlalchemy import Connection, delete, insert, select

from mapping.workspaces import texts
from mapping.workspaces.history import FOREVER, HERE, KEPT_DAYS, LOG, USUAL_DAYS
from mapping.workspaces.store import clock, rows, schema

WORKSPACE = "workspace"
"""What a row is about that is about no kind: a name, a place, all of it."""


class Change(NamedTuple):
    """One change of a workspace: to which kind, what, in which session, by whom ("": unknown)."""

    about: str
    said: str
    session: str = ""
    person: str = ""


def add(db: Connection, workspace: str, change: Change) -> None:
    """Write down a change, in the transaction that makes it."""
    key = texts.make_id()
    row = (key, clock.now(), change.session, change.about, change.said, HERE)
    rows.insert_rows(db, LOG, workspace, LOG.make_rows([row]))
    if change.person:
        who = {"workspace": workspace, "row": key, "person": change.person}
        db.execute(insert(schema.history_people), who)


def read_people(db: Connection, workspace: str) -> dict[str, str]:
    """Read who did what happened, where somebody was signed in: by the id of the row."""
    table = schema.history_people
    asked = select(table.c.row, table.c.person).where(table.c.workspace == workspace)
    return {str(row.row): str(row.person) for row in db.execute(asked)}


def read(db: Connection, workspace: str) -> pd.DataFrame:
    """Read what happened in a workspace, the first first, without what is to be forgotten."""
    return keep_recent(rows.read_rows(db, LOG, workspace), read_days(db, workspace))


def keep_recent(found: pd.DataFrame, days: int) -> pd.DataFrame:
    """Keep the rows that are no older than so many days; all for ``FOREVER``."""
    if days == FOREVER:
        return found
    return found[(found["moment"] >= _find_first(days)).to_numpy(bool)].reset_index(drop=True)


def read_days(db: Connection, workspace: str) -> int:
    """Return for how many days a workspace keeps what happened in it."""
    table = schema.history_days
    found = db.execute(select(table.c.days).where(table.c.workspace == workspace)).scalar()
    return USUAL_DAYS if found is None else int(found)


def put_days(db: Connection, workspace: str, days: int) -> None:
    """Let a workspace keep what happened in it for so many days; what is older goes at once."""
    table = schema.history_days
    db.execute(delete(table).where(table.c.workspace == workspace))
    if days != USUAL_DAYS:
        db.execute(insert(table), {"workspace": workspace, "days": days})
    if days != FOREVER:
        old = schema.history.c.moment < _find_first(days)
        db.execute(delete(schema.history).where(schema.history.c.workspace == workspace, old))


def forget(db: Connection) -> int:
    """Delete what every workspace has kept for its time; returns the number of rows."""
    table, kept = schema.history, schema.history_days
    gone = 0
    for days in KEPT_DAYS:
        if days == FOREVER:
            continue
        owners = select(kept.c.workspace).where(kept.c.days == days)
        theirs = table.c.workspace.in_(owners)
        if days == USUAL_DAYS:
            theirs = table.c.workspace.not_in(select(kept.c.workspace))
        old = table.c.moment < _find_first(days)
        gone += db.execute(delete(table).where(theirs, old)).rowcount
    return gone


def _find_first(days: int) -> str:
    """Return the moment since when rows are kept, as ``clock.now`` writes it."""
    return (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="microseconds")
