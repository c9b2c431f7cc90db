"""Locations: what the cells of a table say about where somebody works.

Each text that may name an area becomes a row of its own; columns of coordinates become circles.
"""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping import gazetteer
from mapping.footprints import columns, ground
from mapping.footprints.columns import Guess, of_role

GSS = re.compile(r"[EWSNK]\d{8}")
METRES = {"radius_m": 1.0, "radius_km": 1_000.0, "radius_miles": 1_609.344}
UNITS = {"m": 1.0, "me": 1.0, "km": 1_000.0, "ki": 1_000.0, "mi": 1_609.344}
"""Metres in what a radius may be written in, by its first two letters."""
NUMBER = r"([-+]?[\d.,]+(?:e[-+]?\d+)?)"
RADIUS = rf"(?i)^{NUMBER}\s*(m|met(?:re|er)s?|km|kilomet(?:re|er)s?|mi|miles?)?$"
JOINED = r",|\band\b|&"
"""What joins several areas in one text, if it is no part of a name."""
DEGREES = 360
"""A coordinate larger than this is no number of degrees."""


class Circles(NamedTuple):
    """The circles that rows of a table give, and what is wrong with the others.

    ``row`` (n,) of the table; ``of`` and ``position``: which circle (0 to n - 1) has which
    postcode; ``note`` a sentence on a correction, ``problem`` one on why there is no circle:
    object arrays (n,), "" for none.
    """

    row: np.ndarray
    of: np.ndarray
    position: np.ndarray
    note: np.ndarray
    problem: np.ndarray


def said(frame: pd.DataFrame, guesses: dict[str, Guess]) -> pd.DataFrame:
    """List what each row of a table says about where, a row for every text.

    Columns: row (counted from 0), column (its heading), text, kind (of area that the column
    holds: a layer's key, "postcode" or ""), within (the larger area of the row, or "").
    """
    within = of_role(guesses, "within")
    larger = frame[within[0]].str.strip() if within else pd.Series("", index=frame.index)
    parts = []
    for heading in of_role(guesses, "area", "postcode", *columns.NAMED_KINDS):
        role = guesses[heading].role
        texts = _parts(frame[heading], role)
        part = pd.DataFrame({"row": texts.index, "column": heading, "text": texts.to_numpy()})
        part["kind"] = "" if role == "area" else role
        part["within"] = larger.to_numpy()[texts.index] if role != "postcode" else ""
        parts.append(part)
    if within and not parts:  # larger areas alone are where
        return said(frame, {**guesses, within[0]: Guess("area", guesses[within[0]].why)})
    if not parts:
        empty = dict.fromkeys(("column", "text", "kind", "within"), pd.Series(dtype="str"))
        return pd.DataFrame({"row": np.empty(0, "int64"), **empty})
    return pd.concat(parts, ignore_index=True)


def _parts(cells: pd.Series, role: str) -> pd.Series:
    """Cut cells into the texts they join, one a row; shapes stay whole."""
    cells = cells.str.strip()
    cells = cells[cells != ""]
    mark = r"[;,\n|]" if role == "postcode" else r"[;\n|]"
    several = cells.str.contains(mark) & ~cells.map(ground.is_shape).astype(bool)
    cut = pd.concat([cells[~several], cells[several].str.split(mark).explode().str.strip()])
    if role != "postcode":
        joined = {text: _listed(text) for text in cut[cut.str.contains(JOINED)].unique()}
        found = cut.isin([text for text, parts in joined.items() if parts])
        cut = pd.concat([cut[~found], cut[found].map(joined).explode()])
    return cut[cut != ""].sort_index(kind="stable")


def _listed(cell: str) -> list[str]:
    """Cut "Camden, Islington and Hackney" into its areas; not "Camden, London"."""
    known = gazetteer.by_key()
    if ground.is_shape(cell) or gazetteer.key(cell) in known:
        return []
    parts = [part.strip() for part in re.split(JOINED, cell) if part.strip()]
    single = all(gazetteer.key(part) in known or GSS.fullmatch(part.upper()) for part in parts)
    return parts if single and len(parts) > 1 and not gazetteer.named(cell) else []


