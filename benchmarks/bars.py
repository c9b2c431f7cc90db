"""Rows of the benchmarks: what was measured, and the bar that it has to clear."""

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

PEERS = ("numpy", "pandas", "shapely", "geopandas", "tobler", "maup", "streamlit")


@dataclass(frozen=True)
class Row:
    """One figure: what it is of, its value and unit, and its bar if it has one.

    ``better`` says which side of the bar is good: "more" for a speed-up, "less" for a size.
    """

    what: str
    measured: float
    unit: str
    bar: float | None = None
    better: Literal["more", "less"] = "more"
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Tell whether the bar is met; None where there is no bar."""
        if self.bar is None:
            return None
        return bool(
            self.measured >= self.bar if self.better == "more" else self.measured <= self.bar
        )

    @property
    def verdict(self) -> str:
        """Return "met", "short" or, without a bar, nothing."""
        return {None: "", True: "met", False: "short"}[self.is_met]

    def line(self) -> str:
        """Return the row as one line of text."""
        least = {"more": "at least ", "less": "at most "}[self.better]
        bar = "" if self.bar is None else f"{least}{_number(self.bar)}"
        columns = f"{self.what:<84} {_number(self.measured):>9} {self.unit:<8} {bar:<16}"
        return f"{columns} {self.verdict}".rstrip()


def _number(value: float) -> str:
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2g}" if abs(value) < 1 else f"{value:.3g}"


def write(rows: Sequence[Row], path: Path) -> None:
    """Write rows, and what they were measured with, as JSON."""
    content: dict[str, Any] = {
        "measured_with": {
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "cores": os.cpu_count(),
            "load": [round(load, 2) for load in os.getloadavg()],
            **_versions(),
        },
        "rows": [
            {**asdict(row), "measured": float(row.measured), "met": row.is_met} for row in rows
        ],
    }
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _versions() -> dict[str, str]:
    found = {}
    for name in PEERS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            print(f"{name} is not installed: its rows are left out", file=sys.stderr)
    return found
