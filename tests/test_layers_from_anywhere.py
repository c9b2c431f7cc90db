"""Layers that somebody brings: a lookup or polygons, taken by everything as those that ship."""

import threading
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from mapping import boundaries, gaps, overlap, places
from mapping.actors import defaults
from mapping.atoms import blocks, postcodes
from mapping.errors import MappingError
from mapping.geocode import areas
from mapping.geography import Layer, catalogue, coded_areas, layers, lenses, lookups, registry
from mapping.overlap import spots
from mapping.takeaway import export
from mapping.wording import findings

KINDS = ("lsoa", "postal_sector", "ward", "postal_district", "borough", "county", "region")


def bring(areas: list, units: list, **facts: str) -> Layer:
    frame = pd.DataFrame({"area": areas, "team": units})
    facts = {"title": "Team", "scale": "hyperlocal"} | facts
    return layers.from_lookup(frame, areas="area", units="team", **facts)


def unit_at(layer: Layer, postcode: str) -> str:
    return layer.code_of(int(layer.at(postcodes.find(postcode)["position"])))


@pytest.fixture(scope="module")
def teams(camden) -> Layer:
    """Camden's small areas shared out among four teams, but for a ward and a postcode of others."""
    small = layers.get("lsoa")
    codes = small.codes[np.unique(small.at(camden.positions))]
    frame = pd.DataFrame({"area": codes, "team": [f"Team {i % 4}" for i in range(len(codes))]})
    other = pd.DataFrame({"area": ["E09000033", "NW5 2AA"], "team": ["Westminster", "Alone"]})
    return layers.from_lookup(
        pd.concat([frame, other]),
        areas="area",
        units="team",
        title="Neighbourhood team",
        scale="hyperlocal",
    )


@pytest.fixture(scope="module")
def patches(camden) -> Layer:
    """Draw nine squares over Camden, in degrees."""
    west, south, east, north = camden.bounds
    x, y = np.linspace(west - 9, east + 9, 4), np.linspace(south - 9, north + 9, 4)
    drawn = [shapely.box(x[i], y[j], x[i + 1], y[j + 1]) for i in range(3) for j in range(3)]
    gdf = gpd.GeoDataFrame({"patch": [f"Patch {i}" for i in range(9)]}, geometry=drawn, crs=27700)
    return layers.from_polygons(
        gdf.to_crs(4326), names="patch", title="Patch", scale="hyperlocal", plural="patches"
    )


def test_what_the_readme_says_runs_as_written(camden, teams, patches):
    ward = layers.get("ward")
    assert layers.get(teams.key) is teams
    assert layers.get(patches.key) is patches
    for own in (teams, patches):
        assert not overlap.cross_table(camden, own, layers.get("postal_district")).empty
        sets = overlap.partner_sets(camden, [own, ward])
        assert {own.key, f"{own.key}_code", "ward"} <= set(sets)
        assert overlap.edge_dwellers(camden, own, distance_m=300).share > 0
        assert overlap.relations(camden, own, ward)["people"].sum() > 0
        assert 0 < overlap.mismatch(camden, own, ward) < 1
        assert set(spots.units_at(lat=51.55, lon=-0.14, layers=[own])["layer"]) == {own.key}
        drawn = boundaries.polygons(camden, own)
        assert set(drawn["name"]) <= set(own.names)
        lines = boundaries.line_agreement(camden, own, ward)
        assert (lines["length_m"] > 0).all()
    cross = overlap.cross_table(camden, teams, ward, by=[1.0] * len(postcodes.table()))
    assert cross["people"].sum() == len(camden)
    assert gaps.orphans(camden, [teams, patches])["layer"].tolist() == [teams.key, patches.key]
    assert layers.get("icb", edition="2026") is layers.get("icb")


