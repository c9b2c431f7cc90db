"""Forms that are in no list, as bodies and their software write them: none is silently wrong."""

import pytest

from mapping import footprints
from mapping.footprints import Upload


def read(text: str, name: str = "partners.csv", **options) -> Upload:
    return footprints.read(text.encode(), name=name, **options)


def told(upload: Upload) -> list[tuple[str, str]]:
    """List the outcome of each row and what it was matched to, without kinds and codes."""
    plain = [text.split(" (")[0] for text in upload.rows["matched_to"]]
    return list(zip(upload.rows["outcome"], plain, strict=True))


def role_of(upload: Upload, heading: str) -> str:
    return upload.columns[heading].role


@pytest.mark.parametrize(
    ("heading", "said", "name"),
    [
        ("Health board", "Highland", "Highland (health board)"),
        ("HB19NM", "Fife", "Fife (health board)"),
        ("Police force", "Kent", "Kent Police (police force)"),
        ("Force area", "Devon and Cornwall", "Devon and Cornwall Police (police force"),
        ("Fire service", "Leicestershire", "Leicestershire Fire and Rescue Service (fire"),
        ("ICB", "Kent and Medway", "Kent and Medway ICB (integrated care board, E54000032)"),
        ("ICB", "Norfolk and Waveney", "Norfolk and Suffolk ICB (integrated care board"),
    ],
)
def test_a_column_of_boards_or_forces_means_these_and_not_councils_of_their_names(
    heading, said, name
):
    rows = read(f'Organisation,{heading}\nInvented Hub,"{said}"\n').rows
    assert rows["outcome"].iloc[0] in ("matched", "corrected")
    assert rows["matched_to"].iloc[0].startswith(name)


def test_several_forces_in_a_cell_are_each_read():
    text = 'Organisation,Police force\nInvented Hub,"Kent, Surrey and Gwent"\n'
    assert told(read(text)) == [("matched", "Kent Police")]
    assert read(text).rows["matched_to"].iloc[0].count("(police force") == 3


@pytest.mark.parametrize(
    ("heading", "said", "why"),
    [
        ("Diocese", ("Southwark", "Leeds"), "a kind that is not held"),
        ("Constituency", ("Gosport", "Cheltenham"), "a kind that is not held"),
        ("CCG", ("Camden", "Leeds"), "a kind that is not held"),
        ("Former areas", ("Camden", "Leeds"), "another time"),
        ("Referred from", ("Camden", "Leeds"), "where something else is"),
        ("Via", ("Camden Town", "Camden"), "where something else is"),
        ("Lives in", ("Camden", "Leeds"), "where something else is"),
        ("Twinned with", ("Camden", "Leeds"), "where something else is"),
        ("Away team", ("Camden", "Leeds"), "where something else is"),
    ],
)
def test_areas_that_are_elsewhere_do_not_count_until_a_reader_says_so(heading, said, why):
    text = f"Club,{heading}\nInvented One,{said[0]}\nInvented Two,{said[1]}\n"
    upload = read(text)
    assert upload.rows["outcome"].eq("unmatched").all()
    [asked] = upload.column_questions.to_dict("records")
    assert why in asked["question"]
    assert read(text, roles={heading: "area"}).rows["outcome"].eq("matched").all()


@pytest.mark.parametrize(
    "heading", ["Funder", "Commissioned by", "Previous area", "Diocese", "Lead council"]
)
def test_areas_that_are_elsewhere_do_not_join_those_where_somebody_works(heading):
    upload = read(f"Organisation,{heading},Areas\nInvented One,Leeds,Bradford\n")
    assert told(upload) == [("matched", "Bradford")]
    assert any(f"“{heading}”" in note and "it does not count" in note for note in upload.notes)


def test_an_office_is_no_footprint_beside_where_somebody_delivers():
    upload = read("Organisation,Based in,Delivers in\nInvented One,Leeds,Bradford\n")
    assert told(upload) == [("matched", "Bradford")]
    [asked] = read("Organisation,Head office\nOne,Leeds\nTwo,Bristol\n").column_questions.to_dict(
        "records"
    )
    assert (asked["heading"], asked["default"]) == ("Head office", "address")


