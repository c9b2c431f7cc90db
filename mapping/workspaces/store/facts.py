"""What is known of a workspace itself, and sentences for one that is not there or has changed."""

from typing import Any

from sqlalchemy import Connection, select

from mapping.errors import MappingError
from mapping.workspaces.kinds import uploads
from mapping.workspaces.store import rows, schema

LIST_COLUMNS = ("id", "name", "place", "created", "updated", "version")


def list_facts() -> list[Any]:
    """List the columns of the table of workspaces that are told: ``LIST_COLUMNS``."""
    return [schema.workspaces.c[name] for name in LIST_COLUMNS]


def list_gone() -> Any:
    """Return the ids of the workspaces that were deleted and may be brought back."""
    return select(schema.deleted.c.workspace)


def read_facts(db: Connection, workspace: str, *, is_deleted: bool = False) -> dict[str, Any]:
    """Read what a workspace is called and so on; MappingError if there is none.

    One that was deleted is none, unless it is just such a one that is asked for.
    """
    key, gone = schema.workspaces.c.id, list_gone()
    state = key.in_(gone) if is_deleted else key.not_in(gone)
    found = db.execute(select(*list_facts()).where(key == workspace, state)).mappings().first()
    if found is None:
        raise explain_no_such("a workspace", workspace)
    return dict(found)


def read_version(db: Connection, workspace: str) -> int:
    """Read the version of a workspace; MappingError if there is none."""
    return int(read_facts(db, workspace)["version"])


def check_seen(db: Connection, workspace: str, upload: str, seen: str | None) -> None:
    """Refuse to touch a file that somebody has put in the place of the one that was seen."""
    table = schema.TABLES[uploads.KIND.name]
    asked = select(table.c.saved, table.c.file_name)
    found = db.execute(asked.where(rows.match_rows(table, workspace, id=upload))).first()
    if seen is not None and found is not None and found.saved != seen:
        raise explain_change(f"the file, which is now “{found.file_name[:60]}”,")


def explain_change(what: str) -> MappingError:
    """Return the fault of somebody who has not seen what is there now."""
    return MappingError(
        f"Someone else has changed {what} since you last saw it. Nothing was saved or deleted. "
        "Look at what is there now and try again."
    )


def explain_no_such(what: str, given: str) -> MappingError:
    """Return the fault of an id that nothing has."""
    return MappingError(
        f"We cannot find {what} with the id {given[:24]!a}. It may have been deleted, or the link "
        "may be incomplete: choose from the list."
    )
