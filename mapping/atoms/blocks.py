"""Blocks: postcodes with the same ward, small area and postcode sector, merged."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.atoms.grid import count_runs
from mapping.atoms.postcodes import number_sectors, table
from mapping.memory import once


class Blocks(NamedTuple):
    """Great Britain's building blocks, ordered by ward, then by postcode sector and small area.

    ``of_postcode`` (1.74 million,) the block of each postcode; ``first`` (95,000,) the position of
    one of its postcodes; ``ward`` (95,000,) its ward; ``start`` (7,935,) where the blocks of each
    ward begin, and where the last ones end. Every layer that ships and every named place is made
    of whole blocks, so anything between them is counted over blocks.
    """

    of_postcode: np.ndarray
    first: np.ndarray
    ward: np.ndarray
    start: np.ndarray

    def find_in_wards(self, wards: np.ndarray) -> np.ndarray:
        """Return the blocks of some wards, in their order: sorted if the wards are."""
        begin, size = self.start[wards], self.start[wards + 1] - self.start[wards]
        return np.repeat(begin, size) + count_runs(size)


@once
def blocks() -> Blocks:
    """Merge the national table's postcodes into building blocks; shared, not to be changed."""
    atoms = table()
    _, sector = number_sectors()
    key = atoms.ward.astype(np.int64)
    for numbers, size in ((sector, int(sector[-1]) + 1), (atoms.lsoa, len(atoms.lsoa_codes))):
        key *= size
        key += numbers
    number, keys = pd.factorize(key)
    rank = np.empty(len(keys), dtype=np.int32)
    rank[np.argsort(keys)] = np.arange(len(keys), dtype=np.int32)
    of_postcode = rank[number]
    first = np.empty(len(keys), dtype=np.int32)
    first[of_postcode[::-1]] = np.arange(len(atoms) - 1, -1, -1, dtype=np.int32)
    ward = atoms.ward[first]
    start = np.searchsorted(ward, np.arange(len(atoms.ward_codes) + 1))
    return Blocks(of_postcode, first, ward, start)
