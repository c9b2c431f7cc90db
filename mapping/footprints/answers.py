"""Answers: what a text of an uploaded file came to, and what somebody may be asked about it."""

import hashlib
from typing import NamedTuple

from mapping.geocode import MAX_SCORE, Candidate

OUTCOMES = ("matched", "corrected", "ambiguous", "unmatched")
"""What can become of a row, from good to bad."""
KEYS = ["text", "kind", "within"]
"""What an answer depends on: a text, the kind of area its column holds, its row's larger area."""
MAX_SHOWN = 5
"""So many candidates are shown with a row."""
MAX_OFFERED = 20
"""So many candidates are offered with a question."""


class Answer(NamedTuple):
    """What a text came to: an area (-1 for none), an outcome, why, and what may be meant.

    The first ``named`` candidates have that very name, or are called so for short: of these the
    one that lies in the place under study may be meant.
    """

    area: int
    outcome: str
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    named: int = 0


def question(text: str, kind: str = "", within: str = "") -> str:
    """Return the key under which a text's choice is given: short, the same in every run."""
    told = "\x1f".join((text, kind, within))
    return hashlib.sha1(told.encode(), usedforsecurity=False).hexdigest()[:12]


def nearest_score(answer: Answer) -> int:
    """Return how alike, of 100, the one nearest name of an answer is; 0 where there is none."""
    scores = [candidate.score for candidate in answer.candidates]
    alone = scores and scores[0] < MAX_SCORE and scores.count(scores[0]) == 1
    return scores[0] if alone else 0
