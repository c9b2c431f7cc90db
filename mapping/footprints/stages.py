"""Stages: what a file came to on the way to its footprints, kept so that it is read once."""

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

import pandas as pd

from mapping.memory import Cache

T = TypeVar("T")


@dataclass(frozen=True)
class SizedValue:
    """A value, and about how many bytes keeping it keeps from being freed."""

    value: Any
    nbytes: int


class Stages:
    """The stages of reading one file; ``fingerprint`` is that of its bytes.

    In a ``store`` what a stage made is found again when the same bytes are read in another way.
    """

    def __init__(self, content: bytes, store: Cache | None) -> None:
        self.fingerprint = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        self._store = store

    def get(self, key: Hashable, make: Callable[[], T], size: Callable[[T], int]) -> T:
        """Return what a stage made, by its name and all that it depends on beside the bytes."""
        if self._store is None:
            return make()

        def sized() -> SizedValue:
            value = make()
            return SizedValue(value, size(value))

        found: T = self._store.get((self.fingerprint, key), sized).value
        return found


def bytes_of(*frames: pd.DataFrame) -> int:
    """Return about how many bytes some frames take."""
    return sum(int(frame.memory_usage(deep=True).sum()) for frame in frames)
