"""Nothing in a workspace is read or changed unless whoever asks may: the store asks every time."""

import ast
import inspect
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from kept_rows import example
from sqlalchemy import update

from mapping import access, actors
from mapping.access import NEEDED, Action, Person, Role
from mapping.actors import Links
from mapping.errors import AccessError, MappingError
from mapping.workspaces import OwnLens, ReceivedFile, kinds
from mapping.workspaces import __main__ as command
from mapping.workspaces.store import Store, database, guarded, members, roles, schema

CAMDEN, OLDHAM = "borough.E09000007", "borough.E08000004"
STEWARD, EDITOR, READER = (Person(f"{one}@example.org", one) for one in ("ann", "ed", "rae"))
STRANGER = Person("sam@example.org", "sam")
FIXTURES = Path(__file__).parent / "fixtures"
HELD = {STEWARD: Role.STEWARD, EDITOR: Role.EDITOR, READER: Role.READER, STRANGER: Role.NONE}
OPENS = ("reading", "writing", "together")
"""How a database is opened."""
MAY_FIND_NOBODY = {"close", "forget"}
"""What the server asks of itself."""
OF_NONE = {"list", "list_roles", "list_deleted", "create", "begin", "import_whole", "find_role"}
"""What is about no workspace in particular, or answers with what is one's own."""


class Kept:
    """A store, and who asks it."""

    def __init__(self, path: str) -> None:
        self.person = STEWARD
        self.path = path
        self.store = Store(path, tell_person=lambda: self.person)

    def by(self, person: Person) -> Store:
        self.person = person
        return self.store

    def rows(self) -> dict[str, list]:
        """Return everything in the database."""
        with sqlite3.connect(self.path) as db:
            return {n: db.execute(f"SELECT * FROM {n}").fetchall() for n in schema.METADATA.tables}

    def grow_old(self, days: int) -> None:
        """Let what was deleted have been deleted so many days ago."""
        then = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="microseconds")
        with self.store._database.writing("test") as db:
            db.execute(update(schema.deleted).values(moment=then))


@pytest.fixture
def kept(tmp_path, request) -> Iterator[Kept]:
    path = tmp_path / "kept.sqlite"
    if "workspace" in request.fixturenames:
        shutil.copy(request.getfixturevalue("ready")[0], path)
    found = Kept(str(path))
    yield found
    found.store.close()


def register() -> actors.Register:
    frame = pd.DataFrame({"id": ["1"], "actor": ["A"], "contact": ["ada@example.org"]})
    given = np.arange(1)
    return actors.register(frame, Links(given, given), Links(given, given))


def file(upload: str) -> ReceivedFile:
    return ReceivedFile("a.csv", "f", pd.DataFrame({"outcome": ["x"]}), upload)


LENS = OwnLens("Homes", "homes", np.array([1]), np.array([2.0]), id="w1", by="")


@pytest.fixture(scope="module")
def ready(tmp_path_factory) -> tuple[Path, str]:
    """A database made once, which each test has a copy of, and its workspace."""
    path = tmp_path_factory.mktemp("ready") / "kept.sqlite"
    kept = Kept(str(path))
    made = kept.store.create("Ours", CAMDEN)
    kept.store.give_role(made, EDITOR.id, Role.EDITOR)
    kept.store.give_role(made, READER.id, Role.READER)
    kept.store.save_actors(made, register(), file("up1"))
    kept.store.save_weights(made, LENS)
    kept.store.mark(made, "health", "borough")
    kept.store.close()
    assert [one.name for one in path.parent.iterdir()] == [path.name], "all is in the one file"
    return path, made


@pytest.fixture
def workspace(kept, ready) -> str:
    """A workspace of ann's, with something of what can be removed, an editor and a reader."""
    return ready[1]


def scheme() -> pd.DataFrame:
    return kinds.schemes.KIND.make_rows(example(kinds.schemes.KIND)[:1])


