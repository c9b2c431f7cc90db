"""The postcode directory: how long its pack takes to build, and what it costs beside the app."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks import made_directory
from benchmarks.bars import Row
from benchmarks.server import ROOT
from mapping.atoms import postcodes

OTHERS = 960_000
"""Postcodes that ended and of Northern Ireland, invented: about as many as there are."""
ROUNDS = 5
BUILD = """
import json, resource, sys, time
begun = time.perf_counter()
from pathlib import Path
from mapping.build import directory
found = directory.build(Path(sys.argv[1]), Path(sys.argv[2]))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
layers = sum(column.reading == "layer" for column in found.columns)
print(json.dumps([time.perf_counter() - begun, peak * 1024 / 1e6, layers]))
"""
OPEN = """
import json, resource, time
begun = time.perf_counter()
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=120)
app.query_params["place"] = "county.greater-london"
app.run()
assert not app.exception
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([time.perf_counter() - begun, peak * 1024 / 1e6]))
"""
READ = """
import json, time
from mapping import layers
from mapping.atoms import blocks, table
blocks()
taken = []
for key in [key for key in layers.keys() if layers.is_official(key)]:
    begun = time.perf_counter()
    layers.get(key).numbers
    taken.append(time.perf_counter() - begun)
print(json.dumps([max(taken)]))
"""


def rows() -> Iterator[Row]:
    """Measure a directory of all our postcodes and as many others as there are, of 50 columns."""
    with tempfile.TemporaryDirectory() as folder:
        path, there = Path(folder) / "ONSPD_NOV_2025_UK.zip", Path(folder) / "packs"
        everywhere = np.arange(len(postcodes.table()))
        count = made_directory.write(path, "old", everywhere, others=OTHERS)
        taken_s, peak_mb, layers = _run(BUILD, "", str(path), str(there))
        what = f"a directory of {count:,} rows × {len(made_directory.OLD)} columns"
        yield Row(f"{what} → a pack of {layers:.0f} layers", taken_s, "s", 40, "less")
        yield Row("  at its peak", peak_mb, "MB", 800, "less")
        size = sum(file.stat().st_size for file in there.rglob("*"))
        yield Row("  on disk", size / 1e6, "MB")
        yield from _opened(str(Path(folder) / "none"), str(there))
        (slowest_s,) = _run(READ, str(there))
        yield Row("  reading one of its layers, the slowest", slowest_s * 1e3, "ms")


def _opened(without: str, there: str) -> Iterator[Row]:
    """Compare start and first map with a pack and without, in turns."""
    turns = [(_run(OPEN, without), _run(OPEN, there)) for _ in range(ROUNDS)]
    before, after = zip(*turns, strict=True)
    times = statistics.median(a[0] / b[0] for b, a in turns)
    yield Row("start and first map with the pack", times, "×", 1.15, "less", "of without")
    more_mb = statistics.median(a[1] for a in after) - statistics.median(b[1] for b in before)
    yield Row("  memory that the pack then takes", more_mb, "MB")


def _run(script: str, packs: str, *arguments: str) -> list[float]:
    """Run a script in a process of its own, which sees a folder of packs; return its numbers."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, *arguments],
        cwd=ROOT,
        env={**os.environ, "COMMON_GROUND_PACKS": packs, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])
