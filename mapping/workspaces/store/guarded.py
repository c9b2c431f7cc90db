"""The one way to a workspace: who asks, what for, and whether that is allowed, in each transaction.

Nothing else in ``Store`` opens the database for what a workspace holds; ``tests/test_guarded.py``
holds that.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import Connection, insert, select, update

from mapping import access
from mapping.access import Action, Person, Role
from mapping.workspaces import Kind
from mapping.workspaces.store import clock, log, rows, schema
from mapping.workspaces.store.changing import note_version
from mapping.workspaces.store.database import Database
from mapping.workspaces.store.facts import read_facts
from mapping.workspaces.store.log import Change
from mapping.workspaces.store.roles import read_role


class Guarded:
    """A database that is asked in somebody's name; see ``Store``."""

    def __init__(
        self,
        url: str = "",
        *,
        tell_session: Callable[[], str] = str,
        tell_person: Callable[[], Person] = lambda: access.ANYBODY,
        waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._database = Database(url, waiting)
        self._tell_session, self._tell_person = tell_session, tell_person

    def close(self) -> None:
        """Let go of all connections; all that was saved is then in the one file of SQLite."""
        self._database.close()

    def find_role(self, workspace: str) -> Role:
        """Return what whoever asks is to a workspace: ``Role.NONE`` where there is none."""
        with self._database.reading() as db:
            return read_role(db, workspace, self._tell_person())

    @contextmanager
    def _reading(self, workspace: str, action: Action) -> Iterator[Connection]:
        """Read in one transaction, if whoever asks may."""
        with self._database.reading() as db:
            self._check(db, workspace, action)
            yield db

    @contextmanager
    def _writing(
        self, workspace: str, action: Action, *, is_deleted: bool = False
    ) -> Iterator[Connection]:
        """Write in one transaction that waits its turn, if whoever asks may."""
        with self._database.writing(workspace) as db:
            self._check(db, workspace, action, is_deleted=is_deleted)
            yield db

    @contextmanager
    def _together(self, turn: str) -> Iterator[None]:
        """Let all that is asked meanwhile be one transaction; each asks for itself whether it may.

        Raises AccessError unless somebody is known.
        """
        self._find_person()
        with self._database.together(turn):
            yield

    def _check(
        self, db: Connection, workspace: str, action: Action, *, is_deleted: bool = False
    ) -> None:
        """Raise AccessError unless whoever asks may; MappingError if there is no such workspace."""
        read_facts(db, workspace, is_deleted=is_deleted)
        person = self._tell_person()
        role = read_role(db, workspace, person)
        if not access.may(role, action):
            raise access.explain_refusal(person, role, action)

    def _find_person(self) -> Person:
        """Return who asks, for what needs no role; AccessError unless somebody is known."""
        person = self._tell_person()
        if not person.is_known:
            raise access.explain_unknown()
        return person

    def _change(
        self,
        workspace: str,
        request: str,
        change: Callable[[Connection], str],
        kind: Kind[Any] | None = None,
        *,
        action: Action = Action.CHANGE,
    ) -> int:
        """Change what a workspace has of a kind, unless that very request has been answered.

        ``change`` says in words what it did, for the workspace's history. Returns the workspace's
        version: that of the kind, and of what goes with it, too.
        """
        table, saves = schema.workspaces, schema.saves
        with self._writing(workspace, action) as db:
            before = read_facts(db, workspace)
            version = int(before["version"]) + 1
            asked = select(saves.c.answer).where(rows.match_rows(saves, workspace, request=request))
            answer = db.execute(asked).scalar() if request else None
            if answer is not None:
                return int(answer)
            self._note(db, workspace, kind, change(db))
            facts = {"version": version, "updated": clock.now_after(before["updated"])}
            db.execute(update(table).where(table.c.id == workspace).values(**facts))
            note_version(db, workspace, version, kind)
            if request:
                row = {"workspace": workspace, "request": request, "answer": version}
                db.execute(insert(saves), row)
        return version

    def _note(self, db: Connection, workspace: str, kind: Kind[Any] | None, said: str) -> None:
        about = kind.name if kind else log.WORKSPACE
        who = self._tell_person().id
        log.add(db, workspace, Change(about, said, self._tell_session(), who))


def make_request(save_id: str, *asked: str) -> str:
    """Return a hash of what was asked under the caller's id; "" without one."""
    whole = json.dumps([save_id, *asked])
    return hashlib.sha256(whole.encode()).hexdigest() if save_id else ""
