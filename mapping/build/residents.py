"""The census's own counts become a pack: residents by postcode, output area or small area.

``python -m mapping.build --residents FILE``. Rows of one area are added, as the census has two rows
a postcode, one for each sex; rows that are totals of others are not added to them.
"""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from mapping import packs
from mapping.atoms import DATA, table, vintage
from mapping.build import pack_files
from mapping.errors import MappingError
from mapping.geography import layers, lenses
from mapping.packs import Pack

AREAS = {
    "output area": r"[EWS]00\d{6}",
    "small census area": r"[EWS]01\d{6}",
    "postcode": r"[A-Z]{1,2}[0-9][0-9A-Z]?[0-9][A-Z]{2}",
}
"""What the areas of a file may be, and how each is written without blanks."""
LAYERS = {
    "output area": ("onspd_oa21", "onspd_oa11"),
    "small census area": ("onspd_lsoa21", "lsoa"),
}
COUNTS = re.compile(r"\b(count|observation|obs value|total|value|persons|people|residents)\b", re.I)
NO_COUNTS = re.compile(r"\b(code|date|year|id)\b", re.I)
TOTALS = r"(?i)(total|all|persons|people|both)\b.*"
SAMPLE_ROWS = 1_000
MOST_KINDS = 12
"""A column of so few different texts may part the people of an area into kinds, such as sexes."""
NEAR_M = 500
MIN_COVER = 0.5
"""A district is covered if the file has at least so many of its estimated residents."""
MAX_COVER = 1.4
"""More than so many times the residents of a census are counted twice: none grows so fast."""
MIN_KNOWN = 0.5
"""At least so many of a file's areas have to be known."""
NATIONS = {"E": "England", "W": "Wales", "S": "Scotland"}
Tell = Callable[[str, float], None]


class Placed(NamedTuple):
    """People by postcode, (1.74 million,), and how many could be placed, by why not."""

    people: np.ndarray
    counts: dict[str, int]
    what: str


def build(
    path: Path,
    folder: Path,
    *,
    column: str = "",
    as_at: str = "",
    tell: Tell = lambda what, share: None,
) -> Pack:
    """Build the pack of the census's own counts in a folder of packs, and return it.

    ``path`` is a CSV file, or a zip with one; ``column`` names the one that counts, if several
    might; ``as_at`` is a year or month, 2021 unless given. Output areas, and small areas of 2021,
    need a directory among the packs of the folder. Raises MappingError with what is missing.
    """
    tell("the file", 0.1)
    rows = _read(path)
    area = _find_areas(rows, path.name)
    counted = _find_counts(rows, area, column, path.name)
    tell("adding up", 0.4)
    sums = _add_up(rows, area, counted)
    tell("placing", 0.6)
    placed = _place(sums, _find_directory(folder), path.name)
    people, elsewhere = _keep_covered(placed.people)
    name = f"residents-{layers.slug(path.stem)[:60]}"
    with pack_files.writing(folder, name) as unfinished:
        pq.write_table(
            pa.table({"people": pa.array(people)}),
            unfinished / packs.RESIDENTS,
            compression="zstd",
        )
        found = Pack(
            folder=unfinished,
            kind=packs.RESIDENTS_KIND,
            title="Residents counted by the census",
            as_at=as_at or "2021",
            made_from=path.name,
            made_on=datetime.now(UTC).date().isoformat(),
            fits=vintage.read_vintage(DATA).build,
            columns=(),
            offered=(),
            counts=placed.counts,
            rows={"postcode": len(people)},
            files=pack_files.seal(unfinished),
            words={
                "source": f"the census of {(as_at or '2021')[:4]} by {placed.what} ({path.name})",
                "elsewhere": elsewhere,
            },
        )
        (unfinished / packs.PACK).write_bytes(found.write())
    tell("done", 1.0)
    return replace(found, folder=folder / name)


