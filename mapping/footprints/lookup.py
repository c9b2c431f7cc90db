"""Lookup: what all cells of a sheet say about where, answered as if nobody had chosen anything.

It takes seconds for a large file, and no answer of the reader changes it, so it may be kept.
"""

from collections.abc import Callable, Hashable
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.footprints import ground, locations, resolving
from mapping.footprints.columns import WHERE, Guess
from mapping.footprints.ground import Shape
from mapping.footprints.resolving import Advance
from mapping.footprints.settling import KEYS
from mapping.footprints.stages import Stages, bytes_of
from mapping.geocode import Answer, Meaning, meanings

CANDIDATE_BYTES = 80
MAX_GROWTH = 2
"""So many times the texts that are looked up first may be remembered in all."""


class MeaningCache:
    """What the texts of a sheet may say, remembered: its columns may be taken for other things.

    It grows up to ``MAX_GROWTH`` times its first size, and counts as so large from the beginning;
    the shapes filled last are left out, as they are counted with what is ``Lookup`` up.
    """

    def __init__(self, texts: pd.Series, advance: Advance) -> None:
        found = resolving.find_meanings(texts, advance)
        self._meant = dict(zip(texts, found, strict=True))
        self._filled: tuple[list[str], list[Shape]] = ([], [])
        self._most = MAX_GROWTH * len(self._meant)
        self.nbytes = MAX_GROWTH * sum(one.nbytes + len(text) for text, one in self._meant.items())

    def filled(self, texts: list[str], *, advance: Callable[[int], None]) -> list[Shape]:
        """Find the postcodes in shapes, as ``ground.shapes``; those asked last are remembered."""
        before, found = self._filled
        if texts != before:
            found = ground.shapes(texts, advance=advance)
            self._filled = texts, found
        return found

    def meant(self, texts: pd.Series, advance: Advance) -> list[Meaning]:
        """Tell what each text may say."""
        known = self._meant
        new = texts[[text not in known for text in texts]].drop_duplicates()
        if not len(new):
            return [known[text] for text in texts]
        told = resolving.find_meanings(new, advance)
        more = dict(zip(new, told, strict=True))
        found = [more.get(text) or known[text] for text in texts]
        if len(known) + len(more) <= self._most:
            self._meant = {**known, **more}
        return found


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
    answers: list[Answer]
    shapes: list[np.ndarray]

    @property
    def nbytes(self) -> int:
        """Return about how many bytes keeping it keeps from being freed."""
        frames = bytes_of(self.said, self.distinct) + int(self.which.nbytes)
        candidates = sum(len(answer.candidates) for answer in self.answers)
        held = sum(int(positions.nbytes) for positions in self.shapes)
        return (
            frames + held + CANDIDATE_BYTES * candidates + meanings.ANSWER_BYTES * len(self.answers)
        )


def look_up(
    stages: Stages, cut: Hashable, frame: pd.DataFrame, guesses: dict[str, Guess], advance: Advance
) -> Lookup:
    """Answer all that a sheet says about where, by what its columns are taken for.

    ``cut`` is how the sheet was cut out of its file.
    """
    where = tuple((name, guess.role) for name, guess in guesses.items() if guess.role in WHERE)

    def look() -> Lookup:
        said = locations.list_texts(frame, guesses)
        texts = said["text"].drop_duplicates()
        known = stages.get(("known", cut), lambda: MeaningCache(texts, advance), lambda k: k.nbytes)
        return _answer_all(said, known, advance)

    return stages.get(("looked", cut, where), look, lambda found: found.nbytes)


def _answer_all(said: pd.DataFrame, known: MeaningCache, advance: Advance) -> Lookup:
    which = said.groupby(KEYS, sort=False).ngroup().to_numpy("int64")
    first = np.full(int(which.max(initial=-1)) + 1, -1)
    first[which[::-1]] = np.arange(len(which))[::-1]
    distinct = said.iloc[first][KEYS].reset_index(drop=True)
    shapes: list[np.ndarray] = []
    meant = known.meant(distinct["text"], advance)
    answers = resolving.resolve_meanings(
        distinct, meant, shapes=shapes, advance=advance, fill=known.filled
    )
    return Lookup(said, distinct, which, answers, shapes)
