#!/usr/bin/env bash
# tobler.area_interpolate: the people of one catchment depend on which other catchments stand
# in the same table.
#
# Expected: people of census areas are carried over to a target area by the share of each
# census area that the target covers. A target that covers half of an area of 1,000 people
# has 500, whatever other targets are asked about in the same call.
# Seen: a target's share is of all targets' areas added up, ground that two of them cover
# counting twice. A charity alone on the west half has all 1,000; with a second charity on the
# same ground it has 500, with a third that covers everything 250, and that third one, which
# covers all 1,000 people, is given 500. No warning. The pieces always add up to 1,000, so a
# check of totals passes. This suits districts that fill a country, not services that overlap
# or leave gaps. allocate_total=False gives 500, 500 and 1,000.
# The documentation says what happens where targets leave gaps; that targets which overlap
# divide the people among themselves has to be worked out from its formula.
# Versions: tobler 0.13.0, geopandas 1.2.0, shapely 2.2.0. Date: 2026-11-29.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q tobler==0.13.0 geopandas==1.2.0 shapely==2.2.0 pandas==3.1.1 \
  numpy==2.4.6 pyproj==3.7.2 pyogrio==0.13.0 libpysal==4.14.1 rasterio==1.4.4 \
  rasterstats==0.21.0 statsmodels==0.15.0 scipy==1.17.1 joblib==1.6.0
"$work/venv/bin/python" - <<'PY'
import warnings

import geopandas as gpd
from shapely import box
from tobler.area_weighted import area_interpolate

census = gpd.GeoDataFrame({"people": [1000.0]}, geometry=[box(0, 0, 2000, 1000)], crs=27700)
west, all_of_it = box(0, 0, 1000, 1000), box(0, 0, 2000, 1000)
tables = {
    "west alone": [west],
    "west, west again": [west, west],
    "west, west again, everywhere": [west, west, all_of_it],
}


def people(areas, **options):
    targets = gpd.GeoDataFrame(geometry=areas, crs=27700)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = area_interpolate(census, targets, extensive_variables=["people"], **options)
    assert not [w for w in caught if issubclass(w.category, UserWarning)], "changed: it warns"
    return [round(count, 6) for count in found.people]


default = {name: people(areas) for name, areas in tables.items()}
by_own_share = {name: people(areas, allocate_total=False) for name, areas in tables.items()}
for name in tables:
    print(f"{name:30} {default[name]!s:24} allocate_total=False: {by_own_share[name]}")

assert default == {
    "west alone": [1000],
    "west, west again": [500, 500],
    "west, west again, everywhere": [250, 250, 500],
}, "changed: shares"
assert by_own_share == {
    "west alone": [500],
    "west, west again": [500, 500],
    "west, west again, everywhere": [500, 500, 1000],
}, "changed: allocate_total=False"
print("as the header says")
PY
