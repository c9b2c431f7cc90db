"""Bodies that share areas out: a table of areas, bodies and people becomes a layer by shares."""

import numpy as np
import oracles
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mapping import boundaries, overlap, places
from mapping.atoms import postcodes
from mapping.errors import MappingError
from mapping.geography import Layer, layers, lenses, lookups, shares
from mapping.takeaway import export
from mapping.wording import by_shares, findings

COLUMNS = {"areas": "area", "units": "body", "people": "patients"}


def share_out(*rows: tuple, **facts) -> Layer:
    """Make a layer of rows of area, body and people."""
    frame = pd.DataFrame(rows, columns=["area", "body", "patients"])
    facts = {"title": "Network", "scale": "hyperlocal"} | facts
    return layers.from_shares(frame, **COLUMNS, **facts)


@pytest.fixture(scope="module")
def small_areas(camden) -> list[str]:
    small = layers.get("lsoa")
    return small.codes[np.unique(small.at(camden.positions))].tolist()


@pytest.fixture(scope="module")
def networks(small_areas) -> Layer:
    """Five networks that share Camden's small areas out, the first few areas all in one."""
    rng = np.random.default_rng(6)
    rows = [(code, f"N{i % 5}", 1_200) for i, code in enumerate(small_areas[:20])]
    for code in small_areas[20:]:
        rows += [(code, f"N{body}", int(rng.integers(1, 900))) for body in range(5)]
    return share_out(*rows)


def twice_areas_of(place: places.Place) -> list[str]:
    """List the small areas of a place, each twice: two bodies share it."""
    small = layers.get("lsoa")
    return np.repeat(small.codes[np.unique(small.at(place.positions))], 2).tolist()


def shares_at(layer: Layer, postcode: str) -> dict[str, float]:
    """Return the share of each unit at a postcode, as the arrays have them."""
    at = np.array([postcodes.find(postcode)["position"]])
    _, unit, share = layer.shares.divide(layer.shares.profiles.at(at))
    return {layer.code_of(int(u)): float(s) for u, s in zip(unit, share, strict=True)}


# --- examples -------------------------------------------------------------------------------


def test_an_area_is_all_of_the_body_with_most_of_its_people_and_keeps_the_shares(small_areas):
    first, second = small_areas[:2]
    layer = share_out((first, "B", 30), (first, "A", 60), (first, "B", 10), (second, "B", 1))
    unit = layer.at(layers.get("lsoa").unit == layers.get("lsoa").number_of(first))
    assert set(layer.codes[unit]) == {"A"}
    spot = postcodes.table().name[layers.get("lsoa").unit == layers.get("lsoa").number_of(first)]
    assert shares_at(layer, spot[0].decode()) == {"A": 0.6, "B": 0.4}
    assert layers.get(layer.key) is layer


def test_of_bodies_with_as_many_the_first_by_code_has_the_area(small_areas):
    layer = share_out((small_areas[0], "B", 5), (small_areas[0], "A", 5), (small_areas[0], "C", 1))
    assert layer.names.tolist() == ["A", "B", "C"]
    assert layer.codes[np.unique(layer.numbers[layer.numbers >= 0])].tolist() == ["A"]


def test_people_of_an_area_are_divided_by_shares(small_areas):
    first, second = small_areas[:2]
    layer = share_out((first, "A", 3), (first, "B", 1), (second, "B", 7))
    place = places.get("Camden")
    of_area = overlap.two_way_shares(place, [layers.get("lsoa")]).set_index("code")["people"]
    found = overlap.two_way_shares(place, [layer]).set_index("code")
    assert found.loc["A", "people"] == pytest.approx(0.75 * of_area[first])
    assert found.loc["B", "people"] == pytest.approx(0.25 * of_area[first] + of_area[second])
    assert found.loc["A", "share_of_unit"] == pytest.approx(1)
    assert found["share_of_place"].sum() == pytest.approx(1)


