"""How whole units of one layer stand to those of another, and to a place."""

import itertools
from dataclasses import replace

import numpy as np
import oracles
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from town import atoms_at, layer, standing, town

from mapping import overlap, places
from mapping.geography import layers, lenses

RELATION_COLUMNS = [
    "a_code",
    "a_name",
    "relation",
    "b_code",
    "b_name",
    "people",
    "share_of_a",
    "share_of_b",
    "jaccard",
    "share_of_a_in_place",
    "share_of_b_in_place",
    "parts",
]
SHARE_COLUMNS = [
    "layer",
    "title",
    "scale",
    "code",
    "name",
    "people",
    "share_of_place",
    "share_of_unit",
]


@st.composite
def towns(draw):
    size = draw(st.integers(1, 24))
    unit = arrays.arrays(np.int16, size, elements=st.integers(-1, 3))
    people = draw(arrays.arrays(np.float64, size, elements=st.sampled_from([0.0, 1.0, 7.0, 150.0])))
    drawn = [layer(np.where(u < 0, ".", u.astype(str))) for u in (draw(unit), draw(unit))]
    atoms = atoms_at(np.arange(size) * 100, np.zeros(size))
    return atoms, drawn, people, draw(arrays.arrays(bool, size))


def test_the_five_relations():
    with town("SSIIMMMMXXYY..N", "ssbbccdd efefgg.".replace(" ", "")) as small:
        found = overlap.relations(small.place, *small.layers).set_index("a_code")
    assert found["relation"].to_dict() == {
        "S": "same",
        "I": "same",
        "M": "made of",
        "X": "split",
        "Y": "split",
        "N": "none",
    }
    assert found.loc["M", ["b_code", "parts"]].tolist() == ["c", 2]
    assert found.loc["N", ["b_code", "b_name", "parts"]].tolist() == ["", "none", 0]
    assert found.loc["N", ["share_of_a", "share_of_b", "jaccard"]].tolist() == [0, 0, 0]


def test_a_unit_inside_another():
    with town("AABB", "XXXX", people=[1, 2, 3, 4]) as small:
        found = overlap.relations(small.place, *small.layers)
    assert list(found.columns) == RELATION_COLUMNS
    assert found["relation"].tolist() == ["inside", "inside"]
    assert found["share_of_a"].tolist() == [1, 1]
    assert found["share_of_b"].tolist() == pytest.approx([0.3, 0.7])
    assert found["jaccard"].tolist() == pytest.approx([0.3, 0.7])


@pytest.mark.parametrize(("outside", "relation"), [(0, "same"), (1, "same"), (2, "split")])
def test_same_means_ninety_nine_percent_in_common(outside, relation):
    with town("AAAB", "XXYY", people=[50, 50 - outside, outside, 100]) as small:
        row = overlap.relations(small.place, *small.layers).iloc[0]
    assert row["relation"] == relation
    assert row["jaccard"] == pytest.approx(1 - outside / 100)


def test_a_district_cut_by_the_edge_of_the_place_is_judged_whole():
    with town("AAAA", "XXYY", inside="xxoo") as small:
        row = overlap.relations(small.place, *small.layers).iloc[0]
    assert row["relation"] == "made of"
    assert (row["people"], row["share_of_a_in_place"], row["share_of_b_in_place"]) == (4, 0.5, 1)


def test_a_tie_goes_to_the_first_counterpart():
    with town("AAAA", "YXXY") as small:
        assert overlap.relations(small.place, *small.layers)["b_code"].tolist() == ["X"]


def test_a_layer_nobody_of_the_place_has_leaves_no_row():
    with town("..", "XY") as small:
        found = overlap.relations(small.place, *small.layers)
        assert list(found.columns) == RELATION_COLUMNS
        assert found.empty
        back = overlap.relations(small.place, small.layers[1], small.layers[0])
    assert back["relation"].tolist() == ["none", "none"]


@given(towns())
def test_relations_agree_with_the_words_of_their_definition(drawn):
    with standing(*drawn) as small:
        a, b = small.layers
        found = overlap.relations(small.place, a, b)
        at = small.place.positions
        inside = {
            a.code_of(u)
            for u in np.unique(a.unit[at])
            if u >= 0 and small.people[at][a.unit[at] == u].sum() > 0
        }
    assert set(found["a_code"]) == inside
    for row in found.itertuples():
        unit = a.number_of(row.a_code)
        assert row.relation == oracles.relation(unit, a.unit, b.unit, small.people)
        whole = small.people[a.unit == unit].sum()
        assert row.people == whole
        here = small.people[at][a.unit[at] == unit].sum()
        assert row.share_of_a_in_place == pytest.approx(here / whole)
        if row.b_code:
            other = b.unit == b.number_of(row.b_code)
            both = small.people[other & (a.unit == unit)].sum()
            assert row.share_of_a == pytest.approx(both / whole)
            assert row.share_of_b == pytest.approx(both / small.people[other].sum())


