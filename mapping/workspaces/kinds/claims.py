"""Claims: themes and scales for which a workspace says its register is complete in a place.

What ``marks`` keeps has no place of its own: it holds in the place that the workspace is about.
"""

import pandas as pd

from mapping.workspaces import texts
from mapping.workspaces.kinds.files import CORRECT, refuse
from mapping.workspaces.kinds.kind import Cell, Kind, Opened, list_lost
from mapping.workspaces.kinds.marks import note_marks

__all__ = ["KIND", "Claims"]

Claims = frozenset[tuple[str, str, str]]
"""Themes, scales and places ("borough.E09000007")."""


def _open(rows: pd.DataFrame) -> Opened[Claims]:
    told = zip(rows["theme"], rows["scale"], rows["place"], strict=True)
    return Opened(frozenset(told), list_lost())


def _check(rows: pd.DataFrame) -> None:
    for theme, scale, place in zip(rows["theme"], rows["scale"], rows["place"], strict=True):
        if texts.check_mark(theme, scale) != (theme, scale):
            refuse("themes in small letters in claims", f"“{theme[:40]}”", CORRECT)
        texts.check_place(place)


KIND = Kind(
    name="claims",
    columns={"theme": Cell.TEXT, "scale": Cell.TEXT, "place": Cell.TEXT, "marked": Cell.MOMENT},
    key=("theme", "scale", "place"),
    order=("place", "theme", "scale"),
    about="claims.csv       themes, scales and places for which the register is marked complete\n",
    noted=note_marks,
    open=_open,
    check=_check,
)
