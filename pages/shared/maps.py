"""One map a page: the constant ground, the layers on it, and what a click chose."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import streamlit as st
from streamlit_folium import st_folium

from mapping import overlap, places
from mapping.drawing import Bounds, PublishedShapes, signs, webmap
from mapping.drawing import Overlay as Drawn
from mapping.geography import Layer, layers
from mapping.takeaway import export
from mapping.wording import findings
from pages.shared import answers, cache, fetched, layout, over, state, visit
from pages.shared.choices import Choice
from pages.shared.controls import DEGREES, NEAR_M, Spot

HEIGHT_PX = 560
PROJECTOR_HEIGHT_PX = 420
MIN_PROJECTOR_PX = 240
"""What is left for a map under the longest sentences; it takes what more there is."""
BELOW_PX = 76
"""Room for the legend under a map that fills a projector's screen."""
FOCUS_M = 900
"""How far the map shows to each side of a spot that was typed."""
CLOSE_ZOOM = 13.5
"""From here on the postcodes around a spot are drawn sharply."""
NEAR_ZOOM = 12.5
"""From here on the lines of all partners close to a spot are drawn."""
OUTLINE = webmap.LineSign(signs.INK, 4.0)
"""Of the unit that a spot lies in: see ``webmap.highlight``."""
TWO_FINGERS = '<p class="cg-fingers">Two fingers move the map; one finger scrolls the page.</p>'
"""Shown on a phone alone."""
PUT_IN = "put this area into the group"
OTHER_SIDE = webmap.AreaSign("#fbf8f3", "dots", webmap.RUST, opacity=0, line="#fbf8f3")


def show(
    choice: Choice,
    key: str,
    title: str,
    drawn: Sequence[Drawn],
    legend: Sequence[tuple] = (),
    on_click: Callable[[float, float], None] | None = None,
    on_pick: Callable[[Mapping[str, Any]], None] | None = None,
    height_px: int = 0,
    least_px: int | None = None,
) -> None:
    """Draw a map; a click calls ``on_click`` with its lat and lon before the page runs again.

    A map of groups calls ``on_pick`` instead, with what the browser said: see ``read_picked``.
    ``height_px`` is for one of several side by side; with ``least_px`` the map is lower where the
    window has no room for all of it, but no lower than that.

    Raises MappingError where its program or its files cannot be laid out for the browser.
    """
    webmap.install_assets()
    name, takes_clicks = f"cg-map-{key}", on_click is not None or on_pick is not None
    height = PROJECTOR_HEIGHT_PX if choice.projector else height_px or HEIGHT_PX
    place = cache.key_of(choice.place)
    bounds, dots = cache.bounds(place), fetched.pictures(place)  # before words that it is drawn
    with st.container(key=name):
        room_px = MIN_PROJECTOR_PX if choice.projector else least_px or height
        st.html(webmap.stand_in(name, room_px, has_table=not choice.projector))
        st_folium(
            webmap.base_map(
                bounds,
                title=title,
                attribution=[export.shorten_attribution()],
                static_url=webmap.static_url(st.get_option("server.baseUrlPath")),
                dots=dots,
                online_tiles=choice.tiles,
                choosing=takes_clicks,
                enters=PUT_IN if on_pick else webmap.SEE_WHO,
                picking=on_pick is not None,
                below_px=BELOW_PX if choice.projector else None,
                least_px=None if choice.projector else least_px,
            ),
            height=height,
            use_container_width=True,
            returned_objects=["last_clicked"] if takes_clicks else [],
            feature_group_to_add=webmap.group(*drawn),
            **state.map_widget(key, on_click, on_pick),
        )
    shown = visit.get_shown()
    shown.map_title, shown.legend = title, legend
    shown.drawn = [visit.SentOverlay(layer.payload) for layer in drawn]
    st.html((webmap.legend(legend) if legend else "") + TWO_FINGERS)


def choose_spot(lat: float, lon: float) -> None:
    """Make a click the spot that is looked at."""
    state.choose(at=f"{lat},{lon}", ward="")


