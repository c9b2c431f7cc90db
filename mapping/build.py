"""Build ``data/`` from Code-Point Open, the ONS postcode lookup and Natural Earth's land.

Run ``python -m mapping.build --help``. The steps and their sources are told in
``data/SOURCES.md``. Nothing here is needed to run the app.
"""

import argparse
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from scipy.spatial import cKDTree
from tqdm import tqdm

from mapping import coast, tessellation
from mapping.errors import MappingError
from mapping.postcodes import AREA_BASE_M2, AREA_STEP, DATA, canonical

CODEPOINT_COLUMNS = ["postcode", "quality", "easting", "northing", "country",
                     "nhs_region", "nhs_area", "county_code", "lad_code", "ward_code"]  # fmt: skip
NO_POSITION = ("60", "90")
"""Positional quality indicators that mean: no usable position."""
BOX_POSTCODES = 10
"""As many postcodes at one point are post-office boxes and sorting offices, not homes."""
SIMPLIFY_M = 20.0
WARD_SUFFIX = re.compile(r"\s+(Ward|ED)(\s+\(DET\))?$")


def read_codepoint(path: Path) -> pd.DataFrame:
    """Read the postcodes that have a position and a district from ``codepo_gb.zip``.

    Columns: postcode (canonical), easting, northing (int, EPSG:27700), county_code,
    lad_code, ward_code; sorted by postcode. Raises MappingError on any other layout.
    """
    if not zipfile.is_zipfile(path):
        raise MappingError(
            f"Expected the zip file of Code-Point Open; {path.name} is none. Download it as CSV."
        )
    with zipfile.ZipFile(path) as archive:
        names = [n for n in archive.namelist() if re.search(r"Data/CSV/\w+\.csv$", n, re.I)]
        if not names:
            raise MappingError(
                f"Expected Data/CSV/*.csv inside {path.name}; found none among "
                f"{len(archive.namelist())} files. Download Code-Point Open as CSV."
            )
        frames = [_read_part(archive, name) for name in names]
    table = pd.concat(frames, ignore_index=True)
    table = table[~table["quality"].isin(NO_POSITION) & (table["lad_code"] != "")]
    table["postcode"] = canonical(table["postcode"])
    for axis in ("easting", "northing"):
        table[axis] = table[axis].astype("int32")
    keep = ["postcode", "easting", "northing", "county_code", "lad_code", "ward_code"]
    return table[keep].sort_values("postcode", ignore_index=True)


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
    with zipfile.ZipFile(path) as archive:
        found = [n for n in archive.namelist() if n.lower().endswith("codelist.xlsx")]
        if not found:
            raise MappingError(
                f"Expected the names of wards and districts as Codelist.xlsx inside {path.name}; "
                f"found none among {len(archive.namelist())} files. Download Code-Point Open again."
            )
        name = found[0]
        sheets = pd.read_excel(
            io.BytesIO(archive.read(name)), sheet_name=None, header=None, dtype=str
        )
    rows = pd.concat(s for key, s in sheets.items() if s.shape[1] == 2 and key != "AREA_CODES")
    return {code: WARD_SUFFIX.sub("", name.strip()) for name, code in rows.itertuples(index=False)}


