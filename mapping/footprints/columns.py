"""Columns: what each column of an uploaded table says, guessed by its heading and content."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.footprints import ground, headwords, points, ticks
from mapping.geocode import areas, beside, gazetteer, index, spelling

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
}
WHERE = {
    "area": "where: codes, names, postcodes or shapes",
    "ward": "where: wards",
    "borough": "where: council districts",
    "county": "where: counties",
    "region": "where: regions",
    "lsoa": "where: small census areas",
    "postcode": "where: postcodes",
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
SIZES = (
    "postcode",
    "lsoa",
    "ward",
    "postal_district",
    "borough",
    "county",
    "combined_authority",
    "region",
    "nation",
    "britain",
)
"""Kinds of areas, from small to large."""
SAMPLE_CELLS = 200
"""Cells of a column that are looked at."""
MAX_PARTS = 2_000
"""So many texts of these cells, which may join thousands, are looked up."""
MIN_ALIKE_SHARE = 0.6
"""Share of the cells looked at that must look alike to tell what a column says."""
MAX_LOOKUPS = 30
"""So many texts are looked up with what stands around their names."""
VALUE = "value"
"""What the column of a list without a heading is called (see ``intake``)."""
_CODE = re.compile(r"[EWSNK]\d{8}(\s*;.*)?", re.I).fullmatch
_LOOKS = (
    ("area", _CODE),
    (
        "postcode",
        re.compile(
            r"(?=.{0,6}\d)[A-Z]{1,2}[\dOI][A-Z\d]?([\s._-]*[\dOI][A-Z]{2})?(\s*[;,].*)?", re.I
        ).fullmatch,
    ),
    ("point", points.is_in_britain),
    (
        "area",
        re.compile(
            r"(SRID=\d+;\s*)?(MULTI)?(POLYGON|POINT)\s*(Z\s*)?\(.*|\{.*\"type\".*|"
            r"(\\x)?0[01][0-9a-f]{40,}",
            re.I | re.S,
        ).fullmatch,
    ),
    (
        "contact",
        re.compile(
            r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+|https?://.*|(\+44|0)[\d ]{9,13}", re.I
        ).fullmatch,
    ),
    ("scale", re.compile(r"hyper ?-?local|borough|regional|national", re.I).fullmatch),
)
_LETTER, _WORD = re.compile("[A-Za-z]"), re.compile(r"[^\W\d_]")
_JOINT = re.compile(r"[;,\n|/+&]|\band\b| - ")


class Guess(NamedTuple):
    """What a column is taken for, and why: "heading", "content", "chosen" or ""."""

    role: str
    why: str


def guess_roles(frame: pd.DataFrame) -> dict[str, Guess]:
    """Guess the role of each column of a sheet, in the order of its columns.

    A heading that is known decides; else what most of its first cells look like. Where a table
    has wards beside council districts the larger one says where the smaller lie (``within``);
    of a code and a name of the same kind the code counts. Columns of ticks say what their
    headings name; postcodes beside a radius are points. A table of nothing but names of areas
    is told by looking them up.
    """
    found = {str(name): _guess_by_heading(str(name), frame[name]) for name in frame.columns}
    _settle_ticks(frame, found)
    _settle_names(frame, found)
    _settle_points(frame, found)
    _keep_first(found)
    _prefer_smaller(frame, found)
    _settle_list(frame, found)
    return found


def choose_roles(frame: pd.DataFrame, roles: Mapping[str, str]) -> dict[str, Guess]:
    """Put the reader's own roles in the place of guesses; raises MappingError for unknown ones."""
    wrong = [name for name in roles if name not in frame.columns]
    wrong += [role for role in roles.values() if role not in ROLES]
    if wrong:
        raise MappingError(
            f"Expected columns of the file and roles ({', '.join(ROLES)}); found "
            f"{', '.join(str(w)[:40] for w in wrong[:5])}. Choose from what the page offers."
        )
    found = guess_roles(frame)
    return {n: Guess(roles[n], "chosen") if n in roles else guess for n, guess in found.items()}


