"""What a new pair of maps is drawn of: as if each area, line and picture were made by itself."""

import itertools
import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from mapping import boundaries, overlap, places
from mapping.atoms import postcodes
from mapping.boundaries import coverage
from mapping.drawing import assets, dots, steps
from mapping.geography import layers
from pages.shared import cache, fetched

PAIRS = [
    ("Oldham", "ward", "postal_district"),
    ("Oldham", "postal_district", "ward"),
    ("Moray", "ward", "postal_district"),
    ("Isles of Scilly", "lsoa", "postal_district"),
    ("Greater London", "borough", "icb"),
]


def read(published: assets.PublishedShapes, folder: Path = assets.STATIC_DIR) -> gpd.GeoDataFrame:
    return steps.frame((folder / published.path).read_text())


def count_sides(text: str) -> Counter:
    """Count the stretches from corner to corner of each part, whichever way they lead."""
    found: Counter = Counter()
    for feature in json.loads(text)["features"]:
        several = feature["geometry"]["type"].startswith("Multi")
        lines = (
            feature["geometry"]["coordinates"] if several else [feature["geometry"]["coordinates"]]
        )
        for line in lines:
            corners = np.cumsum(np.reshape(line, (-1, 2)), axis=0).tolist()
            ends = itertools.pairwise(map(tuple, corners))
            found.update((feature["properties"]["part"], frozenset(pair)) for pair in ends)
    return found


@pytest.mark.parametrize(("name", "a", "b"), PAIRS)
def test_areas_are_those_that_are_united_of_their_pieces_and_hold_their_names(
    name: str, a: str, b: str, tmp_path: Path
) -> None:
    place = places.get(name)
    key, cells = cache.key_of(place), cache.list_cells(place, a, b)
    published = fetched.areas(key, a, cells)
    united = assets.publish(cache.shapes(key, a, cells), "united", tmp_path)
    found, wanted = read(published), read(united, tmp_path)
    assert published.codes == united.codes
    assert found["name"].tolist() == wanted["name"].tolist()
    assert found.normalize().geom_equals_exact(wanted.normalize(), 1e-9).all()
    rooms = np.array(found["at"].tolist()) / steps.STEPS_A_DEGREE
    assert shapely.contains_xy(found.geometry.to_numpy(), rooms[:, 0], rooms[:, 1]).all()
    wide = np.array(
        [[one[2], other[2]] for one, other in zip(found["at"], wanted["at"], strict=True)]
    )
    assert (abs(wide[:, 0] - wide[:, 1]) <= np.maximum(12, 0.1 * wide[:, 1])).all()
    assert len((assets.STATIC_DIR / published.path).read_bytes()) <= 1.02 * len(
        (tmp_path / united.path).read_bytes()
    )


@pytest.mark.parametrize(("name", "a", "b"), PAIRS)
def test_lines_are_those_of_both_of_one_or_the_other_and_the_outline(
    name: str, a: str, b: str, tmp_path: Path
) -> None:
    place = places.get(name)
    detail_m = boundaries.detail_m(place)
    pair = layers.get(a), layers.get(b)
    by_itself = boundaries.line_agreement(place, *pair, tolerance_m=detail_m)[["geometry"]]
    by_itself = by_itself[~by_itself.geometry.is_empty].rename_axis("part").reset_index()
    outline = boundaries.outline(place, tolerance_m=detail_m).boundary
    edge = gpd.GeoDataFrame({"part": ["outline"]}, geometry=outline)
    both = gpd.GeoDataFrame(
        {"part": [*by_itself["part"], *edge["part"]]},
        geometry=[*by_itself.geometry, *edge.geometry],
        crs=27700,
    )
    path = assets.publish(both, "by-itself", tmp_path).path
    published, _ = fetched.lines(cache.key_of(place), a, b)
    text = (assets.STATIC_DIR / published.path).read_text()
    assert count_sides(text) == count_sides((tmp_path / path).read_text())
    assert len(text) <= 1.02 * len((tmp_path / path).read_text())


def test_a_layer_that_is_not_in_a_place_has_a_file_without_areas() -> None:
    published = fetched.areas(cache.key_of(places.get("Oldham")), "health_board", ())
    assert published.codes == ()
    assert json.loads((assets.STATIC_DIR / published.path).read_text())["features"] == []


def test_a_picture_of_the_other_side_shows_the_postcodes_of_the_other_side() -> None:
    place = places.get("Oldham")
    published = fetched.other_side(cache.key_of(place), "ward", "postal_district", "residents")
    assert published is not None
    outside = overlap.other_side(place, layers.get("ward"), layers.get("postal_district"))
    atoms = postcodes.table()
    spots = dots.lay_out(atoms.easting[place.positions], atoms.northing[place.positions])
    drawn = dots.draw_some(spots, np.isin(place.positions, outside))
    assert (assets.STATIC_DIR / published.path).read_bytes() == drawn.png
    assert published.bounds == drawn.bounds


def test_whoever_asks_for_the_same_shapes_at_once_has_them_made_once(monkeypatch) -> None:
    place, made = places.get("Plymouth"), []
    coverage.COVERAGES.clear()
    together = threading.Barrier(4)
    simplify = shapely.coverage_simplify

    def note(*given: object) -> object:
        made.append(given)
        return simplify(*given)

    def ask() -> coverage.Coverage:
        together.wait()
        return coverage.get(place, (layers.get("ward"),), 40.0)

    monkeypatch.setattr(coverage.shapely, "coverage_simplify", note)
    with ThreadPoolExecutor(4) as threads:
        found = [future.result() for future in [threads.submit(ask) for _ in range(4)]]
    assert len(made) == 1
    assert all(one is found[0] for one in found)
