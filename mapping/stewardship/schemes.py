"""Schemes: what a healthy system needs, condition by condition, and the levels to rate it by."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain

from mapping.atoms import DATA, tables
from mapping.errors import MappingError

RATED_SCALES = ("hyperlocal", "borough", "regional")
"""The scales at which each condition is rated, the nearest to people's lives first."""
USUAL_SCHEME = "conditions"
USUAL_LEVELS = ("Not yet", "Beginnings", "Partly", "Mostly", "Strong")
MIN_LEVELS, MAX_LEVELS = 2, 7
MAX_CONDITIONS = 20
MAX_TITLE_LETTERS, MAX_WORDS_LETTERS = 80, 300
_CELLS = re.compile(r"\s*[|\t]\s*")


@dataclass(frozen=True)
class Condition:
    """One thing that a healthy system needs.

    ``key`` is what ratings call it, ``actions`` has by scale what an actor there can do, and
    ``levels`` the words for each level where it has its own (a row of a maturity matrix).
    """

    key: str
    title: str
    meaning: str = ""
    actions: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scheme:
    """A list of conditions that ratings are about; ``levels`` are the words for 1, 2, …"""

    key: str
    title: str
    about: str
    source: str
    levels: tuple[str, ...]
    conditions: tuple[Condition, ...]

    def get(self, key: str) -> Condition:
        """Return a condition by its key; raises MappingError if there is none."""
        for condition in self.conditions:
            if condition.key == key:
                return condition
        raise MappingError(
            f"Expected a condition of “{self.title}”; it has none called “{key[:40]}”. "
            "Choose one from the list."
        )

    def name_level(self, level: float) -> str:
        """Name a level, or the two that a number lies between: "Partly", "Partly to Mostly"."""
        low = int(level)
        if level == low:
            return self.levels[low - 1]
        return f"{self.levels[low - 1]} to {self.levels[low]}"


@lru_cache(maxsize=1)
def shipped_schemes() -> dict[str, Scheme]:
    """Return the schemes that ship, by their keys; the usual one first."""
    facts = tables.read(DATA / "rating_schemes.csv")
    rows = tables.read(DATA / "rating_conditions.csv")
    found = {}
    for one in facts.itertuples():
        own = rows[rows["scheme"] == one.scheme].drop(columns="scheme").to_dict("records")
        conditions = tuple(
            Condition(
                row["condition"],
                row["title"],
                row["meaning"],
                {scale: row[scale] for scale in RATED_SCALES},
            )
            for row in own
        )
        levels = tuple(one.levels.split("; "))
        found[one.scheme] = Scheme(one.scheme, one.title, one.about, one.source, levels, conditions)
    return found


def write_scheme(key: str, title: str, text: str) -> Scheme:
    """Make a scheme of what somebody typed or pasted: a condition a line.

    A line is "Title" or "Title: meaning", rated by ``USUAL_LEVELS``; or a row of a maturity
    matrix, its cells parted by "|" or tabs: the title, then words for each level. Raises
    MappingError for no or too many lines, titles that repeat or are long, and rows of other
    lengths.
    """
    lines = [line.strip(" \r") for line in text.split("\n") if line.strip()]
    if not 0 < len(lines) <= MAX_CONDITIONS:
        raise MappingError(
            f"Expected 1 to {MAX_CONDITIONS} conditions, a line each; found {len(lines)} lines. "
            "Type one line for each."
        )
    rows = [_CELLS.split(line) for line in lines]
    if all(len(row) == 1 for row in rows):
        pairs = [[part.strip() for part in line.partition(":")[::2]] for line in lines]
        conditions = tuple(Condition(name, name, meaning) for name, meaning in pairs)
        levels: tuple[str, ...] = USUAL_LEVELS
    else:
        conditions = tuple(Condition(row[0], row[0], levels=tuple(row[1:])) for row in rows)
        levels = _number_levels([len(row) - 1 for row in rows])
    _check_texts(conditions)
    return Scheme(key, title, "", "typed in here", levels, conditions)


def _number_levels(sizes: Sequence[int]) -> tuple[str, ...]:
    """Name the levels of a matrix by their numbers; raises MappingError for uneven rows."""
    if len(set(sizes)) > 1 or not MIN_LEVELS <= sizes[0] <= MAX_LEVELS:
        raise MappingError(
            f"Expected the same number of levels in each row of the matrix, {MIN_LEVELS} to "
            f"{MAX_LEVELS}; found {', '.join(map(str, sizes[:8]))}. Give every row its title and "
            "as many cells as the others."
        )
    return tuple(f"Level {number}" for number in range(1, sizes[0] + 1))


def _check_texts(conditions: Sequence[Condition]) -> None:
    titles = [condition.title for condition in conditions]
    again = next((title for title in titles if titles.count(title) > 1), None)
    wrong = [title for title in titles if not 0 < len(title) <= MAX_TITLE_LETTERS]
    words = chain.from_iterable((one.meaning, *one.levels) for one in conditions)
    long = [text for text in words if len(text) > MAX_WORDS_LETTERS]
    shown = next((text for text in (*titles, *long) if not text.isprintable()), None)
    if again is not None or wrong or long or shown is not None:
        found = again or (wrong or long or [str(shown)])[0]
        raise MappingError(
            f"Expected titles that differ, of 1 to {MAX_TITLE_LETTERS} letters, and up to "
            f"{MAX_WORDS_LETTERS} letters of words for each; found {found[:40]!a}. Change that "
            "line."
        )
