"""The part Power: by law, paid to deliver, led by the community; and who is on no list."""

import pandas as pd
import streamlit as st

from mapping import stewardship
from mapping.drawing import bars
from mapping.geography import layers
from mapping.wording import findings, stewardship_findings, terms
from pages.shared import cache, glossary, layout, router, state, tables
from pages.shared.choices import Choice
from pages.shared.layout import Number
from pages.stewardship import counts, parts

WORDS = {
    stewardship.STATUTORY: "Statutory",
    stewardship.COMMISSIONED: "Commissioned",
    stewardship.COMMUNITY: "Community-led",
    stewardship.UNKNOWN: "Not recorded",
}
HOW = (
    "We judge where an organisation's power comes from by its type on record: made by law, and "
    "deciding with public money (statutory); paid to deliver what others decide (commissioned); "
    "answering to its own members, trustees or neighbours (community-led). Of types that we have "
    "no rule for we say “not recorded”. Many charities hold contracts as well, and many "
    "partnerships are all three: ask whether it is right. People are counted postcode by postcode."
)
HOW_BARE = (
    "They live outside the area of every community-led organisation on record that works at "
    "neighbourhood level."
)
HOW_COMMUNITY = "On record here with a type that says so, at whatever level."
HOW_ABSENT = (
    "They are on record for this place or for the whole nation, but we do not know their area: "
    "they are on no map and on no list of whom to invite."
)


def show(choice: Choice) -> None:
    """Show who has power of which kind, who is far from any of their own, and who is on no list."""
    key = cache.key_of(choice.place)
    organisations, folded = counts.list_organisations(key, choice.kept, choice.by)
    powers = stewardship.tell_powers(organisations)
    count = pd.Series(powers, dtype=object).value_counts()
    cell, wards = counts.count_without_community(key, choice.kept, choice.by)
    absent = counts.list_absent(key, choice.kept)
    numbers = [
        Number("No community-led one nearby", findings.amount(cell["none"], choice.by), HOW_BARE),
        Number("Community-led", f"{count.get(stewardship.COMMUNITY, 0):,}", HOW_COMMUNITY),
        Number("On no list to invite", f"{len(absent):,}", HOW_ABSENT),
    ]
    layout.view(
        choice,
        stewardship_findings.power_finding(choice.place, count, cell, choice.by),
        numbers,
        lambda: _draw(choice, count),
        explain="" if choice.projector else parts.say_folded(folded),
        how=HOW,
        under=lambda: parts.box(choice),
    )
    if choice.projector:
        return
    _list_powers(choice, organisations.assign(power=powers))
    _list_wards(choice, cell, wards)
    _list_absent(choice, absent)


def _draw(choice: Choice, count: pd.Series) -> None:
    """Draw how many organisations have which power."""
    most = max(1, int(count.max()) if len(count) else 1)
    rows = [
        bars.Bar(WORDS[power], count.get(power, 0) / most, f"{count.get(power, 0):,}")
        for power in stewardship.POWERS
    ]
    told = "; ".join(f"{row.label}: {row.said}" for row in rows)
    parts.chart(
        choice,
        lambda **how: bars.draw(rows, shows_rest=False, **how),
        f"Organisations on record in {findings.name_place(choice.place)}, by where their power "
        f"comes from. {told}.",
    )


def _list_powers(choice: Choice, frame: pd.DataFrame) -> None:
    rank = {power: at for at, power in enumerate(stewardship.POWERS)}
    frame = frame.assign(
        scale=frame["scale"].map(terms.LEVELS).fillna(terms.LEVEL_UNKNOWN),
        _rank=frame["power"].map(rank),
    ).sort_values(["_rank", "reach"], ascending=[True, False], kind="stable")
    tables.show(
        frame.drop(columns=["_rank", "number"]),
        {
            "actor": "Organisation",
            "power": "Power",
            "actor_type": "Type",
            "scale": "Level",
            "people": findings.heading(choice.by),
            "share_of_place": f"Share of {findings.name_place(choice.place)}",
        },
        {"people": tables.amounts(choice.by), "share_of_place": tables.percent},
        f"Where the power of the organisations in {findings.name_place(choice.place)} comes from.",
        key="power",
        how=lambda: glossary.offer_how(choice, "Level of an organisation", note=HOW),
        limits=HOW,
    )


def _list_wards(choice: Choice, cell: pd.Series, wards: pd.DataFrame) -> None:
    st.header("Where no community-led organisation works nearby", anchor=False)
    here = findings.name_place(choice.place)
    if cell["share_none"] > tables.ALL:
        st.write(
            layout.escape_markdown(
                f"In no ward of {here} is a community-led organisation on record at neighbourhood "
                "level. Neighbours will know some: add them on the Upload page."
            )
        )
        return
    left = wards[wards["people"] > 0]
    if left.empty:
        st.write(layout.escape_markdown(f"Everybody in {here} has one on record nearby."))
        return
    tables.show(
        left,
        {
            "name": "Ward",
            "people": f"{findings.heading(choice.by)}: without one",
            "share": "Share of the ward",
        },
        {"people": tables.amounts(choice.by), "share": tables.percent},
        f"Wards in {here} by people without a community-led organisation nearby.",
        key="without-community",
        how=lambda: glossary.offer_how(choice, note=HOW_BARE),
        used=[layers.get("ward")],
        limits=HOW_BARE,
    )


def _list_absent(choice: Choice, absent: pd.DataFrame) -> None:
    st.header("On record, but on no list to invite", anchor=False)
    if absent.empty:
        st.write("Nobody: everybody on record has an area.")
    else:
        frame = absent.assign(scale=absent["scale"].map(terms.LEVELS).fillna(terms.LEVEL_UNKNOWN))
        tables.show(
            frame,
            {
                "actor": "Organisation",
                "actor_type": "Type",
                "scale": "Level",
                "themes": "Themes",
                "note": "What is known",
            },
            {},
            f"On record, but on no list of whom to invite in {findings.name_place(choice.place)}.",
            key="absent",
            how=lambda: glossary.offer_how(choice, note=HOW_ABSENT),
            limits=HOW_ABSENT,
            stacked=True,
        )
    st.page_link(
        router.BY_NAME["who_works_here"].file,
        label="Who to invite to a meeting about this place",
        icon=":material/groups:",
        query_params=state.link_params(),
    )
