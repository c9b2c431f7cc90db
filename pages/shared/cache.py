"""Every cache of the app, keyed on ids: the place's kind and code, keys of layers, the lens."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd

from mapping import boundaries, overlap, places, redraw
from mapping.atoms import blocks, index, postcodes, tables
from mapping.boundaries import coverage
from mapping.drawing import charts, webmap
from mapping.geography import layers, lenses
from mapping.overlap import partners, people_in, units
from mapping.places import Place
from mapping.wording import findings
from pages.shared import answers

COUNTING = "Counting people in these areas…"
"""Said while a count takes more than half a second."""
MAX_DRAWN = 8_000
"""Units that a browser can still draw."""
Key = tuple[str, str]
"""The kind and code of a place."""
Cells = tuple[str, ...]
"""Keys of the layers by whose lines shapes are cut; none where wards are drawn whole."""


def key_of(place: Place) -> Key:
    """Return what identifies a place."""
    return place.kind, place.code


@answers.share(max_entries=1)
def open_data() -> int:
    """Load the national table, once a server; count its postcodes.

    Raises MappingError if a file of ``data/`` is missing, cut off, or of another build.
    """
    webmap.clear_published()
    count = len(postcodes.table())
    tables.check(postcodes.DATA)
    return count


def read_beside() -> None:
    """Read what the first map needs, while its page begins: it waits for what it needs itself."""
    blocks()
    coverage.load_wards()
    lenses.get()


def sort_data() -> None:
    """Sort the postcodes once, before anybody clicks, and after the first map is drawn."""
    index.find_within(0, 0, 0)


@answers.share(max_entries=24)
def shapes(place: Key, layer: str, cells: Cells) -> gpd.GeoDataFrame:
    """Return the polygons of a layer, simplified for the screen; shared, not to be changed.

    ``cells`` are the layers by whose lines shapes are cut on the same map: see ``list_cells``.
    """
    found = places.at(*place)
    return boundaries.polygons(
        found,
        layers.get(layer),
        tolerance_m=boundaries.detail_m(found),
        with_layers=tuple(layers.get(key) for key in cells),
    )


def list_cells(place: Place, *keys: str) -> Cells:
    """List the layers by whose lines shapes are cut, to draw some layers on one map.

    None if all are made of wards, as their shapes are; else small areas stand for the building
    blocks, and beside them those by postcode.
    """
    chosen = [layers.get(key) for key in keys]
    if not coverage.needs_cells(place, tuple(chosen)):
        return ()
    return ("lsoa", *sorted({one.key for one in chosen if one.grain == "postcode"}))


@answers.share(max_entries=128)
def list_rounded(place: Key, keys: tuple[str, ...]) -> list[tuple[str, int]]:
    """List layers that are drawn by whole wards but cut some: their plurals, and how many."""
    here, chosen = places.at(*place), [layers.get(key) for key in dict.fromkeys(keys)]
    if coverage.needs_cells(here, tuple(chosen)):
        return []
    cut = [(layer.plural, coverage.count_cut(here, layer)[0]) for layer in chosen]
    return [(name, wards) for name, wards in cut if wards]


def counted_shapes(place: Key, layer: str, cells: Cells, by: str) -> gpd.GeoDataFrame:
    """Return the polygons of a layer with its people under a lens, to take away."""
    people = units_table(place, layer, by).set_index("code")["people"]
    frame = shapes(place, layer, cells)
    return frame.assign(people=people.reindex(frame["code"]).fillna(0.0).to_numpy())


def pair_shapes(place: Key, a: str, b: str, by: str) -> gpd.GeoDataFrame:
    """Return the cross-table of two layers with the ground of each pair, to take away."""
    found = places.at(*place)
    rows = cross(place, a, b, by).sort_values("people", ascending=False)
    return boundaries.pair_polygons(
        found, layers.get(a), layers.get(b), rows, tolerance_m=boundaries.detail_m(found)
    )


def is_drawable(place: Place, *keys: str) -> bool:
    """Tell whether a place is small enough to draw these layers."""
    return coverage.is_drawable(place, tuple(layers.get(key) for key in keys))


def is_ready(place: Place, *keys: str) -> bool:
    """Tell whether shapes can be drawn at once, without deriving cells first."""
    return coverage.is_ready(place, tuple(layers.get(key) for key in keys))


@answers.keep(max_entries=64, show_spinner=COUNTING)
def sets(place: Key, keys: tuple[str, ...], by: str) -> pd.DataFrame:
    """Return the partner sets of a place."""
    return overlap.partner_sets(places.at(*place), [layers.get(k) for k in keys], by=by)


@answers.keep(max_entries=64, show_spinner=COUNTING)
def matrix(place: Key, keys: tuple[str, ...], by: str) -> pd.DataFrame:
    """Return the scores of every pair of layers."""
    return overlap.matrix(places.at(*place), [layers.get(k) for k in keys], by=by)


@answers.keep(max_entries=64, show_spinner=COUNTING)
def cross(place: Key, a: str, b: str, by: str) -> pd.DataFrame:
    """Return the cross-table of two layers."""
    return overlap.cross_table(places.at(*place), layers.get(a), layers.get(b), by=by)


@answers.share(max_entries=1)
def _index_districts() -> dict[str, str]:
    wards = layers.wards()
    return dict(zip(wards["code"].tolist(), wards["lad_name"].tolist(), strict=True))


def name_districts(wards: Sequence[str]) -> list[str]:
    """Name the council areas that wards lie in, by the wards' codes."""
    districts = _index_districts()
    return [districts[code] for code in wards]


