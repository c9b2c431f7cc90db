"""Searching: suggestions are looked for in a process of their own, and kept for who asks again."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from mapping import apart, redraw
from mapping.errors import MappingError, TooLargeError
from mapping.geography import layers
from mapping.redraw import BlockGraph, Crossing, Limits, Plan
from pages.redraw import asking
from pages.redraw.asking import Ask

SUGGESTIONS = 3
MAX_KEPT = 64
TOLD_EACH_S = 0.25
_turns = threading.BoundedSemaphore(1)
_lock = threading.Lock()
_kept: "OrderedDict[tuple[object, ...], list[Found]]" = OrderedDict()


class Found(NamedTuple):
    """What is kept of a plan: all but its blocks and layers."""

    group_of: np.ndarray
    limits: Limits | None
    crossings: tuple[Crossing, ...]
    is_area: bool


def search(graph: BlockGraph, ask: Ask, tell: Callable[[float], object]) -> list[Plan]:
    """Return suggestions, the best first; at once if they were found before.

    ``tell`` is told how far it is; it may end the search by what it raises. Raises PlanError and
    other MappingErrors as ``redraw.suggest_several``.
    """
    key = (graph.place.kind, graph.place.code, graph.layer.key, graph.by, ask.text)
    with _lock:
        found = _kept.get(key)
    if found is None:
        found = _search(graph, ask, tell)
        with _lock:
            _kept[key] = found
            while len(_kept) > MAX_KEPT:
                _kept.popitem(last=False)
    question = asking.find_question(ask, graph)
    keep = tuple(map(layers.get, question["keep"]))
    weights = tuple(question["keep"].values())
    return [
        Plan(
            graph,
            one.group_of,
            one.limits,
            keep,
            weights,
            one.crossings,
            ask.seed,
            is_area=one.is_area,
        )
        for one in found
    ]


def _search(graph: BlockGraph, ask: Ask, tell: Callable[[float], object]) -> list[Found]:
    last = 0.0

    def tell_now_and_then(share: float) -> None:
        nonlocal last
        if time.monotonic() - last > TOLD_EACH_S:
            last = time.monotonic()
            tell(share)

    question = asking.find_question(ask, graph)
    try:
        plans = redraw.suggest_several(
            graph.place,
            count=SUGGESTIONS,
            progress=tell_now_and_then,
            call=partial(apart.call_in, _turns),
            **question,
        )
    except TooLargeError:
        raise MappingError(
            "This takes longer than one search may. Choose a smaller place, larger areas to put "
            "into groups, or fewer neighbourhoods."
        ) from None
    return [
        Found(_number_alike(one, plans[0]), one.limits, one.crossings, one.is_area) for one in plans
    ]


def _number_alike(plan: Plan, first: Plan) -> np.ndarray:
    """Number groups as those of the first plan that they are most like, so that colours stay."""
    matched = redraw.match_groups(plan.group_of, first.group_of, plan.graph.people)
    is_same = set(np.unique(matched)) == set(np.unique(plan.group_of))
    return matched if is_same else plan.group_of
