"""Processes that save and say so, and are ended in the middle with kill -9.

    python -m benchmarks.saver

reads lines from its standard input: as JSON, the database's URL, the workspace, what the uploads'
ids begin with, the number of the first save, and how many (0 for saves without end). For each
line it starts a child that tells its process id and saves, one upload of a few actors at a time,
writing the upload's id on a line when the store acknowledged it; "ended" follows when the child
has ended, or was ended.
"""

import itertools
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.server import ROOT
from benchmarks.timing import seconds
from mapping import actors
from mapping.actors import Links, Register
from mapping.workspaces import ReceivedFile
from mapping.workspaces.store import Store, backups

ACTORS = 5
"""Actors of one save."""


@dataclass(frozen=True)
class Found:
    """What is in the store after all saves, against what it acknowledged."""

    acknowledged: int
    lost: int
    duplicates: int


def register(name: str) -> Register:
    """Make a register of a few actors named after a save."""
    number = np.arange(ACTORS)
    frame = pd.DataFrame({"id": "", "actor": [f"{name} {i}" for i in number]})
    return actors.register(frame, Links(number, number), Links(number, number * 1_000))


def save(store: Store, workspace: str, name: str) -> int:
    """Save the upload of one name; to repeat it changes nothing."""
    rows = pd.DataFrame({"row_number": range(ACTORS), "outcome": "matched"})
    received = ReceivedFile(f"{name}.csv", name, rows, id=name)
    return store.save_actors(workspace, register(name), received, save_id=name)


def run() -> None:
    """Load everything once, then start a child for each line that is read."""
    register("loaded")
    _tell("loaded")
    for told in sys.stdin:
        child = os.fork()  # no connection is open here: each child makes its own
        if not child:
            _save_from(*json.loads(told))
            os._exit(0)
        os.waitpid(child, 0)
        _tell("ended")


def _save_from(url: str, workspace: str, prefix: str, first: int, number: int) -> None:
    store = Store(url)
    _tell(os.getpid())
    for i in range(first, first + number) if number else itertools.count(first):
        save(store, workspace, f"{prefix}-{i}")
        _tell(f"{prefix}-{i}")


def _tell(said: object) -> None:
    """Write a line at once: a process that is ended meanwhile leaves no half of one."""
    os.write(1, f"{said}\n".encode())


@contextmanager
def saving() -> Iterator[subprocess.Popen[str]]:
    """Run this module as a process of its own, which has loaded all; ends with the block."""
    command = [sys.executable, "-m", "benchmarks.saver"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert line(process) == "loaded"
        yield process


def begin(
    process: subprocess.Popen[str],
    url: str,
    workspace: str,
    prefix: str,
    *,
    first: int = 0,
    number: int = 0,
) -> None:
    """Have a child started; what it says first is its process id."""
    assert process.stdin is not None
    process.stdin.write(json.dumps([url, workspace, prefix, first, number]) + "\n")
    process.stdin.flush()


def line(process: subprocess.Popen[str]) -> str:
    """Return the next line that a process says; it must say one."""
    assert process.stdout is not None
    said = process.stdout.readline().strip()
    assert said, "the saving process ended by itself"
    return said


def killed(url: str, process: subprocess.Popen[str], *, times: int = 15, seed: int = 1) -> Found:
    """Save, and end the saving process with kill -9 so many times, at moments of chance.

    The next process begins with the save that nobody acknowledged: it may have been kept.
    """
    chance = random.Random(seed)
    store = Store(url)
    workspace = store.create("Killed", "borough.E09000007")
    acknowledged: list[str] = []
    for _ in range(times):
        begin(process, url, workspace, "save", first=len(acknowledged))
        child = int(line(process))
        acknowledged += [line(process) for _ in range(chance.randint(1, 8))]
        time.sleep(chance.uniform(0, 0.1))  # somewhere within the next saves
        os.kill(child, signal.SIGKILL)
        acknowledged += iter(partial(line, process), "ended")
    last = f"save-{len(acknowledged)}"
    save(store, workspace, last)  # whether it was kept or not
    return _compared(store, workspace, [*acknowledged, last])


def at_once(url: str, processes: Sequence[subprocess.Popen[str]], *, saves: int = 40) -> Found:
    """Let several processes save into one workspace at the same time."""
    store = Store(url)
    workspace = store.create("At once", "borough.E09000007")
    acknowledged: list[str] = []
    for i, process in enumerate(processes):
        begin(process, url, workspace, f"writer{i}", number=saves)
    for process in processes:
        line(process)
        acknowledged += iter(partial(line, process), "ended")
    assert len(acknowledged) == len(processes) * saves
    return _compared(store, workspace, acknowledged)


class BackedUp(NamedTuple):
    """What a backup under load came to: rows that it should have, those missing, its time."""

    rows: int
    missing: int
    seconds: float


def backed_up(
    url: str, folder: Path, processes: Sequence[subprocess.Popen[str]], *, saves: int = 40
) -> BackedUp:
    """Back up while several processes save, restore elsewhere, and look for acknowledged rows.

    ``url`` is that of a file of SQLite; both files are made in ``folder``. A row is missing if it
    was acknowledged before the backup began and is not there, or is there in another way.
    """
    store = Store(url)
    workspace = store.create("Backed up", "borough.E09000007")
    children: list[int] = []
    acknowledged: list[str] = []
    for i, process in enumerate(processes):
        begin(process, url, workspace, f"writer{i}")
        children.append(int(line(process)))
    for process in processes:
        acknowledged += [line(process) for _ in range(saves)]
    made_s = seconds(lambda: backups.back_up(str(folder / "a.backup"), url=url))
    for child, process in zip(children, processes, strict=True):
        os.kill(child, signal.SIGKILL)
        while line(process) != "ended":
            pass
    backups.restore(str(folder / "a.backup"), url=str(folder / "restored.sqlite"))
    store.close()
    wanted = list_rows(url, workspace, acknowledged)
    missing = wanted - list_rows(str(folder / "restored.sqlite"), workspace, acknowledged)
    return BackedUp(len(wanted), len(missing), made_s)


def list_rows(path: str, workspace: str, uploads: Sequence[str]) -> set[tuple]:
    """List the rows of actors and of files of some uploads in a file of SQLite, cell by cell."""
    with closing(sqlite3.connect(path)) as db:
        return {
            (table, *row)
            for table, column in (("uploads", "id"), ("actors", "upload"))
            for upload in uploads
            for row in db.execute(
                f"SELECT * FROM {table} WHERE workspace = ? AND {column} = ?", [workspace, upload]
            )
        }


def _compared(store: Store, workspace: str, acknowledged: Sequence[str]) -> Found:
    """Count saves of which anything is missing, and whatever is there twice or of no save."""
    found = store.open(workspace)
    store.close()
    kept = Counter(found.register.actors["actor"])
    wanted = {name: [f"{name} {i}" for i in range(ACTORS)] for name in acknowledged}
    lost = sum(any(actor not in kept for actor in names) for names in wanted.values())
    twice = sum(kept.values()) - len(kept)
    unasked = len(kept.keys() - {actor for names in wanted.values() for actor in names})
    counted_again = found.version - 1 - len(found.uploads)
    return Found(len(acknowledged), lost, twice + unasked + counted_again)


if __name__ == "__main__":
    run()