def _read(path: Path) -> pa.Table:
    """Read a CSV file, or the one in a zip, all as text."""
    content = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
            if not names:
                raise MappingError(f"Expected a CSV file inside {path.name}; found none.")
            content = archive.read(max(names, key=lambda name: archive.getinfo(name).file_size))
    first = content[: content.find(b"\n")].decode("utf-8-sig", "replace")
    header = [str(name) for name in pd.read_csv(io.StringIO(first), nrows=0).columns]
    try:
        return pcsv.read_csv(
            pa.BufferReader(content),
            read_options=pcsv.ReadOptions(column_names=header, skip_rows=1),
            convert_options=pcsv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowException as fault:
        raise MappingError(
            f"Expected a table of areas and counts in {path.name}; it cannot be read "
            f"({str(fault)[:120]}). Save it as CSV with one line of headings."
        ) from None


def _tighten(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.replace_substring_regex(pc.utf8_upper(column), r"\s+", "")


def _find_areas(rows: pa.Table, name: str) -> tuple[str, str]:
    """Return the column that names areas, and what they are: a key of ``AREAS``."""
    for what, rule in AREAS.items():
        for column in rows.column_names:
            sample = _tighten(rows[column].slice(0, SAMPLE_ROWS)).to_pylist()
            if sample and sum(bool(re.fullmatch(rule, text)) for text in sample) > len(sample) / 2:
                return column, what
    raise MappingError(
        f"Expected a column of postcodes, output areas or small census areas in {name}; found "
        f"{', '.join(rows.column_names[:8])}. Take a census table by one of these."
    )


def _find_counts(rows: pa.Table, area: tuple[str, str], asked: str, name: str) -> str:
    """Return the column that counts: the one asked for, or the only one that may."""
    numeric = [
        column
        for column in rows.column_names
        if column != area[0]
        and all(
            text.strip().replace(",", "").isdigit()
            for text in rows[column].slice(0, SAMPLE_ROWS).to_pylist()
        )
    ]
    plain = {column: re.sub(r"[\W_]+", " ", column) for column in numeric}
    if asked:
        if asked in numeric:
            return asked
        raise MappingError(
            f"Expected a column of whole numbers called “{asked}” in {name}; there are: "
            f"{', '.join(numeric) or 'none'}."
        )
    able = [column for column in numeric if not NO_COUNTS.search(plain[column])]
    likely = [column for column in able if COUNTS.search(plain[column])] or able
    if len(likely) > 1:  # "Total: All usual residents" beside its parts
        likely = [column for column in likely if re.search(r"\btotal\b", plain[column], re.I)][:1]
    if not likely:
        raise MappingError(
            f"Expected one column that counts residents in {name}; it might be "
            f"{', '.join(able) or 'none'}. Name it: --count COLUMN."
        )
    return likely[0]


def _add_up(rows: pa.Table, area: tuple[str, str], counted: str) -> pd.Series:
    """Add the rows of each area: people by area; totals of kinds take the place of the kinds."""
    keep = np.ones(len(rows), dtype=bool)
    for column in rows.column_names:
        if column in (area[0], counted):
            continue
        kinds = pc.unique(rows[column]).to_pylist()
        totals = [text for text in kinds if re.fullmatch(TOTALS, text.strip())]
        if totals and len(totals) < len(kinds) <= MOST_KINDS:
            keep &= pc.is_in(rows[column], pa.array(totals[:1])).to_numpy()
    number = pc.replace_substring(pc.utf8_trim_whitespace(rows[counted]), ",", "")
    is_number = pc.match_substring_regex(number, r"^\d{1,9}$")
    people = pc.if_else(is_number, number, "0").cast(pa.int64()).to_numpy()
    code = pd.Series(_tighten(rows[area[0]]).to_numpy()[keep])
    return pd.Series(people[keep]).groupby(code).sum()


def _find_directory(folder: Path) -> Pack | None:
    found = packs.look(folder).packs
    return next((one for one in found if one.kind == packs.DIRECTORY), None)


def _place(sums: pd.Series, directory: Pack | None, name: str) -> Placed:
    """Give each postcode its people: its own, or its share of its area's."""
    what = next(w for w, rule in AREAS.items() if re.fullmatch(rule, _example(sums.index)))
    if what == "postcode":
        return _place_postcodes(sums, directory)
    found = _choose_layer(sums.index, what, directory)
    if found is None:
        raise MappingError(
            f"Expected the {what}s of {name} to be known; most are not. Put the postcode "
            "directory in first, or in the same command: --directory ONSPD.zip."
        )
    codes, unit, year = found
    at = pd.Index(codes).get_indexer(sums.index)
    people = np.zeros(len(codes))
    people[at[at >= 0]] = sums.to_numpy()[at >= 0]
    homes = table().residential & (unit >= 0)
    base = np.bincount(unit[homes], minlength=len(codes))
    whole = np.bincount(unit[unit >= 0], minlength=len(codes))
    homeless = (base[unit] == 0) & (unit >= 0)
    each = np.divide(people, np.where(base > 0, base, whole), where=whole > 0, out=people * 0)
    spread = np.where(homes | homeless, each[unit], 0.0)
    placed = round(float(spread.sum()))
    counts = {
        "people in the file": int(sums.sum()),
        "people placed": placed,
        f"people in {what}s that have no postcode, or are not known": int(sums.sum()) - placed,
    }
    return Placed(spread, counts, f"{what} of {year}")


def _example(index: pd.Index) -> str:
    rules = "|".join(AREAS.values())
    return next(text for text in index if re.fullmatch(rules, text))


def _choose_layer(
    areas: pd.Index, what: str, directory: Pack | None
) -> tuple[np.ndarray, np.ndarray, str] | None:
    """Return the codes, the units by postcode and the year of the layer that knows most areas."""
    best: tuple[float, np.ndarray, Callable[[], np.ndarray], str] | None = None
    for key in LAYERS[what]:
        columns = directory.columns if directory else ()
        column = next((one for one in columns if one.key == key), None)
        if key == "lsoa":
            codes, load, year = layers.get(key).codes, lambda: layers.get("lsoa").unit, "2011"
        elif directory and column:
            codes = packs.read_units(directory, column)[0]
            load, year = _loader(directory, column), column.edition
        else:
            continue
        share = float((pd.Index(codes).get_indexer(areas) >= 0).mean())
        if share >= MIN_KNOWN and (best is None or share > best[0]):
            best = share, codes, load, year
    return None if best is None else (best[1], best[2](), best[3])


def _loader(directory: Pack, column: packs.Column) -> Callable[[], np.ndarray]:
    return lambda: packs.read_by_postcode(directory, column)


def _place_postcodes(sums: pd.Series, directory: Pack | None) -> Placed:
    """Give postcodes their people; those that ended, as the directory knows, to the nearest."""
    names = np.array([f"{text[:-3]} {text[-3:]}" for text in sums.index], dtype="S8")
    known, count = table().name, sums.to_numpy().astype(float)
    at = np.minimum(np.searchsorted(known, names), len(known) - 1)
    own = known[at] == names
    people = np.bincount(at[own], weights=count[own], minlength=len(known))
    counts = {"people in the file": int(count.sum())}
    moved = np.zeros(len(names), dtype=bool)
    if directory is not None:
        others = packs.read_others(directory)
        row = others.find(names)
        near = (row >= 0) & ~own & (others.nearest[row] >= 0) & (others.distance_m[row] <= NEAR_M)
        people += np.bincount(others.nearest[row[near]], weights=count[near], minlength=len(known))
        moved = near
        counts["people of postcodes that ended, placed at the nearest"] = int(count[near].sum())
    counts["people placed"] = int(people.sum())
    counts["people of postcodes that are not known"] = int(count[~own & ~moved].sum())
    return Placed(people, counts, "postcode")


def _keep_covered(people: np.ndarray) -> tuple[np.ndarray, str]:
    """Keep the people of the districts that the file covers, NaN elsewhere; say where that is."""
    atoms, borough = table(), layers.get("borough")
    unit = borough.unit
    estimate = np.bincount(unit, lenses.estimate_residents(atoms), len(borough.codes))
    covered = np.bincount(unit, people, len(borough.codes)) >= MIN_COVER * estimate
    if not covered.any():
        raise MappingError(
            "Expected the residents of at least one council area; the file has fewer than "
            "half of the residents of each. Take a census table of whole districts."
        )
    times = people[covered[unit]].sum() / estimate[covered].sum()
    if times > MAX_COVER:
        raise MappingError(
            f"Expected each resident once; the file has {times:.1f} times as many as the census "
            "counted in its districts. Leave out totals that stand beside what they are made of, "
            "or name the column that counts: --count COLUMN."
        )
    return np.where(covered[unit], people, np.nan), _name_rest(borough.codes, covered)


def _name_rest(codes: np.ndarray, covered: np.ndarray) -> str:
    """Say where districts are not covered: "in Scotland", "elsewhere", "" for nowhere."""
    nations = pd.Series(covered).groupby([code[0] for code in codes])
    if covered.all():
        return ""
    if (nations.all() | ~nations.any()).all():
        missing = [NATIONS[letter] for letter in "EWS" if not nations.any()[letter]]
        return f"in {' and '.join(missing)}"
    return "elsewhere"
