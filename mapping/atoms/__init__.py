"""Atoms: the postcodes that everything is counted over, and which build they come from."""

from mapping.atoms.postcodes import (
    AREA_BASE_M2,
    AREA_STEP,
    DATA,
    TO_DEGREES,
    Postcodes,
    normalise,
    table,
)
from mapping.atoms.vintage import FILES, Vintage

__all__ = [
    "AREA_BASE_M2",
    "AREA_STEP",
    "DATA",
    "FILES",
    "TO_DEGREES",
    "Postcodes",
    "Vintage",
    "index",
    "normalise",
    "partition",
    "polygons",
    "postcodes",
    "table",
    "vintage",
]
