"""Below the map of a pair: who lives near a line, who overlaps with whom, how each area stands."""

import numpy as np
import pandas as pd
import streamlit as st

from mapping.geography import Layer, layers
from mapping.takeaway import export
from mapping.wording import findings
from pages.shared import answers, areas, cache, choices, glossary, layout, state, tables
from pages.shared.choices import Choice

FITS = {
    "split": "split",
    "inside": "inside one",
    "made of": "made up of whole areas",
    "same": "identical",
    "none": "no match",
}
"""What a reader calls how an area stands to those of another map."""
MAX_POSTCODES = 200_000
"""The longest list of postcodes that can be downloaded."""


def show_near_line(choice: Choice, b: Layer, near: tuple[float, float, int]) -> None:
    """Let the reader choose a distance; say how many live that near a line, and where."""
    state.preset("distance", choice.distance_m)
    st.segmented_control(
        layout.escape_markdown(
            f"Count people within this distance of {findings.name_line(b)} (metres)"
        ),
        list(choices.DISTANCES_M),
        required=True,
        **state.chooser("distance"),
    )
    many = findings.people(near[1], choice.by)
    st.caption(f"Within {choice.distance_m} m: {many}. {layout.HOW_NEAR}")
    _offer_near(choice, b, near[2])


def _offer_near(choice: Choice, b: Layer, count: int) -> None:
    """Offer the postcodes near a line as CSV, made when it is asked for."""
    if not count:
        return
    postcodes = findings.write_count(count, "postcode", "postcodes")
    if count > MAX_POSTCODES:
        st.caption(
            f"{postcodes} is too many to download. Choose a shorter distance or a smaller place."
        )
        return
    key, distance_m, by = cache.key_of(choice.place), choice.distance_m, choice.by
    caption = f"Postcodes in {findings.name_place(choice.place)} near {findings.name_line(b)}."
    limits = f"Near: a postcode of another {b.noun} is within {distance_m} metres."
    source = export.note(caption, by, [b], limits=limits)
    tables.csv_button(
        f"Download {'this' if count == 1 else 'these'} {postcodes} (CSV)",
        lambda: export.csv(cache.postcodes_near(key, b.key, distance_m, by), source),
        export.file_stem(caption[:-1], f"{distance_m} m"),
        key="near",
    )


def flow(choice: Choice, a: Layer, b: Layer) -> None:
    """Draw the cross-table of a pair as ribbons; its twin is the table below it."""
    glossary.offer_how(choice, "Flow", of=[a, b])
    key = cache.key_of(choice.place)
    chart = cache.flow(key, a.key, b.key, choice.by, layout.ink())
    st.vega_lite_chart(chart.spec)
    left_out = ""
    if chart.left_out:
        thinner = findings.write_count(chart.left_out, "thinner one", "thinner ones")
        left_out = (
            f"The {chart.drawn} widest ribbons are drawn, and not {thinner}, with "
            f"{findings.people(chart.people, choice.by)}. "
        )
    st.caption(f"{left_out}The table below has the figures; its CSV has every overlap.")


def hide_small(choice: Choice, a: Layer, b: Layer) -> pd.DataFrame:
    """Hide small overlaps, and say how many rows and people that hides; most people first."""
    key = cache.key_of(choice.place)
    state.preset("least", choice.least)
    st.segmented_control(
        "Hide overlaps smaller than (% of both areas)",
        list(choices.MIN_SHARES),
        required=True,
        **state.chooser("least"),
    )
    cross = cache.cross(key, a.key, b.key, choice.by)
    large, people = _find_large(key, a.key, b.key, choice.by, choice.least)
    of = len(cross)
    if hidden := of - len(large):
        st.caption(
            f"{hidden:,} of {of:,} {'overlap' if of == 1 else 'overlaps'} "
            f"{'is' if hidden == 1 else 'are'} hidden ({findings.people(people, choice.by)})."
        )
    return cross.take(large)


@answers.share(max_entries=64)
def _find_large(
    place: cache.Key, a: str, b: str, by: str, least: float
) -> tuple[np.ndarray, float]:
    """Find the rows of the overlaps that are not small, and count the people of the others."""
    cross, order = cache.cross(place, a, b, by), _order_cross(place, a, b, by)
    keep = (cross[["share_of_a", "share_of_b"]] * 100 >= least).any(axis=1).to_numpy()
    return order[keep[order]], float(cross.loc[~keep, "people"].sum())


def cross_table(choice: Choice, a: Layer, b: Layer, shown: pd.DataFrame, of: int) -> None:
    """Show the cross-table of a pair."""
    key, place = cache.key_of(choice.place), findings.name_place(choice.place)
    drawn = cache.is_drawable(choice.place, a.key, b.key)
    tables.show(
        shown,
        {
            "a_name": a.title,
            "b_name": b.title,
            "people": findings.heading(choice.by),
            "share_of_a": f"% of the {a.noun}",
            "share_of_b": f"% of the {b.noun}",
            "share_of_a_in_place": f"% of the {a.noun} inside {place}",
            "share_of_b_in_place": f"% of the {b.noun} inside {place}",
        },
        {
            "people": tables.amounts(choice.by),
            "share_of_a": tables.percent,
            "share_of_b": tables.percent,
            "share_of_a_in_place": tables.percent,
            "share_of_b_in_place": tables.percent,
        },
        f"{findings.capitalise(findings.write_count(of, 'overlap', 'overlaps'))} between "
        f"{a.plural} and {b.plural} in {findings.name_place(choice.place)}.",
        key="cross",
        how=lambda: glossary.offer_how(
            choice, "Overlap", "Small overlaps", "Inside the place", of=[a, b]
        ),
        whole={"share_of_a_in_place": a.plural, "share_of_b_in_place": b.plural},
        place=place,
        shapes=(lambda: cache.pair_shapes(key, a.key, b.key, choice.by)) if drawn else None,
        taken=_sort_cross(key, a.key, b.key, choice.by),
        used=[a, b],
        limits="Every overlap with people is listed, including those hidden on the page.",
        ids=(key, a.key, b.key, choice.by, choice.least),
    )
    areas.say_if_too_large(choice, drawn)


