"""Pack: what a folder of more ground holds, as its ``pack.json`` says, checked narrowly."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from mapping.errors import MappingError

FORMAT = 2
"""To be raised whenever packs are written in another way."""
PACK = "pack.json"
FILE_OF = {
    "ward": "by_ward.parquet",
    "block": "by_block.parquet",
    "postcode": "by_postcode.parquet",
}
"""The file of the columns that have one number a ward, block or postcode."""
UNITS, PRESENCE, OTHERS = "units.parquet", "presence.parquet", "others.parquet"
RESIDENTS = "residents.parquet"
DIRECTORY, RESIDENTS_KIND = "directory", "residents"
KINDS = {DIRECTORY: (*FILE_OF.values(), UNITS, PRESENCE, OTHERS), RESIDENTS_KIND: (RESIDENTS,)}
"""What a pack may be of, and the files that it then holds beside ``pack.json``."""
SCALES = ("hyperlocal", "borough", "regional", "national")
READINGS = ("layer", "number")
ISLANDS = {"L93000001": "the Channel Islands", "M83000003": "the Isle of Man"}
"""What a directory has the postcodes of, by its code of a country, and no map reaches."""
MAX_JSON_BYTES = 1_000_000
MAX_COLUMNS = 200
MAX_TEXT_LETTERS = 1_000
WHAT_TO_DO = "Build it again with python -m mapping.build."


@dataclass(frozen=True)
class Column:
    """One geography, or one number, that a pack has for every postcode.

    Attributes
    ----------
    key, edition : ``"onspd_lad"``, ``"2025"``: a layer's key, and which of its editions
    column : what the directory calls it: ``"lad25cd"``
    title, plural, scale, sector, description : as those of a layer
    reading : "layer", or "number" for one that is a number rather than an area's code
    grain : what has one number: "ward", "block" or "postcode"
    units : how many areas it has, 0 for numbers
    postcodes : how many postcodes are in one of them, or have a number
    """

    key: str
    edition: str
    column: str
    title: str
    plural: str
    scale: str
    sector: str
    description: str
    reading: str
    grain: str
    units: int
    postcodes: int


@dataclass(frozen=True)
class Offered:
    """A column that the file had and the pack has not: its name, its title, cells filled."""

    column: str
    title: str
    filled: int


@dataclass(frozen=True, eq=False)
class Pack:
    """What a pack holds; found once a process, so it may be told by identity.

    Attributes
    ----------
    folder : where it lies
    kind : "directory" or "residents"
    title, made_from, made_on : "ONS Postcode Directory", the file's name, an ISO date
    as_at : the month of its data, ``"2025-11"``
    fits : the build of the postcodes that its numbers are in the order of
    columns, offered : what it has for every postcode; what the file had besides
    counts : of its making, by what is counted, in words
    rows : how many wards, blocks and postcodes it has numbers for, by grain
    files : the checksum of each of its files: see ``sum_up``
    words : by key, further texts: what residents are counted by
    """

    folder: Path
    kind: str
    title: str
    as_at: str
    made_from: str
    made_on: str
    fits: str
    columns: tuple[Column, ...]
    offered: tuple[Offered, ...]
    counts: dict[str, int]
    rows: dict[str, int]
    files: dict[str, str]
    words: dict[str, str]

    def write(self) -> bytes:
        """Return the content of its ``pack.json``."""
        told = asdict(self) | {"format": FORMAT}
        del told["folder"]
        return (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode()


def sum_up(path: Path) -> str:
    """Return a checksum of a file, by which one that was damaged is found."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(folder: Path) -> Pack:
    """Read a folder's ``pack.json``; raises MappingError if it is none of ours, or damaged."""
    path = folder / PACK
    try:
        size = path.stat().st_size
        if size > MAX_JSON_BYTES:
            raise _refuse(f"{PACK} of {size:,} bytes, more than {MAX_JSON_BYTES:,}")
        told = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as fault:
        raise _refuse(f"{PACK} that cannot be read ({type(fault).__name__})") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise _refuse("one that another version of Common Ground wrote")
    texts = {n: _text(told, n) for n in ("kind", "title", "as_at", "made_from", "made_on", "fits")}
    if texts["kind"] not in KINDS:
        raise _refuse(f"one of “{texts['kind'][:40]}”")
    columns = tuple(_record(Column, one) for one in _list(told, "columns"))
    for one in columns:
        if one.scale not in SCALES or one.grain not in FILE_OF or one.reading not in READINGS:
            raise _refuse(f"a column “{one.key[:40]}” that is neither layer nor number")
    if len({(one.key, one.edition) for one in columns}) < len(columns):
        raise _refuse("a column that stands there twice")
    return Pack(
        folder=folder,
        **texts,
        columns=columns,
        offered=tuple(_record(Offered, one) for one in _list(told, "offered")),
        counts=_mapping(told, "counts", int),
        rows=_mapping(told, "rows", int),
        files=_mapping(told, "files", str),
        words=_mapping(told, "words", str),
    )


def _record(kind: type, told: Any) -> Any:
    """Make a record of a JSON object that has its very fields, of their very types."""
    names = [one.name for one in fields(kind)]
    if not isinstance(told, dict) or sorted(told) != sorted(names):
        raise _refuse("a column that lacks a fact")
    values = {
        one.name: _text(told, one.name) if one.type in (str, "str") else _count(told[one.name])
        for one in fields(kind)
    }
    return kind(**values)


def _text(told: dict, name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or len(value) > MAX_TEXT_LETTERS:
        raise _refuse(f"no text for {name}")
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _refuse("a count that is no number")
    return value


def _list(told: dict, name: str) -> list:
    value = told.get(name)
    if not isinstance(value, list) or len(value) > MAX_COLUMNS:
        raise _refuse(f"no list of {name}")
    return value


def _mapping(told: dict, name: str, kind: type) -> dict[str, Any]:
    value = told.get(name)
    if not isinstance(value, dict) or len(value) > MAX_COLUMNS:
        raise _refuse(f"no {name}")
    return {key: _text(value, key) if kind is str else _count(value[key]) for key in value}


def _refuse(found: str) -> MappingError:
    return MappingError(f"Expected a pack; found {found}. {WHAT_TO_DO}")
