"""Everybody who covers a spot, by scale: as a table, to copy, and as CSV."""

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd
import streamlit as st

from mapping.geography import layers
from mapping.overlap import partners
from mapping.wording import by_shares, findings, terms
from pages.shared import cache, convening, glossary, layout, registers, tables
from pages.shared.choices import Choice
from pages.shared.controls import NEAR_M, Spot
from pages.shared.lineup import add_shares

NOBODYS = "Areas with no organisation behind them (postcodes, census)"
COLUMNS = (
    "group",
    "name",
    "title",
    "where",
    "distance_m",
    "themes",
    "sector",
    "contact",
    "layer",
    "code",
    "share_of_place",
    "share_of_unit",
)
"""What ``group`` returns, and the table's CSV holds."""


def show(choice: Choice, chosen: Spot, units: pd.DataFrame, frame: pd.DataFrame) -> None:
    """List who covers a spot by scale, with themes and two-way shares; to copy, and as CSV.

    ``units`` are the areas at the spot (of ``units_at``), ``frame`` is what ``group`` returned.
    """
    place = findings.name_place(choice.place)
    st.header(layout.escape_markdown(f"Who covers {chosen.name}"), anchor=False)
    tables.show(
        frame,
        {
            "name": "Organisation or area",
            "title": "Type",
            "where": "Distance",
            "themes": "Themes",
            "share_of_place": f"How much of {place} it covers",
            "share_of_unit": f"How much of it is in {place}",
        }
        | ({"contact": "Contact"} if (frame["contact"] != "").any() else {}),
        {"share_of_place": tables.percent, "share_of_unit": tables.percent},
        f"Who covers {chosen.name}.",
        key="lineup",
        how=lambda: glossary.offer_how(
            choice, "Organisations", "Themes", "Near a point", "Two-way share"
        ),
        whole={"share_of_unit": "areas"},
        place=place,
        group="group",
        taken=frame.rename(columns={"group": "listed_under"}),
        used=[layers.get(name) for name in units["layer"].unique()],
        limits=f"Shares are for {place}; neighbours are at most {NEAR_M} metres away.",
    )
    box = st.expander("Copy as a list", key="copy-everybody", on_change="rerun")
    if box.open:
        box.code(write_list(frame, place, chosen.name, choice.by), language=None)


def group(choice: Choice, chosen: Spot, units: pd.DataFrame, working: pd.DataFrame) -> pd.DataFrame:
    """Put actors under their scales, then the maps with nobody, then areas nobody works to.

    ``units`` are the areas at the spot (of ``units_at``), ``working`` the actors
    (of ``presence.list_at_spot``). Columns: those of ``COLUMNS``; ``code`` is "" for an actor and
    where there is no area, whose shares are missing.
    """
    rows = [*_group_actors(choice, working), *_group_areas(choice, chosen, units)]
    order = [*terms.LEVELS.values(), terms.LEVEL_UNKNOWN, NOBODYS]
    rows.sort(key=lambda row: order.index(row["group"]))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _group_actors(choice: Choice, working: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Give each actor at a spot its group and its two-way shares with the place."""
    key = cache.key_of(choice.place)
    shares = registers.index_convening(key, choice.kept, choice.by)
    for row in working.itertuples():
        of_place, of_footprint = shares.get(row.number, (0.0, 0.0))
        yield {
            "group": terms.LEVELS.get(row.scale, terms.LEVEL_UNKNOWN),
            "name": row.actor,
            "title": convening.name_kind(row.actor_type),
            "where": _say_where(row.here, row.distance_m),
            "distance_m": row.distance_m,
            "themes": row.themes,
            "sector": row.sector,
            "contact": row.contact,
            "layer": "",
            "code": "",
            "share_of_place": of_place,
            "share_of_unit": of_footprint,
        }


def _group_areas(choice: Choice, chosen: Spot, units: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Keep the areas at a spot that no actor stands for: none here, brought, or nobody's."""
    frame = add_shares(cache.key_of(choice.place), units, choice.by)
    for row in frame.itertuples():
        if not _is_listed(row.layer, row.code):
            continue
        is_none, layer = row.code == "", layers.get(row.layer)
        worked_to = layers.is_worked_to(row.layer) if is_none else row.layer.startswith(layers.OWN)
        level = terms.LEVELS.get(row.scale, terms.LEVEL_UNKNOWN)
        is_shared = row.here and not is_none and layer.shares is not None
        shared = by_shares.name_at(layer, chosen.position) if is_shared else ""
        yield {
            "group": level if worked_to else NOBODYS,
            "name": "none in this area" if is_none else row.name,
            "title": row.title,
            "where": _say_where(row.here, row.distance_m, shared),
            "distance_m": row.distance_m,
            "themes": "",
            "sector": "",
            "contact": "",
            "layer": row.layer,
            "code": row.code,
            "share_of_place": _fill_share(row.share_of_place, is_none),
            "share_of_unit": _fill_share(row.share_of_unit, is_none),
        }


def _is_listed(layer: str, code: str) -> bool:
    """Tell whether an area has a row of its own: most stand there as the actor that works to it."""
    if code == "":  # of what is recorded for London or England alone, none is nothing to say
        return layer not in layers.list_partners("London")
    return layer.startswith(layers.OWN) or not partners.is_organisation(layer, code)


def _fill_share(share: float, is_none: bool) -> float:
    """Return a share as a table needs it: missing without an area, 0 for one beyond the place."""
    if is_none:
        return math.nan
    return 0.0 if math.isnan(share) else share


def _say_where(here: bool, distance_m: float, shared: str = "") -> str:
    """Say how far an area begins; ``shared`` names the bodies that share the spot out."""
    if not here:
        return f"{distance_m:.0f} m away"
    return f"covers it, by shares: {shared}" if shared else "covers it"


def write_list(frame: pd.DataFrame, place: str, name: str, by: str) -> str:
    """Write who works at a spot as plain text: by scale, with two-way shares in words."""
    lines = [
        f"Who covers {name}",
        f"Percentages are of {findings.name_counted(by)}, for {place}.",
    ]
    for title, some in frame.groupby("group", sort=False):
        lines += ["", str(title)]
        for row in some.to_dict("records"):
            shares = "" if math.isnan(row["share_of_place"]) else f": {_both(row, place)}"
            themes = f", on {row['themes']}" if row["themes"] else ""
            told = (
                f"{convening.BULLET}{row['title']}: {row['name']} ({row['where']}){themes}{shares}"
            )
            lines.append(" ".join(told.split()))  # a line of its own could be pasted as a formula
    return "\n".join(lines)


def _both(row: dict, place: str) -> str:
    mine, theirs = tables.percent(row["share_of_place"]), tables.percent(row["share_of_unit"])
    covers = f"all of {place}" if mine == "100%" else f"{mine} of {place}"
    return f"covers {covers}; {theirs} of it is in {place}"
