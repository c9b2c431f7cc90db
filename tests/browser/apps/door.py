"""A page with a cache and a box for files, behind the app's admission: for one file a session."""

import os

import streamlit as st
from starlette.middleware import Middleware

from pages.shared import admission

admission.MAX_SESSION_FILES = 1
IS_OPEN = bool(os.environ.get("DOOR_IS_OPEN"))

if __name__ != "__main__":
    door = [] if IS_OPEN else [Middleware(admission.Admission)]
    app = st.App(__file__, middleware=door)
else:
    runs = st.cache_resource(lambda: [])()
    runs.append(1)
    st.text(f"runs: {len(runs)}")
    st.file_uploader("A file", accept_multiple_files=True)
