"""Points: what cells say about a spot, and about how far around it somebody works."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.footprints import ground, systems

UNITS = {
    "m": 1.0,
    "me": 1.0,
    "km": 1_000.0,
    "ki": 1_000.0,
    "k": 1_000.0,
    "mi": 1_609.344,
    "ya": 0.9144,
    "yd": 0.9144,
}
"""Metres in what a radius may be written in, by its first two letters."""
_NUMBER = r"[-+]?\d[\d.,]*(?:e[-+]?\d+)?|[-+]?\.\d+"
_RADIUS = re.compile(
    rf"(?:approx(?:imately)?\.?|about|around|circa|ca?\.?|roughly|within|up to|max\.?|"
    rf"radius(?: of)?|[~≈<≤:]|\s)*(?:(?P<number>{_NUMBER})(?:\s*/\s*(?P<under>[1-9]\d*))?|"
    r"(?P<half>half|quarter|an?|one))"
    r"[\s-]*(?:an?\s+|of an?\s+)?"
    r"(?P<unit>metres?|meters?|m|kms?|k|kilomet(?:re|er)s?|mi|miles?|yards?|yds?)?\.?"
    r"(?:\s*(?:radius|away|around|distance|buffer))?",
    re.I,
)
"""A radius as it is written: "800", "1.5 km", "1/2 mile", "approx. 2 miles radius"."""
_WORDS = {"half": 0.5, "quarter": 0.25, "a": 1.0, "an": 1.0, "one": 1.0}
_ONE = (
    r"[NSEW]?\s*[-+−]?\d{1,3}(?:[.,]\d+)?\s*°?\s*"
    r"(?:\d{1,2}(?:\.\d+)?\s*['′’]\s*(?:\d{1,2}(?:\.\d+)?\s*(?:[\"″”]|''|’’)\s*)?)?[NSEW]?"
)
_DEGREES = re.compile(
    r"(?P<before>[NSEW])?\s*(?P<sign>[-+])?(?P<whole>\d{1,3}(?:\.\d+)?)\s*(?:[°ºd:]|deg)?\s*"
    r"(?:(?P<minutes>\d{1,2}(?:\.\d+)?)\s*['′’:m]?\s*)?"
    r"(?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:[\"″”s]|''|’’)?\s*)?(?P<after>[NSEW])?",
    re.I,
)
_METRES = r"[1-9]\d{0,5}(?:\.\d+)?"
PAIR = re.compile(
    rf"[(\[]?\s*(?P<first>{_ONE}|{_METRES})(?:\s*[,;/|]\s*|\s+)(?P<second>{_ONE}|\d{{1,7}}(?:\.\d+)?)"
    r"\s*[)\]]?",
    re.I,
)
"""Two coordinates in one cell."""
_WKT = re.compile(r"(?:SRID=\d+;\s*)?POINT\s*Z?\s*\(\s*([-\d.e+]+)[\s,]+([-\d.e+]+)[^()]*\)", re.I)
_GEOJSON = re.compile(
    r'\{(?=.*"Point").*"coordinates"\s*:\s*\[\s*([-\d.e+]+)\s*,\s*([-\d.e+]+)[^\[\]]*\].*\}', re.S
)
GRID_REFERENCE = re.compile(r"([HNOST])([A-HJ-Z])\s?(?:(\d{2,5})\s(\d{2,5})|(\d{4,10}))", re.I)
"""A reference of the British grid: "TQ 299 804", "TQ299804"."""
LAND_BOUNDS_M = (50_000, 5_000, 700_000, 1_300_000)
"""West, south, east and north of the land of Great Britain on its grid, in metres."""
MAX_LETTERS = 200
"""Letters of a cell that is looked at for a point."""
NO_NUMBER = "a coordinate is missing or is not a number"


def _tidy(text: str) -> str:
    """Write a cell with single blanks: its patterns would take long over thousands."""
    return " ".join(text.split())


def is_point(text: str) -> bool:
    """Tell whether a cell holds two coordinates, a grid reference, or a point as WKT or GeoJSON."""
    text = _tidy(text[: 2 * MAX_LETTERS])
    if len(text) > MAX_LETTERS:
        return False
    looks = (_grid(text), _WKT.fullmatch(text), _GEOJSON.fullmatch(text))
    if any(found is not None for found in looks):
        return True
    pair = PAIR.fullmatch(text)
    return (
        pair is not None
        and ("." in text or "°" in text or len(pair["second"]) > 3)
        and not (np.isnan(_pair(text)).any())
    )


def is_spot(text: str) -> bool:
    """Tell whether a cell holds a point, or a whole postcode that is in use."""
    return is_point(text) or bool(np.isfinite(_postcode(text)).all())


def is_in_britain(text: str) -> bool:
    """Tell whether a cell is a point in Great Britain; no price, year or telephone number is.

    Its two degrees may stand the wrong way round; metres have to be the size of an address's.
    """
    if not is_point(text):
        return False
    x, y = _spot(text)
    low, high = sorted((x, y))
    west, south, east, north = ground.BRITAIN_DEGREES
    if west <= low <= east and south <= high <= north:
        return True
    west, south, east, north = LAND_BOUNDS_M
    return west <= x <= east and south <= y <= north


def spots(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Read cells that hold a point: two arrays, east and north, NaN where there is none.

    They are degrees (longitude, latitude) or metres of the British grid, as written: of two
    numbers the first is taken for the latitude if they are degrees, for the easting if metres.
    Of a grid reference the middle of its square counts; of a postcode the place of the postcode.
    """
    found = {text: _spot(text) for text in set(texts)}
    both = np.array([found[text] for text in texts], dtype=float).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _spot(text: str) -> tuple[float, float]:
    text = _tidy(text[: 2 * MAX_LETTERS])
    if len(text) > MAX_LETTERS:
        return np.nan, np.nan
    if (grid := _grid(text)) is not None:
        return grid
    if np.isfinite(shape := _read_shape(text)).all():
        return (np.nan, np.nan) if explain_system(text) else shape
    if PAIR.fullmatch(text):
        return _pair(text)
    return _postcode(text)


