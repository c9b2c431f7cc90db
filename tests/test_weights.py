"""The lenses: estimated residents against the census, and the caller's own numbers."""

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

from mapping import overlap
from mapping.atoms import DATA, table
from mapping.errors import MappingError
from mapping.geography import layers, lenses


@pytest.fixture(scope="module")
def before() -> np.ndarray:
    """Residents by postcode without the scaling step."""
    return lenses.estimate_residents(table())


@pytest.fixture(scope="module")
def census() -> pd.Series:
    """What the census counted in each district."""
    rows = pd.read_csv(DATA / "residents.csv", dtype={"lad_code": str})
    return rows.set_index("lad_code")["usual_residents"]


def by_borough(values: np.ndarray, codes: pd.Index) -> pd.Series:
    borough = layers.get("borough")
    total = np.bincount(borough.unit, weights=values, minlength=len(borough.codes))
    return pd.Series(total, index=borough.codes)[codes]


def test_great_britain_has_65_million_estimated_residents_before_scaling(before):
    assert before.sum() / 1e6 == pytest.approx(65.04, abs=0.005)


def test_greater_london_has_8_32_million_before_and_8_800_300_after_scaling(before, london):
    assert before[london.positions].sum() / 1e6 == pytest.approx(8.32, abs=0.005)
    assert lenses.get().values[london.positions].sum() == pytest.approx(8_800_300)


def test_without_scaling_londons_boroughs_come_within_the_bars(before, census):
    census = census[census.index.str.startswith("E09")]
    estimate = by_borough(before, census.index)
    assert abs(estimate.sum() / census.sum() - 1) <= 0.06
    ratio = (estimate / estimate.sum()) / (census / census.sum())
    error = (ratio - 1).abs().drop("E09000001")
    assert error.mean() == pytest.approx(0.068, abs=0.001)
    assert ratio.drop("E09000001").max() == pytest.approx(1.31, abs=0.01)


def test_the_census_counted_every_district_that_ships(census):
    assert census.index.is_unique
    assert set(census.index) == set(layers.get("borough").codes)
    nation = census.groupby(census.index.str[0]).sum()
    assert nation["E"] == pytest.approx(56_490_048, rel=1e-4)
    assert nation["W"] == pytest.approx(3_107_494, rel=1e-4)
    assert nation["S"] == pytest.approx(5_439_842, rel=2e-3)


def test_with_scaling_all_350_districts_are_exact(census):
    estimate = by_borough(lenses.get().values, census.index)
    assert np.abs(estimate / census - 1).max() < 1e-12


def test_without_scaling_districts_are_5_per_cent_off(before, census):
    error = (by_borough(before, census.index) / census - 1).abs()
    assert error.mean() == pytest.approx(0.053, abs=5e-4)


def test_scaling_moves_nobody_within_a_district(before):
    borough, scaled = layers.get("borough").unit, lenses.get().values
    homes = before > 0
    assert np.array_equal(homes, scaled > 0)
    ratio = pd.Series(scaled[homes] / before[homes]).groupby(borough[homes])
    assert (ratio.max() / ratio.min() - 1).max() < 1e-12


def test_counting_postcodes_would_be_wrong_by_a_quarter(census):
    census = census[census.index.str.startswith("E09")]
    count = by_borough(lenses.get("postcodes").values, census.index)
    ratio = (count / count.sum()) / (census / census.sum())
    assert (ratio - 1).abs().drop("E09000001").mean() == pytest.approx(0.24, abs=0.01)
    assert ratio.max() == pytest.approx(9, abs=0.5)


def test_an_area_shares_its_nations_mean_equally_among_its_homes(before):
    atoms = table()
    for number in (0, 20_000, len(atoms.lsoa_codes) - 1):
        here = atoms.lsoa == number
        mean = lenses.RESIDENTS_PER_AREA[atoms.lsoa_codes[number][0]]
        homes = here & atoms.residential
        assert before[here].sum() == pytest.approx(mean)
        assert np.ptp(before[homes]) == 0
        assert (before[here & ~atoms.residential] == 0).all()


def test_a_lens_is_one_shared_array_that_cannot_be_written_to():
    for by in lenses.LENSES:
        values = lenses.get(by).values
        assert values.shape == (len(table()),)
        assert values.dtype == float
        assert (values >= 0).all()
        assert lenses.get(by).values is values
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 1
    assert lenses.get().values is lenses.get("residents").values


def test_land_is_in_square_kilometres():
    assert lenses.get("land").values.sum() == pytest.approx(230_000, rel=0.02)


def test_an_unknown_lens_is_answered_with_those_there_are():
    with pytest.raises(MappingError, match=r"Expected one of residents, postcodes, land.*“votes”"):
        lenses.get("votes")


@pytest.mark.parametrize("size", [0, 1, 180_754])
def test_own_weights_of_another_length_are_refused(size):
    with pytest.raises(MappingError, match=f"1,742,406 in the order.*found {size:,}"):
        lenses.get(np.ones(size))


@pytest.mark.parametrize("wrong", [["many"], [[1], [1, 2]], {"a": 1}])
def test_own_weights_that_are_no_numbers_are_refused_in_a_sentence(wrong):
    with pytest.raises(MappingError, match="Expected a number for each postcode"):
        lenses.get(wrong)


