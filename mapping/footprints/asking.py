"""Asking: what has to be asked once about a column, with the default that does least harm.

A reader answers by choosing a role for the column; an answered question is asked no more.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.footprints import contrary, elsewhere, headwords, looks
from mapping.footprints.roles import AREA_ROLES, GUESSED, KIND_ROLES, WHERE, Guess, find_columns

MAX_UNITLESS = 50
"""Radii of at most so much, without a unit, are hardly metres."""
MIN_OFFICE_SHARE = 0.6
"""So many of the organisations of a column of offices have one postcode each."""
_NUMBER = re.compile(r"\d+(\.\d+)?")
_JOINT = re.compile(r"[;,|/&\n]")
_SHORT = re.compile(rf"{_JOINT.pattern}\s*([A-Za-z]{{1,2}})\s*(?={_JOINT.pattern})")
"""A cell of one or two letters, or such a part of a list."""
_HOSPITAL = re.compile(r"\b(beds?|bays?|special(i)?t(y|ies)|consultants?|matron|in ?patients?)\b")
"""Headings of what is in a hospital."""
_METRES = re.compile(r"\b(m|metres?|meters?)\b")
OFFICE_WORDS = {
    "postcode": "only the postcode itself",
    "postcode_ward": "the ward that it is in",
    "postcode_borough": "the council area that it is in",
    "address": "nothing: it only says where an office is",
}
INITIALS_WORDS = {
    "named": "names only: these letters are somebody's initials",
    "area": "postcode areas as well, by their letters",
}
LARGE_ROLES = ("borough", "county", "region", "police_force", "fire_service", "health_board", "icb")
"""Roles of columns of areas that hold many small places each."""
SPEAK_OF_ROWS = ("whether", "area_kind")
"""Roles of columns that say something of where, but name no place."""
PLACED = tuple(role for role in WHERE if role not in SPEAK_OF_ROWS)
NO_CIRCLES = "no circle is drawn"
RADIUS_WORDS = {"radius_km": "kilometres", "radius_miles": "miles", "radius_m": "metres"}


class ColumnQuestion(NamedTuple):
    """What is asked about a column: its heading, a sentence, and roles with what each means.

    ``default`` is the role that the column has until somebody chooses.
    """

    heading: str
    question: str
    options: dict[str, str]
    default: str


def ask(
    frame: pd.DataFrame, some: Mapping[str, Sequence[str]], found: dict[str, Guess]
) -> list[ColumnQuestion]:
    """List what is to be asked about the columns of a table, and put the defaults in ``found``.

    ``some`` holds cells of each column. Columns whose role a reader chose are not asked about.
    """
    asked = [
        *_ask_about_initials(frame, some, found),
        *_ask_about_radii(some, found),
        *_ask_about_offices(frame, some, found),
        *_ask_about_addresses(found),
        *_ask_about_elsewhere(some, found),
        *_ask_about_larger(frame, found),
        *_ask_about_towns(found),
        *_ask_about_more(frame, found),
        *_ask_about_divisions(some, found),
        *_ask_about_hospitals(found),
        *_ask_about_systems(frame, found),
    ]
    for one in asked:
        if one.default != found[one.heading].role:
            found[one.heading] = Guess(one.default, "content", GUESSED)
    if any(one.default == "ignore" for one in asked):
        _leave_larger_alone(found)
    return asked


def _leave_larger_alone(found: dict[str, Guess]) -> None:
    """Let a larger area not count by itself for smaller ones that wait for an answer."""
    larger = find_columns(found, "within")
    if set(larger) == set(find_columns(found, *PLACED)):
        for name in larger:
            if found[name].why != "chosen":
                found[name] = Guess("ignore", found[name].why)


def make_table(asked: Sequence[ColumnQuestion]) -> pd.DataFrame:
    """Write questions as a table: heading, question, options (role to words), default."""
    kinds = {"heading": "str", "question": "str", "options": "object", "default": "str"}
    columns = {n: pd.array([getattr(one, n) for one in asked], dtype=k) for n, k in kinds.items()}
    return pd.DataFrame(columns)


def _ask_about_initials(
    frame: pd.DataFrame, some: Mapping[str, Sequence[str]], found: Mapping[str, Guess]
) -> list[ColumnQuestion]:
    """Ask about letters that may be a postcode area or somebody's initials, beside names."""
    asked = []
    for name in find_columns(found, "area", *KIND_ROLES):
        if found[name].why == "chosen":
            continue
        short = dict.fromkeys(_SHORT.findall(_list_parts(frame[name].unique())))
        others = [text for text in some[name] if text.strip() not in short]
        parts = [part.strip() for part in _JOINT.split(_list_parts(others))]
        letters = [text for text in short if looks.is_postal_area(text)]
        letters = [text for text in letters if not any(_begins(text, part) for part in parts)]
        if not letters or not looks.are_areas(others) or looks.are_mostly(others, looks.is_postal):
            continue
        told = ", ".join(f"“{text}”" for text in letters[:3])
        role = found[name].role
        options = {"named": INITIALS_WORDS["named"], "area": INITIALS_WORDS["area"]}
        if role in KIND_ROLES:
            options = {role: INITIALS_WORDS["named"], "area": INITIALS_WORDS["area"]}
        asked.append(
            ColumnQuestion(
                name,
                f"“{name}” has names of areas, and {told}: what are these letters?",
                options,
                next(iter(options)),
            )
        )
    return asked


