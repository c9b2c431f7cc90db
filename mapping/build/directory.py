"""The postcode directory becomes a pack: every official geography at once, and ended postcodes.

``python -m mapping.build --directory ONSPD.zip``. Of 2.7 million rows only the postcodes that are
among ours have a number; the others are kept aside, to be recognised in uploads.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyproj import Transformer
from scipy.spatial import cKDTree

from mapping import packs
from mapping.atoms import DATA, blocks, table, vintage
from mapping.build import directory_csv, pack_files, stems
from mapping.build.directory_csv import Source
from mapping.build.stems import Stem
from mapping.errors import MappingError
from mapping.geography import layers
from mapping.memory import once
from mapping.packs import Column, Offered, Pack

TITLE = "ONS Postcode Directory"
NORTHERN_IRELAND = "N92000002"
IRISH_GRID = 29903
"""Northern Ireland's positions are of its own grid: read as British they lie 244 km off."""
NO_CODE = "99999999"
"""How codes end that mean "none"."""
ASKED_ROWS = 100_000
"""So many postcodes are asked for their nearest at a time."""
Tell = Callable[[str, float], None]
"""Told what is being done, and how much of all (0 to 1)."""


@dataclass
class Coded:
    """A column of codes while it is read: the number of each postcode of ours, and the codes."""

    stem: Stem
    numbers: np.ndarray
    known: dict[str, int] = field(default_factory=dict)

    def put(self, batch: pa.DictionaryArray, rows: np.ndarray, positions: np.ndarray) -> None:
        """Give the postcodes at ``positions`` what the ``rows`` of a batch say."""
        codes = batch.dictionary.to_pylist()
        own = np.array([self._number(code) for code in codes], dtype="int32")
        if len(self.known) >= 2**15 and self.numbers.dtype == np.int16:
            self.numbers = self.numbers.astype("int32")
        self.numbers[positions] = own[batch.indices.to_numpy()[rows]]

    def _number(self, code: str) -> int:
        code = code.strip()
        if not code or code.endswith(NO_CODE):
            return -1
        return self.known.setdefault(code, len(self.known))


class Rows(NamedTuple):
    """The directory's postcodes that are not among ours: texts and numbers, a row each."""

    name: np.ndarray
    ended: np.ndarray
    easting: np.ndarray
    northing: np.ndarray
    is_irish: np.ndarray
    ward: np.ndarray
    place: np.ndarray


@dataclass
class Reading:
    """What has been read so far: columns of codes, other postcodes, and which of ours were met."""

    coded: list[Coded]
    filled: dict[str, int]
    others: list[Rows] = field(default_factory=list)
    met: np.ndarray = field(default_factory=lambda: np.zeros(len(table()), dtype=bool))
    counts: dict[str, int] = field(default_factory=dict)
    newest: int = 0

    def count(self, what: str, number: int) -> None:
        """Add to what is counted."""
        self.counts[what] = self.counts.get(what, 0) + int(number)


def build(
    path: Path,
    folder: Path,
    *,
    wanted: Mapping[str, str] | None = None,
    as_at: str = "",
    tell: Tell = lambda what, share: None,
) -> Pack:
    """Build the pack of a postcode directory in a folder of packs, and return it.

    ``path`` is its zip, or a CSV file; ``wanted`` maps further columns to titles, as
    ``stems.match``; ``as_at`` is its month, if its name does not say. The pack takes the place of
    one of the same name at the very end. Raises MappingError for another file.
    """
    source = directory_csv.open_source(path)
    positions = stems.find_positions(source.header, path.name)
    matched = stems.match(source.header, wanted)
    read = _read(source, positions, matched, tell)
    month = as_at or directory_csv.read_month(source) or _write_month(read.newest)
    if not read.met.any():
        raise MappingError(
            f"Expected the postcodes of Great Britain in {path.name}; none of its "
            f"{read.counts['rows']:,} rows is one. Take the postcode directory of the whole "
            "United Kingdom."
        )
    tell("names", 0.7)
    names = directory_csv.read_names(source)
    with pack_files.writing(folder, _slug(path)) as unfinished:
        columns = _write_columns(read, names, month, unfinished, tell)
        tell("ended postcodes", 0.92)
        _write_others(read, names[1], unfinished)
        offered = tuple(
            Offered(stem.column, stem.title, read.filled.get(stem.column, 0))
            for stem in matched
            if stem.reading == stems.OFFERED
        )
        found = Pack(
            folder=unfinished,
            kind=packs.DIRECTORY,
            title=TITLE,
            as_at=month,
            made_from=path.name,
            made_on=datetime.now(UTC).date().isoformat(),
            fits=vintage.read_vintage(DATA).build,
            columns=tuple(columns),
            offered=offered,
            counts=read.counts,
            rows={
                "ward": len(table().ward_codes),
                "block": len(blocks().ward),
                "postcode": len(table()),
            },
            files=pack_files.seal(unfinished),
            words={},
        )
        (unfinished / packs.PACK).write_bytes(found.write())
    tell("done", 1.0)
    return replace(found, folder=folder / _slug(path))


