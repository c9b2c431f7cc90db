"""Polygons for looking at, and the lines that two layers draw."""

import geopandas as gpd
import numpy as np
import oracles
import pandas as pd
import pytest
import shapely

from mapping import boundaries, overlap, places
from mapping.atoms import postcodes
from mapping.boundaries import coverage
from mapping.errors import MappingError
from mapping.geography import layers, lenses

PARTS = ["both", "a_only", "b_only"]


def inside_share(shapes: gpd.GeoDataFrame, place, layer) -> pd.Series:
    """Return the share of each unit's postcodes that lie inside its polygon, by code."""
    atoms = postcodes.table()
    at = place.positions
    unit = layer.unit[at]
    shares = {}
    for code, shape in zip(shapes["code"], shapes.geometry, strict=True):
        mine = at[unit == layer.number_of(code)]
        if shape is not None:
            shapely.prepare(shape)
            hits = shapely.intersects_xy(shape, atoms.easting[mine], atoms.northing[mine])
            shares[code] = hits.mean()
    return pd.Series(shares)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Greater London", "ward"),
        ("Greater London", "icb"),
        ("Oldham", "ward"),
        ("Oldham", "lsoa"),
        ("Moray", "ward"),
        ("Moray", "postal_sector"),
        ("Camden", "postal_district"),
        ("Camden", "lsoa"),
        ("NW5", "borough"),
        ("OL1", "postal_sector"),
    ],
)
def test_polygons_are_one_row_a_unit_with_everybody_in_it(name, key):
    place, layer = places.get(name), layers.get(key)
    shapes = boundaries.polygons(place, layer)
    assert type(shapes) is gpd.GeoDataFrame
    assert list(shapes.columns) == ["code", "name", "people", "geometry"]
    assert shapes.crs.to_epsg() == 27700
    assert [layer.number_of(c) for c in shapes["code"]] == np.unique(
        layer.unit[place.positions]
    ).tolist()
    assert [layer.name_of(layer.number_of(c)) for c in shapes["code"]] == shapes["name"].tolist()
    assert shapes["people"].sum() == pytest.approx(lenses.get().values[place.positions].sum())
    there = shapes[shapes.geometry.notna()]
    assert there.is_valid.all()
    assert not there.is_empty.any()
    assert shapely.coverage_is_valid(there.geometry.to_numpy())


@pytest.mark.parametrize("name", ["Greater London", "Oldham", "Moray"])
def test_99_percent_of_postcodes_lie_inside_their_wards_polygon(name):
    place, ward = places.get(name), layers.get("ward")
    shapes = boundaries.polygons(place, ward)
    shares = inside_share(shapes, place, ward)
    assert len(shares) == len(shapes)
    size = pd.Series(np.bincount(ward.unit[place.positions], minlength=len(ward.codes)), ward.codes)
    weight = size[shares.index]
    assert (shares * weight).sum() / weight.sum() >= 0.99
    assert (shares > 0.9).all()


@pytest.mark.parametrize("key", ["lsoa", "postal_sector", "postal_district"])
def test_nearly_all_postcodes_lie_inside_their_fine_polygon(key, oldham):
    layer = layers.get(key)
    shares = inside_share(boundaries.polygons(oldham, layer), oldham, layer)
    size = [(layer.unit[oldham.positions] == layer.number_of(c)).sum() for c in shares.index]
    assert np.average(shares, weights=size) >= 0.985  # boxes of other sectors share points
    assert (shares > 0).all()


@pytest.mark.parametrize("name", ["Camden", "Moray"])
def test_a_unit_without_a_cell_of_its_own_keeps_its_row(name):
    place, sector = places.get(name), layers.get("postal_sector")
    shapes = boundaries.polygons(place, sector)
    missing = shapes[shapes.geometry.isna()]
    assert len(missing) > 0
    point = pd.Series(postcodes.table().easting * 10_000_000.0 + postcodes.table().northing)
    for code in missing["code"]:
        mine = place.positions[sector.unit[place.positions] == sector.number_of(code)]
        others = np.setdiff1d(np.flatnonzero(point.isin(point[mine])), mine)
        assert set(point[mine]) == set(point[others])


def test_a_layer_absent_from_a_place_has_no_polygons_but_its_columns(oldham):
    shapes = boundaries.polygons(oldham, layers.get("health_board"))
    assert len(shapes) == 0
    assert list(shapes.columns) == ["code", "name", "people", "geometry"]
    assert shapes.crs.to_epsg() == 27700


