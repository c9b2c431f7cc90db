"""The map of a layer at two dates: which lines went, stayed and came, and what areas are called."""

import pandas as pd
import streamlit as st

from mapping.drawing import webmap
from mapping.geography import Layer
from mapping.wording import changes, findings
from pages.mismatches import pair
from pages.shared import cache, fetched, layout, maps
from pages.shared.choices import Choice


def show(choice: Choice, before: Layer, after: Layer, found: pd.DataFrame) -> None:
    """Draw the lines of both dates, and what was divided; ``found`` is of ``list_changes``."""
    key, keys = cache.key_of(choice.place), (before.key, after.key)
    cells = cache.list_cells(choice.place, *keys)
    with maps.preparing(choice, *keys):
        old, new = (fetched.areas(key, one, cells) for one in keys)
        published, agreement = fetched.lines(key, *keys)
    divided = set(found.loc[found["change"] == "divided", "before_code"])
    drawn = [
        webmap.areas(
            old,
            dict.fromkeys(divided, "torn"),
            default="bare",
            labels=_say_what_became(found, choice.by),
            projector=choice.projector,
        ),
        webmap.lines(published, crowded=True, projector=choice.projector),
    ]
    legend = _tell_signs(choice, before, after, agreement)
    if not legend:  # neither date has a line inside the place
        ground, sign = maps.draw_ground(choice, cells)
        drawn.append(ground)
        legend.append(sign)
    if divided:
        legend.append(("torn", "Divided: not all of it went the same way"))
    is_new = bool((found["after_code"] != "").any())
    if choice.names:  # an area that is the same has its name once: the second finds no room
        named = [new] if is_new and choice.projector else [new, old] if is_new else [old]
        drawn.append(webmap.names(*named, projector=choice.projector))
    title = f"{before.title}, before and after"
    maps.show(choice, "change", title, drawn, legend)
    if not choice.projector:
        bold = " Names in bold are the later ones." if choice.names and is_new else ""
        st.caption(layout.escape_markdown(f"{_say_lines(choice, agreement)}{bold}"))
        maps.say_rounded(choice, *keys)


def _say_what_became(found: pd.DataFrame, by: str) -> dict[str, str]:
    """Say for each area before, by its code, where its people are after."""
    said: dict[str, list[str]] = {}
    for row in found.itertuples():
        after = f"{findings.people(row.people, by)}: {row.after_name or 'no longer in any'}"
        said.setdefault(str(row.before_code), []).append(after)
    return {code: "\n".join(lines) for code, lines in said.items()}


def _tell_signs(
    choice: Choice, before: Layer, after: Layer, agreement: pd.DataFrame
) -> list[tuple]:
    """Say of each line which date it is of; lines that are nowhere on the map are left out."""
    was, is_now = changes.name_date(before), changes.name_after(after)
    words = {
        "both": "Boundary before and after",
        "a_only": f"Only before: {was}",
        "b_only": f"Only after: {is_now}",
    }
    samples = webmap.line_signs(max(0.5, pair.measure_thinning(choice, agreement)))
    return [(samples[part], text) for part, text in words.items() if agreement["length_m"][part]]


def _say_lines(choice: Choice, agreement: pd.DataFrame) -> str:
    both = agreement.loc["both"]
    return changes.lines_finding(choice.place, both["share_of_a"], both["share_of_b"])
