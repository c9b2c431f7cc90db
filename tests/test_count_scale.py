"""The count scale: from light to dark, a pattern each, and no count between two steps."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import actors, footprints, places
from mapping.actors import defaults, extent
from mapping.drawing import count_scale
from mapping.geography import layers


def lightness(colour: str) -> int:
    return sum(int(colour[at : at + 2], 16) for at in (1, 3, 5))


@given(st.lists(st.integers(0, 500), max_size=60))
def test_every_count_lies_in_one_step_and_the_more_the_darker(counts):
    steps = count_scale.make_steps(counts)
    assert len(steps) <= len(count_scale.SIGNS)
    for count in counts:
        assert sum(step.low <= count <= step.high for step in steps) == (count > 0)
    assert all(a.high < b.low for a, b in pairwise(steps))
    light = [lightness(step.sign.fill) for step in steps]
    assert light == sorted(light, reverse=True)
    assert len({step.sign.pattern for step in steps}) == len(steps)
    assert all(any(step.low <= count <= step.high for count in counts) for step in steps)


@pytest.mark.parametrize(
    ("counts", "ranges"),
    [
        ([], []),
        ([0, 0], []),
        ([12] * 20, ["12"]),
        ([1, 2], ["1", "2"]),
        ([1, 2, 3, 4, 5, 9], ["1", "2–3", "4–6", "7–9"]),
        ([1, 2, 4, 8, 14, 30, 200], ["1–6", "7–12", "13–25", "26–50", "101–200"]),
        ([2_000, 1, 2, 3, 4, 5], ["1", "2–3", "4–6", "101–2,000"]),
    ],
)
def test_few_counts_are_a_step_each_and_many_share_steps(counts, ranges):
    assert [step.range for step in count_scale.make_steps(counts)] == ranges


def test_organisations_are_counted_in_each_ward_and_ward_teams_are_not(camden):
    register = footprints.shipped()
    found = extent.count_in_units(register, camden, layers.get("ward"), leave_out=defaults.TEAMS)
    assert len(found) == 20
    assert set(found.values()) == {12}
    everybody = extent.count_in_units(register, camden, layers.get("ward"))
    assert set(everybody.values()) == {14}


def test_an_organisation_that_covers_a_part_of_a_ward_counts_there_once():
    upload = footprints.read(b"who,areas\nA,NW5 2AA\nA,NW5 2AD\nB,E05013664\n", name="ours.csv")
    camden = places.get("Camden")
    wards = extent.count_in_units(upload, camden, layers.get("ward"))
    assert wards["E05013664"] == 2
    assert sum(wards.values()) == 2
    assert extent.count_in_units(upload, camden, layers.get("borough")) == {"E09000007": 2}
    other = extent.count_in_units(upload, places.get("Oldham"), layers.get("ward"))
    assert set(other.values()) == {0}


def test_areas_that_cut_wards_are_refused(camden):
    with pytest.raises(ValueError, match="made of wards"):
        extent.count_in_units(actors.shipped(), camden, layers.get("postal_district"))