def _read(source: Source, where: dict[str, str], matched: list[Stem], tell: Tell) -> Reading:
    """Read a directory's rows once: the numbers of ours, and all others."""
    taken = [stem for stem in matched if stem.reading != stems.OFFERED]
    left = [stem.column for stem in matched if stem.reading == stems.OFFERED]
    needed = [where[name] for name in ("country", "district", "ward")]
    codes = list(dict.fromkeys([*(stem.column for stem in taken), *left, *needed]))
    texts = [where[name] for name in ("postcode", "ended", "introduced", "easting", "northing")]
    read = Reading(
        [Coded(stem, np.full(len(table()), -1, dtype="int16")) for stem in taken],
        dict.fromkeys(left, 0),
    )
    blocks()  # while there is room: to make them takes more than to keep them
    done = 0

    def advance(size: int) -> None:
        nonlocal done
        done += size
        tell("the directory", min(1.0, done / max(1, source.size)) * 0.7)

    for batch in directory_csv.read_batches(source, texts, codes, advance):
        _take(batch, where, read)
    pa.default_memory_pool().release_unused()
    read.counts["of ours that it does not have"] = int((~read.met).sum())
    return read


def _take(batch: pa.RecordBatch, where: dict[str, str], read: Reading) -> None:
    """Take up one batch of rows."""
    name = _write_names(batch[where["postcode"]])
    position = _find(name)
    own = np.flatnonzero(position >= 0)
    at = position[own]
    read.met[at] = True
    for one in read.coded:
        one.put(batch[one.stem.column], own, at)
    for column in read.filled:
        blank = pc.equal(batch[column].dictionary, "").to_numpy(zero_copy_only=False)
        read.filled[column] += int((~blank)[batch[column].indices.to_numpy()].sum())
    ended = _read_whole(batch[where["ended"]])
    introduced = _read_whole(batch[where["introduced"]])
    read.newest = max(read.newest, int(ended.max(initial=0)), int(introduced.max(initial=0)))
    country = batch[where["country"]]
    is_irish = _tell(country, lambda code: code.startswith("N"))
    is_island = _tell(country, lambda code: code in packs.ISLANDS)
    read.count("rows", len(batch))
    read.count("of ours", len(own))
    read.count("of ours that it says have ended", (ended[own] > 0).sum())
    rest = np.flatnonzero((position < 0) & (name > 0))
    has_ended, british = ended[rest] > 0, ~(is_irish | is_island)[rest]
    read.count("in Northern Ireland", is_irish[rest].sum())
    read.count("of the Isle of Man and the Channel Islands", is_island[rest].sum())
    read.count("ended in Great Britain", (has_ended & british).sum())
    read.count("in use that are newer than ours", (~has_ended & british).sum())
    ward = _map_codes(batch[where["ward"]], _ward_numbers())
    district, land = (_read_codes(one, rest) for one in (batch[where["district"]], country))
    place = np.where(is_irish[rest], district, np.where(is_island[rest], land, ""))
    read.others.append(
        Rows(
            name[rest],
            ended[rest],
            _read_whole(batch[where["easting"]])[rest],
            _read_whole(batch[where["northing"]])[rest],
            is_irish[rest],
            ward[rest],
            place.astype("S9"),
        )
    )