def relations(choice: Choice, a: Layer, b: Layer) -> None:
    """Show how each unit of A fits B."""
    key = cache.key_of(choice.place)
    st.header("How each area fits the other map", anchor=False)
    said = _say_relations(key, a.key, b.key, choice.by)
    st.caption(
        layout.escape_markdown(
            f"{said}Whole {a.plural} are compared, including any part outside "
            f"{findings.name_place(choice.place)}. {_say_not_in_headline(choice, a, b)}".strip()
        )
    )
    words = (
        "Fit",
        "Best match",
        "Split into",
        "Inside the place",
        "Crossing a boundary",
        "Fewer than 100 residents",
    )
    tables.show(
        _sort_relations(key, a.key, b.key, choice.by),
        {
            "a_name": a.title,
            "fit": "Fit",
            "b_name": f"Mostly in ({b.noun})",
            "share_of_a": "% of it there",
            "share_of_b": f"% of that {b.noun}",
            "share_of_a_in_place": f"% inside {findings.name_place(choice.place)}",
            "parts": "Split into",
        },
        {
            "share_of_a": tables.percent,
            "share_of_b": tables.percent,
            "share_of_a_in_place": tables.percent,
            "parts": tables.write_whole,
        },
        f"{findings.capitalise(a.plural)} in {findings.name_place(choice.place)}, the most split "
        "first.",
        key="relations",
        how=lambda: glossary.offer_how(choice, *words, of=[a, b]),
        whole={"share_of_a_in_place": a.plural},
        place=findings.name_place(choice.place),
        used=[a, b],
        limits="Whole areas; identical, inside one and made up of whole areas mean at least 99%.",
        ids=(key, a.key, b.key, choice.by),
    )


def _sort_relations(place: cache.Key, a: str, b: str, by: str) -> pd.DataFrame:
    """Put the areas that are split most first, and say in words how each fits."""
    frame = cache.relations(place, a, b, by).take(_order_relations(place, a, b, by))
    return frame.assign(fit=[FITS[relation] for relation in frame["relation"].tolist()])


@answers.share(max_entries=128)
def _order_relations(place: cache.Key, a: str, b: str, by: str) -> np.ndarray:
    """Return the rows of the relations in the order in which they are shown."""
    shares = cache.relations(place, a, b, by)["share_of_a"].to_numpy()
    return np.argsort(shares.round(12), kind="stable").astype("int32")


def _sort_cross(place: cache.Key, a: str, b: str, by: str) -> pd.DataFrame:
    """Put the overlaps with most people first."""
    return cache.cross(place, a, b, by).take(_order_cross(place, a, b, by))


@answers.share(max_entries=64)
def _order_cross(place: cache.Key, a: str, b: str, by: str) -> np.ndarray:
    """Return the rows of the overlaps in the order in which they are shown."""
    people = cache.cross(place, a, b, by)["people"].to_numpy()
    return np.argsort(-people, kind="stable").astype("int32")


@answers.share(max_entries=128)
def _say_relations(place: cache.Key, a_key: str, b_key: str, by: str) -> str:
    """Say how many areas fit how: "15 wards are split between postcode districts; 5 are …"."""
    a, b = layers.get(a_key), layers.get(b_key)
    said: list[str] = []
    for relation, count in (
        cache.relations(place, a_key, b_key, by)["relation"].value_counts().items()
    ):
        who = findings.write_count(count, a.noun, a.plural) if not said else findings.number(count)
        said.append(f"{who} {'is' if count == 1 else 'are'} {_describe(str(relation), b)}")
    return f"{findings.capitalise('; '.join(said))}. " if said else ""


def _describe(relation: str, b: Layer) -> str:
    return {
        "split": f"split between {b.plural}",
        "inside": f"inside one {b.noun}",
        "made of": f"made up of whole {b.plural}",
        "same": f"identical to one {b.noun}",
    }.get(relation, f"outside any {b.noun}")


@answers.keep(max_entries=128)
def _count_not_in_headline(place: cache.Key, a: str, b: str, by: str) -> tuple[int, int, bool]:
    """Count units of A that are too small to be counted, and those made of whole units of B.

    And whether the place cuts through any unit of B.
    """
    large, cross = cache.large_units(place, a), cache.cross(place, a, b, by)
    small = sum(code not in large for code in cache.relations(place, a, b, by)["a_code"])
    inside = cross["share_of_b_in_place"][(cross["b_code"] != "").to_numpy()]
    return small, cache.straddling(place, a, b, by).made_of, bool(inside.min() < tables.ALL)


def _say_not_in_headline(choice: Choice, a: Layer, b: Layer) -> str:
    """Say which of the listed areas the page's headline does not count, and why."""
    small, nested, cut = _count_not_in_headline(cache.key_of(choice.place), a.key, b.key, choice.by)
    here = f" (as far as they are in {findings.name_place(choice.place)})" if cut else ""
    said = []
    if small:
        said.append(f"{findings.number(small)} with fewer than 100 residents there")
    if nested:
        said.append(f"{findings.number(nested)} made up of whole {b.plural}{here}")
    return f"Listed but not counted as crossing a boundary: {'; '.join(said)}. " if said else ""
