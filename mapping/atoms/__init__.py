"""Atoms: the postcodes that everything is counted over, and which build they come from."""

from mapping.atoms.blocks import Blocks, blocks
from mapping.atoms.grid import count_runs
from mapping.atoms.postcodes import (
    AREA_BASE_M2,
    AREA_STEP,
    DATA,
    TO_DEGREES,
    Postcodes,
    normalise,
    number_districts,
    number_sectors,
    table,
)
from mapping.atoms.vintage import FILES, Vintage

__all__ = [
    "AREA_BASE_M2",
    "AREA_STEP",
    "DATA",
    "FILES",
    "TO_DEGREES",
    "Blocks",
    "Postcodes",
    "Vintage",
    "blocks",
    "count_runs",
    "index",
    "mending",
    "neighbours",
    "normalise",
    "number_districts",
    "number_sectors",
    "partition",
    "polygons",
    "postcodes",
    "table",
    "tables",
    "vintage",
]
