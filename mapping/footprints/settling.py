"""Settling: what somebody chose is taken for the texts that may mean several areas.

Only these are looked at, so that an answer about a hundred thousand rows takes no time.
"""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mapping.geocode import Answer, areas, likeness, nearest_score
from mapping.places import Place

KEYS = ["text", "kind", "within"]
"""What an answer depends on: a text, the kind of area its column holds, its row's larger area."""


def question(text: str, kind: str = "", within: str = "") -> str:
    """Return the key under which a text's choice is given: short, the same in every run."""
    told = "\x1f".join((text, kind, within))
    return hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()[:12]


def settle(
    answers: Sequence[Answer],
    texts: pd.DataFrame,
    *,
    place: Place | None = None,
    choices: Mapping[str, str] | None = None,
    accept: int = 101,
) -> list[Answer]:
    """Settle the answers about ``texts``, of text, kind and within; those that are none stay open.

    Names with several meanings mean the area in ``place`` if just one lies there. ``choices``
    gives the area ("borough.E09000007", "" for none) of a ``question``; a name that is alike only
    is taken if it is the one nearest and its score at least ``accept``.
    """
    found = list(answers)
    asked = [at for at, answer in enumerate(answers) if answer.outcome == "ambiguous"]
    here = _find_in_place([answers[at] for at in asked], place)
    rows = zip(*(texts[name].iloc[asked].tolist() for name in KEYS), strict=True)
    for at, row in zip(asked, rows, strict=True):
        answer = found[at] if place is None else _take_in_place(found[at], row[0], here, place)
        found[at] = _take_choice(answer, row, choices or {}, accept)
    return found


def _find_in_place(answers: Sequence[Answer], place: Place | None) -> set[int]:
    """Return which of all candidates have a ward in a place."""
    wards = None if place is None else place.wards
    some = np.unique([c.area for answer in answers for c in answer.candidates]).astype("int64")
    if wards is None or not len(some):
        return set()
    pieces = areas.wards_and_postcodes(some)[0]
    return set(some[pieces.of[np.isin(pieces.area, wards)]].tolist())


def _take_in_place(answer: Answer, text: str, here: set[int], place: Place) -> Answer:
    """Take the one candidate of the very name that lies in a place.

    Else, of names that are only alike, those there count as more alike.
    """
    named = [c.area for c in answer.candidates[: answer.named]]
    inside = [area for area in named if area in here]
    if len(inside) == 1:
        of = f" (of {len(named)} places called that)" if len(named) > 1 else ""
        said = f"we used the “{text[:60]}” in {place.name}{of}: {areas.label(inside[0])}"
        return Answer(inside[0], "corrected", said)
    if named:
        return answer
    near = sorted(
        answer.candidates, key=lambda c: -c.score - likeness.NEAR_POINTS * (c.area in here)
    )
    return answer._replace(candidates=tuple(near))


def _take_choice(
    answer: Answer, row: tuple[str, str, str], choices: Mapping[str, str], accept: int
) -> Answer:
    """Take what somebody chose for a text; else the nearest name, if that is let."""
    if answer.outcome != "ambiguous":
        return answer
    if choices and (key := question(*row)) in choices:
        kind, _, code = choices[key].partition(".")
        area = areas.number(kind, code)
        if area >= 0:
            said = f"“{row[0][:60]}” was matched to {areas.label(area)}, as you chose"
            return Answer(area, "corrected", said, answer.candidates)
        return Answer(-1, "unmatched", f"“{row[0][:60]}” was left out at your request")
    if (score := nearest_score(answer)) and score >= accept:
        best = answer.candidates[0]
        return Answer(best.area, "corrected", f"“{row[0][:60]}” was read as {best}", ())
    return answer
