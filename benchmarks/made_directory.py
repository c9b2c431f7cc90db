"""A made-up postcode directory of our own postcodes, in the form before 2025 and in that since.

Its districts, wards and small areas of 2011 are ours; the other geographies are made of these by
rule, so that what a pack of it says can be checked. Beside our postcodes there are ended ones,
newer ones and some of Northern Ireland, whose positions are of the Irish grid.
"""

import io
import zipfile
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pc

from mapping.atoms import postcodes
from mapping.geography import layers

Form = Literal["old", "new"]
NEW_OF_OLD = {
    "pcd": "pcd7",
    "pcd2": "pcd8",
    "pcds": "pcds",
    "dointr": "dointr",
    "doterm": "doterm",
    "oscty": "cty25cd",
    "ced": "ced25cd",
    "oslaua": "lad25cd",
    "osward": "wd25cd",
    "parish": "parncp25cd",
    "usertype": "usrtypind",
    "oseast1m": "east1m",
    "osnrth1m": "north1m",
    "osgrdind": "gridind",
    "oshlthau": "hlth19cd",
    "nhser": "nhser24cd",
    "ctry": "ctry25cd",
    "rgn": "rgn25cd",
    "streg": "ssr95cd",
    "pcon": "pcon24cd",
    "eer": "eer20cd",
    "teclec": "educ23cd",
    "ttwa": "ttwa15cd",
    "pct": "pco19cd",
    "itl": "itl25cd",
    "statsward": "wdstl05cd",
    "oa01": "oa01cd",
    "casward": "wdcas03cd",
    "park": "npark16cd",
    "lsoa01": "lsoa01cd",
    "msoa01": "msoa01cd",
    "ur01ind": "ruc01ind",
    "oac01": "oac01ind",
    "oa11": "oa11cd",
    "lsoa11": "lsoa11cd",
    "msoa11": "msoa11cd",
    "wz11": "wz11cd",
    "sicbl": "sicbl24cd",
    "bua24": "bua24cd",
    "ru11ind": "ruc11ind",
    "oac11": "oac11ind",
    "lat": "lat",
    "long": "long",
    "lep1": "new25cd",
    "msoa21": "msoa21cd",
    "pfa": "pfa23cd",
    "imd": "imd20ind",
    "icb": "icb23cd",
    "oa21": "oa21cd",
    "lsoa21": "lsoa21cd",
}
"""What each column is called since 2025; ``new25cd`` is one that nobody knows yet."""
OLD = list(NEW_OF_OLD)
CHUNK_ROWS = 100_000
IRISH = ((333_828, 374_087, "N09000003"), (243_900, 416_700, "N09000005"))
"""Easting and northing on the Irish grid, and district, of Belfast and Derry."""
SPLIT_EVERY = 20
"""Of so many small areas of 2011 one was divided in 2021."""
NATIONS = {"E": "E92000001", "W": "W92000004", "S": "S92000003"}
NAMES = {
    "LA_UA names and codes UK as at 04_25.csv": (
        "LAD25CD,LAD25NM,LAD25NMW\nE09000007,Camden,\nN09000003,Belfast,\n"
        "N09000005,Derry City and Strabane,\n"
    ),
    "Rural Urban names and codes.csv": "RUC11IND,RUC11NM\nA1,Urban major\nB1,Town\n",
}


class Facts(NamedTuple):
    """Rows of a directory before they are written: positions of ours, and what stands instead.

    ``name`` (n,) S8, ``of`` (n,) the position whose areas a row has, ``ended`` (n,) a month or 0,
    ``irish`` (n,) which of ``IRISH`` it is at, -1 in Great Britain; ``moved_m`` to the east.
    """

    name: np.ndarray
    of: np.ndarray
    ended: np.ndarray
    irish: np.ndarray
    moved_m: np.ndarray


