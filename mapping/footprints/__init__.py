"""Footprints: from an uploaded table to actors, with an outcome for every row.

``read`` saves nothing. What a row says is looked up by ``lookup``; what it came to, and why,
stands in ``Upload.rows``; what somebody has to decide, in ``Upload.questions``.
"""

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mapping import apart, intake, outlines
from mapping.actors import Register, shipped
from mapping.errors import MappingError
from mapping.footprints import (
    asking,
    banners,
    columns,
    drawn,
    far,
    forms,
    levels,
    locations,
    lookup,
    ranking,
    reckoning,
    resolving,
    settling,
    ticks,
)
from mapping.footprints.asking import ColumnQuestion
from mapping.footprints.columns import MIN_ALIKE_SHARE, SAMPLE_CELLS, Guess
from mapping.footprints.locations import Circles
from mapping.footprints.lookup import Lookup
from mapping.footprints.resolving import Advance
from mapping.footprints.settling import KEYS, question
from mapping.geocode import OUTCOMES, Answer
from mapping.intake import Sheet
from mapping.memory import Cache
from mapping.places import Place

__all__ = [
    "KEYS",
    "MIN_ALIKE_SHARE",
    "OUTCOMES",
    "SAMPLE_CELLS",
    "Advance",
    "Answer",
    "ColumnQuestion",
    "Guess",
    "Upload",
    "asking",
    "columns",
    "drawn",
    "examples",
    "far",
    "ground",
    "levels",
    "outcomes",
    "question",
    "ranking",
    "read",
    "read_apart",
    "resolving",
    "shipped",
    "ticks",
]


MAX_PARTS_MB = 1_000
"""What is remembered of one file takes less."""


