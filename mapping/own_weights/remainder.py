"""Remainder: what of an uploaded file of numbers counts for nothing, and how that is told."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.own_weights.figures import BLANK, INFINITE, NEGATIVE, OTHER, UNLIKE, Figures, is_score
from mapping.wording import capitalise, join_names, share, write_count, write_sum

WHOLE_FILE, PLACED, WITHOUT = "in the file", "placed", "postcodes in none of its areas"
UNKNOWN, SEVERAL_AREAS, AGAIN = (
    "areas not known here",
    "areas that may be several",
    ("totals, or areas of which the file has parts as well"),
)
NUMBER_FAULTS = {
    BLANK: "no number",
    OTHER: "something else than a number",
    UNLIKE: "a number without a per cent sign, among percentages",
    NEGATIVE: "a number below 0",
    INFINITE: "an infinite number, or one that is too large",
}
"""What rows have whose number cannot count."""
TITLES = {
    WHOLE_FILE: "In your file",
    PLACED: "Used",
    UNKNOWN: "Areas we do not know",
    SEVERAL_AREAS: "Names we do not recognise, or that could be several places",
    AGAIN: "Totals of other rows, or areas of which the file has parts as well",
    NUMBER_FAULTS[BLANK]: "No number",
    NUMBER_FAULTS[OTHER]: "Not a number",
    NUMBER_FAULTS[UNLIKE]: "No % sign, among percentages",
    NUMBER_FAULTS[NEGATIVE]: "Below 0",
    NUMBER_FAULTS[INFINITE]: "Infinite, or too large",
    WITHOUT: "Postcodes outside its areas",
}
"""What a reader calls each part of a file; the keys are what is kept."""
_OF_ROWS = {
    UNKNOWN: ("names an area we do not know", "name areas we do not know"),
    SEVERAL_AREAS: (
        "has a name we do not recognise, or that could be several places",
        "have names we do not recognise, or that could be several places",
    ),
    AGAIN: (
        "is a total of other rows, or an area of which the file has parts as well",
        "are totals of other rows, or areas of which the file has parts as well",
    ),
    NUMBER_FAULTS[BLANK]: ("has no number", "have no number"),
    NUMBER_FAULTS[OTHER]: ("is not a number", "are not numbers"),
    NUMBER_FAULTS[UNLIKE]: (
        "has no % sign, among percentages",
        "have no % sign, among percentages",
    ),
    NUMBER_FAULTS[NEGATIVE]: ("is below 0", "are below 0"),
    NUMBER_FAULTS[INFINITE]: ("is infinite, or too large", "are infinite, or too large"),
}
"""What is said of one row, and of several, that could not be used."""
WITHOUT_SHARE = {AGAIN, *NUMBER_FAULTS.values()}
REMAINDER_COLUMNS = ("what", "rows", "sum", "share", "examples")
MAX_EXAMPLES = 5


class RemainderPart(NamedTuple):
    """Rows of one fate: what it is, how many, what they add up to, and up to five examples."""

    what: str
    rows: int
    total: float
    examples: tuple[str, ...]


class Remainder(NamedTuple):
    """What a file adds up to, what of it is placed, and the rest.

    Attributes
    ----------
    whole, placed : all rows with a number but totals (``AGAIN``); those that count, with the
        kinds of their areas as examples
    lost : the other rows, by why they do not count
    without : postcodes of Great Britain that are in none of the file's areas
    share_without : their share of all postcodes
    """

    whole: RemainderPart
    placed: RemainderPart
    lost: tuple[RemainderPart, ...]
    without: int
    share_without: float

    def frame(self) -> pd.DataFrame:
        """Return it as a table; columns: what, rows, sum, share (of the sum), examples.

        Rows without a number have no sum, totals no share. The last row is about postcodes: their
        number, and share of all.
        """
        rows = [
            (
                part.what,
                part.rows,
                np.nan if part.what in NUMBER_FAULTS.values() else part.total,
                np.nan if part.what in WITHOUT_SHARE else _ratio(part.total, self.whole.total),
                "; ".join(part.examples),
            )
            for part in (self.whole, self.placed, *self.lost)
        ]
        rows.append((WITHOUT, self.without, np.nan, self.share_without, ""))
        return pd.DataFrame(rows, columns=list(REMAINDER_COLUMNS))

    @property
    def sum_lost(self) -> float:
        """Return what the rows that count nowhere add up to, totals left out."""
        return sum(part.total for part in self.lost if part.what != AGAIN)

    def brief(self, name: str, counts: str) -> str:
        """Say in one sentence how much of a file counts nowhere; ``name`` is the file's."""
        lost, rows = self.sum_lost, sum(part.rows for part in self.lost)
        if not rows:
            return f"Every row of “{name}” ({counts}) is used."
        many = write_count(rows, "row", "rows")
        adds_up = lost > 0 and not is_score(counts)
        of = f" ({share(lost / self.whole.total)} of the total)" if adds_up else ""
        return f"{capitalise(many)} of “{name}”{of} could not be used."

    def sum_sentence(self, name: str, counts: str) -> str:
        """Say what a file's numbers come to, and how much of it is placed."""
        total, lost = self.whole.total, self.sum_lost
        if is_score(counts):  # percentages and scores of areas do not add up
            used = f"{self.placed.rows:,} of {self.whole.rows:,}"
            return f"“{name}” ({counts}) has {used} rows with a figure that matched a place."
        said = f"“{name}” totals {write_sum(total)} ({counts}). "
        if not self.placed.rows:
            return f"{said}None of it matched a place."
        if lost <= 0:
            return f"{said}All of it matched a place."
        return f"{said}{write_sum(lost)} of it ({share(lost / total)}) could not be used."

    def sentence(self, name: str, counts: str) -> str:
        """Say what a file's numbers come to, and what is left over; ``name`` is the file's."""
        said = [_say_part(part, adds_up=not is_score(counts)) for part in self.lost]
        covered = len(postcodes.table()) - self.without
        if self.without:
            said.append(f"Its areas have {covered:,} {'postcode' if covered == 1 else 'postcodes'}")
        begin = self.sum_sentence(name, counts)
        return " ".join([begin, *(f"{sentence}." for sentence in said)])