def write(
    path: Path, form: Form, positions: np.ndarray, *, others: int, parts: bool = False
) -> int:
    """Write a directory of some of our postcodes and ``others`` as a zip; return its rows.

    ``parts`` writes it as several files, as ``Data/multi_csv/``.
    """
    facts = _invent(positions, others)
    names = OLD if form == "old" else list(NEW_OF_OLD.values())
    chunks = [slice(begin, begin + CHUNK_ROWS) for begin in range(0, len(facts.name), CHUNK_ROWS)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in NAMES.items():
            archive.writestr(f"Documents/{name}", text)
        if parts:
            for number, part in enumerate(_halve(len(facts.name))):
                with archive.open(f"Data/multi_csv/ONSPD_NOV_2025_UK_{number}.csv", "w") as file:
                    file.write(_write_chunk(facts, part, names, header=True))
            return len(facts.name)
        with archive.open("Data/ONSPD_NOV_2025_UK.csv", "w", force_zip64=True) as file:
            for part in chunks:
                file.write(_write_chunk(facts, part, names, header=part.start == 0))
    return len(facts.name)


def _halve(rows: int) -> tuple[slice, slice]:
    return slice(0, rows // 2), slice(rows // 2, rows)


def _invent(positions: np.ndarray, others: int) -> Facts:
    """Add postcodes that are not ours: of twenty, one is of Northern Ireland and one is newer."""
    atoms = postcodes.table()
    of = positions[np.linspace(0, len(positions) - 1, others).astype(int)]
    outward = pd.Series([name[:-4] for name in atoms.name[of].astype(str).tolist()])
    irish = np.where(np.arange(others) % 20 == 0, np.arange(others) // 20 % 2, -1)
    outward[irish >= 0] = [f"BT{1 + i % 80}" for i in range(int((irish >= 0).sum()))]
    rank = outward.groupby(outward).cumcount()
    ends = np.array([f" {i // 60 % 10}{_pair(i)}" for i in range(600)], dtype=object)
    name = (outward + ends[rank % 600]).to_numpy(object).astype("S8")
    at = np.searchsorted(atoms.name, name)  # ours rise; to ask with isin takes two seconds
    is_ours = atoms.name[np.minimum(at, len(atoms.name) - 1)] == name
    fresh = ~is_ours & (rank < 600).to_numpy()
    ended = np.where(np.arange(others) % 20 == 1, 0, 201906)
    moved = np.where(np.arange(others) % 20 == 2, 60_000, 30)
    whole = Facts(
        np.concatenate([atoms.name[positions], name[fresh]]),
        np.concatenate([positions, of[fresh]]),
        np.concatenate([np.zeros(len(positions), dtype=int), ended[fresh]]),
        np.concatenate([np.full(len(positions), -1), irish[fresh]]),
        np.concatenate([np.zeros(len(positions), dtype=int), moved[fresh]]),
    )
    order = np.argsort(whole.name, kind="stable")
    return Facts(*(part[order] for part in whole))


def _pair(number: int) -> str:
    """Return two letters that no postcode in use ends in: C, I, K, M, O and V are not used."""
    return "CIKMOV"[number % 6] + "ABDEFGHJLN"[number // 6 % 10]


def _write_chunk(facts: Facts, part: slice, names: list[str], *, header: bool) -> bytes:
    some = Facts(*(column[part] for column in facts))
    columns = _make_columns(some)
    kinds = dict(zip(names, OLD, strict=True))
    filled = {name: columns[kind] for name, kind in kinds.items()}
    out = io.BytesIO()
    options = pc.WriteOptions(include_header=header, quoting_style="needed")
    pc.write_csv(pa.table(filled), out, options)
    return out.getvalue()


def _make_columns(some: Facts) -> dict[str, pa.Array]:
    """Make the columns of the form before 2025."""
    atoms, wards = postcodes.table(), layers.wards()
    ward, lsoa = atoms.ward[some.of].astype(int), atoms.lsoa[some.of].astype(int)
    lad = wards["lad_code"].to_numpy(str)[ward]
    nation = np.array([*NATIONS.values()])[_nation(lad)]
    area = atoms.lsoa_codes[lsoa]
    is_irish = some.irish >= 0
    spot = np.array([*IRISH, (0, 0, "")], dtype=object)[some.irish]
    east = np.where(is_irish, spot[:, 0], atoms.easting[some.of] + some.moved_m)
    north = np.where(is_irish, spot[:, 1], atoms.northing[some.of])
    halves = np.where(lsoa % SPLIT_EVERY == 0, 1 + some.of % 2, 0)
    area21 = np.where(halves > 0, _code("E01", 900_000 + lsoa * 2 + halves % 2), area)
    county = wards["county_code"].to_numpy(str)[ward]
    texts = {
        "pcds": some.name.astype(str),
        "pcd": np.char.replace(some.name.astype(str), " ", ""),
        "pcd2": some.name.astype(str),
        "dointr": np.full(len(some.of), "198001"),
        "doterm": np.where(some.ended > 0, some.ended.astype(str), ""),
        "oscty": np.where(county == "", "E99999999", county),
        "oslaua": np.where(is_irish, spot[:, 2], lad).astype(str),
        "osward": np.where(is_irish, "N08000301", atoms.ward_codes[ward]),
        "usertype": np.where(atoms.small_user[some.of], "0", "1"),
        "oseast1m": np.char.zfill(east.astype(int).astype(str), 7),
        "osnrth1m": np.char.zfill(north.astype(int).astype(str), 7),
        "osgrdind": np.full(len(some.of), "1"),
        "ctry": np.where(is_irish, "N92000002", nation),
        "lat": np.full(len(some.of), "52.123456"),
        "long": np.full(len(some.of), "-1.123456"),
        "lsoa11": area,
        "lsoa21": area21,
        "oa11": _code("E00", lsoa * 6 + some.of % 6),
        "oa21": _code("E00", lsoa * 6 + some.of % 5),
        "imd": (lsoa + 1).astype(str),
        "ru11ind": np.array(["A1", "B1", "C1"])[ward % 3],
        "park": np.where(ward % 50 == 0, _code("E26", ward // 500), "E99999999"),
    }
    for at, name in enumerate(OLD):
        texts.setdefault(name, _code(f"E{10 + at}", ward // (3 + at)))
    return {name: pa.array(column.tolist(), pa.string()) for name, column in texts.items()}


def _nation(codes: np.ndarray) -> np.ndarray:
    return np.array([*map("EWS".index, codes.astype("U1"))])


def _code(prefix: str, number: np.ndarray) -> np.ndarray:
    different, of = np.unique(number, return_inverse=True)
    return np.array([f"{prefix}{one:0{9 - len(prefix)}}" for one in different.tolist()])[of]
