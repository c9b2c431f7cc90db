"""Headwords: what the heading of a column says that it holds."""

import re

from mapping.geocode import spelling
from mapping.intake import official

_HEADINGS = {
    "actor": "actor|actors|organisation|organization|org|organisation name|organization name|"
    "provider|provider name|service|service name|project|project name|charity|charity name|agency|"
    "parish council|parish town council|town council|community council|"
    "parish council name|partner|team|team name|group|who|group name|account name|"
    "display name|who works there|delivered by|lead organisation",
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
    "the geom|areas name|msoa|msoa code|msoa name|output area|output area code|"
    "parliamentary constituency|parliamentary constituency code|parliamentary constituency name|"
    "area of benefit|main operating location",
    "ward": "osward|administrative ward|administrative ward code|administrative ward name|ward|"
    "wards|ward name|ward names|ward code|ward codes|electoral ward|wd code|wd name|"
    "electoral division|division",
    "borough": "laua|oslaua|district administrative|district administrative code|"
    "district administrative name|local authority district|local authority district code|"
    "local authority district name|borough|boroughs|district|districts|local authority|"
    "local authorities|lad|la|lad code|lad name|la code|la name|council|councils|borough name|"
    "district name|council name|local authority name|local authority code|lad codes|utla|ltla|"
    "authority|council area|town|district council|borough council|city council|unitary authority|"
    "unitary council|local council|district council name|lower tier authority|unitary authorities",
    "county": "cty|oscty|county|counties|county name|county code|county council|"
    "county council name|county councils|upper tier authority|upper tier council",
    "region": "rgn|gor|region|regions|region name|region code",
    "lsoa": "lsoa|lsoas|lsoa code|lsoa name|data zone|lsoa11cd|lsoa11nm|datazone|small area",
    "police_force": "police force|police forces|police force name|police force area|force|"
    "force area|police area|police|constabulary",
    "fire_service": "fire service|fire authority|fire brigade|fire and rescue service|"
    "fire and rescue authority|fire rescue service|frs",
    "ambulance_service": "ambulance service|ambulance trust",
    "health_board": "health board|health boards|health board name|nhs board|nhs health board|"
    "local health board|university health board|health board area",
    "icb": "icb|icbs|icb name|nhs icb|integrated care board|integrated care board name|ics|"
    "integrated care system",
    "postcode": "pcd2|pcd7|pcd8|postcode|postcodes|post code|post codes|pcd|pcds|postal code|"
    "postcode district|postcode districts|postcode sector|postcode sectors|postcode area|zip|"
    "outcode|postcode s",
    "within": "within|in|part of",
    "point": "lat long|latlong|lat lon|latlon|lat lng|latlng|lon lat|long lat|latitude longitude|"
    "coordinates|coordinate|coords|co ordinates|grid reference|grid ref|grid references|gridref|"
    "os grid reference|os grid ref|ngr|gps|geo point|geopoint|geo point 2d|map reference|map ref",
    "lat": "lat|latitude|y|lat wgs84|latitude wgs84|lat dd|decimal latitude|latitude decimal|"
    "y coordinate|y coord|latitude y|gps latitude|geo lat",
    "lon": "lon|long|lng|longitude|x|lon wgs84|longitude wgs84|lon dd|decimal longitude|"
    "longitude decimal|x coordinate|x coord|longitude x|gps longitude|geo lon|geo long",
    "easting": "oseast1m|east1m|easting|eastings|east|osgb x|os easting|grid east|x easting",
    "northing": "osnrth1m|north1m|northing|northings|north|osgb y|os northing|grid north|"
    "y northing",
    "radius_m": "radius|radius m|radius metres|radius in m|catchment radius|how far|reach m|"
    "distance in metres|catchment m|radius meters|distance m|radius in metres|buffer|buffer m|"
    "distance|distance metres",
    "radius_km": "radius km|radius kilometres|radius kms|distance in km|radius in kilometres|"
    "catchment km|distance km|km|radius in km|buffer km",
    "radius_miles": "radius miles|radius mi|distance in miles|radius mile|catchment miles|miles|"
    "distance miles|radius in miles",
}
_ROLE_OF = {heading: role for role, all_ in _HEADINGS.items() for heading in all_.split("|")}
_OFFICIAL_ROLE = {
    **dict.fromkeys(("wd", "cmwd", "ward", "osward"), "ward"),
    **dict.fromkeys(("lad", "laua", "oslaua", "ltla"), "borough"),
    **dict.fromkeys(("cty", "oscty", "mcty"), "county"),
    **dict.fromkeys(("rgn", "gor"), "region"),
    **dict.fromkeys(("lsoa", "dz"), "lsoa"),
    "pfa": "police_force",
    "fra": "fire_service",
    **dict.fromkeys(("hb", "lhb"), "health_board"),
    "icb": "icb",
    "imd": "ignore",
}
"""Roles of the office's abbreviations (``official.NOUNS``); the others are areas of other kinds."""
_NUMBERED = re.compile(
    r"(.*\b)?(identifier|ids?|uuid|ref|reference|registration|reg|urn|ukprn|uprn|usrn|ods|number|no|"
    r"code)( no| number| code| id| for office use only)*"
)
_BODY = re.compile(
    r"\b(organi[sz]ation|org|charity|company|practice|provider|school|establishment|group|trust|"
    r"site|location|service|member|project|grant|recipient|partner|registered|ods|nhs|cqc)\b"
)
_IS_ID = re.compile(
    r"\b(identifier|ids?|uuid|ref|reference|registration|reg|urn|ukprn|uprn|usrn)\b"
)
_NO_BODY = re.compile(
    r"\b(wards?|areas?|post ?codes?|postal|lsoa|msoa|oa|output|districts?|authority|county|region|"
    r"constituency|country|geograph\w*|gss|ons|la|lad|parish|zone|place|division|borough|council|"
    r"ccg|icb|phone|telephone|tel|fax|mobile|house|flat|currency|type|language|urban|sic|status|"
    r"phase|category|of|grid|map|dialling|std)\b"
)
"""Words of headings of numbers and codes that are no organisation's."""
_ADDRESS = re.compile(
    r"(.*\b)?(address( lines?)?( ?\d)?|street( address| name| \d)?|house( name| number| no)?|"
    r"building( name)?|premises|post ?town)( optional)?"
)
_REACHED = re.compile(r"\b(e ?mail|web|website|url|phone|telephone|mobile|fax|ip)\b")
ADDRESS_PLACES = frozenset(
    ("town", "city", "locality", "village", "county", "county name", "country", "country code")
) | {"state", "province", "state province", "state region", "state county", "country region"}
"""Headings of what an address ends with, beside an address or a postcode."""
_OFFICE_PLACE = re.compile(
    r".*\b(address|reg|registered|office|head|hq|postal|contact|correspondence|billing|meeting|"
    r"base|venue|shipping|mailing|business|delivery|invoice|po|sa)\b.*"
    r"\b(town|city|locality|village|county|country|state|province|region)( \w+)?"
)
_OFFICE = re.compile(
    r"(\w+ )?((head|main|registered|regional) )?(office|headquarters|hq|base)"
    r"( location| area| address)?|"
    r"(where )?(we are |you are |they are )?based( in| at)?|located( in| at)?"
)
_AREA_KIND = re.compile(
    r"(geographic(al)? area|geography|area|boundary|footprint|unit|place) (type|kind)|"
    r"(type|kind) of (geographic(al)? area|geography|area|boundary|footprint|place)"
)
_TOWN = re.compile(
    r"((main|your|which) )?{0}(( and| or)? {0})*( of \w+)?".format("(towns?|cit(y|ies)|villages?)")
)
_LENGTH = re.compile(
    r"(reach|range|travel|travels|travelling|distance|service|delivery|coverage|catchment|radius)"
    r"(?: distance| radius| in| of| up to)* (kms?|kilometres|miles?|mi)"
)
_PERSON = re.compile(
    r"((your|contact|full|first|last|middle|given|family|respondents?|trustee|manager|chair|"
    r"submitter|attendee) )+names?|surname|forenames?|(contact|named|key|lead) (person|officer|"
    r"worker)|(registered )?manager|(parish |town )?clerk|councill?ors?|cllrs?|assignees?|"
    r"assigned to|incumbent|vicar|rector|minister|treasurer|(honorary |hon )?secretary|"
    r"head ?teacher|mp|msp|mayor|portfolio holder|caseworker|(account|card|record) owner|owner|"
    r"primary contact|(submitted|created|modified|last modified) by|respondent|"
    r"(\w+ )?(sergeant|inspector|constable|pcso|superintendent|coach|convenor|leader)|curate|"
    r"priest|chair(man|woman|person)?|(safeguarding|clinical|team|club|project|ward|welfare) lead|"
    r"(lead|responsible|case|duty|link|liaison|welfare|safeguarding|development|housing|project) "
    r"(officer|manager|worker|coordinator|nurse|gp)"
)
_MEASURED = re.compile(r"[(\[].*\b(km2|sq|square|ha|hectares?|m2|acres?)\b.*|.*²")
_ASKED_WHAT = re.compile(
    r"\b(themes?|topics?|issues?|focus|(you|they|we) (do|offer|provide)|"
    r"(services?|support|help) (offered|provided|type)|types? of (support|service|help))\b"
)
"""Words of long headings whose column says what the work is about."""
_FOOTPRINT = re.compile(
    r"\b(cover\w*|serv(ed|es|ing)|catchment|operat\w*|footprint|beneficiar\w*|area of benefit|"
    r"delivery areas?|patch|areas? (you|they|we) work|where (you|they|we) work)\b"
)
"""Words of headings whose column says where somebody works."""
_WHERE = re.compile(
    r"\b(areas?|boroughs?|wards?|districts?|councils?|count(y|ies)|regions?|towns?|cit(y|ies)|"
    r"places?|localit(y|ies)|locations?|neighbou?rhoods?|geograph\w*|post ?codes?|parish(es)?|"
    r"zones?|authorit(y|ies)|nations?|countr(y|ies)|villages?|divisions?|where|works?|working|deliver\w*|"
    r"also)\b"
)
"""Words of headings that speak of areas."""
_ASKED_WHERE = re.compile(
    r"\bwhere (do|does|is|are)\b.*\b(you|they|we|it|work\w*|deliver\w*|operat\w*|cover\w*)\b|"
    r"\b(which|what) (areas?|boroughs?|wards?|districts?|places|localities|postcodes?)\b"
)
"""Questions as headings whose column says where."""


