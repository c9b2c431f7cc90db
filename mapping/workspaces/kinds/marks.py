"""Marks: the themes and scales for which a workspace says that its register is complete."""

import pandas as pd

from mapping.workspaces import texts
from mapping.workspaces.kinds.files import CORRECT, refuse
from mapping.workspaces.kinds.kind import Cell, Kind, Opened, list_lost

__all__ = ["KIND", "Marks"]

Marks = frozenset[tuple[str, str]]
"""Pairs of theme and scale."""


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
    open=_open,
    check=_check,
)
