"""Names of places and bodies as they stand within a sentence: "the area of NHS Devon ICB"."""

import re

from mapping import places
from mapping.actors import as_places, defaults
from mapping.geography import layers
from mapping.places import Place, kinds
from mapping.wording.numbers import join_names, number

WITH_ARTICLE = re.compile(
    "(City|Isles?|Vale|Forest) of .+|(North|South) (East|West)|(East|West) Midlands|"
    "(East|West) of England|.+ (Islands|Borders|Authority|City Region)|New Forest"
)
"""The names that have "the" before them within a sentence."""
BARE = (
    "borough",
    "county",
    "combined_authority",
    "assembly_constituency",
    "health_board",
    "nhs_region",
)
"""Layers whose units have names that other areas have as well: their bodies are named instead."""
SERVICE = re.compile(r".+ (Service|Partnership|Alliance|Authority|Brigade)|Metropolitan Police")
"""The names of bodies that have "the" before them within a sentence."""
MAX_PARTS = 3
"""So many parts of a place are all named; of more the first two are."""


def name_place(place: Place) -> str:
    """Name a place inside a sentence: "Camden", "the City of London", "the South West".

    That of an organisation is its area: "the area of NHS Devon ICB"; of several places taken
    together it stands last.
    """
    if place.kind == "union" and place.name == places.union(place.parts).name:
        return _name_parts(place)
    if as_places.read_id(place):
        return f"the area of {_add_the(place.name)}"
    if place.what and layers.is_worked_to(place.kind):
        layer, code = kinds.find_layer(place.kind, place.code)
        body = name_body(layer.key, code, place.name)
        return body if layer.key == "assembly_constituency" else f"the area of {body}"
    return place.name if place.what else name_area(place.name)


def begin_in(place: Place) -> str:
    """Begin a sentence of which a number comes next: "In Camden", "In NW5 2,"."""
    name = name_place(place)
    return f"In {name}," if name[-1:].isdigit() else f"In {name}"


def name_having(place: Place) -> str:
    """Name a place that has something: "Camden has", "Camden and Islington have"."""
    return f"{name_place(place)} {'have' if place.kind in ('union', 'wards') else 'has'}"


def _name_parts(place: Place) -> str:
    """Name several places taken together: "Camden and the area of NHS Devon ICB"."""
    named = sorted(map(name_place, place.parts), key=lambda name: name.startswith("the area of"))
    if len(named) > MAX_PARTS:
        named = [*named[:2], f"{number(len(named) - 2)} more places"]
    return join_names(named)


def name_area(name: str) -> str:
    """Name an area with its article, where it has one: "the Vale of Glamorgan"."""
    return f"the {name}" if WITH_ARTICLE.fullmatch(name) else name


def _add_the(name: str) -> str:
    return f"the {name}" if SERVICE.fullmatch(name) else name


def name_body(key: str, code: str, name: str) -> str:
    """Name whoever works to a unit of a layer: "NHS Grampian", "Surrey County Council".

    What nobody works to is named with its kind: "the county of Greater London".
    """
    if key not in BARE:
        return _add_the(name)
    if key == "assembly_constituency":
        return f"the constituency of {name}"
    body = defaults.name_body(key, code) or f"the {layers.get(key).noun} of {name}"
    return _add_the(body)
