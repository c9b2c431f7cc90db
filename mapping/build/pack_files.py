"""The files of a pack: written to a folder of their own, which takes its place at the very end."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mapping import packs
from mapping.atoms import blocks, table

UNFINISHED_S = 3600.0
"""A folder that nothing was added to for so long is of no build that still runs."""
UNIT_SCHEMA = pa.schema({"code": pa.string(), "name": pa.string()})


@contextmanager
def writing(folder: Path, name: str) -> Iterator[Path]:
    """Give a new folder to write a pack to, which becomes the pack ``name`` if all went well.

    If it fails or is interrupted, the pack that was there stays. What builds that were killed
    more than an hour ago have left is deleted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _clear_unfinished(folder)
    with tempfile.TemporaryDirectory(dir=folder, prefix=packs.UNFINISHED) as temporary:
        unfinished = Path(temporary) / "pack"
        unfinished.mkdir()
        yield unfinished
        target = folder / name
        if target.exists():
            os.replace(target, Path(temporary) / "before")
        os.replace(unfinished, target)


def _clear_unfinished(folder: Path) -> None:
    for path in folder.glob(f"{packs.UNFINISHED}*"):
        if abs(time.time() - path.stat().st_mtime) > UNFINISHED_S:  # a clock may be turned back
            shutil.rmtree(path, ignore_errors=True)  # it may be another user's


def seal(folder: Path) -> dict[str, str]:
    """Return the checksum of each file in a folder."""
    return {path.name: packs.sum_up(path) for path in sorted(folder.iterdir())}


def write_numbers(columns: Mapping[str, np.ndarray], path: Path) -> None:
    """Write columns of numbers, each to be read by itself."""
    rows = max((len(numbers) for numbers in columns.values()), default=1)
    pq.write_table(
        pa.table({name: pa.array(numbers) for name, numbers in columns.items()}),
        path,
        compression="zstd",
        use_dictionary=False,
        row_group_size=rows,
    )


def list_units(codes: list[str], names: list[str]) -> pa.Table:
    """Return areas as a table: code, name."""
    return pa.table([pa.array(codes), pa.array(names)], schema=UNIT_SCHEMA)


def count_in_wards(numbers: np.ndarray, grain: str) -> np.ndarray:
    """Count how many units reach into each ward, (7,934,) int16.

    ``numbers`` are those of each ward, block or postcode (``grain``), -1 for none.
    """
    atoms = table()
    if grain == "ward":
        return (numbers >= 0).astype("int16")
    ward = blocks().ward if grain == "block" else atoms.ward
    pair = ward.astype("int64") * (int(numbers.max(initial=0)) + 1) + numbers
    pair = pair[numbers >= 0]
    pair = pair[np.r_[True, pair[1:] != pair[:-1]]] if len(pair) else pair  # many stand in runs
    each = np.unique(pair) // (int(numbers.max(initial=0)) + 1)
    return np.bincount(each, minlength=len(atoms.ward_codes)).astype("int16")
