"""A sheet of texts: what the rows of an uploaded file become, whatever its format.

Every row of the file is accounted for: it is in the frame, or it is among the skipped rows with
the reason why.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mapping.errors import MappingError, TooLargeError
from mapping.intake import remarks
from mapping.intake.headings import Layout, Rows, letter, list_unused

MAX_ROWS, MAX_COLUMNS, MAX_CELLS = 200_000, 200, 5_000_000
"""Most rows below the header, most columns, and most cells altogether."""
MAX_CELL_CHARACTERS, MAX_SHAPE_CHARACTERS = 100_000, 1_000_000
"""Most characters of a cell, and of one that holds a shape as WKT or GeoJSON."""
SHAPE = re.compile(
    r'\s*(\{\s*"|(SRID=\d+;)?\s*(MULTI)?(POLYGON|LINESTRING|POINT)|GEOMETRYC|'
    r"(\\x)?0[01][0-9a-f]{40})",
    re.I,
)
"""How a cell with a shape begins."""
SPLIT = "Split it into several files and upload one after the other."
MAX_EXAMPLES, MAX_TEXT_CHARACTERS = 5, 200
UNREAD = "We ignored these words"
"""A note about them begins so."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A table of texts, as it was typed.

    Attributes
    ----------
    frame : one text column per column of the file, ``""`` where a cell is blank; no row of it
        is wholly blank; index 0, 1, 2, …
    row_numbers : for each row of the frame the number that a spreadsheet shows beside it, int64.
        A record of a CSV is one row, also if a cell holds line breaks; blank rows count. Several
        rows of the frame share a number if a line of a pasted list held several values.
    kind : that of the format it was read as: "csv", "xlsx" (``formats.Format.kind``)
    encoding : of a file of text, a key of ``encodings.ENCODINGS``
    delimiter : of a CSV; ``""`` if it has one column
    sheets : names of a workbook's sheets
    sheet : the one that was read
    header_row : number of the row with the headings (the lower one of two), 0 if there is none
    notes : sentences on what was found and done
    skipped_rows : rows of the file that are not in the frame; columns: row_number, why ("blank",
        "title", "header", "total", "note" or "text": words around a pasted list), text
    last_row : number of the file's last row; 1 to ``last_row`` are all accounted for
    """

    frame: pd.DataFrame
    row_numbers: np.ndarray
    kind: str
    encoding: str = ""
    delimiter: str = ""
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    header_row: int = 0
    notes: tuple[str, ...] = ()
    skipped_rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    last_row: int = 0

    @property
    def unread(self) -> tuple[str, ...]:
        """Return the notes about words that nothing was made of."""
        return tuple(note for note in self.notes if note.startswith(UNREAD))


def make_sheet_of_rows(
    rows: Rows, layout: Layout, numbers: np.ndarray, *, ragged: bool = True, **about: Any
) -> Sheet:
    """Make a sheet of the rows below the header; ``about`` and ``numbers`` as in ``make_sheet``.

    Rows may be shorter or longer than the header: what is missing is blank, what is over gets
    columns of its own. ``ragged`` says so in a note.
    """
    widths = np.array([_width(row) for row in rows], dtype="int64")
    width = max(len(layout.names), int(widths.max(initial=0)))
    widest = int(numbers[widths.argmax()]) if width > len(layout.names) else None
    _check_size(int((widths > 0).sum()), width, widest)
    names = _name_columns(layout.names, width)
    wide = [row[:width] for row in rows] if any(len(row) > width for row in rows) else rows
    cells = list(zip_longest(*wide, fillvalue=""))
    cells += [("",) * len(rows)] * (width - len(cells))
    frame = frame_of([pa.array(column, pa.large_string()) for column in cells], names)
    told = _say_ragged(rows, widths, numbers, layout) if ragged else []
    return make_sheet(frame, layout, numbers, **{**about, "notes": [*about["notes"], *told]})


def make_sheet(
    cells: pd.DataFrame,
    layout: Layout,
    numbers: np.ndarray,
    *,
    kind: str,
    notes: Sequence[str],
    last_row: int,
    most_rows: int | None = None,
    **about: Any,
) -> Sheet:
    """Make a sheet of the cells below the header, all texts, (rows, columns).

    ``numbers`` (rows,) are the rows' numbers; ``about`` is what else ``Sheet`` says. Blank rows
    and those of ``remarks`` leave the frame for the skipped rows. Raises MappingError if nothing
    is left, or more than the limits allow.
    """
    blank = _find_blank(cells)
    if blank.all():
        found = (
            f"headings ({', '.join(layout.names[:MAX_EXAMPLES])})"
            if layout.header_row
            else "nothing"
        )
        raise MappingError(
            f"This file has {found} but no rows. Upload a file with at least one row."
        )
    _check_size(int((~blank).sum()), cells.shape[1], most_rows=most_rows)
    frame = cells[~blank].reset_index(drop=True) if blank.any() else cells
    kept = numbers[~blank] if blank.any() else numbers
    check_cells(frame, kept)
    said = remarks.find_remarks(frame, kept, layout.names)
    above = [*layout.above, *_texts(frame, kept, said)]
    if len(said.at):
        told_of = said.sentences(kept)
        frame = frame.drop(index=said.at).reset_index(drop=True)
        kept = np.delete(kept, said.at)
    else:
        told_of = []
    empty = [name for name in list_unused(frame.columns, layout.names) if (frame[name] == "").all()]
    told = [*notes, *layout.notes, *told_of]
    if 0 < len(empty) < frame.shape[1]:
        frame = frame.drop(columns=empty)
        told.append(f"{count(len(empty), 'empty column')} without a heading left out.")
    skipped = _list_skipped(above, kept, last_row)
    blanks = int((skipped["why"] == "blank").sum())
    if blanks:
        told.append(f"{count(blanks, 'blank row')} skipped.")
    return Sheet(
        frame,
        kept,
        kind,
        header_row=layout.header_row,
        notes=tuple(told),
        skipped_rows=skipped,
        last_row=last_row,
        **about,
    )


def _texts(
    frame: pd.DataFrame, numbers: np.ndarray, said: remarks.Remarks
) -> list[tuple[int, str, str]]:
    """Return number, why and text of the rows that are no data."""
    rows = (" ".join(filter(None, frame.iloc[at])) for at in said.at)
    return list(zip(numbers[said.at].tolist(), said.why, rows, strict=True))


def frame_of(columns: Sequence[Any], names: Sequence[str]) -> pd.DataFrame:
    """Put columns of an Arrow table, texts without nulls, under their names."""
    kind = pd.StringDtype("pyarrow", na_value=np.nan)
    arrays = (pd.array(column, dtype=kind) for column in columns)
    return pd.DataFrame(dict(zip(names, arrays, strict=True)))


def check_cells(frame: pd.DataFrame, numbers: np.ndarray) -> None:
    """Raise MappingError if a cell is longer than allowed; names its row and column."""
    for name in frame.columns:
        length = pc.utf8_length(pa.array(frame[name])).to_numpy(zero_copy_only=False)
        for at in np.flatnonzero(length > MAX_CELL_CHARACTERS):
            if length[at] > MAX_SHAPE_CHARACTERS or not SHAPE.match(frame[name].iloc[at][:100]):
                refuse_cell(int(length[at]), int(numbers[at]), f"column “{name[:40]}”")


def refuse_cell(characters: int, row_number: int, column: str) -> None:
    """Raise MappingError for a cell that is too long."""
    raise MappingError(
        f"Expected at most {MAX_CELL_CHARACTERS:,} characters in a cell, "
        f"{MAX_SHAPE_CHARACTERS:,} in one "
        f"with a shape; row {row_number:,}, {column} has {characters:,}. Shorten the text or "
        "simplify the shape, and upload it again."
    )


def check_rows(rows: int, most: int | None = None) -> None:
    """Raise TooLargeError if there are more rows than allowed."""
    most = most or MAX_ROWS
    if rows > most:
        raise TooLargeError(f"Expected at most {most:,} rows; found {rows:,} or more. {SPLIT}")


def check_columns(columns: int, row_number: int | None = None) -> None:
    """Raise MappingError if a row, or the table, has more columns than allowed."""
    if columns > MAX_COLUMNS:
        where = "the table" if row_number is None else f"row {row_number:,}"
        raise MappingError(
            f"Expected at most {MAX_COLUMNS} columns; {where} has {columns:,}. "
            "Delete those that are not needed, or choose another delimiter."
        )


def _check_size(
    rows: int, columns: int, row_number: int | None = None, most_rows: int | None = None
) -> None:
    check_rows(rows, most_rows)
    check_columns(columns, row_number)
    most = MAX_CELLS * (most_rows or MAX_ROWS) // MAX_ROWS
    if rows * columns > most:
        raise TooLargeError(
            f"Expected at most {most:,} cells; found {rows:,} rows of {columns} columns, "
            f"{rows * columns:,} cells. Delete columns that are not needed, or split the file."
        )


def count(number: int, one: str, done: str = "") -> str:
    """Say how many: "1 blank row was", "2,000 blank rows were"; ``done`` in place of the verb."""
    verb = done or ("was" if number == 1 else "were")
    return f"{number:,} {one}{'' if number == 1 else 's'} {verb}"


def name_rows(numbers: Sequence[int] | np.ndarray) -> str:
    """Name rows: "row 17", or "rows 17, 18, 19, 20, 21 and 7 others"."""
    some = ", ".join(f"{number:,}" for number in numbers[:MAX_EXAMPLES])
    more = len(numbers) - MAX_EXAMPLES
    others = f" and {more:,} other{'s' if more > 1 else ''}" if more > 0 else ""
    return f"row{'s' if len(numbers) > 1 else ''} {some}{others}"


def _width(row: Sequence[str]) -> int:
    """Return how many cells a row has, without blank ones at its end."""
    width = len(row)
    while width and (not row[width - 1] or row[width - 1].isspace()):
        width -= 1
    return width


def _name_columns(names: Sequence[str], width: int) -> list[str]:
    """Name columns beyond the header by their letters."""
    more = [f"column {letter(i)}" for i in range(len(names), width)]
    taken = set(names)
    return [*names, *(name if name not in taken else f"{name} (no heading)" for name in more)]


def _say_ragged(rows: Rows, widths: np.ndarray, numbers: np.ndarray, layout: Layout) -> list[str]:
    """Say which rows have more or fewer cells than the header."""
    wanted, told = len(layout.names), []
    for at in np.flatnonzero(widths > wanted)[:MAX_EXAMPLES]:
        over = int(widths[at]) - wanted
        last = "an extra cell, which we" if over == 1 else f"{over} extra cells, which we"
        told.append(
            f"Row {numbers[at]:,} has {last}"
            f" kept as "
            f"{', '.join(_name_columns(layout.names, int(widths[at]))[wanted:][:MAX_EXAMPLES])}."
        )
    if (more := int((widths > wanted).sum()) - MAX_EXAMPLES) > 0:
        told.append(f"{count(more, 'other row', 'have')} extra cells as well.")
    lengths = np.array([len(row) for row in rows], dtype="int64")
    short = numbers[(lengths < wanted) & (widths > 0)]
    if len(short):
        have = "has" if len(short) == 1 else "have"
        told.append(
            f"{name_rows(short).capitalize()} {have} fewer cells than there are headings "
            f"({wanted}); we left the missing ones blank."
        )
    return told


def _find_blank(cells: pd.DataFrame) -> np.ndarray:
    """Tell which rows have nothing but blank cells, (rows,)."""
    blank = np.arange(len(cells))
    for name in cells.columns:
        if not len(blank):
            break
        blank = blank[(cells[name].iloc[blank].str.strip() == "").to_numpy()]
    return np.isin(np.arange(len(cells)), blank)


def _list_skipped(
    above: Sequence[tuple[int, str, str]], kept: np.ndarray, last: int
) -> pd.DataFrame:
    """List the rows that are not in the frame: those ``above`` it, and all others as blank."""
    told = {number: (why, text) for number, why, text in above}
    seen = np.zeros(last + 1, dtype=bool)
    seen[0] = True
    seen[kept] = True
    number = np.flatnonzero(~seen)
    why = pd.Series("blank", index=number, dtype="str")
    text = pd.Series("", index=number, dtype="str")
    for row, (reason, words) in told.items():
        if not seen[row]:
            why[row], text[row] = reason, words[:MAX_TEXT_CHARACTERS]
    return pd.DataFrame({"row_number": number, "why": why.to_numpy(), "text": text.to_numpy()})
