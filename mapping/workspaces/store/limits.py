"""How many workspaces a database keeps, and how many one session may make."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select

from mapping.errors import MappingError
from mapping.workspaces.store import schema
from mapping.workspaces.store.log import WORKSPACE

MAX_WORKSPACES = 20_000
"""All that one database keeps; a list of so many is still searched in a moment."""
MAX_MADE = 50
"""Of those that are there, so many were made by one session within a day."""
_DAY = timedelta(days=1)


def check_room(db: Connection, session: str) -> None:
    """Refuse to make one more workspace where there are as many as there may be.

    ``session`` is the one that asks ("": none is known, and its own are not counted). Call it
    before what is made is written down. Raises MappingError.
    """
    if _count(db, schema.workspaces) >= MAX_WORKSPACES:
        raise MappingError(
            f"This server keeps {MAX_WORKSPACES:,} workspaces, which is as many as it may. Nothing "
            "was saved. Delete one that nobody needs any more, or ask whoever runs this app to."
        )
    if session and _count_made(db, session) >= MAX_MADE:
        raise MappingError(
            f"You have made {MAX_MADE:,} workspaces today, which is as many as one visit may. "
            "Nothing was saved. Go on in one of these, or delete those that nobody needs."
        )


def _count_made(db: Connection, session: str) -> int:
    """Count the workspaces whose first row of what happened is of a session, and of today."""
    table = schema.history
    since = (datetime.now(UTC) - _DAY).isoformat(timespec="microseconds")
    made = table.c.said.like("made the workspace%") | table.c.said.like("restored the workspace%")
    asked = select(func.count(func.distinct(table.c.workspace)))
    found = db.execute(
        asked.where(
            table.c.session == session, table.c.about == WORKSPACE, table.c.moment >= since, made
        )
    )
    return int(found.scalar() or 0)


def _count(db: Connection, table) -> int:
    return int(db.execute(select(func.count()).select_from(table)).scalar() or 0)
