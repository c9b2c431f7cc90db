"""Pages take a layer that somebody brought where its key stands in a link, as those that ship."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shown import keep_map, opened

from mapping import places
from mapping.geography import Layer, layers
from pages.shared import lost, registers

CAMDEN = {"place": "borough.E09000007"}


@pytest.fixture(scope="module")
def workspace() -> str:
    return registers.store().create("Our maps", CAMDEN["place"])


@pytest.fixture(scope="module")
def teams(workspace: str) -> Layer:
    small, camden = layers.get("lsoa"), places.get("Camden")
    codes = small.codes[np.unique(small.at(camden.positions))]
    frame = pd.DataFrame({"area": codes, "team": [f"Team {i % 4}" for i in range(len(codes))]})
    brought = layers.from_lookup(
        frame,
        areas="area",
        units="team",
        title="Neighbourhood <b>team",
        plural="neighbourhood teams",
        scale="hyperlocal",
    )
    return keep_map(brought, workspace)


@pytest.fixture(scope="module")
def patches(workspace: str) -> Layer:
    west, south, east, north = places.get("Camden").bounds
    middle = (west + east) // 2 + 0.5
    drawn = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    gdf = gpd.GeoDataFrame({"patch": ["West", "East"]}, geometry=drawn, crs=27700)
    brought = layers.from_polygons(gdf, names="patch", title="Patch", scale="borough")
    return keep_map(brought, workspace)


@pytest.fixture(scope="module")
def networks(workspace: str) -> Layer:
    """Three networks that share every small area of Camden out alike."""
    small, camden = layers.get("lsoa"), places.get("Camden")
    codes = small.codes[np.unique(small.at(camden.positions))]
    names, counts = ["Kentish Town", "Hampstead", "Highgate", "<b>Kilburn"], [62, 21, 10, 7]
    frame = pd.DataFrame(
        {
            "area": np.repeat(codes, 4),
            "network": names * len(codes),
            "patients": counts * len(codes),
        }
    )
    brought = layers.from_shares(
        frame,
        areas="area",
        units="network",
        people="patients",
        title="Care network",
        scale="hyperlocal",
    )
    return keep_map(brought, workspace)


@pytest.mark.parametrize("page", ["mismatches", "partner_sets"])
def test_own_layers_are_compared_like_those_that_ship(
    workspace: str, page: str, teams: Layer, patches: Layer
) -> None:
    asked = f"{teams.key},ward,{patches.key}"
    shown = opened(page, **CAMDEN, workspace=workspace, layers=asked)
    assert shown.control("layers") == asked.split(",")
    assert shown.notes == []
    assert any("Neighbourhood <b>team" in " ".join(t.columns) for t in shown.tables().values())


def test_a_pair_of_own_layers_is_looked_at_closely(
    workspace: str, teams: Layer, patches: Layer
) -> None:
    shown = opened("mismatches", **CAMDEN, workspace=workspace, a=teams.key, b=patches.key)
    assert (shown.control("a"), shown.control("b")) == (teams.key, patches.key)
    assert "neighbourhood teams" in shown.finding.lower()


def test_an_own_layer_is_the_smallest_on_the_map(workspace: str, teams: Layer) -> None:
    shown = opened("place", **CAMDEN, workspace=workspace, base=teams.key)
    assert shown.control("base") == teams.key


def test_a_spot_says_whose_shares_it_has(workspace: str, networks: Layer) -> None:
    shown = opened("who_works_here", **CAMDEN, workspace=workspace, at="NW5 2AA", base=networks.key)
    lineup = shown.table("Who covers NW5 2AA.")
    own = lineup[lineup["Type"] == "Care network"]
    said = "covers it, by shares: 62% Kentish Town, 21% Hampstead and two more"
    assert own[["Organisation or area", "Distance"]].values.tolist() == [["Kentish Town", said]]


def test_counts_by_shares_say_so(workspace: str, networks: Layer) -> None:
    shown = opened("mismatches", **CAMDEN, workspace=workspace, a="ward", b=networks.key)
    assert shown.finding == (
        "All 20 wards in Camden lie in several care networks; an estimated 38% of residents are "
        "outside the main one, counted by shares."
    )
    said = "Care networks are counted by shares; on maps and in partner sets each area "
    assert sum(said in caption for caption in shown.tables()) >= 2


@pytest.mark.parametrize(
    ("page", "name"),
    [
        ("mismatches", "layers"),
        ("mismatches", "a"),
        ("mismatches", "b"),
        ("place", "base"),
        ("place", "over"),
    ],
)
def test_an_own_layer_that_is_not_at_hand_is_said_in_words(page: str, name: str) -> None:
    shown = opened(page, **CAMDEN, **{name: "own.0123456789abcdef"})
    assert lost.OWN_LAYER in " ".join(shown.notes)
    assert name not in shown.chosen()


def test_the_newest_edition_of_a_layer_may_be_named_by_its_date() -> None:
    shown = opened("mismatches", place="county.greater-london", a="icb@2026", b="police_bcu")
    assert (shown.control("a"), shown.notes) == ("icb", [])
    shown = opened("mismatches", place="county.greater-london", a="icb@2030")
    assert "“icb@2030”" in " ".join(shown.notes)


def test_a_line_of_one_s_own_map_that_is_close_to_a_spot_is_drawn(workspace: str, teams) -> None:
    shown = opened("who_works_here", **CAMDEN, workspace=workspace, at="NW5 2AA", layers=teams.key)
    assert "Also within 150 m: boundaries of neighbourhood teams<" in "".join(shown.html)


def test_what_another_workspace_lent_is_not_at_hand_without_it(
    workspace: str, teams: Layer
) -> None:
    there = places.of_unit(teams, 0)
    place = f"{there.kind}.{there.code}"
    assert opened("place", place=place, workspace=workspace).notes == []
    other = registers.store().create("Another", CAMDEN["place"])
    for link in ({}, {"workspace": other}):
        shown = opened("place", place=place, **link)
        assert "an area of somebody's own map, which is not available here" in shown.notes[0]
        shown = opened("place", **CAMDEN, base=teams.key, over=teams.key, **link)
        assert shown.notes == [lost.OWN_LAYER]
        assert not {"base", "over"} & {*shown.chosen()}