@pytest.mark.parametrize(
    "heading", ["Except", "Areas not covered", "Excluded wards", "Doesn't cover", "Does not serve"]
)
def test_a_row_of_which_something_is_left_out_is_not_called_matched(heading):
    upload = read(f"Organisation,Area,{heading}\nInvented One,Camden,Highgate\nTwo,Leeds,\n")
    assert told(upload) == [("unmatched", "Camden"), ("matched", "Leeds")]
    assert "“Highgate” is to be left out" in upload.rows["reason"].iloc[0]


@pytest.mark.parametrize("heading", ["Delivers here?", "Currently active", "Service available"])
def test_a_row_that_says_no_where_others_say_yes_is_no_footprint(heading):
    rows = "One,Camden,Yes\nOne,Islington,No\nTwo,Leeds,Yes\n"
    upload = read(f"Organisation,Borough,{heading}\n{rows}")
    assert told(upload) == [("matched", "Camden"), ("unmatched", ""), ("matched", "Leeds")]
    assert "“No” says that this is not where they work" in upload.rows["reason"].iloc[1]
    everything = read(f"Organisation,Borough,{heading}\n{rows}", roles={heading: "ignore"})
    assert everything.rows["outcome"].eq("matched").all()


@pytest.mark.parametrize("heading", ["Village", "Parish", "Estate", "Parish/Town council"])
def test_all_of_a_council_is_not_taken_for_a_smaller_place_that_is_not_held(heading):
    text = f"Organisation,{heading},District\nOne,Illogan,Cornwall\nTwo,Lanner,Cornwall\n"
    [asked] = read(text).column_questions.to_dict("records")
    assert (asked["heading"], asked["default"]) == ("District", "ignore")
    assert told(read(text)) == [("unmatched", "")] * 2
    assert told(read(text, roles={"District": "borough"})) == [("matched", "Cornwall")] * 2


@pytest.mark.parametrize(
    ("small", "large", "rows"),
    [
        ("PCN name", "ICB", ("Kentish Town PCN,Kent and Medway ICB", "Reading PCN,Sussex ICB")),
        ("Station", "Fire service", ("Ashford,Kent", "Kentish Town,London")),
        ("Beat", "Police force", ("Northern,Kent Police", "Southern,Essex Police")),
    ],
)
def test_all_of_a_board_or_a_force_is_not_taken_for_what_lies_in_it(small, large, rows):
    upload = read("\n".join([f"{small},{large}", *rows]) + "\n")
    [asked] = upload.column_questions.to_dict("records")
    assert (asked["heading"], asked["default"]) == (large, "ignore")
    assert told(upload) == [("unmatched", "")] * 2


def test_a_neighbourhood_lies_in_the_borough_beside_it():
    rows = "Organisation,Neighbourhood,Borough\nOne,Kings Cross,Camden\nTwo,Swiss Cottage,Camden\n"
    upload = read(f"{rows}Three,Finsbury Park,Islington\n")
    assert told(upload) == [
        ("matched", "King's Cross"),
        ("unmatched", ""),
        ("matched", "Finsbury Park"),
    ]


@pytest.mark.parametrize("heading", ["Party", "Clerk", "Incumbent", "Assigned to", "MP"])
def test_parties_and_persons_with_an_office_are_no_organisations(heading):
    upload = read(f"{heading},Ward\nA Bee,Gospel Oak\nC Dee,Haverstock\n", "wards.csv")
    assert set(upload.rows["actor"]) == {"wards"}
    assert told(upload)[0] == ("matched", "Gospel Oak")


def test_a_parish_council_is_the_organisation_and_not_its_clerk():
    upload = read("Parish Council,District,Clerk\nIllogan,Cornwall,A Bee\nLanner,Cornwall,C Dee\n")
    assert set(upload.rows["actor"]) == {"Illogan", "Lanner"}
    assert upload.columns["Clerk"].role == "ignore"


@pytest.mark.parametrize("heading", ["Area", "Postcodes"])
@pytest.mark.parametrize(
    ("cell", "count"), [("NW1 - NW3", 3), ("N1-N3; N7", 4), ("M1 to M4 & M8", 5)]
)
def test_a_range_of_postal_districts_holds_those_between_in_any_column(heading, cell, count):
    upload = read(f"Team,{heading}\nInvented One,{cell}\nInvented Two,BS1\n")
    assert upload.rows["outcome"].iloc[0] == "matched"
    shown = upload.rows["matched_to"].iloc[0]
    more = int(shown.split("and ")[1].split()[0]) if " more" in shown else 0
    assert shown.count("(postcode district)") + more == count


