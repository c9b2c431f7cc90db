"""Provision: who works on a theme at a scale in a ward, and which question to ask of a place first.

A question is a theme and a scale; the empty text stands for any, as in ``gaps``.
"""

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping import actors
from mapping.actors import Register, defaults
from mapping.atoms import postcodes
from mapping.gaps.cells import COVERED, KNOWN_GAP, PARTLY
from mapping.geography import SCALES, By
from mapping.memory import once
from mapping.overlap import people_in
from mapping.places import Place, at

WARD_ACTOR_COLUMNS = ("number", "id", "actor", "actor_type", "themes", "scale", "share")


class Question(NamedTuple):
    """What is asked: who works on a theme and at a scale; "" stands for any."""

    theme: str
    scale: str


def themes(register: Register, complete: Collection[tuple[str, str]] = ()) -> tuple[str, ...]:
    """Return all themes to ask about: those of the list in its order, then other words by letter.

    The others are those of a register, and of ``complete``, the pairs it is complete for.
    """
    told = defaults.vocabulary()["theme"].tolist()
    others = {*register.themes, *(theme for theme, _ in complete if theme)}
    return (*told, *sorted(others.difference(told)))


def meaning(theme: str) -> str:
    """Return the plain meaning of a theme of the list; "" for other words."""
    return _list_meanings().get(theme, "")


@once
def _list_meanings() -> dict[str, str]:
    rows = defaults.vocabulary()
    return dict(zip(rows["theme"].tolist(), rows["meaning"].tolist(), strict=True))


class ThemesHeld(NamedTuple):
    """The themes of the list by who in a place has somebody on record for them, at any level.

    Those to ask about first stand first.

    Attributes
    ----------
    everybody : all of the place's people have somebody
    some : some of them do, those that most people lack first
    nobody : none do, those that our record has fewest actors for anywhere first
    known_gaps : those of ``nobody`` that a list is marked as complete for
    """

    everybody: list[str]
    some: list[str]
    nobody: list[str]
    known_gaps: list[str]

    @property
    def asked(self) -> int:
        """Return how many themes were looked at."""
        return len(self.everybody) + len(self.some) + len(self.nobody)

    @property
    def to_ask(self) -> list[str]:
        """Return the themes to ask about, the first ones first: known gaps need no asking."""
        return [*(one for one in self.nobody if one not in self.known_gaps), *self.some]


def sum_up_themes(cells: pd.DataFrame, register: Register) -> ThemesHeld:
    """Sum up for which themes a place has somebody on record, at whatever level.

    ``cells`` is a frame of ``gaps.grid`` of the place. Looked at are the themes of the list that
    somebody in Britain has an actor for, as a theme that one level lacks is mostly another's duty.
    """
    recorded = _count_by_theme(register)
    asked = [one for one in defaults.vocabulary()["theme"] if one in recorded]
    here = cells[cells["scale"] == ""].set_index("theme").reindex(asked)
    actors_here = here["actors"].fillna(0).to_numpy()
    lacking = here["share_none"].fillna(1.0).round(9)  # what sums of floats leave over is no part
    nobody = [one for one, many in zip(asked, actors_here, strict=True) if not many]
    some = lacking[(actors_here > 0) & (lacking > 0).to_numpy()]
    return ThemesHeld(
        everybody=[one for one in asked if one not in {*nobody, *some.index}],
        some=some.sort_values(ascending=False, kind="stable").index.tolist(),
        nobody=sorted(nobody, key=lambda one: recorded[one]),
        known_gaps=here.index[(here["state"] == KNOWN_GAP).to_numpy()].tolist(),
    )


def _count_by_theme(register: Register) -> Counter[str]:
    """Count the actors with an area that have each theme."""
    texts = register.actors.loc[register.actors["people"] > 0, "themes"].value_counts()
    counted: Counter[str] = Counter()
    for text, many in texts.items():
        counted.update(dict.fromkeys(defaults.themes_of(str(text)), int(many)))
    return counted


