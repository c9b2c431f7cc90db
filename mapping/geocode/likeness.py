"""Likeness: the areas whose names are spelt most like a misspelt one."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from mapping.geocode import areas, gazetteer
from mapping.memory import once

MIN_SCORE = 70
"""How alike, of 100, a name must be to be offered."""
MAX_SCORE = 100
WORKERS = 2


class Candidate(NamedTuple):
    """An area that may be meant, and how alike the names are, of 100."""

    area: int
    score: int

    def __str__(self) -> str:
        label = areas.label(self.area)
        return label if self.score == MAX_SCORE else f"{label}, {self.score} % alike"


def find_nearest(keys: Sequence[str], kind: str = "", *, most: int = 5) -> list[list[Candidate]]:
    """Find the areas whose names are most like each key, the most alike first.

    ``keys`` are written as ``spelling.key`` does; ``kind`` is a layer's key, or any. The score
    is the share of letters, of 100, that two names have in common in their order (the
    normalised insertion and deletion distance). Areas of one name come together.
    """
    names, meant = _pool(kind)
    scores = process.cdist(
        keys, names, scorer=fuzz.ratio, score_cutoff=MIN_SCORE, dtype=np.uint8, workers=WORKERS
    )
    row, name = np.nonzero(scores)
    score = scores[row, name]
    order = np.lexsort((name, -score.astype("int16"), row))
    row, name, score = row[order], name[order], score[order]
    first = np.searchsorted(row, np.arange(len(keys)))
    keep = np.arange(len(row)) - first[row] < most
    found: list[list[Candidate]] = [[] for _ in keys]
    for at, which, how in zip(*(a[keep].tolist() for a in (row, name, score)), strict=True):
        found[at] += [Candidate(area, how) for area in meant[which]]
    return found


@once
def _pool(kind: str) -> tuple[list[str], list[list[int]]]:
    """Return the keys that misspelt names of a kind are compared with, and their areas."""
    keys: dict[str, list[int]] = {}
    for key, rows in gazetteer.map_keys().items():
        keys[key] = [areas.number_of_row(row) for row in rows]
    for key, found in areas.other_names().items():
        if areas.kind_of(found[0]) != "lsoa" or kind == "lsoa":
            keys.setdefault(key, []).extend(found)
    if kind and kind != "postcode":
        keys = {k: [a for a in found if areas.kind_of(a) == kind] for k, found in keys.items()}
    keys = {k: found for k, found in keys.items() if found}
    return list(keys), list(keys.values())