ACTS: dict[str, tuple[Action, Callable[[Store, str], Any]]] = {
    "version": (Action.READ, lambda s, w: s.version(w)),
    "versions": (Action.READ, lambda s, w: s.versions(w)),
    "facts": (Action.READ, lambda s, w: s.facts(w)),
    "open": (Action.READ, lambda s, w: s.open(w)),
    "open_kind": (Action.READ, lambda s, w: s.open_kind(w, kinds.actors.KIND)),
    "read_shared": (Action.READ, lambda s, w: s.read_shared(w)),
    "history": (Action.SEE_HISTORY, lambda s, w: s.history(w)),
    "outcomes": (Action.SEE_FILES, lambda s, w: s.outcomes(w, "up1")),
    "export_whole": (Action.EXPORT, lambda s, w: s.export_whole(w)),
    "put": (Action.CHANGE, lambda s, w: s.put(w, kinds.schemes.KIND, scheme())),
    "remove": (Action.REMOVE, lambda s, w: s.remove(w, kinds.weights.KIND, "w1")),
    "rename": (Action.RENAME, lambda s, w: s.rename(w, "Theirs")),
    "set_place": (Action.CHANGE, lambda s, w: s.set_place(w, OLDHAM)),
    "save_actors": (Action.CHANGE, lambda s, w: s.save_actors(w, register(), file("up2"))),
    "remove_actor": (Action.REMOVE, lambda s, w: s.remove_actor(w, "1")),
    "remove_upload": (Action.REMOVE, lambda s, w: s.remove_upload(w, "up1")),
    "save_weights": (Action.CHANGE, lambda s, w: s.save_weights(w, LENS, replaced="w1")),
    "remove_weights": (Action.REMOVE, lambda s, w: s.remove_weights(w, "w1")),
    "mark": (Action.CHANGE, lambda s, w: s.mark(w, "food", "borough")),
    "unmark": (Action.CHANGE, lambda s, w: s.unmark(w, "health", "borough")),
    "keep_history": (Action.KEEP_HISTORY, lambda s, w: s.keep_history(w, 30)),
    "members": (Action.SHARE, lambda s, w: s.members(w)),
    "give_role": (Action.SHARE, lambda s, w: s.give_role(w, STRANGER.id, Role.STEWARD)),
    "share": (Action.SHARE, lambda s, w: s.share(w, roles.EVERYONE)),
    "delete": (Action.DELETE, lambda s, w: s.delete(w)),
    "undelete": (Action.UNDELETE, lambda s, w: s.undelete(w)),
    "erase": (Action.ERASE, lambda s, w: s.erase(w)),
}
"""Every way to a workspace: what it takes, and how it is gone."""
OF_DELETED = {"undelete", "erase"}


def public(store: type) -> set[str]:
    return {n for n, _ in inspect.getmembers(store, inspect.isfunction) if not n.startswith("_")}


def test_every_public_way_to_the_store_is_tried_here():
    assert public(Store) == ACTS.keys() | OF_NONE | MAY_FIND_NOBODY


def test_every_action_has_its_role_and_something_takes_it():
    assert set(NEEDED) == set(Action)
    assert {action for action, _ in ACTS.values()} == set(Action) - {Action.SEE_CONTACTS}


@pytest.mark.parametrize("role", Role)
def test_a_role_may_what_those_before_it_may(role):
    allowed = {action for action in Action if access.may(role, action)}
    below = {action for action in Action if role and access.may(Role(role - 1), action)}
    assert below <= allowed
    assert bool(allowed) == (role is not Role.NONE)
    assert (allowed == set(Action)) == (role is Role.STEWARD)


@pytest.mark.parametrize(("name", "person"), [*product(ACTS, [*HELD, access.NOBODY])])
def test_what_a_role_does_not_allow_is_refused_and_nothing_changes(kept, workspace, name, person):
    action, act = ACTS[name]
    if name in OF_DELETED:
        kept.by(STEWARD).delete(workspace)
    role = HELD.get(person, Role.NONE)
    if access.may(role, action):
        act(kept.by(person), workspace)
        return
    before = kept.rows()
    with pytest.raises(AccessError) as told:
        act(kept.by(person), workspace)
    assert kept.rows() == before
    said = str(told.value)
    assert "Ours" not in said
    assert workspace not in said
    assert person.is_known or "Sign in" in said
    assert role is Role.NONE or f"you are a{'n' * (role is Role.EDITOR)} " in said


@pytest.mark.parametrize("name", sorted(OF_NONE - {"find_role"}))
def test_who_is_not_signed_in_makes_and_lists_nothing(kept, workspace, name):
    whole = kept.store.export_whole(workspace)
    given = {
        "create": ("A", CAMDEN),
        "begin": ("A", CAMDEN, lambda made: pytest.fail("asked to save")),
        "import_whole": (whole,),
    }
    with pytest.raises(AccessError, match="not signed in"):
        getattr(kept.by(access.NOBODY), name)(*given.get(name, ()))


def test_anybody_may_everything_and_leaves_no_name(kept):
    made = kept.by(access.ANYBODY).create("Open", CAMDEN)
    assert kept.store.find_role(made) is Role.STEWARD
    assert kept.store.history(made).rows["person"].tolist() == [""]
    assert kept.store.list()["id"].tolist() == [made]
    rows = kept.rows()
    assert not any(rows[n] for n in ("roles", "sharing", "deleted", "history_people"))
    kept.store.delete(made)
    assert not any(rows for name, rows in kept.rows().items() if name != "schema_version")


