"""Nesting: which of several columns of a row, that describe one place several times, counts.

The smallest areas count; a larger one says where they lie, so that rows in which two contradict
each other are asked about; the others, and what cannot be read as areas, are set aside.
"""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mapping.footprints import elsewhere, ground, headwords, looks, resolving
from mapping.footprints.looks import MAX_LOOKUPS, SIZES
from mapping.footprints.roles import AREA_ROLES as AREAS
from mapping.footprints.roles import KIND_ROLES, Guess, find_columns
from mapping.geocode import areas, beside, gazetteer, index, spelling

__all__ = ["AREAS", "find_names_of", "settle"]

SPOTS = ("lat", "lon", "easting", "northing", "point")
RADII = ("radius_m", "radius_km", "radius_miles")
MIN_READ_SHARE = 0.4
"""A column of which fewer cells can be read as areas is a label, beside one that can be read."""
MIN_AGREED_SHARE = 0.9
"""So many rows have to agree, for one of several larger areas to say where the smallest lie."""
MIN_AGREED_ROWS = 4
"""Of so few rows each that contradicts itself is asked about."""
MAX_TOLD = 4
"""So many headings are told of."""
_PART = re.compile(r"[;\n|]")
Samples = Mapping[str, Sequence[str]]


def settle(
    frame: pd.DataFrame, some: Samples, found: dict[str, Guess], fixed: Mapping[str, Guess]
) -> list[str]:
    """Let one of the columns in ``found`` that say where count in each row, and say which.

    ``some`` holds cells of each column. Columns that are filled in different rows all count; those
    that a known form has (``fixed``) do as it says.
    """
    notes = _set_office_aside(frame, found)
    spots = find_columns(found, *SPOTS)
    if spots and find_columns(found, *RADII):
        for heading in find_columns(found, "postcode", *KIND_ROLES):  # an address, no footprint
            if looks.are_beside(frame, heading, spots[0]):
                found[heading] = Guess("ignore", found[heading].why)
        return notes
    wheres = find_columns(found, *AREAS)
    before = dict(found)
    for heading in wheres:
        if some[heading] and all(map(looks.PSEUDO.fullmatch, some[heading])):
            found[heading] = Guess("ignore", "content")
    for kind in KIND_ROLES:
        _prefer_codes(frame, some, found, kind)
    known = [name for name in wheres if name in fixed]
    for heading in wheres if known else ():
        if heading not in known and looks.are_beside(frame, heading, known[0]):
            found[heading] = Guess("ignore", found[heading].why)
    if known:
        _prefer_codes(frame, some, found, "area")
    elif len(wheres) > 1:
        _qualify_by_size(frame, some, found)
        _prefer_codes(frame, some, found, "area")
        _qualify_by_larger(frame, found)
        _qualify_by_ground(frame, found)
        notes += _set_labels_aside(frame, some, found)
    notes += _set_larger_label_aside(some, found)
    _set_spots_aside(frame, some, found)
    return [*notes, *_tell_nested(before, found)]


def find_names_of(
    frame: pd.DataFrame, guesses: Mapping[str, Guess], heading: str
) -> pd.Series | None:
    """Return the column of names that stands beside a column of codes of the same kind.

    It does not count as long as the codes do; None where there is none.
    """
    kind = guesses[heading].role
    if kind not in KIND_ROLES:
        return None
    if not looks.are_mostly(looks.sample_cells(frame[heading]), looks.CODE):
        return None
    for name, guess in guesses.items():
        if guess.role == "ignore" and guess.why != "chosen" and kind in headwords.roles(name):
            return frame[name]
    return None


def _set_office_aside(frame: pd.DataFrame, found: dict[str, Guess]) -> list[str]:
    """Take postcodes for an office's where another column says which areas are covered."""
    covered = [n for n in find_columns(found, "area", *KIND_ROLES) if headwords.says_footprint(n)]
    notes = []
    for name in find_columns(found, "postcode"):
        if any(looks.are_beside(frame, name, other) for other in covered):
            found[name] = Guess("address", "content", found[name].score)
            notes.append(
                f"“{name}” is read as where an office is: “{covered[0]}” says where they work."
            )
    return notes


