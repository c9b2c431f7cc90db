"""Outcomes: what became of each row of an uploaded table, why, and what is left to decide."""

from collections.abc import Mapping, Sequence
from itertools import islice

import numpy as np
import pandas as pd

from mapping.footprints import columns, ground, matching
from mapping.footprints.columns import Guess
from mapping.footprints.locations import Circles
from mapping.footprints.settling import KEYS, question
from mapping.geocode import MAX_OFFERED, MAX_SHOWN, OUTCOMES, Answer, areas, nearest_score
from mapping.intake import Sheet
from mapping.wording import findings

RANK = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}
UNMATCHED = RANK["unmatched"]
MAX_REASONS = 200
"""So many texts of a row are told of one by one: a cell may join thousands."""
MAX_QUOTE_LETTERS = 200
"""So much of what a row says about where is shown."""
MAX_SHAPE_LETTERS = 40
"""So much of a shape among it."""
SKIPPED = "skipped"
WORDS = {
    "matched": "matched",
    "corrected": "corrected",
    "ambiguous": "needs a decision",
    "unmatched": "not matched",
    SKIPPED: "not part of the table",
}
"""What became of a row, as a reader is told."""
HEADINGS = {
    "row_number": "Row",
    "outcome": "What happened to it",
    "actor": "Organisation",
    "says": "In your file",
    "matched_to": "Matched to",
    "people": findings.heading("residents"),
    "reason": "Why",
    "candidates": "Possible matches",
}
"""What a reader is told of a row, on the screen and in the file."""
TAKEN = ("row_number", "outcome", "actor", "matched_to", "people", "reason", "candidates")
"""What of it stands in the file, which has what the rows say in its own columns."""


def answer_texts(
    said: pd.DataFrame,
    distinct: pd.DataFrame,
    answers: Sequence[Answer],
    at: np.ndarray | None = None,
) -> pd.DataFrame:
    """Answer each text of ``locations.list_texts``: area, outcome, kind, reason, candidates.

    ``distinct`` holds each text with its kind and within once, ``answers`` theirs; ``at`` says
    which of them each text is, where that is known.
    """
    found = np.array([a.area for a in answers], dtype="int64")
    shown = ["; ".join(map(str, a.candidates[:MAX_SHOWN])) if a.candidates else "" for a in answers]
    told = {
        "area": found,
        "outcome": np.array([a.outcome for a in answers], dtype=object),
        "is": matching.name_kinds(found),
        "reason": np.array([a.reason for a in answers], dtype=object),
        "candidates": np.array(shown, dtype=object),
    }
    if at is None:
        frame = pd.DataFrame(told).join(distinct[KEYS])
        return said.merge(frame, on=KEYS, how="left", validate="m:1")
    whole = {name: said[name].array for name in said}
    answered = {n: pd.Series(some[at], dtype=some.dtype) for n, some in told.items()}
    return pd.DataFrame({**whole, **answered})


def answer_circles(round_: Circles, first_area: int) -> pd.DataFrame:
    """Write circles as ``answer_texts`` writes texts; the first is the area ``first_area``.

    They name no column: several give them together.
    """
    wrong = round_.problem != ""
    corrected = np.where(round_.note == "", "matched", "corrected")
    return pd.DataFrame(
        {
            "row": round_.row,
            "column": "",
            "area": np.where(wrong, -1, first_area + np.arange(len(round_.row))),
            "outcome": np.select([round_.is_open, wrong], ["ambiguous", "unmatched"], corrected),
            "is": np.where(wrong, "", "circle"),
            "reason": np.where(wrong, round_.problem, round_.note),
            "candidates": "",
        }
    )