def _list_parts(texts: Iterable[str]) -> str:
    """Write the parts of lists, a joint before and after each."""
    return "\n".join(["", *texts, ""]).replace(" and ", ";")


def _begins(letters: str, text: str) -> bool:
    """Tell whether a text is a postcode, or half of one, in a postcode area."""
    return text.upper().startswith(letters.upper()) and text[len(letters) :][:1].isdigit()


def _ask_about_radii(
    some: Mapping[str, Sequence[str]], found: Mapping[str, Guess]
) -> list[ColumnQuestion]:
    """Ask about radii without a unit, of which none is likely to be metres."""
    asked = []
    spots = find_columns(found, "lat", "easting", "point")
    for name in find_columns(found, "radius_m") if spots else ():
        if found[name].why == "chosen" or _METRES.search(headwords.fold_heading(name)):
            continue
        numbers = [float(text) for text in some[name] if _NUMBER.fullmatch(text)]
        if not numbers or len(numbers) < len(some[name]) or max(numbers) > MAX_UNITLESS:
            continue
        shown = ", ".join(dict.fromkeys(some[name][:3]))
        question = f"“{name}” gives no unit ({shown}): what are these numbers?"
        asked.append(ColumnQuestion(name, question, RADIUS_WORDS, "radius_km"))
    return asked


def _ask_about_offices(
    frame: pd.DataFrame, some: Mapping[str, Sequence[str]], found: Mapping[str, Guess]
) -> list[ColumnQuestion]:
    """Ask what a postcode counts for that is an organisation's only one, as an office's is."""
    who, wheres = find_columns(found, "actor"), find_columns(found, *PLACED)
    names = find_columns(found, "postcode")
    others = [name for name in wheres if name not in names and found[name].role != "within"]
    if not who or len(names) != 1 or others or found[names[0]].why == "chosen":
        return []
    [name] = names
    cells = frame[[who[0], name]][frame[name] != ""]
    if not looks.are_mostly(some[name], looks.is_unit) or not len(cells):
        return []
    if cells[who[0]].nunique() < MIN_OFFICE_SHARE * len(cells):
        return []
    question = (
        f"“{name}” has one postcode for each organisation, as addresses of offices have. What "
        "counts as where they work?"
    )
    return [ColumnQuestion(name, question, OFFICE_WORDS, "postcode")]


def _ask_about_addresses(found: Mapping[str, Guess]) -> list[ColumnQuestion]:
    """Ask whether a town of an address says where somebody works, where nothing else does."""
    if find_columns(found, *(role for role in PLACED if not role.startswith("radius"))):
        return []
    asked = []
    for name in find_columns(found, "address"):
        if headwords.is_address_place(name) and found[name].why != "chosen":
            options = {
                "address": "nothing: it only says where an office is",
                "area": "the area with that name",
            }
            question = f"“{name}” is part of an address. What counts as where they work?"
            asked.append(ColumnQuestion(name, question, options, "address"))
    return asked


def _ask_about_elsewhere(
    some: Mapping[str, Sequence[str]], found: Mapping[str, Guess]
) -> list[ColumnQuestion]:
    """Ask whether areas count that seem not to be where somebody works, where nothing else does."""
    if find_columns(found, *(role for role in PLACED if not role.startswith("radius"))):
        return []
    asked = []
    for name in find_columns(found, "ignore"):
        why = elsewhere.find_why(name) if found[name].why != "chosen" else ""
        if why and looks.are_placed(some[name]):
            question = f"“{name}” {why}. What counts as where they work?"
            options = {"ignore": "nothing", "area": "the areas with these names that we have"}
            asked.append(ColumnQuestion(name, question, options, "ignore"))
    return asked


def _ask_about_larger(frame: pd.DataFrame, found: Mapping[str, Guess]) -> list[ColumnQuestion]:
    """Ask whether all of a larger area counts, where a smaller place that is not held is named."""
    wheres = [role for role in PLACED if role not in ("except", "within")]
    counted = find_columns(found, *wheres) or find_columns(found, "within")
    small = [
        n
        for n in find_columns(found, "ignore", "address", "actor")
        if elsewhere.is_small(n) and found[n].why != "chosen"
    ]
    if len(counted) != 1 or not small or found[counted[0]].why == "chosen":
        return []
    [name], role = counted, found[counted[0]].role
    if role not in ("area", "within", *LARGE_ROLES) or not looks.are_beside(frame, name, small[0]):
        return []
    question = (
        f"“{small[0]}” names places we do not have, smaller than those of “{name}”. What counts "
        "as where they work?"
    )
    options = {"ignore": "nothing", role: f"all of what “{name}” names"}
    return [ColumnQuestion(name, question, options, "ignore")]


