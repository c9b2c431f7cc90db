"""Layers that somebody brings: made from a lookup, and from polygons beside a spatial join."""

from collections.abc import Iterator
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd

from benchmarks.bars import Row
from benchmarks.timing import medians_s
from mapping import boundaries, overlap, places
from mapping.atoms import partition, postcodes
from mapping.geography import layers

SJOIN_BAR = 8
BODIES = 10
"""So many practices share each small area in the benchmark."""
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
    yield from _beside_a_groupby(england)
    yield from _beside_a_join()


def _beside_a_groupby(areas: np.ndarray) -> Iterator[Row]:
    """Compare ways to tell whose share of each area is largest, of ten bodies in each.

    Ours finds the areas, explains every row that does not count and registers the layer, too.
    """
    near = np.arange(len(areas)) // BODIES
    body = np.repeat(near, BODIES) + np.tile(np.arange(BODIES), len(areas))
    frame = pd.DataFrame(
        {
            "area": np.repeat(areas, BODIES),
            "practice": np.char.mod("P%05d", body),
            "patients": np.random.default_rng(6).integers(1, 900, len(body)),
        }
    )
    columns = {"areas": "area", "units": "practice", "people": "patients"}
    make = partial(layers.from_shares, frame, **columns, title="Practice", scale="hyperlocal")

    def group() -> pd.Series:
        people = frame.groupby(["area", "practice"])["patients"].sum()
        shares = people / people.groupby("area").transform("sum")
        return shares.groupby("area").idxmax()

    ours_s, peers_s = medians_s(make, {"groupby": group}, calls=3)
    what = f"{len(areas):,} areas × {BODIES} bodies"
    yield Row(f"{what}: a layer by shares", ours_s * 1e3, "ms")
    yield Row(f"{what}: time of pandas groupby alone", ours_s / peers_s["groupby"], "x")
    practices, ward, whole = make(), layers.get("ward"), places.get("Great Britain")
    taken_s, _ = medians_s(partial(overlap.cross_table, whole, practices, ward), {}, calls=3)
    yield Row("Great Britain, practices × wards: cross-table by shares", taken_s * 1e3, "ms")


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
