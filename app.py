"""Common Ground: the router. Sets up the page, the navigation and the keys."""

import streamlit as st

from mapping import webmap
from pages.shared import cache, keyboard, layout, state

st.set_page_config(page_title="Common Ground", page_icon=":material/join:", layout="wide")
webmap.install_assets()

PAGES = [
    st.Page("pages/place.py", title="Place", icon=":material/map:", default=True),
    st.Page("pages/who_works_here.py", title="Who works here", icon=":material/groups:"),
    st.Page("pages/mismatches.py", title="Mismatches", icon=":material/compare:"),
    st.Page("pages/partner_sets.py", title="Partner sets", icon=":material/hub:"),
    st.Page("pages/data_and_method.py", title="Data and method", icon=":material/fact_check:"),
]
page = st.navigation(PAGES, position="top")
cache.opened()
choice = state.read()
layout.begin(choice)
keyboard.listen(choice, PAGES, page)
page.run()
layout.end(choice)
