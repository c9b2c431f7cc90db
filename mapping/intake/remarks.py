"""Remarks: rows of a table that are none of its data: totals, repeated headings, notes below."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mapping.intake import letters

TOTAL = r"(?i)\s*(?:(?:grand|sub|overall|sum|column|running)[\s-]*)?totals?\s*[:=]?\s*"
"""What the first filled cell of a row of totals says, and nothing else."""
RULE = r"\s*[:|]?\s*[-–—=_]{2,}[-–—=_\s:|]*"
"""A line drawn under the headings: "---"."""
_NOTE = re.compile(
    r"\s*(source|sources|notes?|nb|n\.b\.|data|key|legend|footnotes?|last updated|updated|"
    r"extracted|prepared|produced|compiled|correct|contact|please|for (more|further)|"
    r"end of|copyright|disclaimer|caveats?)\b.*|\s*([*†‡§¹²³©#]|\(?\d{1,2}[.)]\s|\[\d)\s*\S.*",
    re.I | re.S,
)
"""How a note below a table begins."""
_SECOND_HEADINGS = re.compile(r'open-ended response|\{"ImportId":.*', re.I)
"""A cell of the rows that survey software puts below the headings: SurveyMonkey's, Qualtrics's."""
MAX_SECOND_HEADINGS = 2
"""So many rows below the headings may be more of them."""
PAIR_COLUMNS = 2
MAX_LABEL_WORDS = 6
"""A note below a blank row has more words than that, however it begins."""
MAX_NOTES = 30
"""Most rows at the end that may be notes."""


class Remarks(NamedTuple):
    """Rows that are no data: their positions in the table, and why each is none."""

    at: np.ndarray
    why: list[str]

    def sentences(self, numbers: np.ndarray) -> list[str]:
        """Say which rows were left out; ``numbers`` are those of all rows of the table."""
        said = {
            "total": "totals",
            "header": "more headings",
            "note": "a note below the table",
        }
        told = []
        for why, words in said.items():
            some = numbers[self.at[[one == why for one in self.why]]]
            if len(some):
                shown = ", ".join(f"{number:,}" for number in some[:5])
                more = f" and {len(some) - 5:,} more" if len(some) > 5 else ""
                one = len(some) == 1
                told.append(
                    f"{'Row' if one else 'Rows'} {shown}{more} {'was' if one else 'were'} "
                    f"left out: {words}."
                )
        return told


def find_remarks(cells: pd.DataFrame, numbers: np.ndarray, names: Sequence[str]) -> Remarks:
    """Find the rows of a table, which has several columns, that are none of its data.

    ``cells`` (rows, columns) are texts, ``numbers`` (rows,) the rows' numbers, ``names`` the
    headings as typed. A row is a total if its first filled cell says so and nothing else (of a
    table of areas and numbers alone it is not: what the total stands for counts there); it
    repeats the headings if each of its cells does, or is a line drawn under them, or is one that
    survey software writes below them. The last rows
    are notes if they have one filled cell, the first, which begins as notes do or follows a
    blank row with more than ``MAX_LABEL_WORDS`` words. If nothing else were left, nothing is taken.
    """
    none = Remarks(np.empty(0, dtype="int64"), [])
    if cells.shape[1] < 2 or not len(cells):
        return none
    why: dict[int, str] = {}
    leading = cells.iloc[:, 0].where(cells.iloc[:, 0] != "", cells.iloc[:, 1])
    for row in (
        _list_positions(_match_whole(leading, TOTAL)) if cells.shape[1] > PAIR_COLUMNS else []
    ):
        why[row] = "total"
    for row in _list_positions(
        (leading.str.strip() == _heading(names)) | _match_whole(leading, RULE)
    ):
        if _repeats(cells.iloc[row], names):
            why[row] = "header"
    more = [any(map(_SECOND_HEADINGS.fullmatch, row)) for row in _list_first_rows(cells)]
    last = max((at + 1 for at, is_it in enumerate(more) if is_it), default=0)
    why |= dict.fromkeys(range(last), "header")
    for row in _notes(cells.tail(MAX_NOTES), numbers[-MAX_NOTES:]):
        why.setdefault(row + max(0, len(cells) - MAX_NOTES), "note")
    if len(why) >= len(cells):
        return none
    return Remarks(np.array(sorted(why), dtype="int64"), [why[row] for row in sorted(why)])


def _list_first_rows(cells: pd.DataFrame) -> list[list[str]]:
    """Return the rows in which survey software may write more headings."""
    return cells.head(MAX_SECOND_HEADINGS).to_numpy(object).tolist()


def _match_whole(texts: pd.Series, pattern: str) -> np.ndarray:
    """Tell which texts a pattern matches as a whole, by Arrow: pandas asks them one by one."""
    found = pc.match_substring_regex(pa.array(texts, pa.large_string()), f"^(?:{pattern})$")
    return np.asarray(found)


def _list_positions(flags: pd.Series | np.ndarray) -> list[int]:
    return [int(row) for row in np.flatnonzero(np.asarray(flags, dtype=bool))]


def _heading(names: Sequence[str]) -> str:
    return next((name for name in names if not name.startswith("column ")), "")


def _repeats(row: pd.Series, names: Sequence[str]) -> bool:
    """Tell whether all filled cells of a row are the headings above them, or lines drawn."""
    pairs = [(cell.strip(), name) for cell, name in zip(row, names, strict=False) if cell.strip()]
    return len(pairs) > 1 and (
        all(cell == name for cell, name in pairs)
        or all(re.fullmatch(RULE, cell) for cell, _ in pairs)
    )


def _notes(cells: pd.DataFrame, numbers: np.ndarray) -> list[int]:
    """Return the positions of the rows at the end of a table that are notes."""
    rows = cells.to_numpy(object)
    single = [bool(row[0].strip()) and not any(cell.strip() for cell in row[1:]) for row in rows]
    begins = len(single) - (single[::-1].index(False) if False in single else len(single))
    for at in range(max(begins, 1), len(rows)):
        is_apart = numbers[at] > numbers[at - 1] + 1
        text = rows[at][0]
        is_note = _NOTE.fullmatch(text) or (is_apart and letters.signs_off(text))
        if is_note or (is_apart and len(text.split()) > MAX_LABEL_WORDS):
            return list(range(at, len(rows)))
    return []