def _set_spots_aside(frame: pd.DataFrame, some: Samples, found: dict[str, Guess]) -> None:
    """Leave out points without a radius, which cover no ground, beside areas that do."""
    spots, wheres = find_columns(found, *SPOTS), find_columns(found, *AREAS)
    if not spots or find_columns(found, *RADII):
        return
    readable = [n for n in wheres if _share_read(some[n], found[n].role) > MIN_READ_SHARE]
    for name in spots:
        if any(looks.are_beside(frame, name, other) for other in readable):
            found[name] = Guess("ignore", found[name].why)


def _prefer_codes(frame: pd.DataFrame, some: Samples, found: dict[str, Guess], kind: str) -> None:
    """Of a column of codes and one of names beside it, both of a kind, let the codes count."""
    both = find_columns(found, kind)
    codes = [name for name in both if looks.are_mostly(some[name], looks.CODE)]
    if not codes:
        return
    for name in both:
        if name not in codes and any(looks.are_beside(frame, name, code) for code in codes):
            found[name] = Guess("ignore", found[name].why)


def _qualify_by_size(frame: pd.DataFrame, some: Samples, found: dict[str, Guess]) -> None:
    """Let a column of larger areas say where those of the smallest lie, told by size alone.

    A row in which they contradict each other is asked about. Of names whose heading gives no
    kind the size is told only beside codes and postcodes, which mean one area each. What is
    larger still, twice the same, or codes of areas that are not held, is set aside.
    """
    cells = {name: some[name] for name in find_columns(found, *AREAS)}
    coded = {name: looks.find_coded_size(texts) for name, texts in cells.items()}
    sizes = {n: coded[n] or (r if (r := found[n].role) in KIND_ROLES else "") for n in cells}
    named = [name for name in cells if find_names_of(frame, found, name) is not None]
    sizes = {
        name: size
        for name, size in sizes.items()
        if size in SIZES and (name in named or _is_held(cells[name]))
    }
    if not sizes:
        return
    smallest = min(sizes, key=lambda name: SIZES.index(sizes[name]))
    if coded[smallest]:
        plain = [name for name in find_columns(found, "area") if name not in sizes]
        sizes |= {n: size for n in plain if (size := looks.find_named_size(cells[n]))}
    besides = [n for n in cells if n != smallest and looks.are_beside(frame, n, smallest)]
    larger = sorted(
        (n for n in besides if n in sizes and sizes[n] != sizes[smallest]),
        key=lambda n: SIZES.index(sizes[n]),
    )
    within = _pick_within(frame, smallest, larger, sizes, is_coded=bool(coded[smallest]))
    for name in larger:
        role = "within" if name == within and not find_columns(found, "within") else "ignore"
        found[name] = Guess(role, found[name].why, found[name].score)
    for name in besides:
        twice = sizes.get(name) == sizes[smallest] and _are_same(frame, name, smallest)
        if twice or (name not in sizes and _are_other_codes(cells[name])):
            found[name] = Guess("ignore", found[name].why)


def _pick_within(
    frame: pd.DataFrame, smallest: str, larger: list[str], sizes: dict[str, str], *, is_coded: bool
) -> str:
    """Pick which of some larger areas says where the smallest lie; "" for none of them.

    Beside codes and postcodes those do not count that mostly contradict them: they are of other
    places, or of another date.
    """
    if not is_coded:
        return next(iter(larger), "")
    if len(larger) == 1:
        agreed, known = _count_agreed(frame, smallest, larger[0])
        few = known < MIN_AGREED_ROWS or agreed >= looks.MIN_ALIKE_SHARE * known
        return larger[0] if few else ""
    for name in larger:
        agreed, known = _count_agreed(frame, smallest, name)
        if sizes[name] != "lsoa" and known and agreed >= MIN_AGREED_SHARE * known:
            return name
    return ""


