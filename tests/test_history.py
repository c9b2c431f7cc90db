"""What happened in a workspace: a row for each change, none without, kept for its time."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from kept_rows import EXAMPLES, example
from sqlalchemy import update

from mapping import actors
from mapping.actors import Links
from mapping.errors import MappingError
from mapping.workspaces import KINDS, OwnLens, ReceivedFile, history, kinds
from mapping.workspaces.store import Store, rows, schema

CAMDEN = "borough.E09000007"
TYPED = "Zyxquor Befriending Circle"
FIXTURE = Path(__file__).parent / "fixtures" / "workspaces-2026-11.sqlite"


@pytest.fixture
def kept(tmp_path) -> Iterator[Store]:
    opened = Store(str(tmp_path / "kept.sqlite"), tell_session=lambda: "a1b2c3d4")
    yield opened
    opened.close()


@pytest.fixture
def workspace(kept) -> str:
    return kept.create(TYPED, CAMDEN)


def register(number: int) -> actors.Register:
    given = np.arange(number)
    frame = pd.DataFrame({"id": given.astype(str), "actor": [f"{TYPED} {i}" for i in given]})
    return actors.register(frame, Links(given, given), Links(given, given))


def file(upload: str = "up1") -> ReceivedFile:
    return ReceivedFile(f"{TYPED}.csv", "f", pd.DataFrame({"outcome": [TYPED]}), upload)


def said(kept: Store, workspace: str) -> list[str]:
    """Return what happened, the first first."""
    return kept.history(workspace).rows["said"].tolist()[::-1]


def grow_old(kept: Store, workspace: str, days: int) -> None:
    """Let everything that happened in a workspace have happened so many days ago."""
    then = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="microseconds")
    with kept._database.writing("test") as db:
        theirs = schema.history.c.workspace == workspace
        db.execute(update(schema.history).where(theirs).values(moment=then))


def count_rows(path: Path) -> int:
    with sqlite3.connect(path) as db:
        return db.execute("SELECT count(*) FROM history").fetchone()[0]


def test_every_change_has_its_row_in_words_with_counts(kept, workspace):
    lens = OwnLens(TYPED, "homes", np.array([1, 2, 3]), np.array([2.0, 1.0, 1.0]), id="w1", by="")
    changes: list[tuple[Callable[[], int], str, str]] = [
        (
            lambda: kept.save_actors(workspace, register(12), file()),
            "uploads",
            "saved an upload of 12 organisations",
        ),
        (
            lambda: kept.save_actors(workspace, register(2), file()),
            "uploads",
            "saved an upload of two organisations, in place of an earlier one",
        ),
        (lambda: kept.remove_actor(workspace, "0"), "actors", "removed one organisation"),
        (
            lambda: kept.remove_upload(workspace, "up1"),
            "uploads",
            "removed one file with one organisation",
        ),
        (
            lambda: kept.save_weights(workspace, lens),
            "weights",
            "added one file of numbers for three postcodes",
        ),
        (
            lambda: kept.save_weights(workspace, lens, replaced="w1"),
            "weights",
            "added one file of numbers for three postcodes, in place of an earlier one",
        ),
        (
            lambda: kept.remove_weights(workspace, "w1"),
            "weights",
            "removed one file of numbers for three postcodes",
        ),
        (
            lambda: kept.mark(workspace, TYPED, "borough"),
            "marks",
            "added one mark that the list is complete",
        ),
        (
            lambda: kept.unmark(workspace, TYPED, "borough"),
            "marks",
            "took back one mark that the list is complete",
        ),
        (
            lambda: kept.unmark(workspace, TYPED, "borough", CAMDEN),
            "claims",
            "took back no marks that the list is complete",
        ),
        (lambda: kept.rename(workspace, f"{TYPED}!"), "workspace", "renamed the workspace"),
        (
            lambda: kept.set_place(workspace, "nation.Wales"),
            "workspace",
            "chose another place for the workspace",
        ),
        (
            lambda: kept.keep_history(workspace, 90),
            "workspace",
            "chose to keep this list for 90 days",
        ),
        (
            lambda: kept.keep_history(workspace, history.FOREVER),
            "workspace",
            "chose to keep this list for ever",
        ),
    ]
    for change, _, _ in changes:
        change()
    found = kept.history(workspace).rows[::-1]
    assert found["said"].tolist() == ["made the workspace", *(told for _, _, told in changes)]
    assert found["about"].tolist() == ["workspace", *(about for _, about, _ in changes)]
    assert set(found["session"]) == {"a1b2c3d4"}
    assert set(found["source"]) == {history.HERE}
    assert found["moment"].is_monotonic_increasing
    assert len(found) == kept.version(workspace)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_rows_of_every_kind_that_are_put_are_told_by_their_number(kept, workspace, kind):
    if kind.parent:
        kept.put(workspace, kind.parent[1], kind.parent[1].make_rows(example(kind.parent[1])))
    for word in ("added", "changed"):
        kept.put(workspace, kind, kind.make_rows(example(kind)))
        last = said(kept, workspace)[-1]
        assert last.startswith(f"{word} two ")
        assert f"rows of {kind.name}" not in last, f"say what the history calls {kind.name}"


def test_nothing_that_somebody_typed_stands_in_it(kept, tmp_path, workspace):
    kept.save_actors(workspace, register(3), file())
    kept.mark(workspace, TYPED, "borough")
    for kind in KINDS:
        kept.put(workspace, kind, kind.make_rows(EXAMPLES[kind.name]))
    told = kept.history(workspace).rows.drop(columns=["id"]).to_csv()
    assert TYPED.lower() not in told.lower()
    assert not any(typed in told for typed in ("Ada", "Ours", "Census", "teams.csv", "aloud"))


def test_a_change_that_fails_and_one_that_is_repeated_have_no_row(kept, workspace, monkeypatch):
    before = said(kept, workspace)
    for refused in (
        lambda: kept.remove_actor(workspace, "nobody"),
        lambda: kept.rename(workspace, ""),
        lambda: kept.keep_history(workspace, 7),
    ):
        with pytest.raises(MappingError):
            refused()
    assert said(kept, workspace) == before
    for _ in range(3):
        kept.mark(workspace, "food", "borough", save_id="once")
    assert len(said(kept, workspace)) == len(before) + 1
    real = rows.insert_rows

    def failing(db, kind, *rest) -> None:
        if kind is history.LOG:
            raise RuntimeError("pulled out")
        real(db, kind, *rest)

    monkeypatch.setattr(rows, "insert_rows", failing)
    with pytest.raises(RuntimeError, match="pulled out"):
        kept.mark(workspace, "debt", "borough")
    monkeypatch.undo()
    assert kept.open(workspace).marks == {("food", "borough")}  # no change without its row


def test_the_history_comes_back_from_a_zip_as_told_by_it(kept, workspace):
    kept.mark(workspace, "food", "borough")
    kept.keep_history(workspace, 90)
    restored = kept.import_whole(kept.export_whole(workspace)).id
    found, days = kept.history(restored)
    assert days == 90
    assert found["source"].tolist() == [history.HERE, *[history.TOLD] * 3]
    assert found["said"][0] == (
        "restored the workspace from a zip with one mark that the list is complete"
    )
    before = kept.history(workspace).rows
    same = ["id", "moment", "session", "about", "said"]
    assert found[same][1:].to_numpy().tolist() == before[same].to_numpy().tolist()
    again = kept.import_whole(kept.export_whole(restored)).id
    assert len(kept.history(again).rows) == 5


def changed(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        files = {one: packed.read(one) for one in packed.namelist()}
    assert old in files[name]
    files[name] = files[name].replace(old, new)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for one, given in files.items():
            packed.writestr(one, given)
    return made.getvalue()


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b"a1b2c3d4", b"<b>Ada</b>", "a session and a kind in small letters"),
        (b'"workspace"', b'"Ada"', "a session and a kind in small letters"),
        (b"made the workspace", b"x" * 301, "up to 300 letters"),
        (b"made the workspace", b"a\nb", "one line"),
        (b"+00:00", b"+09:00", "dates like"),
        (b"+00:00", b"", "dates like"),
    ],
)
def test_a_history_that_nobody_here_would_have_written_is_refused(kept, workspace, old, new, why):
    content = changed(kept.export_whole(workspace), "history.csv", old, new)
    with pytest.raises(MappingError, match=why):
        kept.import_whole(content)


@pytest.mark.parametrize("days", [b"7", b'"90"', b"true", b"-1", b"null"])
def test_a_zip_that_names_no_time_of_ours_gets_the_usual_one(kept, workspace, days):
    content = kept.export_whole(workspace)
    assert json.loads(zipfile.ZipFile(io.BytesIO(content)).read("workspace.json"))["history_days"]
    other = changed(content, "workspace.json", b'"history_days": 365', b'"history_days": ' + days)
    assert kept.history(kept.import_whole(other).id).days == history.USUAL_DAYS


def test_what_is_too_old_is_neither_shown_nor_taken_away_and_is_deleted(kept, tmp_path):
    old, recent, lasting = (kept.create(name, CAMDEN) for name in ("A", "B", "C"))
    kept.keep_history(recent, 30)
    kept.keep_history(lasting, history.FOREVER)
    for workspace, days in ((old, 366), (recent, 29), (lasting, 9_000)):
        grow_old(kept, workspace, days)
    assert [len(kept.history(one).rows) for one in (old, recent, lasting)] == [0, 2, 2]
    zipped = zipfile.ZipFile(io.BytesIO(kept.export_whole(old))).read("history.csv")
    assert len(zipped.splitlines()) == 1
    assert count_rows(tmp_path / "kept.sqlite") == 5
    assert kept.forget() == 1
    assert count_rows(tmp_path / "kept.sqlite") == 4
    grow_old(kept, recent, 31)
    assert kept.forget() == 2
    assert kept.forget() == 0
    assert len(kept.history(lasting).rows) == 2


def test_a_shorter_time_holds_at_once(kept, tmp_path, workspace):
    kept.mark(workspace, "food", "borough")
    grow_old(kept, workspace, 40)
    kept.keep_history(workspace, 30)
    assert said(kept, workspace) == ["chose to keep this list for 30 days"]
    assert count_rows(tmp_path / "kept.sqlite") == 1
    assert b"made the workspace" not in b"".join(
        path.read_bytes() for path in tmp_path.glob("kept.sqlite*")
    )


def test_a_database_of_before_begins_its_history_with_the_next_change(tmp_path):
    path = tmp_path / "old.sqlite"
    path.write_bytes(FIXTURE.read_bytes())
    kept = Store(str(path))
    workspace = kept.list()["id"][0]
    assert len(kept.history(workspace).rows) == 0
    kept.mark(workspace, "debt", "borough")
    found, days = kept.history(workspace)
    assert found["said"].tolist() == ["added one mark that the list is complete"]
    assert (found["session"].tolist(), days) == ([""], history.USUAL_DAYS)
    kept.close()


def test_it_goes_with_its_workspace(kept, tmp_path, workspace):
    kept.keep_history(workspace, 30)
    kept.delete(workspace)
    with kept._database.reading() as db:
        assert [db.execute(t.select()).all() for t in (schema.history, schema.history_days)] == [
            [],
            [],
        ]
    for refused in (kept.history, lambda one: kept.keep_history(one, 30)):
        with pytest.raises(MappingError, match="We cannot find a workspace"):
            refused(workspace)


def test_no_kind_is_called_as_the_history_is():
    assert history.LOG.name not in kinds.BY_NAME
    assert (*KINDS, history.LOG) == history.FILED
