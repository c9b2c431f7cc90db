"""Findings: what was counted, said in one sentence that a resident would use."""

from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pandas as pd

from mapping.layers import Layer
from mapping.overlap import Straddling
from mapping.partners import Fragmentation
from mapping.places import Place

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def number(value: int) -> str:
    """Write a whole number: in letters up to ten, with thousands separated beyond."""
    return NUMBERS[value] if 0 <= value < len(NUMBERS) else f"{value:,}"


def counted(value: float, noun: str, nouns: str) -> str:
    """Write a number of things: "one ward", "33 council districts"."""
    return f"{number(int(value))} {noun if int(value) == 1 else nouns}"


def rounded(value: float) -> str:
    """Write an estimate no more exactly than it is known: 8.80 million, 210,100, 1,230, 87."""
    if value >= 1_000_000:
        return f"{value / 1_000_000:.2f} million"
    step = 100 if value >= 10_000 else 10 if value >= 1_000 else 1
    return f"{round(value / step) * step:,}"


def begun(text: str) -> str:
    """Begin a sentence with a text: only its first letter changes."""
    return text[:1].upper() + text[1:]


def people(value: float, by: str = "residents") -> str:
    """Write how much a lens counted, and what: "210,100 residents (estimated)"."""
    if by == "land":
        return f"{value:,.1f} km² of land" if value < 100 else f"{value:,.0f} km² of land"
    if by == "postcodes":
        return counted(value, "postcode", "postcodes")
    return f"{rounded(value)} residents (estimated)"


def those(by: str = "residents") -> str:
    """Name what a lens counts, to follow a share: "residents (estimated)"."""
    return {"residents": "residents (estimated)", "postcodes": "postcodes", "land": "the land"}[by]


def share(value: float) -> str:
    """Write a share as a percentage that is never rounded to all or nothing."""
    exact = round(value, 9) + 0.0  # what sums of floats leave over is no share
    if 0 < exact <= 0.005:
        return "under 1 %"
    if 0.995 <= exact < 1:
        return "over 99 %"
    return f"{exact:.0%}".replace("%", " %")


def listed(names: Sequence[str], most: int = 5) -> str:
    """Join names: "A, B and C", or the first few and how many more."""
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{number(len(names) - most)} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


COMPASS = {"North East", "North West", "East Midlands", "West Midlands", "South East", "South West"}


def the(place: Place) -> str:
    """Name a place inside a sentence: "Camden", "the City of London", "the South West"."""
    article = place.name.startswith("City of") or place.name in COMPASS
    return f"the {place.name}" if article else place.name


def place_finding(place: Place, partners: Sequence[Layer], sets: Fragmentation,
                  sharing: Sequence[str]) -> str:  # fmt: skip
    """Say how many line-ups of partners meet in a place.

    ``sharing`` names the other districts whose people all have the very same partners.
    """
    if not partners:
        return f"Nothing is known here about who serves {the(place)}."
    if sets.sets == 0:
        return _too_few(place)
    if sets.sets > 1:
        return (
            f"People in {the(place)} deal with {number(sets.sets)} different line-ups of partners, "
            "depending on where they live."
        )
    count = counted(len(partners), "partner", "partners")
    said = f"{_who(place, sets)} deals with the same {count}."
    return " ".join(filter(None, (said, _shared(place, sharing, "them all"))))


def _too_few(place: Place) -> str:
    return f"Fewer than 100 people live in {the(place)}: too few to count line-ups of partners."


def _who(place: Place, sets: Fragmentation) -> str:
    """Name those who have the most common set of a place."""
    if sets.largest > 1 - 1e-9:
        return f"Everyone in {the(place)}"
    return f"Nearly everyone in {the(place)} ({share(sets.largest)})"


def _shared(place: Place, sharing: Sequence[str] | None, what: str) -> str:
    """Say which other districts share what a district has; nothing for other places."""
    if place.kind != "borough" or sharing is None:
        return ""
    if not sharing:
        return f"No other council district shares {what}."
    verb = "shares" if len(sharing) == 1 else "share"
    return f"{listed(sharing, 3)} {verb} {what}."


