"""Layers by their keys: those that ship, those of a postcode directory, those somebody brought.

>>> get("ward").noun, get("icb").edition, get("icb", edition="2022").key
('ward', '2026', 'icb@2022')
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mapping.errors import MappingError
from mapping.geography import directory, lookups, registry, serving
from mapping.geography.catalogue import (
    BUT_LISTED,
    LAYER_TEXTS,
    LISTED,
    NATION_OF,
    catalogue,
    explain_unknown,
    list_unknown_districts,
    list_worked_to,
    make,
    make_base,
    read_editions,
    read_listed_areas,
    wards,
)
from mapping.geography.catalogue import editions as list_editions
from mapping.geography.catalogue import keys as list_shipped
from mapping.geography.directory import SMALL_AREAS
from mapping.geography.joining import join_units
from mapping.geography.layer import NONE, SCALES, Layer, slug
from mapping.geography.lookups import coarsen, from_lookup
from mapping.geography.outlines import from_polygons
from mapping.geography.registry import OWN
from mapping.geography.serving import count_at_most, find_present, list_partners
from mapping.geography.shares import Shares, from_shares
from mapping.memory import once

if TYPE_CHECKING:
    from mapping.places import Place

__all__ = [
    "AT",
    "NATION_OF",
    "NONE",
    "OWN",
    "SCALES",
    "SMALL_AREAS",
    "Layer",
    "Shares",
    "catalogue",
    "coarsen",
    "count_at_most",
    "editions",
    "find_present",
    "from_lookup",
    "from_polygons",
    "from_shares",
    "get",
    "is_known",
    "is_official",
    "is_worked_to",
    "join_units",
    "keys",
    "list_partners",
    "list_present",
    "list_shipped",
    "list_unknown_districts",
    "list_worked_to",
    "partners",
    "slug",
    "wards",
]

AT = "@"
"""What stands in a key between that of the edition in use and the date of another one."""


def keys() -> list[str]:
    """List the keys of all layers at hand but somebody's own, by scale: hyperlocal ones first.

    Those that ship come before the official geographies of a postcode directory.
    """
    scales = _list_scales()
    if official := directory.keys():
        scales = scales | {key: directory.get(key).scale for key in official}
    return sorted(scales, key=lambda key: SCALES.index(scales[key]))


@once
def _list_scales() -> dict[str, str]:
    """Return the scale of each layer that ships, by its key; shared, not to be changed."""
    return catalogue()["scale"].to_dict()


def get(key: str, *, edition: str | int = "") -> Layer:
    """Return the one layer of a key, in all threads: one that ships, is at hand or was brought.

    ``edition`` is one of ``editions(key)``, the one in use unless given. Another edition has a key
    of its own, ``icb@2022``, which is found as well, so that both may stand in one table. Raises
    MappingError with the keys there are, with the editions there are, and for a layer of
    somebody's own (``own.…``) that this process does not know.
    """
    dated = str(edition)
    if key.startswith(OWN):
        return _check_own(registry.find(key), dated)
    if is_official(key):
        return directory.get(directory.find_key(key), dated)
    name, _, in_key = key.partition(AT)
    return _get_shipped(name, dated or in_key)


def editions(key: str) -> list[str]:
    """List the editions of a layer by its key, first the one in use; "" for one without a date.

    >>> editions("icb"), editions("borough")
    (['2026', '2022'], ['2025-05', '2027'])
    """
    if key.startswith(OWN):
        return [registry.find(key).edition]
    name = key.partition(AT)[0]
    if is_official(name):
        return directory.editions(directory.find_key(name).partition(AT)[0])
    return list_editions(name)


def partners(place: "Place") -> list[Layer]:
    """Return the layers of bodies that serve a place, from the smallest areas to the largest.

    Within London those that differ from borough to borough and serve all of the place; elsewhere
    council, county council, strategic authority, police, fire, ambulance, health board or care
    board and NHS region, as far as the place has them: see ``list_partners``.

    >>> from mapping import places
    >>> [layer.key for layer in partners(places.get("Moray"))]
    ['borough', 'police_force', 'fire_service', 'ambulance_service', 'health_board']
    """
    wanted = {*list_partners("London"), *list_partners("Britain")}
    return serving.choose_partners(place, [get(key) for key in keys() if key in wanted])


def list_present(place: "Place", wanted: Sequence[str]) -> list[Layer]:
    """Return the layers of some keys that have a unit anywhere in a place."""
    return [one for one in map(get, wanted) if serving.is_present(place, one)]


def is_known(key: str) -> bool:
    """Tell whether ``get`` finds a layer of this key.

    >>> is_known("icb@2022"), is_known("own.nobody"), is_known("nonsense")
    (True, False, False)
    """
    if key.startswith(OWN):
        return registry.is_known(key)
    if is_official(key):
        return directory.is_known(directory.find_key(key))
    name, _, dated = key.partition(AT)
    return name in _list_scales() and dated in ("", *list_editions(name))


def is_worked_to(key: str) -> bool:
    """Tell whether some organisation works to a layer, at any edition, or somebody brought it."""
    if key.startswith(OWN):
        return True
    if is_official(key):
        return directory.is_worked_to(directory.find_key(key))
    return key.partition(AT)[0] in list_worked_to()


def is_official(key: str) -> bool:
    """Tell whether a key is one of a postcode directory: "onspd_lad", or "lad25" if at hand."""
    name = key.partition(AT)[0]
    if name in _list_scales():
        return False
    return directory.is_key(directory.find_key(key))


def _check_own(layer: Layer, edition: str) -> Layer:
    if edition and edition != layer.edition:
        raise MappingError(
            f"Expected an edition of {layer.title}; found “{edition[:40]}”. It has one only"
            f"{f', {layer.edition}' if layer.edition else ''}: leave the edition out."
        )
    return layer


@once
def _get_shipped(key: str, edition: str) -> Layer:
    if key not in catalogue().index:
        raise explain_unknown(key)
    known = list_editions(key)
    if edition and edition not in known:
        raise MappingError(
            f"Expected an edition of {catalogue().loc[key, 'plural']}; found “{edition[:40]}”. "
            f"There are: {', '.join(known)}."
        )
    return _make_edition(key, edition or known[0])


@once
def _make_edition(key: str, edition: str) -> Layer:
    facts = read_editions()
    row = facts[(facts["key"] == key) & (facts["edition"] == edition)].iloc[0]
    is_in_use = edition == list_editions(key)[0]
    made_of = str(row["made_of"])
    is_listed = made_of == LISTED or made_of.endswith(BUT_LISTED)
    if is_in_use and not is_listed:
        return make_base(key)  # the very object that lookups are made by
    texts = {name: str(row[name]) for name in LAYER_TEXTS}
    if not is_in_use:
        texts |= {"key": f"{key}{AT}{edition}"}
        texts |= {name: f"{row[name]} ({edition})" for name in ("title", "plural")}
    if not is_listed:
        return make(made_of, texts)
    base = None if made_of == LISTED else make(made_of.removesuffix(BUT_LISTED), texts)
    return lookups.make_listed(read_listed_areas(key, edition), texts, base)
