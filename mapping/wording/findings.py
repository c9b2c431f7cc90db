"""Findings: what was counted, said in one sentence that a resident would use."""

import re
from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd

from mapping.geography import LENSES, Layer, counted, directory, layers
from mapping.overlap import Fragmentation, Straddling, people_in
from mapping.places import Place
from mapping.wording.numbers import (
    amount,
    capitalise,
    heading,
    join_names,
    name_counted,
    number,
    people,
    share,
    words,
    write_count,
    write_estimate,
)

__all__ = [
    "amount",
    "capitalise",
    "heading",
    "join_names",
    "name_counted",
    "number",
    "people",
    "share",
    "words",
    "write_count",
    "write_estimate",
]
"""What pages take from here although ``wording`` writes it."""
WITH_ARTICLE = re.compile(
    "(City|Isles?|Vale|Forest) of .+|(North|South) (East|West)|(East|West) Midlands|"
    "(East|West) of England|.+ (Islands|Borders|Authority|City Region)|New Forest"
)
"""The names that have "the" before them within a sentence."""
MIN_ALIKE = 3
"""So many areas with one figure are told why."""
BARE = ("county", "combined_authority", "assembly_constituency", "health_board", "nhs_region")
"""Layers whose units have names that other areas have as well."""


def name_place(place: Place) -> str:
    """Name a place inside a sentence: "Camden", "the City of London", "the South West"."""
    return f"the {place.name}" if WITH_ARTICLE.fullmatch(place.name) else place.name


def unit_name(key: str, name: str) -> str:
    """Name a unit of a layer so that nobody takes it for another: "the Grampian health board"."""
    if key not in BARE or name.endswith("Authority"):
        return name
    if key in ("county", "assembly_constituency"):
        return f"the {layers.get(key).noun} of {name}"
    return f"the {name} {'health board' if key == 'health_board' else layers.get(key).noun}"


def place_finding(
    place: Place,
    partners: Sequence[Layer],
    sets: Fragmentation,
    sharing: Sequence[str],
    by: str = "residents",
) -> str:
    """Say how many line-ups of partners meet in a place.

    ``partners`` are those beside the council; ``sharing`` names the other districts whose people
    all have the very same ones.
    """
    if not partners:
        return f"Nothing is known here about who serves {name_place(place)}."
    if sets.sets == 0:
        return _say_too_few(place)
    many = f"{number(sets.sets)} different line-ups of partners"
    if sets.sets > 1 and by != "residents":
        return f"In {name_place(place)} {many} meet."
    if sets.sets > 1:
        return f"People in {name_place(place)} deal with {many}, depending on where they live."
    if not sets.largest > 0:
        return say_none_here(place, by)
    count = write_count(len(partners), "partner", "partners")
    beside = _name_council(place, partners, by)
    deal = "deals with" if by == "residents" else words(by).all_have
    said = f"{_name_majority(place, sets, by)} {deal} the same {count} beside {beside}."
    return " ".join(filter(None, (said, _say_shared(place, sharing, "them all"))))


def _name_council(place: Place, partners: Sequence[Layer], by: str) -> str:
    """Name the council that people have beside their partners; there may be several in a place."""
    council = "council"
    if any(layer.key == "county" for layer in partners):
        council = "district council"
    several = len(layers.find_present(place, layers.get("borough"))) > 1
    return f"their own {council}" if several and by == "residents" else f"the {council}"


def _say_too_few(place: Place) -> str:
    return (
        f"Fewer than 100 people live in {name_place(place)}: too few to count line-ups of partners."
    )


def say_none_here(place: Place, by: str) -> str:
    """Say that nothing of what a lens counts is in a place."""
    said = words(by)
    if by in LENSES:
        return f"{capitalise(name_place(place))} has no {said.noun}: there is nothing to count."
    return (
        f"No {said.noun} {said.are} counted in {name_place(place)}: the file has no number for it."
    )


def _name_majority(place: Place, sets: Fragmentation, by: str) -> str:
    """Name those who have, or what has, the most common set of a place."""
    here = f"{words(by).all} in {name_place(place)}"
    return capitalise(here) if sets.largest > 1 - 1e-9 else f"Nearly {here} ({share(sets.largest)})"