def find_columns(roles: Mapping[str, Guess], *wanted: str) -> list[str]:
    """Return the columns that have one of some roles, in their order."""
    return [name for name, guess in roles.items() if guess.role in wanted]


def find_names_of(
    frame: pd.DataFrame, guesses: Mapping[str, Guess], heading: str
) -> pd.Series | None:
    """Return the column of names that stands beside a column of codes of the same kind.

    It does not count as long as the codes do; None where there is none.
    """
    kind = guesses[heading].role
    if kind not in KIND_ROLES or not _is_codes(frame[heading]):
        return None
    for name, guess in guesses.items():
        if guess.role == "ignore" and guess.why != "chosen" and kind in headwords.roles(name):
            return frame[name]
    return None


def _guess_by_heading(heading: str, cells: pd.Series) -> Guess:
    for role in headwords.roles(heading):
        if _fits(role, cells):
            is_point = role == "area" and _guess_by_content(cells) == "point"
            is_point = is_point and not any(map(_is_drawn, _sample_cells(cells)))
            return Guess("point", "content") if is_point else Guess(role, "heading")
    if headwords.fold_heading(heading) == "name":
        return Guess("name", "heading")
    content = _guess_by_content(cells)
    if content == "ignore" and _has_words(cells) and not ticks.is_ticked(cells):
        asked = headwords.guess_by_question(heading)
        return Guess(asked, "heading") if asked else Guess(content, "content")
    return Guess(content, "content")


def _is_drawn(text: str) -> bool:
    return ground.is_shape(text) and not points.is_point(text)


def _fits(role: str, cells: pd.Series) -> bool:
    """Tell whether cells can be what the heading says: numbers, for coordinates."""
    if role not in ("lat", "lon", "easting", "northing"):
        return True
    some = pd.Series(_sample_cells(cells), dtype="str")
    return not len(some) or bool(np.isfinite(points.numbers(some, degrees=True)).any())


def _sample_cells(cells: pd.Series) -> list[str]:
    """Return the first filled cells of a column, without blanks around them."""
    return [text for cell in ticks.list_filled(cells, SAMPLE_CELLS) if (text := cell.strip())]


def _are_mostly(some: Sequence[str], look: Callable[[str], object]) -> bool:
    """Tell whether most of some texts, of which there is one, have a look."""
    return bool(some) and sum(bool(look(text)) for text in some) / len(some) >= MIN_ALIKE_SHARE


def _guess_by_content(cells: pd.Series) -> str:
    some = _sample_cells(cells)
    if not some:
        return "ignore"
    for role, look in _LOOKS:
        if _are_mostly(some, look):
            return role
    return "area" if _are_areas(some) else "ignore"


def _are_areas(some: Sequence[str]) -> bool:
    """Tell whether most of some cells name areas, one or several each."""
    known = gazetteer.map_keys()
    parts = [[cell] if spelling.key(cell) in known else _JOINT.split(cell) for cell in some]
    single = list(islice(chain.from_iterable(parts), MAX_PARTS))
    filled = [text for part in single if (text := part.strip())]
    if _are_mostly(filled, lambda part: spelling.key(part) in known):
        return True
    short = (text for text in some if len(text) <= spelling.MAX_LETTERS and _LETTER.search(text))
    few = list(islice(dict.fromkeys(short), MAX_LOOKUPS))
    return _are_mostly(few, gazetteer.find_named)


def _settle_ticks(frame: pd.DataFrame, found: dict[str, Guess]) -> None:
    """Take columns of ticks for what their headings name: areas, or themes."""
    marked = [
        name
        for name, guess in found.items()
        if guess.role in ("ignore", "themes")
        and ticks.is_ticked(frame[name], ticks.MIN_NAMED_SHARE)
    ]
    areas = [name for name in marked if ticks.names_area(name)]
    for name in [n for n in marked if n in areas or ticks.is_ticked(frame[n])]:
        if name in areas:
            found[name] = Guess("ticked", "heading")
        elif ticks.names_theme(name):
            found[name] = Guess("ticked_theme", "heading")
        elif len(areas) > 1 and ticks.is_like_an_area(name):
            found[name] = Guess("ticked", "heading")