def test_a_postcode_of_its_own_holds_against_its_small_area(small_areas):
    code = layers.get("lsoa").code_of(
        int(layers.get("lsoa").at(postcodes.find("NW5 2AA")["position"]))
    )
    layer = share_out((code, "A", 3), (code, "B", 1), ("NW5 2AA", "B", 4))
    assert layer.grain == "postcode"
    assert shares_at(layer, "NW5 2AA") == {"B": 1.0}


def test_practices_become_networks(small_areas):
    rows = [(small_areas[0], "P1", 5), (small_areas[0], "P2", 3), (small_areas[0], "P3", 4)]
    frame = pd.DataFrame(
        {"practice": ["P1", "P2"], "pcn": ["U1", "U2"], "name": ["Kentish Town", "Hampstead"]}
    )
    layer = share_out(*rows, groups=frame)
    assert layer.names.tolist() == ["Kentish Town", "Hampstead"]
    assert layer.shares.share[:2].tolist() == [5 / 8, 3 / 8]
    assert layer.residual[["unit", "people", "reason"]].values.tolist() == [
        ["P3", 4, shares.NO_GROUP]
    ]
    alike = share_out(*rows, groups={"P1": "U1", "P2": "U2"})
    assert alike.names.tolist() == ["U1", "U2"]


def test_every_row_that_counts_nowhere_is_told_of(small_areas):
    ward = places.get("Camden").wards[0]
    whole = layers.get("ward").codes[ward]
    small = layers.get("lsoa")
    inside = small.codes[np.unique(small.unit[layers.get("ward").unit == ward])]
    rows = [(code, "A", 4) for code in inside]
    wrong = [
        ("NO2011", "A", 9, lookups.NOT_KNOWN),
        ("", "A", 1, lookups.NO_AREA),
        (small_areas[0], "", 1, lookups.NO_UNIT),
        (small_areas[0], "A", "*", shares.KEPT_BACK),
        (small_areas[0], "A", "-3", shares.BELOW_NOBODY),
        (small_areas[0], "A", "", shares.NO_PEOPLE),
        (small_areas[0], "A", "0", shares.NOBODY),
        (whole, "B", 2, lookups.TAKEN),
    ]
    layer = share_out(*rows, *(row[:3] for row in wrong))
    assert layer.residual["reason"].tolist() == [row[3] for row in wrong]
    assert layer.residual.index.tolist() == list(range(len(rows), len(rows) + len(wrong)))
    assert layer.names.tolist() == ["A"]


def test_numbers_are_read_as_they_are_typed():
    cells = pd.Series(["1,204", " 7 ", "3.5", "<5", None, "inf", "1e308", "-2"])
    found = shares.read_people(cells)
    assert found[:3].tolist() == [1204, 7, 3.5]
    assert np.isnan(found[3:]).all()


@pytest.mark.parametrize(
    ("rows", "facts", "said"),
    [
        ([("E01000842", "A", 1)], {"scale": "tiny"}, "scales"),
        ([("E01000842", "A", 1)], {"title": ""}, "title"),
        ([("E01000842", "A", 1)], {"people": "none"}, "columns"),
        ([("nowhere", "A", 1)], {}, "none of 1 rows counts"),
        ([("E01000842", "A", 0)], {}, "none of 1 rows counts"),
        ([("E01000842", "A", 1)], {"groups": {"B": "N"}}, "none of 1 rows counts"),
        ([("E01000842", "A", 1)], {"groups": pd.DataFrame({"b": ["A"]})}, "column of bodies"),
        (
            [("E01000842", "A", 1)],
            {"groups": pd.DataFrame({"b": ["A", "A"], "n": ["M", "N"]})},
            "one group; found 1",
        ),
    ],
)
def test_what_cannot_be_is_refused(rows, facts, said):
    frame = pd.DataFrame(rows, columns=["area", "body", "patients"])
    with pytest.raises(MappingError, match=said):
        layers.from_shares(frame, **(COLUMNS | {"title": "T", "scale": "hyperlocal"} | facts))


# --- what counts by shares -------------------------------------------------------------------


