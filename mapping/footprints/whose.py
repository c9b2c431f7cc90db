"""Whose: which column of a table names the organisations, by its heading and by its cells.

A column of persons' names or e-mails is never taken for it, whatever its heading says.
"""

import re
from collections.abc import Mapping, Sequence

from mapping.footprints import headwords, looks, people
from mapping.footprints.roles import AREA_ROLES, WHERE, Guess, find_columns
from mapping.intake import official

MAX_HEADING_SCORE = 60
MAX_CELLS_SCORE = 40
"""How much of the score, of 100, a heading may give, and the cells."""
NAME_SCORE, WORD_SCORE = 30, 50
"""What "Name" gives, and a heading that speaks of an organisation among other words."""
MIN_NAMED_SHARE = 0.5
"""So many cells have to look like names, for a column without a known heading."""
_BODIES = (
    r"(organi[sz]ations?|orgs?|groups?|company|companies|charity|charities|practice|members?|"
    r"providers?|agency|agencies|establishment|school|business|recipient org|trust|club|society|"
    r"association|partner)"
)
_SPEAKS = re.compile(rf"\b{_BODIES}\b")
_NAMED = re.compile(
    rf"\b{_BODIES}\b.*\b(name|names|called|represent)\b|\b(name|names)\b.*\b{_BODIES}\b"
)
_OTHER = re.compile(
    r"\b(types?|kinds?|category|code|numbers?|no|ids?|identifiers?|ref|reference|e ?mails?|mail|"
    r"phone|telephone|tel|address|postcode|town|city|dates?|time|status|websites?|url|web|size|"
    r"income|roles?|sector|form|descriptions?|about|do|does|contact|regions?|where|areas?|"
    r"boroughs?|wards?|district|county|country|area|based|registered|insolvent|has|is|was|"
    r"spread|purposes|beneficiaries|activities|objectives)\b"
)
"""Words of headings that speak of something else than what a body is called."""
_NOT_WHO = re.compile(
    rf"{_OTHER.pattern}|\b(phase|gender|flag|ind|indicator|currency|amount|timestamp|parent|"
    r"constituency|authority|council|title|quality|grid|period|measure|variable|service|services|"
    r"support|first|last|modified|created|start|completion|end|anything|comments?|notes?|"
    r"party|object|tags?)\b"
)
"""Words of headings of columns that are not taken for the organisation by their cells alone."""


def choose_organisation(
    some: Mapping[str, Sequence[str]], found: dict[str, Guess], fixed: Mapping[str, Guess]
) -> list[str]:
    """Choose in ``found`` the column that names the organisations; return sentences about it.

    ``some`` holds cells of each column; the roles in ``fixed`` stand. Where no column does, one
    of identifiers counts, in a table that says where.
    """
    notes = _set_persons_aside(some, found, fixed)
    _settle_name(some, found, fixed)
    if any(guess.role == "actor" for guess in fixed.values()):
        for name in find_columns(found, "actor"):
            if name not in fixed:
                found[name] = Guess("ignore", found[name].why)
        return notes
    scores = {n: score_heading(n) for n in found if n not in fixed and _is_open(n, found[n].role)}
    known = {n: score + _score_cells(some[n]) for n, score in scores.items() if score}
    known = {n: score for n, score in known.items() if some[n]}
    if not known and any(guess.role in WHERE for guess in found.values()):
        known = {
            n: _score_cells(some[n])
            for n in scores
            if found[n].role == "ignore" and _may_name(n, some[n])
        }
    for name in find_columns(found, "actor", "name"):
        if name not in fixed:
            found[name] = Guess("ignore", found[name].why)
    if known:
        best = max(known, key=lambda n: known[n])
        found[best] = Guess("actor", "heading" if scores[best] else "content", round(known[best]))
        return notes
    return [*notes, *_take_identifier(some, found)]


def _is_open(heading: str, role: str) -> bool:
    """Tell whether a column of a role may be taken for the organisation by its heading."""
    speaks = role in ("themes", "area") and score_heading(heading) >= WORD_SCORE
    return speaks or role in ("actor", "name", "ignore")


