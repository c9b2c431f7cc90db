"""Findings: what was counted, said in one sentence that a resident would use."""

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd

from mapping.geography import LENSES, Layer, counted, directory, layers
from mapping.overlap import Fragmentation, Sharing, Straddling, people_in
from mapping.places import Place
from mapping.wording.numbers import (
    amount,
    capitalise,
    heading,
    join_names,
    name_counted,
    number,
    people,
    say_percent,
    say_share,
    share,
    words,
    write_count,
    write_estimate,
    write_organisations,
)
from mapping.wording.place_names import name_area, name_body, name_having, name_place
from mapping.wording.sharing import name_kinds, say_councils_differ, say_shared

__all__ = [
    "amount",
    "capitalise",
    "heading",
    "join_names",
    "name_body",
    "name_counted",
    "name_place",
    "number",
    "people",
    "say_percent",
    "say_share",
    "share",
    "words",
    "write_count",
    "write_estimate",
    "write_organisations",
]
"""What pages take from here although ``wording`` writes it."""
MAX_REACH = 8
"""So many partners' areas are named in a sentence, each with how much of it is in a place."""
MIN_ALIKE = 3
"""So many areas with one figure are told why."""


def _add_articles(sharing: Sharing | None) -> Sharing | None:
    """Name the council areas as within a sentence: "the Vale of Glamorgan"."""
    names = tuple(map(name_area, sharing.names)) if sharing else ()
    return sharing._replace(names=names) if sharing else None


def place_finding(
    place: Place,
    partners: Sequence[Layer],
    sets: Fragmentation,
    sharing: Sharing | None,
    by: str = "residents",
) -> str:
    """Say how many partner sets meet in a place, and of which kinds of partners they are.

    ``partners`` are those other than the council; ``sharing`` tells which other council areas
    have the same ones.
    """
    here, kinds = name_place(place), name_kinds(partners)
    if not partners:
        return f"We have no record of who serves {here}."
    if sets.sets == 0:
        return _say_too_few(place)
    many = f"{number(sets.sets)} partner sets: {number(sets.sets)} combinations of {kinds}"
    if sets.sets > 1 and by != "residents":
        return f"{capitalise(name_having(place))} {many}."
    if sets.sets > 1:
        return (
            f"Depending on where they live, people in {here} have one of {number(sets.sets)} "
            f"combinations of {kinds}."
        )
    if not sets.largest > 0:
        return say_none_here(place, by)
    said = f"{_name_majority(place, sets, by)} {words(by).all_have} the same {kinds}"
    said += f"{say_councils_differ(place, partners, by)}."
    return " ".join(filter(None, (said, say_shared(place, _add_articles(sharing), len(partners)))))


def _say_too_few(place: Place) -> str:
    return (
        f"Fewer than 100 people live in {name_place(place)}, too few to say anything about "
        "partner sets."
    )


def say_none_here(place: Place, by: str) -> str:
    """Say that nothing of what a lens counts is in a place."""
    said = words(by)
    if by in LENSES:
        return f"There {said.are} no {said.noun} in {name_place(place)} to count."
    return f"Your file has no {said.noun} for {name_place(place)}, so there is nothing to show."


def _name_majority(place: Place, sets: Fragmentation, by: str) -> str:
    """Name those who have, or what has, the most common set of a place."""
    here = f"{words(by).all} in {name_place(place)}"
    return capitalise(here) if sets.largest > 1 - 1e-9 else f"Nearly {here} ({share(sets.largest)})"


def reach_finding(place: Place, shares: pd.DataFrame, by: str = "residents") -> str:
    """Say how much of its partners' areas is in a place (a frame of ``two_way_shares``)."""
    main = shares[shares["code"] != ""].drop_duplicates("layer")
    main = main[(main["name"] != place.name) & (main["share_of_unit"] < 1 - 1e-9)]
    parts = [(row.share_of_unit, name_body(row.layer, row.code, row.name)) for row in _rows(main)]
    if not parts:
        return ""
    (first, body), *others = parts
    said = [f"{say_percent(first, by)} of the {words(by).noun} in the area of {body}"]
    said += [f"{share(value)} in that of {name}" for value, name in others]
    return f"{capitalise(name_having(place))} {join_names(said, MAX_REACH)}."


