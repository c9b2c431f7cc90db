"""The catalogue of layers and what every layer promises."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from mapping import places
from mapping.atoms import DATA, postcodes
from mapping.errors import MappingError
from mapping.geography import catalogue, layers, lookups

PROMISED = [
    "ward",
    "lsoa",
    "postal_sector",
    "postal_district",
    "borough",
    "county",
    "combined_authority",
    "region",
    "police_force",
    "fire_service",
    "ambulance_service",
    "health_board",
    "icb",
    "nhs_region",
    "police_bcu",
    "mental_health_trust",
    "assembly_constituency",
    "subregional_partnership",
]
MADE_OF_SMALLER = {"lsoa", "postal_sector", "postal_district", "icb", "nhs_region"}
"""The layers that are not made of whole wards: boards follow small areas where they cut one."""
LONDON_ONLY = {
    "police_bcu": 13,
    "mental_health_trust": 8,
    "assembly_constituency": 14,
    "subregional_partnership": 4,
}


ROWS = pd.read_csv(DATA / "layers.csv", dtype=str, keep_default_na=False)
EVERY_ROW = pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=f"{row.key} {row.edition}".strip()) for row in ROWS.itertuples()],
)
BUT_LISTED = [made_of for made_of in ROWS["made_of"] if made_of.endswith("; service")]
SECTORS = {
    "democracy",
    "statistics",
    "post",
    "local government",
    "police",
    "fire",
    "health",
    "economy and skills",
}


def test_the_catalogue_lists_every_promised_layer_in_order():
    assert layers.keys() == list(layers.catalogue().index) == list(dict.fromkeys(ROWS["key"]))
    assert [key for key in layers.catalogue().index if key in PROMISED] == PROMISED


@EVERY_ROW
def test_a_row_of_the_catalogue_says_all_that_a_reader_is_told(row):
    needed = ("title", "plural", "made_of", "scale", "sector", "source", "licence", "description")
    assert [name for name in needed if not getattr(row, name)] == [], "columns without a text"
    assert row.scale in layers.SCALES, f"scale of {row.key}"
    assert row.sector in SECTORS, f"sector of {row.key}: one of these, or a new one to add here"
    assert 60 <= len(row.description) <= 400, f"letters in the description of {row.key}"
    assert row.description.endswith("."), f"description of {row.key}"


@EVERY_ROW
def test_a_row_of_the_catalogue_has_days_that_can_be_read(row):
    for name in ("valid_from", "valid_to"):
        day = getattr(row, name)
        try:
            assert not day or date.fromisoformat(day)
        except ValueError:
            pytest.fail(f"{name} of {row.key} is “{day}”: write a day like 2026-03-31, or none")


@EVERY_ROW
def test_a_row_of_the_catalogue_makes_a_layer_with_units(row):
    assert len(layers.get(row.key, edition=row.edition).codes) > 0


def test_every_listed_area_belongs_to_a_layer_of_the_catalogue():
    listed = pd.read_csv(DATA / "service_areas.csv", dtype=str, keep_default_na=False)
    made = ROWS[ROWS["made_of"].isin(["service", *BUT_LISTED])]
    known = {*zip(made["key"], made["edition"], strict=True), *((key, "") for key in made["key"])}
    found = set(zip(listed["layer"], listed["edition"], strict=True))
    assert found - known == set(), "layers and editions of service_areas.csv not in layers.csv"
    larger = set(listed["area"][listed["area"].str.match("[EWS]0[5-9]")]) | set(listed["within"])
    districts = set(layers.get("borough").codes) | set(layers.get("ward").codes) | {""}
    assert larger - districts == set(), "areas of service_areas.csv not in use"
    small = set(listed["area"][listed["area"].str.match("[EWS]01")])
    assert small - set(layers.get("lsoa").codes) == set(), "small areas not in use"


@pytest.mark.parametrize("key", layers.keys())
def test_a_layer_gives_every_postcode_one_unit_or_none(key):
    layer = layers.get(key)
    assert layer.unit.shape == (len(postcodes.table()),)
    assert layer.unit.dtype in (np.int16, np.int32)
    used = np.unique(layer.unit)
    assert np.array_equal(used[used >= 0], np.arange(len(layer.codes)))
    assert used[0] >= -1
    assert len(set(layer.codes)) == len(layer.codes) == len(layer.names)
    assert all(layer.names != "")
    assert layers.get(key) is layer


@pytest.mark.parametrize("key", layers.keys())
def test_a_layer_tells_codes_and_names_with_none_at_the_end(key):
    layer = layers.get(key)
    codes, names = layer.labels
    assert list(codes[:-1]) == list(layer.codes)
    assert (codes[-1], names[-1]) == ("", "none")
    assert (layer.code_of(-1), layer.name_of(-1)) == ("", "none")
    assert layer.number_of(layer.code_of(0)) == 0
    assert layer.name_of(0) == str(layer.names[0])


def test_layers_made_of_wards_give_every_postcode_its_wards_unit():
    known = list(map(layers.get, layers.keys()))
    made = [layer for layer in known if layer.grain == "ward"]
    assert {layer.key for layer in known if layer not in made} == MADE_OF_SMALLER
    for layer in made:
        assert len(layer.of_ward) == len(postcodes.table().ward_codes), layer.key
        assert np.array_equal(layer.unit, layer.of_ward[postcodes.table().ward]), layer.key


@pytest.mark.parametrize(("key", "digits"), [("postal_district", 0), ("postal_sector", 2)])
def test_postal_units_are_the_beginnings_of_postcodes(key, digits):
    layer = layers.get(key)
    some = np.arange(0, len(postcodes.table()), 1_001)
    for name, unit in zip(postcodes.table().name[some].astype(str), layer.unit[some], strict=True):
        assert layer.codes[unit] == name[: name.index(" ") + digits]


@pytest.mark.parametrize(("key", "units"), LONDON_ONLY.items())
def test_londons_services_cover_london_and_nothing_else(key, units, london):
    layer = layers.get(key)
    assert len(layer.codes) == units
    assert np.array_equal(np.flatnonzero(layer.unit >= 0), london.positions)


@pytest.mark.parametrize(
    ("key", "shape"),
    [
        ("ward", r"[EWS](05|13|58)\d{6}"),
        ("lsoa", r"[EWS]01\d{6}"),
        ("borough", r"[EWS]\d{8}"),
        ("region", r"[EWS](12|92)\d{6}"),
        ("county", r"E10\d{6}|[a-z-]+"),
    ],
)
def test_units_with_an_official_code_carry_it(key, shape):
    assert pd.Series(layers.get(key).codes).str.fullmatch(shape).mean() == 1


def test_known_numbers_of_units(london):
    borough = layers.get("borough")
    assert len(np.unique(borough.unit[london.positions])) == 33
    assert len(layers.get("ward").codes) == 7_934
    assert len(np.unique(layers.get("ward").unit[london.positions])) == 704
    assert len(layers.get("region").codes) == 11
    assert len(np.unique(layers.get("postal_district").unit[london.positions])) == 311


def test_only_wales_and_scotland_have_health_boards():
    layer = layers.get("health_board")
    england = places.at("nation", "England")
    assert (layer.unit[england.positions] == -1).all()
    assert (layer.unit >= 0).sum() == len(postcodes.table()) - len(england)


def test_england_has_seven_nhs_regions_of_whole_boards_and_nobody_else_has_one():
    region, board = layers.get("nhs_region"), layers.get("icb")
    assert len(region.codes) == 7
    pairs = set(zip(board.unit.tolist(), region.unit.tolist(), strict=True))
    assert len(pairs) == 36 + 1
    assert (-1, -1) in pairs


def test_strategic_authorities_of_2026_are_four_more_than_those_of_2025():
    now, before = (layers.get("combined_authority", edition=year) for year in (2026, 2025))
    assert set(now.names) - set(before.names) == {
        "Cumbria",
        "Cheshire and Warrington",
        "Sussex and Brighton",
        "Hampshire and the Solent",
    }
    assert set(before.names) <= set(now.names)
    old = before.unit >= 0
    assert (now.names[now.unit[old]] == before.names[before.unit[old]]).all()


def test_in_april_2027_two_councils_take_over_from_surreys_twelve():
    surrey = places.get("Surrey", "county")
    now, then = layers.get("borough"), layers.get("borough", edition=2027)
    assert len(np.unique(now.at(surrey.positions))) == 11
    assert {then.name_of(unit) for unit in np.unique(then.at(surrey.positions))} == {
        "East Surrey",
        "West Surrey",
    }
    assert len(then.codes) == 350 - 11 + 2
    outside = np.setdiff1d(np.arange(len(now.unit)), surrey.positions)
    assert (then.codes[then.at(outside)] == now.codes[now.at(outside)]).all()
    county, ended = layers.get("county"), layers.get("county", edition=2027)
    assert set(county.codes) - set(ended.codes) == {"E10000030"}
    assert (ended.at(surrey.positions) == -1).all()


def test_everybody_has_a_police_force_a_fire_service_and_an_ambulance():
    for key in ("police_force", "fire_service", "ambulance_service", "region", "borough"):
        assert (layers.get(key).unit >= 0).all()


def test_the_care_boards_of_2022_are_out_of_date_after_their_last_day():
    before = layers.get("icb", edition="2022")
    assert not before.is_out_of_date(date(2026, 3, 31))
    assert before.is_out_of_date(date(2026, 4, 1))
    assert not layers.get("icb").is_out_of_date(date(2026, 11, 29))
    assert not layers.get("ward").is_out_of_date(date(2100, 1, 1))


def test_the_wards_table_follows_the_numbers_of_wards():
    facts = layers.wards()
    assert np.array_equal(facts["code"].to_numpy(str), postcodes.table().ward_codes)
    needed = {
        "name",
        "lad_code",
        "lad_name",
        "county_code",
        "nation",
        "region",
        "county",
        "combined_authority",
        "police_force",
        "fire_service",
        "ambulance_service",
        "health_board",
    }
    assert needed <= set(facts.columns)
    assert not facts.isna().to_numpy().any()
    assert (facts[["name", "lad_name", "nation", "region"]] != "").to_numpy().all()


def test_nobody_works_to_postal_or_census_areas():
    assert set(layers.keys()) - set(layers.list_worked_to()) == (
        {"lsoa", "postal_sector", "postal_district", "region"}
    )


def test_every_district_that_ships_has_facts():
    assert layers.list_unknown_districts() == []


def test_an_edition_may_be_given_as_a_number():
    assert layers.get("icb", edition=2022) is layers.get("icb", edition="2022")


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ([], "the areas of fire_ground 2025 in service_areas.csv; found no row of this layer"),
        (["E09000007"] * 2, "each area of fire_ground 2025 once in service_areas.csv; found 1 of"),
    ],
)
def test_a_list_of_areas_that_makes_no_layer_is_named(listed, said):
    texts = dict.fromkeys(catalogue.LAYER_TEXTS, "") | {"key": "fire_ground", "edition": "2025"}
    frame = pd.DataFrame({"area": listed, "unit": "North"}, dtype=str)
    with pytest.raises(MappingError, match=said):
        lookups.make_listed(frame, texts)


def test_what_a_layer_is_made_of_is_named_if_there_is_no_such_thing():
    texts = dict.fromkeys(catalogue.LAYER_TEXTS, "")
    with pytest.raises(MappingError, match=r"found “services”\. It may be ward, lad, lsoa"):
        catalogue.make("services", texts)


def test_an_unknown_layer_is_answered_with_the_keys_there_are():
    with pytest.raises(MappingError, match=r"found “parish”. There are: ward, lsoa"):
        layers.get("parish")


def test_an_unknown_unit_is_answered_with_examples():
    with pytest.raises(MappingError, match="Expected the code of one of 350 council areas") as e:
        layers.get("borough").number_of("E99")
    assert "Codes look like E0" in str(e.value)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("North East", "north-east"),
        ("Ynys Môn", "ynys-mon"),
        ("King's & Lynn", "kings-lynn"),
        (" - ", ""),
        ("", ""),
    ],
)
def test_a_slug_has_only_small_letters_digits_and_hyphens(name, slug):
    assert layers.slug(name) == slug
