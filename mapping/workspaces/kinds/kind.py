"""A kind of kept things: one declaration, from which table, files, checks and counts follow."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import pandas as pd

from mapping.wording import write_count
from mapping.workspaces import texts
from mapping.workspaces.kinds.files import CORRECT, Files, refuse

T = TypeVar("T")
WHEN = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[0-9.:+Z]{0,20}")
MAX_NUMBER = 999_999_999
"""The largest whole number that is kept: each database can hold it."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
"""A half of a sign, which no file can hold as UTF-8."""
RESIDUAL = ("of", "id", "name", "kind", "code")
NOTHING = np.array([], dtype="S1")


class Cell(Enum):
    """What the cells of a column hold, and so how they are kept and checked."""

    TEXT = "any text of whole signs"
    ID = "an id of plain letters and digits"
    MOMENT = "a date and time, ISO"
    NUMBER = f"a whole number of up to {len(str(MAX_NUMBER))} digits"
    BYTES = "bytes"


class Opened(NamedTuple, Generic[T]):
    """What the rows of a kind mean today, and what of them is no longer in use.

    ``residual`` has the columns of ``RESIDUAL``: of (a word for the kind), id, name, kind
    ("ward", "lsoa" or "postcode"), code; a row each time one is named.
    """

    value: T
    residual: pd.DataFrame


def list_lost(
    of: str = "", ids: Any = "", names: Any = "", kind: str = "", codes: np.ndarray = NOTHING
) -> pd.DataFrame:
    """List codes (bytes) that are no longer in use: the columns of ``RESIDUAL``; none without."""
    columns = {"of": of, "id": ids, "name": names, "kind": kind, "code": codes.astype(str)}
    return pd.DataFrame(columns, index=range(len(codes)), columns=list(RESIDUAL), dtype="str")


def _open_rows(rows: pd.DataFrame) -> Opened[Any]:
    return Opened(rows, list_lost())


def _check_nothing(rows: pd.DataFrame) -> None:
    """Accept whatever the columns allow."""


@dataclass(frozen=True, eq=False)
class Kind(Generic[T]):
    """One kind of things that a workspace keeps.

    Attributes
    ----------
    name : of its table, of its file in an archive ("marks" of marks.csv): small letters
    columns : what each column holds, by its name
    key : the columns by which its rows are told apart within a workspace
    order : the columns in whose order they are read
    about : its lines in the README of an archive, the names of its files first
    nouns : "file", "files"; None for what is not counted in the list of workspaces
    noted : what the history of a workspace calls rows of it, with counts but nothing that
        somebody typed: "one map of 12 areas"; by default their number and noun
    parent : the column that names a row of another kind, and that kind: rows go with theirs, and
        are read in the order of theirs
    unique : further columns of which no two rows have the same, together
    most : so many rows of it at most in a workspace; None for any number
    version : of its files in an archive; a build that knows a lower one leaves them unread
    folders : where it has files beside NAME.csv; only ``ORIGINAL`` kinds have others than NAME
    open : makes of rows, with all columns, what they mean today
    write : makes of rows the files of an archive, by their names; by default NAME.csv alone
    read : makes of these files the rows again; older versions of them as well
    check : raises MappingError for rows that make no sense, before they are kept and out of an
        archive; what the columns, their cells and the key promise is checked without it
    """

    name: str
    columns: Mapping[str, Cell]
    key: tuple[str, ...]
    order: tuple[str, ...]
    about: str
    nouns: tuple[str, str] | None = None
    noted: Callable[[pd.DataFrame], str] | None = None
    parent: "tuple[str, Kind[Any]] | None" = None
    unique: tuple[str, ...] = ()
    most: int | None = None
    version: int = 1
    folders: tuple[str, ...] = ()
    open: Callable[[pd.DataFrame], Opened[T]] = _open_rows
    write: Callable[[pd.DataFrame], dict[str, bytes]] | None = None
    read: Callable[[Files], pd.DataFrame] | None = None
    check: Callable[[pd.DataFrame], None] = _check_nothing

    @property
    def table_file(self) -> str:
        """Return the name of its table in an archive: "marks.csv"."""
        return f"{self.name}.csv"

    def list_columns(self, *but: Cell) -> list[str]:
        """List its columns, without those that hold certain cells."""
        return [name for name, cell in self.columns.items() if cell not in but]

    def make_rows(self, rows: Any = ()) -> pd.DataFrame:
        """Make a frame of rows: tuples in the order of its columns; none by default."""
        return pd.DataFrame(list(rows), columns=list(self.columns))

    def complete_rows(self, rows: pd.DataFrame, now: str) -> pd.DataFrame:
        """Return rows as they can be kept: checked, and moments that they lack are now.

        Raises MappingError for what is no table, other columns than its own, cells of another
        sort than these hold, with the first such row, keys that repeat, and whatever ``check``
        refuses: what is kept can be taken away in an archive, and read back.
        """
        if not isinstance(rows, pd.DataFrame):
            found = f"an object of the type {type(rows).__name__}"
            refuse(f"a table (pandas.DataFrame) of {self.name}", found, "Make one of its rows.")
        moments = [name for name, cell in self.columns.items() if cell is Cell.MOMENT]
        whole = rows.assign(**{name: now for name in moments if name not in rows})
        _check_columns(whole, self)
        for name, cell in self.columns.items():
            _check_sort(whole[name], cell, self.name)
            if cell is Cell.TEXT:
                whole[name] = pd.array(texts.list_texts(whole[name]), dtype="str")
        self._check_rows(whole, self.name)
        return whole[list(self.columns)]

    def write_files(self, rows: pd.DataFrame) -> dict[str, bytes]:
        """Write rows as the files of an archive, by their names."""
        if self.write is not None:
            return self.write(rows)
        return {self.table_file: texts.write_csv(rows[list(self.columns)])}

    def read_files(self, files: Files) -> pd.DataFrame:
        """Read rows out of the files of an archive, checked.

        Raises MappingError if a file is missing or damaged, has other columns, or holds what
        nobody here would have written.
        """
        rows = self.read(files) if self.read is not None else self._read_table(files)
        self._check_rows(rows, self.table_file)
        return rows[list(self.columns)]

    def note_rows(self, rows: pd.DataFrame) -> str:
        """Say how many rows of it there are, for the history of a workspace: "three ratings"."""
        if self.noted is not None:
            return self.noted(rows)
        return write_count(
            len(rows), *(self.nouns or (f"row of {self.name}", f"rows of {self.name}"))
        )

    def check_number(self, number: int) -> None:
        """Raise MappingError for more rows than a workspace may have of it."""
        if self.most is not None and number > self.most:
            refuse(f"up to {self.most} rows of {self.name}", f"{number:,}", "Remove some.")

    def _check_rows(self, rows: pd.DataFrame, where: str) -> None:
        self.check_number(len(rows))
        self.check(rows)
        for name, cell in self.columns.items():
            if cell in _CHECKS:
                _CHECKS[cell](rows[name], where)
        for columns in filter(None, (self.key, self.unique)):
            if rows.duplicated(list(columns)).any():
                refuse(f"each {' and '.join(columns)} once in {where}", "some repeated", CORRECT)

    def _read_table(self, files: Files) -> pd.DataFrame:
        rows = files.read_table(self.table_file, tuple(self.columns))
        for name, cell in self.columns.items():
            if cell is Cell.NUMBER:
                rows[name] = _read_numbers(rows[name], self.table_file)
        return rows


