"""Own weights: an uploaded table of areas and numbers becomes a lens to count by.

``read`` saves nothing. A postcode's number is its own; that of a small census area (LSOA or data
zone) is shared equally among its residential postcodes, that of a larger area in proportion to
estimated residents. What the numbers add up to stays the same; what is not placed is told.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping import intake
from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.footprints import (
    KEYS,
    OUTCOMES,
    Advance,
    Answer,
    Guess,
    asking,
    columns,
    outcomes,
    resolving,
)
from mapping.geocode import areas
from mapping.intake import MAX_ROWS, Sheet
from mapping.own_weights import allotment, figures, own_lens, remainder
from mapping.own_weights.remainder import AGAIN, SEVERAL_AREAS, UNKNOWN, Remainder
from mapping.places import Place
from mapping.workspaces import OwnLens, position_of

__all__ = [
    "MAX_POSTCODE_ROWS",
    "SMALL_AREA",
    "TOTAL_AREA",
    "RowAnswers",
    "Weighing",
    "figures",
    "own_lens",
    "read",
]

MAX_POSTCODE_ROWS = 2_000_000
"""Rows of a file of postcodes; other files have ``sheets.MAX_ROWS`` at most."""
TOTAL_AREA = r"(?i)(grand |sub)?totals?|all|all areas|everything"
SMALL_AREA = re.compile(r"[EWS]01\d{6}")
MATCHED, CORRECTED, AMBIGUOUS, UNMATCHED = range(len(OUTCOMES))


@dataclass(frozen=True, eq=False)
class Weighing:
    """A table of areas and numbers as a lens, and what became of each of its rows.

    Attributes
    ----------
    lens : to be saved; its ``residual`` says what of the file counts for nothing
    rows : one row per row of the table; columns: row_number (as a spreadsheet counts), outcome
        (matched, corrected, ambiguous or unmatched), area, number (missing for none), kind (of
        area), reason (a sentence; "" for what matched), candidates (joined with "; ")
    questions : as of ``footprints.Upload``
    columns : what each column was taken for: a role of ``figures.FIGURE_ROLES``
    column_questions : as of ``footprints.Upload``: columns of scores, which do not add up
    numbers : headings of the columns that hold numbers
    is_asked : whether there are several, and nobody has said which one counts
    remainder : what was placed and what was not, in numbers
    sheet, name : the table as it was read; the file's name
    notes : sentences about the whole file
    """

    lens: OwnLens
    rows: pd.DataFrame
    questions: pd.DataFrame
    columns: dict[str, Guess]
    column_questions: pd.DataFrame
    numbers: tuple[str, ...]
    is_asked: bool
    remainder: Remainder
    sheet: Sheet
    name: str
    notes: tuple[str, ...]

    @property
    def nbytes(self) -> int:
        """Return about how many bytes it takes."""
        frames = (self.rows, self.sheet.frame)
        lens = self.lens.positions.nbytes + self.lens.numbers.nbytes
        return int(lens) + sum(int(frame.memory_usage().sum()) for frame in frames)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows had each outcome, from good to bad."""
        found = self.rows["outcome"].value_counts()
        return {outcome: int(found.get(outcome, 0)) for outcome in OUTCOMES}


class RowAnswers(NamedTuple):
    """What each row came to: number of its area (-1 for none), outcome, reason, candidates.

    ``why`` says for the remainder why it counts nowhere, "" if it does.
    """

    area: np.ndarray
    outcome: np.ndarray
    reason: np.ndarray
    candidates: np.ndarray
    why: np.ndarray


