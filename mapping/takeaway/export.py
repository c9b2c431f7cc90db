"""Files to take away: tables as CSV, and as GeoPackage where there is geometry."""

import io
import re
from collections.abc import Sequence
from typing import TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from mapping import derived
from mapping.atoms import postcodes
from mapping.geography import Layer, counted, lenses
from mapping.wording import by_shares, findings

Frame = TypeVar("Frame", bound=pd.DataFrame)
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet would take for the beginning of a formula, in wide letters too."""
_UNSEEN = (
    r"\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufff9-\ufffb"
)
_BEGINS = re.compile(rf"[\t\r\n]|[{_UNSEEN}]*[=+\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋]")
"""How a formula begins, with what a reader does not see before it, in letters of any width."""
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
"""What is a number and nothing else: a spreadsheet runs none, whatever sign it has."""
DERIVED = "Boundaries are approximate: we draw them from postcodes. They are not official."
CHUNK_ROWS = 10_000
MAX_REASONS = 3
"""So many reasons why rows of a layer of one's own count for nothing are told."""
ESTIMATED = ("people", "changed")
"""What columns are called that hold people."""
ROUNDED = "Estimates are rounded to 10, so rows need not add up to their total."
COUNT_DIGITS, SHARE_DIGITS, MIN_COUNT = 2, 6, 0.5
"""Decimals of counts and of shares; a column with counts smaller than this has as many as these."""


def attribution() -> tuple[str, ...]:
    """Return what whoever shows or passes on the data must show; see data/SOURCES.md.

    The year is that of the file of postcodes.
    """
    year = postcodes.name_month().split()[-1]
    return (
        f"Contains OS data © Crown copyright and database right {year}",
        f"Contains Royal Mail data © Royal Mail copyright and database right {year}",
        "Source: Office for National Statistics licensed under the Open Government Licence v.3.0",
        f"Contains National Statistics data © Crown copyright and database right {year}",
    )


def shorten_attribution() -> str:
    """Return what ``attribution`` says in one line, for a map; the footer has it in full."""
    year = postcodes.name_month().split()[-1]
    return (
        "Contains OS, Royal Mail and National Statistics data © Crown and Royal Mail copyright "
        f"and database right {year}. ONS, Open Government Licence v3.0"
    )


def say_residual(layer: Layer) -> str:
    """Say what of somebody's own layer is in no unit, in brackets; "" if nothing is."""
    told = layer.residual
    if told.empty:
        return ""
    if "postcodes" in told:
        counts = told.groupby("reason", sort=False)["postcodes"].sum()
        said = [
            f"{findings.write_count(count, 'postcode', 'postcodes')} {reason}"
            for reason, count in counts.items()
            if count
        ]
    else:
        counts = told["reason"].str.partition(":")[0].value_counts()  # without its own words
        said = [f"{count:,} × {reason}" for reason, count in counts.head(MAX_REASONS).items()]
        rows = findings.write_count(len(told), "row counts", "rows count")
        said = [f"{rows} for nothing: {'; '.join(said)}"]
    return f" ({'; '.join(said)})"


def note(caption: str, by: str, used: Sequence[Layer] = (), *, limits: str = "") -> str:
    """Say what a file holds: what was counted, within which limits, over whose areas and data.

    ``caption`` and ``limits`` are sentences, ``by`` is the lens (of one that was lent its own
    note is told), and ``used`` are the layers, of which source and date are told.
    """
    areas = "; ".join(
        f"{layer.title}: {', '.join(filter(None, (layer.source, layer.as_at)))}"
        + (f", valid to {layer.valid_to}" if layer.valid_to else "")
        + say_residual(layer)
        for layer in used
    )
    told = [
        caption,
        f"Counted: {lenses.counts(by)}.",
        ROUNDED if by == "residents" else "",
        lenses.note(by),
        limits,
        f"{areas}." if areas else "",
        by_shares.say_counted(used),
        DERIVED,
        *(f"{line}." for line in attribution()),
    ]
    return " ".join(sentence for sentence in told if sentence)


