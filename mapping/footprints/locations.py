"""Locations: what the cells of a table say about where somebody works.

Each text that may name an area becomes a row of its own; columns of coordinates become circles.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.footprints import (
    asking,
    columns,
    contrary,
    elsewhere,
    ground,
    headwords,
    nesting,
    points,
    rounds,
    ticks,
)
from mapping.footprints.cells import cut_cells
from mapping.footprints.columns import Guess, find_columns
from mapping.geocode import GSS, bodies, index

RADIUS_METRES = {"radius_m": 1.0, "radius_km": 1_000.0, "radius_miles": 1_609.344}
UNIT_OF = {"radius_m": "m", "radius_km": "km", "radius_miles": "miles"}
_ROLE_CUT_AS = {**dict.fromkeys(columns.POSTCODE_ROLES, "postcode"), contrary.ROLE: "area"}
NO_POINT = "a distance needs a point: latitude and longitude, a grid reference or a postcode"


class Circles(NamedTuple):
    """The circles that rows of a table give, and what is wrong with the others.

    ``row`` (n,) of the table; ``of`` and ``position``: which circle (0 to n - 1, rising) has
    which postcode; ``note`` a sentence on a correction, ``problem`` one on why there is no circle:
    object arrays (n,), "" for none. ``is_open`` (n,) bool: there is none until a question about
    the column of radii is answered.
    """

    row: np.ndarray
    of: np.ndarray
    position: np.ndarray
    note: np.ndarray
    problem: np.ndarray
    is_open: np.ndarray

    @property
    def shapes(self) -> list[np.ndarray]:
        """Return the positions of each circle's postcodes."""
        begins = np.searchsorted(self.of, np.arange(len(self.row)))
        return np.split(self.position, begins)[1:]


def list_texts(frame: pd.DataFrame, guesses: dict[str, Guess]) -> pd.DataFrame:
    """List what each row of a table says about where, a row for every text.

    Columns: row (counted from 0), column (its heading), text, kind (of area that the column
    holds: a layer's key, "postcode" or ""), within (the larger area of the row, or "").
    """
    within = find_columns(guesses, "within")
    parts = [*_list_ticked(frame, guesses), *_lone_postcodes(frame, guesses)]
    larger = frame[within[0]].str.strip().to_numpy(object) if within else None
    for heading in find_columns(guesses, *columns.AREA_ROLES, "except"):
        role = guesses[heading].role
        cells = _add_radius(_name_former_codes(frame, guesses, heading), frame, guesses)
        cells = contrary.free(cells) if role == contrary.ROLE else cells
        row, texts = cut_cells(cells, _ROLE_CUT_AS.get(role, role))
        inside = larger[row] if larger is not None else ""
        parts.append(_write_part(row, heading, texts, "" if role == "area" else role, inside))
    if larger is not None:  # a row of a larger area alone means that
        told = np.concatenate([np.empty(0, "int64"), *(part["row"] for part in parts)])
        alone = frame[within[0]].mask(np.isin(np.arange(len(frame)), told), "")
        row, texts = cut_cells(alone, "area")
        parts += [_write_part(row, within[0], texts)] if len(row) else []
    parts = _leave_denied(_take_kinds(parts, frame, guesses), frame, guesses)
    if not parts:
        empty = dict.fromkeys(("column", "text", "kind", "within"), pd.Series(dtype="str"))
        return pd.DataFrame({"row": np.empty(0, "int64"), **empty})
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def _take_kinds(
    parts: list[pd.DataFrame], frame: pd.DataFrame, guesses: dict[str, Guess]
) -> list[pd.DataFrame]:
    """Take what a column says of which kind the area of each row is, where it is told apart."""
    for heading in find_columns(guesses, "area_kind"):
        kinds = frame[heading].map({text: _find_kind(text) for text in frame[heading].unique()})
        for part in parts:
            told = kinds.iloc[part["row"]].to_numpy(object)
            part["kind"] = part["kind"].mask((part["kind"] == "") & (told != ""), told)
            pairs = zip(part["text"], told, strict=True)
            full = [bodies.write_in_full(t, k) if k in bodies.KINDS else t for t, k in pairs]
            part["text"] = pd.array(full, dtype="str")
    return parts


