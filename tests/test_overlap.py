"""Cross-tables, aligned shares, mismatch and V-measure."""

import itertools
from functools import partial

import numpy as np
import oracles
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from town import atoms_at, layer, standing, town

from mapping import overlap, places
from mapping.errors import MappingError
from mapping.geography import layers, lenses
from mapping.overlap import counts

LENSES = ["residents", "postcodes", "land"]
FIGURE_1 = [[13, 3, 4], [0, 16, 4], [4, 0, 16], [0, 4, 16]]
COLUMNS = [
    "a_code",
    "a_name",
    "b_code",
    "b_name",
    "people",
    "share_of_a",
    "share_of_b",
    "share_of_a_in_place",
    "share_of_b_in_place",
]

tables = arrays.arrays(
    np.float64,
    st.tuples(st.integers(1, 5), st.integers(1, 5)),
    elements=st.integers(0, 20).map(float),
)


@st.composite
def towns(draw):
    """Two layers and people for up to thirty postcodes, some of them in the place."""
    size = draw(st.integers(1, 30))
    unit = arrays.arrays(np.int16, size, elements=st.integers(-1, 4))
    people = draw(arrays.arrays(np.float64, size, elements=st.integers(0, 9).map(float)))
    inside = draw(arrays.arrays(bool, size))
    drawn = [layer(np.where(u < 0, ".", u.astype(str))) for u in (draw(unit), draw(unit))]
    atoms = atoms_at(np.arange(size) * 100, np.zeros(size))
    return atoms, drawn, people, inside


# --- examples -------------------------------------------------------------------------------


def test_a_cross_table_counts_the_people_of_every_pair():
    with town("AAB\nAAB", "XXX\nYYY", people=[1, 2, 3, 4, 5, 6]) as small:
        table = overlap.cross_table(small.place, *small.layers)
    assert list(table.columns) == COLUMNS
    assert table[["a_code", "b_code", "people"]].to_numpy().tolist() == [
        ["A", "X", 3],
        ["A", "Y", 9],
        ["B", "X", 3],
        ["B", "Y", 6],
    ]
    assert table["share_of_a"].tolist() == pytest.approx([3 / 12, 9 / 12, 3 / 9, 6 / 9])
    assert table["share_of_b"].tolist() == pytest.approx([3 / 6, 9 / 15, 3 / 6, 6 / 15])


def test_a_cross_table_tells_how_much_of_a_unit_lies_in_the_place():
    with town("AABB", "XXXX", inside="xoxx", people=[1, 3, 5, 5]) as small:
        table = overlap.cross_table(small.place, *small.layers)
    assert table["people"].tolist() == [1, 10]
    assert table["share_of_a"].tolist() == [1, 1]
    assert table["share_of_a_in_place"].tolist() == [0.25, 1]
    assert table["share_of_b_in_place"].tolist() == pytest.approx([11 / 14] * 2)


def test_people_in_no_unit_stand_under_none():
    with town("A.", "..", people=[2, 3]) as small:
        table = overlap.cross_table(small.place, *small.layers)
    assert table[["a_code", "a_name", "b_code", "b_name"]].to_numpy().tolist() == [
        ["A", "Unit A", "", "none"],
        ["", "none", "", "none"],
    ]
    assert table["people"].tolist() == [2, 3]
    assert table["share_of_a_in_place"].isna().tolist() == [False, True]
    assert table["share_of_b_in_place"].isna().all()


def test_aligned_share_looks_for_the_main_counterpart_of_every_unit():
    with town("AAAB", "XXYY") as small:
        a, b = small.layers
        assert overlap.aligned_share(small.place, a, b) == 3 / 4
        assert overlap.aligned_share(small.place, b, a) == 3 / 4
        assert overlap.mismatch(small.place, a, b) == 1 / 4


def test_a_tie_between_counterparts_counts_one_of_them():
    with town("AAAA", "XXYY") as small:
        assert overlap.aligned_share(small.place, *small.layers) == 0.5


def test_nesting_is_no_mismatch_and_exactly_one():
    with town("AABBCC", "XXXXYY", people=[1, 2, 3, 4, 5, 0.1]) as small:
        fine, coarse = small.layers
        assert overlap.mismatch(small.place, fine, coarse) == 0
        assert overlap.aligned_share(small.place, fine, coarse) == 1
        down = overlap.association(small.place, fine, coarse)
        up = overlap.association(small.place, coarse, fine)
    assert down.completeness == up.homogeneity == 1
    assert down.homogeneity < 1


