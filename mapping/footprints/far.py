"""Far: names that mean areas far outside the place that is looked at."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.geocode import Answer, areas
from mapping.places import Place

FAR_M = 50_000
"""An area that lies so far from the place's rectangle is told of."""
MAX_FAR_SHARE = 0.4
"""If more of a column's names are far, it is simply about elsewhere."""
MAX_TOLD = 3


def describe_far(distinct: pd.DataFrame, answers: Sequence[Answer], place: Place) -> list[str]:
    """Say which names of a table mean areas far outside a place, if most of them lie near.

    ``distinct`` has the texts of the table, each once, in the column text; ``answers`` theirs.
    """
    found = np.array([answer.area for answer in answers], dtype="int64")
    named = np.flatnonzero((found >= 0) & (found < len(areas.index())))
    if not len(named) or not len(place.positions):
        return []
    away = measure_m(found[named], place)
    far = np.flatnonzero(away > FAR_M)
    if not len(far) or len(far) > MAX_FAR_SHARE * len(named):
        return []
    texts = distinct["text"].to_numpy(object)[named[far]]
    told = [
        f"“{text[:40]}” ({areas.label(int(area))}, about {round(metres / 10_000) * 10:,} km away)"
        for text, area, metres in zip(texts, found[named[far]], away[far], strict=True)
    ]
    more = f" and {len(told) - MAX_TOLD:,} more" if len(told) > MAX_TOLD else ""
    lies = "lies" if len(told) == 1 else "lie"
    return [f"{', '.join(told[:MAX_TOLD])}{more} {lies} far from {place.name}: is that meant?"]


def measure_m(found: np.ndarray, place: Place) -> np.ndarray:
    """Return how far the middle of each area lies from the rectangle around a place, in metres.

    ``found`` (n,) are numbers of areas that are no shapes.
    """
    atoms = postcodes.table()
    wards, loose = areas.wards_and_postcodes(found)
    in_ward = np.bincount(atoms.ward, minlength=len(atoms.ward_codes))
    many = np.bincount(wards.of, weights=in_ward[wards.area], minlength=len(found))
    many += np.bincount(loose.of, minlength=len(found))
    away = np.zeros((2, len(found)))
    for axis, metres in enumerate((atoms.easting, atoms.northing)):
        of_ward = np.bincount(atoms.ward, weights=metres, minlength=len(in_ward))
        weights = of_ward[wards.area]
        total = np.bincount(wards.of, weights=weights, minlength=len(found)).astype(float)
        total += np.bincount(loose.of, weights=metres[loose.area], minlength=len(found))
        middle, inside = total / np.maximum(many, 1), metres[place.positions]
        away[axis] = np.maximum(np.maximum(inside.min() - middle, middle - inside.max()), 0)
    return np.hypot(*away)
