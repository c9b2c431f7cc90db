"""Cards about a place: people, partner sets, maps; who is on record, and on which themes nobody."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mapping.gaps import provision
from mapping.wording import findings, gap_findings
from pages.shared import answers, cache, layout, registers, visit
from pages.shared.choices import Choice
from pages.shared.layout import NUMBER_PX, Number, card

HOW_ACTORS = (
    "Public bodies, organisations in case studies, and those of the open workspace that work "
    "anywhere in the place. Ward councillors and ward police teams are counted separately."
)
HOW_TEAMS = (
    "Ward councillors, those of one ward together as a team; in London each ward's police team too."
)
HOW_KNOWN = (
    "Among the themes that your list is marked as complete for, this is the one that leaves most "
    "people here without anyone. The Gaps page shows where."
)


def count_place(choice: Choice, line_ups: int, worst: pd.Series | None) -> list[Number]:
    """Gather the cards: people, partner sets, worst mismatch; then postcodes and maps.

    ``worst`` is the row of ``cache.worst_pair``. On a projector those who work at a chosen spot
    take the cards' room.
    """
    key, by = cache.key_of(choice.place), choice.by
    people = findings.amount(cache.people(key, by), by)
    found = [
        Number(findings.heading(by), people, layout.explain_lens(choice)),
        Number("Partner sets", f"{line_ups:,}", layout.HOW_SETS),
    ]
    if worst is not None and worst.mismatch > 0:
        found.append(
            Number(
                "Outside the best match, worst pair",
                findings.share(worst.mismatch),
                layout.HOW_MISMATCH,
            )
        )
    if by != "postcodes":
        found.append(Number("Postcodes", f"{len(choice.place):,}", layout.explain_postcodes()))
    maps_here = len(cache.present_keys(key, choice.own_layers))
    return [*found, Number("Boundary maps for this place", f"{maps_here}", layout.HOW_MAPS)]


def room() -> DeltaGenerator:
    """Keep room for the cards: they are filled after the map, which nobody should wait for."""
    return st.container(horizontal=True, key="cg-registered", gap="small")


def fill(choice: Choice, kept: DeltaGenerator) -> None:
    """Draw the cards in the room that was kept for them, and count them as shown."""
    if choice.projector:
        return
    found = count_registered(cache.key_of(choice.place), choice.kept, choice.by)
    visit.get_shown().numbers += [(one.label, one.value, one.how) for one in found]
    with kept:
        for number in found:
            card(number, NUMBER_PX)


@answers.share(max_entries=64, hash_funcs=registers.BY_ACTORS_AND_MARKS)
def count_registered(place: cache.Key, kept: registers.WorkspaceKey, by: str) -> list[Number]:
    """Count who is on record, and the themes without anybody; or tell the widest gap."""
    cells = registers.grid(place, kept, by)
    everything = cells[(cells["theme"] == "") & (cells["scale"] == "")].iloc[0]
    teams = registers.count_teams(place)
    found = [
        Number("Organisations on record", f"{everything['actors'] - teams:,}", HOW_ACTORS),
        Number("Ward-level teams on record", f"{teams:,}", HOW_TEAMS),
    ]
    gap = provision.widest_gap(cells, registers.marks(kept, place))
    if gap is not None:
        said = gap_findings.work(gap["theme"], gap["scale"], "Known gap:").replace(": on ", ": ")
        part = f"{findings.share(gap['share_none'])} of {findings.words(by).noun}"
        return [*found, Number(said, part, HOW_KNOWN)]
    held = registers.sum_up_themes(place, kept, by)
    many = f"{len(held.nobody)} of {held.asked}"
    return [
        *found,
        Number("Themes with nobody on record", many, _explain_nobody(held.nobody)),
    ]


def _explain_nobody(nobody: list[str]) -> str:
    """Name the themes that nobody is on record for, and say that these need not be gaps."""
    names = f": {gap_findings.join_themes(nobody)}" if nobody else ""
    return (
        f"Themes that we have on record somewhere in Britain but not here{names}. This may only "
        "mean that we have not been told: see the Gaps page."
    )
