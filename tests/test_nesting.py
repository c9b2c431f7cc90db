"""Nesting: columns of a row that describe one place count once, and labels count nothing."""

import pandas as pd
import pytest

from mapping import footprints
from mapping.footprints import Upload

ROWS = {
    "Organisation": ["Illustrative A", "Illustrative B", "Illustrative C"],
    "Postcode": ["NW5 2AA", "N7 6AA", "NW1 8NH"],
    "Ward": ["Kentish Town South", "Caledonian", "Camden Town"],
    "Borough": ["Camden", "Islington", "Camden"],
    "Region": ["London"] * 3,
    "Patch": ["North", "South", "West"],
}


def read(*headings: str, **more: list[str]) -> Upload:
    cells = {**{name: ROWS[name] for name in headings}, **more}
    rows = zip(*cells.values(), strict=True)
    table = "\n".join([",".join(cells), *(",".join(row) for row in rows)])
    return footprints.read(table.encode(), name="x.csv")


def list_roles(upload: Upload) -> dict[str, str]:
    return {name: guess.role for name, guess in upload.columns.items()}


def test_of_nested_areas_the_smallest_counts_and_it_is_said_once():
    upload = read("Organisation", "Postcode", "Ward", "Borough", "Region")
    assert list_roles(upload)["Postcode"] == "postcode"
    assert upload.rows["kind"].tolist() == ["postcode"] * 3
    said = [note for note in upload.notes if "describe one place" in note]
    assert len(said) == 1
    assert "“Postcode” is used" in said[0]


def test_another_column_may_be_chosen():
    table = "Organisation,Postcode,Borough\nA,NW5 2AA,Camden\nB,N7 6AA,Islington\n"
    chosen = {"Postcode": "address", "Borough": "borough"}
    upload = footprints.read(table.encode(), name="x.csv", roles=chosen)
    assert upload.rows["kind"].tolist() == ["council area"] * 2


def test_a_column_that_a_reader_chooses_counts_in_the_place_of_the_one_that_did():
    table = "Organisation,Postcode,Ward,Borough\nA,NW5 2AA,Gospel Oak,Camden\n"
    upload = footprints.read(table.encode(), name="x.csv", roles={"Borough": "borough"})
    assert upload.rows["matched_to"].tolist() == ["Camden (council area, E09000007)"]
    assert not any("describe one place" in note for note in upload.notes)


def test_a_column_of_no_areas_is_a_label_and_turns_no_row_red():
    upload = read("Patch", "Borough", "Organisation")
    assert upload.counts["matched"] == 3
    assert list_roles(upload)["Patch"] == "ignore"
    said = [note for note in upload.notes if "label" in note]
    assert len(said) == 1
    assert "“North”, “South”, “West”" in said[0]


def test_a_column_of_no_areas_is_asked_about_where_it_alone_says_where():
    upload = read("Organisation", "Patch")
    assert upload.counts["matched"] == 0
    assert list_roles(upload)["Patch"] == "area"


def test_codes_of_areas_that_are_not_held_are_set_aside_beside_others():
    more = {"pcon24cd": ["E14001290"] * 3, "msoa21cd": ["E02000171"] * 3}
    upload = read("Organisation", "Postcode", **more)
    assert upload.counts["matched"] == 3
    assert list_roles(upload)["pcon24cd"] == "ignore"


@pytest.mark.parametrize("code", ["E99999999", "W99999999", "s99999999"])
def test_pseudo_codes_mean_no_area(code):
    beside = read("Organisation", "Borough", cty=[code] * 3)
    assert beside.counts["matched"] == 3
    table = f"Organisation,Code\nA,E09000007\nB,{code}\n"
    alone = footprints.read(table.encode(), name="x.csv")
    assert "no area given" in alone.rows["reason"][1]


@pytest.mark.parametrize("code", ["L93000001", "M83000003"])
def test_codes_of_the_islands_are_set_aside_beside_areas_and_told_of_alone(code):
    assert read("Organisation", "Borough", cty=[code] * 3).counts["matched"] == 3
    alone = footprints.read(f"Organisation,Code\nA,E09000007\nB,{code}\n".encode(), name="x.csv")
    assert "which is not covered" in alone.rows["reason"][1]


def test_of_former_codes_the_names_beside_them_count_within_their_council():
    columns = {"WD15CD": ["E05990001", "E05990002"], "WD15NM": ["Highgate", "Bloomsbury"]}
    columns |= {"LAD15CD": ["E09000007"] * 2, "LAD15NM": ["Camden"] * 2, "org": ["A", "B"]}
    table = pd.DataFrame(columns).to_csv(index=False).encode()
    found = footprints.read(table, name="wards 2015.csv").rows
    assert found["outcome"].tolist() == ["corrected"] * 2
    assert found["matched_to"][0] == "Highgate (ward of Camden, E05013661)"
    assert "E05990001 is not a current code" in found["reason"][0]


