"""Actors that ship: real organisations, each once, with the themes that they answer for."""

import numpy as np
import pandas as pd
import pytest

from mapping import actors, places
from mapping.actors import case_studies, defaults
from mapping.atoms import postcodes
from mapping.geography import layers, lenses

REGISTER = defaults.shipped()
FRAME = REGISTER.actors
UPPER = {
    "adult social care",
    "children's social care",
    "education",
    "public health",
    "libraries",
    "highways",
}
LOWER = {"housing", "planning", "waste collection", "leisure"}
NOBODYS = ("region", "lsoa", "postal_sector", "postal_district")


def who(postcode: str) -> pd.DataFrame:
    return FRAME[REGISTER.find_covering(int(postcodes.find(postcode)["position"]))]


def themes(actor: str) -> set[str]:
    return set(actors.split(FRAME["themes"][REGISTER.number_of(actor)]))


def holds(postcode: str, theme: str) -> list[str]:
    here = who(postcode)
    return sorted(here["actor"][[theme in actors.split(text) for text in here["themes"]]])


def in_place(name: str, kind: str | None = None) -> pd.DataFrame:
    return FRAME.iloc[actors.reach(REGISTER, places.get(name, kind))["number"]]


def test_the_register_is_made_once():
    assert defaults.shipped() is REGISTER


def test_ids_and_names_are_unique_so_that_nobody_is_listed_twice():
    assert FRAME["id"].is_unique
    assert FRAME["actor"].is_unique


def test_the_schema_is_that_of_every_register():
    assert tuple(FRAME.columns) == actors.COLUMNS
    needed = FRAME[["id", "actor", "actor_type", "sector", "themes", "scale", "source"]]
    assert (needed != "").all(axis=None)
    assert set(FRAME["scale"]) <= set(layers.SCALES)
    assert set(FRAME["steward"]) == {"", "yes", "no", "implied"}


@pytest.mark.parametrize(
    ("postcode", "theme", "council"),
    [
        ("GU1 3DD", "housing", ["Guildford Borough Council"]),
        ("GU1 3DD", "education", ["Surrey County Council"]),
        ("GU1 3DD", "public health", ["Surrey County Council"]),
        ("TR1 3AY", "housing", ["Cornwall Council"]),
        ("TR1 3AY", "education", ["Cornwall Council"]),
        ("TR1 3AY", "public health", ["Cornwall Council"]),
        ("N1C 4AG", "housing", ["Camden Council", "Greater London Authority"]),
        ("N1C 4AG", "education", ["Camden Council"]),
        ("N1C 4AG", "public health", ["Camden Council"]),
        ("CF10 4UW", "housing", ["Cardiff Council"]),
        ("CF10 4UW", "education", ["Cardiff Council"]),
        ("CF10 4UW", "public health", ["Cardiff and Vale University Health Board"]),
        ("G2 1DU", "housing", ["Glasgow City Council"]),
        ("G2 1DU", "education", ["Glasgow City Council"]),
        ("G2 1DU", "public health", ["NHS Greater Glasgow and Clyde"]),
        ("EC2V 7HN", "housing", ["City of London Corporation", "Greater London Authority"]),
        ("EC2V 7HN", "education", ["City of London Corporation"]),
        ("EC2V 7HN", "public health", ["City of London Corporation"]),
        ("M4 3AJ", "housing", ["Manchester City Council"]),
        ("M4 3AJ", "education", ["Manchester City Council"]),
        ("M4 3AJ", "public health", ["Manchester City Council"]),
    ],
)
def test_a_theme_is_held_by_who_is_really_responsible(postcode, theme, council):
    assert holds(postcode, theme) == council


def test_where_there_are_two_tiers_they_share_the_work_and_nothing_is_held_twice():
    county, district = themes("Surrey County Council"), themes("Guildford Borough Council")
    assert county == UPPER
    assert district == LOWER
    two_tier = layers.wards()[layers.wards()["county_type"] == "county council"]
    for code in two_tier["lad_code"].unique():
        assert themes(f"borough.{code}") == LOWER


@pytest.mark.parametrize(
    "council",
    [
        "Cornwall Council",
        "Manchester City Council",
        "Camden Council",
        "City of London Corporation",
        "Council of the Isles of Scilly",
    ],
)
def test_a_council_alone_holds_both_sets(council):
    assert themes(council) == UPPER | LOWER
    assert FRAME["scale"][REGISTER.number_of(council)] == "borough"


