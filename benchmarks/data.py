"""How good the estimate of residents is, and how much room the data take."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.bars import Row
from mapping.atoms import postcodes
from mapping.geography import layers, lenses

CITY_OF_LONDON = "E09000001"


def rows() -> Iterator[Row]:
    """Measure the residents of London's boroughs against the census, and the size of data/."""
    census = pd.read_csv(postcodes.DATA / "census_2021.csv", dtype={"lad_code": str})
    counted = census.set_index("lad_code")["usual_residents_2021"].astype(float)
    atoms = postcodes.table()
    unscaled = _by_borough(lenses.estimate_residents(atoms), counted.index)
    error = share_errors(unscaled, counted)
    total = abs(unscaled.sum() / counted.sum() - 1)
    scaled = _by_borough(lenses.get("residents").values, counted.index)
    boroughs = "London's boroughs, residents against the census"
    yield Row(f"{boroughs}: mean error, unscaled", error.mean() * 100, "%", 7.5, "less")
    yield Row(f"{boroughs}: largest error, unscaled", error.max() * 100, "%")
    yield Row(f"{boroughs}: error of the total, unscaled", total * 100, "%", 6, "less")
    worst = float((scaled / counted - 1).abs().max())
    yield Row(f"{boroughs}: largest error, scaled", round(worst * 100, 9), "%", 0, "less")
    size = sum(file.stat().st_size for file in postcodes.DATA.rglob("*") if file.is_file())
    yield Row("data/, all files", size / 1e6, "MB", 16, "less")


def _by_borough(people: np.ndarray, codes: pd.Index) -> pd.Series:
    borough = layers.get("borough")
    sums = np.bincount(borough.unit, weights=people, minlength=len(borough.codes))
    return pd.Series(sums, index=borough.codes).reindex(codes)


def share_errors(estimate: pd.Series, counted: pd.Series) -> pd.Series:
    """Return the relative error of each borough's share, the City of London left aside."""
    estimate, counted = estimate.drop(CITY_OF_LONDON), counted.drop(CITY_OF_LONDON)
    return ((estimate / estimate.sum()) / (counted / counted.sum()) - 1).abs()
