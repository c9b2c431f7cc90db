"""Plan: the blocks of a place in groups, and what is known of them.

A plan is checked anew, whatever made it: connected over the borders of its blocks (and over the
crossings that it names), balanced, and whom it tears, counted as every mismatch is.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd

from mapping.atoms import blocks, table
from mapping.errors import MappingError
from mapping.geography import Layer, lookups
from mapping.overlap import counts
from mapping.places import Place
from mapping.redraw.graph import BlockGraph, find_pieces, rank_units
from mapping.redraw.pieces import Crossing
from mapping.redraw.rules import Limits
from mapping.redraw.tally import Tally, count_cut, count_tally, count_torn, count_torn_around

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
IN_NO_GROUP = "in no group"
KEPT_COLUMNS = ("layer", "title", "share", "people", "weight")


@dataclass(frozen=True, eq=False)
class Plan:
    """Blocks in groups.

    Attributes
    ----------
    graph : the blocks of a place, their people and borders
    group_of : (n,) the group of each block, from 1; 0 for none
    limits : how many people a group may have; None where that was not asked
    keep : the layers whose lines the groups are to keep to
    weights : of each of them
    crossings : where a group may reach across water
    seed : what the search began with
    first : (n,) the first groups that kept to all rules, from which the search went on
    is_area : whether it is one area of a place, whose rest is in no group
    """

    graph: BlockGraph
    group_of: np.ndarray
    limits: Limits | None = None
    keep: tuple[Layer, ...] = ()
    weights: tuple[float, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    seed: int = 0
    first: np.ndarray | None = None
    is_area: bool = False

    @property
    def groups(self) -> int:
        """Return how many groups there are."""
        return int(self.group_of.max(initial=0))

    @cached_property
    def blocks(self) -> pd.DataFrame:
        """List the blocks: code, name, group (from 1; 0 for none), people."""
        return pd.DataFrame(
            {
                "code": pd.array(self.graph.codes, dtype="str"),
                "name": pd.array(self.graph.names, dtype="str"),
                "group": self.group_of,
                "people": self.graph.people,
            }
        )

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Sum up each group: group, people, blocks, connected, share_of_mean, crossings.

        ``connected`` tells whether its blocks hang together over their borders on land and over the
        crossings that the plan names, of which ``crossings`` of the group's are needed.
        ``share_of_mean`` is of the people that a group is to have, or of the mean.
        """
        own = self.group_of > 0
        size = self.groups + 1
        people = np.bincount(self.group_of[own], self.graph.people[own], size)[1:]
        on_land, joined = self._count_parts(()), self._count_parts(self.crossings)
        mean = self.limits.mean if self.limits else float(people.mean()) if len(people) else 0.0
        return pd.DataFrame(
            {
                "group": np.arange(1, size),
                "people": people,
                "blocks": np.bincount(self.group_of[own], minlength=size)[1:],
                "connected": joined <= 1,
                "share_of_mean": counts.ratio(people, np.full(len(people), mean)),
                "crossings": on_land - joined,
            }
        )

    def _count_parts(self, crossings: Sequence[Crossing]) -> np.ndarray:
        """Count the pieces that each group is in, (groups,)."""
        a = np.r_[self.graph.a, [one.a for one in crossings]].astype(np.int64)
        b = np.r_[self.graph.b, [one.b for one in crossings]].astype(np.int64)
        same = self.group_of[a] == self.group_of[b]
        piece = find_pieces(len(self.graph), a[same], b[same])
        first = np.unique(piece, return_index=True)[1]
        return np.bincount(self.group_of[first], minlength=self.groups + 1)[1:]

    @cached_property
    def tallies(self) -> tuple[Tally, ...]:
        """Return the people of blocks by unit of each kept layer."""
        return tuple(count_tally(self.graph, layer) for layer in self.keep)

    @cached_property
    def torn(self) -> pd.DataFrame:
        """Say whom the groups tear: layer (key), title, share, people, weight; a row a kept layer.

        ``share`` is the mismatch of the plan with the layer, of the people who are in a group and
        in a unit; NaN if nobody is. Of one area see ``count_torn_around``.
        """
        if self.is_area:
            found = [count_torn_around(tally, self.group_of > 0) for tally in self.tallies]
        else:
            found = [count_torn(tally, self.group_of) for tally in self.tallies]
        rows = [
            (layer.key, layer.title, one.share, one.people, weight)
            for layer, one, weight in zip(self.keep, found, self.weights, strict=True)
        ]
        return pd.DataFrame(rows, columns=list(KEPT_COLUMNS))

    @property
    def mean_torn(self) -> float:
        """Return the mean mismatch with the kept layers, by their weights; NaN without any."""
        if not len(self.torn):
            return float("nan")
        return float(np.average(self.torn["share"], weights=self.torn["weight"]))

    @property
    def cut_share(self) -> float:
        """Return the share of the borders between blocks that the groups cut, 0 to 1."""
        return count_cut(self.graph, self.group_of)[0] / max(len(self.graph.a), 1)

    @property
    def is_balanced(self) -> bool:
        """Tell whether every group has as many people as was asked for."""
        if self.limits is None:
            return True
        people = self.summary["people"]
        low, high = self.limits.least * (1 - 1e-9), self.limits.most * (1 + 1e-9)
        return bool(people.between(low, high).all())

    @cached_property
    def islands(self) -> pd.DataFrame:
        """Say how each piece of land was treated: people, blocks, groups, joined_to, distance_m.

        One row a piece that no border joins to another, the one with most people first; columns
        also ``name`` (of its first block) and ``groups`` (that reach into it). ``joined_to`` names
        the block across the water that one of its groups may reach, "" for none.
        """
        piece, names = self.graph.pieces, self.graph.names
        first = np.unique(piece, return_index=True)[1]
        frame = pd.DataFrame({"piece": piece, "group": self.group_of, "people": self.graph.people})
        inside = frame.groupby("piece").agg(people=("people", "sum"), blocks=("people", "size"))
        own = frame[frame["group"] > 0]
        inside["groups"] = own.groupby("piece")["group"].nunique().reindex(inside.index).fillna(0)
        inside["groups"] = inside["groups"].astype(int)
        inside.insert(0, "name", pd.array(names[first], dtype="str"))
        joined = {int(piece[one.a]): one for one in self.crossings}
        inside["joined_to"] = [
            str(names[joined[i].b]) if i in joined else "" for i in range(len(inside))
        ]
        inside["distance_m"] = [
            joined[i].distance_m if i in joined else np.nan for i in range(len(inside))
        ]
        return inside.sort_values("people", ascending=False, kind="stable").reset_index(drop=True)

    @property
    def residual(self) -> pd.DataFrame:
        """List the blocks in no group: area, unit (""), reason; as a layer of one's own has it."""
        left = self.graph.codes[self.group_of == 0]
        columns = {"area": left.astype(object), "unit": "", "reason": IN_NO_GROUP}
        return pd.DataFrame(columns, index=range(len(left)), dtype="str")

    def layer(
        self,
        title: str,
        scale: str,
        *,
        names: Mapping[int, str] | None = None,
        note: str = "",
        author: str = "",
        as_at: str = "",
    ) -> Layer:
        """Make the plan a layer like any other, registered: ``layers.get`` finds it by its key.

        Its units are the groups, their codes the numbers; ``names`` gives some of them names. Who
        drew it (``author``), when (``as_at``, by default today) and a ``note`` go with it. Blocks
        in no group, and whatever lies outside the place, are in no unit. Raises MappingError for a
        scale that is none, no title, and a plan without groups.

        >>> from mapping import layers, places, redraw
        >>> plan = redraw.suggest(places.get("Camden"), blocks="ward", groups=2, seed=1)
        >>> draft = plan.layer("Two halves", scale="hyperlocal")
        >>> layers.get(draft.key) is draft, draft.count
        (True, 2)
        """
        return make_layer(
            self.graph.place,
            self.graph.layer,
            self.graph.unit,
            self.group_of,
            title,
            scale,
            names=names or {},
            residual=self.residual,
            source=say_drawn(author, as_at or date.today().isoformat()),
            description=note,
            as_at=as_at or date.today().isoformat(),
        )


