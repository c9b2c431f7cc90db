"""Differing: two plans of one place, who is in another group in the second, what each parts."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.errors import MappingError
from mapping.geography import Layer
from mapping.overlap import people_in
from mapping.redraw.comparing import match_counted
from mapping.redraw.plan import Plan
from mapping.redraw.tally import count_tally, count_torn

MIN_SHARE = 1e-9
"""Fewer people of all than this are what sums round."""


class Difference(NamedTuple):
    """How two plans differ.

    Attributes
    ----------
    people, share : who is in another group in the second, and of all who are in a group in either
    matched : the group of the second that each group of the first is taken to be, by number
    moves : group, to_group (0 for none), people; those who are in another group, most first
    torn : layer (key), title, and people_a, share_a, people_b, share_b of both plans; a row for
        each layer that either is to keep to
    """

    people: float
    share: float
    matched: dict[int, int]
    moves: pd.DataFrame
    torn: pd.DataFrame


def compare_plans(a: Plan, b: Plan) -> Difference:
    """Compare two plans of one place, whatever blocks each is made of.

    Groups are matched so that as many people as possible stay in theirs, whatever their
    numbers: see ``redraw.count_difference``. People are counted postcode by postcode, by the lens
    of the first plan. People in no group of one plan and in a group of the other are in another
    group; those in none of both are left out. Raises MappingError for plans of different places.

    >>> from mapping import places, redraw
    >>> camden = places.get("Camden")
    >>> half = redraw.suggest(camden, groups=2, keep=["postal_district"], seed=1)
    >>> compare_plans(half, half).people
    0.0
    """
    if a.graph.place != b.graph.place:
        raise MappingError(
            f"Expected two plans of one place; found one of {a.graph.place.name} and one of "
            f"{b.graph.place.name}. Choose two of the same place."
        )
    table = _count_pairs(a, b)
    matched = _match(table)
    moved = table.copy()
    moved[0, 0] = 0.0
    for group, to in matched.items():
        moved[group, to] = 0.0
    total = float(table.sum() - table[0, 0])
    moved[moved <= MIN_SHARE * total] = 0.0
    row, column = np.nonzero(moved)
    frame = pd.DataFrame({"group": row, "to_group": column, "people": moved[row, column]})
    frame = frame.sort_values("people", ascending=False, kind="stable").reset_index(drop=True)
    people = float(moved.sum())
    share = people / total if total > 0 else 0.0
    return Difference(people, share, matched, frame, _compare_torn(a, b))


def _count_pairs(a: Plan, b: Plan) -> np.ndarray:
    """Count people by group of both plans, (groups of A + 1, groups of B + 1); 0 is none."""
    people = people_in(a.graph.place, a.graph.by)
    groups = [_find_groups(plan) for plan in (a, b)]
    size = b.groups + 1
    cell = groups[0] * size + groups[1]
    return np.bincount(cell, people, (a.groups + 1) * size).reshape(a.groups + 1, size)


def _find_groups(plan: Plan) -> np.ndarray:
    """Return the group of each postcode of the place, 0 for none."""
    block = plan.graph.find_block_of_postcodes()
    return np.append(plan.group_of, 0)[block]  # -1, no block, is the last


def _match(table: np.ndarray) -> dict[int, int]:
    row, column = match_counted(table[1:, 1:])
    return {int(i) + 1: int(j) + 1 for i, j in zip(row, column, strict=True) if table[i + 1, j + 1]}


def _compare_torn(a: Plan, b: Plan) -> pd.DataFrame:
    kept = list(dict.fromkeys((*a.keep, *b.keep)))
    rows = [(one.key, one.title, *_count_torn(a, one), *_count_torn(b, one)) for one in kept]
    columns = ["layer", "title", "people_a", "share_a", "people_b", "share_b"]
    return pd.DataFrame(rows, columns=columns)


def _count_torn(plan: Plan, layer: Layer) -> tuple[float, float]:
    found = count_torn(count_tally(plan.graph, layer), plan.group_of)
    return found.people, found.share
