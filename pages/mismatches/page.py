"""Mismatches: where do the partners' maps disagree?"""

import streamlit as st

from mapping import overlap
from mapping.wording import findings
from pages.mismatches import matrix, overlaps, pair
from pages.shared import cache, controls, layout, maps, state
from pages.shared.layout import Number

choice = state.current()
place, key = choice.place, cache.key_of(choice.place)
chosen = controls.layers_chosen(choice)
a, b = pair.choose_pair(choice, chosen)
cross = cache.cross(key, a.key, b.key, choice.by)
torn = overlap.straddling(cross, cache.large_units(key, a.key, b.key))
near = cache.edge_dwellers(key, b.key, choice.distance_m, choice.by)


def draw() -> None:
    """Draw which units of A are split, and the lines: solid, broken, dotted."""
    drawn, legend, follow = pair.draw(choice, a, b)
    maps.show(choice, "pair", f"Lines of {a.plural} and {b.plural}", drawn, legend)
    if not choice.projector:
        st.caption(follow)


scores = cache.association(key, a.key, b.key, choice.by)
layout.view(
    choice,
    findings.straddle_finding(place, a, b, torn, choice.by),
    [
        Number("On the other side", findings.share(torn.share_outside), layout.HOW_OUTSIDE),
        Number("Straddling", f"{torn.units:,} of {torn.of:,}", layout.explain_straddling()),
        Number(
            f"Within {choice.distance_m} m of {findings.name_line(b)}",
            findings.share(near[0]),
            layout.HOW_NEAR,
        ),
    ],
    draw,
    explain=layout.join_sentences(
        [a, b],
        pair.say_why_pair(choice, chosen, a, b),
        findings.other_side_finding(a, b) if torn.units else "",
        findings.made_of_finding(a, b, torn),
        findings.residual_finding(a, b, cross, choice.by),
        layout.lens_note(choice),
    ),
    how=layout.HOW_OUTSIDE,
    aside=None if choice.projector else lambda: pair.boxes(choice, a, b),
)
if not choice.projector:
    overlaps.show_near_line(choice, b, near)
    controls.layers_box(choice, chosen)
    matrix.show(choice, chosen)
    st.header("Who overlaps with whom", anchor=False)
    overlaps.flow(choice, a, b)
    shown = overlaps.hide_small(choice, cross)
    overlaps.cross_table(choice, a, b, shown, len(cross))
    overlaps.relations(choice, a, b, scores)
