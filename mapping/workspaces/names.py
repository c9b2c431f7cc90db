"""Names of wards and postcodes as they are written down for years, and looked up today.

Positions in the national table change with every new file of postcodes. So a footprint is kept as
the codes of its wards and the names of its other postcodes, in bytes of one width without anything
between; they are looked up when a workspace is opened.
"""

import zlib

import numpy as np

WARD_BYTES, POSTCODE_BYTES = 9, 8
MAX_PLAIN_BYTES = 200
"""Longer lists of wards or postcodes are compressed."""


def compress_names(names: bytes) -> bytes:
    """Compress a long list of names of one width; see ``decompress_names``."""
    return zlib.compress(names, 1) if len(names) > MAX_PLAIN_BYTES else names


def decompress_names(kept: bytes) -> bytes:
    """Undo ``compress_names``: zlib begins with a small x, names begin with a capital letter."""
    return zlib.decompress(kept) if kept[:1] == b"x" else kept


def position_of(asked: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return where names (bytes of one width) stand among sorted ones, -1 for unknown: int64."""
    if known.itemsize == asked.itemsize == POSTCODE_BYTES:  # numbers compare faster than texts
        known, asked = (names.view(">u8").astype("u8") for names in (known, asked))
    position = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    return np.where(known[position] == asked, position, -1)
