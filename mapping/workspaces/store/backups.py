"""A copy of all workspaces in one file, made while the app runs, and workspaces put back from it.

Both are for a database in a file of SQLite. A copy is of one moment: writers go on meanwhile.
"""

import os
import sqlite3
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, NoReturn

from sqlalchemy import (
    Connection,
    Integer,
    LargeBinary,
    Table,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from mapping import wording
from mapping.errors import MappingError
from mapping.workspaces.kinds import KINDS
from mapping.workspaces.store import log, schema
from mapping.workspaces.store.changing import note_version
from mapping.workspaces.store.database import MAX_WAIT_S, Database, address, choose
from mapping.workspaces.store.log import Change

COPIED = [table for table in schema.METADATA.sorted_tables if table is not schema.schema_version]
"""What is put back from a copy, an owner before what hangs on it."""
CHUNK_ROWS, CHUNK_BYTES = 1_000, 1_000_000
CHECKSUM_AT, NO_CHECKSUM = 60, b"\0\0\0\0"
"""Where SQLite's header has a number for whoever uses it; there stands the checksum of a copy."""
SORTS = {Text: "text", Integer: "integer", LargeBinary: "blob"}
"""What SQLite calls the sort of the cells of each type of columns."""
POSTGRESQL = (
    "Expected a database in a file of SQLite; found one of PostgreSQL, which has programs of its "
    "own for this: pg_dump --format=custom --file=FILE ADDRESS makes a copy, and pg_restore "
    "--clean --if-exists --dbname=ADDRESS FILE puts it back."
)
ANOTHER = "Nothing was changed. Name a file that “backup” made."
FAULTS = {
    "is full": ("room for it on the disk", "a full one", "Make room and try again."),
    "locked": (
        f"a turn to use the database within {MAX_WAIT_S:g} s",
        "others who held it",
        "Try again.",
    ),
    "unable to open": ("a file that this account may read", "another", "Check whose it is."),
}
"""What the message of a fault holds, what was expected, what was found, what to do."""


class Copied(NamedTuple):
    """How many workspaces were copied, how many in place of others, and rows by kind's name."""

    workspaces: int
    replaced: int
    rows: Mapping[str, int]


def back_up(file: str, *, url: str = "", replace: bool = False) -> Copied:
    """Copy the whole database to a file that only its owner may read.

    ``url`` is as in ``database.Database``. All that was acknowledged before is in the copy.
    Raises MappingError, and leaves no file, if there is no database of ours, if it is not
    SQLite's, if the file cannot be written, or is there already (without ``replace``).
    """
    source, target = _find_database(url), Path(file)
    with _explained(file):
        _check_target(file, source, replace)
        handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=target.parent)
        os.close(handle)  # made for its owner alone: 0600
        try:
            made = _copy(source, Path(part))
            os.replace(part, target)
        finally:
            Path(part).unlink(missing_ok=True)
    return made


def _check_target(file: str, source: Path, replace: bool) -> None:
    """Raise MappingError unless a copy of the database may be written to a file."""
    target = Path(file)
    if not source.is_file():
        _refuse("a database to copy", "none yet", "Start the app and make a workspace first.")
    if target.exists() and (not target.is_file() or target.samefile(source)):
        found = f"{file}, which is none or the database itself"
        _refuse("a file for the copy", found, "Name another.")
    if target.exists() and not replace:
        do = "Name another, or add --replace to write over it."
        _refuse("a new file for the copy", f"{file}, which is there already", do)


def _copy(source: Path, part: Path) -> Copied:
    """Copy a database in one step, which others who write cannot make begin anew."""
    with closing(_connect(source, "mode=rw")) as db, closing(sqlite3.connect(part)) as copy:
        _check_ours(db, "the database")
        db.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE").close()  # one file, with no log beside it
        _check_whole(copy, "the copy")
        made = _count(copy)
    with part.open("r+b") as written:
        checksum = _sum_up(written)
        written.seek(CHECKSUM_AT)
        written.write(checksum)
        written.flush()
        os.fsync(written.fileno())
    return made


