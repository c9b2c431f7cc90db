"""The address bar: what a page has shown is written there by the browser, as no step to go back."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from pages.shared import keyboard, router

_put = st.components.v2.component(
    "common_ground_address",
    js=keyboard.program(Path(__file__).with_name("address.js")),
    isolate_styles=False,
)


def write(page: str, link: Mapping[str, str]) -> None:
    """Write the choices of a link into the address of a page.

    Streamlit itself would make a step of it in the browser's history, and whoever goes back to
    the address before it would be sent forward again.
    """
    names = [one.name for one in router.PAGES]
    _put(key="cg-address", data={"link": urlencode(link), "page": page, "names": names})