def _say_shared(place: Place, sharing: Sequence[str] | None, what: str) -> str:
    """Say which other districts share what a district has; nothing for other places."""
    if place.kind != "borough" or sharing is None:
        return ""
    if not sharing:
        return f"No other council district shares {what}."
    verb = "shares" if len(sharing) == 1 else "share"
    return f"{join_names(sharing, 3)} {verb} {what}."


def reach_finding(place: Place, shares: pd.DataFrame, by: str = "residents") -> str:
    """Say how much of its partners' areas a place is (a frame of ``two_way_shares``)."""
    main = shares[shares["code"] != ""].drop_duplicates("layer")
    main = main[main["name"] != place.name]
    parts = [
        f"{_part(row.share_of_unit)} of {unit_name(row.layer, row.name)}" for row in _rows(main)
    ]
    verb = "are" if place.kind in ("union", "wards") else "is"
    how = "" if by == "residents" else f"counted by {words(by).noun}, "
    return f"{capitalise(f'{how}{name_place(place)}')} {verb} {join_names(parts)}." if parts else ""


def _part(value: float) -> str:
    return "all" if value > 1 - 1e-9 else share(value)


def say_two_way(place: Place, share_of_place: float, share_of_unit: float) -> str:
    """Say how much of a place an area covers, and how much of the area that is.

    Nothing where the shares are missing, or the area is the place itself.
    """
    if pd.isna(share_of_place) or pd.isna(share_of_unit):
        return ""
    covered, own = share(share_of_place), share(share_of_unit)
    here = name_place(place)
    if covered == own == "100 %":
        return ""
    if own == "100 %":
        return f"{covered} of {here}"
    if covered == "100 %":
        return f"all of {here}, which is {own} of it"
    return f"{covered} of {here}, which is {own} of it"


def _rows(frame: pd.DataFrame) -> list[Any]:
    """Return the rows of a frame that has a column called name."""
    columns = ["layer", "share_of_unit", "name"]
    return [
        SimpleNamespace(**dict(zip(columns, row, strict=True)))
        for row in frame[columns].itertuples(index=False, name=None)
    ]


def worst_finding(a: Layer, b: Layer, mismatch: float, by: str) -> str:
    """Say which two partners' maps disagree most, A's areas read against B's."""
    if mismatch == 0:
        return "Every pair of these maps fits together: one always nests in the other."
    said = words(by)
    main = f"outside the main {b.noun} of the {a.noun} {said.they_are} in"
    if by == "residents":
        main = f"outside their {a.noun}'s main {b.noun}"
    both = f"{capitalise(a.plural)} and {b.plural}"
    return f"{both} disagree most: {share(mismatch)} {_live(by)} {main}."


def _live(by: str) -> str:
    """Follow a share with what a lens counts and where it is: "of residents … live"."""
    return f"of {name_counted(by)} {words(by).live}"


def spot_finding(name: str, units: pd.DataFrame, organisations: int) -> str:
    """Say how many cover a spot, and where another area (of ``units_at``) begins near it."""
    near = units[~units["here"]].sort_values("distance_m", kind="stable")
    many = write_count(organisations, "organisation", "organisations")
    first = f"{capitalise(name)} lies in the areas of {many}."
    if near.empty:
        return f"{first} No line of theirs runs close by."
    closest = near.iloc[0]
    kind = closest["title"] if closest["title"].startswith("London") else closest["title"].lower()
    away = f"the {kind} {closest['name']} begins {closest['distance_m']:.0f} m away"
    close = len(set(near["layer"]))
    if close == 1:
        return f"{first} One of their lines runs close by: {away}."
    return f"{first} {capitalise(number(close))} of them have a line close by: {away}."


def _add_article(layer: Layer) -> str:
    """Write "an integrated care board", "a ward"."""
    name = layer.noun
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def name_line(layer: Layer) -> str:
    """Name a line of a layer: "a ward line"."""
    return f"{_add_article(layer)} line"


