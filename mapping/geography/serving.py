"""Serving: the layers of bodies that serve a place, its partners."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mapping.atoms import table
from mapping.geography.catalogue import catalogue
from mapping.geography.layer import Layer

if TYPE_CHECKING:
    from mapping.places import Place

COUNTY_COUNCIL = "E10"
"""How the codes of counties begin that have a council."""


def list_partners(where: str) -> list[str]:
    """List the keys of the layers of bodies that places in "London" or "Britain" are served by.

    They are those that say so in their row of ``data/layers.csv``.

    >>> list_partners("Britain")[:3]
    ['borough', 'county', 'combined_authority']
    """
    facts = catalogue()
    served = facts["partners"].str.split("; ").map(lambda named: where in named)
    return list(facts.index[served])


def find_present(place: "Place", layer: Layer) -> np.ndarray:
    """Return the numbers of a layer's units that a place has ground in, sorted; -1 for none."""
    if layer.of_ward is not None and place.wards is not None:
        return np.unique(layer.of_ward[place.wards])
    if layer.of_block is not None and place.blocks is not None:
        return np.unique(layer.of_block[place.blocks])
    return np.unique(layer.at(place.positions))


def is_present(place: "Place", layer: Layer) -> bool:
    """Tell whether a layer has a unit anywhere in a place."""
    reach = layer.units_in_wards
    if reach is not None:  # without reading the layer's numbers
        is_near = bool(reach[_list_wards(place)].any())
        if place.wards is not None or not is_near:
            return is_near
    return bool(find_present(place, layer)[-1] >= 0)


def count_at_most(place: "Place", layer: Layer) -> int:
    """Return how many units of a layer a place may meet at most.

    Of one that knows how many reach into each ward its numbers are not read; those that reach
    into several of the place's wards count in each.
    """
    reach = layer.units_in_wards
    if reach is None:
        return int((find_present(place, layer) >= 0).sum())
    return min(layer.count, int(reach[_list_wards(place)].sum()))


def _list_wards(place: "Place") -> np.ndarray:
    """List the wards that a place has postcodes in."""
    return np.unique(table().ward[place.positions]) if place.wards is None else place.wards


def choose_partners(place: "Place", known: Sequence[Layer]) -> list[Layer]:
    """Keep the layers of bodies that serve a place: see ``layers.partners``."""
    london, britain = list_partners("London"), list_partners("Britain")
    present = {layer.key: find_present(place, layer) for layer in known}
    whole = [x for x in known if x.key in london and present[x.key][0] >= 0]
    if any(layer.key not in britain for layer in whole):
        return whole
    return [x for x in known if x.key in britain and _is_served(x, present[x.key])]


def _is_served(layer: Layer, units: np.ndarray) -> bool:
    """Tell whether there is a body in some units: a metropolitan county has no council."""
    codes = layer.codes[units[units >= 0]]
    if layer.key == "county":
        return any(code.startswith(COUNTY_COUNCIL) for code in codes)
    return len(codes) > 0
