"""Case studies of systems stewardship: who was described, where, and what each shows."""

from functools import lru_cache

import numpy as np
import pandas as pd

from mapping import layers
from mapping.places import Place
from mapping.postcodes import DATA, table

FORMER_DISTRICTS = {"E07000167": "E06000065", "E07000168": "E06000065"}
"""Districts abolished in 2023 (Ryedale, Scarborough) and the council that took them over."""


@lru_cache(maxsize=1)
def case_studies() -> pd.DataFrame:
    """Read the case studies as written: one row each, all columns text.

    Columns: actor, actor_type, place, scale, area_type, areas (GSS codes joined with ";"),
    themes, steward, status, what_it_shows, source, year.
    """
    return pd.read_csv(DATA / "case_studies.csv", dtype=str, keep_default_na=False)


def near(place: Place) -> pd.DataFrame:
    """Return the case studies whose area meets a place: a ward, district or county of it."""
    wards = place.wards if place.wards is not None else np.unique(table().ward[place.positions])
    own = set(layers.wards().iloc[wards][["code", "lad_code", "county_code"]].to_numpy().ravel())
    studies = case_studies()
    meets = [bool(own & _areas(codes)) for codes in studies["areas"]]
    return studies[meets].reset_index(drop=True)


def _areas(codes: str) -> set[str]:
    return {FORMER_DISTRICTS.get(code, code) for code in codes.split(";") if code}
