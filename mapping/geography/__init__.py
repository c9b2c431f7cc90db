"""Geography: layers, which give every postcode one unit, and lenses, which give it people."""

from mapping.geography.layer import SCALES, Layer
from mapping.geography.lenses import LENSES, OWN, By, Lens, fit_words
from mapping.geography.outlines import IN_SEVERAL

__all__ = [
    "IN_SEVERAL",
    "LENSES",
    "OWN",
    "SCALES",
    "By",
    "Layer",
    "Lens",
    "coded_areas",
    "counted",
    "directory",
    "fit_words",
    "layers",
    "lenses",
    "lookups",
    "registry",
    "shares",
]
