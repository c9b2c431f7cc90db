"""Parts of pages below the map: the twins of maps and charts, in words and numbers."""

from collections.abc import Mapping

import streamlit as st

from mapping import overlap
from mapping.geography import Layer
from mapping.wording import findings
from pages.shared import cache, glossary, layout, tables
from pages.shared.choices import Choice


def show(choice: Choice, base: Layer, organisations: Mapping[str, int] | None = None) -> None:
    """List the areas drawn on the map: its twin in words and numbers.

    ``organisations`` is how many work in each, by its code, where the map shows that.
    """
    place, key = choice.place, cache.key_of(choice.place)
    title = f"{findings.capitalise(base.plural)} in {findings.name_place(place)}"
    frame = cache.units_table(key, base.key, choice.by)
    headings = {"name": base.title}
    if base.scale == "hyperlocal" and cache.unit_count(key, "borough") > 1:
        districts = overlap.counterparts(cache.cross(key, base.key, "borough", choice.by))
        frame = frame.assign(district=frame["code"].map(districts).fillna(""))
        headings["district"] = "Council area"
    elif (frame["code"] != frame["name"]).any():
        headings["code"] = "Code"
    headings |= {
        "people": findings.heading(choice.by),
        "share_of_place": f"How much of {findings.name_place(place)} it has",
        "share_of_unit": f"How much of it is in {findings.name_place(place)}",
    }
    if organisations is not None:
        frame = frame.assign(organisations=frame["code"].map(organisations))
        headings["organisations"] = "Organisations on record"
    st.header(layout.escape_markdown(title), anchor=False)
    alike = findings.say_alike(base, frame["people"], choice.by)
    st.caption(" ".join(filter(None, (base.description, alike))))
    tables.show(
        frame,
        headings,
        {
            "people": tables.amounts(choice.by),
            "share_of_place": tables.percent,
            "share_of_unit": tables.percent,
            "organisations": tables.write_whole,
        },
        f"{title}.",
        key="areas",
        how=lambda: glossary.offer_how(choice, "Two-way share", of=[base]),
        whole={"share_of_unit": base.plural},
        place=findings.name_place(place),
        shapes=lambda: cache.counted_shapes(
            key, base.key, cache.list_cells(choice.place, base.key), choice.by
        ),
        used=[base],
    )


def say_if_too_large(choice: Choice, drawn: bool) -> None:
    """Say why there are no shapes to download, if they cannot be drawn."""
    if not drawn:
        st.caption(
            f"There are no map areas to download: {findings.name_place(choice.place)} is too large "
            "to map anything smaller than a ward. Choose a region, a county or a council."
        )
