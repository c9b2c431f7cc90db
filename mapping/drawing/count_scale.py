"""The count scale: how many are somewhere, from light to dark, with a pattern for each step."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from mapping.drawing.signs import WHITE, AreaSign

BOUNDS = (1, 2, 4, 7, 13, 26, 51, 101)
"""Where the steps of a scale begin: 1, 2–3, 4–6, 7–12 …"""
SIGNS = (
    AreaSign("#e9f4f1", "vertical", "#7fb9b0", line="#3c4650", width_px=0.8),
    AreaSign("#cfe6e1", "dots", "#0a4f4a", line="#3c4650", width_px=0.8),
    AreaSign("#a3cfc7", "horizontal", "#0a4f4a", line="#3c4650", width_px=0.8),
    AreaSign("#5fa79c", "hatch", "#083f3b", line="#1b2733", width_px=0.8),
    AreaSign("#0f766e", "cross", WHITE, line="#1b2733", width_px=0.8),
)
"""The signs of steps, the fewest first: each darker than the one before, in another pattern."""


@dataclass(frozen=True)
class Step:
    """One step of a scale: the counts from ``low`` to ``high`` (with it), and its sign."""

    low: int
    high: int
    sign: AreaSign

    @property
    def range(self) -> str:
        """Write the counts of the step: "1", "4–6"."""
        return f"{self.low:,}" if self.low == self.high else f"{self.low:,}–{self.high:,}"


def make_steps(counts: Iterable[int]) -> list[Step]:
    """Return the steps for some counts, the fewest first; none for counts of 0.

    Few different counts are a step each; more of them share the steps that begin at ``BOUNDS``,
    the lowest of which become one if there would be more than there are signs.

    >>> [step.range for step in make_steps([0, 12, 12, 14])]
    ['12', '14']
    >>> [step.range for step in make_steps([1, 2, 3, 4, 5, 6, 40])]
    ['1', '2–3', '4–6', '26–40']
    """
    different = sorted({int(count) for count in counts if count > 0})
    ranges = [(one, one) for one in different]
    if len(ranges) > len(SIGNS):
        ranges = _share_steps(different)
    if not ranges:
        return []
    last = len(SIGNS) - 1
    rank = np.linspace(0, last, len(ranges)).round().astype(int) if len(ranges) > 1 else [last // 2]
    return [Step(*ends, SIGNS[at]) for ends, at in zip(ranges, rank, strict=True)]


def _share_steps(counts: list[int]) -> list[tuple[int, int]]:
    """Return the ends of the steps in which there are counts; the last ends with the largest."""
    ends = [*(begin - 1 for begin in BOUNDS[1:]), max(counts[-1], BOUNDS[-1])]
    held = [
        (low, min(high, counts[-1]))
        for low, high in zip(BOUNDS, ends, strict=True)
        if any(low <= one <= high for one in counts)
    ]
    spare = len(held) - len(SIGNS)
    return [(held[0][0], held[spare][1]), *held[spare + 1 :]] if spare > 0 else held


def find_step(steps: Iterable[Step], count: int) -> Step | None:
    """Return the step that a count lies in; None for one that none holds."""
    return next((step for step in steps if step.low <= count <= step.high), None)