def _settle_list(frame: pd.DataFrame, found: dict[str, Guess]) -> None:
    """Take the values of a list for areas, where not all of them are postcodes."""
    if VALUE not in found or not set(found) <= {VALUE, "within", "organisation"}:
        return
    some = _sample_cells(frame[VALUE])
    is_postcodes = found[VALUE].role == "postcode" and all(map(_LOOKS[1][1], some))
    if (
        not is_postcodes
        and found[VALUE].role in ("postcode", "ignore")
        and _has_words(frame[VALUE])
    ):
        found[VALUE] = Guess("area", "content")


def _settle_points(frame: pd.DataFrame, found: dict[str, Guess]) -> None:
    """Take postcodes beside a radius for points, where there are no coordinates."""
    radius = find_columns(found, "radius_m", "radius_km", "radius_miles")
    if not radius or find_columns(found, "lat", "easting", "point"):
        return
    for name in find_columns(found, "postcode", "area"):
        if _are_beside(frame, name, radius[0]) and _guess_by_content(frame[name]) == "postcode":
            found[name] = Guess("point", found[name].why)
            return


def _settle_names(frame: pd.DataFrame, found: dict[str, Guess]) -> None:
    """Take a column headed "name" for the actors; for areas where others name those."""
    for heading in [name for name, guess in found.items() if guess.role == "name"]:
        has_actors = any(guess.role == "actor" for guess in found.values())
        areas = _guess_by_content(frame[heading]) == "area"
        elsewhere = any(guess.role in WHERE for guess in found.values())
        if areas and (has_actors or not elsewhere):
            found[heading] = Guess("area", "content")
        else:
            found[heading] = Guess("ignore" if has_actors else "actor", "heading")
    if not any(guess.role == "actor" for guess in found.values()):
        left = [n for n, guess in found.items() if guess.role == "ignore" and _has_words(frame[n])]
        if left and any(guess.role in WHERE for guess in found.values()):
            found[left[0]] = Guess("actor", "content")


def _has_words(cells: pd.Series) -> bool:
    """Tell whether most cells have letters: no organisation is called by a number."""
    return _are_mostly(_sample_cells(cells), _WORD.search)


def _keep_first(found: dict[str, Guess]) -> None:
    """Let only the first column have a role that one column has."""
    seen: set[str] = set()
    for heading, guess in found.items():
        if guess.role in SINGLE_ROLES and guess.role in seen:
            found[heading] = Guess("ignore", guess.why)
        seen.add(guess.role)


def _prefer_smaller(frame: pd.DataFrame, found: dict[str, Guess]) -> None:
    """Of columns that say where together, let the smallest count and larger ones qualify it."""
    spots = find_columns(found, "lat", "easting", "point")
    wheres = find_columns(found, "area", "postcode", *KIND_ROLES)
    if spots and find_columns(found, "radius_m", "radius_km", "radius_miles"):
        for heading in find_columns(found, "postcode", *KIND_ROLES):  # an address, not a footprint
            if _are_beside(frame, heading, spots[0]):
                found[heading] = Guess("ignore", found[heading].why)
        return
    present = [
        kind
        for kind in ("lsoa", "ward", "borough", "county", "region")
        if find_columns(found, kind)
    ]
    for kind in present:
        _prefer_codes(frame, found, kind)
    if len(wheres) > 1:
        _qualify_by_size(frame, found)
        _prefer_codes(frame, found, "area")
        _qualify_by_larger(frame, found)


def _are_beside(frame: pd.DataFrame, one: str, other: str) -> bool:
    """Tell whether two columns are mostly filled in the same rows."""
    a, b = frame[one].head(SAMPLE_CELLS) != "", frame[other].head(SAMPLE_CELLS) != ""
    either = (a | b).sum()
    return bool(either) and (a & b).sum() / either >= MIN_ALIKE_SHARE


