"""What Redraw's page asks of the engine: locked blocks, matched groups, movers, searches apart."""

import base64
import json
import threading
import zlib
from contextlib import suppress
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import apart, places, redraw
from mapping.drawing import PublishedShapes, groups
from mapping.errors import MappingError, PlanError, StoppedError
from mapping.geography import layers
from mapping.overlap import units

FLAGS = st.lists(st.booleans(), min_size=1, max_size=300)
GROUPS = st.lists(st.integers(0, 6), min_size=1, max_size=40)


@given(FLAGS)
def test_locked_blocks_are_read_as_they_were_written(flags: list[bool]) -> None:
    locked = np.array(flags)
    text = redraw.write_locked(locked)
    assert (redraw.read_locked(text, len(flags)) == locked).all()
    assert (text == "") == (not locked.any())


@given(FLAGS, st.text(max_size=30))
def test_any_other_text_of_locked_blocks_is_refused_or_read(flags: list[bool], text: str) -> None:
    with suppress(MappingError):
        assert redraw.read_locked(text, len(flags)).shape == (len(flags),)


def test_locked_blocks_of_another_place_are_refused() -> None:
    text = redraw.write_locked(np.ones(100, bool))
    with pytest.raises(MappingError, match="locked areas"):
        redraw.read_locked(text, 20)


@given(GROUPS, st.data())
def test_matched_groups_are_the_same_groups_by_other_numbers(
    before: list[int], data: st.DataObject
) -> None:
    size = len(before)
    after = data.draw(st.lists(st.integers(0, 6), min_size=size, max_size=size))
    was, is_now = np.array(before), np.array(after)
    people = np.ones(size)
    matched = redraw.match_groups(was, is_now, people)
    assert ((matched == 0) == (was == 0)).all()
    pairs = set(zip(was.tolist(), matched.tolist(), strict=True))
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    both = (was > 0) & (is_now > 0)
    assert (matched == is_now)[both].sum() >= (was == is_now)[both].sum()


@given(GROUPS)
def test_groups_that_stayed_keep_their_numbers(before: list[int]) -> None:
    was = np.array(before)
    assert (redraw.match_groups(was, was, np.ones(len(was))) == was).all()


@pytest.mark.parametrize(
    ("name", "layer", "along"),
    [
        ("Greater London", "icb", "police_bcu"),
        ("Camden", "ward", "postal_district"),
        ("Moray", "ward", "postal_sector"),
    ],
)
def test_movers_are_those_whose_unit_is_another_once_it_is_redrawn(
    name: str, layer: str, along: str
) -> None:
    place = places.get(name)
    found = redraw.follow(place, layers.get(layer), along=layers.get(along))
    after, movers = found.redraw(place), found.list_movers(place)
    assert movers is not None
    old = layers.get(layer).codes[units(place, layers.get(layer))]
    new = after.codes[units(place, after)]
    has = units(place, layers.get(layer)) >= 0
    assert ((units(place, movers) >= 0) == (has & (old != new))).all()
    outside = np.setdiff1d(np.arange(len(after.unit))[::997], place.positions)
    assert (movers.at(outside) == -1).all()
    assert (
        after.codes[after.at(outside)] == layers.get(layer).codes[layers.get(layer).at(outside)]
    )[layers.get(layer).at(outside) >= 0].all()


def test_nobody_moves_along_ones_own_lines_and_there_are_no_movers() -> None:
    camden, ward = places.get("Camden"), layers.get("ward")
    found = redraw.follow(camden, ward, along=ward)
    assert found.list_movers(camden) is None
    assert found.redraw(camden) is ward


def test_a_search_in_a_process_of_its_own_finds_what_one_here_finds() -> None:
    asked = {"groups": 2, "tolerance": 0.2, "keep": ["postal_district"], "steps": 20_000, "seed": 3}
    camden = places.get("Camden")
    here = redraw.suggest_several(camden, **asked)
    told: list[float] = []
    call = partial(apart.call_in, threading.BoundedSemaphore(1))
    there = redraw.suggest_several(camden, call=call, progress=told.append, **asked)
    assert [one.group_of.tolist() for one in there] == [one.group_of.tolist() for one in here]
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_a_search_apart_ends_when_it_is_stopped_and_lets_the_next_one_in() -> None:
    turns = threading.BoundedSemaphore(1)
    with pytest.raises(StoppedError):
        redraw.suggest_several(
            places.get("Camden"),
            groups=2,
            call=partial(apart.call_in, turns),
            cancel=lambda: True,
        )
    assert turns.acquire(blocking=False)


def test_who_waits_for_a_turn_may_leave() -> None:
    turns = threading.BoundedSemaphore(1)
    turns.acquire()

    def leave(share: float) -> None:
        raise StoppedError("Nobody waits.")

    with pytest.raises(StoppedError):
        apart.call_in(turns, sum, leave, [1, 2])
    assert not turns.acquire(blocking=False)


def test_a_rule_that_nothing_keeps_to_is_named_from_a_search_apart_as_well() -> None:
    with pytest.raises(PlanError) as refused:
        redraw.suggest_several(
            places.get("Camden"),
            groups=19,
            tolerance=0.01,
            steps=500,
            call=partial(apart.call_in, threading.BoundedSemaphore(1)),
        )
    assert refused.value.constraint == "tolerance"


CODES = tuple("abcdefgh")


def draw(group_of: dict[str, int], **more: object) -> tuple[dict, dict]:
    """Return the configurations of areas and of groups."""
    shown = groups.draw_groups(PublishedShapes("geo/x.json", CODES), group_of, **more)  # type: ignore[arg-type]
    found = [json.loads(base64.b64decode(one.payload)) for one in shown]
    return found[0], found[1]


def test_blocks_that_move_are_hatched_and_locked_ones_dotted_in_their_groups_tint() -> None:
    now = {"a": 1, "b": 1, "c": 2, "d": 2}
    areas, told = draw(now, before={"a": 1, "b": 2, "c": 2, "d": 0}, locked=frozenset("c"))
    of = {code: areas["signs"][ord(areas["codes"][at]) - ord("#")] for at, code in enumerate(CODES)}
    assert (of["a"]["pattern"], of["b"]["pattern"]) == ("solid", "hatch")
    assert of["a"]["fill"] == of["b"]["fill"] != of["c"]["fill"]
    assert of["c"]["pattern"] == "dots"
    assert of["d"]["pattern"] == "solid", "whoever was in none moves nowhere"
    assert of["h"]["fill"] == groups.FREE.fill
    assert set(told["lines"]) == {"outline", "a_only", "b_only", "both"}


def test_without_a_before_there_is_one_kind_of_line() -> None:
    _, told = draw({"a": 1})
    assert set(told["lines"]) == {"both"}
    assert told["was"] is None


def test_any_number_of_groups_is_drawn_with_a_few_signs() -> None:
    areas, told = draw({code: 100 + at for at, code in enumerate(CODES)})
    assert len(areas["signs"]) <= 8
    assert len(told["now"]) < 100


@given(st.lists(st.integers(0, 999), min_size=1, max_size=300))
def test_groups_travel_packed_and_arrive_as_they_were(numbers: list[int]) -> None:
    packed = groups.pack(np.array(numbers, dtype="<u2"))
    content = zlib.decompress(base64.b64decode(packed))
    assert np.frombuffer(content, "<u2").tolist() == numbers
