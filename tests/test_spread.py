"""Where in a place the actors of a register work."""

import numpy as np
import pytest

from mapping import footprints, places
from mapping.actors import extent
from mapping.atoms import postcodes

ROWS = """org,area
A,Kentish Town North
A,NW5 2AA
B,Kentish Town North; NW5 2AA; NW5 2AB
C,Oldham
"""


def read(text: str = ROWS) -> footprints.Upload:
    return footprints.read(text.encode(), name="x.csv")


def test_wards_covered_as_a_whole_are_counted_and_the_rest_are_postcodes(camden):
    upload = read()
    found = extent.find_spread(upload, camden)
    ward = places.get("Kentish Town North").wards[0]
    assert found.actors[ward] == 2
    assert np.flatnonzero(found.actors).tolist() == [ward]
    loose = [postcodes.find(p).position for p in ("NW5 2AA", "NW5 2AB")]
    outside = [p for p in loose if postcodes.table().ward[p] != ward]
    assert found.loose.tolist() == sorted(outside)


@pytest.mark.parametrize("actor", [extent.EVERYBODY, 0, 1, 2])
def test_what_is_covered_is_the_footprints_inside_the_place(camden, actor):
    upload = read()
    numbers = range(3) if actor == extent.EVERYBODY else [actor]
    wanted = np.unique(np.concatenate([upload.postcodes_of(n) for n in numbers]))
    covered = camden.positions[extent.find_spread(upload, camden, actor).find_covered(camden)]
    assert np.array_equal(covered, np.intersect1d(wanted, camden.positions))


@pytest.mark.parametrize(
    ("areas", "name"),
    [
        ("Kentish Town North", "Camden"),
        ("NW5 2AA", "Camden"),
        ("Camden; Islington", "Camden and Islington"),
        ("Camden; Islington; Barnet; Brent; Ealing; Harrow", "Greater London"),
        ("Oldham; Camden; Leeds; Cardiff; Dundee City", "Great Britain"),
    ],
)
def test_home_is_the_smallest_place_that_holds_nearly_all(areas, name):
    assert extent.home(read(f"org,area\nA,{areas}\n")).name == name


def test_actors_that_work_nowhere_have_no_home():
    assert extent.home(read("org,area\nA,Zzyzx qqq\n")) is None
