"""What the case studies of stewardship have to do with a place, in a sentence."""

import pandas as pd

from mapping.places import Place
from mapping.wording.findings import name_place
from mapping.wording.numbers import join_names, number

MAX_NAMED = 4
NEAR_KM = 5.0
"""What begins nearer is told to be next door."""


def case_finding(
    place: Place, here: pd.DataFrame, nearest: pd.Series, away_km: float, count: int
) -> str:
    """Say which case studies are from a place, or which begins nearest.

    ``here`` and ``nearest`` are of ``described.list_here`` and ``find_nearest``, ``count`` is how
    many there are.
    """
    named = name_place(place)
    if len(here) == count:
        return f"All {number(count)} case studies of stewardship are from {named}."
    if len(here):
        verb = "is" if len(here) == 1 else "are"
        many = number(len(here)).capitalize()
        who = join_names(here["actor"].tolist(), MAX_NAMED)
        return f"{many} of {number(count)} case studies of stewardship {verb} from {named}: {who}."
    return (
        f"None of the {number(count)} case studies of stewardship is from {named}; the nearest is "
        f"{nearest['actor']} in {nearest['place']}, {say_away(away_km)}."
    )


def say_away(away_km: float) -> str:
    """Say how far away something begins: "next door", "about 30 km away"."""
    if away_km < NEAR_KM:
        return "next door"
    rounded = round(away_km, -1) if away_km >= 20 else round(away_km)
    return f"about {rounded:.0f} km away"
