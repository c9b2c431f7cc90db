"""What the browser fetches once: boundaries, lines, labels, pictures; published when asked for.

Keyed as in ``cache``. What is published is published again where a file of it is gone.
"""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import streamlit as st

from mapping import boundaries, overlap, places
from mapping.actors import as_places, described
from mapping.atoms import index, postcodes
from mapping.boundaries import coverage
from mapping.drawing import (
    PublishedLabels,
    PublishedPicture,
    PublishedShapes,
    dots,
    joined,
    names,
    rings,
    webmap,
)
from mapping.geography import Layer, layers, lenses
from mapping.memory import Cache, Locks, keep
from mapping.places import Place
from mapping.wording import findings
from pages.shared import answers, browsers, cache, people
from pages.shared.cache import Cells, Key

MAX_NAMED = 3
"""So many districts name a set of partners on its map; further ones are counted."""
SQUARE_M, AROUND_M, PICTURE_ZOOM = 1_500, 2_500, 14.75
"""Spots of one square of the grid share a picture of the postcodes around its middle."""
BY_PATH: answers.HashFuncs = {PublishedShapes: lambda published: published.path}
"""The path of published shapes has the hash of all that they are."""
_LINES, _measuring = Cache(24), Locks()
"""The lines of places that were drawn lately; Greater London's take 7 MB at their finest."""
_BESIDE = ThreadPoolExecutor(2, thread_name_prefix="drawing")


@answers.share(max_entries=256)
def _areas(place: Key, layer: str, cells: Cells) -> PublishedShapes:
    of, drawn = layers.get(layer), _draw_areas(place, layer, cells)
    numbers = np.array(sorted(drawn), dtype=int)
    units = pd.DataFrame({"code": of.labels[0].take(numbers), "name": of.labels[1].take(numbers)})
    rooms = _find_rooms(place, layer, cells, numbers)
    texts = [drawn[number] for number in numbers.tolist()]
    return webmap.publish_areas(units, texts, rooms, f"{layer}-{place[1][:30]}")


def _draw_areas(place: Key, layer: str, cells: Cells) -> dict[int, str]:
    """Write a layer's areas by number: of the lines at hand, where these can be followed."""
    found, of = places.at(*place), layers.get(layer)
    sides = boundaries.find_sides(found, of, **_cut(place, cells))
    drawn = rings.write(_follow(place, cells, sides))
    rest = np.setdiff1d(sides[sides >= 0], list(drawn))
    if len(rest):
        shapes = boundaries.unite(found, of, rest, **_cut(place, cells))
        drawn |= dict(zip(rest.tolist(), webmap.write_shapes(shapes), strict=True))
    return drawn


def _follow(place: Key, cells: Cells, sides: np.ndarray) -> rings.Rings:
    lines = _measure_lines(place, cells)
    return rings.follow(lines, sides[lines.of])


def _find_rooms(place: Key, layer: str, cells: Cells, numbers: np.ndarray) -> np.ndarray:
    """Return the rooms for the names of some of a layer's units, by their numbers.

    A unit keeps its room whatever it is cut by, as long as that lies inside: to find one takes
    longer than all else that is drawn of it.
    """
    found, of = places.at(*place), layers.get(layer)
    is_of_wards = not coverage.needs_cells(found, (of,))
    known, first = _find_first_rooms(place, layer, () if is_of_wards else cells)
    rooms, is_known = np.full((len(numbers), 3), np.nan), np.isin(numbers, known)
    rooms[is_known] = first[known.searchsorted(numbers[is_known])]
    middles = np.nan_to_num(rooms[:, :2])
    outside = ~boundaries.lie_inside(found, of, middles, numbers, **_cut(place, cells))
    if outside.any():
        shapes = boundaries.unite(found, of, numbers[outside], **_cut(place, cells))
        rooms[outside] = names.find_rooms(shapes)
    return rooms


