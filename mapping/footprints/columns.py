"""Columns: what each column of an uploaded table says, guessed by its heading and content."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from mapping import gazetteer
from mapping.errors import MappingError

ABOUT = {
    "actor": "who works there",
    "actor_type": "what kind of organisation",
    "sector": "sector",
    "themes": "what the work is about",
    "scale": "scale",
    "steward": "steward or not",
    "contact": "contact",
    "note": "note",
}
WHERE = {
    "area": "where: codes, names, postcodes or shapes",
    "ward": "where: wards",
    "borough": "where: council districts",
    "county": "where: counties",
    "region": "where: regions",
    "lsoa": "where: small census areas",
    "postcode": "where: postcodes",
    "within": "larger area that the others lie in",
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
ONCE = ("actor", "actor_type", "sector", "scale", "steward", "within", "lat", "lon", "easting",
        "northing", "radius_m", "radius_km", "radius_miles")  # fmt: skip
"""Roles that one column has; the others may be given to several."""
NAMED_KINDS = ("ward", "borough", "county", "region", "lsoa")
"""Roles of columns that hold areas of one kind, from ``WHERE``; they are layers as well."""
_HEADINGS = {
    "actor": "actor|actors|organisation|organization|org|organisation name|organization name|"
    "provider|provider name|service|service name|project|project name|charity|charity name|agency|"
    "partner|team|team name|group|who|group name|who works there|delivered by|lead organisation",
    "actor_type": "type|actor type|organisation type|org type|kind|legal form",
    "sector": "sector|industry",
    "themes": "theme|themes|topic|topics|issue|issues|focus|area of work|service type|category|"
    "categories|what|work|offer|activity|activities|cause|causes|need|needs|theme s",
    "scale": "scale|level|tier|reach",
    "steward": "steward|systems steward|is steward|steward yes no",
    "contact": "contact|email|e mail|mail|contact email|contact name|phone|telephone|tel|website|"
    "web|url|contact details|contact e mail",
    "note": "note|notes|comment|comments|remarks|description|details",
    "area": "area|areas|where|place|places|footprint|geography|coverage|covers|covering|locality|"
    "location|area name|area names|neighbourhood|neighbourhoods|area s|where they work|patch|code|"
    "codes|gss|gss code|gss codes|ons code|ons codes|area code|area codes|geography code|"
    "areas covered|area covered|area served|areas served|catchment|geo code|operating area|"
    "areas of operation|area of operation|wkt|geojson|geometry|geom|shape|polygon|boundary|"
    "the geom|areas name",
    "ward": "ward|wards|ward name|ward names|ward code|ward codes|electoral ward|wd code|wd name|"
    "electoral division|division",
    "borough": "borough|boroughs|district|districts|local authority|local authorities|lad|la|"
    "lad code|lad name|la code|la name|council|councils|borough name|district name|council name|"
    "local authority name|local authority code|lad codes|utla|ltla|authority|council area|town",
    "county": "county|counties|county name|county code",
    "region": "region|regions|region name|region code",
    "lsoa": "lsoa|lsoas|lsoa code|lsoa name|data zone|lsoa11cd|lsoa11nm|datazone|small area",
    "postcode": "postcode|postcodes|post code|post codes|pcd|pcds|postal code|postcode district|"
    "postcode districts|postcode sector|postcode sectors|postcode area|zip|outcode|postcode s",
    "within": "within|in|part of",
    "lat": "lat|latitude|y|lat wgs84",
    "lon": "lon|long|lng|longitude|x|lon wgs84",
    "easting": "easting|eastings|east|osgb x|os easting|grid east|x easting",
    "northing": "northing|northings|north|osgb y|os northing|grid north|y northing",
    "radius_m": "radius|radius m|radius metres|radius meters|distance m|radius in metres|buffer|"
    "buffer m|distance|distance metres",
    "radius_km": "radius km|radius kilometres|distance km|km|radius in km|buffer km",
    "radius_miles": "radius miles|radius mi|miles|distance miles|radius in miles",
}
_ROLE_OF = {heading: role for role, all_ in _HEADINGS.items() for heading in all_.split("|")}
_OFFICIAL = re.compile(r"(wd|ward|lad|la|lsoa|cty|rgn)\d\d(cd|nm)")
_OFFICIAL_ROLE = {"wd": "ward", "ward": "ward", "lad": "borough", "la": "borough", "lsoa": "lsoa",
                  "cty": "county", "rgn": "region"}  # fmt: skip
SAMPLE = 200
"""Cells of a column that are looked at."""
MOSTLY = 0.6
"""Share of the cells looked at that must look alike to tell what a column says."""
_LOOKS = (
    ("area", re.compile(r"[EWSNK]\d{8}(\s*;.*)?", re.I)),
    ("postcode", re.compile(r"[A-Z]{1,2}\d[A-Z\d]?(\s*\d[A-Z]{2})?(\s*[;,].*)?", re.I)),
    ("area", re.compile(r"(MULTI)?(POLYGON|POINT)\s*(Z\s*)?\(.*|\{.*\"type\".*", re.I | re.S)),
    ("contact", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|https?://.*|(\+44|0)[\d ]{9,13}", re.I)),
    ("scale", re.compile(r"hyper ?-?local|borough|regional|national", re.I)),
)


class Guess(NamedTuple):
    """What a column is taken for, and why: "heading", "content", "chosen" or ""."""

    role: str
    why: str


def guessed(frame: pd.DataFrame) -> dict[str, Guess]:
    """Guess the role of each column of a sheet, in the order of its columns.

    A heading that is known decides; else what most of its first cells look like. Where a table
    has wards beside council districts the larger one says where the smaller lie (``within``);
    of a code and a name of the same kind the code counts. A table of nothing but names of
    areas is told by looking them up.
    """
    found = {str(name): _by_heading(str(name), frame[name]) for name in frame.columns}
    _settle_names(frame, found)
    _once_each(found)
    _smaller_first(frame, found)
    return found


def chosen(frame: pd.DataFrame, roles: Mapping[str, str]) -> dict[str, Guess]:
    """Put the reader's own roles in the place of guesses; raises MappingError for unknown ones."""
    wrong = [name for name in roles if name not in frame.columns]
    wrong += [role for role in roles.values() if role not in ROLES]
    if wrong:
        raise MappingError(
            f"Expected columns of the file and roles ({', '.join(ROLES)}); found "
            f"{', '.join(str(w)[:40] for w in wrong[:5])}. Choose from what the page offers."
        )
    found = guessed(frame)
    return {n: Guess(roles[n], "chosen") if n in roles else guess for n, guess in found.items()}