def say_two_way(
    place: Place, share_of_place: float, share_of_unit: float, by: str = "residents"
) -> str:
    """Say how much of a place an area has, and how much of the area is in the place.

    Nothing where the shares are missing, or the area is the place itself.
    """
    if pd.isna(share_of_place) or pd.isna(share_of_unit):
        return ""
    covered, own = share(share_of_place), share(share_of_unit)
    here = name_place(place)
    if covered == own == "100%":
        return ""
    if covered == "100%":
        return f"covers all of {here}, which has {own} of its {words(by).noun}"
    has = f"has {covered} of the {words(by).noun} of {here}"
    return has if own == "100%" else f"{has}; {own} of it is in {here}"


def _rows(frame: pd.DataFrame) -> list[Any]:
    """Return the rows of a frame that has a column called name."""
    columns = ["layer", "code", "share_of_unit", "name"]
    return [
        SimpleNamespace(**dict(zip(columns, row, strict=True)))
        for row in frame[columns].itertuples(index=False, name=None)
    ]


def worst_finding(a: Layer, b: Layer, mismatch: float, by: str) -> str:
    """Say which two partners' maps disagree most, A's areas read against B's."""
    if mismatch == 0:
        return (
            "These boundaries all fit together: the smaller areas are always inside the larger "
            "ones."
        )
    return (
        f"The worst fit is between {a.plural} and {b.plural}: {say_share(mismatch, by)} "
        f"{words(by).live} {_outside_match(a, b, by)}."
    )


def _outside_match(a: Layer, b: Layer, by: str) -> str:
    """Say where those are who lie outside the best match of their unit of A."""
    of = f"their {a.noun}" if by == "residents" else f"the {a.noun}"
    return f"outside the {b.noun} that covers most of {of}"


def who_finding(place: Place, organisations: int) -> str:
    """Say how many organisations work in a place, and how to see which cover a spot in it."""
    if not organisations:
        return f"We have no organisation on record in {name_place(place)} yet."
    many = capitalise(write_count(organisations, "organisation", "organisations"))
    verb = "works" if organisations == 1 else "work"
    return (
        f"{many} on record {verb} in {name_place(place)}: choose a postcode or a point to see "
        "which cover it."
    )


def add_article(layer: Layer) -> str:
    """Write "an integrated care board", "a ward"."""
    name = layer.noun
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def name_line(layer: Layer) -> str:
    """Name a line of a layer: "a ward boundary"."""
    return f"{add_article(layer)} boundary"


def straddle_finding(place: Place, a: Layer, b: Layer, torn: Straddling, by: str) -> str:
    """Say how many units of A straddle a line of B, and how many people that touches."""
    if place.kind == "ward" and not torn.units and (torn.of <= 1 or b.of_ward is not None):
        return _say_one_ward(place, b if torn.made_of else None)
    if torn.of == 0 and by not in LENSES and not people_in(place, by).any():
        return say_none_here(place, by)
    if torn.of == 0:
        return (
            f"Nowhere in {name_place(place)} is covered by both {add_article(a)} and "
            f"{add_article(b)}."
        )
    if not torn.units:
        return _say_nested(place, a, b, torn)
    if torn.of == 1:
        them = f"The only {a.noun}"
    elif torn.units == torn.of:
        them = f"Both {a.plural}" if torn.of == 2 else f"All {number(torn.of)} {a.plural}"
    else:
        them = f"{torn.units:,} of {torn.of:,} {a.plural}"
    if a.shares is not None and b.shares is not None:
        return (
            f"Who in {name_place(place)} is with which {a.noun} and which {b.noun} at once is not "
            "known: both are counted by shares."
        )
    if a.shares is not None or b.shares is not None:
        lie = "lies" if torn.units == 1 else "lie"
        return (
            f"{them} in {name_place(place)} {lie} in several {b.plural}; "
            f"{say_share(torn.share_outside, by)} {words(by).are} outside the main "
            f"one, counted by shares{_say_in_none(a, b, torn)}."
        )
    verb = "crosses" if torn.units == 1 else "cross"
    return (
        f"{them} in {name_place(place)} {verb} {name_line(b)}; "
        f"{say_share(torn.share_outside, by)} {words(by).live} "
        f"{_outside_match(a, b, by)}{_say_in_none(a, b, torn)}."
    )


def _say_in_none(a: Layer, b: Layer, torn: Straddling) -> str:
    """Say how many units of A are in no unit of B, to end a sentence; "" if none are."""
    if not torn.in_none:
        return ""
    are = "is" if torn.in_none == 1 else "are"
    return (
        f"; {write_count(torn.in_none, a.noun, a.plural)} {are} outside any {b.noun}, wholly or "
        "in part"
    )


