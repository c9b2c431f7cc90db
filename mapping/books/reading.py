"""A workbook is read by a process of its own, and its answer or its death becomes ours."""

import json
import subprocess
from bisect import bisect_left
from dataclasses import dataclass, field
from typing import NamedTuple, NoReturn

from mapping import derived
from mapping.apart import write_command
from mapping.books.recognising import DAMAGED
from mapping.errors import MappingError

COMMAND = write_command("mapping.books.child")
"""What starts the process; the path of the file and what else it is told follow."""
MEMORY_BYTES, PROCESSOR_S, MOST_S = 1_500_000_000, 20, 60
"""Most memory and processor time of the process, where the system counts them; seconds in all."""
MAX_CHARACTERS = 100_000_000
"""Most characters in all cells of a worksheet."""
FAULTY = 1
"""How the process ends if calamine itself fails on a damaged file."""


class SheetEntry(NamedTuple):
    """A worksheet: its name, and if it is hidden."""

    name: str
    hidden: bool


@dataclass
class Book:
    """One worksheet of a workbook, and which others there are.

    Attributes
    ----------
    sheets : all worksheets, in their order
    sheet : the name of the one that was read
    numbers : of the rows with a filled cell, as a spreadsheet shows them, rising
    rows : the texts of these rows, from column A to the last filled one
    merged : merged cells: first row, first column, last row, last column; columns from 0
    hidden : numbers of the rows that are hidden; hidden_columns : if columns are
    computed : how many cells are formulas whose value was saved; uncomputed : the others, "B7"
    inexact : cells with more than 15 digits, of which a spreadsheet keeps 15
    """

    sheets: list[SheetEntry]
    sheet: str
    numbers: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    hidden_columns: bool = False
    computed: int = 0
    uncomputed: list[str] = field(default_factory=list)
    inexact: list[str] = field(default_factory=list)

    def put(self, number: int, column: int, text: str) -> None:
        """Put a text into a cell, whose column counts from 0; its row may be a new one."""
        at = bisect_left(self.numbers, number)
        if at == len(self.numbers) or self.numbers[at] != number:
            self.numbers.insert(at, number)
            self.rows.insert(at, [])
        row = self.rows[at]
        row += [""] * (column + 1 - len(row))
        row[column] = text


def read(content: bytes, kind: str, *, sheet: str = "", most_rows: int, most_cells: int) -> Book:
    """Read a worksheet of a workbook of one of ``KINDS``: the one named, else the first with data.

    Sheets named like a cover page are passed over if another one has data, hidden ones if a
    visible one has. Values come as they were last computed; whole numbers without decimals, dates
    as ISO, truth values as TRUE and FALSE. No more than ``most_rows`` filled rows and
    ``most_cells`` filled cells are read, and one row more to tell that there are more. Raises
    MappingError for a damaged, locked or oversized file.
    """
    told = {
        "sheet": sheet,
        "most_rows": most_rows,
        "most_cells": most_cells,
        "most_characters": MAX_CHARACTERS,
        "memory_bytes": MEMORY_BYTES,
        "processor_s": PROCESSOR_S,
    }
    with derived.make_folder() as folder:
        path = folder / f"book.{kind}"  # calamine believes the suffix
        path.write_bytes(content)
        try:
            done = subprocess.run(
                [*COMMAND, str(path), json.dumps(told)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=MOST_S,
            )
        except subprocess.TimeoutExpired:
            refuse_costly()
    if done.returncode == FAULTY:
        raise MappingError(f"Expected a workbook; found a damaged one. {DAMAGED}")
    if done.returncode:
        refuse_costly()
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise MappingError(answer["refused"])
    return Book(**{**answer, "sheets": [SheetEntry(*one) for one in answer["sheets"]]})


def write_answer(found: Book | MappingError) -> str:
    """Write what the process found, for ``read`` to take up."""
    return json.dumps(vars(found) if isinstance(found, Book) else {"refused": str(found)})


def refuse_costly() -> NoReturn:
    """Raise MappingError for a workbook that ended the process that read it."""
    raise MappingError(
        "Expected a workbook whose cells lie together; found one that takes more memory or time "
        "than a table needs. Delete what stands far below or beside the table, or save the table "
        "as CSV, and upload that."
    )
