"""Presence: which actors cover a spot, and who should be in the room for a place."""

import pytest

from mapping import actors, footprints, overlap, places
from mapping.actors import presence
from mapping.atoms import postcodes
from mapping.geography import layers


@pytest.fixture(scope="module")
def camden():
    return places.get("Camden")


@pytest.fixture(scope="module")
def units(camden):
    spot = postcodes.find("NW5 2AA")
    known = [layers.get(key) for key in ("ward", "borough", "icb", "postal_district")]
    return overlap.units_at(lat=spot.lat, lon=spot.lon, layers=known, near_m=150)


def test_the_actors_of_a_spot_are_those_whose_footprint_holds_its_postcode(units):
    register = footprints.shipped()
    position = int(postcodes.find("NW5 2AA").position)
    found = presence.list_at_spot(register, position, units)
    assert list(found.columns) == list(presence.PRESENCE_COLUMNS)
    here = found[found["here"]]
    assert set(here["number"]) == set(register.find_covering(position).nonzero()[0])
    for number in here["number"]:
        assert position in register.postcodes_of(number)
    assert (here["distance_m"] == 0).all()
    assert {"Camden Council", "Metropolitan Police"} <= set(here["actor"])


def test_those_who_begin_near_are_told_with_the_distance_and_do_not_cover_it(units):
    register = footprints.shipped()
    position = int(postcodes.find("NW5 2AA").position)
    near = presence.list_at_spot(register, position, units).query("not here")
    assert len(near) == 2  # the next ward's councillors and its police team
    assert near["distance_m"].between(1, 150).all()
    assert near["actor"].str.contains("Kentish Town North").all()
    assert not register.find_covering(position)[near["number"]].any()


def test_an_uploaded_actor_is_listed_where_its_circle_reaches(units):
    upload = footprints.read(
        b"who,themes,easting,northing,radius\nHelpers,advice,529000,185000,1500\n", name="a.csv"
    )
    register = footprints.shipped() + upload
    number = len(register) - 1
    inside = int(register.postcodes_of(number)[0])
    found = presence.list_at_spot(register, inside, units[:0])
    row = found[found["number"] == number].iloc[0]
    assert (row["actor"], row["themes"], row["here"]) == ("Helpers", "advice", True)


def test_the_convening_list_has_everybody_who_works_in_the_place_once(camden):
    register = footprints.shipped()
    reached = actors.reach(register, camden)
    found = presence.list_convening(register, reached)
    assert sorted(found["number"]) == sorted(reached["number"])
    assert not found["actor"].duplicated().any()
    council = found.set_index("actor").loc["Camden Council"]
    assert council["share_of_place"] == pytest.approx(1)
    assert council["share_of_footprint"] == pytest.approx(1)
    board = found.set_index("actor").loc["NHS West and North London ICB"]
    assert board["share_of_footprint"] == pytest.approx(210_100 / 3_503_300)
    scales = found["scale"].tolist()
    assert scales.index("regional") < scales.index("borough") < scales.index("hyperlocal")
