#!/usr/bin/env bash
# libpysal's Graph and networkx: a ward that shares two borders has no neighbour, and the
# usual search for such wards finds none.
#
# Expected: wards that share a kilometre of border are neighbours. A ward without neighbours
# would be told of, and networkx.isolates would list it once the graph is passed on.
# Seen: Graph.build_contiguity, rook or queen, compares corner points and edges as they are
# written, not where they run. A long side that lies along the sides of two wards, with no
# corner in common, matches neither: no neighbours, no error, no warning (the older
# weights.Rook warns of an island). Then an isolated unit is kept as an edge to itself
# of weight 0; to_networkx passes this on, so its degree is 2, more than that of any other
# ward, and networkx.isolates is empty. The older W.to_networkx passes it on as an isolate.
# strict=True finds the neighbours; the documentation says that the default "can miss some
# relations". shapely.coverage_is_valid is false for such wards. Graph.isolates is right.
# Versions: libpysal 4.14.1, networkx 3.6.1, geopandas 1.2.0, shapely 2.2.0. Date: 2026-11-29.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q libpysal==4.14.1 networkx==3.6.1 geopandas==1.2.0 shapely==2.2.0 \
  pandas==3.1.1 numpy==2.4.6 pyproj==3.7.2 pyogrio==0.13.0 scipy==1.17.1 scikit-learn==1.9.1
"$work/venv/bin/python" - <<'PY'
import warnings

import geopandas as gpd
import networkx as nx
import shapely
from libpysal.graph import Graph
from libpysal.weights import Rook
from shapely import box

wards = gpd.GeoDataFrame(
    {"ward": ["Big", "Top", "Low"]},
    geometry=[box(0, 0, 2000, 2000), box(2000, 1000, 4000, 3000), box(2000, -1000, 4000, 1000)],
    crs=27700,
).set_index("ward")
shapes = wards.geometry
shared = {name: shapes["Big"].intersection(shapes[name]).length for name in ("Top", "Low")}
assert wards.is_valid.all() and shared == {"Top": 1000, "Low": 1000}
print("metres of border that Big shares:", shared)
assert not shapely.coverage_is_valid(shapes.values)


def neighbours(graph):
    return {ward: sorted(set(graph[ward].index) - {ward}) for ward in wards.index}


lost = {"Big": [], "Top": ["Low"], "Low": ["Top"]}
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for rook in (True, False):
        graph = Graph.build_contiguity(wards, rook=rook)
        print("rook" if rook else "queen", "by default:", neighbours(graph))
        assert neighbours(graph) == lost, "changed: default"
        passed_on = graph.to_networkx()
        assert list(nx.isolates(passed_on)) == [], "changed: isolates"
        assert dict(passed_on.degree()) == {"Big": 2, "Top": 1, "Low": 1}, "changed: degrees"
        assert list(graph.isolates) == ["Big"]
told = [str(w.message) for w in caught if issubclass(w.category, UserWarning)]
assert not told, f"changed: it warns: {told}"
print("warnings: none; Graph.isolates:", list(graph.isolates))
print("networkx.isolates:", list(nx.isolates(passed_on)), "degrees:", dict(passed_on.degree()))

exact = neighbours(Graph.build_contiguity(wards, strict=True))
print("strict=True:", exact)
assert exact == {"Big": ["Low", "Top"], "Top": ["Big", "Low"], "Low": ["Big", "Top"]}

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    older = Rook.from_dataframe(wards, use_index=True)
assert any("island" in str(w.message) for w in caught), "changed: the older Rook warns no more"
print("older Rook, networkx.isolates:", list(nx.isolates(older.to_networkx())))
assert len(list(nx.isolates(older.to_networkx()))) == 1
print("as the header says")
PY
