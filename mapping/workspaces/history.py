"""What happened in a workspace: a row for each change, in words with counts.

No row holds what anybody typed, nor a name or an address of anybody: it says what sort of thing
was changed, how many, when, and in which session of a browser, by a few letters made by chance.
"""

import re

import pandas as pd

from mapping.workspaces.kinds import KINDS, Cell, Kind, files
from mapping.workspaces.texts import write_csv

__all__ = ["FILED", "FOREVER", "HERE", "KEPT_DAYS", "LOG", "TOLD", "USUAL_DAYS", "check_days"]

FOREVER = 0
KEPT_DAYS = (30, 90, 365, FOREVER)
"""So many days a workspace may keep what happened in it."""
USUAL_DAYS = 365
MAX_LETTERS = 300
HERE, TOLD = "here", "zip"
"""Where a row is from: written here with its change, or told by a zip that was brought back."""
SESSION = re.compile(r"[a-z0-9]{0,16}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")
"""How the store writes moments: in UTC, so that their texts stand in their order."""
ABOUT = re.compile(r"[a-z_]{1,40}")


def check_days(days: int) -> int:
    """Return for how many days rows are kept; raises MappingError unless in ``KEPT_DAYS``."""
    if days not in KEPT_DAYS:
        named = ", ".join(map(str, KEPT_DAYS))
        files.refuse(f"one of {named} days ({FOREVER}: for ever)", f"{days}", "Choose one.")
    return days


def _check(rows: pd.DataFrame) -> None:
    for row in rows.itertuples(index=False):
        if not MOMENT.fullmatch(row.moment):
            expected = "dates like 2026-11-22T09:30:00.000000+00:00 in history"
            files.refuse(expected, f"{row.moment[:40]!a}", files.CORRECT)
        if not SESSION.fullmatch(row.session) or not ABOUT.fullmatch(row.about):
            found = f"{row.session[:20]!a} and {row.about[:40]!a}"
            files.refuse("a session and a kind in small letters in history", found, files.CORRECT)
        if not row.said.isprintable() or len(row.said) > MAX_LETTERS:
            expected = f"one line of up to {MAX_LETTERS} letters for each row of history"
            files.refuse(expected, f"{row.said[:30]!a}", files.CORRECT)


def _write(rows: pd.DataFrame) -> dict[str, bytes]:
    return {LOG.table_file: write_csv(rows[[*FILE_COLUMNS]])}


def _read(given: files.Files) -> pd.DataFrame:
    return given.read_table(LOG.table_file, FILE_COLUMNS).assign(source=TOLD)


LOG: Kind[pd.DataFrame] = Kind(
    name="history",
    columns={
        "id": Cell.ID,
        "moment": Cell.MOMENT,
        "session": Cell.TEXT,
        "about": Cell.TEXT,
        "said": Cell.TEXT,
        "source": Cell.TEXT,
    },
    key=("id",),
    order=("moment", "id"),
    about="history.csv      what happened: when (UTC), in which session, to what, in words\n",
    write=_write,
    read=_read,
    check=_check,
)
"""No kind that people keep: the store writes it. It has a table and a file like one."""
FILE_COLUMNS = tuple(name for name in LOG.columns if name != "source")
FILED: tuple[Kind, ...] = (*KINDS, LOG)
"""What an archive has files of."""
