"""Roles: what a column of an uploaded table may say, and how sure it is that it does."""

from collections.abc import Mapping
from typing import NamedTuple

ABOUT = {
    "actor": "who works there",
    "actor_type": "what kind of organisation",
    "sector": "sector",
    "themes": "what the work is about",
    "ticked_theme": "ticked: the heading is what the work is about",
    "scale": "scale",
    "steward": "steward or not",
    "contact": "contact",
    "note": "note",
    "identifier": "number or code of the organisation",
    "address": "part of an address",
}
WHERE = {
    "area": "where: codes, names, postcodes or shapes",
    "ward": "where: wards",
    "borough": "where: council districts",
    "county": "where: counties",
    "region": "where: regions",
    "lsoa": "where: small census areas",
    "postcode": "where: postcodes",
    "postcode_ward": "where: the wards of postcodes",
    "postcode_borough": "where: the council districts of postcodes",
    "named": "where: names and codes; letters are no postal areas",
    "ticked": "where, ticked: the heading names it",
    "within": "larger area that the others lie in",
    "point": "points: coordinates, grid references or postcodes with a radius",
    "lat": "latitude",
    "lon": "longitude",
    "easting": "easting, metres",
    "northing": "northing, metres",
    "radius_m": "radius, metres",
    "radius_km": "radius, kilometres",
    "radius_miles": "radius, miles",
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
KIND_ROLES = ("ward", "borough", "county", "region", "lsoa")
"""Roles of columns that hold areas of one kind, from ``WHERE``; they are layers as well."""
POSTCODE_ROLES = ("postcode", "postcode_ward", "postcode_borough")
"""Roles of columns that hold postcodes: these count, or the areas that they lie in."""
AREA_ROLES = ("area", "named", *POSTCODE_ROLES, *KIND_ROLES)
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
