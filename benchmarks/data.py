"""How good the estimate of residents is, and how much room the data take."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from benchmarks.bars import Row
from mapping.atoms import postcodes
from mapping.geography import layers, lenses


def rows() -> Iterator[Row]:
    """Measure the residents of council areas against the census, and the size of data/."""
    counted = lenses.read_census().set_index("lad_code")["usual_residents"].astype(float)
    atoms = postcodes.table()
    before = _find_errors(lenses.estimate_residents(atoms), counted)
    after = _find_errors(lenses.get("residents").values, counted)
    districts = "350 council areas, residents against the census"
    yield Row(f"{districts}: mean error before scaling", before.mean() * 100, "%")
    yield Row(f"{districts}: largest error before scaling", before.max() * 100, "%")
    yield Row(f"{districts}: mean error", round(after.mean() * 100, 9), "%", 0, "less")
    size = sum(file.stat().st_size for file in postcodes.DATA.rglob("*") if file.is_file())
    yield Row("data/, all files", size / 1e6, "MB", 20, "less")


def _find_errors(people: np.ndarray, counted: pd.Series) -> pd.Series:
    """Return by how much each district is off, as a share of its census count."""
    borough = layers.get("borough")
    sums = pd.Series(np.bincount(borough.unit, weights=people), index=borough.codes)
    return (sums / counted.reindex(borough.codes) - 1).abs()
