"""Overlap and mismatch: counts of people over pairs and sets of units.

Every function counts people by a lens's name or by one number a postcode of the national table
(``by=``). Codes and names of "no unit" are "" and "none". Where bodies share areas out, people
count by their shares: see ``counts.divide_pairs``.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.errors import MappingError
from mapping.geography import By, Layer, lenses
from mapping.overlap.counts import (
    Pairs,
    count_whole,
    divide_pairs,
    entropy,
    find_profiles,
    keep_in_both,
    pairs,
    pairs_in,
    zones,
)
from mapping.overlap.nesting import MIN_WHOLE_SHARE
from mapping.places import Place


class VMeasure(NamedTuple):
    """V-measure of a table with its two parts."""

    v: float
    homogeneity: float
    completeness: float


class Association(NamedTuple):
    """V-measure of two layers, and the share of people who are in a unit of both."""

    v: float
    homogeneity: float
    completeness: float
    coverage: float


def cross_table(place: Place, a: Layer, b: Layer, *, by: By = "residents") -> pd.DataFrame:
    """Count the people in each pair of units of two layers inside the place.

    Columns: a_code, a_name, b_code, b_name, people, share_of_a and share_of_b (of the
    unit's people inside the place), share_of_a_in_place and share_of_b_in_place (how much
    of the whole unit lies in the place). Rows with people only; people in no unit stand
    under "none". The people add up to the place's.

    >>> from mapping import layers, places
    >>> camden = places.get("Camden")
    >>> found = cross_table(camden, layers.get("ward"), layers.get("postal_district"))
    >>> found.loc[0, ["a_name", "b_name"]].tolist(), round(found.loc[0, "people"], -1)
    (['Belsize', 'NW3'], np.float64(13610.0))
    >>> round(found["people"].sum())  # nobody is lost: the census counted 210,100
    210100
    """
    by = lenses.get(by) if not isinstance(by, str) else by
    found = pairs_in(place, a, b, by)
    in_place_a, share_a = _measure_units(place, found.a, found.people, a, by)
    in_place_b, share_b = _measure_units(place, found.b, found.people, b, by)
    (a_codes, a_names), (b_codes, b_names) = a.labels, b.labels
    return pd.DataFrame(
        {
            "a_code": a_codes.take(found.a),
            "a_name": a_names.take(found.a),
            "b_code": b_codes.take(found.b),
            "b_name": b_names.take(found.b),
            "people": found.people,
            "share_of_a": found.people / in_place_a[found.a],
            "share_of_b": found.people / in_place_b[found.b],
            "share_of_a_in_place": share_a[found.a],
            "share_of_b_in_place": share_b[found.b],
        },
        copy=False,
    )


def _measure_units(
    place: Place, unit: np.ndarray, people: np.ndarray, layer: Layer, by: By
) -> tuple[np.ndarray, np.ndarray]:
    """Sum the people of a place by unit, and divide by the whole units; "none" last, NaN."""
    inside = np.roll(np.bincount(unit + 1, weights=people, minlength=len(layer.codes) + 1), -1)
    there = np.flatnonzero(inside[:-1])
    share = np.full(len(inside), np.nan)
    whole = inside[there] if place.is_britain else count_whole(layer, there, by)
    share[there] = inside[there] / whole
    return inside, share


def aligned_share(place: Place, a: Layer, b: Layer, *, by: By = "residents") -> float:
    """Return the share of people who live in the main B unit of their A unit, 0 to 1.

    Counted inside the place, over people who have a unit in both layers; NaN if nobody has.

    >>> from mapping import layers, places
    >>> london, district = places.get("Greater London"), layers.get("postal_district")
    >>> round(aligned_share(london, district, layers.get("borough")), 3)
    0.922
    """
    found = keep_in_both(pairs_in(place, a, b, by))
    return _share_aligned(found.a, found.people)


def _share_aligned(unit: np.ndarray, people: np.ndarray) -> float:
    main = np.zeros(unit.max(initial=-1) + 1)
    np.maximum.at(main, unit, people)
    total = people.sum()
    return min(float(main.sum() / total), 1.0) if total > 0 else math.nan  # sums round


def mismatch(place: Place, a: Layer, b: Layer, *, by: By = "residents") -> float:
    """Return 1 − the larger of the two aligned shares: 0 where one layer nests in the other.

    NaN if nobody has a unit in both layers.

    >>> from mapping import layers, places
    >>> london, ward = places.get("Greater London"), layers.get("ward")
    >>> mismatch(london, ward, layers.get("borough"))  # wards nest in boroughs
    0.0
    """
    found = keep_in_both(pairs_in(place, a, b, by))
    return 1 - max(_share_aligned(found.a, found.people), _share_aligned(found.b, found.people))


def vmeasure(table: Sequence[Sequence[float]] | np.ndarray) -> VMeasure:
    """Return V-measure, homogeneity and completeness of a table (rows map 1, columns map 2).

    As R's sabre defines them: homogeneity tells how far each column (zone of map 2) lies
    in one row, completeness how far each row lies in one column; zero entropy gives 1.
    Source: Nowosad & Stepinski 2018, Int. J. Geographical Information Science 32(12),
    doi:10.1080/13658816.2018.1511794. Raises MappingError for anything but such a table.

    >>> [round(score, 6) for score in vmeasure([[13, 3, 4], [0, 16, 4], [4, 0, 16], [0, 4, 16]])]
    [0.361231, 0.315342, 0.422752]
    """
    try:
        counts = np.asarray(table, dtype=float)
    except (TypeError, ValueError):  # rows of different lengths, or text
        counts = np.empty(0)
    if counts.ndim != 2 or not np.isfinite(counts).all() or (counts < 0).any():
        raise MappingError(
            f"Expected a table of rows and columns with numbers of at least 0; found shape "
            f"{counts.shape}. Give one row a unit of the first map."
        )
    row, column = np.nonzero(counts)
    if not len(row):
        return VMeasure(1.0, 1.0, 1.0)
    return _vmeasure(row, column, counts[row, column])


def _vmeasure(row: np.ndarray, column: np.ndarray, people: np.ndarray) -> VMeasure:
    rows, columns = np.bincount(row, weights=people), np.bincount(column, weights=people)
    joint = entropy(people)
    homogeneity = _subtract_ratio(joint - entropy(columns), entropy(rows))
    completeness = _subtract_ratio(joint - entropy(rows), entropy(columns))
    together = homogeneity + completeness
    v = 2 * homogeneity * completeness / together if together > 0 else 0.0
    return VMeasure(v, homogeneity, completeness)


def _subtract_ratio(conditional: float, entropy: float) -> float:
    if entropy <= 1e-12:
        return 1.0
    return float(np.clip(1 - conditional / entropy, 0.0, 1.0))


def association(place: Place, a: Layer, b: Layer, *, by: By = "residents") -> Association:
    """Return V-measure, homogeneity, completeness and coverage of two layers in a place.

    People with no unit in either layer are left out and counted in ``coverage``, the
    share of the place's people who have a unit in both. See ``vmeasure``. Where nobody has,
    coverage is 0 and there is nothing to score: the other three are NaN.

    >>> from mapping import layers, places
    >>> london, district = places.get("Greater London"), layers.get("postal_district")
    >>> found = association(london, district, layers.get("borough"))
    >>> round(found.v, 3), round(found.coverage, 3)
    (0.742, 1.0)
    """
    everybody = pairs_in(place, a, b, by)
    return _associate(keep_in_both(everybody), everybody.people.sum())


def _associate(found: Pairs, total: float) -> Association:
    if not len(found.people):
        return Association(math.nan, math.nan, math.nan, 0.0)
    coverage = min(float(found.people.sum() / total), 1.0)
    return Association(*_vmeasure(found.a, found.b, found.people), coverage)


def matrix(place: Place, chosen: Sequence[Layer], *, by: By = "residents") -> pd.DataFrame:
    """Score every pair of layers in both directions, over the place's zones.

    One row per ordered pair; columns: a, b (keys), aligned_share, mismatch, v,
    homogeneity, completeness, coverage. Scores are of the people who have a unit in both
    layers, and NaN where nobody has: there coverage is 0.

    >>> from mapping import layers, places
    >>> chosen = [layers.get("ward"), layers.get("borough")]
    >>> found = matrix(places.get("Greater London"), chosen)
    >>> found[["a", "b", "aligned_share"]].round(3).values.tolist()
    [['borough', 'ward', 0.064], ['ward', 'borough', 1.0]]
    """
    counted = [find_profiles(layer) for layer in chosen]
    zoned = zones(place, counted, by=by)
    rows = []
    for i, a in enumerate(chosen):
        for j, b in enumerate(chosen[:i]):
            size = (len(counted[i].codes), len(counted[j].codes))
            by_profile = pairs(zoned.units[:, i], zoned.units[:, j], size, zoned.people)
            everybody = divide_pairs(by_profile, a, b)
            found = keep_in_both(everybody)
            there, back = (
                _share_aligned(found.a, found.people),
                _share_aligned(found.b, found.people),
            )
            score = _associate(found, everybody.people.sum())
            rest = (1 - max(there, back), score.v)
            rows.append((a.key, b.key, there, *rest, *score[1:]))
            rows.append((b.key, a.key, back, *rest, *score[2:0:-1], score.coverage))
    columns = [
        "a",
        "b",
        "aligned_share",
        "mismatch",
        "v",
        "homogeneity",
        "completeness",
        "coverage",
    ]
    return pd.DataFrame(rows, columns=columns)


class Straddling(NamedTuple):
    """How many units straddle a line, and whom that touches.

    ``units`` of ``of`` straddle; ``share_outside`` of all people live outside their main
    counterpart; ``made_of`` units are made of whole units of the other layer; ``in_none`` are, in
    whole or in part, in no unit of it (those in none at all are not among ``of``).
    """

    units: int
    of: int
    share_outside: float
    made_of: int
    in_none: int = 0


def large_units(cross: pd.DataFrame, *, least_people: float = 100) -> set[str]:
    """Return the codes of the units of A that have enough people in a cross-table, of whatever B.

    Thresholds are in residents whatever else is counted: give a table by residents.
    """
    unit, codes = pd.factorize(cross["a_code"])
    people = np.bincount(unit, cross["people"].to_numpy(float), len(codes))
    return set(codes[people >= least_people]) - {""}


def straddling(
    cross: pd.DataFrame, large: set[str] | None = None, *, least_share: float = 0.01
) -> Straddling:
    """Count the units of A in a cross-table that have people on another side of a B line.

    The units in ``large`` count (by default those with at least 100 people in the table).
    They straddle if more than ``least_share`` of their people live outside the main B unit,
    unless they are made of whole B units: lines inside them do not tear them.
    ``share_outside`` is the share of all people who live outside the main B unit of a unit
    that is not so made. People in no unit of either layer are left out, but for ``in_none``, of
    which more than ``least_share`` are in none.
    """
    large = large_units(cross) if large is None else large
    unit, codes = pd.factorize(cross["a_code"])  # numbers: this is asked of every pair of maps
    counted = np.array([code in large for code in codes.tolist()], dtype=bool)
    people, nowhere = cross["people"].to_numpy(float), (cross["b_code"] == "").to_numpy()
    real = ~nowhere & (codes != "")[unit]

    def sum_up(amounts: np.ndarray) -> np.ndarray:
        return np.bincount(unit, weights=amounts, minlength=len(codes))

    inside = np.where(real, people, 0.0)
    of = sum_up(inside)
    whole = sum_up(np.where(cross["share_of_b"].to_numpy(float) >= MIN_WHOLE_SHARE, inside, 0.0))
    main = np.zeros(len(codes))
    np.maximum.at(main, unit, inside)
    made_of = (main < MIN_WHOLE_SHARE * of) & (whole >= MIN_WHOLE_SHARE * of)
    outside = np.where(made_of, 0.0, of - main)
    torn = counted & (outside > least_share * of)
    total, is_there = of.sum(), sum_up(real.astype(float)) > 0
    bare = counted & (sum_up(np.where(nowhere, people, 0.0)) > least_share * sum_up(people))
    return Straddling(
        units=int(torn.sum()),
        of=int((counted & is_there).sum()),
        share_outside=float(outside.sum() / total) if total > 0 else 0.0,
        made_of=int((counted & made_of).sum()),
        in_none=int(bare.sum()),
    )


def counterparts(cross: pd.DataFrame, *, least_share: float = 0.01) -> pd.Series:
    """Name the B units in which people of each A unit live, the one with most of them first.

    ``cross`` is a frame of ``cross_table``; B units with less than ``least_share`` of an A
    unit's people are left out, and so is no unit. By a_code, texts joined with "; ".
    """
    real = cross[(cross["b_code"] != "") & (cross["share_of_a"] >= least_share)]
    ranked = real.sort_values("people", ascending=False, kind="stable")
    names: dict[str, list[str]] = {}
    for code, name in zip(ranked["a_code"].tolist(), ranked["b_name"].tolist(), strict=True):
        names.setdefault(code, []).append(name)  # a group each would take 40 ms for London's wards
    told = pd.Series({code: "; ".join(names[code]) for code in sorted(names)}, dtype="str")
    return told.rename("b_name").rename_axis("a_code")
