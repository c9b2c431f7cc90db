"""Actor zones: postcodes of a place in the same ward and covered by the same actors, merged.

Whatever is asked about themes, scales and gaps is counted over these zones, not over postcodes.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from mapping.actors import Links, Register, split, themes_of
from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geography import SCALES, By, layers
from mapping.memory import keep
from mapping.overlap import people_in
from mapping.places import Place

if TYPE_CHECKING:
    from scipy import sparse

NO_THEME, NO_SCALE = "no theme told", "no scale told"
"""What stands for the theme or the scale of actors for which none is recorded."""
MAX_NUMBERS = 8_000_000
"""So many numbers of actors (zones × themes × scales) are held at a time."""

DRAWS = 5
"""So often random numbers are drawn; that two sums agree by chance in each will not happen."""


class Lists(NamedTuple):
    """One list of actors a row: those of row ``i`` are ``actor[start[i] : start[i + 1]]``."""

    start: np.ndarray
    actor: np.ndarray


class ActorZones(NamedTuple):
    """The zones of a place, in the order of their wards and, in a ward, of their postcodes.

    Attributes
    ----------
    zone : (len(place),) the zone of each postcode
    ward : (zones,) the ward of each zone, as a position in ``wards``
    wards : the numbers of the wards that the place meets, sorted
    postcodes : (zones,) how many each has
    by_ward, by_zone : the actors that cover a whole ward, and, beside these, a zone
    """

    zone: np.ndarray
    ward: np.ndarray
    wards: np.ndarray
    postcodes: np.ndarray
    by_ward: Lists
    by_zone: Lists

    def __len__(self) -> int:
        return len(self.postcodes)

    def sums(self, by_postcode: np.ndarray) -> np.ndarray:
        """Sum numbers of the place's postcodes over each zone, (zones,) float64."""
        return np.bincount(self.zone, weights=by_postcode, minlength=len(self.postcodes))

    def sums_by_ward(self, by_zone: np.ndarray) -> np.ndarray:
        """Sum numbers of zones over each ward, (wards,) float64."""
        return np.bincount(self.ward, weights=by_zone, minlength=len(self.wards))

    def by_wards(self, columns: dict) -> pd.DataFrame:
        """Make a frame with a row a ward: code, name, and ``columns`` of an entry each."""
        codes = postcodes.table().ward_codes[self.wards]
        names = layers.wards()["name"].to_numpy()[self.wards]
        label = {"code": pd.array(codes, dtype="str"), "name": pd.array(names, dtype="str")}
        return pd.DataFrame(label | columns)

    def actors(self) -> np.ndarray:
        """Return the numbers of all actors that meet the place, sorted."""
        return np.union1d(self.by_ward.actor, self.by_zone.actor)


@keep
def zones(place: Place, register: Register) -> ActorZones:
    """Merge the postcodes of a place that lie in one ward and have the same actors.

    Actors' whole wards say nothing within a ward. For their other postcodes each actor has a
    random number of 64 bits, and postcodes with the same sum of them are merged (Zobrist 1970,
    "A new hashing method with application for game playing"). Then each actor is checked to
    have all postcodes of a zone or none: should two sums ever agree by chance, other numbers
    are drawn, so the zones are exact.
    """
    atoms = postcodes.table()
    number = atoms.ward if place.is_britain else atoms.ward[place.positions]
    size = np.bincount(number, minlength=len(atoms.ward_codes))
    wards = np.flatnonzero(size)
    rank = np.full(len(size), -1, dtype="int32")
    rank[wards] = np.arange(len(wards))
    ward, loose = rank[number], _keep_inside(place, register.loose)
    by_ward = _lists_of_wards(register.whole, rank, len(wards))
    for seed in range(DRAWS):
        zone, first = _merge_zones(ward, loose, len(register), seed)
        counted = np.bincount(zone, minlength=len(first))
        by_zone = _check_zones(zone, counted, loose, len(register))
        if by_zone is not None and (ward == ward[first][zone]).all():
            return ActorZones(zone, ward[first], wards, counted, by_ward, by_zone)
    raise MappingError(
        f"Expected each postcode of an actor once; some repeat among the {len(loose.area):,} of "
        "this place. Make the register with actors.register, which drops repeats."
    )


