"""Common Ground: the router. Sets up the page, the navigation and the keys."""

from pathlib import Path

import streamlit as st

from mapping import webmap
from pages.shared import cache, keyboard, layout, router, state

ICON = Path(__file__).parent / "static" / "icon.svg"  # a named icon would come from the internet
st.set_page_config(page_title="Common Ground", page_icon=str(ICON), layout="wide")
webmap.install_assets()

pages, page = router.navigate()
cache.opened()
choice = state.read()
layout.begin(choice)
keyboard.listen(choice, pages, page)
state.hand_over(choice)
page.run()
layout.end(choice)
