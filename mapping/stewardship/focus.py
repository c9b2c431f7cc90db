"""Focus: how far each organisation reaches against how many themes it has.

The texts on systems stewardship observe that a tight geographic focus goes with a broad thematic
one. Here that is tested on the organisations of one place.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

NEAR_BROAD, NEAR_NARROW = "close to home, many themes", "close to home, few themes"
WIDE_BROAD, WIDE_NARROW = "far and wide, many themes", "far and wide, few themes"
QUADRANTS = (NEAR_BROAD, WIDE_BROAD, NEAR_NARROW, WIDE_NARROW)
MIN_TESTED = 10
"""Fewer organisations are too few to tell."""
DRAWS, SEED = 2_000, 1
INTERVAL = (2.5, 97.5)
FAMILIES = {
    "local government": "Councils and authorities",
    "democracy": "Councils and authorities",
    "health": "Health",
    "police": "Police, fire",
    "fire": "Police, fire",
    "voluntary sector": "Charities, partnerships",
    "partnership": "Charities, partnerships",
    "funder": "Charities, partnerships",
}
"""Sectors that are drawn alike; all others are "Others"."""
OTHERS = "Others"
FAMILY_NAMES = (*dict.fromkeys(FAMILIES.values()), OTHERS)


class FocusTest(NamedTuple):
    """Whether a wide reach goes with many themes: Spearman's rank correlation.

    ``low`` and ``high`` bound its interval of 95%; all three are NaN where there are fewer than
    ``MIN_TESTED`` organisations, or where all reach as far or have as many themes.
    """

    correlation: float
    low: float
    high: float
    number: int

    @property
    def is_told(self) -> bool:
        """Tell whether the interval lies on one side of 0."""
        return self.low > 0 or self.high < 0


def place_focus(organisations: pd.DataFrame) -> pd.DataFrame:
    """Return the organisations that have a theme and reach anybody, each with its quadrant.

    ``organisations`` is of ``list_organisations``. Further columns: family (of ``FAMILY_NAMES``)
    and quadrant: far and wide are those who reach more than half of them do, with many themes
    those who have more than half of them do.
    """
    own = organisations[(organisations["breadth"] > 0) & (organisations["reach"] > 0)]
    is_wide = own["reach"] > own["reach"].median()
    is_broad = own["breadth"] > own["breadth"].median()
    quadrant = np.select(
        [is_broad & ~is_wide, is_broad & is_wide, ~is_broad & ~is_wide],
        [NEAR_BROAD, WIDE_BROAD, NEAR_NARROW],
        WIDE_NARROW,
    )
    family = own["sector"].map(FAMILIES).fillna(OTHERS)
    return own.assign(family=family, quadrant=quadrant).reset_index(drop=True)


def correlate_focus(placed: pd.DataFrame) -> FocusTest:
    """Correlate reach and breadth of organisations (of ``place_focus``), with an interval.

    Spearman's rank correlation, ties with their mean rank; the interval is that of percentiles of
    2,000 bootstrap samples of organisations (Efron 1979, doi:10.1214/aos/1176344552), drawn alike
    each time. Samples in which all are alike say nothing and are left out.
    """
    reach, breadth = (placed[name].to_numpy("float64") for name in ("reach", "breadth"))
    number = len(placed)
    nothing = FocusTest(np.nan, np.nan, np.nan, number)
    if number < MIN_TESTED or np.ptp(reach) == 0 or np.ptp(breadth) == 0:
        return nothing
    whole = _correlate(reach[None], breadth[None])[0]
    picked = np.random.default_rng(SEED).integers(0, number, (DRAWS, number))
    drawn = _correlate(reach[picked], breadth[picked])
    low, high = np.percentile(drawn[~np.isnan(drawn)], INTERVAL)
    return FocusTest(float(whole), float(low), float(high), number)


def _correlate(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Correlate the ranks in each row of two arrays: (rows,), NaN where all are alike."""
    from scipy import stats  # takes long to load, and few pages need it

    ranks = [stats.rankdata(one, axis=1) for one in (a, b)]
    centred = [one - one.mean(axis=1, keepdims=True) for one in ranks]
    product = (centred[0] * centred[1]).sum(axis=1)
    size = np.sqrt((centred[0] ** 2).sum(axis=1) * (centred[1] ** 2).sum(axis=1))
    return np.divide(product, size, out=np.full(len(size), np.nan), where=size > 0)
