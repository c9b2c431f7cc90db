"""The convening list: who should be in the room for a place."""

import pandas as pd
import streamlit as st

from mapping.wording import findings
from pages.shared import cache, glossary, layout, registers, tables
from pages.shared.choices import Choice
from pages.shared.lineup import SCALE_HEADINGS, UNSAID_SCALE
from pages.who_works_here.everybody import kinds

MAX_COPIED = 3_000
"""Names that the list to copy holds at most; the CSV file has all."""
COPY_PX = 420
"""How high a long list to copy stands before it is scrolled."""
RECORDED = (
    "Recorded are public bodies, the case studies and those of the open workspace; nobody "
    "else who may work here."
)


def table(choice: Choice) -> None:
    """List every actor of a place with two-way shares and contacts; to copy, and as CSV."""
    place, key = choice.place, cache.key_of(choice.place)
    found = registers.list_convening(key, choice.kept, choice.by)
    st.header(
        layout.escape_markdown(f"Who should be in the room for {findings.name_place(place)}"),
        anchor=False,
    )
    local = found["scale"] == "hyperlocal"
    many = findings.capitalise(findings.write_count(len(found), "organisation", "organisations"))
    few = findings.number(int(local.sum())) if local.any() else ""
    st.caption(
        f"{many} {'is' if len(found) == 1 else 'are'} recorded as working in "
        f"{findings.name_place(place)}"
        + (f", {few} of them in single neighbourhoods." if few else ".")
        + " Public bodies and the case studies are recorded; add your own on the page Upload."
    )
    frame = found.assign(
        group=found["scale"].map(SCALE_HEADINGS).fillna(UNSAID_SCALE), title=kinds(found)
    )
    scale = {"group": "Scale"} if len(frame) > tables.MAX_PLAIN_ROWS else {}
    contact = {"contact": "Contact"} if (frame["contact"] != "").any() else {}
    tables.show(
        frame,
        {
            "actor": "Who",
            "title": "What",
            **scale,
            "themes": "Themes",
            **contact,
            "people": findings.heading(choice.by),
            "share_of_place": f"Share of {place.name}",
            "share_of_footprint": f"{place.name}'s share of it",
        },
        {
            "people": tables.amounts(choice.by),
            "share_of_place": tables.percent,
            "share_of_footprint": tables.percent,
        },
        f"Convening list for {place.name}.",
        key="invitations",
        how=lambda: glossary.offer_how(choice, "Organisations", "Themes", "Two-way share"),
        whole={"share_of_footprint": "areas"},
        place=place.name,
        group="group",
        taken=found.drop(columns="number"),
        limits=RECORDED,
    )
    _offer_copy(frame, place.name, choice.by)


@st.fragment
def _offer_copy(frame: pd.DataFrame, place: str, by: str) -> None:
    """Offer the whole list as text; it travels only when it is asked for."""
    box = st.expander(f"Copy as a list ({len(frame):,})", key="copy-invitations", on_change="rerun")
    if box.open:
        told = write_list(frame, place, by)
        long = told.count("\n") > COPY_PX // 20
        box.code(told, language=None, height=COPY_PX if long else None)


def write_list(frame: pd.DataFrame, place: str, by: str) -> str:
    """Write a convening list as plain text: by scale, with themes, contacts, two-way shares."""
    lines = [f"Who should be in the room for {place}", f"Shares of {findings.name_counted(by)}."]
    group = ""
    for row in frame.head(MAX_COPIED).itertuples():
        if row.group != group:
            group = str(row.group)
            lines += ["", group]
        about = ", ".join(filter(None, (row.themes.replace("; ", ", "), row.contact)))
        shares = f"{tables.percent(row.share_of_place)} of {place}"
        if row.share_of_footprint < tables.ALL:  # it works elsewhere too
            shares += f"; {place} is {tables.percent(row.share_of_footprint)} of its area"
        told = f"- {row.actor}{f' ({about})' if about else ''}: {shares}"
        lines.append(" ".join(told.split()))  # a line of its own could be pasted as a formula
    if len(frame) > MAX_COPIED:
        lines.append(f"… and {len(frame) - MAX_COPIED:,} more in the CSV file")
    return "\n".join(lines)
