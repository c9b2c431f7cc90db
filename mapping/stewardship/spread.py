"""Spread: how far ratings of one condition at one scale lie apart, and how that changed.

Never a mean: 1 and 5 are no 3. Each rater counts once a cell, with the latest rating.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.geocode import fold
from mapping.stewardship.schemes import RATED_SCALES, Scheme

RATING_COLUMNS = ("scheme", "condition", "scale", "who", "kind", "level", "note", "rated")
SPREAD_COLUMNS = (
    "condition",
    "scale",
    "number",
    "people",
    "groups",
    "least",
    "lower",
    "median",
    "upper",
    "most",
    "disagreement",
    "notes",
)
PERSON, GROUP = "person", "group"
MIN_TELLING = 2
"""So many ratings of a cell there have to be before they can agree or disagree."""
APART, DIFFERENT = 0.6, 0.3
"""From such disagreement on ratings lie far apart, or differ."""


def keep_latest(ratings: pd.DataFrame) -> pd.DataFrame:
    """Keep the latest rating of each rater in each cell, in the order they were made.

    ``ratings`` has ``RATING_COLUMNS``, the earliest first. A rater is a name, in whatever letters,
    of a person or of a group.
    """
    columns = [ratings[name].tolist() for name in ("scheme", "condition", "scale", "kind")]
    keys = zip(*columns, _fold_names(ratings["who"]), strict=True)
    last = {key: at for at, key in enumerate(keys)}  # quicker than frames of few rows each
    return ratings.iloc[sorted(last.values())]


def count_raters(ratings: pd.DataFrame) -> tuple[int, int]:
    """Count the people and the groups that rated anything, each name once."""
    whom = set(zip(_fold_names(ratings["who"]), ratings["kind"].tolist(), strict=True))
    people = sum(kind == PERSON for _, kind in whom)
    return people, len(whom) - people


def _fold_names(names: pd.Series) -> list[str]:
    """Write names as they are compared; each different one is looked at once."""
    given = names.tolist()
    written = {name: " ".join(fold(name).split()) for name in set(given)}
    return [written[name] for name in given]


def spread(ratings: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """Return how the ratings of each cell of a scheme lie: a row each, also without ratings.

    Columns ``SPREAD_COLUMNS``: condition (key), scale, number of raters, of these people and
    groups; the least and most level, the quartiles (numpy's linear ones); disagreement from 0
    (all say the same) to 1 (half say the least, half the most there is), as ``disagreement``
    counts it; notes (number). Levels are NaN where nobody rated, disagreement with fewer than
    ``MIN_TELLING``. Ratings of other schemes, conditions or levels are left out.
    """
    latest = keep_latest(ratings)
    cells: dict[tuple[str, str], list[_Rating]] = {}
    columns = [latest[n].tolist() for n in ("scheme", "condition", "scale", *_Rating._fields)]
    for key, condition, scale, *rest in zip(*columns, strict=True):
        if key == scheme.key:
            cells.setdefault((condition, scale), []).append(_Rating(*rest))
    rows = [
        (one.key, scale, *_spread_cell(cells.get((one.key, scale), []), len(scheme.levels)))
        for one in scheme.conditions
        for scale in RATED_SCALES
    ]
    return pd.DataFrame(rows, columns=list(SPREAD_COLUMNS))


class _Rating(NamedTuple):
    level: int
    kind: str
    note: str


def _spread_cell(cell: Sequence[_Rating], levels: int) -> tuple[float, ...]:
    cell = [one for one in cell if 1 <= one.level <= levels]
    if not cell:
        return (0, 0, 0, *[np.nan] * 6, 0)
    given = np.array([one.level for one in cell], dtype="float64")
    groups = sum(one.kind == GROUP for one in cell)
    notes = sum(one.note != "" for one in cell)
    quartiles = np.percentile(given, [0, 25, 50, 75, 100])
    apart = disagreement(given, levels)
    return (len(given), len(given) - groups, groups, *quartiles.tolist(), apart, notes)


def disagreement(given: np.ndarray, levels: int) -> float:
    """Return how far ratings lie apart, 0 to 1; NaN for fewer than ``MIN_TELLING``.

    Leik's ordinal dispersion (R. K. Leik 1966, "A measure of ordinal consensus", Pacific
    Sociological Review 9, doi:10.2307/1388242): of the share F of ratings at or below each level
    but the last the smaller of F and 1 - F, summed, over half the number of these levels. It asks
    for the order of levels alone, not how far one is from the next.

    >>> disagreement(np.array([1, 1, 5, 5]), 5), disagreement(np.array([4, 4, 4]), 5)
    (1.0, 0.0)
    """
    if len(given) < MIN_TELLING:
        return float("nan")
    below = np.array([(given <= level).mean() for level in range(1, levels)])
    return float(2 * np.minimum(below, 1 - below).sum() / (levels - 1))


def describe_disagreement(value: float) -> str:
    """Say how far ratings lie apart: "all say the same", "close", "they differ", "far apart"."""
    if np.isnan(value):
        return "too few to tell"
    if value == 0:
        return "all say the same"
    if value < DIFFERENT:
        return "close together"
    return "they differ" if value < APART else "far apart"


def list_days(ratings: pd.DataFrame, scheme: Scheme, condition: str, scale: str) -> pd.DataFrame:
    """Return how a cell stood at the end of each day on which somebody rated it.

    Columns: day (ISO), and of ``SPREAD_COLUMNS`` those from number to disagreement; the earliest
    day first. What was rated again later counts as it was then.
    """
    own = ratings[
        (ratings["scheme"] == scheme.key)
        & (ratings["condition"] == condition)
        & (ratings["scale"] == scale)
    ]
    days = own["rated"].str[:10]
    rows = []
    for day in sorted(days.unique()):
        stood = keep_latest(own[days <= day])
        columns = [stood[name].tolist() for name in _Rating._fields]
        cell = [_Rating(*one) for one in zip(*columns, strict=True)]
        rows.append((day, *_spread_cell(cell, len(scheme.levels))[:-1]))
    return pd.DataFrame(rows, columns=["day", *SPREAD_COLUMNS[2:-1]])
