"""Locations: what the cells of a table say about where somebody works.

Each text that may name an area becomes a row of its own; columns of coordinates become circles.
"""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from mapping.errors import MappingError
from mapping.footprints import asking, columns, ground, looks, points, systems, ticks
from mapping.footprints.columns import Guess, find_columns
from mapping.geocode import GSS, gazetteer, spelling

RADIUS_METRES = {"radius_m": 1.0, "radius_km": 1_000.0, "radius_miles": 1_609.344}
AREA_JOINT = r",|\band\b|&|/|\+| - "
"""What joins several areas in one text, if it is no part of a name."""
POSTCODE_JOINT = r"[;,\n|/&+]|\band\b"
_RANGE = re.compile(r"([A-Z]{1,2})(\d{1,2})\s*(-|–|to)\s*([A-Z]{1,2})?(\d{1,2})", re.I)
"""Postal districts from one to another: "NW1-NW6"; "NW1-6" is a sector."""
_RANGED = r"(?i)\d\s*(?:-|–|to)\s*\w*\d"
"""How such a range may look."""
_AROUND_POSTCODE = re.compile(r"^[\s()\[\]\"'“”.:•*-]+|[\s()\[\]\"'“”.:]+$")
MAX_RANGE = 30
"""So many districts such a range may hold."""
_MARK = r"(?:[•·▪●‣◦*–—]\s*|-\s+|\(?\d{1,3}[.)]\s+)"
_NOWHERE = (
    rf"(?:{looks.PSEUDO.pattern}|n/?a|none|nil|tbc|tba|tbd|unknown|"
    r"not (?:applicable|known|stated)|[-–—?.]+)"
)
"""What a cell holds that says nothing."""
_BULLET, _NOTHING = re.compile(rf"^\s*{_MARK}"), re.compile(_NOWHERE, re.I)
_WHOLE = re.compile(
    r"^(?:the )?(?:whole|all|entire(?:ty)?)(?: of)?(?: the)? |"
    r"^(?:right )?(?:across|throughout)(?: the)? |"
    r"^(?:(?:we|they) )?(?:cover|work|serve|operate)(?:s|ing)?(?: in| across)?(?: the)? |"
    r"(?: ?- ?|[ -])(?:wide|only)$| boroughs$| \((?:all|whole)(?: of)?(?: the)?(?: \w+)?\)$",
    re.I,
)
"""Words that say that all of an area is meant."""
_ODD = (
    rf"(?i)^\s*{_MARK}|^{_NOWHERE}$|.[EWSNK]\d{{8}}|[EWSNK]\d{{8}}.|"
    r"^(?:the )?(?:whole|all|entire|entirety|right|across|throughout|we|they|cover|"
    r"covers|covering|work|works|working|serve|serves|serving|operates?|operating) |"
    r"[ -](?:wide|only)$|\((?:all|whole)\b"
)
"""Cells that may be looked at for what stands around an area."""
_ROLE_CUT_AS = dict.fromkeys(columns.POSTCODE_ROLES, "postcode")
MAX_WORDS = 5
"""A part of a list with more words than this is no name."""
NO_NUMBER = "a coordinate is missing or is no number"
NO_POINT = "a radius needs one point: latitude and longitude, a grid reference or a postcode in use"
MAX_TEXTS = 2_000_000
"""Texts of a column that may name an area: a cell may join thousands."""


class Circles(NamedTuple):
    """The circles that rows of a table give, and what is wrong with the others.

    ``row`` (n,) of the table; ``of`` and ``position``: which circle (0 to n - 1, rising) has
    which postcode; ``note`` a sentence on a correction, ``problem`` one on why there is no circle:
    object arrays (n,), "" for none.
    """

    row: np.ndarray
    of: np.ndarray
    position: np.ndarray
    note: np.ndarray
    problem: np.ndarray

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
    for heading in find_columns(guesses, *columns.AREA_ROLES):
        role = guesses[heading].role
        row, texts = _cut_cells(frame[heading], _ROLE_CUT_AS.get(role, role))
        inside = larger[row] if larger is not None else ""
        parts.append(_write_part(row, heading, texts, "" if role == "area" else role, inside))
    if larger is not None:  # a row of a larger area alone means that
        told = np.concatenate([np.empty(0, "int64"), *(part["row"] for part in parts)])
        alone = frame[within[0]].mask(np.isin(np.arange(len(frame)), told), "")
        row, texts = _cut_cells(alone, "area")
        parts += [_write_part(row, within[0], texts)] if len(row) else []
    if not parts:
        empty = dict.fromkeys(("column", "text", "kind", "within"), pd.Series(dtype="str"))
        return pd.DataFrame({"row": np.empty(0, "int64"), **empty})
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


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


