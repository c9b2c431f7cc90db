"""Roles: what a column of an uploaded table may say, and how sure it is that it does."""

from collections.abc import Mapping
from typing import NamedTuple

from mapping.geocode import bodies

ABOUT = {
    "actor": "organisation",
    "actor_type": "type of organisation",
    "sector": "sector",
    "themes": "what the work is about",
    "ticked_theme": "tick-box column named after a theme",
    "scale": "scale",
    "steward": "systems steward (yes or no)",
    "contact": "contact",
    "note": "note",
    "identifier": "number or code of the organisation",
    "address": "part of an address",
}
WHERE = {
    "area": "where: codes, names, postcodes or shapes",
    "ward": "where: wards",
    "borough": "where: council areas",
    "county": "where: counties",
    "region": "where: regions",
    "lsoa": "where: small census areas",
    "police_force": "where: police forces",
    "fire_service": "where: fire services",
    "ambulance_service": "where: ambulance services",
    "health_board": "where: health boards",
    "icb": "where: integrated care boards",
    "postcode": "where: postcodes",
    "postcode_ward": "where: the wards of postcodes",
    "postcode_borough": "where: the council areas of postcodes",
    "named": "where: names and codes; letters are not postcode areas",
    "by_numbers": "where: shapes, by their numbers alone",
    "ticked": "where: tick-box column named after an area",
    "except": "where not: what is left out of it",
    "whether": "where not: rows that say no",
    "area_kind": "kind of area that the row names",
    "within": "larger area that the others are in",
    "point": "points: coordinates, grid references or postcodes with a distance",
    "lat": "latitude",
    "lon": "longitude",
    "easting": "easting, metres",
    "northing": "northing, metres",
    "radius_m": "distance, metres",
    "radius_km": "distance, kilometres",
    "radius_miles": "distance, miles",
}
ROLES = {**ABOUT, **WHERE, "ignore": "not used"}
"""What a column may say, and what a reader calls it."""
SINGLE_ROLES = (
    "actor",
    "actor_type",
    "sector",
    "scale",
    "steward",
    "within",
    "area_kind",
    "point",
    "lat",
    "lon",
    "easting",
    "northing",
    "radius_m",
    "radius_km",
    "radius_miles",
)
"""Roles that one column has; the others may be given to several."""
KIND_ROLES = ("ward", "borough", "county", "region", "lsoa", *bodies.KINDS)
"""Roles of columns that hold areas of one kind, from ``WHERE``; they are layers as well."""
POSTCODE_ROLES = ("postcode", "postcode_ward", "postcode_borough")
"""Roles of columns that hold postcodes: these count, or the areas that they lie in."""
AREA_ROLES = ("area", "named", "by_numbers", *POSTCODE_ROLES, *KIND_ROLES)
"""Roles of columns whose cells name areas."""
SURE, HEADED, ASKED, LIKELY, GUESSED = 95, 85, 75, 60, 45
"""How sure a guess is, of 100: a known form; a known heading; one that asks; and less."""


class Guess(NamedTuple):
    """What a column is taken for, why, and how sure that is, of 100.

    ``why`` is "form", "heading", "content", "chosen" or "".
    """

    role: str
    why: str
    score: int = 0


def find_columns(roles: Mapping[str, Guess], *wanted: str) -> list[str]:
    """Return the columns that have one of some roles, in their order."""
    return [name for name, guess in roles.items() if guess.role in wanted]
