"""What each change of kept things does, and how it is told in a workspace's history."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from sqlalchemy import Connection, delete, insert
from sqlalchemy.exc import IntegrityError

from mapping import wording
from mapping.errors import MappingError
from mapping.workspaces import KINDS, Kind, WorkspaceRecord
from mapping.workspaces.store import rows, schema
from mapping.workspaces.store.facts import explain_change


def put_rows(
    kind: Kind[Any], workspace: str, kept: pd.DataFrame, seen: Mapping[str, str] | None = None
) -> Callable[[Connection], str]:
    """Return the change that keeps rows in the place of those with the same key.

    It refuses to where those of ``seen``, ids and when they were saved, are no longer so.
    """

    def change(db: Connection) -> str:
        for id_, moment in (seen or {}).items():
            found = rows.read_rows(db, kind, workspace, id=id_)
            if found["saved"].tolist() != [moment]:
                raise explain_change(f"the {kind.nouns[0] if kind.nouns else kind.name}")
        is_there = [
            bool(rows.delete_rows(db, kind, workspace, **{str(name): key[name] for name in key}))
            for key in kept[list(kind.key)].to_dict("records")
        ]
        try:
            rows.insert_rows(db, kind, workspace, kept)
        except IntegrityError:
            raise _explain_misfit(kind) from None
        if kind.most is not None:
            kind.check_number(rows.count_rows(db, kind, workspace))
        if all(is_there):
            return f"changed {kind.note_rows(kept)}"
        known = f", {sum(is_there)} of them in place of earlier ones" if any(is_there) else ""
        return f"added {kind.note_rows(kept)}{known}"

    return change


def say_restored(record: WorkspaceRecord) -> str:
    """Say what a zip held from which a workspace was made."""
    held = [kind.note_rows(rows) for kind in KINDS if len(rows := record.rows[kind.name])]
    return f"restored the workspace from a zip with {', '.join(held) or 'nothing in it'}"


def say_removed(db: Connection, kind: Kind[Any], workspace: str, key: str) -> str:
    """Say what is about to be removed with an ``id``, and how much goes with it."""
    told = kind.note_rows(rows.read_rows(db, kind, workspace, id=key))
    for child in list_changed(kind)[1:]:
        column = child.parent[0] if child.parent else ""
        number = rows.count_rows(db, child, workspace, **{column: key})
        told += f" with {wording.write_count(number, *(child.nouns or ('row', 'rows')))}"
    return f"removed {told}"


def note_version(db: Connection, workspace: str, version: int, kind: Kind[Any] | None) -> None:
    """Note at which version of a workspace a kind was changed, with what goes with it."""
    table = schema.kind_versions
    for one in list_changed(kind) if kind else []:
        db.execute(delete(table).where(rows.match_rows(table, workspace, kind=one.name)))
        row = {"workspace": workspace, "kind": one.name, "version": version}
        db.execute(insert(table), row)


def list_changed(kind: Kind[Any]) -> list[Kind[Any]]:
    """Return a kind, and those whose rows go with its rows."""
    return [kind, *(one for one in KINDS if one.parent and one.parent[1] is kind)]


def _explain_misfit(kind: Kind[Any]) -> MappingError:
    parent = f" of {kind.parent[1].name} that are there" if kind.parent else ""
    unique = f", each {' and '.join(kind.unique)} once" if kind.unique else ""
    return MappingError(
        f"Expected {kind.name}{parent}{unique}; found others. Nothing was saved. Open the "
        "workspace anew to see what is kept, and try again."
    )
