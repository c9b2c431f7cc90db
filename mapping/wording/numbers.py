"""Wording: numbers and shares in letters, and what a lens counts as a part of a sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from mapping.geography import counted, lenses

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
IRREGULAR = {
    "people": "person",
    "persons": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "families": "family",
    "babies": "baby",
}
"""Nouns of several things, and of one, that no rule gives."""
AFTER_NOUN = re.compile(
    r"[ ,]*(\(|\b(?:of|aged|in|with|without|who|per|by|under|over|from|at|on|for|to|and|or|"
    r"\d+|(?:\w+ed|built|sold|born)(?=$| (?:in|by|at|for)\b))\b).*"
)
"""What may follow the noun in a word for what is counted: "children | under 16"."""
LEAST_ESTIMATE = 100
"""Estimated residents are not told more exactly below this."""
EXACT_FROM = 100
"""From here on a sum that may have decimals is told without them."""


def number(value: int) -> str:
    """Write a whole number: in letters up to ten, with thousands separated beyond."""
    return NUMBERS[value] if 0 <= value < len(NUMBERS) else f"{value:,}"


def write_count(value: float, noun: str, nouns: str) -> str:
    """Write a number of things: "one ward", "33 council areas"."""
    return f"{number(int(value))} {noun if int(value) == 1 else nouns}"


def write_organisations(organisations: float, teams: float = 0) -> str:
    """Write how many there are of both: "eight organisations and one ward-level team".

    >>> write_organisations(1), write_organisations(12, 40)
    ('one organisation', '12 organisations and 40 ward-level teams')
    """
    many = write_count(organisations, "organisation", "organisations")
    few = write_count(teams, "ward-level team", "ward-level teams")
    return f"{many} and {few}" if teams else many


def write_estimate(value: float) -> str:
    """Write an estimate no more exactly than it is known: 8.80 million, 210,100, 870, under 100."""
    if value >= 1_000_000:
        return f"{value / 1_000_000:.2f} million"
    if 0 < value < LEAST_ESTIMATE:
        return f"under {LEAST_ESTIMATE}"
    step = 100 if value >= 1_000 else 10
    return f"{round(value / step) * step:,}"


def write_about(value: float) -> str:
    """Write an estimate as one within a sentence: "about 210,100", "under 100", "0".

    >>> write_about(870.2), write_about(12)
    ('about 870', 'under 100')
    """
    text = write_estimate(value)
    return text if value < LEAST_ESTIMATE else f"about {text}"


def write_sum(value: float) -> str:
    """Write a sum that need not be whole: 1,204, 87.5, 3, under 0.1."""
    if 0 < value < 0.05:
        return "under 0.1"
    return f"{value:,.0f}" if value >= EXACT_FROM else f"{value:,.1f}".removesuffix(".0")


def capitalise(text: str) -> str:
    """Begin a sentence with a text: only its first letter changes."""
    return text[:1].upper() + text[1:]


def share(value: float) -> str:
    """Write a share as a percentage that is never rounded to all or nothing."""
    exact = round(value, 9) + 0.0  # what sums of floats leave over is no share
    if 0 < exact <= 0.005:
        return "less than 1%"
    if 0.995 <= exact < 1:
        return "more than 99%"
    return f"{exact:.0%}"


def join_names(names: Sequence[str], most: int = 5) -> str:
    """Join names: "A, B and C", or the first few and how many more."""
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{number(len(names) - most)} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


@dataclass(frozen=True)
class Words:
    """What a lens counts, as parts of a sentence.

    Attributes
    ----------
    noun : "residents", "postcodes", "land", or somebody's own word: "households", "need"
    one : the same of a single one: "resident"
    those : to follow a share: "residents (estimated)", "the land", "households"
    heading : of a column
    all : "everyone", "all households"
    is_one : whether it is spoken of in the singular: "the land lies"
    all_is_one : whether ``all`` is
    live, lives : the verb for where it is, of several and of one
    """

    noun: str
    one: str
    those: str
    heading: str
    all: str
    is_one: bool
    all_is_one: bool
    verbs: tuple[str, str]

    @property
    def live(self) -> str:
        """Return the verb for where they are: "live", "lies", "are"."""
        return self.verbs[1] if self.is_one else self.verbs[0]

    @property
    def lives(self) -> str:
        """Return the verb for where a single one is: "lives", "lies", "is"."""
        return self.verbs[1]

    @property
    def are(self) -> str:
        """Return "is" or "are"."""
        return "is" if self.is_one else "are"

    @property
    def they_are(self) -> str:
        """Return "it is" or "they are"."""
        return f"{'it' if self.is_one else 'they'} {self.are}"

    @property
    def have(self) -> str:
        """Return "has" or "have"."""
        return "has" if self.is_one else "have"

    @property
    def all_have(self) -> str:
        """Return "has" or "have", to follow ``all``."""
        return "has" if self.all_is_one else "have"

    @property
    def all_are(self) -> str:
        """Return "is" or "are", to follow ``all``."""
        return "is" if self.all_is_one else "are"


BUILT_IN = {
    "residents": Words(
        "residents",
        "resident",
        "residents (estimated)",
        "Residents (estimated)",
        "everyone",
        False,
        True,
        ("live", "lives"),
    ),
    "postcodes": Words(
        "postcodes",
        "postcode",
        "postcodes",
        "Postcodes",
        "all postcodes",
        False,
        False,
        ("lie", "lies"),
    ),
    "land": Words("land", "land", "the land", "Land, km²", "all land", True, True, ("lie", "lies")),
}


def words(by: str = "residents") -> Words:
    """Return the words for what a lens counts; raises MappingError for an unknown lens."""
    if by == "residents":
        return _say_residents(counted.say_estimated())
    return BUILT_IN[by] if by in BUILT_IN else _fit_own(lenses.counts(by))


@lru_cache(maxsize=8)
def _say_residents(estimated: str) -> Words:
    """Say of which residents it holds that they are estimated: of none, where all are counted."""
    told = f"residents ({estimated})" if estimated else "residents"
    return replace(BUILT_IN["residents"], those=told, heading=capitalise(told))


@lru_cache(maxsize=256)
def _fit_own(noun: str) -> Words:
    """Fit somebody's own word into sentences: several things, or one: need, population."""
    head = AFTER_NOUN.sub("", noun) or noun
    before, _, last = head.rpartition(" ")
    one = IRREGULAR.get(last.lower()) or _singular(last)
    single = f"{before} {one}".strip() + noun[len(head) :]
    return Words(
        noun, single, noun, capitalise(noun), f"all {noun}", one == last, one == last, ("are", "is")
    )