def _read_shape(text: str) -> tuple[float, float]:
    """Return the two numbers of a point as WKT or GeoJSON; NaN where it is none."""
    shape = _WKT.fullmatch(text) or _GEOJSON.fullmatch(text)
    if shape is None:
        return np.nan, np.nan
    return _number(shape[1], degrees=True), _number(shape[2], degrees=True)


def explain_system(text: str) -> str:
    """Say why a point cannot be read in the system that its WKT or GeoJSON names; "" if it can."""
    text = _tidy(text[: 2 * MAX_LETTERS])
    largest = max(map(abs, _read_shape(text)))
    return "" if np.isnan(largest) else systems.explain_system(text, largest)


def _pair(text: str) -> tuple[float, float]:
    parts = PAIR.fullmatch(text)
    assert parts is not None
    first, second = (_number(one, degrees=True) for one in (parts["first"], parts["second"]))
    west = re.search(r"[EW]", parts["first"], re.I)
    metres = max(abs(first), abs(second)) > 360
    return (first, second) if metres or west else (second, first)


def _grid(text: str) -> tuple[float, float] | None:
    """Return the middle of the square of a grid reference, in metres; None if it is none."""
    parts = GRID_REFERENCE.fullmatch(text)
    if parts is None:
        return None
    digits = parts[5] or parts[3] + parts[4]
    half = len(digits) // 2
    if len(digits) % 2 or (parts[3] and len(parts[3]) != len(parts[4])):
        return None
    first, second = (ord(one) - ord("A") - (one > "I") for one in (parts[1] + parts[2]).upper())
    east = ((first - 2) % 5) * 5 + second % 5
    north = 19 - first // 5 * 5 - second // 5
    size = 10 ** (5 - half)
    x = east * 100_000 + int(digits[:half]) * size + size / 2
    return x, north * 100_000 + int(digits[half:]) * size + size / 2


def _postcode(text: str) -> tuple[float, float]:
    """Return where a postcode is, in metres; NaN if it is none in use."""
    tight = re.sub(r"[\s\-.]+", "", text.upper())
    if not postcodes.UNIT.fullmatch(tight):
        return np.nan, np.nan
    atoms, name = postcodes.table(), f"{tight[:-3]} {tight[-3:]}".encode()
    at = int(np.searchsorted(atoms.name, np.array(name, dtype="S8")))
    if at == len(atoms) or atoms.name[at] != name:
        return np.nan, np.nan
    return float(atoms.easting[at]), float(atoms.northing[at])