def neutralise(frame: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before texts that a spreadsheet would run; numbers stay numbers.

    Texts that are plain numbers stay as they are, and headings are texts as well.
    """
    changed = frame.rename(columns=_neutralise_value)
    for name in changed.columns:
        column = changed[name]
        is_text = isinstance(column.dtype, pd.StringDtype)
        if is_text and not any(map(is_formula, column.dropna().unique())):
            continue
        if not pd.api.types.is_numeric_dtype(column):
            changed[name] = column.astype("object").map(_neutralise_value)
    return changed


def _neutralise_value(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet may take a text for a formula, with blanks before it as well.

    A plain number such as "-0.12" or "+1e-3" is none.
    """
    return _BEGINS.match(text) is not None and _NUMBER.fullmatch(text) is None


def round_estimates(frame: Frame, by: str) -> Frame:
    """Round the people of a table to tens where they are estimated; other lenses stay as counted.

    ``frame`` is a DataFrame or GeoDataFrame; its columns of people are those of ``ESTIMATED``.
    """
    if not counted.is_estimate(by):
        return frame
    told = [column for column in ESTIMATED if column in frame.columns]
    return frame.assign(**{column: frame[column].round(-1) for column in told})


def round_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Round numbers to what they can carry: counts to two decimals, all others to six.

    A column of shares, degrees (lat, lon), or counts below a half (small areas of land in
    square kilometres) keeps six.
    """
    changed = frame.copy()
    for name in changed.columns:
        if pd.api.types.is_float_dtype(changed[name]):
            changed[name] = changed[name].round(_digits(str(name), changed[name].abs()))
    return changed


def _digits(name: str, size: pd.Series) -> int:
    is_score = size.max() <= 1.000001 or name in ("lat", "lon")
    is_small = size[size > 0].min() < MIN_COUNT
    return SHARE_DIGITS if is_score or is_small else COUNT_DIGITS


def csv(frame: pd.DataFrame, source: str = "", *, once: bool = False) -> bytes:
    """Write a table as CSV (UTF-8 with a byte order mark, so that spreadsheets read names).

    ``source`` says in a last column of every row, or with ``once`` of the first, what is counted
    and whose data it is; the column is called so, or ``about`` where the table has a column of
    that name itself.
    """
    plain = round_numbers(pd.DataFrame(frame.drop(columns="geometry", errors="ignore")))
    told = neutralise(plain)
    if source:  # one text for all rows: it is kept once
        which = np.zeros(len(told), dtype="int8")
        which[1:] = -1 if once else 0
        name = _choose_name(told, "source", "about")
        told[name] = pd.Categorical.from_codes(which, categories=[_neutralise_value(source)])
    file = io.BytesIO()
    told.to_csv(
        file,
        index=False,
        encoding="utf-8-sig",
        mode="wb",
        chunksize=CHUNK_ROWS,
        lineterminator="\r\n",
    )  # then a lone \r in a cell is quoted too
    return file.getvalue()


def _choose_name(frame: pd.DataFrame, *names: str) -> str:
    """Return the first of some names that is no column yet; the last if all are."""
    return next((name for name in names if name not in frame.columns), names[-1])


def geopackage(frame: gpd.GeoDataFrame, layer: str, source: str = "") -> bytes:
    """Write areas or lines as a GeoPackage in EPSG:27700; ``source`` as in ``csv``.

    Rows without a geometry are kept, and ``source`` says how many there are, with up to five
    examples.
    """
    frame = gpd.GeoDataFrame(round_numbers(frame), crs=frame.crs)
    told = " ".join(filter(None, (source, say_shapeless(frame))))
    frame = frame.assign(**{_choose_name(frame, "source", "about"): told}) if told else frame
    # what writes the file says with a RuntimeError that the disk is full
    with derived.make_folder(RuntimeError) as folder:
        path = folder / "layer.gpkg"
        frame.to_crs(27700).to_file(path, layer=file_stem(layer), driver="GPKG")
        return path.read_bytes()


def say_shapeless(frame: gpd.GeoDataFrame) -> str:
    """Say which rows have no geometry: how many, and up to five by name; nothing if all have one.

    A unit whose postcodes all share their points with others' has no area of its own.
    """
    bare = frame[frame.geometry.isna() | frame.geometry.is_empty]
    if bare.empty:
        return ""
    count = (
        f"{len(bare):,} of {len(frame):,} rows {'has' if len(bare) == 1 else 'have'} no map area"
    )
    examples = "; ".join(_name_row(row) for _, row in bare.head(5).iterrows())
    more = " and others" if len(bare) > 5 else ""
    named = f" ({examples}{more})" if examples else ""
    return (
        f"{count}{named}, because their postcodes are at the same points as others, or others have "
        "larger shares."
    )


def _name_row(row: pd.Series) -> str:
    """Return what a row is called: the names of its units, else its first text."""
    texts = row[[isinstance(value, str) for value in row]]
    named = texts[[str(key) == "name" or str(key).endswith("_name") for key in texts.index]]
    return " with ".join(named if len(named) else texts.head(1))


def file_stem(*words: str) -> str:
    """Make a file name of words: small letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", " ".join(words).lower()).strip("-")[:80] or "table"