def circles(frame: pd.DataFrame, guesses: dict[str, Guess], radius_m: float | None) -> Circles:
    """Read the circles of rows that give a point and a radius; ``radius_m`` is for those without.

    Points are degrees (EPSG:4326) or metres of the British grid (EPSG:27700), told by their
    size, whatever the heading says.
    """
    pairs = [(of_role(guesses, a), of_role(guesses, b))
             for a, b in (("lon", "lat"), ("easting", "northing"))]  # fmt: skip
    pair = next(((a[0], b[0]) for a, b in pairs if a and b), None)
    none = np.empty(0, dtype="int64")
    if pair is None:
        return Circles(none, none, none, none.astype(object), none.astype(object))
    written = (frame[pair[0]].str.strip() != "") | (frame[pair[1]].str.strip() != "")
    row = np.flatnonzero(written)
    x, y = (_numbers(frame[name].iloc[row]) for name in pair)
    radius = _radius(frame, guesses, row, radius_m)
    note = np.full(len(row), "", dtype=object)
    problem = np.full(len(row), "", dtype=object)
    x, y = _to_metres(x, y, note, problem)
    _check_radius(radius, problem)
    good = np.flatnonzero(problem == "")
    of, position = ground.circles(x[good], y[good], radius[good])
    empty = np.setdiff1d(np.arange(len(good)), of)
    problem[good[empty]] = "no postcode lies within this radius"
    return Circles(row, good[of], position, note, problem)


def _numbers(cells: pd.Series) -> np.ndarray:
    plain = cells.str.strip().str.replace(r"(?<=\d),(?=\d{3}\b)", "", regex=True)
    return pd.to_numeric(plain, errors="coerce").to_numpy(float)


def _radius(
    frame: pd.DataFrame, guesses: dict[str, Guess], row: np.ndarray, radius_m: float | None
) -> np.ndarray:
    """Return each row's radius in metres: nan for none, inf for a text that is no number."""
    found = np.full(len(row), np.nan if radius_m is None else radius_m)
    for role, metres in METRES.items():
        for heading in of_role(guesses, role):
            cells = frame[heading].iloc[row].str.strip()
            parts = cells.str.extract(RADIUS)
            unit = parts[1].str.lower().str[:2].map(UNITS).fillna(metres).to_numpy(float)
            number = _numbers(parts[0].fillna(""))
            given = np.where(np.isnan(number), np.inf, number * unit)
            found = np.where(cells == "", found, given)
    return found


def _check_radius(radius_m: np.ndarray, problem: np.ndarray) -> None:
    free = problem == ""
    problem[free & np.isnan(radius_m)] = "a point without a radius covers no ground"
    problem[free & np.isposinf(radius_m)] = "the radius is no number"
    most = f"{ground.MOST_RADIUS_M / 1000:,.0f} kilometres"
    wrong = free & np.isfinite(radius_m)
    wrong &= (radius_m <= 0) | (radius_m > ground.MOST_RADIUS_M)
    problem[wrong] = f"the radius must be above 0 and at most {most}"


def _to_metres(
    x: np.ndarray, y: np.ndarray, note: np.ndarray, problem: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Bring points to EPSG:27700; say which were turned round, and which are nowhere near."""
    x, y = x.copy(), y.copy()
    known = np.isfinite(x) & np.isfinite(y)
    problem[~known] = "a coordinate is missing or is no number"
    west, south, east, north = ground.BRITAIN_DEGREES
    turned = known & (x >= south) & (x <= north) & (y >= west) & (y <= east)
    x[turned], y[turned] = y[turned], x[turned]
    note[turned] = "latitude and longitude were the wrong way round"
    degrees = known & (np.abs(x) <= DEGREES) & (np.abs(y) <= DEGREES)
    here = degrees & (x >= west) & (x <= east) & (y >= south) & (y <= north)
    x[here], y[here] = ground.to_grid(x[here], y[here])
    west, south, east, north = ground.GRID
    metres = known & ~degrees & (x >= west) & (x <= east) & (y >= south) & (y <= north)
    problem[known & ~here & ~metres] = "this point lies outside Great Britain"
    return x, y
