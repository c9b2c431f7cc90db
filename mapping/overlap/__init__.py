"""Overlap and mismatch: counts of people over pairs and sets of units."""

from mapping.overlap.changes import (
    count_changed,
    has_changed,
    list_changes,
    list_changes_at,
    list_joined,
)
from mapping.overlap.counts import people_in, ratio, sum_by_unit, units, zones
from mapping.overlap.cross_tables import (
    Association,
    Straddling,
    aligned_share,
    association,
    counterparts,
    cross_table,
    large_units,
    matrix,
    mismatch,
    straddling,
    vmeasure,
)
from mapping.overlap.nesting import other_side, relations, two_way_shares
from mapping.overlap.partners import (
    Fragmentation,
    Sharing,
    find_sharing,
    fragmentation,
    list_nations,
    partner_sets,
    say_unrecorded,
)
from mapping.overlap.proximity import edge_dwellers, postcodes_near
from mapping.overlap.spots import shares_at, units_at

__all__ = [
    "Association",
    "Fragmentation",
    "Sharing",
    "Straddling",
    "aligned_share",
    "association",
    "count_changed",
    "counterparts",
    "counts",
    "cross_table",
    "edge_dwellers",
    "find_sharing",
    "fragmentation",
    "has_changed",
    "large_units",
    "list_changes",
    "list_changes_at",
    "list_joined",
    "list_nations",
    "matrix",
    "mismatch",
    "other_side",
    "partner_sets",
    "partners",
    "people_in",
    "postcodes_near",
    "ratio",
    "relations",
    "say_unrecorded",
    "shares_at",
    "straddling",
    "sum_by_unit",
    "two_way_shares",
    "units",
    "units_at",
    "vmeasure",
    "zones",
]