def _cut_cells(cells: pd.Series, role: str) -> tuple[np.ndarray, list[str]]:
    """Cut cells into the texts they join: the row of each, and the texts; shapes stay whole."""
    of_cell, different = pd.factorize(cells)
    texts = [text.strip() for text in different.tolist()]
    mark = POSTCODE_JOINT if role == "postcode" else r"[;\n|]"
    marks = np.asarray(pc.count_substring_regex(pa.array(texts, pa.large_string()), mark))
    filled = np.array([text != "" for text in texts], dtype=bool)[of_cell]
    if (most := int(filled.sum()) + int(marks[of_cell].sum())) > MAX_TEXTS:
        raise MappingError(
            f"Expected at most {MAX_TEXTS:,} areas in a column; found {most:,}, joined "
            f"in {int(filled.sum()):,} cells of “{cells.name}”. Split the file and upload one "
            "after the other."
        )
    cut = _cut_texts(texts, marks > 0, mark, role)
    size = np.array([len(some) for some in cut], dtype="int64")[of_cell]
    row = np.repeat(np.arange(len(cells)), size)
    return row, [text for at in of_cell.tolist() for text in cut[at]]


def _cut_texts(texts: list[str], marked: np.ndarray, mark: str, role: str) -> list[list[str]]:
    """Cut each text where it is ``marked``, tidy its pieces, and write out what these join.

    Pieces that join nothing come first.
    """
    pieces = {
        at: [piece.strip() for piece in re.split(mark, texts[at])]
        for at in np.flatnonzero(marked).tolist()
        if not ground.is_shape(texts[at])
    }
    different = dict.fromkeys(text for at, text in enumerate(texts) if at not in pieces)
    different.update(dict.fromkeys(piece for some in pieces.values() for piece in some))
    plain = _tidy(list(different), role)
    joined = _write_out(plain, role)
    found = [joined.get(text) or [text] if (text := plain.get(whole)) else [] for whole in texts]
    for at, some in pieces.items():
        told = [plain[piece] for piece in some]
        alone = [text for text in told if text and text not in joined]
        found[at] = alone + [text for whole in told for text in joined.get(whole, ())]
    return found


def _tidy(texts: list[str], role: str) -> dict[str, str]:
    """Take off what stands around an area and says nothing: bullets, "all of", "n/a", its name."""
    if role == "postcode":
        return {text: _AROUND_POSTCODE.sub("", text.replace("_", " ")) for text in texts}
    plain = dict(zip(texts, texts, strict=True))
    odd = np.flatnonzero(_has(texts, _ODD)).tolist()
    plain.update((texts[at], _strip_area(texts[at])) for at in odd)
    return plain


def _write_out(plain: dict[str, str], role: str) -> dict[str, list[str]]:
    """Write out the texts that join several areas, and ranges of postal districts."""
    texts = list(dict.fromkeys(plain.values()))
    joint, cut = (_RANGED, _districts) if role == "postcode" else (AREA_JOINT, _split_list)
    some = {texts[at]: cut(texts[at]) for at in np.flatnonzero(_has(texts, joint)).tolist()}
    return {text: list(filter(None, parts)) for text, parts in some.items() if parts}


def _has(texts: list[str], pattern: str) -> np.ndarray:
    """Tell which texts have a pattern in them, by Arrow: all at once."""
    return np.asarray(pc.match_substring_regex(pa.array(texts, pa.large_string()), pattern))


def _districts(text: str) -> list[str]:
    """Write out "NW1-NW3" as the districts NW1, NW2 and NW3; nothing for other texts."""
    parts = _RANGE.fullmatch(text)
    if parts is None or (parts[4] or parts[1]).upper() != parts[1].upper():
        return []
    if parts[3] == "-" and not parts[4]:
        return []
    first, last = int(parts[2]), int(parts[5])
    if not first < last <= first + MAX_RANGE:
        return []
    return [f"{parts[1].upper()}{number}" for number in range(first, last + 1)]


