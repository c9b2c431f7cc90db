"""The part Who looks after the whole: who holds the stewardship function, where, for whom."""

import pandas as pd
import streamlit as st

from mapping.drawing import bars
from mapping.wording import findings, stewardship_findings, terms
from pages.shared import cache, glossary, layout, tables
from pages.shared.choices import Choice
from pages.shared.layout import Number
from pages.stewardship import counts, parts

HOLDS = {"yes": "says so", "implied": "by what it does"}
HOW = (
    "A steward looks after how all the others work together, whatever else it does. We go by the "
    "record: for the case studies what was written about them, for your own what your file says in "
    "its column for stewards. People are counted postcode by postcode: those without a steward "
    "live outside the area of every steward. “Nobody on record” does not mean “nobody”."
)
HOW_BRIDGE = (
    "A combination is all the organisations on record that the people of some postcodes have in "
    "common: of more kinds than a partner set. Join each to everybody in it: those on many of the "
    "shortest ways through this net are bridges (betweenness, Freeman 1977). Ward-level teams are "
    "left out, and so are combinations of fewer than 100 residents (estimated)."
)
HOW_ANY = "They live outside the area of every steward on record, whatever its level."
HOW_SCALE = "They live outside the area of every steward on record who works at this level."


def show(choice: Choice) -> None:
    """Show who holds the function, and for whom nobody does, scale by level."""
    key = cache.key_of(choice.place)
    stewards = counts.list_stewards(key, choice.kept, choice.by)
    without = counts.count_without(key, choice.kept, choice.by)
    at = without.set_index("scale")["people"]
    numbers = [
        Number("With no steward at all", findings.amount(at[""], choice.by), HOW_ANY),
        Number("None nearby", findings.amount(at["hyperlocal"], choice.by), HOW_SCALE),
        Number("None council-wide", findings.amount(at["borough"], choice.by), HOW_SCALE),
    ]
    layout.view(
        choice,
        stewardship_findings.steward_finding(choice.place, stewards, without, choice.by),
        numbers,
        lambda: _draw(choice, without),
        explain=layout.lens_note(choice),
        how=HOW,
        under=lambda: parts.box(choice),
    )
    if choice.projector:
        return
    frame = without.assign(scale=without["scale"].map({"": "At any level", **terms.LEVELS}))
    tables.show(
        frame,
        {
            "scale": "Level",
            "stewards": "Stewards on record",
            "people": f"{findings.heading(choice.by)}: without one",
            "share": f"Share of {findings.name_place(choice.place)}",
        },
        {
            "stewards": tables.write_whole,
            "people": tables.amounts(choice.by),
            "share": tables.percent,
        },
        f"Who has no steward in {findings.name_place(choice.place)}, by level.",
        key="without-steward",
        how=lambda: glossary.offer_how(choice, "Level of an organisation", note=HOW),
        limits=HOW,
    )
    _list_stewards(choice, stewards)
    _list_bridges(choice)


def _draw(choice: Choice, without: pd.DataFrame) -> None:
    """Draw for how many there is a steward, at any scale and at each; hatched: for whom none."""
    rows = [
        bars.Bar(
            {"": "At any level", **terms.LEVELS}[row.scale],
            1 - row.share,
            f"{findings.share(row.share)} without" if row.share > 0 else "for all",
        )
        for row in without.itertuples()
    ]
    told = "; ".join(f"{row.label}: {row.said}" for row in rows)
    parts.chart(
        choice,
        lambda **how: bars.draw(rows, shows_rest=True, **how),
        f"For which part of {findings.name_place(choice.place)} there is a steward on record. "
        f"{told}.",
    )
    if not choice.projector:
        st.caption("Full: those with a steward on record. Hatched: those without.")


def _list_stewards(choice: Choice, stewards: pd.DataFrame) -> None:
    st.header("Who holds the function", anchor=False)
    if stewards.empty:
        st.write(
            "Nobody is on record. Add those you know of on the Upload page, with a column "
            "“steward”."
        )
        return
    frame = stewards.assign(
        scale=stewards["scale"].map(terms.LEVELS).fillna(terms.LEVEL_UNKNOWN),
        steward=stewards["steward"].map(HOLDS),
    )
    tables.show(
        frame,
        {
            "actor": "Organisation",
            "actor_type": "Type",
            "scale": "Level",
            "steward": "Holds it",
            "themes": "Themes",
            "people": findings.heading(choice.by),
            "share_of_place": f"Share of {findings.name_place(choice.place)}",
            "note": "What is known",
        },
        {"people": tables.amounts(choice.by), "share_of_place": tables.percent},
        f"Who looks after {findings.name_place(choice.place)} as a whole.",
        key="stewards",
        how=lambda: glossary.offer_how(choice, "Themes", note=HOW),
        stacked=True,
    )


def _list_bridges(choice: Choice) -> None:
    """Say who connects the line-ups of the place, and list all organisations by that."""
    found = counts.find_bridges(cache.key_of(choice.place), choice.kept, choice.by)
    st.header("Who connects the others", anchor=False)
    st.write(layout.escape_markdown(stewardship_findings.bridge_finding(choice.place, found)))
    st.caption(HOW_BRIDGE)
    if found.line_ups < 2:
        return
    frame = found.table.assign(
        scale=found.table["scale"].map(terms.LEVELS).fillna(terms.LEVEL_UNKNOWN),
        steward=found.table["steward"].map(HOLDS).fillna(""),
    )
    tables.show(
        frame,
        {
            "actor": "Organisation",
            "actor_type": "Type",
            "scale": "Level",
            "steward": "Steward",
            "line_ups": "Combinations it is in",
            "people": f"{findings.heading(choice.by)}: in these",
            "betweenness": "Shortest ways that lead through it",
        },
        {
            "line_ups": tables.write_whole,
            "people": tables.amounts(choice.by),
            "betweenness": tables.percent,
        },
        f"Who connects the organisations in {findings.name_place(choice.place)}, the strongest "
        "first.",
        key="bridges",
        how=lambda: glossary.offer_how(choice, note=HOW_BRIDGE),
        limits=HOW_BRIDGE,
    )
