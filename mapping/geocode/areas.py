"""Areas: everything a footprint may name, each with a number, and the postcodes of each.

Numbers run over all units of the layers that ship, and of the small areas of 2021 if a postcode
directory is at hand, then the nations, Great Britain, the postcode areas (``NW``) and the districts
that are parted by letters (``SW1``), then regions of speech, then the postcodes, then shapes of an
upload's own.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.geocode import gazetteer, spoken
from mapping.geography import layers
from mapping.memory import once

OTHER_KINDS = {
    "nation": "nation",
    "britain": "Great Britain",
    "postal_area": "postcode area",
    "lettered_district": "postcode districts",
    "spoken": "region as it is called",
}
"""Kinds of areas that are no layer, and what a reader calls each."""


class Index(NamedTuple):
    """All areas but postcodes and shapes: equal columns, and where each kind begins.

    ``kind`` (areas,) numbers into ``kinds``; ``codes`` and ``names`` texts; ``start`` and
    ``size`` say which stretch of ``source[kind]`` is an area's wards or postcodes.
    """

    kinds: tuple[str, ...]
    first: np.ndarray
    kind: np.ndarray
    codes: np.ndarray
    names: np.ndarray
    start: np.ndarray
    size: np.ndarray

    def __len__(self) -> int:
        return len(self.codes)

    def number(self, kind: str, code: str) -> int:
        """Return the number of an area by kind and code; -1 if there is none."""
        return number(kind, code)


class Pieces(NamedTuple):
    """What areas consist of: which of those asked for (``of``), and its ward or postcode."""

    of: np.ndarray
    area: np.ndarray


@once
def list_fallback_layers() -> tuple[str, ...]:
    """List the layers whose units' names count where no place of the gazetteer has the name.

    They are those that say so in their row of ``data/layers.csv``; areas that nobody works to
    come last.
    """
    facts = layers.catalogue()
    named = facts.index[facts["named_in_uploads"] == "yes"]
    nobodys = ~named.isin(layers.list_worked_to())
    return (*named[~nobodys], *named[nobodys])


@once
def list_layers() -> list[str]:
    """List the layers whose units a footprint may name by code."""
    known = layers.list_shipped()
    return [*known, layers.SMALL_AREAS] if layers.is_known(layers.SMALL_AREAS) else known


@once
def index() -> Index:
    """List all areas that have a name or code of their own."""
    keys = list_layers()
    parts = [_index_layer(layers.get(key)) for key in keys]
    parts += [_nations(), _britain(), _postal_areas(), _lettered_districts(), _spoken()]
    sizes = [len(part[0]) for part in parts]
    codes, names, start, size = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Index(
        kinds=(*keys, *OTHER_KINDS),
        first=np.r_[0, np.cumsum(sizes)],
        kind=np.repeat(np.arange(len(sizes)), sizes),
        codes=codes.astype(object),
        names=names.astype(object),
        start=start,
        size=size,
    )


def _index_layer(layer: layers.Layer) -> tuple:
    if layer.of_ward is not None:
        count = np.bincount(layer.of_ward + 1, minlength=len(layer.codes) + 1)
        start = np.cumsum(count)[:-1]
        return layer.codes, layer.names, start, count[1:]
    count = np.bincount(layer.unit + 1, minlength=len(layer.codes) + 1)
    return layer.codes, layer.names, np.cumsum(count)[:-1], count[1:]


def _nations() -> tuple:
    names = [name for _, _, name in gazetteer.NATIONS]
    count = [int((layers.wards()["nation"] == name).sum()) for name in names]
    return names, names, np.cumsum(count) - count, count


def _britain() -> tuple:
    _, code, name = gazetteer.BRITAIN
    return [code], [name], [0], [len(layers.wards())]


def _postal_areas() -> tuple:
    """Cut the postcodes, which are sorted by name, where their first letters change."""
    district = layers.get("postal_district")
    letters = np.array([re.split(r"\d", code, maxsplit=1)[0] for code in district.codes])
    size = np.bincount(district.unit, minlength=len(letters))
    begins = np.flatnonzero(np.r_[True, letters[1:] != letters[:-1]])
    count = np.add.reduceat(size, begins)
    return letters[begins], letters[begins], np.cumsum(count) - count, count


def _lettered_districts() -> tuple:
    """Take together the districts that only a letter tells apart: SW1A to SW1Y for SW1.

    They follow each other; none of them is called so without its letter.
    """
    district = layers.get("postal_district")
    size = np.bincount(district.unit, minlength=len(district.codes))
    start = np.cumsum(size) - size
    of: dict[str, list[int]] = {}
    for unit, code in enumerate(district.codes.tolist()):
        if parts := re.fullmatch(r"([A-Z]{1,2}\d)[A-Z]", code):
            of.setdefault(parts[1], []).append(unit)
    found = {stem: some for stem, some in of.items() if stem not in district.codes}
    ends = [(str(district.codes[u[0]]), str(district.codes[u[-1]])) for u in found.values()]
    return (
        list(found),
        [f"all from {first} to {last}" for first, last in ends],
        [start[units[0]] for units in found.values()],
        [size[units].sum() for units in found.values()],
    )


def _spoken() -> tuple:
    regions = spoken.list_regions()
    size = np.array([len(spoken.find_wards(region)) for region in regions])
    codes, names = ([getattr(one, name) for one in regions] for name in ("code", "name"))
    return codes, names, np.cumsum(size) - size, size


def postcode(position: int | np.ndarray) -> int | np.ndarray:
    """Return the number of the area that is one postcode, by its position."""
    return len(index()) + position


def first_shape() -> int:
    """Return the number of an upload's first shape."""
    return len(index()) + len(postcodes.table())


