#!/usr/bin/env bash
# Counting postcodes by district: no ordinary way of joining points to areas counts a point on
# a shared border exactly once.
#
# Expected: four districts that meet without gap or overlap take each postcode once, so that
# the districts' people add up to the people there are. Whole-metre postcodes do fall on
# whole-metre borders. Where two areas tie, one would think that "nearest" picks one of them
# and that "assign" assigns.
# Seen: of 900 people, geopandas.sjoin with intersects (its default) or covered_by, overlay,
# clip and sjoin_nearest all count 1,600: twice on a border, four times at the corner. sjoin
# with within and maup.assign count 400: everyone on a border is in no district. geopandas
# says nothing either way; maup warns that some units were unassigned.
# A rule of one's own is needed, e.g. keep the first district for each postcode.
# Versions: geopandas 1.2.0, shapely 2.2.0, maup 2.1.1, Python 3.11 (maup 2.1.1 wants an older
# numpy from Python 3.12 on). Date: 2026-11-29.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q geopandas==1.2.0 shapely==2.2.0 pandas==3.1.1 numpy==2.4.6 \
  pyproj==3.7.2 pyogrio==0.13.0 maup==2.1.1 scipy==1.17.1 rasterio==1.4.4 rasterstats==0.21.0
"$work/venv/bin/python" - <<'PY'
import warnings

import geopandas as gpd
from shapely import Point, box

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # maup sets a pandas option that has gone
    import maup

corners = [(x, y) for x in (0, 1000) for y in (0, 1000)]
districts = gpd.GeoDataFrame(
    {"district": list("ABCD")},
    geometry=[box(x, y, x + 1000, y + 1000) for x, y in corners],
    crs=27700,
)
steps = (500, 1000, 1500)
postcodes = gpd.GeoDataFrame(
    {"people": [100] * 9},
    geometry=[Point(x, y) for x in steps for y in steps],
    crs=27700,
)
assert districts.is_valid.all()
assert postcodes.within(districts.union_all()).all(), "each postcode is well inside the four"


def clipped():
    return sum(postcodes.clip(area).people.sum() for area in districts.geometry)


def assigned_by_maup():
    owner = maup.assign(postcodes, districts)
    return postcodes.people[owner.notna()].sum()


def joined(predicate):
    return gpd.sjoin(postcodes, districts, predicate=predicate).people.sum()


ways = {
    "sjoin intersects": lambda: joined("intersects"),
    "sjoin covered_by": lambda: joined("covered_by"),
    "sjoin_nearest": lambda: gpd.sjoin_nearest(postcodes, districts).people.sum(),
    "overlay": lambda: gpd.overlay(postcodes, districts).people.sum(),
    "clip, one by one": clipped,
    "sjoin within": lambda: joined("within"),
    "maup.assign": assigned_by_maup,
}
print(f"people there are: {postcodes.people.sum()}")
seen, said = {}, {}
for name, count in ways.items():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        seen[name] = int(count())
    said[name] = [str(w.message) for w in caught if issubclass(w.category, UserWarning)]
    print(f"{name:18} {seen[name]:5}  warnings: {said[name] or 'none'}")

pairs = gpd.sjoin(postcodes, districts)
once = pairs[~pairs.index.duplicated()]
print(f"first district only {int(once.people.sum()):4}")

twice = ("sjoin intersects", "sjoin covered_by", "sjoin_nearest", "overlay", "clip, one by one")
assert all(seen[name] == 1600 and not said[name] for name in twice), "changed: counted twice"
assert seen["sjoin within"] == 400 and not said["sjoin within"], "changed: within"
assert seen["maup.assign"] == 400 and any("unassigned" in text for text in said["maup.assign"])
assert once.people.sum() == 900
print("as the header says")
PY