def convert_to_metres(
    x: np.ndarray, y: np.ndarray, note: np.ndarray, problem: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Bring points to EPSG:27700; say which were turned round, and which are nowhere near."""
    x, y = x.copy(), y.copy()
    known = np.isfinite(x) & np.isfinite(y)
    problem[~known] = NO_NUMBER
    west, south, east, north = ground.BRITAIN_DEGREES
    turned = known & (x >= south) & (x <= north) & (y >= west) & (y <= east)
    x[turned], y[turned] = y[turned], x[turned]
    note[turned] = "we swapped latitude and longitude, which were the wrong way round"
    degrees = known & (np.abs(x) <= systems.MAX_DEGREES) & (np.abs(y) <= systems.MAX_DEGREES)
    here = degrees & (x >= west) & (x <= east) & (y >= south) & (y <= north)
    x[here], y[here] = ground.project_to_grid(x[here], y[here])
    west, south, east, north = ground.GRID_BOUNDS_M
    metres = known & ~degrees & (x >= west) & (x <= east) & (y >= south) & (y <= north)
    problem[known & ~here & ~metres] = "this point is outside Great Britain"
    return x, y


def place(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Place cells that hold a point on the British grid: east, north, notes and problems, (n,)."""
    note = np.full(len(texts), "", dtype=object)
    problem = np.full(len(texts), "", dtype=object)
    east, north = convert_to_metres(*spots(texts), note, problem)
    return east, north, note, problem


def numbers(cells: pd.Series, *, degrees: bool) -> np.ndarray:
    """Read cells as numbers, NaN for others: "529,912.5", "51,5489", "51.5°N", "51°30'0\\"N".

    A comma is the decimal point where no thousands can be meant, and for ``degrees`` always;
    degrees may have minutes, seconds and a letter, S and W being below 0.
    """
    plain = cells.str.strip().str.replace("−", "-", regex=False)
    found = pd.to_numeric(plain, errors="coerce").to_numpy(float, copy=True)
    odd = np.flatnonzero(np.isnan(found) & (plain != "").to_numpy(bool))
    read = {text: _number(text, degrees) for text in plain.iloc[odd].unique()}
    found[odd] = [read[text] for text in plain.iloc[odd]]
    return found


def _number(text: str, degrees: bool) -> float:
    if len(text) > MAX_LETTERS:
        return np.nan
    text = _tidy(text)
    pointed = _mend_decimals(text, degrees)
    try:
        value = float(pointed)
        return float(_mend_decimals(text, degrees=False)) if abs(value) > 360 else value
    except ValueError:
        parts = _DEGREES.fullmatch(pointed) if degrees else None
    if parts is None:
        return np.nan
    minutes, seconds = float(parts["minutes"] or 0), float(parts["seconds"] or 0)
    if minutes >= 60 or seconds >= 60:
        return np.nan
    value = float(parts["whole"]) + minutes / 60 + seconds / 3600
    below = parts["sign"] == "-" or (parts["before"] or parts["after"] or "").upper() in ("S", "W")
    return -value if below else value


def _mend_decimals(text: str, degrees: bool) -> str:
    """Write a number with a point for its decimal comma, and without commas between thousands."""
    if re.fullmatch(r"[-+]?\d{1,3}(\.\d{3})+,\d+", text):
        return text.replace(".", "").replace(",", ".")
    if degrees or re.fullmatch(r"[-+]?(0|\d{4,}),\d+|[-+]?\d+,(\d{1,2}|\d{4,})", text):
        return re.sub(r"(?<=\d),(?=\d)", ".", text, count=1) if text.count(",") == 1 else text
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?", text):
        return text.replace(",", "")
    return text


def radius_m(cells: pd.Series, metres: float) -> np.ndarray:
    """Read cells as radii in metres, NaN for blank ones and infinite for those that are none.

    ``metres`` is how many a number without a unit stands for.
    """
    plain = cells.str.strip()
    found = pd.to_numeric(plain, errors="coerce").to_numpy(float, copy=True) * metres
    odd = np.flatnonzero(np.isnan(found))
    read = {text: _radius(_tidy(text), metres) for text in plain.iloc[odd].unique()}
    found[odd] = [read[text] for text in plain.iloc[odd]]
    return found


def _radius(text: str, metres: float) -> float:
    if not text:
        return np.nan
    parts = _RADIUS.fullmatch(text) if len(text) <= MAX_LETTERS else None
    if parts is None:
        return np.inf
    if parts["half"]:
        number = _WORDS[parts["half"].lower()] if parts["unit"] else np.nan
    else:
        number = _number(parts["number"], degrees=False) / float(parts["under"] or 1)
    unit = (parts["unit"] or "").lower()
    found = number * (UNITS["km"] if unit in ("kms", "km") else UNITS.get(unit[:2], metres))
    return np.inf if np.isnan(found) else found