def test_two_columns_of_different_areas_both_count():
    upload = read("Organisation", "Borough", **{"Borough 2": ["Brent", "Hackney", "Barnet"]})
    assert upload.rows["matched_to"][0].count("council area") == 2


def test_a_column_that_says_the_same_twice_counts_once():
    upload = read("Organisation", "Postcode", pcd7=["NW52AA", "N76AA", "NW18NH"])
    assert upload.rows["matched_to"].tolist()[0] == "NW5 2AA (postcode)"
    assert list(list_roles(upload).values()).count("postcode") == 1


def test_points_without_a_radius_are_no_fault_beside_a_postcode():
    spots = {"Latitude": ["51.55", "51.56", "51.54"], "Longitude": ["-0.14", "-0.12", "-0.15"]}
    upload = read("Organisation", "Postcode", **spots)
    assert upload.counts["matched"] == 3


def test_beside_areas_covered_a_postcode_is_where_the_office_is():
    upload = read("Organisation", "Postcode", **{"Areas covered": ["Camden", "Brent", "Barnet"]})
    assert upload.rows["kind"].tolist() == ["council area"] * 3
    assert list_roles(upload)["Postcode"] == "address"
    assert any("where an office is" in note for note in upload.notes)


@pytest.mark.parametrize("beside", ["Address", "Postcode"])
def test_towns_and_counties_of_an_address_are_no_footprint(beside):
    cells = {"Address": ["1 High St", "2 High St"], "Postcode": ["BS1 4DJ", "EX1 1HS"]}
    place = {"Town": ["Bristol", "Exeter"], "County": ["Avon", "Devon"], "Country": ["England"] * 2}
    upload = read(Organisation=["A", "B"], **{beside: cells[beside]}, **place)
    found = list_roles(upload)
    assert [found[name] for name in place] == ["address"] * 3
    assert not upload.rows["kind"].str.contains("council|county|country").any()


def test_a_town_without_an_address_says_where():
    upload = read(Organisation=["A", "B"], Town=["Camden", "Exeter"])
    assert list_roles(upload)["Town"] == "borough"
    assert upload.counts["matched"] == 2


def test_a_country_that_is_this_one_is_not_everybody():
    upload = read(Organisation=["A", "B"], Country=["GB", "United Kingdom"])
    assert upload.counts["matched"] == 0
    assert upload.column_questions["heading"].tolist() == ["Country"]


@pytest.mark.parametrize(
    ("headings", "rows", "matched"),
    [
        ("Ward,Area", ["Haverstock,Camden", "Highbury,Islington"], "Haverstock (ward of Camden"),
        ("Area,Ward", ["Camden,Haverstock", "Islington,Highbury"], "Haverstock (ward of Camden"),
        (
            "Ward,Where",
            ["Haverstock,Camden; Brent", "Highbury,Islington"],
            "Haverstock (ward of Camden",
        ),
        (
            "Ward,Place,Borough",
            ["Haverstock,Camden,Camden", "Highbury,Islington,Islington"],
            "Haverstock (ward of Camden",
        ),
        (
            "District,Area",
            ["Mole Valley,Surrey", "Guildford,Surrey"],
            "Mole Valley (council area",
        ),
        ("Postal district,Area", ["NW5,Camden", "N7,Islington"], "NW5 (postcode district)"),
    ],
)
def test_a_larger_area_under_any_heading_is_not_added_to_the_smaller_in_it(headings, rows, matched):
    """It was: "Haverstock" beside "Camden" covered all of Camden, and was called matched."""
    text = "\n".join([f"Organisation,{headings}", *(f"{n},{row}" for n, row in enumerate(rows))])
    upload = footprints.read(text.encode(), name="x.csv")
    assert upload.rows["matched_to"].iloc[0].startswith(matched)
    assert ";" not in upload.rows["matched_to"].iloc[0]
    assert any("describe one place" in note for note in upload.notes)


def test_two_columns_of_different_areas_are_both_covered():
    text = "Organisation,First area,Second area\nA,Camden,Islington\nB,Oldham,Rochdale\n"
    upload = footprints.read(text.encode(), name="x.csv")
    assert upload.rows["matched_to"].str.count(";").tolist() == [1, 1]


def test_a_county_council_says_where_localities_lie_though_some_are_labels():
    """What two wards elsewhere are called says nothing about which column is the larger."""
    table = "Team,Locality,County council\nA,North,Kent\nB,Ashford,Kent\nC,Thanet,Kent\n"
    upload = footprints.read(table.encode(), name="x.csv")
    assert upload.rows["outcome"].tolist() == ["ambiguous", "matched", "matched"]
    assert [text.split(" (")[0] for text in upload.rows["matched_to"]] == ["", "Ashford", "Thanet"]