def judge_rows(
    table: Sheet, found: pd.DataFrame, who: pd.DataFrame, shapes: Sequence[np.ndarray] = ()
) -> pd.DataFrame:
    """Say what became of each row: the worst of what its texts came to, and why.

    Columns as ``footprints.Upload.rows``. ``found`` is what ``answer_texts`` and ``answer_circles``
    give, ``who`` has a row per row of the table: actor, number (-1 for nobody) and above (whether
    the name is that of an earlier row); ``shapes`` the positions of each shape's postcodes.
    """
    count = len(table.frame)
    row = found["row"].to_numpy("int64")
    worst = np.full(count, -1)
    np.maximum.at(worst, row, [RANK[outcome] for outcome in found["outcome"].tolist()])
    reason = _reasons(found, count)
    nowhere, nobody = worst < 0, who["number"].to_numpy() < 0
    reason[nowhere] = "no area given"
    above = who["above"].to_numpy() & ~nobody
    worst[above & (worst == 0)] = RANK["corrected"]
    named = who["actor"].to_numpy()[above]
    borrowed = "no organisation named, so we used the one in a row above (" + named + ")"
    reason[above] = np.where(reason[above] == "", borrowed, borrowed + "; " + reason[above])
    reason[nobody] = "no organisation given here or in a row above"
    worst[nowhere | nobody] = UNMATCHED
    numbers = np.asarray(table.row_numbers, dtype="int64")
    for at in np.flatnonzero(reason != ""):
        reason[at] = f"Row {numbers[at]}: {reason[at]}."
    area, is_ = found["area"].to_numpy("int64"), found["is"].to_numpy(object)
    names = matching.name_areas(area, is_, shapes)
    texts = {
        "outcome": np.array(OUTCOMES, dtype=object)[worst],
        "actor": who["actor"].array,
        "kind": _join_texts(row, is_, count),
        "matched_to": matching.join_names(row, names, count),
        "reason": reason,
        "candidates": _join_texts(row, found["candidates"].to_numpy(object), count),
    }
    told = pd.DataFrame(
        {"row_number": numbers, **{n: pd.array(some, dtype="str") for n, some in texts.items()}}
    )
    people = matching.count_people(row, area, count, shapes)
    told.insert(list(told).index("matched_to") + 1, "people", people)
    return told


def _reasons(found: pd.DataFrame, count: int) -> np.ndarray:
    """Say for each row what was corrected or is wrong in which column, and what was taken."""
    row, why = found["row"].to_numpy("int64"), found["reason"].to_numpy(object)
    given = np.flatnonzero(why != "")
    said = zip(found["column"].to_numpy(object)[given], why[given], strict=True)
    texts = [f"column “{name}”: {text}" if name else text for name, text in said]
    reason = _join_texts(row[given], np.array(texts, dtype=object), count)
    taken = np.bincount(row[found["area"].to_numpy() >= 0], minlength=count)
    of = np.bincount(row, minlength=count)
    partly = np.flatnonzero((taken > 0) & (taken < of))
    for at in partly:
        reason[at] += f"; {taken[at]} of its {of[at]} areas were matched"
    return reason


def _join_texts(row: np.ndarray, texts: np.ndarray, count: int) -> np.ndarray:
    """Join the different texts of each row with "; ", in their order: (count,) objects.

    Of more than ``MAX_REASONS`` the others are counted.
    """
    found = np.full(count, "", dtype=object)
    keep = texts != ""
    row, texts = row[keep], texts[keep]
    several = np.bincount(row, minlength=count) > 1
    alone = ~several[row]
    found[row[alone]] = texts[alone]
    joined: dict[int, dict[str, None]] = {}
    for at, text in zip(row[~alone].tolist(), texts[~alone], strict=True):
        joined.setdefault(at, {})[text] = None
    for at, some in joined.items():
        more = len(some) - MAX_REASONS
        told_ = "; ".join(islice(some, MAX_REASONS))
        found[at] = told_ + (f"; and {more:,} more" if more > 0 else "")
    return found


def questions(distinct: pd.DataFrame, answers: Sequence[Answer], rows: np.ndarray) -> pd.DataFrame:
    """List the texts that somebody has to decide about, those of most ``rows`` first.

    Columns: question, text, rows (how many say so), reason, candidates (a list of pairs of
    what ``choices`` takes and what a reader is shown), named (how many of these, the first, have
    that very name), alike (the score, of 100, of the nearest
    name, from which on ``accept`` takes it; 0 where none is the nearest).
    """
    at = [i for i, a in enumerate(answers) if a.outcome == "ambiguous"]
    at.sort(key=lambda i: -rows[i])
    columns_ = (distinct[name].iloc[at].tolist() for name in KEYS)
    keys = [question(*one) for one in zip(*columns_, strict=True)]
    return pd.DataFrame(
        {
            "question": pd.array(keys, dtype="str"),
            "text": distinct["text"].iloc[at].array,
            "rows": np.asarray(rows, dtype="int64")[at],
            "reason": pd.array([answers[i].reason for i in at], dtype="str"),
            "candidates": pd.Series([_offers(answers[i]) for i in at], dtype=object),
            "named": np.array([answers[i].named for i in at], dtype="int64"),
            "alike": np.array([nearest_score(answers[i]) for i in at], dtype="int64"),
        }
    )


