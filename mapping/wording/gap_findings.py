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
    is_complete,
)
from mapping.geography import layers
from mapping.overlap import units
from mapping.places import Place
from mapping.wording.findings import name_place, say_none_here
from mapping.wording.numbers import (
    capitalise,
    join_names,
    name_counted,
    people,
    share,
    words,
    write_count,
)

SCALE_WORDS = {
    "hyperlocal": "neighbourhood",
    "borough": "borough",
    "regional": "regional",
    "national": "national",
}
"""What a resident would call each scale."""
SIGN_WORDS = {
    SEVERAL: "several organisations",
    ONE: "one organisation",
    KNOWN_GAP: "nobody: a known gap",
    NOT_RECORDED: "nobody on record (not the same as a gap)",
    NOBODY: "nobody lives here",
}
"""What each sign of a map of gaps means; a ward is told by its largest part."""
UNTOLD_PARTS = ("theme", "scale")
TRUSTS = "mental health"
"""The theme of bodies that are on record in London, Wales and Scotland only."""
KNOWN = "a known gap, as the list of organisations is marked complete for it"


def say_nobody_here(by: str = "residents") -> str:
    """Say that a ward has nothing to count: "nobody lives here", "no households here"."""
    return SIGN_WORDS[NOBODY] if by == "residents" else f"no {words(by).noun} here"


def work(theme: str = "", scale: str = "", verb: str = "works") -> str:
    """Name some work: "works on mental health at neighbourhood scale", "works at any scale"."""
    on = {"": "", NO_THEME: " on a theme that is not recorded"}.get(theme, f" on {theme}")
    at = {"": "", NO_SCALE: " at a scale that is not recorded"}.get(
        scale, f" at {SCALE_WORDS.get(scale, scale)} scale"
    )
    return f"{verb}{on}{at}"


def gap_finding(
    place: Place, cell: pd.Series, *, complete: Complete = (), by: str = "residents"
) -> str:
    """Say who in a place is covered on a theme and at a scale: the sentence that opens the page.

    ``cell`` is a row of ``gaps.grid``; ``complete`` are the pairs of theme and scale for which
    the register is marked complete, as there.
    """
    theme, scale, here = str(cell["theme"]), str(cell["scale"]), name_place(place)
    if cell["state"] == UNTOLD:
        many = write_count(cell["actors"], "organisation", "organisations")
        verb = "works" if cell["actors"] == 1 else "work"
        return f"In {here} {many} {work(theme, scale, verb)}."
    if not cell[["none", "one", "several"]].sum() > 0:
        return say_none_here(place, by)
    known = is_complete(theme, scale, complete)
    if not cell["actors"]:
        return _say_nobody(here, theme, scale, known)
    if cell["none"] == 0:
        return _say_everybody(here, cell, by, known)
    lacking = f"{_part(cell['none'], cell['share_none'], by)} where no organisation"
    if known:
        return f"In {here} {lacking} {work(theme, scale)}. It is {KNOWN}."
    return (
        f"In {here} {lacking} on record {work(theme, scale)}. Nobody told us of one there, "
        "which is not the same as a gap."
    )


def _say_nobody(here: str, theme: str, scale: str, known: bool) -> str:
    if known:
        return f"Nobody {work(theme, scale)} in {here}: {KNOWN}."
    return (
        f"Nobody on record {work(theme, scale)} in {here}. Nobody told us of anyone, which is "
        "not the same as a gap."
    )


def _say_everybody(here: str, cell: pd.Series, by: str, known: bool) -> str:
    theme, scale = str(cell["theme"]), str(cell["scale"])
    that = f" that {work(theme, scale)}" if theme or scale else ""
    have, told = f"In {here} {words(by).all} {words(by).all_have}", "" if known else " on record"
    if cell["several"] == 0:
        return f"{have} exactly one organisation{told}{that}."
    said = f"{have} at least one organisation{that}."
    only = cell["share_one"]
    return (
        f"{said} For {share(only)} of {name_counted(by)} it is the only one{told}."
        if only
        else said
    )


def _part(value: float, part: float, by: str) -> str:
    """Say how much of a place is meant, and that it is there: "one postcode, 3 % of all, lies"."""
    text, said = people(value, by), words(by)
    single = said.is_one or text.startswith(("1 ", "one ", "under 1 "))
    whole = "all of it" if said.is_one else "all of them"
    of = f"{whole}," if share(part) == "100 %" else f"{share(part)} of all,"
    return f"{text}, {of} {said.lives if single else said.live}"


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
    first = [
        f"{name} ({people(value, by)}, {_write_part(part)} of the {of})"
        for name, value, part in left.head(most)[["name", "people", "share"]].to_numpy()
    ]
    if not first:
        return ""
    begin = "Weighed by need, first" if weighed else "The largest numbers"
    verb = "comes" if weighed and len(first) == 1 else "come" if weighed else "are in"
    if words(by).is_one and not weighed:
        begin = "The largest parts"
    return f"{begin} {verb} {join_names(first, most)}."


