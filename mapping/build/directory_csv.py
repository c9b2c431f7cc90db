"""The postcode directory's file: its columns in a stream out of the zip, and the names by code.

Every column is typed as text before anything is read: a stream settles types by its first block,
and a column that is blank or digits there may hold letters two million rows later.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.csv as pc

from mapping.errors import MappingError

BLOCK_BYTES = 2 << 20
"""So much of the file is read at a time: with twice as much it takes 140 MB more."""
CODES = pa.dictionary(pa.int32(), pa.string())
"""How a column of codes is read: each code once a block."""
SINGLE = r"(^|/)Data/(?!multi)[^/]*\.csv$"
PARTS = r"(^|/)Data/multi_csv/[^/]*\.csv$"
DOCUMENTS = r"(^|/)(Documents|Document|User Guide)/.*\.csv$"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MAX_NAMES_BYTES = 50_000_000
CODE, NAME = re.compile(r"(.+?)(cd|ind)", re.I), re.compile(r"(.+?)nm", re.I)
GSS = re.compile(r"[A-Z][0-9]{8}")


@dataclass(frozen=True)
class Source:
    """A postcode directory: a zip or a CSV file, and the tables in it, all with one heading.

    ``header`` has the names of the columns in small letters.
    """

    path: Path
    tables: tuple[str, ...]
    header: tuple[str, ...]
    size: int


def open_source(path: Path) -> Source:
    """Find the table of a directory: one file in ``Data/``, or those of ``Data/multi_csv/``.

    Raises MappingError for a zip without any, and for one with several.
    """
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            return Source(path, ("",), _read_header(file, path.name), path.stat().st_size)
    with zipfile.ZipFile(path) as archive:
        names = sorted(archive.namelist())
        single = [name for name in names if re.search(SINGLE, name, re.I)]
        parts = [name for name in names if re.search(PARTS, name, re.I)]
        if len(single) > 1 or not (single or parts):
            raise MappingError(
                f"Expected one table, Data/….csv, inside {path.name}; found {len(single)} among "
                f"{len(names):,} files. Take the zip of the postcode directory as it was "
                "downloaded."
            )
        headers = []
        for name in single or parts:
            with archive.open(name) as file:
                headers.append(_read_header(file, name))
        if len(set(headers)) > 1:
            raise MappingError(
                f"Expected the same columns in all {len(parts)} tables of {path.name}; found "
                f"{len(set(headers))} headings. Download it again."
            )
        size = sum(archive.getinfo(name).file_size for name in single or parts)
        return Source(path, tuple(single or parts), headers[0], size)


def _read_header(file: IO[bytes], name: str) -> tuple[str, ...]:
    line = file.readline(1 << 20).decode("utf-8-sig", "replace")
    header = tuple(column.strip().lower() for column in next(csv.reader([line]), []))
    if len(set(header)) < len(header) or len(header) < 2:
        raise MappingError(
            f"Expected a line of different column names at the top of {name}; found "
            f"“{line.strip()[:60]}”. Take the postcode directory as it was downloaded."
        )
    return header


def read_batches(
    source: Source, texts: list[str], codes: list[str], advance: Callable[[int], None]
) -> Iterator[pa.RecordBatch]:
    """Yield a directory's rows in batches; ``texts`` as text, ``codes`` as dictionaries.

    ``advance`` is told how many bytes of the table have been read since. Raises MappingError
    where the file breaks off or a row has another number of cells.
    """
    kinds = dict.fromkeys(texts, pa.string()) | dict.fromkeys(codes, CODES)
    for name in source.tables:
        with _open_table(source, name, advance) as file:
            try:
                yield from pc.open_csv(
                    file,
                    read_options=pc.ReadOptions(
                        block_size=BLOCK_BYTES, column_names=list(source.header), skip_rows=1
                    ),
                    convert_options=pc.ConvertOptions(
                        include_columns=list(kinds), column_types=kinds, strings_can_be_null=False
                    ),
                )
            except (pa.ArrowException, zipfile.BadZipFile, EOFError, OSError) as fault:
                raise MappingError(
                    f"Expected a whole postcode directory in {source.path.name}; it breaks off or "
                    f"is damaged ({str(fault)[:120]}). Download it again."
                ) from None


@contextmanager
def _open_table(source: Source, name: str, advance: Callable[[int], None]) -> Iterator["_Counted"]:
    if not name:
        with source.path.open("rb") as plain:
            yield _Counted(plain, advance)
        return
    with zipfile.ZipFile(source.path) as archive, archive.open(name) as file:
        yield _Counted(file, advance)


class _Counted(io.RawIOBase):
    """A file that tells how many bytes are read of it."""

    def __init__(self, file: IO[bytes], advance: Callable[[int], None]) -> None:
        self._file, self._advance = file, advance

    def readable(self) -> bool:
        """Say that it can be read: yes."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""
        piece = self._file.read(size)
        self._advance(len(piece))
        return piece


def read_month(source: Source) -> str:
    """Read from a directory's name which month it is of: "2025-11"; "" if it does not say."""
    for name in (*source.tables, source.path.name):
        found = re.search(rf"({'|'.join(MONTHS)})[a-z]*[ _-]*(20\d\d)", name, re.I)
        if found:
            return f"{found[2]}-{MONTHS.index(found[1].lower()) + 1:02}"
    return ""


def read_names(source: Source) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Read the names by code out of the lists in ``Documents/``.

    Returns them by stem ("lad", "ruc11"), and those of all nine-letter codes together, which name
    one area each. Lists that are no CSV, or have no column of codes and one of names, are passed
    over.
    """
    by_stem: dict[str, dict[str, str]] = {}
    if not source.tables[0]:
        return by_stem, {}
    with zipfile.ZipFile(source.path) as archive:
        for entry in archive.infolist():
            if re.search(DOCUMENTS, entry.filename, re.I) and entry.file_size <= MAX_NAMES_BYTES:
                stem, names = _read_list(archive.read(entry))
                by_stem.setdefault(stem, {}).update(names)
    everywhere = {
        code: name
        for names in by_stem.values()
        for code, name in names.items()
        if GSS.fullmatch(code)
    }
    return by_stem, everywhere


def _read_list(content: bytes) -> tuple[str, dict[str, str]]:
    """Return the stem of a list of codes and names, and the name of each code."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    rows = csv.reader(io.StringIO(text))
    header = [column.strip() for column in next(rows, [])]
    codes = [at for at, column in enumerate(header) if CODE.fullmatch(column)]
    names = [at for at, column in enumerate(header) if NAME.fullmatch(column)]
    if not codes or not names:
        return "", {}
    code, name = codes[0], names[0]
    stem = re.sub(r"\d\d$", "", CODE.fullmatch(header[code])[1].lower())  # type: ignore[index]
    return stem, {
        row[code].strip(): row[name].strip()
        for row in rows
        if len(row) > max(code, name) and row[code].strip() and row[name].strip()
    }