def kind_of(area: int) -> str:
    """Return the kind of an area: a layer's key, nation, britain, postal_area, postcode, shape."""
    known = index()
    if area < len(known):
        return known.kinds[known.kind[area]]
    return "postcode" if area < first_shape() else "shape"


def kinds_of(areas: np.ndarray) -> np.ndarray:
    """Return the kind of each area as ``kind_of`` does, "" for -1: (n,) objects."""
    known = index()
    names = np.array([*known.kinds, "postcode", "shape", ""], dtype=object)
    unit = (areas >= 0) & (areas < len(known))
    number = np.where(areas < first_shape(), len(known.kinds), len(known.kinds) + 1)
    number = np.where(unit, known.kind[np.where(unit, areas, 0)], number)
    return names[np.where(areas < 0, len(names) - 1, number)]


def number(kind: str, code: str) -> int:
    """Return the number of an area by kind and code; -1 if there is none.

    A postcode's code is its name, "N1 9GU".
    """
    if kind == "postcode":
        names = postcodes.table().name
        at = min(int(np.searchsorted(names, code.encode())), len(names) - 1)
        return len(index()) + at if names[at] == code.encode() else -1
    return _numbers().get((kind, code), -1)


@once
def _numbers() -> dict[tuple[str, str], int]:
    known = index()
    names = [known.kinds[kind] for kind in known.kind.tolist()]
    pairs = zip(names, known.codes.tolist(), strict=True)
    return {pair: at for at, pair in reversed(list(enumerate(pairs)))}


def code_of(area: int) -> str:
    """Return the code of an area; a postcode's is its name, a shape has none."""
    if area < len(index()):
        return str(index().codes[area])
    if area < first_shape():
        return postcodes.table().name[area - len(index())].decode()
    return ""


def label(area: int) -> str:
    """Return the name of an area with its kind: "Camden (council area)"."""
    labels = _labels()
    if area < len(labels):
        return labels[area]
    return f"{code_of(area)} (postcode)" if area < first_shape() else "a shape"


@once
def _labels() -> list[str]:
    known = index()
    found: list[str] = []
    for number, kind in enumerate(known.kinds):
        names = known.names[known.first[number] : known.first[number + 1]]
        if kind == "ward":
            districts = layers.wards()["lad_name"].to_numpy(object)[_wards_of("ward")]
            found += [f"{n} (ward of {d})" for n, d in zip(names, districts, strict=True)]
        elif kind == "britain":
            found += list(names)
        elif kind == "spoken":
            found += [region.label for region in spoken.list_regions()]
        else:
            said = OTHER_KINDS[kind] if kind in OTHER_KINDS else layers.get(kind).noun
            found += [f"{name} ({said})" for name in names]
    return found


