"""Graph: the blocks of a place that can be put into groups, their people and their borders.

Borders are those of the postcodes' cells on land, never of simplified shapes: where an estuary
parts two banks, there is none. Blocks that no border joins lie in different pieces.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.boundaries import coverage
from mapping.errors import MappingError
from mapping.geography import By, Layer
from mapping.memory import Cache
from mapping.overlap import counts, units
from mapping.places import Place

MAX_EXAMPLES = 5
GRAPHS = Cache(32)
"""The graphs of places that were looked at lately."""


@dataclass(frozen=True, eq=False)
class BlockGraph:
    """The blocks of a place, in the order of their codes, and the borders between them.

    Attributes
    ----------
    place, layer : the blocks are the units of the layer, as far as they lie in the place
    unit : (n,) the number of each block in the layer
    people : (n,) of each block inside the place
    a, b : (m,) the two blocks of each border, each pair once, a < b
    length_m : (m,) the length of each border; 0 where a block has no area of its own, as all
        its postcodes share their points with others, whose block is its neighbour
    people_in_none : the people of the place that are in no block
    by : what people are counted by
    """

    place: Place
    layer: Layer
    unit: np.ndarray
    people: np.ndarray
    a: np.ndarray
    b: np.ndarray
    length_m: np.ndarray
    people_in_none: float
    by: By = field(default="residents", repr=False)

    def __len__(self) -> int:
        return len(self.unit)

    @property
    def nbytes(self) -> int:
        """Return the bytes that its arrays take."""
        arrays = (self.unit, self.people, self.a, self.b, self.length_m)
        return sum(int(one.nbytes) for one in arrays)

    @property
    def codes(self) -> np.ndarray:
        """Return the code of each block, (n,)."""
        return self.layer.codes[self.unit]

    @property
    def names(self) -> np.ndarray:
        """Return the name of each block, (n,)."""
        return self.layer.names[self.unit]

    @cached_property
    def neighbours(self) -> list[list[int]]:
        """Return the neighbours of each block, in order."""
        return list_neighbours(len(self), self.a, self.b)

    @cached_property
    def pieces(self) -> np.ndarray:
        """Return the piece of land that each block lies in, (n,), numbered by their first block."""
        return find_pieces(len(self), self.a, self.b)

    def find(self, codes: Sequence[str]) -> np.ndarray:
        """Return where blocks stand, by their codes; raises MappingError naming unknown ones."""
        at = pd.Index(self.codes.astype(object)).get_indexer(pd.Index(list(codes), dtype=object))
        unknown = [str(code)[:20] for code, place in zip(codes, at, strict=True) if place < 0]
        if unknown:
            raise MappingError(
                f"Expected codes of the {self.layer.plural} of {self.place.name}; found "
                f"{len(unknown):,} of {len(codes):,} others "
                f"({', '.join(unknown[:MAX_EXAMPLES])}). Codes look like "
                f"{', '.join(self.codes[:3])}."
            )
        return at

    def find_block_of_postcodes(self) -> np.ndarray:
        """Return the block of each postcode of the place, (len(place),); -1 for none."""
        return rank_units(self.unit, len(self.layer.codes))[units(self.place, self.layer)]


def rank_units(unit: np.ndarray, size: int) -> np.ndarray:
    """Return the place of each of a layer's units among some, (size + 1,); -1 for the others."""
    rank = np.full(size + 1, -1)
    rank[unit] = np.arange(len(unit))
    return rank


def list_neighbours(size: int, a: np.ndarray, b: np.ndarray) -> list[list[int]]:
    """List the neighbours of each of ``size`` blocks, in order, by pairs of blocks."""
    found: list[list[int]] = [[] for _ in range(size)]
    for one, other in zip(a.tolist(), b.tolist(), strict=True):
        found[one].append(other)
        found[other].append(one)
    return [sorted(some) for some in found]


def find_pieces(size: int, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Number the connected pieces of ``size`` blocks, (size,), in the order of their blocks."""
    from scipy import sparse  # no first map waits for it
    from scipy.sparse.csgraph import connected_components

    graph = sparse.coo_array((np.ones(len(a), dtype=bool), (a, b)), shape=(size, size))
    label = connected_components(graph, directed=False)[1]
    first, number = np.unique(label, return_index=True, return_inverse=True)[1:]
    return np.argsort(np.argsort(first))[number]


def find_graph(place: Place, layer: Layer, *, by: By = "residents") -> BlockGraph:
    """Return the blocks of a place, which are units of a layer, and their borders.

    Where bodies share areas out, an area is that of its largest. Raises MappingError for a place
    without any unit of the layer, and where cells would be needed for more than a region.

    >>> from mapping import layers, places
    >>> found = find_graph(places.get("Greater London"), layers.get("ward"))
    >>> len(found), len(found.a), found.pieces.max() + 1
    (704, 2048, np.int64(1))
    """
    layer = layer.by_majority
    if not isinstance(by, str):
        return _make_graph(place, layer, by)
    return GRAPHS.get((place, layer, by), partial(_make_graph, place, layer, by))


def _make_graph(place: Place, layer: Layer, by: By) -> BlockGraph:
    of_postcode = units(place, layer)
    present = np.unique(of_postcode)
    present = present[present >= 0].astype(np.int64)
    if not len(present):
        raise MappingError(
            f"Expected {layer.plural} in {place.name} to make groups of; it has none. Choose "
            "other areas to group."
        )
    people = counts.count_inside_units(place, layer, by)
    shapes = coverage.get(place, (layer,))
    rank = rank_units(present, len(layer.codes))
    at = rank[shapes.unit(layer)]
    borders = shapes.borders
    a, b = at[borders["a"].to_numpy()], at[borders["b"].to_numpy()]
    length_m = borders["length_m"].to_numpy(dtype=float)
    bare = np.setdiff1d(np.arange(len(present)), at)
    if len(bare):
        more = _find_at_same_points(place, rank[of_postcode], bare)
        a, b = np.r_[a, more[0]], np.r_[b, more[1]]
        length_m = np.r_[length_m, np.zeros(len(more[0]))]
    kept = sum_borders(a, b, length_m, len(present))
    return BlockGraph(place, layer, present, people[present], *kept, float(people[-1]), by)


def sum_borders(
    a: np.ndarray, b: np.ndarray, length_m: np.ndarray, size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sum the lengths of borders by pair of different blocks; each pair once, in order."""
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    real = (low >= 0) & (low != high)
    pair, number = np.unique(low[real] * size + high[real], return_inverse=True)
    summed = np.bincount(number, weights=length_m[real], minlength=len(pair))
    return pair // size, pair % size, summed


def _find_at_same_points(
    place: Place, block: np.ndarray, bare: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Pair blocks that have no area with those whose postcodes stand at the same points."""
    atoms = postcodes.table()
    east, north = atoms.easting[place.positions], atoms.northing[place.positions]
    point = east.astype(np.int64) * 10_000_000 + north
    rows = pd.DataFrame({"point": point, "block": block})
    mine = rows[rows["block"].isin(bare)].drop_duplicates()
    both = mine.merge(rows.drop_duplicates(), on="point", suffixes=("", "_other"))
    both = both[both["block"] != both["block_other"]]
    return both["block"].to_numpy(), both["block_other"].to_numpy()
