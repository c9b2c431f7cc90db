"""What the data are built from: Code-Point Open and the ONS postcode lookup, read and checked."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from mapping.atoms import normalise
from mapping.errors import MappingError

CODEPOINT_COLUMNS = [
    "postcode",
    "quality",
    "easting",
    "northing",
    "country",
    "nhs_region",
    "nhs_area",
    "county_code",
    "lad_code",
    "ward_code",
]
NO_POSITION = ("60", "90")
"""Positional quality indicators that mean: no usable position."""
RELEASE = re.compile(r"VERSION NUMBER:\s*([0-9]{4})\.([1-4])\b", re.I)
"""The year and the quarter in Doc/metadata.txt: 2025.2 came out in May 2025."""
MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
WARD_SUFFIX = re.compile(r"\s+(Ward|ED)(\s+\(DET\))?$")


def read_codepoint(path: Path) -> pd.DataFrame:
    """Read the postcodes that have a position and a district from ``codepo_gb.zip``.

    Columns: postcode (canonical), easting, northing (int, EPSG:27700), county_code,
    lad_code, ward_code; sorted by postcode. Raises MappingError on any other layout, and if
    postcodes repeat.
    """
    with _open_zip(path) as archive:
        names = [n for n in archive.namelist() if re.search(r"Data/CSV/\w+\.csv$", n, re.I)]
        if not names:
            raise MappingError(
                f"Expected Data/CSV/*.csv inside {path.name}; found none among "
                f"{len(archive.namelist())} files. Download Code-Point Open as CSV."
            )
        frames = [_read_part(archive, name) for name in names]
    table = pd.concat(frames, ignore_index=True)
    table = table[~table["quality"].isin(NO_POSITION) & (table["lad_code"] != "")]
    table["postcode"] = normalise(table["postcode"])
    _check_unique(table["postcode"], path)
    for axis in ("easting", "northing"):
        table[axis] = table[axis].astype("int32")
    keep = ["postcode", "easting", "northing", "county_code", "lad_code", "ward_code"]
    return table[keep].sort_values("postcode", ignore_index=True)


def _open_zip(path: Path) -> zipfile.ZipFile:
    if not zipfile.is_zipfile(path):
        raise MappingError(
            f"Expected the zip file of Code-Point Open; {path.name} is none. Download it as CSV."
        )
    return zipfile.ZipFile(path)


def _check_unique(names: pd.Series, path: Path) -> None:
    repeated = names[names.duplicated()].unique()
    if len(repeated):
        raise MappingError(
            f"Expected each postcode once in {path.name}; {len(repeated):,} are repeated "
            f"({', '.join(repeated[:5])}). Keep one row each, or download the file again."
        )


def _read_part(archive: zipfile.ZipFile, name: str) -> pd.DataFrame:
    with archive.open(name) as file:
        part = pd.read_csv(file, header=None, dtype=str, keep_default_na=False)
    if part.shape[1] != len(CODEPOINT_COLUMNS):
        raise MappingError(
            f"Expected {len(CODEPOINT_COLUMNS)} columns in {name}; found {part.shape[1]}. "
            "Has the layout of Code-Point Open changed? Compare its Doc/ headers."
        )
    return part.set_axis(CODEPOINT_COLUMNS, axis=1)


def read_names(path: Path) -> dict[str, str]:
    """Read the names of wards, districts and counties by GSS code from Doc/Codelist.xlsx."""
    with _open_zip(path) as archive:
        found = [n for n in archive.namelist() if n.lower().endswith("codelist.xlsx")]
        if not found:
            raise MappingError(
                f"Expected the names of wards and districts as Codelist.xlsx inside {path.name}; "
                f"found none among {len(archive.namelist())} files. Download Code-Point Open again."
            )
        name = found[0]
        sheets = pd.read_excel(
            io.BytesIO(archive.read(name)),
            sheet_name=None,
            header=None,
            dtype=str,
            engine="calamine",
        )
    rows = pd.concat(s for key, s in sheets.items() if s.shape[1] == 2 and key != "AREA_CODES")
    return {code: WARD_SUFFIX.sub("", name.strip()) for name, code in rows.itertuples(index=False)}


def read_month(path: Path) -> str:
    """Read from Doc/metadata.txt in which month ``codepo_gb.zip`` came out: ``"2025-05"``.

    Code-Point Open comes out in February, May, August and November. Raises MappingError if the
    file does not say which of them it is.
    """
    with _open_zip(path) as archive:
        about = [n for n in archive.namelist() if n.lower().endswith("doc/metadata.txt")]
        text = archive.read(about[0]).decode("latin-1") if about else ""
    found = RELEASE.search(text)
    if found is None:
        raise MappingError(
            f"Expected the version number, such as 2025.2.0, in Doc/metadata.txt of {path.name}; "
            "found none. Say when the file came out: --as-at 2025-05."
        )
    return f"{found[1]}-{3 * int(found[2]) - 1:02}"


def digest(paths: Iterable[Path], *texts: str) -> str:
    """Return a short hash of the contents of some files and of some texts."""
    whole = hashlib.sha256(repr(texts).encode())
    for path in paths:
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()[:16]


def read_lookup(path: Path) -> pd.DataFrame:
    """Read postcode, small-user flag, LSOA 2011 and district from the ONS lookup.

    It may be .csv, .zip or .7z. Columns: postcode (index), small_user (bool), lsoa_code,
    lsoa_name, lad_code, lad_name, introduced (a month, ``"202204"``); "" where blank. Raises
    MappingError if columns are missing or postcodes repeat.
    """
    columns = ["pcds", "usertype", "lsoa11cd", "lsoa11nm", "ladcd", "ladnm", "dointr"]
    table = pd.read_csv(
        _open_lookup(path),
        usecols=lambda name: name in columns,
        dtype=str,
        encoding="latin-1",
        keep_default_na=False,
    )
    missing = [name for name in columns if name not in table]
    if missing:
        raise MappingError(
            f"Expected the columns {', '.join(columns)} in {path.name}; {', '.join(missing)} "
            "missing. Take the ONS lookup of postcodes to areas of 2011."
        )
    names = normalise(table["pcds"])
    _check_unique(names, path)
    return pd.DataFrame(
        {
            "small_user": (table["usertype"] == "0").to_numpy(),
            "lsoa_code": table["lsoa11cd"].to_numpy(),
            "lsoa_name": table["lsoa11nm"].to_numpy(),
            "lad_code": table["ladcd"].to_numpy(),
            "lad_name": table["ladnm"].to_numpy(),
            "introduced": table["dointr"].to_numpy(),
        },
        index=pd.Index(names, name="postcode"),
    )


def _open_lookup(path: Path) -> Any:
    if path.suffix == ".7z":
        import py7zr  # needed only for this one format

        with py7zr.SevenZipFile(path) as archive:
            inner = next(n for n in archive.getnames() if n.lower().endswith(".csv"))
            factory = py7zr.io.BytesIOFactory(2**32)
            archive.extract(targets=[inner], factory=factory)
        return factory.products[inner]
    return path
