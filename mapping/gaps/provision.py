"""Provision: who works on a theme at a scale in a ward, and which question to ask of a place first.

A question is a theme and a scale; the empty text stands for any, as in ``gaps``.
"""

from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping import actors, postcodes, shipped
from mapping.actors import Register
from mapping.counts import Weights, people_in
from mapping.gaps import COVERED, PARTLY
from mapping.layers import SCALES
from mapping.places import Place, at

COLUMNS = ("number", "id", "actor", "actor_type", "themes", "scale", "share")


class Question(NamedTuple):
    """What is asked: who works on a theme and at a scale; "" stands for any."""

    theme: str
    scale: str


FIRST = Question("mental health", "hyperlocal")
"""What is asked of a place for which nobody has uploaded anything."""


def themes(register: Register, complete: Collection[tuple[str, str]] = ()) -> tuple[str, ...]:
    """Return all themes to ask about: those of the list in its order, then other words by letter.

    The others are those of a register, and of ``complete``, the pairs it is complete for.
    """
    told = shipped.vocabulary()["theme"].tolist()
    others = {*register.themes, *(theme for theme, _ in complete if theme)}
    return (*told, *sorted(others.difference(told)))


def meaning(theme: str) -> str:
    """Return the plain meaning of a theme of the list; "" for other words."""
    rows = shipped.vocabulary().set_index("theme")["meaning"]
    return str(rows.get(theme, ""))


def first_question(cells: pd.DataFrame, own: Register | None) -> Question:
    """Return what to ask of a place first: about what somebody's ``own`` actors do, if any.

    ``cells`` is a frame of ``gaps.grid`` of the place. Of the themes and scales of own actors
    the first is the one that divides its people most evenly into those with and without.
    Without own actors in the place it is always the same question.
    """
    if own is None or not len(own):
        return FIRST
    pairs = {
        (theme, scale)
        for text, scale in zip(own.actors["themes"], own.actors["scale"], strict=True)
        for theme in actors.split(text)
    }
    mine = [pair in pairs for pair in zip(cells["theme"], cells["scale"], strict=True)]
    found = cells[np.array(mine, dtype=bool) & cells["state"].isin([PARTLY, COVERED])]
    if found.empty:
        return FIRST
    uneven = (found["share_none"] - 0.5).abs()
    ranked = found.assign(_uneven=uneven).sort_values("_uneven", kind="stable")
    return Question(str(ranked["theme"].iloc[0]), str(ranked["scale"].iloc[0]))


def least_recorded(
    cells: pd.DataFrame, register: Register, complete: Collection[tuple[str, str]] = ()
) -> pd.Series | None:
    """Return the row of ``gaps.grid`` with most people without anybody; None if nobody is.

    A register that is ``complete`` for some pairs is asked about these: what it lacks is a known
    gap. Otherwise the themes of the list are asked about at any scale, as a theme that one scale
    lacks is mostly another's duty, and only those that somebody in Britain has an actor for. Of
    equal ones the theme on which most actors are recorded elsewhere comes first.
    """
    asked = list(zip(cells["theme"], cells["scale"], strict=True))
    marked = [pair in set(complete) for pair in asked]
    texts = register.actors.loc[register.actors["people"] > 0, "themes"]
    counts = pd.Series([t for text in texts for t in shipped.themes_of(text)], dtype="str")
    recorded = cells["theme"].map(counts.value_counts()).fillna(0)
    if not any(marked):
        listed = set(shipped.vocabulary()["theme"])
        marked = [theme in listed and not scale for theme, scale in asked]
        marked = list(np.array(marked, dtype=bool) & (recorded > 0).to_numpy())
    found = cells.assign(_recorded=recorded)[np.array(marked, dtype=bool) & (cells["none"] > 0)]
    if found.empty:
        return None
    found = found.assign(_none=found["none"].round(6))  # what sums of floats leave over is no rank
    ranked = found.sort_values(["_none", "_recorded"], ascending=False, kind="stable")
    return ranked.iloc[0].drop(["_none", "_recorded"])


def in_ward(
    register: Register, ward: str, *, by: str = "residents", weights: Weights = None
) -> pd.DataFrame:
    """List the actors that work in a ward, by its code, anywhere in it.

    Columns: number (the actor's), id, actor, actor_type, themes, scale, share (of the ward's
    people whom it covers); the smallest scale first, then the largest share, then by name. Raises
    MappingError for an unknown ward.
    """
    found = at("ward", ward)
    whole = register.whole.actor[register.whole.area == postcodes.table().ward[found.positions[0]]]
    number, share = _in_part(register, found, by, weights)
    number = np.concatenate([whole, number])
    share = np.concatenate([np.ones(len(whole)), share])
    own = register.actors.iloc[number]
    frame = own.assign(number=number, share=share)[list(COLUMNS)]
    scale = pd.Categorical(frame["scale"], categories=list(SCALES)).codes
    rank = np.where(scale < 0, len(SCALES), scale)
    order = np.lexsort((frame["actor"].to_numpy(object), -share, rank))
    return frame.iloc[order].reset_index(drop=True)


def _in_part(
    register: Register, ward: Place, by: str, weights: Weights
) -> tuple[np.ndarray, np.ndarray]:
    """Return the actors that cover postcodes of a ward one by one, and their share of it."""
    loose, people = register.loose, people_in(ward, by, weights)
    place = np.searchsorted(ward.positions, loose.area)
    place = np.minimum(place, len(ward.positions) - 1)
    inside = ward.positions[place] == loose.area
    actor, position = loose.actor[inside], place[inside]
    numbers, rank = np.unique(actor, return_inverse=True)
    if not people.sum() > 0:
        people = np.ones(len(people))
    covered = np.bincount(rank, weights=people[position], minlength=len(numbers))
    return numbers, covered / people.sum()


def on(frame: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Keep the actors (rows with themes and scale) that answer a question."""
    theme, scale = question
    fits = [not theme or theme in shipped.themes_of(text) for text in frame["themes"]]
    here = (frame["scale"] == scale) | (scale == "")
    return frame[np.array(fits, dtype=bool) & here.to_numpy(dtype=bool)]