def _count_agreed(frame: pd.DataFrame, small: str, large: str) -> tuple[int, int]:
    """Count in how many of some rows a code or postcode shares ground with a larger area.

    Returns these, and the rows in which the smaller one is known.
    """
    rows = frame[[small, large]]
    rows = rows[(rows != "").all(axis=1)]
    rows = rows.iloc[:: max(1, len(rows) // MAX_LOOKUPS)]
    answers = resolving.answer_texts(
        pd.DataFrame({"text": rows[small].str.strip(), "kind": "", "within": ""}), shapes=[]
    )
    known = [(a.area, text) for a, text in zip(answers, rows[large], strict=True) if a.area >= 0]
    return sum(beside.meet_any([area], text) for area, text in known), len(known)


def _is_held(some: Sequence[str]) -> bool:
    """Tell whether codes among some cells are mostly of areas that are held; names always are."""
    codes, known = [text.upper() for text in some if looks.CODE(text)], index.map_codes()
    return not codes or sum(code in known for code in codes) > MIN_READ_SHARE * len(codes)


def _are_other_codes(some: Sequence[str]) -> bool:
    """Tell whether most cells are codes of areas of a kind that is not held."""
    return looks.are_mostly(some, looks.CODE) and not _is_held(some)


def _are_same(frame: pd.DataFrame, one: str, other: str) -> bool:
    """Tell whether two columns say the same in most of some rows, but for blanks."""
    rows = frame[[one, other]].iloc[:: max(1, len(frame) // looks.SAMPLE_CELLS)]
    plain = [rows[name].str.replace(r"\W", "", regex=True).str.casefold() for name in rows]
    return bool((plain[0] == plain[1]).mean() >= looks.MIN_ALIKE_SHARE)


def _qualify_by_larger(frame: pd.DataFrame, found: dict[str, Guess]) -> None:
    """Of two columns of names, let the larger areas say where the smaller lie.

    Both may be of areas of any kind, or the larger one of councils, counties or regions, or the
    smaller one of wards.
    """
    both = find_columns(found, "area")
    known = find_columns(found, "borough", "county", "region")
    smaller = find_columns(found, "ward", "lsoa")
    orders = [both, both[::-1]] if len(both) == 2 else [[*smaller, *both, *known]]
    if (
        len(orders[0]) != 2
        or find_columns(found, "within")
        or not looks.are_beside(frame, *orders[0])
    ):
        return
    rows = frame[orders[0]][(frame[orders[0]] != "").all(axis=1)]
    rows = rows.iloc[:: max(1, len(rows) // MAX_LOOKUPS)]
    for small, large in orders:
        pairs = rows[small].str.strip() + ", " + rows[large].str.strip()
        named = pairs.map(lambda pair: bool(gazetteer.find_named(pair)))
        least = MIN_READ_SHARE if elsewhere.is_small(small) else looks.MIN_ALIKE_SHARE
        if len(pairs) and named.mean() >= least:
            found[large] = Guess("within", found[large].why, found[large].score)
            return


def _qualify_by_ground(frame: pd.DataFrame, found: dict[str, Guess]) -> None:
    """Of the columns left, let those not count whose areas hold the smaller ones beside them.

    That is told by what cells name, in nearly every row in which two are known: so "Ward" beside
    "Where" of councils is one place, and "First area" beside "Second area" are two.
    """
    wheres = find_columns(found, *AREAS)
    if len(wheres) < 2:
        return
    wards = {name: _count_wards(frame[name]) for name in wheres}
    known = [name for name in wheres if len(wards[name])]
    smallest = min(known, key=lambda name: np.median([*wards[name].values()]), default="")
    larger = [n for n in known if n != smallest and looks.are_beside(frame, n, smallest)]
    for name in sorted(larger, key=lambda n: np.median([*wards[n].values()])):
        if _lie_in(frame, smallest, name, wards):
            role = "ignore" if find_columns(found, "within") else "within"
            found[name] = Guess(role, found[name].why, found[name].score)


def _count_wards(cells: pd.Series) -> dict[str, int]:
    """Count the wards that each of some cells touches, of those that name an area."""
    some = looks.sample_cells(cells)[:MAX_LOOKUPS]
    areas_ = {text: beside.find_larger(text.strip().casefold()) for text in some}
    return {
        text: len(frozenset().union(*(beside.ground(area).touched for area in found)))
        for text, found in areas_.items()
        if found
    }


def _lie_in(frame: pd.DataFrame, small: str, large: str, wards: dict[str, dict[str, int]]) -> bool:
    """Tell whether nearly all areas of one column lie in, or meet, larger ones of another."""
    rows = frame[[small, large]].drop_duplicates()
    rows = rows[rows[small].isin([*wards[small]]) & rows[large].isin([*wards[large]])]
    found = {text: beside.find_larger(text.strip().casefold()) for text in wards[small]}
    agreed = [
        wards[large][outer] > wards[small][inner] and beside.meet_any(found[inner], outer)
        for inner, outer in zip(rows[small].head(MAX_LOOKUPS), rows[large], strict=False)
        if len(found[inner]) == 1 or beside.meet_any(found[inner], outer)  # "North" tells nothing
    ]
    return bool(agreed) and sum(agreed) >= MIN_AGREED_SHARE * len(agreed)


def _set_labels_aside(frame: pd.DataFrame, some: Samples, found: dict[str, Guess]) -> list[str]:
    """Take columns that cannot be read as areas for labels, beside one that can be read."""
    wheres = find_columns(found, *AREAS)
    if len(wheres) < 2:
        return []
    read = {name: _share_read(some[name], found[name].role) for name in wheres}
    readable = [name for name in wheres if read[name] >= looks.MIN_ALIKE_SHARE]
    labels = [
        name
        for name in wheres
        if read[name] < MIN_READ_SHARE
        and some[name]
        and find_names_of(frame, found, name) is None
        and any(looks.are_beside(frame, name, other) for other in readable)
    ]
    for name in labels:
        found[name] = Guess("ignore", "content")
    return _tell_labels(labels, some)


def _set_larger_label_aside(some: Samples, found: dict[str, Guess]) -> list[str]:
    """Take a larger area, in which the others should lie, for a label where it is none."""
    labels = [
        name
        for name in find_columns(found, "within")
        if some[name] and not any(_names_larger(text, name) for text in dict.fromkeys(some[name]))
    ]
    for name in labels:
        found[name] = Guess("ignore", "content")
    return _tell_labels(labels, some)


def _names_larger(text: str, heading: str) -> bool:
    """Tell whether a text names an area larger than a ward, or a ward below a heading of wards."""
    kinds = {areas.kind_of(area) for area in beside.find_larger(text.casefold())}
    return bool(kinds - {"ward"} or (kinds and "ward" in headwords.roles(heading)))


def _tell_labels(labels: Sequence[str], some: Samples) -> list[str]:
    if not labels:
        return []
    shown = ", ".join(f"“{text[:30]}”" for text in list(dict.fromkeys(some[labels[0]]))[:3])
    verb = "have no areas that we know, and are read as labels"
    if len(labels) == 1:
        verb = "has no areas that we know, and is read as a label"
    return [f"{_list_headings(labels)} {verb} ({shown})."]


def _share_read(some: Sequence[str], role: str) -> float:
    """Return the share of some cells that can be read as areas, of each different one as often.

    In a column whose heading names a kind, a name of several areas can be.
    """
    texts = list(dict.fromkeys(text for cell in some for text in _part_cell(cell)))
    texts = texts[:: max(1, len(texts) // MAX_LOOKUPS)]
    if not texts:
        return 0.0
    if any(map(ground.is_shape, texts)):
        return 1.0
    kind = role if role in KIND_ROLES or role == "postcode" else ""
    answers = resolving.answer_texts(
        pd.DataFrame({"text": texts, "kind": kind, "within": ""}), shapes=[]
    )
    read = [a.area >= 0 or (bool(kind) and a.named > 0) for a in answers]
    return sum(read) / len(read)


def _part_cell(cell: str) -> list[str]:
    known = gazetteer.map_keys()
    if ground.is_shape(cell):
        return [cell]
    parts = [part.strip() for part in _PART.split(cell)]
    cut = [[p] if spelling.key(p) in known else p.split(",") for p in parts]
    told = [text.strip() for some in cut for text in some]
    return [text for text in told if text and not looks.PSEUDO.fullmatch(text)]


def _tell_nested(before: Mapping[str, Guess], found: Mapping[str, Guess]) -> list[str]:
    """Say once which of the columns that describe one place counts."""
    wheres = find_columns(before, *AREAS)
    counted = [n for n in wheres if found[n].role in AREAS]
    others = [n for n in wheres if found[n].role in ("ignore", "within")]
    within = [n for n in wheres if found[n].role == "within"]
    if len(counted) != 1 or not others or (len(others) == 1 and not within):
        return []
    says = f", and “{within[0]}” says where it is" if within else ""
    return [
        f"{_list_headings([counted[0], *others])} describe one place: “{counted[0]}” is used"
        f"{says}. Choose another under “How we read your file” if that is wrong."
    ]


def _list_headings(names: Sequence[str]) -> str:
    """Write headings as a list: "“A”, “B” and 3 other columns"."""
    told = [f"“{name[:40]}”" for name in names]
    if len(told) > MAX_TOLD:
        told = [*told[: MAX_TOLD - 1], f"{len(told) - MAX_TOLD + 1} other columns"]
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
