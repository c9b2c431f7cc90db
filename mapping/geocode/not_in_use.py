"""Not in use: postcodes that are not among ours, as far as a postcode directory knows them.

One that ended, or is newer than ours, stands where it was last seen: the nearest postcode in use is
taken for it if it lies near, and asked about if not. Those of Northern Ireland, the Isle of Man and
the Channel Islands lie in no map.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geocode import areas
from mapping.geocode.answers import MAX_SCORE, Answer, Candidate
from mapping.geography import directory
from mapping.packs import ISLANDS, Others

NEAR_M = 500
"""So far away may the nearest postcode in use be to be taken for one that is not."""


class Instead(NamedTuple):
    """The position of the postcode that is taken for one not in use, and a sentence on why."""

    position: int
    note: str


def find_instead(text: str) -> Instead | None:
    """Find what is taken for a typed postcode that ended or is newer than ours.

    None for a text that is no whole postcode, for one in use, and for one that no directory at
    hand knows. Raises MappingError with what is known of one for which none can be taken.
    """
    tight = postcodes.compact(text)
    if not postcodes.UNIT.fullmatch(tight):
        return None
    name, known = np.bytes_(f"{tight[:-3]} {tight[-3:]}"), postcodes.table().name
    if name == known[min(int(np.searchsorted(known, name)), len(known) - 1)]:
        return None
    (found,) = answer([tight])
    if found is None:
        return None
    if found.outcome != "corrected":
        raise MappingError(f"{found.reason}. Type one that is in use.")
    return Instead(postcodes.find(areas.code_of(found.area))["position"], f"{found.reason}.")


def answer(tight: Sequence[str]) -> list[Answer | None]:
    """Answer postcodes that are not among ours, written without a space.

    None for one that no directory at hand knows, and for all without one.
    """
    names = np.array([f"{text[:-3]} {text[-3:]}" for text in tight], dtype="S8")
    others, rows = directory.find_others(names)
    if others is None:
        return [None] * len(tight)
    said = [name.decode() for name in names]
    return [
        _answer_one(others, row, name) if row >= 0 else None
        for row, name in zip(rows.tolist(), said, strict=True)
    ]


def _answer_one(others: Others, row: int, name: str) -> Answer:
    ended, place = int(others.ended[row]), others.place[row].as_py()
    what = f"{name} ended in {ended // 100}" if ended else f"{name} is newer than ours"
    if place in ISLANDS.values():
        what = f"{what}; it" if ended else name
        return Answer(-1, "unmatched", f"{what} belongs to {place}: only Great Britain is covered")
    if place:
        what = f"{what}; it" if ended else name
        return Answer(
            -1, "unmatched", f"{what} is in Northern Ireland ({place}), which is not covered"
        )
    nearest, away_m = int(others.nearest[row]), int(others.distance_m[row])
    if nearest < 0:
        return Answer(-1, "unmatched", f"{what}; where it lies is not known")
    area = int(areas.postcode(nearest))
    said = f"{what}; it {'stood' if ended else 'stands'} in {_name_ward(others, row)}"
    if away_m > NEAR_M:
        reason = f"{said}, and the nearest postcode in use is {away_m / 1000:,.1f} km away"
        return Answer(-1, "ambiguous", reason, (Candidate(area, MAX_SCORE),))
    there = "at the same point" if away_m == 0 else f"{away_m:,} m away"
    return Answer(area, "corrected", f"{said}, and {areas.code_of(area)}, {there}, is taken for it")


def _name_ward(others: Others, row: int) -> str:
    """Name the ward that the directory puts a postcode in, or else that of the nearest."""
    atoms = postcodes.table()
    ward = int(others.ward[row])
    ward = ward if ward >= 0 else int(atoms.ward[others.nearest[row]])
    return areas.label(areas.number("ward", str(atoms.ward_codes[ward])))
