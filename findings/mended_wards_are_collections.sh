#!/usr/bin/env bash
# geopandas make_valid: a mended ward may be no polygon any more, and then drops out in silence.
#
# Expected: make_valid is how to mend areas before they are counted: the polygons that are not
# valid become valid ones of the same ground, so the layer is one of polygons as before.
# Seen: by its default method, "linework", what is left of a spike, or of an edge between two parts
# that overlap, is kept beside the ground as a line, so the ward becomes a GeometryCollection. Its
# area is right (100, and 150). But its boundary is missing, without an error, so its length is NaN;
# the usual filter for Polygon and MultiPolygon leaves the ward out; and overlay, which mends the
# very same wards by itself when given them as they came, refuses them with a TypeError once they
# are mended. A GeoPackage takes and returns them as they are.
# method="structure" with keep_collapsed=False gives polygons of the same area. buffer(0), the
# older advice, gives polygons too, but of a bow tie only half the ground (25 of 50).
# Versions: shapely 2.2.0 (GEOS 3.14.1), geopandas 1.2.0. Date: 2026-11-29.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q shapely==2.2.0 geopandas==1.2.0 pandas==3.1.1 numpy==2.4.6 \
  pyproj==3.7.2 pyogrio==0.13.0
"$work/venv/bin/python" - "$work" <<'PY'
import sys

import geopandas as gpd
import shapely

SPIKE = "POLYGON ((0 0, 10 0, 10 10, 20 10, 10 10, 0 10, 0 0))"
PARTS = "MULTIPOLYGON (((0 0, 10 0, 10 10, 0 10, 0 0)), ((5 0, 15 0, 15 10, 5 10, 5 0)))"
SOUND = "POLYGON ((50 0, 60 0, 60 10, 50 10, 50 0))"
TIE = "POLYGON ((0 0, 10 10, 10 0, 0 10, 0 0))"
wards = gpd.GeoDataFrame(
    {"ward": ["spike", "two parts", "sound"]},
    geometry=[shapely.from_wkt(text) for text in (SPIKE, PARTS, SOUND)],
    crs=27700,
)
team = gpd.GeoDataFrame({"team": ["A"]}, geometry=[shapely.box(-5, -5, 99, 5)], crs=27700)

mended = wards.assign(geometry=wards.make_valid())
print("mended:", dict(zip(mended["ward"], mended.geom_type)), mended.area.tolist())
print("length of boundary:", mended.boundary.length.tolist())
kept = mended[mended.geom_type.isin(["Polygon", "MultiPolygon"])]
print("left by the filter:", kept["ward"].tolist())
file = f"{sys.argv[1]}/wards.gpkg"
mended.to_file(file)
print("from a GeoPackage:", gpd.read_file(file).geom_type.tolist())
halves = gpd.overlay(wards, team).area.tolist()
print("overlay of the wards as they came:", halves)
try:
    refused = ""
    gpd.overlay(mended, team)
except TypeError as error:
    refused = str(error)
print("overlay of the mended wards:", refused)
structured = wards.geometry.make_valid(method="structure", keep_collapsed=False)
print("by structure:", structured.geom_type.tolist(), structured.area.tolist())
tie = shapely.from_wkt(TIE)
ties = [shapely.make_valid(tie).area, shapely.buffer(tie, 0).area]
print("a bow tie, mended and buffered by 0:", ties)

assert mended.geom_type.tolist() == ["GeometryCollection", "GeometryCollection", "Polygon"]
assert mended.area.tolist() == [100, 150, 100] and mended.is_valid.all()
assert mended.boundary.length.isna().tolist() == [True, True, False]
assert kept["ward"].tolist() == ["sound"]
assert sorted(halves) == [50, 50, 75]
assert "GeometryCollection" in refused
assert structured.geom_type.tolist() == ["Polygon"] * 3
assert structured.area.tolist() == [100, 150, 100]
assert ties == [50, 25]
PY
