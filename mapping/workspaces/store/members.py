"""Who may open a workspace: roles are given and taken, it is shared, deleted and brought back."""

from typing import NamedTuple

import pandas as pd
from sqlalchemy import Connection, delete, update

from mapping import access
from mapping.access import Action, Role
from mapping.errors import MappingError
from mapping.workspaces.store import clock, roles, schema
from mapping.workspaces.store.facts import explain_change, read_version
from mapping.workspaces.store.guarded import Guarded, make_request
from mapping.workspaces.store.roles import MAX_PEOPLE, SHARED, UNDO_DAYS

NOTED = {
    roles.PRIVATE: "chose that only those with a role, or its link, may open the workspace",
    roles.EVERYONE: "chose that everyone may find the workspace",
}
LAST = (
    "A workspace needs a steward: this is the only one. Make somebody else a steward first. "
    "Nothing was changed."
)


class Members(NamedTuple):
    """Who holds a role in a workspace (columns of ``roles.PEOPLE_COLUMNS``), and who may read it.

    ``shared`` is one of ``roles.SHARED``, or "" where nobody has said.
    """

    people: pd.DataFrame
    shared: str


class Membered(Guarded):
    """The part of ``Store`` that says who may open a workspace."""

    def members(self, workspace: str) -> Members:
        """Return who holds a role in a workspace, and who else may read it."""
        with self._reading(workspace, Action.SHARE) as db:
            return Members(roles.list_people(db, workspace), roles.read_shared(db, workspace))

    def read_shared(self, workspace: str) -> str:
        """Return who else may read a workspace: one of ``roles.SHARED``, "" if nobody has said."""
        with self._reading(workspace, Action.READ) as db:
            return roles.read_shared(db, workspace)

    def give_role(self, workspace: str, person: str, role: Role, *, save_id: str = "") -> int:
        """Let somebody, by her id as typed, hold a role; ``Role.NONE`` takes away what she holds.

        Raises MappingError for the last steward's, and for too many people.
        """
        who, role = access.read_id(person), Role(role)

        def change(db: Connection) -> str:
            held = roles.list_people(db, workspace)
            others = held[held["person"] != who]
            had_steward = (held["role"] == int(Role.STEWARD)).any()
            if had_steward and role is not Role.STEWARD and not _has_steward(others):
                raise MappingError(LAST)
            if len(others) >= MAX_PEOPLE:
                raise MappingError(
                    f"Up to {MAX_PEOPLE} people may hold a role in a workspace; as many do. "
                    "Take somebody's away first. Nothing was changed."
                )
            roles.put_role(db, workspace, who, role)
            if role is Role.NONE:
                return "took away somebody’s role"
            return f"made somebody {access.name_role(role)}"

        request = make_request(save_id, "role", who, str(int(role)))
        return self._change(workspace, request, change, action=Action.SHARE)

    def share(self, workspace: str, shared: str, *, save_id: str = "") -> int:
        """Say who else may read a workspace: one of ``roles.SHARED``."""
        if shared not in SHARED:
            raise MappingError(f"Expected one of {', '.join(SHARED)}; found another. Choose one.")

        def change(db: Connection) -> str:
            roles.put_shared(db, workspace, shared)
            return NOTED[shared]

        request = make_request(save_id, "share", shared)
        return self._change(workspace, request, change, action=Action.SHARE)

    def delete(self, workspace: str, *, version: int | None = None) -> None:
        """Delete a workspace and all that is in it.

        While access is not switched on it is for good: nothing of it stays in the file. Else its
        stewards can bring it back for ``roles.UNDO_DAYS``. With the ``version`` that its reader
        saw, one that was changed since stays: MappingError.
        """
        person, table = self._find_person(), schema.workspaces
        with self._writing(workspace, Action.DELETE) as db:
            if version not in (None, read_version(db, workspace)):
                raise explain_change("this workspace")
            if not person.is_anybody:
                roles.put_deleted(db, workspace, person)
                self._note(db, workspace, None, "deleted the workspace")
                return
            db.execute(delete(table).where(table.c.id == workspace))
        self._database.wipe()

    def list_deleted(self) -> pd.DataFrame:
        """List what was deleted and whoever asks may bring back: ``roles.DELETED_COLUMNS``."""
        person = self._find_person()
        with self._database.reading() as db:
            return roles.list_deleted(db, person)

    def undelete(self, workspace: str) -> None:
        """Bring back what was deleted within the last ``roles.UNDO_DAYS``; else MappingError."""
        table = schema.workspaces
        with self._writing(workspace, Action.UNDELETE, is_deleted=True) as db:
            if not roles.bring_back(db, workspace):
                raise MappingError(
                    f"This was deleted more than {UNDO_DAYS} days ago and cannot be brought back. "
                    "Nothing was changed. Ask whoever runs this app for a backup."
                )
            version = read_version(db, workspace) + 1
            facts = {"version": version, "updated": clock.now()}
            db.execute(update(table).where(table.c.id == workspace).values(**facts))
            self._note(db, workspace, None, "brought the deleted workspace back")

    def erase(self, workspace: str) -> None:
        """Delete for good what was deleted; nothing of it stays in the file."""
        table = schema.workspaces
        with self._writing(workspace, Action.ERASE, is_deleted=True) as db:
            db.execute(delete(table).where(table.c.id == workspace))
        self._database.wipe()


def _has_steward(held: pd.DataFrame) -> bool:
    return bool((held["role"] == int(Role.STEWARD)).any())