@pytest.mark.parametrize(
    "council",
    ["Cardiff Council", "Cyngor Gwynedd", "The Highland Council", "Comhairle nan Eilean Siar"],
)
def test_in_wales_and_scotland_public_health_is_the_boards(council):
    assert themes(council) == (UPPER | LOWER) - {"public health"}


def test_every_person_has_one_council_for_each_theme_and_nobody_two():
    mine = FRAME["sector"].eq("local government") & FRAME["id"].str.startswith(
        ("borough.", "county.")
    )
    for theme in UPPER | LOWER:
        held = np.array([theme in actors.split(text) for text in FRAME["themes"]]) & mine
        people = REGISTER.take(held.to_numpy()).people("postcodes").sum()
        nation = layers.wards()["nation"].to_numpy()[postcodes.table().ward]
        expected = (nation == "England").sum() if theme == "public health" else len(nation)
        assert people == expected, theme


def test_every_unit_that_somebody_works_to_has_its_actor():
    for key in layers.list_worked_to():
        layer = layers.get(key)
        found = {str(code): defaults.actor_ids(key, str(code)) for code in layer.codes}
        without = [code for code, ids in found.items() if not ids]
        if key == "county":
            assert without == [
                "greater-london",
                "greater-manchester",
                "merseyside",
                "south-yorkshire",
                "tyne-and-wear",
                "west-midlands",
                "west-yorkshire",
            ]
        else:
            assert without == []
        if key not in ("ward", "police_force"):
            assert {len(ids) for ids in found.values()} <= {0, 1}


def test_forces_have_a_commissioner_where_no_mayor_or_other_authority_has_the_office():
    codes = map(str, layers.get("police_force").codes)
    without = {code for code in codes if not any("pcc." in i for i in ids_of_force(code))}
    assert without == {
        "city-of-london-police",
        "greater-manchester-police",
        "metropolitan-police",
        "north-yorkshire-police",
        "police-scotland",
        "south-yorkshire-police",
        "west-yorkshire-police",
    }
    assert FRAME["actor_type"].eq("police and crime commissioner").sum() == 37


def ids_of_force(code: str) -> list[str]:
    return defaults.actor_ids("police_force", code)


@pytest.mark.parametrize(
    ("name", "kinds"), [("Plymouth", 6), ("Oldham", 7), ("Surrey Heath", 8), ("Moray", 5)]
)
def test_a_steward_outside_london_finds_about_as_many_kinds_of_body_as_a_londoner(name, kinds):
    found = in_place(name, "borough")
    case = found["id"].str.startswith("case.")
    assert (
        found["actor_type"][~case & (found["actor_type"] != "ward councillors")].nunique() >= kinds
    )


def test_everywhere_in_england_has_one_care_board_and_one_nhs_region():
    england = places.at("nation", "England")
    for kind in ("integrated care board", "NHS region"):
        held = REGISTER.take(FRAME["actor_type"].eq(kind).to_numpy())
        assert held.people("postcodes").sum() == len(england), kind


