"""Resolving: from what a cell says to the area it means, or to the areas it may mean.

Texts are resolved by ``geocode``, shapes are filled here, and what somebody chooses is settled
last, by ``settling``.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from mapping.footprints import ground, settling
from mapping.footprints.settling import KEYS
from mapping.geocode import Answer, Meaning, areas, decisions, meanings
from mapping.places import Place

Advance = Callable[[float, str], None]
"""Told the share done, 0 to 1, and of what."""


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

    ``texts`` has the columns text, kind (a layer's key, "postcode" or "") and within (a name
    or code of a larger area, or ""). Postcodes of drawn shapes are put at the end of
    ``shapes``. ``place``, ``choices`` and ``accept`` settle what is left open: see
    ``settling.settle``.
    """
    meant = find_meanings(texts["text"].tolist(), advance)
    found = resolve_meanings(texts, meant, shapes=shapes, advance=advance)
    return settling.settle(found, texts, place=place, choices=choices, accept=accept)


def rows_of(texts: pd.DataFrame) -> list[decisions.Row]:
    """Return each row of ``resolve``'s ``texts`` as a tuple."""
    return list(zip(*(texts[name].to_numpy(object) for name in KEYS), strict=True))


def find_meanings(texts: Sequence[str], advance: Advance) -> list[Meaning | Answer]:
    """Tell what each of some texts may say, shapes among them."""

    def report(done: int, of: int) -> None:
        advance(0.3 * done / of, f"names, {done:,} of {of:,} looked up")

    return meanings.find_meanings(texts, is_shape=ground.is_shape, advance=report)


def resolve_meanings(
    texts: pd.DataFrame,
    meant: Sequence[Meaning | Answer],
    *,
    shapes: list[np.ndarray],
    advance: Advance = lambda share, what: None,
) -> list[Answer]:
    """Answer distinct texts, whose meanings are known, as if nobody had chosen anything."""

    def report(done: int, of: int) -> None:
        advance(0.5 + 0.5 * done / of, f"misspelt names, {done:,} of {of:,} compared")

    rows = rows_of(texts)
    drawn = [at for at, one in enumerate(meant) if one is meanings.SHAPE]
    told = [at for at, one in enumerate(meant) if one is not meanings.SHAPE]
    filled = _answer_shapes([rows[at][0] for at in drawn], shapes, advance)
    said = decisions.decide([rows[at] for at in told], [meant[at] for at in told], advance=report)
    found = dict(zip([*drawn, *told], [*filled, *said], strict=True))
    return [found[at] for at in range(len(rows))]


def _answer_shapes(texts: list[str], shapes: list[np.ndarray], advance: Advance) -> list[Answer]:
    """Answer the texts that are shapes; the postcodes of each go to the end of ``shapes``."""

    def told(done: int) -> None:
        advance(0.3 + 0.2 * done / len(texts), f"shapes, {done:,} of {len(texts):,} filled")

    answers = []
    for shape in ground.shapes(texts, advance=told):
        if shape.problem:
            answers.append(Answer(-1, "unmatched", shape.problem))
            continue
        shapes.append(shape.positions)
        area = areas.first_shape() + len(shapes) - 1
        answers.append(Answer(area, "corrected" if shape.note else "matched", shape.note))
    return answers