def restore(file: str, *, url: str = "", replace: bool = False) -> Copied:
    """Put back the workspaces of a file of ``back_up``; others that are there stay as they are.

    Those that are there are put back with ``replace`` alone: all of them or none. What was
    restored says so in its history. Raises MappingError, and leaves all as it was, for any other
    file, for one that is damaged or cut off, and for a workspace that is there already.
    """
    with _explained(file), _opened(file, _find_database(url)) as copy:
        counted = _count(copy)
        database = Database(url)
        try:
            with database.writing("restore") as db:
                there = _take_place(db, copy, file, replace)
                taken = set(db.execute(select(schema.workspaces.c.made_by)).scalars()) - {None}
                for table in COPIED:
                    _copy_rows(copy, db, table, taken)
                for workspace, version in _read_versions(copy).items():
                    _note(db, workspace, max(version, there.get(workspace, 0)) + 1)
            database.wipe()
        finally:
            database.close()
    return counted._replace(replaced=len(there))


def _find_database(url: str) -> Path:
    found = address(choose(url))
    if found.get_backend_name() != "sqlite":
        raise MappingError(POSTGRESQL)
    return Path(str(found.database))


@contextmanager
def _opened(file: str, database: Path) -> Iterator[sqlite3.Connection]:
    """Open a copy to read from, once it has been checked; nothing is written beside it."""
    path = Path(file)
    if not path.is_file():
        _refuse(f"a backup called {file}", "no such file", ANOTHER)
    log_beside = path.with_name(f"{path.name}-wal")
    if (database.exists() and path.samefile(database)) or (
        log_beside.is_file() and log_beside.stat().st_size
    ):
        do = "Make a backup of it first: python -m mapping.workspaces backup FILE."
        _refuse(f"{file} to be a backup", "a database in use, which may lack its latest", do)
    with closing(_connect(path, "mode=ro&immutable=1")) as copy:
        copy.execute("PRAGMA trusted_schema=OFF").close()
        _check_ours(copy, file)
        _check_whole(copy, file)
        _check_cells(copy, file)
        _check_checksum(path, file)
        yield copy


def _connect(path: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True, timeout=MAX_WAIT_S)


def _check_ours(db: sqlite3.Connection, file: str) -> None:
    """Raise MappingError unless a database is one of ours, of a version that is known here."""
    there = _list_tables(db)
    if not {schema.schema_version.name, *schema.ALWAYS} <= there:
        _refuse(f"{file} to hold workspaces of Common Ground", "something else", ANOTHER)
    for table in schema.METADATA.sorted_tables:
        columns = {row[1] for row in db.execute(f'PRAGMA table_info("{table.name}")')}
        if table.name in there and columns != set(table.c.keys()):
            _refuse(f"{file} to hold workspaces of Common Ground", "other tables", ANOTHER)
    (version,) = db.execute("SELECT max(version) FROM schema_version").fetchone()
    if not isinstance(version, int) or not schema.OLDEST <= version <= schema.VERSION:
        known = f"{file} to be of version {schema.OLDEST} to {schema.VERSION}"
        _refuse(known, f"version {version!r:.20}", "Use the Common Ground that wrote it.")


def _check_whole(db: sqlite3.Connection, file: str) -> None:
    found = db.execute("PRAGMA integrity_check(1)").fetchall()
    if found != [("ok",)] or db.execute("PRAGMA foreign_key_check").fetchone() is not None:
        _refuse(f"{file} to be whole", "it damaged or cut off", ANOTHER)


def _check_cells(db: sqlite3.Connection, file: str) -> None:
    """Raise MappingError for cells of another sort than their column holds."""
    for table in schema.METADATA.sorted_tables:
        for column in table.c if table.name in _list_tables(db) else ():
            held = [SORTS[type(column.type)], *(["null"] if column.nullable else [])]
            marks = ", ".join("?" * len(held))
            query = f"SELECT 1 FROM {table.name} WHERE typeof({column.name}) NOT IN ({marks})"
            if db.execute(query, held).fetchone():
                _refuse(f"{file} to hold what a workspace can keep", "something else", ANOTHER)