def test_what_is_asked_of_editions_and_partners_runs_as_written():
    icb = layers.get("icb")
    assert (len(icb.codes), len(layers.get("icb", edition="2022").codes)) == (36, 42)
    overlap.cross_table(places.get("England"), icb, layers.get("icb", edition="2022"))
    found = overlap.cross_table(
        places.get("Surrey"), layers.get("borough", edition="2027"), layers.get("borough")
    )
    assert found.groupby("a_name")["b_name"].nunique().to_dict() == {
        "East Surrey": 5,
        "West Surrey": 6,
    }
    assert [layer.key for layer in layers.partners(places.get("Plymouth"))] == [
        "borough",
        "police_force",
        "fire_service",
        "ambulance_service",
        "icb",
        "nhs_region",
    ]


def test_the_shapes_of_a_layer_by_postcode_tile_the_place_along_its_own_lines(camden, patches):
    drawn = boundaries.polygons(camden, patches)
    whole = boundaries.polygons(camden, layers.get("lsoa")).geometry.area.sum()
    assert drawn.geometry.area.sum() == pytest.approx(whole)
    atoms, at = postcodes.table(), camden.positions
    points = shapely.points(atoms.easting[at], atoms.northing[at])
    for row in drawn.itertuples():
        own = patches.at(at) == patches.number_of(row.code)
        assert shapely.intersects(row.geometry, points[own]).mean() > 0.98  # but points shared


def test_two_layers_by_postcode_are_drawn_from_the_same_shapes(camden, teams, patches):
    found = boundaries.line_agreement(camden, teams, patches)
    again = boundaries.line_agreement(camden, patches, teams)
    swapped = again.loc[["both", "b_only", "a_only"], "length_m"]
    assert found["length_m"].tolist() == pytest.approx(swapped.tolist())
    assert found.loc["both", "length_m"] > 0


@pytest.mark.parametrize("key", [key for key in KINDS if key != "county"])
def test_a_layer_made_from_a_shipped_layers_lookup_equals_it(key, camden):
    shipped = layers.get(key)
    own = bring(list(shipped.codes), list(shipped.codes), title=key)
    assert own.grain == shipped.grain
    assert own.residual.empty
    assert (own.labels[0].take(own.unit) == shipped.labels[0].take(shipped.unit)).all()
    other = layers.get("mental_health_trust")
    for score in (overlap.mismatch, overlap.association, overlap.aligned_share):
        assert score(camden, own, other) == score(camden, shipped, other)


def test_postcodes_one_by_one_come_to_the_wards_that_they_fill(moray):
    ward, at = layers.get("ward"), moray.positions
    names = postcodes.table().name[at].astype(str)
    own = bring(list(names), list(ward.codes[ward.at(at)]))
    assert own.grain == "ward"
    assert (own.labels[0].take(own.at(at)) == ward.labels[0].take(ward.at(at))).all()
    assert (own.unit >= 0).sum() == len(at)


@pytest.mark.parametrize("key", ["ward", "lsoa"])
def test_the_polygons_of_a_layer_give_its_units_back(camden, key):
    shipped = layers.get(key)
    drawn = boundaries.polygons(camden, shipped).dropna(subset="geometry")
    own = layers.from_polygons(drawn, code="code", names="name", title=key, scale="hyperlocal")
    at = camden.positions
    same = own.labels[0].take(own.at(at)) == shipped.labels[0].take(shipped.at(at))
    assert same.mean() >= 0.999
    kept = own.residual.set_index("reason")["postcodes"]
    assert kept["in no polygon"] == len(postcodes.table()) - (own.unit >= 0).sum()


def test_the_smallest_area_holds_where_areas_lie_in_each_other():
    own = bring(
        ["E09000007", "NW5", "NW5 2AA", "NW5 2"], ["Borough", "District", "Postcode", "Sector"]
    )
    assert unit_at(own, "NW5 2AA") == "Postcode"
    assert unit_at(own, "NW5 2AB") == "Sector"
    assert unit_at(own, "NW5 1TL") == "District"
    assert unit_at(own, "WC1H 9JE") == "Borough"
    assert unit_at(own, "N1 9GU") == "" or unit_at(own, "N1 9GU") == "Borough"
    assert own.residual.empty