def _strip_area(text: str) -> str:
    """Return an area without what stands around it; the text itself where that is not sure."""
    if ground.is_shape(text) or len(text) > spelling.MAX_LETTERS:
        return text
    if _NOTHING.fullmatch(text):
        return ""
    text = _BULLET.sub("", text) or text
    codes = GSS.findall(text.upper())
    if len(codes) == 1:
        beside = re.sub(codes[0], " ", text, flags=re.I).strip(" ()[]-–:,")
        named = (
            gazetteer.find_named(beside) + gazetteer.find_named(beside, "ward") if beside else []
        )
        return codes[0] if codes[0] in {code for _, code in named} else text
    if spelling.key(text) in gazetteer.map_keys():
        return text
    core = text
    while (shorter := _WHOLE.sub("", core).strip()) != core:
        core = shorter
    return core if core and gazetteer.find_named(core) else text


def _split_list(cell: str) -> list[str]:
    """Cut "Camden, Islington and Hackney" into its areas; not "Camden, London".

    Half of them have to be known, and each to have no more words than a name; or all of them are
    known or postcodes.
    """
    known = gazetteer.map_keys()
    if ground.is_shape(cell) or spelling.key(cell) in known:
        return []
    parts = [
        _strip_area(part.strip(" .")) for part in re.split(AREA_JOINT, cell) if part.strip(" .")
    ]
    sure = [spelling.key(part) in known or bool(GSS.fullmatch(part.upper())) for part in parts]
    if len(parts) < 2 or gazetteer.find_named(cell):
        return []
    if all(ok or looks.is_unit(part) for ok, part in zip(sure, parts, strict=True)):
        return parts
    if 2 * sum(sure) < len(parts):
        return []
    short = all(ok or len(part.split()) <= MAX_WORDS for ok, part in zip(sure, parts, strict=True))
    return parts if short and sum(sure) else []


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
        row, texts = _cut_cells(alone, "postcode")
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
    x, y = _convert_to_metres(x, y, note, problem)
    problem[(problem == NO_NUMBER) & ~_has_pair(frame, guesses)[row]] = NO_POINT
    _tell_other_systems(frame, guesses, row, problem)
    _check_radius(frame, guesses, row, radius, problem)
    good = np.flatnonzero(problem == "")
    of, position = ground.circles(x[good], y[good], radius[good])
    asking.note_radii(frame, guesses, row, note)
    problem[good[np.bincount(of, minlength=len(good)) == 0]] = "no postcode lies within this radius"
    return Circles(row, good[of], position, note, problem)


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
    problem[free & np.isnan(radius_m)] = "a point without a radius covers no ground"
    for heading in find_columns(guesses, *RADIUS_METRES):
        for at in np.flatnonzero(free & np.isposinf(radius_m) & (problem == "")):
            if said := frame[heading].iloc[row[at]].strip():
                problem[at] = (
                    f"the radius is no number: “{said[:40]}”; write it as 800 m, 1.5 km or 2 miles"
                )
    most = f"{ground.MAX_RADIUS_M / 1000:,.0f} kilometres"
    wrong = free & ~np.isnan(radius_m) & ~np.isposinf(radius_m)
    wrong &= (radius_m <= 0) | (radius_m > ground.MAX_RADIUS_M)
    problem[wrong] = f"the radius must be above 0 and at most {most}"


def _convert_to_metres(
    x: np.ndarray, y: np.ndarray, note: np.ndarray, problem: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Bring points to EPSG:27700; say which were turned round, and which are nowhere near."""
    x, y = x.copy(), y.copy()
    known = np.isfinite(x) & np.isfinite(y)
    problem[~known] = NO_NUMBER
    west, south, east, north = ground.BRITAIN_DEGREES
    turned = known & (x >= south) & (x <= north) & (y >= west) & (y <= east)
    x[turned], y[turned] = y[turned], x[turned]
    note[turned] = "latitude and longitude were the wrong way round"
    degrees = known & (np.abs(x) <= systems.MAX_DEGREES) & (np.abs(y) <= systems.MAX_DEGREES)
    here = degrees & (x >= west) & (x <= east) & (y >= south) & (y <= north)
    x[here], y[here] = ground.project_to_grid(x[here], y[here])
    west, south, east, north = ground.GRID_BOUNDS_M
    metres = known & ~degrees & (x >= west) & (x <= east) & (y >= south) & (y <= north)
    problem[known & ~here & ~metres] = "this point lies outside Great Britain"
    return x, y