def choose_lines(choice: Choice, base: Layer) -> dict[str, tuple[str, str]]:
    """Return the layers whose lines lie over the base, lightest first: key → sign and words.

    Districts, and a regional layer. A layer with a single unit has no line in the place, and
    districts that are a regional layer's units, one by one, would lie under its lines. Where
    none is left the place's edge is drawn.
    """
    key = cache.key_of(choice.place)
    larger = [k for k in cache.line_up_keys(key) if cache.unit_count(key, k) > 1]
    regional = next(iter(larger), "region")
    several = [k for k in ("borough", regional) if cache.unit_count(key, k) > 1]
    if len(several) == 2 and cache.unit_count(key, "borough") == cache.unit_count(key, regional):
        several = [regional]
    if not several and base.key != "borough":
        return {"borough": ("borough", f"Boundary of {findings.name_place(choice.place)}")}
    return {
        k: (_sign(layers.get(k)), findings.capitalise(layers.get(k).plural))
        for k in several
        if k != base.key
    }


def _sign(layer: Layer) -> str:
    return "regional" if layer.scale == "regional" else "borough"


def draw_ground(choice: Choice, cells: cache.Cells) -> tuple[Drawn, tuple]:
    """Draw the council areas of a place, or its edge, where no other line is; and its sign."""
    districts = fetched.areas(cache.key_of(choice.place), "borough", cells)
    several = cache.unit_count(cache.key_of(choice.place), "borough") > 1
    edge = f"Boundary of {findings.name_place(choice.place)}"
    drawn = webmap.borders(districts, "borough", projector=choice.projector)
    return drawn, ("borough", "Council areas" if several else edge)


def show_scales(choice: Choice, key: str, title: str, base: Layer, spot: Spot | None) -> None:
    """Draw a place at several scales, and a spot; a click chooses another spot."""
    chosen = over.list_chosen(choice)
    draw = draw_chosen if chosen else three_scales
    drawn, legend = draw(choice, base, spot)
    visit.get_shown().uses(chosen)
    show(choice, key, title, drawn, legend, choose_spot)
    if not choice.projector:
        over.say_without_lines(choice, chosen)
        say_rounded(choice, *(layer.key for layer in chosen))


def draw_chosen(choice: Choice, base: Layer, spot: Spot | None) -> tuple[list[Drawn], list[tuple]]:
    """Draw the base layer's units, the lines of the layers that the reader chose, and the spot."""
    chosen = over.list_chosen(choice)
    keys = [base.key, *(layer.key for layer in chosen)]
    cells = cache.list_cells(choice.place, *keys)
    with preparing(choice, *keys):
        areas = fetched.areas(cache.key_of(choice.place), base.key, cells)
        lines, legend, named = over.draw_lines(choice, chosen, cells)
        if not lines:
            edge, sign = draw_ground(choice, cells)
            lines, legend = [edge], [sign]
    drawn = [_base_areas(choice, base, areas), *lines]
    if spot is not None:
        drawn += _spot(choice, base, spot, areas)
        legend += _tell_outlined(base, spot)
    if choice.names:
        shapes, colours = [one for one, _ in named], [colour for _, colour in named]
        drawn.append(webmap.names(*shapes, areas, colours=colours, projector=choice.projector))
    return drawn, [("hyperlocal", findings.capitalise(base.plural)), *legend]


def three_scales(choice: Choice, base: Layer, spot: Spot | None) -> tuple[list[Drawn], list[tuple]]:
    """Draw the base layer's units, council areas and a regional layer, and the spot."""
    key, lines = cache.key_of(choice.place), choose_lines(choice, base)
    close = _find_close_by(choice, spot, {base.key, *lines}) if spot else []
    cells = cache.list_cells(choice.place, base.key, *lines, *close)
    with preparing(choice, base.key, *lines, *close):
        areas = fetched.areas(key, base.key, cells)
        rest = {k: fetched.areas(key, k, cells) for k in (*lines, *close)}
    thick = choice.projector
    drawn = [_base_areas(choice, base, areas)]
    drawn += [webmap.borders(rest[k], sign, projector=thick) for k, (sign, _) in lines.items()]
    drawn += [webmap.borders(rest[k], "near", from_zoom=NEAR_ZOOM, projector=thick) for k in close]
    legend: list[tuple] = [("hyperlocal", findings.capitalise(base.plural)), *lines.values()]
    if close:
        near = findings.join_names([layers.get(k).plural for k in close])
        legend.append(("near", f"Also within {NEAR_M} m: boundaries of {near}"))
    if spot is not None:
        drawn += _spot(choice, base, spot, areas)
        legend += _tell_outlined(base, spot)
    return [*drawn, *write_names(choice, areas, rest)], legend


