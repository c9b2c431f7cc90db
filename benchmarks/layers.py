"""Layers that somebody brings: made from a lookup, and from polygons beside a spatial join."""

from collections.abc import Iterator
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.bars import Row
from benchmarks.timing import medians_s
from mapping import boundaries, places
from mapping.atoms import partition, postcodes
from mapping.geography import layers

SJOIN_BAR = 8
AROUND_M = 10_000
"""Postcodes so far around London are asked as well: 259,000 in all, of which 181,000 lie in it."""


def rows() -> Iterator[Row]:
    """Measure the small areas of England as a lookup, and London's wards as polygons."""
    codes = layers.get("lsoa").codes
    england = codes[np.char.startswith(codes.astype(str), "E")]
    frame = pd.DataFrame({"area": england, "team": [code[:6] for code in england]})
    look_up = partial(
        layers.from_lookup, frame, areas="area", units="team", title="Team", scale="hyperlocal"
    )
    taken_s, _ = medians_s(look_up, {})
    yield Row(f"a layer from a lookup of {len(frame):,} small areas", taken_s * 1e3, "ms")
    yield from _beside_a_join()


def _beside_a_join() -> Iterator[Row]:
    """Compare both ways to ask which ward each postcode in and around London lies in."""
    wards = boundaries.polygons(places.get("Greater London"), layers.get("ward"))
    shapes, atoms = wards.geometry.to_numpy(), postcodes.table()
    west, south, east, north = wards.total_bounds
    near = (atoms.easting > west - AROUND_M) & (atoms.easting < east + AROUND_M)
    near &= (atoms.northing > south - AROUND_M) & (atoms.northing < north + AROUND_M)
    x, y = atoms.easting[near], atoms.northing[near]

    def join() -> gpd.GeoDataFrame:
        points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y), crs=27700)
        return gpd.sjoin(points, wards[["geometry"]])

    ours_s, peers_s = medians_s(partial(partition.divide, shapes), {"sjoin": join}, calls=3)
    what = f"{len(x):,} postcodes into {len(shapes)} polygons"
    yield Row(f"{what}: the polygon of each", ours_s * 1e3, "ms")
    times = peers_s["sjoin"] / ours_s
    yield Row(f"{what}: times as fast as geopandas.sjoin", times, "×", SJOIN_BAR)
    make = partial(
        layers.from_polygons, wards, code="code", names="name", title="Ward", scale="hyperlocal"
    )
    taken_s, _ = medians_s(make, {}, calls=3)
    yield Row(f"a layer from {len(shapes)} polygons, overlaps looked for", taken_s * 1e3, "ms")
