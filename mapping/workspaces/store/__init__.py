"""The store: everything that people keep, in workspaces, in a database.

Every write is one transaction that waits its turn: nothing is half saved, and two users who
save at once both keep their work. A write with a ``save_id`` of the caller's may be repeated,
after a dropped connection say: the second time changes nothing and gives the same answer.
Whoever has a workspace's id may read, change and delete it; nobody can guess one.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple, TypeVar

import pandas as pd
from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from mapping import places
from mapping.actors import Register
from mapping.errors import MappingError
from mapping.workspaces import (
    KINDS,
    Kind,
    Opened,
    OwnLens,
    ReceivedFile,
    Workspace,
    WorkspaceRecord,
    archive,
    open_workspace,
    texts,
)
from mapping.workspaces.kinds import Cell, actors, claims, marks, uploads, weights
from mapping.workspaces.store import clock, rows, schema
from mapping.workspaces.store.database import Database

__all__ = [
    "COUNTED",
    "FIRST_VERSION",
    "LIST_COLUMNS",
    "Imported",
    "Store",
    "Versions",
    "database",
    "rows",
    "schema",
]

T = TypeVar("T")
LIST_COLUMNS = ("id", "name", "place", "created", "updated", "version")
COUNTED = tuple(kind for kind in KINDS if kind.nouns)
"""The kinds that are counted in the list of workspaces."""
FIRST_VERSION = 1
"""The version of a new workspace, and of a kind that nobody has changed since."""


class Versions(NamedTuple):
    """The version of a workspace, and by name that of each kind: which one changed it last."""

    workspace: int
    kinds: Mapping[str, int]


class Imported(NamedTuple):
    """The id of a workspace that was imported, and what of the zip was left out, in words."""

    id: str
    left_out: str


class Store:
    """Workspaces in one database; may be used by several threads and processes at once.

    ``url`` and ``waiting`` are as in ``database.Database``. Every method raises MappingError if
    the database cannot do it (see there), and if no workspace has the id given. Methods that
    write take ``save_id``, a text that the caller made up for this one request, and return the
    workspace's new version.
    """

    def __init__(
        self, url: str = "", *, waiting: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> None:
        self._database = Database(url, waiting)

    def close(self) -> None:
        """Let go of all connections."""
        self._database.engine.dispose()

    def list(self) -> pd.DataFrame:
        """List all workspaces, the last changed first.

        Columns: id, name, place, created, updated (ISO, UTC), version, and of each kind in
        ``COUNTED`` how many there are.
        """
        tables = {kind.name: schema.TABLES[kind.name] for kind in COUNTED}
        counts = [
            select(func.count())
            .where(table.c.workspace == schema.workspaces.c.id)
            .scalar_subquery()
            .label(name)
            for name, table in tables.items()
        ]
        newest = schema.workspaces.c.updated.desc()
        with self._database.reading() as db:
            found = db.execute(select(*_list_facts(), *counts).order_by(newest)).all()
        return pd.DataFrame([tuple(one) for one in found], columns=[*LIST_COLUMNS, *tables])

    def create(self, name: str, place: str, *, save_id: str = "") -> str:
        """Make a workspace for a place ("borough.E09000007") and return its id.

        The name is kept as typed, up to 120 letters. With the same ``save_id``, name and
        place it is made once.
        """
        record = WorkspaceRecord.begin(
            texts.check_text(name, "name of a workspace"), _check_place(place)
        )
        return self._make(record, _request(save_id, "create", name, place))

    def version(self, workspace: str) -> int:
        """Return the version of a workspace, which grows with every change."""
        with self._database.reading() as db:
            return _read_version(db, workspace)

    def versions(self, workspace: str) -> Versions:
        """Return the version of a workspace, and of each kind of things that it keeps."""
        table = schema.kind_versions
        asked = select(table.c.kind, table.c.version).where(table.c.workspace == workspace)
        with self._database.reading() as db:
            version = _read_version(db, workspace)
            found = {str(kind): int(changed) for kind, changed in db.execute(asked)}
        return Versions(version, {k.name: found.get(k.name, FIRST_VERSION) for k in KINDS})

    def facts(self, workspace: str) -> dict[str, Any]:
        """Return what a workspace is called and so on: the columns ``LIST_COLUMNS``."""
        with self._database.reading() as db:
            return _read_facts(db, workspace)

    def open(self, workspace: str) -> Workspace:
        """Return a workspace with all that it keeps, in today's postcodes."""
        return open_workspace(self._read_record(workspace))

    def open_kind(self, workspace: str, kind: Kind[T]) -> Opened[T]:
        """Return what a workspace keeps of one kind, in today's postcodes."""
        with self._database.reading() as db:
            _read_version(db, workspace)
            found = rows.read_rows(db, kind, workspace)
        return kind.open(found)

    def put(self, workspace: str, kind: Kind[Any], kept: pd.DataFrame, *, save_id: str = "") -> int:
        """Keep rows of a kind; they replace those with the same key, and what goes with these.

        ``kept`` has the kind's columns; moments may be left out, and are now. Raises MappingError
        for rows that the kind does not allow: see ``Kind.complete_rows``.
        """
        whole = kind.complete_rows(kept, self._read_moment(workspace))
        asked = repr(whole[kind.list_columns(Cell.MOMENT)].to_numpy().tolist())
        request = _request(save_id, "put", kind.name, hashlib.sha256(asked.encode()).hexdigest())
        return self._change(workspace, request, _put(kind, workspace, whole), kind)

    def remove(self, workspace: str, kind: Kind[Any], key: str, *, save_id: str = "") -> int:
        """Delete what has an ``id`` of a kind, with what goes with it; MappingError if none."""
        noun = kind.nouns[0] if kind.nouns else kind.name
        return self._remove(workspace, f"a kept {noun}", kind, key, save_id)

    def outcomes(self, workspace: str, upload: str) -> pd.DataFrame:
        """Return what became of each row of an upload: the table it was saved with, as texts."""
        table = schema.TABLES[uploads.KIND.name]
        asked = select(table.c.outcomes).where(rows.match_rows(table, workspace, id=upload))
        with self._database.reading() as db:
            _read_version(db, workspace)
            found = db.execute(asked).scalar()
        if found is None:
            raise _explain_no_such("an upload", upload)
        return uploads.read_outcomes(found)

    def rename(
        self, workspace: str, name: str, *, seen: str | None = None, save_id: str = ""
    ) -> int:
        """Give a workspace another name, kept as typed.

        With the name ``seen`` by its reader, one that was renamed since stays: MappingError.
        """
        facts = {"name": texts.check_text(name, "name of a workspace")}
        return self._set(workspace, facts, _request(save_id, "rename", name), seen)

    def set_place(self, workspace: str, place: str, *, save_id: str = "") -> int:
        """Let a workspace be about another place ("kind.code")."""
        return self._set(
            workspace, {"place": _check_place(place)}, _request(save_id, "place", place)
        )

    def save_actors(
        self, workspace: str, register: Register, received: ReceivedFile, *, save_id: str = ""
    ) -> int:
        """Keep all actors of a register, and the file that they came from.

        They replace those of an earlier upload with the same id; MappingError if that is not the
        one that was ``received.seen``. Ids of actors that another upload has already get a
        number: open the workspace to see them.
        """
        file = uploads.write_row(received, self._read_moment(workspace))
        upload, file_name, print_, _, outcomes = file.iloc[0]
        written = actors.write_rows(register, upload)

        def change(db: Connection) -> None:
            _check_seen(db, workspace, upload, received.seen)
            rows.delete_rows(db, uploads.KIND, workspace, id=upload)
            table = schema.TABLES[actors.KIND.name]
            taken = db.execute(select(table.c.id).where(table.c.workspace == workspace))
            ids = texts.number_repeats(written["id"], taken.scalars())
            rows.insert_rows(db, uploads.KIND, workspace, file)
            rows.insert_rows(db, actors.KIND, workspace, written.assign(id=ids))

        asked = (upload, file_name, print_, register.fingerprint)
        request = _request(save_id, "actors", *asked, hashlib.sha256(outcomes).hexdigest())
        return self._change(workspace, request, change, uploads.KIND)

    def remove_actor(self, workspace: str, actor: str, *, save_id: str = "") -> int:
        """Delete an actor by its id; MappingError if there is none."""
        return self._remove(workspace, "an actor", actors.KIND, actor, save_id)

    def remove_upload(
        self, workspace: str, upload: str, *, seen: str | None = None, save_id: str = ""
    ) -> int:
        """Delete an upload by its id, with its actors and outcomes; MappingError if none.

        ``seen`` is as in ``ReceivedFile``: another file under that id is not deleted.
        """
        return self._remove(workspace, "an upload", uploads.KIND, upload, save_id, seen)

    def save_weights(
        self, workspace: str, lens: OwnLens, *, replaced: str = "", save_id: str = ""
    ) -> int:
        """Keep somebody's own weights; they replace those with the same id.

        They replace those with the id ``replaced`` as well; MappingError if there are none.
        """
        row = weights.write_row(lens, self._read_moment(workspace))

        def change(db: Connection) -> None:
            if replaced and not rows.delete_rows(db, weights.KIND, workspace, id=replaced):
                raise _explain_no_such("weights", replaced)
            _put(weights.KIND, workspace, row)(db)

        parts = [row[name].iloc[0] for name in ("postcodes", "numbers", "residual")]
        numbers = hashlib.sha256(b"".join(parts)).hexdigest()
        asked = (lens.id, lens.name, lens.counts, numbers, *filter(None, [replaced]))
        return self._change(workspace, _request(save_id, "weights", *asked), change, weights.KIND)

    def remove_weights(self, workspace: str, lens: str, *, save_id: str = "") -> int:
        """Delete somebody's own weights by their id; MappingError if there are none."""
        return self._remove(workspace, "weights", weights.KIND, lens, save_id)

    def mark(
        self, workspace: str, theme: str, scale: str, place: str = "", *, save_id: str = ""
    ) -> int:
        """Note that the register is complete for a theme and scale in a place; once is enough.

        ``place`` is a "kind.code"; without one it is the place that the workspace is about.
        """
        pair = texts.check_mark(theme, scale)
        kind = claims.KIND if place else marks.KIND
        told = (*pair, *([_check_place(place)] if place else []))
        change = _put(kind, workspace, kind.make_rows([(*told, clock.now())]))
        return self._change(workspace, _request(save_id, "mark", *told), change, kind)

    def unmark(
        self, workspace: str, theme: str, scale: str, place: str = "", *, save_id: str = ""
    ) -> int:
        """Take back that the register is complete for a theme and scale: see ``mark``."""
        pair = texts.check_mark(theme, scale)
        kind = claims.KIND if place else marks.KIND
        where = {"place": place} if place else {}

        def change(db: Connection) -> None:
            rows.delete_rows(db, kind, workspace, theme=pair[0], scale=pair[1], **where)

        request = _request(save_id, "unmark", *pair, *where.values())
        return self._change(workspace, request, change, kind)

    def export_whole(self, workspace: str) -> bytes:
        """Return everything in a workspace but its id as a zip: see ``archive``."""
        return archive.write(self._read_record(workspace))

    def import_whole(self, content: bytes, *, name: str = "a.zip", save_id: str = "") -> Imported:
        """Make a new workspace of a zip of ``export_whole``, of this or another build.

        ``name`` is the file's. Raises MappingError for any other file, as ``archive.read``.
        """
        record = archive.read(content, name)
        request = _request(save_id, "import", hashlib.sha256(content).hexdigest())
        return Imported(self._make(record, request), archive.describe_unread(record.unread))

    def delete(self, workspace: str, *, version: int | None = None) -> None:
        """Delete a workspace and all that is in it, for good; nothing of it stays in the file.

        With the ``version`` that its reader saw, one that was changed since stays: MappingError.
        """
        table = schema.workspaces
        with self._database.writing(workspace) as db:
            if version not in (None, _read_version(db, workspace)):
                raise _explain_change("this workspace")
            db.execute(delete(table).where(table.c.id == workspace))
        self._database.wipe()

    def _make(self, record: WorkspaceRecord, request: str) -> str:
        workspace, now, table = texts.make_id(), clock.now(), schema.workspaces
        facts = {**record.facts, "id": workspace, "created": now, "updated": now}
        with self._database.writing(request or workspace) as db:
            made_by = select(table.c.id).where(table.c.made_by == request)
            earlier = request and db.execute(made_by).scalar()
            if earlier:
                return earlier
            whole = {**facts, "version": FIRST_VERSION, "made_by": request or None}
            db.execute(insert(table), whole)
            for kind in KINDS:
                rows.insert_rows(db, kind, workspace, record.rows[kind.name])
        return workspace

    def _read_moment(self, workspace: str) -> str:
        """Return the moment of what is about to be kept in a workspace."""
        return clock.now_after(self.facts(workspace)["updated"])

    def _read_record(self, workspace: str) -> WorkspaceRecord:
        with self._database.reading() as db:
            facts = _read_facts(db, workspace)
            found = {kind.name: rows.read_rows(db, kind, workspace) for kind in KINDS}
        return WorkspaceRecord(facts, found, {})

    def _set(
        self, workspace: str, facts: dict[str, str], request: str, seen: str | None = None
    ) -> int:
        table = schema.workspaces

        def change(db: Connection) -> None:
            if seen is not None and _read_facts(db, workspace)["name"] not in (seen, facts["name"]):
                raise _explain_change("the name of this workspace")
            db.execute(update(table).where(table.c.id == workspace).values(**facts))

        return self._change(workspace, request, change)

    def _remove(
        self,
        workspace: str,
        what: str,
        kind: Kind[Any],
        key: str,
        save_id: str,
        seen: str | None = None,
    ) -> int:
        def change(db: Connection) -> None:
            if seen is not None:
                _check_seen(db, workspace, key, seen)
            if not rows.delete_rows(db, kind, workspace, id=key):
                raise _explain_no_such(what, key)

        version = self._change(workspace, _request(save_id, "remove", what, key), change, kind)
        self._database.wipe()
        return version

    def _change(
        self,
        workspace: str,
        request: str,
        change: Callable[[Connection], None],
        kind: Kind[Any] | None = None,
    ) -> int:
        """Change what a workspace has of a kind, unless that very request has been answered.

        Returns the workspace's version: that of the kind, and of what goes with it, too.
        """
        table, saves = schema.workspaces, schema.saves
        with self._database.writing(workspace) as db:
            before = _read_facts(db, workspace)
            version = int(before["version"]) + 1
            asked = select(saves.c.answer).where(rows.match_rows(saves, workspace, request=request))
            answer = db.execute(asked).scalar() if request else None
            if answer is not None:
                return int(answer)
            change(db)
            facts = {"version": version, "updated": clock.now_after(before["updated"])}
            db.execute(update(table).where(table.c.id == workspace).values(**facts))
            _note_version(db, workspace, version, kind)
            if request:
                row = {"workspace": workspace, "request": request, "answer": version}
                db.execute(insert(saves), row)
        return version