def of_role(roles: Mapping[str, Guess], *wanted: str) -> list[str]:
    """Return the columns that have one of some roles, in their order."""
    return [name for name, guess in roles.items() if guess.role in wanted]


def _by_heading(heading: str, cells: pd.Series) -> Guess:
    plain = re.sub(r"[\W_]+", " ", gazetteer.folded(heading)).strip()
    plain = re.sub(r" \d+$", "", plain)
    official = _OFFICIAL.fullmatch(plain)
    if official:
        return Guess(_OFFICIAL_ROLE[official[1]], "heading")
    if plain in _ROLE_OF and _fits(_ROLE_OF[plain], cells):
        return Guess(_ROLE_OF[plain], "heading")
    if plain == "name":
        return Guess("name", "heading")
    return Guess(_by_content(cells), "content")


def _fits(role: str, cells: pd.Series) -> bool:
    """Tell whether cells can be what the heading says: numbers, for coordinates."""
    if role not in ("lat", "lon", "easting", "northing"):
        return True
    some = _some(cells)
    return not len(some) or pd.to_numeric(some.str.replace(",", ""), errors="coerce").notna().any()


def _some(cells: pd.Series) -> pd.Series:
    filled = cells[cells != ""].head(SAMPLE).str.strip()
    return filled[filled != ""]


