"""Everybody who covers a spot, by scale: as a table, to copy, and as CSV."""

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
        taken=_prepare_download(frame),
        used=[layers.get(name) for name in units["layer"].unique()],
        limits=f"Shares are for {place}; neighbours are at most {NEAR_M} metres away.",
    )
    box = st.expander("Copy as a list", key="copy-everybody", on_change="rerun")
    if box.open:
        box.code(write_list(frame, place, chosen.name, choice.by), language=None)


def group(choice: Choice, chosen: Spot, units: pd.DataFrame, working: pd.DataFrame) -> pd.DataFrame:
    """Put actors under their scales, then the maps with nobody, then areas nobody works to.

    ``units`` are the areas at the spot (of ``units_at``), ``working`` the actors
    (of ``presence.list_at_spot``).
    """
    units = units.assign(by_shares=_name_shares(chosen, units))
    frame = pd.concat(
        [_group_actors(choice, working), _group_areas(choice, units)], ignore_index=True
    ).fillna({"themes": "", "contact": "", "by_shares": ""})
    order = {
        title: rank
        for rank, title in enumerate([*terms.LEVELS.values(), terms.LEVEL_UNKNOWN, NOBODYS])
    }
    frame = frame.sort_values("group", key=lambda t: t.map(order), kind="stable")
    frame["where"] = [
        (f"covers it, by shares: {told}" if told else "covers it")
        if here
        else f"{distance_m:.0f} m away"
        for here, distance_m, told in frame[["here", "distance_m", "by_shares"]].to_numpy()
    ]
    return frame.reset_index(drop=True)


def _name_shares(chosen: Spot, units: pd.DataFrame) -> list[str]:
    """Name the bodies that share a spot out, for each row of the one with most; else ""."""
    known = {key: layers.get(key) for key in units["layer"].unique()}
    return [
        by_shares.name_at(known[row.layer], chosen.position)
        if row.here and row.code and known[row.layer].shares is not None
        else ""
        for row in units.itertuples()
    ]


def _group_actors(choice: Choice, working: pd.DataFrame) -> pd.DataFrame:
    """Give each actor at a spot its group and its two-way shares with the place."""
    shares = registers.list_convening(cache.key_of(choice.place), choice.kept, choice.by)
    both = shares.set_index("number")[["share_of_place", "share_of_footprint"]]
    found = working.join(both, on="number").fillna({"share_of_place": 0, "share_of_footprint": 0})
    return found.assign(
        group=found["scale"].map(terms.LEVELS).fillna(terms.LEVEL_UNKNOWN),
        title=convening.name_kinds(found),
        name=found["actor"],
        code=found["actor"],
        share_of_unit=found["share_of_footprint"],
    )


def _prepare_download(frame: pd.DataFrame) -> pd.DataFrame:
    """Return what a list of who works at a spot is downloaded with: a code where there is one."""
    is_area = frame["actor"].isna()
    texts = frame[["sector", "layer"]].fillna("")
    return pd.DataFrame(
        {
            "listed_under": frame["group"],
            "name": frame["name"],
            "title": frame["title"],
            "where": frame["where"],
            "distance_m": frame["distance_m"],
            "themes": frame["themes"],
            "sector": texts["sector"],
            "contact": frame["contact"],
            "layer": texts["layer"],
            "code": frame["code"].where(is_area, ""),
            "share_of_place": frame["share_of_place"],
            "share_of_unit": frame["share_of_unit"],
        }
    )


def _group_areas(choice: Choice, units: pd.DataFrame) -> pd.DataFrame:
    """Keep the areas at a spot that no actor stands for: none here, brought, or nobody's."""
    local = (units["code"] == "") & units["layer"].isin(layers.list_partners("London"))
    units = units[~local]  # not "none": these are recorded for London or England alone
    own = units["layer"].str.startswith(layers.OWN)  # somebody's own maps have no actors
    units = units[own | ~units.index.isin(partners.organisations(units).index)]
    missing = (units["code"] == "") & units["layer"].map(layers.is_worked_to).astype(bool)
    group = units["scale"].map(terms.LEVELS).mask(~(missing | own), NOBODYS)
    units = units.assign(group=group)
    frame = add_shares(cache.key_of(choice.place), units, choice.by)
    real = frame["code"] != ""
    frame["name"] = frame["name"].mask(~real, "none in this area")
    frame.loc[~real, ["share_of_place", "share_of_unit"]] = float("nan")
    for share in ("share_of_place", "share_of_unit"):  # an area beyond the place has none of it
        frame[share] = frame[share].mask(real & frame[share].isna(), 0.0)
    return frame


def write_list(frame: pd.DataFrame, place: str, name: str, by: str) -> str:
    """Write who works at a spot as plain text: by scale, with two-way shares in words."""
    lines = [
        f"Who covers {name}",
        f"Percentages are of {findings.name_counted(by)}, for {place}.",
    ]
    for title, some in frame.groupby("group", sort=False):
        lines += ["", str(title)]
        for row in some.to_dict("records"):
            shares = "" if row["code"] == "" else f": {_both(row, place)}"
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