def _put(kind: Kind[Any], workspace: str, kept: pd.DataFrame) -> Callable[[Connection], None]:
    """Return the change that keeps rows in the place of those with the same key."""

    def change(db: Connection) -> None:
        for key in kept[list(kind.key)].to_dict("records"):
            rows.delete_rows(db, kind, workspace, **{str(name): key[name] for name in key})
        try:
            rows.insert_rows(db, kind, workspace, kept)
        except IntegrityError:
            raise _explain_misfit(kind) from None
        if kind.most is not None:
            kind.check_number(rows.count_rows(db, kind, workspace))

    return change


def _note_version(db: Connection, workspace: str, version: int, kind: Kind[Any] | None) -> None:
    """Note at which version of a workspace a kind was changed, with what goes with it."""
    table = schema.kind_versions
    for one in _list_changed(kind) if kind else []:
        db.execute(delete(table).where(rows.match_rows(table, workspace, kind=one.name)))
        row = {"workspace": workspace, "kind": one.name, "version": version}
        db.execute(insert(table), row)


def _list_changed(kind: Kind[Any]) -> list[Kind[Any]]:
    """Return a kind, and those whose rows go with its rows."""
    return [kind, *(one for one in KINDS if one.parent and one.parent[1] is kind)]


def _list_facts() -> list[Any]:
    return [schema.workspaces.c[name] for name in LIST_COLUMNS]


