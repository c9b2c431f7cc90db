"""Lenses: how many people each postcode counts for."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import DATA, Postcodes, table
from mapping.errors import MappingError
from mapping.memory import keep, once

LENSES = {
    "residents": "estimated residents",
    "postcodes": "postcodes",
    "land": "square kilometres of land",
}
"""The built-in lenses and what each counts."""
OWN = "own."
"""How the lenses begin that somebody lent to the process."""
MAX_LENT = 500
"""So many are known at a time; the longest unused ones go first."""
NOT_IN_WORDS = re.compile(r"[^\w '’,()+%£&–-]|_")
"""What somebody's own word for what is counted must do without, so that it fits any sentence."""
RESIDENTS_PER_AREA = {"E": 56_490_048 / 32_844, "W": 3_107_494 / 1_909, "S": 5_439_842 / 6_976}
"""Residents at the 2021 (Scotland: 2022) census ÷ number of 2011 areas, by nation."""


def lens(by: str = "residents") -> np.ndarray:
    """Return what each postcode counts under a lens: (1.74 million,) float64.

    ``residents`` is an estimate: each LSOA or data zone has its nation's mean, shared
    equally among its residential postcodes, then scaled to the census count of the
    districts in ``data/census_2021.csv``. ``land`` is in square kilometres. Lenses that begin
    with ``OWN`` are those that were lent. The array is shared: it cannot be written to. Raises
    MappingError for an unknown lens.
    """
    return _make(by) if by.startswith(OWN) else _lens(by)


class LentLens(NamedTuple):
    """A lens that was lent: how to make its array, what it counts, and a note on its limits."""

    make: Callable[[], np.ndarray]
    counts: str
    note: str


_LENT: OrderedDict[str, LentLens] = OrderedDict()
_LOCK = threading.Lock()


def lend(by: str, make: Callable[[], np.ndarray], counts: str, *, note: str = "") -> None:
    """Let the process count by somebody's own lens: ``lens(by)`` finds it from now on.

    ``by`` begins with ``OWN`` and stands for the numbers, the words and the note: whatever was
    counted is kept under it, so other ones need another. ``make`` returns the array, one finite
    number of at least 0 a postcode; only how to make it is kept here. ``counts`` is what it
    counts, "households", and ``note`` says in sentences what it leaves out.
    """
    if not by.startswith(OWN):
        raise MappingError(
            f"Expected the key of a lens of one's own to begin with “{OWN}”; found “{by[:40]}”. "
            f"The others are {', '.join(LENSES)}."
        )
    with _LOCK:
        _LENT[by] = LentLens(make, fit_words(counts), note)
        _LENT.move_to_end(by)
        while len(_LENT) > MAX_LENT:
            _LENT.popitem(last=False)


def fit_words(counts: str) -> str:
    """Write what somebody's own numbers count so that it fits into a sentence: up to 60 letters."""
    return " ".join(NOT_IN_WORDS.sub(" ", counts).split())[:60].strip() or "what the file counts"


def counts(by: str) -> str:
    """Say what a lens counts: "estimated residents", "households". MappingError if unknown."""
    return LENSES[by] if by in LENSES else _find_lent(by).counts


def note(by: str) -> str:
    """Say what a lens that was lent leaves out; "" for the others."""
    return "" if by in LENSES else _find_lent(by).note


def _find_lent(by: str) -> LentLens:
    with _LOCK:
        if by in _LENT:
            _LENT.move_to_end(by)
            return _LENT[by]
    if not by.startswith(OWN):
        raise _explain_unknown(by)
    raise MappingError(
        f"Expected numbers of somebody's own that are at hand; none are called “{by[:40]}”. Open "
        "the workspace that they are kept in, and choose them under Count."
    )


def _explain_unknown(by: str) -> MappingError:
    return MappingError(
        f"Expected one of {', '.join(LENSES)} to count by; found “{by}”. "
        "For your own numbers give weights=, one a postcode."
    )


@keep
def _make(by: str) -> np.ndarray:
    values = np.array(choose_weights("", _find_lent(by).make()))
    values.flags.writeable = False
    return values


@once
def _lens(by: str) -> np.ndarray:
    if by not in LENSES:
        raise _explain_unknown(by)
    atoms = table()
    if by == "residents":
        values = scale_residents(estimate_residents(atoms), atoms)
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


def check_weights(weights: "Sequence[float] | np.ndarray | Own | None") -> Own | None:
    """Return the caller's own ``weights`` so that ``choose_weights`` takes them at once."""
    return (
        weights if weights is None or isinstance(weights, Own) else Own(choose_weights("", weights))
    )


def choose_weights(by: str, weights: Sequence[float] | np.ndarray | Own | None) -> np.ndarray:
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


def estimate_residents(atoms: Postcodes) -> np.ndarray:
    """Estimate residents by postcode without any district's census count (steps 1 and 2)."""
    homes = np.bincount(atoms.lsoa[atoms.residential], minlength=len(atoms.lsoa_codes))
    mean = np.array([RESIDENTS_PER_AREA[code[0]] for code in atoms.lsoa_codes])
    each = np.divide(mean, homes, out=np.zeros_like(mean), where=homes > 0)
    return np.where(atoms.residential, each[atoms.lsoa], 0.0)


def scale_residents(residents: np.ndarray, atoms: Postcodes) -> np.ndarray:
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