@dataclass(frozen=True, eq=False)
class Upload(Register):
    """The actors of an uploaded file, and what became of each of its rows.

    Attributes
    ----------
    rows : one row per row of the table; columns: row_number (as a spreadsheet counts), outcome
        (matched, corrected, ambiguous or unmatched), actor, kind (of its areas, in words),
        matched_to (their names, kinds and codes, joined with "; ", the first few), people
        (estimated residents of all of them, each once), reason (a sentence; "" for what
        matched), candidates (joined with "; ")
    questions : one row per text that may mean several areas; columns: question (the key of
        ``choices``), text, rows (how many say so), reason, candidates (a list of pairs: area as
        ``choices`` takes it, label), named, alike; see ``outcomes.questions``
    columns : what each column was taken for, why, and how sure that is
    column_questions : what is to be asked once about a column; columns: heading, question (a
        sentence), options (role to what it means), default (the role it has until one is
        chosen, by ``roles``)
    sheet : the table as it was read
    name, fingerprint_of_file : of the file
    form : which known public form the file has, in a sentence; "" if it has none
    notes : sentences about the whole file
    """

    rows: pd.DataFrame
    questions: pd.DataFrame
    columns: dict[str, Guess]
    column_questions: pd.DataFrame
    sheet: Sheet
    name: str
    fingerprint_of_file: str
    form: str
    notes: tuple[str, ...]

    @property
    def nbytes(self) -> int:
        """Return about how many bytes keeping it keeps from being freed."""
        frames = (self.rows, self.sheet.frame)
        return super().nbytes + sum(int(f.memory_usage(deep=True).sum()) for f in frames)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows had each outcome, from good to bad."""
        found = self.rows["outcome"].value_counts()
        return {outcome: int(found.get(outcome, 0)) for outcome in OUTCOMES}


def read(
    content: bytes,
    *,
    name: str,
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    header_row: int | None = None,
    roles: Mapping[str, str] | None = None,
    choices: Mapping[str, str] | None = None,
    accept: int = 101,
    place: Place | None = None,
    radius_m: float | None = None,
    kept: Cache | None = None,
    advance: Advance = lambda share, what: None,
) -> Upload:
    """Read a table of actors and where they work, or a file of boundaries; saves nothing.

    ``name`` is the file's. ``encoding``, ``delimiter``, ``sheet`` and ``header_row`` overrule
    what is found out (see ``intake``), ``roles`` what columns are taken for (see ``columns``).
    ``choices``, ``accept`` and ``place`` settle names with several meanings (see
    ``settling.settle``); ``radius_m`` is that of points without one. In ``kept`` is remembered
    what the file says, so that reading it with other choices, or with some of its columns taken
    for other things, is quick; ``advance`` is told how far it is. Raises MappingError only if no
    table can be read at all, or it is too large.

    >>> found = read(b"Organisation,Area\\nFood Hub,Camden\\nFood Hub,Nowhere\\n", name="a.csv")
    >>> found.counts
    {'matched': 1, 'corrected': 0, 'ambiguous': 0, 'unmatched': 1}
    >>> len(found.footprint("Food Hub")) > 1_000
    True
    """
    advance(0.0, "the file")
    fingerprint = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    cut = (fingerprint, encoding, delimiter, sheet, header_row)
    table: Sheet = _keep(
        kept,
        ("sheet", *cut),
        lambda: banners.lift_banners(
            _read_sheet(
                content,
                name=name,
                encoding=encoding,
                delimiter=delimiter,
                sheet=sheet,
                header_row=header_row,
            )
        ),
    )
    taken = columns.read_columns(table.frame, roles or {})
    if table.kind == drawn.KIND:
        taken = drawn.keep_shapes(table.frame, taken, roles or {})
    guesses = taken.guesses
    where = tuple((n, guess.role) for n, guess in guesses.items() if guess.role in columns.WHERE)
    looked: Lookup = _keep(
        kept,
        ("looked", *cut, where),
        lambda: lookup.look_up(
            table.frame, guesses, lambda share, what: advance(0.1 + 0.7 * share, what)
        ),
    )
    advance(0.8, "footprints")
    around: Circles = _keep(
        kept,
        ("circles", *cut, where, radius_m, *asking.find_assumed(guesses)),
        lambda: locations.circles(table.frame, guesses, radius_m),
    )
    answers = settling.settle(
        looked.answers.list(), looked.distinct, place=place, choices=choices, accept=accept
    )
    found = reckoning.reckon(table, guesses, name, looked, around, answers)
    notes = [*table.notes, *taken.notes, *found.notes]
    if place is not None:
        notes += far.describe_far(looked.distinct, answers, place)
    if not where:
        notes.append("We cannot tell which column says where organisations work. Choose it below.")
    return Upload(
        *(found.register.actors, found.register.whole, found.register.loose),
        rows=found.rows,
        questions=found.questions,
        columns=guesses,
        column_questions=asking.make_table(taken.asked),
        sheet=table,
        name=name,
        fingerprint_of_file=fingerprint[:12],
        form=forms.describe(taken.form) if taken.form else "",
        notes=tuple(notes),
    )


def read_apart(
    content: bytes,
    *,
    kept: Cache,
    advance: Advance = lambda share, what: None,
    waits: Callable[[int], object] | None = None,
    **options: Any,
) -> Upload:
    """Read as ``read`` does with these ``options``; a large file in a process of its own.

    ``waits`` is told how many files come before it, as long as it waits for its turn. What the
    file says is in ``kept`` then as well, so that reading it with other choices is quick, here.
    Raises MappingError as ``read``, and TooLargeError where that process needs more memory or
    time than it may.
    """
    cut = ("encoding", "delimiter", "sheet", "header_row", "radius_m")
    roles = tuple(sorted((options.get("roles") or {}).items()))
    fingerprint = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    key = ("apart", fingerprint, roles, *map(options.get, cut))
    if kept.find(key) or not apart.is_heavy(content):
        return read(content, kept=kept, advance=advance, **options)
    found, parts = apart.call(_read_with_parts, advance, content, waits=waits, **options)
    for part, value in parts:
        kept.put(part, value)
    kept.put(key, True)
    return found


def _read_with_parts(
    content: bytes, *, advance: Advance, **options: Any
) -> tuple[Upload, list[tuple[Hashable, Any]]]:
    """Read a file, and return with it what ``kept`` remembers of it."""
    kept = Cache(MAX_PARTS_MB)
    return read(content, kept=kept, advance=advance, **options), kept.items()


def _read_sheet(content: bytes, *, name: str, sheet: str, **options: Any) -> Sheet:
    """Read a table, or a file of boundaries as one; of what is neither say why it is no table."""
    try:
        return intake.read_sheet(content, name=name, sheet=sheet, **options)
    except MappingError:
        if not outlines.is_boundaries(content):
            raise
        try:
            layers = outlines.read(content, name=name)
        except MappingError:
            layers = []
        if not layers:
            raise
    return drawn.read_features(layers, name=name, layer=sheet)


def _keep(kept: Cache | None, key: Hashable, make: Callable[[], Any]) -> Any:
    return make() if kept is None else kept.get(key, make)