def read_lookup(path: Path) -> pd.DataFrame:
    """Read postcode, small-user flag and LSOA 2011 from the ONS lookup (.csv, .zip or .7z).

    Columns: postcode (index), small_user (bool), lsoa_code, lsoa_name ("" where blank).
    """
    columns = ["pcds", "usertype", "lsoa11cd", "lsoa11nm"]
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
    return pd.DataFrame(
        {
            "small_user": (table["usertype"] == "0").to_numpy(),
            "lsoa_code": table["lsoa11cd"].to_numpy(),
            "lsoa_name": table["lsoa11nm"].to_numpy(),
        },
        index=pd.Index(canonical(table["pcds"]), name="postcode"),
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


def atoms(codepoint: pd.DataFrame, lookup: pd.DataFrame) -> pd.DataFrame:
    """Join postcodes with the lookup; those it does not know take their nearest neighbour's area.

    Adds lsoa_code, lsoa_known, small_user, residential (small user, and fewer than ten
    postcodes at its point) and keeps the order of ``codepoint``.
    """
    table = codepoint.join(lookup[["small_user", "lsoa_code"]], on="postcode")
    known = table["lsoa_code"].fillna("").ne("").to_numpy()
    if not known.any():
        raise MappingError(
            f"Expected the lookup to know most of {len(table):,} postcodes; it knows none. "
            "Check that the two files cover the same country."
        )
    xy = table[["easting", "northing"]].to_numpy()
    nearest = cKDTree(xy[known]).query(xy[~known])[1]
    codes = table["lsoa_code"].to_numpy(dtype=object, copy=True)
    codes[~known] = codes[known][nearest]
    small = table["small_user"].isin([True]) | table["small_user"].isna()
    at_point = table.groupby(["easting", "northing"])["postcode"].transform("size")
    return codepoint.assign(
        lsoa_code=codes,
        lsoa_known=known,
        small_user=small.to_numpy(dtype=bool),
        residential=(small & (at_point < BOX_POSTCODES)).to_numpy(dtype=bool),
    )


def encode_areas(areas_m2: np.ndarray) -> np.ndarray:
    """Pack areas in square metres on a logarithmic scale of 16 bits (0.04 % a step)."""
    steps = np.log(np.maximum(areas_m2, AREA_BASE_M2) / AREA_BASE_M2) / AREA_STEP
    return np.clip(np.rint(steps), 0, 65_535).astype("uint16")


def write_postcodes(table: pd.DataFrame, cell_m2: np.ndarray, path: Path) -> None:
    """Write ``postcodes.parquet``; ``cell_m2`` is each postcode's share of its cell."""
    columns: dict[str, pa.Array] = {
        "postcode": pa.array(table["postcode"]),
        "easting": pa.array(table["easting"]),
        "northing": pa.array(table["northing"]),
        "ward": pa.array(table["ward_code"]).cast(pa.string()).dictionary_encode(),
        "lsoa": pa.array(table["lsoa_code"]).cast(pa.string()).dictionary_encode(),
        "small_user": pa.array(table["small_user"]),
        "residential": pa.array(table["residential"]),
        "cell": pa.array(encode_areas(cell_m2)),
    }
    pq.write_table(
        pa.table(columns),
        path,
        compression="zstd",
        compression_level=19,
        use_dictionary=["ward", "lsoa"],
        column_encoding={
            "postcode": "DELTA_BYTE_ARRAY",
            "easting": "DELTA_BINARY_PACKED",
            "northing": "DELTA_BINARY_PACKED",
        },
        row_group_size=len(table),
    )


def ward_table(table: pd.DataFrame, names: dict[str, str], aliases: dict[str, str]) -> pd.DataFrame:
    """List the wards that have postcodes: code, name, lad_code, lad_name, county_code.

    ``aliases`` maps newer district codes to those that the facts in ``data/`` know.
    """
    wards = table.groupby("ward_code")[["lad_code", "county_code"]].agg(["first", "nunique"])
    torn = wards.index[wards[("lad_code", "nunique")] > 1]
    if len(torn):
        raise MappingError(
            f"Expected each ward in one district; {len(torn)} lie in several: "
            f"{', '.join(torn[:5])}. Check the district and ward columns."
        )
    lad = wards[("lad_code", "first")]
    return pd.DataFrame(
        {
            "code": wards.index,
            "name": [names.get(c, c) for c in wards.index],
            "lad_code": [aliases.get(c, c) for c in lad],
            "lad_name": [names.get(c, c) for c in lad],
            "county_code": wards[("county_code", "first")].to_numpy(),
        }
    )


def build(
    codepoint: Path, lookup: Path, land: Path, out: Path, step: Callable[[str], None]
) -> dict[str, int]:
    """Build every derived file of ``out`` and return what was counted.

    ``step`` is called with the name of each of the nine steps as it begins. Districts that
    the facts in ``data/`` do not know are built like any other: see ``without_facts``.
    """
    step("reading Code-Point Open")
    points = read_codepoint(codepoint)
    names = read_names(codepoint)
    step("reading the ONS lookup")
    areas = read_lookup(lookup)
    step("joining the two")
    table = atoms(points, areas)
    step("drawing the coast")
    shore = coast.read_land(land, table["easting"].to_numpy(), table["northing"].to_numpy())
    step("one cell a postcode (the long step)")
    cells = tessellation.tessellate(table["easting"].to_numpy(), table["northing"].to_numpy())
    step("measuring the cells")
    aliases = pd.read_csv(DATA / "code_aliases.csv", dtype=str).set_index("code")["alias_of"]
    wards = ward_table(table, names, aliases.to_dict())
    number = pd.Index(wards["code"]).get_indexer(table["ward_code"])
    sharing = np.bincount(cells.point_of)[cells.point_of]
    cell_m2 = tessellation.cell_areas_m2(cells, shore)[cells.point_of] / sharing
    step("merging them into wards")
    at_point = tessellation.label_points(cells, number)
    found, shapes = tessellation.merge(cells, at_point)
    step("cutting the wards at the coast")
    found, shapes = coast.cut(found, shapely.coverage_simplify(shapes, SIMPLIFY_M), shore)
    borders = tessellation.borders(cells, at_point, shore)
    step("writing")
    out.mkdir(parents=True, exist_ok=True)
    geometry = pd.Series(shapes, index=found).reindex(range(len(wards)))
    write_postcodes(table, cell_m2, out / "postcodes.parquet")
    write_geo(wards, geometry.to_numpy(), out / "wards.parquet")
    kinds = {"a": "int16", "b": "int16", "length_m": "float32"}
    borders.astype(kinds).to_parquet(out / "borders.parquet", compression="zstd", index=False)
    write_geo(pd.DataFrame({"part": range(shapely.get_num_geometries(shore))}),
              shapely.get_parts(shore), out / "land.parquet")  # fmt: skip
    lsoa_names(table, areas).to_parquet(out / "lsoas.parquet", compression="zstd", index=False)
    return {
        "postcodes": len(table),
        "postcodes the lookup does not know": int((~table["lsoa_known"]).sum()),
        "wards": len(wards),
        "wards without a cell of their own": len(wards) - len(found),
    }


def without_facts(wards: pd.DataFrame) -> str:
    """Say which districts of ``wards`` the facts in ``data/`` do not know; "" if all are known.

    Takes the columns lad_code and lad_name, and says what to add.
    """
    known = pd.read_csv(DATA / "local_authorities.csv", dtype=str)["lad_code"]
    new = wards[~wards["lad_code"].isin(known)].drop_duplicates("lad_code")
    if new.empty:
        return ""
    named = [f"{row.lad_name} ({row.lad_code})" for row in new.itertuples()]
    return (
        f"Expected every district in data/local_authorities.csv; {len(named)} are not in it: "
        f"{', '.join(named)}. Everything is built, but they are in no region, police force or "
        "other body until each has a row there; if a code is merely new for a district that is "
        "listed, add the two codes to data/code_aliases.csv and build again."
    )


def write_geo(columns: pd.DataFrame, geometry: np.ndarray, path: Path) -> None:
    """Write columns and EPSG:27700 geometries as GeoParquet."""
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(geometry, crs=27700))
    frame.to_parquet(path, compression="zstd", compression_level=19, index=False)


