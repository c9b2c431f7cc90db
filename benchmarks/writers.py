"""Sixty who save at once: how long each waits, who is refused, and what kill -9 leaves of it.

    python -m benchmarks.writers URL

is the process that is ended: sixty threads of one store each begin workspaces without end, and
write the id of each on a line when the store acknowledged it.
"""

import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from benchmarks import saver
from benchmarks.server import ROOT
from mapping.errors import StoreError
from mapping.workspaces.store import Store

PEOPLE, SAVES = 60, 10
PLACE = "borough.E09000007"


@dataclass(frozen=True)
class Waited:
    """What sixty who saved at once met: the seconds of each save, and how many were refused.

    ``processor_s`` is what a save took of this process's time, whatever else the machine did.
    """

    seconds: list[float]
    refused: int
    processor_s: float


@dataclass(frozen=True)
class Left:
    """What kill -9 left of workspaces that were begun with an upload in them."""

    acknowledged: int
    lost: int
    empty: int


def save_at_once(url: str, *, people: int = PEOPLE, saves: int = SAVES) -> Waited:
    """Let many threads of one server save into one workspace, some times each, without a pause."""
    store = Store(url)
    workspace = store.create("At once", PLACE)
    seconds: list[float] = []
    refused: list[StoreError] = []
    begin = threading.Barrier(people)

    def work(person: int) -> None:
        begin.wait()
        for number in range(saves):
            begun = time.perf_counter()
            try:
                saver.save(store, workspace, f"person{person}-{number}")
            except StoreError as fault:
                refused.append(fault)
            seconds.append(time.perf_counter() - begun)

    begun_s = time.process_time()
    _run_threads(work, people)
    taken_s = time.process_time() - begun_s
    store.close()
    return Waited(seconds, len(refused), taken_s / (people * saves))


def end_in_the_middle(url: str, *, times: int, people: int = PEOPLE, seed: int = 1) -> Left:
    """End a process with kill -9 so many times while its threads begin workspaces.

    Workspaces that the database had before are not counted.
    """
    chance, store = random.Random(seed), Store(url)
    before = store.list()["id"]
    acknowledged: list[str] = []
    for _ in range(times):
        command = [sys.executable, "-m", "benchmarks.writers", url, str(people)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert saver.line(process) == "loaded"
            acknowledged += [saver.line(process) for _ in range(chance.randint(1, 2 * people))]
            time.sleep(chance.uniform(0, 0.1))  # somewhere within the next saves
            os.kill(process.pid, signal.SIGKILL)
            assert process.stdout is not None
            acknowledged += filter(None, (line.strip() for line in process.stdout))
    found = store.list().set_index("id")["actors"].drop(before)
    store.close()
    lost = sum(int(found.get(one, 0)) != saver.ACTORS for one in acknowledged)
    return Left(len(acknowledged), lost, int((found != saver.ACTORS).sum()))


def _begin_without_end(url: str, people: int) -> None:
    """Begin workspaces in many threads, and tell each that the store acknowledged."""
    store = Store(url)
    saver.register("loaded")
    os.write(1, b"loaded\n")

    def work(person: int) -> None:
        for number in itertools.count():
            name = f"{os.getpid()}-{person}-{number}"
            save = partial(saver.save, store, name=name)
            begun = store.begin(name, PLACE, save, save_id=name)
            os.write(1, f"{begun}\n".encode())  # one write: no half of a line is left

    _run_threads(work, people)


def _run_threads(work: Callable[[int], None], people: int) -> None:
    threads = [threading.Thread(target=work, args=(person,)) for person in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    _begin_without_end(sys.argv[1], int(sys.argv[2]))