def test_what_a_workspace_is_begun_with_is_asked_for_as_itself(kept, workspace):
    """Whoever may begin one may not slip something into another in the same transaction."""

    def save_elsewhere(made: str) -> None:
        kept.store.put(workspace, kinds.schemes.KIND, scheme())

    before = kept.rows()
    with pytest.raises(AccessError):
        kept.by(STRANGER).begin("Mine", CAMDEN, save_elsewhere)
    assert kept.rows() == before


def test_what_was_made_while_access_was_off_opens_to_nobody_once_it_is_on(kept):
    made = kept.by(access.ANYBODY).create("Open", CAMDEN)
    assert kept.by(STEWARD).list().empty
    with pytest.raises(AccessError):
        kept.store.open(made)


def test_a_workspace_is_listed_for_those_who_may_open_it(kept, workspace):
    for person in (STEWARD, EDITOR, READER):
        assert kept.by(person).list()["id"].tolist() == [workspace]
        assert kept.store.list_roles() == {workspace: HELD[person]}
    assert kept.by(STRANGER).list(opened=workspace).empty
    kept.by(STEWARD).share(workspace, roles.EVERYONE)
    assert kept.by(STRANGER).list()["id"].tolist() == [workspace]
    assert kept.store.find_role(workspace) is Role.READER
    assert kept.store.open(workspace).name == "Ours"
    with pytest.raises(AccessError, match="Only editors may rename"):
        kept.store.rename(workspace, "B")
    kept.by(STEWARD).share(workspace, roles.PRIVATE)
    with pytest.raises(AccessError):
        kept.by(STRANGER).open(workspace)


def test_a_private_workspace_is_found_by_its_link_alone_while_access_is_off(kept):
    kept.person = access.ANYBODY
    made, other = kept.store.create("Ours", CAMDEN), kept.store.create("Open", CAMDEN)
    kept.store.share(made, roles.PRIVATE)
    assert kept.store.list()["id"].tolist() == [other]
    assert set(kept.store.list(opened=made)["id"]) == {made, other}
    assert kept.store.open(made).name == "Ours"
    kept.store.share(made, roles.EVERYONE)
    assert set(kept.store.list()["id"]) == {made, other}


def test_what_happened_names_who_was_signed_in(kept, workspace):
    kept.by(EDITOR).rename(workspace, "B")
    found = kept.store.history(workspace).rows
    assert found["person"].tolist() == [EDITOR.id, *[STEWARD.id] * 6]
    assert "ed@" not in " ".join(found["said"])
    for content in (kept.store.export_whole(workspace), *map(repr, [found["said"].tolist()])):
        assert "ann@" not in str(content)


def test_no_name_is_left_once_what_happened_is_forgotten(kept, workspace):
    with kept.store._database.writing("test") as db:
        db.execute(update(schema.history).values(moment="2020-01-01T00:00:00.000000+00:00"))
    kept.store.forget()
    assert kept.rows()["history_people"] == []


def test_a_deleted_workspace_is_gone_and_comes_back_for_its_steward(kept, workspace):
    kept.by(STEWARD).delete(workspace)
    for person in HELD:
        store = kept.by(person)
        assert store.list().empty
        with pytest.raises(MappingError, match="cannot find a workspace"):
            store.open(workspace)
        assert store.list_deleted()["id"].tolist() == [workspace] * (person == STEWARD)
    kept.by(STEWARD).undelete(workspace)
    assert len(kept.by(READER).open(workspace).register) == 1
    assert "brought" in kept.by(EDITOR).history(workspace).rows["said"][0]


@pytest.mark.parametrize("days", [29, 31])
def test_deleting_can_be_undone_for_thirty_days_and_not_after(kept, workspace, days):
    kept.by(STEWARD).delete(workspace)
    kept.grow_old(days)
    assert kept.store.list_deleted()["id"].tolist() == [workspace] * (days < 30)
    if days < 30:
        kept.store.forget()
        kept.store.undelete(workspace)
        assert kept.store.open(workspace).name == "Ours"
        return
    with pytest.raises(MappingError, match="30 days ago"):
        kept.store.undelete(workspace)
    kept.store.forget()
    assert kept.rows()["workspaces"] == []
    assert kept.rows()["actors"] == []


def test_what_is_erased_leaves_nothing(kept, workspace):
    kept.by(STEWARD).delete(workspace)
    kept.store.erase(workspace)
    assert not any(rows for name, rows in kept.rows().items() if name != "schema_version")