def score_heading(heading: str) -> int:
    """Return how much a heading says that its column names organisations, of 60."""
    if official.parse(heading):
        return 0
    said = headwords.fold_heading(headwords.part_words(heading))
    if headwords.roles(heading)[:1] == ["actor"]:
        are_several = heading.rstrip().endswith("(s)")  # "Group(s)" may be those that it is in
        return MAX_HEADING_SCORE - (not _SPEAKS.search(said)) - 5 * are_several
    if headwords.roles(heading):
        return 0
    if said in ("name", "names"):
        return NAME_SCORE
    bare = _NAMED.search(said)
    if bare and not _OTHER.search(said.replace("what is", "").replace("where", "")):
        return WORD_SCORE + 5
    return WORD_SCORE if _SPEAKS.search(said) and not _OTHER.search(said) else 0


def _score_cells(some: Sequence[str]) -> float:
    return MAX_CELLS_SCORE * sum(map(looks.is_name, some)) / max(len(some), 1)


def _may_name(heading: str, some: Sequence[str]) -> bool:
    """Tell whether the cells of a column alone may name organisations."""
    said = headwords.fold_heading(headwords.part_words(heading))
    if _NOT_WHO.search(said) or official.parse(heading):
        return False
    named = sum(map(looks.is_name, some))
    return bool(some) and named >= MIN_NAMED_SHARE * len(some) and looks.has_words(some)


def _set_persons_aside(
    some: Mapping[str, Sequence[str]], found: dict[str, Guess], fixed: Mapping[str, Guess]
) -> list[str]:
    """Take columns of persons' names for nothing; say so of those that seemed to name bodies."""
    notes = []
    for name, guess in found.items():
        if name in fixed or guess.role not in ("actor", "name", "ignore"):
            continue
        is_headed = headwords.names_person(name)
        doubtful = score_heading(name) >= WORD_SCORE
        are_people = people.are_people(some[name], doubtful=doubtful)
        if is_headed or are_people or looks.are_mostly(some[name], looks.is_mail):
            if guess.role in ("actor", "name") and not is_headed:
                notes.append(
                    f"“{name}” seems to have people's names, so we did not read it as the "
                    "organisation. Choose it under “How we read your file” if it should be."
                )
            found[name] = Guess("person", "content")
    return notes


def _settle_name(
    some: Mapping[str, Sequence[str]], found: dict[str, Guess], fixed: Mapping[str, Guess]
) -> None:
    """Take a column headed "name" for areas where it holds them and nothing else does."""
    for heading in find_columns(found, "name"):
        has_actors = any(g.role == "actor" for g in (*found.values(), *fixed.values()))
        elsewhere = any(guess.role in WHERE for guess in found.values())
        beside = has_actors or not elsewhere or _are_names_of_codes(heading, some, found)
        if beside and looks.guess_content(some[heading]) == "area":
            found[heading] = Guess("area", "content")


def _are_names_of_codes(
    heading: str, some: Mapping[str, Sequence[str]], found: Mapping[str, Guess]
) -> bool:
    """Tell whether a column names the areas of which another has the codes."""
    coded = any(looks.are_mostly(some[n], looks.CODE) for n in find_columns(found, *AREA_ROLES))
    return coded and looks.are_plain_areas(some[heading])


def _take_identifier(some: Mapping[str, Sequence[str]], found: dict[str, Guess]) -> list[str]:
    """Call the organisations by their number or code, where no column names them."""
    numbered = [n for n in find_columns(found, "identifier") if headwords.names_body(n)]
    if not numbered or not any(guess.role in WHERE for guess in found.values()):
        return []
    best = next((n for n in numbered if "registered" in n.casefold()), numbered[0])
    if not some[best]:
        return []
    found[best] = Guess("actor", "heading", WORD_SCORE)
    return [f"No column names organisations: they are called by “{best}”."]
