"""Own map: what somebody's table or drawing came to as a layer, and what became of each row."""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from mapping.geocode import OUTCOMES
from mapping.geography import Layer, lookups

MATCHED, CORRECTED, AMBIGUOUS, UNMATCHED = OUTCOMES
MAX_TITLE_LETTERS = lookups.MAX_TITLE_LETTERS
USUAL_SCALE = "hyperlocal"


@dataclass(frozen=True)
class Facts:
    """What somebody says about a map: texts of ``Layer``; "" for what is left open.

    ``sector`` says who runs it, ``as_at`` of when it is: any text, as "April 2026".
    """

    title: str
    plural: str = ""
    scale: str = USUAL_SCALE
    sector: str = ""
    as_at: str = ""
    source: str = ""

    def texts(self) -> dict[str, str]:
        """Return them as ``layers.from_lookup`` takes them: those that are not left open."""
        return {key: text for key, text in vars(self).items() if text}


@dataclass(frozen=True, eq=False)
class OwnMap:
    """Somebody's map, read: a layer, or why there is none, and what became of each row.

    Attributes
    ----------
    layer : None where there is none
    problem : why there is none, a sentence; else ""
    overlaps : whether that is because its areas share ground
    rows : one row a row of the file; columns: row_number (as a spreadsheet counts; of a drawing
        1, 2, …), outcome (matched, corrected, ambiguous or unmatched), area, unit, reason (a
        sentence; "" for what matched), candidates (joined with "; ")
    questions : as of ``footprints.Upload``; without rows for a drawing
    notes : sentences about the whole file
    """

    layer: Layer | None
    problem: str
    rows: pd.DataFrame
    questions: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[str, ...] = ()
    overlaps: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows had each outcome, from good to bad."""
        found = self.rows["outcome"].value_counts()
        return {outcome: int(found.get(outcome, 0)) for outcome in OUTCOMES}

    @property
    def nbytes(self) -> int:
        """Return about how many bytes keeping it keeps from being freed."""
        own = self.layer.nbytes if self.layer is not None else 0
        return own + int(self.rows.memory_usage(deep=True).sum())


def name_map(file_name: str) -> str:
    """Return a title for the map of a file, out of the file's name: "Neighbourhood teams"."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", file_name)
    words = " ".join(re.sub(r"[_\-.]+", " ", stem).split())[:MAX_TITLE_LETTERS]
    return words[:1].upper() + words[1:] or "Own map"


def make_rows(number: Any, outcome: np.ndarray, reason: np.ndarray, **more: Any) -> pd.DataFrame:
    """Make the frame of ``OwnMap.rows``; reasons become sentences that name their row."""
    numbers = np.asarray(number, dtype="int64")
    told = reason != ""
    reason = reason.copy()
    reason[told] = [
        f"Row {row}: {why}." for row, why in zip(numbers[told], reason[told], strict=True)
    ]
    columns = {"outcome": outcome, **more, "reason": reason}
    texts = {name: pd.array(cells, dtype="str") for name, cells in columns.items()}
    return pd.DataFrame({"row_number": numbers, **texts})


def rename(layer: Layer, facts: Facts) -> Layer:
    """Return a layer with other facts, registered under the key of these.

    Raises MappingError for a scale that is none, and without a title.
    """
    texts = {"plural": "", **facts.texts()}
    if not texts["plural"]:
        del texts["plural"]
    return lookups.finish(
        layer.numbers, layer.grain, layer.codes, layer.names, layer.residual, **texts
    )