def _find_kind(text: str) -> str:
    """Return the kind of area that a text names, or "not_held"; "" where it says too little.

    A council may be called a county or a district, and a district a local authority.
    """
    if elsewhere.names_kind_not_held(text):
        return "not_held"
    kinds = [role for role in headwords.roles(text) if role in columns.KIND_ROLES]
    return "" if not kinds or kinds[0] in ("borough", "county") else kinds[0]


def _leave_denied(
    parts: list[pd.DataFrame], frame: pd.DataFrame, guesses: dict[str, Guess]
) -> list[pd.DataFrame]:
    """Leave out what rows say about where, in which another column says that it is not so."""
    for heading in find_columns(guesses, "whether"):
        said = ticks.denials(frame[heading])
        kept = [part[~part["row"].isin(said.index)] for part in parts]
        parts = [*kept, _write_part(said.index.to_numpy(), heading, said.tolist(), "whether")]
    return [part for part in parts if len(part)]


def _name_former_codes(frame: pd.DataFrame, guesses: dict[str, Guess], heading: str) -> pd.Series:
    """Write the name that stands beside a code to it, where no area in use has the code."""
    cells, names = frame[heading], nesting.find_names_of(frame, guesses, heading)
    if names is None:
        return cells
    known = index.map_codes()
    gone = {text for text in cells.unique() if GSS.fullmatch(text.strip().upper())}
    gone = {text for text in gone if text.strip().upper() not in known}
    is_named = cells.isin(list(gone)) & (names.str.strip() != "") & ~names.str.contains(r"[;\n|]")
    return cells.mask(is_named, names.str.strip() + " (" + cells.str.strip() + ")")


def _add_radius(cells: pd.Series, frame: pd.DataFrame, guesses: dict[str, Guess]) -> pd.Series:
    """Write the radius of a row behind its point, where a column of areas holds some points."""
    for role, unit in UNIT_OF.items():
        for heading in find_columns(guesses, role) if guesses[cells.name].role == "area" else ():
            cells = rounds.add_radius(cells, frame[heading], unit)
    return cells


def _write_part(
    row: np.ndarray, heading: str, texts: list[str], kind: str = "", within: np.ndarray | str = ""
) -> pd.DataFrame:
    """Write what a column says, as ``list_texts`` does."""
    told = {"column": heading, "text": texts, "kind": kind, "within": within}
    named = {
        name: pd.array([some] * len(row) if isinstance(some, str) else some, dtype="str")
        for name, some in told.items()
    }
    return pd.DataFrame({"row": row, **named})


def _list_ticked(frame: pd.DataFrame, guesses: dict[str, Guess]) -> list[pd.DataFrame]:
    """List the areas that rows have ticked, as ``list_texts`` does."""
    parts = []
    for heading in find_columns(guesses, "ticked"):
        texts = ticks.areas(frame[heading], heading)
        part = pd.DataFrame({"row": texts.index, "column": heading, "text": texts.to_numpy()})
        parts.append(part.assign(kind="", within=""))
    return [part for part in parts if len(part)]


def _lone_postcodes(frame: pd.DataFrame, guesses: dict[str, Guess]) -> list[pd.DataFrame]:
    """List what is no point in columns of points without a radius, as ``list_texts`` does."""
    parts = []
    for heading in find_columns(guesses, "point"):
        alone = frame[heading].where(~_is_circle(frame, guesses, heading), "")
        row, texts = cut_cells(alone, "postcode")
        parts.append(_write_part(row, heading, texts))
    return [part for part in parts if len(part)]


def _is_circle(frame: pd.DataFrame, guesses: dict[str, Guess], heading: str) -> pd.Series:
    """Tell which rows of a column of points give a circle: they have a radius, or are points."""
    given = pd.Series(False, index=frame.index)
    for name in find_columns(guesses, *RADIUS_METRES):
        given |= frame[name].str.strip() != ""
    is_point = {text: points.is_point(text) for text in frame[heading].unique()}
    return (frame[heading].str.strip() != "") & (given | frame[heading].map(is_point).astype(bool))