@st.cache_resource(max_entries=256, show_spinner=False)
def _find_first_rooms(place: Key, layer: str, _cells: Cells) -> tuple[np.ndarray, np.ndarray]:
    """Find the rooms of a layer's units, (n, 3), in the first shapes that they are drawn in.

    Before them the units' numbers, in order: a layer of all Britain has few units in a place.
    """
    sides = boundaries.find_sides(places.at(*place), layers.get(layer), **_cut(place, _cells))
    numbers, shapes = rings.shape(_follow(place, _cells, sides))
    return numbers, names.find_rooms(gpd.GeoSeries(shapes, crs=27700))


def _cut(place: Key, cells: Cells) -> dict[str, Any]:
    """Say how finely a place is drawn, and by which layers' lines its shapes are cut."""
    detail_m = boundaries.detail_m(places.at(*place))
    return {"tolerance_m": detail_m, "with_layers": tuple(layers.get(key) for key in cells)}


def areas(place: Key, layer: str, cells: Cells) -> PublishedShapes:
    """Publish the polygons of a layer for the browser to fetch."""
    return _republish(_areas, place, layer, cells)


@answers.share(max_entries=64)
def _borders(place: Key, layer: str, cells: Cells) -> PublishedShapes:
    found = places.at(*place)
    lines = boundaries.borders(
        found,
        layers.get(layer),
        tolerance_m=boundaries.detail_m(found),
        with_layers=tuple(layers.get(key) for key in cells),
    )
    return webmap.publish_borders(lines, cache.shapes(place, layer, cells), f"lines-{layer}")


def borders(place: Key, layer: str, cells: Cells) -> PublishedShapes:
    """Publish the lines of a layer, each once, and the names of its units."""
    return _republish(_borders, place, layer, cells)


def _republish(publish: Any, *key: Any) -> Any:
    """Return what a cached function published; publish again if a file of it is gone."""
    found = publish(*key)
    if all(map(webmap.is_there, _list_paths(found))):
        return _lend(found)
    publish.clear(*key)
    return _lend(publish(*key))


def _list_paths(found: Any) -> list[str]:
    """List the paths of what was published, below ``static/``."""
    parts = found if isinstance(found, tuple) else (found,)
    kinds = (PublishedShapes, PublishedPicture, PublishedLabels)
    return [part.path for part in parts if isinstance(part, kinds)]


def _lend(found: Any) -> Any:
    """Let the session's browser fetch what was published, where not everybody may."""
    if people.is_on():
        browsers.note_drawn(_list_paths(found), people.find_browser())
    return found


def _measure_lines(place: Key, cells: Cells) -> joined.StepLines:
    """Return the lines round the pieces of a place: all lines and areas of layers are of them."""
    found, of = places.at(*place), tuple(layers.get(key) for key in cells or ("ward",))
    with _measuring.of((found, of)):
        return _LINES.get((found, of), partial(_measure, found, of))


def _measure(place: Place, of: tuple[Layer, ...]) -> joined.StepLines:
    corners, begins = boundaries.find_lines(place, of, tolerance_m=boundaries.detail_m(place))
    return joined.measure_corners(corners, begins)


@answers.share(max_entries=256)
def _lines(place: Key, a: str, b: str) -> tuple[PublishedShapes, pd.DataFrame]:
    found, pair = places.at(*place), (layers.get(a), layers.get(b))
    agreement, kind = boundaries.compare_lines(found, *pair, tolerance_m=boundaries.detail_m(found))
    lines = _measure_lines(place, cache.list_cells(found, a, b))
    drawn = kind[lines.of]
    chosen = {part: np.flatnonzero(drawn == k) for part, k in boundaries.LINE_KINDS.items()}
    parts = {part: joined.write(lines, some) for part, some in chosen.items() if len(some)}
    parts["outline"] = _write_outline(place)
    return webmap.publish_lines(parts.items(), f"lines-{a}-{b}"), agreement