def test_what_is_there_is_not_erased_or_brought_back(kept, workspace):
    for act in (kept.store.erase, kept.store.undelete):
        with pytest.raises(MappingError, match="cannot find a workspace"):
            act(workspace)
    assert kept.store.open(workspace).name == "Ours"


def test_a_workspace_keeps_a_steward(kept, workspace):
    for role in (Role.NONE, Role.READER, Role.EDITOR):
        with pytest.raises(MappingError, match="needs a steward"):
            kept.store.give_role(workspace, STEWARD.id, role)
    kept.store.give_role(workspace, EDITOR.id, Role.STEWARD)
    kept.store.give_role(workspace, STEWARD.id, Role.NONE)
    assert kept.store.find_role(workspace) is Role.NONE


def test_an_address_is_the_same_person_however_it_is_typed(kept, workspace):
    kept.store.give_role(workspace, "  Rae@Example.ORG ", Role.STEWARD)
    people = kept.store.members(workspace).people
    assert people["person"].tolist() == ["ann@example.org", "rae@example.org", "ed@example.org"]
    assert people["role"].tolist() == [3, 3, 2]


@given(st.text(max_size=250))
def test_a_typed_person_is_an_id_or_a_sentence(text):
    with suppress(MappingError):
        _check_id(access.read_id(text))


def _check_id(found: str) -> None:
    assert found == access.read_id(found)
    assert found.isprintable() or not found.isascii()
    assert 0 < len(found) <= access.MAX_ID_LETTERS


def test_the_same_request_of_another_person_makes_another_workspace(kept):
    first = kept.by(STEWARD).create("A", CAMDEN, save_id="s")
    assert kept.by(STRANGER).create("A", CAMDEN, save_id="s") != first
    assert kept.by(STEWARD).create("A", CAMDEN, save_id="s") == first


def test_a_hall_with_a_host_makes_what_the_host_may_delete(kept):
    made = kept.by(access.HOSTED).create("A", CAMDEN)
    with pytest.raises(AccessError, match="Only stewards may delete"):
        kept.by(access.HOSTED).delete(made)
    kept.by(access.HOST).delete(made)
    alone = kept.by(access.HALL).create("B", CAMDEN)
    assert kept.store.find_role(alone) is Role.STEWARD


@pytest.mark.parametrize(
    "older", sorted(FIXTURES.glob("workspaces-*.sqlite")), ids=lambda p: p.name
)
def test_a_database_of_before_opens_and_its_workspaces_are_those_of_nobody(older, tmp_path):
    path = tmp_path / "old.sqlite"
    path.write_bytes(older.read_bytes())
    kept = Kept(str(path))
    kept.person = access.ANYBODY
    ids = kept.store.list()["id"].tolist()
    assert ids
    kept.store.open(ids[0])
    assert kept.by(STEWARD).list().empty
    kept.store.close()


def test_whoever_runs_the_server_gives_what_has_no_steward_to_somebody(kept, monkeypatch, capsys):
    monkeypatch.setenv(database.VARIABLE, kept.path)
    old, own = kept.by(access.ANYBODY).create("Old", CAMDEN), kept.by(STEWARD).create("Own", CAMDEN)
    assert command.main(["people"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert set(lines) == {f"{own}  Own  {STEWARD.id}", f"{old}  Old  no steward"}
    assert command.main(["grant", "all", "Ed@example.org", "steward"]) == 0
    assert "ed@example.org is now a steward of one workspace." in capsys.readouterr().out
    assert kept.by(EDITOR).list_roles() == {old: Role.STEWARD}
    assert command.main(["grant", "no-such", EDITOR.id, "reader"]) == 1
    assert "cannot find a workspace" in capsys.readouterr().err


def _opens(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield each method that opens the database by itself, and how."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            for call in ast.walk(node):
                if isinstance(call, ast.Attribute) and call.attr in (
                    "reading",
                    "writing",
                    "together",
                ):
                    yield node.name, call.attr


def test_nothing_else_opens_the_database_for_what_a_workspace_holds():
    found = set()
    for module in (Store, guarded, members):
        found |= set(_opens(ast.parse(Path(inspect.getfile(module)).read_text())))
    assert found == {
        ("_reading", "reading"),
        ("_writing", "writing"),
        ("_together", "together"),
        ("find_role", "reading"),
        ("list", "reading"),
        ("list_roles", "reading"),
        ("list_deleted", "reading"),
        ("_make", "writing"),
        ("forget", "writing"),
    }
