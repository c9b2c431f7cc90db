"""Parcels: what a process hands over, with its large arrays in a file that both have open.

Whoever takes it up copies nothing: arrays lie in the file, and are read when they are used. To
unpack a hundred megabytes from a pipe instead takes long, and everybody waits meanwhile.
"""

import mmap
import os
import pickle
from typing import Any, NamedTuple

from mapping import derived, memory

LARGE_BYTES = 64_000
"""From so many bytes on an array goes into the file."""
NO_FILE = -1
"""Where there is no file that both may have open, as on Windows, all is packed together."""


class Parcel(NamedTuple):
    """Something packed, and where in the file each of its large arrays begins and ends."""

    packed: bytes
    arrays: tuple[tuple[int, int], ...] = ()


def pack(what: Any, file: int) -> Parcel:
    """Pack something, its large arrays into an open file, by its number.

    Raises DiskError if the file takes no more.
    """
    if file == NO_FILE:
        return Parcel(pickle.dumps(what, protocol=5))
    taken: list[tuple[int, int]] = []

    def put(array: pickle.PickleBuffer) -> bool:
        """Put an array into the file; tell whether it stays with all else instead."""
        raw = array.raw()
        if raw.nbytes < LARGE_BYTES:
            return True
        begin = -(-os.lseek(file, 0, os.SEEK_END) // mmap.PAGESIZE) * mmap.PAGESIZE
        written = 0
        while written < raw.nbytes:
            written += os.pwrite(file, raw[written:], begin + written)
        taken.append((begin, begin + raw.nbytes))
        return False

    try:
        return Parcel(pickle.dumps(what, protocol=5, buffer_callback=put), tuple(taken))
    except OSError as fault:
        raise derived.explain_unwritten("what was read of a file") from fault


def unpack(parcel: Parcel, file: int) -> Any:
    """Return what was packed: its large arrays lie in the file, which may be closed and deleted.

    What is written to them is not written there.
    """
    arrays = []
    if parcel.arrays:
        whole = memoryview(mmap.mmap(file, 0, access=mmap.ACCESS_COPY))
        arrays = [whole[begin:end] for begin, end in parcel.arrays]
    with memory.uncollected():  # a large answer is many things, and all of them stay
        return pickle.loads(parcel.packed, buffers=arrays)
