"""Build ``data/`` from Code-Point Open, the ONS postcode lookup and Natural Earth's land.

Or, with ``--directory``, a pack of the ONS Postcode Directory beside it.

Run ``python -m mapping.build --help``. The steps and their sources are told in
``data/SOURCES.md``. Nothing here is needed to run the app.
"""

import argparse
import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from scipy.spatial import cKDTree
from tqdm import tqdm

from mapping.atoms import AREA_BASE_M2, AREA_STEP, DATA, FILES, Vintage, tables
from mapping.boundaries import coast, tessellation
from mapping.build import command, inputs
from mapping.errors import MappingError
from mapping.geocode import succession

VERSION = 1
"""To be raised whenever the build makes other data from the same inputs."""
BOX_POSTCODES = 10
"""As many postcodes at one point are post-office boxes and sorting offices, not homes."""
SIMPLIFY_M = 20.0


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
    """Pack areas in square metres on a logarithmic scale of 16 bits (0.04% a step)."""
    steps = np.log(np.maximum(areas_m2, AREA_BASE_M2) / AREA_BASE_M2) / AREA_STEP
    return np.clip(np.rint(steps), 0, 65_535).astype("uint16")


def write_postcodes(table: pd.DataFrame, cell_m2: np.ndarray, path: Path, vintage: Vintage) -> None:
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
        vintage.marked(pa.table(columns)),
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


@dataclass(frozen=True)
class Inputs:
    """What the data are made from; ``as_at`` is the month of Code-Point Open, ``"2025-05"``."""

    codepoint: Path
    lookup: Path
    land: Path
    as_at: str

    def vintage(self, aliases: dict[str, str]) -> Vintage:
        """Return the mark of a build from these files and with these aliases of districts."""
        files = (self.codepoint, self.lookup, self.land)
        made_from = (str(VERSION), self.as_at, repr(sorted(aliases.items())))
        return Vintage(inputs.digest(files, *made_from), self.as_at)


def build(given: Inputs, out: Path, step: Callable[[str], None]) -> dict[str, int]:
    """Build every derived file of ``out`` and return what was counted.

    ``step`` is called with the name of each of the nine steps as it begins. The files take the
    place of older ones at the very end, all of them or none. Districts that the facts in
    ``data/`` do not know are built like any other: see ``say_unknown_districts``.
    """
    step("reading Code-Point Open")
    points = inputs.read_codepoint(given.codepoint)
    names = inputs.read_names(given.codepoint)
    step("reading the ONS lookup")
    areas = inputs.read_lookup(given.lookup)
    listed = tables.read(DATA / "code_aliases.csv", keep_default_na=True)
    aliases = listed.set_index("code")["alias_of"]
    areas["lad_code"] = areas["lad_code"].replace(aliases.to_dict())
    step("joining the two")
    table = atoms(points, areas)
    step("drawing the coast")
    east, north = table["easting"].to_numpy(), table["northing"].to_numpy()
    shore = coast.read_land(given.land, east, north)
    step("one cell a postcode (the long step)")
    cells = tessellation.tessellate(east, north)
    step("measuring the cells")
    wards = ward_table(table, names, aliases.to_dict())
    number = pd.Index(wards["code"]).get_indexer(table["ward_code"])
    sharing = np.bincount(cells.point_of)[cells.point_of]
    cell_m2 = tessellation.cell_areas_m2(cells, shore)[cells.point_of] / sharing
    step("merging them into wards")
    at_point = tessellation.label_points(cells, number)
    found, shapes = tessellation.merge(cells, at_point)
    step("cutting the wards at the coast")
    found, shapes = coast.cut(found, shapely.coverage_simplify(shapes, SIMPLIFY_M), shore)
    geometry = pd.Series(shapes, index=found).reindex(range(len(wards))).to_numpy()
    borders = tessellation.borders(cells, at_point, shore)
    step("writing")
    vintage = given.vintage(aliases.to_dict())

    def write(folder: Path) -> None:
        write_postcodes(table, cell_m2, folder / "postcodes.parquet", vintage)
        write_geo(wards, geometry, folder / "wards.parquet", vintage)
        write_borders(borders, folder / "borders.parquet", vintage)
        write_frame(lsoa_names(table, areas), folder / "lsoas.parquet", vintage)
        write_former(wards, table, areas, given.as_at, folder / succession.FILE)
        pieces = shapely.get_parts(shore)
        write_geo(
            pd.DataFrame({"part": range(len(pieces))}), pieces, folder / "land.parquet", vintage
        )

    replace_together(out, write)
    return {
        "postcodes": len(table),
        "postcodes the lookup does not know": int((~table["lsoa_known"]).sum()),
        "wards": len(wards),
        "wards without a cell of their own": len(wards) - len(found),
    }