def wards_and_postcodes(
    areas: np.ndarray, shapes: Sequence[np.ndarray] = ()
) -> tuple[Pieces, Pieces]:
    """Return the whole wards, and the postcodes one by one, that areas consist of.

    ``areas`` (n,) numbers of areas; ``shapes`` the positions of each shape's postcodes.
    Returns (ward pieces, postcode pieces); ``of`` counts into ``areas``.
    """
    known = index()
    whole: list[Pieces] = []
    loose: list[Pieces] = []
    is_unit = areas < len(known)
    kinds = np.where(is_unit, known.kind[np.where(is_unit, areas, 0)], -1)
    for number in np.unique(kinds[is_unit]):
        at = np.flatnonzero(kinds == number)
        kind = known.kinds[number]
        pieces = _stretches(at, known.start[areas[at]], known.size[areas[at]])
        if _is_made_of_wards(kind):
            whole.append(Pieces(pieces.of, _wards_of(kind)[pieces.area]))
        else:
            order = _postcodes_of(kind)
            loose.append(pieces if order is None else Pieces(pieces.of, order[pieces.area]))
    single = np.flatnonzero(~is_unit & (areas < first_shape()))
    loose.append(Pieces(single, areas[single] - len(known)))
    drawn = np.flatnonzero(areas >= first_shape())
    if len(drawn):
        parts = [shapes[area - first_shape()] for area in areas[drawn]]
        loose.append(Pieces(np.repeat(drawn, [len(p) for p in parts]), np.concatenate(parts)))
    return _join_pieces(whole), _join_pieces(loose)


def sizes(areas: np.ndarray, shapes: Sequence[np.ndarray] = ()) -> np.ndarray:
    """Return of how many wards or postcodes each area consists, as ``wards_and_postcodes``."""
    found = np.ones(len(areas), dtype="int64")
    unit = areas < len(index())
    found[unit] = index().size[areas[unit]]
    drawn = np.flatnonzero(areas >= first_shape())
    found[drawn] = [len(shapes[area - first_shape()]) for area in areas[drawn]]
    return found


def _is_made_of_wards(kind: str) -> bool:
    return kind in ("nation", "britain", "spoken") or (
        kind in list_layers() and layers.get(kind).of_ward is not None
    )


@once
def _wards_of(kind: str) -> np.ndarray:
    """Return the wards in the order of their units of a kind; those in none come first.

    Spoken regions overlap: a ward comes once for each.
    """
    if kind == "britain":
        return np.arange(len(layers.wards()))
    if kind == "nation":
        rank = pd.Categorical(
            layers.wards()["nation"], categories=[name for _, _, name in gazetteer.NATIONS]
        ).codes
        return np.argsort(rank, kind="stable")
    if kind == "spoken":
        return np.concatenate([spoken.find_wards(region) for region in spoken.list_regions()])
    unit = layers.get(kind).of_ward
    assert unit is not None
    return np.argsort(unit, kind="stable")


@once
def _postcodes_of(kind: str) -> np.ndarray | None:
    """Return the postcodes in the order of their units of a kind; None if they are so already."""
    if kind not in list_layers():
        return None
    unit = layers.get(kind).unit
    if (unit[1:] >= unit[:-1]).all():
        return None
    return np.argsort(unit, kind="stable").astype("int32")


def _stretches(of: np.ndarray, start: np.ndarray, count: np.ndarray) -> Pieces:
    """Write out stretches of numbers: ``start`` to ``start + count``, for each of ``of``."""
    total = int(count.sum())
    before = np.repeat(np.cumsum(count) - count, count)
    return Pieces(np.repeat(of, count), np.arange(total) - before + np.repeat(start, count))


def _join_pieces(pieces: list[Pieces]) -> Pieces:
    none = np.empty(0, dtype="int32")
    of = [none, *(p.of for p in pieces)]
    area = [none, *(p.area for p in pieces)]
    return Pieces(
        *(np.concatenate(part, dtype="int32", casting="same_kind") for part in (of, area))
    )


@once
def _number_rows() -> list[int]:
    """Return the number of the area of each row of the gazetteer."""
    return [number(kind, code) for kind, code, _ in gazetteer.rows()]


def number_of_row(row: int) -> int:
    """Return the number of the area that a row of the gazetteer's listing is."""
    return _number_rows()[row]
