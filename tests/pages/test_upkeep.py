"""A server forgets in time what happened, daily, and closes what people keep when it ends."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from mapping import memory
from mapping.errors import StoreError
from mapping.workspaces.store import Store, schema
from pages.shared import registers, upkeep

pytestmark = pytest.mark.usefixtures("own_database")


def grow_old(store: Store) -> None:
    then = (datetime.now(UTC) - timedelta(days=366)).isoformat(timespec="microseconds")
    with store._database.writing("test") as db:
        db.execute(update(schema.history).values(moment=then))


def count(store: Store) -> int:
    with store._database.reading() as db:
        return len(db.execute(schema.history.select()).all())


def test_what_is_too_old_goes_when_a_server_opens_the_database():
    store = registers.store()
    store.create("A", "borough.E09000007")
    grow_old(store)
    assert count(store) == 1
    registers.store.clear()
    assert count(registers.store()) == 0


def test_it_goes_every_day_while_a_server_runs(monkeypatch):
    store = registers.store()
    store.create("A", "borough.E09000007")
    grow_old(store)
    monkeypatch.setattr(upkeep, "DAY_S", 0.02)
    forgot, real = threading.Event(), Store.forget

    def noting(self: Store) -> int:
        gone = real(self)
        if self is store and gone:
            forgot.set()
        return gone

    monkeypatch.setattr(Store, "forget", noting)
    with upkeep.serving():
        assert forgot.wait(20)
    assert count(store) == 0


def test_a_server_gives_memory_back_by_itself(monkeypatch):
    monkeypatch.setattr(upkeep, "TRIM_S", 0.01)
    trimmed = threading.Event()
    monkeypatch.setattr(memory, "trim", trimmed.set)
    with upkeep.serving():
        assert trimmed.wait(20)


def test_a_server_that_ends_leaves_all_in_one_file(tmp_path):
    with upkeep.serving():
        workspace = registers.store().create("A", "borough.E09000007")
        assert (tmp_path / "kept.sqlite-wal").stat().st_size > 0
    assert [path.name for path in tmp_path.glob("kept.sqlite*")] == ["kept.sqlite"]
    assert registers.store().facts(workspace)["name"] == "A"


def test_a_database_that_cannot_forget_now_stops_nothing(monkeypatch, caplog):
    def failing(_) -> int:
        raise StoreError("not today")

    monkeypatch.setattr(Store, "forget", failing)
    assert registers.store().list().empty
    assert "not today" in caplog.text
