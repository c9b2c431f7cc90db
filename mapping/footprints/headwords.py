"""Headwords: what the heading of a column says that it holds."""

import re

from mapping.geocode import spelling

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
    "point": "lat long|latlong|lat lon|latlon|lat lng|latlng|lon lat|long lat|latitude longitude|"
    "coordinates|coordinate|coords|co ordinates|grid reference|grid ref|grid references|gridref|"
    "os grid reference|os grid ref|ngr|gps|geo point|geopoint|geo point 2d|map reference|map ref",
    "lat": "lat|latitude|y|lat wgs84|latitude wgs84|lat dd|decimal latitude|latitude decimal|"
    "y coordinate|y coord|latitude y|gps latitude|geo lat",
    "lon": "lon|long|lng|longitude|x|lon wgs84|longitude wgs84|lon dd|decimal longitude|"
    "longitude decimal|x coordinate|x coord|longitude x|gps longitude|geo lon|geo long",
    "easting": "easting|eastings|east|osgb x|os easting|grid east|x easting",
    "northing": "northing|northings|north|osgb y|os northing|grid north|y northing",
    "radius_m": "radius|radius m|radius metres|radius in m|catchment radius|how far|"
    "reach m|distance in metres|catchment m|radius meters|distance m|radius in metres|buffer|"
    "buffer m|distance|distance metres",
    "radius_km": "radius km|radius kilometres|radius kms|distance in km|radius in kilometres|"
    "catchment km|distance km|km|radius in km|buffer km",
    "radius_miles": "radius miles|radius mi|distance in miles|radius mile|catchment miles|"
    "miles|distance miles|radius in miles",
}
_ROLE_OF = {heading: role for role, all_ in _HEADINGS.items() for heading in all_.split("|")}
_OFFICIAL = re.compile(r"(wd|ward|lad|la|lsoa|cty|rgn)\d\d(cd|nm)")
_OFFICIAL_ROLE = {
    "wd": "ward",
    "ward": "ward",
    "lad": "borough",
    "la": "borough",
    "lsoa": "lsoa",
    "cty": "county",
    "rgn": "region",
}
_MEASURED = re.compile(r"[(\[].*\b(km2|sq|square|ha|hectares?|m2|acres?)\b.*|.*²")
_ASKED_WHAT = re.compile(
    r"\b(themes?|topics?|issues?|focus|(you|they|we) (do|offer|provide)|"
    r"(services?|support|help) (offered|provided|type)|types? of (support|service|help))\b"
)
"""Words of long headings whose column says what the work is about."""
_ASKED_WHERE = re.compile(
    r"\bwhere (do|does|is|are)\b.*\b(you|they|we|it|work\w*|deliver\w*|operat\w*|cover\w*)\b|"
    r"\b(which|what) (areas?|boroughs?|wards?|districts?|places|localities|postcodes?)\b"
)
"""Questions as headings whose column says where."""


def fold_heading(heading: str) -> str:
    """Write a heading as it is compared: small letters and digits, single blanks."""
    return re.sub(r"[\W_]+", " ", spelling.fold(heading)).strip()


def roles(heading: str) -> list[str]:
    """Return the roles of ``columns.ROLES`` that a heading stands for, the likeliest first.

    What stands in brackets counts ("Radius (km)"), or else does not ("Latitude (WGS84)"), but a
    heading with a measure of ground ("Area (km2)") says nothing of where.
    """
    whole = re.sub(r" \d+$", "", fold_heading(heading))
    if official := _OFFICIAL.fullmatch(whole):
        return [_OFFICIAL_ROLE[official[1]]]
    bare = "" if _MEASURED.search(heading) else fold_heading(re.sub(r"[(\[].*?[)\]]", " ", heading))
    return list(dict.fromkeys(_ROLE_OF[known] for known in (whole, bare) if known in _ROLE_OF))


def guess_by_question(heading: str) -> str:
    """Return the role of a column whose heading asks a question: "themes", "area" or none ("")."""
    said = fold_heading(heading)
    if _ASKED_WHERE.search(said):
        return "area"
    return "themes" if _ASKED_WHAT.search(said) else ""
