"""The store: everything that people keep, in workspaces, in a database.

Every write is one transaction that waits its turn: nothing is half saved, and two users who
save at once both keep their work. A write with a ``save_id`` of the caller's may be repeated,
after a dropped connection say: the second time changes nothing and gives the same answer.
Whoever has a workspace's id may read, change and delete it; nobody can guess one.
"""

import hashlib
import json
import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pandas as pd
from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from mapping import places, workspaces
from mapping.actors import Register
from mapping.errors import MappingError
from mapping.workspaces import (
    TABLE_COLUMNS,
    OwnLens,
    ReceivedFile,
    Workspace,
    WorkspaceRecord,
    archive,
    texts,
)
from mapping.workspaces.store import schema as at
from mapping.workspaces.store.database import Database

__all__ = [
    "COUNTED_TABLES",
    "FIRST_VERSION",
    "LIST_COLUMNS",
    "Store",
]

LIST_COLUMNS = ("id", "name", "place", "created", "updated", "version")
COUNTED_TABLES = {name: at.OF_WORKSPACE[name] for name in ("actors", "uploads", "weights")}
FIRST_VERSION = 1
"""The version of a new workspace."""


class Store:
    """Workspaces in one database; may be used by several threads and processes at once.

    ``url`` is as in ``database.Database``. Every method raises MappingError if the database
    cannot do it (see there), and if no workspace has the id given. Methods that write take
    ``save_id``, a text that the caller made up for this one request, and return the
    workspace's new version.
    """

    def __init__(self, url: str = "") -> None:
        self._database = Database(url)

    def close(self) -> None:
        """Let go of all connections."""
        self._database.engine.dispose()

    def list(self) -> pd.DataFrame:
        """List all workspaces, the last changed first.

        Columns: id, name, place, created, updated (ISO, UTC), version, and how many actors,
        uploads and weights there are.
        """
        counts = [
            select(func.count())
            .where(table.c.workspace == at.workspaces.c.id)
            .scalar_subquery()
            .label(name)
            for name, table in COUNTED_TABLES.items()
        ]
        columns = [at.workspaces.c[name] for name in LIST_COLUMNS]
        newest = at.workspaces.c.updated.desc()
        with self._database.reading() as db:
            rows = db.execute(select(*columns, *counts).order_by(newest)).all()
        return pd.DataFrame([tuple(row) for row in rows], columns=[*LIST_COLUMNS, *COUNTED_TABLES])

    def create(self, name: str, place: str, *, save_id: str = "") -> str:
        """Make a workspace for a place ("borough.E09000007") and return its id.

        The name is kept as typed, up to 120 letters. With the same ``save_id``, name and
        place it is made once.
        """
        head = {"name": texts.check_text(name, "name of a workspace"), "place": _place(place)}
        empty = {table: pd.DataFrame(columns=list(names)) for table, names in TABLE_COLUMNS.items()}
        return self._make(WorkspaceRecord(head, **empty), _request(save_id, "create", name, place))

    def version(self, workspace: str) -> int:
        """Return the version of a workspace, which grows with every change."""
        with self._database.reading() as db:
            return _version(db, workspace)

    def open(self, workspace: str) -> Workspace:
        """Return a workspace with its actors, weights and marks, in today's postcodes."""
        return workspaces.open_workspace(self._kept(workspace))

    def outcomes(self, workspace: str, upload: str) -> pd.DataFrame:
        """Return what became of each row of an upload: the table it was saved with, as texts."""
        asked = select(at.uploads.c.outcomes).where(_match_rows(at.uploads, workspace, id=upload))
        with self._database.reading() as db:
            _version(db, workspace)
            found = db.execute(asked).scalar()
        if found is None:
            raise _explain_no_such("an upload", upload)
        return texts.read_csv(zlib.decompress(found), "the outcomes")

    def rename(self, workspace: str, name: str, *, save_id: str = "") -> int:
        """Give a workspace another name, kept as typed."""
        told = {"name": texts.check_text(name, "name of a workspace")}
        return self._set(workspace, told, _request(save_id, "rename", name))

    def set_place(self, workspace: str, place: str, *, save_id: str = "") -> int:
        """Let a workspace be about another place ("kind.code")."""
        return self._set(workspace, {"place": _place(place)}, _request(save_id, "place", place))

    def save_actors(
        self, workspace: str, register: Register, received: ReceivedFile, *, save_id: str = ""
    ) -> int:
        """Keep all actors of a register, and the file that they came from.

        They replace those of an earlier upload with the same id; MappingError if that is not the
        one that was ``received.seen``. Ids of actors that another upload has already get a
        number: open the workspace to see them.
        """
        upload = texts.check_id(received.id)
        file = (texts.clean_text(received.file_name), texts.clean_text(received.fingerprint))
        outcomes = zlib.compress(texts.write_csv(received.rows))
        row = pd.DataFrame([(upload, *file, _now(), outcomes)], columns=TABLE_COLUMNS["uploads"])
        rows = workspaces.write_actors(register, upload)

        def change(db: Connection) -> None:
            _check_seen(db, workspace, upload, received.seen)
            db.execute(delete(at.uploads).where(_match_rows(at.uploads, workspace, id=upload)))
            taken = db.execute(select(at.actors.c.id).where(at.actors.c.workspace == workspace))
            ids = texts.number_repeats(rows["id"], taken.scalars())
            _insert(db, at.uploads, workspace, row)
            _insert(db, at.actors, workspace, rows.assign(id=ids))

        asked = (upload, *file, register.fingerprint, hashlib.sha256(outcomes).hexdigest())
        return self._change(workspace, _request(save_id, "actors", *asked), change)

    def remove_actor(self, workspace: str, actor: str, *, save_id: str = "") -> int:
        """Delete an actor by its id; MappingError if there is none."""
        return self._remove(workspace, "an actor", at.actors, actor, save_id)

    def remove_upload(
        self, workspace: str, upload: str, *, seen: str | None = None, save_id: str = ""
    ) -> int:
        """Delete an upload by its id, with its actors and outcomes; MappingError if none.

        ``seen`` is as in ``Received``: another file under that id is not deleted.
        """
        return self._remove(workspace, "an upload", at.uploads, upload, save_id, seen)

    def save_weights(
        self, workspace: str, lens: OwnLens, *, replaced: str = "", save_id: str = ""
    ) -> int:
        """Keep somebody's own weights; they replace those with the same id.

        They replace those with the id ``replaced`` as well; MappingError if there are none.
        """
        row = pd.DataFrame([workspaces.write_lens(lens, _now())])

        def change(db: Connection) -> None:
            old = delete(at.weights).where(_match_rows(at.weights, workspace, id=replaced))
            if replaced and not db.execute(old).rowcount:
                raise _explain_no_such("weights", replaced)
            db.execute(delete(at.weights).where(_match_rows(at.weights, workspace, id=lens.id)))
            _insert(db, at.weights, workspace, row)

        parts = [row[name].iloc[0] for name in ("postcodes", "numbers", "residual")]
        numbers = hashlib.sha256(b"".join(parts)).hexdigest()
        asked = (lens.id, lens.name, lens.counts, numbers, *filter(None, [replaced]))
        return self._change(workspace, _request(save_id, "weights", *asked), change)

    def remove_weights(self, workspace: str, weights: str, *, save_id: str = "") -> int:
        """Delete somebody's own weights by their id; MappingError if there are none."""
        return self._remove(workspace, "weights", at.weights, weights, save_id)

    def mark(self, workspace: str, theme: str, scale: str, *, save_id: str = "") -> int:
        """Note that the register is complete for a theme and scale; once is enough."""
        row = dict(zip(("theme", "scale"), texts.check_mark(theme, scale), strict=True))

        def change(db: Connection) -> None:
            db.execute(delete(at.marks).where(_match_rows(at.marks, workspace, **row)))
            db.execute(insert(at.marks), {"workspace": workspace, "marked": _now(), **row})

        return self._change(workspace, _request(save_id, "mark", *row.values()), change)

    def unmark(self, workspace: str, theme: str, scale: str, *, save_id: str = "") -> int:
        """Take back that the register is complete for a theme and scale."""
        row = dict(zip(("theme", "scale"), texts.check_mark(theme, scale), strict=True))

        def change(db: Connection) -> None:
            db.execute(delete(at.marks).where(_match_rows(at.marks, workspace, **row)))

        return self._change(workspace, _request(save_id, "unmark", *row.values()), change)

    def export_whole(self, workspace: str) -> bytes:
        """Return everything in a workspace but its id as a zip: see ``archive``."""
        return archive.write(self._kept(workspace))

    def import_whole(self, content: bytes, *, name: str = "a.zip", save_id: str = "") -> str:
        """Make a new workspace of a zip of ``export_whole`` and return its id.

        ``name`` is the file's. Raises MappingError for any other file, as ``archive.read``.
        """
        kept = archive.read(content, name)
        return self._make(kept, _request(save_id, "import", hashlib.sha256(content).hexdigest()))

    def delete(self, workspace: str, *, version: int | None = None) -> None:
        """Delete a workspace and all that is in it, for good; nothing of it stays in the file.

        With the ``version`` that its reader saw, one that was changed since stays: MappingError.
        """
        with self._database.writing(workspace) as db:
            if version not in (None, _version(db, workspace)):
                raise _explain_change("this workspace")
            db.execute(delete(at.workspaces).where(at.workspaces.c.id == workspace))
        self._database.wipe()

    def _make(self, kept: WorkspaceRecord, request: str) -> str:
        workspace, now = workspaces.make_id(), _now()
        head = {
            **kept.facts,
            "id": workspace,
            "created": now,
            "updated": now,
            "version": FIRST_VERSION,
        }
        made_by = at.workspaces.c.made_by == request
        with self._database.writing(request or workspace) as db:
            earlier = request and db.execute(select(at.workspaces.c.id).where(made_by)).scalar()
            if earlier:
                return earlier
            db.execute(insert(at.workspaces), {**head, "made_by": request or None})
            for name, table in at.OF_WORKSPACE.items():
                _insert(db, table, workspace, getattr(kept, name))
        return workspace

    def _kept(self, workspace: str) -> WorkspaceRecord:
        with self._database.reading() as db:
            _version(db, workspace)
            columns = [at.workspaces.c[name] for name in LIST_COLUMNS]
            asked = select(*columns).where(at.workspaces.c.id == workspace)
            head = dict(db.execute(asked).mappings().one())
            found = {name: _frame(db, name, workspace) for name in TABLE_COLUMNS}
        came = pd.Index(found["uploads"]["id"]).get_indexer(found["actors"]["upload"])
        ordered = found["actors"].iloc[np.argsort(came, kind="stable")]
        return WorkspaceRecord(head, **{**found, "actors": ordered.reset_index(drop=True)})

    def _set(self, workspace: str, told: dict[str, str], request: str) -> int:
        def change(db: Connection) -> None:
            db.execute(update(at.workspaces).where(at.workspaces.c.id == workspace).values(**told))

        return self._change(workspace, request, change)

    def _remove(
        self,
        workspace: str,
        what: str,
        table: Table,
        found: str,
        save_id: str,
        seen: str | None = None,
    ) -> int:
        def change(db: Connection) -> None:
            if table is at.uploads:
                _check_seen(db, workspace, found, seen)
            if not db.execute(
                delete(table).where(_match_rows(table, workspace, id=found))
            ).rowcount:
                raise _explain_no_such(what, found)

        version = self._change(workspace, _request(save_id, "remove", what, found), change)
        self._database.wipe()
        return version

    def _change(self, workspace: str, request: str, change: Callable[[Connection], None]) -> int:
        """Change a workspace, unless that very request has been answered; return its version."""
        with self._database.writing(workspace) as db:
            version = _version(db, workspace) + 1
            asked = select(at.saves.c.answer).where(
                _match_rows(at.saves, workspace, request=request)
            )
            answer = db.execute(asked).scalar() if request else None
            if answer is not None:
                return int(answer)
            change(db)
            told = {"version": version, "updated": _now()}
            db.execute(update(at.workspaces).where(at.workspaces.c.id == workspace).values(**told))
            if request:
                row = {"workspace": workspace, "request": request, "answer": version}
                db.execute(insert(at.saves), row)
        return version