@given(st.lists(st.floats(0.01, 9.99).map(lambda x: round(x, 2)), min_size=2, max_size=60))
def test_a_layer_never_disagrees_with_itself_by_a_rounding_error(people):
    letters = [chr(65 + i % 20) for i in range(len(people))]
    with town("".join(letters), people=people) as small:
        a = small.layers[0]
        assert overlap.aligned_share(small.place, a, a) <= 1
        assert overlap.mismatch(small.place, a, a) >= 0


def test_a_place_in_which_nobody_lives_is_no_error():
    with town("AB", "XX", people=0) as small:
        a, b = small.layers
        assert list(overlap.cross_table(small.place, a, b).columns) == COLUMNS
        assert len(overlap.cross_table(small.place, a, b)) == 0
        says_nothing(small.place, a, b)


SCORES = ["aligned_share", "mismatch", "v", "homogeneity", "completeness"]


def says_nothing(place, a, b):
    """Check that no score is given where nobody has a unit in both layers."""
    assert np.isnan(overlap.aligned_share(place, a, b))
    assert np.isnan(overlap.mismatch(place, a, b))
    found = overlap.association(place, a, b)
    assert np.isnan(found[:3]).all()
    assert found.coverage == 0
    scores = overlap.matrix(place, [a, b])
    assert scores["coverage"].tolist() == [0, 0]
    assert scores[SCORES].isna().all(axis=None)


def test_layers_that_never_meet_cover_nobody():
    with town("AB..", "..XY") as small:
        says_nothing(small.place, *small.layers)
        assert overlap.cross_table(small.place, *small.layers)["people"].sum() == 4


def test_nobody_in_great_britain_is_on_the_maps_of_counties_and_of_health_boards(britain):
    chosen = [layers.get(k) for k in ("county", "police_force", "health_board")]
    says_nothing(britain, chosen[0], chosen[2])
    found = overlap.matrix(britain, chosen).set_index(["a", "b"])
    row = found.loc[("police_force", "health_board")]
    assert row["coverage"] == pytest.approx((3_107_700 + 5_447_600) / 65_045_100)
    assert row["aligned_share"] == pytest.approx(0.3894, abs=5e-5)
    assert found.loc[("county", "police_force"), SCORES].notna().all()


def test_zero_entropy_counts_as_agreement_where_somebody_is_on_both_maps():
    with town("AA.", "XXX") as small:
        found = overlap.association(small.place, *small.layers)
    assert found == (1, 1, 1, pytest.approx(2 / 3))


def test_own_weights_take_the_place_of_residents():
    with town("AAB", "XYY", people=[9, 1, 1]) as small:
        a, b = small.layers
        own = [0.0, 2.0, 3.0]
        table = overlap.cross_table(small.place, a, b, by=own)
        assert table["people"].tolist() == [2, 3]
        assert overlap.aligned_share(small.place, a, b, by=own) == 1
        assert overlap.matrix(small.place, [a, b], by=own)["aligned_share"][1] == 1
        assert overlap.association(small.place, a, b, by=own).coverage == 1


# --- the V-measure --------------------------------------------------------------------------


def test_vmeasure_is_that_of_sabres_figure_1():
    found = overlap.vmeasure(FIGURE_1)
    assert found == pytest.approx((0.361231, 0.315342, 0.422752), abs=5e-7)
    assert found._fields == ("v", "homogeneity", "completeness")


@given(tables)
def test_vmeasure_agrees_with_the_formula_written_out(table):
    assume(table.sum() > 0)
    assert overlap.vmeasure(table) == pytest.approx(oracles.sabre(table.tolist()), abs=1e-9)


@given(tables)
def test_turning_the_table_swaps_homogeneity_and_completeness(table):
    one, other = overlap.vmeasure(table), overlap.vmeasure(table.T)
    assert one.v == pytest.approx(other.v, abs=1e-12)
    assert one.homogeneity == pytest.approx(other.completeness, abs=1e-12)
    assert one.completeness == pytest.approx(other.homogeneity, abs=1e-12)


@given(tables, st.floats(0.001, 1000))
def test_vmeasure_looks_at_shares_only(table, factor):
    one, other = overlap.vmeasure(table), overlap.vmeasure(table * factor)
    assert one == pytest.approx(other, abs=1e-9)
    assert all(0 <= part <= 1 for part in one)


