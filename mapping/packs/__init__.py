"""Packs: more ground from files that a user has, built once and found at every start.

A pack is a folder of ``python -m mapping.build --directory``: the postcode directory's
geographies, a number for each postcode, block or ward, or the census's own counts. At the start
its files are held against the checksums that ``pack.json`` has of them, and none is kept.
"""

from mapping.packs.finding import UNFINISHED, Found, find, folder, look
from mapping.packs.pack import (
    DIRECTORY,
    FILE_OF,
    FORMAT,
    ISLANDS,
    OTHERS,
    PACK,
    PRESENCE,
    RESIDENTS,
    RESIDENTS_KIND,
    SCALES,
    UNITS,
    Column,
    Offered,
    Pack,
    sum_up,
)
from mapping.packs.reading import (
    Others,
    read_by_postcode,
    read_numbers,
    read_others,
    read_presence,
    read_residents,
    read_units,
)

__all__ = [
    "DIRECTORY",
    "FILE_OF",
    "FORMAT",
    "ISLANDS",
    "OTHERS",
    "PACK",
    "PRESENCE",
    "RESIDENTS",
    "RESIDENTS_KIND",
    "SCALES",
    "UNFINISHED",
    "UNITS",
    "Column",
    "Found",
    "Offered",
    "Others",
    "Pack",
    "find",
    "folder",
    "look",
    "read_by_postcode",
    "read_numbers",
    "read_others",
    "read_presence",
    "read_residents",
    "read_units",
    "sum_up",
]
