"""Own map: what somebody's table or drawing came to as a layer, and what became of each row."""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from mapping.geocode import OUTCOMES
from mapping.geography import Layer, lookups, shares

MATCHED, CORRECTED, AMBIGUOUS, UNMATCHED = OUTCOMES
MAX_TITLE_LETTERS = lookups.MAX_TITLE_LETTERS
USUAL_SCALE = "hyperlocal"
MIN_SHOUTED_LETTERS = 6
"""Fewer capitals are an abbreviation: "PCN", but "PRACTICE"."""


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
    rows : one row a row of the file, or for each area that it lists; columns: row_number (as a
        spreadsheet counts; of a drawing 1, 2, …), outcome (matched, corrected, ambiguous or
        unmatched), area, unit, reason (a sentence; "" for what matched), candidates (joined with
        "; ")
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


def guess_facts(file_name: str, heading: str = "") -> Facts:
    """Guess what a map is called: by the heading of its units, or else by the name of its file.

    A year in the file's name is when it is of.

    >>> guess_facts("neighbourhood_teams-2026.xlsx")
    Facts(title='Neighbourhood team', plural='neighbourhood teams', scale='hyperlocal', \
sector='', as_at='2026', source='neighbourhood_teams-2026.xlsx')
    """
    stem = re.sub(r"\.[A-Za-z0-9]{1,8}$", "", file_name)
    words = " ".join(re.sub(r"[_\-.]+", " ", stem).split())
    year = re.search(r"\b(19|20)\d\d\b", words)
    name = " ".join(re.sub(r"\b((19|20)\d\d|final|copy|v\d+)\b", " ", words).split())
    headed = re.sub(r"[ _]*(code|name|id|cd|nm|number)$", "", heading.strip(), flags=re.I)
    if headed.isupper() and len(headed) >= MIN_SHOUTED_LETTERS:
        headed = headed.lower()
    one = _write_one(" ".join(headed.replace("_", " ").split()) or name)[:MAX_TITLE_LETTERS]
    title = one[:1].upper() + one[1:] or "Own map"
    return Facts(
        title, _write_several(title), as_at=year[0] if year else "", source=file_name[:120]
    )


def _write_one(words: str) -> str:
    """Write a noun of several things for one of them: "teams" as "team"."""
    for several, one in (("ies", "y"), ("ches", "ch"), ("xes", "x"), ("ss", "ss"), ("s", "")):
        if len(words) > 3 and words.endswith(several):
            return words.removesuffix(several) + one
    return words


def _write_several(title: str) -> str:
    """Write a title for several, within a sentence: "Team" as "teams", "PCN" as "PCNs"."""
    small = title if title[1:2].isupper() else title[:1].lower() + title[1:]
    if re.search(r"[^aeiou]y$", small):
        return f"{small[:-1]}ies"
    return f"{small}es" if small.endswith(("s", "x", "ch")) else f"{small}s"


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
    if layer.shares is not None:
        rest = {name: text for name, text in texts.items() if name not in ("title", "scale")}
        own = lookups.check_facts(facts.title, facts.scale, rest)
        return shares.finish(layer.shares, layer.codes, layer.names, layer.residual, own)
    return lookups.finish(
        layer.numbers, layer.grain, layer.codes, layer.names, layer.residual, **texts
    )
