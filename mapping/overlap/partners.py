"""Partner sets: who you deal with if you live here."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import blocks, table
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
    >>> partners = [layers.get(key) for key in layers.list_partners("London")]
    >>> found = fragmentation(partner_sets(places.get("Greater London"), partners))
    >>> found.sets, round(found.effective, 1)
    (28, 25.7)
    """
    people = sets["people"].to_numpy()
    if not people.sum() > 0:
        return Fragmentation(int(sets["headline"].sum()), 0.0, 0.0)
    effective = float(np.exp(entropy(people)))
    return Fragmentation(int(sets["headline"].sum()), effective, float(people.max() / people.sum()))


class Sharing(NamedTuple):
    """The other districts whose people have the same partners as those of a place.

    ``names`` of them, and ``with_more``: how many of these have a partner of a further kind, of
    which the place has none (a county council, say).
    """

    names: tuple[str, ...] = ()
    with_more: int = 0


def find_sharing(place: Place, chosen: Sequence[Layer]) -> Sharing:
    """Find the other districts whose people have the same units as all of this place has.

    None if the place itself has several sets; layers by postcode are not compared.
    """
    tables = [layer.of_block for layer in chosen if layer.of_block is not None]
    borough = layers.get("borough").of_block
    if place.blocks is None or borough is None or not tables:
        return Sharing()
    table = np.column_stack(tables)
    own = np.unique(table[place.blocks], axis=0)
    if len(own) > 1:
        return Sharing()
    names = layers.get("borough").names
    other = np.bincount(borough, (table != own[0]).any(axis=1), len(names))
    home = np.unique(borough[place.blocks])
    alike = np.setdiff1d(np.flatnonzero(other == 0), home)
    more = np.bincount(borough, _has_further(place, chosen), len(names))[alike] > 0
    return Sharing(tuple(str(names[u]) for u in alike), int(more.sum()))


def _has_further(place: Place, chosen: Sequence[Layer]) -> np.ndarray:
    """Tell which blocks have a partner of a kind of which a place has none: (95,000,) bool."""
    further = np.zeros(len(blocks().ward), dtype=bool)
    for layer in map(layers.get, layers.list_partners("Britain")):
        if layer in chosen or layer.of_block is None or layers.find_present(place, layer)[-1] >= 0:
            continue
        is_body = np.array([layer.key != "county" or c.startswith("E10") for c in layer.codes])
        further |= np.append(is_body, False)[layer.of_block]
    return further


def organisations(found: pd.DataFrame) -> pd.DataFrame:
    """Keep the rows of a frame of ``units_at`` that stand for somebody who works there.

    Postal and census areas, regions, and counties without a council are left out, and so
    is "none".
    """
    units = zip(found["layer"], found["code"], strict=True)
    return found[np.fromiter((is_organisation(*unit) for unit in units), bool, len(found))]


def is_organisation(layer: str, code: str) -> bool:
    """Tell whether a unit, by its layer's key and its code, stands for somebody who works there."""
    if code == "" or (layer == "county" and not code.startswith("E10")):
        return False
    return layers.is_worked_to(layer)


def list_nations(place: Place) -> set[str]:
    """Return the nations that a place is in: "England", "Scotland", "Wales"."""
    numbers = place.wards if place.wards is not None else np.unique(table().ward[place.positions])
    return set(layers.wards()["nation"].to_numpy()[numbers])


def say_unrecorded(place: Place, chosen: Sequence[Layer]) -> str:
    """Say which partners of a place are not in the data, as a sentence; "" if none is known."""
    nations = list_nations(place)
    keys = {layer.key for layer in chosen}
    if "mental_health_trust" in keys:
        return ""
    if "England" in nations:
        return "We have mental health trusts and police commands within a force for London only."
    return "We do not have the areas within a police force or a fire service."


def find_shared(sets: pd.DataFrame) -> list[int]:
    """Return the numbers of the headline sets (of ``partner_sets``) that several districts meet."""
    several = sets["boroughs"].str.contains("; ", regex=False)
    return sets.loc[several & sets["headline"], "set"].tolist()


def set_at(sets: pd.DataFrame, chosen: Sequence[Layer], position: int) -> int:
    """Return the number of the set that a postcode (by position) is in; 0 if in none of them."""
    match = np.ones(len(sets), dtype=bool)
    for layer in chosen:
        match &= (sets[f"{layer.key}_code"] == layer.code_of(int(layer.at(position)))).to_numpy()
    found = sets.loc[match, "set"]
    return int(found.iloc[0]) if len(found) else 0
