"""Answers that are kept for everybody: counted once, and handed out without being copied.

``st.cache_data`` writes an answer out and reads it in again at every look, which takes longer than
many of our counts. Tables are handed out as shallow copies here: pandas copies a column of one
when somebody changes it, so that nobody changes another's.
"""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar, cast

import pandas as pd
import streamlit as st

P = ParamSpec("P")
T = TypeVar("T")


def keep(**options: Any) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep what a function returns, by its arguments, for all sessions of the server.

    ``options`` are those of ``st.cache_resource``. The function returns a table, a number or text,
    or a tuple of these, named or not; lists, sets and dicts are not copied and must not be changed.
    """

    def decorate(count: Callable[P, T]) -> Callable[P, T]:
        vars(count)["__signature__"] = signature(count)  # or streamlit asks at every look
        counted = st.cache_resource(**options)(count)

        @wraps(count)
        def look_up(*args: P.args, **kwargs: P.kwargs) -> T:
            return cast(T, _hand_out(counted(*args, **kwargs)))

        return look_up

    return decorate


def _hand_out(found: object) -> object:
    if isinstance(found, pd.DataFrame | pd.Series):
        return found.copy(deep=False)
    if isinstance(found, tuple):
        each = tuple(map(_hand_out, found))
        return cast(Any, type(found))(*each) if hasattr(found, "_fields") else each
    return found