@answers.share(max_entries=512)
def say_residual(place: Key, a: str, b: str, by: str) -> str:
    """Say how many people are in no unit of one of two layers: see ``residual_finding``."""
    return findings.residual_finding(layers.get(a), layers.get(b), cross(place, a, b, by), by)


@answers.share(max_entries=128)
def flow(place: Key, a: str, b: str, by: str, ink: str) -> charts.Flow:
    """Return the chart of the cross-table of two layers, to be sent as it is; shared."""
    titles = layers.get(a).title, layers.get(b).title
    return charts.draw_flow(cross(place, a, b, by), *titles, ink=ink)


@answers.keep(max_entries=64, show_spinner=COUNTING)
def list_changes(place: Key, before: str, after: str, by: str) -> pd.DataFrame:
    """Count people by the unit that they were in and the one that they are in."""
    return overlap.list_changes(places.at(*place), layers.get(before), layers.get(after), by=by)


@answers.keep(max_entries=64, show_spinner=COUNTING)
def count_changed(place: Key, before: str, after: str, of: str, by: str) -> pd.DataFrame:
    """Count for each unit of a third layer whose unit is another than before."""
    pair = layers.get(before), layers.get(after)
    return overlap.count_changed(places.at(*place), *pair, layers.get(of), by=by)


@answers.share(max_entries=128)
def list_changed(place: Key) -> list[str]:
    """List the keys of the editions, not those in use, that a place sees otherwise."""
    here, known = places.at(*place), layers.keys()
    found = []
    for key in known:
        others = [layers.get(key, edition=date) for date in layers.editions(key)[1:]]
        found += [one.key for one in others if overlap.has_changed(here, one, layers.get(key))]
    return found


@answers.share(max_entries=128)
def district_names(place: Key) -> dict[str, str]:
    """Map the codes of a place's council areas to their names, by name."""
    borough = layers.get("borough")
    units = layers.find_present(places.at(*place), borough)
    names = {borough.code_of(int(unit)): borough.name_of(int(unit)) for unit in units}
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


@answers.keep(max_entries=128, show_spinner=COUNTING)
def relations(place: Key, a: str, b: str, by: str) -> pd.DataFrame:
    """Return how the units of A stand to those of B."""
    return overlap.relations(places.at(*place), layers.get(a), layers.get(b), by=by)


@answers.keep(max_entries=64, show_spinner=COUNTING)
def edge_dwellers(place: Key, layer: str, distance_m: int, by: str) -> tuple[float, float, int]:
    """Return the share and number of people near a line of a layer, and of their postcodes."""
    near = overlap.edge_dwellers(places.at(*place), layers.get(layer), distance_m=distance_m, by=by)
    return near.share, near.people, len(near.positions)


def postcodes_near(place: Key, layer: str, distance_m: int, by: str) -> pd.DataFrame:
    """List the postcodes near a line of a layer, to take away."""
    found = layers.get(layer)
    near = overlap.edge_dwellers(places.at(*place), found, distance_m=distance_m, by=by)
    return overlap.postcodes_near(near, found, by=by)


@answers.keep(max_entries=128)
def people(place: Key, by: str) -> float:
    """Return what a lens counts in a place."""
    return float(people_in(places.at(*place), by).sum())


@answers.keep(max_entries=128)
def partner_keys(place: Key) -> tuple[str, ...]:
    """Return the keys of the layers of bodies that serve a place: see ``layers.partners``."""
    return tuple(layer.key for layer in layers.partners(places.at(*place)))


def line_up_keys(place: Key) -> tuple[str, ...]:
    """Return the keys of the partners that make a line-up: all of ``partner_keys`` but councils."""
    return tuple(key for key in partner_keys(place) if key != "borough")


