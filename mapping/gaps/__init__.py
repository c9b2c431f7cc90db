"""Gaps: who is covered by nobody, on which theme and at which scale.

Counted over actor zones, by a lens's name or one number a postcode (``by=``). In questions the
empty text stands for any theme or any scale. An actor counts under each of its words, and under
the theme of ``actors.defaults.vocabulary`` that a word is part of.

That nobody is recorded is no gap by itself: it becomes a *known gap* only where the register is
marked as ``complete`` for the theme and scale, a collection of pairs
``("mental health", "hyperlocal")``, of which an empty text means all.
"""

from mapping.gaps.actor_zones import NO_SCALE, NO_THEME
from mapping.gaps.cells import (
    COVERED,
    KNOWN_GAP,
    NOBODY,
    NOT_RECORDED,
    ONE,
    PARTLY,
    SEVERAL,
    UNTOLD,
    Complete,
    coverage,
    grid,
    is_complete,
    list_untold,
    missing_scales,
    status,
    sum_by_district,
    uncovered,
)
from mapping.gaps.need import drop_missing_need, need_residual
from mapping.gaps.provision import Question, ThemesHeld
from mapping.gaps.thin_and_crowded import (
    CROWDED,
    THIN,
    ActorQuantiles,
    crowding,
    orphan_wards,
    orphans,
    spread,
)

__all__ = [
    "COVERED",
    "CROWDED",
    "KNOWN_GAP",
    "NOBODY",
    "NOT_RECORDED",
    "NO_SCALE",
    "NO_THEME",
    "ONE",
    "PARTLY",
    "SEVERAL",
    "THIN",
    "UNTOLD",
    "ActorQuantiles",
    "Complete",
    "Question",
    "ThemesHeld",
    "actor_zones",
    "coverage",
    "crowding",
    "drop_missing_need",
    "grid",
    "is_complete",
    "list_untold",
    "missing_scales",
    "need_residual",
    "orphan_wards",
    "orphans",
    "provision",
    "spread",
    "status",
    "sum_by_district",
    "uncovered",
]