def _write_names(column: pa.Array) -> np.ndarray:
    """Write postcodes as numbers of their eight bytes; 0 for what is none."""
    fits = pc.and_(
        pc.less_equal(pc.binary_length(column), 8), pc.greater_equal(pc.binary_length(column), 6)
    )
    padded = pc.utf8_rpad(pc.if_else(fits, column, ""), 8, "\0")
    whole = pa.concat_arrays([padded]) if padded.offset else padded
    return np.frombuffer(whole.buffers()[2], dtype=">u8", count=len(column)).astype("u8")


def _find(name: np.ndarray) -> np.ndarray:
    """Return the position of each postcode, as ``_write_names`` writes it; -1 if not ours."""
    known = _own_names()
    at = np.minimum(np.searchsorted(known, name), len(known) - 1)
    return np.where(known[at] == name, at, -1)


@once
def _own_names() -> np.ndarray:
    return table().name.view(">u8").astype("u8")


def _read_whole(column: pa.Array) -> np.ndarray:
    """Read whole numbers, 0 for a blank and for what is none: (rows,) int32.

    "201906" and "2019-06" are one month, "533828.0" is a whole number.
    """
    plain = pc.replace_substring_regex(column, r"^\s*([0-9]+)-?([0-9]*)(\.0*)?\s*$", r"\1\2")
    is_number = pc.match_substring_regex(plain, r"^[0-9]{1,8}$")
    return pc.if_else(is_number, plain, "0").cast(pa.int32()).to_numpy(zero_copy_only=False)


def _read_codes(column: pa.DictionaryArray, rows: np.ndarray) -> np.ndarray:
    return column.dictionary.to_numpy(zero_copy_only=False)[column.indices.to_numpy()[rows]]


def _tell(column: pa.DictionaryArray, rule: Callable[[str], bool]) -> np.ndarray:
    told = np.array([rule(code) for code in column.dictionary.to_pylist()], dtype=bool)
    return told[column.indices.to_numpy()]


def _map_codes(column: pa.DictionaryArray, known: Mapping[str, int]) -> np.ndarray:
    own = np.array([known.get(code, -1) for code in column.dictionary.to_pylist()], dtype="int16")
    return own[column.indices.to_numpy()]


@once
def _ward_numbers() -> dict[str, int]:
    return {str(code): at for at, code in enumerate(table().ward_codes)}


def _write_columns(
    read: Reading, names: tuple[dict, dict], month: str, folder: Path, tell: Tell
) -> list[Column]:
    """Write the numbers, the areas and the presence of every column; return what they are."""
    by_grain: dict[str, dict[str, np.ndarray]] = {grain: {} for grain in packs.FILE_OF}
    presence: dict[str, np.ndarray] = {}
    listed: list[Column] = []
    ours = {
        key: dict(zip(layers.get(key).codes.tolist(), layers.get(key).names.tolist(), strict=True))
        for key in ("ward", "borough", "lsoa")
    }
    known = {**ours["lsoa"], **ours["borough"], **ours["ward"], **names[1]}
    with pq.ParquetWriter(folder / packs.UNITS, pack_files.UNIT_SCHEMA, compression="zstd") as out:
        while read.coded:
            one = read.coded.pop(0)  # so that its numbers are not held twice
            tell(one.stem.title, 0.7 + 0.2 * len(listed) / (len(listed) + len(read.coded) + 1))
            codes, numbers = _sort_codes(one)
            if not len(codes) and one.stem.reading == stems.LAYER:
                read.filled[one.stem.column] = 0
                continue
            column, numbers = _describe(one.stem, codes, numbers, month)
            called = f"{column.key}@{column.edition}"
            by_grain[column.grain][called] = numbers
            presence[called] = pack_files.count_in_wards(numbers, column.grain)
            if column.units:
                stem = re.sub(r"\d\d$", "", one.stem.key.removeprefix(stems.PREFIX))
                own = names[0].get(stem, {})
                out.write_table(
                    pack_files.list_units(codes, [own.get(c) or known.get(c) or c for c in codes])
                )
            listed.append(column)
    for grain, file in packs.FILE_OF.items():
        pack_files.write_numbers(by_grain.pop(grain), folder / file)
    pack_files.write_numbers(presence, folder / packs.PRESENCE)
    return listed