@answers.keep(max_entries=128)
def present_keys(place: Key, own: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the keys of all layers that have a unit in a place; ``own`` do not ship."""
    known = [*layers.keys(), *own]
    return tuple(layer.key for layer in layers.list_present(places.at(*place), known))


@answers.keep(max_entries=128)
def find_sharing(place: Key, keys: tuple[str, ...]) -> partners.Sharing:
    """Find the other districts that share all partners of a place."""
    return partners.find_sharing(places.at(*place), [layers.get(k) for k in keys])


@answers.keep(max_entries=64)
def worst_pair(place: Key, keys: tuple[str, ...], by: str) -> pd.Series | None:
    """Return the row of ``matrix`` with the largest mismatch, in its kinder direction.

    None if no pair has a unit in both, or all pairs nest.
    """
    if len(keys) < 2:
        return None
    scores = matrix(place, keys, by)
    scores = scores[scores["coverage"] > 0]
    ranked = scores.sort_values(["mismatch", "aligned_share"], ascending=False, kind="stable")
    return ranked.iloc[0] if len(ranked) else None


@answers.keep(max_entries=64, show_spinner=COUNTING)
def units_table(place: Key, layer: str, by: str) -> pd.DataFrame:
    """Return the two-way shares of one layer's units with a place."""
    return overlap.two_way_shares(places.at(*place), [layers.get(layer)], by=by)


@answers.keep(max_entries=256)
def unit_count(place: Key, layer: str) -> int:
    """Return how many units of a layer a place meets."""
    found = units(places.at(*place), layers.get(layer))
    return len(np.unique(found[found >= 0]))


@answers.keep(max_entries=64, show_spinner=COUNTING)
def common_lines(
    place: Key, partners: tuple[str, ...], own: tuple[str, ...], by: str
) -> pd.DataFrame:
    """Rank every layer, at each edition, as the common line of partners; ``own`` do not ship."""
    keys = layers.keys()
    known = [layers.get(key, edition=one) for key in keys for one in layers.editions(key)]
    brought = [layers.get(key) for key in own if key not in partners]
    found = places.at(*place)
    some = [one for one in [*known, *brought] if layers.list_present(found, [one.key])]
    ranked = redraw.common_lines(found, partners, candidates=some, by=by)
    return ranked[(ranked["units"] > 1) | ranked["is_partner"]].reset_index(drop=True)


@answers.keep(max_entries=64)
def drawn_keys(place: Key, own: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the keys of the layers that can be drawn in a place of its size, as above."""
    found = places.at(*place)
    return tuple(
        key
        for key in present_keys(place, own)
        if coverage.is_drawable(found, (layers.get(key),))
        and layers.count_at_most(found, layers.get(key)) <= MAX_DRAWN
    )


@answers.share(max_entries=64)
def ward_names(place: Key) -> dict[str, str]:
    """Return the wards of a place by code, with their district's name where there are several."""
    facts = layers.wards().iloc[np.unique(postcodes.table().ward[places.at(*place).positions])]
    one = len(set(facts["lad_code"])) == 1
    names = facts["name"] if one else facts["name"] + ", " + facts["lad_name"]
    return dict(sorted(zip(facts["code"], names, strict=True), key=lambda item: item[1]))


@answers.keep(max_entries=256)
def middle_of_ward(code: str) -> int:
    """Return the position of a postcode in the middle of a ward's homes."""
    return postcodes.find_middle(places.at("ward", code).positions)


@answers.keep(max_entries=256)
def is_inside(place: Key, position: int) -> bool:
    """Tell whether a postcode lies in a place."""
    positions = places.at(*place).positions
    at = np.searchsorted(positions, position)
    return bool(at < len(positions) and positions[at] == position)


@answers.keep(max_entries=128)
def bounds(place: Key) -> tuple[float, float, float, float]:
    """Return a box of degrees that holds a place's land."""
    return boundaries.bounds_degrees(places.at(*place))


@answers.share(max_entries=128)
def large_units(place: Key, layer: str) -> set[str]:
    """Return the codes of the units of a layer with at least 100 residents in a place."""
    return overlap.large_units(cross(place, layer, layer, "residents"))


@answers.keep(max_entries=512, show_spinner=COUNTING)
def straddling(place: Key, a: str, b: str, by: str) -> overlap.Straddling:
    """Count the units of A that straddle a line of B."""
    return overlap.straddling(cross(place, a, b, by), large_units(place, a))


@answers.keep(max_entries=64, show_spinner=COUNTING)
def list_two_way(place: Key, keys: tuple[str, ...], by: str) -> pd.DataFrame:
    """Return the two-way shares of several layers' units with a place."""
    return overlap.two_way_shares(places.at(*place), [layers.get(k) for k in keys], by=by)


@answers.share(max_entries=64)
def index_two_way(
    place: Key, keys: tuple[str, ...], by: str
) -> dict[tuple[str, str], tuple[float, float]]:
    """Return the two shares of ``list_two_way`` by layer and code: of the place, of the unit."""
    found = list_two_way(place, keys, by)
    shares = zip(found["share_of_place"], found["share_of_unit"], strict=True)
    return dict(zip(zip(found["layer"], found["code"], strict=True), shares, strict=True))
