"""Files to take away: tables as CSV, and as GeoPackage where there is geometry."""

import re
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for the beginning of a formula."""


def neutralised(frame: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before texts that a spreadsheet would run; numbers stay numbers."""
    changed = frame.copy()
    for name in changed.columns:
        if pd.api.types.is_string_dtype(changed[name]):
            text = changed[name].astype("object")
            changed[name] = text.map(lambda v: f"'{v}" if str(v).startswith(FORMULA) else v)
    return changed


def csv(frame: pd.DataFrame) -> bytes:
    """Write a table as CSV (UTF-8 with a byte order mark, so that spreadsheets read names)."""
    plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    return neutralised(plain).to_csv(index=False).encode("utf-8-sig")


def geopackage(frame: gpd.GeoDataFrame, layer: str) -> bytes:
    """Write areas or lines as a GeoPackage in EPSG:27700."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layer.gpkg"
        frame.to_crs(27700).to_file(path, layer=file_stem(layer), driver="GPKG")
        return path.read_bytes()


def file_stem(*words: str) -> str:
    """Make a file name of words: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", " ".join(words).lower()).strip("-")[:80] or "table"
