"""Findings about gaps: covered, known gap and not recorded, told apart in plain words."""

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from mapping.gaps import (
    CROWDED,
    KNOWN_GAP,
    NO_SCALE,
    NO_THEME,
    NOBODY,
    NOT_RECORDED,
    ONE,
    SEVERAL,
    THIN,
    UNTOLD,
    ActorQuantiles,
    Complete,
    ThemesHeld,
    is_complete,
)
from mapping.geography import layers
from mapping.overlap import list_nations, units
from mapping.places import Place
from mapping.wording.findings import name_place, say_none_here
from mapping.wording.numbers import (
    amount,
    capitalise,
    join_names,
    number,
    people,
    say_share,
    share,
    words,
    write_about,
    write_count,
)
from mapping.wording.place_names import begin_in, name_having
from mapping.wording.terms import AT_LEVEL, LEVELS, join_levels

SIGN_WORDS = {
    SEVERAL: "several organisations",
    ONE: "one organisation",
    KNOWN_GAP: "known gap",
    NOT_RECORDED: "nobody on record",
    NOBODY: "nobody lives here",
}
"""What each sign of a map of gaps means; a ward is told by its largest part."""
NOT_HELD = {"mental_health_trust": "mental health trusts", "police_bcu": "police commands"}
"""The layers of which only London's units are in the data, and what they are called."""
TRUSTS = "mental health"
"""The theme of bodies that are on record in London, Wales and Scotland only."""
TEAM_THEMES = ("", "local democracy", "community safety")
"""Any theme, and those of ward councillors and ward police: their teams are counted under these."""
MAX_THEMES = 2
"""So many themes are named in the sentence that opens the page; all are named below it."""
NOT_TOLD = "This may be a gap, or we may not have been told."
"""What is said where nobody is on record: a page that says so needs no other caveat."""


def say_nobody_here(by: str = "residents") -> str:
    """Say that a ward has nothing to count: "nobody lives here", "no households here"."""
    return SIGN_WORDS[NOBODY] if by == "residents" else f"no {words(by).noun} here"


def work(theme: str = "", scale: str = "", verb: str = "works") -> str:
    """Name some work: "works on mental health at neighbourhood level", "works council-wide"."""
    on = {"": "", NO_THEME: " on themes we do not know"}.get(theme, f" on {theme}")
    at = {"": "", NO_SCALE: " at a level we do not know"}.get(
        scale, f" {AT_LEVEL.get(scale, scale)}"
    )
    return f"{verb}{on}{at}"


def count_who(many: float, theme: str = "", scale: str = "") -> str:
    """Write how many work on something: where ward councillors and ward police are among them too.

    >>> count_who(11, "housing"), count_who(172, "", "hyperlocal")
    ('11 organisations', '172 organisations or ward-level teams')
    """
    if theme not in TEAM_THEMES or scale not in ("", "hyperlocal"):
        return write_count(many, "organisation", "organisations")
    return write_count(many, "organisation or ward-level team", "organisations or ward-level teams")


def gap_finding(
    place: Place,
    cell: pd.Series,
    *,
    complete: Complete = (),
    told_by: str = "",
    by: str = "residents",
) -> str:
    """Say who in a place is covered on a theme and at a scale: the sentence that opens the page.

    ``cell`` is a row of ``gaps.grid``; ``complete`` are the pairs of theme and scale for which
    the register is marked complete in the place, as there, and ``told_by`` names that list.
    """
    theme, scale, here = str(cell["theme"]), str(cell["scale"]), name_place(place)
    if cell["state"] == UNTOLD:
        many = write_count(cell["actors"], "organisation", "organisations")
        verb = "works" if cell["actors"] == 1 else "work"
        return f"{begin_in(place)} {many} {work(theme, scale, verb)}."
    if not cell[["none", "one", "several"]].sum() > 0:
        return say_none_here(place, by)
    known = is_complete(theme, scale, complete)
    if not cell["actors"]:
        if known:
            return f"Nobody {work(theme, scale)} in {here}{_say_complete(told_by)}."
        return f"We have no record of anyone working{work(theme, scale, '')} in {here}. {NOT_TOLD}"
    if cell["none"] == 0:
        return _say_everybody(here, cell, by, known)
    who = _say_part(cell["none"], cell["share_none"], here, by)
    if known:
        return f"{who} where no organisation {work(theme, scale)}{_say_complete(told_by)}."
    return (
        f"{who} where we have no record of an organisation working{work(theme, scale, '')}. "
        f"{NOT_TOLD}"
    )


