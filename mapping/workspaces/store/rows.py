"""Rows of kept things: read, added and deleted within a transaction."""

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Dialect, Table, and_, delete, func, insert, select

from mapping.workspaces import texts
from mapping.workspaces.kinds import Kind
from mapping.workspaces.store import schema

MAX_ASKED = 500
"""So many ids are asked for by name."""


def match_rows(table: Table, workspace: str, **equal: str) -> ColumnElement[bool]:
    """Choose the rows of a workspace that have these values."""
    values = [table.c[name] == value for name, value in equal.items()]
    return and_(table.c.workspace == workspace, *values)


def read_rows(db: Connection, kind: Kind[Any], workspace: str, **equal: str) -> pd.DataFrame:
    """Read what a workspace has of a kind, with these values, in the kind's order: its columns."""
    found = _read_columns(db, kind, list(kind.columns), workspace, **equal)
    if kind.parent is None:
        return found
    column, parent = kind.parent
    parents = _read_columns(db, parent, [parent.key[0]], workspace)[parent.key[0]]
    place = pd.Index(parents).get_indexer(found[column])
    return found.iloc[np.argsort(place, kind="stable")].reset_index(drop=True)


def _read_columns(
    db: Connection, kind: Kind[Any], columns: list[str], workspace: str, **equal: str
) -> pd.DataFrame:
    table = schema.TABLES[kind.name]
    asked = select(*(table.c[column] for column in columns))
    asked = asked.where(match_rows(table, workspace, **equal)).order_by(
        *(table.c[c] for c in kind.order)
    )
    cursor = db.execute(asked).cursor  # the driver's own rows: many, and nothing to convert
    assert cursor is not None
    return pd.DataFrame(cursor.fetchall(), columns=columns)


def insert_rows(
    db: Connection, kind: Kind[Any], workspace: str, rows: pd.DataFrame, **instead: list[Any]
) -> None:
    """Add rows in bulk: handed to the driver as they are, which takes a third of the time.

    ``instead`` has columns that are other than in ``rows``.
    """
    if len(rows):
        instead["workspace"] = [workspace] * len(rows)
        names, statement = _write_insert(kind.name, db.dialect)
        columns = [
            instead.get(name) or rows[name].to_numpy(dtype=object).tolist() for name in names
        ]
        db.exec_driver_sql(statement, list(zip(*columns, strict=True)))


@lru_cache
def _write_insert(kind: str, dialect: Dialect) -> tuple[list[str], str]:
    """Write the statement that adds a row of a kind, and name its columns in order."""
    table = schema.TABLES[kind]
    return [one.name for one in table.c], str(insert(table).compile(dialect=dialect))


def number_ids(db: Connection, kind: Kind[Any], workspace: str, ids: list[str]) -> list[str]:
    """Number those of some ids that repeat, or that a workspace has already.

    Few are asked for by name: a workspace may have a hundred thousand others.
    """
    key = schema.TABLES[kind.name].c.id
    asked = select(key).where(schema.TABLES[kind.name].c.workspace == workspace)
    is_few = len(ids) <= MAX_ASKED and len({*ids}) == len(ids)
    if is_few and db.execute(asked.where(key.in_(ids)).limit(1)).first() is None:
        return ids
    return texts.number_repeats(ids, db.execute(asked).scalars())


def count_rows(db: Connection, kind: Kind[Any], workspace: str, **equal: str) -> int:
    """Count what a workspace has of a kind, with these values."""
    table = schema.TABLES[kind.name]
    asked = select(func.count()).select_from(table).where(match_rows(table, workspace, **equal))
    return int(db.execute(asked).scalar_one())


def delete_rows(db: Connection, kind: Kind[Any], workspace: str, **equal: str) -> int:
    """Delete the rows that have these values, with those that go with them; count the former."""
    table = schema.TABLES[kind.name]
    return db.execute(delete(table).where(match_rows(table, workspace, **equal))).rowcount
