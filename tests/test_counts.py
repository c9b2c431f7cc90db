"""Counting over arrays of unit numbers, against one dictionary and a loop."""

import math

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from town import atoms_at, layer, standing, town

from mapping import memory, places
from mapping.atoms import blocks, table
from mapping.geography import layers, lenses
from mapping.overlap import counts


@st.composite
def counted(draw, most=4):
    """Units of two layers (−1 for none) and people, a few dozen postcodes."""
    size = draw(st.integers(0, 30))
    unit = arrays.arrays(np.int16, size, elements=st.integers(-1, most))
    people = arrays.arrays(np.float64, size, elements=st.integers(0, 9).map(float))
    return draw(unit), draw(unit), draw(people)


@given(counted())
def test_dense_and_sparse_counting_agree_with_a_loop(drawn):
    a, b, people = drawn
    expected = oracles.pairs(a, b, people)
    cells = counts.MAX_DENSE_CELLS
    for limit in (cells, 0):
        counts.MAX_DENSE_CELLS = limit
        try:
            found = counts.pairs(a, b, (5, 5), people)
        finally:
            counts.MAX_DENSE_CELLS = cells
        got = dict(
            zip(zip(found.a.tolist(), found.b.tolist(), strict=True), found.people, strict=True)
        )
        assert got == pytest.approx(expected)
        as_last = [(x if x >= 0 else 9, y if y >= 0 else 9) for x, y in got]
        assert as_last == sorted(as_last)


@given(counted(), st.randoms())
def test_the_order_of_postcodes_does_not_matter(drawn, random):
    a, b, people = drawn
    order = list(range(len(a)))
    random.shuffle(order)
    one = counts.pairs(a, b, (5, 5), people)
    other = counts.pairs(a[order], b[order], (5, 5), people[order])
    for first, second in zip(one, other, strict=True):
        assert np.array_equal(first, second)


@given(counted())
def test_counting_leaves_its_input_untouched(drawn):
    before = [column.copy() for column in drawn]
    counts.pairs(drawn[0], drawn[1], (5, 5), drawn[2])
    counts.sum_by_unit(drawn[0], drawn[2], 5)
    assert all(np.array_equal(x, y) for x, y in zip(before, drawn, strict=True))


@given(counted())
def test_people_by_unit_add_up_with_none_at_the_end(drawn):
    unit, _, people = drawn
    found = counts.sum_by_unit(unit, people, 5)
    assert found.shape == (6,)
    assert found.sum() == people.sum()
    assert found[-1] == people[unit == -1].sum()
    assert [found[u] for u in range(5)] == [people[unit == u].sum() for u in range(5)]


def test_unit_numbers_as_large_as_their_type_are_counted_right():
    top = np.iinfo(np.int16).max
    a = np.array([top - 1, -1, 0], dtype=np.int16)
    found = counts.pairs(a, a, (top, top), np.ones(3))
    assert found.a.tolist() == [0, top - 1, -1]
    assert counts.sum_by_unit(a, np.ones(3), top)[[0, top - 1, top]].tolist() == [1, 1, 1]


def test_forty_thousand_areas_against_seven_thousand_wards_lose_nobody(oldham):
    lsoa, ward = layers.get("lsoa"), layers.get("ward")
    people = counts.people_in(oldham)
    found = counts.pairs_in(oldham, lsoa, ward)
    expected = oracles.pairs(lsoa.unit[oldham.positions], ward.unit[oldham.positions], people)
    got = dict(zip(zip(found.a.tolist(), found.b.tolist(), strict=True), found.people, strict=True))
    assert got == pytest.approx(expected)
    assert found.people.sum() == pytest.approx(lenses.get().values[oldham.positions].sum())


def test_pairs_without_a_unit_are_left_out_where_both_are_needed():
    found = counts.Pairs(np.array([0, 0, -1]), np.array([0, -1, 1]), np.array([1.0, 2.0, 3.0]))
    assert [column.tolist() for column in counts.keep_in_both(found)] == [[0], [0], [1.0]]


def test_a_ratio_of_nothing_is_nothing():
    assert counts.ratio(np.array([1.0, 2.0]), np.array([4.0, 0.0])).tolist() == [0.25, 0.0]


@given(st.integers(1, 50))
def test_the_entropy_of_equal_groups_is_the_logarithm_of_their_number(groups):
    people = np.array([3.0] * groups + [0.0])
    assert counts.entropy(people) == pytest.approx(math.log(groups))


