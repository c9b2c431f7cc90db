"""Partner sets: who you deal with if you live here."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import table
from mapping.errors import MappingError
from mapping.geography import By, Layer, layers
from mapping.overlap.counts import (
    Zones,
    entropy,
    pairs,
    people_in,
    ratio,
    units,
    zones,
)
from mapping.places import Place

MIN_HEADLINE_PEOPLE = 100
"""Sets of partners with fewer people are listed, not counted in headlines."""


class Fragmentation(NamedTuple):
    """How many partner sets a place has: those with enough residents, and exp(entropy) of all.

    ``largest`` is the share of all people who have the most common one.
    """

    sets: int
    effective: float
    largest: float = 1.0


def partner_sets(place: Place, partners: Sequence[Layer], *, by: By = "residents") -> pd.DataFrame:
    """List the sets of partners that people deal with, the largest first.

    One row a set; columns: set (1, 2, …), people, share, postcodes, one column per layer
    key with the unit's name ("none" where there is none) and one named ``<key>_code`` with
    its code, boroughs (the districts it touches, by people, joined with "; ") and headline
    (at least 100 residents, whatever is counted). Raises MappingError if different layers
    share a key.

    >>> from mapping import layers, places
    >>> partners = [layers.get(key) for key in ("police_force", "fire_service")]
    >>> found = partner_sets(places.get("Oldham"), partners)
    >>> found[["set", "share", "police_force"]].values.tolist()
    [[1, 1.0, 'Greater Manchester Police']]
    """
    _check_keys(partners)
    zoned = zones(place, partners, by=by)
    frame = pd.DataFrame(
        {
            "people": zoned.people,
            "share": ratio(zoned.people, np.full(len(zoned.people), zoned.people.sum())),
            "postcodes": zoned.postcodes,
        }
    )
    for i, layer in enumerate(partners):
        frame[layer.key] = layer.labels[1].take(zoned.units[:, i])
        frame[f"{layer.key}_code"] = layer.labels[0].take(zoned.units[:, i])
    frame["boroughs"] = _name_touched(place, zoned, people_in(place, by))
    residents = np.bincount(zoned.zone, weights=people_in(place), minlength=len(zoned.people))
    frame["headline"] = residents >= MIN_HEADLINE_PEOPLE
    frame = frame.sort_values("people", ascending=False, kind="stable", ignore_index=True)
    frame.insert(0, "set", frame.index + 1)
    return frame


def _check_keys(partners: Sequence[Layer]) -> None:
    keys = pd.Series([layer.key for layer in dict.fromkeys(partners)], dtype="str")
    repeated = keys[keys.duplicated()].unique()
    if len(repeated):
        raise MappingError(
            f"Expected layers with a key each, as tables have a column of that name; "
            f"{len(repeated)} stand for several ({', '.join(repeated[:5])}). Give them other keys."
        )


def _name_touched(place: Place, zoned: Zones, people: np.ndarray) -> list[str]:
    borough = layers.get("borough")
    people = np.where(zoned.people[zoned.zone] > 0, people, 1.0)  # nobody lives there: postcodes
    size = (len(zoned.people), len(borough.codes))
    found = pairs(zoned.zone, units(place, borough), size, people)
    order = np.lexsort((-found.people, found.a))
    names: list[list[str]] = [[] for _ in zoned.people]
    for zone, unit in zip(found.a[order], found.b[order], strict=True):
        names[zone].append(borough.name_of(unit))
    return ["; ".join(some) for some in names]


def fragmentation(sets: pd.DataFrame) -> Fragmentation:
    """Count a frame of ``partner_sets``: those with at least 100 residents, and exp(entropy).

    >>> from mapping import layers, places
    >>> partners = [layers.get(key) for key in list_partners("London")]
    >>> found = fragmentation(partner_sets(places.get("Greater London"), partners))
    >>> found.sets, round(found.effective, 1)
    (28, 25.7)
    """
    people = sets["people"].to_numpy()
    if not people.sum() > 0:
        return Fragmentation(int(sets["headline"].sum()), 0.0, 0.0)
    effective = float(np.exp(entropy(people)))
    return Fragmentation(int(sets["headline"].sum()), effective, float(people.max() / people.sum()))


def list_partners(where: str) -> list[str]:
    """List the keys of the layers that places are first shown with: in "London" or "Britain".

    They are those that say so in their row of ``data/layers.csv``.
    """
    facts = layers.catalogue()
    return list(facts.index[facts["partners"] == where])


def list_present(place: Place, keys: Sequence[str]) -> list[Layer]:
    """Return the layers of these keys that have a unit anywhere in the place."""
    return [layer for layer in map(layers.get, keys) if _is_present(place, layer)]


def _is_present(place: Place, layer: Layer) -> bool:
    reach = layer.units_in_wards
    if reach is not None:  # without reading the layer's numbers
        is_near = bool(reach[_list_wards(place)].any())
        if place.wards is not None or not is_near:
            return is_near
    return bool((units(place, layer) >= 0).any())


def count_at_most(place: Place, layer: Layer) -> int:
    """Return how many units of a layer a place may meet at most.

    Of one that knows how many reach into each ward its numbers are not read; those that reach
    into several of the place's wards count in each.
    """
    reach = layer.units_in_wards
    if reach is None:
        return len(_present_units(place, layer))
    return min(layer.count, int(reach[_list_wards(place)].sum()))


def _list_wards(place: Place) -> np.ndarray:
    """List the wards that a place has postcodes in."""
    return np.unique(table().ward[place.positions]) if place.wards is None else place.wards


def usual_partners(place: Place) -> list[Layer]:
    """Return the partner layers that a place is first shown with.

    Within London those that differ from borough to borough and serve all of the place; elsewhere
    county council, strategic authority, police, fire, ambulance and health board, as far as the
    place has them: see ``list_partners``.
    """
    inside = list_present(place, list_partners("London"))
    everywhere = [layer for layer in inside if (units(place, layer) >= 0).all()]
    if everywhere:
        return everywhere
    return [
        p
        for p in list_present(place, list_partners("Britain"))
        if p.key != "county" or _has_council(place)
    ]


def _has_council(place: Place) -> bool:
    """Tell whether any county of a place has a council: a metropolitan county has none."""
    county = layers.get("county")
    return any(code.startswith("E10") for code in county.codes[_present_units(place, county)])


def _present_units(place: Place, layer: Layer) -> np.ndarray:
    found = np.unique(units(place, layer))
    return found[found >= 0]


def name_sharing(place: Place, chosen: Sequence[Layer]) -> list[str]:
    """Name the other districts whose people have the same units as all of this place has.

    Empty if the place itself has several sets; only layers made of wards are compared.
    """
    tables = [layer.of_ward for layer in chosen if layer.of_ward is not None]
    borough = layers.get("borough").of_ward
    if place.wards is None or borough is None or not tables:
        return []
    table = np.column_stack(tables)
    own = np.unique(table[place.wards], axis=0)
    if len(own) > 1:
        return []
    alike = (table == own[0]).all(axis=1)
    home = set(borough[place.wards])
    names = layers.get("borough").names
    return [str(names[u]) for u in np.unique(borough[alike]) if u not in home]


def organisations(found: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of a frame of ``units_at`` that stand for somebody who works there.

    Postal and census areas, regions, and counties without a council are left out, and so
    is "none".
    """
    council = (found["layer"] != "county") | found["code"].str.startswith("E10")
    worked_to = found["layer"].map(layers.is_worked_to).astype(bool)
    return found[worked_to & council & (found["code"] != "")]


def say_unrecorded(place: Place, chosen: Sequence[Layer]) -> str:
    """Say which partners of a place are not in the data, as a sentence; "" if none is known."""
    numbers = place.wards if place.wards is not None else np.unique(table().ward[place.positions])
    nations = set(layers.wards()["nation"].to_numpy()[numbers])
    if "England" not in nations or "icb" in {layer.key for layer in chosen}:
        return ""
    return "England's health boards and mental health trusts outside London are not recorded yet."


def find_shared(sets: pd.DataFrame) -> list[int]:
    """Return the numbers of the headline sets (of ``partner_sets``) that several districts meet."""
    several = sets["boroughs"].str.contains("; ", regex=False)
    return sets.loc[several & sets["headline"], "set"].tolist()


def set_at(sets: pd.DataFrame, chosen: Sequence[Layer], position: int) -> int:
    """Return the number of the set that a postcode (by position) is in; 0 if in none of them."""
    match = np.ones(len(sets), dtype=bool)
    for layer in chosen:
        match &= (sets[f"{layer.key}_code"] == layer.code_of(int(layer.unit[position]))).to_numpy()
    found = sets.loc[match, "set"]
    return int(found.iloc[0]) if len(found) else 0
