"""Who lives near a line, against comparing every postcode with every other."""

from dataclasses import replace

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from town import atoms_at, layer, standing, town

from mapping import memory, overlap, places
from mapping.atoms import index, neighbours, postcodes
from mapping.errors import MappingError
from mapping.geography import layers, lenses
from mapping.overlap import proximity


@st.composite
def scattered(draw):
    """Up to sixty postcodes on a few streets, several at one point, in up to six units."""
    size = draw(st.integers(1, 60))
    metres = arrays.arrays(np.int32, size, elements=st.integers(0, 60).map(lambda x: x * 25))
    unit = draw(arrays.arrays(np.int16, size, elements=st.integers(-1, 5)))
    atoms = atoms_at(draw(metres) + 500_000, draw(metres) + 200_000)
    return (
        replace(atoms, residential=draw(arrays.arrays(bool, size))),
        [layer(np.where(unit < 0, ".", unit.astype(str)))],
        np.arange(1.0, size + 1),
        draw(arrays.arrays(bool, size)) | (np.arange(size) == 0),
    )


@given(scattered(), st.sampled_from([1.0, 25.0, 100.0, 125.0, 310.5, 5_000.0]))
def test_edge_dwellers_agree_with_comparing_every_pair(drawn, distance_m):
    with standing(*drawn) as small:
        found = overlap.edge_dwellers(small.place, small.layers[0], distance_m=distance_m)
    atoms, (drawn_layer,), people, inside = drawn
    near = oracles.near_another(
        atoms.easting, atoms.northing, drawn_layer.unit, atoms.residential, distance_m
    )
    assert found.positions.tolist() == np.flatnonzero(near & inside).tolist()
    assert found.people == people[near & inside].sum()
    assert found.share == pytest.approx(found.people / people[inside].sum())


def test_exactly_as_far_counts_and_a_hair_further_does_not():
    with town("AB", people=[1, 2]) as small:
        place, (drawn,) = small.place, small.layers
        assert overlap.edge_dwellers(place, drawn, distance_m=100).share == 1
        assert overlap.edge_dwellers(place, drawn, distance_m=99.999).share == 0


def test_the_other_side_may_lie_outside_the_place():
    with town("AABB", inside="xxoo", people=[1, 2, 3, 4]) as small:
        found = overlap.edge_dwellers(small.place, small.layers[0], distance_m=100)
    assert (found.share, found.people, found.positions.tolist()) == (2 / 3, 2, [1])


def test_no_unit_is_not_another_unit():
    with town("A.A.B") as small:
        found = overlap.edge_dwellers(small.place, small.layers[0], distance_m=150)
        assert found.positions.tolist() == []
        further = overlap.edge_dwellers(small.place, small.layers[0], distance_m=200)
    assert further.positions.tolist() == [2, 4]


def test_a_sorting_office_is_nobodys_other_side_but_may_be_near_one():
    atoms = replace(atoms_at([0, 100, 300], [0, 0, 0]), residential=np.array([True, False, True]))
    with standing(atoms, [layer(["A", "B", "A"])], np.array([1.0, 2.0, 4.0])) as small:
        found = overlap.edge_dwellers(small.place, small.layers[0], distance_m=200)
    assert found.positions.tolist() == [1]
    assert found.people == 2


def test_a_place_without_homes_has_nobody_near_a_line():
    atoms = replace(atoms_at([0, 100], [0, 0]), residential=np.zeros(2, dtype=bool))
    with standing(atoms, [layer(["A", "B"])], np.ones(2)) as small:
        found = overlap.edge_dwellers(small.place, small.layers[0], distance_m=200)
    assert (found.share, found.people, len(found.positions)) == (0, 0, 0)


def test_a_layer_absent_from_a_place_has_nobody_near_its_lines(oldham):
    found = overlap.edge_dwellers(oldham, layers.get("health_board"))
    assert (found.share, found.people, len(found.positions)) == (0, 0, 0)


def test_a_single_unit_has_nobody_near_a_line_inside_it():
    with town("AAAA\nAAAA") as small:
        found = overlap.edge_dwellers(small.place, small.layers[0], distance_m=5_000)
    assert found.share == 0


def test_a_place_where_nobody_lives_has_a_share_of_nothing():
    with town("AB", people=0) as small:
        found = overlap.edge_dwellers(small.place, small.layers[0])
    assert (found.share, found.people, len(found.positions)) == (0, 0, 2)


