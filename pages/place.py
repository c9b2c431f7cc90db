"""Place: who works here, at which scale?"""

import streamlit as st

from mapping import findings, layers, overlap, stewardship
from mapping.layers import Layer
from pages.shared import cache, controls, layout, maps, panels, state, tables
from pages.shared.layout import Number

choice = state.current()
place, key = choice.place, cache.key_of(choice.place)
partner_keys = cache.partner_keys(key)
partners = [layers.get(k) for k in partner_keys]
sets = cache.sets(key, partner_keys, choice.by)
worst = cache.worst_pair(key, partner_keys, choice.by)
base = controls.base_layer(choice)
spot = controls.spot_of(choice)


def numbers() -> list[Number]:
    """Gather the cards: people, line-ups, worst mismatch."""
    total = cache.people(key, choice.by)
    found = [
        Number(
            findings.heading(choice.by),
            findings.amount(total, choice.by),
            layout.how_counted(choice),
        ),
        Number("Line-ups of partners", f"{overlap.fragmentation(sets).sets:,}", layout.HOW_SETS),
    ]
    if worst is not None:
        found.append(Number("Worst mismatch", findings.share(worst.mismatch), layout.HOW_MISMATCH))
    return found


def draw() -> None:
    """Draw the place at three scales; a click shows who works at that spot."""
    drawn, legend = maps.three_scales(choice, base, spot)
    clicked = maps.show(choice, "place", f"Map of {place.name}", drawn, legend)
    if clicked:
        state.choose(at=f"{clicked[0]},{clicked[1]}", ward="")
        st.rerun()


def aside() -> None:
    """Say who works at the clicked spot; let the reader choose what is drawn."""
    panels.spot(choice, spot)
    if not choice.projector:
        controls.base_box(choice)


def explained(a: Layer, b: Layer) -> str:
    """Say in a line which two maps disagree most."""
    return findings.worst_finding(a, b, worst.mismatch, choice.by)


fragmentation = overlap.fragmentation(sets)
sharing = cache.sharing_all(key, partner_keys)
layout.view(
    choice,
    findings.place_finding(place, partners, fragmentation, sharing),
    numbers(),
    draw,
    explain=explained(*map(layers.get, (worst.a, worst.b))) if worst is not None else "",
    how=layout.HOW_SETS,
    aside=aside,
)
if not choice.projector:
    panels.case_studies(stewardship.near(place))
    st.subheader(f"{base.plural.capitalize()} of {place.name}")
    st.caption(base.description)
    frame = cache.units_table(key, base.key, choice.by)
    tables.show(
        frame,
        {"name": base.title, "code": "Code", "people": findings.heading(choice.by),
         "share_of_place": f"Share of {place.name}", "share_of_unit": "Share of it in the place"},
        {"people": tables.whole, "share_of_place": tables.percent, "share_of_unit": tables.percent},
        f"{base.plural.capitalize()} of {place.name}.",
        key="place-units",
        shapes=lambda: cache.shapes(key, base.key, (), choice.by),
    )  # fmt: skip