def lsoa_names(table: pd.DataFrame, lookup: pd.DataFrame) -> pd.DataFrame:
    """List the LSOAs in use: code, name."""
    known = lookup.drop_duplicates("lsoa_code").set_index("lsoa_code")["lsoa_name"]
    codes = np.unique(table["lsoa_code"].astype(str))
    return pd.DataFrame({"code": codes, "name": known.reindex(codes).fillna("").to_numpy()})


def main(arguments: list[str] | None = None) -> None:
    """Run the build from the command line, with a progress bar."""
    parser = argparse.ArgumentParser(prog="python -m mapping.build", description=__doc__)
    parser.add_argument("--codepoint", type=Path, required=True, help="codepo_gb.zip (OS, CSV)")
    parser.add_argument("--lookup", type=Path, required=True,
                        help="postcode to LSOA lookup of the ONS, .csv, .zip or .7z")  # fmt: skip
    parser.add_argument("--land", type=Path, required=True, help="ne_10m_land.shp (Natural Earth)")
    parser.add_argument("--out", type=Path, default=DATA, help="where to write (default: data/)")
    given = parser.parse_args(arguments)
    for path in (given.codepoint, given.lookup, given.land):
        if not path.exists():
            parser.error(f"there is no file {path}")
    with tqdm(total=9, unit="step") as bar:

        def step(name: str) -> None:
            bar.set_description(name)
            bar.update()

        try:
            counted = build(given.codepoint, given.lookup, given.land, given.out, step)
        except MappingError as fault:
            bar.close()
            parser.exit(1, f"{fault}\n")
    for what, count in counted.items():
        print(f"{count:>12,}  {what}")
    wards = pd.read_parquet(given.out / "wards.parquet", columns=["lad_code", "lad_name"])
    if missing := without_facts(wards):
        print(missing)


if __name__ == "__main__":
    main()
