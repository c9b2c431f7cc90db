"""The database: how it is reached, one transaction for every write, and its faults in words."""

import logging
import os
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from weakref import WeakValueDictionary

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
from mapping.workspaces.store.turns import Turns

LOG = logging.getLogger(__name__)
"""Says to whoever runs the app which database it is; readers are not told of paths and names."""
DEFAULT = Path(__file__).resolve().parents[3] / "workspaces" / "commonground.sqlite"
VARIABLE = "COMMON_GROUND_DATABASE"
MAX_WAIT_S = 20.0
"""So long a write waits for others to finish."""
CONNECT_S = 10
MAX_CONNECTIONS = 15
"""To PostgreSQL, of one process; they are kept, since to make one takes longer than a save."""
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON")
FREE = "Nothing was saved."
ASK = "Ask whoever runs this app to"
LOCKED = ("locked", "busy", "lock timeout")
FAULTS = {
    LOCKED: (
        "a turn to use the database within {patience:g} s; others still held it",
        "Try again.",
    ),
    ("is full", "no space left"): (
        "room for what is saved; the disk of the database is full",
        f"{ASK} make room on it, then save again.",
    ),
    ("readonly", "read-only", "permission denied"): (
        "a database that may be written to; it can only be read",
        f"{ASK} let it write to the database and its folder, then save again.",
    ),
    ("malformed", "not a database", "corrupt"): (
        "an intact database; it is damaged or none",
        f"{ASK} put its last copy back.",
    ),
    ("unable to open",): (
        "a database file that can be opened or made; there is none, and no folder to make it in",
        f"{ASK} check where it looks for the database.",
    ),
    ("connection", "resolve"): (
        "an answer from the database server; it cannot be reached, or refuses the name and "
        "password",
        f"{ASK} check that it runs, then try again.",
    ),
}
"""What the message of a fault holds, what it means, what to do."""
GONE = (
    "the database that was open; somebody has moved or deleted its file",
    f"{ASK} put it back, or its last copy.",
)
OTHER = ("the database to do what it was asked; it did not", f"Try again. {ASK} look at it if not.")


