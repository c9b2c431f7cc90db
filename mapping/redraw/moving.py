"""Moving: who would change units if a layer were redrawn along the lines of another."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.errors import MappingError
from mapping.geography import By, Layer, layers, lookups
from mapping.overlap import counts
from mapping.places import Place
from mapping.redraw.tally import round_sums

COLUMNS = ("code", "name", "to_code", "to_name", "people", "moved")


class Following(NamedTuple):
    """What becomes of a layer that is redrawn along the lines of another, inside a place.

    ``unit`` are the units of the other layer with people in the place, ``to`` the unit of the
    redrawn layer that each goes to (-1 for none), ``people`` and ``moved`` the people of each, and
    those of them who change units; ``is_nested`` tells that nothing had to be redrawn, as every
    unit lies within one of the other layer's already.
    """

    layer: Layer
    along: Layer
    unit: np.ndarray
    to: np.ndarray
    people: np.ndarray
    moved: np.ndarray
    is_nested: bool

    @property
    def people_moved(self) -> float:
        """Return how many people change units."""
        return float(self.moved.sum())

    @property
    def moves(self) -> pd.DataFrame:
        """List the units that go somewhere: code, name, to_code, to_name, people, moved.

        One row a unit of the layer whose lines are followed, by its people who move, most first.
        """
        along, layer = self.along.labels, self.layer.labels
        frame = pd.DataFrame(
            {
                "code": along[0].take(self.unit),
                "name": along[1].take(self.unit),
                "to_code": layer[0].take(self.to),
                "to_name": layer[1].take(self.to),
                "people": self.people,
                "moved": self.moved,
            }
        )
        return frame.sort_values("moved", ascending=False, kind="stable").reset_index(drop=True)

    def redraw(self, place: Place, *, title: str = "") -> Layer:
        """Make the layer as it would be then, registered; outside the place it stays as it is.

        A unit to which none goes is no more. If nobody moves it is the layer itself. Raises
        MappingError where bodies share areas out, as they have no lines.
        """
        if self.layer.shares is not None or self.along.shares is not None:
            raise MappingError(
                "Expected two maps with lines; found one whose bodies share areas out between "
                "them. Choose another one."
            )
        if not self.moved.any():
            return self.layer
        base, grain = self.layer, counts.choose_grain(place, self.layer, self.along)
        number = lay_out(base, grain).astype("int32", copy=True)
        of_unit = np.full(len(self.along.codes) + 1, -1)
        of_unit[self.unit] = self.to
        parts = find_parts(place, grain)
        new = of_unit[counts.find_units(place, grain, self.along)]
        number[parts] = np.where(new >= 0, new, number[parts])
        return lookups.finish(
            number,
            grain,
            base.codes,
            base.names,
            pd.DataFrame(),
            title=title or f"{base.title} along {self.along.plural}",
            scale=base.scale,
            plural=f"{base.plural} along {self.along.plural}",
            sector=base.sector,
            source=f"{base.source}; redrawn along {self.along.plural}",
            as_at=base.as_at,
        )

    def list_movers(self, place: Place) -> Layer | None:
        """Make a layer of those who change units, registered; None if nobody does.

        Its units are parts of a unit of the redrawn layer that go to another: "North → South".
        """
        if not self.moved.any() or self.layer.shares or self.along.shares:
            return None
        grain = counts.choose_grain(place, self.layer, self.along)
        size = len(self.layer.codes)
        of_unit = np.full(len(self.along.codes) + 1, -1)
        of_unit[self.unit] = self.to
        old = counts.find_units(place, grain, self.layer).astype(np.int64)
        new = of_unit[counts.find_units(place, grain, self.along)]
        moves = (old >= 0) & (new >= 0) & (old != new)
        pair, rank = np.unique(old[moves] * size + new[moves], return_inverse=True)
        codes, names = self.layer.codes, self.layer.names
        a, b = np.divmod(pair, size)
        labels = [f"{names[one]} → {names[other]}" for one, other in zip(a, b, strict=True)]
        inside = np.full(len(old), -1)
        inside[moves] = rank
        numbers = np.full(len(lay_out(self.layer, grain)), -1, dtype="int32")
        numbers[find_parts(place, grain)] = inside
        return lookups.finish(
            numbers,
            grain,
            np.array([f"{codes[one]}>{codes[other]}" for one, other in zip(a, b, strict=True)]),
            np.array(labels, dtype=object),
            pd.DataFrame(),
            title=f"Who would move from {self.layer.plural}"[: lookups.MAX_TITLE_LETTERS],
            scale=self.layer.scale,
        )


def lay_out(layer: Layer, grain: str) -> np.ndarray:
    """Return the number of a layer's unit of each ward, block or postcode of the country."""
    if grain == "ward":
        return layer.numbers
    if grain == "block":
        of_block = layer.of_block
        assert of_block is not None
        return of_block
    return layer.unit