def fold_heading(heading: str) -> str:
    """Write a heading as it is compared: small letters and digits, single blanks."""
    return re.sub(r"[\W_]+", " ", spelling.fold(heading)).strip()


def part_words(heading: str) -> str:
    """Part the words of a heading that are joined by capitals: "EstablishmentName"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z][a-z])|(?<=[A-Z])(?=[A-Z][a-z]{2})", " ", heading)


def roles(heading: str) -> list[str]:
    """Return the roles of ``columns.ROLES`` that a heading stands for, the likeliest first.

    What stands in brackets counts ("Radius (km)"), or else does not ("Latitude (WGS84)"), but a
    heading with a measure of ground ("Area (km2)") says nothing of where.
    """
    if found := official.parse(heading):
        return ["ignore" if found.holds == "Welsh name" else _OFFICIAL_ROLE.get(found.stem, "area")]
    parted = part_words(heading)
    whole = re.sub(r" \d+$", "", fold_heading(parted))
    measured = _MEASURED.search(heading)
    bare = "" if measured else fold_heading(re.sub(r"[(\[].*?[)\]]", " ", parted))
    plain = re.sub(r" \d+$", "", fold_heading(heading))
    known = [_ROLE_OF[told] for told in (whole, plain, bare) if told in _ROLE_OF]
    if length := _LENGTH.fullmatch(whole):
        known.insert(0, "radius_miles" if length[2].startswith("mi") else "radius_km")
    if not known and not measured:
        known = [role for role, is_it in _KINDS if is_it(whole)]
    return list(dict.fromkeys(known))


def _is_identifier(said: str) -> bool:
    """Tell whether a folded heading is that of a number or code of a body or a record."""
    if re.fullmatch(r"[egulx]u?id|gu?id|row ?id|record ?id", said):
        return True
    if not _NUMBERED.fullmatch(said) or _NO_BODY.search(said):
        return False
    return bool(_IS_ID.search(said) or _BODY.search(said))


def _is_address(said: str) -> bool:
    return _ADDRESS.fullmatch(said) is not None and not _REACHED.search(said)


_KINDS = (
    ("identifier", _is_identifier),
    ("address", _is_address),
    (
        "postcode",
        re.compile(
            r"(postcodes|post codes) (covered|served)|catchment (postcodes|post codes)|"
            r"(postcodes|post codes|postcode districts) (we|they|you) (cover|serve)"
        ).fullmatch,
    ),
)
"""Roles that are told by words of a heading that is not known as a whole."""


def names_body(heading: str) -> bool:
    """Tell whether a heading of a number or code says whose it is: "Charity number"; not "ID"."""
    return _BODY.search(fold_heading(part_words(heading))) is not None


def names_person(heading: str) -> bool:
    """Tell whether a heading is that of persons' names: "Surname", "Contact person"."""
    said = re.sub(r"( name| names)? \d+$", "", fold_heading(part_words(heading)))
    return _PERSON.fullmatch(said) is not None


