"""Levels: the scale of an organisation, derived from how large its area is among kinds of area."""

from typing import NamedTuple

import numpy as np

from mapping.actors import Register
from mapping.atoms import table as atoms_of
from mapping.geography import layers, lenses
from mapping.memory import once

DERIVED = "Level derived from how many people live in its area."
"""What the note of an organisation says whose level nobody gave."""
MIN_LOCAL_SHARE = 0.5
"""Work for a smaller share of a council area's residents is hyperlocal."""
MIN_NEARLY_ALL = 0.95
MIN_NATIONAL_SHARE = 0.5
"""Work for such a share of Great Britain's residents is national."""
MAX_PAIRS = 10_000_000
"""Pairs of actor and council area for each of which a number may be kept."""


class _Most(NamedTuple):
    """Of each actor, (actors,): residents in the area with most of its own, and all of that."""

    own: np.ndarray
    all: np.ndarray


def derive(register: Register) -> np.ndarray:
    """Derive the scale of each footprint: (actors,) texts, "" for an empty one.

    Fewer than half the residents of the council area where most of its own live is hyperlocal.
    More is borough, if nearly all of them live in one council area or there are no more than
    ``find_largest_local`` says; else it is regional. Nearly all of a nation, or half of Great
    Britain, is national.

    >>> from mapping import footprints
    >>> found = footprints.read(b"who,areas\\nA,Rushmoor; Hart\\nB,Surrey", name="ours.csv")
    >>> derive(found).tolist()
    ['borough', 'regional']
    """
    lens, ward = lenses.get(), atoms_of().ward
    whole, loose = register.whole, register.loose
    actor = np.concatenate([whole.actor, loose.actor]).astype("int64")
    in_ward = np.concatenate([whole.area, ward[loose.area]])
    people = np.concatenate([lens.by_ward[whole.area], lens.values[loose.area]])
    own = np.bincount(actor, weights=people, minlength=len(register))
    districts, nations = _number_districts(), _number_nations()
    district = _find_most(actor, people, districts[in_ward], _sum_areas(districts), len(register))
    nation = _find_most(actor, people, nations[in_ward], _sum_areas(nations), len(register))
    is_one = district.own >= MIN_NEARLY_ALL * own
    found = np.where(is_one | (own <= find_largest_local()), "borough", "regional")
    found = np.where(own < MIN_LOCAL_SHARE * district.all, "hyperlocal", found)
    is_nation = nation.own >= MIN_NEARLY_ALL * nation.all
    is_most = own >= MIN_NATIONAL_SHARE * lens.by_ward.sum()
    found = np.where(is_nation | is_most, "national", found)
    empty = np.ones(len(register), dtype=bool)
    empty[actor] = False
    return np.where(empty, "", found)


@once
def find_largest_local() -> float:
    """Return from how many residents on an area of several councils is more than council-wide.

    It is as many times the middle council area as the middle county council's area is of it:
    halfway between the two, by ratio.
    """
    two_tier = (layers.wards()["county_type"] == "county council").to_numpy()
    county = layers.get("county").of_ward
    assert county is not None
    of_county = _sum_areas(np.where(two_tier, county, -1))
    of_council = _sum_areas(_number_districts())
    return float(np.sqrt(np.median(of_county[of_county > 0]) * np.median(of_council)))


def _number_districts() -> np.ndarray:
    """Return the number of each ward's council area, (wards,)."""
    of_ward = layers.get("borough").of_ward
    assert of_ward is not None
    return of_ward


def _number_nations() -> np.ndarray:
    """Return the number of each ward's nation, (wards,)."""
    names = layers.wards()["nation"]
    return np.unique(names.to_numpy(object).astype(str), return_inverse=True)[1]


def _sum_areas(of_ward: np.ndarray) -> np.ndarray:
    """Sum residents over areas of wards, by their number; those of wards with -1 are left out."""
    known = of_ward >= 0
    return np.bincount(of_ward[known], weights=lenses.get().by_ward[known])


def _find_most(
    actor: np.ndarray, people: np.ndarray, area: np.ndarray, of_area: np.ndarray, actors: int
) -> _Most:
    """Find the area that has most of each actor's residents; ``actor``, ``people`` are pairs'."""
    key, areas = actor * len(of_area) + area, len(of_area)
    if actors * areas <= MAX_PAIRS:
        held = np.bincount(key, weights=people, minlength=actors * areas).reshape(actors, areas)
        first = held.argmax(axis=1)
        return _Most(held[np.arange(actors), first], of_area[first])
    pairs, at = np.unique(key, return_inverse=True)
    held = np.bincount(at, weights=people, minlength=len(pairs))
    order = np.lexsort((held, pairs // areas))
    last = np.flatnonzero(np.diff(pairs[order] // areas, append=-1))  # of each actor its largest
    most = _Most(np.zeros(actors), np.zeros(actors))
    number = pairs[order[last]]
    most.own[number // areas] = held[order[last]]
    most.all[number // areas] = of_area[number % areas]
    return most
