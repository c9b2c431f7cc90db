"""Own lenses: what is told of somebody's own numbers, and how they are read as an indicator."""

from dataclasses import replace

import numpy as np
import pandas as pd

from mapping.geography import OWN, fit_words
from mapping.own_weights import allotment, figures, remainder
from mapping.own_weights.remainder import Remainder
from mapping.workspaces import OwnLens

MAX_NAME_LETTERS = 100


def make_lens(
    positions: np.ndarray, numbers: np.ndarray, left: Remainder, name: str, counts: str
) -> OwnLens:
    """Make a lens; its id comes from its content, so that a file saved twice is kept once.

    ``positions`` (n,) in the national table, ``numbers`` (n,) of at least 0.
    """
    lens = OwnLens(_clean_name(name), fit_words(counts), positions, numbers, left.frame())
    return replace(lens, id=lens.by.removeprefix(OWN))


def rename(lens: OwnLens, *, name: str = "", counts: str = "") -> OwnLens:
    """Return a lens under another name, or with another word for what it counts."""
    found = replace(
        lens, name=_clean_name(name or lens.name), counts=fit_words(counts or lens.counts), by=""
    )
    return replace(found, id=found.by.removeprefix(OWN))


def _clean_name(name: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(plain.split())[:MAX_NAME_LETTERS].strip() or "Numbers"


def brief(lens: OwnLens) -> str:
    """Say in a sentence what of a lens's file counts nowhere; "" where that is not known."""
    left = remainder.read_frame(lens.residual)
    return left.brief(lens.name, fit_words(lens.counts)) if left else ""


def summary(lens: OwnLens) -> list[str]:
    """Say what a lens's file comes to and how it is shared; a table beside it tells the rest."""
    left = remainder.read_frame(lens.residual)
    said = [left.sum_sentence(lens.name, fit_words(lens.counts))] if left else []
    return [*said, allotment.ALLOTMENT_WORDS]


def tabulate(lens: OwnLens) -> pd.DataFrame:
    """Return what became of a lens's file as a table to show: its parts as a reader calls them.

    Columns as of the residual; without sum where the figures do not add up.
    """
    told = lens.residual.assign(what=lens.residual["what"].map(remainder.TITLES))
    return told.drop(columns="sum") if figures.is_score(fit_words(lens.counts)) else told


def note(lens: OwnLens, gone: int = 0) -> str:
    """Say in full what a lens's file came to and left over, and how its numbers are shared.

    ``gone`` of its postcodes are no longer in use.
    """
    left = remainder.read_frame(lens.residual)
    said = [left.sentence(lens.name, fit_words(lens.counts)) if left else f"From “{lens.name}”."]
    if gone:
        one = gone == 1
        said.append(f"{gone:,} of its postcodes {'is' if one else 'are'} no longer in use.")
    return " ".join([*said, allotment.ALLOTMENT_WORDS])


def share_without(lens: OwnLens, positions: np.ndarray) -> float:
    """Return the share of some postcodes, given by sorted positions, that have no number."""
    if not len(positions):
        return 0.0
    return 1 - float(np.isin(positions, lens.positions).mean())


def restore_given(lens: OwnLens) -> np.ndarray:
    """Return for every postcode the number that the file gives for its area, 0 without one.

    An indicator such as a score of need is no sum to be shared: everybody in an area has all of
    it. Numbers of several rows for one area were added.
    """
    left = remainder.read_frame(lens.residual)
    kinds = left.placed.examples if left else ()
    return allotment.sum_by_kind(lens.values, kinds[0] if kinds else "postcode")
