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

from mapping.atoms import DATA, Postcodes, blocks, table, tables
from mapping.errors import MappingError
from mapping.geography import counted
from mapping.geography.layer import Grain
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


@dataclass(frozen=True, eq=False)
class Lens:
    """What each postcode counts, and its sums; shared arrays, not to be changed.

    ``values`` (1.74 million,) float64, in the order of the national table.
    """

    values: np.ndarray

    @cached_property
    def by_block(self) -> np.ndarray:
        """Return the sum of each building block, (95,000,): see ``atoms.blocks``."""
        known = blocks()
        return np.bincount(known.of_postcode, weights=self.values, minlength=len(known.ward))

    @cached_property
    def by_ward(self) -> np.ndarray:
        """Return the sum of each ward, (7,934,)."""
        atoms = table()
        if "by_block" in self.__dict__:
            return np.bincount(blocks().ward, self.by_block, minlength=len(atoms.ward_codes))
        return np.bincount(atoms.ward, weights=self.values, minlength=len(atoms.ward_codes))

    def by_grain(self, grain: Grain) -> np.ndarray:
        """Return the sum of each ward or block, or each postcode's own number."""
        if grain == "ward":
            return self.by_ward
        return self.by_block if grain == "block" else self.values

    @property
    def nbytes(self) -> int:
        """Return about how many bytes it takes."""
        return int(self.values.nbytes)


By = str | Sequence[float] | np.ndarray | Lens
"""What people are counted by: a lens's name, one number a postcode, or a lens itself."""


def get(by: By = "residents") -> Lens:
    """Return what to count by: a lens by its name, or the caller's own numbers as a lens.

    ``residents`` is an estimate: each LSOA or data zone has its nation's mean, shared
    equally among its residential postcodes, then scaled to the census count of the
    districts in ``data/residents.csv``; where the census's own counts were put in (see
    ``counted``), these count instead. ``land`` is in square kilometres. Names that begin
    with ``OWN`` are those of lenses that were lent. Own numbers are one finite number of at least 0
    a postcode, in the order of the national table; they are looked through at each call, so give
    the lens itself where many things are counted by them. Raises MappingError for an unknown name
    and for other numbers.

    >>> get("postcodes").values.sum() == len(table())
    np.True_
    >>> round(get("residents").by_ward.sum() / 1e6)  # million
    65
    """
    if isinstance(by, Lens):
        return by
    if isinstance(by, str):
        return _make_lent(by) if by.startswith(OWN) else _make(by)
    return Lens(_check_numbers(by))


class LentLens(NamedTuple):
    """A lens that was lent: how to make its array, what it counts, and a note on its limits."""

    make: Callable[[], np.ndarray]
    counts: str
    note: str


_LENT: OrderedDict[str, LentLens] = OrderedDict()
_LOCK = threading.Lock()


def lend(by: str, make: Callable[[], np.ndarray], counts: str, *, note: str = "") -> None:
    """Let the process count by somebody's own lens: ``get(by)`` finds it from now on.

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
    return " ".join(NOT_IN_WORDS.sub(" ", counts).split())[:60].strip() or "figures of the file"


def counts(by: str) -> str:
    """Say what a lens counts: "estimated residents", "households". MappingError if unknown."""
    if by == "residents":
        return counted.name()
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
        f"Those figures are no longer here (“{by[:40]}”). Open the workspace that they are in."
    )


def _explain_unknown(by: str) -> MappingError:
    return MappingError(
        f"Expected one of {', '.join(LENSES)} to count by; found “{by}”. "
        "For your own numbers give one a postcode."
    )


@keep
def _make_lent(by: str) -> Lens:
    return _seal(np.array(_check_numbers(_find_lent(by).make())))


@once
def _make(by: str) -> Lens:
    if by not in LENSES:
        raise _explain_unknown(by)
    atoms = table()
    if by == "residents":
        return _seal(counted.put(scale_residents(estimate_residents(atoms), atoms)))
    if by == "land":
        return _seal(atoms.cell_km2.astype(float))
    return _seal(np.broadcast_to(np.float64(1), len(atoms)).view())  # takes no memory


def _seal(values: np.ndarray) -> Lens:
    values.flags.writeable = False
    return Lens(values)


def _check_numbers(numbers: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return the caller's own numbers as an array, (1.74 million,) float64; see ``get``."""
    try:
        values = np.asarray(numbers, dtype=float)
    except (TypeError, ValueError):
        raise MappingError(
            "Expected a number for each postcode; found texts, or rows of different lengths. "
            "Give 0 to postcodes without a number."
        ) from None
    expected = len(table())
    if values.shape != (expected,):
        found = f"{values.size:,}" if values.ndim == 1 else f"the shape {values.shape}"
        raise MappingError(
            f"Expected one number a postcode, {expected:,} in the order of the national table; "
            f"found {found}. Give 0 to postcodes without a number."
        )
    if not (values.min(initial=0) >= 0 and values.max(initial=0) < np.inf):  # also if not a number
        wrong = ~np.isfinite(values) | (values < 0)
        examples = ", ".join(str(v) for v in values[wrong][:5])
        raise MappingError(
            f"Expected finite numbers of at least 0; found {wrong.sum():,} others ({examples}). "
            "Correct them, or give 0 to postcodes without a number."
        )
    return values


def estimate_residents(atoms: Postcodes) -> np.ndarray:
    """Estimate residents by postcode without any district's census count (steps 1 and 2)."""
    homes = np.bincount(atoms.lsoa[atoms.residential], minlength=len(atoms.lsoa_codes))
    mean = np.array([RESIDENTS_PER_AREA[code[0]] for code in atoms.lsoa_codes])
    each = np.divide(mean, homes, out=np.zeros_like(mean), where=homes > 0)
    return np.where(atoms.residential, each[atoms.lsoa], 0.0)


def read_census() -> pd.DataFrame:
    """Return the residents that the census counted in each council area, rounded to 100.

    Columns lad_code, lad_name, usual_residents, year (2021; Scotland: mid-2022 on the census of
    that year), source.
    """
    return tables.read(DATA / "residents.csv", dtype={"lad_code": str}, keep_default_na=True)


def scale_residents(residents: np.ndarray, atoms: Postcodes) -> np.ndarray:
    """Scale an estimate to the census in each district of ``read_census`` (step 3)."""
    census = read_census()
    wards = pd.read_parquet(DATA / "wards.parquet", columns=["code", "lad_code"])
    lad_of_ward = wards.set_index("code")["lad_code"].reindex(atoms.ward_codes)
    number = pd.Index(census["lad_code"]).get_indexer(lad_of_ward)
    district = number[atoms.ward]
    estimate = np.bincount(district + 1, weights=residents, minlength=len(census) + 1)[1:]
    counted = census["usual_residents"].to_numpy(dtype=float)
    factor = np.divide(counted, estimate, out=np.ones_like(counted), where=estimate > 0)
    return residents * np.r_[factor, 1.0][district]
