"""Stems: what the columns of a postcode directory hold, by the table of known stems.

Before 2025 a column was called ``oslaua``, since then ``lad25cd``: a stem, two digits of a year and
``cd``. ``data/directory_stems.csv`` has both, with ``##`` for the two digits.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from mapping.atoms import DATA, tables
from mapping.errors import MappingError

PREFIX = "onspd_"
"""How the keys of what comes from a directory begin."""
POSITIONS = {
    "postcode": "pcds",
    "ended": "doterm",
    "introduced": "dointr",
    "easting": "oseast1m|east1m",
    "northing": "osnrth1m|north1m",
    "country": r"ctry(\d\dcd)?",
    "district": r"oslaua|laua|lad\d\dcd",
    "ward": r"osward|ward|wd\d\dcd",
}
"""What is needed of every directory, and what its columns may be called."""
NOT_OFFERED = (
    r"pcds?|pcd[278]|dointr|doterm|usertype|usrtypind|oseast1m|east1m|osnrth1m|north1m|osgrdind|"
    r"gridind|lat|long"
)
"""Columns that are no geography: names, dates and positions."""
LAYER, NUMBER, OFFERED = "layer", "number", "offered"
SCALE_OF_UNKNOWN = {5_000: "hyperlocal", 100: "borough", 0: "regional"}
"""The scale of a geography that the table does not know, from so many areas on."""


class Stem(NamedTuple):
    """What one column becomes: the texts of a layer, its edition, and how it is read.

    ``reading`` is layer, number or offered; ``edition`` "" where the column's name has no year.
    """

    column: str
    key: str
    edition: str
    title: str
    plural: str
    scale: str
    sector: str
    reading: str
    description: str


def read_stems() -> pd.DataFrame:
    """Return the table of known stems: key, columns, title, plural, scale, sector, reading, …."""
    return tables.read(DATA / "directory_stems.csv")


def find_positions(header: Sequence[str], name: str) -> dict[str, str]:
    """Return the columns that every directory has, by what they hold: see ``POSITIONS``.

    Raises MappingError with those missing from the file ``name``, or there several times.
    """
    found, wrong = {}, []
    for what, rule in POSITIONS.items():
        hits = [column for column in header if re.fullmatch(rule, column)]
        if len(hits) == 1:
            found[what] = hits[0]
        else:
            wrong.append(f"{what} ({'several' if hits else 'none'} of {rule})")
    if wrong:
        raise MappingError(
            f"Expected the columns of a postcode directory in {name}, each once; not so: "
            f"{', '.join(wrong)}. Take the ONS Postcode Directory as it was downloaded."
        )
    return found


def match(header: Sequence[str], wanted: Mapping[str, str] | None = None) -> list[Stem]:
    """Tell what each column is, in the order of the file; those of names and positions left out.

    ``wanted`` maps columns that are to be layers, whatever the table says, to titles ("" for the
    table's, or the column's name). One that the table does not know is offered. Raises
    MappingError for a wanted column that the file does not have.
    """
    wanted = dict(wanted or {})
    if missing := [column for column in wanted if column not in header]:
        raise MappingError(
            f"Expected columns of the directory; it has no {', '.join(missing[:5])}. There are: "
            f"{', '.join(column for column in header if not re.fullmatch(NOT_OFFERED, column))}."
        )
    known = read_stems().to_dict("records")
    listed = [column for column in header if not re.fullmatch(NOT_OFFERED, column)]
    found = [_match_one(column, known) for column in listed]
    for at, stem in enumerate(found):
        if stem.column in wanted:
            title = wanted[stem.column] or stem.title
            plural = stem.plural if title == stem.title else f"areas of {title}"
            found[at] = stem._replace(title=title, plural=plural, reading=LAYER)
    return _offer_repeated(found)


def _match_one(column: str, known: list[dict]) -> Stem:
    for row in known:
        for pattern in row["columns"].split():
            rule = re.escape(pattern).replace(r"\#\#", r"(\d\d)")
            if hit := re.fullmatch(rule, column):
                year = hit[1] if hit.groups() else row["key"][-2:]
                edition = f"20{year}" if year.isdigit() else ""
                texts = {name: row[name] for name in Stem._fields if name in row}
                texts |= {"key": PREFIX + row["key"]}
                return Stem(**(texts | {"column": column, "edition": edition}))
    plain = re.sub(r"[^a-z0-9]+", "_", column.removesuffix("cd").removesuffix("ind"))
    dated = re.fullmatch(r"(.*?)(\d\d)", plain)
    return Stem(
        column=column,
        key=PREFIX + (dated[1] if dated and dated[1] else plain),
        edition=f"20{dated[2]}" if dated and dated[1] else "",
        title=column,
        plural=f"areas of {column}",
        scale="",
        sector="statistics",
        reading=OFFERED,
        description=f"The column {column} of the postcode directory.",
    )


def _offer_repeated(found: list[Stem]) -> list[Stem]:
    """Keep one column of each key and edition as a layer; others of it are offered."""
    taken = set()
    for at, stem in enumerate(found):
        if stem.reading != OFFERED and (stem.key, stem.edition) in taken:
            found[at] = stem._replace(reading=OFFERED)
        elif stem.reading != OFFERED:
            taken.add((stem.key, stem.edition))
    return found


def scale_unknown(units: int) -> str:
    """Return the scale of a geography that the table does not know, by its number of areas."""
    return next(scale for least, scale in SCALE_OF_UNKNOWN.items() if units >= least)
