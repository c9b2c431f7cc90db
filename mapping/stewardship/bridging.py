"""Bridging: which organisations connect line-ups that otherwise have little in common.

Organisations and the line-ups of organisations that people live with make a graph: each line-up is
joined to everybody in it. Whoever lies on many of the shortest ways through it is a bridge.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from mapping.actors import Register
from mapping.gaps import actor_zones
from mapping.geography import By
from mapping.places import Place
from mapping.stewardship.organisations import find_ward_parts

MIN_RESIDENTS = 100
"""Line-ups with fewer residents are clippings, and are no line-ups here."""
MAX_EXACT = 400
"""From so many organisations and line-ups on, ways are counted from a sample of them."""
SAMPLE, SEED = 200, 1
BRIDGE_COLUMNS = ("actor", "actor_type", "scale", "steward", "line_ups", "people", "betweenness")


class Bridges(NamedTuple):
    """Who bridges line-ups: ``table`` with ``BRIDGE_COLUMNS``, the strongest bridge first.

    ``line_ups`` is how many there are, ``is_sampled`` whether ways were counted from a sample.
    """

    table: pd.DataFrame
    line_ups: int
    is_sampled: bool


def find_bridges(register: Register, place: Place, *, by: By = "residents") -> Bridges:
    """Find which organisations of a place lie between its line-ups.

    Columns: actor and its texts; line_ups (how many it is in), people (what the lens counts in
    these), betweenness (0 to 1: of all shortest ways between two others, organisations or line-ups,
    the part that leads through it; Freeman 1977, doi:10.2307/3033543). Councillors and police
    teams of single wards are left out. Where everybody has the same organisations, all are 0.
    """
    own = register.take(~find_ward_parts(register))
    sets, people = _list_sets(own, place, by)
    numbers = np.unique(np.concatenate([np.empty(0, dtype="int64"), *sets]))
    between, is_sampled = _measure(sets, numbers)
    rows = own.actors.iloc[numbers].reset_index(drop=True)
    member = [[number in found for found in map(set, sets)] for number in numbers.tolist()]
    within = np.array(member, dtype=float).reshape(len(numbers), len(sets))
    rows = rows.assign(
        line_ups=within.sum(axis=1).astype("int64"), people=within @ people, betweenness=between
    )
    order = ["betweenness", "line_ups", "actor"]
    table = rows.sort_values(order, ascending=[False, False, True], ignore_index=True)
    return Bridges(table[list(BRIDGE_COLUMNS)], len(sets), is_sampled)


def _list_sets(
    register: Register, place: Place, by: By
) -> tuple[list[tuple[int, ...]], np.ndarray]:
    """List the line-ups of organisations that enough residents live with, and count in each."""
    zones = actor_zones.zones(place, register)
    residents = actor_zones.people(place, register, "residents")
    counted = actor_zones.people(place, register, by)
    found: dict[tuple[int, ...], list[float]] = {}
    for zone in range(len(zones)):
        ward = int(zones.ward[zone])
        actors = np.union1d(_list_actors(zones.by_ward, ward), _list_actors(zones.by_zone, zone))
        sums = found.setdefault(tuple(actors.tolist()), [0.0, 0.0])
        sums[0] += residents[zone]
        sums[1] += counted[zone]
    large = {key: sums[1] for key, sums in found.items() if sums[0] >= MIN_RESIDENTS and key}
    return list(large), np.array(list(large.values()))


def _list_actors(lists: actor_zones.Lists, row: int) -> np.ndarray:
    return lists.actor[lists.start[row] : lists.start[row + 1]]


def _measure(sets: list[tuple[int, ...]], numbers: np.ndarray) -> tuple[np.ndarray, bool]:
    """Measure the betweenness of each organisation in the graph with the line-ups."""
    import networkx as nx  # takes long to load, and few pages need it

    graph = nx.Graph()
    graph.add_nodes_from(numbers.tolist())
    graph.add_edges_from((one, ("set", at)) for at, found in enumerate(sets) for one in found)
    is_sampled = len(graph) > MAX_EXACT
    found = nx.betweenness_centrality(graph, k=SAMPLE if is_sampled else None, seed=SEED)
    return np.array([found[one] for one in numbers.tolist()]), is_sampled
