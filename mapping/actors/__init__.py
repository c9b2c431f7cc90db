"""Actors: who works where; those that ship, those that somebody brought."""

from mapping.actors.defaults import shipped, themes_of
from mapping.actors.registers import (
    COLUMNS,
    ID_SUFFIX,
    MAX_EXAMPLES,
    ROW_BYTES,
    TEXTS,
    Links,
    Register,
    reach,
    register,
    register_units,
    split,
)

__all__ = [
    "COLUMNS",
    "ID_SUFFIX",
    "MAX_EXAMPLES",
    "ROW_BYTES",
    "TEXTS",
    "Links",
    "Register",
    "case_studies",
    "defaults",
    "extent",
    "presence",
    "reach",
    "register",
    "register_units",
    "shipped",
    "split",
    "themes_of",
]
