"""A map of a little town whose names try to break out, for the browser tests."""

from pathlib import Path

import geopandas as gpd
import shapely
import streamlit as st
from streamlit_folium import st_folium

from mapping.drawing import dots, webmap

HERE = Path(__file__).parent / "static"
HOSTILE = [
    "<img src=x onerror=\"window.top.hacked='img'\">",
    "{{ 7*7 }} {% raw %} {# no #}",
    "${7*7} ${window.top.hacked='literal'}",
    "back\\slash \\u0041 `tick`",
    "</script><script>window.top.hacked='script'</script>",
    'O\'Brien & "Söns" – Ynys Môn',
]
WEST_M, SOUTH_M, SIDE_M = 530_000, 180_000, 1_000

st.set_page_config(layout="wide")
webmap.install_assets(HERE)

corners = [(WEST_M + SIDE_M * (n % 3), SOUTH_M + SIDE_M * (n // 3)) for n in range(6)]
town = gpd.GeoDataFrame(
    {"code": [f"T{n}" for n in range(6)], "name": HOSTILE, "secret": ["not sent"] * 6},
    geometry=[shapely.box(x, y, x + SIDE_M, y + SIDE_M) for x, y in corners],
    crs="EPSG:27700",
)
row = [shapely.LineString([(WEST_M, SOUTH_M + SIDE_M), (WEST_M + 3 * SIDE_M, SOUTH_M + SIDE_M)])]
column = [
    shapely.LineString(
        [(WEST_M + SIDE_M * n, SOUTH_M), (WEST_M + SIDE_M * n, SOUTH_M + 2 * SIDE_M)]
    )
    for n in (1, 2)
]
outline = [town.union_all().boundary]
borders = gpd.GeoDataFrame(
    {"part": ["both", "a_only", "b_only", "outline"]},
    geometry=row + column + outline,
    crs="EPSG:27700",
)
areas = webmap.publish(town, "town", HERE)
lines = webmap.publish(borders, "town-lines", HERE)
easting = [WEST_M + 37 * n % (3 * SIDE_M) for n in range(2000)]
northing = [SOUTH_M + 91 * n % (2 * SIDE_M) for n in range(2000)]
pictured = dots.draw_some(dots.lay_out(easting, northing), [n % 9 == 0 for n in range(2000)])
pictures = [
    webmap.publish_picture(drawn.png, drawn.bounds, "town-dots", HERE)
    for drawn in dots.pictures(dots.lay_out(easting, northing))
]

st.session_state.setdefault("reruns", 0)
st.session_state.reruns += 1
st.text(f"reruns: {st.session_state.reruns}")
recolour = st.checkbox("Recolour")
st.checkbox("Online", key="online")

signs = {"T0": "known gap", "T1": "one", "T2": "several", "T3": "not recorded", "T4": "torn"}
if recolour:
    signs = {"T5": "torn"}
west, south, east, north = town.to_crs("EPSG:4326").total_bounds
with st.container(key="map"):
    st.html(webmap.stand_in("map", 500))
    answer = st_folium(
        webmap.base_map(
            (west, south, east, north),
            title="Map of the little town",
            attribution=["Contains data © {{ 7*7 }} <b>Town</b> ${1+1}", "Second line"],
            static_url=webmap.static_url(st.get_option("server.baseUrlPath")),
            dots=pictures,
            online_tiles=st.session_state.online,
            choosing=True,
        ),
        key="town",
        height=500,
        use_container_width=True,
        returned_objects=["last_clicked"],
        feature_group_to_add=webmap.group(
            webmap.areas(
                areas,
                signs,
                default="nobody lives here",
                labels={
                    code: f"12 people {name}" for code, name in zip(town.code, HOSTILE, strict=True)
                },
            ),
            webmap.lines(lines),
            webmap.highlight(areas, ["T4"]),
            webmap.spot(south + 0.004, west + 0.004, label=HOSTILE[0]),
            webmap.points([south + 0.01], [west + 0.01]),
            webmap.points([south + 0.01], [west + 0.01], radius_m=400),
            webmap.own_picture(pictured.png, pictured.bounds),
        ),
    )
st.html(webmap.legend([("both", "Both draw this line"), *(("torn", name) for name in HOSTILE)]))
clicked = (answer or {}).get("last_clicked")
st.text(f"clicked: {clicked['lat']:.3f} {clicked['lng']:.3f}" if clicked else "clicked: nothing")
