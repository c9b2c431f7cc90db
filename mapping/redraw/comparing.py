"""Comparing: plans with each other and with the lines of today, and scores before and after."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mapping import gaps
from mapping.actors import Register
from mapping.errors import MappingError
from mapping.geography import By, Layer
from mapping.overlap import aligned_share, association, counts, mismatch, people_in, units
from mapping.places import Place
from mapping.redraw.graph import BlockGraph
from mapping.redraw.plan import Plan
from mapping.redraw.rules import find_main_units


def count_difference(a: np.ndarray, b: np.ndarray, people: np.ndarray) -> float:
    """Return the share of people in another group of B than of A, 0 to 1.

    Groups are matched one to one so that as many people as possible stay in theirs (the Hungarian
    method; Kuhn 1955, doi:10.1002/nav.3800020109). ``a`` and ``b`` (n,) are the groups of blocks,
    whole numbers from 0, ``people`` (n,) those of each block.

    >>> count_difference(np.array([0, 0, 1]), np.array([1, 1, 1]), np.array([5.0, 3.0, 2.0]))
    0.2
    """
    table, row, column = _match(a, b, people)
    total = float(people.sum())
    return float(round(1 - table[row, column].sum() / total, 12)) if total > 0 else 0.0


def match_groups(before: np.ndarray, after: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Number the groups of before as those of after that they become, one to one: (n,).

    They are matched so that as many people as possible stay in theirs, as in
    ``count_difference``; of matches that keep as many, one that leaves numbers as they are. 0 (in
    no group) stays 0, and a group that becomes none gets a number that after does not have.

    >>> match_groups(np.array([1, 1, 2, 0]), np.array([2, 2, 1, 1]), np.ones(4)).tolist()
    [2, 2, 1, 0]
    """
    grouped = before > 0
    table, row, column = _match(before[grouped], after[grouped], people[grouped])
    table = np.pad(table, 1)[1:, 1:]  # of none at all as well
    size = len(table)
    number = np.arange(size)
    kept = {int(a): int(b) for a, b in zip(row, column, strict=True) if a and b and table[a, b]}
    free = (n for n in range(1, 2 * size + 2) if n not in kept.values() and not (after == n).any())
    for one in range(1, size):
        number[one] = kept[one] if one in kept else next(free)
    return number[before]


