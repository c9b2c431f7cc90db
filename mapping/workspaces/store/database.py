"""The database: how it is reached, one transaction for every write, and its faults in words."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    event,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as NoConnectionError

from mapping.errors import MappingError, StoreError
from mapping.workspaces.store import schema

DEFAULT = Path(__file__).resolve().parents[3] / "workspaces" / "commonground.sqlite"
VARIABLE = "COMMON_GROUND_DATABASE"
MAX_WAIT_S = 20.0
"""So long a write waits for others to finish."""
CONNECT_S = 10
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
FREE = "Nothing was saved."
FAULTS = {
    ("locked", "busy", "lock timeout"): (
        "a turn to use the database within {patience:g} s; others still held it",
        "Try again.",
    ),
    ("is full", "no space left"): (
        "room for what is saved; the disk of the database is full",
        "Make room on it and save again.",
    ),
    ("readonly", "read-only", "permission denied"): (
        "a database that may be written to; it can only be read",
        "Let the account that runs the app write to it and to its folder.",
    ),
    ("malformed", "not a database", "corrupt"): (
        "an intact database; it is damaged or none",
        "Put its last copy back, or name another in " + VARIABLE + ".",
    ),
    ("unable to open",): (
        "a database file that can be opened or made; there is none, and no folder to make it in",
        "Check the path in " + VARIABLE + ".",
    ),
    ("connection", "resolve"): (
        "an answer from the database server; it cannot be reached, or refuses the name and "
        "password",
        "Check that it runs, and its address in " + VARIABLE + ".",
    ),
}
"""What the message of a fault holds, what it means, what to do."""


class Database:
    """A database with the tables of ``schema``; made if there is none.

    ``url`` is the address of PostgreSQL (postgresql://name:password@server/database) or of a
    file of SQLite (sqlite:///path), or a path; by default what the environment variable
    COMMON_GROUND_DATABASE says, or ``workspaces/commonground.sqlite`` beside the app. Raises
    StoreError if it cannot be reached, MappingError if it is of a version that this program does
    not know.
    """

    def __init__(self, url: str = "") -> None:
        self.url = address(choose(url))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        self._prepare()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read in one transaction: everything as it was at one moment."""
        with self._explained(), self.engine.connect() as db:
            if not self.is_sqlite:
                db = db.execution_options(isolation_level="REPEATABLE READ")
            with db.begin():
                yield db

    @contextmanager
    def writing(self, turn: str) -> Iterator[Connection]:
        """Write in one transaction, all of it or nothing, while nobody else writes.

        SQLite has one turn for all; PostgreSQL one for each text ``turn``.
        """
        with self._explained(), self.engine.connect() as db:
            db = db.execution_options(begin="BEGIN IMMEDIATE")
            with db.begin():
                if not self.is_sqlite:
                    db.execute(text(f"SET LOCAL lock_timeout = {int(MAX_WAIT_S * 1000)}"))
                    turns = text("SELECT pg_advisory_xact_lock(hashtextextended(:turn, 0))")
                    db.execute(turns, {"turn": f"common ground {turn}"})
                yield db

    def wipe(self) -> None:
        """Take what was deleted out of SQLite's log as well; its file is overwritten at once.

        While somebody reads, it stays in the log until the next write after that. PostgreSQL
        clears away by itself what was deleted (autovacuum).
        """
        if self.is_sqlite:
            with self._explained(), self.engine.connect() as db:
                db = db.execution_options(begin="")
                db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _prepare(self) -> None:
        with self.writing("schema") as db:
            there = set(inspect(db).get_table_names())
            if schema.schema_version.name not in there:
                self._check_empty(there)
                schema.METADATA.create_all(db)
                db.execute(insert(schema.schema_version), {"version": schema.VERSION})
                return
            found = db.execute(select(schema.schema_version.c.version)).scalar()
            if found is None or not schema.OLDEST <= found <= schema.VERSION:
                raise MappingError(
                    f"Expected a database of version {schema.OLDEST} to {schema.VERSION}; found "
                    f"version {found} in {self._shown}. Start the Common Ground that wrote it, "
                    "export the workspaces, and import them here."
                )
            if missing := sorted(schema.ALWAYS - there):
                raise MappingError(
                    f"Expected a whole database of version {found}; it lacks the table"
                    f"{'s' * (len(missing) > 1)} {', '.join(missing)} ({self._shown}). Nothing was "
                    f"changed. Put its last copy back, or name another in {VARIABLE}."
                )
            if found < schema.VERSION or schema.METADATA.tables.keys() - there:
                schema.METADATA.create_all(db)
                db.execute(update(schema.schema_version), {"version": schema.VERSION})

    def _check_empty(self, there: set[str]) -> None:
        taken = sorted(there & set(schema.METADATA.tables))
        if taken:
            raise MappingError(
                f"Expected a database of Common Ground or an empty one; found tables of something "
                f"else called {', '.join(taken)} in {self._shown}. Name another in {VARIABLE}."
            )

    def close(self) -> None:
        """Let go of all connections; what SQLite's log holds is folded into its file first."""
        with suppress(StoreError):
            self.wipe()
        self.engine.dispose()

    @property
    def _shown(self) -> str:
        """Return what the database is called in a sentence: no folder, no password."""
        if self.is_sqlite:
            return Path(str(self.url.database)).name
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn faults of the database into StoreErrors; faults of ours stay what they are."""
        try:
            yield
        except SQLAlchemyError as error:
            said = str(getattr(error, "orig", None) or error)
            if _is_of_the_database(error) or "permission denied" in said[:40]:
                for signs, (expected, do) in FAULTS.items():
                    if any(sign in said.lower() for sign in signs):
                        meant = expected.format(patience=MAX_WAIT_S)
                        raise StoreError(
                            f"Expected {meant} ({self._shown}). {FREE} {do}"
                        ) from error
            if _is_of_the_database(error):
                raise StoreError(
                    f"Expected the database {self._shown} to do what it was asked; it said "
                    f"“{said.splitlines()[0][:200]}”. {FREE} Try again, or ask whoever runs it."
                ) from error
            raise


def _is_of_the_database(error: SQLAlchemyError) -> bool:
    kinds = OperationalError | InterfaceError | InternalError | NoConnectionError
    return isinstance(error, kinds) or type(error) is DatabaseError


def choose(url: str) -> str:
    """Return an address; where none is given, that of the environment or the usual file's path."""
    return url or os.environ.get(VARIABLE, "") or str(DEFAULT)


def address(url: str) -> URL:
    """Read the address of a database, or a path; raises MappingError for any other kind."""
    try:
        found = make_url(url) if "://" in url else URL.create("sqlite", database=url)
    except ArgumentError:
        found = URL.create("none")
    kind = found.drivername.partition("+")[0]
    if kind in ("postgresql", "postgres"):
        return found.set(drivername="postgresql+psycopg")
    if kind == "sqlite" and found.database not in (None, "", ":memory:"):
        return found.set(drivername="sqlite+pysqlite")
    raise MappingError(
        "Expected the address of PostgreSQL (postgresql://…) or of a file of SQLite "
        f"(sqlite:///…); found one that begins with “{kind[:20]}”. Correct {VARIABLE}, or leave "
        "it out for a file beside the app."
    )


def _sqlite(url: URL) -> Engine:
    """Reach a file of SQLite. Its driver begins no transactions by itself: ``begin`` does."""
    folder = Path(str(url.database)).parent
    if folder == DEFAULT.parent:
        folder.mkdir(mode=0o700, exist_ok=True)
    _make_file(Path(str(url.database)))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": MAX_WAIT_S})

    @event.listens_for(engine, "connect")
    def _connected(connection, _record) -> None:
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begun(db: Connection) -> None:
        statement = db.get_execution_options().get("begin", "BEGIN")
        if statement:
            db.exec_driver_sql(statement)

    return engine


def _make_file(path: Path) -> None:
    """Make a new database's file so that only its owner may read it; SQLite's log follows it.

    Where it cannot be made, SQLite says so when it tries itself.
    """
    if not str(path).startswith("file:"):
        with suppress(OSError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def _postgresql(url: URL) -> Engine:
    given = {"connect_timeout": CONNECT_S}
    return create_engine(
        url, hide_parameters=True, pool_pre_ping=True, paramstyle="format", connect_args=given
    )
