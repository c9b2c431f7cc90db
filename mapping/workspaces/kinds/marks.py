"""Marks: the themes and scales for which a workspace says that its register is complete."""

import pandas as pd

from mapping.wording import write_count
from mapping.workspaces import texts
from mapping.workspaces.kinds.files import CORRECT, refuse
from mapping.workspaces.kinds.kind import Cell, Kind, Opened, list_lost

__all__ = ["KIND", "Marks", "count_marks", "note_marks"]

Marks = frozenset[tuple[str, str]]
"""Pairs of theme and scale."""


def count_marks(number: int) -> str:
    """Write how many there are, without what they are about."""
    return write_count(number, "mark that the list is complete", "marks that the list is complete")


def note_marks(rows: pd.DataFrame) -> str:
    """Say how many there are, for the history of a workspace."""
    return count_marks(len(rows))


def _open(rows: pd.DataFrame) -> Opened[Marks]:
    return Opened(frozenset(zip(rows["theme"], rows["scale"], strict=True)), list_lost())


def _check(rows: pd.DataFrame) -> None:
    for theme, scale in zip(rows["theme"], rows["scale"], strict=True):
        if texts.check_mark(theme, scale) != (theme, scale):
            refuse("themes in small letters in marks", f"“{theme[:40]}”", CORRECT)


KIND = Kind(
    name="marks",
    columns={"theme": Cell.TEXT, "scale": Cell.TEXT, "marked": Cell.MOMENT},
    key=("theme", "scale"),
    order=("theme", "scale"),
    about="marks.csv        themes and scales for which the register was said to be complete\n",
    noted=note_marks,
    open=_open,
    check=_check,
)
