"""Boundaries for looking at: polygons of layers, and the lines that two layers draw.

Everything is derived from the postcodes' cells, so a line that two layers share is one
line. Derived boundaries are no official ones. Compared once, while this was designed, with 667
official wards of the same codes (no part of the data or of the tests): 99.9% of the wards'
postcodes lay inside the official line; the two areas' intersection over union was 0.81 (median).
"""

from mapping.boundaries.areas import (
    FINEST_M,
    LINE_KINDS,
    PIXELS,
    borders,
    bounds_degrees,
    compare_lines,
    detail_m,
    find_lines,
    find_sides,
    lie_inside,
    line_agreement,
    outline,
    pair_polygons,
    polygons,
    set_polygons,
    unite,
)
from mapping.boundaries.coverage import Coverage
from mapping.boundaries.segments import SideLines, side_lines

__all__ = [
    "FINEST_M",
    "LINE_KINDS",
    "PIXELS",
    "Coverage",
    "SideLines",
    "borders",
    "bounds_degrees",
    "coast",
    "compare_lines",
    "coverage",
    "detail_m",
    "find_lines",
    "find_sides",
    "lie_inside",
    "line_agreement",
    "outline",
    "pair_polygons",
    "polygons",
    "set_polygons",
    "side_lines",
    "tessellation",
    "unite",
]
