"""Place: who works here, at which scale?"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mapping import overlap
from mapping.geography import layers
from mapping.overlap import say_unrecorded
from mapping.wording import findings, spot_findings
from pages.place import cards, nearby
from pages.shared import areas, cache, controls, following, layout, lineup, maps, over, state
from pages.shared.choices import Choice

choice = state.current()
place, key = choice.place, cache.key_of(choice.place)
partner_keys = cache.line_up_keys(key)
partners = [layers.get(k) for k in partner_keys]
sets = cache.sets(key, partner_keys, choice.by)
fragmentation = overlap.fragmentation(sets)
worst = cache.worst_pair(key, partner_keys, choice.by)
base = controls.base_layer(choice)
sharing = cache.find_sharing(key, partner_keys)


def explanation() -> str:
    """Say which two maps disagree most, or how far the one partner set reaches."""
    if worst is None or worst.mismatch == 0:
        shares = cache.list_two_way(key, partner_keys, choice.by)
        return findings.reach_finding(place, shares, choice.by)
    a, b = layers.get(worst.a), layers.get(worst.b)
    return findings.worst_finding(a, b, worst.mismatch, choice.by)


def draw(choice: Choice, words: DeltaGenerator) -> None:
    """Show the place at three scales, and say who works at the spot; a click chooses another."""
    with words:
        spot = controls.spot_of(choice)
        lineup.spot(choice, spot)
    title = f"Map of {findings.name_place(place)}"
    layout.attempt(place, lambda: maps.show_scales(choice, "place", title, base, spot))


def show(choice: Choice) -> None:
    """Show what does not change with the spot, and keep room for what does."""
    room: list[DeltaGenerator] = []

    def aside() -> None:
        """Keep room for who works at the spot; let the reader choose it, and what is drawn."""
        room.extend((cards.room(), st.container()))
        if not choice.projector:
            controls.spot_boxes(choice, controls.MAX_OFFERED_WARDS)
            controls.base_box(choice)
            over.box(choice)

    spot = controls.find_projected_spot(choice)
    layout.view(
        choice,
        findings.place_finding(place, partners, fragmentation, sharing, choice.by)
        if spot is None
        else spot_findings.ward_finding(spot.name, spot.ward),
        [] if spot else cards.count_place(choice, fragmentation.sets, worst),
        lambda: following.follow(lambda now: draw(now, room[1]), stays=controls.read_around),
        explain=layout.join_sentences(partners, explanation(), say_unrecorded(place, partners)),
        how=layout.HOW_SETS,
        aside=aside,
    )
    cards.fill(choice, room[0])


show(choice)
if not choice.projector:
    nearby.organisation(choice)
    nearby.near(choice)
    areas.show(choice, base)
