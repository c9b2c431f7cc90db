"""Geography: layers, which give every postcode one unit, and lenses, which give it people."""

from mapping.geography.layers import (
    SCALES,
    Layer,
)
from mapping.geography.lenses import (
    LENSES,
    OWN,
    checked,
    in_words,
    lens,
)

__all__ = [
    "LENSES",
    "OWN",
    "SCALES",
    "Layer",
    "checked",
    "in_words",
    "layers",
    "lens",
    "lenses",
]