def test_people_in_no_unit_have_no_polygon():
    place = places.union([places.get("Bristol"), places.get("South Gloucestershire")])
    assert len(boundaries.polygons(place, layers.get("county"))) == 0


def test_a_place_with_one_unit_is_that_unit(oldham):
    shapes = boundaries.polygons(oldham, layers.get("borough"))
    assert shapes[["code", "name"]].to_numpy().tolist() == [["E08000004", "Oldham"]]
    outline = boundaries.outline(oldham)
    assert list(outline.columns) == ["code", "name", "geometry"]
    assert shapely.equals(outline.geometry[0], shapes.geometry[0])


def test_polygons_count_by_the_lens_that_was_chosen(oldham):
    land = boundaries.polygons(oldham, layers.get("ward"), by="land")
    assert land["people"].to_numpy() == pytest.approx(land.area / 1e6, rel=0.08, abs=0.1)
    own = np.full(len(postcodes.table()), 0.5)
    half = boundaries.polygons(oldham, layers.get("ward"), by=own)
    assert half["people"].sum() == len(oldham) / 2


def test_polygons_of_a_union_of_a_postal_district_and_a_council(oldham):
    both = places.union([places.get("NW5"), oldham])
    shapes = boundaries.polygons(both, layers.get("borough"))
    assert {"Camden", "Islington", "Oldham"} == set(shapes["name"])
    camden = shapes.set_index("name").geometry["Camden"]
    assert 0 < camden.area < boundaries.outline(places.get("Camden")).area[0] / 2


def test_areas_finer_than_wards_are_refused_for_great_britain(britain):
    for key in ("lsoa", "postal_sector", "postal_district"):
        with pytest.raises(MappingError, match="Choose a region, a county or a council"):
            boundaries.polygons(britain, layers.get(key))


def test_great_britain_is_drawn_by_wards_and_everything_made_of_them(britain):
    shapes = boundaries.polygons(britain, layers.get("police_force"), tolerance_m=300)
    assert len(shapes) == 44
    assert shapes.is_valid.all()
    assert shapely.coverage_is_valid(shapes.geometry.to_numpy())
    assert shapes.area.sum() / 1e6 == pytest.approx(230_000, rel=0.02)


@pytest.mark.parametrize("tolerance_m", [30, 100])
def test_two_layers_drawn_together_share_their_lines_after_simplifying(tolerance_m, london):
    icb, bcu = layers.get("icb"), layers.get("police_bcu")
    lines = []
    for one, other in ((icb, bcu), (bcu, icb)):
        shapes = boundaries.polygons(london, one, tolerance_m=tolerance_m, with_layers=(other,))
        left, right, segments = oracles.shared_segments(shapes.geometry.to_numpy())
        assert (left != right).all()
        lines.append(segments.reshape(-1, 4))
    drawn = [{tuple(s) for s in line} for line in lines]
    both = np.array(sorted(drawn[0] & drawn[1])).reshape(-1, 2, 2)
    length = np.hypot(*(both[:, 1] - both[:, 0]).T).sum()
    whole = np.hypot(*(lines[0][:, 2:] - lines[0][:, :2]).T).sum()
    assert length / whole == pytest.approx(0.879, abs=0.015)


def test_a_fine_and_a_coarse_layer_share_lines_when_drawn_together(oldham):
    ward, lsoa = layers.get("ward"), layers.get("lsoa")
    wards = boundaries.polygons(oldham, ward, tolerance_m=100, with_layers=(lsoa,))
    areas = boundaries.polygons(oldham, lsoa, tolerance_m=100, with_layers=(ward,))
    _, _, of_wards = oracles.shared_segments(wards.geometry.to_numpy())
    agreement = boundaries.line_agreement(oldham, ward, lsoa, tolerance_m=100)
    _, _, of_areas = oracles.shared_segments(areas.geometry.to_numpy())
    fine = {tuple(s) for s in of_areas.reshape(-1, 4)}
    shared = np.array([tuple(s) in fine for s in of_wards.reshape(-1, 4)])
    length = np.hypot(*(of_wards[:, 1] - of_wards[:, 0]).T)
    assert length[shared].sum() / length.sum() == pytest.approx(
        agreement.loc["both", "share_of_a"], abs=0.05
    )


