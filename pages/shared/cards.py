"""Cards about who is on record in a place: how many organisations, and what nobody does."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mapping import findings, gaps
from mapping.gaps import gap_findings, provision
from pages.shared import cache, registers, visit
from pages.shared.layout import NUMBER_PX, Number
from pages.shared.state import Choice

HOW_ACTORS = (
    "Public bodies, councillors and police teams of wards, case studies, and those of the open "
    "workspace that work anywhere in the place."
)
HOW_NOBODY = (
    "Of the themes that somebody in Britain is recorded for, the one that most people here have "
    "nobody for, at any scale. Not the same as a gap: see the page Gaps."
)
HOW_KNOWN = (
    "Of the themes and scales that the open workspace is marked complete for, the one that most "
    "people here have nobody for. The page Gaps shows where."
)


def room() -> DeltaGenerator:
    """Keep room for the cards: they are filled after the map, which nobody should wait for."""
    return st.container(horizontal=True, key="cg-registered", gap="small")


def fill(choice: Choice, kept: DeltaGenerator) -> None:
    """Draw the cards in the room that was kept for them, and count them as shown."""
    found = registered(choice)
    visit.shown().numbers += [(one.label, one.value, one.how) for one in found]
    for number in found:
        kept.metric(number.label, number.value, help=number.how, width=NUMBER_PX)


def registered(choice: Choice) -> list[Number]:
    """Count the organisations on record, and say what most people have nobody for."""
    if choice.projector:
        return []
    cells = registers.grid(cache.key_of(choice.place), choice.kept, choice.by)
    everything = cells[(cells["theme"] == "") & (cells["scale"] == "")].iloc[0]
    found = [Number("Organisations on record", f"{everything['actors']:,}", HOW_ACTORS)]
    complete = registers.marks(choice.kept)
    least = provision.least_recorded(cells, registers.register(choice.kept), complete)
    if least is None:
        return found
    theme, scale = least["theme"], least["scale"]
    known = gaps.is_complete(theme, scale, complete)
    said = gap_findings.work(theme, scale, "Known gap:" if known else "Nobody recorded")
    how = HOW_KNOWN if known else HOW_NOBODY
    return [*found, Number(said.replace(": on ", ": "), findings.share(least["share_none"]), how)]