@pytest.mark.parametrize("table", [[[5]], [[1, 2]], [[0, 0]], [[0], [0]]])
def test_no_entropy_counts_as_agreement(table):
    assert 1.0 in overlap.vmeasure(table)[1:]
    assert all(np.isfinite(overlap.vmeasure(table)))


def test_independent_layers_have_no_association():
    assert overlap.vmeasure([[4, 4], [4, 4]]) == pytest.approx((0, 0, 0), abs=1e-12)


@pytest.mark.parametrize(
    "wrong", [[], [1, 2], [[1, 2], [3]], [["a"]], [[-1, 2]], [[np.nan]], [[[1]]], None]
)
def test_anything_but_a_table_of_counts_is_refused(wrong):
    with pytest.raises(MappingError, match="Expected a table of rows and columns"):
        overlap.vmeasure(wrong)


# --- invariants -----------------------------------------------------------------------------


@given(towns())
def test_a_cross_table_agrees_with_a_loop_and_loses_nobody(drawn):
    with standing(*drawn) as small:
        a, b = small.layers
        table = overlap.cross_table(small.place, a, b)
        at = small.place.positions
        expected = oracles.pairs(a.unit[at], b.unit[at], small.people[at])
    names = [(a.code_of(x), b.code_of(y)) for x, y in expected]
    got = table.set_index(["a_code", "b_code"])["people"].to_dict()
    assert got == dict(zip(names, expected.values(), strict=True))
    for side in ("a", "b"):
        assert table.groupby(f"{side}_code")[f"share_of_{side}"].sum().tolist() == (
            pytest.approx([1] * table[f"{side}_code"].nunique())
        )
        assert (table[f"share_of_{side}_in_place"].dropna() <= 1 + 1e-12).all()


@given(towns())
def test_aligned_share_agrees_with_walking_through_the_units(drawn):
    with standing(*drawn) as small:
        a, b = small.layers
        at = small.place.positions
        there = oracles.aligned_share(a.unit[at], b.unit[at], small.people[at])
        back = oracles.aligned_share(b.unit[at], a.unit[at], small.people[at])
        same = partial(pytest.approx, nan_ok=True)
        assert overlap.aligned_share(small.place, a, b) == same(there)
        found = overlap.mismatch(small.place, a, b)
        assert found == same(1 - max(there, back))
        assert found == same(overlap.mismatch(small.place, b, a))


@given(towns())
def test_association_is_the_vmeasure_of_the_cross_table(drawn):
    with standing(*drawn) as small:
        a, b = small.layers
        found = overlap.association(small.place, a, b)
        table = overlap.cross_table(small.place, a, b)
        everybody = small.people[small.place.positions].sum()
    real = table[(table["a_code"] != "") & (table["b_code"] != "")]
    if real.empty:
        assert np.isnan(found[:3]).all()
        assert found.coverage == 0
        return
    counted = real.pivot_table(index="a_code", columns="b_code", values="people", fill_value=0)
    assert found[:3] == pytest.approx(overlap.vmeasure(counted.to_numpy()), abs=1e-9)
    assert found.coverage == pytest.approx(real["people"].sum() / everybody)


@given(towns())
def test_a_layer_agrees_with_itself(drawn):
    with standing(*drawn) as small:
        a = small.layers[0]
        at = small.place.positions
        assume(small.people[at][a.unit[at] >= 0].sum() > 0)
        assert overlap.aligned_share(small.place, a, a) == 1
        assert overlap.mismatch(small.place, a, a) == 0
        assert overlap.association(small.place, a, a)[:3] == pytest.approx((1, 1, 1))


@given(towns())
def test_the_matrix_holds_the_scores_of_every_pair_in_both_directions(drawn):
    with standing(*drawn) as small:
        a, b = small.layers
        a, b = (renamed(x, k) for x, k in ((a, "a"), (b, "b")))
        found = overlap.matrix(small.place, [a, b]).set_index(["a", "b"])
        for one, other in ((a, b), (b, a)):
            row = found.loc[(one.key, other.key)]
            same = partial(pytest.approx, abs=1e-9, nan_ok=True)
            assert row["aligned_share"] == same(overlap.aligned_share(small.place, one, other))
            assert row["mismatch"] == same(overlap.mismatch(small.place, one, other))
            assert tuple(row[["v", "homogeneity", "completeness", "coverage"]]) == same(
                overlap.association(small.place, one, other)
            )


