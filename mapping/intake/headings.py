"""Headings: which row of a sheet names its columns, and what stands above it."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geocode import gazetteer, spelling
from mapping.intake import official

Rows = Sequence[Sequence[str]]
HEAD_ROWS = 100
"""Rows at the top of a sheet that are looked at."""
MAX_TITLES = 20
"""Most rows above the header that a guess takes for titles."""
MAX_NAME_CHARACTERS = 200
_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    a about above activity actor address and approx area areas at authorities authority
    based body borough boroughs boundaries boundary buffer by cat category census code codes
    comment comments contact council councils count counties country county cover coverage
    covered covering covers created date delivered delivery department description detail
    details directorate distance district districts easting eastings electoral email end
    focus footprint for from funder geo geography geojson geom geometry group groups gss hub
    id in indicator info is issue issues kind km la lad lads lat latitude level line lines
    link list local locality location lon long longitude lower lsoa lsoas manager map metres
    miles mp msoa name named names need needs neighbourhood neighbourhoods network no
    northing northings note notes number oa of office official on ons operating or org
    organisation organisations organization organizations our outcode parish parishes
    partner partners partnership patch pcd pcds people person phone place places point
    policy polygon population post postal postcode postcodes project provider radius ref
    reference region regions remarks residents responsible role scale sector sectors served
    service services shape site source start status steward street subject tags team teams
    tel telephone the their theme themes they tier title topic topics total town type unit
    units url value values ward wards we web website weight what where who wkt work working
    works x y year zip zone
    """,
    )
)
"""Words that headings are made of, and cells of a table seldom."""
_DATA = re.compile(
    r"[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}|[EWSNK]\d{8}|[^@\s]+@[^@\s]+\.[^@\s]+|https?://\S+|"
    r"(MULTI)?(POLYGON|POINT|LINESTRING)\s*Z?\s*\(.*|\{\s*\".*",
    re.I | re.S,
)
"""What stands in a table and never in its header: postcodes, codes, addresses, shapes."""
_NUMBER = re.compile(r"[-+]?[\d,]*\.?\d+")
_GAPS = re.compile(r"\s+")
_YEAR = re.compile(r"(19|20)\d\d")
_INVISIBLE = dict.fromkeys(map(ord, "\ufeff\u200b\u200c\u200d\u2060\u200e\u200f\x00"))


class Layout(NamedTuple):
    """How a sheet is laid out.

    names : of the columns; header_row : number of the row with the headings, 0 if there is none;
    begins : position of the first row below it; above : number, why and text of the rows that
    are not data ("title", "header", "text"); notes : sentences.
    """

    names: list[str]
    header_row: int
    begins: int
    above: list[tuple[int, str, str]]
    notes: list[str]


def letter(position: int) -> str:
    """Return what a spreadsheet calls a column: 0 is "A", 26 is "AA"."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def is_heading(cell: str) -> bool:
    """Tell whether a cell is a usual heading: "Ward code", "WD23CD", "Email"."""
    if len(cell) > MAX_NAME_CHARACTERS:
        return False
    words = re.findall(r"[a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", cell).lower())
    return official.parse(cell) is not None or (
        0 < len(words) <= 8
        and all(w in _WORDS or w in ("s", "e", "mail", "of") or _YEAR.fullmatch(w) for w in words)
        and not all(_YEAR.fullmatch(w) for w in words)
    )


def find_header(
    rows: Rows,
    numbers: Sequence[int],
    *,
    header_row: int | None = None,
    merged: Iterable[int] = (),
) -> Layout:
    """Find the header in the first rows of a sheet.

    ``numbers`` are the rows' numbers. ``header_row`` is the number of the header if the caller
    knows it, 0 for none. ``merged`` are the numbers of rows in which cells of neighbouring
    columns are merged.

    A guess takes for titles the rows at the top that fill at most half of the columns that rows
    usually fill, and wider ones without a usual heading or a value above a row made of them.
    The first other row is the header unless it holds what headers do not: a postcode, a code,
    an address, a shape; without any usual heading also a number that is no year, a text that
    stands in the same column further down, or the name of an area above others. A sheet of one
    column has a header only if its first cell is a usual heading; else the column is called
    "value".
    Headings in two rows are joined where the upper row has gaps beside its headings and the
    lower one is made of headings. Raises MappingError if ``header_row`` is not there or blank.
    """
    plain = [[_tidy(cell) for cell in row] for row in rows]
    filled = [i for i, row in enumerate(plain) if any(row)]
    if not filled:
        raise MappingError(
            "This file has nothing but blank rows. Upload a file with headings and rows."
        )
    spans = {i for i, number in enumerate(numbers) if number in set(merged)}
    if header_row == 0:
        return _lay_out_headless(plain, numbers, 0, [])
    at = _find_given(plain, numbers, header_row) if header_row else _first(plain, filled)
    if header_row is None and _is_data(plain, at, filled):
        return _lay_out_headless(plain, numbers, at, [])
    group = _group(plain, at, spans, chosen=bool(header_row))
    if group == at:
        at += 1
    return _lay_out(plain, numbers, at, group)


def name_columns(headings: Sequence[str]) -> list[str]:
    """Name columns by their headings: blank ones by letter, repeated ones by number."""
    wanted = [
        cell[:MAX_NAME_CHARACTERS] or f"column {letter(i)}" for i, cell in enumerate(headings)
    ]
    free, taken = set(wanted), set()
    names = []
    for name in wanted:
        number, own = 2, name
        while own in taken or (own != name and own in free):
            own, number = f"{name} {number}", number + 1
        taken.add(own)
        names.append(own)
    return names


def list_unused(columns: Iterable[str], names: Sequence[str]) -> list[str]:
    """Return the columns whose name is none of the file's: made of letters, or beyond ``names``."""
    return [c for c in columns if re.fullmatch(r"column [A-Z]{1,3}", c) or c not in set(names)]