def test_people_are_conserved_in_every_count(camden, networks):
    total = lenses.get().values[camden.positions].sum()
    ward = layers.get("ward")
    other = share_out(*[(code, "XYZ"[i % 3], 7) for i, code in enumerate(twice_areas_of(camden))])
    for pair in ((networks, ward), (ward, networks), (networks, networks), (networks, other)):
        cross = overlap.cross_table(camden, *pair)
        assert cross["people"].sum() == pytest.approx(total)
        assert cross.groupby("a_code")["share_of_a"].sum().to_numpy() == pytest.approx(1)
    own = overlap.cross_table(camden, networks, networks)
    assert (own["a_code"] == own["b_code"]).all()
    relations = overlap.relations(camden, networks, ward)
    whole = overlap.cross_table(places.at("britain", "gb"), networks, ward)
    counted = whole[whole["a_code"] != ""].groupby("a_code")["people"].sum()
    assert relations.set_index("a_code")["people"].to_dict() == pytest.approx(counted.to_dict())
    drawn = boundaries.polygons(camden, networks)
    assert drawn["people"].sum() == pytest.approx(total)


def test_scores_follow_the_cross_table(camden, networks):
    ward, borough = layers.get("ward"), layers.get("borough")
    cross = overlap.cross_table(camden, ward, networks)
    main = cross.groupby("a_code")["people"].max().sum() / cross["people"].sum()
    assert overlap.aligned_share(camden, ward, networks) == pytest.approx(main)
    scores = overlap.matrix(camden, [ward, networks, borough]).set_index(["a", "b"])
    assert scores.loc[("ward", networks.key), "aligned_share"] == pytest.approx(main)
    worse = overlap.mismatch(camden, ward, networks)
    assert scores.loc[("ward", networks.key), "mismatch"] == pytest.approx(worse)
    assert overlap.mismatch(camden, ward, networks.by_majority) < worse
    assert overlap.mismatch(camden, networks, borough) == pytest.approx(0)


def test_maps_lines_and_sets_go_by_the_largest_share(camden, networks):
    plain = networks.by_majority
    assert plain.shares is None
    assert plain is networks.by_majority
    sets = [overlap.partner_sets(camden, [one]) for one in (networks, plain)]
    pd.testing.assert_frame_equal(*sets)
    near = [overlap.edge_dwellers(camden, one).people for one in (networks, plain)]
    assert near[0] == near[1]
    changed = overlap.list_changes(camden, networks, networks)
    assert set(changed["change"]) == {"same"}


# --- in words --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def five(small_areas) -> Layer:
    """Share an area out among five, of which two have most."""
    names = ["Kentish Town", "Hampstead", "Highgate", "Kilburn", "Holborn"]
    counts = [62, 21, 7, 6, 4]
    rows = [(small_areas[0], n, c) for n, c in zip(names, counts, strict=True)]
    return share_out(*rows, title="Primary care network", plural="primary care networks")


def spot_in(layer: Layer) -> int:
    """Return the position of the first postcode that has a unit."""
    return int(np.flatnonzero(layer.unit >= 0)[0])


def test_which_network_a_spot_is_in_is_told_with_shares(five):
    at = spot_in(five)
    said = "62% Kentish Town, 21% Hampstead and three more"
    assert by_shares.name_at(five, at) == said
    assert by_shares.name_at(five.by_majority, at) == "Kentish Town"
    assert by_shares.name_at(five, int(np.flatnonzero(five.unit < 0)[0])) == "none"
    spot = postcodes.describe(at)
    found = overlap.units_at(lat=spot.lat, lon=spot.lon, layers=[five, layers.get("ward")])
    own = found[found["here"]]
    assert own["name"].tolist()[0] == "Kentish Town"
    assert own["share"].tolist() == pytest.approx([0.62, 1])
    near = overlap.units_at(lat=spot.lat, lon=spot.lon, layers=[five], near_m=2_000)
    assert near["here"].tolist() == [True]


def test_the_shares_at_several_postcodes_are_those_of_their_people(camden, networks):
    found = overlap.shares_at(camden.positions, networks).set_index("code")["share"]
    cross = overlap.two_way_shares(camden, [networks]).set_index("code")["share_of_place"]
    assert found.sum() == pytest.approx(1)
    assert found.to_dict() == pytest.approx(cross.to_dict())
    nobody = np.flatnonzero(lenses.get().values[camden.positions] == 0)[:3]
    assert overlap.shares_at(camden.positions[nobody], networks)["share"].sum() == pytest.approx(1)


