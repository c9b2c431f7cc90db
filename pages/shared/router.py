"""The pages, their order and their names."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

FILES = (
    ("place", "Place", ":material/map:"),
    ("who_works_here", "Who works here", ":material/groups:"),
    ("mismatches", "Mismatches", ":material/compare:"),
    ("partner_sets", "Partner sets", ":material/hub:"),
    ("data_and_method", "Data and method", ":material/fact_check:"),
)
ICON = Path(__file__).parents[2] / "static" / "icon.svg"
"""The window's icon: from a file, because the browser asks the internet for a named one."""


def navigate() -> tuple[Sequence[Any], Any]:
    """Set up the window, draw the navigation; return all pages in order, and the one to run."""
    st.set_page_config(page_title="Common Ground", page_icon=str(ICON), layout="wide")
    pages = [
        st.Page(f"pages/{name}.py", title=title, icon=icon, default=not rank)
        for rank, (name, title, icon) in enumerate(FILES)
    ]
    return pages, st.navigation(pages, position="top")
