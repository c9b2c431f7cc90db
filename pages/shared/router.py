"""The pages, their order and their names."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

FILES = (
    ("place", "Place", ":material/map:"),
    ("who_works_here", "Who works here", ":material/groups:"),
    ("mismatches", "Mismatches", ":material/compare:"),
    ("partner_sets", "Partner sets", ":material/hub:"),
    ("data_and_method", "Data and method", ":material/fact_check:"),
)


def navigate() -> tuple[Sequence[Any], Any]:
    """Draw the navigation; return all pages in order, and the one to run."""
    pages = [
        st.Page(f"pages/{name}.py", title=title, icon=icon, default=not rank)
        for rank, (name, title, icon) in enumerate(FILES)
    ]
    return pages, st.navigation(pages, position="top")
