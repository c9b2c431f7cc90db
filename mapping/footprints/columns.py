"""Columns: what each column of an uploaded table says, guessed by its heading and content."""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.errors import MappingError
from mapping.footprints import (
    asking,
    elsewhere,
    forms,
    ground,
    headwords,
    looks,
    nesting,
    points,
    ticks,
    whose,
)
from mapping.footprints.looks import MIN_ALIKE_SHARE, SAMPLE_CELLS
from mapping.footprints.roles import (
    ABOUT,
    AREA_ROLES,
    ASKED,
    HEADED,
    KIND_ROLES,
    LIKELY,
    POSTCODE_ROLES,
    ROLES,
    SINGLE_ROLES,
    SURE,
    WHERE,
    Guess,
    find_columns,
)

__all__ = [
    "ABOUT",
    "AREA_ROLES",
    "KIND_ROLES",
    "MIN_ALIKE_SHARE",
    "POSTCODE_ROLES",
    "ROLES",
    "SAMPLE_CELLS",
    "WHERE",
    "Columns",
    "Guess",
    "choose_roles",
    "find_columns",
    "guess_roles",
    "read_columns",
]
VALUE = "value"
"""What the column of a list without a heading is called (see ``intake``)."""


class Columns(NamedTuple):
    """What the columns of a table were taken for, in their order.

    ``guesses`` by heading; ``form``, the known public form that the table has, or None;
    ``notes``, sentences about the columns; ``asked``, what is to be asked once about each.
    """

    guesses: dict[str, Guess]
    form: forms.Form | None
    notes: tuple[str, ...]
    asked: tuple[asking.ColumnQuestion, ...]


def guess_roles(frame: pd.DataFrame) -> dict[str, Guess]:
    """Guess the role of each column of a sheet, in the order of its columns.

    A known public form decides for its columns; then a heading that is known; else what most of
    some cells look like, which are spread over the table. Of columns that describe one place the
    smallest areas count, and a larger one says where they lie (``within``). Columns of ticks say
    what their headings name; postcodes beside a radius are points. A table of nothing but names
    of areas is told by looking them up.
    """
    return choose_roles(frame, {})


def choose_roles(frame: pd.DataFrame, roles: Mapping[str, str]) -> dict[str, Guess]:
    """Put the reader's own roles in the place of guesses; raises MappingError for unknown ones.

    Nothing is asked: columns that would be have the role that they seem to have.
    """
    _check_roles(frame, roles)
    return _guess_all(frame, _sample(frame), roles)[0]


def read_columns(frame: pd.DataFrame, roles: Mapping[str, str]) -> Columns:
    """Guess the roles of columns as ``guess_roles`` does, with what is to be said about them.

    ``roles`` are the reader's own, which go before guesses. Raises MappingError for roles or
    columns that are unknown.
    """
    _check_roles(frame, roles)
    some = _sample(frame)
    guesses, form, notes = _guess_all(frame, some, roles)
    asked = asking.ask(frame, some, guesses)
    said = [] if form is None else [forms.describe(form)]
    return Columns(guesses, form, (*said, *notes, *asking.describe(asked)), tuple(asked))


def _check_roles(frame: pd.DataFrame, roles: Mapping[str, str]) -> None:
    wrong = [name for name in roles if name not in frame.columns]
    wrong += [role for role in roles.values() if role not in ROLES]
    if wrong:
        raise MappingError(
            f"Expected columns of the file and roles ({', '.join(ROLES)}); found "
            f"{', '.join(str(w)[:40] for w in wrong[:5])}. Choose from what the page offers."
        )


def _sample(frame: pd.DataFrame) -> dict[str, list[str]]:
    return {str(name): looks.sample_cells(frame[name]) for name in frame.columns}


def _guess_all(
    frame: pd.DataFrame, some: Mapping[str, list[str]], roles: Mapping[str, str]
) -> tuple[dict[str, Guess], forms.Form | None, list[str]]:
    """Guess the role of each column; return these, the form of the table, and sentences."""
    form = forms.recognise(some)
    fixed = {} if form is None else forms.find_roles(form, some)
    found = {name: fixed.get(name) or _guess_alone(name, some[name], frame) for name in some}
    _settle_ticks(frame, found, fixed)
    _settle_addresses(frame, some, found, fixed)
    notes = whose.choose_organisation(some, found, fixed)
    _settle_points(frame, some, found)
    _keep_first(found)
    before = dict(found)
    nested = nesting.settle(frame, some, found, fixed)
    _settle_list(some, found)
    for name in find_columns(found, "person", "name"):
        found[name] = Guess("ignore", found[name].why)
    notes += [] if _give_way(frame, before, found, roles) else nested
    notes += [*_leave_earlier(frame, some, found, fixed), *_tell_elsewhere(some, found)]
    notes = [note for note in notes if not note.startswith(tuple(f"“{name}” " for name in roles))]
    guesses = {n: Guess(roles[n], "chosen", 100) if n in roles else g for n, g in found.items()}
    return guesses, form, notes


