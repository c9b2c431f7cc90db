"""Before and after: what changed between two editions of a layer, in sentences."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from mapping.geography import Layer, layers
from mapping.overlap import people_in
from mapping.places import Place
from mapping.wording.findings import name_place, say_none_here
from mapping.wording.numbers import (
    capitalise,
    join_names,
    number,
    say_share,
    share,
    words,
    write_count,
)

MAX_NAMED, MAX_JOINED = 3, 6
"""So many units are named in a sentence; more are counted."""


def name_comparison(before: Layer, after: Layer) -> str:
    """Name a comparison in full: "Integrated care boards: July 2022 and April 2026"."""
    return f"{capitalise(_plural(before))}: {name_date(before)} and {name_after(after)}"


def name_briefly(before: Layer, after: Layer) -> str:
    """Name a comparison for a list: "Integrated care boards: 2022, 2026"."""
    years = [name_date(before).split()[-1], name_date(after).split()[-1]]
    if years[0] == years[1]:
        return name_comparison(before, after)
    return f"{capitalise(_plural(before))}: {', '.join(years)}"


def name_after(after: Layer) -> str:
    """Name the later side of a comparison: "April 2027", "as if merged"."""
    return "as if merged" if _is_made_up(after) else name_date(after)


def change_finding(
    place: Place, before: Layer, after: Layer, changes: pd.DataFrame, by: str, today: date
) -> str:
    """Say who has another unit of a layer than before, and what became of the units.

    ``changes`` is a frame of ``overlap.list_changes``; ``today`` tells what lies ahead.
    """
    said, here, noun = words(by), name_place(place), _noun(before)
    if all(layers.find_present(place, one)[-1] < 0 for one in (before, after)):
        return (
            f"{capitalise(here)} is not in {_with_article(noun)}, so there is nothing to compare."
        )
    moved = changes[changes["change"] != "same"]
    total, changed = float(people_in(place, by).sum()), moved["people"].sum()
    if not total > 0:
        return say_none_here(place, by)
    if _is_made_up(after):
        return _say_if_joined(place, before, moved, changed / total, by)
    is_past = _is_past(after, today)
    begin = "" if is_past else f"From {name_date(after)} "
    everybody = f"{said.all} in {here} {said.all_have}"
    if not changed > 0:
        then = f"in {name_date(before)}" if is_past else "today"
        return capitalise(f"{begin}{everybody} the same {noun} as {then}.")
    who = everybody
    if changed < total * (1 - 1e-9):
        who = f"{say_share(changed / total, by)} in {here} {said.have}"
    became = _say_became(before, moved, "became" if is_past else "become")
    if (moved["after_code"] == "").all():
        return capitalise(f"{begin}{who} no {noun} any more: {became}.")
    if (moved["before_code"] == "").all():
        none = f" and had none in {name_date(before)}" if is_past else ", with none today"
        return capitalise(f"{begin}{who} {_with_article(noun)}{none}: {became}.")
    then = f"the one in {name_date(before)}" if is_past else "today's"
    return capitalise(f"{begin}{who} a different {noun} from {then}: {became}.")


def _say_if_joined(place: Place, before: Layer, moved: pd.DataFrame, part: float, by: str) -> str:
    """Say whose unit would be another one if some were merged; what to do where none is."""
    said, here, noun = words(by), name_place(place), _noun(before)
    if moved.empty and len(layers.find_present(place, before)) == 1:
        return (
            f"{capitalise(here)} is in one {noun}. Choose a larger place to see what merging some "
            "of them would change."
        )
    if moved.empty:
        return f"Choose {_plural(before)} in {here} to see what merging them would change."
    who = said.all if part > 1 - 1e-9 else say_share(part, by)
    old, new = moved["before_name"].unique(), moved["after_name"].unique()
    became = _say_became(before, moved, "would become")
    if len(new) == 1 < len(old):
        became = f"{_join(old)} would become one"
    return f"If these were merged, {who} in {here} would have a different {noun}: {became}."


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


def joined_finding(joined: pd.DataFrame, after: Layer, today: date) -> str:
    """Say which units that were apart come together (of ``overlap.list_joined``)."""
    when = "Now together" if _is_past(after, today) else "Together then"
    told = [
        join_names(row.before.split("; "), MAX_NAMED)
        + ("" if _is_made_up(after) else f" in {row.after_name}")
        for row in joined.head(MAX_NAMED).itertuples()
    ]
    more = f"; and {len(joined) - MAX_NAMED} more" if len(joined) > MAX_NAMED else ""
    return f"{when}: {'; '.join(told)}{more}." if told else ""


def lines_finding(place: Place, share_stayed: float, share_known: float) -> str:
    """Say how much of the lines before stayed, and how much of those after is new.

    Shares of each date's lines that both have, missing where there is no line inside the place.
    """
    if pd.isna(share_stayed) and pd.isna(share_known):
        return f"None of their boundaries runs through {name_place(place)}, before or after."
    if pd.isna(share_known):
        return f"No boundary inside {name_place(place)} is left."
    if pd.isna(share_stayed):
        return f"All boundaries inside {name_place(place)} are new."
    new = f"{share(1 - share_known)} of" if share_known < 1 else "none of"
    stay = capitalise(share(share_stayed))
    return f"{stay} of the length of boundaries before stays; {new} that after is new."


def _say_became(before: Layer, moved: pd.DataFrame, become: str) -> str:
    """Say what became of the units that changed: in names if they are few, else in numbers.

    Of one that was divided only a part need lie in the place, and no more is said of it.
    """
    gone = moved[moved["before_code"] != ""].sort_values("change", key=lambda c: c == "divided")
    old = [
        f"part of {row.before_name}" if row.change == "divided" else row.before_name
        for row in gone.drop_duplicates("before_code").itertuples()
    ]
    new = list(dict.fromkeys(moved.loc[moved["after_code"] != "", "after_name"]))
    is_one = len(old) == 1 and become == "become"
    if not old:
        return f"{_join(new)} {'is' if len(new) == 1 else 'are'} new"
    if not new:
        return f"{_join(old)} {'ends' if len(old) == 1 else 'end'}"
    become = "becomes" if is_one else become
    if len(old) > MAX_NAMED or len(new) > MAX_NAMED:
        return (
            f"{write_count(len(old), _noun(before), _plural(before))} {become} {number(len(new))}"
        )
    part = "parts of" if len(new) > 1 else "part of"
    return f"{_join(old)} {become} {part} {_join(new)}"


def _join(names: Sequence[str]) -> str:
    """Join names, some with an "and" of their own: "Hampshire and the Solent, and Kent"."""
    if 1 < len(names) <= MAX_JOINED and any(" and " in name for name in names):
        return f"{', '.join(names[:-1])}, and {names[-1]}"
    return join_names(names, MAX_JOINED)


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0].lower() in 'aeiou' else 'a'} {noun}"


def _noun(layer: Layer) -> str:
    return layer.noun.removesuffix(f" ({layer.edition})")


def _plural(layer: Layer) -> str:
    return layer.plural.removesuffix(f" ({layer.edition})")


def _is_made_up(after: Layer) -> bool:
    return after.key.startswith(layers.OWN)


def _is_past(after: Layer, today: date) -> bool:
    begun = not after.valid_from or date.fromisoformat(after.valid_from) <= today
    return begun and not _is_made_up(after)


def name_date(layer: Layer) -> str:
    """Write the month, or the year, from which an edition is: "April 2027", "2022"."""
    parts = (layer.valid_from or layer.edition).split("-")
    if len(parts) < 2:
        return parts[0]
    return f"{date(int(parts[0]), int(parts[1]), 1):%B %Y}"
