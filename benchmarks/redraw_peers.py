"""Plans of other libraries: gerrychain's spanning trees, spopt's Skater and AZP, k-means.

``pip install gerrychain==1.0.0 spopt==0.7.0 matplotlib`` brings them; they are too large to be
needed for the tests. What is not installed is left out. Only gerrychain is told of a tolerance.
"""

import importlib.util
import random
import sys
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from mapping.atoms import postcodes
from mapping.redraw import Plan

SEEDS = 20
Find = Callable[[Plan, int, float], Iterator[np.ndarray]]
"""Makes plans for a number of groups and a tolerance: the group of each block, from 1."""


def list_peers(*, slow: bool) -> Iterator[tuple[str, Find]]:
    """List the peers that are installed; for London without spopt's, which take minutes.

    Measured once, its plans of London's wards were far out of balance: the largest group of Skater
    had 2.5 times the people of the smallest, that of AZP 1.4 times.
    """
    if _is_there("gerrychain"):
        yield f"gerrychain recursive_tree_part, {SEEDS} seeds", _cut_trees
    if not slow and _is_there("spopt"):
        yield "spopt Skater", _skater
        yield "spopt AZP", _azp
    yield "k-means on points, weighted by people, 5 seeds", _kmeans


def _is_there(name: str) -> bool:
    there = importlib.util.find_spec(name) is not None
    if not there:
        print(f"{name} is not installed: its rows are left out", file=sys.stderr)
    return there


def _cut_trees(plan: Plan, groups: int, tolerance: float) -> Iterator[np.ndarray]:
    import networkx as nx
    from gerrychain import Graph
    from gerrychain.partition import recursive_tree_part

    graph = nx.Graph()
    people = plan.graph.people
    graph.add_nodes_from((i, {"people": float(p)}) for i, p in enumerate(people))
    graph.add_edges_from(zip(plan.graph.a.tolist(), plan.graph.b.tolist(), strict=True))
    whole = Graph.from_networkx(nx.relabel_nodes(graph, str))  # its inner numbers are its own
    for seed in range(SEEDS):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = recursive_tree_part(
                    whole,
                    range(1, groups + 1),
                    float(people.sum()) / groups,
                    "people",
                    tolerance,
                    rng=random.Random(seed),
                )
        except Exception:  # noqa: BLE001 - it gives up with errors of several kinds
            continue
        group_of = np.zeros(len(people), dtype=np.int64)
        for node, group in found.items():
            group_of[int(node)] = group
        yield group_of


def _find_middles(plan: Plan) -> pd.DataFrame:
    """Return the mean position of each block's postcodes."""
    atoms, positions = postcodes.table(), plan.graph.place.positions
    xy = {"x": atoms.easting[positions], "y": atoms.northing[positions]}
    block = plan.graph.find_block_of_postcodes()
    frame = pd.DataFrame(xy).groupby(block).mean()
    return frame.drop(-1, errors="ignore")


def _make_weights(plan: Plan):
    import libpysal

    return libpysal.weights.W(dict(enumerate(plan.graph.neighbours)), silence_warnings=True)


def _make_frame(plan: Plan):
    import geopandas as gpd

    middles = _find_middles(plan)
    points = gpd.points_from_xy(middles["x"], middles["y"])
    return gpd.GeoDataFrame(middles.reset_index(drop=True), geometry=points, crs=27700)


def _skater(plan: Plan, groups: int, tolerance: float) -> Iterator[np.ndarray]:
    from spopt.region import Skater

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = Skater(_make_frame(plan), _make_weights(plan), ["x", "y"], n_clusters=groups)
        model.solve()
    yield np.asarray(model.labels_) + 1


def _azp(plan: Plan, groups: int, tolerance: float) -> Iterator[np.ndarray]:
    from spopt.region import AZP

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = AZP(
            _make_frame(plan), _make_weights(plan), ["x", "y"], n_clusters=groups, random_state=1
        )
        model.solve()
    yield np.asarray(model.labels_) + 1


def _kmeans(plan: Plan, groups: int, tolerance: float) -> Iterator[np.ndarray]:
    from scipy.cluster.vq import kmeans2

    middles = _find_middles(plan).to_numpy()
    weight = np.maximum((plan.graph.people / 500).round().astype(int), 1)
    block = np.repeat(np.arange(len(middles)), weight)
    for seed in range(5):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            centres, _ = kmeans2(middles[block], groups, minit="++", seed=seed)
        away = ((middles[:, None] - centres[None]) ** 2).sum(axis=2)
        yield away.argmin(axis=1) + 1