def _read_facts(db: Connection, workspace: str) -> dict[str, Any]:
    asked = select(*_list_facts()).where(schema.workspaces.c.id == workspace)
    found = db.execute(asked).mappings().first()
    if found is None:
        raise _explain_no_such("a workspace", workspace)
    return dict(found)


def _read_version(db: Connection, workspace: str) -> int:
    return int(_read_facts(db, workspace)["version"])


def _check_seen(db: Connection, workspace: str, upload: str, seen: str | None) -> None:
    """Refuse to touch a file that somebody has put in the place of the one that was seen."""
    table = schema.TABLES[uploads.KIND.name]
    asked = select(table.c.saved, table.c.file_name)
    found = db.execute(asked.where(rows.match_rows(table, workspace, id=upload))).first()
    if seen is not None and found is not None and found.saved != seen:
        raise _explain_change(f"the file, which is now “{found.file_name[:60]}”,")


def _explain_change(what: str) -> MappingError:
    return MappingError(
        f"Someone else has changed {what} since you last saw it. Nothing was saved or deleted. "
        "Look at what is there now and try again."
    )


def _explain_misfit(kind: Kind[Any]) -> MappingError:
    parent = f" of {kind.parent[1].name} that are there" if kind.parent else ""
    unique = f", each {' and '.join(kind.unique)} once" if kind.unique else ""
    return MappingError(
        f"Expected {kind.name}{parent}{unique}; found others. Nothing was saved. Open the "
        "workspace anew to see what is kept, and try again."
    )


def _explain_no_such(what: str, given: str) -> MappingError:
    return MappingError(
        f"We cannot find {what} with the id {given[:24]!a}. It may have been deleted, or the link "
        "may be incomplete: choose from the list."
    )


def _check_place(place: str) -> str:
    """Return a place's "kind.code" if there is such a place today."""
    places.at(*texts.check_place(place).split(".", 1))
    return place


def _request(save_id: str, *asked: str) -> str:
    """Return a hash of what was asked under the caller's id; "" without one."""
    whole = json.dumps([save_id, *asked])
    return hashlib.sha256(whole.encode()).hexdigest() if save_id else ""
