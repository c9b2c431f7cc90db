"""Kinds of places: those with names of their own, units of any layer, and what others provide."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote, unquote

import numpy as np

from mapping.errors import MappingError
from mapping.geography import layers

KIND_NAMES = {
    "borough": "council area",
    "county": "county",
    "combined_authority": "strategic authority",
    "region": "region",
    "nation": "nation",
    "britain": "Great Britain",
    "postal_district": "postcode district",
    "ward": "ward",
}
"""The kinds of places that have a name of their own, and what a reader calls each."""
MADE_KIND_NAMES = {"wards": "selected wards", "union": "combined"}
OWN = layers.OWN.rstrip(".")
"""The kind of the units of layers that somebody brought: their code begins with the layer's."""


class Provided(NamedTuple):
    """A place that a later room knows: its name, what a reader calls its kind, its postcodes."""

    name: str
    what: str
    find_positions: Callable[[], np.ndarray]


_PROVIDERS: dict[str, Callable[[str], Provided]] = {}


def provide(kind: str, find: Callable[[str], Provided]) -> None:
    """Let places be of a further kind: ``find`` returns the one of a code.

    What has one code has the same postcodes for good, for much is kept by it. ``find`` raises
    MappingError where there is none.
    """
    _PROVIDERS[kind] = find


def is_provided(kind: str) -> bool:
    """Tell whether places of a kind are those of a later room."""
    return kind in _PROVIDERS


def find_provided(kind: str, code: str) -> Provided:
    """Return a place that a later room knows; raises MappingError if it knows none."""
    return _PROVIDERS[kind](code)


def write_code(code: str) -> str:
    """Write the code of a unit as it stands in links: no blanks, and no signs with a meaning.

    >>> write_code("NW5 2"), read_code("NW5~202")
    ('NW5~202', 'NW5 2')
    """
    return quote(code, safe="").replace("~", "%7E").replace("%", "~")


def read_code(code: str) -> str:
    """Return the code of a unit that ``write_code`` wrote."""
    return unquote(code.replace("~", "%"))


def name_unit(layer: layers.Layer, unit: int) -> tuple[str, str]:
    """Return the kind and code of the place that is a unit of a layer, by its number."""
    code = write_code(layer.code_of(unit))
    if layer.key.startswith(layers.OWN):
        return OWN, f"{layer.key.removeprefix(layers.OWN)}.{code}"
    return layer.key, code


def find_layer(kind: str, code: str) -> tuple[layers.Layer, str]:
    """Return the layer and the unit's code of a place's kind and code.

    Raises MappingError if no layer of the kind is at hand.
    """
    if kind == OWN:
        key, _, code = code.partition(".")
        return layers.get(layers.OWN + key), read_code(code)
    if not layers.is_known(kind):
        known = ", ".join([*KIND_NAMES, *MADE_KIND_NAMES])
        raise MappingError(
            f"Expected a kind of place ({known}), or a layer; found “{kind[:40]}”. "
            "Choose the place by its name instead."
        )
    return layers.get(kind), read_code(code)