def test_line_agreement_of_care_boards_with_police_areas_is_088_and_039(london):
    found = boundaries.line_agreement(london, layers.get("icb"), layers.get("police_bcu"))
    assert list(found.index) == PARTS
    assert list(found.columns) == ["length_m", "share_of_a", "share_of_b", "geometry"]
    assert found.crs.to_epsg() == 27700
    assert found.loc["both", "share_of_a"] == pytest.approx(0.8786, abs=5e-4)
    assert found.loc["both", "share_of_b"] == pytest.approx(0.3874, abs=5e-4)
    assert found.loc["a_only", "share_of_a"] == pytest.approx(1 - 0.8786, abs=5e-4)
    assert np.isnan(found.loc["a_only", "share_of_b"])
    assert set(found.geom_type) == {"MultiLineString"}
    assert found.length.to_numpy() == pytest.approx(found["length_m"].to_numpy(), rel=0.05)


@pytest.mark.parametrize("tolerance_m", [0, 30, 100])
def test_simplifying_changes_the_drawing_and_not_the_numbers(tolerance_m, london):
    pair = layers.get("icb"), layers.get("police_bcu")
    found = boundaries.line_agreement(london, *pair, tolerance_m=tolerance_m)
    exact = boundaries.line_agreement(london, *pair)
    pd.testing.assert_frame_equal(
        found[["length_m", "share_of_a", "share_of_b"]],
        exact[["length_m", "share_of_a", "share_of_b"]],
    )
    drawn = found.geometry.length
    assert drawn["both"] / (drawn["both"] + drawn["a_only"]) == pytest.approx(0.879, abs=0.015)


def test_line_agreement_the_other_way_swaps_its_sides(oldham):
    ward, district = layers.get("ward"), layers.get("postal_district")
    there = boundaries.line_agreement(oldham, ward, district)
    back = boundaries.line_agreement(oldham, district, ward)
    assert there.loc["both", "length_m"] == back.loc["both", "length_m"]
    assert there.loc["a_only", "length_m"] == back.loc["b_only", "length_m"]
    assert there.loc["both", "share_of_a"] == back.loc["both", "share_of_b"]
    assert 0 < there.loc["both", "share_of_b"] < 1


def test_a_layer_draws_every_line_of_itself(oldham):
    ward = layers.get("ward")
    found = boundaries.line_agreement(oldham, ward, ward)
    assert found.loc["both", ["share_of_a", "share_of_b"]].tolist() == [1, 1]
    assert found["length_m"].tolist()[1:] == [0, 0]
    assert found.geometry[1:].is_empty.all()


def test_borders_are_the_lines_of_a_layer_each_once(oldham):
    ward = layers.get("ward")
    lines = boundaries.borders(oldham, ward)
    agreement = boundaries.line_agreement(oldham, ward, ward)
    assert lines.crs.to_epsg() == 27700
    assert lines.length.sum() == pytest.approx(agreement.geometry.length["both"])
    shapes = boundaries.polygons(oldham, ward).geometry
    outline = boundaries.outline(oldham).geometry.length.sum()
    assert shapes.length.sum() == pytest.approx(2 * lines.length.sum() + outline, rel=1e-6)
    assert boundaries.borders(oldham, layers.get("region")).length.sum() == 0


def test_boroughs_are_drawn_by_wards_too(london):
    found = boundaries.line_agreement(london, layers.get("borough"), layers.get("ward"))
    assert found.loc["both", "share_of_a"] == 1
    assert found.loc["a_only", "length_m"] == 0


def test_layers_without_a_line_have_no_share(oldham):
    found = boundaries.line_agreement(oldham, layers.get("borough"), layers.get("icb"))
    assert found["length_m"].tolist() == [0, 0, 0]
    assert found[["share_of_a", "share_of_b"]].isna().to_numpy().all()
    one = boundaries.line_agreement(oldham, layers.get("borough"), layers.get("ward"))
    assert np.isnan(one.loc["both", "share_of_a"])
    assert one.loc["both", "share_of_b"] == 0


def test_the_outline_of_a_place_belongs_to_neither(oldham):
    ward = layers.get("ward")
    found = boundaries.line_agreement(oldham, ward, ward)
    rim = boundaries.outline(oldham).geometry[0].boundary
    lines = found.geometry["both"]
    assert lines.intersection(rim).length < 0.01 * lines.length


