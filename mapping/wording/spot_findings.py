"""Sentences about what a reader points at: a spot, its ward, one partner set."""

from collections.abc import Sequence

import pandas as pd

from mapping.geography import Layer, layers
from mapping.wording.findings import (
    capitalise,
    join_names,
    number,
    people,
    write_organisations,
)

NEAR_M = 150
"""So near a spot other areas are looked for, in metres."""


def spot_finding(name: str, units: pd.DataFrame, organisations: int, teams: int = 0) -> str:
    """Say how many cover a spot, and where another area (of ``units_at``) begins near it.

    ``teams`` are those of its ward, which are counted apart from ``organisations`` everywhere.
    """
    near = units[~units["here"]].sort_values("distance_m", kind="stable")
    many = write_organisations(organisations, teams)
    verb = "covers" if organisations == 1 and not teams else "cover"
    first = f"{capitalise(many)} on record {verb} {name}."
    if near.empty:
        return f"{first} None of their boundaries is within {NEAR_M} m."
    closest = near.iloc[0]
    kind = layers.get(closest["layer"]).noun
    away = f"{closest['name']} ({kind}) starts {closest['distance_m']:.0f} m away"
    close = len(set(near["layer"]))
    edge = "a boundary" if close == 1 else f"{number(close)} kinds of boundary"
    return f"{first} It is close to {edge}: {away}."


def ward_finding(name: str, ward: str) -> str:
    """Head a list of who covers a spot, with the ward (by its code) that the spot is in."""
    layer = layers.get("ward")
    where = layer.name_of(layer.number_of(ward))
    return f"Who covers {name}:" if where in name else f"Who covers {name}, in {where} ward:"


def set_finding(row: pd.Series, chosen: Sequence[Layer], by: str = "residents") -> str:
    """Say who has one partner set, a row of ``partner_sets``, and which partners these are."""
    where = join_names(row["boroughs"].split("; "), 3)
    who = join_names([f"{row[layer.key]} ({layer.noun})" for layer in chosen], len(chosen))
    return f"{capitalise(people(row['people'], by))} in {where} have the same partners: {who}."


def name_ward(code: str) -> str:
    """Name a ward by its code, which stands behind; the code alone where there is none.

    >>> name_ward("E05013663"), name_ward("E0501366X")
    ('Kentish Town North (E05013663)', 'E0501366X')
    """
    wards = layers.get("ward")
    return f"{wards.name_of(wards.number_of(code))} ({code})" if code in wards.codes else code
