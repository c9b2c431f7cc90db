"""Parts of pages below the map: lists, matrices and tables in words."""

from collections.abc import Sequence
from html import escape

import pandas as pd
import streamlit as st

from mapping import findings, layers, overlap, partners
from mapping.layers import Layer
from mapping.overlap import Association
from pages.shared import cache, layout, state, tables
from pages.shared.controls import Spot
from pages.shared.state import Choice

SCALE_TITLES = {
    "hyperlocal": "Hyperlocal",
    "borough": "Council district",
    "regional": "Regional",
    "national": "National",
}


def spot(choice: Choice, chosen: Spot | None) -> None:
    """Say beside the map who works at the chosen spot, and link to all about it."""
    if chosen is None:
        st.caption("Click on the map to see who works at that spot.")
        return
    ward = layers.get("ward")
    st.html(f"<h2 class='cg-here'>{escape(ward.name_of(ward.number_of(chosen.ward)))} ward</h2>")
    keys = ("borough", "postal_district", *cache.partner_keys(cache.key_of(choice.place)))
    here = [layers.get(key) for key in keys]
    rows = [(one.title, one.name_of(int(one.unit[chosen.position]))) for one in here]
    items = "".join(f"<li>{escape(name)} <small>{escape(t)}</small></li>" for t, name in rows)
    st.html(f'<ul class="cg-here">{items}</ul>')
    if not choice.projector:
        st.page_link("pages/who_works_here.py", label="All about this spot",
                     query_params=state.link_params())  # fmt: skip


def lineup(choice: Choice, chosen: Spot, units: pd.DataFrame) -> None:
    """List the areas that cover a spot by scale, with two-way shares; to copy, and as CSV."""
    local = (units["code"] == "") & units["layer"].isin(partners.LONDON_PARTNERS)
    units = units[~local]  # not "none": these are recorded for London alone
    frame = cache.with_shares(cache.key_of(choice.place), units, choice.by)
    frame["where"] = [
        "here" if row.here else f"{row.distance_m:.0f} m away" for row in units.itertuples()
    ]
    order = {scale: rank for rank, scale in enumerate(layers.SCALES)}
    frame = frame.sort_values("scale", key=lambda s: s.map(order), kind="stable")
    frame["scale"] = frame["scale"].map(SCALE_TITLES)
    name = choice.place.name
    tables.show(
        frame,
        {"title": "What", "name": "Who", "where": "Where", "scale": "Scale",
         "share_of_place": f"Share of {name}", "share_of_unit": f"{name}'s share of it"},
        {"share_of_place": tables.percent, "share_of_unit": tables.percent},
        f"Who works at {chosen.name}.",
        key="lineup",
    )  # fmt: skip
    with st.expander("Copy as a list"):
        rows = [f"{r.title}: {r.name} ({r.where})" for r in frame.itertuples(index=False)]
        st.code("\n".join(rows), language=None)


def areas(choice: Choice, base: Layer) -> None:
    """List the areas drawn on the map: its twin in words and numbers."""
    place, key = choice.place, cache.key_of(choice.place)
    st.subheader(f"{findings.begun(base.plural)} of {place.name}")
    st.caption(base.description)
    tables.show(
        cache.units_table(key, base.key, choice.by),
        {"name": base.title, "code": "Code", "people": findings.heading(choice.by),
         "share_of_place": f"Share of {place.name}", "share_of_unit": "Share of it in the place"},
        {"people": tables.whole, "share_of_place": tables.percent, "share_of_unit": tables.percent},
        f"{findings.begun(base.plural)} of {place.name}.",
        key="areas",
        shapes=lambda: cache.counted_shapes(
            key, base.key, cache.needs_cells(choice.place, base.key), choice.by
        ),
    )  # fmt: skip


def case_studies(studies: pd.DataFrame) -> None:
    """List the case studies near here."""
    if len(studies):
        with st.expander(f"Case studies near here ({len(studies)})"):
            headings = {"actor": "Who", "place": "Where", "themes": "On what",
                        "what_it_shows": "What it shows", "source": "Described in"}  # fmt: skip
            st.html(tables.html(studies, headings, {}, "Described in 2021; some may have ended."))


