"""Timing: medians over rounds in which all competitors take their turn."""

import os
import statistics
import time
from collections.abc import Callable, Mapping

Run = Callable[[], object]


def medians_s(
    ours: Run, peers: Mapping[str, Run], *, rounds: int = 5, calls: int = 20
) -> tuple[float, dict[str, float]]:
    """Return our median time and each peer's, in seconds.

    Everything runs once before the clock starts. Then, round after round, ours is called
    ``calls`` times and each peer once, so that whatever else the machine does strikes all.
    """
    for run in (ours, *peers.values()):
        run()
    own: list[float] = []
    taken: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(rounds):
        own += [seconds(ours) for _ in range(calls)]
        for name, run in peers.items():
            taken[name].append(seconds(run))
    return statistics.median(own), {n: statistics.median(s) for n, s in taken.items()}


def seconds(run: Run) -> float:
    """Return how long one call takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def count_seconds() -> float:
    """Return the processor time of this process and of all that it has started and seen end."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