def test_the_footprint_of_a_units_actor_is_the_unit():
    for key in layers.list_worked_to():
        layer = layers.get(key)
        for number in {0, len(layer.codes) // 2, len(layer.codes) - 1}:
            for actor in defaults.actor_ids(key, layer.code_of(number)):
                found = REGISTER.footprint(actor)
                assert found.tolist() == np.flatnonzero(layer.at(slice(None)) == number).tolist()


@pytest.mark.parametrize("key", NOBODYS)
def test_regions_and_areas_of_figures_and_letters_have_no_actor(key):
    layer = layers.get(key)
    assert defaults.actor_ids(key, layer.code_of(0)) == []
    assert key not in set(defaults.rules()["layer"])


def test_greater_london_is_the_authoritys_and_no_county():
    assert defaults.actor_ids("county", "greater-london") == []
    ids = defaults.actor_ids("combined_authority", "greater-london-authority")
    assert FRAME["actor"][REGISTER.number_of(ids[0])] == "Greater London Authority"


def test_every_ward_has_councillors_and_every_ward_of_london_but_the_citys_a_team():
    wards = layers.wards()
    teams = {code for code in wards["code"] if len(defaults.actor_ids("ward", code)) == 2}
    london = wards[wards["region"] == "London"]
    assert len(london) == 704
    assert teams == set(london["code"][london["lad_code"] != "E09000001"])
    assert len(teams) == 704 - 25
    assert FRAME["id"].str.startswith("ward.").sum() == len(wards)
    found = defaults.actor_ids("ward", "E05013654")
    assert found == ["ward.E05013654", "snt.E05013654"]
    assert [FRAME["actor"][REGISTER.number_of(i)] for i in found] == [
        "Councillors for Camden Square ward, Camden",
        "Safer Neighbourhood Team for Camden Square ward, Camden",
    ]


def test_in_camden_nobody_works_on_mental_health_at_the_hyperlocal_scale():
    here = in_place("Camden", "borough")
    mental = here[[("mental health" in actors.split(text)) for text in here["themes"]]]
    assert set(mental["scale"]) == {"borough", "regional"}
    assert "North London NHS Foundation Trust" in set(mental["actor"])


def test_the_citys_police_is_one_organisation_on_both_maps():
    force = defaults.actor_ids("police_force", "city-of-london-police")
    assert defaults.actor_ids("police_bcu", "city-of-london-police") == force
    assert holds("EC2V 7HN", "community safety") == ["City of London Police"]


@pytest.mark.parametrize(
    "actor",
    [
        "NHS West and North London ICB",
        "NHS Lancashire and South Cumbria ICB",
        "NHS England North West",
        "North East Mayoral Strategic Authority",
        "Sussex and Brighton Combined County Authority",
        "Police and Crime Commissioner (Surrey Police)",
        "Powys Teaching Health Board",
        "NHS Lothian",
        "Betsi Cadwaladr University Health Board",
        "Isle of Anglesey County Council",
        "Lancashire Combined County Authority",
        "South Yorkshire Mayoral Combined Authority",
        "Westminster City Council",
        "Royal Borough of Greenwich",
        "Police Scotland",
        "London Assembly Member for Barnet and Camden",
        "Metropolitan Police Central North BCU",
        "City of Lincoln Council",
        "Durham County Council",
        "West London Alliance",
    ],
)
def test_organisations_go_by_their_real_names(actor):
    assert len(REGISTER.footprint(actor)) > 0


def test_no_name_holds_a_gap_of_its_rule():
    assert not FRAME["actor"].str.contains(r"[{}]|  |^ | $").any()
    assert not FRAME["actor"].str.contains(r"Council Council|\bnone\b").any()


def test_the_case_studies_are_all_there_with_their_own_words_beside_the_themes_of_the_list():
    studies = case_studies.case_studies()
    for row in studies.itertuples():
        number = REGISTER.number_of(row.actor)
        own = FRAME.iloc[number]
        words, listed = row.themes.split(";"), actors.split(own["themes"])
        assert {defaults.theme_of(word) for word in words} <= set(listed)
        told = defaults.own_words().get(own["id"], own["themes"])
        assert set(words) <= set(actors.split(told))
        if own["id"] in defaults.own_words():
            assert f"Its themes as described: {', '.join(words)}." in own["note"]
        assert own["steward"] == row.steward
        assert own["scale"] == row.scale
        assert row.what_it_shows in own["note"]
        assert row.status in own["note"]
        assert own["id"].startswith(("case.", "combined_authority."))
    assert FRAME["id"].str.startswith("case.").sum() == len(studies) - 1
    assert "case.help-on-your-doorstep" in set(FRAME["id"])


def test_an_organisation_of_a_case_study_that_is_a_units_actor_too_is_one_actor():
    own = FRAME.iloc[REGISTER.number_of("Liverpool City Region Combined Authority")]
    assert own["id"] == "combined_authority.liverpool-city-region"
    assert own["steward"] == "yes"
    assert {"homelessness", "transport"} <= set(actors.split(own["themes"]))


@pytest.mark.parametrize(
    ("actor", "why"),
    [("Lankelly Chase Foundation", defaults.NO_AREA), ("Neighbourhood Midwives", defaults.CLOSED)],
)
def test_who_has_no_recorded_area_or_is_closed_is_listed_and_covers_nobody(actor, why):
    number = REGISTER.number_of(actor)
    assert REGISTER.postcodes_of(number).tolist() == []
    assert FRAME["people"][number] == 0
    assert why in FRAME["note"][number]
    assert (REGISTER.people() == 0).sum() == 2


def test_a_case_study_in_former_districts_says_what_became_of_them():
    own = FRAME.iloc[REGISTER.number_of("Coast and Vale Community Action")]
    assert "Ryedale (E07000167) has been part of North Yorkshire since April 2023" in own["note"]
    assert own["people"] == pytest.approx(
        lenses.get().values[places.get("North Yorkshire", "borough").positions].sum()
    )


def test_every_theme_is_in_the_vocabulary():
    vocabulary = defaults.vocabulary()
    assert len(vocabulary) <= 24
    assert (vocabulary != "").all(axis=None)
    assert vocabulary["theme"].is_unique
    assert set(REGISTER.themes) <= set(vocabulary["theme"])
    own = {t for text in defaults.rules()["themes"] for t in actors.split(text)}
    assert own <= set(vocabulary["theme"])


def test_no_word_belongs_to_two_themes():
    words = [
        w
        for row in defaults.vocabulary().itertuples()
        for w in [row.theme, *actors.split(row.includes)]
    ]
    assert len(words) == len(set(words))
    assert all(word == " ".join(word.split()).casefold() for word in words)


@pytest.mark.parametrize(
    ("word", "theme"),
    [
        ("Rough sleeping", "homelessness"),
        ("Mental Health", "mental health"),
        ("isolation", "community support"),
        ("childrens social care", "children's social care"),
        ("underwater basket weaving", ""),
    ],
)
def test_a_word_leads_to_its_theme(word, theme):
    assert defaults.theme_of(word) == theme


def test_words_count_as_themselves_and_under_the_theme_that_they_are_part_of():
    assert defaults.themes_of("Befriending; food; zebras; housing") == [
        "befriending",
        "food",
        "zebras",
        "housing",
        "community support",
        "disadvantage",
    ]
    assert defaults.themes_of("") == []


def test_words_of_a_case_study_are_shown_beside_its_themes():
    ids = ["case.help-on-your-doorstep", "case.likewise", "actor"]
    assert defaults.add_own_words(ids, ["community support", "mental health", "food"]) == [
        "community support (in its own words: connected support; isolation)",
        "mental health",
        "food",
    ]
    assert set(defaults.own_words()) <= set(FRAME["id"])


def test_every_rule_fits_somebody_and_says_why_and_on_what_ground():
    rules = defaults.rules()
    assert (rules[["id", "layer", "actor", "actor_type", "themes", "why", "source"]] != "").all(
        axis=None
    )
    assert set(rules["layer"]) == set(layers.list_worked_to())
    scales = layers.catalogue()["scale"]
    whole = rules["scale"] == "national"  # bodies of all of a nation, in layers that are regional
    county = rules["layer"] == "county"  # its council works council-wide, as the district's does
    assert (rules["scale"] == rules["layer"].map(scales))[~whole & ~county].all()
    assert set(rules.loc[county, "scale"]) == {"borough"}
    told = set(FRAME["actor_type"])
    assert set(rules["actor_type"]) <= told


def test_the_footprints_are_whole_wards_but_for_what_cuts_districts_and_take_little_memory():
    loose = FRAME["id"].iloc[np.unique(REGISTER.loose.actor)]
    assert set(loose.str.partition(".")[0]) == {"icb", "nhs_region"}
    assert len(REGISTER.loose.area) < 10_000
    assert REGISTER.whole.area.nbytes < 1_000_000
    assert FRAME.memory_usage(deep=True).sum() < 6_000_000


def test_a_body_whose_area_is_one_councils_is_council_wide():
    scale = defaults.shipped().actors.set_index("actor")["scale"]
    alone = ["NHS Fife", "NHS Orkney", "Powys Teaching Health Board"]
    alone += ["Cornwall Fire and Rescue Service", "NHS Somerset ICB"]
    assert set(scale[alone]) == {"borough"}
    assert set(scale[["NHS Grampian", "NHS Devon ICB", "Surrey Police"]]) == {"regional"}


def test_a_body_of_all_of_a_nation_is_national():
    scale = defaults.shipped().actors.set_index("actor")["scale"]
    whole = ["Police Scotland", "Scottish Fire and Rescue Service", "Scottish Ambulance Service"]
    assert set(scale[[*whole, "Welsh Ambulance Service"]]) == {"national"}
    assert set(scale[["Greater Manchester Police", "NHS Grampian"]]) == {"regional"}


def test_councillors_and_police_teams_of_wards_are_counted_as_teams():
    wards = layers.wards()
    camden = wards.loc[wards["lad_name"] == "Camden", "code"]
    moray = wards.loc[wards["lad_name"] == "Moray", "code"]
    assert defaults.count_teams(camden) == 2 * len(camden) == 40
    assert defaults.count_teams(moray) == len(moray)
    assert set(defaults.TEAMS) <= set(defaults.shipped().actors["actor_type"])
