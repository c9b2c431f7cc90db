"""Ticks: columns in which a mark says that what the heading names is true of the row."""

import re

import pandas as pd

from mapping.actors import defaults
from mapping.geocode import gazetteer, likeness, spelling
from mapping.memory import once

YES = frozenset(
    [
        "x",
        "yes",
        "y",
        "true",
        "1",
        "tick",
        "ticked",
        "✓",
        "✔",
        "☑",
        "☒",
        "√",
        "●",
        "•",
        "✅",
        "xx",
        "yes.",
    ]
)
NO = frozenset(
    ["", "no", "n", "false", "0", "-", "–", "n/a", "na", "none", "✗", "✘", "☐", "❌", "no."]
)
SAMPLE_CELLS = 200
"""Cells of a column that are looked at."""
STEP_CELLS = 2_000
"""So many are looked through at a time for filled ones."""
_REST = re.compile(
    r"^(all|other|rest|outside|elsewhere|whole|beyond|surrounding|wider|out of|everywhere|any)\b|"
    r"\b(wide|nationwide|national|nationally|regional|regionally|others?)$",
    re.I,
)
_WHETHER = re.compile(
    r"(do|does|is|are|still|currently|we|they|it|you|service|services| )*"
    r"(deliver(s|ed|ing|y)?|work(s|ing)?|operat(es?|ing)|cover(s|ed|ing)?|serv(es?|ed|ing)|"
    r"active|present|provided|running|available)"
    r"( (here|there|in|this|the|that|it|locally|now|area|borough|"
    r"ward|district|place|y|n|yes|no))*",
    re.I,
)
"""A heading that asks whether somebody works in the area of the row: "Delivers here?"."""
_COUNT = re.compile(r"[\d.,]+")
MIN_TICKED_SHARE = 0.6
"""Share of the filled cells that must be marks."""
MIN_NAMED_SHARE = 0.3
"""The same where the heading names an area."""


def is_ticked(cells: pd.Series, least: float = MIN_TICKED_SHARE) -> bool:
    """Tell whether at least a share of a column's filled cells are marks, and one says yes.

    Numbers but 0 and 1 are no marks but counts: then none are.
    """
    some = [mark for cell in list_filled(cells, SAMPLE_CELLS) if (mark := _fold_mark(cell))]
    if YES.isdisjoint(some):
        return False
    others = [mark for mark in some if mark not in YES and mark not in NO]
    if any(_COUNT.fullmatch(mark) for mark in others):
        return False
    return (len(some) - len(others)) / len(some) >= least


def list_filled(cells: pd.Series, most: int) -> list[str]:
    """Return the first filled cells of a column, as they are."""
    found: list[str] = []
    for at in range(0, len(cells), STEP_CELLS):
        found += filter(None, cells.iloc[at : at + STEP_CELLS].tolist())
        if len(found) >= most:
            break
    return found[:most]


def fold_marks(cells: pd.Series) -> pd.Series:
    """Write marks as they are compared: small letters, nothing around them."""
    return pd.Series([_fold_mark(cell) for cell in cells.tolist()], cells.index, dtype="str")


def _fold_mark(cell: str) -> str:
    return cell.strip().strip("()[]").strip().lower()


def names_area(heading: str) -> bool:
    """Tell whether a heading names an area: "Camden", "LB Camden", "Highgate (Camden)"."""
    text = label(heading)
    return 1 < len(text) <= spelling.MAX_LETTERS and bool(gazetteer.find_named(text))


def is_like_an_area(heading: str) -> bool:
    """Tell whether a heading is spelt nearly as a named place, so that it is to be asked about."""
    text = label(heading)
    if not 3 < len(text) <= spelling.MAX_LETTERS:
        return False
    return bool(likeness.find_rows(next(spelling.readings(text))))


def names_rest(heading: str) -> bool:
    """Tell whether a heading is that of all or other areas: "All London", "National", "Other"."""
    return _REST.search(label(heading)) is not None


def says_whether(heading: str, cells: pd.Series) -> bool:
    """Tell whether a ticked column says in which rows somebody works where the row says."""
    said = re.sub(r"\W+", " ", heading).strip()
    return _WHETHER.fullmatch(said) is not None and bool(_says_no(cells).any())


def _says_no(cells: pd.Series) -> pd.Series:
    """Tell which cells say no: blank ones do not."""
    return fold_marks(cells).isin(NO - {"", "-", "–", "n/a", "na"})


def denials(cells: pd.Series) -> pd.Series:
    """Return the cells of such a column that say no, without blanks around them."""
    return cells[_says_no(cells)].str.strip()


def names_theme(heading: str) -> bool:
    """Tell whether a heading is a theme of the vocabulary, or says that it is one: "Theme: …"."""
    said = re.match(r"\W*(themes?|topics?|issues?|services?|support|what)\b.*[\[(:]", heading, re.I)
    return said is not None or spelling.key(defaults.theme_of(label(heading))) in _themes()


@once
def _themes() -> frozenset[str]:
    return frozenset(map(spelling.key, defaults.vocabulary()["theme"]))


def label(heading: str) -> str:
    """Return what a heading names, without its question: "Boroughs [Camden]", "Where? - Camden"."""
    asked = re.fullmatch(r".*?[\[(](.+)[\])]\s*", heading)
    inside = (
        asked[1] if asked and not gazetteer.find_named(heading[: spelling.MAX_LETTERS]) else heading
    )
    return re.split(r":|\?\s*[-–]\s*", inside)[-1].strip(" ?*")


def areas(cells: pd.Series, heading: str) -> pd.Series:
    """Return what the filled rows of a ticked column say: its area, or a text that is no mark.

    Rows that are blank or say no are left out.
    """
    marks = fold_marks(cells)
    yes, no = marks.isin(YES), marks.isin(NO)
    return cells.where(~yes, label(heading))[~no].str.strip()


def themes(frame: pd.DataFrame, headings: list[str], texts: pd.Series) -> pd.Series:
    """Add to the themes of each row, joined with "; ", those that it has ticked."""
    for heading in headings:
        yes = fold_marks(frame[heading]).isin(YES)
        both = texts.where(texts == "", texts + "; ") + label(heading)
        texts = texts.where(~yes, both)
    return texts
