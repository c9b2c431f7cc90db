"""Map shares: who answers for how much of each area of a map, as it is written down for years.

They are kept as one array, area after area, and stand in an archive as a table.
"""

import numpy as np
import pandas as pd

from mapping.geography import Layer
from mapping.workspaces.kinds.files import CORRECT, refuse

COLUMNS = ("area", "code", "share")
"""An area, the code of one of its units, and that unit's share of its people."""
WHOLE = 1_000_000_000
"""A share of all: shares are kept as whole parts of it."""
ENTRY = np.dtype([("area", "S9"), ("unit", "<i4"), ("share", "<i4")])
"""The name of an area, the number of one of its units, and that unit's share."""
AREA = r"[A-Z0-9 ]{5,9}"


def pack(layer: Layer, areas: np.ndarray, profile: np.ndarray) -> bytes:
    """Write down the shares of areas, by their names and profiles; nothing for a layer without."""
    if layer.shares is None:
        return b""
    row, unit, share = layer.shares.divide(profile)
    found = np.empty(len(row), dtype=ENTRY)
    found["area"], found["unit"] = areas[row], unit
    found["share"] = np.maximum(np.rint(share * WHOLE), 1)
    return found.tobytes()


def unpack(content: bytes, units: int) -> np.ndarray:
    """Read what ``pack`` wrote, an ``ENTRY`` each; raises MappingError for what it does not write.

    ``units`` is how many the map has.
    """
    if len(content) % ENTRY.itemsize:
        refuse("whole shares in a map", "a part of one", CORRECT)
    found = np.frombuffer(content, dtype=ENTRY)
    if not ((found["unit"] >= 0) & (found["unit"] < units) & (found["share"] > 0)).all():
        refuse("shares above 0 of the units of a map", "others", CORRECT)
    return found


def write_table(content: bytes, codes: pd.Series) -> pd.DataFrame:
    """Write shares as a table of ``COLUMNS``; ``codes`` are those of the units, in their order."""
    found = unpack(content, len(codes))
    share = [f"{part / WHOLE:.9f}" for part in found["share"].tolist()]
    named = codes.to_numpy(object)[found["unit"]]
    columns = zip(COLUMNS, (found["area"].astype(str), named, share), strict=True)
    return pd.DataFrame(dict(columns), dtype="str")


def read_table(table: pd.DataFrame, codes: pd.Series) -> bytes:
    """Read a table of ``write_table`` as ``pack`` writes shares.

    Raises MappingError for shares that are none, other codes, and areas that are no codes.
    """
    share = pd.to_numeric(table["share"], errors="coerce").to_numpy(dtype=float)
    if not ((share > 0) & (share <= 1)).all():
        refuse("shares above 0 in a map", "others", CORRECT)
    if not table["area"].str.fullmatch(AREA).all():
        refuse("codes or postcodes beside the shares of a map", "others", CORRECT)
    found = np.empty(len(table), dtype=ENTRY)
    found["area"] = table["area"].to_numpy(object).astype("S9")
    found["unit"] = pd.Index(codes).get_indexer(table["code"])
    found["share"] = np.rint(share * WHOLE)
    unpack(found.tobytes(), len(codes))
    return found.tobytes()


def find_areas(entries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the names of the areas of some entries, and how many entries each has."""
    area = entries["area"]
    begins = np.flatnonzero(np.r_[True, area[1:] != area[:-1]]) if len(area) else np.empty(0, int)
    return area[begins], np.diff(np.append(begins, len(area)))
