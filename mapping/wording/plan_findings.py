"""Two plans of one place beside each other, in sentences."""

from collections.abc import Mapping

from mapping.geography import layers
from mapping.redraw import Difference
from mapping.wording.numbers import join_names, people, say_share, share

MAX_MOVES = 3


def say_difference(
    found: Difference,
    a: str,
    b: str,
    *,
    names_a: Mapping[int, str] | None = None,
    by: str = "residents",
) -> str:
    """Say how two plans differ: how many are in another group, and what each parts.

    ``a`` and ``b`` are what the plans are called, ``names_a`` names of groups of the first.
    """
    if not found.people:
        head = f"“{a}” and “{b}” put the same people together."
    else:
        head = (
            f"Between “{a}” and “{b}” {people(found.people, by)}, {say_share(found.share, by)}, "
            f"change groups."
        )
        head = head.replace(", all ", ", that is all ")
        head += f" {_say_moves(found, names_a or {}, by)}"
    rows = [one for one in found.torn.itertuples() if one.share_a == one.share_a]
    if not rows:
        return head
    told = [f"{share(one.share_a)} from their {layers.get(one.layer).noun}" for one in rows]
    other = join_names([share(one.share_b) for one in rows], 99)
    return f"{head} “{a}” parts {join_names(told, 99)}, “{b}” {other}."


def _say_moves(found: Difference, names: Mapping[int, str], by: str) -> str:
    some = found.moves.head(MAX_MOVES)
    told = [f"{people(row.people, by)} of {_name(row.group, names)}" for row in some.itertuples()]
    return f"Most of them: {join_names(told)}."


def _name(group: int, names: Mapping[int, str]) -> str:
    if not group:
        return "no group"
    return f"“{names[group]}”" if names.get(group) else f"group {group}"
