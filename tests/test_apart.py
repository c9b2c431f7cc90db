"""Apart: what is called in a process of its own is what it would be here, and its death is told."""

import gc
import os
import pickle
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from called_apart import add, count_processor_time, end, fail, make_large, take, wait

from benchmarks import heavy
from mapping import apart, footprints, memory, outlines, own_maps, own_weights, places
from mapping.apart import calling, parcels
from mapping.errors import DiskError, MappingError, NothingCountsError, TooLargeError
from mapping.footprints.lookup import Answers
from mapping.geocode import Answer
from mapping.geography import layers, registry

ROWS = b"Organisation,Where\nHeath Hub,Kentish Town North\nQuiet Trust,Abbey\nOne,NW5 2AA\n"


@pytest.fixture(autouse=True)
def known_there(monkeypatch):
    """Let the process find the functions of ``called_apart``."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


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
    monkeypatch.setattr(calling, "PROCESSOR_S", 1)
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


def test_large_arrays_come_back_whole_and_may_be_written_to():
    found = apart.call(make_large, None, 300_000)
    here = make_large(300_000)
    assert np.array_equal(found["numbers"], here["numbers"])
    assert found["texts"].equals(here["texts"])
    assert found["shapes"] == here["shapes"]
    found["numbers"][0] = 7
    assert found["numbers"][:2].tolist() == [7, 1]


def test_large_arrays_are_not_unpacked_but_lie_in_a_file(tmp_path):
    large, small = np.arange(100_000), np.arange(10)
    with (tmp_path / "parts").open("w+b") as file:
        parcel = parcels.pack({"large": large, "small": small}, file.fileno())
        found = parcels.unpack(parcel, file.fileno())
    assert len(parcel.packed) < 1_000
    assert np.array_equal(found["large"], large)
    assert np.array_equal(found["small"], small)
    whole = parcels.pack(large, parcels.NO_FILE)
    assert np.array_equal(parcels.unpack(whole, parcels.NO_FILE), large)


def test_a_disk_that_takes_no_more_is_told_in_a_sentence(tmp_path):
    (tmp_path / "parts").touch()
    with (tmp_path / "parts").open("rb") as file, pytest.raises(DiskError, match="disk is full"):
        parcels.pack(np.arange(100_000), file.fileno())


def test_answers_are_few_bytes_on_their_way_and_the_same_afterwards():
    answers = [Answer(n, "matched", "as it stands") for n in range(5_000)]
    kept = pickle.loads(pickle.dumps(Answers(answers)))
    assert kept.list() == answers
    assert kept.nbytes < Answers(answers).nbytes / 3
    assert pickle.loads(pickle.dumps(kept)).list() == answers
    assert gc.isenabled()


def in_turn(turns: apart.Turns, threads: int) -> tuple[list[int], list[threading.Event]]:
    """Begin threads one after another that hold their turn until they are let go."""
    order: list[int] = []
    ends = [threading.Event() for _ in range(threads)]

    def hold(number: int) -> None:
        with turns.take():
            order.append(number)
            ends[number].wait(30)

    for number in range(threads):
        threading.Thread(target=hold, args=(number,), daemon=True).start()
        await_(lambda number=number: len(order) + turns.count_waiting() == number + 1)
    return order, ends


def await_(is_so) -> None:
    ends = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_turns_are_had_in_the_order_in_which_they_were_asked_for():
    turns = apart.Turns(2, 60, 9)
    order, ends = in_turn(turns, 6)
    assert order == [0, 1]
    for number in (1, 0, 2, 3, 4, 5):
        ends[number].set()
        await_(lambda number=number: len(order) == 6 or len(order) > number)
    await_(lambda: len(order) == 6)
    assert order == list(range(6))


def test_what_takes_long_lets_the_next_begin_beside_it_up_to_a_number():
    turns = apart.Turns(1, 0, 3)
    order, ends = in_turn(turns, 5)
    await_(lambda: len(order) == 3)
    assert turns.count_waiting() == 2
    ends[1].set()
    await_(lambda: len(order) == 4)
    for last in ends:
        last.set()


def test_whoever_waits_is_told_how_many_come_before_it_and_may_leave():
    turns, told = apart.Turns(1, 60, 1), []

    def leave(before: int) -> None:
        told.append(before)
        raise KeyError

    with turns.take():
        with pytest.raises(KeyError), turns.take(leave):
            pytest.fail("it had its turn")
        assert told == [1]
        assert turns.count_waiting() == 0
    with turns.take(leave):
        assert told == [1]