def _say_one_ward(place: Place, divided_by: Layer | None) -> str:
    """Say that no partner divides a single ward, what does, and where to see more."""
    borough = layers.get("borough")
    council = name_place(Place("borough", "", borough.name_of(int(borough.at(place.positions)[0]))))
    only = f" (only {divided_by.noun} boundaries do)" if divided_by else ""
    return (
        f"{capitalise(name_place(place))} is one ward, so no partner boundary runs through "
        f"it{only}. Choose {council} to see where boundaries differ."
    )


def _say_nested(place: Place, a: Layer, b: Layer, torn: Straddling) -> str:
    if torn.in_none:
        none = _say_in_none(a, b, torn)
        return f"No {a.noun} in {name_place(place)} crosses {name_line(b)}{none}."
    if torn.of == torn.made_of == 1:
        return (
            f"All of {name_place(place)} is in one {a.noun}, which covers several whole {b.plural}."
        )
    if torn.made_of == torn.of:
        return f"Every {a.noun} in {name_place(place)} is made up of whole {b.plural}."
    if torn.of == 1:
        return f"All of {name_place(place)} is in one {a.noun} and in one {b.noun}."
    if torn.made_of:
        whole, rest = torn.made_of, torn.of - torn.made_of
        return (
            f"No {a.noun} in {name_place(place)} crosses {name_line(b)}: {number(whole)} of the "
            f"{number(torn.of)} {'is' if whole == 1 else 'are'} made up of whole {b.plural}, and "
            f"{'the other is' if rest == 1 else 'the others are each'} inside one."
        )
    return f"Every {a.noun} in {name_place(place)} is entirely within one {b.noun}."


def agreement_finding(place: Place, partners: Sequence[Layer]) -> str:
    """Say that no partner's line runs through a place, or that all their maps nest.

    ``partners`` are those of ``layers.partners``.
    """
    name = name_place(place)
    beside = sum(layer.key != "borough" for layer in partners)
    if not all(_serves_all(place, layer) for layer in partners):
        kinds = "kind" if beside == 1 else "kinds"
        return (
            f"The boundaries of the {number(beside)} {kinds} of partner in {name} fit into one "
            "another: no area of one is cut by a boundary of another."
        )
    it = "them" if place.kind in ("union", "wards") else "it"
    if place.kind == "borough":
        few = {1: "its one partner", 2: "both of its partners"}
        them = few.get(beside, f"all {number(beside)} of its partners")
        who = f"The council and {them} on record cover"
    else:
        few = {1: "The one kind of partner on record covers", 2: "Both kinds"}
        kinds = few.get(beside, f"All {number(beside)} kinds")
        who = kinds if beside == 1 else f"{kinds} of partner on record cover"
    return f"{who} the whole of {name}: none of their boundaries runs through {it}."


def divided_finding(
    place: Place, partners: Sequence[Layer], b: Layer, cross: pd.DataFrame, by: str
) -> str:
    """Say which units of one partner layer meet in a place that all others serve whole.

    ``cross`` is a frame of ``overlap.cross_table`` whose second layer is ``b``.
    """
    parts = cross.sort_values("people", ascending=False)
    total, name = parts["people"].sum(), name_place(place)
    first, *others = parts[["b_name", "people"]].itertuples(index=False)
    served = f"{first.b_name} covers {say_share(first.people / total, by)}"
    rest = [f"{one.b_name} {share(one.people / total)}" for one in others]
    whole = sum(layer.key != "borough" and _serves_all(place, layer) for layer in partners)
    others = "one other partner" if whole == 1 else f"{number(whole)} other partners"
    return (
        f"{capitalise(name)} is split between {number(len(parts))} {b.plural}: "
        f"{join_names([served, *rest])}. The council and {others} on record cover the whole of it."
    )


def _serves_all(place: Place, layer: Layer) -> bool:
    """Tell whether one unit of a layer holds all of a place."""
    found = layers.find_present(place, layer)
    return len(found) == 1 and found[0] >= 0


def made_of_finding(a: Layer, b: Layer, torn: Straddling) -> str:
    """Say how many units of A no line of B tears, though it runs through them."""
    if not torn.made_of or not torn.units:
        return ""
    one = torn.made_of == 1
    return (
        f"We leave out {write_count(torn.made_of, a.noun, a.plural)} made up of whole {b.plural}, "
        f"because no boundary splits {'it' if one else 'them'}."
    )


