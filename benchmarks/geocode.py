"""Misspelt names of councils: how many find their council first, ours beside other likenesses."""

import difflib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from benchmarks.bars import Row
from benchmarks.timing import medians_s
from mapping.geocode import (
    areas,
    gazetteer,
    index,
    likeness,
    nearest_score,
    resolve,
    search,
    spelling,
)

SLIPS = ("swap", "drop", "double", "wrong")
SEEDS = (1, 2, 3)
SAMPLE, SAMPLE_DIFFLIB = 1_000, 200
"""So many slips are put to the others, and to difflib, which takes long for each."""
BAR_PERCENT, SURE_BAR_PERCENT = 97.5, 1.5
BATCH = 500
SCORERS: dict[str, Callable[..., float]] = {
    "ratio": fuzz.ratio,
    "Jaro-Winkler": JaroWinkler.normalized_similarity,
    "WRatio": fuzz.WRatio,
    "token_set_ratio": fuzz.token_set_ratio,
}
LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Slip(NamedTuple):
    """A misspelt name, and the rows of the gazetteer that it may mean."""

    text: str
    meant: frozenset[int]


def rows() -> Iterator[Row]:
    """Measure which share of seeded slips has its council first, and how long a search takes."""
    slips = [slip for seed in SEEDS for slip in make_slips(seed)]
    note = f"{len(slips):,} slips: {', '.join(SLIPS)}; whole names and parts; OSA"
    what = "misspelt councils that come first among all names"
    yield Row(what, share_first(slips), "%", BAR_PERCENT, "more", note)
    some = [slips[at] for at in np.random.default_rng(0).permutation(len(slips))[:SAMPLE]]
    yield Row("  of a sample", share_first(some), "%", note=f"{len(some):,} of them")
    for name, scorer in SCORERS.items():
        yield Row(f"  of it by {name}", _share_by(scorer, some), "%")
    few = some[:SAMPLE_DIFFLIB]
    yield Row("  of it by difflib", _share_by_difflib(few), "%", note=f"{len(few)} of them")
    yield from _count_sure(slips)
    taken_s, _ = medians_s(partial(search, slips[0].text), {}, rounds=3, calls=20)
    yield Row("  a search for a misspelt name", 1e3 * taken_s, "ms")
    four = ["Camden", "LB Camden", "E09000007", slips[0].text]
    taken_s, _ = medians_s(partial(resolve, four), {}, rounds=3, calls=20)
    yield Row("  four texts resolved, one of them misspelt", 1e3 * taken_s, "ms")


def make_slips(seed: int) -> list[Slip]:
    """Misspell every council's name, and every part of one, once in each of four ways."""
    rng = np.random.default_rng(seed)
    names = [
        (spelling.key(name), frozenset([row]))
        for row, (kind, _, name) in enumerate(gazetteer.rows())
        if kind in ("borough", "county")
    ]
    names += [(key, frozenset(one.parts)) for key, one in index.entries().items() if one.parts]
    return [Slip(misspell(key, slip, rng), meant) for slip in SLIPS for key, meant in names]


def misspell(name: str, slip: str, rng: np.random.Generator) -> str:
    """Swap two letters of a name, or drop, double or change one; ``name`` is a key."""
    pairs = [a != b and " " not in (a, b) for a, b in pairwise(name)]
    at = int(rng.choice(np.flatnonzero(pairs)))
    one, rest = name[at], name[at + 1 :]
    other = str(rng.choice([letter for letter in LETTERS if letter != one]))
    mended = {"swap": rest[:1] + one + rest[1:], "drop": rest, "double": 2 * one + rest}
    return name[:at] + mended.get(slip, other + rest)


def share_first(slips: Sequence[Slip]) -> float:
    """Return for what share of slips, in percent, the likeness puts a council meant first."""
    found = (likeness.find_rows(spelling.Reading(slip.text)) for slip in slips)
    pairs = zip(slips, found, strict=True)
    return 100 * float(np.mean([bool(near) and near[0][0] in slip.meant for slip, near in pairs]))


def _names() -> tuple[list[str], list[int]]:
    """Return all keys of places and parts, those of larger kinds first, and the first row each."""
    rows = {key: (*one.parts, *one.rows) for key, one in index.entries().items()}
    keys = sorted((key for key in rows if rows[key]), key=lambda key: min(rows[key]))
    return keys, [min(rows[key]) for key in keys]


def _share_by(scorer: Callable[..., float], slips: Sequence[Slip]) -> float:
    keys, first = _names()
    right = 0
    for at in range(0, len(slips), BATCH):
        some = slips[at : at + BATCH]
        texts = [slip.text for slip in some]
        best = process.cdist(texts, keys, scorer=scorer, dtype=np.float32, workers=2).argmax(axis=1)
        right += sum(
            first[name] in slip.meant for name, slip in zip(best.tolist(), some, strict=True)
        )
    return 100 * right / len(slips)


def _share_by_difflib(slips: Sequence[Slip]) -> float:
    keys, first = _names()
    row = dict(zip(keys, first, strict=True))
    near = [difflib.get_close_matches(slip.text, keys, n=1) for slip in slips]
    right = [bool(n) and row[n[0]] in slip.meant for n, slip in zip(near, slips, strict=True)]
    return 100 * float(np.mean(right))


def _count_sure(slips: Sequence[Slip]) -> Iterator[Row]:
    """Measure what a reader takes who takes every name that is alike enough and alone."""
    whole = [slip for slip in slips if len(slip.meant) == 1]
    answers = resolve([slip.text for slip in whole])
    taken = [
        (answer.candidates[0].area, slip)
        for answer, slip in zip(answers, whole, strict=True)
        if nearest_score(answer) >= likeness.MIN_SURE_SCORE
    ]
    wrong = sum(
        area not in {areas.number_of_row(row) for row in slip.meant} for area, slip in taken
    )
    note = f"{len(taken):,} taken at {likeness.MIN_SURE_SCORE} %, the rest is asked about"
    yield Row(
        "  taken wrongly, of those taken",
        100 * wrong / len(taken),
        "%",
        SURE_BAR_PERCENT,
        "less",
        note,
    )