def test_whole_units_count_people_wherever_they_live(camden):
    icb = layers.get("icb")
    whole = counts.count_whole_units(icb)
    assert whole.shape == (37,)
    assert whole.sum() == pytest.approx(lenses.get().values.sum())
    assert whole[:-1].sum() == pytest.approx(56_489_800)
    doubled = counts.count_whole_units(icb, by=lenses.get().values * 2)
    assert doubled == pytest.approx(whole * 2)


@pytest.mark.parametrize("key", ["ward", "postal_sector", "icb"])
def test_some_whole_units_have_the_people_that_all_of_them_have(key):
    layer = layers.get(key)
    some = np.append(np.arange(len(layer.codes))[::3], -1)
    expected = counts.count_whole_units(layer)[some[:-1]]
    for by in ("residents", lenses.get().values * 1.0):
        found = counts.count_whole(layer, some, by)
        np.testing.assert_allclose(found[:-1], expected)
        assert np.isnan(found[-1])
    assert len(counts.count_whole(layer, some[:0])) == 0


@given(arrays.arrays(np.int8, st.integers(0, 20), elements=st.integers(0, 2)))
def test_runs_begin_where_a_value_differs_from_the_one_before(values):
    begins = [at for at in range(len(values)) if at == 0 or values[at] != values[at - 1]]
    assert counts.find_runs(values).tolist() == begins


@pytest.mark.parametrize("key", ["ward", "postal_district"])
def test_a_unit_finds_the_wards_or_blocks_that_it_is_made_of(key):
    layer = layers.get(key)
    wanted = np.array([7, 3])
    parts, begins = layer.find_parts(wanted)
    of_unit = [np.flatnonzero(layer.numbers == number).tolist() for number in wanted]
    assert [part.tolist() for part in np.split(parts, begins[1:])] == of_unit


@pytest.mark.parametrize("by", ["residents", "postcodes", "land"])
def test_people_of_a_place_are_those_of_its_postcodes(by, oldham, britain):
    assert np.array_equal(counts.people_in(oldham, by), lenses.get(by).values[oldham.positions])
    assert counts.people_in(britain, by) is lenses.get(by).values
    own = np.arange(len(table()), dtype=float)
    assert np.array_equal(counts.people_in(oldham, by=own), oldham.positions.astype(float))


def test_zones_are_the_building_blocks_of_all_layers():
    with town("AABB\nAABB", "AAAB\nCCC.", people=[1, 2, 3, 4, 5, 6, 7, 8]) as small:
        zones = counts.zones(small.place, small.layers)
    units = {tuple(row) for row in zones.units.tolist()}
    assert units == {(0, 0), (1, 0), (1, 1), (0, 2), (1, 2), (1, -1)}
    assert zones.people.sum() == 36
    assert zones.postcodes.sum() == 8
    assert zones.zone.tolist().count(zones.zone[0]) == 2


@given(counted())
def test_zones_keep_every_unit_and_every_person(drawn):
    a, b, people = drawn
    size = len(a)
    drawn_layers = [layer(np.where(u < 0, ".", u.astype(str))) for u in (a, b)]
    with standing(atoms_at(np.arange(size), np.arange(size)), drawn_layers, people) as small:
        if not size:
            return
        zones = counts.zones(small.place, small.layers)
    for column, drawn_layer in enumerate(drawn_layers):
        assert np.array_equal(zones.units[zones.zone, column], drawn_layer.unit)
    assert len(np.unique(zones.units, axis=0)) == len(zones.units)
    assert zones.people.sum() == people.sum()
    assert np.array_equal(np.bincount(zones.zone), zones.postcodes)


def test_zones_of_no_layers_are_the_whole_place(oldham):
    zones = counts.zones(oldham, [])
    assert zones.units.shape == (1, 0)
    assert zones.postcodes.tolist() == [len(oldham)]


def test_the_three_finest_layers_over_great_britain_do_not_run_out_of_numbers(britain):
    zones = counts.zones(britain, [layers.get(k) for k in ("lsoa", "ward", "postal_sector")])
    some = np.arange(0, len(britain), 9_973)
    for column, key in enumerate(("lsoa", "ward", "postal_sector")):
        assert np.array_equal(zones.units[zones.zone[some], column], layers.get(key).unit[some])
    assert zones.people.sum() == pytest.approx(lenses.get().values.sum())


