"""Ranking: of the areas that a text may mean, those in the place that is looked at come first."""

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.footprints import far
from mapping.geocode import areas
from mapping.places import Place


def rank_candidates(questions: pd.DataFrame, place: Place) -> pd.DataFrame:
    """Return questions whose candidates stand in another order, those nearest to a place first.

    ``questions`` are as ``outcomes.questions`` lists them. Areas of the very name stay before
    those that are only alike; among each, those in the place come first. The others of
    the very name follow by how far they lie from it; of those alike, the most alike.
    """
    keys = {key for some in questions["candidates"] for key, _ in some}
    if not keys:
        return questions
    away = dict(zip(keys, _measure_m([*keys], place), strict=True))
    rows = zip(questions["candidates"], questions["named"], strict=True)
    return questions.assign(
        candidates=pd.Series(
            [
                sorted(some[:named], key=lambda one: away[one[0]])
                + sorted(some[named:], key=lambda one: away[one[0]] >= 0)
                for some, named in rows
            ],
            dtype=object,
            index=questions.index,
        )
    )


def _measure_m(keys: list[str], place: Place) -> np.ndarray:
    """Return how far areas lie from the rectangle around a place, in metres; -1 for some of it."""
    found = np.array([areas.number(*key.split(".", 1)) for key in keys], dtype="int64")
    ward_of = postcodes.table().ward
    here = np.unique(ward_of[place.positions]) if place.wards is None else place.wards
    whole, loose = areas.wards_and_postcodes(found)
    away = far.measure_m(found, place)
    away[whole.of[np.isin(whole.area, here)]] = -1
    away[loose.of[np.isin(ward_of[loose.area], here)]] = -1
    return away