def test_a_single_ward_has_no_lines_inside(oldham):
    ward = places.at("ward", layers.get("ward").codes[oldham.wards[0]])
    found = boundaries.line_agreement(ward, layers.get("ward"), layers.get("borough"))
    assert found["length_m"].tolist() == [0, 0, 0]
    fine = boundaries.line_agreement(ward, layers.get("lsoa"), layers.get("postal_sector"))
    assert fine.loc[["both", "a_only"], "length_m"].sum() > 0


@pytest.mark.parametrize("name", ["Camden", "Moray", "Plymouth", "Isles of Scilly"])
def test_lines_lie_on_the_edges_of_both_shapes_and_each_edge_is_drawn_once(name):
    shapes = coverage.get(places.get(name), (layers.get("ward"),), 30).shapes
    found = boundaries.side_lines(shapes)
    inner = found.right >= 0
    edges = shapely.boundary(shapes)
    assert (found.left != found.right).all()
    assert shapely.covers(edges[found.left], found.lines).all()
    assert shapely.covers(edges[found.right[inner]], found.lines[inner]).all()
    length = shapely.length(found.lines)
    around = np.bincount(found.left, length, len(shapes))
    around += np.bincount(found.right[inner], length[inner], len(shapes))
    assert around == pytest.approx(shapely.length(shapes))
    rim = shapely.union_all(shapes).boundary
    assert length[~inner].sum() == pytest.approx(rim.length)
    left, right, segments = oracles.shared_segments(shapes)
    shared = np.hypot(*(segments[:, 1] - segments[:, 0]).T)
    pairs = pd.Series(length[inner]).groupby([found.left[inner], found.right[inner]]).sum()
    assert pairs.to_dict() == pytest.approx(
        pd.Series(shared).groupby([left, right]).sum().to_dict()
    )


def test_a_line_leads_on_where_a_ring_begins_and_stops_where_its_neighbour_does():
    across = [shapely.box(x, 0, x + 1, 1) for x in range(3)]
    found = boundaries.side_lines(np.array(across))
    assert len(found.lines) == 6  # two between; a rim at each end, and two of the middle one
    alone = boundaries.side_lines(np.array([shapely.box(0, 0, 1, 1)]))
    assert [len(line.coords) for line in alone.lines] == [5]
    assert len(boundaries.side_lines(np.array([], dtype=object)).lines) == 0


def test_detail_follows_the_size_of_the_place(london, oldham, britain):
    assert boundaries.detail_m(london) == pytest.approx(30, abs=2)
    assert boundaries.detail_m(oldham) >= boundaries.FINEST_M
    assert boundaries.detail_m(places.get("NW5")) == boundaries.FINEST_M
    assert boundaries.detail_m(britain) > 300


def test_polygons_agree_with_the_land_that_a_cross_table_counts(oldham):
    """An overlay of the polygons, the slow way, finds the areas that postcodes count."""
    ward, district = layers.get("ward"), layers.get("postal_district")
    drawn = [
        boundaries.polygons(oldham, one, with_layers=(other,))
        for one, other in ((ward, district), (district, ward))
    ]
    pieces = gpd.overlay(
        drawn[0].rename(columns={"code": "a_code"}),
        drawn[1].rename(columns={"code": "b_code"}),
        how="intersection",
        keep_geom_type=True,
    )
    laid = pieces.assign(km2=pieces.area / 1e6).groupby(["a_code", "b_code"])["km2"].sum()
    table = overlap.cross_table(oldham, ward, district, by="land")
    counted = table.set_index(["a_code", "b_code"])["people"]
    both = pd.concat([laid, counted], axis=1, keys=["laid", "counted"]).fillna(0)
    assert both["laid"].sum() == pytest.approx(both["counted"].sum(), rel=0.01)
    assert (both["laid"] - both["counted"]).abs().max() < 0.35
    assert np.corrcoef(both["laid"], both["counted"])[0, 1] > 0.999


def test_shapes_of_partner_sets_are_one_row_a_set(london, partners):
    sets = overlap.partner_sets(london, partners)
    shapes = boundaries.set_polygons(london, partners, sets, tolerance_m=30)
    assert shapes["code"].tolist() == [str(n) for n in range(1, 29)]
    assert shapes["people"].sum() == pytest.approx(8_800_300)
    assert shapes.geometry.notna().all()
    assert shapely.coverage_is_valid(shapes.geometry.to_numpy())
    assert shapes.area.sum() == pytest.approx(
        boundaries.outline(london, tolerance_m=30).area[0], rel=1e-6
    )