def _base_areas(choice: Choice, base: Layer, areas: PublishedShapes) -> Drawn:
    """Draw the smallest areas on the map, labelled with their people."""
    labels = fetched.label_people(cache.key_of(choice.place), base.key, choice.by, areas)
    return webmap.areas(areas, labels=labels)


def write_names(
    choice: Choice, areas: PublishedShapes, rest: Mapping[str, PublishedShapes] | None = None
) -> list[Drawn]:
    """Write the names of areas on the map, those of several councils over them first."""
    if not choice.names:
        return []
    has_several = cache.unit_count(cache.key_of(choice.place), "borough") > 1
    councils = [rest["borough"]] if has_several and rest and "borough" in rest else []
    return [webmap.names(*councils, areas, projector=choice.projector)]


def _spot(choice: Choice, base: Layer, spot: Spot, areas: PublishedShapes) -> list[Drawn]:
    """Outline the spot's unit and light up the spot; go there unless it was clicked."""
    unit = base.code_of(int(base.at(spot.position)))
    focus = _focus(choice, spot)
    close = [fetched.dots_around(spot.position)] if focus else []  # a click is seen from afar
    return [
        *(webmap.picture(dots, from_zoom=CLOSE_ZOOM) for dots in close),
        webmap.highlight(areas, [unit], projector=choice.projector),
        webmap.spot(
            spot.lat,
            spot.lon,
            findings.capitalise(spot.name),
            focus=focus,
            projector=choice.projector,
        ),
    ]


def _tell_outlined(base: Layer, spot: Spot) -> list[tuple]:
    """Say whose outline is heavy: the unit that a spot lies in; nothing if it lies in none."""
    number = int(base.at(spot.position))
    return [(OUTLINE, f"{base.name_of(number)} ({base.noun})")] if number >= 0 else []


def _focus(choice: Choice, spot: Spot) -> Bounds | None:
    """Return what to show of a spot that was typed or chosen as a ward; None for a click."""
    is_click = choice.at and DEGREES.fullmatch(choice.at)
    if is_click or not cache.is_inside(cache.key_of(choice.place), spot.position):
        return None
    box = webmap.make_bounds(spot.lat, spot.lon, FOCUS_M)
    if choice.at:
        return box
    west, south, east, north = places.at("ward", choice.ward).bounds_degrees
    return min(west, box[0]), min(south, box[1]), max(east, box[2]), max(north, box[3])


def _find_close_by(choice: Choice, spot: Spot, drawn: set[str]) -> list[str]:
    """Return the keys of other partners' and one's own layers with a line close to the spot."""
    place = choice.place
    can_be_drawn = cache.drawn_keys(cache.key_of(place), choice.own_layers)
    own = [k for k in can_be_drawn if k.startswith(layers.OWN)]
    keys = [k for k in (*cache.partner_keys(cache.key_of(place)), *own) if k not in drawn]
    if not cache.is_inside(cache.key_of(place), spot.position):
        return []
    found = overlap.units_at(
        lat=spot.lat, lon=spot.lon, layers=[layers.get(k) for k in keys], near_m=NEAR_M
    )
    near = set(found.loc[~found["here"].astype(bool), "layer"])
    return [k for k in keys if k in near and cache.unit_count(cache.key_of(place), k) > 1]


def say_rounded(choice: Choice, *keys: str) -> None:
    """Say which of the maps that are drawn are drawn by whole wards although they cut some."""
    for name, wards in cache.list_rounded(cache.key_of(choice.place), keys):
        many = findings.write_count(wards, "ward", "wards")
        said = f"Drawn by whole wards here: the boundaries of {name} really cut {many}."
        st.caption(layout.escape_markdown(said))


def preparing(choice: Choice, *keys: str) -> AbstractContextManager[None]:
    """Say that a map is being drawn, and how long it takes where shapes must be derived first.

    Nothing is said, and nothing sent, where it was all drawn before.
    """

    def tell() -> answers.Waiting:
        if cache.is_ready(choice.place, *keys):
            return answers.Waiting("Drawing the map…")
        return answers.Waiting(
            f"Drawing {len(choice.place):,} postcodes for the first time. This takes about "
            f"{max(2, len(choice.place) // 15_000)} seconds; after that it is instant.",
            show_time=True,
        )

    return answers.saying(tell)
