"""Actors: who works where; those that ship, those that somebody brought."""

from mapping.actors.as_places import own_place, shipped_place
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
    "as_places",
    "case_studies",
    "defaults",
    "described",
    "extent",
    "finding",
    "own_place",
    "presence",
    "reach",
    "register",
    "register_units",
    "shipped",
    "shipped_place",
    "split",
    "themes_of",
]
