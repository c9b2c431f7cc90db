"""Uploads: the files that actors came from, and what became of each of their rows."""

import zlib
from dataclasses import dataclass, field

import pandas as pd

from mapping.workspaces import texts
from mapping.workspaces.kinds.files import Files
from mapping.workspaces.kinds.kind import Cell, Kind, Opened, list_lost

__all__ = ["KIND", "ReceivedFile", "read_outcomes", "write_row"]


@dataclass(frozen=True, eq=False)
class ReceivedFile:
    """A file that actors came from, and what became of each of its rows.

    ``rows`` has one row a row of the file and a column ``outcome``; it is kept as text. Files
    with the same ``id`` replace each other in a workspace. ``seen`` is when the file that this
    one replaces was ``saved``, as its reader saw it ("" for none there): another one that somebody
    has put there since is not replaced. None replaces whatever is there.
    """

    file_name: str
    fingerprint: str
    rows: pd.DataFrame
    id: str = field(default_factory=texts.make_id)
    seen: str | None = None


def write_row(received: ReceivedFile, saved: str) -> pd.DataFrame:
    """Write down a file: one row with the columns of the kind.

    Raises MappingError if its id is none.
    """
    names = texts.clean_text(received.file_name), texts.clean_text(received.fingerprint)
    outcomes = zlib.compress(texts.write_csv(received.rows))
    return KIND.make_rows([(texts.check_id(received.id), *names, saved, outcomes)])


def read_outcomes(kept: bytes) -> pd.DataFrame:
    """Return the table of outcomes that was written down, as texts."""
    return texts.read_csv(zlib.decompress(kept), "the outcomes")


def _open(rows: pd.DataFrame) -> Opened[pd.DataFrame]:
    return Opened(rows.drop(columns="outcomes"), list_lost())


def _write(rows: pd.DataFrame) -> dict[str, bytes]:
    files = {KIND.table_file: texts.write_csv(rows[KIND.list_columns(Cell.BYTES)])}
    for number, outcomes in enumerate(rows["outcomes"], start=1):
        files[f"outcomes/{number}.csv"] = zlib.decompress(outcomes)
    return files


def _read(files: Files) -> pd.DataFrame:
    rows = files.read_table(KIND.table_file, tuple(KIND.list_columns(Cell.BYTES)))
    rows["outcomes"] = [files.compress_table(f"outcomes/{i + 1}.csv") for i in range(len(rows))]
    return rows


KIND: Kind[pd.DataFrame] = Kind(
    name="uploads",
    columns={
        "id": Cell.ID,
        "file_name": Cell.TEXT,
        "fingerprint": Cell.TEXT,
        "saved": Cell.MOMENT,
        "outcomes": Cell.BYTES,
    },
    key=("id",),
    order=("saved", "id"),
    about="""\
uploads.csv      the files that actors came from; row 1 belongs to outcomes/1.csv and so on
outcomes/        what became of each row of those files
""",
    nouns=("file", "files"),
    folders=("outcomes",),
    open=_open,
    write=_write,
    read=_read,
)
"""Opened: a frame of id, file_name, fingerprint, saved."""
