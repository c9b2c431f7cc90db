"""The tables of the database, and their version.

Each kind of kept things has one, made from its declaration. Later versions add tables and change
none, so a database of an earlier version only lacks some, which it gets when it is opened; each
new kind is a version. Two builds may each add one, so a table of a new kind may be missing at any
version. Everything hangs on a workspace and goes with it.
"""

from typing import Any

from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

from mapping.workspaces.history import FILED, LOG
from mapping.workspaces.kinds import ORIGINAL, Cell, Kind

OLDEST = 1
"""Databases from this version on are brought up to date; older ones are refused."""
KIND_VERSIONS_SINCE = 2
ROLES_SINCE = 1
"""One version more: who may open what, which programs before did not ask."""
VERSION = KIND_VERSIONS_SINCE + sum(kind.name not in ORIGINAL for kind in FILED) + ROLES_SINCE
"""Programs that do not know a kind, or write no history, refuse a database that has its table."""
METADATA = MetaData()
_TYPES: dict[Cell, type[TypeEngine[Any]]] = {Cell.NUMBER: Integer, Cell.BYTES: LargeBinary}
"""How cells are kept that are no text."""


def _workspace() -> Column:
    owner = ForeignKey("workspaces.id", ondelete="CASCADE")
    return Column("workspace", Text, owner, primary_key=True)


def _text(name: str, *, key: bool = False) -> Column:
    return Column(name, Text, primary_key=key, nullable=False)


schema_version = Table(
    "schema_version", METADATA, Column("version", Integer, primary_key=True, autoincrement=False)
)
workspaces = Table(
    "workspaces",
    METADATA,
    _text("id", key=True),
    _text("name"),
    _text("place"),
    _text("created"),
    _text("updated"),
    Column("version", Integer, nullable=False),
    Column("made_by", Text, unique=True),
)
"""``made_by`` is a hash of the caller's ``save_id`` and of what was to be made."""
saves = Table(
    "saves",
    METADATA,
    _workspace(),
    _text("request", key=True),
    Column("answer", Integer, nullable=False),
)
"""``request`` is a hash of the caller's ``save_id`` and of what was asked."""
kind_versions = Table(
    "kind_versions",
    METADATA,
    _workspace(),
    _text("kind", key=True),
    Column("version", Integer, nullable=False),
)
"""Which version of a workspace changed a kind last; a kind that none changed has no row."""


def _make_table(kind: Kind[Any]) -> Table:
    columns = [
        Column(
            name,
            _TYPES.get(cell, Text),
            primary_key=name in kind.key,
            nullable=False,
            autoincrement=False,
        )
        for name, cell in kind.columns.items()
    ]
    rules: list[UniqueConstraint | ForeignKeyConstraint] = []
    if kind.unique:
        rules.append(UniqueConstraint("workspace", *kind.unique))
    if kind.parent:
        column, parent = kind.parent
        there = [f"{parent.name}.workspace", f"{parent.name}.{parent.key[0]}"]
        rules.append(ForeignKeyConstraint(["workspace", column], there, ondelete="CASCADE"))
    return Table(kind.name, METADATA, _workspace(), *columns, *rules)


TABLES = {kind.name: _make_table(kind) for kind in FILED}
"""The table of each kind, and that of what happened, by the name."""
history = TABLES[LOG.name]
history_days = Table(
    "history_days", METADATA, _workspace(), Column("days", Integer, nullable=False)
)
"""For how long a workspace keeps its history; one that keeps it for the usual time has no row."""
roles = Table(
    "roles",
    METADATA,
    _workspace(),
    _text("person", key=True),
    Column("role", Integer, nullable=False),
    _text("given"),
)
"""Who holds which role in a workspace (``access.Role``), and since when."""
sharing = Table("sharing", METADATA, _workspace(), _text("shared"))
"""Who else may read a workspace; one of which nobody has said has no row."""
deleted = Table("deleted", METADATA, _workspace(), _text("moment"), _text("person"))
"""What was deleted and can be brought back, when, and by whom."""
history_people = Table(
    "history_people",
    METADATA,
    _workspace(),
    _text("row", key=True),
    _text("person"),
    ForeignKeyConstraint(
        ["workspace", "row"], ["history.workspace", "history.id"], ondelete="CASCADE"
    ),
)
"""Who did what happened, where somebody was signed in; goes with the row of the history."""
ALWAYS = frozenset({workspaces.name, saves.name, *ORIGINAL})
"""The tables that databases of all versions have: one that lacks any is damaged."""