@given(towns())
def test_a_layer_is_the_same_as_itself(drawn):
    with standing(*drawn) as small:
        a = small.layers[0]
        found = overlap.relations(small.place, a, a)
    assert (found["relation"] == "same").all()
    assert (found["a_code"] == found["b_code"]).all()
    assert (found[["share_of_a", "share_of_b", "jaccard"]] == 1).to_numpy().all()
    assert (found["share_of_a_in_place"] == found["share_of_b_in_place"]).all()


@given(towns())
def test_two_way_shares_add_up_and_agree_with_a_loop(drawn):
    with standing(*drawn) as small:
        found = overlap.two_way_shares(small.place, small.layers)
        at = small.place.positions
        total = small.people[at].sum()
    assert list(found.columns) == SHARE_COLUMNS
    if total == 0:
        assert found.empty
        return
    split = np.r_[True, np.diff(found["share_of_place"]) > 1e-12]
    assert split.sum() <= 2  # largest first within each of the two layers
    assert found["share_of_place"].sum() == pytest.approx(2)
    assert (found["code"] == "").eq(found["share_of_unit"].isna()).all()
    for row in found[found["code"] != ""].itertuples():
        holds = [
            x
            for x in small.layers
            if row.code in x.codes
            and small.people[at][x.unit[at] == x.number_of(row.code)].sum() == row.people
        ]
        assert any(
            row.share_of_unit
            == pytest.approx(row.people / small.people[x.unit == x.number_of(row.code)].sum())
            for x in holds
        )


def test_camdens_partners_are_its_own_and_camden_is_six_per_cent_of_its_care_board(
    camden, partners
):
    found = overlap.two_way_shares(camden, partners).set_index("layer")
    assert list(found.index) == [p.key for p in partners]
    assert found["share_of_place"].tolist() == pytest.approx([1] * 5)
    assert found.loc["icb", "share_of_unit"] == pytest.approx(210_100 / 3_503_300)
    assert found["people"].to_numpy() == pytest.approx(210_100)


def test_a_place_without_a_layer_has_all_of_it_in_none(oldham, partners):
    found = overlap.two_way_shares(oldham, [p for p in partners if p.key != "icb"])
    assert found["name"].unique().tolist() == ["none"]
    assert found["share_of_place"].tolist() == pytest.approx([1] * 4)
    assert found["share_of_unit"].isna().all()


def test_bristols_residents_are_in_no_county():
    found = overlap.two_way_shares(places.get("Bristol"), [layers.get("county")])
    assert found[["code", "name"]].to_numpy().tolist() == [["", "none"]]
    assert found["share_of_place"].tolist() == pytest.approx([1])


def test_no_layers_give_an_empty_table_with_its_columns(oldham):
    assert list(overlap.two_way_shares(oldham, []).columns) == SHARE_COLUMNS


def test_londons_postal_districts_are_inside_a_borough_or_split(london):
    district, borough = layers.get("postal_district"), layers.get("borough")
    found = overlap.relations(london, district, borough)
    assert found["relation"].value_counts().to_dict() == {"split": 150, "inside": 146}
    edge = found[found["share_of_a_in_place"] < 0.99]
    assert len(edge) > 5
    inside = found[(found["relation"] == "inside") & (found["share_of_a_in_place"] < 0.01)]
    assert not inside["b_code"].str.startswith("E09").any()


def test_wards_are_inside_boroughs_and_boroughs_are_made_of_wards(oldham):
    ward, borough = layers.get("ward"), layers.get("borough")
    assert set(overlap.relations(oldham, ward, borough)["relation"]) == {"inside"}
    made = overlap.relations(oldham, borough, ward)
    assert made[["relation", "parts"]].to_numpy().tolist() == [["made of", 20]]
    assert made["people"].iloc[0] == pytest.approx(lenses.get().values[oldham.positions].sum())


def test_relations_are_plain_frames(oldham):
    found = overlap.relations(oldham, layers.get("ward"), layers.get("postal_district"))
    assert type(found) is pd.DataFrame
    assert found["parts"].dtype.kind == "i"
    assert found["people"].dtype == float


@pytest.mark.parametrize("name", ["Camden", "Oldham", "Moray", "Greater London"])
def test_whole_units_of_wards_and_blocks_stand_as_if_counted_by_postcode(name):
    place = places.get(name)
    keys = ("ward", "borough", "lsoa", "postal_district", "icb")
    chosen = [layers.get(key) for key in keys if layers.list_present(place, [key])]
    assert {layer.grain for layer in chosen} == {"ward", "block"}
    for a, b in itertools.permutations(chosen, 2):
        found = overlap.relations(place, a, b)
        plain = overlap.relations(place, by_postcode(a), by_postcode(b))
        pd.testing.assert_frame_equal(found, plain, rtol=1e-9)


def by_postcode(layer):
    """Return a layer whose postcodes are counted one by one."""
    unit = layer.unit
    return replace(layer, key=f"{layer.key}-postcodes", grain="postcode", load=lambda: unit)
