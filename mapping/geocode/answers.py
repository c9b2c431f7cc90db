"""Answers: what a text came to, why, and the areas that it may mean."""

from typing import NamedTuple

from mapping.geocode import areas

OUTCOMES = ("matched", "corrected", "ambiguous", "unmatched")
"""What can become of a text, from good to bad."""
MAX_SCORE = 100
"""How alike a name is to itself."""
MAX_SHOWN = 5
"""So many candidates are shown with a row."""
MAX_OFFERED = 20
"""So many candidates are offered with a question."""


class Candidate(NamedTuple):
    """An area that may be meant, and how alike the names are, of 100.

    ``like`` is the name that is alike where it is not the area's own: that of a former council,
    or a part of a council's name.
    """

    area: int
    score: int
    like: str = ""

    def __str__(self) -> str:
        label = areas.label(self.area)
        if self.score == MAX_SCORE:
            return label
        alike = f"{self.score}% match"
        return f"{label}, as “{self.like}” {alike}" if self.like else f"{label}, {alike}"


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


def nearest_score(answer: Answer) -> int:
    """Return how alike, of 100, the one nearest name of an answer is; 0 where there is none.

    There is none where several are as near, where a name stands before it because of the place
    under study, and where what is near is only a part of a name or the name of a former area.
    """
    if not answer.candidates:
        return 0
    first, *others = answer.candidates
    alone = all(first.score > other.score for other in others)
    return first.score if alone and first.score < MAX_SCORE and not first.like else 0