def _offers(answer: Answer) -> list[tuple[str, str]]:
    most = MAX_OFFERED if answer.named else MAX_SHOWN
    return [
        (f"{areas.kind_of(c.area)}.{areas.code_of(c.area)}", str(c))
        for c in answer.candidates[:most]
    ]


def sentence(counts: Mapping[str, int]) -> str:
    """Say what became of all rows, from good to bad; ``counts`` as ``Upload.counts``."""
    told = {
        "matched": "{} {s} matched",
        "corrected": "{} {w} corrected",
        "ambiguous": "{} need{v} a decision from you",
        "unmatched": "{} could not be matched to a place",
    }
    rows = sum(counts.values())
    if counts["matched"] == rows:
        return "The one row matched." if rows == 1 else f"All {rows:,} rows matched."
    if counts["unmatched"] == rows:
        none = "The one row" if rows == 1 else f"None of the {rows:,} rows"
        return f"{none} could {'not ' if rows == 1 else ''}be matched to a place."
    parts = [
        told[outcome].format(
            f"{n:,}",
            s="row" if n == 1 else "rows",
            v="s" if n == 1 else "",
            w="was" if n == 1 else "were",
        )
        for outcome, n in counts.items()
        if n
    ]
    if not counts["matched"]:
        number, _, rest = parts[0].partition(" ")
        parts[0] = f"{number} {'row' if number == '1' else 'rows'} {rest}"
    return f"{findings.join_names(parts, len(parts))}."


def quote_rows(table: Sheet, guesses: Mapping[str, Guess]) -> pd.Series:
    """Return what each row of a table says about where, as it was typed, shortened."""
    found = pd.Series("", index=table.frame.index, dtype="str")
    for heading in columns.find_columns(guesses, *columns.WHERE):
        cells = table.frame[heading].str.strip().str.slice(0, MAX_QUOTE_LETTERS)
        shapes = np.flatnonzero(cells.str.slice(0, 1).isin(["{", *"MPGSLmpgsl"]))
        drawn = [at for at in shapes if ground.is_shape(cells.iloc[at])]
        cells.iloc[drawn] = cells.iloc[drawn].str.slice(0, MAX_SHAPE_LETTERS) + "…"
        found = found + np.where((found != "") & (cells != ""), " · ", "") + cells
    return found.str.slice(0, MAX_QUOTE_LETTERS)


def say_why(reason: str) -> str:
    """Say why without the row's number, where that stands beside it."""
    return findings.capitalise(reason.partition(": ")[2])


def whole_file(table: Sheet, rows: pd.DataFrame) -> pd.DataFrame:
    """Return every row of an uploaded file with what became of it, as a table to download.

    ``rows`` is what ``judge_rows`` gives. Its columns come first, headed as on the screen, but for
    those that would be blank; the file's own after them (with " (file)" where a name is taken).
    Rows that are no part of the table (blank ones, titles, the heading) stand in their place.
    People are rounded to tens, and blank where a row was matched to nothing.
    """
    people = rows["people"].round(-1).astype("str").where(rows["matched_to"] != "", "")
    why = rows["reason"].map(say_why).astype("str")
    told = rows.assign(people=people, reason=why)[list(TAKEN)]
    left = _tell_skipped(table.skipped_rows)
    filled = [n for n in TAKEN if (told[n] != "").any() or (n in left and (left[n] != "").any())]
    told, left = (some[[n for n in filled if n in some]] for some in (told, left))
    told, left = (
        some.assign(outcome=some["outcome"].map(WORDS)).rename(columns=HEADINGS)
        for some in (told, left)
    )
    names = {name: name if name not in told else f"{name} (file)" for name in table.frame}
    whole = pd.concat([told, table.frame.rename(columns=names)], axis=1)
    both = pd.concat([whole, left], ignore_index=True)
    number = HEADINGS["row_number"]
    texts = [name for name in both.columns if name != number]
    both[texts] = both[texts].fillna("")
    return both.sort_values(number, kind="stable", ignore_index=True)


def _tell_skipped(skipped: pd.DataFrame) -> pd.DataFrame:
    """Say of the rows that are no part of a table why not: row_number, outcome, reason."""
    why = skipped["why"] + np.where(skipped["text"] == "", "", ": " + skipped["text"])
    return pd.DataFrame(
        {
            "row_number": skipped["row_number"],
            "outcome": pd.array([SKIPPED] * len(skipped), dtype="str"),
            "reason": why.map(findings.capitalise).astype("str"),
        }
    )