@pytest.mark.parametrize("by", ["residents", "postcodes", "land"])
def test_building_blocks_count_the_same_people_as_postcodes(oldham, by):
    people = counts.people_in(oldham, by)
    shipped = [layers.get(key) for key in layers.catalogue().index]
    assert all(layer.grain != "postcode" for layer in shipped)
    for a in shipped:
        for b in shipped:
            size = (len(a.codes), len(b.codes))
            local = counts.units(oldham, a), counts.units(oldham, b)
            expected = counts.pairs(*local, size, people)
            found = counts.pairs_in(oldham, a, b, by)
            assert found.a.tolist() == expected.a.tolist()
            assert found.b.tolist() == expected.b.tolist()
            np.testing.assert_allclose(found.people, expected.people)


def test_building_blocks_count_the_callers_own_weights(oldham):
    own = np.arange(len(lenses.get().values), dtype=float)
    ward, sector = layers.get("ward"), layers.get("postal_sector")
    found = counts.pairs_in(oldham, ward, sector, by=own)
    assert found.people.sum() == pytest.approx(own[oldham.positions].sum())


def test_a_building_block_has_one_unit_in_every_layer_that_ships():
    known = blocks()
    assert len(known.first) == len(np.unique(known.of_postcode)) == len(known.ward)
    assert (known.of_postcode[known.first] == np.arange(len(known.first))).all()
    for key in layers.catalogue().index:
        layer = layers.get(key)
        unit, of_block = layer.at(slice(None)), layer.of_block
        assert of_block is not None
        assert (unit == of_block[known.of_postcode]).all(), key
        assert (layer.unit == unit).all(), key


@pytest.mark.parametrize("place", ["Moray", "NW5", "Great Britain"])
def test_a_place_that_has_a_name_is_made_of_whole_blocks(place):
    found = places.get(place)
    assert found.blocks is not None
    held = np.isin(blocks().of_postcode, found.blocks)
    assert np.flatnonzero(held).tolist() == found.positions.tolist()


@pytest.mark.parametrize("weights_of", [lambda: "residents", lambda: np.arange(len(table())) % 7.0])
@pytest.mark.parametrize("name", ["oldham", "postal", "britain"])
def test_the_first_calls_and_later_ones_count_the_same_people(name, weights_of, request):
    place = places.get("NW5") if name == "postal" else request.getfixturevalue(name)
    own = weights_of()
    for a, b in (("ward", "borough"), ("ward", "postal_district"), ("lsoa", "ward")):
        memory.ARRAYS.clear()
        pair = layers.get(a), layers.get(b)
        first, *_, last = [counts.pairs_in(place, *pair, by=own) for _ in range(2)]
        size = (len(pair[0].codes), len(pair[1].codes))
        plain = counts.pairs(
            *(counts.units(place, one) for one in pair), size, counts.people_in(place, by=own)
        )
        for found in (first, last):
            assert found.a.tolist() == plain.a.tolist()
            assert found.b.tolist() == plain.b.tolist()
            np.testing.assert_allclose(found.people, plain.people, rtol=1e-9)


def test_layers_made_of_wards_are_counted_without_a_look_at_postcodes(oldham, monkeypatch):
    monkeypatch.setattr(counts, "units", None)
    monkeypatch.setattr(counts, "blocks", None)
    memory.ARRAYS.clear()
    found = counts.pairs_in(oldham, layers.get("ward"), layers.get("borough"))
    assert found.people.sum() == pytest.approx(lenses.get().values[oldham.positions].sum())


def test_blocks_are_kept_in_small_numbers():
    known = blocks()
    assert known.of_postcode.dtype == known.first.dtype == "int32"
    assert known.ward.dtype == "int16"


def test_people_are_summed_by_unit_over_more_postcodes_than_are_counted_at_a_time():
    random = np.random.default_rng(1)
    unit = random.integers(-1, 7, 2 * counts.CHUNK_POSTCODES + 3).astype("int16")
    people = random.random(len(unit))
    expected = [people[unit == number].sum() for number in [*range(7), -1]]
    assert counts.sum_by_unit(unit, people, 7) == pytest.approx(expected)
    assert counts.sum_by_unit(unit[:0], people[:0], 7).tolist() == [0.0] * 8
