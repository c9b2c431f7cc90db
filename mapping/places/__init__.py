"""Places: named sets of postcodes, from one ward to the whole of Great Britain."""

from mapping.places.finding import heirs, list_around, search, search_former
from mapping.places.kinds import (
    KIND_NAMES,
    MADE_KIND_NAMES,
    Provided,
    provide,
    read_code,
    write_code,
)
from mapping.places.naming import get
from mapping.places.place import Place, at, of_unit, of_wards, union
from mapping.places.units import Unit, search_units

__all__ = [
    "KIND_NAMES",
    "MADE_KIND_NAMES",
    "Place",
    "Provided",
    "Unit",
    "at",
    "get",
    "heirs",
    "kinds",
    "list_around",
    "of_unit",
    "of_wards",
    "provide",
    "read_code",
    "search",
    "search_former",
    "search_units",
    "union",
    "write_code",
]