def read(
    content: bytes,
    *,
    name: str,
    roles: Mapping[str, str] | None = None,
    choices: Mapping[str, str] | None = None,
    accept: int = 101,
    place: Place | None = None,
    counts: str = "",
    called: str = "",
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    header_row: int | None = None,
    advance: Advance = lambda share, what: None,
) -> Weighing:
    """Read a table of areas and numbers as a lens; saves nothing.

    Areas are postcodes, small census areas, wards or larger areas, by code or name, one a row.
    ``name`` is the file's; ``roles`` overrules what columns are taken for, ``choices``,
    ``accept`` and ``place`` settle names with several meanings (see ``resolving.resolve``).
    ``counts`` says what is counted ("households"), ``called`` what the lens is called; both are
    guessed. The others are as in ``intake.read_sheet``. Raises MappingError only if no table can be
    read at all, it is too large, or ``roles`` do not fit it.
    """
    advance(0.0, "the file")
    table = intake.read_sheet(
        content,
        name=name,
        encoding=encoding,
        delimiter=delimiter,
        sheet=sheet,
        header_row=header_row,
        most_rows=MAX_POSTCODE_ROWS,
    )
    guesses, numeric = figures.choose_roles(table.frame, roles or {})
    where, number = (
        next(iter(columns.find_columns(guesses, *r)), "") for r in (figures.AREA_ROLES, ("number",))
    )
    told = _list_texts(table.frame, where, guesses)
    distinct, row_of = _find_distinct(told)
    advance(0.2, "areas")
    answers = resolving.resolve(
        distinct,
        shapes=[],
        place=place,
        choices=choices,
        accept=accept,
        advance=lambda share, what: advance(0.2 + 0.5 * share, what),
    )
    advance(0.8, "numbers")
    found = _answer_rows(told, distinct, answers, row_of)
    amount = _figures(table.frame, number)
    _leave_out(found, amount.problem == "")
    use = (found.area >= 0) & (amount.problem == "")
    positions, values = allotment.spread(
        found.area[use], amount.numbers[use], mean=amount.are_percentages
    )
    texts = told["text"].to_numpy(object)
    left = remainder.sum_rows(
        texts, found.why, amount, use, len(positions), _kinds(found.area[use])
    )
    advance(0.9, "rows")
    repeated = _tell_repeated(found, use, table.row_numbers, amount.are_percentages)
    asked = figures.ask_about_scores(numeric, guesses)
    counted = counts.strip() or figures.guess_counts(number)
    if amount.are_percentages and not figures.is_score(counted):
        counted = f"{counted} per cent"
    return Weighing(
        own_lens.make_lens(positions, values, left, called.strip() or _stem(name), counted),
        rows=_rows(table, found, amount, (where, number)),
        questions=_questions(told, distinct, answers, found, row_of),
        columns=guesses,
        column_questions=asking.make_table(asked),
        numbers=tuple(numeric),
        is_asked=len(numeric) > 1 and "number" not in (roles or {}).values(),
        remainder=left,
        sheet=table,
        name=name,
        notes=(
            *table.notes,
            *asking.describe(asked),
            *_notes(where, number, amount, repeated, texts[found.why == UNKNOWN]),
        ),
    )


def _list_texts(frame: pd.DataFrame, where: str, guesses: dict[str, Guess]) -> pd.DataFrame:
    """Return what each row says about where: text, kind, within, and position of its postcode."""
    if not where:
        return pd.DataFrame(
            {"text": "", "kind": "", "within": "", "position": -1}, index=frame.index
        )
    role = guesses[where].role
    told = pd.DataFrame({"text": frame[where].str.strip()})
    told["kind"] = "" if role == "area" else role
    within = columns.find_columns(guesses, "within")
    told["within"] = frame[within[0]].str.strip() if within and role != "postcode" else ""
    tight = told["text"].str.upper().str.replace(" ", "", regex=False)
    full = tight.str.fullmatch(postcodes.UNIT.pattern).to_numpy(bool)
    names = (tight[full].str[:-3] + " " + tight[full].str[-3:]).to_numpy(object).astype("S8")
    position = np.full(len(told), -1)
    position[full] = position_of(names, postcodes.table().name)
    return told.assign(position=position)


