"""Turns: who may begin next, in the order in which they came."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

LOOK_S = 0.5
"""So often whoever waits looks whether it is its turn, and says how many come before it."""


class Turns:
    """A turn for so many at once: whoever came first has the next.

    Parameters
    ----------
    most : so many have their turn at once
    keep_s : whoever takes longer goes on, and the next begins beside it
    most_in_all : so many go on at once in all

    >>> turns = Turns(most=1, keep_s=60, most_in_all=2)
    >>> with turns.take():
    ...     turns.count_waiting()
    0
    """

    def __init__(self, most: int, keep_s: float, most_in_all: int) -> None:
        self._most, self._keep_s, self._most_in_all = most, keep_s, most_in_all
        self._changed = threading.Condition()
        self._waiting: list[object] = []
        self._begun: dict[object, float] = {}

    def count_waiting(self) -> int:
        """Return how many wait for their turn."""
        return len(self._waiting)

    @contextmanager
    def take(self, waits: Callable[[int], object] | None = None) -> Iterator[None]:
        """Wait for a turn and have it.

        ``waits`` is told how many come before it, as long as it waits, and 0 once it waits no
        more; what it raises ends that.
        """
        mine = object()
        with self._changed:
            self._waiting.append(mine)
        try:
            self._await(mine, waits)
            yield
        finally:
            with self._changed:
                if mine in self._waiting:
                    self._waiting.remove(mine)
                self._begun.pop(mine, None)
                self._changed.notify_all()

    def _await(self, mine: object, waits: Callable[[int], object] | None) -> None:
        has_waited = False
        while before := self._begin(mine):
            has_waited = True
            if waits is not None:
                waits(before)
            with self._changed:
                if self._waiting[0] is not mine or not self._has_room():
                    self._changed.wait(LOOK_S)
        if has_waited and waits is not None:
            waits(0)

    def _begin(self, mine: object) -> int:
        """Begin a turn if there is room, and return 0; else return how many come before it."""
        with self._changed:
            before = self._waiting.index(mine)
            if before or not self._has_room():
                return before + len(self._begun)
            self._waiting.remove(mine)
            self._begun[mine] = monotonic()
            self._changed.notify_all()
            return 0

    def _has_room(self) -> bool:
        since = monotonic() - self._keep_s
        in_turn = sum(begun > since for begun in self._begun.values())
        return in_turn < self._most and len(self._begun) < self._most_in_all
