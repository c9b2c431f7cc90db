"""Apart: what is called in a process of its own is what it would be here, and its death is told."""

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks import heavy
from mapping import apart, footprints, memory, outlines, own_maps, own_weights, places
from mapping.apart import calling
from mapping.errors import MappingError, NothingCountsError, TooLargeError
from mapping.geography import layers, registry

ROWS = b"Organisation,Where\nHeath Hub,Kentish Town North\nQuiet Trust,Abbey\nOne,NW5 2AA\n"


@pytest.fixture(autouse=True)
def known_there(monkeypatch):
    """Let the process find the functions of this file."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


def add(one: int, other: int, *, advance=None) -> int:
    if advance is not None:
        advance(0.5, "the sum")
        print("what a library prints is no answer")
    return one + other


def fail(kind: type, *given: object) -> None:
    raise kind(*given)


def end(number: int) -> None:
    os.kill(os.getpid(), number)


def take(megabytes: int) -> int:
    return len(np.ones(megabytes * 125_000).tobytes())


def wait() -> None:
    time.sleep(600)


def count_processor_time() -> None:
    while True:
        pass


def test_an_answer_comes_back_and_so_does_how_far_it_is():
    told: list[tuple] = []
    assert apart.call(add, lambda *what: told.append(what), 1, other=2) == 3
    assert told == [(0.5, "the sum")]
    assert apart.call(add, None, 1, other=2) == 3


@pytest.mark.parametrize("kind", [MappingError, TooLargeError])
def test_what_is_refused_there_is_refused_here(kind):
    with pytest.raises(MappingError, match="Not this") as fault:
        apart.call(fail, None, kind, "Not this.")
    assert type(fault.value) is kind
    with pytest.raises(MappingError, match="Nor this"):
        apart.call(fail, None, NothingCountsError, "Nor this.", 1)


def test_a_fault_of_ours_is_no_refusal(capfd):
    with pytest.raises(RuntimeError, match="failed"):
        apart.call(fail, None, KeyError, "ours")
    assert "KeyError: 'ours'" in capfd.readouterr().err


def test_a_process_that_dies_is_told_in_a_sentence():
    with pytest.raises(TooLargeError, match="memory and time there are for one"):
        apart.call(end, None, signal.SIGKILL)
    assert apart.call(add, None, 1, 1) == 2


@pytest.mark.skipif(os.name == "nt", reason="Windows sets no such limits")
def test_memory_and_time_have_an_end(monkeypatch):
    monkeypatch.setattr(calling, "MEMORY_BYTES", 2_000_000_000)
    with pytest.raises(TooLargeError):
        apart.call(take, None, 1_500)
    monkeypatch.setattr(calling, "PROCESSOR_S", 2)
    with pytest.raises(TooLargeError):
        apart.call(count_processor_time, None)
    monkeypatch.setattr(calling, "MOST_S", 0.5)
    with pytest.raises(TooLargeError):
        apart.call(wait, None)


def test_only_what_takes_long_is_read_apart():
    assert not apart.is_heavy(ROWS)
    assert apart.is_heavy(b"x" * 1_000_000)
    assert apart.is_heavy(b"PK\x03\x04" + b"x" * 200_000)


@pytest.fixture
def all_heavy(monkeypatch):
    monkeypatch.setattr(calling, "HEAVY_BYTES", 1)


@pytest.mark.parametrize("place", [None, "E09000007"])
def test_a_table_read_apart_is_what_it_would_be_here(all_heavy, place):
    options = {"name": "a.csv", "place": place and places.at("borough", place)}
    kept = memory.Cache(10)
    found = footprints.read_apart(ROWS, kept=kept, **options)
    here = footprints.read(ROWS, **options)
    assert found.rows.equals(here.rows)
    assert found.questions.equals(here.questions)
    assert found.fingerprint == here.fingerprint
    assert (found.columns, found.notes) == (here.columns, here.notes)


def test_an_answer_is_read_here_from_what_is_kept(all_heavy, monkeypatch):
    kept = memory.Cache(10)
    first = footprints.read_apart(ROWS, kept=kept, name="a.csv")
    monkeypatch.setattr(apart, "call", lambda *_, **__: pytest.fail("read apart twice"))
    choices = {first.questions["question"].iloc[0]: "ward.E05013810"}
    found = footprints.read_apart(ROWS, kept=kept, name="a.csv", choices=choices)
    assert found.counts == {"matched": 2, "corrected": 1, "ambiguous": 0, "unmatched": 0}
    with pytest.raises(BaseException, match="read apart twice"):
        footprints.read_apart(ROWS, kept=kept, name="a.csv", roles={"Where": "ignore"})


def test_a_map_read_apart_is_found_by_its_key_once_it_is_registered():
    content = heavy.draw(4_000, areas=4)
    (drawn,) = apart.call(outlines.read, None, content, name="areas.geojson")
    placed = apart.call(outlines.place_on_grid, None, drawn)
    facts = own_maps.guess_facts("areas.geojson")
    found = apart.call(own_maps.read_drawing, None, drawn, placed, facts, name="name")
    here = own_maps.read_drawing(drawn, placed, facts, name="name")
    assert found.rows.equals(here.rows)
    assert found.layer.key == here.layer.key
    known = registry.register(found.layer)
    assert layers.get(found.layer.key) is known
    assert np.array_equal(known.unit, here.layer.unit)


def test_numbers_read_apart_are_what_they_would_be_here():
    content = b"postcode,households\nNW5 2AA,10\nNW5 2AB,20\nnowhere,1\n"
    found = apart.call(own_weights.read, None, content, name="homes.csv")
    here = own_weights.read(content, name="homes.csv")
    assert found.rows.equals(here.rows)
    assert found.lens.by == here.lens.by
    assert np.array_equal(found.lens.numbers, here.lens.numbers)
