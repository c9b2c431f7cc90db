"""Below the map of a pair: who lives near a line, who overlaps with whom, how each area stands."""

import pandas as pd
import streamlit as st

from mapping import overlap
from mapping.geography import Layer
from mapping.overlap import Association
from mapping.takeaway import export
from mapping.wording import findings
from pages.shared import areas, cache, choices, glossary, layout, state, tables
from pages.shared.choices import Choice

MAX_POSTCODES = 200_000
"""The longest list of postcodes that can be taken away."""


def show_near_line(choice: Choice, b: Layer, near: tuple[float, float, int]) -> None:
    """Let the reader choose a distance; say how many live that near a line, and where."""
    state.preset("distance", choice.distance_m)
    st.segmented_control(
        layout.escape_markdown(f"Near a line of {b.plural} means within, metres"),
        list(choices.DISTANCES_M),
        required=True,
        **state.chooser("distance"),
    )
    st.caption(f"That near: {findings.people(near[1], choice.by)}. {layout.HOW_NEAR}")
    _offer_near(choice, b, near[2])


def _offer_near(choice: Choice, b: Layer, count: int) -> None:
    """Offer the postcodes near a line as CSV, made when it is asked for."""
    if not count:
        return
    postcodes = findings.write_count(count, "postcode", "postcodes")
    if count > MAX_POSTCODES:
        st.caption(
            f"A list of {postcodes} is too long to take away: choose a shorter "
            "distance or a smaller place."
        )
        return
    key, distance_m, by = cache.key_of(choice.place), choice.distance_m, choice.by
    caption = f"Postcodes of {choice.place.name} near a line of {b.plural}."
    limits = f"Near: a postcode of another {b.noun} lies within {distance_m} metres."
    source = export.note(caption, by, [b], limits=limits)
    tables.csv_button(
        f"{'This' if count == 1 else 'These'} {postcodes} as CSV",
        lambda: export.csv(cache.postcodes_near(key, b.key, distance_m, by), source),
        export.file_stem(caption[:-1], f"{distance_m} m"),
        key="near",
    )


def flow(choice: Choice, a: Layer, b: Layer) -> None:
    """Draw the cross-table of a pair as ribbons; its twin is the table below it."""
    glossary.offer_how(choice, "Flow", of=[a, b])
    key = cache.key_of(choice.place)
    st.altair_chart(cache.flow(key, a.key, b.key, choice.by, layout.ink()))
    st.caption("The same in numbers: the table below, with every overlap in its CSV file.")


def hide_small(choice: Choice, cross: pd.DataFrame) -> pd.DataFrame:
    """Hide small overlaps, and say how many rows and people that hides."""
    state.preset("least", choice.least)
    st.segmented_control(
        "Hide overlaps below this share of both areas, per cent",
        list(choices.MIN_SHARES),
        required=True,
        **state.chooser("least"),
    )
    keep = (cross[["share_of_a", "share_of_b"]] * 100 >= choice.least).any(axis=1)
    hidden = cross.loc[~keep, "people"]
    if len(hidden):
        overlaps = "overlap" if len(cross) == 1 else "overlaps"
        st.caption(
            f"Hidden: {len(hidden):,} of {len(cross):,} {overlaps}, with "
            f"{findings.people(hidden.sum(), choice.by)}."
        )
    return cross[keep]