def themes_finding(
    place: Place, held: ThemesHeld, people: float, *, told_by: str = "", by: str = "residents"
) -> str:
    """Say on how many themes a place has somebody, and which to ask about first.

    The sentence that opens the page where nobody has chosen a theme. ``people`` is how many a
    lens counts in the place, ``told_by`` names the list that is marked as complete for known gaps.
    """
    if not people > 0:
        return say_none_here(place, by)
    having = held.asked - len(held.nobody)
    of = f"all {held.asked}" if having == held.asked else f"{having or 'none'} of {held.asked}"
    verb = "has" if having == 1 else "have"
    said = f"{begin_in(place)} {of} themes {verb} somebody on record"
    unknown = [one for one in held.nobody if one not in held.known_gaps]
    if unknown:
        said += f"; nobody yet on {join_themes(unknown, MAX_THEMES)}: {_ask(unknown)}"
    elif held.some:
        few = number(len(held.some)) if len(held.some) < having else "all"
        first = join_themes(held.some, MAX_THEMES)
        said += f", {few} only in parts: ask first about {first}"
    elif having == held.asked:
        said += f" for {words(by).all}"
    told = [f"{said}."]
    if held.known_gaps:
        gaps_ = f"Known {'gap' if len(held.known_gaps) == 1 else 'gaps'}"
        named = join_themes(held.known_gaps, MAX_THEMES)
        told.append(f"{gaps_}, according to {f'“{told_by}”' if told_by else 'a list'}: {named}.")
    return " ".join(told)


def join_themes(themes: Sequence[str], most: int = 99) -> str:
    """Join themes, with marks round those that hold an "and" of their own.

    >>> join_themes(["homelessness", "children and young people"])
    'homelessness and “children and young people”'
    """
    marked = [f"“{theme}”" if " and " in theme else theme for theme in themes]
    return join_names(marked if len(themes) > 1 else themes, most)


def _ask(themes: Sequence[str]) -> str:
    return "ask about this first" if len(themes) == 1 else "ask about these first"


def list_themes(held: ThemesHeld) -> str:
    """Name all themes that a sentence of ``themes_finding`` has no room for; "" for none."""
    told = []
    if len(held.nobody) > MAX_THEMES:
        told.append(f"Nobody on record: {join_themes(held.nobody)}.")
    if held.some and (held.nobody or len(held.some) > MAX_THEMES):
        told.append(f"Only in parts: {join_themes(held.some)}.")
    return " ".join(told)


def _say_complete(told_by: str) -> str:
    """Say whose claim a known gap is, to end a sentence."""
    by = f"“{told_by}”" if told_by else "a list"
    return f", according to {by}, which is marked as complete for this. This is a known gap"


def _say_everybody(here: str, cell: pd.Series, by: str, known: bool) -> str:
    theme, scale = str(cell["theme"]), str(cell["scale"])
    that = f" that {work(theme, scale)}" if theme or scale else ""
    have = f"{capitalise(words(by).all)} in {here} {words(by).all_have}"
    told = "" if known else " on record"
    one = count_who(1, theme, scale)
    if cell["several"] == 0:
        return f"{have} {one}{told}{that}."
    said = f"{have} at least {one}{told}{that}."
    only = cell["share_one"]
    return f"{said} For {say_share(only, by)} it is the only one{told}." if only else said


def _say_part(value: float, part: float, here: str, by: str) -> str:
    """Say how much of a place is meant, and that it is there: "One postcode in X (3%) lies"."""
    text, said = people(value, by), words(by)
    single = said.is_one or text.startswith(("1 ", "one ", "under 1 "))
    of = "all of it" if said.is_one else "all of them"
    of = of if share(part) == "100%" else share(part)
    return f"{capitalise(text)} in {here} ({of}) {said.lives if single else said.live}"


