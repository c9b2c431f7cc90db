"""The files of an archive that is read: tables as texts, and sentences for what is none."""

import zlib
from collections.abc import Mapping
from typing import NoReturn

import pandas as pd

from mapping.errors import MappingError
from mapping.workspaces import texts

MAX_ROWS = 1_000_000
"""Most rows of a table."""
MAX_EXAMPLES = 5
CORRECT = "Correct it, or export the workspace again."
"""What to do about rows that come out of an archive, or that somebody is about to keep."""


class Files:
    """What was unpacked of an archive, by the names of its files."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents

    def get(self, name: str) -> bytes:
        """Return a file; raises MappingError if there is none of that name."""
        if name not in self._contents:
            refuse(f"{name} in the zip", "none")
        return self._contents[name]

    def read_table(self, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
        """Read a table of just these columns, all texts; raises MappingError for another."""
        found = texts.read_csv(self.get(name), name, columns)
        if len(found) > MAX_ROWS:
            refuse(f"up to {MAX_ROWS:,} rows in {name}", f"{len(found):,}")
        return found

    def compress_table(self, name: str) -> bytes:
        """Return a table as it is kept, compressed, once it has been read without a fault."""
        return zlib.compress(texts.write_csv(texts.read_csv(self.get(name), name)))


def refuse(expected: str, found: str, do: str = "Export the workspace again.") -> NoReturn:
    """Raise MappingError for an archive or rows that hold something else than was expected."""
    raise MappingError(f"Expected {expected}; found {found}. {do}")
