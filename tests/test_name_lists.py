"""Several names in one text, bodies by their official names, regions of speech, official codes."""

import numpy as np
import pandas as pd
import pytest

from mapping import footprints, places
from mapping.atoms import DATA
from mapping.errors import MappingError
from mapping.geocode import areas, bodies, index, official_codes, resolve, spoken
from mapping.geocode.lists import cut
from mapping.geography import layers


def read(cell: str, heading: str = "Area"):
    text = f'Organisation\t{heading}\nIllustrative\t"{cell}"\n'
    return footprints.read(text.encode(), name="a.tsv")


def outcome(cell: str) -> str:
    return read(cell).rows["outcome"].iloc[0]


def covers(cell: str, *codes: str) -> bool:
    wanted = [places.at("borough", code).positions for code in codes]
    found = read(cell).footprint("Illustrative")
    return np.array_equal(found, np.unique(np.concatenate(wanted)))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Kensington and Chelsea, Hammersmith and Fulham",
            ["Kensington and Chelsea", "Hammersmith and Fulham"],
        ),
        ("Camden, Barking and Dagenham & Brent", ["Camden", "Barking and Dagenham", "Brent"]),
        ("Telford & Wrekin, Shropshire", ["Telford & Wrekin", "Shropshire"]),
        (
            "Bournemouth, Christchurch and Poole, Dorset",
            ["Bournemouth, Christchurch and Poole", "Dorset"],
        ),
        ("Tyne and Wear and Northumberland", ["Tyne and Wear", "Northumberland"]),
        ("Devon and Cornwall", ["Devon", "Cornwall"]),
        ("Gwent & Powys", ["Gwent", "Powys"]),
        ("Camden, Brent and Narnia", ["Camden", "Brent", "Narnia"]),
        ("Camden, Islington, London", ["Camden, London", "Islington, London"]),
        ("LB Camden and LB Islington", ["LB Camden", "LB Islington"]),
        # these are one name each
        ("Brighton and Hove", []),
        ("Cardiff & Vale", []),
        ("Avon and Somerset", []),
        ("Barking, Dagenham", []),
        ("Camden, London", []),
        ("Bristol, City of", []),
        ("Devon & Cornwall Police", []),
        ("City & Hackney", []),
        ("food and clothes", []),
    ],
)
def test_the_longest_known_names_win_over_what_joins_them(text, names):
    assert cut(text) == names


def test_what_is_left_of_a_list_is_told_and_nothing_is_dropped():
    upload = read("Camden, Brent and Narnia")
    assert upload.rows["outcome"].tolist() == ["unmatched"]
    assert "“Narnia”" in upload.rows["reason"].iloc[0]
    assert covers(
        "Brighton and Hove, Bournemouth, Christchurch and Poole", "E06000043", "E06000058"
    )


def test_the_larger_place_at_the_end_of_a_list_is_no_footprint():
    assert covers("Camden, Islington, London", "E09000007", "E09000019")
    assert outcome("Camden, Islington, London") == "corrected"


@pytest.mark.parametrize(
    ("text", "council"),
    [("Reading, Berkshire", "E06000038"), ("Newport, Gwent", "W06000022")],
)
def test_a_place_in_a_region_of_speech_is_that_place(text, council):
    assert outcome(text) == "corrected"
    assert covers(text, council)


@pytest.mark.parametrize(
    "text", ["Abingdon, Oxfordshire", "Newport, Isle of Wight", "Ayr, Ayrshire", "Hove, Sussex"]
)
def test_a_town_that_is_no_area_is_not_taken_for_one_elsewhere_nor_for_all_of_its_county(text):
    upload = read(text)
    assert upload.rows["outcome"].isin(["ambiguous", "unmatched"]).all()
    assert len(upload.footprint("Illustrative")) == 0


@pytest.mark.parametrize(
    "text",
    ["Plymouth, Devon", "Portsmouth, Hants", "Newport, Shropshire", "York, North Yorkshire"],
)
def test_a_council_and_a_county_behind_a_comma_are_one_address_or_two_areas_and_asked(text):
    """All of Devon is never added for an address, nor is Newport in Wales for one in England."""
    row = read(text).rows.iloc[0]
    assert row["outcome"] == "ambiguous"
    assert "could be one place or two" in row["reason"]
    assert len(row["candidates"].split("; ")) == 2
    for both in (text.replace(",", ";"), text.replace(",", " and")):
        assert outcome(both) in ("matched", "corrected")


