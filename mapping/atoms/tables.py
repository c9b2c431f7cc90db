"""The tables that ship: all there and whole, or said to be missing or cut off."""

import os
from pathlib import Path
from typing import Any

import pandas as pd

from mapping.atoms.vintage import WHAT_TO_DO
from mapping.errors import MappingError

TABLES = (
    "actor_rules.csv",
    "body_names.csv",
    "case_studies.csv",
    "code_aliases.csv",
    "councils.csv",
    "directory_stems.csv",
    "examples/by-codes.csv",
    "examples/by-names-with-mistakes.csv",
    "examples/by-postcodes.csv",
    "examples/by-radius.csv",
    "examples/neighbourhood-teams.csv",
    "examples/template.csv",
    "first_steps.csv",
    "former_districts.csv",
    "forms.csv",
    "gss_entities.csv",
    "layers.csv",
    "local_authorities.csv",
    "mergers.csv",
    "official_codes.csv",
    "other_names.csv",
    "power.csv",
    "rating_conditions.csv",
    "rating_schemes.csv",
    "residents.csv",
    "service_areas.csv",
    "spoken_regions.csv",
    "themes.csv",
    "town_outcomes.csv",
)
"""What ``data/`` holds beside the files that are built."""


def check(folder: Path) -> None:
    """Raise MappingError unless all of ``TABLES`` are in a folder, each to its last line's end."""
    for name in TABLES:
        _check_end(folder / name)


def read(path: Path, **options: Any) -> pd.DataFrame:
    """Read a table that ships: texts, "" where a cell is empty, unless ``options`` say otherwise.

    These are of ``pandas.read_csv``. Raises MappingError for a file that is missing or cut off.
    """
    _check_end(path)
    try:
        return pd.read_csv(path, **{"dtype": str, "keep_default_na": False, **options})
    except (OSError, ValueError) as fault:  # a parser's and a decoder's faults are ValueErrors
        raise _explain(path, "cannot be read") from fault


def _check_end(path: Path) -> None:
    """Look at the last letter of a file: whole tables end with their last line."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 1))
            end = file.read()
    except OSError as fault:
        what = "is not there" if isinstance(fault, FileNotFoundError) else "cannot be read"
        raise _explain(path, what) from fault
    if end != b"\n":
        raise _explain(path, "is cut off")


def _explain(path: Path, what: str) -> MappingError:
    return MappingError(f"Expected all tables of data/ whole; {path.name} {what}. {WHAT_TO_DO}")
