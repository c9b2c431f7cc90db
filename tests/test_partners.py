"""Partner sets: who you deal with if you live here."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from town import atoms_at, layer, standing, town

from mapping import overlap, places
from mapping.errors import MappingError
from mapping.geography import layers, lenses, serving
from mapping.overlap import Sharing, find_sharing
from mapping.wording import findings

FIVE_PAIRS = [
    {"Brent", "Harrow"},
    {"Havering", "Redbridge"},
    {"Lambeth", "Southwark"},
    {"Kingston upon Thames", "Richmond upon Thames"},
    {"Kensington and Chelsea", "Westminster"},
]


@pytest.fixture(scope="module")
def londons_sets(london, partners):
    return overlap.partner_sets(london, partners)


def test_london_has_28_partner_sets_and_five_pairs_of_boroughs_that_share_all(
    londons_sets, partners
):
    assert len(londons_sets) == 28
    assert list(londons_sets.columns) == [
        "set",
        "people",
        "share",
        "postcodes",
        *[column for p in partners for column in (p.key, f"{p.key}_code")],
        "boroughs",
        "headline",
    ]
    boroughs = [set(names.split("; ")) for names in londons_sets["boroughs"]]
    shared = [names for names in boroughs if len(names) > 1]
    assert sorted(shared, key=sorted) == sorted(FIVE_PAIRS, key=sorted)
    assert sum(len(names) for names in boroughs) == 33


def test_londons_sets_hold_everybody_once_and_the_largest_stands_first(londons_sets, london):
    assert londons_sets["people"].sum() == pytest.approx(8_800_300)
    assert londons_sets["share"].sum() == pytest.approx(1)
    assert londons_sets["postcodes"].sum() == len(london)
    assert londons_sets["people"].is_monotonic_decreasing
    assert londons_sets["set"].tolist() == list(range(1, 29))
    assert londons_sets["headline"].all()


def test_londons_fragmentation_is_28_sets_and_about_26_effective_ones(londons_sets):
    found = overlap.fragmentation(londons_sets)
    assert found.sets == 28
    share = londons_sets["share"].to_numpy()
    assert found.effective == pytest.approx(np.exp(-(share * np.log(share)).sum()))
    assert 25 < found.effective < 26


def test_boroughs_of_a_set_are_named_by_people(londons_sets):
    row = londons_sets[londons_sets["boroughs"].str.contains("Lambeth")].iloc[0]
    census = {"Lambeth": 317_600, "Southwark": 307_700}
    assert row["boroughs"] == "; ".join(sorted(census, key=lambda name: census[name], reverse=True))
    assert row["people"] == pytest.approx(625_400, rel=0.01)


def test_equal_sets_are_as_effective_as_they_are_many():
    with town("AABBCCDD", "XXXXXXXX", people=50) as small:
        sets = overlap.partner_sets(small.place, small.layers)
    assert overlap.fragmentation(sets) == (4, pytest.approx(4), pytest.approx(0.25))


def test_small_sets_are_listed_but_make_no_headline():
    with town("ABC", "XXX", people=[99.9, 100, 300]) as small:
        sets = overlap.partner_sets(small.place, small.layers)
    assert sets["layer_0"].tolist() == ["Unit C", "Unit B", "Unit A"]
    assert sets["headline"].tolist() == [True, True, False]
    assert overlap.fragmentation(sets).sets == 2


def test_none_is_a_named_value():
    with town("A.", "..") as small:
        sets = overlap.partner_sets(small.place, small.layers)
    assert set(sets["layer_0"]) == {"Unit A", "none"}
    assert set(sets["layer_1"]) == {"none"}


def test_a_set_where_nobody_lives_still_names_its_borough():
    with town("AB", "XX", "PQ", people=[5, 0]) as small:
        sets = overlap.partner_sets(small.place, small.layers[:2])
    assert sets["people"].tolist() == [5, 0]
    assert sets["boroughs"].tolist() == ["Unit P", "Unit Q"]


def test_a_place_without_people_has_no_fragmentation():
    with town("AB", "XX", people=0) as small:
        sets = overlap.partner_sets(small.place, small.layers)
    assert sets["share"].tolist() == [0, 0]
    assert overlap.fragmentation(sets) == (0, 0.0, 0.0)


def test_without_partners_there_is_one_set(oldham):
    sets = overlap.partner_sets(oldham, [])
    assert sets["boroughs"].tolist() == ["Oldham"]
    assert overlap.fragmentation(sets) == (1, pytest.approx(1), 1.0)


@given(st.data())
def test_sets_are_the_distinct_tuples_of_units(data):
    size = data.draw(st.integers(1, 25))
    unit = arrays.arrays(np.int16, size, elements=st.integers(-1, 2))
    drawn = [data.draw(unit), data.draw(unit)]
    people = data.draw(arrays.arrays(np.float64, size, elements=st.integers(0, 200).map(float)))
    made = [layer(np.where(u < 0, ".", u.astype(str)), key=f"k{i}") for i, u in enumerate(drawn)]
    with standing(atoms_at(np.arange(size), np.arange(size)), made, people) as small:
        sets = overlap.partner_sets(small.place, made)
    tuples = list(zip(*([m.name_of(u) for u in m.unit] for m in made), strict=True))
    assert len(sets) == len(set(tuples))
    for row in sets.itertuples():
        mine = [p for p, names in zip(people, tuples, strict=True) if names == (row.k0, row.k1)]
        assert (row.people, row.postcodes) == (sum(mine), len(mine))


def test_sets_count_by_the_lens_that_was_chosen(oldham):
    some = [layers.get("ward"), layers.get("postal_district")]
    by_postcodes = overlap.partner_sets(oldham, some, by="postcodes")
    assert (by_postcodes["people"] == by_postcodes["postcodes"]).all()
    land = overlap.partner_sets(oldham, some, by="land")
    assert land["people"].sum() == pytest.approx(lenses.get("land").values[oldham.positions].sum())


def test_a_place_is_first_shown_with_the_partners_it_has(london, oldham, moray, britain):
    five = ["police_force", "fire_service", "ambulance_service"]
    care = ["icb", "nhs_region"]
    heath, cardiff = places.get("Surrey Heath"), places.get("Cardiff")
    shown = [
        [x.key for x in layers.partners(place)]
        for place in (london, oldham, heath, moray, cardiff, britain)
    ]
    assert shown == [
        layers.list_partners("London"),
        ["borough", "combined_authority", *five, *care],
        ["borough", "county", *five, *care],
        ["borough", *five, "health_board"],
        ["borough", *five, "health_board"],
        ["borough", "county", "combined_authority", *five, "health_board", *care],
    ]


def test_every_district_is_served_by_its_council_and_others_or_lies_in_london():
    for code in layers.get("borough").codes:
        found = [x.key for x in layers.partners(places.at("borough", code))]
        if code.startswith("E09"):
            assert found == layers.list_partners("London")
        else:
            assert found[0] == "borough"
            assert len(found) >= 5
            assert ("icb" in found) != ("health_board" in found)


def test_a_partner_that_serves_part_of_london_takes_no_other_away(london, camden, monkeypatch):
    frame = pd.DataFrame({"area": ["E09000007", "E09000019"], "ground": ["North", "East"]})
    some = layers.from_lookup(frame, areas="area", units="ground", title="Ground", scale="borough")
    usual = layers.list_partners("London")
    listed = {"London": [*usual, some.key], "Britain": layers.list_partners("Britain")}
    monkeypatch.setattr(serving, "list_partners", listed.get)
    known = [layers.get(key) for key in (*usual, some.key)]
    assert [p.key for p in serving.choose_partners(london, known)] == usual
    assert [p.key for p in serving.choose_partners(camden, known)] == [*usual, some.key]


def test_a_layer_is_present_where_it_has_a_unit(oldham, camden):
    chosen = ["police_bcu", "icb", "health_board"]
    assert layers.list_present(oldham, chosen) == [layers.get("icb")]
    assert layers.list_present(camden, chosen) == [layers.get("police_bcu"), layers.get("icb")]


def test_the_boroughs_that_share_all_of_a_places_partners(camden, london, partners):
    assert find_sharing(camden, partners) == Sharing()
    assert find_sharing(places.get("Brent", "borough"), partners) == Sharing(("Harrow",))
    assert find_sharing(london, partners) == Sharing()
    assert find_sharing(places.get("NW5"), partners) == Sharing()
    assert find_sharing(camden, []) == Sharing()


@pytest.mark.parametrize(("name", "alike", "with_more"), [("Plymouth", 9, 9), ("Oldham", 9, 0)])
def test_districts_with_the_same_partners_may_have_others_as_well(name, alike, with_more):
    place = places.get(name)
    chosen = [layer for layer in layers.partners(place) if layer.key != "borough"]
    found = find_sharing(place, chosen)
    assert (len(found.names), found.with_more) == (alike, with_more)
    said = findings.place_finding(place, chosen, overlap.Fragmentation(1, 1.0), found)
    assert ("all of them have other partners as well" in said) == bool(with_more)


def test_layers_that_share_a_key_are_refused_as_one_would_hide_the_other(oldham):
    ward = layers.get("ward")
    one, other = replace(ward, key="mine"), replace(ward, key="mine")
    with pytest.raises(MappingError, match=r"1 stand for several \(mine\)"):
        overlap.partner_sets(oldham, [one, other])
    assert "mine" in overlap.partner_sets(oldham, [one, one]).columns
