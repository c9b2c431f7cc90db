"""Resolving: from what a cell says to the area it means, or to the areas it may mean.

Texts are resolved by ``geocode``, shapes are filled here, and what somebody chooses is settled
last, by ``settling``.
"""

from collections.abc import Callable, Container, Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor, wait
from typing import Self

import numpy as np
import pandas as pd

from mapping.footprints import contrary, ground, rounds, settling, widening
from mapping.footprints.settling import KEYS
from mapping.geocode import Answer, Meaning, areas, decisions, meanings
from mapping.places import Place

Advance = Callable[[float, str], None]
"""Told the share done, 0 to 1, and of what."""
REPORT_EVERY_S = 0.2
"""So often it is told how many shapes are filled, while nothing else is left to do."""


def resolve(
    texts: pd.DataFrame,
    *,
    shapes: list[np.ndarray],
    place: Place | None = None,
    choices: Mapping[str, str] | None = None,
    accept: int = 101,
    advance: Advance = lambda share, what: None,
) -> list[Answer]:
    """Resolve distinct texts to areas, in their order.

    ``texts`` has the columns text, kind (a layer's key, "postcode", a role of ``widening``, or "")
    and within (a name or code of a larger area, or ""). Postcodes of drawn shapes are put at the
    end of ``shapes``. ``place``, ``choices`` and ``accept`` settle what is left open: see
    ``settling.settle``.
    """
    found = answer_texts(texts, shapes=shapes, advance=advance)
    return settling.settle(found, texts, place=place, choices=choices, accept=accept)


def rows_of(texts: pd.DataFrame) -> list[decisions.Row]:
    """Return each row of ``resolve``'s ``texts`` as a tuple."""
    return list(zip(*(texts[name].to_numpy(object) for name in KEYS), strict=True))


def answer_texts(
    texts: pd.DataFrame,
    *,
    shapes: list[np.ndarray],
    advance: Advance = lambda share, what: None,
) -> list[Answer]:
    """Answer distinct texts, as if nobody had chosen anything: see ``resolve``."""

    def report(done: int, of: int) -> None:
        advance(0.3 + 0.5 * done / of, f"misspelt names, {done:,} of {of:,} compared")

    which, different = pd.factorize(texts["text"])
    distinct = different.tolist()
    drawn = {text: None for text in distinct if ground.is_shape(text)}
    with _Filling(list(drawn)) as filling:
        known = _find_meanings(distinct, drawn, advance)
        asked, meant = rows_of(texts), [known[at] for at in which.tolist()]
        rows = [(text, widening.RESOLVED_AS.get(kind, kind), in_) for text, kind, in_ in asked]
        told = [at for at, one in enumerate(meant) if one is not meanings.SHAPE]
        said = decisions.decide(
            [rows[at] for at in told], [meant[at] for at in told], advance=report
        )
        filled = dict(zip(drawn, filling.collect(shapes, advance), strict=True))
    shaped = (text for text, one in zip(distinct, known, strict=True) if one is meanings.SHAPE)
    around = [text for text in shaped if text not in drawn]
    for text, circle in zip(around, rounds.find(around), strict=True):
        filled[text] = _answer_shape(circle, shapes)
    found = dict(zip(told, said, strict=True))
    return [
        widening.adjust(found[at], kind, text) if at in found else _tell(filled[text], kind, text)
        for at, (text, kind, _) in enumerate(asked)
    ]


def _tell(answer: Answer, kind: str, text: str) -> Answer:
    """Return what a shape came to in a column of a kind."""
    return contrary.adjust(answer, text) if kind == contrary.ROLE else answer


def _find_meanings(
    texts: list[str], drawn: Container[str], advance: Advance
) -> list[Meaning | Answer]:
    def report(done: int, of: int) -> None:
        advance(0.3 * done / of, f"names, {done:,} of {of:,} looked up")

    def is_shape(text: str) -> bool:
        return text in drawn or rounds.is_round(text)

    return meanings.find_meanings(texts, is_shape=is_shape, advance=report)


class _Filling:
    """The shapes of a file, filled in a thread of its own while its names are compared.

    Whoever waits for them is told how many are done; the thread ends where nobody does any more.
    """

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.done = 0
        self.is_left = False

    def __enter__(self) -> Self:
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="shapes")
        if self.texts:  # else no thread is begun
            self.shapes = self.pool.submit(ground.shapes, self.texts, advance=self._note)
        return self

    def __exit__(self, *raised: object) -> None:
        self.is_left = True
        self.pool.shutdown(cancel_futures=True)

    def _note(self, done: int) -> None:
        if self.is_left:
            raise CancelledError
        self.done = done

    def collect(self, shapes: list[np.ndarray], advance: Advance) -> list[Answer]:
        """Answer the shapes in order; the postcodes of each go to the end of ``shapes``."""
        of = len(self.texts)
        if not of:
            return []
        while not self.shapes.done():
            advance(0.8 + 0.2 * self.done / of, f"shapes, {self.done:,} of {of:,} filled")
            wait([self.shapes], timeout=REPORT_EVERY_S)
        return [_answer_shape(shape, shapes) for shape in self.shapes.result()]


def _answer_shape(shape: ground.Shape, shapes: list[np.ndarray]) -> Answer:
    if shape.problem:
        return Answer(-1, "unmatched", shape.problem)
    shapes.append(shape.positions)
    area = areas.first_shape() + len(shapes) - 1
    return Answer(area, "corrected" if shape.note else "matched", shape.note)
