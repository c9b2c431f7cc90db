"""What is kept between calls: once under threads, and never more than there is room for."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import memory, places
from mapping.atoms import postcodes
from mapping.geography import layers, lenses
from mapping.overlap import counts

ROOT = Path(__file__).resolve().parents[1]
RACE = """
import sys, threading
sys.setswitchinterval(1e-5)
from mapping import layers, places, postcodes
from mapping.boundaries import coverage
found, faults, ready = [], [], threading.Barrier(4)

def ask():
    ready.wait()
    try:
        lsoa = layers.get("lsoa")
        mine = (id(lsoa), id(layers.get("postal_sector")), id(postcodes.table()))
        drawn = coverage.get(places.at("borough", "E09000001"), (lsoa,))
        found.append((*mine, drawn.unit(lsoa).min() >= 0))
    except BaseException as fault:
        faults.append(fault)
        raise

threads = [threading.Thread(target=ask) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
assert not faults, faults
assert len(found) == 4 and len(set(found)) == 1, found
"""


def test_four_threads_of_a_new_process_get_one_layer_and_can_draw_it():
    done = subprocess.run([sys.executable, "-c", RACE], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_what_is_made_once_is_made_once_whoever_asks():
    calls = []

    @memory.once
    def slow(key: str) -> list[str]:
        calls.append(key)
        time.sleep(0.05)
        return [key]

    got: list[list[str]] = []
    threads = [threading.Thread(target=lambda: got.append(slow("a"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == ["a"]
    assert all(one is got[0] for one in got)
    assert slow("b") == ["b"]


def test_what_fails_is_asked_again():
    tries = []

    @memory.once
    def shy() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise KeyError
        return 7

    with pytest.raises(KeyError):
        shy()
    assert shy() == 7


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2_000)), max_size=60))
def test_a_store_never_takes_more_than_its_room_and_always_answers(asked):
    store = memory.Cache(0.004)
    for key, size in asked:
        value = store.get(key, lambda size=size: np.zeros(size, dtype=np.uint8))
        assert value.dtype == np.uint8
        assert 0 <= store.bytes <= 4_000


def test_the_longest_unused_value_goes_first():
    store, made = memory.Cache(0.0025), []
    for key in ("a", "b", "a", "c", "a", "b"):
        store.get(key, lambda key=key: (made.append(key), np.zeros(800, dtype=np.uint8))[1])
    assert made == ["a", "b", "c", "b"]


def test_a_value_too_large_to_keep_is_returned_all_the_same():
    store = memory.Cache(0.001)
    assert len(store.get("a", lambda: np.zeros(5_000, dtype=np.uint8))) == 5_000
    assert store.bytes == 0


def test_what_nobody_has_asked_for_goes_unless_it_took_long_to_make_or_was_put_there():
    now = [0.0]

    def make(seconds: float) -> bytes:
        now[0] += seconds
        return b"made"

    store = memory.Cache(1, idle_s=600, clock=lambda: now[0])
    store.put("put", b"put")
    for key, seconds in (("slow", memory.SLOW_S), ("asked", 0.1), ("quick", 0.1)):
        store.get(key, lambda taken=seconds: make(taken))
    now[0] = 500
    assert store.get("asked", lambda: b"anew") == b"made"
    now[0] = 700
    assert store.get("asked", lambda: b"anew") == b"made"
    assert [key for key, _ in store.items()] == ["put", "slow", "asked"]
    held = ("put", b"put", "slow", b"made", "asked", b"made")
    assert store.bytes == sum(map(memory.count_bytes, held))
    assert store.get("quick", lambda: b"anew") == b"anew"
    store.clear()
    now[0] = 2_000
    assert store.get("asked", lambda: b"anew") == b"anew"


def test_what_a_key_keeps_alive_counts():
    table = pd.DataFrame({"area": ["N1 9GU"], "unit": ["Beta"]})
    mine = layers.from_lookup(table, areas="area", units="unit", title="Ours", scale="borough")
    assert layers.get("ward").nbytes == 0
    assert mine.unit.nbytes == mine.nbytes > 3e6
    store = memory.Cache(3)
    store.get(("units", mine), lambda: np.zeros(1))
    assert store.bytes == 0


def test_many_large_places_keep_no_more_arrays_than_there_is_room_for():
    memory.ARRAYS.clear()
    regions = [f"region.{code}" for code in layers.get("region").codes]
    for i in range(5):
        place = places.at("union", "+".join(regions[i : i + 7]))
        layers.list_present(place, layers.keys())
        counts.pairs_in(place, layers.get("ward"), layers.get("postal_district"))
        counts.people_in(place)
    assert 30e6 < memory.ARRAYS.bytes <= memory.MAX_ARRAYS_MB * 1e6
    assert not any("positions" in vars(p) for p in (place, *place.parts))


def test_a_layer_made_of_wards_names_units_without_those_of_all_postcodes(camden):
    ward = layers.get("ward")
    at = camden.positions
    assert np.array_equal(ward.at(at), ward.unit[at])
    assert int(ward.at(int(at[0]))) == ward.unit[at[0]]
    sector = layers.get("postal_sector")
    assert np.array_equal(sector.at(at), sector.unit[at])
    assert len(ward.unit) == len(postcodes.table())


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_a_server_has_what_it_lets_go_of_given_back(platform):
    code = f"import sys; sys.platform = {platform!r}; "
    code += "from mapping import memory; memory.give_back(); "
    code += "import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert told.stdout.split() == ["system"], told.stderr


def test_the_collector_leaves_alone_what_a_server_has_loaded_and_looks_rarely():
    code = "import gc; from mapping import memory; loaded = [[] for _ in range(5_000)]; "
    code += "memory.settle(); looked_at = {id(one) for one in gc.get_objects()}; "
    code += "print(any(id(one) in looked_at for one in loaded), *gc.get_threshold()[2:])"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert told.stdout.split() == ["False", str(memory.RARELY)], told.stderr


def test_counting_each_postcode_as_one_takes_no_memory():
    values = lenses.get("postcodes").values
    assert values.strides == (0,)
    assert values.sum() == len(postcodes.table())


def test_a_shelf_makes_a_value_once_whoever_asks_and_a_fault_is_not_kept():
    shelf, calls, ready = memory.Shelf(4), [], threading.Barrier(4)

    def make() -> int:
        calls.append(1)
        time.sleep(0.05)
        return 7

    def ask() -> None:
        ready.wait()
        assert shelf.get("key", make) == 7

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [1]
    with pytest.raises(ZeroDivisionError):
        shelf.get("other", lambda: 1 // 0)
    assert shelf.get("other", lambda: None) is None
    assert shelf.get("other", lambda: 1 // 0) is None


def test_nobody_waits_for_a_value_that_is_not_theirs():
    shelf, begun, end = memory.Shelf(4), threading.Event(), threading.Event()

    def make_slowly() -> int:
        begun.set()
        assert end.wait(10)
        return 1

    slow = threading.Thread(target=shelf.get, args=("slow", make_slowly))
    slow.start()
    assert begun.wait(10)
    assert shelf.get("quick", lambda: 2) == 2
    assert shelf.look("slow", "not yet") == "not yet"
    end.set()
    slow.join()
    assert shelf.look("slow") == 1


@given(st.lists(st.tuples(st.sampled_from("gfc"), st.integers(0, 5)), max_size=40))
def test_a_shelf_holds_the_last_ones_that_were_used(acts: list[tuple[str, int]]) -> None:
    shelf, kept = memory.Shelf(3), list[int]()
    for act, key in acts:
        if act == "c":
            shelf.clear()
            kept = []
        else:
            kept = [one for one in kept if one != key]
            if act == "f":
                shelf.forget(key)
            else:
                assert shelf.get(key, lambda key=key: -key) == -key
                kept = [*kept, key][-3:]
    assert [key for key in range(6) if shelf.look(key) is not None] == sorted(kept)


@given(
    st.lists(
        st.tuples(st.sampled_from("gfc"), st.integers(0, 1), st.integers(0, 5), st.integers(0, 9)),
        max_size=60,
    )
)
def test_what_shelves_share_is_never_more_than_their_room_and_the_last_used_stays(
    acts: list[tuple[str, int, int, int]],
) -> None:
    """``kept`` is what the room must hold: (shelf, key) → bytes, the longest unused first."""
    room, kept = memory.Room(0.02), dict[tuple[int, int], int]()
    shelves = [memory.Shelf(4, room) for _ in range(2)]
    for act, at, key, thousands in acts:
        if act == "c":
            shelves[at].clear()
            kept = {one: size for one, size in kept.items() if one[0] != at}
        elif act == "f":
            shelves[at].forget(key)
            kept.pop((at, key), None)
        else:
            value = shelves[at].get(key, lambda size=1_000 * thousands: bytes(size))
            kept.pop((at, key), None)
            kept[at, key] = memory.count_bytes(value)
            large = [one for one in kept if kept[one] >= memory.SMALL_BYTES]
            while sum(kept[one] for one in large) > 20_000:
                kept.pop(large.pop(0))
            if len(mine := [one for one in kept if one[0] == at]) > 4:
                kept.pop(mine[0])
        assert room.bytes == sum(s for s in kept.values() if s >= memory.SMALL_BYTES) <= 20_000
    held = {(at, k) for at in (0, 1) for k in range(6) if shelves[at].look(k) is not None}
    assert held == kept.keys()


def test_threads_that_use_a_room_side_by_side_leave_its_count_right():
    room = memory.Room(0.05)
    shelves = [memory.Shelf(5, room) for _ in range(3)]

    def use(number: int) -> None:
        for step in range(400):
            shelf = shelves[(number + step) % 3]
            shelf.get(step % 11, lambda: bytes(7_000))
            if step % 50 == number:
                shelf.forget(step % 11)

    threads = [threading.Thread(target=use, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = sum(shelf.look(key) is not None for shelf in shelves for key in range(11))
    assert room.bytes == held * memory.count_bytes(bytes(7_000)) <= 50_000


def test_what_is_too_large_for_a_room_is_returned_all_the_same_and_alone_is_not_kept():
    shelf = memory.Shelf(4, memory.Room(0.01))
    shelf.get("small", lambda: bytes(3_000))
    assert len(shelf.get("large", lambda: bytes(20_000))) == 20_000
    assert shelf.look("large") is None
    assert shelf.look("small") == bytes(3_000)


def test_what_is_made_of_others_takes_as_much_as_these():
    words = ["Camden"] * 1_000
    for found in (words, tuple(words), {"a": words}, {one: one for one in map(str, range(1_000))}):
        assert 1_000 * memory.OVERHEAD_BYTES < memory.count_bytes(found) < 210_000
    table = pd.DataFrame({"people": np.zeros(1_000), "name": words})
    assert 14_000 < memory.count_bytes(table) < 30_000
    assert 8_000 < memory.count_bytes(table["people"]) < 9_000
    assert memory.count_bytes((table, 3.0)) == memory.count_bytes(table) + memory.OVERHEAD_BYTES