def _frame(db: Connection, name: str, workspace: str) -> pd.DataFrame:
    """Read what a workspace has in one table, in the order in which it came."""
    table = at.OF_WORKSPACE[name]
    order = {"actors": ("upload", "number"), "marks": ("theme", "scale")}.get(name, ("saved", "id"))
    asked = select(*(table.c[column] for column in TABLE_COLUMNS[name]))
    asked = asked.where(table.c.workspace == workspace).order_by(*(table.c[c] for c in order))
    cursor = db.execute(asked).cursor  # the driver's own rows: many, and nothing to convert
    assert cursor is not None
    return pd.DataFrame(cursor.fetchall(), columns=TABLE_COLUMNS[name])


def _insert(db: Connection, table: Table, workspace: str, frame: pd.DataFrame) -> None:
    """Add rows in bulk: handed to the driver as they are, which takes a third of the time."""
    if len(frame):
        whole = frame.assign(workspace=workspace)
        columns = [whole[one.name].to_numpy(dtype=object).tolist() for one in table.c]
        statement = str(insert(table).compile(dialect=db.dialect))
        db.exec_driver_sql(statement, list(zip(*columns, strict=True)))


def _match_rows(table: Table, workspace: str, **equal: str) -> ColumnElement[bool]:
    """Choose the rows of a workspace that have these values."""
    told = [table.c[name] == value for name, value in equal.items()]
    return and_(table.c.workspace == workspace, *told)