def replace_together(out: Path, write: Callable[[Path], None]) -> None:
    """Let ``write`` write all files to a new folder in ``out``, then put them in their place.

    If it fails or is interrupted, ``out`` keeps the files that it had. Should the machine stop
    between two of the last renames, the marks of the files tell: see ``vintage.read_vintage``.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=".unfinished-") as folder:
        write(Path(folder))
        for name in (*FILES, succession.FILE):
            os.replace(Path(folder) / name, out / name)


def say_unknown_districts(wards: pd.DataFrame) -> str:
    """Say which districts of ``wards`` the facts in ``data/`` do not know; "" if all are known.

    Takes the columns lad_code and lad_name, and says what to add.
    """
    known = tables.read(DATA / "local_authorities.csv", keep_default_na=True)["lad_code"]
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


def write_geo(columns: pd.DataFrame, geometry: np.ndarray, path: Path, vintage: Vintage) -> None:
    """Write columns and EPSG:27700 geometries as GeoParquet."""
    frame = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(geometry, crs=27700))
    plain = io.BytesIO()
    frame.to_parquet(plain, index=False)
    table = vintage.marked(pq.read_table(plain))
    pq.write_table(table, path, compression="zstd", compression_level=19)


def write_borders(borders: pd.DataFrame, path: Path, vintage: Vintage) -> None:
    """Write ``borders.parquet``: pairs of wards by their numbers."""
    kinds = {"a": "int16", "b": "int16", "length_m": "float32"}
    write_frame(borders.astype(kinds), path, vintage)


def write_frame(frame: pd.DataFrame, path: Path, vintage: Vintage) -> None:
    """Write a table without geometry."""
    table = vintage.marked(pa.Table.from_pandas(frame, preserve_index=False))
    pq.write_table(table, path, compression="zstd")


def write_former(
    wards: pd.DataFrame, table: pd.DataFrame, lookup: pd.DataFrame, as_at: str, path: Path
) -> None:
    """Write the districts of the lookup that are gone, and their successors, as CSV."""
    own = wards.set_index("code")[["lad_code", "lad_name"]]
    now = table[["postcode", "ward_code"]].join(own, on="ward_code")
    succession.derive(now, lookup, as_at).to_csv(path, index=False, lineterminator="\n")


def lsoa_names(table: pd.DataFrame, lookup: pd.DataFrame) -> pd.DataFrame:
    """List the LSOAs in use: code, name."""
    known = lookup.drop_duplicates("lsoa_code").set_index("lsoa_code")["lsoa_name"]
    codes = np.unique(table["lsoa_code"].astype(str))
    return pd.DataFrame({"code": codes, "name": known.reindex(codes).fillna("").to_numpy()})


def main(arguments: list[str] | None = None) -> None:
    """Run the build from the command line, with a progress bar."""
    parser = argparse.ArgumentParser(prog="python -m mapping.build", description=__doc__)
    parser.add_argument("--codepoint", type=Path, help="codepo_gb.zip (OS, CSV)")
    parser.add_argument(
        "--lookup",
        type=Path,
        help="postcode to LSOA lookup of the ONS, .csv, .zip or .7z",
    )
    parser.add_argument("--land", type=Path, help="ne_10m_land.shp (Natural Earth)")
    parser.add_argument(
        "--as-at", metavar="YYYY-MM", help="month of the data (default: as the files say)"
    )
    parser.add_argument("--out", type=Path, default=DATA, help="where to write (default: data/)")
    command.add_arguments(parser)
    given = parser.parse_args(arguments)
    if wanted := command.read_wanted(parser, given):
        command.run(parser, wanted)
        return
    lacking = [name for name in ("codepoint", "lookup", "land") if getattr(given, name) is None]
    if lacking:
        parser.error(f"the following arguments are required: --{', --'.join(lacking)}")
    for path in (given.codepoint, given.lookup, given.land):
        if not path.exists():
            parser.error(f"there is no file {path}")
    if given.as_at and not inputs.MONTH.fullmatch(given.as_at):
        parser.error(f"--as-at is a month like 2025-05, not {given.as_at}")
    with tqdm(total=9, unit="step") as bar:

        def step(name: str) -> None:
            bar.set_description(name)
            bar.update()

        try:
            as_at = given.as_at or inputs.read_month(given.codepoint)
            files = Inputs(given.codepoint, given.lookup, given.land, as_at)
            counted = build(files, given.out, step)
        except MappingError as fault:
            bar.close()
            parser.exit(1, f"{fault}\n")
    print(f"{Vintage('', as_at).month:>12}  Code-Point Open")
    for what, count in counted.items():
        print(f"{count:>12,}  {what}")
    wards = pd.read_parquet(given.out / "wards.parquet", columns=["lad_code", "lad_name"])
    if missing := say_unknown_districts(wards):
        print(missing)


if __name__ == "__main__":
    main()
