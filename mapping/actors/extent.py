"""Spread: where in a place the actors of a register work, to be drawn."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mapping import places
from mapping.actors.registers import Links, Register
from mapping.atoms import postcodes
from mapping.geography import layers, lenses
from mapping.places import Place

EVERYBODY = -1
MIN_HOME_SHARE = 0.95
"""A place that holds such a share of those covered is where a register's actors work."""
MAX_DISTRICTS = 4
"""So many council areas are looked at together; for more, what they lie in."""


class Spread(NamedTuple):
    """Where actors work in a place.

    Attributes
    ----------
    actors : (wards of the nation,) how many actors work in all of each ward that the place meets;
        0 elsewhere
    loose : positions in the national table of the place's other postcodes in a footprint, sorted
    """

    actors: np.ndarray
    loose: np.ndarray

    def find_covered(self, place: Place) -> np.ndarray:
        """Tell which postcodes of the place lie in a footprint, (len(place),) bool."""
        whole = self.actors[postcodes.table().ward[place.positions]] > 0
        return whole | np.isin(place.positions, self.loose, assume_unique=True)


def find_spread(register: Register, place: Place, actor: int = EVERYBODY) -> Spread:
    """Find where all actors of a register, or the one with a number, work in a place."""
    ward, wards = postcodes.table().ward, len(postcodes.table().ward_codes)
    whole, loose = (_take_links(links, actor) for links in (register.whole, register.loose))
    met = np.zeros(wards, dtype=bool)
    met[ward[place.positions]] = True
    actors = np.where(met, np.bincount(whole.area, minlength=wards), 0)
    inside = np.zeros(len(ward), dtype=bool)
    inside[loose.area] = True
    here = place.positions[inside[place.positions]]
    return Spread(actors, here[actors[ward[here]] == 0])


def count_in_units(
    register: Register, place: Place, layer: layers.Layer, *, leave_out: Sequence[str] = ()
) -> dict[str, int]:
    """Count the actors that work in each unit of a layer of wards, anywhere in it: code → count.

    Counted are those that cover a postcode of the unit inside the place; ``leave_out`` are types
    of actor that are not counted. Raises ValueError for a layer that is not made of wards: this is
    a slip in a program, not in data.
    """
    if layer.of_ward is None:
        raise ValueError(
            f"Expected a layer made of wards; {layer.key} cuts them. Count over postcodes instead."
        )
    ward = postcodes.table().ward
    met = np.zeros(len(layer.of_ward), dtype=bool)
    met[ward[place.positions]] = True
    inside = np.zeros(len(ward), dtype=bool)
    inside[place.positions] = True
    counted = ~register.actors["actor_type"].isin(leave_out).to_numpy()
    whole, loose = register.whole, register.loose
    whole_in = met[whole.area] & counted[whole.actor]
    loose_in = inside[loose.area] & counted[loose.actor]
    actor = np.concatenate([whole.actor[whole_in], loose.actor[loose_in]]).astype("int64")
    unit = layer.of_ward[np.concatenate([whole.area[whole_in], ward[loose.area[loose_in]]])]
    units = len(layer.codes)
    pairs = np.unique(actor[unit >= 0] * units + unit[unit >= 0])
    many = np.bincount(pairs % units, minlength=units)
    own = np.unique(layer.of_ward[met])
    return {str(layer.codes[one]): int(many[one]) for one in own[own >= 0]}


def home(register: Register) -> Place | None:
    """Return the smallest place that holds nearly all residents whom a register's actors cover.

    A few council areas, a county, a region, or Great Britain; None if nobody is covered.
    """
    ward, wards = postcodes.table().ward, len(postcodes.table().ward_codes)
    counted = lenses.get().values
    inside = np.zeros(wards, dtype=bool)
    inside[register.whole.area] = True
    people = np.where(inside, np.bincount(ward, weights=counted, minlength=wards), 0.0)
    loose = np.zeros(len(ward), dtype=bool)
    loose[register.loose.area] = True
    loose &= ~inside[ward]
    people += np.bincount(ward[loose], weights=counted[loose], minlength=wards)
    return find_home(people)


def find_home(people: np.ndarray) -> Place | None:
    """Return the smallest place that holds nearly all of some people, as ``home`` does.

    ``people`` (wards,) is how many live in each ward of the nation; None if there are none.
    """
    if not people.sum():
        return None
    districts = _find_holding("borough", people)
    if len(districts) <= MAX_DISTRICTS:
        return places.union([places.at("borough", code) for code in districts])
    for kind in ("county", "region"):
        codes = _find_holding(kind, people)
        if len(codes) == 1:
            return places.at(kind, codes[0])
    return places.at("britain", "gb")


def _find_holding(kind: str, people: np.ndarray) -> list[str]:
    """Return the fewest units of a layer of wards that together hold nearly all people.

    ``people`` (wards,); those in no unit count as if none held them.
    """
    layer = layers.get(kind)
    assert layer.of_ward is not None
    within = layer.of_ward >= 0
    held = np.bincount(layer.of_ward[within], weights=people[within], minlength=len(layer.codes))
    order = np.argsort(-held, kind="stable")
    enough = int(np.searchsorted(np.cumsum(held[order]), MIN_HOME_SHARE * people.sum())) + 1
    return [str(layer.codes[unit]) for unit in order[:enough]]


def _take_links(links: Links, actor: int) -> Links:
    if actor == EVERYBODY:
        return links
    first, last = np.searchsorted(links.actor, [actor, actor + 1])
    return Links(links.actor[first:last], links.area[first:last])
