"""Case studies of systems stewardship: who was described, where, and what each shows."""

from functools import lru_cache

import numpy as np
import pandas as pd

from mapping.atoms import DATA, table, tables
from mapping.geocode import succession
from mapping.geography import layers
from mapping.places import Place

ID = "case."
"""How the ids begin that the organisations of case studies have as actors."""


@lru_cache(maxsize=1)
def case_studies() -> pd.DataFrame:
    """Read the case studies as written: one row each, all columns text.

    Columns: actor, actor_type, place, scale, area_type, areas (GSS codes joined with ";"),
    themes, steward, status, what_it_shows, source, year, shown (the nation that is shown where
    no area is known), area_note (what is to be known of the area shown, or "").
    """
    return tables.read(DATA / "case_studies.csv")


def make_id(actor: str) -> str:
    """Return the id that a case study's organisation has as an actor: "case.likewise".

    One that is the same organisation as another actor is that actor: see ``defaults.shipped``.
    """
    return ID + layers.slug(actor)


def list_near(place: Place) -> pd.DataFrame:
    """Return the case studies whose area meets a place: a ward, district or county of it."""
    wards = place.wards if place.wards is not None else np.unique(table().ward[place.positions])
    own = set(layers.wards().iloc[wards][["code", "lad_code", "county_code"]].to_numpy().ravel())
    studies = case_studies()
    meets = [not own.isdisjoint(areas(codes)) for codes in studies["areas"]]
    return studies[np.array(meets, dtype=bool)].reset_index(drop=True)


def areas(codes: str) -> list[str]:
    """Return the codes in use today for codes joined with ";": those of former areas go on."""
    given = [code for code in codes.split(";") if code]
    return [
        new for old in given for new in [s.code for s in succession.find_successors(old)] or [old]
    ]


def find_wards(study: "pd.Series[str]") -> np.ndarray:
    """Return the numbers of the wards of a case study's area, or of what is shown for one."""
    facts = layers.wards()
    own = facts[["code", "lad_code", "county_code"]].isin(areas(study["areas"])).any(axis=1)
    return np.flatnonzero(own | (facts["nation"] == study["shown"]))


def find_area(actor: str) -> np.ndarray:
    """Return the postcodes of a case study's area, by its organisation: sorted positions, int32.

    That of one which has closed is where it worked. None for whoever is in no case study.
    """
    studies = case_studies()
    inside = np.zeros(len(table().ward_codes), dtype=bool)
    for at in np.flatnonzero(studies["actor"] == actor):
        inside[find_wards(studies.iloc[at])] = True
    return np.flatnonzero(inside[table().ward]).astype("int32")