def _tell_elsewhere(some: Mapping[str, list[str]], found: Mapping[str, Guess]) -> list[str]:
    """Say which columns of areas do not count beside others, as these are elsewhere."""
    if not find_columns(found, *AREA_ROLES):
        return []
    return [
        f"“{name}” {why}: it does not count."
        for name in find_columns(found, "ignore")
        if (why := elsewhere.find_why(name)) and looks.are_placed(some[name])
    ]


def _leave_earlier(
    frame: pd.DataFrame,
    some: Mapping[str, list[str]],
    found: dict[str, Guess],
    fixed: Mapping[str, Guess],
) -> list[str]:
    """Let only the last of some columns that are one at several dates count: "Area 2019", "2024".

    Of codes those that are held count, whatever their year.
    """
    dated: dict[str, list[tuple[str, str]]] = {}
    for name in find_columns(found, "within", *AREA_ROLES):
        is_coded = name in fixed or looks.are_mostly(some[name], looks.CODE)
        if not is_coded and (told := headwords.part_year(name)):
            dated.setdefault(told[0], []).append((told[1], name))
    notes = []
    for told_at in dated.values():
        *earlier, (_, last) = sorted(told_at)
        for _, name in earlier:
            if looks.are_beside(frame, name, last):
                found[name] = Guess("ignore", "heading")
                notes.append(f"“{name}” is of an earlier time than “{last}”: it does not count.")
    return notes


def _give_way(
    frame: pd.DataFrame,
    before: Mapping[str, Guess],
    found: dict[str, Guess],
    roles: Mapping[str, str],
) -> bool:
    """Let a reader's column count alone that was set aside for another of the same place.

    Tells whether there is one.
    """
    aside = [n for n, guess in before.items() if guess.role in AREA_ROLES]
    aside = [name for name in aside if found[name].role not in AREA_ROLES]
    taken = [name for name in aside if roles.get(name) in AREA_ROLES]
    for name in find_columns(found, *AREA_ROLES, "within") if taken else ():
        if any(looks.are_beside(frame, name, other) for other in taken):
            found[name] = Guess("ignore", found[name].why)
    return bool(taken)


def _guess_alone(heading: str, some: list[str], frame: pd.DataFrame) -> Guess:
    """Guess the role of a column without looking at the others."""
    content = looks.guess_content(some)
    if some and "area" not in headwords.roles(heading) and all(map(looks.is_britain, some)):
        return Guess("ignore", "content", LIKELY)
    if elsewhere.leaves_out(heading):
        return Guess("except", "heading", HEADED)
    if elsewhere.find_why(heading) and not looks.are_mostly(some, looks.CODE):
        return Guess("ignore", "heading", HEADED)
    for role in headwords.roles(heading):
        if not _fits(role, some) or _are_seats(heading, some):
            continue
        if role == "area" and content == "point" and not any(map(_is_drawn, some)):
            return Guess("point", "content", HEADED)
        if _is_other_code(heading, role, content) and looks.are_mostly(some, looks.is_reference):
            return Guess("identifier", "content", LIKELY)
        return Guess(role, "heading", SURE if content == role else HEADED)
    if headwords.names_area_kind(heading) and looks.has_words(some):
        return Guess("area_kind", "heading", HEADED)
    if headwords.names_person(heading) and content == "area":
        return Guess("ignore", "heading", HEADED)
    if headwords.fold_heading(heading) == "name":
        return Guess("name", "heading", LIKELY)
    if content == "ignore" and headwords.ends_with_postcode(heading) and looks.hold_postcodes(some):
        return Guess("postcode", "heading", LIKELY)
    if content == "ignore" and looks.has_words(some) and not ticks.is_ticked(frame[heading]):
        asked = headwords.guess_by_question(heading)
        return Guess(asked, "heading", ASKED) if asked else Guess(content, "content")
    return Guess(content, "content", 0 if content == "ignore" else LIKELY)


def _are_seats(heading: str, some: list[str]) -> bool:
    """Tell whether a column of "Places" counts them: seats of a school or a course."""
    return headwords.fold_heading(heading) == "places" and looks.are_mostly(some, looks.is_number)