def ranking_finding(
    wards: pd.DataFrame, *, by: str = "residents", of: str = "ward", most: int = 3
) -> str:
    """Say in which wards most people are uncovered (a frame of ``gaps.uncovered``).

    Nothing where nobody is, or in a single ward; with needs, which wards they put first.
    """
    left = wards[wards["people"] > 0]
    if left.empty or len(wards) == 1:
        return ""
    weighed = "score" in left
    if weighed:
        left = left[left["score"] > 0]
    elif len(left) == len(wards) and (left["share"] > 1 - 1e-9).all():
        return f"No part of any {of} has anyone on record for this."
    first = [
        f"{name} ({_write_amount(value, by)}, {_write_part(part, of)})"
        for name, value, part in left.head(most)[["name", "people", "share"]].to_numpy()
    ]
    if not first:
        return ""
    begin = "Most people without anyone on record" if by == "residents" else "The most are in"
    if weighed:
        begin = "Taking need into account, first"
        return f"{begin} {'comes' if len(first) == 1 else 'come'} {join_names(first, most)}."
    return f"{begin}{':' if by == 'residents' else ''} {join_names(first, most)}."


def _write_amount(value: float, by: str) -> str:
    return write_about(value) if by == "residents" else amount(value, by)


def _write_part(part: float, of: str) -> str:
    return f"the whole {of}" if part > 1 - 1e-9 else f"{share(part)} of the {of}"


def missing_finding(place: Place, row: pd.Series) -> str:
    """Say at which levels a theme has somebody in a place (a row of ``missing_scales``)."""
    present, missing, hardly, known = (
        list(filter(None, row[column].split("; ")))
        for column in ("present", "missing", "hardly", "known")
    )
    nobody = [scale for scale in missing if scale not in hardly]
    about = f"for {row['theme']}, " if row["theme"] else ""
    here = capitalise(f"{about}{name_having(place)}")
    notes = []
    if not missing:
        notes = [f"{here} somebody on record at every level"]
    elif present:
        but = f", but nobody {join_levels(nobody, 'or')}" if nobody else ""
        notes = [f"{here} somebody on record {join_levels(present)}{but}"]
    elif nobody:
        at = "at any level" if len(nobody) == len(LEVELS) else join_levels(nobody, "or")
        notes = [f"{here} nobody on record {at}"]
    if hardly:
        notes.append(
            f"Very few people in {name_place(place)} are covered by an organisation on record "
            f"working {join_levels(hardly, 'or')}"
        )
    if known:
        names = join_names([LEVELS[scale].lower() for scale in known])
        is_one = len(known) == 1
        notes.append(
            f"Known {'gap' if is_one else 'gaps'} at {'this' if is_one else 'these'} "
            f"{'level' if is_one else 'levels'}: {names}"
        )
    if row["untold"]:
        many = write_count(row["untold"], "organisation", "organisations")
        notes.append(f"We do not know the level of {many}")
    return " ".join(f"{sentence}." for sentence in notes)


def untold_finding(place: Place, actors: pd.DataFrame) -> str:
    """Say how many organisations have no theme or scale (a frame of ``untold``); "" for none."""
    if actors.empty:
        return ""
    lacks = {"theme": "theme", "scale": "level", "theme and scale": "theme and level"}
    parts = [lacks[what] for what in lacks if (actors["missing"] == what).any()]
    many = capitalise(write_count(len(actors), "organisation", "organisations"))
    have = "has" if len(actors) == 1 else "have"
    missing = parts[0] if len(parts) == 1 else "theme or level"
    missing = missing.replace(" and ", " or ")
    return (
        f"{many} in {name_place(place)} {have} no {missing} on record, so we cannot count "
        f"{'it' if len(actors) == 1 else 'them'} towards any gap."
    )