def _version(db: Connection, workspace: str) -> int:
    asked = select(at.workspaces.c.version).where(at.workspaces.c.id == workspace)
    found = db.execute(asked).scalar()
    if found is None:
        raise _explain_no_such("a workspace", workspace)
    return int(found)


def _check_seen(db: Connection, workspace: str, upload: str, seen: str | None) -> None:
    """Refuse to touch a file that somebody has put in the place of the one that was seen."""
    asked = select(at.uploads.c.saved, at.uploads.c.file_name)
    found = db.execute(asked.where(_match_rows(at.uploads, workspace, id=upload))).first()
    if seen is not None and found is not None and found.saved != seen:
        raise _explain_change(f"the file that is “{found.file_name[:60]}” now")


def _explain_change(what: str) -> MappingError:
    return MappingError(
        f"Expected {what} as it was when you last saw it; somebody has changed it since. Nothing "
        "was changed or deleted. Look at what is there now, and do it again if you still want to."
    )


def _explain_no_such(what: str, given: str) -> MappingError:
    return MappingError(
        f"Expected the id of {what} that is kept; there is none with {given[:24]!a}. It may "
        "have been deleted, or the link is incomplete: choose from the list."
    )


def _place(place: str) -> str:
    """Return a place's "kind.code" if there is such a place today."""
    places.at(*texts.check_place(place).split(".", 1))
    return place


def _request(save_id: str, *asked: str) -> str:
    """Return a hash of what was asked under the caller's id; "" without one."""
    told = json.dumps([save_id, *asked])
    return hashlib.sha256(told.encode()).hexdigest() if save_id else ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