def test_postcodes_and_codes_are_known_however_they_are_typed():
    own = bring([" nw52aa", "e09000007 ", "nw3  1"], ["a", "b", "c"])
    assert own.residual.empty
    assert unit_at(own, "NW5 2AA") == "a"


def test_rows_that_no_postcode_follows_are_told_with_the_reason():
    areas = ["E01000842", "X", "E00000001", None, "NW5 2AA", "E01000842", "NW5", "E99999999"]
    own = bring(areas, ["A", "A", "A", "A", "", "B", "C", "A"])
    told = own.residual
    assert list(told) == ["area", "unit", "reason"]
    assert told.index.tolist() == [0, 1, 2, 3, 4, 5, 7]
    assert told.loc[0, "reason"] == told.loc[5, "reason"] == "this area is given 2 units: A, B"
    assert told.loc[2, "reason"] == lookups.NO_OUTPUT_AREAS
    assert told.loc[3, "reason"] == lookups.NO_AREA
    assert told.loc[4, "reason"] == lookups.NO_UNIT
    assert told.loc[1, "reason"] == told.loc[7, "reason"] == lookups.NOT_KNOWN
    assert own.codes.tolist() == ["C"]


def test_a_contradicted_area_is_in_no_unit_even_inside_one_that_has():
    small = layers.get("lsoa")
    inside = np.flatnonzero(small.unit == small.number_of("E01000842"))
    own = bring(["E01000842", "E01000842", "E09000007"], ["A", "B", "C"])
    assert (own.at(inside) == -1).all()
    assert own.codes.tolist() == ["C"]


def test_an_area_whose_postcodes_are_all_in_smaller_ones_is_told():
    small, ward = layers.get("lsoa"), layers.get("ward")
    at = np.flatnonzero(ward.unit == 0)
    codes = small.codes[np.unique(small.at(at))]
    own = bring([ward.codes[0], *codes], ["whole", *["part"] * len(codes)])
    assert own.residual["reason"].tolist() == [lookups.TAKEN]
    assert own.codes.tolist() == ["part"]


def test_names_of_units_stand_in_a_column_of_their_own():
    frame = pd.DataFrame({"a": ["NW5", "NW3"], "u": ["T1", "T2"], "n": ["Kentish Town", None]})
    own = layers.from_lookup(frame, areas="a", units="u", names="n", title="T", scale="borough")
    assert own.codes.tolist() == ["T1", "T2"]
    assert own.names.tolist() == ["Kentish Town", "T2"]


@st.composite
def tables(draw):
    """Draw up to thirty rows of areas of all kinds, some unknown, some twice, in three units."""
    known = [layers.get(key).codes for key in KINDS[:5]]
    names = postcodes.table().name
    rows = []
    for _ in range(draw(st.integers(1, 30))):
        kind = draw(st.integers(-2, 4))
        step = draw(st.integers(0, 6))
        area = {-2: "?", -1: names[1_000_000 + step].decode()}.get(kind) or known[kind][step]
        rows.append((area, draw(st.sampled_from(["A", "B", "C", ""]))))
    return pd.DataFrame(rows, columns=["area", "team"])


def read(frame: pd.DataFrame) -> Layer | str:
    try:
        return layers.from_lookup(frame, areas="area", units="team", title="T", scale="borough")
    except MappingError as fault:
        return str(fault)


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant_and_every_row_is_accounted_for(frame, chance):
    own = read(frame)
    order = list(range(len(frame)))
    chance.shuffle(order)
    mixed = read(frame.iloc[order])
    if isinstance(own, str):
        assert isinstance(mixed, str)
        return
    assert mixed is own
    counted = frame[~frame.index.isin(own.residual.index)]
    assert set(counted["team"]) >= set(own.codes)
    assert len(counted) + len(own.residual) == len(frame)
    for area, team in counted.itertuples(index=False):
        found = coded_areas.identify(pd.Series([area]))
        assert found.kind[0] >= 0
        assert team in own.codes
    people = lenses.get().values
    inside = np.bincount(own.unit + 1, weights=people, minlength=len(own.codes) + 1)
    assert inside.sum() == pytest.approx(people.sum())


