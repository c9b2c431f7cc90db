"""Thin and crowded areas: how many actors people have, and who is in no unit of a layer."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.actors import Register
from mapping.atoms import postcodes
from mapping.gaps.actor_zones import ActorZones, check_theme_and_scale, count_cell, membership
from mapping.gaps.actor_zones import people as people_by_zone
from mapping.geography import By, Layer, layers
from mapping.overlap import people_in, ratio, units
from mapping.places import Place

THIN, USUAL, CROWDED = "thin", "usual", "crowded"
DIGITS = 9
"""So exactly people, and the mean number of actors of a ward, are compared."""


class ActorQuantiles(NamedTuple):
    """How many actors people of a place have: quantiles over people, and the mean.

    A tenth of them has ``tenth`` or fewer, half ``median`` or fewer. All NaN without people.
    """

    least: float
    tenth: float
    median: float
    ninetieth: float
    most: float
    mean: float


def spread(
    place: Place,
    register: Register,
    *,
    theme: str = "",
    scale: str = "",
    by: By = "residents",
) -> ActorQuantiles:
    """Return how many actors with a theme and scale the people of a place have.

    Raises MappingError for an unknown scale.
    """
    _, actors = count_cell(place, register, theme, scale)
    return _spread(actors, people_by_zone(place, register, by))


def _spread(actors: np.ndarray, people: np.ndarray) -> ActorQuantiles:
    """Return quantiles and mean of numbers of actors, weighted by people."""
    order = np.argsort(actors, kind="stable")
    order = order[people[order] > 0]
    if not len(order):
        return ActorQuantiles(*(math.nan,) * 6)
    number, upto = actors[order].astype(float), np.cumsum(people[order])
    at = np.searchsorted(upto, np.array([0.1, 0.5, 0.9]) * upto[-1] * (1 - 1e-12))
    tenth, median, ninetieth = map(float, number[at])
    mean = float(number @ people[order] / upto[-1])
    return ActorQuantiles(float(number[0]), tenth, median, ninetieth, float(number[-1]), mean)


def crowding(
    place: Place,
    register: Register,
    *,
    theme: str = "",
    scale: str = "",
    by: By = "residents",
) -> pd.DataFrame:
    """Rank the wards of a place by how many actors with a theme and scale their people have.

    One row per ward that the place meets, clipped to it, the thinnest first, those without
    people last; columns: code, name, people, actors (mean over people; missing without), least
    and most (of its zones with people, or of all without), different (actors that meet the
    ward), part: "thin" for the wards with the lowest means, where a tenth of the people live,
    "crowded" for those with the highest, where another tenth does, "usual" for the rest and for
    all that have the median. Raises MappingError for an unknown scale.
    """
    found, actors = count_cell(place, register, theme, scale)
    people = people_by_zone(place, register, by)
    in_ward = found.sums_by_ward(people)
    held = found.sums_by_ward(people * actors)
    mean = np.divide(held, in_ward, out=np.full(len(held), np.nan), where=in_ward > 0)
    mean = np.round(mean, DIGITS)  # what sums of floats leave over makes no ward crowded
    counted = (people > 0) | (in_ward == 0)[found.ward]
    least, most = np.full(len(mean), actors.max(initial=0)), np.zeros(len(mean), dtype="int64")
    np.minimum.at(least, found.ward[counted], actors[counted])
    np.maximum.at(most, found.ward[counted], actors[counted])
    usual = _spread(mean, in_ward)
    thin = (mean <= usual.tenth) & (mean < usual.median)
    crowded = (mean >= usual.ninetieth) & (mean > usual.median)
    one, at = check_theme_and_scale(theme, scale)
    frame = found.by_wards(
        {
            "people": in_ward,
            "actors": mean,
            "least": least.astype("int64"),
            "most": most,
            "different": _count_different(found, membership(register, [one], [at]).sum(axis=1) > 0),
            "part": pd.array(np.select([thin, crowded], [THIN, CROWDED], USUAL), dtype="str"),
        }
    )
    return frame.sort_values(["actors", "code"], ignore_index=True)


def _count_different(found: ActorZones, chosen: np.ndarray) -> np.ndarray:
    """Count the different actors, of those chosen, that meet each ward."""
    whole, loose = found.by_ward, found.by_zone
    ward = np.concatenate(
        [
            np.repeat(np.arange(len(found.wards)), np.diff(whole.start)),
            np.repeat(found.ward, np.diff(loose.start)),
        ]
    )
    actor = np.concatenate([whole.actor, loose.actor])
    pair = np.unique(ward[chosen[actor]] * np.int64(len(chosen)) + actor[chosen[actor]])
    return np.bincount(pair // max(len(chosen), 1), minlength=len(found.wards))


def orphans(place: Place, chosen: Sequence[Layer], *, by: By = "residents") -> pd.DataFrame:
    """Count the people of a place who are in no unit of a layer.

    One row a layer; columns: layer (key), title, people, share, postcodes, wards (how many
    such postcodes meet). See ``orphan_wards`` for where.
    """
    people = people_in(place, by)
    ward = postcodes.table().ward[place.positions]
    rows = []
    for layer in chosen:
        without = units(place, layer) < 0
        left = people[without].sum()
        share = left / people.sum() if left > 0 else 0.0
        rows.append(
            (layer.key, layer.title, left, share, int(without.sum()), len(np.unique(ward[without])))
        )
    return pd.DataFrame(rows, columns=["layer", "title", "people", "share", "postcodes", "wards"])


def orphan_wards(place: Place, layer: Layer, *, by: By = "residents") -> pd.DataFrame:
    """List the wards of a place with postcodes in no unit of a layer, by people in none.

    Clipped to the place; columns: code, name, people (in no unit), share (of the ward's in the
    place), people_in_ward, postcodes (in no unit).
    """
    people = people_in(place, by)
    ward, n = postcodes.table().ward[place.positions], len(postcodes.table().ward_codes)
    without = units(place, layer) < 0
    found = np.bincount(ward[without], minlength=n)
    left = np.bincount(ward[without], weights=people[without], minlength=n)
    in_ward = np.bincount(ward, weights=people, minlength=n)
    met = np.flatnonzero(found)
    frame = pd.DataFrame(
        {
            "code": pd.array(postcodes.table().ward_codes[met], dtype="str"),
            "name": pd.array(layers.wards()["name"].to_numpy()[met], dtype="str"),
            "people": left[met],
            "share": ratio(left[met], in_ward[met]),
            "people_in_ward": in_ward[met],
            "postcodes": found[met],
        }
    )
    ranked = frame.sort_values(["people", "code"], ascending=[False, True])
    return ranked.reset_index(drop=True)