def _prefer_codes(frame: pd.DataFrame, found: dict[str, Guess], kind: str) -> None:
    """Of a column of codes and one of names beside it, both of a kind, let the codes count."""
    both = find_columns(found, kind)
    codes = [name for name in both if _is_codes(frame[name])]
    if not codes:
        return
    for name in both:
        if name not in codes and _are_beside(frame, name, codes[0]):
            found[name] = Guess("ignore", found[name].why)


def _qualify_by_size(frame: pd.DataFrame, found: dict[str, Guess]) -> None:
    """Let columns of larger areas say where those of the smallest lie, told by size alone.

    A row in which they contradict each other is asked about. Of names whose heading gives no
    kind the size is told only beside codes and postcodes, which mean one area each.
    """
    some = {
        name: _sample_cells(frame[name])
        for name in find_columns(found, "area", "postcode", *KIND_ROLES)
    }
    coded = {name: _find_coded_size(cells) for name, cells in some.items()}
    sizes = {n: coded[n] or (r if (r := found[n].role) in KIND_ROLES else "") for n in some}
    sizes = {name: size for name, size in sizes.items() if size in SIZES}
    if not sizes:
        return
    smallest = min(sizes, key=lambda name: SIZES.index(sizes[name]))
    if coded[smallest]:
        plain = [name for name in find_columns(found, "area") if name not in sizes]
        sizes |= {name: size for name in plain if (size := _find_named_size(some[name]))}
    first = {sizes[name]: name for name in reversed(list(sizes))}
    for size in SIZES[SIZES.index(sizes[smallest]) + 1 :]:
        if size in first and _are_beside(frame, first[size], smallest):
            taken = bool(find_columns(found, "within"))
            role = "ignore" if taken else "within"
            found[first[size]] = Guess(role, found[first[size]].why)


def _find_coded_size(some: Sequence[str]) -> str:
    """Return of what kind the codes are that most of some cells hold, or "postcode"; else ""."""
    if _are_mostly(some, lambda text: postcodes.UNIT.fullmatch(text.replace(" ", "").upper())):
        return "postcode"
    codes = index.map_codes()
    return _find_commonest(
        [areas.kind_of(codes[c]) if (c := t.upper()) in codes else "" for t in some]
    )


def _find_named_size(some: Sequence[str]) -> str:
    """Return the kind of area that most of some cells name; "" if they name no one kind."""
    named = [beside.find_larger(text.casefold()) for text in some[:MAX_LOOKUPS]]
    return _find_commonest([areas.kind_of(one[0]) if one else "" for one in named])


def _find_commonest(kinds: Sequence[str]) -> str:
    """Return what most of some kinds of areas are; "" if none is so common, or is no size."""
    most = max(SIZES, key=list(kinds).count)
    return most if _are_mostly(kinds, lambda kind: kind == most) else ""


def _qualify_by_larger(frame: pd.DataFrame, found: dict[str, Guess]) -> None:
    """Of two columns of names, let the larger areas say where the smaller lie.

    Both may be of areas of any kind, or the larger one of councils, counties or regions.
    """
    both = find_columns(found, "area")
    known = find_columns(found, "borough", "county", "region")
    orders = [both, both[::-1]] if len(both) == 2 else [[*both, *known]]
    if len(orders[0]) != 2 or find_columns(found, "within") or not _are_beside(frame, *orders[0]):
        return
    rows = frame[orders[0]][(frame[orders[0]] != "").all(axis=1)].head(MAX_LOOKUPS)
    for small, large in orders:
        pairs = rows[small].str.strip() + ", " + rows[large].str.strip()
        if (
            len(pairs)
            and pairs.map(lambda pair: bool(gazetteer.find_named(pair))).mean() >= MIN_ALIKE_SHARE
        ):
            found[large] = Guess("within", found[large].why)
            return


def _is_codes(cells: pd.Series) -> bool:
    return _are_mostly(_sample_cells(cells), _CODE)
