"""Lines that are kept in steps, and joined where they meet end to end."""

import itertools
import json
from collections import Counter

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapping.atoms import TO_DEGREES
from mapping.drawing import joined, steps

A_STEP = 1 / steps.STEPS_A_DEGREE


def draw(*lines: list[tuple[int, int]]) -> np.ndarray:
    """Return lines in degrees, of corners in steps."""
    return np.array([shapely.LineString(np.array(line) * A_STEP) for line in lines])


def read(text: str) -> list[list[tuple[int, int]]]:
    """Return the corners of what was written, in steps."""
    written = json.loads(text)
    assert written["type"] == "MultiLineString"
    return [
        [(x, y) for x, y in np.cumsum(np.reshape(line, (-1, 2)), axis=0).tolist()]
        for line in written["coordinates"]
    ]


def count_sides(lines: list[list[tuple[int, int]]]) -> Counter:
    """Count the stretches from corner to corner, whichever way they lead."""
    return Counter(frozenset(pair) for line in lines for pair in itertools.pairwise(line))


def test_two_lines_that_meet_alone_are_one_and_three_stay_three() -> None:
    two = joined.measure(draw([(0, 0), (5, 0)], [(9, 3), (5, 0)]))
    assert read(joined.write(two, np.arange(2))) == [[(0, 0), (5, 0), (9, 3)]]
    three = joined.measure(draw([(0, 0), (5, 0)], [(9, 3), (5, 0)], [(5, 0), (5, 9)]))
    assert len(read(joined.write(three, np.arange(3)))) == 3
    assert len(read(joined.write(three, np.array([0, 2])))) == 1  # the third is not chosen


def test_a_ring_of_lines_is_one_that_ends_where_it_begins() -> None:
    ring = joined.measure(draw([(0, 0), (4, 0)], [(4, 4), (4, 0)], [(4, 4), (0, 4), (0, 0)]))
    [line] = read(joined.write(ring, np.arange(3)))
    assert line[0] == line[-1]
    assert len(line) == 5
    alone = joined.measure(draw([(0, 0), (4, 0), (4, 4), (0, 0)]))
    assert len(read(joined.write(alone, np.array([0])))) == 1


def test_what_is_shorter_than_a_step_is_gone_and_the_rest_keeps_its_number() -> None:
    tiny = shapely.LineString([(0, 0), (0.2 * A_STEP, 0.1 * A_STEP)])
    twice = shapely.MultiLineString([[(0, 0), (A_STEP, 0)], [(0, A_STEP), (A_STEP, A_STEP)]])
    found = joined.measure(np.array([tiny, twice, *draw([(3, 3), (3, 3), (9, 9)])]))
    assert found.of.tolist() == [1, 1, 2]
    assert np.diff(found.begins).tolist() == [2, 2, 2]


def test_lines_lead_east_and_north_where_they_can() -> None:
    found = joined.measure(draw([(9, 2), (5, 1), (0, 0)]))
    assert read(joined.write(found, np.array([0]))) == [[(0, 0), (5, 1), (9, 2)]]


corners = st.tuples(st.integers(-4, 4), st.integers(-4, 4))
stretches = st.lists(corners, min_size=2, max_size=4).filter(lambda line: len(set(line)) > 1)


@given(st.lists(stretches, min_size=1, max_size=12), st.data())
def test_every_stretch_is_drawn_once_and_no_two_lines_could_be_joined(
    lines: list[list[tuple[int, int]]], data: st.DataObject
) -> None:
    found = joined.measure(draw(*lines))
    chosen = data.draw(st.sets(st.sampled_from(range(len(lines))), min_size=1))
    written = read(joined.write(found, np.array(sorted(chosen))))
    told = [
        [c for c, after in zip(line, [*line[1:], None], strict=True) if c != after]
        for n, line in enumerate(lines)
        if n in chosen
    ]
    assert count_sides(written) == count_sides(told)
    meeting = Counter(end for line in written for end in (line[0], line[-1]))
    at_ends = Counter(end for line in told for end in (line[0], line[-1]))
    closed = {line[0] for line in written if line[0] == line[-1]}
    assert all(at_ends[spot] != 2 or spot in closed for spot in meeting)


@pytest.mark.parametrize("ends", [np.empty((0, 2), int), np.array([[0, 0]])])
def test_no_line_has_no_chain_and_a_closed_one_has_its_own(ends: np.ndarray) -> None:
    way, first = joined.join(ends)
    assert len(way) == len(first) == len(ends)


def walk(ends: list[tuple[int, int]]) -> set[frozenset[int]]:
    """Join lines one by one: those of each chain."""
    meets = Counter(spot for line in ends for spot in line)
    left, chains = dict(enumerate(ends)), set()
    loose = [n for n, line in enumerate(ends) if any(meets[spot] != 2 for spot in line)]
    for begin in (*loose, *range(len(ends))):
        if begin not in left:
            continue
        a, b = left.pop(begin)
        chain, at = [begin], b if meets[a] != 2 or a == b else a if meets[b] != 2 else b
        while meets[at] == 2:
            after = next((n for n, line in left.items() if at in line), None)
            if after is None:
                break
            a, b = left.pop(after)
            chain.append(after)
            at = b if at == a else a
        chains.add(frozenset(chain))
    return chains


spots = st.integers(0, 12)


@given(st.lists(st.tuples(spots, spots), max_size=16))
def test_lines_are_joined_as_one_would_walk_them(ends: list[tuple[int, int]]) -> None:
    way, first = joined.join(np.array(ends, dtype=int).reshape(-1, 2))
    assert sorted((way >> 1).tolist()) == list(range(len(ends)))
    begins = [ends[half >> 1][half & 1] for half in way.tolist()]
    stops = [ends[half >> 1][~half & 1] for half in way.tolist()]
    inner = np.setdiff1d(np.arange(len(way)), first)
    assert all(begins[n] == stops[n - 1] for n in inner)  # each goes on where the last one stopped
    chains = np.split(way >> 1, first[1:]) if len(way) else []
    found = {frozenset(chain.tolist()) for chain in chains}
    assert found == walk(ends)


def test_lines_say_what_they_take_and_lie_where_they_were() -> None:
    lon, lat = -0.1, 51.5
    found = joined.measure(np.array([shapely.LineString([(lon, lat), (lon + 1, lat + 1)])]))
    east, north = TO_DEGREES.transform(lon, lat, direction="INVERSE")
    assert found.metres[0] == pytest.approx((east, north), abs=2)
    parts = (found.corners, found.begins, found.ends, found.of, found.told, found.metres)
    assert found.nbytes == sum(one.nbytes for one in parts) + len(found.text)
