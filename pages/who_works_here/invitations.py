"""Who to invite: everybody on record who works in a place."""

import pandas as pd
import streamlit as st

from mapping.actors import defaults
from mapping.wording import findings, terms
from pages.shared import cache, glossary, layout, registers, tables
from pages.shared.choices import Choice
from pages.who_works_here.everybody import kinds

MAX_COPIED = 3_000
"""Names that the list to copy holds at most; the CSV file has all."""
COPY_PX = 420
"""How high a long list to copy stands before it is scrolled."""
RECORDED = (
    "On record are public bodies, the case studies and the organisations of the open workspace; "
    "others may work here too."
)


def table(choice: Choice) -> None:
    """List every actor of a place with two-way shares and contacts; to copy, and as CSV."""
    place, key = choice.place, cache.key_of(choice.place)
    found = registers.list_convening(key, choice.kept, choice.by)
    st.header(
        layout.escape_markdown(f"Who to invite to a meeting about {findings.name_place(place)}"),
        anchor=False,
    )
    st.caption(layout.escape_markdown(_say_how_many(choice, found)))
    frame = found.assign(
        group=found["scale"].map(terms.LEVELS).fillna(terms.LEVEL_UNKNOWN), title=kinds(found)
    )
    scale = {"group": "Level"} if len(frame) > tables.MAX_PLAIN_ROWS else {}
    contact = {"contact": "Contact"} if (frame["contact"] != "").any() else {}
    tables.show(
        frame,
        {
            "actor": "Organisation or team",
            "title": "Type",
            **scale,
            "themes": "Themes",
            **contact,
            "people": findings.heading(choice.by),
            "share_of_place": f"How much of {place.name} it covers",
            "share_of_footprint": f"How much of it is in {place.name}",
        },
        {
            "people": tables.amounts(choice.by),
            "share_of_place": tables.percent,
            "share_of_footprint": tables.percent,
        },
        f"Who to invite to a meeting about {findings.name_place(place)}.",
        key="invitations",
        how=lambda: glossary.offer_how(choice, "Organisations", "Themes", "Two-way share"),
        whole={"share_of_footprint": "areas"},
        place=place.name,
        group="group",
        taken=found.drop(columns="number"),
        limits=RECORDED,
    )
    _offer_copy(frame, place.name, choice.by)


def _say_how_many(choice: Choice, found: pd.DataFrame) -> str:
    """Say how many organisations and how many ward-level teams are on record for a place."""
    teams = int(found["actor_type"].isin(defaults.TEAMS).sum())
    many = findings.write_count(len(found) - teams, "organisation", "organisations")
    few = findings.write_count(teams, "ward-level team", "ward-level teams")
    told = f"{many} and {few} (ward councillors and ward police)" if teams else many
    return (
        f"We have {told} on record in {findings.name_place(choice.place)}: public bodies and the "
        "case studies. Add yours on the Upload page."
    )


@st.fragment
def _offer_copy(frame: pd.DataFrame, place: str, by: str) -> None:
    """Offer the whole list as text; it travels only when it is asked for."""
    box = st.expander(f"Copy as a list ({len(frame):,})", key="copy-invitations", on_change="rerun")
    if box.open:
        told = write_list(frame, place, by)
        long = told.count("\n") > COPY_PX // 20
        box.code(told, language=None, height=COPY_PX if long else None)


def write_list(frame: pd.DataFrame, place: str, by: str) -> str:
    """Write who to invite as plain text: by level, with themes, contacts, two-way shares."""
    lines = [
        f"Who to invite to a meeting about {place}",
        f"Percentages are of {findings.name_counted(by)}.",
    ]
    group = ""
    for row in frame.head(MAX_COPIED).itertuples():
        if row.group != group:
            group = str(row.group)
            lines += ["", group]
        about = ", ".join(filter(None, (row.themes.replace("; ", ", "), row.contact)))
        shares = f"covers {tables.percent(row.share_of_place)} of {place}"
        if row.share_of_footprint < tables.ALL:  # it works elsewhere too
            shares += f"; {tables.percent(row.share_of_footprint)} of its area is in {place}"
        told = f"- {row.actor}{f' ({about})' if about else ''}: {shares}"
        lines.append(" ".join(told.split()))  # a line of its own could be pasted as a formula
    if len(frame) > MAX_COPIED:
        lines.append(f"and {len(frame) - MAX_COPIED:,} more in the CSV file")
    return "\n".join(lines)
