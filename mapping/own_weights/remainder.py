"""Remainder: what of an uploaded file of numbers counts for nothing, and how that is told."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.own_weights.figures import BLANK, INFINITE, NEGATIVE, OTHER, UNLIKE, Figures
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
            return f"Every row of “{name}” ({counts}) is placed."
        many = write_count(rows, "row", "rows")
        of = f", with {share(lost / self.whole.total)} of its sum," if lost > 0 else ""
        verb = "counts" if rows == 1 else "count"
        return f"{capitalise(many)} of “{name}” ({counts}){of} {verb} nowhere."

    def sum_sentence(self, name: str, counts: str) -> str:
        """Say what a file's numbers come to, and how much of it is placed."""
        total, lost = self.whole.total, self.sum_lost
        said = f"“{name}” adds up to {write_sum(total)} ({counts}); "
        if not self.placed.rows:
            return f"{said}nothing of it is placed."
        if lost <= 0:
            return f"{said}all of it is placed."
        return f"{said}{write_sum(lost)} of it ({share(lost / total)}) counts nowhere."

    def sentence(self, name: str, counts: str) -> str:
        """Say what a file's numbers come to, and what is left over; ``name`` is the file's."""
        said = list(map(_say_part, self.lost))
        if self.without:
            many = f"{self.without:,} {'postcode' if self.without == 1 else 'postcodes'}"
            said.append(
                f"{many} of Great Britain ({share(self.share_without)}) "
                f"{'is' if self.without == 1 else 'are'} in none of its areas"
            )
        begin = self.sum_sentence(name, counts)
        return " ".join([begin, *(f"{sentence}." for sentence in said)])


def _say_part(part: RemainderPart) -> str:
    """Say what rows have or name that count nowhere: "Two rows name areas not known here: 6"."""
    no_number, one = part.what in NUMBER_FAULTS.values(), part.rows == 1
    verb = ("has" if one else "have") if no_number else ("names" if one else "name")
    of = f" ({join_names(part.examples, MAX_EXAMPLES)})" if part.examples else ""
    total = "" if no_number else f": {write_sum(part.total)}"
    return f"{capitalise(write_count(part.rows, 'row', 'rows'))} {verb} {part.what}{of}{total}"


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
