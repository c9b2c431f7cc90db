"""Rows of kept things: read, added and deleted within a transaction."""

from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, select

from mapping.workspaces.kinds import Kind
from mapping.workspaces.store import schema


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


def insert_rows(db: Connection, kind: Kind[Any], workspace: str, rows: pd.DataFrame) -> None:
    """Add rows in bulk: handed to the driver as they are, which takes a third of the time."""
    if len(rows):
        table = schema.TABLES[kind.name]
        whole = rows.assign(workspace=workspace)
        columns = [whole[one.name].to_numpy(dtype=object).tolist() for one in table.c]
        statement = str(insert(table).compile(dialect=db.dialect))
        db.exec_driver_sql(statement, list(zip(*columns, strict=True)))


def count_rows(db: Connection, kind: Kind[Any], workspace: str, **equal: str) -> int:
    """Count what a workspace has of a kind, with these values."""
    table = schema.TABLES[kind.name]
    asked = select(func.count()).select_from(table).where(match_rows(table, workspace, **equal))
    return int(db.execute(asked).scalar_one())


def delete_rows(db: Connection, kind: Kind[Any], workspace: str, **equal: str) -> int:
    """Delete the rows that have these values, with those that go with them; count the former."""
    table = schema.TABLES[kind.name]
    return db.execute(delete(table).where(match_rows(table, workspace, **equal))).rowcount
