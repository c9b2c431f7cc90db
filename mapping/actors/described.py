"""Described: the organisations of the case studies with their areas, and those near a place."""

import numpy as np
import pandas as pd

from mapping.actors import case_studies, defaults
from mapping.actors.as_places import shipped_place
from mapping.atoms import postcodes
from mapping.memory import once
from mapping.places import Place

METRES_A_KM = 1_000


@once
def list_described() -> pd.DataFrame:
    """List the case studies, a row each in the order of their table; shared, not to be changed.

    Columns: those of ``case_studies``, with themes joined by ", " and area_note for all; id (of the
    actor), lat and lon (degrees) of the middle of the area, wards (how many it has).
    """
    studies = case_studies.case_studies()
    register = defaults.shipped()
    rows = []
    for study in studies.to_dict("records"):
        actor = str(register.actors["id"].array[register.number_of(study["actor"])])
        wards = case_studies.find_wards(pd.Series(study))
        spot = postcodes.describe(postcodes.find_middle(shipped_place(actor).positions))
        told = {"id": actor, "lat": float(spot["lat"]), "lon": float(spot["lon"])}
        rows.append({**study, **told, "wards": len(wards), "area_note": _say_area(study)})
    frame = pd.DataFrame(rows)
    return frame.assign(themes=frame["themes"].str.replace(";", ", "))


def list_here(place: Place) -> pd.DataFrame:
    """Return the rows of ``list_described`` whose area meets a place, those of it alone first.

    One that is shown as all of a nation, because its area is not known, is near nowhere.
    """
    found = list_described()
    near = case_studies.list_near(place)["actor"]
    here = found[found["actor"].isin(near)]
    return here.sort_values("wards", kind="stable").reset_index(drop=True)


def find_nearest(place: Place, *, but: str = "") -> tuple[pd.Series, float]:
    """Return the case study whose area begins nearest to the middle of a place, and how far.

    A row of ``list_described``, of another id than ``but``, and kilometres.
    """
    atoms = postcodes.table()
    middle = postcodes.find_middle(place.positions)
    found = list_described()
    known = found[(found["areas"] != "") & (found["id"] != but)]
    away = []
    for actor in known["id"]:
        area = shipped_place(actor).positions
        east = atoms.easting[area].astype(float) - atoms.easting[middle]
        north = atoms.northing[area].astype(float) - atoms.northing[middle]
        away.append(float(np.hypot(east, north).min()) / METRES_A_KM)
    nearest = int(np.argmin(away))
    return known.iloc[nearest], away[nearest]


def find_at(lat: float, lon: float, near_km: float) -> str:
    """Return the id of the case study whose middle is nearest to a point in degrees.

    "" if none is within ``near_km``. Of two with one area it is the first.
    """
    found = list_described()
    found = found[found["areas"] != ""]
    at = np.r_[lat, found["lat"].to_numpy()], np.r_[lon, found["lon"].to_numpy()]
    east, north = postcodes.TO_DEGREES.transform(at[1], at[0], direction="INVERSE")
    away = np.hypot(east[1:] - east[0], north[1:] - north[0]) / METRES_A_KM
    nearest = int(np.argmin(away))
    return str(found["id"].iloc[nearest]) if away[nearest] <= near_km else ""


def _say_area(study: dict[str, str]) -> str:
    """Say what is to be known of the area shown: what the table says, or where it is whole."""
    if study["area_note"]:
        return study["area_note"]
    kind = {"lad": "council area", "county": "county", "ward": "ward"}[study["area_type"]]
    count = len(case_studies.areas(study["areas"]))
    return f"The {kind} of {study['place']}." if count == 1 else f"Its {count} {kind}s."
