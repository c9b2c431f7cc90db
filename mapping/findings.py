"""Findings: what was counted, said in one sentence that a resident would use."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from mapping.layers import Layer
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
    if 0 < value < 0.005:
        return "under 1 %"
    if 0.995 <= value < 1:
        return "over 99 %"
    return f"{value:.0%}".replace("%", " %")


def listed(names: Sequence[str], most: int = 5) -> str:
    """Join names: "A, B and C", or the first few and how many more."""
    shown = list(names[:most])
    if len(names) > most:
        shown.append(f"{len(names) - most:,} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def title(layer: Layer) -> str:
    """Name a layer's units inside a sentence: "integrated care boards"."""
    return layer.plural


def place_finding(place: Place, partners: Sequence[Layer], sets: Fragmentation,
                  sharing: Sequence[str]) -> str:  # fmt: skip
    """Say how many line-ups of partners meet in a place.

    ``sharing`` names the other districts whose people all have the very same partners.
    """
    count = counted(len(partners), "partner", "partners")
    if not partners:
        return f"Nothing is known here about who serves {place.name}."
    if sets.sets > 1:
        return (
            f"People in {place.name} deal with {number(sets.sets)} different line-ups of {count}, "
            "depending on where they live."
        )
    if place.kind != "borough":
        return f"Everyone in {place.name} deals with the same {count}."
    if not sharing:
        return (
            f"Everyone in {place.name} deals with the same {count}. "
            "No other council district shares them all."
        )
    others = listed(sharing, 3)
    verb = "shares" if len(sharing) == 1 else "share"
    return f"Everyone in {place.name} deals with the same {count}. {others} {verb} them all."


def worst_finding(a: Layer, b: Layer, mismatch: float, by: str) -> str:
    """Say which two partners' maps disagree most."""
    if mismatch == 0:
        return "Every pair of these maps fits together: one always nests in the other."
    whom = "of the land lies" if by == "land" else f"of {those(by)} live"
    return (
        f"{begun(a.plural)} and {b.plural} disagree most: {share(mismatch)} {whom} outside "
        "the area that matches theirs best."
    )


def spot_finding(name: str, units: pd.DataFrame) -> str:
    """Say who covers a spot (a frame of ``units_at``) and where another's area begins near it."""
    here = units[units["here"] & (units["code"] != "")]
    near = units[~units["here"]].sort_values("distance_m", kind="stable")
    first = f"{name} lies in the areas of {counted(len(here), 'partner', 'partners')}."
    if near.empty:
        return f"{first} No line of theirs runs close by."
    closest = near.iloc[0]
    away = f"{closest['name']} begins {closest['distance_m']:.0f} m away"
    close = len(set(near["layer"]))
    if close == 1:
        return f"{first} One of their lines runs close by: {away}."
    lines = begun(number(close))
    return f"{first} {lines} of them have a line close by: {away}."


def _a(layer: Layer) -> str:
    """Write "an integrated care board", "a ward"."""
    name = layer.noun
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def straddle_finding(place: Place, a: Layer, b: Layer, straddling: int, of: int,
                     outside: float, by: str) -> str:  # fmt: skip
    """Say how many units of A straddle a line of B, and how many people that touches."""
    if of == 0:
        return f"No {a.noun} and {b.noun} meet in {place.name}."
    if of == 1 and not straddling:
        return f"All of {place.name} lies in one {a.noun}, and in one {b.noun}."
    if not straddling:
        return f"Every {a.noun} in {place.name} lies in one {b.noun}."
    them = f"{straddling:,} of {of:,} {a.plural}" if of > 1 else f"The only {a.noun}"
    verb = "straddle" if of > 1 and straddling > 1 else "straddles"
    return (
        f"{them} in {place.name} {verb} {_a(b)} line; {share(outside)} of {those(by)} "
        "are on the other side."
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
        f"{begun(b.plural)} follow {share(share_of_a)} of the lines of {a.plural}; "
        f"{a.plural} follow {share(share_of_b)} of theirs."
    )


def sets_finding(place: Place, sets: Fragmentation, shared: int) -> str:
    """Say how many partner sets meet and how many are shared by several districts."""
    if sets.sets <= 1:
        return f"Everyone in {place.name} has the same set of partners."
    fair = f"as mixed as {sets.effective:.0f} sets of equal size"
    if shared:
        return (
            f"{place.name} meets {number(sets.sets)} different sets of partners, {fair}; "
            f"{number(shared)} of them {'is' if shared == 1 else 'are'} shared by more than one "
            "council district."
        )
    return (
        f"{place.name} meets {number(sets.sets)} different sets of partners, {fair}; "
        "no two council districts share one."
    )


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
