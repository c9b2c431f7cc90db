"""Reckoning: the actors, outcomes and questions of a table, first as if nobody had chosen.

What somebody chooses concerns some of the rows: only these are reckoned again.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.actors import Register
from mapping.footprints import describing, linking, locations, outcomes
from mapping.footprints.columns import WHERE, Guess
from mapping.footprints.locations import Circles
from mapping.footprints.lookup import Lookup
from mapping.footprints.stages import Stages, bytes_of
from mapping.geocode import Answer, areas
from mapping.intake import Sheet

CIRCLE_BYTES, QUESTION_BYTES = 100, 2_000
"""Counted for the sentences of a circle, and for a question with what it offers."""


class Reckoning(NamedTuple):
    """What a table came to: see the attributes of ``footprints.Upload``.

    The register says nothing of its actors yet: see ``linking.add_descriptions``.
    """

    register: Register
    rows: pd.DataFrame
    questions: pd.DataFrame

    @property
    def nbytes(self) -> int:
        """Return about how many bytes keeping it keeps from being freed."""
        asked = QUESTION_BYTES * len(self.questions)
        return self.register.nbytes + bytes_of(self.rows) + asked


class Case:
    """A sheet, what its columns are taken for, and what is looked up in it.

    ``cut`` is how the sheet was cut out of its file, ``name`` the file's, ``radius_m`` that of
    points without one.
    """

    def __init__(
        self,
        stages: Stages,
        cut: Hashable,
        sheet: Sheet,
        guesses: dict[str, Guess],
        looked: Lookup,
        *,
        name: str,
        radius_m: float | None,
    ) -> None:
        self.stages, self.sheet, self.guesses, self.looked = stages, sheet, guesses, looked
        self.name, self.radius_m = name, radius_m
        roles = [(heading, guess.role) for heading, guess in guesses.items()]
        self._where = (cut, tuple(pair for pair in roles if pair[1] in WHERE), radius_m)
        self._about = (cut, tuple(pair for pair in roles if pair[1] not in WHERE), name)
        self._who = (cut, tuple(pair for pair in roles if pair[1] == "actor"), name)

    @cached_property
    def around(self) -> Circles:
        """Return the circles of the sheet."""
        return self.stages.get(
            ("circles", self._where),
            lambda: locations.circles(self.sheet.frame, self.guesses, self.radius_m),
            lambda made: sum(int(part.nbytes) for part in made) + CIRCLE_BYTES * len(made.row),
        )

    @cached_property
    def who(self) -> pd.DataFrame:
        """Return whose each row is."""
        return self.stages.get(
            ("who", self._who),
            lambda: describing.find_actors(self.sheet.frame, self.guesses, self.name),
            bytes_of,
        )

    @cached_property
    def about(self) -> pd.DataFrame:
        """Return what the rows say about each actor."""
        return self.stages.get(
            ("about", self._about),
            lambda: describing.describe_actors(self.sheet.frame, self.guesses, self.who),
            bytes_of,
        )

    def reckon(self) -> Reckoning:
        """Reckon the table as if nobody had chosen anything."""
        return self.stages.get(
            ("reckoned", self._where, self._who), self._reckon, lambda made: made.nbytes
        )

    def _reckon(self) -> Reckoning:
        looked, who = self.looked, self.who
        told = outcomes.answer_texts(looked.said, looked.distinct, looked.answers, looked.which)
        number = who["number"].to_numpy()
        register = linking.register(
            who[number >= 0].groupby("number")["actor"].first().reset_index(drop=True),
            number[told["row"].to_numpy("int64")],
            told["area"].to_numpy(),
            looked.shapes,
            self.around,
            number,
        )
        found = pd.concat([told, self._circles()], ignore_index=True)
        return Reckoning(
            register,
            outcomes.judge_rows(self.sheet, found, who),
            outcomes.questions(looked.distinct, looked.answers, told),
        )

    def _circles(self) -> pd.DataFrame:
        first = areas.first_shape() + len(self.looked.shapes)
        return outcomes.answer_circles(self.around, first)

    def amend(self, first: Reckoning, answers: Sequence[Answer]) -> Reckoning:
        """Reckon again the rows of texts that have other answers than they had at ``first``."""
        looked, who = self.looked, self.who
        pairs = zip(answers, looked.answers, strict=True)
        changed = np.array([new is not old and new != old for new, old in pairs], dtype=bool)
        if not changed.any():
            return first
        rows = np.unique(looked.said["row"].to_numpy("int64")[changed[looked.which]])
        told = self._told(rows, answers)
        number = who["number"].to_numpy()[rows]
        register = linking.add_pairs(
            first.register, number[told["row"]], told["area"].to_numpy(), looked.shapes
        )
        circles = _take_rows(self._circles(), rows)
        part = replace(
            self.sheet, frame=self.sheet.frame.iloc[rows], row_numbers=self.sheet.row_numbers[rows]
        )
        found = pd.concat([told, circles], ignore_index=True)
        some = outcomes.judge_rows(part, found, who.iloc[rows].reset_index(drop=True))
        return Reckoning(
            register,
            _put_in(first.rows, rows, some),
            self._questions(first.questions, changed, answers),
        )

    def _told(self, rows: np.ndarray, answers: Sequence[Answer]) -> pd.DataFrame:
        """Tell what the texts of some rows came to; their rows are counted among these."""
        looked = self.looked
        here = np.isin(looked.said["row"].to_numpy("int64"), rows)
        which, rank = np.unique(looked.which[here], return_inverse=True)
        some = [answers[i] for i in which.tolist()]
        told = outcomes.answer_texts(looked.said[here], looked.distinct.iloc[which], some, rank)
        return told.assign(row=np.searchsorted(rows, told["row"].to_numpy("int64")))

    def _questions(
        self, asked: pd.DataFrame, changed: np.ndarray, answers: Sequence[Answer]
    ) -> pd.DataFrame:
        """Leave out the questions that are settled; those with other candidates are new."""
        looked = self.looked
        was = np.array([answer.outcome == "ambiguous" for answer in looked.answers])
        still = np.array([answer.outcome == "ambiguous" for answer in answers])
        if (still & changed).any():
            told = outcomes.answer_texts(looked.said, looked.distinct, list(answers), looked.which)
            return outcomes.questions(looked.distinct, list(answers), told)
        settled = set(outcomes.keys_of(looked.distinct[was & ~still]))
        left = ~asked["question"].isin(settled)
        return asked[left].reset_index(drop=True)


def _take_rows(found: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """Keep what stands in some rows, counted among these."""
    some = found[np.isin(found["row"].to_numpy("int64"), rows)]
    return some.assign(row=np.searchsorted(rows, some["row"].to_numpy("int64")))


def _put_in(frame: pd.DataFrame, rows: np.ndarray, some: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with some of its rows replaced."""
    made = {}
    for name in frame.columns:
        column = frame[name].to_numpy(copy=True)
        column[rows] = some[name].to_numpy()
        made[name] = pd.Series(column, dtype=frame[name].dtype)
    return pd.DataFrame(made)
