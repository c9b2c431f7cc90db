"""The store, on SQLite and on PostgreSQL alike: kept, once, whole, and gone when deleted."""

import itertools
import os
import re
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from town import standing, town

from benchmarks import postgres, saver, server, writers
from mapping import actors
from mapping.actors import TEXTS, Links, Register
from mapping.atoms import postcodes
from mapping.errors import MappingError, StoreError
from mapping.workspaces import OwnLens, ReceivedFile, history, kinds, store
from mapping.workspaces import names as written_names
from mapping.workspaces.store import Store, database, rows, schema

CAMDEN = "borough.E09000007"
DISTINCTIVE = "Zyxquor Befriending Circle"
ROWS = pd.DataFrame(
    {"row_number": [2, 3], "outcome": ["matched", "unmatched"], "reason": ["", "=1+1"]}
)
OURS = sorted(set(schema.METADATA.tables) - {"schema_version"})
number = itertools.count()
IS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


def programs() -> Path:
    """Return where PostgreSQL is; where it is not installed, skip, or fail in CI."""
    found = postgres.programs()
    if found is None:
        told = "PostgreSQL is not installed (on Debian the package postgresql)"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    return found


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def addresses(request, tmp_path_factory) -> Iterator[Callable[[], str]]:
    """Give a new, empty database at each call."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("stores")
        yield lambda: str(folder / f"{next(number)}.sqlite")
        return
    with postgres.running(programs(), is_lasting=False) as url:
        yield lambda: postgres.database(url, f"test{next(number)}")


@pytest.fixture
def url(addresses) -> str:
    return addresses()


@pytest.fixture
def kept(url) -> Iterator[Store]:
    opened = Store(url)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def lasting(addresses) -> Iterator[Store]:
    """One store for all examples of a property."""
    opened = Store(addresses())
    yield opened
    opened.close()


@pytest.fixture
def workspace(kept) -> str:
    return kept.create("Camden’s partners", CAMDEN)


def register_of(*names: str, **texts: str) -> Register:
    """Make a register of actors with two wards and two postcodes each."""
    given = np.arange(len(names))
    frame = pd.DataFrame({"id": [name.lower() for name in names], "actor": names, **texts})
    wards = Links(np.repeat(given, 2), np.arange(2 * len(names)))
    return actors.register(
        frame, wards, Links(np.repeat(given, 2), np.arange(2 * len(names)) * 999)
    )


def file(name: str = "partners.csv", rows: pd.DataFrame = ROWS) -> ReceivedFile:
    return ReceivedFile(name, f"fingerprint of {name}", rows)


def same(one: Register, other: Register) -> bool:
    return one.actors.equals(other.actors) and all(
        np.array_equal(a, b)
        for a, b in zip((*one.whole, *one.loose), (*other.whole, *other.loose), strict=True)
    )


def size(opened: Store) -> dict[str, int]:
    """Count the rows of every table."""
    with opened._database.reading() as db:
        return {name: len(db.execute(text(f"SELECT 1 FROM {name}")).all()) for name in OURS}


def test_what_was_saved_is_there_after_the_program_ended(kept, url, workspace):
    register = register_of(
        "Help on Your Doorstep",
        "Åsa’s café",
        themes="health; housing",
        contact="a@b.org",
        scale="hyperlocal",
    )
    kept.save_actors(workspace, register, file())
    kept.mark(workspace, "Mental  Health", "hyperlocal")
    kept.close()
    again = Store(url)
    found = again.open(workspace)
    assert same(found.register, register)
    assert (found.name, found.place, found.version) == ("Camden’s partners", CAMDEN, 3)
    assert found.marks == {("mental health", "hyperlocal")}
    assert found.uploads[["file_name", "fingerprint", "actors"]].to_numpy().tolist() == [
        ["partners.csv", "fingerprint of partners.csv", 2]
    ]
    assert again.outcomes(workspace, found.uploads["id"][0]).equals(ROWS.astype("str"))
    assert len(found.residual) == 0
    again.close()


def test_an_empty_workspace_opens(kept, workspace):
    found = kept.open(workspace)
    assert len(found.register) == len(found.uploads) == len(found.residual) == 0
    assert (found.weights, found.marks, found.version) == ((), frozenset(), store.FIRST_VERSION)
    assert kept.version(workspace) == store.FIRST_VERSION


def test_a_register_without_actors_and_a_file_without_rows_are_kept(kept, workspace):
    kept.save_actors(workspace, register_of(), file(rows=pd.DataFrame({"outcome": []})))
    found = kept.open(workspace)
    assert len(found.register) == 0
    assert found.uploads["actors"].to_list() == [0]


def test_footprints_keep_their_postcodes_when_the_national_table_is_renewed(kept, workspace):
    with town("ABCDEF") as before:
        none = np.empty(0, dtype="int64")
        footprint = Links(np.array([0, 0, 1]), np.array([1, 3, 4]))
        register = actors.register(
            pd.DataFrame({"actor": ["One", "Two"]}), Links(none, none), footprint
        )
        lens = OwnLens("Homes", "households", np.array([3, 4]), np.array([2.0, 5.0]))
        kept.save_actors(workspace, register, file())
        kept.save_weights(workspace, lens)
        names = before.atoms.name.copy()
    stays = np.array([0, 1, 2, 3, 5])  # the fifth postcode is gone, and two are new
    renewed = np.array([b"AA00 0AA", b"AA00 0AB", *names[stays]], dtype="S8")
    atoms = replace(
        before.atoms,
        name=np.sort(renewed),
        **{
            name: np.resize(getattr(before.atoms, name), len(renewed))
            for name in (
                "easting",
                "northing",
                "ward",
                "lsoa",
                "small_user",
                "residential",
                "cell_km2",
            )
        },
    )
    with standing(atoms, before.layers, np.ones(len(renewed))):
        found = kept.open(workspace)
        assert [atoms.name[found.register.postcodes_of(i)].tolist() for i in (0, 1)] == [
            [names[1], names[3]],
            [],
        ]
        (own,) = found.weights
        assert atoms.name[own.positions].tolist() == [names[3]]
        assert own.values.sum() == 2
    gone = names[4].decode()
    assert found.residual[["of", "name", "kind", "code"]].to_numpy().tolist() == [
        ["actor", "Two", "postcode", gone],
        ["weights", "Homes", "postcode", gone],
    ]


def test_a_ward_that_is_no_longer_in_use_is_told(kept, workspace):
    kept.save_actors(workspace, register_of("One"), file())
    ward = postcodes.table().ward_codes[0].encode()
    with kept._database.writing("test") as db:
        held = db.execute(select(schema.TABLES["actors"].c.wards)).scalar_one()
        db.execute(update(schema.TABLES["actors"]).values(wards=held.replace(ward, b"E05999999")))
    found = kept.open(workspace)
    assert found.residual.to_numpy().tolist() == [["actor", "one", "One", "ward", "E05999999"]]
    assert found.register.whole.area.tolist() == [1]


def test_the_same_save_twice_changes_nothing_and_gives_the_same_answer(kept, workspace):
    register, received = register_of("One", "Two"), file()
    first = kept.save_actors(workspace, register, received, save_id="mine")
    kept.mark(workspace, "health", "borough")
    before = size(kept), kept.version(workspace)
    assert kept.save_actors(workspace, register, received, save_id="mine") == first
    assert (size(kept), kept.version(workspace)) == before


def test_another_save_under_a_used_id_is_not_mistaken_for_the_first(kept, workspace):
    kept.save_actors(workspace, register_of("One"), file("a.csv"), save_id="mine")
    kept.save_actors(workspace, register_of("Two"), file("b.csv"), save_id="mine")
    assert kept.open(workspace).register.actors["actor"].to_list() == ["One", "Two"]


def test_every_change_may_be_repeated_with_its_save_id(kept):
    made = {kept.create("Once", CAMDEN, save_id="c") for _ in range(3)}
    assert len(made) == 1
    (workspace,) = made
    assert kept.create("Twice", CAMDEN, save_id="c") not in made
    kept.save_actors(workspace, register_of("One"), file(), save_id="s")
    for change in (
        lambda: kept.rename(workspace, "Other", save_id="r"),
        lambda: kept.set_place(workspace, "nation.Wales", save_id="p"),
        lambda: kept.mark(workspace, "health", "borough", save_id="m"),
        lambda: kept.unmark(workspace, "health", "borough", save_id="u"),
        lambda: kept.remove_actor(workspace, "one", save_id="d"),
    ):
        answer = change()
        assert change() == answer == kept.version(workspace)
    exported = kept.export_whole(workspace)
    assert len({kept.import_whole(exported, save_id="i").id for _ in range(2)}) == 1


def test_the_version_grows_with_every_change(kept, workspace):
    versions = [kept.version(workspace)]
    upload, lens = file(), OwnLens("W", "homes", np.array([1]), np.array([2.0]))
    versions += [
        kept.rename(workspace, "Two"),
        kept.set_place(workspace, "ward.E05013653"),
        kept.save_actors(workspace, register_of("One", "Two"), upload),
        kept.remove_actor(workspace, "one"),
        kept.save_weights(workspace, lens),
        kept.remove_weights(workspace, lens.id),
        kept.mark(workspace, "health", "borough"),
        kept.unmark(workspace, "health", "borough"),
        kept.remove_upload(workspace, upload.id),
    ]
    assert versions == list(range(1, len(versions) + 1))
    assert kept.version(workspace) == versions[-1]
    found = kept.open(workspace)
    assert (found.name, found.place) == ("Two", "ward.E05013653")
    left = {"workspaces": 1, "kind_versions": len(kinds.ORIGINAL), "history": len(versions)}
    assert size(kept) == {name: left.get(name, 0) for name in OURS}


def test_an_upload_with_the_same_id_replaces_the_earlier_one(kept, workspace):
    received = file()
    kept.save_actors(workspace, register_of("One", "Two"), received)
    kept.save_actors(workspace, register_of("Two", "Three", "Four"), received)
    found = kept.open(workspace)
    assert found.register.actors["actor"].to_list() == ["Two", "Three", "Four"]
    assert set(found.upload_of) == {received.id}


def test_a_stale_tab_does_not_replace_the_file_that_somebody_else_has_put_there(kept, workspace):
    first = file("first.csv")
    kept.save_actors(workspace, register_of("One"), first)
    (saw,) = kept.open(workspace).uploads["saved"]
    others = ReceivedFile("others.csv", "o", ROWS, first.id, saw)
    kept.save_actors(workspace, register_of("Others", "Too"), others, save_id="others")
    before = size(kept), kept.version(workspace)
    mine = ReceivedFile("mine.csv", "m", ROWS, first.id, saw)
    for refused in (
        lambda: kept.save_actors(workspace, register_of("Mine"), mine, save_id="mine"),
        lambda: kept.remove_upload(workspace, first.id, seen=saw),
        lambda: kept.save_actors(workspace, register_of("Mine"), replace(mine, seen="")),
    ):
        with pytest.raises(MappingError, match=r"changed the file, which is now “others\.csv”"):
            refused()
    assert (size(kept), kept.version(workspace)) == before
    assert kept.open(workspace).register.actors["actor"].to_list() == ["Others", "Too"]
    assert kept.save_actors(workspace, register_of("Others", "Too"), others, save_id="others") == 3
    (now,) = kept.open(workspace).uploads["saved"]
    kept.save_actors(workspace, register_of("Mine"), replace(mine, seen=now), save_id="mine")
    assert kept.open(workspace).register.actors["actor"].to_list() == ["Mine"]


def test_of_two_who_replace_one_file_at_once_one_is_told(kept, workspace):
    received = file()
    kept.save_actors(workspace, register_of("One"), received)
    (saw,) = kept.open(workspace).uploads["saved"]
    refused: list[str] = []

    def work(name: str) -> None:
        try:
            kept.save_actors(workspace, register_of(name), replace(received, seen=saw))
        except MappingError:
            refused.append(name)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("Ann", "Bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = kept.open(workspace)
    assert len(refused) == 1
    assert set(found.register.actors["actor"]) == {"Ann", "Bob"} - set(refused)
    assert found.version == 3


def test_a_workspace_that_grew_since_is_not_deleted_by_who_has_not_seen_it(kept, workspace):
    saw = kept.version(workspace)
    kept.save_actors(workspace, register_of("New"), file())
    with pytest.raises(MappingError, match="Someone else has changed this workspace"):
        kept.delete(workspace, version=saw)
    assert kept.open(workspace).register.actors["actor"].to_list() == ["New"]
    kept.delete(workspace, version=kept.version(workspace))
    assert kept.list().empty


def test_weights_are_renamed_in_one_step_and_only_if_they_are_there(kept, workspace):
    lens = OwnLens("Old", "homes", np.array([1]), np.array([2.0]))
    new = replace(lens, name="New", id="new", by="")
    kept.save_weights(workspace, lens)
    version = kept.save_weights(workspace, new, replaced=lens.id, save_id="r")
    assert kept.save_weights(workspace, new, replaced=lens.id, save_id="r") == version == 3
    assert [own.name for own in kept.open(workspace).weights] == ["New"]
    with pytest.raises(MappingError, match="We cannot find weights"):
        kept.save_weights(workspace, replace(lens, id="again"), replaced=lens.id)
    assert [own.name for own in kept.open(workspace).weights] == ["New"]
    assert kept.list()["weights"].to_list() == [1]


def test_ids_of_actors_stay_apart_across_uploads(kept, workspace):
    for name in ("a.csv", "b.csv", "c.csv"):
        kept.save_actors(workspace, register_of("One", "One"), file(name))
    found = kept.open(workspace).register.actors["id"].to_list()
    assert found[0] == "one"
    assert len(set(found)) == 6
    kept.remove_actor(workspace, found[3])
    assert kept.open(workspace).register.actors["id"].to_list() == found[:3] + found[4:]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "{{7*7}} ${x} `\\",
        "Ŵyth ★ 東京 🏘️",
        " padded ",
        "=1+1",
        "'",
        "Robert'); DROP TABLE workspaces;--",
    ],
)
def test_names_are_kept_as_typed(kept, name):
    made = kept.create(name, CAMDEN)
    kept.save_actors(made, register_of(name, note=name), file(name))
    found = kept.open(made)
    assert [
        found.name,
        found.register.actors["actor"][0],
        found.register.actors["note"][0],
        found.uploads["file_name"][0],
    ] == [name] * 4
    assert name in kept.list()["name"].to_list()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "Please type a name for the workspace"),
        ("  ", "Please type a name for the workspace"),
        ("x" * 121, "found 121"),
        ("a\nb", "cannot be shown"),
        ("a\0b", "cannot be shown"),
        ("\ud800", "cannot be shown"),
    ],
)
def test_names_that_cannot_be_kept_are_refused(kept, workspace, name, told):
    for refused in (lambda: kept.create(name, CAMDEN), lambda: kept.rename(workspace, name)):
        with pytest.raises(MappingError, match=told):
            refused()
    assert kept.open(workspace).name == "Camden’s partners"


def test_characters_that_no_database_holds_are_shown_as_a_sign(kept, workspace):
    kept.save_actors(workspace, register_of("One", note="a\0b"), file("a\0b.csv"))
    found = kept.open(workspace)
    assert found.register.actors["note"].to_list() == ["a�b"]
    assert found.uploads["file_name"].to_list() == ["a�b.csv"]


@pytest.mark.parametrize("place", ["", "Camden", "borough.", "borough.E09999999", "moon.1"])
def test_a_place_that_is_none_is_refused(kept, workspace, place):
    for refused in (lambda: kept.create("A", place), lambda: kept.set_place(workspace, place)):
        with pytest.raises(MappingError, match="Expected"):
            refused()


def test_marks_are_of_one_theme_and_a_known_scale(kept, workspace):
    kept.mark(workspace, "Health", "borough")
    kept.mark(workspace, " health ", "borough")
    assert kept.open(workspace).marks == {("health", "borough")}
    for theme, scale in (("", "borough"), ("a; b", "borough"), ("health", "village")):
        with pytest.raises(MappingError, match="one theme and one of the scales"):
            kept.mark(workspace, theme, scale)


def test_own_weights_come_back_to_the_last_digit(kept, workspace):
    numbers = np.array([0.0, 1 / 3, 1e-300, 12_345_678.9])
    left = pd.DataFrame({"code": ["E01999999", "=x"], "reason": ["not in use", "'none"]})
    lens = OwnLens("Census 2021", "residents", np.array([5, 10, 20, 999_999]), numbers, left)
    kept.save_weights(workspace, lens)
    (found,) = kept.open(workspace).weights
    assert (found.id, found.name, found.counts) == (lens.id, "Census 2021", "residents")
    assert found.values.tobytes() == lens.values.tobytes()
    assert found.residual.equals(left.astype("str"))
    for wrong in (np.array([-1.0]), np.array([np.nan]), np.array([np.inf])):
        with pytest.raises(MappingError, match="finite numbers"):
            kept.save_weights(workspace, replace(lens, positions=np.array([1]), numbers=wrong))


def test_the_list_has_the_last_changed_first(kept):
    one, two = kept.create("One", CAMDEN), kept.create("Two", "nation.Wales")
    kept.save_actors(one, register_of("A", "B"), file())
    found = kept.list()
    assert found["id"].to_list() == [one, two]
    assert found[["name", "place", "version", "actors", "uploads"]].to_numpy().tolist() == [
        ["One", CAMDEN, 2, 2, 1],
        ["Two", "nation.Wales", 1, 0, 0],
    ]


def test_ids_of_workspaces_cannot_be_guessed(kept):
    made = {kept.create("Same", CAMDEN) for _ in range(20)}
    assert len(made) == 20
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{16,}", one) for one in made)


def test_nothing_can_be_done_without_the_id_of_a_workspace(kept, workspace):
    lens = OwnLens("W", "homes", np.array([1]), np.array([2.0]))
    before = size(kept), kept.version(workspace)
    for refused in (
        lambda: kept.open("guess"),
        lambda: kept.version("guess"),
        lambda: kept.outcomes("guess", "x"),
        lambda: kept.rename("guess", "x"),
        lambda: kept.set_place("guess", CAMDEN),
        lambda: kept.delete("guess"),
        lambda: kept.save_actors("guess", register_of("One"), file(), save_id="s"),
        lambda: kept.remove_actor("guess", "one"),
        lambda: kept.remove_upload("guess", "x"),
        lambda: kept.save_weights("guess", lens),
        lambda: kept.remove_weights("guess", lens.id),
        lambda: kept.mark("guess", "health", "borough"),
        lambda: kept.export_whole("guess"),
        lambda: kept.unmark("guess", "health", "borough"),
    ):
        with pytest.raises(MappingError, match="We cannot find a workspace"):
            refused()
    assert (size(kept), kept.version(workspace)) == before


def test_what_is_not_there_cannot_be_removed_and_no_version_is_counted(kept, workspace):
    for refused in (
        lambda: kept.remove_actor(workspace, "nobody"),
        lambda: kept.remove_upload(workspace, "none"),
        lambda: kept.remove_weights(workspace, "none"),
        lambda: kept.outcomes(workspace, "none"),
    ):
        with pytest.raises(MappingError, match="with the id"):
            refused()
    assert kept.version(workspace) == store.FIRST_VERSION


def test_a_save_that_fails_in_the_middle_leaves_what_was_there(kept, workspace, monkeypatch):
    received = file()
    kept.save_actors(workspace, register_of("One"), received)
    real = rows.insert_rows

    def failing(db, kind, *rest, **instead) -> None:
        if kind is kinds.actors.KIND:
            raise RuntimeError("pulled out")
        real(db, kind, *rest, **instead)

    monkeypatch.setattr(rows, "insert_rows", failing)
    with pytest.raises(RuntimeError, match="pulled out"):
        kept.save_actors(workspace, register_of("Two"), received, save_id="x")
    monkeypatch.undo()
    found = kept.open(workspace)
    assert (found.register.actors["actor"].to_list(), found.version) == (["One"], 2)
    assert kept.save_actors(workspace, register_of("Two"), received, save_id="x") == 3


@pytest.fixture(scope="module")
def savers():
    """Two processes that save what they are told to, into any database."""
    with saver.saving() as one, saver.saving() as other:
        yield one, other


def test_two_processes_that_save_at_once_lose_nothing(url, savers):
    assert saver.at_once(url, savers, saves=30) == saver.Found(60, lost=0, duplicates=0)


def test_kill_9_loses_no_acknowledged_save_and_doubles_none(url, savers):
    """A row of the benchmarks kills more often."""
    found = saver.killed(url, savers[0], times=6)
    assert found.acknowledged >= 6
    assert (found.lost, found.duplicates) == (0, 0)


def test_kill_9_leaves_no_workspace_without_what_it_was_begun_with(url):
    left = writers.end_in_the_middle(url, times=2, people=20)
    assert left.acknowledged >= 2
    assert (left.lost, left.empty) == (0, 0)


def test_of_many_who_save_at_once_none_is_refused(url):
    found = writers.save_at_once(url, people=12, saves=2)
    assert (len(found.seconds), found.refused) == (24, 0)


def test_a_lost_and_a_doubled_save_would_be_noticed(kept, workspace):
    saver.save(kept, workspace, "save-0")
    saver.save(kept, workspace, "other")
    assert saver._compared(kept, workspace, ["save-0", "save-1"]).lost == 1
    assert saver._compared(kept, workspace, ["save-0"]).duplicates > 0


def test_what_happened_is_kept_as_long_as_each_workspace_says(kept):
    usual, short, lasting = (kept.create(name, CAMDEN) for name in ("A", "B", "C"))
    kept.keep_history(short, 30)
    kept.keep_history(lasting, history.FOREVER)
    kept.keep_history(lasting, history.FOREVER)
    for workspace, then in ((usual, "2024"), (short, "2025"), (lasting, "2020")):
        with kept._database.writing(workspace) as db:
            theirs = schema.history.c.workspace == workspace
            moment = f"{then}-01-01T00:00:00.000000+00:00"
            db.execute(update(schema.history).where(theirs).values(moment=moment))
    kept.rename(usual, "Another")
    assert kept.history(usual).rows["said"].tolist() == ["renamed the workspace"]
    assert [kept.history(one).days for one in (usual, short, lasting)] == [365, 30, 0]
    assert kept.forget() == 3
    assert kept.forget() == 0
    assert [len(kept.history(one).rows) for one in (usual, short, lasting)] == [1, 0, 3]
    restored = kept.import_whole(kept.export_whole(lasting)).id
    assert (len(kept.history(restored).rows), kept.history(restored).days) == (4, 0)


def test_many_threads_save_at_once_and_one_creation_is_made_once(kept, workspace):
    made: list[str] = []

    def work(i: int) -> None:
        made.append(kept.create("Shared", CAMDEN, save_id="one"))
        for j in range(3):
            kept.mark(workspace, f"theme {i} {j}", "borough")

    threads = [threading.Thread(target=work, args=(i,)) for i in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 12
    assert len(set(made)) == 1
    found = kept.open(workspace)
    assert (len(found.marks), found.version) == (36, 37)


TYPED = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
SHOWN = TYPED.filter(lambda typed: typed.strip() and typed.isprintable())
ACTOR = st.fixed_dictionaries(dict.fromkeys(TEXTS, TYPED))
PAIRS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 7_000)), max_size=12)


@settings(max_examples=8)
@given(
    rows=st.lists(ACTOR, min_size=5, max_size=5),
    whole=PAIRS,
    loose=PAIRS,
    name=SHOWN,
    outcome=st.lists(TYPED, max_size=4),
    weights=st.lists(st.floats(0, 1e300), max_size=4),
)
def test_an_exported_workspace_is_the_same_when_imported(
    lasting, rows, whole, loose, name, outcome, weights
):
    links = [Links(*np.array(pairs, dtype="int64").reshape(-1, 2).T) for pairs in (whole, loose)]
    received = ReceivedFile(name, "f", pd.DataFrame({"outcome": outcome, "'=b": outcome}))
    one = lasting.create(name, CAMDEN)
    lasting.save_actors(one, actors.register(pd.DataFrame(rows), *links), received)
    lens = OwnLens(name, name, np.arange(len(weights)) * 7, np.array(weights, dtype=float))
    lasting.save_weights(one, lens)
    lasting.mark(one, "health", "regional")
    exported = lasting.export_whole(one)
    other = lasting.import_whole(exported).id
    before, after = lasting.open(one), lasting.open(other)
    assert same(before.register, after.register)
    assert (after.name, after.place, after.marks) == (name, CAMDEN, before.marks)
    assert before.uploads.equals(after.uploads)
    assert lasting.outcomes(other, received.id).to_dict("list") == {
        "outcome": outcome,
        "'=b": outcome,
    }
    assert [own.values.tobytes() for own in after.weights] == [lens.values.tobytes()]
    assert lasting.export_whole(one) == exported
    lasting.delete(one)
    again = lasting.import_whole(exported).id  # after it was deleted, the same once more
    assert same(lasting.open(again).register, before.register)
    assert lasting.open(again).uploads.equals(before.uploads)
    for made in (other, again):
        lasting.delete(made)


def test_a_deleted_workspace_leaves_nothing_behind(kept, url, workspace):
    stays = kept.create("Stays", CAMDEN)
    kept.save_actors(stays, register_of("Neighbours"), file())
    many = register_of(*(f"{DISTINCTIVE} {i}" for i in range(400)), note=DISTINCTIVE * 40)
    rows = pd.DataFrame({"outcome": ["matched"], "reason": [DISTINCTIVE]})
    kept.save_actors(workspace, many, file(DISTINCTIVE, rows), save_id="x")
    lens = OwnLens(DISTINCTIVE, DISTINCTIVE, np.array([1]), np.array([1.0]))
    kept.save_weights(workspace, lens)
    kept.mark(workspace, DISTINCTIVE, "borough")
    sqlite = kept._database.is_sqlite
    assert not sqlite or raw(url).count(DISTINCTIVE.encode()) > 400
    left = {**dict.fromkeys(OURS, 0), "workspaces": 1, "uploads": 1, "actors": 1}
    left |= {"kind_versions": 2, "history": 2}
    kept.delete(workspace)
    assert size(kept) == left
    with pytest.raises(MappingError, match="We cannot find a workspace"):
        kept.open(workspace)
    assert kept.open(stays).register.actors["actor"].to_list() == ["Neighbours"]
    if sqlite:
        assert DISTINCTIVE.encode() not in raw(url)
        assert workspace.encode() not in raw(url)
        assert b"Neighbours" in raw(url)


def raw(url: str) -> bytes:
    """Return all bytes of a file of SQLite and of its log."""
    return b"".join(
        path.read_bytes() for path in sorted(Path(url).parent.glob(f"{Path(url).name}*"))
    )


def test_a_removed_actor_is_not_left_in_the_file(tmp_path):
    url = str(tmp_path / "a.sqlite")
    kept = Store(url)
    workspace = kept.create("A", CAMDEN)
    kept.save_actors(workspace, register_of(DISTINCTIVE, "Other"), file())
    kept.remove_actor(workspace, DISTINCTIVE.lower())
    assert DISTINCTIVE.encode() not in raw(url)
    assert b"Other" in raw(url)


def test_a_newer_or_unknown_version_is_refused_in_a_sentence(kept, url):
    for version in (schema.VERSION + 1, 0):
        with kept._database.writing("test") as db:
            db.execute(update(schema.schema_version).values(version=version))
        with pytest.raises(MappingError, match=f"found version {version}.*Start the Common"):
            Store(url)


def test_a_table_of_a_later_version_that_is_missing_is_made_whatever_the_version(
    kept, url, workspace
):
    with kept._database.writing("test") as db:
        schema.kind_versions.drop(db)
    renewed = Store(url)
    renewed.mark(workspace, "health", "borough")
    assert renewed.list()["name"].to_list() == ["Camden’s partners"]
    renewed.close()


@pytest.mark.parametrize("lost", [*([name] for name in sorted(schema.ALWAYS)), ["marks", "saves"]])
def test_a_table_that_every_version_has_is_not_made_anew_but_said_to_be_missing(
    kept, url, workspace, lost
):
    kept.mark(workspace, "health", "borough")
    with kept._database.writing("test") as db:
        for name in lost:
            db.exec_driver_sql(f"ALTER TABLE {name} RENAME TO kept_elsewhere_{name}")
    with pytest.raises(MappingError, match=rf"lacks the tables? {', '.join(lost)}\.") as fault:
        Store(url)
    assert "Put its last copy back" in str(fault.value)
    with kept._database.writing("test") as db:
        for name in lost:
            db.exec_driver_sql(f"ALTER TABLE kept_elsewhere_{name} RENAME TO {name}")
    again = Store(url)
    assert again.open(workspace).marks == {("health", "borough")}
    again.close()


def test_an_older_version_gets_the_tables_that_it_lacks(kept, url, workspace, monkeypatch):
    with kept._database.writing("test") as db:
        schema.kind_versions.drop(db)
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    renewed = Store(url)
    renewed.mark(workspace, "health", "borough")
    assert renewed.open(workspace).name == "Camden’s partners"
    renewed.close()
    monkeypatch.undo()
    with pytest.raises(MappingError, match=f"found version {schema.VERSION + 1}"):
        Store(url)


def test_tables_of_something_else_are_left_alone(kept, url):
    with kept._database.writing("test") as db:
        schema.schema_version.drop(db)
    others = ", ".join(sorted({*schema.METADATA.tables} - {schema.schema_version.name}))
    with pytest.raises(MappingError, match=f"tables of something else called {others}\\."):
        Store(url)


def test_who_waits_too_long_for_a_turn_is_told(url, monkeypatch):
    monkeypatch.setattr(database, "MAX_WAIT_S", 0.3)
    kept = Store(url)
    workspace = kept.create("A", CAMDEN)
    with ExitStack() as stack:
        stack.enter_context(kept._database.writing(workspace))
        with pytest.raises(MappingError, match=r"within 0\.3 s; others.*Nothing was saved"):
            kept.rename(workspace, "B")
        assert kept.open(workspace).name == "A"  # reading waits for nobody
    kept.rename(workspace, "B")
    assert kept.open(workspace).name == "B"


def test_a_full_disk_is_told_and_nothing_is_half_saved(tmp_path):
    kept = Store(str(tmp_path / "a.sqlite"))
    workspace = kept.create("A", CAMDEN)
    with kept._database.engine.connect() as db:
        pages = db.exec_driver_sql("PRAGMA page_count").scalar_one()
        db.exec_driver_sql(f"PRAGMA max_page_count = {pages + 5}")
    rows = pd.DataFrame(
        {"outcome": ["x"] * 5_000, "reason": np.random.default_rng(1).random(5_000)}
    )
    with pytest.raises(MappingError, match="the disk of the database is full"):
        kept.save_actors(workspace, register_of("One"), file(rows=rows))
    found = kept.open(workspace)
    assert (len(found.register), len(found.uploads), found.version) == (0, 0, 1)


def test_a_database_that_can_only_be_read_is_told(tmp_path):
    url = str(tmp_path / "a.sqlite")
    workspace = Store(url).create("A", CAMDEN)
    kept = Store(f"sqlite:///file:{url}?mode=ro&uri=true")
    with pytest.raises(MappingError, match="it can only be read"):
        kept.rename(workspace, "B")
    assert kept.open(workspace).name == "A"


def as_nobody(work: Callable[[], str]) -> str:
    """Return what a piece of work says that a child process does under another account."""
    import pwd  # there is none on Windows, where this is skipped

    nobody = pwd.getpwnam("nobody")
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
        try:
            said = work()
        except MappingError as fault:
            said = f"{type(fault).__name__}: {fault}"
        finally:
            os.write(theirs, said.encode())
            os._exit(0)
    os.close(theirs)
    with open(ours, encoding="utf-8") as told:
        said = told.read()
    os.waitpid(child, 0)
    return said


@pytest.mark.skipif(not IS_ROOT, reason="only root can lend a file to another account")
@pytest.mark.parametrize("folder_too", [False, True])
def test_a_file_that_the_apps_account_may_only_read_is_told_and_left_alone(folder_too):
    with tempfile.TemporaryDirectory() as name:
        url = str(Path(name) / "a.sqlite")
        kept = Store(url)
        workspace = kept.create("A", CAMDEN)
        kept.open(workspace)
        kept.close()
        for path in Path(name).iterdir():
            path.chmod(0o444)
        Path(name).chmod(0o555 if folder_too else 0o777)
        said = as_nobody(lambda: str(Store(url).rename(workspace, "B")))
        assert said.startswith("StoreError: Expected a database that may be written to"), said
        assert "Nothing was saved" in said
        assert Store(url).open(workspace).name == "A"


def test_a_damaged_file_and_one_of_another_kind_are_told(tmp_path):
    other = tmp_path / "notes.txt"
    other.write_bytes(b"Dear all, this is no database, only a letter about one. " * 100)
    with pytest.raises(MappingError, match="it is damaged or none"):
        Store(str(other))
    damaged = tmp_path / "a.sqlite"
    kept = Store(str(damaged))
    workspace = kept.create("A", CAMDEN)
    kept.save_actors(workspace, register_of(*map(str, range(500))), file())
    kept._database.wipe()
    kept.close()
    content = bytearray(damaged.read_bytes())
    content[8_192:] = b"\xff" * (len(content) - 8_192)
    damaged.write_bytes(content)
    with pytest.raises(MappingError, match="it is damaged or none"):
        Store(str(damaged)).open(workspace)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    with pytest.raises(MappingError, match="no folder to make it in"):
        Store(str(tmp_path / "none" / "a.sqlite"))


def test_a_server_that_does_not_answer_is_told_without_its_password():
    with pytest.raises(MappingError, match="cannot be reached") as told:
        Store("postgresql://me:s3cret@127.0.0.1:1/none")
    assert "s3cret" not in str(told.value)


def test_a_server_that_comes_back_serves_again_without_a_restart_of_the_app():
    with postgres.cluster(programs()) as server_:
        server_.start()
        url = postgres.database(server_.url, "kept")
        server_.stop()
        with pytest.raises(StoreError, match="cannot be reached"):
            Store(url)  # the app begins while the server is down
        server_.start()
        kept = Store(url)
        workspace = kept.create("A", CAMDEN)
        server_.stop()
        for refused in (
            lambda: kept.save_actors(workspace, register_of("One"), file(), save_id="s"),
            lambda: kept.version(workspace),
            kept.list,
        ):
            with pytest.raises(StoreError, match="Nothing was saved"):
                refused()
        server_.start()
        assert kept.save_actors(workspace, register_of("One"), file(), save_id="s") == 2
        assert kept.open(workspace).register.actors["actor"].to_list() == ["One"]
        kept.close()


@pytest.mark.parametrize("url", ["mysql://a:b@c/d", "sqlite://", "://", "sqlite:///:memory:"])
def test_other_kinds_of_databases_are_refused(url):
    with pytest.raises(MappingError, match="Expected the address of PostgreSQL"):
        Store(url)


def test_a_fault_of_ours_is_no_fault_of_the_database(kept):
    said = r"nonsense|do what it was asked"
    with pytest.raises(Exception, match=said) as told, kept._database.reading() as db:
        db.execute(text("SELECT nonsense FROM workspaces"))
    assert isinstance(told.value, MappingError) == kept._database.is_sqlite  # it calls both one


def test_sqlite_writes_safely_and_deletes_for_good(tmp_path):
    kept = Store(str(tmp_path / "a.sqlite"))
    with kept._database.reading() as db:
        found = {
            name: db.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "secure_delete",
                "busy_timeout",
            )
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 20_000,
    }


def test_a_write_begins_by_taking_its_turn(tmp_path):
    kept = Store(str(tmp_path / "a.sqlite"))
    other = sqlite3.connect(tmp_path / "a.sqlite", timeout=0)
    with (
        kept._database.writing("any"),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")
    other.close()


def test_the_database_is_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv(database.VARIABLE, str(tmp_path / "elsewhere.sqlite"))
    Store().create("A", CAMDEN)
    assert (tmp_path / "elsewhere.sqlite").is_file()


def test_no_test_can_reach_the_projects_own_database(monkeypatch):
    before = sorted(database.DEFAULT.parent.glob("*")) if database.DEFAULT.parent.exists() else []
    monkeypatch.delenv(database.VARIABLE, raising=False)
    for reach in (Store, lambda: sqlite3.connect(database.DEFAULT)):
        with pytest.raises(AssertionError, match="a database of its own"):
            reach()
    after = sorted(database.DEFAULT.parent.glob("*")) if database.DEFAULT.parent.exists() else []
    assert after == before


def test_servers_that_tests_start_keep_what_is_saved_elsewhere(monkeypatch):
    assert os.environ[database.VARIABLE] != str(database.DEFAULT)
    monkeypatch.delenv(database.VARIABLE)
    given = {}

    def started(*_, env, **__):
        given.update(env)
        raise OSError("not today")

    monkeypatch.setattr(server.subprocess, "Popen", started)
    with pytest.raises(OSError, match="not today"), server.serving(Path("app.py")):
        pass
    assert given[database.VARIABLE].startswith(tempfile.gettempdir())


def test_without_a_word_it_is_a_file_beside_the_app_that_git_ignores(tmp_path, monkeypatch):
    root = Path(__file__).resolve().parents[1]
    assert database.DEFAULT.relative_to(root).parts == ("workspaces", "commonground.sqlite")
    assert "/workspaces/" in (root / ".gitignore").read_text().splitlines()
    monkeypatch.delenv(database.VARIABLE, raising=False)
    monkeypatch.setattr(database, "DEFAULT", tmp_path / "workspaces" / "a.sqlite")
    Store().create("A", CAMDEN)
    assert (tmp_path / "workspaces").stat().st_mode & 0o777 == 0o700


def test_footprints_of_any_length_are_written_and_read_back():
    for names in (b"", b"E05000001", b"N1 9GU\0\0" * 3, b"NW5 2AA\0" * 500):
        kept = written_names.compress_names(names)
        assert written_names.decompress_names(kept) == names
    assert len(written_names.compress_names(b"NW5 2AA\0" * 500)) < 400


def test_a_database_keeps_so_many_workspaces_and_says_so(url, monkeypatch):
    monkeypatch.setattr(store.limits, "MAX_WORKSPACES", 2)
    kept = Store(url)
    first = kept.create("One", CAMDEN, save_id="a")
    whole = kept.export_whole(first)
    kept.create("Two", CAMDEN)
    assert kept.create("One", CAMDEN, save_id="a") == first  # asked once more, and there already
    for make in (lambda: kept.create("Three", CAMDEN), lambda: kept.import_whole(whole)):
        with pytest.raises(MappingError, match="keeps 2 workspaces, which is as many as it may"):
            make()
    assert len(kept.list()) == 2
    kept.delete(first)
    kept.create("Three", CAMDEN)
    kept.close()


def test_a_session_makes_so_many_workspaces_a_day_and_others_go_on(url, monkeypatch):
    monkeypatch.setattr(store.limits, "MAX_MADE", 2)
    here, there, nobody = (Store(url, tell_session=lambda name=n: name) for n in ("a", "b", ""))
    first = here.create("One", CAMDEN)
    here.rename(first, "Uno")
    here.import_whole(here.export_whole(first))
    with pytest.raises(MappingError, match="You have made 2 workspaces today"):
        here.create("Three", CAMDEN)
    assert here.rename(first, "One") > 0
    for number_ in range(3):
        there_made = there.create(f"There {number_}", CAMDEN) if number_ < 2 else ""
        nobody.create(f"Nobody's {number_}", CAMDEN)
    assert there_made == ""
    here.delete(first)
    here.create("Three", CAMDEN)
    monkeypatch.setattr(store.limits, "_DAY", -store.limits._DAY)  # tomorrow
    here.create("Four", CAMDEN)
    for one in (here, there, nobody):
        one.close()


def test_a_file_of_sqlite_and_all_beside_it_are_for_its_owners_eyes(tmp_path):
    before = os.umask(0)
    try:
        kept = Store(str(tmp_path / "kept.sqlite"))
        kept.create("One", CAMDEN)
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
        kept.close()
    finally:
        os.umask(before)
    assert "kept.sqlite-wal" in modes
    assert set(modes.values()) == {0o600}


def test_a_file_that_others_could_read_is_closed_to_them_when_it_is_opened(tmp_path):
    file = tmp_path / "kept.sqlite"
    Store(str(file)).close()
    file.chmod(0o666)
    kept = Store(str(file))
    kept.create("One", CAMDEN)
    assert {one.stat().st_mode & 0o777 for one in tmp_path.iterdir()} == {0o600}
    kept.close()


def test_a_workspace_is_begun_with_what_is_first_saved_or_not_at_all(kept):
    received = file()

    def save(workspace: str) -> None:
        kept.save_actors(workspace, register_of("One"), received, save_id="x")

    def fail(workspace: str) -> None:
        save(workspace)
        raise RuntimeError("pulled out")

    with pytest.raises(RuntimeError, match="pulled out"):
        kept.begin("Begun", CAMDEN, fail, save_id="x")
    assert kept.list().empty
    assert set(size(kept).values()) == {0}
    begun = kept.begin("Begun", CAMDEN, save, save_id="x")
    assert kept.begin("Begun", CAMDEN, save, save_id="x") == begun
    assert kept.open(begun).register.actors["actor"].tolist() == ["One"]
    assert kept.history(begun).rows["said"].tolist()[1:] == ["made the workspace"]
    assert len(kept.list()) == 1


def test_one_request_to_begin_from_many_threads_begins_once(kept):
    begun: list[str] = []
    received = file()

    def save(workspace: str) -> None:
        kept.save_actors(workspace, register_of("One"), received, save_id="x")

    def work() -> None:
        begun.append(kept.begin("Begun", CAMDEN, save, save_id="x"))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(begun) == 8
    assert len(set(begun)) == 1
    assert len(kept.open(begun[0]).register) == 1
    assert kept.version(begun[0]) == 2


def test_what_one_thread_does_together_takes_no_other_in(kept, workspace):
    def look(other: str) -> None:
        seen: list[int] = []
        thread = threading.Thread(target=lambda: seen.append(len(kept.list())))
        thread.start()
        thread.join()
        assert seen == [1]
        kept.mark(other, "health", "borough")

    kept.begin("Another", CAMDEN, look)
    assert len(kept.list()) == 2


@pytest.mark.parametrize("asked", [["heath-hub"], ["a", "a"], ["new", "heath-hub"], ["new"]])
def test_ids_that_a_workspace_has_get_a_number_however_few_are_asked_for(
    kept, workspace, monkeypatch, asked
):
    kept.save_actors(workspace, register_of("Heath Hub"), file())
    taken = kept.open(workspace).register.actors["id"].tolist()
    found = []
    for most in (rows.MAX_ASKED, 0):
        monkeypatch.setattr(rows, "MAX_ASKED", most)
        with kept._database.reading() as db:
            found.append(rows.number_ids(db, kinds.actors.KIND, workspace, [*asked, *taken[:1]]))
    assert found[0] == found[1]
    assert not {*found[0]} & {*taken}
    assert len({*found[0]}) == len(found[0])