def is_address_place(heading: str) -> bool:
    """Tell whether a heading may be that of an address's town, county or country."""
    bare = fold_heading(re.sub(r"[(\[].*?[)\]]", " ", heading))
    return bare in ADDRESS_PLACES or is_town(heading) or is_office_place(heading)


def is_office_place(heading: str) -> bool:
    """Tell whether a heading says that its towns or counties are those of an address."""
    said = fold_heading(part_words(heading))
    return bool(_OFFICE_PLACE.fullmatch(said) or _OFFICE.fullmatch(said))


def names_area_kind(heading: str) -> bool:
    """Tell whether a heading is that of the kind of a row's area: "Geography type"."""
    return _AREA_KIND.fullmatch(fold_heading(part_words(heading))) is not None


def ends_with_postcode(heading: str) -> bool:
    """Tell whether a heading is that of postcodes of something: "Property postcode"."""
    return re.fullmatch(r".*\b(post ?codes?|postal codes?)", fold_heading(heading)) is not None


def part_year(heading: str) -> tuple[str, str] | None:
    """Part the year of a heading from its other words: "Area 2024", "2024/25"; None without one.

    An official heading ("LAD24NM") has none: its year is that of its areas.
    """
    said = fold_heading(part_words(heading))
    years = re.findall(r"\b(?:19|20)\d\d\b", said)
    if len(years) != 1 or official.parse(heading):
        return None
    return re.sub(r"\b(?:19|20)\d\d( \d\d)?\b", "", said).strip(), years[0]


def is_town(heading: str) -> bool:
    """Tell whether a heading is that of towns, of which councils have the names: "Town/city"."""
    return _TOWN.fullmatch(fold_heading(heading)) is not None


def is_country(heading: str) -> bool:
    """Tell whether a heading is that of a column of countries."""
    return fold_heading(heading) in ("country", "country code")


def says_footprint(heading: str) -> bool:
    """Tell whether a heading says where somebody works, not where they are: "Areas covered"."""
    return _FOOTPRINT.search(fold_heading(heading)) is not None


def speaks_of_where(heading: str) -> bool:
    """Tell whether a heading speaks of areas at all: "Other boroughs", "Also covers"."""
    return says_footprint(heading) or _WHERE.search(fold_heading(heading)) is not None


def guess_by_question(heading: str) -> str:
    """Return the role of a column whose heading asks a question: "themes", "area" or none ("")."""
    said = fold_heading(heading)
    if _ASKED_WHERE.search(said):
        return "area"
    return "themes" if _ASKED_WHAT.search(said) else ""
