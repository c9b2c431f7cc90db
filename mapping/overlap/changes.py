"""Before and after: two editions of a layer, what changed between them, and for whom."""

import numpy as np
import pandas as pd

from mapping import places
from mapping.geography import By, Layer, layers, lenses
from mapping.overlap.counts import Pairs, pairs, pairs_in, people_in, ratio, sum_by_unit, units
from mapping.overlap.nesting import MIN_WHOLE_SHARE
from mapping.places import Place

CHANGES = ("same", "renamed", "merged", "divided", "begun", "ended")
"""What may have become of a unit: see ``list_changes``."""


def list_changes(
    place: Place, before: Layer, after: Layer, *, by: By = "residents"
) -> pd.DataFrame:
    """Count people by the unit that they were in and the one that they are in.

    Columns: before_code, before_name, after_code, after_name, people, share_of_before (of the
    old unit's people inside the place), change. A unit is the "same" if its name is; otherwise it
    was "renamed" (99% of each lies in the other), "merged" (99% of it lies in a larger one) or
    "divided", counted over the whole unit; where there was none it has "begun", and where there
    is none any more it has "ended". Rows with people only, the largest first for each old unit.
    Where bodies share areas out, each area is compared by its largest: shares do not tell who went
    from one to another.

    >>> from mapping import layers, places
    >>> found = list_changes(places.get("Camden"), layers.get("icb@2022"), layers.get("icb"))
    >>> found[["before_name", "after_name", "change"]].values.tolist()
    [['North Central London ICB', 'West and North London ICB', 'merged']]
    """
    by = lenses.get(by) if not isinstance(by, str) else by
    before, after = before.by_majority, after.by_majority
    found = pairs_in(place, before, after, by)
    return _table(found, before, after, _name_changes(found, before, after, by))


def list_changes_at(
    positions: np.ndarray, before: Layer, after: Layer, *, by: By = "residents"
) -> pd.DataFrame:
    """Do as ``list_changes`` for some postcodes, such as a footprint, by their positions."""
    before, after = before.by_majority, after.by_majority
    people = lenses.get(by).values[positions]
    size = (len(before.codes), len(after.codes))
    found = pairs(before.at(positions), after.at(positions), size, people)
    return _table(found, before, after, _name_changes(found, before, after, by))


def count_changed(
    place: Place, before: Layer, after: Layer, of: Layer, *, by: By = "residents"
) -> pd.DataFrame:
    """Count for each unit of a third layer whose unit is another than before: see ``CHANGES``.

    One row a unit with people in the place; columns: code, name, people, changed (of them), share.
    """
    names = [layer.labels[1].take(units(place, layer)) for layer in (before, after)]
    people = people_in(place, by)
    unit, size = units(place, of), len(of.codes)
    all_, moved = (
        sum_by_unit(unit, some, size)
        for some in (people, np.where(names[0] != names[1], people, 0.0))
    )
    present = np.flatnonzero(all_ > 0)
    return pd.DataFrame(
        {
            "code": of.labels[0].take(present),
            "name": of.labels[1].take(present),
            "people": all_[present],
            "changed": moved[present],
            "share": ratio(moved[present], all_[present]),
        }
    ).sort_values(["share", "people"], ascending=False, ignore_index=True)


def has_changed(place: Place, before: Layer, after: Layer) -> bool:
    """Tell whether a place has units of either layer, and they are not all the same by name."""
    here = [layers.find_present(place, layer) for layer in (before, after)]
    names = [
        {layer.name_of(u) for u in some} for layer, some in zip((before, after), here, strict=True)
    ]
    return names[0] != names[1]


def list_joined(changes: pd.DataFrame) -> pd.DataFrame:
    """List the units of now in which units that were apart have come together.

    ``changes`` is a frame of ``list_changes``. Columns: after_name, before (their names, by
    people, joined with "; "), people.
    """
    kept = changes[(changes["before_code"] != "") & (changes["after_code"] != "")]
    kept = kept.sort_values("people", ascending=False, kind="stable")
    groups = kept.groupby("after_name", sort=False)
    found = groups.agg(before=("before_name", "; ".join), people=("people", "sum")).reset_index()
    return found[found["before"].str.contains("; ")].reset_index(drop=True)


def _table(found: Pairs, before: Layer, after: Layer, change: np.ndarray) -> pd.DataFrame:
    held = sum_by_unit(found.a, found.people, len(before.codes))
    frame = pd.DataFrame(
        {
            "before_code": before.labels[0].take(found.a),
            "before_name": before.labels[1].take(found.a),
            "after_code": after.labels[0].take(found.b),
            "after_name": after.labels[1].take(found.b),
            "people": found.people,
            "share_of_before": ratio(found.people, held[found.a]),
            "change": change,
        }
    )
    frame = frame[(frame["before_code"] != "") | (frame["after_code"] != "")]
    order = ["before_name", "people"]
    return frame.sort_values(order, ascending=[True, False], ignore_index=True)


def _name_changes(found: Pairs, before: Layer, after: Layer, by: By) -> np.ndarray:
    """Say of each pair of units what became of the first, counted over whole units."""
    whole = pairs_in(places.at("britain", "gb"), before, after, by)
    held = [
        sum_by_unit(unit, whole.people, len(layer.codes))
        for unit, layer in ((whole.a, before), (whole.b, after))
    ]
    key = whole.a.astype("int64") * (len(after.codes) + 1) + whole.b
    shared = pd.Series(whole.people, index=key)
    own = shared.reindex(found.a.astype("int64") * (len(after.codes) + 1) + found.b).to_numpy()
    of_before, of_after = ratio(own, held[0][found.a]), ratio(own, held[1][found.b])
    same = before.labels[1].take(found.a) == after.labels[1].take(found.b)
    rules = [
        found.a < 0,
        found.b < 0,
        same,
        (of_before >= MIN_WHOLE_SHARE) & (of_after >= MIN_WHOLE_SHARE),
        of_before >= MIN_WHOLE_SHARE,
    ]
    return np.select(rules, ["begun", "ended", "same", "renamed", "merged"], "divided")
