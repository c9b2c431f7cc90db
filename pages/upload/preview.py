"""Preview: what people add, on the map before and after it is saved, and its twin as a table."""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from mapping.actors import Register, extent
from mapping.drawing import count_scale, webmap
from mapping.footprints import levels
from mapping.geography import layers
from mapping.wording import findings, terms
from pages.shared import (
    cache,
    controls,
    fetched,
    glossary,
    layout,
    maps,
    tables,
)
from pages.shared.choices import Choice
from pages.shared.layout import Number
from pages.shared.maps import OTHER_SIDE
from pages.upload import boxes, reading

EMPTY_SIGN = webmap.AreaSign("#fbf8f3", opacity=0.0, line="#bdb5a6", width_px=0.7)
"""Wards in the background, so that the ones that are covered stand out."""
MAX_OFFERED = 300
"""So many organisations are offered in a box; among more, the reader types a part of a name."""
HOW = (
    "An organisation covers a postcode if it is in any area you listed for it. Overlapping areas "
    "of one organisation count once. The percentage is of everybody in the place whose postcode is "
    "covered by at least one of these organisations. Built-in organisations are not counted."
)


def view(
    choice: Choice,
    register: Register,
    sentence: str,
    *,
    explain: str = "",
    under: Callable[[], None] | None = None,
    aside: Callable[[], None] | None = None,
) -> None:
    """Draw a sentence, what stands under it, the map of a register's footprints, its numbers."""
    key = cache.key_of(choice.place)
    listing = reading.list_actors(key, register, choice.by)
    here = int(listing["share_of_place"].notna().sum())
    reached = reading.measure_reach(key, register, choice.by)
    numbers = [
        Number("Organisations", f"{len(register):,}", HOW),
        Number(f"Working in {findings.name_place(choice.place)}", f"{here:,}", HOW),
        Number(
            f"{findings.capitalise(findings.name_counted(choice.by))} covered",
            findings.share(reached),
            HOW,
        ),
    ]

    def beside() -> None:
        _home_button(choice, register)
        if aside is not None:
            aside()

    layout.view(
        choice,
        sentence,
        numbers,
        lambda: _draw(choice, register),
        how=HOW,
        explain=explain,
        under=None if choice.projector else under,
        aside=None if choice.projector else beside,
    )
    if not choice.projector:
        _table(choice, register, here)


def _home_button(choice: Choice, register: Register) -> None:
    """Offer the place where these organisations work, if another one is looked at."""
    boxes.offer_home(choice, reading.home(register), "_home", "Most of their areas are there.")


def _draw(choice: Choice, register: Register) -> None:
    """Draw all footprints together, or one; wards as a whole are filled, the rest is dots."""
    actor = extent.EVERYBODY if choice.projector else _actor_box(register)
    key = cache.key_of(choice.place)
    few = cache.unit_count(key, "ward") <= controls.MAX_BASE_UNITS
    base = layers.get("ward" if few else "borough")
    where, dots = reading.draw_spread(key, register, actor, all_=not few)
    over = _choose_lines(choice, base)
    with maps.preparing(choice, base.key, *over):
        cells = cache.list_cells(choice.place, base.key, *over)
        areas = fetched.areas(key, base.key, cells)
        rest = {k: fetched.areas(key, k, cells) for k in over}
    steps = count_scale.make_steps(where.actors) if few else []
    signs, labels = _ward_signs(where, steps) if few else ({}, {})
    drawn: list[webmap.Overlay] = [
        webmap.areas(areas, signs, default=EMPTY_SIGN, labels=labels, projector=choice.projector)
    ]
    drawn += [
        webmap.borders(rest[k], sign, projector=choice.projector) for k, (sign, _) in over.items()
    ]
    drawn += maps.write_names(choice, areas, rest)
    legend: list[tuple] = [(step.sign, _say_step(step)) for step in steps]
    if dots is not None:
        drawn.append(webmap.own_picture(dots.png, dots.bounds))
        what = "Other postcodes covered" if signs else "Postcodes covered"
        legend.append((OTHER_SIDE, what))
    legend += over.values()
    maps.show(
        choice,
        "preview",
        f"Where these organisations work in {findings.name_place(choice.place)}",
        drawn,
        legend,
    )


