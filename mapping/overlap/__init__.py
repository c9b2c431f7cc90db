"""Overlap and mismatch: counts of people over pairs and sets of units."""

from mapping.overlap.counts import (
    Weights,
    by_unit,
    people_in,
    ratio,
    units,
    zones,
)
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
from mapping.overlap.nesting import (
    other_side,
    relations,
    two_way_shares,
)
from mapping.overlap.partners import (
    LONDON_PARTNERS,
    Fragmentation,
    fragmentation,
    partner_sets,
    present,
    sharing_all,
    unrecorded,
    usual_partners,
)
from mapping.overlap.proximity import (
    edge_dwellers,
    postcodes_near,
)

__all__ = [
    "LONDON_PARTNERS",
    "Association",
    "Fragmentation",
    "Straddling",
    "Weights",
    "aligned_share",
    "association",
    "by_unit",
    "counterparts",
    "counts",
    "cross_table",
    "edge_dwellers",
    "fragmentation",
    "large_units",
    "matrix",
    "mismatch",
    "other_side",
    "partner_sets",
    "partners",
    "people_in",
    "postcodes_near",
    "present",
    "ratio",
    "relations",
    "sharing_all",
    "spots",
    "straddling",
    "two_way_shares",
    "units",
    "unrecorded",
    "usual_partners",
    "vmeasure",
    "zones",
]
