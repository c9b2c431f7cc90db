"""Turns: who writes next, in the order in which they asked."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """One turn at a time for the threads of a server: whoever asked first has the next.

    SQLite lets those who wait try again and again, and whoever tries at the right moment is next.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: deque[threading.Event] = deque()

    @contextmanager
    def take(self, patience_s: float) -> Iterator[None]:
        """Wait for a turn and have it; raises TimeoutError after ``patience_s`` without one."""
        mine = threading.Event()
        with self._lock:
            self._asked.append(mine)
            self._call_first()
        try:
            if not mine.wait(patience_s):
                raise TimeoutError
            yield
        finally:
            with self._lock:
                self._asked.remove(mine)
                self._call_first()

    def _call_first(self) -> None:
        if self._asked:
            self._asked[0].set()