def test_shapes_of_partner_sets_name_the_partners(london, partners):
    sets = overlap.partner_sets(london, partners)
    shapes = boundaries.set_polygons(london, partners, sets, tolerance_m=30)
    assert list(shapes.columns) == ["code", "name", *sets.columns, "geometry"]
    pd.testing.assert_frame_equal(pd.DataFrame(shapes[sets.columns]), sets)


@pytest.mark.parametrize(
    ("name", "a", "b"),
    [
        ("Oldham", "ward", "postal_district"),
        ("Moray", "ward", "postal_sector"),
        ("OL1", "lsoa", "borough"),
        ("Oldham", "borough", "county"),
        ("Bristol", "ward", "county"),
    ],
)
def test_the_pieces_of_a_cross_table_are_one_row_a_pair(name, a, b):
    place, a, b = places.get(name), layers.get(a), layers.get(b)
    cross = overlap.cross_table(place, a, b).sort_values("people", ascending=False)
    before = cross.copy()
    pieces = boundaries.pair_polygons(place, a, b, cross, tolerance_m=20)
    pd.testing.assert_frame_equal(cross, before)
    pd.testing.assert_frame_equal(
        pd.DataFrame(pieces.drop(columns="geometry")), cross.reset_index(drop=True)
    )
    assert pieces.crs.to_epsg() == 27700
    drawn = pieces[pieces.geometry.notna()]
    assert drawn["people"].sum() > 0.999 * cross["people"].sum()
    assert drawn.is_valid.all()
    assert shapely.coverage_is_valid(drawn.geometry.to_numpy())
    shapes = [
        boundaries.polygons(place, x, tolerance_m=20, with_layers=(y,)).set_index("code")
        for x, y in ((a, b), (b, a))
    ]
    for row in drawn.itertuples():
        units = [f.geometry[c] for f, c in zip(shapes, (row.a_code, row.b_code), strict=True) if c]
        expected = shapely.intersection_all(units)
        assert row.geometry.symmetric_difference(expected).area < 1


def test_some_rows_of_a_cross_table_give_their_pieces_alone(oldham):
    ward, district = layers.get("ward"), layers.get("postal_district")
    cross = overlap.cross_table(oldham, ward, district)
    every = boundaries.pair_polygons(oldham, ward, district, cross)
    some = boundaries.pair_polygons(oldham, ward, district, cross.iloc[[5, 2]])
    assert some.geometry.geom_equals(every.geometry.iloc[[5, 2]].reset_index(drop=True)).all()
    assert boundaries.pair_polygons(oldham, ward, district, cross.head(0)).empty


def test_pieces_of_a_place_too_large_are_refused_in_a_sentence(britain):
    lsoa, ward = layers.get("lsoa"), layers.get("ward")
    cross = pd.DataFrame({"a_code": ["x"], "b_code": ["y"]})
    with pytest.raises(MappingError, match="Choose a region, a county or a council"):
        boundaries.pair_polygons(britain, lsoa, ward, cross)


# --- Greater London's fine shapes: once for all, about ten seconds to derive ------------------


@pytest.fixture(scope="module")
def small_areas(london) -> gpd.GeoDataFrame:
    return boundaries.polygons(london, layers.get("lsoa"))


def test_every_small_area_of_london_has_a_valid_shape(small_areas):
    assert len(small_areas) == 4_840
    assert small_areas.geometry.notna().all()
    assert small_areas.is_valid.all()
    assert small_areas["people"].sum() == pytest.approx(8_800_300)


@pytest.mark.usefixtures("small_areas")
@pytest.mark.parametrize("tolerance_m", [0, 30, 100])
def test_londons_small_areas_form_a_valid_coverage(london, tolerance_m):
    shapes = coverage.get(london, (layers.get("lsoa"),), tolerance_m).shapes
    assert shapely.coverage_is_valid(shapes)


@pytest.mark.usefixtures("small_areas")
def test_londons_postal_districts_without_a_cell_keep_their_rows(london):
    shapes = boundaries.polygons(london, layers.get("postal_district"))
    assert (len(shapes), shapes.geometry.isna().sum()) == (311, 8)
    assert shapes.loc[shapes.geometry.isna(), "people"].max() < 1_000
