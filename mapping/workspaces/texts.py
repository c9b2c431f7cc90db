"""Texts that people typed: what may be kept, and CSV that gives them back exactly."""

import csv
import io
import re
import secrets
from collections.abc import Iterable, Sequence
from itertools import count

import pandas as pd

from mapping import actors
from mapping.errors import MappingError
from mapping.geography import SCALES
from mapping.takeaway import is_formula

MAX_NAME_LETTERS, MAX_PLACE_LETTERS, MAX_ID_LETTERS = 120, 100_000, 100
"""The longest name of a workspace or theme, code of a place, and id of an actor."""
MAX_COLUMNS = 200
"""Most columns of a table that is read back."""
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
PLACE = re.compile(r"[a-z][a-z0-9_@-]{0,39}\.\S.*")
GUARD = "'"


def make_id() -> str:
    """Make an id that nobody guesses: 22 letters, digits, hyphens and underscores."""
    return secrets.token_urlsafe(16)


def check_text(text: str, what: str) -> str:
    """Return a text as it was typed; raises MappingError if blank, long, or not text."""
    if not text.strip():
        wanted = what.replace(" of a ", " for the ")
        raise MappingError(f"Please type {'the' if ' of ' in wanted else 'a'} {wanted}.")
    if len(text) > MAX_NAME_LETTERS:
        raise MappingError(
            f"Expected a {what} of up to {MAX_NAME_LETTERS} letters; found {len(text):,} "
            f"(“{text[:30]}…”). Shorten it."
        )
    if not text.isprintable():
        raise MappingError(
            f"Expected a {what} on one line of letters and signs; found characters that cannot "
            f"be shown ({text[:30]!a}). Type it anew."
        )
    return text


def check_place(place: str) -> str:
    """Return a place's "kind.code"; raises MappingError if it is not written so."""
    if not PLACE.fullmatch(place) or len(place) > MAX_PLACE_LETTERS or not place.isprintable():
        raise MappingError(
            "Expected a place as its kind, a full stop and its code, like borough.E09000007; "
            f"found {place[:40]!a} ({len(place):,} letters). Choose the place by its name."
        )
    return place


def check_id(given: str) -> str:
    """Return an id; raises MappingError unless it is 1 to 64 plain letters and digits."""
    if not ID.fullmatch(given):
        raise MappingError(
            "Expected an id of 1 to 64 letters, digits, hyphens and underscores; found "
            f"{given[:40]!a}. Leave it out, and one is made."
        )
    return given


def check_mark(theme: str, scale: str) -> tuple[str, str]:
    """Return a theme and scale as registers write them; raises MappingError for others."""
    themes = actors.split(theme)
    if len(themes) != 1 or scale not in SCALES:
        raise MappingError(
            f"Expected one theme and one of the scales {', '.join(SCALES)}; found "
            f"“{theme[:40]}” and “{scale[:40]}”. Choose both from the lists."
        )
    return check_text(themes[0], "theme"), scale


def number_repeats(ids: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Number ids that repeat or are taken: the second "a" becomes "a-2"."""
    used, following, found = set(taken), dict[str, count](), []
    for given in ids:
        base = name = given[:MAX_ID_LETTERS] or "actor"
        while name in used:
            name = f"{base}-{next(following.setdefault(base, count(2)))}"
        used.add(name)
        found.append(name)
    return found


def clean_text(text: str) -> str:
    """Return the first 200 letters of a text, with a sign in place of what cannot be kept."""
    return text[:200].replace("\0", "�").encode("utf-8", "replace").decode()


def list_texts(column: pd.Series) -> list[str]:
    """Return a column as texts, "" where it has none.

    A sign (�) is put in place of NUL characters, which a database cannot hold.
    """
    whole = column if column.dtype == "str" else column.astype("str")
    texts = (whole.fillna("") if whole.hasnans else whole).tolist()
    return [text.replace("\0", "�") if "\0" in text else text for text in texts]


def write_csv(frame: pd.DataFrame) -> bytes:
    """Write a table as CSV that a spreadsheet can open and ``read_csv`` reads back exactly.

    What a spreadsheet would run gets an apostrophe before it, and so does an apostrophe.
    """
    told = io.StringIO()
    writer = csv.writer(told, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([_guard(str(name)) for name in frame.columns] or [""])
    columns = ([_guard(text) for text in list_texts(frame[name])] for name in frame.columns)
    writer.writerows(zip(*columns, strict=True))
    return told.getvalue().encode("utf-8-sig", "replace")


def _guard(heading: str) -> str:
    return GUARD + heading if _is_guarded(heading) else heading


def _is_guarded(text: str) -> bool:
    return text.startswith(GUARD) or is_formula(text)


def _check_across(text: str, what: str) -> None:
    """Raise MappingError for a table of more columns than any of ours has."""
    across = len(next(csv.reader(io.StringIO(text))))
    if across > MAX_COLUMNS:
        raise MappingError(
            f"Expected at most {MAX_COLUMNS} columns in {what}; found {across:,}. Export the "
            "workspace again."
        )


def read_csv(content: bytes, what: str, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Read a table of ``write_csv``: all texts, as they were.

    Raises MappingError if it is no such table, or has other columns than were asked for.
    """
    try:
        text = content.decode("utf-8-sig")
        if not text.strip():
            found = pd.DataFrame()
        else:
            _check_across(text, what)
            found = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)
    except (
        UnicodeDecodeError,
        csv.Error,
        pd.errors.ParserError,
        pd.errors.EmptyDataError,
    ) as error:
        raise MappingError(
            f"Expected a table (CSV in UTF-8) in {what}; it cannot be read ({str(error)[:100]}). "
            "Export the workspace again."
        ) from None
    found = found.rename(columns=lambda name: name.removeprefix(GUARD))
    is_even = isinstance(found.index, pd.RangeIndex) and found.columns.is_unique
    if not is_even or (columns and list(found.columns) != list(columns)):
        raise MappingError(
            f"Expected the columns {', '.join(columns) or 'of its heading'} in each row of {what}; "
            f"found {', '.join(map(str, found.columns[:20]))[:200] or 'none'}"
            f"{'' if is_even else ', names that repeat or rows of other lengths'}. Export the "
            "workspace again."
        )
    return found.apply(lambda texts: texts.str.removeprefix(GUARD)) if len(found) else found
