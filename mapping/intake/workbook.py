"""Workbooks: one worksheet of texts becomes a sheet, with what is merged, hidden and computed."""

from bisect import bisect_left

import numpy as np

from mapping import books
from mapping.books import Book
from mapping.errors import MappingError
from mapping.intake import headings, sheets
from mapping.intake.sheets import Sheet, count, name_rows

MAX_EXAMPLES = 5


def read(
    content: bytes, book_kind: str, *, kind: str, sheet: str = "", header_row: int | None = None
) -> Sheet:
    """Make a sheet of a workbook's worksheet: the one named, else the first with data.

    ``book_kind`` is one of ``books.KINDS``, ``kind`` what the sheet gets as its own. A cell merged
    over several rows counts in each of them. Raises MappingError for a damaged, locked or
    oversized file, as ``books.read`` does, and at a limit of ``sheets``.
    """
    book = books.read(
        content,
        book_kind,
        sheet=sheet,
        most_rows=sheets.MAX_ROWS + headings.MAX_TITLES,
        most_cells=sheets.MAX_CELLS,
    )
    _check_size(book)
    filled = _fill_down(book)
    layout = headings.find_header(
        book.rows[: headings.HEAD_ROWS],
        book.numbers[: headings.HEAD_ROWS],
        header_row=header_row,
        merged={top for top, first, _, last in book.merged if first != last},
    )
    notes = [*_say_which(book), *_say_beside(book)]
    if filled:
        notes.append(f"{count(filled, 'cell')} merged over several rows: each row has its text.")
    return sheets.make_sheet_of_rows(
        book.rows[layout.begins :],
        layout,
        np.array(book.numbers[layout.begins :], dtype="int64"),
        ragged=False,
        kind=kind,
        notes=notes,
        last_row=book.numbers[-1],
        sheets=tuple(one.name for one in book.sheets),
        sheet=book.sheet,
    )


def _check_size(book: Book) -> None:
    if len(book.rows) > sheets.MAX_ROWS + headings.MAX_TITLES:
        sheets.check_rows(len(book.rows))
    filled = 0
    for number, row in zip(book.numbers, book.rows, strict=True):
        sheets.check_columns(len(row), number)
        filled += len(row) - row.count("")
    if filled > sheets.MAX_CELLS:
        raise MappingError(
            f"Expected at most {sheets.MAX_CELLS:,} filled cells; found more by row "
            f"{book.numbers[-1]:,}. {sheets.SPLIT}"
        )


def _fill_down(book: Book) -> int:
    """Give the rows below a cell that is merged over several rows its text; count the cells."""
    filled = looked = 0
    for top, column, bottom, _ in book.merged:
        at, end = bisect_left(book.numbers, top), bisect_left(book.numbers, bottom + 1)
        if end - at < 2 or book.numbers[at] != top or column >= len(book.rows[at]):
            continue
        text = book.rows[at][column]
        for row in book.rows[at + 1 : end] if text else []:
            row += [""] * (column + 1 - len(row))
            filled += row[column] == ""
            row[column] = row[column] or text
        looked += end - at
        if looked > sheets.MAX_CELLS:  # no honest file merges so many
            break
    return filled


def _say_which(book: Book) -> list[str]:
    others = [f"“{one.name}”" for one in book.sheets if one.name != book.sheet]
    is_hidden = any(one.hidden for one in book.sheets if one.name == book.sheet)
    hidden = " It is hidden in the workbook." if is_hidden else ""
    if not others:
        return [f"The sheet “{book.sheet}” was read.{hidden}"] if hidden else []
    return [
        f"The sheet “{book.sheet}” was read.{hidden} The workbook also has "
        f"{', '.join(others[:10])}{' and others' if len(others) > 10 else ''}."
    ]


def _say_beside(book: Book) -> list[str]:
    """Say what is hidden, what of the cells are formulas, and which numbers are too long."""
    told = []
    if book.hidden:
        verb = "is hidden" if len(book.hidden) == 1 else "are hidden"
        told.append(f"{name_rows(book.hidden).capitalize()} {verb} in the workbook; read too.")
    if book.hidden_columns:
        told.append("Columns that are hidden in the workbook were read too.")
    if book.computed:
        formulas = "contains a formula" if book.computed == 1 else "contain formulas"
        told.append(
            f"{count(book.computed, 'cell', formulas)}; we used the last saved "
            f"{'value' if book.computed == 1 else 'values'}."
        )
    if book.uncomputed:
        told.append(
            f"{count(len(book.uncomputed), 'formula')} never computed "
            f"({_some(book.uncomputed)}): its text was read instead."
        )
    if book.inexact:
        has = "has" if len(book.inexact) == 1 else "have"
        told.append(
            f"{count(len(book.inexact), 'number', has)} more than 15 digits "
            f"({_some(book.inexact)}): a workbook keeps 15, the others are not certain."
        )
    return told


def _some(cells: list[str]) -> str:
    return ", ".join(cells[:MAX_EXAMPLES])
