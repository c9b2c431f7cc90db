"""Lenses: how many people each postcode counts for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mapping.errors import MappingError
from mapping.memory import once
from mapping.postcodes import DATA, Postcodes, table

LENSES = {
    "residents": "estimated residents",
    "postcodes": "postcodes",
    "land": "square kilometres of land",
}
"""The built-in lenses and what each counts."""
RESIDENTS_PER_AREA = {"E": 56_490_048 / 32_844, "W": 3_107_494 / 1_909, "S": 5_439_842 / 6_976}
"""Residents at the 2021 (Scotland: 2022) census ÷ number of 2011 areas, by nation."""


def lens(by: str = "residents") -> np.ndarray:
    """Return what each postcode counts under a built-in lens: (1.74 million,) float64.

    ``residents`` is an estimate: each LSOA or data zone has its nation's mean, shared
    equally among its residential postcodes, then scaled to the census count of the
    districts in ``data/census_2021.csv``. ``land`` is in square kilometres. The array is
    shared: it cannot be written to. Raises MappingError for an unknown lens.
    """
    return _lens(by)


@once
def _lens(by: str) -> np.ndarray:
    if by not in LENSES:
        raise MappingError(
            f"Expected one of {', '.join(LENSES)} to count by; found “{by}”. "
            "For your own numbers give weights=, one a postcode."
        )
    atoms = table()
    if by == "residents":
        values = scaled(unscaled_residents(atoms), atoms)
    elif by == "land":
        values = atoms.cell_km2.astype(float)
    else:
        values = np.ones(len(atoms))
    values.flags.writeable = False
    return values


@dataclass(frozen=True, eq=False)
class Own:
    """The caller's own weights, checked once: ``values`` (1.74 million,) float64."""

    values: np.ndarray

    @cached_property
    def by_ward(self) -> np.ndarray:
        """Return the sum of each ward, (7,934,)."""
        return np.bincount(table().ward, weights=self.values)


def checked(weights: "Sequence[float] | np.ndarray | Own | None") -> Own | None:
    """Return the caller's own ``weights`` as ``chosen`` takes them without a second look."""
    return weights if weights is None or isinstance(weights, Own) else Own(chosen("", weights))


def chosen(by: str, weights: Sequence[float] | np.ndarray | Own | None) -> np.ndarray:
    """Return the caller's own ``weights``, checked, or the lens ``by``; (1.74 million,) float64.

    Raises MappingError unless there is one finite number of at least 0 a postcode.
    """
    if weights is None:
        return lens(by)
    if isinstance(weights, Own):
        return weights.values
    try:
        values = np.asarray(weights, dtype=float)
    except (TypeError, ValueError):
        raise MappingError(
            "Expected a number for each postcode; found texts, or rows of different lengths. "
            "Give 0 to postcodes without a number."
        ) from None
    expected = len(table())
    if values.shape != (expected,):
        found = f"{values.size:,}" if values.ndim == 1 else f"the shape {values.shape}"
        raise MappingError(
            f"Expected one weight a postcode, {expected:,} in the order of the national table; "
            f"found {found}. Give 0 to postcodes without a number."
        )
    if not (values.min(initial=0) >= 0 and values.max(initial=0) < np.inf):  # also if not a number
        wrong = ~np.isfinite(values) | (values < 0)
        examples = ", ".join(str(v) for v in values[wrong][:5])
        raise MappingError(
            f"Expected finite weights of at least 0; found {wrong.sum():,} others ({examples}). "
            "Correct them, or give 0 to postcodes without a number."
        )
    return values


def unscaled_residents(atoms: Postcodes) -> np.ndarray:
    """Estimate residents by postcode without any district's census count (steps 1 and 2)."""
    homes = np.bincount(atoms.lsoa[atoms.residential], minlength=len(atoms.lsoa_codes))
    mean = np.array([RESIDENTS_PER_AREA[code[0]] for code in atoms.lsoa_codes])
    each = np.divide(mean, homes, out=np.zeros_like(mean), where=homes > 0)
    return np.where(atoms.residential, each[atoms.lsoa], 0.0)


def scaled(residents: np.ndarray, atoms: Postcodes) -> np.ndarray:
    """Scale an estimate to the census in each district of ``data/census_2021.csv`` (step 3)."""
    census = pd.read_csv(DATA / "census_2021.csv", dtype={"lad_code": str})
    wards = pd.read_parquet(DATA / "wards.parquet", columns=["code", "lad_code"])
    lad_of_ward = wards.set_index("code")["lad_code"].reindex(atoms.ward_codes)
    number = pd.Index(census["lad_code"]).get_indexer(lad_of_ward)
    district = number[atoms.ward]
    estimate = np.bincount(district + 1, weights=residents, minlength=len(census) + 1)[1:]
    counted = census["usual_residents_2021"].to_numpy(dtype=float)
    factor = np.divide(counted, estimate, out=np.ones_like(counted), where=estimate > 0)
    return residents * np.r_[factor, 1.0][district]