def first_question(cells: pd.DataFrame, own: Register | None, held: ThemesHeld) -> Question:
    """Return what to ask of a place first: about what somebody's ``own`` actors do, if any.

    ``cells`` is a frame of ``gaps.grid`` of the place, ``held`` sums it up. Of the themes and
    scales of own actors the first is the one that divides its people most evenly into those with
    and without. Without own actors in the place it is the first theme to ask about, at any scale.
    """
    usual = Question(next(iter([*held.to_ask, *held.nobody, *held.everybody]), ""), "")
    if own is None or not len(own):
        return usual
    pairs = {
        (theme, scale)
        for text, scale in zip(own.actors["themes"], own.actors["scale"], strict=True)
        for theme in actors.split(text)
    }
    mine = [pair in pairs for pair in zip(cells["theme"], cells["scale"], strict=True)]
    found = cells[np.array(mine, dtype=bool) & cells["state"].isin([PARTLY, COVERED])]
    if found.empty:
        return usual
    uneven = (found["share_none"] - 0.5).abs()
    ranked = found.assign(_uneven=uneven).sort_values("_uneven", kind="stable")
    return Question(str(ranked["theme"].iloc[0]), str(ranked["scale"].iloc[0]))


def widest_gap(cells: pd.DataFrame, complete: Collection[tuple[str, str]]) -> pd.Series | None:
    """Return the row of ``gaps.grid`` of the known gap of most people; None if there is none.

    Asked about are the pairs of theme and scale that the register is ``complete`` for.
    """
    marked = [pair in set(complete) for pair in zip(cells["theme"], cells["scale"], strict=True)]
    found = cells[np.array(marked, dtype=bool) & (cells["none"] > 0)]
    if found.empty:
        return None
    none = found["none"].round(6)  # what sums of floats leave over is no rank
    return found.loc[none.idxmax()]


def list_in_ward(register: Register, ward: str, *, by: By = "residents") -> pd.DataFrame:
    """List the actors that work in a ward, by its code, anywhere in it.

    Columns: number (the actor's), id, actor, actor_type, themes, scale, share (of the ward's
    people whom it covers); the smallest scale first, then the largest share, then by name. Raises
    MappingError for an unknown ward.
    """
    found = at("ward", ward)
    whole = register.whole.actor[register.whole.area == postcodes.table().ward[found.positions[0]]]
    number, share = _find_in_part(register, found, by)
    number = np.concatenate([whole, number])
    share = np.concatenate([np.ones(len(whole)), share])
    own = register.actors.iloc[number]
    frame = own.assign(number=number, share=share)[list(WARD_ACTOR_COLUMNS)]
    scale = pd.Index(SCALES).get_indexer(frame["scale"])
    rank = np.where(scale < 0, len(SCALES), scale)
    order = np.lexsort((frame["actor"].to_numpy(object), -share, rank))
    return frame.iloc[order].reset_index(drop=True)


def _find_in_part(register: Register, ward: Place, by: By) -> tuple[np.ndarray, np.ndarray]:
    """Return the actors that cover postcodes of a ward one by one, and their share of it."""
    loose, people = register.loose, people_in(ward, by)
    place = np.searchsorted(ward.positions, loose.area)
    place = np.minimum(place, len(ward.positions) - 1)
    inside = ward.positions[place] == loose.area
    actor, position = loose.actor[inside], place[inside]
    numbers, rank = np.unique(actor, return_inverse=True)
    if not people.sum() > 0:
        people = np.ones(len(people))
    covered = np.bincount(rank, weights=people[position], minlength=len(numbers))
    return numbers, covered / people.sum()


def select_actors(frame: pd.DataFrame, question: Question) -> pd.DataFrame:
    """Keep the actors (rows with themes and scale) that answer a question."""
    theme, scale = question
    fits = [not theme or theme in defaults.themes_of(text) for text in frame["themes"]]
    here = (frame["scale"] == scale) | (scale == "")
    return frame[np.array(fits, dtype=bool) & here.to_numpy(dtype=bool)]