def _by_content(cells: pd.Series) -> str:
    some = _some(cells)
    if not len(some):
        return "ignore"
    for role, look in _LOOKS:
        if some.map(lambda cell, look=look: bool(look.fullmatch(cell))).mean() >= MOSTLY:
            return role
    parts = some.str.split(";").explode().str.strip()
    known = gazetteer.by_key()
    if parts.map(lambda part: gazetteer.key(part) in known).mean() >= MOSTLY:
        return "area"
    return "ignore"


def _settle_names(frame: pd.DataFrame, found: dict[str, Guess]) -> None:
    """Take a column headed "name" for the actors; for areas where others name those."""
    for heading in [name for name, guess in found.items() if guess.role == "name"]:
        has_actors = any(guess.role == "actor" for guess in found.values())
        areas = _by_content(frame[heading]) == "area"
        elsewhere = any(guess.role in WHERE for guess in found.values())
        if areas and (has_actors or not elsewhere):
            found[heading] = Guess("area", "content")
        else:
            found[heading] = Guess("ignore" if has_actors else "actor", "heading")
    if not any(guess.role == "actor" for guess in found.values()):
        left = [n for n, guess in found.items() if guess.role == "ignore" and len(_some(frame[n]))]
        if left and any(guess.role in WHERE for guess in found.values()):
            found[left[0]] = Guess("actor", "content")


def _once_each(found: dict[str, Guess]) -> None:
    """Let only the first column have a role that one column has."""
    seen: set[str] = set()
    for heading, guess in found.items():
        if guess.role in ONCE and guess.role in seen:
            found[heading] = Guess("ignore", guess.why)
        seen.add(guess.role)


def _smaller_first(frame: pd.DataFrame, found: dict[str, Guess]) -> None:
    """Of columns that say where together, let the smallest count and larger ones qualify it."""
    points = of_role(found, "lat", "easting")
    wheres = of_role(found, "area", "postcode", *NAMED_KINDS)
    if points and of_role(found, "radius_m", "radius_km", "radius_miles"):
        for heading in of_role(found, "postcode", *NAMED_KINDS):  # an address, not a footprint
            if _beside(frame, heading, points[0]):
                found[heading] = Guess("ignore", found[heading].why)
        return
    present = [kind for kind in ("lsoa", "ward", "borough", "county", "region")
               if of_role(found, kind)]  # fmt: skip
    for kind in present:
        _codes_before_names(frame, found, kind)
    for larger in present[1:]:
        heading = of_role(found, larger)[0]
        smaller = of_role(found, present[0])[0]
        if _beside(frame, heading, smaller):
            taken = bool(of_role(found, "within"))
            found[heading] = Guess("ignore" if taken else "within", found[heading].why)
    if len(wheres) > 1:
        _codes_before_names(frame, found, "area")


def _beside(frame: pd.DataFrame, one: str, other: str) -> bool:
    """Tell whether two columns are mostly filled in the same rows."""
    a, b = frame[one].head(SAMPLE) != "", frame[other].head(SAMPLE) != ""
    either = (a | b).sum()
    return bool(either) and (a & b).sum() / either >= MOSTLY


def _codes_before_names(frame: pd.DataFrame, found: dict[str, Guess], kind: str) -> None:
    """Of a column of codes and one of names beside it, both of a kind, let the codes count."""
    both = of_role(found, kind)
    codes = [name for name in both if _is_codes(frame[name])]
    if not codes:
        return
    for name in both:
        if name not in codes and _beside(frame, name, codes[0]):
            found[name] = Guess("ignore", found[name].why)


def _is_codes(cells: pd.Series) -> bool:
    some = _some(cells)
    looks = some.map(lambda cell: bool(_LOOKS[0][1].fullmatch(cell)))
    return bool(len(some)) and looks.mean() >= MOSTLY
