"""Gaps: who is covered by nobody, on which theme and at which scale.

Counted over actor zones, by a lens (``by=``) or the caller's own ``weights=``. In questions the
empty text stands for any theme or any scale. An actor counts under each of its words, and under
the theme of ``shipped.vocabulary`` that a word is part of.

That nobody is recorded is no gap by itself: it becomes a *known gap* only where the register is
marked as ``complete`` for the theme and scale, a collection of pairs
``("mental health", "hyperlocal")``, of which an empty text means all.
"""

from mapping.gaps.actor_zones import (
    NO_SCALE,
    NO_THEME,
)
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
    by_district,
    coverage,
    grid,
    is_complete,
    missing_scales,
    status,
    uncovered,
    untold,
)
from mapping.gaps.need import (
    need_residual,
    without_need,
)
from mapping.gaps.provision import (
    FIRST,
    Question,
)
from mapping.gaps.thin_and_crowded import (
    CROWDED,
    THIN,
    Spread,
    crowding,
    orphan_wards,
    orphans,
    spread,
)

__all__ = [
    "COVERED",
    "CROWDED",
    "FIRST",
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
    "Complete",
    "Question",
    "Spread",
    "actor_zones",
    "by_district",
    "coverage",
    "crowding",
    "grid",
    "is_complete",
    "missing_scales",
    "need_residual",
    "orphan_wards",
    "orphans",
    "provision",
    "spread",
    "status",
    "uncovered",
    "untold",
    "without_need",
]