@answers.share(max_entries=64)
def _write_outline(place: Key) -> str:
    found = places.at(*place)
    outline = boundaries.outline(found, tolerance_m=boundaries.detail_m(found)).to_crs(4326)
    lines = joined.measure(outline.boundary.to_numpy())
    return joined.write(lines, np.arange(len(lines.of)))


@answers.share(max_entries=2)
def _studies(tolerance_m: float) -> tuple[PublishedShapes, PublishedShapes]:
    found = described.list_described()
    found = found[found["areas"] != ""].drop_duplicates("areas")
    shapes = [
        boundaries.outline(as_places.shipped_place(actor), tolerance_m=tolerance_m).geometry.iloc[0]
        for actor in found["id"]
    ]
    own = gpd.GeoDataFrame(
        {"code": found["id"].to_numpy(), "name": found["place"].to_numpy()},
        geometry=shapes,
        crs=27700,
    )
    coast = gpd.GeoSeries([coverage.land().simplify(tolerance_m)], crs=27700)
    britain = gpd.GeoDataFrame({"code": ["gb"], "name": ["Great Britain"]}, geometry=coast)
    return webmap.publish(own, "studies"), webmap.publish(britain, "britain")


def studies(tolerance_m: float) -> tuple[PublishedShapes, PublishedShapes]:
    """Publish the areas of the case studies, each area once, and the coast of Great Britain."""
    return _republish(_studies, tolerance_m)


def lines(place: Key, a: str, b: str) -> tuple[PublishedShapes, pd.DataFrame]:
    """Publish the lines of two layers, and return what ``compare_lines`` counts."""
    return _republish(_lines, place, a, b)


def begin_pictures(place: Key) -> None:
    """Begin to draw a place's postcodes, beside what its page counts: see ``pictures``."""
    _pictures(place)


def pictures(place: Key) -> tuple[PublishedPicture, ...]:
    """Publish the pictures of a place's postcodes."""
    begun = _pictures(place)
    if not begun.done():
        with st.spinner("Drawing the postcodes…"):
            wait([begun])
    if begun.exception() is None and all(webmap.is_there(drawn.path) for drawn in begun.result()):
        return _lend(begun.result())
    _pictures.clear(place)
    return _lend(_pictures(place).result())


@answers.share(max_entries=64)
def _pictures(place: Key) -> Future[tuple[PublishedPicture, ...]]:
    return _BESIDE.submit(_draw_pictures, place)


@keep
def _lay_out(place: Place) -> dots.Spots:
    atoms, here = postcodes.table(), place.positions
    return dots.lay_out(atoms.easting[here], atoms.northing[here])


def _draw_pictures(place: Key) -> tuple[PublishedPicture, ...]:
    return tuple(
        webmap.publish_picture(drawn.png, drawn.bounds, f"dots-{place[1][:30]}")
        for drawn in dots.pictures(_lay_out(places.at(*place)))
    )


@answers.share(max_entries=64)
def _dots_around(square: tuple[int, int]) -> PublishedPicture:
    east, north = ((side + 0.5) * SQUARE_M for side in square)
    found = index.find_within(east, north, AROUND_M)
    atoms = postcodes.table()
    drawn = dots.png(
        atoms.easting[found], atoms.northing[found], zoom=PICTURE_ZOOM, alphas=(170,), dot_px=3
    )
    return webmap.publish_picture(drawn.png, drawn.bounds, "dots-around")


