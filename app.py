"""Common Ground: the router. Sets up the page, the navigation and the keys."""

import streamlit as st

from mapping import webmap
from pages.shared import cache, keyboard, layout, router, state

st.set_page_config(page_title="Common Ground", page_icon=":material/join:", layout="wide")
webmap.install_assets()

pages, page = router.navigate()
cache.opened()
choice = state.read()
layout.begin(choice)
keyboard.listen(choice, pages, page)
state.hand_over(choice)
page.run()
layout.end(choice)
