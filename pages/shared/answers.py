"""Answers that are kept for everybody: counted once, and handed out to each visitor.

Streamlit's own caches hash and look through the arguments at every look, which took a quarter of a
page that was counted already; ``st.cache_data`` also writes an answer out and reads it in again.
Here the arguments are the key: they are ids, keys and tuples of these. Tables are handed out as
copies, so that nobody changes another's: a few hundred rows of text and numbers take 35 µs. A
function keeps so many answers, and all of them together so many bytes.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial, update_wrapper
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar, cast
from weakref import WeakSet

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import in_cached_function

from mapping.memory import Room, Shelf, count_bytes

P = ParamSpec("P")
T = TypeVar("T")
HashFuncs = Mapping[type[Any], Callable[[Any], Hashable]]
"""How arguments of some types are told apart by less than all they hold."""
_NOTHING = object()
LENT_TIMES = 4
"""What is kept is copied anew once it was handed out so often: see ``Answer``."""
MAX_REMEMBERED = 256
"""So many pages of tables, mostly, are kept as they were written."""
MAX_MB = 48
"""What all answers may take together, but for the smallest.

All pairs that forty people compare in London take about 42 MB, and the register a fifth of it.
"""
_ROOM = Room(MAX_MB)
_REMEMBERED = Shelf(MAX_REMEMBERED, _ROOM)
_ALL: WeakSet["Kept[Any, Any]"] = WeakSet()
_TELL: ContextVar[Callable[[], "Waiting"] | None] = ContextVar("tell", default=None)
_IS_COUNTING: ContextVar[bool] = ContextVar("is_counting", default=False)


class Answer(Generic[T]):
    """One answer, which is kept as a copy of its own, and how often it was handed out.

    Pandas notes in a table whatever shares its columns, index or headings, and strikes out what is
    gone only once there are 500 notes of one: 200,000 things on a server that had been busy for
    some minutes, all of which Python looks at again and again while everybody waits. A copy has
    none, and a table that is copied gets two, of its index and its headings.
    """

    def __init__(self, found: T) -> None:
        self.found, self._times = _copy(found), 0
        self.nbytes = count_bytes(self.found)

    def lend(self) -> T:
        """Return a copy."""
        self._times += 1
        if self._times % LENT_TIMES == 0:
            self.found = _copy(self.found)
        return _copy(self.found)


class Kept(Generic[P, T]):
    """A function that answers from what it has counted before, for all sessions of the server.

    Whoever asks what another session is counting waits for it. ``clear(...)`` forgets what was
    counted for some arguments, ``clear()`` everything.
    """

    def __init__(
        self,
        count: Callable[P, T],
        is_lent: bool,
        max_entries: int,
        show_spinner: str,
        hash_funcs: HashFuncs | None,
    ) -> None:
        update_wrapper(self, count)
        self._count, self._is_lent = count, is_lent
        self._spinner = show_spinner
        self._shorten = dict(hash_funcs or {})
        self._shelf = Shelf(max_entries, _ROOM)
        _ALL.add(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the function returns, or has returned."""
        key = self._make_key(args, kwargs)
        found = self._shelf.look(key, _NOTHING)
        if found is _NOTHING:
            with _counting(self._spinner):
                found = self._shelf.get(key, partial(self._answer, *args, **kwargs))
        answer = cast(Answer[T], found)
        return answer.lend() if self._is_lent else answer.found

    def clear(self, *args: Any, **kwargs: Any) -> None:
        """Forget what was counted for these arguments; without any, for all."""
        if args or kwargs:
            self._shelf.forget(self._make_key(args, kwargs))
        else:
            self._shelf.clear()

    def _answer(self, *args: P.args, **kwargs: P.kwargs) -> Answer[T]:
        return Answer(self._count(*args, **kwargs))

    def _make_key(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Hashable:
        if self._shorten:
            args = tuple(map(self._tell, args))
            kwargs = {name: self._tell(value) for name, value in kwargs.items()}
        return (_NOTHING, args, *sorted(kwargs.items())) if kwargs else args

    def _tell(self, value: Any) -> Any:
        shorten = self._shorten.get(type(value))
        return value if shorten is None else shorten(value)


def keep(
    *, max_entries: int, show_spinner: str = "", hash_funcs: HashFuncs | None = None
) -> Callable[[Callable[P, T]], Kept[P, T]]:
    """Keep the last answers of a function by its arguments, and hand each out as one's own.

    The function returns a table, a number or text, or a tuple of these, named or not; lists, sets
    and dicts are not copied and must not be changed. ``show_spinner`` is said while a count takes
    more than half a second.
    """
    return lambda count: Kept(count, True, max_entries, show_spinner, hash_funcs)


def share(
    *, max_entries: int, show_spinner: str = "", hash_funcs: HashFuncs | None = None
) -> Callable[[Callable[P, T]], Kept[P, T]]:
    """Keep the last answers of a function, as ``keep`` does; nobody may change what is returned."""
    return lambda count: Kept(count, False, max_entries, show_spinner, hash_funcs)


def remember(key: Hashable, make: Callable[[], T]) -> T:
    """Return what is kept under a key, for everybody; made if it is not.

    For what follows from ids, and is made of more than these. ``key`` says for what it is as well.
    It is handed out as what ``keep`` keeps.
    """
    answer = _REMEMBERED.get(key, lambda: Answer(make()))
    return cast(Answer[T], answer).lend()


def clear() -> None:
    """Forget all answers of all functions, for tests that change what they are counted from."""
    _REMEMBERED.clear()
    for kept in list(_ALL):
        kept.clear()


class Waiting(NamedTuple):
    """What is said while something takes more than half a second, with the seconds if need be."""

    sentence: str
    show_time: bool = False


@contextmanager
def saying(tell: Callable[[], Waiting]) -> Iterator[None]:
    """Say something while what is asked for in here, and not kept yet, takes more than a moment.

    ``tell`` is asked once something is not kept: where all is, no message travels.
    """
    token = _TELL.set(tell)
    try:
        yield
    finally:
        _TELL.reset(token)


@contextmanager
def _counting(sentence: str) -> Iterator[None]:
    """Say that something is being counted, unless it is a part of something that is."""
    is_part, tell = _IS_COUNTING.get() or in_cached_function.get(), _TELL.get()
    token = _IS_COUNTING.set(True)
    try:
        if is_part or not (tell or sentence):
            yield
        else:
            text, show_time = tell() if tell else Waiting(sentence)
            with st.spinner(text, show_time=show_time, _cache=tell is None):
                yield
    finally:
        _IS_COUNTING.reset(token)


def _copy(found: T) -> T:
    """Return tables as copies that share nothing with them, and all else as it is."""
    if isinstance(found, pd.DataFrame | pd.Series):
        copied: Any = found.copy()
        for axis in ("index", "columns")[: copied.ndim]:
            setattr(copied, axis, _renew(getattr(copied, axis)))
        return cast(T, copied)
    if isinstance(found, tuple):
        each = tuple(map(_copy, found))
        if any(mine is not theirs for mine, theirs in zip(each, found, strict=True)):
            return cast(T, type(found)(*each) if hasattr(found, "_fields") else each)
    return found


def _renew(axis: pd.Index) -> pd.Index:
    """Return an index or headings apart from the old: pandas' own deep copy shares the notes."""
    if isinstance(axis, pd.RangeIndex):
        return pd.RangeIndex(axis.start, axis.stop, axis.step, name=axis.name)
    if isinstance(axis, pd.MultiIndex):  # its levels have the notes
        levels = [_renew(level) for level in axis.levels]
        return pd.MultiIndex(levels, axis.codes, names=axis.names, verify_integrity=False)
    return pd.Index(axis.array, dtype=axis.dtype, name=axis.name, copy=True)