def _say_part(part: RemainderPart, *, adds_up: bool) -> str:
    """Say of rows why they are not used: "Two rows name areas we do not know (Atlantis): 6"."""
    said = _OF_ROWS[part.what][0 if part.rows == 1 else 1]
    of = f" ({join_names(part.examples, MAX_EXAMPLES)})" if part.examples else ""
    has_total = adds_up and part.what not in NUMBER_FAULTS.values()
    total = f": {write_sum(part.total)}" if has_total else ""
    return f"{capitalise(write_count(part.rows, 'row', 'rows'))} {said}{of}{total}"


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else np.nan


def sum_rows(
    texts: np.ndarray,
    reasons: np.ndarray,
    found: Figures,
    use: np.ndarray,
    placed: int,
    kinds: tuple[str, ...],
) -> Remainder:
    """Sum up what became of the rows of a file.

    ``texts`` (rows,) name areas, ``reasons`` (rows,) are ``UNKNOWN``, ``SEVERAL_AREAS``, ``AGAIN``
    or "" for those that are found; ``use`` (rows,) tells which count, ``placed`` how many postcodes
    their areas hold, ``kinds`` of which kinds they are, the most frequent first.
    """
    good = found.problem == ""
    lost = [
        _part(what, (reasons == what) & good, texts, found.numbers)
        for what in (UNKNOWN, SEVERAL_AREAS, AGAIN)
    ]
    lost += [
        _part(told, found.problem == key, texts, found.numbers)
        for key, told in NUMBER_FAULTS.items()
    ]
    without = len(postcodes.table()) - placed
    return Remainder(
        _part(WHOLE_FILE, good & (reasons != AGAIN), None, found.numbers),
        _part(PLACED, use, None, found.numbers)._replace(examples=kinds),
        tuple(part for part in lost if part.rows),
        without,
        without / len(postcodes.table()),
    )


def _part(
    what: str, rows: np.ndarray, texts: np.ndarray | None, numbers: np.ndarray
) -> RemainderPart:
    total = float(np.nansum(numbers[rows]))
    named = [] if texts is None else pd.unique(texts[rows])
    examples = tuple(text[:40] for text in named[: MAX_EXAMPLES + 1] if text)[:MAX_EXAMPLES]
    return RemainderPart(what, int(rows.sum()), total, examples)


def read_frame(frame: pd.DataFrame) -> Remainder | None:
    """Read what ``Remainder.frame`` wrote, kept as text; None for any other table."""
    if tuple(frame.columns) != REMAINDER_COLUMNS:
        return None
    numbers = frame[["rows", "sum", "share"]].apply(pd.to_numeric, errors="coerce")
    numbers = numbers.where(np.isfinite(numbers), 0.0)
    parts = [
        RemainderPart(
            str(what), int(rows), float(total), tuple(filter(None, str(examples).split("; ")))
        )
        for what, examples, rows, total in zip(
            frame["what"], frame["examples"], numbers["rows"], numbers["sum"], strict=True
        )
    ]
    if [part.what for part in parts[:2]] != [WHOLE_FILE, PLACED] or parts[-1].what != WITHOUT:
        return None
    known = {UNKNOWN, SEVERAL_AREAS, AGAIN, *NUMBER_FAULTS.values()}
    lost = tuple(part for part in parts[2:-1] if part.what in known)
    return Remainder(parts[0], parts[1], lost, parts[-1].rows, float(numbers["share"].iloc[-1]))
