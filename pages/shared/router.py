"""The pages, one record each: their order, their names, and what they have."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


@dataclass(frozen=True)
class Page:
    """One page of the app: its folder is ``pages/<name>/``, its first file ``page.py``.

    ``name`` stands in addresses, ``title`` in the navigation, ``icon`` beside it. ``has_map``
    tells that the page always shows a map of the place, ``is_stop`` that the projector's keys lead
    to it.
    """

    name: str
    title: str
    icon: str
    has_map: bool = True
    is_stop: bool = True

    @property
    def file(self) -> str:
        """Return the page's file as ``st.switch_page`` and ``st.page_link`` name it."""
        return f"pages/{self.name}/page.py"


PAGES = (
    Page("place", "Place", ":material/map:"),
    Page("who_works_here", "Who works here", ":material/groups:"),
    Page("mismatches", "Mismatches", ":material/compare:"),
    Page("partner_sets", "Partner sets", ":material/hub:"),
    Page("gaps", "Gaps", ":material/grid_off:"),
    Page("redraw", "Redraw", ":material/draw:"),
    Page("stewardship", "Stewardship", ":material/diversity_3:", has_map=False),
    Page("upload", "Upload", ":material/upload_file:", has_map=False, is_stop=False),
    Page("data_and_method", "Data and method", ":material/fact_check:", is_stop=False),
)
"""The pages in the order of the navigation; the first opens first."""
BY_NAME = {page.name: page for page in PAGES}
HOME = PAGES[0].file
ICON = Path(__file__).parents[2] / "static" / "icon.svg"
"""The window's icon: from a file, because the browser asks the internet for a named one."""


def claim_pages() -> None:
    """Tell streamlit, before its first visitor comes, that ``pages/`` is not its to read.

    As long as no run has drawn the navigation it takes the folder for pages of its own, and
    opens a window over a page's own link that says there is no such page.
    """
    PagesManager.uses_pages_directory = False


def navigate(*, is_shown: bool = True) -> tuple[Any, str]:
    """Set up the window and draw the navigation, if it ``is_shown``.

    Returns the page to run, and what an address that is no page has in the place of a page's
    name ("" if it is one).
    """
    st.set_page_config(page_title="Common Ground", page_icon=str(ICON), layout="wide")
    pages = [
        st.Page(
            page.file,
            title=page.title,
            icon=page.icon,
            url_path=page.name,
            default=page is PAGES[0],
        )
        for page in PAGES
    ]
    name = find_lost(st.context.url or "")
    nowhere = [st.Page(HOME, url_path=name, visibility="hidden")] if name else []
    page = st.navigation([*pages, *nowhere], position="top" if is_shown else "hidden")
    return page, name if page in nowhere else ""


def turn(title: str, steps: int) -> Page:
    """Return the page so many stops of the projector after the one of a title."""
    here = [page.title for page in PAGES].index(title)
    stops = [at for at, page in enumerate(PAGES) if page.is_stop or at == here]
    return PAGES[stops[(stops.index(here) + steps) % len(stops)]]


def find_name(title: str) -> str:
    """Return the name of the page with a title: what it has in an address; "" without one."""
    return next((page.name for page in PAGES if page.title == title), "")


def find_lost(url: str) -> str:
    """Return what an address has in the place of a page's name; "" if it names a page or none.

    For such an address there is a hidden page: streamlit would open a window over the first
    one, in its own words.
    """
    base = st.get_option("server.baseUrlPath").strip("/")
    name = unquote(urlsplit(url).path).strip("/").removeprefix(base).strip("/")
    return "" if "/" in name or name in BY_NAME else name
