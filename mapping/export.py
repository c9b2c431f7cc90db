"""Files to take away: tables as CSV, and as GeoPackage where there is geometry."""

import re
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

ATTRIBUTION = (
    "Contains OS data © Crown copyright and database right 2025",
    "Contains Royal Mail data © Royal Mail copyright and database right 2025",
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0",
    "Contains National Statistics data © Crown copyright and database right 2025",
)
"""What whoever shows or passes on the data must show; see data/SOURCES.md."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for the beginning of a formula."""


def neutralised(frame: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before texts that a spreadsheet would run; numbers stay numbers."""
    changed = frame.copy()
    for name in changed.columns:
        if not pd.api.types.is_numeric_dtype(changed[name]):
            changed[name] = changed[name].astype("object").map(_harmless)
    return changed


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Round numbers to what they can carry: shares to six decimals, all others to two."""
    changed = frame.copy()
    for name in changed.columns:
        if pd.api.types.is_float_dtype(changed[name]):
            is_score = changed[name].abs().max() <= 1.000001
            changed[name] = changed[name].round(6 if is_score else 2)
    return changed


def csv(frame: pd.DataFrame, source: str = "") -> bytes:
    """Write a table as CSV (UTF-8 with a byte order mark, so that spreadsheets read names).

    ``source`` says in a last column of every row what is counted and whose data it is.
    """
    plain = rounded(pd.DataFrame(frame.drop(columns="geometry", errors="ignore")))
    told = plain.assign(source=source) if source else plain
    return neutralised(told).to_csv(index=False).encode("utf-8-sig")


def geopackage(frame: gpd.GeoDataFrame, layer: str, source: str = "") -> bytes:
    """Write areas or lines as a GeoPackage in EPSG:27700; ``source`` as in ``csv``."""
    frame = gpd.GeoDataFrame(rounded(frame), crs=frame.crs)
    frame = frame.assign(source=source) if source else frame
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.gpkg"
        frame.to_crs(27700).to_file(path, layer=file_stem(layer), driver="GPKG")
        return path.read_bytes()


def file_stem(*words: str) -> str:
    """Make a file name of words: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", " ".join(words).lower()).strip("-")[:80] or "table"
