"""Figures: which columns of an uploaded table hold areas and numbers, and the numbers in them."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.errors import MappingError
from mapping.footprints import MIN_ALIKE_SHARE, SAMPLE_CELLS, Guess, asking, columns
from mapping.geocode import fold

MAX_NUMBER = 1e15
"""A number beyond this is taken for an error: nobody counts so much in Great Britain."""
AREA_ROLES = ("postcode", "lsoa", "ward", "area", "borough", "county", "region")
"""Roles of columns that may name the areas, the smallest first."""
FIGURE_ROLES = {
    **{role: columns.WHERE[role] for role in AREA_ROLES},
    "area": "where: codes, names or postcodes",
    "within": columns.WHERE["within"],
    "number": "the figure to use",
    "ignore": "not used",
}
"""What a column may say, and what a reader calls it."""
AREA_WORDS = {
    "postcode": "postcodes",
    "lsoa": "small census areas (LSOA, data zone)",
    "ward": "wards",
    "area": "detect automatically",
    "borough": "council areas",
    "county": "counties",
    "region": "regions",
}
"""What a reader calls the areas of each role of ``AREA_ROLES``."""
BLANK, OTHER, NEGATIVE, INFINITE = "blank", "text", "negative", "infinite"
UNLIKE = "unlike"
WRONG = {
    BLANK: "it is blank",
    UNLIKE: "the others have a % sign but {} does not",
    OTHER: "{} is not a number",
    NEGATIVE: "{} is below 0",
    INFINITE: "{} is infinite or too large",
}
"""What may be wrong with a cell."""
_PLAIN = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_BETWEEN = "[, \u00a0\u2009\u202f]"  # the signs themselves: pyarrow knows no escapes for them
_GROUPED = rf"([+-]?[0-9]{{1,3}}(?:{_BETWEEN}[0-9]{{3}})+(?:\.[0-9]*)?)"
_INFINITE = r"(?i)[+-]?(?:inf|infinity|∞)"
_NO_FIGURE = re.compile(
    r"(object|o|f|g|u|row|ogc )?id|index|no|row( number)?|year|date|rank|decile|quintile|"
    r"shape.*|st (area|length|perimeter).*|uprn|usrn|tel.*|phone.*|.*\bcode|.*\d\d?cd"
)
"""Headings of columns whose digits are no amounts."""
_NOT_FOR = ("lat", "lon", "easting", "northing", "radius_m", "radius_km", "radius_miles", "contact")
_LIKELY = re.compile(
    r"\b(pop|population|residents?|persons?|people|households?|needs?|total|all|count|number|"
    r"value|weight)\b"
)
_SCORE = re.compile(
    r"\b(scores?|index|indices|rates?|ranks?|deciles?|quintiles?|percentiles?|ratios?|averages?|"
    r"means?|medians?|imd|idaci|idaopi|density)\b|per (cent|1 ?000|head|person)"
)
"""Words of headings of numbers that do not add up."""
SCORE_WORDS = {
    "number": "a need, to choose on the Gaps page; totals of it mean little",
    "ignore": "nothing",
}
RESIDENTS = re.compile(
    r"(total |all |usual |resident |estimated |mid year )*"
    r"(pop|population|residents?|persons?|people|headcount)( total| count| all)?"
)
"""Headings of people who live somewhere; a year may follow."""
ABBREVIATIONS = {"hh": "households", "hhs": "households", "occupied households": "households"}


class Figures(NamedTuple):
    """The numbers of a column, NaN for none, and what is wrong with each other cell ("").

    ``are_percentages`` tells whether most are written with a sign for per cent.
    """

    numbers: np.ndarray
    problem: np.ndarray
    are_percentages: bool = False


def read(cells: pd.Series) -> Figures:
    """Read a column of texts as numbers of at least 0: (rows,) float64 and (rows,) texts.

    What is wrong is a key of ``WRONG``. "1,204", "1 204" and "£1204" are read; "12,5" and "<5"
    are not. "12%" is 12 in a column of percentages, and no number in any other.
    """
    plain = _tidy(cells)
    is_blank, signed = (plain == "").to_numpy(bool), plain.str.endswith("%").to_numpy(bool)
    are_percentages = bool(signed.any()) and signed.sum() >= MIN_ALIKE_SHARE * (~is_blank).sum()
    if are_percentages:
        plain = plain.str.removesuffix("%").str.rstrip()
    is_plain = plain.str.fullmatch(_PLAIN).to_numpy(bool)
    found = np.full(len(cells), np.nan)
    found[is_plain] = plain[is_plain].to_numpy(object).astype(float)
    found[plain.str.fullmatch(_INFINITE).to_numpy(bool)] = np.inf
    unlike = is_plain & ~signed & are_percentages
    wrong = np.select(
        [is_blank, unlike, np.isnan(found), found < 0, found > MAX_NUMBER],
        np.array(list(WRONG), dtype=object),
        "",
    )
    return Figures(np.where(wrong == "", found + 0.0, np.nan), wrong, are_percentages)


def _tidy(cells: pd.Series) -> pd.Series:
    plain = cells.str.strip().str.replace("−", "-", regex=False)
    plain = plain.str.removeprefix("£")
    grouped = plain.str.fullmatch(_GROUPED).to_numpy(bool)
    if grouped.any():
        whole = plain[grouped].str.replace(_BETWEEN, "", regex=True)
        plain = plain.where(~grouped, whole.reindex(plain.index))
    return plain


def choose_roles(
    frame: pd.DataFrame, roles: Mapping[str, str]
) -> tuple[dict[str, Guess], list[str]]:
    """Tell what each column says, in roles of ``FIGURE_ROLES``, and which might hold the number.

    The reader's own ``roles`` go before what is guessed. Of several columns that name areas the
    one with the smallest counts. Raises MappingError for roles that do not fit the table.
    """
    wrong = [n for n in roles if n not in frame.columns]
    wrong += [role for role in roles.values() if role not in FIGURE_ROLES]
    if wrong or list(roles.values()).count("number") > 1:
        raise MappingError(
            f"Expected columns of the file, one of them as number, and roles "
            f"({', '.join(FIGURE_ROLES)}); "
            f"found {', '.join(f'{n} as {r}' for n, r in list(roles.items())[:5])[:200]}. Choose "
            "from what the page offers."
        )
    guesses = columns.guess_roles(frame)
    numeric = columns_of(frame, guesses)
    found = dict.fromkeys(map(str, frame.columns), Guess("ignore", ""))
    found |= {n: guesses[n] for n in columns.find_columns(guesses, "within")}
    where = [
        n for role in AREA_ROLES for n in columns.find_columns(guesses, role) if n not in numeric
    ]
    where = where or columns.find_columns(guesses, "within")
    if where and not set(roles.values()) & set(AREA_ROLES):
        role = guesses[where[0]].role
        found[where[0]] = guesses[where[0]] if role in AREA_ROLES else Guess("area", "heading")
    left = [n for n in numeric if n not in roles]
    left = [n for n in left if not is_score(n)] or left
    if left and "number" not in roles.values():
        why = "content" if len(numeric) > 1 else "heading"
        found[pick_likeliest(left)] = Guess("number", why)
    return found | {n: Guess(role, "chosen") for n, role in roles.items()}, numeric


def columns_of(frame: pd.DataFrame, guesses: dict[str, Guess]) -> list[str]:
    """Return the columns that hold amounts; not coordinates, years or numbers of rows.

    If there are none but those, they are returned.
    """
    numeric = [name for name in frame.columns if is_numeric(frame[name])]
    likely = [
        n
        for n in numeric
        if guesses[n].role not in _NOT_FOR and not _NO_FIGURE.fullmatch(words_of(n))
    ]
    return likely or numeric


def is_numeric(cells: pd.Series) -> bool:
    """Tell whether most of the first filled cells of a column are numbers."""
    some = cells[cells != ""].head(SAMPLE_CELLS)
    return bool(len(some)) and float((read(some).problem != OTHER).mean()) >= MIN_ALIKE_SHARE


def is_score(heading: str) -> bool:
    """Tell whether a heading is that of scores, ranks or rates, which add up to nothing."""
    return _SCORE.search(words_of(heading)) is not None


def ask_about_scores(
    numeric: Sequence[str], found: Mapping[str, Guess]
) -> list[asking.ColumnQuestion]:
    """Ask about columns of scores whether they count; ``numeric`` are those that hold numbers.

    One is used as it is, as a need, where there are no other numbers.
    """
    return [
        asking.ColumnQuestion(
            name,
            f"“{name}” looks like a score: scores of areas do not add up. What is it used for?",
            SCORE_WORDS,
            found[name].role,
        )
        for name in numeric
        if is_score(name) and found[name].why != "chosen"
    ]


def pick_likeliest(headings: list[str]) -> str:
    """Return the heading that most likely counts what matters; the first if none says so."""
    return next((name for name in headings if _LIKELY.search(words_of(name))), headings[0])


def words_of(heading: str) -> str:
    """Return a heading in small letters and words: "Usual_Residents" is "usual residents"."""
    return " ".join(re.sub(r"[\W_]+", " ", fold(heading)).split())


def guess_counts(heading: str) -> str:
    """Say what a column counts, from its heading: "Usual_Residents_2021" counts residents."""
    plain = words_of(heading.replace("%", " per cent "))
    undated = re.sub(r"( (19|20)\d\d)+$", "", plain)
    if RESIDENTS.fullmatch(undated):
        return "residents"
    return ABBREVIATIONS.get(undated, plain)
