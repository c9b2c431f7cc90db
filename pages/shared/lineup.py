"""Who works at a spot: beside the map in short, and below it in full, by scale."""

from html import escape

import pandas as pd
import streamlit as st

from mapping.geography import layers
from mapping.overlap import partners
from mapping.wording import findings
from pages.shared import (
    cache,
    controls,
    glossary,
    layout,
    registers,
    router,
    state,
    tables,
)
from pages.shared.choices import Choice
from pages.shared.controls import NEAR_M, Spot

SCALE_HEADINGS = {
    "hyperlocal": "Hyperlocal",
    "borough": "Council district",
    "regional": "Regional",
    "national": "National",
}
UNSAID_SCALE = "Scale not recorded"
NOBODYS = "Areas that nobody works to"


def spot(choice: Choice, chosen: Spot | None) -> None:
    """Say beside the map who works at the chosen spot, and link to all about it."""
    if chosen is None:
        other = "" if choice.projector else ", or choose a spot below,"
        st.caption(f"Click on the map{other} to see who works there.")
        return
    if note := controls.spot_note(choice, chosen):
        st.caption(note)
    ward, *others = _gather_short(choice, chosen).to_dict("records")
    st.html(f"<h2 class='cg-here'>{escape(ward['name'])} ward</h2>")
    items = "".join(
        f"<li>{escape(row['name'])} <small>{escape(_say_area(choice, row))}</small></li>"
        for row in others
    )
    own = f'<p class="cg-here">{escape(_shares(choice, ward))}</p>'
    st.html(f'{own}<ul class="cg-here">{items}</ul>')
    if not choice.projector:
        st.page_link(
            router.BY_NAME["who_works_here"].file,
            label="All about this spot",
            query_params=state.link_params(),
        )


def _gather_short(choice: Choice, chosen: Spot) -> pd.DataFrame:
    """Gather a spot's ward, partners, council and postal district, with their shares."""
    key = cache.key_of(choice.place)
    here = [layers.get(k) for k in ("ward", *cache.partner_keys(key), "borough", "postal_district")]
    units = [int(one.at(chosen.position)) for one in here]  # .unit would lay out the country
    frame = pd.DataFrame(
        {
            "layer": [one.key for one in here],
            "title": [one.title for one in here],
            "code": [one.code_of(unit) for one, unit in zip(here, units, strict=True)],
            "name": [one.name_of(unit) for one, unit in zip(here, units, strict=True)],
        }
    )
    return _add_shares(key, frame, choice.by)


def _say_area(choice: Choice, row: dict) -> str:
    """Say what an area at a spot is, and its two-way share."""
    return ": ".join(filter(None, (row["title"], _shares(choice, row))))


def _shares(choice: Choice, row: dict) -> str:
    """Say the two-way share of an area; nothing on a projector, which has no room for it."""
    said = findings.say_two_way(choice.place, row["share_of_place"], row["share_of_unit"])
    return "" if choice.projector else said


def table(choice: Choice, chosen: Spot, units: pd.DataFrame, working: pd.DataFrame) -> None:
    """List who covers a spot by scale, with themes and two-way shares; to copy, and as CSV.

    ``units`` are the areas at the spot (of ``units_at``), ``working`` the actors
    (of ``presence.list_at_spot``).
    """
    frame = _group(choice, units, working)
    place = choice.place.name
    st.header(layout.escape_markdown(f"Who works at {chosen.name}"), anchor=False)
    tables.show(
        frame,
        {
            "name": "Who",
            "title": "What",
            "where": "Where",
            "themes": "Themes",
            "share_of_place": f"Share of {place}",
            "share_of_unit": f"{place}'s share of it",
        }
        | ({"contact": "Contact"} if (frame["contact"] != "").any() else {}),
        {"share_of_place": tables.percent, "share_of_unit": tables.percent},
        f"Who works at {chosen.name}.",
        key="lineup",
        how=lambda: glossary.offer_how(
            choice, "Organisations", "Themes", "Near a spot", "Two-way share"
        ),
        whole={"share_of_unit": "areas"},
        place=place,
        group="group",
        taken=_prepare_download(frame),
        used=[layers.get(name) for name in units["layer"].unique()],
        limits=f"The place is {place}; neighbours are at most {NEAR_M} metres away.",
    )
    with st.expander("Copy as a list"):
        st.code(write_list(frame, place, chosen.name, choice.by), language=None)


