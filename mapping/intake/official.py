"""Official: the headings that the statistics office gives to the codes and names of areas."""

import re
from typing import NamedTuple

NOUNS = {
    "oa": "output area",
    "lsoa": "small census area",
    "dz": "data zone",
    "msoa": "middle census area",
    "iz": "intermediate zone",
    "wd": "ward",
    "cmwd": "census ward",
    "ward": "ward",
    "osward": "ward",
    "wz": "workplace zone",
    "lad": "council area",
    "laua": "council area",
    "oslaua": "council area",
    "ltla": "council area",
    "utla": "upper council",
    "ctyua": "county or single-tier council",
    "cty": "county",
    "oscty": "county",
    "mcty": "metropolitan county",
    "rgn": "region",
    "gor": "region",
    "ctry": "nation",
    "ced": "county electoral division",
    "par": "parish",
    "parncp": "parish",
    "pcon": "parliamentary constituency",
    "eer": "European electoral region",
    "sener": "electoral region of a parliament",
    "senc": "constituency of a parliament",
    "icb": "integrated care board",
    "sicbl": "part of an integrated care board",
    "loc": "part of an integrated care board",
    "ccg": "clinical commissioning group",
    "stp": "health partnership",
    "cal": "cancer alliance",
    "nhser": "NHS region",
    "hlthau": "health area",
    "lhb": "local health board",
    "hb": "health board",
    "pfa": "police force area",
    "csp": "community safety partnership",
    "fra": "fire and rescue area",
    "cauth": "combined authority",
    "bua": "built-up area",
    "buasd": "part of a built-up area",
    "ttwa": "travel to work area",
    "npark": "national park",
    "park": "national park",
    "lep": "local enterprise partnership",
    "itl": "statistical region",
    "nuts": "statistical region",
    "lau": "statistical region",
    "teclec": "local enterprise area",
    "rgd": "registration district",
    "imd": "index of deprivation",
}
"""What the office's register of abbreviations calls the areas of each."""
_STEMS = "|".join(sorted(NOUNS, key=len, reverse=True))
_HEADING = re.compile(rf"({_STEMS})\d?(\d\d)?(cd|nm|nmw|cdh|cdo)\d?|({_STEMS})(\d\d)")


class Heading(NamedTuple):
    """An official heading: the abbreviation of its areas, and what it holds of them.

    ``holds`` is "code", "name" or "Welsh name".
    """

    stem: str
    holds: str


def parse(heading: str) -> Heading | None:
    """Read an official heading, in any case: "WD24CD", "lad_24_nm", "oa21"; None for any other.

    >>> parse("WD24CD"), parse("LAD24NMW"), parse("NW5 2AA")
    (Heading(stem='wd', holds='code'), Heading(stem='lad', holds='Welsh name'), None)
    """
    plain = re.sub(r"[\W_]+", "", heading).lower()
    parts = _HEADING.fullmatch(plain)
    if parts is None:
        return None
    if parts[4]:
        return Heading(parts[4], "code")
    holds = {"nm": "name", "nmw": "Welsh name"}.get(parts[3], "code")
    return Heading(parts[1], holds)