def test_the_table_that_a_layer_is_made_from_is_left_as_it_was():
    frame = pd.DataFrame({"area": ["nw5", None], "team": [" A ", "B"]})
    before = frame.copy()
    layers.from_lookup(frame, areas="area", units="team", title="T", scale="borough")
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"scale": "village"}, "Expected one of the scales hyperlocal.*found “village”"),
        ({"title": "  "}, "Expected a title"),
        ({"areas": "place"}, "place is not among area, team"),
        ({"key": "mine"}, "Expected texts that a layer has; found key"),
        ({"colour": "red"}, "found colour"),
        ({"valid_to": "soon"}, "Expected a day like 2026-04-01 for valid_to; found “soon”"),
    ],
)
def test_what_cannot_be_a_layer_is_refused(change, says):
    asked = {"areas": "area", "units": "team", "title": "T", "scale": "borough"} | change
    with pytest.raises(MappingError, match=says):
        layers.from_lookup(pd.DataFrame({"area": ["NW5"], "team": ["A"]}), **asked)


@pytest.mark.parametrize("areas", [["Camden"], [None], [], ["E00000001"]])
def test_a_table_of_which_no_row_counts_is_refused_with_the_reasons(areas):
    with pytest.raises(MappingError, match=f"none of {len(areas)} rows counts"):
        bring(areas, ["A"] * len(areas))


def test_what_is_brought_twice_is_one_object_and_another_title_is_another():
    one, same, other = (bring(["NW5"], ["A"], title=title) for title in ("One", "One", "Other"))
    assert one is same
    assert one.key != other.key
    assert one.key.startswith(layers.OWN)
    assert (layers.get(one.key), layers.get(other.key)) == (one, other)


def test_many_visitors_who_bring_the_same_get_one_object():
    found: list[Layer] = []
    visitors = [
        threading.Thread(target=lambda: found.append(bring(["NW3"], ["A"], title="Together")))
        for _ in range(8)
    ]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert len(found) == 8
    assert len({id(layer) for layer in found}) == 1


def test_a_key_of_ones_own_that_nobody_knows_is_said_so():
    with pytest.raises(MappingError, match=r"none is known as “own\.abc”\. Bring it again"):
        layers.get("own.abc")
    with pytest.raises(MappingError, match="none is known as"):
        layers.editions("own.abc")


@pytest.fixture
def small_registry(monkeypatch) -> Iterator[None]:
    monkeypatch.setattr(registry, "MAX_KEPT", 2)
    before = dict(registry._KEPT)
    yield
    registry._KEPT.clear()
    registry._KEPT.update(before)


def test_no_more_layers_are_kept_than_there_is_room_for(small_registry):
    keys = [bring(["NW5"], ["A"], title=f"Title {i}").key for i in range(4)]
    layers.get(keys[-2])
    bring(["NW5"], ["A"], title="The last")
    assert next(iter(registry._KEPT)) == keys[-2]
    assert len(registry._KEPT) == 2
    with pytest.raises(MappingError, match="none is known"):
        layers.get(keys[0])


def test_what_layers_take_is_counted_once_however_often_they_are_asked_for(monkeypatch):
    asked, count = [], Layer.nbytes.fget
    monkeypatch.setattr(Layer, "nbytes", property(lambda one: asked.append(one) or count(one)))
    keys = [bring(["NW5"], [f"A {i}"], title="Weighed").key for i in range(5)]
    for key in 20 * keys:
        layers.get(key)
    assert sorted(one.key for one in asked) == sorted(keys)