def _tidy(cell: str) -> str:
    return " ".join(cell[: 4 * MAX_NAME_CHARACTERS].translate(_INVISIBLE).split())


def _count_filled(row: Sequence[str]) -> int:
    return sum(map(bool, row))


def _first(rows: Rows, filled: Sequence[int]) -> int:
    """Return the position of the first row that is no title."""
    counts = sorted(_count_filled(rows[i]) for i in filled)
    usual = counts[int(0.75 * (len(counts) - 1) + 0.5)]
    wide = [i for i in filled[: MAX_TITLES + 1] if 2 * _count_filled(rows[i]) > usual] or [
        filled[0]
    ]
    if not any(is_heading(cell) or _is_value(cell) for cell in rows[wide[0]]):
        wide = [i for i in wide if _is_usual(rows[i])] or wide
    return wide[0]


def _is_usual(row: Sequence[str]) -> bool:
    """Tell whether a row has several cells, and most of them are usual headings."""
    return _count_filled(row) > 1 and 2 * sum(map(is_heading, row)) > _count_filled(row)


def _find_given(rows: Rows, numbers: Sequence[int], header_row: int) -> int:
    for i, number in enumerate(numbers):
        if number == header_row and any(rows[i]):
            return i
    raise MappingError(
        f"Expected headings in row {header_row:,}; that row is blank or not among the first "
        f"{len(rows):,}. Choose another row, or 0 for a file without headings."
    )


def _is_data(rows: Rows, at: int, filled: Sequence[int]) -> bool:
    """Tell whether the row that should be the header is a row of the table itself."""
    cells = [cell for cell in rows[at] if cell]
    below = [rows[i] for i in filled if i > at]
    data = [cell for i, cell in enumerate(rows[at]) if _is_datum(cell, below, i)]
    usual = any(is_heading(cell) and cell not in data for cell in cells)
    if all(_count_filled(rows[i]) <= 1 for i in filled):
        return not usual
    if data:
        return True
    if usual:
        return False
    if any(_NUMBER.fullmatch(cell) and not _YEAR.fullmatch(cell) for cell in cells):
        return True
    if any(_is_area(cell) and _are_areas(below, i) for i, cell in enumerate(rows[at])):
        return True
    return any(
        cell and i < len(row) and row[i] == cell for row in below for i, cell in enumerate(rows[at])
    )


def _is_datum(cell: str, below: Rows, column: int) -> bool:
    """Tell whether a cell is what no header holds; "WD24CD" is a heading but above postcodes."""
    if not _DATA.fullmatch(cell):
        return False
    if official.parse(cell) is None:
        return True
    cells = [_GAPS.sub("", row[column]).upper() for row in below if len(row) > column]
    return 2 * sum(map(bool, map(postcodes.UNIT.fullmatch, cells))) > len(list(filter(None, cells)))


def _is_area(cell: str) -> bool:
    return bool(cell) and spelling.key(cell) in gazetteer.map_keys()


