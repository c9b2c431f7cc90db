"""England's care boards: whole districts but for small areas, as they are and as they were."""

import numpy as np
import pandas as pd
import pytest

from mapping import overlap, places
from mapping.atoms import DATA, postcodes
from mapping.geography import catalogue, layers, lookups

EDITIONS = pytest.mark.parametrize(("edition", "boards"), [("2026", 36), ("2022", 42)])
CUT = {
    "E06000060": 4,  # Buckinghamshire
    "E06000063": 6,  # Cumberland
    "E06000064": 36,  # Westmorland and Furness
    "E06000065": 32,  # North Yorkshire
    "E07000180": 4,  # Vale of White Horse
}
"""The districts that the boards of 2026 cut, and how many small areas lie on the other side."""


def read_list(edition: str) -> pd.DataFrame:
    rows = pd.read_csv(DATA / "service_areas.csv", dtype=str, keep_default_na=False)
    return rows[(rows["layer"] == "icb") & (rows["edition"] == edition)]


@pytest.fixture(scope="module")
def lying() -> pd.DataFrame:
    """Where each postcode lies: district and area (a small census area)."""
    atoms = postcodes.table()
    district = layers.wards()["lad_code"].to_numpy(str)[atoms.ward]
    return pd.DataFrame({"district": district, "area": atoms.lsoa_codes[atoms.lsoa]})


@EDITIONS
def test_each_postcode_has_the_board_of_its_small_area_within_its_district_or_of_its_district(
    lying, edition, boards
):
    rows, layer = read_list(edition), layers.get("icb", edition=edition)
    districts = rows[rows["within"] == ""].set_index("area")["unit"]
    small = rows[rows["within"] != ""].set_index(["within", "area"])["unit"]
    found = lying.assign(unit=layer.unit).drop_duplicates()  # many postcodes lie and fall alike
    pairs = pd.MultiIndex.from_frame(found[["district", "area"]])
    named = small.reindex(pairs).set_axis(found.index)
    expected = named.fillna(found["district"].map(districts)).fillna("none")
    assert (expected.to_numpy(str) == layer.labels[1][found["unit"]].astype(str)).all()
    assert len(layer.codes) == boards


def test_the_boards_in_use_have_official_codes():
    assert pd.Series(layers.get("icb").codes).str.fullmatch(r"E54\d{6}").all()


@EDITIONS
def test_all_of_england_has_a_board_and_nobody_else(edition, boards):
    layer, england = layers.get("icb", edition=edition), places.at("nation", "England")
    assert np.array_equal(np.flatnonzero(layer.unit >= 0), england.positions)


def test_boards_cut_five_districts_by_82_small_areas(lying):
    unit = layers.get("icb").unit
    known = lying.assign(board=unit)[unit >= 0]
    many = known.groupby("district")["board"].nunique()
    assert set(many.index[many > 1]) == set(CUT)
    inside = known[known["district"].isin(CUT)]
    main = inside.groupby("district")["board"].agg(lambda units: units.mode()[0])
    other = inside[inside["board"] != inside["district"].map(main)]
    assert other.groupby("district")["area"].nunique().to_dict() == CUT
    assert sum(CUT.values()) == 82


def test_a_small_area_counts_only_within_the_district_that_stands_beside_it(lying):
    """Some small areas of the old census lie in two districts: the other one's part stays."""
    cut = read_list("2026").query("within != ''")
    inside = dict(zip(cut["area"], cut["within"], strict=True))
    own = lying["area"].map(inside)
    beyond = np.flatnonzero(own.notna() & (own != lying["district"]))
    assert len(beyond) > 0
    districts = read_list("2026").query("within == ''").set_index("area")["unit"]
    layer = layers.get("icb")
    expected = lying["district"].to_numpy()[beyond]
    assert (layer.names[layer.unit[beyond]] == districts.reindex(expected).to_numpy()).all()


@pytest.mark.parametrize(("within", "kept"), [("E09000007", True), ("E09000033", False)])
def test_a_listed_area_counts_within_its_larger_area_alone(lying, within, kept):
    area = lying["area"][lying["district"] == "E09000007"].iloc[0]
    columns = ["area", "within", "unit", "unit_code"]
    listed = pd.DataFrame(
        [["E09000007", "", "Old", ""], ["E09000033", "", "Old", ""], [area, within, "New", ""]],
        columns=columns,
    )
    texts = dict.fromkeys(catalogue.LAYER_TEXTS, "") | {"key": "care", "edition": "2026"}
    layer = lookups.make_listed(listed, texts)
    held = layer.labels[1][layer.unit]
    here = ((lying["area"] == area) & (lying["district"] == "E09000007")).to_numpy()
    assert set(held[here]) == ({"New"} if kept else {"Old"})
    assert ("New" in set(layer.names)) == kept


def test_boards_of_2022_were_merged_whole_in_london(london):
    before, now = layers.get("icb", edition="2022"), layers.get("icb")
    assert overlap.aligned_share(london, before, now) == 1
    assert overlap.aligned_share(london, now, before) == pytest.approx(0.840, abs=0.0005)


def test_all_of_england_can_be_counted_before_and_after():
    """The calls that somebody makes who asks what became of the boards of 2022."""
    england, now = places.get("England"), layers.get("icb")
    table = overlap.cross_table(england, now, layers.get("icb", edition="2022"))
    assert table["people"].sum() == pytest.approx(56_489_800)
    assert table["a_code"].nunique() == 36
    assert table["b_code"].nunique() == 42