def test_sentences_and_files_say_that_they_count_by_shares(camden, five, networks):
    ward = layers.get("ward")
    said = by_shares.say_counted([ward, five])
    assert said.startswith("Primary care networks are counted by shares; ")
    assert by_shares.say_counted([ward]) == ""
    assert by_shares.say_counted([five, networks]).endswith(by_shares.INDEPENDENT)
    assert said in export.note("Networks.", "residents", [five])
    assert "by shares" not in export.note("Wards.", "residents", [ward])
    torn = overlap.straddling(overlap.cross_table(camden, ward, networks))
    told = findings.straddle_finding(camden, ward, networks, torn, "residents")
    assert told.endswith("are outside the main one, counted by shares.")
    unknown = findings.straddle_finding(camden, five, networks, torn, "residents")
    assert unknown.endswith("at once is not known: both are counted by shares.")
    assert "line" not in told


# --- invariants ------------------------------------------------------------------------------

AREAS = [
    "E01000842",
    "E01000843",
    "NW5 2AA",
    "NW5 1AA",
    "E05013653",
    "N7",
    "E09000007",
    "E01004662",
]

tables = st.lists(
    st.tuples(st.sampled_from(AREAS), st.sampled_from("ABCD"), st.integers(1, 20)),
    min_size=1,
    max_size=14,
)


@settings(max_examples=12)
@given(tables)
def test_a_table_whose_rows_are_shuffled_is_the_same_layer(rows):
    frame = pd.DataFrame(rows, columns=["area", "body", "patients"])
    facts = {"title": "Network", "scale": "hyperlocal"}
    one = layers.from_shares(frame, **COLUMNS, **facts)
    assert layers.from_shares(frame.iloc[::-1], **COLUMNS, **facts) is one


@settings(max_examples=12)
@given(st.dictionaries(st.sampled_from(AREAS), st.sampled_from("ABCD"), min_size=1))
def test_a_table_with_one_body_an_area_is_what_a_lookup_makes(of_area):
    rows = [(area, body, 3) for area, body in of_area.items()]
    own = share_out(*rows)
    frame = pd.DataFrame(rows, columns=["area", "body", "patients"])
    plain = layers.from_lookup(
        frame, areas="area", units="body", title="Network", scale="hyperlocal"
    )
    assert own.grain == plain.grain
    assert own.codes.tolist() == plain.codes.tolist()
    assert (own.numbers == plain.numbers).all()
    assert own.residual["reason"].tolist() == plain.residual["reason"].tolist()
    london, ward = places.get("Greater London"), layers.get("ward")
    for score in (overlap.mismatch, overlap.association, overlap.aligned_share):
        np.testing.assert_array_equal(score(london, own, ward), score(london, plain, ward))
    for count in (overlap.cross_table, overlap.relations):
        pd.testing.assert_frame_equal(count(london, own, ward), count(london, plain, ward))
    shown = [overlap.two_way_shares(london, [one]).drop(columns="layer") for one in (own, plain)]
    pd.testing.assert_frame_equal(*shown)


@settings(max_examples=12)
@given(tables, st.sampled_from(["postal_district", "ward", "mental_health_trust"]))
def test_people_are_divided_as_one_by_one(rows, key):
    own, other, camden = share_out(*rows), layers.get(key), places.get("Camden")
    at = camden.positions
    profile, unit, share = (
        own.shares.profiles.at(at),
        *own.shares.divide(own.shares.profiles.at(at))[1:],
    )
    of_postcode = own.shares.divide(profile)[0]
    people = lenses.get().values[at][of_postcode] * share
    expected = oracles.pairs(unit, other.at(at)[of_postcode], people)
    found = overlap.counts.pairs_in(camden, own, other)
    pairs = {(int(a), int(b)): n for a, b, n in zip(*found, strict=True)}
    assert pairs == pytest.approx(expected)
    assert sum(pairs.values()) == pytest.approx(lenses.get().values[at].sum())
