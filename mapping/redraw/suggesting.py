"""Suggesting: neighbourhoods that tear as few people as a search can find.

Several searches start from different first plans; the best of them is the suggestion, and those
that differ truly from it are others.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from mapping import apart
from mapping.errors import MappingError, PlanError, StoppedError
from mapping.geography import By, Layer
from mapping.places import Place
from mapping.redraw import running
from mapping.redraw.asking import Asked, Keep, Question, list_numbers, read_question
from mapping.redraw.comparing import count_difference
from mapping.redraw.containing import draw_around
from mapping.redraw.grouping import Grouping
from mapping.redraw.plan import Plan, number_groups
from mapping.redraw.preparing import Prepared
from mapping.redraw.rules import Area, Limits, write_groups
from mapping.redraw.running import EXTRA_TRIES, RUNS, SHORTER, Work
from mapping.redraw.searching import Result

MIN_DIFFERENCE = 0.1
"""Suggestions differ truly if at least this share of people is in another group."""
MAX_SUGGESTIONS = 6

Progress = Callable[[float], object]
Call = Callable[..., Any]
"""Calls a function with what tells its progress and what it is given: see ``apart.call``."""


class Job(NamedTuple):
    """A question, and the task that it makes for one number of groups."""

    asked: Asked
    prepared: Prepared

    @property
    def work(self) -> Work:
        """Return what a search needs of it, in plain lists."""
        prepared = self.prepared
        return Work(prepared.task, prepared.quotas, self.asked.seed, self.asked.steps)


def suggest(
    place: Place,
    *,
    blocks: str | Layer = "ward",
    groups: int | None = None,
    people: float | None = None,
    tolerance: float = 0.15,
    keep: Keep = (),
    contains: Sequence[Area] = (),
    together: Sequence[Area] = (),
    apart: Sequence[Sequence[str]] = (),
    within: Sequence[str | Layer] = (),
    start: np.ndarray | None = None,
    seed: int = 0,
    steps: int | None = None,
    by: By = "residents",
    progress: Progress = lambda share: None,
    cancel: Callable[[], bool] = lambda: False,
    call: Call = apart.call_here,
) -> Plan:
    """Suggest groups of connected blocks, nearly equal in people, that tear the fewest.

    Parameters
    ----------
    blocks : the layer whose units are put into groups, or its key
    groups, people : how many groups, or about how many people each is to have: one of the two. Of
        both, with ``groups=1``, comes one area of so many people; the rest is in no group
    tolerance : by which share a group may be larger or smaller, 0.15 for 15%
    keep : layers whose lines count (see ``Plan.torn``), or a weight for each key
    contains, together : areas, each a place or codes of blocks, that must each lie in one group;
        a flat list of codes is one area. What lies between the parts of one is taken in
    apart : lists of codes of blocks, of which no two may lie in one group; or one such list
    within : layers whose lines no group may cross
    start : the group of each block, from 1, to go on from (``Plan.group_of``)
    seed : the same question with the same seed has the same answer, on every machine
    steps : of each search; by default more for more blocks. Searches never end by the clock
    by : what people are counted by
    progress, cancel : are told the share that is done, and asked whether to stop, now and then
    call : calls the searches: ``apart.call_in`` does so in a process of its own

    Raises PlanError, whose ``constraint`` names the rule that stands in the way and whose sentence
    says what would do; StoppedError if it was cancelled; MappingError for what cannot be asked.

    >>> from mapping import places, redraw
    >>> plan = redraw.suggest(places.get("Camden"), groups=2, keep=["postal_district"], seed=1)
    >>> plan.summary["connected"].all(), plan.is_balanced
    (np.True_, True)
    """
    question = Question(
        place=place,
        blocks=blocks,
        groups=groups,
        people=people,
        tolerance=tolerance,
        keep=keep,
        contains=contains,
        together=together,
        apart=apart,
        within=within,
        seed=seed,
        steps=steps,
        by=by,
    )
    asked = read_question(question)
    tell = _Telling(progress, cancel)
    if question.is_area:
        return _draw_area(asked, Limits(float(question.people or 0), tolerance), tell)
    job, results = _search_numbers(asked, question, start, tell, call)
    return _make_plan(job, _choose_best(job, results))


def suggest_several(
    place: Place,
    *,
    count: int = 3,
    progress: Progress = lambda share: None,
    cancel: Callable[[], bool] = lambda: False,
    call: Call = apart.call_here,
    **question: Any,
) -> list[Plan]:
    """Suggest several plans that differ truly, first the one that tears the fewest.

    ``question`` is as for ``suggest``, whose plan is the first, and so are the errors. Between any
    two, at least a tenth of the people (``MIN_DIFFERENCE``) is in another group, however groups are
    matched: see ``count_difference``. Where fewer such plans are found there are fewer.
    """
    if not 1 <= count <= MAX_SUGGESTIONS:
        raise MappingError(f"Expected 1 to {MAX_SUGGESTIONS} suggestions; found {count:,}.")
    wanted = Question(place=place, **question)
    asked = read_question(wanted)
    tell = _Telling(progress, cancel, later=EXTRA_TRIES / SHORTER if count > 1 else 0)
    if wanted.is_area:
        return [_draw_area(asked, Limits(float(wanted.people or 0), wanted.tolerance), tell)]
    job, results = _search_numbers(asked, wanted, None, tell, call)
    best = _choose_best(job, results)
    if count > 1:
        size = EXTRA_TRIES / SHORTER
        results += tell.ask(call, running.run_others, size, job.work, best.group_of)
    chosen = [best]
    for one in sorted((r for r in results if not r.excess), key=lambda r: r.cost):
        different = all(_differ(job, one, other) >= MIN_DIFFERENCE for other in chosen)
        if different and len(chosen) < count:
            chosen.append(one)
    return [_make_plan(job, one) for one in chosen]


def _search_numbers(
    asked: Asked, question: Question, start: np.ndarray | None, tell: "_Telling", call: Call
) -> tuple[Job, list[Result]]:
    """Search with each number of groups that may do, until one does; else with the first."""
    numbers = list_numbers(asked, question)
    if start is not None:  # as many as it has, if these may do
        begun = len(np.unique(start))
        numbers = [one for one in numbers if one[0] == begun] or numbers[:1]
    tried: list[tuple[Job, list[Result]]] = []
    refused: list[PlanError] = []
    for at, (groups, limits) in enumerate(numbers, 1):
        try:
            job = Job(asked, asked.prepare(groups, limits))
        except PlanError as error:
            refused.append(error)
            continue
        results = _search_all(job, start, tell, call, 2 * RUNS * (len(numbers) - at))
        if not all(one.excess for one in results):
            tell.expect(0)
            return job, results
        tried.append((job, results))
    if not tried:
        raise refused[0]
    return tried[0]


def _draw_area(asked: Asked, limits: Limits, tell: "_Telling") -> Plan:
    """Draw one area around what it must contain."""
    if not asked.rules.joined:
        raise MappingError(
            "Expected an area or codes that the area of so many people must contain; found none. "
            "Say what it begins with."
        )
    tell.later = 0
    tell.expect(1)
    inside = draw_around(asked.graph, asked.rules, limits, asked.kept, asked.seed, tell)
    tell(1.0)
    groups = inside.astype(np.int64)
    return Plan(
        asked.graph, groups, limits, asked.keep, asked.weights, (), asked.seed, groups, is_area=True
    )


class _Telling:
    """Tells how much of several searches is done, and ends them if somebody asks.

    ``later`` are those that follow whatever comes of the ones before. As many as may be needed are
    expected, and it is told at once where fewer are: never less than was told already.
    """

    def __init__(
        self, progress: Progress, cancel: Callable[[], bool], *, later: float = 0.0
    ) -> None:
        self.progress, self.cancel, self.later, self.done = progress, cancel, later, 0.0
        self.searches = 1.0

    def expect(self, searches: float) -> None:
        """Expect so many searches more, before those that follow; tell how far it is by that."""
        self.searches = max(self.done + searches + self.later, 1.0)
        self(0.0)

    def __call__(self, share: float) -> None:
        """Tell the share of the search under way that is done; raises StoppedError."""
        if self.cancel():
            raise StoppedError("The search was stopped before its end. Start it again for a plan.")
        self.progress(min((self.done + share) / self.searches, 1.0))

    def ask(
        self, call: "Call", function: Callable[..., list[Result]], size: float, *given: Any
    ) -> list[Result]:
        """Call searches that take as long as ``size`` of the usual ones; tell how far it is."""
        found: list[Result] = call(function, lambda share: self(share * size), *given)
        self.done += size
        self(0.0)
        return found


def _search_all(
    job: Job, start: np.ndarray | None, tell: "_Telling", call: Call, others: int
) -> list[Result]:
    """Search from several first plans, or from a given one; ``others`` may have to follow."""
    tell.expect((2 * RUNS if start is None else 1) + others)
    if start is not None:
        return tell.ask(call, running.go_on, 1, job.work, _read_start(job, start))
    results = tell.ask(call, running.run_all, RUNS, job.work, 0)
    if all(one.excess for one in results):
        results = [_look_again(job, one) for one in results]
    if all(one.excess for one in results):
        more = tell.ask(call, running.run_all, RUNS, job.work, RUNS)
        results += [_look_again(job, one) for one in more]
    return results


def _look_again(job: Job, found: Result) -> Result:
    """Take groups that keep to the rules exactly, although whole numbers left it open."""
    grouping = Grouping(job.prepared.task, found.group_of)
    if grouping.count_unparted() or not _place_groups(job, found.group_of).is_balanced:
        return found
    return found._replace(excess=0, first=found.first or found.group_of)


def _read_start(job: Job, start: np.ndarray) -> list[int]:
    """Return the groups to go on from, by merged block; raises MappingError for other ones."""
    graph, merged = job.asked.graph, job.prepared.merged
    groups = np.asarray(start)
    wanted = job.prepared.task.groups
    if groups.shape != (len(graph),) or set(np.unique(groups).tolist()) != {*range(1, wanted + 1)}:
        raise MappingError(
            f"Expected a group from 1 to {wanted:,} for each of {len(graph):,} "
            f"{graph.layer.plural}; found {len(np.unique(groups)):,} groups of {groups.size:,}. "
            "Put every area into one of them first."
        )
    of_node = np.zeros(merged.size, dtype=np.int64)
    of_node[merged.node] = groups - 1
    plan = _place_groups(job, of_node.tolist())
    torn = plan.summary.loc[~plan.summary["connected"], "group"].tolist()
    if torn or len(np.unique(of_node)) < wanted:
        told = ", ".join(map(str, torn[:5])) or "one that the rules leave empty"
        raise MappingError(
            f"Expected groups in one piece to go on from; found others: {told}. Join their parts "
            "first."
        )
    return of_node.tolist()


def _differ(job: Job, one: Result, other: Result) -> float:
    people = job.prepared.merged.people
    return count_difference(np.array(one.group_of), np.array(other.group_of), people)


def _choose_best(job: Job, results: Sequence[Result]) -> Result:
    best = min(results, key=lambda one: (one.excess, one.cost))
    if best.excess:
        raise _explain_unfound(job, best)
    return best


def _explain_unfound(job: Job, closest: Result) -> PlanError:
    """Say which rule no plan was found to keep to, and what would do."""
    task, limits = job.prepared.task, job.prepared.limits
    grouping = Grouping(task, closest.group_of)
    plan = _place_groups(job, closest.group_of)
    if grouping.count_unparted():
        return PlanError(
            "Expected a plan that keeps the areas apart that must be; found none in "
            f"{job.asked.steps:,} steps of each search. Make more groups, or take one of those "
            "rules back.",
            "apart",
        )
    shares = plan.summary["share_of_mean"] - 1
    worst = int(shares.abs().argmax())
    percent = int(np.ceil(100 * shares.abs().max() - 1e-9))
    would_do = f"A tolerance of {percent}% would do; so may" if percent < 100 else "What may do:"
    fixed = ", fewer areas that must be together" * bool(job.asked.rules.joined)
    crossing = ", no line that groups may not cross" * bool(job.asked.rules.within)
    return PlanError(
        f"Expected {write_groups(task.groups)} of {limits.words}; found no such plan. In the "
        f"closest one a group has {plan.summary['people'].iloc[worst]:,.0f} people "
        f"({_write_off(shares.iloc[worst])}). {would_do} fewer groups{fixed}{crossing}, or "
        "smaller areas to group.",
        "tolerance",
        percent if percent < 100 else 0,
    )


def _write_off(share: float) -> str:
    """Write by how much a group is off the mean: "12.4% more", "9.1% fewer"."""
    return f"{100 * abs(share):.1f}% {'more' if share > 0 else 'fewer'} than the mean"


def _place_groups(job: Job, group_of: Sequence[int]) -> Plan:
    """Make a plan of the groups of merged blocks."""
    of_block = np.array(group_of, dtype=np.int64)[job.prepared.merged.node] + 1
    return Plan(
        job.asked.graph,
        of_block,
        job.prepared.limits,
        job.asked.keep,
        job.asked.weights,
        tuple(job.prepared.crossings),
        job.asked.seed,
    )


def _make_plan(job: Job, found: Result) -> Plan:
    """Make a plan of what a search found, its groups numbered by their first blocks."""
    assert found.first is not None
    plan, first = (_place_groups(job, one) for one in (found.group_of, found.first))
    return replace(
        plan,
        group_of=number_groups(job.asked.graph, plan.group_of),
        first=number_groups(job.asked.graph, first.group_of),
    )