def dots_around(position: int) -> PublishedPicture:
    """Publish a sharp picture of the postcodes some kilometres around one."""
    atoms = postcodes.table()
    at = (int(atoms.easting[position]) // SQUARE_M, int(atoms.northing[position]) // SQUARE_M)
    return _republish(_dots_around, at)


@answers.share(max_entries=512)
def _other_side(place: Key, a: str, b: str, by: str) -> PublishedPicture | None:
    found = places.at(*place)
    outside = overlap.other_side(found, layers.get(a), layers.get(b), by=by)
    if not len(outside):
        return None
    which = np.zeros(len(found), dtype=bool)
    which[np.searchsorted(found.positions, outside)] = True
    drawn = dots.draw_some(_lay_out(found), which)
    return webmap.publish_picture(drawn.png, drawn.bounds, f"other-{a}-{b}")


def other_side(place: Key, a: str, b: str, by: str) -> PublishedPicture | None:
    """Publish a picture of the postcodes outside their main counterpart; None if there are none."""
    return _republish(_other_side, place, a, b, by)


@answers.share(max_entries=64)
def _set_shapes(
    place: Key, keys: tuple[str, ...], by: str
) -> tuple[PublishedShapes, gpd.GeoDataFrame]:
    found = places.at(*place)
    chosen = [layers.get(key) for key in keys]
    frame = boundaries.set_polygons(
        found, chosen, cache.sets(place, keys, by), tolerance_m=boundaries.detail_m(found)
    )
    names = [findings.join_names(name.split("; "), MAX_NAMED) for name in frame["name"]]
    frame = frame.assign(name=names)
    return webmap.publish(frame, f"sets-{place[1][:30]}"), frame


def set_shapes(
    place: Key, keys: tuple[str, ...], by: str
) -> tuple[PublishedShapes, gpd.GeoDataFrame]:
    """Publish the shapes of a place's partner sets, and return them."""
    return _republish(_set_shapes, place, keys, by)


@answers.share(max_entries=64)
def _write_people(place: Key, layer: str, by: str) -> dict[str, str]:
    """Say how many people each unit of a layer has: its code → words; shared, not to be changed."""
    frame = cache.units_table(place, layer, by)
    return {c: findings.people(p, by) for c, p in zip(frame.code, frame.people, strict=True)}


@answers.share(max_entries=64, hash_funcs=BY_PATH)
def _publish_people(place: Key, layer: str, by: str, published: PublishedShapes) -> PublishedLabels:
    name = f"people-{layer}-{place[1][:30]}"
    return webmap.publish_labels(published, _write_people(place, layer, by), name)


def label_people(
    place: Key, layer: str, by: str, published: PublishedShapes
) -> PublishedLabels | dict[str, str]:
    """Say on the map how many people each unit has: fetched once, but for somebody's own numbers.

    Those travel with the page, for nobody else to read.
    """
    if by.startswith(lenses.OWN):
        return _write_people(place, layer, by)
    return _republish(_publish_people, place, layer, by, published)


@answers.share(max_entries=64)
def _write_relations(place: Key, a: str, b: str, by: str) -> dict[str, str]:
    """Say where most of each unit of A is: its code → words; shared, not to be changed."""
    frame = cache.relations(place, a, b, by)
    nowhere = f"Not in {findings.add_article(layers.get(b))}"
    columns = (frame[name].tolist() for name in ("a_code", "relation", "share_of_a", "b_name"))
    return {
        code: nowhere if relation == "none" else f"{findings.share(share)} is in {name}"
        for code, relation, share, name in zip(*columns, strict=True)
    }


@answers.share(max_entries=512, hash_funcs=BY_PATH)
def _publish_relations(
    place: Key, a: str, b: str, by: str, published: PublishedShapes
) -> PublishedLabels:
    name = f"relations-{a}-{b}-{place[1][:30]}"
    return webmap.publish_labels(published, _write_relations(place, a, b, by), name)


def label_relations(
    place: Key, a: str, b: str, by: str, published: PublishedShapes
) -> PublishedLabels | dict[str, str]:
    """Say on the map where most of each unit of A is, of the units of B.

    Fetched once, but for what is somebody's own: as in ``label_people``.
    """
    if any(key.startswith(layers.OWN) for key in (a, b)) or by.startswith(lenses.OWN):
        return _write_relations(place, a, b, by)
    return _republish(_publish_relations, place, a, b, by, published)


def sets_to_take(place: Key, keys: tuple[str, ...], by: str) -> gpd.GeoDataFrame:
    """Return the partner sets of a place with their shapes, to take away."""
    return set_shapes(place, keys, by)[1].drop(columns=["code", "name"])
