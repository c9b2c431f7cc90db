"""Case studies of systems stewardship: who was described, where, and what each shows."""

from functools import lru_cache

import numpy as np
import pandas as pd

from mapping.atoms import DATA, table
from mapping.geocode import succession
from mapping.geography import layers
from mapping.places import Place


@lru_cache(maxsize=1)
def case_studies() -> pd.DataFrame:
    """Read the case studies as written: one row each, all columns text.

    Columns: actor, actor_type, place, scale, area_type, areas (GSS codes joined with ";"),
    themes, steward, status, what_it_shows, source, year.
    """
    return pd.read_csv(DATA / "case_studies.csv", dtype=str, keep_default_na=False)


def list_near(place: Place) -> pd.DataFrame:
    """Return the case studies whose area meets a place: a ward, district or county of it."""
    wards = place.wards if place.wards is not None else np.unique(table().ward[place.positions])
    own = set(layers.wards().iloc[wards][["code", "lad_code", "county_code"]].to_numpy().ravel())
    studies = case_studies()
    meets = [not own.isdisjoint(areas(codes)) for codes in studies["areas"]]
    return studies[meets].reset_index(drop=True)


def areas(codes: str) -> list[str]:
    """Return the codes in use today for codes joined with ";": those of former areas go on."""
    given = [code for code in codes.split(";") if code]
    return [
        new for old in given for new in [s.code for s in succession.find_successors(old)] or [old]
    ]