def renamed(drawn, key):
    return layer(np.where(drawn.unit < 0, ".", drawn.unit.astype(str)), key=key)


# --- known places ---------------------------------------------------------------------------


def test_londons_postal_districts_lie_92_percent_in_their_main_borough(london):
    district, borough = layers.get("postal_district"), layers.get("borough")
    assert overlap.aligned_share(london, district, borough) == pytest.approx(0.922, abs=5e-4)
    by_postcodes = overlap.aligned_share(london, district, borough, by="postcodes")
    assert by_postcodes == pytest.approx(0.917, abs=5e-4)


def test_123_of_281_postal_districts_straddle_a_borough_line(london):
    table = overlap.cross_table(london, layers.get("postal_district"), layers.get("borough"))
    by_unit = table.groupby("a_code")["people"].agg(["sum", "max"])
    lived_in = by_unit[by_unit["sum"] >= 100]
    assert (len(lived_in), (1 - lived_in["max"] / lived_in["sum"] > 0.01).sum()) == (281, 123)
    found = overlap.straddling(table)
    assert (found.of, found.units) == (281, 123)
    assert found.share_outside == pytest.approx(1 - 0.9216, abs=5e-4)


def test_the_best_and_the_worst_pair_of_londons_partners(london, partners):
    found = overlap.matrix(london, partners).set_index(["a", "b"])["mismatch"]
    assert set(found.idxmin()) == {"icb", "police_bcu"}
    assert found.min() == pytest.approx(0.0375, abs=5e-5)
    assert set(found.idxmax()) == {"icb", "subregional_partnership"}
    assert found.max() == pytest.approx(0.344, abs=5e-4)
    assert len(found) == 20
    pair = [layers.get(key) for key in ("icb", "mental_health_trust")]
    assert overlap.mismatch(london, *pair) == pytest.approx(0.044, abs=5e-4)


def test_londons_boroughs_nest_in_health_boards(london):
    found = overlap.association(london, layers.get("borough"), layers.get("icb"))
    assert found.completeness == pytest.approx(1, abs=1e-12)
    assert found.coverage == pytest.approx(1)
    assert overlap.mismatch(london, layers.get("ward"), layers.get("borough")) == pytest.approx(
        0, abs=1e-12
    )


@pytest.mark.parametrize("by", LENSES)
def test_everybody_of_a_real_place_is_in_the_cross_table(by, london, oldham, moray):
    for place in (london, oldham, moray, places.get("Bristol")):
        for a, b in (("ward", "postal_district"), ("county", "icb"), ("lsoa", "health_board")):
            table = overlap.cross_table(place, layers.get(a), layers.get(b), by=by)
            assert table["people"].sum() == pytest.approx(
                lenses.get(by).values[place.positions].sum()
            )
            assert (table["people"] > 0).all()


def test_bristols_people_are_in_no_county_and_the_table_says_so():
    bristol = places.get("Bristol")
    county, ward = layers.get("county"), layers.get("ward")
    table = overlap.cross_table(bristol, ward, county)
    assert set(table["b_name"]) == {"none"}
    assert table["share_of_a"].eq(1).all()
    assert overlap.association(bristol, ward, county).coverage == 0


def test_scotlands_layers_are_compared_whole(britain):
    scotland = places.get("Scotland")
    found = overlap.association(scotland, layers.get("borough"), layers.get("health_board"))
    assert found.coverage == pytest.approx(1)
    assert found.completeness == pytest.approx(1, abs=1e-3)
    table = overlap.cross_table(britain, layers.get("region"), layers.get("police_force"))
    scots = table[table["a_name"] == "Scotland"]
    assert len(scots) == 1
    assert scots["share_of_b"].iloc[0] == 1


def test_a_postal_district_is_a_place_like_any_other():
    nw5 = places.get("NW5")
    table = overlap.cross_table(nw5, layers.get("borough"), layers.get("postal_district"))
    assert set(table["a_name"]) == {"Camden", "Islington"}
    assert table["share_of_b_in_place"].tolist() == pytest.approx([1, 1])


