"""The vintage of the data: the build that its files come from, and the date of its postcodes.

The files are only right together: the borders, for example, name wards by their position. So
every file carries the mark of the build that wrote it.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mapping.errors import MappingError

FILES = ("postcodes.parquet", "wards.parquet", "borders.parquet", "lsoas.parquet", "land.parquet")
"""The files that one build writes together."""
BUILD, AS_AT = b"common_ground.build", b"common_ground.as_at"
"""Where a Parquet file's metadata says which build wrote it, and as at which month."""
WHAT_TO_DO = "Restore all of data/ from the repository, or make it with python -m mapping.build."


@dataclass(frozen=True)
class Vintage:
    """The mark of a build: a hash of what it was made from, and the month (``"2025-05"``)."""

    build: str
    as_at: str

    @property
    def month(self) -> str:
        """Return the month as a reader would write it: "May 2025"."""
        return date.fromisoformat(f"{self.as_at}-01").strftime("%B %Y")

    def marked(self, table: pa.Table) -> pa.Table:
        """Return a table that carries the mark in its metadata."""
        own = {BUILD: self.build.encode(), AS_AT: self.as_at.encode()}
        return table.replace_schema_metadata({**(table.schema.metadata or {}), **own})


@lru_cache(maxsize=8)
def read_vintage(folder: Path) -> Vintage:
    """Return the vintage of a folder of built files; only their ends are read, once a process.

    Raises MappingError if one of ``FILES`` is missing, damaged or without a mark, or if they
    come from different builds.
    """
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise MappingError(
            f"Expected {len(FILES)} built files in data/; {', '.join(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not there. {WHAT_TO_DO}"
        )
    found = {name: _mark(folder / name) for name in FILES}
    if len(set(found.values())) > 1:
        listed = "; ".join(f"{name}: {mark.as_at}, {mark.build}" for name, mark in found.items())
        raise MappingError(
            f"Expected the {len(FILES)} built files in data/ to come from one build; found those "
            f"of {len(set(found.values()))} ({listed}). {WHAT_TO_DO}"
        )
    return found[FILES[0]]


def _mark(path: Path) -> Vintage:
    try:
        facts = pq.read_schema(path).metadata or {}
    except (pa.ArrowInvalid, OSError) as fault:
        raise MappingError(
            f"Expected a Parquet file in data/; {path.name} cannot be read. {WHAT_TO_DO}"
        ) from fault
    if BUILD not in facts or AS_AT not in facts:
        raise MappingError(
            f"Expected every built file in data/ to say which build wrote it; {path.name} does "
            f"not. {WHAT_TO_DO}"
        )
    return Vintage(facts[BUILD].decode(), facts[AS_AT].decode())