class Database:
    """A database with the tables of ``schema``; made if there is none.

    ``url`` is the address of PostgreSQL (postgresql://name:password@server/database) or of a
    file of SQLite (sqlite:///path), or a path; by default what the environment variable
    COMMON_GROUND_DATABASE says, or ``workspaces/commonground.sqlite`` beside the app. Raises
    StoreError if it cannot be reached, MappingError if it is of a version that this program does
    not know. ``waiting`` is entered while a write waits for its turn: it may say so.
    """

    def __init__(
        self, url: str = "", waiting: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> None:
        self.url = address(choose(url))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.is_sqlite else _postgresql(self.url)
        self._waiting, self._turns = waiting, WeakValueDictionary[str, Turns]()
        self._finding = threading.Lock()
        self._joined = threading.local()
        self._file = self._find_file()
        self._prepare()
        self._file = self._find_file()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read in one transaction: everything as it was at one moment."""
        if (joined := self._find_joined()) is not None:
            yield joined
            return
        with self._explained(), self.engine.connect() as db:
            if not self.is_sqlite:
                db = db.execution_options(isolation_level="REPEATABLE READ")
            with db.begin():
                yield db

    @contextmanager
    def writing(self, turn: str) -> Iterator[Connection]:
        """Write in one transaction, all of it or nothing, while nobody else writes.

        SQLite has one turn for all; PostgreSQL one for each text ``turn``. Turns are had in the
        order in which they were asked for.
        """
        if (joined := self._find_joined()) is not None:
            with self._explained():
                self._await_turn(joined, turn)
                yield joined
            return
        with self._explained(), ExitStack() as held:
            with self._waiting():
                held.enter_context(self._find_turns(turn).take(MAX_WAIT_S))
                db = held.enter_context(self.engine.connect())
                db = db.execution_options(begin="BEGIN IMMEDIATE")
                held.enter_context(db.begin())
                self._await_turn(db, turn)
            yield db

    @contextmanager
    def together(self, turn: str) -> Iterator[None]:
        """Let all that this thread reads and writes meanwhile be one transaction, all or nothing.

        ``turn`` is as for ``writing``; what is written within takes its own turns as well.
        """
        with self.writing(turn) as db:
            self._joined.db = db
            try:
                yield
            finally:
                self._joined.db = None

    def _find_joined(self) -> Connection | None:
        """Return the connection of what this thread does together; None if it does nothing so."""
        return getattr(self._joined, "db", None)

    def _find_turns(self, turn: str) -> Turns:
        """Return where the threads of this process wait: for PostgreSQL without a connection."""
        with self._finding:
            return self._turns.setdefault("" if self.is_sqlite else turn, Turns())

    def _await_turn(self, db: Connection, turn: str) -> None:
        """Wait for a turn on PostgreSQL; it lasts as long as the transaction."""
        if not self.is_sqlite:
            db.execute(text(f"SET LOCAL lock_timeout = {int(MAX_WAIT_S * 1000)}"))
            turns = text("SELECT pg_advisory_xact_lock(hashtextextended(:turn, 0))")
            db.execute(turns, {"turn": f"common ground {turn}"})

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
                LOG.error("%s is of version %s.", self._shown, found)
                raise MappingError(
                    f"Expected a database of version {schema.OLDEST} to {schema.VERSION}; found "
                    f"version {found}. Start the Common Ground that wrote it, "
                    "export the workspaces, and import them here."
                )
            if missing := sorted(schema.ALWAYS - there):
                LOG.error("%s lacks tables.", self._shown)
                raise MappingError(
                    f"Expected a whole database of version {found}; it lacks the table"
                    f"{'s' * (len(missing) > 1)} {', '.join(missing)}. Nothing was "
                    f"changed. Put its last copy back, or name another in {VARIABLE}."
                )
            if found < schema.VERSION or schema.METADATA.tables.keys() - there:
                schema.METADATA.create_all(db)
                db.execute(update(schema.schema_version), {"version": schema.VERSION})

    def _check_empty(self, there: set[str]) -> None:
        taken = sorted(there & set(schema.METADATA.tables))
        if taken:
            LOG.error("%s has tables of something else.", self._shown)
            raise MappingError(
                f"Expected a database of Common Ground or an empty one; found tables of something "
                f"else called {', '.join(taken)}. Name another in {VARIABLE}."
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
        """Turn faults of the database into StoreErrors; faults of ours stay what they are.

        The next who comes has new connections: what is wrong may be wrong with these.
        """
        self._look_at_file()
        try:
            yield
        except TimeoutError as error:
            raise _explain(*FAULTS[LOCKED]) from error
        except SQLAlchemyError as error:
            said = str(getattr(error, "orig", None) or error)
            is_ours = not _is_of_the_database(error)
            if is_ours and "permission denied" not in said[:40]:
                raise
            LOG.warning("%s: %s", self._shown, said)
            self.engine.dispose()
            for signs, meant in FAULTS.items():
                if any(sign in said.lower() for sign in signs):
                    raise _explain(*meant) from error
            if is_ours:
                raise
            raise _explain(*OTHER) from error

    def _look_at_file(self) -> None:
        """Take up the file that lies in the place of SQLite's now, or say that there is none.

        Who goes on with one that was moved or deleted saves what nobody finds again.
        """
        now = self._find_file()
        if now == self._file:
            return
        self.engine.dispose()
        if now is None:
            LOG.warning("%s is gone.", self._shown)
            raise _explain(*GONE)
        self._file = now
        self._prepare()

    def _find_file(self) -> tuple[int, int] | None:
        """Return what tells SQLite's file from every other; None without one."""
        try:
            facts = os.stat(str(self.url.database)) if self.is_sqlite else None
        except OSError:
            return None
        return facts and (facts.st_dev, facts.st_ino)


def _explain(expected: str, do: str) -> StoreError:
    return StoreError(f"Expected {expected.format(patience=MAX_WAIT_S)}. {FREE} {do}")


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
        with suppress(OSError):  # whoever opens the file is told
            folder.mkdir(mode=0o700, exist_ok=True)
    with suppress(OSError):
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
    """Let only its owner read a database's file, a new one too; SQLite's log follows it.

    Where it cannot be made, SQLite says so when it tries itself.
    """
    if not str(path).startswith("file:"):
        with suppress(OSError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        for part in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
            _close_to_others(part)


def _close_to_others(path: Path) -> None:
    """Let nobody but its owner read or write a file that is there; others' files stay."""
    with suppress(OSError):
        mode = path.stat().st_mode
        if stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO):
            path.chmod(stat.S_IMODE(mode) & stat.S_IRWXU)
            LOG.warning("%s was open to other accounts; it is closed to them now.", path.name)


def _postgresql(url: URL) -> Engine:
    given = {"connect_timeout": CONNECT_S}
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=MAX_CONNECTIONS,
        max_overflow=0,
        paramstyle="format",
        connect_args=given,
    )