def cross_table(choice: Choice, a: Layer, b: Layer, shown: pd.DataFrame, of: int) -> None:
    """Show the cross-table of a pair."""
    key, place = cache.key_of(choice.place), choice.place.name
    drawn = cache.is_drawable(choice.place, a.key, b.key)
    tables.show(
        shown.sort_values("people", ascending=False),
        {
            "a_name": a.title,
            "b_name": b.title,
            "people": findings.heading(choice.by),
            "share_of_a": f"Of the {a.noun}",
            "share_of_b": f"Of the {b.noun}",
            "share_of_a_in_place": f"{a.title} in the place",
            "share_of_b_in_place": f"{b.title} in the place",
        },
        {
            "people": tables.amounts(choice.by),
            "share_of_a": tables.percent,
            "share_of_b": tables.percent,
            "share_of_a_in_place": tables.percent,
            "share_of_b_in_place": tables.percent,
        },
        f"{findings.capitalise(a.plural)} and {b.plural} in {place}: "
        f"{findings.write_count(of, 'overlap', 'overlaps')}.",
        key="cross",
        how=lambda: glossary.offer_how(
            choice, "Overlap", "Small overlaps", "In the place", of=[a, b]
        ),
        whole={"share_of_a_in_place": a.plural, "share_of_b_in_place": b.plural},
        place=place,
        shapes=(lambda: cache.pair_shapes(key, a.key, b.key, choice.by)) if drawn else None,
        taken=cache.cross(key, a.key, b.key, choice.by).sort_values("people", ascending=False),
        used=[a, b],
        limits="Every overlap with people is listed, those hidden on the page too.",
    )
    areas.say_if_too_large(choice, drawn)


def relations(choice: Choice, a: Layer, b: Layer, scores: Association) -> None:
    """Show how each unit of A stands to B, and the scores of the pair."""
    frame = cache.relations(cache.key_of(choice.place), a.key, b.key, choice.by)
    counts = frame["relation"].value_counts()
    many = findings.join_names([f"{n:,} {word}" for word, n in counts.items()], 6)
    st.header("How each area stands to the other map", anchor=False)
    st.caption(
        f"{findings.capitalise(many)}"
        f"{'. ' if len(counts) else ''}Whole areas, wherever they lie. "
        f"{_say_not_in_headline(choice, a, b, frame)}"
        f"V-measure {tables.ratio(scores.v)}, homogeneity {tables.ratio(scores.homogeneity)}, "
        f"completeness {tables.ratio(scores.completeness)}; on both maps: "
        f"{findings.share(scores.coverage)} of {findings.name_counted(choice.by)}."
    )
    words = (
        "Relation",
        "Main counterpart",
        "Jaccard",
        "Parts",
        "In the place",
        "Straddling",
        "Fewer than 100 residents",
        "V-measure",
        "Homogeneity",
        "Completeness",
        "Coverage",
    )
    tables.show(
        frame.sort_values("share_of_a"),
        {
            "a_name": a.title,
            "relation": "Relation",
            "b_name": f"Main {b.noun}",
            "share_of_a": "Share in it",
            "share_of_b": "Share of it",
            "jaccard": "Jaccard",
            "share_of_a_in_place": "In the place",
            "parts": "Parts",
        },
        {
            "share_of_a": tables.percent,
            "share_of_b": tables.percent,
            "jaccard": tables.ratio,
            "share_of_a_in_place": tables.percent,
            "parts": tables.write_whole,
        },
        f"{findings.capitalise(a.plural)} of {choice.place.name}, the most split first.",
        key="relations",
        how=lambda: glossary.offer_how(choice, *words, of=[a, b]),
        whole={"share_of_a_in_place": a.plural},
        place=choice.place.name,
        used=[a, b],
        limits="Whole areas, wherever they lie; same, inside and made of mean at least 99 %.",
    )


def _say_not_in_headline(choice: Choice, a: Layer, b: Layer, frame: pd.DataFrame) -> str:
    """Say which of the listed areas the page's headline does not count, and why."""
    key = cache.key_of(choice.place)
    large = cache.large_units(key, a.key, b.key)
    small = (~frame["a_code"].isin(list(large))).sum()
    cross = cache.cross(key, a.key, b.key, choice.by)
    nested = overlap.straddling(cross, large).made_of
    cut = cross.loc[cross["b_code"] != "", "share_of_b_in_place"].min() < tables.ALL
    here = f", as far as they lie in {findings.name_place(choice.place)}" if cut else ""
    said = []
    if small:
        said.append(
            f"{small:,} with fewer than 100 residents in {choice.place.name}, too few to count"
        )
    if nested:
        whole = layout.escape_markdown(b.plural)
        said.append(f"{nested:,} made of whole {whole}{here}, which no line tears")
    return f"Listed here, but not among those that straddle: {'; '.join(said)}. " if said else ""