def people(place: Place, register: Register, by: By = "residents") -> np.ndarray:
    """Return what a lens counts in each zone, (zones,) float64."""
    if isinstance(by, str):
        return _people_by_lens(place, register, by)
    return zones(place, register).sums(people_in(place, by))


@keep
def _people_by_lens(place: Place, register: Register, by: str) -> np.ndarray:
    return zones(place, register).sums(people_in(place, by))


def _keep_inside(place: Place, loose: Links) -> Links:
    """Keep the loose postcodes inside a place, by their position in it."""
    if place.is_britain:
        return loose
    rank = np.full(len(postcodes.table()), -1, dtype="int32")
    rank[place.positions] = np.arange(len(place))
    at = rank[loose.area]
    return Links(loose.actor[at >= 0], at[at >= 0])


def _lists_of_wards(whole: Links, rank: np.ndarray, wards: int) -> Lists:
    """List the actors of each ward of a place; ``rank`` is -1 for wards outside it."""
    row = rank[whole.area]
    inside = np.flatnonzero(row >= 0)
    order = inside[np.argsort(row[inside], kind="stable")]
    start = np.searchsorted(row[order], np.arange(wards + 1))
    return Lists(start, whole.actor[order])


def _merge_zones(
    ward: np.ndarray, loose: Links, actors: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return each postcode's zone and the first postcode of each zone, by sums of random keys."""
    draw, n = np.random.default_rng(seed), len(ward)
    wards = int(ward.max(initial=-1)) + 1
    signature = draw.integers(0, 2**64, size=wards, dtype=np.uint64)[ward]
    key = draw.integers(0, 2**64, size=actors, dtype=np.uint64)
    np.add.at(signature, loose.area, key[loose.actor])  # rolls over, as it should
    touched = np.zeros(n, dtype=bool)
    touched[loose.area] = True
    group = ward.astype("int64")
    group[touched] = wards + pd.factorize(signature[touched])[0]
    first = np.full(int(group.max(initial=-1)) + 1, n)
    first[group[::-1]] = np.arange(n)[::-1]
    present = np.flatnonzero(first < n)
    order = present[np.lexsort((first[present], ward[first[present]]))]
    number = np.empty(len(first), dtype="int32")
    number[order] = np.arange(len(order))
    return number[group], first[order]


def _check_zones(zone: np.ndarray, counted: np.ndarray, loose: Links, actors: int) -> Lists | None:
    """List the actors of each zone; None if one of them has only part of a zone's postcodes."""
    key = zone[loose.area].astype("int64") * actors + loose.actor
    key.sort()
    begins = np.flatnonzero(np.diff(key, prepend=-1))
    row, actor = np.divmod(key[begins], max(actors, 1))
    if (np.diff(begins, append=len(key)) != counted[row]).any():
        return None
    return Lists(np.searchsorted(row, np.arange(len(counted) + 1)), actor)


def check_theme_and_scale(theme: str, scale: str) -> tuple[str, str]:
    """Return a theme as registers write it, and a scale; MappingError for several or unknown."""
    several = split(theme)
    if len(several) > 1:
        raise MappingError(
            f"Expected one theme; found {len(several)} joined with “;” "
            f"({', '.join(several[:5])}). Ask for one at a time."
        )
    if scale not in ("", *SCALES, NO_SCALE):
        raise MappingError(
            f"Expected one of the scales {', '.join(SCALES)}; found “{str(scale)[:40]}”. "
            "Leave it empty for any scale."
        )
    return "".join(several), scale


class ActorCounts(NamedTuple):
    """Numbers of actors for some themes: ``actors`` (zones, themes, scales) int32."""

    themes: slice
    actors: np.ndarray


def cells(
    found: ActorZones, register: Register, themes: Sequence[str], scales: Sequence[str]
) -> Iterator[ActorCounts]:
    """Count the actors of each zone with each theme and scale, some themes at a time.

    The empty text stands for any theme or any scale, ``NO_THEME`` and ``NO_SCALE`` for those
    of actors that have none; an actor counts once in a cell.
    """
    step = max(1, MAX_NUMBERS // max(1, len(found) * len(scales)))
    for begin in range(0, len(themes), step):
        some = themes[begin : begin + step]
        member = membership(register, some, scales)
        counted = _count_actors(found, member).reshape(len(found), len(some), len(scales))
        yield ActorCounts(slice(begin, begin + len(some)), counted)


def count_cell(
    place: Place, register: Register, theme: str, scale: str
) -> tuple[ActorZones, np.ndarray]:
    """Return a place's zones and the actors of each with one theme and scale, (zones,) int32."""
    found = zones(place, register)
    one, at = check_theme_and_scale(theme, scale)
    return found, next(cells(found, register, [one], [at])).actors[:, 0, 0]


def membership(
    register: Register, themes: Sequence[str], scales: Sequence[str]
) -> "sparse.csr_array":
    """Tell which actors have which theme and scale: (actors, themes × scales) of ones."""
    from scipy import sparse  # gaps are counted after the first map, which does not wait for it

    actor, theme = _pair_with_themes(register, themes)
    told = register.actors["scale"].to_numpy(object)
    own = np.where(np.isin(told, SCALES), told, NO_SCALE)
    rows, columns = [], []
    for column, scale in enumerate(scales):
        has = (own[actor] == scale) | (scale == "")
        rows.append(actor[has])
        columns.append(theme[has] * len(scales) + column)
    row, cell = (np.concatenate([np.empty(0, dtype="int64"), *part]) for part in (rows, columns))
    shape = (len(register), len(themes) * len(scales))
    return sparse.csr_array((np.ones(len(row), dtype="int32"), (row, cell)), shape=shape)


def _pair_with_themes(register: Register, themes: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of an actor and one of the themes that it has, by their numbers."""
    told = _list_theme_pairs(register)
    number = {theme: i for i, theme in enumerate(themes)}
    asked_for = np.array([number.get(theme, -1) for theme in told.themes], dtype="int64")
    theme = asked_for[told.theme]
    actor, theme = told.actor[theme >= 0], theme[theme >= 0]
    if "" in number:
        everyone = np.arange(len(register))
        actor = np.concatenate([actor, everyone])
        theme = np.concatenate([theme, np.full(len(everyone), number[""])])
    return actor, theme


class _ThemePairs(NamedTuple):
    """Pairs of actors and positions in ``themes``; ``NO_THEME`` for actors without one.

    A word that is part of a theme of the vocabulary counts as itself and under that theme.
    """

    actor: np.ndarray
    theme: np.ndarray
    themes: tuple[str, ...]


@keep
def _list_theme_pairs(register: Register) -> _ThemePairs:
    text, texts = pd.factorize(register.actors["themes"])
    of_text = [themes_of(one) or [NO_THEME] for one in texts.tolist()]
    size = np.array([len(some) for some in of_text], dtype="int64")
    flat, themes = pd.factorize(np.array([t for some in of_text for t in some], dtype=object))
    own = size[text]
    actor = np.repeat(np.arange(len(text)), own)
    nth = np.arange(len(actor)) - np.repeat(np.cumsum(own) - own, own)
    begin = (np.cumsum(size) - size)[text]
    return _ThemePairs(actor, flat[begin[actor] + nth], tuple(themes))


def _count_actors(found: ActorZones, member: "sparse.csr_array") -> np.ndarray:
    """Sum what the actors of each zone have: (zones, columns of ``member``) int32."""
    counted = _matrix(found.by_ward, member.shape[0]) @ member
    counted = counted.toarray()[found.ward]
    if len(found.by_zone.actor):
        counted += (_matrix(found.by_zone, member.shape[0]) @ member).toarray()
    return counted


def _matrix(lists: Lists, actors: int) -> "sparse.csr_array":
    from scipy import sparse

    ones = np.ones(len(lists.actor), dtype="int32")
    return sparse.csr_array((ones, lists.actor, lists.start), shape=(len(lists.start) - 1, actors))
