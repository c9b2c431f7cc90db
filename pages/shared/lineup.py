"""Who works at a spot: beside the map in short, and below it in full, by scale."""

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd
import streamlit as st

from mapping.geography import layers
from mapping.wording import by_shares, findings
from pages.shared import (
    cache,
    controls,
    router,
    state,
    tables,
)
from pages.shared.choices import Choice
from pages.shared.controls import Spot


def spot(choice: Choice, chosen: Spot | None) -> None:
    """Say beside the map who works at the chosen spot, and link to all about it."""
    if chosen is None:
        other = "" if choice.projector else " or enter a postcode"
        st.caption(f"Click the map{other} to see who covers that point.")
        return
    if note := controls.spot_note(choice, chosen):
        st.caption(note)
    found = _gather_short(choice, chosen)
    ward, *others = found.to_dict("records")
    if choice.projector:  # its sentence names the ward
        st.html(_list_names(others))
        return
    _take(choice, chosen, found)
    heading = f"<h2 class='cg-here'>{escape(ward['name'])} ward</h2>"
    items = "".join(
        f"<li>{escape(_name(row))} <small>{escape(_say_area(choice, row))}</small></li>"
        for row in others
    )
    own = f'<p class="cg-here">{escape(_shares(choice, ward))}</p>'
    st.html(f'{heading}{own}<ul class="cg-here">{items}</ul>')  # in one: they change together
    st.page_link(
        router.BY_NAME["who_works_here"].file,
        label="Everyone who covers this point",
        query_params=state.link_params(),
    )


def _take(choice: Choice, chosen: Spot, found: pd.DataFrame) -> None:
    """Let the bundle have what is said beside the map."""
    place = findings.name_place(choice.place)
    names = [_name(row) for row in found.to_dict("records")]
    tables.take(
        found.assign(name=names),
        f"Who covers {chosen.name}, in short.",
        key="spot",
        used=[layers.get(key) for key in found["layer"]],
        headings={
            "title": "Type",
            "name": "Organisation or area",
            "share_of_place": f"How much of {place} it covers",
            "share_of_unit": f"How much of it is in {place}",
        },
        limits=f"Shares are for {place}.",
    )


def _list_names(rows: Sequence[dict]) -> str:
    """List the partners and the council at a spot by name alone, to be read from afar."""
    names = [_name(row) for row in rows if row["code"] and row["layer"] != "postal_district"]
    return f'<ul class="cg-here">{"".join(f"<li>{escape(name)}</li>" for name in names)}</ul>'


def _name(row: dict) -> str:
    """Name whoever works to an area, to begin a line: "Surrey County Council", not "Surrey"."""
    if not row["code"]:
        return row["name"]
    body = findings.name_body(row["layer"], row["code"], row["name"]).removeprefix("the ")
    return findings.capitalise(body)


def _gather_short(choice: Choice, chosen: Spot) -> pd.DataFrame:
    """Gather a spot's ward, partners, council and postcode district, with their shares."""
    key = cache.key_of(choice.place)
    own = cache.present_keys(key, choice.own_layers)
    keys = dict.fromkeys(
        ["ward", *cache.partner_keys(key), *(k for k in choice.own_layers if k in own), "borough"]
    )
    here = [layers.get(k) for k in (*keys, "postal_district")]
    units = [int(one.at(chosen.position)) for one in here]  # .unit would lay out the country
    frame = pd.DataFrame(
        {
            "layer": [one.key for one in here],
            "title": [one.title for one in here],
            "code": [one.code_of(unit) for one, unit in zip(here, units, strict=True)],
            "name": [by_shares.name_at(one, chosen.position) for one in here],
        }
    )
    return add_shares(key, frame, choice.by)


def _say_area(choice: Choice, row: dict) -> str:
    """Say what an area at a spot is, and its two-way share."""
    return ": ".join(filter(None, (row["title"], _shares(choice, row))))


def _shares(choice: Choice, row: dict) -> str:
    """Say the two-way share of an area."""
    return findings.say_two_way(
        choice.place, row["share_of_place"], row["share_of_unit"], choice.by
    )


def add_shares(place: cache.Key, found: pd.DataFrame, by: str) -> pd.DataFrame:
    """Add two-way shares with the place to a frame of ``units_at``."""
    known = cache.index_two_way(place, tuple(found["layer"].unique()), by)
    units = zip(found["layer"], found["code"], strict=True)
    both = np.array([known.get(unit, (np.nan, np.nan)) for unit in units]).reshape(-1, 2)
    return found.assign(share_of_place=both[:, 0], share_of_unit=both[:, 1])
