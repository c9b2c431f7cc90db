"""The convening list: whom to invite to a meeting about a place; to tick, to copy, and as CSV."""

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from mapping import stewardship
from mapping.takeaway import export
from mapping.wording import findings, terms
from pages.shared import cache, glossary, keyboard, layout, parts, registers, state, tables, visit
from pages.shared.choices import Choice

HERE = Path(__file__).parent
KEY = "convening"
MAX_SHORT = 12
"""So many of each kind are listed at once; the others lie in a line that opens."""
MAX_FOLDED = 40
"""So many of those are listed; among more the reader types a part of a name."""
MAX_COPIED = 3_000
"""Names that the list to copy holds at most; the CSV file has all."""
MAX_TICKED, MAX_ID, MAX_PLACE = 2_000, 200, 20_000
"""Boxes, letters of an id and of a place, that a browser may say are ticked."""
BULLET = "• "
"""Begins a line of the list to copy: a spreadsheet may take a hyphen for a formula's minus."""
COPY_PX = 420
"""How high a long list to copy stands before it is scrolled."""
GROUPS = {
    stewardship.STATUTORY: "Statutory",
    stewardship.COMMISSIONED: "Commissioned",
    stewardship.COMMUNITY: "Voluntary and community",
    stewardship.UNKNOWN: "Partnerships and others",
    stewardship.TEAM: "Ward-level teams",
}
"""What stands over those of each power, in the order of the list."""
MEANINGS = {
    stewardship.STATUTORY: "made by law, deciding with public money",
    stewardship.COMMISSIONED: "paid to deliver",
    stewardship.COMMUNITY: "answering to their own members or neighbours",
    stewardship.UNKNOWN: "their type does not say where their power comes from",
}
TEAMS = {"ward councillors": "ward councillors", "ward police team": "ward police"}
"""What the teams of wards are called within a sentence, by their types."""
RECORDED = (
    "Our record holds public bodies, the case studies and the organisations of the open workspace; "
    "others may work here too. We take the kind of each from its type: ask whether it is right."
)
_boxes = st.components.v2.component(
    "common_ground_ticks", js=keyboard.program(HERE / "convening.js"), isolate_styles=False
)


def show(choice: Choice) -> None:
    """List everybody on record who works in a place, by whose power they have: short first.

    Wherever it stands it is the same list, with the same ticks.
    """
    key = cache.key_of(choice.place)
    found = registers.list_invited(key, choice.kept, choice.by)
    here = findings.name_place(choice.place)
    st.header(layout.escape_markdown(f"Who to invite to a meeting about {here}"), anchor=False)
    st.caption(layout.escape_markdown(_say_how_many(here, found)))
    glossary.offer_how(choice, "Organisations", "Themes", "Two-way share", note=RECORDED)
    _list(choice, found)
    tables.downloads(
        prepare_download(found),
        f"Who to invite to a meeting about {here}.",
        key=KEY,
        limits=RECORDED,
    )


def _say_how_many(here: str, found: pd.DataFrame) -> str:
    """Say how many organisations and how many ward-level teams are on record for a place."""
    teams = found.loc[found["power"] == stewardship.TEAM, "actor_type"]
    told = findings.write_organisations(len(found) - len(teams), len(teams))
    if len(teams):
        told += f" ({findings.join_names([TEAMS[one] for one in TEAMS if one in set(teams)])})"
    return (
        f"We have {told} on record in {here}. Tick those to invite, then copy them below. Add "
        "others on the Upload page."
    )


@parts.part
def _list(choice: Choice, found: pd.DataFrame) -> None:
    """Show each kind with boxes to tick, and what is ticked to copy; a tick runs this part only."""
    layout.style("convening.css")
    for power in stewardship.POWERS:
        some = found[found["power"] == power]
        if len(some):
            _table(choice, some.head(MAX_SHORT), f"{_head(power, len(some))}: {MEANINGS[power]}.")
        elif power != stewardship.UNKNOWN:
            none = escape(f"{_head(power, 0)}: nobody on record yet. Whom do you know?")
            st.html(f"<p class='cg-none'>{none}</p>")
        if len(some) > MAX_SHORT:
            more = f"{len(some) - MAX_SHORT:,} more: {GROUPS[power].lower()}"
            _fold(choice, some.iloc[MAX_SHORT:], more, power)
    teams = found[found["power"] == stewardship.TEAM]
    if len(teams):
        _fold(choice, teams, _head(stewardship.TEAM, len(teams)), stewardship.TEAM)
    place = f"{choice.place.kind}.{choice.place.code}"
    ids = visit.read_ticks(place)  # of a workspace that is closed too: it may be opened again
    ticked = found[found["id"].isin(ids)]
    data = {"place": place, "ticked": ids}
    tied = state.asker("ticks", lambda heard: take_ticks(heard.ticked))
    _boxes(key=tied["key"], data=data, on_ticked_change=tied["on_change"])
    _offer(choice, found, ticked)


def _head(power: str, count: int) -> str:
    return f"{GROUPS[power]} ({count:,})"