def _ask_about_towns(found: Mapping[str, Guess]) -> list[ColumnQuestion]:
    """Ask whether a town means the council area of its name, which may be much larger."""
    return [
        ColumnQuestion(
            name,
            f"“{name}” names towns, and council areas with the same names may be larger. What "
            "counts as where they work?",
            {found[name].role: "the council areas with these names", "ignore": "nothing"},
            found[name].role,
        )
        for name in find_columns(found, "borough", "area")
        if found[name].why != "chosen" and headwords.is_town(name)
    ]


def _ask_about_more(frame: pd.DataFrame, found: Mapping[str, Guess]) -> list[ColumnQuestion]:
    """Ask whether names of areas count below a heading that speaks of none, beside one that does.

    They may be what somebody or something is called: "Lead" with "Kent" and "Lincoln".
    """
    wheres = find_columns(found, *AREA_ROLES)
    silent = [n for n in wheres if found[n].why == "content" and not headwords.speaks_of_where(n)]
    asked = []
    for name in [n for n in silent if found[n].role == "area"]:
        beside = [n for n in wheres if n not in silent and looks.are_beside(frame, name, n)]
        if beside:
            question = (
                f"“{name}” has names of areas too, beside those of “{beside[0]}”. What counts as "
                "where they work?"
            )
            options = {"ignore": f"only “{beside[0]}”", "area": f"both “{beside[0]}” and “{name}”"}
            asked.append(ColumnQuestion(name, question, options, "ignore"))
    return asked


def _ask_about_divisions(
    some: Mapping[str, Sequence[str]], found: Mapping[str, Guess]
) -> list[ColumnQuestion]:
    """Ask about divisions beside counties that have districts: wards may have their names."""
    beside = find_columns(found, "within", "county")
    if not any(looks.find_named_size(some[name]) == "county" for name in beside):
        return []
    return [
        ColumnQuestion(
            name,
            f"“{name}” could name divisions of a county council, which we do not have: wards with "
            "the same names may be elsewhere in it. What counts as where they work?",
            {"ignore": "nothing", "ward": "the wards with these names"},
            "ignore",
        )
        for name in find_columns(found, "ward")
        if found[name].why != "chosen" and "division" in headwords.fold_heading(name)
    ]


def _ask_about_hospitals(found: Mapping[str, Guess]) -> list[ColumnQuestion]:
    """Ask about wards beside beds or specialties, which are those of a hospital."""
    beside = [name for name in found if _HOSPITAL.search(headwords.fold_heading(name))]
    return [
        ColumnQuestion(
            name,
            f"“{name}” could name wards of a hospital, as it stands beside “{beside[0]}”. What "
            "counts as where they work?",
            {"ignore": "nothing", "ward": "the electoral wards with these names"},
            "ignore",
        )
        for name in find_columns(found, "ward")
        if found[name].why != "chosen" and beside
    ]


def _ask_about_systems(frame: pd.DataFrame, found: Mapping[str, Guess]) -> list[ColumnQuestion]:
    """Ask about shapes that name one coordinate system and have numbers of the other."""
    asked = []
    for name in find_columns(found, "area"):
        if found[name].why == "chosen" or not (named := contrary.find_named(frame[name])):
            continue
        question = (
            f"Shapes in “{name}” say that they are in {' or '.join(named)}, but their numbers are "
            "not. What counts as where they work?"
        )
        options = {
            "area": "nothing, for these shapes",
            contrary.ROLE: "the ground that their numbers draw, whatever they say",
        }
        asked.append(ColumnQuestion(name, question, options, "area"))
    return asked


def describe(asked: Sequence[ColumnQuestion]) -> list[str]:
    """Say for each question what is taken until somebody answers, in a sentence."""
    return [
        f"{one.question} Until you choose: "
        f"{NO_CIRCLES if one.default in RADIUS_WORDS else one.options[one.default]}."
        for one in asked
    ]


def find_assumed(found: Mapping[str, Guess]) -> list[str]:
    """Return the columns of radii whose unit nobody has told yet."""
    radii = find_columns(found, "radius_km")
    return [name for name in radii if found[name].why == "content"]


def ask_about_radii(
    frame: pd.DataFrame, found: Mapping[str, Guess], row: np.ndarray, problem: np.ndarray
) -> np.ndarray:
    """Tell which circles, of some rows, wait for the unit of their radius; say so in ``problem``.

    Returns (rows,) bool. What has another problem keeps it.
    """
    is_open = np.zeros(len(row), dtype=bool)
    for name in find_assumed(found):
        for at, text in enumerate(frame[name].iloc[row].str.strip()):
            if text and not problem[at]:
                problem[at] = f"the distance “{text[:20]}” has no unit: choose it for “{name}”"
                is_open[at] = True
    return is_open
