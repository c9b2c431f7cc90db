"""Memory: what is kept between calls, once a process or up to a number of values or bytes."""

import ctypes
import gc
import math
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar, cast
from weakref import WeakValueDictionary

import numpy as np

MAX_ARRAYS_MB = 40
"""What the arrays that ``keep`` keeps may take together: Greater London's take about 15 MB."""
OVERHEAD_BYTES = 100
"""Counted for any value, so that small ones do not pile up without end."""
SMALL_BYTES = 4_000
"""What takes less does not count among many that share a ``Room``."""
LARGE_BYTES = 1_000_000
"""What is at least as large is given back to the system as soon as it is let go of."""
RARELY = 50
"""So many of its quick looks the garbage collector takes before it looks through everything.

Python takes ten. With fifty, about every 25 s among eight visitors who never rest, what sessions
that are gone leave behind takes some 10 MB for longer.
"""
SLOW_S = 2.0
"""What took so long to make is kept until there is no room for it."""
MAX_ARENAS = 2
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""What the C library calls these two: see mallopt(3)."""
P = ParamSpec("P")
T = TypeVar("T")


def once(function: Callable[P, T]) -> Callable[P, T]:
    """Call a function once for each of its arguments, whichever threads ask at the same time.

    One key is one object, so it may be told by identity. ``__wrapped__`` is the function.
    """
    made: dict[Hashable, T] = {}
    lock = threading.RLock()

    @wraps(function)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> T:
        key = (args, *sorted(kwargs.items())) if kwargs else args
        if key not in made:  # nobody waits for what is there
            with lock:
                if key not in made:
                    made[key] = function(*args, **kwargs)
        return made[key]

    return remembered


def settle() -> None:
    """Let the garbage collector leave alone what is loaded by now, for whoever never lets go of it.

    For a server that has loaded its data: hundreds of thousands of small things stay until it
    ends, and to look through them again and again takes a sixth of the time in which a large
    upload is read. What comes and goes later, visitors' sessions mostly, is looked through more
    rarely than Python does: everybody waits half a second for that on a server that is busy.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*gc.get_threshold()[:2], RARELY)


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector from looking while a great many things are made that stay.

    It would look through all there is again and again meanwhile, and everybody would wait: half a
    second for the answers to 66,000 texts, which take 40 ms to make.
    """
    global _makers
    with _MAKING:
        _makers += 1
        if _makers == 1:
            gc.disable()
    try:
        yield
    finally:
        with _MAKING:
            _makers -= 1
            if not _makers:
                gc.enable()


_MAKING, _makers = threading.Lock(), 0


def give_back() -> None:
    """Have memory that is let go of given back to the system, as far as the system can be told to.

    For a server, before it loads its data. Left alone, the C library (glibc) keeps freed arrays
    of up to 32 MB for later, and Arrow those of each of its threads: a hundred megabytes in all.
    """
    import pyarrow as pa

    pa.set_memory_pool(pa.system_memory_pool())
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have none
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, LARGE_BYTES)
        mallopt(_M_ARENA_MAX, MAX_ARENAS)


def trim() -> None:
    """Give back to the system what much work took and let go of, down to the smallest pieces.

    For what makes hundreds of thousands of small things, as a map's cells are: ``give_back`` alone
    lets the pages between those that stay lie idle, 150 MB of them after London's small areas.
    """
    import pyarrow as pa

    pa.default_memory_pool().release_unused()


def count_bytes(value: Any) -> int:
    """Return about how many bytes a value takes: its ``nbytes``, or those of what it is made of.

    Text counts a byte a letter, a table's shapes eight each.
    """
    if isinstance(value, bytes | str):
        return len(value) + OVERHEAD_BYTES
    if isinstance(value, tuple | list | set | frozenset):
        return sum(map(count_bytes, value))
    if isinstance(value, dict):
        return count_bytes((*value, *value.values()))
    if hasattr(value, "memory_usage"):  # of a table a number for each column
        return int(np.sum(value.memory_usage())) + OVERHEAD_BYTES
    return int(getattr(value, "nbytes", 0)) + OVERHEAD_BYTES


class Locks:
    """A lock for each key, as long as somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Hashable, Any] = WeakValueDictionary()
        self._lock = threading.Lock()

    def of(self, key: Hashable) -> "threading.Lock":
        """Return the lock of a key: the same for all who ask at the same time."""
        with self._lock:
            return self._locks.setdefault(key, threading.Lock())