def find_parts(place: Place, grain: str) -> np.ndarray:
    """Return the wards, blocks or postcodes that a place is made of, by their numbers."""
    parts = {"ward": place.wards, "block": place.blocks}.get(grain, place.positions)
    assert parts is not None
    return parts


def follow(place: Place, layer: Layer, *, along: Layer, by: By = "residents") -> Following:
    """Redraw a layer along the lines of another inside a place.

    Each unit of ``along`` goes whole to the unit of ``layer`` that holds most of its people in the
    place; of units that hold as many, to the one whose code comes first. Where every unit of the
    layer lies within one of ``along``, its lines are drawn already, and nobody moves. People in no
    unit of either stay where they are.

    >>> from mapping import layers, places
    >>> london = places.get("Greater London")
    >>> found = follow(london, layers.get("mental_health_trust"), along=layers.get("icb"))
    >>> found.moves.loc[0, ["name", "to_name"]].tolist()
    ['West and North London ICB', 'North London NHS Foundation Trust']
    """
    found = counts.keep_in_both(counts.pairs_in(place, along, layer, by))
    most = -round_sums(found.people)
    order = np.lexsort((found.b, most, found.a))  # the most people first, then the code
    unit, first = np.unique(found.a[order], return_index=True)
    to = found.b[order][first]
    people = np.bincount(found.a, found.people, len(along.codes))[unit] if len(unit) else unit * 0.0
    moved = people - found.people[order][first]
    moved[moved < 1e-9 * people] = 0.0  # sums round
    is_nested = len(np.unique(found.b)) == len(found.b)
    if is_nested:
        moved = np.zeros(len(unit))
    return Following(layer, along, unit, to, people, moved, is_nested)


def people_moved(place: Place, layer: Layer, *, along: Layer, by: By = "residents") -> float:
    """Return how many people change units if a layer is redrawn along the lines of another.

    See ``follow`` for the rules. A layer along itself, along one whose units nest in its own and
    along one in whose units its own nest: nobody moves.

    >>> from mapping import layers, places
    >>> london, trust = places.get("Greater London"), layers.get("mental_health_trust")
    >>> borough = layers.get("borough")
    >>> people_moved(london, trust, along=trust), people_moved(london, trust, along=borough)
    (0.0, 0.0)
    """
    return follow(place, layer, along=along, by=by).people_moved


def common_lines(
    place: Place,
    partners: Sequence[str | Layer],
    *,
    candidates: Sequence[str | Layer] | None = None,
    by: By = "residents",
) -> pd.DataFrame:
    """Rank layers as the common line of some partners, by how many people each would move.

    Every partner is redrawn along each candidate: by default every layer at hand, at each of its
    editions, that has at least two units with people in the place. One row a candidate; columns:
    layer (key), title, edition, units (with people in the place), is_partner, people (who change
    units, summed over the partners), share (of the people of all partners), and for each partner
    ``moved_KEY``. The fewest people first; of candidates that move as many the one with fewer
    units, as its lines are more of a choice.

    >>> from mapping import places
    >>> found = common_lines(places.get("Greater London"), ["icb", "police_bcu"])
    >>> found.loc[found["is_partner"], "layer"].tolist()
    ['police_bcu', 'icb']
    """
    chosen = [layers.get(one) if isinstance(one, str) else one for one in partners]
    if not chosen:
        raise MappingError("Expected at least one partner to find a common line for; found none.")
    others = _list_candidates(place) if candidates is None else candidates
    ranked = [layers.get(one) if isinstance(one, str) else one for one in others]
    ranked += [one for one in chosen if one not in ranked]
    rows = [_rank(place, one, chosen, by) for one in ranked]
    frame = pd.DataFrame(rows)
    if candidates is None:
        frame = frame[(frame["units"] > 1) | frame["is_partner"]]
    order = frame.sort_values(["people", "units", "layer"], kind="stable")
    return order.reset_index(drop=True)


def _list_candidates(place: Place) -> list[Layer]:
    keys = layers.keys()
    editions = [layers.get(key, edition=one) for key in keys for one in layers.editions(key)]
    return [one for one in editions if layers.list_present(place, [one.key])]


def _rank(place: Place, along: Layer, partners: Sequence[Layer], by: By) -> dict[str, object]:
    found = [follow(place, layer, along=along, by=by) for layer in partners]
    moved = [round(one.people_moved, 6) for one in found]
    total = sum(float(one.people.sum()) for one in found)
    inside = counts.count_inside_units(place, along, by)[:-1]
    return {
        "layer": along.key,
        "title": along.title,
        "edition": along.edition,
        "units": int((inside > 0).sum()),
        "is_partner": along in partners,
        "people": sum(moved),
        "share": sum(moved) / total if total > 0 else float("nan"),
        **{f"moved_{layer.key}": one for layer, one in zip(partners, moved, strict=True)},
    }
