"""Case studies near a place: who was described there."""

import pandas as pd
import streamlit as st

from pages.shared import tables


def case_studies(studies: pd.DataFrame) -> None:
    """List the case studies near here."""
    if not len(studies):
        return
    title = f"Case studies near here ({len(studies)})"
    listed = st.expander(title, key="case-studies", on_change="rerun")
    if listed.open:  # they travel only when they are asked for
        headings = {
            "actor": "Who",
            "place": "Where",
            "themes": "On what",
            "what_it_shows": "What it shows",
            "source": "Described in",
        }
        listed.html(tables.html(studies, headings, {}, "Described in 2021; some may have ended."))