def _check_checksum(path: Path, file: str) -> None:
    """Raise MappingError for a copy that was changed since; one without a checksum passes."""
    with path.open("rb") as copy:
        copy.seek(CHECKSUM_AT)
        told = copy.read(4)
        if told != NO_CHECKSUM and told != _sum_up(copy):
            _refuse(f"{file} to be as it was made", "it damaged or changed", ANOTHER)


def _sum_up(copy: BinaryIO) -> bytes:
    """Return a checksum of a copy's file, of all but the bytes in which it stands: four bytes."""
    copy.seek(0)
    found = zlib.crc32(copy.read(CHECKSUM_AT))
    copy.seek(CHECKSUM_AT + len(NO_CHECKSUM))
    while chunk := copy.read(CHUNK_BYTES):
        found = zlib.crc32(chunk, found)
    return (found or 1).to_bytes(4, "big")


def _list_tables(db: sqlite3.Connection) -> set[str]:
    return {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def _count(db: sqlite3.Connection) -> Copied:
    there = _list_tables(db)
    rows = {
        name: db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for name in (schema.workspaces.name, *(kind.name for kind in KINDS))
        if name in there
    }
    return Copied(rows.pop(schema.workspaces.name), 0, rows)


def _read_versions(copy: sqlite3.Connection) -> dict[str, int]:
    return dict(copy.execute("SELECT id, version FROM workspaces"))


def _take_place(
    db: Connection, copy: sqlite3.Connection, file: str, replace: bool
) -> dict[str, int]:
    """Delete the workspaces that are about to be put back; their versions, by id."""
    table, theirs = schema.workspaces, _read_versions(copy)
    there = {key: int(v) for key, v in db.execute(select(table.c.id, table.c.version))}
    both = {workspace: there[workspace] for workspace in theirs if workspace in there}
    if both and not replace:
        _refuse(
            f"none of the {wording.write_count(len(theirs), 'workspace', 'workspaces')} in {file} "
            "to be here",
            wording.number(len(both)),
            "Nothing was changed. Add --replace, and these become as they were in the backup.",
        )
    for workspace in both:
        db.execute(delete(table).where(table.c.id == workspace))
    return both


def _copy_rows(copy: sqlite3.Connection, db: Connection, table: Table, taken: set[Any]) -> None:
    """Copy a table's rows; a request that another workspace has answered since stays its own."""
    if table.name not in _list_tables(copy):
        return
    names = table.c.keys()
    rows = copy.execute(f"SELECT {', '.join(names)} FROM {table.name}")
    statement = str(insert(table).compile(dialect=db.dialect))
    while chunk := rows.fetchmany(CHUNK_ROWS):
        if table is schema.workspaces:
            at = names.index("made_by")
            chunk = [row if row[at] not in taken else (*row[:at], None) for row in chunk]
        db.exec_driver_sql(statement, chunk)


def _note(db: Connection, workspace: str, version: int) -> None:
    """Give what was put back a version that nobody has seen, and a row in its history."""
    table = schema.workspaces
    db.execute(update(table).where(table.c.id == workspace).values(version=version))
    for kind in KINDS:
        note_version(db, workspace, version, kind)
    log.add(db, workspace, Change(log.WORKSPACE, "restored the workspace from a backup"))


@contextmanager
def _explained(file: str) -> Iterator[None]:
    """Turn faults of files and of SQLite into sentences that name what was asked for alone."""
    try:
        yield
    except (sqlite3.Error, IntegrityError) as error:
        for sign, fault in FAULTS.items():
            if sign in str(error).lower():
                _refuse(*fault)
        found = "something else, or one that is damaged or cut off"
        _refuse(f"{file} to be a backup of Common Ground", found, ANOTHER)
    except OSError as error:
        expected = f"{file} to be a file that may be read or made"
        _refuse(expected, f"“{error.strerror}”", "Check its folder and its name.")


def _refuse(expected: str, found: str, do: str) -> NoReturn:
    raise MappingError(f"Expected {expected}; found {found}. {do}") from None