def reach_finding(place: Place, shares: pd.DataFrame) -> str:
    """Say how much of its partners' areas a place is (a frame of ``two_way_shares``)."""
    main = shares[shares["code"] != ""].drop_duplicates("layer")
    main = main[main["name"] != place.name]
    parts = [f"{_part(row.share_of_unit)} of {row.name}" for row in _rows(main)]
    verb = "are" if place.kind in ("union", "wards") else "is"
    return f"{begun(the(place))} {verb} {listed(parts)}." if parts else ""


def _part(value: float) -> str:
    return "all" if value > 1 - 1e-9 else share(value)


def two_way(place: Place, share_of_place: float, share_of_unit: float) -> str:
    """Say how much of a place an area covers, and how much of the area that is.

    Nothing where the shares are missing, or the area is the place itself.
    """
    if pd.isna(share_of_place) or pd.isna(share_of_unit):
        return ""
    covered, own = share(share_of_place), share(share_of_unit)
    here = the(place)
    if covered == own == "100 %":
        return ""
    if own == "100 %":
        return f"{covered} of {here}"
    if covered == "100 %":
        return f"all of {here}, which is {own} of it"
    return f"{covered} of {here}, which is {own} of it"


def _rows(frame: pd.DataFrame) -> list[Any]:
    """Return the rows of a frame that has a column called name."""
    columns = ["share_of_unit", "name"]
    return [SimpleNamespace(**dict(zip(columns, row, strict=True)))
            for row in frame[columns].itertuples(index=False, name=None)]  # fmt: skip


def worst_finding(a: Layer, b: Layer, mismatch: float, by: str) -> str:
    """Say which two partners' maps disagree most, A's areas read against B's."""
    if mismatch == 0:
        return "Every pair of these maps fits together: one always nests in the other."
    return (
        f"{begun(a.plural)} and {b.plural} disagree most: {share(mismatch)} {_live(by)} outside "
        f"their {a.noun}'s main {b.noun}."
    )


def _live(by: str) -> str:
    """Follow a share with what a lens counts and where it is: "of residents … live"."""
    verb = {"residents": "live", "postcodes": "lie", "land": "lies"}[by]
    return f"of {those(by)} {verb}"


def spot_finding(name: str, units: pd.DataFrame) -> str:
    """Say who covers a spot (a frame of ``units_at``) and where another's area begins near it."""
    here = units[units["here"] & (units["code"] != "")]
    near = units[~units["here"]].sort_values("distance_m", kind="stable")
    many = counted(len(here), "organisation", "organisations")
    first = f"{begun(name)} lies in the areas of {many}."
    if near.empty:
        return f"{first} No line of theirs runs close by."
    closest = near.iloc[0]
    kind = closest["title"] if closest["title"].startswith("London") else closest["title"].lower()
    away = f"the {kind} {closest['name']} begins {closest['distance_m']:.0f} m away"
    close = len(set(near["layer"]))
    if close == 1:
        return f"{first} One of their lines runs close by: {away}."
    return f"{first} {begun(number(close))} of them have a line close by: {away}."


def _a(layer: Layer) -> str:
    """Write "an integrated care board", "a ward"."""
    name = layer.noun
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def a_line(layer: Layer) -> str:
    """Name a line of a layer: "a ward line"."""
    return f"{_a(layer)} line"


def straddle_finding(place: Place, a: Layer, b: Layer, torn: Straddling, by: str) -> str:
    """Say how many units of A straddle a line of B, and how many people that touches."""
    if torn.of == 0:
        return f"No {a.noun} and {b.noun} meet in {the(place)}."
    if not torn.units:
        return _nested(place, a, b, torn)
    if torn.of == 1:
        them = f"The only {a.noun}"
    elif torn.units == torn.of:
        them = f"Both {a.plural}" if torn.of == 2 else f"All {number(torn.of)} {a.plural}"
    else:
        them = f"{torn.units:,} of {torn.of:,} {a.plural}"
    verb = "straddles" if torn.units == 1 else "straddle"
    return (
        f"{them} in {the(place)} {verb} {_a(b)} line; {share(torn.share_outside)} {_live(by)} "
        "on the other side."
    )


def other_side_finding(a: Layer, b: Layer) -> str:
    """Say what "on the other side" means for a pair of layers."""
    return f"The other side: outside the {b.noun} that holds most of their {a.noun}."