def take_ticks(heard: Any) -> None:
    """Keep what a browser says is ticked for a place; its words are not trusted."""
    if isinstance(heard, Mapping) and isinstance(heard.get("ids"), list):
        ids = [one[:MAX_ID] for one in heard["ids"][:MAX_TICKED] if isinstance(one, str)]
        visit.put_ticks(str(heard.get("place"))[:MAX_PLACE], ids)


def _table(choice: Choice, some: pd.DataFrame, caption: str) -> None:
    """Show some of the list with a box to tick each, and two-way shares."""
    place = findings.name_place(choice.place)
    contact = {"contact": "Contact"} if (some["contact"] != "").any() else {}
    headings = {
        "actor": "Organisation or team",
        "title": "Type",
        "themes": "Themes",
        **contact,
        "share_of_place": f"How much of {place} it covers",
        "share_of_footprint": f"How much of it is in {place}",
    }
    formats = dict.fromkeys(("share_of_place", "share_of_footprint"), tables.percent)
    frame = some.assign(title=some["actor_type"].map(name_kind))
    st.html(tables.html(frame, headings, formats, caption, stacked=True, ticks="id"))


def _fold(choice: Choice, some: pd.DataFrame, label: str, power: str) -> None:
    """Show some of the list behind one line that opens; its table travels once it is open."""
    box = st.expander(label, key=f"cg-more-{power}", on_change="rerun")
    if not box.open:
        return
    with box:
        shown = some
        if len(some) > MAX_FOLDED:
            text = st.text_input("Find by name", key=f"_find-{power}", max_chars=60, width=240)
            shown = tables.keep_matching(some, ["actor", "actor_type", "themes"], text or "")
        if shown.empty:
            layout.note("No match. Try part of a name.")
            return
        listed = shown.head(MAX_FOLDED)
        told = f" Showing {len(listed):,} of {len(some):,}." if len(listed) < len(some) else ""
        _table(choice, listed, f"{label}.{told}")


def name_kind(actor_type: str) -> str:
    """Say what an actor is: its type with a capital, or "Organisation" where none is recorded."""
    return findings.capitalise(actor_type or "organisation")


def _offer(choice: Choice, found: pd.DataFrame, ticked: pd.DataFrame) -> None:
    """Offer those that are ticked, or all organisations, as text and as CSV."""
    is_all = ticked.empty
    some = found[found["power"] != stewardship.TEAM] if is_all else ticked
    many = findings.write_count(len(some), "organisation is", "organisations are")
    none = f"None is ticked, so {'the ' if len(some) == 1 else 'all '}{many} copied."
    st.caption(none if is_all else f"{len(some):,} ticked: these alone are copied.")
    box = st.expander("Copy the list", key="copy-invitations", on_change="rerun")
    if not box.open:
        return
    with box:
        told = write_list(some, findings.name_place(choice.place), choice.by)
        long = told.count("\n") > COPY_PX // 20
        st.code(told, language=None, height=COPY_PX if long else None, wrap_lines=True)
        caption = f"Invited to a meeting about {findings.name_place(choice.place)}."
        source = export.note(caption, choice.by, (), limits=RECORDED)
        tables.csv_button(
            f"Download {'these' if is_all else 'those ticked'} (CSV)",
            lambda: export.csv(export.round_estimates(prepare_download(some), choice.by), source),
            export.file_stem(caption),
            key="invited",
        )


def prepare_download(found: pd.DataFrame) -> pd.DataFrame:
    """Return what the list is downloaded with: kinds and levels as readers call them."""
    return pd.DataFrame(
        {
            "kind": found["power"].map(GROUPS),
            "actor": found["actor"],
            "actor_type": found["actor_type"],
            "sector": found["sector"],
            "level": found["scale"].map(terms.LEVELS).fillna(terms.LEVEL_UNKNOWN),
            "themes": found["themes"],
            "contact": found["contact"],
            "people": found["people"],
            "share_of_place": found["share_of_place"],
            "share_of_footprint": found["share_of_footprint"],
        }
    )


def write_list(frame: pd.DataFrame, place: str, by: str) -> str:
    """Write whom to invite as plain text: by kind, with themes, contacts, two-way shares."""
    lines = [
        f"Who to invite to a meeting about {place}",
        f"Percentages are of {findings.name_counted(by)}.",
    ]
    power = ""
    for row in frame.head(MAX_COPIED).itertuples():
        if row.power != power:
            power = str(row.power)
            lines += ["", GROUPS[power]]
        about = ", ".join(filter(None, (row.themes.replace("; ", ", "), row.contact)))
        shares = f"covers {tables.percent(row.share_of_place)} of {place}"
        if row.share_of_footprint < tables.ALL:  # it works elsewhere too
            shares += f"; {tables.percent(row.share_of_footprint)} of its area is in {place}"
        told = f"{BULLET}{row.actor}{f' ({about})' if about else ''}: {shares}"
        lines.append(" ".join(told.split()))  # a line of its own could be pasted as a formula
    if len(frame) > MAX_COPIED:
        lines.append(f"and {len(frame) - MAX_COPIED:,} more in the CSV file")
    return "\n".join(lines)