def near_line(choice: Choice, b: Layer, near: tuple[float, float]) -> None:
    """Let the reader choose a distance, and say how many live that near a line."""
    state.preset("distance", choice.distance_m)
    st.segmented_control(
        f"Near a line of {b.plural} means within, metres",
        list(state.DISTANCES_M),
        required=True,
        **state.chooser("distance"),
    )
    st.caption(f"{findings.people(near[1], choice.by)} live that near. {layout.HOW_NEAR}")


def matrix(choice: Choice, chosen: Sequence[Layer]) -> None:
    """Show the aligned shares of all pairs in both directions, the worst pair marked."""
    if len(chosen) < 2:
        layout.note("Choose at least two maps above to compare them all with each other.")
        return
    keys = tuple(layer.key for layer in chosen)
    scores = cache.matrix(cache.key_of(choice.place), keys, choice.by)
    st.subheader("All pairs")
    st.caption(
        "Each cell: of all people, how many live in the column's area that holds most of their "
        "row's area. 100 %: every area of the row lies in one of the column. Outlined: the pair "
        "that disagrees most, counted in its kinder direction."
    )
    worst = cache.worst_pair(cache.key_of(choice.place), keys, choice.by)
    marked = set()
    if worst is not None and worst.mismatch > 0:
        marked = {(worst.a, worst.b), (worst.b, worst.a)}
    st.html(f'<div class="cg-scroll">{_matrix_html(chosen, scores, marked)}</div>')
    with st.expander("V-measure, homogeneity, completeness and coverage of each pair"):
        named = scores.assign(**{s: scores[s].map(lambda k: layers.get(k).title) for s in "ab"})
        headings = {"a": "Areas of", "b": "Against", "aligned_share": "Aligned share",
                    "mismatch": "Mismatch", "v": "V-measure", "homogeneity": "Homogeneity",
                    "completeness": "Completeness", "coverage": "Coverage"}  # fmt: skip
        forms = dict.fromkeys(list(headings)[2:], tables.ratio)
        tables.show(named, headings, forms, "Scores of all pairs.", key="scores", most=120)