@pytest.mark.parametrize("heading", ["Area", "Postcodes"])
def test_a_district_and_a_digit_behind_a_dash_may_be_a_sector_or_a_range(heading):
    [row] = read(f"Team,{heading}\nInvented One,NW1-6\n").rows.to_dict("records")
    assert row["outcome"] == "ambiguous"
    assert "the sector NW1 6, or all districts up to NW6" in row["reason"]


def test_a_column_of_nothing_but_the_country_and_one_of_marks_of_records_are_no_areas():
    rows = "Organisation,CC,EUID\nInvented One,gb,ab12\nInvented Two,GB,ab13\n"
    assert told(read(rows)) == [("unmatched", "")] * 2
    assert told(read("Organisation,Coverage\nInvented One,UK\n")) == [
        ("corrected", "Great Britain")
    ]


def test_a_tick_for_more_than_the_areas_before_it_is_asked_about_and_not_dropped():
    head = "Organisation,Camden,Islington,All London,National,Other\n"
    upload = read(f"{head}One,x,,,,\nTwo,x,x,x,,\nThree,,x,,x,\nFour,x,x,,,x\n")
    assert upload.rows["outcome"].tolist() == ["matched", "unmatched", "ambiguous", "ambiguous"]


def test_a_region_that_is_a_label_of_the_sender_is_told_once_and_asks_nothing():
    rows = "Region,Charity,Local authority\nNorth,One,Leeds\nSouth,Two,Hackney\nCentral,Three,Leeds"
    upload = read(rows)
    assert [outcome for outcome, _ in told(upload)] == ["matched"] * 3
    assert not len(upload.questions)
    assert any("“Region” has no areas" in note for note in upload.notes)


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Reach (miles)", "radius_miles"),
        ("Travel distance (km)", "radius_km"),
        ("Service radius in miles", "radius_miles"),
        ("Postcodes covered", "postcode"),
        ("Catchment postcodes", "postcode"),
        ("Reach", "scale"),
    ],
)
def test_a_unit_or_postcodes_in_a_heading_say_what_it_holds(heading, role):
    upload = read(f"Organisation,Latitude,Longitude,{heading}\nOne,51.5,-0.1,2\n")
    assert role_of(upload, heading) == role


def test_a_small_area_that_came_with_the_census_of_2021_is_told_as_such():
    upload = read("LSOA code (2021),Team\nE01034392,One\nE01000001,Two\nE01000000,Three\n")
    assert [outcome for outcome, _ in told(upload)] == ["unmatched", "matched", "unmatched"]
    assert "of 2021 or later; ours are those of 2011" in upload.rows["reason"].iloc[0]
    assert "but not a current one" in upload.rows["reason"].iloc[2]


@pytest.mark.parametrize(
    ("name", "council"),
    [
        ("Lewisham 040A", "Lewisham (council area)"),
        ("Bristol 099A", "Bristol (council area)"),
        ("Allerdale 091A", "Cumberland (council area)"),
    ],
)
@pytest.mark.parametrize("code", ["E01034392", ""])
def test_the_name_of_a_newer_small_area_offers_its_council_and_no_other_number(name, council, code):
    """Each census draws some areas anew: "Lewisham 020A" was never what was meant."""
    upload = read(f'LSOA code (2021),LSOA name (2021),Team\n{code},"{name}",One\nE01000001,x,Two\n')
    row = upload.rows.iloc[0]
    if not code:
        upload = read(f'Organisation,LSOA\nOne,"{name}"\nTwo,Camden 011B\n')
        row = upload.rows.iloc[0]
        assert upload.rows["outcome"].iloc[1] == "matched"
    assert (row["outcome"], row["candidates"]) == ("ambiguous", council)
    assert "not one of the census areas of 2011" in row["reason"]


@pytest.mark.parametrize("heading", ["Village", "Estate"])
def test_neither_district_nor_county_counts_for_a_smaller_place_until_somebody_says_so(heading):
    text = f"Organisation,{heading},District,County\nOne,Ockley,Mole Valley,Surrey\n"
    assert told(read(text)) == [("unmatched", "")]
    assert told(read(text, roles={"District": "borough"})) == [("matched", "Mole Valley")]