def test_no_more_is_kept_than_there_are_megabytes_for(small_registry, monkeypatch):
    monkeypatch.setattr(registry, "MAX_KEPT", 100)
    monkeypatch.setattr(Layer, "nbytes", property(lambda one: 100_000_000))
    registry._KEPT.clear()
    keys = [bring(["NW5"], ["A"], title=f"Large {i}").key for i in range(4)]
    assert list(registry._KEPT) == keys[-2:]


def test_a_layer_that_somebody_still_holds_is_found_though_it_is_not_kept(small_registry):
    held = bring(["NW5"], ["A"], title="Held")
    for i in range(4):
        bring(["NW5"], ["A"], title=f"Title {i}")
    assert layers.get(held.key) is held


# polygons


class Squares(NamedTuple):
    """Squares in a row, a kilometre wide, from a corner in the middle of London."""

    west: int = 528_000
    south: int = 182_000

    def draw(self, *spans: tuple[float, float]) -> gpd.GeoDataFrame:
        """Draw squares from so many kilometres east to so many, named A, B, …"""
        shapes = [
            shapely.box(self.west + a * 1000, self.south, self.west + b * 1000, self.south + 1_000)
            for a, b in spans
        ]
        return gpd.GeoDataFrame({"name": list("ABCDEF"[: len(spans)])}, geometry=shapes, crs=27700)


def draw_in(gdf: gpd.GeoDataFrame, **more: str) -> Layer:
    return layers.from_polygons(gdf, **({"names": "name", "title": "P", "scale": "borough"} | more))


def test_polygons_in_any_coordinate_system_hold_the_same_postcodes():
    metres = Squares().draw((0, 1), (1, 2))
    own, degrees = draw_in(metres), draw_in(metres.to_crs(4326))
    web = draw_in(metres.to_crs(3857))
    assert (own.unit == degrees.unit).mean() > 0.99999
    assert (own.unit == web.unit).mean() > 0.99999


def test_people_in_the_units_and_in_the_residual_are_all_there_are():
    own = draw_in(Squares().draw((0, 1), (0.995, 2)))
    told = own.residual
    assert list(told) == ["reason", "units", "postcodes", "people"]
    assert told["reason"].tolist() == ["in no polygon", "in several polygons"]
    assert told.loc[1, "units"] == "A; B"
    assert told["postcodes"].sum() + (own.unit >= 0).sum() == len(postcodes.table())
    people = lenses.get().values
    counted = people[own.unit >= 0].sum()
    assert told["people"].sum() + counted == pytest.approx(people.sum())
    assert told.loc[1, "postcodes"] > 0


def test_polygons_that_overlap_are_refused_and_the_overlaps_named():
    with pytest.raises(MappingError) as fault:
        draw_in(Squares().draw((0, 1), (0.9, 2), (3, 4)))
    said = str(fault.value)
    assert "1 pair overlaps by more than 1% of the smaller one's ground" in said
    assert "“A” and “B” share 0.10 km² with" in said
    assert "upload them as footprints" in said


def test_a_polygon_inside_another_is_an_overlap():
    with pytest.raises(MappingError, match=r"“A” and “B” share 0\.50 km²"):
        draw_in(Squares().draw((0, 1), (0.25, 0.75)))


def test_a_common_edge_is_no_overlap_and_its_postcodes_go_to_the_first_by_code():
    atoms, at = postcodes.table(), postcodes.find("NW5 2AA")
    east, north = int(at["easting"]), int(at["northing"])
    halves = [shapely.box(east - 500, north - 500, east, north + 500)]
    halves += [shapely.box(east, north - 500, east + 500, north + 500)]
    for names in (["A", "B"], ["B", "A"]):
        gdf = gpd.GeoDataFrame({"name": names}, geometry=halves, crs=27700)
        own = draw_in(gdf)
        assert own.residual["reason"].tolist() == ["in no polygon"]
        assert own.code_of(int(own.at(at["position"]))) == "a"
    on_edge = (atoms.easting == east) & (np.abs(atoms.northing - north) <= 500)
    assert on_edge.any()


def test_the_order_of_polygons_is_irrelevant():
    drawn = Squares().draw((0, 1), (1, 2), (2, 2.5))
    assert draw_in(drawn) is draw_in(drawn.iloc[::-1])


