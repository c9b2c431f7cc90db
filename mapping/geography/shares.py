"""Shares: a table of areas, bodies and people becomes a layer whose bodies share areas out.

A practice or a primary care network has no line: people of one small area are with several of
them. On a map each area is all of the body that most of its people are with; where people are
counted, they are divided among the bodies by their shares.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import count_runs
from mapping.errors import MappingError, NothingCountsError
from mapping.geography import catalogue, coded_areas, lookups
from mapping.geography.coded_areas import Areas
from mapping.geography.layer import Grain, Layer

NO_PEOPLE = "no number of people is written here"
KEPT_BACK = "how many people it counts is kept back, as they are few"
BELOW_NOBODY = "it counts fewer people than nobody"
NOBODY = "it counts nobody"
NO_GROUP = "what it belongs to is in no group"
MAX_EXAMPLES = 5
MOST_PEOPLE = 1e10
"""There are no more on earth."""
SUPPRESSED = (
    r"\*+|(<|≤|<=|under|fewer than|less than) ?\d+|\d+ ?\*|\[[cxsu]\]|[cxs]|:|\.\.|suppressed"
)
"""What publishers write in the place of a small number, in small letters."""


@dataclass(frozen=True, eq=False)
class Shares:
    """Who answers for how much of each area, where bodies share areas out among them.

    Areas with the same bodies at the same shares are a *profile*: mostly each area is one of its
    own, and those that are all of one body are one together.

    Attributes
    ----------
    profiles : a layer that gives every ward, block or postcode its profile; it is not registered
    start : where the entries of each profile begin, and where the last one's end: (profiles + 2,)
        int64; the last profile is that of no unit, so that -1 finds it
    unit, share : one entry for each unit of each profile, largest share first; the shares of a
        profile add up to 1
    """

    profiles: Layer
    start: np.ndarray
    unit: np.ndarray
    share: np.ndarray = field(repr=False)

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """Return all that tells one from another, but for the units' codes."""
        return self.profiles.numbers, self.start, self.unit, self.share

    @property
    def nbytes(self) -> int:
        """Return the bytes that it takes."""
        return sum(int(array.nbytes) for array in self.arrays)

    @cached_property
    def main(self) -> np.ndarray:
        """Return the unit with the largest share of each profile, and -1 at the end for none."""
        return self.unit[self.start[:-1]]

    def divide(self, profile: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Divide some profiles (-1 for none) among their units.

        Three arrays, one entry for each unit of each: which of ``profile`` it is, unit and share.
        """
        first, size = self.start[:-1][profile], np.diff(self.start)[profile]
        entry = np.repeat(first, size) + count_runs(size)
        return np.repeat(np.arange(len(profile)), size), self.unit[entry], self.share[entry]

    def sum_by_unit(self, people: np.ndarray, size: int) -> np.ndarray:
        """Divide people by profile, (profiles + 1,), among units, (size + 1,): of none last."""
        each = np.repeat(people, np.diff(self.start)) * self.share
        return np.roll(np.bincount(self.unit + 1, each, size + 1), -1)


@dataclass(frozen=True, eq=False, kw_only=True)
class LayerByShares(Layer):
    """A layer whose bodies share areas out; its units are those with the largest share."""

    split: Shares = field(repr=False)

    @property
    def shares(self) -> Shares:
        """Return who answers for how much of each area."""
        return self.split

    @cached_property
    def by_majority(self) -> Layer:
        """Return the layer without shares, each area being all of the unit of its largest."""
        return Layer(**{one.name: getattr(self, one.name) for one in fields(Layer)})

    @property
    def nbytes(self) -> int:
        """Return the bytes that keeping it keeps from being freed."""
        return super().nbytes + self.split.nbytes


def make_shares(
    numbers: np.ndarray, grain: Grain, start: np.ndarray, unit: np.ndarray, share: np.ndarray
) -> Shares:
    """Make shares of the profile of each ward, block or postcode, -1 for none: see ``Shares``.

    ``start`` (profiles + 1,) is without the profile of no unit.
    """
    blank = dict.fromkeys(catalogue.LAYER_TEXTS, "")
    codes = np.arange(len(start) - 1).astype(str)
    profiles = Layer(
        **blank, codes=codes, names=codes.astype(object), grain=grain, load=lambda: numbers
    )
    return Shares(
        profiles,
        np.append(start, start[-1] + 1).astype("int64"),
        np.append(unit, -1).astype("int32"),
        np.append(share, 1.0),
    )


def from_shares(
    frame: pd.DataFrame,
    *,
    areas: str,
    units: str,
    people: str,
    title: str,
    scale: str,
    names: str = "",
    groups: "Mapping[str, str] | pd.DataFrame | None" = None,
    **facts: str,
) -> Layer:
    """Make a layer from a table that says how many people of each area are with each body.

    ``areas``, ``units`` and ``people`` name its columns: areas as for ``from_lookup``, any text
    for a body, a number of at least 0; ``names`` may name one with the bodies' names. Rows of one
    area and body are added up. ``groups`` says what the bodies belong to, as practices to
    networks: a mapping, or a table whose first column has bodies, its second the group of each
    and its third, if there is one, the group's name. The units are then the groups.

    The unit of an area is that with the largest share of its people; of several as large it is
    the first by code. ``shares`` keeps all of them, and counts of people divide by them. They are
    shares of the people whose body counts. Of areas within each other the smallest holds. ``scale``
    is one of ``SCALES``; further ``facts`` are texts of ``Layer`` (plural, sector, source, …).

    The layer's key hashes its content, shares and all, whatever the order of rows that count: the
    same content is the same object, and ``layers.get`` finds it. Its ``residual`` has a row for
    each row of the table that counts nowhere, under its index; columns: area, unit, people (NaN
    where none is written), reason.

    Raises MappingError for a missing column, another scale, a body in several groups, and a table
    of which no row counts.

    >>> patients = {"area": ["E01000842"] * 2 + ["X"], "gp": ["A", "B", "B"], "n": [30, 10, 5]}
    >>> table = pd.DataFrame(patients)
    >>> columns = {"areas": "area", "units": "gp", "people": "n"}
    >>> layer = from_shares(table, **columns, title="Practice", scale="hyperlocal")
    >>> layer.names.tolist(), layer.shares.share.tolist(), layer.residual["area"].tolist()
    (['A', 'B'], [0.75, 0.25, 1.0], ['X'])
    """
    lookups.check_columns(frame, [areas, units, people, *([names] if names else [])])
    texts = lookups.check_facts(title, scale, facts)
    rows = _read_rows(frame, areas, units, people)
    body = rows.unit
    named = lookups.write_texts(frame[names]) if names else body
    if groups is not None:
        body, named = _look_up_groups(rows.unit, groups)
        rows.reason[(rows.reason == "") & (body == "").to_numpy()] = NO_GROUP
    number, codes = pd.factorize(body.to_numpy(object), sort=True)
    counts = rows.reason == ""
    if not counts.any():
        residual = _list_residual(rows)
        raise NothingCountsError(lookups.say_none_known(frame, residual), residual)
    area, split = _split_areas(rows.number[counts], number[counts], rows.people[counts])
    profile, split = _merge_alike(split, len(codes))
    found = Areas(rows.areas.kind[area], rows.areas.number[area])
    grain, painted = lookups.paint(found, profile)
    followed = np.zeros(len(rows.areas.kind), dtype=bool)
    followed[area] = lookups.is_followed(found, profile, grain, painted)
    rows.reason[counts & ~followed[rows.number]] = lookups.TAKEN
    told = pd.DataFrame({"unit": body, "name": named}).drop_duplicates()
    labels = lookups.name_units(told["unit"], told["name"], codes)
    numbers, grain = lookups.coarsen(np.maximum(painted, -1), grain)
    shares, present = _keep_present(numbers, grain, split)
    return finish(shares, codes[present], labels[present], _list_residual(rows), texts)


def finish(
    shares: Shares,
    codes: np.ndarray,
    names: np.ndarray,
    residual: pd.DataFrame,
    texts: dict[str, str],
) -> Layer:
    """Register a layer of shares, whose ``texts`` are those of ``lookups.check_facts``."""
    profiles = shares.profiles
    own = shares.main[profiles.numbers].astype("int16" if len(codes) < 2**15 else "int32")
    return lookups.register(
        own,
        profiles.grain,
        codes,
        names,
        residual,
        texts,
        make=partial(LayerByShares, split=shares),
        more=shares.arrays,
    )


def share_out(
    area: np.ndarray,
    unit: np.ndarray,
    people: np.ndarray,
    units: int,
    spread: "Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, Grain]]",
) -> tuple[Shares, np.ndarray]:
    """Make shares of people (above 0) by the numbers of an area and a unit, one entry each.

    ``spread`` gives what some areas have, by their numbers, to each ward, block or postcode (-1
    for those in none), and tells which of these it is. Returns the shares, and which of the
    ``units`` they name: these are numbered anew.
    """
    present, split = _split_areas(area, unit, people)
    profile, split = _merge_alike(split, units)
    return _keep_present(*spread(present, profile), split)


class _Rows(NamedTuple):
    """What the rows of a table say, (rows,), and why each counts for nothing; "" if it does.

    ``number`` is that of a row's area in ``areas``, each of which is there once.
    """

    area: pd.Series
    unit: pd.Series
    people: np.ndarray
    number: np.ndarray
    areas: Areas
    reason: np.ndarray


class _Split(NamedTuple):
    """Units and their shares, area after area, the largest first; ``size`` is how many each has."""

    size: np.ndarray
    unit: np.ndarray
    share: np.ndarray


def _read_rows(frame: pd.DataFrame, areas: str, units: str, people: str) -> _Rows:
    area, unit = (lookups.write_texts(frame[column]) for column in (areas, units))
    of_text, texts = pd.factorize(area.to_numpy(object))
    text = pd.Series(texts, dtype="str")
    found = coded_areas.identify(text)
    alone = np.where(found.kind < 0, -1 - np.arange(len(text)), found.kind * 2**32 + found.number)
    _, first, number = np.unique(alone, return_index=True, return_inverse=True)
    named = pd.Series("named", index=text.index)
    reason = lookups.explain_uncounted(text, named, found)[of_text]
    count = read_people(frame[people])
    reason[(reason == "") & (count == 0)] = NOBODY
    missing = (reason == "") & np.isnan(count)
    reason[missing] = _explain_missing(frame[people][missing])
    reason[(unit == "").to_numpy()] = lookups.NO_UNIT
    return _Rows(
        area, unit, count, number[of_text], Areas(found.kind[first], found.number[first]), reason
    )


def _explain_missing(cells: pd.Series) -> np.ndarray:
    """Say of cells that are no number of people why not."""
    reason = np.full(len(cells), NO_PEOPLE, dtype=object)
    reason[are_kept_back(cells)] = KEPT_BACK
    number = pd.to_numeric(lookups.write_texts(cells).str.replace(",", ""), errors="coerce")
    reason[(number < 0).to_numpy()] = BELOW_NOBODY
    return reason


def are_kept_back(cells: pd.Series) -> np.ndarray:
    """Tell which cells say that a number is too small to be given: "*", "<5", "[c]"."""
    return lookups.write_texts(cells).str.lower().str.fullmatch(SUPPRESSED).to_numpy(bool)


def read_people(cells: pd.Series) -> np.ndarray:
    """Read a column as numbers of people: "1,204" is one; NaN for what is none, or cannot be."""
    if not pd.api.types.is_numeric_dtype(cells):
        cells = pd.to_numeric(lookups.write_texts(cells).str.replace(",", ""), errors="coerce")
    count = cells.to_numpy(dtype=float, na_value=np.nan)
    return np.where((count >= 0) & (count <= MOST_PEOPLE), count, np.nan)


def _list_residual(rows: _Rows) -> pd.DataFrame:
    frame = pd.DataFrame({"area": rows.area, "unit": rows.unit})
    return frame.assign(people=rows.people, reason=rows.reason)[rows.reason != ""]


def _look_up_groups(
    unit: pd.Series, groups: "Mapping[str, str] | pd.DataFrame"
) -> tuple[pd.Series, pd.Series]:
    """Return the group of each body and its name; "" for those that are in none."""
    if not isinstance(groups, pd.DataFrame):
        groups = pd.DataFrame({"body": list(groups.keys()), "group": list(groups.values())})
    if len(groups.columns) < 2:
        raise MappingError(
            "Expected a table of groups with a column of bodies and one of the group of each; "
            f"found {len(groups.columns)}. Give both columns, and the groups' names if known."
        )
    columns = [lookups.write_texts(groups.iloc[:, at]) for at in range(len(groups.columns))]
    known = pd.DataFrame({"body": columns[0], "group": columns[1], "name": columns[-1]})
    known = known[known["group"] != ""].drop_duplicates(["body", "group"])
    torn = known["body"][known["body"].duplicated()].unique()
    if len(torn):
        raise MappingError(
            f"Expected each body in one group; found {len(torn):,} in several "
            f"({', '.join(torn[:MAX_EXAMPLES])}). Leave in the one that it belongs to."
        )
    found = known.set_index("body").reindex(unit).fillna("").set_index(unit.index)
    return found["group"], found["name"]


def _split_areas(
    area: np.ndarray, unit: np.ndarray, people: np.ndarray
) -> tuple[np.ndarray, _Split]:
    """Return the areas that there are, sorted, and the shares of the units of each."""
    are_whole = (people == np.rint(people)).all()  # these add up alike in any order
    cell = area * (int(unit.max()) + 1) + unit
    order = np.argsort(cell, kind="stable") if are_whole else np.lexsort((people, cell))
    area, unit, people = area[order], unit[order], people[order]
    begins = np.flatnonzero(np.r_[True, (area[1:] != area[:-1]) | (unit[1:] != unit[:-1])])
    area, unit, people = area[begins], unit[begins], np.add.reduceat(people, begins)
    present, size = np.unique(area, return_counts=True)
    total = np.add.reduceat(people, np.cumsum(size) - size)
    share = people / np.repeat(total, size)
    order = np.lexsort((-share, area))  # stable: of equal ones the first by code stays the first
    return present, _Split(size, unit[order], share[order])


def _merge_alike(split: _Split, units: int) -> tuple[np.ndarray, _Split]:
    """Return the profile of each area, and their units: one for each unit, then all mixed ones."""
    mixed = split.size > 1
    profile = units + np.cumsum(mixed) - 1
    begins = np.cumsum(split.size) - split.size
    profile[~mixed] = split.unit[begins[~mixed]]
    entry = np.repeat(mixed, split.size)
    whole = np.arange(units)
    return profile, _Split(
        np.append(np.ones(units, dtype="int64"), split.size[mixed]),
        np.append(whole, split.unit[entry]),
        np.append(np.ones(units), split.share[entry]),
    )


def _keep_present(numbers: np.ndarray, grain: Grain, split: _Split) -> tuple[Shares, np.ndarray]:
    """Return the shares of the profiles that something has, and the units that these name."""
    own, kept = lookups.number_present(numbers, len(split.size))
    entry = np.isin(np.repeat(np.arange(len(split.size)), split.size), kept)
    present, unit = np.unique(split.unit[entry], return_inverse=True)
    start = np.append(0, np.cumsum(split.size[kept]))
    return make_shares(own, grain, start, unit, split.share[entry]), present
