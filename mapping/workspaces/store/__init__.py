"""The store: everything that people keep, in workspaces, in a database.

Every write is one transaction that waits its turn: nothing is half saved, and two users who
save at once both keep their work. A write with a ``save_id`` of the caller's may be repeated,
after a dropped connection say: the second time changes nothing and gives the same answer.
Unless access is switched on whoever has a workspace's id may read, change and delete it; nobody
can guess one. ``guarded`` asks at every action who it is.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import pandas as pd
from sqlalchemy import Connection, func, insert, select, update

from mapping import places
from mapping.access import Action, Role
from mapping.actors import Register
from mapping.workspaces import (
    KINDS,
    Kind,
    Opened,
    OwnLens,
    ReceivedFile,
    Workspace,
    WorkspaceRecord,
    archive,
    history,
    open_workspace,
    texts,
)
from mapping.workspaces.kinds import Cell, actors, claims, marks, uploads, weights
from mapping.workspaces.store import backups, clock, limits, log, roles, rows, schema
from mapping.workspaces.store.changing import put_rows, say_removed, say_restored
from mapping.workspaces.store.facts import (
    LIST_COLUMNS,
    check_seen,
    explain_change,
    explain_no_such,
    list_facts,
    read_facts,
    read_version,
)
from mapping.workspaces.store.guarded import make_request
from mapping.workspaces.store.members import Membered, Members
from mapping.workspaces.store.roles import begin_roles, find_listed, forget_deleted, read_roles

__all__ = [
    "COUNTED",
    "FIRST_VERSION",
    "LIST_COLUMNS",
    "History",
    "Imported",
    "Members",
    "Store",
    "Versions",
    "backups",
    "database",
    "limits",
    "log",
    "roles",
    "rows",
    "schema",
]

T = TypeVar("T")
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


class History(NamedTuple):
    """What happened in a workspace, the last first, and for how many days that is kept.

    Columns: those of ``history.LOG``, and ``person``, who did it ("" where nobody was signed in).
    """

    rows: pd.DataFrame
    days: int


class Store(Membered):
    """Workspaces in one database; may be used by several threads and processes at once.

    ``url`` and ``waiting`` are as in ``database.Database``; ``tell_session`` names the session
    that changes something, by a few letters made by chance, for the history; ``tell_person`` says
    who asks, at every action (anybody, unless told). Every method raises MappingError if the
    database cannot do it (see there), and if no workspace has the id given; AccessError, and
    nothing is read or changed, if whoever asks may not: ``access.NEEDED`` says what it takes.
    Methods that write take ``save_id``, a text that the caller made up for this one request, and
    return the workspace's new version.
    """

    def list(self, *, opened: str = "") -> pd.DataFrame:
        """List the workspaces that whoever asks may find, the last changed first.

        They are those of everyone, those in which she holds a role, and the one that is
        ``opened``. Columns: id, name, place, created, updated (ISO, UTC), version, and of each
        kind in ``COUNTED`` how many there are.
        """
        person, key = self._find_person(), schema.workspaces.c.id
        tables = {kind.name: schema.TABLES[kind.name] for kind in COUNTED}
        counts = [
            select(func.count()).where(table.c.workspace == key).scalar_subquery().label(name)
            for name, table in tables.items()
        ]
        newest = schema.workspaces.c.updated.desc()
        asked = select(*list_facts(), *counts).where(find_listed(person, opened))
        with self._database.reading() as db:
            found = db.execute(asked.order_by(newest)).all()
        return pd.DataFrame([tuple(one) for one in found], columns=[*LIST_COLUMNS, *tables])

    def list_roles(self) -> dict[str, Role]:
        """Return the roles that whoever asks holds by her name, by the id of the workspace."""
        person = self._find_person()
        with self._database.reading() as db:
            return read_roles(db, person)

    def create(self, name: str, place: str, *, save_id: str = "") -> str:
        """Make a workspace for a place ("borough.E09000007") and return its id.

        The name is kept as typed, up to 120 letters. With the same ``save_id``, name and
        place it is made once.
        """
        record = WorkspaceRecord.begin(
            texts.check_text(name, "name of a workspace"), _check_place(place)
        )
        request = make_request(save_id, "create", name, place, *self._name_maker())
        return self._make(record, request, "made the workspace")

    def begin(
        self, name: str, place: str, save: Callable[[str], object], *, save_id: str = ""
    ) -> str:
        """Make a workspace as ``create`` does, with what ``save`` keeps in it: all or nothing.

        ``save`` is given the new workspace's id, and calls methods of this store that keep
        something in it, each with the same ``save_id``. Where it raises, nothing is made.
        """
        request = make_request(save_id, "create", name, place, *self._name_maker())
        with self._together(request or texts.make_id()):
            workspace = self.create(name, place, save_id=save_id)
            save(workspace)
        return workspace

    def version(self, workspace: str) -> int:
        """Return the version of a workspace, which grows with every change."""
        with self._reading(workspace, Action.READ) as db:
            return read_version(db, workspace)

    def versions(self, workspace: str) -> Versions:
        """Return the version of a workspace, and of each kind of things that it keeps."""
        table = schema.kind_versions
        asked = select(table.c.kind, table.c.version).where(table.c.workspace == workspace)
        with self._reading(workspace, Action.READ) as db:
            version = read_version(db, workspace)
            found = {str(kind): int(changed) for kind, changed in db.execute(asked)}
        return Versions(version, {k.name: found.get(k.name, FIRST_VERSION) for k in KINDS})

    def facts(self, workspace: str) -> dict[str, Any]:
        """Return what a workspace is called and so on: the columns ``LIST_COLUMNS``."""
        with self._reading(workspace, Action.READ) as db:
            return read_facts(db, workspace)

    def open(self, workspace: str) -> Workspace:
        """Return a workspace with all that it keeps, in today's postcodes."""
        return open_workspace(self._read_record(workspace, Action.READ))

    def open_kind(self, workspace: str, kind: Kind[T]) -> Opened[T]:
        """Return what a workspace keeps of one kind, in today's postcodes."""
        with self._reading(workspace, Action.READ) as db:
            found = rows.read_rows(db, kind, workspace)
        return kind.open(found)

    def put(
        self,
        workspace: str,
        kind: Kind[Any],
        kept: pd.DataFrame,
        *,
        seen: Mapping[str, str] | None = None,
        save_id: str = "",
    ) -> int:
        """Keep rows of a kind; they replace those with the same key, and what goes with these.

        ``kept`` has the kind's columns; moments may be left out, and are now. ``seen`` says when
        rows were saved that are to be replaced, by their ``id``, of a kind that notes it. Raises
        MappingError where one was changed or removed since, and for rows that the kind does not
        allow: see ``Kind.complete_rows``.
        """
        whole = kind.complete_rows(kept, self._read_moment(workspace))
        asked = repr(whole[kind.list_columns(Cell.MOMENT)].to_numpy().tolist())
        request = make_request(
            save_id, "put", kind.name, hashlib.sha256(asked.encode()).hexdigest()
        )
        return self._change(workspace, request, put_rows(kind, workspace, whole, seen), kind)

    def remove(self, workspace: str, kind: Kind[Any], key: str, *, save_id: str = "") -> int:
        """Delete what has an ``id`` of a kind, with what goes with it; MappingError if none."""
        noun = kind.nouns[0] if kind.nouns else kind.name
        return self._remove(workspace, f"a kept {noun}", kind, key, save_id)

    def history(self, workspace: str) -> History:
        """Return what happened in a workspace, and for how many days it keeps that."""
        with self._reading(workspace, Action.SEE_HISTORY) as db:
            found, days = log.read(db, workspace), log.read_days(db, workspace)
            people = log.read_people(db, workspace)
        named = found.assign(person=[people.get(key, "") for key in found["id"]])
        return History(named[::-1].reset_index(drop=True), days)

    def keep_history(self, workspace: str, days: int, *, save_id: str = "") -> int:
        """Keep what happens in a workspace for so many days: see ``history.KEPT_DAYS``.

        What is older is deleted at once.
        """
        history.check_days(days)
        kept = f"for {days} days" if days else "for ever"

        def change(db: Connection) -> str:
            log.put_days(db, workspace, days)
            return f"chose to keep this list {kept}"

        request = make_request(save_id, "history", str(days))
        version = self._change(workspace, request, change, action=Action.KEEP_HISTORY)
        self._database.wipe()
        return version

    def forget(self) -> int:
        """Delete what happened too long ago for each workspace, and what was deleted long ago.

        Returns the number of rows and workspaces. The server asks this of itself: whoever it is.
        """
        with self._database.writing("history") as db:
            gone = log.forget(db) + forget_deleted(db)
        if gone:
            self._database.wipe()
        return gone

    def outcomes(self, workspace: str, upload: str) -> pd.DataFrame:
        """Return what became of each row of an upload: the table it was saved with, as texts."""
        table = schema.TABLES[uploads.KIND.name]
        asked = select(table.c.outcomes).where(rows.match_rows(table, workspace, id=upload))
        with self._reading(workspace, Action.SEE_FILES) as db:
            found = db.execute(asked).scalar()
        if found is None:
            raise explain_no_such("an upload", upload)
        return uploads.read_outcomes(found)

    def rename(
        self, workspace: str, name: str, *, seen: str | None = None, save_id: str = ""
    ) -> int:
        """Give a workspace another name, kept as typed.

        With the name ``seen`` by its reader, one that was renamed since stays: MappingError.
        """
        facts = {"name": texts.check_text(name, "name of a workspace")}
        request = make_request(save_id, "rename", name)
        said = "renamed the workspace"
        return self._set(workspace, facts, said, request, seen, action=Action.RENAME)

    def set_place(self, workspace: str, place: str, *, save_id: str = "") -> int:
        """Let a workspace be about another place ("kind.code")."""
        facts, request = {"place": _check_place(place)}, make_request(save_id, "place", place)
        return self._set(workspace, facts, "chose another place for the workspace", request)

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

        def change(db: Connection) -> str:
            check_seen(db, workspace, upload, received.seen)
            replaced = rows.delete_rows(db, uploads.KIND, workspace, id=upload)
            ids = rows.number_ids(db, actors.KIND, workspace, written["id"].tolist())
            rows.insert_rows(db, uploads.KIND, workspace, file)
            rows.insert_rows(db, actors.KIND, workspace, written, id=ids)
            instead = ", in place of an earlier one" if replaced else ""
            return f"saved an upload of {actors.KIND.note_rows(written)}{instead}"

        asked = (upload, file_name, print_, register.fingerprint)
        request = make_request(save_id, "actors", *asked, hashlib.sha256(outcomes).hexdigest())
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

        def change(db: Connection) -> str:
            if replaced and not rows.delete_rows(db, weights.KIND, workspace, id=replaced):
                raise explain_no_such("weights", replaced)
            put = put_rows(weights.KIND, workspace, row)(db)
            return f"{put}, in place of an earlier one" if replaced else put

        parts = [row[name].iloc[0] for name in ("postcodes", "numbers", "residual")]
        numbers = hashlib.sha256(b"".join(parts)).hexdigest()
        asked = (lens.id, lens.name, lens.counts, numbers, *filter(None, [replaced]))
        return self._change(
            workspace, make_request(save_id, "weights", *asked), change, weights.KIND
        )

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
        change = put_rows(kind, workspace, kind.make_rows([(*told, clock.now())]))
        return self._change(workspace, make_request(save_id, "mark", *told), change, kind)

    def unmark(
        self, workspace: str, theme: str, scale: str, place: str = "", *, save_id: str = ""
    ) -> int:
        """Take back that the register is complete for a theme and scale: see ``mark``."""
        pair = texts.check_mark(theme, scale)
        kind = claims.KIND if place else marks.KIND
        where = {"place": place} if place else {}

        def change(db: Connection) -> str:
            gone = rows.delete_rows(db, kind, workspace, theme=pair[0], scale=pair[1], **where)
            return f"took back {marks.count_marks(gone)}"

        request = make_request(save_id, "unmark", *pair, *where.values())
        return self._change(workspace, request, change, kind)

    def export_whole(self, workspace: str) -> bytes:
        """Return everything in a workspace but its id as a zip: see ``archive``."""
        return archive.write(self._read_record(workspace, Action.EXPORT))

    def import_whole(self, content: bytes, *, name: str = "a.zip", save_id: str = "") -> Imported:
        """Make a new workspace of a zip of ``export_whole``, of this or another build.

        ``name`` is the file's. Raises MappingError for any other file, as ``archive.read``.
        """
        record = archive.read(content, name)
        print_ = hashlib.sha256(content).hexdigest()
        request = make_request(save_id, "import", print_, *self._name_maker())
        made = self._make(record, request, say_restored(record))
        return Imported(made, archive.describe_unread(record.unread))

    def _name_maker(self) -> Iterator[str]:
        """Name who makes a workspace, so that the same request of another makes another."""
        yield from filter(None, [self._find_person().id])

    def _make(self, record: WorkspaceRecord, request: str, said: str) -> str:
        workspace, now, table = texts.make_id(), clock.now(), schema.workspaces
        facts = {**record.facts, "id": workspace, "created": now, "updated": now}
        person = self._find_person()
        with self._database.writing(request or workspace) as db:
            made_by = select(table.c.id).where(table.c.made_by == request)
            earlier = request and db.execute(made_by).scalar()
            if earlier:
                return earlier
            limits.check_room(db, self._tell_session())
            whole = {**facts, "version": FIRST_VERSION, "made_by": request or None}
            db.execute(insert(table), whole)
            for kind in history.FILED:
                rows.insert_rows(db, kind, workspace, record.rows[kind.name])
            log.put_days(db, workspace, record.history_days)
            begin_roles(db, workspace, person)
            self._note(db, workspace, None, said)
        return workspace

    def _read_moment(self, workspace: str) -> str:
        """Return the moment of what is about to be kept in a workspace."""
        return clock.now_after(self.facts(workspace)["updated"])

    def _read_record(self, workspace: str, action: Action) -> WorkspaceRecord:
        with self._reading(workspace, action) as db:
            facts = read_facts(db, workspace)
            found = {kind.name: rows.read_rows(db, kind, workspace) for kind in KINDS}
            found[history.LOG.name] = log.read(db, workspace)
            days = log.read_days(db, workspace)
        return WorkspaceRecord(facts, found, {}, days)

    def _set(
        self,
        workspace: str,
        facts: dict[str, str],
        said: str,
        request: str,
        seen: str | None = None,
        *,
        action: Action = Action.CHANGE,
    ) -> int:
        table = schema.workspaces

        def change(db: Connection) -> str:
            if seen is not None and read_facts(db, workspace)["name"] not in (seen, facts["name"]):
                raise explain_change("the name of this workspace")
            db.execute(update(table).where(table.c.id == workspace).values(**facts))
            return said

        return self._change(workspace, request, change, action=action)

    def _remove(
        self,
        workspace: str,
        what: str,
        kind: Kind[Any],
        key: str,
        save_id: str,
        seen: str | None = None,
    ) -> int:
        def change(db: Connection) -> str:
            if seen is not None:
                check_seen(db, workspace, key, seen)
            said = say_removed(db, kind, workspace, key)
            if not rows.delete_rows(db, kind, workspace, id=key):
                raise explain_no_such(what, key)
            return said

        request = make_request(save_id, "remove", what, key)
        version = self._change(workspace, request, change, kind, action=Action.REMOVE)
        self._database.wipe()
        return version


def _check_place(place: str) -> str:
    """Return a place's "kind.code" if there is such a place today."""
    places.at(*texts.check_place(place).split(".", 1))
    return place