class Cache:
    """Values by key, up to a size in megabytes (10⁶); the longest unused ones go first.

    With ``idle_s`` a value that ``get`` made in less than ``SLOW_S`` goes once nobody has asked for
    it for so many seconds. ``clock`` gives seconds that never go back.
    """

    def __init__(
        self,
        most_mb: float,
        *,
        idle_s: float = math.inf,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.bytes = 0
        self._most_bytes = most_mb * 1e6
        self._idle_s, self._clock = idle_s, clock
        self._found: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._used: OrderedDict[Hashable, float] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return the value of a key; made, while other threads go on, if it is not kept.

        What ``make`` returns counts with its ``nbytes``, and so does what the key holds.
        """
        with self._lock:
            self._let_go_of_idle()
            if key in self._found:
                self._found.move_to_end(key)
                if key in self._used:
                    self._note_use(key)
                return self._found[key][0]
        begun = self._clock()
        value = make()
        is_quick = self._clock() - begun < SLOW_S
        with self._lock:
            self._put(key, value, count_bytes(value) + count_bytes(key))
            if is_quick and key in self._found:
                self._note_use(key)
        return value

    def put(self, key: Hashable, value: Any) -> None:
        """Keep a value; it replaces what was kept under its key."""
        with self._lock:
            self._put(key, value, count_bytes(value) + count_bytes(key))

    def find(self, key: Hashable) -> Any | None:
        """Return the value of a key; None if it is not kept."""
        with self._lock:
            return self._found.get(key, (None, 0))[0]

    def items(self) -> list[tuple[Hashable, Any]]:
        """Return all keys and values, the longest unused first."""
        with self._lock:
            return [(key, value) for key, (value, _) in self._found.items()]

    def clear(self) -> None:
        """Let go of all values."""
        with self._lock:
            self._found.clear()
            self._used.clear()
            self.bytes = 0

    def _put(self, key: Hashable, value: Any, size: int) -> None:
        self._remove(key)
        self._found[key] = value, size
        self.bytes += size
        while self.bytes > self._most_bytes:
            self._remove(next(iter(self._found)))

    def _remove(self, key: Hashable) -> None:
        self.bytes -= self._found.pop(key, (None, 0))[1]
        self._used.pop(key, None)

    def _note_use(self, key: Hashable) -> None:
        self._used[key] = self._clock()
        self._used.move_to_end(key)

    def _let_go_of_idle(self) -> None:
        since = self._clock() - self._idle_s
        while self._used and self._used[key := next(iter(self._used))] < since:
            self._remove(key)


class Room:
    """Megabytes (10⁶) that several shelves share: the longest unused value on any goes first.

    What takes less than ``SMALL_BYTES`` is not counted, and stays: nothing is won by its going.
    """

    def __init__(self, most_mb: float) -> None:
        self.bytes = 0
        self.lock = threading.RLock()
        self._most_bytes = most_mb * 1e6
        self._held: OrderedDict[tuple[Shelf, Hashable], int] = OrderedDict()

    def enter(self, shelf: "Shelf", key: Hashable, size: int) -> None:
        """Count a value that was put on a shelf; what there is no room for goes."""
        self.leave(shelf, key)
        if size < SMALL_BYTES:
            return
        self._held[shelf, key] = size
        self.bytes += size
        while self.bytes > self._most_bytes:
            longest_unused = next(iter(self._held))
            longest_unused[0].forget(longest_unused[1])

    def use(self, shelf: "Shelf", key: Hashable) -> None:
        """Note that a value was asked for."""
        if (shelf, key) in self._held:
            self._held.move_to_end((shelf, key))

    def leave(self, shelf: "Shelf", key: Hashable) -> None:
        """Count a value no more."""
        self.bytes -= self._held.pop((shelf, key), 0)


class Shelf:
    """Values by key, up to so many and as ``room`` allows; the longest unused ones go first.

    Whoever asks for a value that another thread is making waits for it: it is made once. A value
    counts in its room with its ``count_bytes``.
    """

    def __init__(self, most: int, room: Room | None = None) -> None:
        self._most = most
        self._room = Room(math.inf) if room is None else room
        self._found: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock, self._making = self._room.lock, Locks()

    def look(self, key: Hashable, default: Any = None) -> Any:
        """Return the value of a key, which counts as used; ``default`` if it is not kept."""
        with self._lock:
            if key not in self._found:
                return default
            self._found.move_to_end(key)
            self._room.use(self, key)
            return self._found[key]

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Return the value of a key; made, while askers for other keys go on, if it is not kept.

        What ``make`` raises is raised, and nothing is kept.
        """
        value = self.look(key, _NOTHING)
        if value is not _NOTHING:
            return value
        with self._making.of(key):
            value = self.look(key, _NOTHING)  # another thread may have made it meanwhile
            if value is _NOTHING:
                value = make()
                self._put(key, value)
            return value

    def forget(self, key: Hashable) -> None:
        """Let go of the value of a key, if it is kept."""
        with self._lock:
            self._found.pop(key, None)
            self._room.leave(self, key)

    def clear(self) -> None:
        """Let go of all values."""
        with self._lock:
            for key in list(self._found):
                self.forget(key)

    def _put(self, key: Hashable, value: Any) -> None:
        size = count_bytes(value)
        with self._lock:
            self._found[key] = value
            self._room.enter(self, key, size)
            while len(self._found) > self._most:
                self.forget(next(iter(self._found)))


_NOTHING = object()
"""What ``Shelf`` finds where nothing is kept: None may be a value."""


ARRAYS = Cache(MAX_ARRAYS_MB)
"""Where ``keep`` keeps."""


def keep(function: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function returns, by its arguments, as long as ``ARRAYS`` has room.

    Two threads may each make a value, so it is not to be told by identity, nor changed.
    """

    @wraps(function)
    def remembering(*args: P.args, **kwargs: P.kwargs) -> T:
        key = (function, *args, *sorted(kwargs.items()))
        return cast(T, ARRAYS.get(key, partial(function, *args, **kwargs)))

    return remembering
