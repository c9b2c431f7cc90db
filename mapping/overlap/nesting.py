"""Relations: how whole units of one layer stand to those of another, and to a place."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mapping import places
from mapping.atoms import blocks
from mapping.geography import By, Layer, lenses
from mapping.overlap.counts import (
    Grain,
    Pairs,
    count_inside_units,
    count_whole_units,
    keep_in_both,
    pairs,
    pairs_in,
    people_in,
    ratio,
    units,
)
from mapping.places import Place

MIN_WHOLE_SHARE = 0.99
"""The share from which a unit counts as inside, or the same as, another."""
SHARE_DIGITS = 12
"""Shares that are the same to so many digits are a tie."""
GRAINS: tuple[Grain, ...] = ("ward", "block", "postcode")
"""What whole units are made of, the coarsest first."""


def relations(place: Place, a: Layer, b: Layer, *, by: By = "residents") -> pd.DataFrame:
    """Say how each unit of A in the place stands to layer B; whole units, wherever they lie.

    One row a unit of A; columns: a_code, a_name, relation, b_code, b_name (its main
    counterpart), people (of the whole unit), share_of_a (in the counterpart), share_of_b,
    jaccard, share_of_a_in_place, share_of_b_in_place, parts (B units with people in it).
    Relations: "same", "inside", "made of", "split", and "none" where it meets no B unit.

    >>> from mapping import layers, places
    >>> found = relations(places.get("Camden"), layers.get("ward"), layers.get("borough"))
    >>> found["relation"].unique().tolist()
    ['inside']
    """
    inside_a, inside_b = (count_inside_units(place, layer, by) for layer in (a, b))
    people_a, people_b = count_whole_units(a, by), count_whole_units(b, by)
    wanted = np.flatnonzero(inside_a[:-1] > 0)
    found = _pairs_whole(a, b, wanted, by)
    main = _main_counterpart(found, len(a.codes))
    b_main = main[wanted]
    shared = np.zeros(len(a.codes))
    best = main[found.a] == found.b
    shared[found.a[best]] = found.people[best]
    overlap_ = np.where(b_main >= 0, shared[wanted], 0.0)
    total_a, total_b = people_a[wanted], np.append(people_b[:-1], 0.0)[b_main]
    jaccard = ratio(overlap_, total_a + total_b - overlap_)
    share_a, share_b = ratio(overlap_, total_a), ratio(overlap_, total_b)
    whole = _share_in_whole_units(found, people_b, len(a.codes))[wanted] / total_a
    rules = [
        b_main < 0,
        jaccard >= MIN_WHOLE_SHARE,
        share_a >= MIN_WHOLE_SHARE,
        whole >= MIN_WHOLE_SHARE,
    ]
    names = ["none", "same", "inside", "made of"]
    parts = np.bincount(found.a[found.b >= 0], minlength=len(a.codes))[wanted]
    return pd.DataFrame(
        {
            "a_code": a.labels[0].take(wanted),
            "a_name": a.labels[1].take(wanted),
            "relation": np.select(rules, names, "split"),
            "b_code": b.labels[0].take(b_main),
            "b_name": b.labels[1].take(b_main),
            "people": total_a,
            "share_of_a": share_a,
            "share_of_b": share_b,
            "jaccard": jaccard,
            "share_of_a_in_place": ratio(inside_a[wanted], total_a),
            "share_of_b_in_place": ratio(np.append(inside_b[:-1], 0.0)[b_main], total_b),
            "parts": parts,
        }
    )


def _pairs_whole(a: Layer, b: Layer, wanted: np.ndarray, by: By) -> Pairs:
    """Count pairs over all people of some whole A units, wherever they live."""
    if a.shares is not None or b.shares is not None:
        found = pairs_in(places.at("britain", "gb"), a, b, by)
        kept = np.isin(found.a, wanted)
        return Pairs(found.a[kept], found.b[kept], found.people[kept])
    grain = max((a.grain, b.grain), key=GRAINS.index)
    at = _find_parts(a, wanted, grain)
    unit_a, unit_b = (_number_units(layer, at, grain) for layer in (a, b))
    return pairs(unit_a, unit_b, (len(a.codes), len(b.codes)), lenses.get(by).by_grain(grain)[at])


def _find_parts(layer: Layer, wanted: np.ndarray, grain: Grain) -> np.ndarray:
    """Return the wards, blocks or postcodes of some units of a layer, in their order."""
    if grain == "postcode":
        chosen = np.zeros(len(layer.codes) + 1, dtype=bool)
        chosen[wanted] = True
        return np.flatnonzero(chosen[layer.unit])
    parts = np.sort(layer.find_parts(wanted)[0])
    return parts if layer.grain == grain else blocks().find_in_wards(parts)


def _number_units(layer: Layer, at: np.ndarray, grain: Grain) -> np.ndarray:
    """Return the number of the unit of each of some wards, blocks or postcodes."""
    if grain == "postcode":
        return layer.unit[at]
    return layer.numbers[at if layer.grain == grain else blocks().ward[at]]


def _main_counterpart(found: Pairs, size: int) -> np.ndarray:
    """Return for each A unit the B unit with most of its people; -1 if none, ties to the first.

    Small areas have the same estimate each: what they have in common must not hang on how sums
    round.
    """
    real = found.b >= 0
    share = found.people[real] / found.people.max(initial=1.0)
    order = np.lexsort((-found.b[real], share.round(SHARE_DIGITS)))
    main = np.full(size, -1)
    main[found.a[real][order]] = found.b[real][order]
    return main


def _share_in_whole_units(found: Pairs, people_b: np.ndarray, size: int) -> np.ndarray:
    """Sum the people of each A unit who live in B units that lie inside it."""
    inside = (found.b >= 0) & (found.people >= MIN_WHOLE_SHARE * people_b[found.b])
    return np.bincount(found.a[inside], weights=found.people[inside], minlength=size)


def two_way_shares(place: Place, chosen: Sequence[Layer], *, by: By = "residents") -> pd.DataFrame:
    """List the units that meet a place: how much of the place is theirs, of them the place's.

    One row per layer and unit; columns: layer, title, scale, code, name, people (in both),
    share_of_place, share_of_unit (missing for "none"). Shares of one layer sum to 1.

    >>> from mapping import layers, places
    >>> found = two_way_shares(places.get("Camden"), [layers.get("region")])
    >>> found[["name", "share_of_place", "share_of_unit"]].round(3).values.tolist()
    [['London', 1.0, 0.024]]
    """
    total = people_in(place, by).sum()
    frames = []
    for layer in chosen:
        inside = count_inside_units(place, layer, by)
        found = np.flatnonzero(inside)
        found = found[np.argsort(-inside[found], kind="stable")]
        at = np.where(found == len(layer.codes), -1, found)
        whole = np.append(count_whole_units(layer, by)[:-1], np.nan)
        frames.append(
            pd.DataFrame(
                {
                    "layer": layer.key,
                    "title": layer.title,
                    "scale": layer.scale,
                    "code": layer.labels[0].take(at),
                    "name": layer.labels[1].take(at),
                    "people": inside[found],
                    "share_of_place": inside[found] / total,
                    "share_of_unit": inside[found] / whole[at],
                }
            )
        )
    columns = [
        "layer",
        "title",
        "scale",
        "code",
        "name",
        "people",
        "share_of_place",
        "share_of_unit",
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def other_side(place: Place, a: Layer, b: Layer, *, by: By = "residents") -> np.ndarray:
    """Find the postcodes of a place outside the main B unit of their A unit, in the place.

    Returns positions in the national table, sorted. Postcodes that count nothing under the
    lens, have no unit in either layer, or whose A unit is made of whole B units, are left out.
    Where bodies share areas out, a postcode is in the unit with the largest share there.
    """
    unit_a, unit_b = units(place, a), units(place, b)
    people = people_in(place, by)
    found = keep_in_both(pairs_in(place, a, b, by))
    main = _main_counterpart(found, len(a.codes))
    in_place_b = np.bincount(found.b, weights=found.people, minlength=len(b.codes))
    in_place_a = np.bincount(found.a, weights=found.people, minlength=len(a.codes))
    whole = _share_in_whole_units(found, in_place_b, len(a.codes)) >= MIN_WHOLE_SHARE * in_place_a
    main[whole] = -1  # lines inside such a unit tear nobody from it
    outside = (unit_a >= 0) & (unit_b >= 0) & (main[unit_a] >= 0) & (unit_b != main[unit_a])
    outside &= people > 0
    return place.positions[outside]
