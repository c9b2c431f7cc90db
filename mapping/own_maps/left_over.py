"""Left over: who lives in none of a map's areas, where the map is at home."""

from dataclasses import dataclass

import numpy as np

from mapping.atoms import table
from mapping.geography import Layer, layers, lenses
from mapping.wording import capitalise, join_names, number, write_about, write_count, write_estimate

MIN_HOME_SHARE = 0.5
"""A district is a map's home if so many of its residents live in its areas; a ward likewise."""
MIN_PEOPLE = 1.0
"""Fewer estimated residents than this are nobody."""
MAX_NAMED = 3


@dataclass(frozen=True)
class LeftOver:
    """Residents (estimated) of the districts where a map is at home, and those in no area of it.

    Attributes
    ----------
    inside : in its areas, anywhere in Great Britain
    home : names of the council areas most of whose residents are in its areas, or of wards
        where it holds most of no district; ``by_wards`` says which
    people, nobody : residents there; those of them in no area
    wards : names of the wards where these live, the most first
    """

    inside: float
    home: tuple[str, ...]
    by_wards: bool
    people: float
    nobody: float
    wards: tuple[str, ...]


def count_left_over(layer: Layer) -> LeftOver:
    """Count who lives in no area of a map, in the districts, or else the wards, it mostly holds."""
    people, ward = lenses.get().values, layers.get("ward")
    of_ward = table().ward
    is_in = layer.unit >= 0
    for by in (layers.get("borough"), ward):
        unit = by.at(slice(None))
        whole = np.bincount(unit + 1, people, len(by.codes) + 1)[1:]
        held = np.bincount(unit[is_in] + 1, people[is_in], len(by.codes) + 1)[1:]
        home = held > MIN_HOME_SHARE * whole
        if home.any():
            break
    at_home = np.append(home, False)[unit]
    out = at_home & ~is_in
    by_ward = np.bincount(of_ward[out], people[out], len(ward.codes))
    order = np.argsort(-by_ward, kind="stable")
    named = [str(ward.names[at]) for at in order if by_ward[at] >= MIN_PEOPLE]
    return LeftOver(
        float(people[is_in].sum()),
        tuple(map(str, by.names[home])),
        by is ward,
        float(people[at_home].sum()),
        float(people[out].sum()),
        tuple(named),
    )


def say_left_over(layer: Layer, left: LeftOver) -> str:
    """Say in a sentence how many areas a map has, how many live in them, and who in none."""
    many = capitalise(write_count(len(layer.codes), layer.noun, layer.plural))
    hold = "holds" if len(layer.codes) == 1 else "hold"
    begun = f"{many} {hold} {write_about(left.inside)} residents"
    if not left.home:
        return f"{begun}, few in any one ward."
    where = join_names(left.home, MAX_NAMED)
    if left.by_wards and len(left.home) > 1:
        where = f"the {number(len(left.home))} wards that it mostly holds"
    if not left.wards:
        return f"{begun}; everyone in {where} is in one."
    wards = join_names(left.wards, MAX_NAMED)
    them = "is" if write_estimate(left.nobody) == "1" else "are"
    return (
        f"{begun}; {write_about(left.nobody)} of the {write_estimate(left.people)} in "
        f"{where} {them} in none: in {wards}."
    )