def _singular(word: str) -> str:
    """Return a regular plural's singular, or the word itself."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-1]


def people(value: float, by: str = "residents") -> str:
    """Write how much a lens counted, and what: "about 210,100 residents", "3 households".

    Of what is spoken of in the singular: "3 km² of land", "need of 3.5".
    """
    said, text = words(by), amount(value, by)
    if counted.is_estimate(by):
        return f"{write_about(value)} {said.noun}{_say_where_estimated(by)}"
    if by == "land":
        return f"{text} of land"
    if by == "postcodes":
        return write_count(value, said.one, said.noun)
    if said.is_one:
        return f"{said.noun} of {text}"
    return f"{text} {said.one if text in ('1', 'under 1') else said.noun}"


def say_share(part: float, by: str = "residents") -> str:
    """Say which share it is of what a lens counts, and that it is estimated where it is.

    >>> say_share(0.322), say_share(0.4, "land"), say_share(1, "postcodes")
    ('an estimated 32% of residents', '40% of the land', 'all postcodes')
    """
    text, those = say_percent(part, by), words(by).those
    if counted.is_estimate(by):
        those = f"{words(by).noun}{_say_where_estimated(by)}"
    return f"all {those}" if text == "100%" else f"{text} of {those}"


def say_percent(part: float, by: str = "residents") -> str:
    """Write a share of what a lens counts, estimated where all of that is: "an estimated 32%"."""
    text = share(part)
    is_exact = text in ("0%", "100%") or not text[0].isdigit()
    if is_exact or not counted.is_estimate(by) or _say_where_estimated(by):
        return text
    return f"an estimated {text}"


def _say_where_estimated(by: str) -> str:
    """Say where residents are estimated, if not everywhere: " (estimated in Scotland)"."""
    more = words(by).those.removeprefix(words(by).noun)
    return "" if more == " (estimated)" else more


def name_counted(by: str = "residents") -> str:
    """Name what a lens counts, for headings: "residents (estimated)"."""
    return words(by).those


def heading(by: str) -> str:
    """Head a column of what a lens counts."""
    return words(by).heading


def amount(value: float, by: str) -> str:
    """Write what a lens counted, without its name."""
    if by == "land":
        tiny, decimals = 0 < value < 0.05, 1 if value < 100 else 0
        return "under 0.1 km²" if tiny else f"{value:,.{decimals}f} km²"
    if counted.is_estimate(by):
        return write_estimate(value)
    if words(by).is_one:
        return write_sum(value)
    return "under 1" if 0 < value < 0.5 else f"{value:,.0f}"