def _sort_codes(one: Coded) -> tuple[list[str], np.ndarray]:
    """Return the codes that a postcode of ours has, sorted, and the number of each postcode.

    Of a column of numbers there are no codes, and a number stands for itself.
    """
    codes = np.array([*one.known, ""], dtype=str)
    if one.stem.reading == stems.NUMBER:
        values = np.array([int(c) if c.isdigit() else -1 for c in codes], dtype="int32")
        return [], np.where(values > 0, values, -1)[one.numbers]
    present = np.unique(one.numbers[one.numbers >= 0])
    order = present[np.argsort(codes[present])]
    rank = np.full(len(codes), -1, dtype="int16" if len(present) < 2**15 else "int32")
    rank[order] = np.arange(len(order))
    return codes[order].tolist(), rank[one.numbers]


def _describe(
    stem: Stem, codes: list[str], numbers: np.ndarray, month: str
) -> tuple[Column, np.ndarray]:
    """Say what a column is, and write its numbers by block or ward if they are made of these."""
    told = int((numbers >= 0).sum())
    numbers, grain = layers.coarsen(numbers, "postcode")
    column = Column(
        key=stem.key,
        edition=stem.edition or month,
        column=stem.column,
        title=stem.title,
        plural=stem.plural,
        scale=stem.scale or stems.scale_unknown(len(codes)),
        sector=stem.sector,
        description=stem.description,
        reading=stem.reading,
        grain=grain,
        units=len(codes),
        postcodes=told,
    )
    return column, numbers


def _write_others(read: Reading, names: Mapping[str, str], folder: Path) -> None:
    """Write the postcodes that are not among ours, sorted by name, with the nearest of ours."""
    rows = _join(read)
    east, north = rows.easting, rows.northing
    has = (east > 0) & (north > 0)
    irish = np.flatnonzero(rows.is_irish & has)
    to_british = Transformer.from_crs(IRISH_GRID, 27700, always_xy=True)
    moved = to_british.transform(east[irish], north[irish])
    east[irish], north[irish] = (np.rint(axis) for axis in moved)
    nearest, distance_m = _find_nearest(east, north, ~rows.is_irish & has)
    codes, of = np.unique(rows.place, return_inverse=True)
    named = {**names, **packs.ISLANDS}
    places = pa.array([named.get(code.decode(), code.decode()) for code in codes], pa.string())
    whole = {
        "name": rows.name,
        "ended": rows.ended,
        "easting": east,
        "northing": north,
        "nearest": nearest,
        "distance_m": distance_m,
        "ward": rows.ward,
        "place": places.take(pa.array(of)),
    }
    pq.write_table(pa.table(whole), folder / packs.OTHERS, compression="zstd")


def _find_nearest(
    east: np.ndarray, north: np.ndarray, wanted: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Find the nearest postcode of ours and how far it lies, (n,) int32; -1 if not wanted."""
    atoms = table()
    nearest, distance_m = np.full((2, len(east)), -1, dtype="int32")
    tree = cKDTree(np.column_stack([atoms.easting, atoms.northing]))
    some = np.flatnonzero(wanted)
    for begin in range(0, len(some), ASKED_ROWS):
        asked = some[begin : begin + ASKED_ROWS]
        away, at = tree.query(np.column_stack([east[asked], north[asked]]))
        nearest[asked], distance_m[asked] = at, np.rint(away)
    return nearest, distance_m


def _join(read: Reading) -> Rows:
    """Join the other postcodes of all batches, sorted by name, each once; the batches let go."""
    parts = [list(column) for column in zip(*read.others, strict=True)]
    read.others.clear()
    _, first = np.unique(np.concatenate(parts[0]), return_index=True)
    columns = []
    while parts:
        columns.append(np.concatenate(parts.pop(0))[first])
    return Rows(*columns)


def _write_month(number: int) -> str:
    """Write 202511 as "2025-11"; raises MappingError if that is no month."""
    text = f"{number // 100}-{number % 100:02}"
    if not re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", text):
        raise MappingError(
            "Expected the month of the postcode directory in its name, as ONSPD_NOV_2025; found "
            "none. Say it: --as-at 2025-11."
        )
    return text


def _slug(path: Path) -> str:
    return layers.slug(path.stem) or "directory"