def residual_finding(a: Layer, b: Layer, cross: pd.DataFrame, by: str) -> str:
    """Say how many people of a cross-table are in no unit; nothing if all are in both."""
    total = cross["people"].sum()
    said = []
    for layer, column in ((a, "a_code"), (b, "b_code")):
        without = cross.loc[cross[column] == "", "people"].sum()
        if total > 0 and without / total >= 0.0005:
            who = say_share(without / total, by)
            said.append(f"{who} {words(by).live} {_say_outside_any(layer)}")
    return f"{capitalise('; '.join(said))}." if said else ""


def _say_outside_any(layer: Layer) -> str:
    """Say where no unit of a layer is: "outside any county council's area"."""
    return f"outside any {f'{layer.noun} area' if layer.key == 'county' else layer.noun}"


def say_alike(layer: Layer, people: pd.Series, by: str) -> str:
    """Say why several units of a layer have the same estimate; nothing if fewer than three do."""
    same = people[people > 0].map(write_estimate).value_counts()
    if (
        not counted.is_estimate(by)
        or layer.key not in ("ward", "lsoa")
        or not same.max() >= MIN_ALIKE
    ):
        return ""
    return (
        "Some have the same figure: we share a council area's residents equally among its small "
        "census areas of 2011, so areas with the same number of these get the same estimate."
    )


def line_finding(a: Layer, b: Layer, share_of_a: float, share_of_b: float) -> str:
    """Say how much of each layer's lines the other has too; shares are missing without lines."""
    if pd.isna(share_of_a) and pd.isna(share_of_b):
        return f"No {a.noun} boundary and no {b.noun} boundary runs through this place."
    if pd.isna(share_of_a):
        return f"Only {b.noun} boundaries run through this place."
    if pd.isna(share_of_b):
        return f"Only {a.noun} boundaries run through this place."
    return (
        f"Of the length of {a.noun} boundaries, {share(share_of_a)} is also {name_line(b)}; "
        f"of {b.noun} boundaries, {share(share_of_b)} is also {name_line(a)}."
    )


def sets_finding(
    place: Place,
    sets: Fragmentation,
    shared: int,
    sharing: Sharing | None = None,
    by: str = "residents",
) -> str:
    """Say how many partner sets meet, who has them, and who shares them.

    ``shared`` sets are found in several council areas of the place; ``sharing`` tells which others
    have the place's only one; None if that is not known.
    """
    if sets.sets == 0:
        return _say_too_few(place)
    if sets.sets == 1 and not sets.largest > 0:
        return say_none_here(place, by)
    if sets.sets == 1:
        said = f"{_name_majority(place, sets, by)} {words(by).all_have} the same partner set."
        return " ".join(filter(None, (said, say_shared(place, _add_articles(sharing)))))
    said = f"{capitalise(name_having(place))} {number(sets.sets)} different partner sets"
    if sets.largest > 0.5:
        said += f"; {say_share(sets.largest, by)} {words(by).have} the same one"
    if not shared:
        return f"{said}."
    one, verb = ("One", "is") if shared == 1 else (capitalise(number(shared)), "are")
    return f"{said}. {one} of them {verb} found in two or more council areas."


def say_past_date(chosen: Sequence[Layer], today: date) -> str:
    """Say which layers are past their last known day; nothing if none is."""
    old = [layer for layer in chosen if layer.is_out_of_date(today)]
    said = [
        f"Our map of {layer.plural} was right up to {_day(layer.valid_to)} and may be out of date."
        for layer in old
    ]
    return " ".join(said)


def say_dates(chosen: Sequence[Layer]) -> str:
    """Say of when layers are, those of one date together, the newest first; "" without layers."""
    dated: dict[str, list[str]] = {}
    for layer in sorted(chosen, key=lambda one: one.as_at, reverse=True):
        plural = layer.plural.removesuffix(f" ({layer.edition})")
        dated.setdefault(_say_date(layer), []).append(plural)
    told = [f"{join_names(plurals, 99)}, {when}" for when, plurals in dated.items()]
    return f"Boundary maps used here: {'; '.join(told)}." if told else ""


def _say_date(layer: Layer) -> str:
    """Say of when a layer is; where it only begins later, from when, and when that was known."""
    if layer.called:  # a draft says so itself
        return layer.source
    known = directory.name_month(layer.as_at) if layer.as_at else "no date given"
    if layer.valid_from[: len(layer.as_at)] > layer.as_at:
        return f"from {directory.name_month(layer.valid_from[:7])} on, as known in {known}"
    return known


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"
