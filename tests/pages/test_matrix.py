"""The matrix of all pairs: what a cell says where few or no people are on both maps."""

import re

import pandas as pd
from shown import PLACES, opened

from mapping.geography import layers
from pages.mismatches import matrix

PAIR = [layers.get(key) for key in ("county", "health_board")]


def cells(aligned: float, coverage: float) -> list[str]:
    scores = pd.DataFrame(
        {
            "a": ["county", "health_board"],
            "b": ["health_board", "county"],
            "aligned_share": [aligned] * 2,
            "coverage": [coverage] * 2,
        }
    )
    return re.findall(r"<td[ >].*?</td>", matrix.html(PAIR, scores, set()))


def test_a_cell_says_that_nobody_is_on_both_maps():
    cell = cells(float("nan"), 0.0)[2]
    assert ">–<" in cell
    assert 'aria-label="nobody is on both"' in cell
    assert "nan" not in cell
    assert "color-mix" not in cell


def test_a_cell_says_how_many_are_on_both_maps_unless_nearly_all_are():
    assert "<small>13% on both</small>" in cells(0.38, 0.13)[2].replace("\xa0", " ")
    assert "on both" in cells(0.38, 0.9899)[2]
    assert "on both" not in cells(0.38, 0.99)[2]


def test_great_britains_matrix_claims_no_agreement_where_nobody_is_on_both_maps():
    shown = opened("mismatches", place=PLACES["Great Britain"])
    found = shown.table("Of each row's people, the share inside").set_index("")
    county, board, police = (
        layers.get(k).title for k in ("county", "health_board", "police_force")
    )
    assert found.loc[county, board] == found.loc[board, county] == "–"
    assert found.loc[police, board].replace("\xa0", " ") == "39%13% on both"
    assert "of people are in the column" in shown.captions
