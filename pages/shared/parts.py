"""Parts of a page that run again by themselves, as long as whoever is there may see them."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import streamlit as st

from mapping.errors import MappingError
from pages.shared import people, registers, state

P = ParamSpec("P")
R = TypeVar("R")


def part(draw: Callable[P, R]) -> Callable[P, R]:
    """Let a function draw a part of a page that runs again by itself: ``st.fragment``, asked first.

    While access is switched on it asks before each run whether the session's person, and what she
    may of the open workspace, are as they were when the page was drawn; else all of it runs again.
    """

    @st.fragment
    @wraps(draw)
    def run(*given: P.args, **named: P.kwargs) -> R:
        if people.is_on() and not _is_as_before():
            state.run_page()
        return draw(*given, **named)

    return run


def _is_as_before() -> bool:
    """Tell whether the open workspace is open to the session's person as it was."""
    kept = state.current().kept
    try:
        now = registers.identify(kept.workspace)
    except MappingError:
        return False
    return people.find().is_known and now.hides_contacts == kept.hides_contacts
