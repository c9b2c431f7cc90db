"""Counted: the census's own counts of residents, where a user has put them in.

They take the place of the estimate in the districts that they cover, and are not scaled. The word
"estimated" goes where they cover all of Great Britain; else it says where it still holds.
"""

import numpy as np

from mapping import packs
from mapping.packs import Pack

SOURCE, ELSEWHERE = "source", "elsewhere"
"""Keys of a pack's words: what was counted, and which nations are still estimated."""


def find() -> Pack | None:
    """Return the newest pack of counted residents; None if there is none."""
    return next((one for one in packs.find().packs if one.kind == packs.RESIDENTS_KIND), None)


def put(estimate: np.ndarray) -> np.ndarray:
    """Put counted residents, where they are known, in place of an estimate: (1.74 million,)."""
    found = find()
    if found is None:
        return estimate
    people = packs.read_residents(found)
    return np.where(np.isnan(people), estimate, people)


def say_estimated() -> str:
    """Say which residents are estimated: "estimated", "estimated in Scotland", "" for none."""
    found = find()
    if found is None:
        return "estimated"
    elsewhere = found.words.get(ELSEWHERE, "")
    return f"estimated {elsewhere}" if elsewhere else ""


def is_estimate(by: str) -> bool:
    """Tell whether some of what a lens counts is estimated: residents, if not all are counted."""
    return by == "residents" and bool(say_estimated())


def name() -> str:
    """Name what residents are counted by: "estimated residents", "residents"."""
    said = say_estimated()
    return f"{said} residents" if said == "estimated" else f"residents{said and f' ({said})'}"


def say_source() -> str:
    """Say in a sentence where counted residents are from; "" where all are estimated."""
    found = find()
    if found is None:
        return ""
    said = say_estimated()
    rest = f" Residents are {said}." if said else ""
    return f"Residents are counted: {found.words.get(SOURCE, found.title)}.{rest}"