def _matrix_html(chosen: Sequence[Layer], scores: pd.DataFrame, marked: set) -> str:
    value = scores.set_index(["a", "b"])["aligned_share"]
    head = "".join(f'<th scope="col">{escape(b.title)}</th>' for b in chosen)
    rows = "".join(
        f'<tr><th scope="row">{escape(a.title)}</th>'
        + "".join(_matrix_cell(a, b, value, marked) for b in chosen)
        + "</tr>"
        for a in chosen
    )
    return (
        '<table class="cg-table cg-matrix"><caption>Aligned share, row in column.</caption>'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _matrix_cell(a: Layer, b: Layer, value: pd.Series, marked: set) -> str:
    if a.key == b.key:
        return '<td aria-label="itself">·</td>'
    shown = value[a.key, b.key]
    tint = round(70 * (1 - shown))
    style = f"background:color-mix(in srgb,#c2553a {tint}%,transparent)"
    worst = ' class="cg-worst"' if (a.key, b.key) in marked else ""
    return f'<td{worst} style="{style}">{findings.share(shown)}</td>'


def cross_table(choice: Choice, a: Layer, b: Layer, shown: pd.DataFrame, of: int) -> None:
    """Show the cross-table of a pair."""
    key = cache.key_of(choice.place)
    tables.show(
        shown.sort_values("people", ascending=False),
        {"a_name": a.title, "b_name": b.title, "people": findings.heading(choice.by),
         "share_of_a": f"Of the {a.noun}", "share_of_b": f"Of the {b.noun}",
         "share_of_a_in_place": f"{a.title} in the place",
         "share_of_b_in_place": f"{b.title} in the place"},
        {"people": tables.whole, "share_of_a": tables.percent, "share_of_b": tables.percent,
         "share_of_a_in_place": tables.percent, "share_of_b_in_place": tables.percent},
        f"{findings.begun(a.plural)} and {b.plural} in {choice.place.name}: {of:,} overlaps.",
        key="cross",
        shapes=lambda: cache.counted_shapes(
            key, a.key, cache.needs_cells(choice.place, a.key, b.key), choice.by
        ),
    )  # fmt: skip


def relations(choice: Choice, a: Layer, b: Layer, scores: Association) -> None:
    """Show how each unit of A stands to B, and the scores of the pair."""
    frame = cache.relations(cache.key_of(choice.place), a.key, b.key, choice.by)
    counts = frame["relation"].value_counts()
    st.subheader("How each area stands to the other map")
    st.caption(
        f"{findings.listed([f'{n:,} {word}' for word, n in counts.items()], 6)}. Whole areas, "
        f"wherever they lie. V-measure {scores.v:.3f}, homogeneity {scores.homogeneity:.3f}, "
        f"completeness {scores.completeness:.3f}; {findings.share(scores.coverage)} of "
        f"{findings.those(choice.by)} have both."
    )
    tables.show(
        frame.sort_values("share_of_a"),
        {"a_name": a.title, "relation": "Relation", "b_name": f"Main {b.noun}",
         "share_of_a": "Share in it", "share_of_b": "Share of it", "jaccard": "Jaccard",
         "share_of_a_in_place": "In the place", "parts": "Parts"},
        {"share_of_a": tables.percent, "share_of_b": tables.percent, "jaccard": tables.ratio,
         "share_of_a_in_place": tables.percent, "parts": tables.whole},
        f"{findings.begun(a.plural)} of {choice.place.name}, the most split first.",
        key="relations",
    )  # fmt: skip


def one_set(choice: Choice, chosen: Sequence[Layer], sets: pd.DataFrame) -> None:
    """Let the reader choose a set, and say who is in it."""
    numbers = sets.loc[sets["headline"], "set"].astype(str).tolist()
    state.preset("set", choice.set_ if choice.set_ in numbers else None)
    districts = dict(zip(sets["set"].astype(str), sets["boroughs"], strict=True))
    st.selectbox("Look at one set", numbers, index=None, placeholder="Choose, or click on the map",
                 format_func=lambda n: f"{n}: {districts[n]}",
                 **state.chooser("set", lambda n: n or ""))  # fmt: skip
    if choice.set_ in districts:
        row = sets.set_index(sets["set"].astype(str)).loc[choice.set_]
        line_up = [f"{layer.title}: {row[layer.key]}" for layer in chosen]
        st.html(f"<p><strong>{escape(row['boroughs'])}</strong>, "
                f"{escape(findings.people(row['people'], choice.by))}.</p><ul>"
                + "".join(f"<li>{escape(p)}</li>" for p in line_up) + "</ul>")  # fmt: skip


def sets_table(choice: Choice, chosen: Sequence[Layer], sets: pd.DataFrame) -> None:
    """List all sets with their partners."""
    keys = tuple(layer.key for layer in chosen)
    headings = {"set": "Set", "boroughs": "Council districts",
                "people": findings.heading(choice.by), "share": "Share"}  # fmt: skip
    headings |= {layer.key: layer.title for layer in chosen}
    tables.show(
        sets, headings, {"people": tables.whole, "share": tables.percent},
        f"Partner sets of {choice.place.name}.", key="sets",
        shapes=lambda: cache.set_shapes(cache.key_of(choice.place), keys, choice.by)[1],
    )  # fmt: skip


def convening(choice: Choice, chosen: Sequence[Layer]) -> None:
    """List who should be in the room for the place, with two-way shares."""
    frame = overlap.two_way_shares(choice.place, chosen, by=choice.by)
    st.subheader(f"Who to invite for {choice.place.name}")
    tables.show(
        frame,
        {"name": "Who", "title": "What", "people": findings.heading(choice.by),
         "share_of_place": f"Share of {choice.place.name}",
         "share_of_unit": f"{choice.place.name}'s share of it"},
        {"people": tables.whole, "share_of_place": tables.percent, "share_of_unit": tables.percent},
        f"Convening list for {choice.place.name}.",
        key="convening",
    )  # fmt: skip
