"""Ratings: how people and groups see a condition of a healthy system at a scale, and since when.

A rating is never changed: whoever rates again adds one, and the latest counts.
"""

from collections.abc import Mapping

import pandas as pd

from mapping.stewardship import GROUP, MAX_LEVELS, PERSON, RATED_SCALES
from mapping.workspaces import texts
from mapping.workspaces.kinds.files import CORRECT, refuse
from mapping.workspaces.kinds.kind import Cell, Kind

__all__ = ["KIND", "MAX_NOTE_LETTERS", "write_rows"]

MAX_NOTE_LETTERS = 500


def write_rows(
    scheme: str,
    scale: str,
    who: str,
    kind: str,
    given: Mapping[str, int],
    notes: Mapping[str, str],
) -> pd.DataFrame:
    """Write down what one rater said of conditions at one scale: the columns but ``rated``.

    ``given`` has the level of each condition rated, ``notes`` what was said beside it.
    """
    rows = [
        (texts.make_id(), scheme, key, scale, who.strip(), kind, level, notes.get(key, "").strip())
        for key, level in given.items()
    ]
    return pd.DataFrame(rows, columns=[name for name in KIND.columns if name != "rated"])


def _check(rows: pd.DataFrame) -> None:
    for row in rows.itertuples(index=False):
        texts.check_text(row.who, "name of whoever rated")
        texts.check_text(row.scheme, "scheme of conditions")
        texts.check_text(row.condition, "condition")
        if row.scale not in RATED_SCALES:
            refuse(f"one of {', '.join(RATED_SCALES)} in ratings", f"“{row.scale[:40]}”", CORRECT)
        if row.kind not in (PERSON, GROUP):
            refuse(f"{PERSON} or {GROUP} in ratings", f"“{row.kind[:40]}”", CORRECT)
        if not 1 <= row.level <= MAX_LEVELS:
            refuse(f"levels of 1 to {MAX_LEVELS} in ratings", str(row.level), CORRECT)
        if len(row.note) > MAX_NOTE_LETTERS:
            found = f"{len(row.note):,} (“{row.note[:30]}…”)"
            refuse(f"notes of up to {MAX_NOTE_LETTERS} letters", found, "Shorten it.")


KIND: Kind[pd.DataFrame] = Kind(
    name="ratings",
    columns={
        "id": Cell.ID,
        "scheme": Cell.TEXT,
        "condition": Cell.TEXT,
        "scale": Cell.TEXT,
        "who": Cell.TEXT,
        "kind": Cell.TEXT,
        "level": Cell.NUMBER,
        "note": Cell.TEXT,
        "rated": Cell.MOMENT,
    },
    key=("id",),
    order=("rated", "id"),
    about="""\
ratings.csv      one row a rating: of a condition of a scheme at a scale, by a person or a
                 group, with a level from 1 and a note; of one rater the latest counts
""",
    nouns=("rating", "ratings"),
    check=_check,
)
