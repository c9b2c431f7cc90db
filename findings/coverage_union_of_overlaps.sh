#!/usr/bin/env bash
# shapely.coverage_union_all, and geopandas dissolve(method="coverage"): some overlaps raise
# an error, others pass in silence and are counted twice.
#
# Expected: the fast union is meant for areas that do not overlap, and it does refuse input
# with "CoverageUnion cannot process overlapping inputs". One would take this for a check, use
# the fast method, and fall back on the ordinary union when it raises.
# Seen: it raises for two areas that are the same. Two squares of 100 that overlap by a tenth,
# as wards from two sources do, come back as an invalid multipolygon of the two squares, of
# area 200 where the ground is 190, with no error or warning. A sliver of overlap along the
# middle of a border passes likewise. Areas, and densities drawn from them, are wrong by just
# the overlap; is_valid, asked afterwards, is false.
# shapely.coverage_is_valid, asked before, tells each case; union_all without a method, and
# method="disjoint_subset", are right in each.
# Versions: shapely 2.2.0 (GEOS 3.14.1), geopandas 1.2.0. Date: 2026-11-29.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q shapely==2.2.0 geopandas==1.2.0 pandas==3.1.1 numpy==2.4.6 \
  pyproj==3.7.2 pyogrio==0.13.0
"$work/venv/bin/python" - <<'PY'
import warnings

import geopandas as gpd
import shapely
from shapely import box

warnings.simplefilter("error", UserWarning)
warnings.simplefilter("error", RuntimeWarning)
REFUSED = "CoverageUnion cannot process overlapping inputs."
first = box(0, 0, 10, 10)
cases = {
    "side by side": box(10, 0, 20, 10),
    "overlap": box(9, 0, 19, 10),
    "sliver": box(9.9, 1, 19.9, 9),
    "the same twice": first,
}
seen = {}
for name, second in cases.items():
    assert first.is_valid and second.is_valid
    wards = gpd.GeoDataFrame({"district": ["A", "A"]}, geometry=[first, second], crs=27700)
    good = bool(shapely.coverage_is_valid(wards.geometry.values))
    true_area = wards.union_all().area
    assert wards.union_all(method="disjoint_subset").area == true_area
    try:
        fast = shapely.coverage_union_all(wards.geometry.values)
        dissolved = wards.dissolve("district", method="coverage").geometry.iloc[0]
        assert dissolved.equals_exact(fast) and dissolved.area == fast.area
        seen[name] = (good, round(true_area, 6), round(fast.area, 6), fast.geom_type, fast.is_valid)
    except shapely.errors.GEOSException as error:
        seen[name] = (good, round(true_area, 6), "raises", str(error).split(":")[-1].strip(), None)
    print(f"{name:15} coverage_is_valid {seen[name][0]!s:5}  ground {seen[name][1]:6}  "
          f"coverage union {seen[name][2]}, {seen[name][3]}, is_valid {seen[name][4]}")

assert seen == {
    "side by side": (True, 200, 200, "Polygon", True),
    "overlap": (False, 190, 200, "MultiPolygon", False),
    "sliver": (False, 179.2, 180, "MultiPolygon", False),
    "the same twice": (False, 100, "raises", REFUSED, None),
}, "changed"
print("as the header says")
PY