def _match(
    a: np.ndarray, b: np.ndarray, people: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the people in each pair of groups, (size, size), and which pairs are matched."""
    size = int(max(a.max(initial=0), b.max(initial=0))) + 1
    table = np.bincount(a * size + b, weights=people, minlength=size * size).reshape(size, size)
    return table, *match_counted(table)


def match_counted(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Match rows with columns, one to one, so that most people are in what is matched.

    Those of one number are matched where others would keep no more people.
    """
    from scipy.optimize import linear_sum_assignment  # no first map waits for it

    same = np.eye(*table.shape) * 1e-9 * max(float(table.sum()), 1.0)
    return linear_sum_assignment(table + same, maximize=True)


def find_groups_of(graph: BlockGraph, layer: Layer) -> np.ndarray:
    """Return the unit of a layer that most of each block is in, from 1, as groups: (n,).

    Where a layer's lines cut blocks, this is the nearest that groups of them can come to it; a
    block in no unit has 0.
    """
    main = find_main_units(graph, layer)
    return np.searchsorted(np.unique(main[main >= 0]), main) * (main >= 0) + (main >= 0)


def find_groups_like(graph: BlockGraph, plan: Plan) -> np.ndarray:
    """Return the group of a plan that most people of each block are in, (n,): 0 for none.

    The blocks may be others than those of the plan, but of the same place; else MappingError.
    """
    if graph.place != plan.graph.place:
        raise MappingError(
            f"Expected a plan of {graph.place.name}; found one of {plan.graph.place.name}. Choose "
            "one of the same place."
        )
    if np.array_equal(graph.codes, plan.graph.codes):
        return plan.group_of
    people = people_in(graph.place, graph.by)
    block, other = graph.find_block_of_postcodes(), plan.graph.find_block_of_postcodes()
    real = (block >= 0) & (other >= 0)
    size = plan.groups + 1
    cell = block[real] * size + plan.group_of[other[real]]
    table = np.bincount(cell, people[real], len(graph) * size).reshape(len(graph), size)
    return table.argmax(axis=1)


def stand_among(plans: Sequence[Plan], today: Sequence[Layer] = ()) -> pd.DataFrame:
    """Compare plans of one place with each other, and with the lines of today.

    One row a plan, then one a layer; columns: what ("plan 1" or the layer's title), key (of a
    layer, else ""), groups, smallest and largest (people), cut_share (of the borders between
    blocks), torn (mean mismatch with the kept layers of the first plan, by their weights),
    torn_people (the mean of their people), different (share of people in another group than in
    the first plan: see ``count_difference``), and for each kept layer ``torn_KEY``, its mismatch.
    """
    first = plans[0]
    rows = [_describe(f"plan {number}", "", one, first) for number, one in enumerate(plans, 1)]
    for layer in today:
        groups = find_groups_of(first.graph, layer)
        as_plan = Plan(first.graph, groups, None, first.keep, first.weights)
        rows.append(_describe(layer.title, layer.key, as_plan, first))
    return pd.DataFrame(rows)


def _describe(what: str, key: str, plan: Plan, first: Plan) -> dict[str, object]:
    people, torn = plan.summary["people"], plan.torn
    weights = first.weights
    return {
        "what": what,
        "key": key,
        "groups": plan.groups,
        "smallest": float(people.min()) if len(people) else np.nan,
        "largest": float(people.max()) if len(people) else np.nan,
        "cut_share": plan.cut_share,
        "torn": plan.mean_torn,
        "torn_people": float(np.average(torn["people"], weights=weights)) if weights else np.nan,
        "different": count_difference(first.group_of, plan.group_of, plan.graph.people),
        **{f"torn_{row.layer}": row.share for row in torn.itertuples()},
    }


def compare_scores(
    place: Place, before: Layer, after: Layer, partners: Sequence[Layer], *, by: By = "residents"
) -> pd.DataFrame:
    """Score a layer against each of its partners before and after it is redrawn.

    One row a partner; columns: partner (key), title, and for ``before`` and ``after`` each
    ``mismatch_…``, ``torn_…`` (the people of the mismatch), ``aligned_…`` (of the layer with the
    partner), ``v_…`` and ``coverage_…``: see ``overlap``.

    >>> from mapping import layers, places
    >>> london = places.get("Greater London")
    >>> boards = layers.get("icb", edition="2022"), layers.get("icb")
    >>> found = compare_scores(london, *boards, [layers.get("subregional_partnership")])
    >>> found[["mismatch_before", "mismatch_after"]].round(3).values.tolist()
    [[0.323, 0.344]]
    """
    rows = []
    for partner in partners:
        row: dict[str, object] = {"partner": partner.key, "title": partner.title}
        for when, layer in (("before", before), ("after", after)):
            found = counts.keep_in_both(counts.pairs_in(place, layer, partner, by))
            score = association(place, layer, partner, by=by)
            share = mismatch(place, layer, partner, by=by) if len(found.people) else np.nan
            row |= {
                f"mismatch_{when}": share,
                f"torn_{when}": share * float(found.people.sum()),
                f"aligned_{when}": aligned_share(place, layer, partner, by=by),
                f"v_{when}": score.v,
                f"coverage_{when}": score.coverage,
            }
        rows.append(row)
    return pd.DataFrame(rows)


def count_gaps(
    place: Place,
    layer: Layer,
    register: Register,
    *,
    theme: str = "",
    scale: str = "",
    by: By = "residents",
) -> pd.DataFrame:
    """Count the people whom no actor with a theme and scale covers, by unit of a layer.

    One row a unit with people in the place, and one for those in none; columns: code, name, people
    (in the place), uncovered, share. Asked of a layer before and after it is redrawn it tells where
    gaps then lie: the uncovered people add up to as many. Raises MappingError for other scales.

    >>> from mapping import actors, layers, places
    >>> camden, known = places.get("Camden"), actors.shipped()
    >>> found = count_gaps(camden, layers.get("ward"), known, theme="housing", scale="borough")
    >>> len(found), found["uncovered"].sum()
    (20, np.float64(0.0))
    """
    zones, actors = gaps.actor_zones.count_cell(place, register, theme, scale)
    people, unit = people_in(place, by), units(place, layer.by_majority)
    size = len(layer.codes)
    inside = counts.sum_by_unit(unit, people, size)
    lacking = counts.sum_by_unit(unit, np.where((actors == 0)[zones.zone], people, 0.0), size)
    present = np.flatnonzero(inside > 0)
    return pd.DataFrame(
        {
            "code": layer.labels[0].take(present),
            "name": layer.labels[1].take(present),
            "people": inside[present],
            "uncovered": lacking[present],
            "share": counts.ratio(lacking[present], inside[present]),
        }
    )