def _nested(place: Place, a: Layer, b: Layer, torn: Straddling) -> str:
    if torn.made_of == torn.of:
        each = f"Every {a.noun}" if torn.of > 1 else f"The only {a.noun}"
        return f"{each} in {the(place)} is made of whole {b.plural}."
    if torn.of == 1:
        return f"All of {the(place)} lies in one {a.noun}, and in one {b.noun}."
    if torn.made_of:
        return (
            f"No {a.noun} in {the(place)} straddles {_a(b)} line: {torn.made_of:,} of {torn.of:,} "
            f"are made of whole {b.plural}, the others lie in one."
        )
    return f"Every {a.noun} in {the(place)} lies in one {b.noun}."


def made_of_finding(a: Layer, b: Layer, torn: Straddling) -> str:
    """Say how many units of A no line of B tears, though people live on its other side."""
    if not torn.made_of or not torn.units:
        return ""
    one = torn.made_of == 1
    return (
        f"{begun(number(torn.made_of))} {a.noun if one else a.plural} made of whole {b.plural} "
        f"{'is' if one else 'are'} left out of it: no line tears {'it' if one else 'them'}."
    )


def residual_finding(a: Layer, b: Layer, cross: pd.DataFrame, by: str) -> str:
    """Say how many people of a cross-table are in no unit; nothing if all are in both."""
    total = cross["people"].sum()
    said = []
    for layer, column in ((a, "a_code"), (b, "b_code")):
        without = cross.loc[cross[column] == "", "people"].sum()
        if total > 0 and without / total >= 0.0005:
            verb = "is" if by == "land" else "are"
            said.append(f"{share(without / total)} of {those(by)} {verb} in no {layer.noun}")
    return f"{'; '.join(said)}." if said else ""


def line_finding(a: Layer, b: Layer, share_of_a: float, share_of_b: float) -> str:
    """Say how far each layer's lines follow the other's; shares are missing without lines."""
    if pd.isna(share_of_a) and pd.isna(share_of_b):
        return f"Neither {a.plural} nor {b.plural} draw a line inside this place."
    if pd.isna(share_of_a):
        return f"Only {b.plural} draw lines inside this place."
    if pd.isna(share_of_b):
        return f"Only {a.plural} draw lines inside this place."
    return (
        f"{begun(b.plural)} follow {share(share_of_a)} of the lines of {a.plural}; "
        f"{a.plural} follow {share(share_of_b)} of theirs."
    )


def sets_finding(
    place: Place, sets: Fragmentation, shared: int, sharing: Sequence[str] | None = None
) -> str:
    """Say how many partner sets meet, who has them, and who shares them.

    ``shared`` sets are met by several districts of the place; ``sharing`` names other districts
    that have the place's only one; None if that is not known.
    """
    if sets.sets == 0:
        return _too_few(place)
    if sets.sets == 1:
        said = f"{_who(place, sets)} has the same set of partners."
        return " ".join(filter(None, (said, _shared(place, sharing, "it"))))
    many = f"{begun(number(sets.sets))} different sets of partners meet in {the(place)}"
    if sets.largest > 0.5:
        many += f", and {share(sets.largest)} of people have one of them"
    if not shared:
        return f"{many}; no two council districts share one."
    verb = "is" if shared == 1 else "are"
    return f"{many}; {number(shared)} {verb} shared by more than one council district."


def past_their_date(chosen: Sequence[Layer], today: date) -> str:
    """Say which layers are past their last known day; nothing if none is."""
    old = [layer for layer in chosen if layer.out_of_date(today)]
    said = [f"{layer.plural} may have changed since {_day(layer.valid_to)}" for layer in old]
    return f"{begun('; '.join(said))}." if said else ""


def _day(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def heading(by: str) -> str:
    """Head a column of what a lens counts."""
    return {"residents": "Residents (estimated)", "postcodes": "Postcodes", "land": "Land, km²"}[by]


def amount(value: float, by: str) -> str:
    """Write what a lens counted, without its name."""
    if by == "land":
        return f"{value:,.1f} km²" if value < 100 else f"{value:,.0f} km²"
    return rounded(value) if by == "residents" else f"{value:,.0f}"
