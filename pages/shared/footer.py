"""The last lines of every page: the dates of the maps that it used, and whose data they are."""

from html import escape

import streamlit as st

from mapping.takeaway import export
from mapping.wording import findings
from pages.shared import take_away, visit
from pages.shared.choices import Choice


def draw(choice: Choice) -> None:
    """Draw the footer of what a page has shown.

    On a projector the map keeps the attributions; the footer is there for what shows none.
    """
    shown = visit.get_shown()
    shown.has_footer = True
    if choice.projector and shown.map_title:
        return
    told = (
        f"{'. '.join(export.attribution())}. Boundaries are approximate: we draw them from "
        "postcodes."
    )
    dates = findings.say_dates(list(take_away.list_used(shown).values()))
    lines = "".join(f"<p>{escape(line)}</p>" for line in (dates, told) if line)
    st.html(f'<footer class="cg-footer">{lines}</footer>')
