"""A little town drawn by hand: one letter a postcode, 100 metres apart.

Every drawing is a layer: a letter names the unit, a full stop is a postcode in no unit. North
is up. The town stands in for the national table while the ``with`` block runs.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from unittest.mock import patch

import numpy as np

from mapping.actors import registers
from mapping.atoms import postcodes
from mapping.geography import By, Layer, Lens, layers, lenses
from mapping.places import Place

STEP_M = 100
ORIGIN_M = 500_000
_number = count()


@dataclass(frozen=True)
class Drawn(Place):
    """A place whose postcodes are given rather than looked up."""

    def __init__(self, positions: np.ndarray) -> None:
        super().__init__("drawn", f"drawn-{next(_number)}", "Little Town")
        self.__dict__["given"] = np.asarray(positions, dtype="int32")

    @property
    def positions(self) -> np.ndarray:
        """Return the positions that were given."""
        return self.__dict__["given"]

    @property
    def wards(self) -> None:
        """Return None: it is not made of wards."""

    @property
    def blocks(self) -> None:
        """Return None: it is not made of building blocks."""


@dataclass(frozen=True)
class Town:
    """The place (the whole town unless ``inside`` was drawn), its layers and its atoms."""

    place: Place
    layers: list[Layer]
    atoms: postcodes.Postcodes
    people: np.ndarray


def letters(drawing: str) -> np.ndarray:
    """Read a drawing as rows of letters, the north first."""
    return np.array([list(line.strip()) for line in drawing.split()])


def layer(units: Sequence[str] | np.ndarray, key: str = "drawn") -> Layer:
    """Make a layer from one letter a postcode; "." is none."""
    flat = np.asarray(units).ravel()
    codes = np.unique(flat[flat != "."])
    number = np.where(flat == ".", -1, np.searchsorted(codes, flat)).astype("int16")
    told: dict[str, Any] = dict.fromkeys(
        ("plural", "sector", "source", "as_at", "valid_from", "valid_to", "licence"), ""
    )
    names = np.array([f"Unit {c}" for c in codes], dtype=object)
    return Layer(
        key=key,
        title=key,
        scale="borough",
        description="",
        codes=codes,
        names=names,
        grain="postcode",
        load=lambda: number,
        **told,
    )


def atoms_at(easting: np.ndarray, northing: np.ndarray) -> postcodes.Postcodes:
    """Make a national table of these positions only (EPSG:27700)."""
    size = len(easting)
    one = np.zeros(size, dtype="int16")
    return postcodes.Postcodes(
        name=np.array([b"AA%d %dAA" % (i // 10, i % 10) for i in range(size)], dtype="S8"),
        easting=np.asarray(easting, dtype="int32"),
        northing=np.asarray(northing, dtype="int32"),
        ward=one,
        lsoa=one.astype("uint16"),
        small_user=np.ones(size, dtype=bool),
        residential=np.ones(size, dtype=bool),
        cell_km2=np.full(size, 0.01, dtype="float32"),
        ward_codes=np.array(["E05000001"]),
        lsoa_codes=np.array(["E01000001"]),
    )


@contextmanager
def standing(
    atoms: postcodes.Postcodes,
    drawn: list[Layer],
    people: np.ndarray,
    inside: np.ndarray | None = None,
) -> Iterator[Town]:
    """Let these atoms be all of Great Britain, with these residents, for a while."""
    known = {
        "residents": Lens(np.asarray(people, dtype=float)),
        "postcodes": Lens(np.ones(len(atoms))),
        "land": Lens(atoms.cell_km2.astype(float)),
    }

    def get(by: By = "residents") -> Lens:
        return known[by] if isinstance(by, str) else ask(by)

    ask = lenses.get
    chosen = np.arange(len(atoms)) if inside is None else np.flatnonzero(inside)
    with ExitStack() as stack:
        for module in (postcodes, lenses):
            stack.enter_context(patch.object(module, "table", lambda: atoms))
        stack.enter_context(patch.object(lenses, "get", get))
        count_once = registers._count_in_wards.__wrapped__  # kept, it would outlive the town
        stack.enter_context(patch.object(registers, "_count_in_wards", count_once))
        stack.enter_context(patch.object(layers, "get", lambda key: drawn[-1]))
        yield Town(Drawn(chosen), drawn, atoms, known["residents"].values)


@contextmanager
def town(*drawings: str, people: Sequence[float] | float = 1.0, inside: str = "") -> Iterator[Town]:
    """Build the town from its layers' drawings; ``inside`` marks the place with "x"."""
    grids = [letters(d) for d in drawings]
    rows, columns = np.indices(grids[0].shape)
    atoms = atoms_at(
        ORIGIN_M + columns.ravel() * STEP_M, ORIGIN_M + (len(grids[0]) - rows.ravel()) * STEP_M
    )
    drawn = [layer(grid, key=f"layer_{i}") for i, grid in enumerate(grids)]
    residents = np.broadcast_to(np.asarray(people, dtype=float), (len(atoms),)).copy()
    mask = letters(inside).ravel() == "x" if inside else None
    with standing(atoms, drawn, residents, mask) as built:
        yield built