@pytest.mark.parametrize("distance_m", [0, -1, 5_001, float("nan"), float("inf")])
def test_a_distance_that_makes_no_sense_is_refused(oldham, distance_m):
    with pytest.raises(MappingError, match="Expected a distance between 0 and 5,000 metres"):
        overlap.edge_dwellers(oldham, layers.get("ward"), distance_m=distance_m)


@pytest.mark.parametrize("key", ["borough", "ward", "postal_sector", "lsoa"])
def test_real_edge_dwellers_agree_with_comparing_every_pair(key):
    place, atoms, drawn = places.get("NW5"), postcodes.table(), layers.get(key)
    around = index.find_in_box(place.positions, 120)
    near = oracles.near_another(
        atoms.easting[around],
        atoms.northing[around],
        drawn.unit[around],
        atoms.residential[around],
        120,
    )
    expected = np.intersect1d(around[near], place.positions)
    found = overlap.edge_dwellers(place, drawn, distance_m=120)
    assert found.positions.tolist() == expected.tolist()
    assert 0 < found.share < 1


def test_londons_care_boards_have_272_thousand_people_near_their_lines(london):
    found = overlap.edge_dwellers(london, layers.get("icb"), distance_m=300)
    assert found.share == pytest.approx(0.0309, abs=5e-5)
    assert found.people == pytest.approx(271_842, rel=1e-5)
    assert np.isin(found.positions, london.positions).all()
    assert found.people == pytest.approx(lenses.get().values[found.positions].sum())


def test_more_people_are_near_a_line_the_further_one_looks(london):
    shares = [
        overlap.edge_dwellers(london, layers.get("icb"), distance_m=d).share
        for d in (100, 300, 1_000, 5_000)
    ]
    assert shares == sorted(shares)
    assert shares[-1] > 0.7


def test_edge_dwellers_count_by_the_lens_that_was_chosen(oldham):
    ward = layers.get("ward")
    by_postcodes = overlap.edge_dwellers(oldham, ward, by="postcodes")
    assert by_postcodes.people == len(by_postcodes.positions)
    own = np.zeros(len(postcodes.table()))
    own[by_postcodes.positions] = 2.0
    assert overlap.edge_dwellers(oldham, ward, by=own).share == 1


@pytest.mark.parametrize("by", ["residents", "postcodes", "land"])
def test_the_list_of_postcodes_near_a_line_adds_up_to_the_people_there(oldham, by):
    ward = layers.get("ward")
    near = overlap.edge_dwellers(oldham, ward, distance_m=100, by=by)
    found = overlap.postcodes_near(near, ward, by=by)
    assert list(found.columns) == [
        "postcode",
        "easting",
        "northing",
        "lat",
        "lon",
        "code",
        "name",
        "people",
    ]
    assert found["people"].sum() == pytest.approx(near.people)
    assert found["postcode"].is_unique
    assert found["postcode"].is_monotonic_increasing
    for row in found.iloc[::97].itertuples():
        one = postcodes.find(row.postcode)
        assert (row.easting, row.northing) == (one["easting"], one["northing"])
        assert (row.lat, row.lon) == (one["lat"], one["lon"])
        assert (row.code, row.name) == (
            one["ward_code"],
            ward.name_of(ward.number_of(one["ward_code"])),
        )


def test_the_list_of_postcodes_near_a_line_counts_own_weights(oldham):
    ward, own = layers.get("ward"), np.arange(len(postcodes.table()), dtype=float)
    near = overlap.edge_dwellers(oldham, ward, by=own)
    found = overlap.postcodes_near(near, ward, by=own)
    assert found["people"].tolist() == near.positions.tolist()


def test_nobody_near_a_line_gives_an_empty_list_with_its_columns(oldham):
    board = layers.get("health_board")
    found = overlap.postcodes_near(overlap.edge_dwellers(oldham, board), board)
    assert found.empty
    assert str(found["postcode"].dtype) == str(found["code"].dtype) == "str"


def test_what_lies_around_a_place_is_sorted_once_for_its_layers_unless_it_is_large(monkeypatch):
    sorted_, look_around = [], neighbours.look_around
    monkeypatch.setattr(
        neighbours, "look_around", lambda *of: sorted_.append(1) or look_around(*of)
    )
    place = places.get("NW5")
    for most, times in ((proximity.MAX_KEPT_POSTCODES, 1), (0, 3)):
        monkeypatch.setattr(proximity, "MAX_KEPT_POSTCODES", most)
        memory.ARRAYS.clear()
        for key in ("ward", "borough"):
            overlap.edge_dwellers(place, layers.get(key), distance_m=170)
        assert len(sorted_) == times
