"""Finding: which packs lie in the folder of packs, and which are left out, and why."""

import os
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from mapping.atoms import DATA, vintage
from mapping.errors import MappingError
from mapping.memory import once
from mapping.packs import pack
from mapping.packs.pack import FILE_OF, KINDS, PACK, WHAT_TO_DO, Pack

MAX_PACKS = 50
UNFINISHED = ".unfinished-"
"""How the name of a folder begins in which a pack is being built."""
INTERRUPTED = (
    "“{}” is of a pack that is being built, or whose build was interrupted: it is left out, and "
    "the next build deletes it once it is an hour old."
)
NUMBERS = (pa.int16(), pa.int32())
"""What the numbers of postcodes, blocks and wards may be stored as."""
TYPES = {
    pack.UNITS: {"code": pa.string(), "name": pa.string()},
    pack.OTHERS: {
        "name": pa.uint64(),
        "ended": pa.int32(),
        "easting": pa.int32(),
        "northing": pa.int32(),
        "nearest": pa.int32(),
        "distance_m": pa.int32(),
        "ward": pa.int16(),
        "place": pa.string(),
    },
    pack.RESIDENTS: {"people": pa.float64()},
}
"""The columns of the other files."""


class Found(NamedTuple):
    """The packs that may be used, the newest first, and a sentence on each that may not."""

    packs: tuple[Pack, ...]
    left_out: tuple[str, ...]


def folder() -> Path:
    """Return the folder of packs: $COMMON_GROUND_PACKS, or packs beside ``data/``."""
    return _read_folder(os.environ.get("COMMON_GROUND_PACKS") or "")


@once
def _read_folder(told: str) -> Path:
    return Path(told or DATA.parent / "packs")


def find() -> Found:
    """Find the packs that lie in the folder of packs, once a process: see ``folder``."""
    return _find(folder())


@once
def _find(where: Path) -> Found:
    return look(where)


def look(where: Path) -> Found:
    """Look which packs lie in a folder now, whatever was found there before.

    A folder that may not be read leaves the others as they are, and is told of.
    """
    try:
        folders = sorted(where.iterdir())
    except FileNotFoundError:
        return Found((), ())
    except OSError as fault:
        return Found((), (f"The folder of packs cannot be read ({fault.strerror}).",))
    good: list[Pack] = []
    left_out = []
    looked = 0
    for path in folders:
        try:
            if path.name.startswith(UNFINISHED) and path.is_dir():
                left_out.append(INTERRUPTED.format(path.name[:60]))
            elif (path / PACK).is_file():
                looked += 1
                good += [check(path)] if looked <= MAX_PACKS else []
        except MappingError as fault:
            left_out.append(f"The pack “{path.name[:60]}” is left out. {fault}")
        except OSError as fault:
            left_out.append(f"“{path.name[:60]}” cannot be read ({fault.strerror}): left out.")
    if looked > MAX_PACKS:
        left_out.append(f"Of {looked:,} packs the first {MAX_PACKS} by name are looked at.")
    good.sort(key=lambda one: (one.as_at, one.folder.name), reverse=True)
    return Found(tuple(good), tuple(left_out))


def check(path: Path) -> Pack:
    """Return the pack of a folder, whose files are summed up, and of which only the ends are kept.

    Raises MappingError with what is wrong: other files than there should be, one that was damaged,
    another type or number of rows, or a pack for other postcodes than those in ``data/``.
    """
    found = pack.read(path)
    if found.fits != vintage.read_vintage(DATA).build:
        raise MappingError(
            "Expected one for the postcodes in data/; found one that was made for others. "
            f"{WHAT_TO_DO}"
        )
    _check_files(found)
    for name in found.files:
        try:
            facts = pq.read_metadata(path / name)
            _check_columns(found, name, facts.schema.to_arrow_schema(), facts.num_rows)
        except (pa.ArrowException, OSError, ValueError):
            raise _refuse(f"{name} that cannot be read") from None
    return found


def _check_files(found: Pack) -> None:
    expected = set(KINDS[found.kind])
    there = {entry.name for entry in os.scandir(found.folder)}
    if set(found.files) != expected or there != expected | {PACK}:
        odd = sorted(there ^ (expected | {PACK})) or ["another list"]
        raise _refuse(f"other files: {', '.join(name[:40] for name in odd[:5])}")
    for name, checksum in found.files.items():
        entry = found.folder / name
        if entry.is_symlink() or not entry.is_file() or pack.sum_up(entry) != checksum:
            raise _refuse(f"{name} to be another file than the pack was made with, or damaged")


def _check_columns(found: Pack, name: str, schema: pa.Schema, rows: int) -> None:
    """Raise MappingError unless a file has the very columns that the pack says, at its length."""
    grain = next((grain for grain, file in FILE_OF.items() if file == name), "")
    types = dict(zip(schema.names, schema.types, strict=True))
    if grain or name == pack.PRESENCE:
        listed = {c.key + "@" + c.edition for c in found.columns if c.grain == grain or not grain}
        is_right = set(types) == listed and set(types.values()) <= set(NUMBERS)
        right_rows = found.rows.get(grain or "ward")
    elif name == pack.UNITS:
        is_right, right_rows = types == TYPES[name], sum(c.units for c in found.columns)
    else:
        is_right, right_rows = types == TYPES[name], found.rows.get(name, rows)
    if not is_right or (schema.names and rows != right_rows):
        raise _refuse(f"{name} with other columns or rows than it should have")
    if name == pack.RESIDENTS or grain == "postcode":
        atoms = pq.read_metadata(DATA / "postcodes.parquet").num_rows
        if found.rows.get("postcode") != atoms:
            raise _refuse("another number of postcodes than there are")


def _refuse(found: str) -> MappingError:
    return MappingError(f"Expected a whole pack; found {found}. {WHAT_TO_DO}")
