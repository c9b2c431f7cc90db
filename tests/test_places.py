"""Names and links to sets of postcodes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mapping import geocode, places
from mapping.atoms import postcodes
from mapping.errors import AmbiguousPlaceError, MappingError
from mapping.geocode import gazetteer
from mapping.geography import layers, lenses

HOSTILE = [
    "{{7*7}}",
    "${7*7}",
    "<script>alert(1)</script>",
    "\\",
    "'; drop table",
    "(((",
    "[qx-",
    "%00",
    "\x00",
    "…",
    "🏠",
]


def test_every_named_place_is_listed_once_from_the_largest_kind_to_wards():
    rows = gazetteer.list_places()
    assert list(rows.columns) == ["kind", "code", "name"]
    assert not rows.duplicated(["kind", "code"]).any()
    assert list(rows["kind"].unique()) == [
        "britain",
        "nation",
        "region",
        "combined_authority",
        "county",
        "borough",
        "postal_district",
        "ward",
    ]
    assert (rows["name"] != "").all()
    assert rows.groupby("kind").size()[["britain", "nation", "region", "ward"]].tolist() == (
        [1, 3, 11, 7_934]
    )


def test_postal_districts_in_which_nobody_lives_are_no_places():
    district = layers.get("postal_district")
    people = np.bincount(district.unit, weights=lenses.get().values, minlength=len(district.codes))
    rows = gazetteer.list_places()
    listed = set(rows["code"][rows["kind"] == "postal_district"])
    assert listed == set(district.codes[people > 0])
    assert len(listed) < len(district.codes)


def test_seven_hundred_and_nineteen_wards_share_262_names():
    rows = gazetteer.list_places()
    times = rows["name"][rows["kind"] == "ward"].value_counts()
    assert ((times > 1).sum(), times[times > 1].sum()) == (262, 719)


@pytest.mark.parametrize(
    ("name", "kind", "code", "size"),
    [
        ("Greater London", "county", "greater-london", 180_754),
        ("Great Britain", "britain", "gb", 1_742_406),
        ("Scotland", "nation", "Scotland", 161_325),
        ("Camden", "borough", "E09000007", 8_225),
        ("Oldham", "borough", "E08000004", 5_897),
        ("Moray", "borough", "S12000020", 3_384),
        ("NW5", "postal_district", "NW5", 894),
    ],
)
def test_known_names_give_known_places(name, kind, code, size):
    place = places.get(name)
    assert (place.code, len(place)) == (code, size)
    assert place.positions.tobytes() == places.at(kind, code).positions.tobytes()


@pytest.mark.parametrize(
    "typed", ["Bristol", "bristol, city of", "  BRISTOL ", "City of Bristol", "E06000023"]
)
def test_a_name_is_found_however_it_is_typed(typed):
    assert places.get(typed) == places.at("borough", "E06000023")


def test_bristol_lies_in_no_county():
    county = layers.get("county")
    assert (county.unit[places.get("Bristol").positions] == -1).all()


def test_a_name_that_means_several_sets_raises_with_all_of_them():
    with pytest.raises(AmbiguousPlaceError, match="Expected one place named “North East”") as fault:
        places.get("North East")
    candidates = fault.value.candidates
    assert {"region", "combined_authority"} <= {p.kind for p in candidates}
    assert len({p.positions.tobytes() for p in candidates}) > 1
    assert all(places.get(p.code, p.kind) == p for p in candidates)
    assert isinstance(fault.value, MappingError)


def test_a_kind_settles_a_name_with_several_meanings():
    assert places.get("North East", kind="region").code == "E12000001"
    assert places.get("North East", kind="combined_authority").code == "north-east"


def test_wards_that_share_a_name_are_told_apart_by_their_council():
    with pytest.raises(AmbiguousPlaceError) as fault:
        places.get("Abbey", kind="ward")
    labels = [p.label for p in fault.value.candidates]
    assert len(labels) == len(set(labels)) == 14
    assert all(label.startswith("Abbey (ward of ") for label in labels)
    assert "and 9 more" in str(fault.value)


PARTED = [
    (name, gazetteer.list_parted(name))
    for name in gazetteer._map_parted_towns()
    if gazetteer.map_keys().get(name) and gazetteer.list_parted(name)
]
"""Names of wards that are names of towns in several wards of another council too."""


def test_a_ward_of_a_towns_name_is_not_taken_for_the_town():
    assert {"ely", "gainsborough", "leigh", "plaistow"} <= {name for name, _ in PARTED}
    assert 20 < len(PARTED) < 100
    for name, parts in PARTED:
        with pytest.raises(AmbiguousPlaceError) as fault:
            places.get(name)
        codes = {place.code for place in fault.value.candidates}
        assert codes > {gazetteer.rows()[row][1] for row in parts}
        assert all(place.kind == "ward" for place in fault.value.candidates)
        for place in fault.value.candidates:
            assert places.get(place.label) == place
        [found] = geocode.resolve([name])
        assert found.outcome == "ambiguous"
        asked = {geocode.areas.code_of(one.area) for one in found.candidates}
        assert (
            asked == codes
            or "could be short for a council" in found.reason
            or (asked > codes and "could be a former council" in found.reason)
        )


def test_whoever_says_ward_or_where_it_lies_means_the_ward():
    cardiff = places.at("ward", "W05001276")
    for typed in ("Ely, Cardiff", "Ely ward", "Ely (ward of Cardiff)", "W05001276"):
        assert places.get(typed) == cardiff
    assert places.get("Ely", kind="ward") == cardiff
    for kind, within in (("ward", ""), ("", "Cardiff")):
        assert geocode.resolve(["Ely"], kind=kind, within=within)[0].outcome == "matched"
    assert geocode.resolve(["Ely"], within="Cambridgeshire")[0].outcome == "ambiguous"


def test_a_larger_place_is_meant_before_a_town_in_parts():
    every = gazetteer.rows()
    larger = {name for name, rows in gazetteer.map_keys().items() if every[rows[0]][0] != "ward"}
    assert not [name for name in larger if gazetteer.list_parted(name)]


def test_one_set_of_several_kinds_is_no_ambiguity():
    scotland = places.get("Scotland")
    assert scotland.kind == "nation"
    assert scotland.positions.tobytes() == places.get("Scotland", "region").positions.tobytes()


def test_a_name_that_a_larger_place_has_means_that_place_before_a_ward():
    assert places.get("Wales").kind == "nation"
    assert places.get("Brent").kind == "borough"
    assert places.get("Wales", kind="ward").label == "Wales (ward of Rotherham)"
    assert places.get("Kentish Town South").kind == "ward"


def test_an_unknown_name_is_answered_with_names_near_it():
    with pytest.raises(MappingError, match=r"“Oldam” is none. Names near it: Oldham"):
        places.get("Oldam")
    with pytest.raises(MappingError, match="Try a council's name or a postcode"):
        places.get("qqqqqqqq")
    with pytest.raises(MappingError, match="Expected the name of a county"):
        places.get("Camden", kind="county")
    with pytest.raises(MappingError):
        places.get("")


def test_an_unknown_kind_is_answered_with_the_kinds_there_are():
    with pytest.raises(MappingError, match="Expected one of the kinds borough, county"):
        places.get("Camden", kind="parish")
    with pytest.raises(MappingError, match="Expected a kind of place"):
        places.at("parish", "x")


@pytest.mark.parametrize("kind", places.KIND_NAMES)
def test_kind_and_code_lead_back_to_every_place(kind):
    rows = gazetteer.list_places()
    rows = rows[rows["kind"] == kind]
    for _, code, name in rows.iloc[:: max(1, len(rows) // 25)].itertuples(index=False):
        place = places.at(kind, code)
        assert (place.kind, place.code, place.name) == (kind, code, name)
        assert len(place) > 0
        assert place.label.startswith(name)


def test_kind_and_code_lead_back_to_places_put_together(camden, oldham):
    wards = places.of_wards(postcodes.table().ward_codes[[5, 9, 2_000]])
    mixed = places.union([camden, places.at("postal_district", "OL1"), wards])
    for place in (wards, places.union([camden, oldham]), mixed):
        again = places.at(place.kind, place.code)
        assert again == place
        assert hash(again) == hash(place)
        assert np.array_equal(again.positions, place.positions)


@pytest.mark.parametrize("code", ["", "E09000099", "{{7*7}}", "x" * 5_000, "E09000007 "])
@pytest.mark.parametrize("kind", [*places.KIND_NAMES, "wards", "union"])
def test_a_code_from_a_broken_link_is_refused_in_a_sentence(kind, code):
    with pytest.raises(MappingError) as fault:
        places.at(kind, code)
    assert len(str(fault.value)) < 400


@pytest.mark.parametrize("depth", [1, 5_000])
def test_a_union_within_a_union_is_refused_however_deep(depth):
    with pytest.raises(MappingError, match="a union within it"):
        places.at("union", "union." * depth + "borough.E09000007")


def test_a_name_given_to_a_union_does_not_change_which_place_it_is(camden, oldham):
    named = places.union([camden, oldham], name="Our patch")
    assert named.name == "Our patch"
    assert named == places.at(named.kind, named.code)
    assert places.union([camden, oldham]).name == "Oldham and Camden"


def test_the_order_of_the_parts_of_a_union_does_not_matter(camden, oldham, moray):
    one, other = places.union([camden, oldham, moray]), places.union([moray, oldham, camden])
    assert one == other
    assert one.name == other.name


def test_a_union_holds_every_postcode_of_its_parts_once(camden):
    district = places.at("postal_district", "NW5")
    both = places.union([district, camden, district])
    assert np.array_equal(both.positions, np.union1d(district.positions, camden.positions))
    assert len(both) < len(district) + len(camden)
    assert both.wards is None


def test_a_union_of_unions_is_one_flat_union(camden, oldham, moray):
    nested = places.union([places.union([camden, oldham]), places.union([oldham, moray])])
    assert nested == places.union([camden, oldham, moray])
    assert [part.code for part in nested.parts] == sorted(["E09000007", "E08000004", "S12000020"])


def test_a_union_of_one_is_that_place_and_of_none_an_error(camden):
    assert places.union([camden, camden]) == camden
    with pytest.raises(MappingError, match="at least one place"):
        places.union([])


def test_the_three_nations_together_are_great_britain(britain):
    nations = [places.at("nation", n) for n in ("England", "Scotland", "Wales")]
    assert sum(len(n) for n in nations) == len(britain)
    assert places.union(nations).is_britain
    assert not nations[0].is_britain
    assert not places.get("NW5").is_britain


def test_chosen_wards_are_a_place_whatever_their_order():
    codes = postcodes.table().ward_codes[[7, 3, 11]]
    one, other = places.of_wards(codes), places.of_wards(reversed(codes))
    assert one == other
    assert (one.kind, one.name) == ("wards", "3 wards")
    assert one.wards is not None
    assert one.wards.tolist() == [3, 7, 11]
    assert places.of_wards([codes[0], codes[0]]) == places.at("ward", codes[0])


def test_unknown_wards_are_named():
    with pytest.raises(MappingError, match=r"1 of 2 unknown \(E05999999\)"):
        places.of_wards(["E05999999", str(postcodes.table().ward_codes[0])])
    with pytest.raises(MappingError, match="Expected codes of wards in use"):
        places.of_wards([])


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("borough", "Camden"),
        ("county", "Surrey"),
        ("combined_authority", "West Midlands"),
        ("region", "North East"),
        ("nation", "Wales"),
        ("postal_district", "OL1"),
    ],
)
def test_a_place_is_the_sorted_set_of_its_units_postcodes(kind, name):
    place = places.get(name, kind)
    if kind == "nation":
        layer = layers.get("region")
        member = layer.names[layer.unit] == name
    else:
        layer = layers.get(kind)
        member = layer.unit == layer.number_of(place.code)
    assert place.positions.dtype == np.int32
    assert np.array_equal(place.positions, np.flatnonzero(member))


def test_bounds_are_those_of_the_postcodes(moray):
    atoms = postcodes.table()
    west, south, east, north = moray.bounds
    assert (west, east) == (
        atoms.easting[moray.positions].min(),
        atoms.easting[moray.positions].max(),
    )
    assert (south, north) == (
        atoms.northing[moray.positions].min(),
        atoms.northing[moray.positions].max(),
    )


@pytest.mark.parametrize("name", ["Moray", "Oldham", "Northumberland", "England", "Great Britain"])
def test_bounds_in_degrees_hold_every_postcode(name):
    place, atoms = places.get(name), postcodes.table()
    west, south, east, north = place.bounds_degrees
    lon, lat = postcodes.TO_DEGREES.transform(
        atoms.easting[place.positions], atoms.northing[place.positions]
    )
    assert west <= lon.min() <= lon.max() <= east
    assert south <= lat.min() <= lat.max() <= north


def test_one_link_gives_one_place_whose_postcodes_are_found_once():
    assert places.at("borough", "E08000004") is places.at("borough", "E08000004")


def test_searching_a_name_finds_it_first():
    for name in ("Camden", "oldham", "MORAY", "Great Britain", "greater london"):
        assert places.search(name)[0].name.casefold() == name.casefold()


def test_searching_part_of_a_name_finds_the_places_that_hold_it():
    found = places.search("kentish")
    assert [p.name for p in found if p.kind == "ward"][:2] == (
        ["Kentish Town North", "Kentish Town South"]
    )
    assert any(p.name == "Wallsend Central" for p in places.search("wallsend"))


def test_larger_kinds_come_before_smaller_ones_in_a_search():
    found = places.search("newcastle", limit=12)
    kinds = [list(places.KIND_NAMES).index(p.kind) for p in found]
    assert found[0].kind == "borough"
    assert kinds == sorted(kinds)


@pytest.mark.parametrize("typed", ["london", "scotland", "manchester", "greater london"])
def test_a_search_lists_the_same_postcodes_once(typed):
    found = [tuple(p.positions) for p in places.search(typed)]
    assert len(found) == len(set(found))


def test_a_union_of_many_places_names_two_and_counts_the_rest():
    codes = ["E09000007", "E09000019", "E09000012", "E09000030", "E09000001"]
    many = places.union([places.at("borough", code) for code in codes])
    assert many.name == "City of London, Camden and 3 more places"
    assert places.at(many.kind, many.code).name == many.name


@pytest.mark.parametrize(
    "typed",
    [
        "N1 9GU",
        "n19gu",
        " n1 9gu ",
        "n1-9gu",
        "N1 9GU.",
        "N1\u00a09GU",
        "n1\u2009\u00a09gu,",
        "(N1 9GU)",
        "“n1 9gu”",
        "N1–9GU",
        "N1\u200b 9GU\ufeff",
    ],
)
def test_searching_a_postcode_gives_the_places_it_lies_in(typed):
    found = places.search(typed)
    assert found == places.list_around(postcodes.find("N1 9GU")["position"])
    assert {"borough", "ward", "postal_district", "county", "region"} <= {p.kind for p in found}
    position = postcodes.find("N1 9GU")["position"]
    assert all(position in p.positions for p in found)


@pytest.mark.parametrize(
    ("typed", "district"),
    [
        ("NW5", "NW5"),
        ("nw5", "NW5"),
        ("NW5 2", "NW5"),
        ("nw52", "NW5"),
        ("NW5 2A", "NW5"),
        ("N1 9", "N1"),
        ("N19", "N19"),
        ("N1 9G", "N1"),
        ("N19G", "N1"),
        ("E1 4", "E1"),
        ("ec1a 1", "EC1A"),
        ("EC1A1B", "EC1A"),
        ("nw5-2", "NW5"),
        ("NW5.", "NW5"),
        ("nw5\u00a02a", "NW5"),
        ("(N1 9)", "N1"),
    ],
)
def test_half_a_postcode_gives_its_postal_district(typed, district):
    assert places.search(typed)[0] == places.at("postal_district", district)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Camdn", "Camden"),
        ("oldam", "Oldham"),
        ("Islingtn", "Islington"),
        ("Morray", "Moray"),
        ("Grater London", "Greater London"),
        ("Campdn", "Campden"),
    ],
)
def test_a_misspelt_name_finds_the_nearest_first(typed, meant):
    assert places.search(typed)[0].name == meant


@pytest.mark.parametrize("typed", ["", "   ", *HOSTILE, "x" * 20_000, "zzzzzzzzz"])
def test_text_that_is_like_nothing_finds_nothing(typed):
    assert places.search(typed) == []


@given(st.text(max_size=12))
def test_whatever_is_typed_is_answered_with_places_or_a_sentence(typed):
    try:
        found = places.search(typed, limit=3)
    except MappingError:
        return
    assert all(isinstance(place, places.Place) for place in found)


def test_a_search_gives_at_most_what_was_asked_for():
    assert len(places.search("a", limit=7)) == 7
    assert places.search("qqqq", limit=0) == []


def test_a_postcode_not_in_use_or_in_northern_ireland_says_so():
    with pytest.raises(MappingError, match="N1 9ZZ is not a current postcode"):
        places.search("n19zz")
    for typed in ("BT1", "bt1-1aa", "BT1\u00a01AA."):
        with pytest.raises(MappingError, match=r"^(?i:BT1.*) is in Northern Ireland"):
            places.search(typed)


def test_a_code_in_the_search_finds_its_place_in_capitals_or_not():
    for typed in ("E09000007", " e09000007.", "E10000030"):
        assert [p.code for p in places.search(typed)] == [typed.strip(" .").upper()]
        assert places.get(typed) == places.search(typed)[0]


def test_a_postcode_of_post_office_boxes_has_no_postal_district_to_open():
    district = layers.get("postal_district")
    people = np.bincount(district.unit, weights=lenses.get().values, minlength=len(district.codes))
    position = int(np.flatnonzero(people[district.unit] == 0)[0])
    found = places.list_around(position)
    assert "postal_district" not in {p.kind for p in found}
    assert {"borough", "ward"} <= {p.kind for p in found}


@pytest.mark.parametrize("name", ["Moray", "Plymouth", "NW5", "City of London"])
def test_the_example_of_a_postcode_is_one_of_the_place_where_people_live(name):
    place = places.get(name)
    position = postcodes.find(place.example_postcode)["position"]
    assert position in place.positions
    assert lenses.get().values[position] > 0