def test_rows_of_one_code_are_one_unit():
    drawn = Squares().draw((0, 1), (2, 3), (1, 2)).assign(code=["x", "x", "y"])
    drawn["name"] = ["Ends", "Ends", "Middle"]
    own = draw_in(drawn, code="code")
    assert own.codes.tolist() == ["x", "y"]
    assert own.names.tolist() == ["Ends", "Middle"]


def test_an_outline_that_crosses_itself_counts_with_the_ground_it_encloses():
    bow = shapely.Polygon([(528e3, 182e3), (529e3, 183e3), (529e3, 182e3), (528e3, 183e3)])
    own = draw_in(gpd.GeoDataFrame({"name": ["A"]}, geometry=[bow], crs=27700))
    atoms = postcodes.table()
    inside = shapely.intersects_xy(shapely.make_valid(bow), atoms.easting, atoms.northing)
    assert np.array_equal(own.unit >= 0, inside)


def test_a_row_without_a_polygon_is_told():
    drawn = Squares().draw((0, 1), (1, 2))
    drawn.loc[1, "geometry"] = None
    own = draw_in(drawn)
    assert own.residual.iloc[-1].tolist() == ["no polygon is given", "B", 0, 0.0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda f: f.set_crs(None, allow_override=True), "none is set. Set it with"),
        (lambda f: f.set_geometry(f.centroid), r"2 of 2 are others \(Point\)"),
        (lambda f: f.assign(name=["", None]), "2 of 2 have none"),
        (lambda f: f.set_geometry(f.translate(300_000)), "none of 2 has one. Check the CRS"),
        (lambda f: f.assign(name=["Two words", "two-words"]), "several"),
        (lambda f: f.drop(columns="name"), "name is not among geometry"),
    ],
)
def test_what_is_no_partition_is_refused(change, says):
    with pytest.raises(MappingError, match=says):
        draw_in(change(Squares().draw((0, 1), (1, 2))))


@pytest.mark.parametrize("crs", [4326, 4258, "OGC:CRS84"])
@pytest.mark.parametrize(
    "place", ["Camden", "Shetland Islands", "Isles of Scilly", "Great Britain"]
)
def test_polygons_whose_latitudes_stand_for_longitudes_are_told_so(place, crs):
    atoms, at = postcodes.table(), places.get(place).positions
    east, north = atoms.easting[at], atoms.northing[at]
    drawn = shapely.box(east.min() - 100, north.min() - 100, east.max() + 100, north.max() + 100)
    good = gpd.GeoDataFrame({"name": ["A"]}, geometry=[drawn], crs=27700).to_crs(crs)
    assert (draw_in(good).unit >= 0).any()
    turned = good.set_geometry(good.transform(lambda corners: corners[:, ::-1]))
    with pytest.raises(MappingError, match="Latitude and longitude seem to be the other way round"):
        draw_in(turned)


def test_polygons_elsewhere_that_turning_does_not_help_have_their_crs_named():
    far = gpd.GeoDataFrame({"name": ["A"]}, geometry=[shapely.box(20, 30, 21, 31)], crs=4326)
    with pytest.raises(
        MappingError, match=r"has one\. Check the CRS, which is said to be EPSG:4326"
    ):
        draw_in(far)


# editions and what ships


def test_a_layers_editions_are_listed_and_told_apart():
    assert layers.editions("icb") == ["2026", "2022"]
    assert layers.get("icb").edition == "2026"
    assert layers.get("ward").edition == layers.editions("ward")[0]
    with pytest.raises(MappingError, match=r"found “2030”\. There are: 2026, 2022"):
        layers.get("icb", edition="2030")
    with pytest.raises(MappingError, match="Expected the key of a layer"):
        layers.editions("nonsense")