def test_own_weights_in_a_table_are_refused_with_their_shape():
    with pytest.raises(MappingError, match=r"found the shape \(1742406, 1\)"):
        lenses.get(np.ones((len(table()), 1)))


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -1.0])
def test_own_weights_that_are_no_count_are_refused_with_examples(wrong):
    values = np.ones(len(table()))
    values[[3, 5]] = wrong
    with pytest.raises(MappingError, match=f"found 2 others \\({wrong}, {wrong}\\)"):
        lenses.get(values)


def test_own_weights_are_used_as_they_are_and_never_remembered(oldham):
    borough, ward = layers.get("borough"), layers.get("ward")
    values = np.ones(len(table()))
    first = overlap.cross_table(oldham, borough, ward, by=values)["people"].sum()
    values *= 3
    second = overlap.cross_table(oldham, borough, ward, by=values)
    assert first == len(oldham)
    assert second["people"].sum() == 3 * len(oldham)
    assert (second["share_of_a_in_place"] == 1).all()
    assert (values == 3).all()


def test_weights_of_one_count_as_the_postcodes_lens_does(oldham):
    borough, district = layers.get("borough"), layers.get("postal_district")
    ones = overlap.relations(oldham, district, borough, by=np.ones(len(table())))
    pd.testing.assert_frame_equal(
        ones, overlap.relations(oldham, district, borough, by="postcodes")
    )


def test_a_lens_is_taken_as_it_is():
    own = lenses.get(np.ones(len(table())))
    assert lenses.get(own) is own
    assert own.by_ward.sum() == own.by_block.sum() == len(table())


# --- lenses that were lent ------------------------------------------------------------------


@pytest.fixture
def lent(monkeypatch):
    """Lend lenses that are forgotten after the test."""
    monkeypatch.setattr(lenses, "_LENT", OrderedDict())
    made = []

    def lend(by: str, values: np.ndarray, counts: str = "households") -> None:
        def make() -> np.ndarray:
            made.append(by)
            return values

        lenses.lend(by, make, counts, note="Two rows count nowhere.")

    lend.made = made
    return lend


def test_a_lens_that_was_lent_is_found_by_its_key_and_made_once(lent):
    values = np.arange(len(table()), dtype=float)
    lent("own.found", values)
    assert lent.made == []
    for _ in range(3):
        assert np.array_equal(lenses.get("own.found").values, values)
    assert lent.made == ["own.found"]
    assert lenses.counts("own.found") == "households"
    assert lenses.note("own.found") == "Two rows count nowhere."


def test_a_lens_that_was_lent_cannot_be_written_to_and_leaves_its_source_alone(lent):
    values = np.ones(len(table()))
    lent("own.alone", values)
    with pytest.raises(ValueError, match="read-only"):
        lenses.get("own.alone").values[0] = 2
    values[0] = 5
    assert lenses.get("own.alone").values[0] == 1


@pytest.mark.parametrize("ask", [lenses.get, lenses.counts, lenses.note])
def test_a_lens_that_nobody_lent_is_answered_with_what_to_do(ask):
    with pytest.raises(
        MappingError, match=r"no longer here \(“own\.unknown”\)\. Open the workspace"
    ):
        ask("own.unknown")


def test_a_lens_that_nobody_made_is_answered_with_those_there_are():
    with pytest.raises(MappingError, match="Expected one of residents, postcodes, land"):
        lenses.counts("votes")


def test_a_key_that_could_be_a_lens_that_ships_cannot_be_lent():
    with pytest.raises(MappingError, match=r"begin with “own\."):
        lenses.lend("residents", lambda: np.ones(1), "anything")


@pytest.mark.parametrize("wrong", [np.ones(3), np.full(1_742_406, -1.0)])
def test_a_lens_that_was_lent_has_one_number_a_postcode(lent, wrong):
    lent(f"own.wrong{len(wrong)}", wrong)
    with pytest.raises(MappingError, match="Expected"):
        lenses.get(f"own.wrong{len(wrong)}")


def test_only_so_many_lenses_are_known_and_the_longest_unused_go_first(lent, monkeypatch):
    monkeypatch.setattr(lenses, "MAX_LENT", 2)
    for name in "ab":
        lent(f"own.{name}", np.ones(1))
    assert lenses.counts("own.a") == "households"
    lent("own.c", np.ones(1))
    with pytest.raises(MappingError):
        lenses.counts("own.b")
    assert lenses.counts("own.a") == lenses.counts("own.c") == "households"


def test_lenses_are_lent_by_many_threads_at_once(lent):
    def lend(number: int) -> str:
        lent(f"own.{number}", np.ones(1), f"things {number}")
        return lenses.counts(f"own.{number}")

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lend, range(200)))
    assert found == [f"things {number}" for number in range(200)]


def test_the_words_of_lenses_that_ship_are_at_hand():
    assert lenses.counts("residents") == "estimated residents"
    assert lenses.note("residents") == ""


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("households", "households"),
        ("  homes \n built ", "homes built"),
        ("a_b", "a b"),
        ("<b>x</b>", "b x b"),
        ("![x](http://a.b)", "x (http a b)"),
        ("$x$ `y` *z*", "x y z"),
        ("", "figures of the file"),
        ("*", "figures of the file"),
        ("x" * 90, "x" * 60),
        ("people aged 65+", "people aged 65+"),
        ("tŷ", "tŷ"),
    ],
)
def test_somebodys_own_word_is_written_so_that_it_fits_a_sentence(typed, written):
    assert lenses.fit_words(typed) == written
