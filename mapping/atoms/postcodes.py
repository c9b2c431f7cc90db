"""The postcodes of Great Britain: the atoms that everything else is counted over."""

import hashlib
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyproj import Transformer

from mapping.atoms import vintage
from mapping.atoms.grid import Grid, sort_into_columns, sort_into_squares
from mapping.errors import MappingError
from mapping.memory import once

DATA = Path(__file__).resolve().parents[2] / "data"
AREA_BASE_M2 = 0.01
AREA_STEP = np.log(1e12) / 65_535
"""Cell areas are stored as 16 bits: ``AREA_BASE_M2 * exp(AREA_STEP * code)`` square metres."""
UNIT = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}")
ISLANDS = {"IM": "the Isle of Man", "JE": "the Channel Islands", "GY": "the Channel Islands"}
"""How postcodes begin that are of no nation of the United Kingdom, and where they are."""
COVERED = "Common Ground covers England, Scotland and Wales only."
_BETWEEN = re.compile(r"[\s._\-‐‑–—]+")
"""What people write between, before and behind the halves of a postcode."""
TO_DEGREES = Transformer.from_pipeline(
    "+proj=pipeline +step +inv +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 "
    "+y_0=-100000 +ellps=airy +step +proj=push +v_3 +step +proj=cart +ellps=airy +step "
    "+proj=helmert +x=446.448 +y=-125.157 +z=542.06 +rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 "
    "+convention=position_vector +step +inv +proj=cart +ellps=WGS84 +step +proj=pop +v_3 "
    "+step +proj=unitconvert +xy_in=rad +xy_out=deg"
)
"""From EPSG:27700 to longitude and latitude (EPSG:4326), to about 2 metres.

It is "OSGB36 to WGS 84 (6)", which pyproj chooses where it has no finer grid, spelt out: every
thread makes it anew, a page runs in a thread of its own, and choosing takes 45 ms each time.
"""


@dataclass(frozen=True, eq=False)
class Postcodes:
    """Great Britain's postcodes as columns of equal length, sorted by name.

    Attributes
    ----------
    name : fixed-width bytes, ``b"N1 9GU"``
    easting, northing : int32 metres, EPSG:27700
    ward, lsoa : positions into ``ward_codes`` and ``lsoa_codes``
    small_user : bool, an ordinary address rather than a large receiver of post
    residential : bool, small user and fewer than ten postcodes at its point
    cell_km2 : float32, its share of the ground nearer to it than to others
    """

    name: np.ndarray
    easting: np.ndarray
    northing: np.ndarray
    ward: np.ndarray
    lsoa: np.ndarray
    small_user: np.ndarray
    residential: np.ndarray
    cell_km2: np.ndarray
    ward_codes: np.ndarray
    lsoa_codes: np.ndarray

    def __len__(self) -> int:
        return len(self.name)

    @cached_property
    def grid(self) -> Grid:
        """Return the postcodes sorted by square kilometre, for ``index`` and ``polygons``."""
        return sort_into_squares(self.easting, self.northing)

    @cached_property
    def columns(self) -> tuple[np.ndarray, np.ndarray]:
        """Return the postcodes by column of the grid, for ``partition``."""
        return sort_into_columns(self.easting, self.northing)


@once
def table() -> Postcodes:
    """Load the national table once a process; treat it as read-only.

    Raises MappingError if the built files of ``data/`` are not all there, and of one build.
    """
    vintage.read_vintage(DATA)
    path = DATA / "postcodes.parquet"
    plain = _read_columns(path)
    coded = pq.read_table(path, columns=["ward", "lsoa"])
    ward, ward_codes = _number_codes(coded["ward"], "int16")
    lsoa, lsoa_codes = _number_codes(coded["lsoa"], "uint16")
    del coded
    pa.default_memory_pool().release_unused()
    return Postcodes(**plain, ward=ward, lsoa=lsoa, ward_codes=ward_codes, lsoa_codes=lsoa_codes)