def _are_areas(rows: Rows, column: int) -> bool:
    """Tell whether most filled cells of a column are names of areas."""
    cells = [row[column] for row in rows if column < len(row) and row[column]]
    return bool(cells) and 2 * sum(map(_is_area, cells)) > len(cells)


def _is_value(cell: str) -> bool:
    number = _NUMBER.fullmatch(cell) is not None and not _YEAR.fullmatch(cell)
    return number or (_DATA.fullmatch(cell) is not None and official.parse(cell) is None)


def _group(rows: Rows, at: int, spans: set[int], *, chosen: bool) -> int:
    """Return the position of an upper row of headings: ``at`` itself or the one above; else -1."""
    if not chosen and at + 1 < len(rows) and _stands_over(rows[at], rows[at + 1], at in spans):
        return at
    if at and any(rows[at - 1]) and _stands_over(rows[at - 1], rows[at], at - 1 in spans):
        return at - 1
    return -1


def _stands_over(upper: Sequence[str], lower: Sequence[str], merged: bool) -> bool:
    """Tell whether one row of headings stands over another: it has gaps, which the other fills."""
    width = max(len(upper), len(lower))
    above, below = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    while width and not above[width - 1] and not below[width - 1]:
        width -= 1
    cells = [cell for cell in below[:width] if cell]
    gaps = any(above[i - 1] and not above[i] for i in range(1, width))
    whole = all(above[i] or below[i] for i in range(width))
    data = any(_is_value(c) for c in cells)
    if not (gaps and whole and len(cells) > 1) or data:
        return False
    several = _count_filled(above) > 1
    return (merged and several) or (several and 2 * sum(map(is_heading, cells)) >= len(cells))


def _lay_out(rows: Rows, numbers: Sequence[int], at: int, group: int) -> Layout:
    headings, notes = list(rows[at]), []
    first = at if group < 0 else group
    above = [
        (numbers[i], "title", " ".join(filter(None, rows[i]))) for i in range(first) if any(rows[i])
    ]
    if above:
        notes.append(
            f"{len(above)} title row{'s' if len(above) > 1 else ''} above the header "
            f"{'were' if len(above) > 1 else 'was'} skipped."
        )
    if group >= 0:
        headings = _join_headings(rows[group], rows[at])
        notes.append(
            f"Merged heading cells were joined: the headings are in rows {numbers[group]} and "
            f"{numbers[at]}."
        )
    above += [(numbers[i], "header", " ".join(filter(None, rows[i]))) for i in range(first, at + 1)]
    while headings and not headings[-1]:
        headings.pop()
    names = name_columns(headings)
    again = [
        name
        for name, heading in zip(names, headings, strict=True)
        if heading and name != heading[:MAX_NAME_CHARACTERS]
    ]
    if again:
        notes.append(f"Some headings were repeated, so we numbered them: {', '.join(again[:5])}.")
    if not any(is_heading(heading) for heading in headings):
        notes.append(
            f"We treated row {numbers[at]} as the headings. Change this below if it is wrong."
        )
    return Layout(names, numbers[at], at + 1, above, notes)


def _join_headings(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Join two rows of headings: the lower one's, with the upper one's where they repeat."""
    width = max(len(upper), len(lower))
    above, below = [*upper, *[""] * (width - len(upper))], [*lower, *[""] * (width - len(lower))]
    times = Counter(below)
    joined, group = [], ""
    for one, other in zip(above, below, strict=True):
        group = one or (group if other else "")
        if not other or one == other:
            joined.append(one or other)
        else:
            joined.append(f"{group} {other}".strip() if times[other] > 1 else other)
    return joined


def _lay_out_headless(rows: Rows, numbers: Sequence[int], at: int, notes: list[str]) -> Layout:
    """Lay out a sheet whose rows begin at ``at``, without headings."""
    width = max(len(row) for row in rows)
    width = max((i + 1 for row in rows for i in range(len(row)) if row[i]), default=width)
    names = ["value"] if width == 1 else [f"column {letter(i)}" for i in range(width)]
    above = [
        (numbers[i], "title", " ".join(filter(None, rows[i]))) for i in range(at) if any(rows[i])
    ]
    what = "column is called “value”" if width == 1 else "columns are called by their letters"
    told = [f"No row of headings was found: the {what}."]
    if above:
        told.append(f"{len(above)} title row{'s' if len(above) > 1 else ''} above were skipped.")
    return Layout(names, 0, at, above, [*notes, *told])
