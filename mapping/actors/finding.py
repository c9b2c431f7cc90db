"""Finding: the organisations that somebody may mean who types a name, or a part of one."""

from typing import NamedTuple

import numpy as np

from mapping.actors import as_places, defaults
from mapping.actors.registers import Register
from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geocode import Like, NameList, bodies, likeness, spelling
from mapping.memory import once
from mapping.places import Place

MIN_ALIKE_LETTERS = 6
MAX_LOOKED_AT = 200
"""So many of the most alike are looked at, to put those near first."""


class Organisation(NamedTuple):
    """An organisation's area as a place, its id, and how its name is like what was typed."""

    place: Place
    id: str
    like: Like


class Listed(NamedTuple):
    """Organisations to be found: their register, and the names of some of its rows."""

    register: Register
    rows: np.ndarray
    names: NameList
    is_own: bool


@once
def list_shipped() -> Listed:
    """List those that ship but ward councillors and ward police teams, which follow from wards."""
    register = defaults.shipped()
    kinds = register.actors["actor_type"]
    return _list(register, np.flatnonzero(~kinds.isin(defaults.TEAMS).to_numpy()), is_own=False)


def list_own(register: Register) -> Listed:
    """List those that somebody brought; takes as long as their names are many, so keep it."""
    return _list(register, np.arange(len(register)), is_own=True)


def _list(register: Register, rows: np.ndarray, *, is_own: bool) -> Listed:
    names = register.actors["actor"].to_numpy(object)[rows]
    return Listed(register, rows, NameList(map(str, names)), is_own)


def search(
    text: str, *lists: Listed, near: Place | None = None, alike: bool = True, limit: int = 4
) -> list[Organisation]:
    """Find organisations by what somebody typed: a name, words of one, or a usual short name.

    The most alike first (``geocode.Like``); of these who works in ``near``, the place under study,
    and those of the later lists. What is only spelt so comes where nothing holds the text, and with
    ``alike`` alone. Those whose area is not known are left out.

    >>> found = search("met police", list_shipped())
    >>> found[0].place.label, found[0].like.name
    ('Metropolitan Police (police force)', 'NAMED')
    >>> search("octopus plymouth", list_shipped())[0].place.name
    'Plymouth Octopus Project'
    """
    said = spelling.key(text)
    found = [
        (like, which, row)
        for which, one in enumerate(lists)
        for row, like in (
            _find_held(one, said) or (_find_alike(one, said) if alike else {})
        ).items()
    ]
    best = sorted(found, key=lambda one: (one[0], -one[1]))[:MAX_LOOKED_AT]
    wards = None if near is None else _mark_wards(near)
    away = {
        one: wards is None or not lists[one[1]].register.works_in(one[2], wards) for one in best
    }
    order = sorted(best, key=lambda one: (one[0], away[one], -one[1]))
    shown: list[Organisation] = []
    for like, which, row in order:
        if len(shown) < limit:
            shown += _make(lists[which], row, like)
    return shown


def _find_held(one: Listed, said: str) -> dict[int, Like]:
    """Return the rows of the register whose names hold what was typed, or that are called so."""
    found = {int(one.rows[number]): like for number, like in one.names.find(said)}
    if not one.is_own:
        for row, like in _find_bodies(said).items():
            found[row] = min(like, found.get(row, like))
    return found


def _find_bodies(said: str) -> dict[int, Like]:
    """Return the rows of the bodies that go by another name: "Met Police", "NHS Devon"."""
    found: dict[int, Like] = {}
    for units, like in zip(bodies.list_units(said), (Like.NAMED, Like.BEGINS), strict=True):
        for layer, code in units:
            for one in defaults.actor_ids(layer, code)[:1]:
                found.setdefault(as_places.number_of_id(one), like)
    return found


def _find_alike(one: Listed, said: str) -> dict[int, Like]:
    if len(said) < MIN_ALIKE_LETTERS:
        return {}
    found = likeness.find_in_names(said, one.names.keys)
    return {int(one.rows[number]): Like.ALIKE for number in found}


def _make(one: Listed, row: int, like: Like) -> list[Organisation]:
    actor = str(one.register.actors["id"].array[row])
    try:
        place = (
            as_places.own_place(one.register, row) if one.is_own else as_places.shipped_place(actor)
        )
    except MappingError:  # its area is not known
        return []
    return [Organisation(place, actor, like)]


def _mark_wards(place: Place) -> np.ndarray:
    inside = np.zeros(len(postcodes.table().ward_codes), dtype=bool)
    inside[postcodes.table().ward[place.positions]] = True
    return inside
