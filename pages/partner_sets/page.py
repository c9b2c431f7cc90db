"""Partner sets: how many different combinations of partners does this place have?"""

import streamlit as st

from mapping import overlap
from mapping.atoms import index
from mapping.overlap import partners
from mapping.wording import findings, spot_findings
from pages.partner_sets import sets
from pages.shared import cache, controls, convening, following, layout, maps, state
from pages.shared.choices import Choice
from pages.shared.layout import Number

choice = state.current()
place, key = choice.place, cache.key_of(choice.place)
chosen = controls.layers_chosen(choice, cache.line_up_keys(key))
keys = tuple(layer.key for layer in chosen)
frame = cache.sets(key, keys, choice.by)
fragmentation = overlap.fragmentation(frame)
shared = partners.find_shared(frame)
comparable = all(layer.of_block is not None for layer in chosen)
sharing = cache.find_sharing(key, keys) if comparable else None


def choose_set(lat: float, lon: float) -> None:
    """Look at the set of the postcode nearest to a click."""
    position = index.nearest_or_none(lat, lon)
    if position is not None:
        state.choose(set=partners.set_at(frame, chosen, position) or "")


def count_elsewhere() -> Number:
    """Count the sets that several council areas have; of one council area, who else has its set."""
    if place.kind == "borough" and fragmentation.sets == 1 and sharing is not None:
        return Number(
            "Other council areas with this set", f"{len(sharing.names):,}", layout.HOW_ELSEWHERE
        )
    return Number("Found in two or more council areas", f"{len(shared):,}", layout.HOW_SHARED)


def show(choice: Choice) -> None:
    """Show each set, those shared by several districts outlined heavily; a click chooses one."""

    def draw() -> None:
        drawn, legend = sets.draw(choice, keys, shared)
        title = f"Partner sets in {findings.name_place(place)}"
        maps.show(choice, "sets", title, drawn, legend, choose_set)

    one = sets.find(choice, frame) if choice.projector else None
    layout.view(
        choice,
        findings.sets_finding(place, fragmentation, len(shared), sharing, choice.by)
        if one is None
        else spot_findings.set_finding(one, chosen, choice.by),
        []
        if one is not None
        else [
            Number("Partner sets", f"{fragmentation.sets:,}", layout.HOW_SETS),
            count_elsewhere(),
            Number(
                "Effective number of sets", f"{fragmentation.effective:.1f}", layout.HOW_EFFECTIVE
            ),
        ],
        draw,
        explain=layout.join_sentences(
            chosen,
            f"Compared here: {findings.join_names([p.noun for p in chosen], 8)}.",
            f"The same partner set covers {findings.join_names(sharing.names, 12)}."
            if sharing and len(sharing.names) > 3
            else "",
        ),
        how=layout.HOW_SETS,
        aside=None if choice.projector else (lambda: sets.show_one(choice, chosen, frame)),
    )


following.follow(show)
if not choice.projector:
    controls.layers_box(choice, chosen)
    st.header("All sets", anchor=False)
    sets.list_all(choice, chosen, frame)
    sets.say_outside(choice, chosen)
    sets.list_brought(choice, chosen)
    convening.show(choice)
