"""Own weights: somebody's own numbers, by which people are counted."""

import hashlib
import re
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.geography import lenses
from mapping.wording import write_count
from mapping.workspaces import names, texts
from mapping.workspaces.kinds.actors import POSTCODE
from mapping.workspaces.kinds.files import Files, refuse
from mapping.workspaces.kinds.kind import Cell, Kind, Opened, list_lost
from mapping.workspaces.names import POSTCODE_BYTES

__all__ = ["KIND", "OwnLens", "write_row"]


@dataclass(frozen=True, eq=False)
class OwnLens:
    """Somebody's own weights: a number for each of some postcodes.

    Attributes
    ----------
    name, counts : what it is called and what it counts: "Census 2021", "households"
    positions, numbers : positions in the national table, and the number of each, at least 0
    residual : what of the file counts for nothing; any columns, kept as text
    by : its key as a lens, made of all that is written down: other numbers or words, another key
    """

    name: str
    counts: str
    positions: np.ndarray
    numbers: np.ndarray
    residual: pd.DataFrame = field(default_factory=pd.DataFrame)
    id: str = field(default_factory=texts.make_id)
    by: str = ""

    def __post_init__(self) -> None:
        if not self.by:
            named = postcodes.table().name[self.positions].tobytes()
            parts = named, _write_numbers(self.numbers), texts.write_csv(self.residual)
            object.__setattr__(self, "by", _make_key(self.name, self.counts, *parts))

    @property
    def values(self) -> np.ndarray:
        """Return the number of every postcode, 0 without one: (1.74 million,) float64."""
        found = np.zeros(len(postcodes.table()))
        found[self.positions] = self.numbers
        return found


def write_row(lens: OwnLens, saved: str) -> pd.DataFrame:
    """Write down somebody's own weights: one row with the columns of the kind.

    Raises MappingError unless all numbers are finite and at least 0, and for an id or words that
    cannot be kept.
    """
    lenses.get(lens.values)
    named = postcodes.table().name[lens.positions]
    row = {
        "id": texts.check_id(lens.id),
        "name": texts.check_text(lens.name, "name of weights"),
        "counts": texts.check_text(lens.counts, "word for what weights count"),
        "saved": saved,
        "postcodes": zlib.compress(named.tobytes()),
        "numbers": zlib.compress(_write_numbers(lens.numbers)),
        "residual": zlib.compress(texts.write_csv(lens.residual)),
    }
    return pd.DataFrame([row])


def _write_numbers(numbers: np.ndarray) -> bytes:
    return numbers.astype("<f8").tobytes()


def _make_key(name: str, counts: str, named: bytes, numbers: bytes, residual: bytes) -> str:
    """Return the key of a lens: as long as it is kept, whatever postcodes are still in use."""
    found = hashlib.sha256("\x1f".join((name, counts)).encode("utf-8", "replace"))
    for part in (named, numbers, residual):
        found.update(hashlib.sha256(part).digest())
    return f"{lenses.OWN}{found.hexdigest()[:20]}"


def _open(rows: pd.DataFrame) -> Opened[tuple[OwnLens, ...]]:
    found = [_open_row(row) for row in rows.itertuples(index=False)]
    lost = pd.concat([list_lost(), *(missing for _, missing in found)], ignore_index=True)
    return Opened(tuple(lens for lens, _ in found), lost)


def _open_row(row: Any) -> tuple[OwnLens, pd.DataFrame]:
    parts = [zlib.decompress(part) for part in (row.postcodes, row.numbers, row.residual)]
    named = np.frombuffer(parts[0], dtype=f"S{POSTCODE_BYTES}")
    numbers = np.frombuffer(parts[1], dtype="<f8")
    found = names.position_of(named, postcodes.table().name)
    known = found >= 0
    residual = texts.read_csv(parts[2], "what weights left over")
    by = _make_key(row.name, row.counts, *parts)
    lens = OwnLens(row.name, row.counts, found[known], numbers[known], residual, row.id, by)
    return lens, list_lost("weights", row.id, row.name, "postcode", named[~known])


def _write(rows: pd.DataFrame) -> dict[str, bytes]:
    files = {KIND.table_file: texts.write_csv(rows[KIND.list_columns(Cell.BYTES)])}
    for number, row in enumerate(rows.itertuples(), start=1):
        files[f"weights/{number}.csv"] = texts.write_csv(_list_numbers(row))
        files[f"residuals/{number}.csv"] = zlib.decompress(row.residual)
    return files


def _list_numbers(row: Any) -> pd.DataFrame:
    named = np.frombuffer(zlib.decompress(row.postcodes), dtype=f"S{POSTCODE_BYTES}")
    numbers = np.frombuffer(zlib.decompress(row.numbers), dtype="<f8")
    return pd.DataFrame(
        {"postcode": named.astype(str), "number": list(map(repr, numbers.tolist()))}
    )


def _read(files: Files) -> pd.DataFrame:
    table = files.read_table(KIND.table_file, tuple(KIND.list_columns(Cell.BYTES)))
    rows = []
    for number, row in enumerate(table.to_dict("records"), start=1):
        residual = files.compress_table(f"residuals/{number}.csv")
        numbers = _read_numbers(files, f"weights/{number}.csv")
        rows.append({**row, **numbers, "residual": residual})
    return pd.DataFrame(rows, columns=list(KIND.columns))


def _read_numbers(files: Files, name: str) -> dict[str, bytes]:
    table = files.read_table(name, ("postcode", "number"))
    if not table["postcode"].map(lambda text: bool(re.fullmatch(POSTCODE, text))).all():
        refuse(f"postcodes like N1 9GU in {name}", "others")
    if table["postcode"].duplicated().any():
        refuse(f"each postcode once in {name}", "some that repeat")
    try:
        numbers = table["number"].to_numpy(dtype=object).astype("<f8")
    except ValueError:
        refuse(f"numbers in {name}", "texts")
    if not (np.isfinite(numbers) & (numbers >= 0)).all():
        refuse(f"finite numbers of at least 0 in {name}", "others")
    named = table["postcode"].to_numpy(dtype=object).astype(f"S{POSTCODE_BYTES}")
    return {
        "postcodes": zlib.compress(named.tobytes()),
        "numbers": zlib.compress(numbers.tobytes()),
    }


def _note(rows: pd.DataFrame) -> str:
    size = sum(len(zlib.decompress(row.postcodes)) // POSTCODE_BYTES for row in rows.itertuples())
    many = write_count(len(rows), "file of numbers", "files of numbers")
    return f"{many} for {write_count(size, 'postcode', 'postcodes')}"


def _check(rows: pd.DataFrame) -> None:
    for row in rows.itertuples():
        texts.check_text(row.name, "name of weights")
        texts.check_text(row.counts, "word for what weights count")


KIND = Kind(
    name="weights",
    columns={
        "id": Cell.ID,
        "name": Cell.TEXT,
        "counts": Cell.TEXT,
        "saved": Cell.MOMENT,
        "postcodes": Cell.BYTES,
        "numbers": Cell.BYTES,
        "residual": Cell.BYTES,
    },
    key=("id",),
    order=("saved", "id"),
    about="""\
weights.csv      own weights; row 1 belongs to weights/1.csv (postcode, number) and
                 residuals/1.csv (what of the file counts for nothing)
""",
    nouns=("file of numbers", "files of numbers"),
    noted=_note,
    folders=("weights", "residuals"),
    open=_open,
    write=_write,
    read=_read,
    check=_check,
)
