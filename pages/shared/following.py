"""The part of a page that follows a click on its map: it runs again, and the rest stays."""

from collections.abc import Callable

import streamlit as st

from pages.shared import state, take_away, visit
from pages.shared.choices import Choice


@st.fragment
def follow(draw: Callable[[Choice], None], *, first_is_whole: bool = False) -> None:
    """Draw the part of a page that a spot changes; a click on its map draws it alone again.

    What is drawn outside it must not depend on the spot, ward or set that is looked at. With
    ``first_is_whole`` it may depend on whether there is one at all. Whatever else is chosen in the
    part runs the whole page again.
    """
    had_spot = _has_spot(state.current())
    has_followed = state.follow()
    choice = state.current()
    shown = visit.get_shown()
    if has_followed:
        if take_away.is_open(shown) or (first_is_whole and had_spot != _has_spot(choice)):
            state.run_page()
        shown.made.clear()
    draw(choice)
    if has_followed:
        state.write_spot()


def _has_spot(choice: Choice) -> bool:
    return bool(choice.at or choice.ward or choice.set_)