def _group(choice: Choice, units: pd.DataFrame, working: pd.DataFrame) -> pd.DataFrame:
    """Put actors under their scales, then the maps with nobody, then areas nobody works to."""
    frame = pd.concat(
        [_group_actors(choice, working), _group_areas(choice, units)], ignore_index=True
    ).fillna({"themes": "", "contact": ""})
    order = {
        title: rank for rank, title in enumerate([*SCALE_HEADINGS.values(), UNSAID_SCALE, NOBODYS])
    }
    frame = frame.sort_values("group", key=lambda t: t.map(order), kind="stable")
    frame["where"] = [
        "here" if here else f"{distance_m:.0f} m away"
        for here, distance_m in zip(frame["here"], frame["distance_m"], strict=True)
    ]
    return frame.reset_index(drop=True)


def _group_actors(choice: Choice, working: pd.DataFrame) -> pd.DataFrame:
    """Give each actor at a spot its group and its two-way shares with the place."""
    shares = registers.list_convening(cache.key_of(choice.place), choice.kept, choice.by)
    both = shares.set_index("number")[["share_of_place", "share_of_footprint"]]
    found = working.join(both, on="number").fillna({"share_of_place": 0, "share_of_footprint": 0})
    return found.assign(
        group=found["scale"].map(SCALE_HEADINGS).fillna(UNSAID_SCALE),
        title=kinds(found),
        name=found["actor"],
        code=found["actor"],
        share_of_unit=found["share_of_footprint"],
    )


def kinds(found: pd.DataFrame) -> pd.Series:
    """Say what each actor is: its type with a capital, or "Organisation" where none is recorded."""
    kind = found["actor_type"].mask(found["actor_type"] == "", "organisation")
    return kind.str[:1].str.upper() + kind.str[1:]


def _prepare_download(frame: pd.DataFrame) -> pd.DataFrame:
    """Return what a list of who works at a spot is taken away with: a code where there is one."""
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
    """Keep the areas at a spot that no actor stands for: none here, or nobody works to them."""
    local = (units["code"] == "") & units["layer"].isin(partners.list_partners("London"))
    units = units[~local]  # not "none": these are recorded for London alone
    units = units[~units.index.isin(partners.organisations(units).index)]
    missing = (units["code"] == "") & units["layer"].map(layers.is_worked_to).astype(bool)
    units = units.assign(group=units["scale"].map(SCALE_HEADINGS).mask(~missing, NOBODYS))
    frame = _add_shares(cache.key_of(choice.place), units, choice.by)
    real = frame["code"] != ""
    frame["name"] = frame["name"].mask(~real, "none here")
    frame.loc[~real, ["share_of_place", "share_of_unit"]] = float("nan")
    for share in ("share_of_place", "share_of_unit"):  # an area beyond the place has none of it
        frame[share] = frame[share].mask(real & frame[share].isna(), 0.0)
    return frame


def _add_shares(place: cache.Key, found: pd.DataFrame, by: str) -> pd.DataFrame:
    """Add two-way shares with the place to a frame of ``units_at``."""
    shares = cache.list_two_way(place, tuple(found["layer"].unique()), by)
    both = shares[["layer", "code", "share_of_place", "share_of_unit"]]
    return found.merge(both, on=["layer", "code"], how="left", validate="m:1")


def write_list(frame: pd.DataFrame, place: str, name: str, by: str) -> str:
    """Write who works at a spot as plain text: by scale, with two-way shares in words."""
    lines = [
        f"Who works at {name}",
        f"Shares of {findings.name_counted(by)}; {place} is the place.",
    ]
    for title, some in frame.groupby("group", sort=False):
        lines += ["", str(title)]
        for row in some.to_dict("records"):
            shares = "" if row["code"] == "" else f": {_both(row, place)}"
            themes = f", on {row['themes']}" if row["themes"] else ""
            told = f"- {row['title']}: {row['name']} ({row['where']}){themes}{shares}"
            lines.append(" ".join(told.split()))  # a line of its own could be pasted as a formula
    return "\n".join(lines)


def _both(row: dict, place: str) -> str:
    mine, theirs = tables.percent(row["share_of_place"]), tables.percent(row["share_of_unit"])
    return f"{mine} of {place}; {place} is {theirs} of it"
