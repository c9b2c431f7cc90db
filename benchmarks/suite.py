"""The processor time of the README's test command, beside that of a commit of November 2026."""

import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.bars import Row

ROOT = Path(__file__).parent.parent
BEFORE_S = 1_195
"""Processor seconds of the tests of commit f64a1bd, on the machine of ``benchmarks/README.md``."""


def rows() -> Iterator[Row]:
    """Run the tests as the README says, and measure what they and their children take."""
    before = _count_seconds()
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", *_read_options()], cwd=ROOT)
    taken = _count_seconds() - before
    note = f"{taken:.0f} s; f64a1bd took {BEFORE_S:,} s. It counts on the machine of those only"
    yield Row("README's test command: processor time", taken, "s")
    yield Row("  of that of commit f64a1bd", taken / BEFORE_S, "x", 0.5, "less", note)
    yield Row("  tests that failed", float(done.returncode != 0), "runs", 0, "less")


def _read_options() -> list[str]:
    """Return the options that the README's test command gives to pytest."""
    found = re.search(r"-m pytest (.+)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert found is not None
    return found[1].split()


def _count_seconds() -> float:
    """Return the processor time, user and system, of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
