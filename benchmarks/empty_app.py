"""An empty streamlit-folium app, to compare with: one bare map, nothing of ours imported.

Run from a folder whose ``static/`` holds ``leaflet.js`` and ``leaflet.css``, so that it
draws without the internet too.
"""

import folium  # noqa: TID251
import streamlit as st
from streamlit_folium import st_folium

folium.Map.default_js = [("leaflet", "/app/static/leaflet.js")]
folium.Map.default_css = [("leaflet_css", "/app/static/leaflet.css")]

st.title("Empty")
st_folium(folium.Map([51.5, -0.1], tiles=None), key="map", height=500, returned_objects=[])
