"""Actors: who works where; those that ship, those that somebody brought."""

from mapping.actors.defaults import (
    shipped,
    themes_of,
)
from mapping.actors.registers import (
    COLUMNS,
    NUMBERED,
    ROW_BYTES,
    SHOWN,
    TEXTS,
    Links,
    Register,
    of_units,
    reach,
    register,
    split,
)

__all__ = [
    "COLUMNS",
    "NUMBERED",
    "ROW_BYTES",
    "SHOWN",
    "TEXTS",
    "Links",
    "Register",
    "case_studies",
    "defaults",
    "extent",
    "of_units",
    "presence",
    "reach",
    "register",
    "shipped",
    "split",
    "themes_of",
]