def _read_columns(path: Path) -> dict[str, np.ndarray]:
    """Read all but the coded columns in batches: whole, the names alone would take 130 MB."""
    file = pq.ParquetFile(path)
    kinds = {
        "name": "S8",
        "easting": "int32",
        "northing": "int32",
        "small_user": "bool",
        "residential": "bool",
        "cell_km2": "float32",
    }
    found = {name: np.empty(file.metadata.num_rows, kind) for name, kind in kinds.items()}
    stored = ["postcode", "easting", "northing", "small_user", "residential", "cell"]
    areas_km2 = AREA_BASE_M2 * np.exp(AREA_STEP * np.arange(2**16)) / 1e6
    at = 0
    for batch in file.iter_batches(batch_size=65_536, columns=stored):
        part = slice(at, at + len(batch))
        padded = pc.utf8_rpad(batch["postcode"], 8, "\0").buffers()[2]
        found["name"][part] = np.frombuffer(padded, dtype="S8", count=len(batch))
        for name in stored[1:-1]:
            found[name][part] = batch[name].to_numpy(zero_copy_only=False)
        found["cell_km2"][part] = areas_km2[batch["cell"].to_numpy()]
        at = part.stop
    return found


def _number_codes(column, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Turn a dictionary column into numbers in the order of its sorted codes."""
    chunk = column.combine_chunks()
    if not hasattr(chunk, "dictionary"):
        chunk = chunk.dictionary_encode()
    codes = chunk.dictionary.to_numpy(zero_copy_only=False).astype(str)
    order = np.argsort(codes)
    rank = np.empty(len(order), dtype=kind)
    rank[order] = np.arange(len(order))
    return rank[chunk.indices.to_numpy()], codes[order]


def normalise(names: pd.Series) -> pd.Series:
    """Write postcodes the one way, capitals with one space: ``n19gu`` becomes ``N1 9GU``."""
    tight = names.str.upper().str.replace(r"\s+", "", regex=True)
    return tight.str[:-3] + " " + tight.str[-3:]


def find(text: str) -> pd.Series:
    """Find one postcode, however it is typed.

    Returns a Series: position (into the national table), postcode, easting, northing
    (EPSG:27700 metres), lat, lon (EPSG:4326 degrees), ward_code, lsoa_code, small_user.
    Raises MappingError for text that is no postcode, one in Northern Ireland, and one
    that is not known, with what to try instead.

    >>> found = find("n1 9gu")
    >>> found["postcode"], found["ward_code"]
    ('N1 9GU', 'E05013700')
    """
    name = _check_name(text)
    atoms = table()
    position = int(np.searchsorted(atoms.name, name.encode()))
    if position >= len(atoms) or atoms.name[position] != name.encode():
        raise MappingError(_explain_unknown(name, atoms.name[max(position - 1, 0) : position + 2]))
    return describe(position)


def find_middle(positions: np.ndarray) -> int:
    """Return which of some postcodes is nearest to the middle (median) of the residential ones.

    A sorting office with hundreds of postcodes does not count; without homes all do.
    """
    atoms = table()
    homes = positions[atoms.residential[positions]]
    some = homes if len(homes) else positions
    east, north = atoms.easting[some], atoms.northing[some]
    return int(some[np.argmin(np.hypot(east - np.median(east), north - np.median(north)))])


def describe(position: int) -> pd.Series:
    """Describe the postcode at one position of the national table, as ``find`` does."""
    atoms = table()
    easting, northing = int(atoms.easting[position]), int(atoms.northing[position])
    lon, lat = TO_DEGREES.transform(easting, northing)
    name = atoms.name[position].decode()
    facts = {
        "position": int(position),
        "postcode": name,
        "easting": easting,
        "northing": northing,
        "lat": round(lat, 6),
        "lon": round(lon, 6),
        "ward_code": str(atoms.ward_codes[atoms.ward[position]]),
        "lsoa_code": str(atoms.lsoa_codes[atoms.lsoa[position]]),
        "small_user": bool(atoms.small_user[position]),
    }
    return pd.Series(facts, name=name, dtype=object)


def compact(text: str) -> str:
    """Write a typed postcode in capitals with nothing between: ``n1-9gu`` becomes ``N19GU``."""
    return _BETWEEN.sub("", text).upper()


def write_typed(text: str) -> str:
    """Write a typed text as a sentence tells it back: a whole postcode the one way, else as it is.

    >>> write_typed("bt11aa"), write_typed(" Camden ")
    ('BT1 1AA', 'Camden')
    """
    tight = compact(text).strip(".")
    whole = tight.isascii() and UNIT.fullmatch(tight)
    return f"{tight[:-3]} {tight[-3:]}" if whole else text.strip()


def _check_name(text: str) -> str:
    name = compact(text)
    if not name:
        raise MappingError("Expected a postcode; nothing was typed. Try one like N1 9GU.")
    if elsewhere := explain_elsewhere(text):
        raise MappingError(elsewhere)
    if not name.isascii() or not UNIT.fullmatch(name):
        raise MappingError(
            f"Expected a full postcode like N1 9GU; found “{text.strip()[:40]}”. "
            "Type the whole postcode, or the name of a place."
        )
    return f"{name[:-3]} {name[-3:]}"


def explain_elsewhere(text: str) -> str:
    """Say that a postcode, or its first half, belongs to somewhere not covered; "" if not so."""
    name = compact(text)
    if not name[2:3].isdigit():
        return ""
    if name.startswith("BT"):
        return explain_northern_ireland(text)
    islands = ISLANDS.get(name[:2])
    return f"{write_typed(text)[:20]} belongs to {islands}. {COVERED}" if islands else ""


def explain_northern_ireland(text: str) -> str:
    """Say why a postcode or name in Northern Ireland cannot be found."""
    name = write_typed(text)
    where = "This place" if len(name) > 40 else name
    if "northern ireland" in name.lower():
        return COVERED
    return f"{where} is in Northern Ireland. {COVERED}"


def _explain_unknown(name: str, neighbours: np.ndarray) -> str:
    outward = name.split()[0]
    near = [n.decode() for n in neighbours if n.decode().split()[0] == outward]
    similar = "Similar ones are" if len(near) > 1 else "A similar one is"
    try_ = (
        f"{similar} {', '.join(near)}."
        if near
        else (f"No current postcode begins with {outward}: check its first half.")
    )
    return f"{name} is not a current postcode in Great Britain. {try_}"


def name_month() -> str:
    """Return the month in which the file of postcodes came out: "May 2025"."""
    return vintage.read_vintage(DATA).month


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Return a short hash of the national table's file, for the names of derived files."""
    content = (DATA / "postcodes.parquet").read_bytes()
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()[:12]


@once
def number_sectors() -> tuple[np.ndarray, np.ndarray]:
    """Return the postcode sectors, and the number of each postcode's: its name but two letters.

    (n,) text, sorted, and (1.74 million,) int16, to be read only.
    """
    value = table().name.view(">u8").astype("u8")
    blank = (value & 0xFF == 0).astype("u1") + (value & 0xFFFF == 0)  # a name has 6 to 8 bytes
    kept = np.array([6 - b for b in range(3)])
    mask = (np.uint64(2**64 - 1) << (8 * (8 - kept)).astype("u8")).astype("u8")
    value &= mask[blank]
    first = np.r_[True, value[1:] != value[:-1]]  # names are sorted, so equal ones stand together
    number = np.cumsum(first, dtype=np.int16) - np.int16(1)
    return value[first].astype(">u8").view("S8").astype(str), number


@once
def number_districts() -> tuple[np.ndarray, np.ndarray]:
    """Return the postcode districts, and the number of each postcode's: see ``number_sectors``."""
    sectors, sector = number_sectors()
    names, number = np.unique([name[:-2] for name in sectors], return_inverse=True)
    return names, number.astype(np.int16)[sector]