def straddle_finding(place: Place, a: Layer, b: Layer, torn: Straddling, by: str) -> str:
    """Say how many units of A straddle a line of B, and how many people that touches."""
    if place.kind == "ward" and not torn.units and (torn.of <= 1 or b.of_ward is not None):
        return _say_one_ward(place, b if torn.made_of else None)
    if torn.of == 0 and by not in LENSES and not people_in(place, by).any():
        return say_none_here(place, by)
    if torn.of == 0:
        return f"No {a.noun} and {b.noun} meet in {name_place(place)}."
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
            f"{share(torn.share_outside)} of {name_counted(by)} {words(by).are} outside the main "
            f"one, counted by shares{_say_in_none(a, b, torn)}."
        )
    verb = "straddles" if torn.units == 1 else "straddle"
    return (
        f"{them} in {name_place(place)} {verb} {_add_article(b)} line; "
        f"{share(torn.share_outside)} {_live(by)} "
        f"on the other side{_say_in_none(a, b, torn)}."
    )


def _say_in_none(a: Layer, b: Layer, torn: Straddling) -> str:
    """Say how many units of A are in no unit of B, to end a sentence; "" if none are."""
    if not torn.in_none:
        return ""
    are = "is" if torn.in_none == 1 else "are"
    return (
        f"; {write_count(torn.in_none, a.noun, a.plural)} {are} in no {b.noun}, wholly or in part"
    )


def other_side_finding(a: Layer, b: Layer) -> str:
    """Say what "on the other side" means for a pair of layers."""
    return f"The other side: outside the {b.noun} that holds most of {_add_article(a)}."


def _say_one_ward(place: Place, divided_by: Layer | None) -> str:
    """Say in which larger areas a single ward lies, what divides it, and where to see more."""
    spot = int(place.positions[0])
    larger = (layers.get("borough"), *layers.partners(place))
    names = dict.fromkeys(one.name_of(int(one.at(spot))) for one in larger)
    found = [name_place(Place("borough", "", name)) for name in names if name != "none"]
    only = f" (only those of {divided_by.plural} do)" if divided_by else ""
    return (
        f"{capitalise(name_place(place))} is a single ward, so none of its partners' lines "
        f"divides it{only}: "
        f"it lies in {join_names(found, 2)}. Choose {found[0]} as your place to see where maps "
        "disagree."
    )


def _say_nested(place: Place, a: Layer, b: Layer, torn: Straddling) -> str:
    if torn.in_none:
        none = _say_in_none(a, b, torn)
        return f"No {a.noun} in {name_place(place)} straddles {_add_article(b)} line{none}."
    if torn.of == torn.made_of == 1:
        return f"All of {name_place(place)} lies in one {a.noun}, which several {b.plural} divide."
    if torn.made_of == torn.of:
        return f"Every {a.noun} in {name_place(place)} is made of whole {b.plural}."
    if torn.of == 1:
        return f"All of {name_place(place)} lies in one {a.noun}, and in one {b.noun}."
    if torn.made_of:
        return (
            f"No {a.noun} in {name_place(place)} straddles {_add_article(b)} line: "
            f"{torn.made_of:,} of {torn.of:,} "
            f"are made of whole {b.plural}, the others lie in one."
        )
    return f"Every {a.noun} in {name_place(place)} lies wholly in one {b.noun}."


def agreement_finding(place: Place, partners: Sequence[Layer]) -> str:
    """Say that no partner's line runs through a place, or that all their maps nest.

    ``partners`` are those of ``layers.partners``.
    """
    name = name_place(place)
    beside = [layer for layer in partners if layer.key != "borough"]
    many = number(len(beside))
    if not all(_serves_all(place, layer) for layer in partners):
        return (
            f"The maps of the {many} partners of {name} fit into one another: no area of one is "
            "cut by another's line."
        )
    who = f"All {many} partners of {name} serve"
    if place.kind == "borough":
        who = f"The council of {name} and all {many} of its partners serve"
    return f"{who} the whole of it: none of their lines runs through {name}."


def divided_finding(
    place: Place, partners: Sequence[Layer], b: Layer, cross: pd.DataFrame, by: str
) -> str:
    """Say which units of one partner layer meet in a place that all others serve whole.

    ``cross`` is a frame of ``overlap.cross_table`` whose second layer is ``b``.
    """
    parts = cross.sort_values("people", ascending=False)
    total, name = parts["people"].sum(), name_place(place)
    first, *others = parts[["b_name", "people"]].itertuples(index=False)
    served = f"{first.b_name} serves {share(first.people / total)} of {name_counted(by)}"
    rest = [f"{one.b_name} {share(one.people / total)}" for one in others]
    whole = sum(layer.key != "borough" and _serves_all(place, layer) for layer in partners)
    return (
        f"{capitalise(number(len(parts)))} {b.plural} meet in {name}: "
        f"{join_names([served, *rest])}. The council and {number(whole)} other partners serve "
        "the whole of it."
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
        f"{capitalise(number(torn.made_of))} {a.noun if one else a.plural} made of whole "
        f"{b.plural} "
        f"{'is' if one else 'are'} left out of it: no line tears {'it' if one else 'them'}."
    )


