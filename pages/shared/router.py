"""The pages, their order and their names."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import streamlit as st

FILES = (
    ("place", "Place", ":material/map:"),
    ("who_works_here", "Who works here", ":material/groups:"),
    ("mismatches", "Mismatches", ":material/compare:"),
    ("partner_sets", "Partner sets", ":material/hub:"),
    ("gaps", "Gaps", ":material/grid_off:"),
    ("upload", "Upload", ":material/upload_file:"),
    ("data_and_method", "Data and method", ":material/fact_check:"),
)
HOME = f"pages/{FILES[0][0]}.py"
"""The page that opens first, as ``st.switch_page`` names it."""
ICON = Path(__file__).parents[2] / "static" / "icon.svg"
"""The window's icon: from a file, because the browser asks the internet for a named one."""


def navigate() -> tuple[Sequence[Any], Any, str]:
    """Set up the window and draw the navigation.

    Returns all pages in order, the one to run, and what an address that is no page has in the
    place of a page's name ("" if it is one).
    """
    st.set_page_config(page_title="Common Ground", page_icon=str(ICON), layout="wide")
    pages = [
        st.Page(f"pages/{name}.py", title=title, icon=icon, default=not rank)
        for rank, (name, title, icon) in enumerate(FILES)
    ]
    name = lost(st.context.url or "")
    nowhere = [st.Page(HOME, url_path=name, visibility="hidden")] if name else []
    page = st.navigation([*pages, *nowhere], position="top")
    return pages, page, name if page in nowhere else ""


def name_of(title: str) -> str:
    """Return the name of the page with a title: what it has in an address; "" without one."""
    return next((name for name, other, _ in FILES if other == title), "")


def lost(url: str) -> str:
    """Return what an address has in the place of a page's name; "" if it names a page or none.

    For such an address there is a hidden page: streamlit would open a window over the first
    one, in its own words.
    """
    base = st.get_option("server.baseUrlPath").strip("/")
    name = unquote(urlsplit(url).path).strip("/").removeprefix(base).strip("/")
    return "" if "/" in name or name in {file for file, _, _ in FILES} else name
