"""The store: what two users and kill -9 do to it, and how long 100,000 actors take."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks import postgres, saver, writers
from benchmarks.bars import Row
from benchmarks.timing import medians_s, seconds
from mapping import actors
from mapping.actors import Links, Register
from mapping.atoms import postcodes
from mapping.workspaces import ReceivedFile
from mapping.workspaces.store import Store

ACTORS = 100_000
KILLS = 15
OPENED_S = 1.5
"""So fast 100,000 actors are opened from a file of SQLite."""
SAVED_S = 2.0
"""So long, of sixty who save at once to a file of SQLite, nearly all wait at most."""


def rows() -> Iterator[Row]:
    """Measure what is lost, what is there twice, and the time: in a new file, and on a server.

    The file is of SQLite; the server is PostgreSQL, where it is installed.
    """
    with tempfile.TemporaryDirectory() as folder:
        yield from _measured(str(Path(folder) / "measured.sqlite"), "store")
        yield from _backed_up(Path(folder))
    programs = postgres.programs()
    if programs is None:
        print(
            "PostgreSQL is not installed (on Debian the package postgresql): not measured.",
            file=sys.stderr,
        )
        return
    with postgres.running(programs) as url:
        yield from _measured(postgres.database(url, "measured"), "store on PostgreSQL")


def _measured(url: str, where: str) -> Iterator[Row]:
    with saver.saving() as one, saver.saving() as other:
        measured = (
            ("two processes saving at once", saver.at_once(url, (one, other))),
            (f"kill -9 during saves, {KILLS} ×", saver.killed(url, one, times=KILLS)),
        )
    for what, found in measured:
        yield Row(f"{where}, {what}: acknowledged saves", found.acknowledged, "")
        yield Row(
            f"{where}, {what}: acknowledged rows lost", found.lost * saver.ACTORS, "", 0, "less"
        )
        yield Row(f"{where}, {what}: duplicates", found.duplicates, "", 0, "less")
    yield from _crowded(url, where)
    yield from _large(url, where)


def _crowded(url: str, where: str) -> Iterator[Row]:
    """Let sixty save at once, ten times each; then end sixty who begin workspaces with kill -9."""
    found = writers.save_at_once(url)
    what = f"{where}, {writers.PEOPLE} × {writers.SAVES} saves at once"
    yield Row(f"{what}: refused", found.refused, "", 0, "less")
    bar = SAVED_S if where == "store" else None
    yield Row("  p95", float(np.percentile(found.seconds, 95)), "s", bar, "less")
    yield Row("  processor time of a save", found.processor_s * 1e3, "ms")
    left = writers.end_in_the_middle(url, times=KILLS)
    what = f"{where}, kill -9 while {writers.PEOPLE} begin workspaces, {KILLS} ×"
    yield Row(f"{what}: acknowledged", left.acknowledged, "")
    yield Row("  acknowledged lost", left.lost, "", 0, "less")
    yield Row("  workspaces without what they were begun with", left.empty, "", 0, "less")


def _backed_up(folder: Path) -> Iterator[Row]:
    """Back up the file of SQLite, with its 100,000 actors' worth of room, while two save."""
    url, what = str(folder / "backed_up.sqlite"), "backup under load"
    store = Store(url)
    register, received = large()
    large_one = store.create("Large", "borough.E09000007")
    store.save_actors(large_one, register, received)
    store.close()
    with saver.saving() as one, saver.saving() as other:
        found = saver.backed_up(url, folder, (one, other))
    yield Row(f"{what}: rows acknowledged before it", found.rows, "")
    yield Row(f"{what}, restored: rows missing", found.missing, "", 0, "less")
    yield Row(f"{what}: 100,000 actors and more", found.seconds, "s")


def _large(url: str, where: str) -> Iterator[Row]:
    store = Store(url)
    workspace = store.create("Large", "borough.E09000007")
    register, received = large()
    save_s = seconds(lambda: store.save_actors(workspace, register, received, save_id="large"))
    again_s = seconds(lambda: store.save_actors(workspace, register, received, save_id="large"))
    open_s, _ = medians_s(lambda: store.open(workspace), {}, rounds=5, calls=1)
    export_s = seconds(lambda: store.export_whole(workspace))
    yield Row(f"{where}: save of 100,000 actors", save_s, "s")
    yield Row(f"{where}: the same save again", again_s, "s")
    bar = OPENED_S if where == "store" else None
    yield Row(f"{where}: 100,000 actors opened", open_s, "s", bar, "less")
    yield Row(f"{where}: 100,000 actors exported", export_s, "s")
    yield Row(f"{where}: 100,000 actors deleted", seconds(lambda: store.delete(workspace)), "s")
    store.close()


def large() -> tuple[Register, ReceivedFile]:
    """Make 100,000 actors: two wards each, half with postcodes, 5 % with a circle's worth."""
    chance, atoms = np.random.default_rng(1), postcodes.table()
    number = np.arange(ACTORS)
    frame = pd.DataFrame(
        {"actor": [f"Actor {i}" for i in number], "themes": "health; housing", "scale": "borough"}
    )
    frame["id"] = frame["actor"].str.lower()
    wards = chance.integers(0, len(atoms.ward_codes), 2 * ACTORS)
    circles = number[::20]
    first = chance.integers(0, len(atoms) - 60, len(circles))
    ring = (first[:, None] + np.arange(60)).ravel()
    few = chance.integers(0, len(atoms), ACTORS // 2)
    loose = Links(np.r_[number[::2], np.repeat(circles, 60)], np.r_[few, ring])
    rows = pd.DataFrame({"row_number": number + 2, "outcome": "matched", "reason": ""})
    register = actors.register(frame, Links(np.repeat(number, 2), wards), loose)
    return register, ReceivedFile("large.csv", "large", rows)