@pytest.fixture
def second_edition(tmp_path, monkeypatch) -> None:
    """Add trusts of 2026 to the data: rows alone, two trusts merged and one small area cut."""
    for name in ("layers.csv", "service_areas.csv"):
        frame = pd.read_csv(postcodes.DATA / name, dtype=str, keep_default_na=False)
        column = "key" if name == "layers.csv" else "layer"
        newer = frame[frame[column] == "mental_health_trust"].assign(edition="2026")
        if name == "layers.csv":
            newer = newer.assign(valid_from="2026-04-01", valid_to="")
        else:
            newer["unit"] = newer["unit"].replace(
                dict.fromkeys(newer["unit"].unique()[:2], "Merged Trust")
            )
            cut = newer[newer["unit"] != "Merged Trust"].head(1)
            cut = cut.assign(area="E01000842", unit="Merged Trust")
            newer = pd.concat([newer, cut])
            frame.loc[frame[column] == "mental_health_trust", "edition"] = "2025"
        pd.concat([newer, frame]).to_csv(tmp_path / name, index=False)
    for file in postcodes.DATA.iterdir():
        if not (tmp_path / file.name).exists():
            (tmp_path / file.name).symlink_to(file)
    monkeypatch.setattr(catalogue, "DATA", tmp_path)
    for module in (catalogue, layers):
        for name in (
            *("read_editions", "_read_service_areas", "catalogue"),
            *("make_base", "_get_shipped", "_make_edition", "_group_editions", "_list_scales"),
        ):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, cache(getattr(module, name).__wrapped__))


def test_a_second_edition_is_a_matter_of_rows(second_edition, london):
    trust = "mental_health_trust"
    assert layers.editions(trust) == ["2026", "2025"]
    new, old = layers.get(trust), layers.get(trust, edition="2025")
    assert (new.key, old.key) == (trust, f"{trust}@2025")
    assert (new.edition, old.edition) == ("2026", "2025")
    assert (len(new.codes), len(old.codes)) == (7, 8)
    assert old.title == "Mental health trust (2025)"
    assert (new.grain, old.grain) == ("block", "ward")
    assert "Merged Trust" in new.names
    assert overlap.aligned_share(london, old, new) > 0.9
    assert {trust, f"{trust}@2025"} <= set(overlap.partner_sets(london, [new, old]))


def test_actors_and_uploads_follow_a_layer_that_cuts_wards(second_edition, monkeypatch):
    monkeypatch.setattr(defaults, "rules", cache(defaults.rules.__wrapped__))
    register, ids = defaults._make_all.__wrapped__()
    trust, code = "mental_health_trust", "merged-trust"
    new = layers.get(trust)
    own = np.flatnonzero(new.unit == new.number_of(code))
    assert ids[trust, code] == [f"{trust}.{code}"]
    assert np.array_equal(register.footprint(f"{trust}.{code}"), own)
    monkeypatch.setattr(areas, "_postcodes_of", cache(areas._postcodes_of.__wrapped__))
    known = areas.index.__wrapped__()
    monkeypatch.setattr(areas, "index", lambda: known)

    @cache
    def number_all(kind: str) -> dict[str, int]:
        own = np.flatnonzero(known.kind == known.kinds.index(kind))
        return dict(zip(known.codes[own].tolist(), own.tolist(), strict=True))

    monkeypatch.setattr(areas, "number", lambda kind, code: number_all(kind)[code])
    wards, loose = areas.wards_and_postcodes(np.array([areas.number(trust, code)]))
    assert len(wards.area) == 0
    assert np.array_equal(np.sort(loose.area), own)


def test_what_a_layer_is_to_uploads_actors_and_partners_stands_in_its_row():
    facts = layers.catalogue()
    assert set(facts["partners"]) == {"London", "Britain", "London; Britain", ""}
    assert set(facts["named_in_uploads"]) == {"yes", ""}
    served = facts["partners"].str.contains("London")
    assert layers.list_partners("London") == list(facts.index[served])
    told = facts[["actor", "actor_type", "actor_themes", "actor_why", "actor_source"]] != ""
    assert (told.all(axis=1) | ~told.any(axis=1)).all()