def test_the_engine_gives_plain_frames_and_numbers(london):
    district, borough = layers.get("postal_district"), layers.get("borough")
    table = overlap.cross_table(london, district, borough)
    assert type(table) is pd.DataFrame
    assert [str(t) for t in table.dtypes] == ["str"] * 4 + ["float64"] * 5
    assert type(overlap.aligned_share(london, district, borough)) is float
    assert type(overlap.mismatch(london, district, borough)) is float
    assert all(type(x) is float for x in overlap.association(london, district, borough))


def test_what_is_handed_out_can_be_changed_without_harm(oldham):
    ward, district = layers.get("ward"), layers.get("postal_district")
    first = overlap.cross_table(oldham, ward, district)
    kept = first.copy(deep=True)
    first["people"] = 0.0
    first.loc[:, "share_of_a"] = -1.0
    pd.testing.assert_frame_equal(overlap.cross_table(oldham, ward, district), kept)


def test_an_unknown_lens_is_refused_wherever_people_are_counted(oldham):
    ward, district = layers.get("ward"), layers.get("postal_district")
    for function in (
        overlap.cross_table,
        overlap.aligned_share,
        overlap.mismatch,
        overlap.association,
        overlap.relations,
    ):
        with pytest.raises(MappingError, match="Expected one of residents, postcodes, land"):
            function(oldham, ward, district, by="votes")


def test_dense_and_sparse_counting_give_one_table(oldham, monkeypatch):
    borough, district = layers.get("borough"), layers.get("postal_district")
    dense = overlap.cross_table(oldham, borough, district)
    monkeypatch.setattr(counts, "MAX_DENSE_CELLS", 0)
    pd.testing.assert_frame_equal(overlap.cross_table(oldham, borough, district), dense)


def test_straddling_counts_only_units_with_enough_people():
    with town("AAB\nCC.", "XYY\nXXX", people=[100, 2, 50, 60, 60, 7]) as small:
        table = overlap.cross_table(small.place, *small.layers)
    assert overlap.straddling(table) == (1, 2, pytest.approx(2 / 272), 0, 0)
    everyone = overlap.large_units(table, least_people=0)
    assert overlap.straddling(table, everyone)[:2] == (1, 3)
    assert overlap.straddling(table, least_share=0.5).units == 0
    assert overlap.straddling(table.iloc[:0]) == (0, 0, 0.0, 0, 0)


@pytest.mark.parametrize("name", ["Camden", "NW5"])
def test_which_units_are_large_does_not_hang_on_the_other_map(name):
    place = places.get(name)
    chosen = [layers.get(key) for key in ("ward", "lsoa", "postal_sector", "borough")]
    for a, b in itertools.product(chosen, repeat=2):
        found = overlap.large_units(overlap.cross_table(place, a, b))
        people = overlap.two_way_shares(place, [a]).set_index("code")["people"]
        assert found == set(people.index[(people >= 100) & (people.index != "")])


def test_lines_inside_a_unit_made_of_whole_ones_do_not_tear_it(london):
    borough, ward = layers.get("borough"), layers.get("ward")
    torn = overlap.straddling(overlap.cross_table(london, borough, ward))
    assert (torn.units, torn.share_outside, torn.made_of) == (0, 0.0, torn.of)
    assert len(overlap.other_side(london, borough, ward)) == 0
    assert overlap.straddling(overlap.cross_table(london, ward, borough))[::3] == (0, 0)


def test_the_other_side_holds_the_share_that_is_outside(london):
    district, borough = layers.get("postal_district"), layers.get("borough")
    outside = overlap.other_side(london, district, borough)
    people = lenses.get().values
    expected = overlap.straddling(overlap.cross_table(london, district, borough)).share_outside
    assert people[outside].sum() / people[london.positions].sum() == pytest.approx(expected)


def test_counterparts_name_where_people_of_a_unit_live_the_most_first() -> None:
    cross = pd.DataFrame(
        {
            "a_code": ["a", "a", "a", "a", "b"],
            "b_code": ["1", "2", "3", "", "1"],
            "b_name": ["One", "Two", "Three", "none", "One"],
            "people": [300.0, 600.0, 5.0, 95.0, 1.0],
            "share_of_a": [0.3, 0.6, 0.005, 0.095, 1.0],
        }
    )
    assert overlap.counterparts(cross).to_dict() == {"a": "Two; One", "b": "One"}
    assert overlap.counterparts(cross, least_share=0)["a"] == "Two; One; Three"
