"""Reading: the arrays of a pack, one geography at a time, when they are asked for."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mapping.atoms import blocks, table
from mapping.errors import MappingError
from mapping.packs import pack
from mapping.packs.pack import FILE_OF, OTHERS, PRESENCE, UNITS, WHAT_TO_DO, Column, Pack


class Others(NamedTuple):
    """The postcodes of the directory that are not among ours, sorted by name.

    Attributes
    ----------
    name : their eight bytes as a number, the first the highest: see ``find``
    ended : the month in which each ended, 201906; 0 for one in use
    nearest, distance_m : position of the postcode of ours that is nearest, and how far; -1 for
        one without a position and one outside Great Britain
    ward : number of the ward that the directory puts it in, -1 for none of ours
    place : the district of one in Northern Ireland, one of ``ISLANDS``; "" in Great Britain
    """

    name: np.ndarray
    ended: np.ndarray
    nearest: np.ndarray
    distance_m: np.ndarray
    ward: np.ndarray
    place: pa.Array

    @property
    def nbytes(self) -> int:
        """Return about how many bytes it takes."""
        return sum(int(part.nbytes) for part in self)

    def find(self, names: np.ndarray) -> np.ndarray:
        """Return the row of each postcode, written as eight bytes (``S8``); -1 for none."""
        if not len(self.name):
            return np.full(len(names), -1)
        asked = np.ascontiguousarray(names, dtype="S8").view(">u8").astype("u8")
        at = np.minimum(np.searchsorted(self.name, asked), len(self.name) - 1)
        return np.where(self.name[at] == asked, at, -1)


def read_numbers(found: Pack, column: Column) -> np.ndarray:
    """Return a column's number for each ward, block or postcode, -1 for none: int16 or int32.

    Raises MappingError if the file is damaged, or has numbers of areas that there are not.
    """
    name = f"{column.key}@{column.edition}"
    numbers = _read(found, FILE_OF[column.grain], [name])[name].to_numpy()
    expected = {
        "ward": lambda: len(table().ward_codes),
        "block": lambda: len(blocks().ward),
        "postcode": lambda: len(table()),
    }[column.grain]()
    most = column.units if column.reading == "layer" else np.inf
    if len(numbers) != expected or numbers.min() < -1 or numbers.max() >= most:
        raise _refuse(found, FILE_OF[column.grain])
    return numbers


def read_by_postcode(found: Pack, column: Column) -> np.ndarray:
    """Return a column's number for each postcode, (1.74 million,), -1 for none."""
    numbers = read_numbers(found, column)
    if column.grain == "ward":
        return numbers[table().ward]
    return numbers[blocks().of_postcode] if column.grain == "block" else numbers


def read_units(found: Pack, column: Column) -> tuple[np.ndarray, np.ndarray]:
    """Return the codes and names of a column's areas, (units,) each, in their order."""
    listed = [one for one in found.columns if one.units]
    at = listed.index(column)
    try:
        rows = pq.ParquetFile(found.folder / UNITS, page_checksum_verification=True).read_row_group(
            at
        )
    except (pa.ArrowException, OSError, ValueError):
        raise _refuse(found, UNITS) from None
    if len(rows) != column.units:
        raise _refuse(found, UNITS)
    codes, names = (rows[name].to_numpy(zero_copy_only=False) for name in ("code", "name"))
    return codes.astype(str), names.astype(object)


def read_presence(found: Pack) -> dict[tuple[str, str], np.ndarray]:
    """Return by key and edition how many of a column's areas reach into each ward, (7,934,)."""
    rows = _read(found, PRESENCE, None)
    return {
        (one.key, one.edition): rows[f"{one.key}@{one.edition}"].to_numpy() for one in found.columns
    }


def read_others(found: Pack) -> Others:
    """Return the directory's postcodes that are not among ours."""
    rows = _read(found, OTHERS, [*Others._fields])
    arrays = {name: rows[name].to_numpy() for name in Others._fields[:-1]}
    highest = len(table()), len(table().ward_codes)
    for name, most in zip(("nearest", "ward"), highest, strict=True):
        if len(rows) and (arrays[name].min() < -1 or arrays[name].max() >= most):
            raise _refuse(found, OTHERS)
    if (arrays["name"][1:] <= arrays["name"][:-1]).any():
        raise _refuse(found, OTHERS)
    place = rows["place"].combine_chunks()
    return Others(**arrays, place=pc.dictionary_encode(place))


def read_residents(found: Pack) -> np.ndarray:
    """Return the people of each postcode, (1.74 million,) float64; NaN where nothing is known."""
    people = _read(found, pack.RESIDENTS, ["people"])["people"].to_numpy()
    if len(people) != len(table()) or np.nanmin(people, initial=0) < 0 or np.isinf(people).any():
        raise _refuse(found, pack.RESIDENTS)
    return people


def _read(found: Pack, name: str, columns: list[str] | None) -> pa.Table:
    try:
        return pq.read_table(found.folder / name, columns=columns)
    except (pa.ArrowException, OSError, ValueError):
        raise _refuse(found, name) from None


def _refuse(found: Pack, name: str) -> MappingError:
    return MappingError(
        f"Expected the pack {found.folder.name} as it was made; its file {name} is damaged. "
        f"{WHAT_TO_DO}"
    )