def test_a_list_of_areas_that_names_one_twice_does_not_ship():
    listed = catalogue.read_listed_areas("mental_health_trust", "2025")
    again = {"area": "E09000007", "within": "", "unit": "X", "unit_code": ""}
    wrong = pd.concat([listed, pd.DataFrame([again])])
    texts = dict.fromkeys(catalogue.LAYER_TEXTS, "") | {"plural": "boards"}
    with pytest.raises(MappingError, match=r"found 1 of 34 rows again .E09000007"):
        lookups.make_listed(wrong, texts)


def test_every_area_of_the_lists_that_ship_is_in_use():
    listed = pd.read_csv(postcodes.DATA / "service_areas.csv", dtype=str, keep_default_na=False)
    assert len(listed)
    assert (coded_areas.identify(listed["area"]).kind >= 0).all()


def test_what_is_taken_away_says_what_of_a_layer_is_in_no_unit():
    own = bring(["NW5", "X", "Y"], ["A", "B", "C"], title="Told")
    said = export.note("A table.", "residents", [own])
    assert (
        f"Told: Brought by somebody (two rows count for nothing: 2 × {lookups.NOT_KNOWN})" in said
    )
    drawn = draw_in(Squares().draw((0, 1), (0.995, 2)), title="Drawn")
    held = drawn.residual.set_index("reason")["postcodes"]
    shared = findings.write_count(held["in several polygons"], "postcode", "postcodes")
    assert f"; {shared} in several polygons)" in export.say_residual(drawn)
    assert export.say_residual(layers.get("ward")) == ""


def test_units_are_as_coarse_as_they_fit():
    known, ward = blocks(), layers.get("ward")
    assert lookups.coarsen(ward.unit, "postcode")[1] == "ward"
    assert np.array_equal(lookups.coarsen(ward.unit, "postcode")[0], ward.numbers)
    torn = ward.unit.copy()
    torn[known.first[5]] += 1
    assert lookups.coarsen(torn, "postcode")[1] == "postcode"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda: layers.from_lookup({}, areas="a", units="b", title="T", scale="borough"),
            r"Expected a table \(a pandas DataFrame\); found a dict",
        ),
        (
            lambda: layers.from_polygons(
                pd.DataFrame({"n": ["x"]}), names="n", title="T", scale="borough"
            ),
            "found one without geometry. Read the file with geopandas.read_file",
        ),
        (
            lambda: layers.from_polygons(
                gpd.GeoDataFrame({"n": []}, geometry=[], crs=27700),
                names="n",
                title="T",
                scale="borough",
            ),
            "found a table without rows",
        ),
    ],
)
def test_what_is_no_table_of_areas_or_polygons_is_said_to_be_none(make, said):
    with pytest.raises(MappingError, match=said):
        make()


def test_every_county_is_known_by_its_code_however_it_is_typed():
    codes = layers.get("county").codes
    frame = pd.DataFrame({"area": [*codes[:-1], codes[-1].upper()], "unit": "All"})
    made = layers.from_lookup(frame, areas="area", units="unit", title="All", scale="regional")
    assert len(made.residual) == 0


def test_facts_in_another_order_are_the_same_layer_and_rows_left_over_keep_their_index():
    frame = pd.DataFrame({"area": ["E09000007", "X", "E09000012"], "unit": ["a", "b", "c"]})
    told = {"areas": "area", "units": "unit", "title": "T", "scale": "borough"}
    one = layers.from_lookup(frame, **told, sector="health", as_at="2025")
    assert layers.from_lookup(frame, **told, as_at="2025", sector="health") is one
    other = layers.from_lookup(frame.iloc[::-1].reset_index(drop=True).iloc[[0, 2, 1]], **told)
    again = layers.from_lookup(frame.set_axis([7, 8, 9]), **told)
    assert (one.residual.index.tolist(), again.residual.index.tolist()) == ([1], [8])
    assert other.residual.index.tolist() == [1]
