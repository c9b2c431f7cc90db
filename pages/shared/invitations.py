"""The convening list: who should be in the room for a place."""

import pandas as pd
import streamlit as st

from mapping import findings
from pages.shared import cache, glossary, layout, registers, tables
from pages.shared.lineup import SCALES, UNSAID
from pages.shared.state import Choice

MOST_COPIED = 100
"""Names that the list to copy holds at most; the CSV file has all."""


def table(choice: Choice) -> None:
    """List every actor of a place with two-way shares and contacts; to copy, and as CSV."""
    place, key = choice.place, cache.key_of(choice.place)
    found = registers.convening(key, choice.kept, choice.by)
    st.header(layout.plain(f"Who should be in the room for {findings.the(place)}"), anchor=False)
    local = found["scale"] == "hyperlocal"
    many = findings.begun(findings.counted(len(found), "organisation", "organisations"))
    few = findings.number(int(local.sum())) if local.any() else ""
    st.caption(
        f"{many} {'is' if len(found) == 1 else 'are'} recorded as working in "
        f"{findings.the(place)}"
        + (f", {few} of them in single neighbourhoods." if few else ".")
        + " Public bodies and the case studies are recorded; add your own on the page Upload."
    )
    kind = found["actor_type"].str[:1].str.upper() + found["actor_type"].str[1:]
    frame = found.assign(group=found["scale"].map(SCALES).fillna(UNSAID), title=kind)
    contact = {"contact": "Contact"} if (frame["contact"] != "").any() else {}
    tables.show(
        frame,
        {"actor": "Who", "title": "What", "themes": "Themes", **contact,
         "people": findings.heading(choice.by), "share_of_place": f"Share of {place.name}",
         "share_of_footprint": f"{place.name}'s share of it"},
        {"people": tables.amounts(choice.by), "share_of_place": tables.percent,
         "share_of_footprint": tables.percent},
        f"Convening list for {place.name}.",
        key="invitations",
        how=lambda: glossary.how(choice, "Organisations", "Themes", "Two-way share"),
        whole={"share_of_footprint": "areas"},
        place=place.name,
        group="group",
    )  # fmt: skip
    with st.expander("Copy as a list"):
        st.code(as_list(frame[~local] if (~local).any() else frame, place.name), language=None)
        if local.any() and (~local).any():
            st.caption("Those of single neighbourhoods are in the table and its CSV file.")


def as_list(frame: pd.DataFrame, place: str) -> str:
    """Write a convening list as plain text: name, themes, contact and two-way share."""
    lines = [f"Who should be in the room for {place}"]
    for row in frame.head(MOST_COPIED).itertuples():
        about = ", ".join(filter(None, (row.themes.replace("; ", ", "), row.contact)))
        shares = (f"{tables.percent(row.share_of_place)} of {place}; "
                  f"{place} is {tables.percent(row.share_of_footprint)} of its area")  # fmt: skip
        lines.append(f"- {row.actor}{f' ({about})' if about else ''}: {shares}")
    if len(frame) > MOST_COPIED:
        lines.append(f"… and {len(frame) - MOST_COPIED:,} more in the CSV file")
    return "\n".join(lines)