def _is_drawn(text: str) -> bool:
    return ground.is_shape(text) and not points.is_point(text)


def _is_other_code(heading: str, role: str, content: str) -> bool:
    """Tell whether a column headed "Code" alone holds no codes of areas."""
    is_bare = re.fullmatch(r"codes?", heading.strip(), re.I) is not None
    return is_bare and role == "area" and content not in ("area", "postcode")


def _fits(role: str, some: list[str]) -> bool:
    """Tell whether cells can be what the heading says: numbers, for coordinates."""
    if role not in ("lat", "lon", "easting", "northing") or not some:
        return True
    return bool(np.isfinite(points.numbers(pd.Series(some, dtype="str"), degrees=True)).any())


def _settle_ticks(frame: pd.DataFrame, found: dict[str, Guess], fixed: Mapping[str, Guess]) -> None:
    """Take columns of ticks for what their headings name: areas, or themes."""
    least = {
        **dict.fromkeys(("ignore", "themes"), ticks.MIN_NAMED_SHARE),
        **dict.fromkeys(("area", *KIND_ROLES), ticks.MIN_TICKED_SHARE),  # "Areas [Camden]"
    }
    marked = [
        name
        for name, guess in found.items()
        if name not in fixed
        and guess.role in least
        and ticks.is_ticked(frame[name], least[guess.role])
    ]
    areas = [name for name in marked if ticks.names_area(name)]
    for name in [n for n in marked if n in areas or ticks.is_ticked(frame[n])]:
        if name in areas:
            found[name] = Guess("ticked", "heading", HEADED)
        elif ticks.names_theme(name):
            found[name] = Guess("ticked_theme", "heading", HEADED)
        elif ticks.says_whether(name, frame[name]):
            found[name] = Guess("whether", "heading", HEADED)
        elif len(areas) > 1 and (ticks.is_like_an_area(name) or _is_rest(name, found)):
            found[name] = Guess("ticked", "heading", LIKELY)


def _is_rest(name: str, found: Mapping[str, Guess]) -> bool:
    """Tell whether a ticked column names what is beyond the areas of those just before it."""
    at = list(found).index(name)
    before = [guess.role for guess in found.values()][max(0, at - 2) : at]
    return "ticked" in before and ticks.names_rest(name)


def _settle_list(some: Mapping[str, list[str]], found: dict[str, Guess]) -> None:
    """Take the values of a list for areas, where not all of them are postcodes."""
    if VALUE not in found or not set(found) <= {VALUE, "within", "organisation"}:
        return
    is_postcodes = found[VALUE].role == "postcode" and all(map(looks.is_postal, some[VALUE]))
    is_open = found[VALUE].role in ("postcode", "ignore")
    if is_open and not is_postcodes and looks.has_words(some[VALUE]):
        found[VALUE] = Guess("area", "content", LIKELY)


def _settle_addresses(
    frame: pd.DataFrame,
    some: Mapping[str, list[str]],
    found: dict[str, Guess],
    fixed: Mapping[str, Guess],
) -> None:
    """Take towns, counties and countries beside an address or a postcode for parts of one.

    A country stands so beside any other area, and where all of it is this one.
    """
    for name in [n for n in found if n not in fixed and headwords.is_address_place(n)]:
        is_country = headwords.is_country(name)
        others = ("address", "postcode", *(nesting.AREAS if is_country else ()))
        beside = [other for other in find_columns(found, *others) if other != name]
        is_this = is_country and looks.are_mostly(some[name], looks.is_britain)
        is_office = headwords.is_office_place(name) or is_this
        if is_office or any(looks.are_beside(frame, name, other) for other in beside):
            found[name] = Guess("address", "heading", HEADED)


def _settle_points(
    frame: pd.DataFrame, some: Mapping[str, list[str]], found: dict[str, Guess]
) -> None:
    """Take postcodes beside a radius for points, where there are no coordinates."""
    radius = find_columns(found, "radius_m", "radius_km", "radius_miles")
    if not radius or find_columns(found, "lat", "easting", "point"):
        return
    for name in find_columns(found, "postcode", "area"):
        if (
            looks.are_beside(frame, name, radius[0])
            and looks.guess_content(some[name]) == "postcode"
        ):
            found[name] = Guess("point", found[name].why, found[name].score)
            return


def _keep_first(found: dict[str, Guess]) -> None:
    """Let only the first column have a role that one column has."""
    seen: set[str] = set()
    for heading, guess in found.items():
        if guess.role in SINGLE_ROLES and guess.role in seen:
            found[heading] = Guess("ignore", guess.why)
        seen.add(guess.role)
