"""Turns to write: had in the order in which they were asked for, and those who wait are told."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from test_store import CAMDEN

from mapping.errors import StoreError
from mapping.workspaces.store import Store, database
from mapping.workspaces.store.turns import Turns


def test_whoever_asks_first_has_the_next_turn() -> None:
    turns, had = Turns(), list[int]()

    def have(number: int) -> None:
        with turns.take(10):
            had.append(number)

    with turns.take(0):
        threads = []
        for number in range(8):
            threads.append(threading.Thread(target=have, args=(number,)))
            threads[-1].start()
            while len(turns._asked) < number + 2:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert had == list(range(8))


def test_who_waits_too_long_has_no_turn_and_holds_up_nobody() -> None:
    turns = Turns()
    with turns.take(0), pytest.raises(TimeoutError), turns.take(0.01):
        pytest.fail("two turns at a time")
    with turns.take(0):
        pass


def test_a_turn_that_ends_in_a_fault_is_over() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="mine"), turns.take(0):
        raise ValueError("mine")
    with turns.take(0):
        pass


def test_a_save_says_that_it_waits_only_while_it_does(tmp_path: Path) -> None:
    told: list[str] = []

    @contextmanager
    def waiting() -> Iterator[None]:
        told.append("waits")
        yield
        told.append("is next")

    kept = Store(str(tmp_path / "a.sqlite"), waiting=waiting)
    workspace = kept.create("A", CAMDEN)
    told.clear()
    with kept._database.writing("other"):
        saving = threading.Thread(target=kept.rename, args=(workspace, "B"))
        saving.start()
        while told.count("waits") < 2:
            time.sleep(0.001)
        time.sleep(0.05)
        assert told == ["waits", "is next", "waits"]
    saving.join()
    assert told == ["waits", "is next", "waits", "is next"]
    assert kept.facts(workspace)["name"] == "B"


def test_many_saves_at_once_are_all_kept_in_the_order_in_which_they_were_asked(
    tmp_path: Path,
) -> None:
    kept = Store(str(tmp_path / "a.sqlite"))
    workspace, names = kept.create("A", CAMDEN), [f"Name {number}" for number in range(12)]
    threads = [threading.Thread(target=kept.rename, args=(workspace, name)) for name in names]
    with kept._database.writing("other"):
        for number, thread in enumerate(threads, start=2):
            thread.start()
            while len(kept._database._find_turns("")._asked) < number:
                time.sleep(0.001)
    for thread in threads:
        thread.join()
    assert kept.version(workspace) == 1 + len(names)
    assert kept.facts(workspace)["name"] == names[-1]


def test_a_save_that_has_no_turn_in_time_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Store(str(tmp_path / "a.sqlite"))
    workspace = kept.create("A", CAMDEN)
    monkeypatch.setattr(database, "MAX_WAIT_S", 0.05)
    with (
        kept._database.writing("other"),
        pytest.raises(StoreError, match=r"a turn .*Nothing was saved\. Try again\.$"),
    ):
        kept.rename(workspace, "B")
    assert kept.rename(workspace, "B") == 2
