"""Geocoding: from text to areas, for the search box and for uploads alike.

``search`` lists places for what somebody types; ``resolve`` says what texts of a file mean, and
what is to be asked. Both look in one ``index`` and by one ``likeness``.
"""

from mapping.geocode.answers import (
    MAX_OFFERED,
    MAX_SCORE,
    MAX_SHOWN,
    OUTCOMES,
    Answer,
    Candidate,
    nearest_score,
)
from mapping.geocode.decisions import resolve
from mapping.geocode.index import GSS
from mapping.geocode.meanings import Meaning
from mapping.geocode.name_list import Like, NameList, find_like
from mapping.geocode.spelling import fold
from mapping.geocode.suggestions import search

__all__ = [
    "GSS",
    "MAX_OFFERED",
    "MAX_SCORE",
    "MAX_SHOWN",
    "OUTCOMES",
    "Answer",
    "Candidate",
    "Like",
    "Meaning",
    "NameList",
    "areas",
    "beside",
    "bodies",
    "decisions",
    "find_like",
    "fold",
    "gazetteer",
    "index",
    "likeness",
    "lists",
    "meanings",
    "nearest_score",
    "not_in_use",
    "official_codes",
    "resolve",
    "search",
    "spelling",
    "spoken",
    "succession",
    "suggestions",
    "typed_postcodes",
]
