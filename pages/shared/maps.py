"""One map a page: the constant ground, the layers on it, and what a click chose."""

import contextlib
from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st
from streamlit_folium import st_folium

from mapping import export, findings, layers, webmap
from mapping.layers import Layer
from mapping.webmap import Layer as Drawn
from pages.shared import cache, state
from pages.shared.controls import Spot
from pages.shared.state import Choice

HEIGHT_PX = 560
PROJECTOR_HEIGHT_PX = 420
BELOW_PX = 76
"""Room for the legend under a map that fills a projector's screen."""
MOST_OUTLINED = 12
FEW_CROSSINGS = 10.0
"""So many lines across a place are drawn at full width; more are thinner."""
OTHER_SIDE = webmap.AreaSign("#fbf8f3", "dots", webmap.RUST, opacity=0, line="#fbf8f3")
CHOSEN = webmap.LineSign("#1b2733", 4.0)


def show(
    choice: Choice,
    key: str,
    title: str,
    drawn: Sequence[Drawn],
    legend: Sequence[tuple] = (),
    on_click: Callable[[float, float], None] | None = None,
) -> None:
    """Draw a map; a click calls ``on_click`` with its lat and lon before the page runs again."""
    name = f"cg-map-{key}"
    height = PROJECTOR_HEIGHT_PX if choice.projector else HEIGHT_PX
    with st.container(key=name):
        st.html(webmap.stand_in(name, height))
        st_folium(
            webmap.base_map(
                cache.bounds(cache.key_of(choice.place)),
                title=title,
                attribution=export.ATTRIBUTION,
                static_url=webmap.static_url(st.get_option("server.baseUrlPath")),
                dots=cache.pictures(cache.key_of(choice.place)),
                online_tiles=choice.tiles,
                below_px=BELOW_PX if choice.projector else None,
            ),
            height=height,
            use_container_width=True,
            returned_objects=["last_clicked"] if on_click else [],
            feature_group_to_add=webmap.group(*drawn),
            **state.map_widget(key, on_click),
        )
    if legend:
        st.html(webmap.legend(legend))


def choose_spot(lat: float, lon: float) -> None:
    """Make a click the spot that is looked at."""
    state.choose(at=f"{lat},{lon}", ward="")


def beside(choice: Choice, base: Layer) -> tuple[str, ...]:
    """Return the keys of the layers drawn beside the base: districts, and a regional layer."""
    partner = next(iter(cache.partner_keys(cache.key_of(choice.place))), "region")
    return tuple(key for key in ("borough", partner) if key != base.key)


def three_scales(choice: Choice, base: Layer, spot: Spot | None) -> tuple[list[Drawn], list[tuple]]:
    """Draw the base layer's units, council districts and a regional layer, and the spot."""
    key, others = cache.key_of(choice.place), beside(choice, base)
    cells = cache.needs_cells(choice.place, base.key, *others)
    with preparing(choice, base.key, *others):
        areas = cache.areas(key, base.key, cells)
        rest = {layers.get(k): cache.areas(key, k, cells) for k in others}
    frame = cache.units_table(key, base.key, choice.by)
    labels = {
        c: findings.people(p, choice.by) for c, p in zip(frame.code, frame.people, strict=True)
    }
    drawn: list[Drawn] = [webmap.areas(areas, labels=labels)]
    legend: list[tuple] = []
    if base.scale == "hyperlocal":
        legend.append(("hyperlocal", findings.begun(base.plural)))
    for layer, published in rest.items():
        sign = "regional" if layer.scale == "regional" else "borough"
        drawn.append(webmap.borders(published, sign, projector=choice.projector))
        legend.append((sign, findings.begun(layer.plural)))
    if spot is not None:
        unit = base.code_of(int(base.unit[spot.position]))
        drawn.append(webmap.highlight(areas, [unit], projector=choice.projector))
        drawn.append(webmap.spot(spot.lat, spot.lon, spot.name, projector=choice.projector))
    return drawn, legend


def two_lines(choice: Choice, a: Layer, b: Layer) -> tuple[list[Drawn], list[tuple], str]:
    """Draw which units of A are split by B, and where both, one or the other draw a line."""
    key = cache.key_of(choice.place)
    with preparing(choice, a.key, b.key):
        areas = cache.areas(key, a.key, cache.needs_cells(choice.place, a.key, b.key))
        published, agreement = cache.lines(key, a.key, b.key)
    found = cache.relations(key, a.key, b.key, choice.by)
    split = found.loc[found["relation"] == "split", "a_code"]
    some = split if len(split) < len(found) else []  # a hatch over all of the map says nothing
    labels = {row.a_code: _relation_label(row, b) for row in found.itertuples()}
    drawn = [
        webmap.areas(areas, dict.fromkeys(some, "split"), labels=labels),
        webmap.lines(
            published,
            parts=webmap.line_signs(_thinner(choice, agreement)),
            projector=choice.projector,
        ),
    ]
    outside = cache.other_side(key, a.key, b.key, choice.by)
    if outside is not None:
        drawn.append(webmap.picture(outside))
    signs = {"both": "Both", "a_only": f"Only {a.plural}", "b_only": f"Only {b.plural}"}
    length_m = agreement["length_m"]
    legend: list[tuple] = [(part, text) for part, text in signs.items() if length_m[part] > 0]
    if len(some):
        legend.append(("split", f"{a.title} that is split"))
    if outside is not None:
        legend.append((OTHER_SIDE, "On the other side"))
    both = agreement.loc["both"]
    return drawn, legend, findings.line_finding(a, b, both["share_of_a"], both["share_of_b"])


def _thinner(choice: Choice, agreement: pd.DataFrame) -> float:
    """Return by how much to thin lines that would otherwise fill the map."""
    west, south, east, north = choice.place.bounds
    crossings = agreement["length_m"].sum() / max(east - west, north - south)
    return min(1.0, max(0.35, FEW_CROSSINGS / max(crossings, 1e-9)))


def _relation_label(row, b: Layer) -> str:
    if row.relation == "none":
        return f"In no {b.noun}"
    return f"{findings.share(row.share_of_a)} in {row.b_name}"


def partner_sets(choice: Choice, keys: tuple[str, ...], sets, shared: Sequence[int]):
    """Draw the sets in signs that neighbours do not share, those of several districts outlined."""
    with preparing(choice, *keys):
        published, frame = cache.set_shapes(cache.key_of(choice.place), keys, choice.by)
    signs = dict(zip(frame.code, webmap.distinct(len(frame)), strict=True))
    labels = {
        c: findings.people(p, choice.by) for c, p in zip(frame.code, frame.people, strict=True)
    }
    few = shared if len(shared) <= MOST_OUTLINED else []
    is_chosen = choice.set_ in set(frame.code)
    heavy = [choice.set_] if is_chosen else [str(number) for number in few]
    drawn = [
        webmap.areas(published, signs, labels=labels),
        webmap.highlight(published, heavy, projector=choice.projector),
    ]
    words = "The chosen set" if is_chosen else "Shared by several council districts"
    return drawn, [(CHOSEN, words)] if heavy else []


def preparing(choice: Choice, *keys: str):
    """Show that shapes are being derived, where that takes more than a second."""
    if cache.is_ready(choice.place, *keys):
        return contextlib.nullcontext()
    return st.spinner(
        f"Drawing the cells of {len(choice.place):,} postcodes for the first time: about "
        f"{max(2, len(choice.place) // 15_000)} seconds, later at once.",
        show_time=True,
    )
