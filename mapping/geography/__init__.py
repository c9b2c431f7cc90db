"""Geography: layers, which give every postcode one unit, and lenses, which give it people."""

from mapping.geography.layers import SCALES, Layer
from mapping.geography.lenses import LENSES, OWN, check_weights, fit_words, lens

__all__ = [
    "LENSES",
    "OWN",
    "SCALES",
    "Layer",
    "check_weights",
    "fit_words",
    "layers",
    "lens",
    "lenses",
]