def _write_part(part: float) -> str:
    return "all" if part > 1 - 1e-9 else share(part)


def missing_finding(place: Place, row: pd.Series) -> str:
    """Say which scales a theme has in a place and which it lacks (a row of ``missing_scales``)."""
    theme = str(row["theme"]) or "work of any kind"
    present, missing, hardly, known = (
        _scales(row[column]) for column in ("present", "missing", "hardly", "known")
    )
    nobody = [scale for scale in missing if scale not in hardly]
    here = f"{capitalise(theme)} in {name_place(place)} has"
    said = [f"{join_names(present[::-1])} organisations"] if present and missing else []
    if nobody:
        who = "nobody" if set(nobody) <= set(known) else "nobody on record"
        at = "any" if len(nobody) == len(SCALE_WORDS) else _join_with_or(nobody)
        said.append(f"{who} at {at} scale")
    notes = [f"{here} {', and '.join(said)}" if said else f"{here} organisations at every scale"]
    if hardly:
        notes = [
            *(notes if said else []),
            f"{capitalise(_join_with_or(hardly, ' and '))} work in {name_place(place)} reaches "
            "hardly anybody",
        ]
    if known:
        verb = "scale is a known gap" if len(known) == 1 else "scales are known gaps"
        notes.append(f"{capitalise(_join_with_or(known, ' and '))} {verb}")
    if row["untold"]:
        many = write_count(row["untold"], "organisation", "organisations")
        notes.append(f"The scale of {many} is not recorded")
    return " ".join(f"{sentence}." for sentence in notes)


def _scales(text: str) -> list[str]:
    return [SCALE_WORDS[scale] for scale in text.split("; ") if scale]


def _join_with_or(names: Sequence[str], joined: str = " or ") -> str:
    return join_names(names, len(names)).replace(" and ", joined)


def untold_finding(place: Place, actors: pd.DataFrame) -> str:
    """Say how many organisations have no theme or scale (a frame of ``untold``); "" for none."""
    if actors.empty:
        return ""
    missing = actors["missing"]
    found = {what: int(missing.isin([what, "theme and scale"]).sum()) for what in UNTOLD_PARTS}
    parts = [
        f"{write_count(n, 'organisation', 'organisations')} without a {what}"
        for what, n in found.items()
        if n
    ]
    verb = "is" if next(filter(None, found.values())) == 1 else "are"
    does = "it does" if len(actors) == 1 else "they do"
    return (
        f"In {name_place(place)} there {verb} {' and '.join(parts)} on record: what {does} "
        "stands apart "
        "and fills no gap."
    )


def orphan_finding(place: Place, layers: pd.DataFrame, *, by: str = "residents") -> str:
    """Say who is in no unit of a layer (a frame of ``orphans``), layer by layer."""
    verb = words(by).are
    left = layers[layers["people"] > 0].sort_values("share", ascending=False, kind="stable")
    parts = [
        f"{share(part)} {verb} in no {_lower_first(title)} on record"
        for title, part in zip(left["title"], left["share"], strict=True)
    ]
    if not parts:
        said = words(by)
        here = f"{capitalise(said.all)} in {name_place(place)} {said.all_are}"
        return f"{here} in an area of each of these maps."
    return f"Of {name_counted(by)} in {name_place(place)} {join_names(parts, 3)}."


def _lower_first(title: str) -> str:
    return title if title.startswith("London") else title[:1].lower() + title[1:]


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
    doing = work(theme, scale, "work")
    if math.isnan(found.median):
        return say_none_here(place, by)
    verb = words(by).have
    many = write_count(found.median, "organisation", "organisations")
    if 0 < found.least == found.most:
        return _say_alike(
            place, many, work(theme, scale, "works" if found.most == 1 else "work"), by
        )
    where = "where they live" if by == "residents" else "there"
    up_to = f"{many} or fewer" if found.median else many
    said = f"Half of {name_counted(by)} in {name_place(place)} {verb} {up_to} that {doing} {where}."
    thin, crowded = (wards[wards["part"] == part] for part in (THIN, CROWDED))
    ends = []
    if len(thin):
        ends.append(f"fewest in {join_names(thin['name'].tolist()[:3])}")
    if len(crowded):
        ends.append(f"most in {join_names(crowded['name'].tolist()[-3:][::-1])}")
    return f"{said} {capitalise('; '.join(ends))}." if ends else said


def _say_alike(place: Place, many: str, doing: str, by: str) -> str:
    said = words(by)
    where = "where they live" if by == "residents" else "there"
    everybody = f"{capitalise(said.all)} in {name_place(place)}"
    return f"{everybody} {said.all_have} {many} that {doing} {where}."


def partial_finding(place: Place, theme: str) -> str:
    """Say that England's trusts outside London are not on record; "" where it is no matter.

    Their theme has fewer on record there for that reason alone.
    """
    if theme != TRUSTS:
        return ""
    serving = [units(place, layers.get(key)) for key in ("mental_health_trust", "health_board")]
    if (np.maximum(*serving) >= 0).all():
        return ""
    return "Of England's mental health trusts only those of London are on record."
