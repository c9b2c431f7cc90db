"""Maps in the browser without the internet: the ground, the layers on it, and their texts.

A map has a constant part (``base_map``: ground, dots, attribution, controls) and a varying one (a
group of ``areas``, ``lines``, ``highlight``, …) that streamlit-folium replaces on each rerun::

    st_folium(
        webmap.base_map(...),
        key="place",
        feature_group_to_add=webmap.group(webmap.areas(...), webmap.lines(...)),
        returned_objects=["last_clicked"],
        use_container_width=True,
        height=560,
    )

Make both anew on each rerun: streamlit-folium writes into them. The browser fetches geometry by
itself from ``static/geo/`` (see ``assets.publish``); only addresses and signs travel from here.
Everything that reaches folium is either from a fixed alphabet or base64 of JSON, which no template
compiles and no script runs; ``static/commonground.js`` reads it and shows texts as text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import folium  # noqa: TID251
from branca.element import Element, MacroElement, Template

from mapping.drawing.assets import (
    PublishedLabels,
    PublishedPicture,
    PublishedShapes,
    clear_published,
    install_assets,
    is_there,
    publish,
    publish_areas,
    publish_borders,
    publish_labels,
    publish_lines,
    publish_picture,
    scripts,
    version,
    write_shapes,
)
from mapping.drawing.groups import Picked, draw_groups, read_picked
from mapping.drawing.overlays import (
    Bounds,
    Overlay,
    areas,
    borders,
    highlight,
    lines,
    make_bounds,
    names,
    own_picture,
    payload,
    picture,
    picture_config,
    points,
    spot,
)
from mapping.drawing.signs import (
    COVERAGE,
    OVER,
    RUST,
    AreaSign,
    LineSign,
    encode,
    legend,
    line_signs,
    pick_signs,
)
from mapping.errors import MappingError

__all__ = [
    "COVERAGE",
    "OVER",
    "RUST",
    "SEE_WHO",
    "AreaSign",
    "Bounds",
    "LineSign",
    "Overlay",
    "Picked",
    "PublishedLabels",
    "PublishedPicture",
    "PublishedShapes",
    "areas",
    "base_map",
    "borders",
    "clear_published",
    "draw_groups",
    "encode",
    "group",
    "highlight",
    "install_assets",
    "is_there",
    "legend",
    "line_signs",
    "lines",
    "load_plugins",
    "make_bounds",
    "names",
    "own_picture",
    "pick_signs",
    "picture",
    "points",
    "publish",
    "publish_areas",
    "publish_borders",
    "publish_labels",
    "publish_lines",
    "publish_picture",
    "read_click",
    "read_picked",
    "spot",
    "stand_in",
    "static_url",
    "version",
    "write_shapes",
]

STATIC_URL = "/app/static"
SEE_WHO = "see who covers this point"
ONLINE_TILES = {
    "url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
    "credit": "© OpenStreetMap contributors",
    "about": "https://www.openstreetmap.org/copyright",
}


def load_plugins() -> None:
    """Load the rest of folium, as streamlit-folium does: half a second before the first map."""
    import folium.plugins  # noqa: F401, TID251


LITERAL = "{{ this.literal_text }}"
LITERAL_TEMPLATE = Template(LITERAL)  # made once: each takes a millisecond


def _show_templates_literally() -> None:
    """Make branca show text that is passed as a template instead of compiling it.

    folium renders an element and hands the result on as the template of another, so that a name
    with ``{{ … }}`` would run as Python in the server. No caller of folium or of ours needs that.
    """
    original = Element.__init__
    if hasattr(original, "shows_literally"):
        return

    def literal_init(
        self: Element, template: str | None = None, template_name: str | None = None
    ) -> None:
        original(self, None, template_name)
        if template is not None:
            vars(self).update(
                _template=LITERAL_TEMPLATE, _template_str=LITERAL, literal_text=template
            )

    literal_init.shows_literally = True  # type: ignore[attr-defined]
    Element.__init__ = literal_init  # type: ignore[method-assign]


_show_templates_literally()
folium.Map.default_js = []
folium.Map.default_css = []


def static_url(base_url_path: str = "") -> str:
    """Return the address of the static folder, below ``server.baseUrlPath`` if there is one."""
    base = base_url_path.strip("/")
    return f"/{base}{STATIC_URL}" if base else STATIC_URL


class _Base(MacroElement):
    """Draw what stays on a map."""

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        'commonGround.base({{ this._parent.get_name() }}, "{{ this.payload }}");\n'
        "{% endmacro %}"
    )

    def __init__(self, payload: str) -> None:
        super().__init__()
        self._name = "Base"
        self.payload = payload


def base_map(
    bounds: Bounds,
    *,
    title: str,
    attribution: Sequence[str],
    static_url: str = STATIC_URL,
    dots: Sequence[PublishedPicture] = (),
    online_tiles: bool = False,
    choosing: bool = False,
    enters: str = SEE_WHO,
    picking: bool = False,
    below_px: int | None = None,
    least_px: int | None = None,
) -> folium.Map:
    """Return the part of a map that stays the same for a place.

    Parameters
    ----------
    bounds
        West, south, east, north of the place in degrees (EPSG:4326); the map fits them.
    title
        What the map shows, read out by screen readers: the map's name and its frame's.
    attribution
        Lines of text that are always visible on the map (the data's licences).
    static_url
        Where the static folder is served, from ``static_url(server.baseUrlPath)``.
    dots
        Pictures of the postcodes, from the one for the whole place to the sharpest; the last is
        shown from two zoom levels further in.
    online_tiles
        Whether to ask OpenStreetMap's server for a background; without an answer the map is drawn
        without it and says so.
    choosing
        Whether a click chooses a spot; then Enter does so too, in the middle of the map, where
        a cross stands while the map has the keyboard.
    enters
        What Enter does, as the cross says it.
    picking
        Whether clicks pick blocks (see ``draw_groups``): those before their file is there are kept
        until it is.
    below_px
        If given, the map fills the window down to so many pixels above its lower edge.
    least_px
        If given, the map is lower where the window it opens in has no room for all of it, but no
        lower than this.

    Raises
    ------
    MappingError
        If the bounds are not a box of degrees, or the attribution is empty.
    """
    west, south, east, north = _check_bounds(bounds)
    if not attribution or not all(line.strip() for line in attribution):
        raise MappingError(
            f"A map needs the attribution of its data; {list(attribution)!r} was given. "
            "Pass the lines that data/SOURCES.md asks for."
        )
    made = folium.Map(
        location=[(south + north) / 2, (west + east) / 2],
        tiles=None,
        attribution_control=False,
        zoom_snap=0.1,
        zoom_delta=0.5,
        wheel_px_per_zoom_level=90,
        max_zoom=18,
    )
    made.default_js = [(f"common_ground_{n}", url) for n, url in enumerate(scripts(static_url))]
    made.default_css = []
    config = {
        "title": title,
        "attribution": list(attribution),
        "bounds": [round(edge, 5) for edge in bounds],
        "dots": [picture_config(picture) for picture in dots],
        "below": below_px,
        "least": least_px,
        "choosing": choosing,
        "enters": enters if choosing else "",
        "picking": picking,
        "tiles": ONLINE_TILES if online_tiles else None,
    }
    _Base(payload(config)).add_to(made)
    return made


def _check_bounds(bounds: Bounds) -> Bounds:
    west, south, east, north = bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise MappingError(
            "A map's bounds must be west, south, east, north in degrees; "
            f"{west:g}, {south:g}, {east:g}, {north:g} was given. "
            "Take them from a frame in EPSG:4326, for example frame.to_crs(4326).total_bounds."
        )
    return bounds


def read_click(answer: Mapping[str, Any] | None) -> tuple[float, float] | None:
    """Return the spot (lat, lon, degrees) that streamlit-folium says was clicked, or None.

    What comes from a browser is not trusted: anything but two numbers of degrees is None.
    """
    said = (answer or {}).get("last_clicked")
    if not isinstance(said, Mapping):
        return None
    lat, lon = said.get("lat"), said.get("lng")
    if not isinstance(lat, int | float) or not isinstance(lon, int | float):
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    return round(float(lat), 5), round(float(lon), 5)


def group(*layers: Overlay) -> folium.FeatureGroup:
    """Gather layers for ``feature_group_to_add``; their order on the map is fixed by their kind."""
    gathered = folium.FeatureGroup(name="layers")
    for layer in layers:
        layer.add_to(gathered)
    return gathered


def stand_in(key: str, height_px: int, *, has_table: bool = True) -> str:
    """Return HTML that keeps a map's room until it is drawn, and speaks up when it is not.

    Show it with ``st.html`` in the ``st.container(key=key)`` that holds the map. The map's own
    script says what fails to load, and from here where else the same is told; this sentence is for
    when that script itself is missing. It comes after five seconds and lies under the map. Leave
    ``has_table`` out where a table follows.
    """
    box = f".st-key-{key}"
    elsewhere = "The table below shows the same information."
    if not has_table:
        elsewhere = "Leave presentation mode for a table with the same information."
    return (
        f"<style>{box}{{position:relative;min-height:min({int(height_px)}px,110vw)}}"
        f"{box} iframe{{position:relative;z-index:1}}"
        f"{box} .cg-soon,{box} .cg-late{{position:absolute;left:0;right:0;top:2rem;"
        "visibility:hidden;animation:cg-late 0s linear 4.5s forwards}"
        f"{box} .cg-soon{{text-align:center;animation:cg-late 4.3s .2s}}"
        "@keyframes cg-late{from,to{visibility:visible}}</style>"
        '<p class="cg-soon" aria-hidden="true">Drawing the map…</p>'
        f'<p class="cg-late" data-elsewhere="{elsewhere}">The map could not be drawn: its program '
        f"did not load. {elsewhere}</p>"
    )
