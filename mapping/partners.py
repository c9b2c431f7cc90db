"""Partner sets: who you deal with if you live here."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping import layers
from mapping.counts import Weights, Zones, entropy, pairs, people_in, ratio, units, zones
from mapping.layers import Layer
from mapping.places import Place

HEADLINE_PEOPLE = 100
"""Sets of partners with fewer people are listed, not counted in headlines."""


class Fragmentation(NamedTuple):
    """How many partner sets a place has: those with enough people, and exp(entropy) of all."""

    sets: int
    effective: float


def partner_sets(
    place: Place, partners: Sequence[Layer], *, by: str = "residents", weights: Weights = None
) -> pd.DataFrame:
    """List the sets of partners that people deal with, the largest first.

    One row a set; columns: set (1, 2, …), people, share, postcodes, one column per layer
    key with the unit's name ("none" where there is none), boroughs (the districts it
    touches, by people, joined with "; ") and headline (at least 100 people).
    """
    zoned = zones(place, partners, by=by, weights=weights)
    frame = pd.DataFrame({"people": zoned.people, "share": ratio(zoned.people, np.full(
        len(zoned.people), zoned.people.sum())), "postcodes": zoned.postcodes})  # fmt: skip
    for i, layer in enumerate(partners):
        frame[layer.key] = layer.labels[1].take(zoned.units[:, i])
    frame["boroughs"] = _touched(place, zoned, people_in(place, by, weights))
    frame["headline"] = frame["people"] >= HEADLINE_PEOPLE
    frame = frame.sort_values("people", ascending=False, kind="stable", ignore_index=True)
    frame.insert(0, "set", frame.index + 1)
    return frame


def _touched(place: Place, zoned: Zones, people: np.ndarray) -> list[str]:
    borough = layers.get("borough")
    size = (len(zoned.people), len(borough.codes))
    found = pairs(zoned.zone, units(place, borough), size, people)
    order = np.lexsort((-found.people, found.a))
    names: list[list[str]] = [[] for _ in zoned.people]
    for zone, unit in zip(found.a[order], found.b[order], strict=True):
        names[zone].append(borough.name_of(unit))
    return ["; ".join(some) for some in names]


def fragmentation(sets: pd.DataFrame) -> Fragmentation:
    """Count a frame of ``partner_sets``: those with at least 100 people, and exp(entropy)."""
    people = sets["people"].to_numpy()
    effective = float(np.exp(entropy(people))) if people.sum() > 0 else 0.0
    return Fragmentation(int(sets["headline"].sum()), effective)
