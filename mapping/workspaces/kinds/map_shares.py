"""Map shares: who answers for how much of each area of a map, as it is written down for years."""

import numpy as np
import pandas as pd

from mapping.geography import Layer, shares
from mapping.workspaces import texts
from mapping.workspaces.kinds.files import CORRECT, refuse

COLUMNS = ("area", "code", "share")
"""An area, the code of one of its units, and that unit's share of its people."""
SHARE_DIGITS = 9
MAX_AREA_LETTERS = 9


def write(layer: Layer, areas: np.ndarray, profile: np.ndarray) -> bytes:
    """Write the shares of areas, by their names and profiles, as CSV; no row without them."""
    if layer.shares is None:
        return texts.write_csv(pd.DataFrame({name: [] for name in COLUMNS}, dtype="str"))
    row, unit, share = layer.shares.divide(profile)
    told = {
        "area": areas[row].astype(str),
        "code": layer.codes[unit],
        "share": [f"{one:.{SHARE_DIGITS}f}" for one in share],
    }
    return texts.write_csv(pd.DataFrame(told))


def read(content: bytes) -> pd.DataFrame:
    """Read what ``write`` wrote: area (bytes), code, share (above 0).

    Raises MappingError for other columns, shares that are none, and areas that are no codes.
    """
    found = texts.read_csv(content, "the shares of a map", COLUMNS)
    share = shares.read_people(found["share"])
    if not (share > 0).all():
        refuse("shares above 0 in a map", "others", CORRECT)
    area = found["area"]
    if not area.str.fullmatch(rf"[A-Z0-9 ]{{5,{MAX_AREA_LETTERS}}}").all():
        refuse("codes or postcodes beside the shares of a map", "others", CORRECT)
    named = area.to_numpy(object).astype(f"S{MAX_AREA_LETTERS}")
    return pd.DataFrame({"area": named, "code": found["code"], "share": share})