def say_drawn(author: str, as_at: str) -> str:
    """Say who drew a layer and when, and that it is nobody's official line; without a full stop.

    >>> say_drawn("Ada", "2026-11-29")
    "drawn by Ada on 29 November 2026, a draft, nobody's official line"
    """
    day = date.fromisoformat(as_at) if DAY.fullmatch(as_at) else None
    told = f" on {day.day} {day:%B %Y}" if day else ""
    who = f" by {' '.join(author.split())}" if author.strip() else " in Redraw"
    return f"drawn{who}{told}, a draft, nobody's official line"


def make_layer(
    place: Place,
    base: Layer,
    blocks_: np.ndarray,
    group_of: np.ndarray,
    title: str,
    scale: str,
    *,
    names: Mapping[int, str],
    residual: pd.DataFrame,
    **facts: str,
) -> Layer:
    """Make a layer of groups of blocks, as coarse as they allow, and register it.

    ``blocks_`` (n,) are the numbers of the blocks in the layer that they are units of, ``group_of``
    (n,) their groups, 0 for none. See ``Plan.layer``.
    """
    groups = np.unique(group_of[group_of > 0])
    if not len(groups):
        raise MappingError(
            "Expected at least one group to make a layer of; found none. Put some "
            f"{base.plural} into a group first."
        )
    unit = np.append(np.where(group_of > 0, np.searchsorted(groups, group_of), -1), -1)
    grain = counts.choose_grain(place, base)
    block = rank_units(blocks_, len(base.codes))
    own = unit[block[counts.find_units(place, grain, base)]]
    parts = {"ward": place.wards, "block": place.blocks}.get(grain, place.positions)
    size = {"ward": len(table().ward_codes), "block": len(blocks().ward)}.get(grain, len(table()))
    numbers = np.full(size, -1, dtype="int32")
    numbers[parts] = own
    codes = groups.astype(str)
    labels = np.array([names.get(int(g)) or f"Group {g}" for g in groups], dtype=object)
    called = f"“{' '.join(title.split())}” group"  # a title that is a name is no noun
    return lookups.finish(
        numbers,
        grain,
        codes,
        labels,
        residual,
        title=title,
        scale=scale,
        called=called,
        **{"plural": f"{called}s", **facts},
    )


def number_groups(graph: BlockGraph, group_of: np.ndarray) -> np.ndarray:
    """Number groups from 1, in the order in which their first blocks stand; 0 stays none."""
    first = pd.Series(np.arange(len(group_of))).groupby(group_of).min().drop(0, errors="ignore")
    rank = np.zeros(int(group_of.max(initial=0)) + 1, dtype=np.int64)
    rank[first.sort_values().index] = np.arange(1, len(first) + 1)
    return rank[group_of]