def test_divisions_beside_a_county_are_no_wards_until_somebody_says_so():
    text = "Organisation,Electoral division,County\nOne,Godstone,Surrey\nTwo,Shalford,Surrey\n"
    [asked] = read(text).column_questions.to_dict("records")
    assert (asked["heading"], asked["default"]) == ("Electoral division", "ignore")
    assert told(read(text)) == [("unmatched", "")] * 2
    assert told(read(text, roles={"Electoral division": "ward"}))[0] == ("matched", "Godstone")
    welsh = "Organisation,Electoral division,Council\nOne,Riverside,Cardiff\n"
    assert told(read(welsh)) == [("matched", "Riverside")]


def test_towns_are_asked_about_once_as_districts_of_their_names_may_be_larger():
    upload = read("Foodbank,Town\nOne,Ashford\nTwo,Reading\n")
    [asked] = upload.column_questions.to_dict("records")
    assert (asked["heading"], asked["default"]) == ("Town", "borough")
    assert told(upload) == [("matched", "Ashford"), ("matched", "Reading")]


def test_a_catchment_lies_in_the_council_beside_it_and_places_are_seats():
    text = "School,Local authority,Catchment area,Places\nOne,Camden,Gospel Oak,30\n"
    upload = read(f"{text}Two,Islington,Highbury,60\n")
    assert told(upload) == [("matched", "Gospel Oak"), ("matched", "Highbury")]
    assert role_of(upload, "Places") == "ignore"


def test_councillors_of_numbered_columns_are_persons():
    upload = read("Ward,Councillor 1,Councillor 2\nGospel Oak,A Bee,C Dee\n", "wards.csv")
    assert upload.rows["actor"].tolist() == ["wards"]


def test_a_quoted_cell_stays_whole_in_rows_that_are_longer_than_their_headings():
    head = "Ward,,Council,,Organisation,\nGospel Oak,,Camden,,Invented One,\n"
    upload = read(f'{head}"Hawkhurst, Sandhurst & Benenden",,Tunbridge Wells,,"Two, the group",\n')
    assert upload.rows["actor"].tolist() == ["Invented One", "Two, the group"]
    assert upload.rows["outcome"].tolist() == ["matched", "matched"]


@pytest.mark.parametrize(
    "heads",
    [
        ("Town/City", "State / County", "Postcode / ZIP"),
        ("Billing City", "Billing State/Province", "Billing Zip/Postal Code"),
        ("Business City", "Business State", "Business Postal Code"),
        ("Address 1 - City", "Address 1 - Region", "Address 1 - Postal Code"),
        ("POCity", "PORegion", "POPostalCode"),
        ("City", "State/Region", "Postal Code"),
    ],
)
def test_the_city_and_state_of_an_address_never_join_its_postcode(heads):
    """All of London was added to an office's postcode where a system calls the town "Town/City"."""
    rows = "Invented One,London,Greater London,NW5 2AA\nInvented Two,Leeds,West Yorkshire,LS1 4AP\n"
    upload = read(f"Account name,{','.join(heads)}\n{rows}")
    assert told(upload) == [("matched", "NW5 2AA"), ("matched", "LS1 4AP")]
    assert upload.column_questions["heading"].tolist() == [heads[2]]


def test_the_home_of_a_person_is_not_where_the_company_works():
    head = "Company,Business Postal Code,Home City,Home Postal Code\n"
    upload = read(f"{head}One,NW5 2AA,Leeds,LS1 4AP\nTwo,N7 6AA,York,YO1 7HH\n")
    assert told(upload) == [("matched", "NW5 2AA"), ("matched", "N7 6AA")]


def test_towns_and_offices_by_other_headings_are_asked_about_as_well():
    for heading, default in (("Main town", "area"), ("Town / city", "area"), ("HQ", "address")):
        [asked] = read(f"Club,{heading}\nOne,Ashford\nTwo,Reading\n").column_questions.to_dict(
            "records"
        )
        assert (asked["heading"], asked["default"]) == (heading, default)


