"""Who works here: at this spot, postcode or ward, who covers it?"""

from functools import cache as keep
from functools import partial

import streamlit as st

from mapping import overlap, stewardship
from mapping.actors import defaults, presence
from mapping.geography import layers
from mapping.overlap import partners
from mapping.wording import findings, spot_findings
from pages.shared import (
    areas,
    cache,
    controls,
    convening,
    following,
    layout,
    lineup,
    maps,
    over,
    registers,
    state,
)
from pages.shared.choices import Choice
from pages.shared.controls import Spot
from pages.shared.layout import Number
from pages.who_works_here import counted, everybody

HOW_MANY = (
    "Organisations on record that cover at least one postcode of the place, or of each area on the "
    "map. Ward councillors and ward police teams are counted separately, and are not on the map."
)
page_choice = state.current()
place, key = page_choice.place, cache.key_of(page_choice.place)


def show(choice: Choice) -> None:
    """Show who works at the spot, and let the reader choose another."""
    spot = controls.spot_of(choice)
    if spot is None:
        ask_for_spot(choice)
    else:
        show_spot(choice, spot)


def draw(choice: Choice, spot: Spot | None) -> None:
    """Draw the spot with its areas outlined; without one, how many work in each area."""
    base = controls.base_layer(choice)
    title = f"Who covers a point in {findings.name_place(place)}"
    counts = counted.count(choice, base) if spot is None else None
    if counts is not None and counted.is_drawn(counts):
        counted.draw(choice, title, base, counts)
    else:
        maps.show_scales(choice, "who", title, base, spot)


def aside(choice: Choice, spot: Spot | None) -> None:
    """Let the reader choose what is drawn; on a projector, say who works at the spot."""
    if not choice.projector:
        over.box(choice)
        return
    if spot is not None:
        lineup.spot(choice, spot)
    controls.spot_boxes(choice)


def ask_for_spot(choice: Choice) -> None:
    """Show the place, to choose a spot in it."""
    everything = registers.list_invited(key, choice.kept, choice.by)
    teams = int((everything["power"] == stewardship.TEAM).sum())
    organisations = len(everything) - teams
    numbers = [
        Number("Organisations on record", f"{organisations:,}", HOW_MANY),
        Number("Ward-level teams on record", f"{teams:,}", HOW_MANY),
    ]
    base = controls.base_layer(choice)
    counts = counted.count(choice, base)
    layout.view(
        choice,
        findings.who_finding(place, organisations),
        numbers,
        lambda: draw(choice, None),
        explain=" ".join(
            filter(
                None,
                [
                    counted.say_alike(base, counts, organisations),
                    f"Type a postcode{controls.say_or_ward(choice)} or click the map.",
                ],
            )
        ),
        how=HOW_MANY,
        aside=lambda: aside(choice, None),
    )
    if not choice.projector:
        areas.show(choice, base, counts)


def show_spot(choice: Choice, spot: Spot) -> None:
    """Show everybody who works at a spot, and how near their lines are."""
    present = cache.present_keys(key, choice.own_layers)
    chosen = [layers.get(k) for k in present if not layers.is_official(k)]
    units = overlap.units_at(lat=spot.lat, lon=spot.lon, layers=chosen, near_m=150)
    working = presence.list_at_spot(registers.register(choice.kept), spot.position, units)
    covering = int(working["here"].sum())
    teams = int((working["here"] & working["actor_type"].isin(defaults.TEAMS)).sum())
    group = keep(partial(everybody.group, choice, spot, units, working))
    layout.view(
        choice,
        spot_findings.spot_finding(
            spot.name, partners.organisations(units), covering - teams, teams
        ),
        []
        if choice.projector
        else [
            Number("Organisations and teams covering it", f"{covering}", layout.HOW_SPOT),
            Number("More within 150 m", f"{len(working) - covering}", layout.HOW_SPOT),
        ],
        lambda: draw(choice, spot),
        explain=controls.spot_note(choice, spot),
        how=layout.HOW_SPOT,
        aside=lambda: aside(choice, spot),
        meanwhile=None if choice.projector else group,
    )
    if not choice.projector:
        everybody.show(choice, spot, units, group())


def read_around(choice: Choice) -> tuple:
    """Return what of a spot stands around the part that a click changes."""
    return controls.read_boxes(choice), following.has_spot(choice)


if not page_choice.projector:  # there it stands beside the map, which has the room
    with st.container(horizontal=True, vertical_alignment="bottom", key="cg-ask"):
        controls.spot_boxes(page_choice)
following.follow(show, stays=read_around)
if not page_choice.projector:
    convening.show(page_choice)