def test_commas_in_a_councils_name_may_stand_for_its_and():
    assert outcome("Barking, Dagenham") == "corrected"
    assert covers("Barking, Dagenham", "E09000002")


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("NHS Fife", "health_board", "Fife"),
        ("NHS Greater Glasgow & Clyde", "health_board", "Greater Glasgow and Clyde"),
        ("Betsi Cadwaladr University Health Board", "health_board", "Betsi Cadwaladr"),
        ("Powys Teaching Health Board", "health_board", "Powys"),
        ("Cardiff & Vale UHB", "health_board", "Cardiff and Vale"),
        ("NHS Kent and Medway", "icb", "Kent and Medway ICB"),
        ("Kent & Medway Integrated Care Board", "icb", "Kent and Medway ICB"),
        ("NHS Devon ICB", "icb", "Devon ICB"),
        ("West Mercia", "police_force", "West Mercia Police"),
        ("Met Police", "police_force", "Metropolitan Police"),
        ("Avon & Somerset Constabulary", "police_force", "Avon and Somerset Police"),
        ("Kent Constabulary", "police_force", "Kent Police"),
        ("Tyne & Wear Fire", "fire_service", "Tyne and Wear Fire and Rescue Service"),
        ("Essex Fire and Rescue Service", "fire_service", "Essex County Fire and Rescue Service"),
        ("Cleveland Fire and Rescue", "fire_service", "Cleveland Fire Brigade"),
        ("Yorkshire Ambulance", "ambulance_service", "Yorkshire Ambulance Service"),
    ],
)
def test_a_body_is_known_by_its_official_and_its_shorter_names(text, kind, name):
    (found,) = resolve([text])
    assert found.outcome in ("matched", "corrected")
    assert areas.kind_of(found.area) == kind
    assert areas.index().names[found.area] == name


def test_every_body_is_known_by_its_name_and_a_name_of_two_is_asked_about():
    for kind in ("police_force", "fire_service", "health_board", "icb", "ambulance_service"):
        layer = layers.get(kind)
        ends = {"health_board": " Health Board"}.get(kind, "")
        found = resolve([f"{name}{ends}" for name in layer.names.tolist()])
        assert [areas.code_of(one.area) for one in found] == layer.codes.tolist()
    (asked,) = resolve(["Thames Valley"])
    assert asked.outcome == "ambiguous"
    assert {areas.kind_of(one.area) for one in asked.candidates} == {"police_force", "icb"}


def test_a_force_is_never_one_of_another_kind():
    (found,) = resolve(["Isle of Wight Constabulary"])
    assert found.area < 0
    assert bodies.find("camden") == ()


def test_a_region_of_speech_is_what_it_means_corrected_and_said():
    for text in ("Berkshire", "Berks", "All of Berkshire", "Royal County of Berkshire"):
        upload = read(text)
        assert upload.rows["outcome"].tolist() == ["corrected"]
        assert "ceremonial county: Bracknell Forest" in upload.rows["reason"].iloc[0]
        assert covers(text, *(f"E060000{n}" for n in range(36, 42)))
    assert covers("Gwent", *(f"W060000{n}" for n in range(18, 23)))
    assert covers("City & Hackney", "E09000001", "E09000012")
    assert outcome("Kent, Sussex and Surrey") == "corrected"


@pytest.mark.parametrize(
    "text", ["Nationwide", "National", "The Midlands", "Yorkshire", "Tyneside", "West Country"]
)
def test_a_region_with_several_meanings_is_asked_about(text):
    upload = read(text)
    assert upload.rows["outcome"].tolist() == ["ambiguous"]
    assert len(upload.questions["candidates"].iloc[0]) > 1


def test_words_for_all_of_a_country_are_that_country():
    assert outcome("Pan-London") == "matched"
    for text in ("Throughout England And Wales", "England & Wales"):
        everybody = places.at("nation", "England").positions, places.at("nation", "Wales").positions
        found = read(text).footprint("Illustrative")
        assert np.array_equal(found, np.unique(np.concatenate(everybody)))
    for text in ("UK-wide", "UK", "United Kingdom"):
        upload = read(text)
        assert upload.rows["outcome"].tolist() == ["corrected"]
        assert "Great Britain" in upload.rows["reason"].iloc[0]


def test_every_part_of_a_region_is_an_area_and_its_wards_are_theirs():
    for region in spoken.list_regions():
        area = areas.number("spoken", region.code)
        assert area >= 0
        wards, _ = areas.wards_and_postcodes(np.array([area]))
        assert np.array_equal(np.sort(wards.area), spoken.find_wards(region))
    told = pd.read_csv(DATA / "spoken_regions.csv", dtype=str, keep_default_na=False)
    assert told["code"].is_unique
    assert (told["source"] != "").all()


def test_the_parts_of_a_region_come_first_in_the_search_box():
    found = [place.name for place in places.search("Berkshire")]
    assert found[:2] == ["Bracknell Forest", "West Berkshire"]
    assert places.search("E92000001")[0].label == "England (nation)"
    assert places.search("Gwent")[0].kind == "borough"


