"""Two kinds of boundary: where do they disagree, and for whom?"""

import itertools
from collections.abc import Sequence

import streamlit as st

from mapping.geography import Layer
from mapping.wording import findings
from pages.mismatches import change, matrix, overlaps, pair
from pages.shared import cache, controls, layout, maps, state
from pages.shared.choices import Choice
from pages.shared.layout import Number


def show(choice: Choice) -> None:
    """Show the pair of maps that disagree most, or that the reader chose."""
    place, key = choice.place, cache.key_of(choice.place)
    chosen = controls.layers_chosen(choice, cache.partner_keys(key))
    a, b = pair.choose_pair(choice, chosen)
    if asked := state.take_step(
        list(itertools.permutations([c.key for c in chosen], 2)), (a.key, b.key)
    ):
        state.choose(a=asked[0], b=asked[1])
        state.run_page()
    cross = cache.cross(key, a.key, b.key, choice.by)
    torn = cache.straddling(key, a.key, b.key, choice.by)
    near = cache.edge_dwellers(key, b.key, choice.distance_m, choice.by)
    finding = findings.straddle_finding(place, a, b, torn, choice.by)
    outside, crossing = _name_numbers(choice, chosen, a, b)
    layout.view(
        choice,
        _find_headline(choice, chosen, (a, b), finding),
        [
            Number(outside, findings.share(torn.share_outside), layout.HOW_OUTSIDE),
            Number(crossing, f"{torn.units:,} of {torn.of:,}", layout.explain_straddling()),
            Number(
                f"Within {choice.distance_m} m of {findings.name_line(b)}",
                findings.share(near[0]),
                layout.HOW_NEAR,
            ),
        ],
        lambda: _draw(choice, a, b),
        explain=layout.join_sentences(
            [a, b],
            _say_why_pair(choice, chosen, (a, b), finding),
            findings.made_of_finding(a, b, torn),
            cache.say_residual(key, a.key, b.key, choice.by),
            layout.lens_note(choice),
        ),
        how=layout.HOW_OUTSIDE,
        aside=None if choice.projector else lambda: _aside(choice, a, b),
    )
    if not choice.projector:
        overlaps.show_near_line(choice, b, near)
        controls.layers_box(choice, chosen)
        matrix.show(choice, chosen)
        st.header("Which areas overlap", anchor=False)
        overlaps.flow(choice, a, b)
        shown = overlaps.hide_small(choice, a, b)
        overlaps.cross_table(choice, a, b, shown, len(cross))
        overlaps.relations(choice, a, b)


def _find_headline(
    choice: Choice, chosen: Sequence[Layer], shown: tuple[Layer, Layer], finding: str
) -> str:
    """Say first what is true of the partners; of a pair that the reader chose, what is of it."""
    a, b = shown
    key = cache.key_of(choice.place)
    if choice.place.kind == "ward" or not cache.people(key, choice.by) > 0:
        return finding
    if pair.is_beside_partners(choice, chosen, a, b):
        return findings.agreement_finding(choice.place, chosen)
    is_own = choice.chosen & {"a", "b", "layers"}
    if choice.place.kind == "borough" and a.key == "borough" and not is_own:
        cross = cache.cross(key, a.key, b.key, choice.by)
        if len(cross) > 1:  # somebody counts on both sides
            return findings.divided_finding(choice.place, chosen, b, cross, choice.by)
    return finding


def _name_numbers(choice: Choice, chosen: Sequence[Layer], a: Layer, b: Layer) -> tuple[str, str]:
    """Head the numbers of a pair; they name it where a projected sentence is about other maps."""
    crossing = f"{findings.capitalise(a.plural)} that cross"
    if not (choice.projector and pair.is_beside_partners(choice, chosen, a, b)):
        return "Outside the best match", f"{crossing} a boundary"
    whose = "their" if choice.by == "residents" else "the"
    return f"Outside {whose} {a.noun}'s {b.noun}", f"{crossing} {findings.name_line(b)}"


def _say_why_pair(
    choice: Choice, chosen: Sequence[Layer], shown: tuple[Layer, Layer], finding: str
) -> str:
    """Say why a pair is shown that is not among the partners' maps; nothing if it is."""
    a, b = shown
    if not pair.is_beside_partners(choice, chosen, a, b):
        return ""
    if choice.place.kind == "ward":
        return (
            f"Only one area of each partner covers this ward; we compare {a.plural} and {b.plural}."
        )
    begins_plainly = finding.startswith(("All ", "Every "))
    told = f"{finding[:1].lower()}{finding[1:]}" if begins_plainly else finding
    return f"For comparison, {a.plural} and {b.plural}: {told}"


def _aside(choice: Choice, a: Layer, b: Layer) -> None:
    change.box(choice)
    pair.boxes(choice, a, b)


def _draw(choice: Choice, a: Layer, b: Layer) -> None:
    """Draw which units of A are split, and the lines: solid, broken, dotted."""
    drawn, legend, follow = pair.draw(choice, a, b)
    maps.show(choice, "pair", f"Boundaries of {a.plural} and {b.plural}", drawn, legend)
    if not choice.projector:
        st.caption(layout.escape_markdown(follow))
        maps.say_rounded(choice, a.key, b.key)
