"""Reading 100,000 rows of footprints beside pandas' reading and merging of the same rows."""

import io
import statistics
from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from benchmarks.bars import Row
from benchmarks.timing import medians_s, seconds
from mapping import footprints, memory
from mapping.atoms import TO_DEGREES, postcodes
from mapping.geography import layers

ROWS = 100_000
SHARES = {
    "code": 0.40,
    "name": 0.25,
    "postcode": 0.20,
    "misspelt": 0.10,
    "circle": 0.03,
    "shape": 0.02,
}
BAR, FOUR_ROWS_BAR_MS = 4, 15
SEED = 2025
ANSWERS, ANSWER_BAR_S, KEPT_MB = 5, 2, 600
ACTORS = 4_000
THEMES = ("health", "mental health", "housing", "education", "skills", "community safety")
SCALES = ("hyperlocal", "borough", "regional", "")


FOUR_ROWS = b"""organisation,area,theme
Camden Mind,Camden,mental health
Islington Law,Islington,advice
Hackney Homes,E09000012,housing
Food Bank,N1 9GU,food
"""
"""A file as small as most that are tried: two names, a code and a postcode."""


def rows() -> Iterator[Row]:
    """Measure reading, resolving and outcomes of the issue's mixture of rows."""
    content = table(ROWS)
    known = _known()
    first_s = seconds(partial(footprints.read, content, name="partners.csv"))
    memory.settle()  # as the app does, once it has loaded what stays
    ours_s, theirs = medians_s(
        partial(footprints.read, content, name="partners.csv"),
        {"pandas": partial(_merge, content, known)},
        rounds=3,
        calls=1,
    )
    upload = footprints.read(content, name="partners.csv")
    lost = ROWS - sum(upload.counts.values())
    note = f"read {ours_s:.2f} s, pandas {theirs['pandas']:.3f} s; {_shares(upload)}"
    yield Row(
        f"{ROWS:,} rows of footprints: times pandas.read_csv + merge",
        ours_s / theirs["pandas"],
        "x",
        BAR,
        "less",
        note,
    )
    yield Row("  the first file after a start", first_s, "s")
    yield Row("  rows without an outcome", float(lost), "rows", 0, "less")
    yield from _answers(content)
    four_s, _ = medians_s(partial(footprints.read, FOUR_ROWS, name="four.csv"), {})
    yield Row("four rows of footprints", 1e3 * four_s, "ms", FOUR_ROWS_BAR_MS, "less")


def _answers(content: bytes) -> Iterator[Row]:
    """Measure what a reader waits for who answers questions one after the other."""
    kept = memory.Cache(KEPT_MB)
    asked = footprints.read(content, name="partners.csv", kept=kept).questions
    choices: dict[str, str] = {}
    taken = []
    for question, candidates in zip(asked["question"][:ANSWERS], asked["candidates"], strict=False):
        choices[question] = candidates[0][0]
        again = partial(footprints.read, content, name="partners.csv", kept=kept, choices=choices)
        taken.append(seconds(again))
    column = partial(
        footprints.read, content, name="partners.csv", kept=kept, roles={"theme": "ignore"}
    )
    note = f"another column in {seconds(column):.2f} s; {kept.bytes / 1e6:.0f} MB kept"
    yield Row(
        f"  answering a question about {ROWS:,} rows",
        statistics.median(taken),
        "s",
        ANSWER_BAR_S,
        "less",
        note,
    )


def _shares(upload: footprints.Upload) -> str:
    return ", ".join(f"{count / len(upload.rows):.0%} {o}" for o, count in upload.counts.items())


def _known() -> pd.DataFrame:
    """List the codes, names and postcodes that a merge can match."""
    parts = [pd.DataFrame({"area": layers.get(key).codes, "of": key}) for key in _CODED]
    parts += [pd.DataFrame({"area": layers.get(key).names, "of": key}) for key in _NAMED]
    parts.append(pd.DataFrame({"area": postcodes.table().name.astype("U8"), "of": "postcode"}))
    return pd.concat(parts).drop_duplicates("area")


def _merge(content: bytes, known: pd.DataFrame) -> pd.DataFrame:
    read = pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)
    return read.merge(known, on="area", how="left", indicator=True)


_CODED = ("ward", "borough", "lsoa", "county")
_NAMED = ("borough", "county", "ward")


def table(count: int, seed: int = SEED) -> bytes:
    """Make a CSV of so many rows: codes, names, postcodes, misspelt names, circles, shapes."""
    rng = np.random.default_rng(seed)
    kinds = rng.choice(list(SHARES), count, p=list(SHARES.values()))
    area = np.full(count, "", dtype=object)
    codes = np.concatenate([layers.get(key).codes for key in _CODED]).astype(object)
    names = np.concatenate([layers.get(key).names for key in _NAMED]).astype(object)
    atoms = postcodes.table()
    area[kinds == "code"] = rng.choice(codes, (kinds == "code").sum())
    area[kinds == "name"] = rng.choice(names, (kinds == "name").sum())
    some = rng.integers(0, len(atoms), count)
    spelt = np.char.decode(atoms.name[some], "ascii").astype(object)
    area[kinds == "postcode"] = spelt[kinds == "postcode"]
    wrong = np.flatnonzero(kinds == "misspelt")
    area[wrong] = [_misspelt(rng.choice(names), rng) for _ in wrong]
    east, north = atoms.easting[some].astype(float), atoms.northing[some].astype(float)
    radius = rng.integers(200, 3_000, count)
    shape = np.flatnonzero(kinds == "shape")
    area[shape] = [_box(east[i], north[i], radius[i]) for i in shape]
    lon, lat = TO_DEGREES.transform(east, north)
    circle = kinds == "circle"
    frame = pd.DataFrame(
        {
            "organisation": [f"Organisation {n}" for n in rng.integers(0, ACTORS, count)],
            "theme": rng.choice(THEMES, count),
            "scale": rng.choice(SCALES, count),
            "area": area,
            "latitude": np.where(circle, np.char.mod("%.6f", lat), ""),
            "longitude": np.where(circle, np.char.mod("%.6f", lon), ""),
            "radius": np.where(circle, radius.astype(str), ""),
        }
    )
    return frame.to_csv(index=False).encode()


def _misspelt(name: str, rng: np.random.Generator) -> str:
    """Change, drop or double one letter."""
    at = int(rng.integers(0, len(name)))
    return name[:at] + rng.choice(["", name[at] * 2, "e", "n"]) + name[at + 1 :]


def _box(east: float, north: float, side: float) -> str:
    west, south, right, top = east - side, north - side, east + side, north + side
    ring = ((west, south), (right, south), (right, top), (west, top), (west, south))
    return f"POLYGON(({', '.join(f'{x:.0f} {y:.0f}' for x, y in ring)}))"
