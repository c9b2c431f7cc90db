"""Asking: what somebody wants of groups, read and checked before anything is searched."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral
from typing import NamedTuple

from mapping.errors import MappingError, PlanError
from mapping.geography import By, Layer, layers
from mapping.places import Place
from mapping.redraw.graph import BlockGraph, find_graph
from mapping.redraw.preparing import Prepared, prepare
from mapping.redraw.rules import Area, Limits, Rules, make_rules
from mapping.redraw.tally import Tally, count_tally

STEPS, STEPS_A_BLOCK = 100_000, 900
"""The steps of a search: so many, and so many more for each block,"""
MAX_USUAL_STEPS = 2_000_000
"""up to as many, unless more are asked for."""
MAX_STEPS = 50_000_000
MAX_NUMBERS = 3
"""So many numbers of groups are tried where only their people are given."""

Keep = Sequence[str | Layer] | Mapping[str, float]
"""Layers whose lines count, by themselves or their keys; or a weight for each key."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """What somebody wants: see ``suggest`` for each of its parts."""

    place: Place
    blocks: str | Layer = "ward"
    groups: int | None = None
    people: float | None = None
    tolerance: float = 0.15
    keep: Keep = ()
    contains: Sequence[Area] = ()
    together: Sequence[Area] = ()
    apart: Sequence[Sequence[str]] = ()
    within: Sequence[str | Layer] = ()
    seed: int = 0
    steps: int | None = None
    by: By = "residents"

    @property
    def is_area(self) -> bool:
        """Tell whether one area of some people is asked for, and not groups that fill the place."""
        return self.groups == 1 and self.people is not None


class Asked(NamedTuple):
    """A question that was read: its blocks, rules, kept layers with their tallies and weights."""

    graph: BlockGraph
    rules: Rules
    keep: tuple[Layer, ...]
    weights: tuple[float, ...]
    tallies: tuple[Tally, ...]
    seed: int
    steps: int
    tolerance: float

    @property
    def kept(self) -> list[tuple[Tally, float]]:
        """Return the tally and weight of each kept layer."""
        return list(zip(self.tallies, self.weights, strict=True))

    @property
    def total(self) -> float:
        """Return the people of all blocks."""
        return float(self.graph.people.sum())

    def prepare(self, groups: int, limits: Limits) -> Prepared:
        """Make a task of it for a number of groups; raises PlanError where none can be found."""
        return prepare(self.graph, self.rules, groups, limits, self.kept)


def read_question(question: Question) -> Asked:
    """Read and check a question; raises MappingError for what cannot be asked."""
    check_numbers(question)
    graph = find_graph(question.place, get_layer(question.blocks), by=question.by)
    rules = make_rules(
        graph,
        contains=question.contains,
        together=question.together,
        apart=question.apart,
        within=[get_layer(one) for one in list_layers(question.within)],
    )
    keep, weights = read_kept(question.keep)
    tallies = tuple(count_tally(graph, layer) for layer in keep)
    usual = min(STEPS + STEPS_A_BLOCK * len(graph), MAX_USUAL_STEPS)
    steps = usual if question.steps is None else question.steps
    return Asked(graph, rules, keep, weights, tallies, question.seed, steps, question.tolerance)


def check_numbers(question: Question) -> None:
    """Raise MappingError for numbers that make no sense, and for none or too many of them."""
    groups, people = question.groups, question.people
    if groups is None and people is None:
        raise MappingError(
            "Expected a number of groups, or about how many people each is to have; found "
            "neither. Give one of the two."
        )
    if groups is not None and (isinstance(groups, bool) or not isinstance(groups, Integral)):
        raise MappingError(
            f"Expected a whole number of groups; found {ascii(groups)[:40]}. Give one such as 5."
        )
    if groups is not None and people is not None and groups != 1:
        raise MappingError(
            f"Expected a number of groups, or the people of each; found both, {groups:,} and "
            f"{people:,.0f}. Give one of the two; both only for one area of the place."
        )
    if people is not None and not 0 < people < math.inf:
        raise MappingError(f"Expected some people for each group; found {people:g}. Give more.")
    if not 0 <= question.tolerance < 1:
        raise MappingError(
            "Expected a tolerance from 0 to below 1, such as 0.15 for 15% more or fewer people; "
            f"found {question.tolerance:g}."
        )
    if question.steps is not None and not 0 <= question.steps <= MAX_STEPS:
        raise MappingError(
            f"Expected up to {MAX_STEPS:,} steps of a search; found {question.steps:,}."
        )


def list_numbers(asked: Asked, question: Question) -> list[tuple[int, Limits]]:
    """List the numbers of groups to be tried, the best first, with the people of each group.

    It is one where the number is given. Where the people are, it is those with which a group may
    have them on the mean. Raises PlanError if there is none.
    """
    total, tolerance = asked.total, question.tolerance
    if question.people is None:
        assert question.groups is not None
        return [(question.groups, Limits(total / max(question.groups, 1), tolerance))]
    limits = Limits(float(question.people), tolerance)
    fewest = max(math.ceil(total / limits.most - 1e-9), 1)
    most = math.floor(total / limits.least + 1e-9)
    wanted = total / limits.mean
    numbers = sorted(range(fewest, min(most, fewest + 10_000) + 1), key=lambda n: abs(n - wanted))
    if not numbers:
        few = f"{_count_groups(most)} would have more each, {_count_groups(fewest)} fewer."
        few = few if most else "even one group would have fewer."
        many = [n for n in (most, fewest) if n > 0]
        means = [f"{total / n:,.0f} people each ({_count_groups(n)})" for n in many]
        raise PlanError(
            f"Expected groups of {limits.words}; found that the {total:,.0f} people of "
            f"{question.place.name} make no whole number of them: {few} "
            f"Ask for {' or '.join(means)}, or allow a larger tolerance.",
            "tolerance",
        )
    return [(number, limits) for number in numbers[:MAX_NUMBERS]]


def _count_groups(number: int) -> str:
    return f"{number:,} {'group' if number == 1 else 'groups'}"


def get_layer(layer: Layer | str) -> Layer:
    """Return a layer that is given itself or by its key."""
    return layers.get(layer) if isinstance(layer, str) else layer


def list_layers(some: str | Layer | Iterable[str | Layer]) -> list[str | Layer]:
    """List layers or their keys, of which a single one may be given as it is."""
    return [some] if isinstance(some, str | Layer) else list(some)


def read_kept(keep: Keep) -> tuple[tuple[Layer, ...], tuple[float, ...]]:
    """Return layers and their weights; raises MappingError for weights that are none.

    A layer that is named twice counts once, or by both its weights.
    """
    if isinstance(keep, Mapping):
        named = [(get_layer(one), weight) for one, weight in keep.items()]
    else:
        named = [(one, 1.0) for one in dict.fromkeys(map(get_layer, list_layers(keep)))]
    wrong = [weight for _, weight in named if not 0 < weight < math.inf]
    if wrong:
        raise MappingError(
            f"Expected weights above 0 for the layers whose lines count; found {wrong[0]:g}. "
            "Leave a layer out that is not to count."
        )
    found: dict[Layer, float] = {}
    for layer, weight in named:
        found[layer] = found.get(layer, 0.0) + float(weight)
    return tuple(found), tuple(found.values())
