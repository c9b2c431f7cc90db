"""Every map, at each of its dates, as the common line of the partners that are chosen."""

import pandas as pd
import streamlit as st

from mapping.geography import Layer, layers
from mapping.wording import findings, redraw_findings
from pages.redraw import doors
from pages.shared import cache, controls, glossary, layout, tables
from pages.shared.choices import Choice

MAX_PARTNERS = 8
"""So many maps are ranked for at once."""
HOW_RANKED = (
    "Each of the chosen partners is redrawn along each map in turn, and the people who would come "
    "under another area are added up over the partners: somebody who changes twice counts twice. "
    "Very small areas move few people because they are hardly a choice: look at how many there "
    "are."
)


def list_usual(choice: Choice) -> list[str]:
    """List the keys of the partners that have a line in the place, those brought to it first."""
    key = cache.key_of(choice.place)
    brought = doors.list_brought(choice)
    if len(brought) > 1:
        return brought
    keys = [k for k in cache.line_up_keys(key) if cache.unit_count(key, k) > 1]
    if brought:
        return [*brought, *(keys or ["ward", "postal_district"])]
    return keys if len(keys) > 1 else [*keys, "postal_district", "ward"]


def rank(choice: Choice, partners: list[Layer]) -> pd.DataFrame:
    """Rank all maps as the common line of the partners: see ``redraw.common_lines``."""
    keys = tuple(one.key for one in partners[:MAX_PARTNERS])
    own = tuple(key for key in choice.own_layers if key.startswith(layers.OWN))
    return cache.common_lines(cache.key_of(choice.place), keys, own, choice.by)


def show(choice: Choice, partners: list[Layer], ranked: pd.DataFrame) -> None:
    """List what each map would cost as the common line."""
    st.header("A common line for all", anchor=False)
    if told := redraw_findings.ranking_finding(ranked, partners, choice.by):
        st.markdown(layout.escape_markdown(told))
    controls.layers_box(choice, partners)
    if len(partners) > MAX_PARTNERS:
        st.caption(f"We rank for the first {MAX_PARTNERS} of these.")
    amount = tables.amounts(choice.by)
    moved = {f"moved_{one.key}": one.title for one in partners[:MAX_PARTNERS]}
    frame = ranked.assign(
        of=[
            "the partners' own" if own else "another map"
            for own in ranked["is_partner"].astype(bool)
        ]
    )
    tables.show(
        frame,
        {
            "title": "If all followed the lines of",
            "of": "Whose",
            "units": "Areas",
            "people": redraw_findings.head_moves(choice.by),
            "share": "% of all counted",
            **moved,
        },
        {
            "units": tables.write_whole,
            "people": amount,
            "share": tables.percent,
            **dict.fromkeys(moved, amount),
        },
        f"Common lines for {findings.join_names([one.plural for one in partners], 8)} in "
        f"{findings.name_place(choice.place)}, the fewest people moved first.",
        key="common",
        how=lambda: glossary.offer_how(choice, "People moved", "Common line", of=partners),
        used=partners,
        limits=HOW_RANKED,
    )
