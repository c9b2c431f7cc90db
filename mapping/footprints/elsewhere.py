"""Elsewhere: columns whose areas are not where somebody works, told by their headings.

They name areas of a kind that is not held, of another time or of somebody else, or what is left
out; and places that are smaller than the areas beside them.
"""

import re

from mapping.footprints import headwords

_NOT_HELD = (
    r"((roman catholic|church|methodist) )?(arch)?dioceses?|archdeaconr(y|ies)|deaner(y|ies)|"
    r"benefices?|presbyter(y|ies)|circuits?|synods?|(civil )?parish(es)?|"
    r"((westminster|uk|parliamentary|scottish parliament|senedd) )*constituenc(y|ies)|"
    r"polling (districts?|stations?)|(former )?ccgs?|clinical commissioning groups?|"
    r"pcns?|primary care networks?|sub icbs?|(nhs|hospital|acute|health) trusts?( areas?)?|"
    r"leps?|local enterprise partnerships?|travel to work areas?|ttwas?|built up areas?|buas?|"
    r"county (fa|board)|pdus?|probation.*|courts?|(local )?justice areas?|coroner.*|lieutenanc.*|"
    r"((county|active) )?(sports|active) partnerships?|scout (district|county)|lodges?|provinces?"
)
_OTHER_TIME = (
    r"(former|formerly|previous|previously|past|old|planned|proposed|future|potential|next|"
    r"expansion|new from|"
    r"(moved|relocated|transferred|travelled) from|"
    r"(moving|relocating) to)\b.*|.*\b(next year|in future|in the past|until \d{4}|from \d{4})"
)
_OTHERS = (
    r"funders?|funded by|funding (body|council|authority)|commissioners?|commission(ed|ing).*|"
    r"referr(ed|er|ers|al|als|ing)\b.*|lead (council|authority|local authority|borough|district)|"
    r"host\b.*|accountable (body|council)|landlords?|employers?|parent\b.*|leagues?|sponsor.*|"
    r"(who )?live(s|d)?( in)?|(volunteer |staff )?resid(ence|es|ent)( in| of)?|twinned with|"
    r"home (area|borough|council|district|location|ground|venue|city|county|region|state)|"
    r"home (post ?code|postal code)|nationality|"
    r"(reserve|back ?up|alternative|requested|declined|refused|(2nd|second|3rd|third) (choice|"
    r"preference))\b.*|.*\b(applied for|waiting list|not possible)|"
    r"(home|away|visiting|opposing) (team|side|club)|opponents?|opposition|"
    r"home ?towns?|born( in)?|birth ?place|place of birth|from|to|via|origin|destination|"
    r"start( point)?|end( point)?|calls? at|stops?( at)?|nearest (town|city|station)|"
    r"(issued|registered|regulated|licensed|approved) by"
)
_KINDS = {
    "names areas of a kind that is not held": re.compile(_NOT_HELD),
    "speaks of another time": re.compile(_OTHER_TIME),
    "seems to say where something else is": re.compile(_OTHERS),
}
_LEFT_OUT = re.compile(
    r"(areas? |boroughs? |wards? |postcodes? |places? )?"
    r"(not (covered|served|included)|excluded|excluding|excludes|except|exceptions?|excl|exc|"
    r"exclusions?|(does ?n t|do ?n t|does not|do not|never|no longer) "
    r"(serve|cover|work( in)?|operate( in)?|deliver( in)?)|but not|apart from|"
    r"left out|out of area)( areas?| boroughs?| wards?| postcodes?)?"
)
_SMALL = re.compile(
    r"(civil )?parish(es)?( council| name)?|((parish|town|community|and|or) )+councils?( name)?|"
    r"((fire|police) )?stations?( ground| area| name)?|(pcns?|primary care networks?)( name)?|"
    r"(police |policing )?(beats?|sectors?)( name)?|neighbourhoods?|estates?|"
    r"villages?|hamlets?|settlements?|suburbs?|streets?|roads?|polling districts?|"
    r"housing estates?|(estate|village|neighbourhood) name"
)


def find_why(heading: str) -> str:
    """Return why the areas of a column are not where somebody works; "" for most columns.

    >>> from mapping.footprints import elsewhere
    >>> elsewhere.find_why("Diocese"), elsewhere.find_why("Borough")
    ('names areas of a kind that is not held', '')
    """
    said = headwords.fold_heading(headwords.part_words(heading))
    said = re.sub(r" (names?|areas?)$", "", said)
    return next((why for why, is_it in _KINDS.items() if is_it.fullmatch(said)), "")


def names_kind_not_held(text: str) -> bool:
    """Tell whether a text names a kind of area that is not held: "Diocese", "CCG"."""
    return re.fullmatch(_NOT_HELD, headwords.fold_heading(text)) is not None


def leaves_out(heading: str) -> bool:
    """Tell whether a heading is that of areas that are left out: "Except", "Areas not covered"."""
    return _LEFT_OUT.fullmatch(headwords.fold_heading(heading)) is not None


def is_small(heading: str) -> bool:
    """Tell whether a heading is that of places smaller than any council: "Village", "Estate"."""
    return _SMALL.fullmatch(headwords.fold_heading(headwords.part_words(heading))) is not None