def _read_numbers(cells: pd.Series, file: str) -> pd.Series:
    if not cells.str.fullmatch(rf"-?[0-9]{{1,{len(str(MAX_NUMBER))}}}").all():
        refuse(f"whole numbers under “{cells.name}” in {file}", "others")
    return cells.astype("int64")


def _check_columns(rows: pd.DataFrame, kind: Kind[Any]) -> None:
    if len(rows.columns) != len(kind.columns) or set(rows.columns) != set(kind.columns):
        found = ", ".join(map(str, rows.columns)) or "none"
        do = "Name just these, each once; dates may be left out."
        refuse(f"the columns {', '.join(kind.columns)} of {kind.name}", found[:200], do)


def _check_sort(cells: pd.Series, cell: Cell, where: str) -> None:
    """Raise MappingError for cells that a column cannot hold: None, or a number for a text."""
    for row, given in enumerate(cells.tolist(), start=1):
        if not _is_of_sort(given, cell):
            expected = f"{cell.value} in each row under “{cells.name}” of {where}"
            refuse(expected, f"{ascii(given)[:40]} in row {row:,}", "Give each row one.")


def _is_of_sort(given: object, cell: Cell) -> bool:
    """Tell whether a database and an archive can hold what a cell was given."""
    if cell is Cell.NUMBER:
        return type(given) is int and abs(given) <= MAX_NUMBER
    if cell is Cell.BYTES:
        return isinstance(given, bytes)
    return isinstance(given, str) and _LONE_SURROGATE.search(given) is None


def _check_ids(cells: pd.Series, _file: str) -> None:
    for given in cells:
        texts.check_id(given)


def _check_moments(cells: pd.Series, file: str) -> None:
    for row, given in enumerate(cells.tolist(), start=1):
        if not _is_moment(given):
            expected = f"dates like 2026-11-22T09:30:00+00:00 under “{cells.name}” of {file}"
            refuse(expected, f"{ascii(given)[:40]} in row {row:,}", CORRECT)


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return WHEN.fullmatch(text) is not None


_CHECKS = {Cell.ID: _check_ids, Cell.MOMENT: _check_moments}