def _find_distinct(told: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
    """Return the texts that are no postcode in use, each once, and the rank of each row's there.

    The rank is -1 for a postcode in use, a blank and a total. Raises MappingError for a long file
    of anything but postcodes.
    """
    rest = (told["position"] < 0) & (told["text"] != "") & ~told["text"].str.fullmatch(TOTAL_AREA)
    row_of = np.full(len(told), -1)
    groups = told.loc[rest, KEYS].groupby(KEYS, sort=False)
    row_of[rest.to_numpy()] = groups.ngroup().to_numpy()
    distinct = told.loc[rest, KEYS].drop_duplicates(ignore_index=True)
    if len(told) > MAX_ROWS and len(distinct) > MAX_ROWS:
        raise MappingError(
            f"Expected at most {MAX_ROWS:,} rows, or up to {MAX_POSTCODE_ROWS:,} of postcodes; "
            "found "
            f"{len(told):,} rows, {len(distinct):,} of them without a current postcode. Choose "
            "the column of postcodes, or give the numbers by small census area (LSOA)."
        )
    return distinct, row_of


def _answer_rows(
    told: pd.DataFrame, distinct: pd.DataFrame, answers: list[Answer], row_of: np.ndarray
) -> RowAnswers:
    position = told["position"].to_numpy()
    in_use = position >= 0
    area = np.where(in_use, areas.postcode(np.maximum(position, 0)), -1)
    outcome = np.where(in_use, MATCHED, UNMATCHED)
    reason = np.where(in_use, "", "no area given").astype(object)
    candidates = np.full(len(told), "", dtype=object)
    rest = row_of >= 0
    if rest.any():
        frame = outcomes.answer_texts(distinct, distinct, answers)
        at = row_of[rest]
        area[rest] = frame["area"].to_numpy()[at]
        outcome[rest] = frame["outcome"].map(outcomes.RANK).to_numpy()[at]
        reason[rest] = frame["reason"].to_numpy(object)[at]
        candidates[rest] = frame["candidates"].to_numpy(object)[at]
    drawn = area >= areas.first_shape()
    area[drawn], outcome[drawn] = -1, UNMATCHED
    reason[drawn] = "we cannot use shapes here: give codes, names or postcodes"
    why = np.where(outcome == AMBIGUOUS, SEVERAL_AREAS, UNKNOWN).astype(object)
    why[area >= 0] = ""
    totals = (area < 0) & told["text"].str.fullmatch(TOTAL_AREA).to_numpy(bool)
    why[totals], outcome[totals], candidates[totals] = AGAIN, UNMATCHED, ""
    reason[totals] = "left out: it looks like a total of other rows"
    return RowAnswers(area, outcome, reason, candidates, why)


def _figures(frame: pd.DataFrame, number: str) -> figures.Figures:
    if number:
        return figures.read(frame[number])
    none = np.full(len(frame), figures.BLANK, dtype=object)
    return figures.Figures(np.full(len(frame), np.nan), none)


def _leave_out(found: RowAnswers, has_number: np.ndarray) -> None:
    """Leave out areas of which parts are in the file as well, such as a total under its wards."""
    rows = np.flatnonzero((found.area >= 0) & has_number)
    fits = allotment.check_fit(found.area[rows])
    for row, fit in zip(rows[fits != allotment.FITS], fits[fits != allotment.FITS], strict=True):
        told = "the file has figures for areas inside it, and we use those"
        told = told if fit == allotment.OVERLAPS else "it covers too large an area"
        found.reason[row] = f"{areas.label(int(found.area[row]))} was left out: {told}"
        found.area[row], found.outcome[row], found.why[row] = -1, UNMATCHED, AGAIN


def _tell_repeated(found: RowAnswers, use: np.ndarray, row_numbers: np.ndarray, mean: bool) -> int:
    """Say in each row but the first of an area what became of them; count such areas."""
    rows = np.flatnonzero(use)
    _, first, of, count = np.unique(
        found.area[rows], return_index=True, return_inverse=True, return_counts=True
    )
    again = np.flatnonzero(first[of] != np.arange(len(rows)))
    done = "we used the average of its {:,} rows" if mean else "we added its {:,} rows"
    for at in again:
        row = rows[at]
        told = f"row {row_numbers[rows[first[of[at]]]]:,} names the same area: "
        told += done.format(count[of[at]])
        found.reason[row] = "; ".join(filter(None, (found.reason[row], told)))
    found.outcome[rows[again]] = np.maximum(found.outcome[rows[again]], CORRECTED)
    return int((count > 1).sum())


def _rows(
    table: Sheet, found: RowAnswers, amount: figures.Figures, headings: tuple[str, str]
) -> pd.DataFrame:
    """Say what became of each row: the columns of ``Weighing.rows``."""
    reason, outcome = found.reason.copy(), found.outcome.copy()
    said = reason != ""
    reason[said] = (f"column “{headings[0]}”: " if headings[0] else "") + reason[said]
    wrong = np.flatnonzero(amount.problem != "")
    cells = table.frame[headings[1]].to_numpy(object)[wrong] if headings[1] else [""] * len(wrong)
    for row, cell in zip(wrong, cells, strict=True):
        told = figures.WRONG[amount.problem[row]].format(f"“{cell.strip()[:40]}”")
        told = f"column “{headings[1]}”: {told}" if headings[1] else "no column has the figures"
        reason[row] = "; ".join(filter(None, (reason[row], told)))
    outcome[wrong] = UNMATCHED
    frame = pd.DataFrame({"row_number": np.asarray(table.row_numbers, dtype="int64")})
    frame["outcome"] = pd.Categorical.from_codes(outcome, categories=list(OUTCOMES)).astype("str")
    frame["area"], frame["kind"] = _name_areas(found.area)
    frame["number"] = amount.numbers
    told_ = reason != ""
    numbers = frame["row_number"].astype(str).to_numpy(object)
    reason[told_] = "Row " + numbers[told_] + ": " + reason[told_] + "."
    return frame.assign(reason=reason, candidates=found.candidates)


def _kinds(area: np.ndarray) -> tuple[str, ...]:
    """Return the kinds of some areas, the most frequent first."""
    known, count = np.unique(allotment.kinds(area), return_counts=True)
    names = (*areas.index().kinds, "postcode")  # -1 is the last
    return tuple(names[kind] for kind in known[np.argsort(-count, kind="stable")])


def _name_areas(area: np.ndarray) -> tuple[pd.Series, pd.Series]:
    """Return the name and the kind of each area, "" for none."""
    kind = allotment.kinds(area)
    is_unit, is_postcode = (area >= 0) & (kind >= 0), (area >= 0) & (kind < 0)
    called = np.full(len(area), "", dtype=object)
    units, of = np.unique(area[is_unit], return_inverse=True)
    called[is_unit] = np.array([areas.label(int(a)) for a in units], dtype=object)[of]
    position = area[is_postcode] - len(areas.index())
    called[is_postcode] = postcodes.table().name[position].astype("U8")
    known = np.array([*areas.index().kinds, "postcode"], dtype=object)
    kinds = np.where(area < 0, "", known[kind])
    return pd.Series(called, dtype="str"), pd.Series(kinds, dtype="str")


def _questions(
    told: pd.DataFrame,
    distinct: pd.DataFrame,
    answers: list[Answer],
    found: RowAnswers,
    row_of: np.ndarray,
) -> pd.DataFrame:
    """List the texts that somebody has to decide about; as ``outcomes.questions``."""
    asked = row_of[(found.outcome == AMBIGUOUS) & (row_of >= 0)]
    return outcomes.questions(distinct, answers, np.bincount(asked, minlength=len(distinct)))


def _stem(name: str) -> str:
    return re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)


def _notes(
    where: str, number: str, amount: figures.Figures, repeated: int, unknown: np.ndarray
) -> list[str]:
    notes = []
    if not where:
        notes.append(
            "We cannot tell which column names areas. Choose that with postcodes, codes or names."
        )
    if not number:
        notes.append("No column has numbers. Choose the one to use.")
    if repeated:
        one = repeated == 1
        done = "we used the average" if amount.are_percentages else "we added their figures"
        notes.append(
            f"{repeated:,} {'area is' if one else 'areas are'} named in several rows: {done}."
        )
    if amount.are_percentages:
        notes.append(
            "These are percentages, so totals make little sense. Use them as need on the Gaps page."
        )
    if any(SMALL_AREA.fullmatch(text) for text in unknown[:1_000]):
        notes.append(
            "We have the small census areas of 2011, not those redrawn since. Give figures for "
            "their postcodes instead, or add the postcode directory: see Data and method."
        )
    return notes
