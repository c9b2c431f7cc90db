"""A backup that restores: under load, whole, of ours alone, and nothing else is touched."""

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kept_rows import example

from benchmarks import saver
from mapping import actors
from mapping.actors import Links
from mapping.errors import MappingError
from mapping.workspaces import KINDS, ReceivedFile
from mapping.workspaces import __main__ as command
from mapping.workspaces.store import Store, backups, database, schema

CAMDEN = "borough.E09000007"
FIXTURE = Path(__file__).parent / "fixtures" / "workspaces-2026-11.sqlite"
IS_POSIX = os.name == "posix"


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """Be in a folder of one's own, where the database is."""
    monkeypatch.setenv(database.VARIABLE, str(tmp_path / "kept.sqlite"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def kept(place) -> Iterator[Store]:
    opened = Store()
    yield opened
    opened.close()


def fill(kept: Store, name: str = "Full") -> str:
    """Make a workspace with rows of every kind."""
    workspace = kept.create(name, CAMDEN, save_id=name)
    for kind in KINDS:
        kept.put(workspace, kind, kind.make_rows(example(kind)), save_id=kind.name)
    kept.keep_history(workspace, 90)
    return workspace


def read(path: Path | str, workspace: str = "%") -> dict[str, set[tuple]]:
    """Return the rows of every table of a database, as they are kept."""
    with sqlite3.connect(path) as db:
        return {
            table.name: set(
                db.execute(f"SELECT * FROM {table.name} WHERE {key} LIKE ?", [workspace]).fetchall()
            )
            for table in backups.COPIED
            for key in ["id" if table is schema.workspaces else "workspace"]
        }


def run(*arguments: str) -> int:
    return command.main(list(arguments))


def names(kept: Store) -> set[str]:
    return set(kept.list()["name"])


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_was_backed_up_is_there_on_another_machine(kept, place, monkeypatch, capsys):
    workspace = fill(kept)
    assert run("backup", "a.backup") == 0
    assert "Backed up one workspace with two files, two organisations," in capsys.readouterr().out
    before = read("kept.sqlite")
    monkeypatch.setenv(database.VARIABLE, str(place / "elsewhere.sqlite"))
    assert run("restore", "a.backup") == 0
    told = capsys.readouterr().out
    assert told.startswith("Restored one workspace with two files, two organisations,")
    assert "start it again" in told
    after = read("elsewhere.sqlite")
    for table in ("saves", "history_days", *(kind.name for kind in KINDS)):
        assert after[table] == before[table], table
        assert before[table], table
    restored = Store()
    assert restored.facts(workspace) == {**kept.facts(workspace), "version": 13}
    (first, *others) = restored.history(workspace).rows["said"]
    assert first == "restored the workspace from a backup"
    assert others == kept.history(workspace).rows["said"].tolist()
    assert restored.create("Full", CAMDEN, save_id="Full") == workspace  # still made once
    restored.close()


def test_under_load_everything_acknowledged_before_is_in_it(kept, place):
    workspace = kept.create("Busy", CAMDEN)
    acknowledged: list[str] = []
    ended = threading.Event()

    def work(thread: int) -> None:
        for i in range(10_000):
            if ended.is_set():
                return
            name = f"writer{thread}-{i}"
            saver.save(kept, workspace, name)
            acknowledged.append(name)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    try:
        for number in range(4):
            until = len(acknowledged) + 8
            while len(acknowledged) < until:
                assert any(thread.is_alive() for thread in threads)
                ended.wait(0.01)
            before = list(acknowledged)
            backups.back_up(f"{number}.backup")
            backups.restore(f"{number}.backup", url=f"{number}.sqlite")
            wanted = saver.list_rows("kept.sqlite", workspace, before)
            assert len(wanted) == len(before) * (1 + saver.ACTORS)
            assert wanted - saver.list_rows(f"{number}.sqlite", workspace, before) == set()
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def test_workspaces_that_are_here_stay_unless_told(kept, place, capsys):
    first, second = fill(kept, "First"), fill(kept, "Second")
    assert run("backup", "a.backup") == 0
    kept.rename(first, "Changed since")
    kept.delete(second)
    third = kept.create("Third", CAMDEN)
    before = read("kept.sqlite")
    assert run("restore", "a.backup") == 1
    said = capsys.readouterr().err
    assert "Expected none of the two workspaces in a.backup to be here; found one." in said
    assert "Add --replace" in said
    assert read("kept.sqlite") == before
    seen = kept.version(first)
    assert run("restore", "a.backup", "--replace") == 0
    assert "one of them in place of one that was here" in capsys.readouterr().out
    assert names(kept) == {"First", "Second", "Third"}
    assert read("kept.sqlite", third)["workspaces"] == {
        row for row in before["workspaces"] if row[0] == third
    }
    assert kept.version(first) == seen + 1  # what a page has read before is not taken for it
    with pytest.raises(MappingError, match="Someone else has changed"):
        kept.delete(first, version=seen)
    kept.mark(first, "debt", "borough")
    assert len(kept.open(first).register) == 2


def test_a_workspace_made_anew_under_the_same_request_keeps_its_own(kept, place):
    old = kept.create("Once", CAMDEN, save_id="s")
    backups.back_up("a.backup")
    kept.delete(old)
    new = kept.create("Once", CAMDEN, save_id="s")
    backups.restore("a.backup")
    assert set(kept.list()["id"]) == {old, new}
    assert kept.create("Once", CAMDEN, save_id="s") == new


def cut(content: bytes, size: float) -> bytes:
    return content[: int(len(content) * size)]


def others(whole: bytes) -> dict[str, bytes]:
    """Return files that are no backup of ours, or none that is whole."""
    damaged = bytearray(whole)
    damaged[8_192:12_288] = b"\xff" * 4_096
    return {
        "empty": b"",
        "letter": b"Dear all, this is no backup. " * 500,
        "half a page": whole[:2_000],
        "half": cut(whole, 0.5),
        "half of the pages": whole[: len(whole) // 8192 * 4096],
        "without its last page": whole[:-4_096],
        "without its last byte": whole[:-1],
        "its first page": whole[:4_096],
        "damaged": bytes(damaged),
        "zip": b"PK\x03\x04" + whole[:500],
    }


@pytest.mark.parametrize("what", others(b"\0" * 20_000))
def test_a_file_that_is_no_whole_backup_is_told_and_nothing_is_changed(kept, place, what, capsys):
    fill(kept)
    assert run("backup", "a.backup") == 0
    content = others(Path("a.backup").read_bytes())[what]
    Path("b.backup").write_bytes(content)
    before, there = read("kept.sqlite"), sorted(os.listdir())
    for arguments in (("restore", "b.backup"), ("restore", "b.backup", "--replace")):
        assert run(*arguments) == 1
        said = capsys.readouterr().err
        assert said.startswith("Expected b.backup to "), said
        assert "Nothing was changed" in said
        assert str(place) not in said
    assert read("kept.sqlite") == before
    assert sorted(os.listdir()) == there
    assert Path("b.backup").read_bytes() == content


def test_a_byte_that_was_damaged_anywhere_is_noticed(kept, place, capsys):
    fill(kept)
    backups.back_up("a.backup")
    whole, before = Path("a.backup").read_bytes(), read("kept.sqlite")
    chance = np.random.default_rng(1)
    for at in [0, 17, 59, 60, 63, 64, len(whole) - 1, *chance.integers(0, len(whole), 60).tolist()]:
        damaged = bytearray(whole)
        damaged[at] ^= 0x20
        Path("b.backup").write_bytes(damaged)
        assert run("restore", "b.backup", "--replace") == 1, at
        assert capsys.readouterr().err.startswith("Expected b.backup "), at
    assert read("kept.sqlite") == before


def test_a_database_of_something_else_is_told(kept, place, capsys):
    fill(kept)
    with sqlite3.connect("songs.sqlite") as db:
        db.execute("CREATE TABLE songs (name)")
        db.execute("CREATE TABLE workspaces (id)")
    before = read("kept.sqlite")
    assert run("restore", "songs.sqlite") == 1
    assert "to hold workspaces of Common Ground; found something else" in capsys.readouterr().err
    for change, why in (
        ("ALTER TABLE marks RENAME TO notes", "something else"),
        ("ALTER TABLE marks RENAME COLUMN theme TO topic", "other tables"),
        (f"UPDATE schema_version SET version = {schema.VERSION + 1}", "version"),
        ("DELETE FROM schema_version", "version None"),
        ("UPDATE actors SET workspace = 'gone'", "damaged or cut off"),
        ("UPDATE workspaces SET version = 'x'", "something else"),
        ("UPDATE marks SET theme = x'ff'", "something else"),
        ("UPDATE marks SET theme = 'other'", "it damaged or changed"),
        (
            "DROP TABLE marks; CREATE TABLE marks (workspace, theme, scale, marked); "
            "INSERT INTO marks SELECT id, 'a', 'borough', created FROM workspaces, (VALUES(1),(2));"
            "PRAGMA user_version = 0",
            "damaged or cut off",
        ),
        ("DROP TABLE saves; CREATE VIEW saves AS SELECT 1 AS workspace", "something else"),
    ):
        backups.back_up("a.backup", replace=True)
        with sqlite3.connect("a.backup") as db:
            db.executescript(change)
        assert run("restore", "a.backup", "--replace") == 1
        assert why in capsys.readouterr().err
    assert read("kept.sqlite") == before


def test_a_restore_that_fails_in_the_middle_leaves_all_as_it_was(kept, place, monkeypatch):
    fill(kept)
    backups.back_up("a.backup")
    before = read("kept.sqlite")

    def failing(*_) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(backups, "_note", failing)
    with pytest.raises(MappingError, match="room for it on the disk"):
        backups.restore("a.backup", replace=True)
    assert read("kept.sqlite") == before


def test_a_backup_of_november_2026_is_restored(kept, place):
    Path("old.sqlite").write_bytes(FIXTURE.read_bytes())
    copied = backups.back_up("old.backup", url=str(place / "old.sqlite"))
    with sqlite3.connect("old.backup") as db:  # as the program that wrote it would know it
        assert db.execute("SELECT version FROM schema_version").fetchone() == (1,)
    backups.restore("old.backup")
    assert copied.rows["actors"] == 5
    (workspace,) = kept.list().query("actors == 5")["id"]
    assert len(kept.open(workspace).register) == 5
    assert kept.history(workspace).rows["said"].tolist() == ["restored the workspace from a backup"]


@pytest.mark.parametrize("broken", [False, True])
def test_what_cannot_be_backed_up_leaves_no_file(place, capsys, broken):
    if broken:
        Path("kept.sqlite").write_bytes(b"no database " * 500)
    there = sorted(os.listdir())
    assert run("backup", "a.backup") == 1
    said = capsys.readouterr().err
    assert said.startswith("Expected ")
    assert str(place) not in said
    assert sorted(os.listdir()) == there


def test_a_file_that_is_there_is_written_over_only_when_told_and_the_database_never(
    kept, place, capsys
):
    fill(kept)
    Path("a.backup").write_text("mine")
    for file in ("a.backup", "kept.sqlite", str(place), "none/a.backup", "x" * 300):
        assert run("backup", file) == 1
        said = capsys.readouterr().err
        assert said.startswith("Expected ")
        assert file in said
        assert str(place) not in said.replace(file, "")
    assert Path("a.backup").read_text() == "mine"
    assert run("backup", "kept.sqlite", "--replace") == 1
    assert run("backup", "a.backup", "--replace") == 0
    assert len(kept.list()) == 1
    assert read("a.backup") == read("kept.sqlite")
    assert run("restore", "x" * 300) == 1


def test_the_database_itself_and_one_in_use_are_no_backups(kept, place, capsys):
    fill(kept)
    other = Store(str(place / "other.sqlite"))
    other.create("In the log", CAMDEN)
    for file in ("kept.sqlite", "other.sqlite"):
        assert run("restore", file, "--replace") == 1
        assert "a database in use" in capsys.readouterr().err
    other.close()
    assert not Path("other.sqlite-wal").exists()  # folded in: now it is one file
    assert run("restore", "other.sqlite") == 0
    assert names(kept) == {"Full", "In the log"}


def test_all_is_in_one_file_once_the_store_is_closed(place):
    kept = Store()
    workspace = fill(kept)
    kept.mark(workspace, "debt", "borough")
    assert Path("kept.sqlite-wal").stat().st_size > 0
    kept.close()
    assert [path.name for path in place.iterdir()] == ["kept.sqlite"]
    assert read("kept.sqlite", workspace)["history_days"] == {(workspace, 90)}


@pytest.mark.skipif(not IS_POSIX, reason="Windows keeps files for their owner in another way")
def test_only_the_owner_may_read_what_is_kept_and_its_backups(place):
    before = os.umask(0)
    try:
        kept = Store()
        fill(kept)
        backups.back_up("a.backup")
        backups.restore("a.backup", url=str(place / "elsewhere.sqlite"))
        for file in ("kept.sqlite", "kept.sqlite-wal", "a.backup", "elsewhere.sqlite"):
            assert mode(place / file) == 0o600, file
        kept.close()
    finally:
        os.umask(before)


def test_who_has_postgresql_is_told_of_its_own_programs(monkeypatch, capsys):
    monkeypatch.setenv(database.VARIABLE, "postgresql://me:s3cret@127.0.0.1:1/none")
    for what in ("backup", "restore"):
        assert run(what, "a.backup") == 1
        said = capsys.readouterr().err
        assert "pg_dump --format=custom" in said
        assert "s3cret" not in said


def test_a_large_workspace_comes_back_in_more_than_one_step(kept, place, monkeypatch):
    monkeypatch.setattr(backups, "CHUNK_ROWS", 7)
    number = np.arange(50)
    frame = pd.DataFrame({"id": "", "actor": [f"Actor {i}" for i in number]})
    workspace = kept.create("Large", CAMDEN)
    register = actors.register(frame, Links(number, number), Links(number, number))
    kept.save_actors(workspace, register, ReceivedFile("a.csv", "f", frame))
    backups.back_up("a.backup")
    backups.restore("a.backup", url=str(place / "elsewhere.sqlite"))
    assert read("elsewhere.sqlite")["actors"] == read("kept.sqlite")["actors"]
