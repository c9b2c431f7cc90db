"""Drafts: files that somebody has put in and not saved yet, kept on the server for a day.

Each has an id that nobody guesses: whoever has it may read, change and forget the draft, from any
process that shares the folder. What is said of a draft and the bytes of its files are kept; what
they mean is for whoever reads them.
"""

from mapping.drafts.folder import VARIABLE, find_folder
from mapping.drafts.keeping import (
    GONE,
    KEEP_S,
    MAX_ALL_BYTES,
    MAX_DRAFTS,
    MAX_VISIT_BYTES,
    MIN_FREE_BYTES,
    VERSION,
    Drafts,
    GoneError,
    KeptDraft,
    Receipt,
)

__all__ = [
    "GONE",
    "KEEP_S",
    "MAX_ALL_BYTES",
    "MAX_DRAFTS",
    "MAX_VISIT_BYTES",
    "MIN_FREE_BYTES",
    "VARIABLE",
    "VERSION",
    "Drafts",
    "GoneError",
    "KeptDraft",
    "Receipt",
    "find_folder",
]