def _choose_lines(choice: Choice, base: layers.Layer) -> dict[str, tuple[str, str]]:
    """Return the lines over the wards: council areas, or the place's edge; see ``maps``."""
    return {k: v for k, v in maps.choose_lines(choice, base).items() if k == "borough"}


def _say_step(step: count_scale.Step) -> str:
    return f"{step.range} cover{'s' * (step.high == 1)} the whole ward"


def _ward_signs(
    where: extent.Spread, steps: Sequence[count_scale.Step]
) -> tuple[dict[str, webmap.AreaSign], dict[str, str]]:
    """Return the sign of each ward that is covered as a whole, and how many work there."""
    codes = layers.get("ward").codes
    counts = {str(codes[ward]): int(where.actors[ward]) for ward in where.actors.nonzero()[0]}
    found = {code: count_scale.find_step(steps, count) for code, count in counts.items()}
    signs = {code: step.sign for code, step in found.items() if step}
    told = {
        n: findings.write_count(n, "organisation", "organisations") for n in set(counts.values())
    }
    return signs, {code: told[count] for code, count in counts.items()}


def _actor_box(register: Register) -> int:
    """Let the reader look at one organisation; returns its number."""
    names = register.actors["actor"]
    if len(names) < 2:
        return extent.EVERYBODY
    offered = list(range(len(names)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if len(names) > MAX_OFFERED:
            text = st.text_input(
                "Find an organisation",
                key="_find_actor",
                max_chars=60,
                width=240,
                placeholder="Part of its name",
            )
            found = tables.keep_matching(register.actors, ["actor"], text or "")
            offered = found.index[:MAX_OFFERED].tolist() if (text or "").strip() else []
        if not offered:
            return extent.EVERYBODY
        chosen = st.selectbox(
            "Show on the map",
            [extent.EVERYBODY, *offered],
            key="_shown_actor",
            width=420,
            format_func=lambda n: names.iloc[n] if n >= 0 else "all organisations",
        )
    return int(chosen)


def _table(choice: Choice, register: Register, here: int) -> None:
    """List the organisations: the map's twin."""
    place = choice.place.name
    frame = reading.list_actors(cache.key_of(choice.place), register, choice.by)
    frame = frame.sort_values("share_of_place", ascending=False, kind="stable").drop(
        columns=["number", "id", "source"]
    )
    derived = frame["note"].str.contains(levels.DERIVED, regex=False)
    named = frame["scale"].map(terms.LEVELS).fillna("")
    shown = frame.assign(scale=named + np.where(derived, " (derived)", ""))
    st.header("Organisations", anchor=False)
    if here < len(register):
        where = layout.escape_markdown(findings.name_place(choice.place))
        rest = len(register) - here
        st.caption(
            f"{rest:,} of the {len(register):,} {'works' if rest == 1 else 'work'} outside "
            f"{where}, or we do not know where yet."
        )
    tables.show(
        shown,
        {
            "actor": "Organisation",
            "themes": "Themes",
            "scale": "Level",
            "people": findings.heading(choice.by),
            "share_of_place": f"How much of {place} it covers",
            "share_of_footprint": f"How much of it is in {place}",
        },
        {
            "people": tables.amounts(choice.by),
            "share_of_place": tables.percent,
            "share_of_footprint": tables.percent,
        },
        f"Organisations, and how much of {place} each covers.",
        key="own-actors",
        stacked=True,
        taken=frame,
        how=lambda: glossary.offer_how(choice, "Two-way share", note=HOW),
    )
