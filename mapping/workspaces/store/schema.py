"""The tables of the database, and their version.

Later versions add tables (for what people draw and rate) and change none, so a database of an
earlier version only lacks some. Everything hangs on a workspace and goes with it.
"""

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

from mapping.actors import TEXTS

VERSION = 1
OLDEST = 1
"""Databases from this version on are brought up to date; older ones are refused."""
METADATA = MetaData()


def _workspace() -> Column:
    owner = ForeignKey("workspaces.id", ondelete="CASCADE")
    return Column("workspace", Text, owner, primary_key=True)


def _text(name: str, *, key: bool = False) -> Column:
    return Column(name, Text, primary_key=key, nullable=False)


def _bytes(name: str) -> Column:
    return Column(name, LargeBinary, nullable=False)


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
uploads = Table(
    "uploads",
    METADATA,
    _workspace(),
    _text("id", key=True),
    _text("file_name"),
    _text("fingerprint"),
    _text("saved"),
    _bytes("outcomes"),
)
actors = Table(
    "actors",
    METADATA,
    _workspace(),
    _text("upload", key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    *(_text(name) for name in TEXTS),
    _bytes("wards"),
    _bytes("postcodes"),
    UniqueConstraint("workspace", "id"),
    ForeignKeyConstraint(
        ["workspace", "upload"], ["uploads.workspace", "uploads.id"], ondelete="CASCADE"
    ),
)
weights = Table(
    "weights",
    METADATA,
    _workspace(),
    _text("id", key=True),
    _text("name"),
    _text("counts"),
    _text("saved"),
    _bytes("postcodes"),
    _bytes("numbers"),
    _bytes("residual"),
)
marks = Table(
    "marks",
    METADATA,
    _workspace(),
    _text("theme", key=True),
    _text("scale", key=True),
    _text("marked"),
)
OF_WORKSPACE = {"uploads": uploads, "actors": actors, "weights": weights, "marks": marks}
"""The tables of what is in a workspace, as in ``workspaces.TABLE_COLUMNS``."""
