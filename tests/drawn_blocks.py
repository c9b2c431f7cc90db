"""Blocks of a drawn town: one postcode each, with borders where two letters stand side by side."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
import pandas as pd
import shapely
import town

from mapping.boundaries import Coverage, coverage
from mapping.redraw import BlockGraph, find_graph


@contextmanager
def drawn_blocks(
    *drawings: str, people: Sequence[float] | float = 1.0, water: Sequence[str] = ()
) -> Iterator[tuple[town.Town, BlockGraph]]:
    """Build a town whose first drawing has its blocks; ``water`` are pairs of letters it parts."""
    with town.town(*drawings, people=people) as built:
        borders = list_borders(town.letters(drawings[0]), water)
        size = len(built.people)
        none = np.zeros(size, dtype=np.int64)
        cells = Coverage(
            np.array([shapely.Point()] * size),
            none,
            none,
            np.arange(size),
            borders,
            tuple(built.layers),
        )
        with patch.object(coverage, "get", lambda *_: cells):
            yield built, find_graph(built.place, built.layers[0])


def list_borders(letters: np.ndarray, water: Sequence[str]) -> pd.DataFrame:
    """Pair the letters beside and above each other, 100 metres of border each."""
    number = np.arange(letters.size).reshape(letters.shape)
    a = np.r_[number[:, :-1].ravel(), number[:-1].ravel()]
    b = np.r_[number[:, 1:].ravel(), number[1:].ravel()]
    flat = letters.ravel()
    wet = {"".join(sorted(pair)) for pair in water}
    dry = ["".join(sorted(flat[i] + flat[j])) not in wet for i, j in zip(a, b, strict=True)]
    return pd.DataFrame({"a": a[dry], "b": b[dry], "length_m": 100.0})
