"""Tries at a passphrase: wrong ones are counted, by address and in all, and limited."""

import threading
import time
from collections import deque
from collections.abc import Callable

__all__ = ["MAX_WRONG", "MAX_WRONG_FROM_ONE", "WITHIN_S", "Tries"]

MAX_WRONG_FROM_ONE = 30
"""A hall may share one address: so many wrong tries from one, within the time."""
MAX_WRONG = 300
"""So many wrong tries in all within the time, wherever they come from."""
WITHIN_S = 600.0
MAX_ADDRESSES = 10_000
TOO_MANY = (
    "Too many passphrases were wrong, so none is looked at for a while. Try again in {minutes}. "
    "Those who are in already stay in."
)
"""What is said while no try is looked at."""


class Tries:
    """Wrong tries of the last minutes; may be used by several threads at once.

    ``clock`` gives seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._all: deque[float] = deque()
        self._by_address: dict[str, deque[float]] = {}

    def wait_s(self, address: str) -> float:
        """Return for how many seconds no try from an address is looked at; 0 if one is now."""
        now = self._clock()
        with self._lock:
            found = (
                _wait_s(self._all, MAX_WRONG, now),
                _wait_s(self._by_address.get(address, deque()), MAX_WRONG_FROM_ONE, now),
            )
        return max(found)

    def take(self, address: str) -> bool:
        """Count a try before it is looked at; False if there were too many wrong ones.

        One that is right is given back with ``give_back``: so those who try at once from one
        place cannot pass the limit together.
        """
        if self.wait_s(address) > 0:
            return False
        now = self._clock()
        with self._lock:
            if len(self._by_address) >= MAX_ADDRESSES and address not in self._by_address:
                self._by_address.pop(next(iter(self._by_address)))
            theirs = self._by_address.setdefault(address, deque())
            _forget(self._all, now)
            _forget(theirs, now)
            if len(self._all) >= MAX_WRONG or len(theirs) >= MAX_WRONG_FROM_ONE:
                return False
            self._all.append(now)
            theirs.append(now)
        return True

    def give_back(self, address: str) -> None:
        """Take back the last try from an address: it was right."""
        with self._lock:
            for found in (self._all, self._by_address.get(address, deque())):
                if found:
                    found.pop()

    def explain(self, address: str) -> str:
        """Say that no try is looked at, and for how long."""
        minutes = max(1, -(-int(self.wait_s(address)) // 60))
        return TOO_MANY.format(minutes="a minute" if minutes == 1 else f"{minutes} minutes")


def _forget(moments: deque[float], now: float) -> None:
    while moments and moments[0] <= now - WITHIN_S:
        moments.popleft()


def _wait_s(moments: deque[float], most: int, now: float) -> float:
    _forget(moments, now)
    return 0.0 if len(moments) < most else max(0.0, moments[-most] + WITHIN_S - now)
