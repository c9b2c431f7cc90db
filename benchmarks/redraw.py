"""Redraw: suggested neighbourhoods beside those of other libraries, and changes by hand."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from benchmarks import redraw_bound, redraw_page, redraw_peers
from benchmarks.bars import Row
from mapping import places, redraw
from mapping.errors import PlanError
from mapping.geography import layers
from mapping.takeaway import report

ROUNDS = 5
HAND_BAR_S, COUNTRY_BAR_S, RANKING_BAR_S = 0.25, 0.5, 0.3
TORN_BAR, REPORT_BAR_S = 0.5, 1.0
TEN_LAYERS = (
    "borough",
    "combined_authority",
    "police_force",
    "fire_service",
    "ambulance_service",
    "icb",
    "police_bcu",
    "mental_health_trust",
    "assembly_constituency",
    "subregional_partnership",
)
AREA_PLACES = ("Camden", "Plymouth", "Oldham", "Moray", "Merthyr Tydfil", "City of Edinburgh")
STARTS, CORE_PEOPLE, AREA_PEOPLE, AREA_TOLERANCE = 50, 7_200, 10_000, 0.1
PROCESSOR = "processor time; the search runs in one thread"


class Case(NamedTuple):
    """A question that is searched and timed; ``bar_s`` of its time."""

    title: str
    place: str
    blocks: str
    groups: int
    tolerance: float
    keep: tuple[str, ...]
    bar_s: float
    slow: bool = False

    @property
    def what(self) -> str:
        """Name the question: "Camden, 5 neighbourhoods of small areas, ±15%"."""
        return f"{self.title}, ±{100 * self.tolerance:.0f}%"


CASES = (
    Case(
        "Camden, 5 neighbourhoods of small areas",
        "Camden",
        "lsoa",
        5,
        0.15,
        ("ward", "postal_district"),
        3,
    ),
    Case("Cornwall, 12 of wards", "Cornwall", "ward", 12, 0.15, ("postal_district",), 3),
    Case(
        "London, 33 of wards",
        "Greater London",
        "ward",
        33,
        0.1,
        ("borough", "postal_district"),
        15,
        slow=True,
    ),
    Case(
        "London, 100 of wards",
        "Greater London",
        "ward",
        100,
        0.2,
        ("borough", "postal_district"),
        20,
        slow=True,
    ),
)
SOUTH_EAST = Case(
    "South East, 48 of wards", "South East", "ward", 48, 0.15, ("borough", "postal_district"), 40
)
HARD = Case("Cornwall, 12 of wards", "Cornwall", "ward", 12, 0.1, ("postal_district",), 3)


def rows() -> Iterator[Row]:
    """Measure the ranking of common lines, changes by hand, suggestions, areas and undo."""
    yield from _rank()
    yield from _move_nobody()
    yield from _change_by_hand()
    yield from redraw_page.rows()
    for case in CASES:
        plan, taken_s = _time(case)
        yield from _tell_time(case, plan, taken_s)
        yield from _compare(case, plan)
        if case.place == "Cornwall":
            yield from redraw_bound.rows()
    yield from _tell_time(SOUTH_EAST, *_time(SOUTH_EAST))
    yield from _search_hard()
    yield from _contain()
    yield from _write_report()


def _rank() -> Iterator[Row]:
    london, chosen = places.get("Greater London"), list(TEN_LAYERS)

    def rank() -> None:
        redraw.common_lines(london, chosen, candidates=chosen)

    rank()
    taken_s = statistics.median(_seconds(rank) for _ in range(ROUNDS))
    what = "London: ranking of common lines for 10 layers, each along each"
    yield Row(what, taken_s, "s", RANKING_BAR_S, "less")


def _move_nobody() -> Iterator[Row]:
    london = places.get("Greater London")
    moved = 0.0
    for key in TEN_LAYERS:
        moved += redraw.people_moved(london, layers.get(key), along=layers.get(key))
    ward, borough = layers.get("ward"), layers.get("borough")
    for layer, along in ((ward, borough), (borough, ward)):
        moved += redraw.people_moved(london, layer, along=along)
    what = "people moved by redrawing a layer along itself, or along one it nests with"
    yield Row(what, moved, "people", 0, "less")


def _change_by_hand() -> Iterator[Row]:
    """Time a move with every score that a page tells, in London and in all of Great Britain."""
    questions = (
        ("London, 704 wards", "Greater London", ["icb", "postal_district"], HAND_BAR_S),
        ("Great Britain, 7,934 wards", "Great Britain", ["icb", "police_force"], COUNTRY_BAR_S),
    )
    for title, name, keep, bar_s in questions:
        now = redraw.begin(places.get(name), "ward", like=layers.get("borough"))
        times = []
        for code in now.graph.codes[: 7 * ROUNDS : 7].tolist():
            start = time.perf_counter()
            now = now.move([code], 1)
            plan = now.as_plan(keep)
            _ = plan.torn, plan.summary, plan.cut_share, now.find_cut_off(), now.text
            plan.layer("Draft", scale="borough")
            times.append(time.perf_counter() - start)
        what = f"{title}, by hand: a move, its scores, its layer and its link"
        yield Row(what, statistics.median(times), "s", bar_s, "less", f"first {times[0]:.2f} s")
        yield Row("  letters of the link", len(now.text), "letters")
    begun = redraw.begin(places.get("Greater London"), "ward", like=layers.get("borough"))
    yield Row("undo of 50 random moves: blocks not as they were", _undo(begun), "blocks", 0, "less")


def _undo(begun: redraw.Scenario) -> float:
    rng, now = random.Random(1), begun
    for _ in range(50):
        now = now.move(rng.sample(begun.graph.codes.tolist(), 5), rng.randint(0, 40))
    for _ in range(50):
        now = now.undo()
    return float((now.group_of != begun.group_of).sum())


def _suggest(case: Case, seed: int = 1) -> redraw.Plan:
    return redraw.suggest(
        places.get(case.place),
        blocks=case.blocks,
        groups=case.groups,
        tolerance=case.tolerance,
        keep=case.keep,
        seed=seed,
    )


def _time(case: Case) -> tuple[redraw.Plan, float]:
    """Return a plan, and the processor time of the question, its graph at hand."""
    redraw.find_graph(places.get(case.place), layers.get(case.blocks))
    start = time.process_time()
    plan = _suggest(case)
    return plan, time.process_time() - start


def _tell_time(case: Case, plan: redraw.Plan, taken_s: float) -> Iterator[Row]:
    yield Row(case.what, taken_s, "s", case.bar_s, "less", PROCESSOR)
    wrong = int((~plan.summary["connected"]).sum()) + (not plan.is_balanced)
    yield Row("  groups in several pieces, or out of balance", wrong, "groups", 0, "less")
    if not case.slow and case is not SOUTH_EAST:
        again = (_suggest(case).group_of != plan.group_of).sum()
        yield Row("  blocks in another group for the same seed", int(again), "blocks", 0, "less")


def _compare(case: Case, plan: redraw.Plan) -> Iterator[Row]:
    """Put the mean mismatch beside that of the best balanced plan of each peer."""
    torn = plan.mean_torn
    yield Row("  mean mismatch with the kept layers", torn, "")
    best = []
    for name, find in redraw_peers.list_peers(slow=case.slow):
        start = time.perf_counter()
        found = [
            redraw.start_from(plan.graph, groups).as_plan(case.keep)
            for groups in find(plan, case.groups, case.tolerance)
        ]
        taken_s = time.perf_counter() - start
        right = [one for one in found if _is_right(one, plan)]
        note = f"of {len(found)}, in {taken_s:.1f} s"
        yield Row(f"  {name}: connected and balanced", len(right), "plans", note=note)
        if right:
            best.append(min(one.mean_torn for one in right))
            yield Row("    the best mean mismatch of these", best[-1], "")
    if best:
        yield Row(
            "  of the best balanced plan of the peers", torn / min(best), "×", TORN_BAR, "less"
        )


def _is_right(found: redraw.Plan, ours: redraw.Plan) -> bool:
    assert ours.limits is not None
    people = found.summary["people"]
    balanced = people.between(ours.limits.least, ours.limits.most).all()
    return bool(balanced and found.summary["connected"].all() and found.groups == ours.groups)


def _search_hard() -> Iterator[Row]:
    start = time.process_time()
    try:
        plan = _suggest(HARD)
        outcome, note = float(plan.is_balanced), f"found; mean mismatch {plan.mean_torn:.3f}"
    except PlanError as error:
        outcome, note = 1.0, f"refused: {error.constraint}"
    taken_s = time.process_time() - start
    yield Row(f"{HARD.what}: found, or refused with the constraint", outcome, "", 1, note=note)
    yield Row("  its time", taken_s, "s", note=PROCESSOR)


def _contain() -> Iterator[Row]:
    """Draw areas of 10,000 people around random ones of about 8,000, and check each anew."""
    counts = {"found": 0, "refused": 0, "wrong": 0}
    start = time.process_time()
    for name in AREA_PLACES:
        graph = redraw.find_graph(places.get(name), layers.get("lsoa"))
        for seed in range(STARTS):
            counts[_draw_around(graph, seed)] += 1
    taken_s = time.process_time() - start
    total = len(AREA_PLACES) * STARTS
    what = f"{total} areas of 10,000 ±10% around one of about 8,000: wrong"
    note = f"{counts['found']} found, {counts['refused']} refused with the constraint"
    yield Row(what, counts["wrong"], "areas", 0, "less", note)
    yield Row("  the time of one", taken_s / total, "s", note=PROCESSOR)


def _write_report() -> Iterator[Row]:
    """Time a report of three suggestions of Camden, its maps at hand, and how large it is."""
    camden = places.get("Camden")
    plans = redraw.suggest_several(
        camden, blocks="lsoa", groups=5, keep=["ward", "postal_district"], seed=1
    )
    told = report.tell_report(plans, question="Where might lines run?", made="today")
    what = "a report of three suggestions for Camden"
    tell_s = _median(lambda: report.tell_report(plans, question="?", made="today"))
    yield Row(f"{what}: gather and draw", tell_s, "s", REPORT_BAR_S, "less")
    yield Row("  as PDF", _median(lambda: report.paper.write(told)), "s", REPORT_BAR_S, "less")
    yield Row("  its size", len(report.paper.write(told)) / 1e3, "kB")
    yield Row("  as one page of HTML", len(report.page.write(told)) / 1e3, "kB")


def _median(run: Callable[[], object]) -> float:
    return statistics.median(_seconds(run) for _ in range(ROUNDS))


def _draw_around(graph: redraw.BlockGraph, seed: int) -> str:
    core = _grow(graph, random.Random(seed))
    try:
        plan = redraw.suggest(
            graph.place,
            blocks=graph.layer,
            groups=1,
            people=AREA_PEOPLE,
            tolerance=AREA_TOLERANCE,
            contains=graph.codes[core].tolist(),
            seed=seed,
        )
    except PlanError:
        return "refused"
    people = float(graph.people[plan.group_of == 1].sum())
    is_right = (plan.group_of[core] == 1).all() and plan.summary["connected"].all()
    near = abs(people - AREA_PEOPLE) <= AREA_TOLERANCE * AREA_PEOPLE
    return "found" if is_right and near else "wrong"


def _grow(graph: redraw.BlockGraph, rng: random.Random) -> list[int]:
    inside = [int(rng.random() * len(graph))]
    while graph.people[inside].sum() < CORE_PEOPLE:
        near = sorted({n for one in inside for n in graph.neighbours[one]} - set(inside))
        if not near:
            return inside
        inside.append(near[int(rng.random() * len(near))])
    return inside


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
