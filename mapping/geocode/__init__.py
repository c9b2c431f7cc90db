"""Geocoding: from text to areas."""

from mapping.geocode.gazetteer import (
    folded,
)
from mapping.geocode.likeness import (
    SAME,
    Candidate,
)

__all__ = [
    "SAME",
    "Candidate",
    "areas",
    "councils",
    "folded",
    "gazetteer",
    "likeness",
    "succession",
]