def residual_finding(a: Layer, b: Layer, cross: pd.DataFrame, by: str) -> str:
    """Say how many people of a cross-table are in no unit; nothing if all are in both."""
    total = cross["people"].sum()
    said = []
    for layer, column in ((a, "a_code"), (b, "b_code")):
        without = cross.loc[cross[column] == "", "people"].sum()
        if total > 0 and without / total >= 0.0005:
            who = f"{share(without / total)} of {name_counted(by)}"
            said.append(f"{who} {words(by).are} in no {layer.noun}")
    return f"{'; '.join(said)}." if said else ""


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
        "Some have the same figure: residents are shared equally among a district's small census "
        "areas of 2011, so areas that hold as many of them are estimated alike."
    )


def line_finding(a: Layer, b: Layer, share_of_a: float, share_of_b: float) -> str:
    """Say how far each layer's lines follow the other's; shares are missing without lines."""
    if pd.isna(share_of_a) and pd.isna(share_of_b):
        return f"Neither {a.plural} nor {b.plural} draw a line inside this place."
    if pd.isna(share_of_a):
        return f"Only {b.plural} draw lines inside this place."
    if pd.isna(share_of_b):
        return f"Only {a.plural} draw lines inside this place."
    return (
        f"{capitalise(b.plural)} follow {share(share_of_a)} of the lines of {a.plural}; "
        f"{a.plural} follow {share(share_of_b)} of theirs."
    )


def sets_finding(
    place: Place,
    sets: Fragmentation,
    shared: int,
    sharing: Sequence[str] | None = None,
    by: str = "residents",
) -> str:
    """Say how many partner sets meet, who has them, and who shares them.

    ``shared`` sets are met by several districts of the place; ``sharing`` names other districts
    that have the place's only one; None if that is not known.
    """
    if sets.sets == 0:
        return _say_too_few(place)
    if sets.sets == 1 and not sets.largest > 0:
        return say_none_here(place, by)
    if sets.sets == 1:
        said = f"{_name_majority(place, sets, by)} {words(by).all_have} the same set of partners."
        return " ".join(filter(None, (said, _say_shared(place, sharing, "it"))))
    many = f"{capitalise(number(sets.sets))} different sets of partners meet in {name_place(place)}"
    if sets.largest > 0.5:
        most = "people" if by == "residents" else name_counted(by)
        many += f", and {share(sets.largest)} of {most} {words(by).have} one of them"
    if not shared:
        return f"{many}; no two council districts share one."
    verb = "is" if shared == 1 else "are"
    return f"{many}; {number(shared)} {verb} shared by more than one council district."


def say_past_date(chosen: Sequence[Layer], today: date) -> str:
    """Say which layers are past their last known day; nothing if none is."""
    old = [layer for layer in chosen if layer.is_out_of_date(today)]
    said = [f"{layer.plural} may have changed since {_day(layer.valid_to)}" for layer in old]
    return f"{capitalise('; '.join(said))}." if said else ""


def say_dates(chosen: Sequence[Layer]) -> str:
    """Say of when layers are, those of one date together, the newest first; "" without layers."""
    dated: dict[str, list[str]] = {}
    for layer in sorted(chosen, key=lambda one: one.as_at, reverse=True):
        plural = layer.plural.removesuffix(f" ({layer.edition})")
        dated.setdefault(_say_date(layer), []).append(plural)
    told = [f"{join_names(plurals, 99)}, {when}" for when, plurals in dated.items()]
    return f"Maps used here: {'; '.join(told)}." if told else ""


def _say_date(layer: Layer) -> str:
    """Say of when a layer is; where it only begins later, from when, and when that was known."""
    known = directory.name_month(layer.as_at) if layer.as_at else "no date given"
    if layer.valid_from[: len(layer.as_at)] > layer.as_at:
        return f"from {directory.name_month(layer.valid_from[:7])} on, as known in {known}"
    return known


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"
