"""Who holds which role in a workspace, whether others may read it, and whether it was deleted."""

from datetime import UTC, datetime, timedelta

import pandas as pd
from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select

from mapping.access import Person, Role
from mapping.workspaces.store import clock, rows, schema
from mapping.workspaces.store.database import Database

PRIVATE, EVERYONE = "private", "everyone"
SHARED = (PRIVATE, EVERYONE)
"""Who else may read a workspace: nobody, or everyone who may open the app."""
UNDO_DAYS = 30
"""So many days what was deleted can be brought back."""
MAX_PEOPLE = 500
"""People who hold a role in one workspace."""
PEOPLE_COLUMNS = ("person", "role", "given")
DELETED_COLUMNS = ("id", "name", "place", "moment", "person")


def read_role(db: Connection, workspace: str, person: Person) -> Role:
    """Return what somebody is to a workspace that is there; anybody is its steward."""
    if person.is_anybody:
        return Role.STEWARD
    if not person.id:
        return Role.NONE
    table = schema.roles
    asked = select(table.c.role).where(rows.match_rows(table, workspace, person=person.id))
    held = Role(int(db.execute(asked).scalar() or Role.NONE))
    is_shared = read_shared(db, workspace) == EVERYONE
    return max(held, Role.READER if is_shared else Role.NONE)


def read_roles(db: Connection, person: Person) -> dict[str, Role]:
    """Return the roles that somebody holds by her name, by workspace."""
    table = schema.roles
    asked = select(table.c.workspace, table.c.role).where(table.c.person == person.id)
    return {str(row.workspace): Role(row.role) for row in db.execute(asked)}


def find_listed(person: Person, opened: str) -> ColumnElement[bool]:
    """Choose the workspaces that somebody may find, and the one that she has ``opened``.

    Anybody finds all that are not private; somebody who is signed in those that are everyone's,
    and those in which she holds a role. ``opened`` is held to the same, but for anybody.
    """
    key, shared, held = schema.workspaces.c.id, schema.sharing, schema.roles
    is_there = key.not_in(select(schema.deleted.c.workspace))
    if person.is_anybody:
        private = select(shared.c.workspace).where(shared.c.shared == PRIVATE)
        return and_(is_there, or_(key.not_in(private), key == opened))
    everyones = select(shared.c.workspace).where(shared.c.shared == EVERYONE)
    own = select(held.c.workspace).where(held.c.person == person.id)
    return and_(is_there, or_(key.in_(everyones), key.in_(own)))


def begin_roles(db: Connection, workspace: str, person: Person) -> None:
    """Let whoever makes a workspace be its steward, and let it be private; anybody needs neither.

    Where she has a host, the host is its steward, and she an editor.
    """
    if person.is_anybody:
        return
    put_shared(db, workspace, PRIVATE)
    put_role(db, workspace, person.id, Role.EDITOR if person.host else Role.STEWARD)
    if person.host:
        put_role(db, workspace, person.host, Role.STEWARD)


def list_people(db: Connection, workspace: str) -> pd.DataFrame:
    """List who holds a role in a workspace, stewards first: the columns ``PEOPLE_COLUMNS``."""
    table = schema.roles
    asked = (
        select(*(table.c[name] for name in PEOPLE_COLUMNS))
        .where(table.c.workspace == workspace)
        .order_by(table.c.role.desc(), table.c.person)
    )
    found = [tuple(row) for row in db.execute(asked)]
    return pd.DataFrame(found, columns=[*PEOPLE_COLUMNS])


def list_stewards(url: str = "") -> pd.DataFrame:
    """List all workspaces of a database with their stewards, for whoever runs the server.

    Columns: id, name, updated (ISO, UTC), stewards (their ids, joined with ", "). Asks nobody who
    it is: no page may use it.
    """
    there, held = schema.workspaces, schema.roles
    is_steward = and_(held.c.workspace == there.c.id, held.c.role == int(Role.STEWARD))
    asked = (
        select(there.c.id, there.c.name, there.c.updated, held.c.person)
        .select_from(there.outerjoin(held, is_steward))
        .where(there.c.id.not_in(select(schema.deleted.c.workspace)))
        .order_by(there.c.updated.desc(), held.c.person)
    )
    database = Database(url)
    with database.reading() as db:
        found = pd.DataFrame(
            [tuple(row) for row in db.execute(asked)], columns=["id", "name", "updated", "person"]
        )
    database.close()
    named = found.fillna({"person": ""}).groupby(["id", "name", "updated"], sort=False)
    return named["person"].agg(", ".join).rename("stewards").reset_index()


def put_role(db: Connection, workspace: str, person: str, role: Role) -> None:
    """Let somebody hold a role in the place of the one she has; ``Role.NONE`` takes it away."""
    table = schema.roles
    db.execute(delete(table).where(rows.match_rows(table, workspace, person=person)))
    if role is not Role.NONE:
        row = {"workspace": workspace, "person": person, "role": int(role), "given": clock.now()}
        db.execute(insert(table), row)


def read_shared(db: Connection, workspace: str) -> str:
    """Return who else may read a workspace: one of ``SHARED``; "" where nobody has said."""
    table = schema.sharing
    asked = select(table.c.shared).where(table.c.workspace == workspace)
    return str(db.execute(asked).scalar() or "")


def put_shared(db: Connection, workspace: str, shared: str) -> None:
    """Note who else may read a workspace."""
    table = schema.sharing
    db.execute(delete(table).where(table.c.workspace == workspace))
    db.execute(insert(table), {"workspace": workspace, "shared": shared})


def put_deleted(db: Connection, workspace: str, person: Person) -> None:
    """Note that a workspace was deleted now: nothing finds it but its steward, to bring it back."""
    row = {"workspace": workspace, "moment": clock.now(), "person": person.id}
    db.execute(insert(schema.deleted), row)


def list_deleted(db: Connection, person: Person) -> pd.DataFrame:
    """List what was deleted and somebody may bring back: the columns ``DELETED_COLUMNS``."""
    gone, held, there = schema.deleted, schema.roles, schema.workspaces
    asked = (
        select(there.c.id, there.c.name, there.c.place, gone.c.moment, gone.c.person)
        .join(gone, gone.c.workspace == there.c.id)
        .join(held, held.c.workspace == there.c.id)
        .where(held.c.person == person.id, held.c.role == int(Role.STEWARD))
        .where(gone.c.moment >= find_first())
        .order_by(gone.c.moment.desc())
    )
    found = [tuple(row) for row in db.execute(asked)]
    return pd.DataFrame(found, columns=[*DELETED_COLUMNS])


def bring_back(db: Connection, workspace: str) -> bool:
    """Take back that a workspace was deleted; False if that was too long ago."""
    gone = schema.deleted
    recent = gone.c.moment >= find_first()
    return bool(db.execute(delete(gone).where(gone.c.workspace == workspace, recent)).rowcount)


def forget_deleted(db: Connection) -> int:
    """Delete for good what was deleted too long ago to be brought back; count the workspaces."""
    gone, there = schema.deleted, schema.workspaces
    old = select(gone.c.workspace).where(gone.c.moment < find_first())
    return db.execute(delete(there).where(there.c.id.in_(old))).rowcount


def find_first() -> str:
    """Return the moment since when what was deleted can be brought back."""
    then = datetime.now(UTC) - timedelta(days=UNDO_DAYS)
    return then.isoformat(timespec="microseconds")
