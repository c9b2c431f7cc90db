"""Lookup: what all cells of a sheet say about where, answered as if nobody had chosen anything.

It takes seconds for a large file, and no answer of the reader changes it, so it may be kept.
"""

import pickle
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mapping import memory
from mapping.footprints import locations, resolving
from mapping.footprints.columns import Guess
from mapping.footprints.resolving import Advance
from mapping.footprints.settling import KEYS
from mapping.geocode import Answer

CANDIDATE_BYTES, ANSWER_BYTES = 80, 150
"""About what a candidate, and an answer, take in memory."""
PACKED_ANSWERS = 2_000
"""So many are made at a time: other threads go on between."""


class Answers:
    """Answers in the order of their texts; from another process they come packed, and stay so.

    Tens of thousands of small things take long to make and to look through: they are made anew
    for whoever needs them, which is who answers a question.
    """

    def __init__(self, answers: list[Answer]) -> None:
        self._answers: list[Answer] | None = answers
        self._packed: list[bytes] = []

    def list(self) -> list[Answer]:
        """Return all of them."""
        if self._answers is not None:
            return self._answers
        with memory.uncollected():
            return [answer for some in self._packed for answer in pickle.loads(some)]

    @property
    def nbytes(self) -> int:
        """Return about how many bytes keeping them keeps from being freed."""
        if self._answers is None:
            return sum(map(len, self._packed))
        candidates = sum(len(answer.candidates) for answer in self._answers)
        return CANDIDATE_BYTES * candidates + ANSWER_BYTES * len(self._answers)

    def __getstate__(self) -> dict[str, Any]:
        if self._answers is None:
            return vars(self)
        begins = range(0, len(self._answers), PACKED_ANSWERS)
        packed = [pickle.dumps(self._answers[at : at + PACKED_ANSWERS], 5) for at in begins]
        return {"_answers": None, "_packed": packed}


class Lookup(NamedTuple):
    """What is said about where, and what it came to.

    Attributes
    ----------
    said : what ``locations.list_texts`` gives
    distinct : each text with its kind and within once; ``which`` says which of them each
        of ``said`` is
    answers : of the distinct texts, nothing settled
    shapes : positions of the postcodes of each drawn shape
    """

    said: pd.DataFrame
    distinct: pd.DataFrame
    which: np.ndarray
    answers: Answers
    shapes: list[np.ndarray]

    @property
    def nbytes(self) -> int:
        """Return about how many bytes keeping it keeps from being freed."""
        frames = sum(
            int(frame.memory_usage(deep=True).sum()) for frame in (self.said, self.distinct)
        )
        held = sum(int(positions.nbytes) for positions in self.shapes) + int(self.which.nbytes)
        return frames + held + self.answers.nbytes


def look_up(frame: pd.DataFrame, guesses: dict[str, Guess], advance: Advance) -> Lookup:
    """Answer all that a sheet says about where, by what its columns are taken for."""
    said = locations.list_texts(frame, guesses)
    which = _number_rows(said)
    first = np.full(int(which.max(initial=-1)) + 1, -1)
    first[which[::-1]] = np.arange(len(which))[::-1]
    distinct = said.iloc[first][KEYS].reset_index(drop=True)
    shapes: list[np.ndarray] = []
    answers = resolving.answer_texts(distinct, shapes=shapes, advance=advance)
    return Lookup(said, distinct, which, Answers(answers), shapes)


def _number_rows(said: pd.DataFrame) -> np.ndarray:
    """Number the different rows of text, kind and within, in the order of their first."""
    number = np.zeros(len(said), dtype="int64")
    for name in KEYS:
        own, texts = pd.factorize(said[name])
        number = number * (len(texts) + 1) + own
    return pd.factorize(number)[0].astype("int64")
