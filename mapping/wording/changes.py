"""Before and after: what changed between two editions of a layer, in sentences."""

from datetime import date

import pandas as pd

from mapping.geography import Layer, layers
from mapping.places import Place
from mapping.wording.findings import name_place
from mapping.wording.numbers import (
    capitalise,
    join_names,
    name_counted,
    number,
    share,
    words,
    write_count,
)

MAX_NAMED = 3
"""So many units are named in a sentence; more are counted."""


def name_comparison(before: Layer, after: Layer) -> str:
    """Name a comparison for a list: "Integrated care boards: 2022 and April 2026"."""
    dates = "as if joined" if _is_made_up(after) else _name_date(after)
    return f"{capitalise(_plural(before))}: {_name_date(before)} and {dates}"


def change_finding(
    place: Place, before: Layer, after: Layer, changes: pd.DataFrame, by: str, today: date
) -> str:
    """Say who has another unit of a layer than before, and what became of the units.

    ``changes`` is a frame of ``overlap.list_changes``; ``today`` tells what lies ahead.
    """
    said, here, noun = words(by), name_place(place), _noun(before)
    moved = changes[changes["change"] != "same"]
    total, changed = changes["people"].sum(), moved["people"].sum()
    then = f"in {_name_date(before)}" if _is_past(after, today) else "today"
    begin = "" if _is_past(after, today) else _begin(after)
    everybody = f"{said.all} in {here} {said.all_have}"
    if not changed > 0:
        return capitalise(f"{begin}{everybody} the same {noun} as {then}.")
    who = everybody
    if changed < total * (1 - 1e-9):
        who = f"{share(changed / total)} of {name_counted(by)} in {here} {said.have}"
    became = _say_became(before, moved, is_past=_is_past(after, today))
    return capitalise(f"{begin}{who} another {noun} than {then}: {became}.")


def footprint_finding(
    who: str, before: Layer, after: Layer, changes: pd.DataFrame, today: date
) -> str:
    """Say whom an organisation deals with before and after: a frame of ``list_changes_at``."""
    old = list(dict.fromkeys(changes.loc[changes["before_code"] != "", "before_name"]))
    new = list(dict.fromkeys(changes.loc[changes["after_code"] != "", "after_name"]))
    if not old and not new:
        return f"{who} works in no {_noun(before)}, before or after."
    is_past = _is_past(after, today)
    deal, now = ("dealt with", "now with") if is_past else ("deals with", "then with")
    some = [
        f"{write_count(len(names), _noun(before), _plural(before))} ({join_names(names, 5)})"
        if names
        else f"no {_noun(before)}"
        for names in (old, new)
    ]
    return f"{who} {deal} {some[0]}, {now} {some[1]}."


def joined_finding(joined: pd.DataFrame) -> str:
    """Say which units that were apart come together (of ``overlap.list_joined``)."""
    told = [
        f"{join_names(row.before.split('; '), MAX_NAMED)} in {row.after_name}"
        for row in joined.head(MAX_NAMED).itertuples()
    ]
    more = f"; and {len(joined) - MAX_NAMED} more" if len(joined) > MAX_NAMED else ""
    return f"Now together: {'; '.join(told)}{more}." if told else ""


def line_finding(share_of_before: float, share_of_after: float) -> str:
    """Say how far the lines of before and after are the same; shares are missing without lines."""
    if pd.isna(share_of_before) and pd.isna(share_of_after):
        return "No line runs through this place, before or after."
    if pd.isna(share_of_before):
        return "Only after do lines run through this place."
    if pd.isna(share_of_after):
        return "Only before do lines run through this place."
    return (
        f"{share(share_of_before)} of the lines before are lines after; "
        f"{share(share_of_after)} of the lines after were lines before."
    )


def _say_became(before: Layer, moved: pd.DataFrame, *, is_past: bool) -> str:
    """Say what became of the units that changed: in names if they are few, else in numbers."""
    old = list(dict.fromkeys(moved.loc[moved["before_code"] != "", "before_name"]))
    new = list(dict.fromkeys(moved.loc[moved["after_code"] != "", "after_name"]))
    if not old:
        return f"{join_names(new, MAX_NAMED)} {'is' if len(new) == 1 else 'are'} new"
    if not new:
        return f"{join_names(old, MAX_NAMED)} {'ends' if len(old) == 1 else 'end'}"
    become = "became" if is_past else "becomes" if len(old) == 1 else "become"
    if len(old) > MAX_NAMED or len(new) > MAX_NAMED:
        return (
            f"{write_count(len(old), _noun(before), _plural(before))} {become} {number(len(new))}"
        )
    part = "parts of" if len(new) > 1 else "part of"
    return f"{join_names(old, MAX_NAMED)} {become} {part} {join_names(new, MAX_NAMED)}"


def _noun(layer: Layer) -> str:
    return layer.noun.removesuffix(f" ({layer.edition})")


def _plural(layer: Layer) -> str:
    return layer.plural.removesuffix(f" ({layer.edition})")


def _is_made_up(after: Layer) -> bool:
    return after.key.startswith(layers.OWN)


def _is_past(after: Layer, today: date) -> bool:
    begun = not after.valid_from or date.fromisoformat(after.valid_from) <= today
    return begun and not _is_made_up(after)


def _begin(after: Layer) -> str:
    return "If these were one, " if _is_made_up(after) else f"From {_name_date(after)} "


def _name_date(layer: Layer) -> str:
    """Write the month, or the year, from which an edition is: "April 2027", "2022"."""
    parts = (layer.valid_from or layer.edition).split("-")
    if len(parts) < 2:
        return parts[0]
    return f"{date(int(parts[0]), int(parts[1]), 1):%B %Y}"
