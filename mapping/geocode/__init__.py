"""Geocoding: from text to areas."""

from mapping.geocode.gazetteer import fold
from mapping.geocode.likeness import MAX_SCORE, Candidate

__all__ = [
    "MAX_SCORE",
    "Candidate",
    "areas",
    "councils",
    "fold",
    "gazetteer",
    "likeness",
    "succession",
]