def circles(frame: pd.DataFrame, guesses: dict[str, Guess], radius_m: float | None) -> Circles:
    """Read the circles of rows that give a point and a radius; ``radius_m`` is for those without.

    Points are degrees (EPSG:4326) or metres of the British grid (EPSG:27700), told by their
    size, whatever the heading says.
    """
    row, x, y = _spots(frame, guesses)
    radius = _radius(frame, guesses, row, radius_m)
    note = np.full(len(row), "", dtype=object)
    problem = np.full(len(row), "", dtype=object)
    x, y = points.convert_to_metres(x, y, note, problem)
    problem[(problem == points.NO_NUMBER) & ~_has_pair(frame, guesses)[row]] = NO_POINT
    _tell_other_systems(frame, guesses, row, problem)
    _check_radius(frame, guesses, row, radius, problem)
    is_open = asking.ask_about_radii(frame, guesses, row, problem)
    good = np.flatnonzero(problem == "")
    of, position = ground.circles(x[good], y[good], radius[good])
    problem[good[np.bincount(of, minlength=len(good)) == 0]] = "no postcode is within this distance"
    return Circles(row, good[of], position, note, problem, is_open)


def _tell_other_systems(
    frame: pd.DataFrame, guesses: dict[str, Guess], row: np.ndarray, problem: np.ndarray
) -> None:
    """Say of points without a place which of them name a coordinate system that is not read."""
    for heading in find_columns(guesses, "point"):
        for at in np.flatnonzero(problem == NO_POINT):
            problem[at] = points.explain_system(frame[heading].iloc[row[at]]) or NO_POINT


def _pair(guesses: dict[str, Guess]) -> tuple[str, str] | None:
    """Return the columns of a point's two coordinates, east first."""
    pairs = [
        (find_columns(guesses, a), find_columns(guesses, b))
        for a, b in (("lon", "lat"), ("easting", "northing"))
    ]
    return next(((a[0], b[0]) for a, b in pairs if a and b), None)


def _spots(
    frame: pd.DataFrame, guesses: dict[str, Guess]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the rows that give points, and their coordinates as written, NaN for none.

    Where a row has no two coordinates, its column of points counts.
    """
    none, paired = np.empty(0), _has_pair(frame, guesses)
    found = [(none.astype("int64"), none, none)]
    if pair := _pair(guesses):
        row = np.flatnonzero(paired)
        degrees = guesses[pair[0]].role == "lon"
        x, y = (points.numbers(frame[name].iloc[row], degrees=degrees) for name in pair)
        found.append((row, x, y))
    for heading in find_columns(guesses, "point"):
        row = np.flatnonzero(_is_circle(frame, guesses, heading) & ~paired)
        found.append((row, *points.spots(frame[heading].iloc[row].tolist())))
    row, x, y = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return row, x, y


def _has_pair(frame: pd.DataFrame, guesses: dict[str, Guess]) -> np.ndarray:
    """Tell which rows have something in the columns of a point's two coordinates."""
    written = np.zeros(len(frame), dtype=bool)
    for name in _pair(guesses) or ():
        written |= (frame[name].str.strip() != "").to_numpy(bool)
    return written


def _radius(
    frame: pd.DataFrame, guesses: dict[str, Guess], row: np.ndarray, radius_m: float | None
) -> np.ndarray:
    """Return each row's radius in metres: nan for none, inf for a text that is no number.

    Of several the last that can be read counts; ``radius_m`` is for rows that give none.
    """
    found = np.full(len(row), np.nan)
    for role, metres in RADIUS_METRES.items():
        for heading in find_columns(guesses, role):
            read = points.radius_m(frame[heading].iloc[row], metres)
            is_worse = np.isnan(read) | (np.isposinf(read) & ~np.isnan(found))
            found = np.where(is_worse, found, read)
    return found if radius_m is None else np.where(np.isnan(found), radius_m, found)


def _check_radius(
    frame: pd.DataFrame,
    guesses: dict[str, Guess],
    row: np.ndarray,
    radius_m: np.ndarray,
    problem: np.ndarray,
) -> None:
    free = problem == ""
    problem[free & np.isnan(radius_m)] = "a point needs a distance around it"
    for heading in find_columns(guesses, *RADIUS_METRES):
        for at in np.flatnonzero(free & np.isposinf(radius_m) & (problem == "")):
            if said := frame[heading].iloc[row[at]].strip():
                problem[at] = (
                    f"“{said[:40]}” is not a distance; write it as 800 m, 1.5 km or 2 miles"
                )
    most = f"{ground.MAX_RADIUS_M / 1000:,.0f} kilometres"
    wrong = free & ~np.isnan(radius_m) & ~np.isposinf(radius_m)
    wrong &= (radius_m <= 0) | (radius_m > ground.MAX_RADIUS_M)
    problem[wrong] = f"the distance must be more than 0 and at most {most}"
