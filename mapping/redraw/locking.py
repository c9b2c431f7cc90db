"""Locking: blocks that stay where they are, as a short text for a link."""

import base64
import binascii
import zlib

import numpy as np

from mapping.errors import MappingError

MAX_LETTERS = 20_000


def write_locked(locked: np.ndarray) -> str:
    """Write which blocks are locked, (n,) bool, as a short text; "" for none.

    >>> read_locked(write_locked(np.array([True, False, True])), 3)
    array([ True, False,  True])
    """
    if not locked.any():
        return ""
    packed = zlib.compress(np.packbits(locked).tobytes(), 9)
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_locked(text: str, size: int) -> np.ndarray:
    """Read which of ``size`` blocks are locked; raises MappingError for any other text."""
    if not text:
        return np.zeros(size, dtype=bool)
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpack = zlib.decompressobj()
        content = unpack.decompress(packed, (size + 7) // 8 + 1)
    except (binascii.Error, zlib.error, ValueError):
        content = b""
    if len(content) != (size + 7) // 8 or len(text) > MAX_LETTERS:
        raise MappingError(
            "Expected the locked areas of a redrawn map as a link holds them; found a text that "
            "was cut short or changed. Copy the whole link again, or lock them anew."
        )
    return np.unpackbits(np.frombuffer(content, np.uint8), count=size).astype(bool)
