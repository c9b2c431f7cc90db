"""Case studies near a place: who was described there."""

import pandas as pd
import streamlit as st

from pages.shared import tables


def case_studies(studies: pd.DataFrame) -> None:
    """List the case studies near here."""
    if not len(studies):
        return
    title = f"Case studies nearby ({len(studies)})"
    listed = st.expander(title, key="case-studies", on_change="rerun")
    if listed.open:  # they travel only when they are asked for
        headings = {
            "actor": "Organisation",
            "place": "Where",
            "themes": "Themes",
            "what_it_shows": "What it shows",
            "source": "Described in",
        }
        listed.html(
            tables.html(studies, headings, {}, "Written up in 2021; some may have finished.")
        )