@pytest.mark.parametrize(
    ("code", "kind", "name", "how"),
    [
        ("E92000001", "nation", "England", "matched"),
        ("K03000001", "britain", "Great Britain", "matched"),
        ("K02000001", "britain", "Great Britain", "corrected"),
        ("K04000001", "spoken", "England and Wales", "corrected"),
        ("E47000001", "combined_authority", "Greater Manchester", "matched"),
        ("E23000016", "police_force", "West Mercia Police", "matched"),
        ("W15000002", "police_force", "Gwent Police", "matched"),
        ("W11000023", "health_board", "Betsi Cadwaladr", "matched"),
        ("S08000029", "health_board", "Fife", "matched"),
        ("S08000018", "health_board", "Fife", "corrected"),
        ("E40000003", "nhs_region", "London", "matched"),
        ("E32000001", "assembly_constituency", "Barnet and Camden", "matched"),
        ("E54000028", "icb", "West and North London ICB", "corrected"),
    ],
)
def test_official_codes_of_all_that_is_held_are_known(code, kind, name, how):
    (found,) = resolve([code.lower()])
    assert (found.outcome, areas.kind_of(found.area)) == (how, kind)
    assert areas.index().names[found.area] == name
    assert (found.reason == "") == (how == "matched")


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("E14001290", "a parliamentary constituency: we do not have such areas"),
        ("E02000171", "a middle-layer census area"),
        ("S16000147", "a constituency of the Scottish Parliament"),
        ("E05000400", "a ward, but not a current one"),
        ("N09000003", "Northern Ireland, which is not covered"),
        ("M83000003", "the Isle of Man, which is not covered"),
    ],
)
def test_a_code_that_is_not_held_is_named_for_what_it_is(code, says):
    (found,) = resolve([code])
    assert found.outcome == "unmatched"
    assert says in found.reason


def test_the_table_of_official_codes_names_units_that_there_are():
    told = pd.read_csv(DATA / "official_codes.csv", dtype=str, keep_default_na=False)
    assert told["code"].is_unique
    for row in told[told["unit"] != ""].itertuples():
        area = areas.number(row.layer, row.unit)
        assert area >= 0
        assert str(areas.index().names[area]) == row.name
    assert (told["code"].str.fullmatch(index.GSS.pattern)).all()
    assert set(told["code"].str[:3]) <= set(
        pd.read_csv(DATA / "gss_entities.csv", dtype=str)["prefix"]
    )
    assert official_codes.name_kind("X99000001") == ""


@pytest.mark.parametrize("name", ["Jersey", "Guernsey", "Isle of Man", "The Channel Islands"])
def test_islands_outside_the_kingdom_are_not_covered(name):
    (found,) = resolve([name])
    assert found.outcome == "unmatched"
    assert "not covered" in found.reason
    with pytest.raises(MappingError, match="is not covered"):
        places.search(name)


def test_a_former_code_with_a_name_beside_it_is_the_name_in_its_council():
    rows = "A,E05000400,Alexandra,Kingston upon Thames\nB,E05013658,Gospel Oak,Camden\n"
    text = f"Organisation,Ward code,Ward name,Local authority\n{rows}"
    upload = footprints.read(text.encode(), name="a.csv")
    assert upload.rows["outcome"].tolist() == ["corrected", "matched"]
    reason = upload.rows["reason"].iloc[0]
    assert "Alexandra (ward of Kingston upon Thames); E05000400 is not a current code" in reason


def test_a_former_code_beside_a_name_of_several_wards_is_asked_about():
    text = "Organisation,Ward code,Ward name\nA,E05000400,Alexandra\nB,E05013658,Gospel Oak\n"
    upload = footprints.read(text.encode(), name="a.csv")
    assert upload.rows["outcome"].tolist() == ["ambiguous", "matched"]


@pytest.mark.parametrize(
    ("text", "how", "says"),
    [
        ("Camden (E09000007)", "matched", ""),
        ("Gospel Oak (E05000141)", "corrected", "E05000141 is not a current code"),
        ("E09000007 Islington", "ambiguous", "names something else"),
        ("E09000007 head office", "corrected", "by its code"),
        ("Holborn and St Pancras (E14001290)", "unmatched", "a parliamentary constituency"),
    ],
)
def test_a_code_and_a_name_in_one_cell_are_held_against_each_other(text, how, says):
    (found,) = resolve([text])
    assert found.outcome == how
    assert says in found.reason


def test_codes_with_blanks_between_them_all_count():
    assert covers("E09000007 E09000019", "E09000007", "E09000019")


@pytest.mark.parametrize(("name", "council"), [("Craven", "E06000065"), ("Mendip", "E06000066")])
def test_a_former_council_that_shares_a_wards_name_is_asked_about(name, council):
    (found,) = resolve([name])
    assert found.outcome == "ambiguous"
    assert "could be a former council, or a ward" in found.reason
    assert areas.code_of(found.candidates[0].area) == council
    assert areas.kind_of(found.candidates[1].area) == "ward"
    (told,) = resolve([f"{name} District Council"])
    assert areas.code_of(told.area) == council