def orphan_finding(place: Place, found: pd.DataFrame, *, by: str = "residents") -> str:
    """Say who is in no unit of a layer (a frame of ``orphans``), and whether that lacks anything.

    Where a kind of body does not exist nobody is without it; of a few kinds only those of London
    are in the data, and somebody's own map may leave people out.
    """
    left = found[found["people"] > 0].sort_values("share", ascending=False, kind="stable")
    if left.empty:
        said = words(by)
        here = f"{capitalise(said.all)} in {name_place(place)} {said.all_are}"
        return f"{here} covered by each of these."
    own = left["layer"].str.startswith(layers.OWN)
    unheld = left["layer"].isin(NOT_HELD)
    told = []
    if (rest := left[~own & ~unheld]).size:
        none = "There is none there" if len(rest) == 1 else "There are none of these there"
        if (rest["share"] < 1 - 1e-9).any():
            none = f"Not every council area has {'one' if len(rest) == 1 else 'these'}"
        told.append(f"{_say_outside(place, rest, by)}. {none}, so this is not a gap.")
    if (some := left[unheld]).size:
        kinds = " and ".join(dict.fromkeys(NOT_HELD[key] for key in some["layer"]))
        told.append(f"{_say_outside(place, some, by)}: we have {kinds} for London only.")
    if (brought := left[own]).size:
        told.append(f"{_say_outside(place, brought, by)}.")
    return " ".join(told)


def _say_outside(place: Place, left: pd.DataFrame, by: str) -> str:
    """Say how much of a place is outside any area of some kinds: a sentence without its end."""
    shares = [share(part) for part in left["share"]]
    nouns = [layers.get(key).noun for key in left["layer"]]
    if set(shares) == {"100%"}:
        kinds = join_names(nouns, len(nouns)).replace(" and ", " or ")
        return f"All of {name_place(place)} is outside any {kinds}"
    said = [f"{text} outside any {noun}" for text, noun in zip(shares[1:], nouns[1:], strict=True)]
    first = f"{say_share(left['share'].iloc[0], by)} in {name_place(place)} {words(by).live}"
    return capitalise(join_names([f"{first} outside any {nouns[0]}", *said], len(nouns)))


def explain_no_county(place: Place) -> str:
    """Say why people are in no county: where there are none, or where councils are unitary."""
    nations = sorted(list_nations(place))
    if "England" not in nations:
        have = "has" if len(nations) == 1 else "have"
        return f"{' and '.join(nations)} {have} no county councils."
    return (
        "Unitary councils such as Bristol have no county council above them, so nobody there is "
        "missing out."
    )


def crowding_finding(
    place: Place,
    found: ActorQuantiles,
    wards: pd.DataFrame,
    *,
    theme: str = "",
    scale: str = "",
    by: str = "residents",
) -> str:
    """Say how many organisations people have, where fewest and where most work.

    ``found`` is of ``spread`` and ``wards`` a frame of ``crowding``, of the same question.
    """
    doing = work(theme, scale, "works" if found.median == 1 else "work")
    if math.isnan(found.median):
        return say_none_here(place, by)
    here, said = name_place(place), words(by)
    many = f"{count_who(found.median, theme, scale)} on record"
    many += f" that {doing}" if theme or scale else ""
    if 0 < found.least == found.most:
        return f"{capitalise(said.all)} in {here} {said.all_have} {many}."
    half = f"half of the {said.noun} in {here}"
    told = f"{capitalise(half)} {said.have} at most {many}."
    if not found.median:
        told = f"For {half} we have no record of anyone working{work(theme, scale, '')}."
    thin, crowded = (wards.loc[wards["part"] == part, "name"].tolist() for part in (THIN, CROWDED))
    if crowded:
        told += f" There are most in {join_names(crowded[-3:][::-1])}."
    if thin:
        told += f" There are fewest in {join_names(thin[:3])}."
    return told


def partial_finding(place: Place, theme: str) -> str:
    """Say that England's trusts outside London are not on record; "" where it is no matter.

    Their theme has fewer on record there for that reason alone.
    """
    if theme != TRUSTS:
        return ""
    serving = [units(place, layers.get(key)) for key in ("mental_health_trust", "health_board")]
    if (np.maximum(*serving) >= 0).all():
        return ""
    return "Outside London we do not have England's mental health trusts on record."