@pytest.mark.parametrize("cell", ["Camden?", "Camden (?)", "E09000007 ?"])
def test_an_area_with_a_question_mark_is_asked_about(cell):
    rows = read(f"Organisation,Area\nOne,{cell}\nTwo,Leeds\n").rows
    assert rows["outcome"].tolist() == ["ambiguous", "matched"]
    assert "question mark" in rows["reason"].iloc[0]


def test_the_second_headings_of_survey_software_are_no_organisation():
    monkey = ",,Open-Ended Response,Camden,Islington\n1,5,One,Camden,\n2,5,Two,,Islington\n"
    upload = read(f"Respondent ID,Collector ID,Name of organisation,Which boroughs?,\n{monkey}")
    assert upload.rows["actor"].tolist() == ["One", "Two"]
    assert told(upload) == [("matched", "Camden"), ("matched", "Islington")]
    ids = ",".join(f'"{{""ImportId"":""QID{n}""}}"' for n in range(3))
    head = f"ResponseId,Q1,Q2\nResponse ID,Your organisation,Areas\n{ids}\n"
    upload = read(f"{head}R_1,One,Camden\nR_2,Two,Islington\n")
    assert upload.rows["actor"].tolist() == ["One", "Two"]


def test_answers_of_yes_below_an_option_in_brackets_are_ticks():
    rows = "One,Yes,No\nTwo,No,Yes\nThree,Yes,Yes\n"
    upload = read(f"Organisation,Areas [Camden],Areas [Leeds]\n{rows}")
    assert told(upload)[:2] == [("matched", "Camden"), ("matched", "Leeds")]
    assert upload.rows["outcome"].iloc[2] == "matched"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("Area 2019", "Area 2024"),
        ("2023/24", "2024/25"),
        ("Moved from", "Moved to"),
        ("Reserve area", "Priority area"),
        ("Areas applied for", "Areas awarded"),
    ],
)
def test_what_was_or_was_only_wished_for_does_not_join_what_is(earlier, later):
    rows = "One,Camden,Islington\nTwo,Leeds,York\n"
    upload = read(f"Organisation,{earlier},{later}\n{rows}")
    assert told(upload) == [("matched", "Islington"), ("matched", "York")]
    assert any(f"“{earlier}”" in note and "does not count" in note for note in upload.notes)


def test_wards_beside_beds_are_asked_about_as_those_of_a_hospital():
    text = "Hospital,Ward,Beds\nInvented Infirmary,Gospel Oak,24\nInvented Infirmary,Abbey,20\n"
    [asked] = read(text).column_questions.to_dict("records")
    assert (asked["heading"], asked["default"]) == ("Ward", "ignore")
    assert told(read(text)) == [("unmatched", "")] * 2
    assert told(read(text, roles={"Ward": "ward"}))[0] == ("matched", "Gospel Oak")


def test_postcodes_of_property_are_read_whatever_is_remarked_beside_them():
    rows = "Invented Homes,NW5 2AA (flats 1-12),24\nInvented Homes,NW5 2AB - void,3\n"
    upload = read(f"Landlord,Property postcode,Stock\n{rows}")
    assert told(upload) == [("corrected", "NW5 2AA"), ("corrected", "NW5 2AB")]
    assert set(upload.rows["actor"]) == {"Invented Homes"}


@pytest.mark.parametrize(
    ("short", "name"),
    [
        ("LBTH", "Tower Hamlets"),
        ("LBHF", "Hammersmith and Fulham"),
        ("H&F", "Hammersmith and Fulham"),
    ],
)
def test_councils_are_known_by_the_initials_that_only_they_have(short, name):
    upload = read(f"Club,Local authority (abbrev.)\nOne,{short}\nTwo,WBC\n")
    assert told(upload) == [("matched", name), ("unmatched", "")]


def test_the_kind_of_area_that_a_row_tells_is_the_one_that_is_meant():
    """A diocese or a constituency is not the county or the council of its name."""
    rows = "One,Diocese,Kent\nTwo,Constituency,Gosport\nThree,Police force,Kent\n"
    upload = read(f"Organisation,Geography type,Geography\n{rows}Four,Local authority,Kent\n")
    assert told(upload) == [
        ("unmatched", ""),
        ("unmatched", ""),
        ("matched", "Kent Police"),
        ("matched", "Kent"),
    ]
    assert "a kind that we do not have" in upload.rows["reason"].iloc[0]
